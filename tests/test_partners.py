"""Partners of a line: named chances, trial, S-curve, service, quality and the end of weak contracts."""

import numpy as np
import pytest

from model.draws import Draws
from model.partners import LinePaths, line_chance, line_partners, s_curve

N = 4096


@pytest.fixture(scope="module")
def eco(shipped, changed):
    """The case without what states, events and care do to a partner; test_partner_states.py looks at those."""
    parts = ("sourcing", "crisis", "scorecard", "contract_life", "shocks", "interface", "workshops")
    return changed(shipped("ecosystem"), dict.fromkeys(parts))


@pytest.fixture(scope="module")
def quiet(eco, changed):
    return changed(eco, {"uncertainty.mode": "none"})


def draws(scenarios=N, seed=5, certain=False):
    return Draws(seed, "verdict", 0, scenarios, certain=certain)


def only(changed, case, **sizes):
    """The case with just these factors of uncertainty switched on."""
    names = ("level", "drift", "market", "line", "partner", "partner_noise", "complaint", "nps")
    return changed(case, {f"uncertainty.{name}": sizes.get(name, 0.0) for name in names})


def logs(case, line="used_car"):
    return np.log(line_chance(case, line, draws()).demand)


def test_no_chance_is_a_factor_of_one(quiet):
    chance = line_chance(quiet, "insurance", draws(2, certain=True))
    assert (chance.demand == 1.0).all()
    assert not chance.complaint.any()
    assert not chance.nps.any()
    assert chance.trial_passed.all()
    assert (chance.trial_end == 3).all()


def test_partner_noise_is_stationary(eco, changed):
    """AR(1): the same variance in every month and autocorrelation 0.9^k."""
    noise = logs(only(changed, eco, partner_noise=0.2))[:, 0]
    for month in (0, 1, 5, 30, 59):
        assert noise[month].std() == pytest.approx(0.2, rel=0.04)
    for lag in (1, 5, 12):
        assert np.corrcoef(noise[20], noise[20 + lag])[0, 1] == pytest.approx(0.9**lag, abs=0.04)


@pytest.mark.parametrize("memory", [0.0, 1.0])
def test_memory_at_its_ends(eco, changed, memory):
    case = changed(only(changed, eco, partner_noise=0.2), {"uncertainty.partner_memory": memory})
    noise = logs(case)[:, 0]
    assert np.corrcoef(noise[3], noise[50])[0, 1] == pytest.approx(memory, abs=0.05)
    assert noise[59].std() == pytest.approx(0.2, rel=0.04)


def test_market_walk_grows_with_the_programme_years(eco, changed):
    walk = logs(only(changed, eco, drift=0.1))[:, 0]
    for year in range(5):
        assert walk[12 * year].std() == pytest.approx(0.1 * np.sqrt(year + 1), rel=0.04)
        assert np.array_equal(walk[12 * year], walk[12 * year + 11])


@pytest.mark.parametrize(
    ("factor", "inside", "across"),
    [("level", 1, 1), ("drift", 1, 1), ("market", 1, 1), ("line", 1, 0), ("partner", 0, 0), ("partner_noise", 0, 0)],
)
def test_who_shares_a_factor(eco, changed, factor, inside, across):
    """Correlation 1 between those who share it, 0 between the others."""
    case = only(changed, eco, **{factor: 0.3})
    cars, insurers = logs(case), logs(case, "insurance")
    assert np.corrcoef(cars[7, 0], cars[7, 1])[0, 1] == pytest.approx(inside, abs=0.06)
    assert np.corrcoef(cars[7, 0], insurers[7, 0])[0, 1] == pytest.approx(across, abs=0.06)


def test_variances_add_without_common_factors(eco, changed):
    demand = line_chance(only(changed, eco, partner=0.2, partner_noise=0.1), "used_car", draws()).demand[10]
    one = (np.exp(0.05) - 1) * np.exp(0.05)
    assert demand[:2].sum(axis=0).var() == pytest.approx(2 * one, rel=0.08)
    assert np.median(demand[0]) == pytest.approx(1.0, abs=0.02)


def test_total_log_variance(eco):
    """level² + drift² + market² + line² + partner² + noise² in the first year."""
    laws = eco.uncertainty
    first = sum(
        float(x) ** 2 for x in (laws.level, laws.drift, laws.market, laws.line, laws.partner, laws.partner_noise)
    )
    assert logs(eco)[0, 0].var() == pytest.approx(first, rel=0.07)


