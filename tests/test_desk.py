"""Plans under moved numbers: what is known of them corrects the luck of few futures, by hand and over repeats."""

import numpy as np
import pytest

from experiments.running.desk import Desk, Known, measured
from experiments.running.futures import number_of
from model.errors import InputError


def test_luck_is_taken_off_by_hand():
    # the plan is 1 luckier here than known; the sample moves twice as far, so it is 2 too lucky
    known = Known(np.array([[1.0, 2.0, 6.0]]), np.array([2.0]), np.array([[0.25]]))
    found = measured(2 * known.here[0] + 10, known)
    assert found.value == pytest.approx(2 * 2.0 + 10)
    assert found.se == pytest.approx(2 * 0.5)  # what is left is the error of what is known


def test_what_does_not_move_with_the_plans_is_left_as_it_is():
    known = Known(np.array([[-1.0, 1.0, -1.0, 1.0]]), np.array([5.0]), np.array([[1.0]]))
    sample = np.array([1.0, 1.0, 3.0, 3.0])
    found = measured(sample, known)
    assert found.value == pytest.approx(2.0)
    assert found.se == pytest.approx(np.sqrt(4 / (4 - 2) / 4))  # squares 4, free 4 − 1 mean − 1 weight


def test_without_knowledge_it_is_the_mean_and_one_draw_is_all_there_is():
    found = measured(np.array([1.0, 3.0]), None)
    assert (found.value, found.se) == (2.0, pytest.approx(1.0))
    assert measured(np.array([4.0]), None).se == 0.0


def test_corrected_means_err_as_much_as_they_say_and_less_than_plain_ones():
    rng = np.random.default_rng(1)
    off, plain = [], []
    for _ in range(400):
        plan = rng.standard_normal(60)
        sample = 0.9 * plan + 0.3 * rng.standard_normal(60) + 4
        found = measured(sample, Known(plan[None], np.zeros(1), np.zeros((1, 1))))
        off.append((found.value - 4) / found.se)
        plain.append((sample.mean() - 4) / found.se)
    assert np.std(off) == pytest.approx(1.0, abs=0.12)
    assert np.std(plain) > 2.5


@pytest.fixture(scope="module")
def worth(tiny_asked):
    run = tiny_asked.run
    plans = {"recommended": run.plan, "do_nothing": run.plan.model_copy(update={"lines": {}, "seats": {}})}
    published = np.array([[1e6, 3e6, 5e6], [0.0, 0.0, 0.0]])
    return Desk(run.case, plans, 7, 32, published)


def test_a_known_plan_has_the_average_that_was_published(worth):
    assert worth.mean(worth.npv("recommended")).value == pytest.approx(3e6)
    assert worth.mean(worth.npv("recommended")).se == pytest.approx(np.sqrt(4 / 3) * 1e6)
    assert worth.mean(worth.npv("do_nothing")).value == 0.0


@pytest.fixture(scope="module")
def lean(shipped, plan_of):
    return Desk(shipped("ecosystem"), {"recommended": plan_of("ecosystem", "lean")}, 7, 4, np.zeros((1, 1)))


def test_a_number_at_its_own_value_moves_nothing_and_both_moves_are_made(lean):
    discount, upkeep = (number_of(lean.case, key) for key in ("clock.discount", "costs.upkeep"))
    today = lean.npv("recommended")
    assert lean.npv("recommended", [(upkeep, upkeep.value)]) == pytest.approx(today)
    dear = lean.npv("recommended", [(upkeep, 2 * upkeep.value)])
    both = lean.npv("recommended", [(upkeep, 2 * upkeep.value), (discount, 0.14)])
    assert (dear < today).all()
    assert not np.allclose(both, dear)


def test_values_that_are_no_case_are_refused(lean):
    share = number_of(lean.case, "staffing.base_share")
    with pytest.raises(InputError, match=r"base and project share exceed the package"):
        lean.npv("recommended", [(share, 0.99)])
