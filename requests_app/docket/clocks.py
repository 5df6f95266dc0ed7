"""When something is due next. Pure: times in, times out, every one with its reason.

The section sets no hours. What is computed here is the agency's own policy and is
shown as policy, or a time that the record itself holds (an expected release).
Hours are elapsed hours in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, order=True)
class Due:
    """One due time and why it is due."""

    at: datetime
    because: str


def hours_after(moment: datetime, hours: int) -> datetime:
    """`hours` elapsed hours later: a clock change in between does not count."""
    return moment.astimezone(UTC) + timedelta(hours=hours)


def policy_due(*, received_at: datetime, hours: int) -> Due:
    """The agency's own clock for deciding."""
    return Due(
        hours_after(received_at, hours),
        f"agency policy: decide within {hours} hours of receipt",
    )


def next_due(
    *,
    received_at: datetime,
    decide_within_hours: int,
    release_expected_at: datetime | None = None,
    release_eligible_at: datetime | None = None,
) -> Due:
    """The soonest of the policy clock and of the release times on record."""
    due = [policy_due(received_at=received_at, hours=decide_within_hours)]
    if release_expected_at is not None:
        due.append(Due(release_expected_at, "release expected"))
    if release_eligible_at is not None:
        due.append(Due(release_eligible_at, "eligible for release"))
    return min(due)
