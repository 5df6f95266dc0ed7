"""Eleven years of hourly starts, every rule, reckoned twice.

Python goes day by day, with zoneinfo and the rows of holidays.csv. PostgreSQL numbers
the hours and the days that count and looks the due one up by its number, with its own
time zones, its own holidays made here from the words of the acts, and Easter by its own
arithmetic. They share no line. Each fault planted at the end must be found.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import psycopg
import pytest

from requests_app.docket import clocks
from requests_app.docket.holidays import CONNECTICUT, FEDERAL, Calendar
from requests_app.docket.moments import ZONE
from tests import database

FIRST = datetime(2026, 1, 1, 5, tzinfo=UTC)
# From 2026 to 2036: the 87,660 hours of ten years, and the year with the 22nd change.
STARTS = 96_432
ELAPSED = (1, 24, 48, 72)
DAYS = (1, 2, 3, 4, 5, 6, 10, 30)

HOLIDAYS = """
CREATE TEMPORARY TABLE closures AS
WITH days AS (
    SELECT d::date AS day, extract(month FROM d) AS m, extract(day FROM d) AS n,
           extract(isodow FROM d) AS w
    FROM generate_series('2024-06-01'::date, '2038-06-30', '1 day') d
), years AS (
    SELECT y, y % 19 AS a, y % 4 AS b, y % 7 AS c,
           (15 + y / 100 - y / 400 - (13 + 8 * (y / 100)) / 25) % 30 AS m,
           (4 + y / 100 - y / 400) % 7 AS n
    FROM generate_series(2024, 2038) y
), sundays AS (
    -- Gauss, with his two exceptions.
    SELECT y, 22 + d + e AS day, d, e, a FROM (
        SELECT y, a, d, (2 * b + 4 * c + 6 * d + n) % 7 AS e FROM (
            SELECT *, (19 * a + m) % 30 AS d FROM years) one) two
), easter AS (
    SELECT make_date(y, 3, 1) + (CASE
        WHEN d = 29 AND e = 6 THEN 50
        WHEN d = 28 AND e = 6 AND a > 10 THEN 49 ELSE day END)::int - 1 AS day
    FROM sundays
), named AS (
    SELECT day, 'both' AS whose FROM days WHERE
        (m = 1 AND n = 1) OR (m = 1 AND w = 1 AND n BETWEEN 15 AND 21)
        OR (m = 2 AND w = 1 AND n BETWEEN 15 AND 21)
        OR (m = 5 AND w = 1 AND n > 24) OR (m = 6 AND n = 19) OR (m = 7 AND n = 4)
        OR (m = 9 AND w = 1 AND n <= 7) OR (m = 10 AND w = 1 AND n BETWEEN 8 AND 14)
        OR (m = 11 AND n = 11) OR (m = 11 AND w = 4 AND n BETWEEN 22 AND 28)
        OR (m = 12 AND n = 25)
    UNION ALL SELECT day, 'connecticut' FROM days WHERE m = 2 AND n = 12
    UNION ALL SELECT day - 2, 'connecticut' FROM easter
)
SELECT day - CASE extract(isodow FROM day) WHEN 6 THEN 1 WHEN 7 THEN -1 ELSE 0 END
       AS day, whose
FROM named
"""
WORKING = """
CREATE TEMPORARY TABLE working AS
SELECT day, open_ct, open_us,
       count(*) FILTER (WHERE open_ct) OVER (ORDER BY day) AS number
FROM (
    SELECT d::date AS day,
        extract(isodow FROM d) < 6
            AND NOT EXISTS (SELECT FROM closures c WHERE c.day = d::date) AS open_ct,
        extract(isodow FROM d) < 6 AND NOT EXISTS (SELECT FROM closures c
            WHERE c.day = d::date AND c.whose = 'both') AS open_us
    FROM generate_series('2025-12-01'::date, '2037-12-31', '1 day') d
) all_days
"""
HOURS = """
CREATE TEMPORARY TABLE hours AS
SELECT at, (at AT TIME ZONE 'America/New_York')::date AS day, w.open_us,
       count(*) FILTER (WHERE w.open_us) OVER (ORDER BY at) AS counted
FROM generate_series('2025-12-31'::timestamptz, '2037-02-15', '1 hour') at
JOIN working w ON w.day = (at AT TIME ZONE 'America/New_York')::date
"""
COUNTED = """
SELECT extract(epoch FROM e.at)::bigint + 3600
FROM hours s JOIN hours e ON e.open_us
    AND e.counted = s.counted + 48 - CASE WHEN s.open_us THEN 1 ELSE 0 END
WHERE s.at >= %s AND s.at < %s::timestamptz + interval '1 hour' * %s ORDER BY s.at
"""
ELAPSE = """
SELECT extract(epoch FROM at + interval '1 hour' * %s)::bigint
FROM generate_series(%s::timestamptz, %s::timestamptz
    + interval '1 hour' * (%s - 1), '1 hour') at ORDER BY at
"""
FEW = """
SELECT first.day, last.day FROM working first
JOIN working last ON last.open_ct AND last.number = first.number + %s
WHERE first.day BETWEEN '2025-12-31' AND '2037-01-02'
"""
MANY = """
SELECT first.day, (SELECT min(last.day) FROM working last
    WHERE last.open_ct AND last.day >= first.day + %s::int)
FROM working first WHERE first.day BETWEEN '2025-12-31' AND '2037-01-02'
"""
OF_STARTS = """
SELECT extract(epoch FROM ((f.last + 1)::timestamp
    AT TIME ZONE 'America/New_York'))::bigint - 1
