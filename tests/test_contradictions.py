"""Where the documents contradict themselves: what they state, what their figures give, and the page that says so."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from model.scorecards import Metric

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = json.loads((ROOT / "tests" / "data" / "figures_assertions.json").read_text(encoding="utf-8"))["assertions"]
BY_ID = {entry["id"]: entry for entry in ENTRIES}
CONFLICTS = [entry["id"] for entry in ENTRIES if entry["kind"] == "conflict"]
WAN = 10_000.0


def score(actual, target, points=()):
    return Metric(target, True, 1000.0, points).score(np.array([float(actual)])).item()


def test_break_even_of_month_18_is_a_quarter_lost(runs):
    given, stated = BY_ID["break_even_month_18"]["given"], 0.0
    none = {"incentives.bonus_rate": 0.0, "incentives.after_sales_share": 0.0, "readings.salary_is": "base"}
    none |= {"roles.team_20.pay": given["labour_cost_wan"] * WAN / 20}
    rows = runs.earning(given["revenue_wan"], "year_2", **none)
    roi = (rows["commission"] - rows["base_pay"]) / rows["base_pay"]
    assert roi == pytest.approx(BY_ID["break_even_month_18"]["expected"])
    assert roi < stated


def test_no_rule_of_a_ratio_gives_the_stated_lower_is_better_scores():
    entry = BY_ID["scorecard_lower_is_better"]
    ratios = [score(actual, target) for actual, target in entry["given"]["pairs"]]
    assert ratios == pytest.approx(entry["given"]["ratio_scores"], abs=1e-3)
    linear = [100 * (2 - actual / target) for actual, target in entry["given"]["pairs"]]
    assert linear == pytest.approx(entry["given"]["linear_scores"], abs=1e-3)
    # Not even monotone: the better of the first two scores less. Given points can hold it, a rule cannot.
    better, worse = entry["given"]["pairs"][:2]
    assert better[0] / better[1] < worse[0] / worse[1]
    assert entry["expected"][0] < entry["expected"][1]
    given = ((1.0, 100.0), (1.5, 115.0), (1.5625, 110.0), (10 / 3, 120.0))
    held = [score(actual, target, given) for actual, target in entry["given"]["pairs"]]
    assert held == pytest.approx(entry["expected"])


def test_no_reading_of_the_ladder_pays_530(runs):
    entry = BY_ID["commission_18500_vs_530"]
    units, months, told = entry["given"]["policies"], entry["given"]["months"], entry["expected"]
    found = {
        "marginal_no_reset": runs.ladder(units, "marginal_base_cliff", months, "never") / WAN,
        "marginal_prorated_flat": runs.ladder(units, "marginal_base_cliff", months) / WAN,
        "retro_no_reset": runs.ladder(units, "retroactive", months, "never") / WAN,
    }
    assert {name: round(value, 1) for name, value in found.items()} == {name: told[name] for name in found}
    assert all(abs(value - told["stated_wan"]) > 5 for value in found.values())


def test_23_percent_over_target_fits_no_target(runs):
    """Only the ladder's base target is in a case; the targets of years 1 and 2 stand in 004 L433."""
    entry = BY_ID["policies_over_target_23pct"]
    units, stated, told = entry["given"]["policies"], entry["given"]["stated"], entry["expected"]
    assert told["implied_target"][0] <= units / (1 + stated) <= told["implied_target"][1]
    first = float(runs.shipped("ladder").contracts["ladder"].base_target)
    targets = first + 12_000 / 2
    assert targets == told["prorated_contract_targets"]
    assert units / targets - 1 == pytest.approx(told["over_then"], abs=1e-4)
    assert units / targets - 1 > 2 * stated


def test_monthly_target_is_not_a_twelfth_of_the_year(runs):
    entry = BY_ID["monthly_target_vs_annual"]
    assert 12 * entry["given"]["monthly"] == entry["expected"]
    assert float(runs.shipped("ladder").contracts["ladder"].base_target) == entry["given"]["annual_base"]
    assert entry["expected"] > entry["given"]["annual_base"]


def test_page_lists_each_contradiction():
    page = (ROOT / "docs" / "contradictions.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == set(CONFLICTS)
