import hashlib
import json
from copy import deepcopy
from unittest import TestCase

from requests_app.docket.models import AskKind
from requests_app.notices import paper, plainness, wording
from requests_app.notices.models import Language, NoticeKind
from requests_app.review.models import ReasonCode

# The words of a version as released. Changed words are a new version: raise `version`
# in every language, and put the new sums here.
RELEASED = {
    ("en", 1): "bb3d60b0c3f0b1f7",
    ("ar", 1): "e57f0c1608aabe3a",
    ("es", 1): "e4f41aa453936733",
    ("fr", 1): "1504c81100a243d4",
    ("ht", 1): "efbfc923e8bb09d0",
    ("pl", 1): "c0aca71b851e8ff0",
    ("pt", 1): "352d2825fe4a1684",
    ("sq", 1): "e57ae2937a1a61d2",
    ("zh-Hans", 1): "5d82f2c5d4e62e13",
}


def digest(words: wording.Words) -> str:
    read = json.dumps(dict(words.parts), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(read.encode()).hexdigest()[:16]


class WordsTests(TestCase):
    def test_say_in_each_language_what_english_says(self):
        english = wording.of("en").parts

        found = {
            language: wording.faults(wording.of(language).parts, english)
            for language in wording.languages()
        }

        self.assertEqual(found, {language: [] for language in Language.values})

    def test_lack_nothing_that_a_decision_can_be(self):
        words = wording.of("en")

        self.assertEqual(set(words["reasons"]), set(ReasonCode.values))
        self.assertEqual(set(words["asks"]), set(AskKind.values))
        self.assertEqual(set(words["kinds"]), set(NoticeKind.values))

    def test_of_a_variable_that_is_missing_or_too_many_are_found(self):
        english = wording.of("en").parts
        words = deepcopy(dict(wording.of("es").parts))
        intent = words["kinds"]["intent"]
        intent["before"] = [intent["before"][0].replace("{agency}", "{person}")]

        found = wording.faults(words, english)

        self.assertEqual(
            found,
            [
                "kinds.intent.before 1: lacks {agency}",
                "kinds.intent.before 1: has {person}, which English has not",
            ],
        )

    def test_that_are_gone_empty_or_of_another_version_are_found(self):
        english = wording.of("en").parts
        words = deepcopy(dict(wording.of("pl").parts))
        del words["reasons"]["policy"]
        words["common"]["receipt"] = " "
        words["version"] = 2

        found = wording.faults(words, english)

        self.assertEqual(
            found,
            [
                "common.receipt: is empty",
                "reasons.policy: missing",
                "version: is 2, English is 1",
            ],
        )

    def test_in_a_language_that_is_not_there_are_refused_by_name(self):
        with self.assertRaisesMessage("There are no words of this notice in so."):
            wording.of("so")

    def test_that_were_released_are_as_they_were(self):
        found = {
            (language, wording.of(language).version): digest(wording.of(language))
            for language in wording.languages()
        }

        self.assertEqual(found, RELEASED)

    def test_are_marked_as_not_reviewed(self):
        for language in wording.languages():
            with self.subTest(language=language):
                review = wording.of(language).review

                self.assertTrue(review.startswith("Not reviewed by a "))

    def assertRaisesMessage(self, message):
        return self.assertRaisesRegex(wording.LanguageMissing, message)


class PlainnessTests(TestCase):
    def test_of_each_kind_is_within_eight_years_of_school(self):
        grades = {kind: paper.reading_level(kind).grade for kind in NoticeKind.values}

        self.assertLessEqual(max(grades.values()), 8.0, grades)

    def test_finds_a_text_that_is_hard_to_read(self):
        text = (
            "Notwithstanding any provision herein to the contrary, the aforementioned "
            "individual's entitlement to equitable relief shall be determined pursuant "
            "to the applicable statutory requirements."
        )

        self.assertGreater(plainness.of(text).grade, 16)

    def test_counts_words_sentences_and_syllables(self):
        counted = plainness.of("The agency got a paper. It is from ICE.")

        self.assertEqual(
            (counted.words, counted.sentences, counted.syllables, counted.longest),
            (9, 2, 14, 5),
        )

    def test_of_nothing_is_no_grade(self):
        self.assertEqual(plainness.of("").grade, 0.0)
