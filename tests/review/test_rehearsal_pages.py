"""The pages on which an administrator orders a rehearsal and reads what it found."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from requests_app.ledger.models import Entry
from requests_app.review import services as review
from requests_app.review.models import Rehearsal
from tests import factories
from tests.factories import NOON
from tests.review.test_rehearsing import (
    SECTION,
    file,
    listed_offence,
    order,
    rehearsed,
    work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

FORM = {
    "change": f"offence:{SECTION}:confirmed",
    "effective_from": "2025-10-01",
    "since": "2026-01-01",
    "until": "2026-03-11",
}


def page(client, person, door, *args):
    client.force_login(person)
    return client.get(reverse(door, args=args)).content.decode()


def test_orders_what_was_chosen_and_shows_what_it_found(client):
    agency = factories.make_agency()
    ice_request = file(agency, convictions=[listed_offence()])
    client.force_login(factories.make_administrator(agency))

    answer = client.post(reverse("rehearsal_new"), {**FORM, "agency": agency.pk})

    rehearsal = Rehearsal.objects.get()
    assert answer.url == reverse("rehearsal_detail", args=[rehearsal.public_id])
    assert (rehearsal.kind, rehearsal.subject) == ("offence", SECTION)
    assert rehearsal.effective_from == date(2025, 10, 1)
    assert "still looking" in client.get(answer.url).content.decode()
    work()
    after = client.get(answer.url).content.decode()
    assert "1 request looked at: 1 finding gained, 1 lost" in after
    assert ice_request.number in after
    assert "Ejemplo" not in after


def test_links_to_requests_for_those_who_may_open_them(client):
    agency = factories.make_agency()
    ice_request = file(agency, convictions=[listed_offence()])
    rehearsal = rehearsed(agency)
    both = factories.make_administrator(agency)
    factories.appoint(both, "supervisor", agency)
    door = reverse("request_detail", args=[ice_request.public_id])

    alone = page(
        client,
        factories.make_administrator(agency),
        "rehearsal_detail",
        rehearsal.public_id,
    )
    opening = page(client, both, "rehearsal_detail", rehearsal.public_id)

    assert door not in alone
    assert door in opening


def test_enters_which_requests_were_shown(client):
    agency = factories.make_agency()
    ice_request = file(agency, convictions=[listed_offence()])
    rehearsal = rehearsed(agency)

    page(
        client,
        factories.make_administrator(agency),
        "rehearsal_detail",
        rehearsal.public_id,
    )

    assert ice_request.public_id in Entry.objects.get(event="list.read").body


def test_hides_the_rehearsals_of_another_agency(client):
    here, there = factories.make_agency(), factories.make_agency()
    rehearsal = order(there)
    client.force_login(factories.make_administrator(here))

    answer = client.get(reverse("rehearsal_detail", args=[rehearsal.public_id]))
    listed = client.get(reverse("rehearsal_list")).content.decode()

    assert answer.status_code == 404
    assert "No rehearsals" in listed


def test_refuses_an_order_for_another_agency(client):
    here, there = factories.make_agency(), factories.make_agency()
    client.force_login(factories.make_administrator(here))

    answer = client.post(reverse("rehearsal_new"), {**FORM, "agency": there.pk})

    assert answer.status_code == 422
    assert Rehearsal.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"change": ""}, "Choose a change to try."),
        ({"change": "stay:54-192h(z):"}, "Select a valid choice"),
        ({"until": "2026-01-01"}, "Enter a day after the first."),
        ({"since": "soon"}, "Enter a date, such as 2025-10-01."),
    ],
)
def test_says_what_is_wrong_with_an_order(client, changed, sentence):
    agency = factories.make_agency()
    client.force_login(factories.make_administrator(agency))

    answer = client.post(
        reverse("rehearsal_new"), {**FORM, "agency": agency.pk, **changed}
    )

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Rehearsal.objects.count() == 0


def test_shows_the_second_administrator_the_newest_rehearsal_or_a_link(client):
    agency = factories.make_agency()
    proposer = factories.make_administrator(agency)
    second = factories.make_administrator(agency)
    review.propose_ruling(
        section=SECTION,
        status="confirmed",
        citation="P.A. 25-29",
        effective_from=date(2025, 10, 1),
        by=proposer,
        at=NOON,
    )
    before = page(client, second, "law_offences")
    # Of the other answer: it says nothing of this proposal.
    rehearsed(agency, status="struck")
    other = page(client, second, "law_offences")
    rehearsal = rehearsed(agency)

    after = page(client, second, "law_offences")

    link = f"{reverse('rehearsal_new')}?change=offence:{SECTION}:confirmed"
    assert link in before
    assert link in other
    assert link not in after
    assert reverse("rehearsal_detail", args=[rehearsal.public_id]) in after


def test_begins_with_the_change_that_the_link_names(client):
    agency = factories.make_agency()
    client.force_login(factories.make_administrator(agency))

    answer = client.get(
        reverse("rehearsal_new"), {"change": f"offence:{SECTION}:confirmed"}
    )

    chosen = f'<option value="offence:{SECTION}:confirmed" selected>'
    assert chosen in answer.content.decode()


def test_shows_pages_of_requests_by_key(client, monkeypatch):
    monkeypatch.setattr("requests_app.review.views.paging.PAGE", 1)
    agency = factories.make_agency()
    first = file(agency, convictions=[listed_offence()])
    second = file(agency, convictions=[listed_offence()])
    rehearsal = rehearsed(agency, since=NOON.date() - timedelta(days=1))
    administrator = factories.make_administrator(agency)

    one = page(client, administrator, "rehearsal_detail", rehearsal.public_id)
    after = rehearsal.items.order_by("id").first().pk
    two = client.get(
        reverse("rehearsal_detail", args=[rehearsal.public_id]), {"after": after}
    ).content.decode()

    assert first.number in one and second.number not in one
    assert second.number in two and first.number not in two
