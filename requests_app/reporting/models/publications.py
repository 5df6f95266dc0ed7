"""Public tables that an agency released to everybody."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, User
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedJSONField, is_sealed
from requests_app.vault.models import DataKey, SealedRow


class Publication(SealedRow):
    """One release of an agency's public tables for a period.

    `tables` is what everybody reads; `counts` the true numbers behind it, sealed, which
    the audit of every later release needs. `audit` says in numbers what the audit
    found. A release is withdrawn, never unpublished.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        REFUSED = "refused", "Refused"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    tables = models.JSONField()
    tables_sha256 = models.CharField(max_length=64)
    audit = models.JSONField(default=dict)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    counts = SealedJSONField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "since", "until", "version"],
                name="publication_version_once",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="publication_period_has_days"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="publication_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed") | Q(decided_by__isnull=False),
                name="publication_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=is_sealed("counts"), name="publication_is_sealed"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="publication_by_agency")]
        triggers = [
            pgtrigger.Protect(name="publication_is_kept", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="publication_moves_along_its_table",
                field="status",
                transitions=[
                    ("proposed", "published"),
                    ("proposed", "refused"),
                    ("published", "withdrawn"),
                ],
            ),
            pgtrigger.ReadOnly(
                name="publication_is_frozen",
                fields=["public_id", "seal_id", "agency", "since", "until", "version"]
                + ["tables", "tables_sha256", "audit", "data_key", "counts"]
                + ["proposed_by", "proposed_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Public tables of {self.since} to {self.until}"

    def sealing_key_id(self):
        return self.data_key_id
