"""Staffing: units, who works in them, and who is away and covered by whom."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from requests_app.accounts.models import (
    Absence,
    Agency,
    Appointment,
    Placement,
    Role,
    Unit,
    User,
)
from requests_app.ledger import services as ledger

# Work is put on the desks of those who decide.
DECIDING = (Role.SUPERVISOR, Role.HEAD)


class NameTaken(ValueError):
    """The agency has a unit of that name already."""


class UnitClosed(ValueError):
    """Nobody is placed in a unit that is closed."""


class NotThere(ValueError):
    """The person holds no role at the agency that day."""


class NotYours(PermissionError):
    """An absence is entered by the person or by an administrator of the agency."""


class NotFree(ValueError):
    """One of the two is away in that period already."""


class EndedAlready(ValueError):
    """The absence is over: its period stays as it was."""


@transaction.atomic
def add_unit(*, agency: Agency, name: str, by: User, at: datetime) -> Unit:
    """Add a part of the agency that work is sent to.

    Raises NameTaken.
    """
    try:
        with transaction.atomic():
            unit = Unit.objects.create(
                agency=agency, name=name, added_by=by, added_at=at
            )
    except IntegrityError:
        raise NameTaken(
            "The agency has a unit of that name. Choose another name."
        ) from None
    _record("unit.added", unit.public_id, agency, by=by, at=at)
    return unit


@transaction.atomic
def close_unit(*, unit: Unit, by: User, at: datetime) -> Unit:
    """Close a unit: nobody is placed there any more, and nothing is sent to it.

    Raises UnitClosed.
    """
    unit = Unit.objects.select_for_update().select_related(None).get(pk=unit.pk)
    if unit.closed_at is not None:
        raise UnitClosed("This unit is closed already.")
    on = timezone.localdate(at)
    unit.closed_at = at
    unit.save(update_fields=["closed_at"])
    for placement in unit.placements.in_force(on).select_for_update():
        placement.effective_until = max(on, placement.effective_from)
        placement.save(update_fields=["effective_until"])
    _record("unit.closed", unit.public_id, unit.agency, by=by, at=at)
    return unit


@transaction.atomic
def place(
    *, unit: Unit, user: User, effective_from: date, by: User, at: datetime
) -> Placement:
    """Have a person work in a unit from a day on; the placement before it ends.

    Raises UnitClosed, NotThere, NotFree.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if unit.closed_at is not None:
        raise UnitClosed("This unit is closed: choose another one.")
    if not _holds_any_role(user, unit.agency, on=effective_from):
        raise NotThere(f"{user} holds no role at the agency on that day.")
    before = Placement.objects.filter(agency=unit.agency, user=user).exclude(
        effective_until__lte=effective_from
    )
    for placement in before.select_for_update():
        if placement.effective_from > effective_from:
            raise NotFree(
                f"{user} is placed from {placement.effective_from} on already. "
                "Enter that day or a later one."
            )
        placement.effective_until = effective_from
        placement.save(update_fields=["effective_until"])
    placement = Placement.objects.create(
        unit=unit,
        agency=unit.agency,
        user=user,
        effective_from=effective_from,
        placed_by=by,
    )
    _record_placement(placement, by=by, at=at)
    return placement


@transaction.atomic
def end_placement(
    *, placement: Placement, on: date, by: User, at: datetime
) -> Placement:
    """Have a person work in the unit no more from a day on.

    Raises EndedAlready.
    """
    placement = Placement.objects.select_for_update().get(pk=placement.pk)
    until = placement.effective_until
    if until is not None and until <= on:
        raise EndedAlready("This placement has ended already.")
    placement.effective_until = max(on, placement.effective_from)
    placement.save(update_fields=["effective_until"])
    _record_placement(placement, by=by, at=at)
    return placement


def unit_of(user: User, agency: Agency, *, on: date) -> Unit | None:
    """The unit that somebody works in that day."""
    placement = (
        Placement.objects.in_force(on)
        .filter(user=user, agency=agency)
        .select_related("unit")
        .first()
    )
    return placement.unit if placement else None


