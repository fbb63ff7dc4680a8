"""Random plans of small shipped cases: tables and simulator tell the same money; the bench does more of them."""

import numpy as np
import pytest

from solvers.certificate import Side, compare, promises, random_choices, simulated_years
from solvers.exact import Exact, Tables, is_idle
from solvers.options import closed, start_options
from solvers.pricing import Pricer

SEED, SCENARIOS = 7, 2
TENTH_OF_A_FEN = 0.001
PLANS = {
    "mvp_team": 200,
    "paper": 200,
    "ladder": 200,
    "insurer": 200,
    "pool": 200,
    "year_2": 200,
    "mature": 200,
    "line_pay": 200,
    "channel": 20,
    "ecommerce": 30,
    "user_success": 20,
}


def some_tables(case, modes):
    """A few paths of each line, drawn from its first options, the closed one among them."""
    rng, tables = np.random.default_rng(SEED), Tables(case, Pricer(case, modes, SEED, SCENARIOS))
    for line in case.lines:
        options = start_options(case, line, 4)
        tables.add(line, [closed(case), *(options[index] for index in rng.permutation(len(options))[:16])])
    return tables


@pytest.mark.parametrize("name", PLANS)
def test_random_plans_of_a_shipped_case_agree_to_a_tenth_of_a_fen(shipped, name):
    case, count = shipped(name), PLANS[name]
    modes = tuple(case.choice.mode_paths[-1])
    tables, exact = some_tables(case, modes), Exact(case, modes)
    choices = random_choices(tables, modes, count, SEED)
    totals = [tables.total(choice) for choice in choices]
    assert sum(not is_idle(total) for total in totals) > 0.8 * count
    plans = [choice.plan(case, f"plan_{index}", "") for index, choice in enumerate(choices)]
    promised = Side(promises(tables, exact, choices), np.stack([exact.npv(total) for total in totals]))
    found = compare([plan.name for plan in plans], promised, simulated_years(case, plans, SEED, SCENARIOS))
    assert max(found.cny, found.npv) <= TENTH_OF_A_FEN, found.where
