"""Pages by key: a place in the order, never a count of rows passed."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import Http404
from django.utils.http import url_has_allowed_host_and_scheme

PAGE = 50


def place(request, name: str) -> tuple[datetime, int] | None:
    """The key in the query, such as after=2026-03-07T14:05:00+00:00~17."""
    text = request.GET.get(name, "")
    if not text:
        return None
    moment, _, number = text.partition("~")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        if at.tzinfo is None:
            raise ValueError("A place in the order has a zone.")
        return at.astimezone(UTC), int(number)
    except (ValueError, OverflowError):
        raise Http404("No such page of the list.") from None


def number(request, name: str) -> int | None:
    """A row number in the query."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Http404("No such page of the list.")
    return int(text)


def link(request, **changes) -> str:
    """This page's address with some of its query changed; None drops a key."""
    query = {
        key: value
        for key, value in request.GET.items()
        if key not in ("after", "before") and changes.get(key, "") is not None
    }
    query.update({key: value for key, value in changes.items() if value is not None})
    return f"?{urlencode(query)}"


def way_back(request, default: str) -> str:
    """Where the reader came from, when it is a page of this portal; else `default`.

    Carried as `back`, in the address or in a form. Another site's address is nothing,
    however it is written.
    """
    wanted = request.POST.get("back") or request.GET.get("back", "")
    is_own = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None
    )
    return wanted if is_own else default
