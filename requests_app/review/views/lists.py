"""The list of requests by filters, and the two searches: by name and by words."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import FILERS, NAME_READERS, READERS, for_roles
from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest
from requests_app.docket.names import words_of
from requests_app.review import columns, filters, searching, shown
from requests_app.review.forms import NameSearchForm, WordSearchForm
from requests_app.review.models import Determination, Label, Mismatch, SavedView
from requests_app.review.views import paging, place


@require_GET
@for_roles(*READERS)
def request_list(request):
    """The requests a person may read, the newest first, paged by key."""
    given = filters.given(
        request.GET, page="requests", standing=request.standing, at=timezone.now()
    )
    rows = given.narrow(IceRequest.objects.visible_to(request.standing))
    page, newer, older = _page(request, rows)
    reads.of_list(request, page)
    labels = _labels(request)
    context = {
        "rows": _shown_rows(page),
        "columns": columns.of(request.user, "requests"),
        "now": timezone.now(),
        "given": given,
        "fields": _fields(given, labels),
        "chips": given.chips(words=dict(labels)),
        "found": filters.counted(rows) if given.values else "",
        "views": SavedView.objects.pinned_by(request.user, SavedView.Page.REQUESTS),
        "place": place.query(request, "requests", given),
        "may_file": bool(request.standing.roles & FILERS),
        "may_search": request.standing.sees_names,
        "newer_url": newer,
        "older_url": older,
    }
    status = 422 if given.wrong else 200
    return render(request, "review/request_list.html", context, status=status)


def _page(request, rows):
    older = paging.number(request, "after")
    newer = paging.number(request, "before")
    if newer:
        found = rows.filter(id__gt=newer).order_by("id")
        page = list(_joined(found)[: paging.PAGE + 1])
        has_newer, has_older = len(page) > paging.PAGE, True
        page = page[: paging.PAGE][::-1]
    else:
        found = rows.older_than(older) if older else rows
        page = list(_joined(found.newest_first())[: paging.PAGE + 1])
        has_newer, has_older = bool(older), len(page) > paging.PAGE
        page = page[: paging.PAGE]
    return (
        page,
        paging.link(request, before=page[0].pk) if page and has_newer else "",
        paging.link(request, after=page[-1].pk) if page and has_older else "",
    )


def _labels(request) -> list[tuple[str, str]]:
    """The labels in use that the reader may choose from."""
    agencies = request.standing.reading_agency_ids
    rows = Label.objects.in_use().filter(agency_id__in=agencies).order_by("name")
    return list(rows.values_list("public_id", "name")[:200])


def _fields(given: filters.Given, labels) -> dict[str, dict]:
    """What the form of filters offers, by key."""
    return {
        key: {
            "key": key,
            "label": one.label,
            "choices": labels if key == "label" else one.choices,
            "value": given.values.get(key, ""),
        }
        for key, one in given.of.items()
    }


@require_http_methods(["GET", "POST"])
@for_roles(*NAME_READERS)
def request_search(request):
    """Find requests by a person's name. Posted, so that no name enters an address."""
    form = NameSearchForm(request.POST or None)

    def find(name: str) -> tuple[list, list]:
        found = docket.search(
            requests=_joined(IceRequest.objects.visible_to(request.standing)),
            name=name,
            agencies=request.standing.agency_ids(NAME_READERS),
            most=paging.PAGE + 1,
        )
        return found, words_of(name)

    return _search(request, form, find, "review/request_search.html")


@require_http_methods(["GET", "POST"])
@for_roles(*READERS)
def request_find(request):
    """Find requests by words of the record that name nobody.

    Posted like a name: people type names into any box.
    """
    form = WordSearchForm(request.POST or None)

    def find(words: str) -> tuple[list, list]:
        rows = IceRequest.objects.visible_to(request.standing)
        said = searching.saying(rows, words)
        found = _joined(said).newest_first()[: paging.PAGE + 1]
        return list(found), searching.terms_of(words)

    return _search(request, form, find, "review/request_find.html")


def _search(request, form, find, template: str):
    rows, has_more = [], False
    if request.method == "POST" and form.is_valid():
        (typed,) = form.cleaned_data.values()
        page, words = find(typed)
        has_more = len(page) > paging.PAGE
        page = page[: paging.PAGE]
        reads.of_search(request, words=words, found=page, has_more=has_more)
        rows = _shown_rows(page)
    context = {
        "form": form,
        "form_list": [form],
        "rows": rows,
        "columns": columns.of(request.user, "requests") if rows else [],
        "has_more": has_more,
        "is_searched": form.is_bound and form.is_valid(),
        "may_search": request.standing.sees_names,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, template, context, status=status)


def _joined(rows):
    mismatches = Mismatch.objects.filter(ice_request=OuterRef("pk"))
    overrides = Determination.objects.live().filter(
        ice_request=OuterRef("pk"), is_override=True
    )
    return (
        rows.select_related("agency", "data_key", "person")
        .prefetch_related("asks")
        .annotate(has_mismatch=Exists(mismatches), has_override=Exists(overrides))
    )


def _shown_rows(page: list[IceRequest]) -> list[dict]:
    screenings = shown.latest_screenings([row.pk for row in page])
    return [
        {
            "ice_request": row,
            "asks": [ask.get_kind_display() for ask in row.asks.all()],
            "flags": shown.flags_of(
                screenings[row.pk],
                level=3 if row.has_mismatch else 0,
                has_override=row.has_override,
            ),
        }
        for row in page
    ]


@require_GET
@for_roles(*READERS)
def request_next(request, request_id: str):
    """Lead to the request after or before one in the list that one came from."""
    came = place.of(request)
    if came is None:
        return redirect("request_list")
    way = request.GET.get("to", "")
    found = came.beside(request_id, standing=request.standing, way=way)
    if found is None:
        end = "first" if way == "before" else "last"
        messages.info(request, f"That was the {end} one of this list.")
        return redirect(came.list_url)
    return redirect(came.url_of(found))
