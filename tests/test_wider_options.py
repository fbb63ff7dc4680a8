"""What a plan may choose besides heads and partners: the search finds the best of all plans told one by one."""

import pytest

from model.case_rules import case_faults
from model.feasibility import broken_limits
from model.ledger import discount_factors, result
from model.simulate import TABLE, Block, plan_months
from solvers.certificate import certify
from solvers.choose import choose_path

MODES = ("department", "unit")
DRAWS, SEED = 8, 1


def silent(_):
    """Say nothing."""


def worth(case, plan):
    """Mean net present value of a plan by the simulator, on the draws that price options."""
    book = plan_months(case, plan, Block(case, SEED, TABLE, 0, DRAWS)).ledger
    factors = discount_factors(float(case.clock.discount), case.clock.months)
    return float((result(book) * factors[:, None]).sum(axis=0).mean())


def best_of(case, plans):
    kept = [plan for plan in plans if not broken_limits(case, plan)]
    assert kept
    return max(worth(case, plan) for plan in kept)


@pytest.fixture(scope="module")
def smaller(tiny, changed):
    """The tiny case with teams of one: 75 plans."""
    modes = {name: mode.model_copy(update={"friction": None}) for name, mode in tiny.modes.items() if name in MODES}
    values = {"roles.operations.heads_most": (1.0, 1.0), "modes": modes, "staffing.managed_exit": None}
    return changed(tiny, values)


def with_contracts(case, plan, contracts):
    """The plan with other contracts where it signs the partner."""
    lines = {
        name: part.model_copy(
            update={
                "partners": {
                    key: entry.model_copy(update={"contract": contracts.get(key, entry.contract)})
                    for key, entry in part.partners.items()
                }
            }
        )
        for name, part in plan.lines.items()
    }
    return plan.model_copy(update={"lines": lines})


@pytest.mark.parametrize(("rate", "taken"), [(300.0, "better"), (150.0, "charging_first")])
def test_the_better_of_two_contracts_is_found(smaller, changed, tiny_plans, rate, taken):
    own = smaller.contracts["charging_first"]
    other = own.model_copy(update={"rates": (rate,), "base_rate": rate})
    wide = {"contracts": smaller.contracts | {"better": other}, "choice.contract_variants": {"charging_1": ("better",)}}
    case = changed(smaller, wide | {"lines.charging.demand": 8.0})
    plans = list(tiny_plans(case, MODES))
    plans += [with_contracts(case, plan, {"charging_1": "better"}) for plan in plans if "charging" in plan.lines]
    found = choose_path(case, MODES, SEED, DRAWS, silent)
    assert found.npv == pytest.approx(best_of(case, plans), abs=0.01)
    chosen = found.choice.plan(case, "p", "")
    assert chosen.lines["charging"].partners["charging_1"].contract == taken
    assert certify(found.tables, found.exact, found.choice, SEED, 2).holds


def test_without_a_list_a_partner_keeps_its_contract(smaller, changed):
    own = smaller.contracts["charging_first"]
    better = own.model_copy(update={"rates": (300.0,), "base_rate": 300.0})
    case = changed(smaller, {"contracts": smaller.contracts | {"better": better}})
    found = choose_path(case, MODES, SEED, DRAWS, silent)
    priced = {contract for option in found.tables.options["charging"] for _, contract in option.contracts}
    assert priced == {"charging_first"}


def test_unknown_partners_and_contracts_are_refused(tiny, changed):
    case = changed(tiny, {"choice.contract_variants": {"nobody": ("charging_first",), "charging_1": ("no_such",)}})
    where, partner = "choice.contract_variants", "used_car_1, charging_1"
    assert (f"{where}.nobody", "unknown partner", "nobody", partner) in list(case_faults(case))
    known = ", ".join(tiny.contracts)
    assert (f"{where}.charging_1", "unknown contract", "no_such", known) in list(case_faults(case))
