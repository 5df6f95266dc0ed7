"""An attacker against random public tables (C9).

    python -m tests.reporting.releases --count 2000 [--seed 9] [--primary-only]

Each round draws a population, publishes a table of it of two to four dimensions, and in
every second round one or two more tables of the same population or of a later one. In
every other round all dimensions are whole: tables by different ones hold the same
people. The attacker writes down one unknown for every smallest group and one for every
cell, all sums, and what each table shows; of hidden cells he even knows whether they
are zero. He then asks for the least and the most of every protected cell of every
table. A cell whose bounds are narrower than 1 to 10 is narrowed. His equations share
nothing with those of `requests_app.reporting.disclosure`. The status is 1 when one is
narrowed.

With `--primary-only` nothing but the protected cells is hidden: he must succeed.
"""

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import product

import highspy

from requests_app.reporting import suppression
from requests_app.reporting.cells import (
    BELOW,
    HIDDEN,
    PROTECTED,
    TOTAL,
    Category,
    Dimension,
    Release,
    Table,
)

NEAR = 1e-6
LEAST, MOST = 1, 10
NAMES = ("place", "sex", "age", "basis")
ENTERED = "entered"
REFUSALS = (
    suppression.TooFewToPublish,
    suppression.DiffersByProtectedCount,
    suppression.Narrowed,
)


@dataclass
class Tally:
    """What came of the rounds."""

    rounds: int = 0
    tables: int = 0
    refused: int = 0
    cells: int = 0
    protected: int = 0
    hidden: int = 0
    narrowed: int = 0
    refusals: Counter = field(default_factory=Counter)

    def add(self, published: list[Release]) -> None:
        """Count what was published in a round, and attack all of it together."""
        self.tables += len(published)
        for one in published:
            marks = Counter(one.marks.values())
            self.cells += len(one.table.cells)
            self.protected += len(list(one.protected()))
            self.hidden += marks[HIDDEN]
        self.narrowed += len(narrowed(published))

    def refuse(self, refusal: ValueError) -> None:
        self.refused += 1
        self.refusals[type(refusal).__name__] += 1

    def __str__(self) -> str:
        return (
            f"{self.tables} releases in {self.rounds} rounds, {self.refused} refused "
            f"{dict(self.refusals)}; {self.cells} cells, {self.protected} protected, "
            f"{self.hidden} hidden beside them; {self.narrowed} narrowed"
        )


def attack_many(*, count: int, seed: int, primary_only: bool = False) -> Tally:
    """`count` random releases, each beside those before it in its round, attacked."""
    draw, tally = random.Random(seed), Tally()
    while tally.tables < count:
        tally.rounds += 1
        tables = random_tables(draw)
        published: list[Release] = []
        for table in tables:
            try:
                published.append(_publish(table, published, primary_only))
            except REFUSALS as refusal:
                tally.refuse(refusal)
        tally.add(published)
    return tally


def random_tables(draw: random.Random) -> list[Table]:
    """One to three tables of one population, or of one that has grown."""
    names = NAMES[: draw.randint(2, 4)]
    bases = {name: [f"{name}{n}" for n in range(draw.randint(2, 5))] for name in names}
    people = _population(draw, bases, size=draw.choice((60, 200, 800, 3000)))
    whole = draw.random() < 0.5
    tables = [_table(draw, "first", bases, people, upto=0, whole=whole)]
    for n in range(draw.choice((0, 0, 1, 2))):
        upto = draw.randint(0, 1)
        tables.append(_table(draw, f"later{n}", bases, people, upto=upto, whole=whole))
    return tables


def narrowed(published: list[Release]) -> list[tuple[str, tuple]]:
    """The protected cells whose bounds the attacker finds narrower than 1 to 10."""
    attacker = _Attacker(published)
    found = []
    for one in published:
        for cell in one.protected():
            least, most = attacker.bounds(one, cell)
            if least > LEAST + NEAR or most < MOST - NEAR:
                found.append((one.id, cell))
    return found


def _publish(table: Table, published: list[Release], primary_only: bool) -> Release:
    if primary_only:
        return suppression.primary(table)
    return suppression.release(table, earlier=published)


def _population(draw: random.Random, bases: dict, *, size: int) -> Counter:
    """How many there are of each kind; some lines are rare, a few entered later."""
    weights = {
        name: [draw.choice((1, 1, 3, 10)) for _ in values]
        for name, values in bases.items()
    }
    people: Counter = Counter()
    for _ in range(size):
        kind = tuple(draw.choices(bases[name], weights[name])[0] for name in bases)
        people[(*kind, str(int(draw.random() < 0.1)))] += 1
    return people


