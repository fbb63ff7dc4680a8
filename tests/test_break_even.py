"""Break-even conditions against closed forms, pay schemes at response 0, and the command's words and mistakes."""

import json
import re

import numpy as np
import pytest

from experiments.running.break_even import (
    MOST_LIFT,
    ask,
    distance,
    gain_without_response,
    interval,
    pay_schemes,
    response,
    span,
    turn,
)
from experiments.running.break_even_words import findings, told
from experiments.running.door import historic, nothing
from experiments.running.futures import Futures, number_of
from model.errors import InputError
from model.quantities import Quantity
from model.question_inputs import BreakEven

PACKAGE, REVENUE = 30.049275e6, 120.8e6
"""Paper P&L over five years, CNY, pay table read as package."""


def question(**fields):
    return BreakEven(**{"title": "q", "vary_for": "both", "plan": "plan", "against": "do_nothing"} | fields)


@pytest.fixture
def paper(shipped, changed):
    share = Quantity(0.15, unit="share", origin="guess", low=0.0, high=0.5)
    return changed(shipped("paper"), {"incentives.after_sales_share": share})


@pytest.fixture
def plans(paper, plan_of):
    return {"plan": plan_of("paper"), "do_nothing": nothing(paper)}


def test_the_paper_case_breaks_even_where_hand_calculation_says(paper, plans):
    answer = ask(paper, question(vary="incentives.after_sales_share"), plans, Futures(paper, 7, 100))
    at = 0.15 + PACKAGE / REVENUE
    assert answer.turn.at.value == pytest.approx(at, abs=1e-6)
    assert (answer.turn.at.se, answer.lift) == (0.0, None)
    assert answer.turn.now.value == pytest.approx(PACKAGE, abs=1)
    assert answer.turn.lowest == (0.0, pytest.approx(PACKAGE + 0.15 * REVENUE, abs=1))
    assert distance(answer) == pytest.approx(at / 0.15 - 1, rel=1e-4)


def test_a_number_without_range_is_looked_through_to_twice_its_value(paper, plans):
    number = number_of(paper, "lines.revenue.nps_overload")
    assert (number.low, number.value) == (None, 0.0)
    with pytest.raises(InputError, match=r"lines.revenue.nps_overload: has no range to look through; found value 0"):
        span(number)
    assert span(number_of(paper, "staffing.on_cost_rate")) == (0.0, 0.6)
    assert ask(paper, question(vary="staffing.on_cost_rate"), plans, Futures(paper, 7, 2)).turn.at is None


def test_the_error_of_a_break_even_is_that_of_the_gap_over_its_slope():
    draws = np.array([-1.0, 0.0, 1.0, 4.0])  # mean 1, so that 2 (x − 3) + mean is 0 at x = 2.5
    found = turn(lambda x: 2 * (x - 3.0) + draws, 1.0, 0.0, 4.0)
    assert found.at.value == pytest.approx(2.5, abs=1e-9)
    assert found.at.se == pytest.approx(np.std(draws, ddof=1) / 2 / 2, rel=1e-6)
    low, high = interval(found.at)
    assert (low + high) / 2 == pytest.approx(2.5)
    assert high - low == pytest.approx(2 * 1.959963984540054 * found.at.se)


def test_of_several_changes_of_sign_the_nearest_to_today_is_told():
    waves = [1.0, 2.0, 3.5]
    found = turn(lambda x: np.full(2, (x - waves[0]) * (x - waves[1]) * (x - waves[2])), 3.4, 0.0, 4.0)
    assert found.at.value == pytest.approx(3.5, abs=1e-6)


@pytest.mark.parametrize(("high", "found"), [(1.999, False), (2.0, False), (2.001, True)])
def test_a_break_even_is_told_inside_the_range_only(high, found):
    made = turn(lambda x: np.full(2, 2.0 - x), 0.0, 0.0, high)
    assert (made.at is not None) is found


