"""Files: what was received, and the sealed bytes of its parts."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, User
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import (
    SealedBytesField,
    SealedJSONField,
    SealedTextField,
    is_sealed,
)
from requests_app.vault.models import DataKey, SealedRow


class DocumentKind(models.TextChoices):
    """What a file is to the portal."""

    INSTRUMENT = "instrument", "The paper ICE sent"
    WARRANT = "warrant", "A warrant or court order"
    PROOF = "proof", "Proof of service"
    COURT = "court", "A court paper"
    OTHER = "other", "Another paper"
    # Made by the portal, or kept by it for a while.
    NOTICE = "notice", "A notice as it was issued"
    CASE_FILE = "case_file", "A case file for court"
    TABLE = "table", "A table to import"
    AUTHORIZATION = "authorization", "A signed disposal authorization"
    REPORT = "report", "A report as it was made"
    EXPORT = "export", "A list taken out"


# What people send in; the others the portal makes or reads as rows.
RECEIVED = (
    DocumentKind.INSTRUMENT,
    DocumentKind.WARRANT,
    DocumentKind.PROOF,
    DocumentKind.COURT,
    DocumentKind.OTHER,
    DocumentKind.AUTHORIZATION,
)


class DocumentQuerySet(models.QuerySet):
    """Adjectives for documents."""

    def visible_to(self, standing) -> "DocumentQuerySet":
        """Those of the agencies where the person's roles show requests."""
        if standing.sees_every_agency:
            return self
        return self.filter(agency_id__in=standing.reading_agency_ids)

    def under(self, key) -> "DocumentQuerySet":
        """Those sealed under this data key: of one request, draft or report."""
        return self.filter(data_key=key)

    def with_keys(self) -> "DocumentQuerySet":
        """With their data keys, so that opening a column asks the database nothing."""
        return self.select_related("data_key")


class Document(SealedRow):
    """One file. Its data key says whose it is: a draft's, which becomes the request's.

    `sha256` is of the file as received, before anything was done to it.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    # Without an agency: made of the whole state's lists, for its auditors.
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data_key = models.ForeignKey(
        DataKey, on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(max_length=14, choices=DocumentKind)
    name = SealedTextField()
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    # Which scanner looked at it; empty: none is set up.
    scanned_by = models.CharField(max_length=40, blank=True)
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField()
    # It stays, and is shown apart: what was received is never unreceived.
    misplaced_at = models.DateTimeField(null=True, blank=True)
    misplaced_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    misplaced_reason = SealedTextField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values),
                name="document_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="document_hash_is_hex",
            ),
            models.CheckConstraint(
                condition=is_sealed("name", "misplaced_reason"),
                name="document_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(misplaced_at__isnull=True, misplaced_by__isnull=True)
                | Q(misplaced_at__gte=F("received_at"), misplaced_by__isnull=False),
                name="document_misplaced_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["data_key", "id"], name="document_by_key"),
            models.Index(fields=["agency", "sha256"], name="document_by_hash"),
            models.Index(
                fields=["received_by", "-received_at"], name="document_by_receiver"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="document_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="document_is_what_was_received",
                fields=["public_id", "seal_id", "agency", "data_key", "kind", "name"]
                + ["media_type", "size", "pages", "sha256", "scanned_by"]
                + ["received_by", "received_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Document {self.public_id}"

    def sealing_key_id(self):
        return self.data_key_id


class PartKind(models.TextChoices):
    """What a stored piece of a document is."""

    ORIGINAL = "original", "The file as received, in pieces"
    PAGE = "page", "A page drawn anew"
    THUMBNAIL = "thumbnail", "A page drawn small"


class DocumentPart(SealedRow):
    """Sealed bytes of a document: a piece of the original, or a page as a picture.

    `digest` is the SHA-256 of the sealed bytes as they are stored: the history watches
    it, and the verification compares it with the bytes, without any key.
    """

    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="parts"
    )
    kind = models.CharField(max_length=10, choices=PartKind)
    number = models.PositiveSmallIntegerField()
    body = SealedBytesField()
    digest = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "kind", "number"], name="document_part_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PartKind.values),
                name="document_part_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="document_part_digest_is_hex",
            ),
            models.CheckConstraint(
                condition=is_sealed("body"), name="document_part_is_sealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.document_id}"

    def sealing_key_id(self):
        return self.document.data_key_id


class FormReading(SealedRow):
    """What was read out of a form, and what the clerk made of each value.

    `values` is a list of objects `{field, value, source, confidence, page, box}` as
    `documents.reading` gives them; `warnings` a list of codes. `taken` maps a field to
    `{"how": "accepted" | "corrected" | "left_out", "value": the value taken}`.
    """

    class Source(models.TextChoices):
        FIELDS = "fields", "Filled form fields"
        TEXT = "text", "The file's own text"
        SCAN = "scan", "Read from the picture"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="reading"
    )
    # As the reader names it, as in I-247A 2017-03; empty when it was not recognised.
    edition = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=6, choices=Source)
    reader = models.CharField(max_length=20)
    values = SealedJSONField()
    warnings = SealedJSONField()
    taken = SealedJSONField()
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed("values", "warnings", "taken"),
                name="form_reading_is_sealed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="form_reading_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="form_reading_is_what_was_read",
                fields=["public_id", "seal_id", "document", "edition", "source"]
                + ["reader", "values", "warnings", "read_by", "read_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Reading of {self.document_id}"

    def sealing_key_id(self):
        return self.document.data_key_id
