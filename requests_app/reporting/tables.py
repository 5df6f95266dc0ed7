"""Lists as files: CSV and XLSX, typed, safe to open, in bounded memory. Pure.

A column has an identifier that stays when its words change. In CSV a moment carries its
zone, in XLSX it is a date of the sheet in Connecticut's time. Text that a spreadsheet
would take for a formula begins with an apostrophe. Rows are taken one by one.
"""

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import StringIO
from pathlib import Path

import xlsxwriter

from requests_app.docket.moments import ZONE

# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), and the
# same signs in full width, which some programs fold.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# No sheet can hold these; a surrogate can be written in neither file.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LONGEST_TEXT = 32_000
MOST_ROWS_OF_A_SHEET = 1_048_575
_LINES_AT_ONCE = 500

Cell = str | int | float | bool | date | datetime | None


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    MOMENT = "moment"
    DAY = "day"
    YES = "yes"


@dataclass(frozen=True)
class Column:
    """One column: an identifier that stays, words for a reader, what its cells hold."""

    id: str
    label: str
    kind: Kind = Kind.TEXT
    holds_names: bool = False


class TooManyRows(ValueError):
    """A sheet holds fewer rows; a CSV file has no such limit."""


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, and every file can hold."""
    text = _UNWRITABLE.sub("\ufffd", text)[:LONGEST_TEXT]
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_text(cell: Cell) -> str:
    """A cell as CSV has it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.astimezone(ZONE).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.2f}"
    return str(cell) if isinstance(cell, int) else harmless(cell)


def csv_bytes(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
) -> Iterator[bytes]:
    """The file in pieces: a line of column identifiers, then the rows, all quoted."""
    written = StringIO(newline="")
    to = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    to.writerow([one.id for one in columns])
    for number, row in enumerate(rows, start=1):
        to.writerow([as_text(cell) for cell in row])
        if number % _LINES_AT_ONCE == 0:
            yield _taken(written)
    yield _taken(written)


def xlsx_bytes(
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    made_at: datetime,
) -> bytes:
    """A workbook of one sheet. Raises TooManyRows."""
    # The rows lie in a folder of this process alone until the file is read back.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_xlsx(path, title=title, columns=columns, rows=rows, made_at=made_at)
        return path.read_bytes()


def write_xlsx(
    to: Path,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    made_at: datetime,
) -> int:
    """Write a workbook of one sheet beside its own scratch files; how many rows.

    Raises TooManyRows.
    """
    book = xlsxwriter.Workbook(
        str(to),
        {
            "constant_memory": True,
            "tmpdir": str(to.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    with book:
        return _fill(book, title, columns, rows)


def _fill(book, title: str, columns: Sequence[Column], rows) -> int:
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31])
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    formats = _formats(book)
    for place, one in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(one.kind, 24))
        sheet.write_string(0, place, one.id, bold)
        sheet.write_comment(0, place, one.label)
    number = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS_OF_A_SHEET:
            raise TooManyRows(
                f"A sheet holds {MOST_ROWS_OF_A_SHEET:,} rows. Narrow the list, or "
                "choose CSV."
            )
        for place, (one, cell) in enumerate(zip(columns, row, strict=True)):
            if cell is not None:
                _WRITES[one.kind](sheet, number, place, cell, formats.get(one.kind))
    return number


def _formats(book) -> dict[Kind, object]:
    return {
        Kind.MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
        Kind.DECIMAL: book.add_format({"num_format": "0.00"}),
    }


def _text(sheet, row: int, place: int, cell: Cell, form) -> None:
    sheet.write_string(row, place, harmless(str(cell)), form)


def _number(sheet, row: int, place: int, cell: Cell, form) -> None:
    sheet.write_number(row, place, cell, form)


def _moment(sheet, row: int, place: int, cell: datetime, form) -> None:
    local = cell.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
    sheet.write_datetime(row, place, local, form)


def _day(sheet, row: int, place: int, cell: date, form) -> None:
    sheet.write_datetime(row, place, cell, form)


def _yes(sheet, row: int, place: int, cell: Cell, form) -> None:
    sheet.write_boolean(row, place, bool(cell), form)


_WRITES: dict[Kind, Callable] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _number,
    Kind.DECIMAL: _number,
    Kind.MOMENT: _moment,
    Kind.DAY: _day,
    Kind.YES: _yes,
}
_WIDTHS = {Kind.WHOLE: 12, Kind.DECIMAL: 12, Kind.MOMENT: 20, Kind.DAY: 12, Kind.YES: 8}


def _taken(written: StringIO) -> bytes:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text.encode()
