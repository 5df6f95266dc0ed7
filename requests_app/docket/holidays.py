"""Days on which offices are closed, as dated data. Pure: the rows are in holidays.csv.

Two calendars. `CONNECTICUT` holds the legal holidays of C.G.S. 1-4 and the days that
the Governor or the President appoints, which are rows of their own, year by year.
`FEDERAL` holds those of 5 U.S.C. 6103(a), for the reading of 8 CFR 287.7(d) alone.
Both keep a Saturday's holiday on the Friday before it and a Sunday's on the Monday
after it (C.G.S. 1-4; 5 U.S.C. 6103(b) and Executive Order 11582).

A row is in force from `effective_from` until (excluding) `effective_until`. A row that
is not confirmed counts too, and whoever relies on it says so. A new act or a day that
the Governor appoints is a new row: docs/operations.md, "Holidays".
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("holidays.csv")
_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
_MONTHS = ("January", "February", "March", "April", "May", "June", "July") + (
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday") + (
    "Saturday",
    "Sunday",
)
_NTH = {"first": 0, "second": 1, "third": 2, "fourth": 3}

_FIXED = re.compile(r"([A-Z][a-z]+) (\d{1,2})")
_FOLLOWING = re.compile(r"first ([A-Z][a-z]+) on or after ([A-Z][a-z]+) (\d{1,2})")
_COUNTED = re.compile(
    r"(first|second|third|fourth|last) ([A-Z][a-z]+) of ([A-Z][a-z]+)"
)
_APPOINTED = re.compile(r"\d{4}-\d\d-\d\d")


class NotARule(ValueError):
    """A row says something else than a day of the year."""


@dataclass(frozen=True)
class Holiday:
    """One row: which day, in force since when, and how it is known."""

    rule: str
    name: str
    effective_from: date
    effective_until: date | None
    is_confirmed: bool
    source: str

    def in_year(self, year: int) -> date | None:
        """The day itself, before it is moved off a weekend; None when not in force."""
        day = _day_of(self.rule, year)
        if day is None or day < self.effective_from:
            return None
        ended = self.effective_until is not None and day >= self.effective_until
        return None if ended else day


class Calendar:
    """The days on which offices are closed, by the rows given."""

    def __init__(self, name: str, rows: Iterable[Holiday]):
        self.name = name
        self.rows = tuple(rows)
        self._years: dict[int, Mapping[date, Holiday]] = {}

    def kept(self, year: int) -> Mapping[date, Holiday]:
        """The days of a year on which a holiday is kept, with its row.

        New Year's Day of the next year may be kept on the last day of this one.
        """
        if year not in self._years:
            self._years[year] = {
                day: row
                for row in self.rows
                for near in (year - 1, year, year + 1)
                if (day := _kept(row.in_year(near))) is not None and day.year == year
            }
        return self._years[year]

    def is_closed(self, day: date) -> bool:
        """Whether a day is a Saturday, a Sunday or a holiday as kept."""
        return day.weekday() >= _SATURDAY or day in self.kept(day.year)

    def unconfirmed(self, first: date, last: date) -> list[str]:
        """What rests on a row not confirmed, from `first` to `last`, both included."""
        return [
            f"{row.name} {day.isoformat()}"
            for year in range(first.year, last.year + 1)
            for day, row in sorted(self.kept(year).items())
            if first <= day <= last and not row.is_confirmed
        ]


def read(path: Path = DATA) -> dict[str, list[Holiday]]:
    """The rows of each calendar. Raises NotARule, ValueError."""
    found: dict[str, list[Holiday]] = {}
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["calendar"], []).append(_holiday(row))
    return found


def _holiday(row: Mapping[str, str]) -> Holiday:
    _day_of(row["rule"], 2000)
    if row["confirmed"] not in ("yes", "no"):
        raise NotARule(f"“confirmed” is yes or no, not {row['confirmed']!r}.")
    until = row["effective_until"]
    return Holiday(
        rule=row["rule"],
        name=row["name"],
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_until=date.fromisoformat(until) if until else None,
        is_confirmed=row["confirmed"] == "yes",
        source=row["source"],
    )


@lru_cache(maxsize=4096)
def _day_of(rule: str, year: int) -> date | None:
    if _APPOINTED.fullmatch(rule):
        day = date.fromisoformat(rule)
        return day if day.year == year else None
    if match := _FIXED.fullmatch(rule):
        return date(year, _month(match[1]), int(match[2]))
    if match := _FOLLOWING.fullmatch(rule):
        return _next(match[1], date(year, _month(match[2]), int(match[3])))
    if match := _COUNTED.fullmatch(rule):
        return _counted(match[1], match[2], year, _month(match[3]))
    raise NotARule(f"{rule!r} is no day of the year: see the other rows.")


def _counted(which: str, weekday: str, year: int, month: int) -> date:
    if which != "last":
        return _next(weekday, date(year, month, 1)) + 7 * _NTH[which] * _DAY
    after = date(year + month // 12, month % 12 + 1, 1)
    return _next(weekday, after) - 7 * _DAY


def _next(weekday: str, day: date) -> date:
    if weekday not in _WEEKDAYS:
        raise NotARule(f"{weekday!r} is no day of the week.")
    return day + (_WEEKDAYS.index(weekday) - day.weekday()) % 7 * _DAY


def _month(name: str) -> int:
    if name not in _MONTHS:
        raise NotARule(f"{name!r} is no month.")
    return _MONTHS.index(name) + 1


def _kept(day: date | None) -> date | None:
    if day is None or day.weekday() < _SATURDAY:
        return day
    return day - _DAY if day.weekday() == _SATURDAY else day + _DAY


_ROWS = read()
CONNECTICUT = Calendar("Connecticut", _ROWS["connecticut"])
FEDERAL = Calendar("federal", _ROWS["federal"])
