"""When something is due: elapsed hours, the soonest clock, each with its reason."""

from datetime import UTC, datetime, timedelta

import pytest

from requests_app.docket import clocks
from requests_app.docket.models import Act, ActKind
from requests_app.docket.moments import ZONE

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
