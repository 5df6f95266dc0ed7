"""Words that must not be found, and every coding in which they are looked for.

Twelve codings: plain, other cases, NFD, URL, HTML, JSON's backslash-u, base64 at each
of three offsets, quoted-printable, hexadecimal, and gzip, which is unpacked first.
"""

import base64
import html
import json
import quopri
import re
import unicodedata
import zlib
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MOST_UNPACKED = 4 * 1024 * 1024
_GZIP = b"\x1f\x8b\x08"
# A middle of base64 that is shorter says nothing.
_LEAST_BASE64 = 8


def _entities(word: str) -> str:
    return html.escape(word).encode("ascii", "xmlcharrefreplace").decode()


def _base64(skip: int):
    def middle(word: str) -> str:
        coded = base64.b64encode(word.encode()[skip:])[:-4].decode()
        return coded if len(coded) >= _LEAST_BASE64 else word

    return middle


CODINGS = {
    "plain": str,
    "upper case": str.upper,
    "nfd": lambda word: unicodedata.normalize("NFD", word),
    "url": quote,
    "url of a form": quote_plus,
    "html": _entities,
    "html escaped": html.escape,
    "json": lambda word: json.dumps(word)[1:-1],
    "python": lambda word: word.encode("unicode_escape").decode(),
    "base64 at 0": _base64(0),
    "base64 at 1": _base64(1),
    "base64 at 2": _base64(2),
    "quoted-printable": lambda word: quopri.encodestring(word.encode()).decode(),
    "hexadecimal": lambda word: word.encode().hex(),
}

# As somebody would leak it: the coding of a whole text that holds the word.
LEAKED = {
    "plain": lambda word: word.encode(),
    "case folded": lambda word: word.casefold().encode(),
    "nfd": lambda word: unicodedata.normalize("NFD", word).encode(),
    "url": lambda word: quote(word).encode(),
    "html": lambda word: _entities(word).encode(),
    "json": lambda word: json.dumps({"x": word}).encode(),
    "base64 at 0": lambda word: base64.b64encode(f"{word} and more".encode()),
    "base64 at 1": lambda word: base64.b64encode(f"a{word} and more".encode()),
    "base64 at 2": lambda word: base64.b64encode(f"ab{word} and more".encode()),
    "quoted-printable": lambda word: quopri.encodestring(word.encode()),
    "hexadecimal": lambda word: word.encode().hex().encode(),
    "gzip": lambda word: zlib.compress(word.encode(), wbits=31),
}


def forms_of(word: str) -> set[str]:
    """A word as it might stand somewhere, case folded."""
    return {code(word).casefold() for code in CODINGS.values()}


def found(words: Iterable[str], text: str | bytes) -> set[str]:
    """Those of the words that stand in a text in any coding, gzip unpacked."""
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    hay = "\n".join(
        one.decode("utf-8", "replace").casefold() for one in [raw, *_unpacked(raw)]
    )
    return {word for word in words if any(form in hay for form in forms_of(word))}


def _unpacked(raw: bytes) -> list[bytes]:
    """What is packed in a text: as bytes, or as bytes in hexadecimal."""
    streams = [raw[one.start() :] for one in re.finditer(re.escape(_GZIP), raw)]
    for one in re.finditer(rb"1f8b08[0-9a-f]+", raw):
        digits = one.group()
        streams.append(bytes.fromhex(digits[: len(digits) // 2 * 2].decode()))
    unpacked = []
    for stream in streams:
        try:
            opener = zlib.decompressobj(wbits=31)
            unpacked.append(opener.decompress(stream, MOST_UNPACKED))
        except zlib.error:
            continue
    return unpacked
