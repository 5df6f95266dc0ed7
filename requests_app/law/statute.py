"""The statute as a whole: its versions, what is stayed, what is ruled, and `assess`.

Promises that the date of the act chooses the version, that an official who was not
bound on that day gets no finding, and that a stayed provision gives no answer but
undetermined. It has no clock: every date comes with the facts.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, NamedTuple

from . import act_2014, act_2019, act_2025
from .convictions import DATA, Felony, Lists, Offence, Ruling, load
from .facts import Detainer, Facts
from .findings import UNDETERMINED, Finding
from .provisions import Provision, Version


@dataclass(frozen=True, slots=True)
class Stay:
    """A court's order that a provision is not enforced, from one day until another."""

    citation: str
    version: str
    from_date: date
    until_date: date | None
    court: str
    docket: str
    reason: str

    def covers(self, finding: Finding, day: date) -> bool:
        """Say whether the stay reaches a finding, or a subdivision below the stay."""
        if self.version != finding.version or day < self.from_date:
            return False
        if self.until_date is not None and day >= self.until_date:
            return False
        return self.reaches(finding.citation)

    def reaches(self, citation: str) -> bool:
        """Say whether a citation is that of the stay, or of a subdivision below it."""
        below = citation.removeprefix(self.citation)
        if below == citation:
            return False
        return below == "" or below[0] in "( "


class Assessment(NamedTuple):
    """What the law says of one act."""

    version: str | None
    act: str | None
    covered: bool
    because: str | None
    findings: tuple[Finding, ...]
    ice_access: tuple[str, ...]
    municipal_report: bool
    legal_review: bool

    def as_json(self) -> dict[str, object]:
        """Give the assessment as the contract has it."""
        top: dict[str, object] = {
            "version": self.version,
            "act": self.act,
            "covered": self.covered,
        }
        if not self.covered:
            top["because"] = self.because
        return {
            **top,
            "findings": [finding.as_json() for finding in self.findings],
            "ice_access": list(self.ice_access),
            "municipal_report": self.municipal_report,
            "legal_review": self.legal_review,
        }


class NotOfTheStatute(LookupError):
    """No version has this name, or no provision this citation."""


_Index = Mapping[tuple[str, str, str], tuple[Provision, ...]]


def _indexed(provisions: tuple[Provision, ...]) -> _Index:
    index: dict[tuple[str, str, str], tuple[Provision, ...]] = {}
    for provision in provisions:
        for official in provision.officials:
            for act in provision.acts:
                key = (provision.version, official, act)
                index[key] = (*index.get(key, ()), provision)
    return index


@dataclass(frozen=True, slots=True)
class Statute:
    """All versions of the section with their provisions, lists and stays."""

    versions: tuple[Version, ...]
    provisions: tuple[Provision, ...]
    lists: Lists
    stays: tuple[Stay, ...] = ()
    _applying: _Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_applying", _indexed(self.provisions))

    @property
    def felonies(self) -> tuple[Felony, ...]:
        """The felonies of class A and B, with a status per row."""
        return self.lists.felonies

    @property
    def offences(self) -> tuple[Offence, ...]:
        """The sections that may be the offences of 2025, with a status per row."""
        return self.lists.offences

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """The rulings on the 2025 list, earliest first."""
        return self.lists.rulings

    def version_on(self, day: date) -> Version | None:
        """Give the version in force on a day, if the section was in force."""
        for version in self.versions:
            if version.in_force_on(day):
                return version
        return None

    def applying(
        self, version: Version, official: str, act: str
    ) -> tuple[Provision, ...]:
        """Give the provisions that speak of an act by an official."""
        return self._applying.get((version.name, official, act), ())

    def with_rulings(self, rulings: Iterable[Ruling]) -> Statute:
        """Give this statute with these rulings in place of any it had."""
        lists = load().with_rulings(rulings)
        return Statute(self.versions, self.provisions, lists, self.stays)

    def with_stays(self, stays: Iterable[Stay]) -> Statute:
        """Give this statute with these stays in place of any it had."""
        return Statute(self.versions, self.provisions, self.lists, tuple(stays))

    def supposing_version(self, name: str, day: date) -> Statute:
        """Give this statute as if one of its versions were the law from a day on.

        Days before it keep their law. Nothing ends the version that is supposed: one
        that would begin later does not. Raises NotOfTheStatute.
        """
        found = next((one for one in self.versions if one.name == name), None)
        if found is None:
            raise NotOfTheStatute(f"There is no version {name}.")
        before = tuple(
            replace(one, effective_until=min(one.effective_until or day, day))
            for one in self.versions
            if one.effective_from < day
        )
        supposed = replace(found, effective_from=day, effective_until=None)
        return replace(self, versions=(*before, supposed))

    def supposing_stay(self, citation: str, day: date) -> Statute:
        """Give this statute as if a court stayed a provision from a day on.

        The stay reaches the subdivisions below the citation, in every version that
        has any. Raises NotOfTheStatute.
        """
        stays = [
            Stay(citation, one.name, day, None, "a court", "none", "supposed")
            for one in self.versions
        ]
        kept = tuple(one for one in stays if self._has_below(one))
        if not kept:
            raise NotOfTheStatute(f"There is no provision {citation}.")
        return self.with_stays((*self.stays, *kept))

    def supposing_ruling(self, ruling: Ruling) -> Statute:
        """Give this statute as if a ruling had been made too. Raises UnknownOffence."""
        return self.with_rulings((*self.rulings, ruling))

    def _has_below(self, stay: Stay) -> bool:
        return any(
            one.version == stay.version and stay.reaches(one.citation)
            for one in self.provisions
        )


