"""One whole request as a court reads it: what the pages show, in the order of events.

Reads the docket and the review as the request's page does, and puts every word into
plain blocks (`sheets`). Nothing is judged here: what is not known is printed as not
known, and what is left out, the notes of staff among themselves and their words on a
hold, is said to be left out.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from requests_app.docket import holds
from requests_app.docket.models import IceRequest, Relief
from requests_app.documents.models import Document, DocumentKind, PartKind
from requests_app.ledger.models import Entry
from requests_app.reporting.sheets import Sheet, day, moment
from requests_app.review import corrections, shown, wording
from requests_app.review.models import NoteKind

UNKNOWN = "Not known"


@dataclass(frozen=True)
class Numbered:
    """A document with its number in the file, and its name in the bundle."""

    number: int
    document: Document

    @property
    def file_name(self) -> str:
        ending = _ENDINGS.get(self.document.media_type, "bin")
        return f"documents/{self.number:02d}-{self.document.kind}.{ending}"


_ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
}
_NOT_OF_IT = (DocumentKind.CASE_FILE, DocumentKind.EXPORT, DocumentKind.TABLE)


def documents_of(ice_request: IceRequest) -> list[Numbered]:
    """The papers of a request as received and as issued, numbered as they came."""
    rows = (
        Document.objects.under(ice_request.data_key)
        .exclude(kind__in=_NOT_OF_IT)
        .select_related("data_key", "received_by")
        .order_by("id")
    )
    return [Numbered(number, one) for number, one in enumerate(rows, start=1)]


def compose(
    ice_request: IceRequest,
    *,
    documents: Sequence[Numbered],
    history: dict,
    entries: Sequence[Entry],
    made_by: str,
    made_at: datetime,
) -> Sheet:
    """The paper of a request read with `shown.with_facts`."""
    sheet = Sheet(
        title=f"Case file {ice_request.number}",
        subtitle=f"{ice_request.agency.name}, {ice_request.agency.body}",
        footer=f"Case file {ice_request.number}",
        made_at=made_at,
    )
    screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
    asks = shown.asks_of(ice_request, screenings)
    acts = shown.acts_of(ice_request, screenings)
    _cover(sheet, ice_request, history, made_by=made_by, made_at=made_at)
    _facts(sheet, ice_request)
    _corrections(sheet, ice_request)
    _asks(sheet, asks)
    _acts(sheet, acts)
    _findings(sheet, "The duties on receipt", shown.receipt_of(screenings))
    _notices(sheet, ice_request)
    _communications(sheet, ice_request)
    _claims(sheet, ice_request)
    _holds(sheet, ice_request)
    _notes(sheet, ice_request)
    _history(sheet, entries)
    _hashes(sheet, documents)
    _pages(sheet, documents)
    return sheet


def _cover(sheet, ice_request, history: dict, *, made_by, made_at) -> None:
    size, root = head_of(history)
    sheet.facts(
        [
            ("Request", ice_request.number),
            ("State", ice_request.get_status_display()),
            ("Received", moment(ice_request.received_at)),
            ("Filed", f"{moment(ice_request.filed_at)} by {ice_request.filed_by}"),
            ("Put together", f"{moment(made_at)} by {made_by}"),
            ("Entries of its history in this file", len(history["entries"])),
            ("Head of the history", f"{size} entries"),
            ("Root of the head", root),
        ]
    )
    sheet.note(
        "The history of this request is in the bundle as history.json. Anybody can "
        "verify it without the portal: python3 verify_history.py history.json. It "
        "proves that no entry was altered or taken out up to the export that ends it."
    )


def head_of(history: dict) -> tuple[int, str]:
    """The size and the root of the tree that a history's checkpoint signs."""
    _, size, root, *_ = history["checkpoint"].split("\n")
    return int(size), root


