"""What a list may be narrowed by: the closed list of keys and values of an address.

A key that is not on the list is refused with 400, whatever it says: an address can ask
for nothing else of the database. A value that is not on the list is left out and named.
Nothing here is a name: addresses are kept by browsers, proxies and saved views.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.db.models import Exists, OuterRef
from django.http import QueryDict

from requests_app import law
from requests_app.accounts.access import Standing
from requests_app.docket.models import (
    Ask,
    AskKind,
    Channel,
    Instrument,
    Origin,
    Status,
)
from requests_app.docket.moments import ZONE
from requests_app.review import tabs
from requests_app.review.models import (
    Determination,
    Finding,
    Labelling,
    Level,
    Mismatch,
    Queue,
    Result,
    Screening,
)

# Where in the list one is, and where one came from: no filters.
PLACES = frozenset({"after", "before"})
# A list says how many it holds up to this number.
COUNTED = 200

_NUMBER = re.compile(r"[A-Z0-9-]{1,24}\Z")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{22}\Z")


class UnknownFilter(SuspiciousOperation):
    """An address asks for what no list has. Answered with 400 and this sentence."""

    sentence = "Unknown filter"


@dataclass(frozen=True)
class Filter:
    """One key of an address: its word, its values, and how it narrows the rows.

    Without `choices` the value has the form that `reads` accepts: it returns the value
    as it is kept, or None.
    """

    label: str
    narrows: Callable
    choices: tuple = ()
    reads: Callable[[str], str | None] | None = None

    def read(self, typed: str) -> str | None:
        if self.reads is not None:
            return self.reads(typed)
        return typed if typed in dict(self.choices) else None

    def word(self, value: str) -> str:
        return str(dict(self.choices).get(value, value))


def _day(typed: str) -> str | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day.isoformat() if 1990 <= day.year < 2200 else None


def _number(typed: str) -> str | None:
    number = typed.strip().upper()
    return number if _NUMBER.match(number) else None


def _identifier(typed: str) -> str | None:
    return typed if _IDENTIFIER.match(typed) else None


def _begins(day: str, *, later: int = 0) -> datetime:
    on = date.fromisoformat(day) + timedelta(days=later)
    return datetime.combine(on, time.min, tzinfo=ZONE)


def _of_request(rows, condition: Callable):
    """Narrow requests, or assignments by their request."""
    return rows.filter(condition(OuterRef(_path(rows, "pk"))))


def _path(rows, name: str) -> str:
    of_assignments = rows.model.__name__ == "Assignment"
    return f"ice_request__{name}" if of_assignments else name


def _is(name: str) -> Callable:
    return lambda rows, value, _: rows.filter(**{_path(rows, name): value})


def _is_own(name: str) -> Callable:
    return lambda rows, value, _: rows.filter(**{name: value})


def _since(rows, value, _):
    return rows.filter(**{_path(rows, "received_at__gte"): _begins(value)})


def _until(rows, value, _):
    # The day itself belongs to it.
    return rows.filter(**{_path(rows, "received_at__lt"): _begins(value, later=1)})


def _asks(rows, value, _):
    return _of_request(
        rows, lambda pk: Exists(Ask.objects.filter(ice_request=pk, kind=value))
    )


def _mine(rows, value, given):
    return rows.filter(**{_path(rows, "filed_by"): given.user})


def _labelled(rows, value, _):
    return _of_request(
        rows,
        lambda pk: Exists(
            Labelling.objects.filter(
                ice_request=pk, removed_at=None, label__public_id=value
            )
        ),
    )


def _found(**said) -> Callable:
    """Those whose newest screenings say so; what was superseded does not count."""

    def condition(pk):
        newest = Screening.objects.filter(ice_request=OuterRef(pk)).latest_by_subject()
        return Exists(Finding.objects.filter(screening__in=newest.values("pk"), **said))

    return condition


def _finding(rows, value, given):
    said = {
        key: given.values[key] for key in ("citation", "result") if key in given.values
    }
    return _of_request(rows, _found(**said))


def _mismatched(rows, value, _):
    return _of_request(rows, lambda pk: Exists(Mismatch.objects.filter(ice_request=pk)))


def _overridden(rows, value, _):
    live = Determination.objects.live().filter(is_override=True)
    return _of_request(rows, lambda pk: Exists(live.filter(ice_request=pk)))


_YES = (("1", "Yes"),)
_CITATIONS = tuple(
    (one, one) for one in sorted({row.citation for row in law.STATUTE.provisions})
)

REQUESTS: Mapping[str, Filter] = {
    "number": Filter("Request number", _is("number"), reads=_number),
    "status": Filter("State", _is("status"), tuple(Status.choices)),
    "instrument": Filter("Came as", _is("instrument"), tuple(Instrument.choices)),
    "ask": Filter("Asks", _asks, tuple(AskKind.choices)),
    "channel": Filter("Came by", _is("channel"), tuple(Channel.choices)),
    "origin": Filter("Came in", _is("origin"), tuple(Origin.choices)),
    "since": Filter("Received from", _since, reads=_day),
    "until": Filter("Received until", _until, reads=_day),
    "citation": Filter("Finding on", _finding, _CITATIONS),
    "result": Filter("Finding says", _finding, tuple(Result.choices)),
    "label": Filter("Label", _labelled, reads=_identifier),
    "mine": Filter("Filed by me", _mine, _YES),
    "mismatch": Filter("Has a mismatch", _mismatched, _YES),
    "override": Filter("Has an override", _overridden, _YES),
}


def _tab(rows, value, given):
    return tabs.narrowed(rows, value, user=given.user, now=given.at)


def _level(rows, value, _):
    return rows.filter(level=int(value))


def _unit(rows, value, _):
    return rows.filter(unit__public_id=value)


WORKLIST: Mapping[str, Filter] = {
    "tab": Filter("Tab", _tab, tabs.CHOICES),
    "level": Filter(
        "Highest flag",
        _level,
        tuple((str(value), label) for value, label in Level.choices),
    ),
    "queue": Filter("Queue", _is_own("queue"), tuple(Queue.choices)),
    "ask": Filter("Asks for", _asks, tuple(AskKind.choices)),
    "unit": Filter("Unit", _unit, reads=_identifier),
    "label": Filter("Label", _labelled, reads=_identifier),
}

LISTS = {"requests": REQUESTS, "worklist": WORKLIST}


@dataclass(frozen=True)
class Given:
    """What one address asks for, read by the closed list."""

    of: Mapping[str, Filter]
    standing: Standing
    at: datetime
    values: dict[str, str] = field(default_factory=dict)
    # Words of the filters whose value is none of theirs.
    wrong: tuple[str, ...] = ()

    @property
    def user(self):
        return self.standing.user

    def narrow(self, rows):
        """The rows that every filter lets through."""
        done = set()
        for key, value in self.values.items():
            narrows = self.of[key].narrows
            if narrows not in done:
                rows = narrows(rows, value, self)
            # Citation and result speak of one finding: they narrow once.
            if narrows is _finding:
                done.add(narrows)
        return rows

    @property
    def query(self) -> str:
        """The filters as an address has them, always in the same order."""
        return urlencode(self.values)

    def chips(self, *, words: Mapping[str, str]) -> list[dict]:
        """Each filter in force, with the address of the list without it.

        `words` names values that only the agency knows, such as its labels.
        """
        return [
            {
                "label": self.of[key].label,
                "value": self._word(key, value, words),
                "without": "?"
                + urlencode({k: v for k, v in self.values.items() if k != key}),
            }
            for key, value in self.values.items()
        ]

    def _word(self, key: str, value: str, words: Mapping[str, str]) -> str:
        one = self.of[key]
        # A yes says nothing beside the word of its filter.
        return "" if one.choices == _YES else words.get(value, one.word(value))


def given(
    query: QueryDict,
    *,
    page: str,
    standing: Standing,
    at: datetime,
    beside: frozenset = PLACES,
) -> Given:
    """Read an address. `beside` are the keys that are no filters there.

    Raises UnknownFilter.
    """
    known = LISTS[page]
    if set(query) - set(known) - beside:
        raise UnknownFilter(UnknownFilter.sentence)
    values, wrong = {}, []
    for key, one in known.items():
        typed = query.get(key, "").replace("\0", "")
        if not typed.strip():
            continue
        value = one.read(typed)
        if value is None:
            wrong.append(one.label)
        else:
            values[key] = value
    return Given(known, standing, at, values, tuple(wrong))


def counted(rows) -> str:
    """How many rows there are, in words that cost no count of them all."""
    found = len(rows.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    return f"{COUNTED}+" if found > COUNTED else str(found)
