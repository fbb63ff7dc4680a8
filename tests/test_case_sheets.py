"""Mistakes in case and plan workbooks as people make them: each with sheet, cell, column, value, rule and mend."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from model.case_workbook import case_workbook
from model.errors import InputError
from model.load import case_to_dict, files_of_case, load_case, load_plan, plan_files
from model.plan_workbook import plan_workbook

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
BYTES = {}


def made(name):
    if name not in BYTES:
        BYTES[name] = case_workbook(files_of_case(CASES / name), "T")
    return BYTES[name]


def rounded(case):
    """The case as text; openpyxl writes 16 digits of a number, which may be off by the last one."""
    return re.sub(r"\d+\.\d{10,}", lambda found: f"{float(found[0]):.13g}", json.dumps(case_to_dict(case)))


class Mended:
    """A workbook opened as by hand: cells by sheet, part and item."""

    def __init__(self, path):
        self.path, self.book = path, load_workbook(path)

    def cell(self, sheet, part, item, head="Value"):
        rows = self.book[sheet]
        column = next(cell.column for cell in rows[3] if cell.value == head)
        row = next(
            row[0].row for row in rows.iter_rows(min_row=4) if (row[0].value or "", row[1].value) == (part, item)
        )
        return rows.cell(row, column)

    def said(self, load=load_case):
        self.book.save(self.path)
        with pytest.raises(InputError, match="E-") as caught:
            load(self.path)
        return [str(finding) for finding in caught.value.findings]


@pytest.fixture
def book(tmp_path):
    """book("paper") is the case's workbook, opened to be changed."""

    def opened(name="ecosystem"):
        path = tmp_path / "case.xlsx"
        path.write_bytes(made(name))
        return Mended(path)

    return opened


def test_all_mistakes_of_all_sheets_come_at_once(book):
    it = book()
    it.cell("Roles", "roles.vp", "pay").value = "2.4万"
    it.cell("Roles", "roles.bd", "ramp").value = "５"
    it.cell("Case", "clock", "start").value = "2027年1月"
    it.cell("Staffing", "staffing", "severance").value = "n plus 1"
    it.cell("Lines", "lines.insurance", "demand", "Unit").value = "factr"
    it.book["Partners"]["F5"].value = "11,000"
    assert it.said() == [
        "E-VALUE  case.xlsx: sheet Roles, cell D7, column Value: must be a number; found 2.4万; allowed 5 to 2,000 10k"
        " CNY/year; mend: write 2.4 as a number: 2.4万 → 2.4 10k CNY/year",
        "E-VALUE  case.xlsx: sheet Roles, cell D26, column Value: must be a number; found ５; allowed 0 to 600 month;"
        " mend: write 5 as a number: ５ → 5",
        "E-CSV  case.xlsx: sheet Partners, cell F5, column mature_volume: not a number; found 11,000; allowed a number"
        " without unit or separators; mend: write 11000 as a number",
        "E-VALUE  case.xlsx: sheet Case, cell D10, column Value (clock.start): not in the form that is asked for; found"
        " 2027年1月; allowed first calendar month, YYYY-MM; mend: write 2027-01",
        "E-CHOICE  case.xlsx: sheet Staffing, cell D14, column Value (staffing.severance): not one of the choices;"
        " found n plus 1; allowed 'none', 'n', 'n_plus_1' or 'two_n'; mend: did you mean n_plus_1?",
        "E-UNIT  case.xlsx: sheet Lines, cell E6, column Unit (lines.insurance.demand): wrong unit factr; found factr;"
        " allowed factor; mend: did you mean factor?",
    ]


