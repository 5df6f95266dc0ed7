"""What a dashboard shows: each figure as a chart, as words, and as a table. Pure.

A panel's chart and its table hold the same numbers, and each number of the table opens
the rows that it counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from requests_app.reporting import charts
from requests_app.reporting.charts import BARS, LINES, Chart, Series
from requests_app.reporting.counting import Counted, Number, stretches
from requests_app.reporting.figures import Figure, Way
from requests_app.reporting.narrowing import Asked
from requests_app.review.models import Decision, Result

MOST_SERIES, MOST_PLACES = 5, 24
OTHER = "Other"


@dataclass(frozen=True)
class Line:
    """One line of a panel's table: what it is, and its numbers with their rows."""

    label: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Panel:
    """One chart with its words and its table."""

    figure: Figure
    title: str
    drawing: str
    said: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def id(self) -> str:
        return self.figure.id


def panels(counted: Mapping[str, Counted], asked: Asked) -> list[Panel]:
    """The panels of a dashboard, in their order."""
    made = [_over_time(counted["requests"], asked)]
    if len(counted["requests"].by_agency) > 1:
        made.append(_by_agency(counted["requests"], asked))
    made += [
        _codes_over_time(counted["instruments"], asked),
        _codes_over_time(counted["asks"], asked),
        _crossed(counted["findings"], asked, Result.choices, along="Provision"),
        _crossed(counted["decisions"], asked, Decision.choices, along="Asked"),
        _by_code(counted["mismatches"], asked),
        _by_code(counted["ice_access"], asked),
        _over_time(counted["hours_to_copy"], asked, kind=LINES),
        _over_time(counted["hours_to_decision"], asked, kind=LINES),
        _over_time(counted["notices_owed"], asked),
        _over_time(counted["notices_served"], asked),
        _over_time(counted["overrides"], asked),
    ]
    return made


def cards(counted: Mapping[str, Counted], asked: Asked) -> list[dict]:
    """The figures in all, each with its rows."""
    return [
        {
            "title": one.figure.title,
            "number": said(one.total),
            "unit": one.figure.unit,
            "rows": _link(one.figure, asked),
        }
        for one in counted.values()
        if one.figure.id not in ("instruments", "staff_minutes", "cost_cents")
    ]


def table(counted: Counted, asked: Asked) -> list[tuple]:
    """The whole of a figure for a file: stretch, code, words, number."""
    lines = []
    for first, last in stretches(asked):
        for code, number in sorted(counted.over_time.get(first, {}).items()):
            word = counted.figure.word(code) if code else ""
            lines.append((first, last, code, word, number))
    return lines


def said(number: Number) -> str:
    """A number as it stands in a table."""
    if number is None:
        return "–"
    return f"{number:,.1f}" if isinstance(number, float) else f"{number:,}"


def _over_time(counted: Counted, asked: Asked, *, kind: str = BARS) -> Panel:
    """One number for each stretch of time."""
    times = stretches(asked)
    numbers = [counted.over_time.get(first, {}).get("") for first, _ in times]
    if counted.figure.way is not Way.MEDIAN:
        numbers = [number or 0 for number in numbers]
    chart = Chart(
        counted.figure.id,
        counted.figure.title,
        asked.by.capitalize(),
        counted.figure.unit,
        tuple(_named(first, asked.by) for first, _ in times),
        (Series("", tuple(numbers)),),
        kind,
    )
    lines = [
        Line(
            _named(first, asked.by),
            ((said(number), _link(counted.figure, asked.within(first, last))),),
        )
        for (first, last), number in zip(times, numbers, strict=True)
    ]
    return _panel(counted.figure, chart, (chart.along, counted.figure.unit), lines)


