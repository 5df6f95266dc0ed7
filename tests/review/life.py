"""The life of a request, played at random on the real services and database (R11).

    python -m tests.review.life --runs 2000 --steps 50

A run files one request and then does what people, the portal and a change of law may
do, allowed or not, in any order. After every step each function of `INVARIANTS` says
what it found wrong. What the services refuse has to leave no trace; anything else that
they raise, the database's own refusals among it, ends the run as found.
"""

import argparse
import os
import sys
import time
from collections import Counter
from datetime import timedelta

CANARY = "Zyzzyva"


def _up() -> None:
    """Have Django ready when this is run as a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()


if __name__ == "__main__":
    _up()

from django.db import connection, transaction  # noqa: E402
from hypothesis import HealthCheck, Phase, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.stateful import (  # noqa: E402
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from requests_app import law  # noqa: E402
from requests_app.docket.models import (  # noqa: E402
    Conviction,
    IceRequest,
    Status,
)
from requests_app.docket.record import Record  # noqa: E402
from requests_app.docket.services import IllegalMove  # noqa: E402
from requests_app.intake import services as intake  # noqa: E402
from requests_app.ledger.models import Entry  # noqa: E402
from requests_app.ledger.services import (  # noqa: E402
    NotAnEvent,
    NotForTheLedger,
)
from requests_app.notices.models import NoticeKind  # noqa: E402
from requests_app.review import facts  # noqa: E402
from requests_app.review import services as review  # noqa: E402
from requests_app.review.models import (  # noqa: E402
    Decision,
    QuestionKind,
    Screening,
)
from requests_app.review.services import (  # noqa: E402
    asking,
    handling,
    reopening,
    rescreening,
)
from tests import factories  # noqa: E402

SECTION = "53a-196f"
DECIDERS = ("supervisor", "deputy", "head", "second head")
FILERS = ("clerk", *DECIDERS)
ASKS = ("hold", "notify_release", "interview", "transfer")
CONVICTIONS = {
    "none": (),
    "unknown": "unknown",
    "counted": (factories.conviction(felony_class="B"),),
    "listed": (factories.conviction(section=SECTION, felony_class="D"),),
    "other": (factories.conviction(section="53a-125", felony_class="D"),),
}
# What no service may raise at people who use it as a page does.
NEVER = (IllegalMove, NotAnEvent, NotForTheLedger)


class World:
    """An agency and its people, made once for many runs."""

    def __init__(self):
        self.agency = agency = factories.make_agency()
        self.people = {
            "clerk": factories.make_clerk(agency),
            "supervisor": factories.make_supervisor(agency),
            "deputy": factories.make_supervisor(agency),
            "head": factories.make_head(agency),
            "second head": factories.make_head(agency),
        }
        self.roles = {
            "clerk": "clerk",
            "supervisor": "supervisor",
            "deputy": "supervisor",
            "head": "head",
            "second head": "head",
        }
        self.standings = {
            name: factories.standing_of(person) for name, person in self.people.items()
        }
        seal()


def seal() -> None:
    """Have the database check and seal now what it would at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Seen:
    """Everything of the request that the invariants look at, read once a step."""

    def __init__(self, life: "Life"):
        self.ice_request = IceRequest.objects.select_related("agency").get(
            pk=life.ice_request.pk
        )
        self.record = Record.of(self.ice_request)
        self.screenings = list(
            self.ice_request.screenings.order_by("id").prefetch_related("findings")
        )
        self.newest = {(one.ask_id, one.act_id): one for one in self.screenings}
        self.by_id = {one.pk: one for one in self.screenings}
        self.determinations = list(self.ice_request.determinations.order_by("id"))
        self.live = [one for one in self.determinations if one.ended_at is None]
        self.assignments = list(self.ice_request.assignments.order_by("id"))
        self.open = [one for one in self.assignments if one.closed_at is None]
        self.mismatches = list(self.ice_request.mismatches.order_by("id"))
        self.notices = list(self.ice_request.notices.order_by("id"))
        self.questions = list(self.ice_request.questions.order_by("id"))
        self.entries = list(
            Entry.objects.filter(subject=self.ice_request.public_id).order_by("seq")
        )


def said(screening: Screening) -> set:
    rows = screening.weighing(screening.findings.all())
    return {(row.citation, row.result) for row in rows}


# Invariants: each says what is wrong, or nothing


