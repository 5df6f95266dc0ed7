"""Data keys, and what a row with sealed columns has."""

import uuid

from django.db import models
from django.db.models import Q

from requests_app.vault import ring


class DataKeyQuerySet(models.QuerySet):
    """Adjectives for data keys."""

    def live(self) -> "DataKeyQuerySet":
        return self.filter(shredded_at__isnull=True)

    def wrapped_otherwise(self, kek: str) -> "DataKeyQuerySet":
        """Those that the key named `kek` does not wrap."""
        return self.live().exclude(kek=kek)


class DataKey(models.Model):
    """The key of one request, wrapped by a key that is not in the database.

    `agency` is the agency's code, as in the history: the vault knows no agencies.
    `kek` names the key that wraps it. Shredding takes `wrapped` away for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.CharField(max_length=12)
    wrapped = models.BinaryField(null=True)
    kek = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)
    authority = models.CharField(max_length=40, blank=True)

    objects = DataKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    wrapped__isnull=False, shredded_at__isnull=True, authority=""
                )
                | (
                    Q(wrapped__isnull=True, shredded_at__isnull=False)
                    & ~Q(authority="")
                ),
                name="data_key_is_whole_or_shredded",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kek"],
                condition=Q(shredded_at__isnull=True),
                name="data_key_by_kek",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def from_db(cls, db, field_names, values):
        """As Django's; the ring remembers what was read, so that no row asks again."""
        row = super().from_db(db, field_names, values)
        ring.remember(row)
        return row

    @property
    def is_shredded(self) -> bool:
        return self.shredded_at is not None


class SealedRow(models.Model):
    """A row with sealed columns: an identifier known before the row is saved.

    Its model says under which data key it is sealed, in `sealing_key_id()`.
    """

    seal_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    class Meta:
        abstract = True

    def sealing_key_id(self) -> uuid.UUID:
        raise NotImplementedError
