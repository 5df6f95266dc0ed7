"""Screenings, their findings, and the record of ICE access."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from requests_app.docket.models import Act, Ask, IceRequest
from requests_app.ledger.models import new_public_id

# Duties that doing the act brings. While it is only asked they cannot have been met
# or missed, so they neither flag the ask nor weigh in its determination.
DUTIES_OF_DOING = frozenset({"54-192h(c)", "54-192h(e)(1) notification"})
_NEVER_EDITED = pgtrigger.Update | pgtrigger.Delete


class Result(models.TextChoices):
    """What a finding says; the words of the assess contract."""

    COMPLIANT = "compliant", "Compliant"
    VIOLATION = "violation", "Violation"
    UNDETERMINED = "undetermined", "Undetermined"


class ScreeningQuerySet(models.QuerySet):
    """Adjectives for screenings."""

    def latest_by_subject(self) -> "ScreeningQuerySet":
        """The newest screening of each ask, each act and the receipt."""
        return self.order_by("ice_request_id", "ask_id", "act_id", "-id").distinct(
            "ice_request_id", "ask_id", "act_id"
        )


class Screening(models.Model):
    """One run of the law over the facts as they then stood. Never edited.

    Screens an ask (a proposed act), an act done, or, with neither, the receipt of
    the detainer. `facts` and `assessment` are the assess contract's objects.
    """

    class Cause(models.TextChoices):
        FILED = "filed", "Filing"
        CORRECTED = "corrected", "Correction of facts"
        ACT_RECORDED = "act_recorded", "Act recorded"
        NOTICE_SERVED = "notice_served", "Notice served"
        LAW_CHANGED = "law_changed", "Change of law"
        IMPORTED = "imported", "Import"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="screenings"
    )
    ask = models.ForeignKey(
        Ask, on_delete=models.PROTECT, null=True, related_name="screenings"
    )
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, related_name="screenings"
    )
    cause = models.CharField(max_length=16, choices=Cause)
    screened_at = models.DateTimeField()
    act_date = models.DateField()
    law_version = models.CharField(max_length=8, blank=True)
    code_version = models.CharField(max_length=40)
    facts = models.JSONField()
    covered = models.BooleanField()
    because = models.CharField(max_length=300, blank=True)
    ice_access = ArrayField(models.CharField(max_length=30), default=list)
    municipal_report = models.BooleanField(default=False)
    legal_review = models.BooleanField(default=False)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ask__isnull=True) | Q(act__isnull=True),
                name="screening_of_one_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ice_request", "ask", "act", "-id"], name="screening_latest"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="screening_is_never_edited", operation=_NEVER_EDITED
            ),
        ]

    def __str__(self) -> str:
        return f"Screening {self.public_id}"

    def weighing(self, findings) -> list:
        """Those of its findings that flag it: for an ask, not the duties to come."""
        if self.ask_id is None:
            return list(findings)
        return [row for row in findings if row.citation not in DUTIES_OF_DOING]


class Finding(models.Model):
    """What one provision says of one act. Never edited."""

    screening = models.ForeignKey(
        Screening, on_delete=models.PROTECT, related_name="findings"
    )
    citation = models.CharField(max_length=40)
    result = models.CharField(max_length=12, choices=Result)
    is_confirmed = models.BooleanField()
    because = models.TextField()
    missing = ArrayField(models.CharField(max_length=60), default=list)
    used = ArrayField(models.CharField(max_length=60), default=list)
    is_law_question = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "citation"], name="finding_once_a_screening"
            ),
            models.CheckConstraint(
                condition=Q(result__in=Result.values), name="finding_result_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="finding_is_never_edited", operation=_NEVER_EDITED),
        ]

    def __str__(self) -> str:
        return f"{self.citation}: {self.result}"

    @property
    def is_flag(self) -> bool:
        return self.result != Result.COMPLIANT


class IceAccess(models.Model):
    """The record of (a)(6): an act done that was ICE access, of which kinds.

    Never edited. When corrected facts change the kinds, the newest row of an act
    counts, and it may hold no kind at all.
    """

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="ice_accesses")
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="ice_accesses"
    )
    kinds = ArrayField(models.CharField(max_length=30))
    act_date = models.DateField()
    through_detainer = models.BooleanField()
    municipal_report = models.BooleanField()
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "ICE access"
        triggers = [
            pgtrigger.Protect(
                name="ice_access_is_never_edited", operation=_NEVER_EDITED
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.kinds)
