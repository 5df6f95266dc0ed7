"""Federal holidays, and the 48 hours of 2014 that leave them out.

5 U.S.C. 6103 as it stood from 2014-01-01 to 2019-09-30: ten days, and Executive Order
11582 for the day in lieu (a Saturday's holiday falls on the Friday before it, a
Sunday's on the Monday after it). Inauguration Day, kept only around Washington, and
days of mourning by executive order are not among them.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

COUNTED_HOURS: Final = 48
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_DAY = timedelta(days=1)


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday_of_may(year: int) -> date:
    end = date(year, 5, 31)
    return end - timedelta(days=end.weekday())


def _kept(day: date) -> date:
    if day.weekday() == _SATURDAY:
        return day - _DAY
    if day.weekday() == _SUNDAY:
        return day + _DAY
    return day


@lru_cache(maxsize=64)
def federal_holidays(year: int) -> frozenset[date]:
    """Give the days on which the holidays of a year are kept."""
    return frozenset(
        (
            _kept(date(year, 1, 1)),
            _nth(year, 1, _MONDAY, 3),
            _nth(year, 2, _MONDAY, 3),
            _last_monday_of_may(year),
            _kept(date(year, 7, 4)),
            _nth(year, 9, _MONDAY, 1),
            _nth(year, 10, _MONDAY, 2),
            _kept(date(year, 11, 11)),
            _nth(year, 11, _THURSDAY, 4),
            _kept(date(year, 12, 25)),
        )
    )


def is_excluded(day: date) -> bool:
    """Say whether the 48 hours stand still on a day."""
    if day.weekday() in (_SATURDAY, _SUNDAY):
        return True
    # New Year's Day may be kept on the last day of the year before.
    return day in federal_holidays(day.year) or day in federal_holidays(day.year + 1)


def _minutes_of(day: date) -> int:
    """A day of Connecticut's clock: 23 hours in March, 25 in November, once a year."""
    if day == _nth(day.year, 3, _SUNDAY, 2):
        return 23 * 60
    if day == _nth(day.year, 11, _SUNDAY, 1):
        return 25 * 60
    return 24 * 60


def _elapsed_minutes(start: date, minute: int) -> int:
    left = COUNTED_HOURS * 60
    elapsed = 0
    day = start
    while True:
        minutes = _minutes_of(day) - (minute if day == start else 0)
        if not is_excluded(day):
            if minutes >= left:
                return elapsed + left
            left -= minutes
        elapsed += minutes
        day += _DAY


@lru_cache(maxsize=1024)
def hours_allowed(start: date) -> tuple[float, float]:
    """Give the fewest and the most hours that 48 counted hours from a day may last.

    Only the date of the start is a fact, not its hour. The length changes evenly
    within a day except at its first minute, so its first, second and last suffice.
    """
    last = _minutes_of(start) - 1
    lengths = [_elapsed_minutes(start, minute) for minute in (0, 1, last)]
    return min(lengths) / 60, max(lengths) / 60
