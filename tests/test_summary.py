"""Statistics of samples against closed forms and paper; returns, cash need and payback of ledgers made by hand."""

from collections.abc import Callable
from math import inf, isnan, sqrt

import numpy as np
import pytest
from scipy import stats

from model import summary
from model.errors import InputError
from model.ledger import Floats
from model.schema import REVENUE_ROWS, ROW, ROW_NAMES, ROWS
from model.summary import Estimate
from model.take_home import take_home

REPLICAS = 400
# 0.95 ± 4.5 binomial standard errors over the replicas
COVERAGE = (0.90, 0.995)


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def normal_grid(scenarios: int) -> Floats:
    """The quantiles of the standard normal at the middle of each of so many equal shares."""
    grid: Floats = stats.norm.ppf((np.arange(scenarios) + 0.5) / scenarios)
    return grid


def hits(estimate: Callable[[np.random.Generator], Estimate], truth: float) -> float:
    draws = generator(20270101)
    found = [estimate(draws) for _ in range(REPLICAS)]
    return sum(e.low <= truth <= e.high for e in found) / REPLICAS


@pytest.mark.parametrize(("p", "wanted"), [(0.05, 2_000), (0.95, 2_000), (0.25, 400), (0.5, 200), (0.999, 100_000)])
def test_a_quantile_wants_a_hundred_draws_beyond_it(p: float, wanted: int) -> None:
    assert summary.draws_wanted(p) == wanted
    assert not summary.supported(p, wanted - 1)
    assert summary.supported(p, wanted)
    assert summary.supported(p, wanted + 1)


def test_too_few_draws_are_refused_with_the_number_that_helps() -> None:
    with pytest.raises(InputError, match=r"too few for P5; found 1999 scenarios; allowed at least 2000"):
        summary.quantile(np.zeros(1999), 0.05)
    with pytest.raises(InputError, match="average of the worst 5 %; found 1999"):
        summary.tail_mean(np.zeros(1999))
    with pytest.raises(InputError, match="found 1 scenarios; allowed at least 2"):
        summary.mean(np.zeros(1))
    with pytest.raises(InputError, match="no scenarios"):
        summary.chance(np.zeros(0, dtype=bool))


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, 5.0])
def test_a_quantile_is_a_share(p: float) -> None:
    with pytest.raises(InputError, match="is no share of scenarios"):
        summary.quantile(np.zeros(5000), p)


@pytest.mark.parametrize("hole", [np.nan, inf, -inf])
@pytest.mark.parametrize("figure", [summary.mean, summary.tail_mean, lambda s: summary.quantile(s, 0.5)])
def test_undefined_values_are_never_skipped(hole: float, figure: Callable[[Floats], Estimate]) -> None:
    sample = np.ones(4000)
    sample[7] = hole
    with pytest.raises(InputError, match=r"holds undefined values; found 1 of 4000"):
        figure(sample)


def test_the_defined_part_comes_with_the_undefined_share() -> None:
    part, share = summary.defined(np.array([np.nan, 2.0, np.nan, 4.0]))
    assert part.tolist() == [2.0, 4.0]
    assert share == 0.5


def test_the_mean_of_a_ramp() -> None:
    # 0…99: mean 49.5, variance n (n + 1) / 12 with n = 100
    found = summary.mean(np.arange(100.0))
    assert found.value == pytest.approx(49.5, abs=1e-12)
    assert found.se == pytest.approx(sqrt(100 * 101 / 12 / 100), rel=1e-12)
    assert found.high - found.low == pytest.approx(2 * 1.959963984540054 * found.se)


@pytest.mark.parametrize(("share", "known"), [(0.10, 1.7549833193), (0.05, 2.0627128075)])
def test_the_average_of_the_worst_of_a_normal(share: float, known: float) -> None:
    assert summary.tail_mean(normal_grid(1_000_000), share).value == pytest.approx(-known, abs=2e-5)
    drawn = summary.tail_mean(generator(5).standard_normal(200_000), share)
    assert abs(drawn.value + known) < 4 * drawn.se
    # Var of (q − x)⁺ for the standard normal, with φ(q) = share × known
    q = stats.norm.ppf(share)
    second = share * (1 + q * q) + q * share * known
    variance = second - (share * (q + known)) ** 2
    assert drawn.se == pytest.approx(sqrt(variance / 200_000) / share, rel=0.03)


