"""Lists taken out of the portal as files."""

import pgtrigger
from django.db import models

from requests_app.accounts.models import Agency, User
from requests_app.documents.models import Document
from requests_app.ledger.models import new_public_id
from requests_app.vault.models import DataKey


class ExportKind(models.TextChoices):
    """Which list."""

    REQUESTS = "requests", "Requests"
    WORKLIST = "worklist", "Worklist"
    UNRECONCILED = "unreconciled", "Not reconciled"
    OWED = "owed", "Notices owed"
    HISTORY = "history", "History"
    CLAIMS = "claims", "Claims"
    HOLDS = "holds", "Holds"
    REPORTS = "reports", "Reports to OPM"
    RELEASES = "releases", "Releases"
    PUBLICATIONS = "publications", "Public tables"
    DISPOSALS = "disposals", "Disposals"
    IMPORTS = "imports", "Imports"
    OVERRIDES = "overrides", "Overrides"
    MISMATCHES = "mismatches", "Mismatches"
    QUESTIONS = "questions", "Questions and returns"
    FIGURES = "figures", "Figures"
    RESOURCES = "resources", "Resources"


class Export(models.Model):
    """One file made of a list, sealed under a key of its own until it expires.

    `filters` is the query of the list's address: codes and dates, never a name. The
    key is destroyed when the link expires, or when it has been fetched.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FETCHED = "fetched", "Fetched"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Expired"
        FAILED = "failed", "Failed"

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel (XLSX)"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    # Without an agency: of the whole state, for its auditors.
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=ExportKind)
    format = models.CharField(max_length=4, choices=Format)
    filters = models.CharField(max_length=500, blank=True)
    with_names = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_as = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="export_by_user"),
            models.Index(fields=["status", "expires_at"], name="export_by_status"),
        ]
        triggers = [
            pgtrigger.Protect(name="export_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="export_is_what_was_asked",
                fields=["public_id", "agency", "kind", "format", "filters"]
                + ["with_names", "data_key", "asked_by", "asked_as", "asked_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Export {self.public_id}"
