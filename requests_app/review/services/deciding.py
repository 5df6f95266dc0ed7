"""Deciding: approve or deny one ask, and the second person of an override."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from requests_app import law
from requests_app.accounts.access import DECIDERS, Standing
from requests_app.accounts.models import Role, User
from requests_app.docket.models import Ask, AskKind, IceRequest, Origin, Status
from requests_app.ledger import services as ledger
from requests_app.notices import services as notices
from requests_app.review.facts import bears_out
from requests_app.review.models import (
    Decision,
    Determination,
    Result,
    Screening,
)
from requests_app.review.services.assigning import (
    assign,
    filed_as,
    head_must_review,
)
from requests_app.review.services.noticing import prepare_intent
from requests_app.review.services.screening import is_outdated, screen


class NotYourDecision(PermissionError):
    """The person's roles at this agency do not decide this ask."""


class FilerCannotDecide(NotYourDecision):
    """Whoever filed a request does not decide it."""


class OnlyTheHead(NotYourDecision):
    """The ask, or the departure, is for the head of agency alone."""


class AlreadyDetermined(Exception):
    """Somebody decided first. Carries the determination that stands."""

    def __init__(self, determination: Determination):
        super().__init__("This ask has been decided by another person.")
        self.determination = determination


class ReturnedToFiler(Exception):
    """The request is returned for correction, and waits for its filer."""


class FindingsChanged(Exception):
    """The findings on the page are no longer the newest."""


class AuthorityMissing(ValueError):
    """To approve against a finding needs the authority relied on."""


class ReasonNotBorneOut(ValueError):
    """The reason names what the facts of record do not hold."""


class EndMissing(ValueError):
    """To approve against a violation needs the time when the approval ends."""


class EndsTooSoon(ValueError):
    """The approval would end before it begins."""


class SamePerson(NotYourDecision):
    """The second person is neither the filer nor the decider."""


@dataclass(frozen=True)
class Ruling:
    """What the decider says. `screening` is the one that was on the page."""

    decision: str
    reason_code: str
    reason: str
    screening: str
    authority: str = ""
    acts_from: datetime | None = None
    expires_at: datetime | None = None
    named: tuple[str, ...] = ()


def refusal_to_decide(
    ask: Ask, *, standing: Standing, screenings=None
) -> NotYourDecision | None:
    """Why this person may not decide this ask, or None.

    `screenings` is the newest screening of the ask, in a list, where it is at hand.
    """
    ice_request = ask.ice_request
    if not standing.holds_any(DECIDERS, ice_request.agency_id):
        return NotYourDecision("Only a supervisor or the head of agency decides.")
    if ice_request.origin == Origin.IMPORT:
        return NotYourDecision("It was imported from the past: nothing is to decide.")
    if ice_request.filed_by_id == standing.user.pk:
        return FilerCannotDecide(
            "You filed this request. A different person must decide it."
        )
    if ice_request.corrected_by_id == standing.user.pk:
        return FilerCannotDecide(
            "You last corrected the facts of this request. A different person must "
            "decide it."
        )
    if (
        ask.kind == AskKind.NOTIFY_RELEASE
        and not standing.holds(Role.HEAD, ice_request.agency_id)
        # The head who filed it has seen it, and may not decide it.
        and filed_as(ice_request) != Role.HEAD
        and head_must_review(
            ice_request,
            screenings=ask.screenings.order_by("-id")[:1]
            if screenings is None
            else screenings,
        )
    ):
        return OnlyTheHead(
            "It asks to be told of a release, which the head of agency reviews before "
            "the answer (54-192h(c)). Only the head of agency decides it."
        )
    return None


def determine(
    *, ask: Ask, ruling: Ruling, standing: Standing, at: datetime
) -> Determination:
    """Approve or deny one ask.

    Against an undetermined finding an approval cites its authority; against a
    violation only the head of agency approves, and the approval waits for a second
    person before it takes effect.

    Raises NotYourDecision (FilerCannotDecide, OnlyTheHead), AlreadyDetermined,
    ReturnedToFiler, FindingsChanged, AuthorityMissing, EndMissing, EndsTooSoon,
    ReasonNotBorneOut.
    """
    with transaction.atomic():
        ice_request = (
            IceRequest.objects.select_for_update(of=("self",))
            .select_related("agency")
            .get(pk=ask.ice_request_id)
        )
        ask = ice_request.asks.select_related("ice_request__agency").get(pk=ask.pk)
        _refuse(ask, standing=standing)
        newest = ask.screenings.order_by("-id").first()
        if not is_outdated(newest, at=at):
            return _determine(ask, newest, ruling, standing=standing, at=at)
        _screen_by_the_new_law(ice_request, standing=standing, at=at)
    # Raised after the transaction, so that the new screening is there to be read.
    raise FindingsChanged("The law has changed since the findings were made.")


