"""How good the chosen plan is: bounds, intervals and worths of a run as one dataset, every figure with its variable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from experiments.running import story
from experiments.running.limit_words import phase_title
from experiments.running.run_info import RECOMMENDED, Found, rivals
from model.budgets import overruns
from model.draws import BLOCK
from model.errors import InfeasibleError
from model.incentives import bonus_scale
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan, heads_by_phase
from model.simulate import TABLE, VERDICT, simulate
from model.summary import Estimate
from solvers.change import Change
from solvers.exact import Choice, Exact
from solvers.exchange import feasible_moves
from solvers.fresh import Moves, moves_on_fresh_draws, optimality_gap
from solvers.information import Foreknown, as_if_certain, draws_looked_at, foreknown, gain, idle_choice
from solvers.path_result import PathResult
from solvers.resolve import resolve
from solvers.upper import Upper

HEADS_GAP = 0.003
"""Share of turnover at which the search for a plan with given heads may stop."""
NAN = float("nan")


@dataclass(frozen=True)
class Measure:
    """One row of the table, CNY; `about` is the plan it holds the chosen one against, `note` what limits that breaks.

    low, high : ends of its interval, NaN where it is a bound without one
    """

    key: str
    cny: float
    low: float = NAN
    high: float = NAN
    about: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Sides:
    """The chosen plan on pricing draws and on fresh ones, and the plans held beside it, (plan, draw) CNY each."""

    promised: Floats
    verdict: Floats
    held: Floats
    held_fresh: Floats


def measured(found: Found, seed: int, turnover: float) -> xr.Dataset:
    """Return bounds, intervals and worths of the recommended plan (R150–R154).

    Parameters
    ----------
    found : a run whose plan was chosen, not handed in
    turnover : money turned over, CNY, that shares are of
    """
    best = found.paths[0]
    choice = idle_choice(best.tables, best.choice) if found.plan.is_idle else best.choice
    moves = [] if found.plan.is_idle else feasible_moves(best.tables, best.exact, choice)
    sides = _sides(found, best, choice, seed)
    fresh = moves_on_fresh_draws(best.exact, choice, moves, seed)
    known = _foreknown(best, choice, [other for _, other in moves])
    bound = _bound(best.exact, best, choice, float(sides.promised.mean()))
    planning = _planning(found, choice, sides.verdict, seed)
    rows = [*_searched(best, bound, sides), *_on_fresh_draws(fresh), _knowing(known), planning]
    rows += [*_against(found), *_same_heads(found, best, choice, seed)]
    return _dataset(found, rows, fresh, known, bound, turnover)


def _sides(found: Found, best: PathResult, choice: Choice, seed: int) -> _Sides:
    promised = best.exact.npv(best.tables.total(choice))
    entries = rivals(found.entries)
    names = [name for name, _, _, plan in entries if not plan.is_idle]
    plans = [plan for _, _, _, plan in entries if not plan.is_idle]
    priced = simulate([found.case] * len(plans), plans, seed, TABLE, promised.size) if plans else []
    fresh = found.dataset["npv"].sel(plan=names).to_numpy()
    held = np.array([outcome.npv for outcome in priced]).reshape(len(plans), promised.size)
    return _Sides(promised, _verdict(found, choice, seed), held, fresh)


def is_gated(found: Found) -> bool:
    """Return whether the recommended plan asks a gate: the choice's bounds then speak of the plan without it."""
    return found.gate is not None and found.gate.is_asked and not found.plan.is_idle


def _verdict(found: Found, choice: Choice, seed: int) -> Floats:
    if not is_gated(found):
        return found.outcome.npv
    plan = choice.plan(found.case, RECOMMENDED, found.plan.title)
    return _fresh(found.case, plan, seed, found.outcome.npv.size)


def _bound(exact: Exact, best: PathResult, choice: Choice, promise: float) -> float:
    """Return what no plan made of the priced pieces exceeds on the pricing draws, CNY (R150)."""
    may_stop = not exact.broken(best.tables.total(idle_choice(best.tables, choice)))
    return Upper(best.tables, exact, choice.modes).bound(max(promise, 0.0) if may_stop else promise)


