"""Taking in a file, setting one aside, and the check that stored bytes are as kept."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from requests_app.accounts import services as accounts
from requests_app.accounts.models import Agency, User
from requests_app.documents import (
    checking,
    clamav,
    inspecting,
    keeping,
    limited,
    names,
    redrawing,
)
from requests_app.documents.checking import Refused
from requests_app.documents.models import (
    RECEIVED,
    Document,
    DocumentKind,
    DocumentPart,
    PartKind,
)
from requests_app.ledger import services as ledger
from requests_app.ledger import verifying
from requests_app.ledger.models import Entry
from requests_app.vault.models import DataKey

SCANNER = "clamav"
# Refusals for which the file was not opened, or which are the portal's own doing.
_TOOK_NO_TURN = r'"code":"(quota_user|quota_request|busy|storage|scanner)"'


class AlreadyMisplaced(ValueError):
    """The paper has been marked before."""


class NoReason(ValueError):
    """A paper is set aside with a reason only."""


def receive(
    *,
    content: bytes,
    name: str,
    kind: str,
    agency: Agency,
    data_key: DataKey,
    subject: str,
    by: User,
    role: str,
    at: datetime,
) -> Document:
    """Check a file that somebody sent and keep it sealed, with its pages drawn anew.

    `subject` is the public identifier of the request or draft whose key seals it. What
    is refused is entered in the history too, without a word of it. Raises
    checking.Refused, whose `words` are for the sender.
    """
    entered = {
        "subject": subject,
        "at": at,
        "actor": by.public_id,
        "role": role,
        "agency": agency.code,
    }
    try:
        _refuse_over_quota(data_key=data_key, by=by, at=at)
        checking.refuse_by_size(len(content))
        scanner = scanned(content)
        checked = _inspected(content, name)
    except Refused as refused:
        body = {"kind": str(kind), "code": refused.code}
        ledger.record(event="document.refused", outcome="denied", body=body, **entered)
        raise
    with transaction.atomic():
        document = _kept(
            checked,
            content,
            agency=agency,
            data_key=data_key,
            kind=kind,
            name=names.shown(name),
            scanned_by=scanner,
            received_by=by,
            received_at=at,
        )
        body = {
            "document": document.public_id,
            "kind": str(kind),
            "sha256": document.sha256,
            "size": document.size,
            "pages": document.pages,
        }
        ledger.record(event="document.received", body=body, **entered)
    return document


def refuse_unread(*, by: User, at: datetime) -> None:
    """Enter that somebody sent what is too large for a paper; none of it was read."""
    role, agency = accounts.place_of(by, on=timezone.localdate(at))
    ledger.record(
        event="document.refused",
        subject=by.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=agency,
        outcome="denied",
        body={"kind": str(DocumentKind.OTHER), "code": "size"},
    )


@transaction.atomic
def misplace(
    *,
    document: Document,
    reason: str,
    subject: str,
    by: User,
    role: str,
    at: datetime,
) -> Document:
    """Mark a paper as not belonging here; it stays, and is shown apart.

    Raises NoReason, AlreadyMisplaced.
    """
    if not reason.strip():
        raise NoReason("Say why this paper does not belong here.")
    document = Document.objects.select_for_update().get(pk=document.pk)
    if document.misplaced_at is not None:
        raise AlreadyMisplaced("This paper is marked already.")
    document.misplaced_at = at
    document.misplaced_by = by
    document.misplaced_reason = reason
    document.save(update_fields=["misplaced_at", "misplaced_by", "misplaced_reason"])
    ledger.record(
        event="document.misplaced",
        subject=subject,
        at=at,
        actor=by.public_id,
        role=role,
        agency=document.agency.code,
        body={"document": document.public_id},
    )
    return document


@transaction.atomic
def discard(
    *,
    documents: Iterable[Document],
    subject: str,
    by: User,
    role: str,
    at: datetime,
) -> int:
    """Remove the bytes of papers of a draft that goes; how many papers.

    What was of record never goes this way: a request's papers are kept.
    """
    gone = list(documents)
    for document in gone:
        ledger.record(
            event="document.discarded",
            subject=subject,
            at=at,
            actor=by.public_id,
            role=role,
            agency=document.agency.code,
            body={"document": document.public_id},
        )
    keeping.empty(gone)
    return len(gone)


def opened(document: Document) -> bytes:
    """The file as it was received. Raises CannotBeOpened, Destroyed."""
    return keeping.opened(document)


def part_of(document: Document, kind: str, number: int) -> DocumentPart:
    """One piece with what opens it. Raises DocumentPart.DoesNotExist."""
    parts = document.parts.select_related("document__data_key")
    return parts.get(kind=kind, number=number)


@verifying.also("files")
def verify_files(*, cursor) -> Iterator[str]:
    """Stored pieces whose bytes are not those of their digest, which is watched."""
    cursor.execute(
        "SELECT d.public_id, p.kind, p.number FROM requests_app_documentpart p"
        " JOIN requests_app_document d ON d.id = p.document_id"
        " WHERE p.digest IS DISTINCT FROM encode(sha256(p.body), 'hex') ORDER BY p.id"
    )
    for public_id, kind, number in cursor.fetchall():
        yield f"file {public_id}: its {kind} {number} is not what was kept"


def _refuse_over_quota(*, data_key: DataKey, by: User, at: datetime) -> None:
    received = Document.objects.filter(kind__in=[str(one) for one in RECEIVED])
    lately = received.filter(
        received_by=by, received_at__gt=at - timedelta(hours=1)
    ).count()
    # A refused file took its turn too: its entry is all there is of it.
    refused = Entry.objects.filter(
        event="document.refused", actor=by.public_id, at__gt=at - timedelta(hours=1)
    )
    lately += refused.exclude(body__regex=_TOOK_NO_TURN).count()
    if lately >= settings.DOCUMENTS_PER_HOUR:
        raise Refused("quota_user")
    if received.under(data_key).count() >= settings.DOCUMENTS_PER_REQUEST:
        raise Refused("quota_request")


def scanned(content: bytes) -> str:
    """The name of the scanner that found nothing; empty where none is set up.

    No answer is not a yes. Raises checking.Refused.
    """
    if not settings.CLAMAV_ADDRESS:
        return ""
    try:
        if not clamav.is_clean(content, settings.CLAMAV_ADDRESS):
            raise Refused("virus")
    except clamav.NoAnswer:
        raise Refused("scanner") from None
    return SCANNER


def _inspected(content: bytes, name: str) -> limited.Result:
    try:
        limited.sweep()
        result = limited.run(
            inspecting.WORK, content=content, options={"name": names.shown(name)}
        )
    except limited.Busy:
        raise Refused("busy") from None
    except limited.NoRoom:
        raise Refused("storage") from None
    except limited.Stopped:
        raise Refused("limits") from None
    if "refused" in result.said:
        raise Refused(result.said["refused"])
    return result


def _kept(checked: limited.Result, content: bytes, **fields) -> Document:
    pages = checked.said["pages"]
    document = Document(
        media_type=checking.MEDIA_TYPES[checked.said["kind"]],
        size=len(content),
        pages=len(pages),
        sha256=sha256(content).hexdigest(),
        **fields,
    )
    document.save(force_insert=True)
    for number, piece in enumerate(keeping.pieces(content)):
        keeping.keep_part(document, PartKind.ORIGINAL, number, piece)
    for number, size in enumerate(pages, start=1):
        page = checked.files[redrawing.page_name(number)]
        small = checked.files[redrawing.thumbnail_name(number)]
        keeping.keep_part(document, PartKind.PAGE, number, page, **size)
        keeping.keep_part(document, PartKind.THUMBNAIL, number, small)
    return document
