"""A line's own gate as part of its path: priced by verdict, chosen where it pays, the same money as the simulator's."""

from dataclasses import replace

import numpy as np
import pytest

from model import gates
from model.gate_inputs import Answer, Gate, Milestone
from model.ledger import discount_factors, result
from model.plans import GateAnswer
from model.simulate import TABLE, Block, plan_months
from solvers.certificate import certify
from solvers.change import choice_of
from solvers.choose import choose
from solvers.exact import Exact, Tables
from solvers.gate_certificate import gated_gap, random_gated
from solvers.options import allowed, neighbours, option_of, start_options
from solvers.pricing import Pricer

SEED, DRAWS = 7, 12
MODES = ("department", "unit")


def gate(users, month=6, line="used_car", **more):
    least = Milestone.model_validate({"users": {"value": users, "unit": "units", "source": "for tests"}})
    answers = {"hold": Answer(title="", expand=1, hold=0), "stop": Answer(title="", expand=1, hold=1)}
    return Gate(title="", line=line, month=month, least=least, answers=answers, **more)


@pytest.fixture(scope="module")
def two_lines(tiny):
    """Tiny, each line far better or far worse than its mean, with a milestone in month 6; people leave for nothing."""
    modes = {name: tiny.modes[name] for name in MODES}
    people = tiny.staffing.model_copy(update={"managed_exit": None, "severance": "none"})
    wild = tiny.uncertainty.model_copy(update={"line": 1.2})
    lines = {name: part.model_copy(update={"demand": 1.0}) for name, part in tiny.lines.items()}
    changes = {"modes": modes, "staffing": people, "uncertainty": wild, "lines": lines}
    asked = {"car": gate(130), "charger": gate(1950, 6, "charging")}
    return tiny.model_copy(update={**changes, "gates": asked})


@pytest.fixture(scope="module")
def best(two_lines):
    return choose(two_lines, SEED, DRAWS, lambda line: None)[0]


def npv(case, plan):
    months = plan_months(case, plan, Block(case, SEED, TABLE, 0, DRAWS))
    factors = discount_factors(float(case.clock.discount), case.clock.months)[:, None]
    return (result(months.ledger) * factors).sum(axis=0), months


@pytest.mark.parametrize("answer", ["hold", "stop"])
def test_a_gated_path_is_priced_as_the_simulator_follows_it(two_lines, best, answer):
    case, tables = two_lines, Tables(two_lines, Pricer(two_lines, MODES, SEED, DRAWS))
    exact, lines = Exact(case, MODES), []
    for line, option in best.choice.lines:
        path = option if not option.is_closed else start_options(case, line, 2)[-1]
        lines.append((line, replace(path, gates=(({"used_car": "car"}.get(line, "charger"), answer),))))
    for line, option in lines:
        tables.add(line, [replace(option, gates=()), option])
    choice = replace(best.choice, lines=tuple(lines))
    found, months = npv(case, choice.plan(case, "p", ""))
    assert np.abs(exact.npv(tables.total(choice)) - found).max() < 1e-3
    assert all(0 < (said == gates.EXPAND).sum() < DRAWS for said in months.verdicts.values())
    bare = replace(choice, lines=tuple((line, replace(option, gates=())) for line, option in lines))
    assert np.abs(exact.npv(tables.total(bare)) - found).max() > 1000
    assert exact.uses(tables.total(bare))[0][1] == exact.uses(tables.total(choice))[0][1]


def test_a_gate_is_chosen_where_it_pays_and_is_cross_checked(two_lines, best):
    """No gate of the chosen plan may be left out or answered otherwise with profit; the simulator gives its value."""
    asked = {line: option for line, option in best.choice.lines if option.gates}
    assert list(asked) == ["charging"]
    found, _ = npv(two_lines, best.choice.plan(two_lines, "p", ""))
    assert best.npv == pytest.approx(found.mean(), abs=0.01)
    for line, option in asked.items():
        for gate_name, chosen in option.gates:
            for other in [(), *(((gate_name, answer),) for answer in ("hold", "stop") if answer != chosen)]:
                changed = best.choice.with_line(line, replace(option, gates=other))
                assert npv(two_lines, changed.plan(two_lines, "p", ""))[0].mean() <= found.mean() + 0.01
    proof = certify(best.tables, best.exact, best.choice, SEED, 20)
    assert proof.holds


def test_gates_are_steps_of_a_path_and_survive_a_plan_file(two_lines):
    option = next(path for path in start_options(two_lines, "used_car", 2) if not path.is_closed)
    steps = {step.gates for step in neighbours(two_lines, "used_car", option)}
    assert steps == {(), (("car", "hold"),), (("car", "stop"),)}
    gated = replace(option, gates=(("car", "stop"),))
    assert {step.gates for step in neighbours(two_lines, "used_car", gated)} == steps
    assert gated.plan().gates == (GateAnswer(gate="car", answer="stop"),)
    assert option_of(gated.plan()) == gated


def test_an_obligatory_gate_stands_in_every_open_path(two_lines, changed):
    case = changed(two_lines, {"gates.car.obligatory": True})
    paths = start_options(case, "used_car", 2)
    assert {path.gates for path in paths if not path.is_closed} == {(("car", "hold"),)}
    assert any(path.is_closed for path in paths)
    assert not allowed(case, replace(paths[-1], gates=()))
    assert {path.gates for path in start_options(case, "charging", 2)} == {()}


def test_a_plan_file_with_a_gate_becomes_the_same_choice(two_lines, best):
    assert choice_of(two_lines, best.choice.plan(two_lines, "p", "")) == best.choice


def test_gates_of_lines_and_of_the_unit_are_cross_checked_together(two_lines, best):
    unit = gate(900, 9, "")
    case = two_lines.model_copy(update={"gates": {"unit": unit, **two_lines.gates}})
    tables = Tables(case, Pricer(case, MODES, SEED, DRAWS))
    for line, known in best.tables.options.items():
        tables.add(line, [option for option in known if option.gates or option.is_closed])
    plans = random_gated(tables, Exact(case, MODES), 8, SEED)
    assert any(option.gates for plan in plans for _, option in plan.choice.lines)
    assert len({number for plan in plans for number in plan.said.tolist()}) > 1
    assert gated_gap(tables, Exact(case, MODES), plans, SEED).cny <= 0.001
