"""I7: whoever sees or changes something leaves exactly the entries listed here.

Every door of the URLconf stands in `SHOWS`, in `CHANGES` or, with the reason, in
`NOTHING`; each is tried once and the entries counted. Without an entry there is no
page.
"""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from requests_app import law
from requests_app.accounts import checks, reads
from requests_app.accounts.access import ACCESS
from requests_app.accounts.models import Role
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from requests_app.reporting import services as reporting
from requests_app.reporting.models import Question
from requests_app.review import services as review
from requests_app.review import wording
from requests_app.review.models import OffenceStatus
from requests_app.review.services import handling
from tests import sample_tables
from tests.factories import (
    NOON,
    PERIOD,
    a_picture,
    add_legal_help,
    answers,
    ask_filer,
    ask_of,
    begin_import,
    determine,
    draft_report,
    draw_sample,
    file_request,
    import_all,
    issue_notice,
    make_administrator,
    make_agency,
    make_clerk,
    make_draft,
    make_head,
    make_label,
    make_person,
    make_supervisor,
    make_user,
    order_rehearsal,
    override,
    receive_paper,
    record_act,
    review_translation,
    save_view,
    standing_of,
    take_out,
    write_note,
)
from tests.kept import records
from tests.test_access import (
    ARGUMENTS,
    contents,
    queues,
    read_draft,
    reported,
    session_of,
)

ROLES = [str(role) for role in Role.values]
CANARY = "Quetzalcanary"

# The doors that show personal data: who opens each, and the one entry it leaves.
SHOWS = {
    "absence_new": ("head", "people.read"),
    "absences": ("administrator", "people.read"),
    "assignment_defer": ("head", "request.read"),
    "assignment_give": ("head", "request.read"),
    "bulk_detail": ("supervisor", "list.read"),
    "hand_over": ("supervisor", "people.read"),
    "request_labels": ("supervisor", "request.read"),
    "routing_table": ("administrator", "people.read"),
    "routing_table_new": ("administrator", "people.read"),
    "routing_tables": ("administrator", "people.read"),
    "unit": ("administrator", "people.read"),
    "act_new": ("clerk", "request.read"),
    "appointment_end": ("administrator", "people.read"),
    "ask_determine": ("supervisor", "request.read"),
    "ask_reopen": ("supervisor", "request.read"),
    "assignment_close": ("head", "request.read"),
    "document_add": ("clerk", "request.read"),
    "document_detail": ("records_officer", "request.read"),
    "document_misplace": ("clerk", "request.read"),
    "document_original": ("supervisor", "document.read"),
    "document_page": ("clerk", "document.read"),
    "document_thumbnail": ("head", "document.read"),
    "form_compare": ("clerk", "draft.read"),
    "form_crop": ("clerk", "document.read"),
    "duplicate_decide": ("clerk", "list.read"),
    "duplicate_list": ("clerk", "list.read"),
    "import_detail": ("supervisor", "import.seen"),
    "import_faults": ("supervisor", "import.seen"),
    "import_map": ("supervisor", "import.seen"),
    "import_undo": ("supervisor", "import.seen"),
    "request_source": ("clerk", "request.read"),
    "draft_discard": ("clerk", "draft.read"),
    "draft_step": ("clerk", "draft.read"),
    "history": ("auditor", "history.read"),
    "history_overrides": ("auditor", "list.read"),
    "history_readers": ("auditor", "history.read"),
    "history_request": ("administrator", "history.read"),
    "note_add": ("clerk", "request.read"),
    "note_edit": ("clerk", "request.read"),
    "notice_serve": ("clerk", "request.read"),
    "notice_issue": ("clerk", "request.read"),
    "notice_list": ("clerk", "list.read"),
    "notice_paper": ("clerk", "request.read"),
    "override_countersign": ("head", "request.read"),
    "patterns": ("auditor", "list.read"),
    "question_answer": ("clerk", "request.read"),
    "question_list": ("clerk", "list.read"),
    "question_new": ("supervisor", "request.read"),
    "release_record": ("clerk", "request.read"),
    "request_changes": ("auditor", "request.read"),
    "request_return": ("supervisor", "request.read"),
    "unreconciled_list": ("clerk", "list.read"),
    "people": ("administrator", "people.read"),
    "rehearsal_detail": ("administrator", "list.read"),
    "request_correct": ("clerk", "request.read"),
    "request_detail": ("auditor", "request.read"),
    "request_filed": ("clerk", "request.read"),
    "request_list": ("records_officer", "list.read"),
    "request_print": ("supervisor", "record.printed"),
    "sample_bundle": ("auditor", "sample.exported"),
    "sample_detail": ("auditor", "sample.read"),
    "sample_item": ("auditor", "sample.read"),
    "worklist": ("supervisor", "list.read"),
    "claim_list": ("supervisor", "list.read"),
    "claim_detail": ("records_officer", "list.read"),
    "hold_list": ("head", "list.read"),
    "hold_place": ("supervisor", "request.read"),
    "hold_lift": ("records_officer", "request.read"),
    "case_files": ("head", "request.read"),
    "case_file_fetch": ("records_officer", "document.read"),
    "disposal_new": ("records_officer", "list.read"),
    "disposal_detail": ("supervisor", "list.read"),
    "disposal_certificate": ("head", "document.read"),
    "extract_detail": ("records_officer", "list.read"),
    "extract_file": ("supervisor", "document.read"),
    "resources": ("auditor", "figures.read"),
    "resources_file": ("head", "figures.read"),
    "figures": ("auditor", "figures.read"),
    "figure_rows": ("administrator", "list.read"),
    "report_period": ("records_officer", "list.read"),
    "report_detail": ("head", "report.read"),
    "report_rows": ("auditor", "report.read"),
    "report_file": ("supervisor", "report.read"),
}