def test_curve_is_half_at_its_middle_and_later_by_the_delay(eco, changed):
    curve = s_curve(eco, "insurance", 60)
    assert curve[8] == 0.5
    assert curve[[5, 11]] == pytest.approx([1 / (1 + np.e), np.e / (1 + np.e)])
    later = s_curve(changed(eco, {"calibrations.success_story.delay": 3.0}), "insurance", 60)
    assert later[3:] == pytest.approx(curve[:-3], abs=1e-15)


@pytest.mark.parametrize(("middle", "first_full"), [(0, 0), (1, 1), (7.5, 8)])
def test_curve_of_width_nothing_is_a_step(eco, changed, middle, first_full):
    case = changed(eco, {"lines.insurance.curve_width": 0.0, "lines.insurance.curve_middle": float(middle)})
    assert s_curve(case, "insurance", 12).tolist() == [0.0] * first_full + [1.0] * (12 - first_full)


def test_steep_curve_does_not_overflow(eco, changed):
    case = changed(eco, {"lines.insurance.curve_width": 1e-4})
    assert s_curve(case, "insurance", 12).tolist() == [0.0] * 8 + [0.5] + [1.0] * 3


def paths(case, line, starts, contract="used_car_deal", scenarios=1, stop=61, way=1.0):
    chance = line_chance(case, line, draws(scenarios, certain=case.uncertainty.mode == "none"))
    names = [contract] * len(starts)
    return LinePaths(case, line, np.array(starts)[:, None], names, np.array([way]), chance, stop)


def run(case, line, starts, capacity=1e9, lead=0.0, months=60, **more):
    steps = paths(case, line, starts, **more)
    size = steps.chance.demand.shape[2]
    return [steps.step(m, np.full((1, size), capacity), np.full((1, size), lead)) for m in range(1, months + 1)]


def test_demand_by_hand(quiet):
    """7,000 a year × 1.26 on the curve from the partner's own start, worked and lifted."""
    months = run(quiet, "used_car", [4, 0, 0], lead=0.5, way=1.07)
    for month in (1, 4, 10, 60):
        age = month - 4
        expected = 7000 * 1.26 / 12 * 1.07 * 1.05 / (1 + np.exp(-(age - 6.5) / 3)) if age >= 0 else 0.0
        assert months[month - 1].volume[0, 0, 0] == pytest.approx(expected, rel=1e-12)
        assert not months[month - 1].volume[1:].any()


@pytest.mark.parametrize("ratio", [0.0, 0.5, 1.0, 2.0, 10.0])
def test_served_share_and_overload(quiet, ratio):
    """1 − exp(−1.6 × capacity ÷ work); overload is work ÷ capacity − 1, between 0 and 2."""
    work = run(quiet, "used_car", [1, 1, 0], months=20)[-1]
    found = run(quiet, "used_car", [1, 1, 0], capacity=ratio * work.work.item(), months=20)[-1]
    assert found.volume.sum() == pytest.approx(work.volume.sum() * (1 - np.exp(-1.6 * ratio)), rel=1e-12)
    overload = min(2.0, max(0.0, 1 / ratio - 1)) if ratio else 2.0
    assert found.complaint[0].item() == pytest.approx(0.038 + 0.02 * overload)
    assert found.nps[0].item() == pytest.approx(73 - 3 * overload)


def test_work_is_units_and_partners(quiet):
    month = run(quiet, "used_car", [1, 1, 0], months=20)[-1]
    expected = month.volume.sum(axis=0) * 0.22 + 2 * 6
    assert month.work == pytest.approx(expected, rel=1e-12)


def test_line_that_needs_no_work_is_served(quiet, changed):
    case = changed(
        quiet, {f"partners.used_car_{n}.unit_hours": 0.0 for n in (1, 2, 3)} | {"lines.used_car.partner_hours": 0.0}
    )
    month = run(case, "used_car", [1, 0, 0], capacity=0.0, months=20)[-1]
    assert month.volume[0].item() == pytest.approx(7000 * 1.26 / 12 / (1 + np.exp(-(19 - 6.5) / 3)))
    assert month.complaint[0].item() == 0.038


def test_slope_nothing_serves_all(quiet, changed):
    case = changed(quiet, {"lines.used_car.service_slope": 0.0})
    full, none = run(case, "used_car", [1, 0, 0]), run(case, "used_car", [1, 0, 0], capacity=0.0)
    assert full[30].volume == pytest.approx(none[30].volume)


