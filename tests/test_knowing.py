"""What knowing is worth: facts from a finished run, kept with their points, and told from the dataset alone."""

import numpy as np
import pytest

from experiments.asking import answers, knowing, knowing_told
from experiments.asking.answers import Asked
from experiments.asking.knowing_sample import Opened, chance_facts, means, opened, worth
from experiments.asking.knowing_told import Fact
from experiments.asking.open_points import drawn
from experiments.asking.trial_worth import Tried
from experiments.running.desk import Desk
from experiments.running.futures import Futures, changed, changed_together
from experiments.running.open_numbers import open_numbers
from experiments.sensitivity.spread import Design, of_numbers
from model.case_numbers import numbers
from model.errors import InputError
from model.load import case_to_dict
from model.quantities import Quantity
from model.simulate import VERDICT, Block
from reports.answer_page import write_answer_page
from reports.knowing_views import KNOWING, sentences
from solvers.worth import Worth

DEMAND, NPS = "calibrations.success_story.demand", "partners.nps"
TIED = "staffing.channels.headhunter.share"


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def known(case):
    return numbers(case_to_dict(case))


@pytest.fixture(scope="module")
def plans(plan_of):
    named = {"recommended": "lean", "do_nothing": "do_nothing", "documents": "documents"}
    idle = plan_of("ecosystem", "lean").model_copy(update={"seats": {}, "lines": {}, "title": "Do nothing"})
    return {key: idle if key == "do_nothing" else plan_of("ecosystem", name) for key, name in named.items()}


@pytest.fixture(scope="module")
def at(case, plans):
    return Desk(case, plans, 7, 16, np.array([[3e6], [0.0], [1e6]]))


def test_plans_at_a_point_are_the_changed_cases_own(case, plans, at, known):
    """Moves are measured from what was published: the point's mean less the assumed one's, plus the published mean."""
    found = opened(at, [known[DEMAND]], np.array([[0.8, 1.0]]))
    alone = Futures(case, 7, 16)
    there = alone.npv(changed(case, known[DEMAND], 0.8), plans["documents"])
    assert np.array_equal(found.npv[2, 0], there)
    moved = there.mean() - alone.npv(case, plans["documents"]).mean()
    assert means(at, found)[2] == pytest.approx([1e6 + moved, 1e6])
    assert not found.npv[1].any()


def test_everything_open_brings_what_sensitivity_says(shipped, changed, plan_of):
    """Both read a range by one law: average share 0.65 ÷ 3, average upkeep 11 M ÷ 3 a year, five years."""
    share = Quantity(0.15, unit="share", origin="guess", low=0.0, high=0.5)
    upkeep = Quantity(1e6, unit="CNY/year", origin="guess", low=0.0, high=1e7)
    paper = changed(shipped("paper"), {"incentives.after_sales_share": share, "costs.upkeep": upkeep})
    at = Desk(paper, {"recommended": plan_of("paper")}, 7, 8, np.array([[25.049275e6]]))
    both = open_numbers(paper, at.plans.values())
    truth = 25.049275e6 - (0.65 / 3 - 0.15) * 120.8e6 - 5 * 8e6 / 3
    here = means(at, opened(at, both, drawn(both, 64, 7, "all")))[0]
    there = of_numbers(at, "recommended", Design(both, np.eye(2), 64, 7), [], 1, silent).average
    assert here.mean() == pytest.approx(truth, abs=0.3e6)
    assert there.value == pytest.approx(truth, abs=0.3e6)


def test_numbers_moved_together_are_the_same_as_one_after_the_other(case, known):
    both = changed_together(case, [(known[DEMAND], 0.8), (known[NPS], 0.97)])
    assert both == changed(changed(case, known[DEMAND], 0.8), known[NPS], 0.97)


