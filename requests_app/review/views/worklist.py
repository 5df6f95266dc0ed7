"""The supervisor's worklist."""

from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from requests_app.accounts import reads
from requests_app.accounts.access import DECIDERS, for_roles
from requests_app.docket.models import AskKind
from requests_app.review import columns, filters, shown, tabs
from requests_app.review.models import Assignment, BulkKind, Determination
from requests_app.review.services.desks import is_offered, proposers_of
from requests_app.review.views import paging, place


@require_GET
@for_roles(*DECIDERS)
def worklist(request):
    """Open assignments by next due time, fifty a page, paged by key."""
    now = timezone.now()
    given = filters.given(
        request.GET, page="worklist", standing=request.standing, at=now
    )
    tab = given.values.get("tab", "")
    found = tabs.facts(request, now=now)
    rows = rows_of(given, request.standing, now=now)
    page, newer, older = _page(request, rows)
    reads.of_list(request, [row.ice_request for row in page])
    words = {one["value"]: one["label"] for one in found["units"] + found["labels"]}
    chips = _chips(given, words)
    context = {
        "rows": _shown_rows(page, request.standing),
        "now": now,
        "found": filters.counted(rows) if chips else "",
        "list": "worklist",
        "columns": columns.arranged("worklist", found["columns"] or ()),
        "tabs": tabs.shown(
            tab, found, lambda **changes: paging.link(request, **changes)
        ),
        "tab": tab,
        "views": found["pinned"],
        "says": _says(tab, found),
        "given": given,
        "fields": _fields(given, found),
        "chips": chips,
        "place": place.query(request, "worklist", given),
        "here": request.get_full_path(),
        "query": given.query,
        "deeds": BulkKind.choices,
        "newer_url": newer,
        "older_url": older,
        "agencies": request.standing.agencies(DECIDERS),
    }
    status = 422 if given.wrong else 200
    return render(request, "review/worklist.html", context, status=status)


def rows_of(given: filters.Given, standing, *, now):
    """The open assignments that an address asks for; what is put off in its tab."""
    rows = Assignment.objects.open().visible_to(standing)
    if "tab" not in given.values:
        rows = rows.not_deferred(now)
    return given.narrow(rows)


def _says(tab: str, found: dict) -> str:
    said = next((one.says for one in tabs.TABS if one.name == tab), "")
    return f"{said}: {', '.join(found['mine']) or 'none today'}." if said else ""


def _fields(given: filters.Given, found: dict) -> list[dict]:
    own = {
        "unit": [(one["value"], one["label"]) for one in found["units"]],
        "label": [(one["value"], one["label"]) for one in found["labels"]],
    }
    return [
        {
            "key": key,
            "label": one.label,
            "choices": own.get(key, one.choices),
            "value": given.values.get(key, ""),
        }
        for key, one in filters.WORKLIST.items()
        if key != "tab"
    ]


def _chips(given: filters.Given, words: dict) -> list[dict]:
    """The filters in force; the tab shows itself."""
    chips = given.chips(words=words)
    return [chip for chip in chips if chip["label"] != filters.WORKLIST["tab"].label]


def _page(request, rows):
    after, before = paging.place(request, "after"), paging.place(request, "before")
    if before:
        found = rows.before(*before).order_by("-due_at", "-id")
        page = _read(found)
        has_newer, has_older = len(page) > paging.PAGE, True
        page = page[: paging.PAGE][::-1]
    else:
        found = rows.after(*after) if after else rows
        page = _read(found.soonest_first())
        has_newer, has_older = bool(after), len(page) > paging.PAGE
        page = page[: paging.PAGE]
    newer = paging.link(request, before=_key(page[0])) if page and has_newer else ""
    older = paging.link(request, after=_key(page[-1])) if page and has_older else ""
    return page, newer, older


def _read(rows) -> list[Assignment]:
    """The first rows of an order and one more: found by their keys, then read whole.

    Joined at once, under the policies of five tables, every request of the agency is
    read before the first row is known.
    """
    keys = list(rows.values_list("pk", flat=True)[: paging.PAGE + 1])
    found = _joined(Assignment.objects.filter(pk__in=keys)).in_bulk()
    return [found[key] for key in keys if key in found]


def _joined(rows):
    overrides = Determination.objects.live().filter(
        ice_request=OuterRef("ice_request"), is_override=True
    )
    return (
        tabs.with_more(rows)
        .select_related(
            "agency",
            "ice_request__person",
            "ice_request__agency",
            "ice_request__data_key",
        )
        .annotate(
            has_override=Exists(overrides),
            proposers=proposers_of("ice_request_id"),
        )
    )


def _key(row: Assignment) -> str:
    return f"{row.due_at.isoformat()}~{row.pk}"


def _shown_rows(page: list[Assignment], standing) -> list[dict]:
    screenings = shown.latest_screenings([row.ice_request_id for row in page])
    return [
        {
            "assignment": row,
            "ice_request": row.ice_request,
            "asks": [AskKind(kind).label for kind in row.ask_kinds],
            "is_offered": is_offered(
                standing,
                row.ice_request,
                queue=row.queue,
                asks=bool(row.inputs.get("asks")),
                proposers=row.proposers,
            ),
            "flags": shown.flags_of(
                screenings[row.ice_request_id],
                level=row.level,
                has_override=row.has_override,
            ),
        }
        for row in page
    ]
