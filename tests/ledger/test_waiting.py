"""A decision is answered when a witness vouches for it, and not taken without one."""

import threading

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from requests_app.accounts import access
from requests_app.ledger import services as ledger
from requests_app.ledger import signing
from requests_app.ledger.models import Checkpoint, Entry, Head
from requests_app.review.models import Determination
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(settings, monkeypatch):
    settings.LEDGER_WAITS_FOR_WITNESS = True
    monkeypatch.setattr(access, "WITNESS_SECONDS", 10.0)


@pytest.fixture
def signer(desk):
    """The signer's loop in a thread: signs when it is asked, as its process does."""
    one = desk()
    one.database.execute(f"LISTEN {signing.CHANNEL}")
    ended = threading.Event()

    def serve():
        while not ended.is_set():
            if list(one.database.notifies(timeout=0.2, stop_after=1)):
                one.sign(at=NOON)

    one.sign(at=NOON)
    thread = threading.Thread(target=serve)
    thread.start()
    yield one
    ended.set()
    thread.join()


@pytest.fixture
def ask():
    agency = factories.make_agency()
    clerk = factories.make_clerk(agency)
    return factories.ask_of(factories.file_request(agency=agency, clerk=clerk))


def decide(ask):
    client = Client()
    client.force_login(factories.make_supervisor(ask.ice_request.agency))
    posted = {
        "screening": ask.screenings.order_by("-id").first().public_id,
        "decision": "deny",
        "reason_code": "no_exception",
        "reason": "None applies.",
        "findings_read": "on",
        "confirmed": "yes",
    }
    door = reverse("ask_determine", args=[ask.ice_request.public_id, ask.public_id])
    with time_machine.travel(NOON, tick=True):
        return client.post(door, posted)


def leaf_of_the_decision():
    return Entry.objects.get(event="ask.determined").leaf.idx


def test_answers_a_decision_that_is_witnessed(waiting, ask, signer):
    answer = decide(ask)

    assert answer.status_code == 302
    assert Checkpoint.objects.order_by("-size").first().size > leaf_of_the_decision()


def test_says_that_a_decision_is_recorded_and_not_witnessed(waiting, ask, monkeypatch):
    monkeypatch.setattr(access, "WITNESS_SECONDS", 0.1)

    answer = decide(ask)

    assert answer.status_code == 503
    assert "Your decision is recorded, and not yet witnessed" in answer.content.decode()
    assert answer["Retry-After"] == "60"
    assert Determination.objects.count() == 1
    assert not ledger.is_witnessed(leaves=leaf_of_the_decision() + 1)


def test_takes_no_decision_while_nobody_signs(waiting, ask, monkeypatch):
    monkeypatch.setattr(ledger, "UNWITNESSED_AFTER", ledger.timedelta(0))

    answer = decide(ask)

    assert answer.status_code == 503
    assert "Your decision was not taken" in answer.content.decode()
    assert not Determination.objects.exists()


def test_takes_everything_else_while_nobody_signs(waiting, ask, monkeypatch):
    monkeypatch.setattr(ledger, "UNWITNESSED_AFTER", ledger.timedelta(0))
    client = Client()
    client.force_login(ask.ice_request.filed_by)

    with time_machine.travel(NOON, tick=True):
        assert client.post(reverse("session_extend")).status_code == 204


def test_waits_for_nobody_where_the_setting_is_off(ask):
    assert decide(ask).status_code == 302
    assert not Checkpoint.objects.exists()


def test_waits_in_no_transaction(waiting, ask, signer, monkeypatch):
    asked = []
    await_witness = ledger.await_witness

    def watched(**given):
        asked.append(connection.in_atomic_block)
        return await_witness(**given)

    monkeypatch.setattr(ledger, "await_witness", watched)

    decide(ask)

    assert asked == [False]
    assert Head.objects.get().n > leaf_of_the_decision()