def _foreknown(best: PathResult, choice: Choice, near: Sequence[Choice]) -> Foreknown:
    certain = best.tables.case.uncertainty.mode == "none"
    return foreknown(best.tables, best.exact, choice, near, 1 if certain else draws_looked_at(best.tables))


def _searched(best: PathResult, bound: float, sides: _Sides) -> list[Measure]:
    """Return what a better search could find, what luck the draws had, and the distance from the best (R150, R151)."""
    promise, verdict = float(sides.promised.mean()), float(sides.verdict.mean())
    rows = [Measure("search", max(bound - promise, 0.0))]
    bounds = [("gap", bound)]
    if has_bands(best.tables.case) and best.solved is not None and np.isfinite(best.solved.bound):
        room = max(best.solved.gap, 0.0)
        rows.append(Measure("search_without_bands", room))
        bounds.append(("gap_without_bands", promise + room))
    spread = sum(float(side.var(ddof=1)) / side.size for side in (sides.promised, sides.verdict) if side.size > 1)
    rows.append(_row("luck", Estimate(promise - verdict, spread**0.5)))
    for key, height in bounds:
        found = optimality_gap(height, sides.promised, sides.verdict, sides.held, sides.held_fresh)
        rows.append(Measure(key, found.gap.value, 0.0, found.at_most))
    return rows


def has_bands(case: Case) -> bool:
    """Return whether the annual bonus steps with revenue, so that the choice prices it by a coefficient (R23)."""
    return bonus_scale(case) > 0 and len(set(case.incentives.band_coefficients)) > 1


def _row(key: str, found: Estimate, about: str = "", note: str = "") -> Measure:
    return Measure(key, found.value, found.low, found.high, about, note)


def _on_fresh_draws(fresh: Moves) -> list[Measure]:
    """Return the exchange whose gain is surest, with the interval that holds for all together (R154)."""
    if not fresh.groups:
        return []
    top = int(np.argmax(fresh.gains + fresh.half)) if not fresh.better else int(np.argmax(fresh.gains - fresh.half))
    value, half = float(fresh.gains[top]), float(fresh.half[top])
    return [Measure("exchange", value, value - half, value + half, fresh.groups[top])]


def _knowing(known: Foreknown) -> Measure:
    least, most = gain(known.at_least, known.chosen), gain(known.at_most, known.chosen)
    return Measure("knowing", most.value, least.value, most.high)


def _planning(found: Found, choice: Choice, verdict: Floats, seed: int) -> Measure:
    """Return the chosen plan less the one that is best when nothing is uncertain, on the same fresh futures (R153)."""
    certain, _ = as_if_certain(found.paths[0].tables, choice, seed)
    other = certain.plan(found.case, "as_if_certain", "Plan made as if nothing were uncertain")
    few = _few(found)
    heads = " → ".join(map(str, heads_by_phase(found.case, other)))
    return _row("uncertainty", gain(verdict[:few], _fresh(found.case, other, seed, few)), f"{heads} heads")


def _few(found: Found) -> int:
    return min(BLOCK, found.outcome.npv.size)


def _fresh(case: Case, plan: Plan, seed: int, few: int) -> Floats:
    return simulate([case], [plan], seed, VERDICT, few)[0].npv


def _against(found: Found) -> list[Measure]:
    """Return the chosen plan less each plan that stood fixed before, with the limits which that one breaks."""
    rows = []
    for name, title, case, plan in rivals(found.entries):
        other = found.dataset["npv"].sel(plan=name).to_numpy()
        rows.append(_row(f"against_{name}", gain(found.outcome.npv, other), title, "; ".join(breaks(case, plan))))
    return rows


def breaks(case: Case, plan: Plan) -> list[str]:
    """Return the limits that a plan breaks, budgets first, in words."""
    over = [f"over the budget of {phase_title(case, p)} by {cny / 1e6:.2f} M CNY" for p, cny in overruns(case, plan)]
    other = story.other_limits(case, plan)
    return over + [f"{limit['limit']}: {limit['found']}, {limit['allowed']}" for limit in other]


