"""Retention: what may be destroyed, by whom, and what stays known."""

import json
from datetime import date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from requests_app.docket import claims, holds
from requests_app.docket.models import Disposal, RetentionRule
from requests_app.docket.moments import ZONE
from requests_app.documents import keeping
from requests_app.documents.models import DocumentKind, DocumentPart
from requests_app.ledger import verifying
from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.outbox.tasks import deliver
from requests_app.reporting import retention
from requests_app.reporting.services import disposals
from requests_app.vault.sealing import Destroyed
from tests.database import past_the_guards
from tests.factories import (
    NOON,
    PASSWORD,
    determine,
    file_request,
    make_agency,
    make_clerk,
    make_head,
    make_records_officer,
    make_supervisor,
    record_act,
)
from tests.notices.pdf_structure import faults

# Filed at NOON on 2026-03-10 and kept for a year.
DUE = datetime(2027, 3, 10, 9, 0, tzinfo=ZONE)
TOO_SOON = datetime(2027, 3, 9, 9, 0, tzinfo=ZONE)
AUTHORITY = "RC-108-2027-0042"

pytestmark = pytest.mark.django_db


def scan() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (200, 260), "white").save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def town():
    agency = make_agency()
    head = make_head(agency, password=PASSWORD)
    ice_request = file_request(agency=agency, clerk=make_clerk(agency))
    determine(ask=ice_request.asks.get(), by=head)
    return SimpleNamespace(
        agency=agency,
        head=head,
        officer=make_records_officer(agency, password=PASSWORD),
        supervisor=make_supervisor(agency, password=PASSWORD),
        ice_request=ice_request,
        rule=set_rule(agency, head),
    )


def set_rule(agency, head, record_class="no_access"):
    return disposals.set_rule(
        agency=agency,
        record_class=record_class,
        years=1,
        authority="M7-000",
        effective_from=NOON.date(),
        by=head,
        role="head",
        at=NOON,
    )


def propose(town, *, at=DUE, **said):
    given = {
        "rule": town.rule,
        "requests": [town.ice_request.public_id],
        "authority": AUTHORITY,
        "paper": ("signed.png", scan()),
    }
    return disposals.propose(
        **{**given, **said}, by=town.officer, role="records_officer", at=at
    )


def approve(disposal, by, *, at=DUE):
    return disposals.approve(disposal=disposal, by=by, role="head", at=at)


def approve_by_two(town, disposal):
    approve(disposal, town.head)
    return approve(disposal, town.supervisor)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def numbers(town, on) -> list[str]:
    return [row.ice_request.number for row in retention.ended(rule=town.rule, on=on)]


def test_lists_a_request_from_the_day_on_which_its_period_has_ended(town):
    assert numbers(town, TOO_SOON.date()) == []
    assert numbers(town, DUE.date()) == [town.ice_request.number]


def test_counts_the_period_from_the_last_thing_that_happened(town):
    record_act(
        ice_request=town.ice_request, kind="decline", at=NOON + timedelta(days=9)
    )

    assert numbers(town, DUE.date()) == []
    assert numbers(town, DUE.date() + timedelta(days=9)) == [town.ice_request.number]


def test_lists_nothing_that_waits_for_a_decision(town):
    file_request(agency=town.agency, clerk=make_clerk(town.agency))

    assert numbers(town, DUE.date()) == [town.ice_request.number]


def test_takes_a_request_with_ice_access_for_another_class(town):
    record_act(ice_request=town.ice_request, kind="interview")
    access = set_rule(town.agency, town.head, "access")

    assert numbers(town, DUE.date()) == []
    assert len(retention.ended(rule=access, on=DUE.date())) == 1


