"""Reconciling: what was done against what was asked and decided."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from requests_app.accounts.models import User
from requests_app.docket.models import Act, Custody, IceRequest
from requests_app.ledger import services as ledger
from requests_app.review import outcome
from requests_app.review.models import Finding, Mismatch, Screening


@transaction.atomic
def reconcile(*, act: Act, by: User, role: str, at: datetime) -> list[Mismatch]:
    """Keep every way in which an act parts from what was asked or decided."""
    ice_request = act.ice_request
    determinations = []
    if act.ask is not None:
        determinations = list(act.ask.determinations.filter(effective_at__isnull=False))
    partings = outcome.partings(
        outcome.Done(
            kind=act.kind,
            happened_at=act.happened_at,
            ended_at=act.ended_at,
            done_by=act.done_by,
            release_eligible_at=_release_eligible_at(ice_request),
            information=tuple(act.information),
            notice_answers=(
                act.copy_to_person,
                act.copy_to_attorney_or_designee,
                act.reason_in_writing,
            ),
            owes_notice=owes_notice(act),
        ),
        is_asked=act.ask is not None,
        asked_information=tuple(act.ask.information) if act.ask else (),
        determinations=determinations,
    )
    ruling = outcome.in_force(determinations, act.happened_at)
    kept = []
    for parting in partings:
        mismatch, is_new = Mismatch.objects.get_or_create(
            act=act,
            kind=parting.kind,
            defaults={
                "ice_request": ice_request,
                "ask": act.ask,
                "determination": ruling,
                "because": parting.because,
                "found_at": at,
            },
        )
        if is_new:
            _record(mismatch, by=by, role=role, at=at)
            kept.append(mismatch)
    return kept


def _release_eligible_at(ice_request: IceRequest) -> datetime | None:
    # Read anew: an act recorded before a correction is compared with corrected facts.
    return Custody.objects.values_list("release_eligible_at", flat=True).get(
        ice_request=ice_request
    )


def owes_notice(act: Act) -> bool:
    """Whether telling ICE of a release owes the copy and the reason of (e)(1).

    The law has said so when the act's screening holds a finding on that duty.
    """
    return _speaks_of("54-192h(e)(1) notification", Screening.objects.filter(act=act))


def owes_copy(ice_request: IceRequest) -> bool:
    """Whether receipt owes the copy and the statement of intent of (e)(1)."""
    receipts = ice_request.screenings.filter(ask=None, act=None)
    return _speaks_of("54-192h(e)(1) copy", receipts)


def _speaks_of(citation: str, screenings: QuerySet) -> bool:
    """Whether any of these few screenings has a finding on a citation.

    In two steps: joined, the policies of both tables keep the index of findings out of
    the plan, and every finding of the agency is read.
    """
    numbers = list(screenings.values_list("id", flat=True))
    return Finding.objects.filter(screening__in=numbers, citation=citation).exists()


def _record(mismatch: Mismatch, *, by, role, at) -> None:
    ice_request = mismatch.ice_request
    ledger.record(
        event="mismatch.found",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={
            "act": mismatch.act.public_id,
            "ask": mismatch.ask.public_id if mismatch.ask else None,
            "kind": str(mismatch.kind),
        },
    )
