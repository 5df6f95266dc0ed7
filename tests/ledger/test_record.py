"""Recording: what gets into the history, and what does not."""

import json

import pytest

from requests_app.ledger import services as ledger
from requests_app.ledger.events import EVENTS
from requests_app.ledger.models import Entry
from tests.factories import NOON

SUBJECT = "a" * 22
SOMEBODY = "b" * 22

pytestmark = pytest.mark.django_db


def record(event="request.moved", *, subject=SUBJECT, actor=SOMEBODY, **fields):
    return ledger.record(event=event, subject=subject, at=NOON, actor=actor, **fields)


def test_keeps_who_did_what_in_which_role_and_when():
    record(role="clerk", agency="SMP", body={"from": "awaiting", "to": "determined"})

    entry = Entry.objects.get()
    assert entry.event == "request.moved"
    assert (entry.subject, entry.actor) == (SUBJECT, SOMEBODY)
    assert (entry.role, entry.agency, entry.at) == ("clerk", "SMP", NOON)


def test_numbers_the_entries_of_one_subject_from_one():
    for _ in range(3):
        record()

    numbers = Entry.objects.about(SUBJECT).oldest_first().values_list("seq", flat=True)
    assert list(numbers) == [1, 2, 3]


def test_numbers_each_subject_on_its_own():
    record()
    other = record(subject="c" * 22)

    assert other.seq == 1


def test_writes_canonical_json_whatever_the_order_of_the_keys():
    forwards = record(body={"from": "awaiting", "to": "determined"})
    backwards = record(body={"to": "determined", "from": "awaiting"})

    assert forwards.body == backwards.body == '{"from":"awaiting","to":"determined"}'


def test_writes_a_list_and_numbers_and_absence():
    entry = record(
        "request.screened",
        body={
            "cause": "filed",
            "screenings": [SUBJECT, SOMEBODY],
            "versions": ["", "2025"],
            "violations": 2,
            "undetermined": 0,
            "legal_review": False,
        },
    )

    assert json.loads(entry.body)["screenings"] == [SUBJECT, SOMEBODY]
    assert '"legal_review":false' in entry.body
    assert '"violations":2' in entry.body


def test_writes_an_empty_body_when_there_is_none():
    assert record("session.began").body == "{}"


def test_refuses_an_event_that_is_not_listed():
    with pytest.raises(ledger.NotAnEvent, match=r"request\.forgotten"):
        record("request.forgotten")

    assert not Entry.objects.exists()


def test_refuses_a_key_that_the_event_does_not_carry():
    with pytest.raises(ledger.NotForTheLedger, match="narrative"):
        record(body={"from": "awaiting", "narrative": "awaiting"})

    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("Alma Ejemplo", id="a name"),
        pytest.param("Ejemplo", id="a surname"),
        pytest.param("held until the morning", id="free text"),
        pytest.param("awaiting\n", id="a newline at the end"),
        pytest.param("awaiting\ndetermined", id="a newline within"),
        pytest.param("awaitíng", id="a letter beyond ASCII"),
        pytest.param("１２", id="digits beyond ASCII"),
        pytest.param("1990-02-01", id="a date where a code belongs"),
        pytest.param("a" * 41, id="too long"),
        pytest.param("", id="nothing"),
        pytest.param(1.5, id="a fraction"),
        pytest.param(b"awaiting", id="bytes"),
        pytest.param({"name": "Alma"}, id="a mapping"),
        pytest.param([["awaiting"]], id="a list in a list"),
        pytest.param(["awaiting", "Alma Ejemplo"], id="a name in a list"),
    ],
)
def test_refuses_under_a_code(value):
    with pytest.raises(ledger.NotForTheLedger, match=r"request\.moved\.from"):
        record(body={"from": value})

    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("event", "key", "value"),
    [
        ("request.filed", "number", "Alma Ejemplo"),
        ("request.filed", "number", "SMP-2026-1"),
        ("request.filed", "received_at", "yesterday"),
        ("request.filed", "instrument", "I-247A about Alma"),
        ("ask.determined", "ask", "Alma-Ejemplo"),
        ("ask.determined", "findings", ["54-192h(c) perhaps"]),
        ("override.proposed", "citations", ["see the memo of the chief"]),
        ("offence.proposed", "section", "robbery"),
        ("role.granted", "agency", "Sampleton"),
        ("access.denied", "method", "get"),
        ("job.died", "kind", "Person.Told"),
    ],
)
def test_refuses_what_has_not_the_shape_of_its_key(event, key, value):
    with pytest.raises(ledger.NotForTheLedger, match=key):
        record(event, body={key: value})


@pytest.mark.parametrize(
    ("event", "key", "value"),
    [
        ("request.filed", "number", "SMP-2026-00001"),
        ("request.filed", "received_at", "2026-03-10T11:00:00-04:00"),
        ("request.filed", "instrument", "order_1225d4B"),
        ("ask.determined", "ask", "Zk_-" * 5 + "ab"),
        ("ask.determined", "findings", ["54-192h(e)(1) copy compliant"]),
        ("override.proposed", "citations", ["54-192h(b)(1)(A)"]),
        ("offence.proposed", "section", "53a-64aa"),
        ("role.granted", "agency", "SMP"),
        ("access.denied", "method", "GET"),
        ("job.died", "kind", "person.told"),
    ],
)
def test_takes_what_has_the_shape_of_its_key(event, key, value):
    assert json.loads(record(event, body={key: value}).body) == {key: value}


@pytest.mark.parametrize(
    "field", [{"subject": "Alma Ejemplo"}, {"actor": "Alma"}, {"role": "Chief Alma"}]
)
def test_refuses_a_name_beside_the_body(field):
    with pytest.raises(ledger.NotForTheLedger):
        record(**field)


def test_takes_the_portal_itself_as_actor():
    assert record(actor=ledger.SYSTEM).actor == "system"


def test_lists_events_as_a_room_and_a_past_participle():
    rooms = {event.partition(".")[0] for event in EVENTS}

    assert rooms == {
        "request",
        "ask",
        "override",
        "act",
        "access",
        "mismatch",
        "notice",
        "offence",
        "role",
        "session",
        "history",
        "draft",
        "list",
        "search",
        "people",
        "record",
        "sample",
        "agency",
        "user",
        "keys",
        "ledger",
        "job",
        "clock",
        "question",
        "release",
        "note",
        "unit",
        "absence",
        "routing",
        "label",
        "reason_text",
        "bulk",
        "law",
        "document",
        "form",
        "legal_help",
        "translation",
        "paper",
        "import",
        "claim",
        "hold",
        "retention",
        "disposal",
        "case_file",
        "report",
        "extract",
        "publication",
        "export",
        "figures",
    }
