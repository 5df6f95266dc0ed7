"""A clock is told of before it lapses and when it has; nobody decides: it goes up."""

import threading
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from requests_app.accounts import staffing
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Entry
from requests_app.outbox import tasks as outbox
from requests_app.outbox.models import Job
from requests_app.review import services as review
from requests_app.review.models import Alarm, Assignment, Message, Question
from requests_app.review.services import alarms
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

# Received an hour before noon, decided within 24 hours: due at eleven the day after.
DUE = NOON + timedelta(hours=23)
HOUR = timedelta(hours=1)


@pytest.fixture
def agency():
    """Its copies are due much later than its decisions, so that one clock runs."""
    return factories.make_agency(copy_within_hours=24 * 90)


@pytest.fixture
def clerk(agency):
    return factories.make_clerk(agency)


@pytest.fixture
def supervisor(agency):
    return factories.make_supervisor(agency)


@pytest.fixture
def head(agency):
    return factories.make_head(agency)


@pytest.fixture
def ice_request(agency, clerk):
    return factories.file_request(
        agency=agency, clerk=clerk, asks=["hold"], convictions=[factories.conviction()]
    )


def told(person):
    return list(
        Message.objects.filter(user=person)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def steps(ice_request):
    rows = Alarm.objects.filter(ice_request=ice_request).order_by("id")
    return [(row.clock, row.step, row.due_at) for row in rows]


def an_entry(ice_request):
    """An entry, since a watched row changed in the test's transaction."""
    ledger.record(
        event="request.claimed",
        subject=ice_request.public_id,
        at=NOON,
        actor=ice_request.filed_by.public_id,
        agency=ice_request.agency.code,
    )


# Before it lapses


def test_says_nothing_before_its_time(agency, ice_request, supervisor):
    alarms.watch(agency=agency, at=DUE - timedelta(hours=4, seconds=1))

    assert not Alarm.objects.exists()
    assert told(supervisor) == []


def test_warns_those_who_decide_in_the_queue(agency, ice_request, supervisor, head):
    alarms.watch(agency=agency, at=DUE - timedelta(hours=4))

    assert steps(ice_request) == [("decide", "warning", DUE)]
    assert told(supervisor) == ["warning"]
    entry = Entry.objects.get(event="clock.alarmed")
    assert (entry.actor, entry.agency) == ("system", agency.code)
    assert '"clock":"decide"' in entry.body
    assert '"step":"warning"' in entry.body


def test_warns_whoever_has_it_and_nobody_else(agency, ice_request, supervisor):
    other = factories.make_supervisor(agency)
    Assignment.objects.open().update(assigned_to=supervisor, assigned_since=NOON)
    an_entry(ice_request)

    alarms.watch(agency=agency, at=DUE - HOUR)

    assert told(supervisor) == ["warning"]
    assert told(other) == []


def test_warns_the_cover_of_somebody_who_is_away(agency, ice_request, supervisor):
    cover = factories.make_head(agency)
    staffing.enter_absence(
        agency=agency,
        user=supervisor,
        cover=cover,
        effective_from=NOON.date(),
        effective_until=NOON.date() + timedelta(days=5),
        by=supervisor,
        at=NOON,
    )

    alarms.watch(agency=agency, at=DUE - HOUR)

    assert told(cover) == ["warning"]


def test_says_each_thing_once(agency, ice_request, supervisor):
    for minutes in range(10):
        alarms.watch(agency=agency, at=DUE - HOUR + timedelta(minutes=minutes))

    assert told(supervisor) == ["warning"]
    assert Entry.objects.filter(event="clock.alarmed").count() == 1


def test_leaves_another_agency_alone(agency, ice_request, supervisor):
    other = factories.make_agency()

    assert alarms.watch(agency=other, at=DUE + HOUR) == []


# When it has lapsed


def test_passes_an_undecided_request_up_to_the_head(
    agency, ice_request, supervisor, head
):
    alarms.watch(agency=agency, at=DUE)

    assignment = ice_request.assignments.open().get()
    assert (assignment.queue, assignment.rule) == ("head", "escalated")
    assert assignment.inputs["passed_up_from"] == "supervisor"
    assert assignment.due_at == DUE + timedelta(hours=24)
    assert assignment.due_because.startswith("agency policy: ")
    assert told(head) == ["escalated"]
    entry = Entry.objects.get(event="request.escalated")
    assert entry.body == '{"clock":"decide","from":"supervisor","to":"head"}'


def test_tells_the_one_who_had_it(agency, ice_request, supervisor, head):
    Assignment.objects.open().update(assigned_to=supervisor, assigned_since=NOON)
    an_entry(ice_request)

    alarms.watch(agency=agency, at=DUE)

    assert told(supervisor) == ["lapsed"]


def test_tells_head_and_administrators_when_the_head_lets_it_lapse(
    agency, ice_request, head
):
    administrator = factories.make_administrator(agency)
    alarms.watch(agency=agency, at=DUE)

    alarms.watch(agency=agency, at=DUE + timedelta(hours=24))
    alarms.watch(agency=agency, at=DUE + timedelta(hours=48))

    assert told(head) == ["escalated", "lapsed"]
    assert told(administrator) == ["lapsed"]
    assert ice_request.assignments.count() == 2
    assert Entry.objects.filter(event="request.escalated").count() == 1


def test_leaves_it_where_it_is_when_no_head_may_decide(agency, supervisor):
    administrator = factories.make_administrator(agency)
    only_head = factories.make_head(agency)
    ice_request = factories.file_request(
        agency=agency, clerk=only_head, role="head", asks=["hold"]
    )

    alarms.watch(agency=agency, at=DUE)

    assert ice_request.assignments.open().get().queue == "supervisor"
    assert told(administrator) == ["lapsed"]


def test_keeps_a_request_with_the_head_when_its_facts_change(
    agency, ice_request, head, supervisor
):
    alarms.watch(agency=agency, at=DUE)

    review.assign(ice_request=ice_request, by=supervisor, role="supervisor", at=DUE)

    assignment = ice_request.assignments.open().get()
    assert (assignment.queue, assignment.rule) == ("head", "escalated")


def test_keeps_a_request_with_the_head_after_a_refused_override(agency, clerk, head):
    second = factories.make_supervisor(agency)
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    alarms.watch(agency=agency, at=DUE)
    override = factories.override(
        ask=factories.ask_of(ice_request), head=head, at=DUE + HOUR
    )
    assert ice_request.assignments.open().get().queue == "second_person"

    factories.countersign(
        determination=override, by=second, confirms=False, at=DUE + 2 * HOUR
    )

    assignment = ice_request.assignments.open().get()
    assert (assignment.queue, assignment.rule) == ("head", "escalated")


def test_begins_anew_once_it_is_decided(agency, ice_request, head):
    alarms.watch(agency=agency, at=DUE)

    factories.determine(ask=factories.ask_of(ice_request), by=head, at=DUE + HOUR)

    assert not ice_request.assignments.open().exists()


def test_gives_what_comes_late_a_while_on_its_first_desk(agency, clerk, head):
    """Received three days ago: lapsed on arrival, and not passed up unseen."""
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, received_at=NOON - timedelta(days=3)
    )

    alarms.watch(agency=agency, at=NOON + timedelta(minutes=1))
    assert ice_request.assignments.open().get().queue == "supervisor"

    alarms.watch(agency=agency, at=NOON + timedelta(hours=4))
    assert ice_request.assignments.open().get().queue == "head"


