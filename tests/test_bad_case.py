"""Why the bad case is what it is: the stored distance adds up, sentences follow it, what cannot be told is refused."""

import numpy as np
import pytest

from experiments.asking import answers, bad_case
from experiments.asking.answers import Asked
from experiments.explaining.money_rows import NAMES
from experiments.explaining.standing_out import Sign, Told
from model.errors import DamagedError, InputError
from model.load import load_case
from model.plans import LinePlan, PartnerPlan, Plan
from reports.bad_case_views import case_name, sentences
from reports.views import VIEWS

COUNT = 1000


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, kept, small_folder):
    partners = {"insurer_1": PartnerPlan(start=1, contract="insurer_ladder")}
    lines = {"insurance": LinePlan(team={"operations": (1, 1, 1)}, way="normal", partners=partners)}
    modes = ("department", "department", "unit")
    plan = Plan(case="ecosystem", name="plan", title="Plan", modes=modes, seats={"vp": (1, 1, 1)}, lines=lines)
    home = tmp_path_factory.mktemp("runs")
    return kept(home / "small", load_case(small_folder), {"recommended": plan}, scenarios=COUNT)


@pytest.fixture(scope="module")
def answer(folder):
    return bad_case.ask(str(folder), "recommended", 0.05, Asked(1, folder.parent / "answer", False, silent))


@pytest.fixture(scope="module")
def by_hand(small_folder):
    """Results 0 … 999 M CNY in this order; commission makes all of them, a partner is lost below 100."""
    npv = 1e6 * np.arange(1000.0)
    money = np.zeros((len(NAMES), 5, 1000))
    money[NAMES.index("commission"), 2] = npv * 1.2
    money[NAMES.index("annual_bonus"), 3] = -npv * 0.2
    rng = np.random.default_rng(1)
    signs = [
        Sign("noise", "Nothing of note", "share", rng.uniform(size=1000)),
        Sign("lost.a", "Partner A: lost", "event", (np.arange(1000) < 100).astype(float)),
        Sign("demand", "Demand of all partners", "factor", 0.5 + np.arange(1000) / 1000),
    ]
    told = answers.attributes(load_case(small_folder), "bad-case", {}, 7, 1000, 0)
    told |= {"plan": "recommended", "plan_title": "Plan", "level": 0.05, "run": "small"}
    return bad_case.dataset(npv, 0.05, Told(money, signs)).assign_attrs(told)


def test_the_distance_by_hand(by_hand):
    # the bad futures are numbers 40 … 59 with mean 49.5, the middle ones 400 … 599 with mean 499.5
    assert by_hand["scenario"].values.tolist() == list(range(40, 60))
    assert float(by_hand["whole_gap"]) == pytest.approx(-450e6)
    assert float(by_hand["row_gap"].sel(row="commission")) == pytest.approx(-540e6)
    assert float(by_hand["gap"].sel(row="annual_bonus", year=4)) == pytest.approx(90e6)
    # 19 M over 2 % of the futures and 199 M over 20 %: 950 and 995 M per share, at 5 and 50 %
    error = np.sqrt((950**2 * 0.0475 + 995**2 * 0.25 - 2 * 950 * 995 * 0.025) / 1000)
    assert float(by_hand["whole_gap_se"]) == pytest.approx(1e6 * error)


def test_sentences_by_hand(by_hand):
    text = sentences(by_hand)
    assert text[0] == (
        "Around the 1-in-20 bad case (20 of 1,000 futures) “Plan” brings +49.5 M CNY in today's money, "
        "450.0 ± 15.6 M CNY below the middle fifth of all futures."
    )
    assert text[1].startswith("By ledger row, M CNY: commission −540.0, annual bonus +90.0, all other rows ")
    assert text[1].endswith("most of commission in Jan 2029 – Dec 2029 (−540.0).")
    lost = "Partner A: lost in 100\u00a0% (0\u00a0% in the middle)"
    demand = "Demand of all partners at 55\u00a0% (100\u00a0% in the middle)"
    assert text[2] == f"What stands out, strongest first: {lost}; {demand}."
    assert text[-1].endswith("headcast ledger RUN --plan recommended --scenarios 49,50,51.")


def test_sentences_follow_the_dataset(by_hand):
    calm = by_hand.copy(deep=True)
    calm["sign_gap"].values[:] = 0.0
    assert any(line.startswith("No single turn of chance stands out") for line in sentences(calm))
    good = by_hand.copy(deep=True)
    good.attrs["level"] = 0.9
    for name in ("whole_gap", "row_gap", "gap"):
        good[name] = -good[name]
    text = sentences(good)
    assert "1-in-10 good case" in text[0]
    assert "above the middle fifth" in text[0]
    assert text[1].startswith("By ledger row, M CNY: commission +540.0, annual bonus −90.0")


@pytest.mark.parametrize(
    ("level", "name"), [(0.05, "1-in-20 bad case"), (0.3, "1-in-3.3 bad case"), (0.95, "1-in-20 good case")]
)
def test_names_of_cases(level, name):
    assert case_name(level) == name


def test_rows_and_years_of_a_run_add_up(folder, answer):
    data = answer.dataset
    npv = bad_case.open_finished(str(folder)).dataset["npv"].sel(plan="recommended").values
    bad = npv[data["scenario"].values]
    assert float(data["whole_bad"]) == pytest.approx(bad.mean())
    assert data["result"].values.tolist() == bad.tolist() == sorted(bad)
    assert float(data["gap"].sum()) == pytest.approx(float(data["whole_gap"]), abs=0.01)
    assert data["gap"].sum("year").values == pytest.approx(data["row_gap"].values, abs=0.01)


def test_figures_and_page_are_made_from_the_dataset(answer):
    view, data = VIEWS["bad-case"], answer.dataset
    chart = view.charts(data)[0]
    steps = [row[1] for row in chart.rows[1:-1]]
    assert chart.rows[0][1] + sum(steps) == pytest.approx(chart.rows[-1][1], abs=1.0)
    assert answers.told_files(data) == answers.told_files(answers.open_answer(answer.path).dataset)
    assert len(view.sheets(data)[1].rows) == data.sizes["sign"]


def test_what_cannot_be_told_is_refused(folder):
    asked = Asked(1, folder.parent / "refused", False, silent)
    with pytest.raises(InputError, match=r"E-REF  --plan: no such plan in the run; found lean; allowed recommended"):
        bad_case.ask(str(folder), "lean", 0.05, asked)
    with pytest.raises(InputError, match=r"E-RANGE  --at: no share apart from the middle"):
        bad_case.ask(str(folder), "recommended", 0.5, asked)


def test_a_run_of_another_version_is_refused(folder, monkeypatch):
    run = bad_case.open_finished(str(folder))
    run.dataset["npv"][:, 3] += 5.0
    monkeypatch.setattr(bad_case, "open_finished", lambda name: run)
    with pytest.raises(DamagedError, match=r"scenario 3.*drawn again, it is not the stored one[\s\S]*run it again"):
        bad_case.ask(str(folder), "recommended", 0.05, Asked(1, folder.parent / "damaged", False, silent))
