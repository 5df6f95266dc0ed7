"""An auditor's samples: draw, check, find, sign off, hand out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import for_roles
from requests_app.accounts.models import Agency, Role
from requests_app.reporting import services
from requests_app.reporting.forms import (
    ChecklistForm,
    FindingForm,
    SampleForm,
    SignOffForm,
)
from requests_app.reporting.models import Question, Sample, SampleItem, SampleSignOff
from requests_app.review.views import paging


def _visible(request):
    rows = Sample.objects.visible_to(request.standing, {Role.AUDITOR})
    return rows.select_related("agency", "drawn_by", "sign_off__signed_by")


def _sign_off(sample: Sample) -> SampleSignOff | None:
    return getattr(sample, "sign_off", None)


@require_GET
@for_roles(Role.AUDITOR)
def sample_list(request):
    """The samples of the agencies audited, the newest first. No request is named."""
    rows = _visible(request).newest_first().defer("population")
    after = paging.number(request, "after")
    if after:
        rows = rows.older_than(after)
    page = list(rows[: paging.PAGE + 1])
    has_older = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    context = {
        "rows": [{"sample": row, "sign_off": _sign_off(row)} for row in page],
        "older_url": paging.link(request, after=page[-1].pk) if has_older else "",
        "newer_url": paging.link(request) if after else "",
    }
    return render(request, "reporting/sample_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(Role.AUDITOR)
def sample_new(request):
    """Say what to draw; the seed is made when it is drawn."""
    agencies = Agency.objects.order_by("name")
    whole_state = request.standing.sees_every_agency
    if not whole_state:
        agencies = agencies.filter(id__in=request.standing.agency_ids({Role.AUDITOR}))
    form = SampleForm(request.POST or None, agencies=agencies, whole_state=whole_state)
    if request.method == "POST" and form.is_valid():
        try:
            sample = services.draw_sample(
                standing=request.standing, at=timezone.now(), **form.cleaned_data
            )
        except services.TooFewRequests as refusal:
            form.add_error("size", str(refusal))
        else:
            messages.success(request, "Drawn. The seed is in the history.")
            return redirect("sample_detail", sample.public_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "form_list": [form]}
    return render(request, "reporting/sample_new.html", context, status=status)


@require_GET
@for_roles(Role.AUDITOR)
def sample_detail(request, sample_id: str):
    """The requests drawn, how far each is checked, what was found."""
    sample = get_object_or_404(_visible(request), public_id=sample_id)
    return _show_sample(request, sample, SignOffForm())


def _show_sample(request, sample: Sample, form, *, status: int = 200):
    items = list(sample.items.select_related("ice_request").order_by("place"))
    answers = services.answers_of(sample)
    findings = list(services.findings_of(sample))
    reads.of_sample(
        request, sample, shown=[item.ice_request.public_id for item in items]
    )
    rows = [
        {
            "item": item,
            "answered": len(answers[item.pk]),
            "noes": sum(row.answer == "no" for row in answers[item.pk].values()),
            "findings": [row for row in findings if row.item_id == item.pk],
        }
        for item in items
    ]
    context = {
        "sample": sample,
        "sign_off": _sign_off(sample),
        "rows": rows,
        "questions": len(Question.values),
        "unanswered": len(items) * len(Question.values)
        - sum(row["answered"] for row in rows),
        "form": form,
        "form_list": [form],
    }
    return render(request, "reporting/sample_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(Role.AUDITOR)
def sample_item(request, sample_id: str, item_id: str):
    """The checklist of one request, and what was found at it."""
    item = get_object_or_404(
        SampleItem.objects.select_related(
            "sample__agency", "ice_request__agency", "sample__sign_off"
        ),
        public_id=item_id,
        sample__in=_visible(request).filter(public_id=sample_id),
    )
    checklist, finding = ChecklistForm(), FindingForm()
    status = 200
    if request.method == "POST":
        posted = FindingForm if "_find" in request.POST else ChecklistForm
        form = posted(request.POST)
        if form.is_valid() and _keep(request, item, form):
            return redirect("sample_item", sample_id, item_id)
        status = 422
        if posted is FindingForm:
            finding = form
        else:
            checklist = form
    return _show_item(request, item, checklist, finding, status=status)


def _keep(request, item: SampleItem, form) -> bool:
    who = {"item": item, "by": request.user, "at": timezone.now()}
    try:
        if isinstance(form, FindingForm):
            services.find(**who, **form.cleaned_data)
        else:
            services.check(**who, answers=form.cleaned_data)
    except services.SignedOff as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Entered.")
    return True


def _show_item(request, item: SampleItem, checklist, finding, *, status: int):
    sample = item.sample
    answers = services.answers_of(sample)[item.pk]
    reads.of_sample(request, sample, shown=[item.ice_request.public_id])
    context = {
        "sample": sample,
        "sign_off": _sign_off(sample),
        "item": item,
        "answers": [(label, answers.get(value)) for value, label in Question.choices],
        "findings": [
            {"finding": row, "words": services.words_of(row)}
            for row in services.findings_of(sample).filter(item=item)
        ],
        "checklist": checklist,
        "finding_form": finding,
        "form_list": [form for form in (checklist, finding) if form.is_bound],
        "has_errors": status != 200,
    }
    return render(request, "reporting/sample_item.html", context, status=status)


@require_http_methods(["POST"])
@for_roles(Role.AUDITOR)
def sample_sign_off(request, sample_id: str):
    """Sign the sample off: once, and final."""
    sample = get_object_or_404(_visible(request), public_id=sample_id)
    form = SignOffForm(request.POST)
    if form.is_valid():
        try:
            services.sign_off(
                sample=sample,
                conclusion=form.cleaned_data["conclusion"],
                by=request.user,
                at=timezone.now(),
            )
        except (services.SignedOff, services.NotAllChecked) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Signed off. Nothing is added any more.")
            return redirect("sample_detail", sample_id)
    return _show_sample(request, sample, form, status=422)


@require_GET
@for_roles(Role.AUDITOR)
def sample_bundle(request, sample_id: str):
    """Everything the sample rests on, as one ZIP file."""
    sample = get_object_or_404(_visible(request), public_id=sample_id)
    items = sample.items.values_list("ice_request__public_id", flat=True)
    reads.of_sample(request, sample, shown=list(items), event="sample.exported")
    answer = HttpResponse(services.bundle(sample), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="sample-{sample_id}.zip"'
    return answer
