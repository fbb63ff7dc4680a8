"""The sheet of actuals: written empty, read filled, and every fault named with row, column, value and mend."""

import csv
import dataclasses
import re
from datetime import datetime

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from experiments.reviewing import sheet
from experiments.reviewing.figures import items
from model.errors import InputError

HEAD = sheet.COLUMNS


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def wanted(case, plan_of):
    return items(case, plan_of("ecosystem", "documents"))


def place(wanted, key):
    return next(index for index, item in enumerate(wanted) if item.key == key)


@pytest.fixture
def told(case, wanted, tmp_path):
    """told(rows) reads a sheet of (month, key, unit, actual), written as CSV."""

    def read(*rows):
        path = tmp_path / "actuals.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEAD, *((m, k, "", u, "", a) for m, k, u, a in rows)])
        return sheet.read(path, case, wanted)

    return read


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_sheet_is_written_filled_and_read(case, wanted, tmp_path, ending):
    path = tmp_path / f"a{ending}"
    middle = np.full((len(wanted), 3), 2.5)
    sheet.write(path, case, wanted, middle)
    with pytest.raises(InputError, match="no actual is filled in; allowed at least one number"):
        sheet.read(path, case, wanted)
    if ending == ".xlsx":
        book = load_workbook(path)
        rows = list(book["actuals"].iter_rows(values_only=True))
        assert rows[1][:5] == ("2027-01", "revenue.insurance", "Revenue, Insurance", "CNY", 2.5)
        book["actuals"]["F2"] = 1234.5
        book.save(path)
    else:
        text = path.read_text(encoding="utf-8-sig")
        path.write_text(text.replace("CNY,2.5,\n", "CNY,2.5,1234.5\n", 1), encoding="utf-8")
    found = sheet.read(path, case, wanted)
    assert found.months == 1
    assert found.values[place(wanted, "revenue.insurance"), 0] == 1234.5
    assert np.isnan(found.values).sum() == len(wanted) - 1


def test_marks_stand_in_their_month_only(case, wanted, tmp_path):
    sheet.write(tmp_path / "a.csv", case, wanted, np.zeros((len(wanted), 7)))
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    marks = [line.split(",")[0] for line in lines if ",gates.month_6." in line]
    assert marks == ["2027-06"] * 5


def test_units_are_converted(told, wanted):
    found = told(
        ("2027-01", "revenue.insurance", "10k CNY", "12.5"),
        ("2027-02", "pay.vp", "M CNY", "0.1"),
        ("2027-06", "gates.month_6.conversion", "%", "18"),
    )
    assert found.values[place(wanted, "revenue.insurance"), 0] == 125_000
    assert found.values[place(wanted, "pay.vp"), 1] == 100_000
    assert found.values[place(wanted, "gates.month_6.conversion"), 5] == 0.18
    assert found.months == 6


AT = "actuals.csv: sheet actuals, row 2, column "


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("2027-01", "revenue.insurence", "CNY", "1"), "E-KEY  {at}key: no such figure; found revenue.insurence;"),
        (("2027-01", "revenue.insurence", "CNY", "1"), "mend: did you mean revenue.insurance?"),
        (
            ("2032-01", "heads.vp", "heads", "1"),
            "E-RANGE  {at}month: outside the case's months; found 2032-01; allowed 2027-01 to 2031-12; mend: write it",
        ),
        (("Jan 27", "heads.vp", "heads", "1"), "{at}month: outside the case's months; found Jan 27"),
        (
            ("2027-01", "heads.vp", "heads", "two"),
            "E-VALUE  {at}actual: must be a number; found two; allowed a number without unit or separators; mend:",
        ),
        (("2027-01", "revenue.insurance", "CNY", "1,000"), "{at}actual: must be a number; found 1,000"),
        (("2027-01", "revenue.insurance", "CNY", "nan"), "{at}actual: must be a number; found nan"),
        (
            ("2027-01", "heads.vp", "heads", "-1"),
            "E-RANGE  {at}actual: not possible for heads.vp; found -1; allowed from 0 heads; mend: mend the cell",
        ),
        (
            ("2027-01", "heads.vp", "CNY", "1"),
            "E-UNIT  {at}unit: wrong unit; found CNY; allowed heads; mend: give heads.vp in one of these",
        ),
        (("2027-01", "pay.vp", "k CNY", "1"), "found k CNY; allowed CNY, 10k CNY, M CNY"),
        (("2027-01", "at_work.insurer_1", "partners", "0.5"), "found 0.5; allowed whole numbers, 0 to 1 partners"),
        (("2027-01", "at_work.insurer_1", "partners", "2"), "found 2; allowed whole numbers, 0 to 1 partners"),
        (("2027-06", "gates.month_6.conversion", "share", "15"), "found 15; allowed 0 to 1 share"),
        (("2027-06", "gates.month_6.nps", "points", "-101"), "found -101; allowed -100 to 100 points"),
        (("2027-05", "gates.month_6.nps", "points", "70"), "{at}month: this mark is looked at in another month"),
        (
            ("2027-01", "bought.insurer_1", "units", "5"),
            "more bought than were asked; found 5; allowed at most the own",
        ),
    ],
)
def test_every_fault_says_where_what_and_how_to_mend(told, row, message):
    with pytest.raises(InputError, match=re.escape(message.format(at=AT))):
        told(row)


