"""When something is due, and when it lapses. Pure: times in, times out.

Every result says why (`because`) and what stands behind it (`kind`):

- `policy`, hours that the agency set for itself. Subsection (e)(1) says "upon
  receiving" and "promptly" and sets no hours, so a copy, the intent, a decision and a
  second person have the agency's own hours and never the law's.
- `form` and `regulation`, what Form I-247A asks and what 8 CFR 287.7(d) says of the
  same 48 hours. Both are told side by side; neither is a duty or a permission of
  Connecticut law, and 54-192h(g) gives no authority to hold anybody.
- `record`, a time that the record itself holds, such as an expected release.
- `statute`, a period that the section itself names.

Hours are elapsed hours in UTC. Days are those of Connecticut: the first is not counted,
the last ends with the local day; of five days or fewer only those are counted on which
offices are open; a last day on which they are closed goes on to the next one (the
pattern of Regs., Conn. State Agencies 1-21j-15). Which days those are: `holidays`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from requests_app.docket.holidays import CONNECTICUT, FEDERAL, Calendar
from requests_app.docket.moments import ZONE

HOLD_HOURS = 48
FEW_DAYS = 5
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# 54-192h(e)(3): "Beginning January 1, 2020 ... on an ongoing basis every six months".
FIRST_REPORTED = date(2020, 1, 1)
_HALF_YEARS = (1, 7)


class Kind(StrEnum):
    """What stands behind a time."""

    POLICY = "policy"
    FORM = "form"
    REGULATION = "regulation"
    RECORD = "record"
    STATUTE = "statute"


@dataclass(frozen=True, order=True)
class Due:
    """One due time, why it is due, and what stands behind it."""

    at: datetime
    because: str
    kind: Kind = field(default=Kind.POLICY)


@dataclass(frozen=True)
class Period:
    """From a day until (excluding) another, and why."""

    first: date
    end: date
    because: str
    kind: Kind = Kind.STATUTE


# Hours


def hours_after(moment: datetime, hours: int) -> datetime:
    """`hours` elapsed hours later: a clock change in between does not count."""
    return moment.astimezone(UTC) + timedelta(hours=hours)


def counted_hours_after(
    moment: datetime, hours: int, *, calendar: Calendar
) -> datetime:
    """`hours` elapsed hours later, the days on which `calendar` is closed left out."""
    left = timedelta(hours=hours)
    at = moment.astimezone(UTC)
    day = at.astimezone(ZONE).date()
    while True:
        day += _DAY
        midnight = _begins(day)
        if not calendar.is_closed(day - _DAY):
            if at + left <= midnight:
                return at + left
            left -= midnight - at
        at = midnight


# Days


def days_after(
    moment: datetime, days: int, *, calendar: Calendar = CONNECTICUT
) -> datetime:
    """The last second of the day on which a period of `days` ends."""
    return _ends(last_day(moment.astimezone(ZONE).date(), days, calendar=calendar))


def last_day(first: date, days: int, *, calendar: Calendar = CONNECTICUT) -> date:
    """The last day of a period that an event on the day `first` begins."""
    if days > FEW_DAYS:
        day = first + days * _DAY
        while calendar.is_closed(day):
            day += _DAY
        return day
    day = first
    for _ in range(days):
        day += _DAY
        while calendar.is_closed(day):
            day += _DAY
    return day


def days_due(
    *, since: datetime, days: int, what: str, calendar: Calendar = CONNECTICUT
) -> Due:
    """The agency's own period of days; names the days that rest on no source read."""
    at = days_after(since, days, calendar=calendar)
    counted = "business days" if days <= FEW_DAYS else "days"
    because = f"agency policy: {what} within {days} {counted}"
    doubtful = calendar.unconfirmed(since.astimezone(ZONE).date(), _day(at))
    if doubtful:
        because += f" (not confirmed as a holiday: {', '.join(doubtful)})"
    return Due(at, because)


# What the agency set for itself