# The doors that change something or are posted to: who, what is sent, what is left.
CHANGES = {
    "account_login": ("nobody", "wrong password", {"session.refused": 1}),
    "account_logout": ("clerk", {}, {"session.ended": 1}),
    "act_new": (
        "clerk",
        "act",
        {
            "act.recorded": 1,
            "access.recorded": 1,
            "mismatch.found": 1,
            "request.screened": 1,
            "request.assigned": 1,
        },
    ),
    "duplicate_decide": ("clerk", {"kind": "linked"}, {"request.linked": 2}),
    "import_confirm": (
        "supervisor",
        {"confirmed": "yes", "meant": "yes"},
        {"import.confirmed": 1},
    ),
    "import_drop": ("supervisor", {}, {"import.dropped": 1}),
    "import_map": ("supervisor", "mapping", {"import.mapped": 1}),
    "import_new": ("supervisor", "table", {"import.begun": 1}),
    "import_undo": ("supervisor", "taking back", {"import.undone": 1}),
    "paper_form_spoil": ("clerk", {}, {"paper.spoiled": 1}),
    "paper_forms": ("clerk", "forms to print", {"paper.printed": 1}),
    "agency_clocks": ("administrator", "clocks", {"agency.changed": 1}),
    "absence_end": ("administrator", {}, {"absence.ended": 1}),
    "absence_new": ("administrator", "absence", {"absence.entered": 1}),
    "assignment_claim": ("supervisor", {}, {"request.claimed": 1}),
    "assignment_defer": (
        "supervisor",
        {"until": "2026-03-11 12:00", "code": "records"},
        {"request.deferred": 1},
    ),
    "assignment_give": ("supervisor", "colleague", {"request.given": 1}),
    "assignment_release": ("supervisor", "claimed", {"request.unclaimed": 1}),
    "assignment_resume": ("supervisor", "put off", {"request.resumed": 1}),
    "bulk_new": ("supervisor", "order", {"bulk.ordered": 1}),
    "request_open": ("supervisor", {"reason": "pattern"}, {"request.opened": 1}),
    "hand_over": ("supervisor", "everything", {"request.given": 1}),
    "labels": ("supervisor", {"name": "Arraignment"}, {"label.added": 1}),
    "request_labels": ("supervisor", "label", {"request.labelled": 1}),
    "routing_table": ("administrator", {"begin": "1"}, {"routing.began": 1}),
    "routing_table_new": ("administrator", "rules", {"routing.proposed": 1}),
    "unit": ("administrator", "placement", {"unit.placed": 1}),
    "units": ("administrator", {"name": "Third watch"}, {"unit.added": 1}),
    "appointment_end": ("administrator", {}, {"role.ended": 1}),
    "appointment_new": ("administrator", "appointment", {"role.granted": 1}),
    "ask_determine": ("supervisor", "ruling", {"ask.determined": 1}),
    "ask_reopen": (
        "supervisor",
        "reopening",
        {"ask.reopened": 1, "request.moved": 1, "request.assigned": 1},
    ),
    "question_answer": ("clerk", {"text": CANARY}, {"question.answered": 1}),
    "question_new": ("supervisor", "question", {"question.asked": 1}),
    "question_withdraw": ("supervisor", {}, {"question.withdrawn": 1}),
    "reason_texts": ("supervisor", "reason text", {"reason_text.written": 1}),
    "release_record": ("clerk", {"to_whom": "never_held"}, {"release.recorded": 1}),
    "request_return": (
        "supervisor",
        "question",
        {"request.returned": 1, "request.moved": 1},
    ),
    "assignment_close": ("head", "closing", {"request.reviewed": 1}),
    "document_add": ("clerk", "paper", {"document.received": 1}),
    "document_misplace": ("clerk", {"reason": CANARY}, {"document.misplaced": 1}),
    "form_compare": (
        "clerk",
        {
            "how_family_names": "accepted",
            "how_given_names": "left_out",
            "how_instrument_signed": "corrected",
        },
        {"form.taken": 1, "draft.saved": 2},
    ),
    "form_read": (
        "clerk",
        "paper",
        {"draft.begun": 1, "document.received": 1, "form.read": 1, "draft.saved": 1},
    ),
    "draft_autosave": ("clerk", {"family_names": CANARY}, {"draft.saved": 1}),
    "draft_discard": ("clerk", {}, {"document.discarded": 1, "draft.discarded": 1}),
    "draft_preview": ("clerk", {"family_names": CANARY}, {"draft.read": 1}),
    "draft_step": ("clerk", {"_save": "1"}, {"draft.saved": 1}),
    "job_retry": ("administrator", {}, {"job.retried": 1}),
    "law_offence_propose": ("administrator", "proposal", {"offence.proposed": 1}),
    "law_offence_rule": ("administrator", {"answer": "agree"}, {"offence.ruled": 1}),
    "note_add": ("clerk", {"kind": "internal", "text": CANARY}, {"note.added": 1}),
    "note_edit": ("clerk", {"kind": "internal", "text": CANARY}, {"note.edited": 1}),
    "looking": ("clerk", {}, {}),
    "message_read": ("clerk", {"until": "1"}, {}),
    "request_find": ("auditor", {"words": CANARY}, {"search.made": 1}),
    "view_save": ("clerk", {"name": "Mine", "tells": "never"}, {}),
    "view_edit": ("records_officer", {"name": "Other", "tells": "never"}, {}),
    "view_remove": ("records_officer", {}, {}),
    "notice_serve": (
        "clerk",
        "service",
        {"notice.tried": 1, "notice.served": 1, "request.screened": 1},
    ),
    "notice_issue": (
        "clerk",
        {"language": "pl"},
        {"notice.issued": 1, "notice.rendered": 1},
    ),
    "legal_help": (
        "administrator",
        {"name": "Example Aid", "telephone": "860-555-0100", "place": "1"},
        {"legal_help.added": 1},
    ),
    "legal_help_retire": ("administrator", {}, {"legal_help.retired": 1}),
    "notice_words": (
        "administrator",
        {"language": "sq", "translator": "Avery", "reviewed_on": "2026-03-09"},
        {"translation.reviewed": 1},
    ),
    "translation_withdraw": ("administrator", {}, {"translation.withdrawn": 1}),
    "report_period": (
        "records_officer",
        {"form": "statistics", "because": "A line was found in the log."},
        {"report.drafted": 1},
    ),
    "report_certify": (
        "records_officer",
        {"looked": "on"},
        {"report.certified": 1},
    ),
    "report_sent": ("records_officer", {"how": "By e-mail"}, {"report.sent": 1}),
    "report_drop": ("records_officer", "drafted report", {"report.dropped": 1}),
    "export_new": (
        "clerk",
        "list",
        {"export.asked": 1, "export.carried": 1, "export.finished": 1},
    ),
    "export_fetch": ("records_officer", {}, {"export.fetched": 1}),
    "export_cancel": ("records_officer", {}, {"export.cancelled": 1}),
    "publication_list": (
        "supervisor",
        {"agency": "HERE", "since": "2025-07-01"},
        {"publication.proposed": 1},
    ),
    "publication_decide": (
        "head",
        {"decision": "withdraw"},
        {"publication.withdrawn": 1},
    ),
    "transparency_switch": (
        "administrator",
        {"agency": "HERE", "is_on": "no"},
        {"agency.changed": 1},
    ),
    "claim_new": ("head", "claim", {"claim.recorded": 1, "hold.placed": 1}),
    "claim_detail": (
        "supervisor",
        {"outcome": "denied", "on_date": "2026-03-10"},
        {"claim.moved": 1},
    ),
    "hold_place": (
        "supervisor",
        {"reach": "request", "cause": "expected", "words": CANARY},
        {"hold.placed": 1},
    ),
    "hold_lift": ("records_officer", {"words": CANARY}, {"hold.lifted": 1}),
    "case_files": (
        "head",
        {"password": "wrong"},
        {"session.refused": 1, "request.read": 1},
    ),
    "retention": (
        "administrator",
        {
            "record_class": "access",
            "years": "7",
            "authority": "M7-001",
            "effective_from": "2026-03-10",
        },
        {"retention.set": 1},
    ),
    "disposal_new": (
        "records_officer",
        {"authority": ""},
        {"disposal.proposed": 1, "list.read": 1},
    ),
    "disposal_detail": (
        "head",
        {"password": "wrong"},
        {"session.refused": 1, "list.read": 1},
    ),
    "extract_new": (
        "supervisor",
        {
            "audience": "public",
            "since": "2026-01-01",
            "last": "2026-06-30",
            "reference": "FOI 2026-18",
        },
        {"extract.made": 1},
    ),
    "extract_detail": (
        "head",
        {"_refuse": "1", "refuse-words": CANARY},
        {"extract.refused": 1},
    ),
    "override_countersign": (
        "supervisor",
        "second",
        {"override.confirmed": 1, "request.moved": 1, "notice.issued": 1},
    ),
    "printed": ("auditor", "mark", {"record.printed": 1}),
    "rehearsal_new": ("administrator", "rehearsal", {"law.rehearsed": 1}),
    "request_correct": ("clerk", "correction", {"request.corrected": 1}),
    "request_new": ("clerk", None, {"draft.begun": 1}),
    "request_search": ("records_officer", {"name": CANARY}, {"search.made": 1}),
    "sample_item": ("auditor", {"papers": "yes", "_check": "1"}, {"sample.checked": 1}),
    "sample_new": ("auditor", "draw", {"sample.drawn": 1}),
    "sample_sign_off": ("auditor", {"conclusion": "in_order"}, {"sample.signed": 1}),
    "unasked_act_new": ("clerk", None, {"draft.begun": 1}),
}

