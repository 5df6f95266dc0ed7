"""A town with everything a page may have to show, filed through the services.

Long names, several surnames, diacritics, a single name, many convictions and
warrants, every flag; beside it an agency where nothing has happened yet.
"""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from requests_app.accounts import staffing
from requests_app.accounts.models import Role
from requests_app.docket.models import AskKind
from requests_app.documents import services as documents
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job
from requests_app.review import services as review
from requests_app.review.models import MessageKind, RoutingRule
from requests_app.review.services import bulk, handling, labelling, routing_tables
from requests_app.review.services.telling import tell
from tests import factories, kept
from tests.abuse import good_files
from tests.browser.filing import now
from tests.forms import draw, fill, render
from tests.readings import read_in

LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft"
CONVICTIONS = [
    factories.conviction(
        section=f"53a-{60 + number}",
        subdivision="(a)(1)(B)(iii)",
        felony_class=grade,
        disposition=outcome,
        jurisdiction=where,
    )
    for number, (grade, outcome, where) in enumerate(
        [
            ("D", "accelerated_rehabilitation", "CT"),
            ("C", "pending", "CT"),
            ("misdemeanor", "nolle", "US"),
            ("unclassified", "dismissed", "other"),
            ("", "", ""),
            ("E", "youthful_offender", "NY"),
        ]
        * 2
    )
]
WARRANTS = [
    factories.administrative_warrant(),
    factories.administrative_warrant(form="I-205", is_current="unknown"),
    factories.judicial_warrant(accompanies_detainer="refused"),
    factories.administrative_warrant(form="removal_order", signed_by="unknown"),
]
EVERYTHING = [AskKind(kind) for kind in AskKind.values]


def build() -> SimpleNamespace:
    """File, decide and record everything; the result names what pages open."""
    town = SimpleNamespace(at=now() - timedelta(minutes=5))
    _people(town)
    _quiet_place(town)
    _drafts(town)
    _rich(town)
    _override_waiting(town)
    _reviewable(town)
    _others(town)
    _asked_and_returned(town)
    _unlike(town)
    _rulings(town)
    _jobs(town)
    _queues(town)
    _conversation(town)
    _papers(town)
    _tables(town)
    _kept(town)
    return town


def _kept(town) -> None:
    """A claim, a hold, case files, a rule with what has ended, releases."""
    head, supervisor = town.people["head"], town.people["supervisor"]
    given = {"at": town.at}
    town.held = factories.file_request(
        agency=town.agency, clerk=town.people["clerk"], at=town.at
    )
    town.claim = kept.record_claim(
        agency=town.agency, ice_request=town.held, by=head, **given
    )
    town.hold = kept.place_hold(ice_request=town.held, by=supervisor, **given)
    town.case_file = kept.make_case_file(ice_request=town.held, by=head, **given)
    town.rule = kept.set_rule(agency=town.agency, by=head, **given)
    town.disposal = kept.dispose(rule=town.rule, ice_request=town.held, **given)
    factories.record_act(
        ice_request=town.held,
        kind="interview",
        staff_minutes=25,
        cost_cents=1250,
        at=town.at,
    )
    town.extract = kept.make_extract(agency=town.agency, **given)
    factories.write_note(
        ice_request=town.held,
        by=town.people["clerk"],
        text=f"{town.held.person.full_name} was told.",
        kind="for_release",
        **given,
    )
    town.stopped = kept.make_extract(agency=town.agency, **given)


def _tables(town) -> None:
    """Two imports, one of them done, paper forms, and a request issued twice."""
    supervisor, head = town.people["supervisor"], town.people["head"]
    town.tried = factories.begin_import(agency=town.agency, by=supervisor)
    town.imported = factories.import_all(
        batch=factories.begin_import(agency=town.agency, by=head), by=head
    )
    town.of_table = town.imported.imported.first().ice_request
    factories.reserve_paper(agency=town.agency, by=supervisor, count=3)
    town.again = factories.file_request(
        agency=town.agency,
        clerk=town.people["clerk"],
        at=town.at,
        family_names="Repetido",
        event_number="EV-26-1",
    )
    town.alike = factories.file_request(
        agency=town.agency,
        clerk=town.people["clerk"],
        at=town.at,
        family_names="Repetido",
        event_number="EV-26-1",
    )
    town.alike_draft = _draft(town, family_names="Repetido", event_number="EV-26-1")


