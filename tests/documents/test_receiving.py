"""A file that is received is kept sealed, entered in the history, and found changed."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection

from requests_app.accounts.models import Role
from requests_app.docket import services as docket
from requests_app.documents import checking, limited, services
from requests_app.documents.checking import Refused
from requests_app.documents.models import Document, DocumentPart, PartKind
from requests_app.intake import services as intake
from requests_app.ledger.models import Entry
from requests_app.vault import ring
from requests_app.vault.sealing import CannotBeOpened, Destroyed
from tests.abuse import good_files, hostile_pdfs
from tests.documents import scanners
from tests.factories import (
    NOON,
    a_picture,
    file_request,
    make_agency,
    make_clerk,
    make_draft,
    make_head,
    receive_paper,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ice_request():
    agency = make_agency()
    return file_request(agency=agency, clerk=make_clerk(agency))


@pytest.fixture
def clerk(ice_request):
    return make_clerk(ice_request.agency)


def entries(ice_request, event):
    return Entry.objects.about(ice_request.public_id).filter(event=event)


def test_a_form_is_kept_as_it_came_with_its_pages_drawn(ice_request, clerk):
    content = good_files.form()

    document = receive_paper(
        ice_request=ice_request, by=clerk, content=content, name="I-247A.pdf"
    )

    assert services.opened(document) == content
    assert document.sha256 == sha256(content).hexdigest()
    assert (document.media_type, document.pages) == ("application/pdf", 1)
    page = services.part_of(document, PartKind.PAGE, 1)
    assert bytes(page.body).startswith(b"\xff\xd8\xff")
    assert (page.width, page.height) == (1700, 2200)
    assert list(Document.objects.under(ice_request.data_key)) == [document]


def test_the_history_holds_its_hash_and_no_name(ice_request, clerk):
    document = receive_paper(ice_request=ice_request, by=clerk, name="Ejemplo.png")

    entry = entries(ice_request, "document.received").get()
    assert document.sha256 in entry.body
    assert "Ejemplo" not in entry.body


def test_a_large_file_is_kept_in_pieces(ice_request, clerk):
    content = a_picture() + b"\x00" * (2 << 20)

    document = receive_paper(ice_request=ice_request, by=clerk, content=content)

    assert document.parts.filter(kind=PartKind.ORIGINAL).count() == 3
    assert services.opened(document) == content


def test_the_database_holds_neither_name_nor_bytes(ice_request, clerk):
    content = good_files.form()
    receive_paper(
        ice_request=ice_request, by=clerk, content=content, name="Quetzalcanary.pdf"
    )

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(encode(body, 'escape'), '') FROM"
            " requests_app_documentpart"
        )
        (bodies,) = cursor.fetchone()
        cursor.execute("SELECT encode(name, 'escape') FROM requests_app_document")
        (name,) = cursor.fetchone()

    assert "EV-0001" in content.decode("latin-1")
    assert "EV-0001" not in bodies
    assert "Quetzalcanary" not in name


def test_what_is_refused_is_entered_and_not_kept(ice_request, clerk):
    with pytest.raises(Refused) as refused:
        receive_paper(
            ice_request=ice_request,
            by=clerk,
            content=hostile_pdfs.active()[0].content,
            name="I-247A.pdf",
        )

    assert refused.value.code == "script"
    assert not Document.objects.exists()
    assert '"code":"script"' in entries(ice_request, "document.refused").get().body


def test_the_scanner_says_no_or_nothing(ice_request, clerk, settings):
    sample = hostile_pdfs.locked()[2].content

    with scanners.speaking() as address:
        settings.CLAMAV_ADDRESS = address
        clean = receive_paper(ice_request=ice_request, by=clerk)
        with pytest.raises(Refused) as found:
            receive_paper(
                ice_request=ice_request, by=clerk, content=sample, name="a.pdf"
            )
    with pytest.raises(Refused) as away:
        receive_paper(ice_request=ice_request, by=clerk)

    assert clean.scanned_by == "clamav"
    assert (found.value.code, found.value.status) == ("virus", 422)
    assert (away.value.code, away.value.status) == ("scanner", 503)
    assert Document.objects.count() == 1


def test_refused_files_count_toward_a_person_s_quota(ice_request, clerk, settings):
    settings.DOCUMENTS_PER_HOUR = 2
    for _ in range(2):
        with pytest.raises(Refused):
            receive_paper(ice_request=ice_request, by=clerk, content=b"no paper")

    with pytest.raises(Refused) as now:
        receive_paper(ice_request=ice_request, by=clerk)
    later = receive_paper(
        ice_request=ice_request, by=clerk, at=NOON + timedelta(minutes=61)
    )

    assert now.value.code == "quota_user"
    assert later.pk


def test_what_the_portal_could_not_check_counts_toward_no_quota(
    ice_request, clerk, settings
):
    settings.DOCUMENTS_PER_HOUR = 1
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    for _ in range(2):
        with pytest.raises(Refused) as away:
            receive_paper(ice_request=ice_request, by=clerk)
    settings.CLAMAV_ADDRESS = ""

    assert away.value.code == "scanner"
    assert receive_paper(ice_request=ice_request, by=clerk).pk


def test_quotas_hold_for_a_person_and_for_a_request(ice_request, clerk, settings):
    receive_paper(ice_request=ice_request, by=clerk)
    settings.DOCUMENTS_PER_HOUR = 1

    with pytest.raises(Refused) as of_person:
        receive_paper(ice_request=ice_request, by=clerk)
    settings.DOCUMENTS_PER_REQUEST = 1
    with pytest.raises(Refused) as of_request:
        receive_paper(ice_request=ice_request, by=clerk, at=NOON + timedelta(hours=2))

    assert (of_person.value.code, of_person.value.status) == ("quota_user", 429)
    assert (of_request.value.code, of_request.value.status) == ("quota_request", 429)


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (limited.Busy(), "busy"),
        (limited.NoRoom(), "storage"),
        (limited.Stopped("time"), "limits"),
    ],
)
def test_a_check_that_cannot_be_made_is_said(
    ice_request, clerk, monkeypatch, raised, code
):
    def fails(*args, **options):
        raise raised

    monkeypatch.setattr(limited, "run", fails)

    with pytest.raises(Refused) as refused:
        receive_paper(ice_request=ice_request, by=clerk)

    assert refused.value.code == code
    assert not Document.objects.exists()


def test_a_paper_that_does_not_belong_here_stays(ice_request, clerk):
    document = receive_paper(ice_request=ice_request, by=clerk)
    told = {
        "document": document,
        "subject": ice_request.public_id,
        "by": clerk,
        "role": Role.CLERK,
        "at": NOON + timedelta(hours=1),
    }

    services.misplace(reason="Another person's.", **told)
    with pytest.raises(services.AlreadyMisplaced):
        services.misplace(reason="Again.", **told)
    with pytest.raises(services.NoReason):
        services.misplace(reason=" ", **told)

    document.refresh_from_db()
    assert document.misplaced_reason == "Another person's."
    assert services.opened(document)
    assert entries(ice_request, "document.misplaced").count() == 1


def test_shredding_takes_the_papers_with_it(ice_request, clerk):
    document = receive_paper(ice_request=ice_request, by=clerk)

    docket.shred(
        ice_request=ice_request,
        authority="RC-075-2026-00001",
        by=make_head(ice_request.agency),
        role=Role.HEAD,
        at=NOON + timedelta(days=1),
    )
    ring.forget_all()

    assert not DocumentPart.objects.filter(document=document).exists()
    with pytest.raises(Destroyed):
        _ = Document.objects.get(pk=document.pk).name


def test_a_draft_that_is_deleted_takes_its_papers_with_it(clerk):
    draft = make_draft(agency=clerk.appointments.get().agency, owner=clerk)
    services.receive(
        content=a_picture(),
        name="paper.png",
        kind="instrument",
        agency=draft.agency,
        data_key=draft.data_key,
        subject=draft.public_id,
        by=clerk,
        role=Role.CLERK,
        at=NOON,
    )

    intake.discard_draft(draft=draft, at=NOON + timedelta(hours=1), role=Role.CLERK)

    assert Document.objects.count() == 1
    assert not DocumentPart.objects.exists()
    events = Entry.objects.about(draft.public_id).values_list("event", flat=True)
    assert {"document.received", "document.discarded"} <= set(events)


def test_exchanged_bytes_are_found_and_do_not_open(ice_request, clerk):
    document = receive_paper(ice_request=ice_request, by=clerk)
    part = document.parts.get(kind=PartKind.PAGE)

    with connection.cursor() as cursor:
        assert list(services.verify_files(cursor=cursor)) == []
        DocumentPart.objects.filter(pk=part.pk).update(
            body=_of_another(document, PartKind.THUMBNAIL)
        )
        found = list(services.verify_files(cursor=cursor))

    assert found == [f"file {document.public_id}: its page 1 is not what was kept"]
    with pytest.raises(CannotBeOpened):
        _ = services.part_of(document, PartKind.PAGE, 1).body


def _of_another(document, kind):
    """The sealed bytes of another part, as SQL moves them."""
    from requests_app.vault.fields import Ciphertext

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM requests_app_documentpart"
            " WHERE document_id = %s AND kind = %s",
            [document.pk, kind],
        )
        return Ciphertext(cursor.fetchone()[0])


def test_every_refusal_of_receiving_has_words():
    assert {"quota_user", "quota_request", "busy", "storage", "scanner", "virus"} <= (
        set(checking.REFUSALS)
    )
