"""The doors of deciding, with what a page would post and with what nobody should."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from requests_app.accounts.models import Role
from requests_app.docket.moments import ZONE
from requests_app.review import services as review
from requests_app.review.models import Determination
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency, first_name="Sela", last_name="Probe")


@pytest.fixture
def head(agency):
    return factories.make_head(agency)


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
        "reason_code": "no_exception",
        "reason": "None applies.",
        "findings_read": "on",
        "confirmed": "yes",
        **changes,
    }


def approval_of(ask, **changes):
    return denial_of(
        ask,
        **{
            "decision": "approve",
            "reason_code": "other_authority",
            "authority": "An invented opinion",
            "expires_at": "2026-03-12T12:00",
            **changes,
        },
    )


def hold(agency, clerk, **facts):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], **facts
    )
    return factories.ask_of(ice_request, "hold")


def nothing_is_decided():
    return not Determination.objects.exists()


# Forged posts


def test_records_a_denial(agency, clerk, supervisor):
    ask = hold(agency, clerk)

    answer = client_of(supervisor).post(door_of(ask), denial_of(ask))

    assert answer.status_code == 302
    determination = ask.determinations.get()
    assert (determination.decision, determination.reason) == ("deny", "None applies.")


@pytest.mark.parametrize("method", ["get", "post"])
def test_refuses_the_filer_with_a_sentence(agency, clerk, method):
    factories.appoint(clerk, Role.SUPERVISOR, agency)
    ask = hold(agency, clerk)

    answer = getattr(client_of(clerk), method)(door_of(ask), denial_of(ask))

    assert answer.status_code == 403
    assert "A different person must decide it." in answer.content.decode()
    assert nothing_is_decided()


@pytest.mark.parametrize(
    "role", ["clerk", "administrator", "auditor", "records_officer"]
)
def test_refuses_a_role_that_does_not_decide(agency, clerk, role):
    ask = hold(agency, clerk)
    somebody = factories.make_person(role, agency)

    answer = client_of(somebody).post(door_of(ask), denial_of(ask))

    assert answer.status_code == 403
    assert "Your role cannot open this page." in answer.content.decode()
    assert nothing_is_decided()


def test_knows_nothing_of_another_agencys_request(agency, clerk):
    ask = hold(agency, clerk)
    stranger = factories.make_supervisor(factories.make_agency())

    answer = client_of(stranger).post(door_of(ask), denial_of(ask))

    assert answer.status_code == 404
    assert nothing_is_decided()


def test_refuses_a_release_notification_to_a_supervisor(agency, clerk, supervisor):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["notify_release"]
    )
    ask = factories.ask_of(ice_request, "notify_release")

    answer = client_of(supervisor).post(door_of(ask), denial_of(ask))

    assert answer.status_code == 403
    assert "Only the head of agency decides it." in answer.content.decode()
    assert nothing_is_decided()


def test_refuses_a_supervisor_against_a_violation_and_keeps_what_was_typed(
    agency, clerk, supervisor
):
    ask = hold(agency, clerk)

    answer = client_of(supervisor).post(
        door_of(ask), approval_of(ask, reason="A reason worth keeping.")
    )

    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Only the head of agency may approve" in page
    assert "A reason worth keeping." in page
    assert nothing_is_decided()


def test_refuses_the_head_without_authority_and_keeps_what_was_typed(
    agency, clerk, head
):
    ask = hold(agency, clerk)

    answer = client_of(head).post(
        door_of(ask), approval_of(ask, authority=" ", reason="A reason worth keeping.")
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Cite the legal authority you rely on" in page
    assert "A reason worth keeping." in page
    assert nothing_is_decided()


def test_refuses_approval_against_an_undetermined_without_authority(
    agency, clerk, supervisor
):
    ask = hold(agency, clerk, convictions="unknown")

    answer = client_of(supervisor).post(door_of(ask), approval_of(ask, authority=""))

    assert answer.status_code == 422
    assert "Cite the legal authority you rely on" in answer.content.decode()
    assert nothing_is_decided()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Write the reason"),
        ({"reason": "   "}, "Write the reason"),
        ({"reason_code": ""}, "Choose the reason."),
        ({"reason_code": "class_a_b"}, "is no reason to deny"),
        ({"decision": ""}, "Choose whether to approve or to deny."),
        ({"decision": "maybe"}, "Select a valid choice"),
        ({"findings_read": ""}, "Read the findings and say that you have."),
        ({"reason": "x" * 4001}, "at most 4000 characters"),
        ({"reason": "nul \x00 here"}, "Null characters are not allowed."),
        ({"expires_at": "soon"}, "Enter a date and time"),
        ({"expires_at": "2026-03-08T02:30"}, "That time does not exist"),
        ({"expires_at": "9999-12-31T23:59"}, "Enter a date and time"),
        ({"expires_at": "0001-01-01T00:00"}, "Enter a date and time"),
    ],
)
def test_says_what_is_missing(agency, clerk, supervisor, changes, sentence):
    ask = hold(agency, clerk)

    answer = client_of(supervisor).post(door_of(ask), denial_of(ask, **changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert nothing_is_decided()


@pytest.mark.parametrize(
    "forged",
    [
        {"is_override": ""},
        {"against": "compliant"},
        {"decided_as": "head"},
        {"effective_at": "2026-03-10T12:00"},
        {"second_by": "1"},
    ],
)
def test_takes_no_part_of_the_rule_from_the_page(agency, clerk, head, forged):
    ask = hold(agency, clerk)

    client_of(head).post(door_of(ask), approval_of(ask, **forged))

    determination = ask.determinations.get()
    assert determination.is_override is True
    assert determination.against == "violation"
    assert determination.effective_at is None
    assert determination.second_by is None


def test_asks_for_a_reason_that_the_facts_bear_out(agency, clerk, supervisor):
    ask = hold(agency, clerk, convictions="unknown")

    answer = client_of(supervisor).post(
        door_of(ask), approval_of(ask, reason_code="class_a_b")
    )

    assert answer.status_code == 422
    assert "The facts of record do not show this." in answer.content.decode()
    assert nothing_is_decided()


# What was on the page


@pytest.mark.parametrize("seen", ["", "x" * 22, "not one at all"])
def test_stops_without_a_screening_that_was_on_the_page(
    agency, clerk, supervisor, seen
):
    ask = hold(agency, clerk)

    answer = client_of(supervisor).post(door_of(ask), denial_of(ask, screening=seen))

    assert answer.status_code in (409, 422)
    assert nothing_is_decided()


def test_shows_the_newest_findings_when_the_facts_have_changed(
    agency, clerk, supervisor
):
    ask = hold(agency, clerk)
    seen = denial_of(ask, reason="A reason worth keeping.")
    ask.ice_request.legal_basis.terrorist_screening_match = "yes"
    ask.ice_request.legal_basis.save()
    review.screen(
        ice_request=ask.ice_request, cause="corrected", by=clerk, role="clerk", at=NOON
    )
    client = client_of(supervisor)

    answer = client.post(door_of(ask), seen)

    page = answer.content.decode()
    newest = ask.screenings.order_by("-id").first()
    assert answer.status_code == 409
    assert "The facts have changed since this page was opened." in page
    assert newest.public_id in page
    assert "A reason worth keeping." in page
    assert nothing_is_decided()


def test_decides_across_a_change_of_law_on_the_second_reading(agency, clerk):
    supervisor = factories.make_supervisor(agency)
    eve = datetime(2025, 9, 30, 18, 0, tzinfo=ZONE)
    ask = hold(agency, clerk, at=eve)
    seen = denial_of(ask, reason="A reason worth keeping.")
    client = client_of(supervisor)

    with time_machine.travel(eve + timedelta(hours=14), tick=False):
        client.force_login(supervisor)
        first = client.post(door_of(ask), seen)
        second = client.post(door_of(ask), denial_of(ask))

    assert first.status_code == 409
    page = first.content.decode()
    assert "The law has changed since the findings were made." in page
    assert "A reason worth keeping." in page
    assert second.status_code == 302
    assert ask.determinations.get().screening.law_version == "2025"


def test_shows_what_stands_and_what_was_typed_to_the_one_who_came_second(
    agency, clerk, supervisor
):
    ask = hold(agency, clerk)
    factories.determine(
        ask=ask, by=supervisor, decision="deny", reason="What the first one wrote."
    )
    other = factories.make_supervisor(agency)

    answer = client_of(other).post(
        door_of(ask), denial_of(ask, reason="A reason worth keeping.")
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This ask is decided already" in page
    assert "Sela Probe" in page
    assert "What the first one wrote." in page
    assert "A reason worth keeping." in page
    assert ask.determinations.count() == 1


def test_keeps_every_answer_of_the_one_who_came_second(agency, clerk, supervisor):
    ask = hold(agency, clerk)
    factories.determine(ask=ask, by=supervisor, decision="deny")
    other = factories.make_supervisor(agency)

    answer = client_of(other).post(
        door_of(ask),
        approval_of(ask, authority="An opinion worth keeping", reason_code="class_a_b"),
    )

    page = answer.content.decode()
    assert "Approve" in page
    assert "Convicted of a class A or B felony" in page
    assert "An opinion worth keeping" in page


def test_says_of_a_flag_when_it_was_found_and_who_may_clear_it(
    agency, clerk, supervisor
):
    ask = hold(agency, clerk)
    detail = reverse("request_detail", args=[ask.ice_request.public_id])
    paper = reverse("request_print", args=[ask.ice_request.public_id])
    client = client_of(supervisor)

    words = client.get(door_of(ask)).content.decode()
    printed = client.get(paper).content.decode()

    assert "<dt>Screened</dt><dd>" in words
    assert "Only the head of agency approves against it" in words
    assert '<details class="desk-why" open>' in printed
    assert '<details class="desk-why" open>' not in client.get(detail).content.decode()


# The second person


@pytest.fixture
def proposed(agency, clerk, head):
    return factories.override(ask=hold(agency, clerk), head=head)


def countersign_door(determination):
    return reverse(
        "override_countersign",
        args=[determination.ice_request.public_id, determination.public_id],
    )


def answered(proposed, answer, **more):
    """The form as the second person sends it from the page just read."""
    screening = proposed.ask.screenings.latest("id").public_id
    return {"answer": answer, "screening": screening, **more}


def sent(proposed, answer):
    """The page that confirms, as it is sent."""
    return answered(proposed, answer, confirmed="yes")


def test_asks_the_second_person_to_confirm_what_follows_in_words(proposed, supervisor):
    page = client_of(supervisor).post(
        countersign_door(proposed), answered(proposed, "confirm")
    )

    words = page.content.decode()
    assert page.status_code == 200
    assert "Confirm: confirm the override" in words
    assert proposed.ice_request.person.masked_name in words
    assert "With your confirmation it takes effect now." in words
    proposed.refresh_from_db()
    assert (proposed.second_by, proposed.effective_at) == (None, None)


def test_says_what_a_refusal_brings_and_goes_back_with_the_answer(proposed, supervisor):
    client = client_of(supervisor)

    page = client.post(countersign_door(proposed), answered(proposed, "refuse"))
    back = client.post(
        countersign_door(proposed), answered(proposed, "refuse", _edit="1")
    )

    assert "The ask is open again" in page.content.decode()
    assert back.status_code == 200
    assert back.context["form"]["answer"].value() == "refuse"
    proposed.refresh_from_db()
    assert proposed.ended_at is None


@pytest.mark.parametrize("given", [{}, {"password": "not the one"}])
def test_asks_the_second_person_for_the_password_after_a_while(proposed, agency, given):
    second = factories.make_supervisor(agency, password=factories.PASSWORD)
    client = client_of(second)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        page = client.post(
            countersign_door(proposed), {**sent(proposed, "confirm"), **given}
        )

    assert page.status_code == 422
    assert "Your password" in page.content.decode()
    proposed.refresh_from_db()
    assert proposed.second_by is None


def test_takes_the_second_persons_answer_with_the_password(proposed, agency):
    second = factories.make_supervisor(agency, password=factories.PASSWORD)
    client = client_of(second)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        answer = client.post(
            countersign_door(proposed),
            {**sent(proposed, "confirm"), "password": factories.PASSWORD},
        )

    assert answer.status_code == 302
    proposed.refresh_from_db()
    assert proposed.second_by == second


def test_lets_a_supervisor_confirm(proposed, supervisor):
    answer = client_of(supervisor).post(
        countersign_door(proposed), sent(proposed, "confirm")
    )

    assert answer.status_code == 302
    proposed.refresh_from_db()
    assert proposed.second_by == supervisor
    assert proposed.effective_at == NOON


@pytest.mark.parametrize("method", ["get", "post"])
def test_refuses_the_decider_as_second_person(proposed, head, method):
    answer = getattr(client_of(head), method)(
        countersign_door(proposed), sent(proposed, "confirm")
    )

    assert answer.status_code == 403
    assert "none of those who filed, last corrected or decided" in (
        answer.content.decode()
    )
    proposed.refresh_from_db()
    assert proposed.effective_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_refuses_the_filer_as_second_person(proposed, clerk, agency, method):
    factories.appoint(clerk, Role.SUPERVISOR, agency)

    answer = getattr(client_of(clerk), method)(
        countersign_door(proposed), sent(proposed, "confirm")
    )

    assert answer.status_code == 403
    proposed.refresh_from_db()
    assert proposed.effective_at is None


def test_refuses_a_clerk_as_second_person(proposed, agency):
    answer = client_of(factories.make_clerk(agency)).post(
        countersign_door(proposed), sent(proposed, "confirm")
    )

    assert answer.status_code == 403


def test_refuses_a_supervisor_elsewhere_who_files_here(proposed, agency):
    person = factories.make_clerk(agency)
    factories.appoint(person, Role.SUPERVISOR, factories.make_agency())

    answer = client_of(person).post(
        countersign_door(proposed), sent(proposed, "confirm")
    )

    assert answer.status_code == 403
    proposed.refresh_from_db()
    assert proposed.effective_at is None


@pytest.mark.parametrize("typed", ["", "perhaps"])
def test_asks_the_second_person_for_an_answer(proposed, supervisor, typed):
    answer = client_of(supervisor).post(
        countersign_door(proposed), sent(proposed, typed)
    )

    assert answer.status_code == 422
    proposed.refresh_from_db()
    assert proposed.effective_at is None


@pytest.mark.parametrize("second", ["confirm", "refuse"])
def test_tells_the_one_who_countersigned_second(proposed, supervisor, agency, second):
    factories.countersign(determination=proposed, by=supervisor, confirms=True)
    late = factories.make_supervisor(agency)

    answer = client_of(late).post(countersign_door(proposed), sent(proposed, second))

    assert answer.status_code == 409
    proposed.refresh_from_db()
    assert (proposed.second_by, proposed.ended_at) == (supervisor, None)


def test_shows_the_facts_of_record_to_the_second_person(proposed, supervisor):
    page = client_of(supervisor).get(countersign_door(proposed)).content.decode()

    assert "Facts of record" in page
    assert "Custody and legal basis" in page


def test_stops_the_second_person_when_the_facts_changed(proposed, clerk, agency):
    stale = sent(proposed, "confirm")
    factories.intake.correct(
        ice_request=proposed.ice_request,
        step="basis",
        values={"ice_subpoena": "refused"},
        rows=None,
        rev=proposed.ice_request.rev,
        reason="Read the booking sheet again.",
        by=clerk,
        role="clerk",
        at=NOON,
    )
    second = client_of(factories.make_supervisor(agency))

    page = second.post(countersign_door(proposed), stale)

    assert page.status_code == 409
    words = page.content.decode()
    assert "Read again before you answer" in words
    proposed.refresh_from_db()
    assert (proposed.second_by, proposed.ended_at) == (None, None)
    # The page carries the newest screening: what is sent from it counts.
    newest = page.context["form"]["screening"].value()
    answer = second.post(countersign_door(proposed), {**stale, "screening": newest})
    assert answer.status_code == 302


@pytest.mark.parametrize("screening", ["", "\0", "x" * 22, "x" * 23])
def test_takes_no_answer_from_a_page_it_did_not_show(proposed, supervisor, screening):
    said = {**sent(proposed, "confirm"), "screening": screening}

    answer = client_of(supervisor).post(countersign_door(proposed), said)

    assert answer.status_code in (409, 422)
    proposed.refresh_from_db()
    assert proposed.second_by is None


@pytest.mark.parametrize(("second", "status"), [("confirm", 422), ("refuse", 302)])
def test_confirms_no_override_that_has_ended(agency, clerk, head, second, status):
    proposed = factories.determine(
        ask=hold(agency, clerk),
        by=head,
        decision="approve",
        reason_code="other_authority",
        authority="An invented opinion",
        expires_at=NOON + timedelta(minutes=10),
    )
    client = client_of(factories.make_supervisor(agency, password=factories.PASSWORD))
    said_over = "it can be refused, and not confirmed any more"
    assert said_over not in client.get(countersign_door(proposed)).content.decode()
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        assert said_over in client.get(countersign_door(proposed)).content.decode()
        said = {**sent(proposed, second), "password": factories.PASSWORD}
        answer = client.post(countersign_door(proposed), said)

    assert answer.status_code == status
    proposed.refresh_from_db()
    assert proposed.effective_at is None
    assert (proposed.ended_at is not None) == (second == "refuse")


def test_asks_when_an_override_ends(agency, clerk, head):
    ask = hold(agency, clerk)

    page = client_of(head).post(door_of(ask), approval_of(ask, expires_at=""))

    assert page.status_code == 422
    assert "Enter when the approval ends" in page.content.decode()
    assert nothing_is_decided()


def test_has_no_countersignature_for_what_is_no_override(agency, clerk, supervisor):
    plain = factories.determine(ask=hold(agency, clerk), by=supervisor)
    other = factories.make_supervisor(agency)

    answer = client_of(other).post(countersign_door(plain), sent(plain, "confirm"))

    assert answer.status_code == 404


# Marking as reviewed


def flagged(agency, clerk, supervisor):
    """A request decided, with a hold that was done all the same."""
    ask = hold(agency, clerk)
    factories.determine(
        ask=ask, by=supervisor, decision="deny", at=NOON - timedelta(minutes=45)
    )
    factories.record_act(
        ice_request=ask.ice_request,
        kind="detain",
        happened_at=NOON - timedelta(minutes=30),
    )
    return ask.ice_request


def reviewed(ice_request, **changes):
    return {"note": "Seen.", "seen": review.newest_flags(ice_request), **changes}


def close_door(ice_request):
    return reverse("assignment_close", args=[ice_request.public_id])


def test_lets_the_head_mark_flags_as_reviewed(agency, clerk, supervisor, head):
    ice_request = flagged(agency, clerk, supervisor)

    answer = client_of(head).post(close_door(ice_request), reviewed(ice_request))

    assert answer.status_code == 302
    closed = ice_request.assignments.get(closed_by=head)
    assert closed.closing_note == "Seen."
    assert ice_request.assignments.open().count() == 0


@pytest.mark.parametrize("role", ["supervisor", "clerk", "auditor"])
def test_lets_nobody_else_mark_flags_as_reviewed(agency, clerk, supervisor, role):
    ice_request = flagged(agency, clerk, supervisor)

    answer = client_of(factories.make_person(role, agency)).post(
        close_door(ice_request), reviewed(ice_request)
    )

    assert answer.status_code == 403
    assert ice_request.assignments.open().count() == 1


def test_marks_nothing_as_reviewed_while_an_ask_is_open(agency, clerk, head):
    ask = hold(agency, clerk)

    answer = client_of(head).post(
        close_door(ask.ice_request), {"note": "Seen.", "seen": "0.0.0"}
    )

    assert answer.status_code == 422
    assert "Decide the open asks first" in answer.content.decode()


def test_closes_no_flag_that_came_after_the_page_was_opened(
    agency, clerk, supervisor, head
):
    ice_request = flagged(agency, clerk, supervisor)
    opened = reviewed(ice_request)
    factories.record_act(
        ice_request=ice_request,
        kind="interview",
        happened_at=NOON - timedelta(minutes=5),
    )

    answer = client_of(head).post(close_door(ice_request), opened)

    assert answer.status_code == 422
    assert "Something was recorded since you opened this page." in (
        answer.content.decode()
    )
    assert ice_request.assignments.open().count() == 1


@pytest.mark.parametrize("seen", ["", "..", "x.y.z", "1", "1.2.3", "9999999999.1.1"])
def test_closes_no_flag_for_a_page_that_never_was(
    agency, clerk, supervisor, head, seen
):
    ice_request = flagged(agency, clerk, supervisor)

    answer = client_of(head).post(
        close_door(ice_request), reviewed(ice_request, seen=seen)
    )

    assert answer.status_code == 422
    assert ice_request.assignments.open().count() == 1


def test_keeps_the_first_note_when_two_mark_flags_as_reviewed(
    agency, clerk, supervisor, head
):
    ice_request = flagged(agency, clerk, supervisor)
    assignment = ice_request.assignments.open().get()
    seen = review.newest_flags(ice_request)
    review.close(
        assignment=assignment,
        note="The first.",
        seen=seen,
        by=head,
        role="head",
        at=NOON,
    )

    with pytest.raises(review.NotClosable):
        review.close(
            assignment=assignment,
            note="The second.",
            seen=seen,
            by=factories.make_head(agency),
            role="head",
            at=NOON,
        )

    assignment.refresh_from_db()
    assert (assignment.closing_note, assignment.closed_by) == ("The first.", head)


def test_refuses_an_approval_that_has_ended_already(agency, clerk, head):
    ask = hold(agency, clerk, convictions="unknown")

    answer = client_of(head).post(
        door_of(ask), approval_of(ask, expires_at="2020-01-01T10:00")
    )

    assert answer.status_code == 422
    assert "would have ended already" in answer.content.decode()
    assert nothing_is_decided()
