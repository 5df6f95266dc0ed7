"""Writing the facts of record."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from requests_app.accounts.models import Agency, User
from requests_app.docket import holds, names
from requests_app.docket.models import (
    MOST_WORDS,
    MOVES,
    Act,
    ActKind,
    Ask,
    Communication,
    Conviction,
    Custody,
    IceRequest,
    IceRequestQuerySet,
    LegalBasis,
    NumberSeries,
    Person,
    Release,
    Status,
    Warrant,
)
from requests_app.docket.record import Record
from requests_app.documents import keeping
from requests_app.documents.models import Document
from requests_app.ledger import services as ledger
from requests_app.ledger import verifying
from requests_app.ledger.events import AUTHORITY
from requests_app.ledger.models import Entry
from requests_app.vault import blind
from requests_app.vault import services as vault
from requests_app.vault.fields import sealed_fields
from requests_app.vault.sealing import CannotBeOpened


class IllegalMove(ValueError):
    """The status table has no such move."""


def next_number(*, agency: Agency, at: datetime) -> str:
    """The next number of the agency in the year, as in BPT-2026-00042."""
    return next_numbers(agency=agency, at=at, count=1)[0]


def next_numbers(*, agency: Agency, at: datetime, count: int) -> list[str]:
    """So many next numbers, in their order."""
    year = timezone.localdate(at).year
    NumberSeries.objects.get_or_create(agency=agency, year=year)
    series = NumberSeries.objects.filter(agency=agency, year=year)
    series.update(last=F("last") + count)
    last = series.get().last
    numbers = range(last - count + 1, last + 1)
    return [f"{agency.code}-{year}-{number:05d}" for number in numbers]


@transaction.atomic
def keep(*, record: Record, at: datetime) -> IceRequest:
    """Save a new record: the request with its number, then everything that hangs on it.

    A request that was a draft keeps the draft's data key; any other gets one. Acts and
    communications are kept by `keep_act`, which also needs to know who recorded them.
    """
    ice_request = record.ice_request
    ice_request.number = next_number(agency=ice_request.agency, at=at)
    if ice_request.data_key_id is None:
        ice_request.data_key = vault.new_key(agency=ice_request.agency.code, at=at)
    index(ice_request, record.person)
    ice_request.save(force_insert=True)
    singles = (record.person, record.custody, record.legal_basis)
    for row in (*singles, *record.convictions, *record.warrants, *record.asks):
        row.ice_request = ice_request
        row.save(force_insert=True)
    if not ice_request.is_unasked:
        Communication.objects.create(
            ice_request=ice_request,
            direction=Communication.Direction.INCOMING,
            channel=ice_request.channel,
            at=ice_request.received_at,
            about="request",
            recorded_at=at,
            recorded_by=ice_request.filed_by,
        )
    return ice_request


@transaction.atomic
def keep_all(*, records: Sequence[Record], at: datetime) -> list[IceRequest]:
    """Save many new records of one agency with what hangs on them, kind by kind.

    Acts done and releases are theirs too; nobody is owed anything for it, and no
    notice is opened: this is for what was recorded elsewhere before.
    """
    agency = records[0].ice_request.agency
    numbers = next_numbers(agency=agency, at=at, count=len(records))
    keys = vault.new_keys(agency=agency.code, at=at, count=len(records))
    for record, number, key in zip(records, numbers, keys, strict=True):
        record.ice_request.number, record.ice_request.data_key = number, key
        index(record.ice_request, record.person)
    kept = IceRequest.objects.bulk_create([one.ice_request for one in records])
    for model, rows in _rows_by_model(records).items():
        model.objects.bulk_create(rows)
    return kept


def _rows_by_model(records: Sequence[Record]) -> dict:
    """What hangs on records, by its model, in an order in which it can be saved."""
    rows = defaultdict(list)
    for record in records:
        ice_request, by_kind = record.ice_request, {}
        for ask in record.asks:
            by_kind[ask.act_kind] = ask
        for act in record.acts:
            act.ask = _ask_for(act, by_kind)
        hanging = [record.person, record.custody, record.legal_basis]
        hanging += [*record.convictions, *record.warrants, *record.asks, *record.acts]
        for row in hanging:
            row.ice_request = ice_request
            rows[type(row)].append(row)
        rows[Communication] += _contacts_of(record)
    order = (Person, Custody, LegalBasis, Conviction, Warrant, Ask, Act, Communication)
    return {model: rows[model] for model in order}


def _contacts_of(record: Record) -> list[Communication]:
    """The contact that a request was, and those that its acts were."""
    ice_request = record.ice_request
    known = {
        "ice_request": ice_request,
        "channel": ice_request.channel,
        "recorded_at": ice_request.filed_at,
        "recorded_by": ice_request.filed_by,
    }
    contacts = [
        Communication(
            direction=Communication.Direction.OUTGOING,
            at=act.happened_at,
            about=act.kind,
            act=act,
            **known,
        )
        for act in record.acts
        if act.kind in TELLS_ICE
    ]
    if not ice_request.is_unasked:
        incoming = Communication.Direction.INCOMING
        at = ice_request.received_at
        contacts.append(
            Communication(direction=incoming, at=at, about="request", **known)
        )
    return contacts


def index(ice_request: IceRequest, person: Person) -> None:
    """Set the tokens by which a request is found; the caller saves the request."""
    ice_request.index_key, ice_request.found_by = blind.tokens_to_keep(
        _found_by(ice_request, person), agency=ice_request.agency_id
    )


@transaction.atomic
def reindex(*, most: int) -> int:
    """Index up to `most` requests under the first index key; how many were.

    Holds on people come first: they keep what is indexed after them. Passes by rows
    that somebody else holds, and by what was shredded.
    """
    if held := holds.reindex(most=most):
        return held
    rows = (
        _indexed_otherwise()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("data_key", "person")
        .order_by("pk")[:most]
    )
    done = 0
    for row in rows:
        index(row, row.person)
        row.save(update_fields=["found_by", "index_key"])
        done += 1
    return done


def indexed_otherwise() -> int:
    """How many requests and holds the first index key does not index."""
    return _indexed_otherwise().count() + holds.indexed_otherwise().count()


def _indexed_otherwise() -> IceRequestQuerySet:
    rows = IceRequest.objects.exclude(index_key=blind.index_key())
    return rows.filter(data_key__shredded_at__isnull=True)


def _found_by(ice_request: IceRequest, person: Person) -> list[tuple[str, str]]:
    return names.found_by(
        family_names=person.family_names,
        given_names=person.given_names,
        aliases=person.aliases,
        date_of_birth=person.date_of_birth,
        numbers={
            blind.ALIEN_NUMBER: person.a_number,
            blind.BOOKING_NUMBER: person.booking_number,
            blind.EVENT_NUMBER: ice_request.event_number,
            blind.SUBJECT_ID: ice_request.subject_id,
        },
    )


def _names(person: Person) -> tuple[str, ...]:
    return (person.family_names, person.given_names, *person.aliases)


# Candidates that are opened to be ranked; who has more should type more of the name.
MOST_CANDIDATES = 200


def search(
    *, requests: IceRequestQuerySet, name: str, agencies: Collection[int], most: int
) -> list[IceRequest]:
    """Up to `most` of the requests whose person bears the name, the likest first.

    `requests` come with their data keys and people; `agencies` are the ids of those
    whose requests are looked through. The database sees tokens only; the names of the
    newest candidates are opened here and compared.
    """
    found = requests.filter(agency_id__in=agencies).named(name, agencies=agencies)
    candidates = found.newest_first()
    typed = names.words_of(name)
    ranked = []
    for place, one in enumerate(candidates[:MOST_CANDIDATES]):
        distance = _likeness(one.person, typed)
        if distance is not None:
            ranked.append((distance, place, one))
    return [one for _, _, one in sorted(ranked, key=lambda row: row[:2])[:most]]


def _likeness(person: Person, typed: list[str]) -> int | None:
    try:
        borne = names.words_of(*_names(person))
    except CannotBeOpened:
        return None
    return names.likeness(typed[:MOST_WORDS], borne)


def commitments(record: Record) -> list[str]:
    """A salted commitment to each sealed value of the facts, as table.column:hex.

    They go into the history, where they prove later what the facts were to whoever has
    the data key, and nothing to anybody once that is destroyed.
    """
    found = []
    for row in (record.ice_request, record.person, record.custody, *record.warrants):
        for field in sealed_fields(type(row)):
            made = field.commitment(row)
            if made:
                found.append(f"{row._meta.db_table}.{field.column}:{made}")
    return sorted(found)


def broken_commitments(ice_request: IceRequest) -> list[str]:
    """Columns of the facts that are not what the history last committed to.

    Each as table.column; empty when all are as recorded, or when the request was
    shredded. Raises nothing for a value that cannot be opened: it is named.
    """
    entry = (
        Entry.objects.about(ice_request.public_id)
        .filter(event__in=("request.filed", "request.imported", "request.corrected"))
        .order_by("-seq")
        .first()
    )
    recorded = json.loads(entry.body).get("commitments") if entry else None
    if recorded is None or ice_request.data_key.is_shredded:
        return []
    try:
        now = commitments(Record.of(ice_request))
    except CannotBeOpened:
        return ["cannot be opened"]
    differing = set(recorded) ^ set(now)
    return sorted({one.partition(":")[0] for one in differing})


@verifying.deep("commitments")
def verify_commitments(*, cursor) -> Iterator[str]:
    """Requests whose facts are not those committed to, for `verify_ledger --deep`."""
    requests = IceRequest.objects.select_related("agency", "data_key").order_by("id")
    for ice_request in requests.iterator(chunk_size=500):
        if broken := broken_commitments(ice_request):
            yield f"request {ice_request.number}: {', '.join(broken)} not as committed"


@transaction.atomic
def shred(
    *, ice_request: IceRequest, authority: str, by: User, role: str, at: datetime
) -> IceRequest:
    """Destroy everything personal in a request: key, salts, index tokens, files.

    The history stays and verifies; what it committed to can never be shown again.
    Raises NoAuthority, holds.OnHold, vault.AlreadyShredded.
    """
    if not AUTHORITY.match(authority):
        raise NoAuthority(
            "Name the disposal authorization, as in RC-075-2026-00123: nothing is "
            "destroyed without one."
        )
    holds.take_turns(ice_request.agency_id)
    ice_request = (
        IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency", "data_key")
        .get(pk=ice_request.pk)
    )
    holds.refuse_if_held(ice_request)
    vault.shred(key=ice_request.data_key, authority=authority, at=at)
    keeping.empty(Document.objects.under(ice_request.data_key))
    ice_request.found_by = []
    ice_request.index_key = ""
    ice_request.save(update_fields=["found_by", "index_key"])
    ledger.record(
        event="request.shredded",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={"authority": authority},
    )
    return ice_request


class NoAuthority(ValueError):
    """Records are destroyed under a disposal authorization only."""


TELLS_ICE = frozenset({"notify_release", "share_information", "decline"})


@transaction.atomic
def keep_act(*, act: Act, ice_request: IceRequest, by: User, at: datetime) -> Act:
    """Save one act done, match it to its ask, and keep the contact it was."""
    act.ice_request = ice_request
    act.recorded_by = by
    act.recorded_at = at
    act.ask = _ask_of(act, ice_request)
    act.save(force_insert=True)
    if act.kind in TELLS_ICE:
        Communication.objects.create(
            ice_request=ice_request,
            direction=Communication.Direction.OUTGOING,
            channel=ice_request.channel,
            at=act.happened_at,
            about=act.kind,
            act=act,
            recorded_at=at,
            recorded_by=by,
        )
    return act


def _ask_of(act: Act, ice_request: IceRequest) -> Ask | None:
    return _ask_for(act, {ask.act_kind: ask for ask in ice_request.asks.all()})


def _ask_for(act: Act, by_kind: Mapping[str, Ask]) -> Ask | None:
    if act.kind == ActKind.TRANSFER:
        # A hold is asked so that the authority may take custody: to hand over is
        # what was asked, unless the transfer is an ask of its own.
        return by_kind.get(ActKind.TRANSFER) or by_kind.get(ActKind.DETAIN)
    return by_kind.get(act.kind)


@transaction.atomic
def move(
    *, ice_request: IceRequest, to: str, by: User, role: str, at: datetime
) -> IceRequest:
    """Move the status along its table and record it. Staying is not a move.

    Raises IllegalMove.
    """
    before = ice_request.status
    if before == to:
        return ice_request
    if (before, to) not in {(str(a), str(b)) for a, b in MOVES}:
        raise IllegalMove(
            f"A request that is {Status(before).label.lower()} cannot become "
            f"{Status(to).label.lower()}."
        )
    ice_request.status = to
    ice_request.save(update_fields=["status"])
    ledger.record(
        event="request.moved",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={"from": str(before), "to": str(to)},
    )
    return ice_request


class ReleasedLater(ValueError):
    """A release that has not happened yet is not on record."""


@transaction.atomic
def record_release(
    *,
    ice_request: IceRequest,
    to_whom: str,
    released_at: datetime | None,
    narrative: str,
    by: User,
    role: str,
    at: datetime,
) -> Release:
    """Keep when the person left and to whom. A later row corrects an earlier one.

    Raises ReleasedLater.
    """
    if released_at is not None and released_at > at:
        raise ReleasedLater("This is in the future. Enter when it in fact happened.")
    release = Release.objects.create(
        ice_request=ice_request,
        to_whom=to_whom,
        released_at=released_at,
        narrative=narrative,
        recorded_by=by,
        recorded_at=at,
    )
    ledger.record(
        event="release.recorded",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={
            "released_at": released_at.isoformat() if released_at else None,
            "to_whom": str(to_whom),
        },
    )
    return release
