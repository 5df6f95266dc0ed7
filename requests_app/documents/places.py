"""Where on a page the labels of a form stand, and which words fill its places. Pure."""

import unicodedata
from dataclasses import dataclass, field

from requests_app.documents.editions import ABOVE, BELOW, RIGHT, Form, Place
from requests_app.documents.pixels import WIDE, Box
from requests_app.documents.sheets import Sheet, Word, around, lines_of, part_of

# Letters and digits that pictures of text confuse count as one another.
_ALIKE = str.maketrans("01|!i5", "olllls")
_SHORT = 7


@dataclass(frozen=True)
class Label:
    """A label found: its words' box, and how many letters differ from the printed."""

    box: Box
    line: int
    start: int
    end: int
    faults: int

    @property
    def height(self) -> float:
        return min(max(self.box[3] - self.box[1], 18), 34)

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


@dataclass
class Line:
    """A line's letters and digits run together, and which word each comes from."""

    words: list[Word]
    letters: str = ""
    origin: list[tuple[int, int]] = field(default_factory=list)
    used: list[bool] = field(default_factory=list)

    @classmethod
    def of(cls, words: list[Word]) -> "Line":
        line = cls(words)
        for number, word in enumerate(words):
            for offset, letter in enumerate(word.text):
                plain = folded(letter)
                line.letters += plain
                line.origin += [(number, offset)] * len(plain)
        line.used = [False] * len(line.letters)
        return line

    def is_free(self, start: int, end: int) -> bool:
        return not any(self.used[start:end])

    def starts_a_word(self, start: int) -> bool:
        number, offset = self.origin[start]
        return not any(one.isalnum() for one in self.words[number].text[:offset])

    def ends_a_word(self, end: int) -> bool:
        """Whether a word ends here, or a sign that ends a label follows."""
        number, offset = self.origin[end - 1]
        rest = self.words[number].text[offset + 1 :]
        return not rest or not rest[0].isalnum()

    def goes_on_with(self, end: int, text: str) -> bool:
        return self.letters[end:].startswith(folded(text))

    def part(self, start: int, end: int) -> list[Word]:
        """The words from one letter to another, the first and last perhaps cut."""
        first, last = self.origin[start], self.origin[end - 1]
        words = []
        for number in range(first[0], last[0] + 1):
            word = self.words[number]
            begin = first[1] if number == first[0] else 0
            stop = last[1] + 1 if number == last[0] else len(word.text)
            words.append(part_of(word, begin, stop))
        return words

    def rest(self) -> list[Word]:
        """The words, and parts of words, that belong to no label."""
        taken: dict[int, set[int]] = {}
        for (number, offset), is_used in zip(self.origin, self.used, strict=True):
            if is_used:
                taken.setdefault(number, set()).add(offset)
        words = []
        for number, word in enumerate(self.words):
            if number not in taken:
                is_sign = number - 1 in taken and folded(word.text) == ""
                words += [] if is_sign else [word]
                continue
            after = max(taken[number]) + 1
            text = word.text[after:]
            if any(one.isalnum() for one in text):
                lead = len(text) - len(text.lstrip(":;.,#)]* "))
                words.append(part_of(word, after + lead, len(word.text)))
        return words


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(one for one in plain if one.isalnum()).translate(_ALIKE)


