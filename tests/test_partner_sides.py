"""Each partner's own side: all of them together are the ledger's, each one alone is what its contract says."""

import math
from pathlib import Path

import numpy as np
import pytest

from experiments.running import money_tables
from model import parties, results
from model.load import load_plan
from model.results import Entry, build
from model.schema import PARTIES, ROW
from model.simulate import VERDICT, Block, plan_months, simulate

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
PLANS = sorted(CASES.glob("*/plans/*.toml"))
PARTNERS = PARTIES.index("partners")


def agree(found):
    whole = parties.balance(found.ledger.sum(axis=1))[PARTNERS]
    told = sum((side.own.sum(axis=0) for side in found.sides.values()), np.zeros(whole.shape))
    return np.abs(told - whole).max() < 0.005


@pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_partners_sides_add_up_to_the_ledger_to_the_fen_in_every_scenario(path, shipped, months_of):
    case = shipped(path.parts[-3])
    assert agree(months_of(case, load_plan(path, case), 30))


HARD = {f"shocks.{name}": 0.15 for name in ("leak", "merger")} | {"contract_life.cut": 0.3, "shocks.claims": 0.5}
OTHERWISE = {
    "hard times": HARD,
    "we pay": {"readings.commission_payer": "cost"},
    "tax inside": {"readings.vat_in_rates": "gross"},
}


@pytest.mark.parametrize("values", OTHERWISE.values(), ids=OTHERWISE)
@pytest.mark.parametrize("name", ["bold", "stop_after_6"])
def test_they_add_up_under_other_readings_and_shocks(shipped, changed, plan_of, values, name):
    case = changed(shipped("ecosystem"), values)
    found = plan_months(case, plan_of("ecosystem", name), Block(case, 23, VERDICT, 0, 60))
    assert agree(found)
    assert found.ledger[ROW["leak_claims"]].any() == (values is HARD)
    assert found.ledger[ROW["exit_fee"]].any() == (name == "stop_after_6")


@pytest.mark.parametrize("stop", [None, 30])
def test_renewals_are_the_partners_whose_contracts_are_renewed(shipped, changed, plan_of, stop):
    case = shipped("user_success")
    values = {f"lines.{name}.life.renewal_rate": 0.4 for name in case.lines}
    values |= {f"lines.{name}.life.renewal_commission": 40.0 for name in case.lines}
    case = changed(case, values | {"readings.revenue_basis": "per_active_user_year"})
    plan = changed(plan_of("user_success", "today"), {"policies.stop_after": stop})
    found = plan_months(case, plan, Block(case, 5, VERDICT, 0, 20))
    assert found.ledger[ROW["renewal"]].any()
    assert agree(found)


def test_five_partners_of_the_ladder_by_hand(shipped, changed, plan_of, months_of):
    """A year of 4,999 … 18,500 policies; a margin of 300 a policy less the ladder's commission, known_answers.md."""
    case = changed(shipped("ladder"), {"partner_margin": {"ladder": 300.0}})
    (side,) = months_of(case, plan_of("ladder", "plan"), 1).sides.values()
    paid = {4_999: 999_800, 5_000: 1_250_000, 8_000: 2_090_000, 12_000: 3_370_000, 18_500: 5_645_000}
    assert sorted(side.own[:, 0]) == pytest.approx(sorted(300 * count - due for count, due in paid.items()))
    assert sorted(side.revenue[:, 0, 0]) == pytest.approx(sorted(paid.values()))


def stored(case, plan, scenarios):
    found = simulate([case], [plan], 7, VERDICT, scenarios)
    entries = [Entry("recommended", "", case, plan)]
    return build(case, entries, found, seed=7, scenarios=scenarios, stage=VERDICT), found[0]


def test_who_loses_in_the_middle_case_is_unstable(shipped, changed, plan_of):
    """The same five at 300 a policy: 18,500 policies cost 5.645 M and bring 5.55 M, so that only this one loses."""
    case = changed(shipped("ladder"), {"partner_margin": {"ladder": 300.0}})
    plan = plan_of("ladder", "plan")
    rows = money_tables.partner_sides(stored(case, plan, 1)[0], case, "recommended", plan)
    assert [row["partner"] for row in rows if row["unstable"]] == ["n_18500"]
    assert rows[0]["p50"] == rows[0]["p10"] == rows[0]["mean"] == pytest.approx(-95_000)
    assert rows[1]["p50"] == pytest.approx(300 * 12_000 - 3_370_000)


def test_a_partner_whose_margin_nobody_tells_is_not_judged(shipped, plan_of):
    case, plan = shipped("ladder"), plan_of("ladder", "plan")
    assert money_tables.partner_sides(stored(case, plan, 1)[0], case, "recommended", plan) == []


def test_the_largest_partners_share_of_the_five_is_that_of_the_largest(shipped, plan_of):
    dataset, _ = stored(shipped("ladder"), plan_of("ladder", "plan"), 1)
    whole = 999_800 + 1_250_000 + 2_090_000 + 3_370_000 + 5_645_000
    assert dataset["largest_partner"].to_numpy().ravel() == pytest.approx([5_645_000 / whole])


def test_the_dataset_keeps_means_and_quantiles_of_what_each_scenario_brought(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    dataset, outcome = stored(case, plan, 1200)
    block = plan_months(case, plan, Block(case, 7, VERDICT, 0, 1200))
    side = block.sides["used_car"]
    own = dict(zip(side.partners, side.own, strict=True))["used_car_3"]
    picked = dataset.sel(plan="recommended", partner="used_car_3")
    assert float(picked["partner_side"]) == pytest.approx(own.mean())
    assert float(picked["partner_side_p10"]) == pytest.approx(np.quantile(own, 0.1))
    assert float(picked["partner_side_quantile"].sel(quantile=0.5)) == pytest.approx(np.median(own))
    assert np.isfinite(outcome.largest[1:]).all()
    assert (outcome.largest[1:] > 0.1).all()
    assert (outcome.largest[1:] <= 1.0).all()


def test_a_partner_outside_the_plan_has_no_side(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    inside = {name for line in plan.lines.values() for name in line.partners}
    dataset, _ = stored(case, plan, 40)
    away = [p.id for p in case.partners if p.id not in inside]
    assert away
    assert all(math.isnan(float(dataset["partner_side"].sel(partner=name).item())) for name in away)
    assert np.isfinite(dataset["partner_side"].sel(partner=sorted(inside))).all()


def test_one_in_ten_is_withheld_where_too_few_futures_support_it(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    assert np.isnan(stored(case, plan, 20)[0]["partner_side_p10"]).all()
    assert results.LOW == 0.10
