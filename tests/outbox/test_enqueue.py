"""A job exists if and only if the change that wanted it was committed."""

import json
import logging
import re
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import transaction
from kombu.exceptions import OperationalError

import requests_app.review.tasks  # noqa: F401 registers its work
from requests_app.docket.models import IceRequest
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from requests_app.outbox.tasks import deliver, relay
from tests.factories import (
    NOON,
    file_request,
    make_agency,
    make_clerk,
    make_supervisor,
)
from tests.outbox.conftest import KIND

SUBJECT = "a" * 22
CANARY = "Ejemplo"


class Regret(Exception):
    """Ends a transaction that has enqueued."""


def enqueue():
    return outbox.enqueue(kind=KIND, subject=SUBJECT, at=NOON)


def on_the_wire(queue):
    messages = []
    while queue.qsize():
        message = queue.get_nowait()
        messages.append(message)
        message.ack()
    return messages


@pytest.mark.django_db(transaction=True)
def test_keeps_the_job_and_rings_once_the_change_is_committed(wire):
    with transaction.atomic():
        job = enqueue()
        assert wire.qsize() == 0

    assert Job.objects.get() == job
    assert wire.qsize() == 1


@pytest.mark.django_db(transaction=True)
def test_keeps_nothing_and_does_not_ring_when_the_change_is_rolled_back(wire):
    with pytest.raises(Regret), transaction.atomic():
        enqueue()
        raise Regret

    assert not Job.objects.exists()
    assert wire.qsize() == 0


@pytest.mark.django_db
def test_waits_once_however_often_it_is_wanted(
    wire, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = enqueue(), enqueue()

    assert first == second
    assert Job.objects.count() == 1
    assert wire.qsize() == 1


@pytest.mark.django_db
def test_waits_again_when_the_first_is_done():
    Job.objects.filter(pk=enqueue().pk).update(done_at=NOON)

    enqueue()

    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_sends_one_identifier_and_nothing_else(
    wire, django_capture_on_commit_callbacks
):
    agency = make_agency()
    make_supervisor(agency, last_name=CANARY)
    with django_capture_on_commit_callbacks(execute=True):
        file_request(agency=agency, clerk=make_clerk(agency), family_names=CANARY)

    (message,) = on_the_wire(wire)
    args, kwargs, _ = message.payload
    assert args == [Job.objects.get().public_id]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", args[0])
    assert kwargs == {}
    assert CANARY not in json.dumps([message.payload, message.headers])


@pytest.mark.django_db(transaction=True)
def test_files_while_the_broker_cannot_be_reached(wire, monkeypatch, caplog):
    agency = make_agency()
    supervisor = make_supervisor(agency)
    clerk = make_clerk(agency)

    def unreachable(*args, **kwargs):
        raise OperationalError(f"no route to the broker for {CANARY}")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(deliver, "apply_async", unreachable)
        with time_machine.travel(NOON):
            file_request(agency=agency, clerk=clerk, family_names=CANARY)

    assert IceRequest.objects.count() == 1
    job = Job.objects.get()
    assert (job.kind, job.done_at) == ("person.told", None)
    assert "broker not reached (OperationalError)" in caplog.text
    assert CANARY not in caplog.text

    with time_machine.travel(NOON + timedelta(seconds=6)):
        assert relay() == 1
        (message,) = on_the_wire(wire)
        deliver(*message.payload[0])

    assert Job.objects.get().done_at is not None
    assert [letter.to for letter in mail.outbox] == [[supervisor.email]]


@pytest.mark.django_db
def test_relays_what_is_due_and_nothing_else(wire):
    due = enqueue()
    for kind, fields in (
        ("test.later", {"due_at": NOON + timedelta(minutes=1)}),
        ("test.over", {"done_at": NOON}),
        ("test.dead", {"died_at": NOON}),
    ):
        outbox.enqueue(kind=kind, subject=SUBJECT, at=NOON)
        Job.objects.filter(kind=kind).update(**fields)

    with time_machine.travel(NOON + timedelta(seconds=6)):
        relay()

    (message,) = on_the_wire(wire)
    assert message.payload[0] == [due.public_id]


def test_rings_at_the_broker_that_the_settings_name():
    asked = (
        "import portal.wsgi; from requests_app.outbox.tasks import deliver;"
        "print(deliver.app.main)"
    )

    answer = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )

    assert answer.stdout.strip() == "portal", answer.stderr
