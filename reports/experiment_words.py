"""What an experiment's dataset is called in a sentence: its options, ranges, and values of a number with a unit."""

from __future__ import annotations

import xarray as xr

from reports.drawing import MILLION
from reports.words import clean, money, plain

OF_ASSUMED = "of what is assumed"
LEAST = 5_000.0
"""Yuan below which a worth is told as nothing."""


def title(data: xr.Dataset, key: str) -> str:
    """Return the title of the option that an attribute names, in quotes."""
    return f"“{clean(data['plan_title'].sel(plan=str(data.attrs[key])).item())}”"


def broken(data: xr.Dataset, key: str) -> int:
    """Return how many limits of the run's case the option breaks that an attribute names."""
    return int(data["broken"].sel(plan=str(data.attrs[key])))


def limits(count: int) -> str:
    """Return a number of limits in words."""
    return f"{count} limit{'s' * (count > 1)}"


def option(data: xr.Dataset, key: str) -> str:
    """Return an option's title with how many limits of the run's case it breaks."""
    count = broken(data, key)
    return title(data, key) + (f" (breaks {limits(count)})" if count else "")


def ends(data: xr.Dataset, what: str = "difference") -> str:
    """Return the range of a difference in M CNY."""
    low, high = (money(data.attrs[f"{what}_{end}"], True) for end in ("low", "high"))
    return f"{low} to {high}"


def amount(unit: str, value: object, large: float = 0.0) -> str:
    """Return a value of a number without its unit, three digits.

    Parameters
    ----------
    large : the largest value of its range: money from a million on is told in M CNY
    """
    if not isinstance(value, float | int):
        return ""
    if unit in (OF_ASSUMED, "share") or unit.startswith("share/"):
        return f"{plain(float(f'{100 * value:.3g}'))}\u00a0%"
    if unit.startswith("CNY") and abs(large) >= MILLION:
        return money(value)
    return plain(float(f"{value:.3g}"))


def unit_words(unit: str) -> str:
    """Return a unit as it stands behind a value."""
    if unit == OF_ASSUMED:
        return f" {OF_ASSUMED}"
    words = {"factor": "", "share": "", "month": " months"}
    return words.get(unit, f" {unit.replace('share/', 'a ')}")
