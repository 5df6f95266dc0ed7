"""Notes on a request: internal or for release, mended for five minutes, then kept.

A note is sealed under the request's own data key and goes with it. The history keeps
that it was written, of which kind and who was named in it; never a word of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models.functions import Lower

from requests_app.accounts.access import FILERS, NAME_READERS, Standing
from requests_app.accounts.models import (
    Agency,
    Appointment,
    Placement,
    Role,
    Unit,
    User,
)
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.review.models import (
    NOTE_MINUTES,
    Mention,
    MessageKind,
    Note,
)
from requests_app.review.services.telling import tell

MENDED_FOR = timedelta(minutes=NOTE_MINUTES)
# Of several roles that write, the one with the most say is kept.
_RANK = (Role.HEAD, Role.SUPERVISOR, Role.CLERK)
# A name after @ at the beginning of a word; an address of mail is none.
_MENTIONED = re.compile(r"(?<![\w.+@-])@([\w.+-]*\w)")
# An agency with more people than this names the others by @.
MOST_COLLEAGUES = 200


class NotYourConversation(PermissionError):
    """The person's roles at this agency write nothing on its requests."""


class NotItsWriter(PermissionError):
    """A note is mended by whoever wrote it and by nobody else."""


class NoLongerMended(ValueError):
    """Five minutes have passed: the note stands as it is."""


class NobodyOfThatName(ValueError):
    """Somebody was named who reads no requests at the agency."""


class NobodyThere(ValueError):
    """A unit was named in which nobody works that day who may read the request."""


@dataclass(frozen=True)
class Words:
    """What a note says, and to whom."""

    text: str
    kind: str
    is_urgent: bool = False


def colleagues_of(agency: Agency, *, on: date):
    """Those who may read the agency's requests with names on a day."""
    holders = Appointment.objects.in_force(on).filter(
        agency=agency, role__in=NAME_READERS
    )
    return User.objects.filter(
        is_active=True, pk__in=holders.values("user_id")
    ).order_by("last_name", "first_name", "pk")


def named_in(text: str, *, agency: Agency, on: date) -> list[User]:
    """Everybody whom a text names by @ and the name of the account.

    Raises NobodyOfThatName.
    """
    wanted = {one.lower() for one in _MENTIONED.findall(text)}
    if not wanted:
        return []
    colleagues = colleagues_of(agency, on=on).annotate(called=Lower("username"))
    found = {one.called: one for one in colleagues.filter(called__in=wanted)}
    missing = sorted(wanted - set(found))
    if missing:
        raise NobodyOfThatName(
            f"Nobody who may read this request is called @{missing[0]}. Choose the "
            "person below, or leave the @ out."
        )
    return list(found.values())


@transaction.atomic
def add_note(
    *,
    ice_request: IceRequest,
    words: Words,
    mentions: Iterable[User] = (),
    units: Iterable[Unit] = (),
    standing: Standing,
    at: datetime,
) -> Note:
    """Write a note on a request, and tell whoever is named in it.

    Those chosen, those named by @ and those who work that day in a unit that is named
    are told alike and once; nobody is told of his own note.
    Raises NotYourConversation, NobodyOfThatName, NobodyThere.
    """
    agency, role = ice_request.agency, _role(standing, ice_request)
    people = _people(words, mentions, agency=agency, on=standing.on)
    placed = _placed(units, agency=agency, on=standing.on, known=[*people])
    note = Note.objects.create(
        ice_request=ice_request,
        kind=words.kind,
        text=words.text,
        is_urgent=words.is_urgent,
        written_by=standing.user,
        written_as=role,
        written_at=at,
    )
    Mention.objects.bulk_create(
        Mention(note=note, user=one, unit=unit)
        for one, unit in [*((one, None) for one in people), *placed]
    )
    people = [*people, *(one for one, _ in placed)]
    ledger.record(
        event="note.added",
        subject=ice_request.public_id,
        at=at,
        actor=standing.user.public_id,
        role=role,
        agency=agency.code,
        body={
            "note": note.public_id,
            "kind": str(note.kind),
            "urgent": note.is_urgent,
            "mentions": sorted(one.public_id for one in people),
        },
    )
    tell(
        people=[one for one in people if one.pk != standing.user.pk],
        agency=agency,
        kind=MessageKind.MENTIONED,
        ice_request=ice_request,
        at=at,
    )
    return note


@transaction.atomic
def edit_note(*, note: Note, words: Words, standing: Standing, at: datetime) -> Note:
    """Mend a note within five minutes. Who is named in it stays as it was told.

    Raises NotYourConversation, NotItsWriter, NoLongerMended.
    """
    ice_request = note.ice_request
    role = _role(standing, ice_request)
    note = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    note.ice_request = ice_request
    if note.written_by_id != standing.user.pk:
        raise NotItsWriter("Only its writer mends a note. Write one of your own.")
    if not is_mended_still(note, at=at):
        raise NoLongerMended(_STANDS)
    note.text, note.kind, note.is_urgent = words.text, words.kind, words.is_urgent
    note.edited_at = at
    _save(note)
    ledger.record(
        event="note.edited",
        subject=ice_request.public_id,
        at=at,
        actor=standing.user.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={"note": note.public_id},
    )
    return note


_STANDS = (
    f"A note is mended for {NOTE_MINUTES} minutes, and they are over. What you "
    "wrote is below: put it into a note of its own."
)


def is_mended_still(note: Note, *, at: datetime) -> bool:
    """Whether its writer may still mend a note."""
    return at <= note.written_at + MENDED_FOR


def _save(note: Note) -> None:
    """The database has a clock of its own, and the last word."""
    try:
        with transaction.atomic():
            note.save(update_fields=["text", "kind", "is_urgent", "edited_at"])
    except DatabaseError as refusal:
        if "mended within five minutes" not in str(refusal):
            raise
        raise NoLongerMended(_STANDS) from None


def _people(words: Words, chosen: Iterable[User], *, agency, on) -> list[User]:
    people = {one.pk: one for one in named_in(words.text, agency=agency, on=on)}
    chosen = {one.pk: one for one in chosen}
    reading = colleagues_of(agency, on=on).filter(pk__in=chosen)
    if chosen and len(reading) != len(chosen):
        raise NobodyOfThatName(
            "Somebody you chose may not read this request any more. Choose again."
        )
    return [one for _, one in sorted({**people, **chosen}.items())]


def units_of(agency: Agency):
    """The units of an agency that may be named."""
    return Unit.objects.open().filter(agency=agency).order_by("name", "pk")


def _placed(units: Iterable[Unit], *, agency, on, known) -> list[tuple[User, Unit]]:
    """Everybody who works in the units that day and may read the request, each once."""
    found, told = [], {one.pk for one in known}
    reading = colleagues_of(agency, on=on)
    for unit in units:
        placements = Placement.objects.in_force(on).filter(unit=unit)
        there = list(reading.filter(pk__in=placements.values("user_id")))
        if not there:
            raise NobodyThere(
                f"Nobody who may read this request works in {unit} today. Choose "
                "people or another unit."
            )
        found += [(one, unit) for one in there if one.pk not in told]
        told |= {one.pk for one in there}
    return found


def _role(standing: Standing, ice_request: IceRequest) -> str:
    held = [
        one
        for one in _RANK
        if one in FILERS and standing.holds(one, ice_request.agency_id)
    ]
    if not held:
        raise NotYourConversation("Your roles at this agency write no notes.")
    return str(held[0])
