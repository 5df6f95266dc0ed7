"""Labels and sentences made at display time. Pure.

The history and the findings keep codes; what a reader sees is worded here, so that
wording may improve without touching what is kept.
"""

import json
import re
from datetime import datetime

from requests_app.docket.models import (
    ActKind,
    AskKind,
    Channel,
    ClaimOutcome,
    Hold,
    Information,
    Instrument,
    LinkKind,
    RecordClass,
    Release,
    Relief,
    Status,
)
from requests_app.documents.models import DocumentKind
from requests_app.notices.models import NoticeKind, ServiceMethod
from requests_app.review.models import (
    BulkKind,
    Decision,
    DeferralCode,
    MismatchKind,
    NoteKind,
    OffenceStatus,
    OpeningReason,
    QuestionCode,
    Queue,
    ReasonCode,
)
from requests_app.review.routing import ESCALATED, reason_of

FACT_LABELS = {
    "act": "The act",
    "act.kind": "What is done",
    "act.on": "Date of the act",
    "act.hours_held": "Hours held",
    "official": "Official",
    "detainer": "Detainer",
    "warrants": "Warrants",
    "order_1225d4B": "Court order under 8 USC 1225(d)(4)(B)",
    "ice_subpoena": "ICE subpoena",
    "convictions": "Charges and convictions",
    "terrorist_screening_match": "Terrorist Screening Database",
    "grounds_2014": "Grounds of the 2014 text",
    "information": "Which information",
    "publicly_available": "Publicly available",
    "under_control": "Under the agency's control",
    "written_authorization": "Written authorization",
    "person_is_minor": "Under 18",
    "not_competent": "Not legally competent",
    "terrorism_investigation": "Criminal investigation of terrorism",
    "otherwise_required_by_law": "Otherwise required by law",
    "head_reviewed": "Review by the head of agency",
    "copy_given": "Copy given",
    "intent_stated": "Intent stated",
    "notification_copy_to_person": "Copy of the notification to the person",
    "notification_copy_to_attorney_or_designee_effort": (
        "Copy to attorney, or effort to reach the designee"
    ),
    "reason_in_writing_given": "Reason in writing",
}
ROW_LABELS = {
    "convictions": "Charge",
    "warrants": "Warrant",
    "class": "class in the judgment",
    "section": "section",
    "subdivision": "subdivision",
    "jurisdiction": "where",
    "disposition": "outcome",
    "inchoate": "attempt or conspiracy",
    "offense_on": "date of the offence",
    "form": "which paper",
    "signed_by": "who signed, with court heading, docket number and order",
    "accompanies_detainer": "attached to the request",
    "names_person": "names this person and is current",
}
_ROW = re.compile(r"(convictions|warrants)\[(\d+)\]\.(\w+)\Z")
STEP_OF_FACT = {
    "convictions": "custody",
    "under_control": "custody",
    "information": "request",
    "person_is_minor": "person",
    "not_competent": "person",
    "head_reviewed": "acts",
    "copy_given": "acts",
    "intent_stated": "acts",
}


def fact_label(key: str) -> str:
    """The words for a key of the assess contract, such as "Charge 1: class"."""
    match = _ROW.match(key)
    if match:
        rows, number, field = match.groups()
        return f"{ROW_LABELS[rows]} {int(number) + 1}: {ROW_LABELS.get(field, field)}"
    return FACT_LABELS.get(key, key.replace("_", " "))


def step_of_fact(key: str) -> str:
    """The step of filing at which a fact is answered."""
    return STEP_OF_FACT.get(key.partition("[")[0].partition(".")[0], "basis")


def fact_value(facts: dict, key: str) -> str | None:
    """The value of a fact as a reader sees it; None when it is not known."""
    match = _ROW.match(key)
    if match:
        rows, number, field = match.groups()
        listed = facts.get(rows) or []
        value = listed[int(number)].get(field) if int(number) < len(listed) else None
        return _plain(value)
    value = facts
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return _plain(value)


def _plain(value) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_plain(one) or "not known" for one in value) or "none"
    if isinstance(value, dict):
        return _row_text(value)
    return str(value).replace("_", " ")