def test_the_worst_scenarios_count_in_part_at_the_edge() -> None:
    # 5 % of 2010 scenarios are 100.5: numbers 0…99 in full, number 100 by half
    sample = generator(1).permutation(2010).astype(float)
    assert summary.tail_mean(sample).value == pytest.approx((sum(range(100)) + 0.5 * 100) / 100.5, rel=1e-12)


@pytest.mark.parametrize("p", [0.05, 0.5, 0.95])
def test_quantiles_of_a_normal_and_their_asymptotic_error(p: float) -> None:
    truth, n = stats.norm.ppf(p), 100_000
    assert summary.quantile(normal_grid(n), p).value == pytest.approx(truth, abs=1e-4)
    asymptotic = sqrt(p * (1 - p) / n) / stats.norm.pdf(truth)
    draws = generator(11)
    found = [summary.quantile(draws.standard_normal(n), p).se for _ in range(20)]
    assert float(np.mean(found)) == pytest.approx(asymptotic, rel=0.05)


@pytest.mark.parametrize("count", [0, 1, 2500, 4999, 5000])
def test_a_chance_and_its_binomial_error(count: int) -> None:
    found = summary.chance(np.arange(5000) < count)
    share = count / 5000
    assert found.value == share
    assert found.se == pytest.approx(sqrt(share * (1 - share) / 5000), abs=3e-4)
    assert found.se > 0, "never seen is not impossible"


@pytest.mark.parametrize(
    ("figure", "truth"),
    [
        (lambda draws: summary.mean(draws.exponential(size=2000)), 1.0),
        (lambda draws: summary.quantile(draws.exponential(size=2000), 0.05), -np.log(0.95)),
        (lambda draws: summary.quantile(draws.exponential(size=2000), 0.5), np.log(2)),
        (lambda draws: summary.quantile(draws.exponential(size=2000), 0.95), np.log(20)),
        (lambda draws: summary.tail_mean(-draws.exponential(size=5000)), -(1 + np.log(20))),
        (lambda draws: summary.chance(draws.random(2000) < 0.03), 0.03),
    ],
)
def test_intervals_hold_the_truth_as_often_as_they_say(
    figure: Callable[[np.random.Generator], Estimate], truth: float
) -> None:
    assert COVERAGE[0] <= hits(figure, truth) <= COVERAGE[1]


def pair(draws: np.random.Generator, scenarios: int, correlation: float) -> tuple[Floats, Floats]:
    common = draws.standard_normal(scenarios)
    own = draws.standard_normal(scenarios)
    return common + 1.0, correlation * common + sqrt(1 - correlation**2) * own


@pytest.mark.parametrize("correlation", [0.0, 0.8, 0.99])
def test_the_paired_error_is_that_of_the_difference(correlation: float) -> None:
    a, b = pair(generator(3), 50_000, correlation)
    found = summary.paired_difference(a, b)
    assert found.mean.se == pytest.approx(sqrt(2 * (1 - correlation) / 50_000), rel=0.02)
    assert abs(found.mean.value - 1.0) < 4 * found.mean.se
    above = stats.norm.cdf(1 / sqrt(2 * (1 - correlation)))
    assert abs(found.chance_above.value - above) < 4 * found.chance_above.se


@pytest.mark.parametrize("correlation", [0.0, 0.8])
@pytest.mark.parametrize("figure", ["mean", "p5"])
def test_paired_intervals_hold_the_truth(correlation: float, figure: str) -> None:
    def one(draws: np.random.Generator) -> Estimate:
        found: Estimate = getattr(summary.paired_difference(*pair(draws, 4000, correlation)), figure)
        return found

    assert COVERAGE[0] <= hits(one, 1.0) <= COVERAGE[1]


