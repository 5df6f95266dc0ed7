"""Holds: nothing of a request is destroyed while one is in force.

A hold is placed on one request, or on a person: then it also keeps every other request
of the agency about the same person, those filed later among them. The person is known
by index tokens of the family name with the birth date and of the A-number, as
`IceRequest.found_by` holds them; no name stands in a hold.
"""

from collections.abc import Collection
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from requests_app.accounts.models import User
from requests_app.docket import names
from requests_app.docket.models import Claim, Hold, HoldQuerySet, IceRequest
from requests_app.ledger import services as ledger
from requests_app.vault import blind
from requests_app.vault.sealing import CannotBeOpened


class OnHold(ValueError):
    """A hold keeps the request: nothing of it is destroyed."""


class CannotBeKnown(ValueError):
    """A person without birth date and A-number cannot be found in other requests."""


class NotYoursToLift(PermissionError):
    """Whoever placed a hold does not lift it."""


class StillNeeded(ValueError):
    """The claim that a hold was placed for is still before the court."""


class AlreadyLifted(ValueError):
    """The hold was lifted before."""


def take_turns(agency_id: int) -> None:
    """Wait until no other transaction holds or destroys records of the agency.

    A hold on a person keeps requests that it does not name: no lock on one of them
    would stop the shredding of another. It is the first lock that is taken.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('holds of an agency', %s))",
            [agency_id],
        )


@transaction.atomic
def place(
    *,
    ice_request: IceRequest,
    reach: str,
    cause: str,
    words: str,
    by: User,
    role: str,
    at: datetime,
    claim: Claim | None = None,
) -> Hold:
    """Keep a request, or every request about its person, from destruction.

    Raises CannotBeKnown, Destroyed.
    """
    take_turns(ice_request.agency_id)
    ice_request = IceRequest.objects.select_related("agency", "data_key", "person").get(
        pk=ice_request.pk
    )
    ice_request.refuse_if_shredded()
    hold = Hold(
        agency=ice_request.agency,
        ice_request=ice_request,
        claim=claim,
        reach=reach,
        cause=cause,
        words=words,
        placed_by=by,
        placed_as=role,
        placed_at=at,
    )
    if reach == Hold.Reach.PERSON:
        hold.index_key = blind.index_key()
        hold.person = tokens_of(ice_request)
        if not hold.person:
            raise CannotBeKnown(
                "Neither the birth date nor an A-number is on record, so other "
                "requests about this person cannot be told. Hold this request instead."
            )
    hold.save(force_insert=True)
    about = {"about": claim.public_id} if claim else {}
    ledger.record(
        event="hold.placed",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={
            "hold": hold.public_id,
            "cause": str(cause),
            "reach": str(reach),
            **about,
        },
    )
    return hold


@transaction.atomic
def lift(*, hold: Hold, words: str, by: User, role: str, at: datetime) -> Hold:
    """Lift a hold, with the reason in words.

    Lifting opens the way to destruction, so it takes another person than placing; and
    while a claim is before the court, its hold stays.

    Raises NotYoursToLift, StillNeeded, AlreadyLifted.
    """
    take_turns(hold.agency_id)
    hold = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("ice_request__agency", "ice_request__data_key", "claim")
        .get(pk=hold.pk)
    )
    if hold.lifted_at is not None:
        raise AlreadyLifted("This hold was lifted before.")
    if hold.placed_by_id == by.pk:
        raise NotYoursToLift(
            "You placed this hold. Another supervisor, the head of agency or a "
            "records officer lifts it."
        )
    if hold.claim_id and hold.claim.is_pending():
        raise StillNeeded(
            "The claim is still before the court. Record what became of it first."
        )
    hold.lifted_by = by
    hold.lifted_at = at
    hold.lifted_words = words
    hold.save(update_fields=["lifted_by", "lifted_at", "lifted_words"])
    ledger.record(
        event="hold.lifted",
        subject=hold.ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=hold.ice_request.agency.code,
        body={"hold": hold.public_id},
    )
    return hold


def over(ice_request: IceRequest) -> HoldQuerySet:
    """The holds in force that keep this request, by itself or by its person.

    The person's tokens are made anew under every index key: while the key is being
    renewed, a hold and a request may be indexed under different ones.
    """
    keeps = Q(ice_request=ice_request)
    if tokens := tokens_of(ice_request):
        keeps |= Q(reach=Hold.Reach.PERSON, person__overlap=tokens)
    return (
        Hold.objects.in_force()
        .filter(keeps, agency_id=ice_request.agency_id)
        .order_by("id")
    )


_ROW = ("public_id", "cause", "reach", "placed_at")


def rows() -> ArraySubquery:
    """The holds that keep a request, as columns of its own query for its page."""
    keeps = Q(ice_request=OuterRef("pk")) | Q(person__overlap=OuterRef("found_by"))
    found = Hold.objects.in_force().filter(keeps, agency=OuterRef("agency"))
    return ArraySubquery(
        found.order_by("id").values(json=JSONObject(**{one: one for one in _ROW}))
    )


def shown(hold_rows: list[dict]) -> list[dict]:
    """What a page shows of `rows`: since when, why, and what is held."""
    return [
        {
            **row,
            "placed_at": datetime.fromisoformat(row["placed_at"]),
            "cause": Hold.Cause(row["cause"]).label,
            "reach": Hold.Reach(row["reach"]).label,
        }
        for row in hold_rows
    ]


def held_among(ice_requests: Collection[IceRequest]) -> set[int]:
    """The ids of those that a hold keeps, for lists: by the tokens of `found_by`."""
    holds = list(
        Hold.objects.in_force()
        .filter(agency_id__in={one.agency_id for one in ice_requests})
        .only("agency_id", "ice_request_id", "reach", "person")
    )
    kept = {hold.ice_request_id for hold in holds}
    people = [(hold.agency_id, set(hold.person)) for hold in holds if hold.person]
    return {
        one.pk
        for one in ice_requests
        if one.pk in kept
        or any(
            agency == one.agency_id and person & set(one.found_by)
            for agency, person in people
        )
    }


def refuse_if_held(ice_request: IceRequest) -> None:
    """Raise OnHold while a hold keeps the request."""
    hold = over(ice_request).first()
    if hold is not None:
        raise OnHold(
            f"On legal hold since {hold.placed_at:%Y-%m-%d} "
            f"({hold.get_cause_display().lower()}): {ice_request.number} is not "
            "destroyed until the hold is lifted."
        )


def tokens_of(ice_request: IceRequest) -> list[int]:
    """What tells the person in other requests of the agency, under every index key."""
    try:
        person = ice_request.person
        exact = {
            blind.BIRTH: names.name_and_birth(
                person.family_names, person.date_of_birth
            ),
            blind.ALIEN_NUMBER: person.a_number,
        }
    except CannotBeOpened:
        return []
    pairs = [
        (purpose, names.comparable(value))
        for purpose, value in exact.items()
        if names.comparable(value)
    ]
    return blind.tokens_to_seek(pairs, agencies=[ice_request.agency_id])


def reindex(*, most: int) -> int:
    """Index up to `most` holds on people under the first index key; how many were."""
    rows = (
        indexed_otherwise()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("ice_request__data_key", "ice_request__person")
        .order_by("pk")[:most]
    )
    done = 0
    for hold in rows:
        hold.index_key = blind.index_key()
        hold.person = tokens_of(hold.ice_request)
        hold.save(update_fields=["person", "index_key"])
        done += 1
    return done


def indexed_otherwise() -> HoldQuerySet:
    """Holds on people that the first index key does not index."""
    people = Hold.objects.in_force().filter(reach=Hold.Reach.PERSON)
    return people.exclude(index_key=blind.index_key())
