"""The offline verifier: a genuine file passes, and nothing else does."""

import ast
import copy
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import verify_history
from requests_app.ledger import content, notes, tree

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "desk.example/history"
SIGNER = notes.Signer.generate(ORIGIN)
KEY = SIGNER.verifier.to_text()
SUBJECT, OTHER = "a" * 22, "b" * 22
BEGAN = datetime(2026, 3, 10, 16, tzinfo=UTC)
# Which entry of the log speaks of which subject: ours are 1, 3, 4 and 6.
LOG = [OTHER, SUBJECT, OTHER, SUBJECT, SUBJECT, OTHER, SUBJECT, OTHER]
EVENTS = {1: "request.filed", 3: "request.read", 4: "ask.determined"}


def line(index: int, **fields) -> bytes:
    subject = LOG[index]
    said = {
        "id": f"entry{index}".ljust(22, "x"),
        "event": EVENTS.get(index, "history.exported"),
        "at": BEGAN + timedelta(minutes=index),
        "actor": "c" * 22,
        "role": "clerk",
        "agency": "SMP",
        "subject": subject,
        "seq": LOG[: index + 1].count(subject),
        "outcome": "ok",
        "body": '{"kind":"hold","opened":true}',
        "sealed_at": BEGAN + timedelta(minutes=index, seconds=1),
        "changes": [("requests_app_ask", "7", "U", 3, "0f" * 32)],
    }
    return content.line(**{**said, **fields})


def note(leaves: list[bytes], signer: notes.Signer = SIGNER) -> str:
    checkpoint = notes.Checkpoint(ORIGIN, len(leaves), tree.root_of(leaves))
    return notes.sign(notes.checkpoint_text(checkpoint), signer)


def make(lines: list[bytes]) -> dict:
    """The file that the portal would make of a log of these lines."""
    leaves = [tree.leaf_hash(one) for one in lines]
    places = [index for index, subject in enumerate(LOG) if subject == SUBJECT]
    return {
        "format": verify_history.FORMAT,
        "subject": SUBJECT,
        "key": KEY,
        "checkpoint": note(leaves),
        "entries": [
            {
                "index": index,
                "content": lines[index].decode(),
                "proof": [
                    step.hex()
                    for step in tree.inclusion_proof(leaves, index, len(leaves))
                ],
            }
            for index in places
        ],
    }


LINES = [line(index) for index in range(len(LOG))]
LEAVES = [tree.leaf_hash(one) for one in LINES]
GENUINE = make(LINES)
WITNESS = (note(LEAVES[:3]) + note(LEAVES)).encode()


def examine(said, **more):
    return verify_history.examine(json.dumps(said).encode(), **more)


def changed(change) -> dict:
    said = copy.deepcopy(GENUINE)
    change(said)
    return said


def without(number: int) -> dict:
    return changed(lambda said: said["entries"].pop(number))


def test_passes_what_is_genuine_and_complete():
    found = examine(GENUINE, key=KEY, witness=WITNESS)

    assert [entry["seq"] for entry in found["entries"]] == [1, 2, 3, 4]
    assert found["size"] == 8


def test_needs_neither_the_portal_nor_a_network():
    standard = {"argparse", "base64", "hashlib", "io", "json", "os", "re", "sys"}
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(ast.parse((ROOT / "verify_history.py").read_text()))
        if isinstance(node, ast.Import)
        for name in node.names
    }

    assert imported == standard


def test_notices_an_entry_left_out_in_the_middle():
    with pytest.raises(verify_history.Difference, match="entry 2 .* is missing"):
        examine(without(1))


def test_notices_an_entry_left_out_at_the_beginning():
    with pytest.raises(verify_history.Difference, match="entry 1 .* is missing"):
        examine(without(0))


def test_notices_an_entry_left_out_at_the_end():
    with pytest.raises(verify_history.Difference, match="the end is missing"):
        examine(without(-1))


def test_notices_an_entry_of_another_request():
    said = make([line(3, subject=OTHER) if i == 3 else LINES[i] for i in range(8)])

    with pytest.raises(verify_history.Difference, match="about another request"):
        examine(said)


def test_notices_entries_out_of_order():
    def change(said):
        said["entries"][1], said["entries"][2] = said["entries"][2], said["entries"][1]

    with pytest.raises(verify_history.Difference, match="number 3 stands in its place"):
        examine(changed(change))


def test_notices_a_log_that_went_back_in_time():
    said = make([line(4, sealed_at=BEGAN) if i == 4 else LINES[i] for i in range(8)])

    with pytest.raises(verify_history.Difference, match="sealed before its pred"):
        examine(said)


