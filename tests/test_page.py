"""The page of a run: its first screen says the stored numbers, it holds no script, what is missing is left out."""

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from model import quoting, results, store
from model.simulate import VERDICT, simulate
from model.versions import Record
from reports import page as page_module
from reports import registers
from reports.figures import charts
from reports.first_screen import first_screen, roi_sentence
from reports.page import cell, write_page
from reports.page_cites import Citing
from reports.tracing import Sources, trace

INFO = {
    "decision": "Start with 8 heads and sign six partners.",
    "status": "draft",
    "case": "ecosystem",
    "title": "Ecosystem unit",
    "banner": "Demand follows one success story.",
    "npv": {"mean": 8.3e6, "se": 170e3, "p05": -10.04e6, "p50": 8.7e6, "p95": 25.8e6, "cvar05": -13.8e6},
    "gain_over_do_nothing": {"mean": 8.34e6, "se": 171e3, "low": 8.0e6, "high": 8.7e6},
    "p_loss": {"value": 0.224, "se": 0.0066},
    "peak_cash": {"p50": -9.41e6, "p05": -12.66e6, "month_p50": 15},
    "flip_assumption": {
        "name": "calibrations.success_story.demand",
        "meaning": "factor on all demand",
        "base": 1.0,
        "flips_at": 0.62,
        "unit": "factor",
        "distance": -0.38,
        "sentence": "Below 0.62 of the expected demand doing nothing is better.",
    },
    "sanity": [
        {"light": "green", "what": "payback", "found": "month 27", "expected": "month 18 or later", "why": ""},
        {"light": "amber", "what": "median ROI", "found": 0.68, "expected": "-40 % to +60 %", "why": "success story"},
    ],
    "calibration": "success_story",
    "salary_reading": "package",
    "readings": {
        "package": {"npv_mean": 8.3e6, "npv_se": 170e3, "full_roi_p05": -0.15, "full_roi_p50": 0.18, "p_loss": 0.224},
        "base": {"npv_mean": -7.2e6, "npv_se": 150e3, "full_roi_p05": -0.34, "full_roi_p50": -0.055, "p_loss": 0.76},
    },
    "calibrations": {
        "success_story": {"npv_mean": 8.3e6, "npv_se": 170e3, "p_loss": 0.224},
        "typical": {"npv_mean": 0.61e6, "npv_se": 160e3, "full_roi_p50": 0.02, "p_loss": 0.47},
    },
    "roi": {
        "kind": "full, 60 months, cumulative",
        "mean": 0.16,
        "p05": -0.15,
        "p50": 0.18,
        "p95": 0.39,
        "cvar05": -0.2,
        "se": 0.003,
        "undefined_share": 0.0,
    },
    "plan": {
        "heads": [8, 12, 16],
        "phases": [
            {"id": "start", "first_month": 1, "label": "Phase 1"},
            {"id": "scale", "first_month": 7, "label": "Phase 2"},
            {"id": "mature", "first_month": 19, "label": "Phase 3"},
        ],
        "modes": ["department", "unit", "unit"],
        "roles": [{"role": "vp", "line": "", "title": "Ecosystem strategy VP", "heads": [1, 1, 1]}],
        "partners": [
            {
                "id": "insurer_1",
                "title": "First insurer",
                "line": "insurance",
                "start": 3,
                "calendar": "2027-03",
                "contract": "insurer_ladder",
            }
        ],
        "declined": [{"id": "other_1", "title": "Service bundle"}],
        "calendar": [
            {"month": 7, "calendar": "2027-07", "role": "bd", "line": "", "seats": 2, "annual_cost": 820e3},
            {"month": 1, "calendar": "2027-01", "role": "vp", "line": "", "seats": 1, "annual_cost": 900e3},
        ],
    },
    "comparison": [
        {
            "plan": "recommended",
            "title": "Recommended plan",
            "heads": [8, 12, 16],
            "npv": {"mean": 8.3e6, "se": 170e3, "p05": -10.04e6, "p50": 8.7e6, "p95": 25.8e6, "cvar05": -13.8e6},
            "full_roi": {"mean": 0.16, "se": 0.003, "p05": -0.15, "p50": 0.18, "p95": 0.39},
            "p_loss": {"value": 0.224, "se": 0.0066},
            "peak_cash_p50": -9.41e6,
            "peak_cash_p05": -12.66e6,
            "difference": None,
            "overrun": [],
            "broken": [],
        },
        {
            "plan": "do_nothing",
            "title": "Do nothing",
            "heads": [0, 0, 0],
            "npv": {"mean": 0.0, "se": 0.0, "p05": 0.0, "p50": 0.0, "p95": 0.0, "cvar05": 0.0},
            "full_roi": None,
            "p_loss": {"value": 0.0, "se": 0.00011},
            "peak_cash_p50": 0.0,
            "peak_cash_p05": 0.0,
            "difference": {"mean": -8.34e6, "se": 171e3, "low": -8.7e6, "high": -8.0e6},
            "overrun": [{"phase": "scale", "cny": 1.42e6}],
            "broken": [{"limit": "bd in mvp", "rule": "R30", "found": "1 heads", "allowed": "at least 2 heads"}],
        },
    ],
    "budget": [{"phase": "start", "limit": 5e6, "used": 4.9e6, "share": 0.98}],
    "binding": ["budget of phase 1"],
    "mode_paths": [{"path": ["department", "unit", "unit"], "npv": 8.3e6, "chosen": True}],
    "certificate": {"max_abs_cny": 3.2e-8, "plans": 4, "scenarios": 400, "worst": "base pay, scenario 311"},
    "gap_ledger": {
        "rows": [{"name": "solver gap", "cny": 12e3, "share": 0.0005}],
        "total_share": 0.0115,
        "turnover": 1e8,
    },
    "solver": {"name": "HiGHS", "status": "optimal", "gap": 0.0004, "gap_cny": 11.8e3},
    "dataset": "dataset.nc",
    "dataset_sha256": "ab" * 32,
    "input_hash": "cd" * 32,
    "seed": 7,
    "scenarios": 400,
    "table_scenarios": 512,
    "seconds": 41.2,
    "versions": {"headcast": "0.1.0"},
}
VOID = {"meta", "br", "img", "hr", "link", "input"}


