"""Searching: the right entries over any number of pages, from an index, in order."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry
from requests_app.reporting import search
from requests_app.reporting.search import Wanted, find, readers
from tests import database
from tests.factories import NOON
from tests.reporting import long_history

HOUR = timedelta(hours=1)
DAY = {"since": NOON - HOUR, "until": NOON + HOUR}
A, B, R = "a" * 22, "b" * 22, "r" * 22

pytestmark = pytest.mark.django_db


def record(event="session.began", *, actor=A, subject=B, minutes=0, **fields):
    return ledger.record(
        event=event,
        subject=subject,
        actor=actor,
        at=NOON + timedelta(minutes=minutes),
        **fields,
    )


def found(**wanted):
    return find(Wanted(**DAY, **wanted), after=None, most=50).entries


# Which


@pytest.mark.parametrize(
    "wanted",
    [
        {"actor": B},
        {"event": "job.died"},
        {"agency": "THERE"},
        {"role": "head"},
        {"outcome": "refused"},
        {"subject": R},
        {"codes": ["THERE"]},
        {"codes": ["THERE", "ELSE"]},
        {"event": "job.died", "role": "head", "outcome": "refused", "actor": B},
    ],
)
def test_finds_what_is_wanted_and_nothing_else(wanted):
    for minutes in range(3):
        record(agency="HERE", role="clerk", minutes=minutes)
    kept = record(
        "job.died",
        actor=B,
        subject=R,
        agency="THERE",
        role="head",
        outcome="refused",
    )

    assert found(**wanted) == [kept]


def test_tells_what_was_done_from_who_looked():
    done, read = record("job.died"), record("request.read")

    assert found(what="changes") == [done]
    assert found(what="reads") == [read]


def test_takes_the_first_moment_of_the_range_and_not_the_last():
    first = record(minutes=-60)
    record(minutes=60)

    assert found() == [first]


# Over pages


def pages(step, most):
    gone, after = [], None
    while True:
        page = step(after, most)
        gone += page.entries
        after = page.older
        if after is None:
            return gone


def test_shows_each_entry_once_though_many_share_a_moment():
    kept = [record(minutes=number // 4) for number in range(11)]

    seen = pages(lambda after, most: find(Wanted(**DAY), after=after, most=most), 3)

    assert seen == kept[::-1]


def test_goes_on_where_the_reach_ended(monkeypatch):
    monkeypatch.setattr(search, "REACH", 4)
    kept = record(role="head", minutes=-30)
    for minutes in range(10):
        record(role="clerk", minutes=minutes)
    wanted = Wanted(**DAY, role="head")

    first = find(wanted, after=None, most=3)
    seen = pages(lambda after, most: find(wanted, after=after, most=most), 3)

    assert first.entries == []
    assert first.reached == NOON + timedelta(minutes=6)
    assert seen == [kept]


# Who saw a request


def seen_by(**fields):
    return readers(R, **DAY, after=None, most=50, **fields).entries


def test_finds_the_pages_lists_searches_and_attempts(monkeypatch):
    kept = [
        record("request.read", subject=R, minutes=1),
        record("list.read", subject=A, body={"shown": [B, R]}, minutes=2),
        record("search.made", subject=A, body={"shown": [R]}, minutes=3),
        record("access.denied", subject=A, body={"about": R}, minutes=4),
        record("record.printed", subject=R, minutes=5),
    ]
    record("list.read", subject=A, body={"shown": [B]}, minutes=6)
    record("access.denied", subject=A, body={"about": B}, minutes=7)
    record("request.screened", subject=R, minutes=8)

    assert seen_by() == kept[::-1]


def test_pages_over_both_kinds_without_gap_or_repeat():
    for number in range(12):
        record("request.read", subject=R, minutes=number)
        record("list.read", subject=A, body={"shown": [R]}, minutes=number)

    gone = pages(lambda after, most: readers(R, **DAY, after=after, most=most), 5)

    assert gone == list(Entry.objects.order_by("-at", "-id")[:24])


def test_derives_what_was_shown_from_the_body_alone():
    entry = record("list.read", subject=A, body={"door": "worklist", "shown": [R]})

    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_shows(%s)", [entry.body])
        assert cursor.fetchone() == ([R],)
        cursor.execute("SELECT entry_shows('{}')")
        assert cursor.fetchone() == (None,)


# From an index


@pytest.fixture(scope="module")
def long(django_db_setup, django_db_blocker):
    """A longer history in the owner's transaction, read as the portal would."""
    with django_db_blocker.unblock():
        where = database.addresses(connection.settings_dict["NAME"])
        with psycopg.connect(where.owner) as owner:
            long_history.fill(owner, 20_000)
            owner.execute("ANALYZE requests_app_entry")
            # A short table is read faster whole: here counts whether there is an index
            # to read in order. bench/history.py shows that it is chosen.
            for way in ("seqscan", "sort", "bitmapscan"):
                owner.execute(f"SET LOCAL enable_{way} = off")
            long_history.as_auditor_of_the_state(owner)
            yield owner
            owner.rollback()


def plans(long, asked, after):
    work = long_history.ASKED[asked]
    sent = long_history.statements(lambda: work(after))
    found = long_history.plans(long, [sql for sql in sent if "set_config" not in sql])
    assert found
    return found


@pytest.mark.parametrize("depth", [None, 0.9])
@pytest.mark.parametrize("asked", long_history.ASKED)
def test_reads_an_index_however_deep_the_page(long, asked, depth):
    after = long_history.at(depth) if depth else None

    for found in plans(long, asked, after):
        assert not long_history.reads_all_entries(found)


IN_ORDER = ["everything", "one event", "one person", "one agency", "refusals"]


@pytest.mark.parametrize("asked", [*IN_ORDER, "a role that nobody had"])
def test_reads_in_order_instead_of_sorting(long, asked):
    for found in plans(long, asked, None):
        assert not long_history.sorts_entries(found)


def test_would_notice_a_search_without_an_index(long):
    sql = "SELECT * FROM requests_app_entry WHERE body LIKE '%%x' ORDER BY seq"
    found = long_history.plan(long, sql.replace("%%", "%"))

    assert long_history.reads_all_entries(found)
    assert long_history.sorts_entries(found)
