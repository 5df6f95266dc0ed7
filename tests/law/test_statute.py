"""The statute: its versions, provisions, lists, rulings and stays."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from requests_app import law
from requests_app.law import act_2014, act_2019, act_2025
from requests_app.law.words import TEXT

HOLD = law.parse(
    {
        "act": {"kind": "detain", "on": "2025-10-02"},
        "official": "correction",
        "detainer": {"form": "I-247A"},
        "warrants": [],
        "convictions": [
            {
                "section": "53a-71",
                "class": "C",
                "jurisdiction": "CT",
                "disposition": "convicted",
            }
        ],
        "terrorist_screening_match": False,
    }
)
RULING = law.Ruling("53a-71", "confirmed", date(2025, 10, 1), "P.A. 25-29, s. 1")


def test_leaves_no_day_between_two_versions():
    first, second, third = law.STATUTE.versions

    assert first.effective_from == date(2014, 1, 1)
    assert first.effective_until == second.effective_from == date(2019, 10, 1)
    assert second.effective_until == third.effective_from == date(2025, 10, 1)
    assert third.effective_until is None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2013, 12, 31), None),
        (date(2014, 1, 1), "2014"),
        (date(2016, 2, 29), "2014"),
        (date(2019, 9, 30), "2014"),
        (date(2019, 10, 1), "2019"),
        (date(2024, 2, 29), "2019"),
        (date(2025, 9, 30), "2019"),
        (date(2025, 10, 1), "2025"),
        (date(9999, 12, 31), "2025"),
    ],
)
def test_finds_the_version_of_a_day(day, name):
    version = law.STATUTE.version_on(day)

    assert (version and version.name) == name


def test_judges_a_carried_over_provision_with_the_same_code():
    assert (
        act_2025.PROVISIONS[2].judge
        is act_2019.detention_on_an_administrative_warrant.judge
    )
    assert act_2025.PROVISIONS[2].effective_from == date(2025, 10, 1)
    assert act_2019.PROVISIONS[2].effective_from == date(2019, 10, 1)


@pytest.mark.parametrize("provision", law.STATUTE.provisions, ids=lambda each: each.id)
def test_opens_the_docstring_of_a_provision_with_its_citation(provision):
    bare = provision.citation.partition(" ")[0]

    assert provision.docstring.startswith((f"{bare}:", f"{bare},"))


@pytest.mark.parametrize("provision", act_2019.PROVISIONS, ids=lambda each: each.id)
def test_quotes_the_words_on_file(provision):
    text = " ".join(TEXT.read_text(encoding="utf-8").split())
    docstring = " ".join(provision.docstring.split())

    quoted = re.findall(r'"([^"]+)"', docstring)

    assert quoted
    assert [words for words in quoted if words.rstrip(".") not in text] == []


def test_binds_in_each_version_whom_the_act_names():
    assert len(act_2014.OFFICIALS) == 5
    assert set(act_2019.OFFICIALS) - set(act_2014.OFFICIALS) == {
        "adult_probation",
        "bail_commissioner",
        "school_police",
    }
    assert set(act_2025.OFFICIALS) - set(act_2019.OFFICIALS) == {
        "juvenile_probation",
        "criminal_justice_division",
        "pardons_and_paroles",
    }
    assert "other_public_employee" not in act_2025.OFFICIALS


def test_gives_every_provision_an_id_of_its_own():
    ids = [provision.id for provision in law.STATUTE.provisions]

    assert len(set(ids)) == len(ids) == 22


def test_gives_the_lists_as_their_sources_spell_them():
    assert len(law.STATUTE.felonies) == 71
    assert len(law.STATUTE.offences) == 19
    assert law.STATUTE.offences[0].section == "53-21"
    assert law.STATUTE.offences[0].class_text == "C (a)(1),(3) / B (a)(2)"
    assert {row.status for row in law.STATUTE.offences} == {"unconfirmed"}
    assert {row.status for row in law.STATUTE.felonies} == {
        "CONFIRMED",
        "INFERRED",
        "UNCERTAIN",
    }


def test_ships_no_stay_and_no_ruling():
    assert law.STATUTE.stays == ()
    assert law.STATUTE.rulings == ()


def test_shows_a_ruling_in_the_list_and_leaves_the_statute_alone():
    ruled = law.STATUTE.with_rulings([RULING])

    rows = {row.section: row for row in ruled.offences}
    assert rows["53a-71"].status == "confirmed"
    assert rows["53a-71"].citation == "P.A. 25-29, s. 1"
    assert rows["53a-71"].effective_from == date(2025, 10, 1)
    assert rows["53-21"].status == "unconfirmed"
    assert law.STATUTE.offences[3].status == "unconfirmed"


def test_replaces_rulings_and_does_not_add_them_up():
    ruled = law.STATUTE.with_rulings([RULING]).with_rulings([])

    assert ruled.offences == law.STATUTE.offences


def test_keeps_stays_beside_rulings():
    stay = law.Stay(
        "54-192h(d)", "2025", date(2026, 4, 1), None, "a court", "1", "an order."
    )

    statute = law.STATUTE.with_stays([stay]).with_rulings([RULING])

    assert statute.stays == (stay,)
    assert statute.rulings == (RULING,)


def test_takes_the_latest_ruling_in_force_on_the_day():
    struck = replace(RULING, status="struck", effective_from=date(2026, 1, 1))
    statute = law.STATUTE.with_rulings([struck, RULING])
    later = replace(HOLD, act=law.Act("detain", date(2026, 1, 1)))

    before = law.assess(HOLD, statute).findings[0]
    after = law.assess(later, statute).findings[0]

    assert (before.result, before.confirmed) == (law.COMPLIANT, True)
    assert (after.result, after.confirmed) == (law.VIOLATION, False)
    assert "P.A. 25-29, s. 1" in before.because


def test_refuses_a_ruling_on_a_section_that_is_not_listed():
    ruling = replace(RULING, section="53a-999")

    with pytest.raises(law.UnknownOffence, match="53a-999"):
        law.STATUTE.with_rulings([ruling])


def test_refuses_a_ruling_without_citation():
    with pytest.raises(ValueError, match="citation"):
        law.Ruling("53a-71", "confirmed")


def test_refuses_a_ruling_of_unknown_status():
    with pytest.raises(ValueError, match="confirmed or struck"):
        law.Ruling("53a-71", "unconfirmed", date(2025, 10, 1), "P.A. 25-29")


def test_says_why_a_provision_is_stayed():
    stay = law.Stay(
        "54-192h(b)(1)(A)",
        "2025",
        date(2025, 10, 1),
        date(2025, 11, 1),
        "an invented court",
        "3:25-cv-00000",
        "an invented order.",
    )

    finding = law.assess(HOLD, law.STATUTE.with_stays([stay])).findings[0]

    assert finding.result == law.UNDETERMINED
    assert finding.law_question is True
    assert finding.because == (
        "Enforcement of 54-192h(b)(1)(A) is stayed from 2025-10-01 until 2025-11-01 by "
        "an invented court, docket 3:25-cv-00000: an invented order."
    )


def test_stays_only_what_the_citation_reaches():
    stay = law.Stay("54-192h(b)(1)(A", "2025", date(2025, 1, 1), None, "a", "1", "b.")

    finding = law.assess(HOLD, law.STATUTE.with_stays([stay])).findings[0]

    assert "stayed" not in finding.because


@pytest.mark.parametrize("official", law.OFFICIALS)
def test_says_who_is_not_covered_in_one_sentence(official):
    facts = law.Facts(law.Act("detain", date(2014, 1, 1) - timedelta(1)), official)

    assessment = law.assess(facts)

    assert assessment.as_json() == {
        "version": None,
        "act": None,
        "covered": False,
        "because": "54-192h was not in force on 2013-12-31: it begins on 2014-01-01.",
        "findings": [],
        "ice_access": [],
        "municipal_report": False,
        "legal_review": False,
    }


def test_names_the_official_who_is_not_bound():
    facts = law.Facts(
        law.Act("detain", date(2024, 1, 1)), official="criminal_justice_division"
    )

    assert law.assess(facts).because == (
        "The Division of Criminal Justice is not among the officials whom 54-192h "
        "bound on 2024-01-01 (version 2019, P.A. 19-20, P.A. 19-23)."
    )


def test_supposes_only_what_the_statute_has():
    with pytest.raises(law.NotOfTheStatute):
        law.STATUTE.supposing_version("1999", date(2026, 1, 1))
    with pytest.raises(law.NotOfTheStatute):
        law.STATUTE.supposing_stay("54-192h(z)", date(2026, 1, 1))


def test_leaves_the_statute_as_it_was_when_a_change_is_supposed():
    before = law.STATUTE.versions

    supposed = law.STATUTE.supposing_version("2025", date(2020, 1, 1))

    assert law.STATUTE.versions == before
    assert [
        (one.name, one.effective_from, one.effective_until) for one in supposed.versions
    ] == [
        ("2014", date(2014, 1, 1), date(2019, 10, 1)),
        ("2019", date(2019, 10, 1), date(2020, 1, 1)),
        ("2025", date(2020, 1, 1), None),
    ]


def test_supposes_a_stay_beside_those_there_are():
    stayed = law.STATUTE.supposing_stay("54-192h(d)", date(2026, 1, 1))

    both = stayed.supposing_stay("54-192h(c)", date(2026, 1, 1))

    # 54-192h(d) begins in 2019; the version of 2014 has a (c) of its own.
    assert [(one.version, one.citation) for one in both.stays] == [
        ("2019", "54-192h(d)"),
        ("2025", "54-192h(d)"),
        ("2014", "54-192h(c)"),
        ("2019", "54-192h(c)"),
        ("2025", "54-192h(c)"),
    ]
