"""Reading a list of convictions: "has been convicted of a class A or B felony".

Promises that the class is the class of the judgment, asked for and never taken from the
section, and that what is not a Connecticut conviction is never counted as one. The two
tables, felonies of class A and B and the offences that may be those of 2025, are dated
data files; a row whose status is not confirmed never gives a plain answer.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from .facts import Conviction, Facts
from .findings import MET, NOT_MET, OPEN, Ground, any_of, merged

DATA: Final = Path(__file__).parent / "data"
EFFECTIVE_2025: Final = date(2025, 10, 1)

CONFIRMED: Final = "confirmed"
STRUCK: Final = "struck"
UNCONFIRMED: Final = "unconfirmed"
RULING_STATUSES: Final = (CONFIRMED, STRUCK)

CATEGORIES_2025: Final = (
    "sexual assault",
    "risk of injury to a minor",
    "strangulation",
    "burglary with a firearm",
    "possession of child sexual abuse material",
    "violation of a protective order",
)


@dataclass(frozen=True, slots=True)
class Felony:
    """A row of the table of class A and B felonies, spelled as its source does."""

    section: str
    name: str
    class_text: str
    status: str
    condition: str


@dataclass(frozen=True, slots=True)
class Offence:
    """A section that may be among the thirteen which P.A. 25-29 added."""

    section: str
    name: str
    class_text: str
    category: str
    status: str
    citation: str = ""
    effective_from: date | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A row confirmed or struck by people with the statute in hand.

    It is a row of the 2025 list, or one of the felonies whose class is uncertain.
    """

    section: str
    status: str
    effective_from: date = EFFECTIVE_2025
    citation: str = ""

    def __post_init__(self) -> None:
        if self.status not in RULING_STATUSES:
            accepted = " or ".join(RULING_STATUSES)
            raise ValueError(f"A ruling's status is {accepted}, not {self.status!r}.")
        if not self.citation.strip():
            raise ValueError("A ruling needs the citation it rests on.")


class UnknownOffence(LookupError):
    """A ruling names a section that neither table leaves open."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The two tables and the rulings on what they leave open."""

    felonies: tuple[Felony, ...]
    offences: tuple[Offence, ...]
    rulings: tuple[Ruling, ...] = ()
    uncertain: frozenset[str] = field(init=False)
    candidates: Mapping[str, tuple[Ruling, ...]] = field(init=False)
    settled: Mapping[str, tuple[Ruling, ...]] = field(init=False)

    def __post_init__(self) -> None:
        uncertain = frozenset(
            felony.section for felony in self.felonies if felony.status == "UNCERTAIN"
        )
        candidates = {
            offence.section: tuple(
                ruling for ruling in self.rulings if ruling.section == offence.section
            )
            for offence in self.offences
        }
        object.__setattr__(self, "uncertain", uncertain)
        settled = {
            section: tuple(
                ruling for ruling in self.rulings if ruling.section == section
            )
            for section in uncertain
        }
        object.__setattr__(self, "candidates", candidates)
        object.__setattr__(self, "settled", settled)

    def with_rulings(self, rulings: Iterable[Ruling]) -> Lists:
        """Give these tables with the rulings; the later date, then the later row."""
        ordered = tuple(sorted(rulings, key=lambda ruling: ruling.effective_from))
        known = {offence.section for offence in self.offences} | self.uncertain
        for ruling in ordered:
            if ruling.section not in known:
                raise UnknownOffence(
                    f"{ruling.section} is neither a section of the 2025 list nor a "
                    "felony of uncertain class."
                )
        latest = {ruling.section: ruling for ruling in ordered}
        offences = tuple(
            replace(
                offence,
                status=latest[offence.section].status,
                citation=latest[offence.section].citation,
                effective_from=latest[offence.section].effective_from,
            )
            if offence.section in latest
            else offence
            for offence in self.offences
        )
        return Lists(self.felonies, offences, ordered)

    def ruling_on(self, section: str, day: date) -> Ruling | None:
        """Give the ruling on a section of 2025 that stands on a day, if one does."""
        return _standing(self.candidates[section], day)

    def felony_ruling_on(self, section: str, day: date) -> Ruling | None:
        """Give the ruling on a felony of uncertain class that stands on a day."""
        return _standing(self.settled[section], day)


