"""What a report says, made of its frozen inputs alone. Pure.

The figures, the files and what differs from the version before are all made here from
the same rows, so that every number is the same on the page, in the PDF and in the CSV,
and the files come out byte for byte the same whenever they are made again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from requests_app.docket.models import Person
from requests_app.reporting.figures import FIGURES, REPORT_DEFINITIONS, age_band
from requests_app.reporting.tables import Column, Kind, csv_bytes

Row = Mapping[str, Any]

DETAINER, OTHER = "detainer", "other"
THROUGH = {
    DETAINER: "Through compliance with a civil immigration detainer",
    OTHER: "Through other means",
}


_SHORT = {DETAINER: "Detainer", OTHER: "Other means"}


def through(row: Row) -> str:
    return DETAINER if row["through_detainer"] else OTHER


# Each table of the report: its identifier, its words, which definition is printed with
# it, and the value of a row; one act may have several values.
TABLES: dict[str, tuple[str, str, Callable[[Row], Sequence[str]]]] = {
    "through": (
        "Through a detainer or otherwise",
        "through_detainer",
        lambda row: [through(row)],
    ),
    "date": ("Date of the access", "accesses", lambda row: [row["date"]]),
    "kind": ("Kind of the access", "accesses", lambda row: row["kinds"]),
    "sex": ("Sex", "sex", lambda row: [row["sex"]]),
    "ethnicity": ("Race or ethnicity", "ethnicity", lambda row: [row["ethnicity"]]),
    "age": ("Age", "age", lambda row: [age_band(row["age"])]),
}
_WORDS: dict[str, Mapping[str, str]] = {
    "through": THROUGH,
    "kind": FIGURES["ice_access"].words or {},
    "sex": dict(Person.Sex.choices),
    "ethnicity": dict(Person.Ethnicity.choices),
}


def figures(rows: Iterable[Row]) -> dict[str, dict[str, list[int]]]:
    """Of each table, each value with how many individuals and how many accesses."""
    rows = list(rows)
    found = {"all": {"all": [_individuals(rows), len(rows)]}}
    for name, (_, _, values_of) in TABLES.items():
        values = sorted({value for row in rows for value in values_of(row)})
        found[name] = {
            value: [
                _individuals(those := [row for row in rows if value in values_of(row)]),
                len(those),
            ]
            for value in values
        }
    return found


def rows_of(rows: Iterable[Row], *, table: str, value: str) -> list[Row]:
    """The rows behind one number. Raises KeyError for a table that is none."""
    if table == "all":
        return list(rows)
    values_of = TABLES[table][2]
    return [row for row in rows if value in values_of(row)]


def word(table: str, value: str) -> str:
    """The words for one value of one table."""
    if table == "all":
        return "All"
    return _WORDS.get(table, {}).get(value, value)


def definition(table: str) -> str:
    """What the numbers of one table mean, as it is printed beside them."""
    if table == "all":
        return f"{REPORT_DEFINITIONS['individuals']} {REPORT_DEFINITIONS['accesses']}"
    return REPORT_DEFINITIONS[TABLES[table][1]]


def title(table: str) -> str:
    return "Individuals and accesses" if table == "all" else TABLES[table][0]


def shown(frozen: Mapping) -> list[dict]:
    """The tables of a report for a page or a paper."""
    return [
        {
            "id": name,
            "title": title(name),
            "definition": definition(name),
            "lines": [
                {
                    "value": value,
                    "label": word(name, value),
                    "individuals": numbers[0],
                    "accesses": numbers[1],
                }
                for value, numbers in values.items()
            ],
        }
        for name, values in frozen["figures"].items()
    ]


# Records with identifiers removed

RECORD_COLUMNS = (
    Column("record", "Record", Kind.WHOLE),
    Column("individual", "Individual", Kind.WHOLE),
    Column("date", "Date of the access", Kind.DAY),
    Column("through", "Through a detainer or otherwise"),
    Column("kinds", "Kinds of access, 54-192h(a)(6)"),
    Column("sex", "Sex"),
    Column("ethnicity", "Race or ethnicity"),
    Column("age", "Age"),
)
STATISTIC_COLUMNS = (
    Column("table", "Table"),
    Column("value", "Value"),
    Column("label", "In words"),
    Column("individuals", "Individuals", Kind.WHOLE),
    Column("accesses", "Accesses", Kind.WHOLE),
    Column("definition", "What is counted"),
)


def records(rows: Iterable[Row]) -> list[list]:
    """One line an act, by date; nothing in it names or finds anybody."""
    return [
        [
            number,
            row["individual"],
            date.fromisoformat(row["date"]),
            _SHORT[through(row)],
            ", ".join(row["kinds"]),
            word("sex", row["sex"]),
            word("ethnicity", row["ethnicity"]),
            age_band(row["age"]),
        ]
        for number, row in enumerate(rows, start=1)
    ]


def csv_of(frozen: Mapping) -> bytes:
    """The CSV of a report: its statistics, or its records."""
    if frozen["parameters"]["form"] == "records":
        return b"".join(csv_bytes(RECORD_COLUMNS, records(frozen["rows"])))
    lines = [
        [one["id"], line["value"], line["label"]]
        + [line["individuals"], line["accesses"], one["definition"]]
        for one in shown(frozen)
        for line in one["lines"]
    ]
    return b"".join(csv_bytes(STATISTIC_COLUMNS, lines))


def alike(rows: Iterable[Row]) -> dict[str, int]:
    """How many individuals stand alone, and the least number that look alike.

    Alike are those of the same sex, ethnicity and band of age: k-anonymity.
    """
    kinds = {
        row["individual"]: (row["sex"], row["ethnicity"], age_band(row["age"]))
        for row in rows
    }
    sizes = Counter(kinds.values())
    alone = sum(size == 1 for size in sizes.values())
    return {"least": min(sizes.values(), default=0), "alone": alone}


def differences(before: Mapping, after: Mapping) -> list[dict]:
    """Each number that differs between two versions, with both."""
    found = []
    names = dict.fromkeys([*before["figures"], *after["figures"]])
    for name in names:
        old, new = before["figures"].get(name, {}), after["figures"].get(name, {})
        for value in sorted({*old, *new}):
            was, now = old.get(value, [0, 0]), new.get(value, [0, 0])
            if was != now:
                found.append(
                    {
                        "title": title(name),
                        "label": word(name, value),
                        "before": was,
                        "after": now,
                    }
                )
    return found


def last_day(until: str) -> date:
    """The last day of a period whose end is excluded."""
    return date.fromisoformat(until) - timedelta(days=1)


def _individuals(rows: Iterable[Row]) -> int:
    return len({row["individual"] for row in rows})
