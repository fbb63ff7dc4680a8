"""Orders with the fewest draws: the band, published policies with exact values, a planted tie, and what is saved."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog, minimize_scalar
from scipy.stats import binom, poisson

from experiments.comparing.pairs import pairs
from experiments.comparing.ranking import band, draws_for, rank

GBD = tomllib.loads((Path(__file__).parent / "data" / "gbd.toml").read_text(encoding="utf-8"))
POLICIES = ((20, 40), (20, 80), (40, 60), (40, 100), (60, 100))
COSTS = np.array([114.176, 112.742, 130.550, 130.699, 147.382])
"""Expected cost a month of five (s, S) policies: L. W. Koenig and A. M. Law, "A procedure for selecting a subset of
size m containing the l best of k independent normal populations", Communications in Statistics – Simulation and
Computation 14 (1985), 719–734: 30 months, Poisson demand of mean 25, an order 32 and 3 a unit, holding 1, shortage 5.
"""
MONTHS, DEMAND = 30, 25


def exact_cost(low, high):
    """Expected cost a month by backward induction over the stock, as second road to the published figures."""
    stock, demand = np.arange(-130, high + 1), np.arange(120)
    chance = poisson.pmf(demand, DEMAND)
    filled = np.where(stock < low, high, stock)
    left = filled[:, None] - demand
    now = np.where(stock < low, 32.0 + 3 * (high - stock), 0.0)
    now += (np.maximum(left, 0) + 5 * np.maximum(-left, 0)) @ chance
    ahead, to_go = np.clip(left + 130, 0, stock.size - 1), np.zeros(stock.size)
    for _ in range(MONTHS):
        to_go = now + to_go[ahead] @ chance
    return to_go[-1] / MONTHS


def store(seed, *, shared=True):
    """Source of the five policies' results: minus the cost a month, on the same demands or on demands of their own."""
    rng = np.random.default_rng(seed)

    def months(policy, demand):
        low, high = POLICIES[policy]
        stock, cost = np.full(demand.shape[1], high), np.zeros(demand.shape[1])
        for sold in demand:
            short = stock < low
            cost += np.where(short, 32.0 + 3 * (high - stock), 0.0)
            stock = np.where(short, high, stock) - sold
            cost += np.maximum(stock, 0) + 5 * np.maximum(-stock, 0)
        return -cost / MONTHS

    def draw(number, active):
        demand = rng.poisson(DEMAND, (MONTHS, 256))
        return np.array([months(p, demand if shared else rng.poisson(DEMAND, demand.shape)) for p in active])

    return draw


def wrong(found, values, matter):
    """Whether anything that was settled is not so, values being the exact ones."""
    first, second = pairs(len(values))
    gap = values[first] - values[second]
    claims = {"better": gap <= 0, "worse": gap >= 0, "no difference that matters": np.abs(gap) > matter}
    return any(bool(claims[said][place]) for place, said in enumerate(found.told) if said in claims)


def test_the_published_values_are_exact():
    assert [exact_cost(*policy) for policy in POLICIES] == pytest.approx(COSTS, abs=6e-4)


def test_published_policies_are_ranked_right_in_95_of_100_repeats():
    """Two policies differ by 0.149, less than the half that matters: settled as no difference."""
    found = [rank(store(seed), 5, "order", 0.5, 0.95, 256, 20_000) for seed in range(200)]
    assert sum(wrong(each, -COSTS, 0.5) for each in found) <= 10
    right = [each.is_sure and set(each.order[2:4]) == {2, 3} and each.order[:2] == (1, 0) for each in found]
    assert sum(right) >= 190
    assert sum(each.told[7] == "no difference that matters" for each in found) >= 190


