"""Requests that belong together: the chain of detainers cancelled and issued again.

Of a pair the newest link counts. Links are of one agency, so that nothing here tells of
another's requests.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from requests_app.docket.models import IceRequest, Link, LinkKind
from requests_app.docket.models.links import CHAINING

# A chain longer than that is shown in part.
MOST = 50
# What the other request is to this one, by whether this one is the later of the two.
_WORDS = {
    (LinkKind.LINKED, True): "belongs with this one",
    (LinkKind.LINKED, False): "belongs with this one",
    (LinkKind.SUPERSEDES, True): "was replaced by this one",
    (LinkKind.SUPERSEDES, False): "takes the place of this one",
    (LinkKind.CANCELS, True): "was cancelled by this one",
    (LinkKind.CANCELS, False): "cancels this one",
}
_FURTHER = "is of the same chain"


@dataclass(frozen=True)
class Linked:
    """Another request, and what it is to the one on the page."""

    ice_request: IceRequest
    words: str
    is_chain: bool


def is_linked() -> Exists:
    """Whether a request has any link, as an annotation."""
    touching = Q(ice_request=OuterRef("pk")) | Q(other=OuterRef("pk"))
    return Exists(Link.objects.filter(touching))


def newest_links(requests: Collection[int]) -> list[Link]:
    """The link that counts of every pair that one of these requests is of."""
    rows = (
        Link.objects.filter(Q(ice_request__in=requests) | Q(other__in=requests))
        .select_related("ice_request", "other")
        .order_by("id")
    )
    pairs = {frozenset((row.ice_request_id, row.other_id)): row for row in rows}
    return list(pairs.values())


def linked_to(ice_request: IceRequest) -> list[Linked]:
    """What the page of a request names beside it, the earliest first.

    Its own links, and what hangs on them by further replacements and cancellations.
    """
    found = {}
    for link in newest_links([ice_request.pk]):
        is_later = link.ice_request_id == ice_request.pk
        words = _WORDS.get((link.kind, is_later))
        if words:
            other = link.other if is_later else link.ice_request
            found[other.pk] = Linked(other, words, link.kind in CHAINING)
    edge = [pk for pk, one in found.items() if one.is_chain]
    while edge and len(found) < MOST:
        further = _next_in_chain(edge, known={ice_request.pk, *found})
        found |= {pk: Linked(one, _FURTHER, True) for pk, one in further.items()}
        edge = list(further)
    return [found[pk] for pk in sorted(found)]


def _next_in_chain(edge: list[int], *, known: set[int]) -> dict[int, IceRequest]:
    return {
        end.pk: end
        for link in newest_links(edge)
        if link.kind in CHAINING
        for end in (link.ice_request, link.other)
        if end.pk not in known
    }