# Put off, returned, decided


def defer(ice_request, until):
    Assignment.objects.filter(ice_request=ice_request).open().update(
        deferred_until=until
    )
    an_entry(ice_request)


def test_keeps_still_about_what_is_put_off(agency, ice_request, head):
    defer(ice_request, DUE + timedelta(days=2))

    alarms.watch(agency=agency, at=DUE + timedelta(days=1))

    assert not Alarm.objects.filter(clock="decide").exists()


def test_lets_what_was_put_off_be_seen_before_it_goes_up(agency, ice_request, head):
    back = DUE + timedelta(days=2)
    defer(ice_request, back)

    alarms.watch(agency=agency, at=back)
    assert ice_request.assignments.open().get().queue == "supervisor"

    alarms.watch(agency=agency, at=back + timedelta(hours=4))
    assert ice_request.assignments.open().get().queue == "head"


def test_warns_of_a_release_even_of_what_is_put_off(agency, clerk, supervisor):
    release = NOON + timedelta(hours=10)
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, release_expected_at=release
    )
    defer(ice_request, NOON + timedelta(days=3))

    alarms.watch(agency=agency, at=release - timedelta(hours=4))
    alarms.watch(agency=agency, at=release)

    assert steps(ice_request)[:2] == [
        ("release_expected", "warning", release),
        ("release_expected", "lapsed", release),
    ]
    assert told(supervisor) == ["warning", "lapsed"]


