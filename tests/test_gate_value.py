"""What a gate is worth: branch by branch the simulator's value of the gated plan, told from the dataset alone."""

import re

import numpy as np
import pytest

from experiments.asking import answers, gate_value
from experiments.asking.answers import Asked
from experiments.asking.gate_value import Valued
from experiments.running import gate_words
from model.errors import InputError
from model.plans import GateAnswer, Policies
from model.simulate import VERDICT, simulate
from reports.views import VIEWS

SEED, DRAWS = 7, 24


@pytest.fixture(scope="module")
def case(shipped, changed):
    return changed(shipped("ecosystem"), {"gates.month_6.least.users": 6000.0})


@pytest.fixture(scope="module")
def found(case, plan_of):
    return gate_value.value(case, plan_of("ecosystem", "documents"), SEED, DRAWS)


@pytest.mark.parametrize("option", ["month_6:hold", "month_6:stop", "month_18:two"])
def test_each_option_is_the_gated_plans_own_value(case, plan_of, found, option):
    names = [f"{gate}:{answer}" for gate, answer in gate_value.options(case)]
    gate, answer = option.split(":")
    policies = Policies(gates=(GateAnswer(gate=gate, answer=answer),))
    plan = plan_of("ecosystem", "documents").model_copy(update={"policies": policies})
    outcome = simulate([case], [plan], SEED, VERDICT, DRAWS)[0]
    place = names.index(option)
    assert np.array_equal(found.npv[place], outcome.npv)
    assert np.array_equal(found.said[place], outcome.verdicts[list(case.gates).index(gate)])
    assert len(set(found.said[names.index("month_6:stop")].tolist())) == 2


def test_marks_are_the_cases_and_some_are_missed(case, found):
    marks = [(gate, name) for gate, name, _ in gate_value.marks(case)]
    assert marks[:5] == [("month_6", mark) for mark in ("cities", "partners", "users", "conversion", "nps")]
    assert len(marks) == len(found.met) == 9
    chances = dict(zip(marks, found.met.mean(axis=1), strict=True))
    assert chances["month_6", "cities"] == 1.0
    assert 0 < chances["month_6", "users"] < 1


@pytest.fixture(scope="module")
def told(case, plan_of):
    """By hand: two plans, six options, four futures; the first option ends half of the first plan's futures at −1."""
    free = 1e6 * np.array([8.0, -6.0, 8.0, -6.0])
    npv, said = np.tile(free, (6, 1)), np.zeros((6, 4), dtype=np.int64)
    npv[0], said[0] = 1e6 * np.array([8.0, -1.0, 8.0, -1.0]), np.array([0, 1, 0, 1])
    npv[2], said[2] = 1e6 * np.array([8.0, -7.0, -1.0, -6.0]), np.array([0, 2, 2, 0])
    met = np.ones((9, 4))
    met[2] = [1, 0, 0, 0]
    first, second = Valued(free, npv, said, met), Valued(free, np.tile(free, (6, 1)), 0 * said, np.ones((9, 4)))
    plans = {"recommended": plan_of("ecosystem", "lean"), "documents": plan_of("ecosystem", "documents")}
    plans = {name: plan.model_copy(update={"title": f"Plan {name}"}) for name, plan in plans.items()}
    return gate_value.dataset(
        case, plans, [first, second], answers.attributes(case, "gate-value", {"plans": "x"}, 7, 4, 16)
    )


def test_the_gain_by_hand(told):
    """+5 M in two of four futures is +2.5 M; the deviations ±2.5 have a sd of 2.887 and an error of 1.443."""
    row = told.sel(plan="recommended", option="month_6:hold")
    assert float(row["gain"]) == pytest.approx(2.5e6)
    assert float(row["gain_se"]) == pytest.approx(1.4434e6, rel=1e-4)
    assert row["chance"].values.tolist() == [0.5, 0.5, 0.0]
    assert float(row["p_loss"]) == 0.5
    assert float(told["gain"].sel(plan="documents").max()) == 0.0
    assert float(told["met"].sel(plan="recommended", mark="month_6:users")) == 0.25


def test_sentences_say_what_pays_what_ends_and_which_mark_decides(told):
    view = VIEWS["gate-value"]
    lines = [line.replace("\xa0", " ") for line in view.sentences(told)]
    assert lines[0].startswith(
        "Month 6, “Plan recommended”: “grow on all five marks, else stay as it is” is worth +2.5"
    )
    assert "within sampling error; of the futures 50 % go on as planned, 50 % stay as they are" in lines[0]
    assert re.search(r"the answer that ends most: “grow on all five marks, else end” is worth −2.5.*50 % end", lines[1])
    assert lines[2] == "Month 6, “Plan recommended”: the mark reached most rarely is “users”, in 25 %."
    assert any("changes nothing, all futures go on as planned" in line for line in lines)
    assert len(view.sheets(told)[0].rows) == 12
    assert view.charts(told)[0].finding.replace("\xa0", " ") == lines[0]


def test_the_answer_is_stored_and_told_again_alike(told, case, tmp_path):
    answer = answers.keep(tmp_path / "answer", told, case)
    assert answer.view.sentences(answer.dataset) == VIEWS["gate-value"].sentences(told)
    assert "gain" in answer.dataset


def test_a_run_without_gates_or_plan_is_refused(small_run, tmp_path, case, plan_of):
    with pytest.raises(InputError, match=r"E-MISSING  gates: the case has no gate of the unit"):
        gate_value.ask(str(small_run.out), (), Asked(8, tmp_path / "a", False, print))
    run = type("Run", (), {"plans": {"recommended": plan_of("ecosystem", "lean")}})
    with pytest.raises(InputError, match=r"no such plan in the run; found leen"):
        gate_value.looked_at(run, ["leen"])


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.9851, 0.0149], ["98.5 %", "1.5 %"]),  # 99 % and 1.5 % would make 100.5 %
        ([0.5, 0.25, 0.25], ["50 %", "25 %", "25 %"]),
        ([0.335, 0.335, 0.33], ["34 %", "33 %", "33 %"]),
        ([0.9985, 0.0015], ["99.85 %", "0.15 %"]),
        ([1.0], ["100 %"]),
    ],
)
def test_shares_of_all_futures_add_up_to_a_hundred(shares, said):
    told = [each.replace("\xa0", " ") for each in gate_words.in_hundred(shares)]
    assert told == said
    assert sum(float(each.removesuffix(" %")) for each in told) == 100


def test_the_decision_says_which_milestone_is_asked(case, plan_of):
    """Two futures of four go on, one stays, one ends; the other gate is not asked."""
    asked = Policies(gates=(GateAnswer(gate="month_6", answer="three"),))
    plan = plan_of("ecosystem", "documents").model_copy(update={"policies": asked})
    said = np.array([[0, 0, 1, 2], [-1, -1, -1, -1]])
    (gate,) = gate_words.asked(case, plan, said)
    assert gate["chances"] == {"expand": 0.5, "hold": 0.25, "stop": 0.25}
    assert gate_words.sentence(case, gate).replace("\xa0", " ") == (
        " After Jun 2027 the unit must grow on all five marks, stay on three, else end (First milestone: three cities, "
        "three partners, 5,000 users): it goes on in 50 % of futures, stays as it is in 25 % and ends in 25 %."
    )
    assert gate_words.asked(case, plan_of("ecosystem", "documents"), said) == []
