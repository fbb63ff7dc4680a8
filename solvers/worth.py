"""What knowing some facts before choosing among plans is worth: closed for normal laws, by regression for samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm, t

from model.ledger import Floats

REPLICAS = 200
"""Times that the sample is weighed anew to learn how sure a worth is."""
SURE = 0.95
REACH = 2.2
"""Standard errors to each end of an interval: with 1.96 it held the truth 92 to 96 times in 100, with 2.2 95 to 98."""
LEAST = 1e-9
"""Added to the squares of each column, whose own size is about 1."""
DEGREE = 2
"""Highest power of a fact in the regression."""


@dataclass(frozen=True)
class Worth:
    """What knowing is worth and its 95 % interval, all at least 0, CNY."""

    value: float
    low: float
    high: float


def normal_worth(gap: float, sd: float) -> float:
    """Return what perfect knowledge of a normal gain is worth when one may take it or leave it (R180).

    Parameters
    ----------
    gap, sd : mean and standard deviation of the gain (or of the difference of two plans), any money

    Examples
    --------
    >>> round(normal_worth(10.0, 30.0), 10), normal_worth(10.0, 0.0)
    (7.627083429, 0.0)
    """
    if sd == 0:
        return 0.0
    far = abs(gap) / sd
    return float(sd * (norm.pdf(far) - far * norm.sf(far)))


def told_sd(sd: float, noise: float, count: float) -> float:
    """Return how much a mean is going to move when so many observations of a normal fact are in (R180).

    Parameters
    ----------
    sd : standard deviation of the fact; noise : of one observation of it; count : observations

    Examples
    --------
    >>> round(normal_worth(10.0, told_sd(30.0, 60.0, 20)), 10)
    6.6458636096
    """
    return sd**2 / float(np.sqrt(sd**2 + noise**2 / count))


def powers(fact: Floats) -> Floats:
    """Return a fact on [−1, 1] with its higher powers, centred, (power, row); a fact that does not move gives zeros.

    Parameters
    ----------
    fact : (row,)
    """
    spread = float(np.ptp(fact))
    scaled = np.zeros_like(fact) if spread == 0 else 2 * (fact - fact.min()) / spread - 1
    columns = np.array([scaled**power for power in range(1, DEGREE + 1)])
    out: Floats = columns - columns.mean(axis=1, keepdims=True)
    return out


def telling(outcome: Floats, facts: Floats, most: int) -> list[int]:
    """Return which facts move the differences between plans beyond luck, the strongest first (R181).

    Forward selection: the fact with the largest |t| on what the chosen ones leave, as long as it passes the bound that
    holds for all facts and plans together with 95 %.

    Parameters
    ----------
    outcome : (plan, point) CNY; facts : (fact, point); most : facts taken at most
    """
    plans, points = outcome.shape
    left = _centred((outcome - outcome.mean(axis=0)).T)
    columns = _centred(facts.T)
    size = np.linalg.norm(columns, axis=0)
    chosen: list[int] = []
    while len(chosen) < min(most, len(facts)) and points - len(chosen) > 2:
        free = points - len(chosen) - 2
        length, rest = np.linalg.norm(columns, axis=0), np.linalg.norm(left, axis=0)
        # What the chosen facts already say nearly whole tells nothing of its own.
        usable = length > 1e-6 * np.maximum(size, 1e-300)
        shares = (columns.T @ left) / np.maximum(length[:, None] * rest, 1e-300)
        score = np.where(usable, np.abs(shares).max(axis=1), 0.0)
        best = int(np.argmax(score))
        share = min(float(score[best]), 1 - 1e-12)
        bound = float(t.ppf(1 - (1 - SURE) / 2 / (len(facts) * plans), free))
        if share * np.sqrt(free / (1 - share**2)) < bound:
            break
        chosen.append(best)
        along = columns[:, best] / length[best]
        columns = columns - np.outer(along, along @ columns)
        left = left - np.outer(along, along @ left)
    return chosen


def _centred(values: Floats) -> Floats:
    out: Floats = values - values.mean(axis=0)
    return out


def nested_worth(outcome: Floats, base: Floats, centre: Floats, seed: int, *, drawn: bool = True) -> Worth:
    """Return what knowing the point is worth, all points on the same futures, and chance averaged over them (R181).

    Parameters
    ----------
    outcome : (plan, point, future) CNY; base : (plan, future) CNY at the assumed point
    centre : (plan,) CNY, what the plans are expected to bring at the assumed point
    drawn : the points were drawn, so that they are weighed anew too; False for points set evenly
    """
    _, points, futures = outcome.shape
    chance = np.random.default_rng(seed)
    inside = np.concatenate([np.full((1, futures), 1 / futures), chance.dirichlet(np.ones(futures), REPLICAS)])
    across = np.full((REPLICAS + 1, points), 1 / points)
    if drawn:
        across[1:] = chance.dirichlet(np.ones(points), REPLICAS)
    moved = outcome - base[:, None, :]
    found = np.empty(REPLICAS + 1)
    for place in range(REPLICAS + 1):
        means = moved @ inside[place] + centre[:, None]
        found[place] = means.max(axis=0) @ across[place] - (means @ across[place]).max()
    told = _told(found)
    if not drawn or points < 2:
        return told
    unseen = _unseen(moved.mean(axis=2) + centre[:, None])
    return Worth(told.value, told.low, max(told.high, unseen))


def _unseen(means: Floats) -> float:
    """Return what few points may not have seen: the worth if each lead were normal, at the bad ends of its mean and sd.

    Parameters
    ----------
    means : (plan, point) CNY
    """
    points = means.shape[1]
    leads = means[int(means.mean(axis=1).argmax())] - means
    spread = leads.std(axis=1, ddof=1)
    wide = spread * float(np.sqrt((points - 1) / chi2.ppf((1 - SURE) / 2, points - 1)))
    near = leads.mean(axis=1) - float(t.ppf((1 + SURE) / 2, points - 1)) * spread / np.sqrt(points)
    return max(normal_worth(max(float(gap), 0.0), float(sd)) for gap, sd in zip(near, wide, strict=True))


class Knowledge:
    """A sample of plans' outcomes with facts, from which the worth of knowing some of the facts is read (R181).

    Parameters
    ----------
    outcome : (plan, row) CNY, rows drawn independently
    facts : names to columns, (power, row) as `powers` gives them; facts are independent of each other
    """

    def __init__(self, outcome: Floats, facts: dict[str, Floats], seed: int) -> None:
        rows = outcome.shape[1]
        self.outcome = outcome
        self.names, width = dict[str, slice](), 1
        for name, columns in facts.items():
            self.names[name] = slice(width, width + len(columns))
            width += len(columns)
        self.columns = np.concatenate([np.ones((1, rows)), *facts.values()])
        drawn = np.random.default_rng(seed).dirichlet(np.ones(rows), REPLICAS)
        self.weights = np.concatenate([np.full((1, rows), 1 / rows), drawn])
        self.slopes = np.array([self._slopes(weight) for weight in self.weights])

    def _slopes(self, weight: Floats) -> Floats:
        """Return the regression of all plans on all facts under one weighing of the rows, (column, plan)."""
        weighed = self.columns * weight
        # A fact that does not move, or one that another repeats, must not stop the others.
        squares = weighed @ self.columns.T + LEAST * np.eye(len(self.columns))
        out: Floats = np.linalg.solve(squares, weighed @ self.outcome.T)
        return out

    def of(self, names: Sequence[str]) -> Worth:
        """Return what knowing these facts before choosing is worth (R181)."""
        picked = np.concatenate([np.arange(self.names[n].start, self.names[n].stop) for n in names])
        return self._worth(self.columns[picked], self.slopes[:, picked])

    def of_everything(self) -> Worth:
        """Return what knowing every row beforehand is worth (R181)."""
        own = np.broadcast_to(np.eye(len(self.outcome)), (len(self.weights), len(self.outcome), len(self.outcome)))
        return self._worth(self.outcome, own)

    def _worth(self, columns: Floats, slopes: Floats) -> Worth:
        found = np.empty(len(self.weights))
        for place, weight in enumerate(self.weights):
            moved = slopes[place].T @ columns
            moved += (self.outcome @ weight - moved @ weight)[:, None]
            found[place] = moved.max(axis=0) @ weight - (self.outcome @ weight).max()
        return _told(found)


def _told(found: Floats) -> Worth:
    """Return the worth less what weighing anew adds to it, with an interval that is even on the scale of its root.

    Parameters
    ----------
    found : (weighing,) the sample's own first
    """
    own, again = max(float(found[0]), 0.0), found[1:]
    value, root = max(2 * own - float(again.mean()), 0.0), float(np.sqrt(own))
    reach = REACH * float(again.std(ddof=1))
    # Near nothing the root is so steep that an interval even on it would say nothing at all.
    half = min(reach / (2 * root), float(np.sqrt(reach))) if root else float(np.sqrt(reach))
    low, high = max(root - half, 0.0) ** 2, (root + half) ** 2
    return Worth(value, min(low, value), max(high, value))
