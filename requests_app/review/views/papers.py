"""The papers of a request: added, looked at beside the facts, handed out, set aside."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import FILERS, NAME_READERS, for_roles
from requests_app.docket.models import IceRequest
from requests_app.documents import services as documents
from requests_app.documents import serving
from requests_app.documents.checking import Refused
from requests_app.documents.models import Document, DocumentPart, PartKind
from requests_app.review import papers, shown
from requests_app.review.paper_forms import AddPaperForm, MisplaceForm
from requests_app.review.views import place
from requests_app.review.views.requests import visible_request


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def document_add(request, request_id: str):
    """Add a paper to a request: checked, then kept sealed with its pages drawn anew."""
    ice_request = _filed_at(request, visible_request(request, request_id))
    form = AddPaperForm(request.POST or None, request.FILES or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            document = documents.receive(
                content=form.cleaned_data["file"].read(),
                name=form.cleaned_data["file"].name,
                kind=form.cleaned_data["kind"],
                agency=ice_request.agency,
                data_key=ice_request.data_key,
                subject=ice_request.public_id,
                by=request.user,
                role=_role(request, ice_request),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error("file", refused.words)
            status = refused.status
        else:
            messages.success(request, "The paper is on the request.")
            return redirect(
                "document_detail", ice_request.public_id, document.public_id
            )
    reads.of_request(request, ice_request)
    context = {"ice_request": ice_request, "form": form, "form_list": [form]}
    return render(request, "review/document_add.html", context, status=status)


@require_GET
@for_roles(*NAME_READERS)
def document_detail(request, request_id: str, document_id: str):
    """A page of a paper beside what was entered."""
    ice_request = _named_at(request, visible_request(request, request_id))
    document = _document(ice_request, document_id)
    number = papers.number(request.GET.get("page", ""), most=document.pages)
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "document": document,
        "sheets": papers.around(number, of=document.pages),
        "number": number,
        "page_alt": f"Page {number} of {document.pages} of the paper",
        "person": ice_request.person,
        "shows_name": True,
        "convictions": shown.convictions_of(ice_request),
        "warrants": shown.warrants_of(ice_request),
        **shown.basis_labels(ice_request),
        "may_file": request.standing.holds_any(FILERS, ice_request.agency_id),
        "place": place.of(request),
    }
    return render(request, "review/document_detail.html", context)


@require_GET
@for_roles(*NAME_READERS)
def document_page(request, request_id: str, document_id: str, number: str):
    """A page of a paper, drawn anew."""
    part = _part(request, request_id, document_id, PartKind.PAGE, number)
    return serving.picture(part)


@require_GET
@for_roles(*NAME_READERS)
def document_thumbnail(request, request_id: str, document_id: str, number: str):
    """A page of a paper, drawn small."""
    part = _part(request, request_id, document_id, PartKind.THUMBNAIL, number)
    return serving.picture(part)


@require_GET
@for_roles(*NAME_READERS)
def document_original(request, request_id: str, document_id: str):
    """The file as it was received, to be saved."""
    ice_request = _named_at(request, _plain_request(request, request_id))
    document = _document(ice_request, document_id)
    _read(request, ice_request, document, part="original")
    return serving.original(document)


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def document_misplace(request, request_id: str, document_id: str):
    """Say that a paper does not belong here; it stays."""
    ice_request = _filed_at(request, visible_request(request, request_id))
    document = _document(ice_request, document_id)
    form = MisplaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            documents.misplace(
                document=document,
                reason=form.cleaned_data["reason"],
                subject=ice_request.public_id,
                by=request.user,
                role=_role(request, ice_request),
                at=timezone.now(),
            )
        except documents.AlreadyMisplaced as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The paper is marked. It stays on the request.")
            url = reverse("request_detail", args=[ice_request.public_id])
            return redirect(f"{url}#documents")
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "document": document,
        "form": form,
        "form_list": [form],
        "heading": "This paper does not belong here",
        "submit": "Mark the paper",
        "sentences": [
            "What was received stays received: the paper is kept, and shown apart with "
            "your reason."
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/one_form.html", context, status=status)


def _part(request, request_id, document_id, kind, number) -> DocumentPart:
    """A drawn page whose reading is entered."""
    ice_request = _named_at(request, _plain_request(request, request_id))
    document = _document(ice_request, document_id)
    parts = document.parts.select_related("document__data_key")
    part = get_object_or_404(parts, kind=kind, number=int(number))
    _read(request, ice_request, document, part=f"{kind}.{part.number}")
    return part


def _read(request, ice_request, document, *, part: str) -> None:
    reads.of_document(request, document, subject=ice_request.public_id, part=part)


def _plain_request(request, request_id: str) -> IceRequest:
    """The request without its facts, or the same 404 as for none."""
    found = IceRequest.objects.visible_to(request.standing)
    ice_request = get_object_or_404(
        found.select_related("agency", "data_key"), public_id=request_id
    )
    ice_request.refuse_if_shredded()
    return ice_request


def _document(ice_request: IceRequest, document_id: str) -> Document:
    own = Document.objects.under(ice_request.data_key).with_keys()
    return get_object_or_404(
        own.select_related("data_key", "agency", "received_by", "misplaced_by"),
        public_id=document_id,
    )


def _named_at(request, ice_request: IceRequest) -> IceRequest:
    """The request, where the reader's roles show names: a picture hides none."""
    if not request.standing.sees_names_at(ice_request.agency_id):
        raise PermissionDenied("Papers show names; your roles here do not.")
    return ice_request


def _filed_at(request, ice_request: IceRequest) -> IceRequest:
    if not request.standing.holds_any(FILERS, ice_request.agency_id):
        raise PermissionDenied("Your roles at this agency add no papers.")
    return ice_request


def _role(request, ice_request: IceRequest) -> str:
    return reads.role_at(request.standing, "document_add", [ice_request.agency_id])
