"""The 2025 list as two administrators rule on it, and rehearsals of a change."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import IceRequest
from requests_app.ledger.models import new_public_id


class OffenceStatus(models.TextChoices):
    """What two administrators may say of a section on the 2025 list."""

    CONFIRMED = "confirmed", "Confirmed: the act names it"
    STRUCK = "struck", "Struck: the act does not name it"


class OffenceRulingQuerySet(models.QuerySet):
    """Adjectives for rulings."""

    def ruled(self) -> "OffenceRulingQuerySet":
        return self.filter(ruled_at__isnull=False)

    def awaiting(self) -> "OffenceRulingQuerySet":
        return self.filter(ruled_at__isnull=True, withdrawn_at__isnull=True)


class OffenceRuling(models.Model):
    """A row of the 2025 list confirmed or struck, by two administrators, dated."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    section = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=OffenceStatus)
    citation = models.CharField(max_length=120)
    effective_from = models.DateField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    ruled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = OffenceRulingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section"],
                condition=Q(ruled_at__isnull=True, withdrawn_at__isnull=True),
                name="offence_ruling_one_proposal_a_section",
            ),
            models.CheckConstraint(
                condition=Q(ruled_by__isnull=True) | ~Q(ruled_by=F("proposed_by")),
                name="offence_ruling_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(ruled_by__isnull=True, ruled_at__isnull=True)
                | Q(ruled_by__isnull=False, ruled_at__isnull=False),
                name="offence_ruling_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(ruled_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="offence_ruling_not_withdrawn_and_ruled",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="offence_ruling_is_kept", operation=pgtrigger.Delete
            ),
            pgtrigger.ReadOnly(
                name="offence_ruling_says_what_was_proposed",
                fields=["public_id", "section", "status", "citation"]
                + ["effective_from", "proposed_by", "proposed_at"],
            ),
            pgtrigger.Protect(
                name="offence_ruling_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.ruled_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.status}"


class Rehearsal(models.Model):
    """A change of law tried on past requests before it takes effect."""

    class Kind(models.TextChoices):
        VERSION = "version", "A version of the law"
        STAY = "stay", "A stay of a provision"
        OFFENCE = "offence", "A confirmed or struck offence"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    # The year of a version, the citation of a provision, the section of an offence.
    subject = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=OffenceStatus, blank=True)
    effective_from = models.DateField()
    since = models.DateField()
    until = models.DateField()
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    looked = models.PositiveIntegerField(default=0)
    gained = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="rehearsal_period_has_a_length"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="rehearsal_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="rehearsal_is_what_was_ordered",
                fields=["public_id", "agency", "kind", "subject", "status"]
                + ["effective_from", "since", "until", "ordered_by", "ordered_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class RehearsalItem(models.Model):
    """One request whose findings the change would alter: those gained, those lost.

    Each finding is a citation and a result, as in `54-192h(b)(1)(A) violation`.
    """

    rehearsal = models.ForeignKey(
        Rehearsal, on_delete=models.PROTECT, related_name="items"
    )
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="+"
    )
    gained = ArrayField(models.CharField(max_length=60), default=list)
    lost = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rehearsal", "ice_request"], name="rehearsal_item_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="rehearsal_item_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{len(self.gained)} gained, {len(self.lost)} lost"
