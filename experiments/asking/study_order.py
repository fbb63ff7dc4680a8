"""Studies in the order in which they should be bought: what each is worth to a choice, and its price where known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from math import nan

import xarray as xr

from experiments.asking import valued
from experiments.asking.other_turn import of_page
from experiments.asking.study import Study
from experiments.running.desk import measured
from experiments.running.door import nothing
from experiments.running.futures import changed
from experiments.running.range_law import ends, share_below
from model.case_numbers import Number
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


def nearest_turn(study: Study, asked: Mapping[str, Number]) -> xr.Dataset:
    """Return how likely the number that the run's page names turns the choice, and what is lost at its end (R208).

    Nothing is told where the page names none, or one that no study tells. Beyond the turn the plan loses at most what
    it loses at the end of the range, so that chance × loss there bounds what knowing is worth.

    Parameters
    ----------
    asked : numbers that can be bought, by the study that tells them
    """
    turn = of_page(study.case, study.run.info)
    told = next((title for title, number in asked.items() if turn and number.name == turn.key), None)
    if turn is None or told is None:
        return xr.Dataset()
    number = asked[told]
    below = share_below(number, turn.at)
    low, high = ends(number)
    chance, end = (below, low) if turn.at < turn.today else (1 - below, high)
    idle, case = nothing(study.case), changed(study.case, number, end)
    plans = [study.option("at_end", "", study.plan, case), study.option("idle", "", idle, case)]
    plan, rival = study.see(plans)
    loss, error = astuple(measured(rival.npv - plan.npv, study.known))
    figures = {"study": told, "chance": chance, "at": turn.at, "end": end, "unit": turn.unit}
    figures |= {"loss": loss, "loss_se": error}
    return xr.Dataset(attrs={f"nearest_{name}": value for name, value in figures.items()})
