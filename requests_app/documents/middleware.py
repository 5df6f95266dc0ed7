"""Sends away what is too large to be taken, before any of it is read."""

from collections.abc import Callable

from django.utils import timezone

from requests_app.accounts.views import too_large
from requests_app.documents import services
from requests_app.documents.checking import MOST_BYTES

FILES = "multipart/form-data"
# What a form's other fields and the parts' own lines may add to a file.
ROOM_FOR_THE_FORM = 256 * 1024


def takes(most_bytes: int) -> Callable:
    """Mark a view that takes larger files than papers are."""

    def mark(view: Callable) -> Callable:
        view.most_bytes = most_bytes
        return view

    return mark


class Sizes:
    """Asks the length that a request announces; stands before all that read it.

    That a file was sent away is in the history, if somebody signed in sent it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        most = getattr(view, "most_bytes", MOST_BYTES) + ROOM_FOR_THE_FORM
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isascii() and announced.isdigit() and int(announced) <= most:
            return None
        if request.user.is_authenticated and request.content_type == FILES:
            services.refuse_unread(by=request.user, at=timezone.now())
        return too_large(request, most)
