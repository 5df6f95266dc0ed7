"""What a file must hold to be read aloud: the parts of PDF/UA-1 that a program can see.

    .venv/bin/python -m tests.notices.pdf_structure FILE...

It stands beside the compiler's own enforcement and beside veraPDF where that is on the
path (`verapdf`); it does not replace a person with a screen reader. `faults` names
every departure it finds.
"""

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf

GROUPING = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "NonStruct"}
GROUPING |= {"Caption", "TOC", "TOCI", "Index", "Private"}
BLOCKS = {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"}
TABLES = {"Table", "TR", "TH", "TD", "THead", "TBody", "TFoot"}
INLINE = {"Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot"}
SEEN = {"Figure", "Formula", "Form"}
ROLES = GROUPING | BLOCKS | TABLES | INLINE | SEEN
PARENTS = {"LI": {"L"}, "LBody": {"LI"}, "Lbl": {"LI", "Note", "TOCI"}}
PARENTS |= {"TR": {"Table", "THead", "TBody", "TFoot"}, "TD": {"TR"}, "TH": {"TR"}}
SHOWS_TEXT = {"Tj", "TJ", "'", '"'}
PAINTS = SHOWS_TEXT | {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"}
PDFUA = "{http://www.aiim.org/pdfua/ns/id/}part"
TITLE = "{http://purl.org/dc/elements/1.1/}title"


def faults(content: bytes) -> list[str]:
    """Everything about a file that keeps it from being read aloud; empty when sound."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        checks = (_catalog, _metadata, _structure, _fonts, _pages)
        return [fault for check in checks for fault in check(pdf)]


def by_verapdf(content: bytes) -> str | None:
    """What veraPDF says, or None where it is not on the path."""
    program = shutil.which("verapdf")
    if program is None:
        return None
    done = subprocess.run(
        [program, "--flavour", "ua1", "--format", "text", "-"],
        input=content,
        capture_output=True,
    )
    return "" if done.stdout.startswith(b"PASS") else done.stdout.decode()


def _catalog(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not (root.get("/MarkInfo") or {}).get("/Marked"):
        yield "the file does not say that it is tagged (MarkInfo)"
    if not str(root.get("/Lang", "")):
        yield "the file has no language (Lang)"
    if not (root.get("/ViewerPreferences") or {}).get("/DisplayDocTitle"):
        yield "the window would show the file's name (DisplayDocTitle)"
    if "/StructTreeRoot" not in root:
        yield "the file has no structure (StructTreeRoot)"
    if "/OpenAction" in root or "/AA" in root or "/AcroForm" in root:
        yield "the file does something of its own"
    if pdf.is_encrypted:
        yield "the file is encrypted"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        if str(metadata.get(PDFUA, "")) != "1":
            yield "the metadata do not claim PDF/UA-1 (pdfuaid:part)"
        if not str(metadata.get(TITLE, "")).strip():
            yield "the metadata have no title (dc:title)"


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None:
        return
    named = tree.get("/RoleMap") or {}
    levels = [0]
    for element, parent in elements(tree):
        role = _role(element, named)
        if role not in ROLES:
            yield f"a part has the unknown role {role}"
        wanted = PARENTS.get(role)
        if wanted and _role(parent, named) not in wanted:
            yield f"a {role} stands outside of {' or '.join(sorted(wanted))}"
        if role == "Figure" and not str(element.get("/Alt", "")).strip():
            yield "a picture has no words beside it (Alt)"
        if role[0] == "H" and role[1:].isdigit():
            levels.append(int(role[1:]))
    yield from _skipped(levels)


def _skipped(levels: list[int]) -> Iterator[str]:
    if len(levels) == 1:
        yield "the file has no heading"
    for before, level in pairwise(levels):
        if level > before + 1:
            yield f"a heading of level {level} follows one of level {before}"


def _role(element: pikepdf.Object, named: pikepdf.Object) -> str:
    role = element.get("/S", pikepdf.Name("/None"))
    return str(named.get(role, role)).removeprefix("/")


def elements(
    parent: pikepdf.Object,
) -> Iterator[tuple[pikepdf.Object, pikepdf.Object]]:
    for kid in kids(parent):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid, parent
            yield from elements(kid)


def kids(element: pikepdf.Object) -> list:
    under = element.get("/K", [])
    return list(under) if isinstance(under, pikepdf.Array) else [under]


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for font in (page.Resources.get("/Font") or {}).values():
            name = str(font.get("/BaseFont", "?")).removeprefix("/")
            if "/ToUnicode" not in font:
                yield f"the typeface {name} does not say which letters it draws"
            inner = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
            described = inner.get("/FontDescriptor") or {}
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys()):
                yield f"the typeface {name} is not in the file"


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    tree = pdf.Root.get("/StructTreeRoot")
    claimed = _claimed(tree) if tree is not None else set()
    for number, page in enumerate(pdf.pages, 1):
        if page.get("/Tabs") != pikepdf.Name("/S"):
            yield f"page {number}: the tab key does not follow the structure (Tabs)"
        for fault in _unmarked(page, claimed):
            yield f"page {number}: {fault}"


def _claimed(tree: pikepdf.Object) -> set[tuple]:
    """Each marked run that some part of the structure owns, as page and number."""
    owned = set()
    for element, _ in elements(tree):
        for kid in kids(element):
            if isinstance(kid, int):
                owned.add((element["/Pg"].objgen, kid))
            elif isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
                owner = kid.get("/Pg", element.get("/Pg"))
                owned.add((owner.objgen, int(kid["/MCID"])))
    return owned


def _unmarked(page: pikepdf.Page, claimed: set[tuple]) -> Iterator[str]:
    open_marks: list[int | str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            open_marks.append(_mark(operands))
        elif name == "EMC":
            open_marks.pop()
        elif name in PAINTS:
            yield from _paint(name, open_marks, page, claimed)


def _paint(name, open_marks, page, claimed) -> Iterator[str]:
    what = "text" if name in SHOWS_TEXT else "a drawing"
    marks = [one for one in open_marks if one != "other"]
    if not marks:
        yield f"{what} is outside of the structure"
    elif isinstance(marks[-1], int) and (page.objgen, marks[-1]) not in claimed:
        yield f"{what} is marked, and no part of the structure owns it"


def _mark(operands: list) -> int | str:
    if operands[0] == pikepdf.Name("/Artifact"):
        return "artifact"
    properties = operands[1] if len(operands) > 1 else None
    if isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties:
        return int(properties["/MCID"])
    return "other"


def main() -> int:
    found = 0
    for name in sys.argv[1:]:
        content = Path(name).read_bytes()
        wrong = faults(content)
        said = by_verapdf(content)
        wrong += [f"veraPDF: {said}"] if said else []
        found += len(wrong)
        print(f"{name}: {'; '.join(dict.fromkeys(wrong)) or 'sound'}")
        if said is None:
            print(
                "  veraPDF is not on the path: only the checks of this file were made"
            )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
