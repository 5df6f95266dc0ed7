"""People, agencies and appointments."""

from datetime import date

import pgtrigger
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from requests_app.ledger import services as ledger
from requests_app.ledger.models import new_public_id


class Role(models.TextChoices):
    """What a person may do at an agency."""

    CLERK = "clerk", "Clerk"
    SUPERVISOR = "supervisor", "Supervisor"
    HEAD = "head", "Head of agency"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"
    RECORDS_OFFICER = "records_officer", "Records officer"


class AgencyKind(models.TextChoices):
    """The kinds of official of the assess contract, named by their agency."""

    MUNICIPAL_POLICE = "municipal_police", "Municipal police department"
    STATE_POLICE = "state_police", "State Police"
    CORRECTION = "correction", "Department of Correction"
    JUDICIAL_MARSHAL = "judicial_marshal", "Judicial marshals"
    STATE_MARSHAL = "state_marshal", "State marshals"
    ADULT_PROBATION = "adult_probation", "Adult probation"
    JUVENILE_PROBATION = "juvenile_probation", "Juvenile probation"
    CRIMINAL_JUSTICE = "criminal_justice_division", "Division of Criminal Justice"
    PARDONS_AND_PAROLES = "pardons_and_paroles", "Board of Pardons and Paroles"
    BAIL_COMMISSIONER = "bail_commissioner", "Bail commissioners"
    SCHOOL_POLICE = "school_police", "School police or security department"
    OTHER = "other_public_employee", "Other public agency"


class AccountManager(UserManager):
    """Accounts that the operator makes at the command line are history too."""

    use_in_migrations = False

    @transaction.atomic
    def _create_user(self, username, email, password, **fields):
        user = super()._create_user(username, email, password, **fields)
        ledger.record(
            event="user.added",
            subject=user.public_id,
            at=timezone.now(),
            actor=ledger.SYSTEM,
        )
        return user


class User(AbstractUser):
    """A person who signs in. The public identifier is all that the ledger keeps."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    title = models.CharField("rank or title", max_length=80, blank=True)

    objects = AccountManager()

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Agency(models.Model):
    """A public body that ICE requests reach."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, choices=AgencyKind)
    body = models.CharField("town or state body", max_length=120)
    legislative_body = models.CharField(max_length=120, blank=True)
    head_title = models.CharField("title of the head of agency", max_length=80)
    # The agency's own policy, never law: hours to decide and to hand over copies.
    decide_within_hours = models.PositiveSmallIntegerField(default=24)
    copy_within_hours = models.PositiveSmallIntegerField(default=24)
    second_within_hours = models.PositiveSmallIntegerField(default=24)
    warn_before_hours = models.PositiveSmallIntegerField(default=4)
    # Whether it shows a page of public tables to everybody.
    is_transparent = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AgencyKind.values), name="agency_kind_is_known"
            ),
            # It begins every request number and stands in every entry of the history.
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z][A-Z0-9-]{0,11}$"),
                name="agency_code_is_capitals_and_digits",
            ),
        ]
        triggers = [
            # An administrator sets the agency's clocks, not which law binds it.
            pgtrigger.ReadOnly(
                name="agency_is_what_was_added", fields=["public_id", "code", "kind"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet):
    """Adjectives for appointments."""

    def in_force(self, on: date) -> "AppointmentQuerySet":
        # No end date means until further notice.
        return self.filter(effective_from__lte=on).filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=on)
        )

    def overlapping(self, first: date, end: date | None) -> "AppointmentQuerySet":
        """Those that count on a day from `first` until (excluding) `end`."""
        # An appointment ended before its first day counted on none.
        found = self.exclude(effective_until=F("effective_from")).filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=first)
        )
        return found if end is None else found.filter(effective_from__lt=end)

    def of(self, user: User) -> "AppointmentQuerySet":
        return self.filter(user=user)


