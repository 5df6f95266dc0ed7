"""C.G.S. 54-192h as P.A. 19-20 and 19-23 made it: in force 2019-10-01 until 2025-10-01.

The full text is on file and confirmed. The provisions follow the order of its words,
and what stands between quotation marks in a docstring are its words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from .convictions import Lists, class_a_or_b, convicted
from .facts import Detainer, Facts
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
)
from .provisions import VIOLATION_ONLY, Version, provision
from .warrants import accompanied_by_judicial_warrant, any_administrative

# (a)(9): "Law enforcement officer" means these. Only they are bound by (c) to (e).
OFFICERS: Final = (
    "correction",
    "municipal_police",
    "state_police",
    "judicial_marshal",
    "state_marshal",
    "adult_probation",
)
# (b)(1) binds these two besides: (a)(10) and (a)(11) define them.
OFFICIALS: Final = (*OFFICERS, "bail_commissioner", "school_police")

# Reading: a person transferred to the authority is held until handed over.
DETAINING: Final = ("detain", "arrest", "transfer")
CONFIDENTIAL: Final = (
    "sexual_orientation",
    "domestic_or_sexual_violence_victim",
    "crime_witness",
    "public_assistance",
    "financial_record",
)
FEDERAL_HOURS: Final = 48


def ice_access_by(officers: tuple[str, ...]) -> Callable[[Facts], tuple[str, ...]]:
    """Give the reading of (a)(6) for a version's law enforcement officers."""

    def ice_access(facts: Facts) -> tuple[str, ...]:
        """54-192h(a)(6): the kinds of ICE access which an act falls under.

        "any of the following actions taken by a law enforcement officer with respect
        to an individual who is stopped by a law enforcement officer with or without
        the individual's consent, arrested, detained or otherwise under the control of
        a law enforcement official or agency". A term of record, not of permission.
        """
        if facts.official not in officers or facts.under_control is False:
            return ()
        kinds = _ACCESS.get(facts.act.kind)
        return kinds(facts) if kinds else ()

    return ice_access


def _access_by_detention(facts: Facts) -> tuple[str, ...]:
    """(A): "Responding to a civil immigration detainer or request for notification"."""
    if isinstance(facts.detainer, Detainer):
        return ("54-192h(a)(6)(A)",)
    return ()


def _access_by_notification(facts: Facts) -> tuple[str, ...]:
    """(B): "being or will be released at a certain date and time"."""
    return (*_access_by_detention(facts), "54-192h(a)(6)(B)")


def _access_by_information(facts: Facts) -> tuple[str, ...]:
    """(B), (C): "nonpublicly available information", and (F) "parole supervision"."""
    given = facts.information or ()
    kinds = []
    if "release_date" in given:
        kinds.append("54-192h(a)(6)(B)")
    places = ("release_date", "home_address", "work_address")
    if facts.publicly_available is not True and any(kind in given for kind in places):
        kinds.append("54-192h(a)(6)(C)")
    if "supervision" in given:
        kinds.append("54-192h(a)(6)(F)")
    return tuple(kinds)


def _access_by_interview(facts: Facts) -> tuple[str, ...]:
    """(D): "Allowing a federal immigration authority to interview such individual"."""
    detainer = facts.detainer
    if isinstance(detainer, Detainer) and "interview" in (detainer.asks or ()):
        return ("54-192h(a)(6)(A)", "54-192h(a)(6)(D)")
    return ("54-192h(a)(6)(D)",)


def _access_by_facility(facts: Facts) -> tuple[str, ...]:
    """(E): "use a facility or resources in the control of a law enforcement agency"."""
    return ("54-192h(a)(6)(E)",)


_ACCESS: Final = {
    "detain": _access_by_detention,
    "arrest": _access_by_detention,
    "transfer": _access_by_detention,
    "notify_release": _access_by_notification,
    "share_information": _access_by_information,
    "interview": _access_by_interview,
    "provide_facility": _access_by_facility,
}


def review(facts: Facts) -> bool:
    """Say whether the act goes to legal review whatever the findings are.

    Immigration status: 8 U.S.C. 1373 and 1644 speak of it, (a)(3) does not. A hold of
    more than 48 hours: 8 CFR 287.7(d) and the form know no longer one.
    """
    if facts.act.kind == "share_information":
        return "immigration_status" in (facts.information or ())
    return _is_long_hold(facts)


