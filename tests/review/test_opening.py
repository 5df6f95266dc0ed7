"""A request that is not one's own work opens after a reason, which auditors see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.accounts.models import Role
from requests_app.ledger.models import Entry
from requests_app.review import services as review
from requests_app.review.services import handling
from tests import factories
from tests.factories import NOON
from tests.test_queries import MOST, statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency)


@pytest.fixture
def waiting(agency, clerk):
    """A request that waits for any supervisor."""
    return factories.file_request(agency=agency, clerk=clerk)


@pytest.fixture
def over(waiting, agency):
    """A request that another supervisor has decided."""
    other = factories.make_supervisor(agency)
    factories.determine(ask=factories.ask_of(waiting), by=other)
    return waiting


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def page(ice_request, door="request_detail"):
    return reverse(door, args=[ice_request.public_id])


def is_asked(answer):
    return answer.status_code == 302 and "/open/?back=" in answer.url


def events(ice_request):
    rows = Entry.objects.about(ice_request.public_id).order_by("seq")
    return [
        row.event for row in rows if row.event.startswith(("request.o", "request.re"))
    ]


def test_asks_a_supervisor_for_a_reason_and_goes_on_to_the_page(over, supervisor):
    client = client_of(supervisor)

    asked = client.get(page(over) + "?show=decisions")
    before = events(over)
    form = client.get(asked.url)
    answer = client.post(
        page(over, "request_open"),
        {"reason": "pattern", "back": page(over) + "?show=decisions"},
    )

    assert is_asked(asked)
    assert before == []
    assert form.status_code == 200
    assert answer.url == page(over) + "?show=decisions"
    assert client.get(answer.url).status_code == 200
    assert events(over) == ["request.opened", "request.read"]
    entry = Entry.objects.get(event="request.opened")
    assert (entry.body, entry.role) == ('{"reason":"pattern"}', "supervisor")


def test_asks_once_a_session_and_once_a_request(over, supervisor, agency, clerk):
    other = factories.file_request(agency=agency, clerk=clerk)
    factories.determine(
        ask=factories.ask_of(other), by=factories.make_supervisor(agency)
    )
    client = client_of(supervisor)
    client.post(page(over, "request_open"), {"reason": "covering"})

    assert client.get(page(over)).status_code == 200
    assert client.get(page(over, "request_print")).status_code == 200
    assert is_asked(client.get(page(other)))
    assert is_asked(client_of(supervisor).get(page(over)))


@pytest.mark.parametrize(
    "door", ["request_print", "note_add", "request_changes", "question_new", "act_new"]
)
def test_asks_at_every_door_that_shows_the_request(over, supervisor, door):
    assert is_asked(client_of(supervisor).get(page(over, door)))


def test_asks_a_clerk_who_did_not_file_it(waiting, agency, clerk):
    assert is_asked(client_of(factories.make_clerk(agency)).get(page(waiting)))
    assert client_of(clerk).get(page(waiting)).status_code == 200


def test_asks_nothing_of_what_waits_for_any_supervisor(waiting, supervisor):
    assert client_of(supervisor).get(page(waiting)).status_code == 200


def test_asks_about_what_is_with_a_colleague_and_not_whom_it_is_with(
    waiting, supervisor, agency
):
    holder = factories.make_supervisor(agency)
    handling.claim(ice_request=waiting, standing=factories.standing_of(holder), at=NOON)

    assert is_asked(client_of(supervisor).get(page(waiting)))
    assert client_of(holder).get(page(waiting)).status_code == 200


def test_asks_a_supervisor_about_what_waits_for_the_head(agency, clerk, supervisor):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["notify_release"]
    )

    assert is_asked(client_of(supervisor).get(page(ice_request)))


def test_asks_nothing_of_who_is_named_or_asks_or_decided(over, supervisor, agency):
    decider = over.determinations.get().decided_by
    named, asker = (factories.make_supervisor(agency) for _ in range(2))
    factories.write_note(ice_request=over, by=decider, mentions=[named])
    factories.ask_filer(ice_request=over, by=asker)

    for person in (decider, named, asker):
        assert client_of(person).get(page(over)).status_code == 200
    assert is_asked(client_of(supervisor).get(page(over)))


@pytest.mark.parametrize("role", [Role.HEAD, Role.AUDITOR, Role.RECORDS_OFFICER])
def test_asks_no_reason_of_those_whose_work_is_the_whole_agency(over, agency, role):
    person = factories.make_person(role, agency)

    assert client_of(person).get(page(over)).status_code == 200


def test_says_what_to_choose_when_no_reason_is_given(over, supervisor):
    answer = client_of(supervisor).post(page(over, "request_open"), {"reason": "fun"})

    assert answer.status_code == 422
    assert Entry.objects.filter(event="request.opened").count() == 0


def test_goes_to_no_other_site(over, supervisor):
    answer = client_of(supervisor).post(
        page(over, "request_open"), {"reason": "other", "back": "//evil.example/"}
    )

    assert answer.url == page(over)


def test_shows_the_auditor_the_reason_in_words(over, supervisor, agency):
    client_of(supervisor).post(page(over, "request_open"), {"reason": "question"})

    history = client_of(factories.make_auditor(agency)).get(
        page(over, "history_readers")
    )

    words = history.content.decode()
    assert "Reason given for opening it" in words
    assert "I answer a question about it" in words


@pytest.mark.parametrize("make", [factories.make_clerk, factories.make_supervisor])
def test_costs_few_statements(over, agency, make):
    client = client_of(make(agency))
    client.post(page(over, "request_open"), {"reason": "covering"})

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page(over))

    assert answer.status_code == 200
    found = statements(captured.captured_queries)
    assert len(found) <= MOST, "\n".join(found)


def test_costs_one_statement_where_nothing_is_asked(waiting, supervisor):
    client = client_of(supervisor)

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page(waiting))

    assert answer.status_code == 200
    found = statements(captured.captured_queries)
    # The session is written once, when it is new.
    found = [sql for sql in found if not sql.startswith("UPDATE")]
    assert len(found) <= MOST + 1, "\n".join(found)


def test_keeps_one_agencys_requests_from_another(waiting):
    stranger = factories.make_supervisor(factories.make_agency())
    client = client_of(stranger)

    assert client.get(page(waiting)).status_code == 404
    assert client.get(page(waiting, "request_open")).status_code == 404
    assert (
        client.post(page(waiting, "request_open"), {"reason": "other"}).status_code
        == 404
    )


def test_counts_what_is_with_somebody_who_has_left_as_nobodys(
    waiting, supervisor, agency
):
    holder = factories.make_supervisor(agency)
    handling.claim(ice_request=waiting, standing=factories.standing_of(holder), at=NOON)
    today = NOON.date()
    holder.appointments.update(effective_until=today)
    standing = factories.standing_of(supervisor, on=today + timedelta(days=1))

    assert review.needs_reason(waiting.public_id, standing=standing) is False
