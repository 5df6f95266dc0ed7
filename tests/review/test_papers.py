"""The papers of a request on its pages: added, shown, handed out, set aside."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.documents import checking, limited
from requests_app.documents.models import Document
from requests_app.ledger.models import Entry
from tests.abuse import good_files, hostile_pdfs, hostile_pictures
from tests.factories import (
    NOON,
    a_picture,
    file_request,
    make_agency,
    make_auditor,
    make_clerk,
    make_supervisor,
    receive_paper,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def clerk(agency):
    return make_clerk(agency)


@pytest.fixture
def ice_request(agency, clerk):
    return file_request(agency=agency, clerk=clerk)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def send(client, ice_request, name, content, **fields):
    url = reverse("document_add", args=[ice_request.public_id])
    file = SimpleUploadedFile(name, content)
    return client.post(url, {"kind": "instrument", "file": file, **fields})


def opened(client, door, ice_request, document, *more):
    args = [ice_request.public_id, document.public_id, *more]
    return client.get(reverse(door, args=args))


def test_a_filled_form_is_added_and_shown_beside_the_facts(ice_request, clerk):
    client = signed_in(clerk)

    answer = send(client, ice_request, "I-247A.pdf", good_files.form())

    document = Document.objects.get()
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert document.sha256.encode() in page.content
    assert b"Ejemplo Inventado" in page.content
    assert (
        reverse("document_page", args=[ice_request.public_id, document.public_id, 1])
        in page.content.decode()
    )


def test_the_request_lists_its_papers(ice_request, clerk):
    document = receive_paper(ice_request=ice_request, by=clerk, name="Seite.png")

    page = signed_in(clerk).get(reverse("request_detail", args=[ice_request.public_id]))

    content = page.content.decode()
    assert document.sha256 in content
    assert "Seite.png" in content
    assert "no scanner is set up" in content


def test_a_reader_without_names_sees_that_there_is_a_paper_and_opens_none(
    ice_request, clerk, agency
):
    document = receive_paper(ice_request=ice_request, by=clerk, name="Seite.png")
    client = signed_in(make_auditor(agency))

    page = client.get(reverse("request_detail", args=[ice_request.public_id]))
    picture = opened(client, "document_page", ice_request, document, 1)

    assert document.sha256 in page.content.decode()
    assert "Seite.png" not in page.content.decode()
    assert picture.status_code == 403


REFUSALS = [
    ("page.pdf", b"<html><p>synthetic</p></html>", 415, "Not a PDF"),
    ("a.docx", b"PK\x03\x04synthetic", 415, "Only PDF files"),
    ("a.pdf", hostile_pdfs.active()[0].content, 422, "JavaScript"),
    ("a.pdf", hostile_pdfs.active()[4].content, 422, "another file attached"),
    ("a.pdf", hostile_pdfs.locked()[0].content, 422, "Remove the password"),
    ("a.pdf", hostile_pdfs.broken()[0].content, 422, "refer to one another"),
    ("a.png", hostile_pictures.bombs()[0].content, 422, "40 million pixels"),
    ("a.png", b"", 422, "The file is empty"),
]


@pytest.mark.parametrize(
    ("name", "content", "status", "words"), REFUSALS, ids=[one[-1] for one in REFUSALS]
)
def test_each_refusal_is_said_in_words(
    ice_request, clerk, name, content, status, words
):
    answer = send(signed_in(clerk), ice_request, name, content)

    assert answer.status_code == status
    assert words in answer.content.decode()
    # What was chosen beside the file is still chosen.
    assert 'value="instrument"' in answer.content.decode()
    assert not Document.objects.exists()


def test_the_scanner_that_is_away_and_the_quota_are_said(ice_request, clerk, settings):
    client = signed_in(clerk)
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    away = send(client, ice_request, "a.png", a_picture())
    settings.DOCUMENTS_PER_HOUR = 0
    quota = send(client, ice_request, "a.png", a_picture())

    assert (away.status_code, quota.status_code) == (503, 429)
    assert "Cannot check now" in away.content.decode()
    assert "as many files as may be sent in one hour" in quota.content.decode()
    events = Entry.objects.filter(event="document.refused")
    assert events.count() == 2


def test_a_third_file_at_once_is_told_to_come_back(ice_request, clerk, monkeypatch):
    def busy(*args, **options):
        raise limited.Busy

    monkeypatch.setattr(limited, "run", busy)

    answer = send(signed_in(clerk), ice_request, "a.png", a_picture())

    assert answer.status_code == 503
    assert "Send it again in half a minute" in answer.content.decode()


def test_what_is_too_large_is_sent_away_unread(ice_request, clerk):
    url = reverse("document_add", args=[ice_request.public_id])
    announced = str(checking.MOST_BYTES * 2)

    answer = signed_in(clerk).post(
        url, b"-", content_type="multipart/form-data", CONTENT_LENGTH=announced
    )

    assert answer.status_code == 413
    assert "20 MB at most" in answer.content.decode()
    refused = Entry.objects.get(event="document.refused")
    assert (refused.subject, refused.actor) == (clerk.public_id, clerk.public_id)
    assert refused.body == '{"code":"size","kind":"other"}'


def test_what_nobody_known_sends_too_large_makes_no_entry(ice_request):
    url = reverse("document_add", args=[ice_request.public_id])
    announced = str(checking.MOST_BYTES * 2)

    answer = Client().post(
        url, b"-", content_type="multipart/form-data", CONTENT_LENGTH=announced
    )

    assert answer.status_code == 413
    assert not Entry.objects.filter(event="document.refused").exists()


def test_a_file_a_little_too_large_is_refused_by_its_own_size(ice_request, clerk):
    content = a_picture() + bytes(checking.MOST_BYTES)

    answer = send(signed_in(clerk), ice_request, "a.png", content)

    assert answer.status_code == 413
    assert "larger than 20 MB" in answer.content.decode()


def test_the_original_is_handed_out_as_it_came_after_its_entry(ice_request, clerk):
    content = hostile_pictures.telling()[0].content
    document = receive_paper(
        ice_request=ice_request, by=clerk, content=content, name="Ejemplo.jpg"
    )

    answer = opened(signed_in(clerk), "document_original", ice_request, document)

    assert answer.content == content
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="document-{document.public_id}.jpg"'
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(event="document.read")
    assert entry.subject == ice_request.public_id
    assert '"part":"original"' in entry.body


def test_a_page_is_a_picture_without_what_the_file_told(ice_request, clerk):
    document = receive_paper(
        ice_request=ice_request,
        by=clerk,
        content=hostile_pictures.telling()[0].content,
        name="a.jpg",
    )
    client = signed_in(clerk)

    page = opened(client, "document_page", ice_request, document, 1)
    small = opened(client, "document_thumbnail", ice_request, document, 1)
    none = opened(client, "document_page", ice_request, document, 2)

    assert page["Content-Type"] == small["Content-Type"] == "image/jpeg"
    assert hostile_pictures.GPS not in page.content + small.content
    assert none.status_code == 404
    parts = [one.body for one in Entry.objects.filter(event="document.read")]
    assert sum('"part":"page.1"' in one for one in parts) == 1


def test_another_agency_and_another_request_have_no_such_paper(ice_request, clerk):
    document = receive_paper(ice_request=ice_request, by=clerk)
    own = file_request(agency=ice_request.agency, clerk=clerk)
    stranger = signed_in(make_supervisor(make_agency()))

    elsewhere = opened(stranger, "document_original", ice_request, document)
    beside = opened(signed_in(clerk), "document_original", own, document)

    assert (elsewhere.status_code, beside.status_code) == (404, 404)


def test_a_paper_that_does_not_belong_here_is_marked_and_stays(ice_request, clerk):
    document = receive_paper(ice_request=ice_request, by=clerk)
    client = signed_in(clerk)
    url = reverse("document_misplace", args=[ice_request.public_id, document.public_id])

    empty = client.post(url, {"reason": ""})
    marked = client.post(url, {"reason": "Of another person."})
    again = client.post(url, {"reason": "Again."})

    assert (empty.status_code, marked.status_code, again.status_code) == (422, 302, 422)
    page = client.get(reverse("request_detail", args=[ice_request.public_id]))
    assert "Does not belong here" in page.content.decode()
    assert "Of another person." in page.content.decode()
