"""Shares of a difference: what each group brings, averaged over the orders in which groups can be exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial, nan, sqrt

import numpy as np

from model.ledger import Floats
from model.summary import TAIL, quantile, supported

MOST = 6
"""Groups whose every mix is made: 64 mixes; of more, two orders are taken."""
FIGURES = ("mean", "bad")
"""What is explained: the average, and the 1-in-20 bad case."""


@dataclass(frozen=True)
class Mixes:
    """The mixes that shares are computed from, and what each counts for each group.

    states : the groups (by number) that are exchanged in each mix; the first exchanges none, the last all
    weights : (group, mix)
    """

    states: tuple[frozenset[int], ...]
    weights: Floats

    @property
    def is_every(self) -> bool:
        """Whether all mixes are made, so that the shares are averages over all orders."""
        return len(self.states) == 1 << len(self.weights)


def mixes(groups: int, most: int = MOST) -> Mixes:
    """Return the mixes of so many groups: all of them, or those of two orders where there are too many (R170)."""
    return every_mix(groups) if groups <= most else two_orders(groups)


def every_mix(groups: int) -> Mixes:
    """Return all mixes, weighted so that a share is the average over all orders of exchange (R170).

    Examples
    --------
    >>> every_mix(1).weights.tolist()
    [[-1.0, 1.0]]
    """
    states = [frozenset(g for g in range(groups) if number >> g & 1) for number in range(1 << groups)]
    weights = [[_weight(group, state, groups) for state in states] for group in range(groups)]
    return Mixes(tuple(states), np.array(weights).reshape(groups, len(states)))


def _weight(group: int, state: frozenset[int], groups: int) -> float:
    """Return the share of orders in which the group comes right before the mix, less those in which right after."""
    before = len(state) - (group in state)
    orders = factorial(before) * factorial(groups - before - 1) / factorial(groups)
    return orders if group in state else -orders


def two_orders(groups: int) -> Mixes:
    """Return the mixes of the stated order and of its reverse, each counting half (R170).

    Exact as the average over all orders wherever groups act together at most in pairs.

    Examples
    --------
    >>> [sorted(state) for state in two_orders(2).states]
    [[], [0], [1], [0, 1]]
    """
    forward = [frozenset(range(count)) for count in range(groups + 1)]
    backward = [frozenset(range(groups - count, groups)) for count in range(groups + 1)]
    states = tuple(dict.fromkeys([*forward[:-1], *backward]))
    weights = np.zeros((groups, len(states)))
    for group in range(groups):
        for order, place in ((forward, group), (backward, groups - 1 - group)):
            weights[group, states.index(order[place + 1])] += 0.5
            weights[group, states.index(order[place])] -= 0.5
    return Mixes(states, weights)


def shares(weights: Floats, values: Floats) -> Floats:
    """Return each group's share, (group, …), of the last mix's value minus the first one's; they add up to it (R170).

    Parameters
    ----------
    weights : (group, mix); values : (mix, …) any unit

    Examples
    --------
    Two groups of which each brings 1 alone and both together 4:

    >>> shares(every_mix(2).weights, np.array([0.0, 1.0, 1.0, 4.0])).tolist()
    [2.0, 2.0]
    """
    out: Floats = np.einsum("gm,m...->g...", weights, values)
    return out


def figure(name: str, sample: Floats) -> tuple[float, Floats]:
    """Return a figure of a sample and each scenario's pull on it, whose sd ÷ √n is its sampling error (R170).

    Parameters
    ----------
    name : mean or bad; sample : (scenario,) CNY

    Returns
    -------
    value : CNY, NaN where the draws do not support it; pull : (scenario,) CNY
    """
    value = float(sample.mean())
    if name == "mean" or np.ptp(sample) == 0:
        return value, sample - np.float64(value)
    if not supported(TAIL, sample.size):
        return nan, np.full(sample.size, nan)
    found = quantile(sample, TAIL)
    # The error of a quantile is that of the share below it over the density there.
    steep = found.se * sqrt(sample.size / (TAIL * (1 - TAIL)))
    return found.value, np.asarray((TAIL - (sample <= found.value)) * steep)


def error(pull: Floats) -> float:
    """Return the sampling error of a figure from its pulls, (scenario,); a single draw has none."""
    return float(np.std(pull, ddof=1)) / sqrt(pull.size) if pull.size > 1 else 0.0


def figures(samples: Sequence[Floats] | Floats) -> tuple[Floats, Floats]:
    """Return all figures of all samples, (figure, sample), and their pulls, (figure, sample, scenario), CNY.

    Parameters
    ----------
    samples : (scenario,) CNY each, on the same futures
    """
    found = [[figure(name, sample) for sample in samples] for name in FIGURES]
    return np.array([[value for value, _ in row] for row in found]), np.array([[p for _, p in row] for row in found])


def attributed(weights: Floats, samples: Sequence[Floats] | Floats) -> tuple[Floats, Floats]:
    """Return each group's share of each figure and its paired sampling error, both (figure, group) CNY (R170).

    Parameters
    ----------
    weights : (group, mix); samples : of each mix (scenario,) CNY, on the same futures
    """
    values, pulls = figures(samples)
    own = np.array([shares(weights, row) for row in values])
    errors = np.array([[error(pull) for pull in shares(weights, row)] for row in pulls])
    return own, errors.reshape(own.shape)
