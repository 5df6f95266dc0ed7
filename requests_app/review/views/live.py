"""What a page asks for while it stays open: who else looks, what is new.

Scripts ask for these; a page says the same without them, when it is loaded. Asking
does not keep a session alive (`access.ASKED_BY_SCRIPTS`).
"""

from datetime import datetime

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from requests_app.accounts.access import DECIDERS, FILERS, READERS, for_roles
from requests_app.docket.models import IceRequest
from requests_app.review.models import Assignment
from requests_app.review.services import looking as presence
from requests_app.review.views import paging

MOST_NEW = 20


@require_POST
@for_roles(*READERS)
def looking(request, request_id: str):
    """Say that one has the request open; hear who else has.

    Who changes nothing there is not announced: of a reader the history tells.
    """
    ice_request = get_object_or_404(
        IceRequest.objects.visible_to(request.standing).only("pk", "agency_id"),
        public_id=request_id,
    )
    at = timezone.now()
    if request.standing.holds_any(FILERS, ice_request.agency_id):
        presence.look(ice_request=ice_request, by=request.user, at=at)
    people = presence.others(ice_request=ice_request, than=request.user, at=at)
    context = {
        "people": people[: presence.MOST_NAMED],
        "has_more": len(people) > presence.MOST_NAMED,
    }
    return render(request, "review/looking.html", context)


@require_GET
@for_roles(*DECIDERS)
def worklist_news(request):
    """How many requests came to the desk since a row of the worklist was read."""
    since = _since(request)
    newest = (
        Assignment.objects.open()
        .visible_to(request.standing)
        .order_by("-id")
        .values_list("assigned_at", flat=True)[: MOST_NEW + 1]
    )
    found = sum(1 for at in newest if at > since)
    context = {"found": min(found, MOST_NEW), "has_more": found > MOST_NEW}
    return render(request, "review/worklist_news.html", context)


def _since(request) -> datetime:
    place = paging.place(request, "since")
    return place[0] if place else timezone.now()
