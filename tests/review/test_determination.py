"""Who may determine an ask, on what, and what the database holds of it."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from requests_app.accounts.models import Role
from requests_app.docket.moments import ZONE
from requests_app.intake import services as intake
from requests_app.ledger.models import Entry
from requests_app.review import services as review
from requests_app.review.models import Determination
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def agency():
    return factories.make_agency()


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency)


@pytest.fixture
def head(agency):
    return factories.make_head(agency)


def permitted(agency, clerk, **more):
    """A hold that a class B felony conviction permits."""
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        convictions=[factories.conviction(felony_class="B")],
        **more,
    )
    return factories.ask_of(ice_request, "hold")


def forbidden(agency, clerk, **more):
    """A hold that no exception permits."""
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], **more
    )
    return factories.ask_of(ice_request, "hold")


def undetermined(agency, clerk, **more):
    """A hold of a person whose record nobody has looked up."""
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions="unknown", **more
    )
    return factories.ask_of(ice_request, "hold")


def release_notification(agency, clerk, **more):
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, asks=["notify_release"], **more
    )
    return factories.ask_of(ice_request, "notify_release")


def nothing_is_decided(ask):
    return not Determination.objects.filter(ask=ask).exists()


# Who decides


def test_lets_a_supervisor_approve_what_is_permitted(agency, clerk, supervisor):
    ask = permitted(agency, clerk)

    determination = factories.determine(
        ask=ask, by=supervisor, decision="approve", reason_code="class_a_b"
    )

    assert (determination.against, determination.is_override) == ("compliant", False)
    assert determination.effective_at == NOON
    assert (determination.decided_by, determination.decided_as) == (
        supervisor,
        Role.SUPERVISOR,
    )
    assert determination.filed_by == clerk
    ask.ice_request.refresh_from_db()
    assert ask.ice_request.status == "determined"


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_refuses_the_filing_clerk_who_is_a_supervisor_too(agency, clerk, decision):
    factories.appoint(clerk, Role.SUPERVISOR, agency)
    ask = permitted(agency, clerk)

    with pytest.raises(review.FilerCannotDecide):
        factories.determine(ask=ask, by=clerk, decision=decision)

    assert nothing_is_decided(ask)


def test_refuses_the_head_of_agency_who_filed(agency, head):
    ask = permitted(agency, head, role=Role.HEAD)

    with pytest.raises(review.FilerCannotDecide):
        factories.determine(ask=ask, by=head)

    assert nothing_is_decided(ask)


@pytest.mark.parametrize(
    "role", ["clerk", "administrator", "auditor", "records_officer"]
)
def test_refuses_a_role_that_does_not_decide(agency, clerk, role):
    ask = permitted(agency, clerk)
    somebody = factories.make_person(role, agency)

    with pytest.raises(review.NotYourDecision):
        factories.determine(ask=ask, by=somebody)

    assert nothing_is_decided(ask)


def test_refuses_a_supervisor_of_another_agency(agency, clerk):
    ask = permitted(agency, clerk)
    stranger = factories.make_supervisor(factories.make_agency())

    with pytest.raises(review.NotYourDecision):
        factories.determine(ask=ask, by=stranger)

    assert nothing_is_decided(ask)


def test_refuses_a_supervisor_whose_role_has_ended(agency, clerk):
    ask = permitted(agency, clerk)
    former = factories.make_user()
    factories.appoint(former, Role.SUPERVISOR, agency, effective_until=NOON.date())

    with pytest.raises(review.NotYourDecision):
        factories.determine(ask=ask, by=former)

    assert nothing_is_decided(ask)


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_refuses_a_release_notification_to_a_supervisor(
    agency, clerk, supervisor, decision
):
    ask = release_notification(agency, clerk)

    with pytest.raises(review.OnlyTheHead):
        factories.determine(ask=ask, by=supervisor, decision=decision)

    assert nothing_is_decided(ask)


def test_lets_the_head_decide_a_release_notification(agency, clerk, head):
    ask = release_notification(agency, clerk)

    determination = factories.determine(ask=ask, by=head, decision="deny")

    assert determination.decided_as == Role.HEAD


@pytest.mark.parametrize("kind", ["school_police", "bail_commissioner"])
def test_leaves_a_release_notification_to_those_whom_c_does_not_bind(kind):
    agency = factories.make_agency(kind=kind)
    ask = release_notification(agency, factories.make_clerk(agency))

    determination = factories.determine(
        ask=ask, by=factories.make_supervisor(agency), decision="deny"
    )

    assert determination.decided_as == Role.SUPERVISOR


def test_leaves_a_release_notification_of_2018_to_a_supervisor(
    agency, clerk, supervisor
):
    at = datetime(2018, 6, 5, 12, 0, tzinfo=ZONE)
    ask = release_notification(agency, clerk, at=at)

    determination = factories.determine(ask=ask, by=supervisor, decision="deny", at=at)

    assert determination.decided_as == Role.SUPERVISOR


def test_leaves_a_release_notification_to_a_supervisor_that_the_head_filed(
    agency, head, supervisor
):
    ask = release_notification(agency, head, role=Role.HEAD)

    determination = factories.determine(ask=ask, by=supervisor, decision="deny")

    assert determination.decided_as == Role.SUPERVISOR


def corrected_by(ask, user):
    """The facts corrected by somebody, to what they were."""
    intake.correct(
        ice_request=ask.ice_request,
        step="custody",
        values={"under_control": "yes"},
        rows=None,
        rev=1,
        reason="Read the booking sheet again.",
        by=user,
        role=Role.SUPERVISOR,
        at=NOON,
    )
    return factories.ask_of(ask.ice_request, ask.kind)


def test_refuses_the_one_who_last_corrected_the_facts(agency, clerk, supervisor):
    ask = corrected_by(permitted(agency, clerk), supervisor)

    with pytest.raises(review.FilerCannotDecide):
        factories.determine(ask=ask, by=supervisor, decision="deny")

    assert nothing_is_decided(ask)


def test_refuses_the_one_who_last_corrected_the_facts_as_second_person(
    agency, clerk, head, supervisor
):
    ask = corrected_by(forbidden(agency, clerk), supervisor)
    proposed = factories.override(ask=ask, head=head)

    with pytest.raises(review.SamePerson):
        factories.countersign(determination=proposed, by=supervisor)

    proposed.refresh_from_db()
    assert proposed.effective_at is None


def test_has_the_database_refuse_the_one_who_last_corrected_the_facts(
    agency, clerk, supervisor
):
    ask = corrected_by(forbidden(agency, clerk), supervisor)

    with pytest.raises(DatabaseError, match="corrected the facts"):
        write(row_of(ask, by=supervisor))


def test_refuses_an_approval_for_a_reason_the_facts_do_not_show(
    agency, clerk, supervisor
):
    ask = undetermined(agency, clerk)

    with pytest.raises(review.ReasonNotBorneOut):
        factories.determine(
            ask=ask,
            by=supervisor,
            decision="approve",
            reason_code="class_a_b",
            authority="An invented opinion",
        )

    assert nothing_is_decided(ask)


# Against a finding


def test_refuses_a_supervisor_against_a_violation(agency, clerk, supervisor):
    ask = forbidden(agency, clerk)

    with pytest.raises(review.OnlyTheHead):
        factories.determine(
            ask=ask,
            by=supervisor,
            decision="approve",
            authority="An invented opinion",
        )

    assert nothing_is_decided(ask)


@pytest.mark.parametrize("authority", ["", "   "])
def test_refuses_the_head_against_a_violation_without_authority(
    agency, clerk, head, authority
):
    ask = forbidden(agency, clerk)

    with pytest.raises(review.AuthorityMissing):
        factories.determine(ask=ask, by=head, decision="approve", authority=authority)

    assert nothing_is_decided(ask)


@pytest.mark.parametrize("authority", ["", "   "])
@pytest.mark.parametrize("role", ["supervisor", "head"])
def test_refuses_approval_against_an_undetermined_without_authority(
    agency, clerk, role, authority
):
    ask = undetermined(agency, clerk)
    decider = factories.make_person(role, agency)

    with pytest.raises(review.AuthorityMissing):
        factories.determine(
            ask=ask, by=decider, decision="approve", authority=authority
        )

    assert nothing_is_decided(ask)


def test_lets_a_supervisor_approve_an_undetermined_with_authority(
    agency, clerk, supervisor
):
    ask = undetermined(agency, clerk)

    determination = factories.determine(
        ask=ask,
        by=supervisor,
        decision="approve",
        authority="An invented opinion",
    )

    assert (determination.against, determination.is_override) == (
        "undetermined",
        False,
    )
    assert determination.effective_at == NOON


@pytest.mark.parametrize("make", [forbidden, undetermined, permitted])
def test_lets_a_supervisor_deny_whatever_the_finding(agency, clerk, supervisor, make):
    ask = make(agency, clerk)

    determination = factories.determine(ask=ask, by=supervisor, decision="deny")

    assert (determination.decision, determination.is_override) == ("deny", False)
    assert determination.effective_at == NOON


def test_does_not_weigh_duties_to_come_against_the_ask(agency, clerk, head):
    ask = release_notification(
        agency, clerk, convictions=[factories.conviction(felony_class="A")]
    )

    determination = factories.determine(
        ask=ask, by=head, decision="approve", reason_code="class_a_b"
    )

    assert determination.against == "compliant"


# The override


def test_holds_an_override_until_a_second_person_confirms(agency, clerk, head):
    ask = forbidden(agency, clerk)

    determination = factories.override(ask=ask, head=head)

    assert (determination.is_override, determination.against) == (True, "violation")
    assert determination.effective_at is None
    ask.ice_request.refresh_from_db()
    assert ask.ice_request.status == "awaiting_second"
    assignment = ask.ice_request.assignments.open().get()
    assert (assignment.queue, assignment.rule) == ("second_person", "override_waits")


def test_takes_effect_when_the_second_person_confirms(agency, clerk, head, supervisor):
    ask = forbidden(agency, clerk)
    proposed = factories.override(ask=ask, head=head, at=NOON)

    confirmed = factories.countersign(
        determination=proposed, by=supervisor, confirms=True, at=LATER
    )

    assert (confirmed.effective_at, confirmed.second_at) == (LATER, LATER)
    assert confirmed.second_by == supervisor
    ask.ice_request.refresh_from_db()
    assert ask.ice_request.status == "determined"


def test_opens_the_ask_again_when_the_second_person_refuses(
    agency, clerk, head, supervisor
):
    ask = forbidden(agency, clerk)
    proposed = factories.override(ask=ask, head=head)

    refused = factories.countersign(
        determination=proposed, by=supervisor, confirms=False, at=LATER
    )

    assert (refused.effective_at, refused.ended_at) == (None, LATER)
    assert refused.second_by == supervisor
    ask.ice_request.refresh_from_db()
    assert ask.ice_request.status == "awaiting"


def test_lets_the_ask_be_decided_again_after_a_refused_override(
    agency, clerk, head, supervisor
):
    ask = forbidden(agency, clerk)
    proposed = factories.override(ask=ask, head=head)
    factories.countersign(determination=proposed, by=supervisor, confirms=False)

    denied = factories.determine(ask=ask, by=supervisor, decision="deny", at=LATER)

    assert denied.effective_at == LATER
    assert ask.determinations.count() == 2


def test_refuses_the_decider_as_second_person(agency, clerk, head):
    proposed = factories.override(ask=forbidden(agency, clerk), head=head)

    with pytest.raises(review.SamePerson):
        factories.countersign(determination=proposed, by=head)

    proposed.refresh_from_db()
    assert proposed.effective_at is None


def test_refuses_the_filer_as_second_person(agency, head):
    filer = factories.make_supervisor(agency)
    proposed = factories.override(
        ask=forbidden(agency, filer, role=Role.SUPERVISOR), head=head
    )

    with pytest.raises(review.SamePerson):
        factories.countersign(determination=proposed, by=filer)

    proposed.refresh_from_db()
    assert proposed.effective_at is None


@pytest.mark.parametrize(
    "role", ["clerk", "administrator", "auditor", "records_officer"]
)
def test_refuses_a_second_person_whose_role_does_not_decide(agency, clerk, head, role):
    proposed = factories.override(ask=forbidden(agency, clerk), head=head)

    with pytest.raises(review.NotYourDecision):
        factories.countersign(
            determination=proposed, by=factories.make_person(role, agency)
        )


def test_refuses_a_second_person_of_another_agency(agency, clerk, head):
    proposed = factories.override(ask=forbidden(agency, clerk), head=head)
    stranger = factories.make_supervisor(factories.make_agency())

    with pytest.raises(review.NotYourDecision):
        factories.countersign(determination=proposed, by=stranger)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_refuses_to_countersign_twice(agency, clerk, head, supervisor, first, second):
    proposed = factories.override(ask=forbidden(agency, clerk), head=head)
    factories.countersign(determination=proposed, by=supervisor, confirms=first)
    late = factories.make_supervisor(agency)

    with pytest.raises(review.AlreadyDetermined):
        factories.countersign(determination=proposed, by=late, confirms=second)

    proposed.refresh_from_db()
    assert proposed.second_by == supervisor


def test_marks_an_act_done_while_an_override_waits(agency, clerk, head):
    ask = forbidden(agency, clerk)
    factories.override(ask=ask, head=head, at=NOON - timedelta(minutes=45))

    act = factories.record_act(
        ice_request=ask.ice_request,
        kind="detain",
        happened_at=NOON - timedelta(minutes=30),
    )

    assert [row.kind for row in act.mismatches.all()] == ["done_before_decision"]


def test_writes_the_override_into_the_history_with_what_it_departs_from(
    agency, clerk, head, supervisor
):
    ask = forbidden(agency, clerk)
    proposed = factories.override(ask=ask, head=head)
    factories.countersign(determination=proposed, by=supervisor)

    entries = Entry.objects.about(ask.ice_request.public_id)
    asked = entries.get(event="override.proposed")
    assert '"citations":["54-192h(b)(1)(A)"]' in asked.body
    assert (asked.actor, asked.role) == (head.public_id, "head")
    answered = entries.get(event="override.confirmed")
    assert (answered.actor, answered.role) == (supervisor.public_id, "supervisor")


# What was on the page


def test_refuses_a_second_determination_while_one_stands(agency, clerk, supervisor):
    ask = permitted(agency, clerk)
    first = factories.determine(ask=ask, by=supervisor, decision="deny")

    with pytest.raises(review.AlreadyDetermined) as refusal:
        factories.determine(
            ask=ask, by=factories.make_supervisor(agency), decision="approve"
        )

    assert refusal.value.determination == first


def test_refuses_a_determination_on_an_older_screening(agency, clerk, supervisor):
    ask = forbidden(agency, clerk)
    seen = ask.screenings.get().public_id
    ask.ice_request.legal_basis.terrorist_screening_match = "yes"
    ask.ice_request.legal_basis.save()
    review.screen(
        ice_request=ask.ice_request, cause="corrected", by=clerk, role="clerk", at=LATER
    )

    with pytest.raises(review.FindingsChanged):
        factories.determine(ask=ask, by=supervisor, screening=seen, at=LATER)

    assert nothing_is_decided(ask)


def test_refuses_a_determination_on_the_screening_of_another_ask(
    agency, clerk, supervisor
):
    ask = forbidden(agency, clerk)
    other = permitted(agency, clerk).screenings.get().public_id

    with pytest.raises(review.FindingsChanged):
        factories.determine(ask=ask, by=supervisor, screening=other)

    assert nothing_is_decided(ask)


EVE = datetime(2025, 9, 30, 18, 0, tzinfo=ZONE)
MORNING = datetime(2025, 10, 1, 8, 0, tzinfo=ZONE)


def test_stops_when_another_version_of_the_law_is_in_force_by_now(
    agency, clerk, supervisor
):
    ask = permitted(agency, clerk, at=EVE)

    with pytest.raises(review.FindingsChanged):
        factories.determine(ask=ask, by=supervisor, decision="approve", at=MORNING)

    assert nothing_is_decided(ask)
    newest = ask.screenings.order_by("-id").first()
    assert (newest.law_version, newest.cause) == ("2025", "law_changed")


def test_decides_on_the_screening_of_the_new_version_of_the_law(
    agency, clerk, supervisor
):
    ask = permitted(agency, clerk, at=EVE)
    with pytest.raises(review.FindingsChanged):
        factories.determine(ask=ask, by=supervisor, decision="approve", at=MORNING)

    determination = factories.determine(
        ask=ask, by=supervisor, decision="approve", at=MORNING
    )

    assert determination.screening.law_version == "2025"


def test_stops_when_a_ruling_has_changed_the_findings(agency, clerk, supervisor):
    ice_request = factories.file_request(
        agency=agency,
        clerk=clerk,
        asks=["hold"],
        convictions=[
            factories.conviction(
                section="53a-64bb", felony_class="D", offense_date=date(2020, 5, 1)
            )
        ],
    )
    ask = factories.ask_of(ice_request, "hold")
    proposal = review.propose_ruling(
        section="53a-64bb",
        status="struck",
        citation="P.A. 25-29, sec. 1",
        effective_from=date(2025, 10, 1),
        by=factories.make_administrator(agency),
        at=NOON,
    )
    review.rule(ruling=proposal, by=factories.make_administrator(agency), at=NOON)

    with pytest.raises(review.FindingsChanged):
        factories.determine(
            ask=ask,
            by=supervisor,
            decision="approve",
            authority="An invented opinion",
            at=LATER,
        )

    assert nothing_is_decided(ask)
    newest = ask.screenings.order_by("-id").first()
    assert [row.result for row in newest.findings.all()] == ["violation"]


def test_stands_on_the_same_findings_the_day_after(agency, clerk, supervisor):
    ask = permitted(agency, clerk, at=NOON)

    determination = factories.determine(
        ask=ask, by=supervisor, decision="approve", at=NOON + timedelta(days=1)
    )

    assert determination.screening == ask.screenings.get()


# What the database holds by itself


def row_of(ask, *, by, **changes):
    """The columns of a determination as somebody might write them by hand."""
    return {
        "ice_request": ask.ice_request,
        "ask": ask,
        "screening": ask.screenings.order_by("-id").first(),
        "decision": "deny",
        "reason_code": "no_exception",
        "reason": "None applies.",
        "authority": "",
        "against": "violation",
        "is_override": False,
        "filed_by": ask.ice_request.filed_by,
        "decided_by": by,
        "decided_as": "supervisor",
        "decided_at": NOON,
        "effective_at": NOON,
        **changes,
    }


def write(columns):
    with transaction.atomic():
        Determination.objects.bulk_create([Determination(**columns)])


def test_accepts_a_true_row(agency, clerk, supervisor):
    ask = forbidden(agency, clerk)

    write(row_of(ask, by=supervisor))

    assert ask.determinations.get().decision == "deny"


def test_has_the_database_refuse_the_filer(agency, clerk):
    factories.appoint(clerk, Role.SUPERVISOR, agency)

    with pytest.raises(IntegrityError, match="not_by_the_filer"):
        write(row_of(forbidden(agency, clerk), by=clerk))


def test_has_the_database_refuse_a_filer_named_falsely(agency, clerk):
    factories.appoint(clerk, Role.SUPERVISOR, agency)
    other = factories.make_clerk(agency)

    with pytest.raises(DatabaseError, match="names its filer"):
        write(row_of(forbidden(agency, clerk), by=clerk, filed_by=other))


@pytest.mark.parametrize("decided_as", ["clerk", "supervisor", "head"])
def test_has_the_database_refuse_a_clerk(agency, clerk, decided_as):
    other = factories.make_clerk(agency)

    with pytest.raises(DatabaseError, match="role held that day"):
        write(row_of(forbidden(agency, clerk), by=other, decided_as=decided_as))


def test_has_the_database_refuse_a_supervisor_of_another_agency(agency, clerk):
    stranger = factories.make_supervisor(factories.make_agency())

    with pytest.raises(DatabaseError, match="role held that day"):
        write(row_of(forbidden(agency, clerk), by=stranger))


def test_has_the_database_refuse_a_release_notification_to_a_supervisor(
    agency, clerk, supervisor
):
    with pytest.raises(DatabaseError):
        write(row_of(release_notification(agency, clerk), by=supervisor))


def test_has_the_database_refuse_a_supervisor_against_a_violation(
    agency, clerk, supervisor
):
    with pytest.raises(IntegrityError, match="override_by_the_head"):
        write(
            row_of(
                forbidden(agency, clerk),
                by=supervisor,
                decision="approve",
                authority="An invented opinion",
                is_override=True,
                effective_at=None,
                expires_at=NOON + timedelta(days=2),
            )
        )


def test_has_the_database_refuse_an_override_that_is_not_marked(agency, clerk, head):
    with pytest.raises(IntegrityError, match="override_is_marked"):
        write(
            row_of(
                forbidden(agency, clerk),
                by=head,
                decided_as="head",
                decision="approve",
                authority="An invented opinion",
                is_override=False,
            )
        )


@pytest.mark.parametrize("against", ["compliant", "undetermined"])
def test_has_the_database_refuse_a_violation_called_something_else(
    agency, clerk, supervisor, against
):
    with pytest.raises(DatabaseError, match="worst finding"):
        write(
            row_of(
                forbidden(agency, clerk),
                by=supervisor,
                decision="approve",
                authority="An invented opinion",
                against=against,
            )
        )


def test_has_the_database_refuse_a_violation_without_authority(agency, clerk, head):
    with pytest.raises(IntegrityError, match="departure_cites_authority"):
        write(
            row_of(
                forbidden(agency, clerk),
                by=head,
                decided_as="head",
                decision="approve",
                authority="",
                is_override=True,
                effective_at=None,
                expires_at=NOON + timedelta(days=2),
            )
        )


def test_has_the_database_refuse_an_undetermined_without_authority(
    agency, clerk, supervisor
):
    with pytest.raises(IntegrityError, match="departure_cites_authority"):
        write(
            row_of(
                undetermined(agency, clerk),
                by=supervisor,
                decision="approve",
                against="undetermined",
                authority="",
            )
        )


def test_has_the_database_refuse_a_determination_without_a_reason(
    agency, clerk, supervisor
):
    with pytest.raises(IntegrityError, match="has_a_reason"):
        write(row_of(forbidden(agency, clerk), by=supervisor, reason=""))


def test_has_the_database_refuse_the_screening_of_another_ask(
    agency, clerk, supervisor
):
    other = forbidden(agency, clerk).screenings.get()

    with pytest.raises(DatabaseError, match="screening of its ask"):
        write(row_of(forbidden(agency, clerk), by=supervisor, screening=other))


def test_has_the_database_refuse_two_live_determinations(agency, clerk, supervisor):
    ask = forbidden(agency, clerk)
    factories.determine(ask=ask, by=supervisor, decision="deny")

    with pytest.raises(IntegrityError, match="one_live_an_ask"):
        write(row_of(ask, by=supervisor))


def test_has_the_database_refuse_an_override_in_effect_without_a_second(
    agency, clerk, head
):
    with pytest.raises(IntegrityError, match="override_needs_a_second"):
        write(
            row_of(
                forbidden(agency, clerk),
                by=head,
                decided_as="head",
                decision="approve",
                authority="An invented opinion",
                is_override=True,
                effective_at=NOON,
                expires_at=NOON + timedelta(days=2),
            )
        )


def test_has_the_database_refuse_an_override_without_an_end(agency, clerk, head):
    with pytest.raises(DatabaseError, match="says when it ends"):
        write(
            row_of(
                forbidden(agency, clerk),
                by=head,
                decided_as="head",
                decision="approve",
                reason_code="other_authority",
                authority="An invented opinion",
                is_override=True,
                effective_at=None,
            )
        )


def test_has_the_database_refuse_to_confirm_an_override_that_has_ended(
    agency, clerk, head, supervisor
):
    proposed = factories.override(ask=forbidden(agency, clerk), head=head)
    proposed.second_by = supervisor
    proposed.second_at = proposed.effective_at = proposed.expires_at

    with (
        pytest.raises(DatabaseError, match="takes effect before it ends"),
        transaction.atomic(),
    ):
        proposed.save(update_fields=["second_by", "second_at", "effective_at"])


def test_has_the_database_refuse_an_override_born_with_a_clerk_as_second(
    agency, clerk, head
):
    with pytest.raises(DatabaseError):
        write(
            row_of(
                forbidden(agency, clerk),
                by=head,
                decided_as="head",
                decision="approve",
                authority="An invented opinion",
                is_override=True,
                second_by=factories.make_clerk(agency),
                second_at=NOON,
                effective_at=NOON,
            )
        )


def test_has_the_database_refuse_the_decider_as_second(agency, clerk, head):
    proposed = factories.override(ask=forbidden(agency, clerk), head=head)

    with pytest.raises(IntegrityError, match="second_person_differs"):
        change(proposed, second_by_id=head.pk, second_at=NOON, effective_at=NOON)


def test_has_the_database_refuse_the_filer_as_second(agency, head):
    filer = factories.make_supervisor(agency)
    proposed = factories.override(
        ask=forbidden(agency, filer, role=Role.SUPERVISOR), head=head
    )

    with pytest.raises(IntegrityError, match="second_person_differs"):
        change(proposed, second_by_id=filer.pk, second_at=NOON, effective_at=NOON)


def test_has_the_database_refuse_a_clerk_as_second(agency, clerk, head):
    proposed = factories.override(ask=forbidden(agency, clerk), head=head)
    other = factories.make_clerk(agency)

    with pytest.raises(DatabaseError, match="second person"):
        change(proposed, second_by_id=other.pk, second_at=NOON, effective_at=NOON)


def test_has_the_database_refuse_an_override_taking_effect_alone(agency, clerk, head):
    proposed = factories.override(ask=forbidden(agency, clerk), head=head)

    with pytest.raises(IntegrityError, match="override_needs_a_second"):
        change(proposed, effective_at=NOON)


def change(determination, **columns):
    """Update past every service and every model."""
    names = ", ".join(f"{name} = %s" for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE requests_app_determination SET {names} WHERE id = %s",
            [*columns.values(), determination.pk],
        )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("decision", "approve"),
        ("reason_code", "policy"),
        ("reason", "Another one."),
        ("authority", "An invented opinion"),
        ("against", "compliant"),
        ("is_override", True),
        ("decided_as", "head"),
        ("decided_at", LATER),
        ("expires_at", LATER),
        ("effective_at", LATER),
        ("second_at", LATER),
        ("public_id", "another"),
    ],
)
def test_has_the_database_refuse_the_edit_of_a_determination(
    agency, clerk, supervisor, column, value
):
    determination = factories.determine(
        ask=forbidden(agency, clerk), by=supervisor, decision="deny"
    )

    with pytest.raises(DatabaseError):
        change(determination, **{column: value})


@pytest.mark.parametrize("column", ["decided_by_id", "filed_by_id", "second_by_id"])
def test_has_the_database_refuse_another_name_on_a_determination(
    agency, clerk, supervisor, column
):
    determination = factories.determine(
        ask=forbidden(agency, clerk), by=supervisor, decision="deny"
    )
    other = factories.make_supervisor(agency)

    with pytest.raises(DatabaseError):
        change(determination, **{column: other.pk})


def test_has_the_database_keep_a_determination_that_ended(agency, clerk, supervisor):
    determination = factories.determine(
        ask=forbidden(agency, clerk), by=supervisor, decision="deny"
    )
    change(determination, ended_at=LATER)

    with pytest.raises(DatabaseError, match="never edited"):
        change(determination, ended_at=None)


def test_has_the_database_refuse_to_delete_a_determination(agency, clerk, supervisor):
    determination = factories.determine(
        ask=forbidden(agency, clerk), by=supervisor, decision="deny"
    )

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "DELETE FROM requests_app_determination WHERE id = %s", [determination.pk]
        )


@pytest.mark.parametrize(
    ("before", "after"),
    [("determined", "awaiting_second"), ("determined", "recorded")],
)
def test_has_the_database_move_the_status_along_its_table_only(
    agency, clerk, supervisor, before, after
):
    ask = forbidden(agency, clerk)
    factories.determine(ask=ask, by=supervisor, decision="deny")
    ask.ice_request.refresh_from_db()
    assert ask.ice_request.status == before

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE requests_app_icerequest SET status = %s", [after])