def test_the_pool_pays_from_the_lift_that_hand_calculation_says(shipped, plan_of):
    """Revenue 9 M at an even pace, target 6 M, pool 8 %: what is kept, 0.92 × 9 (1 + x) + 0.48, is 9 at x = 2.9 %."""
    case, plan = _even_year(shipped("pool")), plan_of("pool")
    (scheme,) = pay_schemes(case)
    futures = Futures(case, 7, 2)
    assert gain_without_response(scheme, plan, futures).value == pytest.approx(-240_000, abs=1)
    answer = response(scheme, "plan", plan, futures)
    assert answer.turn.at.value == pytest.approx(1 + 0.24 / 8.28, abs=1e-5)
    assert answer.lift == pytest.approx(0.24 / 8.28, abs=1e-5)


def test_given_volumes_do_not_respond(shipped, plan_of):
    case, plan = shipped("pool"), plan_of("pool")
    (scheme,) = pay_schemes(case)
    answer = response(scheme, "plan", plan, Futures(case, 7, 2))
    assert (answer.turn.at, answer.lift) == (None, None)
    text = told(case, answer, {"plan": plan})["sentence"].replace("\u00a0", " ")
    assert text.startswith("The overage pool does not pay even with demand at 2; without a response it costs 0.2")


def _even_year(case):
    """The case without discount whose one partner asks for the year's volume at an even pace instead of a given one."""
    (partner,), (line,) = case.partners, case.lines.values()
    volume = sum(case.volumes[partner.id])
    return case.model_copy(
        update={
            "volumes": {},
            "clock": case.clock.model_copy(update={"discount": Quantity(0.0, unit="share/year", source="test")}),
            "partners": (
                partner.model_copy(update={"mature_volume": Quantity(volume, unit="units/year", source="t")}),
            ),
            "lines": {
                partner.line: line.model_copy(
                    update={
                        "demand": Quantity(1.0, unit="factor", source="t"),
                        "curve_middle": Quantity(0.0, unit="month", source="t"),
                        "curve_width": Quantity(0.0, unit="month", source="t"),
                    }
                )
            },
        }
    )


