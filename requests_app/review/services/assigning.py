"""Assigning: which desk a request waits on, and why."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from requests_app import law
from requests_app.accounts import staffing
from requests_app.accounts.models import Appointment, Role, User
from requests_app.docket import clocks
from requests_app.docket.models import IceRequest, Origin, Status
from requests_app.docket.moments import ZONE
from requests_app.docket.services import move
from requests_app.ledger import services as ledger
from requests_app.outbox import services as outbox
from requests_app.review import routing
from requests_app.review.models import Assignment, MessageKind, Queue
from requests_app.review.services import desks, reviewing
from requests_app.review.services.telling import tell

_WORST_FIRST = (law.VIOLATION, law.UNDETERMINED, law.COMPLIANT)


def summarise(ice_request: IceRequest, *, filed_by_role: str = "") -> routing.Inputs:
    """What routing looks at: asks still open, and acts not yet reviewed."""
    live = {row.ask_id: row for row in ice_request.determinations.live().order_by("id")}
    pending = [
        ask
        for ask in ice_request.asks.order_by("id")
        if ask.pk not in live or not live[ask.pk].is_effective
    ]
    screenings = list(
        ice_request.screenings.latest_by_subject().prefetch_related("findings")
    )
    of_asks = [row for row in screenings if row.ask_id in {ask.pk for ask in pending}]
    unread = reviewing.unread(ice_request, screenings)
    of_acts = unread.screenings
    return routing.Inputs(
        asks=tuple(sorted(str(ask.kind) for ask in pending)),
        worst_ask=_worst(of_asks),
        worst_act=_worst(of_acts),
        mismatches=unread.mismatches,
        is_reread=unread.is_reread,
        legal_review=any(row.legal_review for row in of_asks + of_acts),
        is_covered=all(row.covered for row in of_asks + of_acts),
        is_unasked=ice_request.is_unasked,
        head_must_review=head_must_review(ice_request, screenings=of_asks),
        filed_as=filed_by_role or filed_as(ice_request),
        override_waits=any(
            row.is_override and not row.is_effective for row in live.values()
        ),
        citations=desks.citations_of(of_asks + of_acts),
        **_origin(ice_request),
    )


def _origin(ice_request: IceRequest) -> dict[str, str]:
    """The filer's unit and the shift of the filing, for the agency's own rules."""
    filed_at = timezone.localtime(ice_request.filed_at, ZONE)
    unit = staffing.unit_of(
        ice_request.filed_by, ice_request.agency, on=filed_at.date()
    )
    return {
        "unit": unit.public_id if unit else "",
        "shift": routing.shift_at(filed_at.hour),
    }


def head_must_review(ice_request: IceRequest, *, screenings) -> bool:
    """Whether (c) binds: not before 2019, and not those whom only (b)(1) binds."""
    only_b1 = {"bail_commissioner", "school_police"}
    return ice_request.agency.kind not in only_b1 and any(
        row.covered and row.law_version >= "2019" for row in screenings
    )


@transaction.atomic
def assign(
    *,
    ice_request: IceRequest,
    by: User,
    role: str,
    at: datetime,
    filed_by_role: str = "",
) -> Assignment | None:
    """Put a request on the right desk and move its status; nothing if it is there.

    What stays on its desk is due when the corrected times say. When no ask is open and
    no act waits for review, the open assignment ends. What was imported is past: it
    waits on no desk.
    """
    if ice_request.origin == Origin.IMPORT:
        return None
    inputs = summarise(ice_request, filed_by_role=filed_by_role)
    if ice_request.status == Status.RETURNED:
        inputs = _without_asks(inputs)
    route = routing.route(inputs)
    _move_status(ice_request, inputs, by=by, role=role, at=at)
    standing = ice_request.assignments.open().first()
    passed_up_from = _passed_up_from(ice_request, standing)
    if passed_up_from:
        route = routing.kept_up(route)
    is_done = route.queue == Queue.RECORD
    if is_done and (standing or ice_request.assignments.exists()):
        _end(standing, at=at)
        return None
    if standing and (standing.queue, standing.level, standing.rule) == (
        route.queue,
        route.level,
        route.rule,
    ):
        _renew_due(standing, inputs, by=by, role=role, at=at)
        return standing
    _end(standing, at=at)
    due = _due(ice_request, inputs, at=at)
    chosen = desks.Chosen()
    if not is_done:
        chosen = desks.choose(ice_request, inputs, route, at=at, standing=standing)
    assignment = Assignment.objects.create(
        ice_request=ice_request,
        agency=ice_request.agency,
        queue=route.queue,
        level=route.level,
        rule=route.rule,
        reason=route.reason,
        inputs={**inputs.as_json(), **passed_up_from},
        due_at=due.at,
        due_because=due.because,
        assigned_at=at,
        assigned_to=chosen.person,
        assigned_since=at if chosen.person else None,
        unit=chosen.unit,
        desk_rule=chosen.rule,
        desk_reason=chosen.reason,
        closed_at=at if is_done else None,
    )
    _tell(assignment, by=by, role=role, at=at)
    return assignment


def _passed_up_from(
    ice_request: IceRequest, standing: Assignment | None
) -> dict[str, str]:
    """From which queue the request was passed up (`services.alarms`), while it is not
    decided: it stays with the head, whatever is corrected or refused meanwhile.
    """
    newest = standing or ice_request.assignments.order_by("-id").first()
    if newest is None or routing.PASSED_UP_FROM not in newest.inputs:
        return {}
    decided = ice_request.determinations.filter(effective_at__gte=newest.assigned_at)
    if standing is None and decided.exists():
        return {}
    return {routing.PASSED_UP_FROM: newest.inputs[routing.PASSED_UP_FROM]}


class NotClosable(ValueError):
    """It is closed already, or an ask is open: that is closed by deciding."""


@transaction.atomic
def close(
    *,
    assignment: Assignment,
    note: str,
    seen: str,
    by: User,
    role: str,
    at: datetime,
) -> Assignment:
    """Mark flags on acts as reviewed, with a note.

    `seen` is what `reviewing.newest_flags` said when the page was opened: what came
    later is not closed unseen. Raises NotClosable.
    """
    ice_request = (
        IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=assignment.ice_request_id)
    )
    assignment = Assignment.objects.get(pk=assignment.pk)
    assignment.ice_request = ice_request
    if assignment.closed_at is not None:
        raise NotClosable("It is off the worklist already: see the history.")
    if seen != reviewing.newest_flags(ice_request):
        raise NotClosable(
            "Something was recorded since you opened this page. Read the request "
            "again, then mark it."
        )
    inputs = summarise(ice_request)
    if inputs.asks:
        raise NotClosable("Decide the open asks first: they stay on the worklist.")
    assignment.closed_at = at
    assignment.closed_by = by
    assignment.closing_note = note
    act, mismatch, _ = (int(one) or None for one in seen.split("."))
    assignment.reviewed_act_id = act
    assignment.reviewed_mismatch_id = mismatch
    assignment.save(
        update_fields=["closed_at", "closed_by", "closing_note"]
        + ["reviewed_act", "reviewed_mismatch"]
    )
    ledger.record(
        event="request.reviewed",
        subject=assignment.ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=assignment.agency.code,
        body={"queue": assignment.queue, "level": assignment.level},
    )
    return assignment


def _worst(screenings) -> str:
    results = {
        row.result for one in screenings for row in one.weighing(one.findings.all())
    }
    return next((result for result in _WORST_FIRST if result in results), "none")


def filed_as(ice_request: IceRequest) -> str:
    """The role in which a request was filed, as its first assignment kept it."""
    if hasattr(ice_request, "first_inputs"):
        first = ice_request.first_inputs
    else:
        kept = ice_request.assignments.order_by("id")
        first = kept.values_list("inputs", flat=True).first()
    return (first or {}).get("filed_as", Role.CLERK)


def _without_asks(inputs: routing.Inputs) -> routing.Inputs:
    """While the filer has the request back, only what was done waits for a desk."""
    return replace(
        inputs,
        asks=(),
        worst_ask="none",
        head_must_review=False,
        override_waits=False,
    )


def _move_status(ice_request, inputs: routing.Inputs, *, by, role, at) -> None:
    # What is returned leaves that state by `asking` alone.
    if ice_request.is_unasked or ice_request.status == Status.RETURNED:
        return
    if inputs.override_waits:
        target = Status.AWAITING_SECOND
    elif inputs.asks:
        target = Status.AWAITING
    else:
        target = Status.DETERMINED
    move(ice_request=ice_request, to=target, by=by, role=role, at=at)


def _end(assignment: Assignment | None, *, at) -> None:
    if assignment is not None:
        assignment.closed_at = at
        assignment.save(update_fields=["closed_at"])


def _due(ice_request, inputs: routing.Inputs, *, at) -> clocks.Due:
    hours = ice_request.agency.decide_within_hours
    if not inputs.asks:
        return clocks.review_due(since=at, hours=hours)
    custody = ice_request.custody
    return clocks.next_due(
        received_at=ice_request.received_at,
        decide_within_hours=hours,
        release_expected_at=custody.release_expected_at,
        release_eligible_at=custody.release_eligible_at,
    )


def escalated_due(ice_request: IceRequest, *, since: datetime) -> clocks.Due:
    """When a request that was passed up is due with the head of agency."""
    custody = ice_request.custody
    return clocks.escalated_due(
        since=since,
        hours=ice_request.agency.decide_within_hours,
        releases=clocks.release_times(
            release_expected_at=custody.release_expected_at,
            release_eligible_at=custody.release_eligible_at,
        ),
    )


def _renew_due(standing: Assignment, inputs: routing.Inputs, *, by, role, at) -> None:
    """Have a corrected release time order the worklist, as it does the clocks.

    Where the last ask was decided and acts are left, the clock of the review begins.
    """
    if standing.rule == routing.ESCALATED:
        due = escalated_due(standing.ice_request, since=standing.assigned_at)
    else:
        due = _due(standing.ice_request, inputs, at=at)
    is_same_clock = standing.due_because == due.because
    if is_same_clock and (not inputs.asks or standing.due_at == due.at):
        return
    standing.due_at, standing.due_because = due.at, due.because
    standing.save(update_fields=["due_at", "due_because"])
    _record(standing, by=by, role=role, at=at)


def _tell(assignment: Assignment, *, by, role, at) -> None:
    _record(assignment, by=by, role=role, at=at)
    if assignment.closed_at is not None:
        return
    agency = assignment.agency
    if assignment.assigned_to is not None:
        tell(
            people=[assignment.assigned_to],
            agency=agency,
            kind=MessageKind.ASSIGNED,
            ice_request=assignment.ice_request,
            at=at,
        )
        return
    # What waits for whoever takes it is on the worklist: mail alone, and no message.
    for public_id in _people_of(assignment, on=timezone.localdate(at)):
        outbox.enqueue(kind="person.told", subject=public_id, agency=agency.code, at=at)


def _record(assignment: Assignment, *, by, role, at) -> None:
    ice_request = assignment.ice_request
    ledger.record(
        event="request.assigned",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=assignment.agency.code,
        body={
            "queue": str(assignment.queue),
            "level": int(assignment.level),
            "rule": assignment.rule,
            "due_at": assignment.due_at.isoformat(),
        },
    )


def _people_of(assignment: Assignment, *, on) -> list[str]:
    roles = {
        Queue.HEAD: [Role.HEAD],
        Queue.SECOND_PERSON: [Role.SUPERVISOR, Role.HEAD],
    }.get(assignment.queue, [Role.SUPERVISOR])
    return sorted(
        set(
            Appointment.objects.in_force(on)
            .filter(agency=assignment.agency, role__in=roles)
            .values_list("user__public_id", flat=True)
        )
    )
