"""Charts as drawings that stand in the page: no script, no style, the same every time.

Vega-Lite draws (`vl_convert`, without a browser or a network). Series are told apart by
pattern, dash and shape, never by colour alone. Each chart says its figures in words
too, and the page sets its table of numbers beside it. Pure: figures in, markup out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import vl_convert

_VERSION = "5.20"
_FONT = "Source Sans Pro Web, Helvetica, Arial, sans-serif"
_INK, _QUIET, _LINE = "#1b1b1b", "#565c65", "#dfe1e2"
# Each dark enough on white for 3:1 (WCAG 1.4.11); told apart by pattern besides.
COLOURS = ("#005ea2", "#8b0a03", "#24542a", "#48207a", "#5c410a", "#3d4551")
# What the drawing engine is given in place of the patterns, and what is put there.
_MARKED = tuple(f"#00010{n}" for n in range(1, len(COLOURS) + 1))
_STRIPES = (
    "",
    '<path d="M0 8 8 0M-2 2 2-2M6 10 10 6" stroke="{0}" stroke-width="2.2"/>',
    '<circle cx="4" cy="4" r="2.2" fill="{0}"/>',
    '<path d="M0 4H8" stroke="{0}" stroke-width="3"/>',
    '<path d="M4 0V8" stroke="{0}" stroke-width="3"/>',
    '<path d="M0 0 8 8M0 8 8 0" stroke="{0}" stroke-width="1.6"/>',
)
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [4, 4])
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")

BARS, LINES = "bars", "lines"


class NotDrawable(ValueError):
    """The chart has too many series, none at all, or no usable identifier."""


@dataclass(frozen=True)
class Series:
    """One line of the legend and its numbers, in the order of the chart's places."""

    label: str
    numbers: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """What is drawn: along which places, counted in what, as bars or as lines."""

    id: str
    title: str
    along: str
    unit: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    kind: str = BARS

    def __post_init__(self):
        if not _IDENTIFIER.match(self.id):
            raise NotDrawable(f"{self.id!r} is no identifier of a chart.")
        if not 1 <= len(self.series) <= len(COLOURS):
            raise NotDrawable(f"A chart has 1 to {len(COLOURS)} series.")
        if any(len(one.numbers) != len(self.places) for one in self.series):
            raise NotDrawable("Every series has one number for each place.")

    @property
    def is_empty(self) -> bool:
        return not any(number for one in self.series for number in one.numbers)


def summary(chart: Chart) -> str:
    """What the chart shows, in sentences."""
    if chart.is_empty:
        return f"{chart.title}: nothing to count."
    return " ".join([f"{chart.title}.", *map(_of_series(chart), chart.series)])


@lru_cache(maxsize=256)
def svg(chart: Chart) -> str:
    """The drawing, with a title and a description for those who do not see it."""
    drawn = vl_convert.vegalite_to_svg(
        _specification(chart), vl_version=_VERSION, allowed_base_urls=[]
    )
    return _safe(chart, drawn)


def _of_series(chart: Chart):
    def sentence(one: Series) -> str:
        known = [
            (number, place)
            for number, place in zip(one.numbers, chart.places, strict=True)
            if number is not None
        ]
        name = f"{one.label}: " if one.label else ""
        if not known:
            return f"{name}no number."
        most, least = max(known, key=_number), min(known, key=_number)
        if len(known) == 1:
            return f"{name}{_said(most[0])} {chart.unit} ({most[1]})."
        article = "the" if name else "The"
        return (
            f"{name}{article} most {_said(most[0])} {chart.unit} ({most[1]}), "
            f"the least {_said(least[0])} ({least[1]})."
        )

    return sentence


def _number(pair: tuple[float, str]) -> float:
    return pair[0]


def _said(number: float) -> str:
    return f"{number:,.1f}".removesuffix(".0")


