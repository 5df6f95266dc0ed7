"""Holidays are rows: dated, with a source, and moved off a weekend."""

from datetime import date

import pytest

from requests_app.docket import holidays
from requests_app.docket.holidays import CONNECTICUT, FEDERAL, Calendar, Holiday

HEAD = "calendar,rule,name,effective_from,effective_until,confirmed,source\n"


def row(rule, *, since="2000-01-01", until=None, is_confirmed=True):
    return Holiday(
        rule=rule,
        name="Invented Day",
        effective_from=date.fromisoformat(since),
        effective_until=date.fromisoformat(until) if until else None,
        is_confirmed=is_confirmed,
        source="an invented act",
    )


def days(calendar, year):
    return {day.isoformat(): one.name for day, one in calendar.kept(year).items()}


def test_keeps_the_legal_holidays_of_2026():
    assert days(CONNECTICUT, 2026) == {
        "2026-01-01": "New Year's Day",
        "2026-01-19": "Martin Luther King, Jr. Day",
        "2026-02-12": "Lincoln Day",
        "2026-02-16": "Washington's Birthday",
        "2026-04-03": "Good Friday",
        "2026-05-25": "Memorial Day",
        "2026-06-19": "Juneteenth Independence Day",
        "2026-07-03": "Independence Day",
        "2026-09-07": "Labor Day",
        "2026-10-12": "Columbus Day",
        "2026-11-11": "Veterans' Day",
        "2026-11-26": "Thanksgiving Day",
        "2026-12-25": "Christmas",
    }


@pytest.mark.parametrize("year", [2027, 2032])
def test_keeps_new_year_s_day_in_the_year_before_it(year):
    assert days(CONNECTICUT, year)[f"{year}-12-31"] == "New Year's Day"
    assert f"{year + 1}-01-01" not in days(CONNECTICUT, year + 1)


def test_moves_a_sunday_s_holiday_to_monday():
    assert days(CONNECTICUT, 2027)["2027-07-05"] == "Independence Day"


def test_keeps_juneteenth_since_the_act_that_added_it():
    assert "2022-06-20" not in days(CONNECTICUT, 2022)
    assert days(CONNECTICUT, 2023)["2023-06-19"] == "Juneteenth Independence Day"
    assert days(FEDERAL, 2022)["2022-06-20"] == "Juneteenth National Independence Day"


def test_gives_the_united_states_no_lincoln_day_and_no_good_friday():
    assert "2026-02-12" not in days(FEDERAL, 2026)
    assert "2026-04-03" not in days(FEDERAL, 2026)


def test_takes_a_day_that_the_governor_appoints():
    calendar = Calendar("tests", [row("2026-03-13", since="2026-03-13")])

    assert calendar.is_closed(date(2026, 3, 13))
    assert not calendar.is_closed(date(2026, 3, 12))


def test_ends_a_row_on_the_day_it_says():
    calendar = Calendar("tests", [row("March 10", until="2027-03-10")])

    assert calendar.is_closed(date(2026, 3, 10))
    assert not calendar.is_closed(date(2027, 3, 10))


def test_says_what_rests_on_a_row_not_confirmed():
    calendar = Calendar("tests", [row("March 10", is_confirmed=False)])

    assert calendar.unconfirmed(date(2026, 3, 9), date(2026, 3, 11)) == [
        "Invented Day 2026-03-10"
    ]
    assert calendar.unconfirmed(date(2026, 3, 11), date(2026, 3, 12)) == []


def test_confirms_no_appointed_day_without_its_proclamation():
    appointed = [one for one in CONNECTICUT.rows if one.rule[0].isdigit()]

    assert {one.is_confirmed for one in appointed} == {False}


def test_names_a_source_for_every_row():
    assert all(one.source for one in CONNECTICUT.rows + FEDERAL.rows)


@pytest.mark.parametrize(
    "rule",
    ["the day after", "fifth Monday of May", "first Moonday of May", "Brumaire 18"],
)
def test_refuses_a_row_that_names_no_day(tmp_path, rule):
    file = tmp_path / "holidays.csv"
    file.write_text(f"{HEAD}connecticut,{rule},Invented,2026-01-01,,no,none\n")

    with pytest.raises(holidays.NotARule):
        holidays.read(file)


def test_refuses_a_row_that_does_not_say_whether_it_is_confirmed(tmp_path):
    file = tmp_path / "holidays.csv"
    file.write_text(f"{HEAD}connecticut,May 1,Invented,2026-01-01,,maybe,none\n")

    with pytest.raises(holidays.NotARule):
        holidays.read(file)
