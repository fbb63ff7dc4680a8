"""How far a branch of a gate works, and with which cities: what sets its prices apart from a plan's that goes on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """A branch of a gate (R132).

    stop : last month of the unit, None to the end; cities : cities by phase, None as the case says
    """

    stop: int | None = None
    cities: tuple[int, ...] | None = None
