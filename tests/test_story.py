"""What a run says about itself: each figure against the dataset, each number of a sentence against run.json."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.running import story
from experiments.running.door import nothing
from experiments.running.flip import Flip, Guess
from experiments.running.main_job import other_calibrations
from model import store
from model.load import load_case
from model.schema import ROWS
from model.simulate import VERDICT, simulate


@pytest.fixture(scope="module")
def run(small_run):
    return store.open_run(small_run.out)


@pytest.fixture(scope="module")
def npv(run):
    return run.dataset["npv"].sel(plan="recommended").to_numpy()


def test_figures_are_those_of_the_dataset(run, npv):
    found = story.figures(run.dataset, run.case, "recommended")
    assert found["npv"]["mean"] == npv.mean()
    assert found["npv"]["p50"] == np.quantile(npv, 0.5)
    assert found["npv"]["p05"] == np.quantile(npv, 0.05)
    assert found["npv"]["se"] == pytest.approx(npv.std(ddof=1) / np.sqrt(npv.size))
    assert found["npv"]["cvar05"] == pytest.approx(np.sort(npv)[:100].mean())
    assert found["p_loss"]["value"] == (npv < 0).mean()
    roi = run.dataset["full_roi"].sel(plan="recommended").to_numpy()
    assert (found["full_roi"]["mean"], found["full_roi"]["undefined_share"]) == (roi.mean(), 0.0)
    assert found["full_roi"]["kind"] == "full ROI, 60 months, cumulative"
    cash = run.dataset["peak_cash"].sel(plan="recommended").to_numpy()
    assert found["peak_cash"]["p05"] == np.quantile(cash, 0.05) < found["peak_cash"]["p50"] < 0


def test_what_was_stored_is_what_the_dataset_says(run):
    found = story.figures(run.dataset, run.case, "recommended")
    assert run.info["npv"] == found["npv"]
    assert {key: value for key, value in run.info["roi"].items() if key != "of_means"} == found["full_roi"]
    assert run.info["p_loss"] == found["p_loss"]
    assert run.info["readings"]["package"]["npv_mean"] == found["npv"]["mean"]
    other = run.dataset["npv"].sel(plan="recommended_other_reading").to_numpy()
    assert run.info["readings"]["base"]["npv_mean"] == other.mean()


def test_the_other_calibration_is_the_same_plan_on_the_same_futures(run, small_folder, tmp_path):
    folder = Path(shutil.copytree(small_folder, tmp_path / "typical"))
    text = (folder / "case.toml").read_text(encoding="utf-8")
    (typical,) = [name for name in run.case.calibrations if name != run.case.calibration]
    line = f'calibration = "{run.case.calibration}"'
    assert text.count(line) == 1
    (folder / "case.toml").write_text(text.replace(line, f'calibration = "{typical}"'), encoding="utf-8")
    there = load_case(folder)
    seed, count = run.info["seed"], run.dataset.sizes["scenario"]
    priced = simulate([there], [run.plans["recommended"]], seed, VERDICT, count)[0].npv
    stored = run.dataset["npv"].sel(plan="recommended_other_calibration").to_numpy()
    np.testing.assert_allclose(stored, priced, atol=0.001)
    told = run.info["calibrations"]
    assert list(told) == [run.case.calibration, typical]
    assert told[typical]["npv_mean"] == pytest.approx(priced.mean(), abs=0.001)
    assert told[typical]["p_loss"] == (stored < 0).mean()
    assert told[run.case.calibration]["npv_mean"] == run.info["npv"]["mean"]
    assert told[typical]["npv_mean"] < told[run.case.calibration]["npv_mean"]  # 79 % of the demand


def test_both_other_is_the_same_plan_on_the_same_futures(run):
    """The readings of the pay table changed in the case file itself, under the other calibration."""
    (typical,) = [name for name in run.case.calibrations if name != run.case.calibration]
    base = run.case.readings.model_copy(update={"salary_is": "base"})
    there = run.case.model_copy(update={"calibration": typical, "readings": base})
    count = run.dataset.sizes["scenario"]
    priced = simulate([there], [run.plans["recommended"]], run.info["seed"], VERDICT, count)[0].npv
    stored = run.dataset["npv"].sel(plan="recommended_both_other").to_numpy()
    np.testing.assert_allclose(stored, priced, atol=0.001)
    told = run.info["both_other"]
    assert (told["calibration"], told["salary_reading"]) == (typical, "base")
    assert told["npv_mean"] == pytest.approx(priced.mean(), abs=0.001)
    assert told["p_loss"] == (stored < 0).mean()
    assert told["npv_mean"] < min(
        run.info["readings"]["base"]["npv_mean"], run.info["calibrations"][typical]["npv_mean"]
    )


def test_the_roi_of_averages_is_not_the_average_of_rois(run):
    """Revenue and costs added up by hand from the ledger's rows."""
    book = run.dataset["ledger"].sel(plan="recommended").sum("year").mean("scenario")
    kinds = {row.name: (row.kind, row.sign) for row in ROWS}

    def total(*wanted):
        rows = [name for name in kinds if kinds[name][0] in wanted]
        return float(sum(kinds[name][1] * book.sel(row=name) for name in rows))

    revenue, costs = total("revenue"), -total("cost", "team_pay")
    assert run.info["roi"]["of_means"] == pytest.approx(revenue / costs - 1)
    assert run.info["roi"]["of_means"] != pytest.approx(run.info["roi"]["mean"], abs=1e-4)