def aircraft():
    """Plans of gbd with their exact expected costs: the best one, for mean demand, for 1956, and two more."""
    seats = np.array(GBD["capacity"], float)
    flies = seats > 0
    cost, lost = np.array(GBD["cost"], float), np.array(GBD["lost"], float)

    def best(routes):
        """The cheapest plan: aircraft by pair and what is lost by route and demand, as one linear program."""
        demands = [
            (j, d, p / 100) for j, r in enumerate(routes) for d, p in zip(r["demand"], r["percent"], strict=True)
        ]
        size = seats.size
        prices = np.concatenate([cost.ravel(), [lost[j] * p for j, _, p in demands]])
        fleet = np.zeros((4, prices.size))
        for kind in range(4):
            fleet[kind, 5 * kind : 5 * kind + 5] = 1
        short = np.zeros((len(demands), prices.size))
        for place, (j, _, _) in enumerate(demands):
            short[place, j:size:5], short[place, size + place] = -seats[:, j], -1
        bounds = [(0, None) if ok else (0, 0) for ok in flies.ravel()] + [(0, None)] * len(demands)
        limits = np.concatenate([GBD["aircraft"], [-d for _, d, _ in demands]])
        return linprog(prices, np.vstack([fleet, short]), limits, bounds=bounds).x[:size].reshape(4, 5)

    usual = [{"demand": [np.dot(r["demand"], r["percent"]) / 100], "percent": [100]} for r in GBD["routes"]]
    x, mean, old = best(GBD["routes"]), best(usual), best(GBD["routes_1956"])
    plans = [x, mean, old, 0.9 * x, (x + mean) / 2]

    def money(plan, demand):
        """Cost under demands by route, (5, draw)."""
        carried = (seats * plan).sum(axis=0)
        return float((cost * plan).sum()) + lost @ np.maximum(demand - carried[:, None], 0.0)

    def exact(plan):
        carried = (seats * plan).sum(axis=0)
        missed = [
            np.dot(r["percent"], np.maximum(np.array(r["demand"]) - c, 0)) / 100
            for r, c in zip(GBD["routes"], carried, strict=True)
        ]
        return float((cost * plan).sum() + lost @ missed)

    return plans, money, np.array([exact(plan) for plan in plans])


def test_plans_of_the_aircraft_problem_are_ranked_right_in_95_of_100_repeats():
    plans, money, costs = aircraft()
    assert costs[:2] == pytest.approx([1655.6278474399, 1779.2587460317], abs=1e-7)
    assert np.diff(np.sort(costs)).min() > 3

    def source(seed):
        rng = np.random.default_rng(seed)

        def draw(number, active):
            demand = [rng.choice(r["demand"], 256, p=np.array(r["percent"]) / 100) for r in GBD["routes"]]
            return np.array([-money(plans[place], np.array(demand, float)) for place in active])

        return draw

    found = [rank(source(seed), len(plans), "order", 0.0, 0.95, 256, 20_000) for seed in range(200)]
    assert sum(wrong(each, -costs, 0.0) for each in found) <= 10
    assert sum(each.is_sure for each in found) >= 190
    assert sum(each.order == tuple(np.argsort(costs)) for each in found) >= 190


def planted(seed, gap=0.0):
    """Three plans of unit spread: two equal but for `gap`, a third one far behind."""
    rng = np.random.default_rng(seed)
    return lambda number, active: (
        np.array([0.0, gap, -3.0])[list(active), None] + rng.standard_normal((len(active), 100))
    )


def test_a_planted_tie_is_never_called_a_difference():
    found = [rank(planted(seed), 3, "order", 0.0, 0.95, 100, 3000) for seed in range(200)]
    assert sum(each.told[0] != "cannot be said" for each in found) <= binom.ppf(0.999, 200, 0.05)
    tied = next(each for each in found if not each.is_sure)
    assert (tied.asked.tolist(), tied.told[1:]) == ([True, False, False], ("better", "better"))
    assert tied.more[0] > 3000
    assert tied.more[1:].tolist() == [0, 0]
    assert tied.low[0] < 0 < tied.high[0]


def test_a_tie_within_what_matters_is_settled_as_such():
    found = rank(planted(5), 3, "order", 0.5, 0.95, 100, 20_000)
    assert found.told == ("no difference that matters", "better", "better")
    assert found.is_sure


def test_plans_whose_pairs_are_settled_are_drawn_no_more():
    found = rank(planted(6), 3, "order", 0.0, 0.95, 100, 1000)
    assert found.draws.tolist() == [1000, 1000, 100]
    assert found.seen.tolist() == [1000, 100, 100]


