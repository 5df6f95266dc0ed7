"""A page as words in their places, from a PDF's fields, its text, or a picture. Pure.

Places are dots of the working picture (`pixels.WIDE` across), from the upper left.
"""

import contextlib
import unicodedata
from dataclasses import dataclass, field, replace

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from requests_app.documents.pixels import WIDE, Box

FIELDS, TEXT, SCAN = "fields", "text", "scan"
_TICKED_IS_NOT = ("/Off", "", "Off", "None")


@dataclass(frozen=True)
class Word:
    """A run of letters with no space, or all of a form field, and how sure it is."""

    text: str
    box: Box
    confidence: float = 1.0
    source: str = TEXT

    @property
    def middle(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class TickField:
    """A form field to tick, and whether it is."""

    box: Box
    is_ticked: bool


@dataclass
class Sheet:
    """One page: words, form fields, and the picture that ticks and ink are seen in."""

    number: int
    grey: np.ndarray
    words: list[Word]
    fields: list[Word] = field(default_factory=list)
    ticks: list[TickField] = field(default_factory=list)
    source: str = TEXT

    @property
    def lines(self) -> list[list[Word]]:
        """The words in lines from the top, each from the left."""
        return lines_of(self.words)

    @property
    def text(self) -> str:
        return "\n".join(" ".join(w.text for w in line) for line in self.lines)


def lines_of(words: list[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.middle[1]):
        if lines and _is_in_line(word, lines[-1]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda one: one.box[0]) for line in lines]


def _is_in_line(word: Word, line: list[Word]) -> bool:
    heights = sorted(one.height for one in line)
    middle = sum(one.middle[1] for one in line) / len(line)
    tall = min(max(heights[len(heights) // 2], 10), 40)
    return abs(word.middle[1] - middle) < tall * 0.55


def sheet_of_page(document: pypdfium2.PdfDocument, number: int, widgets) -> Sheet:
    """A page of a PDF with its text and the form fields on it, drawn as a picture."""
    page = document[number - 1]
    scale = WIDE / page.get_width()
    picture = page.render(scale=scale, may_draw_forms=True, grayscale=True)
    grey = picture.to_numpy()
    grey = np.ascontiguousarray(grey.reshape(grey.shape[0], grey.shape[1], -1)[..., 0])
    high = page.get_height()
    placed = Placed(scale, high)
    words = _words(page, placed)
    fields = [
        Word(text, placed.box(*rect), 1.0, FIELDS) for text, rect in widgets.texts
    ]
    ticks = [TickField(placed.box(*rect), is_on) for is_on, rect in widgets.ticks]
    return Sheet(number, grey, words, fields, ticks)


@dataclass(frozen=True)
class Placed:
    """How a PDF's points become dots of the working picture."""

    scale: float
    high: float

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        return (
            left * self.scale,
            (self.high - top) * self.scale,
            right * self.scale,
            (self.high - bottom) * self.scale,
        )


def is_a_picture(page: pypdfium2.PdfPage) -> bool:
    """Whether an image covers the page: its text, if any, is somebody's guess."""
    whole = page.get_width() * page.get_height()
    for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = one.get_bounds()
        if (right - left) * (top - bottom) > 0.7 * whole:
            return True
    return False


def _words(page: pypdfium2.PdfPage, placed: Placed) -> list[Word]:
    textpage = page.get_textpage()
    words: list[Word] = []
    letters: list[tuple[str, Box]] = []
    for index in range(textpage.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(textpage, index))
        if letter.isspace() or letter in "\x00\ufffe":
            _finish(letters, words)
            continue
        box = placed.box(*textpage.get_charbox(index, loose=True))
        if letters and _is_apart(letters[-1][1], box):
            _finish(letters, words)
        letters.append((letter, box))
    _finish(letters, words)
    textpage.close()
    return words


def _is_apart(before: Box, box: Box) -> bool:
    tall = max(before[3] - before[1], 1)
    is_far = box[0] - before[2] > 0.28 * tall or box[0] < before[0] - tall
    return is_far or abs(box[3] - before[3]) > 0.6 * tall


def _finish(letters: list[tuple[str, Box]], words: list[Word]) -> None:
    if letters:
        text = unicodedata.normalize("NFC", "".join(letter for letter, _ in letters))
        words.append(Word(text, around([box for _, box in letters])))
    letters.clear()


def around(boxes: list[Box]) -> Box:
    """The smallest box that holds them all."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def part_of(word: Word, start: int, end: int) -> Word:
    """Some of a word's letters, in their share of its box."""
    x0, y0, x1, y1 = word.box
    each = (x1 - x0) / max(len(word.text), 1)
    box = (x0 + each * start, y0, x0 + each * end, y1)
    return replace(word, text=word.text[start:end], box=box)


@dataclass(frozen=True)
class Widgets:
    """The form fields of a page, in its points: text with value, boxes with state."""

    texts: tuple = ()
    ticks: tuple = ()


def widgets_of(page) -> Widgets:
    """The form fields of a page of pypdf's; a broken one is passed over."""
    texts, ticks = [], []
    for reference in page.get("/Annots") or ():
        with contextlib.suppress(Exception):  # damaged in too many ways to name
            widget = reference.get_object()
            if widget.get("/Subtype") == "/Widget":
                _sort(widget, texts, ticks)
    return Widgets(tuple(texts), tuple(ticks))


def _sort(widget, texts: list, ticks: list) -> None:
    x0, y0, x1, y1 = (float(one) for one in widget["/Rect"])
    rect = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    kind, value = _inherited(widget, "/FT"), _inherited(widget, "/V")
    if kind == "/Btn":
        state = str(widget.get("/AS", value or ""))
        ticks.append((state not in _TICKED_IS_NOT, rect))
    elif kind in ("/Tx", "/Ch"):
        lines = str(value or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        text = "\n".join(" ".join(line.split()) for line in lines).strip()
        texts.append((unicodedata.normalize("NFC", text), rect))


def _inherited(widget, key: str):
    for _ in range(16):
        if key in widget:
            return widget[key]
        if "/Parent" not in widget:
            return None
        widget = widget["/Parent"].get_object()
    return None