def test_a_case_with_one_calibration_stands_beside_none(run):
    alone = run.case.model_copy(update={"calibrations": {run.case.calibration: run.case.calibrations["typical"]}})
    assert other_calibrations(alone) == []
    assert other_calibrations(run.case)[0].calibration == "typical"


def test_the_gain_over_doing_nothing_is_the_npv_with_a_paired_interval(run, npv):
    gain = run.info["gain_over_do_nothing"]
    assert gain["mean"] == pytest.approx(npv.mean())
    assert gain["high"] - gain["mean"] == pytest.approx(1.96 * npv.std(ddof=1) / np.sqrt(npv.size), rel=1e-4)
    assert gain["mean"] - gain["low"] == pytest.approx(gain["high"] - gain["mean"])


def test_differences_are_to_the_recommended_plan(run, npv):
    rows = {row["plan"]: row for row in run.info["comparison"]}
    again = {"recommended_other_reading", "recommended_other_calibration", "recommended_both_other"}
    assert set(rows) == {"recommended", "do_nothing", *again}
    assert rows["recommended"]["difference"] is None
    assert rows["do_nothing"]["difference"]["mean"] == pytest.approx(-npv.mean())
    assert rows["do_nothing"]["npv"]["mean"] == 0
    assert rows["do_nothing"]["p_loss"]["value"] == 0


def test_of_one_scenario_only_the_difference_itself_is_known(run):
    one = run.dataset.isel(scenario=[3])
    gap = story.difference(one, "recommended", "do_nothing")
    only = float(one["npv"].sel(plan="recommended")[0])
    assert gap == {"mean": only, "se": None, "low": None, "high": None}
    one.attrs["uncertainty"] = "none"
    sure = story.difference(one, "recommended", "do_nothing")
    assert sure == {"mean": only, "se": 0.0, "low": only, "high": only}
    assert story.figures(one, run.case, "recommended")["npv"]["mean"] is None


def test_budget_rows_hold_approved_cost_against_each_limit(run):
    rows = story.budget_rows(run.case, run.plans["recommended"])
    assert [row["phase"] for row in rows] == ["mvp", "scale", "mature"]
    assert [row["limit"] for row in rows] == [5e6, 8e6, 42e6]
    assert all(row["used"] <= row["limit"] and row["share"] == row["used"] / row["limit"] for row in rows)
    assert run.info["budget_total"] == pytest.approx(sum(row["used"] for row in rows))


def test_the_plan_in_words_names_everybody_once(run):
    words = run.info["plan"]
    assert words["heads"] == np.sum([row["heads"] for row in words["roles"]], axis=0).tolist()
    names = [row["id"] for row in words["partners"]] + [row["id"] for row in words["declined"]]
    assert sorted(names) == sorted(partner.id for partner in run.case.partners)
    assert [row["label"] for row in words["phases"]] == [
        "Jan 2027 – Jun 2027",
        "Jul 2027 – Jun 2028",
        "Jul 2028 – Dec 2031",
    ]
    opened = np.cumsum([sum(r["seats"] for r in words["calendar"] if r["month"] == m) for m in (1, 7, 19)])
    assert opened.tolist() == words["heads"]


