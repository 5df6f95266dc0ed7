"""The words of the section, paragraph by paragraph, for a page and for a citation.

Promises the text where it is on file, which is that of 2019, and otherwise the summary,
marked as such. Refuses to show the words of one version as those of another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

TEXT: Final = Path(__file__).parent / "text" / "54-192h_2019.txt"
SECTION: Final = "54-192h"
ON_FILE: Final = "2019"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the section, with an anchor of its own on the page."""

    anchor: str
    citation: str
    text: str
    depth: int


@dataclass(frozen=True, slots=True)
class Words:
    """What a citation cites: the text where it is on file, and a summary always."""

    citation: str
    version: str
    text: str | None
    summary: str
    on_file: bool


class UnknownCitation(LookupError):
    """No version of the section on file or summarised has this citation."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a doubtful place of the section is read here."""

    citation: str
    sentence: str


_SUMMARIES_2014: Final = {
    "54-192h(a)": (
        "A civil immigration detainer is only a request under 8 CFR 287.7. Bound are "
        "the Department of Correction, municipal police, the State Police, judicial "
        "marshals and state marshals, and nobody else."
    ),
    "54-192h(b)": (
        "No detention on a detainer unless the officer determines that the person (1) "
        "is convicted of a felony, of any class, by a court of this state or of any "
        "competent court in the United States; (2) has pending Connecticut charges "
        "and has not posted bond; (3) has an outstanding Connecticut arrest warrant; "
        "(4) is a known gang member in a database or a Security Risk Group Safety "
        "Threat member; (5) is a possible match in the terrorist screening database; "
        "(6) has a final order of deportation or removal; (7) presents an unacceptable "
        "risk to public safety."
    ),
    "54-192h(c)": (
        "On deciding, the officer notifies ICE at once. A hold lasts at most 48 hours, "
        "Saturdays, Sundays and federal holidays excluded."
    ),
}

_SUMMARIES_2019: Final = {
    "54-192h(a)": "Definitions.",
    "54-192h(a)(1)": "What an administrative warrant is.",
    "54-192h(a)(2)": "What a civil immigration detainer is.",
    "54-192h(a)(3)": "What confidential information is.",
    "54-192h(a)(4)": "Who a federal immigration authority is.",
    "54-192h(a)(5)": "What ICE is.",
    "54-192h(a)(6)": "What ICE access is: six kinds of act, to be recorded.",
    "54-192h(a)(6)(A)": "ICE access: responding to a detainer or notification request.",
    "54-192h(a)(6)(B)": "ICE access: notifying the authority of a release.",
    "54-192h(a)(6)(C)": (
        "ICE access: giving nonpublic information on release, home or work address."
    ),
    "54-192h(a)(6)(D)": "ICE access: allowing an interview.",
    "54-192h(a)(6)(E)": "ICE access: allowing the use of a facility or resources.",
    "54-192h(a)(6)(F)": "ICE access: giving information on probation or parole.",
    "54-192h(a)(7)": "Who a judicial officer is; an immigration judge is not.",
    "54-192h(a)(8)": "What a law enforcement agency is.",
    "54-192h(a)(9)": "Who a law enforcement officer is.",
    "54-192h(a)(10)": "Who bail commissioners and the specialists beside them are.",
    "54-192h(a)(11)": "What school police and security departments are.",
    "54-192h(b)": "Five prohibitions, and what they leave free.",
    "54-192h(b)(1)": "Five prohibitions.",
    "54-192h(b)(1)(A)": (
        "No arrest or detention on a civil immigration detainer, unless a judicial "
        "warrant accompanies it, or the person has been convicted of a class A or B "
        "felony, or is a possible match in the Terrorist Screening Database."
    ),
    "54-192h(b)(1)(B)": (
        "No resources spent on telling the authority of the custody status or release "
        "of a detainer's target, except as (e) provides."
    ),
    "54-192h(b)(1)(C)": (
        "No arrest or detention on an administrative warrant. There is no exception."
    ),
    "54-192h(b)(1)(D)": (
        "No access to interview a person in custody, unless the person has been "
        "convicted of a class A or B felony, is a possible match in the Terrorist "
        "Screening Database, or is the subject of an order under 8 USC 1225(d)(4)(B)."
    ),
    "54-192h(b)(1)(E)": (
        "No function of a federal immigration authority. There is no exception."
    ),
    "54-192h(b)(2)": "Fingerprints and the National Crime Information Center are free.",
    "54-192h(c)": (
        "The head of the agency reviews a request for notification of release before "
        "it is answered."
    ),
    "54-192h(d)": (
        "Confidential information is disclosed only on written authorization, for a "
        "criminal investigation of terrorism, or where otherwise required by law."
    ),
    "54-192h(d)(1)": "Disclosure authorized in writing.",
    "54-192h(d)(2)": "Disclosure for a criminal investigation of terrorism.",
    "54-192h(d)(3)": "Disclosure otherwise required by law.",
    "54-192h(e)": "What the person, the public and the state are owed.",
    "54-192h(e)(1)": "What the person is owed.",
    "54-192h(e)(1) copy": (
        "On receipt of a detainer the person is given a copy, even when the agency "
        "refuses it. No hours are set."
    ),
    "54-192h(e)(1) intent": (
        "On receipt of a detainer the person is told whether the agency intends to "
        "comply. No hours are set."
    ),
    "54-192h(e)(1) notification": (
        "When the agency notifies ICE of a release, the person, and the attorney or "
        "one individual designated, are given a copy of the notification and the "
        "reason in writing."
    ),
    "54-192h(e)(2)": "Records of ICE access are public records.",
    "54-192h(e)(3)": (
        "A municipality whose agency gave ICE access in the prior six months reports "
        "to the Office of Policy and Management."
    ),
    "54-192h(f)": "Dissemination and training.",
    "54-192h(g)": "The section gives no authority to detain.",
}

