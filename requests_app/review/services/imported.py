"""Screening many requests of the past at once, each under the law of its own day.

What was asked is judged on the day it was received, what was done on the day it was
done. Nothing is compared with a determination: there was none here.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from requests_app import law
from requests_app.accounts.models import User
from requests_app.docket.record import Record
from requests_app.ledger import services as ledger
from requests_app.review import facts
from requests_app.review.models import (
    DUTIES_OF_DOING,
    Finding,
    IceAccess,
    Screening,
)
from requests_app.review.services.screening import (
    Subject,
    access_of,
    assess_facts,
    current_statute,
    entry_of,
    findings_of,
    row_of,
)


def assess_all(
    record: Record, *, statute: law.Statute
) -> list[tuple[Subject, law.Assessment]]:
    """What the law says of every ask, act and receipt of a record that is past."""
    return [
        (subject, assess_facts(subject.facts, statute=statute))
        for subject in _subjects(record)
    ]


def results_of(assessed: Sequence[tuple[Subject, law.Assessment]]) -> Counter:
    """How often each version of the law finds what, duties of receipt left out."""
    return Counter(
        (assessment.version or "none", finding.result)
        for subject, assessment in assessed
        if subject.ask is not None or subject.act is not None
        for finding in assessment.findings
        if subject.ask is None or finding.citation not in DUTIES_OF_DOING
    )


@transaction.atomic
def screen_all(
    *, records: Sequence[Record], by: User, role: str, at: datetime
) -> set[int]:
    """Screen requests that were just kept; the ids of those with a violation."""
    statute = current_statute()
    assessed = [
        (record, subject, assessment)
        for record in records
        for subject, assessment in assess_all(record, statute=statute)
    ]
    screenings = Screening.objects.bulk_create(
        row_of(record.ice_request, subject, one, cause=Screening.Cause.IMPORTED, at=at)
        for record, subject, one in assessed
    )
    findings = [
        row
        for screening, (_, _, assessment) in zip(screenings, assessed, strict=True)
        for row in findings_of(screening, assessment)
    ]
    Finding.objects.bulk_create(findings)
    accesses = [row for screening in screenings if (row := access_of(screening))]
    IceAccess.objects.bulk_create(row for row, _entry in accesses)
    entries = _entries(records, screenings, findings)
    entries += [entry for _row, entry in accesses]
    agency = records[0].ice_request.agency
    who = {"actor": by.public_id, "role": role, "agency": agency.code}
    ledger.record_all(entries, at=at, **who)
    return {
        row.screening.ice_request_id
        for row in findings
        if row.result == law.VIOLATION
        and not _is_receipt(row.screening)
        and row.screening.weighing([row])
    }


def _subjects(record: Record) -> list[Subject]:
    official = record.ice_request.agency.kind
    received: date = timezone.localdate(record.ice_request.received_at)
    subjects = [
        Subject(facts.of_ask(record, ask, official=official, on=received), ask=ask)
        for ask in record.asks
    ]
    subjects += [
        Subject(facts.of_act(record, act, official=official), act=act)
        for act in record.acts
    ]
    if facts.is_detainer(record):
        subjects.append(Subject(facts.of_receipt(record, official=official, served=())))
    return subjects


def _entries(records, screenings, findings) -> list[tuple]:
    of_screening: dict[int, list[Finding]] = {}
    for row in findings:
        of_screening.setdefault(row.screening_id, []).append(row)
    of_request: dict[int, list[Screening]] = {}
    for screening in screenings:
        of_request.setdefault(screening.ice_request_id, []).append(screening)
    return [
        (
            "request.screened",
            record.ice_request.public_id,
            entry_of(
                [
                    (one, of_screening.get(one.pk, []))
                    for one in of_request[record.ice_request.pk]
                ],
                cause=Screening.Cause.IMPORTED,
            ),
        )
        for record in records
        if record.ice_request.pk in of_request
    ]


def _is_receipt(screening: Screening) -> bool:
    return screening.ask_id is None and screening.act_id is None