# What is sent here is refused, and the refusal is entered; done it is elsewhere.
REFUSED = {"case_files", "disposal_new", "disposal_detail"}

ACT = {
    "kind": "interview",
    "happened_at": "2026-03-10 11:30",
}

# What these change is entered: tests/accounts/test_own_account.py.
OWN_ACCOUNT = "Shows and changes only the reader's own account and sessions."
NO_PERSON = "Shows nothing of a person."
NOTHING = {
    **dict.fromkeys(
        (door for door in ACCESS if door.startswith(("account_", "mfa_"))), OWN_ACCOUNT
    ),
    "usersessions_list": OWN_ACCOUNT,
    "session_extend": OWN_ACCOUNT,
    "form_read": "The empty form; a paper is posted.",
    "draft_list": "Shows when the reader's own drafts were saved, and nothing of them.",
    "healthz": NO_PERSON,
    "home": "Leads on.",
    "job_list": NO_PERSON,
    "import_list": "Shows when tables were imported and by whom, and nothing of them.",
    "import_new": "Shows the names of agencies.",
    "import_progress": NO_PERSON,
    "paper_form_print": NO_PERSON,
    "paper_forms": "Shows numbers of forms, and the colleagues who printed them.",
    "law": NO_PERSON,
    "law_offence_propose": NO_PERSON,
    "law_offences": "Shows officials who ruled on the list of offences, by their duty.",
    "law_version": NO_PERSON,
    "reason_texts": NO_PERSON,
    "rehearsal_list": "Shows officials who ordered, and names no request.",
    "rehearsal_new": "Shows the names of agencies.",
    "agency_clocks": NO_PERSON,
    "genuine": "Says of a code that it is genuine, and since which day.",
    "legal_help": "Shows places of legal help, which are printed for the public.",
    "notice_sample": "Shows an invented case.",
    "notice_words": "Shows which translator reviewed which language.",
    "appointment_new": "Shows the names of agencies.",
    "labels": "Shows the agency's own words, and nothing of a person.",
    "units": "Shows the names of units.",
    "request_search": "The empty form; a search is posted.",
    "request_find": "The empty form; a search is posted.",
    "request_next": "Leads on.",
    "request_open": "The empty form, with the number of the request alone.",
    "message_list": "Shows kinds of messages and numbers of requests, and no person.",
    "message_count": NO_PERSON,
    "view_list": "Shows filters, which hold no names, and the colleagues who share.",
    "view_save": NO_PERSON,
    "column_choice": "Shows which columns the reader sees; a choice is no record.",
    "view_edit": NO_PERSON,
    "worklist_news": NO_PERSON,
    "claim_new": "The empty form; a claim is posted.",
    "retention": "Shows officials who entered periods.",
    "disposal_list": "Shows authorizations and officials, and names no request.",
    "extract_list": "Shows periods and officials, and names no request.",
    "extract_new": "The empty form, and the names of agencies.",
    "report_list": "Shows periods and how far their reports are.",
    "export_new": "The empty form, and how the list is called.",
    "export_list": "Shows the reader's own files, and nothing that is in them.",
    "export_detail": "Shows how far the reader's own file is.",
    "export_state": "Shows how far the reader's own file is.",
    "publication_list": "Shows periods, and names no request.",
    "publication_detail": "Shows what everybody may read, or is to.",
    "public_page": "Shows what was released to everybody.",
    "public_file": "Shows what was released to everybody.",
    "sample_list": "Shows periods and agencies, and names no request.",
    "sample_new": "Shows the names of agencies.",
}
for door in ("account_login", "account_logout"):
    del NOTHING[door]

