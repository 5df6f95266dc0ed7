"""What pages show of the papers of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from requests_app.accounts.models import User
from requests_app.docket.models import IceRequest, LegalBasis
from requests_app.documents.editions import LABELS
from requests_app.documents.models import RECEIVED, Document

# Small pages beside the large one, before and after it.
_BESIDE = 5


def of_request(ice_request: IceRequest) -> list[Document]:
    """The papers received with a request, those that do not belong here last."""
    rows = (
        Document.objects.under(ice_request.data_key)
        .filter(kind__in=[str(one) for one in RECEIVED])
        .select_related("data_key", "received_by", "misplaced_by")
        .select_related("reading__read_by")
        .order_by("id")
    )
    return sorted(rows, key=lambda row: row.misplaced_at is not None)


@dataclass(frozen=True)
class Origin:
    """That values came from a paper, and what the clerk made of each."""

    by: User
    at: datetime
    edition: str
    rows: list[tuple[str, str]]


_HOWS = {
    "accepted": "read from the paper, accepted",
    "corrected": "read from the paper, corrected",
    "left_out": "read from the paper, left out",
}


def origins(papers: list[Document], ice_request: IceRequest) -> list[Origin]:
    """Of each paper that was read in, where its values went; no value is shown."""
    taken = [
        paper.reading
        for paper in papers
        if hasattr(paper, "reading") and paper.reading.taken_at is not None
    ]
    return [
        Origin(
            by=one.read_by,
            at=one.taken_at,
            edition=one.edition,
            rows=[
                (LABELS.get(name, name), _origin(name, said, ice_request))
                for name, said in one.taken.items()
            ],
        )
        for one in taken
    ]


def _origin(name: str, said: Mapping, ice_request: IceRequest) -> str:
    """How one value came; it may have been typed over since."""
    words = _HOWS[said["how"]]
    if said["how"] == "left_out" or said["value"] == _on_record(name, ice_request):
        return words
    return f"{words}; entered otherwise since"


def _on_record(name: str, ice_request: IceRequest) -> str:
    basis = ice_request.legal_basis
    if name in LegalBasis.ProbableCause.values:
        return "yes" if name in basis.probable_cause else "no"
    name = _NAMES.get(name, name)
    for row in (ice_request.person, ice_request, basis):
        if hasattr(row, name):
            return str(getattr(row, name) or "")
    return ""


# Where the record calls a value otherwise than the reader of forms.
_NAMES = {
    "from_office": "sender_office",
    "officer": "sender_officer",
    "officer_title": "sender_officer",
    "telephone": "sender_contact",
    "form_date": "instrument_signed_date",
}


def number(asked: str, *, most: int) -> int:
    """The number of a page that there is, nearest to the one asked for."""
    if not asked.isascii() or not asked.isdigit() or len(asked) > 4:
        return 1
    return max(1, min(int(asked), most))


def around(number: int, *, of: int) -> range:
    """The numbers of the pages that are shown small beside a page."""
    first = max(1, min(number - _BESIDE, of - 2 * _BESIDE))
    return range(first, min(of, first + 2 * _BESIDE) + 1)
