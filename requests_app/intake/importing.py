"""Importing a table: begun, tried, confirmed, written whole or not at all, undone.

One transaction cannot hold a hundred thousand entries of the history: each is sealed on
the row that the one before it changed. So rows are written page by page, a transaction
each, and nobody sees a request before the last is written: one row shows them all, and
the same row takes all of them back.

Each step is one call; the jobs of `intake.tasks` and the command make the calls.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from requests_app.accounts.access import DECIDERS
from requests_app.accounts.models import Agency, Appointment, User
from requests_app.docket import names
from requests_app.docket import services as docket
from requests_app.docket.models import Batch, IceRequest, Release
from requests_app.documents import services as documents
from requests_app.documents.checking import Refused
from requests_app.documents.models import DocumentKind
from requests_app.intake import rows as reading_of
from requests_app.intake import table_files
from requests_app.intake.mapping import Mapping, loads, missing
from requests_app.intake.models import ImportBatch, ImportedRow
from requests_app.intake.rows import Fault, Made, Maker, cells_of
from requests_app.intake.tables import Unreadable, open_table
from requests_app.ledger import services as ledger
from requests_app.ledger.events import READS
from requests_app.ledger.models import Entry
from requests_app.outbox import services as outbox
from requests_app.review.models import MessageKind
from requests_app.review.services import imported, telling
from requests_app.review.services.screening import current_statute
from requests_app.vault import blind
from requests_app.vault import services as vault

# Requests of one page, which is one transaction.
PAGE = 200
MOST_FAULTS = 1_000
STAGE, TRY, WRITE = "import.read", "import.try", "import.write"
# What an import itself writes about a request: anything else is somebody's doing.
_OWN_EVENTS = ("request.imported", "request.screened", "access.recorded")
TO_MAP = (
    ImportBatch.Status.MAPPING,
    ImportBatch.Status.TRIED,
    ImportBatch.Status.FAILED,
)


class NotNow(ValueError):
    """The import is at another step."""


class SeemsHeld(ValueError):
    """The table seems to be imported already, and nobody said that it is meant."""


class NotAnotherPerson(PermissionError):
    """Who confirmed an import does not undo it alone."""


class ActedOn(ValueError):
    """Somebody did something with requests of the import; names up to fifty."""

    def __init__(self, numbers: list[str]):
        super().__init__(
            "Somebody has worked on requests of this import since. It cannot be "
            "undone as a whole."
        )
        self.numbers = numbers


@dataclass(frozen=True)
class Held:
    """What the agency holds of a table already: imports of the file, and requests."""

    imports: list[ImportBatch]
    requests: int


def begin(
    *, path: Path, name: str, agency: Agency, by: User, role: str, at: datetime
) -> ImportBatch:
    """Have a table scanned and seal it, to be imported.

    Raises documents.checking.Refused, tables.Unreadable.
    """
    scanner = _scanned(path, agency=agency, by=by, role=role, at=at)
    return _begin(
        path=path, name=name, agency=agency, scanner=scanner, by=by, role=role, at=at
    )


def _scanned(path: Path, *, agency: Agency, by: User, role: str, at: datetime) -> str:
    """The scanner that found nothing, before anything of the file is read."""
    try:
        return documents.scanned(path.read_bytes())
    except Refused as refused:
        ledger.record(
            event="document.refused",
            subject=agency.public_id,
            at=at,
            actor=by.public_id,
            role=role,
            agency=agency.code,
            outcome="denied",
            body={"kind": str(DocumentKind.TABLE), "code": refused.code},
        )
        raise


@transaction.atomic
def _begin(
    *,
    path: Path,
    name: str,
    agency: Agency,
    scanner: str,
    by: User,
    role: str,
    at: datetime,
) -> ImportBatch:
    key = vault.new_key(agency=agency.code, at=at)
    document = table_files.keep(
        path=path, name=name, agency=agency, key=key, scanned_by=scanner, by=by, at=at
    )
    batch = ImportBatch.objects.create(
        agency=agency,
        data_key=key,
        document=document,
        name=name[:120],
        begun_by=by,
        begun_as=role,
        begun_at=at,
    )
    _record("import.begun", batch, by, role, at, sha256=document.sha256)
    return batch


@transaction.atomic
def order_trial(
    *,
    batch: ImportBatch,
    mapping: str,
    by: User,
    role: str,
    at: datetime,
    is_queued: bool = True,
) -> ImportBatch:
    """Have a table tried by a mapping: nothing is filed, faults are counted.

    Not queued, the caller does the steps itself and no worker comes before it.
    Raises NotNow, mapping.NotAMapping.
    """
    batch = _locked(batch)
    if batch.status not in TO_MAP:
        raise NotNow("This import is under way or over.")
    loads(mapping)
    if batch.status != ImportBatch.Status.MAPPING:
        batch.status = ImportBatch.Status.MAPPING
        batch.save(update_fields=["status"])
    batch.mapping, batch.status = mapping, ImportBatch.Status.TRYING
    batch.rows = batch.requests = batch.done = batch.flagged = batch.fault_count = 0
    batch.faults = {}
    batch.save()
    _record("import.mapped", batch, by, role, at)
    if is_queued:
        enqueue(STAGE, batch, at=at)
    return batch


@transaction.atomic
def read_in(*, batch: ImportBatch, at: datetime) -> int:
    """Make the pages of rows by the mapping; the next page to try, 0 for none.

    What cannot be read at all ends the trial, with the reason as its fault.
    """
    batch = _locked(batch)
    if batch.status != ImportBatch.Status.TRYING or batch.rows:
        return 0
    table_files.drop_pages(batch.document)
    mapping, pages = loads(batch.mapping), 0
    try:
        with table_files.opened(batch.document) as path:
            table = open_table(path)
            if lacking := missing(mapping, table.headings):
                raise Unreadable(" ".join(lacking))
            for groups in _paged(reading_of.groups_of(table, mapping)):
                pages += 1
                batch.rows += sum(map(len, groups))
                table_files.keep_page(batch.document, pages, groups)
            batch.faults = {"headings": list(table.headings), "pages": pages}
    except Unreadable as refusal:
        batch.faults = {"faults": [[0, "", str(refusal)]]}
        batch.fault_count = 1
    batch.save(update_fields=["rows", "faults", "fault_count"])
    _record("import.read", batch, batch.begun_by, batch.begun_as, at, rows=batch.rows)
    if batch.fault_count or not pages:
        _end_trial(batch, at=at)
        return 0
    return 1


@transaction.atomic
def try_page(*, batch: ImportBatch, number: int, at: datetime) -> int:
    """Try one page: what is wrong in it, and what the law would find.

    Returns the next page to try, 0 after the last. A page is counted once.
    """
    batch = _locked(batch)
    if batch.status != ImportBatch.Status.TRYING:
        return 0
    so_far = _Trial.of(batch)
    if number != so_far.pages_tried + 1:
        return so_far.pages_tried + 1
    groups = table_files.page(batch.document, number) or []
    so_far.pages_tried = number
    so_far.look_at(groups, _maker(batch, at=at))
    so_far.keep_in(batch)
    batch.save(update_fields=["done", "fault_count", "faults"])
    if number < so_far.pages:
        return number + 1
    _end_trial(batch, at=at)
    return 0


def _end_trial(batch: ImportBatch, *, at: datetime) -> None:
    batch.requests = batch.faults.get("requests", 0)
    batch.flagged = batch.faults.get("flagged", 0)
    is_sound = batch.fault_count == 0 and batch.requests > 0
    if not is_sound and batch.fault_count == 0:
        nothing = "No row makes a request by this mapping."
        batch.faults = {**batch.faults, "faults": [[0, "", nothing]]}
        batch.fault_count = 1
    batch.status = ImportBatch.Status.TRIED if is_sound else ImportBatch.Status.FAILED
    batch.tried_at = at
    batch.save()
    counts = {"rows": batch.rows, "requests": batch.requests}
    counts |= {"fault_count": batch.fault_count, "flagged": batch.flagged}
    _record("import.tried", batch, batch.begun_by, batch.begun_as, at, **counts)


def held_already(batch: ImportBatch) -> Held | None:
    """What of a table that was tried the agency holds already; nothing: none."""
    same = ImportBatch.objects.filter(
        agency=batch.agency_id,
        document__sha256=batch.document.sha256,
        status__in=(ImportBatch.Status.IMPORTING, ImportBatch.Status.DONE),
    ).exclude(pk=batch.pk)
    imports = list(same.select_related("confirmed_by").order_by("-id")[:5])
    requests = batch.faults.get("held", 0)
    return Held(imports, requests) if imports or requests else None


@transaction.atomic
def confirm(
    *, batch: ImportBatch, by: User, role: str, at: datetime, is_meant: bool = False
) -> ImportBatch:
    """Have a table that was tried without fault written.

    `is_meant` says that what the agency seems to hold already is to be filed besides.
    Raises NotNow, SeemsHeld.
    """
    batch = _locked(batch)
    if batch.status != ImportBatch.Status.TRIED or batch.fault_count:
        raise NotNow("Only an import that was tried without a fault is confirmed.")
    if not is_meant and held_already(batch):
        raise SeemsHeld(
            "The agency seems to hold this table, or requests of it, already. Compare "
            "them, and say that these are to be filed besides."
        )
    batch.status, batch.done = ImportBatch.Status.IMPORTING, 0
    batch.flagged = 0
    batch.batch = Batch.objects.create(agency=batch.agency)
    batch.confirmed_by, batch.confirmed_at = by, at
    batch.save()
    _record("import.confirmed", batch, by, role, at, requests=batch.requests)
    enqueue(WRITE, batch, number=1, at=at)
    return batch


@transaction.atomic
def write_page(*, batch: ImportBatch, number: int, at: datetime) -> int:
    """File the requests of one page, once; the next page to write, 0 after the last.

    Raises Changed.
    """
    batch = _locked(batch)
    if batch.status != ImportBatch.Status.IMPORTING:
        return 0
    written = batch.faults.get("pages_written", 0)
    if number != written + 1:
        return written + 1
    groups = table_files.page(batch.document, number) or []
    made = _all_made(groups, _maker(batch, at=batch.confirmed_at))
    if made:
        _file(batch, made, at=at)
    batch.done += len(made)
    batch.faults = {**batch.faults, "pages_written": number}
    if number >= batch.faults.get("pages", 0):
        _finish(batch, at=at)
        return 0
    batch.save(update_fields=["done", "flagged", "faults"])
    return number + 1


class Changed(RuntimeError):
    """What was tried without fault has one now."""


def _all_made(groups, maker: Maker) -> list[Made]:
    found = [maker.make(group) for group in groups]
    if any(isinstance(one, list) for one in found):
        raise Changed("A row that was tried without fault has one.")
    return [one for one in found if one is not None]


def _file(batch: ImportBatch, made: list[Made], *, at: datetime) -> None:
    """Keep, enter and screen the requests of one page."""
    by, role = batch.confirmed_by, batch.begun_as
    for one in made:
        one.record.ice_request.filed_at = at
        one.record.ice_request.submit_id = uuid4()
        one.record.ice_request.batch = batch.batch
        for act in one.acts:
            act.recorded_at, act.recorded_by = at, by
        one.record.acts = one.acts
    records = [one.record for one in made]
    docket.keep_all(records=records, at=at)
    _keep_releases(made, by=by, at=at)
    headings = batch.faults["headings"]
    ImportedRow.objects.bulk_create(
        ImportedRow(
            batch=batch,
            ice_request=one.record.ice_request,
            numbers=one.numbers,
            cells={"rows": cells_of(one.rows, headings)},
        )
        for one in made
    )
    ledger.record_all(
        [entry for one in made for entry in _entries(batch, one)],
        at=at,
        actor=by.public_id,
        role=role,
        agency=batch.agency.code,
    )
    flagged = imported.screen_all(records=records, by=by, role=role, at=at)
    batch.flagged += len(flagged)


def _keep_releases(made: list[Made], *, by: User, at: datetime) -> None:
    releases = []
    for one in made:
        if one.release is not None:
            one.release.ice_request = one.record.ice_request
            one.release.recorded_by, one.release.recorded_at = by, at
            releases.append(one.release)
    Release.objects.bulk_create(releases)


def _entries(batch: ImportBatch, made: Made) -> Iterator[tuple[str, str, dict]]:
    record = made.record
    ice_request = record.ice_request
    body = {
        "number": ice_request.number,
        "instrument": str(ice_request.instrument),
        "channel": str(ice_request.channel),
        "received_at": ice_request.received_at.isoformat(),
        "asks": [str(ask.kind) for ask in record.asks],
        "acts": len(made.acts),
        "unasked": ice_request.is_unasked,
        "commitments": docket.commitments(record),
        "batch": batch.public_id,
        "rows": made.numbers,
    }
    yield "request.imported", ice_request.public_id, body


def _finish(batch: ImportBatch, *, at: datetime) -> None:
    batch.status, batch.finished_at = ImportBatch.Status.DONE, at
    batch.save()
    batch.batch.is_shown, batch.batch.shown_at = True, at
    batch.batch.save(update_fields=["is_shown", "shown_at"])
    table_files.drop_pages(batch.document)
    counts = {"requests": batch.done, "flagged": batch.flagged}
    _record("import.finished", batch, batch.confirmed_by, batch.begun_as, at, **counts)
    appointed = Appointment.objects.in_force(timezone.localdate(at)).filter(
        agency=batch.agency, role__in=DECIDERS, user__is_active=True
    )
    told = {row.user for row in appointed.select_related("user")}
    telling.tell(people=told, agency=batch.agency, kind=MessageKind.BULK, at=at)


@transaction.atomic
def fail(*, batch: ImportBatch, code: str, at: datetime) -> ImportBatch:
    """End an import that cannot go on; what was written is never shown."""
    batch = _locked(batch)
    if batch.status not in (
        ImportBatch.Status.IMPORTING,
        ImportBatch.Status.TRYING,
    ):
        return batch
    batch.status, batch.finished_at = ImportBatch.Status.FAILED, at
    batch.fault_count = 1
    because = "The portal could not go on. Nothing is imported; try it again."
    batch.faults = {**batch.faults, "faults": [[0, "", because]]}
    batch.save()
    _take_back(batch, at=at)
    _record("import.failed", batch, batch.begun_by, batch.begun_as, at, code=code)
    return batch


@transaction.atomic
def drop(*, batch: ImportBatch, by: User, role: str, at: datetime) -> ImportBatch:
    """Give up an import of which nothing is written. Raises NotNow."""
    batch = _locked(batch)
    if batch.status not in TO_MAP:
        raise NotNow("This import is under way or over.")
    batch.status, batch.finished_at = ImportBatch.Status.DROPPED, at
    batch.save()
    table_files.drop_pages(batch.document)
    _record("import.dropped", batch, by, role, at)
    return batch


@transaction.atomic
def undo(
    *, batch: ImportBatch, reason: str, by: User, role: str, at: datetime
) -> ImportBatch:
    """Take back a whole import, as another person than the one who confirmed it.

    Its requests are kept and shown to nobody.
    Raises NotNow, NotAnotherPerson, ActedOn.
    """
    batch = _locked(batch)
    if batch.status != ImportBatch.Status.DONE:
        raise NotNow("Only an import that is done can be undone.")
    if batch.confirmed_by_id == by.pk:
        raise NotAnotherPerson(
            "You confirmed this import. Another supervisor, or the head of agency, "
            "undoes it."
        )
    if numbers := acted_on(batch):
        raise ActedOn(numbers)
    batch.status, batch.undone_by, batch.undone_at = ImportBatch.Status.UNDONE, by, at
    batch.undone_reason = reason
    batch.save()
    _take_back(batch, at=at)
    _record("import.undone", batch, by, role, at, requests=batch.done)
    return batch


def _take_back(batch: ImportBatch, *, at: datetime) -> None:
    if batch.batch is not None:
        batch.batch.is_shown, batch.batch.undone_at = False, at
        batch.batch.save(update_fields=["is_shown", "undone_at"])


def acted_on(batch: ImportBatch, *, most: int = 50) -> list[str]:
    """Numbers of requests of an import that somebody has changed since."""
    touched = (
        Entry.objects.filter(
            subject__in=batch.imported.values("ice_request__public_id"),
            at__gt=batch.confirmed_at,
        )
        .exclude(event__in=[*READS, *_OWN_EVENTS])
        .values("subject")
    )
    rows = batch.imported.filter(ice_request__public_id__in=touched)
    numbers = rows.order_by("id").values_list("ice_request__number", flat=True)
    return list(numbers[:most])


# The parts of the steps


@dataclass
class _Trial:
    """What the trial of a table has found so far, as the batch keeps it."""

    kept: dict
    pages: int
    pages_tried: int
    rows: int
    requests: int
    flagged: int
    held: int
    count: int
    faults: list
    unread: dict[str, Counter]
    findings: Counter

    @classmethod
    def of(cls, batch: ImportBatch) -> "_Trial":
        kept = batch.faults
        return cls(
            kept=kept,
            pages=kept.get("pages", 0),
            pages_tried=kept.get("pages_tried", 0),
            rows=batch.done,
            requests=kept.get("requests", 0),
            flagged=kept.get("flagged", 0),
            held=kept.get("held", 0),
            count=batch.fault_count,
            faults=kept.get("faults", []),
            unread={k: Counter(v) for k, v in kept.get("unread", {}).items()},
            findings=Counter(
                {
                    tuple(key.split("|")): n
                    for key, n in kept.get("findings", {}).items()
                }
            ),
        )

    def look_at(self, groups, maker: Maker) -> None:
        statute = current_statute()
        maker.unread = self.unread
        sound = []
        for group in groups:
            self.rows += len(group)
            found = maker.make(group)
            if isinstance(found, Made):
                self._weigh(found, statute)
                sound.append(found)
            elif found is not None:
                self._blame(found)
        self.held += _count_held(sound, agency_id=maker.agency.pk)

    def _weigh(self, made: Made, statute) -> None:
        made.record.acts = made.acts
        results = imported.results_of(imported.assess_all(made.record, statute=statute))
        self.requests += 1
        self.findings.update(results)
        self.flagged += any(result == "violation" for _, result in results)

    def _blame(self, found: list[Fault]) -> None:
        self.count += len(found)
        room = MOST_FAULTS - len(self.faults)
        self.faults += [[one.number, one.column, one.text] for one in found[:room]]

    def keep_in(self, batch: ImportBatch) -> None:
        # The history watches the counts that stand at the end; these are on the way.
        batch.done, batch.fault_count = self.rows, self.count
        batch.faults = {
            **self.kept,
            "requests": self.requests,
            "flagged": self.flagged,
            "held": self.held,
            "pages_tried": self.pages_tried,
            "faults": self.faults,
            "unread": {key: dict(seen) for key, seen in self.unread.items()},
            "findings": {"|".join(key): n for key, n in self.findings.items()},
        }


def _count_held(made: list[Made], *, agency_id: int) -> int:
    """How many bear an event or booking number that a request of the agency bears."""
    tokens = [
        set(blind.tokens_to_seek(_numbers_of(one), agencies=[agency_id]))
        for one in made
    ]
    sought = sorted(set().union(*tokens))
    if not sought:
        return 0
    rows = IceRequest.objects.shown().filter(agency_id=agency_id).holding(sought)
    kept = set(chain.from_iterable(rows.values_list("found_by", flat=True)))
    return sum(not kept.isdisjoint(one) for one in tokens)


def _numbers_of(made: Made) -> list[tuple[str, str]]:
    record = made.record
    told = (
        (blind.EVENT_NUMBER, record.ice_request.event_number),
        (blind.BOOKING_NUMBER, record.person.booking_number),
    )
    return [
        (purpose, said)
        for purpose, number in told
        if (said := names.comparable(number or ""))
    ]


def _paged(groups) -> Iterator[list]:
    page = []
    for group in groups:
        page.append(group)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _maker(batch: ImportBatch, *, at: datetime) -> Maker:
    mapping: Mapping = loads(batch.mapping)
    by = batch.confirmed_by or batch.begun_by
    headings = batch.faults["headings"]
    return Maker(mapping, headings, agency=batch.agency, by=by, now=at)


def _locked(batch: ImportBatch) -> ImportBatch:
    return (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related(
            *("agency", "data_key", "batch", "begun_by", "confirmed_by"),
            "document__data_key",
        )
        .get(pk=batch.pk)
    )


def enqueue(kind: str, batch: ImportBatch, *, at: datetime, number: int = 0) -> None:
    """Have a step of an import done by a job: `number` is of its page."""
    outbox.enqueue(
        kind=kind,
        subject=f"b{batch.pk}_{number}",
        agency=batch.agency.code,
        at=at,
    )


def _record(event, batch: ImportBatch, by: User, role: str, at, **body) -> None:
    ledger.record(
        event=event,
        subject=batch.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=batch.agency.code,
        body=body,
    )
