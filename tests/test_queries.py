"""Every page answers with at most fourteen queries, however many rows it shows.

Counted are the statements that read or write rows; BEGIN, COMMIT and SAVEPOINT are
not, nor what sets the context of the agencies. Lists page by key: no page of a list
counts its rows or passes over them.
"""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.accounts import staffing, watch
from requests_app.accounts.access import ACCESS
from requests_app.accounts.models import Role
from requests_app.docket.models import Act, Conviction, IceRequest, Warrant
from requests_app.ledger import services as ledger
from requests_app.notices.models import Notice, NoticeKind
from requests_app.review.models import (
    Assignment,
    Determination,
    Finding,
    Message,
    Mismatch,
    OffenceRuling,
    RehearsalItem,
    Screening,
)
from requests_app.review.views.paging import PAGE
from tests.factories import (
    NOON,
    PERIOD,
    add_legal_help,
    ask_filer,
    begin_import,
    conviction,
    draw_sample,
    enter_absence,
    file_request,
    issue_notice,
    make_agency,
    make_clerk,
    make_draft,
    make_head,
    make_label,
    make_person,
    make_supervisor,
    make_unit,
    order_bulk,
    order_rehearsal,
    override,
    propose_routing,
    receive_paper,
    record_act,
    record_release,
    reserve_paper,
    review_translation,
    save_view,
    write_note,
)
from tests.kept import records
from tests.readings import read_in
from tests.test_access import ARGUMENTS, reported

# Two of them write the entry that says who looked: its number, and itself.
# One more is for the papers of a request: their names are sealed each in its own row,
# so that they cannot ride along with the request's.
MOST = 15
# A dashboard of ten charts: each kind of figure is one statement over all requests.
MOST_AT = {"figures": 18}
MANY = 60
HOUR = timedelta(hours=1)
ROLES = [str(role) for role in Role.values]
POSTED_ONLY = (
    {"draft_autosave", "draft_preview", "law_offence_rule"}
    | {"legal_help_retire", "translation_withdraw"}
    | {
        "job_retry",
        "printed",
        "question_withdraw",
        "sample_sign_off",
        "session_extend",
    }
    | {"looking", "message_read", "view_remove"}
    | {"assignment_claim", "assignment_release", "assignment_resume"}
    | {"absence_end", "bulk_new"}
    | {"import_confirm", "import_drop", "paper_form_spoil"}
)
# Doors that need a letter's key or a half-made sign-in answer with a redirect.
PAGES = sorted(
    door
    for door in ACCESS
    if door not in POSTED_ONLY
    and door not in {"account_confirm_email", "account_reset_password_from_key"}
)

pytestmark = pytest.mark.django_db


def fill(agency, rows):
    """An agency with `rows` of everything that a page can list."""
    people = {role: make_person(role, agency) for role in ROLES}
    filer = make_clerk(agency)
    requests = [file_request(agency=agency, clerk=filer) for _ in range(rows)]
    ice_request = requests[0]
    overridden = override(ask=ice_request.asks.get(), head=make_head(agency))
    act = record_act(ice_request=ice_request, kind="interview")
    lengthen(ice_request, act, rows)
    repeat_overrides(overridden, requests[1:])
    repeat_mismatches(act, rows)
    asker = make_supervisor(agency)
    questions = [ask_filer(ice_request=ice_request, by=asker) for _ in range(rows)]
    for _ in range(rows):
        record_release(ice_request=ice_request)
    drafts = [
        make_draft(agency=agency, owner=people["head"], convictions=[conviction()])
        for _ in range(rows)
    ]
    read_in(draft=drafts[0])
    sample = draw_sample(agency=agency, auditor=people["auditor"], size=rows)
    appointments = [make_clerk(agency).appointments.get() for _ in range(rows)]
    return SimpleNamespace(
        agency=agency,
        sessions={role: session_of(person) for role, person in people.items()},
        identifiers={
            "appointment_id": appointments[0].public_id,
            "ask_id": ice_request.asks.get().public_id,
            "determination_id": overridden.public_id,
            "draft_id": drafts[0].public_id,
            "item_id": sample.items.first().public_id,
            "sample_id": sample.public_id,
            "name": "custody",
            "note_id": write_notes(ice_request, people["head"], rows).public_id,
            **queues(agency, people, requests),
            **reported(agency, people),
            "ending": "csv",
            **records(agency, requests[0]),
            "list_name": "requests",
            "since": PERIOD.isoformat(),
            "view_id": save_views(agency, people["records_officer"], rows).public_id,
            "document_id": [
                receive_paper(ice_request=ice_request, by=filer)
                for _ in range(min(rows, 3))
            ][0].public_id,
            "number": "1",
            "notice_id": ice_request.notices.filter(act=None).first().public_id,
            **noticed(agency, people, ice_request, rows),
            "question_id": questions[0].public_id,
            "rehearsal_id": rehearsal_of(agency, people, requests).public_id,
            "request_id": ice_request.public_id,
            "section": "53a-71",
            "version": "2025",
        },
    )


