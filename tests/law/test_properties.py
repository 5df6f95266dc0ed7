"""What holds for all facts: no surprise, and unknown never looks like compliant."""

import json
from dataclasses import fields, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app import law

booleans = st.sampled_from([None, True, False])
days = st.sampled_from(
    [
        date(2013, 12, 31),
        date(2014, 1, 1),
        date(2016, 2, 29),
        date(2019, 9, 30),
        date(2019, 10, 1),
        date(2024, 2, 29),
        date(2025, 9, 30),
        date(2025, 10, 1),
        date(2026, 5, 1),
    ]
)


def maybe(words):
    return st.sampled_from([None, *words])


def some(words):
    return st.none() | st.lists(st.sampled_from(words), max_size=3).map(tuple)


acts = st.builds(
    law.Act,
    kind=st.sampled_from(law.KINDS),
    on=days,
    hours_held=st.none() | st.sampled_from([0, 12.5, 48, 49, 96, 200]),
)
detainers = (
    st.none()
    | st.just("none")
    | st.builds(
        law.Detainer,
        form=maybe(law.FORMS),
        received_on=st.none() | days,
        asks=some(law.ASKS),
    )
)
warrants = st.builds(
    law.Warrant,
    form=maybe(law.WARRANT_FORMS),
    signed_by=maybe(law.SIGNERS),
    accompanies_detainer=booleans,
    names_person=booleans,
)
convictions = st.builds(
    law.Conviction,
    section=maybe(["53a-54b", "53a-54d", "53a-71", "53a-73a", "53a-134", "x"]),
    subdivision=st.none(),
    class_=maybe(law.CLASSES),
    jurisdiction=maybe(["CT", "MA", "US", "other", "ZZ"]),
    disposition=maybe(law.DISPOSITIONS),
    inchoate=maybe(law.INCHOATE),
    offense_on=st.sampled_from([None, date(2010, 1, 1), date(2013, 6, 1)]),
)
all_facts = st.builds(
    law.Facts,
    act=acts,
    official=st.sampled_from(law.OFFICIALS),
    detainer=detainers,
    warrants=st.none() | st.lists(warrants, max_size=2).map(tuple),
    order_1225d4B=booleans,
    ice_subpoena=booleans,
    convictions=st.none() | st.lists(convictions, max_size=2).map(tuple),
    terrorist_screening_match=booleans,
    grounds_2014=some(law.GROUNDS_2014),
    information=some(law.INFORMATION),
    publicly_available=booleans,
    under_control=booleans,
    written_authorization=maybe(law.AUTHORIZATIONS),
    person_is_minor=booleans,
    not_competent=booleans,
    terrorism_investigation=booleans,
    otherwise_required_by_law=booleans,
    head_reviewed=booleans,
    copy_given=booleans,
    intent_stated=booleans,
    notification_copy_to_person=booleans,
    notification_copy_to_attorney_or_designee_effort=booleans,
    reason_in_writing_given=booleans,
)

KNOWABLE = [
    field.name for field in fields(law.Facts) if field.name not in ("act", "official")
]
# `inchoate` is left out because null there means neither; `offense_on` because a date
# only ever raises a doubt (a capital felony, an offence after the act).
WARRANT_FACTS = ["form", "signed_by", "accompanies_detainer", "names_person"]
CONVICTION_FACTS = ["section", "class_", "jurisdiction", "disposition"]


def results(facts):
    return {each.citation: each.result for each in law.assess(facts).findings}


def newly_compliant(before, after):
    known, unknown = results(before), results(after)
    return [
        citation
        for citation, result in unknown.items()
        if result == law.COMPLIANT
        and known.get(citation, law.COMPLIANT) != law.COMPLIANT
    ]


@settings(max_examples=400, deadline=None)
@given(all_facts)
def test_assesses_any_facts_and_gives_plain_json(facts):
    assessment = law.assess(facts)

    again = json.loads(json.dumps(assessment.as_json()))

    assert again["covered"] is assessment.covered
    assert ("because" in again) is not assessment.covered


