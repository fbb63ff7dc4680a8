"""Open numbers: which touch a plan, which are tied, and what stays so that every point is a case."""

import numpy as np
import pytest

from experiments.running import open_numbers
from experiments.running.desk import Desk
from experiments.running.open_numbers import apart, is_fact, ranged, tied
from model.case_numbers import numbers
from model.load import case_to_dict

DEMAND = "calibrations.success_story.demand"
KEYS = (DEMAND, "partners.nps", "staffing.channels.headhunter.share", "costs.income_tax", "staffing.fill_sd")


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def known(case):
    return numbers(case_to_dict(case))


def test_tied_shares_stay_and_what_no_plan_feels_is_left_out(case, plan_of, known, monkeypatch):
    """Channel shares add up to 1, so that none moves alone; income tax is told beside the result only."""
    monkeypatch.setattr(open_numbers, "numbers", lambda data: {key: known[key] for key in KEYS})
    free, held = apart(case, open_numbers.open_numbers(case, [plan_of("ecosystem", "lean")]))
    assert [number.name for number in free] == [DEMAND, "partners.nps", "staffing.fill_sd"]
    assert [number.name for number in held] == ["staffing.channels.headhunter.share"]


def test_what_is_ours_to_set_or_told_beside_the_result_is_no_fact(case):
    left = {each.name for each in ranged(case) if not is_fact(case, each.places[0])}
    whole = {"phases", "partner_margin", "sign_ups", "approval", "mode_limits"}
    assert whole <= {name.split(".")[0] for name in left}
    assert left >= {each.name for each in ranged(case) if each.name.split(".")[0] in whole}
    assert left >= {"incentives.targets", "trial.users", "costs.income_tax", "staffing.equity.valuation"}
    facts = {"staffing.annual_raise", "incentives.individual", "trial.answer_spread", "costs.upkeep", "clock.discount"}
    assert not left & (facts | {DEMAND})


SILENT = (
    *("partner_margin.other_200", "sign_ups.per_head", "approval.integration_most", "mode_limits.unit.months_most"),
    *("staffing.equity.valuation", "costs.vat", "costs.income_tax", "lines.insurance.life.renewal_rate"),
)


def test_what_is_told_beside_and_what_limits_moves_no_result(case, plan_of, known):
    desk = Desk(case, {"lean": plan_of("ecosystem", "lean")}, 7, 16)
    for npv in desk.all_at([[(known[key], known[key].low)] for key in SILENT]):
        assert np.array_equal(npv, desk.base)


def test_a_number_counts_under_the_reading_that_uses_it(case, changed, plan_of, known):
    """Value added tax matters where rates are gross, shares where the company charges them to the unit."""
    gross = changed(case, {"readings.vat_in_rates": "gross", "staffing.equity.equity_is_cost": True})
    desk = Desk(gross, {"lean": plan_of("ecosystem", "lean")}, 7, 16)
    for key in ("costs.vat", "staffing.equity.valuation"):
        assert (is_fact(case, known[key].places[0]), is_fact(gross, known[key].places[0])) == (False, True)
        (npv,) = desk.all_at([[(known[key], known[key].high)]])
        assert npv.mean() < desk.base.mean()


def test_a_number_that_one_plan_uses_is_open(case, plan_of):
    plans = {name: plan_of("ecosystem", name) for name in ("lean", "documents")}
    alone = {name: {each.name for each in open_numbers.open_numbers(case, [plan])} for name, plan in plans.items()}
    both = [each.name for each in open_numbers.open_numbers(case, plans.values())]
    assert set(both) == alone["lean"] | alone["documents"]
    assert both == [each.name for each in ranged(case) if each.name in set(both)]


def test_of_tied_numbers_the_last_stays(case, known):
    """Trained and hired people with SQL may not be more than all; the fill's spread has nothing to do with it."""
    asked = [known["staffing.skills.0.hired"], known["staffing.fill_sd"], known["staffing.skills.0.trained"]]
    assert tied(case, asked, [(0.5, 0.4, 0.3)]) == set()
    assert tied(case, asked, [(0.5, 0.4, 0.3), (0.7, 0.4, 0.5)]) == {2}
    assert tied(case, [], [()]) == set()
