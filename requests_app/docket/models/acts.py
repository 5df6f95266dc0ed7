"""What is asked of an agency, and what it did: asks, acts, contacts, releases."""

from datetime import UTC

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import User
from requests_app.docket.models.choices import (
    ACT_OF_ASK,
    ActKind,
    Answer,
    AskKind,
    Channel,
    Information,
)
from requests_app.docket.models.record import IceRequest, SealedFact
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedTextField, is_sealed


class Ask(models.Model):
    """One thing a request wants. Determined on its own."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="asks"
    )
    kind = models.CharField(max_length=16, choices=AskKind)
    information = ArrayField(
        models.CharField(max_length=40, choices=Information), default=list, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ice_request", "kind"], name="ask_once_a_request"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AskKind.values), name="ask_kind_is_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ask_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def act_kind(self) -> str:
        return ACT_OF_ASK[self.kind]


class Act(SealedFact):
    """Something the agency did. Never edited: a wrong entry gets a correcting one."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="acts"
    )
    ask = models.ForeignKey(
        Ask, on_delete=models.PROTECT, null=True, blank=True, related_name="acts"
    )
    kind = models.CharField(max_length=20, choices=ActKind)
    happened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    late_reason = SealedTextField()
    done_by = SealedTextField()
    information = ArrayField(
        models.CharField(max_length=40, choices=Information), default=list, blank=True
    )
    head_reviewed = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    copy_to_person = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    copy_to_attorney_or_designee = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    reason_in_writing = models.CharField(
        max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    staff_minutes = models.PositiveIntegerField(null=True, blank=True)
    cost_cents = models.PositiveIntegerField(null=True, blank=True)
    narrative = SealedTextField()
    submit_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("late_reason", "done_by", "narrative"),
                name="act_is_sealed",
            ),
            models.UniqueConstraint(
                fields=["ice_request", "submit_id"], name="act_submitted_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("happened_at")),
                name="act_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("recorded_at")),
                name="act_happened_before_recorded",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="act_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def hours_held(self) -> float | None:
        if self.kind != ActKind.DETAIN or self.ended_at is None:
            return None
        # Elapsed hours: Python subtracts the clock readings of one local zone.
        held = self.ended_at.astimezone(UTC) - self.happened_at.astimezone(UTC)
        return held.total_seconds() / 3600


class Communication(models.Model):
    """Any contact with the authority, kept for subsection (e)(2)."""

    class Direction(models.TextChoices):
        INCOMING = "in", "From ICE"
        OUTGOING = "out", "To ICE"

    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="communications"
    )
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=12, choices=Channel)
    at = models.DateTimeField()
    about = models.CharField(max_length=20)
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="communication_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.about}"


class Release(SealedFact):
    """That the person left the agency, when and to whom. The newest counts."""

    class To(models.TextChoices):
        COMMUNITY = "community", "To the community"
        COURT = "court", "To a court"
        OTHER_AGENCY = "other_agency", "To another agency"
        ICE = "ice", "To ICE"
        NEVER_HELD = "never_held", "Was never in this agency's custody"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="releases"
    )
    to_whom = models.CharField(max_length=12, choices=To)
    released_at = models.DateTimeField(null=True, blank=True)
    narrative = SealedTextField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("narrative"), name="release_is_sealed"
            ),
            models.CheckConstraint(
                condition=Q(to_whom="never_held", released_at__isnull=True)
                | (~Q(to_whom="never_held") & Q(released_at__isnull=False)),
                name="release_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True)
                | Q(released_at__lte=F("recorded_at")),
                name="release_happened_before_recorded",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="release_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_to_whom_display()
