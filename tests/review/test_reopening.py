"""A determination ends with a reason, and the ask is decided anew."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from requests_app.accounts.models import Role
from requests_app.docket.models import Status
from requests_app.ledger.models import Entry
from requests_app.review import services as review
from requests_app.review.models import Reopening
from tests import factories
from tests.factories import NOON, standing_of
from tests.opened import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency, last_name="Reopener")


@pytest.fixture
def ask(agency, clerk):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    return factories.ask_of(ice_request)


@pytest.fixture
def denial(ask, agency):
    return factories.determine(ask=ask, by=factories.make_supervisor(agency))


def reopen(determination, by, reason="The judgment came to light.", at=NOON):
    return review.reopen(
        determination=determination, reason=reason, standing=standing_of(by), at=at
    )


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def door_of(ask):
    return reverse("ask_reopen", args=[ask.ice_request.public_id, ask.public_id])


def test_ends_the_determination_and_keeps_it(ask, denial, supervisor):
    reopening = reopen(denial, supervisor)

    denial.refresh_from_db()
    ask.ice_request.refresh_from_db()
    assert denial.ended_at == NOON
    assert denial.reason == "Read the findings and the papers."
    assert reopening.reason == "The judgment came to light."
    assert ask.ice_request.status == Status.AWAITING
    assert ask.ice_request.assignments.open().exists()
    entry = Entry.objects.get(event="ask.reopened")
    assert (entry.actor, entry.role) == (supervisor.public_id, "supervisor")


def test_shows_the_old_one_with_who_reopened_it_and_why(ask, denial, supervisor):
    reopen(denial, supervisor)
    factories.determine(
        ask=ask, by=supervisor, reason="Decided anew.", at=NOON + timedelta(seconds=1)
    )

    page = client_of(supervisor).get(
        reverse("request_detail", args=[ask.ice_request.public_id])
    )

    words = page.content.decode()
    assert "The judgment came to light." in words
    assert "Reopener" in words
    assert "Read the findings and the papers." in words
    assert "Decided anew." in words


def test_owes_the_statement_of_intent_again(ask, clerk, denial, supervisor):
    ice_request = ask.ice_request
    factories.serve_notice(ice_request=ice_request, kind="intent")

    reopen(denial, supervisor)

    assert ice_request.notices.filter(kind="intent", served_at=None).count() == 1


def test_flags_what_is_done_before_it_is_decided_anew(ask, agency, supervisor):
    before = NOON - timedelta(hours=2)
    denial = factories.determine(ask=ask, by=supervisor, at=before + timedelta(hours=1))
    reopen(denial, supervisor, at=NOON - timedelta(minutes=45))

    act = factories.record_act(ice_request=ask.ice_request)

    assert [row.kind for row in act.mismatches.all()] == ["done_before_decision"]


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR, Role.ADMINISTRATOR])
def test_lets_only_deciders_reopen(agency, denial, role):
    with pytest.raises(review.NotYourDecision):
        reopen(denial, factories.make_person(role, agency))


def test_refuses_the_filer(agency, clerk, denial):
    factories.appoint(clerk, Role.SUPERVISOR, agency)

    with pytest.raises(review.NotYourDecision, match="You filed"):
        reopen(denial, clerk)


def test_refuses_a_decider_of_another_agency(denial):
    with pytest.raises(review.NotYourDecision):
        reopen(denial, factories.make_supervisor(factories.make_agency()))


def test_reopens_once(denial, supervisor):
    reopen(denial, supervisor)

    with pytest.raises(review.NothingToReopen):
        reopen(denial, supervisor)


def test_leaves_an_override_that_awaits_its_second_person(ask, agency, supervisor):
    proposed = factories.override(ask=ask, head=factories.make_head(agency))

    with pytest.raises(review.NothingToReopen):
        reopen(proposed, supervisor)


def test_has_the_database_keep_the_reason(denial, supervisor):
    reopening = reopen(denial, supervisor)

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE requests_app_reopening SET reason = NULL WHERE id = %s",
            [reopening.pk],
        )


def test_reopens_by_its_page(ask, denial, supervisor):
    client = client_of(supervisor)
    page = opened(client, door_of(ask))

    response = client.post(
        door_of(ask), {"reason": "New papers.", "seen": denial.public_id}
    )

    assert page.context["form"]["seen"].value() == denial.public_id
    assert response.status_code == 302
    assert Reopening.objects.get().reason == "New papers."


def test_stops_when_another_determination_stands_by_now(ask, denial, supervisor):
    reopen(denial, supervisor)
    newer = factories.determine(ask=ask, by=supervisor, at=NOON)

    response = client_of(supervisor).post(
        door_of(ask), {"reason": "Typed late.", "seen": denial.public_id}
    )

    assert response.status_code == 409
    assert "Typed late." in response.content.decode()
    newer.refresh_from_db()
    assert newer.ended_at is None


def test_asks_for_a_reason(ask, denial, supervisor):
    response = client_of(supervisor).post(
        door_of(ask), {"reason": " ", "seen": denial.public_id}
    )

    assert response.status_code == 422
    assert "Write why" in response.content.decode()


def test_refuses_forged_posts(ask, agency, clerk, denial):
    said = {"reason": "Mine.", "seen": denial.public_id}
    stranger = factories.make_supervisor(factories.make_agency())
    factories.appoint(clerk, Role.SUPERVISOR, agency)

    answers = [
        client_of(one).post(door_of(ask), said).status_code
        for one in (factories.make_clerk(agency), clerk, stranger)
    ]

    assert answers == [403, 403, 404]
    assert not Reopening.objects.exists()
