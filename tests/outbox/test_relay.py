"""The relay rings again for what the broker forgot, and for nothing twice."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction

from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from requests_app.outbox.tasks import GRACE, PATIENCE, deliver, relay
from tests.factories import NOON
from tests.outbox.conftest import KIND

pytestmark = pytest.mark.django_db


@pytest.fixture
def later():
    with time_machine.travel(NOON + GRACE, tick=False) as clock:
        yield clock


def jobs(count):
    return [
        outbox.enqueue(kind=KIND, subject=f"subject-{number:03}", at=NOON)
        for number in range(count)
    ]


def rung(wire):
    found = []
    while wire.qsize():
        message = wire.get(block=False)
        message.ack()
        found.append(message.payload[0][0])
    return found


def test_rings_for_what_waits(work, wire, later):
    waiting = jobs(3)

    relay()

    assert sorted(rung(wire)) == sorted(job.public_id for job in waiting)


def test_keeps_still_while_a_message_may_be_on_its_way(work, wire, later):
    jobs(1)
    relay()
    rung(wire)

    relay()

    assert rung(wire) == []


def test_rings_again_when_the_broker_has_forgotten(work, wire, later):
    (job,) = jobs(1)
    relay()
    rung(wire)
    later.shift(PATIENCE + timedelta(seconds=1))

    relay()

    assert rung(wire) == [job.public_id]


def test_rings_for_no_more_than_its_share_at_once(work, wire, later):
    jobs(3)

    assert relay(limit=2) == 2
    assert relay(limit=2) == 1


def test_counts_nothing_as_rung_while_the_broker_is_away(work, later, monkeypatch):
    def away(*arguments, **options):
        raise ConnectionError

    jobs(1)
    monkeypatch.setattr(deliver, "apply_async", away)

    with pytest.raises(ConnectionError), transaction.atomic():
        relay()

    assert Job.objects.get().rung_at is None


@pytest.mark.django_db(transaction=True)
def test_leaves_to_another_relay_what_it_has_in_hand(work, wire, later):
    jobs(1)
    counted = []

    def other_relay():
        counted.append(relay())
        connection.close()

    with transaction.atomic():
        Job.objects.select_for_update().get()
        thread = threading.Thread(target=other_relay)
        thread.start()
        thread.join(20)

    assert counted == [0]
    assert relay() == 1
