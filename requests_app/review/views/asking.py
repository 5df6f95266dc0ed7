"""Questions to the filer, the return for correction, and reopening."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app.accounts import reads
from requests_app.accounts.access import DECIDERS, FILERS, for_roles
from requests_app.review import services, shown
from requests_app.review.forms import AnswerForm, QuestionForm, ReopenForm, ReturnForm
from requests_app.review.models import Question, QuestionKind
from requests_app.review.views import paging, place
from requests_app.review.views.requests import visible_request

_NO_CLOCK = "No clock stops: the person's release does not wait."


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def question_new(request, request_id: str):
    """Ask whoever filed the request."""
    ice_request = visible_request(request, request_id)
    if not request.standing.holds_any(DECIDERS, ice_request.agency_id):
        raise PermissionDenied("Only a supervisor or the head of agency asks here.")
    page = {
        "heading": "Ask the filer a question",
        "sentences": [
            f"{ice_request.filed_by} is told that a question waits. The request stays "
            "on its desk.",
            _NO_CLOCK,
        ],
        "submit": "Ask",
    }
    return _put(request, ice_request, QuestionForm, services.ask, page, said="Asked.")


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def request_return(request, request_id: str):
    """Return the request to its filer, to be corrected."""
    ice_request = visible_request(request, request_id)
    refusal = services.refusal_to_return(ice_request, standing=request.standing)
    if isinstance(refusal, services.NotYoursToAsk):
        raise PermissionDenied(str(refusal))
    page = {
        "heading": "Return for correction",
        "refused": str(refusal) if refusal else "",
        "sentences": [
            f"{ice_request.filed_by} is told. The request leaves the worklist until it "
            "is corrected, or until the filer says that nothing is to be corrected.",
            "An override that awaits its second person ends. What is decided already "
            "stays, unless the correction changes its findings.",
            _NO_CLOCK,
        ],
        "submit": "Return for correction",
    }
    returning = services.return_for_correction
    return _put(request, ice_request, ReturnForm, returning, page, said="Returned.")


def _put(request, ice_request, form_class, service, page: dict, *, said: str):
    form = form_class(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            service(
                ice_request=ice_request,
                **form.cleaned_data,
                standing=request.standing,
                at=timezone.now(),
            )
        except services.DueTooSoon as refusal:
            form.add_error("due_at", str(refusal))
        except services.NotReturnable as refusal:
            page, status = {**page, "refused": str(refusal)}, 409
        else:
            messages.success(request, said)
            return redirect(place.page_of(request, ice_request))
    return _show(request, ice_request, form, page, status=status)


def _show(request, ice_request, form, page: dict, *, status: int):
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "form": form,
        "form_list": [form],
        "page_url": place.page_of(request, ice_request),
        **page,
    }
    return render(request, "review/one_form.html", context, status=status)


def _question(ice_request, question_id: str) -> Question:
    question = get_object_or_404(
        ice_request.questions.select_related("asked_by"), public_id=question_id
    )
    question.ice_request = ice_request
    return question


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def question_answer(request, request_id: str, question_id: str):
    """Answer in words; of a return, that nothing is to be corrected."""
    ice_request = visible_request(request, request_id)
    question = _question(ice_request, question_id)
    refusal = services.refusal_to_answer(question, standing=request.standing)
    if refusal is not None:
        raise PermissionDenied(str(refusal))
    is_return = question.kind == QuestionKind.CORRECTION
    page = {
        "heading": "Answer without a correction" if is_return else "Answer",
        "question": question,
        "refused": "" if question.is_open else "This was answered or withdrawn.",
        "sentences": ["The request goes back to a desk as it is."] if is_return else [],
        "submit": "Send the answer",
    }
    form = AnswerForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(
                question=question,
                text=form.cleaned_data["text"],
                by=request.user,
                role=reads.role_at(
                    request.standing, "question_answer", [ice_request.agency_id]
                ),
                standing=request.standing,
                at=timezone.now(),
            )
        except services.QuestionClosed as refusal:
            page, status = {**page, "refused": str(refusal)}, 409
        else:
            messages.success(request, "Answered.")
            return redirect(place.page_of(request, ice_request))
    return _show(request, ice_request, form, page, status=status)


@require_POST
@for_roles(*DECIDERS)
def question_withdraw(request, request_id: str, question_id: str):
    """Take a question or a return back."""
    ice_request = visible_request(request, request_id)
    question = _question(ice_request, question_id)
    try:
        services.withdraw(
            question=question, standing=request.standing, at=timezone.now()
        )
    except services.NotYoursToAsk as refusal:
        raise PermissionDenied(str(refusal)) from None
    except services.QuestionClosed as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Withdrawn.")
    return redirect(place.page_of(request, ice_request))


@require_GET
@for_roles(*FILERS)
def question_list(request):
    """Questions and returns that wait for the reader's answer, and the reader's own."""
    rows = (
        Question.objects.open()
        .filter(ice_request__agency_id__in=request.standing.agency_ids(FILERS))
        .select_related("ice_request__agency", "ice_request__data_key")
        .select_related("asked_by", "ice_request__filed_by")
        .order_by("due_at", "id")
    )
    lists = [
        {
            "title": "For you to answer",
            "empty": "Nothing waits for your answer.",
            "rows": list(rows.filter(ice_request__filed_by=request.user)[:_MOST]),
            "is_mine": True,
        },
        {
            "title": "Asked by you, not answered yet",
            "empty": "You have no open question.",
            "rows": list(rows.filter(asked_by=request.user)[:_MOST]),
            "is_mine": False,
        },
    ]
    reads.of_list(request, [row.ice_request for one in lists for row in one["rows"]])
    context = {"lists": lists, "most": _MOST, "now": timezone.now()}
    return render(request, "review/question_list.html", context)


_MOST = paging.PAGE


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def ask_reopen(request, request_id: str, ask_id: str):
    """End a determination in force, with a reason, so that it is decided anew."""
    ice_request = visible_request(request, request_id)
    screenings = shown.latest_screenings([ice_request.pk])[ice_request.pk]
    asks = shown.asks_of(ice_request, screenings)
    one = next((row for row in asks if row.ask.public_id == ask_id), None)
    if one is None:
        return get_object_or_404(ice_request.asks, public_id=ask_id)
    refusal = services.refusal_to_reopen(one.ask, standing=request.standing)
    if isinstance(refusal, services.NotYourDecision):
        raise PermissionDenied(str(refusal))
    stands = one.determination
    is_in_force = stands is not None and stands.is_effective
    page = {
        "heading": f"Reopen: {one.ask.get_kind_display()}",
        "determination": stands,
        "refused": str(refusal or "")
        or ("" if is_in_force else "No determination of this ask is in force."),
        "sentences": [
            "The determination ends now. It stays readable, with your reason beside "
            "it, and the ask is decided anew by a determination of its own.",
            "What is done before that is flagged as done before the decision.",
        ],
        "submit": "Reopen",
    }
    form = ReopenForm(request.POST or None, initial={"seen": _id_of(stands)})
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        if not is_in_force or form.cleaned_data["seen"] != stands.public_id:
            page["refused"] = page["refused"] or (
                "Another determination stands than the one you had on the page."
            )
            return _show(request, ice_request, form, page, status=409)
        try:
            services.reopen(
                determination=stands,
                reason=form.cleaned_data["reason"],
                standing=request.standing,
                at=timezone.now(),
            )
        except services.NothingToReopen as overtaken:
            page, status = {**page, "refused": str(overtaken)}, 409
        else:
            messages.success(request, "Reopened. The ask is open again.")
            return redirect(place.page_of(request, ice_request))
    return _show(request, ice_request, form, page, status=status)


def _id_of(determination) -> str:
    return determination.public_id if determination else ""
