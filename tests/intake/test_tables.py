"""Reading tables: whatever another agency exports, row by row, and nothing hostile."""

import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from requests_app.intake import tables
from tests import sample_tables


def _csv(tmp_path, content: bytes):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    return path


def _xlsx(tmp_path, rows):
    return sample_tables.write_xlsx(tmp_path / "table.xlsx", rows[0], rows[1:])


TEXT = "Nombre;Señal\r\nJosé;sí\r\nÉlodie;no\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_reads_letters_however_they_are_written(tmp_path, encoding):
    path = _csv(tmp_path, TEXT.encode(encoding))

    table = tables.open_table(path)

    assert table.headings == ("Nombre", "Señal")
    assert [row.cells for row in table.rows()] == [("José", "sí"), ("Élodie", "no")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_separator(tmp_path, delimiter):
    text = f"a{delimiter}b\n1{delimiter}x y\n2{delimiter}z\n"

    table = tables.open_table(_csv(tmp_path, text.encode()))

    assert table.headings == ("a", "b")


def test_a_comma_in_a_name_is_no_separator(tmp_path):
    text = "name;born\nEjemplo, Alma;1990\nMuestra, Bruno;1991\n"

    table = tables.open_table(_csv(tmp_path, text.encode()))

    assert table.headings == ("name", "born")


def test_numbers_rows_as_the_file_does_when_a_cell_has_line_breaks(tmp_path):
    text = 'a,b\n"one\ntwo\nthree",x\n\nfour,y\n'

    rows = list(tables.open_table(_csv(tmp_path, text.encode())).rows())

    assert [(row.number, row.cells[1]) for row in rows] == [(2, "x"), (6, "y")]


def test_names_columns_without_heading_and_those_named_twice(tmp_path):
    table = tables.open_table(_csv(tmp_path, b"Charge,,Charge\na,b,c\n"))

    assert table.headings == ("Charge", "Column B", "Charge (2)")


def test_a_row_with_more_cells_than_headings_has_a_fault(tmp_path):
    rows = list(tables.open_table(_csv(tmp_path, b"a,b\n1,2\n1,2,3\n")).rows())

    assert not rows[0].fault
    assert "3 cells" in rows[1].fault


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "holds no table"),
        (b'a,b\n1,"never closed\n2,x\n', "Row 2: a quotation mark opens"),
        (b'a,b\n1,"x"y\n', "Row 2: letters follow"),
        (b"a,b\n\x00\x01\x02\x03\x81\x8d,1\n", "cannot be read|neither a CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "before 2007"),
        (b"PK\x03\x04 no zip at all", "damaged"),
        (",".join(f"c{one}" for one in range(300)).encode(), "300 columns"),
    ],
)
def test_says_why_a_file_is_no_table(tmp_path, content, words):
    with pytest.raises(tables.Unreadable, match=words):
        list(tables.open_table(_csv(tmp_path, content)).rows())


def test_a_table_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    table = tables.open_table(_csv(tmp_path, b"a\n1\n2\n3\n"))

    with pytest.raises(tables.Unreadable, match="more than 2 rows"):
        list(table.rows())


# XLSX


def test_reads_typed_cells_as_text(tmp_path):
    moment, day = datetime(2026, 3, 7, 14, 5), date(1990, 2, 1)
    headings = ("when", "born", "number", "part", "said", "is")
    path = _xlsx(tmp_path, [headings, (moment, day, 12345678, 1.5, " Alma ", True)])

    (row,) = tables.open_table(path).rows()

    assert row.cells == (
        *("2026-03-07 14:05:00", "1990-02-01", "12345678", "1.5", "Alma", "TRUE"),
    )
    assert row.number == 2


def test_midnight_of_a_cell_with_hours_is_a_time(tmp_path):
    path = _xlsx(tmp_path, [("when",), (datetime(2026, 3, 7, 0, 0),)])

    (row,) = tables.open_table(path).rows()

    assert row.cells == ("2026-03-07 00:00:00",)


def test_reads_the_first_sheet_that_holds_anything_or_the_one_named(tmp_path):
    path = tmp_path / "table.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Cover")
    for name in ("First", "Second"):
        book.add_worksheet(name).write_column(0, 0, [f"of {name}", "1"])
    book.close()

    assert tables.open_table(path).headings == ("of First",)
    assert tables.open_table(path, sheet="Second").headings == ("of Second",)
    with pytest.raises(tables.Unreadable, match="no sheet “Third”"):
        tables.open_table(path, sheet="Third")


def test_a_formula_is_not_carried_out_and_its_row_has_a_fault(tmp_path):
    path = _xlsx(tmp_path, [("a", "b"), ("1", '=HYPERLINK("http://x","y")'), (2, 3)])

    formula, plain = tables.open_table(path).rows()

    assert "B2 holds a formula" in formula.fault
    assert not plain.fault


def test_a_number_that_excel_cut_short_has_a_fault(tmp_path):
    path = _xlsx(tmp_path, [("a",), (1234567890123456789,)])

    (row,) = tables.open_table(path).rows()

    assert "more than fifteen digits" in row.fault


def test_a_sheet_that_says_it_is_huge_pads_nothing(tmp_path):
    path = _xlsx(tmp_path, [("a", "b"), ("1", "2")])

    def say_huge(xml: bytes) -> bytes:
        assert b'<dimension ref="A1:B2"/>' in xml
        return xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')

    altered = sample_tables.alter(path, "xl/worksheets/sheet1.xml", say_huge)
    table = tables.open_table(altered)

    assert table.headings == ("a", "b")
    assert len(list(table.rows())) == 1


def test_a_row_far_away_is_reached_without_end(tmp_path):
    path = _xlsx(tmp_path, [("a",), ("1",)])

    def far(xml: bytes) -> bytes:
        return xml.replace(b'<row r="2"', b'<row r="99999999999"').replace(b"A2", b"A9")

    altered = sample_tables.alter(path, "xl/worksheets/sheet1.xml", far)

    assert list(tables.open_table(altered).rows()) == []


BILLION = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">
<!ENTITY b "&a;&a;&a;"><!ENTITY file SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"],
)
def test_declared_entities_are_refused(tmp_path, part):
    path = _xlsx(tmp_path, [("a",), ("text",)])

    def declare(xml: bytes) -> bytes:
        return BILLION + xml.partition(b"?>")[2]

    with pytest.raises(tables.Unreadable, match="declares entities"):
        tables.open_table(sample_tables.alter(path, part, declare))


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/styles.xml", "w") as part:
            for _ in range(17):
                part.write(b" " * 1024 * 1024)

    with pytest.raises(tables.Unreadable, match="unpacks to far more"):
        tables.open_table(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_damaged_part_is_said_to_be_damaged(tmp_path, part):
    path = _xlsx(tmp_path, [("a",), ("text",)])
    broken = sample_tables.alter(path, part, lambda xml: xml[: len(xml) // 2])

    with pytest.raises(tables.Unreadable):
        list(tables.open_table(broken).rows())


def test_a_zip_without_a_sheet_is_no_table(tmp_path):
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"x")

    with pytest.raises(tables.Unreadable, match="no Excel sheet"):
        tables.open_table(path)


def test_what_is_written_is_no_formula_to_a_spreadsheet():
    lines = "".join(tables.written(iter([(1, "=1+1", "@x", "plain")])))

    assert lines == "1,'=1+1,'@x,plain\r\n"
