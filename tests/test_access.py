"""Every door, tried by everybody: the access table is the whole policy.

The doors are those of the URLconf; who may open one is its row in the table. Each
refusal leaves every table of the portal as it was.
"""

import re
from datetime import date, timedelta
from types import SimpleNamespace
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import path, reverse

from requests_app import law
from requests_app.accounts import checks
from requests_app.accounts.access import ACCESS, ANYONE, SIGNED_IN
from requests_app.accounts.models import Role
from requests_app.ledger.events import READS
from requests_app.ledger.models import Entry
from requests_app.outbox import services as outbox
from requests_app.review import services as review
from requests_app.review.models import OffenceStatus
from tests.factories import (
    NOON,
    PERIOD,
    add_legal_help,
    appoint,
    ask_filer,
    ask_of,
    begin_import,
    certify_report,
    draw_sample,
    enter_absence,
    file_request,
    issue_notice,
    make_administrator,
    make_agency,
    make_clerk,
    make_draft,
    make_head,
    make_label,
    make_person,
    make_supervisor,
    make_unit,
    make_user,
    order_bulk,
    order_rehearsal,
    override,
    propose_routing,
    publish_tables,
    receive_paper,
    reserve_paper,
    review_translation,
    save_view,
    take_out,
    write_note,
)
from tests.kept import KEPT, records
from tests.opened import remember
from tests.readings import read_in

NOBODY, NO_ROLE, ENDED = "nobody", "no role", "ended roles"
ROLES = [str(role) for role in Role.values]
DOORS = sorted(ACCESS)
# For a door that asks for no role, one role stands for all.
OPEN_TO_ALL = [door for door in DOORS if ACCESS[door] in (ANYONE, SIGNED_IN)]
WALK = [
    (door, person)
    for door in DOORS
    for person in (NOBODY, NO_ROLE, ENDED, *ROLES)
    if door not in OPEN_TO_ALL or person not in ROLES[1:]
]

OURS = [door for door in DOORS if not re.match(r"account_|mfa_|usersessions_", door)]
POSTED_ONLY = {
    "report_certify",
    "report_sent",
    "report_drop",
    "export_fetch",
    "export_cancel",
    "publication_decide",
    "transparency_switch",
    "legal_help_retire",
    "translation_withdraw",
    "draft_autosave",
    "draft_preview",
    "job_retry",
    "law_offence_rule",
    "printed",
    "looking",
    "message_read",
    "view_remove",
    "question_withdraw",
    "assignment_claim",
    "assignment_release",
    "assignment_resume",
    "absence_end",
    "bulk_new",
    "sample_sign_off",
    "session_extend",
    "import_confirm",
    "import_drop",
    "paper_form_spoil",
}
READ_ONLY = {
    "claim_list",
    "hold_list",
    "case_file_fetch",
    "disposal_list",
    "disposal_certificate",
    "extract_list",
    "extract_file",
    "resources",
    "resources_file",
    "duplicate_list",
    "import_detail",
    "import_faults",
    "import_list",
    "import_progress",
    "paper_form_print",
    "request_source",
    "figures",
    "figure_rows",
    "report_list",
    "report_detail",
    "report_rows",
    "report_file",
    "export_list",
    "export_detail",
    "export_state",
    "publication_detail",
    "public_page",
    "public_file",
    "genuine",
    "notice_list",
    "notice_paper",
    "notice_sample",
    "absences",
    "bulk_detail",
    "routing_tables",
    "draft_list",
    "form_crop",
    "healthz",
    "job_list",
    "history",
    "history_overrides",
    "history_readers",
    "history_request",
    "home",
    "law",
    "law_offences",
    "law_version",
    "patterns",
    "people",
    "question_list",
    "request_changes",
    "unreconciled_list",
    "rehearsal_detail",
    "rehearsal_list",
    "request_detail",
    "request_filed",
    "request_list",
    "request_new",
    "request_print",
    "document_detail",
    "document_page",
    "document_thumbnail",
    "document_original",
    "sample_bundle",
    "sample_detail",
    "sample_list",
    "unasked_act_new",
    "message_list",
    "message_count",
    "request_next",
    "view_list",
    "worklist_news",
    "worklist",
}
NOT_OFFERED = [
    *((door, "get") for door in sorted(POSTED_ONLY)),
    *((door, "post") for door in sorted(READ_ONLY)),
    *((door, method) for door in OURS for method in ("put", "patch", "delete")),
]

