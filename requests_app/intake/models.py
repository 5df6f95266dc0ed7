"""Drafts: what a filer has typed so far."""

import uuid

from django.db import models

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import IceRequest
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedJSONField, is_sealed
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