def _specification(chart: Chart) -> dict:
    labels = [one.label for one in chart.series]
    rows = [
        {"place": place, "n": number, "series": one.label}
        for one in chart.series
        for place, number in zip(chart.places, one.numbers, strict=True)
        if number is not None
    ]
    legend = None if len(labels) == 1 else {"title": None, "orient": "top"}
    return {
        "width": max(320, min(760, 46 * len(chart.places))),
        "height": 240,
        "background": "white",
        "data": {"values": rows},
        "config": _config(),
        **(_bars if chart.kind == BARS else _lines)(chart, labels, legend),
    }


def _axes(chart: Chart) -> dict:
    return {
        "x": {
            "field": "place",
            "type": "ordinal",
            "sort": list(chart.places),
            "scale": {"domain": list(chart.places)},
            "axis": {"title": chart.along, "labelAngle": _angle(chart)},
        },
        "y": {
            "field": "n",
            "type": "quantitative",
            "axis": {"title": chart.unit, "tickMinStep": 1, "tickCount": 6},
        },
    }


def _angle(chart: Chart) -> int:
    return -40 if max(map(len, chart.places), default=0) > 6 else 0


def _bars(chart: Chart, labels: list[str], legend: dict | None) -> dict:
    colours = list(_MARKED[: len(labels)])
    return {
        "mark": {"type": "bar", "stroke": _INK, "strokeWidth": 0.6},
        "encoding": {
            **_axes(chart),
            "xOffset": {"field": "series", "sort": labels},
            "fill": {
                "field": "series",
                "type": "nominal",
                "scale": {"domain": labels, "range": colours},
                "legend": legend,
            },
        },
    }


def _lines(chart: Chart, labels: list[str], legend: dict | None) -> dict:
    count = len(labels)

    def scaled(values: Sequence) -> dict:
        return {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": labels, "range": list(values[:count])},
            "legend": legend,
        }

    return {
        "encoding": _axes(chart),
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"stroke": scaled(COLOURS), "strokeDash": scaled(_DASHES)},
            },
            {
                "mark": {"type": "point", "size": 60, "strokeWidth": 2},
                "encoding": {"stroke": scaled(COLOURS), "shape": scaled(_SHAPES)},
            },
        ],
    }


def _config() -> dict:
    words = {
        "labelFont": _FONT,
        "titleFont": _FONT,
        "labelColor": _INK,
        "titleColor": _QUIET,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    }
    return {
        "font": _FONT,
        "view": {"stroke": None},
        "axis": {**words, "gridColor": _LINE, "domainColor": _QUIET},
        "legend": {**words, "symbolSize": 160, "symbolStrokeColor": _INK},
    }


def _safe(chart: Chart, drawn: str) -> str:
    """The drawing as one image with a name: patterns in, everything active out."""
    drawn = re.sub(r' (?:role|class|aria-[a-z]+|xmlns:xlink)="[^"]*"', "", drawn)
    drawn = re.sub(r"<(title|desc)>.*?</\1>", "", drawn)
    for place, marked in enumerate(_MARKED):
        drawn = drawn.replace(f'fill="{marked}"', f'fill="url(#{chart.id}-p{place})"')
    name, said = f"{chart.id}-title", f"{chart.id}-said"
    head = (
        f'<title id="{name}">{escape(chart.title)}</title>'
        f'<desc id="{said}">{escape(summary(chart))}</desc>'
        f"<defs>{_patterns(chart)}</defs>"
    )
    opening = f'<svg class="desk-chart" role="img" aria-labelledby="{name} {said}"'
    drawn = drawn.replace("<svg", opening, 1)
    return drawn.replace(">", f">{head}", 1)


def _patterns(chart: Chart) -> str:
    if chart.kind != BARS:
        return ""
    return "".join(
        f'<pattern id="{chart.id}-p{place}" width="8" height="8" '
        f'patternUnits="userSpaceOnUse"><rect width="8" height="8" '
        f'fill="{"#fff" if stripes else colour}"/>{stripes.format(colour)}</pattern>'
        for place, (colour, stripes) in enumerate(
            zip(COLOURS[: len(chart.series)], _STRIPES, strict=False)
        )
    )
