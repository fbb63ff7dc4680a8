"""Worked examples from paper: every expected number was computed by hand or stands in the documents."""

import numpy as np
import pytest

from model import incentives, ledger
from model.plans import Plan
from model.simulate import VERDICT, scenario_months, simulate

M = 1e6
OTHER = [2.775, 1.0, 1.0, 1.0, 1.0]
REVENUE = [6.8, 24.0, 30.0, 30.0, 30.0]
TABLE_LABOUR = [6.225, 10.0, 12.0, 12.0, 12.0]


def years(case, plan):
    """Programme years of every row in million CNY, read from the stored ledger."""
    outcome = simulate([case], [plan], 1, VERDICT, 1, threads=1)[0]
    book = outcome.years[:, :, 0] / M
    return {name: book[index] for index, name in enumerate(ledger.ROW_NAMES)} | {
        "result": ledger.result(outcome.years)[:, 0] / M,
        "npv": outcome.npv / M,
    }


@pytest.fixture(scope="module")
def paper(shipped, plan_of):
    return years(shipped("paper"), plan_of("paper"))


@pytest.fixture(scope="module")
def paper_base(shipped, plan_of, changed):
    return years(changed(shipped("paper"), {"readings.salary_is": "base"}), plan_of("paper"))


def near(values):
    return pytest.approx(values, abs=1e-6)


@pytest.mark.parametrize(
    ("row", "package", "base"),
    [
        ("commission", REVENUE, REVENUE),
        ("quality_deduction", [0] * 5, [0] * 5),
        ("base_pay", [0.6 * x for x in TABLE_LABOUR], TABLE_LABOUR),
        ("project_bonus", [0.1 * x for x in TABLE_LABOUR], [0] * 5),
        ("annual_bonus", [0.27 * x for x in TABLE_LABOUR], [0.45 * x for x in TABLE_LABOUR]),
        ("after_sales_share", [0.15 * x for x in REVENUE], [0.15 * x for x in REVENUE]),
        ("overage_pool", [0] * 5, [0] * 5),
        ("tools", OTHER, OTHER),
    ],
)
def test_paper_profit_and_loss_by_row(paper, paper_base, row, package, base):
    assert paper[row] == near(package)
    assert paper_base[row] == near(base)


def test_paper_on_cost_falls_on_pay_and_bonus(paper, paper_base):
    """30 % on pay and bonus: 2.708, 4.35 and 5.22 under base; 0.97 × 30 % of the table under package."""
    for book, share in ((paper, 0.97), (paper_base, 1.45)):
        assert book["on_cost"] + book["bonus_on_cost"] == near([0.3 * share * x for x in TABLE_LABOUR])


def test_paper_results_of_both_readings(paper, paper_base):
    assert paper_base["result"] == near([-8.729125, 0.55, 1.88, 1.88, 1.88])
    assert paper["result"] == near([-4.844725, 6.79, 9.368, 9.368, 9.368])
    assert paper_base["result"].sum() == near(-2.539125)
    assert paper["result"].sum() == near(30.049275)


def test_paper_result_without_discount_is_its_npv(paper, paper_base):
    assert paper["npv"] == near(30.049275)
    assert paper_base["npv"] == near(-2.539125)


def test_paper_full_roi_is_minus_two_and_plus_thirty_three_percent(paper, paper_base):
    for book, expected in ((paper_base, -0.02), (paper, 0.33)):
        spent = 120.8 - book["result"].sum()
        assert book["result"].sum() / spent == pytest.approx(expected, abs=0.005)


def test_paper_five_year_labour_roi(paper_base):
    """131 % flat: (120.8 − 52.2) / 52.2."""
    pay = paper_base["base_pay"].sum()
    assert (paper_base["commission"].sum() - pay) / pay == pytest.approx(1.31, abs=0.005)


def test_paper_revenue_to_month_six(shipped, plan_of):
    outcome = simulate([shipped("paper")], [plan_of("paper")], 1, VERDICT, 1)[0]
    assert outcome.revenue[:6].sum() == pytest.approx(1.45 * M)
    assert outcome.revenue[:12].sum() == pytest.approx(6.8 * M)