def noticed(agency, people, ice_request, rows):
    """As many papers and places of legal help as rows, and a review."""
    by = people["administrator"]
    for _ in range(rows):
        issued = issue_notice(ice_request=ice_request)
        place = add_legal_help(agency=agency, by=by)
    return {
        "issue_id": issued.public_id,
        "help_id": place.public_id,
        "review_id": review_translation(agency=agency, by=by).public_id,
        "kind": "intent",
        "language": "es",
    }


def rehearsal_of(agency, people, requests):
    """The newest of as many rehearsals as there are requests, with an item for each."""
    for _ in requests:
        rehearsal = order_rehearsal(agency=agency, by=people["administrator"])
    RehearsalItem.objects.bulk_create(
        RehearsalItem(rehearsal=rehearsal, ice_request=one, gained=["54-192h(b)"])
        for one in requests
    )
    return rehearsal


def queues(agency, people, requests):
    """Units, a routing table, labels, absences and an order, as many as requests."""
    administrator, supervisor = people["administrator"], people["supervisor"]
    units = [
        make_unit(agency=agency, by=administrator, name=f"Unit {number}")
        for number, _ in enumerate(requests)
    ]
    labels = [
        make_label(agency=agency, by=supervisor, name=f"Label {number}")
        for number, _ in enumerate(requests)
    ]
    table = propose_routing(
        agency=agency, by=administrator, to=units[0], rules=min(len(requests), 40)
    )
    for _ in requests:
        propose_routing(agency=agency, by=administrator, to=units[0])
        place_in(units[0], make_clerk(agency), by=administrator)
        absence = enter_absence(
            agency=agency, user=make_supervisor(agency), cover=supervisor
        )
    order = order_bulk(
        agency=agency, by=supervisor, label=labels[0], ice_requests=requests
    )
    for _ in range(min(len(requests), 5)):
        batch = begin_import(agency=agency, by=supervisor)
        paper = reserve_paper(agency=agency, by=supervisor)
    return {
        "batch_id": batch.public_id,
        "paper": paper,
        "other_id": requests[-1].public_id,
        "unit_id": units[0].public_id,
        "table_id": table.public_id,
        "absence_id": absence.public_id,
        "bulk_id": order.public_id,
    }


def place_in(unit, user, *, by):
    staffing.place(unit=unit, user=user, effective_from=NOON.date(), by=by, at=NOON)


def lengthen(ice_request, act, rows):
    """Give one request `rows` of all that its page shows."""
    Conviction.objects.bulk_create(
        Conviction(ice_request=ice_request, section="53a-134") for _ in range(rows)
    )
    Warrant.objects.bulk_create(
        Warrant(ice_request=ice_request, form="I-200") for _ in range(rows)
    )
    acts = Act.objects.bulk_create(
        Act(
            ice_request=ice_request,
            kind="interview",
            happened_at=NOON - HOUR,
            recorded_at=NOON,
            recorded_by=ice_request.filed_by,
        )
        for _ in range(rows - 1)
    )
    Notice.objects.bulk_create(
        Notice(
            ice_request=ice_request,
            act=one,
            kind=NoticeKind.NOTIFICATION_COPY_PERSON,
            owed_since=NOON,
            policy_due_at=NOON,
        )
        for one in acts
    )
    like = act.screenings.get()
    screenings = Screening.objects.bulk_create(
        copy_of(like, act=one, public_id=one.public_id) for one in acts
    )
    Finding.objects.bulk_create(
        copy_of(finding, screening=screening)
        for screening in screenings
        for finding in like.findings.all()
    )
    for event in ("request.read", "request.reviewed"):
        for _ in range(rows):
            ledger.record(
                event=event,
                subject=ice_request.public_id,
                at=NOON,
                actor=ice_request.filed_by.public_id,
                agency=ice_request.agency.code,
            )


def write_notes(ice_request, by, rows):
    """Notes of one person, mended still by the database's own clock, and messages."""
    Message.objects.bulk_create(
        Message(user=by, agency=ice_request.agency, kind="view", sent_at=NOON)
        for _ in range(rows)
    )
    far = datetime(2199, 1, 1, tzinfo=UTC)
    for _ in range(rows):
        note = write_note(ice_request=ice_request, by=by, at=far)
    return note


