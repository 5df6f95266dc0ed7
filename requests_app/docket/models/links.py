"""How requests of one agency belong together, as somebody decided it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import User
from requests_app.docket.models.record import IceRequest, SealedFact
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedTextField, is_sealed


class LinkKind(models.TextChoices):
    """What the later request is to the earlier one."""

    LINKED = "linked", "Belongs with it"
    SUPERSEDES = "supersedes", "Takes its place: issued again"
    CANCELS = "cancels", "Cancels it"
    NOT_DUPLICATE = "not_duplicate", "Has nothing to do with it"


# Those that make one chain of detainers cancelled and issued again.
CHAINING = (LinkKind.SUPERSEDES, LinkKind.CANCELS)


class Signal(models.TextChoices):
    """What two requests have in common."""

    PERSON = "person", "Family name and date of birth"
    NAME = "name", "Names that are spelled or sound alike"
    A_NUMBER = "a_number", "A-number"
    SUBJECT_ID = "subject_id", "Subject ID"
    EVENT_NUMBER = "event_number", "Event number"
    BOOKING_NUMBER = "booking_number", "Booking number"
    PAPER = "paper", "The very same file"
    SAME_DAY = "same_day", "Received on the same day"


class LinkQuerySet(models.QuerySet):
    """Adjectives for links."""

    def of_pair(self, later, earlier) -> "LinkQuerySet":
        return self.filter(ice_request=later, other=earlier)

    def touching(self, ice_request) -> "LinkQuerySet":
        return self.filter(Q(ice_request=ice_request) | Q(other=ice_request))


class Link(SealedFact):
    """What somebody decided of two requests; of a pair, the newest row counts.

    `ice_request` is the one filed later, `other` the one filed before it.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="links"
    )
    other = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="linked_by"
    )
    kind = models.CharField(max_length=14, choices=LinkKind)
    # 0 to 100, as it was shown to whoever decided, and what it was made of.
    score = models.PositiveSmallIntegerField()
    signals = ArrayField(models.CharField(max_length=16, choices=Signal), default=list)
    reason = SealedTextField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LinkKind.values), name="link_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(ice_request=F("other")), name="link_is_of_two_requests"
            ),
            models.CheckConstraint(
                condition=Q(score__lte=100), name="link_score_is_of_a_hundred"
            ),
            models.CheckConstraint(
                condition=is_sealed("reason"), name="link_is_sealed"
            ),
        ]
        indexes = [
            models.Index(fields=["ice_request", "-id"], name="link_by_request"),
            models.Index(fields=["other", "-id"], name="link_by_other"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="link_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
