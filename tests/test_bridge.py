"""The bridge between two runs: each change against direct simulation, steps that add up, what cannot be split."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.asking import answers
from experiments.asking import bridge as question
from experiments.asking.answers import Asked
from experiments.explaining import bridging
from experiments.explaining.bridging import Side, bridge, divided
from model.errors import InputError
from model.load import load_case
from model.plans import LinePlan, PartnerPlan, Plan
from model.quantities import Quantity
from model.simulate import VERDICT, simulate
from model.summary import paired_difference
from reports.bridge_views import NOTHING, sentences

COUNT = 2000
DEMAND, RAISE = "lines.insurance.demand", "staffing.annual_raise"


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def case(small_folder):
    return load_case(small_folder)


@pytest.fixture(scope="module")
def plan():
    partners = {"insurer_1": PartnerPlan(start=1, contract="insurer_ladder")}
    lines = {"insurance": LinePlan(team={"operations": (1, 1, 1)}, way="normal", partners=partners)}
    modes = ("department", "department", "unit")
    return Plan(case="ecosystem", name="plan", title="Plan", modes=modes, seats={"vp": (1, 1, 1)}, lines=lines)


def number(value, unit="factor"):
    return Quantity(value, unit=unit, origin="source", source="for tests")


def npv(case, plan, seed=7, count=COUNT):
    return simulate([case], [plan], seed, VERDICT, count)[0].npv


@pytest.fixture(scope="module")
def old(case, plan):
    return Side(case, plan, npv(case, plan), 7)


@pytest.fixture(scope="module")
def other(case, changed):
    return changed(case, {DEMAND: number(1.5), RAISE: number(0.06, "share/year")})


def by_key(found, figure=0):
    return {step.key: (found.shares[figure, n], found.errors[figure, n]) for n, step in enumerate(found.steps)}


def adds_up(found, old, new):
    for place, name in enumerate(("mean", "bad")):
        ends = [side.npv.mean() if name == "mean" else np.quantile(side.npv, 0.05) for side in (old, new)]
        assert found.shares[place].sum() == pytest.approx(ends[1] - ends[0], abs=1e-3)


def test_nothing_changed(old):
    found = bridge(old, old, silent)
    assert [step.key for step in found.steps] == ["version", "futures"]
    assert not found.shares.any()
    assert not found.errors.any()
    assert found.texts == 0


def test_only_one_assumption_changed(old, plan, case, changed):
    there = changed(case, {DEMAND: number(1.5)})
    new = Side(there, plan, npv(there, plan), 7)
    found = bridge(old, new, silent)
    direct = paired_difference(new.npv, old.npv)
    assert by_key(found)[DEMAND] == pytest.approx((direct.mean.value, direct.mean.se))
    assert by_key(found, 1)[DEMAND][0] == pytest.approx(direct.p5.value)
    assert by_key(found, 1)[DEMAND][1] == pytest.approx(direct.p5.se, rel=0.05)
    assert by_key(found)["version"] == by_key(found)["futures"] == (0.0, 0.0)
    adds_up(found, old, new)


def test_only_the_seed_changed(old, case, plan):
    new = Side(case, plan, npv(case, plan, 8), 8)
    found = bridge(old, new, silent)
    share, error = by_key(found)["futures"]
    assert share == pytest.approx(new.npv.mean() - old.npv.mean())
    assert error == pytest.approx(np.sqrt(sum(side.npv.var(ddof=1) / COUNT for side in (old, new))))
    assert by_key(found)["version"] == (0.0, 0.0)
    assert found.steps[1].old == "seed 7, 2,000 draws"
    adds_up(found, old, new)


def test_more_draws_of_one_seed_share_the_first_ones(old, case, plan):
    new = Side(case, plan, npv(case, plan, 7, 4000), 7)
    assert new.npv[:COUNT].tolist() == old.npv.tolist()
    share, error = by_key(bridge(old, new, silent))["futures"]
    assert share == pytest.approx(new.npv.mean() - old.npv.mean())
    # the mean of 4,000 less that of its first half: sd · √(1/2,000 − 1/4,000)
    assert error == pytest.approx(new.npv.std(ddof=1) * np.sqrt(1 / 2000 - 1 / 4000), rel=0.05)


def test_numbers_and_plan_share_the_difference(old, other, plan):
    more = plan.model_copy(update={"seats": {"vp": (1, 1, 1), "bd": (1, 1, 1)}})
    new = Side(other, more, npv(other, more), 7)
    found = bridge(old, new, silent)
    assert [step.key for step in found.steps[2:]] == [RAISE, DEMAND, "plan"]
    assert [step.kind for step in found.steps[2:]] == ["assumption", "assumption", "plan"]
    assert (found.steps[4].old, found.steps[4].new) == ("2 → 2 → 2 heads", "3 → 3 → 3 heads")
    assert found.is_every
    adds_up(found, old, new)


def test_shares_of_two_changes_by_hand(old, other, case, changed, plan):
    new = Side(other, plan, npv(other, plan), 7)
    first = npv(changed(case, {DEMAND: number(1.5)}), plan)
    second = npv(changed(case, {RAISE: number(0.06, "share/year")}), plan)
    wanted = ((first - old.npv) + (new.npv - second)).mean() / 2
    assert by_key(bridge(old, new, silent))[DEMAND][0] == pytest.approx(wanted)


def test_many_changes_are_taken_in_two_orders(old, other, plan, changed, monkeypatch):
    monkeypatch.setattr(bridging, "MOST_STEPS", 2)
    third = changed(other, {"clock.discount": number(0.12, "share/year")})
    new = Side(third, plan, npv(third, plan), 7)
    found = bridge(old, new, silent)
    assert (found.is_every, len(found.steps)) == (False, 5)
    adds_up(found, old, new)


def test_another_version_is_the_remainder(old):
    """The stored numbers of the old run lie 1,000 above what its inputs give now, those of the new one 200 below."""
    before, after = replace(old, npv=old.npv + 1000.0), replace(old, npv=old.npv - 200.0)
    found = bridge(before, after, silent)
    assert by_key(found)["version"] == pytest.approx((-1200.0, 0.0), abs=1e-6)
    adds_up(found, before, after)


def test_a_case_without_chance_is_one_draw(old, case, plan, changed):
    sure = changed(case, {"uncertainty.mode": "none"})
    new = Side(sure, plan, npv(sure, plan, 7, 1), 7)
    found = bridge(old, new, silent)
    assert by_key(found)["uncertainty.mode"][0] == pytest.approx(new.npv[0] - old.npv.mean())
    assert by_key(found)["futures"] == (0.0, 0.0)
    adds_up(found, old, new)


def test_what_does_not_go_alone_goes_together(case, plan, changed, old):
    """The new case has no first insurer, whom the old plan signs: its plan goes with it; the raise stays alone."""
    fewer = case.model_copy(update={"partners": case.partners[1:]})
    fewer = changed(fewer, {RAISE: number(0.06, "share/year")})
    line = plan.lines["insurance"]
    entry = {"insurer_2": line.partners["insurer_1"]}
    there = plan.model_copy(update={"lines": {"insurance": line.model_copy(update={"partners": entry})}})
    parts, _ = divided(old, Side(fewer, there, old.npv, 7))
    assert [part.step.key for part in parts] == [RAISE, "several"]
    assert parts[1].plan
    assert "First insurer; The plan" in parts[1].step.what


def test_a_difference_in_numbers_alone_that_is_no_case_goes_as_one(old, case, plan, changed, monkeypatch):
    there = changed(case, {DEMAND: number(1.5), RAISE: number(0.06, "share/year")})
    monkeypatch.setattr(bridging, "_possible", lambda old, new, way: len(way) == 1)
    parts, _ = divided(old, Side(there, plan, old.npv, 7))
    assert [part.step.key for part in parts] == ["several"]
    assert bridging.mixed(old, Side(there, plan, old.npv, 7), parts, 1) == (there, plan)


@pytest.fixture(scope="module")
def asked(tmp_path_factory, kept, case, other, plan):
    """Two stored runs, another demand, raise and seed, and the bridge between them."""
    home = tmp_path_factory.mktemp("runs")
    before = kept(home / "old", case, {"recommended": plan})
    after = kept(home / "new", other.model_copy(update={"title": "New title"}), {"recommended": plan}, 8)
    answer = question.ask(str(before), str(after), "recommended", Asked(1, home / "answer", False, silent))
    return SimpleNamespace(answer=answer, home=home, before=before, after=after)


def test_the_stored_bridge_adds_up(asked):
    data = asked.answer.dataset
    gap = data["headline"].sel(run_side="new") - data["headline"].sel(run_side="old")
    assert data["share"].sum("step").values == pytest.approx(gap.values, abs=1e-3)
    assert data.attrs["texts"] == 1


def test_sentences_name_the_largest_step_first(asked):
    data = asked.answer.dataset
    own = data["share"].sel(figure="mean").values
    text = sentences(data)
    assert text[0].startswith("The average result in today's money moved by ")
    first = str(data["step_what"].values[int(np.abs(own).argmax())])
    assert text[1].startswith(first)
    assert "Computed again now, both runs give their stored numbers: headcast itself moved nothing." in text
    assert "Texts, sources or ranges differ at 1 place; they move no money." in text
    turned = data.copy(deep=True)
    turned["share"].loc[{"step": RAISE, "figure": "mean"}] = 9e7
    assert sentences(turned)[1].startswith("Staffing: raise at the start of each programme year")
    turned["share"].loc[{"step": "version"}] = 1e5
    assert any("cannot be split" in line for line in sentences(turned))


def test_a_change_without_effect_is_named(asked):
    data = asked.answer.dataset.copy(deep=True)
    data["share"].loc[{"step": RAISE}] = 0.0
    assert any(line.startswith("Changed, but without effect on the result: Staffing") for line in sentences(data))


def test_equal_runs_say_that_nothing_changed(asked, tmp_path):
    run = str(asked.before)
    answer = question.ask(run, run, "recommended", Asked(1, tmp_path / "a", False, silent))
    assert sentences(answer.dataset) == [NOTHING]
    assert answer.view.charts(answer.dataset) == []


def test_the_same_dataset_gives_the_same_bytes(asked):
    files = answers.told_files(asked.answer.dataset)
    assert files == answers.told_files(answers.open_answer(asked.answer.path).dataset)
    assert {"figures/bridge_mean.svg", "figures/bridge_bad.svg"} <= set(files)


def test_a_plan_that_a_run_does_not_hold(asked):
    with pytest.raises(InputError, match=r"E-REF  --plan: no such plan in the run.*lena"):
        question.ask(str(asked.before), str(asked.after), "lena", Asked(1, None, False, silent))
