"""Retention: rules, and disposals that three people and a signed paper carry."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from requests_app.accounts.models import Agency, User
from requests_app.docket import holds
from requests_app.docket import services as docket
from requests_app.docket.models import (
    Disposal,
    DisposalItem,
    IceRequest,
    RetentionRule,
)
from requests_app.documents import keeping
from requests_app.documents import services as documents
from requests_app.documents.models import Document, DocumentKind
from requests_app.ledger import services as ledger
from requests_app.ledger.events import AUTHORITY
from requests_app.outbox import jobs
from requests_app.outbox import services as outbox
from requests_app.reporting import retention, sheets
from requests_app.vault import services as vault

KIND = "disposal.carried_out"
_SKIPPED = DisposalItem.Skipped


class BackDated(ValueError):
    """A rule begins today or later."""


class NotInForce(ValueError):
    """Records are destroyed under the rule of their class that is in force."""


class NothingListed(ValueError):
    """A disposal names at least one request whose period has ended."""


class NotEligible(ValueError):
    """The period of a request that was named has not ended under this rule."""


class NotYoursToApprove(PermissionError):
    """A disposal is approved by two people, neither of whom proposed it."""


class NotOpen(ValueError):
    """The disposal is decided already."""


@transaction.atomic
def set_rule(
    *,
    agency: Agency,
    record_class: str,
    years: int,
    authority: str,
    effective_from: date,
    by: User,
    role: str,
    at: datetime,
) -> RetentionRule:
    """Enter for how long a class of records is kept, under which series.

    Raises BackDated.
    """
    if effective_from < timezone.localdate(at):
        raise BackDated("A rule begins today or later: what was decided before stands.")
    rule = RetentionRule.objects.create(
        agency=agency,
        record_class=record_class,
        years=years,
        authority=authority,
        effective_from=effective_from,
        set_by=by,
        set_at=at,
    )
    ledger.record(
        event="retention.set",
        subject=rule.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=agency.code,
        body={
            "retention_rule": rule.public_id,
            "record_class": str(record_class),
            "years": years,
            "series": authority,
            "effective_from": effective_from.isoformat(),
        },
    )
    return rule


def refuse_without_authority(authority: str) -> None:
    """Raise docket.NoAuthority for what is no number of a disposal authorization."""
    if not AUTHORITY.match(authority):
        raise docket.NoAuthority(
            "Enter the number of the signed disposal authorization, as in "
            "RC-075-2026-00123 or RC-108-2026-00042."
        )


def refuse_another_rule(rule: RetentionRule, *, at: datetime) -> None:
    """Raise NotInForce for a rule that has not begun, or that another has followed."""
    if not retention.is_in_force(rule, on=timezone.localdate(at)):
        raise NotInForce(
            "This rule is not in force today: it has not begun, or another has "
            "followed it. Open the rule in force from the page of the schedule."
        )


def propose(
    *,
    rule: RetentionRule,
    requests: Collection[str],
    authority: str,
    paper: tuple[str, bytes],
    by: User,
    role: str,
    at: datetime,
) -> Disposal:
    """List requests to destroy under a signed authorization. Nothing is destroyed yet.

    `requests` are public identifiers, `paper` the name and the bytes of the signed
    authorization. Called in a transaction: a paper that is refused leaves its entry.

    Raises docket.NoAuthority, NotInForce, holds.OnHold, NothingListed, NotEligible,
    Refused.
    """
    refuse_without_authority(authority)
    refuse_another_rule(rule, at=at)
    due = {row: _refuse_what_stays(row, rule, at=at) for row in _named(rule, requests)}
    disposal = Disposal(
        agency=rule.agency,
        record_class=rule.record_class,
        rule=rule,
        authorization=authority,
        data_key=vault.new_key(agency=rule.agency.code, at=at),
        proposed_by=by,
        proposed_at=at,
    )
    name, content = paper
    documents.receive(
        content=content,
        name=name,
        kind=DocumentKind.AUTHORIZATION,
        agency=rule.agency,
        data_key=disposal.data_key,
        subject=disposal.public_id,
        by=by,
        role=role,
        at=at,
    )
    _keep(disposal, due)
    _record(
        "disposal.proposed",
        disposal,
        by=by,
        role=role,
        at=at,
        record_class=str(rule.record_class),
        total=len(due),
        authority=authority,
    )
    return disposal


def _keep(disposal: Disposal, due: Mapping[IceRequest, date]) -> None:
    disposal.save(force_insert=True)
    DisposalItem.objects.bulk_create(
        DisposalItem(disposal=disposal, ice_request=row, eligible_since=since)
        for row, since in due.items()
    )


def _named(rule: RetentionRule, requests: Collection[str]) -> list[IceRequest]:
    rows = list(
        IceRequest.objects.filter(agency_id=rule.agency_id, public_id__in=requests)
        .select_related("agency", "data_key", "person")
        .order_by("id")
    )
    if not rows:
        raise NothingListed("Choose at least one request.")
    return rows


def _refuse_what_stays(row: IceRequest, rule: RetentionRule, *, at: datetime) -> date:
    holds.refuse_if_held(row)
    since = retention.eligible_since(row, rule)
    if since is None or since > timezone.localdate(at):
        raise NotEligible(
            f"{row.number} is not due: its period has not ended, or it is of another "
            "class by now. Take it off the list."
        )
    return since


@transaction.atomic
def approve(*, disposal: Disposal, by: User, role: str, at: datetime) -> Disposal:
    """Approve as one of two; the second approval has it carried out by a job.

    Raises NotYoursToApprove, NotOpen, NotInForce.
    """
    disposal = _locked(disposal)
    if disposal.status in (Disposal.Status.PROPOSED, Disposal.Status.APPROVED_ONCE):
        refuse_another_rule(disposal.rule, at=at)
    if by.pk in (disposal.proposed_by_id, disposal.first_by_id):
        raise NotYoursToApprove(
            "Two people approve a disposal, neither of whom proposed it. You have had "
            "your part in this one."
        )
    if disposal.status == Disposal.Status.PROPOSED:
        step, disposal.status = 1, Disposal.Status.APPROVED_ONCE
        disposal.first_by, disposal.first_at = by, at
    elif disposal.status == Disposal.Status.APPROVED_ONCE:
        step, disposal.status = 2, Disposal.Status.APPROVED
        disposal.second_by, disposal.second_at = by, at
    else:
        raise NotOpen("This disposal is decided already.")
    disposal.save()
    _record("disposal.approved", disposal, by=by, role=role, at=at, step=step)
    if step == 2:
        outbox.enqueue(
            kind=KIND, subject=disposal.public_id, at=at, agency=disposal.agency.code
        )
    return disposal


@transaction.atomic
def withdraw(*, disposal: Disposal, by: User, role: str, at: datetime) -> Disposal:
    """Take a disposal back before it is carried out. Raises NotOpen."""
    disposal = _locked(disposal)
    if disposal.status in (Disposal.Status.DONE, Disposal.Status.WITHDRAWN):
        raise NotOpen("This disposal is decided already.")
    disposal.status = Disposal.Status.WITHDRAWN
    disposal.save(update_fields=["status"])
    _record("disposal.withdrawn", disposal, by=by, role=role, at=at)
    return disposal


def _locked(disposal: Disposal) -> Disposal:
    rows = Disposal.objects.select_for_update(of=("self",))
    return rows.select_related("agency", "rule").get(pk=disposal.pk)


@jobs.does(KIND)
def carry_out(*, subject: str, at: datetime) -> None:
    """Destroy what is listed and still due, and keep a certificate of it.

    Each request is looked at again: what is held or not due any more is skipped, with
    the reason on the list. Due it is under the rule of the disposal and, if another has
    followed it since, under that one too.
    """
    disposal = (
        Disposal.objects.select_for_update(of=("self",))
        .select_related("agency", "rule", "proposed_by", "first_by", "second_by")
        .get(public_id=subject)
    )
    if disposal.status != Disposal.Status.APPROVED:
        return
    holds.take_turns(disposal.agency_id)
    items = list(
        disposal.items.select_related(
            "ice_request__agency", "ice_request__data_key", "ice_request__person"
        ).order_by("id")
    )
    for item in items:
        _destroy(item, disposal, at=at)
    disposal.status = Disposal.Status.DONE
    disposal.done_at = at
    certificate = sheets.render(certificate_of(disposal, items, at=at))
    kept = keeping.keep_made(
        kind=DocumentKind.REPORT,
        name=f"certificate-{disposal.authorization}.pdf",
        media_type="application/pdf",
        content=certificate,
        agency=disposal.agency,
        data_key=disposal.data_key,
        by=disposal.second_by,
        at=at,
    )
    disposal.certificate_sha256 = kept.sha256
    disposal.save()
    shredded = sum(item.shredded_at is not None for item in items)
    _record(
        "disposal.finished",
        disposal,
        by=disposal.second_by,
        role="",
        at=at,
        shredded=shredded,
        skipped=len(items) - shredded,
        authority=disposal.authorization,
        sha256=kept.sha256,
    )


def _destroy(item: DisposalItem, disposal: Disposal, *, at: datetime) -> None:
    item.skipped = _why_kept(item, disposal, at=at)
    if not item.skipped:
        docket.shred(
            ice_request=item.ice_request,
            authority=disposal.authorization,
            by=disposal.second_by,
            role="",
            at=at,
        )
        item.shredded_at = at
    item.save(update_fields=["skipped", "shredded_at"])


def _why_kept(item: DisposalItem, disposal: Disposal, *, at: datetime) -> str:
    if item.ice_request.data_key.is_shredded:
        return _SKIPPED.GONE
    if holds.over(item.ice_request).exists():
        return _SKIPPED.HELD
    today = timezone.localdate(at)
    in_force = retention.rules_of(disposal.agency, on=today)
    for rule in {disposal.rule, in_force[disposal.record_class]}:
        since = retention.eligible_since(item.ice_request, rule)
        if since is None or since > today:
            return _SKIPPED.NOT_YET
    return ""


def certificate_of(disposal: Disposal, items, *, at: datetime) -> sheets.Sheet:
    """What the certificate of destruction says; it names nobody of the records."""
    sheet = sheets.Sheet(
        title="Certificate of destruction",
        subtitle=f"{disposal.agency.name}, {disposal.agency.body}",
        footer=f"Certificate under {disposal.authorization}",
        made_at=at,
    )
    sheet.facts(
        [
            ("Authorization", disposal.authorization),
            ("Records", disposal.get_record_class_display()),
            ("Kept for", f"{disposal.rule.years} years"),
            ("Series, as the agency entered it", disposal.rule.authority),
            ("Proposed", _said(disposal.proposed_by, disposal.proposed_at)),
            ("Approved first", _said(disposal.first_by, disposal.first_at)),
            ("Approved second", _said(disposal.second_by, disposal.second_at)),
            ("Carried out", sheets.moment(at)),
        ]
    )
    sheet.heading("Destroyed")
    sheet.note(
        "Of each request the data key, the salts, the index tokens and the files were "
        "destroyed. The numbers and the history are kept and verify."
    )
    gone = [one for one in items if one.shredded_at]
    sheet.table(
        ("Request", "Period ended"),
        [(one.ice_request.number, one.eligible_since.isoformat()) for one in gone],
    )
    kept = [one for one in items if not one.shredded_at]
    if kept:
        sheet.heading("Listed and not destroyed")
        sheet.table(
            ("Request", "Why it was kept"),
            [(one.ice_request.number, one.get_skipped_display()) for one in kept],
        )
    return sheet


def _said(user: User, at: datetime) -> str:
    return f"{sheets.moment(at)} by {user}"


def certificate(disposal: Disposal) -> Document | None:
    """The certificate as it was made; None while nothing was carried out."""
    rows = Document.objects.under(disposal.data_key).filter(kind=DocumentKind.REPORT)
    return rows.select_related("data_key").first()


def paper_of(disposal: Disposal) -> Document | None:
    """The signed authorization."""
    rows = Document.objects.under(disposal.data_key)
    return rows.filter(kind=DocumentKind.AUTHORIZATION).first()


def _record(event: str, disposal: Disposal, *, by, role, at, **said) -> None:
    ledger.record(
        event=event,
        subject=disposal.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=disposal.agency.code,
        body={"disposal": disposal.public_id, **said},
    )
