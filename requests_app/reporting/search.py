"""Searching the history, however long it is, and the readers of one record.

Every page is read from one index in the order of time. What no index narrows is sought
among the `REACH` newest entries of what an index does; the page then says how far back
it has looked and goes on from there. So a page costs no more at ten million entries
than at ten thousand, whatever is asked.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from requests_app.ledger.events import READS, SHOWING
from requests_app.ledger.models import Entry
from requests_app.review import shown

REACH = 20_000

Place = tuple[datetime, int]


@dataclass(frozen=True)
class Wanted:
    """What is sought: a period, since included and until excluded, and any of these."""

    since: datetime
    until: datetime
    # Codes of the agencies whose history the reader may see; None for all.
    codes: Sequence[str] | None = None
    agency: str = ""
    actor: str = ""
    event: str = ""
    # "changes" or "reads".
    what: str = ""
    role: str = ""
    outcome: str = ""
    subject: str = ""


@dataclass
class Found:
    """A page of entries, the newest first; `older` is where the next one begins.

    `reached` is set when the reach ended before the page was full.
    """

    entries: list[Entry] = field(default_factory=list)
    older: Place | None = None
    reached: datetime | None = None


def rows_of(wanted: Wanted):
    """All the entries that are sought, in no order."""
    narrowed, left = _divided(wanted)
    rows = Entry.objects.filter(at__gte=wanted.since, at__lt=wanted.until, **narrowed)
    return rows.filter(left)


def find(wanted: Wanted, *, after: Place | None, most: int) -> Found:
    """The page of `most` entries that follows `after`."""
    narrowed, left = _divided(wanted)
    rows = Entry.objects.filter(at__gte=wanted.since, at__lt=wanted.until, **narrowed)
    rows = following(rows, after)
    if left and "subject" not in narrowed:
        with _without(*_SORTING):
            last = _end_of_reach(rows)
            if last is not None:
                rows = rows.filter(at__gte=last[0])
            page = _page(rows.filter(left), most)
    else:
        # Of one record there are never so many that its own are not all looked at.
        last, page = None, _page(rows.filter(left), most)
    if len(page) > most:
        page = page[:most]
        return Found(page, older=(page[-1].at, page[-1].pk))
    if last is not None:
        return Found(page, older=last, reached=last[0])
    return Found(page)


def readers(
    subject: str, *, since: datetime, until: datetime, after: Place | None, most: int
) -> Found:
    """Who saw one request, in itself or on a list, and who tried in vain."""
    rows = Entry.objects.filter(at__gte=since, at__lt=until)
    itself = rows.filter(subject=subject, event__in=READS)
    listed = rows.filter(
        event__in=SHOWING | {"access.denied"},
        id__in=RawSQL("SELECT entries_showing(%s, %s, %s)", [subject, since, until]),
    ).exclude(subject=subject)
    found = [
        entry
        for some in (itself, listed)
        for entry in _page(following(some, after), most)
    ]
    found.sort(key=lambda entry: (entry.at, entry.pk), reverse=True)
    page = found[:most]
    older = (page[-1].at, page[-1].pk) if len(found) > most else None
    return Found(page, older=older)


def following(rows, after: Place | None):
    """Those that come after a place in the order, the newest first."""
    if after is None:
        return rows
    at, entry_id = after
    # The first condition is the index's, the second keeps the order within a moment.
    return rows.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=entry_id))


def _page(rows, most: int) -> list[Entry]:
    return list(_joined(rows.order_by("-at", "-id"))[: most + 1])


# Row-level security lets the planner guess that few rows are shown. It would then sort
# the whole table rather than read an index up to the end of the reach.
_SORTING = ("enable_seqscan", "enable_bitmapscan", "enable_sort")


@contextmanager
def _without(*ways: str) -> Iterator[None]:
    """Have PostgreSQL plan the statements inside without these settings."""
    _set(ways, "'off'")
    yield
    _set(ways, "reset_val")


def _set(ways: tuple[str, ...], to: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT set_config(name, {to}, true) FROM pg_settings"
            " WHERE name = ANY (%s)",
            [list(ways)],
        )


def _joined(rows):
    return shown.named(rows.select_related("leaf"))


def _divided(wanted: Wanted) -> tuple[dict, Q]:
    """What one index narrows, the most telling first; and the rest."""
    given = {
        name: getattr(wanted, name)
        for name in ("subject", "actor", "event", "outcome", "agency")
        if getattr(wanted, name)
    }
    only = wanted.codes[0] if wanted.codes and len(wanted.codes) == 1 else ""
    if only and "agency" not in given:
        given["agency"] = only
    # Of entries that went well there are too many to begin with them.
    led = [name for name in given if (name, given[name]) != ("outcome", "ok")]
    narrowed = {led[0]: given[led[0]]} if led else {}
    left = Q(**{name: given[name] for name in given if name not in narrowed})
    if wanted.role:
        left &= Q(role=wanted.role)
    if wanted.what == "reads":
        left &= Q(event__in=READS)
    elif wanted.what == "changes":
        left &= ~Q(event__in=READS)
    if wanted.codes is not None and not only:
        left &= Q(agency__in=wanted.codes)
    return narrowed, left


def _end_of_reach(rows) -> Place | None:
    """The last entry within reach; None when there are fewer."""
    places = rows.order_by("-at", "-id").values_list("at", "id")
    return next(iter(places[REACH - 1 : REACH]), None)
