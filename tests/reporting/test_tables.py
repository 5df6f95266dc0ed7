"""Lists as files: typed, harmless to open, the same rows in CSV and XLSX."""

import csv
import io
import tempfile
import tracemalloc
import unittest
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl

from requests_app.reporting.tables import (
    Column,
    Kind,
    as_text,
    csv_bytes,
    harmless,
    write_xlsx,
)

MADE_AT = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
COLUMNS = (
    Column("number", "Number"),
    Column("asks", "Asks", Kind.WHOLE),
    Column("hours", "Hours", Kind.DECIMAL),
    Column("received_at", "Received", Kind.MOMENT),
    Column("act_date", "Day", Kind.DAY),
    Column("late", "Late", Kind.YES),
)
ROW = (
    "SMP-2026-00001",
    3,
    1.5,
    datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
    date(2026, 3, 8),
    True,
)
# Abuse case 50, and every other sign that begins a formula.
FORMULAS = (
    "=cmd|'/c calc'!A1",
    "\n=1+1",
    "\t=1+1",
    "\r=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
)


def read_csv(columns, rows) -> list[list[str]]:
    text = b"".join(csv_bytes(columns, rows)).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def read_xlsx(columns, rows, *, title="Requests") -> list[tuple]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_xlsx(path, title=title, columns=columns, rows=rows, made_at=MADE_AT)
        sheet = openpyxl.load_workbook(path).active
        return list(sheet.iter_rows(values_only=True))


class Csv(unittest.TestCase):
    def test_writes_moments_with_their_zone_and_days_without(self):
        head, row = read_csv(COLUMNS, [ROW])

        self.assertEqual(head, [one.id for one in COLUMNS])
        self.assertEqual(
            row,
            ["SMP-2026-00001", "3", "1.50"]
            + ["2026-03-08T03:30:00-04:00", "2026-03-08", "yes"],
        )

    def test_makes_every_formula_text(self):
        column = [Column("text", "Text")]

        rows = read_csv(column, [[text] for text in FORMULAS])

        self.assertEqual([row[0][0] for row in rows[1:]], ["'"] * len(FORMULAS))

    def test_keeps_what_people_are_called(self):
        names = ["Zoë Ñandú", "李雷", "O'Brien", 'a "b", c', "two\nlines"]

        rows = read_csv([Column("name", "Name")], [[name] for name in names])

        self.assertEqual([row[0] for row in rows[1:]], names)

    def test_writes_one_line_for_no_rows(self):
        self.assertEqual(len(read_csv(COLUMNS, [])), 1)


class Xlsx(unittest.TestCase):
    def test_writes_typed_cells(self):
        _, row = read_xlsx(COLUMNS, [ROW])

        self.assertEqual(
            row,
            ("SMP-2026-00001", 3, 1.5, datetime(2026, 3, 8, 3, 30))
            + (datetime(2026, 3, 8), True),
        )

    def test_holds_no_formula_and_no_link(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.xlsx"
            texts = [*FORMULAS, "https://example.test/", "mailto:a@example.test"]

            write_xlsx(
                path,
                title="Requests",
                columns=[Column("text", "Text")],
                rows=[[text] for text in texts],
                made_at=MADE_AT,
            )

            sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
            self.assertNotIn("<f>", sheet)
            self.assertNotIn("<hyperlink", sheet)

    def test_replaces_what_no_sheet_can_hold(self):
        _, row = read_xlsx([Column("text", "Text")], [["a\x00b\x0bc\ud800"]])

        self.assertEqual(row, ("a\ufffdb\ufffdc\ufffd",))

    def test_takes_a_title_that_no_sheet_may_have(self):
        self.assertEqual(len(read_xlsx(COLUMNS, [ROW], title="a/b:c" * 20)), 2)

    def test_leaves_no_scratch_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.xlsx"

            write_xlsx(
                path, title="t", columns=COLUMNS, rows=[ROW] * 3, made_at=MADE_AT
            )

            self.assertEqual(
                [one.name for one in Path(folder).iterdir()], ["list.xlsx"]
            )


class Memory(unittest.TestCase):
    def test_holds_a_few_rows_at_a_time(self):
        columns = [Column("text", "Text")]
        rows = ([f"line {number} " + "x" * 200] for number in range(20_000))
        tracemalloc.start()

        written = sum(map(len, csv_bytes(columns, rows)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        self.assertGreater(written, 4_000_000)
        self.assertLess(most, 2_000_000)


class Words(unittest.TestCase):
    def test_leaves_numbers_as_they_are(self):
        self.assertEqual(as_text(-3), "-3")

    def test_leaves_harmless_text_alone(self):
        self.assertEqual(harmless("I-247A"), "I-247A")
