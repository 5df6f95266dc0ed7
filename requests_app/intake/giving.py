"""Issuing and giving the notices of a request, and screening what that changes."""

from datetime import datetime

from django.db import transaction

from requests_app.accounts.models import User
from requests_app.docket.models import IceRequest
from requests_app.documents.models import Document
from requests_app.notices import services as notices
from requests_app.notices.models import Attempt, Issue, Notice, NoticeKind
from requests_app.review import services as review
from requests_app.review.models import Screening


@transaction.atomic
def issue_notice(
    *,
    notice: Notice,
    language: str,
    told: str = "",
    reason: str = "",
    sent: Document | None = None,
    by: User,
    role: str,
    at: datetime,
) -> Issue:
    """Freeze what the notice says as of now, and make its file.

    `sent` is the paper that went to ICE, to be joined as the copy of it. Raises
    NotDecidedYet, ReasonMissing, ToldMissing, and what `notices.issue` raises.
    """
    _locked(notice.ice_request)
    stated = review.stated_of(notice, at=at, told=told, reason=reason)
    issued = notices.issue(
        notice=notice,
        stated=stated,
        language=language,
        sent=sent,
        by=by,
        role=role,
        at=at,
    )
    return notices.make_file(issue=issued, at=at)


@transaction.atomic
def try_notice(
    *,
    notice: Notice,
    tried: notices.Tried,
    issue: Issue | None,
    proof: Document | None = None,
    by: User,
    role: str,
    at: datetime,
) -> Attempt:
    """Keep an attempt to give a notice; when it is given, screen the duty again.

    Raises NotDecidedYet, and what `notices.try_to_give` raises.
    """
    ice_request = _locked(notice.ice_request)
    is_given = notices.serves(tried)
    if notice.kind == NoticeKind.INTENT and is_given:
        review.refuse_undecided(ice_request)
    attempt = notices.try_to_give(
        notice=notice, tried=tried, issue=issue, proof=proof, by=by, role=role, at=at
    )
    if is_given:
        review.screen(
            ice_request=ice_request,
            cause=Screening.Cause.NOTICE_SERVED,
            by=by,
            role=role,
            at=at,
        )
    return attempt


def _locked(ice_request: IceRequest) -> IceRequest:
    return (
        IceRequest.objects.select_for_update(of=("self",))
        .select_related("agency", "filed_by", "data_key")
        .get(pk=ice_request.pk)
    )
