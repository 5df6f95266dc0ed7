"""C.G.S. 54-192h as P.A. 25-29 amends it: in force from 2025-10-01.

Confirmed: the effective date, the officials added, that thirteen offences were added
and the right to sue. Not confirmed: the exact wording, which sections the thirteen
are, whether they also open interviews, whether letters moved. What is not known to
have changed is carried over from 2019 by reference; three provisions are replaced.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from . import act_2019
from .convictions import (
    LISTABLE_2025,
    Lists,
    class_a_or_b_or_listed,
    convicted,
)
from .facts import Facts
from .findings import COMPLIANT, Ground, Verdict, any_of
from .provisions import Version, provision
from .warrants import accompanied_by_judicial_warrant

OFFICIALS_ADDED: Final = (
    "juvenile_probation",
    "criminal_justice_division",
    "pardons_and_paroles",
)
# Reading: the officials added are law enforcement officers, bound by all subsections.
OFFICERS: Final = (*act_2019.OFFICERS, *OFFICIALS_ADDED)
OFFICIALS: Final = (*act_2019.OFFICIALS, *OFFICIALS_ADDED)

VERSION: Final = Version(
    name="2025",
    act="P.A. 25-29",
    effective_from=date(2025, 10, 1),
    effective_until=None,
    confirmed=False,
    note=(
        "Effective date, new officials, the number of offences added and the right to "
        "sue are confirmed. The exact wording is not: the 2019 text is applied, and "
        "what rests on the list of offences is marked as not confirmed."
    ),
    officials=OFFICIALS,
    officers=OFFICERS,
    ice_access=act_2019.ice_access_by(OFFICERS),
    review=act_2019.review,
)


def hold_exceptions(facts: Facts, lists: Lists) -> Ground:
    """The exceptions of (b)(1)(A): those of 2019, and the thirteen offences added."""
    return any_of(
        (
            accompanied_by_judicial_warrant(facts),
            convicted(facts, class_a_or_b_or_listed, lists),
            act_2019.terrorist_database_match(facts),
        )
    )


@provision(
    "54-192h(b)(1)(A)",
    version=VERSION,
    title=act_2019.detention_on_a_detainer.title,
    officials=OFFICIALS,
    acts=act_2019.detention_on_a_detainer.acts,
    confirmed=False,
)
def detention_on_a_detainer(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(b)(1)(A), 2025: as in 2019, with thirteen offences added to (ii).

    The words of P.A. 25-29 are not on file. Confirmed: a conviction of one of thirteen
    offences lets an agency respond to a detainer. Not confirmed: their sections.
    """
    return act_2019.judged_detention(facts, hold_exceptions(facts, lists))


@provision(
    "54-192h(b)(1)(B)",
    version=VERSION,
    title=act_2019.communication_on_custody.title,
    officials=OFFICIALS,
    acts=act_2019.communication_on_custody.acts,
    confirmed=False,
)
def communication_on_custody(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(b)(1)(B), 2025: as in 2019, following the exceptions of (A) of 2025.

    The words of P.A. 25-29 are not on file.
    """
    return act_2019.judged_communication(facts, hold_exceptions(facts, lists))


@provision(
    "54-192h(b)(1)(D)",
    version=VERSION,
    title=act_2019.access_to_interview.title,
    officials=OFFICIALS,
    acts=act_2019.access_to_interview.acts,
    confirmed=False,
)
def access_to_interview(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(b)(1)(D), 2025: the exceptions of 2019; the thirteen do not open it.

    The words of P.A. 25-29 are not on file, and whether the offences added also open
    interviews is not confirmed: by default they do not, and a finding that turns on it
    is marked as not confirmed.
    """
    verdict = act_2019.judged_interview(
        facts, act_2019.interview_exceptions(facts, lists)
    )
    if verdict is None or verdict.result is COMPLIANT or not _turns_on_the_list(facts):
        return verdict
    because = (
        f"{verdict.because[:-1]}; whether the offences added in 2025 also permit "
        "interviews is not confirmed."
    )
    return verdict._replace(because=because, confirmed=False)


def _turns_on_the_list(facts: Facts) -> bool:
    return any(
        conviction.class_ in LISTABLE_2025
        and conviction.disposition in (None, "convicted")
        and conviction.jurisdiction in (None, "CT")
        for conviction in facts.convictions or ()
    )


PROVISIONS: Final = (
    detention_on_a_detainer,
    communication_on_custody,
    act_2019.detention_on_an_administrative_warrant.carried_to(VERSION, OFFICIALS),
    access_to_interview,
    act_2019.federal_function.carried_to(VERSION, OFFICIALS),
    act_2019.review_by_head_of_agency.carried_to(VERSION, OFFICERS),
    act_2019.confidential_information.carried_to(VERSION, OFFICERS),
    act_2019.copy_of_the_detainer.carried_to(VERSION, OFFICERS),
    act_2019.statement_of_intent.carried_to(VERSION, OFFICERS),
    act_2019.copy_of_the_notification.carried_to(VERSION, OFFICERS),
)
