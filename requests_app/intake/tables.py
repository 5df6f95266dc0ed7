"""Tables of other agencies read row by row: CSV of any make, and XLSX. Pure.

Whatever the file holds, a cell comes out as text: days and moments as ISO writes them,
whole numbers without a point. Rows bear the numbers that the file's own reader sees:
the line of a CSV, the row of a sheet. A table is opened as often as it is passed
through, and no more than one row is held.

Nothing in a file is carried out: formulas and outside links are refused or left alone.
"""

import codecs
import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

MOST_BYTES = 100 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_LETTERS = 4_000
DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 64 * 1024
# What an XLSX may unpack to: whole, and the parts that are held in memory.
_MOST_UNPACKED = 700 * 1024 * 1024
_MOST_HELD = {
    "xl/sharedStrings.xml": 150 * 1024 * 1024,
    "xl/styles.xml": 16 * 1024 * 1024,
}
_MOST_OTHER = 8 * 1024 * 1024
_MOST_PARTS = 1_000
_LAST_ROW = 1_048_576
# Excel keeps fifteen digits of a number; of a longer one the end is made up.
_MOST_DIGITS = 10**15
_OLE = b"\xd0\xcf\x11\xe0"


class Unreadable(ValueError):
    """The file cannot be read as a table; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, its cells, and what is wrong with it if any."""

    number: int
    cells: tuple[str, ...]
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.fault and not any(self.cells)


@dataclass(frozen=True)
class Table:
    """A file that holds a table: its headings, and its rows as often as asked for."""

    path: Path
    kind: str
    headings: tuple[str, ...]
    heading_row: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    def rows(self) -> Iterator[Row]:
        """The rows below the headings that hold anything. Raises Unreadable."""
        count = 0
        for row in _rows_of(self):
            if row.number <= self.heading_row or row.is_blank:
                continue
            count += 1
            if count > MOST_ROWS:
                raise Unreadable(
                    f"The table has more than {MOST_ROWS:,} rows. Split it, and import "
                    "the parts one after the other."
                )
            yield _fitted(row, self.headings)


