"""A notice given through its page: the attempt, its proof, its reader, its paper."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.documents import services as documents
from requests_app.documents.models import Document, DocumentKind
from requests_app.ledger.models import Entry
from requests_app.notices.models import NoticeKind
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def clerk():
    return factories.make_clerk(factories.make_agency())


@pytest.fixture
def client(clerk):
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def ice_request(clerk):
    return factories.file_request(
        agency=clerk.appointments.get().agency,
        clerk=clerk,
        received_at=NOON - timedelta(hours=1),
        language="Pashto",
    )


@pytest.fixture
def copy(ice_request):
    return ice_request.notices.get(kind=NoticeKind.DETAINER_COPY)


def door(notice, name="notice_serve"):
    return reverse(name, args=[notice.ice_request.public_id, notice.public_id])


GIVEN = {"served_at": "2026-03-10T11:50", "how": "by_hand", "language": "English"}


def test_keeps_the_paper_signed_in_ink_as_the_proof(client, copy):
    scan = factories.a_picture()
    signed = SimpleUploadedFile("signed.png", scan, content_type="image/png")

    answer = client.post(door(copy), {**GIVEN, "proof": signed})

    assert answer.status_code == 302
    kept = copy.attempts.get()
    assert (kept.proof.kind, kept.proof.pages) == (DocumentKind.PROOF, 1)
    assert documents.opened(kept.proof) == scan
    copy.refresh_from_db()
    assert copy.served_how == "by_hand"
    page = client.get(door(copy)).content.decode()
    assert "Open the proof" in page


def test_records_nothing_where_the_proof_is_refused_and_says_why(client, copy):
    spoiled = SimpleUploadedFile("signed.pdf", b"%PDF-1.7 that is nothing more")

    answer = client.post(door(copy), {**GIVEN, "proof": spoiled})

    assert answer.status_code == 422
    assert not copy.attempts.exists()
    assert not Document.objects.filter(kind=DocumentKind.PROOF).exists()
    assert Entry.objects.filter(event="document.refused").count() == 1


@pytest.fixture
def for_the_attorney(ice_request):
    told = factories.record_act(ice_request=ice_request, kind="notify_release")
    return told.notices.get(kind=NoticeKind.NOTIFICATION_COPY_ATTORNEY)


def test_wants_to_know_which_reader_the_copy_went_to(client, for_the_attorney):
    answer = client.post(
        door(for_the_attorney), {**GIVEN, "served_at": "2026-03-10T12:00"}
    )

    assert answer.status_code == 422
    assert "Choose to whom: the attorney" in answer.content.decode()
    assert not for_the_attorney.attempts.exists()


def test_wants_to_know_what_ice_was_told(client, for_the_attorney):
    answer = client.post(
        door(for_the_attorney, "notice_issue"),
        {"language": "en", "told": "", "reason": "A class B felony."},
    )

    assert answer.status_code == 422
    assert "word for word" in answer.content.decode()
    assert not for_the_attorney.issues.exists()


def test_joins_the_paper_that_was_sent_to_ice(client, clerk, for_the_attorney):
    sent = factories.receive_paper(
        ice_request=for_the_attorney.ice_request, by=clerk, kind="other"
    )
    told = {"language": "en", "told": "Release today.", "reason": "A class B felony."}

    answer = client.post(
        door(for_the_attorney, "notice_issue"), {**told, "sent": sent.public_id}
    )

    assert answer.status_code == 302
    assert for_the_attorney.issues.get().words["copied"] == [sent.public_id]


def test_has_somebody_choose_where_the_language_is_missing(client, copy):
    shown = client.get(door(copy, "notice_issue")).content.decode()

    refused = client.post(door(copy, "notice_issue"), {"language": ""})
    issued = client.post(door(copy, "notice_issue"), {"language": "en"})

    assert "There are no words of this notice in Pashto" in shown
    assert '<option value="en">English, with an interpreter</option>' in shown
    assert (refused.status_code, issued.status_code) == (422, 302)
    assert copy.issues.get().language == "en"


def test_takes_no_paper_that_was_replaced_since_the_page_was_opened(client, copy):
    first = factories.issue_notice(
        ice_request=copy.ice_request, at=NOON - timedelta(minutes=30)
    )
    factories.issue_notice(
        ice_request=copy.ice_request, at=NOON - timedelta(minutes=20)
    )

    answer = client.post(door(copy), {**GIVEN, "issue": first.public_id})

    assert answer.status_code == 422
    assert "replaced by a later one" in answer.content.decode()