MISSING = "z" * 22

pytestmark = pytest.mark.django_db


QUEUES = ("unit_id", "table_id", "absence_id", "bulk_id")


def queues(agency, people, ice_request):
    """A unit, a routing table, an absence and an order over one request."""
    administrator, supervisor = people["administrator"], people["supervisor"]
    unit = make_unit(agency=agency, by=administrator)
    table = propose_routing(agency=agency, by=administrator, to=unit)
    label = make_label(agency=agency, by=supervisor)
    absence = enter_absence(agency=agency, user=make_head(agency), cover=supervisor)
    order = order_bulk(
        agency=agency, by=supervisor, label=label, ice_requests=[ice_request]
    )
    rows = (unit, table, absence, order)
    found = {name: row.public_id for name, row in zip(QUEUES, rows, strict=True)}
    return {**found, **tables_and_papers(agency, supervisor, ice_request)}


def tables_and_papers(agency, supervisor, ice_request):
    """A table tried, a paper form printed, and a request of the same person."""
    alike = file_request(
        agency=agency,
        clerk=make_clerk(agency),
        family_names=ice_request.person.family_names,
    )
    return {
        "batch_id": begin_import(agency=agency, by=supervisor).public_id,
        "paper": reserve_paper(agency=agency, by=supervisor),
        "other_id": alike.public_id,
    }


COUNTED = ("report_id", "export_id", "publication_id", "code")
# An agency that there is not: its code has a shape of its own.
NONE = {"code": "NOWHERE"}
PAPERS = ("batch_id", "paper", "other_id", "document_id", "issue_id")
# What a record of the built agency is called in addresses.
NAMED = (*QUEUES, *COUNTED, *KEPT, *PAPERS, "help_id", "review_id", "question_id")


def reported(agency, people):
    """A certified report, a file that waits, and public tables."""
    tables = publish_tables(
        agency=agency,
        administrator=people["administrator"],
        by=people["records_officer"],
    )
    return {
        "report_id": certify_report(agency=agency).public_id,
        "export_id": take_out(agency=agency, by=people["clerk"]).public_id,
        "publication_id": tables.public_id,
        "code": agency.code,
    }


def build_agency():
    """An agency with somebody in every role, and one of every record."""
    agency = make_agency()
    people = {role: make_person(role, agency) for role in ROLES}
    ice_request = file_request(
        agency=agency, clerk=make_clerk(agency), asks=("hold", "interview")
    )
    filers = [people[role] for role in ("clerk", "supervisor", "head")]
    sample = draw_sample(agency=agency, auditor=people["auditor"])
    return SimpleNamespace(
        agency=agency,
        people=people,
        sample_id=sample.public_id,
        item_id=sample.items.get().public_id,
        rehearsal_id=order_rehearsal(
            agency=agency, by=people["administrator"]
        ).public_id,
        request_id=ice_request.public_id,
        ask_id=ask_of(ice_request, "interview").public_id,
        determination_id=override(
            ask=ask_of(ice_request), head=make_head(agency)
        ).public_id,
        notice_id=ice_request.notices.first().public_id,
        issue_id=issue_notice(ice_request=ice_request).public_id,
        help_id=add_legal_help(agency=agency, by=people["administrator"]).public_id,
        review_id=review_translation(
            agency=agency, by=people["administrator"]
        ).public_id,
        question_id=ask_filer(
            ice_request=ice_request, by=make_supervisor(agency)
        ).public_id,
        appointment_id=make_clerk(agency).appointments.get().public_id,
        job_id=outbox.enqueue(
            kind="person.told", subject="a" * 22, agency=agency.code, at=NOON
        ).public_id,
        note_id=write_note(ice_request=ice_request, by=people["clerk"]).public_id,
        document_id=receive_paper(
            ice_request=ice_request, by=people["clerk"]
        ).public_id,
        **queues(agency, people, ice_request),
        **reported(agency, people),
        **records(agency, ice_request),
        view_id=save_view(agency=agency, by=people["clerk"]).public_id,
        drafts={person: read_draft(agency, person) for person in filers},
    )