FAULTS = [
    (("Roles", "roles.vp", "pay", "Value"), datetime(2027, 1, 2), "must be a number, is a date; found 2027-01-02"),
    (("Roles", "roles.vp", "pay", "Value"), True, "must be a number; found True"),
    (("Roles", "roles.vp", "pay", "Value"), 3, "outside the plausible band; found 3; allowed 50000 to 2e+07 CNY/year"),
    (("Roles", "roles.vp", "pay", "Value"), None, "value is missing"),
    (("Roles", "roles.vp", "pay", "Origin"), "doc", "no origin; found doc; allowed source, evidence, guess"),
    (("Roles", "roles.vp", "pay", "Origin"), None, "needs exactly one origin"),
    (("Roles", "roles.vp", "pay", "Where from"), None, "the origin is not told"),
    (("Roles", "roles.vp", "ramp", "Low"), "3 months", "must be a number; found 3 months"),
    (("Roles", "roles.vp", "ramp", "Low"), None, "a guess needs its range"),
    (("Roles", "roles.vp", "ramp", "High"), 4, "the number lies outside its own range; found [3, 4]"),
    (("Roles", "roles.vp", "ramp", "Review by"), "2026-02-30", "review is no date; found 2026-02-30"),
    (("Roles", "roles.vp", "title", "Unit"), "month", "roles.vp.title has no unit: it is no number with a unit"),
    (("Roles", "roles.vp", "title", "2"), "x", "takes one value; found Ecosystem strategy VP, x"),
    (("Roles", "roles.vp", "heads_most", "2"), None, "an empty cell inside a list"),
    (("Case", "clock", "months", "Value"), 60.5, "must be a whole number; found 60.5; allowed 1 to 240"),
    (("Case", "clock", "months", "Value"), "60 months", "must be a number; found 60 months; allowed 1 to 240"),
    (("Staffing", "staffing", "on_cost_on_bonus", "Value"), "maybe", "needs yes or no; found maybe; allowed yes | no"),
    (("Staffing", "staffing", "on_cost_on_bonus", "Value"), None, "(staffing.on_cost_on_bonus): is missing"),
    (("Shared work", "shared_work.strategy", "by_class", "Value"), "none", "is a group of items; found none"),
    (("Choice", "choice", "mode_paths[1]", "Item"), "mode_paths[7]", "does not fit to the rows above it"),
    (("Choice", "choice", "mode_paths[1]", "Item"), "mode paths", "no key; found mode paths; mend: write modepaths"),
    (("Choice", "choice", "start_months", "Item"), "starts", "unknown key; found starts"),
    (("Roles", "roles.vp", "ramp", "Item"), "pay", "told twice; found also in case.xlsx: sheet Roles, cell D7"),
    (("Roles", "roles.vp", "ramp", "Item"), None, "a row without item; found roles.vp"),
    (("Roles", "roles.vp", "ramp", "Item"), "ramps", "unknown key; found ramps"),
    (("Roles", "roles.vp", "title", "Value"), "a\u202eb", "holds the sign that turns the direction of text U+202E"),
    (("Roles", "roles.vp", "title", "Part"), "roles." + "保" * 100, "a text is a name of 300 bytes, of 120"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "value", "said"), FAULTS, ids=[f"{place[-2]} {said[:25]}" for place, _, said in FAULTS]
)
def test_a_mistake_is_named_with_its_cell(book, place, value, said):
    it = book()
    it.cell(*place).value = value
    found = it.said()
    assert any(said in line for line in found)
    assert all("case.xlsx: sheet" in line for line in found)


def test_a_percent_cell_is_not_read_as_its_hundredth(book):
    it = book()
    cell = it.cell("Case", "clock", "discount")
    cell.value, cell.number_format = 0.1, "0%"
    share = it.cell("Roles", "roles.vp", "cover")
    share.value, share.number_format = 0.2, "0%"
    partner = it.book["Partners"]["K4"]
    partner.value, partner.number_format = 0.21, "0.0%"
    assert it.said() == [
        "E-CELL  case.xlsx: sheet Case, cell D12, column Value: is shown as percent and its unit is %/year too; found"
        " shows 10 %, holds 0.1; allowed a plain number; mend: write 10 in a cell of plain format",
        "E-CELL  case.xlsx: sheet Partners, cell K4: is shown as percent; found shows 21 %, holds 0.21; allowed a plain"
        " number; mend: write the number in a cell of plain format, in the unit of its column",
    ]


def test_sheets_without_their_heads_twice_or_astray(book):
    it = book()
    it.book["Partners"]["A3"].value = "Nummer"
    it.book["Roles"]["B3"].value = "Name"
    it.book["Lines"]["G3"].value = "Orign"
    it.book["Costs"]["Z9"].value = "mine"
    it.book["Pay"].merge_cells("A1:B1")
    found = it.said()
    assert any("sheet Roles: has no row of heads" in line for line in found)
    assert any("unknown head; found Orign" in line and "did you mean Origin?" in line for line in found)
    assert any("sheet Costs, cell Z9: stands outside the table; found mine" in line for line in found)
    assert any("sheet Pay, cell A1: merged cells; found A1:B1" in line for line in found)
    assert any("E-CSV  case.xlsx: sheet Partners" in line and "found Nummer" in line for line in found)


