"""Data for tests: plain functions with defaults, through the services of the rooms.

People, places and numbers are invented. A default never carries the point of a test:
a test names every value that its assertion depends on.
"""

import io
import itertools
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from PIL import Image

from requests_app.accounts import services as accounts
from requests_app.accounts import staffing
from requests_app.accounts.access import Standing
from requests_app.accounts.models import (
    Absence,
    Agency,
    Appointment,
    Role,
    Unit,
    User,
)
from requests_app.docket import services as docket
from requests_app.docket.models import Act, Ask, AskKind, IceRequest, Release
from requests_app.docket.moments import ZONE
from requests_app.documents import services as documents
from requests_app.documents.models import Document, DocumentKind
from requests_app.intake import giving, importing, paper_forms, steps, table_files
from requests_app.intake import services as intake
from requests_app.intake.forms.base import LATE_AFTER
from requests_app.intake.mapping import dumps, load_built_in
from requests_app.intake.models import Draft, ImportBatch
from requests_app.management.demonstration.answers import Answers, type_in
from requests_app.notices import services as notices
from requests_app.notices.models import (
    Attempt,
    Issue,
    LegalHelp,
    Notice,
    NoticeKind,
    ServiceMethod,
    TranslationReview,
)
from requests_app.reporting import services as reporting
from requests_app.reporting.models import (
    Export,
    Publication,
    Report,
    Sample,
    SampleKind,
)
from requests_app.reporting.services import exports, publications, reports
from requests_app.review import services as review
from requests_app.review.models import (
    Bulk,
    Decision,
    Determination,
    Label,
    Note,
    OffenceRuling,
    Question,
    ReasonCode,
    Rehearsal,
    RoutingRule,
    RoutingTable,
    SavedView,
)
from requests_app.review.services import bulk, labelling, rehearsing, routing_tables
from tests import sample_tables

# A Tuesday under the 2025 version of the law, when nothing special happens.
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=ZONE)
# When agencies, accounts and appointments were made: before anything a test looks at.
OPENED_AT = datetime(2014, 1, 1, 9, 0, tzinfo=ZONE)
PASSWORD = "an invented passphrase of tests"

_numbers = itertools.count(1)


# Agencies and people


def make_agency(
    *, kind: str = "municipal_police", code: str = "", name: str = "", **fields
) -> Agency:
    """One agency; a code and a name of its own unless given."""
    number = next(_numbers)
    defaults = {
        "body": f"Town of Sampleton {number}",
        "legislative_body": "Town Council",
        "head_title": "Chief of Police",
    }
    agency = Agency(
        kind=kind,
        code=code or f"SMP{number}",
        name=name or f"Sampleton {number} Police Department",
        **{**defaults, **fields},
    )
    return accounts.add_agency(agency=agency, by=None, at=OPENED_AT)


def make_user(*, username: str = "", password: str = "", **fields) -> User:
    """A person who can sign in only when a password is given."""
    username = username or f"person{next(_numbers)}"
    names = {
        "first_name": username.title(),
        "last_name": "Invented",
        "email": f"{username}@example.test",
    }
    user = User(username=username, **{**names, **fields})
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    return accounts.add_user(user=user, by=None, at=OPENED_AT)


def appoint(
    user: User,
    role: str,
    agency: Agency | None = None,
    *,
    effective_from: date = date(2014, 1, 1),
    effective_until: date | None = None,
) -> Appointment:
    """A role for a person; without an agency, an auditor of the whole state."""
    appointment = Appointment(
        user=user,
        role=role,
        agency=agency,
        effective_from=effective_from,
        effective_until=effective_until,
    )
    return accounts.install(appointment=appointment, at=OPENED_AT)


def make_person(role: str, agency: Agency | None, **fields) -> User:
    """A person who holds one role at one agency."""
    user = make_user(**fields)
    appoint(user, role, agency)
    return user


def make_clerk(agency: Agency, **fields) -> User:
    return make_person(Role.CLERK, agency, **fields)


def make_supervisor(agency: Agency, **fields) -> User:
    return make_person(Role.SUPERVISOR, agency, **fields)