def _facts(sheet: Sheet, ice_request: IceRequest) -> None:
    person, custody = ice_request.person, ice_request.custody
    sheet.heading("Facts as they stand on record")
    sheet.heading("The contact", 2)
    sheet.facts(
        [
            ("Came as", ice_request.get_instrument_display()),
            ("How", ice_request.get_channel_display()),
            ("Sender", ice_request.sender_office or UNKNOWN),
            ("Officer", ice_request.sender_officer),
            ("Contact", ice_request.sender_contact),
            ("Event number", ice_request.event_number),
            ("Subject ID", ice_request.subject_id),
            ("Late entry", ice_request.late_reason),
            ("Came into the portal", ice_request.get_origin_display()),
            ("Paper form", ice_request.paper_number),
        ]
    )
    sheet.heading("The person", 2)
    sheet.facts(
        [
            ("Name", person.full_name),
            ("Other names", "; ".join(person.aliases)),
            (
                "Date of birth",
                day(person.date_of_birth) or person.get_date_of_birth_answer_display(),
            ),
            ("Sex", person.get_sex_display()),
            ("Race or ethnicity", person.get_ethnicity_display()),
            ("Citizenship stated", person.citizenship),
            ("A-number", person.a_number),
            ("Booking number", person.booking_number),
            ("Language", person.language),
            ("Under 18", person.get_is_minor_display()),
            ("Not legally competent", person.get_not_competent_display()),
            ("Attorney", person.attorney),
            ("Designee", person.designee),
        ]
    )
    sheet.heading("Custody", 2)
    sheet.facts(
        [
            ("Under the agency's control", custody.get_under_control_display()),
            ("Booked", moment(custody.booked_at) or UNKNOWN),
            ("Release expected", moment(custody.release_expected_at) or UNKNOWN),
            ("Eligible for release", moment(custody.release_eligible_at) or UNKNOWN),
            ("About the custody", custody.narrative),
        ]
    )
    _basis(sheet, ice_request)


def _basis(sheet: Sheet, ice_request: IceRequest) -> None:
    basis, labels = ice_request.legal_basis, shown.basis_labels(ice_request)
    sheet.heading("The legal basis", 2)
    sheet.facts(
        [
            (_label(basis, name), getattr(basis, f"get_{name}_display")())
            for name in _BASIS
        ]
        + [
            ("Box 1, probable cause", "; ".join(labels["probable_cause"])),
            ("Grounds of the 2014 text", "; ".join(labels["grounds_2014"])),
            ("Paper signed on", day(basis.instrument_signed_date)),
        ]
    )
    convictions = shown.convictions_of(ice_request)
    if convictions:
        sheet.table(
            ("Section", "Class", "Outcome", "Where"),
            [
                (
                    f"{row.section} {row.subdivision}".strip() or UNKNOWN,
                    row.get_felony_class_display() or UNKNOWN,
                    row.get_disposition_display() or UNKNOWN,
                    row.jurisdiction or UNKNOWN,
                )
                for row in convictions
            ],
        )
    warrants = list(ice_request.warrants.filter(is_removed=False).order_by("id"))
    if warrants:
        sheet.table(
            ("Warrant", "Signed by", "Court", "Docket number"),
            [
                (
                    row.get_form_display(),
                    row.get_signed_by_display(),
                    row.court or UNKNOWN,
                    row.docket_number or UNKNOWN,
                )
                for row in warrants
            ],
        )


_BASIS = (
    ("convictions_listing", "warrants_listing", "terrorist_screening_match")
    + ("order_1225d4B", "ice_subpoena", "resume_custody", "instrument_signed")
    + ("written_authorization", "terrorism_investigation")
    + ("otherwise_required_by_law", "publicly_available")
)


def _label(row, name: str) -> str:
    known = wording.FACT_LABELS.get(name)
    text = known or str(row._meta.get_field(name).verbose_name)
    return text[:1].upper() + text[1:]


def _corrections(sheet: Sheet, ice_request: IceRequest) -> None:
    sheet.heading("Corrections")
    found = corrections.of_request(ice_request, shown.named, shows_values=True)
    if not found:
        sheet.paragraph("None: the facts are those of the filing.")
    for one in found:
        sheet.heading(f"{moment(one['at'])}: {one['step']}", 2)
        sheet.paragraph(f"Corrected by {one['actor']}.")
        if one["reason"]:
            sheet.paragraph(f"Why: {one['reason']}")
        tables = (("What", one["values"]), ("Fact for the law", one["facts"]))
        for title, rows in tables:
            if rows:
                sheet.table(
                    (title, "Before", "After"),
                    [(row["label"], row["before"], row["after"]) for row in rows],
                )
        if one["changed"] and not one["values"]:
            sheet.note(
                f"Changed, the values before are not kept: {'; '.join(one['changed'])}."
            )


def _asks(sheet: Sheet, asks: Iterable) -> None:
    sheet.heading("What was asked, what the law says, what was decided")
    for one in asks:
        sheet.heading(one.ask.get_kind_display(), 2)
        if one.information:
            sheet.paragraph(f"Information asked: {'; '.join(one.information)}.")
        _findings(sheet, "Findings", one.findings + one.duties)
        live = [one.determination] if one.determination else []
        for row in [*live, *one.earlier]:
            _determination(sheet, row)
        if not live and not one.earlier:
            sheet.paragraph("No determination was made.")
    if not asks:
        sheet.paragraph("ICE never asked. What was done stands below.")


