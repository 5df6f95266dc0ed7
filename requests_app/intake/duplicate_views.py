"""The doors of duplicates: what is alike, side by side, and what it is."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import FILERS, for_roles
from requests_app.docket.models import IceRequest
from requests_app.intake import linking
from requests_app.intake.duplicates import records_of
from requests_app.intake.forms.duplicates import LinkForm
from requests_app.intake.summary import compared
from requests_app.intake.views import role_at


def _filable(request, request_id: str) -> IceRequest:
    ice_request = get_object_or_404(
        IceRequest.objects.visible_to(request.standing).select_related(
            "agency", "data_key", "person", "custody", "legal_basis"
        ),
        public_id=request_id,
        agency_id__in=request.standing.agency_ids(FILERS),
    )
    ice_request.refuse_if_shredded()
    return ice_request


@require_GET
@for_roles(*FILERS)
def duplicate_list(request, request_id: str):
    """Requests of the agency that may be the same person, event or paper."""
    ice_request = _filable(request, request_id)
    found = linking.of_request(ice_request)
    reads.of_list(request, [ice_request, *(one.ice_request for one in found)])
    context = {"ice_request": ice_request, "candidates": found}
    return render(request, "intake/duplicate_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def duplicate_decide(request, request_id: str, other_id: str):
    """Two requests side by side, and what somebody makes of them."""
    ice_request = _filable(request, request_id)
    candidate = next(
        (
            one
            for one in linking.of_request(ice_request)
            if one.ice_request.public_id == other_id
        ),
        None,
    )
    if candidate is None:
        # The same answer as for a request that is not there.
        _filable(request, "-" * 22)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        linking.decide(
            ice_request=ice_request,
            candidate=candidate,
            kind=form.cleaned_data["kind"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            role=role_at(request, ice_request.agency_id),
            at=timezone.now(),
        )
        messages.success(request, "Decided, and kept in the history.")
        return redirect("duplicate_list", ice_request.public_id)
    other = candidate.ice_request
    reads.of_list(request, [ice_request, other])
    records = records_of([ice_request.pk, other.pk])
    later, earlier = sorted((ice_request, other), key=lambda one: -one.pk)
    context = {
        "ice_request": ice_request,
        "other": other,
        "later": later,
        "earlier": earlier,
        "candidate": candidate,
        "rows": compared(records[later.pk], records[earlier.pk]),
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "intake/duplicate_decide.html", context, status=status)
