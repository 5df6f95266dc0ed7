"""The public tables of an agency: which there are, and how they are counted.

Counts of what the government did are exact. Tables of people by sex, age or ethnicity
go through `suppression`, beside every earlier release and beside one another: they
count the same people, whatever they are divided by. `SCHEMA` says what the files hold;
`docs/public-tables.md` says it in words.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

from requests_app.accounts.models import Agency
from requests_app.docket.models import IceRequest, Person
from requests_app.docket.moments import ZONE
from requests_app.reporting import suppression
from requests_app.reporting.cells import Category, Dimension, Release, Table, counted
from requests_app.reporting.figures import FIGURES, Way
from requests_app.reporting.models import RequestFigures
from requests_app.reporting.tables import Column, Kind, csv_bytes
from requests_app.vault.sealing import CannotBeOpened

SCHEMA = "detainer-desk/public-tables/1"
# Acts of government, by figure; nothing of a person is in them.
EXACT = ("requests", "instruments", "asks", "decisions", "mismatches", "ice_access")
# What one is counted of in every table of people, so that all of them are compared.
COUNTED = "people"
_UNKNOWN = "unknown"


# Who is not known stands under "unknown": the dimensions leave nobody out.
def _each(name: str, values: Iterable[str], coarser: Dimension | None = None):
    categories = tuple(Category(one, frozenset([one])) for one in values)
    return Dimension(name, categories, coarser, is_whole=True)


def _together(name: str, **groups: tuple[str, ...]) -> Dimension:
    return Dimension(
        name,
        tuple(Category(one, frozenset(those)) for one, those in groups.items()),
        is_whole=True,
    )


_AGES = ("under_18", "18_to_24", "25_to_34", "35_to_44", "45_and_over", _UNKNOWN)
AGE = _each(
    "age",
    _AGES,
    _together(
        "age", under_25=_AGES[:2], **{"25_and_over": _AGES[2:5]}, unknown=(_UNKNOWN,)
    ),
)
SEX = _each(
    "sex",
    Person.Sex.values,
    _together(
        "sex", female=("female",), male=("male",), other=("other", _UNKNOWN, "refused")
    ),
)
_HISPANIC = ("hispanic",)
ETHNICITY = _each(
    "ethnicity",
    Person.Ethnicity.values,
    _together(
        "ethnicity",
        hispanic=_HISPANIC,
        other=tuple(one for one in Person.Ethnicity.values if one not in _HISPANIC),
    ),
)
# Each table of people: its identifier, its words, its dimensions.
PEOPLE = (
    ("people_by_sex_and_age", "People by sex and age", (SEX, AGE)),
    ("people_by_sex_and_ethnicity", "People by sex and ethnicity", (SEX, ETHNICITY)),
)


def exact(agency: Agency, since: date, until: date) -> list[dict]:
    """The tables of acts, exact, each with its definition."""
    rows = RequestFigures.objects.filter(
        agency=agency, received_on__gte=since, received_on__lt=until
    ).exclude(ice_request__in=IceRequest.objects.filter(batch__is_shown=False))
    lines = list(rows.values(*{FIGURES[one].column for one in EXACT} - {""}))
    return [
        {
            "id": name,
            "title": FIGURES[name].title,
            "definition": FIGURES[name].definition,
            "dimensions": ["code"],
            "exact": True,
            "rows": _exact_rows(name, lines),
        }
        for name in EXACT
    ]


def _exact_rows(name: str, lines: list[dict]) -> list[dict]:
    figure = FIGURES[name]
    if figure.way is Way.ROWS:
        return [{"code": "all", "label": "All", "count": len(lines)}]
    counts: Counter[str] = Counter()
    for line in lines:
        value = line[figure.column]
        counts.update(value if figure.way is Way.EACH else [value])
    return [
        {"code": code, "label": figure.word(code), "count": number}
        for code, number in sorted(counts.items())
    ]


def people(
    agency: Agency,
    since: date,
    until: date,
    *,
    version: int,
    earlier: Sequence[Release],
) -> tuple[list[dict], dict[str, Release]]:
    """The tables of people as they may be shown, and the releases behind them.

    A table that shows too few people, or that would tell a protected count beside the
    tables above it, is left out, and says so. Raises DiffersByProtectedCount, Narrowed.
    """
    rows = _people(agency, since, until)
    shown, releases = [], {}
    for name, title, dimensions in PEOPLE:
        table = Table(
            name,
            COUNTED,
            dimensions,
            counted(dimensions, rows),
            _scope(since, version),
        )
        public = {"id": name, "title": title, "definition": _DEFINITION}
        try:
            release = _released(table, earlier=earlier, above=[*releases.values()])
        except suppression.TooFewToPublish as refusal:
            shown.append({**public, "left_out": str(refusal), "rows": []})
            continue
        releases[name] = release
        shown.append(
            {
                **public,
                "dimensions": [one.id for one in release.table.dimensions],
                "exact": False,
                "rows": release.as_rows(),
            }
        )
    return shown, releases


def _released(
    table: Table, *, earlier: Sequence[Release], above: Sequence[Release]
) -> Release:
    """The table beside all earlier releases and those `above` it in the same one."""
    try:
        return suppression.release(table, earlier=[*earlier, *above])
    except (suppression.DiffersByProtectedCount, suppression.Narrowed) as refusal:
        # Of earlier releases it is the records that have changed: nothing is proposed.
        suppression.release(table, earlier=earlier)
        raise suppression.TooFewToPublish(_TOLD_ABOVE) from refusal


_TOLD_ABOVE = "Beside the tables above, it would tell a count of 1 to 10."
_DEFINITION = (
    "Requests received in the period, by what the agency recorded of the person each "
    "concerns. Counts of 1 to 10 are shown as 1–10, and others are hidden where they "
    "would tell them; there are no percentages."
)


def _scope(since: date, version: int) -> dict[str, frozenset[str]]:
    """The period, and what had been entered by then: later versions count more."""
    entered = frozenset(f"{since}/{one}" for one in range(1, version + 1))
    return {"period": frozenset([since.isoformat()]), "entered": entered}


def _people(agency: Agency, since: date, until: date) -> list[dict[str, str]]:
    begins = datetime.combine(since, time.min, tzinfo=ZONE)
    ends = datetime.combine(until, time.min, tzinfo=ZONE)
    rows = Person.objects.filter(
        ice_request__agency=agency,
        ice_request__received_at__gte=begins,
        ice_request__received_at__lt=ends,
        ice_request__in=IceRequest.objects.shown(),
    ).select_related("ice_request__data_key")
    return [
        {"sex": one.sex, "ethnicity": one.ethnicity, "age": _age(one)} for one in rows
    ]


def _age(person: Person) -> str:
    try:
        born = person.date_of_birth
    except CannotBeOpened:
        return _UNKNOWN
    if born is None:
        return _UNKNOWN
    on = person.ice_request.received_at.astimezone(ZONE).date()
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    limits = ((18, _AGES[0]), (25, _AGES[1]), (35, _AGES[2]), (45, _AGES[3]))
    return next((band for limit, band in limits if age < limit), _AGES[4])


# A release is kept sealed as plain objects, for the audit of every later one.


def kept(release: Release) -> dict:
    table = release.table
    return {
        "id": table.id,
        "counted": table.counted,
        "dimensions": [
            {
                "id": one.id,
                "categories": {c.id: sorted(c.values) for c in one.categories},
            }
            for one in table.dimensions
        ],
        "counts": [[list(leaf), count] for leaf, count in table.counts.items()],
        "scope": {name: sorted(values) for name, values in table.scope.items()},
        "marks": [[list(cell), mark] for cell, mark in release.marks.items()],
    }


def of_kept(said: Mapping, *, name: str) -> Release:
    """The release that `kept` made plain; `name` tells it from others of its table.

    What is kept is always of people: some were kept as counted of their own table.
    """
    dimensions = tuple(
        Dimension(
            one["id"],
            tuple(
                Category(key, frozenset(values))
                for key, values in one["categories"].items()
            ),
            is_whole=True,
        )
        for one in said["dimensions"]
    )
    table = Table(
        name,
        COUNTED,
        dimensions,
        {tuple(leaf): count for leaf, count in said["counts"]},
        {key: frozenset(values) for key, values in said["scope"].items()},
    )
    return Release(table, {tuple(cell): mark for cell, mark in said["marks"]})


COLUMNS = (
    Column("table", "Table"),
    Column("key", "Cell: each dimension and its value"),
    Column("label", "In words"),
    Column("count", "Count, or what is shown in its place"),
    Column("exact", "Whether the table is exact", Kind.YES),
)


def shown(tables: Mapping) -> list[dict]:
    """The tables as a page has them: the cells of a row in the order of dimensions.

    A count of nobody is left to the files, which have every cell.
    """
    return [
        {
            **table,
            "rows": [
                {"cells": _cells(table, row), "count": row["count"]}
                for row in table["rows"]
                if row["count"] != 0
            ],
        }
        for table in tables["tables"]
    ]


_WORDS = {
    "sex": {**dict(Person.Sex.choices), "total": "All"},
    "ethnicity": {**dict(Person.Ethnicity.choices), "total": "All"},
    "age": {"unknown": "Not known", "total": "All ages"},
}


def _cells(table: Mapping, row: Mapping) -> list[str]:
    if table["exact"]:
        return [row["label"]]
    named = [(_WORDS.get(name, {}), row[name]) for name in table["dimensions"]]
    return [words.get(code, code.replace("_", " ")) for words, code in named]


def as_csv(tables: Mapping) -> bytes:
    """The public file as CSV: one line a cell."""
    return b"".join(csv_bytes(COLUMNS, _lines(tables)))


def _lines(tables: Mapping):
    for table in tables["tables"]:
        for row in table["rows"]:
            key = "; ".join(f"{name}={row[name]}" for name in table["dimensions"])
            is_exact = table["exact"]
            yield [table["id"], key, row.get("label", ""), str(row["count"]), is_exact]
