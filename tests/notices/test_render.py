import io
import re
from unittest import TestCase, skipUnless

import pikepdf

from requests_app.notices import paper, render, wording
from tests.notices import pdf_structure, pdf_text, sample_papers

UNSEEN = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def made(kind: str = "intent", language: str = "en", **changed) -> bytes:
    stated = sample_papers.stated(kind, **changed)
    return render.render(paper.compose(stated, language=language, is_reviewed=False))


def squeezed(text: str) -> str:
    return UNSEEN.sub("", text)


def without(key: str):
    """What takes one key from the catalog of a file."""

    def plant(pdf):
        del pdf.Root[key]

    return plant


class EveryPaperTests(TestCase):
    """Each kind in each language: made once, and looked at from every side."""

    def test_is_tagged_and_reads_in_order(self):
        for kind in sample_papers.KINDS:
            for language in wording.languages():
                with self.subTest(kind=kind, language=language):
                    stated = sample_papers.stated(kind)
                    composed = paper.compose(
                        stated, language=language, is_reviewed=False
                    )

                    content = render.render(composed)

                    self.assertEqual(pdf_structure.faults(content), [])
                    read = pdf_text.blocks(content)
                    for column in range(len(composed["columns"])):
                        self.assertReads(composed, column, read)

    def assertReads(self, composed, column, read):
        """Each line of a column is in the file's text, one after the other."""
        text, at = squeezed("\n".join(read)), 0
        for line in paper.plain_text(composed, column=column).splitlines():
            wanted = squeezed(line)
            found = text.find(wanted, at)
            self.assertNotEqual(found, -1, f"{line!r} is not read where it stands")
            at = found + len(wanted)


class RenderTests(TestCase):
    def test_gives_the_same_bytes_of_the_same_words(self):
        self.assertEqual(made(language="ar"), made(language="ar"))

    def test_gives_other_bytes_of_other_words(self):
        self.assertNotEqual(made(), made(person="Another Exampleson"))

    def test_prints_markup_as_it_is_typed(self):
        name = '#panic("x") *bold* $x$ <label> @ref \\u{41} {{ settings.SECRET_KEY }}'

        read = pdf_text.blocks(made(person=name))

        self.assertIn(f"To: {name}", read)

    def test_has_a_title_without_a_name(self):
        with pikepdf.open(io.BytesIO(made())) as pdf:
            title = str(pdf.docinfo["/Title"])

        self.assertEqual(
            title, "Our answer to an immigration request about you (EXM-2026-000123)"
        )

    def test_is_read_aloud_in_its_language(self):
        with pikepdf.open(io.BytesIO(made(language="zh-Hans"))) as pdf:
            found = {
                str(one["/Lang"])
                for one, _ in pdf_structure.elements(pdf.Root.StructTreeRoot)
                if "/Lang" in one
            }
            whole = str(pdf.Root.Lang)

        self.assertEqual(whole, "zh-CN")
        self.assertIn("en", found)

    def test_prints_names_in_arabic_and_chinese(self):
        read = squeezed("\n".join(pdf_text.blocks(made(person="王小明 نورا"))))

        self.assertIn("王小明", read)
        self.assertIn("نورا", read)

    def test_says_that_a_broken_composition_cannot_be_made(self):
        composed = paper.compose(
            sample_papers.stated(), language="en", is_reviewed=False
        )

        with self.assertRaises(render.NotRendered):
            render.render({**composed, "sections": "none"})


class StructureCheckTests(TestCase):
    """The check of files finds each fault that is planted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sound = made()

    def faults_after(self, plant) -> list[str]:
        kept = io.BytesIO()
        with pikepdf.open(io.BytesIO(self.sound)) as pdf:
            plant(pdf)
            pdf.save(kept)
        return pdf_structure.faults(kept.getvalue())

    def test_finds_nothing_in_a_sound_file(self):
        self.assertEqual(self.faults_after(lambda pdf: None), [])

    def test_finds_what_is_missing_of_the_whole(self):
        for key, words in (
            ("/MarkInfo", "MarkInfo"),
            ("/Lang", "(Lang)"),
            ("/ViewerPreferences", "DisplayDocTitle"),
            ("/StructTreeRoot", "StructTreeRoot"),
        ):
            with self.subTest(key=key):
                found = self.faults_after(without(key))

                self.assertIn(words, " ".join(found))

    def test_finds_metadata_that_claim_too_little(self):
        def plant(pdf):
            with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
                del metadata[pdf_structure.PDFUA]
                del metadata[pdf_structure.TITLE]

        found = " ".join(self.faults_after(plant))

        self.assertIn("pdfuaid:part", found)
        self.assertIn("dc:title", found)

    def test_finds_a_page_whose_tab_key_runs_astray(self):
        def plant(pdf):
            del pdf.pages[0]["/Tabs"]

        found = self.faults_after(plant)

        self.assertIn("(Tabs)", " ".join(found))

    def test_finds_a_picture_without_words(self):
        def plant(pdf):
            for one, _ in pdf_structure.elements(pdf.Root.StructTreeRoot):
                if one["/S"] == pikepdf.Name.Figure:
                    del one["/Alt"]

        self.assertIn(
            "a picture has no words beside it (Alt)", self.faults_after(plant)
        )

    def test_finds_a_heading_that_skips_a_level(self):
        def plant(pdf):
            for one, _ in pdf_structure.elements(pdf.Root.StructTreeRoot):
                if one["/S"] == pikepdf.Name.H2:
                    one["/S"] = pikepdf.Name.H3

        self.assertIn(
            "a heading of level 3 follows one of level 1", self.faults_after(plant)
        )

    def test_finds_a_role_that_nobody_knows(self):
        def plant(pdf):
            next(pdf_structure.elements(pdf.Root.StructTreeRoot))[0]["/S"] = (
                pikepdf.Name.Mystery
            )

        self.assertIn("a part has the unknown role Mystery", self.faults_after(plant))

    def test_finds_a_typeface_that_is_not_there_or_says_no_letters(self):
        def plant(pdf):
            font = next(iter(pdf.pages[0].Resources.Font.values()))
            del font["/ToUnicode"]
            described = font.DescendantFonts[0].FontDescriptor
            for key in {"/FontFile2", "/FontFile3"} & set(described.keys()):
                del described[key]

        found = " ".join(self.faults_after(plant))

        self.assertIn("does not say which letters it draws", found)
        self.assertIn("is not in the file", found)

    def test_finds_text_outside_of_the_structure(self):
        def plant(pdf):
            pdf.pages[0].contents_add(b"BT /f0 9 Tf (x) Tj ET")

        self.assertIn(
            "page 1: text is outside of the structure", self.faults_after(plant)
        )

    def test_finds_text_that_no_part_owns(self):
        def plant(pdf):
            pdf.pages[0].contents_add(b"/P <</MCID 9999>> BDC BT (x) Tj ET EMC")

        self.assertIn(
            "page 1: text is marked, and no part of the structure owns it",
            self.faults_after(plant),
        )

    @skipUnless(pdf_structure.by_verapdf(b"") is not None, "veraPDF is not there")
    def test_verapdf_agrees(self):
        self.assertEqual(pdf_structure.by_verapdf(self.sound), "")
