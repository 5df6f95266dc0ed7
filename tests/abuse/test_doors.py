"""C1 and C3: nobody reads, changes or learns of another agency's records at any door.

The long run is `python -m tests.abuse.doors --requests 50000`.
"""

import random
import re

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from requests_app.accounts.access import ACCESS
from tests.abuse import doors
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SHORT = 1_000
CONTROL = 500


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """Two agencies, built once and rolled back at the end of the module."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON, tick=False),
        transaction.atomic(),
    ):
        yield doors.build()
        transaction.set_rollback(True)


@pytest.fixture
def walk(town):
    with time_machine.travel(NOON, tick=False):
        yield doors.Walk(town, chance=random.Random(1))


def test_knows_every_door(walk):
    assert sorted(walk.patterns) == sorted(ACCESS)


def test_finds_nothing_of_another_agency_at_any_door(walk):
    assert walk.run(SHORT) == []
    assert walk.tried == SHORT


def test_finds_nothing_with_the_first_wall_gone(walk):
    with doors.without("visible_to"):
        assert walk.run(CONTROL) == []


def test_would_find_it_soon_with_both_walls_gone(walk):
    with transaction.atomic():
        with doors.without("visible_to", "policies"):
            found = walk.run(CONTROL)
        transaction.set_rollback(True)

    assert any(one.what.startswith("read ") for one in found)


def test_would_find_a_row_that_was_changed(walk):
    with transaction.atomic():
        walk.town.theirs.row.decide_within_hours = 1
        walk.town.theirs.row.save()
        changed = list(walk.changes())
        transaction.set_rollback(True)

    assert changed == ["changed agency"]


# C3: theirs and none are one


VARIES = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|name="csrf-token" content="[^"]+"'
    r"|incident number: [0-9a-f]+"
)
DOORS_OF_RECORDS = (
    ("act_new", "appointment_end", "ask_determine", "assignment_close")
    + ("draft_discard", "draft_step", "history_request", "job_retry", "notice_serve")
    + ("override_countersign", "request_correct", "request_detail", "request_filed")
    + ("sample_detail",)
)


def answer_at(walk, door, method, whose, who):
    url = walk.address(door, whose)
    with transaction.atomic():
        answer = walk.client(who).generic(
            method, url, content_type="application/x-www-form-urlencoded"
        )
        transaction.set_rollback(True)
    body = VARIES.sub("", answer.content.decode())
    for known in walk.town.theirs.known.values():
        body = body.replace(known, doors.MISSING)
    return answer.status_code, body


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("door", DOORS_OF_RECORDS)
def test_answers_to_a_record_of_another_agency_as_to_none(walk, door, method):
    who = next(role for role in walk.people if role in ACCESS[door])
    walk.chance = random.Random(1)
    theirs = answer_at(walk, door, method, doors.THEIRS, who)
    walk.chance = random.Random(1)
    none = answer_at(walk, door, method, doors.NONE, who)

    assert theirs == none
    assert theirs[0] in (404, 405)


def test_would_tell_a_record_of_ones_own_from_none(walk):
    ours = answer_at(walk, "request_detail", "GET", doors.OURS, "clerk")

    assert ours[0] == 200


# Sequences: what one request leaves behind, the next one meets


def sequences(walk):
    class Sequence(RuleBasedStateMachine):
        """Requests one after another in one transaction, none of them taken back."""

        def __init__(self):
            super().__init__()
            self.begun = transaction.atomic()
            self.begun.__enter__()
            self.words = []

        @rule(
            who=st.sampled_from(walk.people),
            door=st.sampled_from(walk.doors),
            method=st.sampled_from(doors.METHODS),
            whose=st.sampled_from((doors.OURS, doors.THEIRS, doors.NONE)),
            seed=st.integers(0, 1000),
        )
        def go(self, who, door, method, whose, seed):
            walk.chance = random.Random(seed)
            one = doors.Try(
                who=who,
                door=door,
                method=method,
                url=walk.address(door, whose),
                data=walk.form(),
            )
            answer = walk.ask(one)
            self.words += walk.words_in(one, answer)

        @invariant()
        def read_and_changed_nothing(self):
            assert self.words == []
            assert list(walk.changes()) == []

        def teardown(self):
            transaction.set_rollback(True)
            self.begun.__exit__(None, None, None)

    return Sequence


def test_finds_nothing_after_any_sequence_of_requests(walk):
    machine = sequences(walk).TestCase
    machine.settings = settings(
        max_examples=8,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    machine("runTest").runTest()