def _is_long_hold(facts: Facts) -> bool:
    hours = facts.act.hours_held
    # Custody without any detainer is not what the 48 hours of the form speak of.
    return (
        facts.act.kind == "detain"
        and facts.detainer != "none"
        and hours is not None
        and hours > FEDERAL_HOURS
    )


VERSION: Final = Version(
    name="2019",
    act="P.A. 19-20, P.A. 19-23",
    effective_from=date(2019, 10, 1),
    effective_until=date(2025, 10, 1),
    confirmed=True,
    note="The full text is on file and confirmed.",
    officials=OFFICIALS,
    officers=OFFICERS,
    ice_access=ice_access_by(OFFICERS),
    review=review,
)


_TERRORIST: Final = ("terrorist_screening_match",)
_TERRORIST_GROUNDS: Final = {
    True: Ground(
        MET,
        "the person is a possible match in the Terrorist Screening Database",
        _TERRORIST,
    ),
    False: Ground(
        NOT_MET, "there is no match in the Terrorist Screening Database", _TERRORIST
    ),
    None: Ground(
        OPEN,
        "whether the Terrorist Screening Database shows a match is not known",
        _TERRORIST,
        _TERRORIST,
    ),
}


def terrorist_database_match(facts: Facts) -> Ground:
    """The exception that (A)(iii) and (D)(ii) share, in the same words."""
    return _TERRORIST_GROUNDS[facts.terrorist_screening_match]


_HOLD_USED: Final = (
    "detainer",
    "warrants",
    "convictions",
    "terrorist_screening_match",
)


def hold_exceptions(facts: Facts, lists: Lists) -> Ground:
    """The exceptions of (b)(1)(A), and of no other provision in their own right.

    "(i) the detainer is accompanied by a warrant issued or signed by a judicial
    officer, (ii) the individual has been convicted of a class A or B felony offense,
    or (iii) the individual is identified as a possible match in the federal Terrorist
    Screening Database or similar database"
    """
    return any_of(
        (
            accompanied_by_judicial_warrant(facts),
            convicted(facts, class_a_or_b, lists),
            terrorist_database_match(facts),
        )
    )


