"""The table of jobs."""

import secrets

from django.db import models
from django.db.models import Q


def new_job_id() -> str:
    """The identifier a message carries: 128 random bits, 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


class JobQuerySet(models.QuerySet):
    """Adjectives for jobs."""

    def waiting(self) -> "JobQuerySet":
        return self.filter(done_at__isnull=True, died_at__isnull=True)

    def due(self, now) -> "JobQuerySet":
        return self.waiting().filter(due_at__lte=now)

    def silent_since(self, moment) -> "JobQuerySet":
        """Those for which the broker was not rung after `moment`."""
        return self.filter(Q(rung_at__isnull=True) | Q(rung_at__lt=moment))

    def dead(self) -> "JobQuerySet":
        return self.filter(died_at__isnull=False)

    def at_agency(self, codes) -> "JobQuerySet":
        """Those of these agencies, and those of the whole portal."""
        return self.filter(agency__in=["", *codes])


class Job(models.Model):
    """One thing to do after the answer.

    The row is also the record of its delivery: it is marked done in the transaction
    that does the work, so that a message delivered twice finds nothing left to do.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_job_id)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=22)
    # The code of the agency whose rows the work may touch; empty: the whole portal.
    agency = models.CharField(max_length=12, blank=True, default="", db_default="")
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    died_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "agency"],
                condition=Q(done_at__isnull=True, died_at__isnull=True),
                name="job_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(died_at__isnull=True),
                name="job_is_done_or_dead",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(done_at__isnull=True, died_at__isnull=True),
                name="job_due",
            ),
            models.Index(
                fields=["agency", "-died_at"],
                condition=Q(died_at__isnull=False),
                name="job_dead",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
