"""The page that asks why, before a request of somebody else's is shown."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from requests_app.accounts.access import (
    ACCESS,
    ASKED_BY_SCRIPTS,
    FILERS,
    before_a_request_shows,
    for_roles,
)
from requests_app.docket.models import IceRequest
from requests_app.review import services
from requests_app.review.desk_forms import OpeningForm
from requests_app.review.views import paging

# What was opened in a session, the last ones.
OPENED, MOST_OPENED = "opened", 300
_SHOWS_NOTHING = {"request_open", "request_next"} | ASKED_BY_SCRIPTS


@before_a_request_shows
def ask_why(request, *, request_id: str, **_):
    """Send whoever opens a request that is not his own work to the page that asks."""
    door = request.resolver_match.url_name
    if request.method not in ("GET", "HEAD") or door in _SHOWS_NOTHING:
        return None
    if not ACCESS[door] & FILERS or request_id in request.session.get(OPENED, ()):
        return None
    if not services.needs_reason(request_id, standing=request.standing):
        return None
    query = urlencode({"back": request.get_full_path()})
    return redirect(f"{reverse('request_open', args=[request_id])}?{query}")


@require_http_methods(["GET", "POST"])
@for_roles(*FILERS)
def request_open(request, request_id: str):
    """Ask why, keep the reason, and go on to the page that was wanted."""
    ice_request = get_object_or_404(
        IceRequest.objects.visible_to(request.standing).select_related("agency"),
        public_id=request_id,
        agency__in=request.standing.agency_ids(FILERS),
    )
    back = paging.way_back(request, reverse("request_detail", args=[request_id]))
    form = OpeningForm(request.POST or None, initial={"back": back})
    if request.method == "POST" and form.is_valid():
        services.open_request(
            ice_request=ice_request,
            reason=form.cleaned_data["reason"],
            standing=request.standing,
            at=timezone.now(),
        )
        opened = request.session.get(OPENED, [])
        request.session[OPENED] = [*opened, request_id][-MOST_OPENED:]
        messages.info(request, "Your reason is in the history of this request.")
        return redirect(back)
    context = {"ice_request": ice_request, "form": form, "form_list": [form]}
    status = 422 if form.is_bound else 200
    return render(request, "review/request_open.html", context, status=status)
