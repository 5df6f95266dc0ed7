"""A form read in: bytes to values, each with its source, place and confidence. Pure.

Form fields come first, then the file's own text, then what tesseract makes of the
picture; what is ticked or signed is seen in the picture unless a form field says it.
Nothing is decided here: a clerk compares every value with the piece of the page.
"""

import io
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pypdf
import pypdfium2
from PIL import BmpImagePlugin as _bmp  # noqa: F401
from PIL import Image, ImageOps, ImageSequence
from PIL import JpegImagePlugin as _jpeg  # noqa: F401
from PIL import PngImagePlugin as _png  # noqa: F401
from PIL import TiffImagePlugin as _tiff  # noqa: F401

from requests_app.documents import editions, pixels, recognising, sheets, values
from requests_app.documents.editions import FORMS, Form, Place
from requests_app.documents.pixels import Box, Straightened
from requests_app.documents.places import Labels, folded, nearest
from requests_app.documents.scanned import second_look, weighed
from requests_app.documents.sheets import FIELDS, SCAN, TEXT, Sheet, Word

VERSION = "2"
# Pillow and pypdf look for their readers when they open the first file: by then these
# are out of reach of the limited process.
Image.preinit()
_blank = io.BytesIO()
_writer = pypdf.PdfWriter()
_writer.add_blank_page(72, 72)
_writer.write(_blank)
pypdf.PdfReader(_blank).pages[0].get("/Annots")
# From here on a value is called sure; below it the page asks to look twice.
CONFIDENT = 0.9
_PAGES = 4
_FEWEST_WORDS = 25
# Of the pages besides the form, the part that a heading stands in; how long one may
# take; and how long after the beginning another is begun.
_TOP = 0.4
_TOP_SECONDS, _TOPS_UNTIL_SECONDS = 8, 20

WARNINGS = {
    "both_boxes": "Box 1 and Box 2 are both ticked. The form allows one of them.",
    "no_basis": "Neither Box 1 nor Box 2 is ticked: the form states no basis.",
    "unsigned": "No signature was found on the line for the officer's signature.",
    "service_empty": "The block on service says neither when nor how: nothing says "
    "that the person was given a copy.",
    "edition_unknown": "The edition at the foot of the form is not one the desk knows. "
    "Values were found by their labels: compare each with care.",
    "boxes_unclear": "Some boxes could not be seen clearly. Look at the paper.",
    "not_a_form": "This does not look like a form I-247A, I-247G, I-200 or I-205, so "
    "nothing was read. Type the values in from the paper.",
    "no_tesseract": recognising.CANNOT,
    "scan_not_read": recognising.NOT_READ,
    "pages_unseen": "Not every page could be looked at. See whether another form, such "
    "as a warrant, is among them.",
    **{
        f"also_{form.name}": f"Another page is a form {form.name}. It was not read: "
        "enter it from the paper."
        for form in FORMS
    },
}


@dataclass(frozen=True)
class Reading:
    """One value: what it is of, where it comes from, and how sure it is."""

    field: str
    value: str
    source: str
    confidence: float
    page: int
    # Left, top, right, bottom, as shares of the page as it was received.
    box: tuple[float, float, float, float]

    @property
    def is_confident(self) -> bool:
        return self.confidence >= CONFIDENT


@dataclass
class Result:
    """A form as it was read; `form` is empty when it was not recognised."""

    form: str = ""
    edition: str = ""
    source: str = SCAN
    readings: list[Reading] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def value(self, name: str) -> str:
        return next((one.value for one in self.readings if one.field == name), "")

    def as_json(self) -> dict:
        """As a child process hands it over and as it is kept."""
        return {
            "form": self.form,
            "edition": self.edition,
            "source": self.source,
            "reader": VERSION,
            "values": [asdict(one) for one in self.readings],
            "warnings": self.warnings,
        }


def read_form(content: bytes) -> Result:
    """The values of the first filled form in a PDF or a picture.

    Of other pages no more is said than that they are forms too, or were not looked at.
    """
    until = time.monotonic() + _TOPS_UNTIL_SECONDS
    try:
        if content.startswith(b"%PDF"):
            return _of_pdf(content, until=until)
        pictures, count = _pictures(content)
        return _of_pictures(pictures, is_whole=count <= _PAGES, until=until)
    except recognising.CannotReadScans:
        return Result(warnings=["no_tesseract"])
    except recognising.ScanNotRead:
        return Result(warnings=["scan_not_read"])


