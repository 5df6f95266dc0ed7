"""Figures counted from the rows of the roll-up, in few statements.

`figures.FIGURES` says what each is; here is how a number of it is made, in all, by
code, over time and by agency. A page asks for all of them together.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Aggregate, Count, F, FloatField, Func, Sum
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear

from requests_app.accounts.models import Agency
from requests_app.reporting.figures import FIGURES, Figure, Way
from requests_app.reporting.narrowing import Asked

_TRUNC = {"month": TruncMonth, "quarter": TruncQuarter, "year": TruncYear}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
Number = int | float | None


class Median(Aggregate):
    """The middle of the values, those that are not known left out."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass
class Counted:
    """One figure: in all, by code, over time (by code), and by agency."""

    figure: Figure
    total: Number = 0
    by_code: dict[str, Number] = field(default_factory=dict)
    over_time: dict[date, dict[str, Number]] = field(default_factory=dict)
    by_agency: dict[str, Number] = field(default_factory=dict)


def count(rows, asked: Asked) -> dict[str, Counted]:
    """Every figure of the rows, over the stretches of time that were asked for."""
    return _count(rows, asked, FIGURES.values())


def one(rows, asked: Asked, figure: Figure) -> Counted:
    """One figure alone."""
    return _count(rows, asked, [figure])[figure.id]


def narrowed(rows, figure: Figure, code: str = ""):
    """The rows behind a number: those that it counts."""
    if figure.way is Way.ROWS:
        return rows
    if figure.way is Way.GROUPS:
        return rows.filter(**{figure.column: code}) if code else rows
    if figure.way is Way.EACH:
        if code:
            return rows.filter(**{f"{figure.column}__contains": [code]})
        return rows.exclude(**{figure.column: []})
    if figure.way is Way.MEDIAN:
        return rows.filter(**{f"{figure.column}__isnull": False})
    return rows.filter(**{f"{figure.column}__gt": 0})


def stretches(asked: Asked) -> list[tuple[date, date]]:
    """The months, quarters or years of the range, each with its first and last day."""
    step = _MONTHS[asked.by]
    year, month = asked.since.year, (asked.since.month - 1) // step * step
    found = []
    while (first := date(year + month // 12, month % 12 + 1, 1)) <= asked.until:
        month += step
        end = date(year + month // 12, month % 12 + 1, 1)
        found.append((first, end - timedelta(days=1)))
    return found


@transaction.atomic
def _count(rows, asked: Asked, those: Iterable[Figure]) -> dict[str, Counted]:
    counted = {figure.id: Counted(figure) for figure in those}
    coded = {
        name: one
        for name, one in counted.items()
        if one.figure.way in (Way.EACH, Way.GROUPS)
    }
    codes = dict(Agency.objects.values_list("id", "code"))
    _set(work_mem="64MB", enable_sort="off")
    for one in coded.values():
        _count_codes(rows, asked, one, codes)
    _set(enable_sort="on")
    plain = [one.figure for name, one in counted.items() if name not in coded]
    if plain:
        _count_plain(rows, asked, plain, counted, codes)
    return counted


def _set(**settings: str) -> None:
    """Have statements planned so until the transaction ends.

    Policies make the planner expect few rows: it would sort, and on disk, what can be
    added up by hash.
    """
    pairs = [text for pair in settings.items() for text in pair]
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", pairs)


def _count_plain(
    rows, asked: Asked, those: list[Figure], counted: dict, codes: dict[int, str]
) -> None:
    made = {one.id: _aggregate(one) for one in those}
    for name, number in rows.aggregate(**made).items():
        counted[name].total = _none_is_zero(FIGURES[name], number)
    over = rows.annotate(stretch=_TRUNC[asked.by]("received_on")).values("stretch")
    for line in over.annotate(**made).order_by("stretch"):
        for name in made:
            number = _none_is_zero(FIGURES[name], line[name])
            counted[name].over_time[line["stretch"]] = {"": number}
    lines = rows.values("agency_id").annotate(**made)
    for line in sorted(lines.order_by(), key=lambda line: codes[line["agency_id"]]):
        for name in made:
            number = _none_is_zero(FIGURES[name], line[name])
            counted[name].by_agency[codes[line["agency_id"]]] = number


def _count_codes(rows, asked: Asked, counted: Counted, codes: dict[int, str]) -> None:
    figure = counted.figure
    code = F(figure.column)
    if figure.way is Way.EACH:
        code = Func(F(figure.column), function="unnest")
    lines = (
        rows.annotate(stretch=_TRUNC[asked.by]("received_on"), code=code)
        .values_list("stretch", "code", "agency_id")
        .annotate(n=Count("*"))
    )
    by_code: dict[str, int] = defaultdict(int)
    by_agency: dict[str, int] = defaultdict(int)
    over: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for stretch, value, agency_id, number in lines.order_by():
        by_code[value] += number
        by_agency[codes[agency_id]] += number
        over[stretch][value] += number
    counted.total = sum(by_code.values())
    counted.by_code = dict(
        sorted(by_code.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    counted.by_agency = dict(sorted(by_agency.items()))
    counted.over_time = {day: dict(codes) for day, codes in sorted(over.items())}


def _aggregate(figure: Figure):
    if figure.way is Way.ROWS:
        return Count("*")
    if figure.way is Way.MEDIAN:
        return Median(figure.column)
    return Sum(figure.column)


def _none_is_zero(figure: Figure, number: Number) -> Number:
    """A sum of nothing is zero; a median of nothing is none."""
    return number if figure.way is Way.MEDIAN else number or 0
