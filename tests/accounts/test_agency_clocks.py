"""An administrator sets the agency's own hours; they are policy and said to be."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from requests_app.accounts import services, tenancy
from requests_app.accounts.models import Agency
from requests_app.ledger.models import Entry
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

DOOR = "/agency/clocks/"
HOURS = {
    "decide_within_hours": "24",
    "copy_within_hours": "24",
    "second_within_hours": "24",
    "warn_before_hours": "4",
}


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def client(agency):
    return signed_in(factories.make_administrator(agency))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_shows_the_hours_as_policy(client, agency):
    page = client.get(reverse("agency_clocks"))

    text = page.content.decode()
    assert page.status_code == 200
    assert agency.name in text
    assert "are the agency’s own policy" in text
    assert "C.G.S. 54-192h sets none" in text
    assert 'name="decide_within_hours" value="24"' in text


def test_keeps_the_hours_and_records_which_changed(client, agency):
    answer = client.post(DOOR, {**HOURS, "decide_within_hours": "12"})

    assert answer.status_code == 302
    agency.refresh_from_db()
    assert agency.decide_within_hours == 12
    entry = Entry.objects.get(event="agency.changed")
    assert (entry.subject, entry.agency) == (agency.public_id, agency.code)
    assert entry.body == '{"fields":["decide_within_hours"]}'
    assert entry.role == "administrator"


def test_records_nothing_when_nothing_is_changed(client):
    answer = client.post(DOOR, HOURS, follow=True)

    assert "Nothing was changed." in answer.content.decode()
    assert not Entry.objects.filter(event="agency.changed").exists()


@pytest.mark.parametrize("value", ["", "0", "-1", "721", "2.5", "soon", "9" * 30])
def test_refuses_hours_that_are_none(client, agency, value):
    answer = client.post(DOOR, {**HOURS, "copy_within_hours": value})

    assert answer.status_code == 422
    assert "Enter whole hours from 1 to 720." in answer.content.decode()
    agency.refresh_from_db()
    assert agency.copy_within_hours == 24


def test_refuses_a_warning_before_the_clock_begins(client, agency):
    answer = client.post(
        DOOR, {**HOURS, "second_within_hours": "8", "warn_before_hours": "8"}
    )

    assert answer.status_code == 422
    assert "shortest clock, 8 hours, has begun" in answer.content.decode()
    agency.refresh_from_db()
    assert agency.warn_before_hours == 4


@pytest.mark.parametrize(
    "role", ["clerk", "supervisor", "head", "auditor", "records_officer"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_is_for_administrators_alone(agency, role, method):
    client = signed_in(factories.make_person(role, agency))

    answer = getattr(client, method)(DOOR, HOURS)

    assert answer.status_code == 403
    assert not Entry.objects.filter(event="agency.changed").exists()


def test_knows_nothing_of_another_agency(client):
    address = f"{DOOR}?agency={factories.make_agency().public_id}"

    assert client.get(address).status_code == 404
    assert client.post(address, HOURS).status_code == 404


def test_lets_an_administrator_of_two_choose_the_agency(agency):
    user = factories.make_administrator(agency)
    other = factories.make_agency()
    factories.appoint(user, "administrator", other)
    address = f"{DOOR}?agency={other.public_id}"

    signed_in(user).post(address, {**HOURS, "decide_within_hours": "6"})

    agency.refresh_from_db()
    other.refresh_from_db()
    assert (agency.decide_within_hours, other.decide_within_hours) == (24, 6)


def test_refuses_an_administrator_of_elsewhere_in_the_service(agency):
    stranger = factories.make_administrator(factories.make_agency())

    with pytest.raises(services.NotYourAgency):
        services.set_clocks(
            agency=agency, hours={"decide_within_hours": 1}, by=stranger, at=NOON
        )


# By statements, as the administrator's own context lets them through


def as_administrator(agency, statement):
    context = factories.standing_of(factories.make_administrator(agency)).context
    with tenancy.entered(context), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def test_finds_no_row_of_another_agency(agency):
    other = factories.make_agency()

    changed = as_administrator(
        agency,
        f"UPDATE requests_app_agency SET decide_within_hours = 1 WHERE id = {other.pk}",
    )

    assert changed == 0


@pytest.mark.parametrize(
    "change", ["kind = 'school_police'", "code = 'ELSE'", "public_id = repeat('a', 22)"]
)
def test_changes_nothing_that_decides_which_law_binds(agency, change):
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        as_administrator(
            agency,
            f"UPDATE requests_app_agency SET {change} WHERE id = {agency.pk}",
        )

    assert Agency.objects.get(pk=agency.pk).kind == "municipal_police"
