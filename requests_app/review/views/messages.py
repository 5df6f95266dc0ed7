"""What waits for a person, inside the portal. A mail says only that something does."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from requests_app.accounts.access import SIGNED_IN, for_roles
from requests_app.review import services
from requests_app.review.models import Bulk, Message, MessageKind
from requests_app.review.views import paging

# The counter in the header stops here.
MOST_COUNTED = 99


@require_GET
@for_roles(*SIGNED_IN)
def message_list(request):
    """One's own messages, the newest first, paged by key."""
    rows = Message.objects.of(request.user).select_related("agency", "ice_request")
    older, newer = paging.number(request, "after"), paging.number(request, "before")
    if newer:
        page = list(rows.filter(id__gt=newer).order_by("id")[: paging.PAGE + 1])
        has_newer, has_older = len(page) > paging.PAGE, True
        page = page[: paging.PAGE][::-1]
    else:
        rows = rows.filter(id__lt=older) if older else rows
        page = list(rows.order_by("-id")[: paging.PAGE + 1])
        has_newer, has_older = bool(older), len(page) > paging.PAGE
        page = page[: paging.PAGE]
    orders = _orders(page)
    for row in page:
        row.order = orders.get((row.agency_id, row.sent_at), "")
    context = {
        "rows": page,
        "has_unread": any(row.read_at is None for row in page),
        "newer_url": paging.link(request, before=page[0].pk)
        if page and has_newer
        else "",
        "older_url": paging.link(request, after=page[-1].pk)
        if page and has_older
        else "",
    }
    return render(request, "review/message_list.html", context)


def _orders(page: list[Message]) -> dict[tuple, str]:
    """The orders over many requests that messages tell of: told when they were done."""
    told = [row for row in page if row.kind == MessageKind.BULK]
    if not told:
        return {}
    found = Bulk.objects.filter(
        agency__in={row.agency_id for row in told},
        done_at__in={row.sent_at for row in told},
    )
    return {(one.agency_id, one.done_at): one.public_id for one in found}


@require_POST
@for_roles(*SIGNED_IN)
def message_read(request):
    """Mark one message, or all that were on the page and before it, as read."""
    public_id = request.POST.get("message", "").replace("\0", "")
    until = request.POST.get("until", "")
    if public_id or (until.isdecimal() and len(until) < 18):
        services.mark_read(
            user=request.user,
            at=timezone.now(),
            public_id=public_id,
            until=int(until or 0),
        )
        messages.success(request, "Marked as read.")
    return redirect(paging.way_back(request, reverse("message_list")))


@require_GET
@for_roles(*SIGNED_IN)
def message_count(request):
    """How many messages are not read yet, for the header."""
    unread = Message.objects.of(request.user).unread().order_by()
    found = len(unread.values_list("pk", flat=True)[: MOST_COUNTED + 1])
    context = {"found": min(found, MOST_COUNTED), "has_more": found > MOST_COUNTED}
    return render(request, "review/message_count.html", context)
