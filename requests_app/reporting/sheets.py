"""Papers of plain blocks made into PDF/UA-1: case files, extracts, certificates. Pure.

A sheet is a list of blocks: `heading`, `paragraph`, `note`, `facts` (pairs), `table`,
`list`, `mono` and `picture`. Text stays text whatever signs are in it: nothing is read
as markup. The compiler sees what is passed in and the typefaces of the notices; nothing
is written to disk, and the same sheet gives the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst

from requests_app.docket.moments import ZONE
from requests_app.notices.render import in_svg

FONTS = Path(__file__).parents[1] / "notices" / "fonts"
TEMPLATE = Path(__file__).with_name("sheet.typ")
STANDARDS = ["ua-1", "a-2a"]

Block = dict[str, Any]


class NotRendered(RuntimeError):
    """The file could not be made."""


@dataclass
class Sheet:
    """One paper: its title, the line under it, the line at the foot, its blocks."""

    title: str
    subtitle: str
    footer: str
    made_at: datetime
    blocks: list[Block] = field(default_factory=list)
    # Pages as pictures: JPEG bytes with their size, by the name a block gives.
    pictures: dict[str, tuple[bytes, int, int]] = field(default_factory=dict)

    def heading(self, text: str, level: int = 1) -> None:
        self.blocks.append({"kind": "heading", "text": text, "level": level})

    def paragraph(self, text: str) -> None:
        self.blocks.append({"kind": "paragraph", "text": text})

    def note(self, text: str) -> None:
        self.blocks.append({"kind": "note", "text": text})

    def mono(self, text: str) -> None:
        self.blocks.append({"kind": "mono", "text": text})

    def bullets(self, items: Sequence[str]) -> None:
        self.blocks.append({"kind": "list", "items": [str(one) for one in items]})

    def facts(self, rows: Sequence[tuple[str, object]]) -> None:
        """Pairs of label and value; those without a value are left out."""
        said = [[label, str(value)] for label, value in rows if value not in ("", None)]
        if said:
            self.blocks.append({"kind": "facts", "rows": said})

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence],
        widths: Sequence[int] = (),
    ) -> None:
        """A table with a header row; `widths` are the parts of the line's width."""
        self.blocks.append(
            {
                "kind": "table",
                "header": list(header),
                "widths": list(widths) or [1] * len(header),
                "rows": [[str(cell) for cell in row] for row in rows],
            }
        )

    def picture(self, name: str, *, words: str, content: bytes, size) -> None:
        """One page as a picture, on a page of its own; `words` say what it is."""
        self.pictures[name] = (content, *size)
        self.blocks.append({"kind": "picture", "name": name, "words": words})


def render(sheet: Sheet) -> bytes:
    """The PDF of a sheet. Raises NotRendered."""
    said = {
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "footer": sheet.footer,
        "blocks": sheet.blocks,
    }
    compiler = typst.Compiler(
        input=_files(sheet.pictures),
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(said)},
    )
    try:
        return compiler.compile(
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=int(sheet.made_at.timestamp()),
        )
    except (typst.TypstError, RuntimeError) as error:
        # The compiler's words may quote the paper: only that it failed goes on.
        raise NotRendered("The paper could not be made into a PDF.") from error


def _files(pictures: Mapping[str, tuple[bytes, int, int]]) -> dict[str, bytes]:
    """What the compiler reads."""
    found = {"main.typ": TEMPLATE.read_bytes()}
    found |= {f"{name}.svg": in_svg(*one) for name, one in pictures.items()}
    return found


def moment(value: datetime | None) -> str:
    """A moment in Connecticut with its zone."""
    if value is None:
        return ""
    local = value.astimezone(ZONE)
    return f"{local:%b} {local.day}, {local:%Y, %H:%M %Z}"


def day(value: date | None) -> str:
    """A day of the calendar in words."""
    return f"{value:%B} {value.day}, {value.year}" if value else ""
