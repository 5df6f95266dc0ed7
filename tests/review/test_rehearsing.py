"""A change of law tried on past requests: what it would find, and nothing else."""

from datetime import date, timedelta

import pytest
from django.db import connection

from requests_app import law
from requests_app.ledger.captured import WATCHED
from requests_app.ledger.models import Entry
from requests_app.outbox import tasks as outbox
from requests_app.outbox.models import Job
from requests_app.review.models import OffenceStatus, Rehearsal, RehearsalItem
from requests_app.review.services import rehearsing
from tests import factories
from tests.factories import NOON

SECTION = "53a-196f"
A_VIOLATION = "54-192h(b)(1)(A) violation"
A_COMPLIANT = "54-192h(b)(1)(A) compliant"
A_UNDETERMINED = "54-192h(b)(1)(A) undetermined"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def listed_offence():
    return factories.conviction(section=SECTION, felony_class="D")


def order(agency, *, kind="offence", subject=SECTION, status="confirmed", **fields):
    given = {
        "effective_from": date(2025, 10, 1),
        "since": NOON.date() - timedelta(days=365),
        "until": NOON.date() + timedelta(days=1),
        **fields,
    }
    return rehearsing.order_rehearsal(
        agency=agency,
        kind=kind,
        subject=subject,
        status=status if kind == "offence" else "",
        by=factories.make_administrator(agency),
        at=NOON,
        **given,
    )


def work(kind=rehearsing.REHEARSE):
    """Deliver what waits, as the worker does, until nothing of the kind waits."""
    while job := Job.objects.waiting().filter(kind=kind).first():
        outbox.deliver(job.public_id)
        assert job.__class__.objects.get(pk=job.pk).last_error == ""


def rehearsed(agency, **fields):
    rehearsal = order(agency, **fields)
    work()
    rehearsal.refresh_from_db()
    return rehearsal


def file(agency, **facts):
    return factories.file_request(
        agency=agency, clerk=factories.make_clerk(agency), **facts
    )


def items_of(rehearsal):
    return {row.ice_request_id: (row.gained, row.lost) for row in rehearsal.items.all()}


def test_lists_what_a_confirmed_offence_would_gain_and_lose():
    agency = factories.make_agency()
    touched = file(agency, convictions=[listed_offence()])
    file(agency, convictions=[factories.conviction(felony_class="B")])

    rehearsal = rehearsed(agency)

    assert items_of(rehearsal) == {touched.pk: ([A_COMPLIANT], [A_UNDETERMINED])}
    assert (rehearsal.looked, rehearsal.gained, rehearsal.lost) == (2, 1, 1)
    assert rehearsal.done_at == NOON


def test_lists_what_a_struck_offence_would_gain():
    agency = factories.make_agency()
    touched = file(agency, convictions=[listed_offence()])

    rehearsal = rehearsed(agency, status="struck")

    assert items_of(rehearsal) == {touched.pk: ([A_VIOLATION], [A_UNDETERMINED])}


def test_lists_what_a_stay_would_leave_undetermined():
    agency = factories.make_agency()
    touched = file(agency)

    rehearsal = rehearsed(agency, kind="stay", subject="54-192h(b)(1)(A)")

    assert items_of(rehearsal) == {touched.pk: ([A_UNDETERMINED], [A_VIOLATION])}


def test_lists_what_another_version_would_find():
    agency = factories.make_agency()
    touched = file(agency, convictions=[listed_offence()])

    rehearsal = rehearsed(agency, kind="version", subject="2019")

    assert items_of(rehearsal) == {touched.pk: ([A_VIOLATION], [A_UNDETERMINED])}


def test_finds_nothing_when_the_change_would_begin_after_the_acts():
    agency = factories.make_agency()
    file(agency, convictions=[listed_offence()])

    rehearsal = rehearsed(agency, effective_from=NOON.date() + timedelta(days=1))

    assert (rehearsal.looked, rehearsal.items.count()) == (1, 0)


def test_leaves_out_what_was_screened_outside_the_period():
    agency = factories.make_agency()
    file(agency, convictions=[listed_offence()])

    rehearsal = rehearsed(
        agency, since=NOON.date() - timedelta(days=30), until=NOON.date()
    )

    assert (rehearsal.looked, rehearsal.items.count()) == (0, 0)


