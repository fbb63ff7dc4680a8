"""What marks bad futures: ranks and contrasts by hand, money that adds up to the result, signs planted and none."""

import numpy as np
import pytest

from experiments.explaining.money_rows import NAMES
from experiments.explaining.standing_out import contrast, distance_error, limit, middle, near, strength, told
from model.errors import InputError
from model.partners import line_chance
from model.plans import LinePlan, PartnerPlan, Plan
from model.quantities import Quantity
from model.simulate import VERDICT, Block, simulate

COUNT = 60


@pytest.fixture(scope="module")
def plan():
    heads = {"operations": (1, 2)}
    lines = {
        "used_car": LinePlan(
            team=heads, way="normal", partners={"used_car_1": PartnerPlan(start=1, contract="used_car_deal")}
        ),
        "charging": LinePlan(
            team=heads, way="normal", partners={"charging_1": PartnerPlan(start=4, contract="charging_first")}
        ),
    }
    seats = {"vp": (1, 1), "bd": (1, 2)}
    return Plan(case="ecosystem", name="p", title="Small", modes=("department", "unit"), seats=seats, lines=lines)


@pytest.fixture(scope="module")
def found(tiny, plan):
    return told(tiny, plan, 7, VERDICT, COUNT)


def test_ranks_by_hand():
    npv = np.arange(2000.0)[::-1]
    assert near(npv, 0.05).tolist() == list(range(1919, 1879, -1))  # ranks 80 to 119 of 2,000
    assert middle(npv).size == 400
    assert npv[middle(npv)].min() == 800.0
    assert npv[near(npv, 0.95)].min() == 1880.0


@pytest.mark.parametrize("level", [0.0, 0.009, 0.395, 0.5, 0.605, 0.995])
def test_a_share_near_the_middle_or_beyond_the_ends_is_refused(level):
    with pytest.raises(
        InputError, match=r"E-RANGE  --at: no share apart from the middle.*0.01 to 0.39, or 0.61 to 0.99"
    ):
        near(np.arange(2000.0), level)


@pytest.mark.parametrize("level", [0.01, 0.39, 0.61, 0.99])
def test_the_edges_are_taken(level):
    assert near(np.arange(2000.0), level).size == 40


def test_too_few_futures_are_refused():
    assert near(np.arange(1000.0), 0.05).size == 20
    with pytest.raises(
        InputError, match=r"E-DRAWS  bad-case: too few futures; found 999 futures; allowed at least 1000"
    ):
        near(np.arange(999.0), 0.05)


def test_contrast_by_hand():
    values = np.array([[0.0, 2.0, 5.0, 9.0], [1.0, 1.0, 1.0, 1.0]])
    bad, usual, gap, se = contrast(values, np.array([0, 1]), np.array([2, 3]))
    assert (bad.tolist(), usual.tolist(), gap.tolist()) == ([1.0, 1.0], [7.0, 1.0], [-6.0, 0.0])
    assert se == pytest.approx([np.sqrt(2 / 2 + 8 / 2), 0.0])


def test_the_distance_errs_from_sample_to_sample_as_it_says():
    """1,000 samples of 2,000 normal results: the distance of the 1-in-20 case from the middle."""
    rng = np.random.default_rng(9)
    found = []
    for _ in range(1000):
        npv = rng.normal(size=2000)
        found.append([npv[middle(npv)].mean() - npv[near(npv, 0.05)].mean(), distance_error(npv, 0.05)])
    spread, usual = np.std(found, axis=0)[0], np.mean(found, axis=0)[1]
    assert usual == pytest.approx(spread, rel=0.1)
    # closed form: densities 0.1031 and 0.3989
    wanted = np.sqrt((0.0475 / 0.1031**2 + 0.25 / 0.3989**2 - 2 * 0.025 / 0.1031 / 0.3989) / 2000)
    assert usual == pytest.approx(wanted, rel=0.05)


def test_strength_is_in_own_deviations():
    assert strength(np.array([1.0, 3.0]), 3.0) == 3.0
    assert strength(np.ones(3), 1.0) == 0.0


def test_noise_stands_out_as_rarely_as_it_says():
    """30 signs without any link to the result, 400 times: one of them all stands out in about 5 % of the times."""
    rng = np.random.default_rng(5)
    bad, usual = np.arange(40), np.arange(40, 440)
    values = rng.normal(size=(400, 30, 440))
    _, _, gap, se = contrast(values, bad, usual)
    share = (np.abs(gap) > limit(30) * se).any(axis=1).mean()
    assert 0.02 < share < 0.12  # 40 futures have slightly heavier tails than normal ones


def test_money_adds_up_to_the_result_of_every_future(tiny, plan, found):
    outcome = simulate([tiny], [plan], 7, VERDICT, COUNT)[0]
    assert found.money.shape == (len(NAMES), 2, COUNT)
    assert found.npv == pytest.approx(outcome.npv, abs=0.01)


def test_signs_are_what_chance_dealt(tiny, plan, found):
    signs = {sign.name: sign.values for sign in found.signs}
    chance = line_chance(tiny, "used_car", Block(tiny, 7, VERDICT, 0, COUNT).draws)
    assert signs["trial.used_car_1"].tolist() == (~chance.trial_passed[0]).astype(float).tolist()
    assert signs["lost.used_car_1"][signs["trial.used_car_1"] == 1].all()
    assert set(np.unique(signs["lost.used_car_1"])) <= {0.0, 1.0}
    assert all(values.min() >= 0.0 and values.max() <= 1.0 for name, values in signs.items() if name[:6] == "filled")


def test_nested_demand_multiplies_to_each_partners_own(tiny, plan, found):
    """All partners × line against all = the line's own demand, geometric mean over the months."""
    signs = {sign.name: sign.values for sign in found.signs}
    for line in plan.lines:
        demand = line_chance(tiny, line, Block(tiny, 7, VERDICT, 0, COUNT).draws).demand[:, 0]
        own = np.exp(np.log(demand).mean(axis=0))
        assert signs["demand"] * signs[f"demand.{line}"] == pytest.approx(own)


def test_what_never_varies_is_no_sign(tiny, plan):
    sure = tiny.uncertainty.model_copy(
        update={name: 0.0 for name in ("level", "drift", "market", "line", "partner", "partner_noise")}
    )
    names = {sign.name for sign in told(tiny.model_copy(update={"uncertainty": sure}), plan, 7, VERDICT, COUNT).signs}
    assert not any(name.startswith(("demand", "growth")) for name in names)


def test_a_planted_cause_stands_out_first(tiny, plan):
    """Where the level of the market is far more uncertain than all else, it stands out before all other signs."""
    wild = tiny.uncertainty.model_copy(update={"level": Quantity(0.6, unit="factor", origin="source", source="test")})
    found = told(tiny.model_copy(update={"uncertainty": wild}), plan, 7, VERDICT, 2000)
    bad, usual = near(found.npv, 0.1), middle(found.npv)
    gaps = {sign.name: strength(sign.values, float(contrast(sign.values, bad, usual)[2])) for sign in found.signs}
    assert max(gaps, key=lambda name: abs(gaps[name])) == "demand"
    assert gaps["demand"] < -0.5


def test_an_idle_plan_has_no_signs_of_partners(tiny):
    idle = Plan(case="ecosystem", name="n", title="n", modes=("department", "unit"), seats={}, lines={})
    found = told(tiny, idle, 7, VERDICT, 10)
    assert found.signs == []
    assert not found.money.any()
