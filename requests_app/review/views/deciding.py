"""Approve or deny an ask; the second person of an override."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import DECIDERS, for_roles
from requests_app.accounts.models import Role
from requests_app.docket.models import AskKind
from requests_app.review import services, shown
from requests_app.review.forms import CountersignForm, DeterminationForm
from requests_app.review.models import Result
from requests_app.review.views.requests import visible_request


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def ask_determine(request, request_id: str, ask_id: str):
    """Show the findings of one ask beside the form that decides it."""
    ice_request = visible_request(request, request_id)
    screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
    asks = shown.asks_of(ice_request, screenings)
    one = next((row for row in asks if row.ask.public_id == ask_id), None)
    if one is None:
        return get_object_or_404(ice_request.asks, public_id=ask_id)
    refusal = services.refusal_to_decide(one.ask, standing=request.standing)
    if refusal is not None:
        raise PermissionDenied(str(refusal))
    if request.method == "GET":
        form = DeterminationForm(initial={"screening": one.screening.public_id})
        return _show(request, ice_request, one, form)
    form = DeterminationForm(request.POST)
    if not form.is_valid():
        return _show(request, ice_request, one, form, status=422)
    return _decide(request, ice_request, one, form)


def _decide(request, ice_request, one, form):
    given = form.cleaned_data
    try:
        determination = services.determine(
            ask=one.ask,
            ruling=services.Ruling(
                decision=given["decision"],
                reason_code=given["reason_code"],
                reason=given["reason"],
                screening=given["screening"],
                authority=given["authority"],
                expires_at=given["expires_at"],
            ),
            standing=request.standing,
            at=timezone.now(),
        )
    except services.AlreadyDetermined as overtaken:
        return _show(
            request, ice_request, one, form, status=409, stands=overtaken.determination
        )
    except services.FindingsChanged as changed:
        # The page is drawn anew with the newest findings and what was typed.
        screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
        fresh = next(
            row
            for row in shown.asks_of(ice_request, screenings)
            if row.ask.pk == one.ask.pk
        )
        again = DeterminationForm(
            initial={**given, "screening": fresh.screening.public_id}
            | {"findings_read": False}
        )
        return _show(
            request, ice_request, fresh, again, status=409, changed=str(changed)
        )
    except services.OnlyTheHead as refusal:
        form.add_error("decision", str(refusal))
        return _show(request, ice_request, one, form, status=403)
    except services.ReasonNotBorneOut as refusal:
        form.add_error("reason_code", str(refusal))
        return _show(request, ice_request, one, form, status=422)
    except services.EndsTooSoon as refusal:
        form.add_error("expires_at", str(refusal))
        return _show(request, ice_request, one, form, status=422)
    except services.AuthorityMissing as missing:
        form.add_error("authority", str(missing))
        return _show(request, ice_request, one, form, status=422)
    return _done(request, ice_request, determination)


def _done(request, ice_request, determination):
    if determination.is_override:
        messages.warning(
            request,
            "Override proposed. It takes effect only when a second person confirms it.",
        )
    else:
        messages.success(request, f"Decided. {determination}.")
    return redirect("request_detail", ice_request.public_id)


def _show(
    request, ice_request, one, form, *, status: int = 200, stands=None, changed=""
):
    reads.of_request(request, ice_request)
    results = {row.finding.result for row in one.findings}
    context = {
        "ice_request": ice_request,
        "one": one,
        "form": form,
        "form_list": [form],
        "stands": stands or one.determination,
        "typed": _typed(form) if form.is_bound else [],
        "changed": changed,
        "is_head": request.standing.holds(Role.HEAD, ice_request.agency_id),
        "is_violation": Result.VIOLATION in results,
        "is_undetermined": Result.UNDETERMINED in results,
        "is_hold": one.ask.kind == AskKind.HOLD,
        "convictions": shown.convictions_of(ice_request),
        "warrants": shown.warrants_of(ice_request),
        **shown.basis_labels(ice_request),
        "person": ice_request.person,
        "shows_name": True,
        "now": timezone.now(),
    }
    return render(request, "review/ask_determine.html", context, status=status)


def _typed(form) -> list[tuple[str, str]]:
    """What was posted, as label and words, for somebody whom another overtook."""
    shown = []
    for name in ("decision", "reason_code", "reason", "authority", "expires_at"):
        value = form[name].value() or ""
        choices = dict(getattr(form.fields[name], "choices", ()))
        shown.append((form[name].label, choices.get(value, value)))
    return shown


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def override_countersign(request, request_id: str, determination_id: str):
    """The second person reads the override and confirms or refuses it."""
    ice_request = visible_request(request, request_id)
    determination = get_object_or_404(
        ice_request.determinations.select_related("ask", "decided_by", "second_by"),
        public_id=determination_id,
        is_override=True,
    )
    if not request.standing.holds_any(DECIDERS, ice_request.agency_id):
        raise PermissionDenied("Only a supervisor or the head of agency countersigns.")
    if request.user.pk in services.not_second(determination, ice_request):
        raise PermissionDenied(
            "The second person is none of those who filed, last corrected or decided."
        )
    form = CountersignForm(request.POST or None)
    stands = None
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.countersign(
                determination=determination,
                confirms=form.cleaned_data["answer"] == "confirm",
                standing=request.standing,
                at=timezone.now(),
            )
        except services.AlreadyDetermined as overtaken:
            stands, status = overtaken.determination, 409
        except services.NotYourDecision as refusal:
            raise PermissionDenied(str(refusal)) from None
        else:
            messages.success(request, "Your decision as second person is recorded.")
            return redirect("request_detail", ice_request.public_id)
    screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
    one = next(
        row
        for row in shown.asks_of(ice_request, screenings)
        if row.ask.pk == determination.ask_id
    )
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "determination": determination,
        "one": one,
        "form": form,
        "form_list": [form],
        "stands": stands,
    }
    return render(request, "review/override_countersign.html", context, status=status)
