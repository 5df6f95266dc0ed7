"""The clocks that run for one request, each with its kind and why, for its page.

Nothing here reads a table: the rows are those that the page has read already.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from requests_app.docket import clocks
from requests_app.docket.clocks import Due, Kind
from requests_app.docket.models import AskKind, IceRequest
from requests_app.review import wording

KIND_LABELS = {
    Kind.POLICY: "Agency policy",
    Kind.FORM: "What the form says",
    Kind.REGULATION: "What the federal regulation says",
    Kind.RECORD: "On record",
    Kind.STATUTE: "The section",
}
# The readings of others are told; nothing of the agency's is overdue by them.
TOLD_ONLY = (Kind.FORM, Kind.REGULATION)
_HELD = (AskKind.HOLD, AskKind.TRANSFER)


@dataclass(frozen=True)
class Row:
    """One clock as `review/_clocks.html` wants it."""

    label: str
    due: Due

    @property
    def kind(self) -> str:
        return KIND_LABELS[self.due.kind]

    @property
    def is_told_only(self) -> bool:
        return self.due.kind in TOLD_ONLY


def clocks_of(page: Mapping) -> list[Row]:
    """What runs for a request: the soonest first, then the readings of the 48 hours.

    `page` is the context of its page, as `views.requests` makes it.
    """
    ice_request, asks = page["ice_request"], page["asks"]
    running = [
        *_to_decide(ice_request, page["assignment"], asks),
        *_to_confirm(ice_request, asks),
        *_to_give(page["notices"]),
        *_to_answer(page["questions"]),
    ]
    readings: list[Row] = []
    outcome = page["outcome"]
    if not (outcome and outcome["release"]):
        releases = _releases(ice_request)
        running += [Row(due.because.capitalize(), due) for due in releases]
        readings = list(_readings(ice_request, asks))
    return sorted(running, key=lambda row: row.due.at) + readings


def _releases(ice_request: IceRequest) -> list[Due]:
    custody = ice_request.custody
    return clocks.release_times(
        release_expected_at=custody.release_expected_at,
        release_eligible_at=custody.release_eligible_at,
    )


def _to_decide(ice_request: IceRequest, assignment, asks: list) -> Iterator[Row]:
    is_decided = all(
        one.determination and one.determination.is_effective for one in asks
    )
    if assignment is None or is_decided:
        return
    due = Due(assignment.due_at, assignment.due_because)
    if not due.because.startswith("agency policy"):
        # It stands on the desk by a release time, which has a row of its own.
        due = clocks.policy_due(
            received_at=ice_request.received_at,
            hours=ice_request.agency.decide_within_hours,
        )
    yield Row("Decide", due)


def _to_confirm(ice_request: IceRequest, asks: list) -> Iterator[Row]:
    hours = ice_request.agency.second_within_hours
    for one in asks:
        row = one.determination
        if row and row.is_override and not row.is_effective:
            due = clocks.second_due(decided_at=row.decided_at, hours=hours)
            yield Row("Second person", due)


def _to_give(notices: Iterable) -> Iterator[Row]:
    for notice in notices:
        if notice.served_at is None:
            because = (
                "agency policy, in hours after it was owed; the section sets no hours"
            )
            yield Row(notice.get_kind_display(), Due(notice.policy_due_at, because))


def _to_answer(questions: Iterable) -> Iterator[Row]:
    for row in questions:
        if row.is_open:
            because = f"asked about {wording.inline(row.get_code_display())}"
            yield Row("Answer to a question", Due(row.due_at, because, Kind.RECORD))


def _readings(ice_request: IceRequest, asks: list) -> Iterator[Row]:
    """Both readings of the 48 hours, where somebody asks to hold the person."""
    custody = ice_request.custody
    released_at = custody.release_eligible_at or custody.release_expected_at
    if released_at and any(one.ask.kind in _HELD for one in asks):
        for due in clocks.hold_readings(released_at):
            yield Row("48 hours beyond release", due)