def _row_text(row: dict) -> str:
    if "received_on" in row:
        asks = ", ".join(str(ask).replace("_", " ") for ask in row.get("asks") or [])
        return f"{row.get('form')} received {row['received_on']}: {asks or 'no asks'}"
    if "disposition" in row:
        parts = (
            row.get("section"),
            row.get("subdivision"),
            row.get("class") and f"class {row['class']}",
            row.get("disposition"),
            row.get("jurisdiction"),
        )
        return " ".join(str(part) for part in parts if part) or "not known"
    return ", ".join(
        str(part).replace("_", " ")
        for part in (
            row.get("form"),
            row.get("signed_by") and f"signed by {row['signed_by']}",
        )
        if part
    )


_COLUMNS = {
    "a_number": "A-number",
    "is_minor": "Under 18",
    "not_competent": "Not legally competent",
    "sender_office": "Sending office",
    "narrative": "About the custody",
}


def column_label(column: str) -> str:
    """The words for a personal field of the record."""
    return _COLUMNS.get(column) or column.replace("_", " ").capitalize()


def fact_differences(before: dict, after: dict) -> list[dict]:
    """Where two screenings saw other facts: label, old and new words of each.

    The day of the act is left out: an ask is judged on the day it is looked at.
    """
    found = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if key == "act" or old == new:
            continue
        found.append(
            {
                "label": fact_label(key),
                "before": _plain(old) or "not known",
                "after": _plain(new) or "not known",
            }
        )
    return found


# What a determination brings, in words, before it is made: by decision and kind.
_APPROVED_MEANS = {
    "hold": "The agency intends to hold the person for ICE.",
    "notify_release": "The agency intends to tell ICE when the person is released.",
    "transfer": "The agency intends to hand the person over to ICE.",
    "interview": "The agency intends to let ICE interview the person.",
    "information": "The agency intends to give ICE the information asked for.",
    "facility": "The agency intends to let ICE use a facility or resources.",
}
_DENIED_MEANS = {
    "hold": "The agency does not hold the person for ICE.",
    "notify_release": "The agency does not tell ICE when the person is released.",
    "transfer": "The agency does not hand the person over.",
    "interview": "The agency does not allow the interview.",
    "information": "The agency does not give the information.",
    "facility": "The agency does not let ICE use a facility or resources.",
}


def consequences(decision: str, kind: str, *, is_override: bool) -> list[str]:
    """What follows from a determination, in sentences."""
    if decision == Decision.DENY:
        return [
            _DENIED_MEANS[kind],
            "If it is done all the same, that is flagged as a mismatch.",
        ]
    said = [_APPROVED_MEANS[kind]]
    if is_override:
        said.append(
            "This departs from a violation: it takes effect only when a second person "
            "confirms it, and is flagged to the auditor and in every report."
        )
    said.append("What is then done is recorded, and compared with this approval.")
    return said


def consequences_of_second(answer: str, kind: str) -> list[str]:
    """What follows when the second person confirms or refuses an override."""
    if answer != "confirm":
        return [
            "The override ends and takes no effect. It stays readable.",
            "The ask is open again and waits for a determination.",
        ]
    return [
        _APPROVED_MEANS[kind],
        "This departs from a violation. With your confirmation it takes effect now.",
        "You are named beside whoever proposed it. It is flagged to the auditor and in "
        "every report.",
    ]


STEP_LABELS = {
    "person": "the person",
    "custody": "custody and convictions",
    "basis": "the legal basis",
    "request": "the request",
    "acts": "acts already done",
    "review": "review and submit",
    "discard": "before deleting",
}


def contact_about(about: str) -> str:
    """What a contact with the authority was about."""
    return "The request" if about == "request" else _label(ActKind, about)


FLAG_OF_EVENT = {"mismatch.found": "mismatch", "override.proposed": "override"}