def _determination(sheet: Sheet, row) -> None:
    override = " (an override of a finding)" if row.is_override else ""
    sheet.heading(f"Determination: {row.get_decision_display().lower()}{override}", 3)
    sheet.facts(
        [
            ("Made", f"{moment(row.decided_at)} by {row.decided_by}"),
            ("Reason", f"{row.get_reason_code_display()}. {row.reason}"),
            ("Authority", row.authority),
            ("Second person", row.second_by and f"{row.second_by}"),
            ("In effect from", moment(row.effective_at)),
            ("Approved from", moment(row.acts_from)),
            ("Approval ends", moment(row.expires_at)),
            ("Who may carry it out", "; ".join(row.named)),
            ("Superseded", moment(row.ended_at)),
        ]
    )


def _acts(sheet: Sheet, acts: Iterable) -> None:
    sheet.heading("What was done")
    for one in acts:
        act = one.act
        sheet.heading(f"{act.get_kind_display()}, {moment(act.happened_at)}", 2)
        access = one.screening.ice_access if one.screening else []
        minutes = act.staff_minutes
        sheet.facts(
            [
                ("Ended", moment(act.ended_at)),
                ("Done by", act.done_by),
                ("Recorded", f"{moment(act.recorded_at)} by {act.recorded_by}"),
                ("Late entry", act.late_reason),
                ("Information given", "; ".join(one.information)),
                ("In words", act.narrative),
                ("ICE access, to be recorded", ", ".join(access)),
                ("Staff time", "" if minutes is None else f"{minutes} minutes"),
                ("Cost", "" if act.cost_cents is None else _dollars(act.cost_cents)),
            ]
        )
        for row in one.mismatches:
            sheet.paragraph(f"Mismatch: {row.get_kind_display()}. {row.because}")
        _findings(sheet, "Findings", one.findings)
    if not acts:
        sheet.paragraph("Nothing is recorded as done.")


