"""Which signs the typefaces of papers can draw. Pure.

A sign they lack is printed as its number, as in [U+20BB7], and the caller hears of it:
a paper never shows an empty box where a name should stand.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
# Unseen signs that only say how their neighbours join or run.
UNSEEN = dict.fromkeys(
    [0x00AD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)]
    + [*range(0x2060, 0x2070)]
)
BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")


@dataclass(frozen=True)
class Printable:
    """A text as it can be printed, and the signs that are shown by number."""

    text: str
    missing: tuple[str, ...]


def printable(text: str) -> Printable:
    text = unicodedata.normalize("NFC", BREAKS.sub("\n", text)).translate(UNSEEN)
    missing: list[str] = []
    shown: list[str] = []
    for sign in text:
        if sign in "\n\t":
            shown.append("\n" if sign == "\n" else " ")
        elif unicodedata.category(sign) == "Cc":
            continue
        elif is_drawn(sign):
            shown.append(sign)
        else:
            missing.append(sign)
            shown.append(f"[U+{ord(sign):04X}]")
    return Printable("".join(shown), tuple(dict.fromkeys(missing)))


def is_drawn(sign: str) -> bool:
    firsts, lasts = _coverage()
    place = bisect_right(firsts, ord(sign)) - 1
    return place >= 0 and ord(sign) <= lasts[place]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    lines = (FONTS / "coverage.txt").read_text().split()
    ranges = [[int(one, 16) for one in line.split("-")] for line in lines]
    return [first for first, _ in ranges], [last for _, last in ranges]
