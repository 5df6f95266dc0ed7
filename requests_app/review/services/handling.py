"""Handling: who has a request of the worklist, and until when it is put off."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from requests_app.accounts import staffing
from requests_app.accounts.access import DECIDERS, Standing
from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.review.models import Assignment, Bulk, Deferral, MessageKind
from requests_app.review.services import desks
from requests_app.review.services.telling import tell

# Nothing is put off for longer than a quarter at a time.
LONGEST = timedelta(days=92)


class NotOpen(ValueError):
    """It is off the worklist: there is nothing to have."""


class NotYourWork(PermissionError):
    """The person may not have this request, or not take it from whoever has it."""


class AlreadyClaimed(Exception):
    """Somebody else has it. Carries who and since when."""

    def __init__(self, holder: User, since: datetime):
        super().__init__(f"{holder} has this request.")
        self.holder = holder
        self.since = since


class Away(ValueError):
    """The person is away; the sentence names who covers."""


class NotThatDay(ValueError):
    """It is put off to a later moment, and not for ever."""


@transaction.atomic
def claim(*, ice_request: IceRequest, standing: Standing, at: datetime) -> Assignment:
    """Take a request to decide it; who claims what he has already changes nothing.

    What is with somebody who has left is nobody's, and the cover of somebody who is
    away may take what that person has.

    Raises NotOpen, NotYourWork, AlreadyClaimed.
    """
    assignment = _locked(ice_request)
    among = _deciders(assignment, at=at)
    _refuse_to_hold(standing.user, assignment, among)
    holder = among.get(assignment.assigned_to_id)
    if assignment.assigned_to_id == standing.user.pk:
        return assignment
    if holder is not None and not _covers(standing.user, holder, assignment, at=at):
        raise AlreadyClaimed(holder, assignment.assigned_since)
    _put_with(assignment, standing.user, at=at)
    _record("request.claimed", assignment, standing=standing, at=at)
    return assignment


@transaction.atomic
def release(*, ice_request: IceRequest, standing: Standing, at: datetime) -> Assignment:
    """Put a request back for whoever claims it next.

    Raises NotOpen, NotYourWork.
    """
    assignment = _locked(ice_request)
    _refuse_to_handle(assignment, standing=standing, at=at)
    if assignment.assigned_to_id is None:
        raise NotOpen("Nobody has this request: there is nothing to put back.")
    _put_with(assignment, None, at=at)
    _record("request.unclaimed", assignment, standing=standing, at=at)
    return assignment


@transaction.atomic
def give(
    *,
    ice_request: IceRequest,
    to: User,
    standing: Standing,
    at: datetime,
    bulk: Bulk | None = None,
) -> Assignment:
    """Give a request to a colleague who decides in its queue.

    Raises NotOpen, NotYourWork, Away.
    """
    assignment = _locked(ice_request)
    _refuse_to_handle(assignment, standing=standing, at=at)
    _refuse_to_hold(to, assignment, _deciders(assignment, at=at))
    refuse_away(to, assignment.agency, at=at)
    if assignment.assigned_to_id == to.pk:
        raise NotYourWork(f"{to} has this request already.")
    _put_with(assignment, to, at=at)
    body = {"user": to.public_id, **_of(bulk)}
    _record("request.given", assignment, standing=standing, at=at, body=body)
    if to.pk != standing.user.pk and bulk is None:
        tell(
            people=[to],
            agency=assignment.agency,
            kind=MessageKind.ASSIGNED,
            ice_request=assignment.ice_request,
            at=at,
        )
    return assignment


@transaction.atomic
def defer(
    *,
    ice_request: IceRequest,
    until: datetime,
    code: str,
    note: str,
    standing: Standing,
    at: datetime,
    bulk: Bulk | None = None,
) -> Deferral:
    """Put a request off: it is not on the worklist until then, and returns by itself.

    Its clocks run on. Raises NotOpen, NotYourWork, NotThatDay.
    """
    refuse_that_day(until, at=at)
    assignment = _locked(ice_request)
    _refuse_to_handle(assignment, standing=standing, at=at)
    assignment.deferred_until = until
    assignment.save(update_fields=["deferred_until"])
    deferral = Deferral.objects.create(
        ice_request=assignment.ice_request,
        assignment=assignment,
        until=until,
        code=code,
        note=note,
        deferred_by=standing.user,
        deferred_at=at,
    )
    body = {"until": until.isoformat(), "code": str(code), **_of(bulk)}
    _record("request.deferred", assignment, standing=standing, at=at, body=body)
    return deferral


@transaction.atomic
def resume(*, ice_request: IceRequest, standing: Standing, at: datetime) -> Assignment:
    """Have a request that was put off return now.

    Raises NotOpen, NotYourWork.
    """
    assignment = _locked(ice_request)
    _refuse_to_handle(assignment, standing=standing, at=at)
    if assignment.deferred_until is None or assignment.deferred_until <= at:
        raise NotOpen("This request is not put off.")
    assignment.deferred_until = None
    assignment.save(update_fields=["deferred_until"])
    _record("request.resumed", assignment, standing=standing, at=at)
    return assignment


@transaction.atomic
def hand_over(
    *, agency: Agency, person: User, to: User, standing: Standing, at: datetime
) -> tuple[int, int]:
    """Give all that a person has to another; how many were given, and put back.

    What the other may not decide goes back to be claimed. Raises NotYourWork, Away.
    """
    is_head = standing.holds(Role.HEAD, agency.pk)
    if not standing.holds_any(DECIDERS, agency.pk) or (
        person.pk != standing.user.pk and not is_head
    ):
        raise NotYourWork("Hand over what you have, or have the head of agency do it.")
    if person.pk == to.pk:
        raise NotYourWork("Choose somebody else to hand over to.")
    refuse_away(to, agency, at=at)
    held = Assignment.objects.open().filter(agency=agency, assigned_to=person)
    requests = IceRequest.objects.filter(pk__in=held.values("ice_request"))
    given = put_back = 0
    for ice_request in requests.order_by("pk"):
        assignment = _locked(ice_request)
        if assignment.assigned_to_id != person.pk:
            continue
        if _refusal(to, assignment, _deciders(assignment, at=at)):
            _put_with(assignment, None, at=at)
            _record("request.unclaimed", assignment, standing=standing, at=at)
            put_back += 1
            continue
        _put_with(assignment, to, at=at)
        body = {"user": to.public_id}
        _record("request.given", assignment, standing=standing, at=at, body=body)
        given += 1
    if given and to.pk != standing.user.pk:
        tell(people=[to], agency=agency, kind=MessageKind.HANDED_OVER, at=at)
    return given, put_back


def free_left(*, at: datetime, most: int = 500) -> int:
    """Put back what is with people who decide at its agency no more; how many.

    At most `most` at a time: what is left is found the next time, and no list shows it
    as anybody's meanwhile. It may safely run twice.
    """
    on = timezone.localdate(at)
    left = (
        Assignment.objects.open()
        .filter(assigned_to__isnull=False)
        .unassigned(on)
        .order_by("id")
        .values_list("ice_request_id", flat=True)[:most]
    )
    freed = 0
    for ice_request in IceRequest.objects.filter(pk__in=list(left)).order_by("pk"):
        freed += _free(ice_request, on=on, at=at)
    return freed


@transaction.atomic
def _free(ice_request: IceRequest, *, on, at: datetime) -> int:
    try:
        assignment = _locked(ice_request)
    except NotOpen:
        return 0
    still = Assignment.objects.filter(pk=assignment.pk, assigned_to__isnull=False)
    if not still.unassigned(on).exists():
        return 0
    _put_with(assignment, None, at=at)
    ledger.record(
        event="request.unclaimed",
        subject=ice_request.public_id,
        at=at,
        actor=ledger.SYSTEM,
        agency=assignment.agency.code,
    )
    return 1


def _locked(ice_request: IceRequest) -> Assignment:
    """The open assignment; its request is locked first, as everywhere."""
    locked = (
        IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=ice_request.pk)
    )
    assignment = locked.assignments.open().select_related("agency").first()
    if assignment is None:
        raise NotOpen("This request is off the worklist: see its history.")
    assignment.ice_request = locked
    return assignment


def _deciders(assignment: Assignment, *, at: datetime) -> dict[int, User]:
    return desks.deciders(
        assignment.agency, assignment.queue, on=timezone.localdate(at)
    )


def _refusal(person: User, assignment: Assignment, among: dict) -> str:
    return desks.refusal_to_hold(
        person,
        assignment.ice_request,
        queue=assignment.queue,
        asks=bool(assignment.inputs.get("asks")),
        among=among,
    )


def _refuse_to_hold(person: User, assignment: Assignment, among: dict) -> None:
    refusal = _refusal(person, assignment, among)
    if refusal:
        raise NotYourWork(refusal)


def _refuse_to_handle(assignment: Assignment, *, standing, at) -> None:
    """Nobody disposes of a colleague's work but the head of agency."""
    agency_id = assignment.agency_id
    if not standing.holds_any(DECIDERS, agency_id):
        raise NotYourWork("Only a supervisor or the head of agency does this.")
    if standing.holds(Role.HEAD, agency_id):
        return
    if assignment.assigned_to_id in (None, standing.user.pk):
        return
    on = timezone.localdate(at)
    there = desks.deciders(assignment.agency, "", on=on)
    holder = there.get(assignment.assigned_to_id)
    if holder is not None and not _covers(standing.user, holder, assignment, at=at):
        raise NotYourWork(
            f"{holder} has this request. Ask for it, or ask the head of agency."
        )


