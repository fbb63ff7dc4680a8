"""The labelled dataset of a run: what every plan does in every scenario, with units, meanings and fingerprints."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from math import nan
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from model import ledger, parties, summary
from model.banners import banner
from model.draws import BLOCK
from model.economics import QUARTER
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats
from model.load import case_to_dict
from model.plans import Plan, plan_careers
from model.schema import COORDINATES, PARTIES, ROWS, VARIABLES
from model.simulate import Outcome
from model.take_home import take_home

LIBRARIES = ("headcast", "numpy", "scipy", "xarray", "h5netcdf", "pydantic", "pyomo", "highspy")
LOW = 0.10
COUNTS = ("peak_month", "payback_month")
Attribute = str | int | float


class Entry(NamedTuple):
    """A plan of a run: its id, its title, the case it was run with (readings may differ) and the plan."""

    id: str
    title: str
    case: Case
    plan: Plan


def build(
    case: Case,
    plans: Sequence[tuple[str, str, Case, Plan]],
    outcomes: Iterable[Outcome],
    *,
    seed: int,
    scenarios: int,
    stage: str,
    extra_attrs: Mapping[str, Attribute] | None = None,
) -> xr.Dataset:
    """Return the dataset of a run: exactly the variables of `schema.VARIABLES`, money in CNY as float64.

    Quantiles that the number of scenarios does not support are withheld (NaN) and listed in the attribute
    ``withheld_quantiles``. Outcomes are taken one by one, so that an iterator need not hold them all.

    Parameters
    ----------
    case : the case of the run; its id, calibration and readings become attributes
    plans : (id, title, case used, plan), one per outcome
    outcomes : of `simulate` with the same cases, plans, seed, stage and number of scenarios
    extra_attrs : further attributes of the dataset, for example the creation time

    Raises
    ------
    InputError : an id twice, a number of outcomes or scenarios that differs, or money that is not a finite number
    """
    entries = [Entry(*entry) for entry in plans]
    _check_ids([entry.id for entry in entries])
    coordinates = _coordinates(case, entries, scenarios)
    arrays = _room({name: len(values) for name, values in coordinates.items()})
    taken = 0
    for outcome in outcomes:
        taken += 1
        _check(entries, taken, outcome, scenarios)
        certain = case.uncertainty.mode == "none"
        for name, values in _figures(entries[taken - 1], outcome, certain).items():
            arrays[name][taken - 1] = values
        del outcome, values  # an iterator makes the next one before a loop lets go of the last
    if taken != len(entries):
        raise _mismatch("outcomes", taken, len(entries))
    data = {v.name: (v.dims, arrays[v.name], {"units": v.unit, "long_name": v.meaning}) for v in VARIABLES}
    told = attributes(case, seed, scenarios, stage) | dict(extra_attrs or {})
    return xr.Dataset(data, _labels(coordinates), told)


def _check_ids(ids: list[str]) -> None:
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice or not ids:
        raise InputError(Finding("E-RULE", "plans of the run", "each plan needs its own id", ", ".join(twice)))


def _check(entries: list[Entry], taken: int, outcome: Outcome, scenarios: int) -> None:
    if taken > len(entries):
        raise _mismatch("outcomes", taken, len(entries))
    if outcome.npv.size != scenarios:
        raise _mismatch("scenarios", outcome.npv.size, scenarios)
    whole = all(np.isfinite(part).all() for part in (outcome.years, outcome.cash, outcome.npv))
    if not whole:
        where = f"plan {entries[taken - 1].id}"
        raise InputError(Finding("E-VALUE", where, "the simulation gave money that is no finite number"))


def _mismatch(what: str, found: int, wanted: int) -> InputError:
    return InputError(Finding("E-RULE", "dataset of the run", f"number of {what} differs", str(found), str(wanted)))


def _room(sizes: dict[str, int]) -> dict[str, NDArray[Any]]:
    shapes = {v.name: tuple(sizes[dim] for dim in v.dims) for v in VARIABLES}
    return {n: np.zeros(s, np.int64) if n in COUNTS else np.full(s, nan) for n, s in shapes.items()}


def _figures(entry: Entry, outcome: Outcome, certain: bool) -> dict[str, NDArray[Any]]:
    """Return all variables of one plan, without the axis `plan`."""
    total = summary.horizon(outcome.years)
    depth, month = summary.peak_cash(outcome.cash)
    early = np.cumsum(outcome.revenue[:6], axis=0)[-1]
    shares = parties.balance(total)
    work, supply = _by_role(entry.case, outcome.work), _by_role(entry.case, outcome.supply)
    return {
        "ledger": outcome.years.transpose(2, 1, 0),
        "npv": outcome.npv,
        "result": ledger.result(total),
        "full_roi": summary.full_roi(total),
        "labour_roi": summary.labour_roi(total),
        "labour_roi_after_share": summary.labour_roi_after_share(total),
        "peak_cash": depth,
        "peak_month": month,
        "payback_month": summary.payback_month(outcome.cash),
        "cash_quantile": _quantiles(outcome.cash, certain),
        "revenue_quantile": _quantiles(outcome.revenue, certain),
        "heads_planned": planned_heads(entry.case, entry.plan),
        "heads_mean": outcome.heads,
        "line_revenue": outcome.line_revenue,
        "party_mean": shares.mean(axis=1),
        "party_quantile": _quantiles(shares, certain),
        "volume_mean": outcome.volume,
        "month6_revenue_quantile": _quantiles(early, certain),
        "shared_work": work,
        "shared_supply": supply,
        "team_use": outcome.use,
        **_partners(entry, outcome, certain),
        **_take_home(entry.case, outcome, total, certain),
    }


def _partners(entry: Entry, outcome: Outcome, certain: bool) -> dict[str, NDArray[Any]]:
    """Return the partners' own sides and the largest one's share (R112, R113); NaN for partners not in the plan."""
    inside = {name for line in entry.plan.lines.values() for name in line.partners}
    away = [partner.id not in inside for partner in entry.case.partners]
    own, low = outcome.own.mean(axis=1), np.full(len(away), nan)
    if certain or summary.supported(LOW, outcome.npv.size):
        low = np.quantile(outcome.own, LOW, axis=1)
    quantiles = _quantiles(outcome.own, certain)
    own[away], low[away], quantiles[:, away] = nan, nan, nan
    largest = [summary.defined(year)[0] for year in outcome.largest]
    share = np.array([part.mean() if part.size else nan for part in largest])
    told = {"partner_side": own, "partner_side_quantile": quantiles, "partner_side_p10": low}
    return told | {"largest_partner": share}


def _take_home(case: Case, outcome: Outcome, total: Floats, certain: bool) -> dict[str, NDArray[Any]]:
    """Return mean, quantiles and 1-in-10 bad case of pay per head-year by role (R58); NaN where nobody ever sits."""
    on_team = np.array([role.kind != "shared" for role in case.roles.values()], dtype=bool)
    found = take_home(outcome.paid, outcome.head_months, total, on_team)
    mean, low = np.full(len(found), nan), np.full(len(found), nan)
    quantiles = np.full((len(found), len(summary.LEVELS)), nan)
    for index, sample in enumerate(found):
        part, _ = summary.defined(sample)
        if part.size:
            mean[index], quantiles[index] = part.mean(), _quantiles(part, certain)
            low[index] = np.quantile(part, LOW) if certain or summary.supported(LOW, part.size) else nan
    return {"take_home": mean, "take_home_quantile": quantiles, "take_home_p10": low}


def _quantiles(sample: Floats, certain: bool) -> Floats:
    """Return the quantiles over the last axis, (quantile, …); NaN where the draws do not support one."""
    out = np.quantile(sample, summary.LEVELS, axis=-1)
    for index, level in enumerate(summary.LEVELS):
        if not certain and not summary.supported(level, sample.shape[-1]):
            out[index] = nan
    return out


def _by_role(case: Case, shared: Floats) -> Floats:
    """Spread (shared role, quarter) over all roles; a role without shared work has none."""
    out = np.zeros((len(case.roles), shared.shape[1]))
    for role, hours in zip(case.shared_work, shared, strict=True):
        out[list(case.roles).index(role)] = hours
    return out


def planned_heads(case: Case, plan: Plan) -> Floats:
    """Return the approved heads by role and month, (role, month) heads."""
    out = np.zeros((len(case.roles), case.clock.months))
    for career in plan_careers(case, plan):
        out[list(case.roles).index(career.role), career.first_month - 1 : career.close - 1] += 1
    return out


def month_labels(start: str, months: int) -> list[str]:
    """Return calendar months as YYYY-MM.

    Examples
    --------
    >>> month_labels("2027-11", 3)
    ['2027-11', '2027-12', '2028-01']
    """
    first = int(start[:4]) * 12 + int(start[5:]) - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, first + months)]


def _coordinates(case: Case, entries: list[Entry], scenarios: int) -> dict[str, Sequence[Any] | NDArray[Any]]:
    months = case.clock.months
    return {
        "plan": [entry.id for entry in entries],
        "plan_title": [entry.title for entry in entries],
        "plan_hash": [fingerprint(entry.plan.model_dump(mode="json")) for entry in entries],
        "salary_reading": [entry.case.readings.salary_is for entry in entries],
        "scenario": np.arange(scenarios, dtype=np.int64),
        "year": _numbers(case.years),
        "quarter": _numbers(-(-months // QUARTER)),
        "month": _numbers(months),
        "month_label": month_labels(case.clock.start, months),
        "quantile": np.array(summary.LEVELS),
        "row": [row.name for row in ROWS],
        "row_sign": np.array([row.sign for row in ROWS], dtype=np.int64),
        "row_scope": [row.scope for row in ROWS],
        "row_rule": [row.rule for row in ROWS],
        "row_meaning": [row.meaning for row in ROWS],
        "party": list(PARTIES),
        "partner": [partner.id for partner in case.partners],
        "partner_title": [partner.title for partner in case.partners],
        "role": list(case.roles),
        "role_title": [role.title for role in case.roles.values()],
        "line": list(case.lines),
        "line_title": [line.title for line in case.lines.values()],
    }


def _numbers(last: int) -> NDArray[np.int64]:
    return np.arange(1, last + 1, dtype=np.int64)


def _labels(values: dict[str, Sequence[Any] | NDArray[Any]]) -> dict[str, Any]:
    """Put dimension, unit and meaning on the coordinates; text has no unit."""
    made = {}
    for spec in COORDINATES:
        told = {"long_name": spec.meaning} | ({"units": spec.unit} if spec.unit else {})
        plain = values[spec.name]
        array = plain if isinstance(plain, np.ndarray) else np.array(plain, dtype=object)
        made[spec.name] = (spec.dims, array, told)
    return made


def attributes(case: Case, seed: int, scenarios: int, stage: str) -> dict[str, Attribute]:
    """Return what every dataset says about itself: case, reading, draws, fingerprint of the inputs, versions."""
    certain = case.uncertainty.mode == "none"
    withheld = [level for level in summary.LEVELS if not certain and not summary.supported(level, scenarios)]
    return {
        "title": case.title,
        "Conventions": "CF-1.12",
        "case": case.id,
        "calibration": case.calibration,
        "salary_reading": case.readings.salary_is,
        "banner": banner(case),
        "seed": seed,
        "scenarios": scenarios,
        "stage": stage,
        "block": BLOCK,
        "uncertainty": case.uncertainty.mode,
        "withheld_quantiles": ", ".join(f"{level:g}" for level in withheld),
        "input_hash": fingerprint(case_to_dict(case)),
        "versions": ", ".join([f"python {platform.python_version()}", *(f"{n} {version(n)}" for n in LIBRARIES)]),
    }


def fingerprint(data: Any) -> str:
    """Return the sha256 of plain JSON values, whatever the order of their keys.

    Examples
    --------
    >>> fingerprint({"b": 1, "a": 2}) == fingerprint({"a": 2, "b": 1})
    True
    """
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode()).hexdigest()


def dataset_hash(dataset: xr.Dataset) -> str:
    """Return the sha256 over name, dimensions, type and bytes of all variables and coordinates, not the attributes.

    Parameters
    ----------
    dataset : in memory or opened from a file; large variables are read piece by piece
    """
    digest = sha256()
    for name in sorted(map(str, dataset.variables)):
        array = dataset[name]
        text = array.dtype.kind in "OUST"
        kind = "text" if text else array.dtype.newbyteorder("<").str
        digest.update(json.dumps([name, list(map(str, array.dims)), list(array.shape), kind]).encode())
        for piece in array if array.ndim > 1 else [array]:
            digest.update(_bytes(piece.to_numpy(), text))
    return digest.hexdigest()


def _bytes(values: NDArray[Any], text: bool) -> bytes | memoryview:
    if text:
        return json.dumps([str(value) for value in values.ravel()], ensure_ascii=False).encode()
    return np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"), copy=False)).data.cast("B")
