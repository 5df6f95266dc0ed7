"""Case 96: a clock that is moved back moves no sealed time back, and is told of."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from requests_app.accounts import tasks, watch
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry, Leaf
from requests_app.outbox.models import Job
from tests import factories
from tests.database import as_owner

HOUR = timedelta(hours=1)


def entries():
    rows = Entry.objects.about(watch.CLOCK).order_by("seq")
    return [(row.event, json.loads(row.body)) for row in rows]


@pytest.mark.django_db
def test_says_nothing_while_the_clocks_agree():
    assert watch.compare_clocks(at=datetime.now(UTC)) is True

    assert entries() == []


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [-3600, 3600, -86_400, 86_400, 3])
def test_records_by_how_much_the_clock_of_the_portal_was_moved(seconds):
    moved = datetime.now(UTC) + timedelta(seconds=seconds)

    assert watch.compare_clocks(at=moved) is False

    ((event, body),) = entries()
    assert (event, body["behind"]) == ("clock.skewed", 0)
    assert abs(body["seconds"] - seconds) <= 1


@pytest.mark.django_db
def test_records_each_change_once_and_tells_two_roles():
    agency = factories.make_agency()
    told = {
        factories.make_administrator(agency).public_id,
        factories.make_auditor(None).public_id,
    }
    now = datetime.now(UTC)

    for at in (now - HOUR, now - HOUR, now, now):
        watch.compare_clocks(at=at)

    assert [event for event, _ in entries()] == ["clock.skewed", "clock.agreed"]
    jobs = Job.objects.filter(kind="person.told")
    assert set(jobs.values_list("subject", flat=True)) == told


@pytest.mark.django_db
def test_is_looked_at_by_the_worker():
    with time_machine.travel(datetime.now(UTC) - HOUR, tick=False):
        tasks.compare_clocks()

    assert [event for event, _ in entries()] == ["clock.skewed"]


@pytest.mark.django_db(transaction=True)
def test_seals_no_entry_before_the_last_when_the_servers_clock_goes_back():
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        _record(datetime.now(UTC))
    with time_machine.travel(now - HOUR, tick=False):
        _record(datetime.now(UTC))

    first, second = Leaf.objects.order_by("-idx")[:2][::-1]

    assert first.sealed_at <= second.sealed_at
    assert second.sealed_at >= now
    assert second.entry.at == now - HOUR


@pytest.mark.django_db(transaction=True)
def test_tells_that_the_databases_clock_was_moved_back():
    _record(datetime.now(UTC))
    as_owner(
        "UPDATE requests_app_head SET n = n + 1, last_at = now() + interval '1 hour'"
    )

    assert ledger.clocks(at=datetime.now(UTC)).behind > HOUR - timedelta(minutes=1)


def _record(at):
    ledger.record(
        event="request.moved",
        subject="a" * 22,
        at=at,
        actor="b" * 22,
        body={"from": "awaiting", "to": "determined"},
    )
