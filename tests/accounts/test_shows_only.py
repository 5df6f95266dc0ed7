"""After a difference the portal shows what it has and takes nothing in."""

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.accounts import access, watch
from requests_app.ledger import verifying
from requests_app.ledger.models import Entry, Verification
from requests_app.outbox.models import Job
from tests.factories import (
    NOON,
    PASSWORD,
    file_request,
    make_administrator,
    make_agency,
    make_auditor,
    make_clerk,
    make_user,
)

pytestmark = pytest.mark.django_db

DIFFERS = verifying.Result(
    leaves=None,
    root=None,
    witnessed=None,
    seconds=1.0,
    difference=verifying.Difference(
        "content", "entry 7: hash differs from its leaf", 7
    ),
)
CLEAN = verifying.Result(
    leaves=9, root=b"\x07" * 32, witnessed=9, seconds=1.0, difference=None
)


@pytest.fixture(autouse=True)
def nothing_believed():
    watch.forget()
    yield
    watch.forget()


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def clerk(agency):
    client = Client()
    client.force_login(make_clerk(agency))
    return client


def note(result=DIFFERS):
    return watch.take_note(result=result, began_at=NOON, at=NOON)


def begin(client):
    return client.get(reverse("request_new"))


def test_takes_things_in_while_nothing_differs(clerk):
    note(CLEAN)

    assert begin(clerk).status_code == 302
    assert not watch.is_read_only()


def test_takes_things_in_before_any_verification(clerk):
    assert begin(clerk).status_code == 302


def test_takes_nothing_in_after_a_difference(clerk):
    note()

    answer = begin(clerk)

    assert answer.status_code == 503
    assert "work on paper" in answer.content.decode()


def test_changes_nothing_after_a_difference(clerk, agency):
    filed = file_request(agency=agency, clerk=make_clerk(agency))
    door = reverse("act_new", args=[filed.public_id])
    before = clerk.post(door)
    note()

    assert before.status_code != 503
    assert clerk.post(door).status_code == 503


def test_says_so_on_every_page(clerk, agency):
    filed = file_request(agency=agency, clerk=make_clerk(agency))
    note()

    for page in (
        reverse("home"),
        reverse("request_list"),
        reverse("request_detail", args=[filed.public_id]),
    ):
        answer = clerk.get(page, follow=True)
        assert answer.status_code == 200
        assert "Detainer Desk only shows what it has." in answer.content.decode()


def test_says_nothing_while_nothing_differs(clerk):
    note(CLEAN)

    answer = clerk.get(reverse("request_list"))

    assert "only shows what it has" not in answer.content.decode()


def test_lets_people_sign_in_and_out():
    make_user(username="someone", password=PASSWORD)
    client = Client()
    note()

    signed_in = client.post(
        reverse("account_login"), {"login": "someone", "password": PASSWORD}
    )
    signed_out = client.post(reverse("account_logout"))

    assert signed_in.status_code == 302
    assert signed_out.status_code == 302


def test_tells_a_stranger_nothing():
    note()

    answer = Client().post(reverse("request_new"))

    assert answer.status_code == 302


def test_knows_every_door_it_leaves_open():
    assert access.ACCESS.keys() >= access.CHANGES_NO_RECORD | access.BEGINS_A_DRAFT


def test_ends_with_a_clean_run(clerk):
    note()
    note(CLEAN)

    assert begin(clerk).status_code == 302


def test_is_believed_for_some_seconds_only(monkeypatch):
    assert not watch.is_read_only()
    Verification.objects.create(
        began_at=NOON, ended_at=NOON, is_clean=False, check_name="x", difference="x"
    )
    assert not watch.is_read_only()

    monkeypatch.setattr(watch, "BELIEVED_SECONDS", -1.0)

    assert watch.is_read_only()


def test_is_entered_in_the_history_once_at_each_change():
    note(CLEAN)
    note()
    note()
    note(CLEAN)
    note(CLEAN)

    entries = Entry.objects.about("ledger").filter(actor="system").order_by("seq")
    events = [one.event for one in entries if one.event != "ledger.began"]
    assert events == ["ledger.failed", "ledger.verified"]
    assert Verification.objects.count() == 5


def test_says_in_the_history_which_check_and_leaf():
    note()

    entry = Entry.objects.get(event="ledger.failed")

    assert entry.body == '{"check":"content","leaf":7}'


def test_tells_administrators_and_auditors_of_the_state(agency):
    administrator, auditor = make_administrator(agency), make_auditor()
    make_clerk(agency)
    make_auditor(agency)

    note()

    told = Job.objects.filter(kind="person.told").values_list("subject", flat=True)
    assert set(told) == {administrator.public_id, auditor.public_id}


def test_stays_even_if_the_history_takes_no_entry(monkeypatch):
    def refuse(**said):
        raise watch.DatabaseError("sealed shut")

    monkeypatch.setattr(watch.ledger, "record", refuse)

    note()

    assert watch.is_read_only()
