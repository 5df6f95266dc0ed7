from dataclasses import replace
from unittest import TestCase

from requests_app.notices import paper, wording
from tests.notices import sample_papers


def text(stated: paper.Stated, language: str = "en", column: int = 0) -> str:
    composed = paper.compose(stated, language=language, is_reviewed=False)
    return paper.plain_text(composed, column=column)


class PaperTests(TestCase):
    def test_says_of_each_ask_what_was_decided(self):
        said = text(sample_papers.stated(answers=sample_papers.answers()))

        self.assertIn(
            "1. Keep you in custody after you would go free\n"
            "We do not intend to do this.\n"
            "Reason: Section 54-192h forbids it, and no exception applies.\n"
            "In the agency's own words, in English\n"
            "No conviction of such a class.\n"
            "2. Tell ICE the date and time you will be released\n"
            "We intend to do this.\n",
            said,
        )
        self.assertIn("3. Let ICE interview you\nThis is not decided yet.", said)

    def test_says_the_same_decision_in_every_language(self):
        denied = paper.Answer("hold", "deny", "policy")
        for language in wording.languages():
            with self.subTest(language=language):
                words = wording.of(language)

                said = text(sample_papers.stated(answers=(denied,)), language)

                self.assertIn(words["decisions"]["deny"], said)
                self.assertIn(words["reasons"]["policy"], said)
                self.assertNotIn(words["decisions"]["approve"], said.splitlines())

    def test_stands_beside_english_until_its_translation_is_reviewed(self):
        stated = sample_papers.stated()

        facing = paper.compose(stated, language="sq", is_reviewed=False)
        alone = paper.compose(stated, language="sq", is_reviewed=True)

        self.assertEqual([one["language"] for one in facing["columns"]], ["sq", "en"])
        self.assertEqual([one["language"] for one in alone["columns"]], ["sq"])
        self.assertIn("certifikuar", paper.plain_text(facing, column=0))
        self.assertNotIn("certifikuar", paper.plain_text(alone, column=0))

    def test_is_not_composed_in_a_language_without_words(self):
        with self.assertRaises(wording.LanguageMissing):
            paper.compose(sample_papers.stated(), language="so", is_reviewed=False)

    def test_tells_the_person_of_the_right_to_go_to_court(self):
        for kind in sample_papers.KINDS:
            with self.subTest(kind=kind):
                said = text(sample_papers.stated(kind))

                self.assertIn("Public Act 25-29, gives a right to go to court", said)
                self.assertIn("Example Legal Aid\n860-555-0100", said)
                self.assertIn("It is not legal advice.", said)

    def test_to_the_lawyer_names_lawyer_and_person(self):
        said = text(sample_papers.stated("notification_copy_attorney"))

        self.assertIn("To: Avery Lawyer\nAbout: Wanda María Exampleson", said)

    def test_shows_a_sign_it_cannot_print_by_its_number_and_says_so(self):
        composed = paper.compose(
            sample_papers.stated(person="Exampleson 𠮷"),
            language="en",
            is_reviewed=False,
        )

        said = paper.plain_text(composed, column=0)

        self.assertEqual(composed["missing"], ["𠮷"])
        self.assertIn("To: Exampleson [U+20BB7]", said)
        self.assertIn("One sign of a name cannot be printed.", said)

    def test_dates_are_of_connecticut(self):
        stated = sample_papers.stated()

        said = text(replace(stated, issued_at=stated.issued_at.replace(hour=3)))

        self.assertIn("Date of this notice: November 21, 2026", said)
        self.assertIn("On November 22, 2026, 9:05 a.m., Exampleton", said)