def test_chinese_heads_origins_and_answers_are_read(book):
    it = book()
    words = {
        "Part": "部分",
        "Item": "项目",
        "Value": "数值",
        "Unit": "单位",
        "Origin": "依据",
        "Low": "下限",
        "High": "上限",
    }
    words |= {"Where from": "出处", "Note": "备注", "Owner": "负责人", "Review by": "复核日期", "What it is": "含义"}
    origins = {"guess": "估计", "source": "文件", "evidence": "证据"}
    for sheet in it.book.worksheets:
        for cell in sheet[3]:
            cell.value = words.get(cell.value, cell.value)
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                cell.value = origins.get(cell.value, cell.value)
    it.book["Partners"].title = "合作伙伴"
    for cell, word in zip(it.book["合作伙伴"][3], ("编号", "名称", "业务线", "等级", "合同"), strict=False):
        cell.value = word
    row = next(row for row in it.book["Staffing"].iter_rows(min_row=4) if row[1].value == "on_cost_on_bonus")
    row[3].value = "否"
    it.book.save(it.path)
    assert rounded(load_case(it.path)) == rounded(load_case(CASES / "ecosystem"))


def test_own_and_hidden_sheets_are_passed_over_and_told(book):
    it = book("paper")
    it.book.create_sheet("My sums")["A1"].value = 5
    copy = it.book.copy_worksheet(it.book["Roles"])
    copy.title, copy.sheet_state = "old roles", "veryHidden"
    it.book["Costs"].sheet_state = "hidden"
    it.book.save(it.path)
    files = files_of_case(it.path)
    assert files.unread == ["My sums", "old roles (hidden)"]
    assert rounded(load_case(it.path)) == rounded(load_case(CASES / "paper"))
    copy.sheet_state = "visible"
    assert any("told twice" in line for line in it.said())


def test_a_workbook_without_a_case(tmp_path, book):
    it = book("paper")
    for sheet in it.book.worksheets[1:]:
        del it.book[sheet.title]
    assert "holds no sheet of a case" in it.said()[0]


def test_heads_may_move_and_units_of_partner_heads_must_agree(book):
    it = book("paper")
    it.book["Partners"]["F3"].value = "Mature volume, units/month"
    assert "the head tells another unit than Partner columns; found units/month; allowed units/year" in it.said()[0]


def test_a_date_that_excel_made_of_a_month_is_a_month(book):
    it = book("paper")
    it.cell("Case", "clock", "start").value = datetime(2027, 1, 1)
    it.cell("Case", "", "title").value = 2027
    it.book.save(it.path)
    case = load_case(it.path)
    assert (case.clock.start, case.title) == ("2027-01", "2027")


def test_mistakes_in_a_plan_workbook(tmp_path):
    case = load_case(CASES / "ecosystem")
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_workbook(case, load_plan(plan_files(CASES / "ecosystem")["lean"], case)))
    it = Mended(path)
    it.cell("Shared roles", "seats", "bd").value = "二"
    it.cell("Lines", "lines.insurance.partners.insurer_1", "contract").value = "insurer_lader"
    it.cell("Lines", "lines.insurance.partners.insurer_1", "start").value = 61
    it.cell("Plan", "", "modes", "2").value = "unti"
    found = it.said(lambda path: load_plan(path, case))
    assert found == [
        "E-VALUE  plan.xlsx: sheet Shared roles, cell D7, column Value: must be a number; found 二",
        "E-REF  plan.xlsx: sheet Plan, cell D8, column Value (modes): unknown mode; found unti; allowed virtual_group,"
        " department, unit; mend: did you mean unit?",
        "E-REF  plan.xlsx: sheet Lines, cell D10, column Value (lines.insurance.partners.insurer_1.contract): unknown"
        " contract; found insurer_lader; allowed insurer_ladder, used_car_deal, charging_first, charging_second,"
        " other_200; mend: did you mean insurer_ladder?",
        "E-RULE  plan.xlsx: sheet Lines, cell D9, column Value (lines.insurance.partners.insurer_1.start): starts"
        " after the horizon; found 61; allowed 1…60",
    ]
