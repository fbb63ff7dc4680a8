"""What a plan may choose besides heads and partners: the search finds the best of all plans told one by one."""

from itertools import permutations

import pytest

from model.budgets import approved_cost
from model.case_rules import case_faults
from model.feasibility import broken_limits, counted
from model.ledger import discount_factors, result
from model.load import load_plan
from model.plan_file import save_plan
from model.plans import Move, plan_careers, plan_faults, staffed
from model.quantities import Quantity
from model.seat_inputs import Employment, Moves, MoveTerms, RotationTerms
from model.simulate import TABLE, Block, plan_months
from solvers.certificate import certify
from solvers.choose import choose
from solvers.exact import Choice, Exact, Tables
from solvers.options import LineOption, closed
from solvers.path_choice import choose_path
from solvers.pricing import Pricer
from solvers.transfers import plan_moves

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


@pytest.fixture(scope="module")
def movable(tiny, smaller, changed):
    """Whoever moves works at full speed at once and costs nothing; who is hired needs half a year to be found."""
    terms = MoveTerms.model_construct(cost=0.0, kept=1.0, trial=0.0)
    rotation = RotationTerms.model_construct(cost=0.0, kept=1.0, months=3.0)
    moves = Moves.model_construct(promotion=terms, transfer=terms, rotation=rotation)
    values = {"staffing.moves": moves, "choice.moves": ("transfer",), "roles.operations.fill_median": 6.0}
    return changed(smaller, values | {"roles.operations.heads_most": (2.0, 2.0), "roles.bd.heads_least": (2.0, 2.0)})


def moved_plans(case, plan):
    """The plan with no, one or two transfers, every one that a plan file of the case may hold."""
    openings = {(c.role, c.line, c.first_month) for c in plan_careers(case, plan) if c.first_month > 1}
    single = [
        Move(role=c.role, line=c.line, seat=c.seat, to_role=role, to_line=line, month=month, kind="transfer")
        for role, line, month in sorted(openings)
        for c in plan_careers(case, plan)
    ]
    for count in range(3):
        for moves in permutations(single, count):
            told = plan.model_copy(update={"moves": moves})
            if not plan_faults(case, told):
                yield told


def test_the_best_moves_of_the_chosen_plan_are_found_and_certified(movable):
    seats, line = (("vp", (1, 1)), ("bd", (2, 2))), ("normal", (("charging_1", 1, "charging_first"),))
    other = ("normal", (("used_car_1", 1, "used_car_deal"),))
    lines = (
        ("used_car", LineOption((("operations", (1, 2)),), *other)),
        ("charging", LineOption((("operations", (0, 1)),), *line)),
    )
    roomy = {"phases.mvp.budget": 9e6, "phases.scale.budget": 9e6}
    case = movable.model_copy(
        update={
            "phases": tuple(p.model_copy(update={"budget": roomy[f"phases.{p.id}.budget"]}) for p in movable.phases),
            "lines": {n: part.model_copy(update={"demand": 6.0}) for n, part in movable.lines.items()},
        }
    )
    tables, exact = Tables(case, Pricer(case, MODES, SEED, DRAWS)), Exact(case, MODES)
    for name, option in lines:
        tables.add(name, [option])
    start = Choice(MODES, seats, lines)
    found, value, tried = plan_moves(tables, exact, start)
    told = list(moved_plans(case, start.plan(case, "p", "")))
    assert len(told) > 10
    assert tried >= 4
    best = max(worth(case, plan) for plan in told if not broken_limits(case, plan))
    assert value == pytest.approx(best, abs=0.01)
    assert value > worth(case, told[0]) + 1
    assert found.moves
    assert worth(case, found.plan(case, "p", "")) == pytest.approx(value, abs=1e-6)
    proof = certify(tables, exact, found, SEED, 1)
    assert proof.holds
    assert proof.max_abs_cny <= 0.001


