"""The administrator's page of jobs given up."""

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.ledger.models import Entry
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from tests.factories import NOON, make_administrator, make_agency, make_clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def administrator(agency, client):
    person = make_administrator(agency)
    client.force_login(person)
    return person


def dead_job(agency_code, subject="a" * 22):
    job = outbox.enqueue(
        kind="person.told", subject=subject, agency=agency_code, at=NOON
    )
    Job.objects.filter(pk=job.pk).update(
        died_at=NOON, attempts=8, last_error="ConnectionRefusedError"
    )
    return job


def text(client):
    return client.get(reverse("job_list")).content.decode()


def test_shows_what_was_given_up_and_why(client, agency, administrator):
    dead_job(agency.code)

    page = text(client)

    assert "Mail that something waits" in page
    assert "ConnectionRefusedError" in page


def test_shows_jobs_of_the_whole_portal_too(client, administrator):
    dead_job("")

    assert "Whole portal" in text(client)


def test_shows_no_job_of_another_agency(client, administrator):
    other = make_agency()
    dead_job(other.code)

    page = text(client)

    assert "Nothing was given up" in page
    assert "ConnectionRefusedError" not in page


def test_says_that_work_is_late(client, agency, administrator):
    outbox.enqueue(kind="person.told", subject="a" * 22, agency=agency.code, at=NOON)

    assert "1 of 1 waiting job should have been done" in text(client)


def test_says_that_none_is_late(client, agency, administrator):
    now = timezone.now()
    outbox.enqueue(kind="person.told", subject="a" * 22, agency=agency.code, at=now)

    assert "1 job waits to be done; none is late." in text(client)


def test_tries_again_and_records_who_wanted_it(client, agency, administrator):
    job = dead_job(agency.code)

    response = client.post(reverse("job_retry", args=[job.public_id]), follow=True)

    assert "It will be tried again" in response.content.decode()
    assert Job.objects.get().died_at is None
    entry = Entry.objects.get(event="job.retried")
    assert (entry.actor, entry.agency) == (administrator.public_id, agency.code)


def test_says_that_it_was_tried_again_already(client, agency, administrator):
    job = dead_job(agency.code)
    client.post(reverse("job_retry", args=[job.public_id]))

    response = client.post(reverse("job_retry", args=[job.public_id]), follow=True)

    assert "was not given up" in response.content.decode()
    assert Entry.objects.filter(event="job.retried").count() == 1


def test_does_not_find_a_job_of_another_agency(client, administrator):
    job = dead_job(make_agency().code)

    response = client.post(reverse("job_retry", args=[job.public_id]))

    assert response.status_code == 404
    assert Job.objects.get().died_at == NOON


def test_opens_to_administrators_only(client, agency):
    client.force_login(make_clerk(agency))

    assert client.get(reverse("job_list")).status_code == 403