def check(*, ask: Ask, ruling: Ruling, standing: Standing, at: datetime) -> str:
    """Raise what `determine` would raise of a ruling; else say what it departs from.

    Nothing is written: it is for the page on which a decider confirms.
    """
    _refuse(ask, standing=standing)
    newest = ask.screenings.order_by("-id").first()
    return _check(ask, newest, ruling, standing=standing, at=at)


def _check(
    ask: Ask, screening: Screening, ruling: Ruling, *, standing: Standing, at: datetime
) -> str:
    if screening.public_id != ruling.screening:
        raise FindingsChanged(_CHANGED)
    against = _worst_of(screening)
    role = _role_of(standing, ask.ice_request.agency_id)
    _check_departure(ruling, against, role=role)
    if ruling.decision == Decision.APPROVE and not bears_out(
        ruling.reason_code, screening.facts
    ):
        raise ReasonNotBorneOut(
            "The facts of record do not show this. Choose another reason, or have the "
            "facts corrected first."
        )
    _check_period(ruling, at=at)
    return against


def _determine(
    ask: Ask, screening: Screening, ruling: Ruling, *, standing: Standing, at: datetime
) -> Determination:
    against = _check(ask, screening, ruling, standing=standing, at=at)
    ice_request = ask.ice_request
    is_override = ruling.decision == Decision.APPROVE and against == Result.VIOLATION
    role = _role_of(standing, ice_request.agency_id)
    determination = Determination.objects.create(
        ice_request=ice_request,
        ask=ask,
        screening=screening,
        decision=ruling.decision,
        reason_code=ruling.reason_code,
        reason=ruling.reason,
        authority=ruling.authority,
        against=against,
        is_override=is_override,
        acts_from=ruling.acts_from,
        expires_at=ruling.expires_at,
        named=list(ruling.named),
        filed_by=ice_request.filed_by,
        decided_by=standing.user,
        decided_as=role,
        decided_at=at,
        effective_at=None if is_override else at,
    )
    _record_determination(determination, ice_request, role=role, at=at)
    assign(ice_request=ice_request, by=standing.user, role=role, at=at)
    prepare_intent(ice_request=ice_request, by=standing.user, role=role, at=at)
    return determination


def countersign(
    *,
    determination: Determination,
    confirms: bool,
    screening: str,
    standing: Standing,
    at: datetime,
) -> Determination:
    """The second person confirms an override, which takes effect, or refuses it.

    `screening` is the one that was on the page. Raises NotYourDecision, SamePerson,
    AlreadyDetermined, FindingsChanged, EndsTooSoon.
    """
    with transaction.atomic():
        ice_request = (
            IceRequest.objects.select_for_update(of=("self",))
            .select_related("agency")
            .get(pk=determination.ice_request_id)
        )
        determination = Determination.objects.select_related("ask").get(
            pk=determination.pk
        )
        _refuse_to_second(determination, ice_request, standing=standing)
        newest = determination.ask.screenings.order_by("-id").first()
        if not is_outdated(newest, at=at):
            if newest.public_id != screening:
                raise FindingsChanged(_CHANGED)
            return _second(
                determination, ice_request, confirms, standing=standing, at=at
            )
        _screen_by_the_new_law(ice_request, standing=standing, at=at)
    # Raised after the transaction, so that the new screening is there to be read.
    raise FindingsChanged("The law has changed since the findings were made.")


def check_second(
    *,
    determination: Determination,
    confirms: bool,
    screening: str,
    standing: Standing,
    at: datetime,
) -> None:
    """Raise what `countersign` would raise; nothing is written."""
    _refuse_to_second(determination, determination.ice_request, standing=standing)
    newest = determination.ask.screenings.order_by("-id").first()
    if newest.public_id != screening:
        raise FindingsChanged(_CHANGED)
    _check_that_it_lasts(determination, confirms, at=at)


_CHANGED = "The facts have changed since this page was opened."


def _refuse_to_second(
    determination: Determination, ice_request: IceRequest, *, standing: Standing
) -> None:
    if not standing.holds_any(DECIDERS, ice_request.agency_id):
        raise NotYourDecision("Only a supervisor or the head of agency countersigns.")
    if standing.user.pk in not_second(determination, ice_request):
        raise SamePerson(
            "The second person is none of those who filed, last corrected or decided."
        )
    if determination.effective_at is not None or determination.ended_at is not None:
        raise AlreadyDetermined(determination)


def _check_that_it_lasts(
    determination: Determination, confirms: bool, *, at: datetime
) -> None:
    ends_at = determination.expires_at
    if confirms and ends_at is not None and ends_at <= at:
        raise EndsTooSoon(
            "The approval would have ended already. Refuse it: the ask is open again, "
            "and can be decided with a later end."
        )


