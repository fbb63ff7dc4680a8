"""How far each published figure may be off, part by part with the variable it comes from, and what survives that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from experiments.comparing.pairs import verdict
from experiments.running.run_info import AGAIN, RECOMMENDED
from model import summary
from model.ledger import Floats
from model.summary import Estimate
from reports.words import money

PUBLISHED: dict[str, tuple[str, str, Callable[[Floats], Estimate], float]] = {
    "mean": ("Expected gain against doing nothing", "CNY", summary.mean, 0.5),
    "p05": ("1-in-20 bad case", "CNY", lambda npv: summary.quantile(npv, summary.TAIL), summary.TAIL),
    "cvar05": ("Average of the worst 5 %", "CNY", summary.tail_mean, summary.TAIL),
    "p_loss": ("Chance of loss", "1", lambda npv: summary.chance(npv < 0), 0.5),
}
"""Title, unit, estimate and the share of futures that must be supported, of each figure."""
SETTLED = 1.0
"""Yuan below which nothing is left on the table."""


def error_budget(dataset: xr.Dataset, info: Mapping[str, Any], bounds: xr.Dataset | None) -> dict[str, Any]:
    """Return the parts of each published figure's error, and whether each decision survives them (R183, R184).

    Parameters
    ----------
    dataset : of the run; info : what the run tells; bounds : how good its plan is, None where the plan was given
    """
    npv = dataset["npv"].sel(plan=RECOMMENDED).to_numpy()
    certain = dataset.attrs.get("uncertainty") == "none"
    off = float((info.get("certificate") or {}).get("npv_max_abs_cny", 0.0))
    left = _row(bounds, "gap", "high")
    figures = [_figure(key, npv, certain, off, info, bounds) for key in PUBLISHED if _supported(key, npv, certain)]
    return {"figures": figures, "verdicts": _verdicts(dataset, certain, off, left), "luck": _luck(bounds)}


def _supported(key: str, npv: Floats, certain: bool) -> bool:
    if certain:
        return key in ("mean", "p_loss")
    return npv.size > 1 and (key in ("mean", "p_loss") or summary.supported(PUBLISHED[key][3], npv.size))


def _row(bounds: xr.Dataset | None, measure: str, end: str) -> float | None:
    if bounds is None or measure not in bounds["measure"].values:
        return None
    return float(bounds[end].sel(measure=measure))


def _figure(
    key: str, npv: Floats, certain: bool, off: float, info: Mapping[str, Any], bounds: xr.Dataset | None
) -> dict[str, Any]:
    """Return one figure with the parts of its error; a part tells the variable that it was read from."""
    title, unit, estimate, _ = PUBLISHED[key]
    sure = Estimate(float(npv[0]) if key == "mean" else float(npv[0] < 0), 0.0)
    found = sure if certain else estimate(npv)
    sampling = summary.Z95 * found.se
    # Futures so near to a loss that the arithmetic could turn them.
    arithmetic = off if unit == "CNY" else float((np.abs(npv) <= off).mean()) if off else 0.0
    half = sampling + arithmetic
    parts = [
        _part("sampling", -sampling, sampling, f"dataset.nc: npv[plan={RECOMMENDED}], {npv.size} fresh futures"),
        _part("arithmetic", -arithmetic, arithmetic, "run.json: certificate.npv_max_abs_cny"),
        _part("choice", 0.0, 0.0, "published on fresh futures; on those that chose the plan: bounds.nc: cny[luck]"),
    ]
    if key == "mean":
        parts += _left(info, bounds)
    return {
        "key": key,
        "title": title,
        "unit": unit,
        "value": found.value,
        "low": found.value - half,
        "high": found.value + half,
        "left": _row(bounds, "gap", "high") if key == "mean" else None,
        "parts": parts,
    }


def _part(key: str, low: float, high: float | None, source: str) -> dict[str, Any]:
    return {"key": key, "low": low, "high": high, "from": source}


def _left(info: Mapping[str, Any], bounds: xr.Dataset | None) -> list[dict[str, Any]]:
    """Return what better plans the method may have left on the table: in all, and of it the solver and the bonus."""
    out = []
    most = _row(bounds, "gap", "high")
    if most is not None:
        out.append(_part("left", 0.0, most, "bounds.nc: high[gap]"))
    for key, row in zip(("solver", "bonus"), (info.get("gap_ledger") or {}).get("rows", ()), strict=False):
        place = 0 if key == "solver" else 1
        # A choice that the time ended may have no bound: nobody knows then what is left.
        most = None if row["cny"] is None else abs(float(row["cny"]))
        out.append(_part(key, 0.0, most, f"run.json: gap_ledger.rows[{place}].cny, inside what is left"))
    return out


def _verdicts(dataset: xr.Dataset, certain: bool, off: float, left: float | None) -> list[dict[str, Any]]:
    """Return whether the plan stays better than doing nothing, than the next best known plan, and than an unknown one.

    What is left on the table speaks of better plans: it can never make doing nothing or a known plan the better choice.
    """
    plans = [str(name) for name in dataset["plan"].values if str(name) not in AGAIN]
    idle = [name for name in plans if name != RECOMMENDED and not dataset["npv"].sel(plan=name).to_numpy().any()]
    known = [name for name in plans if name != RECOMMENDED and name not in idle]
    known.sort(key=lambda name: -float(dataset["npv"].sel(plan=name).mean()))
    pairs = [("nothing", name, "doing nothing") for name in idle[:1]]
    pairs += [("runner_up", name, f"“{dataset['plan_title'].sel(plan=name).item()}”") for name in known[:1]]
    out = []
    for key, name, words in pairs:
        lead = _lead(dataset, name, certain)
        if lead is not None:
            out.append(_verdict(key, words, lead, off))
    if left is not None:
        out.append(_unknown(left, not dataset["npv"].sel(plan=RECOMMENDED).to_numpy().any()))
    return out


def _lead(dataset: xr.Dataset, name: str, certain: bool) -> Estimate | None:
    npv = dataset["npv"]
    lead = npv.sel(plan=RECOMMENDED).to_numpy() - npv.sel(plan=name).to_numpy()
    if certain:
        return Estimate(float(lead[0]), 0.0)
    return summary.mean(lead) if lead.size > 1 else None


def _verdict(key: str, words: str, lead: Estimate, off: float) -> dict[str, Any]:
    low, high = lead.low - off, lead.high + off
    span = f"{money(low, True)} to {money(high, True)} M CNY on the same futures"
    said = verdict(lead.value, low, high, 0.0)
    if said == "better":
        survives, says = True, f"Better than {words} beyond every error of the figures: by {span}."
    elif said == "worse":
        survives, says = False, f"Worse than {words} beyond every error of the figures: by {span}."
    elif said == "no difference that matters":
        survives, says = True, f"The same as {words}."
    else:
        survives, says = False, f"Not settled against {words}: {span}."
    found = {"value": lead.value, "low": low, "high": high, "survives": survives, "says": says}
    return {"key": key, "against": words, **found}


def _unknown(left: float, idle: bool) -> dict[str, Any]:
    survives = left < SETTLED
    most = f"A plan that was not found may be better by at most {money(left)} M CNY"
    if survives:
        says = "No plan made of the priced paths that was not found can be better."
    elif idle:
        says = f"{most}: doing nothing is not proved to be the best."
    else:
        says = f"{most}: it would replace this plan, not the decision to act."
    words = "a plan not found"
    found = {"value": None, "low": -left, "high": 0.0, "survives": survives, "says": says}
    return {"key": "unknown", "against": words, **found}


def _luck(bounds: xr.Dataset | None) -> str:
    """Return what luck of the choice would have added, had the draws that chose the plan been published."""
    luck = _row(bounds, "luck", "cny")
    if luck is None:
        return ""
    kept = "The plan is judged on other draws than those that chose it, so that luck of the choice adds nothing"
    if abs(luck) < SETTLED:
        return f"{kept}."
    return f"{kept}; the draws that chose it promised {money(abs(luck))} M CNY {'more' if luck > 0 else 'less'}."
