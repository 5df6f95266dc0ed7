"""Approve or deny an ask; the second person of an override."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import DECIDERS, for_roles
from requests_app.accounts.adapter import accept_password, signed_in_lately
from requests_app.accounts.models import Role
from requests_app.docket.models import AskKind, Status
from requests_app.review import services, shown, wording
from requests_app.review.forms import ConfirmForm, CountersignForm, DeterminationForm
from requests_app.review.models import Decision, Result
from requests_app.review.views import place
from requests_app.review.views.requests import visible_request

_TYPED = ("decision", "reason_code", "reason", "authority") + (
    "acts_from",
    "expires_at",
    "named",
)


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def ask_determine(request, request_id: str, ask_id: str):
    """Show the findings of one ask beside the form that decides it.

    A sound form is answered with what it would do, in words; that page is sent again
    as `confirmed`, and then the determination is made.
    """
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
    if "_text" in request.POST or "_edit" in request.POST:
        return _show(request, ice_request, one, _typed_again(request, ice_request))
    form = DeterminationForm(request.POST)
    if not form.is_valid():
        return _show(request, ice_request, one, form, status=422)
    return _decide(request, ice_request, one, form)


def _typed_again(request, ice_request) -> DeterminationForm:
    """The form as it was typed, with the agency's text of the reason if asked for."""
    typed = request.POST.dict() | {"findings_read": "findings_read" in request.POST}
    if "_text" in request.POST:
        texts = services.texts_of(ice_request.agency)
        text = texts.get(typed.get("reason_code", ""), "")
        typed["reason"] = text or typed.get("reason", "")
    return DeterminationForm(initial=typed)


def _decide(request, ice_request, one, form):
    given = form.cleaned_data
    said = {
        "ask": one.ask,
        "ruling": services.Ruling(
            **{name: given[name] for name in ("screening", *_TYPED)}
        ),
        "standing": request.standing,
        "at": timezone.now(),
    }
    try:
        against = services.check(**said)
        if (answer := _unconfirmed(request, ice_request, one, form, against)) is None:
            return _done(request, ice_request, services.determine(**said))
        return answer
    except services.AlreadyDetermined as overtaken:
        return _show(
            request, ice_request, one, form, status=409, stands=overtaken.determination
        )
    except services.ReturnedToFiler:
        ice_request.status = Status.RETURNED
        return _show(request, ice_request, one, form, status=409)
    except services.FindingsChanged as changed:
        return _show_changed(request, ice_request, one, str(changed))
    except tuple(_REFUSALS) as refusal:
        field, status = _REFUSALS[type(refusal)]
        form.add_error(field, str(refusal))
        return _show(request, ice_request, one, form, status=status)


# Which field a refusal speaks of, and with which status it is answered.
_REFUSALS = {
    services.OnlyTheHead: ("decision", 403),
    services.ReasonNotBorneOut: ("reason_code", 422),
    services.EndMissing: ("expires_at", 422),
    services.EndsTooSoon: ("expires_at", 422),
    services.AuthorityMissing: ("authority", 422),
}


def _unconfirmed(request, ice_request, one, form, against: str):
    """The page that confirms, until it has been sent and its sender is known."""
    asked, is_known = _asked_for_password(request)
    if is_known:
        return None
    given = form.cleaned_data
    is_approval = given["decision"] == Decision.APPROVE
    context = {
        "deed": "deny" if given["decision"] == Decision.DENY else "approve",
        "to_be": "denied" if given["decision"] == Decision.DENY else "approved",
        "submit": "Record the determination",
        "consequences": wording.consequences(
            given["decision"],
            one.ask.kind,
            is_override=is_approval and against == Result.VIOLATION,
        ),
        "typed": _words_of(form),
        "hidden": [
            (name, request.POST.get(name, ""))
            for name in ("screening", *_TYPED, "findings_read")
        ],
    }
    return _confirm(request, ice_request, one, asked, context)


def _asked_for_password(request) -> tuple[ConfirmForm, bool]:
    """What the page that confirms was sent with, and whether it may be carried out."""
    is_confirmed = request.POST.get("confirmed") == "yes"
    asked = ConfirmForm(request.POST if is_confirmed else None)
    if not is_confirmed or signed_in_lately(request):
        return asked, is_confirmed
    if asked.is_valid():
        if accept_password(request, asked.cleaned_data["password"]):
            return asked, True
        asked.add_error("password", "This is not your password. Type it again.")
    return asked, False


def _confirm(request, ice_request, one, asked: ConfirmForm, said: dict):
    """Person, action and consequence in words, before anything is recorded."""
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "page_url": place.page_of(request, ice_request),
        "one": one,
        "form": None if signed_in_lately(request) else asked,
        "form_list": [asked],
        **said,
    }
    status = 422 if asked.is_bound else 200
    return render(request, "review/ask_confirm.html", context, status=status)


def _show_changed(request, ice_request, one, words: str):
    """The newest findings, what differs from those that were shown, and what was typed.

    The form asks anew whether the findings were read: to decide is another submit.
    """
    seen = one.ask.screenings.filter(public_id=request.POST["screening"]).first()
    screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
    fresh = next(
        row
        for row in shown.asks_of(ice_request, screenings)
        if row.ask.pk == one.ask.pk
    )
    again = DeterminationForm(
        initial=request.POST.dict()
        | {"screening": fresh.screening.public_id, "findings_read": False}
    )
    return _show(
        request,
        ice_request,
        fresh,
        again,
        status=409,
        changed=words,
        differences=shown.differences_of(seen, fresh.screening) if seen else None,
    )


