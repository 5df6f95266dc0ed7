"""Case files for court: what is in them, and that a stranger can verify them."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from hashlib import sha256
from types import SimpleNamespace

import pypdf
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.docket import claims, holds
from requests_app.docket import services as docket
from requests_app.documents import keeping
from requests_app.documents.models import DocumentKind
from requests_app.intake import services as intake
from requests_app.ledger.history import NotYetSigned
from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.outbox.tasks import deliver
from requests_app.reporting.models import CaseFile
from requests_app.reporting.services import case_files
from tests.factories import (
    PASSWORD,
    ask_of,
    determine,
    file_request,
    make_agency,
    make_clerk,
    make_head,
    make_records_officer,
    record_act,
    write_note,
)
from tests.ledger.conftest import desk, place  # noqa: F401 fixtures
from tests.notices.pdf_structure import faults
from tests.notices.pdf_text import with_tables

pytestmark = pytest.mark.django_db


def build(at):
    """A request that was decided and acted on, with a paper."""
    agency = make_agency()
    head = make_head(agency, password=PASSWORD)
    ice_request = file_request(
        agency=agency,
        clerk=make_clerk(agency),
        at=at,
        family_names="Zarigüeya",
        sender_officer="Officer Pferdmann",
    )
    determine(ask=ask_of(ice_request), by=head, at=at)
    record_act(ice_request=ice_request, at=at, staff_minutes=25, narrative="Held.")
    with transaction.atomic():
        keeping.keep_made(
            kind=DocumentKind.NOTICE,
            name="copy.pdf",
            media_type="application/pdf",
            content=b"%PDF-1.7 a paper",
            agency=agency,
            data_key=ice_request.data_key,
            by=head,
            at=at,
        )
        docket.record_release(
            ice_request=ice_request,
            to_whom="never_held",
            released_at=None,
            narrative="",
            by=head,
            role="head",
            at=at,
        )
    return SimpleNamespace(agency=agency, head=head, ice_request=ice_request)


@pytest.fixture
def signed(desk, place, settings, tmp_path):  # noqa: F811
    """A request whose case file was asked for, signed for and made."""
    key = tmp_path / "public-key"
    key.write_text(place.signer.verifier.to_text() + "\n")
    settings.LEDGER_PUBLIC_KEY_FILE = str(key)
    now = timezone.now()
    made = build(now)
    sue_and_hold(made, at=now)
    intake.correct(
        ice_request=made.ice_request,
        step="person",
        values={"citizenship": "Peru", "date_of_birth": date(1991, 3, 4)},
        rows=None,
        rev=1,
        reason="Misread on the fax.",
        by=made.ice_request.filed_by,
        role="clerk",
        at=now,
    )
    row = order(made, at=now)
    desk().sign(at=now)
    deliver(Job.objects.get(kind=case_files.KIND).public_id)
    made.row = CaseFile.objects.get(pk=row.pk)
    return made


def sue_and_hold(made, *, at):
    """A claim that was denied and is pending again, an inquiry, two notes."""
    who = {"by": made.head, "role": "head", "at": at}
    claim = claims.record_claim(
        agency=made.agency,
        ice_request=made.ice_request,
        words=claims.Words(
            court="Superior Court at Fairfield",
            docket_number="FBT-CV26-0001-S",
            claimant="Alma Inventada",
            represented_by="An invented law clinic",
            relief=["injunction", "costs"],
            about="A detention on a detainer.",
            filed_date=timezone.localdate(at),
        ),
        **who,
    )
    for outcome in ("denied", "pending"):
        claims.record_event(
            claim=claim,
            outcome=outcome,
            on_date=timezone.localdate(at),
            words=f"Heard: {outcome}.",
            **who,
        )
    holds.place(
        ice_request=made.ice_request,
        reach="person",
        cause="inquiry",
        words="Counsel expects a second claim.",
        **who,
    )
    clerk = make_clerk(made.agency)
    for text, kind in (("Told by telephone.", "for_release"), ("Ask him.", "internal")):
        write_note(ice_request=made.ice_request, by=clerk, text=text, kind=kind, at=at)


def test_holds_claims_with_relief_and_outcome_and_says_what_it_leaves_out(signed):
    text = with_tables(keeping.opened(signed.row.pdf))

    for words in (
        "Superior Court at Fairfield, FBT-CV26-0001-S",
        "Relief sought: An injunction; Costs and fees",
        "Denied Heard: denied.",
        "Pending Heard: pending.",
        "This request A claim in court",
        "Every request about this person An inquiry or audit",
        "In force",
        "Why: Misread on the fax.",
        "Citizenship Not known Peru",
        "Date of birth Feb 1, 1990 Mar 4, 1991",
        "Told by telephone.",
        "Internal notes that are not in this file: 1.",
        "What staff wrote on why a hold was placed or lifted is not in this file",
    ):
        assert words in text
    for words in ("Ask him.", "Counsel expects a second claim.", "<time"):
        assert words not in text


def order(made, *, at):
    return case_files.order_case_file(
        ice_request=made.ice_request, claim=None, by=made.head, role="head", at=at
    )


@pytest.mark.django_db(transaction=True)
def test_makes_a_bundle_that_a_stranger_verifies_without_the_portal(signed, tmp_path):
    bundle = zipfile.ZipFile(io.BytesIO(keeping.opened(signed.row.bundle)))
    bundle.extractall(tmp_path / "case")

    said = subprocess.run(
        [sys.executable, "-I", "verify_history.py", "history.json"],
        cwd=tmp_path / "case",
        env={},
        capture_output=True,
        text=True,
    )

    assert (said.returncode, said.stderr) == (0, "")
    told = json.loads((tmp_path / "case" / "history.json").read_text())
    events = [json.loads(one["content"])["event"] for one in told["entries"]]
    assert events[0] == "request.filed"
    assert events[-1] == "history.exported"
    # A forged entry is found by the same command.
    forged = (tmp_path / "case" / "history.json").read_text()
    (tmp_path / "case" / "forged.json").write_text(forged.replace("deny", "admit"))
    refused = subprocess.run(
        [sys.executable, "-I", "verify_history.py", "forged.json"],
        cwd=tmp_path / "case",
        env={},
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 1
    _look_into(signed, bundle)


def _look_into(signed, bundle):
    """What the PDF says, and that every hash is that of its file."""
    lines = bundle.read("hashes.txt").decode().splitlines()
    hashes = dict(reversed(line.split("  ")) for line in lines)
    assert set(hashes) == set(bundle.namelist()) - {"hashes.txt"}
    assert all(
        sha256(bundle.read(name)).hexdigest() == told for name, told in hashes.items()
    )
    assert bundle.read("documents/01-notice.pdf") == b"%PDF-1.7 a paper"
    pdf = keeping.opened(signed.row.pdf)
    text = "\n".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
    )
    for words in (
        "Zarigüeya",
        "Officer Pferdmann",
        "54-192h(b)(1)(A)",
        "Read the findings and the papers.",
        "25 minutes",
        "Root of the head",
        sha256(b"%PDF-1.7 a paper").hexdigest(),
    ):
        assert words in text
    assert faults(pdf) == []
    entry = Entry.objects.about(signed.ice_request.public_id).latest("seq")
    assert entry.event == "case_file.made"
    assert json.loads(entry.body)["bundle_sha256"] == signed.row.bundle.sha256


def test_waits_for_a_checkpoint_that_covers_it():
    made = build(timezone.now())
    row = order(made, at=timezone.now())

    with pytest.raises((NotYetSigned, FileNotFoundError)):
        case_files.make(subject=row.public_id, at=timezone.now())

    row.refresh_from_db()
    assert row.bundle is None


def test_says_that_it_was_given_up():
    made = build(timezone.now())
    row = order(made, at=timezone.now())

    case_files.give_up(
        kind=case_files.KIND,
        subject=row.public_id,
        agency=made.agency.code,
        attempts=8,
        at=timezone.now(),
    )

    row.refresh_from_db()
    assert row.failed == case_files.FAILED


def test_asks_for_the_password_each_time():
    made = build(timezone.now())
    client = Client()
    client.force_login(made.head)
    address = reverse("case_files", args=[made.ice_request.public_id])

    wrong = client.post(address, {"password": "not the password"})
    right = client.post(address, {"password": PASSWORD})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert CaseFile.objects.count() == 1


def test_hands_it_out_and_enters_who_fetched_it_and_says_when_it_is_destroyed():
    now = timezone.now()
    made = build(now)
    row = order(made, at=now)
    with transaction.atomic():
        for ending in ("pdf", "bundle"):
            document = keeping.keep_made(
                kind=DocumentKind.CASE_FILE,
                name="case-file",
                media_type="application/zip",
                content=b"PK made",
                agency=made.agency,
                data_key=made.ice_request.data_key,
                by=made.head,
                at=now,
            )
            setattr(row, ending, document)
        row.save()
        record_act(ice_request=made.ice_request, at=now, kind="decline")
    client = Client()
    client.force_login(make_records_officer(made.agency))
    address = reverse("case_file_fetch", args=[row.public_id, "zip"])

    fetched = client.get(address)

    assert fetched.content == b"PK made"
    entry = Entry.objects.about(made.ice_request.public_id).latest("seq")
    assert (entry.event, entry.role) == ("document.read", "records_officer")
    docket.shred(
        ice_request=made.ice_request,
        authority="RC-108-2026-1",
        by=made.head,
        role="head",
        at=now,
    )
    gone = client.get(address)
    assert gone.status_code == 410
    assert "Destroyed under authority RC-108-2026-1" in gone.content.decode()
