"""Relations that must hold on cases nobody wrote: pay rules, organisation and market drawn at random (hypothesis)."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from model import ledger, parties
from model.incentives import pool_split
from model.plans import LinePlan, PartnerPlan, Plan
from model.quantities import Quantity
from model.schema import ROW
from model.simulate import VERDICT, Block, plan_months
from model.summary import full_roi

SCENARIOS = 4
DRAWN = Counter()
many = settings(
    derandomize=True,
    max_examples=70,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def money(low, high):
    """Amounts that know they are money, so that a change of currency reaches them."""
    return st.floats(low, high).map(lambda value: Quantity(round(value, 2), unit="CNY"))


shares = st.floats(0.0, 0.4).map(lambda share: round(share, 3))


@st.composite
def ladders(draw):
    """Edges and rates of a contract that pays more the more is sold, or one rate for all."""
    edges = sorted(draw(st.sets(st.integers(50, 6000), max_size=4)))
    rates = sorted(draw(st.lists(money(20, 900), min_size=len(edges) + 1, max_size=len(edges) + 1)))
    base = draw(money(rates[0], rates[min(1, len(rates) - 1)]))
    return {"edges": tuple(map(float, edges)), "rates": tuple(rates), "base_rate": base} | {
        "complaint_deduction": draw(shares),
        "nps_deduction": draw(shares),
        "complaint_limit": draw(st.floats(0.01, 0.08)),
        "nps_limit": draw(st.floats(55, 75)),
    }


@st.composite
def pay_rules(draw):
    """What contracts pay and what results cost."""
    coefficients = sorted(draw(st.lists(st.floats(0, 3), min_size=4, max_size=4)))
    return {
        "contracts.used_car_deal": draw(ladders()),
        "contracts.charging_first": draw(ladders()),
        "readings.tier_reading": draw(
            st.sampled_from(["marginal", "marginal_base_cliff", "retroactive", "marginal_low_first_block"])
        ),
        "readings.tier_reset": draw(st.sampled_from(["contract_year", "never"])),
        "readings.quality_stacking": draw(st.sampled_from(["multiply", "add", "worst"])),
        "readings.salary_is": draw(st.sampled_from(["package", "base"])),
        "incentives.bonus_rate": draw(shares),
        "incentives.pool_rate": draw(shares),
        "incentives.after_sales_share": draw(shares),
        "incentives.band_coefficients": tuple(coefficients),
        "incentives.targets": tuple(draw(st.lists(money(1e5, 1e7), min_size=2, max_size=2))),
    }


@st.composite
def organisations(draw):
    """Who is paid what, how pay grows and what a change of mode costs."""
    return {
        "staffing.annual_raise": draw(st.floats(0, 0.2)),
        "staffing.transition_rate": draw(shares),
        "staffing.productive_hours": draw(st.floats(80, 160)),
        "roles.vp.pay": draw(money(8e5, 1.5e6)),
        "roles.bd.pay": draw(money(2e5, 8e5)),
        "roles.operations.pay": draw(money(1e5, 5e5)),
        "modes": tuple(draw(st.lists(st.sampled_from(["department", "unit"]), min_size=2, max_size=2))),
        "bd": tuple(sorted(draw(st.lists(st.integers(1, 3), min_size=2, max_size=2)))),
        "teams": tuple(sorted(draw(st.lists(st.integers(0, 3), min_size=2, max_size=2)))),
        "starts": tuple(draw(st.lists(st.integers(1, 9), min_size=2, max_size=2))),
    }


cases = st.tuples(
    st.one_of(st.none(), pay_rules()), st.one_of(st.none(), organisations()), st.integers(1, 10**6)
).filter(lambda drawn: drawn[0] or drawn[1])


@pytest.fixture(scope="module")
def make(tiny, changed):
    """make(drawn) is a case and a plan of it as hypothesis drew them."""

    def build(drawn):
        pay, people, seed = drawn
        DRAWN.update(cases=1, pay=pay is not None, organisation=people is not None)
        targets = tuple(Quantity(float(target), unit="CNY") for target in tiny.incentives.targets)
        case = changed(tiny, {"incentives.targets": targets})
        for path, value in (pay or {}).items():
            if path.startswith("contracts."):
                name = path.partition(".")[2]
                value = case.contracts[name].model_copy(update=value)
            case = changed(case, {path: value})
        own = people or {"modes": ("department", "unit"), "bd": (1, 2), "teams": (1, 2), "starts": (1, 4)}
        case = changed(case, {path: value for path, value in own.items() if "." in path})
        return case, plan_of(case, own), seed

    def plan_of(case, own):
        lines = {}
        for line, name, start in zip(case.lines, ("used_car_1", "charging_1"), own["starts"], strict=True):
            contract = next(p.contract for p in case.partners if p.id == name)
            signed = {name: PartnerPlan(start=start, contract=contract)}
            lines[line] = LinePlan(team={"operations": own["teams"]}, way="normal", partners=signed)
        seats = {"vp": (1, 1), "bd": own["bd"]}
        return Plan(case=case.id, name="drawn", title="", modes=own["modes"], seats=seats, lines=lines)

    return build


def book(case, plan, seed, scenarios=SCENARIOS):
    return plan_months(case, plan, Block(case, seed, VERDICT, 0, scenarios)).ledger


@many
@given(drawn=cases)
def test_money_in_is_money_out_and_pools_follow_their_target(make, drawn):
    case, plan, seed = make(drawn)
    found = book(case, plan, seed)
    assert np.abs(parties.balance(found).sum(axis=0)).max() <= 1e-6
    income = ledger.by_year(ledger.revenue(found), 0)
    pool = ledger.by_year(found[ROW["overage_pool"]], 0)
    over = np.rint(income * 100) / 100 - np.array([case.incentives.targets[0], case.incentives.targets[1] / 2])[:, None]
    assert pool == pytest.approx(case.incentives.pool_rate * np.maximum(over, 0), rel=1e-9, abs=0.01)
    split = pool_split(case, pool)
    assert sum(np.rint(part * 100) for part in split.values()) == pytest.approx(np.rint(pool * 100))


@many
@given(drawn=cases, role=st.sampled_from(["vp", "bd", "operations"]), extra=st.floats(1000, 200_000))
def test_a_raised_salary_moves_base_pay_by_the_seat_months_it_is_paid_for(make, changed, drawn, role, extra):
    case, plan, seed = make(drawn)
    dearer = changed(case, {f"roles.{role}.pay": float(case.roles[role].pay) + extra})
    block = Block(case, seed, VERDICT, 0, SCENARIOS)
    before, after = plan_months(case, plan, block), plan_months(dearer, plan, block)
    share = float(case.staffing.base_share) if case.readings.salary_is == "package" else 1.0
    raises = (1 + float(case.staffing.annual_raise)) ** (np.arange(case.clock.months) // 12)
    present = before.heads.get(role, np.zeros((case.clock.months, SCENARIOS)))
    more = after.ledger[ROW["base_pay"]] - before.ledger[ROW["base_pay"]]
    assert more == pytest.approx(present * raises[:, None] * extra / 12 * share, rel=1e-9, abs=1e-4)
    assert ledger.revenue(after.ledger) == pytest.approx(ledger.revenue(before.ledger))


@many
@given(drawn=cases, lift=st.floats(1.0, 2.0))
def test_a_higher_rate_that_we_receive_never_lowers_revenue(make, changed, drawn, lift):
    case, plan, seed = make(drawn)
    better = case
    for name in ("used_car_deal", "charging_first"):
        contract = case.contracts[name]
        rates = {"rates": tuple(rate * lift for rate in contract.rates), "base_rate": contract.base_rate * lift}
        better = changed(better, {f"contracts.{name}": contract.model_copy(update=rates)})
    low, high = (ledger.revenue(book(each, plan, seed)).sum(axis=0) for each in (case, better))
    assert (high >= low - 0.01).all()


@many
@given(drawn=cases, k=st.sampled_from([0.5, 3.0, 100.0]))
def test_all_money_times_k_keeps_every_roi(make, money_times, drawn, k):
    case, plan, seed = make(drawn)
    usual, scaled = book(case, plan, seed), book(money_times(case, k), plan, seed)
    plain = {
        name for name, index in ROW.items() if scaled[index] == pytest.approx(k * usual[index], rel=1e-9, abs=0.02 * k)
    }
    assert plain == set(ROW)
    assert full_roi(scaled.sum(axis=1)) == pytest.approx(full_roi(usual.sum(axis=1)), rel=1e-6, abs=1e-6)


@many
@given(drawn=cases)
def test_order_and_empty_entries_change_nothing_and_more_draws_keep_the_first(make, shipped, changed, drawn):
    case, plan, seed = make(drawn)
    usual = book(case, plan, seed)
    turned = {name: dict(reversed(getattr(case, name).items())) for name in ("roles", "lines", "contracts", "modes")}
    other = changed(case, turned | {"partners": tuple(reversed(case.partners))})
    seats = dict(reversed(plan.seats.items()))
    assert book(other, changed(plan, {"seats": seats}), seed) == pytest.approx(usual, rel=1e-9, abs=0.01)
    staffed = changed(case, {"roles": {**case.roles, "brand": shipped("ecosystem").roles["brand"]}})
    assert np.array_equal(book(staffed, changed(plan, {"seats": {**plan.seats, "brand": (0, 0)}}), seed), usual)
    assert np.array_equal(book(case, plan, seed, 2 * SCENARIOS)[:, :, :SCENARIOS], usual)


@many
@given(drawn=cases)
def test_without_chance_every_scenario_is_the_one_deterministic_story(make, changed, drawn):
    case, plan, seed = make(drawn)
    sure = changed(case, {"uncertainty.mode": "none"})
    found = book(sure, plan, seed)
    assert np.array_equal(found, np.broadcast_to(found[:, :, :1], found.shape))
    assert np.array_equal(found, book(sure, plan, seed + 1))


def test_enough_cases_were_drawn_of_each_kind():
    """Runs last in this file: at least 200 cases, 50 with other pay rules and 50 with another organisation."""
    assert DRAWN["cases"] >= 200
    assert DRAWN["pay"] >= 50
    assert DRAWN["organisation"] >= 50
