"""The doors of filing: drafts step by step, corrections, acts, notices given."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app.accounts import reads
from requests_app.accounts.access import FILERS, for_roles
from requests_app.accounts.models import Role
from requests_app.docket import services as docket
from requests_app.docket.models import IceRequest, Instrument, LinkKind
from requests_app.docket.record import Record
from requests_app.intake import linking, paper_forms, reading_in, services, steps
from requests_app.intake.duplicates import candidates, records_of
from requests_app.intake.forms import CorrectionForm, LaterActForm, ReleaseForm
from requests_app.intake.models import Draft
from requests_app.intake.summary import compared, differences, summary
from requests_app.review import preview

RECENT_DRAFTS = 20


def role_at(request, agency_id: int) -> str:
    """The filing role a person acts in: the one with the most say at the agency."""
    for role in (Role.HEAD, Role.SUPERVISOR, Role.CLERK):
        if request.standing.holds(role, agency_id):
            return role
    return ""


def own_draft(request, draft_id: str) -> Draft:
    return get_object_or_404(
        Draft.objects.owned_by(request.user).select_related(
            "agency", "owner", "data_key", "ice_request"
        ),
        public_id=draft_id,
        agency_id__in=request.standing.agency_ids(FILERS),
    )


def filable(request, request_id: str) -> IceRequest:
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
def request_new(request):
    """Open a draft, or the untouched one that is open already, at its first step."""
    return _open_draft(request, answers={})


@require_GET
@for_roles(*FILERS)
def unasked_act_new(request):
    """Open a draft for an act that ICE never asked for."""
    answers = {"request": {"instrument": [Instrument.UNASKED]}}
    return _open_draft(request, answers=answers)


def _open_draft(request, *, answers: dict):
    agencies = request.standing.agencies(FILERS)
    chosen = [one for one in agencies if one.code == request.GET.get("agency")]
    if len(agencies) > 1 and not chosen:
        return render(request, "intake/choose_agency.html", {"agencies": agencies})
    agency = (chosen or agencies)[0]
    mine = Draft.objects.owned_by(request.user).unfinished().filter(agency=agency)
    # What is in a draft the database cannot say: the few newest are opened.
    untouched = mine.filter(answers__isnull=not answers).with_keys()
    recent = untouched.select_related("agency").order_by("-id")[:RECENT_DRAFTS]
    draft = next((one for one in recent if one.answers == answers), None)
    if draft is None:
        draft = services.begin_draft(
            agency=agency,
            by=request.user,
            at=timezone.now(),
            answers=answers,
            role=role_at(request, agency.pk),
        )
    return redirect("draft_step", draft.public_id, steps.NAMES[0])


@require_GET
@for_roles(*FILERS)
def draft_list(request):
    """The reader's own drafts, the newest first."""
    drafts = (
        Draft.objects.owned_by(request.user)
        .unfinished()
        .filter(answers__isnull=False)
        .filter(agency_id__in=request.standing.agency_ids(FILERS))
        .select_related("agency")
        .order_by("-saved_at")[:200]
    )
    context = {"drafts": drafts, "now": timezone.now(), "steps": steps.STEPS}
    return render(request, "intake/draft_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def draft_step(request, draft_id: str, name: str):
    """Show a step as it was left; keep what is posted, and go on when it is sound."""
    draft = own_draft(request, draft_id)
    if draft.ice_request is not None:
        return _filed_already(request, draft.ice_request)
    now = timezone.now()
    if name == "review":
        return _review(request, draft, now=now)
    if request.method == "GET":
        step = steps.bind(name, draft.answers.get(name), now=now, every=draft.answers)
        checks = request.GET.get("check") == "1"
        reads.of_draft(request, draft, step=name)
        return _show_step(request, draft, step, now=now, checks=checks)
    try:
        return _save_step(request, draft, name, now=now)
    except services.FiledAlready as overtaken:
        return _filed_already(request, overtaken.ice_request)


def _save_step(request, draft: Draft, name: str, *, now):
    answers = steps.raw(request.POST)
    if f"add_{steps.PREFIX}" in answers:
        answers = steps.with_one_more_row(answers)
    draft = services.save_step(
        draft=draft,
        name=name,
        answers=answers,
        at=now,
        role=role_at(request, draft.agency_id),
    )
    step = steps.bind(name, answers, now=now, every=draft.answers)
    if f"add_{steps.PREFIX}" in request.POST:
        return _show_step(request, draft, step, now=now, checks=False)
    if "_save" in request.POST:
        messages.success(request, "Draft saved.")
        return redirect("draft_list")
    if not step.is_valid():
        return _show_step(request, draft, step, now=now, checks=True, status=422)
    following = steps.NAMES[steps.NAMES.index(name) + 1]
    return redirect("draft_step", draft.public_id, following)


def _filed_already(request, ice_request):
    messages.info(request, f"Filed already as {ice_request.number}.")
    return redirect("request_detail", ice_request.public_id)


def _show_step(request, draft, step, *, now, checks: bool, status: int = 200):
    step.show_errors(checks and not step.is_valid())
    composed = steps.compose(
        draft.answers, agency=draft.agency, by=request.user, now=now
    )
    context = {
        "draft": draft,
        "step": step,
        "step_list": steps.STEPS,
        "number": steps.NAMES.index(step.name) + 1,
        "title": dict(steps.STEPS)[step.name],
        "indicator": _indicator(draft, composed),
        "previous": steps.before(step.name),
        "has_errors": checks and not step.is_valid(),
        "panel": _panel(composed, now=now),
        "now": now,
    }
    return render(request, "intake/step.html", context, status=status)


def _panel(composed, *, now) -> preview.Panel:
    given = [one.kind for one in composed.given]
    return preview.of(composed.record, composed.acts, given=given, now=now)


def _indicator(draft: Draft, composed) -> list[dict]:
    return [
        {
            "label": label,
            "name": name,
            "is_complete": name in draft.answers and name not in composed.faulty,
        }
        for name, label in steps.STEPS
    ]


def _review(request, draft: Draft, *, now):
    composed = steps.compose(
        draft.answers, agency=draft.agency, by=request.user, now=now
    )
    has_attested = request.POST.get("attested") == "yes"
    refusal = ""
    if request.method == "POST" and has_attested and composed.is_complete:
        try:
            return _submit(request, draft, now=now)
        except REFUSED_FILINGS as refused:
            refusal = str(refused)
        except services.DraftNotReady:
            # Another window has saved a fault in the meantime.
            draft.refresh_from_db()
            composed = steps.compose(
                draft.answers, agency=draft.agency, by=request.user, now=now
            )
    found = [] if composed.faulty else _alike(composed, draft, request.POST)
    if found:
        reads.of_list(request, [one["candidate"].ice_request for one in found])
    reads.of_draft(request, draft, step="review")
    context = {
        "draft": draft,
        "alike": found,
        "refusal": refusal,
        "link_kinds": LinkKind.choices,
        "says_it_cancels": bool(found) and reading_in.says_it_cancels(draft),
        "composed": composed,
        "record": composed.record,
        "faulty": [(name, dict(steps.STEPS)[name]) for name in composed.faulty],
        "indicator": _indicator(draft, composed),
        "number": len(steps.STEPS),
        "title": dict(steps.STEPS)["review"],
        "previous": steps.before("review"),
        "panel": _panel(composed, now=now),
        "summary": summary(composed),
        "misses_attestation": request.method == "POST" and not has_attested,
        "now": now,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "intake/review.html", context, status=status)


def _submit(request, draft: Draft, *, now):
    role = role_at(request, draft.agency_id)
    ice_request = services.file_draft(
        draft=draft, role=role, at=now, chosen=_chosen(request.POST)
    )
    return redirect("request_filed", ice_request.public_id)


REFUSED_FILINGS = (linking.Undecided, paper_forms.NotAnOpenForm)
_CHOICE = "alike-"


def _chosen(posted) -> dict[str, str]:
    """What was chosen of each request that may be the same."""
    return {
        key.removeprefix(_CHOICE): value
        for key, value in posted.items()
        if key.startswith(_CHOICE)
    }


def _alike(composed, draft: Draft, posted) -> list[dict]:
    """Requests that may be the same as what is to be filed, beside it."""
    chosen = _chosen(posted)
    record = composed.record
    found = candidates(record.ice_request, record.person, key=draft.data_key)
    records = records_of([one.ice_request.pk for one in found])
    return [
        {
            "candidate": one,
            "chosen": chosen.get(one.ice_request.public_id, ""),
            "rows": compared(record, records[one.ice_request.pk]),
        }
        for one in found
    ]


@require_GET
@for_roles(*FILERS)
def request_filed(request, request_id: str):
    """The slip after filing: number, next step, due times, notices owed."""
    ice_request = filable(request, request_id)
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "assignment": ice_request.assignments.order_by("-id").first(),
        "notices": ice_request.notices.owed().order_by("id"),
        "now": timezone.now(),
    }
    return render(request, "intake/filed.html", context)


