"""What the law answers: grounds weighed, verdicts reached, findings given.

Promises three answers and no fourth. A ground that cannot be settled is open, for want
of a fact or for a reason of law, and an open ground never counts as met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

COMPLIANT: Final = "compliant"
VIOLATION: Final = "violation"
UNDETERMINED: Final = "undetermined"
RESULTS: Final = (COMPLIANT, VIOLATION, UNDETERMINED)

MET: Final = "met"
NOT_MET: Final = "not met"
OPEN: Final = "open"

_MOST_CLAUSES = 4


class Ground(NamedTuple):
    """One condition of a provision, read against the facts."""

    state: str
    because: str
    used: tuple[str, ...]
    missing: tuple[str, ...] = ()
    law_question: bool = False
    confirmed: bool = True


class Verdict(NamedTuple):
    """What one provision says of the facts, before it is cited."""

    result: str
    because: str
    used: tuple[str, ...]
    missing: tuple[str, ...] = ()
    law_question: bool = False
    confirmed: bool = True


class Finding(NamedTuple):
    """One provision's answer, with the facts relied on and what would settle it."""

    citation: str
    result: str
    confirmed: bool
    because: str
    missing: tuple[str, ...]
    version: str
    used: tuple[str, ...]
    law_question: bool

    def as_json(self) -> dict[str, object]:
        """Give the finding as the contract has it."""
        return {
            "citation": self.citation,
            "result": self.result,
            "confirmed": self.confirmed,
            "because": self.because,
            "missing": list(self.missing),
        }


def merged(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Join lists of keys, each key once, in the order first named."""
    return tuple(dict.fromkeys(key for keys in lists for key in keys))


def joined(clauses: Sequence[str]) -> str:
    """Join clauses to one part of a sentence; a long row is cut and counted."""
    clauses = list(dict.fromkeys(clauses))
    if len(clauses) > _MOST_CLAUSES:
        more = len(clauses) - _MOST_CLAUSES + 1
        clauses = [*clauses[: _MOST_CLAUSES - 1], f"{more} more entries are alike"]
    if len(clauses) < 2:
        return "".join(clauses)
    mark = "; " if any("," in clause for clause in clauses) else ", "
    return mark.join(clauses[:-1]) + f"{mark.rstrip(', ')} and {clauses[-1]}"


def any_of(grounds: Sequence[Ground]) -> Ground:
    """Weigh grounds of which one suffices: met, or else open, or else not met."""
    for ground in grounds:
        if ground.state is MET:
            return ground
    still_open = [ground for ground in grounds if ground.state is OPEN]
    deciding = still_open or grounds
    if len(deciding) == 1:
        return deciding[0]
    return Ground(
        OPEN if still_open else NOT_MET,
        joined([ground.because for ground in deciding]),
        merged([ground.used for ground in grounds]),
        merged([ground.missing for ground in still_open]),
        True in [ground.law_question for ground in still_open],
        False not in [ground.confirmed for ground in deciding],
    )