def read_draft(agency, person):
    """A draft with a paper that was read in."""
    draft = make_draft(agency=agency, owner=person)
    read_in(draft=draft)
    return draft.public_id


def build():
    """Two agencies alike, people without a role, and a proposal on the list."""
    here, there = build_agency(), build_agency()
    ended = make_user()
    for role in ROLES:
        appoint(ended, role, here.agency, effective_until=NOON.date())
    proposed, other = law.STATUTE.offences[0].section, law.STATUTE.offences[1].section
    ruling = review.propose_ruling(
        section=proposed,
        status=OffenceStatus.CONFIRMED,
        citation="P.A. 25-29",
        effective_from=date(2025, 10, 1),
        by=make_administrator(here.agency),
        at=NOON,
    )
    people = {**here.people, NO_ROLE: make_user(), ENDED: ended}
    return SimpleNamespace(
        here=here,
        there=there,
        people=people,
        sessions={name: session_of(person) for name, person in people.items()},
        section=other,
        ruling_id=ruling.public_id,
    )


def session_of(person):
    client = Client()
    client.force_login(person)
    remember(client)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once for the module, in a transaction that is rolled back at its end."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON + timedelta(minutes=1)),
        transaction.atomic(),
    ):
        yield build()
        transaction.set_rollback(True)


def visitor(world, name):
    client = Client(raise_request_exception=False)
    if name != NOBODY:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[name]
    return client


def address(world, door, person=NOBODY):
    """The door's address, with the records of the first agency behind it."""
    here = world.here
    drafts = here.drafts
    draft_id = drafts.get(here.people.get(person), drafts[here.people["clerk"]])
    known = {
        "appointment_id": here.appointment_id,
        "ask_id": here.ask_id,
        "determination_id": here.determination_id,
        "draft_id": draft_id,
        "item_id": here.item_id,
        "sample_id": here.sample_id,
        "job_id": here.job_id,
        "key": "an-invented-key",
        "name": "person",
        "note_id": here.note_id,
        "view_id": here.view_id,
        **{name: getattr(here, name) for name in NAMED},
        "file": "zip",
        "ending": "csv",
        "list_name": "requests",
        "since": PERIOD.isoformat(),
        "number": "1",
        "notice_id": here.notice_id,
        "kind": "intent",
        "language": "es",
        "request_id": here.request_id,
        "rehearsal_id": here.rehearsal_id,
        "ruling_id": world.ruling_id,
        "section": world.section,
        "uidb36": "1",
        "version": "2025",
    }
    return reverse(door, kwargs={name: known[name] for name in ARGUMENTS[door]})


ARGUMENTS = {
    pattern.name: list(pattern.pattern.converters)
    or list(getattr(pattern.pattern, "regex", re.compile("")).groupindex)
    for pattern in checks.url_patterns()
}


def is_sent_to_sign_in(response, url):
    way_back = f"{reverse('account_login')}?next={quote(url)}"
    return response.status_code == 302 and response.url == way_back


def is_refused(response):
    """Whether the door stays shut; behind it a view may still refuse."""
    sentence = b"Your role cannot open this page"
    return response.status_code == 403 and sentence in response.content


def one_whom_it_opens_to(door):
    return next((role for role in ROLES if role in ACCESS[door]), Role.CLERK)


