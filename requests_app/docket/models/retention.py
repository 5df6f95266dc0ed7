"""How long records are kept, and their destruction by two people."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, User
from requests_app.docket.models.record import IceRequest
from requests_app.ledger.models import new_public_id
from requests_app.vault.models import DataKey

_NEVER_EDITED = pgtrigger.Update | pgtrigger.Delete


class RecordClass(models.TextChoices):
    """What a retention period is set for."""

    NO_ACCESS = "no_access", "Requests without ICE access"
    ACCESS = "access", "Requests with ICE access"
    CLAIMED = "claimed", "Requests with a claim in court"
    UNASKED = "unasked", "Acts nobody asked for"


class RetentionRuleQuerySet(models.QuerySet):
    """Adjectives for retention rules."""

    def in_force(self, on) -> "RetentionRuleQuerySet":
        """Those that have begun; of a class, the newest counts."""
        return self.filter(effective_from__lte=on).order_by(
            "record_class", "-effective_from", "-id"
        )


class RetentionRule(models.Model):
    """For how many years an agency keeps a class of records, and by whose authority."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    record_class = models.CharField(max_length=10, choices=RecordClass)
    years = models.PositiveSmallIntegerField()
    # The series of the Public Records Administrator's schedule that says so.
    authority = models.CharField(max_length=40)
    effective_from = models.DateField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(record_class__in=RecordClass.values),
                name="retention_rule_class_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(authority=""), name="retention_rule_has_an_authority"
            ),
            models.CheckConstraint(
                condition=Q(years__gte=1), name="retention_rule_keeps_a_year"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="retention_rule_is_append_only", operation=_NEVER_EDITED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_record_class_display()}: {self.years} years"


class Disposal(models.Model):
    """A list of requests to destroy: proposed, approved by two others, carried out.

    `authorization` is the number of the signed disposal authorization (RC-075 or
    RC-108), whose paper is a document under `data_key`.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        APPROVED_ONCE = "approved_once", "Approved by one"
        APPROVED = "approved", "Approved by two"
        DONE = "done", "Carried out"
        WITHDRAWN = "withdrawn", "Withdrawn"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    record_class = models.CharField(max_length=10, choices=RecordClass)
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="+")
    authorization = models.CharField(max_length=40)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=14, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    first_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_at = models.DateTimeField(null=True, blank=True)
    second_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_by__isnull=True) | ~Q(first_by=F("proposed_by")),
                name="disposal_is_not_approved_by_its_proposer",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True)
                | (~Q(second_by=F("proposed_by")) & ~Q(second_by=F("first_by"))),
                name="disposal_is_approved_by_two",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(second_by__isnull=False),
                name="disposal_is_done_when_approved",
            ),
            models.CheckConstraint(
                condition=~Q(authorization=""), name="disposal_has_an_authorization"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="disposal_by_agency")]
        triggers = [
            pgtrigger.Protect(name="disposal_is_kept", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="disposal_moves_along_its_table",
                field="status",
                transitions=[
                    ("proposed", "approved_once"),
                    ("proposed", "withdrawn"),
                    ("approved_once", "approved"),
                    ("approved_once", "withdrawn"),
                    ("approved", "done"),
                    ("approved", "withdrawn"),
                ],
            ),
            pgtrigger.ReadOnly(
                name="disposal_is_what_was_proposed",
                fields=["public_id", "agency", "record_class", "rule"]
                + ["authorization", "proposed_by", "proposed_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Disposal under {self.authorization}"


class DisposalItem(models.Model):
    """One request on the list of a disposal; `skipped` says why it was kept."""

    class Skipped(models.TextChoices):
        HELD = "held", "On hold"
        GONE = "gone", "Destroyed before"
        NOT_YET = "not_yet", "Its period has not ended"

    disposal = models.ForeignKey(
        Disposal, on_delete=models.PROTECT, related_name="items"
    )
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="+"
    )
    eligible_since = models.DateField()
    shredded_at = models.DateTimeField(null=True, blank=True)
    skipped = models.CharField(max_length=8, choices=Skipped, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["disposal", "ice_request"], name="disposal_item_once"
            ),
            models.CheckConstraint(
                condition=Q(shredded_at__isnull=True) | Q(skipped=""),
                name="disposal_item_is_shredded_or_skipped",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="disposal_item_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="disposal_item_is_what_was_listed",
                fields=["disposal", "ice_request", "eligible_since"],
            ),
        ]

    def __str__(self) -> str:
        return f"Item of {self.disposal_id}"