@settings(max_examples=400, deadline=None)
@given(all_facts)
def test_reads_back_the_facts_it_gives(facts):
    assert law.parse(json.loads(json.dumps(facts.as_json()))) == facts


@settings(max_examples=400, deadline=None)
@given(all_facts)
def test_settles_an_undetermined_by_a_fact_or_by_a_lawyer(facts):
    for finding in law.assess(facts).findings:
        open_finding = finding.result == law.UNDETERMINED
        assert open_finding or not finding.missing
        assert not open_finding or finding.missing or finding.law_question


@settings(max_examples=400, deadline=None)
@given(all_facts)
def test_names_only_facts_that_are_not_known(facts):
    given_facts = facts.as_json()

    for finding in law.assess(facts).findings:
        for key in finding.missing:
            assert value_at(given_facts, key) in (None, "unknown")


def value_at(given_facts, key):
    value = given_facts
    for part in key.replace("]", "").replace("[", ".").split("."):
        if value is None:
            return None
        value = value[int(part)] if part.isdigit() else value[part]
    return value


@settings(max_examples=800, deadline=None)
@given(all_facts, st.sampled_from(KNOWABLE))
def test_makes_nothing_compliant_by_forgetting_a_fact(facts, key):
    assert newly_compliant(facts, replace(facts, **{key: None})) == []


@settings(max_examples=800, deadline=None)
@given(all_facts, warrants, st.sampled_from(WARRANT_FACTS))
def test_makes_nothing_compliant_by_forgetting_part_of_a_warrant(facts, warrant, key):
    known = replace(facts, warrants=(warrant,))
    unknown = replace(facts, warrants=(replace(warrant, **{key: None}),))

    assert newly_compliant(known, unknown) == []


@settings(max_examples=800, deadline=None)
@given(all_facts, convictions, st.sampled_from(CONVICTION_FACTS))
def test_makes_nothing_compliant_by_forgetting_part_of_a_conviction(
    facts, conviction, key
):
    known = replace(facts, convictions=(conviction,))
    unknown = replace(facts, convictions=(replace(conviction, **{key: None}),))

    assert newly_compliant(known, unknown) == []


@settings(max_examples=400, deadline=None)
@given(all_facts, st.sampled_from(["detain", "arrest", "transfer"]))
def test_cures_no_administrative_warrant_by_an_exception_of_a(facts, kind):
    on = max(facts.act.on, date(2019, 10, 1))
    held = replace(
        facts,
        act=law.Act(kind, on),
        official="correction",
        terrorist_screening_match=True,
        warrants=(
            *(facts.warrants or ()),
            law.Warrant("I-200", "immigration_officer", True, True),
        ),
    )

    assert results(held)["54-192h(b)(1)(C)"] == law.VIOLATION


@settings(max_examples=300, deadline=None)
@given(all_facts)
def test_opens_no_interview_by_consent_warrant_or_subpoena(facts):
    interview = replace(
        facts,
        act=law.Act("interview", max(facts.act.on, date(2019, 10, 1))),
        official="correction",
        under_control=True,
        convictions=(),
        terrorist_screening_match=False,
        order_1225d4B=False,
    )

    assert results(interview) == {"54-192h(b)(1)(D)": law.VIOLATION}


@settings(max_examples=300, deadline=None)
@given(all_facts)
def test_gives_an_uncovered_official_nothing_but_a_sentence(facts):
    employee = replace(facts, official="other_public_employee")

    assessment = law.assess(employee)

    assert assessment.covered is False
    assert assessment.because
    assert assessment.findings == ()
    assert assessment.ice_access == ()
    assert assessment.legal_review is False


@settings(max_examples=300, deadline=None)
@given(all_facts, st.text(max_size=30), st.sampled_from(law.CLASSES))
def test_repeats_no_free_text(facts, text, class_):
    marked = f"Zzyzx {text} Qwfp"
    conviction = law.Conviction(section=marked, subdivision=marked, class_=class_)

    for finding in law.assess(replace(facts, convictions=(conviction,))).findings:
        assert "zzyzx" not in finding.because.lower()
        assert "qwfp" not in finding.because.lower()
