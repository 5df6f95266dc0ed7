"""Notes on a request: writing one, and mending it while that is possible."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import FILERS, for_roles
from requests_app.review import services
from requests_app.review.forms import NoteForm
from requests_app.review.models import Note, NoteKind
from requests_app.review.services.conversing import MOST_COLLEAGUES
from requests_app.review.views import place
from requests_app.review.views.requests import visible_request


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def note_add(request, request_id: str):
    """Write a note, and choose who is told of it."""
    ice_request = _written_on(request, request_id)
    colleagues = services.colleagues_of(ice_request.agency, on=request.standing.on)
    others = list(colleagues.exclude(pk=request.user.pk)[:MOST_COLLEAGUES])
    form = NoteForm(
        request.POST or None,
        colleagues=others,
        units=list(services.units_of(ice_request.agency)[:MOST_COLLEAGUES]),
        initial={"kind": NoteKind.INTERNAL},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_note(
                ice_request=ice_request,
                words=form.words(),
                mentions=form.people(),
                units=form.chosen_units(),
                standing=request.standing,
                at=timezone.now(),
            )
        except services.NobodyOfThatName as refusal:
            form.add_error("text", str(refusal))
        except services.NobodyThere as refusal:
            form.add_error("units", str(refusal))
        else:
            messages.success(request, "Your note is on the request.")
            return redirect(_notes_of(request, ice_request))
    return _show(request, ice_request, form)


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def note_edit(request, request_id: str, note_id: str):
    """Mend one's own note within five minutes."""
    ice_request = _written_on(request, request_id)
    note = get_object_or_404(Note, public_id=note_id, ice_request=ice_request)
    note.ice_request = ice_request
    if note.written_by_id != request.user.pk:
        raise PermissionDenied("Only its writer mends a note.")
    form = NoteForm(
        request.POST or None,
        initial={"kind": note.kind, "text": note.text, "is_urgent": note.is_urgent},
    )
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_note(
                note=note,
                words=form.words(),
                standing=request.standing,
                at=timezone.now(),
            )
        except services.NoLongerMended as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, "Your note is mended.")
            return redirect(_notes_of(request, ice_request))
    return _show(request, ice_request, form, note=note, status=status)


def _written_on(request, request_id: str):
    ice_request = visible_request(request, request_id)
    if not request.standing.holds_any(FILERS, ice_request.agency_id):
        raise PermissionDenied("Your roles at this agency write no notes.")
    return ice_request


def _notes_of(request, ice_request) -> str:
    url = reverse("request_detail", args=[ice_request.public_id])
    return place.kept(request, f"{url}#notes")


def _show(request, ice_request, form, *, note=None, status: int | None = None):
    reads.of_request(request, ice_request)
    context = {
        "ice_request": ice_request,
        "form": form,
        "form_list": [form],
        "note": note,
        "until": note and note.written_at + services.MENDED_FOR,
    }
    answered = status or (422 if form.is_bound else 200)
    return render(request, "review/note.html", context, status=answered)