def test_given_volume_replaces_only_its_partner(quiet, changed):
    given = changed(quiet, {"volumes": {"used_car_2": tuple(float(m) for m in range(60))}})
    with_path, plain = run(given, "used_car", [1, 5, 0]), run(quiet, "used_car", [1, 5, 0])
    assert with_path[20].volume[0] == pytest.approx(plain[20].volume[0], rel=1e-3)
    assert with_path[20].volume[0].item() > 0
    assert with_path[20].volume[1].item() == 20.0
    assert with_path[3].volume[1].item() == 0.0
    assert with_path[20].work.item() == pytest.approx(with_path[20].volume[0].item() * 0.22 + 20 * 0.22 + 12, rel=1e-3)


def test_failed_trial_ends_with_its_last_month(eco, changed):
    case = changed(eco, {"partners.used_car_1.complaint": 1.0, "partners.used_car_1.failure": 1.0})
    months = run(case, "used_car", [2, 0, 0])
    active = [month.active[0].item() for month in months]
    assert active == [False] + [True] * 3 + [False] * 56
    assert [month.on_trial[0].item() for month in months] == active
    assert [m for m, month in enumerate(months, start=1) if month.ending[0].item()] == [4]


def weak_case(quiet, changed, monthly):
    path = {"volumes": {"insurer_1": tuple(monthly)}}
    return changed(quiet, path)


def lives_to(case, **more):
    months = run(case, "insurance", [1, 0, 0, 0], contract="insurer_ladder", **more)
    return sum(month.active[0].item() for month in months)


@pytest.mark.parametrize(("quarter", "lasts"), [(624.99, 18), (625, 60), (625.01, 60)])
def test_two_weak_quarters_after_grace_end_the_contract(quiet, changed, quarter, lasts):
    """004 L258: below half of 5,000 ÷ 4 = 1,250, that is 625; quarters count from month 13 on."""
    assert lives_to(weak_case(quiet, changed, [quarter / 3] * 60)) == lasts


def test_one_good_quarter_between_saves_the_contract(quiet, changed):
    saved = weak_case(quiet, changed, ([100.0] * 3 + [300.0] * 3) * 10)
    assert lives_to(saved) == 60
    ended = weak_case(quiet, changed, [300.0] * 24 + [100.0] * 36)
    assert lives_to(ended) == 30


def test_smaller_partner_has_a_smaller_floor(quiet, changed):
    case = changed(quiet, {"partners.insurer_1.target_scale": 0.5})
    assert lives_to(weak_case(case, changed, [104.2] * 60)) == 60
    assert lives_to(weak_case(case, changed, [104.1] * 60)) == 18


def test_without_base_target_no_quarter_is_weak(quiet, changed):
    case = changed(quiet, {"contracts.insurer_ladder.base_target": 0.0})
    assert lives_to(weak_case(case, changed, [0.0] * 60)) == 60


def test_stop_ends_all_and_lets_nobody_start_later(quiet):
    months = run(quiet, "used_car", [1, 7, 6], stop=6)
    assert [sum(month.active[:, 0, 0]) for month in months[:8]] == [1, 1, 1, 1, 1, 2, 0, 0]
    assert months[5].ending[:, 0, 0].tolist() == [True, False, True]
    assert not any((month.age[1] == 0).any() for month in months)


def test_line_without_candidates_brings_nothing(quiet, changed, plan_of, months_of):
    case = changed(quiet, {"partners": tuple(p for p in quiet.partners if p.line != "charging")})
    assert line_partners(case, "charging") == []
    plan = changed(plan_of("ecosystem", "documents"), {"lines.charging.partners": {}})
    found = months_of(case, plan)
    assert not found.volume["charging"].any()
    assert not found.line_revenue["charging"].any()


@pytest.mark.parametrize(("second", "each", "together"), [(399.0, 60, 60), (200.0, 60, 18)])
def test_weak_quarters_may_be_summed(quiet, changed, second, each, together):
    """Quarters of 900 and 598.5, or of 900 and 300: with a floor of 625 each only the sum of the second lies below."""
    path = ([300.0] * 3 + [second / 2] * 3) * 10
    case = weak_case(quiet, changed, path)
    summed = changed(case, {"readings.exit_50pct": "cumulative"})
    assert lives_to(case) == each
    assert lives_to(summed) == together