# Rough figures of the same page: raises of 4 % a year turn the sums into −11.8 and +23.9, of 15 % into −41.4 and +4.1.
@pytest.mark.parametrize(("raised", "base", "package"), [(0.04, -11.8, 23.9), (0.15, -41.4, 4.1)])
def test_paper_with_raises(shipped, plan_of, changed, raised, base, package):
    case = changed(shipped("paper"), {"staffing.annual_raise": raised})
    assert years(case, plan_of("paper"))["result"].sum() == pytest.approx(package, abs=0.06)
    as_base = changed(case, {"readings.salary_is": "base"})
    assert years(as_base, plan_of("paper"))["result"].sum() == pytest.approx(base, abs=0.06)


def test_first_team_costs_445(shipped, plan_of):
    """100 + 2 × 40 + 3 × 35 + 2 × 45 + 2 × 35 = 445 万 a year (000 L379-384)."""
    book = years(shipped("mvp_team"), plan_of("mvp_team"))
    assert book["base_pay"] == near([4.45])
    assert book["result"] == near([-4.45])


def test_ten_twenty_and_thirty_heads(shipped, plan_of, months_of):
    """1 + 2 + 3 + 2 + 2 heads, then + 3 + 2 + 3 + 2, then + 3 + 4 + 2 + 1 (000 L379-426)."""
    heads = sum(months_of(shipped("paper"), plan_of("paper")).heads.values())[:, 0]
    assert heads.tolist() == [10] * 6 + [20] * 12 + [30] * 42
    team = sum(months_of(shipped("mvp_team"), plan_of("mvp_team")).heads.values())[:, 0]
    assert team.tolist() == [1 + 2 + 3 + 2 + 2] * 12


# Section 1.2 of the extraction; `marginal` pays the base rate from the first unit on.
@pytest.mark.parametrize(
    ("reading", "total"),
    [
        ("marginal_base_cliff", 999_800 + 1_250_000 + 2_090_000 + 3_370_000 + 5_645_000),
        ("marginal", 1_249_750 + 1_250_000 + 2_090_000 + 3_370_000 + 5_645_000),
        ("retroactive", 999_800 + 1_400_000 + 2_560_000 + 4_200_000 + 6_475_000),
        ("marginal_low_first_block", 999_800 + 1_000_000 + 1_840_000 + 3_120_000 + 5_395_000),
        ("base_plus_excess_at_top_rate", 999_800 + 1_250_000 + 2_210_000 + 3_700_000 + 5_975_000),
    ],
)
def test_ladder_case_by_reading(shipped, plan_of, changed, reading, total):
    case = changed(shipped("ladder"), {"readings.tier_reading": reading})
    assert years(case, plan_of("ladder"))["commission"] == near([total / M])


@pytest.mark.parametrize(
    ("partner", "paid"),
    [("n_4999", 999_800), ("n_5000", 1_250_000), ("n_8000", 2_090_000), ("n_12000", 3_370_000), ("n_18500", 5_645_000)],
)
def test_ladder_case_by_partner(shipped, plan_of, changed, partner, paid):
    plan = plan_of("ladder")
    alone = changed(plan, {"lines.revenue.partners": {partner: plan.lines["revenue"].partners[partner]}})
    assert years(shipped("ladder"), alone)["commission"] == near([paid / M])


@pytest.mark.parametrize(("reset", "paid"), [("contract_year", 5.23), ("never", 5.645)])
def test_insurer_in_eighteen_flat_months(shipped, plan_of, changed, reset, paid):
    """18,500 policies in 18 months: 3.4867 M for the first year and half a ladder for the rest, 5.23 M."""
    case = changed(
        shipped("ladder"),
        {
            "clock.months": 18,
            "readings.tier_reset": reset,
            "incentives.targets": (6e6, 6e6),
            "volumes": {"n_18500": (18_500 / 18,) * 18},
        },
    )
    plan = plan_of("ladder")
    alone = changed(plan, {"lines.revenue.partners": {"n_18500": plan.lines["revenue"].partners["n_18500"]}})
    found = years(case, alone)["commission"]
    assert found.sum() == pytest.approx(paid, abs=0.0005)
    if reset == "contract_year":
        first = 3.37 + (18_500 * 12 / 18 - 12_000) * 350 / M
        assert found == near([first, first / 2])


