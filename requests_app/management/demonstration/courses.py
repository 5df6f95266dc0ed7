"""What becomes of one request: every step through the services, in its own time."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from requests_app.accounts.access import Standing
from requests_app.accounts.models import Role, User
from requests_app.docket.models import Ask, Status
from requests_app.docket.moments import ZONE
from requests_app.docket.record import Record
from requests_app.intake import services as intake
from requests_app.intake import steps
from requests_app.management.demonstration import grounds, phrases, shares
from requests_app.management.demonstration.agenda import Agenda
from requests_app.management.demonstration.answers import type_in
from requests_app.management.demonstration.plans import Plan, pick, waking
from requests_app.notices.models import Notice, NoticeKind
from requests_app.review import services as review
from requests_app.review.models import Decision, Determination, Result


class Unfilable(ValueError):
    """A plan whose answers the forms refuse: a fault of the demonstration."""


class Course:
    """The life of one request. Methods that take `at` are steps on the agenda."""

    def __init__(self, plan: Plan, agenda: Agenda):
        self.plan = plan
        self.random = plan.random
        self.agenda = agenda
        self.staff = plan.staff
        self.filer = plan.staff[plan.filed_as]
        self.ice_request = None
        self.held_until = None
        agenda.enter(plan.filed_at, self.file)

    def later(self, at: datetime, hours: tuple[float, float], step: Callable) -> None:
        """Put a step on the agenda, between so many hours from `at`, or when awake."""
        minutes = round(self.random.uniform(*hours) * 60)
        self.agenda.enter(waking(at + timedelta(minutes=minutes)), step)

    # Filing and what follows of itself

    def file(self, at: datetime) -> None:
        composed = steps.compose(
            self.plan.answers, agency=self.staff.agency, by=self.filer, now=at
        )
        if not composed.is_complete:
            raise Unfilable(f"These steps are faulty: {', '.join(composed.faulty)}.")
        self.ice_request = intake.file_request(
            composed=composed,
            submit_id=uuid.UUID(int=self.random.getrandbits(128), version=4),
            by=self.filer,
            role=self.plan.filed_as,
            at=at,
        )
        self.give_notices(at)
        getattr(self, f"end_{self.plan.ending}")(at)

    def give_notices(self, at: datetime) -> None:
        """Most copies owed are given within two days; some stay owed.

        What the agency intends is told when it is decided.
        """
        owed = self.ice_request.notices.owed().exclude(kind=NoticeKind.INTENT)
        for notice in owed.order_by("id"):
            if self.random.random() < 0.88:
                self.later(at, (1, 40), partial(self.give, notice))

    def tell_intent(self, at: datetime) -> None:
        self.ice_request.refresh_from_db(fields=["status"])
        owed = self.ice_request.notices.owed().filter(kind=NoticeKind.INTENT).first()
        if owed is not None and self.ice_request.status == Status.DETERMINED:
            self.give(owed, at)

    def give(self, notice: Notice, at: datetime) -> None:
        intake.serve_notice(
            notice=notice,
            how=self.service(notice.kind),
            served_at=max(
                notice.owed_since, at - timedelta(minutes=self.random.randint(0, 20))
            ),
            language=self.plan.language,
            by=self.staff["clerk"],
            role=Role.CLERK,
            at=at,
        )

    def service(self, kind: str) -> str:
        how = pick(self.random, phrases.SERVICE[kind])
        is_read_aloud = how == "by_hand" and self.plan.language != "English"
        if is_read_aloud and kind != NoticeKind.NOTIFICATION_COPY_ATTORNEY:
            return "interpreter"
        return how

    # The endings

    def end_left(self, at: datetime) -> None:
        """Nobody has decided yet."""

    def end_decided(self, at: datetime) -> None:
        then = at
        for kind in self.plan.asks:
            then += timedelta(minutes=self.random.randint(20, 600))
            self.agenda.enter(waking(then), partial(self.decide, kind))
        if not self.plan.asks:
            self.later(at, (20, 90), self.close)
        if self.plan.asks and self.random.random() < 0.03:
            self.later(at, (0.2, 0.6), partial(self.record, "query_ncic", {}))

    end_done_first = end_decided

    def end_corrected_first(self, at: datetime) -> None:
        self.later(at, (0.1, 0.5), self.correct_person)
        self.end_decided(at)

    def end_corrected_after(self, at: datetime) -> None:
        self.end_decided(at)
        self.later(at, (28, 34), self.correct_convictions)
        for kind in self.plan.asks:
            self.later(at, (42, 50), partial(self.decide, kind))

    def end_done_anyway(self, at: datetime) -> None:
        for kind in self.plan.asks:
            self.later(at, (1, 8), partial(self.deny, kind))
        self.later(at, (18, 30), partial(self.do_all_the_same, self.plan.asks[0]))

    def end_held_past_end(self, at: datetime) -> None:
        self.later(at, (1, 3), partial(self.approve_for, 24))

    def end_by_another(self, at: datetime) -> None:
        self.later(at, (1, 3), self.approve_by_name)

    def end_told_without_copy(self, at: datetime) -> None:
        kinds = ("notify_release",) if "notify_release" in self.plan.asks else ()
        for kind in kinds:
            self.later(at, (1, 8), partial(self.decide, kind, approves=True))
        self.plan.asks = tuple(one for one in self.plan.asks if one not in kinds)
        self.end_decided(at)

    def end_did_more(self, at: datetime) -> None:
        self.end_decided(at)
        unasked = next(
            act
            for act in ("interview", "share_information", "federal_function")
            if act not in {shares.ACT_OF_ASK[ask] for ask in self.plan.asks}
        )
        self.later(at, (28, 34), partial(self.record, unasked, {}))

    def end_override_waits(self, at: datetime) -> None:
        self.later(at, (1, 5), partial(self.override, ends=None))

    def end_override_confirmed(self, at: datetime) -> None:
        self.later(at, (1, 5), partial(self.override, ends=True))

    def end_override_refused(self, at: datetime) -> None:
        self.later(at, (1, 5), partial(self.override, ends=False))

    # Deciding

    def decide(self, kind: str, at: datetime, *, approves: bool = False) -> None:
        """Decide as the findings suggest, which is mostly to deny."""
        ask, worst = self.look_at(kind)
        if ask.determinations.live().exists():
            return
        chance = {Result.COMPLIANT: 0.85, Result.UNDETERMINED: 0.12}.get(worst, 0)
        if worst != Result.VIOLATION and (approves or self.random.random() < chance):
            self.approve(ask, worst, at)
        else:
            self.deny(kind, at)

    def look_at(self, kind: str) -> tuple[Ask, str]:
        """The ask, and the worst of the findings that weigh."""
        ask = self.ice_request.asks.get(kind=kind)
        screening = ask.screenings.order_by("-id").first()
        results = {row.result for row in screening.weighing(screening.findings.all())}
        for result in (Result.VIOLATION, Result.UNDETERMINED):
            if result in results:
                return ask, result
        return ask, Result.COMPLIANT

    def approve(self, ask: Ask, worst: str, at: datetime) -> None:
        code = "other_authority"
        if worst == Result.COMPLIANT:
            code = self.approving_reason(ask)
        determination = self.determine(
            ask,
            at,
            decision=Decision.APPROVE,
            reason_code=code,
            authority=self.random.choice(phrases.AUTHORITIES)
            if worst != Result.COMPLIANT
            else "",
            expires_at=at + timedelta(hours=48) if ask.kind == "hold" else None,
        )
        self.act_on(determination, at)

    def approving_reason(self, ask: Ask) -> str:
        excepted = ask.kind in ("hold", "notify_release", "transfer", "interview")
        if excepted and self.plan.basis.exception:
            return self.plan.basis.exception
        authorization = self.plan.answers["basis"].get("written_authorization")
        if ask.kind == "information" and authorization in (
            ["person"],
            ["parent_or_guardian"],
        ):
            return "authorized"
        return "not_prohibited"

    def approve_for(self, hours: int, at: datetime) -> None:
        """Approve the hold for some hours; it will last longer."""
        ask, worst = self.look_at("hold")
        ends_at = at + timedelta(hours=hours)
        self.determine(
            ask,
            at,
            decision=Decision.APPROVE,
            reason_code=self.plan.basis.exception,
            expires_at=ends_at,
        )
        held = {
            "happened_at": at + timedelta(hours=2),
            "ended_at": ends_at + timedelta(hours=self.random.randint(3, 9)),
        }
        self.agenda.enter(
            held["ended_at"] + timedelta(minutes=25),
            partial(self.record, "detain", held),
        )

    def approve_by_name(self, at: datetime) -> None:
        """Approve for six hours and by name; somebody else does it, and later."""
        ask, worst = self.look_at(self.plan.asks[0])
        self.determine(
            ask,
            at,
            decision=Decision.APPROVE,
            reason_code=self.approving_reason(ask),
            expires_at=at + timedelta(hours=6),
            named=shares.NAMED,
        )
        done_at = at + timedelta(hours=9)
        done = partial(self.do, ask.kind, {"happened_at": done_at})
        self.agenda.enter(done_at + timedelta(minutes=25), done)

    def deny(self, kind: str, at: datetime) -> None:
        ask, worst = self.look_at(kind)
        self.determine(
            ask,
            at,
            decision=Decision.DENY,
            reason_code=self.denying_reason(ask, worst),
        )
        if self.random.random() < 0.28:
            self.later(at, (0.2, 2), partial(self.record, "decline", {}))

    def denying_reason(self, ask: Ask, worst: str) -> str:
        if worst == Result.COMPLIANT:
            return "policy"
        if worst == Result.UNDETERMINED:
            return "not_established"
        administrative = ("I-200", "I-205", "I-862", "removal_order")
        forms = {row["form"] for row in self.plan.basis.warrants}
        if ask.kind in ("hold", "transfer") and forms & set(administrative):
            return "administrative_warrant"
        if self.plan.basis.criminality == "pending":
            return "not_convicted"
        return "no_exception"

    def determine(
        self, ask: Ask, at: datetime, *, by: User | None = None, **said
    ) -> Determination:
        """Decide as the person whose desk it is, having read the newest findings."""
        by = by or self.decider(ask.kind)
        reason = self.random.choice(phrases.REASONS[said["reason_code"]])
        for _ in range(2):
            screening = ask.screenings.order_by("-id").first()
            ruling = review.Ruling(
                screening=screening.public_id, **{"reason": reason, **said}
            )
            try:
                determination = review.determine(
                    ask=ask, ruling=ruling, standing=_standing(by, at), at=at
                )
            except review.FindingsChanged:
                # Another version of the law came into force: read again, once.
                continue
            self.later(at, (20, 90), self.close)
            if self.random.random() < 0.9:
                self.later(at, (0.3, 14), self.tell_intent)
            return determination
        raise review.FindingsChanged(f"The findings of {ask} changed twice.")

    def decider(self, kind: str) -> User:
        if kind == "notify_release" or self.random.random() < 0.2:
            return self.staff["head"]
        if self.filer == self.staff["supervisor"]:
            return self.staff["supervisor2"]
        return self.random.choice((self.staff["supervisor"], self.staff["supervisor2"]))

    # Overrides

    def override(self, at: datetime, *, ends: bool | None) -> None:
        kind = self.plan.asks[0]
        ask, worst = self.look_at(kind)
        if worst != Result.VIOLATION:
            self.end_decided(at)
            return
        determination = self.determine(
            ask,
            at,
            by=self.staff["head"],
            decision=Decision.APPROVE,
            reason_code="other_authority",
            reason=self.random.choice(phrases.REASONS["override"]),
            authority=self.random.choice(phrases.AUTHORITIES),
            # One that still waits can still be confirmed when somebody looks at it.
            expires_at=at + timedelta(hours=48 if ends is not None else 24 * 60),
        )
        if ends is not None:
            answer = partial(self.countersign, determination, confirms=ends)
            self.later(at, (0.5, 4), answer)
            for other in self.plan.asks[1:]:
                self.later(at, (5, 20), partial(self.decide, other))

    def countersign(
        self, determination: Determination, at: datetime, *, confirms: bool
    ) -> None:
        by = self.staff["supervisor2"]
        review.countersign(
            determination=determination,
            confirms=confirms,
            screening=determination.ask.screenings.latest("id").public_id,
            standing=_standing(by, at),
            at=at,
        )
        if confirms:
            self.act_on(determination, at)
        else:
            self.later(at, (1, 6), partial(self.deny, determination.ask.kind))

    # Acts

    def act_on(self, determination: Determination, at: datetime) -> None:
        """What was approved is mostly done, and entered some time afterwards."""
        if self.random.random() < 0.15:
            return
        kind = determination.ask.kind
        if kind == "hold":
            self.hold(at)
        elif kind == "transfer" and self.held_until is not None:
            self.do_later(kind, max(at, self.held_until), minutes=(50, 80))
        else:
            self.do_later(kind, at, minutes=(60, 700))

    def do_later(self, ask_kind: str, at: datetime, *, minutes: tuple) -> None:
        """Do it some time after `at`; one entry in fifteen comes days late."""
        happened_at = waking(at + timedelta(minutes=self.random.randint(*minutes)))
        is_late = self.random.random() < 1 / 15
        entered_after = (26, 50) if is_late else (0.2, 0.8)
        done = partial(self.do, ask_kind, {"happened_at": happened_at})
        self.later(happened_at, entered_after, done)

    def hold(self, at: datetime) -> None:
        held_from = at + timedelta(minutes=self.random.randint(30, 400))
        self.held_until = held_from + timedelta(minutes=self.random.randint(120, 2300))
        held = {"happened_at": held_from, "ended_at": self.held_until}
        self.later(self.held_until, (0.1, 0.8), partial(self.do, "hold", held))
        if "transfer" not in self.plan.asks and self.random.random() < 0.6:
            # Handing over is what a hold is asked for.
            self.do_later("transfer", self.held_until, minutes=(50, 80))

    def do(self, ask_kind: str, fields: dict, at: datetime) -> None:
        self.record(shares.ACT_OF_ASK[ask_kind], fields, at)

    def do_all_the_same(self, ask_kind: str, at: datetime) -> None:
        held = {}
        if ask_kind == "hold":
            held = {
                "happened_at": at - timedelta(hours=5),
                "ended_at": at - timedelta(minutes=40),
            }
        self.do(ask_kind, held, at)

    def record(self, kind: str, fields: dict, at: datetime) -> None:
        act = steps.act_of({"kind": kind, **self.act_fields(kind, at), **fields})
        if at - act.happened_at > timedelta(hours=24):
            ended = act.ended_at or act.happened_at
            act.late_reason = (
                self.random.choice(phrases.LATE_ACTS)
                if at - ended > timedelta(hours=24)
                else phrases.LONG_HOLD
            )
        act = intake.record_act(
            ice_request=self.ice_request,
            act=act,
            by=self.staff["clerk"],
            role=Role.CLERK,
            at=at,
        )
        self.later(at, (20, 90), self.close)
        for notice in act.notices.owed().order_by("id"):
            if self.random.random() < 0.75:
                self.later(at, (2, 40), partial(self.give, notice))

    def act_fields(self, kind: str, at: datetime) -> dict:
        """Times, resources and answers of an act, as the clerk would enter them."""
        ago = self.random.randint(10, 50)
        fields = {
            "happened_at": at - timedelta(minutes=ago),
            "done_by": self.random.choice(shares.UNITS),
            "information": [],
        }
        if self.random.random() < 0.85:
            longest = 15 if kind in ("decline", "query_ncic") else 150
            fields["staff_minutes"] = self.random.randint(3, longest)
        if kind in ("detain", "transfer", "provide_facility"):
            fields["cost"] = Decimal(self.random.randint(1000, 48000)) / 100
            fields["narrative"] = self.random.choice(phrases.OUTCOMES)
        if kind == "share_information":
            given = self.plan.information or ("custody_status",)
            fields["information"] = list(given)
        if kind == "notify_release":
            fields.update(self.notification_answers())
        return fields

    def notification_answers(self) -> dict:
        told = "yes"
        if self.plan.ending == "told_without_copy":
            told = "no"
        elif self.random.random() < 0.3:
            told = "unknown"
        return {
            "head_reviewed": "yes",
            "copy_to_person": told,
            "copy_to_attorney_or_designee": "yes" if told == "yes" else "unknown",
            "reason_in_writing": told,
        }

    # Corrections and reviews

    def correct_person(self, at: datetime) -> None:
        answers = dict(self.plan.answers["person"])
        answers["aliases"] = ["A second name on the court papers"]
        self.correct("person", answers, at)

    def correct_convictions(self, at: datetime) -> None:
        """The court's record arrives: there is a conviction that counts."""
        found = grounds.GROUNDS["class_a_b"](
            self.random, self.plan.received_at.astimezone(ZONE).date()
        )
        self.plan.basis = found
        answers = type_in(
            {"convictions_listing": "some"}, convictions=found.convictions
        )
        kept = {
            name: value
            for name, value in self.plan.answers["custody"].items()
            if not name.startswith(f"{steps.PREFIX}-")
        }
        self.correct("custody", {**kept, **answers["custody"]}, at)

    def correct(self, name: str, answers: dict, at: datetime) -> None:
        self.ice_request.refresh_from_db()
        record = Record.of(self.ice_request)
        step = steps.bind_record(name, answers, record=record, now=at)
        if not step.is_valid():
            raise Unfilable(f"The correction of {name} is faulty.")
        intake.correct(
            ice_request=self.ice_request,
            step=name,
            values=step.form.cleaned_data,
            rows=steps.rows_of(step),
            rev=self.ice_request.rev,
            reason=phrases.CORRECTED[name],
            by=self.filer,
            role=self.plan.filed_as,
            at=at,
        )

    def close(self, at: datetime) -> None:
        """The head of agency reviews flags on acts, once no ask is open."""
        assignment = self.ice_request.assignments.open().first()
        if assignment is None or not self.plan.is_reviewed:
            return
        try:
            review.close(
                assignment=assignment,
                note=self.random.choice(phrases.NOTES),
                seen=review.newest_flags(self.ice_request),
                by=self.staff["head"],
                role=Role.HEAD,
                at=at,
            )
        except review.NotClosable:
            # An ask is open again, or still: a later step decides it.
            return


def _standing(user: User, at: datetime) -> Standing:
    return Standing.of(user, on=at.date())
