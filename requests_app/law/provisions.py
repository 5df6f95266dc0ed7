"""What a version of the section is, and what one of its provisions is.

A provision belongs to one version and one period. Promises that an amendment adds: a
later version takes a provision over with `carried_to`, and never changes the earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from .convictions import Lists
from .facts import Facts
from .findings import RESULTS, VIOLATION, Finding, Verdict

Judge = Callable[[Facts, Lists], Verdict | None]

THREE_RESULTS: Final = RESULTS
VIOLATION_ONLY: Final = (VIOLATION,)


@dataclass(frozen=True, slots=True)
class Version:
    """The section as one act left it, its first day included, its end excluded."""

    name: str
    act: str
    effective_from: date
    effective_until: date | None
    confirmed: bool
    note: str
    officials: tuple[str, ...]
    officers: tuple[str, ...]
    ice_access: Callable[[Facts], tuple[str, ...]] = field(repr=False, compare=False)
    review: Callable[[Facts], bool] = field(repr=False, compare=False)

    def in_force_on(self, day: date) -> bool:
        """Say whether this version is the law of a day."""
        if day < self.effective_from:
            return False
        return self.effective_until is None or day < self.effective_until


@dataclass(frozen=True, slots=True)
class Provision:
    """One dated version of one duty or prohibition."""

    id: str
    citation: str
    version: str
    title: str
    officials: tuple[str, ...]
    acts: tuple[str, ...]
    effective_from: date
    effective_until: date | None
    confirmed: bool
    results: tuple[str, ...]
    judge: Judge = field(repr=False, compare=False)

    @property
    def docstring(self) -> str:
        """The citation and the words, as they stand beside the code."""
        return self.judge.__doc__ or ""

    def find(self, facts: Facts, lists: Lists) -> Finding | None:
        """Judge the facts; nothing comes back where the provision does not apply."""
        verdict = self.judge(facts, lists)
        if verdict is None:
            return None
        return Finding(
            self.citation,
            verdict.result,
            verdict.confirmed,
            verdict.because,
            verdict.missing,
            self.version,
            verdict.used,
            verdict.law_question,
        )

    def carried_to(
        self, version: Version, officials: tuple[str, ...], *, confirmed: bool = True
    ) -> Provision:
        """Give the same provision as a later version has it, word for word."""
        return replace(
            self,
            id=_id(version, self.citation),
            version=version.name,
            officials=officials,
            effective_from=version.effective_from,
            effective_until=version.effective_until,
            confirmed=confirmed,
        )


def _id(version: Version, citation: str) -> str:
    return f"{version.name} {citation}"


def provision(
    citation: str,
    *,
    version: Version,
    title: str,
    officials: tuple[str, ...],
    acts: tuple[str, ...],
    results: tuple[str, ...] = THREE_RESULTS,
    confirmed: bool = True,
) -> Callable[[Judge], Provision]:
    """Make a provision of the function below, which opens with its citation."""

    def make(judge: Judge) -> Provision:
        return Provision(
            _id(version, citation),
            citation,
            version.name,
            title,
            officials,
            acts,
            version.effective_from,
            version.effective_until,
            confirmed,
            results,
            judge,
        )

    return make
