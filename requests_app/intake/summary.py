"""The review page's words: what each step amounts to, row by row. Pure."""

from datetime import date, datetime

from requests_app.docket.models import Conviction
from requests_app.docket.record import Record
from requests_app.intake.steps import STEPS, Composed, Step
from requests_app.notices.models import NoticeKind
from requests_app.templatetags.desk import day, when


def summary(composed: Composed) -> list[dict]:
    """For each step its rows of label and value, as the summary list wants them."""
    record = composed.record
    return [
        {"name": name, "title": label, "rows": rows(record, composed)}
        for (name, label), rows in zip(STEPS, _SUMMARIES, strict=False)
    ]


def differences(step: Step) -> list[dict]:
    """What is on record where a bound step says otherwise, row by row."""
    form = step.form
    rows = [
        _shown(form[name].label, _worded(form.fields[name], form[name].initial))
        for name in form.changed_data
    ]
    if step.formset is not None:
        listed = [
            _worded_row(step.formset.form.base_fields, values)
            for values in step.formset.initial
        ]
        rows.append(_shown(f"{step.formset.row_name}s listed", listed or "None"))
    return rows


def compared(later: Record, earlier: Record) -> list[dict]:
    """Two records side by side: label, both values, and whether they are the same."""
    found = []
    for step, rows in zip(STEPS, _COMPARED, strict=False):
        for one, other in zip(rows(later), rows(earlier), strict=True):
            found.append(
                {
                    "part": step[1],
                    "label": one["label"],
                    "later": one["value"],
                    "earlier": other["value"],
                    "is_same": bool(one["value"]) and one["value"] == other["value"],
                }
            )
    return found


def _worded_row(fields, values) -> str:
    worded = [_worded(field, values.get(name)) for name, field in fields.items()]
    return ", ".join(str(one) for one in worded if one)


def _worded(field, value):
    """A value of a field in the words of its choices."""
    choices = dict(getattr(field, "choices", ()))
    if isinstance(value, list):
        return [str(choices.get(one, one)) for one in value]
    return choices.get(value, value)


def _summary_of_request(record: Record, composed: Composed) -> list[dict]:
    row = record.ice_request
    return [
        _shown("What came", row.get_instrument_display()),
        _shown("How", row.get_channel_display()),
        _shown("Received", row.received_at),
        _shown("Asks", [ask.get_kind_display() for ask in record.asks] or "Nothing"),
        _shown("Sending office", row.sender_office),
        _shown("Sending officer", row.sender_officer),
        _shown("Event number", row.event_number),
        _shown("Reason for late entry", row.late_reason or "Not late"),
        _shown("Paper form", row.paper_number or "None"),
    ]


def _summary_of_person(record: Record, composed: Composed) -> list[dict]:
    row = record.person
    return [
        _shown("Name", row.full_name),
        _shown("Other names", row.aliases or "None entered"),
        _shown(
            "Date of birth", row.date_of_birth or row.get_date_of_birth_answer_display()
        ),
        _shown("Under 18", row.get_is_minor_display()),
        _shown("A-number", row.a_number),
        _shown("Booking number", row.booking_number),
        _shown("Language", row.language),
        _shown("Attorney", row.attorney),
    ]


def _summary_of_custody(record: Record, composed: Composed) -> list[dict]:
    row = record.custody
    return [
        _shown("Under control", row.get_under_control_display()),
        _shown("Booked", row.booked_at),
        _shown("Release expected", row.release_expected_at),
        _shown("Eligible for release", row.release_eligible_at),
        _shown(
            "Charges and convictions",
            [_charge(one) for one in record.convictions]
            or record.legal_basis.get_convictions_listing_display(),
        ),
    ]


def _summary_of_basis(record: Record, composed: Composed) -> list[dict]:
    row = record.legal_basis
    return [
        _shown(
            "Warrants",
            [
                f"{one.get_form_display()}, signed by: {one.get_signed_by_display()}"
                for one in record.warrants
            ]
            or row.get_warrants_listing_display(),
        ),
        _shown(
            "Terrorist Screening Database", row.get_terrorist_screening_match_display()
        ),
        _shown("1225(d)(4)(B) order", row.get_order_1225d4B_display()),
        _shown("ICE subpoena", row.get_ice_subpoena_display()),
        _shown("Signed", row.get_instrument_signed_display()),
    ]


def _summary_of_acts(record: Record, composed: Composed) -> list[dict]:
    given = {one.kind: one for one in composed.given}
    copy = given.get(NoticeKind.DETAINER_COPY)
    return [
        _shown("Copy of the detainer", copy.served_at if copy else "Not yet given"),
        _shown("Acts", [one.get_kind_display() for one in composed.acts] or "None"),
    ]


def _charge(row: Conviction) -> str:
    parts = (
        row.section,
        row.subdivision,
        row.get_felony_class_display(),
        row.get_disposition_display() or "outcome not known",
    )
    return " ".join(part for part in parts if part)


def _shown(label: str, value) -> dict:
    """A row of includes/summary_list.html; a moment and a day keep their kind."""
    if isinstance(value, datetime):
        value = when(value)
    elif isinstance(value, date):
        value = day(value)
    elif isinstance(value, list):
        value = "; ".join(value)
    return {"label": label, "value": value}


_SUMMARIES = (
    _summary_of_request,
    _summary_of_person,
    _summary_of_custody,
    _summary_of_basis,
    _summary_of_acts,
)

# What two requests are compared by; how they were served or done is not.
_COMPARED = (
    lambda record: [
        *_summary_of_request(record, None),
        _shown("Subject ID", record.ice_request.subject_id),
    ],
    lambda record: _summary_of_person(record, None),
    lambda record: [
        _shown("Booked", record.custody.booked_at),
        _shown("Release expected", record.custody.release_expected_at),
    ],
)
