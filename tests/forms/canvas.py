"""A page to draw on: text, lines, ticks, ink and fields, placed in points from the top.

Every mark is plain, so that each layout renders it in its own way.
"""

from dataclasses import dataclass, field

WIDTH, HEIGHT = 612.0, 792.0
_NARROW, _CAPITALS, _WIDE = (
    "iljtfI.,:;|!'()[] -/",
    "ABCDEFGHJKLNOPQRSTUVXYZÁÉÍÓÚÑÇ",
    "mMW@",
)


@dataclass(frozen=True)
class Style:
    """How one drawing differs from another of the same form."""

    label_font: str = "Helvetica"
    value_font: str = "Courier"
    label_size: float = 8.5
    value_size: float = 10.0
    left: float = 40.0
    top: float = 36.0
    row: float = 21.0
    split: float = 0.5
    box: float = 8.0
    tick: str = "x"
    drop: float = 0.0
    gap: float = 5.0
    is_boxed: bool = True


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    size: float
    font: str
    text: str
    is_value: bool = False


@dataclass(frozen=True)
class Line:
    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.7
    is_value: bool = False


@dataclass(frozen=True)
class Field:
    """A place to fill in: a text field or a box to tick."""

    name: str
    box: tuple[float, float, float, float]
    value: str
    is_tick: bool = False


@dataclass
class Page:
    style: Style
    marks: list = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    ink: list[list[tuple[float, float]]] = field(default_factory=list)

    def label(
        self, x: float, y: float, text: str, size: float = 0, bold=False
    ) -> float:
        """Write a label with its baseline at `y`; says where it ends."""
        size = size or self.style.label_size
        font = self.style.label_font + ("-Bold" if bold else "")
        self.marks.append(Text(x, y, size, font, text))
        return x + width_of(text, font, size)

    def rule(self, x0: float, y: float, x1: float) -> None:
        self.marks.append(Line(x0, y, x1, y))

    def frame(self, x0: float, y0: float, x1: float, y1: float) -> None:
        for ends in ((x0, y0, x1, y0), (x1, y0, x1, y1), (x0, y1, x1, y1)):
            self.marks.append(Line(*ends))
        self.marks.append(Line(x0, y0, x0, y1))

    def value(self, name: str, x: float, y: float, end: float, text: str) -> None:
        """Fill `text` in at `x`, one line below another; `end` is the place's right."""
        style = self.style
        lines = text.split("\n")
        below = (len(lines) - 1) * style.value_size * 1.12
        box = (x - 2, y - style.value_size * 0.95, end - 2, y + below + 3)
        self.fields.append(Field(name, box, text))
        for number, line in enumerate(lines):
            at = y + style.drop + number * style.value_size * 1.12
            size = style.value_size
            while width_of(line, style.value_font, size) > end - x and size > 6:
                size -= 0.5
            if line:
                self.marks.append(Text(x, at, size, style.value_font, line, True))

    def tick(self, name: str, x: float, y: float, is_ticked: bool) -> float:
        """A box on the baseline `y`, ticked or not; says where it ends."""
        size = self.style.box
        top = y - size + 0.8
        self.frame(x, top, x + size, top + size)
        box = (x, top, x + size, top + size)
        self.fields.append(Field(name, box, "Yes" if is_ticked else "", True))
        if is_ticked:
            self._mark(x, top, size)
        return x + size

    def _mark(self, x: float, y: float, size: float) -> None:
        style = self.style.tick
        near, far = size * 0.18, size * 0.82
        if style == "x":
            ends = ((near, near, far, far), (near, far, far, near))
        elif style == "check":
            ends = ((near, size * 0.5, size * 0.4, far), (size * 0.4, far, far, near))
        else:
            step = (far - near) / 8
            ends = tuple(
                (near, near + step * n, far, near + step * n) for n in range(9)
            )
        for x0, y0, x1, y1 in ends:
            self.marks.append(Line(x + x0, y + y0, x + x1, y + y1, 1.1, True))


def width_of(text: str, font: str, size: float) -> float:
    """About how wide a text is; the fonts' own tables are not at hand."""
    if font.startswith("Courier"):
        return len(text) * 0.6 * size
    wide = 1.06 if font.endswith("Bold") else 1.0
    return size * wide * sum(_share(letter) for letter in text)


def _share(letter: str) -> float:
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.88
    return 0.7 if letter in _CAPITALS else 0.55
