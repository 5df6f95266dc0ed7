"""Screening: the law applied to the facts of record, and kept with its inputs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from requests_app import law
from requests_app.accounts.models import Role, User
from requests_app.docket.models import Act, Ask, IceRequest, Origin
from requests_app.docket.record import Record
from requests_app.ledger import services as ledger
from requests_app.notices.models import Notice
from requests_app.review import facts
from requests_app.review.models import (
    Decision,
    Determination,
    Finding,
    IceAccess,
    OffenceRuling,
    Screening,
)

_SCREENS_ASKS = {
    Screening.Cause.FILED,
    Screening.Cause.CORRECTED,
    Screening.Cause.LAW_CHANGED,
}


@dataclass(frozen=True)
class Subject:
    """What one screening is of: an ask, an act, or (with neither) the receipt."""

    facts: dict
    ask: Ask | None = None
    act: Act | None = None

    @property
    def key(self) -> tuple:
        return (self.ask and self.ask.pk, self.act and self.act.pk)


def current_statute() -> law.Statute:
    """The shipped statute with the rulings that two administrators have made."""
    rulings = OffenceRuling.objects.ruled().order_by("ruled_at", "id")
    return law.STATUTE.with_rulings(
        tuple(
            law.Ruling(
                section=row.section,
                status=row.status,
                effective_from=row.effective_from,
                citation=row.citation,
            )
            for row in rulings
        )
    )


def assess_facts(content: dict, *, statute: law.Statute) -> law.Assessment:
    """The law's answer to one object of the assess contract."""
    return law.assess(law.parse(content), statute)


@transaction.atomic
def screen(
    *, ice_request: IceRequest, cause: str, by: User, role: str, at: datetime
) -> list[Screening]:
    """Screen every subject of a request whose facts or findings are new.

    Asks are proposed acts and are judged on the day of the screening; an act on its
    own day; the receipt on its own. After a change of law, what was decided is judged
    as `_asks_to_judge` says. Returns the screenings written.
    """
    record = Record.of(ice_request)
    statute = current_statute()
    before = {
        (row.ask_id, row.act_id): row
        for row in ice_request.screenings.latest_by_subject().prefetch_related(
            "findings"
        )
    }
    written = []
    for subject in _subjects(record, cause=cause, at=at):
        assessment = assess_facts(subject.facts, statute=statute)
        if not _says_anew(before.get(subject.key), subject, assessment):
            continue
        written.append(_keep(ice_request, subject, assessment, cause=cause, at=at))
    if written:
        _record(written, ice_request, cause=cause, by=by, role=role, at=at)
    for screening in written:
        if screening.act is not None:
            _record_ice_access(screening, ice_request, by=by, role=role, at=at)
    return written


def _subjects(record: Record, *, cause: str, at: datetime) -> list[Subject]:
    official = record.ice_request.agency.kind
    served, reasoned = defaultdict(set), defaultdict(set)
    for act_id, kind, shows_reason in (
        Notice.objects.served()
        .showing_reasons()
        .filter(ice_request=record.ice_request)
        .values_list("act_id", "kind", "shows_reason")
    ):
        served[act_id].add(kind)
        if shows_reason:
            reasoned[act_id].add(kind)
    subjects = []
    if cause in _SCREENS_ASKS:
        subjects += [
            Subject(facts.of_ask(record, ask, official=official, on=day), ask=ask)
            for ask, day in _asks_to_judge(record, cause=cause, at=at)
        ]
    subjects += [
        Subject(
            facts.of_act(
                record,
                act,
                official=official,
                head_decided=_head_decided(act),
                served=served[act.pk],
                reasoned=reasoned[act.pk],
            ),
            act=act,
        )
        for act in record.acts
    ]
    if facts.is_detainer(record):
        subjects.append(
            Subject(facts.of_receipt(record, official=official, served=served[None]))
        )
    return subjects


def _asks_to_judge(
    record: Record, *, cause: str, at: datetime
) -> list[tuple[Ask, date]]:
    """Each ask that is judged anew, with the day whose law counts.

    A change of law reaches an open ask, and an approval still to be carried out, on
    the day of the screening. A denial rests on the law of its own day, which a later
    ruling may read otherwise. What is over was judged; its acts are judged by
    themselves.
    """
    if record.ice_request.origin == Origin.IMPORT:
        # It is past: the day it came counts, whenever it is looked at.
        received = timezone.localdate(record.ice_request.received_at)
        return [(ask, received) for ask in record.asks]
    today = timezone.localdate(at)
    if cause != Screening.Cause.LAW_CHANGED:
        return [(ask, today) for ask in record.asks]
    live = Determination.objects.live().filter(ice_request=record.ice_request)
    decided = {
        row.ask_id: row for row in live.select_related("screening") if row.is_effective
    }
    days = []
    for ask in record.asks:
        determination = decided.get(ask.pk)
        if determination is None:
            days.append((ask, today))
        elif not _is_over(determination, record, at=at):
            is_denial = determination.decision == Decision.DENY
            day = determination.screening.act_date if is_denial else today
            days.append((ask, day))
    return days


