"""Which flags on acts wait for somebody to read them.

An act waits until it is marked as reviewed. It waits again when a later screening, as
after a change of law, makes a violation of what none was when it was read: the review
stands as it was made, and what came after it is read anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from requests_app import law
from requests_app.docket.models import IceRequest
from requests_app.review.models import Assignment, Screening


@dataclass(frozen=True)
class Unread:
    """Newest screenings of the acts to be read, and how many mismatches are."""

    screenings: list[Screening]
    mismatches: int
    # Whether one of the acts had been read before.
    is_reread: bool


def unread(ice_request: IceRequest, newest: Sequence[Screening]) -> Unread:
    """What waits of a request, `newest` being the newest screening of each subject."""
    reviewed = (
        ice_request.assignments.filter(closed_by__isnull=False).order_by("-id").first()
    )
    of_acts = [one for one in newest if one.act_id]
    mismatches = ice_request.mismatches.all()
    if reviewed is None:
        return Unread(of_acts, mismatches.count(), is_reread=False)
    known = reviewed.reviewed_act_id or 0
    again = _read_otherwise(
        ice_request, [one for one in of_acts if one.act_id <= known], reviewed
    )
    mismatches = mismatches.filter(id__gt=reviewed.reviewed_mismatch_id or 0)
    return Unread(
        [one for one in of_acts if one.act_id > known] + again,
        mismatches.count(),
        is_reread=bool(again),
    )


def _read_otherwise(
    ice_request: IceRequest, screenings: list[Screening], reviewed: Assignment
) -> list[Screening]:
    """Those made since the review that find violations which it did not have."""
    later = [
        one
        for one in screenings
        if one.screened_at > reviewed.closed_at and _violations(one)
    ]
    if not later:
        return []
    then = ice_request.screenings.filter(
        act_id__in=[one.act_id for one in later], screened_at__lte=reviewed.closed_at
    )
    seen = {
        one.act_id: _violations(one)
        for one in then.latest_by_subject().prefetch_related("findings")
    }
    return [one for one in later if _violations(one) - seen.get(one.act_id, set())]


def _violations(screening: Screening) -> set[str]:
    rows = screening.weighing(screening.findings.all())
    return {row.citation for row in rows if row.result == law.VIOLATION}


def newest_flags(ice_request: IceRequest) -> str:
    """What a page shows that is about to be marked as reviewed, as a short text."""
    newest = (
        ice_request.acts.order_by("-id"),
        ice_request.mismatches.order_by("-id"),
        ice_request.screenings.filter(act__isnull=False).order_by("-id"),
    )
    ids = [rows.values_list("id", flat=True).first() or 0 for rows in newest]
    return ".".join(str(one) for one in ids)
