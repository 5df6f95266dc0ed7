"""Claims in court: what is asked of which court, and what became of it.

Since 1 October 2025 an aggrieved person may ask a court for an injunction against a
municipality or its agents; no damages. The subsection is not confirmed, so nothing here
cites one (`law` says which wording is on file).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from requests_app.accounts.models import Agency, User
from requests_app.docket import holds
from requests_app.docket.models import (
    Claim,
    ClaimEvent,
    Hold,
    IceRequest,
)
from requests_app.ledger import services as ledger
from requests_app.vault import services as vault


class OutOfOrder(ValueError):
    """A claim is served and ends on or after the day it was filed, never later on."""


@dataclass(frozen=True)
class Words:
    """What is recorded of a claim."""

    court: str
    docket_number: str
    claimant: str
    represented_by: str
    relief: Sequence[str]
    about: str
    filed_date: date
    served_date: date | None = None


@transaction.atomic
def record_claim(
    *,
    agency: Agency,
    ice_request: IceRequest | None,
    words: Words,
    by: User,
    role: str,
    at: datetime,
) -> Claim:
    """Record a claim; one that concerns a request holds that request by itself.

    Raises OutOfOrder, Destroyed.
    """
    _refuse_disorder(words.filed_date, words.served_date, at=at)
    if ice_request is not None:
        holds.take_turns(agency.pk)
        ice_request = IceRequest.objects.select_related("agency", "data_key").get(
            pk=ice_request.pk
        )
        ice_request.refuse_if_shredded()
    key = (
        ice_request.data_key
        if ice_request
        else vault.new_key(agency=agency.code, at=at)
    )
    claim = Claim(
        agency=agency,
        ice_request=ice_request,
        data_key=key,
        court=words.court,
        docket_number=words.docket_number,
        claimant=words.claimant,
        represented_by=words.represented_by,
        relief=list(words.relief),
        about=words.about,
        filed_date=words.filed_date,
        served_date=words.served_date,
        recorded_by=by,
        recorded_at=at,
    )
    claim.save(force_insert=True)
    _record(
        "claim.recorded",
        claim,
        by=by,
        role=role,
        at=at,
        relief=[str(one) for one in words.relief],
        filed_at=words.filed_date.isoformat(),
    )
    words = "Placed by the portal: the claim was recorded."
    _hold(claim, words=words, by=by, role=role, at=at)
    return claim


def _hold(claim: Claim, *, words: str, by: User, role: str, at: datetime) -> None:
    """Hold the request that a claim concerns, if it concerns one."""
    if claim.ice_request is None:
        return
    holds.place(
        ice_request=claim.ice_request,
        reach=Hold.Reach.REQUEST,
        cause=Hold.Cause.CLAIM,
        words=words,
        claim=claim,
        by=by,
        role=role,
        at=at,
    )


@transaction.atomic
def record_event(
    *,
    claim: Claim,
    outcome: str,
    on_date: date,
    words: str,
    by: User,
    role: str,
    at: datetime,
) -> ClaimEvent:
    """Record what became of a claim on a day. The newest counts; none is edited.

    A claim that is before the court again holds its request again. Raises OutOfOrder,
    Destroyed.
    """
    _refuse_disorder(claim.filed_date, on_date, at=at)
    holds.take_turns(claim.agency_id)
    event = ClaimEvent(
        claim=claim,
        outcome=outcome,
        on_date=on_date,
        words=words,
        recorded_by=by,
        recorded_at=at,
    )
    event.save(force_insert=True)
    _record(
        "claim.moved",
        claim,
        by=by,
        role=role,
        at=at,
        outcome=str(outcome),
        on_date=on_date.isoformat(),
    )
    if claim.is_pending() and not claim.holds.in_force().exists():
        words = "Placed by the portal: the claim is before the court again."
        _hold(claim, words=words, by=by, role=role, at=at)
    return event


def _refuse_disorder(filed: date, later: date | None, *, at: datetime) -> None:
    today = timezone.localdate(at)
    if filed > today or (later is not None and later > today):
        raise OutOfOrder("This is in the future. Enter the day on which it happened.")
    if later is not None and later < filed:
        raise OutOfOrder("This is before the claim was filed. Check the two days.")


def _record(event: str, claim: Claim, *, by, role, at, **said) -> None:
    """The entry is of the request's history; of the claim's own without a request."""
    subject = claim.ice_request.public_id if claim.ice_request else claim.public_id
    ledger.record(
        event=event,
        subject=subject,
        at=at,
        actor=by.public_id,
        role=role,
        agency=claim.agency.code,
        body={"claim": claim.public_id, **said},
    )
