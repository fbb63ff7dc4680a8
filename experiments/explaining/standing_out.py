"""What marks the futures around a bad case against the middle: money by row and year, and what chance decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from experiments.explaining.money_rows import fold
from model import gates, ledger
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats, Ints
from model.partners import line_partners
from model.plans import Plan
from model.results import planned_heads
from model.schema import ROW
from model.simulate import Block, PlanMonths, block_sizes, plan_months

HALF = 0.01
"""Share of all futures taken on each side of the one asked about: 400 of 20,000 around the 1-in-20 bad case."""
MIDDLE = (0.4, 0.6)
"""Shares between which the middle futures lie."""
LEAST = 1000
"""Futures of a run below which the neighbourhood of a bad case says nothing."""
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Sign:
    """Something that chance decided in each future: what it is, whose, how it is written, and its values.

    form : factor (a level against the usual one), share, or event (0 or 1); values : (scenario,)
    """

    name: str
    title: str
    form: str
    values: Floats


@dataclass(frozen=True)
class Told:
    """A plan's futures with their money and signs.

    money : (told row, year, scenario) CNY in today's money, rows as `money_rows.NAMES`
    """

    money: Floats
    signs: list[Sign]

    @property
    def npv(self) -> Floats:
        """Result in today's money, (scenario,) CNY."""
        out: Floats = np.add.reduce(self.money, axis=(0, 1))
        return out


def near(npv: Floats, level: float) -> Ints:
    """Return the numbers of the scenarios around a share of the futures, worst first (R172).

    Parameters
    ----------
    npv : (scenario,) CNY; level : share of scenarios below, for example 0.05

    Raises
    ------
    InputError : too few scenarios, or a share that runs into the middle or beyond the ends

    Examples
    --------
    >>> near(np.arange(1000.0)[::-1], 0.05).tolist()[::10]
    [959, 949]
    """
    if npv.size < LEAST:
        found, allowed = f"{npv.size} futures", f"at least {LEAST}"
        raise InputError(Finding("E-DRAWS", "bad-case", "too few futures", found, allowed, "run with more --scenarios"))
    if not (HALF <= level <= MIDDLE[0] - HALF or MIDDLE[1] + HALF <= level <= 1 - HALF):
        allowed = f"{HALF:g} to {MIDDLE[0] - HALF:g}, or {MIDDLE[1] + HALF:g} to {1 - HALF:g}"
        raise InputError(Finding("E-RANGE", "--at", "no share apart from the middle", f"{level:g}", allowed))
    return _between(npv, level - HALF, level + HALF)


def middle(npv: Floats) -> Ints:
    """Return the numbers of the scenarios in the middle fifth, worst first (R172); `npv` as in `near`."""
    return _between(npv, *MIDDLE)


def _between(npv: Floats, low: float, high: float) -> Ints:
    order = np.argsort(npv, kind="stable")
    out: Ints = order[round(low * npv.size) : round(high * npv.size)]
    return out


def distance_error(npv: Floats, level: float) -> float:
    """Return the sampling error of the distance between a case and the middle, CNY (R172).

    Two quantiles of one sample: each errs by its share's error over the density there, and both err together.

    Parameters
    ----------
    npv, level : as for `near`

    Examples
    --------
    >>> round(distance_error(np.linspace(0.0, 1.0, 10_000), 0.05), 4)
    0.005
    """
    sides = ((near(npv, level), level, 2 * HALF), (middle(npv), 0.5, MIDDLE[1] - MIDDLE[0]))
    (bad, p), (usual, q) = (((npv[part[-1]] - npv[part[0]]) / width, share) for part, share, width in sides)
    variance = bad**2 * p * (1 - p) + usual**2 * q * (1 - q) - 2 * bad * usual * (min(p, q) - p * q)
    return float(np.sqrt(variance / npv.size))


