"""Confirming a determination, what it keeps, and what stops it in between."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from requests_app.ledger.models import Entry
from requests_app.review import services as review
from requests_app.review.models import Determination
from tests import factories
from tests.factories import NOON, PASSWORD
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
    return factories.make_supervisor(agency)


@pytest.fixture
def ask(agency, clerk):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, convictions=[factories.conviction()]
    )
    return factories.ask_of(ice_request)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def door_of(ask):
    return reverse("ask_determine", args=[ask.ice_request.public_id, ask.public_id])


def denial_of(ask, **changes):
    return {
        "screening": ask.screenings.order_by("-id").first().public_id,
        "decision": "deny",
        "reason_code": "policy",
        "reason": "What I wrote.",
        "findings_read": "on",
        **changes,
    }


def approval_of(ask, **changes):
    said = {"decision": "approve", "reason_code": "class_a_b", **changes}
    return denial_of(ask, **said)


# The page that confirms


def test_records_nothing_before_it_is_confirmed(ask, supervisor):
    page = client_of(supervisor).post(door_of(ask), denial_of(ask))

    words = page.content.decode()
    assert page.status_code == 200
    assert "Nothing is recorded yet." in words
    assert "A. E. I." in words
    assert "The agency does not hold the person for ICE." in words
    assert not Determination.objects.exists()


def test_records_what_the_page_that_confirms_sends(ask, supervisor):
    client = client_of(supervisor)
    page = client.post(door_of(ask), approval_of(ask, named="Sela Probe"))

    response = client.post(
        door_of(ask), {**dict(page.context["hidden"]), "confirmed": "yes"}
    )

    assert response.status_code == 302
    determination = Determination.objects.get()
    assert determination.reason == "What I wrote."
    assert determination.named == ["Sela Probe"]


def test_goes_back_with_everything_typed(ask, supervisor):
    page = client_of(supervisor).post(door_of(ask), denial_of(ask, _edit="1"))

    assert page.context["form"]["reason"].value() == "What I wrote."
    assert page.context["form"].errors == {}
    assert not Determination.objects.exists()


def test_says_what_is_wrong_before_it_asks_to_confirm(ask, supervisor):
    page = client_of(supervisor).post(
        door_of(ask), approval_of(ask, reason_code="judicial_warrant")
    )

    assert page.status_code == 422
    assert "The facts of record do not show this." in page.content.decode()


def test_tells_of_the_second_person_before_an_override(agency, clerk):
    head = factories.make_head(agency)
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    ask = factories.ask_of(ice_request)

    page = client_of(head).post(
        door_of(ask),
        approval_of(ask, reason_code="other_authority", authority="An opinion"),
    )

    assert "only when a second person confirms" in page.content.decode()


# Who is at the desk


@pytest.fixture
def with_password(agency):
    return factories.make_supervisor(agency, password=PASSWORD)


def test_asks_for_the_password_where_the_sign_in_is_old(ask, with_password):
    page = client_of(with_password).post(door_of(ask), denial_of(ask, confirmed="yes"))

    assert page.status_code == 422
    assert "Enter your password" in page.content.decode()
    assert not Determination.objects.exists()


def test_records_with_the_password(ask, with_password):
    response = client_of(with_password).post(
        door_of(ask), denial_of(ask, confirmed="yes", password=PASSWORD)
    )

    assert response.status_code == 302
    assert Determination.objects.get().decided_by == with_password


def test_records_a_wrong_password_as_a_refused_sign_in(ask, with_password):
    page = client_of(with_password).post(
        door_of(ask), denial_of(ask, confirmed="yes", password="not mine")
    )

    assert page.status_code == 422
    assert "This is not your password." in page.content.decode()
    assert "not mine" not in page.content.decode()
    assert not Determination.objects.exists()
    assert Entry.objects.filter(event="session.refused").count() == 1


def test_asks_for_no_password_within_five_minutes_of_one(agency, ask, with_password):
    client = client_of(with_password)
    other = factories.ask_of(
        factories.file_request(agency=agency, clerk=factories.make_clerk(agency))
    )
    client.post(door_of(ask), denial_of(ask, confirmed="yes", password=PASSWORD))

    with time_machine.travel(NOON + timedelta(minutes=4), tick=False):
        soon = client.post(door_of(other), denial_of(other))
    with time_machine.travel(NOON + timedelta(minutes=6), tick=False):
        later = client.post(door_of(other), denial_of(other))

    assert soon.context["form"] is None
    assert later.context["form"] is not None


# What an approval holds


def test_keeps_the_period_and_who_may_carry_it_out(ask, supervisor):
    client_of(supervisor).post(
        door_of(ask),
        approval_of(
            ask,
            acts_from="2026-03-10T13:00",
            expires_at="2026-03-11T13:00",
            named="Sela Probe\n\n Rafa Tercero \nSela Probe",
            confirmed="yes",
        ),
    )

    kept = Determination.objects.get()
    assert kept.acts_from == NOON + timedelta(hours=1)
    assert kept.expires_at == NOON + timedelta(hours=25)
    assert kept.named == ["Sela Probe", "Rafa Tercero"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"acts_from": "2026-03-11T13:00", "expires_at": "2026-03-11T12:00"},
            "The approval would end before it begins.",
        ),
        ({"acts_from": "2026-03-08T02:30"}, "That time does not exist"),
        ({"acts_from": "soon"}, "Enter a date and time"),
        ({"named": "Sela Probe\n--"}, "Enter a name on each line."),
    ],
)
def test_says_what_is_wrong_with_the_period_or_the_names(
    ask, supervisor, changes, words
):
    page = client_of(supervisor).post(door_of(ask), approval_of(ask, **changes))

    assert page.status_code == 422
    assert words in page.content.decode()


def test_flags_an_act_by_somebody_whom_the_approval_does_not_name(ask, supervisor):
    factories.determine(
        ask=ask,
        by=supervisor,
        decision="approve",
        reason_code="class_a_b",
        named=("Sela Probe",),
        at=NOON - timedelta(minutes=45),
    )

    act = factories.record_act(ice_request=ask.ice_request, done_by="Rafa Tercero")

    (mismatch,) = act.mismatches.all()
    assert mismatch.kind == "not_named"
    assert "Sela" not in mismatch.because


def test_begins_a_reason_with_the_agencys_text(agency, ask, supervisor):
    review.write_text(
        agency=agency,
        reason_code="policy",
        text="We hold nobody.",
        instead_of=review.texts_of(agency)["policy"],
        by=supervisor,
        role="supervisor",
        at=NOON,
    )

    page = client_of(supervisor).post(door_of(ask), denial_of(ask, _text="1"))

    form = page.context["form"]
    assert form["reason"].value() == "We hold nobody."
    assert form["decision"].value() == "deny"
    assert not Determination.objects.exists()


def test_leaves_what_was_typed_where_there_is_no_text(ask, supervisor):
    page = client_of(supervisor).post(
        door_of(ask), approval_of(ask, reason_code="other_authority", _text="1")
    )

    assert page.context["form"]["reason"].value() == "What I wrote."


# What changed in between


def correct(ice_request, by, **values):
    return factories.intake.correct(
        ice_request=ice_request,
        step="basis",
        values=values,
        rows=None,
        rev=1,
        reason="Read the booking sheet again.",
        by=by,
        role="clerk",
        at=NOON,
    )


def test_stops_and_shows_what_differs_when_facts_were_corrected(
    agency, clerk, supervisor
):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    ask = factories.ask_of(ice_request)
    sent = denial_of(ask, confirmed="yes")
    correct(ice_request, clerk, terrorist_screening_match="yes")

    page = client_of(supervisor).post(door_of(ask), sent)

    differences = page.context["differences"]
    assert page.status_code == 409
    assert differences["facts"] == [
        {"label": "Terrorist Screening Database", "before": "no", "after": "yes"}
    ]
    assert ("54-192h(b)(1)(A)", "violation") in differences["lost"]
    assert differences["gained"] != []
    assert not Determination.objects.exists()


def test_keeps_what_was_typed_and_decides_on_the_new_facts(agency, clerk, supervisor):
    ice_request = factories.file_request(agency=agency, clerk=clerk)
    ask = factories.ask_of(ice_request)
    sent = denial_of(ask, confirmed="yes")
    correct(ice_request, clerk, terrorist_screening_match="yes")
    client = client_of(supervisor)

    form = client.post(door_of(ask), sent).context["form"]
    unread = client.post(
        door_of(ask),
        {**sent, "screening": form["screening"].value(), "findings_read": ""},
    )
    decided = client.post(
        door_of(ask), {**sent, "screening": form["screening"].value()}
    )

    assert form["reason"].value() == "What I wrote."
    assert not form["findings_read"].value()
    assert (unread.status_code, decided.status_code) == (422, 302)
    newest = ask.screenings.order_by("-id").first()
    assert Determination.objects.get().screening == newest


def test_shows_both_versions_to_whoever_was_second(agency, ask, supervisor):
    factories.determine(
        ask=ask,
        by=factories.make_supervisor(agency, last_name="Faster"),
        reason="What stands.",
    )

    page = client_of(supervisor).post(door_of(ask), denial_of(ask, confirmed="yes"))

    words = page.content.decode()
    assert page.status_code == 409
    assert "What stands." in words
    assert "What I wrote." in words
    assert "Faster" in words


# What the page of the request says may be done


def steps_of(person, ask):
    door = reverse("request_detail", args=[ask.ice_request.public_id])
    page = opened(client_of(person), door)
    shown = [*page.context["asks"][0].steps, *page.context["steps"]]
    return {step.label: step.why_not for step in shown}


def test_says_why_the_filer_may_not_decide(ask, clerk, agency):
    factories.appoint(clerk, "supervisor", agency)

    assert "You filed this request." in steps_of(clerk, ask)["Decide"]


def test_says_who_decides_to_whoever_does_not(ask, agency):
    steps = steps_of(factories.make_auditor(agency), ask)

    assert "Only a supervisor or the head" in steps["Decide"]
    assert "Only those who file" in steps["Record the release"]


def test_offers_what_may_be_done(ask, supervisor):
    assert set(steps_of(supervisor, ask).values()) == {""}


def test_offers_to_reopen_what_is_decided(ask, supervisor):
    factories.determine(ask=ask, by=supervisor)

    steps = steps_of(supervisor, ask)

    assert steps["Reopen"] == ""
    assert "reopen" in steps["Return for correction"]
    assert "Decide" not in steps
