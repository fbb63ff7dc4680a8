"""The value of a whole plan: exact at band edges, at hinges, without chance, and for who does nothing."""

import numpy as np
import pytest

from model import ledger
from model.errors import ProofError
from model.ledger import discount_factors
from model.simulate import TABLE, Block, plan_months
from solvers.exact import Choice, Exact, Tables, is_idle
from solvers.options import LineOption, closed
from solvers.pricing import Pricer

MODES = ("department", "unit")
CAR = LineOption((("operations", (1, 2)),), "normal", (("used_car_1", 1, "used_car_deal"),))
CHARGE = LineOption((("operations", (1, 2)),), "normal", (("charging_1", 1, "charging_first"),))


def choice_of(car=CAR, charge=CHARGE, bd=(1, 1)):
    return Choice(MODES, (("vp", (1, 1)), ("bd", bd)), (("used_car", car), ("charging", charge)))


def tables_of(case, seed=1, scenarios=16):
    tables = Tables(case, Pricer(case, MODES, seed, scenarios))
    for line, option in (("used_car", CAR), ("charging", CHARGE)):
        tables.add(line, [closed(case), option])
    return tables


def worth(case, choice, seed=1, scenarios=16):
    block = Block(case, seed, TABLE, 0, scenarios)
    net = ledger.result(plan_months(case, choice.plan(case, "p", ""), block).ledger)
    return (net * discount_factors(float(case.clock.discount), case.clock.months)[:, None]).sum(axis=0)


@pytest.mark.parametrize("cents", [-0.01, 0.0, 0.01])
def test_one_fen_around_a_band_edge(tiny, changed, cents):
    """Without chance, revenue of year 1 is one number; the target stands one fen beside it."""
    sure = changed(tiny, {"uncertainty.mode": "none"})
    revenue = float(np.rint(tables_of(sure).total(choice_of()).revenue[0, 0] * 100) / 100)
    case = changed(sure, {"incentives.targets": (revenue + cents, 8e6)})
    total, exact = tables_of(case).total(choice_of()), Exact(case, MODES)
    base = float(total.base_pay[0, 0])
    coefficient = 1.0 if cents > 0 else 1.5
    first = float(exact.bonus(total)[0]) - _second_year(case, total)
    rate = float(case.incentives.bonus_rate) * float(case.incentives.individual)
    assert first == pytest.approx(base * rate * coefficient * 1.1 ** (-12 / 12))
    assert exact.npv(total) == pytest.approx(worth(case, choice_of()), abs=1e-6)


def _second_year(case, total):
    """Bonus of the half second year, its target halved."""
    attained = float(total.revenue[1, 0]) / (8e6 / 2)
    level = [0.5, 1.0, 1.5, 2.0][int(attained >= 0.8) + int(attained >= 1) + int(attained > 1.2)]
    return float(total.base_pay[1, 0]) * 0.3 * level * 1.1 ** (-18 / 12)


def test_pool_and_agency_by_hand(tiny, changed):
    """Half of the team work bought, all revenue above a target of one yuan."""
    case = changed(tiny, {"incentives.targets": (1.0, 1.0), "shared_work.bd.fixed": 400.0})
    total, exact = tables_of(case).total(choice_of()), Exact(case, MODES)
    pool = sum(
        0.08 * np.maximum(total.revenue[year] - target, 0) * 1.1 ** (-month / 12)
        for year, target, month in ((0, 1.0, 12), (1, 0.5, 18))
    )
    price = [450e3 / 12 / 130 * 2.025 * (1.04 if quarter >= 4 else 1) for quarter in range(6)]
    bought = sum(
        price[quarter] * np.maximum(total.hours[0, quarter] + 1200, 0) * 1.1 ** (-(3 * quarter + 3) / 12)
        for quarter in range(6)
    )
    assert exact.hinges(total) == pytest.approx(pool + bought, abs=0.01)


def test_coefficient_prices_the_mean_bonus_exactly(tiny):
    total, exact = tables_of(tiny).total(choice_of()), Exact(tiny, MODES)
    linear = exact.coefficient(total) * total.base_pay.mean(axis=1) * 0.3 * exact.year_end
    assert float(linear.sum()) == pytest.approx(float(exact.bonus(total).mean()))


def test_coefficient_without_anybody_is_that_of_no_revenue(tiny, changed):
    case = changed(tiny, {"roles.vp.heads_least": (0.0, 0.0), "roles.bd.heads_least": (0.0, 0.0)})
    nobody = Choice(MODES, (("vp", (0, 0)), ("bd", (0, 0))), (("used_car", closed(case)), ("charging", closed(case))))
    assert Exact(case, MODES).coefficient(tables_of(case).total(nobody)).tolist() == [0.5, 0.5]


def test_who_does_nothing_pays_nothing(tiny, changed):
    case = changed(tiny, {"roles.vp.heads_least": (0.0, 0.0), "roles.bd.heads_least": (0.0, 0.0)})
    tables = tables_of(case)
    nobody = Choice(MODES, (("vp", (0, 0)), ("bd", (0, 0))), (("used_car", closed(case)), ("charging", closed(case))))
    total = tables.total(nobody)
    assert is_idle(total)
    assert not is_idle(tables.total(choice_of()))
    assert not Exact(case, MODES).npv(total).any()
    assert not worth(case, nobody).any()
    assert {row.name for row, _ in Exact(case, MODES).broken(total)} == {"heads in mvp", "heads in scale"}


def test_choice_and_its_plan(tiny):
    choice = choice_of(charge=closed(tiny), bd=(1, 2))
    plan = choice.plan(tiny, "best", "The best")
    assert (plan.case, plan.name, plan.title, plan.modes) == ("ecosystem", "best", "The best", MODES)
    assert plan.seats == {"vp": (1, 1), "bd": (1, 2)}
    assert list(plan.lines) == ["used_car"]
    assert choice.with_seats("bd", (2, 2)).seats == (("vp", (1, 1)), ("bd", (2, 2)))
    assert choice.with_line("used_car", closed(tiny)).lines[0] == ("used_car", closed(tiny))
    assert choice.with_line("charging", CHARGE).lines == (("used_car", CAR), ("charging", CHARGE))


def test_tables_price_each_path_once(tiny):
    tables = Tables(tiny, Pricer(tiny, MODES, 1, 4))
    assert tables.add("used_car", [CAR, CAR, closed(tiny)]) == 2
    assert tables.add("used_car", [closed(tiny), CAR]) == 0
    later = LineOption(CAR.team, "normal", (("used_car_1", 4, "used_car_deal"),))
    assert tables.add("used_car", [CAR, later]) == 1
    assert [len(tables.lines["used_car"]), tables.options["used_car"][later]] == [3, 2]


def test_falling_heads_are_refused_and_not_priced_as_fewer(tiny):
    with pytest.raises(ProofError, match="E-FALLING  bd: priced seats stay open, heads may not fall; found 2 → 1"):
        tables_of(tiny).total(choice_of(bd=(2, 1)))
