"""Drawing a sample, checking it, signing it off, handing it out as evidence."""

import io
import json
import secrets
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from requests_app.accounts.access import Standing
from requests_app.accounts.models import Agency, Role, User
from requests_app.docket.models import IceRequest
from requests_app.ledger import services as ledger
from requests_app.ledger.models import Checkpoint, Entry
from requests_app.reporting import sampling
from requests_app.reporting.models import (
    Question,
    Sample,
    SampleCheck,
    SampleFinding,
    SampleItem,
    SampleKind,
    SampleSignOff,
)
from requests_app.review.models import Determination, Finding, Mismatch, Result
from requests_app.vault.sealing import CannotBeOpened


class NotYours(PermissionError):
    """An auditor draws at the agencies audited, and the state's at any."""


class TooFewRequests(ValueError):
    """There are fewer requests in the period than were to be drawn."""


class SignedOff(ValueError):
    """The sample is signed off: nothing is added to it any more."""


class NotAllChecked(ValueError):
    """A question of the checklist is not answered yet."""


@transaction.atomic
def draw_sample(
    *,
    agency: Agency | None,
    since: date,
    until: date,
    kind: str,
    size: int,
    standing: Standing,
    at: datetime,
) -> Sample:
    """Draw from the requests received from `since` to `until`, that day included.

    The seed is made here, by the operating system, and stands in the history with the
    digest of what was drawn from: a draw that was not liked stays on record.

    Raises NotYours, TooFewRequests.
    """
    _refuse_elsewhere(agency, standing)
    weights = population(agency=agency, since=since, until=until, kind=kind)
    if len(weights) < size:
        raise TooFewRequests(
            f"There are {len(weights)} requests in this period. Draw as many or fewer."
        )
    text = sampling.written(weights)
    sample = Sample.objects.create(
        agency=agency,
        since=since,
        until=until,
        kind=kind,
        size=size,
        seed=secrets.token_hex(16),
        method=sampling.METHOD,
        population=text,
        population_size=len(weights),
        population_digest=sampling.digest(text),
        drawn_by=standing.user,
        drawn_at=at,
    )
    drawn = sampling.draw(weights, seed=sample.seed, size=size)
    rows = IceRequest.objects.in_bulk([one.id for one in drawn], field_name="public_id")
    SampleItem.objects.bulk_create(
        SampleItem(
            sample=sample,
            ice_request=rows[one.id],
            place=one.place,
            weight=one.weight,
            ticket=one.ticket,
        )
        for one in drawn
    )
    _record(
        "sample.drawn",
        sample,
        by=standing.user,
        at=at,
        body={
            "kind": kind,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "size": size,
            "seed": sample.seed,
            "method": sampling.METHOD,
            "population": len(weights),
            "digest": sample.population_digest,
            "shown": [one.id for one in drawn],
        },
    )
    return sample


def _refuse_elsewhere(agency: Agency | None, standing: Standing) -> None:
    if standing.sees_every_agency:
        return
    if agency is None or not standing.holds(Role.AUDITOR, agency.pk):
        raise NotYours("You draw samples at the agencies that you audit.")


def population(
    *, agency: Agency | None, since: date, until: date, kind: str
) -> dict[str, int]:
    """Identifier and weight of every request received in a period."""
    rows = IceRequest.objects.filter(
        received_at__gte=_midnight(since),
        received_at__lt=_midnight(until + timedelta(days=1)),
    )
    if agency is not None:
        rows = rows.filter(agency=agency)
    if kind == SampleKind.RANDOM:
        return dict.fromkeys(rows.values_list("public_id", flat=True), 1)
    of_request = {"ice_request": OuterRef("pk")}
    findings = Finding.objects.filter(screening__ice_request=OuterRef("pk"))
    marks = {
        "mismatch": Exists(Mismatch.objects.filter(**of_request)),
        "override": Exists(
            Determination.objects.filter(**of_request, is_override=True)
        ),
        "violation": Exists(findings.filter(result=Result.VIOLATION)),
        "undetermined": Exists(findings.filter(result=Result.UNDETERMINED)),
    }
    marked = rows.annotate(**{f"has_{name}": one for name, one in marks.items()})
    weights = {}
    for row in marked.values(
        "public_id", "received_at", "filed_at", *(f"has_{name}" for name in marks)
    ):
        found = {name for name in marks if row[f"has_{name}"]}
        if row["filed_at"] - row["received_at"] > timedelta(hours=24):
            found.add("late")
        weights[row["public_id"]] = sampling.weight_of(found)
    return weights


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@transaction.atomic
def check(
    *, item: SampleItem, answers: Mapping[str, str], by: User, at: datetime
) -> None:
    """Answer questions of the checklist; a later answer counts before an earlier one.

    Raises SignedOff.
    """
    _refuse_signed(item.sample)
    given = {name: answer for name, answer in answers.items() if answer}
    SampleCheck.objects.bulk_create(
        SampleCheck(
            item=item, question=name, answer=answer, checked_by=by, checked_at=at
        )
        for name, answer in given.items()
    )
    _record(
        "sample.checked",
        item.sample,
        by=by,
        at=at,
        body={
            "item": item.public_id,
            "answers": [f"{name}.{answer}" for name, answer in given.items()],
        },
    )


