"""What a file is called on the screen. Pure; no name is ever a path."""

import re
import unicodedata

from requests_app.documents.checking import ENDINGS

MOST_CHARACTERS = 120
_PATH = re.compile(r"[/\\]")
# A name that ends twice hides the ending that counts.
_PROGRAMS = (
    "exe|com|bat|cmd|scr|pif|msi|js|jse|vbs|vbe|wsf|hta|html?|svg|php|ps1|sh|jar|lnk"
)
_HIDDEN_ENDING = re.compile(rf"\.(?={_PROGRAMS}\b)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
# Not a letter, digit, sign or space: controls, formats (the overrides of direction
# among them), halves of pairs, private and unassigned characters.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SIGNS = str.maketrans(dict.fromkeys('<>:"|?*;%&`$', "_"))


def shown(name: str) -> str:
    """The name of a file as it may be shown: without paths, tricks and excess."""
    last = _PATH.split(name)[-1]
    seen = "".join(
        " " if one in "\t\r\n" else one
        for one in unicodedata.normalize("NFC", last)
        if one in "\t\r\n" or unicodedata.category(one) not in _UNSEEN
    )
    plain = _SPACES.sub(" ", seen.translate(_SIGNS)).strip().rstrip(".")
    stem, ending = _parts(plain)
    stem = _HIDDEN_ENDING.sub("_", stem).strip(" .")
    if not stem and not ending:
        return "file"
    kept = (stem or "file")[: MOST_CHARACTERS - len(ending)].strip(" .")
    return kept + ending


def ending(name: str) -> str:
    """The letters after the last dot, small; empty when there are none."""
    return _parts(shown(name))[1].lstrip(".").lower()


def _parts(name: str) -> tuple[str, str]:
    stem, dot, last = name.rpartition(".")
    is_ending = bool(dot) and 0 < len(last) <= 8 and last.isalnum()
    return (stem, dot + last) if is_ending else (name, "")


def is_of_kind(name: str, kind: str) -> bool:
    """Whether the ending of a name, where it has one, fits the kind of the file."""
    said = ending(name)
    return not said or ENDINGS.get(said) == kind
