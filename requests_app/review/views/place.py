"""Where in which list a reader is: the next one, the one before, and the way back.

The address of a request opened from a list carries the filters of that list and
`in=`, the list. The next one is found when it is asked for, by the key of the row and
the same filters: the page of the request pays no statement for it.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from requests_app.docket.models import IceRequest
from requests_app.review import filters
from requests_app.review.models import Assignment

# Keys beside the filters on the page of a request.
BESIDE = filters.PLACES | {"in", "to", "show", "back"}
_PAGES = {"requests": "request_list", "worklist": "worklist"}


@dataclass(frozen=True)
class Place:
    """One list with its filters, and which page of it (`after` or `before` a key)."""

    page: str
    given: filters.Given
    part: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return urlencode({"in": self.page, **self.given.values, **self.part})

    @property
    def list_url(self) -> str:
        narrowed = urlencode({**self.given.values, **self.part})
        return reverse(_PAGES[self.page]) + (f"?{narrowed}" if narrowed else "")

    def url_of(self, request_id: str) -> str:
        return f"{reverse('request_detail', args=[request_id])}?{self.query}"

    def next_url(self, request_id: str, way: str) -> str:
        return f"{reverse('request_next', args=[request_id])}?{self.query}&to={way}"

    def beside(self, request_id: str, *, standing, way: str = "next") -> str | None:
        """The public identifier of the one after, or before, in this list."""
        rows = IceRequest.objects.visible_to(standing)
        here = get_object_or_404(rows, public_id=request_id)
        if self.page == "worklist":
            return self._on_worklist(here, standing, way)
        rows = self.given.narrow(rows)
        if way == "before":
            rows = rows.filter(id__gt=here.pk).order_by("id")
        else:
            rows = rows.older_than(here.pk).newest_first()
        return rows.values_list("public_id", flat=True).first()

    def _on_worklist(self, here, standing, way: str) -> str | None:
        # One that was decided meanwhile keeps its place by its last assignment.
        last = here.assignments.order_by("-id").first()
        if last is None:
            return None
        rows = self.given.narrow(Assignment.objects.open().visible_to(standing))
        if "tab" not in self.given.values:
            rows = rows.not_deferred(self.given.at)
        rows = rows.exclude(ice_request=here)
        if way == "before":
            rows = rows.before(last.due_at, last.pk).order_by("-due_at", "-id")
        else:
            rows = rows.after(last.due_at, last.pk).soonest_first()
        return rows.values_list("ice_request__public_id", flat=True).first()


def query(request, page: str, given: filters.Given) -> str:
    """What a link from a page of a list to one of its requests carries."""
    return Place(page, given, _part(request)).query


def _part(request) -> dict[str, str]:
    return {key: request.GET[key] for key in filters.PLACES if request.GET.get(key)}


def of(request) -> Place | None:
    """The list that an address says it came from; None when it says nothing.

    Raises UnknownFilter.
    """
    page = request.GET.get("in", "")
    if not page:
        return None
    if page not in _PAGES:
        raise filters.UnknownFilter(filters.UnknownFilter.sentence)
    return Place(
        page,
        filters.given(
            request.GET,
            page=page,
            standing=request.standing,
            at=timezone.now(),
            beside=BESIDE,
        ),
        _part(request),
    )


def page_of(request, ice_request: IceRequest) -> str:
    """The page of a request, in the list that this address came from."""
    return kept(request, reverse("request_detail", args=[ice_request.public_id]))


def kept(request, url: str) -> str:
    """`url` with the list that this address came from, so that it is not lost."""
    came = of(request)
    if came is None:
        return url
    address, _, anchor = url.partition("#")
    return f"{address}?{came.query}" + (f"#{anchor}" if anchor else "")