def one_live_determination_an_ask(seen, life):
    count = Counter(one.ask_id for one in seen.live)
    return [f"ask {ask} has {many}" for ask, many in count.items() if many > 1]


def decider_neither_filed_nor_corrected(seen, life):
    return [
        f"determination {one.pk}"
        for one in seen.determinations
        if one.decided_by_id
        in (seen.ice_request.filed_by_id, life.corrected_by_when_made(one, seen))
    ]


def override_takes_effect_with_a_third_person(seen, life):
    return [
        f"determination {one.pk}"
        for one in seen.determinations
        if one.is_override
        and one.effective_at is not None
        and one.second_by_id
        in (
            None,
            one.decided_by_id,
            seen.ice_request.filed_by_id,
            life.corrected_by_when_effective(one, seen),
        )
    ]


def violation_is_approved_by_the_head_as_an_override(seen, life):
    return [
        f"determination {one.pk}"
        for one in seen.determinations
        if one.decision == Decision.APPROVE
        and one.against == law.VIOLATION
        and not (one.is_override and one.decided_as == "head" and one.authority)
    ]


def status_agrees_with_the_asks(seen, life):
    returned = any(
        one.kind == QuestionKind.CORRECTION
        and one.answered_at is None
        and one.withdrawn_at is None
        for one in seen.questions
    )
    effective = {one.ask_id for one in seen.live if one.effective_at is not None}
    if returned:
        expected = Status.RETURNED
    elif any(one.effective_at is None for one in seen.live):
        expected = Status.AWAITING_SECOND
    elif all(ask.pk in effective for ask in seen.record.asks):
        expected = Status.DETERMINED
    else:
        expected = Status.AWAITING
    found = seen.ice_request.status
    return [] if found == expected else [f"{found} instead of {expected}"]


def everything_is_screened_on_the_facts_of_record(seen, life):
    """The newest screening of each ask and act rests on the facts as they are."""
    official = seen.ice_request.agency.kind
    wrong = []
    for ask in seen.record.asks:
        newest = seen.newest.get((ask.pk, None))
        day = newest and newest.act_date
        if newest is None or newest.facts != facts.of_ask(
            seen.record, ask, official=official, on=day
        ):
            wrong.append(f"ask {ask.kind}")
    ours = ("act", "detainer", "convictions", "terrorist_screening_match", "warrants")
    for act in seen.record.acts:
        newest = seen.newest.get((None, act.pk))
        now = facts.of_act(seen.record, act, official=official)
        if newest is None or any(newest.facts[key] != now[key] for key in ours):
            wrong.append(f"act {act.kind}")
    return wrong


def live_determination_rests_on_findings_that_stand(seen, life):
    return [
        f"determination {one.pk}"
        for one in seen.live
        if said(seen.by_id[one.screening_id]) != said(seen.newest[one.ask_id, None])
    ]


def determination_is_against_the_worst_of_its_screening(seen, life):
    wrong = []
    for one in seen.determinations:
        results = {result for _, result in said(seen.by_id[one.screening_id])}
        order = (law.VIOLATION, law.UNDETERMINED)
        worst = next((each for each in order if each in results), law.COMPLIANT)
        if one.against != worst:
            wrong.append(f"determination {one.pk}: {one.against}, not {worst}")
    return wrong


def entries_are_numbered_without_a_gap(seen, life):
    numbers = [one.seq for one in seen.entries]
    return [] if numbers == list(range(1, len(numbers) + 1)) else [str(numbers)]


def each_mismatch_has_its_act(seen, life):
    acts = {act.pk: act for act in seen.record.acts}
    return [
        f"mismatch {one.pk}"
        for one in seen.mismatches
        if one.act_id not in acts or acts[one.act_id].ask_id != one.ask_id
    ]


def each_act_without_an_approval_is_a_mismatch(seen, life):
    """Unasked, undecided or denied when it was recorded: a flag of that name."""
    found = {(one.act_id, one.kind) for one in seen.mismatches}
    return [
        f"act {act}: {kind}"
        for act, kind in life.mismatches_due.items()
        if (act, kind) not in found
    ]


def one_desk_while_something_is_open(seen, life):
    if len(seen.open) > 1:
        return [f"{len(seen.open)} open assignments"]
    waits = seen.ice_request.status in (Status.AWAITING, Status.AWAITING_SECOND)
    return ["nobody's desk"] if waits and not seen.open else []


