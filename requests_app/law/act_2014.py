"""C.G.S. 54-192h as P.A. 13-155 made it: in force 2014-01-01 until 2019-10-01.

The text of this version is not on file; each provision gives its confirmed substance.
It binds five kinds of officials, knows only a request under 8 CFR 287.7, and says
nothing of communication, interviews, confidential information, copies or reports.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from .convictions import Lists, convicted, felony_of_any_class
from .facts import GROUNDS_2014, Detainer, Facts
from .findings import (
    COMPLIANT,
    MET,
    NOT_MET,
    OPEN,
    UNDETERMINED,
    VIOLATION,
    Ground,
    Verdict,
    any_of,
    joined,
    merged,
)
from .holidays import hours_allowed
from .provisions import Version, provision

OFFICIALS: Final = (
    "correction",
    "municipal_police",
    "state_police",
    "judicial_marshal",
    "state_marshal",
)


def ice_access(facts: Facts) -> tuple[str, ...]:
    """No part of the section spoke of ICE access before 2019-10-01."""
    return ()


def review(facts: Facts) -> bool:
    """Nothing but an undetermined finding sends an act to legal review in 2014."""
    return False


VERSION: Final = Version(
    name="2014",
    act="P.A. 13-155",
    effective_from=date(2014, 1, 1),
    effective_until=date(2019, 10, 1),
    confirmed=True,
    note="The substance is confirmed. The text of this version is not on file.",
    officials=OFFICIALS,
    officers=OFFICIALS,
    ice_access=ice_access,
    review=review,
)

DETAINING: Final = ("detain", "arrest", "transfer")
NOTIFICATION_FORMS: Final = ("I-247N", "I-247G")

_GROUND_WORDS: Final = {
    "pending_charges_no_bond": "Connecticut charges are pending and no bond is posted",
    "arrest_warrant_ct": "there is an outstanding Connecticut arrest warrant",
    "gang_database": "the person is listed as a gang or Security Risk Group member",
    "final_order": "there is a final order of deportation or removal",
    "public_safety_risk": "the officer found an unacceptable risk to public safety",
}
_USED: Final = (
    "detainer",
    "convictions",
    "grounds_2014",
    "terrorist_screening_match",
)


def _other_grounds(facts: Facts) -> Ground:
    known = facts.grounds_2014
    used = ("grounds_2014",)
    if known is None:
        because = "whether one of the other grounds of 2014 is met is not known"
        return Ground(OPEN, because, used, used)
    for ground in GROUNDS_2014:
        if ground in known:
            return Ground(MET, _GROUND_WORDS[ground], used)
    return Ground(NOT_MET, "none of the other grounds of 2014 is met", used)


def _terrorist_database(facts: Facts) -> Ground:
    match = facts.terrorist_screening_match
    used = ("terrorist_screening_match",)
    if match is None:
        because = "whether the terrorist screening database shows a match is not known"
        return Ground(OPEN, because, used, used)
    if match:
        because = "the person is a possible match in the terrorist screening database"
        return Ground(MET, because, used)
    because = "there is no match in the terrorist screening database"
    return Ground(NOT_MET, because, used)


def _request_under_287_7(facts: Facts) -> Ground:
    """(a)(1) of 2014: a detainer is a request under 8 CFR 287.7, and no other."""
    detainer = facts.detainer
    used = ("detainer",)
    if not isinstance(detainer, Detainer):
        because = "whether there is a detainer is not known"
        return Ground(OPEN, because, used, used)
    if detainer.form in NOTIFICATION_FORMS:
        because = f"the {detainer.form} may not be a request under 8 CFR 287.7"
        return Ground(OPEN, because, used, (), True)
    if detainer.form is None and "hold" not in (detainer.asks or ()):
        because = "the form of the detainer is not known"
        return Ground(OPEN, because, used, ("detainer.form",))
    return Ground(MET, "there is a detainer", used)


@provision(
    "54-192h(b)",
    version=VERSION,
    title="Detention on a civil immigration detainer",
    officials=OFFICIALS,
    acts=DETAINING,
)
def detention_on_a_detainer(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(b), 2014: no detention on a detainer without one of seven grounds.

    Substance, the text not being on file: no detention on a detainer unless the
    officer determines that the person (1) is convicted of a felony, of any class, by a
    court of this state or of any competent court in the United States; (2) has pending
    Connecticut charges and has not posted bond; (3) has an outstanding Connecticut
    arrest warrant; (4) is a known gang member in a database or a Security Risk Group
    Safety Threat member; (5) is a possible match in the terrorist screening database;
    (6) has a final order of deportation or removal; (7) presents an unacceptable risk
    to public safety.
    """
    if facts.detainer == "none":
        return None
    ground = any_of(
        (
            convicted(facts, felony_of_any_class, lists),
            _other_grounds(facts),
            _terrorist_database(facts),
        )
    )
    if ground.state is MET:
        because = f"Holding the person has one of seven grounds: {ground.because}."
        return Verdict(COMPLIANT, because, ("detainer", *ground.used))
    request = _request_under_287_7(facts)
    unsettled = [part for part in (request, ground) if part.state is OPEN]
    if unsettled:
        clauses = joined([part.because for part in unsettled])
        return Verdict(
            UNDETERMINED,
            f"Holding the person on a detainer needs one of seven grounds: {clauses}.",
            _USED,
            merged([part.missing for part in unsettled]),
            any(part.law_question for part in unsettled),
        )
    because = f"Holding the person on a detainer is forbidden, for {ground.because}."
    return Verdict(VIOLATION, because, _USED)


@provision(
    "54-192h(c)",
    version=VERSION,
    title="A hold of at most 48 hours",
    officials=OFFICIALS,
    acts=("detain",),
)
def hold_of_48_hours(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(c), 2014: a hold on a detainer lasts at most 48 hours.

    Substance, the text not being on file: on deciding, the officer notifies ICE at
    once; a hold lasts at most 48 hours, Saturdays, Sundays and federal holidays
    excluded.
    """
    held = facts.act.hours_held
    if facts.detainer == "none" or held is None:
        return None
    used = ("act.hours_held", "act.on", "detainer")
    least, most = hours_allowed(facts.act.on)
    hold = f"The hold lasted {held:g} hours from {facts.act.on.isoformat()}"
    if held <= least:
        because = f"{hold}, within the 48 hours counted without days of rest."
        return Verdict(COMPLIANT, because, used)
    if held <= most:
        because = (
            f"{hold}, and the 48 hours counted without days of rest end after "
            f"{least:g} to {most:g} hours, depending on the hour at which it began."
        )
        return Verdict(UNDETERMINED, because, used, (), True)
    request = _request_under_287_7(facts)
    if request.state is OPEN:
        because = f"{hold}, more than the {most:g} allowed, but {request.because}."
        return Verdict(
            UNDETERMINED, because, used, request.missing, request.law_question
        )
    because = f"{hold}, and the 48 hours of 2014 had ended after {most:g} hours."
    return Verdict(VIOLATION, because, used)


PROVISIONS: Final = (detention_on_a_detainer, hold_of_48_hours)
