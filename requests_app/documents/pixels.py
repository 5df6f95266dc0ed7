"""Pictures of pages, made straight and clean; ticks and ink found on them. Pure."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

# Every page is worked on as if letter paper were scanned at 200 dpi.
WIDE = 1700
DPI = 200
_SMALLEST_BOX, _LARGEST_BOX = 14, 32
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Straightened:
    """A page turned upright: grey, and the angle it was turned by in degrees."""

    grey: np.ndarray
    angle: float

    def box_before(self, box: Box) -> Box:
        """The box around where a box stood before the page was turned, in shares."""
        high, wide = self.grey.shape
        turn = np.deg2rad(self.angle)
        x0, y0, x1, y1 = box
        corners = np.array([(x0, y0), (x1, y0), (x0, y1), (x1, y1)], dtype=float)
        corners -= (wide / 2, high / 2)
        spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        back = corners @ spin + (wide / 2, high / 2)
        shares = back / (wide, high)
        (x0, y0), (x1, y1) = shares.min(axis=0), shares.max(axis=0)
        return tuple(round(float(min(max(one, 0), 1)), 4) for one in (x0, y0, x1, y1))


def straighten(picture: Image.Image) -> Straightened:
    """The page at working size, cleaned of specks and streaks, upright."""
    grey = _sized(picture)
    angle = _skew(grey < 140)
    if abs(angle) > 0.05:
        turned = Image.fromarray(grey).rotate(
            angle, Image.Resampling.BICUBIC, fillcolor=255
        )
        grey = np.asarray(turned)
    return Straightened(_stretched(grey), angle)


def _sized(picture: Image.Image) -> np.ndarray:
    """In grey, with square dots, as wide as letter paper at the working resolution."""
    wide, high = picture.size
    across, down = (float(one) for one in picture.info.get("dpi", (0, 0)))
    shape = high / wide
    if across and down and across > 1.4 * down:
        shape *= across / down
    elif wide > 1.4 * high and 1600 <= wide <= 1800:
        # A standard fax whose file does not say that its lines are twice as far apart.
        shape *= 2
    grey = picture.convert("L")
    if _is_black_and_white(grey):
        grey = Image.fromarray(_cleaned(np.asarray(grey)))
    size = (WIDE, round(WIDE * shape))
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.BICUBIC)
    return np.asarray(grey)


def _is_black_and_white(grey: Image.Image) -> bool:
    counts = grey.histogram()
    return counts[0] + counts[255] > 0.995 * sum(counts)


def _cleaned(grey: np.ndarray) -> np.ndarray:
    """Without dots that touch nothing and without upright streaks of the roller."""
    dark = grey < 128
    near = _neighbours(dark)
    dark = _without_streaks((dark & (near >= 1)) | (~dark & (near >= 7)))
    return np.where(dark, 0, 255).astype(np.uint8)


def _neighbours(dark: np.ndarray) -> np.ndarray:
    padded = np.pad(dark, 1).astype(np.uint8)
    high, wide = dark.shape
    total = np.zeros((high, wide), np.uint8)
    for row in range(3):
        for column in range(3):
            if (row, column) != (1, 1):
                total += padded[row : row + high, column : column + wide]
    return total


def _without_streaks(dark: np.ndarray) -> np.ndarray:
    share = dark.mean(axis=0)
    for column in np.nonzero(share > 0.35)[0]:
        around = share[max(column - 6, 0) : column + 7]
        if np.median(around) < 0.2:
            left = dark[:, max(column - 3, 0)]
            right = dark[:, min(column + 3, dark.shape[1] - 1)]
            dark[:, column] &= left & right
    return dark


def _skew(dark: np.ndarray) -> float:
    """The angle in degrees at which the lines of text are sharpest."""
    y, x = np.nonzero(dark[::2, ::2])
    if len(y) < 500:
        return 0.0

    def sharpness(angle: float) -> float:
        rows = np.round(y - x * np.tan(np.deg2rad(angle))).astype(int)
        counts = np.bincount(rows - rows.min())
        return float(np.sum(np.diff(counts.astype(float)) ** 2))

    coarse = max(np.arange(-4, 4.01, 0.25), key=sharpness)
    return float(max(np.arange(coarse - 0.25, coarse + 0.26, 0.05), key=sharpness))


def _stretched(grey: np.ndarray) -> np.ndarray:
    """With white paper and black ink, however grey the scan was."""
    low, high = np.percentile(grey, (0.5, 60))
    if high - low < 60:
        return grey
    scaled = (grey.astype(np.float32) - low) * (255 / (high - low))
    return scaled.clip(0, 255).astype(np.uint8)


def without_rules(grey: np.ndarray) -> np.ndarray:
    """The page with its ruled lines painted over, for reading what stands on them."""
    dark = grey < 150
    flat = _opened(dark, 1, 70) & ~_opened(dark, 9, 1)
    upright = _opened(dark, 46, 1) & ~_opened(dark, 1, 9)
    lines = _grown(flat, 0, 1) | _grown(upright, 1, 0)
    above = np.roll(dark & ~_grown(flat, 0, 2), 3, axis=0)
    below = np.roll(dark & ~_grown(flat, 0, 2), -3, axis=0)
    kept = above & below
    return np.where(lines & ~kept, 255, grey).astype(np.uint8)


def _opened(dark: np.ndarray, high: int, wide: int) -> np.ndarray:
    """The dots that lie in a dark run of at least this many."""
    axis, size = (0, high) if high > 1 else (1, wide)
    sums = np.cumsum(dark, axis=axis, dtype=np.int32)
    zero = np.zeros_like(np.take(sums, [0], axis=axis))
    sums = np.concatenate([zero, sums], axis=axis)
    length = dark.shape[axis]
    if length < size:
        return np.zeros_like(dark)
    top = np.take(sums, range(size, length + 1), axis=axis)
    bottom = np.take(sums, range(length + 1 - size), axis=axis)
    starts = ((top - bottom) >= size - size // 30).astype(np.int32)
    # Every start covers the `size` dots after it.
    covered = np.zeros((*dark.shape,), np.int32)
    marks = np.zeros([n + (axis == k) for k, n in enumerate(dark.shape)], np.int32)
    first = [slice(None)] * 2
    first[axis] = slice(0, starts.shape[axis])
    last = [slice(None)] * 2
    last[axis] = slice(size, size + starts.shape[axis])
    marks[tuple(first)] += starts
    marks[tuple(last)] -= starts
    covered = np.cumsum(marks, axis=axis)
    trimmed = [slice(None)] * 2
    trimmed[axis] = slice(0, length)
    return (covered[tuple(trimmed)] > 0) & dark


def _grown(mask: np.ndarray, across: int, down: int) -> np.ndarray:
    grown = mask.copy()
    for step in range(1, down + 1):
        grown[step:] |= mask[:-step]
        grown[:-step] |= mask[step:]
    for step in range(1, across + 1):
        grown[:, step:] |= mask[:, :-step]
        grown[:, :-step] |= mask[:, step:]
    return grown


def _sums(dark: np.ndarray) -> np.ndarray:
    return np.pad(dark.astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _window(sums: np.ndarray, high: int, wide: int) -> np.ndarray:
    """How many dots are dark in each window of this size, by its upper left corner."""
    return (sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide]) + sums[
        :-high, :-wide
    ]


@dataclass(frozen=True)
class FoundBox:
    box: Box
    # How much of its inside is ink, and how surely it is a box.
    filled: float
    sharpness: float


def find_box(grey: np.ndarray, window: Box) -> FoundBox | None:
    """The sharpest square frame in a window of the page."""
    x0, y0, x1, y1 = (max(int(one), 0) for one in window)
    dark = grey[y0:y1, x0:x1] < 150
    if min(dark.shape, default=0) < _SMALLEST_BOX + 2:
        return None
    # A dot more on each side, so that a thin frame counts though it is not straight.
    sums = _sums(_grown(dark, 1, 1))
    best = None
    for size in range(_SMALLEST_BOX, min(_LARGEST_BOX, *dark.shape) + 1):
        found = _sharpest(sums, size)
        if found and (best is None or found[0] > best[0] + 0.02):
            best = (*found, size)
    if best is None or best[0] < 0.7:
        return None
    sharpness, y, x, size = best
    edge = max(round(size * 0.24), 4)
    inside = dark[y + edge : y + size - edge, x + edge : x + size - edge]
    box = (x0 + x, y0 + y, x0 + x + size, y0 + y + size)
    return FoundBox(box, float(inside.mean()), sharpness)


def _sharpest(sums: np.ndarray, size: int) -> tuple[float, int, int] | None:
    """Where a frame of this size is darkest on its palest side."""
    thick = 1
    rows = _window(sums, thick, size) / (thick * size)
    columns = _window(sums, size, thick) / (thick * size)
    high = rows.shape[0] - size + thick
    wide = columns.shape[1] - size + thick
    if high <= 0 or wide <= 0:
        return None
    top, bottom = rows[:high, :wide], rows[size - thick :, :wide][:high]
    left = columns[:high, :wide]
    right = columns[:high, size - thick :][:, :wide]
    palest = np.minimum(np.minimum(top, bottom), np.minimum(left, right))
    y, x = np.unravel_index(int(palest.argmax()), palest.shape)
    return float(palest[y, x]), int(y), int(x)


def ink_in(grey: np.ndarray, box: Box) -> int:
    """How many dots of ink a place holds."""
    x0, y0, x1, y1 = (max(int(one), 0) for one in box)
    return int(np.count_nonzero(grey[y0:y1, x0:x1] < 150))
