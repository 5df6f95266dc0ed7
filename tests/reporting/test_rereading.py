"""C10: what is withheld is found wherever a finished file may hide it.

Each control plants one name in one place of a file that is otherwise clean.
"""

import zipfile
from datetime import date
from io import BytesIO

import pypdf
import pytest
import typst
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from requests_app.reporting import rereading
from tests import canaries

NAME = "Xochiquétzal Zarigüeya"
TERMS = rereading.terms_of("person_name", NAME)
CLEAN = "Records of ICE access"


def found(name: str, content: bytes, terms=TERMS) -> set[str]:
    return {leak.place for leak in rereading.read(name, content, terms)}


def paper(body: str = CLEAN) -> bytes:
    return typst.compile(f'#set document(title: "t")\n{body}'.encode(), format="pdf")


def written(writer: pypdf.PdfWriter) -> bytes:
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def under_a_black_box() -> bytes:
    return paper(f"#box[{NAME}#place(top + left, rect(width: 9cm, fill: black))]")


def in_the_information() -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    writer.add_metadata({"/Subject": NAME})
    return written(writer)


def in_the_xmp() -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    writer.xmp_metadata = (
        f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{NAME}</x:xmpmeta>".encode()
    )
    return written(writer)


def in_a_file_inside() -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    writer.add_attachment("list.csv", f"name\n{NAME}\n".encode())
    return written(writer)


def in_a_zip_inside() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("a.txt", NAME)
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    writer.add_attachment("a.zip", packed.getvalue())
    return written(writer)


def in_an_annotation() -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Text"),
            NameObject("/Contents"): TextStringObject(NAME),
        }
    )
    writer.add_annotation(0, note | {NameObject("/Rect"): [0, 0, 9, 9]})
    return written(writer)


def in_an_earlier_revision() -> bytes:
    """A page with the name, and after it a revision in which the page is empty."""
    empty = DecodedStreamObject()
    empty.set_data(b"")
    writer = pypdf.PdfWriter(BytesIO(paper(NAME)), incremental=True)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(empty)
    return written(writer)


CONTROLS = {
    "text under a black box": ("a.pdf", under_a_black_box),
    "document information": ("a.pdf", in_the_information),
    "XMP": ("a.pdf", in_the_xmp),
    "a file inside": ("a.pdf", in_a_file_inside),
    "a ZIP inside": ("a.pdf", in_a_zip_inside),
    "an annotation": ("a.pdf", in_an_annotation),
    "an earlier revision": ("a.pdf", in_an_earlier_revision),
    "the file name": (f"extract {NAME}.pdf", paper),
    "a cell": ("a.csv", lambda: f'"number","x"\r\n"1","{NAME}"'.encode()),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_finds_a_name_that_is_hidden_in(control):
    name, make = CONTROLS[control]

    assert found(name, make()) != set()


def test_says_that_it_was_an_earlier_revision():
    places = found("a.pdf", in_an_earlier_revision())

    assert "the text of an earlier revision of the PDF" in places
    assert "the text of the PDF" not in places


@pytest.mark.parametrize("name", ["a.pdf", "a.csv"])
def test_finds_nothing_in_a_clean_file(name):
    clean = paper() if name.endswith("pdf") else CLEAN.encode()

    assert found(name, clean) == set()


@pytest.mark.parametrize("coding", canaries.LEAKED)
def test_finds_a_name_in_each_of_twelve_codings(coding):
    leaked = canaries.LEAKED[coding](NAME)

    assert found("a.csv", b"clean, " + leaked) != set()


def test_finds_one_word_of_a_name_alone_and_broken_over_lines():
    assert found("a.csv", "met Zarigüeya there".encode()) != set()
    assert found("a.csv", "met Xochiquétzal\n   Zarigüeya".encode()) != set()


def test_takes_no_word_for_a_name_that_is_part_of_another():
    terms = rereading.terms_of("person_name", "Alma Reyes")

    assert found("a.csv", b"the Almanac of Reyesville", terms) == set()
    assert found("a.csv", b"the file of reyes", terms) != set()


def test_passes_by_words_that_stand_in_the_fixed_text():
    terms = rereading.terms_of("person_name", "Rosa Town", known="Town of Sampleton")

    assert found("a.csv", b"Town of Sampleton", terms) == set()
    assert found("a.csv", b"asked of Rosa Town", terms) != set()


TOLD = "He wept at the gate. His wife Ana Ficticia can be called at 203 555-0187!"


@pytest.mark.parametrize(
    "leaked",
    ["it was seen: he wept at\nthe gate", "ask ana ficticia", "called 203 555-0187"],
)
def test_finds_a_sentence_a_name_and_a_number_of_a_text(leaked):
    terms = rereading.words_of("narrative", TOLD)

    assert found("a.csv", leaked.encode(), terms) != set()


@pytest.mark.parametrize(
    "said",
    ["Ana was told.", "The gate was open.", "Called at 5.", "New Haven, His wife"],
)
def test_takes_no_single_word_of_a_text_for_the_text(said):
    terms = rereading.words_of("narrative", TOLD + " Held in New Haven by Detective.")

    assert found("a.csv", said.encode(), terms) == set()


def test_passes_by_sentences_that_are_released_anyhow():
    known = "Asked by telephone about a transfer"

    assert rereading.words_of("narrative", f"{known}.", known=known) == []


@pytest.mark.parametrize(
    "written_as",
    ["1990-02-01", "02/01/1990", "2/1/1990", "February 1, 1990", "19900201"],
)
def test_finds_a_birth_date_however_it_is_written(written_as):
    terms = rereading.days_of("person_birth", date(1990, 2, 1))

    assert found("a.csv", f"born {written_as}.".encode(), terms) != set()


def test_vouches_for_no_file_that_it_cannot_read():
    with pytest.raises(rereading.CannotBeRead):
        found("a.pdf", b"%PDF-1.7 and nothing more")
