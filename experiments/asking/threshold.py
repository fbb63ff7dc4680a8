"""At which value of a number the better of two options changes, as an experiment stores it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import xarray as xr

from experiments.running.break_even import Turn, interval, span, turn
from experiments.running.break_even_words import what
from experiments.running.desk import Known, measured
from experiments.running.futures import Futures, changed, number_of
from model.case_numbers import Number
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan

OF_ASSUMED = "of what is assumed"
"""Unit of a number that is a factor on a list or a column."""


class Offer(Protocol):
    """A plan under a case."""

    @property
    def id(self) -> str:
        """Name of the option."""

    @property
    def plan(self) -> Plan:
        """Its plan."""

    @property
    def case(self) -> Case:
        """Its case."""


@dataclass(frozen=True)
class Threshold:
    """A number varied under two options, and where their gap changes sign.

    first, second : names of the options; the gap is the first less the second
    points_seen : (value, mean gap, its sampling error) of every value looked at, gap in CNY
    """

    number: Number
    title: str
    first: str
    second: str
    turn: Turn
    points_seen: tuple[tuple[float, float, float], ...]

    def attributes(self) -> dict[str, Any]:
        """Return what a dataset says about the threshold; `turn_at` is NaN where nothing turns inside the range."""
        number, found = self.number, self.turn
        low, high = (np.nan, np.nan) if found.at is None else interval(found.at)
        errors = {value: error for value, _, error in self.points_seen}
        return {
            "turn_key": number.name,
            "turn_of": self.title,
            "turn_unit": OF_ASSUMED if number.scaled else number.unit,
            "turn_today": number.value,
            "turn_at": np.nan if found.at is None else found.at.value,
            "turn_low": low,
            "turn_high": high,
            "turn_from": found.lowest[0],
            "turn_to": found.highest[0],
            "turn_gap_from": found.lowest[1],
            "turn_gap_to": found.highest[1],
            "turn_gap_from_se": errors[found.lowest[0]],
            "turn_gap_to_se": errors[found.highest[0]],
            "turn_first": self.first,
            "turn_second": self.second,
        }

    def points(self) -> xr.Dataset:
        """Return the gap at every value that was looked at."""
        values = np.array(sorted(self.points_seen), dtype=np.float64)
        money = {"units": "CNY"}
        gap = {"long_name": "same futures, first option minus second"}
        return xr.Dataset(
            {
                "turn_gap": ("turn_value", values[:, 1], money | gap),
                "turn_gap_se": ("turn_value", values[:, 2], money | {"long_name": "its sampling error"}),
            },
            {"turn_value": values[:, 0]},
        )


def threshold(
    futures: Futures,
    key: str,
    first: Offer,
    second: Offer,
    title: str = "",
    over: tuple[float, float] | None = None,
    alone: bool = False,
    known: Known | None = None,
) -> Threshold:
    """Return at which value of a number the first of two options stops being better than the second (R186).

    Parameters
    ----------
    key : of the number, as `headcast assumptions` lists it
    title : what it is called; empty for what the case says
    over : range that is looked through; None for the number's own
    alone : vary it for the first option only, as something that only this option brings about
    known : plans on these futures whose averages were published, from which gaps are measured (R165)

    Raises
    ------
    InputError : the case has no such number, or the number has no range
    """
    number = number_of(first.case, key)
    fixed = futures.npv(second.case, second.plan) if alone or second.plan.is_idle else None
    seen: dict[float, Floats] = {}

    def gap(value: float) -> Floats:
        if value not in seen:
            own = futures.npv(changed(first.case, number, value), first.plan)
            other = futures.npv(changed(second.case, number, value), second.plan) if fixed is None else fixed
            seen[value] = own - other
        return seen[value]

    told = partial(measured, known=known)
    found = turn(gap, number.value, *(over or span(number)), told)
    points = tuple((value, *astuple(told(sample))) for value, sample in seen.items())
    return Threshold(number, title or what(first.case, number), first.id, second.id, found, points)
