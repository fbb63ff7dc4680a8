"""Plans held against each other as an answer: told from the dataset alone, in plain words, with doing nothing."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.asking import answers, compare
from experiments.asking.answers import Asked
from experiments.asking.compare import Terms
from experiments.comparing.ranking import rank
from model.errors import InputError
from model.simulate import VERDICT, Block, plan_months, simulate
from model.summary import mean
from reports.views import VIEWS

PLANS = Path(__file__).resolve().parent.parent / "data/cases/ecosystem/plans"
BANNED = r"P5\b|P50|CVaR|ECDF|dominance|regret|CRN|bootstrap|significan|p-value|confidence interval|quantile|paired"
N = 4000


def asked(out, scenarios):
    return Asked(scenarios, out, True, str)


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def plans(plan_of):
    titles = {"recommended": ("lean", "Lean"), "bold": ("bold", "Bold"), "other": ("documents", "Old")}
    return {key: plan_of("ecosystem", name).model_copy(update={"title": t}) for key, (name, t) in titles.items()}


def told(case, plans, npv, terms=None):
    return compare.dataset(case, plans, np.array(npv), terms or Terms(), 7)


@pytest.fixture(scope="module")
def futures():
    """Spread of 10 M CNY that all plans share, and a little of their own."""
    rng = np.random.default_rng(1)
    return 1e7 * rng.standard_normal(N), 1e5 * rng.standard_normal((3, N))


@pytest.fixture(scope="module")
def data(case, plans, futures):
    """Lean 8 M, Bold 5 M, Old 7.98 M on average."""
    shared, own = futures
    return told(case, plans, np.array([[8e6], [5e6], [7.98e6]]) + shared + own)


def sentences(data):
    return VIEWS[data.attrs["question"]].sentences(data)


def test_the_three_forms_that_a_finding_may_have(data):
    text = sentences(data)
    worth = float(data["npv_mean"][0]) / 1e6
    assert text[0] == f"“Lean” has the best average result of 3 plans, +{worth:.1f} M CNY."
    assert re.fullmatch(r"“Lean” is better than “Bold” by 3\.0 \(3\.0 to 3\.0\) M CNY\.", text[1])
    assert re.fullmatch(
        r"Between “Lean” and “Old” there is no difference that matters: \+0\.0\d \(\+0\.0\d to \+0\.0\d\) M CNY\.",
        text[2],
    )
    assert "All ranges of a figure hold together with 95" in text[3]
    assert "less than 0.50 M CNY does not matter" in text[3]


def test_a_hundredth_of_a_million_is_never_a_difference(case, plans, futures):
    """0.01 M CNY in every single future: sure, and of no matter."""
    shared, _ = futures
    found = told(case, plans, [shared + 1e4, shared, shared - 1e4])
    assert set(found["verdict"].sel(figure="mean").values) == {"no difference that matters"}
    assert not any("is better than" in sentence for sentence in sentences(found))


def test_independent_futures_cannot_say_what_shared_ones_can(case, plans, futures):
    rng = np.random.default_rng(3)
    own = 3e7 * rng.standard_normal((3, N))
    found = told(case, plans, np.array([[8e6], [8.2e6], [8.1e6]]) + own)
    assert any("cannot be said with 4,000 futures" in sentence for sentence in sentences(found))


def test_other_results_turn_the_sentences(case, plans, futures):
    shared, own = futures
    found = sentences(told(case, plans, np.array([[4e6], [9e6], [5e6]]) + shared + own))
    assert found[0].startswith("“Bold” has the best average result of 3 plans")
    assert found[1].startswith("“Bold” is better than “Lean” by 5.0")


def test_for_whom_a_plan_is_better(case, plans, futures):
    """Lean: more and less spread than Bold; Old: more on average and more spread than Lean."""
    shared, own = futures
    text = sentences(told(case, plans, [4e6 + 0.5 * shared, 3e6 + shared, 6e6 + 1.5 * shared + own[0]]))
    assert "How cautious the board is decides between “Old” and each of “Lean” and “Bold”." in text
    assert "“Old” is better in every case than" not in " ".join(text)
    found = told(case, plans, [4e6 + 0.5 * shared, 3e6 + shared, 2e6 + shared])
    assert "“Lean” is better for every cautious board than “Bold” and “Old”." in sentences(found)
    assert found["whom"].values.tolist()[2] == "every case"  # Bold against Old: a million more in every future
    assert found["whom_side"].values.tolist() == [1, 1, 1]


def test_bad_cases_hurdle_and_price_are_told(case, plans, futures):
    shared, _ = futures
    found = told(case, plans, [4e6 + 0.5 * shared, 6e6 + shared, 0 * shared], Terms(hurdle=5e6))
    text = " ".join(sentences(found))
    assert "By the average of the worst 5 % “Old” is best, 0 M CNY. By that figure: “Old” is better than" in text
    chance = np.mean(6e6 + shared >= 5e6)
    assert abs(chance - 0.5398) < 0.03  # N(6, 10) above 5
    assert f"The chance of reaching +5.0 M CNY is highest for “Bold”, {100 * chance:.0f}" in text
    price = float(found["price"].sel(plan="bold")) / 1e6
    best = np.maximum(np.maximum(4e6 + 0.5 * shared, 6e6 + shared), 0)
    assert price == pytest.approx((best - (6e6 + shared)).mean() / 1e6)
    assert f"The price of having chosen “Bold” wrongly is {price:.1f} M CNY on average" in text


def test_no_term_of_art_on_any_output(data, case, plans):
    for each in (data, ranked(case, plans)):
        view = VIEWS[each.attrs["question"]]
        charts, sheets = view.charts(each), view.sheets(each)
        words = [*view.sentences(each), view.asks, *(c.finding + c.meaning + c.svg for c in charts)]
        words += [column.title for sheet in sheets for column in sheet.columns] + [sheet.title for sheet in sheets]
        words += [str(cell) for sheet in sheets for row in sheet.rows for cell in row]
        assert not re.search(BANNED, " ".join(words))


def test_every_pair_stands_in_the_tables_and_the_best_in_the_pictures(data):
    view = VIEWS["compare"]
    plans, gaps, chances = view.sheets(data)
    assert (len(plans.rows), len(gaps.rows), len(chances.rows)) == (3, 3, 3)
    differences, reach = view.charts(data)
    assert [row[:2] for row in differences.rows] == [
        (f"minus {other}", figure) for other in ("Bold", "Old") for figure in ("average", "average of the worst 5 %")
    ]
    assert len(reach.rows) == 3


def test_few_futures_leave_out_what_they_cannot_say(case, plans, futures):
    shared, own = futures
    found = told(case, plans, (np.array([[8e6], [5e6], [7e6]]) + shared + own)[:, :150])
    assert np.isnan(found["value"].sel(figure="p05")).all()
    text = " ".join(sentences(found))
    assert "worst 5 %" not in text
    assert "1-in-20" not in text
    assert "–" in [row[3] for row in VIEWS["compare"].sheets(found)[1].rows]


def test_without_chance_one_future_says_all(case, plans):
    found = told(case, plans, [[8e6], [5e6], [7.9e6]])
    assert sentences(found)[1] == "“Lean” is better than “Bold” by 3.0 (3.0 to 3.0) M CNY."
    assert [len(sheet.rows) for sheet in VIEWS["compare"].sheets(found)] == [3, 3, 3]


def ranked(case, plans, gap=0.0, limit=1000):
    """A ranking by hand: Lean and Bold `gap` apart, Old 30 M behind, each with spread of its own."""
    rng = np.random.default_rng(5)
    means = np.array([0.0, gap, -3e7])

    def source(number, active):
        return means[list(active), None] + 1e7 * rng.standard_normal((len(active), 500))

    found = rank(source, 3, "order", 0.5e6, 0.95, 500, limit)
    told = answers.attributes(case, "compare-rank", {}, 7, 1000, 0)
    terms = {"confidence": 0.95, "materiality": 0.5e6, "wanted": "order", "step": 500, "limit": limit}
    return compare.ordered(case, plans, found, told | terms)


def test_a_planted_tie_is_reported_as_no_difference_shown(case, plans):
    text = sentences(ranked(case, plans))
    assert text[0].startswith("The order of the plans is not certain at 95")
    tied = r"“Lean” and “Bold” stay tied: no difference shown on 1,000 futures, .* more would settle it\."
    assert re.search(tied, text[1])
    assert "3. “Old”" in text[0]
    assert text[2].startswith("It took 2,500 futures over all plans, 500 to 1,000 a plan, in steps of 500")


def test_a_tie_within_what_matters_is_told_so(case, plans):
    text = sentences(ranked(case, plans, limit=200_000))
    assert text[0].startswith("The order of the plans is certain with 95")
    assert "no difference shown that matters" in text[1]


def test_the_order_of_a_case_comes_from_its_own_futures(case, plans):
    """Blocks of their own stage, the same for all plans, in today's money as the engine has it."""
    source = compare.futures(case, [*plans.values()], 7, 40)
    both, one = source(1, [0, 2]), source(1, [2])
    assert both.shape == (2, 40)
    assert (both[1] == one[0]).all()
    assert not (source(0, [2]) == one).any()
    book = plan_months(case, plans["other"], Block(case, 7, VERDICT, 0, 3)).ledger
    assert book.shape[-1] == 3
    mine = [mean(row).value for row in source(0, [0, 1])]
    usual = [mean(o.npv).value for o in simulate([case] * 2, [plans["recommended"], plans["bold"]], 7, VERDICT, 100)]
    assert np.abs(np.array(mine) - usual).max() < 1e7  # four errors of 40 against 100 futures with a spread near 12 M


