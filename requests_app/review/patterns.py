"""Same facts, different outcome: like asks of one agency, and how each was decided.

Like is: the same kind of ask, the same worst finding, the same grounds on record.
Names play no part in it, and nothing here says which outcome was right.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from requests_app.docket.models import Act, AskKind
from requests_app.review import facts
from requests_app.review.models import Determination, ReasonCode, Result

# With fewer than these the difference may be chance, and shows no pattern.
FEWEST = 11
MOST = 1000
DAYS = 365
# Reasons of approval that the facts of record can bear out.
_GROUNDS = ("judicial_warrant", "class_a_b", "offence_2025") + (
    "terrorist_database",
    "court_order",
    "authorized",
)


@dataclass
class Group:
    """Asks that are alike, and what was decided of each."""

    kind: str
    against: str
    grounds: tuple[str, ...]
    rows: list = field(default_factory=list)

    @property
    def title(self) -> str:
        return AskKind(self.kind).label

    @property
    def finding(self) -> str:
        return Result(self.against).label

    @property
    def ground(self) -> str:
        return "; ".join(ReasonCode(one).label for one in self.grounds)

    @property
    def approved(self) -> int:
        return sum(row.decision == "approve" for row in self.rows)

    @property
    def denied(self) -> int:
        return len(self.rows) - self.approved

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.rows)

    @property
    def is_too_few(self) -> bool:
        return len(self.rows) < FEWEST

    @property
    def differs(self) -> bool:
        is_split = self.approved > 0 and self.denied > 0
        outcomes = {row.is_done for row in self.rows}
        return is_split or len(outcomes) > 1

    @property
    def fewer(self) -> list:
        """Those decided as the fewer were, to be read first; the newest twenty."""
        rare = "approve" if self.approved <= self.denied else "deny"
        return [row for row in self.rows if row.decision == rare][:20] or self.rows[:20]


@dataclass(frozen=True)
class Patterns:
    """Groups whose outcomes differ, and those that are all alike."""

    differing: list[Group]
    alike: list[Group]
    is_cut: bool

    @property
    def requests(self) -> list:
        shown = [row for one in self.differing for row in one.fewer]
        return [row.ice_request for row in shown]


def of_agency(agency, *, until: datetime) -> Patterns:
    """The determinations in force of the last twelve months, the newest `MOST`."""
    rows = list(
        Determination.objects.live()
        .filter(effective_at__isnull=False, ice_request__agency=agency)
        .filter(decided_at__gt=until - timedelta(days=DAYS))
        .select_related("ask", "screening", "ice_request__agency")
        .annotate(is_done=Exists(Act.objects.filter(ask=OuterRef("ask"))))
        .order_by("-id")[: MOST + 1]
    )
    groups = grouped(rows[:MOST])
    return Patterns(
        differing=[one for one in groups if one.differs],
        alike=[one for one in groups if not one.differs],
        is_cut=len(rows) > MOST,
    )


def grouped(rows) -> list[Group]:
    """Like rows together, the largest group first."""
    found = defaultdict(list)
    for row in rows:
        found[(row.ask.kind, row.against, _grounds_of(row.screening))].append(row)
    groups = [Group(*key, rows=rows) for key, rows in found.items()]
    return sorted(groups, key=lambda one: (-len(one.rows), one.title, one.against))


def _grounds_of(screening) -> tuple[str, ...]:
    return tuple(one for one in _GROUNDS if facts.bears_out(one, screening.facts))
