"""An extract of ICE access under (e)(2): gathered, frozen, made into files.

Of each field of the policy this module knows how to read it from the docket. For what
is released, `gather` asks; for what is withheld, by the policy or of a single record,
nothing is read into the extract and the exemption stands in its place. `hidden_terms`
reads the withheld values for one purpose only: so that the finished files can be
searched for them.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

from requests_app.accounts.models import Agency
from requests_app.docket.models import (
    Channel,
    Communication,
    IceRequest,
    Person,
)
from requests_app.docket.moments import ZONE
from requests_app.reporting import accesses as counting
from requests_app.reporting import rereading, sheets
from requests_app.reporting.release_policy import Exemption, Rule
from requests_app.reporting.rereading import Term
from requests_app.reporting.tables import harmless
from requests_app.review import wording
from requests_app.review.models import IceAccess, NoteKind
from requests_app.vault.sealing import CannotBeOpened

# An extract is read by a person before it leaves, and by a machine word for word.
MOST = 300


class TooMany(ValueError):
    """More acts than an extract holds."""


def accesses(
    *, agency: Agency, since: date, until: date, number: str = ""
) -> list[IceAccess]:
    """The acts of ICE access from `since` until before `until`, newest record each.

    Raises TooMany.
    """
    newest = (
        IceAccess.objects.filter(
            ice_request__agency=agency,
            act_date__gte=since,
            act_date__lt=until,
            ice_request__data_key__shredded_at__isnull=True,
        )
        .exclude(ice_request__batch__is_shown=False)
        .order_by("act_id", "-id")
        .distinct("act_id")
    )
    if number:
        newest = newest.filter(ice_request__number=number)
    # A correction may have left a record without kinds: that act gave no access.
    found = list(
        IceAccess.objects.filter(pk__in=newest.values("pk"))
        .exclude(kinds=[])
        .select_related("act", "ice_request__person", "ice_request__data_key")
        .order_by("act_id")[: MOST + 1]
    )
    if len(found) > MOST:
        raise TooMany(
            f"More than {MOST} acts of ICE access fall into these days. Choose fewer."
        )
    return sorted(found, key=lambda row: (row.act_date, row.act_id))


@dataclass(frozen=True)
class Single:
    """One released field that is withheld of one act, and under which exemption."""

    act: str
    field: str
    exemption: Exemption


def gather(
    rows: Iterable[IceAccess], rules: Sequence[Rule], singles: Sequence[Single] = ()
) -> list[dict[str, str]]:
    """One record for each act, holding the released fields and nothing else.

    In the place of what is withheld singly its exemption stands; it is not read.
    """
    released = [rule.field for rule in rules if rule.is_released]
    labels = {(one.act, one.field): one.exemption.label for one in singles}
    return [
        {
            name: labels.get((row.act.public_id, name)) or _VALUES[name](row)
            for name in released
        }
        for row in rows
    ]


def _day(moment: datetime) -> str:
    return moment.astimezone(ZONE).date().isoformat()


def _communications(row: IceAccess) -> str:
    found = row.ice_request.communications.order_by("at", "id")
    return "; ".join(
        f"{_day(one.at)} {Communication.Direction(one.direction).label}, "
        f"{Channel(one.channel).label.lower()}: {wording.contact_about(one.about)}"
        for one in found
    )


def _notes(row: IceAccess, kind: str) -> str:
    notes = row.ice_request.notes.filter(kind=kind).order_by("id")
    return " | ".join(" ".join(note.text.split()) for note in notes)


def _money(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:.2f}"


def _charges(row: IceAccess) -> str:
    charges = row.ice_request.convictions.filter(is_removed=False).order_by("id")
    return "; ".join(
        f"{one.section} {one.get_disposition_display()}".strip() for one in charges
    )


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


_VALUES: dict[str, Callable[[IceAccess], str]] = {
    "number": lambda row: row.ice_request.number,
    "received": lambda row: _day(row.ice_request.received_at),
    "instrument": lambda row: row.ice_request.get_instrument_display(),
    "sender_office": lambda row: row.ice_request.sender_office,
    "access_date": lambda row: row.act_date.isoformat(),
    "access_type": lambda row: ", ".join(row.kinds),
    "act": lambda row: row.act.get_kind_display(),
    "through_detainer": lambda row: (
        "through a detainer" if counting.is_through_detainer(row) else "otherwise"
    ),
    "staff_minutes": lambda row: (
        "" if row.act.staff_minutes is None else str(row.act.staff_minutes)
    ),
    "cost": lambda row: _money(row.act.cost_cents),
    "communications": _communications,
    "notes": lambda row: _notes(row, NoteKind.FOR_RELEASE),
    "person_name": lambda row: _join(
        row.ice_request.person.full_name, *row.ice_request.person.aliases
    ),
    "person_birth": lambda row: (
        row.ice_request.person.date_of_birth.isoformat()
        if row.ice_request.person.date_of_birth
        else ""
    ),
    "person_sex": lambda row: row.ice_request.person.get_sex_display(),
    "person_ethnicity": lambda row: row.ice_request.person.get_ethnicity_display(),
    "person_citizenship": lambda row: row.ice_request.person.citizenship,
    "person_a_number": lambda row: row.ice_request.person.a_number,
    "person_booking_number": lambda row: row.ice_request.person.booking_number,
    "federal_numbers": lambda row: _join(
        row.ice_request.event_number, row.ice_request.subject_id
    ),
    "designee": lambda row: _join(
        row.ice_request.person.attorney, row.ice_request.person.designee
    ),
    "officer": lambda row: row.ice_request.sender_officer,
    "arrest": _charges,
    "narrative": lambda row: row.act.narrative,
    "internal_notes": lambda row: _notes(row, NoteKind.INTERNAL),
}


def withheld_of(rules: Sequence[Rule]) -> list[dict]:
    """Each withheld field with the exemption that stands in its place."""
    return [
        {
            "field": rule.field,
            "what": rule.label,
            "code": rule.exemption.code,
            "citation": rule.exemption.citation,
            "words": rule.exemption.words,
            "confirmed": rule.exemption.is_confirmed,
            "label": rule.exemption.label,
        }
        for rule in rules
        if rule.exemption is not None
    ]


def singly_of(
    rows: Iterable[IceAccess], rules: Sequence[Rule], singles: Sequence[Single]
) -> list[dict]:
    """Each item that is withheld singly: the number of its record, act and field."""
    labels = {rule.field: rule.label for rule in rules}
    numbers = {row.act.public_id: n for n, row in enumerate(rows, start=1)}
    return [
        {
            "record": numbers[one.act],
            "act": one.act,
            "field": one.field,
            "what": labels[one.field],
            "code": one.exemption.code,
            "citation": one.exemption.citation,
            "confirmed": one.exemption.is_confirmed,
        }
        for one in singles
        if one.act in numbers
    ]


# What must not be found


def hidden_terms(
    ice_requests: Iterable[IceRequest],
    withheld: Iterable[str],
    *,
    known: str,
    released: str = "",
) -> list[Term]:
    """What tells who the individuals are, and what staff wrote, of the fields withheld.

    `known` is the fixed text of the files, `released` what they say of the requests
    outside notes. A request that was destroyed meanwhile has nothing left to be found.
    """
    fields = set(withheld)
    found: dict[Term, None] = {}
    for one in ice_requests:
        try:
            for term in _terms(one, one.person, fields, known):
                found[term] = None
            for term in _former(one, fields, known):
                found[term] = None
            for term in _written(one, fields, f"{known} {released}"):
                found[term] = None
        except CannotBeOpened:
            continue
    return list(found)


def _written(ice_request: IceRequest, fields: set[str], known: str) -> Iterable[Term]:
    """Of what staff wrote in sentences, and of the charges."""
    texts = {
        "narrative": lambda: [
            ice_request.custody.narrative,
            *(one.narrative for one in ice_request.acts.all()),
            *(one.narrative for one in ice_request.releases.all()),
            *(one.reason for one in ice_request.corrections.all()),
        ],
        "internal_notes": lambda: _texts(ice_request, NoteKind.INTERNAL),
        "notes": lambda: _texts(ice_request, NoteKind.FOR_RELEASE),
    }
    for field in fields & set(texts):
        for text in texts[field]():
            yield from rereading.words_of(field, text, known=known)
    if "arrest" in fields:
        for one in ice_request.convictions.all():
            if one.section and one.section not in known:
                yield Term("arrest", one.section, is_word=True)


def _terms(
    ice_request: IceRequest, person: Person, fields: set[str], known: str
) -> Iterable[Term]:
    texts = {
        "person_name": _names_of(person),
        "person_a_number": [person.a_number, person.a_number.lstrip("Aa-# ")],
        "person_booking_number": [person.booking_number],
        "federal_numbers": [ice_request.event_number, ice_request.subject_id],
        "designee": [person.attorney, person.designee],
        "officer": [ice_request.sender_officer, ice_request.sender_contact],
        "person_citizenship": [person.citizenship],
    }
    for field in fields & set(texts):
        for text in texts[field]:
            yield from rereading.terms_of(field, text, known=known)
    if "person_birth" in fields and person.date_of_birth:
        yield from rereading.days_of("person_birth", person.date_of_birth)


# Which field of the policy a value was of that a correction replaced.
_FORMER = {
    "family_names": "person_name",
    "given_names": "person_name",
    "aliases": "person_name",
    "a_number": "person_a_number",
    "booking_number": "person_booking_number",
    "attorney": "designee",
    "designee": "designee",
    "citizenship": "person_citizenship",
}


def _former(ice_request: IceRequest, fields: set[str], known: str) -> Iterable[Term]:
    """Of what was corrected: a name that was misread may be another person's."""
    for correction in ice_request.corrections.all():
        for column, value in correction.before.items():
            name = column.partition(".")[2]
            field = _FORMER.get(name)
            if field in fields and value:
                for text in value if isinstance(value, list) else [value]:
                    yield from rereading.terms_of(field, text, known=known)
            if name == "date_of_birth" and "person_birth" in fields and value:
                yield from rereading.days_of("person_birth", date.fromisoformat(value))


