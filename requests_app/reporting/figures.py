"""What is counted, in words and as a way to count it. Pure data.

Every figure prints its definition wherever it is shown, and names the rows it counts,
so that each number opens them: `Figure.column` is the column of `RequestFigures`, and
`Figure.way` how a number is made of it. The same figure is counted the same way on the
dashboard, in a report and in an export: `counting` reads this table alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from requests_app.docket.clocks import FIRST_REPORTED, Period, report_period
from requests_app.docket.models import AskKind, Channel, Instrument
from requests_app.review.models import Decision, MismatchKind, Result


class Way(StrEnum):
    """How rows become a number."""

    ROWS = "rows"  # one for each request
    GROUPS = "groups"  # one for each request, by its value of the column
    EACH = "each"  # one for each time a code stands in the request's list
    SUM = "sum"
    MEDIAN = "median"


@dataclass(frozen=True)
class Figure:
    """One thing that is counted: its words, its definition, and how it is counted."""

    id: str
    title: str
    unit: str
    definition: str
    way: Way
    column: str = ""
    words: Mapping[str, str] | None = None

    def word(self, code: str) -> str:
        """The words for one code of the figure's column."""
        if self.words is not None and code in self.words:
            return self.words[code]
        head, _, tail = code.rpartition(" ")
        if self.words is not None and head in self.words:
            return f"{self.words[head]}: {_TAILS.get(tail, tail)}"
        return f"{head}: {_TAILS[tail]}" if tail in _TAILS else code


_TAILS = {
    **{value: label.lower() for value, label in Decision.choices},
    **{value: label.lower() for value, label in Result.choices},
}
_ACCESS_WORDS = {
    "54-192h(a)(6)(A)": "Answering a detainer or request",
    "54-192h(a)(6)(B)": "Telling of a release",
    "54-192h(a)(6)(C)": "Information not public",
    "54-192h(a)(6)(D)": "Interview",
    "54-192h(a)(6)(E)": "Use of a facility or resources",
    "54-192h(a)(6)(F)": "Probation or parole",
}
_BY_DAY = "A request belongs to the day, in Connecticut, on which it was received."

FIGURES: dict[str, Figure] = {
    one.id: one
    for one in (
        Figure(
            "requests",
            "Requests",
            "requests",
            "Every numbered request, acts that ICE never asked for among them. "
            + _BY_DAY,
            Way.ROWS,
        ),
        Figure(
            "instruments",
            "Requests by instrument",
            "requests",
            "Requests by the paper or the spoken word that carried them. " + _BY_DAY,
            Way.GROUPS,
            "instrument",
            dict(Instrument.choices),
        ),
        Figure(
            "asks",
            "What was asked",
            "asks",
            "Each thing that a request wants is counted once; one request may want "
            "several. " + _BY_DAY,
            Way.EACH,
            "asks",
            dict(AskKind.choices),
        ),
        Figure(
            "findings",
            "Findings by provision",
            "findings",
            "The findings of the newest screening of each ask, each act and each "
            "receipt, by provision and result. What was screened before and has been "
            "superseded is not counted.",
            Way.EACH,
            "findings",
        ),
        Figure(
            "decisions",
            "Decisions",
            "asks decided",
            "Determinations in effect, by what was asked. One that was superseded, "
            "refused or still waits for its second person is not counted.",
            Way.EACH,
            "decisions",
            dict(AskKind.choices),
        ),
        Figure(
            "mismatches",
            "Mismatches",
            "mismatches",
            "Acts that part from what was asked or decided, by kind; one act may part "
            "in several ways.",
            Way.EACH,
            "mismatches",
            dict(MismatchKind.choices),
        ),
        Figure(
            "ice_access",
            "ICE access by kind",
            "acts, by kind",
            "Acts done that were ICE access under 54-192h(a)(6), by kind; one act may "
            "be of several kinds. Access that is permitted is recorded all the same.",
            Way.EACH,
            "ice_access",
            _ACCESS_WORDS,
        ),
        Figure(
            "hours_to_copy",
            "Time to the copy",
            "hours, median",
            "Elapsed hours from receipt until the copy of the detainer was given, of "
            "requests where it was given; the median. The section sets no hours.",
            Way.MEDIAN,
            "hours_to_copy",
        ),
        Figure(
            "hours_to_decision",
            "Time to the decision",
            "hours, median",
            "Elapsed hours from receipt until the first determination took effect, of "
            "requests where one did; the median.",
            Way.MEDIAN,
            "hours_to_decision",
        ),
        Figure(
            "notices_owed",
            "Notices owed",
            "notices",
            "Papers of 54-192h(e)(1) that are owed and not yet given.",
            Way.SUM,
            "notices_owed",
        ),
        Figure(
            "notices_served",
            "Notices given",
            "notices",
            "Papers of 54-192h(e)(1) that were given, with when and how.",
            Way.SUM,
            "notices_served",
        ),
        Figure(
            "overrides",
            "Overrides",
            "overrides",
            "Approvals against a finding of violation that took effect with a second "
            "person.",
            Way.SUM,
            "overrides",
        ),
        Figure(
            "staff_minutes",
            "Staff time",
            "minutes",
            "Minutes of staff time entered with the acts of the request.",
            Way.SUM,
            "staff_minutes",
        ),
        Figure(
            "cost_cents",
            "Cost",
            "cents",
            "Cost entered with the acts of the request, in cents.",
            Way.SUM,
            "cost_cents",
        ),
    )
}
CHANNELS = dict(Channel.choices)

# Of the report of (e)(3), each with the words printed in it.
REPORT_DEFINITIONS = {
    "individuals": (
        "Individuals to whom ICE access was given in the period. Requests that concern "
        "one person count once where the agency has linked them; otherwise each "
        "request counts as one individual."
    ),
    "accesses": (
        "Acts by which a law enforcement officer gave ICE access, as 54-192h(a)(6) "
        "defines it, dated by the day on which the act was done."
    ),
    "through_detainer": (
        "Whether the access was provided through compliance with a civil immigration "
        "detainer, that is, the act answered what a detainer asked, "
        "54-192h(a)(6)(A); or through other means."
    ),
    "sex": "The sex of the individual as the agency recorded it.",
    "ethnicity": "The race or ethnicity of the individual as the agency recorded it.",
    "age": "The age of the individual on the day of the first access in the period.",
}


@dataclass(frozen=True)
class Preset:
    """A period that the section names, and its words."""

    since: date
    until: date
    label: str

    @property
    def id(self) -> str:
        return self.since.isoformat()


def presets(today: date, *, most: int = 8) -> list[Preset]:
    """The six-month periods that have begun, the newest first."""
    found, day = [], today
    while day >= FIRST_REPORTED and len(found) < most:
        period = report_period(day)
        found.append(_preset(period))
        day = period.first - timedelta(days=1)
    return found


def preset_of(since: date) -> Preset:
    """The six months that begin on a day. Raises ValueError for any other day."""
    period = report_period(since)
    if period.first != since:
        raise ValueError("A period begins on January 1 or July 1.")
    return _preset(period)


def _preset(period: Period) -> Preset:
    last = period.end - timedelta(days=1)
    half = "January to June" if last.month == 6 else "July to December"
    return Preset(period.first, period.end, f"{half} {last.year}")


def age_band(age: int | None) -> str:
    """The band of years that a report shows in the place of an age."""
    if age is None:
        return "not known"
    bands = ((18, "under 18"), (25, "18 to 24"), (35, "25 to 34"), (45, "35 to 44"))
    return next((band for limit, band in bands if age < limit), "45 and over")
