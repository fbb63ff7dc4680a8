"""One head more or fewer with nothing else changed: who changes, what it brings, which rules it asks to be eased."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t

from experiments.asking import answers, one_head, steps
from model.feasibility import broken_limits
from model.plans import heads_by_phase
from model.simulate import VERDICT, simulate
from reports.next_hire_views import hire_sentences
from reports.views import VIEWS
from solvers.change import Change
from solvers.goals import Goal
from solvers.resolve import narrows

DRAWS = 60


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def run(tiny_asked):
    return tiny_asked.run


@pytest.fixture(scope="module")
def heads(run):
    return one_head.alone(run)


@pytest.fixture(scope="module")
def told(run, heads):
    taken = [*steps.take(run, one_head.again(run, heads), silent)[1:], *heads]
    attributes = answers.attributes(run.case, "next-hire", {}, 1, DRAWS, 16)
    return one_head.with_heads(steps.dataset(run, taken, DRAWS, attributes), run, taken)


@pytest.mark.parametrize(
    ("before", "phase", "by", "after"),
    [
        ((2, 2, 4), 0, 1, (3, 3, 4)),
        ((2, 2, 4), 1, 1, (2, 3, 4)),
        ((2, 2, 4), 2, 1, (2, 2, 5)),
        ((2, 2, 4), 0, -1, (1, 2, 4)),
        ((2, 2, 4), 1, -1, (1, 1, 4)),
        ((2, 2, 4), 2, -1, (2, 2, 3)),
        ((5, 5, 5), 0, 5, (10, 10, 10)),
        ((5, 5, 5), 2, -5, (0, 0, 0)),
    ],
)
def test_a_seat_opens_from_its_phase_on_and_is_lacking_up_to_it(before, phase, by, after):
    assert one_head.one_step(before, phase, by) == after


def test_only_one_role_changes_and_only_in_the_way_asked(run, heads):
    before = {(role, ""): own for role, own in run.choice.seats}
    before |= {(role, line): own for line, option in run.choice.lines for role, own in option.team}
    assert {each.step.by for each in heads} == {1.0, -1.0}
    for each in heads:
        choice = each.found.choice
        after = {(role, ""): own for role, own in choice.seats}
        after |= {(role, line): own for line, option in choice.lines for role, own in option.team}
        (moved,) = [key for key in before if before[key] != after[key]]
        assert after[moved] == one_head.one_step(before[moved], each.step.phase, int(each.step.by))
        assert each.step.kind == ("team" if moved[1] else "role")


def test_every_head_inside_its_roles_bounds_is_priced_once(run, heads):
    wanted = 0
    for role, own in run.choice.seats:
        limits = run.case.roles[role]
        for phase in range(len(own)):
            for by in (1, -1):
                after = one_head.one_step(own, phase, by)
                bounds = zip(limits.heads_least, after, limits.heads_most, strict=True)
                wanted += all(low <= count <= high for low, count, high in bounds)
    assert sum(each.step.kind == "role" for each in heads) == wanted
    assert len({each.step.id for each in heads}) == len(heads)


def test_the_value_is_that_of_the_plan_file_with_one_more_head(run, told):
    """A second road: the plan written by hand and simulated, not the optimizer's words."""
    plan = next(str(name) for name in told["plan"].values if str(name).startswith("bd") and "_again" not in str(name))
    step = told.sel(plan=plan)
    by_hand = one_head.one_step(run.plan.seats["bd"], int(step["when"]), int(step["by"]))
    other = run.plan.model_copy(update={"seats": {**run.plan.seats, "bd": by_hand}})
    own, moved = simulate([run.case] * 2, [run.plan, other], 1, VERDICT, DRAWS)
    assert float(step["gain"]) == pytest.approx(float((moved.npv - own.npv).mean()), abs=0.01)
    assert step["heads"].values.tolist() == list(heads_by_phase(run.case, other))


def test_what_a_head_asks_for_is_what_its_plan_breaks(run, heads):
    """A second road: the check of a plan file counts the same limits without tables."""
    broken = 0
    for each in heads:
        found = broken_limits(run.case, each.found.choice.plan(run.case, "p", "P"))
        words = one_head.asks(run, each.found.choice)
        assert len([word for word in words.split("; ") if word]) == len(found), each.step.id
        for one in found:
            if one.name.startswith("budget of"):
                assert f"+{(one.found - one.high) / 1e6:.2f} M CNY" in words
        broken += bool(found)
    assert broken