def each_assignment_keeps_why(seen, life):
    return [
        f"assignment {one.pk}"
        for one in seen.assignments
        if not (one.rule and one.reason and one.inputs)
    ]


def nothing_that_is_final_was_edited(seen, life):
    """Screenings, findings, mismatches and what a determination said."""
    final = ("ask_id", "screening_id", "decision", "reason", "against", "decided_by_id")
    now = {}
    for one in seen.screenings:
        now["screening", one.pk] = repr((one.facts, one.law_version, one.cause))
        for row in one.findings.all():
            now["finding", row.pk] = repr((row.citation, row.result, row.because))
    for one in seen.mismatches:
        now["mismatch", one.pk] = repr((one.kind, one.act_id, one.because))
    for one in seen.determinations:
        now["determination", one.pk] = repr([getattr(one, key) for key in final])
        for key in ("effective_at", "ended_at"):
            if getattr(one, key) is not None:
                now[key, one.pk] = repr(getattr(one, key))
    wrong = [key for key, each in life.final.items() if now.get(key) != each]
    life.final = now
    return [str(key) for key in wrong]


def notices_owed_are_those_the_findings_owe(seen, life):
    wrong = []
    on_receipt = {NoticeKind.DETAINER_COPY, NoticeKind.INTENT}
    kinds = {one.kind for one in seen.notices if one.act_id is None}
    is_owed = _cites(seen, "54-192h(e)(1) copy", ask_id=None, act_id=None)
    if kinds != (on_receipt if is_owed else set()):
        wrong.append(f"on receipt {sorted(kinds)}")
    for act in seen.record.acts:
        has = {one.kind for one in seen.notices if one.act_id == act.pk}
        due = life.notices_due_of(act)
        is_owed = _cites(seen, "54-192h(e)(1) notification", ask_id=None, act_id=act.pk)
        if has != (due if is_owed else set()):
            wrong.append(f"act {act.kind}: {sorted(has)}")
    return wrong


def _cites(seen, citation, **of) -> bool:
    return any(
        row.citation == citation
        for one in seen.screenings
        if all(getattr(one, key) == value for key, value in of.items())
        for row in one.findings.all()
    )


def every_entry_is_sealed(seen, life):
    # Of this life alone: the dead rows of lives rolled back are not walked each step.
    return unsealed(**life.began)


def unsealed(*, after_entry: int, at_size: int) -> list:
    """How the entries written since then differ from the leaves of the tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM requests_app_entry WHERE id > %s),"
            " (SELECT count(*) FROM requests_app_leaf WHERE idx >= %s), n - %s"
            " FROM requests_app_head",
            [after_entry, at_size, at_size],
        )
        entries, leaves, size = cursor.fetchone()
    same = entries == leaves == size
    return [] if same else [f"{entries} entries, {leaves} leaves, size {size}"]


def history_so_far() -> dict:
    """The last entry and the size of the tree, for `unsealed`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0) FROM requests_app_entry"
            " UNION ALL SELECT n FROM requests_app_head"
        )
        (last,), (size,) = cursor.fetchall()
    return {"after_entry": last, "at_size": size}


def history_tells_each_screening_and_determination(seen, life):
    bodies = "".join(one.body for one in seen.entries if "screen" in one.event)
    wrong = [one.public_id for one in seen.screenings if one.public_id not in bodies]
    told = sum(one.event == "ask.determined" for one in seen.entries)
    if told != len(seen.determinations):
        wrong.append(f"{told} told of {len(seen.determinations)} determinations")
    return wrong


def no_name_and_no_free_text_is_in_the_history(seen, life):
    return [one.event for one in seen.entries if CANARY.lower() in one.body.lower()]


def what_is_refused_leaves_no_trace(seen, life):
    if life.refused is None:
        return []
    name, before = life.refused
    many = len(seen.entries)
    return [] if many == before else [f"{name}: {many - before} entries"]


INVARIANTS = (
    one_live_determination_an_ask,
    decider_neither_filed_nor_corrected,
    override_takes_effect_with_a_third_person,
    violation_is_approved_by_the_head_as_an_override,
    status_agrees_with_the_asks,
    everything_is_screened_on_the_facts_of_record,
    live_determination_rests_on_findings_that_stand,
    determination_is_against_the_worst_of_its_screening,
    entries_are_numbered_without_a_gap,
    each_mismatch_has_its_act,
    each_act_without_an_approval_is_a_mismatch,
    one_desk_while_something_is_open,
    each_assignment_keeps_why,
    nothing_that_is_final_was_edited,
    notices_owed_are_those_the_findings_owe,
    every_entry_is_sealed,
    history_tells_each_screening_and_determination,
    no_name_and_no_free_text_is_in_the_history,
    what_is_refused_leaves_no_trace,
)