def save_views(agency, by, rows):
    """Views of one person, pinned and shared with nobody."""
    made = [
        save_view(agency=agency, by=by, name=f"View {number}", is_pinned=True)
        for number in range(min(rows, 50))
    ]
    return made[0]


def repeat_overrides(like, requests):
    Determination.objects.bulk_create(
        copy_of(
            like,
            ask=one.asks.get(),
            ice_request=one,
            screening=one.asks.get().screenings.get(),
            public_id=one.public_id,
        )
        for one in requests
    )


def repeat_mismatches(act, rows):
    (like,) = act.mismatches.all()
    Mismatch.objects.bulk_create(
        copy_of(like, act=other, public_id=other.public_id)
        for other in act.ice_request.acts.exclude(pk=act.pk)[: rows - 1]
    )


def copy_of(row, **changes):
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in {*changes, "seal_id"}
    }
    return type(row)(**fields, **changes)


def session_of(person):
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A quiet agency with one row of everything, and a busy one with sixty."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON + timedelta(minutes=1)),
        transaction.atomic(),
    ):
        yield SimpleNamespace(
            quiet=fill(make_agency(code="QUI"), 1),
            busy=fill(make_agency(code="BUS"), MANY),
        )
        transaction.set_rollback(True)


def visitor(agency, role):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = agency.sessions[role]
    return client


def one_whom_it_opens_to(door):
    return next((role for role in reversed(ROLES) if role in ACCESS[door]), "head")


def address(agency, door):
    known = agency.identifiers
    return reverse(door, kwargs={name: known[name] for name in ARGUMENTS[door]})


def statements(captured):
    return [
        query["sql"]
        for query in captured
        if re.match(r"(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\b", query["sql"], re.I)
        and not re.search(r"\b(set_config|current_setting)\(", query["sql"])
    ]


def counted(work):
    # Whether the portal only shows is asked once in a while: here each time.
    watch.forget()
    with CaptureQueriesContext(connection) as captured:
        work()
    return statements(captured.captured_queries)


def counts_or_passes_over(sql):
    # The cache of rate limits counts its own few rows.
    is_of_a_page = "portal_cache" not in sql
    return is_of_a_page and bool(re.search(r"\bOFFSET\b|\bCOUNT\s*\(", sql, re.I))


def passes_over(sql):
    """To count is what a dashboard is for: it does over rows made for it."""
    return bool(re.search(r"\bOFFSET\b", sql, re.I))


def read(agency, door, query=""):
    return visitor(agency, one_whom_it_opens_to(door)).get(
        address(agency, door) + query
    )


# How many


@pytest.mark.parametrize("door", PAGES)
def test_answers_in_few_queries_and_as_many_for_sixty_rows_as_for_one(world, door):
    quiet = counted(lambda: read(world.quiet, door))
    busy = counted(lambda: read(world.busy, door))

    assert len(busy) <= MOST_AT.get(door, MOST), "\n".join(busy)
    assert len(busy) == len(quiet), "\n".join(busy)
    refused = passes_over if door in MOST_AT else counts_or_passes_over
    assert [sql for sql in busy if refused(sql)] == []


ROWS_OF = {
    "draft_list": "/discard/",
    "history": "history/",
    "history_overrides": 'data-label="Mismatch"',
    "history_request": 'id="entry-',
    "message_list": 'data-label="When"',
    "people": "/end/",
    "request_detail": 'id="entry-',
    "request_list": "BUS-2026-",
    "worklist": "BUS-2026-",
}


@pytest.mark.parametrize(("door", "row"), ROWS_OF.items())
def test_shows_the_many_rows_that_were_counted(world, door, row):
    page = read(world.busy, door).content.decode()

    assert page.count(row) >= PAGE


@pytest.mark.parametrize("door", ["law_offences"])
def test_answers_in_as_many_queries_when_rulings_grow(world, door):
    person = make_person(Role.ADMINISTRATOR, world.quiet.agency)
    before = counted(lambda: read(world.quiet, door))
    OffenceRuling.objects.bulk_create(
        OffenceRuling(
            section="53a-71",
            status="confirmed",
            citation="P.A. 25-29",
            effective_from=NOON.date(),
            proposed_by=person,
            proposed_at=NOON,
            withdrawn_at=NOON,
        )
        for _ in range(MANY)
    )

    assert len(counted(lambda: read(world.quiet, door))) == len(before)