def test_ranges_hold_for_all_single_heads_together(told):
    names = [str(p) for p, kind in zip(told["plan"].values, told["kind"].values, strict=True) if kind in one_head.KINDS]
    reach = t.ppf(1 - 0.05 / 2 / len(names), DRAWS - 1)
    for plan in told["plan"].values:
        half = float(told["half"].sel(plan=plan))
        if str(plan) in names:
            assert half == pytest.approx(reach * float(told["gain_se"].sel(plan=plan)))
        else:
            assert np.isnan(half)


def test_the_rest_is_chosen_again_for_the_best_posts_that_break_a_rule(run, heads):
    more = sorted((each for each in heads if each.step.by > 0), key=lambda each: -each.found.npv)[: one_head.FEW]
    wanted = [f"{each.step.id}_again" for each in more if one_head.asks(run, each.found.choice)]
    assert [step.id for step in one_head.again(run, heads)] == wanted
    loose = [replace(each, found=replace(each.found, choice=run.choice)) for each in heads]
    assert one_head.again(run, loose) == []


def test_the_sentence_says_what_the_next_post_asks_for(told):
    more = next(str(plan) for plan in told["plan"].values if "bd" in str(plan) and str(plan).endswith("more"))
    richer = told.copy(deep=True)
    for name, value in (("gain", 3.25e6), ("gain_se", 1e5), ("half", 3.3e5)):
        richer[name].loc[{"plan": more}] = value
    places = list(map(str, told["plan"].values))
    words = ["" if place != more else "budget from Jan 2027 +0.42 M CNY" for place in places]
    asking = richer.assign_coords(asks=("plan", np.array(words, dtype=object)))
    said = next(one for one in hire_sentences(asking) if one.startswith("The next post worth hiring"))
    assert said.endswith("+3.2 ± 0.10 M CNY on the same futures; it asks for budget from Jan 2027 +0.42 M CNY.")
    nothing = asking.assign_coords(asks=("plan", np.array([""] * len(places), dtype=object)))
    assert "asks for" not in " ".join(hire_sentences(nothing))
    wide = asking.copy(deep=True)
    wide["half"].loc[{"plan": more}] = 3.3e6
    assert not any(one.startswith("The next post worth hiring") for one in hire_sentences(wide))


def test_the_first_table_is_in_order_of_worth(told):
    first, second = VIEWS["next-hire"].sheets(told)
    gains = [row[2] for row in first.rows]
    assert gains == sorted(gains, reverse=True)
    singles = [kind for kind in told["kind"].values if str(kind) in one_head.KINDS]
    assert len(first.rows) == len(singles)
    assert not {row[0] for row in first.rows} & {row[0] for row in second.rows}


def row_of(run, **ends):
    return replace(run.exact.rows[0], **ends)


@pytest.mark.parametrize(
    ("low", "high", "narrower"), [(0, 0, True), (0, -1, True), (0, 1, False), (1, 0, True), (-1, 0, False)]
)
def test_a_rule_is_narrower_inside_its_own_ends(run, low, high, narrower):
    own = run.exact.rows[0]
    change = Change((row_of(run, low=own.low + low, high=own.high + high),))
    assert narrows(run.exact, change) is narrower


def test_a_new_row_only_takes_away_and_another_goal_does_not(run):
    assert narrows(run.exact, Change((row_of(run, name="asked", high=1e9),)))
    assert not narrows(run.exact, Change(least={"bd": (0.0, 0.0)}))
    assert not narrows(run.exact, Change(goal=Goal(caution=1.0)))


def test_a_rule_that_takes_only_other_plans_away_is_not_solved_again(run, monkeypatch):
    caps = [step for step in steps.cap_steps(run) if step.by < 0]
    loose = [replace(step, change=Change((replace(step.change.rows[0], high=1e6, name="asked"),))) for step in caps]
    solved = []
    own = steps._chosen

    def counting(run, step, cuts, solves):
        solved.append(step.id)
        return own(run, step, cuts, solves)

    monkeypatch.setattr(steps, "_chosen", counting)
    taken = steps.take(run, loose, silent)
    assert solved == [steps.BEST]
    assert {each.found.choice for each in taken} == {run.choice}
