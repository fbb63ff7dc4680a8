"""Cells as they come from workbooks and CSV files, with their addresses and what is odd about them."""

from datetime import date, datetime

import pytest
import xlsxwriter

from model.errors import InputError
from model.sheet_files import letters, read_sheet, read_workbook


def written(path, fill, **options):
    with xlsxwriter.Workbook(path, options) as book:
        fill(book)
    return path


def test_values_keep_their_kind_and_place(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("数据")
        for column, value in enumerate(["NA", 1, 1.5, True, "", "0012", "=1+1"]):
            sheet.write(2, column + 1, value) if value != "=1+1" else sheet.write_string(2, column + 1, value)

    (grid,) = read_workbook(written(tmp_path / "b.xlsx", fill))
    assert grid.rows[2][1:] == ["NA", 1, 1.5, True, None, "0012", "=1+1"]
    assert type(grid.value(2, 2)) is int
    assert grid.value(99, 99) is None
    assert grid.where(2, 27) == "b.xlsx: sheet 数据, cell AB3"
    assert grid.faults() == []


@pytest.mark.parametrize("early", [False, True])
def test_dates_are_dates_in_both_systems(tmp_path, early):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_datetime(0, 0, datetime(2027, 3, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(0, 1, datetime(2027, 3, 31, 12), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write_string(0, 2, "2026-02-30")

    (grid,) = read_workbook(written(tmp_path / "b.xlsx", fill, date_1904=early))
    assert grid.rows[0] == [date(2027, 3, 31), datetime(2027, 3, 31, 12), "2026-02-30"]


def test_cells_without_a_value_of_their_own_are_named(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("S")
        sheet.write_formula(0, 0, "=A9", None, "#REF!")
        sheet.write_formula(0, 1, "=1+1", None, "")
        sheet.write_formula(0, 2, "=1+1", None, 2)
        sheet.merge_range(2, 2, 3, 3, "m")

    (grid,) = read_workbook(written(tmp_path / "b.xlsx", fill))
    assert [str(finding) for finding in grid.faults()] == [
        "E-CELL  b.xlsx: sheet S, cell A1: holds an error; found #REF!; allowed a value; mend: mend the formula or"
        " write a value",
        "E-CELL  b.xlsx: sheet S, cell B1: a formula that no program has computed yet; allowed a value; mend: open the"
        " file in your program for tables, let it compute, and save it",
        "E-CELL  b.xlsx: sheet S, cell C3: merged cells; found C3:D4; allowed one value a cell; mend: unmerge them and"
        " write the value into each cell that has it",
    ]
    assert grid.value(0, 2) == 2


def test_hidden_sheets_are_known_as_hidden(tmp_path):
    def fill(book):
        book.add_worksheet("A")
        book.add_worksheet("B").hide()
        book.add_worksheet("C").very_hidden()

    grids = read_workbook(written(tmp_path / "b.xlsx", fill))
    assert [(grid.name, grid.hidden) for grid in grids] == [("A", False), ("B", True), ("C", True)]


def test_one_sheet_by_name_and_csv_files(tmp_path):
    path = written(tmp_path / "b.xlsx", lambda book: book.add_worksheet("A").write(0, 0, "x"))
    assert read_sheet(path, "A").rows == [["x"]]
    with pytest.raises(InputError, match="holds no such sheet; found A; allowed B"):
        read_sheet(path, "B")
    table = tmp_path / "t.csv"
    table.write_bytes("编号,NA\n1,\n".encode("gb18030"))
    assert read_sheet(table, "A").rows == [["编号", "NA"], ["1", None]]
    with pytest.raises(InputError, match=r"no kind of sheet that is read; found \.ods"):
        read_sheet(tmp_path / "t.ods", "A")
    table.write_text('a,"b', encoding="utf-8")
    with pytest.raises(InputError, match=r"E-CSV  t\.csv: not a CSV table"):
        read_sheet(table, "A")


def test_letters_of_columns():
    assert [letters(column) for column in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
