"""The chosen plan on fresh draws: how far it may be from the best, and whether an exchange would better it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from model.ledger import Floats
from model.summary import Estimate
from solvers.exact import Choice, Exact, Tables
from solvers.pricing import Pricer

FRESH = "fresh moves"
"""Stage of the draws on which exchanges are valued: neither those of the tables nor those of the verdict."""
MOST_MOVES, DRAWS = 100, 512
SURE = 0.95


@dataclass(frozen=True)
class Gap:
    """What the best plan is worth more than the chosen one, estimated from above, CNY.

    gap : the estimate, never below 0, and its standard error; at_most : not exceeded with 95 % confidence
    """

    gap: Estimate
    at_most: float


def optimality_gap(bound: float, promised: Floats, verdict: Floats, held: Floats, held_fresh: Floats) -> Gap:
    """Return an interval of the gap to the best plan: bound on the pricing draws against verdict on fresh ones (R151).

    The best plan on a sample promises at least as much, on average over samples, as the best plan is worth, so the
    estimate errs upwards. Plans fixed beforehand tell how lucky the pricing draws were.

    Parameters
    ----------
    bound : what no plan exceeds on the pricing draws, CNY
    promised, verdict : (draw,) and (scenario,) the chosen plan on pricing draws and on fresh ones
    held, held_fresh : (plan, draw) and (plan, scenario) plans that were fixed before anything was drawn
    """
    weights = _weights(promised, held)
    luck = weights @ (held.mean(axis=1) - held_fresh.mean(axis=1))
    value = float(bound - luck - verdict.mean())
    noise = _variance(promised - weights @ held, len(weights)) + _variance(verdict - weights @ held_fresh, 0)
    se = float(np.sqrt(noise))
    reach = float(t.ppf(SURE, max(promised.size - len(weights) - 1, 1))) if se else 0.0
    return Gap(Estimate(max(value, 0.0), se), max(value + reach * se, 0.0))


def _weights(promised: Floats, held: Floats) -> Floats:
    """Return the regression of the chosen plan on the plans held beside it, none where draws are few, (plan,)."""
    if len(held) == 0 or promised.size < 10 * len(held):
        return np.zeros(len(held))
    centred = (held - held.mean(axis=1, keepdims=True)).T
    found: Floats = np.linalg.lstsq(centred, promised - promised.mean(), rcond=1e-9)[0]
    return found


def _variance(sample: Floats, used: int) -> float:
    """Return the variance of a mean after so many weights were fitted."""
    spare = sample.size - 1 - used
    if spare < 1:
        return 0.0
    return float(((sample - sample.mean()) ** 2).sum()) / spare / sample.size


@dataclass(frozen=True)
class Moves:
    """Exchanges valued on fresh draws against the chosen plan, best first on the pricing draws.

    groups : the role or line each changes; gains : mean and standard error, (move,) CNY
    half : half width of intervals that hold for all moves together, (move,) CNY
    """

    groups: tuple[str, ...]
    choices: tuple[Choice, ...]
    gains: Floats
    errors: Floats
    half: Floats
    draws: int

    @property
    def better(self) -> list[int]:
        """Places of the moves that are better beyond the draws' luck."""
        return [int(i) for i in np.flatnonzero(self.gains - self.half > 0)]


def moves_on_fresh_draws(exact: Exact, choice: Choice, moves: Sequence[tuple[str, Choice]], seed: int) -> Moves:
    """Return the most promising moves valued on fresh draws, same draws for both sides (R154).

    Parameters
    ----------
    moves : each single move that keeps all rules, most valuable first on the pricing draws
    """
    few = list(moves[:MOST_MOVES])
    certain = exact.case.uncertainty.mode == "none"
    draws = 1 if certain else DRAWS
    tables = Tables(exact.case, Pricer(exact.case, choice.modes, seed, draws, FRESH))
    for line, option in choice.lines:
        wanted = dict.fromkeys([option, *(dict(other.lines)[line] for _, other in few)])
        tables.add(line, list(wanted))
    own = exact.npv(tables.total(choice))
    found = np.array([exact.npv(tables.total(other)) - own for _, other in few]).reshape(len(few), draws)
    groups, choices = tuple(group for group, _ in few), tuple(other for _, other in few)
    return Moves(groups, choices, *together(found), draws)


def together(found: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, standard error and half width of intervals that hold for all rows at once, each (row,) (R154).

    Parameters
    ----------
    found : (row, draw)
    """
    rows, draws = found.shape
    errors = np.zeros(rows) if draws < 2 else found.std(axis=1, ddof=1) / np.sqrt(draws)
    reach = float(t.ppf(1 - (1 - SURE) / 2 / max(rows, 1), max(draws - 1, 1)))
    return found.mean(axis=1), errors, reach * errors
