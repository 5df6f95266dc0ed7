"""Lists taken out as files: asked for, made in pieces by jobs, fetched once, gone.

Each piece is sealed under the export's own key. When the file is fetched, cancelled or
too old, the pieces are removed and the key is destroyed.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from requests_app.accounts.access import Standing
from requests_app.accounts.models import Agency
from requests_app.documents import keeping
from requests_app.documents.models import Document, DocumentKind
from requests_app.ledger import services as ledger
from requests_app.outbox import services as outbox
from requests_app.reporting.listed import Listing, Source, piece, total
from requests_app.reporting.listings import LISTINGS, NAMED
from requests_app.reporting.models import Export
from requests_app.reporting.tables import Cell, Column, Kind, csv_bytes, xlsx_bytes
from requests_app.review.models import MessageKind
from requests_app.review.services import telling
from requests_app.vault import services as vault

# The job's two names: a job cannot wait for itself.
KINDS = ("export.made", "export.made_on")
EMPTIED = "export.emptied"
PIECE = 2_000
# So short a list is made before the page is answered.
AT_ONCE = 500
MOST_ROWS = 250_000
MOST_SIGNS = Export._meta.get_field("filters").max_length
LASTS = timedelta(hours=24)
AUTHORITY = "export ended"
Status = Export.Status
MEDIA = {
    Export.Format.CSV: "text/csv",
    Export.Format.XLSX: (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}


class NotYourList(PermissionError):
    """The person's roles do not open this list at this agency."""


class TooLong(ValueError):
    """The list is longer than one file takes, or its filters than the export keeps."""


class NotReady(ValueError):
    """The file is not there: not yet, or no more."""


@transaction.atomic
def ask(
    *,
    kind: str,
    form: str,
    query: str,
    with_names: bool,
    agency: Agency | None,
    standing: Standing,
    at: datetime,
) -> Export:
    """Have a list made into a file; a short one is made at once.

    It is a list of one agency's, or, for who sees all of them, of the whole state.

    Raises NotYourList, TooLong.
    """
    listing = LISTINGS[kind]
    role = _role(listing, standing, agency, with_names=with_names)
    if len(query) > MOST_SIGNS:
        raise TooLong("The filters are too long to be kept. Shorten what is typed.")
    source = Source(standing, agency.pk if agency else None, query, at)
    found = total(listing, source, most=MOST_ROWS)
    if found > MOST_ROWS:
        raise TooLong(f"A file takes {MOST_ROWS:,} rows. Narrow the list first.")
    export = Export(
        agency=agency,
        kind=kind,
        format=form,
        filters=query,
        with_names=with_names,
        total=found,
        data_key=vault.new_key(agency=agency.code if agency else "", at=at),
        asked_by=standing.user,
        asked_as=role,
        asked_at=at,
    )
    export.save(force_insert=True)
    body = {"kind": kind, "form": form, "names": with_names}
    _record("export.asked", export, at=at, body=body)
    if found <= AT_ONCE:
        return carry_on(export=export, kind=KINDS[0], at=at)
    outbox.enqueue(kind=KINDS[0], subject=export.public_id, agency=_code(export), at=at)
    return export


@transaction.atomic
def carry_on(*, export: Export, kind: str, at: datetime) -> Export:
    """Make the next piece of a file, or put the pieces together after the last.

    Whoever asked must still hold the role: what may not be read any more ends it.
    """
    export = _locked(export)
    if export.status not in (Status.WAITING, Status.RUNNING):
        return export
    listing = LISTINGS[export.kind]
    if _refusal(export, at=at) is not None:
        return _end(export, Status.FAILED, "export.failed", at, {"code": "role_ended"})
    standing = Standing.of(export.asked_by, on=timezone.localdate(at))
    pieces = list(_pieces(export))
    after = _key_of(pieces[-1]) if pieces else 0
    source = Source(standing, export.agency_id, export.filters, export.asked_at)
    lines, last = piece(
        listing, source, after=after, most=PIECE, with_names=export.with_names
    )
    if lines:
        _keep_piece(export, listing, lines, last, at=at)
    if len(lines) < PIECE:
        return _put_together(export, listing, at=at)
    other = KINDS[1 - KINDS.index(kind)]
    outbox.enqueue(kind=other, subject=export.public_id, agency=_code(export), at=at)
    return export


def _keep_piece(
    export: Export, listing: Listing, lines: list, last: int, *, at: datetime
) -> None:
    columns = listing.columns_shown(with_names=export.with_names)
    keeping.keep_made(
        kind=DocumentKind.EXPORT,
        name=f"{last}",
        media_type="application/json",
        content=_packed(columns, lines),
        agency=export.agency,
        data_key=export.data_key,
        by=export.asked_by,
        at=at,
    )
    export.done += len(lines)
    export.status = Status.RUNNING
    export.save(update_fields=["done", "status"])
    _record("export.carried", export, at=at, body={"rows": export.done})


def _put_together(export: Export, listing: Listing, *, at: datetime) -> Export:
    pieces = list(_pieces(export))
    content = _file(export, listing, pieces)
    keeping.empty(pieces)
    export.document = keeping.keep_made(
        kind=DocumentKind.EXPORT,
        name=file_name(export),
        media_type=MEDIA[export.format],
        content=content,
        agency=export.agency,
        data_key=export.data_key,
        by=export.asked_by,
        at=at,
    )
    export.status, export.finished_at = Status.READY, at
    export.expires_at = at + LASTS
    export.save(update_fields=["document", "status", "finished_at", "expires_at"])
    body = {"rows": export.done, "sha256": export.document.sha256}
    _record("export.finished", export, at=at, body=body)
    # Who waited on the page sees it there.
    if export.total > AT_ONCE:
        telling.tell(
            people=[export.asked_by],
            agency=export.agency,
            kind=MessageKind.FILE_READY,
            at=at,
        )
    _empty_later(export, at=export.expires_at)
    return export


