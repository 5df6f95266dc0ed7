"""What ICE access cost: staff time and money, on a page and as a file to take away."""

from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from requests_app.accounts import reads
from requests_app.accounts.access import KEEPERS, for_roles
from requests_app.accounts.models import Agency, Role
from requests_app.reporting import resources as spent
from requests_app.reporting.keeping_forms import SpanForm
from requests_app.reporting.views.exports import of_lines

WATCHERS = (*sorted(KEEPERS), Role.AUDITOR)


def _asked(request):
    """The form of the days, and the lines it asks for."""
    today = timezone.localdate(timezone.now())
    given = SpanForm.year_to(today) | request.GET.dict()
    form, agencies = SpanForm(given), _agencies(request)
    if not form.is_valid():
        return form, []
    found = spent.lines(
        agencies=[one.pk for one in agencies],
        since=form.cleaned_data["since"],
        until=form.cleaned_data["last"] + timedelta(days=1),
    )
    reads.of_figures(
        request,
        agencies=agencies,
        since=form.cleaned_data["since"],
        until=form.cleaned_data["last"] + timedelta(days=1),
    )
    return form, found


def _agencies(request) -> list[Agency]:
    """Those whose requests the reader reads."""
    if request.standing.sees_every_agency:
        return list(Agency.objects.order_by("name"))
    return request.standing.agencies(WATCHERS)


@require_GET
@for_roles(*WATCHERS)
def resources(request):
    """Staff time and cost by month, agency and type. Nobody is named."""
    return _page(request, *_asked(request))


def _page(request, form, found):
    context = {
        "form": form,
        "form_list": [form],
        "lines": found,
        "by_agency": spent.by(found, "agency"),
        "by_type": spent.by(found, "words"),
        "total": spent.total(found),
        "file_query": request.GET.urlencode(),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "reporting/resources.html", context, status=status)


@require_GET
@for_roles(*WATCHERS)
def resources_file(request, ending: str):
    """The lines of the page as CSV or as a workbook; for wrong days, the page."""
    form, found = _asked(request)
    if not form.is_valid():
        return _page(request, form, found)
    lines = (
        [f"{line.month:%Y-%m}", line.agency, line.kind]
        + [line.acts, line.not_entered, line.minutes, line.cents / 100]
        for line in found
    )
    return of_lines(
        spent.COLUMNS, lines, form=ending, name="resources", title="Resources"
    )