def _papers(town) -> None:
    """A filled form, a scan of many pages, and one that belongs elsewhere."""
    given = {"by": town.people["clerk"], "at": town.at}
    town.paper = factories.receive_paper(
        ice_request=town.rich,
        content=good_files.form(),
        name=f"I-247A {LONG}.pdf",
        **given,
    )
    town.sheets = factories.receive_paper(
        ice_request=town.rich,
        content=good_files.written_pages(14),
        name="fax of the night.pdf",
        kind="warrant",
        **given,
    )
    town.misplaced = factories.receive_paper(
        ice_request=town.rich, name="scan.png", kind="other", **given
    )
    documents.misplace(
        document=town.misplaced,
        reason="It is about another person of the same name.",
        subject=town.rich.public_id,
        by=town.people["clerk"],
        role=Role.CLERK,
        at=town.at,
    )


def _people(town) -> None:
    town.agency = factories.make_agency(
        code="HVRMPD",
        name="Housatonic Valley Regional and Metropolitan Police Department",
        body="Towns of Upper and Lower Sampleton-on-the-Housatonic",
    )
    names = {
        Role.CLERK: ("María de los Ángeles", "Ñustes Ó Conchúir-Þórðardóttir"),
        Role.SUPERVISOR: ("Samir", "Stone"),
        Role.HEAD: ("Hector", "Vale"),
        Role.ADMINISTRATOR: ("Adele", "Ash"),
        Role.AUDITOR: ("Aude", "Marsh"),
        Role.RECORDS_OFFICER: ("Rosa", "Field"),
    }
    town.people = {
        str(role): factories.make_person(
            role,
            town.agency,
            first_name=first,
            last_name=last,
            title="Sergeant of the Second Watch",
        )
        for role, (first, last) in names.items()
    }
    town.people["second"] = factories.make_supervisor(town.agency)
    town.people["other_administrator"] = factories.make_administrator(town.agency)
    town.appointment = town.people["second"].appointments.get()


def _jobs(town) -> None:
    """Work given up, of the agency and of the whole portal, and one job still due."""
    for number, (agency, error) in enumerate(
        [(town.agency.code, "ConnectionRefusedError"), ("", "")]
    ):
        outbox.enqueue(
            kind="person.told", subject=f"given-up-{number}", agency=agency, at=town.at
        )
        Job.objects.filter(subject=f"given-up-{number}").update(
            died_at=town.at, attempts=8, last_error=error
        )
    outbox.enqueue(
        kind="ledger.verify",
        subject="late",
        agency=town.agency.code,
        at=town.at - timedelta(hours=1),
    )


def _queues(town) -> None:
    """Units, labels, an absence, a routing table, and an order half done."""
    administrator = town.people["administrator"]
    supervisor, head = town.people["supervisor"], town.people["head"]
    place = {"agency": town.agency}
    town.unit = factories.make_unit(**place, by=administrator)
    town.empty_unit = factories.make_unit(
        **place, by=administrator, name="Detective bureau, second floor, evenings"
    )
    today = timezone.localdate(town.at)
    for person in ("supervisor", "clerk"):
        staffing.place(
            unit=town.unit,
            user=town.people[person],
            effective_from=today,
            by=administrator,
            at=town.at,
        )
    town.label = factories.make_label(**place, by=head, at=town.at)
    labels = [town.label] + [
        factories.make_label(**place, by=head, name=name, at=town.at)
        for name in ("Arraignment on Monday", "Counsel has the papers of this one")
    ]
    standing = factories.standing_of(head, on=today)
    for label in labels[:2]:
        labelling.put_on(
            label=label, ice_request=town.plain, standing=standing, at=town.at
        )
    handling.claim(
        ice_request=town.plain,
        standing=factories.standing_of(supervisor, on=today),
        at=town.at,
    )
    handling.defer(
        ice_request=town.unknowing,
        until=town.at + timedelta(days=2),
        code="records",
        note="Invented: the court was asked.",
        standing=standing,
        at=town.at,
    )
    town.absence = factories.enter_absence(
        **place, user=town.people["second"], cover=supervisor, at=town.at
    )
    town.routing = factories.propose_routing(
        **place, by=administrator, to=town.unit, rules=3, at=town.at
    )
    town.untried = routing_tables.propose(
        agency=town.agency,
        rules=[RoutingRule(shift="night", level=2, to_person=head)],
        by=administrator,
        at=town.at,
    )
    requests = [town.plain, town.permitted, town.unknowing]
    order = {**place, "by": head, "label": labels[1], "at": town.at}
    town.bulk = factories.order_bulk(**order, ice_requests=requests)
    town.bulk_done = bulk.carry_on(
        bulk=factories.order_bulk(**order, ice_requests=requests),
        kind=bulk.KINDS[0],
        at=town.at,
    )