def test_negative_money_is_a_credit_note(told, wanted):
    assert told(("2027-01", "revenue.insurance", "CNY", "-5")).values[place(wanted, "revenue.insurance"), 0] == -5


def test_all_faults_are_told_at_once(told):
    rows = [("2027-01", "heads.vp", "heads", "x"), ("2027-01", "nobody", "heads", "1")]
    with pytest.raises(InputError, match=r"row 2, column actual(.|\n)*row 3, column key") as caught:
        told(*rows)
    assert len(caught.value.findings) == 2


def test_a_figure_told_twice_is_refused(told):
    row = ("2027-01", "heads.vp", "heads", "1")
    with pytest.raises(InputError, match=r"E-TWICE  .*row 3.*told twice; found heads.vp; mend: keep one; row 2"):
        told(row, row)


def test_more_buyers_than_owners_are_refused(told):
    rows = [("2027-01", "asked.insurer_1", "units", "300"), ("2027-01", "bought.insurer_1", "units", "301")]
    with pytest.raises(InputError, match=r"row 3.*found 301; allowed at most the owners approached, 300"):
        told(*rows)


def test_files_that_are_no_sheet_are_refused(case, wanted, tmp_path):
    for name, content, message in (
        ("no.csv", None, "no such file; mend: make it with: headcast actuals-template RUN"),
        ("a.ods", b"x", r"no kind of sheet that is read; found \.ods; allowed \.xlsx or \.csv"),
        ("a.xlsx", b"no workbook", "cannot be read as a workbook"),
        ("a.csv", b"month,key\n", "row 1: columns are missing; found unit, actual"),
        ("b.csv", b"", "row 1: columns are missing; found month, key, unit, actual"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=message):
            sheet.read(tmp_path / name, case, wanted)
    (tmp_path / "c.csv").touch()
    with pytest.raises(InputError, match=r"E-EXISTS  .*is there already; mend: give another name with --out"):
        sheet.write(tmp_path / "c.csv", case, wanted, np.zeros((len(wanted), 1)))
    with pytest.raises(InputError, match=r"no kind of sheet that is written; found \.pdf"):
        sheet.write(tmp_path / "c.pdf", case, wanted, np.zeros((len(wanted), 1)))


def test_workbooks_with_dates_other_sheets_and_formulas(case, wanted, tmp_path):
    book, path = Workbook(), tmp_path / "a.xlsx"
    book.active.append(HEAD)
    book.save(path)
    with pytest.raises(InputError, match="holds no such sheet; found Sheet; allowed actuals"):
        sheet.read(path, case, wanted)
    book.active.title = "actuals"
    book.active.append((datetime(2027, 2, 1), "heads.vp", "", "heads", None, 1))
    book.save(path)
    assert sheet.read(path, case, wanted).months == 2
    book.active.append(("2027-01", "heads.vp", "", "heads", None, "=1+1"))
    book.save(path)
    with pytest.raises(InputError, match="sheet actuals, cell F3: a formula that no program has computed yet"):
        sheet.read(path, case, wanted)


def test_a_percent_cell_is_not_read_as_its_hundredth(case, wanted, tmp_path):
    book, path = Workbook(), tmp_path / "a.xlsx"
    book.active.title = "actuals"
    book.active.append(HEAD)
    book.active.append(("2027-06", "gates.month_6.conversion", "", "%", None, 0.18))
    book.active["F2"].number_format = "0%"
    book.save(path)
    with pytest.raises(InputError, match=r"shows 18 %, holds 0\.18; mend: write 18 in a cell of plain format"):
        sheet.read(path, case, wanted)
    book.active["D2"].value = "share"
    book.save(path)
    assert sheet.read(path, case, wanted).values[place(wanted, "gates.month_6.conversion"), 5] == 0.18


@pytest.mark.parametrize(
    ("row", "mend"),
    [
        (("2027-01", "revenue.insurance", "CNY", "2.4万"), "mend: write 24000 as a number: 2.4万 → 24,000"),
        (("2027-01", "revenue.insurance", "10k CNY", "2.4万"), "mend: write 2.4 as a number"),
        (("2027年1月", "revenue.insurance", "CNY", "1"), "mend: write it as 2027-01"),
        (("2027-01", "revenue.insurance", "CNY", "１２"), "mend: write 12 as a number"),
    ],
)
def test_usual_slips_are_mended(told, row, mend):
    with pytest.raises(InputError, match=re.escape(mend)):
        told(row)


@pytest.mark.parametrize("sign", ["=1+1", "+1", "-1", "@x", "\ty"])
def test_a_title_like_a_formula_stays_a_text(case, wanted, tmp_path, sign):
    items = [dataclasses.replace(wanted[0], title=sign)]
    for name in ("a.xlsx", "a.csv"):
        sheet.write(tmp_path / name, case, items, np.zeros((1, 1)))
    cell = load_workbook(tmp_path / "a.xlsx")["actuals"]["C2"]
    assert (cell.value, cell.data_type) == (sign, "s")
    row = next(csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[1:]))
    assert row[2] == f"'{sign}"
