"""Worth of a partner trial: what it shows, how sizes compare, the closed form of a level that decides alone."""

import numpy as np
import pytest

from experiments.asking.knowing_sample import Opened
from experiments.asking.open_points import TRIAL, TRIAL_NUMBERS, drawn
from experiments.asking.trial_worth import seen, trial_partner, trials
from experiments.running.desk import Desk
from model.case_numbers import numbers
from model.load import case_to_dict


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def levels(case):
    found = numbers(case_to_dict(case))
    return tuple(found[key] for key in TRIAL_NUMBERS)


def bare_desk(case, plans, centre):
    """A desk whose plans bring nothing with the numbers as they are, nothing simulated."""
    out = object.__new__(Desk)
    out.case, out.plans, out.centre, out.base = case, plans, centre, np.zeros((2, 1))
    return out


def desk(case, plans, points):
    """Two plans: the first brings 100 M CNY × (conversion factor − 1), the other nothing."""
    centre = np.array([0.0, 0.0])
    gain = 1e8 * (points.values[0] - 1.0)
    npv = np.array([gain, np.zeros_like(gain)])[:, :, None]
    return bare_desk(case, plans, centre), Opened(points.numbers, points.values, npv)


def test_the_largest_partner_of_the_plan_that_can_be_asked_is_tried(case, plan_of):
    # the bundle's 30,000 are what no named contract explains; the first insurer has 20,000
    assert trial_partner(case, plan_of("ecosystem", "lean")).id == "insurer_1"
    bare = plan_of("ecosystem", "lean").model_copy(update={"lines": {}})
    assert trial_partner(case, bare).id == "insurer_1"


def test_users_average_people_and_months_average_moods(case):
    """First insurer, 76 points: variance 60² ÷ users + 2.5² ÷ months; conversion 21 % of so many users."""
    partner = case.partners[0]
    for users, months in ((100, 1), (1000, 4)):
        converted, _, _, answers = seen(case, partner, {"partners.nps": np.ones(40_000)}, users, months, 7)
        assert answers.mean() == pytest.approx(76.0, abs=0.15)
        assert answers.var() == pytest.approx(3600 / users + 6.25 / months, rel=0.04)
        assert converted.mean() == pytest.approx(0.21, abs=1e-3)
        assert converted.var() == pytest.approx(0.21 * 0.79 / users, rel=0.04)


def test_a_level_moves_what_the_trial_shows(case):
    factors = {"partners.conversion": np.full(2000, 0.5), "partners.complaint": np.full(2000, 2.0)}
    converted, complaints, _, _ = seen(case, case.partners[0], factors, 3000, 6, 7)
    assert converted.mean() == pytest.approx(0.105, abs=1e-3)
    assert complaints.mean() == pytest.approx(0.056, abs=1e-3)


def test_worth_grows_with_users_towards_that_of_the_fact(case, plan_of, levels):
    """Conversion × (0.8 … 1 … 1.2) decides alone: all known 100 M × mean of max(x − 1, 0) = 100 × 0.2 ÷ 6 M."""
    points = Opened(levels, drawn(levels, 48, 7, "here"), np.zeros((2, 48, 1)))
    at, found = desk(case, dict.fromkeys("ab"), points)
    tried = {(each.users, each.months): each for each in trials(at, plan_of("ecosystem", "lean"), {TRIAL: found}, 7)}
    worths = [tried[users, 3].worth.value for users in (100, 300, 1000, 3000)]
    assert worths == sorted(worths)
    assert worths[0] > 0
    assert 0.8 * 1e8 / 30 < worths[-1] <= 1.1 * 1e8 / 30
    # The mean of a level given what is seen moves by var ÷ √(var + noise²): level 0.19, users 300.
    sd, noise = 0.2 / np.sqrt(6), np.sqrt(0.81 / 0.19 / 300)
    normal = 1e8 * sd**2 / np.hypot(sd, noise) / np.sqrt(2 * np.pi)
    assert tried[300, 3].worth.value == pytest.approx(normal, rel=0.12)


def test_cost_and_waiting_by_hand(case, plan_of, levels):
    """30,000 CNY a month; deciding 6 months later at 10 % a year costs 1 − 1.1^−0.5 of the best plan's 8 M CNY."""
    points = Opened(levels, drawn(levels, 16, 7, "here"), np.zeros((2, 16, 1)))
    at, found = desk(case, dict.fromkeys("ab"), points)
    at = bare_desk(case, at.plans, np.array([8e6, 0.0]))
    tried = next(each for each in trials(at, plan_of("ecosystem", "lean"), {TRIAL: found}, 7) if each.months == 6)
    assert tried.cost == pytest.approx(180_000)
    assert tried.waiting == pytest.approx(8e6 * (1 - 1.1**-0.5))
    assert tried.net == pytest.approx(tried.worth.value - tried.cost - tried.waiting)


def test_no_trial_or_nothing_open_asks_nothing(case, plan_of, levels):
    plan = plan_of("ecosystem", "lean")
    points = Opened(levels, drawn(levels, 16, 7, "here"), np.zeros((2, 16, 1)))
    at, found = desk(case, dict.fromkeys("ab"), points)
    assert trials(at, plan, {}, 7) == []
    bare = case.model_copy(update={"trial": None})
    assert trials(bare_desk(bare, at.plans, at.centre), plan, {TRIAL: found}, 7) == []
    few = Opened(levels, points.values[:, :5], points.npv[:, :5])
    assert trials(at, plan, {TRIAL: few}, 7) == []
