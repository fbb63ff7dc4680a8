"""The cases of documents 001 and 002 against the documents' own figures, and what makes their comparisons fair."""

import numpy as np
import pytest

from model import ledger, orders
from model.schema import ROW
from solvers.options import keeps_bounds

SCENARIOS = 200


@pytest.fixture(scope="module")
def years(shipped, plan_of, months_of):
    """years(case, plan, row) is the mean of a row by programme year, CNY; "volume" the units of all lines."""
    kept = {}

    def found(case, plan, row):
        if (case, plan) not in kept:
            kept[case, plan] = months_of(shipped(case), plan_of(case, plan), SCENARIOS)
        months = kept[case, plan]
        amount = sum(months.volume.values()) if row == "volume" else months.ledger[ROW[row]]
        return ledger.by_year(amount, 0).mean(axis=1)

    return found


@pytest.fixture(scope="module")
def cost_of_pay(shipped, plan_of, months_of):
    """cost_of_pay(case, plan) is pay by results per unit sold, CNY: undiscounted, and in today's money."""

    def cost(name, plan):
        case = shipped(name)
        found = months_of(case, plan_of(name, plan), SCENARIOS)
        pay = (found.ledger[ROW["line_pay"]] - found.ledger[ROW["clawback"]]).mean(axis=1)
        units = sum(found.volume.values()).mean(axis=1).sum()
        factors = ledger.discount_factors(float(case.clock.discount), case.clock.months)
        return pay.sum() / units, (pay * factors).sum() / units

    return cost


def test_both_ways_to_pay_advisers_cost_the_same_without_response(cost_of_pay):
    flat, shared = (cost_of_pay("user_success", plan)[0] for plan in ("today", "ltv"))
    assert shared == pytest.approx(flat, rel=0.02)


def test_three_ways_to_pay_squads_cost_about_the_same_without_response(cost_of_pay):
    """In today's money: awards are paid when their period ends, commission each month."""
    high, campaign, stages = (cost_of_pay("ecommerce", plan)[1] for plan in ("commission", "milestone", "rocket"))
    assert campaign == pytest.approx(high, rel=0.08)
    assert stages == pytest.approx(high, rel=0.08)


def test_advisers_sell_8_to_12_cars_a_month(shipped, plan_of, years):
    """002 L15, in the years after the team has formed."""
    team = [sum(part.team["adviser"]) / 2 for part in plan_of("user_success", "today").lines.values()]
    cars = years("user_success", "today", "volume")[1:] / 12 / sum(team)
    assert ((cars >= 8) & (cars <= 12)).all()


def test_85_percent_of_users_hear_nothing_for_half_a_year(shipped):
    life = shipped("user_success").lines["east"].life
    assert np.exp(-2 * float(life.contacts) * float(life.proactive)) == pytest.approx(0.85, abs=1e-3)  # 002 L28


def test_turnover_reaches_50_million_in_the_first_year(shipped, years):
    """001 §5: 0 → 50 M CNY, repeat orders included."""
    case = shipped("ecommerce")
    part = case.lines["drinks"]
    again = years("ecommerce", "commission", "repurchase")[0] / float(part.life.repurchase_profit)
    first = orders.turnover(case, "drinks", years("ecommerce", "commission", "volume")[0])
    assert first + again * float(part.orders.value) == pytest.approx(50e6, rel=0.05)


def test_42_percent_buy_again(shipped, years):
    """001 §5: orders of a full year that come back as repeat orders."""
    repeat = years("ecommerce", "commission", "repurchase") / float(
        shipped("ecommerce").lines["drinks"].life.repurchase_profit
    )
    assert repeat[2] / years("ecommerce", "commission", "volume")[2] == pytest.approx(0.42, abs=0.01)


def test_squads_are_of_three_with_one_product_each(shipped, plan_of):
    case = shipped("ecommerce")
    assert [n for n in range(10) if keeps_bounds(case, "squad", (n, n))] == [0, 3, 6, 9]
    for part in plan_of("ecommerce", "commission").lines.values():
        assert part.team["squad"] == (3 * len(part.partners),) * 2


def test_the_fourth_quarter_weighs_turnover_with_half(shipped):
    """001 §3.1.2 and §3.2.1: 40 % of the scorecard, 50 % from October to December."""
    card = shipped("ecommerce").schemes["milestone"].scorecard
    assert (float(card.metrics.revenue.weight), float(card.metrics.revenue.season_weight)) == (0.4, 0.5)
    assert card.season == (10, 11, 12)


@pytest.mark.parametrize("name", ["user_success", "ecommerce"])
def test_nobody_is_assumed_to_answer_to_a_scheme(shipped, name):
    case = shipped(name)
    assert all(float(s.response.demand) == float(s.response.nps) == 0 for s in case.schemes.values())
    answers = [way.response for way in case.ways.values() if way.response is not None]
    assert answers
    assert all((a.care, a.retention, a.cold_service, a.repurchase) == (1, 0, 1, 1) for a in answers)


@pytest.mark.parametrize("name", ["user_success", "ecommerce"])
def test_the_question_of_the_case_turns_inside_its_range(shipped, plan_of, months_of, changed, name):
    """The break-even condition exists: below it the new way is worse, at the end of the range it is better."""
    case = shipped(name)
    question = case.break_even["repurchase"]

    def gap(value):
        moved = changed(case, {question.vary: value})
        new, old = (
            ledger.result(months_of(moved, plan_of(name, plan), SCENARIOS).ledger).sum()
            for plan in (question.plan, question.against)
        )
        return new - old

    assert gap(1.0) < 0 < gap(2.3)
