"""Pairs of plans as a dataset stores them: found in either direction, named and told as an amount with its range."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

from reports.drawing import short
from reports.money_charts import plan_title
from reports.words import is_number, money

BETTER, WORSE, ALIKE = "better", "worse", "no difference that matters"
TURNED = {BETTER: WORSE, WORSE: BETTER}


def plans_of(data: xr.Dataset) -> list[str]:
    """Return the plans in the order stored."""
    return [str(plan) for plan in data["plan"].values]


def called(data: xr.Dataset, plan: str) -> str:
    """Return what a plan is called in a sentence."""
    return f"“{short(plan_title(data, plan), 64)}”"


def brief(data: xr.Dataset, plan: str) -> str:
    """Return a plan's title as far as a line has room for it."""
    return short(plan_title(data, plan), 44)


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def pair_of(data: xr.Dataset, plan: str, other: str) -> tuple[xr.Dataset, bool]:
    """Return what is stored of a pair, and whether it stands there the other way round."""
    for turned, (a, b) in enumerate(((plan, other), (other, plan))):
        found = (data["first"].values == a) & (data["second"].values == b)
        if found.any():
            return data.isel(pair=int(found.argmax())), bool(turned)
    raise KeyError(f"{plan} against {other}")


def ranged(value: float, low: float, high: float, plus: bool = True) -> str:
    """Return an amount with its range in M CNY, a dash where it was withheld.

    Examples
    --------
    >>> ranged(5.1e6, 4.9e6, 5.3e6)
    '+5.1 (+4.9 to +5.3)'
    """
    if not is_number(value):
        return "–"
    return f"{money(value, plus)} ({money(low, plus)} to {money(high, plus)})"


def gap_of(data: xr.Dataset, plan: str, other: str, figure: str = "") -> tuple[float, float, float, str]:
    """Return value, low end, high end and verdict of one plan minus another."""
    found, turned = pair_of(data, plan, other)
    found = found.sel(figure=figure) if figure else found
    value, low, high = (float(found[name]) for name in ("difference", "low", "high"))
    verdict = str(found["verdict"].item())
    return (-value, -high, -low, TURNED.get(verdict, verdict)) if turned else (value, low, high, verdict)


def all_pairs(data: xr.Dataset) -> list[tuple[str, str]]:
    """Return the pairs of plans in the order stored."""
    return [(str(a), str(b)) for a, b in zip(data["first"].values, data["second"].values, strict=True)]
