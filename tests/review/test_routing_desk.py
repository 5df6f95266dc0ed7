"""Which unit or person gets it inside the queue, row by row of routing_desk.csv."""

import csv
from pathlib import Path

import pytest

from requests_app.review import routing

LEVELS = {"none": 0, "undetermined": 1, "violation": 2, "mismatch": 3}
FIELDS = {"unit": "from_unit", "shift": "shift", "ask": "ask", "finding": "citation"}


def table():
    path = Path(__file__).with_name("routing_desk.csv")
    return list(csv.DictReader(path.read_text().splitlines()))


ROWS = table()


def rule_of(number, text):
    """A rule as the table writes it: unit=patrol&shift=night>person:ines."""
    conditions, _, target = text.partition(">")
    kind, _, name = target.partition(":")
    given = {}
    for condition in filter(lambda one: one != "any", conditions.split("&")):
        key, _, value = condition.partition("=")
        given |= {"level": LEVELS[value]} if key == "level" else {FIELDS[key]: value}
    return routing.DeskRule(
        name=str(number), number=number, **given, **{f"to_{kind}": name}
    )


def words(text):
    return tuple(filter(None, text.split(";")))


def desk_of(row):
    rules = [
        rule_of(number, text)
        for number, text in enumerate(filter(None, row["rules"].split("|")), start=1)
    ]
    inputs = routing.Inputs(
        asks=words(row["asks"]),
        unit=row["unit"],
        shift=row["shift"],
        citations=words(row["citations"]),
    )
    refusals = dict.fromkeys(words(row["may_not"]), "the person may not decide it.")
    return routing.desk(rules, inputs, level=LEVELS[row["level"]], refusals=refusals)


def assert_holds(row):
    found = desk_of(row)

    assert (found.unit, found.person, found.rule) == (
        row["to_unit"],
        row["to_person"],
        row["rule"],
    ), row["comment"]


@pytest.mark.parametrize("row", ROWS, ids=[row["comment"] for row in ROWS])
def test_puts_it_on_the_desk_that_the_table_says(row):
    assert_holds(row)


@pytest.mark.parametrize(
    "change", [{"to_unit": "booking"}, {"to_person": "olga"}, {"rule": "7"}]
)
def test_fails_on_a_row_that_was_changed(change):
    row = next(row for row in ROWS if row["to_unit"] == "desk")

    with pytest.raises(AssertionError):
        assert_holds({**row, **change})


def test_says_which_rule_fits_and_which_was_passed_over():
    row = next(row for row in ROWS if row["comment"].startswith("Whoever may not"))

    assert desk_of(row).reason == (
        "Rule 2 of the agency fits, by anything. Rule 1 was passed over: the person "
        "may not decide it."
    )


@pytest.mark.parametrize(
    ("hour", "shift"),
    [(6, "night"), (7, "day"), (14, "day"), (15, "evening"), (22, "evening")]
    + [(23, "night"), (0, "night")],
)
def test_knows_the_shift_of_an_hour(hour, shift):
    assert routing.shift_at(hour) == shift
