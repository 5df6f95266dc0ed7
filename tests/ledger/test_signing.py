"""The signer signs what has grown, once it is witnessed, and refuses anything else."""

import json
import os
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from requests_app.ledger import notes, signing
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Checkpoint, Head
from requests_app.management.commands import sign_ledger
from tests.database import as_owner
from tests.factories import NOON
from tests.faults import window
from tests.ledger.conftest import signer_address

pytestmark = pytest.mark.django_db(transaction=True)


def record(times=1):
    for _ in range(times):
        ledger.record(event="session.began", subject="a" * 22, at=NOON, actor="b" * 22)


def witnessed(place):
    return signing.Witness(place.witness).signed(place.signer.verifier)


def tamper(*statements):
    """As a superuser would: the guards switched off, the change made, and on again."""
    as_owner(
        *(
            f"ALTER TABLE requests_app_{table} DISABLE TRIGGER USER"
            for table in ("leaf", "head")
        ),
        *statements,
    )


@pytest.fixture
def untampered():
    """Put the guards back after the test."""
    yield
    as_owner(
        "ALTER TABLE requests_app_leaf ENABLE ALWAYS TRIGGER leaf_is_append_only",
        "ALTER TABLE requests_app_head ENABLE ALWAYS TRIGGER head_is_kept",
        "ALTER TABLE requests_app_head ENABLE ALWAYS TRIGGER head_only_advances",
    )


def test_signs_what_is_sealed(place, desk):
    record(3)

    signed = desk().sign(at=NOON)

    assert (signed.size, signed.origin) == (3, "tests.example/history")
    row = Checkpoint.objects.get()
    assert (row.size, bytes(row.root)) == (3, signed.root)
    assert notes.read_checkpoint(notes.open_note(row.note, place.signer.verifier)) == (
        signed
    )
    assert witnessed(place) == [signed]


def test_signs_nothing_without_news(place, desk):
    record()
    one = desk()
    one.sign(at=NOON)

    assert one.sign(at=NOON) is None
    assert len(witnessed(place)) == 1


def test_signs_nothing_of_an_empty_history(place, desk):
    assert desk().sign(at=NOON) is None
    assert not place.witness.exists()


def test_goes_on_after_it_was_started_anew(place, desk):
    record(2)
    desk().sign(at=NOON)
    record(5)

    assert desk().sign(at=NOON).size == 7
    assert [one.size for one in witnessed(place)] == [2, 7]
    assert json.loads(place.state.read_text())["size"] == 7


def test_finds_its_way_from_the_witness_when_its_state_is_lost(place, desk):
    record(2)
    desk().sign(at=NOON)
    place.state.unlink()
    record()

    assert desk().sign(at=NOON).size == 3


def test_enters_what_the_witness_has_when_it_died_in_between(place, desk, monkeypatch):
    record(2)
    monkeypatch.setattr(signing.SigningDesk, "_enter", lambda *args, **kwargs: None)
    desk().sign(at=NOON)
    monkeypatch.undo()
    assert not Checkpoint.objects.exists()

    desk().sign(at=NOON)

    assert Checkpoint.objects.get().size == 2
    assert len(witnessed(place)) == 1


def test_signs_again_what_the_witness_had_before_its_state(place, desk, monkeypatch):
    record(2)
    monkeypatch.setattr(signing.State, "write", lambda self, path: None)
    desk().sign(at=NOON)
    monkeypatch.undo()

    assert desk().sign(at=NOON).size == 2
    assert len(witnessed(place)) == 1


def test_lets_the_witness_have_it_before_the_database(place, desk, monkeypatch):
    record()
    one = desk()
    monkeypatch.setattr(
        one.witness, "append", lambda note: (_ for _ in ()).throw(OSError("full"))
    )

    with pytest.raises(OSError, match="full"):
        one.sign(at=NOON)

    assert not Checkpoint.objects.exists()
    assert not place.state.exists()


# What it refuses

CUT = (
    "DELETE FROM requests_app_leaf WHERE idx >= 2",
    "UPDATE requests_app_head SET n = 2, stack = stack[1:1]",
)
EDITED_AFTER = ("UPDATE requests_app_leaf SET hash = sha256('x') WHERE idx = 4",)
MISSING = ("DELETE FROM requests_app_leaf WHERE idx = 3",)
HEAD = ("UPDATE requests_app_head SET stack = ARRAY[sha256('x'), stack[2]]",)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (CUT, "entries are gone"),
        (EDITED_AFTER, "differ"),
        (MISSING, "no leaf 3"),
        (HEAD, "differ"),
    ],
    ids=["cut", "edited leaf", "missing leaf", "other head"],
)
def test_refuses_a_tree_that_is_not_the_old_one_grown(
    place, desk, untampered, statements, words
):
    record(3)
    one = desk()
    one.sign(at=NOON)
    record(2)
    tamper(*statements)

    for asked in (one, desk()):
        with pytest.raises(signing.RefusedToSign, match=words):
            asked.sign(at=NOON)

    assert [one.size for one in witnessed(place)] == [3]


def test_refuses_a_tree_rewritten_from_end_to_end(place, desk, untampered):
    record(2)
    desk().sign(at=NOON)
    place.state.unlink()
    tamper(
        "UPDATE requests_app_leaf SET hash = sha256('x')",
        "UPDATE requests_app_head SET stack ="
        " ARRAY[sha256('\\x01'::bytea || sha256('x') || sha256('x'))]",
    )

    with pytest.raises(signing.RefusedToSign, match="are not those that were signed"):
        desk().sign(at=NOON)


