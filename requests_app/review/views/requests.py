"""The page of one request."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import (
    DECIDERS,
    FILERS,
    KEEPERS,
    READERS,
    for_roles,
)
from requests_app.accounts.models import Role
from requests_app.docket import chains, holds
from requests_app.docket.models import IceRequest
from requests_app.review import (
    clock_rows,
    handled,
    next_steps,
    outstanding,
    papers,
    routing,
    services,
    shown,
    timeline,
)
from requests_app.review.conversation import conversation
from requests_app.review.forms import CloseForm
from requests_app.review.models import Assignment
from requests_app.review.views import place


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
    now, kind = timezone.now(), timeline.read(request.GET.get("show", ""))
    screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
    asks = shown.asks_of(ice_request, screenings)
    acts = shown.acts_of(ice_request, screenings)
    for one in asks:
        one.steps = next_steps.of_ask(one, standing=request.standing)
    assignment = shown.assignment_of(ice_request)
    agency_id = ice_request.agency_id
    has_override = any(
        one.determination and one.determination.is_override for one in asks
    )
    mismatches = [row for one in acts for row in one.mismatches]
    own_papers = papers.of_request(ice_request)
    page = {
        "ice_request": ice_request,
        "person": ice_request.person,
        "linked": chains.linked_to(ice_request) if ice_request.is_linked else [],
        "hold_rows": holds.shown(ice_request.hold_rows),
        "may_keep": request.standing.holds_any(KEEPERS, agency_id),
        "shows_name": request.standing.sees_names_at(agency_id),
        "convictions": shown.convictions_of(ice_request),
        "warrants": shown.warrants_of(ice_request),
        **shown.basis_labels(ice_request),
        "communications": shown.communications_of(ice_request),
        "asks": asks,
        "acts": acts,
        "receipt": shown.receipt_of(screenings),
        "papers": own_papers,
        "origins": papers.origins(own_papers, ice_request),
        "notices": shown.notices_of(ice_request),
        "assignment": assignment,
        "steps": next_steps.of_request(ice_request, standing=request.standing),
        "outcome": outstanding.outcome_of(ice_request, asks, acts),
        "questions": shown.questions_of(ice_request),
        "reader_id": request.user.pk,
        "rule_citation": routing.citation_of(assignment.rule) if assignment else "",
        "law_version": next(
            (row.law_version for row in screenings if row.law_version), ""
        ),
        "timeline": timeline.kept(shown.timeline_of(ice_request), kind),
        "timeline_kinds": timeline.choices(kind),
        "place": place.of(request),
        "page_url": place.page_of(request, ice_request),
        "handling": handled.of(ice_request, standing=request.standing, now=now),
        **conversation(ice_request, standing=request.standing, now=now),
        "flags": shown.flags_of(
            screenings, level=3 if mismatches else 0, has_override=has_override
        ),
        "may_decide": request.standing.holds_any(DECIDERS, agency_id),
        "may_file": request.standing.holds_any(FILERS, agency_id),
        "may_close": _may_close(request, ice_request, asks, assignment),
        "now": now,
    }
    return {**page, "clock_rows": clock_rows.clocks_of(page)}


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
            return redirect(place.page_of(request, ice_request))
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "assignment": assignment,
        "form": form,
        "form_list": [form],
        "page_url": place.page_of(request, ice_request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/assignment_close.html", context, status=status)
