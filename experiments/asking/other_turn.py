"""The number that the run's page names as the closest turn, told beside the one that an experiment moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.asking.threshold import OF_ASSUMED, Threshold
from experiments.running.break_even_words import what
from experiments.running.futures import number_of
from model.case_numbers import Number
from model.inputs import Case


@dataclass(frozen=True)
class OtherTurn:
    """Another number that turns the same choice, its value there and today, and its unit."""

    key: str
    title: str
    at: float
    today: float
    unit: str

    def attributes(self) -> dict[str, Any]:
        """Return what a dataset says about it."""
        names = {"key": self.key, "of": self.title, "at": self.at, "today": self.today, "unit": self.unit}
        return {f"other_{name}": value for name, value in names.items()}


def of_page(case: Case, info: Mapping[str, Any]) -> OtherTurn | None:
    """Return the closest turn of the recommended plan against doing nothing as the run tells it, None without one.

    Parameters
    ----------
    info : what the run tells about itself
    """
    flip = info.get("flip_assumption") or {}
    if flip.get("flips_at") is None:
        return None
    return _other(case, number_of(case, str(flip["name"])), float(flip["flips_at"]))


def of_threshold(case: Case, found: Threshold) -> OtherTurn | None:
    """Return a threshold that was looked up beside another one, None where it does not turn inside its range."""
    return None if found.turn.at is None else _other(case, found.number, float(found.turn.at.value))


def _other(case: Case, number: Number, at: float) -> OtherTurn:
    return OtherTurn(number.name, what(case, number), at, number.value, OF_ASSUMED if number.scaled else number.unit)