def _covers(person: User, holder: User, assignment: Assignment, *, at) -> bool:
    on = timezone.localdate(at)
    absence = staffing.away([holder.pk], assignment.agency, on=on).get(holder.pk)
    return absence is not None and absence.cover_id == person.pk


def refuse_that_day(until: datetime, *, at: datetime) -> None:
    """Raises NotThatDay when something cannot be put off until then."""
    if not at < until <= at + LONGEST:
        raise NotThatDay(
            f"Choose a moment after now and within {LONGEST.days} days of it."
        )


def refuse_away(person: User, agency: Agency, *, at: datetime) -> None:
    """Raises Away, naming who covers, when the person is away that day."""
    absence = staffing.away([person.pk], agency, on=timezone.localdate(at)).get(
        person.pk
    )
    if absence is not None:
        raise Away(
            f"{person} is away until {absence.effective_until:%b %-d, %Y}. "
            f"Give it to {absence.cover}, who covers."
        )


def _put_with(assignment: Assignment, person: User | None, *, at: datetime) -> None:
    assignment.assigned_to = person
    assignment.assigned_since = at if person else None
    assignment.save(update_fields=["assigned_to", "assigned_since"])


def _of(bulk: Bulk | None) -> dict[str, str]:
    return {"bulk": bulk.public_id} if bulk else {}


def _record(event: str, assignment, *, standing: Standing, at, body=None) -> None:
    is_head = standing.holds(Role.HEAD, assignment.agency_id)
    ledger.record(
        event=event,
        subject=assignment.ice_request.public_id,
        at=at,
        actor=standing.user.public_id,
        role=Role.HEAD if is_head else Role.SUPERVISOR,
        agency=assignment.agency.code,
        body=body,
    )