def make_head(agency: Agency, **fields) -> User:
    return make_person(Role.HEAD, agency, **fields)


def make_administrator(agency: Agency, **fields) -> User:
    return make_person(Role.ADMINISTRATOR, agency, **fields)


def make_auditor(agency: Agency | None = None, **fields) -> User:
    """An auditor of one agency, or of the whole state."""
    return make_person(Role.AUDITOR, agency, **fields)


def make_records_officer(agency: Agency, **fields) -> User:
    return make_person(Role.RECORDS_OFFICER, agency, **fields)


def standing_of(user: User, *, on: date | None = None) -> Standing:
    return Standing.of(user, on=on or NOON.date())


# What a filer types


def conviction(**fields) -> dict:
    """A row of charges: robbery in the first degree, class B, convicted here."""
    row = {
        "section": "53a-134",
        "felony_class": "B",
        "disposition": "convicted",
        "jurisdiction": "CT",
    }
    return {**row, **fields}


def administrative_warrant(**fields) -> dict:
    """A row of warrants: Form I-200, signed by an immigration officer, attached."""
    row = {
        "form": "I-200",
        "signed_by": "immigration_officer",
        "heading_names_court": "no",
        "has_docket_number": "no",
        "names_person": "yes",
        "is_current": "yes",
        "orders_the_act": "no",
        "accompanies_detainer": "yes",
    }
    return {**row, **fields}


def judicial_warrant(**fields) -> dict:
    """A row of warrants: AO 442 of a federal magistrate judge, every check a yes."""
    row = {
        "form": "AO-442",
        "signed_by": "federal_magistrate_judge",
        "court": "United States District Court, District of Connecticut",
        "docket_number": "3:26-mj-00001",
        "heading_names_court": "yes",
        "has_docket_number": "yes",
        "names_person": "yes",
        "is_current": "yes",
        "orders_the_act": "yes",
        "accompanies_detainer": "yes",
    }
    return {**row, **fields}


# What came is itself a warrant or an order: the answers cannot say there is none.
_WHAT_CAME_IS = {
    "I-200": {"warrants_listing": "unknown"},
    "I-205": {"warrants_listing": "unknown"},
    "judicial_warrant": {"warrants_listing": "unknown"},
    "order_1225d4B": {"order_1225d4B": "yes"},
}


def answers(
    *,
    at: datetime = NOON,
    asks: Sequence[str] = (AskKind.HOLD,),
    convictions: Sequence[Mapping] | str = (),
    warrants: Sequence[Mapping] | str = (),
    acts: Sequence[Mapping] = (),
    **facts,
) -> Answers:
    """The raw answers of a whole filing at the time `at`, as a draft keeps them.

    Rows are mappings of field to value; an empty sequence says "none, and this was
    checked", and a word ("unknown", "refused") gives that answer. `facts` are
    fields of any step, and win over the defaults: an I-247A by fax an hour ago about
    an adult under the agency's control, with no exception and notices still owed.
    Values may be text, moments, days, numbers or sequences of text.
    """
    given = {
        "instrument": "I-247A",
        "channel": "fax",
        "received_at": at - timedelta(hours=1),
        "asks": asks,
        "family_names": "Ejemplo Inventado",
        "given_names": "Alma",
        "date_of_birth_answer": "known",
        "date_of_birth": date(1990, 2, 1),
        "is_minor": "no",
        "not_competent": "no",
        "sex": "female",
        "ethnicity": "hispanic",
        "under_control": "yes",
        "convictions_listing": _listing(convictions),
        "warrants_listing": _listing(warrants),
        "terrorist_screening_match": "no",
        "order_1225d4B": "no",
        "ice_subpoena": "no",
        "written_authorization": "unknown",
        "grounds_2014_listing": "none",
        "copy": "owed",
        **_WHAT_CAME_IS.get(facts.get("instrument"), {}),
        **facts,
    }
    if warrants and "warrants_listing" not in facts:
        given["warrants_listing"] = _listing(warrants)
    if at - given["received_at"] > LATE_AFTER:
        given.setdefault("late_reason", "Found in the post of the week before.")
    return type_in(
        given,
        convictions=_rows(convictions),
        warrants=_rows(warrants),
        acts=[_with_reason_if_late(row, at) for row in acts],
    )


