"""What a sample of scenarios says: figures with standard errors, returns on cost, cash need and payback."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt

import numpy as np

from model import ledger
from model.errors import Finding, InputError
from model.ledger import Flags, Floats, Ints
from model.schema import COST_ROWS, ROW, TEAM_PAY_ROWS
from model.tails import shortfall

Z95 = 1.959963984540054
TAIL = 0.05
"""The share of scenarios that "1-in-20 bad case" and "average of the worst 5 %" look at."""
LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
BEYOND = 100
"""Draws wanted beyond a quantile before it is published."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error, both in the unit of the sample."""

    value: float
    se: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - Z95 * self.se

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + Z95 * self.se


WITHHELD = Estimate(nan, nan)
"""Stands where the scenarios are too few, or too few of them defined, to say anything."""


@dataclass(frozen=True)
class Difference:
    """Same futures, A minus B: mean, 1-in-20 bad case (P5 of A minus P5 of B) and chance that A is above B."""

    mean: Estimate
    p5: Estimate
    chance_above: Estimate


def draws_wanted(p: float) -> int:
    """Return how many scenarios the quantile `p` needs: 100 beyond it.

    Examples
    --------
    >>> draws_wanted(0.05), draws_wanted(0.5), draws_wanted(0.999)
    (2000, 200, 100000)
    """
    if not 0 < p < 1:
        raise InputError(Finding("E-QUANTILE", "quantile", "is no share of scenarios", f"{p:g}", "0 < p < 1"))
    return int(np.ceil(round(BEYOND / min(p, 1 - p), 6)))


def supported(p: float, scenarios: int) -> bool:
    """Say whether so many scenarios support the quantile `p`."""
    return scenarios >= draws_wanted(p)


def defined(sample: Floats) -> tuple[Floats, float]:
    """Return the defined part of a sample and the share that is undefined (NaN, such as a return on no cost).

    Examples
    --------
    >>> part, share = defined(np.array([1.0, np.nan, 3.0, 4.0]))
    >>> part.tolist(), share
    ([1.0, 3.0, 4.0], 0.25)
    """
    known = ~np.isnan(sample)
    return sample[known], 1.0 - float(np.count_nonzero(known)) / max(sample.size, 1)


def mean(sample: Floats) -> Estimate:
    """Return the mean with its standard error, sd ÷ √n.

    Parameters
    ----------
    sample : (scenario,) without NaN, any unit

    Examples
    --------
    >>> mean(np.array([1.0, 3.0]))
    Estimate(value=2.0, se=1.0)
    """
    _check(sample, 2)
    return Estimate(float(np.mean(sample)), float(np.std(sample, ddof=1)) / sqrt(sample.size))


def quantile(sample: Floats, p: float) -> Estimate:
    """Return a quantile, as spreadsheets interpolate it, with its order-statistic standard error.

    The count below a quantile is binomial: the order statistics at n p ± 1.96 √(n p (1 − p)) hold the 95 % interval,
    whose width ÷ 3.92 is the standard error.

    Parameters
    ----------
    sample : (scenario,) without NaN, any unit
    p : share of scenarios at or below

    Raises
    ------
    InputError : fewer than 100 ÷ min(p, 1 − p) draws, or an undefined value
    """
    _check(sample, draws_wanted(p), f"P{100 * p:g}")
    middle, half = sample.size * p, Z95 * sqrt(sample.size * p * (1 - p))
    ranks = np.clip([round(middle - half) - 1, round(middle + half) - 1], 0, sample.size - 1)
    ends = np.partition(sample, ranks)[ranks]
    return Estimate(float(np.quantile(sample, p)), float(ends[1] - ends[0]) / (2 * Z95))


def tail_mean(sample: Floats, share: float = TAIL) -> Estimate:
    """Return the average of the worst (lowest) share of scenarios, with its influence-function standard error.

    Rule: as `model.tails.worst_mean` (R140).

    Parameters
    ----------
    sample : (scenario,) without NaN, any unit; low is bad
    share : part of the scenarios that is averaged

    Raises
    ------
    InputError : fewer than 100 ÷ share draws, or an undefined value

    Examples
    --------
    >>> tail_mean(np.arange(2000.0)).value
    49.5
    """
    _check(sample, draws_wanted(share), f"the average of the worst {100 * share:g} %")
    edge, below = shortfall(sample, share)
    value = edge - float(np.mean(below)) / share
    return Estimate(value, float(np.std(below, ddof=1)) / share / sqrt(sample.size))


