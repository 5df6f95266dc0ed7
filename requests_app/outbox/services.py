"""Putting work off until after the answer, and ringing the broker's bell."""

import re
from datetime import datetime

from django.db import transaction

from requests_app.outbox import bell
from requests_app.outbox.models import Job


class NotForTheOutbox(ValueError):
    """A job carries identifiers and codes only."""


class NotDead(ValueError):
    """Only a job that was given up is tried again by hand."""


_KIND = re.compile(r"[a-z][a-z0-9_.]{0,39}\Z")
_SUBJECT = re.compile(r"[A-Za-z0-9_-]{1,22}\Z")
_AGENCY = re.compile(r"([A-Z][A-Z0-9-]{0,11})?\Z")


def enqueue(*, kind: str, subject: str, at: datetime, agency: str = "") -> Job:
    """Write a job in the caller's transaction; a job already waiting is returned.

    `subject` is a public identifier, `agency` the code of the agency whose rows the
    work may touch. After the commit the broker is told; when it cannot be reached the
    relay finds the row.

    Raises NotForTheOutbox.
    """
    shapes = ((_KIND, kind), (_SUBJECT, subject), (_AGENCY, agency))
    if not all(shape.match(value) for shape, value in shapes):
        raise NotForTheOutbox("A job carries its kind, an identifier and an agency.")
    job, is_new = Job.objects.get_or_create(
        kind=kind,
        subject=subject,
        agency=agency,
        done_at=None,
        died_at=None,
        defaults={"due_at": at, "created_at": at},
    )
    if is_new:
        transaction.on_commit(lambda: bell.ring(job.public_id))
    return job


@transaction.atomic
def retry(*, job: Job, at: datetime) -> Job:
    """Have a job that was given up tried again from the beginning.

    When the same work waits anew already, that row is returned and this one stays.

    Raises NotDead.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.died_at is None:
        raise NotDead("This job was not given up: it waits, or it is done.")
    same = Job.objects.waiting().filter(
        kind=job.kind, subject=job.subject, agency=job.agency
    )
    if waiting := same.first():
        return waiting
    job.died_at, job.attempts, job.due_at = None, 0, at
    job.save(update_fields=["died_at", "attempts", "due_at"])
    transaction.on_commit(lambda: bell.ring(job.public_id))
    return job