class Found(AssertionError):
    """An invariant does not hold."""


class Life(RuleBasedStateMachine):
    """One request from its filing on."""

    world: World
    done: Counter = Counter()

    def __init__(self):
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.at = factories.NOON
        self.ice_request = None
        self.refused = None
        self.final = {}
        self.mismatches_due = {}
        self._corrector_at = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    # Steps

    @initialize(
        filer=st.sampled_from(FILERS),
        asks=st.sets(st.sampled_from(ASKS), min_size=1, max_size=3),
        convictions=st.sampled_from(sorted(CONVICTIONS)),
    )
    def file(self, filer, asks, convictions):
        self.began = history_so_far()
        self.ice_request = factories.file_request(
            agency=self.world.agency,
            clerk=self.world.people[filer],
            role=self.world.roles[filer],
            asks=sorted(asks),
            convictions=CONVICTIONS[convictions],
            family_names=CANARY,
            at=self.at,
        )
        self._count("file")

    @rule(
        who=st.sampled_from(FILERS),
        convictions=st.sampled_from(["none", "counted", "listed", "other"]),
    )
    def correct_convictions(self, who, convictions):
        rows = [Conviction(**row) for row in CONVICTIONS[convictions]]
        self._try(
            intake.correct,
            ice_request=self._request(),
            step="custody",
            values={"convictions_listing": "some" if rows else "none"},
            rows=rows,
            rev=self._request().rev,
            reason=f"The reason names {CANARY}.",
            **self._by(who),
        )

    @rule(
        who=st.sampled_from(FILERS),
        answer=st.sampled_from(["yes", "no", "unknown"]),
        is_stale=st.sampled_from([False, False, True]),
    )
    def correct_the_basis(self, who, answer, is_stale):
        self._try(
            intake.correct,
            ice_request=self._request(),
            step="basis",
            values={"terrorist_screening_match": answer},
            rows=None,
            rev=self._request().rev - is_stale,
            reason=f"The reason names {CANARY}.",
            **self._by(who),
        )

    @rule(
        who=st.sampled_from(DECIDERS + ("clerk",)),
        which=st.integers(0, 2),
        decision=st.sampled_from([Decision.APPROVE, Decision.DENY]),
        reason=st.sampled_from(
            ["class_a_b", "terrorist_database", "other_authority", "not_prohibited"]
        ),
        authority=st.sampled_from(["", "An invented opinion"]),
        hours=st.sampled_from([None, None, 1, 48]),
        is_stale=st.sampled_from([False, False, False, True]),
    )
    def decide(self, who, which, decision, reason, authority, hours, is_stale):
        ask = self._ask(which)
        screenings = list(ask.screenings.order_by("id"))
        seen = screenings[0] if is_stale else screenings[-1]
        is_denial = decision == Decision.DENY
        self._try(
            review.determine,
            ask=ask,
            ruling=review.Ruling(
                decision=decision,
                reason_code="no_exception" if is_denial else reason,
                reason=f"The reason names {CANARY}.",
                screening=seen.public_id,
                authority=authority,
                expires_at=hours and self.at + timedelta(hours=hours),
            ),
            standing=self.world.standings[who],
            at=self.at,
        )

    @precondition(lambda self: self._waiting() is not None)
    @rule(who=st.sampled_from(DECIDERS + ("clerk",)), confirms=st.booleans())
    def countersign(self, who, confirms):
        self._try(
            review.countersign,
            determination=self._waiting(),
            confirms=confirms,
            screening=self._waiting().ask.screenings.latest("id").public_id,
            standing=self.world.standings[who],
            at=self.at,
        )

    @rule(
        head=st.sampled_from(("head", "second head")),
        second=st.sampled_from(DECIDERS),
    )
    def override(self, head, second):
        """Approve against a violation and have it confirmed: chance seldom does it."""
        approval = (Decision.APPROVE, "other_authority", "An invented opinion")
        for which in range(3):
            self.decide(head, which, *approval, 30, False)
        if self._waiting() is not None:
            self.countersign(second, True)

    @rule(
        who=st.sampled_from(FILERS),
        which=st.integers(0, 3),
        minutes_ago=st.sampled_from([0, 5, 200]),
        held=st.sampled_from([None, 30]),
        told=st.sampled_from(["yes", "no", "unknown"]),
    )
    def record_an_act(self, who, which, minutes_ago, held, told):
        asks = list(self._request().asks.order_by("id"))
        ask = asks[which] if which < len(asks) else None
        kind = ask.act_kind if ask else "share_information"
        fields = {"information": ["release_date"]} if ask is None else {}
        begun = self.at - timedelta(minutes=minutes_ago)
        if kind == "notify_release":
            fields.update(
                copy_to_person=told,
                copy_to_attorney_or_designee=told,
                reason_in_writing=told,
            )
        if held and kind == "detain":
            begun -= timedelta(minutes=held)
            fields["ended_at"] = begun + timedelta(minutes=held)
        act = self._try(
            factories.record_act,
            ice_request=self._request(),
            kind=kind,
            by=self.world.people[who],
            role=self.world.roles[who],
            happened_at=begun,
            at=self.at,
            ask=ask,
            **fields,
        )
        if act is not None:
            self._expect_a_mismatch(act, begun)

    @rule(who=st.sampled_from(FILERS), which=st.integers(0, 5))
    def serve_a_notice(self, who, which):
        owed = list(self._request().notices.owed().order_by("id"))
        if which >= len(owed):
            return
        self._try(
            intake.serve_notice,
            notice=owed[which],
            how="by_hand",
            served_at=self.at,
            language="English",
            **self._by(who),
        )

    @rule(who=st.sampled_from(("head", "second head")), is_stale=st.booleans())
    def close_the_review(self, who, is_stale):
        assignment = self._request().assignments.order_by("-id").first()
        seen = "0.0" if is_stale else review.newest_flags(self._request())
        self._try(
            review.close, assignment=assignment, note=CANARY, seen=seen, **self._by(who)
        )

    @rule(who=st.sampled_from(DECIDERS), which=st.integers(0, 2))
    def reopen(self, who, which):
        determination = self._ask(which).determinations.order_by("-id").first()
        if determination is not None:
            self._try(
                reopening.reopen,
                determination=determination,
                reason=f"New papers about {CANARY}.",
                standing=self.world.standings[who],
                at=self.at,
            )

    @rule(who=st.sampled_from(DECIDERS))
    def return_it(self, who):
        self._try(
            asking.return_for_correction,
            ice_request=self._request(),
            code="identity",
            text=f"Which charge of {CANARY}?",
            due_at=self.at + timedelta(hours=4),
            standing=self.world.standings[who],
            at=self.at,
        )

    @rule(who=st.sampled_from(FILERS), withdraws=st.booleans())
    def answer_what_is_asked(self, who, withdraws):
        question = self._request().questions.open().first()
        if question is None:
            return
        if withdraws:
            self._try(
                asking.withdraw,
                question=question,
                standing=self.world.standings[who],
                at=self.at,
            )
            return
        self._try(
            asking.answer,
            question=question,
            text=f"{CANARY} was told so.",
            standing=self.world.standings[who],
            **self._by(who),
        )

    @rule(who=st.sampled_from(DECIDERS), releases=st.booleans())
    def claim_or_release(self, who, releases):
        self._try(
            handling.release if releases else handling.claim,
            ice_request=self._request(),
            standing=self.world.standings[who],
            at=self.at,
        )

    @rule(status=st.sampled_from(["confirmed", "struck"]))
    def rule_on_the_offence(self, status):
        factories.rule_on(SECTION, status, at=self.at)
        self._after("rule on the offence")

    @rule()
    def screen_by_the_law_as_it_is(self):
        self._try(rescreening.rescreen, ice_request=self._request(), at=self.at)

    # After each

    @invariant()
    def all_holds(self):
        if self.ice_request is None:
            return
        seal()
        seen = Seen(self)
        for one in INVARIANTS:
            if wrong := one(seen, self):
                raise Found(f"{one.__name__}: {'; '.join(wrong)}")

    # What the invariants remember

    def corrected_by_when_made(self, determination, seen):
        key = ("made", determination.pk)
        return self._corrector_at.setdefault(key, seen.ice_request.corrected_by_id)

    def corrected_by_when_effective(self, determination, seen):
        key = ("effective", determination.pk)
        return self._corrector_at.setdefault(key, seen.ice_request.corrected_by_id)

    def notices_due_of(self, act):
        due = set()
        if not (act.copy_to_person == "yes" and act.reason_in_writing == "yes"):
            due.add(NoticeKind.NOTIFICATION_COPY_PERSON)
        if act.copy_to_attorney_or_designee != "yes":
            due.add(NoticeKind.NOTIFICATION_COPY_ATTORNEY)
        return due

    def _expect_a_mismatch(self, act, begun):
        if act.ask_id is None:
            self.mismatches_due[act.pk] = "never_asked"
            return
        standing = [
            one
            for one in act.ask.determinations.filter(effective_at__lte=begun)
            if one.ended_at is None or one.ended_at > begun
        ]
        if not standing:
            self.mismatches_due[act.pk] = "done_before_decision"
        elif max(standing, key=lambda one: one.effective_at).decision == Decision.DENY:
            self.mismatches_due[act.pk] = "denied_yet_done"

    # How a step is done

    def _request(self):
        return IceRequest.objects.select_related("agency", "filed_by").get(
            pk=self.ice_request.pk
        )

    def _ask(self, which):
        asks = list(
            self.ice_request.asks.select_related("ice_request__agency").order_by("id")
        )
        return asks[which % len(asks)]

    def _waiting(self):
        if self.ice_request is None:
            return None
        rows = self.ice_request.determinations.live().filter(effective_at=None)
        return rows.first()

    def _by(self, who):
        return {
            "by": self.world.people[who],
            "role": self.world.roles[who],
            "at": self.at,
        }

    def _try(self, service, **said):
        before = Entry.objects.filter(subject=self.ice_request.public_id).count()
        try:
            with transaction.atomic():
                done = service(**said)
        except review.FindingsChanged:
            # The new screening stays, so that it can be read.
            self._after(f"{service.__name__} overtaken")
            return None
        except Exception as error:
            is_ours = type(error).__module__.startswith("requests_app.")
            if not is_ours or isinstance(error, NEVER):
                raise
            self._after(f"{service.__name__} refused", refused_at=before)
            return None
        self._after(service.__name__)
        return done

    def _after(self, what, refused_at=None):
        self.refused = None if refused_at is None else (what, refused_at)
        self._count(what)
        # Time passes between any two steps.
        self.at += timedelta(minutes=7)

    def _count(self, what):
        type(self).done[what] += 1