def test_pairs_of_one_sample() -> None:
    sample = generator(9).standard_normal(4000)
    same = summary.paired_difference(sample, sample.copy())
    assert same.mean == Estimate(0.0, 0.0)
    assert same.p5.value == 0.0
    assert same.p5.se == pytest.approx(0.0, abs=1e-9)
    assert same.chance_above.value == 0.0
    # against a plan that does nothing the difference is the plan
    alone = summary.paired_difference(sample, np.zeros(4000))
    assert alone.p5 == summary.quantile(sample, 0.05)


def test_pairs_need_the_same_scenarios() -> None:
    with pytest.raises(InputError, match="not paired; found 3 against 2 scenarios"):
        summary.paired_difference(np.zeros(3), np.zeros(2))
    few = summary.paired_difference(np.arange(1999.0), np.zeros(1999))
    assert isnan(few.p5.value)
    assert not summary.known(few.p5)
    assert summary.known(few.mean)


def paper(base: float, project: float, bonus: float) -> Floats:
    """The base case on paper (users.md), CNY: labour table, on-cost 30 %, share 15 %, other cost."""
    book = np.zeros((len(ROW_NAMES), 5, 1))
    labour = np.array([6.225, 10, 12, 12, 12]) * 1e6
    revenue = np.array([6.8, 24, 30, 30, 30]) * 1e6
    book[ROW["commission"], :, 0] = revenue + 1e5
    book[ROW["quality_deduction"], :, 0] = 1e5
    book[ROW["base_pay"], :, 0] = base * labour
    book[ROW["project_bonus"], :, 0] = project * labour
    book[ROW["annual_bonus"], :, 0] = bonus * labour
    book[ROW["on_cost"], :, 0] = 0.3 * (base + project) * labour
    book[ROW["bonus_on_cost"], :, 0] = 0.3 * bonus * labour
    book[ROW["after_sales_share"], :, 0] = 0.15 * revenue
    book[ROW["tools"], :, 0] = np.array([2.775, 1, 1, 1, 1]) * 1e6
    return book


@pytest.mark.parametrize(
    ("shares", "result"), [((1.0, 0.0, 0.45), -2_539_125.0), ((0.6, 0.1, 0.27), 30_049_275.0)], ids=["base", "package"]
)
def test_full_roi_of_the_paper_case(shares: tuple[float, float, float], result: float) -> None:
    book = paper(*shares)
    total = summary.full_roi(summary.horizon(book))
    assert total[0] == pytest.approx(result / (120_800_000 - result), rel=1e-12)
    assert round(100 * total[0]) == (-2 if result < 0 else 33)
    assert summary.full_roi(summary.cumulative(book))[-1, 0] == total[0]
    assert summary.full_roi(book)[0, 0] == summary.full_roi(summary.cumulative(book))[0, 0]


def test_labour_roi_of_the_paper_case() -> None:
    book = paper(1.0, 0.0, 0.0)
    assert summary.labour_roi(summary.horizon(book))[0] == pytest.approx((120.8 - 52.225) / 52.225, rel=1e-12)
    kept = 0.85 * 120.8
    assert summary.labour_roi_after_share(summary.horizon(book))[0] == pytest.approx(kept / 52.225 - 1, rel=1e-12)


def test_each_row_is_revenue_or_a_cost_once() -> None:
    timing = {row.name for row in ROWS if row.kind in ("timing", "memo")}
    assert set(summary.COST_ROWS) == set(ROW_NAMES) - set(REVENUE_ROWS) - timing
    for name in summary.COST_ROWS:
        book = np.zeros((len(ROW_NAMES), 1))
        book[ROW["commission"]] = 3.0
        book[ROW[name]] = -2.0 * ROWS[ROW[name]].sign
        assert summary.full_roi(book).tolist() == [0.5], name


def test_return_on_nothing_is_undefined_and_counted() -> None:
    book = np.zeros((len(ROW_NAMES), 4))
    book[ROW["commission"]] = [0.0, 5.0, 5.0, 5.0]
    book[ROW["base_pay"]] = [0.0, 0.0, 2.0, -1.0]
    for figure in (summary.full_roi, summary.labour_roi, summary.labour_roi_after_share):
        assert np.isnan(figure(book)).tolist() == [True, True, False, True]
        assert figure(book)[2] == 1.5
    told = summary.spread(summary.full_roi(book))
    assert told.undefined == 0.75
    assert not summary.known(told.mean)


