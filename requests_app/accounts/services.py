"""Granting and ending roles; recording who came in and who was refused."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from requests_app.accounts import tenancy
from requests_app.accounts.models import Agency, Appointment, Role, User
from requests_app.ledger import services as ledger
from requests_app.ledger.events import IDENTIFIER
from requests_app.outbox import services as outbox
from requests_app.outbox.models import Job

# The agency's own hours, the warning last.
AGENCY_CLOCKS = (
    "decide_within_hours",
    "copy_within_hours",
    "second_within_hours",
    "warn_before_hours",
)


class NotYourAgency(PermissionError):
    """An administrator acts at his or her own agency only."""


class SelfGrant(PermissionError):
    """Nobody grants a role to himself or herself."""


class AlreadyHeld(ValueError):
    """The person holds that role there in a part of that period already."""


class AlreadyEnded(ValueError):
    """The appointment counts no more; its period stays as it was."""


class LastAdministrator(ValueError):
    """An agency keeps at least one administrator whose appointment has no end."""


@transaction.atomic
def add_agency(*, agency: Agency, by: User | None, at: datetime) -> Agency:
    """Keep an agency that is new here; nobody's name stands for the operator."""
    agency.save(force_insert=True)
    ledger.record(
        event="agency.added",
        subject=agency.public_id,
        at=at,
        actor=by.public_id if by else ledger.SYSTEM,
        agency=agency.code,
        body={"kind": agency.kind},
    )
    return agency


class WarnsTooEarly(ValueError):
    """The warning would come before the clock has begun."""


@transaction.atomic
def set_transparent(*, agency: Agency, is_on: bool, by: User, at: datetime) -> Agency:
    """Switch the agency's page of public tables on or off. Raises NotYourAgency."""
    if not _administers(by, agency, on=timezone.localdate(at)):
        raise NotYourAgency("Only an administrator of the agency switches its page.")
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    if agency.is_transparent != is_on:
        agency.is_transparent = is_on
        agency.save(update_fields=["is_transparent"])
        ledger.record(
            event="agency.changed",
            subject=agency.public_id,
            at=at,
            actor=by.public_id,
            role=Role.ADMINISTRATOR,
            agency=agency.code,
            body={"fields": ["is_transparent"]},
        )
    return agency


@transaction.atomic
def set_clocks(
    *, agency: Agency, hours: Mapping[str, int], by: User, at: datetime
) -> list[str]:
    """Set the agency's own hours, which are policy; the names of those that changed.

    `hours` are fields of `AGENCY_CLOCKS`. What waits keeps the due time it has. Raises
    NotYourAgency, WarnsTooEarly.
    """
    if not _administers(by, agency, on=timezone.localdate(at)):
        raise NotYourAgency("Only an administrator of the agency sets its clocks.")
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    changed = [name for name, value in hours.items() if getattr(agency, name) != value]
    for name in changed:
        setattr(agency, name, hours[name])
    shortest = min(getattr(agency, name) for name in AGENCY_CLOCKS[:-1])
    if agency.warn_before_hours >= shortest:
        raise WarnsTooEarly(
            f"The warning would come before the shortest clock, {shortest} hours, has "
            "begun. Enter fewer hours for the warning, or more for that clock."
        )
    if changed:
        agency.save(update_fields=changed)
        ledger.record(
            event="agency.changed",
            subject=agency.public_id,
            at=at,
            actor=by.public_id,
            role=Role.ADMINISTRATOR,
            agency=agency.code,
            body={"fields": changed},
        )
    return changed


@transaction.atomic
def add_user(*, user: User, by: User | None, at: datetime) -> User:
    """Keep an account that is new here; it holds no role yet."""
    user.save(force_insert=True)
    ledger.record(
        event="user.added",
        subject=user.public_id,
        at=at,
        actor=by.public_id if by else ledger.SYSTEM,
    )
    return user


def record_change(*, user: User, fields: Sequence[str], at: datetime) -> None:
    """Record that a person changed his or her account: which fields, not to what."""
    ledger.record(
        event="user.changed",
        subject=user.public_id,
        at=at,
        actor=user.public_id,
        body={"fields": list(fields)},
    )


@transaction.atomic
def install(*, appointment: Appointment, at: datetime) -> Appointment:
    """Appoint somebody whom no administrator could: an agency's first one."""
    appointment.save(force_insert=True)
    _record("role.granted", appointment, by=None, at=at)
    return appointment


@transaction.atomic
def grant(
    *,
    user: User,
    agency: Agency | None,
    role: str,
    effective_from: date,
    effective_until: date | None,
    by: User,
    at: datetime,
) -> Appointment:
    """Appoint a person; without an agency, an auditor of the whole state.

    Raises SelfGrant, NotYourAgency, AlreadyHeld.
    """
    if user.pk == by.pk:
        raise SelfGrant("Nobody grants a role to himself. Ask another administrator.")
    if not _administers(by, agency, on=timezone.localdate(at)):
        raise NotYourAgency("Only an administrator of the agency grants its roles.")
    # One grant a person at a time: two at once would not see each other's.
    User.objects.select_for_update().get(pk=user.pk)
    held = Appointment.objects.of(user).filter(agency=agency, role=role)
    if held.overlapping(effective_from, effective_until).exists():
        raise AlreadyHeld(
            f"{user} is {Role(role).label.lower()} there already in that period."
        )
    appointment = Appointment.objects.create(
        user=user,
        agency=agency,
        role=role,
        effective_from=effective_from,
        effective_until=effective_until,
        granted_by=by,
    )
    _record("role.granted", appointment, by=by, at=at)
    return appointment


