"""Desks: which unit or person gets a request inside its queue, and who may have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone

from requests_app.accounts import staffing
from requests_app.accounts.access import Standing
from requests_app.accounts.models import Agency, Appointment, Role, Unit, User
from requests_app.docket.models import IceRequest
from requests_app.review import routing
from requests_app.review.models import (
    DECIDING_ROLES,
    Assignment,
    Determination,
    Queue,
    RoutingRule,
    RoutingTable,
)

# A cover may be away too; nobody looks further than so many people.
_COVERS = 5


@dataclass(frozen=True)
class Chosen:
    """The desk as rows, with the rule and the reason to keep."""

    unit: Unit | None = None
    person: User | None = None
    rule: str = ""
    reason: str = ""


def roles_of(queue: str) -> tuple[str, ...]:
    """Who decides in a queue: the head's own is for nobody else."""
    return (Role.HEAD,) if queue == Queue.HEAD else DECIDING_ROLES


def deciders(agency: Agency, queue: str, *, on: date) -> dict[int, User]:
    """Those who decide in a queue of an agency that day, by number."""
    posts = (
        Appointment.objects.in_force(on)
        .filter(agency=agency, role__in=roles_of(queue), user__is_active=True)
        .select_related("user")
    )
    return {post.user_id: post.user for post in posts}


def refusal_to_hold(
    person: User, ice_request: IceRequest, *, queue: str, asks: bool, among: dict
) -> str:
    """Why a person may not have a request, in a sentence; empty when he may.

    `among` are those who decide in the queue. Whoever filed a request or last corrected
    its facts decides none of its asks.
    """
    if person.pk not in among:
        if queue == Queue.HEAD:
            return "Only the head of agency decides in this queue."
        return "Only a supervisor or the head of agency decides in this queue."
    if asks and ice_request.filed_by_id == person.pk:
        return "Whoever filed a request does not decide it."
    if asks and ice_request.corrected_by_id == person.pk:
        return "Whoever last corrected the facts of a request does not decide it."
    if queue == Queue.SECOND_PERSON and _proposed(ice_request, person):
        return "The second person is not the one who decided."
    return ""


def is_offered(
    standing: Standing,
    ice_request: IceRequest,
    *,
    queue: str,
    asks: bool,
    proposers: Iterable[int],
) -> bool:
    """Whether a page offers to claim a request; the claim itself asks it all anew.

    `proposers` decided what waits for a second person.
    """
    person = standing.user.pk
    if not standing.holds_any(roles_of(queue), ice_request.agency_id):
        return False
    if queue == Queue.SECOND_PERSON and person in proposers:
        return False
    return not (
        asks and person in (ice_request.filed_by_id, ice_request.corrected_by_id)
    )


def proposers_of(ice_request: str) -> ArraySubquery:
    """Who decided what waits for a second person, as a column; `ice_request` is the
    name of the request's key in the row.
    """
    waiting = Determination.objects.live().filter(effective_at=None)
    return ArraySubquery(
        waiting.filter(ice_request=OuterRef(ice_request)).values("decided_by_id")
    )


def _proposed(ice_request: IceRequest, person: User) -> bool:
    waiting = ice_request.determinations.live().filter(effective_at=None)
    return waiting.filter(decided_by=person).exists()


def choose(
    ice_request: IceRequest,
    inputs: routing.Inputs,
    route: routing.Route,
    *,
    at: datetime,
    standing: Assignment | None,
) -> Chosen:
    """The desk of a new assignment: whoever had it, or what the agency's rules say."""
    on = timezone.localdate(at)
    agency = ice_request.agency
    table = RoutingTable.objects.filter(agency=agency).in_force(at).first()
    kept = standing is not None and standing.queue == route.queue
    holder_id = standing.assigned_to_id if kept else None
    if table is None and holder_id is None:
        return Chosen(unit=standing.unit if kept else None)
    among = deciders(agency, route.queue, on=on)
    options = {"queue": route.queue, "asks": bool(inputs.asks), "among": among}
    if holder_id in among and not refusal_to_hold(
        among[holder_id], ice_request, **options
    ):
        return Chosen(
            standing.unit,
            among[holder_id],
            reason="It stays with whoever had it before the findings changed.",
        )
    if table is None:
        return Chosen(unit=standing.unit if kept else None)
    return _by_rules(rules_of(table), ice_request, inputs, route, options, on=on)


def _by_rules(rows, ice_request, inputs, route, options, *, on) -> Chosen:
    named = {row.to_person_id: row.to_person for row in rows if row.to_person_id}
    away = staffing.away(list(named), ice_request.agency, on=on) if named else {}
    stand_ins, refusals = {}, {}
    for person in named.values():
        stand_in, said = _present(person, away, ice_request.agency, on=on)
        refusal = (
            said
            if stand_in is None
            else refusal_to_hold(stand_in, ice_request, **options)
        )
        if refusal:
            refusals[person.public_id] = refusal
        stand_ins[person.public_id] = (stand_in, said)
    found = routing.desk(
        [rule_of(row) for row in rows], inputs, level=route.level, refusals=refusals
    )
    units = {row.to_unit.public_id: row.to_unit for row in rows if row.to_unit_id}
    person, said = stand_ins.get(found.person, (None, ""))
    reason = f"{found.reason} {said}".strip()[:300]
    return Chosen(units.get(found.unit), person, found.rule, reason)


def _present(person: User, away: dict, agency: Agency, *, on: date):
    """The person, or who covers for him, and what to say of it."""
    present, said = person, ""
    for _ in range(_COVERS):
        absence = away.get(present.pk)
        if absence is None:
            return present, said
        present, said = absence.cover, "The person named is away: the cover has it."
        away = staffing.away([present.pk], agency, on=on)
    return None, "Those who cover are away too."


def rules_of(table: RoutingTable) -> list[RoutingRule]:
    """The rows of a table in their order, units that are closed left out."""
    rows = table.rules.select_related("from_unit", "to_unit", "to_person")
    return [
        row
        for row in rows.order_by("position")
        if row.to_unit is None or row.to_unit.closed_at is None
    ]


def rule_of(row: RoutingRule) -> routing.DeskRule:
    """A row as the pure rules read it: public identifiers and codes."""
    return routing.DeskRule(
        name=row.public_id,
        number=row.position,
        from_unit=row.from_unit.public_id if row.from_unit else "",
        shift=row.shift,
        ask=row.ask,
        citation=row.citation,
        level=row.level,
        to_unit=row.to_unit.public_id if row.to_unit else "",
        to_person=row.to_person.public_id if row.to_person else "",
    )


def citations_of(screenings: Iterable) -> tuple[str, ...]:
    """What the flagged findings cite, each once."""
    return tuple(
        sorted(
            {
                row.citation
                for one in screenings
                for row in one.weighing(one.findings.all())
                if row.result != "compliant"
            }
        )
    )