def _dollars(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def _findings(sheet: Sheet, title: str, findings: Sequence) -> None:
    if not findings:
        return
    sheet.heading(title, 3)
    sheet.table(
        ("Provision", "Wording", "Result", "Because"),
        [
            (
                f"C.G.S. {row.finding.citation}",
                f"{row.version}{'' if not row.caution else ' (wording not on file)'}",
                row.finding.result,
                row.finding.because,
            )
            for row in findings
        ],
        (2, 1, 2, 5),
    )


def _notices(sheet: Sheet, ice_request: IceRequest) -> None:
    sheet.heading("Notices to the person, and their service")
    rows = shown.notices_of(ice_request)
    if not rows:
        sheet.paragraph("No notice was owed.")
        return
    sheet.table(
        ("Notice", "Owed since", "Given", "How, language, by"),
        [
            (
                row.get_kind_display(),
                moment(row.owed_since),
                moment(row.served_at) or "Owed",
                ", ".join(
                    one
                    for one in (row.get_served_how_display(), row.language, row.giver)
                    if one
                ),
            )
            for row in rows
        ],
        (3, 2, 2, 3),
    )
    attempts = list(ice_request.attempts.select_related("notice").order_by("tried_at"))
    if attempts:
        sheet.heading("Attempts", 3)
        sheet.table(
            ("When", "Notice", "To whom", "How", "Outcome", "In words"),
            [
                (
                    moment(row.tried_at),
                    str(row.notice),
                    row.reader_name or row.get_reader_display(),
                    row.get_how_display(),
                    row.get_outcome_display(),
                    row.words,
                )
                for row in attempts
            ],
            (2, 3, 2, 2, 2, 3),
        )


def _communications(sheet: Sheet, ice_request: IceRequest) -> None:
    sheet.heading("Communications with ICE")
    sheet.table(
        ("When", "Direction", "Channel", "About"),
        [
            (moment(row["at"]), row["direction"], row["channel"], row["about"])
            for row in shown.communications_of(ice_request)
        ],
    )


def _claims(sheet: Sheet, ice_request: IceRequest) -> None:
    sheet.heading("Claims in court")
    claims = list(ice_request.claims.prefetch_related("events").order_by("id"))
    if not claims:
        sheet.paragraph("None is on record.")
    for row in claims:
        sheet.heading(f"{row.court}, {row.docket_number}", 2)
        sheet.facts(
            [
                ("Filed", day(row.filed_date)),
                ("Served on the agency", day(row.served_date) or UNKNOWN),
                ("Claimant", row.claimant),
                ("Represented by", row.represented_by),
                ("Relief sought", "; ".join(Relief(one).label for one in row.relief)),
                ("About", row.about),
            ]
        )
        events = sorted(row.events.all(), key=lambda one: (one.on_date, one.pk))
        if events:
            sheet.table(
                ("On", "What became of it", "In words"),
                [
                    (day(one.on_date), one.get_outcome_display(), one.words)
                    for one in events
                ],
                (2, 2, 5),
            )
        else:
            sheet.paragraph("Nothing became of it yet: it is pending.")


def _holds(sheet: Sheet, ice_request: IceRequest) -> None:
    """The holds placed on it, and those on its person in force now."""
    own = list(_with_people(ice_request.holds.all()))
    of_person = _with_people(holds.over(ice_request)).exclude(ice_request=ice_request)
    sheet.heading("Holds: nothing of it is destroyed")
    found = [*own, *of_person]
    if not found:
        sheet.paragraph("None was placed.")
        return
    sheet.note(
        "What staff wrote on why a hold was placed or lifted is not in this file: it "
        "may be advice of counsel. The agency keeps it with the record."
    )
    sheet.table(
        ("What is held", "Why", "Placed", "Lifted"),
        [
            (
                row.get_reach_display(),
                row.get_cause_display(),
                f"{moment(row.placed_at)} by {row.placed_by}",
                f"{moment(row.lifted_at)} by {row.lifted_by}"
                if row.lifted_at
                else "In force",
            )
            for row in found
        ],
        (3, 2, 3, 3),
    )


def _with_people(rows):
    return rows.select_related("placed_by", "lifted_by").order_by("id")


def _notes(sheet: Sheet, ice_request: IceRequest) -> None:
    rows = list(ice_request.notes.select_related("written_by").order_by("id"))
    public = [row for row in rows if row.kind == NoteKind.FOR_RELEASE]
    among = len(rows) - len(public)
    sheet.heading("Notes")
    if public:
        sheet.table(
            ("Written", "By", "Note, written for release"),
            [(moment(row.written_at), row.written_by, row.text) for row in public],
            (2, 2, 5),
        )
    else:
        sheet.paragraph("No note was written for release.")
    sheet.note(
        f"Internal notes that are not in this file: {among}. Staff wrote them for one "
        "another while they worked; the agency keeps them with the record, and a court "
        "may ask for them."
    )


def _history(sheet: Sheet, entries: Sequence[Entry]) -> None:
    sheet.heading("History")
    sheet.note(
        "Every entry about this request, in its own numbering. The proofs that they "
        "stand in the sealed history are in history.json."
    )
    sheet.table(
        ("No.", "Leaf", "When", "What", "By"),
        [
            (
                entry.seq,
                entry.leaf.idx + 1,
                moment(entry.at),
                _entry(entry),
                f"{(entry.actor_name or '').strip() or 'The portal'}"
                f"{f', {entry.role}' if entry.role else ''}",
            )
            for entry in entries
        ],
        (1, 1, 3, 6, 3),
    )


def _entry(entry: Entry) -> str:
    body = json.loads(entry.body)
    said = wording.title(entry.event, body)
    detail = wording.detail(entry.event, body)
    outcome = "" if entry.outcome == "ok" else f" ({entry.outcome})"
    return f"{said}{outcome}{f': {detail}' if detail else ''}"


def _hashes(sheet: Sheet, documents: Sequence[Numbered]) -> None:
    sheet.heading("Documents")
    if not documents:
        sheet.paragraph("No document is kept with this request.")
        return
    sheet.note(
        "SHA-256 of each file as received or issued. The files are in the bundle."
    )
    sheet.table(
        ("No.", "Document", "Received", "SHA-256"),
        [
            (
                one.number,
                f"{one.document.get_kind_display()}"
                f"{', set aside as misplaced' if one.document.misplaced_at else ''}",
                moment(one.document.received_at),
                one.document.sha256,
            )
            for one in documents
        ],
        (1, 3, 3, 6),
    )


def _pages(sheet: Sheet, documents: Sequence[Numbered]) -> None:
    for one in documents:
        pages = one.document.parts.filter(kind=PartKind.PAGE).order_by("number")
        for page in pages.select_related("document__data_key"):
            sheet.picture(
                f"document-{one.number}-{page.number}",
                words=f"Document {one.number}, {one.document.get_kind_display()}, "
                f"page {page.number} of {one.document.pages}",
                content=page.body,
                size=(page.width or 850, page.height or 1100),
            )
