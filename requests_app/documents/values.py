"""What is written in a form, as the record wants it, and how well it fits. Pure.

`said(kind, text)` gives the value and a number from 0 to 1: how much what was read is
like what such a place holds. A date that is no date does not fit.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from requests_app.documents.nations import NATIONS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun") + (
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_DIGITS = str.maketrans("OoQDlI|!iZzSsBG", "000011111225586")
# Parts of family names that are written small.
_SMALL = ("la", "las", "le", "les", "los", "lo")
_EDGES = " .,;:_-|'\"`~=()[]{}*\u2014\u2013\u201c\u201d\u2018\u2019\u00ab\u00bb"


def said(kind: str, text: str) -> tuple[str, float]:
    """The value of a text at a place of this kind, and how well it fits."""
    return _KINDS[kind](unicodedata.normalize("NFC", text).strip())


def _text(text: str) -> tuple[str, float]:
    text = " ".join(text.replace("\n", " ").split()).strip(_EDGES + "\\/")
    odd = len(re.findall(r"[^\w\s.,'()/&#:;-]", text))
    return text, max(1 - 0.4 * odd, 0.2) if text else 0.0


def _lines(text: str) -> tuple[str, float]:
    lines = [_text(line)[0] for line in text.split("\n")]
    value = ", ".join(line for line in lines if line)
    return value, min((_text(line)[1] for line in lines if line), default=0.0)


def _digits(text: str) -> tuple[str, float]:
    packed = re.sub(r"[\s.,_|:;'-]", "", text)
    value = packed.translate(_DIGITS)
    if not re.fullmatch(r"\d{6,12}", value):
        return packed, 0.3
    return value, 1.0 if value == packed else 0.6


def _event(text: str) -> tuple[str, float]:
    packed = re.sub(r"[\s.,_|:;#'-]", "", text).upper()
    head = packed[:3].translate(str.maketrans("0185", "OIBS"))
    tail = packed[3:].translate(_DIGITS)
    value = head + tail
    if not re.fullmatch(r"[A-Z]{3}\d{8,12}", value):
        return packed, 0.4
    if len(tail) != 10 or not "01" <= tail[2:4] <= "12":
        return value, 0.7
    return value, 1.0 if value == packed else 0.6


def _a_number(text: str) -> tuple[str, float]:
    packed = re.sub(r"[\s.,_|:;'-]", "", text)
    rest = packed[1:] if packed[:1] in ("A", "a", "4") and len(packed) > 9 else packed
    digits = rest.translate(_DIGITS)
    if not re.fullmatch(r"\d{8,9}", digits):
        return packed, 0.3
    sure = digits == rest and packed[0] not in "4"
    # Eight digits where nine are usual may have lost one in a picture.
    fits = (1.0 if sure else 0.6) * (1.0 if len(digits) == 9 else 0.85)
    return f"A{digits.zfill(9)}", fits


def _day(text: str) -> tuple[str, float]:
    text = " ".join(text.split()).strip(_EDGES)
    for shape, read in _DAYS:
        found = shape.fullmatch(text)
        if found:
            return _dated(text, found, read)
    slashes = re.fullmatch(r"(\d\d)1(\d\d)1(\d{4})", text)
    if slashes:
        # A picture made ones of the strokes between; a guess, and never a sure one.
        return _day("/".join(slashes.groups()))[0], 0.5
    return text, 0.2


def _dated(text: str, found: re.Match, read: Callable) -> tuple[str, float]:
    year, month, day = read(found)
    fits = 1.0
    if len(found["year"]) == 2:
        year, fits = year + (2000 if year < 30 else 1900), 0.5
    if not month:
        return text, 0.2
    try:
        value = date(year, month, day)
    except ValueError:
        return text, 0.2
    if not date(1920, 1, 1) <= value <= date(2035, 12, 31):
        fits = 0.3
    return value.isoformat(), fits


def _month_named(word: str) -> int:
    head = word.lower()[:3]
    return _MONTHS.index(head) + 1 if head in _MONTHS else 0


def _numbers(found: re.Match) -> tuple[int, int, int]:
    return int(found["year"]), int(found["month"]), int(found["day"])


def _with_name(found: re.Match) -> tuple[int, int, int]:
    return int(found["year"]), _month_named(found["month"]), int(found["day"])


_YEAR = r"(?P<year>\d{4}|\d{2})"
_DAYS = (
    (re.compile(rf"(?P<month>\d\d?)\s?/\s?(?P<day>\d\d?)\s?/\s?{_YEAR}"), _numbers),
    (re.compile(rf"(?P<month>\d\d?)[-.](?P<day>\d\d?)[-.]{_YEAR}"), _numbers),
    (
        re.compile(r"(?P<year>\d{4})\s?-\s?(?P<month>\d\d)\s?-\s?(?P<day>\d\d)"),
        _numbers,
    ),
    (
        re.compile(rf"(?P<month>[A-Za-z]{{3,9}})\.?\s?(?P<day>\d\d?)[,.]?\s?{_YEAR}"),
        _with_name,
    ),
    (
        re.compile(rf"(?P<day>\d\d?)[\s-]*(?P<month>[A-Za-z]{{3,9}})[\s.,-]*{_YEAR}"),
        _with_name,
    ),
)


def _name(text: str) -> tuple[str, float]:
    text = " ".join(text.split()).strip(_EDGES.replace("'", "").replace(".", ""))
    fits = 1.0
    if "," not in text and ". " in text:
        head, _, tail = text.partition(". ")
        text, fits = f"{head}, {tail}", 0.6
    if text.count(",") != 1:
        fits = 0.5
    if re.search(r"[^\w\s,.'\u2019-]|[\d_]", text):
        fits = min(fits, 0.4)
    text = re.sub(r"[^\W\d_]+", _as_capital, text)
    head, _, tail = text.partition(",")
    if tail and (len(head.strip()) < 2 or len(tail.strip()) < 2):
        fits = min(fits, 0.5)
    return text.replace("\u2019", "'"), fits


def _as_capital(found: re.Match) -> str:
    """A word whose capital I was taken for a small l or i, as in lan and ALi."""
    word = found[0]
    if re.fullmatch(r"l[^\W\d_A-Z]+", word) and word not in _SMALL:
        return "I" + word[1:]
    capitals = sum(letter.isupper() for letter in word)
    if capitals > 1 and capitals >= len(word) - 2:
        return re.sub("[li]", "I", word)
    return word


def parted(name: str) -> tuple[str, str]:
    """Family names and given names, as the comma parts them; all family without one."""
    family, _, given = name.partition(",")
    return family.strip(), given.strip()


def _country(text: str) -> tuple[str, float]:
    value = _text(text)[0]
    plain = _plain(value)
    if plain in NATIONS:
        return value, 1.0
    return value, 0.55 if value else 0.0


def _sex(text: str) -> tuple[str, float]:
    word = _plain(text)
    value = {"m": "male", "male": "male", "f": "female", "female": "female"}.get(word)
    return (value, 1.0) if value else (_text(text)[0], 0.2)


def _telephone(text: str) -> tuple[str, float]:
    value = " ".join(text.split()).strip(" .,;:_|")
    packed = re.sub(r"\D", "", value)
    if len(packed) == 11 and packed[0] == "1":
        packed = packed[1:]
    if len(packed) != 10 or re.search(r"[^\d\s().+-]", value):
        return value, 0.4
    return f"({packed[:3]}) {packed[3:6]}-{packed[6:]}", 1.0


def _booking(text: str) -> tuple[str, float]:
    value = "".join(text.split()).rpartition(":")[2].strip(_EDGES + "#")
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9/-]{2,}", value):
        return value, 0.5
    # A letter among the digits is more often a digit misread than a letter.
    return value, 0.7 if re.search(r"\d[A-Z]\d", value) else 1.0


def plain(text: str) -> str:
    """Letters and digits alone, without accents or case."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in split if one.isalnum())


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in split if one.isalpha())


_KINDS = {
    "text": _text,
    "lines": _lines,
    "digits": _digits,
    "event": _event,
    "a_number": _a_number,
    "day": _day,
    "name": _name,
    "country": _country,
    "sex": _sex,
    "telephone": _telephone,
    "booking": _booking,
}
