"""The words of a notice, language by language, as they lie in `words/`.

Pure: reads the files of this room and nothing else. Promises that a language without
words is said to be missing, by name, and that nothing is printed in its stead.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

ENGLISH = "en"
FILES = Path(__file__).parent / "words"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# What the sentences of a notice may ask for; each kind says which of them it needs.
VARIABLES = ("agency", "person", "received", "told")


class LanguageMissing(ValueError):
    """There are no words of notices in the language asked for."""

    def __init__(self, language: str):
        super().__init__(
            f"There are no words of this notice in {language or 'that language'}. "
            "Choose another language the person reads, or give the English notice with "
            "an interpreter and record the interpreter."
        )


@dataclass(frozen=True)
class Words:
    """The words of every kind of notice in one language, in one version."""

    language: str
    name: str
    english_name: str
    direction: str
    version: int
    review: str
    parts: Mapping[str, Any]

    def __getitem__(self, part: str) -> Any:
        return self.parts[part]

    @property
    def template(self) -> str:
        """The version as it is frozen with a notice, and as a translator reviews it."""
        return f"notices-{self.version}"

    def day(self, moment: datetime) -> str:
        return self["date"].format(
            day=moment.day,
            month=self["months"][moment.month - 1],
            number=moment.month,
            year=moment.year,
        )

    def moment(self, moment: datetime) -> str:
        return self["moment"].format(date=self.day(moment), time=self._time(moment))

    def _time(self, moment: datetime) -> str:
        if self["clock"] == 24:
            return f"{moment:%H:%M}"
        half = "a.m." if moment.hour < 12 else "p.m."
        return f"{moment.hour % 12 or 12}:{moment:%M} {half}"


@cache
def languages() -> tuple[str, ...]:
    """Every language with words, English first."""
    found = sorted(path.stem for path in FILES.glob("*.toml"))
    return (ENGLISH, *(one for one in found if one != ENGLISH))


@cache
def of(language: str) -> Words:
    """The words in a language. Raises LanguageMissing."""
    if language not in languages():
        raise LanguageMissing(language)
    read = tomllib.loads((FILES / f"{language}.toml").read_text(encoding="utf-8"))
    own = ("language", "name", "english_name", "direction", "version", "review")
    return Words(**{name: read[name] for name in own}, parts=MappingProxyType(read))


def placeholders(text: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text))


def faults(words: Mapping[str, Any], english: Mapping[str, Any], at="") -> list[str]:
    """Where a language departs from English: keys, lengths, version, variables."""
    found = []
    for name in sorted({*words, *english} - {"name", "review", "clock", "direction"}):
        place = f"{at}{name}"
        if name not in words or name not in english:
            found.append(f"{place}: {'missing' if name in english else 'superfluous'}")
        elif isinstance(english[name], Mapping):
            found += faults(words[name], english[name], f"{place}.")
        else:
            found += _unlike(place, words[name], english[name])
    return found


def _unlike(place: str, here: Any, there: Any) -> list[str]:
    if type(here) is not type(there):
        return [f"{place}: is not of the same kind"]
    if isinstance(here, int):
        return [] if here == there else [f"{place}: is {here}, English is {there}"]
    if isinstance(here, str):
        return _unlike_text(place, here, there)
    if len(here) != len(there):
        return [f"{place}: has {len(here)} entries, English has {len(there)}"]
    rows = enumerate(zip(here, there, strict=True), 1)
    return [
        fault
        for number, (one, other) in rows
        for fault in _unlike_text(f"{place} {number}", one, other)
    ]


def _unlike_text(place: str, here: str, there: str) -> list[str]:
    if place in ("date", "moment", "language", "english_name"):
        return []
    if not here.strip():
        return [f"{place}: is empty"]
    wanted, given = placeholders(there), placeholders(here)
    return [f"{place}: lacks {{{one}}}" for one in sorted(wanted - given)] + [
        f"{place}: has {{{one}}}, which English has not"
        for one in sorted(given - wanted)
    ]
