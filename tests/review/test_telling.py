"""Messages in the portal, and the mail about them, which says only that one waits."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from requests_app.outbox.models import Job
from requests_app.review import tasks
from requests_app.review.models import Message, MessageKind
from requests_app.review.services import bulk
from requests_app.review.services.telling import tell
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

APPROVED = Path("templates/email/waiting.txt")


@pytest.fixture
def agency():
    return factories.make_agency(code="HERE")


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def told(user, agency, **more):
    said = {"kind": "mentioned", **more}
    (message,) = tell(people=[user], agency=agency, at=NOON, **said)
    return message


def deliver():
    for job in Job.objects.filter(kind="person.told", done_at=None):
        tasks.tell(subject=job.subject, at=NOON)


# C6


def as_approved():
    return APPROVED.read_text().replace("{{ address }}", settings.PORTAL_ADDRESS)


@pytest.mark.parametrize("kind", MessageKind.values)
def test_mails_the_approved_words_and_nothing_else(agency, clerk, kind):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    Job.objects.all().update(done_at=NOON)
    tell(people=[clerk], agency=agency, kind=kind, ice_request=ice_request, at=NOON)

    deliver()

    (letter,) = mail.outbox
    assert letter.body.encode() == as_approved().encode()
    assert letter.subject == "Something waits for you in Detainer Desk"
    assert letter.to == [clerk.email]
    assert (letter.cc, letter.bcc, letter.attachments) == ([], [], [])
    assert letter.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert ice_request.number not in letter.message().as_string()


def test_would_notice_a_mail_that_says_more(agency, clerk, monkeypatch):
    monkeypatch.setattr(
        "requests_app.review.tasks.render_to_string",
        lambda name, context: f"{as_approved()}HERE-2026-00001",
    )
    told(clerk, agency)

    deliver()

    assert mail.outbox[0].body.encode() != as_approved().encode()


def test_mails_a_person_once_for_what_waits_at_once(agency, clerk):
    told(clerk, agency)
    told(clerk, agency)

    assert Message.objects.count() == 2
    assert Job.objects.filter(kind="person.told").count() == 1


def test_refuses_a_recipient_with_a_line_break(agency, clerk):
    clerk.email = "clerk@example.test\nBcc: other@example.test"
    clerk.save(update_fields=["email"])
    told(clerk, agency)

    with pytest.raises(ValueError):
        deliver()


# The page


def test_shows_ones_own_messages_alone(agency, clerk):
    other = factories.make_clerk(agency)
    ice_request = factories.file_request(agency=agency, clerk=other)
    told(other, agency, ice_request=ice_request)

    mine = client_of(clerk).get(reverse("message_list")).content.decode()
    theirs = client_of(other).get(reverse("message_list")).content.decode()

    assert ice_request.number not in mine
    assert "No messages" in mine
    assert ice_request.number in theirs
    assert "Ejemplo" not in theirs


def test_leads_from_an_order_that_is_done_to_what_became_of_it(agency, clerk):
    supervisor = factories.make_supervisor(agency)
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    ordered = bulk.order(
        agency=agency,
        what=bulk.Order(kind="assign", assignee=supervisor),
        ice_requests=[ice_request],
        standing=factories.standing_of(supervisor),
        at=NOON,
    )
    tasks.carry_out(subject=ordered.public_id, at=NOON)

    page = client_of(supervisor).get(reverse("message_list")).content.decode()

    assert reverse("bulk_detail", args=[ordered.public_id]) in page


@pytest.mark.parametrize(
    ("kind", "door"), [("handed_over", "worklist"), ("bulk", "import_list")]
)
def test_leads_to_where_the_work_is(agency, kind, door):
    supervisor = factories.make_supervisor(agency)
    told(supervisor, agency, kind=kind)

    page = client_of(supervisor).get(reverse("message_list")).content.decode()

    assert page.partition("<tbody>")[2].count(f'href="{reverse(door)}') == 1


def test_counts_what_is_not_read(agency, clerk):
    for _ in range(3):
        told(clerk, agency)
    url = reverse("message_count")

    assert client_of(clerk).get(url).context["found"] == 3
    Message.objects.update(read_at=NOON)
    assert client_of(clerk).get(url).content.strip() == b""


def test_counts_no_further_than_ninety_nine(agency, clerk):
    Message.objects.bulk_create(
        Message(user=clerk, agency=agency, kind="view", sent_at=NOON)
        for _ in range(120)
    )

    page = client_of(clerk).get(reverse("message_count")).content.decode()

    assert "99+" in page


def test_marks_one_as_read(agency, clerk):
    first, second = told(clerk, agency), told(clerk, agency)

    answer = client_of(clerk).post(
        reverse("message_read"), {"message": first.public_id}
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert answer.url == reverse("message_list")
    assert (first.read_at, second.read_at) == (NOON, None)


def test_marks_all_that_were_on_the_page_and_none_that_came_later(agency, clerk):
    first = told(clerk, agency)
    later = told(clerk, agency)

    client_of(clerk).post(reverse("message_read"), {"until": str(first.pk)})

    first.refresh_from_db()
    later.refresh_from_db()
    assert (first.read_at, later.read_at) == (NOON, None)


def test_marks_nothing_of_another_person(agency, clerk):
    message = told(factories.make_clerk(agency), agency)

    for sent in ({"message": message.public_id}, {"until": str(message.pk)}):
        client_of(clerk).post(reverse("message_read"), sent)

    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.parametrize(
    "back", ["https://example.test/", "//example.test", "javascript:1", "x"]
)
def test_goes_back_to_no_other_site(agency, clerk, back):
    message = told(clerk, agency)

    answer = client_of(clerk).post(
        reverse("message_read"), {"message": message.public_id, "back": back}
    )

    assert answer.url == reverse("message_list")


@pytest.mark.parametrize("until", ["", "x", "-1", "9" * 40, "\0"])
def test_marks_nothing_by_junk(agency, clerk, until):
    message = told(clerk, agency)

    answer = client_of(clerk).post(reverse("message_read"), {"until": until})

    message.refresh_from_db()
    assert answer.status_code == 302
    assert message.read_at is None


def test_pages_by_key(agency, clerk):
    Message.objects.bulk_create(
        Message(user=clerk, agency=agency, kind="view", sent_at=NOON) for _ in range(60)
    )
    client, url = client_of(clerk), reverse("message_list")

    first = client.get(url)
    second = client.get(url + first.context["older_url"])

    seen = [row.pk for row in [*first.context["rows"], *second.context["rows"]]]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 60


# Asking by scripts


ASKED = [("message_count", False), ("worklist_news", False), ("view_list", True)]


@pytest.mark.parametrize(("door", "goes_on"), ASKED)
def test_keeps_no_session_alive_by_asking(agency, door, goes_on):
    client = client_of(factories.make_supervisor(agency))
    client.get(reverse("message_list"))

    with time_machine.travel(NOON + timedelta(minutes=20)):
        assert client.get(reverse(door)).status_code == 200
    with time_machine.travel(NOON + timedelta(minutes=31)):
        answer = client.get(reverse("message_list"))

    assert answer.status_code == (200 if goes_on else 302)
