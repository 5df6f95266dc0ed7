"""Claims brought in court, and the holds that keep records from destruction."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models.record import IceRequest
from requests_app.ledger.models import new_public_id
from requests_app.vault.fields import SealedTextField, is_sealed
from requests_app.vault.models import DataKey, SealedRow

_NEVER_EDITED = pgtrigger.Update | pgtrigger.Delete


class Relief(models.TextChoices):
    """What a court is asked for."""

    INJUNCTION = "injunction", "An injunction"
    DECLARATION = "declaration", "A declaration"
    HABEAS = "habeas", "Release (habeas corpus)"
    COSTS = "costs", "Costs and fees"
    OTHER = "other", "Something else"


class ClaimOutcome(models.TextChoices):
    """What became of a claim."""

    PENDING = "pending", "Pending"
    GRANTED = "granted", "Granted"
    GRANTED_IN_PART = "granted_in_part", "Granted in part"
    DENIED = "denied", "Denied"
    WITHDRAWN = "withdrawn", "Withdrawn"
    SETTLED = "settled", "Settled"
    DISMISSED = "dismissed", "Dismissed"


class Claim(SealedRow):
    """A claim against the agency in a court; what becomes of it is `ClaimEvent`s.

    Sealed under the key of its request, or under one of its own when it concerns none.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    ice_request = models.ForeignKey(
        IceRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
    )
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    court = models.CharField(max_length=120)
    docket_number = SealedTextField()
    claimant = SealedTextField()
    represented_by = SealedTextField()
    relief = ArrayField(models.CharField(max_length=12, choices=Relief), default=list)
    about = SealedTextField()
    filed_date = models.DateField()
    served_date = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=is_sealed(
                    "docket_number", "claimant", "represented_by", "about"
                ),
                name="claim_is_sealed",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="claim_by_agency")]
        triggers = [
            pgtrigger.Protect(name="claim_is_append_only", operation=_NEVER_EDITED),
        ]

    def __str__(self) -> str:
        return f"Claim {self.public_id}"

    def sealing_key_id(self):
        return self.data_key_id

    def outcome(self) -> str:
        """What the newest event says; a claim without one is pending. Queries."""
        newest = self.events.order_by("-on_date", "-id").first()
        return newest.outcome if newest else ClaimOutcome.PENDING

    def is_pending(self) -> bool:
        """Whether the court has not done with it. Queries."""
        return self.outcome() == ClaimOutcome.PENDING


class ClaimEvent(SealedRow):
    """What became of a claim on a day; the newest row counts."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="events")
    outcome = models.CharField(max_length=16, choices=ClaimOutcome)
    on_date = models.DateField()
    words = SealedTextField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=ClaimOutcome.values),
                name="claim_event_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=is_sealed("words"), name="claim_event_is_sealed"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="claim_event_is_append_only", operation=_NEVER_EDITED
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()

    def sealing_key_id(self):
        return self.claim.data_key_id


class HoldQuerySet(models.QuerySet):
    """Adjectives for holds."""

    def in_force(self) -> "HoldQuerySet":
        return self.filter(lifted_at__isnull=True)

    def over(self, ice_request) -> "HoldQuerySet":
        """Those that keep this request, by itself or by the person it concerns."""
        return self.filter(agency_id=ice_request.agency_id).filter(
            Q(ice_request=ice_request) | Q(person__overlap=ice_request.found_by)
        )


class Hold(SealedRow):
    """An order that nothing be destroyed of a request, or of all of a person's.

    `person` holds index tokens of the request's person (`IceRequest.found_by` has the
    same): requests filed later about the same person are held too.
    """

    class Reach(models.TextChoices):
        REQUEST = "request", "This request"
        PERSON = "person", "Every request about this person"

    class Cause(models.TextChoices):
        CLAIM = "claim", "A claim in court"
        EXPECTED = "expected", "A claim that is to be expected"
        INQUIRY = "inquiry", "An inquiry or audit"
        PUBLIC_RECORDS = "public_records", "A public records request"
        OTHER = "other", "Something else"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    ice_request = models.ForeignKey(
        IceRequest, on_delete=models.PROTECT, related_name="holds"
    )
    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    reach = models.CharField(max_length=8, choices=Reach)
    person = ArrayField(models.BigIntegerField(), default=list, blank=True)
    index_key = models.CharField(max_length=200, blank=True)
    cause = models.CharField(max_length=14, choices=Cause)
    words = SealedTextField()
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_as = models.CharField(max_length=20, choices=Role)
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_words = SealedTextField()

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reach__in=["request", "person"]),
                name="hold_reach_is_known",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hold_is_lifted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("placed_at")),
                name="hold_is_lifted_after_it_was_placed",
            ),
            models.CheckConstraint(
                condition=is_sealed("words", "lifted_words"), name="hold_is_sealed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "ice_request"],
                condition=Q(lifted_at__isnull=True),
                name="hold_in_force",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="hold_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="hold_lifted_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.lifted_at IS NOT NULL"),
            ),
            pgtrigger.ReadOnly(
                name="hold_is_what_was_placed",
                fields=["public_id", "seal_id", "agency", "ice_request", "claim"]
                + ["reach", "cause", "words", "placed_by", "placed_as", "placed_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.get_cause_display()

    def sealing_key_id(self):
        return self.ice_request.data_key_id
