"""When the owner of a saved view is told that it has news. Reads; writes nothing.

New is what was filed, or came to a desk, after the newest row that was looked at last.
"When there are more than" is told when the number is passed, once, and again only
after it was not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone

from requests_app.accounts.access import DECIDERS, READERS, Standing
from requests_app.docket.models import IceRequest
from requests_app.review import filters
from requests_app.review.models import Assignment, SavedView

# Daily and weekly news come in the morning, Connecticut's.
MORNING = 6
# A number is counted anew so often; what is told at once is looked for each minute.
COUNTED_EVERY = timedelta(minutes=15)
# What `told_until` says of a number that was passed, and of one that was not.
PASSED, NOT_PASSED = 1, 0


@dataclass(frozen=True)
class News:
    """What a look at a view found: whether to tell, and from where to look on."""

    is_told: bool
    until: int


def newest(page: str, agency_id: int) -> int:
    """The newest row that a list of the agency could hold."""
    rows = Assignment.objects.open() if page == "worklist" else IceRequest.objects
    found = rows.filter(agency_id=agency_id).order_by("-id")
    return found.values_list("pk", flat=True).first() or 0


def is_due(view: SavedView, *, at: datetime) -> bool:
    """Whether it is time to look at a view again."""
    if view.tells == SavedView.Tells.AT_ONCE:
        return True
    if view.tells == SavedView.Tells.MORE_THAN:
        return view.told_at is None or at - view.told_at >= COUNTED_EVERY
    if view.tells == SavedView.Tells.NEVER:
        return False
    now = timezone.localtime(at)
    last = timezone.localtime(view.told_at or view.saved_at)
    if now.hour < MORNING:
        return False
    if view.tells == SavedView.Tells.DAILY:
        return last.date() < now.date()
    return last.isocalendar()[:2] < now.isocalendar()[:2]


def with_news(views: Iterable[SavedView]) -> list[SavedView]:
    """Those of the views that could have news: one statement a list and agency."""
    ends: dict = {}
    found = []
    for view in views:
        place = (view.page, view.agency_id)
        if view.tells == SavedView.Tells.AT_ONCE and place not in ends:
            ends[place] = newest(*place)
        if ends.get(place, 0) > view.told_until or (
            view.tells != SavedView.Tells.AT_ONCE
        ):
            found.append(view)
    return found


def look(view: SavedView, *, standing: Standing, at: datetime) -> News:
    """Look at a view as its owner would. Nothing is new to who reads no more."""
    rows = _rows(view, standing, at)
    if rows is None:
        return News(False, view.told_until)
    if view.tells == SavedView.Tells.MORE_THAN:
        most = view.threshold + 1
        is_passed = len(rows.values_list("pk", flat=True)[:most]) == most
        return News(
            is_passed and view.told_until != PASSED,
            PASSED if is_passed else NOT_PASSED,
        )
    until = newest(view.page, view.agency_id)
    has_news = rows.filter(id__gt=view.told_until, id__lte=until).exists()
    return News(has_news, until)


def _rows(view: SavedView, standing: Standing, at: datetime):
    is_worklist = view.page == SavedView.Page.WORKLIST
    if not standing.holds_any(DECIDERS if is_worklist else READERS, view.agency_id):
        return None
    rows = Assignment.objects.open() if is_worklist else IceRequest.objects.all()
    # What is put off is no news; its own tab alone holds it.
    if is_worklist and "tab=" not in view.filters:
        rows = rows.not_deferred(at)
    try:
        given = filters.given(
            QueryDict(view.filters), page=view.page, standing=standing, at=at
        )
    except filters.UnknownFilter:
        return None
    # A filter that is none any more would let through more than was asked for.
    return None if given.wrong else given.narrow(rows.filter(agency=view.agency))
