"""Doors to who has a request: claim, put back, give, put off, hand over."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.accounts import reads, staffing
from requests_app.accounts.access import DECIDERS, chosen_agency, for_roles
from requests_app.accounts.models import Agency, Role
from requests_app.review import shown
from requests_app.review.desk_forms import DeferForm, HandOverForm, PersonForm
from requests_app.review.models import Assignment
from requests_app.review.services import desks, handling
from requests_app.review.views import paging
from requests_app.review.views.requests import visible_request

REFUSALS = (
    handling.NotOpen,
    handling.NotYourWork,
    handling.Away,
    handling.NotThatDay,
)


def decidable_request(request, request_id: str):
    """A request of an agency where the reader decides, or the same 404 as of none."""
    ice_request = visible_request(request, request_id)
    if not request.standing.holds_any(DECIDERS, ice_request.agency_id):
        raise Http404("No such request.")
    return ice_request


@require_POST
@for_roles(*DECIDERS)
def assignment_claim(request, request_id: str):
    """Take a request; whoever is second is told who has it."""
    ice_request = decidable_request(request, request_id)
    try:
        handling.claim(
            ice_request=ice_request, standing=request.standing, at=timezone.now()
        )
    except handling.AlreadyClaimed as refusal:
        return _refused(request, ice_request, refusal)
    except REFUSALS as refusal:
        return _refused(request, ice_request, refusal)
    messages.success(request, f"{ice_request.number} is yours.")
    return _back(request, ice_request)


@require_POST
@for_roles(*DECIDERS)
def assignment_release(request, request_id: str):
    """Put a request back for whoever claims it next."""
    return _post(request, request_id, handling.release, "was put back")


@require_POST
@for_roles(*DECIDERS)
def assignment_resume(request, request_id: str):
    """Have a request that was put off return now."""
    return _post(request, request_id, handling.resume, "is on the worklist again")


def _post(request, request_id, deed, said):
    ice_request = decidable_request(request, request_id)
    try:
        deed(ice_request=ice_request, standing=request.standing, at=timezone.now())
    except REFUSALS as refusal:
        return _refused(request, ice_request, refusal)
    messages.success(request, f"{ice_request.number} {said}.")
    return _back(request, ice_request)


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def assignment_give(request, request_id: str):
    """Give a request to a colleague who decides in its queue."""
    ice_request = decidable_request(request, request_id)
    assignment = shown.assignment_of(ice_request)
    people = _people(request, ice_request.agency, assignment)
    form = PersonForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["person"]
        try:
            handling.give(
                ice_request=ice_request,
                to=to,
                standing=request.standing,
                at=timezone.now(),
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{ice_request.number} is with {to}.")
            return _back(request, ice_request)
    return _page(request, ice_request, form, "review/assignment_give.html")


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def assignment_defer(request, request_id: str):
    """Put a request off until a moment, with the reason."""
    ice_request = decidable_request(request, request_id)
    form = DeferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            handling.defer(
                ice_request=ice_request,
                **form.cleaned_data,
                standing=request.standing,
                at=timezone.now(),
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{ice_request.number} is put off.")
            return _back(request, ice_request)
    return _page(request, ice_request, form, "review/assignment_defer.html")


def _page(request, ice_request, form, template):
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "assignment": shown.assignment_of(ice_request),
        "form": form,
        "form_list": [form],
        "back": paging.way_back(request, _page_of(ice_request)),
    }
    status = 422 if form.is_bound else 200
    return render(request, template, context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def hand_over(request):
    """Give all that somebody has to another: on leave, or when leaving."""
    agency = chosen_agency(request, DECIDERS)
    people = _people(request, agency, None)
    is_head = request.standing.holds(Role.HEAD, agency.pk)
    givers = [one for one, _ in people if is_head] or [request.user]
    form = HandOverForm(
        request.POST or None,
        people=people,
        givers=givers,
        initial={"giver": request.user.public_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            given, put_back = handling.hand_over(
                agency=agency,
                person=form.cleaned_data["giver"],
                to=form.cleaned_data["person"],
                standing=request.standing,
                at=timezone.now(),
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"Handed over: {given}. Put back to be claimed: {put_back}."
            )
            return redirect("worklist")
    reads.of_people(request)
    context = {
        "form": form,
        "form_list": [form],
        "agency": agency,
        "agencies": request.standing.agencies(DECIDERS),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/hand_over.html", context, status=status)


def _people(request, agency: Agency, assignment: Assignment | None) -> list[tuple]:
    """Those who decide there, by name; who is away is said."""
    queue = assignment.queue if assignment else ""
    among = desks.deciders(agency, queue, on=request.standing.on)
    away = staffing.away(list(among), agency, on=request.standing.on)
    return [
        (one, f"{one} (away, covered by {away[one.pk].cover})")
        if one.pk in away
        else (one, str(one))
        for one in sorted(among.values(), key=lambda one: (one.last_name, one.pk))
    ]


def _page_of(ice_request) -> str:
    return reverse("request_detail", args=[ice_request.public_id])


def _back(request, ice_request):
    return redirect(paging.way_back(request, _page_of(ice_request)))


def _refused(request, ice_request, refusal):
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "sentence": str(refusal),
        "since": getattr(refusal, "since", None),
        "back": paging.way_back(request, _page_of(ice_request)),
    }
    return render(request, "review/not_handled.html", context, status=409)