def unasked(**facts) -> dict:
    """The facts of a filing about acts that ICE never asked for."""
    return {"instrument": "unasked", "channel": "", "asks": (), **facts}


def _listing(rows: Sequence[Mapping] | str) -> str:
    if isinstance(rows, str):
        return rows
    return "some" if rows else "none"


def _rows(rows: Sequence[Mapping] | str) -> Sequence[Mapping]:
    return () if isinstance(rows, str) else rows


def _with_reason_if_late(row: Mapping, at: datetime) -> dict:
    is_late = at - row["happened_at"] > LATE_AFTER
    reason = {"late_reason": "Told to the desk a day later."} if is_late else {}
    return {**reason, **row}


# Requests and what becomes of them


def make_draft(*, agency: Agency, owner: User, at: datetime = NOON, **facts) -> Draft:
    """A draft with every step answered; `facts` as in `answers`."""
    return intake.begin_draft(
        agency=agency, by=owner, at=at, answers=answers(at=at, **facts)
    )


def file_request(
    *,
    agency: Agency,
    clerk: User,
    asks: Sequence[str] = (AskKind.HOLD,),
    at: datetime = NOON,
    role: str = Role.CLERK,
    **facts,
) -> IceRequest:
    """File for real: steps composed, notices owed, screened, assigned."""
    filled = answers(at=at, asks=asks, **facts)
    composed = steps.compose(filled, agency=agency, by=clerk, now=at)
    assert composed.is_complete, _faults(filled, composed.faulty, at=at)
    ice_request = intake.file_request(
        composed=composed, submit_id=uuid.uuid4(), by=clerk, role=role, at=at
    )
    return IceRequest.objects.select_related("agency", "filed_by").get(
        pk=ice_request.pk
    )


def _faults(filled: Mapping, names: Sequence[str], *, at: datetime) -> str:
    said = []
    for name in names:
        step = steps.bind(name, filled[name], now=at, every=filled)
        step.is_valid()
        said += [f"{name}: {part.errors}" for part in step.parts if part.errors]
    return "\n".join(said) or f"Nothing was entered for: {', '.join(names)}"


def receive_paper(
    *,
    ice_request: IceRequest,
    by: User,
    content: bytes = b"",
    name: str = "paper.png",
    kind: str = DocumentKind.INSTRUMENT,
    role: str = Role.CLERK,
    at: datetime = NOON,
) -> Document:
    """A paper of a request, checked and kept for real; a small picture unless given."""
    return documents.receive(
        content=content or a_picture(),
        name=name,
        kind=kind,
        agency=ice_request.agency,
        data_key=ice_request.data_key,
        subject=ice_request.public_id,
        by=by,
        role=role,
        at=at,
    )


def a_picture() -> bytes:
    """A small white PNG."""
    out = io.BytesIO()
    Image.new("L", (85, 110), 255).save(out, "PNG")
    return out.getvalue()


def ask_of(ice_request: IceRequest, kind: str = AskKind.HOLD) -> Ask:
    return ice_request.asks.select_related("ice_request__agency").get(kind=kind)


def record_act(
    *,
    ice_request: IceRequest,
    kind: str = "detain",
    by: User | None = None,
    role: str = Role.CLERK,
    happened_at: datetime | None = None,
    at: datetime = NOON,
    **fields,
) -> Act:
    """Record an act done half an hour before `at` unless told when."""
    act = Act(
        kind=kind, happened_at=happened_at or at - timedelta(minutes=30), **fields
    )
    return intake.record_act(
        ice_request=ice_request,
        act=act,
        by=by or ice_request.filed_by,
        role=role,
        at=at,
    )


