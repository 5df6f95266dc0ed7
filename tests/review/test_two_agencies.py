"""Who serves two agencies chooses which one a page is about."""

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.accounts.models import Absence, Role, Unit
from requests_app.review.models import Label, RoutingTable
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def first():
    return factories.make_agency(code="FIRST", name="A Police Department")


@pytest.fixture
def second():
    return factories.make_agency(code="SECOND", name="B Police Department")


def client_of_both(role, first, second):
    person = factories.make_person(role, first)
    factories.appoint(person, role, second)
    client = Client()
    client.force_login(person)
    return client


def at(door, agency):
    return f"{reverse(door)}?agency={agency.code}"


@pytest.mark.parametrize(
    ("door", "role"),
    [
        ("labels", Role.SUPERVISOR),
        ("units", Role.ADMINISTRATOR),
        ("absence_new", Role.ADMINISTRATOR),
        ("routing_table_new", Role.ADMINISTRATOR),
        ("reason_texts", Role.HEAD),
        ("hand_over", Role.SUPERVISOR),
    ],
)
def test_offers_the_other_agency_and_refuses_a_third(first, second, door, role):
    client = client_of_both(role, first, second)
    third = factories.make_agency(code="THIRD")

    page = client.get(reverse(door)).content.decode()

    assert '<a href="?agency=SECOND">B Police Department</a>' in page
    assert client.get(at(door, second)).context["agency"] == second
    assert client.get(at(door, third)).status_code == 403
    assert client.get(reverse(door) + "?agency=NONE").status_code == 403


def test_adds_a_label_to_the_agency_chosen(first, second):
    client = client_of_both(Role.SUPERVISOR, first, second)

    answer = client.post(at("labels", second), {"name": "Precinct"})

    assert Label.objects.get().agency == second
    assert answer.url == at("labels", second)
    assert "Precinct" in client.get(answer.url).content.decode()
    assert "Precinct" not in client.get(at("labels", first)).content.decode()


def test_adds_a_unit_to_the_agency_chosen(first, second):
    client_of_both(Role.ADMINISTRATOR, first, second).post(
        at("units", second), {"name": "Booking"}
    )

    assert Unit.objects.get().agency == second


def test_enters_an_absence_at_the_agency_chosen(first, second):
    away, cover = factories.make_supervisor(second), factories.make_supervisor(second)

    client_of_both(Role.ADMINISTRATOR, first, second).post(
        at("absence_new", second),
        {
            "user": away.public_id,
            "cover": cover.public_id,
            "effective_from": "2026-03-11",
            "effective_until": "2026-03-20",
        },
    )

    assert Absence.objects.get().agency == second


def test_proposes_a_routing_table_for_the_agency_chosen(first, second):
    person = factories.make_administrator(second)
    unit = factories.make_unit(agency=second, by=person)

    client_of_both(Role.ADMINISTRATOR, first, second).post(
        at("routing_table_new", second),
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "0",
            "form-0-desk": unit.public_id,
        },
    )

    assert RoutingTable.objects.get().agency == second