def open_table(path: Path, *, sheet: str = "") -> Table:
    """Find out what a file is and read its headings. Raises Unreadable."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("The file is empty.")
    if size > MOST_BYTES:
        raise Unreadable(
            f"The file has more than {MOST_BYTES // 1024 // 1024} MB. Split the table."
        )
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_OLE):
        raise Unreadable(
            "This is an Excel file of before 2007, or one with a password. Save it as "
            ".xlsx without a password, or as CSV."
        )
    if head.startswith(b"PK"):
        return _open_xlsx(path, sheet)
    return _open_csv(path)


def comparable(heading: str) -> str:
    """A heading without capitals, accents and signs, so that two may be compared."""
    decomposed = unicodedata.normalize("NFKD", heading.casefold())
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", bare))


def _rows_of(table: Table) -> Iterator[Row]:
    if table.kind == "xlsx":
        return _rows_of_xlsx(table.path, table.sheet)
    return _rows_of_csv(table.path, table.encoding, table.delimiter)


def _fitted(row: Row, headings: tuple[str, ...]) -> Row:
    """The row with as many cells as there are headings, and its faults named."""
    cells, fault = row.cells, row.fault
    width = len(headings)
    if not fault and any(cells[width:]):
        fault = (
            f"The row has {len(cells)} cells, and there are {width} headings. A "
            "separator in a text that is not in quotation marks does that."
        )
    if not fault:
        fault = next((f for f in map(_fault_of, headings, cells) if f), "")
    cells = (*cells[:width], *[""] * (width - len(cells)))
    return Row(row.number, cells, fault)


def _fault_of(heading: str, cell: str) -> str:
    if len(cell) > MOST_LETTERS:
        return f"{heading}: more than {MOST_LETTERS:,} letters in one cell."
    if "\0" in cell:
        return f"{heading}: a character that no text has. Export the table again."
    return ""


def _headings(row: Row) -> tuple[str, ...]:
    """Distinct headings: an empty one is named for its column, a second is numbered."""
    cells = list(row.cells)
    while cells and not cells[-1]:
        cells.pop()
    if row.fault:
        raise Unreadable(f"Row {row.number}, the headings: {row.fault}")
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(
            f"The table has {len(cells)} columns, and at most {MOST_COLUMNS} are read. "
            "Leave out the columns that no request needs."
        )
    found: dict[str, None] = {}
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.split())[:120] or f"Column {get_column_letter(place)}"
        wanted, again = name, 1
        while name in found:
            again += 1
            name = f"{wanted} ({again})"
        found[name] = None
    return tuple(found)


def _first(rows: Iterator[Row]) -> Row:
    row = next((row for row in rows if not row.is_blank), None)
    if row is None:
        raise Unreadable("The file holds no table: every row is empty.")
    return row


# CSV


def _open_csv(path: Path) -> Table:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
    if "\0" in sample:
        raise Unreadable(
            "This is neither a CSV nor an XLSX file. Export the table as one of them."
        )
    delimiter = _delimiter(sample)
    first = _first(_rows_of_csv(path, encoding, delimiter))
    headings = _headings(first)
    return Table(path, "csv", headings, first.number, encoding, delimiter)


def _encoding(path: Path) -> str:
    """How the file writes text: by its mark, else UTF-8 if it is, else Windows."""
    with path.open("rb") as file:
        head = file.read(4096)
        marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"))
        marks += ((codecs.BOM_UTF16_BE, "utf-16"),)
        marked = next((name for mark, name in marks if head.startswith(mark)), None)
        if marked is None and b"\0" in head:
            marked = "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
        for name in [marked] if marked else ["utf-8", "cp1252"]:
            file.seek(0)
            if _decodes(file, name):
                return name
    raise Unreadable("The letters of the file cannot be read. Save it as CSV in UTF-8.")


def _decodes(file, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(1024 * 1024):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter(sample: str) -> str:
    """The separator by which most rows of the beginning have as many cells."""
    lines = sample.splitlines(keepends=True)
    whole = lines[:-1] if len(lines) > 1 and len(sample) >= _SAMPLE else lines
    best, most = ",", (0, 0)
    for one in DELIMITERS:
        try:
            rows = csv.reader(whole[:200], delimiter=one)
            widths = [len(row) for row in rows if any(row)]
        except csv.Error:
            continue
        width = max(set(widths), key=widths.count, default=0)
        if width > 1 and (widths.count(width), width) > most:
            best, most = one, (widths.count(width), width)
    return best


def _rows_of_csv(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                yield Row(line, tuple(cell.strip() for cell in cells))
                line = reader.line_num + 1
        except csv.Error as error:
            raise Unreadable(f"Row {line}: {_said(error)}") from None


def _said(error: csv.Error) -> str:
    if "limit" in str(error) or "end of data" in str(error):
        return "a quotation mark opens a text and nothing closes it."
    if "expected after" in str(error):
        return "letters follow a closing quotation mark. Write a quotation mark twice."
    return "the row cannot be read. Export the table again."


# XLSX


def _open_xlsx(path: Path, sheet: str) -> Table:
    names = _sheets_of(path)
    if sheet and sheet not in names:
        raise Unreadable(
            f"There is no sheet “{sheet}”. The file has: {', '.join(names)}."
        )
    for name in [sheet] if sheet else names:
        first = next(
            (row for row in _rows_of_xlsx(path, name) if not row.is_blank), None
        )
        if first is not None:
            headings = _headings(first)
            return Table(path, "xlsx", headings, first.number, sheet=name)
    raise Unreadable("The file holds no table: every row of every sheet is empty.")


def _sheets_of(path: Path) -> list[str]:
    _refuse_hostile(path)
    with _workbook(path) as book:
        return [one.title for one in book.worksheets]


def _refuse_hostile(path: Path) -> None:
    """Raise Unreadable for what unpacks to too much, or would read other files."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or _unpacks_to_too_much(parts):
                raise Unreadable(
                    "The file unpacks to far more than a table holds. Save the sheet "
                    "alone, or export it as CSV."
                )
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable("This is a ZIP file, but no Excel sheet.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _refuse_doctype(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise Unreadable(_DAMAGED) from None


_DAMAGED = "The Excel file is damaged or has a password. Save it anew, or as CSV."


def _unpacks_to_too_much(parts: list[zipfile.ZipInfo]) -> bool:
    for part in parts:
        is_sheet = part.filename.startswith("xl/worksheets/")
        is_read = part.filename.endswith((".xml", ".rels"))
        most = _MOST_HELD.get(part.filename, _MOST_OTHER)
        if is_read and not is_sheet and part.file_size > most:
            return True
    return sum(part.file_size for part in parts) > _MOST_UNPACKED


class _Begun(Exception):
    """The first element has come: nothing may be declared any more."""


def _refuse_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raise Unreadable for a part that declares entities: Excel writes none."""

    def refuse(*_declared):
        raise Unreadable("The Excel file declares entities, which no sheet needs.")

    def begin(*_element):
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    try:
        with archive.open(part) as file:
            parser.Parse(file.read(_SAMPLE), False)
    except _Begun:
        return
    except expat.ExpatError:
        raise Unreadable(_DAMAGED) from None
    raise Unreadable(_DAMAGED)


@contextmanager
def _workbook(path: Path):
    try:
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except Unreadable:
        raise
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError):
        raise Unreadable(_DAMAGED) from None
    except (zipfile.BadZipFile, EOFError, SyntaxError):
        # An XML error is a SyntaxError.
        raise Unreadable(_DAMAGED) from None


def _rows_of_xlsx(path: Path, sheet: str) -> Iterator[Row]:
    with _workbook(path) as book:
        page = book[sheet]
        # What the file says of its own size is not believed: it pads every row.
        page.reset_dimensions()
        rows = page.iter_rows(max_row=_LAST_ROW)
        for number, cells in enumerate(rows, start=1):
            yield _row_of_cells(number, cells)


def _row_of_cells(number: int, cells) -> Row:
    texts, fault = [], ""
    for cell in cells:
        if cell.value is None:
            texts.append("")
            continue
        refusal = _refusal(cell)
        fault = fault or refusal
        texts.append("" if refusal else _text(cell))
    while texts and not texts[-1]:
        texts.pop()
    return Row(number, tuple(texts), fault)


def _refusal(cell) -> str:
    place = cell.coordinate
    if cell.data_type == "f":
        return (
            f"{place} holds a formula. Copy the sheet, paste it as values, and import "
            "that."
        )
    if cell.data_type == "e":
        return f"{place} shows the error {str(cell.value)[:10]}. Correct the sheet."
    is_number = isinstance(cell.value, int | float)
    if (
        is_number
        and not isinstance(cell.value, bool)
        and abs(cell.value) >= _MOST_DIGITS
    ):
        return (
            f"{place} is a number of more than fifteen digits, of which Excel does not "
            "keep the end. Store it as text."
        )
    return ""


def _text(cell) -> str:
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        has_time = value.time() != time.min or "h" in cell.number_format.lower()
        if not has_time:
            return value.date().isoformat()
        return value.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def written(rows: Iterator[tuple]) -> Iterator[str]:
    """Lines of a CSV in UTF-8 that no spreadsheet takes for formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([_inert(str(cell)) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
