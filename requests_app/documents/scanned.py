"""Values of a scan read twice: as part of the page, and each strip by itself. Pure.

Two readings of different enlargements that say the same are rarely both wrong; where
they differ, the value is a proposal and says so.
"""

from dataclasses import dataclass

import numpy as np

from requests_app.documents import recognising, values
from requests_app.documents.editions import Form, Place
from requests_app.documents.pixels import WIDE, Box
from requests_app.documents.places import Labels
from requests_app.documents.sheets import Word, around, lines_of

_MARGIN, _BETWEEN = 24, 22
_LEAST_INK = 30
# Kinds of value whose shape shows a wrong letter, and the fewest letters of a value.
SHAPED = (
    "digits",
    "event",
    "a_number",
    "day",
    "country",
    "sex",
    "telephone",
    "booking",
)
_FEWEST = {"sex": 1, "lines": 6}


@dataclass(frozen=True)
class Look:
    """A place seen by itself: its words, where its ink is, whether there is any."""

    words: list[Word]
    box: Box


def second_look(labels: Labels, form: Form, bare: np.ndarray) -> dict[str, Look]:
    """Every place with ink in it, read again from a sheet of nothing but places."""
    strips, top = [], _MARGIN
    for place in form.places:
        region = labels.region(place)
        box = region and _inked(bare, _without_labels(region, labels, place))
        if not box:
            continue
        x0, y0, x1, y1 = box
        strips.append((place.name, bare[y0:y1, x0:x1], box, top))
        top += y1 - y0 + _BETWEEN
    if not strips:
        return {}
    sheet = np.full((top + _MARGIN, WIDE), 255, np.uint8)
    for _, strip, _, at in strips:
        sheet[at : at + strip.shape[0], 60 : 60 + strip.shape[1]] = strip
    words = recognising.words_in(sheet, scale=2.0)
    return {
        name: Look(_between(words, at, at + strip.shape[0]), box)
        for name, strip, box, at in strips
    }


def _without_labels(region: Box, labels: Labels, place: Place) -> Box:
    """The region, cut where a line above or below reaches into it."""
    words = labels.words_at(place)
    if not words:
        return region
    x0, y0, x1, y1 = around([word.box for word in words])
    return (
        max(min(x0 - 14, region[2]), region[0]),
        max(min(region[1], y0 - 4), y0 - 14),
        region[2],
        max(y1 + 10, min(region[3], y1 + 14)),
    )


def _inked(bare: np.ndarray, region: Box) -> tuple[int, int, int, int] | None:
    """The part of a region that holds ink, with a little paper around it."""
    high, wide = bare.shape
    x0, y0 = max(int(region[0]), 0), max(int(region[1]), 0)
    x1, y1 = min(int(region[2]), wide), min(int(region[3]), high)
    if x1 - x0 < 8 or y1 - y0 < 8:
        return None
    dark = bare[y0:y1, x0:x1] < 150
    if np.count_nonzero(dark) < _LEAST_INK:
        return None
    columns = np.nonzero(dark.sum(axis=0) > 0)[0]
    left, right = int(columns[0]), int(columns[-1])
    return max(x0 + left - 8, 0), y0, min(x0 + right + 8, wide), y1


def _between(words: list[Word], top: int, bottom: int) -> list[Word]:
    return [word for word in words if top - 4 <= word.middle[1] <= bottom + 4]


def weighed(
    place: Place, words: list[Word], look: Look | None
) -> tuple[str, float, Box | None]:
    """The value two looks agree on, or the one that fits better, and how sure."""
    first = _said(place, words)
    second = _said(place, look.words) if look else ("", 0.0)
    box = around([word.box for word in words]) if words else look and look.box
    value, sure = _agreed(place, first, second)
    if sum(one.isalnum() for one in value) < _FEWEST.get(place.kind, 3):
        return "", 0.0, None
    if not first[0] and sure < 0.5:
        return "", 0.0, None
    # Words have no shape that a wrong letter would break, and accents are small.
    most = 0.99 if place.kind in SHAPED else 0.85
    return value, min(sure, most), box


def _agreed(place: Place, first: tuple, second: tuple) -> tuple[str, float]:
    if first[0] == second[0]:
        # Said twice: what is left of doubt is halved.
        doubt = (1 - first[1]) * (1 - second[1])
        fits = values.said(place.kind, first[0])[1] if first[0] else 0.0
        return first[0], min(1 - doubt, 0.99) * fits
    value, sure = max(first, second, key=lambda one: one[1])
    is_name = place.kind == "name"
    if first[0] and values.plain(first[0]) == values.plain(second[0]):
        # Only accents differ: names have them, of which the second look knows more.
        value = second[0] if is_name else first[0]
        return value, min(sure, 0.85)
    if is_name and second[1] > 0.3:
        value, sure = second
    return value, min(sure, 0.75)


def _said(place: Place, words: list[Word]) -> tuple[str, float]:
    kept = [word for word in words if not _is_dirt(word)]
    if not kept:
        return "", 0.0
    text = "\n".join(" ".join(w.text for w in line) for line in lines_of(kept))
    value, fits = values.said(place.kind, text)
    return value, min(word.confidence for word in kept) * fits


def _is_dirt(word: Word) -> bool:
    letters = sum(one.isalnum() for one in word.text)
    is_small = letters < 3 and word.confidence < 0.35
    return letters == 0 and len(word.text) < 2 or is_small or word.height < 6
