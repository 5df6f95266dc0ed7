"""What filing makes of a sound draft, once, in one transaction."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from requests_app.docket.models import Communication, IceRequest, Instrument
from requests_app.docket.moments import ZONE
from requests_app.intake import services as intake
from requests_app.intake.models import Draft
from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.review import services as review
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


# Every instrument

ASKED = sorted(set(Instrument.values) - {"unasked"})


@pytest.mark.parametrize("instrument", ASKED)
def test_files_every_instrument(agency, clerk, instrument):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, instrument=instrument, asks=["hold", "interview"]
    )

    assert ice_request.status == "awaiting"
    assert sorted(row.kind for row in ice_request.asks.all()) == ["hold", "interview"]
    assert ice_request.screenings.filter(ask__isnull=False).count() == 2
    assert ice_request.assignments.open().count() == 1


@pytest.mark.parametrize(
    "kind",
    [
        "municipal_police",
        "state_police",
        "correction",
        "judicial_marshal",
        "state_marshal",
        "adult_probation",
        "juvenile_probation",
        "criminal_justice_division",
        "pardons_and_paroles",
        "bail_commissioner",
        "school_police",
        "other_public_employee",
    ],
)
def test_files_at_every_kind_of_agency(kind):
    agency = factories.make_agency(kind=kind)

    ice_request = factories.file_request(
        agency=agency,
        clerk=factories.make_clerk(agency),
        asks=["hold", "notify_release", "information"],
        information=["home_address"],
    )

    facts = ice_request.screenings.filter(ask__isnull=False).first().facts
    assert facts["official"] == kind


def test_files_an_act_nobody_asked_for(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        **factories.unasked(
            asks=(), acts=[{"kind": "arrest", "happened_at": NOON - HOUR}]
        ),
    )

    assert ice_request.status == "recorded"
    assert ice_request.asks.count() == 0
    assert ice_request.notices.count() == 0
    assert [row.kind for row in ice_request.mismatches.all()] == ["never_asked"]
    assignment = ice_request.assignments.get()
    assert (assignment.queue, assignment.rule) == ("head", "act_parts_from_decision")


def test_numbers_requests_by_agency_and_year(agency, clerk):
    first = factories.file_request(agency=agency, clerk=clerk)
    second = factories.file_request(agency=agency, clerk=clerk)
    before = factories.file_request(
        agency=agency,
        clerk=clerk,
        at=datetime(2025, 12, 31, 23, 30, tzinfo=ZONE),
    )

    assert (first.number, second.number, before.number) == (
        f"{agency.code}-2026-00001",
        f"{agency.code}-2026-00002",
        f"{agency.code}-2025-00001",
    )


# What comes with it


def test_opens_the_notices_owed_since_receipt(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, received_at=NOON - 2 * HOUR
    )

    owed = {row.kind: row.owed_since for row in ice_request.notices.owed()}
    assert owed == {
        "detainer_copy": NOON - 2 * HOUR,
        "intent": NOON - 2 * HOUR,
    }


def test_owes_no_copy_of_what_is_no_detainer(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, instrument="telephone", asks=["interview"]
    )

    assert ice_request.notices.count() == 0


def test_keeps_notices_that_were_given_before_filing(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        received_at=NOON - 2 * HOUR,
        copy="given",
        copy_served_at=NOON - HOUR,
        how="interpreter",
    )

    copy = ice_request.notices.get(kind="detainer_copy")
    assert (copy.served_at, copy.served_how) == (NOON - HOUR, "interpreter")
    assert copy.served_by == clerk
    attempt = copy.attempts.get()
    assert (attempt.tried_at, attempt.outcome, attempt.reader) == (
        NOON - HOUR,
        "given",
        "person",
    )
    assert ice_request.notices.get(kind="intent").served_at is None
    receipt = ice_request.screenings.filter(ask=None, act=None).latest("id")
    assert receipt.findings.get(citation="54-192h(e)(1) copy").result == "compliant"


def test_keeps_acts_that_were_done_before_filing(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        acts=[
            {
                "kind": "detain",
                "happened_at": NOON - HOUR,
                "staff_minutes": "30",
                "cost": "12.50",
            }
        ],
    )

    act = ice_request.acts.get()
    assert act.ask == factories.ask_of(ice_request, "hold")
    assert (act.staff_minutes, act.cost_cents, act.recorded_by) == (30, 1250, clerk)
    assert [row.kind for row in act.mismatches.all()] == ["done_before_decision"]
    assert ice_request.assignments.get().queue == "head"


def test_owes_copy_and_reason_of_a_notification_made_before_filing(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["notify_release"],
        acts=[{"kind": "notify_release", "happened_at": NOON - HOUR}],
    )

    owed = {row.kind for row in ice_request.notices.owed() if row.act_id}
    assert owed == {"notification_copy_person", "notification_copy_attorney"}


def test_owes_only_the_papers_of_a_notification_not_yet_given(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["notify_release"],
        acts=[
            {
                "kind": "notify_release",
                "happened_at": NOON - HOUR,
                "copy_to_person": "yes",
                "reason_in_writing": "yes",
                "copy_to_attorney_or_designee": "unknown",
            }
        ],
    )

    owed = [row.kind for row in ice_request.notices.owed() if row.act_id]
    assert owed == ["notification_copy_attorney"]


def test_keeps_every_contact_with_the_authority(agency, clerk):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        channel="email",
        acts=[
            {"kind": "decline", "happened_at": NOON - HOUR},
            {"kind": "detain", "happened_at": NOON - HOUR},
        ],
    )

    contacts = Communication.objects.filter(ice_request=ice_request).order_by("id")
    assert [(row.direction, row.about, row.channel) for row in contacts] == [
        ("in", "request", "email"),
        ("out", "decline", "email"),
    ]


def test_writes_the_history_in_its_order(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])

    entries = Entry.objects.about(ice_request.public_id).order_by("seq")
    assert [(row.seq, row.event) for row in entries] == [
        (1, "request.filed"),
        (2, "request.screened"),
        (3, "notice.owed"),
        (4, "notice.owed"),
        (5, "request.assigned"),
    ]
    assert {row.actor for row in entries} == {clerk.public_id}


def test_tells_the_deciders_of_the_agency(agency, clerk):
    supervisor = factories.make_supervisor(agency)
    factories.make_head(agency)
    factories.make_supervisor(factories.make_agency())

    factories.file_request(agency=agency, clerk=clerk, asks=["hold"])

    told = Job.objects.filter(kind="person.told").values_list("subject", flat=True)
    assert list(told) == [supervisor.public_id]


def test_tells_those_who_decide_on_that_evening(agency, clerk):
    # Nine in the evening in Connecticut is tomorrow in UTC.
    evening = datetime(2026, 3, 10, 21, 0, tzinfo=ZONE)
    until_tomorrow = factories.make_user()
    factories.appoint(
        until_tomorrow,
        "supervisor",
        agency,
        effective_until=datetime(2026, 3, 11).date(),
    )

    factories.file_request(agency=agency, clerk=clerk, asks=["hold"], at=evening)

    told = Job.objects.filter(kind="person.told").values_list("subject", flat=True)
    assert list(told) == [until_tomorrow.public_id]


def test_keeps_nothing_when_one_part_of_filing_fails(agency, clerk, monkeypatch):
    draft = factories.make_draft(agency=agency, owner=clerk)

    def fails(**given):
        raise RuntimeError("the last part of filing")

    monkeypatch.setattr(review, "assign", fails)
    with pytest.raises(RuntimeError):
        intake.file_draft(draft=draft, role="clerk", at=NOON)

    draft.refresh_from_db()
    assert draft.answers != {}
    assert IceRequest.objects.count() == 0
    assert not Entry.objects.filter(event__startswith="request.").exists()


def test_refuses_a_draft_that_is_not_complete(agency, clerk):
    draft = intake.begin_draft(agency=agency, by=clerk, at=NOON)

    with pytest.raises(intake.DraftNotReady) as refusal:
        intake.file_draft(draft=draft, role="clerk", at=NOON)

    assert refusal.value.steps == ["request", "person", "custody", "basis", "acts"]


# No name in the history

CANARIES = {
    "family_names": "Zanahoria",
    "given_names": "Quimera",
    "aliases": "Perejil",
    "a_number": "A098765432",
    "booking_number": "BOOK-CANARY",
    "attorney": "Lawyer Canary",
    "designee": "Friend Canary",
    "sender_office": "Office Canary",
    "sender_officer": "Officer Canary",
    "sender_contact": "contact@canary.test",
    "event_number": "EVT-CANARY",
    "subject_id": "SUBJECT-CANARY",
    "citizenship": "Canaria",
    "language": "Canarian",
    "late_reason": "Reason Canary",
}


def test_writes_nothing_of_a_person_into_the_history_or_the_jobs(agency, clerk):
    factories.make_supervisor(agency)
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        received_at=NOON - 30 * HOUR,
        narrative="Narrative Canary",
        **CANARIES,
    )
    factories.record_act(
        ice_request=ice_request,
        kind="detain",
        done_by="Doer Canary",
        narrative="Act Canary",
    )
    factories.serve_notice(ice_request=ice_request, language="Canarian")
    factories.determine(
        ask=factories.ask_of(ice_request),
        by=factories.make_supervisor(agency),
        reason="Ruling Canary",
        authority="Authority Canary",
    )

    written = "\n".join(
        f"{row.subject} {row.actor} {row.agency} {row.outcome} {row.body}"
        for row in Entry.objects.all()
    )
    jobs = "\n".join(f"{job.kind} {job.subject}" for job in Job.objects.all())
    canaries = [*CANARIES.values(), "Canary", "canary", "1990-02-01"]
    assert [one for one in canaries if one in written + jobs] == []
    assert ice_request.person.family_names == "Zanahoria"


# Twenty at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_noon")
def test_makes_one_request_of_twenty_submissions_at_once():
    agency = factories.make_agency()
    clerk = factories.make_clerk(agency)
    draft = factories.make_draft(agency=agency, owner=clerk)
    door = reverse("draft_step", args=[draft.public_id, "review"])
    start = Barrier(20)

    def submit(client):
        try:
            start.wait(timeout=20)
            return client.post(door, {"attested": "yes"})
        finally:
            connection.close()

    clients = [Client() for _ in range(20)]
    for client in clients:
        client.force_login(clerk)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(submit, clients))

    ice_request = IceRequest.objects.get()
    assert [answer.status_code for answer in answers] == [302] * 20
    leads_there = [ice_request.public_id in one.headers["Location"] for one in answers]
    assert leads_there == [True] * 20
    assert Entry.objects.filter(event="request.filed").count() == 1
    assert Draft.objects.get().answers == {}


@pytest.mark.django_db(transaction=True)
def test_gives_no_number_twice_to_ten_filed_at_once():
    agency = factories.make_agency()
    clerk = factories.make_clerk(agency)
    start = Barrier(10)

    def file(_):
        try:
            start.wait(timeout=20)
            return factories.file_request(agency=agency, clerk=clerk).number
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        numbers = sorted(pool.map(file, range(10)))

    assert numbers == [f"{agency.code}-2026-{n:05d}" for n in range(1, 11)]
