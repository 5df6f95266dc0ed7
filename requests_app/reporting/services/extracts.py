"""Public records extracts: made, read again by machine, released by a second person."""

from collections.abc import Collection, Mapping
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
from requests_app.reporting.rereading import CannotBeRead, Leak
from requests_app.reporting.sheets import NotRendered
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
            "The finished files hold what is to be withheld. They are not released: "
            "withhold the items in which it stands, and put the records together anew."
        )
        self.found = found


class NotTheSame(RuntimeError):
    """Made again from what was frozen, the files are not those that were kept."""


class NotADraft(ValueError):
    """The extract is decided already."""


class NotStopped(ValueError):
    """A draft in which nothing was found waits for its second person."""


class NoSuchRecord(LookupError):
    """An item that is to be withheld singly is of no record of the extract."""


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
    # What is withheld of single records beyond the policy.
    singles: tuple[extracting.Single, ...] = ()


@transaction.atomic
def make_extract(
    *, agency: Agency, order: Order, by: User, role: str, at: datetime
) -> Extract:
    """Gather, freeze, make the files and read them again. Nothing leaves yet.

    Raises extracting.TooMany, NoSuchRequest, CannotBeRead, NotRendered.
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
        "singly": extracting.singly_of(accesses, rules, order.singles),
        "rows": extracting.gather(accesses, rules, order.singles),
        "acts": [row.act.public_id for row in accesses],
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
        withheld=len(frozen["rows"]) * len(frozen["withheld"]) + len(frozen["singly"]),
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
    for one in frozen["singly"]:
        said = {key: one[key] for key in ("act", "field", "code")}
        _record("extract.withheld", extract, by=by, role=role, at=at, **said)
    return extract


def withhold(
    *,
    extract: Extract,
    records: Collection[int],
    field: str,
    code: str,
    by: User,
    role: str,
    at: datetime,
) -> Extract:
    """Put an extract that was stopped or refused together anew, without one field of
    some of its records. What was withheld singly before stays withheld.

    Raises NotStopped, NoSuchRecord, and what `make_extract` raises.
    """
    if not extract.may_be_mended:
        raise NotStopped(
            "Single items are withheld of records that were stopped or refused. This "
            "extract is neither: a second person refuses it first."
        )
    frozen = extract.frozen
    released = [one["field"] for one in frozen["policy"] if not one["exemption"]]
    acts = frozen.get("acts", [])
    missing = [n for n in records if not 1 <= n <= len(acts)]
    if missing or not records or field not in released:
        raise NoSuchRecord(f"Enter numbers of records from 1 to {extract.rows}.")
    chosen = {(acts[n - 1], field): code for n in sorted(records)}
    before = {
        (one["act"], one["field"]): one["code"] for one in frozen.get("singly", ())
    }
    given = frozen["parameters"]
    order = Order(
        audience=given["audience"],
        since=extract.since,
        until=extract.until,
        reference=given["reference"],
        number=given["number"],
        singles=tuple(
            extracting.Single(
                act,
                name,
                release_policy.exemption(why, citations=settings.RELEASE_CITATIONS),
            )
            for (act, name), why in {**before, **chosen}.items()
        ),
    )
    return make_extract(agency=extract.agency, order=order, by=by, role=role, at=at)


def exemptions() -> list[release_policy.Exemption]:
    """The exemptions of the policy, with the citations that counsel has named."""
    named = settings.RELEASE_CITATIONS
    return [
        release_policy.exemption(code, citations=named)
        for code in release_policy.EXEMPTIONS
    ]


def leaking(extract: Extract) -> list[tuple[int, str]]:
    """In which field of which record the machine found what is to be withheld."""
    terms, rows = _hidden_terms(extract.frozen), extract.frozen["rows"]
    whole = {n: "\n".join(row.values()) for n, row in enumerate(rows, start=1)}
    return [
        (number, name)
        for number in rereading.keys_among(whole, terms)
        for name in rereading.keys_among(rows[number - 1], terms)
    ]


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
    rows = IceRequest.objects.select_related("person", "custody", "data_key")
    rows = rows.prefetch_related(
        "acts", "releases", "notes", "convictions", "corrections"
    )
    said = {
        "known": extracting.fixed_text(frozen),
        "released": extracting.said_outside_notes(frozen),
    }
    found = extracting.hidden_terms(
        rows.filter(public_id__in=frozen["requests"]),
        [one["field"] for one in frozen["withheld"]],
        **said,
    )
    # A note of the request stands in the record of each of its acts.
    acts = [one["act"] for one in frozen.get("singly", ()) if one["field"] == "notes"]
    noted = rows.filter(acts__public_id__in=acts).distinct() if acts else ()
    return [*found, *extracting.hidden_terms(noted, ["notes"], **said)]


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
    NotTheSame, CannotBeRead, NotRendered.
    """
    try:
        return _release(extract=extract, by=by, role=role, at=at)
    except (SecondPersonNeeded, Leaks, NotTheSame, CannotBeRead, NotRendered):
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
