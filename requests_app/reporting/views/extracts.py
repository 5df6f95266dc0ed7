"""Public records of ICE access: made by a policy, released by a second person."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import KEEPERS, chosen_agency, for_roles
from requests_app.docket.models import IceRequest
from requests_app.reporting.extracting import TooMany
from requests_app.reporting.keeping_forms import (
    ExtractForm,
    PasswordForm,
    RefuseForm,
    WithholdForm,
)
from requests_app.reporting.models import Extract
from requests_app.reporting.rereading import CannotBeRead
from requests_app.reporting.services import extracts as releasing
from requests_app.reporting.sheets import NotRendered
from requests_app.reporting.views.claims import (
    handed_out,
    is_own_password,
    role_of,
)
from requests_app.review.views import paging

NOT_MADE = (CannotBeRead, NotRendered, TooMany)
NOTHING_KEPT = "No extract was kept. Choose other days, or tell your administrator."
NOT_RELEASED = (
    releasing.Leaks,
    releasing.NotTheSame,
    releasing.NotADraft,
    CannotBeRead,
    NotRendered,
)


def _extracts(request):
    rows = Extract.objects.filter(agency_id__in=request.standing.agency_ids(KEEPERS))
    return rows.select_related(
        "agency", "data_key", "made_by", "decided_by"
    ).select_related("pdf__data_key", "csv__data_key", "pdf__agency", "csv__agency")


@require_GET
@for_roles(*KEEPERS)
def extract_list(request):
    """The extracts of the reader's agencies, the newest first."""
    rows = _extracts(request).defer("frozen").order_by("-id")
    after = paging.number(request, "after")
    if after:
        rows = rows.filter(id__lt=after)
    page = list(rows[: paging.PAGE + 1])
    has_older = len(page) > paging.PAGE
    page = page[: paging.PAGE]
    context = {
        "rows": page,
        "older_url": paging.link(request, after=page[-1].pk) if has_older else "",
        "newer_url": paging.link(request) if after else "",
    }
    return render(request, "reporting/extract_list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def extract_new(request):
    """Say for whom and of which days; it is made at once and leaves with nobody."""
    agency = chosen_agency(request, KEEPERS)
    form = ExtractForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        extract = _make(request, agency, form)
        if extract is not None:
            return redirect("extract_detail", extract.public_id)
    context = {
        "agency": agency,
        "agencies": request.standing.agencies(KEEPERS),
        "form": form,
        "form_list": [form],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reporting/extract_new.html", context, status=status)


def _make(request, agency, form) -> Extract | None:
    given = form.cleaned_data
    order = releasing.Order(
        audience=given["audience"],
        since=given["since"],
        until=given["last"] + timedelta(days=1),
        reference=given["reference"],
        number=given["number"].strip().upper(),
    )
    try:
        return releasing.make_extract(
            agency=agency,
            order=order,
            by=request.user,
            role=role_of(request, agency.pk),
            at=timezone.now(),
        )
    except releasing.NoSuchRequest as refusal:
        form.add_error("number", str(refusal))
    except TooMany as refusal:
        form.add_error("last", str(refusal))
    except NOT_MADE as refusal:
        form.add_error(None, f"{refusal} {NOTHING_KEPT}")
    return None


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS)
def extract_detail(request, extract_id: str):
    """The policy, each record as it would leave, and the second person's decision."""
    extract = get_object_or_404(_extracts(request), public_id=extract_id)
    if request.method == "GET":
        return _page(request, extract, status=200)
    if "_withhold" in request.POST:
        return _withhold(request, extract)
    password, refusing = PasswordForm(), RefuseForm(prefix="refuse")
    if "_refuse" in request.POST:
        refusing = RefuseForm(request.POST, prefix="refuse")
    else:
        password = PasswordForm(request.POST)
    refused, status = _decide(request, extract, password, refusing)
    if status == 302:
        return redirect("extract_detail", extract.public_id)
    context = {"refused": refused, "password": password, "refusing": refusing}
    return _page(request, extract, status=status, **context)


def _withholding(extract: Extract, *given) -> WithholdForm:
    policy = extract.frozen["policy"]
    return WithholdForm(
        *given,
        prefix="withhold",
        released=[
            (one["field"], one["what"]) for one in policy if not one["exemption"]
        ],
        exemptions=[
            (one.code, f"{one.words} {one.citation}") for one in releasing.exemptions()
        ],
    )


def _withhold(request, extract: Extract):
    """Put the records together anew without what the form names."""
    form = _withholding(extract, request.POST)
    refused, status = "", 422
    if form.is_valid():
        try:
            anew = releasing.withhold(
                extract=extract,
                **form.cleaned_data,
                by=request.user,
                role=role_of(request, extract.agency_id),
                at=timezone.now(),
            )
        except releasing.NoSuchRecord as refusal:
            form.add_error("records", str(refusal))
        except NOT_MADE as refusal:
            form.add_error(None, f"{refusal} {NOTHING_KEPT}")
        except releasing.NotStopped as refusal:
            refused, status = str(refusal), 409
        else:
            messages.success(request, "Put together anew. This is the new extract.")
            return redirect("extract_detail", anew.public_id)
    return _page(request, extract, status=status, refused=refused, withholding=form)


def _page(request, extract: Extract, *, status: int, **more):
    """The page of an extract, with every record word for word as it would leave."""
    frozen = extract.frozen
    requests = IceRequest.objects.filter(public_id__in=frozen["requests"])
    reads.of_list(request, requests.select_related("agency"))
    labels = {one["field"]: one["what"] for one in frozen["policy"]}
    forms = [more.setdefault("password", PasswordForm())]
    forms.append(more.setdefault("refusing", RefuseForm(prefix="refuse")))
    if extract.may_be_mended:
        forms.append(more.setdefault("withholding", _withholding(extract)))
    context = {
        "extract": extract,
        "last": extract.until - timedelta(days=1),
        "frozen": frozen,
        "unconfirmed": dict.fromkeys(
            one["citation"]
            for one in (*frozen["withheld"], *frozen.get("singly", ()))
            if not one["confirmed"]
        ),
        "records": [
            [(labels[name], value) for name, value in row.items()]
            for row in frozen["rows"]
        ],
        **_found(extract, labels),
        "may_decide": request.user.pk != extract.made_by_id,
        "form_list": forms,
        **more,
    }
    return render(request, "reporting/extract_detail.html", context, status=status)


def _found(extract: Extract, labels) -> dict:
    """What the machine found, in which places of the files and in which records."""
    if not extract.leaks:
        return {}
    try:
        leaks = releasing.reread(extract, releasing.kept_files(extract))
    except CannotBeRead as refusal:
        return {"refused": str(refusal)}
    return {
        "leaks": [(one.place, labels[one.field]) for one in leaks],
        "leaking": [(n, labels[name]) for n, name in releasing.leaking(extract)],
    }


def _decide(request, extract: Extract, password, refusing) -> tuple[str, int]:
    """Why it was not done, and the status of the answer; 302 when it was done."""
    who = {
        "extract": extract,
        "by": request.user,
        "role": role_of(request, extract.agency_id),
        "at": timezone.now(),
    }
    try:
        if refusing.is_bound:
            if not refusing.is_valid():
                return "", 422
            releasing.refuse(words=refusing.cleaned_data["words"], **who)
            messages.success(request, "Not released. Your reason is kept with it.")
            return "", 302
        if not password.is_valid() or not is_own_password(request, password):
            return "", 422
        releasing.release(**who)
    except releasing.SecondPersonNeeded as refusal:
        # Answered here, so that the refused release stays in the history.
        return str(refusal), 403
    except NOT_RELEASED as refusal:
        return str(refusal), 409
    messages.success(request, "Released. Both files may be handed out.")
    return "", 302


@require_GET
@for_roles(*KEEPERS)
def extract_file(request, extract_id: str, ending: str):
    """Hand out one of the two files of a released extract; before, nobody has them."""
    extract = get_object_or_404(_extracts(request), public_id=extract_id)
    try:
        document = releasing.file_of(extract, ending)
    except releasing.NotReleased as refusal:
        return _page(request, extract, status=409, refused=str(refusal))
    reads.of_document(request, document, subject=extract.public_id, part="original")
    return handed_out(document, releasing.file_name(extract, ending))
