"""How much memory and time the tables of a choice will take, told before they are priced, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from time import perf_counter

from model.errors import Finding, InputError
from model.inputs import Case
from solvers.tables import piece_shapes

GROWTH = 2.5
"""Options of a path of modes when its search ends, over those it starts with; the ecosystem case ends at 2.1."""
NUMBER = 8


def option_bytes(case: Case, scenarios: int) -> int:
    """Return the memory of one priced option on S draws, bytes."""
    return NUMBER * sum(prod(shape) for shape in piece_shapes(case, scenarios))


def table_bytes(case: Case, scenarios: int, options: int, paths: int = 1) -> int:
    """Return the memory that the tables of a choice are going to take, bytes.

    Parameters
    ----------
    options : priced before the first solve, all lines together
    paths : paths of organisation modes whose tables are held at once
    """
    return int(option_bytes(case, scenarios) * options * GROWTH * paths)


def check_memory(case: Case, scenarios: int, options: int, paths: int, allowed: float) -> None:
    """Refuse tables that will not fit, before anything is priced.

    Parameters
    ----------
    allowed : bytes

    Raises
    ------
    InputError : says for how many draws there is room
    """
    wanted = table_bytes(case, scenarios, options, paths)
    if wanted <= allowed:
        return
    fewest = table_bytes(case, 1, options, paths)
    each = (table_bytes(case, 1001, options, paths) - fewest) / 1000
    draws = int((allowed - fewest) / each) + 1
    fix = f"allow {wanted / 1e9:.2f} GB with --memory"
    if draws >= 1:
        fix = f"ask for at most {draws:,} draws with --table-scenarios, or {fix}"
    found = f"{wanted / 1e9:.2f} GB for {options:,} options and their neighbours × {scenarios:,} draws"
    what = "the tables of priced options will not fit"
    raise InputError(Finding("E-MEMORY", "--memory", what, found, f"{allowed / 1e9:.2f} GB", fix))


class Gauge:
    """Counts options while they are priced: tells the time after the first ones, then moves the bar.

    Parameters
    ----------
    wanted : options to be priced
    say : receives one line; tick : receives (options done, options wanted)
    """

    def __init__(self, wanted: int, say: Callable[[str], None], tick: Callable[[int, int], None] | None) -> None:
        self.wanted, self.done, self.began = wanted, 0, perf_counter()
        self.say, self.tick = say, tick

    def __call__(self, count: int) -> None:
        """Note that so many more options are priced."""
        first, self.done = not self.done, self.done + count
        if first:
            left = (perf_counter() - self.began) / max(count, 1) * max(self.wanted - count, 0)
            if left >= 1:
                self.say(f"pricing takes about {left:.0f} s more")
        if self.tick:
            self.tick(min(self.done, self.wanted), self.wanted)
