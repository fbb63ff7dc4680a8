"""The decision memo: two pages, each number with its source, the same bytes, styles of a company's template."""

import re
import shutil
import subprocess
from io import BytesIO
from types import SimpleNamespace

import docx
import numpy as np
import pytest
import xarray as xr
from docx.oxml.ns import qn
from docx.shared import Pt
from openxml_audit import OpenXmlValidator

from experiments.asking import memo as asking
from model import quoting
from model.errors import InputError
from model.plans import Policies
from reports import registers
from reports.board.memo_story import Line, Picture, Table, memo
from reports.board.memo_words import WORDS
from reports.cited import Cited, Shelf
from reports.memo import write_memo
from reports.tracing import DIGITS, Sources, trace, unsourced

MILLION = 1e6
LABELS = re.compile(r"1-in-20|worst 5 %|18 of 20 futures|20次中最[差好]1次|最差5%|20个未来中18个")
OTHER = "recommended_other_reading"
SHIFT = {"recommended": 0, "lean": -2, "do_nothing": None, OTHER: -12}
PLANS = list(SHIFT)
HOSTILE = ("=1+1", "<script>alert(1)</script>", "bell\x07 turned\u202e red\x1b[31m", "长" * 100, "{curly} & <w:p/>")
INFO = {
    "title": "Ecosystem unit",
    "scenarios": 2001,
    "plan": {
        "heads": [8, 8, 16],
        "phases": [{"first_month": 1}, {"first_month": 7}, {"first_month": 19}],
        "partners": [{"title": "First insurer"}],
        "declined": [{"title": "Service bundle"}],
    },
    "budget": [{"used": 4e6}, {"used": 7e6}, {"used": 20e6}],
    "budget_total": 31e6,
    "flip_assumption": {
        "name": "demand", "meaning": "Demand", "base": 1.0, "unit": "factor", "flips_at": 0.62, "distance": -0.38,
    },
    "comparison": [{"plan": name, "title": name.title(), "heads": [8, 8, 16]} for name in PLANS],
}  # fmt: skip


def dataset():
    """Even steps from −5 to 15 M CNY, moved by plan: means 5, 3, 0 and −7 on paper."""
    even = np.linspace(-5, 15, 2001) * MILLION
    npv = [np.zeros(2001) if shift is None else even + shift * MILLION for shift in SHIFT.values()]
    cash = [np.full(2001, 0.0 if shift is None else -3e6) for shift in SHIFT.values()]
    sampled = {"npv": npv, "peak_cash": cash, "peak_month": np.full((4, 2001), 13), "full_roi": np.array(npv) / 50e6}
    told = {name: (("plan", "scenario"), np.array(rows)) for name, rows in sampled.items()}
    told["labour_roi"] = told["full_roi"]
    months = np.linspace(-1, 1, 60)[None, None] * MILLION * np.ones((4, 1, 1))
    levels = np.array([1, 2, 3, 4, 5])[None, :, None] * MILLION
    told["cash_quantile"] = (("plan", "quantile", "month"), months + levels)
    axes = {"plan": PLANS, "quantile": [0.05, 0.25, 0.5, 0.75, 0.95], "month": np.arange(1, 61)}
    labels = {"salary_reading": ("plan", ["package", "package", "package", "base"])}
    return xr.Dataset(told, axes | labels, {"calibration": "success_story", "salary_reading": "package"})


def sensitivity(*worst):
    """Numbers whose low end brings these results, M CNY, without error worth telling."""
    count = len(worst)
    ends = np.column_stack([np.array(worst, dtype=float), np.full(count, 9.0)]) * MILLION
    return xr.Dataset(
        {
            "number_title": ("number", [f"Number {'abc'[place]}" for place in range(count)]),
            "end_value": (("number", "end"), np.tile([0.5, 110.0], (count, 1))),
            "end_text": (("number", "end"), np.tile(["50\u00a0% a year", "110 hours"], (count, 1)).astype(object)),
            "at_end": (("number", "end"), ends),
            "at_end_se": (("number", "end"), np.full((count, 2), 1e3)),
            "numbers_asked": 40,
        },
        {"number": [f"key_{'abc'[place]}" for place in range(count)], "end": ["low", "high"]},
    )


@pytest.fixture
def shelf(shipped, tmp_path):
    """shelf("zh", answers={…}, title=…) is a shelf of a run worked on paper."""

    def make(language="en", answers=None, idle=False, **info):
        run = SimpleNamespace(
            path=tmp_path / "eco",
            dataset=dataset(),
            hash="ab12cd34ef56aa",
            info=INFO | info,
            case=shipped("ecosystem"),
            plans={"recommended": SimpleNamespace(is_idle=idle, policies=Policies())},
            created="2026-11-22T10:00:00+00:00",
            frozen=None,
        )
        return Shelf(run, language, answers, dict.fromkeys(answers or {}, "ef56"))

    return make


