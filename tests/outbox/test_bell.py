"""Nobody waits for the broker; the bell is rung by a thread of the process."""

import logging
import queue
import threading

import pytest

from requests_app.outbox import bell

RING = bell.ring  # before tests/conftest.py has the bell rung at once


@pytest.fixture
def waiting(monkeypatch):
    """A bell of this test's own."""
    own = queue.Queue(2)
    monkeypatch.setattr(bell, "_waiting", own)
    monkeypatch.setattr(bell, "_ringer", None)
    return own


def test_does_not_wait_for_a_broker_that_is_slow(waiting, monkeypatch):
    told, may_answer = [], threading.Event()

    def slow(public_id):
        may_answer.wait(20)
        told.append(public_id)

    monkeypatch.setattr(bell, "ring_now", slow)

    RING("a" * 22)

    assert told == []
    may_answer.set()
    waiting.join()
    assert told == ["a" * 22]


def test_keeps_no_more_than_it_can_hold(waiting, monkeypatch):
    monkeypatch.setattr(bell, "_have_a_ringer", lambda: None)

    for number in range(5):
        RING(f"subject-{number}")

    assert waiting.qsize() == 2


def test_logs_the_kind_of_an_error_only(monkeypatch, caplog):
    def away(*arguments, **options):
        raise ConnectionError("no route for Ejemplo")

    monkeypatch.setattr(bell.deliver, "apply_async", away)
    with caplog.at_level(logging.WARNING):
        bell.ring_now("a" * 22)

    assert "broker not reached (ConnectionError)" in caplog.text
    assert "Ejemplo" not in caplog.text
