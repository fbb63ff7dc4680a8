"""Which share of a spread each cause makes, alone and with what it does together with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import sobol_indices

from experiments.sensitivity.resampling import resampled
from model.ledger import Floats, Ints


@dataclass(frozen=True)
class Shares:
    """Shares of a variance by cause, each (cause,), with the ends of their 95 % intervals, (cause, 2).

    alone : what a cause makes on its own; whole : that and what it makes together with others
    """

    alone: Floats
    alone_ends: Floats
    whole: Floats
    whole_ends: Floats


def shares(own: Floats, other: Floats, swapped: Floats, seed: int) -> Shares:
    """Return the share of the variance of a result that each cause makes (R166).

    The causes must be independent of each other; within one everything may hang together.

    Parameters
    ----------
    own, other : (point,) results at two independent sets of N points, N a power of two
    swapped : (cause, point) results at `own` with one cause taken from `other`

    Examples
    --------
    >>> found = shares(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4), np.zeros((1, 4)), 7)
    >>> found.whole.shape, found.whole_ends.shape
    ((1,), (1, 2))
    """
    # Of a single cause scipy loses the axis: one that moves nothing stands beside.
    causes = np.concatenate([swapped, own[None]])

    def both(again: Ints, axis: int = -1) -> Floats:
        drawn = np.atleast_2d(again)
        taken: dict[Literal["f_A", "f_B", "f_AB"], Floats]
        taken = {"f_A": own[drawn], "f_B": other[drawn], "f_AB": causes[:, drawn]}
        told = sobol_indices(func=taken, n=own.size)
        out: Floats = np.array([told.first_order, told.total_order])
        return np.moveaxis(out, -1, 1)[:, :-1] if out.ndim == 3 else out[:, :-1]

    point = both(np.arange(own.size))
    ends = resampled(both, own.size, 50, seed)
    return Shares(point[0], ends[0], point[1], ends[1])
