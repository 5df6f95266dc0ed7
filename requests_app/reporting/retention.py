"""What may be destroyed: the class of a request, its period, and since when it ended.

A period runs from the last thing that happened to a request: filing, act, decision,
release, notice given, end of a claim. How many years, and under which series of the
Public Records Administrator, the agency has entered itself; nothing here states a
series. A request that waits for a decision, is held, or has a claim before the court
is not on the list whatever its age.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from requests_app.accounts.models import Agency
from requests_app.docket import holds
from requests_app.docket.models import (
    Act,
    Claim,
    ClaimEvent,
    ClaimOutcome,
    IceRequest,
    Instrument,
    RecordClass,
    Release,
    RetentionRule,
    Status,
)
from requests_app.notices.models import Notice
from requests_app.review.models import Determination, IceAccess

# Nothing waits to be decided or answered in these.
CLOSED = (Status.DETERMINED, Status.RECORDED)
# A disposal lists so many at a time: two people have to look at each.
MOST = 200


@dataclass(frozen=True)
class Eligible:
    """A request whose period has ended, and since when; or what keeps it."""

    ice_request: IceRequest
    since: date
    is_held: bool


def rules_of(agency: Agency, *, on: date) -> dict[str, RetentionRule]:
    """The rule in force for each class that has one; the newest counts."""
    rules = RetentionRule.objects.filter(agency=agency).in_force(on)
    return {rule.record_class: rule for rule in reversed(rules)}


def is_in_force(rule: RetentionRule, *, on: date) -> bool:
    """Whether a rule is the one that counts for its class on a day."""
    return rules_of(rule.agency, on=on).get(rule.record_class) == rule


def ended(*, rule: RetentionRule, on: date, most: int = MOST) -> list[Eligible]:
    """The requests of a rule's class whose period has ended: the `most` oldest."""
    # A day more than the years: the zone and the leap day are settled below.
    before = _years_before(on, rule.years) + timedelta(days=2)
    rows = (
        with_last_day(IceRequest.objects.filter(agency_id=rule.agency_id))
        .filter(record_class=rule.record_class, last_at__date__lt=before)
        .select_related("agency", "data_key", "person")
        .order_by("last_at", "id")[:most]
    )
    due = [(one, _since(one, rule)) for one in rows]
    due = [(one, since) for one, since in due if since <= on]
    held = holds.held_among([one for one, _ in due]) if due else set()
    return [Eligible(one, since, one.pk in held) for one, since in due]


def eligible_since(ice_request: IceRequest, rule: RetentionRule) -> date | None:
    """Since when this request may be destroyed under a rule; None: it may not."""
    rows = with_last_day(IceRequest.objects.filter(pk=ice_request.pk))
    row = rows.filter(record_class=rule.record_class).first()
    return _since(row, rule) if row else None


def with_last_day(requests: QuerySet) -> QuerySet:
    """Requests that are closed and not destroyed, with their class and last moment."""
    newest = (
        ClaimEvent.objects.filter(claim=OuterRef("pk"))
        .order_by("-on_date", "-id")
        .values("outcome")[:1]
    )
    pending = (
        Claim.objects.filter(ice_request=OuterRef("pk"))
        .annotate(newest=Coalesce(Subquery(newest), Value(str(ClaimOutcome.PENDING))))
        .filter(newest=ClaimOutcome.PENDING)
    )
    return (
        requests.filter(status__in=CLOSED, data_key__shredded_at__isnull=True)
        .exclude(Exists(pending))
        .exclude(batch__is_shown=False)
        .annotate(record_class=_class(), last_at=_last())
    )


def _class() -> Case:
    claims = Claim.objects.filter(ice_request=OuterRef("pk"))
    return Case(
        When(Exists(claims), then=Value(str(RecordClass.CLAIMED))),
        When(Exists(_access()), then=Value(str(RecordClass.ACCESS))),
        When(Q(instrument=Instrument.UNASKED), then=Value(str(RecordClass.UNASKED))),
        default=Value(str(RecordClass.NO_ACCESS)),
        output_field=CharField(),
    )


def _access() -> QuerySet:
    """Records of ICE access of any kind, the superseded ones too: on the safe side."""
    rows = IceAccess.objects.filter(ice_request=OuterRef("pk"))
    return rows.exclude(kinds=[])


def _last() -> Greatest:
    """The last moment of a request; those that never came are passed over."""
    return Greatest(
        F("filed_at"),
        _newest(Act, "happened_at"),
        _newest(Act, "ended_at"),
        _newest(Determination, "decided_at"),
        _newest(Determination, "ended_at"),
        _newest(Release, "released_at"),
        _newest(Notice, "served_at"),
        Subquery(
            ClaimEvent.objects.filter(claim__ice_request=OuterRef("pk"))
            .order_by()
            .values("claim__ice_request")
            .annotate(newest=Max("recorded_at"))
            .values("newest")
        ),
    )


def _newest(model, name: str) -> Subquery:
    rows = model.objects.filter(ice_request=OuterRef("pk")).order_by()
    return Subquery(
        rows.values("ice_request").annotate(newest=Max(name)).values("newest")
    )


def _since(ice_request: IceRequest, rule: RetentionRule) -> date:
    return years_after(timezone.localdate(ice_request.last_at), rule.years)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of February 29 it is March 1."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
