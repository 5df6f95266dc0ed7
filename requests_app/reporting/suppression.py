"""What of a table is shown to the public, and what is not. Pure.

Counts of 1 to 10 of a table with a personal attribute are protected (the threshold is
11). A coarser division is tried before anything is hidden. What is still protected is
shown as "1–10"; then as few other cells as will do are hidden, so that no protected
cell can be made narrower by adding and subtracting, neither in this table nor with any
earlier release of the same counted thing. A zero is shown only where the totals that it
adds up to are shown. There are no percentages: of hidden cells they would tell.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from requests_app.reporting.cells import (
    BELOW,
    HIDDEN,
    PROTECTED,
    THRESHOLD,
    TOTAL,
    Cell,
    Release,
    Table,
    is_protected,
    parents,
)
from requests_app.reporting.disclosure import HIGH, LOW, Knowledge

# Above this share of protected cells among those not zero, divide more coarsely.
TOO_MANY = 1 / 3
_PRICE_OF_A_TOTAL = 4


class TooFewToPublish(ValueError):
    """So few are counted that nothing but their total could be shown."""


class DiffersByProtectedCount(ValueError):
    """With an earlier release a group of 1 to 10 could be worked out."""


class Narrowed(ValueError):
    """A protected cell could be made narrower than 1 to 10."""


def release(table: Table, *, earlier: Sequence[Release] = ()) -> Release:
    """The table as it may be shown beside every earlier release, coarser if need be.

    Raises the refusal of the coarsest division when none can be shown.
    """
    refusal: ValueError | None = None
    for one in _coarser_and_coarser(table):
        if _is_thin(one) and _next_place(one) is not None:
            continue
        try:
            return _released(one, earlier=related(one, earlier))
        except (TooFewToPublish, DiffersByProtectedCount, Narrowed) as refused:
            refusal = refused
    assert refusal is not None
    raise refusal


def primary(table: Table) -> Release:
    """The table with its protected cells marked, and those under them. Not safe yet."""
    marks: dict[Cell, str] = {}
    for cell in sorted(table.cells, key=lambda one: -one.count(TOTAL)):
        if any(marks.get(one) in (PROTECTED, BELOW) for one in parents(cell)):
            marks[cell] = BELOW
        elif is_protected(table.cells[cell]):
            marks[cell] = PROTECTED
    return Release(table, marks)


def audit(new: Release, *, earlier: Sequence[Release] = ()) -> None:
    """Refuse a release by which a protected count could be worked out."""
    known = Knowledge([*related(new.table, earlier), new])
    if not known.is_consistent():
        raise DiffersByProtectedCount(_CHANGED)
    differences = known.differences()
    if differences:
        _, other, _, _ = differences[0]
        raise DiffersByProtectedCount(_DIFFERS.format(other=other))
    narrowed = known.narrowed()
    if narrowed:
        raise Narrowed(
            f"{len(narrowed)} protected counts could be made narrower than 1–10."
        )


def narrowed(
    new: Sequence[Release], *, earlier: Sequence[Release] = ()
) -> Counter[str]:
    """Of each release, how many protected counts all of them together make narrower."""
    found: Counter[str] = Counter()
    seen: set[str] = set()
    for one in new:
        if one.id in seen:
            continue
        others = [each for each in (*earlier, *new) if each is not one]
        known = Knowledge([*related(one.table, others), one])
        seen.update(each.id for each in known.releases)
        found.update(name for name, _ in known.narrowed())
    return found


def related(table: Table, earlier: Iterable[Release]) -> list[Release]:
    """The earlier releases of the same counted thing that touch this table's scope,
    directly or through one another.
    """
    left = [one for one in earlier if one.table.counted == table.counted]
    near, tables = [], [table]
    while tables:
        touching = [one for one in left if _touches(one.table, tables[-1])]
        tables.pop()
        left = [one for one in left if one not in touching]
        near += touching
        tables += [one.table for one in touching]
    return near


_DIFFERS = (
    "It differs by a protected count from the release {other}. Publish it for the same "
    "records as that one, or with a coarser division."
)
_CHANGED = (
    "The records behind an earlier release have changed since: the two releases differ "
    "by a protected count. Publish it for a later period, or with a coarser division."
)


def _released(table: Table, *, earlier: Sequence[Release]) -> Release:
    if is_protected(table.cells[table.grand_total]):
        raise TooFewToPublish(
            f"Fewer than {THRESHOLD} are counted in all, so no table of them is shown."
        )
    marked = _complemented(primary(table), earlier)
    marked = _without_telling_zeros(marked)
    audit(marked, earlier=earlier)
    return marked


def _complemented(marked: Release, earlier: Sequence[Release]) -> Release:
    """Hide, for each bound that can be told, the cheapest cells that keep it open."""
    known = Knowledge([*earlier, marked])
    if not known.is_consistent():
        raise DiffersByProtectedCount(_CHANGED)
    movable = {
        cell
        for cell, value in marked.table.cells.items()
        if _may_be_hidden(cell, value)
    }
    for cell in movable:
        known.movable(cell, _price(cell, marked.table.cells[cell]))
    hidden: set[Cell] = set()
    left = [(one, target) for one in known.protected() for target in (LOW, HIGH)]
    while left:
        moved = known.moved(*left.pop(0))
        if moved is None:
            raise TooFewToPublish(
                "So few are counted beside one another that hiding cells is not enough."
            )
        for cell in moved:
            known.still(cell)
            known.hide(cell)
        hidden.update(moved)
        reached = known.reached_now()
        left = [pair for pair in left if pair not in reached]
    return Release(marked.table, {**marked.marks, **dict.fromkeys(hidden, HIDDEN)})


def _without_telling_zeros(marked: Release) -> Release:
    """Hide the zeros of rows whose total is not shown."""
    telling = [
        cell
        for cell, value in marked.table.cells.items()
        if value == 0
        and cell not in marked.marks
        and any(one in marked.marks for one in parents(cell))
    ]
    return Release(marked.table, {**marked.marks, **dict.fromkeys(telling, HIDDEN)})


def _may_be_hidden(cell: Cell, value: int) -> bool:
    return value >= THRESHOLD and any(key != TOTAL for key in cell)


def _price(cell: Cell, value: int) -> float:
    return log(1 + value) / value * _PRICE_OF_A_TOTAL ** cell.count(TOTAL)


def _is_thin(table: Table) -> bool:
    leaves = [count for count in table.counts.values() if count]
    return sum(map(is_protected, leaves)) > TOO_MANY * len(leaves)


def _next_place(table: Table) -> int | None:
    for place, one in enumerate(table.dimensions):
        if one.coarser is not None:
            return place
    return None


def _coarser_and_coarser(table: Table):
    yield table
    while (place := _next_place(table)) is not None:
        table = table.coarsened(place)
        yield table


def _touches(one: Table, other: Table) -> bool:
    mine = one.values_of(one.grand_total)
    theirs = other.values_of(other.grand_total)
    return all(mine[name] & theirs[name] for name in mine.keys() & theirs.keys())