pytestmark = pytest.mark.django_db


# A town in which every door has something behind it


def build():
    agency = make_agency(code="HERE")
    people = {role: make_person(role, agency) for role in ROLES}
    filer = make_clerk(agency)
    plain = file_request(
        agency=agency,
        clerk=filer,
        asks=("hold", "interview"),
        family_names=CANARY,
    )
    waiting = file_request(agency=agency, clerk=filer)
    overridden = override(ask=ask_of(waiting), head=make_head(agency))
    sample = draw_sample(agency=agency, auditor=people["auditor"])
    section, proposed = (row.section for row in law.STATUTE.offences[:2])
    ruling = review.propose_ruling(
        section=proposed,
        status=OffenceStatus.CONFIRMED,
        citation="P.A. 25-29",
        effective_from=NOON.date(),
        by=make_administrator(agency),
        at=NOON,
    )
    return SimpleNamespace(
        agency=agency,
        people=people,
        plain=plain,
        waiting=waiting,
        flagged=flagged(agency, filer),
        imported=import_all(
            batch=begin_import(agency=agency, by=people["head"]), by=people["head"]
        ),
        sample=sample,
        sessions={role: session_of(person) for role, person in people.items()},
        identifiers={
            "appointment_id": make_clerk(agency).appointments.get().public_id,
            "ask_id": ask_of(plain).public_id,
            "determination_id": overridden.public_id,
            "draft_id": read_draft(agency, people["clerk"]),
            "item_id": sample.items.get().public_id,
            "job_id": dead_job(agency).public_id,
            "name": "person",
            # Mended still by the database's own clock.
            "note_id": write_note(
                ice_request=plain,
                by=people["clerk"],
                at=datetime(2199, 1, 1, tzinfo=UTC),
            ).public_id,
            **queues(agency, people, plain),
            **reported(agency, people),
            "export_id": take_out(
                agency=agency, by=people["records_officer"]
            ).public_id,
            "ending": "csv",
            **records(agency, waiting),
            "list_name": "requests",
            "since": PERIOD.isoformat(),
            "view_id": save_view(agency=agency, by=people["records_officer"]).public_id,
            "document_id": receive_paper(
                ice_request=plain, by=people["clerk"]
            ).public_id,
            "number": "1",
            "notice_id": plain.notices.first().public_id,
            "issue_id": issue_notice(ice_request=plain).public_id,
            "help_id": add_legal_help(
                agency=agency, by=people["administrator"]
            ).public_id,
            "review_id": review_translation(
                agency=agency, by=people["administrator"]
            ).public_id,
            "kind": "intent",
            "language": "es",
            "question_id": ask_filer(ice_request=plain, by=make_head(agency)).public_id,
            "rehearsal_id": order_rehearsal(
                agency=agency, by=people["administrator"]
            ).public_id,
            "request_id": plain.public_id,
            "ruling_id": ruling.public_id,
            "sample_id": sample.public_id,
            "section": section,
        },
    )


