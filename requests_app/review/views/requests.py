"""The list of requests and the page of one."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import (
    DECIDERS,
    FILERS,
    NAME_READERS,
    READERS,
    for_roles,
)
from requests_app.accounts.models import Role
from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest, Status
from requests_app.docket.names import words_of
from requests_app.review import routing, services, shown
from requests_app.review.forms import CloseForm, NameSearchForm
from requests_app.review.models import Assignment, Determination, Mismatch
from requests_app.review.views import paging


@require_GET
@for_roles(*READERS)
def request_list(request):
    """The requests a person may read, the newest first, paged by key."""
    rows = IceRequest.objects.visible_to(request.standing)
    status = request.GET.get("status", "")
    if status in Status.values:
        rows = rows.filter(status=status)
    if request.GET.get("mine") == "1":
        rows = rows.filed_by_user(request.user)
    number = request.GET.get("number", "").replace("\0", "").strip().upper()
    if number:
        rows = rows.filter(number=number)
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
    reads.of_list(request, page)
    context = {
        "rows": _shown_rows(page),
        "now": timezone.now(),
        "statuses": Status.choices,
        "status": status,
        "number": number,
        "mine": request.GET.get("mine") == "1",
        "may_file": bool(request.standing.roles & FILERS),
        "may_search": request.standing.sees_names,
        "newer_url": paging.link(request, before=page[0].pk)
        if page and has_newer
        else "",
        "older_url": paging.link(request, after=page[-1].pk)
        if page and has_older
        else "",
    }
    return render(request, "review/request_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*NAME_READERS)
def request_search(request):
    """Find requests by a person's name. Posted, so that no name enters an address."""
    form = NameSearchForm(request.POST or None)
    rows, has_more = [], False
    if request.method == "POST" and form.is_valid():
        page = docket.search(
            requests=_joined(IceRequest.objects.visible_to(request.standing)),
            name=form.cleaned_data["name"],
            agencies=request.standing.agency_ids(NAME_READERS),
            most=paging.PAGE + 1,
        )
        has_more = len(page) > paging.PAGE
        page = page[: paging.PAGE]
        reads.of_search(
            request,
            words=words_of(form.cleaned_data["name"]),
            found=page,
            has_more=has_more,
        )
        rows = _shown_rows(page)
    context = {
        "form": form,
        "form_list": [form],
        "rows": rows,
        "has_more": has_more,
        "is_searched": form.is_bound and form.is_valid(),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "review/request_search.html", context, status=status)


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


def visible_request(request, request_id: str) -> IceRequest:
    """The request, or the same 404 as for one that does not exist."""
    ice_request = get_object_or_404(
        shown.with_facts(IceRequest.objects.visible_to(request.standing)),
        public_id=request_id,
    )
    ice_request.refuse_if_shredded()
    return ice_request


@require_GET
@for_roles(*READERS)
def request_detail(request, request_id: str):
    """Facts, findings with why, asks, acts, notices and one timeline."""
    ice_request = visible_request(request, request_id)
    reads.of_request(request, ice_request)
    context = _whole(request, ice_request)
    return render(request, "review/request_detail.html", context)


@require_GET
@for_roles(*READERS)
def request_print(request, request_id: str):
    """The same page made for paper, all of it open; to open it is to print it."""
    ice_request = visible_request(request, request_id)
    reads.of_request(request, ice_request, event="record.printed")
    # Paper is entered once: the page bears no mark that the browser would send.
    request.print_mark = ""
    context = {**_whole(request, ice_request), "is_paper": True}
    return render(request, "review/request_detail.html", context)


def _whole(request, ice_request) -> dict:
    """What the page of one request shows."""
    screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
    asks = shown.asks_of(ice_request, screenings)
    acts = shown.acts_of(ice_request, screenings)
    assignment = shown.assignment_of(ice_request)
    agency_id = ice_request.agency_id
    has_override = any(
        one.determination and one.determination.is_override for one in asks
    )
    mismatches = [row for one in acts for row in one.mismatches]
    return {
        "ice_request": ice_request,
        "person": ice_request.person,
        "shows_name": request.standing.sees_names_at(agency_id),
        "convictions": shown.convictions_of(ice_request),
        "warrants": shown.warrants_of(ice_request),
        **shown.basis_labels(ice_request),
        "communications": shown.communications_of(ice_request),
        "asks": asks,
        "acts": acts,
        "receipt": shown.receipt_of(screenings),
        "notices": ice_request.notices.select_related("served_by").order_by("id"),
        "assignment": assignment,
        "rule_citation": routing.citation_of(assignment.rule) if assignment else "",
        "law_version": next(
            (row.law_version for row in screenings if row.law_version), ""
        ),
        "timeline": shown.timeline_of(ice_request),
        "flags": shown.flags_of(
            screenings, level=3 if mismatches else 0, has_override=has_override
        ),
        "may_decide": request.standing.holds_any(DECIDERS, agency_id),
        "may_file": request.standing.holds_any(FILERS, agency_id),
        "may_close": _may_close(request, ice_request, asks, assignment),
        "now": timezone.now(),
    }


def _may_close(request, ice_request, asks, assignment) -> bool:
    is_open = assignment is not None and all(
        one.determination and one.determination.is_effective for one in asks
    )
    return is_open and request.standing.holds(Role.HEAD, ice_request.agency_id)


@require_http_methods(["GET", "POST"])
@for_roles(Role.HEAD)
def assignment_close(request, request_id: str):
    """The head of agency marks flags on acts as reviewed, with a note."""
    ice_request = visible_request(request, request_id)
    assignment = get_object_or_404(
        Assignment.objects.open(),
        ice_request=ice_request,
        agency_id__in=request.standing.agency_ids({Role.HEAD}),
    )
    form = CloseForm(
        request.POST or None, initial={"seen": services.newest_flags(ice_request)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.close(
                assignment=assignment,
                note=form.cleaned_data["note"],
                seen=form.cleaned_data["seen"],
                by=request.user,
                role=Role.HEAD,
                at=timezone.now(),
            )
        except services.NotClosable as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Marked as reviewed.")
            return redirect("request_detail", ice_request.public_id)
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "assignment": assignment,
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/assignment_close.html", context, status=status)
