"""How strictly a result follows its causes: regression of ranks, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from experiments.sensitivity.resampling import resampled
from model.ledger import Floats, Ints


@dataclass(frozen=True)
class Pull:
    """How the order of a result follows that of its causes: coefficients, (cause,), with the ends of their 95 %
    intervals, (cause, 2); told : share of the variance of its ranks that all of them explain together."""

    coefficient: Floats
    ends: Floats
    told: float


def pull(result: Floats, causes: Floats, seed: int) -> Pull:
    """Return the standardised coefficients of the result's ranks on those of its causes (R167).

    Parameters
    ----------
    result : (future,)
    causes : (cause, future), none of them constant; they may hang together

    Examples
    --------
    >>> x = np.arange(10.0)
    >>> pull(-np.exp(x), x[None], 7).coefficient.round(9).tolist()
    [-1.0]
    """
    ranks = rankdata(np.concatenate([causes, result[None]]), axis=1)

    def coefficients(again: Ints, axis: int = -1) -> Floats:
        drawn = np.moveaxis(ranks[:, np.atleast_2d(again)], 0, 1)
        drawn = drawn - drawn.mean(axis=2, keepdims=True)
        both = drawn @ drawn.transpose(0, 2, 1)
        spread = np.sqrt(np.diagonal(both, axis1=1, axis2=2))
        both = both / (spread[:, :, None] * spread[:, None, :])
        solved: Floats = np.linalg.solve(both[:, :-1, :-1], both[:, :-1, -1:])[..., 0]
        # The last row tells how much of the ranks' variance all of them explain.
        out: Floats = np.concatenate([solved, (solved * both[:, :-1, -1]).sum(axis=1)[:, None]], axis=1).T
        return out if np.ndim(again) > 1 else out[:, 0]

    whole = coefficients(np.arange(result.size))
    ends = resampled(coefficients, result.size, 25, seed)
    return Pull(whole[:-1], ends[:-1], float(whole[-1]))