def _file(export: Export, listing: Listing, pieces: list[Document]) -> bytes:
    columns = listing.columns_shown(with_names=export.with_names)
    rows = _unpacked(columns, pieces)
    if export.format == Export.Format.CSV:
        return b"".join(csv_bytes(columns, rows))
    return xlsx_bytes(
        title=listing.title, columns=columns, rows=rows, made_at=export.asked_at
    )


def fetch(*, export: Export, at: datetime) -> bytes:
    """Hand the file out, once. Who asked must still hold the role: else it ends.

    Raises NotReady, NotYourList.
    """
    with transaction.atomic():
        export = _locked(export)
        if export.status != Status.READY or export.expires_at <= at:
            raise NotReady("This file is gone. Ask for the list again.")
        refusal = _refusal(export, at=at)
        if refusal is None:
            return _handed_out(export, at=at)
        _end(export, Status.FAILED, "export.failed", at, {"code": "role_ended"})
    raise refusal


def _handed_out(export: Export, *, at: datetime) -> bytes:
    content = keeping.opened(export.document)
    export.status = Status.FETCHED
    export.save(update_fields=["status"])
    _record("export.fetched", export, at=at, body={"export": export.public_id})
    _empty_later(export, at=at)
    return content


def _refusal(export: Export, *, at: datetime) -> NotYourList | None:
    """Why whoever asked may not have the list any more; None: he or she may."""
    standing = Standing.of(export.asked_by, on=timezone.localdate(at))
    listing, names = LISTINGS[export.kind], export.with_names
    try:
        _role(listing, standing, export.agency, with_names=names)
    except NotYourList as refusal:
        return refusal
    return None


@transaction.atomic
def cancel(*, export: Export, at: datetime) -> Export:
    """Stop making a file, or give a finished one up. Raises NotReady."""
    export = _locked(export)
    if export.status not in (Status.WAITING, Status.RUNNING, Status.READY):
        raise NotReady("There is nothing left to cancel.")
    return _end(
        export, Status.CANCELLED, "export.cancelled", at, {"export": export.public_id}
    )


@transaction.atomic
def empty(*, export: Export, at: datetime) -> Export:
    """Remove the bytes of an export that ended, and destroy its key."""
    export = _locked(export)
    if export.status == Status.READY:
        if export.expires_at > at:
            return export
        _end(export, Status.EXPIRED, "export.expired", at, {"export": export.public_id})
    if not export.data_key.is_shredded:
        keeping.empty(Document.objects.under(export.data_key))
        vault.shred(key=export.data_key, authority=AUTHORITY, at=at)
        _record("export.emptied", export, at=at, body={"export": export.public_id})
    return export


def _end(export: Export, status: str, event: str, at: datetime, body: dict) -> Export:
    export.status = status
    export.save(update_fields=["status"])
    _record(event, export, at=at, body=body)
    _empty_later(export, at=at)
    return export


def _empty_later(export: Export, *, at: datetime) -> None:
    outbox.enqueue(kind=EMPTIED, subject=export.public_id, agency=_code(export), at=at)


def _code(export: Export) -> str:
    """The agency's code; of the whole state, none."""
    return export.agency.code if export.agency else ""


def file_name(export: Export) -> str:
    """A name that says the list and the day, and nobody's name."""
    day = timezone.localdate(export.asked_at).isoformat()
    return f"{_code(export) or 'state'}-{export.kind}-{day}.{export.format}"


def _locked(export: Export) -> Export:
    rows = Export.objects.select_for_update(of=("self",))
    return rows.select_related("agency", "data_key", "asked_by", "document").get(
        pk=export.pk
    )


def _pieces(export: Export):
    rows = Document.objects.under(export.data_key).filter(media_type="application/json")
    return rows.select_related("data_key").order_by("id")


def _key_of(piece: Document) -> int:
    return int(piece.name)


def _packed(columns: list[Column], lines: list[list[Cell]]) -> bytes:
    return json.dumps([[_plain(cell) for cell in line] for line in lines]).encode()


def _plain(cell: Cell):
    return cell.isoformat() if isinstance(cell, date | datetime) else cell


def _unpacked(columns: list[Column], pieces: list[Document]) -> Iterator[list[Cell]]:
    reads = {Kind.MOMENT: datetime.fromisoformat, Kind.DAY: date.fromisoformat}
    for one in pieces:
        for line in json.loads(keeping.opened(one)):
            yield [
                reads[column.kind](cell) if cell and column.kind in reads else cell
                for column, cell in zip(columns, line, strict=True)
            ]


def _role(
    listing: Listing, standing: Standing, agency: Agency | None, *, with_names: bool
) -> str:
    """The role in which the person takes the list out at the agency, or of them all."""
    roles = listing.roles & NAMED if with_names else listing.roles
    if agency is None:
        roles_held = standing.roles & roles if standing.sees_every_agency else set()
        roles_held -= NAMED
    elif standing.sees_every_agency and not with_names:
        roles_held = standing.roles & roles
    else:
        roles_held = {role for role in roles if standing.holds(role, agency.pk)}
    if not roles_held:
        raise NotYourList("Your roles do not open this list at this agency.")
    return str(min(roles_held))


def _record(event: str, export: Export, *, at: datetime, body: dict) -> None:
    ledger.record(
        event=event,
        subject=export.public_id,
        at=at,
        actor=export.asked_by.public_id,
        role=export.asked_as,
        agency=_code(export),
        body={"export": export.public_id, **body},
    )
