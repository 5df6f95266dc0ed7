"""Delivering jobs. A message carries one public identifier and nothing else."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from requests_app.outbox import jobs
from requests_app.outbox.messages import CarriesIdentifiers
from requests_app.outbox.models import Job

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
# How long a message may be on its way before the broker is rung again.
PATIENCE = timedelta(seconds=30)
# The bell is rung after the commit; until then the relay keeps still.
GRACE = timedelta(seconds=5)


@shared_task(base=CarriesIdentifiers, name="outbox.deliver")
def deliver(public_id: str) -> None:
    """Do one job, once in effect; another worker's row is left alone."""
    now = timezone.now()
    job = _claim(public_id, now)
    if job is None:
        return
    try:
        _do(job, now)
    except Exception as error:  # noqa: BLE001 whatever the work raises is counted
        _put_off(job, error, now)


def _claim(public_id: str, now: datetime) -> Job | None:
    """Count an attempt before it is made: work that kills its worker is counted too.

    The job is due again after a while, whatever becomes of this attempt.
    """
    with transaction.atomic(), jobs.context(""):
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .due(now)
            .filter(public_id=public_id)
            .first()
        )
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            # Every attempt ended with its worker, so nobody was left to give it up.
            _give_up(job, now)
            return None
        job.attempts += 1
        job.due_at = now + timedelta(seconds=2**job.attempts)
        job.save(update_fields=["attempts", "due_at"])
        return job


def _do(claimed: Job, now: datetime) -> None:
    """Do the work and mark it done in one transaction, as the job's own agency."""
    with transaction.atomic(), jobs.context(claimed.agency):
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .waiting()
            .filter(pk=claimed.pk)
            .first()
        )
        if job is None:
            return
        jobs.do(job.kind, subject=job.subject, at=now)
        job.done_at = now
        job.save(update_fields=["done_at"])


@shared_task(base=CarriesIdentifiers, name="outbox.relay")
def relay(limit: int = 200) -> int:
    """Ring again for jobs that are due: the broker may have forgotten. How many."""
    now = timezone.now()
    with transaction.atomic(), jobs.context(""):
        silent = (
            Job.objects.select_for_update(skip_locked=True)
            .due(now - GRACE)
            .silent_since(now - PATIENCE)
            .order_by("due_at")[:limit]
        )
        waiting = [job.public_id for job in silent]
        # Rung inside the transaction: when the broker is away nothing counts as rung.
        for public_id in waiting:
            deliver.apply_async([public_id])
        Job.objects.filter(public_id__in=waiting).update(rung_at=now)
    return len(waiting)


def _put_off(claimed: Job, error: Exception, now: datetime) -> None:
    # Only the kind of error is kept: its words may repeat what somebody typed.
    code = type(error).__name__[:80]
    with transaction.atomic(), jobs.context(""):
        job = Job.objects.select_for_update().waiting().filter(pk=claimed.pk).first()
        if job is None:
            # Another worker has done it since this one failed.
            return
        job.last_error = code
        job.save(update_fields=["last_error"])
        if job.attempts >= MAX_ATTEMPTS:
            _give_up(job, now)
    logger.warning("outbox: job %s put off (%s)", claimed.public_id, code)


def _give_up(job: Job, now: datetime) -> None:
    job.died_at = now
    job.save(update_fields=["died_at"])
    jobs.bury(
        job.kind,
        subject=job.subject,
        agency=job.agency,
        attempts=job.attempts,
        at=now,
    )
