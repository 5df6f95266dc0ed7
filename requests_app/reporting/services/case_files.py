"""Case files for court: asked for, put together by a job, handed out."""

import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from requests_app.accounts import tenancy, watch
from requests_app.accounts.models import User
from requests_app.docket.models import Claim, IceRequest
from requests_app.documents import keeping
from requests_app.documents.models import Document, DocumentKind
from requests_app.ledger import history, tree
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry, Head
from requests_app.ledger.signing import CHANNEL
from requests_app.outbox import jobs
from requests_app.outbox import services as outbox
from requests_app.reporting import case_file, sheets
from requests_app.reporting.case_file import Numbered
from requests_app.reporting.models import CaseFile
from requests_app.review import shown
from requests_app.vault.sealing import Destroyed

KIND = "case_file.made"
VERIFIER = "verify_history.py"
FAILED, DESTROYED = "gave_up", "destroyed"

_READ_ME = """Case file {number}, {agency}

case-file.pdf      the request in words: facts, findings, determinations, notices,
                   communications, claims, holds, notes written for release, documents
                   as pictures, history; it says what is not in it
history.json       every entry about the request with its proof of inclusion, the
                   signed checkpoint of the history and the public key
verify_history.py  verifies history.json without the portal and without a network:
                   python3 verify_history.py history.json
                   (Python 3.9 or later and its package cryptography). Compare the key
                   it names with the one the agency publishes.
documents/         the files as they were received and as they were issued
hashes.txt         SHA-256 of every file here; check with: sha256sum -c hashes.txt

Put together {at}. Head of the history: {size} entries, root {root}
"""


@transaction.atomic
def order_case_file(
    *,
    ice_request: IceRequest,
    claim: Claim | None,
    by: User,
    role: str,
    at: datetime,
) -> CaseFile:
    """Have a case file put together; a job does it once a checkpoint covers this.

    The entry written here is the last of the history in the file. Raises Destroyed.
    """
    ice_request.refuse_if_shredded()
    size, root = _head()
    row = CaseFile.objects.create(
        ice_request=ice_request,
        claim=claim,
        head_size=size,
        head_root=root,
        made_by=by,
        made_at=at,
    )
    ledger.record(
        event="history.exported",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
    )
    outbox.enqueue(
        kind=KIND, subject=row.public_id, at=at, agency=ice_request.agency.code
    )
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    return row


def _head() -> tuple[int, str]:
    head = Head.objects.get()
    return head.n, tree.fold([bytes(one) for one in head.stack]).hex()


@jobs.does(KIND)
def make(*, subject: str, at: datetime) -> None:
    """Put one case file together, unless that was done. Raises NotYetSigned."""
    row = (
        CaseFile.objects.select_for_update(of=("self",))
        .select_related("ice_request", "made_by", "claim")
        .get(public_id=subject)
    )
    if row.bundle_id or row.failed:
        return
    ice_request = shown.with_facts(IceRequest.objects.all()).get(pk=row.ice_request_id)
    try:
        ice_request.refuse_if_shredded()
    except Destroyed:
        _fail(row, ice_request, DESTROYED, at=at)
        return
    _make(row, ice_request, at=at)


@dataclass(frozen=True)
class Contents:
    """What goes into a bundle."""

    number: str
    agency: str
    pdf: bytes
    history: dict
    documents: list[Numbered]
    at: datetime


def _make(row: CaseFile, ice_request: IceRequest, *, at: datetime) -> None:
    last = _exported(ice_request, at=row.made_at)
    (verifier, *_) = watch.keys()
    # Entries of reading may be of the state's auditors: the whole history is told.
    with tenancy.as_system():
        told = history.export(
            subject=ice_request.public_id, verifier=verifier, last=last.seq
        )
    documents = case_file.documents_of(ice_request)
    entries = Entry.objects.about(ice_request.public_id).filter(seq__lte=last.seq)
    sheet = case_file.compose(
        ice_request,
        documents=documents,
        history=told,
        entries=shown.named(entries.select_related("leaf")).order_by("seq"),
        made_by=str(row.made_by),
        made_at=row.made_at,
    )
    pdf = sheets.render(sheet)
    bundle = bundle_of(
        Contents(
            number=ice_request.number,
            agency=ice_request.agency.name,
            pdf=pdf,
            history=told,
            documents=documents,
            at=row.made_at,
        )
    )
    row.pdf = _keep(row, ice_request, "pdf", pdf, at=at)
    row.bundle = _keep(row, ice_request, "zip", bundle, at=at)
    row.save(update_fields=["pdf", "bundle"])
    _record(row, ice_request, at=at)


def _exported(ice_request: IceRequest, *, at: datetime) -> Entry:
    rows = Entry.objects.about(ice_request.public_id)
    return rows.filter(event="history.exported", at=at).latest("seq")


_MEDIA = {"pdf": "application/pdf", "zip": "application/zip"}


def _keep(row, ice_request, ending: str, content: bytes, *, at) -> Document:
    return keeping.keep_made(
        kind=DocumentKind.CASE_FILE,
        name=f"case-file-{ice_request.number}.{ending}",
        media_type=_MEDIA[ending],
        content=content,
        agency=ice_request.agency,
        data_key=ice_request.data_key,
        by=row.made_by,
        at=at,
    )


def _record(row: CaseFile, ice_request: IceRequest, *, at: datetime) -> None:
    claim = {"claim": row.claim.public_id} if row.claim else {}
    ledger.record(
        event="case_file.made",
        subject=ice_request.public_id,
        at=at,
        actor=ledger.SYSTEM,
        agency=ice_request.agency.code,
        body={
            "case_file": row.public_id,
            "sha256": row.pdf.sha256,
            "bundle_sha256": row.bundle.sha256,
            "size": row.head_size,
            "root": row.head_root,
            **claim,
        },
    )


def bundle_of(contents: Contents) -> bytes:
    """The bundle as a ZIP: the same contents give the same bytes."""
    size, root = case_file.head_of(contents.history)
    files = {
        "case-file.pdf": contents.pdf,
        "history.json": (
            json.dumps(contents.history, indent=1, ensure_ascii=False) + "\n"
        ).encode(),
        VERIFIER: (Path(settings.BASE_DIR) / VERIFIER).read_bytes(),
        "README.txt": _READ_ME.format(
            number=contents.number,
            agency=contents.agency,
            at=sheets.moment(contents.at),
            size=size,
            root=root,
        ).encode(),
    }
    files |= {one.file_name: keeping.opened(one.document) for one in contents.documents}
    hashes = [f"{sha256(body).hexdigest()}  {name}" for name, body in files.items()]
    files["hashes.txt"] = ("\n".join(hashes) + "\n").encode()
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, body in files.items():
            bundle.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


@jobs.at_death
def give_up(*, kind: str, subject: str, agency: str, attempts: int, at: datetime):
    """Say on the row that its job was given up; that job's own entry tells of it."""
    if kind == KIND:
        CaseFile.objects.filter(public_id=subject, bundle=None).update(failed=FAILED)


def _fail(row: CaseFile, ice_request: IceRequest, code: str, *, at: datetime) -> None:
    row.failed = code
    row.save(update_fields=["failed"])
    ledger.record(
        event="case_file.made",
        subject=ice_request.public_id,
        at=at,
        actor=ledger.SYSTEM,
        agency=ice_request.agency.code,
        outcome="failed",
        body={"case_file": row.public_id},
    )
