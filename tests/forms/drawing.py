"""Our own drawing of each form's fields, varied by seed."""

import random

from tests.forms import wording
from tests.forms.canvas import WIDTH, Page, Style, width_of
from tests.forms.filling import Filled

FONTS = ("Helvetica", "Times")
VALUE_FONTS = ("Courier", "Helvetica", "Times", "Courier-Bold", "Helvetica-Bold")


def style_of(seed: int) -> Style:
    chance = random.Random(f"style {seed}")
    return Style(
        label_font=chance.choice(FONTS),
        value_font=chance.choice(VALUE_FONTS),
        label_size=chance.uniform(8.0, 9.2),
        value_size=chance.uniform(9.0, 11.0),
        left=chance.uniform(30, 52),
        top=chance.uniform(34, 54),
        row=chance.uniform(19, 24),
        split=chance.uniform(0.44, 0.56),
        box=chance.uniform(7.0, 9.5),
        tick=chance.choice(("x", "check", "full")),
        drop=chance.uniform(-1.0, 1.5),
        gap=chance.uniform(4, 9),
        is_boxed=chance.random() < 0.5,
    )


def draw(filled: Filled, seed: int, style: Style | None = None) -> Page:
    """The first page of a form, as filled in."""
    page = Page(style or style_of(seed))
    pen = Pen(page, filled, random.Random(f"ink {seed}"))
    _DRAW[filled.form](pen)
    pen.foot()
    return page


class Pen:
    """Where on the page the drawing has come to."""

    def __init__(self, page: Page, filled: Filled, chance: random.Random):
        self.page, self.filled, self.chance = page, filled, chance
        self.style = page.style
        self.left = self.style.left
        self.right = WIDTH - self.style.left
        self.y = self.style.top

    def heading(self, *lines: str) -> None:
        for line in lines:
            size = self.style.label_size + 2
            x = (WIDTH - width_of(line, self.style.label_font, size)) / 2
            self.page.label(x, self.y, line, size=size, bold=True)
            self.y += 14
        self.y += 8

    def row(self, *cells: tuple[float, str, str]) -> None:
        """Cells side by side: where each starts, as a share, its label and field."""
        wide = self.right - self.left
        starts = [self.left + share * wide for share, _, _ in cells]
        for start, end, (_, label, name) in zip(
            starts, [*starts[1:], self.right], cells, strict=True
        ):
            x = self.page.label(start + 3, self.y, label) + self.style.gap
            self.page.value(name, x, self.y, end - 4, self.filled.written[name])
            self._border(start, x, end)
        self.y += self.style.row

    def _border(self, start: float, x: float, end: float) -> None:
        if self.style.is_boxed:
            top = self.y - self.style.row * 0.66
            self.page.frame(start, top, end, top + self.style.row)
        else:
            self.page.rule(x - 1, self.y + 3.2, end - 4)

    def stacked(self, *cells: tuple[float, str, str]) -> None:
        """Cells with the label on top and lines of an address beneath."""
        wide, size = self.right - self.left, self.style.label_size
        starts = [self.left + share * wide for share, _, _ in cells]
        ends = [*starts[1:], self.right]
        font = self.style.label_font
        printed = [
            wrapped(label, font, size, end - start - 10)
            for start, end, (_, label, _) in zip(starts, ends, cells, strict=True)
        ]
        head = (max(len(lines) for lines in printed) - 1) * size * 1.15
        deep = head + self.style.value_size * 3.5 + self.style.row
        for start, end, lines, cell in zip(starts, ends, printed, cells, strict=True):
            for number, line in enumerate(lines):
                self.page.label(start + 3, self.y + number * size * 1.15, line)
            below = self.y + head + self.style.value_size * 1.25
            text = self.filled.written[cell[2]]
            self.page.value(cell[2], start + 8, below, end - 6, text)
            if self.style.is_boxed:
                top = self.y - self.style.row * 0.66
                self.page.frame(start, top, end, top + deep)
        self.y += deep

    def words(self, text: str, bold: bool = False, indent: float = 0) -> None:
        size = self.style.label_size
        font = self.style.label_font + ("-Bold" if bold else "")
        for line in wrapped(text, font, size, self.right - self.left - indent):
            self.page.label(self.left + indent, self.y, line, bold=bold)
            self.y += size * 1.25
        self.y += 3

    def tick(self, name: str, text: str, indent: float = 14) -> None:
        x = self.left + indent
        self.page.tick(name, x, self.y, self.filled.ticked.get(name, False))
        self.words(text, indent=indent + self.style.box + 5)
        self.y += 1.5

    def ticks(self, *boxes: tuple[str, str], label: str = "") -> None:
        """Boxes in one line, each before its word."""
        x = self.page.label(self.left, self.y, label) + 6 if label else self.left
        for name, text in boxes:
            x = self.page.tick(name, x, self.y, self.filled.ticked.get(name, False))
            x = self.page.label(x + 4, self.y, text) + 14
        self.y += self.style.row * 0.8

    def signature(self, left: tuple[str, str], right: str) -> None:
        """A line for a name and one for a signature, each with its words beneath."""
        name, under = left
        middle = self.left + (self.right - self.left) * self.style.split
        self.y += self.style.row * 0.9
        if name:
            text = self.filled.written[name]
            self.page.value(name, self.left + 6, self.y, middle - 12, text)
        self.page.rule(self.left, self.y + 3, middle - 12)
        self.page.rule(middle, self.y + 3, self.right)
        if self.filled.is_signed and right:
            self._sign(middle + 20, self.y)
        small = self.style.label_size - 0.8
        self.page.label(self.left + 6, self.y + 12, under, size=small)
        self.page.label(middle + 6, self.y + 12, right, size=small)
        self.y += 26

    def _sign(self, x: float, y: float) -> None:
        points = [(x, y)]
        for step in range(28):
            high = self.chance.uniform(-11, 1)
            points.append((x + step * 4 + self.chance.uniform(-2, 2), y + high))
        self.page.ink.append(points)

    def foot(self) -> None:
        form, edition = self.filled.form, self.filled.edition
        y = 792 - self.style.top * 0.7
        self.page.label(self.left, y, wording.FOOT[form].format(edition))
        self.page.label(self.right - 60, y, "Page 1 of 3")


