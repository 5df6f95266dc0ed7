"""The words of the section: on file for 2019, summarised and marked for the others."""

import pytest

from requests_app import law

provision_by_provision = pytest.mark.parametrize(
    "provision", law.STATUTE.provisions, ids=lambda each: each.id
)


@provision_by_provision
def test_has_words_for_every_citation_of_a_finding(provision):
    words = law.words(provision.version, provision.citation)

    assert words.summary
    assert words.on_file is (provision.version == "2019")
    assert (words.text is not None) is words.on_file


@provision_by_provision
def test_has_a_place_on_the_page_for_every_citation(provision):
    anchors = [paragraph.anchor for paragraph in law.outline(provision.version)]

    assert law.anchor(provision.citation) in anchors


@pytest.mark.parametrize("kind", "ABCDEF")
@pytest.mark.parametrize("version", ["2019", "2025"])
def test_has_words_for_every_kind_of_ice_access(version, kind):
    citation = f"54-192h(a)(6)({kind})"

    assert law.words(version, citation).citation == citation
    assert law.anchor(citation) in [each.anchor for each in law.outline(version)]


@pytest.mark.parametrize("version", ["2014", "2019", "2025"])
def test_gives_every_paragraph_an_anchor_of_its_own(version):
    anchors = [paragraph.anchor for paragraph in law.outline(version)]

    assert len(set(anchors)) == len(anchors)


def test_gives_the_whole_text_of_2019_without_its_heading_and_history():
    paragraphs = law.outline("2019")

    assert paragraphs[0].text == "(a) For the purposes of this section:"
    assert paragraphs[-1].text.startswith("(g) No provision of this section")
    assert len(paragraphs) == 44


def test_gives_the_words_with_those_that_lead_in_to_them():
    text = law.words("2019", "54-192h(b)(1)(E)").text

    assert text.startswith("(b) (1) No law enforcement officer, bail commissioner")
    assert "(E) Perform any function of a federal immigration authority" in text
    assert "(A) Arrest or detain" not in text


def test_gives_what_stands_below_a_citation():
    text = law.words("2019", "54-192h(d)").text

    assert "(1) Authorized in writing" in text
    assert "(3) Otherwise required by law." in text


def test_marks_the_letter_of_an_anchor():
    assert law.anchor("54-192h(b)(1)(A)") == "b-1-A"
    assert law.anchor("54-192h(e)(1) copy") == "e-1"
    assert law.anchor("54-192h(c)") == "c"


def test_refuses_a_citation_it_does_not_know():
    with pytest.raises(law.UnknownCitation):
        law.words("2014", "54-192h(b)(1)(A)")


def test_refuses_a_version_it_does_not_know():
    with pytest.raises(law.UnknownCitation):
        law.outline("2021")


def test_cites_readings_that_have_words():
    for reading in law.READINGS:
        assert reading.citation == "54-192h" or law.words("2019", reading.citation)
        assert reading.sentence.endswith(".")
