"""Taking a list out as a file: ask, watch it being made, fetch it once."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from requests_app.accounts import reads
from requests_app.accounts.access import READERS, WATCHERS, for_roles
from requests_app.accounts.adapter import accept_password, signed_in_lately
from requests_app.accounts.models import Agency, Role
from requests_app.reporting import listings, narrowing, rollup
from requests_app.reporting.figure_forms import ExportForm
from requests_app.reporting.listed import Source
from requests_app.reporting.listings import LISTINGS
from requests_app.reporting.models import Export, ExportKind
from requests_app.reporting.services import exports as services
from requests_app.reporting.tables import csv_bytes, xlsx_bytes
from requests_app.review.filters import UnknownFilter

EXPORTERS = READERS | WATCHERS
MOST_SHOWN = 50


@require_http_methods(["GET", "POST"])
@for_roles(*EXPORTERS)
def export_new(request, list_name: str):
    """Say in which format a list is taken out, and whether with names."""
    if list_name == ExportKind.FIGURES:
        return _figures(request)
    listing = LISTINGS[list_name]
    _refuse_unknown(request, listing)
    whole_state = _sees_all_of(request, listing)
    agencies = request.standing.agencies(listing.roles)
    if whole_state:
        agencies = list(Agency.objects.all())
    if not agencies:
        raise Http404("No agency of yours has this list.")
    form = ExportForm(
        request.POST or None,
        agencies=agencies,
        whole_state=whole_state,
        may_name=_may_name(request, listing),
        needs_password=not signed_in_lately(request),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _is_confirmed(request, form):
            export = _asked(request, list_name, form)
            if export:
                return redirect("export_detail", export.public_id)
    context = {"listing": listing, "form": form, "form_list": [form]}
    return render(request, "reporting/export_new.html", context, status=status)


def _sees_all_of(request, listing) -> bool:
    """Whether the reader reads this list in a role for the whole state."""
    standing = request.standing
    return standing.sees_every_agency and Role.AUDITOR in listing.roles


def _refuse_unknown(request, listing) -> None:
    if set(request.GET) - listing.keys:
        raise UnknownFilter(UnknownFilter.sentence)


def _may_name(request, listing) -> bool:
    has_names = any(one.holds_names for one in listing.columns)
    return has_names and request.standing.sees_names


def _is_confirmed(request, form) -> bool:
    """Whether no names are asked for, or the reader proved lately who he or she is."""
    given = form.cleaned_data
    if not given.get("with_names") or "password" not in given:
        return True
    if accept_password(request, given["password"]):
        return True
    form.add_error("password", "This is not your password. Type it again.")
    return False


def _asked(request, kind: str, form) -> Export | None:
    given = form.cleaned_data
    try:
        return services.ask(
            kind=kind,
            form=given["format"],
            query=request.GET.urlencode(),
            with_names=given.get("with_names", False),
            agency=given["agency"],
            standing=request.standing,
            at=timezone.now(),
        )
    except (services.NotYourList, services.TooLong) as refusal:
        form.add_error(None, str(refusal))
        return None


def _figures(request):
    """The numbers of one figure at once: they name nobody, and there are few."""
    if not request.standing.roles & WATCHERS:
        raise Http404("No figures of yours.")
    agencies = narrowing.agencies_of(request.standing)
    of = [one.pk for one in agencies]
    if not rollup.bring_up_to_date(agencies=of, at=timezone.now()):
        messages.error(
            request,
            "Requests that changed are still being counted. Take the numbers out again "
            "in a minute.",
        )
        return redirect("figures")
    wanted = narrowing.asked(
        request.GET,
        agencies=agencies,
        today=request.standing.on,
        beside=narrowing.OF_FILES,
    )
    figure = narrowing.figure_of(request.GET)
    reads.of_figures(request, agencies=agencies, since=wanted.since, until=wanted.until)
    source = Source(request.standing, None, request.GET.urlencode(), timezone.now())
    return of_lines(
        listings.FIGURE_COLUMNS,
        listings.figure_lines(source),
        form=request.GET.get("form", Export.Format.CSV),
        name=f"{figure.id}-{wanted.since}-{wanted.until}",
        title=figure.title,
    )


def of_lines(columns, lines, *, form: str, name: str, title: str) -> HttpResponse:
    """Few lines that name nobody, as a file at once."""
    if form == Export.Format.XLSX:
        content = xlsx_bytes(
            title=title, columns=columns, rows=lines, made_at=timezone.now()
        )
        return _attached(content, services.MEDIA[form], f"{name}.xlsx")
    content = b"".join(csv_bytes(columns, lines))
    return _attached(content, services.MEDIA[Export.Format.CSV], f"{name}.csv")


@require_GET
@for_roles(*READERS)
def export_list(request):
    """The reader's own exports, the newest first."""
    rows = _own(request).order_by("-id")[:MOST_SHOWN]
    return render(request, "reporting/export_list.html", {"rows": rows})


@require_GET
@for_roles(*READERS)
def export_detail(request, export_id: str):
    """How far a file has come, and the button that fetches it."""
    return _show(request, _export(request, export_id), "reporting/export_detail.html")


@require_GET
@for_roles(*READERS)
def export_state(request, export_id: str):
    """The part of the page that a script asks for again while a file is made."""
    return _show(request, _export(request, export_id), "reporting/_export_state.html")


def _show(request, export: Export, template: str):
    context = {
        "export": export,
        "is_being_made": export.status
        in (Export.Status.WAITING, Export.Status.RUNNING),
        "is_ready": export.status == Export.Status.READY
        and export.expires_at > timezone.now(),
    }
    return render(request, template, context)


@require_POST
@for_roles(*READERS)
def export_fetch(request, export_id: str):
    """Hand the file out, once."""
    export = _export(request, export_id)
    try:
        content = services.fetch(export=export, at=timezone.now())
    except (services.NotReady, services.NotYourList) as refusal:
        messages.error(request, str(refusal))
        return redirect("export_detail", export.public_id)
    return _attached(content, services.MEDIA[export.format], services.file_name(export))


@require_POST
@for_roles(*READERS)
def export_cancel(request, export_id: str):
    """Stop the making of a file, or give a finished one up."""
    export = _export(request, export_id)
    try:
        services.cancel(export=export, at=timezone.now())
    except services.NotReady as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Cancelled. What was made of it is removed.")
    return redirect("export_list")


def _attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _own(request):
    rows = Export.objects.filter(asked_by=request.user)
    return rows.select_related("agency", "data_key", "document", "asked_by")


def _export(request, export_id: str) -> Export:
    return get_object_or_404(_own(request), public_id=export_id)