_AMENDED_2025: Final = {
    "54-192h(a)(9)": (
        "Juvenile probation officers, employees of the Division of Criminal Justice "
        "and the Board of Pardons and Paroles are added to those bound."
    ),
    "54-192h(b)(1)(A)": (
        "As in 2019, and a conviction of one of thirteen offences added lets an agency "
        "respond to a detainer. Which sections these are is not confirmed."
    ),
    "54-192h(b)(1)(B)": (
        "As in 2019, following the exceptions of (A) with the thirteen offences added."
    ),
    "54-192h(b)(1)(D)": (
        "As in 2019. Whether the thirteen offences added also permit an interview is "
        "not confirmed; by default they do not."
    ),
}
_RIGHT_TO_SUE: Final = Paragraph(
    "right-to-sue",
    SECTION,
    "Any aggrieved person may seek an injunction against a municipality or its agents; "
    "no damages; costs and fees. The subsection that says so is not confirmed.",
    0,
)
_CARRIED_OVER: Final = "As in 2019, as far as is known: "

_SUMMARIES: Final = {
    "2014": _SUMMARIES_2014,
    "2019": _SUMMARIES_2019,
    "2025": {
        citation: _AMENDED_2025.get(citation, _CARRIED_OVER + summary)
        for citation, summary in _SUMMARIES_2019.items()
    },
}

_LABELS = re.compile(r"(?:\([A-Za-z0-9]{1,2}\) ?)+")
_LABEL = re.compile(r"\(([A-Za-z0-9]{1,2})\)")
_DEPTHS: Final = (re.compile(r"[a-z]"), re.compile(r"[0-9]+"), re.compile(r"[A-Z]"))


def anchor(citation: str) -> str:
    """Give the anchor of a citation on the page: "b-1-A" for "54-192h(b)(1)(A)"."""
    return "-".join(_LABEL.findall(citation.removeprefix(SECTION)))


def _cited(labels: tuple[str, ...]) -> str:
    return SECTION + "".join(f"({label})" for label in labels)


def _depth(label: str) -> int:
    for depth, pattern in enumerate(_DEPTHS):
        if pattern.fullmatch(label):
            return depth
    raise UnknownCitation(f"({label}) is not a letter or number of the section.")


@lru_cache(maxsize=1)
def _text_paragraphs() -> tuple[Paragraph, ...]:
    """Cut the text on file; its heading and its history are not words of the law."""
    paragraphs = []
    path: tuple[str, ...] = ()
    blocks = TEXT.read_text(encoding="utf-8").split("\n\n")
    for block in blocks[1:]:
        text = " ".join(block.split())
        if text.startswith(("(P.A.", "History:")):
            break
        found = _LABELS.match(text)
        if found is None:
            # An unlettered paragraph closes the subdivision that stands above it.
            path = path[:2]
            place = f"{anchor(_cited(path))}-end"
        else:
            for label in _LABEL.findall(found.group()):
                path = (*path[: _depth(label)], label)
            place = anchor(_cited(path))
        paragraphs.append(Paragraph(place, _cited(path), text, len(path) - 1))
    return tuple(paragraphs)


