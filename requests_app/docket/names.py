"""Names made comparable for searching. Pure.

Accents, capitals, hyphens, apostrophes and the order of names make no difference:
"José Quispe-Mamani" is found by "mamani jose". A word leaves traces by which one slip
of the pen, or a spelling by ear, still finds it: "Quipse", "Kispe".
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from requests_app.vault.blind import BIRTH, NAME, SOUND

# Letters that no decomposition takes apart, as people type them without a special key.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae"}
    | {"œ": "oe", "ŋ": "n", "ə": "e"}
)
_WORD = re.compile(r"\w+")
# Shorter words have too many neighbours, and too many sound like them.
_LEAST_FOR_A_SLIP = 4
_LEAST_SOUND = 2


def words_of(*names: str) -> list[str]:
    """The distinct words of names in comparable form, in alphabetical order."""
    found = set()
    for name in names:
        decomposed = unicodedata.normalize("NFKD", name.casefold())
        bare = "".join(one for one in decomposed if not unicodedata.combining(one))
        joined = bare.replace("'", "").replace("’", "").translate(_PLAIN)
        found.update(_WORD.findall(joined))
    return sorted(found)


def comparable(value: str) -> str:
    """A number or a compound value without capitals, spaces and signs."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", value).casefold()))


def traces(word: str) -> list[tuple[str, str]]:
    """What a comparable word is found by: itself, each with a letter less, its sound.

    Two words that one slip parts (a letter more, less, other, or two swapped) have a
    trace in common. Pairs of the index's purpose and the text.
    """
    spelled = {word}
    if len(word) >= _LEAST_FOR_A_SLIP:
        spelled |= {word[:place] + word[place + 1 :] for place in range(len(word))}
    found = [(NAME, one) for one in sorted(spelled)]
    heard = sound_of(word)
    if len(heard) >= _LEAST_SOUND:
        found.append((SOUND, heard))
    return found


def found_by(
    *,
    family_names: str,
    given_names: str,
    aliases: Iterable[str],
    date_of_birth: date | None,
    numbers: Mapping[str, str],
) -> list[tuple[str, str]]:
    """All that a request is found by: traces of every name, and what is exact.

    `numbers` are by purpose, as `vault.blind` names them. Pairs of purpose and value.
    """
    words = words_of(family_names, given_names, *aliases)
    exact = {**numbers, BIRTH: name_and_birth(family_names, date_of_birth)}
    return [pair for word in words for pair in traces(word)] + [
        (purpose, comparable(value))
        for purpose, value in exact.items()
        if comparable(value)
    ]


def name_and_birth(family_names: str, born: date | None) -> str:
    """Family name and birth date as one value to be found by; empty without both."""
    words = words_of(family_names)
    return f"{' '.join(words)} {born.isoformat()}" if words and born else ""


# In this order: what is written on the left sounds, for this purpose, as on the right.
# Spanish, Portuguese, Haitian and English hands write the same name by these.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"(sch|tch|tsch|sh|ch|cz)", "C"),
        (r"^x(?=[aeiouy])", "j"),
        (r"(?<=[aeiou])x$", ""),
        (r"x", "s"),
        (r"th", "t"),
        (r"(tz|ts|z)", "s"),
        (r"(s?c)(?=[eiy])", "s"),
        (r"(qu|gu)(?=[ei])", lambda found: "k" if found[0] == "qu" else "g"),
        (r"(ck|q|c|k)", "k"),
        (r"dj|dg(?=[ei])", "j"),
        (r"g(?=[eiy])", "j"),
        (r"(nh|gn|ny|ni(?=[aeo]))", "n"),
        (r"(ll|lh)", "Y"),
        (r"^y(?=[aeiou])", "Y"),
        (r"(?<=[aeiou])y(?=[aeiou])", "Y"),
        (r"^hu(?=[aei])", "b"),
        (r"h", ""),
        (r"[vw]", "b"),
        (r"m(?=[bpf])|m$", "n"),
        (r"(eaux|eau|aux|oux)", "o"),
        (r"^[aeiouy]+", "A"),
        (r"[aeiouy]", ""),
        (r"(.)\1+", r"\1"),
    )
]


def sound_of(word: str) -> str:
    """How a comparable word sounds, roughly: its consonants, and a leading vowel."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word[:8]


def likeness(typed: Sequence[str], borne: Sequence[str]) -> int | None:
    """How far the words typed are from those borne; None when one has no match.

    0 when every word stands there as typed; a slip counts 2, a sound alone 3.
    """
    farthest = 0
    for word in typed:
        nearest = min((_distance(word, one) for one in borne), default=_FAR)
        if nearest >= _FAR:
            return None
        farthest += nearest
    return farthest


_FAR = 9


def _distance(word: str, other: str) -> int:
    if word == other:
        return 0
    ours, theirs = set(traces(word)), set(traces(other))
    shared = {purpose for purpose, _ in ours & theirs}
    if NAME in shared:
        return 2
    return 3 if SOUND in shared else _FAR
