"""The results workbook: ties to the ledger, live formulas, accounts of the company, hostile names, same bytes."""

import re
import shutil
import subprocess
import zipfile
from io import BytesIO

import numpy as np
import openpyxl
import pytest
import python_calamine
from openxml_audit import OpenXmlValidator

from experiments.asking import workbook
from experiments.running import books
from model import results, store
from model.errors import InputError
from model.quoting import BOOKS
from model.simulate import VERDICT, simulate
from reports import registers
from reports.book.accounts import BOOKED, accounts
from reports.book.words import WORDS
from reports.book.workbook import write_workbook
from reports.tracing import unsourced

PAPER_YEARS = [-4_844_725, 6_790_000, 9_368_000, 9_368_000, 9_368_000]
"""Result of the documents' plan on paper, package reading, CNY."""
HOSTILE = '=1+1 <script>alert("x")</script> & ' + "名" * 40


def info(plan):
    heads = [int(sum(path)) for path in zip(*plan.seats.values(), strict=True)]
    phases = [{"first_month": 1 + 6 * place} for place in range(len(heads))]
    told = {"plan": {"heads": heads, "phases": phases}, "budget": [], "budget_total": 0.0}
    return {**told, "comparison": [{"plan": "recommended", "title": "Recommended plan"}], "seed": 7}


def stored(folder, case, plan, scenarios):
    entries = [("recommended", plan.title, case, plan)]
    outcomes = simulate([case], [plan], 7, VERDICT, scenarios)
    dataset = results.build(case, entries, outcomes, seed=7, scenarios=scenarios, stage=VERDICT)
    store.write_run(folder, dataset, store.run_files(case, entries, dataset, info(plan)))
    return store.open_run(folder)


@pytest.fixture(scope="module")
def paper(tmp_path_factory, shipped, plan_of):
    """The paper case, without chance."""
    return stored(tmp_path_factory.mktemp("runs") / "paper", shipped("paper"), plan_of("paper"), 1)


@pytest.fixture(scope="module")
def eco(tmp_path_factory, shipped, plan_of):
    """Two thousand futures of the ecosystem's lean plan."""
    folder = tmp_path_factory.mktemp("runs") / "eco"
    return stored(folder, shipped("ecosystem"), plan_of("ecosystem", "lean"), 2000)


def made(run, language="en", mapping=None):
    found = books.books(run)
    return write_workbook(run, found, {BOOKS: books.fingerprint(found)}, language, mapping)[0]


@pytest.fixture(scope="module")
def paper_book(paper):
    return made(paper)


@pytest.fixture(scope="module")
def eco_book(eco):
    return made(eco)


def sheet(content, name):
    """The cells of a sheet as a program shows them before it computes anything."""
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def column(rows, head, title):
    """Numbers below a title, from the row of headers that holds `head` down to the first empty cell."""
    start = next(row for row, cells in enumerate(rows) if cells[0] == head)
    place = next(c for c, text in enumerate(rows[start]) if str(text).startswith(title))
    found = []
    for cells in rows[start + 1 :]:
        if cells[place] == "":
            break
        found.append(cells[place])
    return found


def test_the_budget_of_the_paper_case_is_the_documents(paper_book):
    rows = sheet(paper_book, "Budget")
    assert column(rows, "Year", "Sum of accounts") == pytest.approx([*PAPER_YEARS, sum(PAPER_YEARS)])
    assert column(rows, "Year", "Revenue")[:5] == pytest.approx([6.8e6, 24e6, 30e6, 30e6, 30e6])
    assert column(rows, "Year", "Share of after-sales")[:2] == pytest.approx([-1.02e6, -3.6e6])
    assert len(column(rows, "Month", "Revenue")) == 60
    assert set(column(rows, "Month", "Difference")) == {0.0}