@pytest.fixture
def written(tmp_path):
    """written(shelf) is the memo of a shelf as a file."""

    def write(shelf, template=None):
        path = tmp_path / "memo.docx"
        path.write_bytes(write_memo(shelf, template))
        return path

    return write


def lines(shelf, *kinds):
    return [str(block.says) for block in memo(shelf) if isinstance(block, Line) and block.kind in kinds]


def sources(shelf):
    def number(quote):
        part = {"run.json": shelf.run.info, "case.json": shelf.case}.get(quote.part)
        return quoting.number(data(quote), quote) if part is None else quoting.told(part, quote)

    def data(quote):
        return shelf.answers.get(quote.run, shelf.run.dataset)

    return Sources(number, lambda quote: quoting.row(data(quote), quote))


def test_the_memo_says_what_a_board_must_know(shelf):
    said = lines(shelf(), "lead", "text", "bullet")
    assert said[0] == ("We ask to build a team of 8 from Jan 2027 and 16 from Jul 2028, on a budget of 31.0 M CNY.")
    whole = " ".join(said).replace("\u00a0", " ")
    for text in (
        "It loses money in 25 % of futures",
        "(half of them by Jan 2028); 3.0 M CNY in the 1-in-20 bad case. Month by month the middle case is lowest in "
        "Jan 2027, the 1-in-20 bad case in Jan 2027.",
        "gives +5.0 M CNY, read as base pay with bonuses on top −7.0 M CNY",
        "earns 2.0 M CNY less on the same futures",
        "The decision turns if one assumption moves by 38 %",
        "By the end of Jun 2027: 3 cities, 3 partners on trial or signed, 5,000 users",
        "Draft: nobody has approved this run. The board decides.",
        "Full ROI over 60 months",
    ):
        assert text in whole, text


def test_plans_stand_beside_each_other(shelf):
    table = next(block for block in memo(shelf()) if isinstance(block, Table))
    rows = [[str(cell).replace("\u00a0", " ") for cell in row] for row in table.rows]
    # Of 2,001 even steps from −5 to 15 one in twenty lies below −4, a quarter below 0; of lean's −7 to 13 seven in 20.
    assert rows[1] == ["Recommended plan", "8 → 8 → 16", "+5.0 ± 0.13", "−4.0", "25 %", "3.0", "–"]
    assert rows[2] == ["Lean", "8 → 8 → 16", "+3.0 ± 0.13", "−6.0", "35 %", "3.0", "−2.0"]
    assert rows[3][0] == "Do nothing"
    assert len(rows) == 4


def test_assumptions_are_told_by_what_they_cost(shelf):
    found = lines(shelf(answers={"sensitivity": sensitivity(-2, -2, -7)}), "bullet")
    place = next(n for n, one in enumerate(found) if one.startswith("The decision turns"))
    # The second moves the very same as the first, the third costs most.
    assert found[place + 1] == (
        "Each of these alone, at the worse end of its own range, takes the average below zero, the costliest first: "
        "Number c, at 50\u00a0% a year (−7.0 M CNY); Number a, at 50\u00a0% a year (−2.0 M CNY)."
    )


def test_without_an_answer_nobody_has_moved_them(shelf):
    assert [one for one in lines(shelf(), "bullet") if "not known yet: nobody has moved each of them" in one]


def test_doing_nothing_needs_no_picture(shelf):
    found = memo(shelf(idle=True))
    assert not [block for block in found if isinstance(block, Picture)]
    assert lines(shelf(idle=True), "lead") == ["We ask to do nothing: no plan that was tried earns more on average."]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_has_its_source(shelf, written, language):
    one = shelf(language, answers={"sensitivity": sensitivity(-7, -2, 1)})
    register, found = registers.read(written(one))
    assert unsourced(register, found) == []
    traced = trace(register, found, sources(one))
    assert {each.state for each in traced} == {"confirmed"}
    assert len(traced) > 60
    for block in memo(one):
        rows = block.rows if isinstance(block, Table) else [[getattr(block, "says", None) or block.caption]]
        for said in (cell for row in rows for cell in row):
            words = "".join(str(piece) for piece in said.pieces if not isinstance(piece, Cited))
            left = LABELS.sub("", words).replace("2026-11-22", "").replace("ab12cd34ef56", "")
            assert not DIGITS.search(left), left


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_terms_of_art_are_shown(shelf, terms_of_art, language):
    answers = {"sensitivity": sensitivity(-7, 1)}
    shown = lines(shelf(language, answers), "title", "soft", "heading", "lead", "text", "bullet", "small")
    words = " ".join([*shown, *(each for pair in WORDS.values() for each in pair)])
    assert terms_of_art(words) == []


