"""Rehearsing: a change of law tried on past requests before it takes effect.

Nothing but the rehearsal's own rows is written: no screening, no flag, no status.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from requests_app import law
from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.outbox import jobs
from requests_app.outbox import services as outbox
from requests_app.review.models import Rehearsal, RehearsalItem, Screening
from requests_app.review.services.offences import rows_open_to_ruling
from requests_app.review.services.screening import assess_facts, current_statute

REHEARSE = "law.rehearse"
# How many requests one job looks at; the next job goes on after the last of them.
BATCH = 200

# The key under which the history keeps what was tried.
_KEY_OF = {
    Rehearsal.Kind.VERSION: "versions",
    Rehearsal.Kind.STAY: "citations",
    Rehearsal.Kind.OFFENCE: "section",
}


class NotRehearsable(ValueError):
    """The statute has no such version, provision or open row."""


@transaction.atomic
def order_rehearsal(
    *,
    agency: Agency,
    kind: str,
    subject: str,
    effective_from: date,
    since: date,
    until: date,
    by: User,
    at: datetime,
    status: str = "",
) -> Rehearsal:
    """Have a change tried on what was screened from `since` up to, not on, `until`.

    `subject` is the name of a version, the citation of a provision or the section of
    an offence. The work is done by jobs. Raises NotRehearsable.
    """
    rehearsal = Rehearsal(
        agency=agency,
        kind=kind,
        subject=subject,
        status=status,
        effective_from=effective_from,
        since=since,
        until=until,
        ordered_by=by,
        ordered_at=at,
    )
    statute_tried(rehearsal)
    rehearsal.save()
    _record(rehearsal, actor=by.public_id, role=Role.ADMINISTRATOR, at=at)
    _enqueue(rehearsal, after=0, at=at)
    return rehearsal


def statute_tried(rehearsal: Rehearsal) -> law.Statute:
    """The statute with its rulings, and the change as if in force from its date.

    Raises NotRehearsable.
    """
    statute, day = current_statute(), rehearsal.effective_from
    try:
        if rehearsal.kind == Rehearsal.Kind.VERSION:
            return statute.supposing_version(rehearsal.subject, day)
        if rehearsal.kind == Rehearsal.Kind.STAY:
            return statute.supposing_stay(rehearsal.subject, day)
    except law.NotOfTheStatute as error:
        raise NotRehearsable(str(error)) from error
    if rehearsal.subject not in rows_open_to_ruling() or not rehearsal.status:
        raise NotRehearsable(f"{rehearsal.subject} is no row that can be ruled on.")
    return statute.supposing_ruling(
        law.Ruling(rehearsal.subject, rehearsal.status, day, "supposed")
    )


@jobs.does(REHEARSE)
def rehearse_some(*, subject: str, at: datetime) -> None:
    """Try the change on some requests, and have the next job go on after them.

    A job that is delivered again finds the count moved on and does nothing.
    """
    number, looked, after = (int(one) for one in subject.removeprefix("r").split("_"))
    rehearsal = (
        Rehearsal.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=number)
    )
    if rehearsal.done_at is not None or rehearsal.looked != looked:
        return
    numbers = list(
        IceRequest.objects.filter(agency=rehearsal.agency, id__gt=after)
        .order_by("id")
        .values_list("id", flat=True)[:BATCH]
    )
    _try_on(rehearsal, numbers)
    is_last = len(numbers) < BATCH
    rehearsal.done_at = at if is_last else None
    rehearsal.save(update_fields=["looked", "gained", "lost", "done_at"])
    _record(rehearsal, actor=ledger.SYSTEM, role=ledger.SYSTEM, at=at)
    if not is_last:
        _enqueue(rehearsal, after=numbers[-1], at=at)


def newest_rehearsals(agencies: Iterable[int], *, kind: str) -> dict[tuple, Rehearsal]:
    """The newest rehearsal of each change of a kind, by its subject and status."""
    rows = (
        Rehearsal.objects.filter(agency__in=list(agencies), kind=kind)
        .order_by("subject", "status", "-id")
        .distinct("subject", "status")
    )
    return {(row.subject, row.status): row for row in rows}


def _try_on(rehearsal: Rehearsal, numbers: list[int]) -> None:
    """Count, and keep for each request whose findings would be others which ones."""
    statute = statute_tried(rehearsal)
    looked, differences = set(), {}
    for screening in _newest_in(rehearsal, numbers):
        looked.add(screening.ice_request_id)
        gained, lost = _difference(screening, statute)
        if gained or lost:
            both = differences.setdefault(screening.ice_request_id, (set(), set()))
            both[0].update(gained)
            both[1].update(lost)
    RehearsalItem.objects.bulk_create(
        RehearsalItem(
            rehearsal=rehearsal,
            ice_request_id=number,
            gained=sorted(gained),
            lost=sorted(lost),
        )
        for number, (gained, lost) in sorted(differences.items())
    )
    rehearsal.looked += len(looked)
    rehearsal.gained += sum(len(gained) for gained, _ in differences.values())
    rehearsal.lost += sum(len(lost) for _, lost in differences.values())


def _newest_in(rehearsal: Rehearsal, numbers: list[int]) -> list[Screening]:
    newest = (
        Screening.objects.filter(ice_request__in=numbers)
        .latest_by_subject()
        .prefetch_related("findings")
    )
    return [one for one in newest if rehearsal.since <= one.act_date < rehearsal.until]


def _difference(screening: Screening, statute: law.Statute) -> tuple[set, set]:
    """What the statute would find that the screening did not, and the other way."""
    assessment = assess_facts(screening.facts, statute=statute)
    said = _worded(screening.weighing(screening.findings.all()))
    says = _worded(screening.weighing(assessment.findings))
    return says - said, said - says


def _worded(findings) -> set[str]:
    return {f"{row.citation} {row.result}" for row in findings}


def _enqueue(rehearsal: Rehearsal, *, after: int, at: datetime) -> None:
    outbox.enqueue(
        kind=REHEARSE,
        subject=f"r{rehearsal.pk}_{rehearsal.looked}_{after}",
        agency=rehearsal.agency.code,
        at=at,
    )


def _record(rehearsal: Rehearsal, *, actor: str, role: str, at: datetime) -> None:
    ledger.record(
        event="law.rehearsed",
        subject=rehearsal.public_id,
        at=at,
        actor=actor,
        role=role,
        agency=rehearsal.agency.code,
        body={
            "kind": str(rehearsal.kind),
            _KEY_OF[rehearsal.kind]: rehearsal.subject,
            "status": rehearsal.status or None,
            "effective_from": rehearsal.effective_from.isoformat(),
            "since": rehearsal.since.isoformat(),
            "until": rehearsal.until.isoformat(),
            "looked": rehearsal.looked,
            "gained": rehearsal.gained,
            "lost": rehearsal.lost,
        },
    )