def flagged(agency, filer):
    """Decided and done otherwise: the flags wait for the head of agency."""
    ice_request = file_request(agency=agency, clerk=filer)
    determine(ask=ask_of(ice_request), by=make_head(agency))
    record_act(ice_request=ice_request, kind="detain")
    return ice_request


def dead_job(agency):
    job = outbox.enqueue(
        kind="person.told", subject="a" * 22, agency=agency.code, at=NOON
    )
    Job.objects.filter(pk=job.pk).update(died_at=NOON, attempts=5)
    return job


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON + timedelta(minutes=1)),
        transaction.atomic(),
    ):
        yield build()
        transaction.set_rollback(True)


# Doors to what the supervisor has claimed
ON_THE_DESK = {"assignment_release", "assignment_resume", "hand_over"}
# Doors to an import that is done, and to what came of it
OF_AN_IMPORT = {"import_undo", "request_source"}
# What is behind a door that is not the plain request
BEHIND = {
    "override_countersign": "waiting",
    "assignment_close": "flagged",
    "ask_reopen": "flagged",
}


def address(town, door):
    known = dict(town.identifiers)
    if door in BEHIND:
        known["request_id"] = getattr(town, BEHIND[door]).public_id
    if door == "ask_reopen":
        known["ask_id"] = ask_of(town.flagged).public_id
    if door in ("report_certify", "report_drop"):
        known["report_id"] = amended(town).public_id
    if door == "extract_detail":
        known["extract_id"] = known["draft"]
    if door in OF_AN_IMPORT:
        known["batch_id"] = town.imported.public_id
        known["request_id"] = town.imported.imported.first().ice_request.public_id
    return reverse(door, kwargs={name: known[name] for name in ARGUMENTS[door]})


def amended(town):
    """A draft that amends the town's report."""
    officer = make_person("records_officer", town.agency)
    return draft_report(agency=town.agency, by=officer, because="A line was found.")


def visitor(town, role):
    client = Client(raise_request_exception=False)
    if role != "nobody":
        client.cookies["sessionid"] = town.sessions[role]
    return client