def test_lists_nothing_with_a_claim_before_the_court(town):
    claimed = set_rule(town.agency, town.head, "claimed")
    words = claims.Words(
        court="Superior Court",
        docket_number="1",
        claimant="A",
        represented_by="",
        relief=["injunction"],
        about="a",
        filed_date=NOON.date(),
    )
    who = {"by": town.head, "role": "head", "at": NOON}
    claim = claims.record_claim(
        agency=town.agency, ice_request=town.ice_request, words=words, **who
    )
    assert retention.ended(rule=claimed, on=DUE.date()) == []

    claims.record_event(
        claim=claim, outcome="denied", on_date=NOON.date(), words="", **who
    )

    (row,) = retention.ended(rule=claimed, on=DUE.date())
    # Its own hold still keeps it.
    assert row.is_held is True


def test_lists_nothing_with_a_claim_that_is_before_the_court_again(town):
    claimed = set_rule(town.agency, town.head, "claimed")
    words = claims.Words(
        court="Superior Court",
        docket_number="1",
        claimant="A",
        represented_by="",
        relief=["injunction"],
        about="a",
        filed_date=NOON.date(),
    )
    who = {"by": town.head, "role": "head", "words": ""}
    claim = claims.record_claim(
        agency=town.agency,
        ice_request=town.ice_request,
        **{**who, "words": words, "at": NOON},
    )
    later = NOON + timedelta(days=1)
    claims.record_event(
        claim=claim, outcome="denied", on_date=NOON.date(), at=NOON, **who
    )
    claims.record_event(
        claim=claim, outcome="pending", on_date=later.date(), at=later, **who
    )
    year_after = DUE.date() + timedelta(days=30)
    assert retention.ended(rule=claimed, on=year_after) == []

    claims.record_event(
        claim=claim, outcome="denied", on_date=later.date(), at=later, **who
    )

    assert len(retention.ended(rule=claimed, on=year_after)) == 1


def follow(town, *, years, effective_from):
    """A rule that follows the town's."""
    return disposals.set_rule(
        agency=town.agency,
        record_class="no_access",
        years=years,
        authority="M7-001",
        effective_from=effective_from,
        by=town.head,
        role="head",
        at=NOON,
    )


def test_proposes_nothing_under_a_rule_that_another_has_followed(town):
    newer = follow(town, years=1, effective_from=DUE.date())

    with pytest.raises(disposals.NotInForce):
        propose(town)
    assert propose(town, rule=newer).rule == newer


def test_proposes_nothing_under_a_rule_that_has_not_begun(town):
    later = follow(town, years=1, effective_from=DUE.date() + timedelta(days=1))

    with pytest.raises(disposals.NotInForce):
        propose(town, rule=later)
    assert propose(town).rule == town.rule


def test_approves_nothing_under_a_rule_that_another_has_followed(town):
    disposal = propose(town)
    follow(town, years=1, effective_from=DUE.date())

    with pytest.raises(disposals.NotInForce):
        approve(disposal, town.head)


def test_destroys_nothing_that_a_rule_begun_since_the_approval_keeps(town):
    disposal = propose(town)
    approve_by_two(town, disposal)
    follow(town, years=7, effective_from=DUE.date())

    with time_machine.travel(DUE, tick=True):
        deliver(Job.objects.get(kind=disposals.KIND).public_id)

    item = disposal.items.get()
    assert (item.skipped, item.shredded_at) == ("not_yet", None)
    town.ice_request.data_key.refresh_from_db()
    assert town.ice_request.data_key.is_shredded is False


def test_answers_409_for_a_rule_that_is_not_in_force(town):
    disposal = propose(town)
    follow(town, years=2, effective_from=DUE.date())
    with time_machine.travel(DUE, tick=True):
        client = client_of(town.officer)
        address = reverse("disposal_new", args=[town.rule.public_id])
        posted = {"request": [town.ice_request.public_id], "authority": AUTHORITY}
        shown = client.get(address)
        sent = client.post(address, {**posted, "paper": upload()})
        approved = client_of(town.head).post(
            reverse("disposal_detail", args=[disposal.public_id]),
            {"password": PASSWORD},
        )

    assert [one.status_code for one in (shown, sent, approved)] == [409, 409, 409]
    for page in (shown, sent, approved):
        assert "This rule is not in force today" in page.content.decode()
    assert town.ice_request.number not in shown.content.decode()