@transaction.atomic
def find(
    *, item: SampleItem, gravity: str, words: str, by: User, at: datetime
) -> SampleFinding:
    """Enter what was found at one request. Raises SignedOff."""
    _refuse_signed(item.sample)
    finding = SampleFinding.objects.create(
        item=item, gravity=gravity, words=words, found_by=by, found_at=at
    )
    _record(
        "sample.found",
        item.sample,
        by=by,
        at=at,
        body={
            "item": item.public_id,
            "finding": finding.public_id,
            "gravity": gravity,
        },
    )
    return finding


@transaction.atomic
def sign_off(
    *, sample: Sample, conclusion: str, by: User, at: datetime
) -> SampleSignOff:
    """Say what the sample shows: once, and nothing is added afterwards.

    Raises SignedOff, NotAllChecked.
    """
    _refuse_signed(sample)
    if unanswered(sample):
        raise NotAllChecked("Answer every question of every request first.")
    try:
        with transaction.atomic():
            signed = SampleSignOff.objects.create(
                sample=sample, conclusion=conclusion, signed_by=by, signed_at=at
            )
    except IntegrityError:
        raise SignedOff("This sample is signed off already.") from None
    found = SampleFinding.objects.filter(item__sample=sample)
    _record(
        "sample.signed",
        sample,
        by=by,
        at=at,
        body={"conclusion": conclusion, "exceptions": found.count()},
    )
    return signed


def _refuse_signed(sample: Sample) -> None:
    # Read anew: another auditor may have signed since the page was drawn.
    if SampleSignOff.objects.filter(sample=sample).exists():
        raise SignedOff("This sample is signed off: nothing is added to it any more.")


def answers_of(sample: Sample) -> dict[int, dict[str, SampleCheck]]:
    """The answer that counts to each question of each item, by the item's key."""
    rows = (
        SampleCheck.objects.filter(item__sample=sample)
        .select_related("checked_by")
        .order_by("item_id", "question", "-id")
        .distinct("item_id", "question")
    )
    found: dict[int, dict[str, SampleCheck]] = defaultdict(dict)
    for row in rows:
        found[row.item_id][row.question] = row
    return found


def unanswered(sample: Sample) -> int:
    """How many questions of the whole sample wait for an answer."""
    given = sum(len(row) for row in answers_of(sample).values())
    return sample.size * len(Question.values) - given


# The bundle of evidence

# Two bundles of the same sample in the same state are the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
README = """Evidence of one audit sample of Detainer Desk

sample.json      what was drawn, by whom, from which period, how, and the seed
population.txt   every request there was to draw from, and its weight
items.json       the requests drawn with their tickets, answers and findings
history/*.json   the entries of each request drawn, as they are sealed
checkpoint.txt   the newest signed statement of the whole history, when there is one

To draw again: every request holds as many tickets as its weight. Ticket t of request id
is the SHA-256 of the text seed|id|t. A request's ticket is the lowest of its own; those
with the lowest are drawn. One ticket by hand:

    printf '%s' 'SEED|REQUEST|1' | sha256sum

The SHA-256 of population.txt and the seed stand in the entry sample.drawn. For a file
of one request that is proved against the checkpoint without the portal, ask for
`manage.py export_history NUMBER` and verify it with verify_history.py.
"""