def wrapped(text: str, font: str, size: float, wide: float) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if width_of(longer, font, size) > wide and line:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def _detainer(pen: Pen) -> None:
    half = pen.style.split
    pen.heading(*wording.HEADING[pen.filled.form])
    if pen.filled.edition == "02/17":
        pen.row((0, "Subject ID:", "subject_id"), (half, "Event #:", "event_number"))
        pen.row((0, "File No:", "a_number"), (half, "Date:", "form_date"))
    else:
        pen.row((0, "Subject ID:", "subject_id"), (half, "File No:", "a_number"))
        pen.row((0, "Event #:", "event_number"), (half, "Date:", "form_date"))
    office = wording.OFFICE[pen.filled.edition]
    pen.stacked((0, wording.INSTITUTION, "to_agency"), (half, office, "from_office"))
    pen.row((0, "Name of Alien:", "name"))
    pen.row(
        (0, "Date of Birth:", "date_of_birth"),
        (0.37, "Citizenship:", "citizenship"),
        (0.78, "Sex:", "sex"),
    )
    _boxes(pen)
    _asked(pen)
    pen.signature(("officer", wording.OFFICER), wording.SIGNATURE)
    _service(pen)


def _boxes(pen: Pen) -> None:
    if pen.filled.form == "I-247G":
        pen.words(wording.SUSPECTS, bold=True)
        return
    pen.words(wording.BOX_1, bold=True)
    for name, text in wording.PROBABLE_CAUSE:
        pen.tick(name, text)
    pen.words(wording.BOX_2, bold=True)
    pen.tick("resume_custody", wording.RESUME)


def _asked(pen: Pen) -> None:
    pen.words("IT IS THEREFORE REQUESTED THAT YOU:", bold=True)
    pen.words(wording.NOTIFY, indent=10)
    pen.row((0.1, wording.CALLING, "telephone"))
    if pen.filled.form == "I-247G":
        return
    pen.words(wording.MAINTAIN, indent=10)
    pen.words(wording.RELAY, indent=10)
    pen.tick("cancels", wording.CANCEL, indent=2)


def _service(pen: Pen) -> None:
    pen.words(wording.BY_AGENCY, bold=True)
    pen.y += 6
    pen.row(
        (0, "Local Booking/Inmate #:", "booking_number"),
        (0.46, "Last offense charged/conviction:", "latest_charge"),
    )
    pen.row((0, "This form was served upon the alien on:", "served_date"))
    pen.ticks(*wording.MANNER, label="in the following manner:")


def _arrest(pen: Pen) -> None:
    pen.heading(*wording.HEADING["I-200"])
    pen.row((0.5, "File No.", "a_number"))
    pen.row((0.5, "Date:", "form_date"))
    pen.words(wording.TO_OFFICERS)
    pen.y += 8
    pen.row(
        (0, "I have determined that there is probable cause to believe that", "name")
    )
    pen.words(wording.REMOVABLE)
    for name, text in wording.ARREST:
        pen.tick(name, text)
    pen.words(wording.COMMANDED)
    pen.y += 10
    pen.signature(("", "Form to be signed in ink"), wording.AUTHORIZED)
    pen.signature(("officer", wording.PRINTED_OFFICER), "")
    pen.words("Certificate of Service", bold=True)
    pen.y += 6
    pen.row(
        (0, "Served by me at (Location):", "served_at_place"),
        (0.55, "Date of Service:", "served_date"),
    )


def _removal(pen: Pen) -> None:
    pen.heading(*wording.HEADING["I-205"])
    pen.row((0.5, "File No:", "a_number"))
    pen.row((0.5, "Date:", "form_date"))
    pen.words(wording.ANY_OFFICER)
    pen.y += 8
    pen.row((0, "Full name of alien:", "name"))
    pen.row(
        (0, "Place of entry:", "place_of_entry"),
        (pen.style.split, "Date of entry:", "entry_date"),
    )
    pen.words(wording.SUBJECT_TO)
    for name, text in wording.ORDERED_BY:
        pen.tick(name, text)
    pen.words(wording.PROVISIONS)
    pen.y += 10
    pen.signature(("officer_title", wording.TITLE), wording.IMMIGRATION_SIGNATURE)


_DRAW = {
    "I-247A": _detainer,
    "I-247G": _detainer,
    "I-200": _arrest,
    "I-205": _removal,
}