def test_the_best_plan_takes_fewer_draws_than_the_order():
    def source(seed):
        rng = np.random.default_rng(seed)
        means = np.array([2.0, 0.0, 0.02])
        return lambda number, active: means[list(active), None] + rng.standard_normal((len(active), 100))

    order, best = (rank(source(1), 3, wanted, 0.0, 0.95, 100, 2000) for wanted in ("order", "best"))
    assert (best.is_sure, best.order[0], best.draws.sum()) == (True, 0, 300)
    assert (order.is_sure, order.draws.tolist()) == (False, [100, 2000, 2000])


def test_equal_plans_are_settled_at_once():
    found = rank(lambda number, active: np.ones((2, 1)) * np.arange(50.0), 2, "order", 0.0, 0.95, 50, 5000)
    assert (found.told, found.draws.tolist()) == (("no difference that matters",), [50, 50])


def test_without_chance_one_draw_orders_all():
    values = np.array([[1.0], [4.0], [2.0]])
    found = rank(lambda number, active: values[list(active)], 3, "order", 0.5, 0.95, 1, 1)
    assert (found.order, found.is_sure, found.errors.tolist()) == ((1, 2, 0), True, [0, 0, 0])


def test_same_futures_take_fewer_draws():
    shared, own = (
        sum(rank(store(seed, shared=way), 5, "order", 0.5, 0.95, 256, 20_000).draws.sum() for seed in range(10))
        for way in (True, False)
    )
    assert shared < 0.8 * own


def test_the_band_is_the_boundary_of_the_normal_mixture():
    """At the edge the mixture of exp(λ S − n λ² / 2) over λ ~ N(0, r) is 1 ÷ miss (Robbins), r best at `tuned`."""
    miss, tuned = 0.01, 700.0

    def width(draws, rate):
        scaled = rate * draws
        return np.sqrt(2 * (scaled + 1) / (scaled * draws) * np.log(np.sqrt(scaled + 1) / miss))

    best = minimize_scalar(lambda rate: width(tuned, np.exp(rate)), bounds=(-15, 5), method="bounded")
    assert band(tuned, miss, tuned) == pytest.approx(best.fun, rel=1e-9)
    rate = np.exp(best.x)
    for draws in (10, 700, 50_000):
        total = draws * band(draws, miss, tuned)
        mixture = np.exp(rate * total**2 / (2 * (1 + draws * rate))) / np.sqrt(1 + draws * rate)
        assert mixture == pytest.approx(1 / miss, rel=1e-3)


def test_the_band_is_smooth_where_its_exact_form_underflows():
    assert band(100, 1e-150, 100) == pytest.approx(band(100, 1.1e-150, 100), rel=1e-2)
    assert np.isfinite(band(100, 1e-300, 100))


def test_the_band_holds_at_every_number_of_draws():
    """1,000 walks of skewed draws (exponential less 1), looked at 40 times each: at most 5 % ever leave it."""
    steps = np.random.default_rng(3).exponential(size=(1000, 40, 250)) - 1
    counts = 250 * np.arange(1, 41)
    sums, squares = (np.cumsum(part.sum(axis=2), axis=1) for part in (steps, steps**2))
    sd = np.sqrt((squares - sums**2 / counts) / (counts - 1))
    half = sd * np.array([band(int(n), 0.05, 1000.0) for n in counts])
    left = np.abs(sums / counts) > half
    fixed = np.abs(sums / counts) > 1.96 * sd / np.sqrt(counts)
    assert left.any(axis=1).mean() <= 0.05
    assert fixed.any(axis=1).mean() > 0.2  # a usual interval looked at again and again fails far more often


def test_draws_needed_make_the_band_as_narrow_as_asked():
    for room in (0.5, 0.05, 0.005):
        needed = draws_for(room, 2.0, 0.01, 500.0)
        assert 2.0 * band(needed, 0.01, 500.0) <= room
        assert 2.0 * band(0.99 * needed - 1, 0.01, 500.0) > room
    assert draws_for(0.0, 2.0, 0.01, 500.0) == np.inf
    assert draws_for(1e-9, 2.0, 0.01, 500.0) == np.inf
    assert draws_for(1.0, 0.0, 0.01, 500.0) == 0
