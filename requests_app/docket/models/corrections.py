"""What a correction replaced: the values before and after, and why."""

import pgtrigger
from django.db import models
from django.db.models import Q

from requests_app.accounts.models import User
from requests_app.docket.models.record import IceRequest, SealedFact
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedJSONField, SealedTextField, is_sealed

STEPS = ("person", "custody", "basis")


class Correction(SealedFact):
    """One correction of the facts of one step, which the next leaves as it is.

    `before` and `after` hold the values that differ, by table and column, such as
    `person.family_names`. Rows of charges and warrants are kept as rows themselves.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="corrections"
    )
    step = models.CharField(max_length=10)
    # The revision of the request that it made.
    rev = models.PositiveIntegerField()
    before = SealedJSONField()
    after = SealedJSONField()
    reason = SealedTextField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ice_request", "rev"], name="correction_once_a_revision"
            ),
            models.CheckConstraint(
                condition=Q(step__in=STEPS), name="correction_step_is_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__isnull=False), name="correction_has_a_reason"
            ),
            models.CheckConstraint(
                condition=is_sealed("before", "after", "reason"),
                name="correction_is_sealed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="correction_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"Correction of {self.step}, revision {self.rev}"