def policy_due(*, received_at: datetime, hours: int) -> Due:
    """The agency's own clock for deciding. Neither a question nor a deferral stops it:
    the release of a person waits for nobody.
    """
    return Due(
        hours_after(received_at, hours),
        f"agency policy: decide within {hours} hours of receipt",
    )


def review_due(*, since: datetime, hours: int) -> Due:
    """The agency's own clock for looking at what was done."""
    return Due(hours_after(since, hours), f"agency policy: review within {hours} hours")


def escalated_due(*, since: datetime, hours: int, releases: Iterable[Due] = ()) -> Due:
    """The agency's own clock for deciding, begun anew for the head of agency.

    A release time on record that is still to come may be sooner.
    """
    policy = Due(
        hours_after(since, hours),
        f"agency policy: decide within {hours} hours of being passed up",
    )
    return min([policy, *(one for one in releases if one.at > since)])


def copy_due(*, owed_since: datetime, hours: int, what: str = "give the copy") -> Due:
    """The agency's own clock for the papers of (e)(1), which sets no hours."""
    return Due(
        hours_after(owed_since, hours),
        f"agency policy: {what} within {hours} hours; the section sets no hours",
    )


def second_due(*, decided_at: datetime, hours: int) -> Due:
    """The agency's own clock for the second person of an override."""
    return Due(
        hours_after(decided_at, hours),
        f"agency policy: a second person answers within {hours} hours",
    )


# What the record holds, and the soonest of all


def release_times(
    *,
    release_expected_at: datetime | None = None,
    release_eligible_at: datetime | None = None,
) -> list[Due]:
    """The release times on record, the soonest first."""
    due = []
    if release_expected_at is not None:
        due.append(Due(release_expected_at, "release expected", Kind.RECORD))
    if release_eligible_at is not None:
        due.append(Due(release_eligible_at, "eligible for release", Kind.RECORD))
    return sorted(due)


def next_due(
    *,
    received_at: datetime,
    decide_within_hours: int,
    release_expected_at: datetime | None = None,
    release_eligible_at: datetime | None = None,
) -> Due:
    """The soonest of the policy clock and of the release times on record."""
    policy = policy_due(received_at=received_at, hours=decide_within_hours)
    releases = release_times(
        release_expected_at=release_expected_at,
        release_eligible_at=release_eligible_at,
    )
    return min([policy, *releases])


# What the form asks and what the federal regulation says


def hold_readings(released_at: datetime) -> tuple[Due, Due]:
    """When the 48 hours end that run from the time the person would be released.

    As Form I-247A says it, and as 8 CFR 287.7(d) says it. The regulation does not say
    which holidays it means: those of 5 U.S.C. 6103(a) are taken.
    """
    return (
        Due(
            hours_after(released_at, HOLD_HOURS),
            "Form I-247A asks for no more than 48 hours beyond release. It creates no "
            "duty and no permission in Connecticut law",
            Kind.FORM,
        ),
        Due(
            counted_hours_after(released_at, HOLD_HOURS, calendar=FEDERAL),
            "8 CFR 287.7(d) says 48 hours, Saturdays, Sundays and holidays excluded; "
            "the federal holidays of 5 U.S.C. 6103 are taken. It creates no duty and "
            "no permission in Connecticut law",
            Kind.REGULATION,
        ),
    )


# What the section names


def report_period(day: date) -> Period:
    """The six months that hold a day, for the report to the Office of Policy and
    Management. Before 2020 there is none: raises ValueError.
    """
    if day < FIRST_REPORTED:
        raise ValueError("54-192h(e)(3) begins on January 1, 2020.")
    month = max(one for one in _HALF_YEARS if one <= day.month)
    first = date(day.year, month, 1)
    end = date(day.year + month // 7, 1 if month == 7 else 7, 1)
    return Period(
        first,
        end,
        "54-192h(e)(3): every six months, counted from January 1, 2020; the section "
        "names no day by which the report is sent",
    )


# Pieces


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE).astimezone(UTC)


def _ends(day: date) -> datetime:
    return _begins(day + _DAY) - _SECOND


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