def _texts(ice_request: IceRequest, kind: str) -> list[str]:
    return [one.text for one in ice_request.notes.all() if one.kind == kind]


def _names_of(person: Person) -> list[str]:
    family, given = person.family_names, person.given_names
    return [f"{given} {family}", f"{family}, {given}", family, given, *person.aliases]


# Files, of what is frozen alone


def csv_of(frozen: Mapping) -> bytes:
    """A line for each act; what is withheld is labelled in its own column."""
    written = StringIO(newline="")
    to = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    to.writerow([one["field"] for one in frozen["policy"]])
    labels = {one["field"]: one["label"] for one in frozen["withheld"]}
    for row in frozen["rows"]:
        to.writerow(
            [
                labels.get(one["field"]) or harmless(row[one["field"]])
                for one in frozen["policy"]
            ]
        )
    return written.getvalue().encode()


def pdf_of(frozen: Mapping) -> bytes:
    """The extract on paper. Raises sheets.NotRendered."""
    return sheets.render(_sheet(frozen))


def fixed_text(frozen: Mapping) -> str:
    """What stands on the paper whoever it is about."""
    blocks = _sheet({**frozen, "rows": []}).blocks
    return f"{frozen['parameters']} {blocks} {frozen['withheld']} {frozen['policy']}"


