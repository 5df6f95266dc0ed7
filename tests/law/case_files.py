"""Reading the cases that lawyers write: one TOML file per subject.

A file may hold a `base` of facts; a case changes some of them under `facts`, or makes
them unknown by naming them under `unknown`. `findings` is complete: each citation
without its "54-192h", and its result. `supposed` tries a change from a day `on`. What
a case does not say of `missing`, `version` or `municipal_report` is not tested;
everything else has a plain default.
"""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from requests_app import law

FOLDER = Path(__file__).parent / "cases"
KEYS = {
    "name",
    "facts",
    "unknown",
    "findings",
    "missing",
    "unconfirmed",
    "ice_access",
    "municipal_report",
    "legal_review",
    "covered",
    "version",
    "rulings",
    "stays",
    "supposed",
}


@dataclass(frozen=True)
class Case:
    """One case: facts in, and all that is expected of the assessment."""

    subject: str
    name: str
    given: dict
    expected: dict

    @cached_property
    def facts(self):
        return law.parse(self.given)

    @cached_property
    def statute(self):
        rulings = [law.Ruling(**row) for row in self.expected.get("rulings", [])]
        stays = [
            law.Stay(**{"until_date": None, **row})
            for row in self.expected.get("stays", [])
        ]
        statute = law.STATUTE.with_rulings(rulings).with_stays(stays)
        return _as_supposed(statute, **self.expected.get("supposed", {}))

    @cached_property
    def assessment(self):
        return law.assess(self.facts, self.statute)


def _as_supposed(statute, *, on=None, version=None, stay=None, ruling=None):
    """The statute as a rehearsal tries it: a version, a stay or a ruling from a day."""
    if version:
        statute = statute.supposing_version(version, on)
    if stay:
        statute = statute.supposing_stay(stay, on)
    if ruling:
        statute = statute.supposing_ruling(law.Ruling(effective_from=on, **ruling))
    return statute


def _case(subject, base, row):
    unknown_keys = set(row) - KEYS
    if unknown_keys:
        raise ValueError(f"{subject}: {row['name']}: {sorted(unknown_keys)}")
    given = {**base, **row.get("facts", {})}
    for key in row.get("unknown", []):
        given[key] = None
    return Case(subject, row["name"], given, row)


def all_cases():
    """Read every case of every file, in order."""
    cases = []
    for file in sorted(FOLDER.glob("*.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        base = content.get("base", {})
        cases += [_case(file.stem, base, row) for row in content["case"]]
    return cases


def unproved(provisions, cases):
    """Give each (provision, result) that no case without a stay shows."""
    shown = {
        (finding.version, finding.citation, finding.result)
        for case in cases
        if not case.expected.keys() & {"stays", "supposed"}
        for finding in case.assessment.findings
    }
    return [
        (provision.id, result)
        for provision in provisions
        for result in provision.results
        if (provision.version, provision.citation, result) not in shown
    ]
