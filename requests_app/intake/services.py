"""Filing, correcting, recording acts: the doors of the record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from requests_app.accounts.models import Agency, User
from requests_app.docket import services as docket_services
from requests_app.docket.models import Act, Correction, IceRequest, Status
from requests_app.docket.record import Record
from requests_app.documents import services as documents
from requests_app.documents.models import Document
from requests_app.intake import linking, paper_forms
from requests_app.intake.duplicates import candidates
from requests_app.intake.models import Draft
from requests_app.intake.steps import Composed, Given, compose
from requests_app.ledger import services as ledger
from requests_app.notices import services as notices
from requests_app.notices.models import Attempt, Notice, NoticeKind, ServiceMethod
from requests_app.review import services as review
from requests_app.review.models import Screening
from requests_app.vault import services as vault


class DraftNotReady(ValueError):
    """Steps of the draft are missing or faulty; names them in `steps`."""

    def __init__(self, steps: Sequence[str]):
        super().__init__("Some steps need attention.")
        self.steps = list(steps)


class FiledAlready(ValueError):
    """The draft has become a request, which `ice_request` names."""

    def __init__(self, ice_request: IceRequest):
        super().__init__("This draft was filed already.")
        self.ice_request = ice_request


@transaction.atomic
def begin_draft(
    *,
    agency: Agency,
    by: User,
    at: datetime,
    answers: dict | None = None,
    role: str = "",
) -> Draft:
    """Open a new draft."""
    draft = Draft.objects.create(
        owner=by,
        agency=agency,
        data_key=vault.new_key(agency=agency.code, at=at),
        answers=answers or {},
        started_at=at,
        saved_at=at,
    )
    _record_of_draft("draft.begun", draft, role=role, at=at)
    return draft


@transaction.atomic
def save_step(
    *, draft: Draft, name: str, answers: dict, at: datetime, role: str = ""
) -> Draft:
    """Keep what was posted for one step, valid or not; other steps stay.

    Raises FiledAlready.
    """
    draft = _locked_draft(draft)
    if draft.ice_request is not None:
        raise FiledAlready(draft.ice_request)
    draft.answers = {**draft.answers, name: answers}
    draft.saved_at = at
    draft.save(update_fields=["answers", "saved_at"])
    _record_of_draft("draft.saved", draft, role=role, at=at, body={"step": name})
    return draft


@transaction.atomic
def discard_draft(*, draft: Draft, at: datetime, role: str = "") -> None:
    """Delete a draft that was not filed; the history keeps that there was one."""
    deleted, _rows = Draft.objects.unfinished().filter(pk=draft.pk).delete()
    if deleted:
        documents.discard(
            documents=Document.objects.under(draft.data_key).select_related("agency"),
            subject=draft.public_id,
            by=draft.owner,
            role=role,
            at=at,
        )
        vault.shred(key=draft.data_key, authority=vault.DISCARDED, at=at)
        _record_of_draft("draft.discarded", draft, role=role, at=at)


def _record_of_draft(
    event: str, draft: Draft, *, role: str, at: datetime, body: dict | None = None
) -> None:
    ledger.record(
        event=event,
        subject=draft.public_id,
        at=at,
        actor=draft.owner.public_id,
        role=role,
        agency=draft.agency.code,
        body=body,
    )


@transaction.atomic
def file_draft(
    *,
    draft: Draft,
    role: str,
    at: datetime,
    chosen: Mapping[str, str] | None = None,
) -> IceRequest:
    """Make the draft a request, once: a second submission gets the first's request.

    Every check of every step runs again. `chosen` is what the filer makes of each
    likely duplicate, by its public identifier; None looks for none.

    Raises DraftNotReady, linking.Undecided, paper_forms.NotAnOpenForm.
    """
    draft = _locked_draft(draft)
    if draft.ice_request is not None:
        return draft.ice_request
    composed = compose(draft.answers, agency=draft.agency, by=draft.owner, now=at)
    if not composed.is_complete:
        raise DraftNotReady(composed.faulty)
    composed.record.ice_request.data_key = draft.data_key
    if number := composed.record.ice_request.paper_number:
        paper_forms.open_form(agency=draft.agency, number=number, locks=True)
    decided = _decided(composed, draft, chosen)
    ice_request = file_request(
        composed=composed, submit_id=draft.submit_id, by=draft.owner, role=role, at=at
    )
    for candidate, kind in decided:
        linking.decide(
            ice_request=ice_request,
            candidate=candidate,
            kind=kind,
            reason="",
            by=draft.owner,
            role=role,
            at=at,
        )
    draft.ice_request = ice_request
    # The request holds it all now: a second copy of personal data has no purpose.
    draft.answers = {}
    draft.save(update_fields=["ice_request", "answers"])
    return ice_request


def _decided(composed: Composed, draft: Draft, chosen: Mapping[str, str] | None):
    if chosen is None:
        return []
    record = composed.record
    found = candidates(record.ice_request, record.person, key=draft.data_key)
    return linking.chosen_among(found, chosen)


@transaction.atomic
def file_request(
    *, composed: Composed, submit_id, by: User, role: str, at: datetime
) -> IceRequest:
    """Number the request, open the notices owed, screen, assign; one transaction."""
    record = composed.record
    record.ice_request.filed_at = at
    record.ice_request.submit_id = submit_id
    if record.ice_request.is_unasked:
        record.ice_request.status = Status.RECORDED
    ice_request = docket_services.keep(record=record, at=at)
    _record_filing(ice_request, composed, by=by, role=role, at=at)
    acts = [
        _keep_act(act, ice_request, by=by, role=role, at=at) for act in composed.acts
    ]
    review.screen(
        ice_request=ice_request,
        cause=Screening.Cause.FILED,
        by=by,
        role=role,
        at=at,
    )
    if review.owes_copy(ice_request):
        owed = notices.owe(
            ice_request=ice_request,
            kinds=notices.OWED_ON_RECEIPT,
            since=ice_request.received_at,
            by=by,
            role=role,
            at=at,
        )
        _serve_given(owed, composed.given, by=by, role=role, at=at)
    for act in acts:
        _follow_up(act, by=by, role=role, at=at)
    review.assign(ice_request=ice_request, by=by, role=role, at=at, filed_by_role=role)
    return ice_request


@transaction.atomic
def record_act(
    *,
    ice_request: IceRequest,
    act: Act,
    by: User,
    role: str,
    at: datetime,
    submit_id: UUID | None = None,
) -> Act:
    """Keep an act done, screen it at its own date, compare it with the decision.

    A second submission with the same `submit_id` gets the first one's act.
    """
    ice_request = _locked(ice_request)
    if submit_id is not None:
        kept = ice_request.acts.filter(submit_id=submit_id).first()
        if kept is not None:
            return kept
    act.submit_id = submit_id
    act = _keep_act(act, ice_request, by=by, role=role, at=at)
    review.screen(
        ice_request=ice_request,
        cause=Screening.Cause.ACT_RECORDED,
        by=by,
        role=role,
        at=at,
    )
    _follow_up(act, by=by, role=role, at=at)
    review.assign(ice_request=ice_request, by=by, role=role, at=at)
    return act


@transaction.atomic
def serve_notice(
    *,
    notice: Notice,
    how: str,
    served_at: datetime,
    language: str,
    by: User,
    role: str,
    at: datetime,
) -> Notice:
    """Record that a notice was given and screen the duty again.

    Raises NotDecidedYet, and what `notices.serve` raises.
    """
    ice_request = _locked(notice.ice_request)
    if notice.kind == NoticeKind.INTENT:
        review.refuse_undecided(ice_request)
    notice = notices.serve(
        notice=notice,
        how=how,
        served_at=served_at,
        language=language,
        by=by,
        role=role,
        at=at,
    )
    review.screen(
        ice_request=ice_request,
        cause=Screening.Cause.NOTICE_SERVED,
        by=by,
        role=role,
        at=at,
    )
    return notice


@transaction.atomic
def correct(
    *,
    ice_request: IceRequest,
    step: str,
    values: dict,
    rows: list | None,
    rev: int,
    reason: str,
    by: User,
    role: str,
    at: datetime,
) -> IceRequest:
    """Replace the facts of one step and judge the request anew.

    The values before are kept beside those after, with the reason.

    `rev` is the revision that was on the page: an older one is refused, so that
    nobody overwrites what he or she has not seen. `rows` replace the rows of
    charges or warrants; the old ones are kept, marked as removed. A determination
    whose findings change is superseded and the ask is open again; what was returned
    for correction is back on a desk, and what was done is compared anew.

    Raises Overtaken.
    """
    ice_request = _locked(ice_request)
    if ice_request.rev != rev:
        raise Overtaken("Somebody has corrected this request since you opened it.")
    record = Record.of(ice_request)
    single = {
        "person": record.person,
        "custody": record.custody,
        "basis": record.legal_basis,
    }[step]
    before, after = {}, {}
    for row in {single, record.legal_basis}:
        _overwrite(row, values, before, after)
    if rows is not None:
        _replace_rows(ice_request, step, rows)
    ice_request.rev += 1
    ice_request.corrected_by = by
    docket_services.index(ice_request, record.person)
    ice_request.save(update_fields=["rev", "corrected_by", "found_by", "index_key"])
    Correction.objects.create(
        ice_request=ice_request,
        step=step,
        rev=ice_request.rev,
        before=before,
        after=after,
        reason=reason,
        made_by=by,
        made_at=at,
    )
    ledger.record(
        event="request.corrected",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={
            "step": step,
            "rev": ice_request.rev,
            "commitments": docket_services.commitments(Record.of(ice_request)),
        },
    )
    review.screen(
        ice_request=IceRequest.objects.get(pk=ice_request.pk),
        cause=Screening.Cause.CORRECTED,
        by=by,
        role=role,
        at=at,
    )
    for act in ice_request.acts.select_related("ask").order_by("id"):
        review.reconcile(act=act, by=by, role=role, at=at)
    review.close_by_correction(ice_request=ice_request, by=by, role=role, at=at)
    reopened = review.reopen_changed(ice_request=ice_request, by=by, role=role, at=at)
    if reopened:
        notices.owe_intent_again(ice_request=ice_request, by=by, role=role, at=at)
    review.assign(ice_request=ice_request, by=by, role=role, at=at)
    return ice_request


class Overtaken(Exception):
    """The page showed an older revision."""


def _locked_draft(draft: Draft) -> Draft:
    # The request is read by a statement of its own: one joined to a row that had to be
    # waited for is looked up as things were before the wait.
    return (
        Draft.objects.select_for_update(of=("self",))
        .select_related("agency", "owner", "data_key")
        .get(pk=draft.pk)
    )


def _locked(ice_request: IceRequest) -> IceRequest:
    return (
        IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency", "filed_by", "data_key")
        .get(pk=ice_request.pk)
    )


def _overwrite(row, values: dict, before: dict, after: dict) -> None:
    fixed = {"id", "seal_id", "ice_request"}
    names = {one.name for one in row._meta.concrete_fields} - fixed
    given = [name for name in values if name in names]
    for name in given:
        was, becomes = _plain(getattr(row, name)), _plain(values[name])
        if was != becomes:
            column = f"{row._meta.model_name}.{name}"
            before[column], after[column] = was, becomes
        setattr(row, name, values[name])
    if given:
        row.save(update_fields=given)


def _plain(value):
    """A value as JSON keeps it: a time in ISO 8601, a blank as nothing."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return list(value)
    return None if value == "" else value