def determine(
    *,
    ask: Ask,
    by: User,
    decision: str = Decision.DENY,
    at: datetime = NOON,
    **said,
) -> Determination:
    """Decide one ask, having seen its newest screening; `said` as in `Ruling`."""
    is_denial = decision == Decision.DENY
    defaults = {
        "reason_code": ReasonCode.NO_EXCEPTION
        if is_denial
        else ReasonCode.NOT_PROHIBITED,
        "reason": "Read the findings and the papers.",
        "screening": ask.screenings.order_by("-id").first().public_id,
    }
    return review.determine(
        ask=ask,
        ruling=review.Ruling(decision=decision, **{**defaults, **said}),
        standing=standing_of(by, on=at.date()),
        at=at,
    )


def override(
    *, ask: Ask, head: User, authority: str = "An invented opinion", at: datetime = NOON
) -> Determination:
    """Approve by citing an authority; against a violation this awaits a second."""
    return determine(
        ask=ask,
        by=head,
        decision=Decision.APPROVE,
        reason_code=ReasonCode.OTHER_AUTHORITY,
        authority=authority,
        expires_at=at + timedelta(days=2),
        at=at,
    )


def ask_filer(*, ice_request: IceRequest, by: User, at: datetime = NOON) -> Question:
    """A question to whoever filed, due two hours later."""
    return review.ask(
        ice_request=ice_request,
        code="custody",
        text="When was the person booked?",
        due_at=at + timedelta(hours=2),
        standing=standing_of(by, on=at.date()),
        at=at,
    )


def record_release(
    *, ice_request: IceRequest, to_whom: str = "community", at: datetime = NOON
) -> Release:
    """That the person was released half an hour before `at`."""
    return docket.record_release(
        ice_request=ice_request,
        to_whom=to_whom,
        released_at=at - timedelta(minutes=30),
        narrative="",
        by=ice_request.filed_by,
        role=Role.CLERK,
        at=at,
    )


def countersign(
    *,
    determination: Determination,
    by: User,
    confirms: bool = True,
    at: datetime = NOON,
) -> Determination:
    return review.countersign(
        determination=determination,
        confirms=confirms,
        screening=determination.ask.screenings.latest("id").public_id,
        standing=standing_of(by, on=at.date()),
        at=at,
    )


def rule_on(
    section: str,
    status: str,
    *,
    effective_from: date = date(2025, 10, 1),
    at: datetime = NOON,
) -> OffenceRuling:
    """A section confirmed or struck by two administrators."""
    agency = make_agency()
    ruling = review.propose_ruling(
        section=section,
        status=status,
        citation="P.A. 25-29, an invented section",
        effective_from=effective_from,
        by=make_administrator(agency),
        at=at,
    )
    return review.rule(ruling=ruling, by=make_administrator(agency), at=at)


def order_rehearsal(
    *, agency: Agency, by: User, section: str = "53a-71", at: datetime = NOON
) -> Rehearsal:
    """Try a confirmed offence on what was screened in the year before `at`."""
    return rehearsing.order_rehearsal(
        agency=agency,
        kind=Rehearsal.Kind.OFFENCE,
        subject=section,
        status="confirmed",
        effective_from=date(2025, 10, 1),
        since=at.date() - timedelta(days=365),
        until=at.date() + timedelta(days=1),
        by=by,
        at=at,
    )


def draw_sample(
    *, agency: Agency | None, auditor: User, size: int = 1, at: datetime = NOON
) -> Sample:
    """Draw at random from what was received in the month before `at`."""
    return reporting.draw_sample(
        agency=agency,
        since=at.date() - timedelta(days=30),
        until=at.date(),
        kind=SampleKind.RANDOM,
        size=size,
        standing=standing_of(auditor, on=at.date()),
        at=at,
    )


def serve_notice(
    *,
    ice_request: IceRequest,
    kind: str = NoticeKind.DETAINER_COPY,
    by: User | None = None,
    how: str = ServiceMethod.BY_HAND,
    language: str = "English",
    served_at: datetime | None = None,
    at: datetime = NOON,
) -> Notice:
    """Record that an owed notice was given."""
    return intake.serve_notice(
        notice=ice_request.notices.get(kind=kind),
        how=how,
        served_at=served_at or at,
        language=language,
        by=by or ice_request.filed_by,
        role=Role.CLERK,
        at=at,
    )


