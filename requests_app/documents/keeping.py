"""Files that the portal made itself: kept sealed in pieces, opened again, emptied.

They are papers of record (a notice, a report, a case file) or lists taken out for a
while (an export). What people send in comes by another way, which checks it first.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from requests_app.accounts.models import Agency, User
from requests_app.documents.models import Document, DocumentPart, PartKind
from requests_app.vault.models import DataKey
from requests_app.vault.sealing import Destroyed

PIECE = 1 << 20


def keep_made(
    *,
    kind: str,
    name: str,
    media_type: str,
    content: bytes,
    agency: Agency | None,
    data_key: DataKey,
    by: User | None,
    at: datetime,
) -> Document:
    """Keep one file. The caller enters in the history what it is.

    `content` is the whole file; it is sealed under `data_key` in pieces of a megabyte.
    """
    document = Document(
        agency=agency,
        data_key=data_key,
        kind=kind,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        received_by=by,
        received_at=at,
    )
    document.save(force_insert=True)
    for number, piece in enumerate(pieces(content)):
        keep_part(document, PartKind.ORIGINAL, number, piece)
    return document


def opened(document: Document) -> bytes:
    """The file as it was kept. Raises CannotBeOpened, Destroyed."""
    return b"".join(opened_in_pieces(document))


def opened_in_pieces(document: Document) -> Iterator[bytes]:
    """The file as it was kept, piece by piece. Raises CannotBeOpened, Destroyed."""
    # Of a destroyed file no piece is left that could say so.
    if document.data_key.is_shredded:
        raise Destroyed(document.data_key.authority)
    parts = document.parts.filter(kind=PartKind.ORIGINAL).order_by("number")
    for part in parts.select_related("document__data_key"):
        yield part.body


def empty(documents: Iterable[Document]) -> int:
    """Remove the bytes of files that are kept for a while only; how many pieces."""
    removed, _ = DocumentPart.objects.filter(document__in=list(documents)).delete()
    return removed


def keep_part(
    document: Document, kind: str, number: int, content: bytes, **size: int
) -> DocumentPart:
    """Keep a piece of a file, or a page of it as a picture of this width and height."""
    part = DocumentPart(document=document, kind=kind, number=number, **size)
    part.body = content
    # What is saved below is what was sealed here: a value that has not changed keeps
    # its ciphertext.
    sealed = DocumentPart._meta.get_field("body").pre_save(part, True)
    part.digest = sha256(sealed).hexdigest()
    part.save(force_insert=True)
    return part


def pieces(content: bytes) -> Iterator[bytes]:
    """The file in pieces of a megabyte."""
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]
