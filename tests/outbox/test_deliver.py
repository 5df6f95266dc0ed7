"""A job is done once in effect; a failing one is counted, put off, and given up."""

import json
import logging
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from requests_app.ledger.models import Entry
from requests_app.outbox import jobs, tasks
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from requests_app.outbox.tasks import MAX_ATTEMPTS, deliver
from tests.factories import NOON, make_agency, make_user
from tests.outbox.conftest import KIND

SUBJECT = "a" * 22
CANARY = "Ejemplo Inventado"


@pytest.fixture
def job(db):
    return outbox.enqueue(kind=KIND, subject=SUBJECT, at=NOON)


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def fail_until_it_is_given_up(job, clock):
    for _ in range(MAX_ATTEMPTS):
        deliver(job.public_id)
        clock.shift(timedelta(days=1))


def everything_stored():
    """Every row of every table of the portal, as the database prints it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format("
            "'SELECT coalesce(string_agg(t::text, chr(10)), '''') FROM %I t', tablename"
            "), ' UNION ALL ') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename LIKE 'requests_app%'"
            " AND has_table_privilege(quote_ident(tablename), 'SELECT')"
        )
        cursor.execute(cursor.fetchone()[0])
        return "\n".join(row[0] for row in cursor.fetchall())


def test_does_the_work_and_marks_it_done(job, work, at_noon):
    deliver(job.public_id)

    assert work.done == [SUBJECT]
    assert Job.objects.get().done_at == NOON
    assert Job.objects.get().attempts == 1


def test_has_the_effect_of_once_when_rung_twice(job, work, at_noon):
    deliver(job.public_id)
    deliver(job.public_id)

    assert work.done == [SUBJECT]


def test_leaves_a_job_alone_that_is_not_due(job, work, at_noon):
    at_noon.shift(timedelta(seconds=-1))

    deliver(job.public_id)

    assert work.done == []


def test_leaves_a_job_alone_that_nobody_knows(job, work, at_noon):
    deliver("b" * 22)

    assert work.done == []


def test_counts_a_failure_and_puts_it_off(job, work, at_noon):
    work.fails = ConnectionError("the mail server is away")

    deliver(job.public_id)
    deliver(job.public_id)

    kept = Job.objects.get()
    assert (kept.attempts, kept.last_error) == (1, "ConnectionError")
    assert kept.due_at == NOON + timedelta(seconds=2)
    assert kept.done_at is None and kept.died_at is None
    assert work.done == [SUBJECT]


def test_is_done_in_the_end_when_the_failure_passes(job, work, at_noon):
    work.fails = ConnectionError()
    deliver(job.public_id)
    work.fails = None
    at_noon.shift(timedelta(seconds=2))

    deliver(job.public_id)

    assert Job.objects.get().done_at == NOON + timedelta(seconds=2)


def test_undoes_what_failing_work_had_written(job, monkeypatch, at_noon):
    def half_done(*, subject, at):
        make_user(username="halfway")
        raise ConnectionError

    monkeypatch.setitem(jobs._WORK, KIND, half_done)

    deliver(job.public_id)

    assert "halfway" not in everything_stored()
    assert Job.objects.get().attempts == 1


def test_counts_a_job_that_nobody_does(job, at_noon):
    deliver(job.public_id)

    assert Job.objects.get().last_error == "NoSuchJob"


def test_is_given_up_in_the_end_and_not_before(job, work, at_noon):
    work.fails = ConnectionError()
    fail_until_it_is_given_up(job, at_noon)

    kept = Job.objects.get()
    assert kept.attempts == len(work.done) == MAX_ATTEMPTS
    assert kept.died_at == NOON + timedelta(days=MAX_ATTEMPTS - 1)

    deliver(job.public_id)

    assert len(work.done) == MAX_ATTEMPTS


def test_records_a_job_given_up_in_the_history(job, work, at_noon):
    work.fails = ConnectionError()
    fail_until_it_is_given_up(job, at_noon)

    entry = Entry.objects.get(event="job.died")
    assert (entry.subject, entry.actor) == (SUBJECT, "system")
    assert json.loads(entry.body) == {"kind": KIND, "attempts": MAX_ATTEMPTS}


def test_records_nothing_while_there_is_hope(job, work, at_noon):
    work.fails = ConnectionError()

    deliver(job.public_id)

    assert not Entry.objects.exists()


def test_is_not_given_up_unrecorded(job, work, at_noon, monkeypatch):
    work.fails = ConnectionError()
    Job.objects.update(attempts=MAX_ATTEMPTS - 1)

    def fails(**fields):
        raise OSError

    monkeypatch.setattr(jobs, "_AT_DEATH", [fails])
    with pytest.raises(OSError):
        deliver(job.public_id)

    assert Job.objects.get().died_at is None


def test_makes_room_for_the_same_job_after_one_was_given_up(job, work, at_noon):
    work.fails = ConnectionError()
    fail_until_it_is_given_up(job, at_noon)

    outbox.enqueue(kind=KIND, subject=SUBJECT, at=NOON)

    assert Job.objects.count() == 2


def test_keeps_and_logs_no_word_of_an_error(job, work, at_noon, caplog):
    work.fails = ValueError(f"cannot mail {CANARY}")

    with caplog.at_level(logging.DEBUG):
        fail_until_it_is_given_up(job, at_noon)

    assert CANARY not in everything_stored()
    assert CANARY not in caplog.text
    assert f"job {job.public_id} put off (ValueError)" in caplog.text


def test_would_find_the_word_if_it_were_kept(job):
    Job.objects.update(last_error=f"cannot mail {CANARY}")

    assert CANARY in everything_stored()


def test_leaves_a_job_alone_that_another_worker_did_meanwhile(job, at_noon):
    Job.objects.update(done_at=NOON)

    tasks._put_off(job, ConnectionError(), NOON)

    kept = Job.objects.get()
    assert (kept.attempts, kept.died_at, kept.due_at) == (0, None, NOON)


def test_lets_one_of_two_workers_have_the_effect(transactional_db, job, monkeypatch):
    begun, may_end, done = threading.Event(), threading.Event(), []

    def slow(*, subject, at):
        begun.set()
        may_end.wait(20)
        done.append(subject)

    def first_worker():
        deliver(job.public_id)
        connection.close()

    monkeypatch.setitem(jobs._WORK, KIND, slow)
    worker = threading.Thread(target=first_worker)
    worker.start()
    begun.wait(20)

    deliver(job.public_id)

    assert done == []
    may_end.set()
    worker.join()
    assert done == [SUBJECT]
    assert Job.objects.get().attempts == 1


def test_counts_an_attempt_that_ends_with_its_worker(job, monkeypatch, at_noon):
    def killed(*, subject, at):
        raise SystemExit

    monkeypatch.setitem(jobs._WORK, KIND, killed)

    with pytest.raises(SystemExit):
        deliver(job.public_id)

    kept = Job.objects.get()
    assert (kept.attempts, kept.done_at) == (1, None)
    assert kept.due_at == NOON + timedelta(seconds=2)


def test_gives_up_work_that_always_kills_its_worker(job, monkeypatch, at_noon):
    def killed(*, subject, at):
        raise SystemExit

    monkeypatch.setitem(jobs._WORK, KIND, killed)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(SystemExit):
            deliver(job.public_id)
        at_noon.shift(timedelta(days=1))

    deliver(job.public_id)

    assert Job.objects.get().died_at is not None
    assert Entry.objects.get().event == "job.died"


def test_does_the_work_in_the_context_of_its_agency(work, monkeypatch, at_noon, db):
    entered = []

    @contextmanager
    def enter(agency):
        entered.append(agency)
        yield

    monkeypatch.setattr(jobs, "_AROUND", [enter])
    job = outbox.enqueue(kind=KIND, subject=SUBJECT, agency="SMP", at=NOON)

    deliver(job.public_id)

    assert entered == ["", "SMP"]


def test_names_the_agency_of_a_job_given_up(work, at_noon, db):
    make_agency(code="SMP")
    work.fails = ConnectionError()
    job = outbox.enqueue(kind=KIND, subject=SUBJECT, agency="SMP", at=NOON)

    fail_until_it_is_given_up(job, at_noon)

    assert Entry.objects.get(event="job.died").agency == "SMP"