def _conversation(town) -> None:
    """Notes of every kind, messages of every kind, views and who else looks."""
    clerk, supervisor = town.people["clerk"], town.people["supervisor"]
    for kind, text in (
        ("internal", f"Called the jail. {LONG}"),
        ("for_release", "The form came without its second page.\nAsked for it."),
    ):
        town.note = factories.write_note(
            ice_request=town.rich,
            by=clerk,
            kind=kind,
            text=text,
            mentions=[supervisor],
            is_urgent=kind == "internal",
            at=now(),
        )
    for kind in MessageKind.values:
        tell(
            people=[supervisor],
            agency=town.agency,
            kind=kind,
            ice_request=None if kind in ("view", "bulk") else town.rich,
            at=town.at,
        )
    town.view = factories.save_view(
        agency=town.agency,
        by=supervisor,
        name="Holds that wait for me",
        filters="status=awaiting&ask=hold",
        is_pinned=True,
        tells="more_than",
        threshold=5,
    )
    factories.save_view(
        agency=town.agency,
        by=town.people["second"],
        name="Undetermined since spring",
        filters="since=2026-03-01&result=undetermined",
        is_shared=True,
    )


def _quiet_place(town) -> None:
    """An agency without a single request, and a clerk of two agencies."""
    quiet = factories.make_agency(code="QUIET")
    for role in Role.values:
        town.people[f"quiet_{role}"] = factories.make_person(role, quiet)
    roamer = factories.make_clerk(quiet)
    factories.appoint(roamer, Role.CLERK, town.agency)
    town.people["roamer"] = roamer


def _draft(town, owner: str = "clerk", **facts):
    return factories.make_draft(
        agency=town.agency, owner=town.people[owner], at=town.at, **facts
    )


def a_letter() -> bytes:
    """A PDF with words that is none of the forms."""
    page = draw(fill(5), 5)
    page.marks = [one for one in page.marks if not hasattr(one, "text")]
    page.label(60, 90, "Minutes of a meeting that name nobody. " * 5)
    return render(page, "text", 5)


def _drafts(town) -> None:
    town.draft = _draft(
        town,
        asks=EVERYTHING,
        information=["custody_status", "home_address"],
        family_names="Ñandú Invéntez",
        convictions=CONVICTIONS,
        warrants=WARRANTS,
        acts=[{"kind": "detain", "happened_at": town.at - timedelta(minutes=30)}],
    )
    # Every step says something that its other answers, or the clock, contradict.
    town.contrary_draft = _draft(
        town,
        channel="none",
        asks=[AskKind.INFORMATION],
        received_at=town.at + timedelta(days=1),
        family_names="",
        given_names="",
        a_number="12",
        date_of_birth=(town.at + timedelta(days=400)).date(),
        booked_at=town.at - timedelta(hours=3),
        release_expected_at=town.at - timedelta(hours=9),
        convictions_listing="none",
        convictions=[factories.conviction(offense_date=town.at.date().replace(2090))],
        probable_cause=["final_order", "biometric"],
        resume_custody="yes",
        instrument_signed="no",
        instrument_signed_date=town.at.date(),
        warrants_listing="some",
        warrants=[factories.administrative_warrant(docket_number="A 123")],
        copy="given",
        acts=[
            {
                "kind": "share_information",
                "happened_at": town.at - timedelta(days=9),
                "late_reason": "",
                "staff_minutes": -5,
            }
        ],
    )
    town.read_draft = _draft(town)
    paper = fill(5, "I-247A", "3/17")
    paper.ticked |= {"final_order": True, "resume_custody": True}
    read_in(
        draft=town.read_draft,
        content=render(draw(paper, 5), "text", 5),
        at=town.at,
    )
    town.unread_draft = _draft(town)
    read_in(draft=town.unread_draft, content=a_letter(), at=town.at)
    town.blank_draft = factories.intake.begin_draft(
        agency=town.agency, by=town.people["supervisor"], at=town.at
    )


