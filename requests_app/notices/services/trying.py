"""Each attempt to give a notice: who, when, how, in which language, and whether."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import User
from requests_app.documents.models import Document
from requests_app.ledger import services as ledger
from requests_app.notices.models import (
    READERS,
    Attempt,
    Issue,
    Notice,
    NoticeKind,
    ServiceMethod,
)
from requests_app.notices.services.owing import AlreadyServed, ServedBeforeOwed, serve


class NothingSaid(ValueError):
    """An attempt that reached nobody says what was tried."""


class NotItsReader(ValueError):
    """The notice is owed to somebody else."""


class NotThatPaper(ValueError):
    """The paper named could not have been given then."""


@dataclass(frozen=True)
class Tried:
    """What an officer says of one attempt."""

    tried_at: datetime
    how: str
    outcome: str
    reader: str = Attempt.Reader.PERSON
    reader_name: str = ""
    tried_by: str = ""
    language: str = ""
    interpreter: str = ""
    words: str = ""


@transaction.atomic
def try_to_give(
    *,
    notice: Notice,
    tried: Tried,
    issue: Issue | None,
    proof: Document | None,
    by: User,
    role: str,
    at: datetime,
) -> Attempt:
    """Keep an attempt. One that gives the notice, or makes the effort, also serves it.

    Raises AlreadyServed, ServedBeforeOwed, NotServiceOf, NothingSaid, NotItsReader,
    NotThatPaper.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("ice_request__agency", "ice_request__data_key")
        .get(pk=notice.pk)
    )
    _refuse(notice, tried)
    if issue is not None:
        _refuse_paper(notice, tried, issue)
    attempt = Attempt(
        ice_request=notice.ice_request,
        notice=notice,
        issue=issue,
        proof=proof,
        recorded_by=by,
        recorded_at=at,
        **vars(tried),
    )
    attempt.save(force_insert=True)
    ledger.record(
        event="notice.tried",
        subject=notice.ice_request.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=notice.ice_request.agency.code,
        body={
            "notice": notice.public_id,
            "attempt": attempt.public_id,
            "kind": notice.kind,
            "how": tried.how,
            "outcome": tried.outcome,
            "tried_at": tried.tried_at.isoformat(),
        },
    )
    if serves(tried):
        serve(
            notice=notice,
            how=tried.how,
            served_at=tried.tried_at,
            language=tried.language,
            by=by,
            role=role,
            at=at,
        )
    return attempt


def serves(tried: Tried) -> bool:
    """Whether nothing more is owed after this attempt.

    (e)(1) owes the attorney the paper; an effort is enough for "one other individual
    who the individual may designate" alone.
    """
    reached = tried.outcome != Attempt.Outcome.NOT_REACHED
    return reached or _is_effort(tried) and tried.reader == Attempt.Reader.DESIGNEE


def _is_effort(tried: Tried) -> bool:
    return tried.how == ServiceMethod.EFFORT


def _refuse(notice: Notice, tried: Tried) -> None:
    if notice.served_at is not None:
        raise AlreadyServed("This notice is recorded as given already.")
    if tried.tried_at < notice.owed_since:
        raise ServedBeforeOwed(
            "The notice cannot be given before it was owed. Check the date and time."
        )
    _refuse_reader(notice, tried)
    if tried.outcome == Attempt.Outcome.NOT_REACHED and not tried.words.strip():
        raise NothingSaid(
            "Say what was tried and why the reader was not reached: it is the record "
            "of a good-faith effort."
        )


def _refuse_paper(notice: Notice, tried: Tried, issue: Issue) -> None:
    """Refuse a paper that was not there yet, or that a later one has replaced."""
    if issue.document_id is None:
        raise NotThatPaper(
            "The file of that paper could not be made. Issue the notice again, or "
            "choose “None of these”."
        )
    # Pages ask for minutes; the portal knows the second.
    if tried.tried_at < issue.issued_at.replace(second=0, microsecond=0):
        raise NotThatPaper(
            "That paper was issued after the time entered. Check the time, or choose "
            "the paper that was in hand."
        )
    newest = notice.issues.order_by("-id").first()
    if serves(tried) and issue != newest:
        raise NotThatPaper(
            "That paper was replaced by a later one. Give the newest, and record that: "
            "the notice stays owed until then."
        )


def _refuse_reader(notice: Notice, tried: Tried) -> None:
    if tried.reader not in READERS[notice.kind]:
        owed_to = (
            "the attorney, or the person designated"
            if notice.kind == NoticeKind.NOTIFICATION_COPY_ATTORNEY
            else "the person, or a parent or guardian"
        )
        raise NotItsReader(f"This notice is for {owed_to}. Choose whom it was given.")
    if _is_effort(tried) and tried.reader != Attempt.Reader.DESIGNEE:
        raise NotItsReader(
            "A good-faith effort is enough for the person designated only. An attorney "
            "is given the paper: choose how it was tried and tick that the reader was "
            "not reached."
        )
