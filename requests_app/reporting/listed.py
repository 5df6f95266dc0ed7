"""What a list is that can be taken out: its columns, and its rows a piece at a time.

Each list is read with the same filters and through the same `visible_to` as its page,
by key, so that a long one never stands in memory. Names are columns of their own, which
a file has only when they were asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from requests_app.accounts.access import Standing
from requests_app.reporting.tables import Cell, Column

DESTROYED = "(destroyed)"


@dataclass(frozen=True)
class Source:
    """For whom a list is read, of which agency, by which filters, at what moment."""

    standing: Standing
    agency_id: int | None
    query: str
    at: datetime


@dataclass(frozen=True)
class Listing:
    """One list: who may take it out, its columns, its rows in the order of a key."""

    title: str
    roles: frozenset
    columns: tuple[Column, ...]
    rows: Callable[[Source], object]
    cells: Callable[[object], list[Cell]]
    keys: frozenset = frozenset()

    def columns_shown(self, *, with_names: bool) -> list[Column]:
        return [one for one in self.columns if with_names or not one.holds_names]


def piece(
    listing: Listing, source: Source, *, after: int, most: int, with_names: bool
) -> tuple[list[list[Cell]], int]:
    """The next rows after a key, and the key of the last of them (0: there is none)."""
    rows = list(listing.rows(source).filter(pk__gt=after).order_by("pk")[:most])
    keep = [
        place
        for place, one in enumerate(listing.columns)
        if with_names or not one.holds_names
    ]
    found = map(listing.cells, rows)
    lines = [[cells[place] for place in keep] for cells in found]
    return lines, rows[-1].pk if rows else 0


def total(listing: Listing, source: Source, *, most: int) -> int:
    """How many rows the whole list has; of a longer one, one more than `most`."""
    return listing.rows(source).order_by()[: most + 1].count()