def test_an_answer_is_stored_with_doing_nothing_and_told_anew_byte_for_byte(tmp_path):
    things = [PLANS / "lean.toml", PLANS / "bold.toml"]
    found, rows = compare.ask(things, "ecosystem", 7, Terms(hurdle=5e6), asked(tmp_path / "a", 60))
    assert found.dataset["plan"].values.tolist() == ["lean", "bold", "do_nothing"]
    assert [row["plan"] for row in rows] == ["lean", "bold", "do_nothing"]
    assert found.dataset["npv_mean"].values == pytest.approx([row["npv"]["mean"] for row in rows])
    assert sorted(path.stem for path in (tmp_path / "a/plans").iterdir()) == ["bold", "do_nothing", "lean"]
    before = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*.*") if path.suffix != ".json"}
    answers.rewrite(tmp_path / "a")
    assert before == {path: path.read_bytes() for path in before}
    again, _ = compare.ask(things, "ecosystem", 7, Terms(hurdle=5e6), asked(tmp_path / "b", 60))
    assert again.hash == found.hash
    other, _ = compare.ask(things, "ecosystem", 8, Terms(hurdle=5e6), asked(tmp_path / "b", 60))
    assert sentences(other.dataset) != sentences(found.dataset)


def test_plans_of_one_name_become_numbered_files(tmp_path):
    copy = shutil.copy(PLANS / "lean.toml", tmp_path / "lean.toml")
    found, _ = compare.ask([PLANS / "lean.toml", Path(copy)], "ecosystem", 7, Terms(), asked(tmp_path / "a", 50))
    assert sorted(path.stem for path in (found.path / "plans").iterdir()) == ["do_nothing", "plan_1", "plan_2"]
    assert found.dataset["verdict"].sel(figure="mean").values[0] == "no difference that matters"