def test_warns_of_a_release_even_of_what_is_returned(agency, clerk, supervisor):
    release = NOON + timedelta(hours=10)
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, release_eligible_at=release
    )
    review.return_for_correction(
        ice_request=ice_request,
        code="custody",
        text="An invented question.",
        due_at=NOON + timedelta(days=9),
        standing=factories.standing_of(supervisor),
        at=NOON,
    )

    alarms.watch(agency=agency, at=release)

    assert [one[:2] for one in steps(ice_request)] == [("release_eligible", "lapsed")]
    assert "lapsed" in told(clerk)
    assert "lapsed" in told(supervisor)


def test_runs_no_clock_of_the_desk_for_what_is_returned(agency, ice_request, head):
    supervisor = factories.make_supervisor(agency)
    review.return_for_correction(
        ice_request=ice_request,
        code="custody",
        text="An invented question.",
        due_at=NOON + timedelta(days=9),
        standing=factories.standing_of(supervisor),
        at=NOON,
    )

    assert alarms.watch(agency=agency, at=DUE + HOUR) == []


def test_says_no_more_of_what_is_decided(agency, ice_request, supervisor):
    factories.determine(ask=factories.ask_of(ice_request), by=supervisor)

    assert alarms.watch(agency=agency, at=DUE + timedelta(days=9)) == []


# The other clocks


def test_tells_the_filer_of_a_notice_and_supervisors_when_it_has_lapsed():
    agency = factories.make_agency(copy_within_hours=24)
    clerk, supervisor = factories.make_clerk(agency), factories.make_supervisor(agency)
    ice_request = factories.file_request(
        agency=agency, clerk=clerk, convictions=[factories.conviction()]
    )
    factories.determine(ask=factories.ask_of(ice_request), by=supervisor)
    factories.serve_notice(ice_request=ice_request, kind="intent")

    alarms.watch(agency=agency, at=DUE - HOUR)
    alarms.watch(agency=agency, at=DUE)

    assert [one[:2] for one in steps(ice_request)] == [
        ("detainer_copy", "warning"),
        ("detainer_copy", "lapsed"),
    ]
    assert told(clerk) == ["warning", "lapsed"]
    assert told(supervisor) == ["lapsed"]


def test_tells_of_an_override_that_nobody_confirms(agency, clerk, head, supervisor):
    ice_request = factories.file_request(agency=agency, clerk=clerk, asks=["hold"])
    factories.override(ask=factories.ask_of(ice_request), head=head)

    alarms.watch(agency=agency, at=NOON + timedelta(hours=24))

    assert [one[:2] for one in steps(ice_request)] == [("second", "lapsed")]
    assert told(supervisor) == ["lapsed"]
    assert "lapsed" not in told(head)


def test_tells_of_a_question_that_nobody_answers(
    agency, ice_request, clerk, supervisor
):
    due_at = NOON + timedelta(hours=6)
    Question.objects.create(
        ice_request=ice_request,
        kind="question",
        code="custody",
        text="An invented question.",
        asked_by=supervisor,
        asked_as="supervisor",
        asked_at=NOON,
        due_at=due_at,
    )
    an_entry(ice_request)

    alarms.watch(agency=agency, at=due_at - HOUR)
    alarms.watch(agency=agency, at=due_at)

    assert [one[:2] for one in steps(ice_request)] == [
        ("question", "warning"),
        ("question", "lapsed"),
    ]
    assert told(clerk) == ["warning", "lapsed"]
    assert told(supervisor) == ["lapsed"]


# By the outbox


def test_puts_off_one_job_for_each_agency_with_something_to_tell(agency, ice_request):
    quiet = factories.make_agency()

    with time_machine.travel(DUE, tick=False):
        alarms.watch_every_agency()
        alarms.watch_every_agency()

    watched = Job.objects.filter(kind="clocks.watched")
    assert [job.subject for job in watched] == [agency.public_id]
    assert quiet.code not in {job.agency for job in watched}


