"""What a file is by its bytes, and whether it is a second file too. Pure."""

import re

import puremagic

from requests_app.documents import checking, names
from requests_app.documents.checking import Refused

_BEGINNINGS = (
    (b"%PDF-", checking.PDF),
    (b"\xff\xd8\xff", checking.JPEG),
    (b"\x89PNG\r\n\x1a\n", checking.PNG),
    (b"II*\x00", checking.TIFF),
    (b"MM\x00*", checking.TIFF),
)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|script|iframe|svg|object|embed|\?php)[\s>/]",
    re.IGNORECASE,
)
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_ZIP_END, _ZIP_ENTRY, _ZIP_FILE = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
# An end record may be followed by a comment of 65,535 bytes.
_ZIP_REACH = 65_557
_BLANK = b"\x00\t\n\x0c\r \x1a"


def kind_of(content: bytes, name: str) -> str:
    """The kind of file. Raises Refused for any that is not taken, or not as named."""
    kind = next((kind for head, kind in _BEGINNINGS if content.startswith(head)), None)
    said = checking.ENDINGS.get(names.ending(name))
    if kind is None or not _agrees(content, kind):
        if said == checking.PDF:
            raise Refused("not_pdf")
        raise Refused("not_picture" if said else "type")
    if not names.is_of_kind(name, kind):
        if said is None:
            raise Refused("type")
        raise Refused("not_pdf" if said == checking.PDF else "not_picture")
    return kind


def _agrees(content: bytes, kind: str) -> bool:
    try:
        found = puremagic.from_string(content[:8192]).lstrip(".").lower()
    except (puremagic.PureError, ValueError):
        return False
    # What is not in the table is a finer name for the same (ai for pdf, jfif for jpeg).
    known = checking.ENDINGS.get(found)
    return known in (kind, None)


def refuse_second_file(content: bytes, kind: str) -> None:
    """Raises Refused where the bytes are a file of another kind as well."""
    if _is_zip(content) or _HTML.search(content):
        raise Refused("polyglot")
    if kind != checking.PDF and b"%PDF-" in content:
        raise Refused("polyglot")
    if any(one in content for one in _ARCHIVES):
        raise Refused("polyglot")
    if _AFTER[kind](content).strip(_BLANK):
        raise Refused("polyglot")


def _is_zip(content: bytes) -> bool:
    if _ZIP_END not in content:
        return False
    if _ZIP_END in content[-_ZIP_REACH:]:
        return True
    return _ZIP_ENTRY in content or _ZIP_FILE in content


def _after_pdf(content: bytes) -> bytes:
    """What follows the last end mark. Raises Refused when there is none."""
    at = content.rfind(b"%%EOF")
    if at < 0:
        raise Refused("broken")
    return content[at + 5 :]


def _after_png(content: bytes) -> bytes:
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            return content[at:]
    raise Refused("broken")


def _after_jpeg(content: bytes) -> bytes:
    """What follows the picture; what telephones add is nothing."""
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise Refused("broken")
        marker = content[at + 1]
        if marker == 0xD9:
            rest = content[at + 2 :].strip(b"\x00")
            added = rest.startswith(b"\xff\xd8\xff") or rest.endswith(b"SEFT")
            return b"" if added else rest
        if marker == 0xFF:
            at += 1
            continue
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xDA:
            at = _next_marker(content, at)
    # A picture that was cut off: opening it will say so.
    return b""


def _next_marker(content: bytes, at: int) -> int:
    """Where the coded part of a JPEG ends: at a marker that is no stuffing."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return len(content)
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
            continue
        return at


def _after_tiff(content: bytes) -> bytes:
    """A scan's parts lie anywhere in it: nothing follows."""
    return b""


_AFTER = {
    checking.PDF: _after_pdf,
    checking.PNG: _after_png,
    checking.JPEG: _after_jpeg,
    checking.TIFF: _after_tiff,
}
