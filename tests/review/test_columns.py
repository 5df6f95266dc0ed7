"""Which columns of the lists a person sees; the request itself always stands first."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.accounts.models import Role
from requests_app.ledger.models import Entry
from requests_app.review import columns
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

WORKLIST = ["Request", "Flags", "Asks", "Due", "Age", "Queue and reason", "With"]


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def ice_request(agency):
    return factories.file_request(
        agency=agency,
        clerk=factories.make_clerk(agency),
        family_names="Quetzalname",
        given_names="Alma",
    )


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def door(page):
    return f"{reverse('column_choice')}?list={page}"


def headings(client, page):
    text = client.get(reverse(page)).content.decode()
    return re.findall(r'<th scope="col">([^<]+)</th>', text)


def test_shows_every_column_before_anything_is_chosen(ice_request, agency):
    client = client_of(factories.make_supervisor(agency))

    assert headings(client, "worklist") == WORKLIST


def test_keeps_the_columns_of_the_worklist_in_the_order_chosen(ice_request, agency):
    supervisor = factories.make_supervisor(agency)
    before = Entry.objects.count()

    answer = client_of(supervisor).post(
        door("worklist"), {"due": "1", "flags": "3", "holder": "2"}
    )

    assert answer.url == reverse("worklist")
    assert Entry.objects.count() == before
    # Of a session begun anew, and of nobody else.
    assert headings(client_of(supervisor), "worklist") == [
        "Request",
        "Due",
        "With",
        "Flags",
    ]
    other = client_of(factories.make_supervisor(agency))
    assert headings(other, "worklist") == WORKLIST


def test_keeps_the_columns_of_the_list_of_requests_apart(ice_request, agency):
    client = client_of(factories.make_supervisor(agency))

    client.post(door("requests"), {"agency": "1", "state": "1"})

    # Of one place, as they stood before.
    assert headings(client, "request_list") == ["Request", "State", "Agency"]
    assert headings(client, "worklist") == WORKLIST


@pytest.mark.parametrize("page", ["worklist", "requests"])
def test_masks_the_name_whatever_is_chosen(ice_request, agency, page):
    client = client_of(factories.make_supervisor(agency))
    client.post(door(page), {columns.COLUMNS[page][0].name: "1"})
    shown = reverse("worklist" if page == "worklist" else "request_list")

    text = client.get(shown).content.decode()

    assert ice_request.person.masked_name in text
    assert "Quetzalname" not in text


def test_shows_every_column_again(ice_request, agency):
    client = client_of(factories.make_supervisor(agency))
    client.post(door("worklist"), {"due": "1"})

    client.post(door("worklist"), {"all": "1"})

    assert headings(client, "worklist") == WORKLIST


@pytest.mark.parametrize("sent", [{"due": ""}, {"due": "99"}, {"due": "x"}])
def test_keeps_no_choice_without_a_column(ice_request, agency, sent):
    client = client_of(factories.make_supervisor(agency))

    answer = client.post(door("worklist"), sent)

    assert answer.status_code == 422
    assert headings(client, "worklist") == WORKLIST


def test_knows_no_other_list(agency):
    client = client_of(factories.make_supervisor(agency))

    assert client.get(door("history")).status_code == 404


def test_passes_over_a_column_that_is_none_any_more():
    kept = columns.arranged("worklist", ["due", "gone"])

    assert [one.name for one in kept] == ["due"]
    assert columns.arranged("worklist", ["gone"]) == list(columns.COLUMNS["worklist"])


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR, Role.RECORDS_OFFICER])
def test_is_open_to_whoever_reads_requests(ice_request, agency, role):
    client = client_of(factories.make_person(role, agency))

    answer = client.post(door("requests"), {"state": "1"})

    assert answer.url == reverse("request_list")
    assert headings(client, "request_list") == ["Request", "State"]
