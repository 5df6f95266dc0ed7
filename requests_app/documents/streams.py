"""How far the packed streams of a PDF unfold, counted without keeping what unfolds."""

import zlib

from pypdf import filters
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from requests_app.documents.checking import MOST_EXPANSION, Refused

_CHUNK = 1 << 16
# Below this no expansion is worth a refusal: a blank page packs very well.
_SMALL = 2 << 20
# What a whole file may unfold to, beyond the same ratio.
_MOST_UNFOLDED = 1 << 30
_MOST_FILTERS = 3
_PACKING = {"/FlateDecode": "flate", "/Fl": "flate"}
_PACKING |= {"/LZWDecode": "lzw", "/LZW": "lzw"}
_PACKING |= {"/RunLengthDecode": "run", "/RL": "run"}
_PACKING |= {"/BrotliDecode": "brotli"}
_LETTERS = {"/ASCII85Decode": filters.ASCII85Decode, "/A85": filters.ASCII85Decode}
_LETTERS |= {
    "/ASCIIHexDecode": filters.ASCIIHexDecode,
    "/AHx": filters.ASCIIHexDecode,
}
_PICTURES = frozenset(
    {"/DCTDecode", "/DCT", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode", "/JPXDecode"}
)


def at(found: DictionaryObject, key: str):
    """The value of a key, looked up where it is only referred to; None without it."""
    return found[key].get_object() if key in found else None


def dots_of(found: DictionaryObject) -> int:
    """How many dots a picture says it has."""
    return int(at(found, "/Width") or 0) * int(at(found, "/Height") or 0)


class Opened:
    """The sum of what the streams of one file unfold to."""

    def __init__(self, size: int):
        self._most = max(size * MOST_EXPANSION, _MOST_UNFOLDED)
        self._sum = 0

    def add(self, stream: StreamObject) -> None:
        """Count a stream. Raises Refused."""
        names = filters_of(stream)
        _refuse_nested(names)
        packed = stream._data
        if isinstance(packed, str):
            packed = packed.encode("latin-1")
        unfolded = _unfolded(packed, names, _allowed(stream, len(packed)))
        self._sum += unfolded
        if self._sum > self._most:
            raise Refused("expansion")


def filters_of(stream: StreamObject) -> list[str]:
    """The names of a stream's filters, in the order in which they are undone."""
    found = at(stream, "/Filter")
    if found is None:
        return []
    if isinstance(found, ArrayObject):
        return [str(one.get_object()) for one in found]
    return [str(found)]


def _refuse_nested(names: list[str]) -> None:
    """Raises Refused where a stream is packed more often than any page needs."""
    packed = sum(name in _PACKING for name in names)
    pictures = sum(name in _PICTURES for name in names)
    known = set(_PACKING) | set(_LETTERS) | _PICTURES
    if len(names) > _MOST_FILTERS or packed > 1 or pictures > 1:
        raise Refused("filters")
    if any(name not in known for name in names):
        raise Refused("filters")


def _allowed(stream: StreamObject, size: int) -> int:
    """How many bytes a stream may unfold to: a picture, as many as its dots need."""
    most = max(size * MOST_EXPANSION, _SMALL)
    if at(stream, "/Subtype") == "/Image":
        bits = int(at(stream, "/BitsPerComponent") or 8)
        # Four colours at most, and a byte for each row's prediction.
        rows = int(at(stream, "/Height") or 0)
        most = max(most, dots_of(stream) * 4 * bits // 8 + rows + _CHUNK)
    return most


def _unfolded(packed: bytes, names: list[str], most: int) -> int:
    """The size of a stream unfolded as far as its pictures; stops at the most."""
    size = len(packed)
    for name in names:
        if name in _LETTERS:
            packed = bytes(_LETTERS[name].decode(packed))
            size = len(packed)
        elif name in _PACKING:
            return _COUNTED[_PACKING[name]](packed, most)
    return size


def _flate(packed: bytes, most: int) -> int:
    unpacking, size, rest = zlib.decompressobj(), 0, packed
    while rest and not unpacking.eof:
        try:
            size += len(unpacking.decompress(rest, _CHUNK))
        except zlib.error:
            # Cut off or damaged: drawing it will show what there is.
            return size
        rest = unpacking.unconsumed_tail
        if size > most:
            raise Refused("expansion")
    return size


def _lzw(packed: bytes, most: int) -> int:
    size = len(filters.LZWDecode.decode(packed))
    if size > most:
        raise Refused("expansion")
    return size


def _run(packed: bytes, most: int) -> int:
    size, at = 0, 0
    while at < len(packed) and packed[at] != 128:
        length = packed[at]
        size += length + 1 if length < 128 else 257 - length
        at += length + 2 if length < 128 else 2
        if size > most:
            raise Refused("expansion")
    return size


def _brotli(packed: bytes, most: int) -> int:
    """No reader of papers needs it yet."""
    raise Refused("filters")


_COUNTED = {"flate": _flate, "lzw": _lzw, "run": _run, "brotli": _brotli}
