"""Who else looks, and what is new, as a page that stays open asks for it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from requests_app.review import tasks
from requests_app.review.models import Looking
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

SECOND = timedelta(seconds=1)


@pytest.fixture
def agency():
    return factories.make_agency(code="HERE")


@pytest.fixture
def ice_request(agency):
    return factories.file_request(agency=agency, clerk=factories.make_clerk(agency))


@pytest.fixture
def sela(agency):
    return factories.make_supervisor(agency, first_name="Sela", last_name="Probe")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def looks(user, ice_request, *, after=0 * SECOND):
    with time_machine.travel(NOON + after, tick=False):
        answer = client_of(user).post(reverse("looking", args=[ice_request.public_id]))
    return answer.content.decode()


def test_tells_who_else_has_it_open(agency, ice_request, sela):
    clerk = factories.make_clerk(agency)

    assert looks(sela, ice_request).strip() == ""
    assert "Sela Probe also has this open" in looks(clerk, ice_request)


@pytest.mark.parametrize(("after", "is_there"), [(59, True), (61, False)])
def test_forgets_after_a_minute(agency, ice_request, sela, after, is_there):
    looks(sela, ice_request)

    heard = looks(factories.make_clerk(agency), ice_request, after=after * SECOND)

    assert ("Sela" in heard) is is_there


def test_keeps_one_row_a_person_and_none_that_are_old(agency, ice_request, sela):
    other = factories.file_request(agency=agency, clerk=factories.make_clerk(agency))

    for after in (0, 20, 40):
        looks(sela, ice_request, after=after * SECOND)
    looks(sela, other, after=200 * SECOND)

    assert Looking.objects.get().ice_request == other


def test_announces_nobody_who_only_reads(agency, ice_request, sela):
    auditor = factories.make_auditor(agency)
    looks(sela, ice_request)

    assert "Sela" in looks(auditor, ice_request)
    assert Looking.objects.get().user == sela


def test_names_nobody_at_another_agency(ice_request):
    stranger = factories.make_supervisor(factories.make_agency())
    url = reverse("looking", args=[ice_request.public_id])

    assert client_of(stranger).post(url).status_code == 404
    assert Looking.objects.count() == 0


def test_names_five_and_says_that_there_are_others(agency, ice_request, sela):
    for _ in range(6):
        looks(factories.make_clerk(agency), ice_request)

    assert "and others" in looks(sela, ice_request)


# News of the worklist


def news(user, since):
    url = f"{reverse('worklist_news')}?since={since.isoformat().replace('+', '%2B')}~0"
    return client_of(user).get(url).context["found"]


def test_counts_what_came_since(agency, ice_request, sela):
    assert news(sela, NOON - SECOND) == 1
    assert news(sela, NOON) == 0


def test_counts_nothing_of_another_agency(ice_request):
    stranger = factories.make_supervisor(factories.make_agency())

    assert news(stranger, NOON - SECOND) == 0


@pytest.mark.parametrize("since", ["x", "%00", "2026-03-10T12:00:00~0"])
def test_takes_junk_for_no_such_page(agency, sela, since):
    answer = client_of(sela).get(reverse("worklist_news") + f"?since={since}")

    assert answer.status_code == 404


def test_says_it_politely_on_the_worklist(agency, ice_request, sela):
    page = client_of(sela).get(reverse("worklist")).content.decode()

    assert 'role="status"' in page
    assert reverse("worklist_news") in page


def test_forgets_who_left_and_never_came_back(ice_request, sela):
    gone = factories.make_supervisor(ice_request.agency)
    looks(gone, ice_request)
    day = timedelta(days=1)
    looks(sela, ice_request, after=day)

    with time_machine.travel(NOON + day, tick=False):
        tasks.forget_hourly()

    assert Looking.objects.get().user == sela
