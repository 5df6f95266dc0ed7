"""Staff time and cost of ICE access, added up by agency, type and month.

Counted is each act that was ICE access by its newest record, on the day on which it
was done, with the minutes and the cents entered with it. An act without an entry
counts as an act and adds nothing: how many of them there are is said beside the sum.
The figures of the dashboard are of all acts of a request, by the day of its receipt.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, Sum, Value, When
from django.db.models.functions import TruncMonth

from requests_app.docket.models import Act, ActKind
from requests_app.docket.moments import ZONE, start_of_day
from requests_app.reporting.tables import Column, Kind
from requests_app.review.models import IceAccess

_NOT_ENTERED = Q(staff_minutes__isnull=True, cost_cents__isnull=True)
COLUMNS = (
    Column("month", "Month"),
    Column("agency", "Agency"),
    Column("type", "Type of ICE access"),
    Column("acts", "Acts", Kind.WHOLE),
    Column("not_entered", "Acts without an entry", Kind.WHOLE),
    Column("minutes", "Minutes of staff time", Kind.WHOLE),
    Column("cost", "Cost in dollars", Kind.DECIMAL),
)


@dataclass(frozen=True)
class Line:
    """One type of act at one agency in one month."""

    month: date
    agency: str
    kind: str
    acts: int
    not_entered: int
    minutes: int
    cents: int

    @property
    def words(self) -> str:
        return ActKind(self.kind).label


def lines(*, agencies: Collection[int], since: date, until: date) -> list[Line]:
    """The sums from `since` until before `until`, in the order of months."""
    newest = (
        IceAccess.objects.filter(act=OuterRef("pk"))
        .filter(
            ~Exists(
                IceAccess.objects.filter(act=OuterRef("act"), id__gt=OuterRef("id"))
            )
        )
        .exclude(kinds=[])
    )
    acts = (
        Act.objects.filter(
            Exists(newest),
            ice_request__agency__in=agencies,
            happened_at__gte=start_of_day(since),
            happened_at__lt=start_of_day(until),
        )
        .exclude(ice_request__batch__is_shown=False)
        .annotate(month=TruncMonth("happened_at", tzinfo=ZONE))
        .values("month", "ice_request__agency__name", "kind")
        .annotate(
            acts=Sum(Value(1)),
            not_entered=Sum(Case(When(_NOT_ENTERED, then=1), default=0)),
            minutes=Sum("staff_minutes"),
            cents=Sum("cost_cents"),
        )
        .order_by("month", "ice_request__agency__name", "kind")
    )
    return [
        Line(
            row["month"].date(),
            row["ice_request__agency__name"],
            row["kind"],
            row["acts"],
            row["not_entered"],
            row["minutes"] or 0,
            row["cents"] or 0,
        )
        for row in acts
    ]


def by(found: Collection[Line], name: str) -> list[dict]:
    """The same sums by one thing alone: `agency` or `words`."""
    sums: dict[str, dict] = {}
    for line in found:
        key = getattr(line, name)
        row = sums.setdefault(
            key, {"label": key, "acts": 0, "not_entered": 0, "minutes": 0, "cents": 0}
        )
        for part in ("acts", "not_entered", "minutes", "cents"):
            row[part] += getattr(line, part)
    return [sums[key] for key in sorted(sums)]


def total(found: Collection[Line]) -> dict:
    """The sum of everything."""
    return {
        part: sum(getattr(line, part) for line in found)
        for part in ("acts", "not_entered", "minutes", "cents")
    }
