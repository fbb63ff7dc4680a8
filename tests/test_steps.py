"""Steps of a rule: each value is the difference of two optima told one by one; what is asked is checked at the door."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import xarray as xr

from experiments.asking import answers, next_hire, one_head, steps
from experiments.asking.answers import Asked
from model.errors import InputError
from reports.next_hire_views import hire_sentences, sweep_sentences
from reports.views import VIEWS
from reports.words import money
from solvers.resolve import with_rows


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def run(tiny_asked):
    return tiny_asked.run


@pytest.fixture(scope="module")
def every(tiny_asked):
    return tiny_asked.every


@pytest.fixture(scope="module")
def best_of(tiny_asked):
    return tiny_asked.best_of


@pytest.fixture(scope="module")
def heads(run):
    return one_head.alone(run)


@pytest.fixture(scope="module")
def taken(run, heads):
    return steps.take(run, [each.step for each in heads], silent)


def test_a_post_chosen_again_is_worth_the_difference_of_two_optima(run, best_of, taken):
    tried = 0
    for each in taken[1:]:
        change = each.step.change

        def keeps(choice, change=change):
            lines = dict(choice.lines)
            return all(may(lines[line]) for line, may in change.only.items())

        _, value = best_of(with_rows(run.exact, change.rows), keeps)
        assert (each.found.npv if each.found else -np.inf) == pytest.approx(value, abs=0.01), each.step.id
        tried += each.found is not None
    assert tried > 3


def test_one_more_means_one_more(run, taken):
    for each in taken[1:]:
        if each.step.kind == "role" and each.found:
            role = each.step.id.split("_")[0]
            before, after = (dict(choice.seats)[role][each.step.phase] for choice in (run.choice, each.found.choice))
            assert (after - before) * each.step.by >= 1


def test_without_a_change_nothing_better_is_known(run, taken):
    assert taken[0].step.id == steps.BEST
    assert taken[0].found.npv == pytest.approx(run.npv, abs=0.01)
    assert steps.known(run, taken) == taken[1:]


def test_a_better_plan_met_on_the_way_is_kept(run, every):
    poor = min(every, key=lambda choice: choice != run.choice and not run.exact.broken(run.tables.total(choice)))
    worth = float(run.exact.npv(run.tables.total(poor)).mean())
    found = steps.take(replace(run, choice=poor, npv=worth - 2.0), [], silent)
    assert steps.known(run, found) == []
    assert steps.known(replace(run, npv=found[0].found.npv - 2.0), found) == found


@pytest.fixture(scope="module")
def behind(run, tiny_asked):
    """A run whose plan is the second best of all, what it is behind, and its steps of budget and caps chosen again."""
    choice, worth = tiny_asked.best_of(run.exact, lambda plan: plan != run.choice)
    own = replace(run, choice=choice, npv=worth, plan=choice.plan(run.case, "p", "Recommended plan"))
    return own, run.npv - worth, steps.take(own, [*steps.budget_steps(own), *steps.cap_steps(own)], silent)


@pytest.mark.parametrize(("more", "against"), [(-1.0, "best"), (0.0, "best"), (1.0, "recommended")])
def test_all_is_held_against_the_runs_own_plan_unless_a_better_one_matters(behind, monkeypatch, more, against):
    """At what matters and a yuan to each side: a plan that is better by as much takes the place of the run's own."""
    own, by, taken = behind
    monkeypatch.setattr(steps, "MATERIALITY", by + more)
    assert (steps.held(own, own, taken) is own) == (against == "recommended")
    kept = steps.known(own, taken)
    data = steps.dataset(own, kept, 50, answers.attributes(own.case, "next-hire", {}, 1, 50, 16))
    assert data.attrs["against"] == against
    npv = data["npv"]
    for plan in data["plan"].values:
        assert float(data["gain"].sel(plan=plan)) == pytest.approx(
            float((npv.sel(plan=plan) - npv.sel(plan=against)).mean())
        )
    same = [each for each in taken[1:] if each.found and each.found.choice == taken[0].found.choice]
    assert same
    stays = {
        str(plan) for plan in data["plan"].values if float(abs(npv.sel(plan=plan) - npv.sel(plan=against)).max()) == 0
    }
    assert stays >= {each.step.id for each in same}
    said = hire_sentences(data)
    words = "below what matters" if against == "recommended" else "All differences here are against the better plan"
    assert words in said[0]
    assert ("against the recommended one, below" in said[0]) == (against == "recommended")


def test_a_better_plan_that_matters_on_fresh_futures_alone_says_so(behind):
    own, _, taken = behind
    data = steps.dataset(own, steps.known(own, taken), 50, answers.attributes(own.case, "next-hire", {}, 1, 50, 16))
    ahead = data.copy(deep=True)
    ahead["gain"].loc[{"plan": "best"}] = 0.5e6
    assert "below what matters (0.50 M CNY) (" in hire_sentences(ahead)[0]
    assert "M CNY on the draws that choose)" in hire_sentences(ahead)[0]
    ahead["gain"].loc[{"plan": "best"}] = 0.5e6 - 1
    assert "on the draws that choose" not in hire_sentences(ahead)[0]


