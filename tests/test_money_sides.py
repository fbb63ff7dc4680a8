"""Where the money goes, in sentences and amounts that add up: figures worked on paper."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from model.plans import Policies
from model.quoting import Quote, number
from model.schema import ROW_NAMES, SIGNS
from reports.board import money_sides
from reports.cited import Shelf
from reports.forms import written

MILLION, SEEN = 1e6, 2001
OTHER = "recommended_other_calibration"
SPENT = {"base_pay": 20, "project_bonus": 2, "on_cost": 5, "tools": 3, "agency": 1}
COSTS = {**SPENT, "after_sales_share": 6, "annual_bonus": 4, "overage_pool": 1, "integration": 2, "acquisition": 1}
PARTIES = {"unit": 5, "after_sales": 6, "company": -1, "employees": 27}
BOARD = {"asked_for": -4.2, "other": -1.7, "earned": 0.4, "owed": -0.2}


def dataset(revenue=50, parties=PARTIES, plans=("recommended",)):
    """Each future pays the same, half of it in each of two years; the lines of cash are lowest in months 3 and 2."""
    amounts = {**COSTS, "commission": revenue, "uncollected": revenue, "collected": revenue}
    each = np.array([amounts.get(row, 0.0) for row in ROW_NAMES]) * MILLION / 2
    count = len(plans)
    npv = np.linspace(-5, 15, SEEN) * MILLION - 4 * MILLION * np.arange(count)[:, None]
    same = np.ones((count, SEEN))
    lines = np.array([[-2.0, -3, -3, -1], [-1, -1, -2, 0]])
    variables = {
        "ledger": (("plan", "scenario", "year", "row"), np.broadcast_to(each, (count, SEEN, 2, len(ROW_NAMES)))),
        "result": (("plan", "scenario"), same * (revenue - 45) * MILLION),
        "npv": (("plan", "scenario"), npv),
        "peak_cash": (("plan", "scenario"), same * -7 * MILLION),
        "peak_month": (("plan", "scenario"), same * 3),
        "cash_quantile": (("plan", "quantile", "month"), np.broadcast_to(lines, (count, 2, 4)) * MILLION),
        "party_mean": (("plan", "party"), np.tile(np.array(list(parties.values())) * MILLION, (count, 1))),
    }
    axes = {
        "plan": list(plans), "year": [1, 2], "row": list(ROW_NAMES), "row_sign": ("row", list(SIGNS)),
        "quantile": [0.05, 0.5], "month": [1, 2, 3, 4], "party": list(parties),
    }  # fmt: skip
    return xr.Dataset(variables, axes)


def board(**accounts):
    money = np.array(list((BOARD | accounts).values()))[:, None] * MILLION * np.ones(SEEN)
    told = {"first_phase_largest": "trial_cost"}
    return xr.Dataset({"first_phase": (("account", "scenario"), money)}, {"account": list(BOARD)}, told)


@pytest.fixture
def shelf(shipped):
    def make(language="en", data=None, answer=None, **info):
        case = shipped("ecosystem")
        typical = case.model_copy(update={"calibration": "typical"})
        told = {"budget_total": 32e6, "budget": [{"used": 5e6}], "plan": {}} | info
        run = SimpleNamespace(
            path=SimpleNamespace(name="eco"),
            dataset=dataset() if data is None else data,
            hash="ab12",
            info=told,
            case=case,
            cases={"recommended": case, OTHER: typical},
            plans={"recommended": SimpleNamespace(is_idle=False, policies=Policies())},
        )
        return Shelf(run, language, {"board": answer} if answer else {}, {"board": "ef56"})

    return make


def test_from_the_budget_to_the_result(shelf):
    """Spent 31, share 6, bonus 5, else 3: 45; revenue 50 leaves 5."""
    assert str(money_sides.bridge(shelf())) == (
        "Of the 32.00 M CNY asked – as if every seat were filled from its first day – 31.00 is spent on average. "
        "After-sales takes 6.00, annual bonuses and the pool 5.00, all else, above all connecting partners, "
        "3.00: costs of 45.00 against 50.00 M CNY of revenue leave 5.00 before discounting. Revenue pays for "
        "the later months, so that no more than 7.0 M CNY is laid out at once in the middle case."
    )
    assert "其他（主要为伙伴接入）300万元：总成本4,500万元，收入5,000万元，折现前余500万元" in str(
        money_sides.bridge(shelf("zh"))
    )


def test_the_amounts_add_up(shelf):
    told = {name: float(found.value) for name, found in money_sides.bridge_figures(shelf()).items()}
    assert told["spent"] + told["share"] + told["bonus"] + told["rest"] == told["costs"] == -45 * MILLION
    assert told["revenue"] + told["costs"] == told["result"]


def test_a_loss_is_not_paid_by_revenue(shelf):
    said = str(money_sides.bridge(shelf(data=dataset(revenue=40))))
    assert said.endswith("leave −5.00 before discounting.")
    assert money_sides.bridge_cash(shelf(data=dataset(revenue=45))) is None


def test_a_run_without_its_books_has_no_bridge(shelf):
    bare = shelf(data=dataset().drop_vars(["ledger", "party_mean", "cash_quantile"]))
    assert money_sides.bridge(bare) is None
    assert money_sides.after_sales(bare) is None
    assert str(money_sides.cash(bare)).endswith("7.0 M CNY in the 1-in-20 bad case.")


def test_what_after_sales_gets_and_the_company_keeps(shelf):
    told = shelf(plan={"modes": ["Inside", "Own", "Own"], "phases": [{"first_month": m} for m in (1, 7, 19)]})
    assert str(money_sides.after_sales(told)).replace("\u00a0", " ") == (
        "The unit pays after-sales 15 % of its revenue, 6.0 M CNY on average over 60 months. That is a transfer inside "
        "the company: the unit keeps 5.0 M CNY; with that share and less 1.0 M CNY of shares granted to staff "
        "the company as a whole keeps 10.0 M CNY, both before discounting and income tax (25 %, in none of these "
        "results). It is run as “Inside” from "
        "Jan 2027 and “Own” from Jul 2027; the share is due in each form."
    )


def test_without_shares_other_modes_or_a_share(shelf):
    said = str(money_sides.after_sales(shelf(data=dataset(parties=PARTIES | {"company": 0}))))
    assert "with that share the company as a whole keeps 11.0 M CNY, both before" in said
    assert "It is run as" not in said
    assert money_sides.after_sales(shelf(data=dataset(parties=PARTIES | {"after_sales": 0}))) is None


def test_the_same_plan_under_the_other_calibration(shelf):
    """Its futures lie 4 lower: −9 to 11, average 1, 45 % of them below 0."""
    said = money_sides.typical(shelf(data=dataset(plans=("recommended", OTHER))))
    assert str(said).replace("\u00a0", " ") == (
        "If the future is only “typical” and not the “success story”, the same plan brings +1.0 M CNY on average and "
        "loses money in 45 % of futures"
    )
    assert money_sides.typical(shelf()) is None


def test_the_sampling_error_is_not_all(shelf):
    told = shelf(data=dataset(plans=("recommended", OTHER)), flip_assumption={"meaning": "Demand"})
    assert str(money_sides.error_only(told)).endswith(
        "on top come the other calibration and the assumption that turns the decision"
    )
    assert money_sides.error_only(shelf()) is None


def test_when_cash_is_lowest(shelf):
    """Each future is lowest in month 3, the middle line too; the bad case is equally low in months 2 and 3."""
    assert str(money_sides.cash(shelf())) == (
        "It needs 7.0 M CNY of cash in the middle case, each future taken at its own deepest month (half of them by "
        "Mar 2027); 7.0 M CNY in the 1-in-20 bad case. Month by month the middle case is lowest in Mar 2027, the "
        "1-in-20 bad case in Feb 2027."
    )


def test_where_a_line_is_unknown_its_lowest_month_is(shelf):
    data = dataset()
    data["cash_quantile"][0, 0, 1] = np.nan
    assert np.isnan(number(data, Quote("", "", "cash_quantile", "label_of_lowest month", at(0.05))))
    assert number(data, Quote("", "", "cash_quantile", "label_of_lowest month", at(0.5))) == 3
    assert "Month by month" not in str(money_sides.cash(shelf(data=data)))


def at(quantile):
    return {"plan": "recommended", "quantile": quantile}


def test_the_first_phase_needs_more_cash_than_it_asks(shelf):
    """4.2 and 1.7 paid, 0.4 earned, of which 0.2 is open: 5.7."""
    assert str(money_sides.first_phase(shelf(answer=board()))) == (
        "The first phase asks 5.00 M CNY but has laid out 5.70 of cash by its end, on average: 4.20 on what the budget "
        "counts and 1.70 on what it does not, above all trials; of 0.40 earned, 0.20 is not paid yet"
    )
    assert money_sides.first_phase(shelf(answer=board(earned=6.1))) is None
    assert money_sides.first_phase(shelf()) is None


@pytest.mark.parametrize(
    ("value", "form", "en", "zh"),
    [
        (-1234.0, "money_bare_fine", "0.00", "0"),
        (8_346_848.0, "money_fine", "8.35 M CNY", "835万元"),
        (-5e6, "money_bare_fine_size", "5.00", "500"),
        (0.9536775, "percent_fine", "95.4\u00a0%", "95.4%"),
    ],
)
def test_finer_forms(value, form, en, zh):
    assert [written(value, form, language, "2027-01") for language in ("en", "zh")] == [en, zh]


def phases(over=0.2, spread=0.1):
    """Two phases: 4.2 and 8.2 spent, 5.7 laid out and 1.5 brought in; the second spends so much more than its 8.0."""
    accounts = np.array([[-4.2, -1.7, 0.4, -0.2], [-8.2, -2.0, 11.9, -0.2]])[:, :, None] * np.ones(SEEN) * MILLION
    more = np.array([[-0.8], [over]]) + spread * np.linspace(-1, 1, SEEN)
    told = {
        "phase_money": (("phase", "account", "scenario"), accounts),
        "phase_over": (("phase", "scenario"), more * MILLION),
        "phase_over_row": ("phase", ["hiring_fee", "agency"]),
        "phase_over_most": ("phase", [0.1 * MILLION, 0.48 * MILLION]),
    }
    return xr.Dataset(told, {"account": list(BOARD), "phase": ["mvp", "scale"]})


TWO = [{"used": 5e6}, {"used": 8e6}]
ROWS = "By phase, on average: asked 5.00 / 8.00, spent of it 4.20 / 8.20, cash in less cash out −5.70 / 1.50"


def test_each_phase_is_told_and_why_one_spends_more_than_it_asks(shelf):
    assert str(money_sides.by_phase(shelf(answer=phases(), budget=TWO))) == (
        f"{ROWS}; the phase from Jul 2027 spends 0.20 more than it asks, above all on bought-in work (0.48): the "
        "budget foresees neither empty seats nor leavers"
    )
    assert str(money_sides.by_phase(shelf("zh", answer=phases(), budget=TWO))) == (
        "分阶段平均（万元）：申请500 / 800，其中支出420 / 820，现金净流入−570 / 150；2027年7月起的阶段较申请多支出20，"
        "主要为外包劳务（48）：预算未计岗位空缺与离职"
    )


@pytest.mark.parametrize(("over", "spread"), [(-0.1, 0.1), (0.0, 0.1), (0.2, 10.0)])
def test_a_phase_that_spends_no_more_beyond_its_error_is_not_named(shelf, over, spread):
    """10 M CNY either way over 2,001 futures has an error of 0.13, and 0.2 is less than twice that."""
    assert str(money_sides.by_phase(shelf(answer=phases(over, spread), budget=TWO))) == ROWS


def test_phases_that_nobody_asked_for_are_not_told(shelf):
    assert money_sides.by_phase(shelf()) is None
    assert money_sides.by_phase(shelf(answer=board(), budget=TWO)) is None
    assert money_sides.by_phase(shelf(answer=phases())) is None