def bundle(sample: Sample) -> bytes:
    """A ZIP file of everything the sample rests on; no name of a person in it."""
    items = list(sample.items.select_related("ice_request__agency").order_by("place"))
    files = {
        "README.txt": README,
        "sample.json": _text(_sample_of(sample)),
        "population.txt": sample.population,
        "items.json": _text(_items_of(sample, items)),
        **_histories(items),
    }
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if checkpoint is not None:
        files["checkpoint.txt"] = checkpoint.note
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), text)
    return out.getvalue()


def _text(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _sample_of(sample: Sample) -> dict:
    signed = SampleSignOff.objects.filter(sample=sample).first()
    return {
        "sample": sample.public_id,
        "agency": sample.agency.code if sample.agency else "the whole state",
        "since": sample.since.isoformat(),
        "until": sample.until.isoformat(),
        "kind": sample.kind,
        "size": sample.size,
        "seed": sample.seed,
        "method": sample.method,
        "points": dict(sampling.POINTS),
        "population_size": sample.population_size,
        "population_sha256": sample.population_digest,
        "drawn_by": sample.drawn_by.public_id,
        "drawn_at": sample.drawn_at.isoformat(),
        "sign_off": signed
        and {
            "conclusion": signed.conclusion,
            "signed_by": signed.signed_by.public_id,
            "signed_at": signed.signed_at.isoformat(),
        },
    }


def _items_of(sample: Sample, items: Iterable[SampleItem]) -> list[dict]:
    answers = answers_of(sample)
    findings = defaultdict(list)
    for row in findings_of(sample):
        findings[row.item_id].append(row)
    labels = dict(Question.choices)
    return [
        {
            "place": item.place,
            "request": item.ice_request.public_id,
            "number": item.ice_request.number,
            "weight": item.weight,
            "ticket": item.ticket,
            "answers": [
                {
                    "question": labels[row.question],
                    "answer": row.answer,
                    "by": row.checked_by.public_id,
                    "at": row.checked_at.isoformat(),
                }
                for row in answers[item.pk].values()
            ],
            "findings": [
                {
                    "finding": row.public_id,
                    "gravity": row.gravity,
                    "words": words_of(row),
                    "by": row.found_by.public_id,
                    "at": row.found_at.isoformat(),
                }
                for row in findings[item.pk]
            ],
        }
        for item in items
    ]


def findings_of(sample: Sample):
    """What was found, in the order of the items, with what its words are sealed by."""
    return (
        SampleFinding.objects.filter(item__sample=sample)
        .select_related("found_by", "item__ice_request")
        .order_by("item__place", "id")
    )


def words_of(finding: SampleFinding) -> str:
    """The words, or that they were destroyed with the request's key."""
    try:
        return finding.words
    except CannotBeOpened:
        return "(Destroyed with the record.)"


def _histories(items: Iterable[SampleItem]) -> dict[str, str]:
    numbers = {item.ice_request.public_id: item.ice_request.number for item in items}
    entries = defaultdict(list)
    rows = Entry.objects.filter(subject__in=numbers).order_by("subject", "seq")
    for row in rows.annotate(leaf_idx=F("leaf__idx"), sealed_at=F("leaf__sealed_at")):
        entries[row.subject].append(
            {
                "id": row.public_id,
                "leaf": row.leaf_idx,
                "sealed_at": row.sealed_at and row.sealed_at.isoformat(),
                "seq": row.seq,
                "event": row.event,
                "at": row.at.isoformat(),
                "actor": row.actor,
                "role": row.role,
                "agency": row.agency,
                "outcome": row.outcome,
                "body": json.loads(row.body),
            }
        )
    return {
        f"history/{number}.json": _text(entries[subject])
        for subject, number in numbers.items()
    }


def _record(event: str, sample: Sample, *, by: User, at: datetime, body: dict) -> None:
    ledger.record(
        event=event,
        subject=sample.public_id,
        at=at,
        actor=by.public_id,
        role=Role.AUDITOR,
        agency=sample.agency.code if sample.agency else "",
        body=body,
    )
