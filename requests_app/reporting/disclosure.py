"""What a reader of several releases can work out, by linear programming. Pure.

Every cell of every release is a sum of pieces: the pieces are what remains when the
categories and scopes of all releases cut each other. A shown number fixes its sum; a
protected cell is known to be 1 to 10, what stands under it to be 0 to 10. Of another
hidden cell the reader is supposed to know even more than the mark says: whether it is
zero or reaches the threshold. What such a reader cannot narrow, nobody can who reads
the releases alone.

A bound counts as reached only by a solution in whole numbers.
"""

from collections.abc import Sequence

import highspy
import numpy as np

from requests_app.reporting.cells import (
    BELOW,
    HIDDEN,
    PROTECTED,
    THRESHOLD,
    Cell,
    Release,
    is_protected,
)

LOW, HIGH = 1, THRESHOLD - 1
MOST_PIECES = 20_000
_NEAR = 1e-6
_SECONDS = 20.0
_REST = "\x00rest"

# A cell, and the release it stands in.
Named = tuple[str, Cell]


class TooManyPieces(ValueError):
    """The releases cut each other into more pieces than can be checked."""


class Knowledge:
    """The pieces of some releases, and all that their readers know of them.

    The last release is the new one; its shown cells may be given leave to move, by
    which it is found what must be hidden.
    """

    def __init__(self, releases: Sequence[Release]):
        self.releases = tuple(releases)
        self.new = self.releases[-1]
        self._pieces = _Pieces(self.releases)
        self._row: dict[Named, int] = {}
        self._members: list[np.ndarray] = []
        self._known: list[tuple[float, float]] = []
        self._slack: dict[Cell, int] = {}
        self._last = np.zeros(0)
        self._highs = highspy.Highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 1),
            ("time_limit", _SECONDS),
        ):
            self._highs.setOptionValue(option, value)
        self._build()

    # What can be worked out

    def is_consistent(self) -> bool:
        """Whether one set of records can be behind all the releases."""
        return self._solve({}) is not None

    def narrowed(self) -> list[Named]:
        """The protected cells of any release whose 1 to 10 can be made narrower."""
        left = [(one, target) for one in self.protected() for target in (LOW, HIGH)]
        failed = []
        while left:
            one, target = left.pop()
            solution = self._reaches(self._row[one], target, target)
            if solution is None:
                failed.append(one)
                continue
            left = [pair for pair in left if not self._shows(solution, *pair)]
        return failed

    def is_open(self, members: np.ndarray) -> bool:
        """Whether a group that no release shows may still be anything of 1 to 10."""
        rows = len(self._members)
        ones = np.flatnonzero(members).astype(np.int32)
        self._known.append((0, highspy.kHighsInf))
        self._highs.addRow(*self._known[rows], len(ones), ones, np.ones(len(ones)))
        try:
            return all(
                self._reaches(rows, low, high) is not None
                for low, high in ((0, LOW), (HIGH, highspy.kHighsInf))
            )
        finally:
            self._known.pop()
            self._highs.deleteRows(1, np.array([rows], dtype=np.int32))

    def differences(self) -> list[tuple[Cell, str, Cell, int]]:
        """Cells of the new and of an earlier release that differ by a protected count.

        One must hold the other, and what lies between must have become known.
        """
        found = []
        for earlier in self.releases[:-1]:
            for mine, theirs, between, by in self._nested(earlier):
                if is_protected(by) and not self.is_open(between):
                    found.append((mine, earlier.id, theirs, by))
        return found

    # What must be hidden

    def hide(self, cell: Cell) -> None:
        """Tell the readers no longer the number of a cell of the new release."""
        row = self._row[self.new.id, cell]
        self._known[row] = (THRESHOLD, highspy.kHighsInf)
        self._highs.changeRowBounds(row, *self._known[row])

    def movable(self, cell: Cell, weight: float) -> None:
        """Let a shown cell of the new release move, at a price."""
        value = self.new.table.cells[cell]
        at = self._slack[cell]
        columns = np.array([at, at + 1], dtype=np.int32)
        self._highs.changeColsBounds(
            2, columns, np.zeros(2), np.array([np.inf, float(value - THRESHOLD)])
        )
        self._highs.changeColsCost(2, columns, np.array([weight, weight]))

    def still(self, cell: Cell) -> None:
        """Take the leave of `movable` back."""
        at = self._slack[cell]
        columns = np.array([at, at + 1], dtype=np.int32)
        self._highs.changeColsBounds(2, columns, np.zeros(2), np.zeros(2))

    def moved(self, one: Named, target: int) -> list[Cell] | None:
        """Which shown cells must move for a protected one to be `target`; the cheapest.

        None when no move of those allowed will do.
        """
        solution = self._reaches(self._row[one], target, target)
        if solution is None:
            return None
        self._last = solution
        return [
            cell
            for cell, at in self._slack.items()
            if solution[at] > _NEAR or solution[at + 1] > _NEAR
        ]

    def reached_now(self) -> set[tuple[Named, int]]:
        """The bounds of protected cells that the last answer of `moved` shows."""
        return {
            (one, target)
            for one in self.protected()
            for target in (LOW, HIGH)
            if self._shows(self._last, one, target)
        }

    def protected(self) -> list[Named]:
        """The protected cells of every release."""
        return [
            (release.id, cell)
            for release in self.releases
            for cell in release.protected()
        ]

    # Inside

    def _build(self) -> None:
        count = self._pieces.count
        self._highs.addVars(count, np.zeros(count), np.full(count, np.inf))
        for release in self.releases:
            for cell, value in release.table.cells.items():
                members = self._pieces.of(release, cell)
                low, high = _bounds(release.marks.get(cell), value)
                ones = np.flatnonzero(members).astype(np.int32)
                self._row[release.id, cell] = len(self._members)
                self._members.append(members)
                self._highs.addRow(low, high, len(ones), ones, np.ones(len(ones)))
                self._known.append((low, high))
        self._add_slack(count)

    def _add_slack(self, at: int) -> None:
        for cell in self.new.table.cells:
            row = np.array([self._row[self.new.id, cell]], dtype=np.int32)
            for sign in (-1.0, 1.0):
                self._highs.addCol(0.0, 0.0, 0.0, 1, row, np.array([sign]))
            self._slack[cell] = at
            at += 2

    def _shows(self, solution: np.ndarray, one: Named, target: int) -> bool:
        pieces = solution[: self._pieces.count]
        return round(float(pieces[self._members[self._row[one]]].sum())) == target

    def _reaches(self, row: int, low: float, high: float) -> np.ndarray | None:
        """A solution in whole numbers with one sum between two bounds."""
        return self._solve({row: (low, high)})

    def _solve(self, bounds: dict[int, tuple[float, float]]) -> np.ndarray | None:
        for row, (low, high) in bounds.items():
            self._highs.changeRowBounds(row, low, high)
        try:
            solution = self._run()
            if solution is None or _is_whole(solution):
                return solution
            return self._run_whole()
        finally:
            for row in bounds:
                self._highs.changeRowBounds(row, *self._known[row])

    def _run(self) -> np.ndarray | None:
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._highs.getSolution().col_value)

    def _run_whole(self) -> np.ndarray | None:
        count = self._highs.getNumCol()
        columns = np.arange(count, dtype=np.int32)
        for kind in (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous):
            kinds = np.full(count, int(kind), dtype=np.uint8)
            self._highs.changeColsIntegrality(count, columns, kinds)
            if kind == highspy.HighsVarType.kInteger:
                solution = self._run()
        return solution

    def _nested(self, earlier: Release):
        for mine, value in self.new.table.cells.items():
            inner = self._members[self._row[self.new.id, mine]]
            for theirs, other in earlier.table.cells.items():
                outer = self._members[self._row[earlier.id, theirs]]
                if not is_protected(abs(value - other)):
                    continue
                if not (inner & ~outer).any() or not (outer & ~inner).any():
                    yield mine, theirs, inner ^ outer, abs(value - other)


