"""Two people at once, each with a connection of his or her own: one wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from requests_app.ledger.models import Entry
from requests_app.review.models import Determination
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_noon"),
]


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def at_once(posts):
    """Send every (client, address, data) at the same moment; the answers in order."""
    start = Barrier(len(posts))

    def send(post):
        client, address, data = post
        try:
            start.wait(timeout=10)
            return client.post(address, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(send, posts))


def test_lets_exactly_one_of_two_supervisors_decide():
    agency = factories.make_agency()
    ice_request = factories.file_request(
        agency=agency,
        clerk=factories.make_clerk(agency),
        asks=["hold"],
        convictions=[factories.conviction(felony_class="B")],
    )
    ask = factories.ask_of(ice_request, "hold")
    door = reverse("ask_determine", args=[ice_request.public_id, ask.public_id])
    seen = {"screening": ask.screenings.get().public_id, "findings_read": "on"}
    seen["confirmed"] = "yes"
    approval = {
        "decision": "approve",
        "reason_code": "class_a_b",
        "reason": "The approval that was typed.",
        **seen,
    }
    denial = {
        "decision": "deny",
        "reason_code": "policy",
        "reason": "The denial that was typed.",
        **seen,
    }
    first = client_of(factories.make_supervisor(agency, last_name="Firstly"))
    second = client_of(factories.make_supervisor(agency, last_name="Secondly"))

    answers = at_once([(first, door, approval), (second, door, denial)])

    assert sorted(answer.status_code for answer in answers) == [302, 409]
    determination = Determination.objects.get()
    page = next(one for one in answers if one.status_code == 409).content.decode()
    assert "This ask is decided already" in page
    assert determination.decided_by.last_name in page
    assert "The approval that was typed." in page
    assert "The denial that was typed." in page
    assert Entry.objects.filter(event="ask.determined").count() == 1


def test_lets_exactly_one_of_ten_posts_of_one_supervisor_decide():
    agency = factories.make_agency()
    ice_request = factories.file_request(
        agency=agency, clerk=factories.make_clerk(agency), asks=["hold"]
    )
    ask = factories.ask_of(ice_request, "hold")
    door = reverse("ask_determine", args=[ice_request.public_id, ask.public_id])
    denial = {
        "decision": "deny",
        "reason_code": "policy",
        "reason": "None applies.",
        "screening": ask.screenings.get().public_id,
        "findings_read": "on",
        "confirmed": "yes",
    }
    supervisor = factories.make_supervisor(agency)

    answers = at_once([(client_of(supervisor), door, denial) for _ in range(10)])

    assert sorted(answer.status_code for answer in answers) == [302] + [409] * 9
    assert Determination.objects.count() == 1


def test_lets_exactly_one_of_two_second_persons_answer():
    agency = factories.make_agency()
    ice_request = factories.file_request(
        agency=agency, clerk=factories.make_clerk(agency), asks=["hold"]
    )
    proposed = factories.override(
        ask=factories.ask_of(ice_request, "hold"), head=factories.make_head(agency)
    )
    door = reverse(
        "override_countersign", args=[ice_request.public_id, proposed.public_id]
    )
    first = client_of(factories.make_supervisor(agency))
    second = client_of(factories.make_supervisor(agency))
    said = {"screening": proposed.screening.public_id, "confirmed": "yes"}

    answers = at_once(
        [
            (first, door, {**said, "answer": "confirm"}),
            (second, door, {**said, "answer": "refuse"}),
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [302, 409]
    said = Entry.objects.filter(event__in=["override.confirmed", "override.refused"])
    assert said.count() == 1
    proposed.refresh_from_db()
    assert (proposed.effective_at is None) != (proposed.ended_at is None)


def test_lets_exactly_one_of_a_correction_and_a_determination_come_first():
    agency = factories.make_agency()
    clerk = factories.make_clerk(agency)
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions=()
    )
    ask = factories.ask_of(ice_request, "hold")
    decide = reverse("ask_determine", args=[ice_request.public_id, ask.public_id])
    denial = {
        "decision": "deny",
        "reason_code": "no_exception",
        "reason": "None applies.",
        "screening": ask.screenings.get().public_id,
        "findings_read": "on",
        "confirmed": "yes",
    }
    correct = reverse("request_correct", args=[ice_request.public_id, "custody"])
    correction = {
        "rev": "1",
        "why": "Misread on the fax.",
        "under_control": "yes",
        "convictions_listing": "some",
        "row-TOTAL_FORMS": "1",
        "row-INITIAL_FORMS": "0",
        "row-0-section": "53a-134",
        "row-0-felony_class": "B",
        "row-0-disposition": "convicted",
        "row-0-jurisdiction": "CT",
    }
    supervisor = client_of(factories.make_supervisor(agency))

    decided, corrected = at_once(
        [(supervisor, decide, denial), (client_of(clerk), correct, correction)]
    )

    # Either the correction was first and the page was stale, or it ended the denial.
    assert corrected.status_code == 302
    assert decided.status_code in (302, 409)
    assert Determination.objects.live().count() == 0
    ice_request.refresh_from_db()
    assert ice_request.status == "awaiting"