def _of_pdf(content: bytes, *, until: float) -> Result:
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    fields = pypdf.PdfReader(io.BytesIO(content)).pages
    texts, scans = [], []
    for number in range(1, min(len(document), _PAGES) + 1):
        widgets = sheets.widgets_of(fields[number - 1])
        sheet = sheets.sheet_of_page(document, number, widgets)
        is_picture = sheets.is_a_picture(document[number - 1])
        if len(sheet.words) < _FEWEST_WORDS or is_picture and not sheet.fields:
            scans.append((number, Image.fromarray(sheet.grey)))
        else:
            texts.append(sheet)
    is_whole = len(document) <= _PAGES
    sheet = next((one for one in texts if recognised(one)), None)
    if sheet is None:
        return _of_pictures(scans, is_whole=is_whole, until=until)
    result = _read(sheet, recognised(sheet), box_of=_as_shares(sheet))
    others = [one for one in texts if one is not sheet]
    result.warnings += _also(others, scans, is_whole=is_whole, until=until)
    return result


def _also(others: list[Sheet], scans, *, is_whole: bool, until: float) -> list[str]:
    """What is to be said of the pages besides the form that was read."""
    found = {_headed(one) for one in others}
    try:
        for _, picture in scans:
            is_whole = is_whole and time.monotonic() < until
            if is_whole:
                found.add(_headed(_top_of(picture)))
    except (recognising.CannotReadScans, recognising.ScanNotRead):
        is_whole = False
    said = [f"also_{form.name}" for form in FORMS if form in found]
    return said if is_whole else [*said, "pages_unseen"]


def _top_of(picture: Image.Image) -> Sheet:
    bare = pixels.without_rules(pixels.straighten(picture).grey)
    top = bare[: round(bare.shape[0] * _TOP)]
    words = recognising.words_in(top, scale=1.5, language="eng", seconds=_TOP_SECONDS)
    return Sheet(0, top, words, source=SCAN)


def _headed(sheet: Sheet) -> Form | None:
    """The form whose heading a page bears; what its foot says is no other form."""
    letters = folded(sheet.text)
    for form in FORMS:
        if any(_is_in(folded(heading), letters) for heading in form.headings):
            return form
    return None


def _as_shares(sheet: Sheet) -> Callable[[Box], Box]:
    straight = Straightened(sheet.grey, 0.0)
    return straight.box_before


def _pictures(content: bytes) -> tuple[list[tuple[int, Image.Image]], int]:
    """The first pages of a picture, and how many it has."""
    pictures = Image.open(io.BytesIO(content))
    pages = enumerate(ImageSequence.Iterator(pictures), start=1)
    first = [(number, _upright(page)) for number, page in pages if number <= _PAGES]
    return first, getattr(pictures, "n_frames", 1)


def _upright(page: Image.Image) -> Image.Image:
    """A page as its camera meant it, which is how it is drawn anew."""
    upright = ImageOps.exif_transpose(page)
    upright.info.setdefault("dpi", page.info.get("dpi", (0, 0)))
    return upright.copy()


def _of_pictures(pictures, *, is_whole: bool, until: float) -> Result:
    """The form in the first picture that shows one; pairs of page and picture."""
    for place, (number, picture) in enumerate(pictures, start=1):
        straight = pixels.straighten(picture)
        bare = pixels.without_rules(straight.grey)
        words = recognising.words_in(bare, scale=1.5, language="eng")
        sheet = Sheet(number, straight.grey, words, source=SCAN)
        form = recognised(sheet)
        if form:
            result = _read(sheet, form, box_of=straight.box_before, bare=bare)
            others = pictures[place:]
            result.warnings += _also([], others, is_whole=is_whole, until=until)
            return result
    return Result(warnings=["not_a_form"])


def recognised(sheet: Sheet) -> Form | None:
    """Which form a page is of, by its heading; by its foot if that cannot be read."""
    if form := _headed(sheet):
        return form
    letters = folded(sheet.text)
    named = (f for f in FORMS if folded(f"form {f.name}") in letters)
    return next(named, None)


def _is_in(pattern: str, letters: str) -> bool:
    return pattern in letters or nearest(pattern, letters) is not None


def _read(sheet: Sheet, form: Form, *, box_of, bare=None) -> Result:
    labels = Labels(sheet, form)
    printed = editions.edition_at_foot(sheet.text)
    if not printed and bare is not None:
        printed = editions.edition_misread(form, folded(sheet.text), nearest)
    edition = editions.edition_name(form, printed)
    result = Result(form.name, edition, sheet.source)
    if sheet.fields and any(word.text for word in sheet.fields):
        result.source = FIELDS
    looks = second_look(labels, form, bare) if bare is not None else {}
    for place in form.places:
        result.readings += _at(place, labels, looks, sheet, box_of)
    result.readings += _ticks(labels, sheet, form, box_of)
    result.readings += _signature(labels, sheet, bare, box_of)
    result.warnings = _warnings(result, form)
    return result