def _administers(user: User, agency: Agency | None, *, on: date) -> bool:
    posts = Appointment.objects.of(user).in_force(on).filter(role=Role.ADMINISTRATOR)
    return (posts if agency is None else posts.filter(agency=agency)).exists()


@transaction.atomic
def end(*, appointment: Appointment, on: date, by: User, at: datetime) -> Appointment:
    """End an appointment: the role counts no more from `on`.

    Raises AlreadyEnded, LastAdministrator.
    """
    # Together with its peers: two administrators must not end each other at once.
    peers = Appointment.objects.filter(agency=appointment.agency, role=appointment.role)
    locked = {row.pk: row for row in peers.select_for_update().order_by("id")}
    appointment = locked[appointment.pk]
    until = appointment.effective_until
    if until is not None and until <= on:
        raise AlreadyEnded("This role has ended already.")
    if appointment.role == Role.ADMINISTRATOR:
        others = peers.filter(
            effective_from__lte=on, effective_until=None, user__is_active=True
        ).exclude(pk=appointment.pk)
        if not others.exists():
            raise LastAdministrator(
                "This is the agency's last administrator. Appoint another one, "
                "without an end, first."
            )
    appointment.effective_until = max(on, appointment.effective_from)
    appointment.save(update_fields=["effective_until"])
    _record("role.ended", appointment, by=by, at=at)
    if appointment.agency is not None:
        # What the person had at that agency is nobody's from the day on.
        outbox.enqueue(
            kind="assignment.freed",
            subject=appointment.user.public_id,
            agency=appointment.agency.code,
            at=at,
        )
    return appointment


def record_session(
    event: str, *, user: User | None, by: User | None, at: datetime
) -> None:
    """Record that a person came in, left, or was not let in.

    `by` is nobody while it is not proved who asks; a name that no account has is not
    kept at all.
    """
    role, agency = place_of(user, on=timezone.localdate(at))
    ledger.record(
        event=event,
        subject=user.public_id if user else ledger.ANONYMOUS,
        at=at,
        actor=by.public_id if by else ledger.ANONYMOUS,
        role=role if by else "",
        agency=agency,
        outcome="refused" if event == "session.refused" else "ok",
    )


METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
)


def record_denial(
    *,
    user: User | None,
    door: str | None,
    method: str,
    status: int,
    about: str,
    at: datetime,
) -> None:
    """Record that somebody tried a door in vain; without `user`, nobody we know.

    `about` is what stood in the address. It is kept for somebody signed in, and only
    in the shape of an identifier: nobody else writes into the history.
    """
    role, agency = place_of(user, on=timezone.localdate(at))
    body = {
        "door": door,
        "method": method if method in METHODS else "OTHER",
        "status": status,
    }
    if user is not None and IDENTIFIER.match(about):
        body["about"] = about
    who = user.public_id if user else ledger.ANONYMOUS
    ledger.record(
        event="access.denied",
        subject=who,
        at=at,
        actor=who,
        role=role,
        agency=agency,
        outcome="refused",
        body=body,
    )


def record_unopened(
    *, user: User, door: str, about: str, outcome: str, at: datetime
) -> None:
    """Record that a sealed record did not open: destroyed, or tampered with.

    `about` is the identifier in the address; without one the entry is the reader's.
    """
    role, agency = place_of(user, on=timezone.localdate(at))
    ledger.record(
        event="record.unopened",
        subject=about if IDENTIFIER.match(about) else user.public_id,
        at=at,
        actor=user.public_id,
        role=role,
        agency=agency,
        outcome=outcome,
        body={"door": door},
    )


@transaction.atomic
def retry_job(*, job: Job, by: User, at: datetime) -> Job:
    """Have a job that was given up tried again, and record who wanted it.

    Raises outbox.NotDead.
    """
    again = outbox.retry(job=job, at=at)
    ledger.record(
        event="job.retried",
        subject=job.public_id,
        at=at,
        actor=by.public_id,
        role=Role.ADMINISTRATOR,
        agency=job.agency,
        body={"kind": job.kind},
    )
    return again


def place_of(user: User | None, *, on: date) -> tuple[str, str]:
    """The one role and the one agency of a person; empty when there are several."""
    if user is None:
        return "", ""
    held = Appointment.objects.of(user).in_force(on)
    with tenancy.entered(tenancy.of_person(user)):
        rows = list(held.filter(~Q(agency=None)).values_list("role", "agency__code"))
    roles, codes = {row[0] for row in rows}, {row[1] for row in rows}
    return (
        roles.pop() if len(roles) == 1 else "",
        codes.pop() if len(codes) == 1 else "",
    )


def _record(
    event: str, appointment: Appointment, *, by: User | None, at: datetime
) -> None:
    until = appointment.effective_until
    body = {
        "user": appointment.user.public_id,
        "role": appointment.role,
        "agency": appointment.agency.code if appointment.agency else None,
        "effective_until": until.isoformat() if until else None,
    }
    if event == "role.granted":
        body["effective_from"] = appointment.effective_from.isoformat()
    ledger.record(
        event=event,
        subject=appointment.public_id,
        at=at,
        actor=by.public_id if by else ledger.SYSTEM,
        role=Role.ADMINISTRATOR if by else "",
        agency=appointment.agency.code if appointment.agency else "",
        body=body,
    )
