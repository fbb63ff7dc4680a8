"""Pay schemes of a line's own team: by hand on worked cases, the same in tables and simulator."""

import numpy as np
import pytest

from model.errors import InputError
from model.load import case_from_dict, case_to_dict
from model.plans import LinePlan, PartnerPlan, Plan
from model.scheme_inputs import (
    Clawback,
    DrawPay,
    FlatPay,
    GrowthFund,
    LtvPay,
    MilestonePay,
    SatisfactionPay,
    Scheme,
    TeamResponse,
    TierPay,
    WagerPay,
)
from solvers.certificate import certify
from solvers.exact import Choice, Exact, Tables
from solvers.options import closed, option_of
from solvers.pricing import Pricer


def scheme(demand=0.0, nps=0.0, **parts):
    return Scheme(title="t", margin=quantity(0.5, "share"), response=response(demand, nps), **parts)


def quantity(value, unit):
    return {"value": value, "unit": unit, "source": "test"}


def response(demand, nps):
    return TeamResponse(demand=quantity(demand, "share"), nps=quantity(nps, "points"))


def flat(unit=0.0, share=0.0):
    return FlatPay(unit_rate=quantity(unit, "CNY/unit"), revenue_share=quantity(share, "share"))


@pytest.fixture(scope="module")
def sold(shipped, changed):
    """A year of even sales of the partner n_4999, 200 CNY each, by two people from month 1 on."""
    base = shipped("ladder")
    role = next(name for name, part in base.roles.items() if part.kind == "shared")

    def build(pay, **values):
        team = {"team": base.roles[role].model_copy(update={"kind": "team", "fill_median": 0.0})}
        values = {"schemes": {"s": pay}, "ways.normal.scheme": "s", "roles": base.roles | team} | values
        return changed(base, values)

    return build


@pytest.fixture(scope="module")
def booked(rows_of):
    def rows(case, heads=2):
        phases = len(case.phases)
        part = LinePlan(
            team={"team": (heads,) * phases},
            way="normal",
            partners={"n_4999": PartnerPlan(start=1, contract="ladder")},
        )
        return rows_of(
            case, Plan(case=case.id, name="p", title="", modes=("unit",) * phases, seats={}, lines={"revenue": part})
        )

    return rows


def test_flat_commission_on_units_and_revenue(sold, booked):
    """4,999 policies at 200 are 999,800: 3 a policy and 10 % of revenue."""
    found = booked(sold(scheme(flat=flat(3.0, 0.10))))
    assert found["line_pay"].sum() == pytest.approx(3 * 4999 + 99_980, abs=0.01)
    assert found["line_pay"] == pytest.approx(np.full(12, (3 * 4999 + 99_980) / 12), abs=0.01)
    assert not found["clawback"].any()


def test_nobody_present_is_paid_nothing(sold, booked):
    assert not booked(sold(scheme(flat=flat(3.0))), heads=0)["line_pay"].any()


@pytest.mark.parametrize(("on_bonus", "rate"), [(True, 0.3), (False, 0.0)])
def test_line_pay_carries_on_cost_as_the_bonus_does(sold, booked, on_bonus, rate):
    case = sold(scheme(flat=flat(3.0)), **{"staffing.on_cost_on_bonus": on_bonus, "staffing.on_cost_rate": 0.3})
    found = booked(case)
    assert found["line_pay_on_cost"] == pytest.approx(found["line_pay"] * rate, abs=1e-9)


def test_line_pay_leaves_the_revenue_and_the_other_rows_alone(sold, booked):
    with_pay, without = booked(sold(scheme(flat=flat(3.0)))), booked(sold(scheme()))
    moved = {name for name in with_pay if not np.array_equal(with_pay[name], without[name])}
    assert moved - {"line_pay_on_cost"} == {"line_pay"}


@pytest.mark.parametrize(("edge", "paid"), [(4998, 4998 + 1 * 5), (4999, 4999), (5000, 4999)])
def test_hot_product_tiers_around_the_edge(sold, booked, edge, paid):
    """003 §06: tiered commission on the volume of a product: 1 a unit, 5 above the edge."""
    part = TierPay(
        edges=quantity([edge], "units"),
        rates=quantity([1, 5], "CNY/unit"),
        base_rate=quantity(1, "CNY/unit"),
        reading="marginal",
        period=12,
    )
    assert booked(sold(scheme(tiers=part)))["line_pay"].sum() == pytest.approx(paid, abs=1e-4)