def test_chance_is_drawn_as_it_was_published(case, plans):
    found = chance_facts(case, plans, 7, 5000)
    block = Block(case, 7, VERDICT, 1, 904).draws
    market = found["How the market turns out: level and trend"]
    assert market.shape == (1 + case.years, 5000)
    assert np.array_equal(market[0, 4096:], block.normal("market.level", 1)[0])
    signed = {name for plan in plans.values() for part in plan.lines.values() for name in part.partners}
    assert found["How strong each partner turns out"].shape[0] == len(signed)


def test_contenders_are_the_first_idle_wanted_and_sometimes_best_plans(plans):
    npv = np.zeros((3, 200))
    npv[0] = 1.0
    assert knowing.contenders(plans, npv) == ["recommended", "do_nothing"]
    assert knowing.contenders(plans, npv, ["documents"]) == list(plans)
    npv[2, :2] = 2.0
    assert knowing.contenders(plans, npv) == list(plans)
    npv[2, 1] = 0.0
    assert knowing.contenders(plans, npv) == ["recommended", "do_nothing"]


def test_chance_that_decides_alone_is_worth_all_of_it(at, plans, case):
    """A plan that earns the market's level × 30 + 10 M CNY against doing nothing: 7.627 M by the closed form."""
    level = chance_facts(case, plans, 7, 4000)["How the market turns out: level and trend"][0]
    npv = np.array([10e6 + 30e6 * level, np.zeros(4000), np.full(4000, -1e9)])
    facts = {fact.id: fact for fact in knowing.chance_worths(at, npv, 7)}
    whole, market = facts["chance"].worth, facts["How the market turns out: level and trend"].worth
    for found in (whole, market):
        assert found.low < 7.6270834e6 < found.high
    assert facts["chance"].turned == pytest.approx(0.3694, abs=0.03)
    assert facts["How strong each line turns out"].worth.value < 0.05e6


def test_asking_keeps_facts_points_and_plans(small_run, tmp_path, monkeypatch):
    few = [DEMAND, "staffing.leave_later", TIED]
    monkeypatch.setattr(knowing, "open_numbers", lambda case, plans: [numbers(case_to_dict(case))[key] for key in few])
    monkeypatch.setattr(knowing, "apart", lambda case, known: (known[:-1], known[-1:]))
    answer = knowing.ask(str(small_run.out), 8, [], Asked(16, tmp_path / "a", False, silent))
    data = answer.dataset
    assert list(data["plan"].values[:1]) == ["recommended"]
    assert "do_nothing" in data["plan"].values
    assert {"chance", "all_numbers", "Demand and its speed"} <= set(data["fact"].values)
    assert (data["worth"] >= data["low"]).all()
    assert (data["worth"] <= data["high"]).all()
    assert DEMAND in data["number"].values
    assert data.attrs["held"] == TIED
    group = data["brought"].isel(point=(data["point_fact"] == "Demand and its speed").values)
    best = group.max("plan").mean() - group.mean("point").max()
    fact = data.sel(fact="Demand and its speed")
    assert float(fact["low"]) - 1 <= float(best) <= float(fact["high"]) + 1
    assert (tmp_path / "a" / "answer.txt").read_text(encoding="utf-8").splitlines() == sentences(data)
    assert (tmp_path / "a" / "page.html").read_text(encoding="utf-8") == write_answer_page(KNOWING, data)
    again = knowing.ask(str(small_run.out), 8, [], Asked(16, tmp_path / "b", False, silent))
    assert again.hash == answer.hash


def test_a_plan_from_elsewhere_is_chosen_among(small_run):
    run = knowing.open_finished(str(small_run.out))
    plans = knowing.compared_plans(run)
    more = plans | {"again": plans["recommended"]}
    npv = knowing.published(run, more)
    assert npv[-1] == pytest.approx(npv[0])
    assert knowing.contenders(more, npv, ["again"])[-1] == "again"


