"""What was done against what was asked and decided. Pure.

Each mismatch is a flag of its own, whatever the law says of the act.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from requests_app.docket import names

FORM_HOURS = 48
_NEVER_A_MISMATCH = frozenset({"decline", "submit_fingerprints", "query_ncic"})


class Decided(Protocol):
    """A determination as it bears on an act: from when, until when, which way.

    What is approved may begin later than the approval (`acts_from`), end
    (`expires_at`), and be for certain people alone (`named`).
    """

    decision: str
    effective_at: datetime
    ended_at: datetime | None
    acts_from: datetime | None
    expires_at: datetime | None
    named: Sequence[str]


@dataclass(frozen=True)
class Done:
    """An act as it bears on a determination.

    `notice_answers` are the answers to copy to the person, copy to attorney or
    designee, and reason in writing; `owes_notice` is whether (e)(1) asks for them.
    `release_eligible_at` is of the person, as far as it is on record.
    """

    kind: str
    happened_at: datetime
    ended_at: datetime | None = None
    done_by: str = ""
    release_eligible_at: datetime | None = None
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
    """Every mismatch of one act, in a fixed order; empty when there is none.

    Each kind asks one thing. Decision: was a determination in force when the act
    began, and which way? Period: did the act begin inside what was approved? End: did
    the hold outlast what was approved, or else the 48 hours of the form? Release: was
    an approval in force when the hold went on past the release-eligible time?
    """
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
    found += _past_release(act, determinations)
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
    if ruling is None:
        return [
            Parting(
                "done_before_decision",
                "It was done when no determination was in force.",
            )
        ]
    if ruling.decision == "deny":
        return [Parting("denied_yet_done", "The ask was denied, and it was done.")]
    return _outside_the_period(act, ruling) + _by_another(act, ruling)


def _outside_the_period(act: Done, ruling: Decided) -> list[Parting]:
    if ruling.acts_from is not None and act.happened_at < ruling.acts_from:
        return [Parting("outside_period", "It was done before the approved period.")]
    # A hold past the end of its period is told apart, in `_past_the_end`.
    if act.kind != "detain" and not _is_inside(ruling, act.happened_at):
        return [Parting("outside_period", "It was done after the approved period.")]
    return []


def _is_inside(ruling: Decided, at: datetime) -> bool:
    begins, ends = ruling.acts_from, ruling.expires_at
    return (begins is None or begins <= at) and (ends is None or at <= ends)


def _by_another(act: Done, ruling: Decided) -> list[Parting]:
    if not ruling.named:
        return []
    if not act.done_by.strip():
        return [
            Parting(
                "not_named",
                "The approval names who may do it, and who did it is not recorded.",
            )
        ]
    doer = set(names.words_of(act.done_by))
    if any(set(names.words_of(one)) <= doer for one in ruling.named):
        return []
    return [Parting("not_named", "It was done by nobody whom the approval names.")]


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


def _past_release(act: Done, determinations: Sequence[Decided]) -> list[Parting]:
    eligible = act.release_eligible_at
    # A hold whose end is not recorded was there at least when it began.
    if act.kind != "detain" or eligible is None:
        return []
    if (act.ended_at or act.happened_at) <= eligible:
        return []
    from_when = max(act.happened_at, eligible)
    ruling = in_force(determinations, from_when)
    if ruling and ruling.decision == "approve" and _is_inside(ruling, from_when):
        return []
    return [
        Parting(
            "held_past_release",
            "The hold went past the time of eligibility for release on record, and no "
            "approval covered it then.",
        )
    ]


def _without_notice(act: Done) -> list[Parting]:
    if act.owes_notice and "no" in act.notice_answers:
        return [
            Parting(
                "no_copy_or_reason",
                "ICE was told, and the copy or the written reason was not given.",
            )
        ]
    return []