def test_does_the_job_as_its_agency(agency, ice_request, head, supervisor):
    with time_machine.travel(DUE, tick=False):
        alarms.watch_every_agency()
        outbox.deliver(Job.objects.get(kind="clocks.watched").public_id)

    assert ice_request.assignments.open().get().queue == "head"
    assert Job.objects.get(kind="clocks.watched").done_at is not None
    assert told(head) == ["escalated"]


def test_puts_off_nothing_when_everything_is_told(agency, ice_request, head):
    alarms.watch(agency=agency, at=DUE)

    with time_machine.travel(DUE, tick=False):
        alarms.watch_every_agency()

    assert not Job.objects.filter(kind="clocks.watched").exists()


def test_looks_at_a_bounded_number_in_one_run(agency, clerk, monkeypatch):
    monkeypatch.setattr(alarms, "AT_MOST", 2)
    for _ in range(3):
        factories.file_request(agency=agency, clerk=clerk)

    first, second, third = (
        [
            one
            for one in alarms.watch(agency=agency, at=DUE - HOUR)
            if one.clock == "decide"
        ]
        for _ in range(3)
    )

    assert (len(first), len(second), len(third)) == (2, 1, 0)


def test_asks_as_much_of_the_database_however_many_were_told(
    agency, clerk, django_assert_num_queries
):
    """What was told is passed over by the database, not looked at one by one."""
    for _ in range(4):
        factories.file_request(agency=agency, clerk=clerk)
    alarms.watch(agency=agency, at=DUE - HOUR)

    # One for each of the six clocks, and the savepoint around them.
    with django_assert_num_queries(8):
        alarms.watch(agency=agency, at=DUE - HOUR)


# Two workers at once


def test_refuses_the_same_alarm_a_second_time(agency, ice_request):
    alarms.watch(agency=agency, at=DUE - HOUR)
    raised = Alarm.objects.get()
    raised.pk = None
    raised.public_id = "a" * 22

    with (
        pytest.raises(IntegrityError, match="alarm_is_raised_once"),
        transaction.atomic(),
    ):
        raised.save(force_insert=True)


def side_by_side(*works):
    failed = []

    def run(work):
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []


@pytest.mark.django_db(transaction=True)
def test_raises_it_once_when_two_workers_look_at_once(agency, ice_request, head):
    start = Barrier(2)

    def look():
        start.wait(10)
        alarms.watch(agency=agency, at=DUE)

    side_by_side(look, look)

    assert steps(ice_request) == [("decide", "lapsed", DUE)]
    assert ice_request.assignments.count() == 2
    assert told(head) == ["escalated"]
    assert Entry.objects.filter(event="clock.alarmed").count() == 1
    assert Entry.objects.filter(event="request.escalated").count() == 1


@pytest.mark.django_db(transaction=True)
def test_raises_it_once_when_neither_worker_holds_the_request(
    agency, ice_request, head, monkeypatch
):
    """The lock is taken away: what is left is the database's own rule."""
    start = Barrier(2)
    unlocked = type(ice_request).objects.select_related("agency", "filed_by")
    monkeypatch.setattr(alarms, "_locked", lambda pk: unlocked.get(pk=pk))
    raise_alarm = alarms._raise

    def together(*args, **kwargs):
        start.wait(10)
        return raise_alarm(*args, **kwargs)

    monkeypatch.setattr(alarms, "_raise", together)

    def look():
        alarms.watch(agency=agency, at=DUE - HOUR)

    side_by_side(look, look)

    assert steps(ice_request) == [("decide", "warning", DUE)]
    assert Entry.objects.filter(event="clock.alarmed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_does_again_what_a_lost_worker_had_begun(agency, ice_request, head):
    class LostError(Exception):
        pass

    with pytest.raises(LostError), transaction.atomic():
        alarms.watch(agency=agency, at=DUE)
        raise LostError

    alarms.watch(agency=agency, at=DUE)

    assert told(head) == ["escalated"]


@pytest.mark.django_db(transaction=True)
def test_leaves_what_somebody_is_deciding_for_the_next_minute(
    agency, ice_request, head
):
    holds, looked = threading.Event(), threading.Event()

    def decide():
        with transaction.atomic():
            type(ice_request).objects.select_for_update().get(pk=ice_request.pk)
            holds.set()
            assert looked.wait(10)

    def look():
        assert holds.wait(10)
        assert alarms.watch(agency=agency, at=DUE) == []
        looked.set()

    side_by_side(decide, look)

    assert [one.clock for one in alarms.watch(agency=agency, at=DUE)] == ["decide"]
