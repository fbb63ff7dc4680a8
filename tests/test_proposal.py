"""From a sheet or an expert to a number that a case can read."""

import json
import sys
import tomllib
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import openpyxl
import pytest

from experiments.console import cli
from experiments.fitting import columns
from experiments.fitting.proposal import beyond, case_line, digits, ends_of, proposed
from experiments.running import interrupt
from experiments.running.range_law import at_shares
from model.case_numbers import Number
from model.errors import InputError


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """call(…) runs ranges-from-data in an empty folder: its code, standard output and error."""
    monkeypatch.setattr(interrupt, "end_soon", lambda: None)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["headcast", "ranges-from-data", *map(str, words)])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def book(tmp_path):
    """history.xlsx with a sheet of hours (lognormal) and names, and one with hours again."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "2025"
    sheet.append([])
    sheet.append(["hours", "who", "cases"])
    draws = np.random.default_rng(5)
    for hours, cases in zip(draws.lognormal(3.0, 0.5, 60), draws.poisson(4, 60), strict=True):
        sheet.append([float(hours), "Li", int(cases)])
    sheet.append([None, "Wang", 3])
    other = made.create_sheet("2026")
    other.append(["hours"])
    for hours in range(1, 4):
        other.append([hours + 0.5])
    made.save(tmp_path / "history.xlsx")
    return tmp_path / "history.xlsx"


def test_a_workbook_and_a_table_give_the_same_columns(book, tmp_path):
    found = columns.read_columns(book)
    assert [(c.sheet, c.name, c.values.size, c.empty) for c in found] == [
        ("2025", "hours", 60, 1),
        ("2025", "who", 0, 0),
        ("2025", "cases", 61, 0),
        ("2026", "hours", 3, 0),
    ]
    assert found[1].odd == "Li in row 3"
    lines = [
        "\ufeffhours,who,cases",
        *(f"{h!r},Li,{c}" for h, c in zip(*(found[k].values.tolist()[:60] for k in (0, 2)), strict=True)),
    ]
    (tmp_path / "history.csv").write_text("\n".join([*lines, ",Wang,3", "", ""]), encoding="utf-8")
    table = columns.read_columns(tmp_path / "history.csv")
    assert [(c.name, c.values.size, c.empty) for c in table] == [("hours", 60, 1), ("who", 0, 0), ("cases", 61, 0)]
    assert np.array_equal(table[0].values, found[0].values)
    assert (found[0].place, table[0].place) == (
        "history.xlsx, sheet 2025, column hours",
        "history.csv, column hours",
    )


@pytest.mark.parametrize(
    ("file", "content", "names", "said"),
    [
        ("none.csv", None, [], r"E-FILE  .*none\.csv: no such file; allowed a \.csv or \.xlsx file"),
        ("a.txt", "x\n1\n", [], r"no kind of sheet that is read; found \.txt"),
        ("a.xlsx", "no zip", [], "cannot be read as a workbook"),
        ("a.csv", 'x\n"1\n', [], "E-CSV .*not a CSV table"),
        ("a.csv", "", [], "no column holds only numbers; found nothing"),
        ("a.csv", "x\nLOW\n", [], "no column holds only numbers; found x"),
        ("a.csv", "hours\n1\n", ["hour"], r"no such column; found hour; allowed hours; mend: did you mean hours"),
        ("a.csv", "x,x\n1,2\n", ["x"], "more than one column is called so"),
        ("a.csv", "x\n1\n1e999\n", ["x"], "holds something that is no number; found 1e999 in row 3"),
        ("a.csv", 'x\n1\n"1,234"\n', ["x"], "no number; found 1,234 in row 3; allowed numbers; mend: mend the cell"),
        ("a.csv", "x\nTrue\n", ["x"], "no number; found True in row 2"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, file, content, names, said):
    if content is not None:
        (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        columns.wanted(columns.read_columns(tmp_path / file), names)


def test_a_column_of_two_sheets_is_named_with_its_sheet(book):
    found = columns.read_columns(book)
    with pytest.raises(
        InputError, match=r"more than one column is called so; found hours; allowed 2025!hours, 2026!hours"
    ):
        columns.wanted(found, ["hours"])
    assert columns.wanted(found, ["2026!hours"]) == [found[3]]


def test_too_few_numbers_and_equal_ones_propose_nothing():
    with pytest.raises(InputError, match=r"E-RANGE  here: too few numbers; found 4; allowed 5 or more; .*--quantiles"):
        proposed(np.arange(4.0), "here", 7)
    with pytest.raises(InputError, match="all numbers are the same; found 2"):
        proposed(np.full(9, 2.0), "here", 7)
    assert proposed(np.arange(1.0, 6.0), "here", 7).is_rough


@pytest.mark.parametrize("quantiles", [(-1.0, 0.0, 1.0), (120.0, 180.0, 320.0), (0.0, 10.0, 11.0), (0.0, 0.0, 1.0)])
def test_a_tenth_of_the_triangle_lies_beyond_p10_and_p90(quantiles):
    (low, high), is_cut = ends_of(quantiles, -np.inf, np.inf)
    p10, peak, p90 = quantiles
    assert not is_cut
    assert (p10 - low) ** 2 == pytest.approx(0.1 * (high - low) * (peak - low), abs=1e-9)
    assert (high - p90) ** 2 == pytest.approx(0.1 * (high - low) * (high - peak))
    assert low <= p10 <= peak <= p90 < high


def test_what_is_never_negative_gets_no_negative_end():
    values = np.random.default_rng(2).normal(10.0, 4.0, 40)
    found = proposed(np.append(np.maximum(values, 0.5), 0.0), "here", 7)
    assert (found.kind, found.ends[0] >= 0) == ("zero or more", True)
    assert proposed(values - 10.0, "here", 7).ends[0] < 0


def test_where_every_law_is_rejected_the_observed_shares_stand(call):
    values = [1.0, 1.1, 1.2] * 20 + [50.0, 51.0, 52.0] * 20
    found = proposed(np.array(values), "here", 7)
    assert found.law is None
    assert all(law.is_rejected for law in found.laws)
    assert found.quantiles == pytest.approx(np.quantile(values, [0.1, 0.5, 0.9]))
    cli.Path("two.csv").write_text("x\n" + "\n".join(map(str, values)) + "\n", encoding="utf-8")
    code, out, _ = call("two.csv")
    assert code == 0
    assert "no law in question fits; the observed shares stand instead: 1-in-10 low 1" in out
    assert "n = 120: observed shares, no law" in out


def test_the_law_of_a_range_gives_p10_and_p90_back():
    (low, high), _ = ends_of((120.0, 180.0, 320.0), -np.inf, np.inf)
    number = Number("n", (), "h", 180.0, low, high, False, "guess", "", "", "")
    assert at_shares(number, np.array([0.1, 0.9])) == pytest.approx([120.0, 320.0])


def test_an_end_is_cut_at_what_is_possible():
    assert ends_of((0.0, 10.0, 20.0), 0.0, np.inf)[1]
    (low, high), is_cut = ends_of((0.5, 0.9, 0.99), 0.0, 1.0)
    assert (high, is_cut) == (1.0, True)
    assert low > 0
    number = Number("n", (), "share", 0.9, low, high, False, "guess", "", "", "")
    below, above = beyond((0.5, 0.9, 0.99), (low, high))
    assert above < 0.1 < below + 0.01
    assert at_shares(number, np.array([below, 1 - above])) == pytest.approx([0.5, 0.99])


def test_how_much_lies_beyond_where_an_end_was_cut_is_said(call):
    code, out, _ = call("--quantiles", "P10=1,P50=4,P90=11", "--least", "0")
    assert code == 0
    assert "▲ the range ends at what is possible: in the case 1." in out
    assert beyond((1.0, 4.0, 11.0), (0.0, 16.0)) == pytest.approx((1 / 64, 25 / 192))
    assert beyond((0.0, 0.0, 2.0), (0.0, 4.0)) == (0.0, 0.25)


def test_the_line_is_one_that_a_case_reads(call, book):
    code, out, _ = call(book.name, "--column", "2025!hours", "--unit", "hours/month", "--json")
    told = json.loads(out)[0]
    line = tomllib.loads(f"x = {told['case']}")["x"]
    assert code == 0
    assert (told["law"], told["n"], told["empty"]) == ("lognormal", 60, 1)
    assert line["unit"] == "hours/month"
    assert line["evidence"].startswith("history.xlsx, sheet 2025, column hours, n = 60: lognormal, 1-in-10 low ")
    assert line["value"] == pytest.approx(told["p10_p50_p90"][1], rel=1e-3)
    assert line["range"] == pytest.approx(told["range"], rel=1e-3)
    assert line["range"][0] < told["p10_p50_p90"][0] < line["value"] < told["p10_p50_p90"][2] < line["range"][1]
    assert told["p10_p50_p90"] == pytest.approx(np.exp(3.0 + 0.5 * np.array([-1.2816, 0.0, 1.2816])), rel=0.2)


def test_the_terminal_shows_laws_and_a_unit_that_nobody_can_forget(call, book):
    code, out, _ = call(book.name, "--column", "2025!hours", "--column", "cases")
    assert code == 0
    assert (
        "history.xlsx, sheet 2025, column hours: 60 numbers (positive, 1 empty); lognormal fits best: 1-in-10 " in out
    )
    assert "61 numbers (counts)" in out
    assert 'unit = "UNIT"' in out
    assert out.count("A case reads a range as a triangle") == 1


def test_an_experts_quantiles_become_a_guess(call):
    code, out, _ = call("--quantiles", "P10=120, p50=180,90=320", "--unit", "hours", "--json")
    told = json.loads(out)[0]
    line = tomllib.loads(f"x = {told['case']}")["x"]
    assert code == 0
    assert (line["value"], line["note"]) == (180, "expert: P10=120, p50=180,90=320")
    assert told["p10_p50_p90"] == pytest.approx([120, 180, 320])
    assert line["guess"][0] < 120 < 320 < line["guess"][1]
    assert told["least"] is None


WRONG = [
    ((), "needs either a file or an expert's quantiles; mend: history.xlsx, or --quantiles"),
    (("a.csv", "--quantiles", "P10=1,P50=2,P90=3"), "needs either a file or an expert's quantiles"),
    (("a.csv", "--least", "0"), "bounds belong to an expert's quantiles"),
    (("--quantiles", "P10=1,P50=x,P90=3"), "is no quantile; found P50=x; allowed each percent once"),
    (("--quantiles", "P10=1,P10=2,P90=3"), "is no quantile; found P10=2"),
    (("--quantiles", "P10=1,P50=nan,P90=3"), "is no quantile; found P50=nan"),
    (("--quantiles", "P10=100,P50=101,P90=900"), "too lopsided; found P50=101; allowed with the outer two, P50 above"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_a_wrong_question_gets_one_clear_message(call, words, said):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert said in err


def test_digits_are_four_and_never_an_exponent():
    assert [digits(v) for v in (0.0, 1e-5, 0.5, 99.996, 123456.0, -2.5, np.inf)] == [
        "0",
        "0.00001",
        "0.5",
        "100",
        "123500",
        "-2.5",
        "without limit",
    ]
    assert case_line((1, 2, 3), (0, 4), "h", 'a "b"', True) == (
        '{ value = 2, unit = "h", guess = [0, 4], note = "a \\"b\\"" }'
    )


def test_a_workbook_that_unpacks_to_far_more_is_refused_before_it_is_read(tmp_path):
    """A part of 20 MB of blanks packs about a thousand times smaller."""
    with ZipFile(tmp_path / "bomb.xlsx", "w", ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/sheet1.xml", b" " * 20_000_000)
    with pytest.raises(InputError, match=r"bomb\.xlsx.*expands too much; found .* times"):
        columns.read_columns(tmp_path / "bomb.xlsx")