# What a reason begins with where the agency has no wording of its own; editable, and
# kept as the decider sends it. Each states what the record shows and claims no more:
# what was checked beyond it, only the decider can say.
REASON_TEXTS = {
    "judicial_warrant": "The record shows a warrant that a judicial officer signed.",
    "class_a_b": "The record shows a conviction of a class A or class B felony.",
    "offence_2025": "The record shows a conviction that may fall under P.A. 25-29.",
    "terrorist_database": "The record shows a possible match in the Terrorist "
    "Screening Database or a similar database.",
    "court_order": "A court order under 8 USC 1225(d)(4)(B) is on record.",
    "authorized": "The disclosure is authorized in writing or otherwise required by "
    "law, as stated on record.",
    "not_prohibited": "No provision of the section that was screened prohibits this.",
    "ground_2014": "A ground of the 2014 text is on record.",
    "other_authority": "",
    "no_exception": "No exception of the section is on record, so the agency does not "
    "comply with this ask.",
    "not_established": "An exception was claimed, and the record does not establish "
    "it. What is not known is not treated as permitted.",
    "not_convicted": "The record shows a charge and no conviction. A charge is no "
    "exception of the section.",
    "administrative_warrant": "The request rests on an administrative warrant, which "
    "no judicial officer issued or signed.",
    "policy": "The policy of the agency is stricter than the section.",
}

