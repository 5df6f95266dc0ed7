"""Who saw what: the entry that is written before a page with personal data leaves.

Each view that shows, lists, finds, prints or hands out personal data makes one call
here, in its own transaction; the answer leaves when that has ended. Without the entry
there is no answer: `Unrecorded` becomes a 503 (`accounts.middleware`), and the
transaction takes back whatever else was done.

A record is the subject of its own reading. A list or a search is about its reader, and
its body names the requests that were on the page. What was searched for is kept as a
keyed hash of the words in comparable form: the same search shows as the same, the name
does not show.
"""

from collections.abc import Iterable, Sequence

from django.core import signing
from django.db import Error
from django.utils import timezone
from django.utils.crypto import salted_hmac

from requests_app.accounts.access import ACCESS, SIGNED_IN
from requests_app.accounts.models import Role
from requests_app.ledger import services as ledger

# Of several roles that open a door, the one with the most say is named.
RANK = (
    Role.HEAD,
    Role.SUPERVISOR,
    Role.CLERK,
    Role.RECORDS_OFFICER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
_PRINTED = "accounts.reads.printed"
# As long as a session may last at most.
_PRINTABLE_FOR = 12 * 60 * 60


class Unrecorded(RuntimeError):
    """The reading could not be entered in the history, so nothing is shown."""


class NotPrintable(ValueError):
    """The mark of a page is not ours, not the reader's, or too old."""


def of_request(request, ice_request, *, event: str = "request.read") -> None:
    """One request was shown, at whatever door. `ice_request.agency` is loaded."""
    _record(
        request,
        event=event,
        subject=ice_request.public_id,
        agencies=[ice_request.agency],
        body={"door": _door(request)},
    )


def of_list(request, ice_requests: Iterable) -> None:
    """A list was shown; the requests on it have their agency loaded."""
    shown = _distinct(ice_requests)
    _record(
        request,
        event="list.read",
        subject=request.user.public_id,
        agencies=[one.agency for one in shown],
        body={"door": _door(request), "shown": [one.public_id for one in shown]},
    )


def of_search(request, *, words: Sequence[str], found: Iterable, has_more: bool):
    """A search was made; `words` are in comparable form, `found` those shown."""
    shown = _distinct(found)
    _record(
        request,
        event="search.made",
        subject=request.user.public_id,
        agencies=[one.agency for one in shown],
        body={
            "term": term(words),
            "shown": [one.public_id for one in shown],
            "more": has_more,
        },
    )


def of_people(request) -> None:
    """The roles of colleagues were shown."""
    _record(
        request,
        event="people.read",
        subject=request.user.public_id,
        agencies=[],
        body={"door": _door(request)},
    )


def of_draft(request, draft, *, step: str) -> None:
    """One step of the reader's own draft was shown."""
    _record(
        request,
        event="draft.read",
        subject=draft.public_id,
        agencies=[draft.agency],
        body={"step": step},
    )


def of_import(request, batch) -> None:
    """A table to be imported was shown: samples of its cells, or what is wrong."""
    _record(
        request,
        event="import.seen",
        subject=batch.public_id,
        agencies=[batch.agency],
        body={"door": _door(request)},
    )


def of_history(request, *, subject: str, agencies: Sequence, body: dict) -> None:
    """A part of the history was shown: of one record, or by the filters in `body`."""
    _record(
        request,
        event="history.read",
        subject=subject,
        agencies=agencies,
        body={"door": _door(request), **body},
    )


def of_document(request, document, *, subject: str, part: str) -> None:
    """A page of a paper was shown, or the file handed out; `part` says which.

    `subject` is the request or draft whose paper it is; its agency is loaded.
    """
    _record(
        request,
        event="document.read",
        subject=subject,
        agencies=[document.agency],
        body={"door": _door(request), "document": document.public_id, "part": part},
    )


def of_sample(request, sample, *, shown: Sequence[str], event: str = "sample.read"):
    """A sample was shown with the requests drawn, or handed out as a bundle."""
    _record(
        request,
        event=event,
        subject=sample.public_id,
        agencies=[sample.agency] if sample.agency else [],
        body={"door": _door(request), "shown": list(shown)},
    )


def of_figures(request, *, agencies: Sequence, since, until) -> None:
    """Figures of some agencies' requests were shown, received on these days."""
    _record(
        request,
        event="figures.read",
        subject=request.user.public_id,
        agencies=agencies,
        body={
            "door": _door(request),
            "since": since.isoformat(),
            "until": until.isoformat(),
        },
    )


def of_report(request, report, *, shown: Sequence[str] = ()) -> None:
    """A report was shown or handed out, or the requests behind one of its numbers."""
    _record(
        request,
        event="report.read",
        subject=report.public_id,
        agencies=[report.agency],
        body={
            "door": _door(request),
            "report": report.public_id,
            "shown": list(shown),
        },
    )


def of_print(request, mark: str) -> None:
    """The page that bears `mark` was printed.

    Raises NotPrintable.
    """
    try:
        page = signing.loads(mark, salt=_PRINTED, max_age=_PRINTABLE_FOR)
    except signing.BadSignature:
        raise NotPrintable("This page is too old to print. Load it again.") from None
    if page["user"] != request.user.public_id:
        raise NotPrintable("Another person's page.")
    _write(
        event="record.printed",
        subject=page["subject"],
        actor=request.user.public_id,
        role=page["role"],
        agency=page["agency"],
        body={"door": page["door"], "entry": page["entry"]},
    )


def term(words: Sequence[str]) -> str:
    """The keyed hash of the words of a search, in hex."""
    text = " ".join(words)
    return salted_hmac("accounts.reads.term", text, algorithm="sha256").hexdigest()


def role_at(standing, door: str, agency_ids: Iterable[int]) -> str:
    """The role that opens a door to somebody, at these agencies or in the state."""
    row = ACCESS.get(door, frozenset())
    wanted = set(agency_ids)
    held = {
        one.role
        for one in standing.appointments
        if (row == SIGNED_IN or one.role in row)
        and (not wanted or one.agency_id is None or one.agency_id in wanted)
    }
    return next((str(role) for role in RANK if role in held), "")


def _door(request) -> str:
    return request.resolver_match.url_name


def _distinct(ice_requests: Iterable) -> list:
    return list({one.public_id: one for one in ice_requests}.values())


def _record(request, *, event, subject, agencies, body) -> None:
    standing, door = request.standing, _door(request)
    of_one = {one.pk: one.code for one in agencies} or {
        one.agency_id: one.agency.code if one.agency else ""
        for one in standing.appointments
    }
    codes = set(of_one.values())
    role = role_at(standing, door, [one.pk for one in agencies])
    agency = codes.pop() if len(codes) == 1 else ""
    entry = _write(
        event=event,
        subject=subject,
        actor=request.user.public_id,
        role=role,
        agency=agency,
        body=body,
    )
    request.print_mark = signing.dumps(
        {
            "user": request.user.public_id,
            "subject": subject,
            "role": role,
            "agency": agency,
            "door": door,
            "entry": entry.public_id,
        },
        salt=_PRINTED,
    )


def _write(**entry):
    try:
        return ledger.record(at=timezone.now(), **entry)
    except Error as error:
        raise Unrecorded("The history could not be written.") from error