@lru_cache(maxsize=8)
def outline(version: str) -> tuple[Paragraph, ...]:
    """Give the whole section, or its summary, with an anchor per paragraph."""
    if version == ON_FILE:
        return _text_paragraphs()
    if version not in _SUMMARIES:
        raise UnknownCitation(f"There is no version {version} of {SECTION}.")
    paragraphs: dict[str, Paragraph] = {}
    for citation, summary in _SUMMARIES[version].items():
        place = anchor(citation)
        depth = place.count("-")
        if place in paragraphs:
            summary = f"{paragraphs[place].text} {summary}"
        bare = citation.partition(" ")[0]
        paragraphs[place] = Paragraph(place, bare, summary, depth)
    added = (_RIGHT_TO_SUE,) if version == "2025" else ()
    return (*paragraphs.values(), *added)


@lru_cache(maxsize=256)
def words(version: str, citation: str) -> Words:
    """Give the words of a citation in a version, or its summary where none is filed."""
    summary = _SUMMARIES.get(version, {}).get(citation)
    if summary is None:
        raise UnknownCitation(f"Version {version} has no {citation}.")
    if version != ON_FILE:
        return Words(citation, version, None, summary, False)
    place = anchor(citation)
    text = "\n".join(
        paragraph.text
        for paragraph in _text_paragraphs()
        if _belongs(paragraph.anchor, place)
    )
    return Words(citation, version, text, summary, True)


def _belongs(paragraph: str, cited: str) -> bool:
    """Say whether a paragraph is cited, stands below it, or leads in to it."""
    if paragraph == cited or paragraph.startswith(f"{cited}-"):
        return True
    return cited.startswith(f"{paragraph}-")


READINGS: Final = (
    Reading(
        "54-192h",
        "The law of the date of the act is applied, and each duty is judged at its own "
        "date: copy and statement of intent at receipt of the detainer; detention, "
        "notification, interview and disclosure when they happened.",
    ),
    Reading(
        "54-192h(b)(1)(A)",
        "A person transferred on a detainer is held until handed over, so a transfer "
        "is judged as a detention.",
    ),
    Reading(
        "54-192h(b)(1)(A)",
        "The section sets no clock in 2019; a hold of more than 48 hours, which 8 CFR "
        "287.7(d) and the form do not know, is undetermined and goes to legal review.",
    ),
    Reading(
        "54-192h(b)(1)(A)",
        "The class of a conviction is the class of the judgment and is never taken "
        "from the section; a conviction elsewhere than in Connecticut is undetermined.",
    ),
    Reading(
        "54-192h(a)(7)",
        "Whether a court clerk, a judge of another state, a state magistrate, a tribal "
        "or a military judge is a judicial officer is undetermined; so is an "
        "administrative form that bears a judge's signature.",
    ),
    Reading(
        "54-192h(b)(1)(B)",
        "Notification of release is permitted, with the duties of (c) and (e)(1), "
        "where an exception of (A) makes complying with the detainer lawful; custody "
        "status alone is not in (e) and is then undetermined.",
    ),
    Reading(
        "54-192h(b)(1)(B)",
        "Immigration status alone is neither custody status nor confidential "
        "information; because of 8 USC 1373 and 1644 it goes to legal review.",
    ),
    Reading(
        "54-192h(b)(1)(D)",
        "Consent, a judicial warrant and an ICE subpoena are not exceptions for an "
        "interview.",
    ),
    Reading(
        "54-192h(a)(6)",
        "ICE access is a term of record: it is recorded whether the act is permitted "
        "or not, for acts of law enforcement officers on a person under their control.",
    ),
    Reading(
        "54-192h(c)",
        "(c) to (e) bind law enforcement officers and agencies; bail commissioners and "
        "school police are bound by (b)(1) alone.",
    ),
    Reading(
        "54-192h(b)(1)(A)",
        "In 2025, a class C, D or E conviction of a section that may be among the "
        "thirteen offences added is undetermined; of any other section it is no "
        "exception, and the finding is marked as resting on a list not confirmed.",
    ),
    Reading(
        "54-192h(a)(9)",
        "The officials added in 2025 are taken for law enforcement officers, bound by "
        "every subsection.",
    ),
    Reading(
        "54-192h(c)",
        "The 48 hours of 2014 leave out Saturdays, Sundays and federal holidays; the "
        "hour of the start not being a fact, every hour of its day is considered.",
    ),
)


# Law beside the section: shown as "also check", and never as a finding.
ALSO_CHECK: Final = (
    Reading(
        "HB 8004, November 2025 special session",
        "Civil arrests at courthouses, and disclosure of whereabouts and other "
        "personal information by public agencies. The text is not confirmed.",
    ),
    Reading(
        "P.A. 26-14",
        "Protected areas and licence-plate data. The text is not confirmed.",
    ),
    Reading("18-100g", "Correction may release certain sentenced persons to ICE."),
    Reading("54-125d", "Deportation parole."),
    Reading("4-67aa", "Data sharing by state agencies."),
)
