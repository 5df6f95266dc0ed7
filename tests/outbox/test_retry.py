"""A job that was given up can be tried again, once."""

from datetime import timedelta

import pytest

from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from requests_app.outbox.tasks import deliver
from tests.factories import NOON, make_agency
from tests.outbox.conftest import KIND

LATER = NOON + timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead():
    make_agency(code="SMP")
    job = outbox.enqueue(kind=KIND, subject="a" * 22, agency="SMP", at=NOON)
    Job.objects.update(died_at=NOON, attempts=8, last_error="ConnectionError")
    return job


def test_begins_again(dead, work):
    outbox.retry(job=dead, at=NOON)

    deliver(dead.public_id)

    kept = Job.objects.get()
    assert kept.done_at is not None
    assert (kept.died_at, kept.attempts) == (None, 1)
    assert work.done == ["a" * 22]


def test_rings_after_the_commit(dead, wire, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        outbox.retry(job=dead, at=LATER)

    assert wire.get(block=False).payload[0] == [dead.public_id]


def test_leaves_it_when_the_same_work_waits_anew(dead):
    anew = outbox.enqueue(kind=KIND, subject="a" * 22, agency="SMP", at=LATER)

    waiting = outbox.retry(job=dead, at=LATER)

    assert waiting == anew
    assert Job.objects.dead().get() == dead


def test_refuses_a_job_that_was_not_given_up(dead):
    outbox.retry(job=dead, at=LATER)

    with pytest.raises(outbox.NotDead, match="was not given up"):
        outbox.retry(job=dead, at=LATER)
