"""What leaves the agency about requests: public records extracts, files for a court."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import Claim, IceRequest
from requests_app.documents.models import Document
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedJSONField, SealedTextField, is_sealed
from requests_app.vault.models import DataKey, SealedRow


class Audience(models.TextChoices):
    """For whom an extract is made; each has a policy of its own for every field."""

    PUBLIC = "public", "Anybody who asks"
    PERSON = "person", "The person, about himself or herself"
    OPM = "opm", "Office of Policy and Management"
    OVERSIGHT = "oversight", "An oversight body entitled to names"


class Extract(SealedRow):
    """Records of ICE access put together for release under (e)(2).

    `frozen` holds the policy as it was, the rows built from allowed values, and what
    was withheld with its exemption; the files are made from it alone. `leaks` counts
    what the machine that read the finished files found; a release has none.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        RELEASED = "released", "Released"
        REFUSED = "refused", "Refused"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience)
    since = models.DateField()
    until = models.DateField()
    # The agency's own reference of the request for records.
    reference = SealedTextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    frozen = SealedJSONField()
    rows = models.PositiveIntegerField()
    withheld = models.PositiveIntegerField()
    leaks = models.PositiveIntegerField()
    head_size = models.BigIntegerField()
    head_root = models.CharField(max_length=64)
    pdf = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    csv = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_words = SealedTextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="extract_period_has_days"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")),
                name="extract_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(decided_by__isnull=False),
                name="extract_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="released") | Q(leaks=0),
                name="extract_released_has_no_leaks",
            ),
            models.CheckConstraint(
                condition=is_sealed("reference", "frozen", "decided_words"),
                name="extract_is_sealed",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="extract_by_agency")]
        triggers = [
            pgtrigger.Protect(name="extract_is_kept", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="extract_moves_along_its_table",
                field="status",
                transitions=[("draft", "released"), ("draft", "refused")],
            ),
            pgtrigger.ReadOnly(
                name="extract_is_frozen",
                fields=["public_id", "seal_id", "agency", "audience", "since", "until"]
                + ["reference", "data_key", "frozen", "rows", "withheld"]
                + ["head_size", "head_root", "made_by", "made_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Extract of {self.since} to {self.until}"

    @property
    def may_be_mended(self) -> bool:
        """Whether it was stopped or refused, so that items may be withheld singly."""
        return self.status == self.Status.REFUSED or bool(
            self.status == self.Status.DRAFT and self.leaks
        )

    def sealing_key_id(self):
        return self.data_key_id


class CaseFile(models.Model):
    """A whole request put together for a court: one PDF and one bundle."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="case_files"
    )
    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pdf = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    bundle = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    head_size = models.BigIntegerField()
    head_root = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # A code that says why it could not be made; empty: it was, or is being made.
    failed = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["ice_request", "-id"], name="case_file_by_request")
        ]
        triggers = [
            pgtrigger.Protect(name="case_file_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="case_file_is_what_was_made",
                fields=["public_id", "ice_request", "claim", "head_size", "head_root"]
                + ["made_by", "made_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Case file {self.public_id}"
