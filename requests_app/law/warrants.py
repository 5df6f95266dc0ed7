"""Reading a list of warrants: judicial, administrative, or not to be told apart.

(a)(1) makes a warrant administrative by who issued it and (a)(7) says who is a judicial
officer. Promises that a paper with a doubtful signature is never taken for a judge's.
"""

from __future__ import annotations

from typing import Final

from .facts import Facts, Warrant
from .findings import MET, NOT_MET, OPEN, Ground, any_of

ADMINISTRATIVE_FORMS: Final = ("I-200", "I-205", "I-862", "I-203", "removal_order")
COURT_FORMS: Final = ("AO-442", "AO-93", "state")
JUDICIAL_OFFICERS: Final = ("state_judge", "federal_judge", "federal_magistrate_judge")
IMMIGRATION_SIGNERS: Final = ("immigration_judge", "immigration_officer")
DOUBTFUL_SIGNERS: Final = ("court_clerk", "out_of_state_judge")

_SIGNER_WORDS: Final = {
    "state_judge": "a state judge",
    "federal_judge": "a federal judge",
    "federal_magistrate_judge": "a federal magistrate judge",
    "immigration_judge": "an immigration judge",
    "immigration_officer": "an immigration officer",
    "court_clerk": "a court clerk",
    "out_of_state_judge": "a judge of another state",
}
_FORM_WORDS: Final = {
    "removal_order": "the removal order",
    "state": "the state warrant",
    "other": "the warrant on another form",
    None: "the warrant of unknown form",
}


def named(warrant: Warrant) -> str:
    """Name a warrant by its form."""
    return _FORM_WORDS.get(warrant.form) or f"the {warrant.form}"


def _signer_unknown(warrant: Warrant) -> bool:
    return warrant.signed_by is None or warrant.signed_by == "unknown"


def accompanies(warrant: Warrant, key: str) -> Ground:
    """Read one warrant: does it come with the detainer, from a judicial officer?"""
    refused = _refused(warrant)
    if refused is not None:
        return Ground(NOT_MET, refused, (key,))
    doubt = _doubt(warrant)
    missing = _unknowns(warrant, key)
    if doubt:
        return Ground(OPEN, doubt, (key,), missing, True)
    if missing:
        return Ground(OPEN, _unknown_words(warrant), (key,), missing)
    signer = _SIGNER_WORDS[warrant.signed_by or ""]
    because = f"{named(warrant)}, signed by {signer}, accompanies the detainer"
    return Ground(MET, because, (key,))


def _refused(warrant: Warrant) -> str | None:
    judicial = warrant.signed_by in JUDICIAL_OFFICERS
    if warrant.form in ADMINISTRATIVE_FORMS and not judicial:
        return f"{named(warrant)} is an administrative warrant"
    if warrant.signed_by in IMMIGRATION_SIGNERS:
        signer = _SIGNER_WORDS[warrant.signed_by or ""]
        return f"{named(warrant)} is signed by {signer}, who is not a judicial officer"
    if warrant.accompanies_detainer is False:
        return f"{named(warrant)} does not accompany the detainer"
    if warrant.names_person is False:
        return f"{named(warrant)} does not name the person"
    return None


def _doubt(warrant: Warrant) -> str | None:
    if warrant.form in ADMINISTRATIVE_FORMS:
        return f"{named(warrant)} is an administrative form with a judge's signature"
    if warrant.signed_by in DOUBTFUL_SIGNERS:
        signer = _SIGNER_WORDS[warrant.signed_by or ""]
        return (
            f"{named(warrant)} is signed by {signer}, and the section does not say "
            "whether that is a judicial officer"
        )
    if warrant.form == "AO-93":
        return "the AO-93 is a search warrant and does not order that a person be held"
    return None


def _unknowns(warrant: Warrant, key: str) -> tuple[str, ...]:
    missing = []
    if warrant.form is None:
        missing.append(f"{key}.form")
    if _signer_unknown(warrant):
        missing.append(f"{key}.signed_by")
    if warrant.accompanies_detainer is None:
        missing.append(f"{key}.accompanies_detainer")
    if warrant.names_person is None:
        missing.append(f"{key}.names_person")
    return tuple(missing)


def _unknown_words(warrant: Warrant) -> str:
    if _signer_unknown(warrant):
        return f"who signed {named(warrant)} is not known"
    if warrant.form is None:
        return "the form of the warrant is not known"
    if warrant.accompanies_detainer is None:
        return f"whether {named(warrant)} accompanies the detainer is not known"
    return f"whether {named(warrant)} names the person is not known"


def is_administrative(warrant: Warrant, key: str) -> Ground:
    """Read one warrant against (a)(1): was it issued by an immigration agent?"""
    form, signer = warrant.form, warrant.signed_by
    if form in ADMINISTRATIVE_FORMS:
        if signer in JUDICIAL_OFFICERS:
            because = f"{named(warrant)} is an administrative form with a judge's"
            return Ground(OPEN, f"{because} signature", (key,), (), True)
        return Ground(MET, f"{named(warrant)} is an administrative warrant", (key,))
    if signer in IMMIGRATION_SIGNERS:
        because = f"{named(warrant)} is signed by {_SIGNER_WORDS[signer or '']}"
        return Ground(MET, because, (key,))
    if _signer_unknown(warrant):
        missing = (f"{key}.form",) if form is None else ()
        because = f"who signed {named(warrant)} is not known"
        return Ground(OPEN, because, (key,), (*missing, f"{key}.signed_by"))
    if form is None:
        because = "the form of the warrant is not known"
        return Ground(OPEN, because, (key,), (f"{key}.form",))
    because = f"{named(warrant)} is signed by {_SIGNER_WORDS[signer or '']}"
    return Ground(NOT_MET, because, (key,))


_NOT_KNOWN: Final = Ground(
    OPEN, "whether there is a warrant is not known", ("warrants",), ("warrants",)
)
_NONE: Final = Ground(NOT_MET, "there is no warrant", ("warrants",))


def accompanied_by_judicial_warrant(facts: Facts) -> Ground:
    """Weigh all warrants; one that a judicial officer signed suffices."""
    warrants = facts.warrants
    if warrants is None:
        return _NOT_KNOWN
    if not warrants:
        return _NONE
    return any_of(
        [
            accompanies(warrant, f"warrants[{index}]")
            for index, warrant in enumerate(warrants)
        ]
    )


def any_administrative(facts: Facts) -> Ground | None:
    """Weigh all warrants; one administrative warrant suffices, none gives nothing."""
    warrants = facts.warrants
    if warrants is None:
        return _NOT_KNOWN
    if not warrants:
        return None
    return any_of(
        [
            is_administrative(warrant, f"warrants[{index}]")
            for index, warrant in enumerate(warrants)
        ]
    )
