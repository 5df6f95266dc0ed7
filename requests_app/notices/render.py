"""A composed notice made into a PDF, tagged for screen readers. Pure.

The file keeps PDF/UA-1 and PDF/A-2a, or is not made. Nothing but the composition, the
pages joined to it and the files of this room is read: the compiler sees no typeface of
the machine and no network, and text stays text whatever signs are in it. The same
composition with the same pages gives the same bytes.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import qrcode
import typst
from qrcode.constants import ERROR_CORRECT_M

ROOM = Path(__file__).parent
STANDARDS = ["ua-1", "a-2a"]
QUIET = 4  # the empty border that readers of a QR code need, in modules


class NotRendered(RuntimeError):
    """The file could not be made."""


# A page drawn anew: a JPEG, its width and its height in pixels.
Page = tuple[bytes, int, int]


def render(composed: Mapping[str, Any], *, pages: Sequence[Page] = ()) -> bytes:
    """The PDF of a composition, the copy it speaks of after it. Raises NotRendered."""
    qr = square_code(composed["address"])
    paper = {**composed, "qr": qr, "copied": len(pages)}
    files = {"main.typ": (ROOM / "notice.typ").read_bytes()}
    for number, page in enumerate(pages, start=1):
        files[f"page-{number}.svg"] = in_svg(*page)
    compiler = typst.Compiler(
        input=files,
        font_paths=[ROOM / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(paper)},
    )
    try:
        made = compiler.compile(
            format="pdf", pdf_standards=STANDARDS, timestamp=composed["issued"]
        )
    except (typst.TypstError, RuntimeError) as error:
        # The compiler's words may quote the paper: only that it failed goes on.
        raise NotRendered("The paper could not be made into a PDF.") from error
    return made


def in_svg(content: bytes, width: int, height: int) -> bytes:
    """A JPEG as the compiler takes it, which reads files of text alone."""
    coded = base64.b64encode(content).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}"'
        f' xlink:href="data:image/jpeg;base64,{coded}"/></svg>'
    ).encode()


def square_code(address: str) -> str:
    """A QR code as an SVG of one path."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    size = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{path}"/></svg>'
    )
