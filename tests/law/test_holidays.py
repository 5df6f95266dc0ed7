"""The federal holidays of 2014 to 2019, and the 48 hours that leave them out."""

from datetime import date

import pytest

from requests_app.law.holidays import federal_holidays, hours_allowed, is_excluded


def test_keeps_the_ten_holidays_of_2016():
    assert sorted(federal_holidays(2016)) == [
        date(2016, 1, 1),
        date(2016, 1, 18),
        date(2016, 2, 15),
        date(2016, 5, 30),
        date(2016, 7, 4),
        date(2016, 9, 5),
        date(2016, 10, 10),
        date(2016, 11, 11),
        date(2016, 11, 24),
        date(2016, 12, 26),
    ]


@pytest.mark.parametrize(
    ("day", "excluded"),
    [
        (date(2015, 7, 3), True),
        (date(2015, 7, 4), True),
        (date(2015, 7, 6), False),
        (date(2018, 11, 12), True),
        (date(2018, 11, 11), True),
        (date(2017, 1, 2), True),
        (date(2017, 1, 20), False),
        (date(2016, 12, 30), False),
        (date(2021, 12, 31), True),
        (date(2016, 5, 4), False),
    ],
)
def test_leaves_out_saturdays_sundays_and_holidays_as_kept(day, excluded):
    assert is_excluded(day) is excluded


@pytest.mark.parametrize(
    ("start", "least", "most"),
    [
        pytest.param(date(2016, 5, 2), 48, 48, id="a Monday"),
        pytest.param(date(2016, 5, 4), 48, 48, id="a Wednesday"),
        pytest.param(date(2016, 5, 5), 48, 96, id="a Thursday, first minute apart"),
        pytest.param(date(2016, 5, 6), 96, 96, id="a Friday"),
        pytest.param(date(2016, 5, 27), 120, 120, id="before Memorial Day"),
        pytest.param(date(2016, 11, 23), 72, 120, id="before Thanksgiving"),
        pytest.param(date(2016, 3, 11), 95, 95, id="the clock goes forward"),
        pytest.param(date(2016, 11, 4), 97, 97, id="the clock goes back"),
        pytest.param(date(2016, 2, 29), 48, 48, id="the leap day"),
    ],
)
def test_bounds_the_hours_for_a_start_on(start, least, most):
    assert hours_allowed(start) == (least, most)


def test_bounds_a_start_on_a_day_of_rest_by_its_first_and_last_minute():
    assert hours_allowed(date(2016, 5, 1)) == (48 + 1 / 60, 72)