def issue_notice(
    *,
    ice_request: IceRequest,
    kind: str = NoticeKind.DETAINER_COPY,
    language: str = "es",
    told: str = "",
    by: User | None = None,
    at: datetime = NOON,
) -> Issue:
    """Put an owed notice into words and make its file."""
    return giving.issue_notice(
        notice=ice_request.notices.get(kind=kind),
        language=language,
        told=told,
        by=by or ice_request.filed_by,
        role=Role.CLERK,
        at=at,
    )


def try_notice(
    *,
    notice: Notice,
    by: User,
    reader: str = "",
    words: str = "No answer.",
    at: datetime = NOON,
) -> Attempt:
    """Try in vain to reach the reader of a notice."""
    tried = notices.Tried(
        tried_at=at,
        how="telephone",
        outcome="not_reached",
        reader=reader or Attempt.Reader.PERSON,
        words=words,
    )
    return giving.try_notice(
        notice=notice, tried=tried, issue=None, by=by, role=Role.CLERK, at=at
    )


def add_legal_help(
    *, agency: Agency, by: User, name: str = "Example Legal Aid", at: datetime = NOON
) -> LegalHelp:
    """Print a place of legal help on the agency's notices."""
    return notices.add_help(
        agency=agency,
        name=name,
        telephone="860-555-0100",
        address="",
        hours="",
        languages=["es"],
        place=1,
        by=by,
        at=at,
    )


def review_translation(
    *, agency: Agency, by: User, language: str = "fr", at: datetime = NOON
) -> TranslationReview:
    """Mark the words of a language as reviewed."""
    return notices.review_translation(
        agency=agency,
        language=language,
        translator="Avery Exampleton",
        certificate="",
        reviewed_on=at.date(),
        by=by,
        at=at,
    )


# What people write and keep


def write_note(
    *,
    ice_request: IceRequest,
    by: User,
    text: str = "Called the jail.",
    kind: str = "internal",
    at: datetime = NOON,
    mentions: Sequence[User] = (),
    is_urgent: bool = False,
) -> Note:
    """A note; whoever is in `mentions` is told."""
    return review.add_note(
        ice_request=ice_request,
        words=review.Words(text, kind, is_urgent),
        mentions=mentions,
        standing=standing_of(by, on=NOON.date()),
        at=at,
    )


def save_view(
    *,
    agency: Agency,
    by: User,
    name: str = "Waiting",
    filters: str = "status=awaiting",
    page: str = "requests",
    newest: int = 0,
    at: datetime = NOON,
    **wishes,
) -> SavedView:
    """A list with its filters, as its owner keeps it."""
    return review.save_view(
        page=page,
        filters=filters,
        wishes=review.Wishes(name=name, **wishes),
        agency=agency,
        by=by,
        newest=newest,
        at=at,
    )


# The queues


def make_unit(*, agency: Agency, by: User, name: str = "Second watch") -> Unit:
    """A unit of an agency, in which nobody works yet."""
    return staffing.add_unit(agency=agency, name=name, by=by, at=NOON)


def enter_absence(
    *, agency: Agency, user: User, cover: User, at: datetime = NOON
) -> Absence:
    """Three days away from the day of `at` on."""
    return staffing.enter_absence(
        agency=agency,
        user=user,
        cover=cover,
        effective_from=at.date(),
        effective_until=at.date() + timedelta(days=3),
        by=user,
        at=at,
    )


def make_label(
    *, agency: Agency, by: User, name: str = "Courthouse", at: datetime = NOON
) -> Label:
    return labelling.add_label(
        agency=agency, name=name, standing=standing_of(by, on=at.date()), at=at
    )


def order_bulk(
    *,
    agency: Agency,
    by: User,
    label: Label,
    ice_requests: Sequence[IceRequest],
    at: datetime = NOON,
) -> Bulk:
    """An order to put a label on each, not carried out yet."""
    return bulk.order(
        agency=agency,
        what=bulk.Order(kind="label", label=label),
        ice_requests=ice_requests,
        standing=standing_of(by, on=at.date()),
        at=at,
    )


