"""What is recorded of jobs that were given up, and verifying by the clock."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from requests_app.accounts import tenancy, watch
from requests_app.accounts.models import Agency
from requests_app.ledger import services as ledger
from requests_app.ledger import verifying
from requests_app.outbox import jobs
from requests_app.outbox import services as outbox
from requests_app.outbox.messages import CarriesIdentifiers


@jobs.around
def as_its_agency(agency: str) -> AbstractContextManager:
    """Let a job see its own agency's rows; the outbox sees its whole table."""
    if not agency:
        return tenancy.as_system()
    return tenancy.entered(tenancy.of_agency(Agency.objects.get(code=agency)))


@jobs.at_death
def record_death(
    *, kind: str, subject: str, agency: str, attempts: int, at: datetime
) -> None:
    """Write into the history that nobody does this job any more.

    It stands here because the outbox and the ledger do not call each other, and this
    is the lowest room that may call both.
    """
    ledger.record(
        event="job.died",
        subject=subject,
        at=at,
        actor=ledger.SYSTEM,
        agency=agency,
        body={"kind": kind, "attempts": attempts},
    )


@shared_task(base=CarriesIdentifiers, name="ledger.verify_hourly")
def verify_hourly() -> None:
    """Ask for a verification; one that waits already is enough."""
    with transaction.atomic(), jobs.context(""):
        outbox.enqueue(kind="ledger.verify", subject=watch.SUBJECT, at=timezone.now())


@shared_task(base=CarriesIdentifiers, name="clocks.compare")
def compare_clocks() -> None:
    """Say when the clock of this machine and the database's part."""
    with transaction.atomic(), jobs.context(""):
        watch.compare_clocks(at=timezone.now())


@jobs.does("ledger.verify")
def verify(*, subject: str, at: datetime) -> None:
    """Verify the whole history. A difference is an answer, not a job that failed."""
    # The job's own transaction has begun and sees what others commit meanwhile; a
    # thread has a connection of its own, and so a snapshot.
    with ThreadPoolExecutor(1) as apart:
        result = apart.submit(_verify_apart).result()
    watch.take_note(result=result, began_at=at, at=timezone.now())


def _verify_apart() -> verifying.Result:
    try:
        with tenancy.as_system():
            return watch.verify(
                witness=Path(settings.LEDGER_WITNESS_FILE), verifiers=watch.keys()
            )
    finally:
        connection.close()
