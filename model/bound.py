"""One limit of a case: what is counted, between which bounds, and who asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "heads",
    "role",
    "line_role",
    "span",
    "budget",
    "work",
    "sign_ups",
    "integration",
    "months",
    "investment",
    "calendar",
    "skill",
    "required",
    "closed",
    "held",
]
TOLERANCE = {"CNY": 0.005, "heads": 1e-6, "hours": 1e-6, "partners": 1e-6, "months": 1e-6}
"""Half a fen, and what floating sums need."""
NEVER = float("inf")


@dataclass(frozen=True)
class Bound:
    """One limit: low <= fixed + what the kind counts <= high.

    phase : index of the phase; role : the shared role counted, or the partner or line
    quarter : 0-based, −1 where the bound is one of a phase; fixed : what no choice of people or partners changes
    low_by, high_by : who asks for the bound, or why it is what it is, in words
    share : what one head counts; opens : phases in which a seat may open and still count
    """

    name: str
    rule: str
    unit: str
    kind: Kind
    phase: int
    low: float
    high: float
    role: str = ""
    quarter: int = -1
    fixed: float = 0.0
    low_by: str = ""
    high_by: str = ""
    share: float = 1.0
    opens: tuple[int, ...] = ()
