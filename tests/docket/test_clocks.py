"""When something is due: elapsed hours, the soonest clock, each with its reason."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from requests_app.docket import clocks
from requests_app.docket.holidays import FEDERAL
from requests_app.docket.models import Act, ActKind
from requests_app.docket.moments import ZONE, moments_of

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def local(*reading, fold=0):
    return datetime(*reading, tzinfo=ZONE, fold=fold)


@pytest.mark.parametrize(
    ("received_at", "hours", "due_at"),
    [
        pytest.param(
            local(2026, 3, 7, 12), 48, "2026-03-09T13:00:00-04:00", id="48 over spring"
        ),
        pytest.param(
            local(2026, 3, 7, 12), 24, "2026-03-08T13:00:00-04:00", id="24 over spring"
        ),
        pytest.param(
            local(2026, 10, 31, 12), 48, "2026-11-02T11:00:00-05:00", id="48 in autumn"
        ),
        pytest.param(
            local(2026, 10, 31, 12), 24, "2026-11-01T11:00:00-05:00", id="24 in autumn"
        ),
        pytest.param(
            local(2026, 11, 1, 1, 30), 1, "2026-11-01T01:30:00-05:00", id="first 1:30"
        ),
        pytest.param(
            local(2026, 11, 1, 1, 30, fold=1),
            1,
            "2026-11-01T02:30:00-05:00",
            id="second 1:30",
        ),
        pytest.param(
            local(2026, 7, 1, 12), 48, "2026-07-03T12:00:00-04:00", id="48 in summer"
        ),
        pytest.param(
            local(2027, 12, 31, 20), 24, "2028-01-01T20:00:00-05:00", id="new year"
        ),
    ],
)
def test_counts_elapsed_hours(received_at, hours, due_at):
    due = clocks.policy_due(received_at=received_at, hours=hours)

    assert due.at.astimezone(ZONE).isoformat() == due_at
    assert due.at.utcoffset() == timedelta(0)
    assert f"within {hours} hours" in due.because


def test_calls_the_clock_the_agency_s_policy():
    due = clocks.next_due(received_at=NOON, decide_within_hours=24)

    assert due.because.startswith("agency policy")


@pytest.mark.parametrize(
    ("releases", "hours_later", "because"),
    [
        ({}, 24, "agency policy: decide within 24 hours of receipt"),
        ({"release_expected_at": 3}, 3, "release expected"),
        ({"release_eligible_at": 2}, 2, "eligible for release"),
        ({"release_expected_at": 3, "release_eligible_at": 2}, 2, "eligible for"),
        ({"release_expected_at": 30}, 24, "agency policy"),
        ({"release_expected_at": -5}, -5, "release expected"),
    ],
)
def test_takes_the_soonest(releases, hours_later, because):
    due = clocks.next_due(
        received_at=NOON,
        decide_within_hours=24,
        **{name: NOON + timedelta(hours=hours) for name, hours in releases.items()},
    )

    assert due.at == NOON + timedelta(hours=hours_later)
    assert due.because.startswith(because)


@pytest.mark.parametrize(
    ("happened_at", "ended_at", "hours"),
    [
        (local(2026, 3, 8, 0), local(2026, 3, 8, 6), 5),
        (local(2026, 11, 1, 0), local(2026, 11, 1, 6), 7),
        (local(2026, 3, 7, 12), local(2026, 3, 9, 13), 48),
    ],
)
def test_counts_the_elapsed_hours_of_a_hold(happened_at, ended_at, hours):
    act = Act(kind=ActKind.DETAIN, happened_at=happened_at, ended_at=ended_at)

    assert act.hours_held == hours


def test_does_not_count_the_hours_of_a_hold_that_goes_on():
    assert Act(kind=ActKind.DETAIN, happened_at=NOON).hours_held is None


def test_does_not_count_the_hours_of_another_act():
    act = Act(kind=ActKind.INTERVIEW, happened_at=NOON, ended_at=NOON)

    assert act.hours_held is None


# The table that a lawyer reads


TABLE = Path(__file__).with_name("clocks.csv")
READING = "%Y-%m-%d %H:%M:%S"


def rows_of_the_table():
    with TABLE.open(newline="") as lines:
        return list(csv.DictReader(lines))


def moment(text):
    reading, letters = text.rsplit(" ", 1)
    naive = datetime.strptime(
        reading if reading.count(":") == 2 else f"{reading}:00", READING
    )
    found = [
        one for one in moments_of(naive) if one.astimezone(ZONE).tzname() == letters
    ]
    assert len(found) == 1, f"{text} is no moment"
    return found[0]


RULES = {
    "hours": clocks.hours_after,
    "days": clocks.days_after,
    "counted hours": lambda at, hours: clocks.counted_hours_after(
        at, hours, calendar=FEDERAL
    ),
}


@pytest.mark.parametrize(
    "row", rows_of_the_table(), ids=lambda row: f"{row['rule']} from {row['start']}"
)
def test_keeps_to_the_golden_table(row):
    number, words = row["rule"].split(" ", 1)

    due = RULES[words](moment(row["start"]), int(number)).astimezone(ZONE)

    assert f"{due:{READING}} {due.tzname()}" == row["due"], row["why"]


# What stands behind a time


def test_tells_both_readings_of_the_48_hours_side_by_side():
    form, regulation = clocks.hold_readings(local(2026, 3, 6, 12))

    assert form.at.astimezone(ZONE) == local(2026, 3, 8, 13)
    assert regulation.at.astimezone(ZONE) == local(2026, 3, 10, 12)
    assert (form.kind, regulation.kind) == ("form", "regulation")
    assert "I-247A" in form.because
    assert "8 CFR 287.7(d)" in regulation.because
    assert "federal holidays of 5 U.S.C. 6103" in regulation.because


def test_calls_neither_reading_a_duty_or_a_permission():
    for reading in clocks.hold_readings(NOON):
        assert "no duty and no permission in Connecticut law" in reading.because


@pytest.mark.parametrize(
    "due",
    [
        clocks.policy_due(received_at=NOON, hours=24),
        clocks.review_due(since=NOON, hours=24),
        clocks.escalated_due(since=NOON, hours=24),
        clocks.copy_due(owed_since=NOON, hours=24),
        clocks.second_due(decided_at=NOON, hours=24),
        clocks.days_due(since=NOON, days=3, what="answer"),
    ],
    ids=lambda due: due.because,
)
def test_shows_what_the_agency_set_as_policy(due):
    assert due.kind == "policy"
    assert due.because.startswith("agency policy: ")


def test_shows_a_release_time_as_the_record_s():
    due = clocks.release_times(release_expected_at=NOON)

    assert [one.kind for one in due] == ["record"]


def test_says_that_the_section_sets_no_hours_for_a_copy():
    assert (
        "the section sets no hours"
        in clocks.copy_due(owed_since=NOON, hours=24).because
    )


def test_names_the_holiday_that_no_source_confirms():
    due = clocks.days_due(since=local(2026, 11, 25, 9), days=1, what="answer")

    assert "not confirmed as a holiday: Thanksgiving Day 2026-11-26" in due.because


def test_begins_anew_for_the_head_of_agency():
    past, to_come = (
        clocks.Due(NOON + timedelta(hours=hours), "eligible for release", "record")
        for hours in (-1, 3)
    )

    alone = clocks.escalated_due(since=NOON, hours=24, releases=[past])
    sooner = clocks.escalated_due(since=NOON, hours=24, releases=[past, to_come])

    assert alone.at == NOON + timedelta(hours=24)
    assert sooner == to_come


# Six months


@pytest.mark.parametrize(
    ("day", "first", "end"),
    [
        (date(2020, 1, 1), date(2020, 1, 1), date(2020, 7, 1)),
        (date(2026, 6, 30), date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 7, 1), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 1, 1), date(2028, 7, 1)),
        (date(2026, 12, 31), date(2026, 7, 1), date(2027, 1, 1)),
    ],
)
def test_finds_the_six_months_of_a_day(day, first, end):
    period = clocks.report_period(day)

    assert (period.first, period.end, period.kind) == (first, end, "statute")
    assert "names no day by which the report is sent" in period.because


def test_has_no_period_before_the_section_begins_to_ask():
    with pytest.raises(ValueError, match="January 1, 2020"):
        clocks.report_period(date(2019, 12, 31))
