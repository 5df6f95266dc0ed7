"""The text of a tagged PDF as a screen reader has it: by its structure, not its place.

Each marked run is decoded by what its typeface says of its glyphs; a text that a span
gives instead (ActualText) counts, and a span that runs backwards is turned.
"""

import io
import re
from collections.abc import Collection

import pikepdf

from tests.notices.pdf_structure import elements, kids

BLOCKS = {"P", "H1", "H2", "H3", "LBody", "Lbl"}
PAIR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
TRIPLE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def blocks(content: bytes, *, names: Collection[str] = BLOCKS) -> list[str]:
    """Each paragraph, heading and item in the order of reading."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        runs = {page.objgen: _runs(page) for page in pdf.pages}
        found: list[list[str]] = [[]]
        for element, _ in elements(pdf.Root.StructTreeRoot):
            if str(element["/S"]).removeprefix("/") in names:
                found.append([])
                _gather(element, runs, found[-1], names)
    return [" ".join("".join(one).split()) for one in found if one]


def with_tables(content: bytes) -> str:
    """The whole text in the order of reading, the cells of tables one after another."""
    return " ".join(blocks(content, names={*BLOCKS, "TH", "TD"}))


def _gather(element, runs, into: list[str], names: Collection[str]) -> None:
    for kid in kids(element):
        if isinstance(kid, int):
            into.append(runs[element["/Pg"].objgen].get(kid, ""))
        elif "/MCID" in kid:
            owner = kid.get("/Pg", element.get("/Pg"))
            into.append(runs[owner.objgen].get(int(kid["/MCID"]), ""))
        elif str(kid.get("/S", "")).removeprefix("/") not in names:
            _gather(kid, runs, into, names)


def _runs(page: pikepdf.Page) -> dict[int, str]:
    """The text of each marked run of a page, by its number."""
    fonts = {
        name: _letters(font) for name, font in page.Resources.get("/Font", {}).items()
    }
    found: dict[int, list[str]] = {}
    spans: list[dict] = []
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            spans.append(_span(operands))
        elif name == "EMC":
            _close(spans, found)
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in ("Tj", "TJ") and spans:
            spans[-1]["glyphs"] += _decoded(operands[0], letters)
    return {number: "".join(parts) for number, parts in found.items()}


def _span(operands: list) -> dict:
    given = operands[1] if len(operands) > 1 else None
    properties = dict(given) if isinstance(given, pikepdf.Dictionary) else {}
    return {
        "number": properties.get("/MCID"),
        "instead": properties.get("/ActualText"),
        "is_turned": str(operands[0]) == "/ReversedChars",
        "glyphs": [],
    }


def _close(spans: list[dict], found: dict[int, list[str]]) -> None:
    span = spans.pop()
    glyphs = span["glyphs"][::-1] if span["is_turned"] else span["glyphs"]
    if span["instead"] is not None:
        glyphs = [str(span["instead"])]
    if span["number"] is not None:
        found.setdefault(int(span["number"]), []).extend(glyphs)
    elif spans:
        spans[-1]["glyphs"] += glyphs


def _decoded(shown, letters: dict[int, str]) -> list[str]:
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    raw = b"".join(bytes(one) for one in parts if isinstance(one, pikepdf.String))
    codes = (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
    return [letters.get(code, "\ufffd") for code in codes]


def _letters(font: pikepdf.Object) -> dict[int, str]:
    text = font["/ToUnicode"].read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, sign in PAIR.findall(part):
            found[int(code, 16)] = bytes.fromhex(sign).decode("utf-16-be")
    for part in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, sign in TRIPLE.findall(part):
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(int(sign, 16) + code - int(first, 16))
    return found
