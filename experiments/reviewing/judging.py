"""From actuals to a verdict: futures weighed or drawn anew, chances now, and whether to keep the plan or to switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from experiments.comparing.pairs import MATERIALITY, verdict
from experiments.reviewing import ranges, seen
from experiments.reviewing.anew import Asked, Telling, telling
from experiments.reviewing.choices import KEEP
from experiments.reviewing.figures import Item, mark_value
from experiments.reviewing.futures import Sample, simulate
from experiments.reviewing.weights import Weighed, average
from model.gate_inputs import Gate
from model.inputs import Case
from model.ledger import Flags, Floats, discount_factors
from model.payrules import rounded
from model.plans import Plan
from model.schema import ROW, SIGNS
from model.simulate import VERDICT

SURE = 0.95


@dataclass(frozen=True)
class Look:
    """The plan as it stated its ranges, the futures now and their weights.

    base : futures with what is known of partners set, as the case believes them
    middle, low, high : (item, month) of the plan's futures; told : the futures now, their weights, where they are from
    """

    prior: Sample
    base: Sample
    told: Telling
    low: Floats
    middle: Floats
    high: Floats


def look(
    case: Case,
    planned: Plan,
    ways: Mapping[str, Plan],
    items: Sequence[Item],
    actual: Floats,
    draws: tuple[int, int],
    say: Callable[[str], None],
) -> Look:
    """Return the plan's futures before and after the actuals (R178).

    Parameters
    ----------
    planned : the plan as it stated its ranges; ways : what can be done now, keeping it first
    actual : (item, month) in base units, NaN where unknown
    draws : seed and number of scenarios
    """
    (seed, scenarios), months = draws, actual.shape[1]
    known = seen.facts(case, planned, items, actual)
    say(f"{scenarios} futures of the plan as it was")
    prior = simulate(case, {KEEP: planned}, items, months, (seed, VERDICT, scenarios))
    low, middle, high = stated(prior.figures)
    say(f"{scenarios} futures of {len(ways)} ways to go on")
    base = simulate(case, ways, items, months, (seed, VERDICT, scenarios), known)
    told = telling(Asked(case, ways, items, middle), base, known, actual, draws, say)
    return Look(prior, base, told, low, middle, high)


def seen_levels(items: Sequence[Item], found: Look, actual: Floats) -> seen.Levels:
    """Return the levels that were seen, in the futures as the case believes them."""
    return seen.levels(items, found.base.figures, actual, found.middle)


def stated(figures: Floats) -> tuple[Floats, Floats, Floats]:
    """Return 1-in-10, middle and 9-in-10 case of each figure, (item, month); NaN where nothing is said."""
    levels = (ranges.LOW, ranges.MIDDLE, ranges.HIGH)
    low, middle, high = np.quantile(figures, levels, axis=2)
    return low, middle, high


@dataclass(frozen=True)
class Choice:
    """Ways against keeping the plan, (way,) CNY in today's money: gain, its sampling error, what leaving costs once.

    best : place of the best way; verdict : "keep", "switch", or "open": a better way neither shown nor ruled out
    """

    gain: Floats
    error: Floats
    leaving: Floats
    best: int
    verdict: str
    reach: float


def choose(npv: Floats, leaving: Floats, weighed: Weighed, materiality: float = MATERIALITY) -> Choice:
    """Return whether to keep the plan or to switch (R179): all intervals hold together with 95 %.

    Weights of a lower power believe too little of what was seen: they may show a better way, but rule none out.

    Parameters
    ----------
    npv, leaving : (way, scenario) CNY, keeping first
    """
    weights = weighed.weights
    found = np.array([average(row - npv[0], weights) for row in npv])
    gain, error = found[:, 0], found[:, 1]
    times = float(norm.ppf(1.0 - (1.0 - SURE) / (2.0 * max(len(npv) - 1, 1))))
    best = int(np.argmax(gain))
    low, high = gain - times * error, gain + times * error
    switch = verdict(float(gain[best]), float(low[best]), float(high[best]), materiality) == "better"
    # Not "worse" or "no difference" for each: whichever of the two it is, the plan is kept.
    keeps = bool((high[1:] < materiality).all()) and (weighed.power == 1.0 or len(npv) == 1)
    said = "switch" if switch else "keep" if keeps else "open"
    return Choice(gain, error, (leaving - leaving[0]) @ weights, best, said, times)


def reached_so_far(items: Sequence[Item], actual: Floats, gate: str, mark: str, month: int) -> float:
    """Return what is known of a mark in its gate's month, NaN if not: as told, or from the months (R179).

    Parameters
    ----------
    month : of the gate; later than the months known gives NaN
    """
    if month > actual.shape[1]:
        return float("nan")
    own = float(actual[seen.places(items)[f"gates.{gate}.{mark}"], month - 1])
    kinds = {"users": "volume", "revenue": "revenue", "partners": "at_work"}
    if not np.isnan(own) or mark not in kinds:
        return own
    rows = actual[[index for index, item in enumerate(items) if item.kind == kinds[mark]]]
    return float(rows[:, month - 1].sum() if mark == "partners" else rows[:, :month].sum())


def meets(case: Case, plan: Plan, items: Sequence[Item], sample: Sample, actual: Floats | None) -> dict[str, Flags]:
    """Return which futures reach each mark of the unit's gates, (scenario,), by "GATE.CRITERION" (R131, R179).

    Parameters
    ----------
    actual : (item, month) that replaces what a future says of the past, None to leave it as it is
    """
    out = {}
    for item in items:
        if item.kind != "gates":
            continue
        name, mark = item.name.split(".")
        gate = case.gates[name]
        value = mark_value(sample.marks, case, plan, item.name)
        if actual is not None:
            value = _with_past(items, sample, actual, name, gate, mark, value)
        # Nothing is sold where a mean is 0, and none is then reached.
        out[item.name] = rounded(value) >= gate.least.criteria[mark]
    return out


def _with_past(
    items: Sequence[Item], sample: Sample, actual: Floats, name: str, gate: Gate, mark: str, value: Floats
) -> Floats:
    """Return a mark with what is known of the past in place of what each future says of it."""
    known = reached_so_far(items, actual, name, mark, gate.month)
    if not np.isnan(known):
        return np.full(value.shape, known)
    kind = {"users": "volume", "revenue": "revenue"}.get(mark)
    if kind is None or gate.month <= actual.shape[1]:
        return value
    for index, item in enumerate(items):
        if item.kind == kind:
            there = ~np.isnan(actual[index])
            value = value + actual[index, there].sum() - sample.figures[index][there].sum(axis=0)
    return value


def verdicts_known(items: Sequence[Item], actual: Floats, case: Case, plan: Plan) -> dict[str, int]:
    """Return the verdict of each gate that the plan asks and whose marks are all known (R131)."""
    out = {}
    for answer in plan.policies.gates:
        gate = case.gates[answer.gate]
        values = {m: reached_so_far(items, actual, answer.gate, m, gate.month) for m in gate.least.criteria}
        if not any(np.isnan(value) for value in values.values()):
            met = sum(round(value, 6) >= gate.least.criteria[mark] for mark, value in values.items())
            chosen = gate.answers[answer.answer]
            out[answer.gate] = 0 if met >= chosen.expand else 1 if met >= chosen.hold else 2
    return out


def known_money(case: Case, items: Sequence[Item], sample: Sample, actual: Floats) -> Floats:
    """Return what replacing the past by the actuals adds to a future's result in today's money, (scenario,) CNY."""
    factors = discount_factors(float(case.clock.discount), case.clock.months)
    out = np.zeros(sample.figures.shape[2])
    for index, item in enumerate(items):
        sign = money_sign(item)
        there = ~np.isnan(actual[index])
        if sign and there.any():
            months = np.nonzero(there)[0]
            more = actual[index, months][:, None] - sample.figures[index][months]
            out += sign * np.add.reduce(more * factors[months][:, None], axis=0)
    return out


def money_sign(item: Item) -> int:
    """Return +1 for money received, −1 for money paid, 0 for what is no money of the result."""
    if item.kind == "cost":
        return SIGNS[ROW[item.name]] if item.name in ROW else -1
    return {"revenue": 1, "pay": -1}.get(item.kind, 0)