class Labels:
    """The labels of one form on one page, and what stands at each place."""

    def __init__(self, sheet: Sheet, form: Form):
        self.sheet, self.form = sheet, form
        self.lines = [Line.of(words) for words in lines_of(sheet.words)]
        self.found: dict[str, Label] = {}
        self.others: list[Label] = []
        for is_near in (False, True):
            for phrase, name in self._phrases():
                if name not in self.found:
                    self._look_for(phrase, name, is_near)
        self.values = [word for line in self.lines for word in line.rest()]

    def _phrases(self) -> list[tuple[str, str]]:
        """All that is printed, the longest first, so that short ones take no part."""
        pairs = [
            (label, one.name)
            for one in (*self.form.places, *self.form.ticks)
            for label in one.labels
        ]
        pairs += [(label, "signature") for label in self.form.signature]
        pairs += [(label, "") for label in (*self.form.stops, *self.form.headings)]
        return sorted(pairs, key=lambda pair: -len(folded(pair[0])))

    def _look_for(self, phrase: str, name: str, is_near: bool) -> None:
        """Mark where a phrase stands: as printed first, then as it may be misread."""
        pattern = folded(phrase)
        ticks = {one.name for one in self.form.ticks}
        find = self._near_in_line if is_near else self._in_line
        matches = [
            label
            for number, line in enumerate(self.lines)
            if (label := find(pattern, number, line)) is not None
        ]
        if not matches:
            return
        best = min(one.faults for one in matches)
        matches = [one for one in matches if one.faults == best]
        chosen = matches[-1] if name in ticks else matches[0]
        line = self.lines[chosen.line]
        line.used[chosen.start : chosen.end] = [True] * (chosen.end - chosen.start)
        if name:
            self.found[name] = chosen
        else:
            self.others.append(chosen)

    def _in_line(self, pattern: str, number: int, line: Line) -> Label | None:
        start = line.letters.find(pattern)
        while start >= 0:
            end = start + len(pattern)
            if self._stands(line, start, end, pattern):
                return self._label(line, number, start, end, 0)
            start = line.letters.find(pattern, start + 1)
        return None

    def _near_in_line(self, pattern: str, number: int, line: Line) -> Label | None:
        if len(pattern) <= _SHORT:
            found = self._near_word(pattern, number, line)
            if found or len(pattern) < _SHORT - 1:
                return found
        near = nearest(pattern, line.letters)
        if near is None or not self._stands(line, near[0], near[1], pattern):
            return None
        return self._label(line, number, *near)

    def _near_word(self, pattern: str, number: int, line: Line) -> Label | None:
        """A short label misread by a letter, which only its colon gives away."""
        start = 0
        for word in line.words:
            letters = folded(word.text)
            end = start + len(letters)
            if (
                word.text.endswith((":", ";"))
                and abs(len(letters) - len(pattern)) < 2
                and line.is_free(start, end)
                and not line.goes_on_with(end, "of")
                and _is_near(letters, pattern)
            ):
                return self._label(line, number, start, end, 1)
            start = end
        return None

    def _stands(self, line: Line, start: int, end: int, pattern: str) -> bool:
        if not line.is_free(start, end):
            return False
        if len(pattern) > _SHORT:
            return True
        is_whole = line.starts_a_word(start) and line.ends_a_word(end)
        return is_whole and not line.goes_on_with(end, "of")

    def _label(self, line: Line, number: int, start: int, end: int, faults) -> Label:
        box = around([word.box for word in line.part(start, end)])
        return Label(box, number, start, end, faults)

    def all(self) -> list[Label]:
        return [*self.found.values(), *self.others]

    def region(self, place: Place) -> Box | None:
        """Where the value of a place is looked for."""
        label = self.found.get(place.name)
        if label is None:
            return None
        return _REGIONS[place.side](self, label)

    def words_at(self, place: Place) -> list[Word]:
        """The words of a place: a form field's, where there is one, or the text's."""
        region = self.region(place)
        if region is None:
            return []
        fields = [one for one in self.sheet.fields if _is_within(one, region)]
        if fields:
            return [one for one in fields if one.text]
        words = [one for one in self.values if _is_within(one, region)]
        return _not_printed(words, place.printed) if place.printed else words

    def next_to_the_right(self, label: Label) -> float:
        """Where the next label of the same line starts, or the page ends."""
        starts = [
            one.box[0]
            for one in self.all()
            if one is not label
            and abs(one.middle - label.middle) < label.height
            and one.box[0] > label.box[0]
        ]
        return min(starts, default=WIDE - 40) - 4


def _right(labels: Labels, label: Label) -> Box:
    tall = label.height
    end = labels.next_to_the_right(label)
    return label.box[2] + 2, label.middle - tall * 0.95, end, label.middle + tall * 0.85


def _below(labels: Labels, label: Label) -> Box:
    end = labels.next_to_the_right(label)
    lowest = label.box[3] + label.height * 9
    beneath = [one.box[1] for one in labels.all() if one.box[1] > label.box[3] + 8]
    bottom = min([*beneath, lowest]) - 4
    return label.box[0] - 8, label.box[3] + 2, end, bottom


def _above(labels: Labels, label: Label) -> Box:
    end = labels.next_to_the_right(label)
    top = label.box[1] - label.height * 2.1
    return label.box[0] - 30, top, end - 10, label.box[1] - 1


_REGIONS = {RIGHT: _right, BELOW: _below, ABOVE: _above}


def _is_near(letters: str, pattern: str) -> bool:
    """Whether one letter more, less or other makes the one the other."""
    short, long = sorted((letters, pattern), key=len)
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) < 2
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _is_within(word: Word, region: Box) -> bool:
    x, y = word.middle
    return region[0] <= x <= region[2] and region[1] <= y <= region[3]


def _not_printed(words: list[Word], printed: str) -> list[Word]:
    """Without the leading lines that only go on with what is printed."""
    lines, letters = lines_of(words), folded(printed)
    while lines:
        line = folded("".join(word.text for word in lines[0]))
        is_printed = line in letters or nearest(line, letters) is not None
        if not is_printed:
            break
        lines.pop(0)
    return [word for line in lines for word in line]


def nearest(pattern: str, text: str) -> tuple[int, int, int] | None:
    """Where a text is most like the pattern, with how many letters differ.

    None when it differs too much: more than one letter in five, for short ones none.
    """
    allowed = len(pattern) // 5 if len(pattern) > 5 else 0
    if not allowed or len(text) < len(pattern) - allowed:
        return None
    # Each state: faults so far, and where the match began.
    row = [(0, at) for at in range(len(text) + 1)]
    for depth, letter in enumerate(pattern, start=1):
        after = [(depth, 0)]
        for at, other in enumerate(text, start=1):
            same = (row[at - 1][0] + (letter != other), row[at - 1][1])
            less = (row[at][0] + 1, row[at][1])
            more = (after[at - 1][0] + 1, after[at - 1][1])
            after.append(min(same, less, more, key=lambda state: state[0]))
        row = after
        if min(state[0] for state in row) > allowed:
            return None
    faults, end = min((state[0], at) for at, state in enumerate(row))
    if faults > allowed:
        return None
    return row[end][1], end, faults