def _second(
    determination: Determination,
    ice_request: IceRequest,
    confirms: bool,
    *,
    standing: Standing,
    at: datetime,
) -> Determination:
    _check_that_it_lasts(determination, confirms, at=at)
    role = _role_of(standing, ice_request.agency_id)
    determination.second_by = standing.user
    determination.second_at = at
    if confirms:
        determination.effective_at = at
    else:
        determination.ended_at = at
    determination.save(
        update_fields=["second_by", "second_at", "effective_at", "ended_at"]
    )
    ledger.record(
        event="override.confirmed" if confirms else "override.refused",
        subject=ice_request.public_id,
        at=at,
        actor=standing.user.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={
            "ask": determination.ask.public_id,
            "kind": determination.ask.kind,
            "determination": determination.public_id,
        },
    )
    assign(ice_request=ice_request, by=standing.user, role=role, at=at)
    if confirms:
        prepare_intent(ice_request=ice_request, by=standing.user, role=role, at=at)
    return determination


@transaction.atomic
def reopen_changed(
    *, ice_request: IceRequest, by: User, role: str, at: datetime
) -> list[Determination]:
    """End each determination whose findings are other than those it was made on."""
    ended = []
    for determination in ice_request.determinations.live().select_related(
        "ask", "screening"
    ):
        newest = determination.ask.screenings.order_by("-id").first()
        if newest.pk == determination.screening_id:
            continue
        if _said_by(newest) == _said_by(determination.screening):
            continue
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
        ended.append(determination)
    return ended


def not_second(determination: Determination, ice_request: IceRequest) -> set:
    """Those who may not countersign: filer, decider, last to correct the facts."""
    return {
        determination.decided_by_id,
        ice_request.filed_by_id,
        ice_request.corrected_by_id,
    }


def _refuse(ask: Ask, *, standing: Standing) -> None:
    refusal = refusal_to_decide(ask, standing=standing)
    if refusal is not None:
        raise refusal
    standing_row = ask.determinations.live().select_related("decided_by").first()
    if standing_row is not None:
        raise AlreadyDetermined(standing_row)
    if ask.ice_request.status == Status.RETURNED:
        raise ReturnedToFiler(
            "The request was returned for correction, and waits for its filer."
        )


def _screen_by_the_new_law(ice_request, *, standing, at) -> None:
    """Judge the whole request anew: what was decided on its other asks too."""
    who = {
        "by": standing.user,
        "role": _role_of(standing, ice_request.agency_id),
        "at": at,
    }
    screen(ice_request=ice_request, cause=Screening.Cause.LAW_CHANGED, **who)
    if reopen_changed(ice_request=ice_request, **who):
        notices.owe_intent_again(ice_request=ice_request, **who)
    assign(ice_request=ice_request, **who)


def _said_by(screening: Screening) -> set[tuple[str, str]]:
    rows = screening.weighing(screening.findings.all())
    return {(row.citation, row.result) for row in rows}


def _worst_of(screening: Screening) -> str:
    results = {result for _, result in _said_by(screening)}
    for result in (law.VIOLATION, law.UNDETERMINED):
        if result in results:
            return result
    return law.COMPLIANT


def _check_departure(ruling: Ruling, against: str, *, role: str) -> None:
    if ruling.decision == Decision.DENY or against == Result.COMPLIANT:
        return
    if against == Result.VIOLATION and role != Role.HEAD:
        raise OnlyTheHead(
            "The findings call this a violation. Only the head of agency may approve "
            "against a violation, with a cited authority and a second person."
        )
    if not ruling.authority.strip():
        raise AuthorityMissing(
            "Cite the legal authority you rely on to approve against this finding."
        )
    if against == Result.VIOLATION and ruling.expires_at is None:
        raise EndMissing(
            "Enter when the approval ends: one against a violation is never without "
            "an end."
        )


def _check_period(ruling: Ruling, *, at: datetime) -> None:
    if ruling.expires_at is None:
        return
    if ruling.expires_at <= at:
        raise EndsTooSoon("The approval would have ended already. Enter a later time.")
    if ruling.acts_from is not None and ruling.expires_at <= ruling.acts_from:
        raise EndsTooSoon("The approval would end before it begins.")


def _role_of(standing: Standing, agency_id: int) -> str:
    is_head = standing.holds(Role.HEAD, agency_id)
    return Role.HEAD if is_head else Role.SUPERVISOR


def _record_determination(determination, ice_request, *, role, at) -> None:
    screening = determination.screening
    findings = screening.weighing(screening.findings.order_by("id"))
    results = [f"{row.citation} {row.result}" for row in findings]
    common = {
        "subject": ice_request.public_id,
        "at": at,
        "actor": determination.decided_by.public_id,
        "role": role,
        "agency": ice_request.agency.code,
    }
    ledger.record(
        event="ask.determined",
        body={
            "ask": determination.ask.public_id,
            "kind": determination.ask.kind,
            "decision": determination.decision,
            "reason": determination.reason_code,
            "findings": results,
            "override": determination.is_override,
        },
        **common,
    )
    if determination.is_override:
        ledger.record(
            event="override.proposed",
            body={
                "ask": determination.ask.public_id,
                "kind": determination.ask.kind,
                "determination": determination.public_id,
                "citations": [
                    row.citation for row in findings if row.result == Result.VIOLATION
                ],
            },
            **common,
        )
