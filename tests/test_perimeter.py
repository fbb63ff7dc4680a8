"""What is and is not in the money: figures of the paper case and of the shipped one, from paper."""

import numpy as np
import pytest

from experiments.running.perimeter import cheapest_head, perimeter
from model.ledger import by_year
from model.schema import ROW
from model.simulate import VERDICT, Block, plan_months


@pytest.fixture
def paper_lines(shipped, plan_of) -> dict[str, str]:
    case = shipped("paper")
    book = plan_months(case, plan_of("paper", "plan"), Block(case, 7, VERDICT, 0, 1)).ledger
    return {line["what"]: line["says"] for line in perimeter(case, by_year(book, 1))}


def test_the_share_of_after_sales_names_rate_and_sum(paper_lines):
    # 15 % of 120.8 M CNY, users.md paper P&L
    assert "15% of its revenue, 18.1 M CNY" in paper_lines["Share of after-sales"]


def test_pay_and_bonus_are_those_of_the_paper(paper_lines):
    # package: 60 % and 27 % of 52.225 M CNY of table labour
    assert "base pay 31.3, annual bonus 14.1 M CNY" in paper_lines["Pay and bonus"]


def test_what_is_left_out_is_said(paper_lines):
    assert paper_lines["Not modelled"].startswith("income tax; at 25%")
    assert "net of 0%" in paper_lines["VAT"]


def test_income_tax_takes_a_quarter_of_gains_and_nothing_of_losses(shipped):
    case = shipped("ecosystem")
    years = np.zeros((len(ROW), case.years, 2))
    years[ROW["commission"], 0, 0], years[ROW["base_pay"], 1, 1] = 12e6, 4e6
    lines = {line["what"]: line["says"] for line in perimeter(case, years)}
    # scenarios of +12 and −4 M CNY: (12 − 4) ÷ 2 before, (9 − 4) ÷ 2 after
    assert "at 25% the average result before discounting, 4.0, would be 2.5 M CNY" in lines["Not modelled"]
    assert lines["Not modelled"].endswith("hence less than 75% of the average, 3.0")


def test_what_a_budget_counts_is_told(shipped):
    case = shipped("ecosystem")
    years = np.zeros((len(ROW), case.years, 1))
    for row in ("base_pay", "project_bonus", "tools", "annual_bonus", "acquisition"):
        years[ROW[row]] = 1e6
    lines = {line["what"]: line["says"] for line in perimeter(case, years)}
    counts = "it counts base pay, project bonus and tools and platform of all planned seats from their first month"
    assert lines["The budget"] == f"{counts}, as if always filled; not winning users and annual bonus"


def test_tax_inside_the_rates_is_told_with_its_sum(shipped, changed):
    case = changed(shipped("ecosystem"), {"readings.vat_in_rates": "gross"})
    years = np.zeros((len(ROW), case.years, 1))
    years[ROW["vat"]] = 319_528.0
    lines = {line["what"]: line["says"] for line in perimeter(case, years)}
    # 0.319528 M CNY in each of five years
    assert lines["VAT"] == "the contracts’ rates contain 6%, 1.6 M CNY that the state receives"


def test_leavers_are_said_by_the_year(shipped):
    case = shipped("ecosystem")
    years = np.zeros((len(ROW), case.years, 1))
    lines = {line["what"]: line["says"] for line in perimeter(case, years)}
    # 1 − 0.98^12 = 21.5 %, 1 − 0.9875^12 = 14.0 %
    assert "22% leave in their first year, 14% a year after" in lines["Leavers"]


def test_the_cheapest_further_head_costs_its_approved_pay(shipped):
    case = shipped("ecosystem")
    # 350,000 a year: base 210,000, project 35,000, on-cost 38.7 % of base, six months of year 1; training and care
    # 3,000 ÷ 2 + 6 × 200; the fee 20 % of base by the mix of channels × 0.9 + 2,500
    assert cheapest_head(case, 0) == pytest.approx((210_000 + 35_000 + 0.387 * 210_000 + 3_000) / 2 + 1_200 + 40_300)


@pytest.mark.parametrize(("lowest", "always"), [(0.5, ", so that some is due at any revenue"), (0.0, "")])
def test_why_a_bonus_is_due_below_target(shipped, lowest, always):
    """Two futures at 90 and 100 % of target in each of five years: 95 % on average, and one half reaches it."""
    case = shipped("ecosystem")
    edges = case.incentives.band_coefficients
    own = edges[0].model_copy(update={"value": lowest}) if hasattr(edges[0], "model_copy") else lowest
    rules = case.incentives.model_copy(update={"band_coefficients": (own, *edges[1:])})
    case = case.model_copy(update={"incentives": rules})
    years = np.zeros((len(ROW), case.years, 2))
    for year, target in enumerate(case.incentives.targets):
        years[ROW["commission"], year] = float(target) * 0.9, float(target)
    years[ROW["annual_bonus"]] = 1e6
    lines = {line["what"]: line["says"] for line in perimeter(case, years)}
    assert lines["Annual bonus"] == (
        "30% of base pay times a coefficient by each year’s revenue ÷ target in each future: "
        f"{lowest:g} below 80%, 1 from 80%, 1.5 from 100%, 2 above 120%{always}; revenue is below target on average in "
        "5 of 5 years and reaches it in 50% of all years and futures"
    )
    years[ROW["annual_bonus"]] = 0.0
    assert "Annual bonus" not in {line["what"] for line in perimeter(case, years)}
