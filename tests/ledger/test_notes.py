"""Signed notes and checkpoints, against the published example and corruptions."""

import json
from pathlib import Path

import pytest

from requests_app.ledger import notes

EXAMPLE = json.loads((Path(__file__).parent / "vectors" / "notes.json").read_text())
ORIGIN = "desk.example/history"
SIGNER = notes.Signer.generate(ORIGIN)
ROOT = bytes(range(32))
TEXT = notes.checkpoint_text(notes.Checkpoint(ORIGIN, 1234, ROOT))
NOTE = notes.sign(TEXT, SIGNER)
TORN = NOTE[:-20]


def test_opens_the_published_note():
    verifier = notes.Verifier.from_text(EXAMPLE["verifier"])

    assert notes.open_note(EXAMPLE["note"], verifier) == EXAMPLE["text"]


def test_reads_the_published_checkpoint():
    checkpoint = notes.read_checkpoint(EXAMPLE["checkpoint"])

    assert checkpoint.size == 20852163
    assert notes.checkpoint_text(checkpoint) == EXAMPLE["checkpoint"]


def test_opens_what_it_signed():
    assert notes.open_note(NOTE, SIGNER.verifier) == TEXT
    assert notes.read_checkpoint(TEXT) == notes.Checkpoint(ORIGIN, 1234, ROOT)


def test_keeps_keys_as_text():
    again = notes.Signer.from_text(SIGNER.to_text() + "\n")

    assert again.verifier == SIGNER.verifier
    assert notes.Verifier.from_text(SIGNER.verifier.to_text()) == SIGNER.verifier
    assert SIGNER.to_text() not in repr(SIGNER)


def test_ignores_signatures_by_others():
    other = notes.Signer.generate("witness.example")
    both = notes.sign(TEXT, other, SIGNER)

    assert notes.open_note(both, SIGNER.verifier) == TEXT
    assert notes.open_note(both, other.verifier) == TEXT


def test_refuses_a_note_by_somebody_else():
    stranger = notes.Signer.generate(ORIGIN)

    with pytest.raises(notes.NotSigned, match="is not signed by desk.example"):
        notes.open_note(NOTE, stranger.verifier)


def test_refuses_a_note_whose_text_was_changed():
    changed = NOTE.replace("1234", "1233", 1)

    with pytest.raises(notes.NotSigned, match="is false"):
        notes.open_note(changed, SIGNER.verifier)


@pytest.mark.parametrize("place", range(len(NOTE)))
def test_refuses_a_note_with_any_sign_changed(place):
    changed = NOTE[:place] + ("A" if NOTE[place] != "A" else "B") + NOTE[place + 1 :]

    with pytest.raises((notes.NotSigned, notes.MalformedNote)):
        notes.open_note(changed, SIGNER.verifier)


@pytest.mark.parametrize(
    "text",
    ["", "origin\n", f"{ORIGIN}\n5\n", TEXT[:-1], f"\n{TEXT}", f"{TEXT}\n"]
    + [TEXT.replace("1234", size) for size in ("", "01", "-1", "1e3", "12 ", "٣")]
    + [TEXT.replace("AAEC", other) for other in ("AAE", "AA=C", "AAECAAEC", "!!!!")],
)
def test_refuses_what_is_no_checkpoint(text):
    with pytest.raises(notes.MalformedNote):
        notes.read_checkpoint(text)


@pytest.mark.parametrize("text", ["a\n\nb\n", "no end", "\n", "a\x07\n", ""])
def test_refuses_to_sign_what_could_not_be_read_back(text):
    with pytest.raises(notes.MalformedNote):
        notes.sign(text, SIGNER)


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+00000000+AAAA", SIGNER.to_text()]
    + [SIGNER.verifier.to_text().replace("desk", other) for other in ("disk", "d sk")],
    # The keys are drawn anew each time; a test's name is not.
    ids=["empty", "name", "zeros", "private", "renamed", "spaced"],
)
def test_refuses_what_is_no_key(text):
    with pytest.raises(notes.MalformedNote):
        notes.Verifier.from_text(text)


@pytest.mark.parametrize("origin", ["", "two\nlines"])
def test_refuses_an_origin_that_is_not_one_line(origin):
    with pytest.raises(notes.MalformedNote, match="origin is one line"):
        notes.checkpoint_text(notes.Checkpoint(origin, 1, ROOT))


def test_reads_a_file_of_notes_one_after_another():
    other = notes.sign("another\n", SIGNER, notes.Signer.generate("witness.example"))
    lines = (NOTE + other + NOTE).splitlines(keepends=True)

    assert list(notes.read_notes(lines)) == [NOTE, other, NOTE]


@pytest.mark.parametrize("end", [TORN, TORN[:30], "x\n", NOTE[:-1]])
def test_says_when_the_last_note_is_torn(end):
    lines = (NOTE + end).splitlines(keepends=True)
    reading = notes.read_notes(lines)

    assert next(reading) == NOTE
    with pytest.raises(notes.MalformedNote, match="torn"):
        next(reading)
