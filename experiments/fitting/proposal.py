"""A number for a case from a law or from observed values: value, range and origin in the case's own syntax."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from scipy import optimize

from experiments.fitting.laws import Law, chosen, fits, quantile_errors, support
from model.errors import Finding, InputError
from model.ledger import Floats

SHARES = (0.1, 0.5, 0.9)
FEWEST, FEW = 5, 30
"""Observations below which nothing is proposed, and below which the proposal is a rough one."""
TAIL = 0.1
"""Share beyond P10 and P90."""


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a column.

    laws : all that came into question, best first; law : the one taken, None where the data speak against all
    quantiles, errors : (P10, P50, P90) in the unit of the data; errors NaN where no law was taken
    ends : of the range; is_cut : an end lies at the bound of what is possible
    """

    kind: str
    size: int
    laws: tuple[Law, ...]
    law: Law | None
    quantiles: tuple[float, ...]
    errors: tuple[float, ...]
    ends: tuple[float, float]
    is_cut: bool

    @property
    def is_rough(self) -> bool:
        """Whether there are so few observations that many laws would do."""
        return self.size < FEW


def proposed(values: Floats, place: str, seed: int) -> Proposal:
    """Return the law and the range that observed values propose (R199).

    Parameters
    ----------
    values : (observation,) any unit; place : where they come from, for messages

    Raises
    ------
    InputError : fewer than 5 observations, or all the same
    """
    if values.size < FEWEST:
        fix = "ask an expert for three quantiles instead: --quantiles"
        raise InputError(Finding("E-RANGE", place, "too few numbers", str(values.size), f"{FEWEST} or more", fix))
    if np.ptp(values) == 0:
        raise InputError(Finding("E-VALUE", place, "all numbers are the same", f"{values[0]:g}", "numbers that vary"))
    kind = support(values)[0]
    found = fits(values, seed)
    law = chosen(found)
    quantiles = law.quantiles(SHARES) if law else [float(value) for value in np.quantile(values, SHARES)]
    errors = quantile_errors(law, values.size, SHARES, seed) if law else np.full(len(SHARES), np.nan)
    least, most = (-np.inf if kind == "any sign" else 0.0), (1.0 if kind == "shares" else np.inf)
    ends, is_cut = ends_of(tuple(quantiles), least, most)
    told = tuple(float(error) for error in errors)
    return Proposal(kind, values.size, tuple(found), law, tuple(quantiles), told, ends, is_cut)


def ends_of(quantiles: tuple[float, ...], least: float, most: float) -> tuple[tuple[float, float], bool]:
    """Return the ends of the triangle around P50 with the same P10 and P90, and whether a bound cut them (R199).

    A case reads a range as such a triangle: all lies between its ends, and P10 and P90 lie further in.

    Parameters
    ----------
    quantiles : P10, P50, P90; least, most : bounds of what is possible
    """
    low, middle, high = quantiles
    left, right = middle - low, high - middle
    if left + right <= 0:
        return (middle, middle), False

    def excess(width: float) -> float:
        return _arm(left, width) + _arm(right, width) - width

    width = float(optimize.brentq(excess, left + right, 100 * (left + right)))
    ends = (middle - _arm(left, width), middle + _arm(right, width))
    cut = (max(ends[0], least), min(ends[1], most))
    return cut, cut != ends


def beyond(quantiles: tuple[float, ...], ends: tuple[float, float]) -> tuple[float, float]:
    """Return how much of the triangle lies below P10 and above P90 (R199).

    Examples
    --------
    >>> [round(share, 3) for share in beyond((1.0, 4.0, 11.0), (0.0, 16.0))]
    [0.016, 0.13]
    """
    (low, peak, high), width = (ends[0], quantiles[1], ends[1]), ends[1] - ends[0]
    below = (quantiles[0] - low) ** 2 / (width * (peak - low)) if peak > low else 0.0
    above = (high - quantiles[2]) ** 2 / (width * (high - peak)) if high > peak else 0.0
    return below, above


def _arm(inner: float, width: float) -> float:
    """Return how far an end lies from the peak, so that a tenth lies further out than the inner distance."""
    half = inner + TAIL * width / 2
    return half + sqrt(max(half * half - inner * inner, 0.0))


def case_line(quantiles: tuple[float, ...], ends: tuple[float, float], unit: str, origin: str, is_guess: bool) -> str:
    """Return the number as a case file writes it; a guess of an expert has its range in the origin."""
    pair = f"[{digits(ends[0])}, {digits(ends[1])}]"
    told = json.dumps(origin, ensure_ascii=False)
    source = f"guess = {pair}, note = {told}" if is_guess else f"evidence = {told}, range = {pair}"
    return f"{{ value = {digits(quantiles[1])}, unit = {json.dumps(unit, ensure_ascii=False)}, {source} }}"


def digits(value: float) -> str:
    """Return a number with four significant digits, as a case file and a person read it.

    Examples
    --------
    >>> digits(1234567.0), digits(0.000123456), digits(42.0)
    ('1235000', '0.0001235', '42')
    """
    if not isfinite(value):
        return "without limit"
    if value == 0:
        return "0"
    places = 3 - int(np.floor(np.log10(abs(value))))
    text = f"{round(value, places):.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