class _Pieces:
    """The pieces into which the categories and scopes of releases cut each other."""

    def __init__(self, releases: Sequence[Release]):
        names = sorted({name for one in releases for name in _values(one)})
        self._names = names
        self._classes = {name: _classes(name, releases) for name in names}
        self.count = 1
        for name in names:
            self.count *= len(self._classes[name])
        if self.count > MOST_PIECES:
            raise TooManyPieces(
                f"The tables cut each other into {self.count} pieces; at most "
                f"{MOST_PIECES} can be checked. Use coarser divisions."
            )

    def of(self, release: Release, cell: Cell) -> np.ndarray:
        """Which pieces make up a cell."""
        members = np.ones(1, dtype=bool)
        values = release.table.values_of(cell)
        for name in self._names:
            wanted = values.get(name)
            fits = np.array(
                [wanted is None or one in wanted for one in self._classes[name]]
            )
            members = np.logical_and.outer(members, fits).ravel()
        return members


def _values(release: Release) -> dict[str, list[frozenset[str]]]:
    """Of each dimension the sets of base values that a release tells apart."""
    sets = {name: [values] for name, values in release.table.scope.items()}
    for one in release.table.dimensions:
        sets[one.id] = [each.values for each in one.categories]
    return sets


def _classes(name: str, releases: Sequence[Release]) -> list[str]:
    """One base value for each class that no release divides; the rest of the world.

    Of a whole dimension there is no rest.
    """
    sets = [each for one in releases for each in _values(one).get(name, ())]
    everywhere = any(name not in _values(one) for one in releases) and not any(
        each.id == name and each.is_whole
        for one in releases
        for each in one.table.dimensions
    )
    seen: dict[tuple[bool, ...], str] = {}
    for value in sorted(frozenset().union(*sets)):
        seen.setdefault(tuple(value in each for each in sets), value)
    return [*seen.values(), *([_REST] if everywhere else [])]


def _bounds(mark: str | None, value: int) -> tuple[float, float]:
    if mark == PROTECTED:
        return LOW, HIGH
    if mark == BELOW:
        return 0, HIGH
    if mark == HIDDEN and value >= THRESHOLD:
        return THRESHOLD, np.inf
    return value, value


def _is_whole(solution: np.ndarray) -> bool:
    return bool(np.all(np.abs(solution - np.round(solution)) < _NEAR))
