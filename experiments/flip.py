"""Which assumption turns the decision around, and how far away that is: every guess of a case, one at a time."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from model.inputs import Case
from model.ledger import discount_factors, result
from model.load import case_from_dict, case_to_dict
from model.plans import Plan
from model.simulate import Block, plan_months

STAGE = "assumptions"
SCENARIOS = 128
"""Draws on which each guess is moved; all guesses share them."""
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Guess:
    """One guessed input of a case: where it stands (several places for a column of partners), value and range.

    scaled : the range is a pair of factors on all values instead of a pair of values
    """

    name: str
    places: tuple[Path, ...]
    unit: str
    value: float
    low: float
    high: float
    scaled: bool


@dataclass(frozen=True)
class Flip:
    """The nearest turn of the decision; `flips_at` is None where no single guess turns it inside its range."""

    guess: Guess
    flips_at: float | None
    npv_at_limit: float
    limit: float

    @property
    def distance(self) -> float | None:
        """Relative change of the guess that turns the decision."""
        return None if self.flips_at is None else self.flips_at / self.guess.value - 1


def guesses(case: Case) -> list[Guess]:
    """Return all guessed numbers with a range, a column of partners as one."""
    data = case_to_dict(case)
    found: dict[str, Guess] = {}
    for place, node in _nodes(data, ()):
        low, high = node["guess"]
        many = isinstance(node["value"], list)
        column = place[0] == "partners"
        name = f"partners.{place[2]}" if column else ".".join(map(str, place))
        if name in found:
            found[name] = _joined(found[name], place)
        elif many or (column and node["value"]):
            value = 1.0 if many else float(node["value"])
            found[name] = Guess(name, (place,), "factor", 1.0, low / value, high / value, True)
        elif not column and node["value"]:
            found[name] = Guess(name, (place,), node["unit"], float(node["value"]), low, high, False)
    return [guess for guess in found.values() if guess.low < guess.high]


def _joined(guess: Guess, place: Path) -> Guess:
    return Guess(guess.name, (*guess.places, place), guess.unit, guess.value, guess.low, guess.high, guess.scaled)


def _nodes(data: Any, place: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(data, dict):
        if "guess" in data and "unit" in data:
            if None not in data["guess"]:
                yield place, data
            return
        for key, value in data.items():
            yield from _nodes(value, (*place, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _nodes(value, (*place, index))


def changed(case: Case, guess: Guess, value: float) -> Case:
    """Return the case with one guess set to another value (or factor)."""
    data = copy.deepcopy(case_to_dict(case))
    for place in guess.places:
        node: Any = data
        for key in place:
            node = node[key]
        old = node["value"]
        if not guess.scaled:
            node["value"] = value
        else:
            node["value"] = [v * value for v in old] if isinstance(old, list) else old * value
        if "guess" in node and not isinstance(old, list):
            node["guess"] = [min(node["guess"][0], node["value"]), max(node["guess"][1], node["value"])]
        if isinstance(old, list):
            node["guess"] = [min(node["guess"][0], 1.0), max(node["guess"][1], 1.0)]
    return case_from_dict(data)


def mean_npv(case: Case, plan: Plan, seed: int) -> float:
    """Return the plan's mean NPV on the draws of this question, CNY."""
    book = plan_months(case, plan, Block(case, seed, STAGE, 0, SCENARIOS)).ledger
    factors = discount_factors(float(case.clock.discount), case.clock.months)
    return float(np.add.reduce(result(book) * factors[:, None], axis=0).mean())


def nearest_flip(case: Case, plan: Plan, seed: int, threads: int = 2) -> Flip | None:
    """Return the guess whose change turns the plan from better to worse than doing nothing (or back) soonest.

    Parameters
    ----------
    plan : the recommended plan; doing nothing earns exactly zero
    """
    asked = guesses(case)
    if plan.is_idle or not asked:
        return None
    base = mean_npv(case, plan, seed)
    ends = [(guess, limit) for guess in asked for limit in (guess.low, guess.high) if limit != guess.value]
    with ThreadPoolExecutor(threads) as pool:
        values = list(pool.map(lambda end: _at(case, plan, seed, *end), ends))
    flips = [
        Flip(guess, guess.value + (limit - guess.value) * base / (base - value), value, limit)
        for (guess, limit), value in zip(ends, values, strict=True)
        if value is not None and value * base < 0
    ]
    if flips:
        return _refined(case, plan, seed, min(flips, key=lambda flip: abs(flip.distance or 0.0)))
    known = [(value, guess, limit) for (guess, limit), value in zip(ends, values, strict=True) if value is not None]
    value, guess, limit = min(known, key=lambda item: item[0] * np.sign(base))
    return Flip(guess, None, value, limit)


def _at(case: Case, plan: Plan, seed: int, guess: Guess, value: float) -> float | None:
    """Return the mean NPV with one guess moved, or None where the case does not admit that value."""
    try:
        return mean_npv(changed(case, guess, value), plan, seed)
    except ValueError:
        return None


def _refined(case: Case, plan: Plan, seed: int, flip: Flip) -> Flip:
    guess = flip.guess
    root = brentq(
        lambda value: mean_npv(changed(case, guess, value), plan, seed), guess.value, flip.limit, rtol=1e-3, maxiter=20
    )
    return Flip(guess, float(root), flip.npv_at_limit, flip.limit)
