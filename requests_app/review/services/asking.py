"""Asking the filer: a question, or the request returned for correction.

A question leaves the request where it is. A return is an outcome of its own: the
request leaves the worklist until the filer corrects it or says that nothing is to be
corrected. Neither stops a clock: the release of a person waits for nobody.
"""

from datetime import datetime

from django.db import transaction

from requests_app.accounts.access import DECIDERS, FILERS, Standing
from requests_app.accounts.models import Role, User
from requests_app.docket.models import IceRequest, Status
from requests_app.docket.services import move
from requests_app.ledger import services as ledger
from requests_app.review.models import MessageKind, Question, QuestionKind
from requests_app.review.services.assigning import assign
from requests_app.review.services.telling import tell


class NotYoursToAsk(PermissionError):
    """The person's roles at this agency ask no question here, or answer none."""


class NotReturnable(ValueError):
    """The request is not awaiting a determination, or is returned already."""


class DueTooSoon(ValueError):
    """An answer cannot be due before it is asked for."""


class QuestionClosed(ValueError):
    """The question was answered or withdrawn already."""


def refusal_to_return(ice_request: IceRequest, *, standing: Standing):
    """Why this person may not return this request, as an error, or None."""
    if not standing.holds_any(DECIDERS, ice_request.agency_id):
        return NotYoursToAsk("Only a supervisor or the head of agency returns it.")
    if standing.user.pk in (ice_request.filed_by_id, ice_request.corrected_by_id):
        return NotYoursToAsk(
            "You filed this request or last corrected it. Correct it yourself, or "
            "leave it to another person."
        )
    if ice_request.status == Status.RETURNED:
        return NotReturnable("It is returned already, and waits for the filer.")
    if ice_request.status not in (Status.AWAITING, Status.AWAITING_SECOND):
        return NotReturnable("No ask is open: reopen a determination first.")
    return None


@transaction.atomic
def ask(
    *,
    ice_request: IceRequest,
    code: str,
    text: str,
    due_at: datetime,
    standing: Standing,
    at: datetime,
) -> Question:
    """Ask whoever filed, and tell him or her that a question waits.

    Raises NotYoursToAsk, DueTooSoon.
    """
    ice_request = _locked(ice_request)
    if not standing.holds_any(DECIDERS, ice_request.agency_id):
        raise NotYoursToAsk("Only a supervisor or the head of agency asks here.")
    said = {"code": code, "text": text, "due_at": due_at}
    return _put(ice_request, QuestionKind.QUESTION, said, standing=standing, at=at)


@transaction.atomic
def return_for_correction(
    *,
    ice_request: IceRequest,
    code: str,
    text: str,
    due_at: datetime,
    standing: Standing,
    at: datetime,
) -> Question:
    """Return a request to its filer.

    It leaves the worklist, and a proposed override that awaits its second person ends:
    nobody can countersign what may no longer be true.

    Raises NotYoursToAsk, NotReturnable, DueTooSoon.
    """
    ice_request = _locked(ice_request)
    refusal = refusal_to_return(ice_request, standing=standing)
    if refusal is not None:
        raise refusal
    said = {"code": code, "text": text, "due_at": due_at}
    kind = QuestionKind.CORRECTION
    question = _put(ice_request, kind, said, standing=standing, at=at)
    who = {"by": standing.user, "role": _role_of(standing, ice_request), "at": at}
    _end_what_awaits_a_second(ice_request, **who)
    move(ice_request=ice_request, to=Status.RETURNED, **who)
    assign(ice_request=ice_request, **who)
    return question


@transaction.atomic
def answer(
    *, question: Question, text: str, by: User, role: str, standing: Standing, at
) -> Question:
    """Answer in words. A return answered so is open again: nothing was corrected.

    Raises NotYoursToAsk, QuestionClosed.
    """
    ice_request = _locked(question.ice_request)
    question = _open_one(question, ice_request)
    refusal = refusal_to_answer(question, standing=standing)
    if refusal is not None:
        raise refusal
    _close(question, text=text, by=by, role=role, at=at, kind=MessageKind.ANSWERED)
    if question.kind == QuestionKind.CORRECTION:
        _open_again(ice_request, by=by, role=role, at=at)
    return question


def refusal_to_answer(question: Question, *, standing: Standing):
    """Why this person may not answer, as an error, or None."""
    if not standing.holds_any(FILERS, question.ice_request.agency_id):
        return NotYoursToAsk("Only those who file at the agency answer.")
    if question.asked_by_id == standing.user.pk:
        return NotYoursToAsk("You asked this. Another person answers it.")
    return None