@pytest.mark.parametrize(
    ("points", "scenarios", "name"), [(7, 64, "points"), (8, 5000, "scenarios"), (2000, 64, "points")]
)
def test_sizes_out_of_reach_are_refused(points, scenarios, name):
    with pytest.raises(InputError, match=rf"--{name}: outside what is possible"):
        knowing.ask("nowhere", points, [], Asked(scenarios, None, False, silent))


def test_the_command_asks_this_question(headcast, small_run):
    said = headcast("worth-knowing", small_run.out, "--points", 3)
    assert said.returncode == 2
    assert "E-RANGE" in said.stderr
    assert "8 to 1024" in said.stderr


def fact(key, kind, worth, best="recommended", turned=0.0, first=3e6):
    return Fact(key, key, kind, Worth(*(1e6 * part for part in worth)), 1, best, turned, first)


@pytest.fixture(scope="module")
def told(at, known, case):
    """By hand: all open at once makes doing nothing best; demand is worth 2 M, a trial more than it costs."""
    facts = [
        fact("chance", "all", (1.5, 1.4, 1.6), turned=0.2),
        fact("How the market turns out", "chance", (1.2, 1.0, 1.4)),
        fact("all_numbers", "all", (0.1, 0.0, 0.4), "do_nothing", 0.1, -5e6),
        fact("Demand and its speed", "group", (2.0, 1.5, 2.6), "recommended", 0.3),
        fact("Work hours", "group", (0.0, 0.0, 0.3)),
        fact("Demand: factor", "number", (0.8, 0.6, 1.0), "recommended", 0.25),
    ]
    tried = [
        Tried("Service bundle", 300, 3, Worth(5e5, 3e5, 7e5), 9e4, 1e5),
        Tried("Service bundle", 3000, 3, Worth(6e5, 4e5, 8e5), 9e4, 1e5),
    ]
    number = known[DEMAND]
    values = drawn([number], 4, 7, "x")
    points = {"all": Opened((number,), values, np.zeros((3, 4, 16)))}
    named = answers.attributes(case, knowing.QUESTION, {"--points": 4}, 7, 16, 8) | {"points": 4, "held": "x"}
    reach = {"reach_moving": ((), 4), "reach_down": ((), 3), "reach_title": ("reach", ["Demand"])}
    return knowing_told.dataset(at, facts, tried, points, named).assign(reach | {"reach_added": ("reach", [-2.5e6])})


def test_sentences_say_what_to_ask_first_and_what_it_may_cost(told):
    text = "\n".join(sentences(told))
    assert (
        "3 of 4 ranges reach further down than up: with everything drawn from its range the average result is" in text
    )
    assert "−5.0 ± 0 M CNY instead of +3.0. Most of that make, each alone and in M CNY: “Demand” −2.5." in text
    assert "With all 1 open numbers anywhere in their ranges at once “Do nothing” is best." in text
    assert "To know all of them before choosing would then be worth 0.10 M CNY (0 to 0.40)." in text
    assert "“Demand and its speed” before deciding is worth 2.0 M CNY (1.5 to 2.6); buy the answer for" in text
    assert "is ahead, but not beyond luck, and in 30" in text
    assert "Asking about “Demand and its speed” before deciding is worth 2.0 M CNY (1.5 to 2.6); buy the answer" in text
    assert "in 30\u00a0% of its values another plan is better" in text
    assert "Knowing “Demand: factor” before deciding is worth 0.80 M CNY (0.60 to 1.0)" in text
    assert "knowing all that chance will bring is worth 1.5 M CNY (1.4 to 1.6)" in text
    assert (
        "a trial of 3,000 users over 3 months at “Service bundle”, read as true for all partners, is worth 0.60" in text
    )
    assert text.endswith("costs 0.19 M CNY with the time it takes: it pays.")
    for banned in ("EVPI", "EVPPI", "EVSI", "NPV", "quantile"):
        assert banned not in text