# What an event is called where no entry is at hand, as in a filter.
EVENT_LABELS = {
    "request.filed": "Filed",
    "request.returned": "Returned for correction",
    "question.asked": "Question asked",
    "question.answered": "Question answered",
    "question.withdrawn": "Question withdrawn",
    "ask.reopened": "Reopened",
    "release.recorded": "Release recorded",
    "reason_text.written": "Text of a reason written",
    "request.corrected": "Facts corrected",
    "request.screened": "Screened",
    "request.assigned": "Assigned",
    "request.escalated": "Passed up to the head of agency",
    "request.claimed": "Claimed",
    "request.unclaimed": "Put back to be claimed",
    "request.given": "Given to a colleague",
    "request.deferred": "Put off",
    "request.resumed": "On the worklist again",
    "request.labelled": "Label put on",
    "request.unlabelled": "Label taken off",
    "unit.added": "Unit added",
    "unit.closed": "Unit closed",
    "unit.placed": "Placed in a unit",
    "absence.entered": "Absence entered",
    "absence.ended": "Absence ended",
    "routing.proposed": "Routing table proposed",
    "routing.tried": "Routing table tried on the past",
    "routing.began": "Routing table put in force",
    "routing.withdrawn": "Routing table withdrawn",
    "label.added": "Label added",
    "label.retired": "Label retired",
    "bulk.ordered": "Many at once ordered",
    "bulk.finished": "Many at once done",
    "clock.alarmed": "A clock lapses or has lapsed",
    "request.moved": "State changed",
    "request.reviewed": "Flags reviewed",
    "ask.determined": "Approved or denied",
    "ask.superseded": "Opened again",
    "override.proposed": "Override proposed",
    "override.confirmed": "Override confirmed",
    "override.refused": "Override refused",
    "act.recorded": "Act recorded",
    "access.recorded": "ICE access recorded",
    "mismatch.found": "Mismatch found",
    "notice.owed": "Notice owed",
    "notice.served": "Notice given",
    "notice.issued": "Notice issued",
    "notice.rendered": "File of a notice made",
    "notice.failed": "File of a notice not made",
    "notice.tried": "Tried to give a notice",
    "legal_help.added": "Legal help put on notices",
    "legal_help.retired": "Legal help taken off notices",
    "translation.reviewed": "Translation marked as reviewed",
    "translation.withdrawn": "Review of a translation withdrawn",
    "offence.proposed": "Ruling on an offence proposed",
    "offence.ruled": "Offence ruled on",
    "offence.withdrawn": "Proposal withdrawn",
    "law.rehearsed": "Change of law rehearsed",
    "law.rescreened": "Screened again after a change of law",
    "role.granted": "Role granted",
    "role.ended": "Role ended",
    "agency.added": "Agency added",
    "agency.changed": "Agency’s own hours changed",
    "user.added": "Account made",
    "user.changed": "Account changed",
    "session.began": "Signed in",
    "session.refused": "Sign-in refused",
    "session.ended": "Signed out",
    "access.denied": "Refused at a door",
    "draft.begun": "Draft begun",
    "draft.saved": "Draft saved",
    "draft.discarded": "Draft deleted",
    "draft.read": "Draft opened",
    "request.read": "Request opened",
    "request.opened": "Reason given for opening it",
    "list.read": "List shown",
    "search.made": "Search",
    "import.begun": "Import begun",
    "import.mapped": "Import mapped",
    "import.read": "Import read in",
    "import.seen": "Import shown",
    "import.tried": "Import tried",
    "import.confirmed": "Import confirmed",
    "import.finished": "Import finished",
    "import.failed": "Import given up by the portal",
    "import.dropped": "Import given up",
    "import.undone": "Import taken back",
    "request.imported": "Imported",
    "request.linked": "Compared with another request",
    "paper.printed": "Paper forms printed",
    "paper.spoiled": "Paper form spoiled",
    "form.read": "Form read in",
    "form.taken": "Values of a form taken over",
    "document.received": "Paper added",
    "document.refused": "Paper refused",
    "document.discarded": "Paper deleted with its draft",
    "document.misplaced": "Paper marked as not belonging here",
    "document.read": "Paper shown",
    "note.added": "Note written",
    "note.edited": "Note mended",
    "people.read": "People and roles shown",
    "record.printed": "Printed",
    "history.read": "History read",
    "claim.recorded": "Claim in court recorded",
    "claim.moved": "What became of a claim",
    "hold.placed": "Legal hold placed",
    "hold.lifted": "Legal hold lifted",
    "retention.set": "Retention period entered",
    "disposal.proposed": "Destruction proposed",
    "disposal.approved": "Destruction approved",
    "disposal.withdrawn": "Destruction taken back",
    "disposal.finished": "Destruction carried out",
    "case_file.made": "Case file made",
    "extract.made": "Public records put together",
    "extract.withheld": "An item of a record withheld",
    "extract.released": "Public records released",
    "extract.refused": "Release refused",
    "sample.drawn": "Sample drawn",
    "sample.read": "Sample shown",
    "sample.checked": "Sample: questions answered",
    "sample.found": "Sample: finding entered",
    "sample.signed": "Sample signed off",
    "sample.exported": "Sample handed out as evidence",
    "ledger.began": "The history began to watch every record",
    "ledger.failed": "Verifying found a difference",
    "ledger.verified": "Verified again without a difference",
    "history.exported": "History handed out to be verified",
    "request.shredded": "Personal data destroyed",
    "record.unopened": "Sealed record not opened",
    "keys.rotated": "Keys renewed",
    "job.died": "A job was given up",
    "job.retried": "A job given up was tried again",
    "report.drafted": "Report drafted",
    "report.dropped": "Report dropped",
    "report.certified": "Report certified",
    "report.sent": "Report sent",
    "report.read": "Report read",
    "publication.proposed": "Public tables proposed",
    "publication.published": "Public tables released",
    "publication.refused": "Public tables refused",
    "publication.withdrawn": "Public tables withdrawn",
    "export.asked": "List asked for as a file",
    "export.carried": "Part of a file made",
    "export.finished": "File made",
    "export.fetched": "File fetched",
    "export.cancelled": "File given up",
    "export.expired": "File too old, removed",
    "export.emptied": "File removed",
    "export.failed": "File not made",
    "figures.read": "Figures read",
}


