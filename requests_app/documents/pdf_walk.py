"""Every object of a PDF, looked at for what acts, hides, loops or swells.

The file is not run, drawn or repaired here: a file that needs repair is refused, since
two programs would repair it into two different papers.
"""

import io
import logging
import re
from collections.abc import Iterator
from types import NoneType

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    StreamObject,
)

from requests_app.documents import streams
from requests_app.documents.checking import MOST_PAGES, MOST_PIXELS, Refused

_MOST_OBJECTS = 300_000
_MOST_DEPTH = 64
_STARTS = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_OBJECT = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
_PLACES = re.compile(rb"\b(\d{10}) \d{5} n\b")
_TABLE_OR_OBJECT = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")
_BEFORE = re.compile(rb"/Prev\s+(\d+)")
_NAME = re.compile(rb"/((?:[A-Za-z0-9]|#[0-9A-Fa-f]{2}){4,24})")
_CODED = re.compile(rb"#([0-9A-Fa-f]{2})")

# What an action may not do. Others move inside the paper, show and hide, empty a form,
# or name an address that a person may choose to open.
_ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/GoToR": "launch",
    "/GoToE": "embedded",
    "/SubmitForm": "sends",
    "/ImportData": "sends",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
    "/GoTo3DView": "media",
}
_KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/AA": "by_itself",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/AF": "embedded",
    "/Collection": "embedded",
    "/XFA": "xfa",
    "/RichMediaContent": "media",
    "/RichMediaSettings": "media",
}
_SUBTYPES = {
    "/FileAttachment": "embedded",
    "/RichMedia": "media",
    "/Screen": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/3D": "media",
}
_VALUES = {
    "/S": _ACTIONS,
    "/Subtype": _SUBTYPES,
    "/Type": {"/EmbeddedFile": "embedded"},
}
# Long enough that no packed bytes spell them by chance. Another program may find
# objects that the table of contents leaves out.
_SPELLED = {
    "Encrypt": "encrypted",
    "JavaScript": "script",
    "Launch": "launch",
    "EmbeddedFile": "embedded",
    "EmbeddedFiles": "embedded",
    "FileAttachment": "embedded",
    "RichMedia": "media",
    "SubmitForm": "sends",
    "ImportData": "sends",
}

# It warns of each oddity, with words of the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def pages_of(content: bytes) -> int:
    """How many pages a harmless PDF has. Raises Refused for any other."""
    try:
        _refuse_spelled(content)
        _refuse_broken_tables(content)
        reader = PdfReader(io.BytesIO(content))
        for found in _objects(reader):
            _refuse_active(found)
        return _counted(reader)
    except Refused:
        raise
    except MemoryError:
        raise Refused("limits") from None
    except RecursionError:
        raise Refused("loop") from None
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise Refused("broken") from None


def _refuse_broken_tables(content: bytes) -> None:
    """Raises Refused unless the last pointer leads to tables that end somewhere."""
    found = _STARTS.findall(content)
    if not found:
        raise Refused("broken")
    at, met = int(found[-1]), set()
    while True:
        if not _TABLE_OR_OBJECT.match(content[at : at + 40]):
            raise Refused("broken")
        met.add(at)
        end = _end_of_table(content, at)
        for place in _PLACES.findall(content, at, end):
            if not _OBJECT.match(content, int(place)):
                raise Refused("broken")
        before = _BEFORE.search(content, at, end)
        if before is None:
            return
        at = int(before[1])
        if at in met:
            raise Refused("loop")


def _end_of_table(content: bytes, at: int) -> int:
    """Where a table's own entries end: at its stream, or at its pointer."""
    ends = [content.find(mark, at) for mark in (b"startxref", b"stream")]
    return min((end for end in ends if end >= 0), default=len(content))


def _refuse_spelled(content: bytes) -> None:
    """Raises Refused for a name of what acts, however it is written."""
    for spelled in _NAME.findall(content):
        name = _CODED.sub(lambda code: bytes([int(code[1], 16)]), spelled)
        code = _SPELLED.get(name.decode("latin-1"))
        if code:
            raise Refused(code)


def _objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream, reachable from the pages or not."""
    numbers = [
        (number, generation)
        for generation, table in reader.xref.items()
        for number in table
    ]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > _MOST_OBJECTS:
        raise Refused("limits")
    opened = streams.Opened(reader.stream.getbuffer().nbytes)
    yield from _inside(reader.trailer, 0)
    for number, generation in numbers:
        one = reader.get_object(IndirectObject(number, generation, reader))
        if isinstance(one, StreamObject):
            opened.add(one)
        yield from _inside(one, 0)


def _inside(one, depth: int) -> Iterator[DictionaryObject]:
    """The dictionaries directly inside an object; references are met on their own."""
    if depth > _MOST_DEPTH:
        raise Refused("loop")
    if isinstance(one, DictionaryObject):
        yield one
        for value in dict.values(one):
            yield from _inside(value, depth + 1)
    elif isinstance(one, ArrayObject):
        for value in list.__iter__(one):
            yield from _inside(value, depth + 1)


def _refuse_active(found: DictionaryObject) -> None:
    """Raises Refused for a dictionary that acts or hides something."""
    for key in dict.keys(found):
        if key in _KEYS and not _is_nothing(streams.at(found, key)):
            raise Refused(_KEYS[key])
    for key, table in _VALUES.items():
        value = streams.at(found, key)
        if isinstance(value, NameObject) and value in table:
            raise Refused(table[value])
    _refuse_opening(streams.at(found, "/OpenAction"))
    _refuse_image(found)


def _is_nothing(value) -> bool:
    empties = isinstance(value, ArrayObject | DictionaryObject) and not value
    return isinstance(value, NullObject | NoneType) or (
        empties and not isinstance(value, StreamObject)
    )


def _refuse_opening(what) -> None:
    """A place to begin reading is allowed; anything done on opening is not."""
    if isinstance(what, DictionaryObject):
        action = streams.at(what, "/S")
        if action != "/GoTo":
            raise Refused(_ACTIONS.get(action, "by_itself"))


def _refuse_image(found: DictionaryObject) -> None:
    if streams.at(found, "/Subtype") != "/Image":
        return
    if streams.dots_of(found) > MOST_PIXELS:
        raise Refused("pixels")


def _counted(reader: PdfReader) -> int:
    """The pages, each met once on the way down from the root."""
    met: set[tuple[int, int]] = set()
    waiting: list[tuple[object, int]] = [(_root(reader).raw_get("/Pages"), 0)]
    pages = 0
    while waiting:
        one, depth = waiting.pop()
        node = _met_once(one, met)
        if depth > _MOST_DEPTH:
            raise Refused("loop")
        kids = streams.at(node, "/Kids")
        if kids is not None:
            waiting += [(kid, depth + 1) for kid in list.__iter__(kids)]
            continue
        pages += 1
        if pages > MOST_PAGES:
            raise Refused("pages")
    if pages == 0:
        raise Refused("broken")
    return pages


def _root(reader: PdfReader) -> DictionaryObject:
    root = streams.at(reader.trailer, "/Root")
    if not isinstance(root, DictionaryObject):
        raise Refused("broken")
    return root


def _met_once(one, met: set) -> DictionaryObject:
    if isinstance(one, IndirectObject):
        place = (one.idnum, one.generation)
        if place in met:
            raise Refused("loop")
        met.add(place)
        one = one.get_object()
    if not isinstance(one, DictionaryObject):
        raise Refused("broken")
    return one