def test_recoverable_draw_evens_pay_out(sold, booked):
    """Two people with 8,000 guaranteed each earn 8,331.67 a month together: the guarantee is paid, the rest is owed."""
    draw = DrawPay(per_head=quantity(8000, "CNY/month"), recoverable=True)
    found = booked(sold(scheme(flat=flat(0.0, 0.10), draw=draw)))
    assert found["line_pay"] == pytest.approx(np.full(12, 16_000), abs=0.01)


def test_cancelled_sales_are_clawed_back_or_never_paid(sold, booked):
    """5 % of sales are cancelled after two months; paid at once they come back, held for two months they never go."""
    rule = {"cancelled": quantity(0.05, "share"), "per_complaint": quantity(0, "factor"), "after": 2}
    rule["recovered"] = quantity(0.8, "share")
    month = 3 * 4999 / 12
    paid = booked(sold(scheme(flat=flat(3.0), clawback=Clawback(hold=0, **rule))))
    assert paid["line_pay"] == pytest.approx(np.full(12, month), abs=1e-6)
    assert paid["clawback"] == pytest.approx([0, 0] + [month * 0.05 * 0.8] * 10, abs=1e-6)
    held = booked(sold(scheme(flat=flat(3.0), clawback=Clawback(hold=2, **rule))))
    assert held["line_pay"] == pytest.approx([0, 0] + [month * 0.95] * 9 + [month * 0.95 * 3], abs=1e-6)
    assert not held["clawback"].any()


def test_lost_wager_is_taken_back(sold, booked):
    part = WagerPay(
        period=12,
        revenue_target=quantity(2 * 999_800 / 12, "CNY/month"),
        share=quantity(0.2, "share"),
        cut=quantity(0.1, "share"),
    )
    found = booked(sold(scheme(wager=part)))
    assert found["clawback"].sum() == pytest.approx(0.5 * 0.1 * found["base_pay"].sum(), rel=1e-9)
    assert found["clawback"].sum() > 0
    assert not found["line_pay"].any()


def test_stated_response_lifts_demand_and_nps_and_zero_does_not(shipped, changed, rows_of, plan_of):
    """R47: nothing is lifted unless the case says so; an NPS lift saves the quality deduction."""
    eco, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    still = {"uncertainty.mode": "none", "ways.normal.scheme": "s"}
    plain = rows_of(changed(eco, still | {"schemes": {"s": scheme(flat=flat(1.0))}}), plan)
    none = rows_of(changed(eco, {"uncertainty.mode": "none"}), plan)
    assert np.array_equal(plain["commission"], none["commission"])
    assert plain["line_pay"].any()
    lifted = rows_of(changed(eco, still | {"schemes": {"s": scheme(demand=0.1)}}), plan)
    assert lifted["commission"].sum() > none["commission"].sum()
    low = {"partners.insurer_1.nps": 50.0}
    poor = rows_of(changed(eco, still | low | {"schemes": {"s": scheme()}}), plan)
    saved = rows_of(changed(eco, still | low | {"schemes": {"s": scheme(nps=90.0)}}), plan)
    assert saved["quality_deduction"].sum() < poor["quality_deduction"].sum()


def test_points_of_the_response_reach_the_scorecard_too(shipped, changed, months_of, plan_of):
    """R47, R64: a partner watched for its low NPS alone asks for no watching once the team's answer lifts it."""
    low = {f"partners.{name}.nps": 10.0 for name in ("insurer_1", "insurer_2")}
    still = low | {"uncertainty.mode": "none", "trial": None, "ways.normal.scheme": "s"}
    still["scorecard.metrics.nps.weight"] = 100.0
    asked = []
    for points in (0.0, 90.0):
        case = changed(shipped("ecosystem"), still | {"schemes": {"s": scheme(nps=points)}})
        asked.append(months_of(case, plan_of("ecosystem", "documents")).work.sum())
    assert asked[1] < asked[0]