# Filters over several events, before the single ones.
WHAT_LABELS = {"changes": "What was done, not who looked", "reads": "Who looked"}
# What a door shows, for those that entries of reading name.
DOOR_LABELS = {
    "request_detail": "the page of the request",
    "claim_list": "the claims",
    "claim_detail": "a claim",
    "hold_list": "the holds",
    "hold_place": "the form for a hold",
    "hold_lift": "the form that lifts a hold",
    "case_files": "the case files",
    "case_file_fetch": "a case file",
    "disposal_new": "what may be destroyed",
    "disposal_detail": "a disposal",
    "disposal_certificate": "a certificate of destruction",
    "extract_detail": "an extract of public records",
    "extract_file": "a file of an extract",
    "resources": "the resources",
    "resources_file": "the resources as a file",
    "rehearsal_detail": "a rehearsal of a change of law",
    "request_print": "the page for paper",
    "document_detail": "a paper beside the facts",
    "document_page": "a page of a paper",
    "document_thumbnail": "a small page of a paper",
    "document_original": "the file as received",
    "request_filed": "the slip after filing",
    "request_correct": "a correction",
    "act_new": "the form for an act",
    "notice_serve": "the form for a notice",
    "ask_determine": "the form that decides",
    "ask_reopen": "the form that reopens",
    "request_return": "the form that returns for correction",
    "request_changes": "what was corrected",
    "release_record": "the form for a release",
    "question_new": "the form for a question",
    "question_answer": "the form for an answer",
    "question_withdraw": "the form that withdraws a question",
    "question_list": "the list of questions",
    "unreconciled_list": "the list of what is not reconciled",
    "patterns": "same facts, different outcome",
    "assignment_close": "the form that marks flags as reviewed",
    "assignment_claim": "claiming it",
    "assignment_release": "putting it back",
    "assignment_resume": "returning it to the worklist",
    "assignment_give": "the form that gives it to a colleague",
    "assignment_defer": "the form that puts it off",
    "request_labels": "its labels",
    "hand_over": "the form that hands work over",
    "bulk_detail": "what came of many at once",
    "routing_tables": "the routing tables",
    "routing_table_new": "the form of a routing table",
    "routing_table": "a routing table",
    "unit": "who works in a unit",
    "absences": "the absences",
    "absence_new": "the form of an absence",
    "override_countersign": "the form of the second person",
    "request_list": "the list of requests",
    "request_search": "a search by name",
    "request_find": "a search by words",
    "note_add": "the form for a note",
    "note_edit": "the form that mends a note",
    "worklist": "the worklist",
    "history": "the history by filters",
    "history_request": "what was done",
    "history_readers": "who saw it",
    "history_overrides": "overrides and mismatches",
    "people": "people and roles",
    "appointment_end": "the end of a role",
    "sample_list": "the list of samples",
    "sample_detail": "the sample",
    "sample_item": "one request of the sample",
    "sample_bundle": "the bundle of evidence",
    "figures": "the figures",
    "figure_rows": "the rows behind a figure",
    "report_list": "the list of reports",
    "report_period": "a period of reports",
    "report_detail": "a report",
    "report_rows": "the rows behind a number of a report",
    "report_file": "the file of a report",
    "export_new": "taking a list out",
}


def inline(label: str) -> str:
    """A label inside a sentence: its first letter small, abbreviations kept."""
    first = label.partition(" ")[0]
    return label if first.isupper() else label[:1].lower() + label[1:]


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _label(choices, value) -> str:
    try:
        return choices(value).label
    except ValueError:
        return str(value)