def test_an_edited_number_is_named(shelf, written):
    path = written(shelf())
    document = docx.Document(str(path))
    run = next(run for paragraph in document.paragraphs for run in paragraph.runs if run.text == "31.0 M CNY")
    run.text = "13.0 M CNY"
    document.save(str(path))
    wrong = [one for one in trace(*registers.read(path), sources(shelf())) if one.state != "confirmed"]
    assert [(one.state, one.shows, one.stored) for one in wrong] == [("edited", "13.0 M CNY", "31.0 M CNY")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_word_finds_no_fault(shelf, written, language):
    assert OpenXmlValidator().validate(written(shelf(language))).errors == []


def test_the_same_run_gives_the_same_bytes(shelf):
    assert write_memo(shelf("zh")) == write_memo(shelf("zh"))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here: pages are NOT counted")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_at_most_two_pages(shelf, written, tmp_path, language):
    path = written(shelf(language, answers={"sensitivity": sensitivity(-7, -2, 1)}))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    printed = (tmp_path / "memo.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) in (1, 2)


def test_both_scripts_have_a_font_and_the_picture_a_text(shelf, written):
    document = docx.Document(str(written(shelf("zh"))))
    for name in ("Normal", "Title", "Heading 1", "List Bullet"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
        assert fonts.get(qn("w:ascii")) == "Arial"
    told = next(document.element.body.iter(qn("wp:docPr")))
    assert told.get("descr") == WORDS["cash"][1]


def test_nobody_approved_it_stands_above_every_page(shelf, written):
    header = docx.Document(str(written(shelf()))).sections[0].header
    assert [paragraph.text for paragraph in header.paragraphs] == ["DRAFT – not approved"]
    approved = shelf()
    approved.run.frozen = SimpleNamespace(status="approved", by="Board", note="", name="v1", date="2026-12-01")
    section = docx.Document(str(written(approved))).sections[0]
    assert [paragraph.text for paragraph in section.header.paragraphs] in ([], [""])


def test_a_template_gives_its_styles_and_keeps_none_of_its_text(shelf, written, tmp_path):
    company = docx.Document()
    company.styles["Normal"].font.name, company.styles["Normal"].font.size = "Georgia", Pt(13)
    company.styles.element.remove(company.styles["Title"].element)
    company.add_paragraph("Company memo, 99 copies")
    company.save(str(tmp_path / "company.docx"))
    path = written(shelf(), tmp_path / "company.docx")
    document = docx.Document(str(path))
    assert (document.styles["Normal"].font.name, document.styles["Normal"].font.size) == ("Georgia", Pt(13))
    assert document.paragraphs[0].style.name == "Normal"
    assert "Company memo" not in "".join(paragraph.text for paragraph in document.paragraphs)
    register, found = registers.read(path)
    assert {one.state for one in trace(register, found, sources(shelf()))} == {"confirmed"}


@pytest.mark.parametrize("name", HOSTILE, ids=["formula", "script", "control", "long", "braces"])
def test_hostile_names_stay_text(shelf, written, name):
    comparison = [row | {"title": name} for row in INFO["comparison"]]
    named = INFO["plan"] | {"partners": [{"title": name}], "declined": [{"title": name}]}
    one = shelf(title=name, comparison=comparison, plan=named)
    path = written(one)
    assert OpenXmlValidator().validate(path).errors == []
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    assert re.sub(r"[\x07\x1b\u202e]", "", name) in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]", text)
    register, found = registers.read(path)
    assert {each.state for each in trace(register, found, sources(one))} == {"confirmed"}


def test_the_command_names_what_it_cannot_do(shelf, monkeypatch, tmp_path):
    monkeypatch.setattr(asking, "open_finished", lambda name: shelf().run)
    monkeypatch.setattr(asking.board, "standing", lambda run, found, say: found)
    with pytest.raises(InputError, match=r"--lang: no such language; found fr; allowed en, zh"):
        asking.memo("eco", "fr", None, None, print)
    with pytest.raises(InputError, match=r"logo\.png.*is no template"):
        asking.memo("eco", "en", tmp_path / "logo.png", None, print)
    out = tmp_path / "board.docx"
    assert asking.memo("eco", "zh", None, out, print) == out
    assert docx.Document(BytesIO(out.read_bytes())).paragraphs[0].text == "决策备忘 – Ecosystem unit"
    with pytest.raises(InputError, match="is there already"):
        asking.memo("eco", "zh", None, out, print)
