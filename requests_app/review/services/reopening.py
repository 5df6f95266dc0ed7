"""Reopening: a determination ends with a reason, so that the ask is decided anew."""

from datetime import datetime

from django.db import transaction

from requests_app.accounts.access import Standing
from requests_app.accounts.models import Role
from requests_app.docket.models import Ask, IceRequest, Status
from requests_app.ledger import services as ledger
from requests_app.notices import services as notices
from requests_app.review.models import Determination, Reopening
from requests_app.review.services.assigning import assign
from requests_app.review.services.deciding import (
    NotYourDecision,
    refusal_to_decide,
)


class NothingToReopen(ValueError):
    """No determination of the ask is in force, or another one than was shown."""


def refusal_to_reopen(ask: Ask, *, standing: Standing, screenings=None):
    """Why this person may not reopen this ask, as an error, or None."""
    refusal = refusal_to_decide(ask, standing=standing, screenings=screenings)
    if refusal is not None:
        return NotYourDecision(f"{refusal} The same holds for opening it again.")
    if ask.ice_request.status == Status.RETURNED:
        return NothingToReopen("It is returned for correction: wait for the filer.")
    return None


@transaction.atomic
def reopen(
    *,
    determination: Determination,
    reason: str,
    standing: Standing,
    at: datetime,
) -> Reopening:
    """End a determination in force; it stays readable, and the ask is open again.

    Raises NotYourDecision, NothingToReopen.
    """
    ice_request = (
        IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency", "data_key")
        .get(pk=determination.ice_request_id)
    )
    determination = Determination.objects.select_related("ask").get(pk=determination.pk)
    determination.ask.ice_request = ice_request
    refusal = refusal_to_reopen(determination.ask, standing=standing)
    if refusal is not None:
        raise refusal
    if determination.ended_at is not None or not determination.is_effective:
        raise NothingToReopen("This determination is not in force: see the request.")
    is_head = standing.holds(Role.HEAD, ice_request.agency_id)
    role = Role.HEAD if is_head else Role.SUPERVISOR
    determination.ended_at = at
    determination.save(update_fields=["ended_at"])
    reopening = Reopening.objects.create(
        ice_request=ice_request,
        determination=determination,
        reason=reason,
        reopened_by=standing.user,
        reopened_as=role,
        reopened_at=at,
    )
    ledger.record(
        event="ask.reopened",
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
    who = {"by": standing.user, "role": role, "at": at}
    notices.owe_intent_again(ice_request=ice_request, **who)
    assign(ice_request=ice_request, **who)
    return reopening
