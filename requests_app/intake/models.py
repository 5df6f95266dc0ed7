"""Drafts, imports of many requests, and the paper forms for when the portal is away."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import Batch, IceRequest, SealedFact
from requests_app.documents.models import Document
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedJSONField, SealedTextField, is_sealed
from requests_app.vault.models import DataKey, SealedRow


class DraftQuerySet(models.QuerySet):
    """Adjectives for drafts."""

    def unfinished(self) -> "DraftQuerySet":
        return self.filter(ice_request__isnull=True)

    def owned_by(self, user) -> "DraftQuerySet":
        return self.filter(owner=user)

    def with_keys(self) -> "DraftQuerySet":
        """With their data keys, so that opening the answers asks nothing more."""
        return self.select_related("data_key")


class Draft(SealedRow):
    """A filing under way: the raw answers of each step, valid or not.

    `answers` maps a step's name to the posted values as lists of text, so that a
    step reopens exactly as it was left. Its data key becomes the request's.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    submit_id = models.UUIDField(default=uuid.uuid4, unique=True)
    answers = SealedJSONField()
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    ice_request = models.OneToOneField(
        IceRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("answers"), name="draft_is_sealed"
            ),
        ]
        indexes = [models.Index(fields=["owner", "-saved_at"], name="draft_by_owner")]

    def sealing_key_id(self):
        return self.data_key_id

    def __str__(self) -> str:
        return f"Draft {self.public_id}"


class ImportMap(models.Model):
    """How one agency's own columns and values become ours, under a name.

    `mapping` is the TOML that `intake.mapping` reads. A changed one is another row.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    mapping = models.TextField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(retired_at__isnull=True),
                name="import_map_named_once",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="import_map_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="import_map_is_retired_not_edited",
                fields=["public_id", "agency", "name", "mapping"]
                + ["saved_by", "saved_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportBatch(SealedRow):
    """One table taken in: tried, confirmed, written whole or not at all, or undone.

    The file is a document under `data_key`; `mapping` is the TOML as it was used.
    `faults` holds the row-numbered errors of the last try, at most a thousand, sealed:
    they may quote what a cell says.
    """

    class Status(models.TextChoices):
        MAPPING = "mapping", "To be mapped"
        TRYING = "trying", "Being tried"
        TRIED = "tried", "Tried"
        IMPORTING = "importing", "Being written"
        DONE = "done", "Imported"
        FAILED = "failed", "Not imported"
        UNDONE = "undone", "Undone"
        DROPPED = "dropped", "Dropped"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    # What shows the requests all at once; there from the first one filed.
    batch = models.OneToOneField(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = SealedTextField()
    mapping = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.MAPPING)
    # Rows of the file, requests they make, and how far the work under way has come.
    rows = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    faults = SealedJSONField()
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_as = models.CharField(max_length=20)
    begun_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = SealedTextField()

    class Meta:
        verbose_name_plural = "import batches"
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("name", "faults", "undone_reason"),
                name="import_batch_is_sealed",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-id"], name="import_batch_by_agency")
        ]
        triggers = [
            pgtrigger.Protect(name="import_batch_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="import_batch_is_of_its_file",
                fields=["public_id", "seal_id", "agency", "data_key", "document"]
                + ["begun_by", "begun_as", "begun_at"],
            ),
            pgtrigger.FSM(
                name="import_batch_moves_along_its_table",
                field="status",
                transitions=[
                    ("mapping", "trying"),
                    ("trying", "tried"),
                    ("trying", "failed"),
                    ("tried", "mapping"),
                    ("failed", "mapping"),
                    ("tried", "importing"),
                    ("importing", "done"),
                    ("importing", "failed"),
                    ("done", "undone"),
                    ("mapping", "dropped"),
                    ("tried", "dropped"),
                    ("failed", "dropped"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"Import {self.public_id}"

    def sealing_key_id(self):
        return self.data_key_id


class ImportedRow(SealedFact):
    """Which rows of which file a request was made of, and what their cells said."""

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, related_name="imported"
    )
    ice_request = models.OneToOneField(
        IceRequest, on_delete=models.PROTECT, related_name="imported_from"
    )
    numbers = ArrayField(models.PositiveIntegerField())
    cells = SealedJSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("cells"), name="imported_row_is_sealed"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="imported_row_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"Rows of {self.batch_id}"


class PaperForm(models.Model):
    """A numbered paper form printed in advance, for when the portal is away."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, unique=True)
    printed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    # It was torn, lost or spoiled: nothing will be entered from it.
    spoiled_at = models.DateTimeField(null=True, blank=True)
    spoiled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["agency", "-id"], name="paper_form_by_agency")]
        triggers = [
            pgtrigger.Protect(name="paper_form_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="paper_form_is_what_was_printed",
                fields=["agency", "number", "printed_by", "printed_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.number
