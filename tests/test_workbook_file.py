"""The safe door for workbooks going out, read back with another library."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from model.errors import InputError
from model.workbook_file import safe_workbook

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0", "https://example.org", "0012", "NA", "{=1}")


def book_of(*cells, title=""):
    with safe_workbook(title) as (book, made):
        sheet = book.add_worksheet("S")
        for row, cell in enumerate(cells):
            sheet.write(row, 0, cell)
    return made.getvalue()


def test_text_stays_text_whatever_it_begins_with():
    sheet = load_workbook(BytesIO(book_of(*HOSTILE)))["S"]
    assert [(cell.value, cell.data_type) for cell in sheet["A"]] == [(text, "s") for text in HOSTILE]
    assert not any(cell.hyperlink for cell in sheet["A"])


def test_a_formula_is_written_only_on_purpose():
    with safe_workbook() as (book, made):
        book.add_worksheet("S").write_formula(0, 0, "=1+1", None, 2)
    assert load_workbook(BytesIO(made.getvalue()))["S"]["A1"].data_type == "f"


@pytest.mark.parametrize("number", [0.1 + 0.2, 1 / 3, 123456789.123456789, 5e-324, 1.7976931348623157e308, -0.1, 12])
def test_numbers_keep_all_their_digits(number):
    assert load_workbook(BytesIO(book_of(number)))["S"]["A1"].value == number


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="NAN/INF not supported"):
        book_of(float("nan"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\a", r"E-TEXT  sheet S: a text holds the control character U\+0007; found a\\u0007; mend: change the text"),
        ("x" * 32_768, "is 32,768 characters long, of 32,767 that a cell holds"),
        ("\ud800", r"holds the half of a character U\+D800"),
    ],
)
def test_a_text_that_no_cell_holds_is_refused_not_cut(text, said):
    with pytest.raises(InputError, match=said):
        book_of(text)


def test_options_cannot_open_the_door():
    with safe_workbook(strings_to_formulas=True) as (book, made):
        book.add_worksheet("S").write(0, 0, "=1+1")
    assert load_workbook(BytesIO(made.getvalue()))["S"]["A1"].data_type == "s"


def test_the_same_content_is_the_same_bytes():
    assert book_of("a", 1.5, title="T") == book_of("a", 1.5, title="T")
    assert load_workbook(BytesIO(book_of("a", title="T"))).properties.title == "T"
