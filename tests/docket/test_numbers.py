"""Each record has one number, never given twice, and none is left out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from requests_app.docket import services as docket
from requests_app.docket.moments import ZONE
from tests.factories import NOON, file_request, make_agency, make_clerk

TAKERS = 8
ROUNDS = 6


class Regret(Exception):
    """Ends a transaction that has taken a number."""


@pytest.mark.django_db
def test_counts_from_one_for_each_agency():
    bigtown, smalltown = make_agency(code="BIG"), make_agency(code="SML")

    numbers = [
        docket.next_number(agency=agency, at=NOON)
        for agency in (bigtown, bigtown, smalltown)
    ]

    assert numbers == ["BIG-2026-00001", "BIG-2026-00002", "SML-2026-00001"]


@pytest.mark.django_db
def test_begins_anew_with_the_connecticut_year():
    agency = make_agency(code="BIG")
    last = datetime(2026, 12, 31, 23, 59, tzinfo=ZONE)
    first = datetime(2027, 1, 1, 0, 0, tzinfo=ZONE)

    numbers = [docket.next_number(agency=agency, at=at) for at in (last, first)]

    assert numbers == ["BIG-2026-00001", "BIG-2027-00001"]


@pytest.mark.django_db
def test_numbers_what_is_filed():
    agency = make_agency(code="BIG")
    clerk = make_clerk(agency)

    filed = [file_request(agency=agency, clerk=clerk).number for _ in range(2)]

    assert filed == ["BIG-2026-00001", "BIG-2026-00002"]


def take(agency, taker):
    """Take numbers; every third transaction is rolled back, and its number with it."""
    kept = []
    try:
        for turn in range(ROUNDS):
            try:
                with transaction.atomic():
                    number = docket.next_number(agency=agency, at=NOON)
                    if (taker + turn) % 3 == 0:
                        raise Regret
                kept.append(number)
            except Regret:
                continue
    finally:
        connection.close()
    return kept


@pytest.mark.django_db(transaction=True)
def test_has_no_gap_and_no_double_when_eight_take_numbers_at_once():
    agency = make_agency(code="BIG")

    with ThreadPoolExecutor(TAKERS) as pool:
        taken = list(pool.map(lambda taker: take(agency, taker), range(TAKERS)))

    numbers = sorted(number for kept in taken for number in kept)
    expected = TAKERS * ROUNDS * 2 // 3
    assert numbers == [f"BIG-2026-{count:05d}" for count in range(1, expected + 1)]
