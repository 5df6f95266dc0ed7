"""Rehearsals of a change of law: an administrator's own agency, and numbers only."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import for_roles
from requests_app.accounts.models import Agency, Role
from requests_app.review import rehearsing
from requests_app.review.forms import RehearsalForm
from requests_app.review.models import Rehearsal
from requests_app.review.services import rehearsing as services
from requests_app.review.views import paging

A_YEAR = timedelta(days=365)


@require_GET
@for_roles(Role.ADMINISTRATOR)
def rehearsal_list(request):
    """The rehearsals of the agencies administered, the newest first."""
    rows = _administered(request).order_by("-id")
    after = paging.number(request, "after")
    if after:
        rows = rows.filter(id__lt=after)
    page = list(rows[: paging.PAGE + 1])
    has_older = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    context = {
        "rows": [{"rehearsal": row, "words": rehearsing.words_of(row)} for row in page],
        "older_url": paging.link(request, after=page[-1].pk) if has_older else "",
        "newer_url": paging.link(request) if after else "",
    }
    return render(request, "law/rehearsal_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def rehearsal_new(request):
    """Say which change is tried, and on which past requests."""
    agencies = Agency.objects.filter(
        id__in=request.standing.agency_ids({Role.ADMINISTRATOR})
    ).order_by("name")
    form = RehearsalForm(
        request.POST or None, agencies=agencies, initial=_initial(request)
    )
    if request.method == "POST" and form.is_valid():
        ordered = dict(form.cleaned_data)
        rehearsal = services.order_rehearsal(
            **rehearsing.parts_of(ordered.pop("change")),
            **ordered,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Ordered. The portal is trying it now.")
        return redirect("rehearsal_detail", rehearsal.public_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "form_list": [form]}
    return render(request, "law/rehearsal_new.html", context, status=status)


@require_GET
@for_roles(Role.ADMINISTRATOR)
def rehearsal_detail(request, rehearsal_id: str):
    """How far it has come, and the findings gained and lost, request by request."""
    rehearsal = get_object_or_404(_administered(request), public_id=rehearsal_id)
    rows = rehearsal.items.select_related("ice_request__agency").order_by("id")
    after = paging.number(request, "after")
    if after:
        rows = rows.filter(id__gt=after)
    page = list(rows[: paging.PAGE + 1])
    has_more = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    reads.of_list(request, [row.ice_request for row in page])
    context = {
        "rehearsal": rehearsal,
        "words": rehearsing.words_of(rehearsal),
        "rows": page,
        "may_open": rehearsal.agency_id in request.standing.reading_agency_ids,
        "next_url": paging.link(request, after=page[-1].pk) if has_more else "",
        "first_url": paging.link(request) if after else "",
    }
    return render(request, "law/rehearsal_detail.html", context)


def _administered(request):
    return Rehearsal.objects.filter(
        agency__in=request.standing.agency_ids({Role.ADMINISTRATOR})
    ).select_related("agency", "ordered_by")


def _initial(request) -> dict:
    today = timezone.localdate()
    known = {
        value for _group, options in rehearsing.choices() for value, _label in options
    }
    change = request.GET.get("change", "")
    return {
        "change": change if change in known else "",
        "since": today - A_YEAR,
        "until": today + timedelta(days=1),
        "effective_from": today - A_YEAR,
    }
