"""Relations that must hold whatever the numbers are, and what chance is worth at its ends."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from model import ledger
from model.on_cost import without_on_cost
from model.schema import ROW
from model.simulate import VERDICT, Block, plan_months

few = settings(derandomize=True, max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
SIZE = 12


@pytest.fixture(scope="module")
def eco(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def documents(plan_of):
    return plan_of("ecosystem", "documents")


@pytest.fixture(scope="module")
def run_of():
    """Months of a case and plan; the draws are made once, for no case changes them."""
    kept = {}

    def run(case, plan, size=SIZE):
        block = Block(case, 23, VERDICT, 0, size)
        block.draws = kept.setdefault((case.uncertainty.mode, size), block.draws)
        return plan_months(case, plan, block)

    return run


@pytest.fixture(scope="module")
def book_of(run_of):
    """Ledger (row, month, scenario) of a case and plan."""
    return lambda case, plan, size=SIZE: run_of(case, plan, size).ledger


@pytest.fixture(scope="module")
def usual(eco, documents, book_of):
    return book_of(eco, documents)


def value(node, path):
    for key in path.split("."):
        node = node[key] if isinstance(node, dict) else getattr(node, key)
    return node


@few
@given(k=st.sampled_from([0.5, 2.0, 4.0, 7.3, 100.0]))
def test_all_money_times_k_is_every_row_times_k(eco, documents, money_times, book_of, usual, k):
    found = book_of(money_times(eco, k), documents)
    assert found == pytest.approx(k * usual, rel=1e-9, abs=0.01 * k)


@few
@given(seed=st.integers(0, 99))
def test_order_of_partners_roles_and_lines_changes_nothing(eco, documents, changed, book_of, usual, seed):
    rng = np.random.default_rng(seed)

    def mixed(table):
        names = list(table)
        rng.shuffle(names)
        return {name: table[name] for name in names}

    partners = tuple(eco.partners[i] for i in rng.permutation(len(eco.partners)))
    tables = {name: mixed(getattr(eco, name)) for name in ("roles", "lines", "contracts", "shared_work", "modes")}
    case = changed(eco, {"partners": partners, **tables})
    plan = changed(documents, {"seats": mixed(documents.seats), "lines": mixed(documents.lines)})
    assert book_of(case, plan) == pytest.approx(usual, rel=1e-9, abs=0.01)


def renamed(case, plan, changed):
    """Ids that are no stream keys get new names: modes, ways, contracts, phases, calibrations."""
    modes = {f"mode {name}": mode for name, mode in case.modes.items()}
    ways = {f"way {name}": way for name, way in case.ways.items()}
    contracts = {f"paper {name}": contract for name, contract in case.contracts.items()}
    partners = tuple(p.model_copy(update={"contract": f"paper {p.contract}"}) for p in case.partners)
    margins = {f"paper {name}": margin for name, margin in case.partner_margin.items()}
    case = changed(case, {"partner_margin": margins})
    phases = tuple(p.model_copy(update={"id": f"phase {p.id}"}) for p in case.phases)
    by_mode = {f"mode {name}": factor for name, factor in case.staffing.attrition.by_mode.items()}
    case = changed(case, {"staffing.attrition.by_mode": by_mode})
    case = changed(case, {"modes": modes, "ways": ways, "contracts": contracts, "partners": partners, "phases": phases})
    plan = changed(plan, {"modes": tuple(f"mode {name}" for name in plan.modes)})
    for line, part in plan.lines.items():
        signed = {k: p.model_copy(update={"contract": f"paper {p.contract}"}) for k, p in part.partners.items()}
        plan = changed(plan, {f"lines.{line}.way": f"way {part.way}", f"lines.{line}.partners": signed})
    return case, plan


def test_renaming_what_keys_no_stream_keeps_every_number(eco, documents, changed, book_of, usual):
    assert np.array_equal(book_of(*renamed(eco, documents, changed)), usual)


def renamed_partner(case, plan, changed):
    partners = tuple(p.model_copy(update={"id": "first"}) if p.id == "insurer_1" else p for p in case.partners)
    entries = {"first" if k == "insurer_1" else k: p for k, p in plan.lines["insurance"].partners.items()}
    return changed(case, {"partners": partners}), changed(plan, {"lines.insurance.partners": entries})


def test_renaming_a_partner_deals_it_new_chances_with_the_same_law(eco, documents, changed, book_of, usual):
    """Ids of roles, lines and partners name streams: without chance nothing moves, with chance only the luck does."""
    quiet = changed(eco, {"uncertainty.mode": "none"})
    same = book_of(*renamed_partner(quiet, documents, changed), 1)
    assert np.array_equal(same, book_of(quiet, documents, 1))
    other = book_of(*renamed_partner(eco, documents, changed))
    assert not np.array_equal(other[ROW["commission"]], usual[ROW["commission"]])
    assert np.array_equal(other[ROW["base_pay"]], usual[ROW["base_pay"]])


def test_partner_without_volume_moves_only_its_own_costs(eco, documents, changed, book_of):
    """A partner of no volume in a line of its own brings no yuan and disturbs nobody."""
    nothing = next(p for p in eco.partners if p.id == "charging_2")
    case = changed(eco, {"partners.charging_2.mature_volume": 0.0, "lines.charging.partner_hours": 0.0})
    assert nothing.line == "charging"
    without = {k: p for k, p in documents.lines["charging"].partners.items() if k != "charging_2"}
    plan = changed(documents, {"lines.charging.partners": without})
    with_it, alone = book_of(case, documents), book_of(case, plan)
    for row in ("commission", "quality_deduction", "acquisition", "base_pay", "annual_bonus", "overage_pool"):
        assert np.array_equal(with_it[ROW[row]], alone[ROW[row]]), row
    assert (with_it[ROW["integration"]] >= alone[ROW["integration"]]).all()


def test_candidate_that_is_declined_changes_nothing(eco, documents, changed, book_of, usual):
    extra = eco.partners[0].model_copy(update={"id": "insurer_9"})
    assert np.array_equal(book_of(changed(eco, {"partners": (*eco.partners, extra)}), documents), usual)


def test_role_without_people_changes_nothing(eco, documents, changed, book_of, usual):
    case = changed(eco, {"roles.pilot": eco.roles["data"]})
    plan = changed(documents, {"seats.pilot": (0, 0, 0), "lines.insurance.team.pilot": (0, 0, 0)})
    assert np.array_equal(book_of(case, plan), usual)


def test_without_chance_all_scenarios_are_one(eco, documents, changed, book_of):
    found = book_of(changed(eco, {"uncertainty.mode": "none"}), documents, 4)
    assert (found == found[:, :, :1]).all()


def test_chance_of_size_nothing_is_certainty_in_demand(eco, documents, changed, book_of):
    """All deviations zero, sure trials and steady people: the same ledger as with chance switched off."""
    off = {f"uncertainty.{name}": 0.0 for name in ("level", "drift", "market", "line", "partner", "partner_noise")}
    off |= {"uncertainty.complaint": 0.0, "uncertainty.nps": 0.0, "staffing.fill_sd": 0.0}
    off |= {"staffing.leave_first_year": 0.0, "staffing.leave_later": 0.0, "staffing.attrition.change_added": 0.0}
    off |= {"staffing.hiring.offer_slip": 0.0, "staffing.managed_exit.share": 0.0}
    off |= dict.fromkeys(("trial", "shocks", "contract_life", "workshops"))
    case = changed(eco, off)
    certain = book_of(changed(case, {"uncertainty.mode": "none"}), documents, 2)
    assert np.array_equal(book_of(case, documents, 2), certain)


@few
@given(
    contract=st.sampled_from(["insurer_ladder", "used_car_deal", "charging_first", "other_200"]),
    place=st.integers(0, 3),
    more=st.floats(0.01, 500),
    reading=st.sampled_from(["marginal", "marginal_base_cliff", "retroactive", "base_plus_excess_at_top_rate"]),
)
def test_a_higher_rate_never_lowers_revenue(eco, documents, changed, book_of, contract, place, more, reading):
    """Where no clause deducts; a deduction looks at its month only, so pay that comes earlier may lose more."""
    free = {f"contracts.insurer_ladder.{name}_deduction": 0.0 for name in ("complaint", "nps")}
    case = changed(eco, {"readings.tier_reading": reading} | free)
    rates = list(case.contracts[contract].rates)
    rates[place % len(rates)] += more
    raised = changed(case, {f"contracts.{contract}.rates": tuple(rates)})
    gain = ledger.revenue(book_of(raised, documents)).sum(axis=0) - ledger.revenue(book_of(case, documents)).sum(axis=0)
    assert (gain >= -0.01).all()


@few
@given(
    role=st.sampled_from(["vp", "strategy", "bd", "data", "growth", "operations", "lead"]),
    more=st.floats(1_000, 300_000),
    reading=st.sampled_from(["base", "package"]),
)
def test_a_raised_salary_moves_base_pay_by_its_seat_months(eco, documents, changed, run_of, role, more, reading):
    case = changed(eco, {"readings.salary_is": reading, "staffing.annual_raise": 0.0})
    raised = changed(case, {f"roles.{role}.pay": case.roles[role].pay + more})
    before, after = (run_of(c, documents) for c in (case, raised))
    moved = after.ledger[ROW["base_pay"]] - before.ledger[ROW["base_pay"]]
    share = 0.6 if reading == "package" else 1.0
    assert moved == pytest.approx(before.heads[role] * more * share / 12, abs=1e-3)
    for row in ("commission", "tools", "integration", "trial_cost", "after_sales_share"):
        assert np.array_equal(before.ledger[ROW[row]], after.ledger[ROW[row]])


@few
@given(rate=st.floats(0, 1), target=st.floats(1e6, 6e7))
def test_pool_is_nothing_up_to_target_and_its_rate_above(eco, documents, changed, book_of, rate, target):
    case = changed(eco, {"incentives.pool_rate": rate, "incentives.targets": (target,) * 5})
    book = book_of(case, documents)
    income = ledger.by_year(ledger.revenue(book), 0)
    pool = ledger.by_year(book[ROW["overage_pool"]], 0)
    assert pool == pytest.approx(np.where(income > target, rate * (income - target), 0.0), abs=0.01)


def test_sure_trial_is_always_on_and_a_failed_one_costs_only_itself(eco, documents, changed, run_of):
    every = {p.id for part in documents.lines.values() for p in eco.partners if p.id in part.partners}
    calm = dict.fromkeys(("shocks", "contract_life", "crisis", "sourcing", "interface"))
    sign = calm | {"trial": None}
    weak = {"contracts.insurer_ladder.base_target": 0.0}
    always = run_of(changed(eco, sign | weak), documents)
    assert (always.volume["used_car"][20:] > 0).all()
    fail = changed(
        eco,
        calm
        | {f"partners.{name}.{rate}": 1.0 for name in every for rate in ("complaint", "failure")}
        | {"readings.revenue_before_signature": "none"},
    )
    book = run_of(fail, documents).ledger
    assert not book[ROW["commission"]].any()
    count = len(every)
    assert book[ROW["trial_cost"]].sum(axis=0) == pytest.approx(count * 3 * 30_000)
    assert book[ROW["partner_upkeep"]].sum(axis=0) == pytest.approx(count * 3 * 50_000 / 12)
    assert book[ROW["integration"]].sum(axis=0) == pytest.approx(
        sum(p.integration for p in eco.partners if p.id in every)
    )


def test_one_more_head_leaves_all_other_lives_alone(eco, documents, changed, run_of):
    """A fifth partner manager: other roles and all lines stay bit for bit, only shared work gets cheaper."""
    before, after = run_of(eco, documents), run_of(eco, changed(documents, {"seats.bd": (2, 5, 5)}))
    for row in ("commission", "quality_deduction", "integration", "trial_cost", "acquisition", "tools"):
        assert np.array_equal(after.ledger[ROW[row]], before.ledger[ROW[row]]), row
    assert all(np.array_equal(after.heads[role], heads) for role, heads in before.heads.items() if role != "bd")
    assert (after.heads["bd"] >= before.heads["bd"]).all()
    assert (after.ledger[ROW["agency"]] <= before.ledger[ROW["agency"]] + 1e-6).all()


def test_order_of_multiplied_deductions_does_not_matter(eco, documents, changed, book_of):
    """Swapping which clause takes 10 and which 15 % changes single breaches only; both at once stay 23.5 %."""
    both = {"contracts.insurer_ladder.complaint_limit": 0.0, "contracts.insurer_ladder.nps_limit": 100.0}
    swap = {"contracts.insurer_ladder.complaint_deduction": 0.15, "contracts.insurer_ladder.nps_deduction": 0.10}
    calm = changed(eco, both | {"uncertainty.complaint": 0.0, "uncertainty.nps": 0.0})
    one, two = book_of(calm, documents), book_of(changed(calm, swap), documents)
    assert one == pytest.approx(two, abs=1e-6)
    assert one[ROW["quality_deduction"]].sum() > 0


@few
@given(extra=st.floats(0, 1e6))
def test_a_cost_step_moves_the_result_one_to_one(eco, documents, changed, book_of, usual, extra):
    steps = tuple(s.model_copy(update={"cost": s.cost + extra}) for s in eco.costs.tools)
    moved = ledger.result(book_of(changed(eco, {"costs.tools": steps}), documents)) - ledger.result(usual)
    assert moved == pytest.approx(np.full(moved.shape, -extra), abs=1e-5)


def test_switching_on_cost_on_worsens_every_scenario(eco, documents, changed, book_of):
    off = ledger.result(book_of(without_on_cost(eco), documents)).sum(axis=0)
    on = ledger.result(book_of(eco, documents)).sum(axis=0)
    assert (on < off).all()


def test_two_partners_variances_add_when_nothing_joins_them(eco, documents, changed, run_of):
    """Market, line, capacity, pool and bands off: the variance of two partners' revenue is the sum of both."""
    names = ("level", "drift", "market", "line", "complaint", "nps")
    calm = changed(eco, {f"uncertainty.{name}": 0.0 for name in names} | {"lines.used_car.service_slope": 0.0})
    calm = changed(calm, {"trial": None, "market": None})
    found = {}
    for chosen in (("used_car_1",), ("used_car_2",), ("used_car_1", "used_car_2")):
        entries = {k: documents.lines["used_car"].partners[k] for k in chosen}
        plan = changed(documents, {"lines": {"used_car": documents.lines["used_car"]}})
        plan = changed(plan, {"lines.used_car.partners": entries, "lines.used_car.team": {}})
        months = run_of(calm, plan, 4096)
        found[chosen] = months.line_revenue["used_car"].sum(axis=0)
    both = found["used_car_1", "used_car_2"]
    assert both == pytest.approx(found["used_car_1",] + found["used_car_2",], rel=1e-12)
    assert both.var() == pytest.approx(found["used_car_1",].var() + found["used_car_2",].var(), rel=0.08)