CASH = np.array(
    [
        [-5.0, 1.0, 0.0, -1.0, 3.0, -2.0],
        [-9.0, 2.0, 0.0, 2.0, -3.0, -2.0],
        [-9.0, 3.0, 0.0, -4.0, 1.0, -1.0],
        [1.0, 4.0, 0.0, 0.0, 2.0, -1.0],
    ]
)


def test_deepest_cash_and_its_first_month() -> None:
    depth, month = summary.peak_cash(CASH)
    assert depth.tolist() == [-9, 0, 0, -4, -3, -2]
    assert month.tolist() == [2, 0, 0, 3, 2, 1]


def test_payback_is_for_good() -> None:
    assert summary.payback_month(CASH).tolist() == [4, 1, 1, 4, 3, 0]


def told_of(npv: Floats, payback: Floats, *, certain: bool = False) -> summary.PlanSummary:
    size = npv.size
    months = np.full(size, 9, dtype=np.int64)
    roi = np.full(size, np.nan)
    return summary.plan_summary(npv, npv, roi, npv / 2, -abs(npv), months, payback.astype(np.int64), certain=certain)


def test_a_plan_summary_holds_the_figures_of_its_samples() -> None:
    npv = generator(2).standard_normal(4000)
    told = told_of(npv, np.where(npv < 0, 0, 30))
    assert told.npv.mean == summary.mean(npv)
    assert told.npv.p5 == summary.quantile(npv, 0.05)
    assert told.npv.tail == summary.tail_mean(npv)
    assert told.labour_roi.p50.value == pytest.approx(told.npv.p50.value / 2)
    assert told.p_loss.value == pytest.approx(np.count_nonzero(npv < 0) / 4000)
    assert told.peak_cash_p5.value == summary.quantile(-abs(npv), 0.05).value
    assert told.full_roi.undefined == 1.0
    assert not summary.known(told.full_roi.p5)
    assert told.peak_month == 9
    assert told.payback_never.value == told.p_loss.value


@pytest.mark.parametrize(("never", "median"), [(0, 30.0), (49, 30.0), (51, inf), (100, inf)])
def test_median_payback_counts_those_that_never_pay_back(never: int, median: float) -> None:
    told = told_of(np.ones(100), np.where(np.arange(100) < never, 0, 30))
    assert told.payback_median == median
    assert told.payback_never.value == never / 100


def test_few_draws_withhold_the_tails_only() -> None:
    told = told_of(np.arange(500.0), np.ones(500))
    assert summary.known(told.npv.p50)
    assert summary.known(told.npv.mean)
    assert not any(map(summary.known, (told.npv.p5, told.npv.p95, told.npv.tail, told.peak_cash_p5)))


def test_a_certain_case_needs_one_scenario_and_has_no_error() -> None:
    told = told_of(np.array([-7.0]), np.array([0]), certain=True)
    assert told.npv.p5 == told.npv.mean == told.npv.tail == Estimate(-7.0, 0.0)
    assert told.p_loss == told.payback_never == Estimate(1.0, 0.0)


def test_take_home_adds_bonus_in_proportion_to_pay():
    """Pay 200,000 and 100,000 share 30,000 of bonus 2 : 1; 5,000 of scheme pay less 1,000 goes to the line role."""
    book = np.zeros((len(ROWS), 2))
    book[ROW["annual_bonus"]], book[ROW["overage_pool"]] = [20_000.0, 0.0], [10_000.0, 0.0]
    book[ROW["line_pay"]], book[ROW["clawback"]] = [5_000.0, 0.0], [1_000.0, 0.0]
    paid = np.array([[200_000.0, 0.0], [100_000.0, 0.0]])
    found = take_home(paid, np.array([[24.0, 0.0], [6.0, 0.0]]), book, np.array([False, True]))
    assert found[:, 0].tolist() == pytest.approx([110_000.0, 228_000.0])
    assert np.isnan(found[:, 1]).all()
