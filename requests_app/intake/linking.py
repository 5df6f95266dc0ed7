"""Deciding what another request of the agency is to this one; kept in the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import User
from requests_app.docket.models import IceRequest, Link, LinkKind
from requests_app.intake.duplicates import Candidate, candidates
from requests_app.ledger import services as ledger


class NotOfOneAgency(LookupError):
    """Requests of two agencies are not told of to each other."""


class Undecided(ValueError):
    """A likely duplicate of a filing has not been decided on."""

    def __init__(self, found: Sequence[Candidate]):
        super().__init__("Say of each likely duplicate what it is to this request.")
        self.candidates = list(found)


def of_request(ice_request: IceRequest) -> list[Candidate]:
    """The candidates of a request that is filed."""
    return candidates(ice_request, ice_request.person, key=ice_request.data_key)


@transaction.atomic
def decide(
    *,
    ice_request: IceRequest,
    candidate: Candidate,
    kind: str,
    reason: str,
    by: User,
    role: str,
    at: datetime,
) -> Link:
    """Keep what somebody decided of two requests. The same again is kept once.

    The one filed later is what `kind` speaks of: it supersedes, or cancels, the other.
    Raises NotOfOneAgency.
    """
    pair = sorted((ice_request.pk, candidate.ice_request.pk))
    rows = {
        one.pk: one
        for one in IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency")
        .filter(pk__in=pair)
        .order_by("pk")
    }
    earlier, later = (rows[pk] for pk in pair)
    if earlier.agency_id != later.agency_id:
        raise NotOfOneAgency("Requests of two agencies are not compared.")
    newest = Link.objects.of_pair(later, earlier).order_by("-id").first()
    if newest is not None and newest.kind == kind:
        return newest
    link = Link.objects.create(
        ice_request=later,
        other=earlier,
        kind=kind,
        score=candidate.score,
        signals=[str(one) for one in candidate.signals],
        reason=reason,
        decided_by=by,
        decided_at=at,
    )
    for one, about in ((later, earlier), (earlier, later)):
        ledger.record(
            event="request.linked",
            subject=one.public_id,
            at=at,
            actor=by.public_id,
            role=role,
            agency=one.agency.code,
            body={
                "link": link.public_id,
                "about": about.public_id,
                "kind": str(kind),
                "score": candidate.score,
                "signals": [str(signal) for signal in candidate.signals],
            },
        )
    return link


def chosen_among(
    found: Sequence[Candidate], chosen: Mapping[str, str]
) -> list[tuple[Candidate, str]]:
    """What was chosen of each candidate, by its public identifier.

    A likely one has to be decided on; raises Undecided with all that are not.
    """
    decided = [
        (one, chosen[one.ice_request.public_id])
        for one in found
        if chosen.get(one.ice_request.public_id) in LinkKind.values
    ]
    known = {one.ice_request.pk for one, _ in decided}
    open_ones = [
        one for one in found if one.must_be_decided and one.ice_request.pk not in known
    ]
    if open_ones:
        raise Undecided(open_ones)
    return decided
