"""The doors of reading a paper in: the file, the comparison, pieces of its pages."""

import io

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from PIL import Image

from requests_app.accounts import reads
from requests_app.accounts.access import FILERS, for_roles
from requests_app.documents.checking import Refused
from requests_app.documents.models import FormReading, PartKind
from requests_app.intake import read_in, reading_in, services
from requests_app.intake.forms.papers import ReadPaperForm, TakeForm
from requests_app.intake.models import Draft
from requests_app.intake.views import own_draft, role_at

# So much of the page around a value is shown with it, as shares of the page.
_ACROSS, _DOWN = 0.012, 0.008


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def form_read(request):
    """Take a paper that came, read it, and lay what was read beside it."""
    agencies = request.standing.agencies(FILERS)
    chosen = [one for one in agencies if one.code == request.GET.get("agency")]
    if len(agencies) > 1 and not chosen:
        return render(request, "intake/choose_agency.html", {"agencies": agencies})
    form = ReadPaperForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _read(request, (chosen or agencies)[0], form)
            except Refused as refused:
                form.add_error("file", refused.words)
                status = refused.status
    context = {"form": form, "form_list": [form], "agency": (chosen or agencies)[0]}
    return render(request, "intake/form_read.html", context, status=status)


def _read(request, agency, form: ReadPaperForm):
    now = timezone.now()
    role = role_at(request, agency.pk)
    draft = services.begin_draft(agency=agency, by=request.user, at=now, role=role)
    file = form.cleaned_data["file"]
    try:
        reading_in.read_paper(
            draft=draft,
            content=file.read(),
            name=file.name,
            by=request.user,
            role=role,
            at=now,
        )
    except Refused:
        services.discard_draft(draft=draft, at=now, role=role)
        raise
    return redirect("form_compare", draft.public_id)


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def form_compare(request, draft_id: str):
    """Every value beside the piece of the page it came from; the clerk decides each."""
    draft = own_draft(request, draft_id)
    reading = _reading(draft)
    if draft.ice_request is not None:
        messages.info(request, f"Filed already as {draft.ice_request.number}.")
        return redirect("request_detail", draft.ice_request.public_id)
    if reading.taken_at is not None:
        messages.info(request, "The values of this paper were taken over before.")
        return redirect("draft_step", draft.public_id, "request")
    form_name = read_in.form_of(reading.edition)
    items = read_in.items(reading.values, form=form_name)
    # An empty post is an answer too: none of the values was decided.
    form = TakeForm(request.POST if request.method == "POST" else None, items=items)
    if form.is_bound and form.is_valid():
        return _take(request, draft, reading, form)
    reads.of_draft(request, draft, step="paper")
    context = {
        "draft": draft,
        "reading": reading,
        "form_name": form_name,
        "form": form,
        "form_list": [form],
        "rows": form.rows(),
        "others": [one for one in items if not one.is_placed],
        "not_found": read_in.not_found(items, form=form_name) if form_name else [],
        "warnings": read_in.warnings(reading.warnings),
    }
    status = 422 if form.is_bound else 200
    return render(request, "intake/form_compare.html", context, status=status)


def _take(request, draft: Draft, reading: FormReading, form: TakeForm):
    taken = form.taken()
    try:
        reading_in.take(
            reading=reading,
            draft=draft,
            taken=taken,
            role=role_at(request, draft.agency_id),
            at=timezone.now(),
        )
    except (reading_in.TakenAlready, services.FiledAlready) as overtaken:
        messages.info(request, str(overtaken))
    else:
        kept = sum(one["how"] != read_in.LEFT_OUT for one in taken.values())
        messages.success(
            request,
            f"{kept} values are in the draft. Nothing is submitted: go through the "
            "steps, and enter what is still open.",
        )
    url = reverse("draft_step", args=[draft.public_id, "request"])
    return redirect(f"{url}?check=1")


@require_GET
@for_roles(*FILERS)
def form_crop(request, draft_id: str, number: str):
    """The piece of the page drawn anew that a value was read from."""
    draft = own_draft(request, draft_id)
    reading = _reading(draft)
    values = reading.values
    if int(number) >= len(values):
        raise Http404
    one = values[int(number)]
    parts = reading.document.parts.select_related("document__data_key")
    part = get_object_or_404(parts, kind=PartKind.PAGE, number=one["page"])
    reads.of_document(
        request, reading.document, subject=draft.public_id, part=f"piece.{number}"
    )
    answer = HttpResponse(_cut(part.body, one["box"]), content_type="image/png")
    answer["Cache-Control"] = "no-store"
    return answer


def _cut(page: bytes, box: list[float]) -> bytes:
    picture = Image.open(io.BytesIO(page))
    wide, high = picture.size
    left, top = max(box[0] - _ACROSS, 0), max(box[1] - _DOWN, 0)
    right, bottom = min(box[2] + _ACROSS, 1), min(box[3] + _DOWN, 1)
    dots = (int(left * wide), int(top * high), int(right * wide), int(bottom * high))
    dots = (dots[0], dots[1], max(dots[2], dots[0] + 8), max(dots[3], dots[1] + 8))
    target = io.BytesIO()
    picture.crop(dots).save(target, "PNG")
    return target.getvalue()


def _reading(draft: Draft) -> FormReading:
    found = FormReading.objects.filter(document__data_key=draft.data_key)
    return get_object_or_404(
        found.select_related("document__data_key", "document__agency").order_by("-id")
    )
