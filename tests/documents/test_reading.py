"""Forms read in: the short form of `bin/bench forms`, and what a reader must say."""

from dataclasses import replace

import pytest

from bench import forms
from requests_app.documents import recognising
from requests_app.documents.reading import WARNINGS, Result, read_form
from tests.forms import draw, fill, render

FEW = range(forms.UNSEEN + 5_000, forms.UNSEEN + 5_005)
scans = pytest.mark.skipif(
    not recognising.can_read_scans(), reason="tesseract is not installed"
)


def detainer(layout="text", **changes):
    """A signed detainer on Box 1, with its service block filled in."""
    filled = fill(5, "I-247A", "3/17")
    filled.ticked |= {"final_order": True, "resume_custody": False}
    filled.ticked["served_in_person"] = True
    filled.is_signed = True
    filled.ticked |= changes.pop("ticked", {})
    filled = replace(filled, **changes)
    return read_form(render(draw(filled, 5), layout, 5))


@pytest.mark.parametrize("layout", ["fields", "text"])
def test_reads_fields_and_text_as_they_were_written(layout):
    score = forms.score(layout, FEW)

    assert score.is_enough, f"{score} {score.faults}"
    assert score.editions_right == len(FEW)


@scans
@pytest.mark.parametrize("layout", ["scan", "fax"])
def test_marks_no_wrong_value_of_a_scan_as_sure(layout):
    score = forms.score(layout, FEW[:2])

    assert score.wrong_and_sure == 0, f"{score} {score.faults}"
    assert score.right > 0


def test_finds_a_reader_that_is_sure_of_everything():
    def boastful(content: bytes) -> Result:
        result = read_form(content)
        wrong = [
            replace(one, value=f"{one.value}x", confidence=1.0)
            for one in result.readings
        ]
        return replace(result, readings=wrong)

    score = forms.score("text", FEW[:1], boastful)

    assert not score.is_enough
    assert score.wrong_and_sure > 0


def test_says_nothing_of_a_form_that_is_whole():
    assert detainer().warnings == []


@pytest.mark.parametrize(
    ("code", "ticked"),
    [
        ("both_boxes", {"resume_custody": True}),
        (
            "no_basis",
            dict.fromkeys(("final_order", "pending", "biometric", "statements"), False),
        ),
    ],
)
def test_says_what_contradicts_in_the_boxes(code, ticked):
    assert code in detainer(ticked=ticked).warnings


def test_says_that_a_form_is_unsigned():
    assert detainer(is_signed=False).warnings == ["unsigned"]


def test_says_that_the_block_on_service_is_empty():
    filled = fill(5, "I-247A", "3/17")
    names = ("booking_number", "latest_charge", "served_date")
    blank = dict.fromkeys(names, "")
    ticked = dict.fromkeys(("served_in_person", "served_by_mail"), False)

    result = detainer(
        written={**filled.written, **blank},
        truth={**filled.truth, **blank},
        ticked=ticked,
    )

    assert result.warnings == ["service_empty"]


def test_says_that_an_edition_is_not_known_and_reads_it_by_its_labels():
    filled = fill(5, "I-247A", "3/17")
    page = draw(filled, 5)
    page.marks = [
        replace(one, text=one.text.replace("(3/17)", "(8/31)"))
        if hasattr(one, "text")
        else one
        for one in page.marks
    ]

    result = read_form(render(page, "text", 5))

    assert result.edition == "I-247A"
    assert "edition_unknown" in result.warnings
    assert result.value("family_names") == filled.truth["family_names"]


def test_says_in_one_sentence_that_scans_cannot_be_read_here(monkeypatch):
    monkeypatch.setattr(recognising, "can_read_scans", lambda: False)

    result = detainer("scan")

    assert result.warnings == ["no_tesseract"]
    assert "tesseract is not installed" in WARNINGS["no_tesseract"]


def test_gives_the_place_of_each_value_within_its_page():
    for one in detainer().readings:
        left, top, right, bottom = one.box
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
