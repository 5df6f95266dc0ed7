"""A PNG picture in 256 colours: a third of the size, and no eye sees it on a page.

Flat surfaces keep their colour exactly; the rare shades at the edges of letters move to
the nearest kept one.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
COMMON = 160
UNLIKE = 900


def reduced(png: bytes) -> bytes:
    """The same picture with a palette; `png` has 8 bits for each of 3 or 4 channels."""
    head, packed = b"", b""
    for kind, data in _chunks(png):
        if kind == b"IHDR":
            head = data
        elif kind == b"IDAT":
            packed += data
    width, height, _, colour_type = struct.unpack(">IIBB", head[:10])
    rows = list(_rows(zlib.decompress(packed), width, 4 if colour_type == 6 else 3))
    kept, place = _palette(Counter(colour for row in rows for colour in row))
    lines = b"".join(b"\0" + bytes(place[colour] for colour in row) for row in rows)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(kept)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    length = struct.pack(">I", len(data))
    return length + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _rows(raw: bytes, width: int, channels: int) -> Iterator[list[bytes]]:
    """The colours of each row, the filters of PNG undone."""
    length = width * channels
    above = bytearray(length)
    for start in range(0, len(raw), length + 1):
        line = bytearray(raw[start + 1 : start + 1 + length])
        _undo(raw[start], line, above, channels)
        above = line
        yield [bytes(line[at : at + 3]) for at in range(0, length, channels)]


def _undo(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    for at in range(len(line) if kind else 0):
        left = line[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        guess = (
            left,
            above[at],
            (left + above[at]) // 2,
            _paeth(left, above[at], corner),
        )[kind - 1]
        line[at] = (line[at] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def _palette(counted: Counter) -> tuple[list[bytes], dict[bytes, int]]:
    common = [colour for colour, _ in counted.most_common()]
    kept = common[:COMMON]
    # The rest of the palette goes to rare colours unlike the others: a red asterisk.
    for colour in common[COMMON:]:
        if len(kept) < COLOURS and all(_distance(colour, one) > UNLIKE for one in kept):
            kept.append(colour)
    place = {colour: index for index, colour in enumerate(kept)}
    for colour in counted:
        if colour not in place:
            place[colour] = min(
                range(len(kept)), key=lambda index: _distance(colour, kept[index])
            )
    return kept, place


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
