"""Local times of Connecticut into moments. Pure.

Twice a year a clock reading has no moment, or two. Neither is guessed.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


def moments_of(reading: datetime) -> list[datetime]:
    """The moments (UTC) at which a Connecticut clock shows `reading`, none to two.

    `reading` is naive, as typed. In the hour that spring skips there is none; in
    the hour that autumn repeats there are two, the earlier first.
    """
    found = []
    for fold in (0, 1):
        moment = reading.replace(tzinfo=ZONE, fold=fold).astimezone(UTC)
        back = moment.astimezone(ZONE).replace(tzinfo=None)
        if back == reading and moment not in found:
            found.append(moment)
    return found


def start_of_day(day: date) -> datetime:
    """The moment at which a day begins in Connecticut."""
    return datetime.combine(day, time.min, tzinfo=ZONE)