# The rule holds whoever writes: one at a time may end the administrators of an agency.
_LEAVES_AN_ADMINISTRATOR = """
    PERFORM pg_advisory_xact_lock(
        hashtextextended('administrators of an agency', OLD.agency_id)
    );
    IF NOT EXISTS (
        SELECT 1 FROM requests_app_appointment a
        WHERE a.agency_id = OLD.agency_id AND a.role = 'administrator'
          AND a.id <> OLD.id AND a.effective_until IS NULL
          AND a.effective_from <= NEW.effective_until
    ) THEN
        RAISE EXCEPTION 'an agency keeps at least one administrator';
    END IF;
    RETURN NEW;
"""


class Appointment(models.Model):
    """A role that a person holds at an agency from a day until (excluding) another.

    Only an auditor may be appointed without an agency: the whole state.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="appointments"
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
    )
    role = models.CharField(max_length=20, choices=Role)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="appointment_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | Q(role=Role.AUDITOR),
                name="appointment_without_agency_is_an_auditors",
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True)
                | Q(effective_until__gte=F("effective_from")),
                name="appointment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")),
                name="appointment_is_not_self_granted",
            ),
            ExclusionConstraint(
                name="appointment_is_held_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        # Two of the whole state, without an agency, exclude each other.
                        Coalesce("agency", 0, output_field=models.BigIntegerField()),
                        RangeOperators.EQUAL,
                    ),
                    (
                        Func(
                            "effective_from",
                            "effective_until",
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "role"], name="appointment_by_agency"),
        ]
        triggers = [
            pgtrigger.Protect(name="appointment_is_kept", operation=pgtrigger.Delete),
            # A role is ended and another granted; it does not turn into another.
            pgtrigger.ReadOnly(
                name="appointment_is_what_was_granted",
                fields=["public_id", "user", "agency", "role"]
                + ["effective_from", "granted_by"],
            ),
            pgtrigger.Trigger(
                name="appointment_leaves_an_administrator",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.role = 'administrator'"
                    " AND OLD.agency_id IS NOT NULL"
                    " AND NEW.effective_until IS NOT NULL"
                    " AND NEW.effective_until IS DISTINCT FROM OLD.effective_until"
                ),
                func=_LEAVES_AN_ADMINISTRATOR,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.agency or 'whole state'}"


class UnitQuerySet(models.QuerySet):
    """Adjectives for units."""

    def open(self) -> "UnitQuerySet":
        return self.filter(closed_at__isnull=True)


class Unit(models.Model):
    """A part of an agency that work is sent to: a division, a desk, a team."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(max_length=60)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(closed_at__isnull=True),
                name="unit_named_once",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="unit_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="unit_is_what_was_added",
                fields=["public_id", "agency", "name", "added_by", "added_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlacementQuerySet(models.QuerySet):
    """Adjectives for placements."""

    def in_force(self, on: date) -> "PlacementQuerySet":
        return self.filter(effective_from__lte=on).filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=on)
        )


class Placement(models.Model):
    """Who works in a unit, from a day until (excluding) another. One at a time."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="placements")
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True)
                | Q(effective_until__gte=F("effective_from")),
                name="placement_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="placement_is_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (
                        Func(
                            "effective_from",
                            "effective_until",
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="placement_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="placement_is_what_was_entered",
                fields=["public_id", "unit", "agency", "user"]
                + ["effective_from", "placed_by"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.unit}"


class AbsenceQuerySet(models.QuerySet):
    """Adjectives for absences."""

    def in_force(self, on: date) -> "AbsenceQuerySet":
        return self.filter(
            ended_at__isnull=True, effective_from__lte=on, effective_until__gt=on
        )


class Absence(models.Model):
    """Somebody is away from a day until (excluding) another, and who covers."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    cover = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    effective_from = models.DateField()
    effective_until = models.DateField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(cover=F("user")), name="absence_is_covered_by_another"
            ),
            models.CheckConstraint(
                condition=Q(effective_until__gt=F("effective_from")),
                name="absence_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "effective_until"], name="absence_by_user"),
        ]
        triggers = [
            pgtrigger.Protect(name="absence_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="absence_is_what_was_entered",
                fields=["public_id", "agency", "user", "cover"]
                + ["effective_from", "effective_until", "entered_by", "entered_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} is away until {self.effective_until}"
