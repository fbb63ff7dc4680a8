"""Numbers anywhere in their ranges: causes by hand, ties loosened, shares of a straight case in closed form."""

import numpy as np
import pytest

from experiments.running.desk import Desk
from experiments.running.open_numbers import open_numbers
from experiments.sensitivity.dependence import correlation
from experiments.sensitivity.spread import Design, causes_of, loosened, of_numbers
from model.quantities import Quantity

PACKAGE, REVENUE = 30.049275e6, 120.8e6
SHARE, UPKEEP = "incentives.after_sales_share", "costs.upkeep"
NAMES = ["clock.discount", "lines.a.demand", "partners.nps", "staffing.raise", "lines.b.demand"]


def guess_of(value, unit, low, high):
    return Quantity(value, unit=unit, origin="guess", low=low, high=high)


@pytest.fixture
def worth(shipped, changed, plan_of):
    """worth(**guesses) is what the paper case's plan is worth, which is straight in these two."""

    def made(**fields):
        case = changed(shipped("paper"), {name.replace("__", "."): value for name, value in fields.items()})
        return Desk(case, {"recommended": plan_of("paper")}, 7, 8, np.array([[PACKAGE]]))

    return made


def test_causes_are_leading_numbers_linked_ones_and_sections():
    linked = correlation(5, [(1, 4, 0.5)])
    assert causes_of(NAMES, [2], linked) == {
        "partners.nps": [2],
        "lines.a.demand": [1, 4],
        "people": [3],
        "rest": [0],
    }
    assert causes_of(NAMES, [4], linked)["lines.b.demand"] == [1, 4]
    assert causes_of(NAMES, [], np.eye(5)) == {"demand": [1, 4], "partners": [2], "people": [3], "rest": [0]}


def test_every_number_belongs_to_one_cause(shipped, plan_of):
    names = [n.name for n in open_numbers(shipped("ecosystem"), [plan_of("ecosystem", "lean")])]
    causes = causes_of(names, [3, 7], correlation(len(names), [(7, 20, 0.3), (100, 120, -0.3)]))
    assert sorted(place for group in causes.values() for place in group) == list(range(len(names)))


def test_shares_of_a_straight_case_are_those_of_the_squared_effects(worth):
    case = worth(
        incentives__after_sales_share=guess_of(0.15, "share", 0.0, 0.5),
        costs__upkeep=guess_of(1e6, "CNY/year", 0.0, 1e7),
    )
    free = open_numbers(case.case, [case.plans["recommended"]])
    places = {number.name: place for place, number in enumerate(free)}
    said = []
    found = of_numbers(case, "recommended", Design(free, np.eye(2), 64, 7), [SHARE, UPKEEP], 2, said.append)
    # triangles 0, 0.15, 0.5 and 0, 1, 10 M: (a² + b² + c² − ab − ac − bc) ÷ 18
    effects = np.sqrt(np.array([0.2725 - 0.075, (101 - 10) * 1e12]) / 18) * np.array([REVENUE, 5])
    truth = effects**2 / (effects**2).sum()
    order = [places[SHARE], places[UPKEEP]]
    assert list(found.causes.values()) == [[place] for place in order]
    assert found.shares.whole == pytest.approx(truth, abs=0.05)  # N = 64 even points; independent ones err by 0.1
    assert (found.shares.whole_ends[:, 0] < truth).all()
    assert (truth < found.shares.whole_ends[:, 1]).all()
    # average share 0.65 ÷ 3, average upkeep 11 M ÷ 3, of which 1 M a year is in the package
    middle = PACKAGE - 5e6 - (0.65 / 3 - 0.15) * REVENUE - 5 * 8e6 / 3
    assert found.average.value == pytest.approx(middle, abs=0.3e6)
    assert found.sd == pytest.approx(np.sqrt((effects**2).sum()), rel=0.03)
    assert found.numbers == 1.0  # no chance in this case
    assert (found.pull.coefficient < -0.4).all()
    assert found.tied == ()


def test_linked_numbers_are_one_cause_and_spread_further(worth):
    case = worth(
        incentives__after_sales_share=guess_of(0.15, "share", 0.0, 0.5),
        costs__upkeep=guess_of(1e6, "CNY/year", 0.0, 1e7),
    )
    free = open_numbers(case.case, [case.plans["recommended"]])
    design = Design(free, correlation(2, [(0, 1, 0.9)]), 32, 7)
    found = of_numbers(case, "recommended", design, [SHARE], 1, lambda text: None)
    assert list(found.causes) == [SHARE]
    assert found.shares.whole == pytest.approx([1.0], abs=0.3)
    assert found.sd > 1.3 * np.sqrt((0.1975 * REVENUE**2 + 25 * 91e12) / 18)  # 1.38: √(1 + 0.9)


def test_numbers_that_a_rule_ties_are_loosened(worth):
    # each alone is admitted over its range, together they may exceed the package
    case = worth(
        staffing__base_share=guess_of(0.6, "share", 0.5, 0.85),
        staffing__project_share=guess_of(0.1, "share", 0.05, 0.35),
        costs__upkeep=guess_of(0.0, "CNY/year", 0.0, 1e7),
    ).case
    free = [n for n in open_numbers(case, [worth().plans["recommended"]])]
    design = loosened(case, Design(free, np.eye(3), 32, 7))
    left = {number.name for number in free} - {number.name for number in design.free}
    assert len(left) == 1
    assert left <= {"staffing.base_share", "staffing.project_share"}
    assert design.own.shape == (2, 32)
    assert design.correlated.shape == (2, 2)


def test_a_design_without_ties_stays_as_it_is(worth):
    case = worth(costs__upkeep=guess_of(0.0, "CNY/year", 0.0, 1e7)).case
    design = Design(open_numbers(case, [worth().plans["recommended"]]), np.eye(1), 16, 7)
    assert loosened(case, design) is design
