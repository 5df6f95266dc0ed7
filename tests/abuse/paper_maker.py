"""PDF files written by hand, so that a test knows every byte of what it sends."""

import zlib
from dataclasses import dataclass

CONTENT = b"BT /F1 14 Tf 72 720 Td (Synthetic paper of nobody) Tj ET"


@dataclass(frozen=True)
class File:
    """A file that somebody sends, and the codes by one of which it may be refused.

    No code: it is to be taken. `hidden` are bytes that no drawn page may hold.
    """

    name: str
    content: bytes
    codes: tuple[str, ...] = ()
    group: str = ""
    hidden: tuple[bytes, ...] = ()


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """The body of a stream object."""
    length = str(len(content)).encode()
    head = b"<< /Length " + length + b" " + entries + b" >>"
    return head + b"\nstream\n" + content + b"\nendstream"


def packed(content: bytes, entries: bytes = b"") -> bytes:
    """The body of a stream object, deflated."""
    return stream(zlib.compress(content, 9), b"/Filter /FlateDecode " + entries)


def written(bodies: list[bytes], *, head: bytes = b"%PDF-1.7", root: int = 1) -> bytes:
    """A file of these objects, numbered from 1, with its table of contents."""
    out = head + b"\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += str(number).encode() + b" 0 obj\n" + body + b"\nendobj\n"
    return out + _table(places, root, len(out))


def _table(places: list[int], root: int, at: int) -> bytes:
    lines = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(places) + 1
    return (
        b"xref\n0 %d\n0000000000 65535 f \n" % count
        + lines
        + b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (count, root)
        + b"startxref\n%d\n%%%%EOF\n" % at
    )


def paper(
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    content: bytes | None = None,
    drawings: bytes = b"",
    more: tuple[bytes, ...] = (),
    box: bytes = b"0 0 612 792",
    kids: bytes = b"3 0 R",
    head: bytes = b"%PDF-1.7",
) -> bytes:
    """A paper of one page: objects 1 to 5, and from 6 on what is added."""
    return written(
        [
            b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
            b"<< /Type /Pages /Kids [" + kids + b"] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [" + box + b"] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> "
            + drawings
            + b" >> "
            + page
            + b" >>",
            stream(CONTENT) if content is None else content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *more,
        ],
        head=head,
    )


def pages(count: int) -> bytes:
    """A paper of many pages."""
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(count))
    leaf = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 306 396] /Contents 3 0 R "
        b"/Resources << >> >>"
    )
    return written(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % count,
            stream(b"0 0 m 100 100 l S"),
            *[leaf] * count,
        ]
    )


def appended(first: bytes, number: int, body: bytes) -> bytes:
    """The file with one object written anew behind it, as programs save changes."""
    before = int(first.rpartition(b"startxref\n")[2].split()[0])
    at = len(first)
    out = first + b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    return (
        out
        + b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
        + b"trailer\n<< /Size 99 /Root 1 0 R /Prev %d >>\n" % before
        + b"startxref\n%d\n%%%%EOF\n" % table
    )


def unlisted(whole: bytes, body: bytes) -> bytes:
    """The file with an object that its table of contents leaves out."""
    head, _, rest = whole.rpartition(b"xref\n0")
    hidden = b"9 0 obj\n" + body + b"\nendobj\n"
    table = b"xref\n0" + rest.partition(b"startxref")[0]
    at = len(head) + len(hidden)
    return head + hidden + table + b"startxref\n%d\n%%%%EOF\n" % at
