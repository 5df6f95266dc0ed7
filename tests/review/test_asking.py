"""Questions to the filer and the return for correction, by service and by door."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from requests_app.accounts.models import Role
from requests_app.docket.models import Status
from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.review import services as review
from requests_app.review.models import Message, Question
from tests import factories
from tests.factories import NOON, standing_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

DUE = NOON + timedelta(hours=4)


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
def head(agency):
    return factories.make_head(agency)


@pytest.fixture
def plain(agency, clerk):
    return factories.file_request(agency=agency, clerk=clerk)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def return_it(ice_request, by, **said):
    return review.return_for_correction(
        ice_request=ice_request,
        **{"code": "custody", "text": "Booked when?", "due_at": DUE, **said},
        standing=standing_of(by),
        at=NOON,
    )


def ask(ice_request, by, **said):
    return review.ask(
        ice_request=ice_request,
        **{"code": "custody", "text": "Booked when?", "due_at": DUE, **said},
        standing=standing_of(by),
        at=NOON,
    )


def answer(question, by, text="Nothing is wrong."):
    return review.answer(
        question=question,
        text=text,
        by=by,
        role="clerk",
        standing=standing_of(by),
        at=NOON,
    )


def events_of(ice_request):
    entries = Entry.objects.about(ice_request.public_id).order_by("seq")
    return [entry.event for entry in entries]


def now_of(ice_request):
    ice_request.refresh_from_db()
    return ice_request.status


# Returning


def test_returns_a_request_to_its_filer(plain, clerk, supervisor):
    question = return_it(plain, supervisor)

    assert now_of(plain) == Status.RETURNED
    assert question.text == "Booked when?"
    assert not plain.assignments.open().exists()
    told = Message.objects.get()
    assert (told.user, told.kind, told.ice_request) == (clerk, "returned", plain)
    assert events_of(plain)[-2:] == ["request.returned", "request.moved"]
    assert Job.objects.filter(kind="person.told", subject=clerk.public_id).exists()


def test_ends_an_override_that_awaits_its_second_person(plain, head, supervisor):
    proposed = factories.override(ask=factories.ask_of(plain), head=head)

    return_it(plain, supervisor)

    proposed.refresh_from_db()
    assert proposed.ended_at == NOON
    assert "ask.superseded" in events_of(plain)
    with pytest.raises(review.AlreadyDetermined):
        factories.countersign(determination=proposed, by=supervisor)


def test_says_that_a_countersignature_is_no_longer_valid(plain, head, agency):
    proposed = factories.override(ask=factories.ask_of(plain), head=head)
    door = reverse("override_countersign", args=[plain.public_id, proposed.public_id])
    second = factories.make_supervisor(agency)
    return_it(plain, factories.make_supervisor(agency))

    said = {"answer": "confirm", "screening": proposed.screening.public_id}
    page = client_of(second).post(door, said)

    assert page.status_code == 409
    assert "A countersignature is no longer valid" in page.content.decode()
    proposed.refresh_from_db()
    assert proposed.effective_at is None


def test_keeps_what_is_decided_already(agency, clerk, supervisor):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold", "interview"]
    )
    denial = factories.determine(ask=factories.ask_of(ice_request), by=supervisor)

    return_it(ice_request, supervisor)

    denial.refresh_from_db()
    assert denial.ended_at is None


def test_decides_nothing_while_it_is_returned(plain, supervisor):
    return_it(plain, supervisor)

    with pytest.raises(review.ReturnedToFiler):
        factories.determine(ask=factories.ask_of(plain), by=supervisor)


def test_tells_a_decider_whose_page_was_older_and_keeps_what_was_typed(
    plain, agency, supervisor
):
    one = factories.ask_of(plain)
    door = reverse("ask_determine", args=[plain.public_id, one.public_id])
    return_it(plain, factories.make_supervisor(agency))

    page = client_of(supervisor).post(
        door,
        {
            "screening": one.screenings.get().public_id,
            "decision": "deny",
            "reason_code": "no_exception",
            "reason": "What was typed meanwhile.",
            "findings_read": "on",
            "confirmed": "yes",
        },
    )

    assert page.status_code == 409
    assert "Returned for correction" in page.content.decode()
    assert "What was typed meanwhile." in page.content.decode()
    assert not one.determinations.exists()


def test_puts_acts_done_meanwhile_on_a_desk(plain, supervisor):
    return_it(plain, supervisor)

    factories.record_act(ice_request=plain, kind="detain")

    assert now_of(plain) == Status.RETURNED
    assert plain.assignments.open().get().level == 3


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR, Role.ADMINISTRATOR])
def test_lets_only_deciders_return(plain, agency, role):
    person = factories.make_person(role, agency)

    with pytest.raises(review.NotYoursToAsk):
        return_it(plain, person)

    assert now_of(plain) == Status.AWAITING


def test_refuses_a_decider_of_another_agency(plain):
    stranger = factories.make_supervisor(factories.make_agency())

    with pytest.raises(review.NotYoursToAsk):
        return_it(plain, stranger)


@pytest.mark.parametrize("who", ["filed_by", "corrected_by"])
def test_refuses_the_filer_and_the_last_to_correct(plain, supervisor, who):
    if who == "filed_by":
        supervisor = plain.filed_by
        factories.appoint(supervisor, Role.SUPERVISOR, plain.agency)
    else:
        correct(plain, supervisor)

    with pytest.raises(review.NotYoursToAsk, match="yourself"):
        return_it(plain, supervisor)


def test_refuses_a_second_return(plain, supervisor):
    return_it(plain, supervisor)

    with pytest.raises(review.NotReturnable, match="already"):
        return_it(plain, supervisor)


def test_has_the_database_refuse_two_returns_at_a_time(plain, supervisor):
    question = return_it(plain, supervisor)

    with pytest.raises(DatabaseError, match="one_return"), transaction.atomic():
        Question.objects.create(
            ice_request=plain,
            kind="correction",
            code="other",
            text="Again.",
            asked_by=supervisor,
            asked_as="supervisor",
            asked_at=NOON,
            due_at=question.due_at,
        )


def test_refuses_what_is_determined(plain, supervisor):
    factories.determine(ask=factories.ask_of(plain), by=supervisor)

    with pytest.raises(review.NotReturnable, match="reopen"):
        return_it(plain, supervisor)


def test_refuses_a_due_time_that_is_past(plain, supervisor):
    with pytest.raises(review.DueTooSoon):
        return_it(plain, supervisor, due_at=NOON)


# Coming back


def correct(ice_request, by, **values):
    ice_request.refresh_from_db()
    return factories.intake.correct(
        ice_request=ice_request,
        step="custody",
        values={"under_control": "no", **values},
        rows=None,
        rev=ice_request.rev,
        reason="Read the booking sheet again.",
        by=by,
        role="clerk",
        at=NOON,
    )


def test_comes_back_by_a_correction(plain, clerk, supervisor):
    question = return_it(plain, supervisor)

    correct(plain, clerk)

    question.refresh_from_db()
    assert now_of(plain) == Status.AWAITING
    assert (question.answered_by, question.answered_at) == (clerk, NOON)
    assert plain.assignments.open().get().queue == "supervisor"
    assert Message.objects.get(user=supervisor).kind == "corrected"


def test_leaves_a_plain_question_open_at_a_correction(plain, clerk, supervisor):
    question = ask(plain, supervisor)

    correct(plain, clerk)

    question.refresh_from_db()
    assert question.is_open


def test_comes_back_by_an_answer_in_words(plain, clerk, supervisor):
    question = return_it(plain, supervisor)

    answer(question, clerk)

    assert now_of(plain) == Status.AWAITING
    assert plain.assignments.open().exists()
    assert Message.objects.get(user=supervisor).kind == "answered"


def test_comes_back_when_the_return_is_withdrawn(plain, supervisor):
    question = return_it(plain, supervisor)

    review.withdraw(question=question, standing=standing_of(supervisor), at=NOON)

    assert now_of(plain) == Status.AWAITING
    assert plain.assignments.open().exists()


def test_decides_after_a_correction(plain, clerk, supervisor):
    return_it(plain, supervisor)
    correct(plain, clerk)

    factories.determine(ask=factories.ask_of(plain), by=supervisor)

    assert now_of(plain) == Status.DETERMINED


# Asking and answering


def test_asks_without_moving_the_request(plain, clerk, supervisor):
    ask(plain, supervisor)

    assert now_of(plain) == Status.AWAITING
    assert plain.assignments.open().exists()
    assert Message.objects.get().kind == "asked"
    assert "question.asked" in events_of(plain)


def test_keeps_the_answer(plain, clerk, supervisor):
    question = answer(ask(plain, supervisor), clerk, "At nine.")

    assert Question.objects.get(pk=question.pk).answer == "At nine."
    assert events_of(plain)[-1] == "question.answered"


def test_answers_once(plain, clerk, supervisor):
    question = answer(ask(plain, supervisor), clerk)

    with pytest.raises(review.QuestionClosed):
        answer(question, clerk, "Another.")


def test_has_the_database_keep_an_answer(plain, clerk, supervisor):
    question = answer(ask(plain, supervisor), clerk)

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE requests_app_question SET answered_at = now() WHERE id = %s",
            [question.pk],
        )


def test_does_not_let_the_asker_answer(plain, supervisor):
    with pytest.raises(review.NotYoursToAsk, match="You asked"):
        answer(ask(plain, supervisor), supervisor)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.RECORDS_OFFICER])
def test_lets_only_filers_answer(plain, agency, supervisor, role):
    with pytest.raises(review.NotYoursToAsk):
        answer(ask(plain, supervisor), factories.make_person(role, agency))


def test_withdraws_a_question_once(plain, supervisor):
    question = ask(plain, supervisor)
    said = {"standing": standing_of(supervisor), "at": NOON}

    review.withdraw(question=question, **said)

    with pytest.raises(review.QuestionClosed):
        review.withdraw(question=question, **said)


# The doors


def posted(**changes):
    return {
        "code": "custody",
        "text": "Booked when?",
        "due_at": "2026-03-10T16:00",
        **changes,
    }


def test_returns_by_its_page(plain, supervisor):
    door = reverse("request_return", args=[plain.public_id])

    page = client_of(supervisor).get(door)
    response = client_of(supervisor).post(door, posted())

    assert "No clock stops" in page.content.decode()
    assert response.status_code == 302
    assert plain.questions.get().due_at == DUE


@pytest.mark.parametrize("door", ["request_return", "question_new"])
def test_refuses_a_forged_post_of_a_clerk(plain, clerk, door):
    response = client_of(clerk).post(reverse(door, args=[plain.public_id]), posted())

    assert response.status_code == 403
    assert not plain.questions.exists()


@pytest.mark.parametrize("door", ["request_return", "question_new"])
def test_shows_no_request_of_another_agency(plain, door):
    stranger = factories.make_supervisor(factories.make_agency())

    response = client_of(stranger).post(reverse(door, args=[plain.public_id]), posted())

    assert response.status_code == 404
    assert not plain.questions.exists()


def test_refuses_the_filer_at_the_door_of_returning(plain, clerk):
    factories.appoint(clerk, Role.SUPERVISOR, plain.agency)

    response = client_of(clerk).post(
        reverse("request_return", args=[plain.public_id]), posted()
    )

    assert response.status_code == 403
    assert now_of(plain) == Status.AWAITING


def test_says_that_it_was_returned_meanwhile_and_keeps_the_text(plain, supervisor):
    return_it(plain, supervisor)

    response = client_of(supervisor).post(
        reverse("request_return", args=[plain.public_id]), posted(text="Typed late.")
    )

    assert response.status_code == 409
    assert "Typed late." in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": ""}, "Choose what it is about."),
        ({"text": ""}, "Write what is to be corrected."),
        ({"due_at": ""}, "Enter by when"),
        ({"due_at": "2026-03-08T02:30"}, "That time does not exist"),
        ({"due_at": "2026-03-10T11:00"}, "Enter a later time"),
    ],
)
def test_says_what_is_missing(plain, supervisor, changes, words):
    response = client_of(supervisor).post(
        reverse("request_return", args=[plain.public_id]), posted(**changes)
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not plain.questions.exists()


def test_answers_by_its_page_and_says_when_that_was_too_late(plain, clerk, supervisor):
    question = ask(plain, supervisor)
    door = reverse("question_answer", args=[plain.public_id, question.public_id])

    first = client_of(clerk).post(door, {"text": "At nine."})
    second = client_of(clerk).post(door, {"text": "At ten."})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "At ten." in second.content.decode()
    assert Question.objects.get().answer == "At nine."


def test_refuses_the_asker_at_the_door_of_answering(plain, supervisor):
    question = ask(plain, supervisor)
    door = reverse("question_answer", args=[plain.public_id, question.public_id])

    assert client_of(supervisor).post(door, {"text": "Yes."}).status_code == 403


def test_finds_no_question_of_another_request(agency, clerk, plain, supervisor):
    other = factories.file_request(agency=agency, clerk=clerk)
    question = ask(other, supervisor)
    door = reverse("question_answer", args=[plain.public_id, question.public_id])

    assert client_of(clerk).post(door, {"text": "Yes."}).status_code == 404


def test_refuses_a_clerk_who_withdraws(plain, clerk, supervisor):
    question = ask(plain, supervisor)
    door = reverse("question_withdraw", args=[plain.public_id, question.public_id])

    assert client_of(clerk).post(door).status_code == 403
    assert Question.objects.get().is_open


def test_lists_what_waits_for_the_clerk_and_not_for_another(
    agency, plain, clerk, supervisor
):
    ask(plain, supervisor, text="Only for the filer.")
    door = reverse("question_list")

    mine = client_of(clerk).get(door).content.decode()
    other = client_of(factories.make_clerk(agency)).get(door).content.decode()
    asker = client_of(supervisor).get(door).content.decode()

    assert "Only for the filer." in mine
    assert "Only for the filer." not in other
    assert "Nothing waits for your answer." in other
    assert "Only for the filer." in asker