def _file(town, **facts):
    return factories.file_request(
        agency=town.agency, clerk=town.people["clerk"], at=town.at, **facts
    )


def _rich(town) -> None:
    """One request with all of it: every ask, flag, decision and kind of act."""
    town.rich = _file(
        town,
        asks=EVERYTHING,
        information=["custody_status", "home_address", "supervision"],
        family_names=f"Ñustes de la Peña y {LONG}",
        given_names="Thị Thanh-Hương Zoë Ọlúwáṣeun",
        aliases="Q'anil Ixchel Tz'utujil\nMaría-José\nШевченко Олена",
        sender_office="Pacific Enforcement Response Center, Laguna Niguel",
        sender_officer="Supervisory Detention and Deportation Officer",
        convictions=CONVICTIONS,
        warrants=WARRANTS,
        terrorist_screening_match="refused",
        attorney="Law offices of Inventado, Ejemplo and Partners, 203-555-0100",
        acts=[{"kind": "detain", "happened_at": town.at - timedelta(minutes=50)}],
    )
    later = town.at + timedelta(seconds=1)
    head = town.people["head"]
    factories.determine(
        ask=factories.ask_of(town.rich, AskKind.HOLD),
        by=head,
        reason="No warrant is signed by a judge.\n" + "Nothing else fits. " * 12,
        at=later,
    )
    approved = factories.override(
        ask=factories.ask_of(town.rich, AskKind.NOTIFY_RELEASE), head=head, at=later
    )
    if approved.is_override:
        factories.countersign(
            determination=approved, by=town.people["second"], at=later
        )
    kinds = ("detain", "notify_release", "interview", "provide_facility")
    for kind in kinds:
        factories.record_act(
            ice_request=town.rich,
            kind=kind,
            happened_at=town.at + timedelta(seconds=2),
            at=town.at + timedelta(seconds=3),
            staff_minutes=95,
            cost_cents=123_450,
            done_by="Booking desk, second watch",
        )
    factories.serve_notice(ice_request=town.rich, at=town.at + timedelta(seconds=3))
    town.rich_notice = (
        town.rich.notices.owed().filter(kind="notification_copy_attorney").first()
    )
    factories.try_notice(
        notice=town.rich_notice,
        by=town.people["clerk"],
        reader="attorney",
        at=town.at + timedelta(seconds=4),
    )


def _override_waiting(town) -> None:
    town.waiting = _file(town, asks=[AskKind.HOLD], family_names="Solo", given_names="")
    town.override = factories.override(
        ask=factories.ask_of(town.waiting),
        head=town.people["head"],
        at=town.at + timedelta(seconds=1),
    )


def _reviewable(town) -> None:
    """Decided, then done all the same: the head may mark it as reviewed."""
    town.reviewable = _file(town)
    factories.determine(
        ask=factories.ask_of(town.reviewable),
        by=town.people["supervisor"],
        at=town.at + timedelta(seconds=1),
    )
    factories.record_act(
        ice_request=town.reviewable,
        happened_at=town.at + timedelta(seconds=2),
        at=town.at + timedelta(seconds=3),
    )
    town.decided_ask = factories.ask_of(town.reviewable)


