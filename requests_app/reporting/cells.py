"""Tables of counts as the public may see them: dimensions, cells, marks. Pure.

A table has two to four dimensions and every total. A category is a set of base values,
so that two tables with other categories, or of other times, can be laid side by side:
`disclosure` cuts both into the pieces that make up their cells.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

THRESHOLD = 11
TOTAL = "total"
FEWEST, MOST = 2, 4

Cell = tuple[str, ...]

# `BELOW` stands under a protected total: zero or protected, and the reader is not told
# which, because "1–10" beside "1–10" would make both narrower.
PROTECTED, BELOW, HIDDEN = "protected", "below", "hidden"
# What a reader sees in the place of a number.
SHOWN = {PROTECTED: "1–10", BELOW: "hidden", HIDDEN: "hidden"}


class NotATable(ValueError):
    """The dimensions or the counts make no table; the sentence says why."""


@dataclass(frozen=True)
class Category:
    """One line of a dimension, and the base values that it takes together."""

    id: str
    values: frozenset[str]


@dataclass(frozen=True)
class Dimension:
    """What a table is divided by, and the coarser division to try before hiding.

    `is_whole` when everybody stands in one of its categories. Of tables that are
    divided by different whole dimensions a reader knows that they hold the same people.
    """

    id: str
    categories: tuple[Category, ...]
    coarser: "Dimension | None" = None
    is_whole: bool = False

    @cached_property
    def values(self) -> frozenset[str]:
        return frozenset().union(*(one.values for one in self.categories))

    def category_of(self, value: str) -> str:
        for one in self.categories:
            if value in one.values:
                return one.id
        raise NotATable(f"{self.id} has no category for {value!r}.")


@dataclass(frozen=True)
class Table:
    """Counts by dimensions, within a scope.

    `counted` names what one is counted of; only tables of the same are compared.
    `scope` narrows by what the table does not show, such as the agencies or the period.
    """

    id: str
    counted: str
    dimensions: tuple[Dimension, ...]
    counts: Mapping[Cell, int]
    scope: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self):
        if not FEWEST <= len(self.dimensions) <= MOST:
            raise NotATable("A table has two to four dimensions.")
        if any(count < 0 for count in self.counts.values()):
            raise NotATable("A count is never below zero.")

    @cached_property
    def cells(self) -> dict[Cell, int]:
        """Every cell with its value, the totals of every kind among them."""
        keys = [
            (*(one.id for one in each.categories), TOTAL) for each in self.dimensions
        ]
        cells = dict.fromkeys(product(*keys), 0)
        for leaf, count in self.counts.items():
            for cell in _all_totals(leaf):
                cells[cell] += count
        return cells

    @property
    def grand_total(self) -> Cell:
        return (TOTAL,) * len(self.dimensions)

    def values_of(self, cell: Cell) -> dict[str, frozenset[str]]:
        """Which base values of which dimension a cell takes together."""
        found = dict(self.scope)
        for one, key in zip(self.dimensions, cell, strict=True):
            found[one.id] = (
                one.values
                if key == TOTAL
                else next(each.values for each in one.categories if each.id == key)
            )
        return found

    def coarsened(self, place: int) -> "Table":
        """The same counts with the dimension at `place` divided more coarsely."""
        finer = self.dimensions[place]
        if finer.coarser is None:
            raise NotATable(f"{finer.id} has no coarser division.")
        into = {
            one.id: finer.coarser.category_of(next(iter(one.values)))
            for one in finer.categories
        }
        counts: dict[Cell, int] = {}
        for leaf, count in self.counts.items():
            merged = (*leaf[:place], into[leaf[place]], *leaf[place + 1 :])
            counts[merged] = counts.get(merged, 0) + count
        dimensions = list(self.dimensions)
        dimensions[place] = finer.coarser
        return Table(self.id, self.counted, tuple(dimensions), counts, self.scope)


@dataclass(frozen=True)
class Release:
    """A table with the marks of what is not shown. Its own numbers stay inside."""

    table: Table
    marks: Mapping[Cell, str]

    @property
    def id(self) -> str:
        return self.table.id

    def shown(self, cell: Cell) -> int | str:
        mark = self.marks.get(cell)
        return self.table.cells[cell] if mark is None else SHOWN[mark]

    def protected(self) -> Iterator[Cell]:
        """The cells whose number of 1 to 10 nobody may work out."""
        return (cell for cell in self.marks if is_protected(self.table.cells[cell]))

    def as_rows(self) -> list[dict[str, int | str]]:
        """The public rows, in the order of the dimensions, totals last."""
        names = [one.id for one in self.table.dimensions]
        return [
            {**dict(zip(names, cell, strict=True)), "count": self.shown(cell)}
            for cell in self.table.cells
        ]


def counted(
    dimensions: Iterable[Dimension], rows: Iterable[Mapping[str, str]]
) -> dict[Cell, int]:
    """Count rows of base values into the leaf cells; rows outside are left out."""
    dimensions = tuple(dimensions)
    counts: dict[Cell, int] = {}
    for row in rows:
        if all(row[one.id] in one.values for one in dimensions):
            leaf = tuple(one.category_of(row[one.id]) for one in dimensions)
            counts[leaf] = counts.get(leaf, 0) + 1
    return counts


def parents(cell: Cell) -> list[Cell]:
    """The totals that a cell adds up to directly, one for each dimension."""
    return [
        (*cell[:place], TOTAL, *cell[place + 1 :])
        for place, key in enumerate(cell)
        if key != TOTAL
    ]


def is_protected(value: int) -> bool:
    return 0 < value < THRESHOLD


def _all_totals(leaf: Cell) -> Iterator[Cell]:
    return product(*((key, TOTAL) for key in leaf))
