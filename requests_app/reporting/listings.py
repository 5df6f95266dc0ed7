"""The lists that can be taken out: of requests, of the desk, of the history.

Those of the agency's records are in `record_listings`; what a list is, in `listed`.
"""

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery
from django.http import QueryDict

from requests_app.accounts.access import (
    DECIDERS,
    FILERS,
    NAME_READERS,
    READERS,
)
from requests_app.accounts.models import Agency, Role
from requests_app.docket.models import IceRequest
from requests_app.ledger.models import Entry
from requests_app.notices.models import Notice
from requests_app.reporting import counting, narrowing, panels, search
from requests_app.reporting.forms import HistoryForm
from requests_app.reporting.listed import DESTROYED, Listing, Source
from requests_app.reporting.models import ExportKind
from requests_app.reporting.record_listings import RECORD_LISTINGS
from requests_app.reporting.tables import Cell, Column, Kind
from requests_app.review import filters, outstanding, shown
from requests_app.review.models import Assignment
from requests_app.review.wording import EVENT_LABELS
from requests_app.vault.sealing import CannotBeOpened


def figure_lines(source: Source) -> Iterator[list[Cell]]:
    """The lines of one figure: each stretch of time, each code, and the number."""
    query = QueryDict(source.query)
    agencies = narrowing.agencies_of(source.standing)
    wanted = narrowing.asked(
        query,
        agencies=agencies,
        today=source.standing.on,
        beside=narrowing.OF_FILES,
    )
    figure = narrowing.figure_of(query)
    counted = counting.one(wanted.rows(source.standing), wanted, figure)
    for first, last, code, word, number in panels.table(counted, wanted):
        yield [figure.id, first, last, code, word, number, figure.unit]


FIGURE_COLUMNS = (
    Column("figure", "Figure"),
    Column("first_day", "First day", Kind.DAY),
    Column("last_day", "Last day", Kind.DAY),
    Column("code", "Code"),
    Column("label", "In words"),
    Column("number", "Number", Kind.DECIMAL),
    Column("unit", "Counted in"),
)


# Requests

_REQUEST = (
    Column("number", "Number"),
    Column("agency", "Agency"),
    Column("status", "State"),
    Column("instrument", "Came as"),
    Column("channel", "Came by"),
    Column("received_at", "Received", Kind.MOMENT),
    Column("filed_at", "Filed", Kind.MOMENT),
    Column("asks", "Asks"),
    Column("family_names", "Family names", holds_names=True),
    Column("given_names", "Given names", holds_names=True),
)


def _requests(source: Source):
    given = filters.given(
        QueryDict(source.query), page="requests", standing=source.standing, at=source.at
    )
    return given.narrow(_visible(source, READERS))


def _visible(source: Source, roles):
    """The requests of the agency that is exported, as the person reads them."""
    rows = IceRequest.objects.visible_to(source.standing)
    if source.agency_id is not None:
        rows = rows.filter(agency_id=source.agency_id)
    if not source.standing.sees_every_agency:
        rows = rows.filter(agency_id__in=source.standing.agency_ids(roles))
    return rows.select_related("agency", "data_key", "person").prefetch_related("asks")


def _request_cells(row: IceRequest) -> list[Cell]:
    return [
        row.number,
        row.agency.code,
        row.get_status_display(),
        row.instrument,
        row.channel,
        row.received_at,
        row.filed_at,
        ", ".join(ask.kind for ask in row.asks.all()),
        *_names(row),
    ]


def _names(row: IceRequest) -> list[Cell]:
    try:
        return [row.person.family_names, row.person.given_names]
    except CannotBeOpened:
        return [DESTROYED, DESTROYED]


# The worklist

_WORK = (
    Column("number", "Number"),
    Column("agency", "Agency"),
    Column("queue", "Queue"),
    Column("level", "Highest flag", Kind.WHOLE),
    Column("due_at", "Due", Kind.MOMENT),
    Column("due_because", "Because"),
    Column("received_at", "Received", Kind.MOMENT),
)


def _work(source: Source):
    given = filters.given(
        QueryDict(source.query), page="worklist", standing=source.standing, at=source.at
    )
    rows = Assignment.objects.open().visible_to(source.standing)
    if source.agency_id is not None:
        rows = rows.filter(agency_id=source.agency_id)
    if "tab" not in given.values:
        rows = rows.not_deferred(source.at)
    return given.narrow(rows).select_related("agency", "ice_request__data_key")