def said_outside_notes(frozen: Mapping) -> str:
    """What the records say, but for what somebody wrote into a note."""
    values = (
        value
        for row in frozen["rows"]
        for name, value in row.items()
        if name != "notes"
    )
    return " ".join(dict.fromkeys(values))


def _sheet(frozen: Mapping) -> sheets.Sheet:
    given = frozen["parameters"]
    sheet = sheets.Sheet(
        title="Records of ICE access",
        subtitle=f"{given['agency']}, {given['body']}",
        footer=f"Records of ICE access, {given['since']} to {given['last']}",
        made_at=datetime.fromisoformat(frozen["made_at"]),
    )
    sheet.facts(
        [
            ("Period", f"{given['since']} to {given['last']}"),
            ("Made for", given["audience_label"]),
            ("Reference of the request for records", given["reference"]),
            ("Records", len(frozen["rows"])),
            ("Law", "C.G.S. 54-192h(e)(2): records relating to ICE access"),
            ("History at that moment", f"{frozen['head']['size']} entries"),
            ("Root of the head", frozen["head"]["root"]),
        ]
    )
    sheet.heading("What is released and what is withheld")
    sheet.note(
        "Each field is either released or withheld under the exemption named. What is "
        "withheld was never put into this file: nothing lies under a cover."
    )
    sheet.table(
        ("Field", "Released or withheld"),
        [(one["what"], one["exemption"] or "Released") for one in frozen["policy"]],
        (2, 3),
    )
    if frozen.get("singly"):
        sheet.paragraph(
            "Of single records an item that is released otherwise is withheld too. The "
            "exemption stands in its place:"
        )
        sheet.bullets(
            [f"Record {one['record']}: {one['what']}" for one in frozen["singly"]]
        )
    sheet.heading("Records")
    _records(sheet, frozen)
    return sheet


def _records(sheet: sheets.Sheet, frozen: Mapping) -> None:
    if not frozen["rows"]:
        sheet.paragraph("No ICE access is on record for this period.")
    labels = {one["field"]: one["what"] for one in frozen["policy"]}
    kept = [(one["what"], one["label"]) for one in frozen["withheld"]]
    for number, row in enumerate(frozen["rows"], start=1):
        sheet.heading(f"Record {number}", 2)
        said = [(labels[name], value or "Not on record") for name, value in row.items()]
        sheet.table(("Field", "On record"), [*said, *kept], (2, 3))