def test_would_notice_a_query_for_each_row(world):
    def names_of_filers(agency):
        return [
            one.filed_by.username
            for one in IceRequest.objects.filter(agency=agency.agency)
        ]

    quiet = counted(lambda: names_of_filers(world.quiet))
    busy = counted(lambda: names_of_filers(world.busy))

    assert (len(quiet), len(busy)) == (2, MANY + 1)


def test_would_notice_a_count_and_a_row_passed_over(world):
    found = counted(lambda: IceRequest.objects.count())
    found += counted(lambda: list(IceRequest.objects.order_by("id")[10:20]))

    assert [counts_or_passes_over(sql) for sql in found] == [True, True]


# By key


def shown(response):
    return [row["ice_request"].number for row in response.context["rows"]]


def follow(world, door, response, way):
    return read(world.busy, door, response.context[f"{way}_url"])


def in_order(door):
    """Every request of the busy agency in the order of the list."""
    if door == "request_list":
        rows = IceRequest.objects.filter(agency__code="BUS").newest_first()
        return list(rows.values_list("number", flat=True))
    rows = Assignment.objects.open().filter(agency__code="BUS").soonest_first()
    return list(rows.values_list("ice_request__number", flat=True))


LISTS = pytest.mark.parametrize("door", ["request_list", "worklist"])


@LISTS
def test_shows_every_row_once_over_its_pages(world, door):
    first = read(world.busy, door)
    second = follow(world, door, first, "older")

    assert shown(first) + shown(second) == in_order(door)
    assert len(shown(first)) == PAGE
    assert second.context["older_url"] == ""


@LISTS
def test_neither_repeats_nor_skips_when_rows_come_in_between(world, door):
    expected = in_order(door)
    first = read(world.busy, door)
    clerk = make_clerk(world.busy.agency)
    for earlier in (HOUR, 30 * HOUR):
        file_request(agency=world.busy.agency, clerk=clerk, received_at=NOON - earlier)

    second = follow(world, door, first, "older")

    assert shown(first) == expected[:PAGE]
    assert [one for one in shown(second) if one in expected] == expected[PAGE:]
    assert set(shown(first)).isdisjoint(shown(second))


@LISTS
def test_goes_back_to_the_same_rows(world, door):
    first = read(world.busy, door)
    second = follow(world, door, first, "older")

    back = follow(world, door, second, "newer")

    assert shown(back) == shown(first)


@LISTS
def test_answers_each_page_in_as_many_queries_as_the_first(world, door):
    first = read(world.busy, door)

    counts = {
        len(counted(lambda: read(world.busy, door))),
        len(counted(lambda: follow(world, door, first, "older"))),
    }

    assert len(counts) == 1


@LISTS
def test_gives_rows_of_the_same_moment_an_order(world, door):
    Assignment.objects.filter(agency__code="BUS").update(due_at=NOON)
    first = read(world.busy, door)
    second = follow(world, door, first, "older")

    assert sorted(shown(first) + shown(second)) == sorted(in_order(door))


def test_pages_the_history_by_key(world):
    first = read(world.busy, "history")
    entries = [entry["recorded_at"] for entry in first.context["entries"]]
    ledger.record(
        event="request.read",
        subject="a" * 22,
        at=NOON,
        actor="a" * 22,
        agency="BUS",
    )

    second = read(world.busy, "history", first.context["older_url"])

    assert len(entries) == PAGE
    assert len(second.context["entries"]) == PAGE
    assert second.context["entries"][0]["recorded_at"] <= entries[-1]
    assert {one["id"] for one in first.context["entries"]}.isdisjoint(
        one["id"] for one in second.context["entries"]
    )


# What is typed into an address


JUNK = [
    "after=x",
    "after=-1",
    "after=99999999999999999999",
    "after=0001-01-01T00:00:00%2B23:59~1",
    "after=9999-12-31T23:59:59-23:59~1",
    "after=2026-03-10T12:00:00%2B00:00~99999999999999999999",
    "after=2026-03-10T12:00:00%2B00:00~",
    "before=%00",
    "after=%00~1",
    "status=%00",
    "queue=%00",
    "level=%D9%A3",
    "number=%00",
    "number=%27%20OR%201=1--",
    "since=0001-01-01",
    "until=9999-12-31",
    "since=%00&until=%00",
    "event=%00",
    "__class=x&_connector=OR",
]


ADDRESSES = [
    (door, query) for door in ("worklist", "request_list", "history") for query in JUNK
]


@pytest.mark.parametrize(("door", "query"), ADDRESSES)
def test_reads_junk_in_an_address_as_nothing(world, door, query):
    response = read(world.busy, door, f"?{query}")

    assert response.status_code in (200, 400, 404, 422)