def _work_cells(row: Assignment) -> list[Cell]:
    return [
        row.ice_request.number,
        row.agency.code,
        row.get_queue_display(),
        row.level,
        row.due_at,
        row.due_because,
        row.ice_request.received_at,
    ]


# What is not reconciled, and notices owed

_OPEN = (*_REQUEST[:7], Column("missing", "What is missing"))
_OWED = (
    Column("number", "Number"),
    Column("agency", "Agency"),
    Column("kind", "Notice"),
    Column("owed_since", "Owed since", Kind.MOMENT),
    Column("policy_due_at", "Due by the agency's policy", Kind.MOMENT),
)


def _unreconciled(source: Source):
    return outstanding.unreconciled(_visible(source, FILERS))


def _open_cells(row: IceRequest) -> list[Cell]:
    return [*_request_cells(row)[:7], "; ".join(outstanding.missing_of(row))]


def _owed(source: Source):
    mine = _visible(source, READERS).values("pk")
    rows = Notice.objects.owed().filter(ice_request__in=mine)
    return rows.select_related("ice_request__agency", "ice_request__data_key")


def _owed_cells(row: Notice) -> list[Cell]:
    return [
        row.ice_request.number,
        row.ice_request.agency.code,
        row.get_kind_display(),
        row.owed_since,
        row.policy_due_at,
    ]


# The history

_HISTORY = (
    Column("place", "Place in the sealed history, from 1 on", Kind.WHOLE),
    Column("at", "When", Kind.MOMENT),
    Column("event", "Event"),
    Column("label", "In words"),
    Column("request", "Request"),
    Column("agency", "Agency"),
    Column("actor", "Who acted"),
    Column("role", "In which role"),
    Column("outcome", "Outcome"),
    Column("id", "Entry"),
)
_HISTORY_KEYS = frozenset(HistoryForm.base_fields)


def _history(source: Source):
    """The entries that the page of the history finds with the same address."""
    agencies = Agency.objects.all()
    if not source.standing.sees_every_agency:
        audited = source.standing.agency_ids({Role.AUDITOR})
        agencies = agencies.filter(id__in=audited)
    given = QueryDict(source.query).dict()
    form = HistoryForm.of(given, agencies=agencies)
    if not form.is_valid():
        return Entry.objects.none()
    wanted = form.wanted()
    if form.cleaned_data["number"].strip() and not wanted["subject"]:
        return Entry.objects.none()
    whole_state = source.agency_id is None and source.standing.sees_every_agency
    if source.agency_id is not None:
        agencies = agencies.filter(pk=source.agency_id)
    codes = None if whole_state else list(agencies.values_list("code", flat=True))
    rows = search.rows_of(search.Wanted(codes=codes, **wanted))
    number = IceRequest.objects.filter(public_id=OuterRef("subject")).values("number")
    return shown.named(rows.select_related("leaf")).annotate(
        number=Subquery(number[:1])
    )


def _history_cells(row: Entry) -> list[Cell]:
    leaf = getattr(row, "leaf", None)
    return [
        leaf.idx + 1 if leaf else None,
        row.at,
        row.event,
        EVENT_LABELS.get(row.event, row.event),
        row.number,
        row.agency,
        (row.actor_name or "").strip() or "The portal",
        row.role,
        row.outcome,
        row.public_id,
    ]


LISTINGS: dict[str, Listing] = {
    ExportKind.REQUESTS: Listing(
        "Requests",
        READERS,
        _REQUEST,
        _requests,
        _request_cells,
        frozenset(filters.REQUESTS),
    ),
    ExportKind.WORKLIST: Listing(
        "Worklist", DECIDERS, _WORK, _work, _work_cells, frozenset(filters.WORKLIST)
    ),
    ExportKind.UNRECONCILED: Listing(
        "Not reconciled", FILERS, _OPEN, _unreconciled, _open_cells
    ),
    ExportKind.OWED: Listing("Notices owed", READERS, _OWED, _owed, _owed_cells),
    # An administrator reads the history too, and holds no key to seal a file with.
    ExportKind.HISTORY: Listing(
        "History",
        frozenset({Role.AUDITOR}),
        _HISTORY,
        _history,
        _history_cells,
        _HISTORY_KEYS,
    ),
    **RECORD_LISTINGS,
}
NAMED = NAME_READERS
