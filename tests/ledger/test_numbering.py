"""Numbers of one subject have no gap and no double, however many write at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry
from tests.factories import NOON

SUBJECT = "a" * 22
OTHER = "c" * 22
WRITERS = 8
ROUNDS = 12

pytestmark = pytest.mark.django_db(transaction=True)


class Regret(Exception):
    """Ends a transaction that has recorded."""


def record(subject):
    ledger.record(event="session.began", subject=subject, at=NOON, actor="b" * 22)


def write(writer):
    """Record in turns on two subjects; every third transaction is rolled back."""
    try:
        for turn in range(ROUNDS):
            try:
                with transaction.atomic():
                    record(SUBJECT if turn % 2 else OTHER)
                    if (writer + turn) % 3 == 0:
                        raise Regret
            except Regret:
                continue
    finally:
        connection.close()


def numbers(subject):
    entries = Entry.objects.about(subject).oldest_first()
    return list(entries.values_list("seq", flat=True))


def test_has_no_gap_after_eight_writers_and_their_rollbacks():
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    written, others = numbers(SUBJECT), numbers(OTHER)
    assert written == list(range(1, len(written) + 1))
    assert others == list(range(1, len(others) + 1))
    assert len(written) + len(others) == WRITERS * ROUNDS * 2 // 3


def test_gives_the_number_of_a_rolled_back_entry_again():
    record(SUBJECT)
    with pytest.raises(Regret), transaction.atomic():
        record(SUBJECT)
        raise Regret

    record(SUBJECT)

    assert numbers(SUBJECT) == [1, 2]


def test_leaves_the_history_closed_after_the_runner_emptied_it():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled FROM pg_trigger WHERE tgname = 'entry_is_append_only'"
        )
        (state,) = cursor.fetchone()

    assert state == "A"