@transaction.atomic
def enter_absence(
    *,
    agency: Agency,
    user: User,
    cover: User,
    effective_from: date,
    effective_until: date,
    by: User,
    at: datetime,
) -> Absence:
    """Enter that somebody is away until (excluding) a day, and who covers.

    Raises NotYours, NotThere, NotFree.
    """
    # In the order of their numbers, so that two people do not wait for each other.
    list(
        User.objects.filter(pk__in=[user.pk, cover.pk])
        .order_by("pk")
        .select_for_update()
    )
    on = timezone.localdate(at)
    if user.pk != by.pk and not _holds(by, agency, (Role.ADMINISTRATOR,), on=on):
        raise NotYours("Only the person, or an administrator, enters an absence.")
    for one in (user, cover):
        if not _holds(one, agency, DECIDING, on=effective_from):
            raise NotThere(f"{one} does not decide at the agency on the first day.")
    during = Absence.objects.filter(
        agency=agency,
        ended_at=None,
        effective_from__lt=effective_until,
        effective_until__gt=effective_from,
    )
    if during.filter(user=user).exists():
        raise NotFree(f"{user} is away in a part of that period already.")
    if during.filter(user=cover).exists():
        raise NotFree(f"{cover} is away in a part of that period. Choose another.")
    absence = Absence.objects.create(
        agency=agency,
        user=user,
        cover=cover,
        effective_from=effective_from,
        effective_until=effective_until,
        entered_by=by,
        entered_at=at,
    )
    body = {
        "user": user.public_id,
        "cover": cover.public_id,
        "effective_from": effective_from.isoformat(),
        "effective_until": effective_until.isoformat(),
    }
    _record("absence.entered", absence.public_id, agency, by=by, at=at, body=body)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User, at: datetime) -> Absence:
    """Have an absence end before its day: the person is back.

    Raises NotYours, EndedAlready.
    """
    absence = (
        Absence.objects.select_for_update(of=("self",))
        .select_related("agency", "user")
        .get(pk=absence.pk)
    )
    on = timezone.localdate(at)
    if absence.user_id != by.pk and not _holds(
        by, absence.agency, (Role.ADMINISTRATOR,), on=on
    ):
        raise NotYours("Only the person, or an administrator, ends an absence.")
    if absence.ended_at is not None or absence.effective_until <= on:
        raise EndedAlready("This absence is over already.")
    absence.ended_at = at
    absence.save(update_fields=["ended_at"])
    body = {"user": absence.user.public_id}
    _record("absence.ended", absence.public_id, absence.agency, by=by, at=at, body=body)
    return absence


def away(users, agency: Agency, *, on: date) -> dict[int, Absence]:
    """The absences in force of these people, by person."""
    rows = Absence.objects.in_force(on).filter(agency=agency, user__in=users)
    return {row.user_id: row for row in rows.select_related("user", "cover")}


def _holds(user: User, agency: Agency, roles, *, on: date) -> bool:
    held = Appointment.objects.of(user).in_force(on)
    return held.filter(agency=agency, role__in=roles).exists()


def _holds_any_role(user: User, agency: Agency, *, on: date) -> bool:
    return _holds(user, agency, Role.values, on=on)


def may_enter_for(agency_ids, *, on: date):
    """Those who decide at these agencies and so can be away."""
    posts = Appointment.objects.in_force(on).filter(
        agency__in=agency_ids, role__in=DECIDING
    )
    return User.objects.filter(
        Q(pk__in=posts.values("user_id")), is_active=True
    ).order_by("last_name", "first_name", "id")


def _record_placement(placement: Placement, *, by: User, at: datetime) -> None:
    until = placement.effective_until
    body = {
        "user": placement.user.public_id,
        "effective_from": placement.effective_from.isoformat(),
        "effective_until": until.isoformat() if until else None,
    }
    unit = placement.unit
    _record("unit.placed", unit.public_id, unit.agency, by=by, at=at, body=body)


def _record(event: str, subject: str, agency: Agency, *, by, at, body=None) -> None:
    is_administrator = _holds(
        by, agency, (Role.ADMINISTRATOR,), on=timezone.localdate(at)
    )
    ledger.record(
        event=event,
        subject=subject,
        at=at,
        actor=by.public_id,
        role=Role.ADMINISTRATOR if is_administrator else "",
        agency=agency.code,
        body=body,
    )
