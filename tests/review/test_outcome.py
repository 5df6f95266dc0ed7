"""What was done against what was asked and decided, row by row of outcome.csv."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from requests_app.docket.moments import ZONE
from requests_app.review import outcome
from requests_app.review.models import MismatchKind

WORDS = {"yes": True, "no": False}


@dataclass
class Decided:
    decision: str
    effective_at: datetime
    ended_at: datetime | None = None
    expires_at: datetime | None = None
    acts_from: datetime | None = None
    named: tuple[str, ...] = ()


def table():
    path = Path(__file__).with_name("outcome.csv")
    return list(csv.DictReader(path.read_text().splitlines()))


ROWS = table()


def moment(text):
    return datetime.fromisoformat(text) if text else None


def listed(text):
    return tuple(filter(None, text.split(";")))


def decisions_of(row):
    first = Decided(
        row["decision"],
        moment(row["effective_at"]),
        moment(row["superseded_at"]),
        moment(row["approved_until"]),
        moment(row["approved_from"]),
        listed(row["named"]),
    )
    second = Decided(row["then"], moment(row["then_effective_at"]))
    return [one for one in (first, second) if one.decision]


def assert_holds(row):
    found = outcome.partings(
        outcome.Done(
            kind=row["act"],
            happened_at=moment(row["happened_at"]),
            ended_at=moment(row["ended_at"]),
            done_by=row["done_by"],
            release_eligible_at=moment(row["release_eligible_at"]),
            information=listed(row["given_information"]),
            notice_answers=listed(row["notices"]),
            owes_notice=WORDS[row["owes_notice"]],
        ),
        is_asked=WORDS[row["is_asked"]],
        asked_information=listed(row["asked_information"]),
        determinations=decisions_of(row),
    )

    assert [one.kind for one in found] == [
        kind for kind in listed(row["mismatches"]) if kind != "none"
    ], row["comment"]


@pytest.mark.parametrize("row", ROWS, ids=[row["comment"] for row in ROWS])
def test_finds_what_the_table_says(row):
    assert_holds(row)


@pytest.mark.parametrize("changed", ["none", "never_asked", "denied_yet_done;none"])
def test_fails_on_a_row_that_was_changed(changed):
    row = next(row for row in ROWS if row["mismatches"] == "held_past_end")

    with pytest.raises(AssertionError):
        assert_holds({**row, "mismatches": changed})


def test_reaches_every_kind_of_mismatch_by_a_row():
    reached = {kind for row in ROWS for kind in listed(row["mismatches"])}

    assert reached == {*MismatchKind.values, "none"}


def test_says_in_a_sentence_why_each_act_parts():
    (found,) = outcome.partings(
        outcome.Done(kind="detain", happened_at=moment("2026-03-10T12:00-04:00")),
        is_asked=True,
        determinations=[Decided("deny", moment("2026-03-10T11:00-04:00"))],
    )

    assert found.because == "The ask was denied, and it was done."


def test_counts_elapsed_hours_of_connecticut_times_in_spring():
    began = datetime(2026, 3, 7, 12, 0, tzinfo=ZONE)
    act = outcome.Done(
        kind="detain",
        happened_at=began,
        ended_at=datetime(2026, 3, 9, 13, 0, tzinfo=ZONE),
    )

    found = outcome.partings(
        act, is_asked=True, determinations=[Decided("approve", began)]
    )

    assert found == []


def test_counts_elapsed_hours_of_connecticut_times_in_autumn():
    began = datetime(2026, 10, 31, 12, 0, tzinfo=ZONE)
    act = outcome.Done(
        kind="detain",
        happened_at=began,
        ended_at=datetime(2026, 11, 2, 11, 1, tzinfo=ZONE),
    )

    found = outcome.partings(
        act, is_asked=True, determinations=[Decided("approve", began)]
    )

    assert [one.kind for one in found] == ["held_past_end"]


def test_takes_the_newest_of_the_determinations_in_force():
    at = moment("2026-03-10T12:00-04:00")
    older = Decided("deny", moment("2026-03-10T10:00-04:00"))
    newer = Decided("approve", moment("2026-03-10T11:00-04:00"))

    assert outcome.in_force([newer, older], at) is newer