def test_plan_words_of_a_shipped_plan(shipped, plan_of):
    case = shipped("ecosystem")
    words = story.plan_words(case, plan_of("ecosystem", "documents"))
    assert words["heads"] == [10, 20, 30]
    assert words["declined"] == []
    assert [row["calendar"] for row in words["partners"]][:2] == ["2027-01", "2027-01"]
    assert words["partners"][-1]["start"] == 15
    data = next(row for row in words["calendar"] if row["role"] == "Data products" and row["month"] == 7)
    assert (data["seats"], data["calendar"]) == (3, "2027-07")
    assert data["annual_cost"] == 3 * float(case.roles["data"].pay)


def numbers(text):
    return [float(part.replace("−", "-")) for part in re.findall(r"[−]?\d+\.\d+", text)]


def test_the_decision_says_whom_when_how_much_and_what_it_brings(run):
    said, info = run.info["decision"], run.info
    heads = info["plan"]["heads"]
    assert said.startswith(f"Build a team of {heads[0]} from Jan 2027, {heads[1]} from Jul 2027 and {heads[2]} from")
    for row in info["plan"]["partners"]:
        assert row["title"] in said
    money = [info["budget_total"], *(row["used"] for row in info["budget"]), info["gain_over_do_nothing"]["mean"]]
    assert numbers(said)[:5] == [round(value / 1e6, 1) for value in money]
    assert f"chance of loss {100 * info['p_loss']['value']:.0f}\u00a0%" in said
    assert len(said.split()) <= 60


@pytest.fixture
def told(shipped, plan_of):
    """told(plan, gain) is the decision sentence of a shipped plan with made-up figures."""

    def say(name, gain, case=None):
        base = case or shipped("ecosystem")
        plan = name if not isinstance(name, str) else plan_of(base.id, name)
        figures = {"p_loss": {"value": 0.1234}}
        return story.decision(base, plan, figures, gain, story.budget_rows(base, plan))

    return say


def test_declined_partners_are_named(told):
    said = told("lean", 1e7)
    assert "Try First insurer" in said
    assert ", and sign who passes; " in said
    assert "; decline Regional insurer" in said
    assert len(said.split()) <= 80


def test_many_names_are_counted(told):
    said = told("documents", 1e7)
    assert "and 3 more, and sign who passes; assume Other services (no partner yet), seats opened only once" in said
    assert "opened only once signed. Ask for" in said


def test_a_plan_that_stops_says_when(told):
    assert "and end after Jun 2027" in told("stop_after_6", 1e6)


def test_a_losing_plan_is_advised_against(told):
    said = told("documents", -2.5e6)
    assert said.startswith("Do nothing rather than “The documents' plan")
    assert said.endswith("it is expected to lose 2.5 M CNY, chance of loss 12\u00a0%.")


def test_doing_nothing_and_a_case_without_chance(told, shipped, plan_of):
    case = shipped("paper")
    assert told(nothing(case), 0.0, case).startswith("Do nothing: no plan inside the budget")
    assert told("plan", 3e7, case).endswith("expected gain +30.0 M CNY, without chance.")


READINGS = {"package": {"npv_mean": 15.3e6}, "base": {"npv_mean": -3.05e6}}


def guess(name, unit, value, low, high, places=None):
    path = tuple(int(key) if key.isdigit() else key for key in name.split("."))
    return Guess(name, places or (path,), unit, value, low, high, places is not None)


DEMAND = guess("calibrations.success_story.demand", "factor", 1.0, 0.5, 1.3)
DELAY = guess("calibrations.success_story.delay", "month", 0.0, 0.0, 6.0)
TOOLS = guess("costs.tools.0.cost", "CNY/month", 2e5, 1e5, 4e5)
COLUMN = tuple(("partners", number, "mature_volume") for number in range(10))
SIZE = guess("partners.mature_volume", "factor", 1.0, 0.5, 1.5, COLUMN)
SIZES = "All partners – yearly volume at full maturity"
TOOL = "Platform and tools from Jan 2027 – cost"
WORSE, BETTER = "doing nothing is better than this plan", "the plan beats doing nothing"
NONE = "No single guess turns the decision inside its range. Nearest:"


