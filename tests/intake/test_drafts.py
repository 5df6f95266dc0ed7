"""Drafts through the doors: step by step, saved as typed, filed once."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.docket.models import IceRequest
from requests_app.intake import services as intake
from requests_app.intake.models import Draft
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
STEPS = ("request", "person", "custody", "basis", "acts")


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def client(clerk):
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def draft(agency, clerk):
    return intake.begin_draft(agency=agency, by=clerk, at=NOON)


def door(draft, step="request", name="draft_step"):
    return reverse(name, args=[draft.public_id, step])


def review_door(draft):
    return door(draft, "review")


ATTESTED = {"attested": "yes"}


# Beginning


def test_opens_a_draft_at_its_first_step(client, clerk):
    answer = client.get(reverse("request_new"))

    draft = Draft.objects.get(owner=clerk)
    assert answer.status_code == 302
    assert answer.headers["Location"] == door(draft, "request")


def test_opens_the_untouched_draft_again(client):
    client.get(reverse("request_new"))
    client.get(reverse("request_new"))

    assert Draft.objects.count() == 1


def test_opens_a_draft_for_an_act_nobody_asked_for(client):
    client.get(reverse("unasked_act_new"))

    page = client.get(door(Draft.objects.get())).content.decode()

    assert Draft.objects.get().answers == {"request": {"instrument": ["unasked"]}}
    assert re.search(r'value="unasked"\s+selected', page)
    assert "usa-error-message" not in page


def test_asks_at_which_agency_when_there_are_two(client, clerk):
    other = factories.make_agency(name="Second Sample Police Department")
    factories.appoint(clerk, "clerk", other)

    page = client.get(reverse("request_new")).content.decode()
    chosen = client.get(f"{reverse('request_new')}?agency={other.code}")

    assert "Second Sample Police Department" in page
    assert chosen.status_code == 302
    assert Draft.objects.get().agency == other


def test_files_at_no_agency_of_which_one_is_not_a_filer(client, agency):
    other = factories.make_agency()

    client.get(f"{reverse('request_new')}?agency={other.code}")

    assert Draft.objects.get().agency == agency


# Step by step


def test_goes_on_when_a_step_is_sound(client, draft):
    answers = factories.answers()

    visited = [
        client.post(door(draft, step), answers[step]).headers["Location"]
        for step in STEPS
    ]

    assert visited == [
        door(draft, step) for step in ("person", "custody", "basis", "acts", "review")
    ]


def test_stays_and_keeps_what_was_typed_when_a_step_has_a_fault(client, draft):
    answer = client.post(
        door(draft, "person"),
        {**factories.answers()["person"], "date_of_birth": "31/31/1990"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter a date, such as 2026-03-07." in page
    assert 'value="31/31/1990"' in page
    assert 'href="#id_date_of_birth"' in page
    draft.refresh_from_db()
    assert draft.answers["person"]["date_of_birth"] == ["31/31/1990"]


def test_reopens_a_step_as_it_was_left_and_accuses_nobody(client, draft):
    client.post(door(draft, "person"), {"given_names": " two  spaces ", "_save": "1"})

    page = client.get(door(draft, "person")).content.decode()

    assert 'value=" two  spaces "' in page
    assert "usa-error-message" not in page


def test_shows_faults_of_a_step_that_was_left_when_asked_to_check(client, draft):
    client.post(door(draft, "person"), {"given_names": "Alma", "_save": "1"})

    page = client.get(door(draft, "person") + "?check=1").content.decode()

    assert "Say whether the date of birth is known." in page


def test_saves_a_draft_with_faults_and_closes_it(client, draft):
    answer = client.post(door(draft), {"received_at": "not a time", "_save": "1"})

    assert answer.headers["Location"] == reverse("draft_list")
    draft.refresh_from_db()
    assert draft.answers["request"] == {"received_at": ["not a time"]}


def test_leaves_the_other_steps_alone(client, draft):
    answers = factories.answers()
    client.post(door(draft, "request"), answers["request"])

    client.post(door(draft, "person"), answers["person"])

    draft.refresh_from_db()
    assert draft.answers == {
        "request": answers["request"],
        "person": answers["person"],
    }


def test_adds_a_row_and_keeps_what_was_typed(client, draft):
    answers = factories.answers(convictions=[factories.conviction(section="53a-59")])

    answer = client.post(door(draft, "custody"), {**answers["custody"], "add_row": "1"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="53a-59"' in page
    assert 'name="row-1-section"' in page
    draft.refresh_from_db()
    assert draft.answers["custody"]["row-TOTAL_FORMS"] == ["2"]


def test_says_at_which_step_one_is(client, draft):
    page = client.get(door(draft, "custody")).content.decode()

    assert "<title>Step 3 of 6, Custody and convictions" in page


# Autosave and the side panel


def test_autosaves_what_is_not_valid(client, draft):
    answer = client.post(
        door(draft, "person", "draft_autosave"), {"date_of_birth": "19"}
    )

    assert answer.status_code == 204
    draft.refresh_from_db()
    assert draft.answers["person"] == {"date_of_birth": ["19"]}


def test_shows_the_panel_for_what_is_half_typed_and_keeps_nothing(client, draft):
    answer = client.post(
        door(draft, "request", "draft_preview"),
        {"instrument": "I-247A", "asks": ["hold"], "received_at": "20"},
    )

    assert answer.status_code == 200
    assert "Hold the person" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.answers == {}


def test_shows_in_the_panel_what_the_law_says_with_its_citation(client, draft):
    answers = factories.answers(convictions="unknown")
    for step in ("request", "person", "custody", "basis"):
        client.post(door(draft, step), answers[step])

    page = client.get(door(draft, "acts")).content.decode()

    assert "54-192h(b)(1)(A)" in page
    assert "Undetermined" in page
    assert "Charges and convictions" in page


# Submitting


def test_asks_for_the_attestation(client, agency, clerk):
    draft = factories.make_draft(agency=agency, owner=clerk)

    answer = client.post(review_door(draft), {})

    assert answer.status_code == 422
    assert IceRequest.objects.count() == 0


@pytest.mark.parametrize("step", STEPS)
def test_submits_nothing_while_a_step_was_skipped(client, agency, clerk, step):
    draft = factories.make_draft(agency=agency, owner=clerk)
    del draft.answers[step]
    draft.save()

    answer = client.post(review_door(draft), ATTESTED)

    assert answer.status_code == 422
    assert door(draft, step) in answer.content.decode()
    assert IceRequest.objects.count() == 0


def test_checks_every_step_again_on_submission(client, agency, clerk):
    draft = factories.make_draft(agency=agency, owner=clerk)
    draft.answers["request"]["received_at"] = [
        (NOON + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    ]
    draft.save()

    answer = client.post(review_door(draft), ATTESTED)

    assert answer.status_code == 422
    assert IceRequest.objects.count() == 0


def test_files_and_shows_the_slip(client, agency, clerk):
    draft = factories.make_draft(agency=agency, owner=clerk)

    answer = client.post(review_door(draft), ATTESTED, follow=True)

    ice_request = IceRequest.objects.get()
    assert answer.redirect_chain == [
        (reverse("request_filed", args=[ice_request.public_id]), 302)
    ]
    assert ice_request.number in answer.content.decode()
    assert ice_request.filed_by == clerk


def test_empties_the_draft_after_filing(client, agency, clerk):
    draft = factories.make_draft(agency=agency, owner=clerk)

    client.post(review_door(draft), ATTESTED)

    draft.refresh_from_db()
    assert draft.answers == {}
    assert draft.ice_request == IceRequest.objects.get()


def test_makes_one_request_of_three_submissions(client, agency, clerk):
    draft = factories.make_draft(agency=agency, owner=clerk)

    answers = [client.post(review_door(draft), ATTESTED) for _ in range(3)]

    ice_request = IceRequest.objects.get()
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert [
        ice_request.public_id in answer.headers["Location"] for answer in answers
    ] == [True, True, True]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("step", [*STEPS, "review"])
def test_leads_from_a_filed_draft_to_the_request(client, agency, clerk, step, method):
    draft = factories.make_draft(agency=agency, owner=clerk)
    ice_request = intake.file_draft(draft=draft, role="clerk", at=NOON)

    answer = getattr(client, method)(door(draft, step), {"family_names": "Late"})

    assert answer.headers["Location"] == reverse(
        "request_detail", args=[ice_request.public_id]
    )
    draft.refresh_from_db()
    assert draft.answers == {}


def test_autosaves_nothing_into_a_filed_draft(client, agency, clerk):
    draft = factories.make_draft(agency=agency, owner=clerk)
    intake.file_draft(draft=draft, role="clerk", at=NOON)

    answer = client.post(
        door(draft, "person", "draft_autosave"), {"family_names": "Late"}
    )

    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.answers == {}


# Whose draft


@pytest.mark.parametrize("step", [*STEPS, "review"])
def test_knows_nothing_of_a_colleagues_draft(client, agency, step):
    draft = factories.make_draft(agency=agency, owner=factories.make_clerk(agency))

    assert client.get(door(draft, step)).status_code == 404
    assert client.post(door(draft, step), ATTESTED).status_code == 404
    assert IceRequest.objects.count() == 0


@pytest.mark.parametrize("name", ["draft_autosave", "draft_preview"])
def test_saves_nothing_into_a_colleagues_draft(client, agency, name):
    draft = intake.begin_draft(agency=agency, by=factories.make_clerk(agency), at=NOON)

    answer = client.post(door(draft, "person", name), {"family_names": "Other"})

    assert answer.status_code == 404
    draft.refresh_from_db()
    assert draft.answers == {}


def test_ignores_agency_and_filer_in_the_posted_form(client, agency, clerk, draft):
    other = factories.make_agency()
    answers = factories.answers()
    for step in STEPS:
        client.post(
            door(draft, step),
            {**answers[step], "agency": other.pk, "filed_by": "1", "number": "X-1"},
        )

    client.post(review_door(draft), {**ATTESTED, "agency": other.pk})

    ice_request = IceRequest.objects.get()
    assert (ice_request.agency, ice_request.filed_by) == (agency, clerk)
    assert ice_request.number.startswith(f"{agency.code}-2026-")


def test_lists_the_readers_own_drafts(client, agency, clerk):
    mine = factories.make_draft(agency=agency, owner=clerk)
    other = factories.make_draft(agency=agency, owner=factories.make_clerk(agency))

    page = client.get(reverse("draft_list")).content.decode()

    assert mine.public_id in page
    assert other.public_id not in page


def test_deletes_a_draft_when_asked_twice(client, draft):
    address = reverse("draft_discard", args=[draft.public_id])

    asked = client.get(address)
    kept = Draft.objects.filter(pk=draft.pk).exists()
    client.post(address)

    assert asked.status_code == 200
    assert kept is True
    assert Draft.objects.filter(pk=draft.pk).exists() is False


def test_deletes_no_draft_that_was_filed(client, agency, clerk):
    draft = factories.make_draft(agency=agency, owner=clerk)
    ice_request = intake.file_draft(draft=draft, role="clerk", at=NOON)

    answer = client.post(reverse("draft_discard", args=[draft.public_id]), follow=True)

    page = answer.content.decode()
    assert Draft.objects.filter(pk=draft.pk).exists() is True
    assert "Draft deleted." not in page
    assert ice_request.number in page


def test_shows_the_fault_that_another_window_has_saved(
    client, agency, clerk, monkeypatch
):
    draft = factories.make_draft(agency=agency, owner=clerk)
    file_draft = intake.file_draft

    def overtaken(**given):
        intake.save_step(draft=draft, name="person", answers={}, at=NOON)
        return file_draft(**given)

    monkeypatch.setattr(intake, "file_draft", overtaken)

    answer = client.post(review_door(draft), ATTESTED)

    assert answer.status_code == 422
    assert door(draft, "person") in answer.content.decode()
    assert IceRequest.objects.count() == 0


def test_saves_no_step_of_a_draft_that_was_filed_in_the_meantime(agency, clerk):
    draft = factories.make_draft(agency=agency, owner=clerk)
    ice_request = intake.file_draft(draft=draft, role="clerk", at=NOON)

    with pytest.raises(intake.FiledAlready) as refusal:
        intake.save_step(
            draft=draft, name="person", answers={"given_names": ["Late"]}, at=NOON
        )

    assert refusal.value.ice_request == ice_request
    draft.refresh_from_db()
    assert draft.answers == {}
