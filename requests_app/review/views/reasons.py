"""The agency's own texts with which a reason begins."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from requests_app.accounts import reads
from requests_app.accounts.access import DECIDERS, chosen_agency, for_roles
from requests_app.review import services
from requests_app.review.forms import ReasonTextForm
from requests_app.review.models import ReasonCode


@require_http_methods(["GET", "POST"])
@for_roles(*DECIDERS)
def reason_texts(request):
    """Read the text of each reason, and write one anew."""
    agency = chosen_agency(request, DECIDERS)
    status, sent = 200, None
    if request.method == "POST":
        sent = ReasonTextForm(request.POST)
        sent.helper.form_tag = False
        status = 422
        if sent.is_valid():
            try:
                services.write_text(
                    agency=agency,
                    **sent.cleaned_data,
                    by=request.user,
                    role=reads.role_at(request.standing, "reason_texts", [agency.pk]),
                    at=timezone.now(),
                )
            except services.WrittenInBetween as overtaken:
                sent.add_error("text", str(overtaken))
                status = 409
            else:
                messages.success(request, "Written. The text before it is kept.")
                return redirect(f"{reverse('reason_texts')}?agency={agency.code}")
    texts = services.texts_of(agency)
    context = {
        "agency": agency,
        "agencies": request.standing.agencies(DECIDERS),
        "rows": [_row(one, texts[one.value], sent) for one in ReasonCode],
        "form_list": [sent] if sent else [],
        "has_errors": sent is not None,
    }
    return render(request, "review/reason_texts.html", context, status=status)


def _row(reason, text: str, sent) -> dict:
    """One reason with its text, and the form: what was just typed, if it was this."""
    if sent is not None and sent["reason_code"].value() == reason.value:
        form = sent
        # A second submit is one that has seen the text that stands now.
        form.data = {**form.data.dict(), "instead_of": text}
    else:
        form = ReasonTextForm(
            auto_id=f"id_{reason.value}_%s",
            label=f"Text for: {reason.label}",
            initial={
                "reason_code": reason.value,
                "text": text,
                "instead_of": text,
            },
        )
    return {"label": reason.label, "text": text, "form": form, "code": reason.value}