@transaction.atomic
def close_by_correction(
    *, ice_request: IceRequest, by: User, role: str, at: datetime
) -> Question | None:
    """The facts were corrected: a return is answered by that. The caller assigns.

    `ice_request` is locked by the caller.
    """
    question = ice_request.questions.open().filter(kind=QuestionKind.CORRECTION).first()
    if question is None:
        return None
    _close(question, text="", by=by, role=role, at=at, kind=MessageKind.CORRECTED)
    move(ice_request=ice_request, to=Status.AWAITING, by=by, role=role, at=at)
    return question


@transaction.atomic
def withdraw(*, question: Question, standing: Standing, at: datetime) -> Question:
    """Take a question back; a return withdrawn puts the request on a desk again.

    Raises NotYoursToAsk, QuestionClosed.
    """
    ice_request = _locked(question.ice_request)
    question = _open_one(question, ice_request)
    if not standing.holds_any(DECIDERS, ice_request.agency_id):
        raise NotYoursToAsk("Only a supervisor or the head of agency withdraws it.")
    question.withdrawn_at = at
    question.save(update_fields=["withdrawn_at"])
    role = _role_of(standing, ice_request)
    _record("question.withdrawn", question, by=standing.user, role=role, at=at)
    if question.kind == QuestionKind.CORRECTION:
        _open_again(ice_request, by=standing.user, role=role, at=at)
    return question


def _put(ice_request, kind: str, said: dict, *, standing: Standing, at) -> Question:
    if said["due_at"] <= at:
        raise DueTooSoon("Enter a later time: the answer would be due already.")
    role = _role_of(standing, ice_request)
    question = Question.objects.create(
        ice_request=ice_request,
        kind=kind,
        asked_by=standing.user,
        asked_as=role,
        asked_at=at,
        **said,
    )
    is_return = kind == QuestionKind.CORRECTION
    _record(
        "request.returned" if is_return else "question.asked",
        question,
        by=standing.user,
        role=role,
        at=at,
        body={"code": str(said["code"]), "due_at": said["due_at"].isoformat()},
    )
    tell(
        people=[ice_request.filed_by],
        agency=ice_request.agency,
        kind=MessageKind.RETURNED if is_return else MessageKind.ASKED,
        ice_request=ice_request,
        at=at,
    )
    return question


def _end_what_awaits_a_second(ice_request: IceRequest, *, by, role, at) -> None:
    waiting = ice_request.determinations.live().filter(effective_at__isnull=True)
    for determination in waiting.select_related("ask"):
        determination.ended_at = at
        determination.save(update_fields=["ended_at"])
        ledger.record(
            event="ask.superseded",
            subject=ice_request.public_id,
            at=at,
            actor=by.public_id,
            role=role,
            agency=ice_request.agency.code,
            body={
                "ask": determination.ask.public_id,
                "kind": determination.ask.kind,
                "determination": determination.public_id,
            },
        )


def _close(question: Question, *, text, by, role, at, kind) -> None:
    question.answer = text
    question.answered_by = by
    question.answered_at = at
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    _record("question.answered", question, by=by, role=role, at=at)
    tell(
        people=[question.asked_by],
        agency=question.ice_request.agency,
        kind=kind,
        ice_request=question.ice_request,
        at=at,
    )


def _open_again(ice_request: IceRequest, *, by, role, at) -> None:
    move(ice_request=ice_request, to=Status.AWAITING, by=by, role=role, at=at)
    assign(ice_request=ice_request, by=by, role=role, at=at)


def _open_one(question: Question, ice_request: IceRequest) -> Question:
    question = Question.objects.select_related("asked_by").get(pk=question.pk)
    question.ice_request = ice_request
    if question.answered_at is not None or question.withdrawn_at is not None:
        raise QuestionClosed("This was answered or withdrawn in the meantime.")
    return question


def _locked(ice_request: IceRequest) -> IceRequest:
    return (
        IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency", "filed_by", "data_key")
        .get(pk=ice_request.pk)
    )


def _role_of(standing: Standing, ice_request: IceRequest) -> str:
    is_head = standing.holds(Role.HEAD, ice_request.agency_id)
    return Role.HEAD if is_head else Role.SUPERVISOR


def _record(event: str, question: Question, *, by, role, at, body=None) -> None:
    ice_request = question.ice_request
    ledger.record(
        event=event,
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={"question": question.public_id, **(body or {})},
    )