def test_pool_of_the_documents(shipped, plan_of):
    """(9 − 6) M × 8 % = 24 万 = 8 + 5 + 3 + 8 (000 L560-570)."""
    book = years(shipped("pool"), plan_of("pool"))
    assert book["overage_pool"] == near([0.24])
    parts = incentives.pool_split(shipped("pool"), book["overage_pool"] * M)
    assert [part.item() for part in parts.values()] == [80_000, 50_000, 30_000, 80_000]


def test_second_year_of_the_documents_loses_money(shipped, plan_of, changed):
    """Revenue 9 M, labour 8 M: −0.27 M as package, −5.39 M as base (section 1.3 of the extraction)."""
    book = years(shipped("year_2"), plan_of("year_2"))
    assert [book[row].item() for row in ("base_pay", "annual_bonus", "overage_pool", "after_sales_share")] == near(
        [4.8, 2.88, 0.24, 1.35]
    )
    assert book["result"] == near([-0.27])
    as_base = changed(shipped("year_2"), {"readings.salary_is": "base"})
    assert years(as_base, plan_of("year_2"))["result"] == near([-5.39])
    with_project = changed(shipped("year_2"), {"staffing.project_share": 0.1})
    assert years(with_project, plan_of("year_2"))["result"] == near([-1.07])


def test_mature_roi(shipped, plan_of):
    """(30 − 12) / 12 = 1.5 and, after the 15 % share, 1.125 (000 L428-436)."""
    book = years(shipped("mature"), plan_of("mature"))
    assert (book["commission"] - book["base_pay"]) / book["base_pay"] == near([1.5])
    assert (book["commission"] - book["after_sales_share"] - book["base_pay"]) / book["base_pay"] == near([1.125])


def test_break_even_of_month_eighteen_contradicts_itself(shipped, plan_of, changed):
    """Revenue 6 M on labour of 8 M is −25 %, not break-even (000 L406-414)."""
    case = changed(
        shipped("year_2"),
        {
            "volumes": {"payer": (5e5,) * 12},
            "incentives.bonus_rate": 0.0,
            "incentives.after_sales_share": 0.0,
            "readings.salary_is": "base",
        },
    )
    book = years(case, plan_of("year_2"))
    assert book["result"] / book["base_pay"] == near([-0.25])


def test_used_car_of_the_documents(shipped, plan_of, changed):
    """120 deals at 600 CNY bring 7.2 万 in half a year (004 L22-26)."""
    case = changed(
        shipped("pool"),
        {"clock.months": 6, "volumes": {"payer": (20.0,) * 6}, "contracts.yuan.rates": (600.0,)},
    )
    assert years(case, plan_of("pool"))["commission"] == near([0.072])


def test_transition_loss_of_the_documents(shipped, plan_of, changed):
    """8 M of labour a year, 15–30 % for 1–3 months: 10 to 60 万, 10 to 20 once (003 section 12)."""
    found = []
    for rate, months, reading in (
        (0.15, 1.0, "per_month"),
        (0.3, 3.0, "per_month"),
        (0.15, 1.0, "once"),
        (0.3, 3.0, "once"),
    ):
        case = changed(
            shipped("paper"),
            {
                "readings.transition_loss": reading,
                "readings.salary_is": "base",
                "modes": shipped("paper").modes | {"department": shipped("paper").modes["unit"]},
                "staffing.transition_rate": rate,
                "staffing.transition_months": months,
                "staffing.on_cost_rate": 0.0,
            },
        )
        plan = plan_of("paper").model_copy(update={"modes": ("department", "unit", "unit")})
        found.append(years(case, plan)["transition_loss"].sum() * 100)
    assert found == pytest.approx([10, 60, 10, 20])


def test_nothing_done_is_nothing_paid(shipped):
    idle = Plan(case="paper", name="idle", title="Nothing", modes=("unit",) * 3, seats={}, lines={})
    book = scenario_months(shipped("paper"), idle, 1, VERDICT, 1, 0)
    assert not np.any(book)