@pytest.mark.parametrize("most", [0.1, 0.4])
def test_the_sweep_is_the_best_plan_under_each_budget(run, best_of, most):
    asked = steps.sweep_steps(run, most, 2)
    assert [step.by for step in asked] == pytest.approx([-most, -most / 2, most / 2, most])
    for each in steps.take(run, asked, silent)[1:]:
        rows = [replace(row, high=row.high * (1 + each.step.by)) for row in run.exact.rows if row.rule == "R28"]
        _, value = best_of(with_rows(run.exact, rows))
        assert (each.found.npv if each.found else -np.inf) == pytest.approx(value, abs=0.01)


def test_budgets_and_caps_move_by_one_step(run):
    budget = next(row for row in run.exact.rows if row.rule == "R28")
    found = list(steps.budget_steps(run))
    assert [(step.by, step.change.rows[0].high - budget.high) for step in found[:2]] == [(1e6, 1e6), (-1e6, -1e6)]
    caps = list(steps.cap_steps(run))
    assert [step.change.rows[0].high for step in caps] == [6, 4, 8, 6]


@pytest.fixture(scope="module")
def told(run, heads):
    taken = [*heads, *steps.take(run, list(steps.budget_steps(run)), silent)[1:]]
    attributes = answers.attributes(run.case, "next-hire", {}, 1, 50, 16)
    return steps.dataset(run, taken, 50, attributes)


def test_values_are_paired_on_the_same_futures(told):
    first = told["npv"].sel(plan="recommended")
    for plan in told["plan"].values:
        difference = told["npv"].sel(plan=plan) - first
        assert float(told["gain"].sel(plan=plan)) == pytest.approx(float(difference.mean()))
        assert float(told["gain_se"].sel(plan=plan)) == pytest.approx(float(difference.std(ddof=1)) / np.sqrt(50))


def test_sentences_follow_the_dataset(told):
    more = next(str(plan) for plan in told["plan"].values if "bd" in str(plan) and str(plan).endswith("more"))
    richer = told.copy(deep=True)
    richer["gain"].loc[{"plan": more}] = 3.25e6
    richer["gain_se"].loc[{"plan": more}] = 1e5
    assert any(f"{money(3.25e6, True)} ± 0.10 M CNY" in sentence for sentence in hire_sentences(richer))
    assert hire_sentences(told) != hire_sentences(richer)
    assert "The next post worth hiring is Partner business development" in " ".join(hire_sentences(richer))


def test_a_refused_step_is_told_with_its_reason(told):
    assert "No plan at all under: " in " ".join(hire_sentences(told)) or not told.attrs["refused"]
    spoiled = told.assign_attrs(refused="Budget from Jan 2027: -1 M – budget of start: too much")
    assert hire_sentences(spoiled)[-1] == (
        "No plan at all under: Budget from Jan 2027: -1 M – budget of start: too much."
    )


def test_the_picture_holds_every_step(told):
    charts = VIEWS["next-hire"].charts(told)
    rows = [row for chart in charts for row in chart.rows]
    assert len(rows) == told.sizes["plan"] - 1
    assert all("<svg" in chart.svg for chart in charts)


def test_the_sweep_is_told_in_order(run):
    asked = steps.sweep_steps(run, 0.1, 2)
    taken = steps.known(run, steps.take(run, asked, silent))
    attributes = answers.attributes(run.case, "next-hire-budget", {"--budget": 0.1}, 1, 50, 16)
    data: xr.Dataset = steps.dataset(run, taken, 50, attributes)
    chart = VIEWS["next-hire-budget"].charts(data)[0]
    places = [row[0] for row in chart.rows]
    assert places == [
        place for place in ("−10\u00a0%", "−5.0\u00a0%", "0\u00a0%", "+5.0\u00a0%", "+10\u00a0%") if place in places
    ]
    assert any("of all budgets" in s or "All budgets" in s for s in sweep_sentences(data))


def test_a_share_of_budget_has_ends():
    with pytest.raises(InputError, match=r"--budget: outside what is possible"):
        next_hire.ask("nowhere", 2.0, Asked(10, None, False, silent))


def test_asking_stores_the_answer(small_run, tmp_path, monkeypatch):
    """On two budgets only, from the run's folder to the stored answer."""
    few = partial(_two, steps.budget_steps)
    answer = steps.answer(str(small_run.out), "next-hire-budget", {}, few, Asked(60, tmp_path / "a", False, silent))
    assert answer.dataset.attrs["run_dataset"]
    assert answer.dataset.attrs["question"] == "next-hire-budget"
    assert set(answer.dataset["plan"].values) >= {"recommended"}
    assert sorted(path.stem for path in (answer.path / "plans").iterdir()) == sorted(
        map(str, answer.dataset["plan"].values)
    )


def _two(make, run):
    return list(make(run))[:2]


def test_the_next_hire_is_asked_from_the_run_to_the_stored_answer(small_run, tmp_path):
    answer = next_hire.ask(str(small_run.out), 0.0, Asked(60, tmp_path / "a", False, silent))
    kinds = set(map(str, answer.dataset["kind"].values))
    assert kinds >= {"team", "role", "budget", "cap"}
    assert answer.dataset.attrs["question"] == "next-hire"
    assert (answer.path / "page.html").is_file()
    assert hire_sentences(answer.dataset)