def posted(town, door):
    """What a filled-in form of that door sends."""
    sent = CHANGES[door][1]
    makers = {
        "act": lambda: {
            **ACT,
            "submit_id": hidden(town, "act_new", "clerk")["submit_id"],
        },
        "list": lambda: {"format": "csv", "agency": town.agency.pk},
        "drafted report": dict,
        "appointment": lambda: {
            "username": make_user().username,
            "agency": town.agency.pk,
            "role": "clerk",
            "effective_from": "2026-03-10",
        },
        "wrong password": lambda: {"login": "ada", "password": "wrong"},
        "closing": lambda: {"note": "Read.", **hidden(town, door, "head")},
        "correction": lambda: {
            **answers(family_names="Ejemplo Otro")["person"],
            "rev": town.plain.rev,
            "why": CANARY,
        },
        "draw": lambda: {
            "since": "2026-03-10",
            "until": "2026-03-10",
            "agency": town.agency.pk,
            "kind": "random",
            "size": "1",
        },
        "claim": lambda: {
            "number": town.plain.number,
            "court": "Superior Court",
            "docket_number": "FBT-CV26-0002-S",
            "claimant": CANARY,
            "relief": ["injunction"],
            "about": CANARY,
            "filed_date": "2026-03-09",
        },
        "mark": lambda: {"mark": mark(town)},
        "paper": lambda: {
            "kind": "instrument",
            "file": SimpleUploadedFile(f"{CANARY}.png", a_picture()),
        },
        "claimed": dict,
        "put off": dict,
        "absence": lambda: {
            "user": make_supervisor(town.agency).public_id,
            "cover": town.people["supervisor"].public_id,
            "effective_from": "2026-03-10",
            "effective_until": "2026-03-12",
        },
        "colleague": lambda: {"person": make_supervisor(town.agency).public_id},
        "everything": lambda: {
            "giver": town.people["supervisor"].public_id,
            "person": make_supervisor(town.agency).public_id,
        },
        "label": lambda: {"label": label_of(town, "Put on now").public_id},
        "order": lambda: {
            "kind": "label",
            "ids": town.plain.public_id,
            "label": label_of(town, "On many").public_id,
            "confirm": "1",
        },
        "placement": lambda: {
            "person": make_supervisor(town.agency).public_id,
            "effective_from": "2026-03-10",
        },
        "rules": lambda: {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "0",
            "form-0-desk": make_supervisor(town.agency).public_id,
        },
        "mapping": lambda: {
            **sample_tables.as_sent(
                visitor(town, "supervisor").get(address(town, "import_map"))
            ),
            "_try": "1",
        },
        "table": lambda: {
            "agency": town.agency.pk,
            "table": SimpleUploadedFile("t.csv", b"a,b\n1,2\n"),
        },
        "taking back": lambda: {"reason": "The wrong table."},
        "forms to print": lambda: {"agency": town.agency.pk, "count": "2"},
        "clocks": lambda: {
            "decide_within_hours": "12",
            "copy_within_hours": "24",
            "second_within_hours": "24",
            "warn_before_hours": "4",
        },
        "proposal": lambda: {
            "status": "confirmed",
            "citation": "P.A. 25-29",
            "effective_from": "2025-10-01",
        },
        "rehearsal": lambda: {
            "agency": town.agency.pk,
            "change": "stay:54-192h(b)(1)(A):",
            "effective_from": "2025-10-01",
            "since": "2026-01-01",
            "until": "2026-03-11",
        },
        "ruling": lambda: {
            "decision": "deny",
            "reason_code": "no_exception",
            "reason": "Read the findings and the papers.",
            "findings_read": "on",
            "confirmed": "yes",
            "screening": ask_of(town.plain).screenings.latest("id").public_id,
        },
        "question": lambda: {
            "code": "custody",
            "text": CANARY,
            "due_at": "2026-03-11T12:00",
        },
        "reason text": lambda: {
            "reason_code": "policy",
            "text": "The agency holds nobody for ICE.",
            "instead_of": wording.REASON_TEXTS["policy"],
        },
        "reopening": lambda: {
            "reason": "New papers.",
            "seen": town.flagged.determinations.get().public_id,
        },
        "second": lambda: {
            "answer": "confirm",
            "screening": town.waiting.determinations.get().screening.public_id,
            "confirmed": "yes",
        },
        "service": lambda: {
            "how": "by_hand",
            "served_at": "2026-03-10 11:50",
            "language": "English",
        },
    }
    return makers[sent]() if isinstance(sent, str) else sent


def label_of(town, name):
    return make_label(agency=town.agency, by=town.people["supervisor"], name=name)


def hidden(town, door, role):
    """What the form of a page carries by itself."""
    page = visitor(town, role).get(address(town, door))
    form = page.context["form"]
    return {
        name: form[name].value()
        for name in ("submit_id", "seen")
        if name in form.fields
    }


