"""Which assumption turns the decision around, and how far away that is: every guess of a case, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from experiments.running.desk import Desk
from experiments.running.open_numbers import matters, ranged
from model.case_numbers import Place
from model.draws import BLOCK
from model.errors import InputError
from model.inputs import Case
from model.plans import Plan

SCENARIOS = 128
"""Draws on which each guess is moved; all guesses share them."""
REFINED, FINER = 3, 512
"""So many of the nearest turns, by a straight line between two values, are looked up exactly, on so many draws."""
NEAR = 0.05
"""Share of the way from a number to the end of its range over which its pull on the result is measured."""
SURE = BLOCK
"""Draws on which the turn that is told is looked up once more, with its error."""
PRECISION = 1e-3
"""Share of a guess's range within which a turn is found."""


@dataclass(frozen=True)
class Guess:
    """One guessed input of a case: where it stands (several places for a column of partners), value and range.

    scaled : the range is a pair of factors on all values instead of a pair of values
    """

    name: str
    places: tuple[Place, ...]
    unit: str
    value: float
    low: float
    high: float
    scaled: bool


@dataclass(frozen=True)
class Flip:
    """The nearest turn of the decision; `flips_at` is None where no single guess turns it inside its range.

    limit : the end of the guess's range on that side; npv_at_limit : mean NPV there, CNY
    error : one sampling error of `flips_at`, None where it was not measured
    """

    guess: Guess
    flips_at: float | None
    npv_at_limit: float
    limit: float
    error: float | None = None

    @property
    def distance(self) -> float | None:
        """Relative change of the guess that turns the decision; of a guess at 0, as share of its range."""
        if self.flips_at is None:
            return None
        return self.flips_at / self._whole - (1.0 if self.guess.value else 0.0)

    @property
    def distance_error(self) -> float | None:
        """One sampling error of the distance; None where it was not measured."""
        return None if self.error is None else self.error / abs(self._whole)

    @property
    def _whole(self) -> float:
        """What distances are shares of: the guess itself, of a guess at 0 its range."""
        return self.guess.value or self.guess.high - self.guess.low


def guesses(case: Case) -> list[Guess]:
    """Return all guessed numbers with a range, a column of partners as one."""
    return [
        Guess(found.name, found.places, found.unit, found.value, found.low, found.high, found.scaled)
        for found in ranged(case)
        if found.origin == "guess" and found.low is not None and found.high is not None
    ]


def mover_of(case: Case, plan: Plan, seed: int, gain: float, scenarios: int = SCENARIOS) -> Desk:
    """Return what one plan is worth under moved numbers, measured from its published mean NPV."""
    return Desk(case, {plan.title: plan}, seed, scenarios, np.array([[gain]]))


def mean_at(mover: Desk, guess: Guess, value: float) -> float:
    """Return the plan's mean NPV with a guess moved, CNY; raise InputError where the case does not admit that value."""
    return float(mover.moved(mover.all_npv([(guess, value)]))[0])


def nearest_flip(case: Case, plan: Plan, seed: int, gain: float) -> Flip | None:
    """Return the guess whose change turns the plan from better to worse than doing nothing (or back) soonest.

    Parameters
    ----------
    plan : the recommended plan; doing nothing earns exactly zero
    gain : its published mean NPV, CNY
    """
    asked = [guess for guess in guesses(case) if matters(case, plan, guess)]
    if plan.is_idle or not asked:
        return None
    mover = mover_of(case, plan, seed, gain)
    moved = _moved(mover, asked, gain)
    flips = [
        Flip(guess, guess.value + (limit - guess.value) * gain / (gain - value), value, limit)
        for guess, limit, value in moved
        if (value < 0) != (gain < 0)
    ]
    near = _looked_up(case, plan, seed, gain, sorted(flips, key=_far))
    if near:
        # Of turns that are equally far to a per cent the one that stands first in the case is told.
        order = {guess.name: place for place, guess in enumerate(asked)}
        surest = mover_of(case, plan, seed, gain, SURE)
        for flip in sorted(near, key=lambda flip: (round(_far(flip), 2), order[flip.guess.name])):
            sure = placed(surest, flip, gain)
            if sure is not None:
                return sure
    if not moved:
        return None
    guess, limit, value = min(moved, key=lambda item: item[2] if gain >= 0 else -item[2])
    return Flip(guess, None, value, limit)


def _moved(mover: Desk, asked: list[Guess], gain: float) -> list[tuple[Guess, float, float]]:
    """Return (guess, end, mean NPV there): the lower end of each guess, the upper one where the lower did not go
    towards the turn. A guess that goes towards it on both sides is asked on its lower side only."""
    lower = [(guess, guess.low) for guess in asked if guess.low != guess.value]
    first = dict(zip((guess.name for guess, _ in lower), _all_at(mover, lower), strict=True))
    towards = {name for name, value in first.items() if value is not None and (value < gain) == (gain > 0)}
    upper = [(guess, guess.high) for guess in asked if guess.high != guess.value and guess.name not in towards]
    values = [*first.values(), *_all_at(mover, upper)]
    ends = zip([*lower, *upper], values, strict=True)
    return [(guess, limit, value) for (guess, limit), value in ends if value is not None]


def _looked_up(case: Case, plan: Plan, seed: int, gain: float, flips: list[Flip]) -> list[Flip]:
    """Return the nearest turns, each looked up; few draws may show a turn that more of them do not."""
    if not flips:
        return []
    finer, found = mover_of(case, plan, seed, gain, FINER), []
    for flip in flips:
        ending = mean_at(finer, flip.guess, flip.limit)
        if (ending < 0) != (gain < 0):
            found.append(_refined(finer, replace(flip, npv_at_limit=ending)))
        if len(found) == REFINED:
            break
    return found


def placed(mover: Desk, flip: Flip, gain: float) -> Flip | None:
    """Return a turn as many draws place it, with its error; None where they show none inside the range."""
    ending = mean_at(mover, flip.guess, flip.limit)
    if (ending < 0) == (gain < 0):
        return None
    found = _refined(mover, replace(flip, npv_at_limit=ending))
    return replace(found, error=_error_at(mover, found.guess, found.flips_at or 0.0, found.limit))


def _error_at(mover: Desk, guess: Guess, value: float, limit: float) -> float | None:
    """Return one sampling error of a turn: that of the result there, divided by how fast the result moves."""
    near = value + NEAR * (guess.value - limit)
    try:
        there, beside = (mover.all_npv([(guess, at)])[0] for at in (value, near))
    except InputError:
        return None
    change = there - mover.base[0]
    speed = abs(float((beside - there).mean())) / abs(near - value)
    if change.size < 2 or not speed:
        return 0.0 if change.size < 2 else None
    return float(change.std(ddof=1) / np.sqrt(change.size)) / speed


def _far(flip: Flip) -> float:
    return abs(flip.distance or 0.0)


def _all_at(mover: Desk, ends: list[tuple[Guess, float]]) -> list[float | None]:
    found = mover.all_at([[end] for end in ends])
    return [None if npv is None else float(mover.moved(npv)[0]) for npv in found]


def _refined(mover: Desk, flip: Flip) -> Flip:
    """Look the turn up; where values in between are not admitted, the straight line's answer stays."""
    guess = flip.guess
    near = PRECISION * (guess.high - guess.low)
    try:
        root = brentq(lambda value: mean_at(mover, guess, value), guess.value, flip.limit, xtol=near, maxiter=60)
    except InputError:
        return flip
    return replace(flip, flips_at=float(root))