def _titles(body: dict) -> dict[str, str]:
    kind = body.get("kind", "")
    return {
        "request.filed": f"Filed as {body.get('number', '')}",
        "request.imported": f"Imported as {body.get('number', '')}",
        "request.linked": f"Compared: {inline(_label(LinkKind, kind))}",
        "request.corrected": "Facts corrected",
        "request.screened": "Screened",
        "request.assigned": f"Assigned: {_label(Queue, body.get('queue'))}",
        "request.moved": f"Now {inline(_label(Status, body.get('to')))}",
        "request.reviewed": "Flags reviewed",
        "ask.determined": (
            f"{_label(Decision, body.get('decision'))}: {inline(_label(AskKind, kind))}"
        ),
        "ask.superseded": f"Open again: {inline(_label(AskKind, kind))}",
        "ask.reopened": f"Reopened: {inline(_label(AskKind, kind))}",
        "clock.alarmed": _alarmed(body),
        "override.proposed": "Override proposed, awaiting a second person",
        "override.confirmed": "Override confirmed by a second person",
        "override.refused": "Override refused by a second person",
        "act.recorded": f"Act: {inline(_label(ActKind, kind))}",
        "access.recorded": "ICE access recorded",
        "mismatch.found": f"Mismatch: {inline(_label(MismatchKind, kind))}",
        "notice.owed": f"Notice owed: {inline(_label(NoticeKind, kind))}",
        "notice.served": f"Notice given: {inline(_label(NoticeKind, kind))}",
        "offence.proposed": f"Proposed for {body.get('section', '')}",
        "offence.ruled": f"Ruled on {body.get('section', '')}",
        "offence.withdrawn": f"Proposal for {body.get('section', '')} withdrawn",
        "law.rehearsed": "Change of law rehearsed",
        "law.rescreened": "Screened again after a change of law",
        "role.granted": "Role granted",
        "role.ended": "Role ended",
        "agency.added": "Agency added",
        "user.added": "Account made",
        "user.changed": "Account changed",
        "session.began": "Signed in",
        "session.refused": "Sign-in refused",
        "session.ended": "Signed out",
        "sample.found": f"Sample: {inline(_gravity(body))} found",
        "clock.skewed": "A clock was moved",
        "clock.agreed": "The clocks agree again",
        "ledger.began": "The history began to watch every record",
        "ledger.failed": "Verifying found a difference",
        "ledger.verified": "Verified again without a difference",
        "history.exported": "History handed out to be verified",
        "request.shredded": "Personal data destroyed, under authority "
        f"{body.get('authority') or 'not given'}",
        "record.unopened": "Sealed record not opened",
        "keys.rotated": "Keys renewed",
        "job.died": "A job was given up",
        "job.retried": "A job given up was tried again",
    }


def title(event: str, body: dict) -> str:
    """The headline of a history entry."""
    return _titles(body).get(event) or EVENT_LABELS.get(event, event)


def detail(event: str, body: dict) -> str:
    """The second line of a history entry; empty when there is nothing to add."""
    worded = _DETAILS.get(event)
    return worded(body) if worded else ""


def _filed(body: dict) -> str:
    parts = [_label(Instrument, body.get("instrument"))]
    asks = body.get("asks") or []
    if asks:
        asked = ", ".join(inline(_label(AskKind, ask)) for ask in asks)
        parts.append(f"asks: {asked}")
    if body.get("late"):
        parts.append("late entry")
    if body.get("channel") and body["channel"] != Channel.NONE:
        parts.append(f"by {inline(_label(Channel, body['channel']))}")
    return "; ".join(parts)


def _screened(body: dict) -> str:
    named = [name for name in body.get("versions") or [] if name]
    version = f"version of {' and '.join(named)}" if named else "no version in force"
    violations = _count(body.get("violations", 0), "violation")
    found = f"{violations}, {body.get('undetermined', 0)} undetermined"
    review = "; legal review" if body.get("legal_review") else ""
    cause = _CAUSES.get(body.get("cause"), "")
    if body.get("cause") == "notice_served":
        # Only the duty to give the notice was looked at: counts would mislead.
        return f"{cause}; {version}"
    return f"{cause}; {version}: {found}{review}"


_CAUSES = {
    "filed": "on filing",
    "imported": "on import",
    "corrected": "after a correction, what changed",
    "act_recorded": "the act recorded",
    "notice_served": "the notice given",
    "law_changed": "after a change of law",
}


def _recorded_act(body: dict) -> str:
    spent = []
    if body.get("staff_minutes"):
        spent.append(_count(body["staff_minutes"], "staff minute"))
    if body.get("cost_cents"):
        spent.append(f"${body['cost_cents'] / 100:,.2f}")
    late = "late entry; " if body.get("late") else ""
    return f"{late}{', '.join(spent)}".strip("; ")


