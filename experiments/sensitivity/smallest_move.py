"""The smallest joint move of several numbers that turns a decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import NonlinearConstraint, brentq, minimize

from model.ledger import Floats

STEP = 0.05
"""Share of a number's range over which slopes are taken."""
PRECISION = 1e-3
"""Share of the ranges within which the turning point is found."""
GONE = 1e-6
"""Share of today's lead that counts as none: at the ends of ranges the search stops a rounding error before it."""
ROUNDS = 8
Gap = Callable[[Floats], float]


@dataclass(frozen=True)
class Turn:
    """Where the lead of a plan is gone.

    move : (number,) shares of each number's range; slope : change of the lead for each unit of distance further on
    """

    move: Floats
    slope: float

    @property
    def distance(self) -> float:
        """Length of the move, in ranges."""
        return float(np.linalg.norm(self.move))


def smallest_move(gap: Gap, low: Floats, high: Floats) -> Turn | None:
    """Return the shortest move found at whose end a lead is gone; None where no move inside the ranges takes it (R168).

    Parameters
    ----------
    gap : lead after a move, (number,) shares of each range
    low, high : (number,) how far each number may move down and up, low <= 0 <= high

    Examples
    --------
    >>> found = smallest_move(lambda z: 1.0 - 3 * float(z[0]) - 4 * float(z[1]), np.zeros(2), np.ones(2))
    >>> found.move.round(3).tolist(), round(found.distance, 3)
    ([0.12, 0.16], 0.2)
    """
    seen: dict[tuple[float, ...], float] = {}

    def lead(move: Floats) -> float:
        key = tuple(np.round(move, 9).tolist())
        if key not in seen:
            seen[key] = gap(move)
        return seen[key]

    now = lead(np.zeros(low.size))
    if now <= 0:
        return Turn(np.zeros(low.size), 0.0)
    worst = np.where(_slopes(lead, np.zeros(low.size), high) < 0, high, low)
    moves = [worst, _searched(lead, np.zeros(low.size), now, low, high)]
    if lead(worst) <= 0 < lead(moves[1]) - now * GONE:
        moves.append(_searched(lead, worst, now, low, high))
    ends = [_on_ray(lead, move, now * GONE, low, high) for move in moves]
    found = [end for end in ends if end is not None]
    return min(found, key=lambda turn: turn.distance) if found else None


def _slopes(lead: Gap, at: Floats, high: Floats) -> Floats:
    """Return the slopes of the lead, each on the side where there is room."""
    out, here = np.empty(at.size), lead(at)
    for place in range(at.size):
        step = np.zeros(at.size)
        step[place] = STEP if at[place] + STEP <= high[place] else -STEP
        out[place] = (lead(at + step) - here) / step[place]
    return out


def _searched(lead: Gap, start: Floats, scale: float, low: Floats, high: Floats) -> Floats:
    def slopes(move: Floats) -> Floats:
        return (_slopes(lead, move, high) / scale)[None]

    gone = NonlinearConstraint(lambda move: np.array([lead(move) / scale]), -np.inf, 0.0, jac=slopes)
    found = minimize(
        _length,
        start.tolist(),
        jac=_steeper,
        bounds=list(zip(low.tolist(), high.tolist(), strict=True)),
        constraints=gone,
        method="SLSQP",
        options={"maxiter": ROUNDS, "ftol": PRECISION**2},
    )
    out: Floats = np.clip(found.x, low, high)
    return out


def _length(move: Floats) -> float:
    return float(move @ move)


def _steeper(move: Floats) -> Floats:
    return 2 * move


def _on_ray(lead: Gap, move: Floats, nothing: float, low: Floats, high: Floats) -> Turn | None:
    """Return where the lead is gone on the way to a move, or on the way on from it to the end of the ranges."""
    if not move.any():
        return None
    room = np.where(move > 0, high, low)[move != 0] / move[move != 0]
    ends = [end for end in (1.0, min(1.2, float(room.min())), float(room.min())) if lead(end * move) <= nothing]
    if not ends:
        return None
    length, at = float(np.linalg.norm(move)), ends[0]
    if lead(at * move) < 0:
        at = float(brentq(lambda share: lead(share * move), 0.0, at, xtol=PRECISION / length))
    # Looked back from the turn, since beyond it the ranges may end.
    slope = (lead(at * move) - lead((at - STEP / length) * move)) / STEP
    return Turn(at * move, slope)