def _is_over(determination: Determination, record: Record, *, at: datetime) -> bool:
    """Whether nothing can be done any more on what was decided."""
    release = record.custody.release_eligible_at or record.custody.release_expected_at
    return (
        any(act.ask_id == determination.ask_id for act in record.acts)
        or (determination.expires_at is not None and determination.expires_at <= at)
        or (release is not None and release <= at)
        or record.ice_request.releases.exists()
    )


def _head_decided(act: Act) -> bool:
    """Whether the head of agency had determined the ask before the act was done."""
    return (
        act.ask_id is not None
        and Determination.objects.filter(
            ask_id=act.ask_id,
            decided_as=Role.HEAD,
            decided_at__lte=act.happened_at,
        ).exists()
    )


def is_outdated(
    screening: Screening, *, at: datetime, statute: law.Statute | None = None
) -> bool:
    """Whether the law in force at `at` says of an ask other than its screening does."""
    today = {**screening.facts["act"], "on": timezone.localdate(at).isoformat()}
    assessment = assess_facts(
        {**screening.facts, "act": today}, statute=statute or current_statute()
    )
    return _says_other(screening, assessment)


def is_read_otherwise(screening: Screening, *, statute: law.Statute) -> bool:
    """Whether the statute says of a screening's facts, at its day, other than it."""
    return _says_other(screening, assess_facts(screening.facts, statute=statute))


def _says_anew(before: Screening | None, subject: Subject, assessment) -> bool:
    if before is None:
        return True
    content = subject.facts
    if subject.ask is not None:
        # An ask is judged on the day of its screening: another day alone is no news.
        content = {**content, "act": before.facts["act"]}
    return before.facts != content or _says_other(before, assessment)


def _says_other(before: Screening, assessment) -> bool:
    if before.law_version != (assessment.version or ""):
        return True
    said = {(row.citation, row.result) for row in before.findings.all()}
    return said != {(row.citation, row.result) for row in assessment.findings}


def _keep(ice_request, subject, assessment, *, cause, at) -> Screening:
    screening = row_of(ice_request, subject, assessment, cause=cause, at=at)
    screening.save()
    Finding.objects.bulk_create(findings_of(screening, assessment))
    return screening


def row_of(ice_request, subject, assessment, *, cause, at) -> Screening:
    """A screening, not saved."""
    return Screening(
        ice_request=ice_request,
        ask=subject.ask,
        act=subject.act,
        cause=cause,
        screened_at=at,
        act_date=date.fromisoformat(subject.facts["act"]["on"]),
        law_version=assessment.version or "",
        code_version=settings.CODE_VERSION,
        facts=subject.facts,
        covered=assessment.covered,
        because=assessment.because or "",
        ice_access=list(assessment.ice_access),
        municipal_report=assessment.municipal_report,
        legal_review=assessment.legal_review,
    )


def findings_of(screening: Screening, assessment: law.Assessment) -> list[Finding]:
    """The findings of a saved screening, not saved."""
    return [
        Finding(
            screening=screening,
            citation=row.citation,
            result=row.result,
            is_confirmed=row.confirmed,
            because=row.because,
            missing=list(row.missing),
            used=list(row.used),
            is_law_question=row.law_question,
        )
        for row in assessment.findings
    ]


def _record(written: list[Screening], ice_request, *, cause, by, role, at) -> None:
    with_findings = [(one, list(one.findings.all())) for one in written]
    ledger.record(
        event="request.screened",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body=entry_of(with_findings, cause=cause),
    )


def entry_of(
    written: Sequence[tuple[Screening, Sequence[Finding]]], *, cause: str
) -> dict:
    """What the history says of screenings of one request."""
    # The receipt is left out: its duties stay open until the notices are given.
    results = [
        row.result
        for screening, findings in written
        if screening.ask is not None or screening.act is not None
        for row in screening.weighing(findings)
    ]
    return {
        "cause": str(cause),
        "screenings": [screening.public_id for screening, _ in written],
        "versions": sorted({screening.law_version for screening, _ in written}),
        "violations": results.count(law.VIOLATION),
        "undetermined": results.count(law.UNDETERMINED),
        "legal_review": any(screening.legal_review for screening, _ in written),
    }


def _record_ice_access(screening: Screening, ice_request, *, by, role, at) -> None:
    latest = screening.act.ice_accesses.order_by("-id").first()
    kinds = list(latest.kinds) if latest else []
    if kinds == screening.ice_access:
        return
    access, (event, subject, body) = _access(screening)
    access.save()
    ledger.record(
        event=event,
        subject=subject,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body=body,
    )


def access_of(screening: Screening) -> tuple[IceAccess, tuple] | None:
    """The ICE access of a saved screening of an act, and its entry; None when none."""
    return _access(screening) if screening.act and screening.ice_access else None


def _access(screening: Screening) -> tuple[IceAccess, tuple]:
    access = IceAccess(
        act=screening.act,
        ice_request=screening.ice_request,
        kinds=screening.ice_access,
        act_date=screening.act_date,
        through_detainer=isinstance(screening.facts["detainer"], dict),
        municipal_report=screening.municipal_report,
        screening=screening,
    )
    body = {
        "act": screening.act.public_id,
        "kinds": list(screening.ice_access),
        "municipal_report": screening.municipal_report,
    }
    return access, ("access.recorded", screening.ice_request.public_id, body)
