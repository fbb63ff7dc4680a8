"""The law that hits three quantiles of an expert: Keelin's metalog of three terms, bounded where a bound is known.

The quantile function is a₁ + a₂ L + a₃ (y − ½) L with L = ln(y ÷ (1 − y)); with a bound, of ln(q − least),
−ln(most − q) or ln((q − least) ÷ (most − q)). Keelin (2016), The Metalog Distributions, Decision Analysis 13(4).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt

import numpy as np
from scipy import integrate, optimize
from scipy.special import expit, logit

from model.errors import Finding, InputError
from model.ledger import Floats

FAR = 700.0
"""Log odds at which a float ends."""


def _steepness() -> float:
    """Return how far a₃ ÷ a₂ may be from 0 before the quantile function turns back somewhere."""
    found = optimize.minimize_scalar(
        lambda x: -_turn(x), bounds=(0.0, 20.0), method="bounded", options={"xatol": 1e-12}
    )
    return float(1 / -found.fun)


def _turn(x: float) -> float:
    y = float(expit(x))
    return (y - 0.5) + y * (1 - y) * x


STEEPEST = _steepness()


@dataclass(frozen=True)
class Metalog:
    """A law of three terms on its own scale, the first one less the middle quantile's score, which loses no digits.

    least, most : bounds in the unit of the values, infinite where none
    """

    middle: float
    a1: float
    a2: float
    a3: float
    least: float = -inf
    most: float = inf

    def at(self, share: float) -> float:
        """Return the value that so large a share lies at or below, 0 < share < 1."""
        return self._value(float(logit(share)))

    def _value(self, odds: float) -> float:
        return _back(self.middle + self._score(odds), self.least, self.most)

    def _score(self, odds: float) -> float:
        return self.a1 + self.a2 * odds + self.a3 * (float(expit(odds)) - 0.5) * odds

    def cdf(self, value: float) -> float:
        """Return the share at or below a value."""
        if value <= self.least:
            return 0.0
        if value >= self.most:
            return 1.0
        wanted = _forth(value, self.least, self.most) - self.middle

        def gap(odds: float) -> float:
            return self._score(odds) - wanted

        if gap(-FAR) >= 0 or gap(FAR) <= 0:
            return 0.0 if gap(-FAR) >= 0 else 1.0
        return float(expit(optimize.brentq(gap, -FAR, FAR, xtol=1e-14, rtol=1e-15)))

    def mean(self) -> float:
        """Return the average; infinite where the tail is too heavy for one."""
        return self._moment(1, 0.0)

    def sd(self) -> float:
        """Return the standard deviation; infinite where the tail is too heavy for one."""
        mean = self.mean()
        return sqrt(self._moment(2, mean)) if isfinite(mean) and isfinite(self._moment(2, 0.0)) else inf

    def _moment(self, power: int, around: float) -> float:
        """Return the average of (value − around) to a power."""
        upper = self.a2 + self.a3 / 2 if isfinite(self.least) and not isfinite(self.most) else 0.0
        lower = self.a2 - self.a3 / 2 if isfinite(self.most) and not isfinite(self.least) else 0.0
        if power * max(upper, lower) >= 1:
            return inf

        def weighed(odds: float) -> float:
            density = float(expit(odds) * expit(-odds))
            return (self._value(odds) - around) ** power * density if density else 0.0

        parts = [
            integrate.quad(weighed, a, b, limit=200)[0] for a, b in ((-300.0, -20.0), (-20.0, 20.0), (20.0, 300.0))
        ]
        return float(sum(parts))


def _forth(value: float, least: float, most: float) -> float:
    if isfinite(least) and isfinite(most):
        return log((value - least) / (most - value))
    if isfinite(least):
        return log(value - least)
    return -log(most - value) if isfinite(most) else value


def _back(score: float, least: float, most: float) -> float:
    if isfinite(least) and isfinite(most):
        return least + (most - least) * float(expit(score))
    if isfinite(least):
        return least + exp(min(score, FAR))
    return most - exp(min(-score, FAR)) if isfinite(most) else score


def through(quantiles: dict[float, float], least: float = -inf, most: float = inf) -> Metalog:
    """Return the law that hits three quantiles (R199).

    Parameters
    ----------
    quantiles : value by share at or below it, three of them; least, most : bounds of what is possible

    Raises
    ------
    InputError : not three rising quantiles inside the bounds, or too lopsided for three terms; says what is allowed
    """
    shares, values = zip(*sorted(quantiles.items()), strict=True) if quantiles else ((), ())
    _check(shares, values, least, most)
    scores = np.array([_forth(value, least, most) for value in values])
    odds = np.array([float(logit(share)) for share in shares])
    inverse = np.linalg.inv(np.column_stack([np.ones(3), odds, (np.array(shares) - 0.5) * odds]))
    a1, a2, a3 = (float(term) for term in inverse @ (scores - scores[1]))
    if not (a2 > 0 and abs(a3) < STEEPEST * a2):
        raise InputError(_lopsided(shares, values, inverse, scores, (least, most)))
    return Metalog(float(scores[1]), a1, a2, a3, least, most)


def _check(shares: tuple[float, ...], values: tuple[float, ...], least: float, most: float) -> None:
    where, told = "--quantiles", ", ".join(f"P{100 * s:g}={v:g}" for s, v in zip(shares, values, strict=True))
    if len(shares) != 3 or not all(0 < share < 1 for share in shares):
        allowed = "three, each above P0 and below P100, for example P10=120,P50=180,P90=320"
        raise InputError(Finding("E-VALUE", where, "three quantiles are needed", told or "none", allowed))
    if not values[0] < values[1] < values[2] or not all(map(isfinite, values)):
        raise InputError(Finding("E-VALUE", where, "quantiles must rise with their share", told, "each above the last"))
    if not least < values[0] or not values[2] < most:
        allowed = f"all values above {least:g} and below {most:g}"
        raise InputError(Finding("E-RANGE", where, "a quantile lies outside the bounds", told, allowed))


def _lopsided(
    shares: tuple[float, ...],
    values: tuple[float, ...],
    inverse: Floats,
    scores: Floats,
    bounds: tuple[float, float],
) -> Finding:
    """Return what is wrong and between which values the middle quantile may lie, the outer ones as they are."""
    ends = []
    for side in (-1.0, 1.0):
        row = inverse[2] - side * STEEPEST * inverse[1]
        ends.append(_back(float(-(row[0] * scores[0] + row[2] * scores[2]) / row[1]), *bounds))
    low, high = sorted(ends)
    middle = f"P{100 * shares[1]:g}"
    what = "no law of three terms hits these: they are too lopsided"
    allowed = f"with the outer two, {middle} above {low:.6g} and below {high:.6g}"
    fix = "give a bound with --least or --most, or ask the expert again"
    return Finding("E-RANGE", "--quantiles", what, f"{middle}={values[1]:g}", allowed, fix)
