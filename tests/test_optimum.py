"""The shipped case's best plan is a sane one: rules bind, bounds do not, and money changes it."""

import numpy as np
import pytest

from model.budgets import approved_cost
from model.inputs import Case
from model.plans import Plan, heads_by_phase
from model.quantities import Quantity
from model.simulate import VERDICT, Block, plan_months
from solvers.path_choice import choose_path
from solvers.path_result import PathResult

DRAWS = 48
PATH = ("department", "unit", "unit")
pytestmark = pytest.mark.slow


def _best(case: Case) -> tuple[PathResult, Plan]:
    result = choose_path(case, PATH, 7, DRAWS, lambda text: None)
    return result, result.choice.plan(case, "best", "Best plan")


def _with_budget(case: Case, factor: float) -> Case:
    phases = tuple(p.model_copy(update={"budget": Quantity(p.budget * factor, unit="CNY")}) for p in case.phases)
    # R118 ties modes to sums granted: it must not be what a tenth less of budget meets first
    return case.model_copy(update={"phases": phases, "mode_limits": {}})


@pytest.fixture(scope="module")
def case(shipped) -> Case:
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def best(case: Case) -> tuple[PathResult, Plan]:
    return _best(case)


def test_a_budget_and_a_role_minimum_bind(case: Case, best: tuple[PathResult, Plan]) -> None:
    used = approved_cost(case, best[1]) / np.array([float(phase.budget) for phase in case.phases])
    assert 0.97 <= used.max() <= 1.0
    at_least = [
        role
        for role, heads in best[1].seats.items()
        if any(mine == low > 0 for mine, low in zip(heads, case.roles[role].heads_least, strict=True))
    ]
    assert {"strategy", "bd"} & set(at_least)


def test_partner_managers_are_used_or_helped(case: Case, best: tuple[PathResult, Plan]) -> None:
    months = plan_months(case, best[1], Block(case, 7, VERDICT, 0, 512))
    bd = list(case.shared_work).index("bd")
    use = months.work[bd].mean(axis=1)[6:] / months.supply[bd].mean(axis=1)[6:]
    bought = np.maximum(months.work[bd] - months.supply[bd], 0).mean(axis=1)
    assert use.max() >= 0.9 or bought.sum() > 0


def test_someone_is_declined_and_every_line_is_inside_its_grid(case: Case, best: tuple[PathResult, Plan]) -> None:
    plan = best[1]
    signed = {name for part in plan.lines.values() for name in part.partners}
    assert 1 <= len(case.partners) - len(signed) < len(case.partners)
    for line in case.lines:
        heads = plan.lines[line].team["operations"]
        assert 1 <= heads[-1] < case.roles["operations"].heads_most[-1]


def test_heads_lie_inside_the_bounds(case: Case, best: tuple[PathResult, Plan]) -> None:
    for count, phase, mode in zip(heads_by_phase(case, best[1]), case.phases, PATH, strict=True):
        low = max(phase.heads_least, case.modes[mode].heads_least)
        high = min(phase.heads_most, case.modes[mode].heads_most)
        assert low < count < high


def test_ten_percent_of_budget_change_the_plan(case: Case, best: tuple[PathResult, Plan]) -> None:
    richer, more = _best(_with_budget(case, 1.1))
    poorer, less = _best(_with_budget(case, 0.9))
    assert more != best[1]
    assert less != best[1]
    assert poorer.npv < best[0].npv < richer.npv