def test_needs_leap_days_no_29th():
    assert retention.years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert retention.years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


@pytest.mark.parametrize("authority", ["", "M7-1", "RC-75"])
def test_proposes_nothing_without_the_number_of_an_authorization(town, authority):
    with pytest.raises(disposals.docket.NoAuthority):
        propose(town, authority=authority)


def test_proposes_nothing_that_is_not_due(town):
    with pytest.raises(disposals.NotEligible):
        propose(town, at=TOO_SOON)


def test_needs_two_people_neither_of_whom_proposed_it(town):
    disposal = propose(town)
    with pytest.raises(disposals.NotYoursToApprove):
        approve(disposal, town.officer)
    approve(disposal, town.head)
    with pytest.raises(disposals.NotYoursToApprove):
        approve(disposal, town.head)
    assert Job.objects.filter(kind=disposals.KIND).exists() is False

    approved = approve(disposal, town.supervisor)

    assert approved.status == Disposal.Status.APPROVED
    assert Job.objects.filter(kind=disposals.KIND).count() == 1


def test_takes_a_disposal_back(town):
    disposal = propose(town)

    disposals.withdraw(disposal=disposal, by=town.officer, role="", at=DUE)

    with pytest.raises(disposals.NotOpen):
        approve(disposal, town.head)


def test_destroys_what_is_listed_and_keeps_that_it_was(town):
    person = town.ice_request.person
    keeping.keep_made(
        kind=DocumentKind.NOTICE,
        name="n",
        media_type="application/pdf",
        content=b"a paper",
        agency=town.agency,
        data_key=town.ice_request.data_key,
        by=town.head,
        at=NOON,
    )
    disposal = propose(town)
    approve_by_two(town, disposal)

    with time_machine.travel(DUE, tick=True):
        deliver(Job.objects.get(kind=disposals.KIND).public_id)

    disposal.refresh_from_db()
    item = disposal.items.get()
    assert (disposal.status, item.skipped) == ("done", "")
    assert item.shredded_at is not None
    under = DocumentPart.objects.filter(document__data_key=town.ice_request.data_key)
    assert under.exists() is False
    events = Entry.objects.about(town.ice_request.public_id).values_list("event")
    assert events.order_by("-seq").first() == ("request.shredded",)
    with pytest.raises(Destroyed):
        person.refresh_from_db()
        _ = person.family_names
    finished = Entry.objects.about(disposal.public_id).latest("seq")
    assert json.loads(finished.body) == {
        "disposal": disposal.public_id,
        "shredded": 1,
        "skipped": 0,
        "authority": AUTHORITY,
        "sha256": disposal.certificate_sha256,
    }
    certificate = keeping.opened(disposals.certificate(disposal))
    assert faults(certificate) == []


@pytest.mark.django_db(transaction=True)
def test_leaves_a_history_that_verifies(town):
    with transaction.atomic():
        disposal = propose(town)
    approve_by_two(town, disposal)
    with time_machine.travel(DUE, tick=True):
        deliver(Job.objects.get(kind=disposals.KIND).public_id)

    found = verify()
    past_the_guards(
        "requests_app_disposalitem",
        "UPDATE requests_app_disposalitem SET shredded_at = NULL",
    )
    altered = verify()

    disposal.refresh_from_db()
    assert disposal.status == "done"
    assert found.difference is None
    assert found.leaves == Entry.objects.count()
    assert "disposalitem" in str(altered.difference)


def verify():
    return verifying.verify(witness=None, verifiers=[])


