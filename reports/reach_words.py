"""Which way the ranges of numbers reach, and which were fitted together, told from a stored dataset."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

from reports.words import clean, error, money


def reach_sentence(down: int, moving: int, average: float, se: float, assumed: float) -> str:
    """Return how many ranges reach further down than up, and the average with everything drawn instead of assumed.

    Parameters
    ----------
    average, se, assumed : CNY
    """
    return (
        f"{down} of {moving} ranges reach further down than up: with everything drawn from its range the average "
        f"result is {money(average, True)} {error(se)} M CNY instead of {money(assumed, True)}."
    )


def most_sentence(titles: Sequence[str], added: Sequence[float]) -> str:
    """Return the numbers whose ranges take most off the average; empty without any.

    Parameters
    ----------
    added : CNY, what each adds to the average alone
    """
    told = "; ".join(f"“{clean(title)}” {money(value, True)}" for title, value in zip(titles, added, strict=True))
    return f"Most of that make, each alone and in M CNY: {told}." if told else ""


def told_reach(data: xr.Dataset, average: float, se: float, assumed: float) -> str:
    """Return both sentences from a dataset that holds which way ranges reach."""
    down, moving = int(data["reach_down"]), int(data["reach_moving"])
    most = most_sentence(list(data["reach_title"].values), data["reach_added"].values.tolist())
    return f"{reach_sentence(down, moving, average, se, assumed)} {most}".rstrip()


def told_fitted(data: xr.Dataset) -> list[str]:
    """Return that numbers which were fitted to one known path together are drawn here each on its own (R221)."""
    names = clean(data.attrs.get("fitted", ""))
    if not names:
        return []
    return [
        f"{clean(data.attrs['fitted_count'])} numbers were fitted together to one known path of users and revenue "
        f"({names}), so that they cannot all be off at once; here each moves on its own, and what they make together "
        "is told rather too wide than too narrow."
    ]
