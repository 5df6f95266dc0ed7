"""Who has a request: claimed once, put back, given, put off, handed over, freed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from requests_app.accounts import services as accounts
from requests_app.accounts import staffing
from requests_app.accounts.models import Role
from requests_app.ledger.models import Entry
from requests_app.outbox.models import Job
from requests_app.review.models import Assignment, Deferral, Message
from requests_app.review.services import handling
from tests import factories
from tests.factories import NOON, standing_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk():
    """An agency with two supervisors, a head, and one request nobody has."""
    agency = factories.make_agency()
    clerk = factories.make_clerk(agency)
    return {
        "agency": agency,
        "clerk": clerk,
        "one": factories.make_supervisor(agency, first_name="Una", last_name="First"),
        "two": factories.make_supervisor(agency, first_name="Duo", last_name="Second"),
        "head": factories.make_head(agency),
        "request": factories.file_request(agency=agency, clerk=clerk),
    }


def assignment_of(ice_request):
    return Assignment.objects.open().get(ice_request=ice_request)


def claim(desk, who):
    return handling.claim(
        ice_request=desk["request"], standing=standing_of(desk[who]), at=NOON
    )


def events(ice_request):
    found = Entry.objects.about(ice_request.public_id).order_by("seq")
    return [entry.event for entry in found]


def away(desk, who, cover, *, days=3):
    return staffing.enter_absence(
        agency=desk["agency"],
        user=desk[who],
        cover=desk[cover],
        effective_from=NOON.date(),
        effective_until=NOON.date() + days * DAY,
        by=desk[who],
        at=NOON,
    )


# Claim


def test_claims_what_nobody_has(desk):
    claim(desk, "one")

    found = assignment_of(desk["request"])
    assert (found.assigned_to, found.assigned_since) == (desk["one"], NOON)
    assert events(desk["request"])[-1] == "request.claimed"


def test_tells_the_second_claimer_who_has_it(desk):
    claim(desk, "one")

    with pytest.raises(handling.AlreadyClaimed) as refusal:
        claim(desk, "two")

    assert refusal.value.holder == desk["one"]
    assert assignment_of(desk["request"]).assigned_to == desk["one"]


def test_changes_nothing_when_claimed_again(desk):
    claim(desk, "one")

    claim(desk, "one")

    assert events(desk["request"]).count("request.claimed") == 1


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMINISTRATOR])
def test_lets_nobody_claim_who_does_not_decide(desk, role):
    person = factories.make_person(role, desk["agency"])

    with pytest.raises(handling.NotYourWork):
        handling.claim(
            ice_request=desk["request"], standing=standing_of(person), at=NOON
        )


def test_refuses_whoever_filed_it(desk):
    ice_request = factories.file_request(
        agency=desk["agency"], clerk=desk["head"], role=Role.HEAD
    )

    with pytest.raises(handling.NotYourWork, match="filed"):
        handling.claim(
            ice_request=ice_request, standing=standing_of(desk["head"]), at=NOON
        )


def test_refuses_whoever_last_corrected_it(desk):
    type(desk["request"]).objects.filter(pk=desk["request"].pk).update(
        corrected_by=desk["one"]
    )

    with pytest.raises(handling.NotYourWork, match="corrected"):
        claim(desk, "one")


def test_keeps_the_queue_of_the_head_for_the_head(desk):
    ice_request = factories.file_request(
        agency=desk["agency"], clerk=desk["clerk"], asks=("notify_release",)
    )
    assert assignment_of(ice_request).queue == "head"

    with pytest.raises(handling.NotYourWork, match="head"):
        handling.claim(
            ice_request=ice_request, standing=standing_of(desk["one"]), at=NOON
        )


def test_refuses_as_second_person_whoever_proposed(desk):
    factories.override(ask=factories.ask_of(desk["request"]), head=desk["head"])

    with pytest.raises(handling.NotYourWork, match="second person"):
        claim(desk, "head")


def test_lets_the_cover_claim_from_somebody_away(desk):
    claim(desk, "one")
    away(desk, "one", "two")

    claim(desk, "two")

    assert assignment_of(desk["request"]).assigned_to == desk["two"]


# Back to the pool


def test_puts_back_what_one_has(desk):
    claim(desk, "one")

    handling.release(
        ice_request=desk["request"], standing=standing_of(desk["one"]), at=NOON
    )

    found = assignment_of(desk["request"])
    assert (found.assigned_to, found.assigned_since) == (None, None)
    assert events(desk["request"])[-1] == "request.unclaimed"


def test_lets_nobody_but_the_head_put_back_a_colleague_s(desk):
    claim(desk, "one")

    with pytest.raises(handling.NotYourWork, match="Una First"):
        handling.release(
            ice_request=desk["request"], standing=standing_of(desk["two"]), at=NOON
        )

    handling.release(
        ice_request=desk["request"], standing=standing_of(desk["head"]), at=NOON
    )
    assert assignment_of(desk["request"]).assigned_to is None


# Given


def give(desk, to, by="head"):
    return handling.give(
        ice_request=desk["request"],
        to=desk[to],
        standing=standing_of(desk[by]),
        at=NOON,
    )


def test_gives_to_a_colleague_and_tells_him(desk):
    give(desk, "two")

    assert assignment_of(desk["request"]).assigned_to == desk["two"]
    assert [one.kind for one in Message.objects.filter(user=desk["two"])] == [
        "assigned"
    ]


def test_gives_to_nobody_who_does_not_decide(desk):
    with pytest.raises(handling.NotYourWork):
        give(desk, "clerk")


def test_names_the_cover_instead_of_giving_to_somebody_away(desk):
    away(desk, "two", "one")

    with pytest.raises(handling.Away, match="Mar 13, 2026.*Una First, who covers"):
        give(desk, "two")

    assert assignment_of(desk["request"]).assigned_to is None


def test_gives_again_after_the_absence_has_ended(desk):
    absence = away(desk, "two", "one")
    staffing.end_absence(absence=absence, by=desk["two"], at=NOON)

    give(desk, "two")

    assert assignment_of(desk["request"]).assigned_to == desk["two"]


# Put off


def defer(desk, until, by="one"):
    return handling.defer(
        ice_request=desk["request"],
        until=until,
        code="court_date",
        note="Invented words of a note",
        standing=standing_of(desk[by]),
        at=NOON,
    )


def test_is_put_off_and_returns_by_itself(desk):
    defer(desk, NOON + DAY)

    rows = Assignment.objects.open().filter(ice_request=desk["request"])
    assert not rows.not_deferred(NOON).exists()
    assert rows.deferred(NOON).exists()
    assert rows.not_deferred(NOON + DAY).exists()
    assert Deferral.objects.get().note == "Invented words of a note"
    entry = Entry.objects.get(event="request.deferred")
    assert "Invented" not in entry.body


@pytest.mark.parametrize("until", [NOON, NOON - DAY, NOON + 93 * DAY])
def test_is_not_put_off_to_the_past_or_for_ever(desk, until):
    with pytest.raises(handling.NotThatDay):
        defer(desk, until)


def test_resumes_before_the_day(desk):
    defer(desk, NOON + DAY)

    handling.resume(
        ice_request=desk["request"], standing=standing_of(desk["one"]), at=NOON
    )

    assert assignment_of(desk["request"]).deferred_until is None


# Handed over, and left behind


def test_hands_over_everything_and_puts_back_what_the_other_may_not_decide(desk):
    claim(desk, "one")
    own = factories.file_request(
        agency=desk["agency"], clerk=desk["two"], role=Role.CLERK
    )
    handling.claim(ice_request=own, standing=standing_of(desk["one"]), at=NOON)

    counts = handling.hand_over(
        agency=desk["agency"],
        person=desk["one"],
        to=desk["two"],
        standing=standing_of(desk["one"]),
        at=NOON,
    )

    assert counts == (1, 1)
    assert assignment_of(desk["request"]).assigned_to == desk["two"]
    assert assignment_of(own).assigned_to is None


def test_lets_only_the_head_hand_over_what_another_has(desk):
    with pytest.raises(handling.NotYourWork):
        handling.hand_over(
            agency=desk["agency"],
            person=desk["one"],
            to=desk["two"],
            standing=standing_of(desk["two"]),
            at=NOON,
        )


def end_role(desk, who):
    administrator = factories.make_administrator(desk["agency"])
    accounts.end(
        appointment=desk[who].appointments.get(),
        on=NOON.date(),
        by=administrator,
        at=NOON,
    )


def test_leaves_nothing_with_somebody_who_has_left(desk):
    claim(desk, "one")

    end_role(desk, "one")

    rows = Assignment.objects.open().filter(ice_request=desk["request"])
    assert rows.unassigned(NOON.date()).exists()
    assert Job.objects.filter(
        kind="assignment.freed", subject=desk["one"].public_id
    ).exists()

    assert handling.free_left(at=NOON) == 1
    assert handling.free_left(at=NOON) == 0
    assert assignment_of(desk["request"]).assigned_to is None
    assert events(desk["request"])[-1] == "request.unclaimed"


def test_lets_a_colleague_claim_before_the_job_has_run(desk):
    claim(desk, "one")
    end_role(desk, "one")

    claim(desk, "two")

    assert assignment_of(desk["request"]).assigned_to == desk["two"]


def test_frees_when_the_appointment_reaches_its_end(desk):
    leaving = factories.make_user()
    factories.appoint(
        leaving,
        Role.SUPERVISOR,
        desk["agency"],
        effective_until=date(2026, 3, 12),
    )
    handling.claim(ice_request=desk["request"], standing=standing_of(leaving), at=NOON)

    assert handling.free_left(at=NOON + DAY) == 0
    assert handling.free_left(at=NOON + 2 * DAY) == 1


# Two at once


@pytest.mark.django_db(transaction=True)
def test_lets_exactly_one_of_several_claim_at_the_same_moment():
    agency = factories.make_agency()
    people = [factories.make_supervisor(agency) for _ in range(6)]
    ice_request = factories.file_request(
        agency=agency, clerk=factories.make_clerk(agency)
    )
    start = Barrier(len(people))

    def attempt(person):
        try:
            standing = standing_of(person)
            start.wait(timeout=10)
            with transaction.atomic():
                handling.claim(ice_request=ice_request, standing=standing, at=NOON)
            return "claimed"
        except handling.AlreadyClaimed as refusal:
            return refusal.holder.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(attempt, people))

    holder = assignment_of(ice_request).assigned_to_id
    assert answers.count("claimed") == 1
    assert [one for one in answers if one != "claimed"] == [holder] * 5
    assert Entry.objects.filter(event="request.claimed").count() == 1