def _table(
    draw, name: str, bases: dict, people: Counter, *, upto: int, whole: bool
) -> Table:
    """A table by some of the dimensions, of some of the places, entered so far."""
    shown = draw.sample(list(bases), draw.randint(2, len(bases)))
    scope = {ENTERED: frozenset(str(n) for n in range(upto + 1))}
    dimensions = []
    for one in shown:
        values = list(bases[one])
        if name != "first" and not whole and len(values) > 2 and draw.random() < 0.3:
            values.remove(draw.choice(values))
        dimensions.append(_dimension(draw, one, values, whole))
    counts: Counter = Counter()
    order = list(bases)
    for kind, number in people.items():
        value = dict(zip(order, kind, strict=False))
        if kind[-1] not in scope[ENTERED]:
            continue
        if all(value[one.id] in one.values for one in dimensions):
            counts[tuple(one.category_of(value[one.id]) for one in dimensions)] += (
                number
            )
    return Table(name, "people", tuple(dimensions), dict(counts), scope)


def _dimension(draw, name: str, values: list[str], whole: bool) -> Dimension:
    fine = tuple(Category(one, frozenset([one])) for one in values)
    if len(values) < 3 or draw.random() < 0.3:
        return Dimension(name, fine, is_whole=whole)
    cut = draw.randint(1, len(values) - 1)
    coarse = (
        Category(f"{name}-a", frozenset(values[:cut])),
        Category(f"{name}-b", frozenset(values[cut:])),
    )
    if draw.random() < 0.3:
        return Dimension(name, coarse, is_whole=whole)
    coarser = Dimension(name, coarse, is_whole=whole)
    return Dimension(name, fine, coarser, is_whole=whole)


class _Attacker:
    """All that the tables say, as equations between cells and smallest groups."""

    def __init__(self, published: list[Release]):
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        self._groups = self._unknown_groups(published)
        self._cells = {}
        for one in published:
            for cell in one.table.cells:
                self._cells[one.id, cell] = self._unknown(*_known(one, cell))
            self._sums(one)
        self._count = self._highs.getNumCol()

    def bounds(self, release: Release, cell: tuple) -> tuple[float, float]:
        wanted = self._cells[release.id, cell]
        found = []
        for sign in (1.0, -1.0):
            self._highs.changeColCost(wanted, sign)
            self._highs.run()
            found.append(sign * self._highs.getObjectiveValue())
            self._highs.changeColCost(wanted, 0.0)
        return found[0], found[1]

    def _unknown(self, least: float, most: float) -> int:
        self._highs.addVar(least, most)
        return self._highs.getNumCol() - 1

    def _unknown_groups(self, published: list[Release]) -> dict[tuple, int]:
        values: dict[str, set] = {}
        whole = {
            each.id
            for one in published
            for each in one.table.dimensions
            if each.is_whole
        }
        for one in published:
            for name, those in one.table.values_of(one.table.grand_total).items():
                rest = set() if name in whole else {"elsewhere"}
                values.setdefault(name, rest).update(those)
        self._names = list(values)
        groups = product(*(sorted(values[name]) for name in self._names))
        return {group: self._unknown(0, highspy.kHighsInf) for group in groups}

    def _sums(self, one: Release) -> None:
        """Leaf cells are sums of groups, every total the sum of one line of cells."""
        for cell in one.table.cells:
            if TOTAL not in cell:
                self._equal(self._cells[one.id, cell], self._inside(one, cell))
            for place, key in enumerate(cell):
                if key == TOTAL:
                    parts = [
                        self._cells[
                            one.id, (*cell[:place], each.id, *cell[place + 1 :])
                        ]
                        for each in one.table.dimensions[place].categories
                    ]
                    self._equal(self._cells[one.id, cell], parts)

    def _inside(self, one: Release, cell: tuple) -> list[int]:
        values = one.table.values_of(cell)
        return [
            column
            for group, column in self._groups.items()
            if all(
                name not in values or value in values[name]
                for name, value in zip(self._names, group, strict=True)
            )
        ]

    def _equal(self, whole: int, parts: list[int]) -> None:
        columns = [whole, *parts]
        self._highs.addRow(0, 0, len(columns), columns, [1.0] + [-1.0] * len(parts))


def _known(one: Release, cell: tuple) -> tuple[float, float]:
    mark, value = one.marks.get(cell), one.table.cells[cell]
    if mark == PROTECTED:
        return LEAST, MOST
    if mark == BELOW:
        return 0, MOST
    if mark is not None and value > MOST:
        return MOST + 1, highspy.kHighsInf
    return value, value


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    words.add_argument("--count", type=int, default=2000)
    words.add_argument("--seed", type=int, default=9)
    words.add_argument("--primary-only", action="store_true")
    asked = words.parse_args()
    tally = attack_many(**vars(asked))
    print(f"{tally} (seed {asked.seed})")
    return 1 if tally.narrowed else 0


if __name__ == "__main__":
    sys.exit(main())