def test_skips_what_was_held_since_the_approval(town):
    disposal = propose(town)
    approve_by_two(town, disposal)
    holds.place(
        ice_request=town.ice_request,
        reach="request",
        cause="expected",
        words="A letter of counsel.",
        by=town.head,
        role="head",
        at=DUE,
    )

    with time_machine.travel(DUE, tick=True):
        deliver(Job.objects.get(kind=disposals.KIND).public_id)

    item = disposal.items.get()
    assert (item.skipped, item.shredded_at) == ("held", None)
    town.ice_request.data_key.refresh_from_db()
    assert town.ice_request.data_key.is_shredded is False


def test_says_that_the_list_of_what_is_due_may_go_on(town, monkeypatch):
    monkeypatch.setattr(retention, "MOST", 1)
    with time_machine.travel(DUE, tick=True):
        client = client_of(town.officer)
        page = client.get(reverse("disposal_new", args=[town.rule.public_id]))

    assert "These are the 1 oldest. There may be more" in page.content.decode()


def test_answers_409_for_what_is_held_and_422_without_the_authorization(town):
    holds.place(
        ice_request=town.ice_request,
        reach="request",
        cause="expected",
        words="A letter of counsel.",
        by=town.head,
        role="head",
        at=NOON,
    )
    with time_machine.travel(DUE, tick=True):
        client = client_of(town.officer)
        address = reverse("disposal_new", args=[town.rule.public_id])
        posted = {"request": [town.ice_request.public_id], "authority": AUTHORITY}

        held = client.post(address, {**posted, "paper": upload()})
        bare = client.post(address, {**posted, "authority": "", "paper": upload()})

    assert held.status_code == 409
    assert "On legal hold" in held.content.decode()
    assert bare.status_code == 422
    entries = Entry.objects.about(town.rule.public_id)
    refused = entries.filter(event="disposal.proposed", outcome="refused")
    assert refused.count() == 2


def upload():
    return SimpleUploadedFile("signed.png", scan(), content_type="image/png")


def test_goes_through_its_doors_to_the_certificate(town):
    with time_machine.travel(DUE, tick=True):
        officer, head = client_of(town.officer), client_of(town.head)
        supervisor = client_of(town.supervisor)
        address = reverse("disposal_new", args=[town.rule.public_id])
        posted = {"request": [town.ice_request.public_id], "authority": AUTHORITY}
        assert officer.post(address, {**posted, "paper": upload()}).status_code == 302
        disposal = Disposal.objects.get()
        address = reverse("disposal_detail", args=[disposal.public_id])
        mine = officer.post(address, {"password": PASSWORD})
        wrong = head.post(address, {"password": "not the password"})
        first = head.post(address, {"password": PASSWORD})
        second = supervisor.post(address, {"password": PASSWORD})
        deliver(Job.objects.get(kind=disposals.KIND).public_id)
        page = officer.get(address)
        certificate = officer.get(
            reverse("disposal_certificate", args=[disposal.public_id])
        )
        gone = officer.get(reverse("request_detail", args=[town.ice_request.public_id]))

    statuses = [mine.status_code, wrong.status_code, first.status_code]
    assert statuses == [403, 422, 302]
    assert second.status_code == 302
    assert "Destroyed" in page.content.decode()
    assert certificate.content.startswith(b"%PDF")
    assert gone.status_code == 410
    assert f"Destroyed under authority {AUTHORITY}" in gone.content.decode()


def test_enters_a_rule_that_begins_today_or_later_only(town):
    with time_machine.travel(DUE, tick=True):
        client = client_of(town.officer)
        posted = {"record_class": "access", "years": "7", "authority": "M7-001"}
        late = client.post(
            reverse("retention"), {**posted, "effective_from": "2027-03-09"}
        )
        right = client.post(
            reverse("retention"), {**posted, "effective_from": "2027-03-10"}
        )

    assert (late.status_code, right.status_code) == (422, 302)
    assert RetentionRule.objects.get(record_class="access").years == 7