def _at(place: Place, labels: Labels, looks, sheet: Sheet, box_of) -> list[Reading]:
    """The reading of a place; of a name two, because the record parts it."""
    words = labels.words_at(place)
    if sheet.source == SCAN:
        value, confidence, box = weighed(place, words, looks.get(place.name))
    else:
        value, confidence = values.said(place.kind, text_of(words))
        box = sheets.around([word.box for word in words]) if words else None
    if not value or box is None:
        return []
    source = words[0].source if words else sheet.source
    where = box_of(_wider(box))
    confidence = round(confidence, 3)
    if place.kind != "name":
        return [Reading(place.name, value, source, confidence, sheet.number, where)]
    return [
        Reading(name, part, source, confidence, sheet.number, where)
        for name, part in zip(
            ("family_names", "given_names"), values.parted(value), strict=True
        )
        if part
    ]


def text_of(words: list[Word]) -> str:
    """Words as text, their lines kept."""
    lines = sheets.lines_of(words)
    return "\n".join(" ".join(word.text for word in line) for line in lines)


def _wider(box: Box) -> Box:
    return box[0] - 12, box[1] - 8, box[2] + 12, box[3] + 8


def _ticks(labels: Labels, sheet: Sheet, form: Form, box_of) -> list[Reading]:
    readings = []
    for tick in form.ticks:
        label = labels.found.get(tick.name)
        if label is None:
            continue
        value, confidence, source, box = _tick(sheet, label.box)
        where = box_of(_wider(sheets.around([box, label.box])))
        readings.append(
            Reading(tick.name, value, source, confidence, sheet.number, where)
        )
    return readings


def _tick(sheet: Sheet, label: Box) -> tuple[str, float, str, Box]:
    middle = (label[1] + label[3]) / 2
    for one in sheet.ticks:
        left, top, right, bottom = one.box
        if top - 6 <= middle <= bottom + 6 and -8 <= label[0] - right <= 70:
            return ("yes" if one.is_ticked else "no"), 1.0, FIELDS, one.box
    window = (label[0] - 78, middle - 30, label[0] + 12, middle + 28)
    found = pixels.find_box(sheet.grey, window)
    if found is None:
        return "no", 0.3, sheet.source, window
    return (*_ticked(found), sheet.source, found.box)


def _ticked(found: pixels.FoundBox) -> tuple[str, float]:
    """Ticked or not by how much of the box is ink; unsure in between."""
    if found.filled >= 0.13:
        return "yes", 0.97 if found.filled >= 0.17 else 0.8
    return "no", 0.97 if found.filled <= 0.06 else 0.7


def _signature(labels: Labels, sheet: Sheet, bare, box_of) -> list[Reading]:
    label = labels.found.get("signature")
    if label is None:
        return []
    grey = pixels.without_rules(sheet.grey) if bare is None else bare
    tall = label.height
    end = labels.next_to_the_right(label)
    box = (label.box[0] - 12, label.box[1] - tall * 2.4, end, label.box[1] - 4)
    ink = pixels.ink_in(np.asarray(grey), box)
    value = "yes" if ink >= 160 else "no"
    confidence = 0.95 if ink >= 300 or ink <= 70 else 0.6
    where = box_of(_wider(sheets.around([box, label.box])))
    source = TEXT if sheet.source == TEXT else SCAN
    return [
        Reading("instrument_signed", value, source, confidence, sheet.number, where)
    ]


def _warnings(result: Result, form: Form) -> list[str]:
    ticked = {one.field for one in result.readings if one.value == "yes"}
    boxes = [
        one for one in result.readings if one.field in {t.name for t in form.ticks}
    ]
    is_basis = form.name == "I-247A"
    has_box_1 = not ticked.isdisjoint(editions.PROBABLE_CAUSE)
    has_box_2 = "resume_custody" in ticked
    # A booking number or a charge in that block says nothing of the person.
    served = {"served_date", "served_at_place"}
    is_served = any(result.value(name) for name in served)
    said = {
        "both_boxes": is_basis and has_box_1 and has_box_2,
        "no_basis": is_basis and not has_box_1 and not has_box_2,
        "unsigned": result.value("instrument_signed") != "yes",
        "service_empty": form.name != "I-205"
        and not is_served
        and ticked.isdisjoint(editions.SERVED),
        "edition_unknown": " " not in result.edition,
        "boxes_unclear": any(not one.is_confident for one in boxes)
        or len(boxes) < len(form.ticks),
    }
    return [code for code, is_said in said.items() if is_said]


def read_in_child(source: Path, folder: Path, options: dict) -> dict:
    """The reading as the limited process does it: nothing is left in the folder."""
    return read_form(source.read_bytes()).as_json()