def test_profit_and_loss_of_the_paper_case(paper_book):
    rows = sheet(paper_book, "P&L")
    top = next(row for row, cells in enumerate(rows) if cells[0] == "Year")
    groups = rows[top - 1]
    place = next(c for c, text in enumerate(groups) if str(text).startswith("Result"))
    assert [row[place] for row in rows[top + 1 : top + 6]] == pytest.approx([year / 1e6 for year in PAPER_YEARS])
    assert rows[top + 6][place] == pytest.approx(30.049275)


def test_accounts_add_up_to_the_ledger_of_the_run(eco, eco_book):
    rows = sheet(eco_book, "Budget")
    whole = eco.dataset["result"].sel(plan="recommended").mean().item()
    last = next(cells for cells in rows if cells[0] == "Whole horizon")
    assert sum(last[1:-3]) == pytest.approx(whole, abs=0.01)
    assert last[-2] == pytest.approx(whole, abs=0.01)


def test_the_company_may_have_its_own_accounts(tmp_path, paper):
    mapping = tmp_path / "ours.csv"
    lines = [f"{name},{'6001 Income' if name == 'commission' else '6602 Costs'}" for name in BOOKED]
    mapping.write_text("row,account\n" + "\n".join(lines), encoding="utf-8")
    rows = sheet(made(paper, mapping=mapping), "Budget")
    assert column(rows, "Year", "6001 Income")[:2] == pytest.approx([6.8e6, 24e6])
    assert column(rows, "Year", "6602 Costs")[0] == pytest.approx(PAPER_YEARS[0] - 6.8e6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("row,account\nbase_payy,Pay\n", r"ours.csv: line 2: no such row of the ledger; found base_payy; .*base_pay\?"),
        ("row,account\nbase_pay,Pay\nbase_pay,More\n", r"line 3: row stands twice; found base_pay"),
        ("row,account\nbase_pay,\n", r"line 2: account has no name; found base_pay"),
        ("row,konto\nbase_pay,Pay\n", r"line 1: column is missing; found account; allowed row, account, account_zh"),
        ("row,account\nequity,Pay\n", r"line 2: no such row of the ledger; found equity"),
        ("", r"ours.csv: is empty"),
    ],
)
def test_a_table_of_accounts_with_a_fault_is_refused(tmp_path, text, message):
    (tmp_path / "ours.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        accounts(tmp_path / "ours.csv", (), "en")


def test_every_row_with_money_and_without_account_is_named(tmp_path):
    (tmp_path / "ours.csv").write_text("row,account\nbase_pay,Pay\n", encoding="utf-8")
    with pytest.raises(InputError, match="row of the ledger has money and no account") as caught:
        accounts(tmp_path / "ours.csv", ("base_pay", "vat", "tools"), "en")
    assert [finding.found for finding in caught.value.findings] == ["vat", "tools"]
    assert caught.value.findings[0].fix == "add vat,ACCOUNT"


def test_the_shipped_table_has_an_account_for_every_row():
    for language in ("en", "zh"):
        found = accounts(None, BOOKED, language)
        assert sorted(name for rows in found.values() for name in rows) == sorted(BOOKED)
    assert next(iter(found)) == "收入"


def test_every_number_of_the_workbook_has_its_source(tmp_path, eco_book):
    path = tmp_path / "book.xlsx"
    path.write_bytes(eco_book)
    register, found = registers.read(path)
    assert unsourced(register, found) == []
    numbers = [place for place, entry in register["places"].items() if "quote" in entry]
    # 4 columns of futures and their numbers, 12 columns of the budget by month, P&L, cash, heads, figures, assumptions
    assert len(numbers) > 1000


@pytest.mark.parametrize("language", ["en", "zh"])
def test_made_twice_the_bytes_are_the_same_and_valid(language, paper, tmp_path):
    one, two = made(paper, language), made(paper, language)
    assert one == two
    (tmp_path / "book.xlsx").write_bytes(one)
    assert [str(error) for error in OpenXmlValidator().validate(tmp_path / "book.xlsx").errors] == []
    core = zipfile.ZipFile(BytesIO(one)).read("docProps/core.xml").decode()
    assert re.findall(r"W3CDTF\">([^<]*)<", core) == [paper.created[:19] + "Z"] * 2


def test_chinese_money_is_in_wan(paper):
    rows = sheet(made(paper, "zh"), "损益")
    start = next(row for row, cells in enumerate(rows) if cells[0] == "年度")
    assert "万元" in str(rows[start - 1])
    assert rows[start + 1][10] == pytest.approx(-484.4725)


def test_every_word_is_in_both_languages():
    slots = re.compile(r"{\w+}")
    for key, (english, chinese) in WORDS.items():
        assert english, key
        assert chinese, key
        assert sorted(slots.findall(english)) == sorted(slots.findall(chinese)), key


def test_hostile_names_come_out_as_text(tmp_path, shipped, plan_of, changed):
    case = shipped("paper").model_copy(update={"title": HOSTILE})
    roles = {name: role.model_copy(update={"title": f"@SUM(1) {name}"}) for name, role in case.roles.items()}
    run = stored(tmp_path / "hostile", case.model_copy(update={"roles": roles}), plan_of("paper"), 1)
    mapping = tmp_path / "ours.csv"
    mapping.write_text("row,account\n" + "\n".join(f"{name},+cmd|calc" for name in BOOKED), encoding="utf-8")
    content = made(run, mapping=mapping)
    formulas = [
        cell.value
        for page in openpyxl.load_workbook(BytesIO(content))
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    assert all(re.match(r"=(SUM|MAX|AVERAGE|IF|PERCENTILE|MEDIAN|COUNTIF|[A-Z]+\d+-)", text) for text in formulas)
    assert sheet(content, "Summary")[0][0].startswith(HOSTILE)
    assert "+cmd|calc, CNY" in sheet(content, "Budget")[6]
    assert b"<script>" not in zipfile.ZipFile(BytesIO(content)).read("xl/sharedStrings.xml")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is missing: NO formula was recomputed")
def test_a_spreadsheet_program_computes_the_same_numbers(eco_book, tmp_path):
    book = openpyxl.load_workbook(BytesIO(eco_book))
    live = {
        (page.title, cell.coordinate)
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    book.save(tmp_path / "bare.xlsx")  # saved without values: what is there afterwards was computed anew
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    out = tmp_path / "out"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", out, tmp_path / "bare.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    computed = openpyxl.load_workbook(out / "bare.xlsx", data_only=True)
    wrote = openpyxl.load_workbook(BytesIO(eco_book), data_only=True)
    assert len(live) > 300
    for name, place in live:
        assert computed[name][place].value == pytest.approx(wrote[name][place].value, rel=1e-9, abs=1e-3), place


def test_the_command_writes_into_the_run_or_to_a_new_place(paper, tmp_path):
    found = workbook.ask(str(paper.path), "en", None, None)
    assert found.path == paper.path / "workbook.xlsx"
    assert store.open_run(paper.path).hash == paper.hash
    other = workbook.ask(str(paper.path), "zh", tmp_path / "ours.xlsx", None)
    assert (other.path.stat().st_size, other.numbers) == (other.bytes, found.numbers)
    with pytest.raises(InputError, match="is there already"):
        workbook.ask(str(paper.path), "en", tmp_path / "ours.xlsx", None)
    with pytest.raises(InputError, match="no such language; found fr; allowed en, zh"):
        workbook.ask(str(paper.path), "fr", None, None)


def test_futures_stand_as_they_were_drawn(eco, eco_book):
    rows = sheet(eco_book, "Futures")
    start = next(row for row, cells in enumerate(rows) if cells[0] == "Future")
    drawn = np.array([cells[1] for cells in rows[start + 1 :]], dtype=float)
    assert np.array_equal(drawn, eco.dataset["npv"].sel(plan="recommended").values)
    assert rows[5][1] == pytest.approx(drawn.mean())
