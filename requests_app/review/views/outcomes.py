"""What is not reconciled, what differs on the same facts, and what was corrected."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from requests_app.accounts import reads
from requests_app.accounts.access import DECIDERS, FILERS, READERS, for_roles
from requests_app.accounts.models import Agency, Role
from requests_app.docket.models import IceRequest
from requests_app.review import corrections, outstanding, patterns, shown
from requests_app.review.views import paging
from requests_app.review.views.requests import visible_request


@require_GET
@for_roles(*FILERS)
def unreconciled_list(request):
    """Determined requests whose outcome is not on record or not read, newest first."""
    mine = IceRequest.objects.filter(agency_id__in=request.standing.agency_ids(FILERS))
    rows = outstanding.unreconciled(mine).select_related("agency", "data_key", "person")
    older = paging.number(request, "after")
    if older:
        rows = rows.older_than(older)
    page = list(rows.newest_first()[: paging.PAGE + 1])
    has_older = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    reads.of_list(request, page)
    context = {
        "rows": [
            {"ice_request": row, "missing": outstanding.missing_of(row)} for row in page
        ],
        "newer_url": paging.link(request, after=None) if older else "",
        "older_url": paging.link(request, after=page[-1].pk) if has_older else "",
        "may_compare": bool(request.standing.roles & DECIDERS),
    }
    return render(request, "review/unreconciled_list.html", context)


_COMPARERS = DECIDERS | {Role.AUDITOR}


@require_GET
@for_roles(*_COMPARERS)
def pattern_list(request):
    """Same facts, different outcome: how one agency has decided like asks."""
    agencies = _compared(request.standing)
    code = request.GET.get("agency", "")
    agency = next((one for one in agencies if one.code == code), None)
    agency = agency or (agencies[0] if agencies and not code else None)
    if agency is None:
        raise PermissionDenied("You have no role that compares this agency.")
    now = timezone.now()
    found = patterns.of_agency(agency, until=now)
    reads.of_list(request, found.requests)
    context = {
        "agency": agency,
        "agencies": agencies,
        "patterns": found,
        "fewest": patterns.FEWEST,
        "most": patterns.MOST,
    }
    return render(request, "review/patterns.html", context)


def _compared(standing) -> list:
    if standing.sees_every_agency:
        return list(Agency.objects.order_by("name"))
    return standing.agencies(_COMPARERS)


@require_GET
@for_roles(*READERS)
def request_changes(request, request_id: str):
    """What was corrected of a request: old, new, who, when, why."""
    ice_request = visible_request(request, request_id)
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "corrections": corrections.of_request(
            ice_request,
            shown.named,
            shows_values=request.standing.sees_names_at(ice_request.agency_id)
            and not ice_request.data_key.is_shredded,
        ),
    }
    return render(request, "review/request_changes.html", context)
