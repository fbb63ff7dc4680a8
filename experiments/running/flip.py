"""Which assumption turns the decision around, and how far away that is: every guess of a case, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

from scipy.optimize import brentq

from experiments.running.futures import Futures, Movable, changed
from experiments.running.processes import shared_out
from model.case_numbers import Place, numbers
from model.errors import InputError
from model.inputs import Case
from model.load import case_to_dict
from model.plans import Plan

SCENARIOS = 128
"""Draws on which each guess is moved; all guesses share them."""
REFINED, FINER = 3, 512
"""So many of the nearest turns, by a straight line between two values, are looked up exactly, on so many draws."""
WORTH_PROCESSES = 20.0
"""Seconds of work from which on it is shared out: a fresh process takes two to begin."""
PRECISION = 1e-3
"""Share of a guess's range within which a turn is found."""
LIMITS = ("heads_least", "heads_most", "may_be_bought", "income_tax")
"""Fields that only say what may be chosen, or what is told beside the result: a given plan earns the same."""


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
    """

    guess: Guess
    flips_at: float | None
    npv_at_limit: float
    limit: float

    @property
    def distance(self) -> float | None:
        """Relative change of the guess that turns the decision; of a guess at 0, as share of its range."""
        if self.flips_at is None:
            return None
        guess = self.guess
        return self.flips_at / guess.value - 1 if guess.value else self.flips_at / (guess.high - guess.low)


def guesses(case: Case) -> list[Guess]:
    """Return all guessed numbers with a range, a column of partners as one."""
    return [
        Guess(found.name, found.places, found.unit, found.value, found.low, found.high, found.scaled)
        for found in numbers(case_to_dict(case)).values()
        if found.origin == "guess" and found.low is not None and found.high is not None and found.low < found.high
    ]


def matters(case: Case, plan: Plan, guess: Movable) -> bool:
    """Say whether a guess can touch a plan at all: not a limit on choosing, nor what the plan does not use."""
    keys = [str(key) for key in guess.places[0]]
    if any(key in LIMITS for key in keys):
        return False
    if keys[:2] == ["staffing", "moves"]:
        return keys[2] in {move.kind for move in plan.moves}
    signed = [entry.contract for part in plan.lines.values() for entry in part.partners.values()]
    teams = [role for part in plan.lines.values() for role, heads in part.team.items() if any(heads)]
    used = {
        "calibrations": [case.calibration],
        "modes": plan.modes,
        "lines": plan.lines,
        "ways": [part.way for part in plan.lines.values()],
        "contracts": signed,
        "roles": [*teams, *(role for role, heads in plan.seats.items() if any(heads))],
    }
    return keys[0] not in used or keys[1] in used[keys[0]]


class Mover:
    """The mean NPV of one plan when one guess is moved, all on the same draws.

    Parameters
    ----------
    gain : the plan's published mean NPV, CNY; moves are measured from it, so that the few draws of this question
        err in the change only
    """

    def __init__(self, case: Case, plan: Plan, seed: int, gain: float, scenarios: int = SCENARIOS) -> None:
        self.case, self.plan = case, plan
        self.futures = Futures(case, seed, scenarios)
        began = perf_counter()
        self.shift = gain - self._mean(case)
        self.seconds = perf_counter() - began

    def at(self, guess: Guess, value: float) -> float:
        """Return the mean NPV with a guess moved, CNY; raise InputError where the case does not admit that value."""
        return self._mean(changed(self.case, guess, value)) + self.shift

    def at_end(self, end: tuple[Guess, float]) -> float | None:
        """Return the mean NPV with a guess moved to a value, CNY, or None where the case does not admit that value."""
        try:
            return self.at(*end)
        except InputError:
            return None

    def _mean(self, case: Case) -> float:
        return float(self.futures.npv(case, self.plan).mean())


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
    mover = Mover(case, plan, seed, gain)
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
        return min(near, key=lambda flip: (round(_far(flip), 2), order[flip.guess.name]))
    if not moved:
        return None
    guess, limit, value = min(moved, key=lambda item: item[2] if gain >= 0 else -item[2])
    return Flip(guess, None, value, limit)


def _moved(mover: Mover, asked: list[Guess], gain: float) -> list[tuple[Guess, float, float]]:
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
    finer, found = Mover(case, plan, seed, gain, FINER), []
    for flip in flips:
        ending = finer.at(flip.guess, flip.limit)
        if (ending < 0) != (gain < 0):
            found.append(_refined(finer, replace(flip, npv_at_limit=ending)))
        if len(found) == REFINED:
            break
    return found


def _far(flip: Flip) -> float:
    return abs(flip.distance or 0.0)


def _all_at(mover: Mover, ends: list[tuple[Guess, float]]) -> list[float | None]:
    if mover.seconds * len(ends) > WORTH_PROCESSES:
        return shared_out(mover.at_end, ends)
    return [mover.at_end(end) for end in ends]


def _refined(mover: Mover, flip: Flip) -> Flip:
    """Look the turn up; where values in between are not admitted, the straight line's answer stays."""
    guess = flip.guess
    near = PRECISION * (guess.high - guess.low)
    try:
        root = brentq(lambda value: mover.at(guess, value), guess.value, flip.limit, xtol=near, maxiter=60)
    except InputError:
        return flip
    return Flip(guess, float(root), flip.npv_at_limit, flip.limit)
