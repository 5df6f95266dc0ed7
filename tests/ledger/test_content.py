"""The canonical line of an entry."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as some

from requests_app.ledger import content

VECTORS = json.loads((Path(__file__).parent / "vectors" / "canonical.json").read_text())
EASTERN = timezone(timedelta(hours=-5))
ENTRY = {
    "id": "Zk3wq0V2b8nPcR5tY7uA1Q",
    "event": "request.filed",
    "at": datetime(2026, 1, 31, 12, 0, 0, 5, tzinfo=EASTERN),
    "actor": "b" * 22,
    "role": "clerk",
    "agency": "SMP",
    "subject": "a" * 22,
    "seq": 1,
    "outcome": "ok",
    "body": '{"asks":2,"number":"SMP-2026-00001"}',
    "sealed_at": datetime(2026, 1, 31, 17, 0, 1, tzinfo=UTC),
    "changes": [("requests_app_icerequest", "7", "I", 3, "0f" * 32)],
}
LINE = (
    '{"actor":"bbbbbbbbbbbbbbbbbbbbbb","agency":"SMP",'
    '"at":"2026-01-31T17:00:00.000005Z",'
    '"body":{"asks":2,"number":"SMP-2026-00001"},'
    f'"changes":[["requests_app_icerequest","7","I",3,"{"0f" * 32}"]],'
    '"event":"request.filed","id":"Zk3wq0V2b8nPcR5tY7uA1Q","outcome":"ok",'
    '"role":"clerk","sealed_at":"2026-01-31T17:00:01.000000Z","seq":1,'
    '"subject":"aaaaaaaaaaaaaaaaaaaaaa","v":1}'
)
values = some.recursive(
    some.none()
    | some.booleans()
    | some.text()
    | some.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: (
        some.lists(inner)
        | some.dictionaries(some.text(some.characters(max_codepoint=127)), inner)
    ),
)


def test_writes_an_entry_on_one_line():
    assert content.line(**ENTRY).decode() == LINE


def test_reads_the_line_it_wrote():
    assert content.read(LINE.encode())["agency"] == "SMP"
    assert tuple(content.read(LINE.encode())) == content.KEYS


@pytest.mark.parametrize("name", VECTORS)
def test_writes_the_published_form(name):
    assert content.canonical(VECTORS[name]["value"]) == VECTORS[name]["line"]


@given(values)
def test_agrees_with_another_implementation(value):
    assert content.canonical(value).encode() == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value", [0.5, 1.0, 2**53, -(2**53), "\ud800", {"é": 1}, {1: 1}, b"", {"a": {1}}]
)
def test_refuses_what_has_no_one_form(value):
    with pytest.raises(content.NotCanonical):
        content.canonical(value)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '{"a": 1}', '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a":1.0}']
    + ['{"a":"\\u0041"}', '{"a":1}{}', '{"a":1},"v":2', "{"],
)
def test_refuses_a_body_that_is_not_canonical(body):
    with pytest.raises(content.NotCanonical):
        content.line(**{**ENTRY, "body": body})


@pytest.mark.parametrize(
    "line",
    [LINE + "\n", LINE.replace('"v":1', '"v":1.0'), LINE.replace(',"v":1', "")]
    + [LINE.replace('"seq":1', '"seq": 1'), "[]", "", LINE[:-1], "\\ud800"],
)
def test_refuses_a_line_that_is_not_canonical(line):
    with pytest.raises(content.NotCanonical):
        content.read(line.encode())


def test_refuses_a_line_that_is_not_text():
    with pytest.raises(content.NotCanonical):
        content.read(b"\xff" + LINE.encode())


def test_refuses_a_time_without_a_zone():
    with pytest.raises(content.NotCanonical, match="names no moment"):
        content.moment(datetime(2026, 1, 31, 12))
