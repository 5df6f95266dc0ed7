"""Claims in court, holds, and the case files made for them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import KEEPERS, chosen_agency, for_roles
from requests_app.accounts.adapter import accept_password
from requests_app.docket import claims, holds
from requests_app.docket.models import Claim, ClaimOutcome, Hold, IceRequest
from requests_app.documents import keeping
from requests_app.reporting.keeping_forms import (
    ClaimEventForm,
    ClaimForm,
    HoldForm,
    LiftForm,
    PasswordForm,
)
from requests_app.reporting.models import CaseFile
from requests_app.reporting.services import case_files as making
from requests_app.review.views import paging

WRONG_PASSWORD = "This is not your password. Type it again."


def role_of(request, agency_id: int) -> str:
    """The role in which the reader acts at an agency."""
    door = request.resolver_match.url_name
    return reads.role_at(request.standing, door, [agency_id])


def kept_request(request, request_id: str) -> IceRequest:
    """A request of an agency where the reader keeps the records, or a 404."""
    rows = IceRequest.objects.visible_to(request.standing).select_related(
        "agency", "data_key", "person"
    )
    ice_request = get_object_or_404(
        rows,
        public_id=request_id,
        agency_id__in=request.standing.agency_ids(KEEPERS),
    )
    ice_request.refuse_if_shredded()
    return ice_request


def is_own_password(request, form: PasswordForm) -> bool:
    """Whether a sound form bears the reader's password; else it says so."""
    if accept_password(request, form.cleaned_data["password"]):
        return True
    form.add_error("password", WRONG_PASSWORD)
    return False


# Claims


def _claims(request):
    rows = Claim.objects.filter(agency_id__in=request.standing.agency_ids(KEEPERS))
    return rows.select_related("agency", "data_key", "ice_request__agency")


@require_GET
@for_roles(*KEEPERS)
def claim_list(request):
    """The claims of the reader's agencies, the newest first."""
    rows = _claims(request).prefetch_related("events").order_by("-id")
    after = paging.number(request, "after")
    if after:
        rows = rows.filter(id__lt=after)
    page = list(rows[: paging.PAGE + 1])
    has_older = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    reads.of_list(request, [row.ice_request for row in page if row.ice_request])
    context = {
        "rows": [_claim_row(row) for row in page],
        "older_url": paging.link(request, after=page[-1].pk) if has_older else "",
        "newer_url": paging.link(request) if after else "",
    }
    return render(request, "reporting/claim_list.html", context)