FROM generate_series(%s::timestamptz, %s::timestamptz
    + interval '1 hour' * (%s - 1), '1 hour') at
JOIN ({rule}) f (first, last)
    ON f.first = (at AT TIME ZONE 'America/New_York')::date ORDER BY at
"""


@pytest.fixture(scope="module")
def server(django_db_setup):
    """The tables, on a connection of the owner's: the portal may make none."""
    with psycopg.connect(database.owner_address(), autocommit=True) as own:
        for statement in (HOLIDAYS, WORKING, HOURS):
            own.execute(statement)
        # Joined as if they held ten rows, they would take minutes.
        own.execute("CREATE INDEX ON hours (counted) WHERE open_us")
        own.execute("CREATE INDEX ON working (day)")
        own.execute("ANALYZE hours")
        own.execute("ANALYZE working")
        yield own


@cache
def starts():
    return [FIRST + timedelta(hours=hour) for hour in range(STARTS)]


def asked(server, statement, *values) -> list:
    return [row[0] for row in server.execute(statement, values).fetchall()]


def sql_days(server, number):
    rule = (FEW if number <= 5 else MANY) % number
    return asked(server, OF_STARTS.format(rule=rule), FIRST, FIRST, STARTS)


def python_days(number, calendar=CONNECTICUT):
    @cache
    def of_day(day):
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)
        at = clocks.days_after(noon, number, calendar=calendar)
        return int(at.timestamp())

    return [of_day(one.astimezone(ZONE).date()) for one in starts()]


def python_counted(calendar=FEDERAL):
    return [
        int(clocks.counted_hours_after(one, 48, calendar=calendar).timestamp())
        for one in starts()
    ]


def differences(one, other):
    assert len(one) == len(other) == STARTS
    return [
        at for at, pair in enumerate(zip(one, other, strict=True)) if len({*pair}) > 1
    ]


@pytest.mark.parametrize("hours", ELAPSED)
def test_agrees_with_postgresql_on_elapsed_hours(server, hours):
    reckoned = [int(clocks.hours_after(one, hours).timestamp()) for one in starts()]

    assert (
        differences(reckoned, asked(server, ELAPSE, hours, FIRST, FIRST, STARTS)) == []
    )


@pytest.mark.parametrize("number", DAYS)
def test_agrees_with_postgresql_on_days(server, number):
    assert differences(python_days(number), sql_days(server, number)) == []


def test_agrees_with_postgresql_on_the_federal_reading(server):
    assert (
        differences(python_counted(), asked(server, COUNTED, FIRST, FIRST, STARTS))
        == []
    )


def test_takes_the_start_as_a_moment_and_not_as_a_reading(server):
    """The day's rule looks at the local date alone: every hour of a day agrees."""
    hourly = [
        int(clocks.days_after(one, 2).timestamp()) for one in starts()[: 24 * 365]
    ]

    assert hourly == python_days(2)[: 24 * 365]


def test_goes_over_every_change_of_the_clocks():
    offsets = [one.astimezone(ZONE).utcoffset() for one in starts()]
    changes = sum(
        one != other for one, other in zip(offsets, offsets[1:], strict=False)
    )

    assert changes == 22
    assert starts()[-1].astimezone(ZONE).date() == date(2036, 12, 31)


def test_agrees_on_the_holidays_themselves(server):
    kept = asked(
        server,
        "SELECT day FROM closures WHERE day BETWEEN %s AND %s ORDER BY day",
        date(2025, 1, 1),
        date(2037, 12, 31),
    )

    ours = sorted(day for year in range(2025, 2038) for day in CONNECTICUT.kept(year))

    assert ours == kept


# Each of these faults is one that the comparison must find


def without(calendar, rule):
    return Calendar("faulty", [row for row in calendar.rows if row.rule != rule])


@pytest.mark.parametrize("number", [1, 5, 10])
def test_finds_a_holiday_that_was_forgotten(server, number):
    faulty = without(CONNECTICUT, "June 19")

    assert differences(python_days(number, faulty), sql_days(server, number)) != []


def test_finds_a_new_year_s_day_kept_on_the_wrong_day(server):
    faulty = Calendar("faulty", CONNECTICUT.rows)
    faulty._years[2027] = {
        day: row
        for day, row in CONNECTICUT.kept(2027).items()
        if day != date(2027, 12, 31)
    }

    found = differences(python_days(1, faulty), sql_days(server, 1))

    assert {starts()[at].astimezone(ZONE).date() for at in found} == {
        date(2027, 12, 30)
    }


def test_finds_a_federal_holiday_too_many(server):
    faulty = Calendar("faulty", [*FEDERAL.rows, *CONNECTICUT.rows])

    found = differences(
        python_counted(faulty), asked(server, COUNTED, FIRST, FIRST, STARTS)
    )

    assert found != []


def test_finds_clock_readings_taken_for_hours(server):
    """48 hours on the face of the clock, as when aware times are added in one zone."""
    faulty = [
        int((one.astimezone(ZONE) + timedelta(hours=48)).timestamp())
        for one in starts()
    ]

    found = differences(faulty, asked(server, ELAPSE, 48, FIRST, FIRST, STARTS))

    # Each change moves the 48 starts before it; in spring, the one whose reading does
    # not exist falls on the right moment by chance.
    assert len(found) == 11 * 48 + 11 * 47
