"""The agency's own routing: rules as a dated table, tried before they take effect."""

import pgtrigger
from django.db import models
from django.db.models import Q

from requests_app.accounts.models import Agency, Unit, User
from requests_app.docket.models import AskKind
from requests_app.ledger.models import new_public_id
from requests_app.review.models.assignments import Level


class Shift(models.TextChoices):
    """The part of the day, on Connecticut's clock, in which a request is filed."""

    DAY = "day", "Day (07:00 to 15:00)"
    EVENING = "evening", "Evening (15:00 to 23:00)"
    NIGHT = "night", "Night (23:00 to 07:00)"


class RoutingTableQuerySet(models.QuerySet):
    """Adjectives for routing tables."""

    def in_force(self, at) -> "RoutingTableQuerySet":
        """Those in effect at a moment, the newest first: the first one counts."""
        return self.filter(effective_at__lte=at, withdrawn_at__isnull=True).order_by(
            "-effective_at", "-id"
        )


class RoutingTable(models.Model):
    """One version of an agency's routing rules. In effect only after a dry run."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # What the dry run over the last twelve months found: counts by rule and by desk.
    tried_at = models.DateTimeField(null=True, blank=True)
    trial = models.JSONField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    effective_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = RoutingTableQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True)
                | Q(tried_at__isnull=False, effective_by__isnull=False),
                name="routing_table_is_tried_first",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "-effective_at"], name="routing_table_in_force"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="routing_table_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="routing_table_is_what_was_made",
                fields=["public_id", "agency", "made_by", "made_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Routing of {self.agency_id}, {self.made_at:%Y-%m-%d}"


class RoutingRule(models.Model):
    """One row of a table: what must hold, and which unit or person then gets it.

    An empty condition holds always. The rules of an agency choose a desk inside the
    queue that the statute's own routing chose; they never change that queue.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    table = models.ForeignKey(
        RoutingTable, on_delete=models.PROTECT, related_name="rules"
    )
    position = models.PositiveSmallIntegerField()
    from_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    shift = models.CharField(max_length=8, choices=Shift, blank=True)
    ask = models.CharField(max_length=16, choices=AskKind, blank=True)
    citation = models.CharField(max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level, null=True, blank=True)
    to_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "position"], name="routing_rule_has_its_place"
            ),
            models.CheckConstraint(
                condition=Q(to_unit__isnull=False, to_person__isnull=True)
                | Q(to_unit__isnull=True, to_person__isnull=False),
                name="routing_rule_names_one_desk",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="routing_rule_is_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"Rule {self.position}"