def _replace_rows(ice_request: IceRequest, step: str, rows: list) -> None:
    related = ice_request.convictions if step == "custody" else ice_request.warrants
    related.filter(is_removed=False).update(is_removed=True)
    for row in rows:
        row.ice_request = ice_request
        row.save(force_insert=True)


def _keep_act(act: Act, ice_request: IceRequest, *, by, role, at) -> Act:
    act = docket_services.keep_act(act=act, ice_request=ice_request, by=by, at=at)
    ledger.record(
        event="act.recorded",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={
            "act": act.public_id,
            "kind": str(act.kind),
            "happened_at": act.happened_at.isoformat(),
            "ended_at": act.ended_at.isoformat() if act.ended_at else None,
            "late": bool(act.late_reason),
            "staff_minutes": act.staff_minutes,
            "cost_cents": act.cost_cents,
        },
    )
    return act


def _follow_up(act: Act, *, by, role, at) -> None:
    """What a screened act brings with it: notices owed, and mismatches."""
    if review.owes_notice(act):
        review.owe_for_act(act=act, by=by, role=role, at=at)
    review.reconcile(act=act, by=by, role=role, at=at)


def _serve_given(owed: list[Notice], given: list[Given], *, by, role, at) -> None:
    if not given:
        return
    by_kind = {notice.kind: notice for notice in owed}
    for one in given:
        is_refused = one.how == ServiceMethod.REFUSED
        notices.try_to_give(
            notice=by_kind[one.kind],
            tried=notices.Tried(
                tried_at=one.served_at,
                how=one.how,
                outcome=Attempt.Outcome.REFUSED
                if is_refused
                else Attempt.Outcome.GIVEN,
                language=one.language,
            ),
            issue=None,
            proof=None,
            by=by,
            role=role,
            at=at,
        )
    review.screen(
        ice_request=owed[0].ice_request,
        cause=Screening.Cause.NOTICE_SERVED,
        by=by,
        role=role,
        at=at,
    )


def _record_filing(ice_request: IceRequest, composed: Composed, *, by, role, at):
    ledger.record(
        event="request.filed",
        subject=ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=ice_request.agency.code,
        body={
            "number": ice_request.number,
            "instrument": str(ice_request.instrument),
            "channel": str(ice_request.channel),
            "received_at": ice_request.received_at.isoformat(),
            "asks": [str(ask.kind) for ask in composed.record.asks],
            "acts": len(composed.acts),
            "late": bool(ice_request.late_reason),
            "unasked": ice_request.is_unasked,
            "commitments": docket_services.commitments(composed.record),
        },
    )
