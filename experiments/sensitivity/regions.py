"""Where the recommendation changes: two numbers all over their ranges, and the best plan at each point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.comparing.pairs import Intervals, verdicts
from experiments.running.desk import Desk
from model.case_numbers import Number
from model.errors import InputError
from model.ledger import Floats, Ints
from model.summary import Z95

Say = Callable[[str], None]


@dataclass(frozen=True)
class Regions:
    """The plans on a grid of two numbers; what the case does not admit is NaN and best −1.

    first, second : (step,) values of the two numbers
    npv : (plan, first, second) average result, CNY
    behind, behind_se : (plan, first, second) best plan there minus this one, same futures, CNY
    best : (first, second) the plan with the highest average, by place
    equal : (plan, first, second) 1 where a plan is the best or no worse than it by more than what matters or chance
    """

    first: Floats
    second: Floats
    npv: Floats
    behind: Floats
    behind_se: Floats
    best: Ints
    equal: Ints


def regions(
    worth: Desk,
    first: tuple[Number, Sequence[float]],
    second: tuple[Number, Sequence[float]],
    matters: float,
    say: Say,
) -> Regions:
    """Return the best plan for each pair of values of two numbers (R169).

    Parameters
    ----------
    first, second : a number and the values that it takes
    matters : difference below which two plans are no different, CNY
    """
    shape = (len(worth.plans), len(first[1]), len(second[1]))
    npv, behind, errors = (np.full(shape, np.nan) for _ in range(3))
    for row, here in enumerate(first[1]):
        say(f"map: row {row + 1} of {shape[1]}")
        for column, there in enumerate(second[1]):
            try:
                values = [(first[0], float(here)), (second[0], float(there))]
                samples = np.array([worth.npv(name, values) for name in worth.plans])
            except InputError:
                continue
            found = [worth.mean(sample).value for sample in samples]
            gaps = [worth.mean(samples[int(np.argmax(found))] - sample) for sample in samples]
            npv[:, row, column] = found
            behind[:, row, column] = [gap.value for gap in gaps]
            errors[:, row, column] = [gap.se for gap in gaps]
    best = np.where(np.isnan(npv[0]), -1, np.argmax(np.nan_to_num(npv, nan=-np.inf), axis=0))
    half = Z95 * errors
    told = verdicts(Intervals(*(part.ravel() for part in (behind, errors, behind - half, behind + half))), matters)
    better = np.reshape([each == "better" for each in told], shape)
    equal = (~better & ~np.isnan(behind)).astype(np.int64)
    return Regions(np.asarray(first[1], float), np.asarray(second[1], float), npv, behind, errors, best, equal)