@pytest.mark.parametrize(
    ("moved", "at", "gain", "said"),
    [
        (
            DEMAND,
            0.676,
            1,
            f"Demand: if only 68 % of the success story’s demand comes (now 100 %, 32 % away), {WORSE}.",
        ),
        (DEMAND, 1.2, -1, f"Demand: if 120 % of the success story’s demand comes (now 100 %, 20 % away), {BETTER}."),
        (TOOLS, 3e5, 1, f"{TOOL}: if it rises to 300,000 CNY a month (now 200,000 CNY a month, 50 % away), {WORSE}."),
        (SIZE, 0.66, 1, f"{SIZES}: if it falls to 66 % of what is assumed (now 100 %, 34 % away), {WORSE}."),
        (SIZE, 0.955, 1, f"{SIZES}: if it falls to 95.5 % of what is assumed (now 100 %, 4.5 % away), {WORSE}."),
        (SIZE, None, 1, f"{NONE} {SIZES}: at 50 % of what is assumed (now 100 %) the plan still earns 3.0 M CNY."),
        (
            DELAY,
            4.2,
            1,
            "Demand – months by which every ramp-up comes later: if it rises to 4.2 months "
            f"(now 0 months, 70 % of its range away), {WORSE}.",
        ),
        (
            TOOLS,
            None,
            -1,
            f"{NONE} {TOOL}: at 100,000 CNY a month (now 200,000 CNY a month) the plan still loses 3.0 M CNY.",
        ),
    ],
)
def test_the_assumption_that_turns_the_decision_in_words(shipped, moved, at, gain, said):
    found = Flip(moved, at, 3e6 * gain, moved.low)
    words = story.flip_words(shipped("ecosystem"), found, 1e7 * gain, {})
    assert words["sentence"].replace("\u00a0", " ") == said
    assert (words["name"], words["base"], words["flips_at"]) == (moved.name, moved.value, at)
    assert words["distance"] == found.distance


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (-3.05e6, "the gain is −3.0 instead of +15.3 M CNY: that word alone turns the decision."),
        (2e6, "the gain is +2.0 instead of +15.3 M CNY: the decision stands."),
    ],
)
def test_the_other_reading_of_the_pay_table_stands_beside_the_flip(shipped, other, said):
    readings = READINGS | {"base": {"npv_mean": other}}
    words = story.flip_words(shipped("ecosystem"), Flip(DEMAND, 0.7, -1e6, 0.5), 15.3e6, readings)
    assert words["sentence"].endswith(f"With the pay table read as base pay, bonuses on top, {said}")


def test_a_flip_without_guess_or_plan_is_still_a_sentence(shipped):
    case = shipped("paper")
    assert story.flip_words(case, None, 0.0, READINGS) == {"sentence": "Doing nothing earns zero, whatever is assumed."}
    said = story.flip_words(case, None, 3e7, READINGS)["sentence"]
    assert said.startswith("The case holds no guess that this plan rests on. With the pay table")
    withheld = {"package": {"npv_mean": None}, "base": {"npv_mean": None}}
    assert story.flip_words(case, None, 3e7, withheld)["sentence"].endswith("rests on.")


def test_the_flip_of_a_run_is_told_with_its_numbers(run):
    flip = run.info["flip_assumption"]
    assert flip["name"] == "calibrations.success_story.demand"
    assert flip["distance"] == pytest.approx(flip["flips_at"] - 1)
    assert f"only {100 * flip['flips_at']:.0f}\u00a0%" in flip["sentence"]
    assert "pay table read as base pay" in flip["sentence"]


def test_without_a_trial_all_are_signed(told, shipped):
    said = told("lean", 1e7, shipped("ecosystem").model_copy(update={"trial": None}))
    assert "Sign First insurer" in said
    assert "passes" not in said


def test_nobody_signs_where_no_document_names_a_partner(told, shipped, plan_of):
    """Other services stand for what no named contract explains: the plan counts on them, or does without them."""
    said = told("lean", 1e6)
    assert "Try First insurer" in said
    assert "assume Other services (no partner yet), seats opened only once signed; decline" in said
    case = shipped("ecosystem")
    named = case.lines["other"].model_copy(update={"remainder": ""})
    known = told("lean", 1e6, case.model_copy(update={"lines": case.lines | {"other": named}}))
    assert "assume" not in known
    assert re.search(r"Try [^;]*Other services", known)
    lean = plan_of("ecosystem", "lean")
    bare = lean.lines["other"].model_copy(update={"partners": {}})
    part = told(lean.model_copy(update={"lines": lean.lines | {"other": bare}}), 1e6)
    assert part.count("do without Other services (no partner yet). Ask") == 1