def test_looks_at_no_other_agency():
    here, there = factories.make_agency(), factories.make_agency()
    file(there, convictions=[listed_offence()])

    rehearsal = rehearsed(here)

    assert (rehearsal.looked, rehearsal.items.count()) == (0, 0)


def test_tries_a_ruling_beside_those_that_were_made():
    agency = factories.make_agency()
    touched = file(agency, convictions=[listed_offence()])
    rehearsed(agency)
    # The screening still says undetermined: the ruling is newer, and is tried too.
    factories.rule_on(SECTION, OffenceStatus.CONFIRMED)

    rehearsal = rehearsed(agency, subject="53a-60", status="struck")

    assert items_of(rehearsal) == {touched.pk: ([A_COMPLIANT], [A_UNDETERMINED])}


def rows_but_the_rehearsals():
    """A digest of every watched table that a rehearsal has no business with."""
    digests = {}
    with connection.cursor() as cursor:
        for table in WATCHED:
            if table.startswith("requests_app_rehearsal"):
                continue
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text))"
                f' FROM "{table}" t'
            )
            digests[table] = cursor.fetchone()
    return digests


def test_changes_nothing_but_its_own_rows():
    agency = factories.make_agency()
    file(agency, convictions=[listed_offence()])
    rehearsal = order(agency)
    before = rows_but_the_rehearsals()

    work()

    assert RehearsalItem.objects.filter(rehearsal=rehearsal).count() == 1
    assert rows_but_the_rehearsals() == before
    assert before["requests_app_finding"][0] > 0


def test_goes_on_from_batch_to_batch(monkeypatch):
    monkeypatch.setattr(rehearsing, "BATCH", 2)
    agency = factories.make_agency()
    for _ in range(5):
        file(agency, convictions=[listed_offence()])

    rehearsal = rehearsed(agency)

    assert (rehearsal.looked, rehearsal.gained, rehearsal.lost) == (5, 5, 5)
    assert rehearsal.items.count() == 5
    jobs = Job.objects.filter(kind=rehearsing.REHEARSE)
    assert [job.done_at for job in jobs] == [jobs[0].done_at] * 3


def test_counts_nothing_twice_when_a_job_is_done_again(monkeypatch):
    monkeypatch.setattr(rehearsing, "BATCH", 1)
    agency = factories.make_agency()
    file(agency, convictions=[listed_offence()])
    file(agency, convictions=[listed_offence()])
    rehearsal = order(agency)
    first = Job.objects.waiting().get(kind=rehearsing.REHEARSE)
    work()

    rehearsing.rehearse_some(subject=first.subject, at=NOON)

    rehearsal.refresh_from_db()
    assert (rehearsal.looked, rehearsal.gained) == (2, 2)
    assert not Job.objects.waiting().filter(kind=rehearsing.REHEARSE).exists()


def test_enters_the_order_and_the_counts():
    agency = factories.make_agency(code="HERE")
    file(agency, convictions=[listed_offence()])

    rehearsal = rehearsed(agency)

    entries = Entry.objects.filter(event="law.rehearsed").order_by("seq")
    assert [entry.subject for entry in entries] == [rehearsal.public_id] * 2
    assert [entry.agency for entry in entries] == ["HERE", "HERE"]
    assert [entry.actor for entry in entries][1] == "system"
    assert '"section":"53a-196f"' in entries[1].body
    assert '"gained":1' in entries[1].body


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("version", "1999"),
        ("stay", "54-192h(z)"),
        ("offence", "53a-1"),
    ],
)
def test_refuses_what_the_statute_does_not_have(kind, subject):
    agency = factories.make_agency()

    with pytest.raises(rehearsing.NotRehearsable):
        order(agency, kind=kind, subject=subject)

    assert Rehearsal.objects.count() == 0


def test_leaves_the_law_in_force_as_it_is():
    agency = factories.make_agency()
    ice_request = file(agency, convictions=[listed_offence()])
    before = (law.STATUTE.versions, law.STATUTE.stays, law.STATUTE.rulings)

    rehearsed(agency, kind="stay", subject="54-192h(b)")

    assert (law.STATUTE.versions, law.STATUTE.stays, law.STATUTE.rulings) == before
    assert ice_request.screenings.count() == 2
