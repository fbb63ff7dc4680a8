"""What a plan is chosen for: the mean, the worst futures beside it, a hurdle to reach, a plan never to fall behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf

import numpy as np

from model.errors import Finding, InputError, ProofError
from model.ledger import Floats
from model.plans import Plan
from model.summary import TAIL
from model.tails import worst_mean

FEN = 0.005
"""Half a fen: what a condition may miss by rounding (CNY)."""
REPAIR = 10_000.0
"""What a yuan missing to the goal's conditions counts: plans that keep them come first, then those that nearly do."""


@dataclass(frozen=True)
class Hurdle:
    """A net present value (CNY) to be reached with at least this chance (R141)."""

    npv: float
    chance: float


@dataclass(frozen=True)
class Goal:
    """What is maximised and what no plan may fall below; the default is the mean alone (R140–R142).

    caution : weight of the average of the worst share, 0 to 1; tail : that share (R140)
    floor : least average of the worst share, CNY (R140)
    benchmark : (scenario,) net present value of the plan not to fall behind, CNY, same draws as the tables (R142)
    today : that plan, where the search starts too

    Raises
    ------
    InputError : a weight, share or chance outside what it can be
    """

    caution: float = 0.0
    tail: float = TAIL
    floor: float = -inf
    hurdle: Hurdle | None = None
    benchmark: tuple[float, ...] = ()
    today: Plan | None = None

    def __post_init__(self) -> None:
        chance = self.hurdle.chance if self.hurdle else 1.0
        asked = (
            ("weight of the worst futures", self.caution, 0 <= self.caution <= 1, "0 to 1"),
            ("share of the worst futures", self.tail, 0 < self.tail <= 1, "above 0, at most 1"),
            ("chance of the hurdle", chance, 0 < chance <= 1, "above 0, at most 1"),
        )
        wrong = [
            Finding("E-RANGE", "goal", f"{name} is outside what it can be", f"{found:g}", allowed)
            for name, found, fits, allowed in asked
            if not fits
        ]
        if wrong:
            raise InputError(wrong)

    @property
    def is_mean(self) -> bool:
        """Whether the mean alone counts."""
        return self == MEAN

    @property
    def sees_futures(self) -> bool:
        """Whether single futures count in the program, and not their mean alone; a hurdle is kept by the search."""
        return self.caution > 0 or self.floor > -inf or bool(self.benchmark)

    def worth(self, npv: Floats) -> float:
        """Return (1 − weight) × mean + weight × average of the worst share, CNY (R140).

        Parameters
        ----------
        npv : (scenario,) CNY
        """
        mean = float(npv.mean())
        if not self.caution:
            return mean
        return (1 - self.caution) * mean + self.caution * worst_mean(npv, self.tail)

    def misses(self, npv: Floats) -> float:
        """Return what floor and benchmark miss together, CNY: the conditions that the program itself holds.

        Parameters
        ----------
        npv : (scenario,) CNY
        """
        return sum(max(short, 0.0) for short, _ in self._convex(npv))

    def missing(self, npv: Floats) -> float:
        """Return the least sum, the same in every future, that would make the goal's conditions hold (CNY).

        Parameters
        ----------
        npv : (scenario,) CNY
        """
        return max((short for short, _ in self._conditions(npv)), default=0.0)

    def allows(self, npv: Floats) -> bool:
        """Return whether a plan keeps the goal's conditions, to half a fen; parameters as for `missing`."""
        return self.missing(npv) <= FEN

    def shortfalls(self, npv: Floats) -> list[Finding]:
        """Return what a plan misses of the goal's conditions, in words.

        Parameters
        ----------
        npv : (scenario,) CNY
        """
        return [finding for short, finding in self._conditions(npv) if short > FEN]

    def _conditions(self, npv: Floats) -> Iterator[tuple[float, Finding]]:
        yield from self._convex(npv)
        if self.hurdle:
            yield _short_of_hurdle(npv, self.hurdle)

    def _convex(self, npv: Floats) -> Iterator[tuple[float, Finding]]:
        if self.floor > -inf:
            worst = worst_mean(npv, self.tail)
            what = f"average of the worst {100 * self.tail:g} % is too low (R140)"
            allowed = f"at least {_million(self.floor)}"
            yield self.floor - worst, Finding("E-GOAL", "floor", what, _million(worst), allowed)
        if self.benchmark:
            yield self._short_of_benchmark(npv)

    def _short_of_benchmark(self, npv: Floats) -> tuple[float, Finding]:
        if len(self.benchmark) != npv.size:
            what = "the plan it is held against was priced on other draws"
            raise ProofError(Finding("E-GOAL", "benchmark", what, str(len(self.benchmark)), str(npv.size)))
        least, found = self.benchmark_means, means_of_worst(npv)
        at = int((least - found).argmax())
        what = f"average of the worst {100 * (at + 1) / npv.size:.3g} % is below today's plan (R142)"
        allowed = f"at least {_million(float(least[at]))}"
        return float(least[at] - found[at]), Finding("E-GOAL", "benchmark", what, _million(float(found[at])), allowed)

    @cached_property
    def benchmark_means(self) -> Floats:
        """Average of the worst 1, 2, … all scenarios of the plan not to fall behind, (scenario,) CNY."""
        return means_of_worst(np.array(self.benchmark))


MEAN = Goal()


def _short_of_hurdle(npv: Floats, hurdle: Hurdle) -> tuple[float, Finding]:
    wanted = min(max(ceil(hurdle.chance * npv.size - 1e-9), 1), npv.size)
    short = hurdle.npv - float(np.partition(npv, npv.size - wanted)[npv.size - wanted])
    reached = f"{100 * float((npv >= hurdle.npv - FEN).mean()):.1f} %"
    what = f"chance of reaching {_million(hurdle.npv)} is too low (R141)"
    return short, Finding("E-GOAL", "hurdle", what, reached, f"at least {100 * hurdle.chance:.1f} %")


def means_of_worst(npv: Floats) -> Floats:
    """Return the average of the worst 1, 2, … all scenarios, (scenario,) CNY (R142).

    Parameters
    ----------
    npv : (scenario,) CNY
    """
    out: Floats = np.cumsum(np.sort(npv)) / np.arange(1, npv.size + 1)
    return out


def _million(cny: float) -> str:
    return f"{cny / 1e6:.2f} M CNY"