_DETAILS = {
    "request.filed": _filed,
    "request.imported": _filed,
    "request.linked": lambda body: f"alike by {body.get('score', 0)} of 100",
    "import.seen": lambda body: _door(body),
    "import.tried": lambda body: (
        f"{_count(body.get('rows', 0), 'row')}, "
        f"{_count(body.get('requests', 0), 'request')}, "
        f"{_count(body.get('fault_count', 0), 'fault')}"
    ),
    "import.finished": lambda body: _count(body.get("requests", 0), "request"),
    "import.undone": lambda body: _count(body.get("requests", 0), "request"),
    "paper.printed": lambda body: f"{body.get('first', '')} to {body.get('last', '')}",
    "paper.spoiled": lambda body: str(body.get("paper", "")),
    "request.screened": _screened,
    "request.assigned": lambda body: reason_of(body.get("rule", "")),
    "request.corrected": lambda body: STEP_LABELS.get(body.get("step"), ""),
    "request.escalated": lambda body: reason_of(ESCALATED),
    "request.deferred": lambda body: _label(DeferralCode, body.get("code")),
    "routing.tried": lambda body: (
        f"{body.get('moved', 0)} of {body.get('looked', 0)} would move"
    ),
    "bulk.ordered": lambda body: (
        f"{_label(BulkKind, body.get('kind'))}, {body.get('total', 0)}"
    ),
    "bulk.finished": lambda body: (
        f"{body.get('done', 0)} done, {body.get('skipped', 0)} left as they were"
    ),
    "ask.determined": lambda body: "; ".join(
        [_label(ReasonCode, body.get("reason")), *(body.get("findings") or [])]
    ),
    "request.returned": lambda body: _asked(body),
    "question.asked": lambda body: _asked(body),
    "release.recorded": lambda body: _label(Release.To, body.get("to_whom")),
    "agency.changed": lambda body: ", ".join(
        str(field).replace("_", " ") for field in body.get("fields") or []
    ),
    "override.proposed": lambda body: ", ".join(body.get("citations") or []),
    "act.recorded": _recorded_act,
    "access.recorded": lambda body: ", ".join(body.get("kinds") or []) or "none",
    "notice.served": lambda body: _label(ServiceMethod, body.get("how")),
    "offence.proposed": lambda body: _label(OffenceStatus, body.get("status")),
    "offence.ruled": lambda body: _label(OffenceStatus, body.get("status")),
    "access.denied": lambda body: _denied(body),
    "draft.saved": lambda body: STEP_LABELS.get(body.get("step"), ""),
    "draft.read": lambda body: STEP_LABELS.get(body.get("step"), ""),
    "request.read": lambda body: _door(body),
    "clock.skewed": lambda body: (
        f"The portal reads {body.get('seconds', 0)} s later than the database, which "
        f"reads {body.get('behind', 0)} s before its last entry"
    ),
    "request.opened": lambda body: _label(OpeningReason, body.get("reason")),
    "list.read": lambda body: f"{_door(body)}: {_shown(body)}",
    "search.made": lambda body: (
        f"{_shown(body)}{' and more' if body.get('more') else ''}; "
        f"the words are kept as the mark {body.get('term', '')[:8]}"
    ),
    "form.read": lambda body: body.get("edition") or "form not recognised",
    "form.taken": lambda body: (
        f"{len(body.get('accepted', []))} accepted, "
        f"{len(body.get('corrected', []))} corrected, "
        f"{len(body.get('left_out', []))} left out"
    ),
    "document.received": lambda body: (
        f"{_label(DocumentKind, body.get('kind'))}, "
        f"{_count(body.get('pages', 0), 'page')}, SHA-256 {body.get('sha256', '')}"
    ),
    "document.refused": lambda body: (
        f"{_label(DocumentKind, body.get('kind'))}: "
        f"{str(body.get('code', '')).replace('_', ' ')}"
    ),
    "document.read": lambda body: (
        f"{_door(body)}: {str(body.get('part', '')).replace('.', ' ')}"
    ),
    "note.added": lambda body: _noted(body),
    "people.read": lambda body: _door(body),
    "record.printed": lambda body: _door(body),
    "history.read": lambda body: _read_history(body),
    "claim.recorded": lambda body: ", ".join(
        _label(Relief, one) for one in body.get("relief") or []
    ),
    "claim.moved": lambda body: _label(ClaimOutcome, body.get("outcome")),
    "hold.placed": lambda body: (
        f"{_label(Hold.Reach, body.get('reach'))}: "
        f"{inline(_label(Hold.Cause, body.get('cause')))}"
    ),
    "retention.set": lambda body: (
        f"{_label(RecordClass, body.get('record_class'))}, "
        f"{_count(body.get('years') or 0, 'year')}, {body.get('series', '')}"
    ),
    "disposal.proposed": lambda body: _disposed(body),
    "disposal.finished": lambda body: _disposed(body),
    "extract.made": lambda body: (
        f"{_count(body.get('rows') or 0, 'record')}, "
        f"{body.get('withheld', 0)} items withheld, {body.get('leaks', 0)} leaks"
    ),
    "extract.withheld": lambda body: f"{body.get('field', '')}, {body.get('code', '')}",
    "sample.drawn": lambda body: (
        f"{body.get('kind', '')}, {body.get('size', 0)} of "
        f"{body.get('population', 0)}, seed {body.get('seed', '')}"
    ),
    "sample.read": lambda body: f"{_door(body)}: {_shown(body)}",
    "sample.exported": lambda body: _shown(body),
    "sample.checked": lambda body: _count(len(body.get("answers") or []), "answer"),
    "sample.signed": lambda body: str(body.get("conclusion", "")).replace("_", " "),
}