def test_would_sign_a_rewritten_tree_without_its_witness(place, desk, untampered):
    record(2)
    desk().sign(at=NOON)
    place.state.unlink()
    place.witness.unlink()
    tamper(
        "UPDATE requests_app_leaf SET hash = sha256('x')",
        "UPDATE requests_app_head SET stack ="
        " ARRAY[sha256('\\x01'::bytea || sha256('x') || sha256('x'))]",
    )

    assert desk().sign(at=NOON).size == 2


def test_refuses_a_witness_file_that_was_cut(place, desk):
    record()
    desk().sign(at=NOON)
    kept = place.witness.read_bytes()
    record()
    desk().sign(at=NOON)
    place.witness.write_bytes(kept)

    with pytest.raises(signing.RefusedToSign, match="it was cut"):
        desk()


def test_refuses_a_witness_file_that_is_torn(place, desk):
    record()
    desk().sign(at=NOON)
    place.witness.write_bytes(place.witness.read_bytes()[:-9])

    with pytest.raises(signing.RefusedToSign, match="witness file"):
        desk()


# The window between two checkpoints


def test_finds_every_rollback_of_what_is_signed(desk):
    record()

    tally = window.rollbacks(
        desk=desk, record=record, is_signed=True, rounds=100, at=NOON
    )

    assert (tally.made, tally.found) == (100, 100)


def test_may_miss_a_rollback_of_what_is_not_signed_yet(desk):
    record()

    tally = window.rollbacks(
        desk=desk, record=record, is_signed=False, rounds=5, at=NOON
    )

    assert tally.found == 0


def test_leaves_news_unsigned_for_ten_seconds_at_most():
    assert sign_ledger.PAUSE_SECONDS + sign_ledger.AGAIN_SECONDS <= 10


# Its key, its role and its process


def test_makes_a_key_that_its_owner_alone_reads(tmp_path):
    private, public = tmp_path / "key", tmp_path / "key.pub"

    verifier = signing.make_key(name="t.example/h", private=private, public=public)

    assert private.stat().st_mode & 0o777 == 0o400
    assert signing.read_key(private).verifier == verifier
    assert public.read_text().strip() == verifier.to_text()
    with pytest.raises(FileExistsError):
        signing.make_key(name="t.example/h", private=private, public=public)


def test_refuses_a_key_that_others_can_read(tmp_path):
    private = tmp_path / "key"
    signing.make_key(name="t.example/h", private=private, public=tmp_path / "pub")
    private.chmod(0o444)

    with pytest.raises(signing.NotAKeyFile, match="0400"):
        signing.read_key(private)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO requests_app_leaf SELECT * FROM requests_app_leaf",
        "UPDATE requests_app_checkpoint SET note = ''",
        "DELETE FROM requests_app_checkpoint",
        "UPDATE requests_app_head SET n = 0",
        "SELECT * FROM requests_app_entry",
        "SELECT * FROM requests_app_person",
    ],
)
def test_signs_as_a_role_that_may_do_nothing_else(statement):
    with (
        psycopg.connect(signer_address()) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.fixture
def as_signer(settings, tmp_path):
    settings.LEDGER_SIGNER_URL = signer_address()
    for name in ("KEY", "PUBLIC_KEY", "STATE", "WITNESS"):
        setattr(settings, f"LEDGER_{name}_FILE", str(tmp_path / name.lower()))
    call_command("sign_ledger", make_key=True)
    return settings


def test_signs_by_command(as_signer, capsys):
    record(2)

    call_command("sign_ledger", once=True)
    call_command("publish_checkpoint")

    assert Checkpoint.objects.get().size == 2
    assert Path(as_signer.LEDGER_WITNESS_FILE).read_text() in capsys.readouterr().out


def test_ends_with_a_status_of_its_own_when_it_refuses(as_signer, capsys, untampered):
    record(2)
    call_command("sign_ledger", once=True)
    tamper("UPDATE requests_app_head SET n = 1")

    with pytest.raises(SystemExit) as ended:
        call_command("sign_ledger", once=True)

    assert ended.value.code == 2
    assert "REFUSED TO SIGN" in capsys.readouterr().err


def test_mails_the_newest_checkpoint_to_each_alone(as_signer, mailoutbox):
    record()
    call_command("sign_ledger", once=True)

    call_command("publish_checkpoint", mail=["a@example.test", "b@example.test"])

    assert [one.to for one in mailoutbox] == [["a@example.test"], ["b@example.test"]]
    assert mailoutbox[0].body == Checkpoint.objects.get().note


def test_says_that_there_is_no_key(as_signer):
    os.unlink(as_signer.LEDGER_KEY_FILE)

    with pytest.raises(CommandError, match="--make-key"):
        call_command("sign_ledger", once=True)


# Waiting for it


def test_knows_what_is_witnessed(desk):
    record(2)
    desk().sign(at=NOON)
    record()

    assert ledger.is_witnessed(leaves=2) is True
    assert ledger.is_witnessed(leaves=Head.objects.get().n) is False
    assert ledger.await_witness(seconds=0.05) is False


def test_knows_that_nobody_has_signed_for_a_minute(desk, monkeypatch):
    record()
    assert ledger.is_unwitnessed() is False

    monkeypatch.setattr(ledger, "UNWITNESSED_AFTER", ledger.timedelta(0))

    assert ledger.is_unwitnessed() is True
    desk().sign(at=NOON)
    assert ledger.is_unwitnessed() is False
