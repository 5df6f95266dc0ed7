"""What the pages of figures may be narrowed by: the closed list of their addresses.

A key that is not on the list is refused with 400; a value that is not is left out and
named. The same object narrows the dashboard, its exports and the rows behind a number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict

from requests_app.accounts.access import WATCHERS, Standing
from requests_app.accounts.models import Agency
from requests_app.docket.models import AskKind, IceRequest, Instrument
from requests_app.reporting.figures import FIGURES
from requests_app.reporting.models import RequestFigures
from requests_app.review.filters import UnknownFilter

BY = {"month": "Month", "quarter": "Quarter", "year": "Year"}
# The rows behind a number: which figure, which code, which stretch of time.
OF_ROWS = frozenset({"figure", "code", "after"})
OF_FILES = frozenset({"figure", "form"})
KEYS = ("since", "until", "agency", "instrument", "ask", "by")
_FIRST, _LAST = date(2014, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Asked:
    """One range of days, to the last day included, and what else narrows it."""

    since: date
    until: date
    agency: str = ""
    instrument: str = ""
    ask: str = ""
    by: str = "month"
    wrong: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The address of the same narrowing, always in the same order."""
        return urlencode(self._pairs())

    def query_with(self, **more: str) -> str:
        return urlencode({**self._pairs(), **more})

    def within(self, since: date, until: date) -> "Asked":
        """The same, of a part of the range."""
        return replace(self, since=max(since, self.since), until=min(until, self.until))

    def rows(self, standing: Standing):
        """The figures of the requests asked for, as far as the person sees them."""
        found = RequestFigures.objects.filter(
            received_on__gte=self.since, received_on__lte=self.until
        ).exclude(ice_request__in=_of_hidden_imports())
        if not standing.sees_every_agency:
            found = found.filter(agency_id__in=standing.agency_ids(WATCHERS))
        if self.agency:
            found = found.filter(agency__code=self.agency)
        if self.instrument:
            found = found.filter(instrument=self.instrument)
        return found.filter(asks__contains=[self.ask]) if self.ask else found

    def _pairs(self) -> dict[str, str]:
        pairs = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        pairs |= {key: getattr(self, key) for key in KEYS[2:] if getattr(self, key)}
        return pairs


def agencies_of(standing: Standing) -> list[Agency]:
    """The agencies whose figures the person may see."""
    rows = Agency.objects.order_by("name")
    if not standing.sees_every_agency:
        rows = rows.filter(id__in=standing.agency_ids(WATCHERS))
    return list(rows)


def asked(
    query: QueryDict,
    *,
    agencies: Iterable[Agency],
    today: date,
    beside: frozenset = frozenset(),
) -> Asked:
    """Read an address; without days, the twelve months to today.

    Raises UnknownFilter.
    """
    if set(query) - set(KEYS) - beside:
        raise UnknownFilter(UnknownFilter.sentence)
    wrong: list[str] = []
    until = _day(query, "until", "To", wrong) or today
    since = _day(query, "since", "From", wrong) or _year_before(until)
    if since > until:
        wrong.append("From")
        since = _year_before(until)
    closed = {
        "agency": [one.code for one in agencies],
        "instrument": Instrument.values,
        "ask": AskKind.values,
        "by": list(BY),
    }
    values = {key: _choice(query, key, those, wrong) for key, those in closed.items()}
    values["by"] = values["by"] or "month"
    return Asked(since, until, wrong=tuple(wrong), **values)


def figure_of(query: QueryDict):
    """The figure that an address names, or the requests. Raises UnknownFilter."""
    try:
        return FIGURES[query.get("figure", "requests")]
    except KeyError:
        raise UnknownFilter(UnknownFilter.sentence) from None


def _of_hidden_imports():
    """Requests of an import that is not finished, or was undone: they do not count."""
    return IceRequest.objects.filter(batch__is_shown=False).values("pk")


def _year_before(day: date) -> date:
    first = day.replace(day=1)
    return max(_FIRST, (first - timedelta(days=330)).replace(day=1))


def _day(query: QueryDict, key: str, label: str, wrong: list[str]) -> date | None:
    typed = query.get(key, "").strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = _LAST + timedelta(days=1)
    if not _FIRST <= day <= _LAST:
        wrong.append(label)
        return None
    return day


def _choice(query: QueryDict, key: str, those: list[str], wrong: list[str]) -> str:
    typed = query.get(key, "").strip()
    if typed and typed not in those:
        wrong.append(key.capitalize())
        return ""
    return typed
