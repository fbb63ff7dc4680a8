"""Numbers that move together: points all over their ranges, with the correlations that somebody believes in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.stats import norm, qmc

from model.errors import Finding, InputError
from model.ledger import Floats

Link = tuple[int, int, float]
"""Two numbers by place, and the correlation of their normal scores."""


def correlation(count: int, links: Sequence[Link]) -> Floats:
    """Return the correlation of the numbers' normal scores, (number, number); what is not linked is independent.

    Raises
    ------
    InputError : no numbers can have such correlations

    Examples
    --------
    >>> correlation(2, [(0, 1, 0.5)]).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    out = np.eye(count)
    for first, second, value in links:
        out[first, second] = out[second, first] = value
    if np.linalg.eigvalsh(out)[0] <= 0:
        told = ", ".join(f"{value:g}" for *_, value in links)
        what = "these correlations contradict each other"
        raise InputError(Finding("E-RANGE", "--linked", what, told, "−1 < r < 1, and none that the others rule out"))
    return out


def families(correlated: Floats) -> list[list[int]]:
    """Return numbers that are linked, also through others, as one family each, by place.

    Parameters
    ----------
    correlated : (number, number)

    Examples
    --------
    >>> families(correlation(3, [(0, 2, 0.5)]))
    [[0, 2], [1]]
    """
    count, labels = connected_components(correlated != 0, directed=False)
    return [np.flatnonzero(labels == label).tolist() for label in range(count)]


def points(count: int, correlated: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return two independent sets of points, each (number, point) shares of the ranges, even all over them (R166).

    Parameters
    ----------
    count : N points, a power of two
    correlated : (number, number) correlation of normal scores: a Gaussian copula, each share uniform on its own
    """
    numbers = len(correlated)
    even = qmc.Sobol(2 * numbers, rng=np.random.default_rng(seed)).random(count).T
    return together(even[:numbers], correlated), together(even[numbers:], correlated)


def together(shares: Floats, correlated: Floats) -> Floats:
    """Return independent uniform shares, (number, point), made to move together as the correlations say."""
    if (correlated == np.eye(len(correlated))).all():
        return shares
    tiny = np.finfo(float).tiny
    out: Floats = norm.cdf(np.linalg.cholesky(correlated) @ norm.ppf(np.clip(shares, tiny, None)))
    return out
