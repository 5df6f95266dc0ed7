"""A Connecticut clock reading has one moment, none, or two."""

from datetime import UTC, datetime

import pytest

from requests_app.docket.moments import moments_of


def reading(text):
    return datetime.fromisoformat(text)


def moments(text):
    return [moment.isoformat() for moment in moments_of(reading(text))]


def test_gives_the_one_moment_of_an_ordinary_reading():
    assert moments("2026-07-01T12:00") == ["2026-07-01T16:00:00+00:00"]
    assert moments("2026-01-01T12:00") == ["2026-01-01T17:00:00+00:00"]


@pytest.mark.parametrize("minute", ["02:00", "02:30", "02:59:59"])
def test_gives_none_in_the_hour_that_spring_skips(minute):
    assert moments(f"2026-03-08T{minute}") == []


@pytest.mark.parametrize("minute", ["01:59:59", "03:00"])
def test_gives_one_at_the_edges_of_the_skipped_hour(minute):
    assert len(moments(f"2026-03-08T{minute}")) == 1


def test_gives_two_in_the_hour_that_autumn_repeats_the_earlier_first():
    assert moments("2026-11-01T01:30") == [
        "2026-11-01T05:30:00+00:00",
        "2026-11-01T06:30:00+00:00",
    ]


@pytest.mark.parametrize("minute", ["00:59:59", "02:00"])
def test_gives_one_at_the_edges_of_the_repeated_hour(minute):
    assert len(moments(f"2026-11-01T{minute}")) == 1


# The hour in UTC of each hour of the clock, on the day that spring shortens.
SPRING = {
    **{0: [5], 1: [6], 2: []},
    **{hour: [hour + 4] for hour in range(3, 20)},
    **{hour: [hour + 4 - 24] for hour in range(20, 24)},
}
AUTUMN = {
    **{0: [4], 1: [5, 6]},
    **{hour: [hour + 5] for hour in range(2, 19)},
    **{hour: [hour + 5 - 24] for hour in range(19, 24)},
}


@pytest.mark.parametrize(("hour", "expected"), SPRING.items())
def test_knows_every_hour_of_the_day_that_is_short(hour, expected):
    found = moments_of(datetime(2026, 3, 8, hour, 30))

    assert [moment.hour for moment in found] == expected


@pytest.mark.parametrize(("hour", "expected"), AUTUMN.items())
def test_knows_every_hour_of_the_day_that_is_long(hour, expected):
    found = moments_of(datetime(2026, 11, 1, hour, 30))

    assert [moment.hour for moment in found] == expected


def test_speaks_utc():
    (moment,) = moments_of(reading("2026-07-01T12:00"))

    assert moment.tzinfo is UTC