def propose_routing(
    *, agency: Agency, by: User, to: Unit, rules: int = 1, at: datetime = NOON
) -> RoutingTable:
    """A table whose rules send everything to one unit, tried already."""
    table = routing_tables.propose(
        agency=agency,
        rules=[RoutingRule(to_unit=to) for _ in range(rules)],
        by=by,
        at=at,
    )
    return routing_tables.try_out(table=table, at=at)


# Reports, files taken out, public tables

# Six months that had ended by NOON.
PERIOD = date(2025, 7, 1)


def draft_report(
    *, agency: Agency, by: User, because: str = "", at: datetime = NOON
) -> Report:
    """A draft of the report on the second half of 2025, by a records officer."""
    return reports.draft(
        agency=agency,
        since=PERIOD,
        form="statistics",
        because=because,
        standing=standing_of(by, on=at.date()),
        at=at,
    )


def certify_report(*, agency: Agency, at: datetime = NOON) -> Report:
    """The report on the second half of 2025, certified by another than its drafter."""
    # Whoever was appointed before the draft is printed by name.
    other = make_records_officer(agency)
    report = draft_report(agency=agency, by=make_records_officer(agency), at=at)
    return reports.certify(
        report=report, standing=standing_of(other, on=at.date()), at=at
    )


def take_out(
    *, agency: Agency, by: User, kind: str = "requests", at: datetime = NOON
) -> Export:
    """A list of the agency as a CSV file that waits to be fetched."""
    return exports.ask(
        kind=kind,
        form="csv",
        query="",
        with_names=False,
        agency=agency,
        standing=standing_of(by, on=at.date()),
        at=at,
    )


def propose_tables(
    *, agency: Agency, administrator: User, by: User, at: datetime = NOON
) -> Publication:
    """Public tables of the second half of 2025, of an agency whose page is on."""
    accounts.set_transparent(agency=agency, is_on=True, by=administrator, at=at)
    agency.refresh_from_db()
    return publications.propose(
        agency=agency,
        since=PERIOD,
        standing=standing_of(by, on=at.date()),
        at=at,
    )


def publish_tables(
    *, agency: Agency, administrator: User, by: User, at: datetime = NOON
) -> Publication:
    """Public tables that one person proposed and the head of agency released."""
    return publications.release(
        publication=propose_tables(
            agency=agency, administrator=administrator, by=by, at=at
        ),
        standing=standing_of(make_head(agency), on=at.date()),
        at=at,
    )


def begin_import(*, agency: Agency, by: User, bookings: int = 2) -> ImportBatch:
    """A booking list that was tried, with nothing wrong in it."""
    lines = list(sample_tables.jail_rows(bookings))
    text = "\n".join([",".join(sample_tables.JAIL), *map(_csv_line, lines)])
    who = {"by": by, "role": Role.SUPERVISOR, "at": NOON}
    with table_files.in_memory([text.encode()]) as path:
        batch = importing.begin(path=path, name="jail.csv", agency=agency, **who)
    mapping = dumps(load_built_in("jail_bookings"))
    importing.order_trial(batch=batch, mapping=mapping, **who)
    page = importing.read_in(batch=batch, at=NOON)
    while page:
        page = importing.try_page(batch=batch, number=page, at=NOON)
    batch.refresh_from_db()
    return batch


def import_all(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Confirm an import and write all of it."""
    importing.confirm(batch=batch, by=by, role=Role.SUPERVISOR, at=NOON)
    page = 1
    while page:
        page = importing.write_page(batch=batch, number=page, at=NOON)
    batch.refresh_from_db()
    return batch


def _csv_line(row) -> str:
    return ",".join(f'"{cell}"' for cell in row)


def reserve_paper(*, agency: Agency, by: User, count: int = 1) -> str:
    """Reserve paper forms; the number of the first."""
    forms = paper_forms.reserve(
        agency=agency, count=count, by=by, role=Role.CLERK, at=NOON
    )
    return forms[0].number