def test_no_pay_scheme_wins_at_response_zero_and_each_needs_a_positive_one(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    futures = Futures(case, 7, 64)
    schemes = pay_schemes(case)
    assert [scheme.title for scheme in schemes][:2] == ["annual bonus", "overage pool"]
    for scheme in schemes:
        assert gain_without_response(scheme, plan, futures).value < 0
        answer = response(scheme, "documents", plan, futures)
        assert answer.turn.at.value > answer.number.value
        assert 0 < answer.lift < MOST_LIFT - 1
        at_the_edge = futures.npv(_lifted(case, answer), plan) - futures.npv(scheme.without, plan)
        assert float(at_the_edge.mean()) == pytest.approx(0, abs=30_000)


def _lifted(case, answer):
    name = case.calibration
    lifted = case.calibrations[name].model_copy(update={"demand": answer.turn.at.value})
    return case.model_copy(update={"calibrations": case.calibrations | {name: lifted}})


def test_a_scheme_at_rate_zero_is_none(shipped, changed):
    case = changed(shipped("ecosystem"), {"incentives.pool_rate": Quantity(0.0, unit="share", source="000 L560")})
    assert [scheme.title for scheme in pay_schemes(case)] == ["annual bonus"]


@pytest.mark.parametrize("name", ["line_pay", "user_success", "ecommerce"])
def test_no_scheme_of_a_lines_team_wins_at_response_zero(shipped, name):
    case = shipped(name)
    futures = Futures(case, 7, 8)
    schemes = [scheme for scheme in pay_schemes(case) if scheme.title.startswith("pay scheme ")]
    assert schemes
    for plan in historic(name, case).values():
        gains = [gain_without_response(scheme, plan, futures).value for scheme in schemes]
        assert max(gains) <= 1e-6
    assert all(float(told.response.demand) == 0 for scheme in schemes for told in _answering(case, scheme))


def _answering(case, scheme):
    return [told for name, told in scheme.paid.schemes.items() if scheme.title.endswith(case.schemes[name].title)]


def test_a_question_may_switch_numbers_off_for_the_other_side(paper, plans):
    """Without the share the other side earns 18.12 M more; the first one earns that back at a share of 0."""
    asked = question(
        vary="incentives.after_sales_share",
        vary_for="plan",
        against="plan",
        without=("incentives.after_sales_share",),
    )
    answer = ask(paper, asked, plans, Futures(paper, 7, 2))
    assert answer.turn.now.value == pytest.approx(-0.15 * REVENUE, abs=1)
    assert answer.responds


def test_the_words_say_who_pays_when(paper, plans):
    futures = Futures(paper, 7, 2)
    text = told(paper, ask(paper, question(vary="incentives.after_sales_share"), plans, futures), plans)["sentence"]
    text = text.replace("\u00a0", " ")
    assert "is below 40 % (now 15 %); it is 30.0 M CNY better than “Do nothing” today." in text
    worse = question(vary="incentives.after_sales_share", plan="do_nothing", against="plan")
    text = told(paper, ask(paper, worse, plans, futures), plans)["sentence"].replace("\u00a0", " ")
    assert text.startswith("“Do nothing” pays if ")
    assert "is above 40 %" in text
    assert "30.0 M CNY worse than" in text


def test_a_case_gets_its_own_questions_and_the_response_of_its_schemes(shipped, plan_of):
    case = shipped("ecosystem").model_copy(
        update={"break_even": {"hours": question(title="Hours", vary="partners.unit_hours", plan="recommended")}}
    )
    plans = {"lean": plan_of("ecosystem", "lean"), "do_nothing": nothing(case)}
    rows = findings(case, plans, "lean", Futures(case, 7, 32))
    assert [row["title"] for row in rows][:3] == ["Hours", "The annual bonus", "The overage pool"]
    assert all(row["calibration"] == "success_story" for row in rows)
    assert "team hours per unit of demand" in rows[0]["sentence"]
    assert re.search(r"pays if it lifts revenue by [\d.]+.% \(demand by", rows[1]["sentence"])


def test_an_unknown_plan_of_a_question_is_named(paper, plans):
    with pytest.raises(InputError, match="unknown plan; found plam; allowed plan, do_nothing"):
        ask(paper, question(vary="incentives.after_sales_share", plan="plam"), plans, Futures(paper, 7, 2))


def test_the_command_answers_as_json(headcast):
    done = headcast("break-even", "paper", "incentives.after_sales_share", "--plans", "plan", "do_nothing", "--json")
    (row,) = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert row["key"] == "incentives.after_sales_share"
    assert row["gap_now"]["mean"] == pytest.approx(PACKAGE, abs=1)
    assert (row["break_even"], row["scenarios"]) == (None, 1)  # twice 15 % is not enough


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lines.insurance.demnd"], "E-KEY  lines.insurance.demnd: no such number in the case"),
        (["lines.insurance.demnd"], "mend: did you mean lines.insurance.demand?"),
        (["", "--plans", "lan", "bold"], "E-FILE  lan: no such plan; allowed a plan file, or bold, do_nothing"),
        (["", "--calibration", "typicl"], "E-REF  --calibration: unknown calibration; found typicl"),
        (["", "--scenarios", "1"], "E-RANGE  --scenarios: outside what is possible; found 1; allowed 2 to 4096"),
    ],
)
def test_a_wrong_question_gets_one_clear_message(headcast, words, said):
    done = headcast("break-even", "ecosystem", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_scheme_that_no_line_of_the_plan_is_paid_by_is_not_asked(shipped, plan_of):
    case = shipped("user_success")
    asked = {scheme.title for scheme in pay_schemes(case, plan_of("user_success", "today"))}
    everything = {scheme.title for scheme in pay_schemes(case)}
    assert {"annual bonus", "pay scheme Flat commission on each car"} <= asked
    assert everything - asked == {"pay scheme Share of what users bring"}