def contents():
    """Every row of the portal, in one number; denials are the history's business."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format("
            "'SELECT md5(string_agg(t::text, '','' ORDER BY t::text)) FROM %I t',"
            " tablename), ' UNION ALL ' ORDER BY tablename) FROM pg_tables"
            " WHERE tablename LIKE 'requests_app%%'"
            # What keeps the history grows with each reading of it.
            " AND tablename NOT IN ('requests_app_entry', 'requests_app_leaf',"
            " 'requests_app_head', 'requests_app_rowchange')"
            " AND has_table_privilege(quote_ident(tablename), 'SELECT')"
        )
        cursor.execute(cursor.fetchone()[0])
        rows = cursor.fetchall()
    return rows, Entry.objects.exclude(event__in=READS | {"access.denied"}).count()


# The table and the URLconf are the same doors


def test_has_a_row_for_every_address_and_an_address_for_every_row():
    named = [pattern.name for pattern in checks.url_patterns()]

    assert sorted(named) == DOORS


def test_finds_nothing_wrong_with_the_table():
    assert checks.access_table_is_whole(None) == []


def test_would_find_an_address_without_a_row(monkeypatch):
    unregistered = path("unregistered/", lambda request: None, name="unregistered")
    monkeypatch.setattr(checks, "url_patterns", lambda: [unregistered])

    (error,) = checks.access_table_is_whole(None)

    assert "unregistered has no row" in error.msg


def test_would_find_a_view_that_states_other_roles(monkeypatch):
    monkeypatch.setitem(ACCESS, "worklist", frozenset({Role.CLERK}))

    (error,) = checks.access_table_is_whole(None)

    assert "worklist states other roles" in error.msg


def test_answers_nobody_at_an_address_without_a_row(world, monkeypatch):
    monkeypatch.delitem(ACCESS, "worklist")

    response = visitor(world, "head").get(reverse("worklist"))

    assert response.status_code == 403


def test_knows_every_role_of_every_row():
    stated = frozenset().union(*ACCESS.values())

    assert stated - ANYONE - SIGNED_IN == frozenset(Role.values)


# Everybody tries every door


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("door", "person"), WALK)
def test_opens_as_the_table_says(world, door, person, method):
    url = address(world, door, person)
    before = contents()

    response = getattr(visitor(world, person), method)(url)

    outcome = {
        "sign in": is_sent_to_sign_in(response, url),
        "refused": is_refused(response),
        "unchanged": contents() == before,
    }
    assert response.status_code < 500
    assert outcome == expected(door, person, unchanged=outcome["unchanged"])


def expected(door, person, *, unchanged):
    """What the row says; a door that opens may change something."""
    row = ACCESS[door]
    if row == ANYONE:
        return {"sign in": False, "refused": False, "unchanged": unchanged}
    if person == NOBODY:
        return {"sign in": True, "refused": False, "unchanged": True}
    if row == SIGNED_IN or person in row:
        return {"sign in": False, "refused": False, "unchanged": unchanged}
    return {"sign in": False, "refused": True, "unchanged": True}


def test_would_notice_a_change(world):
    before = contents()

    visitor(world, "supervisor").post(
        address(world, "draft_autosave", "supervisor"), {"family_names": "Ejemplo"}
    )

    assert contents() != before


# What was not imported has no source to show: tests/intake/test_import_pages.py.
SOURCELESS = {"request_source"}


@pytest.mark.parametrize(
    "door", [door for door in OURS if door not in POSTED_ONLY | SOURCELESS]
)
def test_shows_a_page_to_those_who_may_see_it(world, door):
    person = one_whom_it_opens_to(door)

    response = visitor(world, person).get(address(world, door, person))

    assert response.status_code in (200, 302)


# Roles held elsewhere


HERE_ONLY = ["assignment_close", "ask_determine", "override_countersign"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("door", HERE_ONLY)
def test_decides_nothing_here_in_a_role_held_elsewhere(world, door, method):
    person = make_clerk(world.here.agency)
    appoint(person, Role.HEAD, world.there.agency)
    client = Client()
    client.force_login(person)
    remember(client)
    before = contents()

    response = getattr(client, method)(address(world, door))

    assert response.status_code in (403, 404)
    assert contents() == before


@pytest.mark.parametrize("door", ["appointment_end", "history_request"])
def test_administers_nothing_here_in_a_role_held_elsewhere(world, door):
    person = make_clerk(world.here.agency)
    appoint(person, Role.ADMINISTRATOR, world.there.agency)
    client = Client()
    client.force_login(person)

    assert client.get(address(world, door)).status_code == 404


# Another agency's record answers like one that does not exist


FOREIGN = [
    # Door, the role that opens it, what is foreign behind it
    ("request_detail", "supervisor", ["request_id"]),
    ("request_detail", "auditor", ["request_id"]),
    ("request_detail", "records_officer", ["request_id"]),
    ("request_print", "auditor", ["request_id"]),
    ("request_filed", "clerk", ["request_id"]),
    ("request_correct", "clerk", ["request_id"]),
    ("act_new", "clerk", ["request_id"]),
    ("assignment_close", "head", ["request_id"]),
    ("history_request", "auditor", ["request_id"]),
    ("history_readers", "auditor", ["request_id"]),
    ("history_readers", "administrator", ["request_id"]),
    ("sample_detail", "auditor", ["sample_id"]),
    ("sample_bundle", "auditor", ["sample_id"]),
    ("sample_item", "auditor", ["sample_id", "item_id"]),
    ("sample_item", "auditor", ["item_id"]),
    ("history_request", "administrator", ["request_id"]),
    ("ask_determine", "head", ["request_id", "ask_id"]),
    ("ask_determine", "head", ["ask_id"]),
    ("override_countersign", "supervisor", ["request_id", "determination_id"]),
    ("override_countersign", "supervisor", ["determination_id"]),
    ("notice_serve", "clerk", ["request_id", "notice_id"]),
    ("notice_serve", "clerk", ["notice_id"]),
    ("notice_issue", "clerk", ["request_id", "notice_id"]),
    ("notice_issue", "clerk", ["notice_id"]),
    ("notice_paper", "clerk", ["request_id", "issue_id"]),
    ("notice_paper", "clerk", ["issue_id"]),
    ("legal_help_retire", "administrator", ["help_id"]),
    ("translation_withdraw", "administrator", ["review_id"]),
    ("note_add", "clerk", ["request_id"]),
    ("note_edit", "clerk", ["request_id", "note_id"]),
    ("note_edit", "clerk", ["note_id"]),
    ("looking", "clerk", ["request_id"]),
    ("assignment_give", "head", ["request_id"]),
    ("assignment_defer", "head", ["request_id"]),
    ("request_labels", "head", ["request_id"]),
    ("bulk_detail", "supervisor", ["bulk_id"]),
    ("claim_detail", "supervisor", ["claim_id"]),
    ("hold_place", "records_officer", ["request_id"]),
    ("hold_lift", "supervisor", ["hold_id"]),
    ("case_files", "records_officer", ["request_id"]),
    ("case_file_fetch", "head", ["case_file_id"]),
    ("disposal_new", "records_officer", ["rule_id"]),
    ("disposal_detail", "supervisor", ["disposal_id"]),
    ("disposal_certificate", "head", ["disposal_id"]),
    ("extract_detail", "records_officer", ["extract_id"]),
    ("extract_file", "supervisor", ["extract_id"]),
    ("report_detail", "records_officer", ["report_id"]),
    ("report_rows", "head", ["report_id"]),
    ("report_file", "auditor", ["report_id"]),
    ("report_period", "supervisor", ["code"]),
    ("export_detail", "clerk", ["export_id"]),
    ("export_state", "clerk", ["export_id"]),
    ("export_fetch", "clerk", ["export_id"]),
    ("publication_detail", "records_officer", ["publication_id"]),
    ("routing_table", "administrator", ["table_id"]),
    ("unit", "administrator", ["unit_id"]),
    ("absence_end", "administrator", ["absence_id"]),
    ("view_edit", "clerk", ["view_id"]),
    ("view_remove", "clerk", ["view_id"]),
    ("appointment_end", "administrator", ["appointment_id"]),
    ("job_retry", "administrator", ["job_id"]),
    ("rehearsal_detail", "administrator", ["rehearsal_id"]),
    ("draft_step", "clerk", ["draft_id"]),
    ("draft_discard", "clerk", ["draft_id"]),
    ("draft_autosave", "clerk", ["draft_id"]),
    ("draft_preview", "clerk", ["draft_id"]),
    ("form_compare", "clerk", ["draft_id"]),
    ("form_crop", "clerk", ["draft_id"]),
]


def identifiers(agency, person):
    return {
        "number": "1",
        "appointment_id": agency.appointment_id,
        "ask_id": agency.ask_id,
        "determination_id": agency.determination_id,
        "item_id": agency.item_id,
        "sample_id": agency.sample_id,
        "draft_id": agency.drafts.get(agency.people[person], MISSING),
        "job_id": agency.job_id,
        "rehearsal_id": agency.rehearsal_id,
        "name": "person",
        "note_id": agency.note_id,
        "view_id": agency.view_id,
        **{name: getattr(agency, name) for name in NAMED},
        "ending": "csv",
        "file": "zip",
        "since": PERIOD.isoformat(),
        "notice_id": agency.notice_id,
        "request_id": agency.request_id,
    }


def answer(client, method, door, ids):
    response = getattr(client, method)(
        reverse(door, kwargs={name: ids[name] for name in ARGUMENTS[door]})
    )
    # A bundle is no text.
    page = response.content.decode(errors="replace")
    return response.status_code, without_chance(page)


def without_chance(page):
    """The page without its tokens and its clock, which differ at every request."""
    page = re.sub(r'(content|value)="[A-Za-z0-9]{64}"', "", page)
    return re.sub(r'data-session-(ends|now)="[^"]*"', "", page)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("door", "role", "foreign"), FOREIGN)
def test_answers_of_a_foreign_record_as_of_none(world, door, role, foreign, method):
    client = visitor(world, role)
    own = identifiers(world.here, role)
    theirs = identifiers(world.there, role)
    before = contents()

    of_theirs = answer(
        client, method, door, {**own, **{name: theirs[name] for name in foreign}}
    )
    none = {name: NONE.get(name, MISSING) for name in foreign}
    of_none = answer(client, method, door, {**own, **none})

    assert of_theirs == of_none
    assert of_theirs[0] in (404, 405)
    assert contents() == before


@pytest.mark.parametrize(("door", "role", "foreign"), FOREIGN)
def test_would_answer_otherwise_of_the_reader_s_own(world, door, role, foreign):
    client = visitor(world, role)

    status, _ = answer(
        client,
        "post" if door in POSTED_ONLY else "get",
        door,
        identifiers(world.here, role),
    )

    assert status in (200, 204, 302)


@pytest.mark.parametrize("door", ["draft_step", "draft_discard", "draft_autosave"])
def test_answers_of_a_colleague_s_draft_as_of_none(world, door):
    client = visitor(world, "clerk")
    own = identifiers(world.here, "clerk")
    colleague = identifiers(world.here, "head")["draft_id"]

    of_colleague = answer(client, "post", door, {**own, "draft_id": colleague})
    of_none = answer(client, "post", door, {**own, "draft_id": MISSING})

    assert of_colleague == of_none
    assert of_none[0] == 404


@pytest.mark.parametrize(
    ("door", "role"), [("request_list", "clerk"), ("history", "auditor")]
)
def test_lists_nothing_of_another_agency(world, door, role):
    page = visitor(world, role).get(reverse(door)).content.decode()

    assert world.here.request_id in page
    assert world.there.request_id not in page


def test_lets_an_auditor_of_the_state_read_every_agency(world):
    client = Client()
    client.force_login(make_person(Role.AUDITOR, None))
    urls = [
        reverse(door, args=[agency.request_id])
        for door in ("request_detail", "history_request")
        for agency in (world.here, world.there)
    ]

    assert [client.get(url).status_code for url in urls] == [200] * 4


# Methods


@pytest.mark.parametrize(("door", "method"), NOT_OFFERED)
def test_answers_405_to_a_method_it_does_not_offer(world, door, method):
    person = one_whom_it_opens_to(door)
    before = contents()

    response = getattr(visitor(world, person), method)(address(world, door, person))

    assert response.status_code == 405
    assert contents() == before


def test_decides_nothing_by_reading(world):
    before = contents()

    visitor(world, "head").get(
        address(world, "ask_determine"), {"decision": "approve", "reason": "no"}
    )

    assert contents() == before