def chance(happens: Flags) -> Estimate:
    """Return the share of scenarios in which something happens, with its binomial standard error.

    The error is taken at (k + 2) ÷ (n + 4), so that "never seen" does not pass for "impossible".

    Parameters
    ----------
    happens : (scenario,) true or false

    Examples
    --------
    >>> chance(np.arange(100) < 50)
    Estimate(value=0.5, se=0.05)
    """
    if not happens.size:
        raise InputError(Finding("E-DRAWS", "sample", "holds no scenarios", "0", "at least 1"))
    count = int(np.count_nonzero(happens))
    near = (count + 2) / (happens.size + 4)
    return Estimate(count / happens.size, sqrt(near * (1 - near) / happens.size))


def paired_difference(a: Floats, b: Floats) -> Difference:
    """Return A minus B on the same futures: mean and P5 with paired standard errors, and the chance that A is above.

    Two quantiles of paired samples err together; their correlation is that of the indicators x ≤ P5, hence
    se² = se_a² + se_b² − 2 r se_a se_b. P5 is withheld (NaN) where the draws do not support it.

    Parameters
    ----------
    a, b : (scenario,) without NaN, same unit, scenario by scenario the same draws

    Raises
    ------
    InputError : lengths differ or a value is undefined

    Examples
    --------
    >>> paired_difference(np.array([3.0, 5.0]), np.array([1.0, 1.0])).mean
    Estimate(value=3.0, se=1.0)
    """
    if a.shape != b.shape:
        text = f"{a.size} against {b.size} scenarios"
        raise InputError(Finding("E-PAIR", "paired difference", "the samples are not paired", text, "equal lengths"))
    p5 = paired_quantile(a, b, TAIL) if supported(TAIL, a.size) else WITHHELD
    return Difference(mean(a - b), p5, chance(a > b))


def paired_quantile(a: Floats, b: Floats, p: float) -> Estimate:
    """Return a quantile of A minus that of B on the same futures, with the error of `paired_difference` (R159).

    Parameters
    ----------
    a, b : (scenario,) scenario by scenario the same draws
    """
    left, right = quantile(a, p), quantile(b, p)
    both = float(np.count_nonzero((a <= left.value) & (b <= right.value))) / a.size
    together = (both - p * p) / (p * (1 - p))
    variance = left.se**2 + right.se**2 - 2 * together * left.se * right.se
    return Estimate(left.value - right.value, sqrt(max(variance, 0.0)))


def _check(sample: Floats, wanted: int, what: str = "an average with its error") -> None:
    if not np.all(np.isfinite(sample)):
        count = int(np.count_nonzero(~np.isfinite(sample)))
        fix = "ask summary.defined for the defined part and the undefined share"
        raise InputError(
            Finding("E-UNDEFINED", "sample", "holds undefined values", f"{count} of {sample.size}", "", fix)
        )
    if sample.size < wanted:
        found, allowed = f"{sample.size} scenarios", f"at least {wanted}"
        raise InputError(Finding("E-DRAWS", "sample", f"too few for {what}", found, allowed, "ask for more scenarios"))


def _ratio(revenue: Floats, cost: Floats) -> Floats:
    """Return (revenue − cost) ÷ cost, NaN (undefined) where nothing is spent."""
    out = np.full(revenue.shape, nan)
    np.divide(revenue - cost, cost, out=out, where=cost > 0)
    return out


def horizon(years: Floats) -> Floats:
    """Sum the years of a ledger (row, year, scenario) in fixed order, giving (row, scenario) CNY."""
    return cumulative(years)[:, -1]


def cumulative(years: Floats) -> Floats:
    """Return the ledger (row, year, scenario) from the start up to the end of each year, same shape, CNY."""
    out: Floats = np.cumsum(years, axis=1)
    return out


def full_roi(book: Floats) -> Floats:
    """Return (revenue − all costs) ÷ all costs; NaN where nothing is spent (R27).

    Revenue and costs are the rows of that kind in the schema, each by its sign; timing and memo rows are neither.

    Parameters
    ----------
    book : (row, …) CNY, positive amounts: `horizon`, yearly or `cumulative` ledger

    Examples
    --------
    >>> book = np.zeros((len(ROWS), 1))
    >>> book[ROW["commission"]], book[ROW["tools"]] = 3.0, 2.0
    >>> full_roi(book).tolist()
    [0.5]
    """
    return _ratio(ledger.revenue(book), ledger.paid_out(book, COST_ROWS))


def labour_roi(book: Floats) -> Floats:
    """Return (revenue − team pay) ÷ team pay; NaN where nobody is paid; parameters as for `full_roi`."""
    return _ratio(ledger.revenue(book), ledger.paid_out(book, TEAM_PAY_ROWS))