def _standing(rulings: tuple[Ruling, ...], day: date) -> Ruling | None:
    standing = None
    for ruling in rulings:
        if ruling.effective_from <= day:
            standing = ruling
    return standing


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def load() -> Lists:
    """Read the tables shipped with this version of the portal."""
    felonies = tuple(
        Felony(
            row["section"],
            row["name"],
            row["class"],
            row["confidence"],
            row["condition"],
        )
        for row in _rows("felonies_a_b.csv")
    )
    offences = tuple(
        Offence(
            row["section"],
            row["name"],
            row["class_on_2025_01_01"],
            row["reported_category_it_could_match"],
            row["status"],
        )
        for row in _rows("offenses_2025_candidates.csv")
    )
    return Lists(felonies, offences)


_SECTION = re.compile(
    r"(?<!\d)\d+[a-z]{0,2}-\d+[a-z]{0,3}(?:-\d+[a-z]{0,3})*(?![0-9a-z-])"
)
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")


@lru_cache(maxsize=4096)
def sections_of(text: str | None) -> tuple[str, ...]:
    """Find the section numbers in what was typed, such as "C.G.S. § 53a-71(a)(1)"."""
    if not text:
        return ()
    return tuple(dict.fromkeys(_SECTION.findall(_DASHES.sub("-", text.lower()))))


_NOT_CONVICTIONS: Final = {
    "pending": "a pending charge",
    "nolle": "a charge ended by nolle",
    "dismissed": "a dismissed charge",
    "accelerated_rehabilitation": "accelerated rehabilitation on a charge",
    "youthful_offender": "a youthful offender adjudication",
}
_COUNTED: Final = ("A", "B")
LISTABLE_2025: Final = ("C", "D", "E")

# The statute calls the offence a capital felony before this day (C.G.S. 53a-25(b)(7)).
_MURDER_SPECIAL: Final = "53a-54b"
_MURDER_SPECIAL_CLASS_A_FROM: Final = date(2012, 4, 25)

# Only its class D form could be among the offences added in 2025.
_FOURTH_DEGREE: Final = "53a-73a"

# fmt: off
STATES: Final = frozenset(
    (
        "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI",
        "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN",
        "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH",
        "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA",
        "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI", "US",
    )
)
# fmt: on

_Reading = Callable[[Conviction, str, date, Lists], Ground]


def named(conviction: Conviction) -> str:
    """Name a conviction by its section; free text is never repeated."""
    sections = sections_of(conviction.section)
    return f" under {sections[0]}" if sections else ""


def _not_a_conviction(conviction: Conviction, key: str) -> Ground | None:
    outcome = _NOT_CONVICTIONS.get(conviction.disposition or "")
    if outcome is None:
        return None
    because = f"{outcome}{named(conviction)} is not a conviction"
    return Ground(NOT_MET, because, (key,))


def _class_words(class_: str | None) -> str:
    if class_ is None:
        return "a conviction of unknown class"
    if class_ == "misdemeanor":
        return "a misdemeanor conviction"
    if class_ == "unclassified":
        return "an unclassified felony conviction"
    return f"a class {class_} felony conviction"


def _elsewhere(conviction: Conviction, key: str) -> Ground:
    if conviction.disposition is None:
        because = f"it is not known how the charge{named(conviction)} ended"
        return Ground(OPEN, because, (key,), (f"{key}.disposition",))
    because = (
        f"the conviction{named(conviction)} is from elsewhere than Connecticut, and "
        "the section does not say whether it counts"
    )
    return Ground(OPEN, because, (key,), (), True)


def _unknowns(conviction: Conviction, key: str, on: date) -> tuple[str, ...]:
    missing = []
    if conviction.jurisdiction is None:
        missing.append(f"{key}.jurisdiction")
    if conviction.disposition is None:
        missing.append(f"{key}.disposition")
    if conviction.class_ is None:
        missing.append(f"{key}.class")
    if conviction.offense_on is not None and conviction.offense_on > on:
        missing.append(f"{key}.offense_on")
    return tuple(missing)


