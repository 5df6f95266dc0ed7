"""The `assess` command, run as its readers run it: another process, no database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Nothing listens on port 1, so a command that asked for the database would fail.
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"

HOLD = {
    "act": {"kind": "detain", "on": "2024-03-05"},
    "official": "municipal_police",
    "detainer": {"form": "I-247A", "received_on": "2024-03-05", "asks": ["hold"]},
    "warrants": [],
    "convictions": [],
    "terrorist_screening_match": False,
    "under_control": True,
}
CLERK = {
    "act": {"kind": "decline", "on": "2024-03-05"},
    "official": "other_public_employee",
}


def assess(argument, text=""):
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "assess", str(argument)],
        input=text.encode(),
        capture_output=True,
        env={**os.environ, "DATABASE_URL": NO_DATABASE},
        check=False,
        timeout=60,
    )


def test_assesses_one_object_from_standard_input():
    done = assess("-", json.dumps(HOLD))

    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert done.stderr == b""
    assert list(answer) == [
        "version",
        "act",
        "covered",
        "findings",
        "ice_access",
        "municipal_report",
        "legal_review",
    ]
    assert list(answer["findings"][0]) == [
        "citation",
        "result",
        "confirmed",
        "because",
        "missing",
    ]
    assert answer["findings"][0]["citation"] == "54-192h(b)(1)(A)"
    assert answer["findings"][0]["result"] == "violation"
    assert answer["ice_access"] == ["54-192h(a)(6)(A)"]
    assert answer["municipal_report"] is True


def test_assesses_a_list_from_a_file(tmp_path):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps([HOLD, CLERK]), encoding="utf-8")

    done = assess(file)

    first, second = json.loads(done.stdout)
    assert done.returncode == 0
    assert first["covered"] is True
    assert "because" not in first
    assert second["covered"] is False
    assert second["findings"] == []
    assert "not among the officials" in second["because"]


def test_answers_an_empty_list_with_an_empty_list():
    done = assess("-", "[]")

    assert done.returncode == 0
    assert json.loads(done.stdout) == []


def test_names_every_fault_on_a_line_of_its_own():
    faulty = {**HOLD, "official": "cat", "act": {"kind": "hold", "on": "2024-03-05"}}

    done = assess("-", json.dumps([HOLD, faulty, 3]))

    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert done.stdout == b""
    assert [line.partition(":")[0] for line in lines] == [
        "$[1].act.kind",
        "$[1].official",
        "$[2]",
    ]
    assert '"hold" is not accepted; use one of detain, arrest' in lines[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "standard input: is not JSON"),
        ("{", "standard input: is not JSON"),
        ('{"act": 1, "act": 2}', "$.act: 2 is not accepted; the key is given more"),
    ],
)
def test_refuses_what_cannot_be_read(text, says):
    done = assess("-", text)

    assert done.returncode == 2
    assert done.stdout == b""
    assert says in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_says_that_a_file_does_not_exist(tmp_path):
    done = assess(tmp_path / "nothing.json")

    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.decode().splitlines()) == 1
    assert "cannot be read (No such file or directory)" in done.stderr.decode()
