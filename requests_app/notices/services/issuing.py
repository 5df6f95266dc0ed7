"""Putting a notice into frozen words, and those into a file."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from requests_app.accounts.models import User
from requests_app.docket.moments import ZONE
from requests_app.documents import keeping
from requests_app.documents.models import (
    RECEIVED,
    Document,
    DocumentKind,
    DocumentPart,
    PartKind,
)
from requests_app.ledger import services as ledger
from requests_app.notices import codes, paper, render
from requests_app.notices.models import GenuineCode, Issue, Notice, NoticeKind
from requests_app.notices.services.helping import help_of, is_reviewed
from requests_app.outbox import services as outbox

NOT_MADE = "not_rendered"
# More pages are not joined to a notice: whoever gives it adds them by hand.
MOST_COPIED = 30


class ServedAlready(ValueError):
    """The notice was given; what was given is not issued anew."""


class TooLongToJoin(ValueError):
    """The paper to be joined has more pages than a notice takes."""


@transaction.atomic
def issue(
    *,
    notice: Notice,
    stated: paper.Stated,
    language: str,
    by: User | None,
    role: str,
    at: datetime,
    sent: Document | None = None,
) -> Issue:
    """Freeze what a notice says, and have its file made. The newest issue counts.

    `stated` comes without code, address and help: those are given here. `by` is nobody
    when a decision brings the paper with it; `sent` is the paper that went to ICE.

    Raises LanguageMissing, ServedAlready, TooLongToJoin.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("ice_request__agency", "ice_request__data_key")
        .get(pk=notice.pk)
    )
    ice_request = notice.ice_request
    if notice.served_at is not None:
        raise ServedAlready("This notice is recorded as given. What was given stays.")
    code = codes.new_code()
    whole = replace(
        stated,
        code=code,
        address=f"{settings.PORTAL_ADDRESS}/genuine/?code={code}",
        issued_at=at,
        help=help_of(ice_request.agency, language=language),
    )
    reviewed = is_reviewed(ice_request.agency, language)
    words = paper.compose(whole, language=language, is_reviewed=reviewed)
    joined = [sent] if sent else copied_papers(notice)
    _refuse_too_long(joined)
    words["copied"] = [one.public_id for one in joined]
    issued = Issue(
        ice_request=ice_request,
        notice=notice,
        language=language,
        template=words["template"],
        is_reviewed=reviewed,
        words=words,
        code=code,
        issued_by=by,
        issued_at=at,
    )
    issued.save(force_insert=True)
    GenuineCode.objects.create(
        digest=codes.digest(code), issued_on=at.astimezone(ZONE).date()
    )
    notice.issued_at, notice.rendered_at = at, None
    notice.save(update_fields=["issued_at", "rendered_at"])
    body = {
        "kind": notice.kind,
        "language": language,
        "template": issued.template,
        "reviewed": reviewed,
    }
    actor = by.public_id if by else ledger.SYSTEM
    _record("notice.issued", issued, body, actor=actor, role=role, at=at)
    outbox.enqueue(
        kind="notice.rendered",
        subject=issued.public_id,
        at=at,
        agency=ice_request.agency.code,
    )
    return issued


def copied_papers(notice: Notice) -> list[Document]:
    """The papers of ICE that are joined to the copy of the detainer, as files."""
    if notice.kind != NoticeKind.DETAINER_COPY:
        return []
    papers = list(_kept_papers(notice).filter(kind=DocumentKind.INSTRUMENT))
    return papers if sum(one.pages for one in papers) <= MOST_COPIED else []


def joinable(notice: Notice) -> list[Document]:
    """The papers of the request of which one may be what was sent to ICE."""
    if notice.kind not in (
        NoticeKind.NOTIFICATION_COPY_PERSON,
        NoticeKind.NOTIFICATION_COPY_ATTORNEY,
    ):
        return []
    return list(_kept_papers(notice).filter(kind__in=RECEIVED).with_keys())


def _kept_papers(notice: Notice):
    # One that was set aside may be another person's.
    rows = Document.objects.under(notice.ice_request.data_key)
    return rows.filter(misplaced_at=None, pages__gt=0).order_by("id")


def _refuse_too_long(papers: list[Document]) -> None:
    if sum(one.pages for one in papers) > MOST_COPIED:
        raise TooLongToJoin(
            f"That paper has more than {MOST_COPIED} pages. Choose none, and add a "
            "copy of it to the notice by hand."
        )


@transaction.atomic
def make_file(*, issue: Issue, at: datetime) -> Issue:
    """Make the file of an issue and keep it sealed; twice is once.

    A failure is kept on the issue, so that the request and the queue can show it.
    """
    issue = (
        Issue.objects.select_for_update(of=("self",))
        .select_related(
            "notice", "issued_by", "ice_request__agency", "ice_request__data_key"
        )
        .get(pk=issue.pk)
    )
    if issue.document_id is not None:
        return issue
    try:
        content = render.render(issue.words, pages=_copied_pages(issue))
    except render.NotRendered:
        return _keep_failure(issue, at=at)
    ice_request = issue.ice_request
    issue.document = keeping.keep_made(
        kind=DocumentKind.NOTICE,
        name=f"{ice_request.number} {issue.notice.kind} {issue.language}.pdf",
        media_type="application/pdf",
        content=content,
        agency=ice_request.agency,
        data_key=ice_request.data_key,
        by=issue.issued_by,
        at=at,
    )
    issue.rendered_at, issue.failed = at, ""
    issue.save(update_fields=["document", "rendered_at", "failed"])
    _mark_rendered(issue, at=at)
    body = {"document": issue.document.public_id, "sha256": issue.document.sha256}
    _record("notice.rendered", issue, body, actor=ledger.SYSTEM, at=at)
    return issue


def _copied_pages(issue: Issue) -> list[render.Page]:
    papers = Document.objects.under(issue.ice_request.data_key)
    parts = DocumentPart.objects.filter(
        document__in=papers.filter(
            public_id__in=issue.words.get("copied", []), misplaced_at=None
        ),
        kind=PartKind.PAGE,
    ).select_related("document__data_key")
    return [
        (part.body, part.width or 850, part.height or 1100)
        for part in parts.order_by("document_id", "number")
    ]


def _mark_rendered(issue: Issue, *, at: datetime) -> None:
    notice = Notice.objects.select_for_update().get(pk=issue.notice_id)
    newest = notice.issues.order_by("-id").first()
    # A service is final, and an older issue says nothing of the newest.
    if notice.served_at is None and newest == issue:
        notice.rendered_at = at
        notice.save(update_fields=["rendered_at"])


def _keep_failure(issue: Issue, *, at: datetime) -> Issue:
    issue.failed = NOT_MADE
    issue.save(update_fields=["failed"])
    body = {"code": NOT_MADE}
    _record("notice.failed", issue, body, actor=ledger.SYSTEM, at=at)
    return issue


def _record(event: str, issue: Issue, body: dict, *, actor, at, role="") -> None:
    ledger.record(
        event=event,
        subject=issue.ice_request.public_id,
        at=at,
        actor=actor,
        role=role,
        agency=issue.ice_request.agency.code,
        body={
            "notice": issue.notice.public_id,
            "issue": issue.public_id,
            **body,
        },
    )