@require_POST
@for_roles(*FILERS)
def draft_autosave(request, draft_id: str, name: str):
    """Keep what is typed so far; says when in the local clock."""
    draft = own_draft(request, draft_id)
    try:
        services.save_step(
            draft=draft,
            name=name,
            answers=steps.raw(request.POST),
            at=timezone.now(),
            role=role_at(request, draft.agency_id),
        )
    except services.FiledAlready:
        return HttpResponse(
            "this was filed already; open it from Requests",
            status=409,
            content_type="text/plain",
        )
    return HttpResponse(status=204)


@require_POST
@for_roles(*FILERS)
def draft_preview(request, draft_id: str, name: str):
    """The side panel for what is on the page, saved or not."""
    draft = own_draft(request, draft_id)
    now = timezone.now()
    reads.of_draft(request, draft, step=name)
    answers = {**draft.answers, name: steps.raw(request.POST)}
    composed = steps.compose(answers, agency=draft.agency, by=request.user, now=now)
    panel = _panel(composed, now=now)
    context = {"panel": panel, "draft": draft}
    return render(request, "intake/_panel.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def draft_discard(request, draft_id: str):
    """Ask, then delete a draft."""
    draft = own_draft(request, draft_id)
    if draft.ice_request is not None:
        return _filed_already(request, draft.ice_request)
    if request.method == "POST":
        services.discard_draft(
            draft=draft, at=timezone.now(), role=role_at(request, draft.agency_id)
        )
        messages.success(request, "Draft deleted.")
        return redirect("draft_list")
    reads.of_draft(request, draft, step="discard")
    return render(request, "intake/draft_discard.html", {"draft": draft})


CORRECTABLE = ("person", "custody", "basis")


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def request_correct(request, request_id: str, name: str):
    """Correct the facts of one step of a filed request; the law is applied again."""
    ice_request = filable(request, request_id)
    now = timezone.now()
    record = Record.of(ice_request)
    answers = steps.raw(request.POST) if request.method == "POST" else None
    step = steps.bind_record(name, answers, record=record, now=now)
    if answers and f"add_{steps.PREFIX}" in answers:
        step = steps.bind_record(
            name, steps.with_one_more_row(answers), record=record, now=now
        )
        step.show_errors(False)
        return _show_correction(request, ice_request, step)
    why = CorrectionForm(request.POST or None)
    # Both are looked at, so that one page says all that is missing.
    is_sound = all([step.is_valid(), why.is_valid()])
    if request.method == "GET" or not is_sound:
        step.show_errors(request.method == "POST")
        status = 200 if request.method == "GET" else 422
        return _show_correction(request, ice_request, step, why, status=status)
    try:
        services.correct(
            ice_request=ice_request,
            step=name,
            values=step.form.cleaned_data,
            rows=steps.rows_of(step),
            rev=_revision(request),
            reason=why.cleaned_data["why"],
            by=request.user,
            role=role_at(request, ice_request.agency_id),
            at=now,
        )
    except services.Overtaken as overtaken:
        return _show_overtaken(request, ice_request, name, answers, overtaken, now=now)
    messages.success(request, "Corrected, and screened again.")
    return redirect("request_detail", ice_request.public_id)


def _revision(request) -> int:
    """The revision that was on the page; 0, which no request has, when none was."""
    text = request.POST.get("rev", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _show_overtaken(request, ice_request, name, answers, overtaken, *, now):
    """What was typed beside what is on record by now, which the next post replaces."""
    ice_request = filable(request, ice_request.public_id)
    step = steps.bind_record(name, answers, record=Record.of(ice_request), now=now)
    step.is_valid()
    step.form.add_error(
        None,
        f"{overtaken} Your answers are below, not saved. Compare them with what is on "
        "record now; to save is to replace it.",
    )
    step.show_errors(True)
    return _show_correction(
        request,
        ice_request,
        step,
        status=409,
        rev=ice_request.rev,
        on_record=differences(step),
    )


def _show_correction(
    request, ice_request, step, why=None, *, status: int = 200, rev=None, on_record=()
):
    reads.of_request(request, ice_request)
    why = why or CorrectionForm(initial={"why": request.POST.get("why", "")})
    context = {
        "why": why,
        "form_list": [*step.form_list, why],
        "ice_request": ice_request,
        "step": step,
        "title": dict(steps.STEPS)[step.name],
        "has_errors": status != 200,
        "rev": rev or _revision(request) or ice_request.rev,
        "on_record": on_record,
    }
    return render(request, "intake/correct.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def act_new(request, request_id: str):
    """Record what was done on a request: screened at its own date."""
    ice_request = filable(request, request_id)
    now = timezone.now()
    form = LaterActForm(request.POST or None, now=now)
    form.helper.error_summary = False
    if request.method == "POST" and form.is_valid():
        act = services.record_act(
            ice_request=ice_request,
            act=steps.act_of(form.cleaned_data),
            by=request.user,
            role=role_at(request, ice_request.agency_id),
            submit_id=form.cleaned_data["submit_id"],
            at=now,
        )
        _say_flags(request, act)
        return redirect("request_detail", ice_request.public_id)
    reads.of_request(request, ice_request)
    status = 422 if form.is_bound else 200
    context = {"ice_request": ice_request, "form": form, "form_list": [form]}
    return render(request, "intake/act_new.html", context, status=status)


def _say_flags(request, act) -> None:
    mismatches = [row.get_kind_display() for row in act.mismatches.all()]
    if mismatches:
        messages.warning(request, f"Recorded. Flagged: {', '.join(mismatches)}.")
    else:
        messages.success(request, "Recorded and screened.")


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def release_record(request, request_id: str):
    """Record when the person left the agency, and to whom."""
    ice_request = filable(request, request_id)
    now = timezone.now()
    form = ReleaseForm(request.POST or None, now=now)
    form.helper.error_summary = False
    if request.method == "POST" and form.is_valid():
        docket.record_release(
            ice_request=ice_request,
            **{name: form.cleaned_data[name] for name in _OF_A_RELEASE},
            by=request.user,
            role=role_at(request, ice_request.agency_id),
            at=now,
        )
        messages.success(request, "The release is recorded.")
        return redirect("request_detail", ice_request.public_id)
    reads.of_request(request, ice_request)
    status = 422 if form.is_bound else 200
    context = {"ice_request": ice_request, "form": form, "form_list": [form]}
    return render(request, "intake/release_record.html", context, status=status)


_OF_A_RELEASE = ("to_whom", "released_at", "narrative")
