"""Whatever is posted is answered in words: no field of no form makes an error.

Every field of every form gets hostile values, several fields at once.
"""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from requests_app.intake import services as intake
from requests_app.review.models import Determination
from tests import factories
from tests.factories import NOON

HOSTILE = {
    "nothing": "",
    "two of them": ["yes", "no"],
    "fifty of them": ["x"] * 50,
    "a null": "a\0b",
    "an escape": "a\x1b[2Jb",
    "turned around": "\u202ebmal\u2066",
    "half a pair, as it arrives": "\ufffd",
    "long": "A" * 20_000,
    "longer in lower case": "İ" * 120,
    "longer taken apart": "\ufdfa" * 119,
    "a header": "a\r\nSet-Cookie: sessionid=1",
    "a query": "' OR 1=1--",
    "a template": "{{ settings.SECRET_KEY }}{% debug %}",
    "a number": "9" * 400,
    "below nothing": "-1",
    "no number": "NaN",
    "no end": "Infinity",
    "a wide exponent": "1E-500",
    "the first day": "0001-01-01T00:00",
    "the last day": "9999-12-31T23:59",
    "a time that was not": "2026-03-08T02:30",
    "a time that was twice": "2025-11-02T01:30",
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker):
    """A town and a request of it, built once and rolled back."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON, tick=False),
        transaction.atomic(),
    ):
        yield build()
        transaction.set_rollback(True)


def build() -> SimpleNamespace:
    agency = factories.make_agency()
    clerk, head = factories.make_clerk(agency), factories.make_head(agency)
    filled = factories.answers(
        asks=["hold", "information"],
        information=["home_address"],
        convictions=[factories.conviction(offense_date=date(2020, 1, 1))],
        warrants=[factories.judicial_warrant()],
        acts=[
            {
                "kind": "detain",
                "happened_at": NOON - timedelta(hours=2),
                "ended_at": NOON,
                "done_by": "Unit 4",
                "staff_minutes": 30,
                "cost": "3.50",
                "narrative": "Held.",
            }
        ],
        aliases="Alma E.",
        a_number="A012345678",
        attorney="A. Counsel",
        booked_at=NOON - timedelta(hours=3),
        sender_office="Hartford",
    )
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    draft = intake.begin_draft(agency=agency, by=clerk, at=NOON, answers=filled)
    ask = factories.ask_of(ice_request)
    key = ice_request.public_id
    row = {
        name.removeprefix("row-0-"): value
        for name, value in filled["acts"].items()
        if name.startswith("row-0-")
    }
    forms = {
        f"the step {name}": (clerk, "draft_step", [draft.public_id, name], typed)
        for name, typed in filled.items()
    }
    forms |= {
        f"correcting {name}": (
            clerk,
            "request_correct",
            [key, name],
            {**filled[name], "rev": "1", "why": "Alma"},
        )
        for name in ("person", "custody", "basis")
    }
    forms |= {
        "an act": (clerk, "act_new", [key], row),
        "a service": (
            clerk,
            "notice_serve",
            [key, ice_request.notices.first().public_id],
            {"served_at": "2026-03-10T11:50", "how": "by_hand", "language": "x"},
        ),
        "a determination": (
            head,
            "ask_determine",
            [key, ask.public_id],
            {
                "decision": "approve",
                "reason_code": "other_authority",
                "reason": "x",
                "authority": "x",
                "screening": ask.screenings.get().public_id,
                "findings_read": "on",
                "confirmed": "yes",
                "expires_at": "2026-03-11T12:00",
            },
        ),
        "a search": (clerk, "request_search", [], {"name": "Alma"}),
        "a grant": (
            factories.make_administrator(agency),
            "appointment_new",
            [],
            {
                "username": clerk.username,
                "agency": str(agency.pk),
                "role": "auditor",
                "effective_from": "2026-03-10",
                "effective_until": "2026-04-10",
            },
        ),
    }
    return SimpleNamespace(forms=forms)


FORMS = (
    *(f"the step {name}" for name in ("request", "person", "custody", "basis", "acts")),
    *(f"correcting {name}" for name in ("person", "custody", "basis")),
    "an act",
    "a service",
    "a determination",
    "a search",
    "a grant",
)


def faults(client, address: str, posts: dict) -> list[str]:
    """The names of the posts that made an error; each is undone."""
    found = []
    for name, data in posts.items():
        with transaction.atomic():
            if client.post(address, data).status_code >= 500:
                found.append(name)
            transaction.set_rollback(True)
    return found


def sent_by(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


@pytest.mark.parametrize("name", FORMS)
def test_answers_in_words(desk, name):
    person, door, keys, sound = desk.forms[name]
    values = list(HOSTILE.values())
    # In each round every field gets another value; in five rounds it gets five.
    posts = {
        f"round {turn}": {
            field: values[(turn * 5 + place) % len(values)]
            for place, field in enumerate(sound)
        }
        for turn in range(5)
    }
    posts["nothing at all"] = {}

    with time_machine.travel(NOON, tick=False):
        found = faults(sent_by(person), reverse(door, args=keys), posts)

    assert found == []


@pytest.mark.parametrize("name", ["a determination", "a service", "a grant"])
def test_answers_in_words_when_a_field_is_missing(desk, name):
    person, door, keys, sound = desk.forms[name]
    posts = {
        f"without {field}": {key: value for key, value in sound.items() if key != field}
        for field in sound
    }

    with time_machine.travel(NOON, tick=False):
        found = faults(sent_by(person), reverse(door, args=keys), posts)

    assert found == []


def test_would_find_a_form_that_fails(desk, monkeypatch):
    person, door, keys, sound = desk.forms["a determination"]
    monkeypatch.setattr(Determination.objects, "create", lambda **given: 1 / 0)

    with time_machine.travel(NOON, tick=False):
        found = faults(sent_by(person), reverse(door, args=keys), {"sound": sound})

    assert found == ["sound"]
    assert connection.needs_rollback is False


@pytest.mark.parametrize("name", FORMS)
def test_refuses_every_form_without_its_token(desk, name):
    person, door, keys, sound = desk.forms[name]
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    address = reverse(door, args=keys)

    with time_machine.travel(NOON, tick=False):
        bare = client.post(address, sound)
        forged = client.post(address, {**sound, "csrfmiddlewaretoken": "x" * 64})
        elsewhere = client.post(
            address, sound, headers={"origin": "https://evil.example"}
        )

    assert {bare.status_code, forged.status_code, elsewhere.status_code} == {403}
