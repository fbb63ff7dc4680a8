"""Cells by name, there and back."""

import pytest

from model.errors import InputError
from reports.cells import block, cell_name, cells_of, place_name


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [
        (0, 0, "A1"),
        (0, 25, "Z1"),
        (0, 26, "AA1"),
        (9, 701, "ZZ10"),
        (9, 702, "AAA10"),
        (8, 16_383, "XFD9"),
    ],
)
def test_a_cell_is_found_by_its_name(row, column, name):
    assert cell_name(row, column) == name
    assert block(f"Cash!{name}") == ("Cash", row, column, row, column)


def test_a_block_of_one_cell_is_a_cell():
    assert place_name("P&L", 4, 2) == "P&L!C5"
    assert place_name("P&L", 4, 2, rows=2, columns=3) == "P&L!C5:E6"
    assert cells_of("P&L!C5:D6") == ["P&L!C5", "P&L!D5", "P&L!C6", "P&L!D6"]


def test_a_sheet_may_be_called_anything():
    assert block("现金 A1!x!B2") == ("现金 A1!x", 1, 1, 1, 1)


@pytest.mark.parametrize("text", ["B2", "Cash!", "Cash!2B", "Cash!B2:", "slide 256/shape 3"])
def test_what_names_no_cells_is_refused(text):
    with pytest.raises(InputError, match=r"names no cells; found .*; allowed Sheet!A1 or Sheet!A1:A9"):
        block(text)
