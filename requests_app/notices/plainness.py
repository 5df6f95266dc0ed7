"""How hard an English text is to read: the grade of Flesch and Kincaid. Pure.

The grade is the number of school years a reader needs. Syllables are counted by groups
of vowels, which is right for nearly every word of a notice; an abbreviation in capitals
counts as many syllables as letters.
"""

import re
from dataclasses import dataclass

WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d(),.\-A-Za-z]*")
SENTENCE_ENDS = re.compile(r"(?<=[.!?:])\s+|\n+")
VOWELS = re.compile(r"[aeiouy]+")
# Groups of vowels that are two syllables, and endings that are none.
SPLIT = re.compile(r"ia|io(?!n)|iu|eo|ua(?!r)|uou")
SILENT = re.compile(r"(?:[^aeiouyl]e|[^aeioudt]ed|[^aeiouscxzg]es|[^aeiou]les?ly)$")


@dataclass(frozen=True)
class Plainness:
    """The grade of a text, and what it was computed from."""

    words: int
    sentences: int
    syllables: int
    longest: int

    @property
    def grade(self) -> float:
        if not self.words:
            return 0.0
        per_sentence = self.words / self.sentences
        return round(
            0.39 * per_sentence + 11.8 * self.syllables / self.words - 15.59, 1
        )


def of(text: str) -> Plainness:
    """Count a text. A line of its own is a sentence, with a full stop or without."""
    sentences = [found for one in SENTENCE_ENDS.split(text) if (found := words(one))]
    every = [word for sentence in sentences for word in sentence]
    return Plainness(
        words=len(every),
        sentences=len(sentences),
        syllables=sum(map(syllables, every)),
        longest=max(map(len, sentences), default=0),
    )


def words(text: str) -> list[str]:
    return WORD.findall(text)


def syllables(word: str) -> int:
    if word[0].isdigit():
        return 1
    if word.isupper() and len(word) > 1:
        return len(word)
    lowered = word.lower()
    groups = len(VOWELS.findall(lowered)) + len(SPLIT.findall(lowered))
    if groups > 1 and SILENT.search(lowered):
        groups -= 1
    return max(groups, 1)
