"""The administrator's pages: who holds what, granting, ending."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.accounts.models import Appointment, Role
from tests.factories import (
    appoint,
    make_administrator,
    make_agency,
    make_clerk,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def administrator(agency, client):
    person = make_administrator(agency)
    client.force_login(person)
    return person


def form(agency, person, **fields):
    given = {
        "username": person.username,
        "agency": agency.pk,
        "role": "clerk",
        "effective_from": "2026-03-01",
        "effective_until": "",
    }
    return {**given, **fields}


def text(response):
    return response.content.decode()


def test_shows_the_people_of_the_reader_s_agency_only(client, agency, administrator):
    make_clerk(agency, first_name="Nearby")
    make_clerk(make_agency(), first_name="Faraway")

    page = text(client.get(reverse("people")))

    assert "Nearby" in page
    assert "Faraway" not in page


def test_grants_by_form(client, agency, administrator):
    person = make_user()

    answer = client.post(reverse("appointment_new"), form(agency, person))

    assert answer.status_code == 302
    granted = Appointment.objects.get(user=person)
    assert (granted.agency, granted.role) == (agency, "clerk")
    assert granted.granted_by == administrator


def test_refuses_a_grant_to_oneself_by_form(client, agency, administrator):
    answer = client.post(
        reverse("appointment_new"), form(agency, administrator, role="head")
    )

    assert answer.status_code == 422
    assert "Nobody grants a role to himself" in text(answer)
    assert Appointment.objects.count() == 1


def test_refuses_by_form_what_is_held_already(client, agency, administrator):
    clerk = make_clerk(agency)

    answer = client.post(reverse("appointment_new"), form(agency, clerk))

    assert answer.status_code == 422
    assert "clerk there already" in text(answer)


def test_refuses_another_agency_by_form(client, administrator):
    answer = client.post(reverse("appointment_new"), form(make_agency(), make_user()))

    assert answer.status_code == 422
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"username": "nobody-of-that-name"}, "Check the spelling"),
        ({"username": ""}, "Enter the person&#x27;s sign-in name"),
        ({"username": "a\x00b"}, "Null characters are not allowed"),
        ({"role": "king"}, "Select a valid choice"),
        ({"effective_from": "soon"}, "Enter a date, such as"),
        ({"effective_until": "2026-03-01"}, "The end is not after the first day"),
    ],
)
def test_says_what_is_wrong_with_a_grant(client, agency, administrator, fields, words):
    answer = client.post(
        reverse("appointment_new"), form(agency, make_user(), **fields)
    )

    assert answer.status_code == 422
    assert words in text(answer)


def test_refuses_a_role_to_a_disabled_account(client, agency, administrator):
    person = make_user(is_active=False)

    answer = client.post(reverse("appointment_new"), form(agency, person))

    assert answer.status_code == 422


def end_url(appointment):
    return reverse("appointment_end", args=[appointment.public_id])


def test_asks_before_it_ends_a_role(client, agency, administrator):
    appointment = make_clerk(agency).appointments.get()

    answer = client.get(end_url(appointment))

    assert answer.status_code == 200
    assert Appointment.objects.get(pk=appointment.pk).effective_until is None


def test_ends_a_role_from_today_on(client, agency, administrator):
    appointment = make_clerk(agency).appointments.get()

    answer = client.post(end_url(appointment))

    assert answer.status_code == 302
    ended = Appointment.objects.get(pk=appointment.pk)
    assert ended.effective_until == timezone.localdate()


def test_says_why_the_last_administrator_stays(client, agency, administrator):
    answer = client.post(end_url(administrator.appointments.get()), follow=True)

    assert "This is the agency&#x27;s last administrator" in text(answer)
    assert administrator.appointments.get().effective_until is None


def test_does_not_lengthen_an_ended_role_by_form(client, agency, administrator):
    yesterday = timezone.localdate() - timedelta(days=1)
    appointment = appoint(make_user(), Role.CLERK, agency, effective_until=yesterday)

    answer = client.post(end_url(appointment), follow=True)

    assert "has ended already" in text(answer)
    assert Appointment.objects.get(pk=appointment.pk).effective_until == yesterday