def mark(town):
    page = visitor(town, "auditor").get(address(town, "request_detail"))
    return page.wsgi_request.print_mark


def left_by(call):
    """The answer, and the entries that were written while it was made."""
    newest = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    response = call()
    return response, list(Entry.objects.filter(id__gt=newest).order_by("id"))


def events(entries):
    return Counter(entry.event for entry in entries)


# Every door


def unaccounted():
    """Doors of the URLconf that no list here speaks of."""
    return {one.name for one in checks.url_patterns()} - {*SHOWS, *CHANGES, *NOTHING}


def test_speaks_of_every_door():
    assert unaccounted() == set()
    assert {*SHOWS, *CHANGES, *NOTHING} == set(ACCESS)


def test_would_find_a_door_that_no_list_speaks_of(monkeypatch):
    forgotten = path("forgotten/", HttpResponse, name="forgotten")
    monkeypatch.setattr(checks, "url_patterns", lambda: [forgotten])

    assert unaccounted() == {"forgotten"}


@pytest.mark.parametrize("door", SHOWS)
def test_leaves_one_entry_for_what_it_shows(town, door):
    role, event = SHOWS[door]

    response, entries = left_by(lambda: visitor(town, role).get(address(town, door)))

    assert response.status_code == 200
    assert events(entries) == {event: 1}
    assert entries[0].actor == town.people[role].public_id
    assert entries[0].role == role
    assert entries[0].agency == "HERE"


@pytest.mark.parametrize("door", SHOWS)
def test_would_notice_a_door_that_leaves_none(town, door, monkeypatch):
    monkeypatch.setattr(reads, "_record", lambda request, **entry: None)

    response, entries = left_by(
        lambda: visitor(town, SHOWS[door][0]).get(address(town, door))
    )

    assert response.status_code == 200
    assert events(entries) != {SHOWS[door][1]: 1}


SHOWN_TO_ALL = [door for door, why in NOTHING.items() if why != OWN_ACCOUNT]


@pytest.mark.parametrize("door", SHOWN_TO_ALL)
def test_leaves_none_where_nothing_of_a_person_is_shown(town, door):
    role = next((one for one in reversed(ROLES) if one in ACCESS[door]), "clerk")
    known = {**town.identifiers, "version": "2025"}
    url = reverse(door, kwargs={name: known[name] for name in ARGUMENTS[door]})

    response, entries = left_by(lambda: visitor(town, role).get(url))

    assert response.status_code in (200, 302)
    assert events(entries) == {}
    assert CANARY not in response.content.decode(errors="replace")


@pytest.mark.parametrize("door", CHANGES)
def test_leaves_its_own_entries_for_what_it_changes(town, door):
    role, sent, expected = CHANGES[door]
    client, url = visitor(town, role), address(town, door)
    ready(town, door)
    data = posted(town, door)

    response, entries = left_by(
        lambda: client.get(url) if sent is None else client.post(url, data)
    )

    answered = (422,) if door in REFUSED else (200, 204, 302)
    assert response.status_code in answered, faults(response)
    assert events(entries) == expected


def faults(response):
    return dict((response.context or {}).get("form").errors)


def ready(town, door):
    if door in ON_THE_DESK:
        said = {
            "ice_request": town.plain,
            "standing": standing_of(town.people["supervisor"]),
            "at": NOON,
        }
        handling.claim(**said)
        if door == "assignment_resume":
            later = NOON + timedelta(days=1)
            handling.defer(**said, until=later, code="records", note="")
    if door != "sample_sign_off":
        return
    for item in town.sample.items.all():
        reporting.check(
            item=item,
            answers=dict.fromkeys(Question.values, "yes"),
            by=town.people["auditor"],
            at=NOON,
        )


def test_files_with_the_entries_of_a_filing(town):
    draft = make_draft(
        agency=town.agency,
        owner=town.people["clerk"],
        family_names="Nobody Else",
        event_number="EVT-ONCE",
    )
    url = reverse("draft_step", args=[draft.public_id, "review"])

    response, entries = left_by(
        lambda: visitor(town, "clerk").post(url, {"attested": "yes"})
    )

    assert response.status_code == 302
    assert events(entries) == {
        "request.filed": 1,
        "request.screened": 1,
        "request.assigned": 1,
        "notice.owed": 2,
    }


# What an entry of reading says


def body(entries):
    (entry,) = entries
    return json.loads(entry.body)


def test_names_the_requests_that_a_list_showed(town):
    _response, entries = left_by(
        lambda: visitor(town, "supervisor").get(reverse("request_list"))
    )

    assert entries[0].subject == town.people["supervisor"].public_id
    of_the_agency = IceRequest.objects.shown().filter(agency=town.agency)
    assert set(body(entries)["shown"]) == {one.public_id for one in of_the_agency}
    assert {town.plain, town.waiting, town.flagged} <= set(of_the_agency)


