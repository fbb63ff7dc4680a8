"""Why a plan: easing a rule is worth the difference of two optima told one by one, the next best is the second best."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.asking import answers, steps, why
from experiments.asking.answers import Asked
from reports.views import VIEWS
from reports.why_views import sentences
from solvers.change import changes
from solvers.resolve import with_rows


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def run(tiny_asked):
    return tiny_asked.run


@pytest.fixture(scope="module")
def eased(run):
    return steps.take(run, list(why.easings(run)), silent)[1:]


def test_only_rules_that_the_plan_stops_at_are_eased(run):
    uses = {row.name: (row, used) for row, used in run.exact.uses(run.tables.total(run.choice))}
    names = {step.id for step in why.easings(run)}
    for name, (row, used) in uses.items():
        stops = row.unit == "heads" and used == row.low > 0
        assert (f"ease_{name.replace(' ', '_')}_less" in names) == stops, name
    slack = replace(run, exact=with_rows(run.exact, [replace(r, high=1e9, low=-1e9) for r, _ in uses.values()]))
    assert list(why.easings(slack)) == []


def test_easing_a_rule_is_worth_the_difference_of_two_optima(tiny_asked, eased):
    run = tiny_asked.run
    compared = 0
    for each in eased:
        # Fewer partner managers than the role's minimum are not among the plans told one by one.
        if each.step.change.least:
            assert each.found.npv >= run.npv - 0.01
            continue
        _, value = tiny_asked.best_of(with_rows(run.exact, each.step.change.rows))
        assert each.found.npv == pytest.approx(value, abs=0.01)
        compared += 1
    assert compared


def test_a_minimum_is_lowered_in_rows_and_seats(run):
    lower = next(step for step in why.easings(run) if step.change.least)
    found = steps.take(run, [lower], silent)[1].found
    role, least = next(iter(lower.change.least.items()))
    assert lower.change.rows[0].low == least[lower.phase]
    assert dict(found.choice.seats)[role][lower.phase] >= least[lower.phase]
    assert steps.keeps_change(run.tables, run.exact, found.choice, lower.change)


def test_the_next_best_plan_is_the_second_best_of_all(tiny_asked):
    run = tiny_asked.run
    found = steps.take(run, [why.next_best(run)], silent)[1].found
    wanted, value = tiny_asked.best_of(run.exact, lambda choice: changes(choice, run.choice) >= 1)
    assert found.npv == pytest.approx(value, abs=0.01)
    assert found.choice == wanted


def test_steps_aside_are_exact_and_keep_the_rules(tiny_asked):
    run = tiny_asked.run
    asides = why.aside(run)
    assert asides
    for each in asides:
        choice = each.found.choice
        groups = [a != b for a, b in zip(choice.seats + choice.lines, run.choice.seats + run.choice.lines, strict=True)]
        assert sum(groups) == 1
        assert each.found.npv == pytest.approx(float(run.exact.npv(run.tables.total(choice)).mean()))
        assert each.found.npv <= run.npv + 0.01
        assert not run.exact.broken(run.tables.total(choice))


def test_each_aside_is_the_least_costly_of_its_kind(run):
    found = {each.step.id: each.found.npv for each in why.aside(run)}
    for step, choice in why._asides(run):
        if not run.exact.broken(run.tables.total(choice)):
            assert found[step.id] >= float(run.exact.npv(run.tables.total(choice)).mean()) - 1e-6


@pytest.fixture(scope="module")
def told(run, eased):
    taken = [*eased, *steps.take(run, [why.next_best(run)], silent)[1:], *why.aside(run)]
    return steps.dataset(run, taken, 40, answers.attributes(run.case, "why", {}, 1, 40, 16))


def test_sentences_follow_the_dataset(told):
    rule = next(
        str(plan) for plan, kind in zip(told["plan"].values, told["kind"].values, strict=True) if kind == "rule"
    )
    richer = told.copy(deep=True)
    richer["gain"].loc[{"plan": rule}], richer["gain_se"].loc[{"plan": rule}] = 2.5e6, 1e5
    title = str(told["plan_title"].sel(plan=rule).item())
    assert f"{title} is worth +2.5 ± 0.10 M CNY." in sentences(richer)
    assert f"{title} is worth +2.5 ± 0.10 M CNY." not in sentences(told)


def test_no_used_up_rule_is_said(told):
    few = [str(plan) for plan, kind in zip(told["plan"].values, told["kind"].values, strict=True) if kind != "rule"]
    assert sentences(told.sel(plan=few))[0] == "No rule holds the plan where it is: none is used up."


def test_the_pictures_hold_rules_and_steps(told):
    charts = {chart.name: chart for chart in VIEWS["why"].charts(told)}
    kinds = [str(kind) for kind in told["kind"].values]
    assert len(charts["rules"].rows) == kinds.count("rule")
    assert len(charts["asides"].rows) == kinds.count("aside")
    assert all(np.isfinite(row[2]) for chart in charts.values() for row in chart.rows)


def test_asking_stores_the_answer(small_run, tmp_path, monkeypatch):
    """On one rule only, from the run's folder to the stored answer."""
    some = why.easings
    monkeypatch.setattr(why, "easings", lambda run: list(some(run))[:1])
    monkeypatch.setattr(why, "MOST_BETTER", 1)
    answer = why.ask(str(small_run.out), Asked(60, tmp_path / "a", False, silent))
    assert {"rule", "next", "aside"} <= set(map(str, answer.dataset["kind"].values))
    assert (answer.path / "page.html").is_file()
