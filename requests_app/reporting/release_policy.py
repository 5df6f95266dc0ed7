"""What leaves the agency, field by field and audience by audience. Pure.

`release_policy.csv` is the policy: a lawyer reads and changes it. Each field is either
released or withheld under a named exemption; a field that is not in the table is not
known to the extract and leaves with nobody. An extract is built from the released
fields alone: nothing is covered, because nothing withheld is ever put in.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("release_policy.csv")
RELEASE = "release"
TO_BE_NAMED = "C.G.S. 1-210, subdivision to be named by counsel"


@dataclass(frozen=True)
class Exemption:
    """Why something is withheld; `is_confirmed` when counsel has named the citation."""

    code: str
    citation: str
    words: str
    is_confirmed: bool = False

    @property
    def label(self) -> str:
        """What stands in the place of what is withheld."""
        return f"[Withheld: {self.citation}. {self.words}]"


# No citation here has been confirmed by counsel: the subdivision is named by the
# agency in the setting RELEASE_CITATIONS, and is then shown as confirmed.
EXEMPTIONS: Mapping[str, Exemption] = {
    one.code: one
    for one in (
        Exemption(
            "privacy", TO_BE_NAMED, "It tells who the individual is, or is personal."
        ),
        Exemption(
            "arrest",
            "C.G.S. 1-215, subsection to be named by counsel",
            "Records of arrest are released under a section of their own.",
        ),
        Exemption("internal", TO_BE_NAMED, "Internal notes of staff."),
        Exemption(
            "withhold_third", TO_BE_NAMED, "It tells of a third person, not asked for."
        ),
        Exemption(
            "identifiers",
            "C.G.S. 54-192h(e)(3), identifiers removed",
            "Records for this audience go without what identifies the individual.",
            is_confirmed=True,
        ),
    )
}


@dataclass(frozen=True)
class Rule:
    """One field of the policy for one audience."""

    field: str
    label: str
    exemption: Exemption | None

    @property
    def is_released(self) -> bool:
        return self.exemption is None


@cache
def _rows() -> tuple[dict, ...]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def rules_for(audience: str, *, citations: Mapping[str, str]) -> list[Rule]:
    """The policy for an audience; `citations` are those that counsel has named."""
    return [
        Rule(
            row["field"],
            row["what it is"],
            None
            if row[audience] == RELEASE
            else exemption(row[audience], citations=citations),
        )
        for row in _rows()
    ]


def exemption(code: str, *, citations: Mapping[str, str]) -> Exemption:
    """An exemption of the policy by its code, with the citation counsel has named."""
    found = EXEMPTIONS[code]
    named = citations.get(code)
    return Exemption(code, named, found.words, is_confirmed=True) if named else found
