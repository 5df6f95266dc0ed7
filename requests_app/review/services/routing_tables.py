"""Routing tables: an agency's own rules, tried on the past before they begin."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.outbox import services as outbox
from requests_app.review import routing
from requests_app.review.models import Assignment, RoutingRule, RoutingTable
from requests_app.review.services import desks

TWELVE_MONTHS = timedelta(days=365)
# A dry run looks at so many assignments at most, the newest first, and says so.
MOST_TRIED = 20_000
MOST_RULES = 40
_KNOWN = frozenset(field.name for field in fields(routing.Inputs))
_ORIGIN = ("unit", "shift", "citations")


class NoRules(ValueError):
    """A table has at least one rule, and not more than a page can show."""


class NotTried(ValueError):
    """A table takes effect only after its dry run."""


class NotBackwards(ValueError):
    """A table counts for assignments to come, never for those already made."""


class InForceAlready(ValueError):
    """The table has a beginning, or was withdrawn: it stays as it is."""


@transaction.atomic
def propose(
    *, agency: Agency, rules: Sequence[RoutingRule], by: User, at: datetime
) -> RoutingTable:
    """Keep a new table with its rows, not in effect, and have it tried.

    Raises NoRules.
    """
    if not 0 < len(rules) <= MOST_RULES:
        raise NoRules(f"Enter between one and {MOST_RULES} rules.")
    table = RoutingTable.objects.create(agency=agency, made_by=by, made_at=at)
    for position, rule in enumerate(rules, start=1):
        rule.table, rule.position = table, position
    RoutingRule.objects.bulk_create(rules)
    _record("routing.proposed", table, by=by, at=at, body={"rules": len(rules)})
    order_trial(table=table, by=by, at=at)
    return table


def order_trial(*, table: RoutingTable, by: User, at: datetime) -> None:
    """Have the dry run made after the answer: an administrator reads no requests."""
    outbox.enqueue(
        kind="routing.tried", subject=table.public_id, agency=table.agency.code, at=at
    )


@transaction.atomic
def try_out(*, table: RoutingTable, at: datetime) -> RoutingTable:
    """Replay the assignments of the last twelve months and keep what would move."""
    table = (
        RoutingTable.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=table.pk)
    )
    if table.effective_at is not None or table.withdrawn_at is not None:
        return table
    table.trial = _trial(table, at=at)
    table.tried_at = at
    table.save(update_fields=["trial", "tried_at"])
    body = {"looked": table.trial["looked"], "moved": table.trial["moved"]}
    _record("routing.tried", table, by=None, at=at, body=body)
    return table


@transaction.atomic
def put_in_force(
    *, table: RoutingTable, effective_at: datetime, by: User, at: datetime
) -> RoutingTable:
    """Have a tried table choose desks from a moment on.

    Raises NotTried, InForceAlready, NotBackwards.
    """
    table = _locked(table)
    if table.tried_at is None:
        raise NotTried("Wait for the dry run, read it, then put the table in force.")
    if table.effective_at is not None or table.withdrawn_at is not None:
        raise InForceAlready("This table has a beginning already, or was withdrawn.")
    if effective_at < at:
        raise NotBackwards("Choose now or a later moment: nothing past is moved.")
    table.effective_at = effective_at
    table.effective_by = by
    table.save(update_fields=["effective_at", "effective_by"])
    body = {"effective_from": effective_at.isoformat()}
    _record("routing.began", table, by=by, at=at, body=body)
    return table


@transaction.atomic
def withdraw(*, table: RoutingTable, by: User, at: datetime) -> RoutingTable:
    """Take a table back: the one before it counts again, or none.

    Raises InForceAlready.
    """
    table = _locked(table)
    if table.withdrawn_at is not None:
        raise InForceAlready("This table was withdrawn already.")
    table.withdrawn_at = at
    table.save(update_fields=["withdrawn_at"])
    _record("routing.withdrawn", table, by=by, at=at)
    return table


def _locked(table: RoutingTable) -> RoutingTable:
    locked = RoutingTable.objects.select_for_update(of=("self",))
    return locked.select_related("agency").get(pk=table.pk)


def _trial(table: RoutingTable, *, at: datetime) -> dict:
    rows = desks.rules_of(table)
    rules = [desks.rule_of(row) for row in rows]
    people = {row.to_person.public_id: row.to_person for row in rows if row.to_person}
    among = {}
    looked, moved, incomplete = 0, 0, 0
    by_rule, moves = Counter(), Counter()
    for past in _past(table.agency, at=at):
        if past.queue not in among:
            among[past.queue] = desks.deciders(
                table.agency, past.queue, on=timezone.localdate(at)
            )
        kept = past.inputs
        inputs = inputs_of(kept)
        refusals = _refusals(people, past, inputs, among[past.queue])
        found = routing.desk(rules, inputs, level=past.level, refusals=refusals)
        looked += 1
        incomplete += any(name not in kept for name in _ORIGIN)
        by_rule[found.rule] += 1
        was, would = _desk_of(past), found.unit or found.person
        if was != would:
            moved += 1
            moves[was, would] += 1
    return {
        "looked": looked,
        "moved": moved,
        "incomplete": incomplete,
        "is_whole": looked < MOST_TRIED,
        "by_rule": dict(by_rule),
        "moves": [[*pair, number] for pair, number in moves.most_common(30)],
    }


def _past(agency: Agency, *, at: datetime):
    rows = Assignment.objects.filter(
        agency=agency, assigned_at__gte=at - TWELVE_MONTHS, assigned_at__lte=at
    ).exclude(queue="record")
    # The personal words of the assignment and the request are sealed and not needed.
    return (
        rows.select_related("ice_request", "unit", "assigned_to")
        .only(
            *("queue", "level", "inputs", "desk_rule", "unit__public_id"),
            *("assigned_to__public_id", "ice_request__filed_by_id"),
            "ice_request__corrected_by_id",
        )
        .order_by("-id")[:MOST_TRIED]
        .iterator(chunk_size=1000)
    )


def inputs_of(kept: dict) -> routing.Inputs:
    """What an assignment kept, as routing reads it; older ones kept less."""
    known = {key: value for key, value in kept.items() if key in _KNOWN}
    lists = {key: tuple(known[key]) for key in ("asks", "citations") if key in known}
    return routing.Inputs(**{**known, **lists})


def _refusals(people: dict, past: Assignment, inputs, among: dict) -> dict[str, str]:
    ice_request: IceRequest = past.ice_request
    own = (ice_request.filed_by_id, ice_request.corrected_by_id)
    return {
        public_id: "the person may not decide it."
        for public_id, person in people.items()
        if person.pk not in among or (inputs.asks and person.pk in own)
    }


def _desk_of(past: Assignment) -> str:
    if past.unit is not None:
        return past.unit.public_id
    if past.desk_rule and past.assigned_to is not None:
        return past.assigned_to.public_id
    return ""


def _record(event: str, table: RoutingTable, *, by: User | None, at, body=None) -> None:
    ledger.record(
        event=event,
        subject=table.public_id,
        at=at,
        actor=by.public_id if by else ledger.SYSTEM,
        role=Role.ADMINISTRATOR if by else "",
        agency=table.agency.code,
        body=body,
    )
