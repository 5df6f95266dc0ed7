"""The life of a request at random (R11): the short form, and faults it has to find."""

import pytest

from tests.review.life import INVARIANTS, play

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RUNS, STEPS = 25, 30


def test_breaks_no_invariant():
    done = play(runs=RUNS, steps=STEPS, shrinks=False)

    assert len(INVARIANTS) >= 12
    # What a step can end in was all reached: a machine that is refused finds nothing.
    assert {"file", "determine", "correct", "record_act", "rescreen"} <= set(done)