def test_notices_a_log_signed_with_another_key():
    forger = notes.Signer.generate(ORIGIN)
    forged = {
        **GENUINE,
        "key": forger.verifier.to_text(),
        "checkpoint": note(LEAVES, forger),
    }

    assert examine(forged)["own key"]
    with pytest.raises(verify_history.Difference, match="another key"):
        examine(forged, key=KEY)


@pytest.mark.parametrize("key", content.KEYS)
def test_notices_any_field_of_an_entry_that_is_edited(key):
    def change(said):
        entry = json.loads(said["entries"][1]["content"])
        entry[key] = EDITED[key]
        said["entries"][1]["content"] = content.canonical(entry)

    with pytest.raises(verify_history.Difference, match="entry 2"):
        examine(changed(change))


EDITED = {
    "actor": "d" * 22,
    "agency": "NHP",
    "at": "2026-03-09T16:03:00.000000Z",
    "body": {"kind": "transfer", "opened": True},
    "changes": [],
    "event": "request.moved",
    "id": "other".ljust(22, "x"),
    "outcome": "failed",
    "role": "head",
    "sealed_at": "2026-03-10T16:03:02.000000Z",
    "seq": 9,
    "subject": OTHER,
    "v": 2,
}


@pytest.mark.parametrize("place", range(0, len(json.dumps(GENUINE)), 7))
def test_notices_any_sign_of_the_file_that_is_changed(place):
    """Every seventh here; all of them in `tests.faults.history_file`."""
    whole = json.dumps(GENUINE)
    other = "0" if whole[place] != "0" else "1"

    with pytest.raises(verify_history.Difference):
        verify_history.examine((whole[:place] + other + whole[place + 1 :]).encode())


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{}", b"\xff", b"null", b"NaN", b'{"format":1.5}']
    + [json.dumps(GENUINE)[:-1].encode()]
    + [json.dumps(GENUINE).replace('"subject"', '"subject": 1, "subject"', 1).encode()]
    + [json.dumps({**GENUINE, "more": 1}).encode()]
    + [json.dumps({**GENUINE, "entries": []}).encode()]
    + [b"[" * 100_000],
)
def test_notices_what_is_no_history(raw):
    with pytest.raises(verify_history.Difference):
        verify_history.examine(raw)


@pytest.mark.parametrize(
    ("place", "value"),
    [("index", True), ("index", "1"), ("index", -1), ("index", 8), ("index", 2**70)]
    + [("content", 1), ("content", ""), ("proof", None), ("proof", [1])]
    + [("proof", []), ("proof", ["AA" * 32] * 3), ("proof", ["00" * 32] * 3)],
)
def test_notices_a_place_that_is_none(place, value):
    with pytest.raises(verify_history.Difference, match="entry 1"):
        examine(changed(lambda said: said["entries"][0].update({place: value})))


@pytest.mark.parametrize(
    ("witness", "words"),
    [
        (note(LEAVES[:3]).encode(), "no checkpoint of size 8"),
        (b"", "no checkpoint of size 8"),
        (note(LEAVES[:7] + LEAVES[:1]).encode(), "another root at size 8"),
        (note(LEAVES, notes.Signer.generate(ORIGIN)).encode(), "not signed by the key"),
        (WITNESS[:-9], "note 2 of the witness"),
    ],
)
def test_notices_a_witness_that_saw_something_else(witness, words):
    with pytest.raises(verify_history.Difference, match=words):
        examine(GENUINE, witness=witness)


@pytest.mark.parametrize("index", range(len(LOG)))
def test_agrees_with_the_portal_byte_for_byte(index):
    said = LINES[index].decode()

    assert verify_history.canonical(json.loads(said)) == said
    assert verify_history.leaf_hash(LINES[index]) == tree.leaf_hash(LINES[index])


def run(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-I", ROOT / "verify_history.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd="/")


def test_answers_a_stranger_in_words(tmp_path):
    file, key, witness = tmp_path / "history.json", tmp_path / "key", tmp_path / "seen"
    file.write_text(json.dumps(GENUINE))
    key.write_text(KEY + "\n")
    witness.write_bytes(WITNESS)

    said = run(file, "--key", key, "--witness", witness, "--entries")

    assert said.returncode == 0, said.stderr
    assert "GENUINE: 4 entries" in said.stdout
    assert "COMPLETE: numbers 1 to 4 without a gap" in said.stdout
    assert "ask.determined" in said.stdout


def test_tells_a_stranger_what_differs(tmp_path):
    file = tmp_path / "history.json"
    file.write_text(json.dumps(without(-1)))

    said = run(file)

    assert said.returncode == 1
    assert "NOT PROVEN: the last entry, number 3" in said.stdout


def test_tells_a_stranger_that_there_is_no_file(tmp_path):
    said = run(tmp_path / "none.json")

    assert said.returncode == 2
    assert "could not be tried" in said.stderr
