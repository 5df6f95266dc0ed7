"""Whose desk, how urgent and why, row by row of routing.csv."""

import csv
from pathlib import Path

import pytest

from requests_app.review import routing
from requests_app.review.models import Level, Queue

LEVELS = {"none": 0, "undetermined": 1, "violation": 2, "mismatch": 3}
WORDS = {"yes": True, "no": False}


def table():
    path = Path(__file__).with_name("routing.csv")
    return list(csv.DictReader(path.read_text().splitlines()))


ROWS = table()


def inputs_of(row):
    return routing.Inputs(
        asks=tuple(filter(None, row["asks"].split(";"))),
        worst_ask=row["worst_ask"],
        worst_act=row["worst_act"],
        mismatches=int(row["mismatches"]),
        legal_review=WORDS[row["legal_review"]],
        is_covered=WORDS[row["is_covered"]],
        is_unasked=WORDS[row["is_unasked"]],
        head_must_review=WORDS[row["head_must_review"]],
        filed_as=row["filed_as"],
        override_waits=WORDS[row["override_waits"]],
        is_reread=WORDS[row["is_reread"]],
    )


def assert_holds(row):
    route = routing.route(inputs_of(row))

    assert (route.queue, route.level, route.rule) == (
        row["queue"],
        LEVELS[row["level"]],
        row["rule"],
    ), row["comment"]


@pytest.mark.parametrize("row", ROWS, ids=[row["comment"] for row in ROWS])
def test_routes_as_the_table_says(row):
    assert_holds(row)


@pytest.mark.parametrize(
    "change", [{"queue": "record"}, {"level": "mismatch"}, {"rule": "permitted"}]
)
def test_fails_on_a_row_that_was_changed(change):
    forbidden = next(row for row in ROWS if row["rule"] == "ask_forbidden")

    with pytest.raises(AssertionError):
        assert_holds({**forbidden, **change})


def test_reaches_every_rule_by_a_row():
    reached = {row["rule"] for row in ROWS}

    assert reached == {rule.name for rule in routing.RULES}


def test_has_a_table_of_distinct_situations():
    assert len({inputs_of(row) for row in ROWS}) == len(ROWS) >= 45


def test_gives_a_reason_with_every_rule():
    assert [rule.name for rule in routing.RULES if not rule.reason.endswith(".")] == []


def test_routes_to_queues_and_levels_that_the_worklist_knows():
    queues = {rule.queue for rule in routing.RULES}

    assert queues == set(Queue.values)
    assert set(LEVELS.values()) == set(Level.values)


def test_keeps_its_inputs_as_json():
    inputs = routing.Inputs(asks=("hold",), worst_ask="violation", mismatches=2)

    assert inputs.as_json() == {
        "asks": ["hold"],
        "worst_ask": "violation",
        "worst_act": "none",
        "mismatches": 2,
        "legal_review": False,
        "is_covered": True,
        "is_unasked": False,
        "head_must_review": False,
        "filed_as": "clerk",
        "override_waits": False,
        "is_reread": False,
        "unit": "",
        "shift": "",
        "citations": [],
    }
