"""What dashboards and reports count: one narrow row a request, rebuilt when it changed.

Triggers note which requests changed (`StaleFigure`) in the transaction that changes
them; whoever counts first rebuilds the rows noted. Nothing in these tables is of
record: they can be emptied and built anew from the docket.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from requests_app.accounts.models import Agency
from requests_app.docket.models import IceRequest


class StaleFigure(models.Model):
    """That a request changed and its figures have not been rebuilt since."""

    ice_request_id = models.BigIntegerField()
    agency_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "id"], name="stale_figure_by_agency")
        ]

    def __str__(self) -> str:
        return str(self.ice_request_id)


def _codes() -> ArrayField:
    return ArrayField(models.CharField(max_length=60), default=list)


class RequestFigures(models.Model):
    """One request in codes and numbers: nothing that names or finds a person.

    Days are of America/New_York; hours are elapsed hours. A list holds a code once for
    each time it happened: `findings` as `citation result`, `decisions` as
    `ask decision`.
    """

    ice_request = models.OneToOneField(
        IceRequest, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField()
    filed_on = models.DateField()
    instrument = models.CharField(max_length=20)
    channel = models.CharField(max_length=12)
    status = models.CharField(max_length=16)
    origin = models.CharField(max_length=8)
    asks = _codes()
    acts = _codes()
    findings = _codes()
    decisions = _codes()
    mismatches = _codes()
    ice_access = _codes()
    # The days on which ICE access was given.
    access_on = ArrayField(models.DateField(), default=list)
    municipal_report = models.BooleanField(default=False)
    overrides = models.PositiveSmallIntegerField(default=0)
    is_flagged = models.BooleanField(default=False)
    notices_owed = models.PositiveSmallIntegerField(default=0)
    notices_served = models.PositiveSmallIntegerField(default=0)
    hours_to_copy = models.FloatField(null=True)
    hours_to_decision = models.FloatField(null=True)
    staff_minutes = models.PositiveIntegerField(default=0)
    cost_cents = models.PositiveBigIntegerField(default=0)
    rebuilt_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "request figures"
        indexes = [
            models.Index(
                fields=["agency", "received_on"], name="figures_by_agency_day"
            ),
            models.Index(fields=["received_on"], name="figures_by_day"),
        ]

    def __str__(self) -> str:
        return f"Figures of {self.ice_request_id}"
