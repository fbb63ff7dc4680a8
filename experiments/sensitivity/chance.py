"""What chance does to a plan's result with all numbers as they are, cause by cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.sensitivity.ranks import Pull, pull
from experiments.sensitivity.variance_shares import Shares, shares
from model.draws import Draws
from model.inputs import Case
from model.ledger import Floats, discount_factors, result
from model.plans import Plan
from model.simulate import Block, plan_months

Say = Callable[[str], None]
STAGE = "sensitivity"
MARKET, PEOPLE, EVENTS = "market", "people", "events"


@dataclass(frozen=True)
class ChanceSpread:
    """What chance does to a plan's result with all numbers as they are: shares by cause, pull by drawn name."""

    causes: tuple[str, ...]
    shares: Shares
    names: tuple[str, ...]
    pull: Pull


class Swapped(Draws):
    """The draws of one block, those of one cause taken from another.

    Parameters
    ----------
    by_cause : cause of each named draw
    """

    def __init__(self, own: Draws, other: Draws, by_cause: Mapping[str, str], cause: str) -> None:
        super().__init__(own.seed, own.stage, own.block, own.scenarios, certain=own.certain)
        self._own, self._other, self._by_cause, self._cause = own, other, by_cause, cause

    def normal(self, name: str, rows: int) -> Floats:
        """Return standard normals, (row, scenario)."""
        return self._of(name).normal(name, rows)

    def uniform(self, name: str, rows: int) -> Floats:
        """Return uniforms in [0, 1), (row, scenario)."""
        return self._of(name).uniform(name, rows)

    def _of(self, name: str) -> Draws:
        return self._other if self._by_cause[name] == self._cause else self._own


def cause_of(case: Case, name: str) -> str:
    """Return what a named draw belongs to: the market, a line by its id, people, or single events.

    Parameters
    ----------
    name : as `Draws` knows it; a partner's draws belong to its line
    """
    kind, _, rest = name.partition(".")
    if kind == MARKET:
        return MARKET
    if kind == "line":
        return rest.partition(".")[0]
    if kind == "partner":
        lines = {partner.id: partner.line for partner in case.partners}
        return next(line for partner, line in lines.items() if rest.startswith(f"{partner}."))
    return PEOPLE if kind == "seat" else EVENTS


def of_chance(case: Case, plan: Plan, seed: int, count: int, say: Say) -> ChanceSpread:
    """Return which draws make the spread of a plan's result with all numbers as they are (R166, R167).

    Parameters
    ----------
    count : N futures, a power of two up to 4096
    """
    own, other = (Draws(seed, STAGE, block, count) for block in (0, 1))

    def at(draws: Draws) -> Floats:
        block = Block(case, seed, STAGE, 0, count)
        block.draws = draws
        factors = discount_factors(float(case.clock.discount), case.clock.months)
        out: Floats = np.add.reduce(result(plan_months(case, plan, block).ledger) * factors[:, None], axis=0)
        return out

    say(f"chance: {count} futures drawn twice")
    first, second = at(own), at(other)
    by_cause = {name: cause_of(case, name) for name in own.made}
    touched = [cause for cause in dict.fromkeys(by_cause.values()) if _touches(case, plan, cause)]
    swapped = [at(Swapped(own, other, by_cause, cause)) for cause in touched]
    told = shares(first, second, np.array(swapped), seed)
    names = [name for name in own.made if by_cause[name] != PEOPLE and _uses(plan, name, by_cause[name])]
    regressed = pull(first, np.array([own.made[name].mean(axis=0) for name in names]), seed)
    return ChanceSpread(tuple(touched), told, tuple(names), regressed)


def _touches(case: Case, plan: Plan, cause: str) -> bool:
    return cause not in case.lines or cause in plan.lines


def _uses(plan: Plan, name: str, cause: str) -> bool:
    """Say whether a draw of a cause can reach the plan: a partner's only where the plan signs it."""
    if cause not in plan.lines:
        return cause == MARKET
    signed = plan.lines[cause].partners
    return not name.startswith("partner.") or any(name.startswith(f"partner.{partner}.") for partner in signed)
