"""The life of a request at random (R11): the short form, and faults it has to find."""

from collections import Counter

import pytest

from requests_app.intake import services as intake
from requests_app.notices import services as notices
from requests_app.review import services as review
from requests_app.review.services import deciding, rescreening
from tests.database import as_owner
from tests.review.life import INVARIANTS, Found, Life, World, play

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RUNS, STEPS = 25, 30
# One with which the fault that is sought at random is found soon.
SEED = 2


def test_breaks_no_invariant():
    done = play(runs=RUNS, steps=STEPS, shrinks=False)

    assert len(INVARIANTS) >= 12
    # Each kind of step was taken: a machine that is always refused finds nothing.
    assert {"file", "determine", "correct", "record_act", "rescreen"} <= set(done)
    assert {"serve_notice", "claim"} <= set(done)


def test_breaks_no_invariant_where_chance_seldom_goes():
    done = lived(file, override, reopen, return_it, answer, override, act, screen)

    assert {"countersign", "reopen", "answer"} <= set(done)


# Found at random, and then each invariant's own fault by the shortest life


def file(life):
    life.file(filer="clerk", asks={"hold"}, convictions="none")


def deny(life):
    life.decide(
        who="supervisor",
        which=0,
        decision="deny",
        reason="policy",
        authority="",
        hours=None,
        is_stale=False,
    )


def correct(life):
    life.correct_convictions(who="clerk", convictions="counted")


def act(life):
    life.record_an_act(who="clerk", which=0, minutes_ago=5, held=None, told="no")


def screen(life):
    life.screen_by_the_law_as_it_is()


def override(life):
    life.override(head="head", second="supervisor")


def reopen(life):
    life.reopen(who="supervisor", which=0)


def return_it(life):
    life.return_it(who="deputy")


def answer(life):
    life.answer_what_is_asked(who="clerk", withdraws=False)


def lived(*steps):
    class Lived(Life):
        done = Counter()

    Lived.world = World()
    life = Lived()
    try:
        for step in steps:
            step(life)
            life.all_holds()
    finally:
        life.teardown()
    return Lived.done


def found(match, *steps):
    with pytest.raises(Found, match=match):
        lived(*steps)


def test_finds_nothing_in_a_life_without_a_fault():
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        found("anything", file, deny, correct, act, screen)


def test_finds_that_the_last_corrector_decides(monkeypatch):
    guard = deciding.refusal_to_decide

    def forgetful(ask, **said):
        refusal = guard(ask, **said)
        return None if refusal and "last corrected" in str(refusal) else refusal

    monkeypatch.setattr(deciding, "refusal_to_decide", forgetful)
    # The database refuses by itself what the service forgets.
    as_owner(
        "ALTER TABLE requests_app_determination DISABLE TRIGGER"
        " pgtrigger_determination_is_true_when_made_d4a74"
    )

    with pytest.raises(Found, match="decider_neither_filed_nor_corrected"):
        play(runs=60, steps=STEPS, shrinks=False, seed=SEED)


def test_finds_that_a_correction_leaves_a_determination(monkeypatch):
    monkeypatch.setattr(review, "reopen_changed", lambda **said: [])

    found("live_determination_rests_on_findings_that_stand", file, deny, correct)


def test_finds_that_an_act_is_not_compared(monkeypatch):
    monkeypatch.setattr(review, "reconcile", lambda **said: [])

    found("each_act_without_an_approval_is_a_mismatch", file, act)


def test_finds_that_a_notice_is_not_owed(monkeypatch):
    monkeypatch.setattr(notices, "owe", lambda **said: [])

    found("notices_owed_are_those_the_findings_owe", file)


def test_finds_that_a_request_is_on_nobodys_desk(monkeypatch):
    monkeypatch.setattr(deciding, "assign", lambda **said: None)

    found("status_agrees_with_the_asks", file, deny)


def test_finds_that_a_finding_is_edited_when_its_guard_is_gone(monkeypatch):
    whole = rescreening.screen

    def rewriting(*, ice_request, **said):
        as_owner("UPDATE requests_app_finding SET because = 'Another reason.'")
        # Without an entry the history refuses the change as well.
        rescreening.ledger.record(
            event="law.rescreened",
            subject=ice_request.public_id,
            at=said["at"],
            actor="system",
        )
        return whole(ice_request=ice_request, **said)

    monkeypatch.setattr(rescreening, "screen", rewriting)
    as_owner(
        "ALTER TABLE requests_app_finding DISABLE TRIGGER"
        " pgtrigger_finding_is_never_edited_bb74c"
    )

    found("nothing_that_is_final_was_edited", file, screen)


def test_finds_that_the_history_holds_what_was_typed(monkeypatch):
    record = intake.ledger.record

    def telling(*, event, **said):
        if event == "act.recorded":
            said["body"] = {**said["body"], "kind": "zyzzyva"}
        return record(event=event, **said)

    monkeypatch.setattr(intake.ledger, "record", telling)

    found("no_name_and_no_free_text_is_in_the_history", file, act)
