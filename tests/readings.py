"""Papers of drafts that were read in, made without the limited processes.

Those are started by the tests of reading in; a page that shows a reading needs none.
"""

import io
from datetime import datetime

import pypdfium2
from django.db import transaction

from requests_app.documents import keeping
from requests_app.documents.models import DocumentKind, FormReading, PartKind
from requests_app.documents.reading import read_form
from requests_app.intake.models import Draft
from requests_app.ledger import services as ledger
from tests.factories import NOON, a_picture


@transaction.atomic
def read_in(*, draft: Draft, content: bytes = b"", at: datetime = NOON) -> FormReading:
    """A paper of a draft, as it was read in; a PDF's values and page if it is given."""
    said = read_form(content).as_json() if content else READ
    document = keeping.keep_made(
        kind=DocumentKind.INSTRUMENT,
        name="form.pdf",
        media_type="application/pdf",
        content=content or b"%PDF",
        agency=draft.agency,
        data_key=draft.data_key,
        by=draft.owner,
        at=at,
    )
    page = a_page(content) if content else a_picture()
    keeping.keep_part(document, PartKind.PAGE, 1, page)
    reading = FormReading(
        document=document,
        edition=said["edition"],
        source=said["source"],
        reader=said["reader"],
        read_by=draft.owner,
        read_at=at,
    )
    reading.values, reading.warnings = said["values"], said["warnings"]
    reading.taken = {}
    reading.save(force_insert=True)
    ledger.record(
        event="form.read",
        subject=draft.public_id,
        at=at,
        actor=draft.owner.public_id,
        agency=draft.agency.code,
        body={"document": document.public_id, "edition": reading.edition},
    )
    return reading


READ = {
    "edition": "I-247A 2017-03",
    "source": "text",
    "reader": "1",
    "warnings": ["unsigned"],
    "values": [
        {
            "field": name,
            "value": value,
            "source": "text",
            "confidence": 1.0,
            "page": 1,
            "box": [0.1, 0.1, 0.5, 0.2],
        }
        for name, value in (
            ("family_names", "Invéntez"),
            ("given_names", "Ana"),
            ("instrument_signed", "no"),
        )
    ],
}


def a_page(pdf: bytes) -> bytes:
    """The first page of a PDF as the portal draws it anew."""
    out = io.BytesIO()
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()
    picture.convert("L").save(out, "JPEG", quality=82)
    return out.getvalue()