def contrast(values: Floats, bad: Ints, usual: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the mean around the bad case, in the middle, their difference and its sampling error, each (…) (R172).

    Parameters
    ----------
    values : (…, scenario); bad, usual : scenario numbers

    Examples
    --------
    >>> found = contrast(np.array([1.0, 3.0, 10.0, 14.0]), np.array([0, 1]), np.array([2, 3]))
    >>> [round(float(each), 3) for each in found]
    [2.0, 12.0, -10.0, 2.236]
    """
    left, right = values[..., bad], values[..., usual]
    spread = left.var(axis=-1, ddof=1) / left.shape[-1] + right.var(axis=-1, ddof=1) / right.shape[-1]
    return left.mean(axis=-1), right.mean(axis=-1), left.mean(axis=-1) - right.mean(axis=-1), np.sqrt(spread)


def limit(count: int) -> float:
    """Return how many sampling errors a sign among so many must be off to stand out, 95 % for all together (R172).

    Examples
    --------
    >>> round(limit(1), 2), round(limit(50), 2)
    (1.96, 3.29)
    """
    return float(norm.ppf(1 - (1 - CONFIDENCE) / (2 * max(count, 1))))


def strength(values: Floats, difference: float) -> float:
    """Return a sign's difference in its own standard deviations, 0 where it never varies."""
    sd = float(values.std())
    return difference / sd if sd > 0 else 0.0


def told(case: Case, plan: Plan, seed: int, stage: str, scenarios: int) -> Told:
    """Return every future of a plan again with its money by row and year and its signs (R172).

    Parameters
    ----------
    seed, stage, scenarios : those of the run, so that the futures are the same
    """
    pieces: list[Told] = []
    for number, size in enumerate(block_sizes(scenarios)):
        block = Block(case, seed, stage, number, size)
        found = plan_months(case, plan, block)
        pieces.append(Told(_money(case, found), list(_signs(case, plan, block, found))))
    money = np.concatenate([piece.money for piece in pieces], axis=2)
    signs = [
        Sign(one.name, one.title, one.form, np.concatenate([piece.signs[place].values for piece in pieces]))
        for place, one in enumerate(pieces[0].signs)
    ]
    return Told(money, [sign for sign in signs if np.ptp(sign.values) > 0])


def _money(case: Case, found: PlanMonths) -> Floats:
    factors = ledger.discount_factors(float(case.clock.discount), case.clock.months)
    return ledger.by_year(fold(found.ledger) * factors[None, :, None], 1)


def _signs(case: Case, plan: Plan, block: Block, found: PlanMonths) -> Iterator[Sign]:
    yield from _demand(case, plan, block)
    yield from _partners(case, plan, block, found)
    yield from _people(case, plan, found)
    leak = found.ledger[[ROW["leak_damages"], ROW["leak_damages_partner"]]].sum(axis=(0, 1))
    yield Sign("leak", "A leak of data", "event", (leak > 0).astype(float))
    nobody = np.full(block.scenarios, gates.NOT_ASKED)
    for name, gate in case.gates.items():
        ends = found.verdicts.get(name, nobody) == gates.STOP
        yield Sign(f"gate.{name}", f"{gate.title}: the verdict is to end", "event", ends.astype(float))


def _demand(case: Case, plan: Plan, block: Block) -> Iterator[Sign]:
    """Yield demand in nested parts: all partners, a line against all, a partner against its line; and its growth."""
    logs = {
        (line, partner.title, partner.id): np.log(block.chance(line).demand[:, place])
        for line in plan.lines
        for place, partner in enumerate(line_partners(case, line))
        if partner.id in plan.lines[line].partners
    }
    if not logs:
        return
    called, every = case.called, np.mean(list(logs.values()), axis=0)
    yield Sign("demand", f"Demand of all {called.partners}", "factor", np.exp(every.mean(axis=0)))
    third = -(-case.clock.months // 3)
    last, first = every[-third:].mean(axis=0), every[:third].mean(axis=0)
    yield Sign("growth", "Demand of the last third of the months against the first", "factor", np.exp(last - first))
    for line in dict.fromkeys(line for line, _, _ in logs):
        own = {key: log for key, log in logs.items() if key[0] == line}
        part = np.mean(list(own.values()), axis=0)
        title = f"{case.lines[line].title}: demand against all others"
        yield Sign(f"demand.{line}", title, "factor", np.exp((part - every).mean(axis=0)))
        for (_, name, key), log in own.items() if len(own) > 1 else ():
            title = f"{name}: demand against its {called.line}"
            yield Sign(f"demand.{key}", title, "factor", np.exp((log - part).mean(axis=0)))


def _partners(case: Case, plan: Plan, block: Block, found: PlanMonths) -> Iterator[Sign]:
    """Yield whose trial fails, and who brings nothing any more in the last year, whatever ended it."""
    for line, part in plan.lines.items():
        chance, revenue = block.chance(line), found.sides[line].revenue[:, -1]
        for place, partner in enumerate(line_partners(case, line)):
            if partner.id in part.partners:
                failed, lost = ~chance.trial_passed[place], revenue[place] <= 0
                yield Sign(f"trial.{partner.id}", f"{partner.title}: trial failed", "event", failed.astype(float))
                title = f"{partner.title}: brings nothing in the last year"
                yield Sign(f"lost.{partner.id}", title, "event", lost.astype(float))


def _people(case: Case, plan: Plan, found: PlanMonths) -> Iterator[Sign]:
    """Yield which part of each role's approved months somebody sits on."""
    approved = planned_heads(case, plan).sum(axis=1)
    for place, role in enumerate(case.roles):
        if role in found.heads and approved[place] > 0:
            filled = found.heads[role].sum(axis=0) / approved[place]
            yield Sign(f"filled.{role}", f"{case.roles[role].title}: posts filled", "share", filled)
