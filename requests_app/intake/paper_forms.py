"""Numbered paper forms for the time when the portal is away.

A number is reserved when it is printed and used by one request at most. What was
printed and neither entered nor spoiled stays on a list.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import typst
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import ActKind, AskKind, Channel, IceRequest
from requests_app.intake.models import PaperForm
from requests_app.ledger import services as ledger
from requests_app.notices import render

MOST = 50
_NUMBERING = 5504
ROOM = Path(__file__).parent
_INSTRUMENTS = (
    ("I-247A", "I-247G", "older I-247", "I-200", "I-205")
    + ("Judicial warrant", "Court order 1225(d)(4)(B)")
    + ("E-mail", "Telephone", "In person", "ICE never asked")
)


class NotThatMany(ValueError):
    """So many forms are not printed at once."""


class NotAnOpenForm(ValueError):
    """No form of the agency with this number waits to be entered."""


@transaction.atomic
def reserve(
    *, agency: Agency, count: int, by: User, role: str, at: datetime
) -> list[PaperForm]:
    """Reserve the next numbers of an agency's paper forms. Raises NotThatMany."""
    if not 0 < count <= MOST:
        raise NotThatMany(f"Print between 1 and {MOST} forms at once.")
    # One at a time numbers the forms of an agency.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NUMBERING, agency.pk])
    last = PaperForm.objects.filter(agency=agency).count()
    forms = PaperForm.objects.bulk_create(
        PaperForm(
            agency=agency,
            number=f"{agency.code}-P{number:05d}",
            printed_by=by,
            printed_at=at,
        )
        for number in range(last + 1, last + count + 1)
    )
    ledger.record(
        event="paper.printed",
        subject=agency.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=agency.code,
        body={"first": forms[0].number, "last": forms[-1].number},
    )
    return forms


@transaction.atomic
def spoil(
    *, agency: Agency, number: str, by: User, role: str, at: datetime
) -> PaperForm:
    """Say that nothing will be entered from a form: torn, lost, or empty.

    Raises NotAnOpenForm.
    """
    form = open_form(agency=agency, number=number, locks=True)
    form.spoiled_at, form.spoiled_by = at, by
    form.save(update_fields=["spoiled_at", "spoiled_by"])
    ledger.record(
        event="paper.spoiled",
        subject=agency.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=agency.code,
        body={"paper": form.number},
    )
    return form


def open_forms(agency: Agency) -> QuerySet[PaperForm]:
    """The forms that were printed and not entered yet, nor spoiled."""
    entered = IceRequest.objects.filter(paper_number=OuterRef("number"))
    rows = PaperForm.objects.filter(agency=agency, spoiled_at=None)
    return rows.filter(~Exists(entered)).select_related("printed_by").order_by("id")


def open_form(*, agency: Agency, number: str, locks: bool = False) -> PaperForm:
    """The open form of this number, however it was typed. Raises NotAnOpenForm."""
    said = number.strip().upper()
    rows = open_forms(agency)
    if locks:
        rows = rows.select_for_update(of=("self",))
    form = rows.filter(number=said).first()
    if form is None:
        raise NotAnOpenForm(
            f"{said or 'This'} is no paper form of {agency.name} that waits to be "
            "entered. Look at the list of paper forms."
        )
    return form


def pdf(forms: Sequence[PaperForm], *, agency: Agency) -> bytes:
    """The forms as a file to print, one a page. Raises render.NotRendered."""
    made_at = forms[0].printed_at.astimezone(UTC).replace(microsecond=0)
    printed = timezone.localtime(made_at)
    numbers = [one.number for one in forms]
    content = {
        "title": f"Paper forms {numbers[0]} to {numbers[-1]}",
        "agency": agency.name,
        "numbers": numbers,
        "printed": f"{printed:%Y-%m-%d}",
        "instruments": list(_INSTRUMENTS),
        "channels": [one.label for one in Channel if one != Channel.NONE],
        "asks": [str(one.label) for one in AskKind],
        "acts": [str(one.label) for one in ActKind],
        "answers": ["Yes", "No", "Not known", "Refused to say"],
    }
    compiler = typst.Compiler(
        input=ROOM / "paper.typ",
        root=ROOM,
        font_paths=[render.ROOM / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"forms": json.dumps(content)},
    )
    try:
        return compiler.compile(
            format="pdf", pdf_standards=render.STANDARDS, timestamp=made_at
        )
    except typst.TypstError as error:
        raise render.NotRendered("The forms could not be made into a PDF.") from error
