"""The doors of numbered paper forms, for when the portal is away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app.accounts.access import FILERS, for_roles
from requests_app.accounts.models import Agency
from requests_app.intake import paper_forms as services
from requests_app.intake.forms.paper import PrintForm
from requests_app.intake.models import PaperForm
from requests_app.intake.views import role_at


def _agencies(request):
    rows = Agency.objects.filter(id__in=request.standing.agency_ids(FILERS))
    return rows.order_by("name")


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def paper_forms(request):
    """Print more forms; which are printed and not entered yet."""
    agencies = _agencies(request)
    form = PrintForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        agency = form.cleaned_data["agency"]
        printed = services.reserve(
            agency=agency,
            count=form.cleaned_data["count"],
            by=request.user,
            role=role_at(request, agency.pk),
            at=timezone.now(),
        )
        messages.success(
            request,
            f"Reserved {printed[0].number} to {printed[-1].number}. Open and print "
            "them below.",
        )
        return redirect("paper_forms")
    waiting = [(one, list(services.open_forms(one)[:500])) for one in agencies]
    context = {"form": form, "form_list": [form], "waiting": waiting}
    status = 422 if form.is_bound else 200
    return render(request, "intake/paper_forms.html", context, status=status)


@require_GET
@for_roles(*FILERS)
def paper_form_print(request, paper: str):
    """The forms that were reserved together with this one, as a PDF."""
    first = _own(request, paper)
    rows = services.open_forms(first.agency).filter(printed_at=first.printed_at)
    forms = list(rows[: services.MOST]) or [first]
    answer = HttpResponse(
        services.pdf(forms, agency=first.agency), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="{first.number}.pdf"'
    return answer


@require_POST
@for_roles(*FILERS)
def paper_form_spoil(request, paper: str):
    """Say that nothing will be entered from a form."""
    form = _own(request, paper)
    try:
        services.spoil(
            agency=form.agency,
            number=form.number,
            by=request.user,
            role=role_at(request, form.agency_id),
            at=timezone.now(),
        )
    except services.NotAnOpenForm as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{form.number} is marked as spoiled.")
    return redirect("paper_forms")


def _own(request, number: str) -> PaperForm:
    return get_object_or_404(
        PaperForm.objects.select_related("agency"),
        number=number,
        agency_id__in=request.standing.agency_ids(FILERS),
    )