def _shipped_stays() -> tuple[Stay, ...]:
    with (DATA / "stays.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Stay(
                row["citation"],
                row["version"],
                date.fromisoformat(row["from_date"]),
                date.fromisoformat(row["until_date"]) if row["until_date"] else None,
                row["court"],
                row["docket"],
                row["reason"],
            )
            for row in csv.DictReader(file)
        )


STATUTE: Final = Statute(
    versions=(act_2014.VERSION, act_2019.VERSION, act_2025.VERSION),
    provisions=(
        *act_2014.PROVISIONS,
        *act_2019.PROVISIONS,
        *act_2025.PROVISIONS,
    ),
    lists=load(),
    stays=_shipped_stays(),
)

_OFFICIAL_WORDS: Final = {
    "municipal_police": "Municipal police",
    "state_police": "The State Police",
    "correction": "The Department of Correction",
    "judicial_marshal": "Judicial marshals",
    "state_marshal": "State marshals",
    "adult_probation": "Adult probation officers",
    "juvenile_probation": "Juvenile probation officers",
    "criminal_justice_division": "The Division of Criminal Justice",
    "pardons_and_paroles": "The Board of Pardons and Paroles",
    "bail_commissioner": "Bail commissioners",
    "school_police": "School police",
    "other_public_employee": "Other public employees",
}


def _not_covered(facts: Facts, version: Version | None) -> Assessment:
    day = facts.act.on.isoformat()
    if version is None:
        because = f"54-192h was not in force on {day}: it begins on 2014-01-01."
    else:
        officials = _OFFICIAL_WORDS[facts.official]
        because = (
            f"{officials} are not among the officials whom 54-192h bound on {day} "
            f"(version {version.name}, {version.act})."
        )
        if officials.startswith("The "):
            because = because.replace(" are not", " is not", 1)
    return Assessment(
        version.name if version else None,
        version.act if version else None,
        False,
        because,
        (),
        (),
        False,
        False,
    )


def _unless_stayed(finding: Finding, day: date, stays: tuple[Stay, ...]) -> Finding:
    for stay in stays:
        if stay.covers(finding, day):
            until = stay.until_date.isoformat() if stay.until_date else "further order"
            because = (
                f"Enforcement of {stay.citation} is stayed from "
                f"{stay.from_date.isoformat()} until {until} by {stay.court}, docket "
                f"{stay.docket}: {stay.reason.rstrip('.')}."
            )
            return Finding(
                finding.citation,
                UNDETERMINED,
                finding.confirmed,
                because,
                (),
                finding.version,
                finding.used,
                True,
            )
    return finding


def _own_date(facts: Facts) -> date:
    """The day whose law counts: the duties of receipt arise when it was received."""
    detainer = facts.detainer
    if (
        facts.act.kind == "receive_detainer"
        and isinstance(detainer, Detainer)
        and detainer.received_on is not None
    ):
        return detainer.received_on
    return facts.act.on


def assess(facts: Facts, statute: Statute = STATUTE) -> Assessment:
    """Say what the law of the act's own date says of the act."""
    act = facts.act
    day = _own_date(facts)
    version = statute.version_on(day)
    if version is None or facts.official not in version.officials:
        return _not_covered(facts, version)
    findings = []
    legal_review = version.review(facts)
    for provision in statute.applying(version, facts.official, act.kind):
        finding = provision.find(facts, statute.lists)
        if finding is None:
            continue
        if statute.stays:
            finding = _unless_stayed(finding, day, statute.stays)
        legal_review = legal_review or finding.law_question
        findings.append(finding)
    ice_access = version.ice_access(facts)
    return Assessment(
        version.name,
        version.act,
        True,
        None,
        tuple(findings),
        ice_access,
        bool(ice_access) and facts.official == "municipal_police",
        legal_review,
    )