def play(*, runs: int, steps: int, seed: int = 0, shrinks: bool = True) -> Counter:
    """Play so many lives; the first that breaks an invariant is raised, shrunk."""
    phases = [Phase.generate] + ([Phase.shrink] if shrinks else [])

    class Played(Life):
        done = Counter()

    with transaction.atomic():
        began = history_so_far()
        Played.world = World()
        try:
            run_state_machine_as_test(
                _seeded(Played, seed),
                settings=settings(
                    max_examples=runs,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    phases=phases,
                    suppress_health_check=list(HealthCheck),
                    derandomize=seed == 0,
                    report_multiple_bugs=False,
                ),
            )
            seal()
            if wrong := unsealed(**began):
                raise Found(f"the whole history: {'; '.join(wrong)}")
        finally:
            transaction.set_rollback(True)
    return Played.done


def _seeded(machine, number: int):
    if number:
        machine._hypothesis_internal_use_seed = number
    return machine


# Every entry of one transaction leaves a dead version of the tree's head behind, which
# the next one walks past: lives are played so many a transaction.
A_PART = 25


def _play_in_parts(options) -> Counter:
    """All the lives asked for, each part from a seed of its own."""
    done: Counter = Counter()
    for first in range(0, options.runs, A_PART):
        runs = min(A_PART, options.runs - first)
        seed = options.seed + first // A_PART
        done += play(runs=runs, steps=options.steps, seed=seed)
        print(
            f"{first + runs} runs, {sum(done.values())} done, seed {seed}", flush=True
        )
    return done


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="tests.review.life")
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    from tests import database

    began = time.monotonic()
    with database.of_a_command():
        done = _play_in_parts(options)
    for what, count in sorted(done.items()):
        print(f"{count:7} {what}")
    print(
        f"{options.runs} runs of {options.steps} steps, {sum(done.values())} done,"
        f" {len(INVARIANTS)} invariants, 0 violations,"
        f" {time.monotonic() - began:.0f} s, first seed {options.seed}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
