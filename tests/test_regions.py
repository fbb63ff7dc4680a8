"""Where the recommendation changes: a straight case by hand, ties, and points that are no case."""

import numpy as np
import pytest

from experiments.running.desk import Desk
from experiments.running.door import nothing
from experiments.running.futures import number_of
from experiments.sensitivity.regions import regions
from model.quantities import Quantity

PACKAGE, REVENUE = 30.049275e6, 120.8e6
SHARES, UPKEEPS = [0.05, 0.15, 0.35, 0.45], [0.0, 1e6, 5e6]


@pytest.fixture
def worth(shipped, changed, plan_of):
    guess = Quantity(0.6, unit="share", origin="guess", low=0.5, high=0.95)
    case = changed(shipped("paper"), {"staffing.base_share": guess})
    return Desk(case, {"recommended": plan_of("paper"), "do_nothing": nothing(case)}, 7, 8, np.zeros((1, 1)))


def asked(worth, matters):
    pair = [number_of(worth.case, key) for key in ("incentives.after_sales_share", "costs.upkeep")]
    return regions(worth, (pair[0], SHARES), (pair[1], UPKEEPS), matters, lambda text: None)


def test_the_best_plan_at_each_point_by_hand(worth):
    found = asked(worth, 0.0)
    share, upkeep = np.meshgrid(SHARES, UPKEEPS, indexing="ij")
    result = PACKAGE - (share - 0.15) * REVENUE - 5 * upkeep
    assert found.npv[0] == pytest.approx(result)
    assert (found.npv[1] == 0).all()
    assert (found.best == (result < 0)).all()
    assert set(found.best.ravel().tolist()) == {0, 1}
    assert found.behind[0] == pytest.approx(np.maximum(-result, 0))
    assert (found.equal.sum(axis=0) == 1).all()


@pytest.mark.parametrize(("matters", "tied"), [(0.88e6, 0), (0.90e6, 1), (5.1e6, 2)])
def test_plans_nearer_than_what_matters_are_tied(worth, matters, tied):
    # at 0.35 and 1 M a year the plan is worth 30.049 − 24.16 − 5 = 0.889 M CNY; at 0.15 and 5 M a year 5.05
    found = asked(worth, matters)
    assert (found.equal.sum(axis=0) > 1).sum() == tied


def test_a_point_that_is_no_case_is_told_as_none(worth):
    pair = [number_of(worth.case, key) for key in ("staffing.base_share", "costs.upkeep")]
    found = regions(worth, (pair[0], [0.6, 0.95]), (pair[1], [0.0]), 0.5e6, lambda text: None)
    assert found.best.tolist() == [[0], [-1]]
    assert np.isnan(found.npv[:, 1, 0]).all()
    assert found.equal[:, 1, 0].tolist() == [0, 0]
