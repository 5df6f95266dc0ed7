"""The sealed file of an import, and the pages of rows that are made of it.

The file is a document of its own under the batch's data key. Its rows, grouped as the
mapping says, are kept beside it in sealed pages of a few hundred requests, so that a
job opens one page and never the whole. Nothing plain touches a disk: a file that has to
be read in pieces lies in memory.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from requests_app.accounts.models import Agency, User
from requests_app.documents import keeping
from requests_app.documents.models import Document, DocumentKind, PartKind
from requests_app.intake import tables
from requests_app.intake.tables import Row
from requests_app.vault.models import DataKey


@contextmanager
def in_memory(content: Iterable[bytes]) -> Iterator[Path]:
    """A file that is on no disk, as a path; gone at the end."""
    number = os.memfd_create("table")
    try:
        with os.fdopen(os.dup(number), "wb") as file:
            for piece in content:
                file.write(piece)
        yield Path(f"/proc/self/fd/{number}")
    finally:
        os.close(number)


def keep(
    *,
    path: Path,
    name: str,
    agency: Agency,
    key: DataKey,
    scanned_by: str,
    by: User,
    at: datetime,
) -> Document:
    """Seal the file of a table, in pieces. Raises tables.Unreadable."""
    kind = tables.open_table(path).kind
    size, digest = 0, sha256()
    with path.open("rb") as file:
        while piece := file.read(keeping.PIECE):
            size += len(piece)
            digest.update(piece)
    document = Document.objects.create(
        agency=agency,
        data_key=key,
        kind=DocumentKind.TABLE,
        name=name[:120],
        media_type=_MEDIA[kind],
        size=size,
        sha256=digest.hexdigest(),
        scanned_by=scanned_by,
        received_by=by,
        received_at=at,
    )
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(keeping.PIECE), b"")
        for number, piece in enumerate(pieces):
            keeping.keep_part(document, PartKind.ORIGINAL, number, piece)
    return document


_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@contextmanager
def opened(document: Document) -> Iterator[Path]:
    """The file of a table as it was received."""
    with in_memory(keeping.opened_in_pieces(document)) as path:
        yield path


def keep_page(document: Document, number: int, groups: list[list[Row]]) -> None:
    """Seal one page of rows, each group of which makes one request or none."""
    content = [
        [[row.number, row.fault, list(row.cells)] for row in group] for group in groups
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    keeping.keep_part(document, PartKind.PAGE, number, text.encode())


def page(document: Document, number: int) -> list[list[Row]] | None:
    """The groups of one page; None after the last."""
    part = document.parts.filter(kind=PartKind.PAGE, number=number).first()
    if part is None:
        return None
    part.document = document
    return [
        [Row(number, tuple(cells), fault) for number, fault, cells in group]
        for group in json.loads(part.body)
    ]


def drop_pages(document: Document) -> None:
    """Take away the pages of rows; the file as received stays."""
    document.parts.filter(kind=PartKind.PAGE).delete()