def test_a_best_plan_is_named_only_beyond_its_error(told):
    # doing nothing ahead of the others by 2, 2.1, 1.9 and 2 M: mean 2, error 0.08 ÷ 2 = 0.04
    clear = told.copy(deep=True)
    lead = np.array([2.0, 2.1, 1.9, 2.0]) * 1e6
    clear["brought"].loc[{"plan": "do_nothing"}] = lead + clear["brought"].drop_sel(plan="do_nothing").max("plan")
    assert sentences(clear)[1].endswith(" “Do nothing” is best.")
    # +6, −6, +6, −2: mean 1, error 3: within luck
    unsure = told.copy(deep=True)
    lead = np.array([6.0, -6.0, 6.0, -2.0]) * 1e6
    unsure["brought"].loc[{"plan": "do_nothing"}] = lead + unsure["brought"].drop_sel(plan="do_nothing").max("plan")
    assert sentences(unsure)[1].endswith(" it is within luck which of 3 plans is best.")
    group = clear.assign(point_fact=("point", np.array(["Demand and its speed"] * 4, dtype=object)))
    group["best"].loc[{"fact": "Demand and its speed"}] = "do_nothing"
    assert "While it is open “Do nothing” is the best choice, and in 30" in "\n".join(sentences(group))


def test_sentences_follow_the_dataset(told):
    turned = told.copy(deep=True)
    for key in ("worth", "low"):
        turned[key].values[:] = 0.0
    turned["net"].values[:] = -1e5
    turned["best"].values[:] = "recommended"
    text = "\n".join(sentences(turned))
    assert "“Lean and later: 8, 11 and 16 heads, six partners” is beaten beyond luck by none of 3 plans" in text
    assert (
        "No group of facts alone would change the decision beyond luck; the most any could be worth is 2.6 M CNY."
        in text
    )
    assert (
        "No single fact alone would change the decision beyond luck; the most any could be worth is 1.0 M CNY." in text
    )
    assert "No trial before the decision pays: the best of them, a trial of 300 users" in text


def test_a_trial_that_may_not_pay_says_so(told):
    unsure = told.copy(deep=True)
    unsure["trial_low"].values[:] = 1e5
    assert sentences(unsure)[-1].endswith("it pays, though not beyond luck.")
    without = told.isel(trial=slice(0, 0))
    assert sentences(without)[-1] == "Nothing that a trial could measure is open in this case."


def test_charts_and_sheets_hold_the_datasets_figures(told):
    charts = KNOWING.charts(told)
    assert [chart.name for chart in charts] == ["facts", "numbers"]
    assert charts[0].rows[0] == ("Demand and its speed", 2e6, 1.5e6, 2.6e6)
    facts, trial, plans = KNOWING.sheets(told)
    assert [row[0] for row in facts.rows] == [name for name in told["fact"].values if name != "all_numbers"]
    assert "all_numbers" not in {row[0] for chart in charts for row in chart.rows}
    assert trial.title.endswith("“Service bundle” before the decision; in this case users cost nothing")
    assert [row[0] for row in trial.rows] == ["300 (the case's own)", "3,000"]
    assert trial.rows[0][2:] == (5e5, 3e5, 7e5, 9e4, 1e5, 3.1e5)
    assert [row[1] for row in plans.rows] == [3e6, 0.0, 1e6]


def test_without_open_numbers_only_chance_could_be_known(told):
    bare = told.isel(fact=[0, 1, 2]).copy(deep=True)
    bare["count"].values[:] = 0
    assert sentences(bare)[0].startswith("No number of the case is open")


def test_worth_is_that_of_the_points(at, known):
    """Points by hand: the second plan loses 4 M in one of two and gains 2 M in the other."""
    npv = np.zeros((3, 2, 16))
    npv += at.base[:, None, :]
    npv[0, 0] -= 5e6
    found = Opened((known[DEMAND],), np.array([[0.8, 1.2]]), npv)
    told = worth(at, found, 7, drawn=False)
    # Means 3 − 5 = −2 and 3 for the first plan, 1 for the third: 2 with knowledge, 1 without.
    assert told.value == pytest.approx(1e6)
