"""Requests that may be about the same person, event or paper, with scores.

Found by the blind index and by the hashes of files: the database compares tokens, and
only requests of the one agency are looked at. Nothing is decided here.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from requests_app.docket import chains, names
from requests_app.docket.models import (
    IceRequest,
    IceRequestQuerySet,
    LinkKind,
    Person,
    Signal,
)
from requests_app.docket.record import Record
from requests_app.documents.models import Document
from requests_app.vault import blind
from requests_app.vault.models import DataKey
from requests_app.vault.sealing import CannotBeOpened

MOST = 12
# So many of those that share a token are compared, the newest first.
_MOST_COMPARED = 60
# From here on somebody has to say what it is before a request is filed.
TO_DECIDE = 60
# How much each common thing says by itself, of a hundred.
WEIGHTS = {
    Signal.PAPER: 97,
    Signal.EVENT_NUMBER: 92,
    Signal.A_NUMBER: 90,
    Signal.SUBJECT_ID: 85,
    Signal.PERSON: 80,
    Signal.BOOKING_NUMBER: 70,
    Signal.NAME: 35,
    Signal.SAME_DAY: 15,
}
_BY_PURPOSE = {
    blind.ALIEN_NUMBER: Signal.A_NUMBER,
    blind.BOOKING_NUMBER: Signal.BOOKING_NUMBER,
    blind.EVENT_NUMBER: Signal.EVENT_NUMBER,
    blind.SUBJECT_ID: Signal.SUBJECT_ID,
    blind.BIRTH: Signal.PERSON,
}


@dataclass(frozen=True)
class Candidate:
    """Another request of the agency, how like it is, and by what."""

    ice_request: IceRequest
    score: int
    signals: tuple[Signal, ...]
    # What was decided of the two before; empty: nothing.
    decided: str = ""

    @property
    def must_be_decided(self) -> bool:
        return self.score >= TO_DECIDE and not self.decided

    @property
    def reasons(self) -> list[str]:
        return [str(one.label) for one in self.signals]


def score_of(signals: Collection[Signal]) -> int:
    """How sure the common things make it together, of a hundred: 0 for none."""
    doubt = 1.0
    for one in signals:
        doubt *= 1 - WEIGHTS[one] / 100
    return min(99, round(100 * (1 - doubt)))


def candidates(
    ice_request: IceRequest, person: Person, *, key: DataKey | None = None
) -> list[Candidate]:
    """Requests of the same agency that may be the same, the likest first.

    They may be of a draft that is not saved; its files lie under the data key.
    What was destroyed, or belongs to an import that was undone, is none.
    """
    near = _same_agency(ice_request).with_keys().select_related("person", "agency")
    exact = _exact_tokens(ice_request, person)
    by_paper = {one.pk: one for one in _with_a_paper_of(near, key)}
    found = {}
    for one in _sharing(near, exact, by_paper, person, ice_request.agency_id):
        signals = _signals(one, ice_request, person, exact, by_paper)
        if any(signal != Signal.SAME_DAY for signal in signals):
            found[one.pk] = Candidate(one, score_of(signals), signals)
    decided = _decided(ice_request)
    ranked = sorted(
        (
            Candidate(one.ice_request, one.score, one.signals, decided.get(pk, ""))
            for pk, one in found.items()
        ),
        key=lambda one: (-one.score, -one.ice_request.pk),
    )
    return ranked[:MOST]


def records_of(requests: Collection[int]) -> dict[int, Record]:
    """What a page compares of several requests, in two statements."""
    if not requests:
        return {}
    rows = (
        IceRequest.objects.filter(pk__in=requests)
        .select_related("agency", "data_key", "person", "custody", "legal_basis")
        .prefetch_related("asks")
    )
    return {
        row.pk: Record(
            ice_request=row,
            person=row.person,
            custody=row.custody,
            legal_basis=row.legal_basis,
            asks=list(row.asks.all()),
        )
        for row in rows
    }


def _same_agency(ice_request: IceRequest) -> IceRequestQuerySet:
    rows = IceRequest.objects.shown().filter(
        agency_id=ice_request.agency_id, data_key__shredded_at__isnull=True
    )
    return rows.exclude(pk=ice_request.pk) if ice_request.pk else rows


def _exact_tokens(ice_request, person: Person) -> dict[Signal, set[int]]:
    """The tokens that stand for a number, or for family name and birth date."""
    values = {
        blind.ALIEN_NUMBER: person.a_number,
        blind.BOOKING_NUMBER: person.booking_number,
        blind.EVENT_NUMBER: ice_request.event_number,
        blind.SUBJECT_ID: ice_request.subject_id,
        blind.BIRTH: names.name_and_birth(person.family_names, person.date_of_birth),
    }
    found = {}
    for purpose, value in values.items():
        if said := names.comparable(value):
            tokens = blind.tokens_to_seek(
                [(purpose, said)], agencies=[ice_request.agency_id]
            )
            found[_BY_PURPOSE[purpose]] = set(tokens)
    return found


def _sharing(
    near, exact, by_paper: dict, person: Person, agency_id: int
) -> list[IceRequest]:
    """The newest of those that share a number, a birth, a paper or the whole name."""
    found = {}
    tokens = sorted(set().union(*exact.values()))
    if tokens:
        rows = near.holding(tokens).newest_first()
        found |= {one.pk: one for one in rows[:_MOST_COMPARED]}
    found |= by_paper
    name = f"{person.family_names} {person.given_names}"
    if len(names.words_of(name)) > 1:
        rows = near.named(name, agencies=[agency_id])
        found |= {one.pk: one for one in rows.newest_first()[:_MOST_COMPARED]}
    return list(found.values())


def _with_a_paper_of(near, key: DataKey | None) -> list[IceRequest]:
    """Those that hold a file with the very bytes of one that lies under the key."""
    if key is None:
        return []
    kept = Document.objects.filter(misplaced_at=None)
    hashes = kept.under(key).values("sha256")
    keys = kept.filter(sha256__in=hashes).values("data_key")
    return list(near.filter(data_key__in=keys).exclude(data_key=key)[:MOST])


def _signals(
    other: IceRequest, ice_request: IceRequest, person: Person, exact, by_paper
) -> tuple[Signal, ...]:
    kept = set(other.found_by)
    found = [signal for signal, tokens in exact.items() if tokens & kept]
    if other.pk in by_paper:
        found.append(Signal.PAPER)
    if Signal.PERSON not in found and _is_named_alike(other, person):
        found.append(Signal.NAME)
    days = {timezone.localdate(one.received_at) for one in (other, ice_request)}
    if len(days) == 1:
        found.append(Signal.SAME_DAY)
    return tuple(sorted(found, key=lambda one: -WEIGHTS[one]))


def _is_named_alike(other: IceRequest, person: Person) -> bool:
    """Whether the names fit, and no known birth dates say that they are two people."""
    try:
        theirs = other.person
        borne = names.words_of(theirs.family_names, theirs.given_names, *theirs.aliases)
        births = {theirs.date_of_birth, person.date_of_birth} - {None}
    except CannotBeOpened:
        return False
    ours = names.words_of(person.family_names, person.given_names)
    return len(births) < 2 and names.likeness(ours, borne) is not None


def _decided(ice_request: IceRequest) -> dict[int, str]:
    if not ice_request.pk:
        return {}
    found = {}
    for link in chains.newest_links([ice_request.pk]):
        is_later = link.ice_request_id == ice_request.pk
        other = link.other_id if is_later else link.ice_request_id
        found[other] = str(LinkKind(link.kind).label)
    return found
