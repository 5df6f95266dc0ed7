"""Mismatches: what was done against what was asked and decided."""

import pgtrigger
from django.db import models

from requests_app.docket.models import Act, Ask, IceRequest
from requests_app.ledger.models import new_public_id
from requests_app.review.models.determinations import Determination


class MismatchKind(models.TextChoices):
    """How an act can part from what was decided."""

    DENIED_YET_DONE = "denied_yet_done", "Denied, yet done"
    DONE_BEFORE_DECISION = "done_before_decision", "Done before the decision"
    HELD_PAST_END = "held_past_end", "Held past the end"
    NO_COPY_OR_REASON = (
        "no_copy_or_reason",
        "Notification without copy and written reason",
    )
    NEVER_ASKED = "never_asked", "An act never asked for"
    HELD_PAST_RELEASE = "held_past_release", "Held past release-eligible"
    OUTSIDE_PERIOD = "outside_period", "Outside the approved period"
    NOT_NAMED = "not_named", "By a person not named"


class Mismatch(models.Model):
    """One act that parts from what was asked or decided. Never edited."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="mismatches"
    )
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="mismatches")
    ask = models.ForeignKey(
        Ask, on_delete=models.PROTECT, null=True, related_name="mismatches"
    )
    determination = models.ForeignKey(
        Determination, on_delete=models.PROTECT, null=True, related_name="mismatches"
    )
    kind = models.CharField(max_length=24, choices=MismatchKind)
    because = models.CharField(max_length=300)
    found_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "mismatches"
        constraints = [
            models.UniqueConstraint(
                fields=["act", "kind"], name="mismatch_once_an_act"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="mismatch_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