class Reader(HTMLParser):
    """Collects tags, ids and text, and checks that every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.texts, self.open = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for key, value in attrs if key == "id"]
        self.open += [] if tag in VOID else [tag]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "svg", "template"} & set(self.open):
            self.texts.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def run(shipped, plan_of, changed, tmp_path_factory):
    """A stored run of 400 scenarios with the hand-written run.json above."""
    case = shipped("ecosystem")
    base = changed(case, {"readings.salary_is": "base"})
    wanted = [
        ("recommended", "lean", case),
        ("do_nothing", "do_nothing", case),
        ("recommended_other_reading", "lean", base),
    ]
    plans = [(key, plan_of("ecosystem", name).title, used, plan_of("ecosystem", name)) for key, name, used in wanted]
    outcomes = simulate([plan[2] for plan in plans], [plan[3] for plan in plans], 7, VERDICT, 400)
    dataset = results.build(case, plans, outcomes, seed=7, scenarios=400, stage=VERDICT)
    folder = tmp_path_factory.mktemp("runs") / "run"
    store.write_run(folder, dataset, store.run_files(case, plans, dataset, INFO))
    return store.open_run(folder)


@pytest.fixture(scope="module")
def page(run):
    return write_page(run)


@pytest.fixture
def drawn_once(run, monkeypatch):
    """Pages of changed run.json texts need no new pictures."""
    pictures = drawn_at(run.path)
    monkeypatch.setattr(page_module, "charts", lambda run: pictures)


@cache
def drawn_at(path):
    return charts(store.open_run(path))


def without(*keys):
    return {key: value for key, value in INFO.items() if key not in keys}


def test_the_six_lines_say_the_stored_numbers(run):
    lines = {line.key: line for line in first_screen(run)}
    assert list(lines) == ["decision", "npv", "p_loss", "peak_cash", "flip_assumption", "status"]
    said = {key: (line.says, *line.notes) for key, line in lines.items()}
    assert said["decision"] == ("Start with 8 heads and sign six partners.", "8 → 12 → 16 planned heads by phase")
    assert said["npv"] == (
        "+8.3 M CNY",
        "± 0.17 one sampling error; range, 95 %: +8.0 to +8.7",
        "1-in-20 bad case −10.0, middle case +8.7, 1-in-20 good case +25.8",
        "With the calibration typical: +0.61 M CNY",
        "With the pay table read as base pay, bonuses on top: −7.2 M CNY",
        "With both at once: not priced in this run",
    )
    assert said["p_loss"] == (
        "22\u00a0%",
        "± 0.66\u00a0% one sampling error",
        "Average of the worst 5 %: −13.8 M CNY",
        "With the calibration typical: 47\u00a0%",
        "With the pay table read as base pay, bonuses on top: 76\u00a0%",
        "With both at once: not priced in this run",
    )
    assert said["peak_cash"] == ("9.4 M CNY in Mar 2028", "Middle case", "1-in-20 bad case: 12.7 M CNY")
    assert said["flip_assumption"] == (INFO["flip_assumption"]["sentence"], "Now 1, flips at 0.62, 38\u00a0% away")
    made = f"Made {run.created[:10]}"
    assert said["status"] == (
        "Draft",
        made,
        "Not yet approved by anybody",
    )


def test_the_first_screen_is_on_the_page(run, page):
    words = Reader(page).words
    for line in first_screen(run):
        for text in (line.label, line.says, *line.notes):
            assert " ".join(text.split()) in words


def test_roi_is_never_without_kind_calibration_and_reading(page):
    words = Reader(page).words
    sentence = " ".join(roi_sentence(INFO).split())
    assert sentence == (
        "ROI (full, 60 months, cumulative): +16 % on average ± 0.30 %, −15 % in the 1-in-20 bad case, "
        "+18 % in the middle case, +39 % in the 1-in-20 good case."
    )
    assert f"{sentence} Calibration: success story; pay table read as the whole package." in words


def test_the_comparison_says_each_number_with_its_error(page):
    words = Reader(page).words
    row = words[words.index("Recommended plan 8 → 12") :]
    assert row.startswith(
        "Recommended plan 8 → 12 → 16 +8.3 ± 0.17 −10.0 +8.7 +25.8 −13.8 22 % ± 0.66 % 9.4 / 12.7 +18 % −15 % to +39 %"
    )
    assert "Do nothing over budget by 1.4 M CNY in Phase 2 breaks bd in mvp: 1 heads, at least 2 heads 0" in words
    assert "heads 0 → 0 → 0 0 ± 0 0 0 0 0 0 % ± 0.01 % 0 / 0" in words
    assert "−8.3 −8.7 to −8.0" in words


def test_plan_sanity_and_method_are_told(page):
    words = Reader(page).words
    for text in (
        "First insurer Insurance",
        "Mar 2027",
        "Declined: Service bundle.",
        "Phase 1 5.0 4.9 98 %",
        "budget of phase 1",
        "amber median ROI : 0.68",
        "1 of 2 sanity checks are amber",
        "Largest difference 3.2e-08 CNY over 4 plans and 400 scenarios",
        "solver gap 0.01 0.05 %",
        "cd" * 32,
        "HiGHS, optimal",
    ):
        assert text in words, text
    assert words.index("Jan 2027 Ecosystem strategy VP +1 +0.90") < words.index("Jul 2027 Partner business development")


def test_no_script_and_nothing_from_outside(page):
    reader = Reader(page)
    assert not {"script", "link", "iframe", "object", "embed", "img", "base", "form"} & set(reader.tags)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert not re.findall(r"https?:|//[a-z]|@import|url\((?!#)|javascript:|\son[a-z]+=", page, re.IGNORECASE)
    assert not re.findall(r'href="(?!#)', page)


def test_ids_are_unique_and_links_lead_somewhere(page):
    ids = Reader(page).ids
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<a href="#([^"]+)"', page)) <= set(ids)


def test_same_bytes_twice(run, page):
    assert write_page(run) == page


@pytest.mark.parametrize("key", sorted(INFO))
def test_any_part_may_be_missing(run, key, drawn_once):
    words = Reader(write_page(replace(run, info=without(key)))).words
    assert not re.search(r"\b(None|nan|NaN|Undefined)\b", words)


@pytest.mark.parametrize("key", sorted(key for key, value in INFO.items() if isinstance(value, (dict, list))))
def test_any_part_may_be_empty(run, key, drawn_once):
    for empty in (None, type(INFO[key])()):
        words = Reader(write_page(replace(run, info=INFO | {key: empty}))).words
        assert not re.search(r"\b(None|nan|NaN|Undefined)\b", words)


def test_a_run_that_tells_nothing_has_a_page_without_the_blocks(run, drawn_once):
    reader = Reader(write_page(replace(run, info={})))
    assert [line.key for line in first_screen(replace(run, info={}))] == ["status"]
    assert not {"comparison", "sanity", "readings"} & set(reader.ids)
    assert "Calibration: success story" in reader.words


def test_withheld_numbers_are_left_out(run, drawn_once):
    npv = INFO["npv"] | {"p05": float("nan"), "p95": None}
    info = INFO | {"npv": npv, "comparison": [INFO["comparison"][0] | {"npv": npv}]}
    words = Reader(write_page(replace(run, info=info))).words
    assert "nan" not in words
    assert "Middle case +8.7 Average" not in words


def test_partners_that_lose_money_are_named_with_their_figures(run, drawn_once):
    sides = [
        {"partner": "a", "title": "Weak insurer", "mean": 1e6, "p10": None, "p50": -2.4e6, "unstable": True},
        {"partner": "b", "title": "Good insurer", "mean": 3e6, "p10": 1.1e6, "p50": 2.9e6, "unstable": False},
    ]
    told = {"partner_sides": sides, "unstable_partners": ["a"], "largest_partner": [None, 0.62, 0.384]}
    words = Reader(write_page(replace(run, info=INFO | told))).words
    assert "Weak insurer unstable: loses money in the middle case +1.0 – −2.4" in words
    assert "Good insurer +3.0 +1.1 +2.9" in words
    assert "Who loses money in the middle case will not stay on these terms." in words
    assert (
        "most commission in a year, another one in some futures, brings on average –, 62 %, 38 % of that year’s revenue"
        in words
    )
    none = told | {"unstable_partners": [], "partner_sides": sides[1:]}
    assert "None loses money in the middle case." in Reader(write_page(replace(run, info=INFO | none))).words


def test_hostile_texts_stay_text(run):
    bad = "<script>alert(1)</script>\"'> =1+1 \x00\x07\x1b\u202e {{ 7 * 7 }}"

    def spoil(value):
        if isinstance(value, dict):
            return {key: spoil(item) for key, item in value.items()}
        if isinstance(value, list):
            return [spoil(item) for item in value]
        return bad if isinstance(value, str) else value

    case = run.case.model_copy(update={"title": bad, "banner": bad})
    made = write_page(replace(run, info=spoil(INFO), case=case))
    assert "script" not in Reader(made).tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made
    assert "{{ 7 * 7 }}" in made
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", made)


RUNS = "<script>document.documentElement.dataset.ran=1</script>"
LOADS = (
    "\"'><img src=x onerror=document.documentElement.dataset.ran=1><svg onload=document.documentElement.dataset.ran=1>"
)


def test_nothing_runs_in_a_browser_even_without_the_policy(run, browsed):
    """The policy that forbids scripts is taken away, so that escaping alone must hold; first a page that does run."""
    assert "data-ran" in browsed(f"<html><body>{RUNS}</body></html>")
    assert "data-ran" in browsed(f"<html><body>{LOADS}</body></html>")
    roles = {key: role.model_copy(update={"title": f"{RUNS}{key}"}) for key, role in run.case.roles.items()}
    partners = tuple(partner.model_copy(update={"title": LOADS}) for partner in run.case.partners)
    case = run.case.model_copy(update={"title": RUNS, "banner": LOADS, "roles": roles, "partners": partners})
    comparison = [row | {"title": RUNS + LOADS} for row in INFO["comparison"]]
    info = INFO | {"title": LOADS, "decision": RUNS, "comparison": comparison}
    made = write_page(replace(run, info=info, case=case))
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", made)
    assert len(open_page) < len(made)
    assert "data-ran" not in browsed(open_page)
    assert made.count("&lt;script&gt;") > 5


def test_no_terms_of_art_are_shown(run, page, terms_of_art):
    assert terms_of_art(Reader(page).words) == []
    shown = [text for chart in charts(run) for text in re.findall(r">([^<]+)<", chart.svg)]
    assert terms_of_art(" ".join(shown)) == []
    assert "P5 · " in page  # the hover keeps the term


def test_the_other_calibration_has_a_table_of_its_own(page):
    table = page[page.index('id="calibrations"') : page.index('id="readings"')]
    assert "Is this the typical case?" in table
    assert "+0.61" in table


def test_without_a_second_calibration_nothing_is_said_of_one(run):
    alone = replace(run, info={key: value for key, value in run.info.items() if key != "calibrations"})
    assert "calibration typical" not in write_page(alone)
    assert 'id="calibrations"' not in write_page(alone)


def test_numbers_carry_their_source_and_are_confirmed(run, page, tmp_path):
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    register, found = registers.read(tmp_path / "page.html")

    def number(quote):
        return quoting.told(run.info, quote) if quote.part else quoting.number(run.dataset, quote)

    traced = trace(register, found, Sources(number, lambda quote: quoting.row(run.dataset, quote)))
    assert {one.state for one in traced} == {"confirmed"}
    shown = {one.place: one.shows for one in traced}
    assert (shown["line npv"], shown["comparison/0/npv/p05"], shown["readings/base/npv_mean"]) == (
        "+8.3 M CNY", "−10.0", "−7.2"
    )  # fmt: skip
    assert set(register["places"]) == set(found)
    pieces = register["places"]["line npv/note 2"]["pieces"]
    assert [piece if isinstance(piece, str) else piece["text"] for piece in pieces] == [
        "1-in-20 bad case ", "−10.0", ", middle case ", "+8.7", ", 1-in-20 good case ", "+25.8"
    ]  # fmt: skip
    (tmp_path / "page.html").write_text(page.replace(">+8.3 M CNY<", ">+9.3 M CNY<", 1), encoding="utf-8")
    edited = trace(
        *registers.read(tmp_path / "page.html"), Sources(number, lambda quote: quoting.row(run.dataset, quote))
    )
    assert [(one.place, one.shows) for one in edited if one.state != "confirmed"] == [("line npv", "+9.3 M CNY")]


def test_the_dataset_is_quoted_where_it_gives_the_very_same(run):
    mean = float(run.dataset["npv"].sel(plan="recommended").mean())
    row = INFO["comparison"][0] | {"npv": INFO["comparison"][0]["npv"] | {"mean": mean, "p50": mean + 1e7}}
    register = citing(run, INFO | {"comparison": [row]}, "/comparison/0/npv/mean", "/comparison/0/npv/p50")
    quotes = [entry["pieces"][0]["quote"] for entry in register.places.values()]
    assert quotes[0] == {
        "run": "run", "dataset": run.hash, "variable": "npv", "statistic": "mean", "at": {"plan": "recommended"}
    }  # fmt: skip
    assert (quotes[1]["part"], quotes[1]["variable"]) == ("run.json", "/comparison/0/npv/p50")


def citing(run, info, *pointers):
    made = Citing(replace(run, info=info))
    for pointer in pointers:
        made.number(pointer, "money_bare_plus")
    return made.register


def test_a_number_told_twice_has_two_places(run):
    register = citing(run, INFO, "/npv/mean", "/npv/mean", "/npv/nothing")
    assert list(register.places) == ["npv/mean", "npv/mean #2"]


def test_the_page_can_be_mailed(page):
    assert len(page.encode()) < 400_000


def test_an_approved_run_is_not_called_a_draft(run):
    record = Record("june", 1, "approved", "Li", "2026-06-02", "", "", "", "")
    status = first_screen(replace(run, frozen=record))[-1]
    assert (status.says, status.notes) == ("Approved", ("june, by Li on 2026-06-02",))


def test_a_figure_that_is_not_known_is_a_dash():
    assert [cell(float("nan"), form) for form in ("money", "error", "percent", "heads")] == ["–"] * 4
    assert (cell(None, "money"), cell(0.0, "money")) == ("", "0")