def test_moves_are_planned_only_where_the_case_asks(movable, changed):
    said = []
    quiet = choose(changed(movable, {"choice.moves": ()}), SEED, DRAWS, said.append)[0]
    assert quiet.choice.moves == ()
    assert not any("moves between seats" in line for line in said)
    asked = choose(movable, SEED, DRAWS, said.append)[0]
    assert any("moves between seats tried" in line for line in said)
    assert asked.worth >= quiet.worth
    assert asked.npv_by_scenario.mean() == pytest.approx(asked.worth, abs=1e-6)


def test_moves_without_terms_are_refused(tiny, changed):
    case = changed(tiny, {"choice.moves": ("transfer",), "staffing.moves": None})
    assert ("choice.moves", "moves need their terms", "transfer", "[staffing.moves]") in list(case_faults(case))


def test_another_path_ends_the_moves(movable):
    move = Move(role="bd", line="", seat=1, to_role="operations", to_line="charging", month=7, kind="transfer")
    choice = Choice(MODES, (("bd", (2, 2)),), (("charging", closed(movable)),), (move,))
    assert choice.with_seats("bd", (1, 2)).moves == choice.with_line("charging", closed(movable)).moves == ()
    assert choice.without_moves().moves == ()


@pytest.fixture(scope="module")
def employed(smaller):
    """Partner managers may be flexible labour, called half the year, at a price of 1.3 times own pay."""
    terms = Employment.model_construct(
        time=1.0, flexible=Quantity(0.2, unit="share", source="paper"), price=1.3, called=(0.5,) * 6 + (1.0,) * 6
    )
    roles = smaller.roles | {"bd": smaller.roles["bd"].model_copy(update={"employment": terms})}
    return smaller.model_copy(update={"roles": roles})


def at_share(case, share):
    """The case with another share written into it by hand."""
    terms = case.roles["bd"].employment.model_copy(update={"flexible": Quantity(share, unit="share", source="paper")})
    return case.model_copy(
        update={"roles": case.roles | {"bd": case.roles["bd"].model_copy(update={"employment": terms})}}
    )


def test_a_plan_says_its_share_and_everything_follows(employed, tiny_plans, tmp_path):
    plan = [plan for plan in tiny_plans(employed, MODES) if plan.lines][3]
    said = plan.model_copy(update={"flexible": {"bd": 0.45}})
    by_hand = at_share(employed, 0.45)
    assert staffed(employed, plan) is employed
    assert worth(employed, said) == worth(by_hand, plan) != worth(employed, plan)
    assert approved_cost(employed, said).tolist() == approved_cost(by_hand, plan).tolist()
    counts = [(row.name, row.found, row.high) for row in counted(employed, said)]
    assert counts == [(row.name, row.found, row.high) for row in counted(by_hand, plan)]
    save_plan(tmp_path / "plan.toml", employed, said)
    assert load_plan(tmp_path / "plan.toml", employed) == said


@pytest.mark.parametrize("shares", [(0.0, 0.45), (0.1,)])
def test_the_best_share_of_flexible_labour_is_found_and_certified(employed, changed, tiny_plans, shares):
    case = changed(employed, {"choice.flexible": {"bd": shares}})
    plans = list(tiny_plans(case, MODES))
    told = {share: best_of(at_share(employed, share), plans) for share in (0.2, *shares)}
    found = choose(case, SEED, DRAWS, silent)[0]
    assert found.worth == pytest.approx(max(told.values()), abs=0.01)
    plan = found.choice.plan(found.tables.case, "p", "")
    assert plan.flexible == {"bd": max(told, key=told.get)}
    assert worth(case, plan) == pytest.approx(found.worth, abs=1e-6), "the plan file alone gives the money"
    assert certify(found.tables, found.exact, found.choice, SEED, 1).holds


def test_flexible_labour_needs_terms(tiny, changed, tiny_plans):
    case = changed(tiny, {"choice.flexible": {"vp": (0.1,)}})
    assert ("choice.flexible.vp", "no flexible labour in this role", "vp", "none") in list(case_faults(case))
    plan = next(iter(tiny_plans(tiny, MODES))).model_copy(update={"flexible": {"vp": 0.1}})
    assert ("flexible.vp", "no flexible labour in this role", 0.1, "none") in plan_faults(tiny, plan)