def test_an_order_is_stored_with_what_it_took(tmp_path):
    things = [PLANS / "lean.toml", PLANS / "stop_after_6.toml"]
    found, rows = compare.ask(things, "ecosystem", 7, Terms(wanted="best"), asked(tmp_path / "a", 600))
    assert rows == []
    assert found.dataset.attrs["question"] == "compare-rank"
    assert found.dataset["draws"].values.tolist() == [512, 512, 512]
    assert json.loads((found.path / "answer.json").read_text())["question"] == "compare-rank"
    assert sentences(found.dataset)[0].startswith("Which plan is best is certain with 95")


@pytest.mark.parametrize(
    ("terms", "scenarios", "said"),
    [
        (Terms(materiality=-1.0), 50, "--materiality: outside what is possible; found -1e-06; allowed 0 or more"),
        (Terms(confidence=1.0), 50, "--confidence: outside what is possible; found 1; allowed 0.5 to 0.9999"),
        (Terms(hurdle=np.nan), 50, "--hurdle: outside what is possible; found nan; allowed a finite amount"),
        (Terms(wanted="worst"), 50, "E-VALUE  --rank: unknown wish; found worst; allowed order, best"),
        (Terms(wanted="best"), 511, "E-RANGE  --scenarios: an order is looked for .* found 511; allowed at least 512"),
        (Terms(), 0, "E-RANGE  --scenarios: outside what is possible"),
    ],
)
def test_terms_under_which_nothing_can_be_said_are_refused(tmp_path, terms, scenarios, said):
    with pytest.raises(InputError, match=said):
        compare.ask([PLANS / "lean.toml"], "ecosystem", 7, terms, asked(tmp_path / "a", scenarios))
    assert not (tmp_path / "a").exists()


def test_doing_nothing_alone_is_refused(tmp_path):
    text = f'case = "ecosystem"\nname = "x"\ntitle = "X"\nmodes = {["department"] * 3}\n[seats]\n[lines]\n'
    (tmp_path / "idle.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="doing nothing alone has nothing to be held against; allowed a plan"):
        compare.ask([tmp_path / "idle.toml"], "ecosystem", 7, Terms(), asked(tmp_path / "a", 20))