EVERY = {
    "flat": flat(2.0, 0.02),
    "ltv": LtvPay(
        first_sale=quantity(0.05, "share"),
        repurchase=quantity(0.05, "share"),
        referral=quantity(0.03, "share"),
        subscription=quantity(0.05, "share"),
        window=36,
        leavers="kept",
    ),
    "milestone": MilestonePay(
        amount=quantity(50_000, "CNY"),
        shares=quantity([0.3, 0.5, 0.2], "share"),
        period=6,
        presale_months=2,
        presale_target=quantity(200, "units"),
        revenue_target=quantity(500_000, "CNY"),
        complaint_most=quantity(0.05, "share"),
        parts="independent",
    ),
    "satisfaction": SatisfactionPay(
        per_head=quantity(500, "CNY/month"),
        nps_from=quantity(60, "points"),
        nps_full=quantity(75, "points"),
        no_complaint=quantity(200, "CNY/month"),
        repurchase_limit=quantity(0.2, "share"),
        repurchase_extra=quantity(100, "CNY/month"),
    ),
    "growth_fund": GrowthFund(
        quarters=3,
        grade_at=quantity(1.0, "factor"),
        revenue_target=quantity(100_000, "CNY/month"),
        per_head=quantity(50_000, "CNY"),
    ),
    "wager": WagerPay(
        period=12, revenue_target=quantity(2e5, "CNY/month"), share=quantity(0.05, "share"), cut=quantity(0.1, "share")
    ),
    "draw": DrawPay(per_head=quantity(2000, "CNY/month"), recoverable=False),
    "clawback": Clawback(
        cancelled=quantity(0.03, "share"),
        per_complaint=quantity(0.5, "factor"),
        after=3,
        hold=1,
        recovered=quantity(0.8, "share"),
    ),
}


def test_tables_and_simulator_agree_on_line_pay(shipped, changed, plan_of):
    """The certificate's 30 random plans: what the optimizer was promised is what the simulator books, to 0.1 fen."""
    roomy = {f"phases.{phase}.budget": 1e9 for phase in ("mvp", "scale", "mature")} | {"mode_limits": {}}
    paid = {"schemes": {"s": scheme(**EVERY)}, "ways.normal.scheme": "s", "staffing.on_cost_on_bonus": True}
    case = changed(shipped("ecosystem"), roomy | paid)
    plans = [plan_of("ecosystem", name) for name in ("documents", "lean")]
    tables = Tables(case, Pricer(case, plans[1].modes, 3, 4))
    for line in case.lines:
        options = [option_of(plan.lines[line]) for plan in plans if line in plan.lines]
        tables.add(line, [closed(case), *options])
    shared = [name for name, role in case.roles.items() if role.kind == "shared"]
    seats = {"growth": (0, 1, 2), **plans[1].seats, "data": (2, 3, 3), "strategy": (2, 2, 3)}
    heads = tuple((role, seats.get(role, (0, 0, 0))) for role in shared)
    lines = tuple((n, option_of(plans[1].lines[n]) if n in plans[1].lines else closed(case)) for n in case.lines)
    found = certify(tables, Exact(case, plans[1].modes), Choice(plans[1].modes, heads, lines), 3, 30)
    assert max(found.by_term[name] for name in ("line_pay", "line_pay_on_cost", "clawback")) <= 0.001
    assert found.max_abs_cny <= 0.001


def test_calendar_months_follow_the_start(shipped, changed):
    case = changed(shipped("ladder"), {"clock.start": "2026-10"})
    assert case.clock.calendar_months()[:4] == [10, 11, 12, 1]


def test_way_with_unknown_scheme_is_named(sold):
    case = sold(scheme(flat=flat(1.0)), **{"ways.normal.scheme": "z"})
    with pytest.raises(InputError, match=r"ways.normal.scheme: unknown pay scheme; found z; allowed s"):
        case_from_dict(case_to_dict(case))


@pytest.mark.parametrize(
    ("part", "field", "value", "said"),
    [
        ("milestone", "shares", quantity([0.3, 0.5, 0.1], "share"), "milestone shares are three that add up to 1"),
        ("milestone", "parts", "both", "not one of the choices; found both; allowed 'independent' or 'nested'"),
        (
            "satisfaction",
            "nps_full",
            quantity(60, "points"),
            "full NPS must lie above the first; found 60; .* > 60",
        ),
        ("ltv", "leavers", "gone", "not one of the choices; found gone; allowed 'kept', 'lost' or 'successor'"),
        ("clawback", "cancelled", quantity(1.2, "share"), "outside the plausible band; found .*; allowed 0 to 1 "),
    ],
)
def test_broken_parts_are_named_with_their_key(sold, part, field, value, said):
    data = case_to_dict(sold(scheme(**EVERY)))
    data["schemes"]["s"][part][field] = value
    with pytest.raises(InputError, match=rf"schemes\.s\.{part}[^;]*: {said}"):
        case_from_dict(data)
