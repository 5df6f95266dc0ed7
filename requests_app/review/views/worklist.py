"""The supervisor's worklist."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from requests_app.accounts import reads
from requests_app.accounts.access import DECIDERS, for_roles
from requests_app.review import shown
from requests_app.review.models import Assignment, Determination, Level, Queue
from requests_app.review.views import paging

TABS = (
    ("", "All open"),
    (Queue.SUPERVISOR, "Supervisors"),
    (Queue.HEAD, "Head of agency"),
    (Queue.LEGAL_REVIEW, "Legal review"),
    (Queue.SECOND_PERSON, "Second person"),
)


@require_GET
@for_roles(*DECIDERS)
def worklist(request):
    """Open assignments by next due time, fifty a page, paged by key."""
    rows = Assignment.objects.open().visible_to(request.standing)
    queue = request.GET.get("queue", "")
    if queue in Queue.values:
        rows = rows.in_queue(queue)
    level = request.GET.get("level", "")
    if level in map(str, Level.values):
        rows = rows.filter(level=int(level))
    page, newer, older = _page(request, rows)
    reads.of_list(request, [row.ice_request for row in page])
    context = {
        "rows": _shown_rows(page),
        "now": timezone.now(),
        "tabs": _tabs(request, queue),
        "levels": [choice for choice in reversed(Level.choices)],
        "level": level,
        "queue": queue,
        "newer_url": newer,
        "older_url": older,
        "agencies": request.standing.agencies(DECIDERS),
    }
    return render(request, "review/worklist.html", context)


def _tabs(request, queue: str) -> list[dict]:
    return [
        {
            "label": label,
            "url": paging.link(request, queue=value),
            "is_current": value == queue,
        }
        for value, label in TABS
    ]


def _page(request, rows):
    after, before = paging.place(request, "after"), paging.place(request, "before")
    if before:
        found = rows.before(*before).order_by("-due_at", "-id")
        page = list(_joined(found)[: paging.PAGE + 1])
        has_newer, has_older = len(page) > paging.PAGE, True
        page = page[: paging.PAGE][::-1]
    else:
        found = rows.after(*after) if after else rows
        page = list(_joined(found.soonest_first())[: paging.PAGE + 1])
        has_newer, has_older = bool(after), len(page) > paging.PAGE
        page = page[: paging.PAGE]
    newer = paging.link(request, before=_key(page[0])) if page and has_newer else ""
    older = paging.link(request, after=_key(page[-1])) if page and has_older else ""
    return page, newer, older


def _joined(rows):
    return rows.select_related(
        "agency",
        "ice_request__person",
        "ice_request__agency",
        "ice_request__data_key",
    ).prefetch_related("ice_request__asks")


def _key(row: Assignment) -> str:
    return f"{row.due_at.isoformat()}~{row.pk}"


def _shown_rows(page: list[Assignment]) -> list[dict]:
    ids = [row.ice_request_id for row in page]
    screenings = shown.latest_screenings(ids)
    overrides = set(
        Determination.objects.live()
        .filter(ice_request__in=ids, is_override=True)
        .values_list("ice_request_id", flat=True)
    )
    return [
        {
            "assignment": row,
            "ice_request": row.ice_request,
            "asks": [ask.get_kind_display() for ask in row.ice_request.asks.all()],
            "flags": shown.flags_of(
                screenings[row.ice_request_id],
                level=row.level,
                has_override=row.ice_request_id in overrides,
            ),
        }
        for row in page
    ]
