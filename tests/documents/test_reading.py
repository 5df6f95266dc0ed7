"""Forms read in: the short form of `bin/bench forms`, and what a reader must say."""

import io
import subprocess
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

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


def test_takes_a_booking_number_and_a_charge_for_no_service():
    filled = fill(5, "I-247A", "3/17")

    result = detainer(
        written={**filled.written, "served_date": ""},
        truth={**filled.truth, "served_date": ""},
        ticked=dict.fromkeys(("served_in_person", "served_by_mail"), False),
    )

    assert result.value("booking_number") == filled.truth["booking_number"]
    assert result.warnings == ["service_empty"]


EVERY_LAYOUT = ["fields", "text"] + [
    pytest.param(one, marks=scans) for one in ("scan", "fax")
]
FOUR = {"both_boxes", "no_basis", "unsigned", "service_empty"}
NO_BOX_1 = dict.fromkeys(("final_order", "pending", "biometric", "statements"), False)


@pytest.mark.parametrize("layout", EVERY_LAYOUT)
def test_warns_in_every_layout_of_both_boxes_no_signature_and_no_service(layout):
    filled = fill(5, "I-247A", "3/17")

    result = detainer(
        layout,
        is_signed=False,
        written={**filled.written, "served_date": ""},
        ticked={"resume_custody": True, "served_in_person": False}
        | {"served_by_mail": False},
    )

    assert FOUR & set(result.warnings) == {"both_boxes", "unsigned", "service_empty"}


@pytest.mark.parametrize("layout", EVERY_LAYOUT)
def test_warns_in_every_layout_that_no_box_is_ticked_and_of_nothing_else(layout):
    result = detainer(layout, ticked=NO_BOX_1)

    assert FOUR & set(result.warnings) == {"no_basis"}


# Several pages


def pdf_of(*pages):
    """A file with the pages of several."""
    joined = pikepdf.new()
    for content in pages:
        with pikepdf.open(io.BytesIO(content)) as one:
            joined.pages.extend(one.pages)
    target = io.BytesIO()
    joined.save(target)
    return target.getvalue()


def page_of(form, layout="text", seed=5):
    filled = fill(seed, form, {"I-247A": "3/17", "I-200": "09/16"}[form])
    return render(draw(filled, seed), layout, seed)


def a_blank():
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(612, 792))
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def test_says_that_a_warrant_lies_behind_the_detainer():
    result = read_form(pdf_of(page_of("I-247A"), page_of("I-200")))

    assert result.form == "I-247A"
    assert "also_I-200" in result.warnings
    assert "Another page is a form I-200" in WARNINGS["also_I-200"]


@scans
def test_says_that_a_scanned_warrant_lies_behind_a_scanned_detainer():
    first, second = (
        Image.open(io.BytesIO(page_of(form, "scan"))).convert("L")
        for form in ("I-247A", "I-200")
    )
    target = io.BytesIO()
    first.save(target, "TIFF", save_all=True, append_images=[second], dpi=(200, 200))

    result = read_form(target.getvalue())

    assert result.form == "I-247A"
    assert "also_I-200" in result.warnings


def test_says_nothing_of_further_pages_that_are_no_forms(monkeypatch):
    monkeypatch.setattr(recognising, "words_in", lambda *args, **options: [])

    result = read_form(pdf_of(page_of("I-247A"), a_blank()))

    assert not [one for one in result.warnings if one.startswith(("also_", "pages_"))]


def test_says_when_a_page_was_not_looked_at(monkeypatch):
    many = read_form(pdf_of(page_of("I-247A"), *[page_of("I-247A")] * 4))
    monkeypatch.setattr(recognising, "can_read_scans", lambda: False)
    unreadable = read_form(pdf_of(page_of("I-247A"), a_blank()))

    assert "pages_unseen" in many.warnings
    assert unreadable.form == "I-247A"
    assert "pages_unseen" in unreadable.warnings


@scans
def test_says_that_a_scan_took_too_long_and_not_that_none_can_be_read(monkeypatch):
    def slow(command, **options):
        raise subprocess.TimeoutExpired(command, 40)

    recognising.languages()
    monkeypatch.setattr(subprocess, "run", slow)

    result = detainer("scan")

    assert result.warnings == ["scan_not_read"]
    assert "not installed" not in WARNINGS["scan_not_read"]


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
