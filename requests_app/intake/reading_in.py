"""Reading a paper in: kept, read in a limited process, taken over by a clerk.

Nothing is filed here. What was read is kept as it was read, beside what the clerk made
of each value.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import User
from requests_app.documents import limited
from requests_app.documents import services as documents
from requests_app.documents.models import Document, DocumentKind, FormReading
from requests_app.documents.reading import VERSION
from requests_app.intake import read_in, services
from requests_app.intake.models import Draft
from requests_app.ledger import services as ledger

WORK = "requests_app.documents.reading:read_in_child"
# Tesseract is a program of its own and takes seconds for a page.
LIMITS = limited.Limits(processes=None, cpu_seconds=40, wall_seconds=50)


class TakenAlready(ValueError):
    """The values of this paper were taken over before."""


def read_paper(
    *, draft: Draft, content: bytes, name: str, by: User, role: str, at: datetime
) -> FormReading:
    """Keep a paper with a draft and read its values.

    A paper that cannot be read is kept all the same, and its reading says so. Raises
    documents.checking.Refused for a file that is not taken.
    """
    document = documents.receive(
        content=content,
        name=name,
        kind=DocumentKind.INSTRUMENT,
        agency=draft.agency,
        data_key=draft.data_key,
        subject=draft.public_id,
        by=by,
        role=role,
        at=at,
    )
    said = _read(content)
    with transaction.atomic():
        reading = _kept(document, said, by=by, at=at)
        _record(
            "form.read",
            draft,
            role=role,
            at=at,
            body={
                "document": document.public_id,
                "edition": reading.edition,
                "warnings": reading.warnings,
                "fields": sorted({one["field"] for one in reading.values}),
            },
        )
        services.save_step(
            draft=draft,
            name="request",
            answers={**draft.answers.get("request", {}), **read_in.begun(said["form"])},
            at=at,
            role=role,
        )
    return reading


@transaction.atomic
def take(
    *,
    reading: FormReading,
    draft: Draft,
    taken: Mapping[str, Mapping],
    role: str,
    at: datetime,
) -> Draft:
    """Put what a clerk accepted or corrected into the steps of the draft.

    `taken` maps a field to `{"how", "value"}`. Raises TakenAlready, FiledAlready.
    """
    locked = FormReading.objects.select_for_update(of=("self",))
    reading = locked.select_related("document__data_key").get(pk=reading.pk)
    if reading.taken_at is not None:
        raise TakenAlready("The values of this paper were taken over before.")
    reading.taken = dict(taken)
    reading.taken_at = at
    reading.save(update_fields=["taken", "taken_at"])
    _record(
        "form.taken",
        draft,
        role=role,
        at=at,
        body={
            "document": reading.document.public_id,
            **{how: _named(taken, how) for how in _HOWS},
        },
    )
    filled = read_in.answers(read_in.form_of(reading.edition), taken)
    for name, answers in filled.items():
        draft = services.save_step(
            draft=draft,
            name=name,
            answers={**draft.answers.get(name, {}), **answers},
            at=at,
            role=role,
        )
    return draft


def says_it_cancels(draft: Draft) -> bool:
    """Whether a paper read in with the draft is ticked to cancel a detainer."""
    kept = FormReading.objects.filter(
        document__data_key=draft.data_key, document__misplaced_at=None
    )
    return any(
        one["field"] == "cancels" and one["value"] == "yes"
        for reading in kept.select_related("document__data_key")
        for one in reading.values
    )


_HOWS = (read_in.ACCEPTED, read_in.CORRECTED, read_in.LEFT_OUT)


def _named(taken: Mapping[str, Mapping], how: str) -> list[str]:
    return sorted(name for name, one in taken.items() if one["how"] == how)


def _read(content: bytes) -> dict:
    try:
        return limited.run(WORK, content=content, limits=LIMITS).said
    except (limited.Busy, limited.NoRoom, limited.Stopped):
        return {
            "form": "",
            "edition": "",
            "source": FormReading.Source.SCAN,
            "reader": VERSION,
            "values": [],
            "warnings": [read_in.NOT_READ],
        }


def _kept(document: Document, said: dict, *, by: User, at: datetime) -> FormReading:
    reading = FormReading(
        document=document,
        edition=said["edition"],
        source=said["source"],
        reader=said["reader"],
        read_by=by,
        read_at=at,
    )
    reading.values = said["values"]
    reading.warnings = said["warnings"]
    reading.taken = {}
    reading.save(force_insert=True)
    return reading


def _record(event: str, draft: Draft, *, role: str, at: datetime, body: dict) -> None:
    ledger.record(
        event=event,
        subject=draft.public_id,
        at=at,
        actor=draft.owner.public_id,
        role=role,
        agency=draft.agency.code,
        body=body,
    )