def _codes_over_time(counted: Counted, asked: Asked) -> Panel:
    """The commonest codes over time, the others together."""
    figure, times = counted.figure, stretches(asked)
    names = list(counted.by_code)[:MOST_SERIES]
    rest = list(counted.by_code)[MOST_SERIES:]
    groups = [(figure.word(name), [name]) for name in names]
    groups += [(OTHER, rest)] if rest else []
    groups = groups or [("", [])]
    series = tuple(
        Series(
            label,
            tuple(
                sum(counted.over_time.get(first, {}).get(one, 0) for one in codes)
                for first, _ in times
            ),
        )
        for label, codes in groups
    )
    places = tuple(_named(first, asked.by) for first, _ in times)
    chart = Chart(
        figure.id,
        figure.title,
        asked.by.capitalize(),
        figure.unit,
        places,
        series,
        LINES,
    )
    lines = [
        Line(
            place,
            tuple(
                (
                    said(one.numbers[at]),
                    _link(figure, asked.within(*times[at]), *_only(codes)),
                )
                for one, (_, codes) in zip(series, groups, strict=True)
            ),
        )
        for at, place in enumerate(places)
    ]
    return _panel(figure, chart, (chart.along, *(one.label for one in series)), lines)


def _only(codes: list[str]) -> list[str]:
    return codes if len(codes) == 1 else []


def _by_code(counted: Counted, asked: Asked) -> Panel:
    """One bar for each code."""
    figure = counted.figure
    codes = list(counted.by_code.items())[:MOST_PLACES]
    chart = Chart(
        figure.id,
        figure.title,
        "Kind",
        figure.unit,
        tuple(figure.word(code) for code, _ in codes),
        (Series("", tuple(number for _, number in codes)),),
    )
    lines = [
        Line(figure.word(code), ((said(number), _link(figure, asked, code)),))
        for code, number in counted.by_code.items()
    ]
    return _panel(figure, chart, ("Kind", figure.unit), lines)


def _by_agency(counted: Counted, asked: Asked) -> Panel:
    figure = counted.figure
    most = sorted(counted.by_agency.items(), key=lambda pair: (-pair[1], pair[0]))
    chart = Chart(
        "agencies",
        "Requests by agency",
        "Agency",
        figure.unit,
        tuple(code for code, _ in most[:MOST_PLACES]),
        (Series("", tuple(number for _, number in most[:MOST_PLACES])),),
    )
    lines = [
        Line(
            code,
            ((said(number), f"?{asked.query_with(figure=figure.id, agency=code)}"),),
        )
        for code, number in most
    ]
    return _panel(figure, chart, ("Agency", figure.unit), lines)


def _crossed(
    counted: Counted, asked: Asked, ends: Iterable[tuple[str, str]], *, along: str
) -> Panel:
    """Codes of two words, the second of which is one of a few: a series for each."""
    figure, ends = counted.figure, list(ends)
    numbers: dict[str, dict[str, Number]] = defaultdict(dict)
    for code, number in counted.by_code.items():
        head, _, tail = code.rpartition(" ")
        numbers[head][tail] = number
    heads = sorted(numbers)
    series = tuple(
        Series(label, tuple(numbers[head].get(end, 0) for head in heads))
        for end, label in ends
    )
    words = [(figure.words or {}).get(head, head) for head in heads]
    chart = Chart(figure.id, figure.title, along, figure.unit, tuple(words), series)
    lines = [
        Line(
            word,
            tuple(
                (
                    said(numbers[head].get(end, 0)),
                    _link(figure, asked, f"{head} {end}"),
                )
                for end, _ in ends
            ),
        )
        for head, word in zip(heads, words, strict=True)
    ]
    return _panel(figure, chart, (along, *(label for _, label in ends)), lines)


def _panel(figure: Figure, chart: Chart, head: tuple, lines: Iterable[Line]) -> Panel:
    drawing = "" if chart.is_empty else charts.svg(chart)
    return Panel(
        figure, chart.title, drawing, charts.summary(chart), head, tuple(lines)
    )


def _link(figure: Figure, asked: Asked, code: str = "") -> str:
    more = {"figure": figure.id, **({"code": code} if code else {})}
    return f"?{asked.query_with(**more)}"


def _named(first: date, by: str) -> str:
    """A stretch of time in words that sort."""
    if by == "year":
        return str(first.year)
    if by == "quarter":
        return f"{first.year} Q{(first.month + 2) // 3}"
    return f"{first:%Y-%m}"