def _claim_row(claim: Claim) -> dict:
    newest = max(claim.events.all(), key=lambda one: (one.on_date, one.pk), default="")
    is_gone = claim.data_key.is_shredded
    return {
        "claim": claim,
        "claimant": "Destroyed" if is_gone else claim.claimant,
        "docket_number": "Destroyed" if is_gone else claim.docket_number,
        "outcome": str(newest) or ClaimOutcome.PENDING.label,
    }


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def claim_new(request):
    """Record a claim; one that concerns a request holds that request by itself."""
    agency = chosen_agency(request, KEEPERS)
    form = ClaimForm(
        request.POST or None, initial={"number": request.GET.get("number", "")}
    )
    if request.method == "POST" and form.is_valid():
        claim = _record_claim(request, agency, form)
        if claim is not None:
            held = " Nothing of the request is destroyed while the claim is pending."
            said = "Recorded." + (held if claim.ice_request else "")
            messages.success(request, said)
            return redirect("claim_detail", claim.public_id)
    context = {
        "agency": agency,
        "agencies": request.standing.agencies(KEEPERS),
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reporting/claim_new.html", context, status=status)


def _record_claim(request, agency, form) -> Claim | None:
    given = dict(form.cleaned_data)
    number = given.pop("number").strip().upper()
    ice_request = None
    if number:
        rows = IceRequest.objects.filter(agency=agency, number=number)
        ice_request = rows.select_related("agency", "data_key", "person").first()
        if ice_request is None or ice_request.data_key.is_shredded:
            form.add_error("number", "There is no such request at this agency.")
            return None
    try:
        return claims.record_claim(
            agency=agency,
            ice_request=ice_request,
            words=claims.Words(**given),
            by=request.user,
            role=role_of(request, agency.pk),
            at=timezone.now(),
        )
    except claims.OutOfOrder as refusal:
        form.add_error("filed_date", str(refusal))
        return None


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def claim_detail(request, claim_id: str):
    """A claim, what became of it, its holds and its case files."""
    claim = get_object_or_404(_claims(request), public_id=claim_id)
    if claim.ice_request:
        claim.ice_request.refuse_if_shredded()
    form = ClaimEventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            claims.record_event(
                claim=claim,
                **form.cleaned_data,
                by=request.user,
                role=role_of(request, claim.agency_id),
                at=timezone.now(),
            )
        except claims.OutOfOrder as refusal:
            form.add_error("on_date", str(refusal))
        else:
            messages.success(request, "Recorded.")
            return redirect("claim_detail", claim.public_id)
    reads.of_list(request, [claim.ice_request] if claim.ice_request else [])
    events = list(
        claim.events.select_related("recorded_by").order_by("-on_date", "-id")
    )
    context = {
        "claim": claim,
        "relief": claim_relief(claim),
        "events": events,
        "holds": claim.holds.select_related("placed_by", "lifted_by").order_by("id"),
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reporting/claim_detail.html", context, status=status)


def claim_relief(claim: Claim) -> list[str]:
    """What the court is asked for, in words."""
    choices = dict(Claim._meta.get_field("relief").base_field.choices)
    return [choices.get(one, one) for one in claim.relief]


# Holds


@require_GET
@for_roles(*KEEPERS)
def hold_list(request):
    """The holds in force at the reader's agencies, the oldest first."""
    rows = (
        Hold.objects.in_force()
        .filter(agency_id__in=request.standing.agency_ids(KEEPERS))
        .select_related("ice_request__agency", "placed_by")
        .order_by("id")
    )
    after = paging.number(request, "after")
    if after:
        rows = rows.filter(id__gt=after)
    page = list(rows[: paging.PAGE + 1])
    has_more = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    reads.of_list(request, [row.ice_request for row in page])
    context = {
        "rows": page,
        "older_url": paging.link(request, after=page[-1].pk) if has_more else "",
        "newer_url": paging.link(request) if after else "",
    }
    return render(request, "reporting/hold_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def hold_place(request, request_id: str):
    """Place a hold on a request, or on everything about its person."""
    ice_request = kept_request(request, request_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            holds.place(
                ice_request=ice_request,
                **form.cleaned_data,
                by=request.user,
                role=role_of(request, ice_request.agency_id),
                at=timezone.now(),
            )
        except holds.CannotBeKnown as refusal:
            form.add_error("reach", str(refusal))
        else:
            messages.success(request, "Held. Nothing of it is destroyed.")
            return redirect("request_detail", ice_request.public_id)
    reads.of_request(request, ice_request)
    context = {
        "heading": "Place a hold",
        "sentences": [
            "Nothing that is held is destroyed, whatever its period. Another person "
            "than you lifts the hold."
        ],
        "submit": "Place the hold",
        "ice_request": ice_request,
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/one_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def hold_lift(request, hold_id: str):
    """Lift a hold that somebody else placed."""
    hold = get_object_or_404(
        Hold.objects.select_related("ice_request__agency", "ice_request__data_key"),
        public_id=hold_id,
        agency_id__in=request.standing.agency_ids(KEEPERS),
    )
    form, refused = LiftForm(request.POST or None), ""
    if hold.placed_by_id == request.user.pk and request.method == "POST":
        raise PermissionDenied("Another person than who placed a hold lifts it.")
    if request.method == "POST" and form.is_valid():
        try:
            holds.lift(
                hold=hold,
                **form.cleaned_data,
                by=request.user,
                role=role_of(request, hold.agency_id),
                at=timezone.now(),
            )
        except (holds.StillNeeded, holds.AlreadyLifted) as refusal:
            refused = str(refusal)
        else:
            messages.success(request, "Lifted.")
            return redirect("request_detail", hold.ice_request.public_id)
    reads.of_request(request, hold.ice_request)
    context = {
        "heading": "Lift a hold",
        "sentences": [_placed(hold, request.user)],
        "submit": "Lift the hold",
        "ice_request": hold.ice_request,
        "refused": refused,
        "form": form,
        "form_list": [form],
    }
    status = 409 if refused else 422 if form.is_bound else 200
    return render(request, "review/one_form.html", context, status=status)


def _placed(hold: Hold, reader) -> str:
    said = (
        f"Placed on {timezone.localdate(hold.placed_at):%Y-%m-%d} by {hold.placed_by}: "
        f"{hold.get_cause_display().lower()}, {hold.get_reach_display().lower()}. "
        f"{hold.words}"
    )
    if hold.placed_by_id == reader.pk:
        return f"{said} You placed it, so another person lifts it."
    return said


# Case files


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def case_files(request, request_id: str):
    """The case files of a request, their state, and asking for another."""
    ice_request = kept_request(request, request_id)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and is_own_password(request, form):
        making.order_case_file(
            ice_request=ice_request,
            claim=ice_request.claims.order_by("-id").first(),
            by=request.user,
            role=role_of(request, ice_request.agency_id),
            at=timezone.now(),
        )
        messages.success(request, "It is being put together. Load the page again soon.")
        return redirect("case_files", ice_request.public_id)
    reads.of_request(request, ice_request)
    rows = ice_request.case_files.select_related("made_by", "pdf", "bundle")
    context = {
        "ice_request": ice_request,
        "rows": list(rows.order_by("-id")[: paging.PAGE]),
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reporting/case_files.html", context, status=status)


@require_GET
@for_roles(*KEEPERS)
def case_file_fetch(request, case_file_id: str, file: str):
    """Hand out a case file; that it was fetched is in the history of the request."""
    rows = CaseFile.objects.select_related(
        "ice_request__agency", "ice_request__data_key"
    ).select_related("pdf__data_key", "bundle__data_key", "pdf__agency")
    row = get_object_or_404(
        rows,
        public_id=case_file_id,
        bundle__isnull=False,
        ice_request__agency_id__in=request.standing.agency_ids(KEEPERS),
    )
    row.ice_request.refuse_if_shredded()
    document = row.pdf if file == "pdf" else row.bundle
    reads.of_document(
        request, document, subject=row.ice_request.public_id, part="original"
    )
    name = f"case-file-{row.ice_request.number}.{file}"
    return handed_out(document, name)


def handed_out(document, name: str) -> HttpResponse:
    """A file that the portal made, to be saved under a name that names nobody."""
    return HttpResponse(
        keeping.opened(document),
        content_type=document.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
