"""Doors to labels, and to orders over many requests at once."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from requests_app.accounts import reads, staffing
from requests_app.accounts.access import DECIDERS, chosen_agency, for_roles
from requests_app.accounts.models import Agency
from requests_app.docket.models import IceRequest
from requests_app.review import filters
from requests_app.review.desk_forms import (
    BulkDeferForm,
    LabelChoiceForm,
    LabelForm,
    PersonForm,
)
from requests_app.review.models import Bulk, BulkItem, BulkKind, Label
from requests_app.review.services import bulk as bulks
from requests_app.review.services import desks, handling, labelling
from requests_app.review.views import paging
from requests_app.review.views.handling import decidable_request
from requests_app.review.views.worklist import rows_of

REFUSALS = (
    labelling.NotYourLabel,
    labelling.LabelTaken,
    labelling.LabelRetired,
    labelling.LabelledAlready,
)
SHOWN = 200


def _labels(request):
    agencies = request.standing.agency_ids(DECIDERS)
    return Label.objects.filter(agency__in=agencies)


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def labels(request):
    """The labels of an agency: add one, retire one."""
    agency = chosen_agency(request, DECIDERS)
    here = f"{reverse('labels')}?agency={agency.code}"
    retired = request.POST.get("retire", "")
    form = LabelForm(None if retired else request.POST or None)
    try:
        if retired:
            label = get_object_or_404(_labels(request), public_id=retired)
            labelling.retire_label(
                label=label, standing=request.standing, at=timezone.now()
            )
            messages.success(request, f"Retired: {label}.")
            return redirect(here)
        if request.method == "POST" and form.is_valid():
            label = labelling.add_label(
                agency=agency,
                name=form.cleaned_data["name"],
                standing=request.standing,
                at=timezone.now(),
            )
            messages.success(request, f"Added: {label}.")
            return redirect(here)
    except labelling.LabelRetired as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    except REFUSALS as refusal:
        form.add_error("name", str(refusal))
    rows = Label.objects.in_use().filter(agency=agency).select_related("added_by")
    context = {
        "form": form,
        "form_list": [form],
        "agency": agency,
        "agencies": request.standing.agencies(DECIDERS),
        "labels": rows.order_by("name", "id")[:SHOWN],
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/labels.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def request_labels(request, request_id: str):
    """The labels on one request: put one on, take one off."""
    ice_request = decidable_request(request, request_id)
    rows = list(
        _labels(request)
        .filter(agency_id=ice_request.agency_id)
        .order_by("name", "id")[:SHOWN]
    )
    borne = set(
        ice_request.labellings.filter(removed_at=None).values_list(
            "label_id", flat=True
        )
    )
    offered = [one for one in rows if one.pk not in borne and one.retired_at is None]
    removed = request.POST.get("remove", "")
    form = LabelChoiceForm(None if removed else request.POST or None, labels=offered)
    said = {
        "ice_request": ice_request,
        "standing": request.standing,
        "at": timezone.now(),
    }
    try:
        if removed:
            label = get_object_or_404(_labels(request), public_id=removed)
            labelling.take_off(label=label, **said)
            return redirect("request_labels", ice_request.public_id)
        if request.method == "POST" and form.is_valid():
            labelling.put_on(label=form.cleaned_data["label"], **said)
            return redirect("request_labels", ice_request.public_id)
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "form": form,
        "form_list": [form],
        "borne": [one for one in rows if one.pk in borne],
        "has_offers": bool(offered),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/request_labels.html", context, status=status)


# Many at once


@require_POST
@for_roles(*DECIDERS)
def bulk_new(request):
    """Say exactly how many, ask what is to be done, and order it when confirmed."""
    kind = request.POST.get("kind", "")
    if kind not in BulkKind.values:
        raise Http404("No such order.")
    try:
        chosen = _chosen(request)
        agency = _one_agency(chosen)
    except bulks.TooMany as refusal:
        messages.error(request, str(refusal))
        return redirect(paging.way_back(request, reverse("worklist")))
    form = _form(request, kind, agency)
    if "confirm" in request.POST and form.is_valid():
        try:
            bulk = bulks.order(
                agency=agency,
                what=_order(kind, form.cleaned_data),
                ice_requests=chosen,
                standing=request.standing,
                at=timezone.now(),
            )
        except (handling.Away, handling.NotThatDay) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("bulk_detail", bulk.public_id)
    context = {
        "kind": kind,
        "label": BulkKind(kind).label,
        "form": form,
        "form_list": [form],
        "total": len(chosen),
        "is_everything": "everything" in request.POST,
        "ids": " ".join(one.public_id for one in chosen),
        "back": paging.way_back(request, reverse("worklist")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/bulk_new.html", context, status=status)


def _chosen(request) -> list[IceRequest]:
    """The requests ticked, or all that the filters of the worklist show."""
    visible = IceRequest.objects.filter(
        agency__in=request.standing.agency_ids(DECIDERS)
    ).select_related("agency")
    if "everything" in request.POST and "confirm" not in request.POST:
        asked = QueryDict(request.POST.get("query", ""))
        at = timezone.now()
        given = filters.given(asked, page="worklist", standing=request.standing, at=at)
        rows = rows_of(given, request.standing, now=at)
        numbers = list(rows.values_list("ice_request_id", flat=True)[: bulks.MOST + 1])
        if len(numbers) > bulks.MOST:
            raise bulks.TooMany(
                f"More than {bulks.MOST:,} requests match. Choose a filter first."
            )
        chosen = visible.filter(pk__in=numbers)
    else:
        wanted = request.POST.getlist("chosen") or request.POST.get("ids", "").split()
        chosen = visible.filter(public_id__in=wanted[: bulks.MOST])
    found = list(chosen.order_by("id"))
    if not found:
        raise bulks.TooMany("Tick at least one request first.")
    return found


def _one_agency(chosen: list[IceRequest]) -> Agency:
    agencies = {one.agency_id: one.agency for one in chosen}
    if len(agencies) > 1:
        raise bulks.TooMany("Choose requests of one agency at a time.")
    return next(iter(agencies.values()))


def _form(request, kind: str, agency: Agency):
    data = request.POST if "confirm" in request.POST else None
    if kind == BulkKind.DEFER:
        return BulkDeferForm(data)
    if kind == BulkKind.LABEL:
        offered = Label.objects.in_use().filter(agency=agency).order_by("name", "id")
        return LabelChoiceForm(data, labels=list(offered[:SHOWN]))
    among = desks.deciders(agency, "", on=request.standing.on)
    away = staffing.away(list(among), agency, on=request.standing.on)
    present = [one for pk, one in among.items() if pk not in away]
    by_name = sorted(present, key=lambda one: (one.last_name, one.pk))
    return PersonForm(data, people=[(one, str(one)) for one in by_name])


def _order(kind: str, given: dict) -> bulks.Order:
    return bulks.Order(
        kind=kind,
        assignee=given.get("person"),
        label=given.get("label"),
        until=given.get("until"),
        code=given.get("code", ""),
    )


@require_GET
@for_roles(*DECIDERS)
def bulk_detail(request, bulk_id: str):
    """How far an order is, and what came of each request."""
    bulk = get_object_or_404(
        Bulk.objects.select_related("agency", "assignee", "label", "ordered_by"),
        public_id=bulk_id,
        agency__in=request.standing.agency_ids(DECIDERS),
    )
    is_glance = request.GET.get("glance") == "1"
    items = list(
        bulk.items.filter(~Q(result="waiting") if is_glance else Q())
        .select_related("ice_request__agency")
        .order_by("id")
    )
    done = sum(item.result == BulkItem.Result.DONE for item in items)
    skipped = sum(item.result == BulkItem.Result.SKIPPED for item in items)
    context = {"bulk": bulk, "done": done, "skipped": skipped}
    if is_glance:
        # Numbers alone: nothing of a request is shown, and nothing is entered.
        answer = render(request, "review/_bulk_progress.html", context)
        if bulk.done_at is not None:
            answer["HX-Refresh"] = "true"
        return answer
    reads.of_list(request, [item.ice_request for item in items])
    return render(request, "review/bulk_detail.html", {**context, "items": items})
