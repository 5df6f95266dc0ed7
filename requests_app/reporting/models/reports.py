"""The six-monthly report of (e)(3): drafted, certified, sent, and never edited."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import IceRequest
from requests_app.documents.models import Document
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedJSONField, SealedTextField, is_sealed
from requests_app.vault.models import DataKey, SealedRow


class ReportForm(models.TextChoices):
    """(e)(3): as statistics, or as records with identifiers removed."""

    STATISTICS = "statistics", "Statistics"
    RECORDS = "records", "Records with identifiers removed"


class ReportQuerySet(models.QuerySet):
    """Adjectives for reports."""

    def visible_to(self, standing) -> "ReportQuerySet":
        if standing.sees_every_agency:
            return self
        return self.filter(agency_id__in=standing.reading_agency_ids)

    def of_period(self, agency, since, until) -> "ReportQuerySet":
        return self.filter(agency=agency, since=since, until=until)

    def newest_first(self) -> "ReportQuerySet":
        return self.order_by("-since", "-version", "-id")


class Report(SealedRow):
    """One version of one agency's report on one period, frozen with all it came from.

    `since` is the first day, `until` the day after the last. `frozen` holds the
    parameters, the rows as they were and the figures: the files are made from it alone
    and come out byte for byte the same. `head_size` and `head_root` name the history
    that the rows were read under.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        CERTIFIED = "certified", "Certified"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "Dropped"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    form = models.CharField(max_length=10, choices=ReportForm)
    version = models.PositiveSmallIntegerField()
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amended_because = SealedTextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    # No ICE access was given in the period, and that is what is reported.
    is_nil = models.BooleanField(default=False)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    frozen = SealedJSONField()
    law_versions = models.CharField(max_length=60, blank=True)
    head_size = models.BigIntegerField()
    head_root = models.CharField(max_length=64)
    pdf = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    csv = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    certified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    certified_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_how = models.CharField(max_length=80, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "since", "until", "version"],
                name="report_version_once",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="report_period_has_days"
            ),
            models.CheckConstraint(
                condition=Q(certified_by__isnull=True)
                | ~Q(certified_by=F("drafted_by")),
                name="report_is_certified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "dropped"])
                | Q(certified_by__isnull=False, certified_at__isnull=False),
                name="report_is_certified_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False),
                name="report_is_sent_at_a_time",
            ),
            models.CheckConstraint(
                condition=is_sealed("amended_because", "frozen"),
                name="report_is_sealed",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-since"], name="report_by_agency")]
        triggers = [
            pgtrigger.Protect(name="report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="report_moves_along_its_table",
                field="status",
                transitions=[
                    ("draft", "certified"),
                    ("draft", "dropped"),
                    ("certified", "sent"),
                ],
            ),
            pgtrigger.ReadOnly(
                name="report_is_frozen",
                fields=["public_id", "seal_id", "agency", "since", "until", "form"]
                + ["version", "supersedes", "is_nil", "data_key", "frozen"]
                + ["law_versions", "head_size", "head_root"]
                + ["drafted_by", "drafted_at", "amended_because"],
            ),
            pgtrigger.Protect(
                name="report_files_are_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.pdf_id IS NOT NULL"
                    " AND NEW.pdf_id IS DISTINCT FROM OLD.pdf_id)"
                    " OR (OLD.csv_id IS NOT NULL"
                    " AND NEW.csv_id IS DISTINCT FROM OLD.csv_id))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Report of {self.since} to {self.until}, version {self.version}"

    def sealing_key_id(self):
        return self.data_key_id


class ReportRow(models.Model):
    """A request that a report counts, in the revision that it counted."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="rows")
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="+"
    )
    place = models.PositiveIntegerField()
    rev = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "place"], name="report_row_has_its_place"
            ),
            models.UniqueConstraint(
                fields=["report", "ice_request"], name="report_row_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="report_row_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} of {self.report_id}"
