"""Public records extracts: made, read again by machine, released by a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from requests_app.accounts.models import Agency, User
from requests_app.docket.models import IceRequest
from requests_app.documents import keeping
from requests_app.documents.models import Document, DocumentKind
from requests_app.ledger import services as ledger
from requests_app.ledger import tree
from requests_app.ledger.models import Head
from requests_app.reporting import extracting, release_policy, rereading
from requests_app.reporting.models import Audience, Extract
from requests_app.reporting.rereading import Leak
from requests_app.vault import services as vault

MEDIA = {"pdf": "application/pdf", "csv": "text/csv"}


class NoSuchRequest(LookupError):
    """An extract for the person concerned is of one request of the agency."""


class SecondPersonNeeded(PermissionError):
    """Whoever made an extract does not release it."""


class Leaks(ValueError):
    """The finished files hold what was withheld. Carries where."""

    def __init__(self, found: list[Leak]):
        super().__init__(
            "The finished files hold what is to be withheld. They are not released; "
            "mend the record or the policy and make the extract anew."
        )
        self.found = found


class NotTheSame(RuntimeError):
    """Made again from what was frozen, the files are not those that were kept."""


class NotADraft(ValueError):
    """The extract is decided already."""


class NotReleased(ValueError):
    """Files that no second person has released are handed out to nobody."""


@dataclass(frozen=True)
class Order:
    """What an extract is asked for."""

    audience: str
    since: date
    until: date
    reference: str
    # For the person concerned: the number of the request about him or her.
    number: str = ""


@transaction.atomic
def make_extract(
    *, agency: Agency, order: Order, by: User, role: str, at: datetime
) -> Extract:
    """Gather, freeze, make the files and read them again. Nothing leaves yet.

    Raises extracting.TooMany, NoSuchRequest.
    """
    if order.audience == Audience.PERSON:
        _refuse_nobody(agency, order.number)
    rules = release_policy.rules_for(
        order.audience, citations=settings.RELEASE_CITATIONS
    )
    accesses = extracting.accesses(
        agency=agency, since=order.since, until=order.until, number=order.number
    )
    head = Head.objects.get()
    frozen = {
        "parameters": _parameters(agency, order),
        "policy": [
            {
                "field": rule.field,
                "what": rule.label,
                "exemption": rule.exemption.label if rule.exemption else "",
            }
            for rule in rules
        ],
        "withheld": extracting.withheld_of(rules),
        "rows": extracting.gather(accesses, rules),
        "requests": sorted({row.ice_request.public_id for row in accesses}),
        "head": {
            "size": head.n,
            "root": tree.fold([bytes(one) for one in head.stack]).hex(),
        },
        "made_at": at.isoformat(),
    }
    extract = Extract(
        agency=agency,
        audience=order.audience,
        since=order.since,
        until=order.until,
        reference=order.reference,
        data_key=vault.new_key(agency=agency.code, at=at),
        frozen=frozen,
        rows=len(frozen["rows"]),
        withheld=len(frozen["rows"]) * len(frozen["withheld"]),
        head_size=frozen["head"]["size"],
        head_root=frozen["head"]["root"],
        made_by=by,
        made_at=at,
    )
    files = files_of(frozen)
    extract.leaks = len(reread(extract, files))
    _keep_files(extract, files, at=at)
    extract.save(force_insert=True)
    _record(
        "extract.made",
        extract,
        by=by,
        role=role,
        at=at,
        audience=str(order.audience),
        since=order.since.isoformat(),
        until=order.until.isoformat(),
        rows=extract.rows,
        withheld=extract.withheld,
        leaks=extract.leaks,
        size=extract.head_size,
        root=extract.head_root,
    )
    return extract


def _refuse_nobody(agency: Agency, number: str) -> None:
    if not IceRequest.objects.filter(agency=agency, number=number or "-").exists():
        raise NoSuchRequest("Enter the number of a request about this person.")


def _parameters(agency: Agency, order: Order) -> dict:
    return {
        "agency": agency.name,
        "body": agency.body,
        "audience": str(order.audience),
        "audience_label": Audience(order.audience).label,
        "since": order.since.isoformat(),
        "until": order.until.isoformat(),
        "last": (order.until - timedelta(days=1)).isoformat(),
        "reference": order.reference,
        "number": order.number,
    }


def files_of(frozen: Mapping) -> dict[str, bytes]:
    """The files of an extract, made of what is frozen alone: each time the same."""
    return {"pdf": extracting.pdf_of(frozen), "csv": extracting.csv_of(frozen)}


def file_name(extract: Extract, ending: str) -> str:
    """The name under which a file leaves; it tells the period and nothing else."""
    return f"ice-access-{extract.since}-{extract.until}.{ending}"


def reread(extract: Extract, files: Mapping[str, bytes]) -> list[Leak]:
    """What the machine finds in finished files that is to be withheld.

    Raises rereading.CannotBeRead.
    """
    terms = _hidden_terms(extract.frozen)
    return [
        leak
        for ending, content in files.items()
        for leak in rereading.read(file_name(extract, ending), content, terms)
    ]


def _hidden_terms(frozen: Mapping) -> list[rereading.Term]:
    requests = IceRequest.objects.filter(public_id__in=frozen["requests"])
    return extracting.hidden_terms(
        requests.select_related("person", "custody", "data_key").prefetch_related(
            "acts", "releases", "notes", "convictions"
        ),
        [one["field"] for one in frozen["withheld"]],
        known=extracting.fixed_text(frozen),
        released=extracting.said_outside_notes(frozen),
    )


def kept_files(extract: Extract) -> dict[str, bytes]:
    """The files as they were made and kept."""
    return {
        "pdf": keeping.opened(extract.pdf),
        "csv": keeping.opened(extract.csv),
    }


def _keep_files(extract: Extract, files: Mapping[str, bytes], *, at) -> None:
    kept = {
        ending: keeping.keep_made(
            kind=DocumentKind.REPORT,
            name=file_name(extract, ending),
            media_type=MEDIA[ending],
            content=content,
            agency=extract.agency,
            data_key=extract.data_key,
            by=extract.made_by,
            at=at,
        )
        for ending, content in files.items()
    }
    extract.pdf, extract.csv = kept["pdf"], kept["csv"]


def release(*, extract: Extract, by: User, role: str, at: datetime) -> Extract:
    """Release an extract as its second person; the files are read again first.

    A refusal is entered in the history. Raises SecondPersonNeeded, NotADraft, Leaks,
    NotTheSame.
    """
    try:
        return _release(extract=extract, by=by, role=role, at=at)
    except (SecondPersonNeeded, Leaks, NotTheSame):
        _record("extract.released", extract, by=by, role=role, at=at, outcome="refused")
        raise


@transaction.atomic
def _release(*, extract: Extract, by: User, role: str, at: datetime) -> Extract:
    extract = _locked(extract)
    if extract.made_by_id == by.pk:
        raise SecondPersonNeeded(
            "You made this extract. A second person reads it and releases it."
        )
    files = kept_files(extract)
    if files_of(extract.frozen) != files:
        raise NotTheSame("The files are not those that the frozen records make.")
    if found := reread(extract, files):
        raise Leaks(found)
    extract.status = Extract.Status.RELEASED
    extract.decided_by, extract.decided_at = by, at
    extract.save(update_fields=["status", "decided_by", "decided_at"])
    _record(
        "extract.released",
        extract,
        by=by,
        role=role,
        at=at,
        sha256=extract.pdf.sha256,
        csv_sha256=extract.csv.sha256,
    )
    return extract


@transaction.atomic
def refuse(
    *, extract: Extract, words: str, by: User, role: str, at: datetime
) -> Extract:
    """Refuse the release, with the reason. Raises SecondPersonNeeded, NotADraft."""
    extract = _locked(extract)
    if extract.made_by_id == by.pk:
        raise SecondPersonNeeded("You made this extract. A second person decides.")
    extract.status = Extract.Status.REFUSED
    extract.decided_by, extract.decided_at = by, at
    extract.decided_words = words
    extract.save(update_fields=["status", "decided_by", "decided_at", "decided_words"])
    _record("extract.refused", extract, by=by, role=role, at=at)
    return extract


def _locked(extract: Extract) -> Extract:
    extract = (
        Extract.objects.select_for_update(of=("self",))
        .select_related("agency", "data_key", "pdf", "csv")
        .get(pk=extract.pk)
    )
    if extract.status != Extract.Status.DRAFT:
        raise NotADraft("This extract is decided already.")
    return extract


def file_of(extract: Extract, ending: str) -> Document:
    """One of the two files, once a second person has released them.

    Raises NotReleased.
    """
    if extract.status != Extract.Status.RELEASED:
        raise NotReleased(
            "These files are not released. The page shows each record as it would "
            "leave; a second person releases the files."
        )
    return {"pdf": extract.pdf, "csv": extract.csv}[ending]


def _record(event, extract: Extract, *, by, role, at, outcome="ok", **said) -> None:
    ledger.record(
        event=event,
        subject=extract.public_id,
        at=at,
        actor=by.public_id,
        role=role,
        agency=extract.agency.code,
        outcome=outcome,
        body={"extract": extract.public_id, **said},
    )
