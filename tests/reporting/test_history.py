"""The auditor's pages: which entries, whose, in what order, and no name in them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from requests_app.ledger import services as ledger
from requests_app.review.models import Mismatch
from requests_app.review.views.paging import PAGE
from tests.factories import (
    NOON,
    ask_of,
    countersign,
    determine,
    file_request,
    make_administrator,
    make_agency,
    make_auditor,
    make_clerk,
    make_head,
    make_supervisor,
    override,
    record_act,
    serve_notice,
)
from tests.opened import opened

FAMILY, GIVEN, OFFICER = "Quetzalcanary", "Zeldacanary", "Canarychief"
# However the page would write them.
CANARIES = [FAMILY, GIVEN, OFFICER, "333444", "333 444", "1961", "Jul 19"]
DAY = timedelta(days=1)
TODAY, YESTERDAY = "2026-03-10", "2026-03-09"

pytestmark = pytest.mark.django_db


def eventful(agency):
    """One request about a person of canary names, and all that may become of it."""
    clerk, head = make_clerk(agency), make_head(agency)
    ice_request = file_request(
        agency=agency,
        clerk=clerk,
        asks=("hold", "interview"),
        family_names=FAMILY,
        given_names=GIVEN,
        a_number="A099333444",
        date_of_birth="1961-07-19",
        sender_officer=OFFICER,
    )
    determination = override(ask=ask_of(ice_request), head=head)
    countersign(determination=determination, by=make_supervisor(agency))
    determine(ask=ask_of(ice_request, "interview"), by=head)
    record_act(ice_request=ice_request, kind="interview")
    serve_notice(ice_request=ice_request)
    return ice_request


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Two agencies alike, built once in a transaction that is rolled back."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON + timedelta(minutes=1)),
        transaction.atomic(),
    ):
        here, there = make_agency(code="HERE"), make_agency(code="THERE")
        yield SimpleNamespace(
            here=SimpleNamespace(agency=here, ice_request=eventful(here)),
            there=SimpleNamespace(agency=there, ice_request=eventful(there)),
        )
        transaction.set_rollback(True)


@pytest.fixture
def here(world):
    return world.here


@pytest.fixture
def there(world):
    return world.there


def reader(person):
    client = Client()
    client.force_login(person)
    return client


def read(person, door="history", *args, **query):
    return reader(person).get(reverse(door, args=args), query)


def numbers(response):
    """Of requests; entries about people and accounts have none."""
    return {entry["number"] for entry in response.context["entries"]} - {""}


def events(response):
    return {entry["event"] for entry in response.context["entries"]}


def record(event="session.began", *, at=NOON, agency="HERE"):
    return ledger.record(
        event=event, subject="a" * 22, at=at, actor="a" * 22, agency=agency
    )


# A range of days


def test_shows_the_last_month_unless_told(here):
    person = make_auditor(here.agency)
    record("session.refused", at=NOON - 29 * DAY)
    record("session.ended", at=NOON - 31 * DAY)

    found = events(read(person))

    assert "session.refused" in found
    assert "session.ended" not in found


def test_takes_both_days_of_the_range_whole(here):
    person = make_auditor(here.agency)
    midnight = NOON.replace(hour=0)
    record("session.began", at=midnight - DAY)
    record("session.refused", at=midnight - timedelta(seconds=1))
    record("session.ended", at=midnight)

    yesterday = read(person, since=YESTERDAY, until=YESTERDAY)
    today = read(person, since=TODAY, until=TODAY)

    assert events(yesterday) == {"session.began", "session.refused"}
    assert "session.ended" in events(today)
    assert "session.refused" not in events(today)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": ""}, "Enter the first day of the range"),
        ({"until": ""}, "Enter the last day of the range"),
        ({"since": "soon"}, "Enter a date, such as"),
        ({"since": TODAY, "until": YESTERDAY}, "The last day is before the first"),
        ({"since": "0001-01-01"}, "Enter a day from 2014-01-01 on"),
        ({"until": "9999-12-31"}, "Enter a day until 2199-12-31"),
        ({"event": "request.forgotten"}, "Select a valid choice"),
        ({"number": "9" * 25}, "at most 24 characters"),
    ],
)
def test_asks_for_a_range_it_can_read(here, query, words):
    response = read(make_auditor(here.agency), **query)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert response.context["entries"] == []


# Filters


def test_filters_by_what_happened(here):
    response = read(make_auditor(here.agency), event="ask.determined")

    assert events(response) == {"ask.determined"}


def test_filters_by_request_number_in_any_case(here):
    agency = here.agency
    file_request(agency=agency, clerk=make_clerk(agency))

    response = read(make_auditor(agency), number=f" {here.ice_request.number.lower()} ")

    assert numbers(response) == {here.ice_request.number}


def test_shows_nothing_of_a_number_that_is_not_there(here):
    response = read(make_auditor(here.agency), number="HERE-2026-99999")

    assert response.context["entries"] == []
    assert "Nothing happened in this range" in response.content.decode()


def test_keeps_the_filters_on_the_next_page(here):
    for _ in range(PAGE + 1):
        record("session.refused")

    response = read(make_auditor(here.agency), event="session.refused")

    assert "event=session.refused" in response.context["older_url"]


# Pages


def test_shows_every_entry_once_over_its_pages(here):
    person = make_auditor(here.agency)
    kept = [record("session.refused").pk for _ in range(2 * PAGE + 3)]
    pages, query = [], "?event=session.refused"
    client = reader(person)

    for _ in range(3):
        response = client.get(reverse("history") + query)
        pages.append(len(response.context["entries"]))
        query = response.context["older_url"]

    assert pages == [PAGE, PAGE, 3]
    assert sum(pages) == len(kept)
    assert query == ""


def test_shows_the_newest_first(here):
    person = make_auditor(here.agency)
    later = NOON + timedelta(minutes=1)
    record("session.began", at=later)
    record("session.refused", at=later)

    first, second = read(person).context["entries"][:2]

    assert (first["event"], second["event"]) == ("session.refused", "session.began")


# Whose


def test_shows_an_auditor_nothing_of_another_agency(here, there):
    person = make_auditor(here.agency)

    seen = read(person)

    assert numbers(seen) == {here.ice_request.number}
    assert {entry["agency"] for entry in seen.context["entries"]} == {"HERE"}
    assert numbers(read(person, number=there.ice_request.number)) == set()


def test_shows_an_auditor_of_the_state_every_agency(here, there):
    seen = read(make_auditor(None))

    assert numbers(seen) == {here.ice_request.number, there.ice_request.number}


def test_shows_an_auditor_of_one_agency_nothing_of_the_state(here):
    ledger.record(event="job.died", subject="a" * 22, at=NOON, actor="system")

    assert "job.died" not in events(read(make_auditor(here.agency)))
    assert "job.died" in events(read(make_auditor(None)))


def test_shows_an_administrator_the_history_but_not_the_requests(here):
    person = make_administrator(here.agency)
    public_id = here.ice_request.public_id

    assert read(person, "history_request", public_id).status_code == 200
    assert read(person, "request_detail", public_id).status_code == 403
    page = read(person, "history_overrides").content.decode()
    assert reverse("request_detail", args=[public_id]) not in page
    assert reverse("history_request", args=[public_id]) in page


# One request


def test_shows_one_request_in_its_own_numbers(here):
    response = read(
        make_auditor(here.agency), "history_request", here.ice_request.public_id
    )

    shown = [entry["seq"] for entry in response.context["entries"]]
    assert shown == list(range(1, len(shown) + 1))
    assert response.context["entries"][0]["event"] == "request.filed"


# Overrides and mismatches


def test_lists_an_override_with_its_authority_and_its_second_person(here):
    page = read(make_auditor(here.agency), "history_overrides").content.decode()

    assert here.ice_request.number in page
    assert "An invented opinion" in page
    assert "confirmed" in page


def test_lists_an_override_that_nobody_has_confirmed(here):
    agency = here.agency
    waiting = file_request(agency=agency, clerk=make_clerk(agency))
    override(ask=ask_of(waiting), head=make_head(agency))

    page = read(make_auditor(agency), "history_overrides").content.decode()

    assert waiting.number in page
    assert "Awaited; not in effect" in page


def test_lists_a_mismatch_with_its_reason(here):
    page = read(make_auditor(here.agency), "history_overrides").content.decode()

    kept = Mismatch.objects.get(ice_request=here.ice_request)
    assert kept.get_kind_display() in page


def test_lists_no_override_of_another_agency(here, there):
    page = read(make_auditor(here.agency), "history_overrides").content.decode()

    assert here.ice_request.number in page
    assert there.ice_request.number not in page


def test_lists_the_overrides_of_every_agency_for_the_state(here, there):
    page = read(make_auditor(None), "history_overrides").content.decode()

    assert here.ice_request.number in page
    assert there.ice_request.number in page


# No name


@pytest.mark.parametrize("door", ["history", "history_overrides", "history_request"])
@pytest.mark.parametrize("canary", CANARIES)
def test_shows_nothing_of_the_person(here, door, canary):
    args = [here.ice_request.public_id] if door == "history_request" else []

    response = read(make_auditor(here.agency), door, *args)

    assert response.status_code == 200
    assert canary not in response.content.decode()


@pytest.mark.parametrize("canary", [FAMILY, GIVEN, OFFICER])
def test_would_find_the_person_on_a_page_that_shows_names(here, canary):
    door = reverse("request_detail", args=[here.ice_request.public_id])

    response = opened(reader(make_supervisor(here.agency)), door)

    assert canary in response.content.decode()


def test_shows_an_auditor_the_request_without_the_name(here):
    response = read(
        make_auditor(here.agency), "request_detail", here.ice_request.public_id
    )

    assert response.status_code == 200
    assert FAMILY not in response.content.decode()
    assert GIVEN not in response.content.decode()