@provision(
    "54-192h(b)(1)(A)",
    version=VERSION,
    title="Arrest or detention on a civil immigration detainer",
    officials=OFFICIALS,
    acts=DETAINING,
)
def detention_on_a_detainer(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(b)(1)(A): arrest or detention pursuant to a civil immigration detainer.

    "Arrest or detain an individual pursuant to a civil immigration detainer unless (i)
    the detainer is accompanied by a warrant issued or signed by a judicial officer,
    (ii) the individual has been convicted of a class A or B felony offense, or (iii)
    the individual is identified as a possible match in the federal Terrorist Screening
    Database or similar database"
    """
    return judged_detention(facts, hold_exceptions(facts, lists))


_ACT_WORDS: Final = {
    "detain": "Holding the person",
    "arrest": "Arresting the person",
    "transfer": "Holding the person for transfer",
}


def judged_detention(facts: Facts, exception: Ground) -> Verdict | None:
    """Judge a detention by the exceptions of (b)(1)(A) as a version has them."""
    if facts.detainer == "none":
        return None
    verdict = _unless_excepted(
        facts,
        exception,
        f"{_ACT_WORDS[facts.act.kind]} on a civil immigration detainer",
    )
    if not _is_long_hold(facts) or verdict.result is VIOLATION:
        return verdict
    because = (
        f"{verdict.because[:-1]}, but the hold lasted {facts.act.hours_held:g} hours, "
        "where 8 CFR 287.7(d) and the form allow 48 and the section sets no clock."
    )
    used = (*verdict.used, "act.hours_held")
    return verdict._replace(
        result=UNDETERMINED, because=because, used=used, law_question=True
    )


def _unless_excepted(facts: Facts, exception: Ground, act: str) -> Verdict:
    if exception.state is MET:
        because = f"{act} falls under an exception: {exception.because}."
        used = ("detainer", *exception.used)
        return Verdict(COMPLIANT, because, used, (), False, exception.confirmed)
    if isinstance(facts.detainer, Detainer):
        if exception.state is NOT_MET:
            because = (
                f"{act} is forbidden, for no exception is met: {exception.because}."
            )
            return Verdict(
                VIOLATION, because, _HOLD_USED, (), False, exception.confirmed
            )
        because = f"{act} is permitted only by an exception: {exception.because}."
        missing = exception.missing
    else:
        because = f"Whether there was a detainer is not known, and {exception.because}."
        open_keys = exception.missing if exception.state is OPEN else ()
        missing = ("detainer", *open_keys)
    return Verdict(
        UNDETERMINED,
        because,
        _HOLD_USED,
        missing,
        exception.law_question,
        exception.confirmed,
    )


@provision(
    "54-192h(b)(1)(B)",
    version=VERSION,
    title="Telling the authority of a detainer target's custody status or release",
    officials=OFFICIALS,
    acts=("notify_release", "share_information"),
)
def communication_on_custody(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(b)(1)(B): communication on the custody status or release of a target.

    "Expend or use time, money, facilities, property, equipment, personnel or other
    resources to communicate with a federal immigration authority regarding the custody
    status or release of an individual targeted by a civil immigration detainer, except
    as provided in subsection (e) of this section"

    Reading: (e)(1) speaks of notification by an agency that "is complying with the
    detainer", so a notification of release is provided for where an exception of (A)
    makes complying lawful. Custody status is not in (e)(1).
    """
    return judged_communication(facts, hold_exceptions(facts, lists))


def judged_communication(facts: Facts, exception: Ground) -> Verdict | None:
    """Judge a communication by the exceptions of (b)(1)(A) as a version has them."""
    if facts.detainer == "none":
        return None
    if facts.act.kind == "notify_release":
        return _unless_excepted(
            facts,
            exception,
            "Telling the federal authority of a detainer target's release",
        )
    given = facts.information
    if given is None:
        return _information_unknown(facts, exception)
    if "custody_status" in given:
        return _custody_status_told(facts, exception)
    if "release_date" in given:
        return _unless_excepted(
            facts,
            exception,
            "Giving the federal authority a detainer target's release date",
        )
    return None


def _information_unknown(facts: Facts, exception: Ground) -> Verdict:
    missing = exception.missing if exception.state is OPEN else ()
    if facts.detainer is None:
        missing = ("detainer", *missing)
    because = "What information is given to the federal authority is not known."
    return Verdict(
        UNDETERMINED,
        because,
        ("information", "detainer"),
        ("information", *missing),
        exception.state is OPEN and exception.law_question,
        exception.confirmed,
    )


def _custody_status_told(facts: Facts, exception: Ground) -> Verdict:
    act = "Telling the federal authority a detainer target's custody status"
    verdict = _unless_excepted(facts, exception, act)
    if verdict.result is not COMPLIANT:
        return verdict
    because = (
        f"{act}; {exception.because}, but subsection (e) provides for a notification "
        "of release and does not speak of custody status."
    )
    missing = ("detainer",) if facts.detainer is None else ()
    used = (*verdict.used, "information")
    return verdict._replace(
        result=UNDETERMINED,
        because=because,
        used=used,
        missing=missing,
        law_question=True,
    )


@provision(
    "54-192h(b)(1)(C)",
    version=VERSION,
    title="Arrest or detention on an administrative warrant",
    officials=OFFICIALS,
    acts=DETAINING,
)
def detention_on_an_administrative_warrant(
    facts: Facts, lists: Lists
) -> Verdict | None:
    """54-192h(b)(1)(C): arrest or detention based on an administrative warrant.

    "Arrest or detain an individual based on an administrative warrant". There is no
    exception, and none of (A) cures it.
    """
    administrative = any_administrative(facts)
    if administrative is None:
        return None
    act = _ACT_WORDS[facts.act.kind]
    if administrative.state is MET:
        because = (
            f"{act} on an administrative warrant is forbidden without exception: "
            f"{administrative.because}."
        )
        return Verdict(VIOLATION, because, administrative.used)
    if administrative.state is OPEN:
        because = (
            f"{act} on an administrative warrant is forbidden without exception, and "
            f"it is not settled whether there is one: {administrative.because}."
        )
        return Verdict(
            UNDETERMINED,
            because,
            administrative.used,
            administrative.missing,
            administrative.law_question,
        )
    because = (
        f"{act} does not rest on an administrative warrant: {administrative.because}."
    )
    return Verdict(COMPLIANT, because, administrative.used)


_ORDER: Final = ("order_1225d4B",)
_ORDER_GROUNDS: Final = {
    True: Ground(MET, "there is a court order under 8 USC 1225(d)(4)(B)", _ORDER),
    False: Ground(NOT_MET, "there is no court order under 8 USC 1225(d)(4)(B)", _ORDER),
    None: Ground(
        OPEN,
        "whether there is a court order under 8 USC 1225(d)(4)(B) is not known",
        _ORDER,
        _ORDER,
    ),
}
_INTERVIEW_USED: Final = (
    "convictions",
    "terrorist_screening_match",
    "order_1225d4B",
    "under_control",
)


def interview_exceptions(facts: Facts, lists: Lists) -> Ground:
    """The exceptions of (b)(1)(D), and of no other provision.

    "(i) has been convicted of a class A or B felony offense, (ii) is identified as a
    possible match in the federal Terrorist Screening Database or similar database, or
    (iii) is the subject of a court order issued under 8 USC 1225(d)(4)(B)"
    """
    return any_of(
        (
            convicted(facts, class_a_or_b, lists),
            _TERRORIST_GROUNDS[facts.terrorist_screening_match],
            _ORDER_GROUNDS[facts.order_1225d4B],
        )
    )


def _not_exceptions(facts: Facts) -> str:
    """Name what is at hand and is no exception: the words list three, and not these."""
    present = []
    if facts.written_authorization in ("person", "parent_or_guardian"):
        present.append("consent")
    if facts.warrants:
        present.append("a warrant")
    if facts.ice_subpoena:
        present.append("an ICE subpoena")
    if not present:
        return ""
    return f" ({' and '.join(present)} is at hand, which is no exception)"


@provision(
    "54-192h(b)(1)(D)",
    version=VERSION,
    title="Access to interview a person in custody",
    officials=OFFICIALS,
    acts=("interview",),
)
def access_to_interview(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(b)(1)(D): access to interview an individual in custody.

    "Give a federal immigration authority access to interview an individual who is in
    the custody of a law enforcement agency unless the individual (i) has been convicted
    of a class A or B felony offense, (ii) is identified as a possible match in the
    federal Terrorist Screening Database or similar database, or (iii) is the subject of
    a court order issued under 8 USC 1225(d)(4)(B)"
    """
    return judged_interview(facts, interview_exceptions(facts, lists))


def judged_interview(facts: Facts, exception: Ground) -> Verdict | None:
    """Judge an interview by the exceptions of (b)(1)(D) as a version has them."""
    if facts.under_control is False:
        return None
    act = "Access to interview the person"
    if exception.state is MET:
        because = f"{act} falls under an exception: {exception.because}."
        return Verdict(COMPLIANT, because, exception.used)
    aside = _not_exceptions(facts)
    if exception.state is NOT_MET and facts.under_control:
        because = (
            f"{act} is forbidden, for no exception is met: {exception.because}{aside}."
        )
        return Verdict(
            VIOLATION, because, _INTERVIEW_USED, (), False, exception.confirmed
        )
    clauses = [exception.because] if exception.state is OPEN else []
    missing = exception.missing if exception.state is OPEN else ()
    if facts.under_control is None:
        clauses.append("whether the person was in custody is not known")
        missing = (*missing, "under_control")
    because = f"{act} is permitted only by an exception: {joined(clauses)}{aside}."
    return Verdict(
        UNDETERMINED,
        because,
        _INTERVIEW_USED,
        missing,
        exception.state is OPEN and exception.law_question,
        exception.confirmed,
    )


@provision(
    "54-192h(b)(1)(E)",
    version=VERSION,
    title="Performing a function of a federal immigration authority",
    officials=OFFICIALS,
    acts=("federal_function",),
    results=VIOLATION_ONLY,
)
def federal_function(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(b)(1)(E): performing a function of a federal immigration authority.

    "Perform any function of a federal immigration authority, whether pursuant to 8 USC
    1357(g) or any other law, regulation, agreement, contract or policy, whether formal
    or informal". There is no exception.
    """
    because = (
        "Performing a function of a federal immigration authority, under any agreement "
        "or none, is forbidden without exception."
    )
    return Verdict(VIOLATION, because, ("act.kind",))


@provision(
    "54-192h(c)",
    version=VERSION,
    title="Review by the head of the agency before the answer",
    officials=OFFICERS,
    acts=("notify_release",),
)
def review_by_head_of_agency(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(c): the head of the agency reviews a request for notification first.

    "Prior to responding to a request for notification of the release date and time from
    custody of a law enforcement agency of an individual suspected of violating a
    federal immigration law or who has been issued a final order of removal, the law
    enforcement officer shall forward the request to the head of the law enforcement
    agency for review."
    """
    if not _is_notification_asked(facts):
        return None
    return _duty(
        facts.head_reviewed,
        "head_reviewed",
        "The head of the agency has reviewed the request for notification.",
        "The head of the agency has not reviewed the request for notification, which "
        "is due before it is answered.",
        "Whether the head of the agency reviewed the request before the answer is not "
        "known.",
    )


def _is_notification_asked(facts: Facts) -> bool:
    """Every form but the bare hold request asks for notification by its own words."""
    detainer = facts.detainer
    if not isinstance(detainer, Detainer):
        return detainer is None
    if not detainer.asks or "notify_release" in detainer.asks:
        return True
    return detainer.form not in ("I-247D", "other")


def _duty(done: bool | None, key: str, kept: str, broken: str, unknown: str) -> Verdict:
    if done is None:
        return Verdict(UNDETERMINED, unknown, (key,), (key,))
    if done:
        return Verdict(COMPLIANT, kept, (key,))
    return Verdict(VIOLATION, broken, (key,))


@provision(
    "54-192h(d)",
    version=VERSION,
    title="Disclosure of confidential information",
    officials=OFFICERS,
    acts=("share_information",),
)
def confidential_information(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(d): confidential information is disclosed only in three cases.

    "Any confidential information of an individual who comes into contact with a law
    enforcement officer may be disclosed to a federal immigration authority only if such
    disclosure is: (1) Authorized in writing by the individual to whom the information
    pertains, or by the parent or guardian of such individual if the individual is a
    minor or not legally competent to consent to such disclosure; (2) Necessary in
    furtherance of a criminal investigation of terrorism; or (3) Otherwise required by
    law."
    """
    if facts.information is None:
        because = "What information is given to the federal authority is not known."
        return Verdict(UNDETERMINED, because, ("information",), ("information",))
    given = [kind for kind in CONFIDENTIAL if kind in facts.information]
    if not given:
        return None
    act = f"Disclosing confidential information ({_kinds_words(given)})"
    ground = any_of((_authorized(facts), *_terrorism_or_law(facts)))
    used = ("information", *ground.used)
    if ground.state is MET:
        because = f"{act} falls under one of three cases: {ground.because}."
        return Verdict(COMPLIANT, because, used)
    if ground.state is NOT_MET:
        because = (
            f"{act} is forbidden, for none of three cases is met: {ground.because}."
        )
        return Verdict(VIOLATION, because, used)
    because = f"{act} is permitted only in three cases: {ground.because}."
    return Verdict(UNDETERMINED, because, used, ground.missing)


def _kinds_words(kinds: Sequence[str]) -> str:
    return ", ".join(kind.replace("_", " ") for kind in kinds)


def _authorized(facts: Facts) -> Ground:
    """(d)(1): the person signs, or the parent or guardian of one who cannot."""
    given = facts.written_authorization
    used = ("written_authorization", "person_is_minor", "not_competent")
    if given is None:
        because = "whether there is a written authorization is not known"
        return Ground(OPEN, because, used, ("written_authorization",))
    if given == "none":
        return Ground(NOT_MET, "there is no written authorization", used)
    unable = (facts.person_is_minor, facts.not_competent)
    if True in unable:
        return _authorized_for_one_unable(given, used)
    missing = tuple(
        key
        for key, value in zip(("person_is_minor", "not_competent"), unable, strict=True)
        if value is None
    )
    if missing:
        because = "whether the person is a minor or not legally competent is not known"
        return Ground(OPEN, because, used, missing)
    if given == "person":
        return Ground(MET, "the person authorized it in writing", used)
    because = "a parent or guardian signed for a person who is able to sign"
    return Ground(NOT_MET, because, used)


def _authorized_for_one_unable(given: str, used: tuple[str, ...]) -> Ground:
    if given == "parent_or_guardian":
        return Ground(MET, "a parent or guardian authorized it in writing", used)
    because = "the person who signed is a minor or not legally competent"
    return Ground(NOT_MET, because, used)


def _terrorism_or_law(facts: Facts) -> tuple[Ground, Ground]:
    """(d)(2) and (d)(3)."""
    return (
        _stated(
            facts.terrorism_investigation,
            "terrorism_investigation",
            "a criminal investigation of terrorism needs it",
            "no criminal investigation of terrorism needs it",
        ),
        _stated(
            facts.otherwise_required_by_law,
            "otherwise_required_by_law",
            "another law requires it",
            "no other law requires it",
        ),
    )


def _stated(fact: bool | None, key: str, met: str, not_met: str) -> Ground:
    if fact is None:
        return Ground(OPEN, f"whether {met} is not known", (key,), (key,))
    return Ground(MET if fact else NOT_MET, met if fact else not_met, (key,))


@provision(
    "54-192h(e)(1) copy",
    version=VERSION,
    title="Copy of the detainer to the person",
    officials=OFFICERS,
    acts=("receive_detainer",),
)
def copy_of_the_detainer(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(e)(1): a copy of the detainer, owed on receipt even when refusing it.

    "Upon receiving a civil immigration detainer, a law enforcement agency shall provide
    a copy of the detainer to the affected individual who is the subject of the
    detainer"
    """
    if facts.detainer == "none":
        return None
    return _duty(
        facts.copy_given,
        "copy_given",
        "A copy of the detainer was given to the person.",
        "A detainer was received, and no copy of it has been given to the person.",
        "Whether a copy of the detainer was given to the person is not known.",
    )


@provision(
    "54-192h(e)(1) intent",
    version=VERSION,
    title="Telling the person whether the agency intends to comply",
    officials=OFFICERS,
    acts=("receive_detainer",),
)
def statement_of_intent(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(e)(1): the person is told whether the agency intends to comply.

    "and inform the individual whether the law enforcement agency intends to comply with
    the detainer"
    """
    if facts.detainer == "none":
        return None
    return _duty(
        facts.intent_stated,
        "intent_stated",
        "The person was told whether the agency intends to comply.",
        "A detainer was received, and the person has not been told whether the agency "
        "intends to comply.",
        "Whether the person was told if the agency intends to comply is not known.",
    )


_NOTIFICATION_DUTIES: Final = {
    "notification_copy_to_person": "a copy of the notification to the person",
    "notification_copy_to_attorney_or_designee_effort": (
        "a copy to the attorney or a good faith effort to reach one person designated"
    ),
    "reason_in_writing_given": "the reason in writing",
}


@provision(
    "54-192h(e)(1) notification",
    version=VERSION,
    title="Copy of the notification, and the reason in writing",
    officials=OFFICERS,
    acts=("notify_release",),
)
def copy_of_the_notification(facts: Facts, lists: Lists) -> Verdict | None:
    """54-192h(e)(1): a copy of the notification and the reason in writing.

    "If a law enforcement agency provides ICE with notification that an individual is
    being, or will be released on a certain date, the law enforcement agency shall
    promptly provide to the individual and to the individual's attorney or shall make a
    good faith effort to contact one other individual who the individual may designate,
    a copy of such notification as well as the reason, in writing, that such law
    enforcement agency is complying with the detainer."
    """
    duties = {
        "notification_copy_to_person": facts.notification_copy_to_person,
        "notification_copy_to_attorney_or_designee_effort": (
            facts.notification_copy_to_attorney_or_designee_effort
        ),
        "reason_in_writing_given": facts.reason_in_writing_given,
    }
    used = tuple(duties)
    broken = [key for key, done in duties.items() if done is False]
    if broken:
        owed = joined([_NOTIFICATION_DUTIES[key] for key in broken])
        because = f"The notification of release lacks what goes with it: {owed}."
        return Verdict(VIOLATION, because, used)
    missing = tuple(key for key, done in duties.items() if done is None)
    if missing:
        owed = joined([_NOTIFICATION_DUTIES[key] for key in missing])
        because = f"It is not known whether the agency has given {owed}."
        return Verdict(UNDETERMINED, because, used, missing)
    because = (
        "The person, and the attorney or one designated, were given the notification "
        "and the reason in writing."
    )
    return Verdict(COMPLIANT, because, used)


PROVISIONS: Final = (
    detention_on_a_detainer,
    communication_on_custody,
    detention_on_an_administrative_warrant,
    access_to_interview,
    federal_function,
    review_by_head_of_agency,
    confidential_information,
    copy_of_the_detainer,
    statement_of_intent,
    copy_of_the_notification,
)
