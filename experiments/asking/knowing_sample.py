"""Plans at points of open numbers on shared futures, and the chances of a run drawn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.running.desk import Desk
from experiments.running.open_numbers import tied
from model.case_numbers import Number
from model.draws import Draws
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.simulate import VERDICT, block_sizes
from solvers.worth import Worth, nested_worth


@dataclass(frozen=True)
class Opened:
    """Numbers drawn over their ranges, all others as assumed.

    values : (number, point); npv : (plan, point, future) CNY
    """

    numbers: tuple[Number, ...]
    values: Floats
    npv: Floats


def opened(at: Desk, numbers: Sequence[Number], values: Floats) -> Opened:
    """Return all plans at points of some numbers, all others as assumed (R182).

    Numbers that a rule of the case ties to others stay as they are, so that each point is a case (R189).

    Parameters
    ----------
    values : (number, point)
    """
    stay = tied(at.case, numbers, values.T.tolist())
    kept = [place for place in range(len(numbers)) if place not in stay]
    if numbers and not kept:
        told = ", ".join(number.name for number in numbers)
        raise InputError(
            Finding("E-RANGE", told, "a value inside the range is no case", "", "a range that the case admits")
        )
    moving, found = [numbers[place] for place in kept], values[kept]
    priced = at.all_at([list(zip(moving, point, strict=True)) for point in found.T.tolist()])
    return Opened(tuple(moving), found, np.array(priced).transpose(1, 0, 2))


def means(at: Desk, found: Opened) -> Floats:
    """Return what each plan brings on average at each point, moves measured from what was published, (plan, point)."""
    return at.moved(found.npv)


def worth(at: Desk, found: Opened, seed: int, *, drawn: bool = True) -> Worth:
    """Return what knowing the numbers is worth before choosing, chance averaged out (R181)."""
    return nested_worth(found.npv, at.base, at.centre, seed, drawn=drawn)


def chance_facts(case: Case, plans: Mapping[str, Plan], seed: int, scenarios: int) -> dict[str, Floats]:
    """Return the published draws of what lasts and could be asked about, (fact, scenario) by title.

    They are the market's level and trend, and the levels of lines and partners that a plan has.
    """
    lines = [line for line in case.lines if any(line in plan.lines for plan in plans.values())]
    signed = {name for plan in plans.values() for part in plan.lines.values() for name in part.partners}
    named = {
        "How the market turns out: level and trend": [("market.level", 1), ("market.drift", case.years)],
        "How strong each line turns out": [(f"line.{line}.level", 1) for line in lines],
        f"How strong each {case.called.partner} turns out": [
            (f"partner.{partner.id}.level", 1) for partner in case.partners if partner.id in signed
        ],
    }
    blocks = [Draws(seed, VERDICT, number, size) for number, size in enumerate(block_sizes(scenarios))]

    def drawn(name: str, rows: int) -> Floats:
        return np.concatenate([block.normal(name, rows) for block in blocks], axis=1)

    return {title: np.concatenate([drawn(*part) for part in parts]) for title, parts in named.items() if parts}
