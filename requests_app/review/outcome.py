"""What was done against what was asked and decided. Pure.

Each mismatch is a flag of its own, whatever the law says of the act.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

FORM_HOURS = 48
_NEVER_A_MISMATCH = frozenset({"decline", "submit_fingerprints", "query_ncic"})


class Decided(Protocol):
    """A determination as it bears on an act: from when, until when, which way."""

    decision: str
    effective_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class Done:
    """An act as it bears on a determination.

    `notice_answers` are the answers to copy to the person, copy to attorney or
    designee, and reason in writing; `owes_notice` is whether (e)(1) asks for them.
    """

    kind: str
    happened_at: datetime
    ended_at: datetime | None = None
    information: Collection[str] = ()
    notice_answers: Sequence[str] = ()
    owes_notice: bool = False


@dataclass(frozen=True)
class Parting:
    """One way in which an act parts from what was asked or decided."""

    kind: str
    because: str


def partings(
    act: Done,
    *,
    is_asked: bool,
    asked_information: Collection[str] = (),
    determinations: Sequence[Decided] = (),
) -> list[Parting]:
    """Every mismatch of one act, in a fixed order; empty when there is none."""
    if act.kind in _NEVER_A_MISMATCH:
        return []
    found = []
    ruling = in_force(determinations, act.happened_at)
    if not is_asked:
        found.append(Parting("never_asked", "No request asked for this act."))
    else:
        found += _against_the_decision(act, ruling)
        found += _beyond_the_ask(act, asked_information)
    found += _past_the_end(act, ruling)
    found += _without_notice(act)
    return found


def in_force(determinations: Sequence[Decided], at: datetime) -> Decided | None:
    """The determination in force at a moment: effective by then and not yet ended."""
    standing = [
        row
        for row in determinations
        if row.effective_at <= at and (row.ended_at is None or row.ended_at > at)
    ]
    return max(standing, key=lambda row: row.effective_at, default=None)


def _against_the_decision(act: Done, ruling: Decided | None) -> list[Parting]:
    if ruling is None or _is_over(ruling, act):
        return [
            Parting(
                "done_before_decision",
                "It was done when no determination was in force.",
            )
        ]
    if ruling.decision == "deny":
        return [Parting("denied_yet_done", "The ask was denied, and it was done.")]
    return []


def _is_over(ruling: Decided, act: Done) -> bool:
    # A hold begun past its end is told apart, in `_past_the_end`.
    return (
        act.kind != "detain"
        and ruling.expires_at is not None
        and act.happened_at > ruling.expires_at
    )


def _beyond_the_ask(act: Done, asked: Collection[str]) -> list[Parting]:
    if asked and set(act.information) - set(asked):
        return [
            Parting("never_asked", "More kinds of information were given than asked.")
        ]
    return []


def _past_the_end(act: Done, ruling: Decided | None) -> list[Parting]:
    if act.kind != "detain":
        return []
    if ruling is not None and ruling.expires_at is not None:
        # A hold whose end is not recorded was there at least when it began.
        if (act.ended_at or act.happened_at) > ruling.expires_at:
            return [Parting("held_past_end", "The hold outlasted the approved period.")]
        return []
    if act.ended_at is None:
        return []
    # In UTC: two readings of one zone differ by what the clock shows, not by hours.
    held = act.ended_at.astimezone(UTC) - act.happened_at.astimezone(UTC)
    if held > timedelta(hours=FORM_HOURS):
        return [
            Parting(
                "held_past_end",
                f"The hold lasted more than the {FORM_HOURS} hours that the form and "
                "8 CFR 287.7(d) allow.",
            )
        ]
    return []


def _without_notice(act: Done) -> list[Parting]:
    if act.owes_notice and "no" in act.notice_answers:
        return [
            Parting(
                "no_copy_or_reason",
                "ICE was told, and the copy or the written reason was not given.",
            )
        ]
    return []