def _same_heads(found: Found, best: PathResult, choice: Choice, seed: int) -> list[Measure]:
    """Return the chosen plan less the best that has the heads of a shipped plan but keeps all limits, if there is one.

    The shipped plan is the most valuable of those that break a limit.
    """
    case = found.case
    broken = [entry for entry in rivals(found.entries) if not entry[3].is_idle and breaks(case, entry[3])]
    if not broken or found.plan.is_idle:
        return []
    name, title, _, plan = max(broken, key=lambda entry: float(found.dataset["npv"].sel(plan=entry[0]).mean()))
    heads = heads_by_phase(case, plan)
    rows = [row for row in best.exact.rows if row.kind == "heads"]
    held = tuple(replace(row, low=float(n), high=float(n)) for row, n in zip(rows, heads, strict=True))
    path = f"{' → '.join(map(str, heads))} heads of {title}"
    try:
        other = resolve(best.tables, best.exact, choice, Change(rows=held), gap=HEADS_GAP)
    except InfeasibleError as error:
        conflict = "; ".join(f"{f.where}: {f.found}, {f.allowed}" for f in error.findings if f.found)
        return [Measure("same_heads", NAN, about=path, note=conflict)]
    few = _few(found)
    worth = _fresh(case, other.choice.plan(case, name, title), seed, few)
    return [_row("same_heads", gain(found.outcome.npv[:few], worth), path)]


def _dataset(
    found: Found, rows: Sequence[Measure], fresh: Moves, known: Foreknown, bound: float, turnover: float
) -> xr.Dataset:
    def money(dims: str | tuple[()], values: object, meaning: str) -> tuple[Any, ...]:
        return dims, values, {"units": "CNY", "long_name": meaning}

    def text(words: Sequence[str]) -> object:
        return np.array(list(words), dtype=object)

    best, dataset = found.paths[0], found.dataset
    variables: dict[str, Any] = {
        "cny": money("measure", [row.cny for row in rows], "figure of the row"),
        "low": money("measure", [row.low for row in rows], "lower end of its interval"),
        "high": money("measure", [row.high for row in rows], "upper end of its interval"),
        "about": ("measure", text([row.about for row in rows]), {"long_name": "what the plan is held against"}),
        "note": ("measure", text([row.note for row in rows]), {"long_name": "limits that it breaks, or that conflict"}),
        "known_at_least": money("draw", known.at_least, "best plan for the future alone, at least (R152)"),
        "known_at_most": money("draw", known.at_most, "best plan for the future alone, at most (R152)"),
        "chosen": money("draw", known.chosen, "chosen plan in that future"),
        "exchange_gain": money("exchange", fresh.gains, "gain of an exchange on fresh draws (R154)"),
        "exchange_se": money("exchange", fresh.errors, "its standard error"),
        "exchange_half": money("exchange", fresh.half, "half width of an interval that holds for all together"),
        "exchange_group": ("exchange", text(fresh.groups), {"long_name": "role or line that it changes"}),
        "bound": money((), bound, "what no plan exceeds on the pricing draws (R150)"),
        "turnover": money((), turnover, "money turned over, received and paid"),
    }
    told = {
        "case": found.case.id,
        "plan": RECOMMENDED,
        "pieces": sum(map(len, best.tables.options.values())),
        "modes": ", ".join(best.choice.modes),
        "pricing_draws": int(best.tables.pricer.block.scenarios),
        "fresh_draws": int(found.outcome.npv.size),
        "exchange_draws": fresh.draws,
        "exchanges_better": len(fresh.better),
        "gated": int(is_gated(found)),
        "uncertainty": found.case.uncertainty.mode,
        "input_hash": dataset.attrs["input_hash"],
        "seed": dataset.attrs["seed"],
    }
    return xr.Dataset(variables, {"measure": text([row.key for row in rows])}, told)
