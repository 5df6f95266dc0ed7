"""Reading a finished file again, for what it must not contain. Pure.

The file is taken as a stranger would take it apart: its name; of a PDF the text that
two readers find (a black box over words hides nothing from them), every object and
stream of every revision, attachments, document information and XMP; of a ZIP every
member. In each place every word is looked for in twelve codings.

It knows nothing of how the file was made, so it finds what the maker did not think of.
"""

import base64
import html
import json
import quopri
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from urllib.parse import quote, quote_plus

import pypdf
import pypdfium2
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject, StreamObject

_MOST_UNPACKED = 16 * 1024 * 1024
_DEEPEST = 3
_GZIP = b"\x1f\x8b\x08"
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_END = b"%%EOF"
# A middle of base64 that is shorter says nothing.
_LEAST_CODED = 8
# A single word that is shorter stands in too many others.
_LEAST_WORD = 3
# So many words make a sentence that nobody writes twice by chance.
_LEAST_SENTENCE = 4
_BETWEEN_SENTENCES = re.compile(r"[.!?;:]+(?:\s+|$)|\n+")
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]\w+(?:['’-]\w+)*"
_NAME = re.compile(rf"\b{_CAPITAL}(?: {_CAPITAL})+")
_LONG_NUMBER = re.compile(r"\b\d(?:[ ()-]{0,2}\d){6,}\b")
# With a capital these are of a place, of an office, or begin a sentence.
_NO_NAME = frozenset(
    re.findall(
        r"\w+",
        """a after an and as at avenue before by center city county court customs
        department east enforcement he her his hospital i ice if immigration in it jail
        judge new no north not of office old on police road she south state states
        street superior that the they this town united we west when""",
    )
)


class CannotBeRead(ValueError):
    """A file that cannot be taken apart cannot be vouched for."""


@dataclass(frozen=True)
class Term:
    """What must not be found, and what it is: `field` is of the release policy."""

    field: str
    text: str
    # A single word of a name: found only where it stands as a word of its own.
    is_word: bool = False


@dataclass(frozen=True, order=True)
class Leak:
    """That a field was found in a place; the word itself is not kept."""

    place: str
    field: str


def read(name: str, content: bytes, terms: Iterable[Term]) -> list[Leak]:
    """Where in a file, its name and its parts any of the terms stands.

    Raises CannotBeRead.
    """
    wanted = _wanted(terms)
    found = set()
    for place, text in _places(name, content, depth=0):
        found |= {Leak(place, term.field) for term in _standing_in(text, wanted)}
    return sorted(found)


def keys_among(texts: Mapping, terms: Iterable[Term]) -> list:
    """Under which of the keys stands a text that holds any of the terms."""
    wanted = _wanted(terms)
    return [key for key, text in texts.items() if any(_standing_in(text, wanted))]


_Wanted = tuple[Term, re.Pattern, set[str]]


def _wanted(terms: Iterable[Term]) -> list[_Wanted]:
    return [(term, _plain(term), _coded(term)) for term in terms if term.text]


def _standing_in(text: str, wanted: Iterable[_Wanted]) -> Iterator[Term]:
    folded = _folded(text)
    for term, plain, coded in wanted:
        if plain.search(folded) or any(one in folded for one in coded):
            yield term


def _folded(text: str) -> str:
    """As a reader takes it: one case, one form of each letter, one kind of space."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[\s\u200b\u00ad]+", " ", composed)


# Terms


def terms_of(field: str, value: str, *, known: str = "") -> list[Term]:
    """The value itself, and of a name each word that does not stand in `known`.

    `known` is the fixed text around: a family Town would else be found everywhere.
    """
    value = " ".join(value.split())
    if len(value) < _LEAST_WORD:
        return []
    words = [one for one in re.findall(r"\w+", value) if not one.isdigit()]
    beside = set(re.findall(r"\w+", _folded(known)))
    return [
        Term(field, value, is_word=len(words) == 1),
        *(
            Term(field, one, is_word=True)
            for one in words
            if len(words) > 1
            and len(one) > _LEAST_WORD
            and one.casefold() not in beside
        ),
    ]


def days_of(field: str, day) -> list[Term]:
    """A date in the ways in which people and machines write it."""
    shapes = (
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day:%m/%d/%Y}",
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%m-%d-%Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%b} {day.day}, {day.year}",
        f"{day.day} {day:%B} {day.year}",
    )
    return [Term(field, one) for one in dict.fromkeys(shapes)]


def words_of(field: str, text: str, *, known: str = "") -> list[Term]:
    """Of a text: its sentences, the names of two words or more in it, long numbers.

    A single word of a text stands in too many others to tell anything. What stands in
    `known` is released anyhow.
    """
    beside = _folded(known)
    words = set(re.findall(r"\w+", beside)) | _NO_NAME
    sentences = [" ".join(one.split()) for one in _BETWEEN_SENTENCES.split(text)]
    long = [one for one in sentences if len(one.split()) >= _LEAST_SENTENCE]
    names = [
        " ".join(name)
        for run in _NAME.findall(text)
        for is_name, those in groupby(
            run.split(), lambda one: _folded(one) not in words
        )
        if is_name and len(name := list(those)) > 1
    ]
    found = dict.fromkeys([*long, *names, *_LONG_NUMBER.findall(text)])
    return [Term(field, one) for one in found if _folded(one) not in beside]


def _plain(term: Term) -> re.Pattern:
    word = re.escape(_folded(term.text))
    return re.compile(rf"(?<!\w){word}(?!\w)" if term.is_word else word)


def _coded(term: Term) -> set[str]:
    """The term in every coding but the plain one, folded."""
    word = term.text
    forms = {
        unicodedata.normalize("NFD", word),
        quote(word),
        quote_plus(word),
        html.escape(word),
        html.escape(word).encode("ascii", "xmlcharrefreplace").decode(),
        json.dumps(word)[1:-1],
        word.encode("unicode_escape").decode(),
        quopri.encodestring(word.encode()).decode(),
        word.encode().hex(),
        word.encode("utf-16-be").hex(),
    }
    forms = {_folded(one) for one in forms} - {_folded(word)}
    for skip in range(3):
        middle = base64.b64encode(word.encode()[skip:])[:-4].decode()
        if len(middle) >= _LEAST_CODED:
            forms.add(middle.casefold())
    # One word in a coding that leaves it as it is was looked for already.
    return {one for one in forms if len(one) >= _LEAST_CODED}


# Places


def _places(name: str, content: bytes, *, depth: int) -> Iterator[tuple[str, str]]:
    yield "the file name", name
    yield "the bytes of the file", _text(content)
    for packed in _unpacked(content):
        yield "packed bytes of the file", _text(packed)
    if depth > _DEEPEST:
        raise CannotBeRead("The file holds files in files in files.")
    if content.startswith(b"%PDF"):
        yield from _of_pdf(content, depth=depth)
    elif content.startswith(b"PK\x03\x04"):
        yield from _of_zip(content, depth=depth)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _unpacked(content: bytes) -> Iterator[bytes]:
    for start in re.finditer(re.escape(_GZIP), content):
        opener = zlib.decompressobj(wbits=31)
        try:
            yield opener.decompress(content[start.start() :], _MOST_UNPACKED)
        except zlib.error:
            continue


def _of_zip(content: bytes, *, depth: int) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as bundle:
            yield "the ZIP comment", _text(bundle.comment)
            for member in bundle.infolist():
                if member.file_size > _MOST_UNPACKED:
                    raise CannotBeRead("A member of the ZIP is too large.")
                inside = bundle.read(member)
                for place, text in _places(member.filename, inside, depth=depth + 1):
                    yield f"a member of the ZIP, {place}", text
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise CannotBeRead("The ZIP cannot be opened.") from error


def _of_pdf(content: bytes, *, depth: int) -> Iterator[tuple[str, str]]:
    for stream in _STREAM.findall(content):
        opener = zlib.decompressobj()
        try:
            unpacked = opener.decompress(stream, _MOST_UNPACKED)
        except zlib.error:
            continue
        yield "a stream of the PDF", _text(unpacked)
    revisions = _revisions(content)
    for number, revision in enumerate(revisions, start=1):
        is_last = number == len(revisions)
        where = "the PDF" if is_last else "an earlier revision of the PDF"
        try:
            yield from _of_revision(revision, where, depth=depth)
        except (PyPdfError, pypdfium2.PdfiumError, ValueError, KeyError) as error:
            if is_last:
                raise CannotBeRead("The PDF cannot be read again.") from error


def _revisions(content: bytes) -> list[bytes]:
    ends = [one.end() for one in re.finditer(re.escape(_END), content)]
    return [content[:end] for end in ends[:-1]] + [content]


def _of_revision(
    content: bytes, where: str, *, depth: int
) -> Iterator[tuple[str, str]]:
    reader = pypdf.PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise CannotBeRead("The PDF is encrypted.")
    for page in reader.pages:
        yield f"the text of {where}", page.extract_text()
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(len(document)):
            text = document[number].get_textpage().get_text_bounded()
            yield f"the text of {where}", text
    finally:
        document.close()
    yield f"the document information of {where}", str(dict(reader.metadata or {}))
    for name, files in reader.attachments.items():
        for inside in files:
            for place, text in _places(name, inside, depth=depth + 1):
                yield f"a file inside {where}, {place}", text
    yield from _objects(reader, where)


def _objects(reader: pypdf.PdfReader, where: str) -> Iterator[tuple[str, str]]:
    """Every object, reached or not: metadata, annotations, leftovers."""
    numbers = {number for one in reader.xref.values() for number in one}
    for number in sorted(numbers | set(reader.xref_objStm)):
        held = reader.get_object(IndirectObject(number, 0, reader))
        if held is None:
            continue
        yield f"an object of {where}", str(held)
        if isinstance(held, StreamObject):
            try:
                yield f"a stream of {where}", _text(held.get_data())
            except (PyPdfError, NotImplementedError, ValueError):
                # Pictures and fonts: their bytes were looked at as they are.
                continue