def _others(town) -> None:
    town.plain = _file(town, family_names="Ejemplo")
    town.permitted = _file(
        town,
        family_names="de los Ángeles Ruiz-Cabañas Inventado",
        warrants=[factories.judicial_warrant()],
    )
    town.unknowing = _file(
        town,
        convictions="unknown",
        warrants="unknown",
        date_of_birth_answer="unknown",
        date_of_birth="",
        is_minor="unknown",
    )
    town.unasked = _file(
        town,
        **factories.unasked(),
        acts=[
            {
                "kind": "share_information",
                "information": ["home_address"],
                "happened_at": town.at - timedelta(hours=2),
            }
        ],
    )
    town.notice = town.plain.notices.owed().first()
    town.plain_intent = town.plain.notices.get(kind="intent")
    administrator = town.people["administrator"]
    factories.add_legal_help(agency=town.agency, by=administrator, at=town.at)
    factories.review_translation(agency=town.agency, by=administrator, at=town.at)


def _asked_and_returned(town) -> None:
    """A question that waits, a request returned, one reopened and corrected."""
    who, later = town.people, town.at + timedelta(seconds=1)
    town.question = factories.ask_filer(
        ice_request=town.unknowing, by=who["second"], at=later
    )
    town.returned = _file(town, family_names="Devuelta")
    town.reopened = _file(town, family_names="Reabierta")
    ask = factories.ask_of(town.reopened)
    denial = factories.determine(ask=ask, by=who["second"], at=later)
    review.reopen(
        determination=denial,
        reason="The judgment of the Superior Court came to light after the decision.",
        standing=factories.standing_of(who["supervisor"], on=town.at.date()),
        at=town.at + timedelta(seconds=2),
    )
    for step, values in (
        ("basis", {"terrorist_screening_match": "unknown", "ice_subpoena": "yes"}),
        ("person", {"family_names": "Reabierta Otra", "language": "Kʼicheʼ"}),
    ):
        town.reopened.refresh_from_db()
        factories.intake.correct(
            ice_request=town.reopened,
            step=step,
            values=values,
            rows=None,
            rev=town.reopened.rev,
            reason="Read the booking sheet again.",
            by=who["clerk"],
            role=Role.CLERK,
            at=town.at + timedelta(seconds=3),
        )
    town.reopened_ask = ask
    town.return_question = review.return_for_correction(
        ice_request=town.returned,
        code="convictions",
        text="The judgment says class B, the record says class D. Which is it?\n"
        "The court's copy is in the file of the booking desk.",
        due_at=town.at + timedelta(hours=3),
        standing=factories.standing_of(who["supervisor"], on=town.at.date()),
        at=later,
    )
    town.returned_ask = factories.ask_of(town.returned)


def _unlike(town) -> None:
    """Like asks decided unlike, for a period and for persons named; one released."""
    rows = [_file(town, convictions=[factories.conviction()]) for _ in range(3)]
    later = town.at + timedelta(seconds=1)
    supervisor = town.people["supervisor"]
    for number, row in enumerate(rows):
        approval = {
            "decision": "approve",
            "reason_code": "class_a_b",
            "acts_from": later,
            "expires_at": later + timedelta(hours=24),
            "named": ("Sela Probe", "Rafa Tercero"),
        }
        said = approval if number else {"reason_code": "policy"}
        factories.determine(ask=factories.ask_of(row), by=supervisor, at=later, **said)
    town.approved = rows[1]
    town.approved_ask = factories.ask_of(rows[1])
    for to_whom in ("court", "community"):
        factories.record_release(
            ice_request=rows[2], to_whom=to_whom, at=town.at + timedelta(minutes=1)
        )
    town.released = rows[2]


def _rulings(town) -> None:
    first, second = (
        town.people["administrator"],
        town.people["other_administrator"],
    )
    sections = [row.section for row in review.current_statute().offences]
    for section, by in ((sections[0], first), (sections[1], second)):
        ruling = review.propose_ruling(
            section=section,
            status="confirmed",
            citation="P.A. 25-29, sec. 1 (invented)",
            effective_from=town.at.date(),
            by=by,
            at=town.at,
        )
    review.rule(ruling=ruling, by=first, at=town.at)
    review.propose_ruling(
        section=sections[2],
        status="struck",
        citation="P.A. 25-29, sec. 1 (invented)",
        effective_from=town.at.date(),
        by=second,
        at=town.at,
    )
    town.section = sections[3]