def searched(town, name):
    _response, entries = left_by(
        lambda: visitor(town, "supervisor").post(
            reverse("request_search"), {"name": name}
        )
    )
    return body(entries)


def test_keeps_a_search_without_its_words(town):
    found = searched(town, CANARY)

    assert CANARY.lower() not in json.dumps(found).lower()
    assert set(found["shown"]) == {
        one.public_id
        for one in IceRequest.objects.shown().filter(agency=town.agency)
        if CANARY in one.person.family_names
    }
    assert town.plain.public_id in found["shown"]


def test_marks_the_same_search_alike_however_it_is_typed(town):
    first = searched(town, "Ejemplo Inventado")["term"]

    assert searched(town, "inventado  EJEMPLO")["term"] == first
    assert searched(town, "Ejemplo")["term"] != first


def test_masks_names_from_an_auditor_and_records_the_reading_all_the_same(town):
    response, entries = left_by(
        lambda: visitor(town, "auditor").get(address(town, "request_detail"))
    )

    assert CANARY not in response.content.decode()
    assert events(entries) == {"request.read": 1}


def test_leaves_one_entry_for_a_form_sent_with_faults(town):
    client, url = visitor(town, "supervisor"), address(town, "ask_determine")

    response, entries = left_by(lambda: client.post(url, {}))

    assert response.status_code == 422
    assert events(entries) == {"request.read": 1}


@pytest.mark.parametrize(
    ("role", "method", "door", "status"),
    [
        ("clerk", "get", "people", 403),
        ("clerk", "get", "ask_determine", 403),
        ("administrator", "get", "request_detail", 403),
        ("auditor", "post", "request_detail", 405),
        ("auditor", "post", "act_new", 403),
        ("clerk", "put", "request_list", 405),
    ],
)
def test_records_an_attempt_in_vain(town, role, method, door, status):
    call = getattr(visitor(town, role), method)

    response, entries = left_by(lambda: call(address(town, door)))

    assert response.status_code == status
    assert events(entries) == {"access.denied": 1}
    assert body(entries)["status"] == status
    assert entries[0].outcome == "refused"


def test_records_nobody_at_a_record(town):
    response, entries = left_by(
        lambda: visitor(town, "nobody").get(address(town, "request_detail"))
    )

    assert response.status_code == 302
    assert events(entries) == {"access.denied": 1}
    assert "about" not in body(entries)


# Printing


def test_enters_every_copy_of_a_page(town):
    client, shown = visitor(town, "auditor"), mark(town)

    _response, entries = left_by(
        lambda: [client.post(reverse("printed"), {"mark": shown}) for _ in range(2)]
    )

    assert events(entries) == {"record.printed": 2}
    assert {entry.subject for entry in entries} == {town.plain.public_id}


@pytest.mark.parametrize("role", ["clerk", "supervisor"])
def test_takes_no_mark_of_another_person_s_page(town, role):
    client, shown = visitor(town, role), mark(town)

    response, entries = left_by(
        lambda: client.post(reverse("printed"), {"mark": shown})
    )

    assert response.status_code == 409
    assert entries == []


def test_takes_no_mark_that_was_made_up(town):
    response, entries = left_by(
        lambda: visitor(town, "clerk").post(reverse("printed"), {"mark": "made:up"})
    )

    assert response.status_code == 409
    assert entries == []


def test_bears_no_mark_on_the_page_for_paper(town):
    page = visitor(town, "supervisor").get(address(town, "request_print"))

    assert "data-print-mark" not in page.content.decode()
    assert (
        "data-print-mark"
        in (
            visitor(town, "supervisor").get(address(town, "request_detail"))
        ).content.decode()
    )


# No entry, no page


@pytest.fixture
def history_away(monkeypatch):
    def fail(**entry):
        raise OperationalError("the history is away")

    monkeypatch.setattr(ledger, "record", fail)


@pytest.mark.parametrize("door", SHOWS)
def test_shows_nothing_when_the_history_is_away(town, door, history_away):
    response = visitor(town, SHOWS[door][0]).get(address(town, door))

    assert response.status_code == 503
    assert CANARY not in response.content.decode()
    assert town.plain.number not in response.content.decode()


# What leaves no entry is no record: it goes on without the history.
AWAY = [
    door
    for door, (_, _, expected) in CHANGES.items()
    if door not in ("account_login", "account_logout") and expected
]


@pytest.mark.parametrize("door", AWAY)
def test_changes_nothing_when_the_history_is_away(town, door, monkeypatch):
    role, sent, _expected = CHANGES[door]
    client, url = visitor(town, role), address(town, door)
    ready(town, door)
    data = posted(town, door)
    before = contents()

    def fail(**entry):
        raise OperationalError("the history is away")

    monkeypatch.setattr(ledger, "record", fail)
    response = client.get(url) if sent is None else client.post(url, data)

    assert response.status_code == 503
    assert contents() == before
