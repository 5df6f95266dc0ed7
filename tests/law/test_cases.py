"""Every case of the TOML files, and that every result of every provision has one."""

from dataclasses import replace

import pytest

from requests_app import law
from tests.law.case_files import all_cases, unproved

CASES = all_cases()
case_by_case = pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.subject}: {case.name}"
)


def bare(citation):
    return citation.removeprefix("54-192h")


@case_by_case
def test_gives_exactly_the_findings(case):
    findings = {bare(each.citation): each.result for each in case.assessment.findings}

    assert findings == case.expected["findings"]


@case_by_case
def test_names_what_is_missing(case):
    missing = {
        bare(each.citation): list(each.missing) for each in case.assessment.findings
    }

    assert {**missing, **case.expected.get("missing", {})} == missing


@case_by_case
def test_marks_what_is_not_confirmed(case):
    unconfirmed = [
        bare(each.citation)
        for each in case.assessment.findings
        if each.confirmed is False
    ]

    assert unconfirmed == case.expected.get("unconfirmed", [])


@case_by_case
def test_records_the_kinds_of_ice_access(case):
    kinds = [f"54-192h(a)(6)({kind})" for kind in case.expected.get("ice_access", [])]

    assert list(case.assessment.ice_access) == kinds


@case_by_case
def test_sends_to_legal_review(case):
    assert case.assessment.legal_review is case.expected.get("legal_review", False)


@case_by_case
def test_says_who_is_covered_by_which_version(case):
    assessment = case.assessment
    version = assessment.version or "none"

    assert assessment.covered is case.expected.get("covered", True)
    assert case.expected.get("version", version) == version
    assert (assessment.because is None) is assessment.covered


@case_by_case
def test_reports_the_ice_access_of_municipal_police_alone(case):
    report = case.assessment.municipal_report

    assert report is case.expected.get("municipal_report", report)
    assert report is (
        bool(case.assessment.ice_access) and case.facts.official == "municipal_police"
    )


@case_by_case
def test_gives_one_sentence_for_each_finding(case):
    for finding in case.assessment.findings:
        assert finding.because[0].isupper()
        assert finding.because.endswith(".")
        assert "\n" not in finding.because
        assert finding.used


@case_by_case
def test_gives_the_facts_back(case):
    facts = case.facts

    assert law.parse(facts.as_json()) == facts


def test_holds_enough_cases_each_with_a_name_of_its_own():
    names = [(case.subject, case.name) for case in CASES]

    assert len(names) >= 110
    assert len(set(names)) == len(names)


def test_shows_every_result_of_every_provision():
    assert unproved(law.STATUTE.provisions, CASES) == []


def test_notices_a_provision_that_no_case_shows():
    added = replace(
        law.STATUTE.provisions[0], id="2031 54-192h(z)", citation="54-192h(z)"
    )

    found = unproved((*law.STATUTE.provisions, added), CASES)

    assert found == [("2031 54-192h(z)", result) for result in added.results]


def test_notices_a_result_that_no_case_shows():
    without_receipt = [case for case in CASES if case.subject != "receipt"]
    without_worked = [case for case in without_receipt if case.subject != "worked"]

    found = unproved(law.STATUTE.provisions, without_worked)

    assert ("2019 54-192h(e)(1) copy", law.UNDETERMINED) in found


def test_gives_no_result_that_a_provision_does_not_declare():
    declared = {
        (each.version, each.citation): each.results for each in law.STATUTE.provisions
    }

    for case in CASES:
        if case.expected.keys() & {"stays", "supposed"}:
            continue
        for finding in case.assessment.findings:
            assert finding.result in declared[finding.version, finding.citation]