_UNKNOWN_WORDS: Final = {
    "jurisdiction": "where the judgment was given",
    "disposition": "how the charge ended",
    "class": "the class of the judgment",
    "section": "the section",
    "offense_on": "the date of the offence",
}


def _unknown_words(conviction: Conviction, missing: tuple[str, ...], on: date) -> str:
    of = f"of the entry{named(conviction)}"
    words = [_UNKNOWN_WORDS[key.rpartition(".")[2]] for key in missing]
    if conviction.offense_on is not None and conviction.offense_on > on:
        words.remove(_UNKNOWN_WORDS["offense_on"])
        late = f"the offence {of} is dated after the act"
        if not words:
            return late
        return f"{late} and {' and '.join(words)} {of} is not known"
    return f"{' and '.join(words)} {of} is not known"


def _struck(conviction: Conviction, on: date, lists: Lists) -> str | None:
    """Give the section of an entry that was struck from the table of felonies."""
    for section in sections_of(conviction.section):
        if section in lists.uncertain:
            ruling = lists.felony_ruling_on(section, on)
            if ruling is not None and ruling.status == STRUCK:
                return section
    return None


def _doubt(
    conviction: Conviction, key: str, on: date, lists: Lists
) -> tuple[str, tuple[str, ...]]:
    """Say what the table of felonies leaves unsettled: a clause, and missing keys."""
    sections = sections_of(conviction.section)
    for section in sections:
        if section in lists.uncertain and lists.felony_ruling_on(section, on) is None:
            because = f"the table of felonies does not settle the class of {section}"
            return because, ()
    if _MURDER_SPECIAL in sections:
        if conviction.offense_on is None:
            because = f"the date of the offence under {_MURDER_SPECIAL} is not known"
            return because, (f"{key}.offense_on",)
        if conviction.offense_on < _MURDER_SPECIAL_CLASS_A_FROM:
            because = (
                f"the offence under {_MURDER_SPECIAL} is earlier than "
                f"{_MURDER_SPECIAL_CLASS_A_FROM.isoformat()}, when it was a capital "
                "felony and not one of class A"
            )
            return because, ()
    return "", ()


def _open(
    conviction: Conviction, key: str, on: date, unknown: tuple[str, ...], lists: Lists
) -> Ground | None:
    doubt, doubt_missing = _doubt(conviction, key, on, lists)
    if not unknown and not doubt:
        return None
    clauses = [_unknown_words(conviction, unknown, on)] if unknown else []
    if doubt:
        clauses.append(doubt)
    return Ground(
        OPEN,
        " and ".join(clauses),
        (key,),
        merged([unknown, doubt_missing]),
        bool(doubt) and not doubt_missing,
    )


def class_a_or_b(conviction: Conviction, key: str, on: date, lists: Lists) -> Ground:
    """Read one entry against "has been convicted of a class A or B felony offense"."""
    spared = _not_a_conviction(conviction, key)
    if spared is not None:
        return spared
    if conviction.jurisdiction not in (None, "CT"):
        return _elsewhere(conviction, key)
    class_ = conviction.class_
    counted = class_ is None or class_ in _COUNTED
    if not counted and conviction.jurisdiction == "CT":
        because = (
            f"{_class_words(class_)}{named(conviction)} is not one of class A or B"
        )
        return Ground(NOT_MET, because, (key,))
    struck = _struck(conviction, on, lists)
    if struck is not None and conviction.jurisdiction == "CT":
        because = f"{struck} was struck from the table of class A and B felonies"
        return Ground(NOT_MET, because, (key,))
    unknown = _unknowns(conviction, key, on)
    open_ground = _open(conviction, key, on, unknown, lists)
    if open_ground is not None:
        return open_ground
    return Ground(MET, f"there is {_class_words(class_)}{named(conviction)}", (key,))


def _candidate(conviction: Conviction, lists: Lists) -> str | None:
    for section in sections_of(conviction.section):
        if section not in lists.candidates:
            continue
        if section == _FOURTH_DEGREE and conviction.class_ not in ("D", None):
            continue
        return section
    return None