def _disposed(body: dict) -> str:
    counts = [
        f"{body[key]} {words}"
        for key, words in (
            ("total", "listed"),
            ("shredded", "destroyed"),
            ("skipped", "kept"),
        )
        if key in body
    ]
    return ", ".join([*counts, *filter(None, [body.get("authority")])])


def _noted(body: dict) -> str:
    named = len(body.get("mentions") or [])
    parts = (
        _label(NoteKind, body.get("kind")).lower(),
        "urgent" if body.get("urgent") else "",
        f"{_count(named, 'person')} told".replace("persons", "people") if named else "",
    )
    return ", ".join(part for part in parts if part)


def _door(body: dict) -> str:
    door = str(body.get("door", ""))
    return DOOR_LABELS.get(door, door.replace("_", " "))


def _shown(body: dict) -> str:
    return _count(len(body.get("shown") or []), "request")


# What runs out, by the code of an alarm; those of notices are the notices' own.
CLOCK_LABELS = {
    "decide": "Decision, by the agency's policy",
    "second": "Second person, by the agency's policy",
    "question": "Answer to a question",
    "release_expected": "Release expected",
    "release_eligible": "Eligible for release",
}


def clock_label(clock: str) -> str:
    """The words for the clock of an alarm."""
    return CLOCK_LABELS.get(clock) or _label(NoticeKind, clock)


def _alarmed(body: dict) -> str:
    said = "Lapsed" if body.get("step") == "lapsed" else "About to lapse"
    return f"{said}: {inline(clock_label(body.get('clock', '')))}"


def _asked(body: dict) -> str:
    return f"about {inline(_label(QuestionCode, body.get('code')))}"


def _gravity(body: dict) -> str:
    return str(body.get("gravity", "finding")).replace("_", " ")


def _denied(body: dict) -> str:
    why = {404: "no such record for this person", 405: "not offered there"}
    parts = (f"{body.get('method', '')} {_door(body)}", why.get(body.get("status")))
    return ", ".join(part for part in parts if part)


def _read_history(body: dict) -> str:
    days = f"{body['since']} to {body.get('until', '')}" if "since" in body else ""
    filters = [
        str(body[key]).replace("_", " ")
        for key in ("what", "event", "role", "agency", "outcome")
        if body.get(key)
    ]
    parts = (_door(body), days, *filters)
    return ", ".join(part for part in parts if part)


def timeline_entry(entry, *, actor: str, role: str) -> dict:
    """One history entry as includes/timeline_entry.html wants it."""
    body = json.loads(entry.body)
    happened = body.get("happened_at") or body.get("served_at")
    at = datetime.fromisoformat(happened) if happened else entry.at
    return {
        "event": entry.event,
        "at": at,
        "recorded_at": entry.at,
        "title": title(entry.event, body),
        "text": detail(entry.event, body),
        "actor": actor,
        "role": role,
        "flag": FLAG_OF_EVENT.get(entry.event),
        "anchor": f"entry-{entry.seq}",
    }


def information_labels(values) -> list[str]:
    """The words for kinds of information."""
    return [_label(Information, value) for value in values]