def _done(request, ice_request, determination):
    if determination.is_override:
        messages.warning(
            request,
            "Override proposed. It takes effect only when a second person confirms it.",
        )
    else:
        messages.success(request, f"Decided. {determination}.")
    return redirect(place.page_of(request, ice_request))


def _show(request, ice_request, one, form, *, status: int = 200, stands=None, **said):
    reads.of_request(request, ice_request)
    results = {row.finding.result for row in one.findings}
    context = {
        "ice_request": ice_request,
        "page_url": place.page_of(request, ice_request),
        "one": one,
        "form": form,
        "form_list": [form],
        "stands": stands or one.determination,
        "reason_texts": services.texts_of(ice_request.agency),
        "is_returned": ice_request.status == Status.RETURNED,
        "typed": _words_of(form) if form.is_bound else [],
        "is_head": request.standing.holds(Role.HEAD, ice_request.agency_id),
        "is_violation": Result.VIOLATION in results,
        "is_undetermined": Result.UNDETERMINED in results,
        "is_hold": one.ask.kind == AskKind.HOLD,
        **_facts_of(ice_request),
        **said,
    }
    return render(request, "review/ask_determine.html", context, status=status)


def _words_of(form) -> list[tuple[str, str]]:
    """What was posted, as label and words."""
    said = []
    for name in _TYPED:
        value = form[name].value() or ""
        choices = dict(getattr(form.fields[name], "choices", ()))
        said.append((form[name].label, choices.get(value, value)))
    return said


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
    if request.method == "GET" or "_edit" in request.POST:
        return _show_override(request, ice_request, determination)
    form = CountersignForm(request.POST)
    if not form.is_valid():
        return _show_override(request, ice_request, determination, form, status=422)
    return _answer(request, ice_request, determination, form)


def _answer(request, ice_request, determination, form):
    given = form.cleaned_data
    said = {
        "determination": determination,
        "confirms": given["answer"] == "confirm",
        "screening": given["screening"],
        "standing": request.standing,
        "at": timezone.now(),
    }
    page = (request, ice_request, determination)
    try:
        services.check_second(**said)
        answer = _unconfirmed_answer(request, ice_request, determination, form)
        if answer is not None:
            return answer
        services.countersign(**said)
    except services.AlreadyDetermined as overtaken:
        determination.refresh_from_db()
        stands = overtaken.determination
        return _show_override(*page, form, status=409, stands=stands)
    except services.FindingsChanged as changed:
        determination.refresh_from_db()
        return _show_override(*page, status=409, changed=str(changed))
    except services.EndsTooSoon as refusal:
        form.add_error("answer", str(refusal))
        return _show_override(*page, form, status=422)
    except services.NotYourDecision as refusal:
        raise PermissionDenied(str(refusal)) from None
    messages.success(request, "Your decision as second person is recorded.")
    return redirect(place.page_of(request, ice_request))


def _show_override(
    request, ice_request, determination, form=None, *, status: int = 200, **said
):
    """The override with the newest findings, and the facts they rest on.

    After a change the form carries the new screening: to answer is another submit.
    """
    reads.of_request(request, ice_request)
    one = _ask_of(ice_request, determination)
    if form is None:
        answer = "" if "changed" in said else request.POST.get("answer", "")
        initial = {"screening": one.screening.public_id, "answer": answer}
        form = CountersignForm(initial=initial)
    if "changed" in said:
        rows = one.ask.screenings.filter(public_id=request.POST["screening"])
        if (seen := rows.first()) is not None:
            said["differences"] = shown.differences_of(seen, one.screening)
    context = {
        "ice_request": ice_request,
        "page_url": place.page_of(request, ice_request),
        "determination": determination,
        "is_over": _is_over(determination),
        "one": one,
        "form": form,
        "form_list": [form],
        **_facts_of(ice_request),
        **said,
    }
    return render(request, "review/override_countersign.html", context, status=status)


def _is_over(determination) -> bool:
    """Whether an override awaits its second person past its own end."""
    ends_at = determination.expires_at
    is_awaited = determination.second_at is None and determination.ended_at is None
    return is_awaited and ends_at is not None and ends_at <= timezone.now()


def _facts_of(ice_request) -> dict:
    """The facts of record beside what is decided."""
    return {
        "convictions": shown.convictions_of(ice_request),
        "warrants": shown.warrants_of(ice_request),
        **shown.basis_labels(ice_request),
        "person": ice_request.person,
        "shows_name": True,
        "now": timezone.now(),
    }


def _ask_of(ice_request, determination):
    """The ask that an override is about, with its findings."""
    screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
    asks = shown.asks_of(ice_request, screenings)
    return next(row for row in asks if row.ask.pk == determination.ask_id)


def _unconfirmed_answer(request, ice_request, determination, form):
    """The page that confirms the second person's answer, until it was sent."""
    asked, is_known = _asked_for_password(request)
    if is_known:
        return None
    given = form.cleaned_data["answer"]
    kind = determination.ask.kind
    context = {
        "deed": f"{given} the override",
        "to_be": "approved against a violation" if given == "confirm" else "open again",
        "submit": "Record my decision",
        "consequences": wording.consequences_of_second(given, kind),
        "typed": _proposal_of(determination),
        "said_heading": "The override you answer",
        "hidden": [("answer", given), ("screening", form.cleaned_data["screening"])],
    }
    one = _ask_of(ice_request, determination)
    return _confirm(request, ice_request, one, asked, context)


def _proposal_of(determination) -> list[tuple[str, str]]:
    return [
        ("Proposed by", str(determination.decided_by)),
        ("Legal authority relied on", determination.authority),
        ("The reason in words", determination.reason),
    ]