def class_a_or_b_or_listed(
    conviction: Conviction, key: str, on: date, lists: Lists
) -> Ground:
    """Read one entry as in 2019, and against the offences which P.A. 25-29 added."""
    ground = class_a_or_b(conviction, key, on, lists)
    if conviction.jurisdiction not in (None, "CT") or ground.state is MET:
        return ground
    if conviction.disposition not in (None, "convicted"):
        return ground
    if conviction.class_ is not None and conviction.class_ not in LISTABLE_2025:
        return ground
    if not sections_of(conviction.section):
        return _section_unknown(conviction, key, on)
    section = _candidate(conviction, lists)
    if section is None:
        return _not_listed(conviction, ground)
    return _listed(conviction, key, on, section, ground, lists)


def _section_unknown(conviction: Conviction, key: str, on: date) -> Ground:
    missing = (*_unknowns(conviction, key, on), f"{key}.section")
    because = _unknown_words(conviction, missing, on)
    return Ground(OPEN, because, (key,), missing, False, False)


def _not_listed(conviction: Conviction, ground: Ground) -> Ground:
    if conviction.class_ is None or ground.state is OPEN:
        return ground
    because = (
        f"{ground.because} and is not known to be one of the thirteen offences added "
        "in 2025 (that list is not confirmed)"
    )
    return ground._replace(because=because, confirmed=False)


def _listed(
    conviction: Conviction,
    key: str,
    on: date,
    section: str,
    ground: Ground,
    lists: Lists,
) -> Ground:
    ruling = lists.ruling_on(section, on)
    if ruling is None:
        missing = _unknowns(conviction, key, on)
        because = (
            f"{_class_words(conviction.class_)} under {section} is a possible 2025 "
            "exception: verify against P.A. 25-29"
        )
        return Ground(OPEN, because, (key,), missing, True, False)
    if ruling.status == STRUCK:
        return _not_listed(conviction, ground)
    return _confirmed_offence(conviction, key, on, section, ruling)


def _confirmed_offence(
    conviction: Conviction, key: str, on: date, section: str, ruling: Ruling
) -> Ground:
    missing = _unknowns(conviction, key, on)
    if missing:
        return Ground(OPEN, _unknown_words(conviction, missing, on), (key,), missing)
    if conviction.inchoate is not None:
        because = (
            f"whether {conviction.inchoate} to commit the offence of {section} counts "
            f"is not settled by {ruling.citation}"
        )
        return Ground(OPEN, because, (key,), (), True, False)
    because = (
        f"there is {_class_words(conviction.class_)} under {section}, an offence added "
        f"in 2025 ({ruling.citation})"
    )
    return Ground(MET, because, (key,))


def felony_of_any_class(
    conviction: Conviction, key: str, on: date, lists: Lists
) -> Ground:
    """Read one entry against "convicted of a felony", as the section had it in 2014."""
    spared = _not_a_conviction(conviction, key)
    if spared is not None:
        return spared
    if conviction.class_ == "misdemeanor":
        because = f"the misdemeanor conviction{named(conviction)} is not of a felony"
        return Ground(NOT_MET, because, (key,))
    unknown = _unknowns(conviction, key, on)
    if unknown:
        return Ground(OPEN, _unknown_words(conviction, unknown, on), (key,), unknown)
    if conviction.jurisdiction not in STATES:
        because = (
            f"the conviction{named(conviction)} is of a court that may not be one "
            "of the United States"
        )
        return Ground(OPEN, because, (key,), (), True)
    because = f"there is {_class_words(conviction.class_)}{named(conviction)}"
    return Ground(MET, because, (key,))


_NOT_KNOWN: Final = Ground(
    OPEN,
    "whether there is any conviction is not known",
    ("convictions",),
    ("convictions",),
)
_NONE: Final = Ground(NOT_MET, "there is no conviction", ("convictions",))


def convicted(facts: Facts, reading: _Reading, lists: Lists) -> Ground:
    """Weigh all entries of the list by one reading; one that counts suffices."""
    convictions = facts.convictions
    if convictions is None:
        return _NOT_KNOWN
    if not convictions:
        return _NONE
    on = facts.act.on
    return any_of(
        [
            reading(conviction, f"convictions[{index}]", on, lists)
            for index, conviction in enumerate(convictions)
        ]
    )