def labour_roi_after_share(book: Floats) -> Floats:
    """Return the labour ROI on the revenue left after the after-sales share; parameters as for `full_roi`."""
    kept = ledger.revenue(book) - book[ROW["after_sales_share"]]
    return _ratio(kept, ledger.paid_out(book, TEAM_PAY_ROWS))


def peak_cash(cash: Floats) -> tuple[Floats, Ints]:
    """Return the deepest cumulative cash, CNY zero or negative, and its month, 0 if cash is never negative.

    Parameters
    ----------
    cash : (month, scenario) CNY, cumulative

    Examples
    --------
    >>> depth, month = peak_cash(np.array([[-1.0, 0.0], [-4.0, 2.0], [3.0, 5.0]]))
    >>> depth.tolist(), month.tolist()
    ([-4.0, 0.0], [2, 0])
    """
    depth = np.minimum(np.min(cash, axis=0), 0.0)
    return depth, np.where(depth < 0, np.argmin(cash, axis=0) + 1, 0)


def payback_month(cash: Floats) -> Ints:
    """Return the first month from which cumulative cash stays at or above zero; 0 if there is none (R27).

    Parameters
    ----------
    cash : (month, scenario) CNY, cumulative

    Examples
    --------
    >>> payback_month(np.array([[-1.0, 1.0, 1.0], [1.0, 1.0, -1.0]])).tolist()
    [2, 1, 0]
    """
    months = cash.shape[0]
    below = cash < 0
    last = np.where(below.any(axis=0), months - np.argmax(below[::-1], axis=0), 0)
    return np.where(last == months, 0, last + 1)


@dataclass(frozen=True)
class Spread:
    """What is said about one figure of one plan; low is bad.

    `undefined` is the share of scenarios in which the figure has no value; the rest is about the others.
    """

    mean: Estimate
    p5: Estimate
    p50: Estimate
    p95: Estimate
    tail: Estimate
    undefined: float


@dataclass(frozen=True)
class PlanSummary:
    """All figures a page needs of one plan.

    Money in CNY; `payback_median` in months, infinite if more than half of the scenarios never pay back;
    `peak_month` is the median month of the deepest cash, 0 if cash is never negative in most scenarios.
    """

    npv: Spread
    result: Spread
    full_roi: Spread
    labour_roi: Spread
    p_loss: Estimate
    peak_cash_p50: Estimate
    peak_cash_p5: Estimate
    peak_month: int
    payback_median: float
    payback_never: Estimate


def spread(sample: Floats, *, certain: bool = False) -> Spread:
    """Return mean, P5, P50, P95 and the average of the worst 5 % of a figure; what the draws do not support is NaN.

    Parameters
    ----------
    sample : (scenario,) any unit; NaN marks undefined scenarios, which are counted
    certain : the case knows no chance, so that one scenario says all, without error
    """
    part, undefined = defined(sample)
    if certain and part.size:
        sure = Estimate(float(part[0]), 0.0)
        return Spread(sure, sure, sure, sure, sure, undefined)
    low, middle, high = (_or_withheld(part, p) for p in (TAIL, 0.5, 1 - TAIL))
    tail = tail_mean(part) if supported(TAIL, part.size) else WITHHELD
    return Spread(mean(part) if part.size > 1 else WITHHELD, low, middle, high, tail, undefined)


def _or_withheld(sample: Floats, p: float) -> Estimate:
    return quantile(sample, p) if supported(p, sample.size) else WITHHELD


def plan_summary(
    npv: Floats,
    result: Floats,
    full: Floats,
    labour: Floats,
    peak: Floats,
    peak_month: Ints,
    payback: Ints,
    *,
    certain: bool = False,
) -> PlanSummary:
    """Return the figures of one plan; parameters are (scenario,) as schema.VARIABLES defines them."""
    depth = spread(peak, certain=certain)
    never, loss = chance(payback == 0), chance(npv < 0)
    return PlanSummary(
        npv=spread(npv, certain=certain),
        result=spread(result, certain=certain),
        full_roi=spread(full, certain=certain),
        labour_roi=spread(labour, certain=certain),
        p_loss=Estimate(loss.value, 0.0) if certain else loss,
        peak_cash_p50=depth.p50,
        peak_cash_p5=depth.p5,
        peak_month=int(_median_value(peak_month.astype(float))),
        payback_median=_median_value(np.where(payback == 0, inf, payback.astype(float))),
        payback_never=Estimate(never.value, 0.0) if certain else never,
    )


def _median_value(values: Floats) -> float:
    """Return the lower median, always one of the values; infinity is allowed."""
    return float(np.quantile(values, 0.5, method="inverted_cdf"))


def known(estimate: Estimate) -> bool:
    """Say whether an estimate holds a number, that is, was not withheld."""
    return isfinite(estimate.value)
