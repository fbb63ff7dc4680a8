"""Studies in the order in which they should be bought: what each is worth to a choice, and its price where known."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan

import xarray as xr

from experiments.asking import valued
from model.inputs import Case
from solvers.worth import Worth


def study_order(worths: Mapping[str, Worth], prices: Mapping[str, float]) -> xr.Dataset:
    """Return studies with what they are worth against not studying, and their price, CNY (R222).

    Parameters
    ----------
    worths : by study, in the order in which they are told
    prices : of those studies whose price is known
    """
    figures = {
        "worth": [found.value for found in worths.values()],
        "low": [found.low for found in worths.values()],
        "high": [found.high for found in worths.values()],
        "price": [prices.get(name, nan) for name in worths],
    }
    told = {"units": "CNY", "long_name": "study: worth against not studying, its 95 % interval, and price"}
    return xr.Dataset(
        {f"study_{name}": ("study", row, told) for name, row in figures.items()}, {"study": valued.text(worths)}
    )


def trial_price(case: Case) -> float:
    """Return what the case pays for a test in one city: a partner's trial, CNY; NaN for a case without trials."""
    return float(case.costs.trial) * case.costs.trial_months if case.trial else nan
