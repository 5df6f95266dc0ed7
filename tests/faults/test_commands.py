"""`verify_ledger` and `export_history`, on copies of a small portal."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

import verify_history
from requests_app.accounts import tasks, watch
from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest
from requests_app.ledger import definitions, history, services
from requests_app.ledger.models import Entry, Verification
from requests_app.management.commands import export_history
from tests.faults import tampering
from tests.faults.tampering import OPERATIONS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
EDIT = next(one for one in OPERATIONS if one.name == "edit the body of an entry")


@pytest.fixture
def key_file(place, tmp_path, settings, monkeypatch, django_db_blocker):
    """The portal's settings lead to the key, the witness and the list of `place`."""
    settings.LEDGER_WITNESS_FILE = place.witness
    settings.LEDGER_PUBLIC_KEY_FILE = tmp_path / "key"
    settings.LEDGER_PUBLIC_KEY_FILE.write_text(place.signer.verifier.to_text() + "\n")
    monkeypatch.setattr(definitions, "committed", lambda: place.lines)
    watch.forget()
    with django_db_blocker.unblock():
        yield settings.LEDGER_PUBLIC_KEY_FILE
    watch.forget()


@pytest.fixture
def portal(place, key_file):
    """A copy, to which Django's connection leads."""
    with tampering.copied(place) as name, tampering.pointed_at(address(place, name)):
        yield name


@pytest.fixture
def edited(place, key_file):
    """A copy with one entry edited."""
    with (
        tampering.tampered(place, EDIT) as name,
        tampering.pointed_at(address(place, name)),
    ):
        yield name


def address(place, name):
    return place.server.of("application", name)


def verify(*arguments):
    said = StringIO()
    call_command("verify_ledger", *arguments, stdout=said)
    return said.getvalue()


def verify_in_vain(*arguments):
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", *arguments, stdout=said)
    return ended.value.code, said.getvalue()


def test_says_that_the_history_is_clean(portal):
    said = verify()

    assert said.startswith("Clean: ")
    assert "the witness vouches for" in said
    assert Verification.objects.newest().is_clean


def test_says_it_in_json(portal):
    said = json.loads(verify("--json"))

    assert said["clean"] is True
    assert said["difference"] is None
    assert said["witnessed"] == said["leaves"]


def test_names_the_first_difference(edited):
    code, said = verify_in_vain("--json")

    assert code == 2
    assert json.loads(said)["difference"]["check"] == "content"
    assert not Verification.objects.newest().is_clean
    assert watch.is_read_only()
    assert Entry.objects.filter(event="ledger.failed").count() == 1


def test_leaves_no_trace_when_it_only_looks(edited):
    code, said = verify_in_vain("--look")

    assert code == 2
    assert "hash differs from its leaf" in said
    assert not Verification.objects.exists()


def test_uses_another_copy_of_the_witness(portal, tmp_path):
    code, said = verify_in_vain("--witness", str(tmp_path / "none"))

    assert code == 2
    assert "witness" in said


def test_does_without_a_witness_when_told(portal):
    assert "no witness was asked" in verify("--no-witness")


def test_needs_the_key(portal, key_file):
    key_file.unlink()

    with pytest.raises(CommandError, match="LEDGER_PUBLIC_KEY_FILE"):
        verify()


def test_prints_what_the_database_is_made_of(portal, place):
    assert verify("--definitions").splitlines() == place.lines


def test_finds_a_difference_by_the_clock_too(edited):
    tasks.verify(subject="ledger", at=timezone.now())

    assert Verification.objects.newest().check_name == "content"


def test_notices_leaves_that_wait_for_the_signer_too_long(portal, monkeypatch):
    monkeypatch.setattr("requests_app.ledger.verifying.STALE", timedelta(seconds=-1))
    export_in_vain(monkeypatch)

    code, said = verify_in_vain()

    assert code == 2
    assert "has waited" in said


def test_opens_what_is_sealed_when_told(portal):
    assert verify("--deep").startswith("Clean: ")


def test_notices_a_record_that_is_not_what_was_committed_to(portal, monkeypatch):
    """As after a change of facts by somebody who has the keys and the rows' history."""
    monkeypatch.setattr(
        docket, "broken_commitments", lambda ice_request: ["requests_app_person.x"]
    )

    code, said = verify_in_vain("--deep", "--look")

    assert code == 2
    assert "commitments): request SMP-2026-00001: requests_app_person.x" in said


def export_in_vain(monkeypatch):
    monkeypatch.setattr(export_history, "PATIENCE_SECONDS", -1.0)
    with pytest.raises(CommandError, match="Is the signer running"):
        call_command("export_history", IceRequest.objects.first().number)


def export(place, name, monkeypatch, *arguments):
    monkeypatch.setattr(
        services.time, "sleep", lambda seconds: tampering.sign(place, name)
    )
    said = StringIO()
    call_command("export_history", *arguments, stdout=said)
    return said.getvalue()


def test_exports_what_a_stranger_can_verify(portal, place, monkeypatch, tmp_path):
    file = tmp_path / "history.json"
    before = place.witness.read_text()
    filed = IceRequest.objects.earliest("id")

    export(place, portal, monkeypatch, filed.number, "--out", str(file))
    said = subprocess.run(
        [sys.executable, "-I", ROOT / "verify_history.py", file, "--witness"]
        + [place.witness, "--key", place.signer.verifier.to_text()],
        capture_output=True,
        text=True,
    )
    place.witness.write_text(before)

    count = Entry.objects.about(filed.public_id).count()
    assert said.returncode == 0, said.stdout
    assert f"GENUINE: {count} entries of request {filed.public_id}" in said.stdout


def test_exports_by_public_identifier_too(portal, place, monkeypatch):
    before = place.witness.read_text()
    filed = IceRequest.objects.latest("id")

    said = json.loads(export(place, portal, monkeypatch, filed.public_id))
    place.witness.write_text(before)

    assert said["subject"] == filed.public_id
    assert said["format"] == history.FORMAT == verify_history.FORMAT


def test_exports_no_request_that_there_is_not(portal):
    with pytest.raises(CommandError, match="There is no request"):
        call_command("export_history", "SMP-1999-00001")
