"""The cliff map: how often a plan comes near an edge of a rule, and how much money stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.running.break_even import estimate
from experiments.running.futures import Futures
from model import incentives
from model.inputs import Case
from model.ledger import Floats, by_year, revenue
from model.partner_inputs import Contract
from model.plans import Plan
from model.schema import ROW
from model.summary import Estimate

NEAR = 0.02
"""An edge is near when what it looks at is within this share of it."""
PROBE, IDLE = "probe", "idle"
LIMITS = {"complaint_limit": "complaint_deduction", "nps_limit": "nps_deduction"}
"""Quality limits of a contract with the deduction that starts there."""
YEAR = 12


@dataclass(frozen=True)
class Cliff:
    """One edge of a rule.

    mass : chance to be near the edge in a year (of a quality limit, in a month)
    stake : mean NPV with the edge as much lower as is near, less with it as much higher, CNY
    """

    what: str
    whose: str
    edge: float
    unit: str
    mass: Estimate
    stake: Estimate


def cliffs(case: Case, plan: Plan, futures: Futures, near: float = NEAR) -> list[Cliff]:
    """Return all edges that a plan can meet, the dearest first.

    What a partner sells, and how well, is read from the simulator itself: the partner's contract is replaced by one
    yuan a unit, with the whole yuan deducted beyond a limit, so that no rule is written twice.

    Parameters
    ----------
    near : share of an edge that counts as near
    """
    found = [*_unit_edges(case, plan, futures, near), *_partner_edges(case, plan, futures, near)]
    return sorted(found, key=lambda cliff: -abs(cliff.stake.value))


def _unit_edges(case: Case, plan: Plan, futures: Futures, near: float) -> Iterator[Cliff]:
    """Yield the edges of the bonus bands and the target of the pool (R23, R24)."""
    reached = incentives.attainment(case, by_year(revenue(futures.months(case, plan).ledger), 0))
    rules = case.incentives
    if rules.bonus_rate > 0:
        for index, edge in enumerate(rules.band_edges):

            def moved(factor: float, index: int = index) -> Case:
                edges = tuple(e * factor if place == index else e for place, e in enumerate(rules.band_edges))
                return _with(case, "incentives", band_edges=edges)

            stake = _stake(moved, plan, futures, near)
            yield Cliff("bonus band", "revenue over target", float(edge), "factor", _mass(reached, edge, near), stake)
    if rules.pool_rate > 0:

        def shifted(factor: float) -> Case:
            return _with(case, "incentives", targets=tuple(target * factor for target in rules.targets))

        stake = _stake(shifted, plan, futures, near)
        yield Cliff("pool and bonus target", "revenue over target", 1.0, "factor", _mass(reached, 1.0, near), stake)


def _partner_edges(case: Case, plan: Plan, futures: Futures, near: float) -> Iterator[Cliff]:
    """Yield the edges of each partner's ladder and its quality limits (R17, R18)."""
    for line, part in plan.lines.items():
        for name, entry in part.partners.items():
            contract = case.contracts[entry.contract]
            partner = next(p for p in case.partners if p.id == name)
            sold = _sold(case, plan, futures, line, name)
            years = _contract_years(sold, entry.start)
            for index, edge in enumerate(contract.edges):
                edges = [float(e) for e in contract.edges]
                at = float(edge) * float(partner.target_scale)
                moved = _mover(case, plan, line, name, contract, "edges", index, edges)
                stake = _stake_of(moved, futures, near)
                yield Cliff("ladder", partner.title, at, "units/year", _mass(years, at, near), stake)
            for limit, deduction in LIMITS.items():
                if getattr(contract, deduction) > 0 and getattr(contract, limit) > 0:
                    yield _quality(case, plan, futures, (line, name, partner.title), contract, limit, near)


def _quality(
    case: Case, plan: Plan, futures: Futures, whose: tuple[str, str, str], contract: Contract, limit: str, near: float
) -> Cliff:
    line, name, title = whose
    at = float(getattr(contract, limit))
    shares = [
        _sold(case, plan, futures, line, name, {limit: at * factor, LIMITS[limit]: 1.0})
        for factor in (1 - near, 1 + near)
    ]
    active = _sold(case, plan, futures, line, name) > 0
    between = (shares[0] != shares[1]) & active
    months = active.sum(axis=0)
    mass = estimate(np.divide(between.sum(axis=0), months, out=np.zeros(months.shape), where=months > 0))
    moved = _mover(case, plan, line, name, contract, limit, 0, [at])
    unit = "share" if limit == "complaint_limit" else "points"
    return Cliff(limit.replace("_", " "), title, at, unit, mass, _stake_of(moved, futures, near))


def _sold(
    case: Case, plan: Plan, futures: Futures, line: str, name: str, terms: dict[str, float] | None = None
) -> Floats:
    """Return a partner's units by month, (month, scenario), less those beyond the limit that `terms` name."""
    contract = case.contracts[plan.lines[line].partners[name].contract]
    flat: dict[str, Any] = {"edges": (), "complaint_deduction": 0.0, "nps_deduction": 0.0}
    probe = contract.model_copy(update=flat | {"rates": (1.0,), "base_rate": 1.0} | (terms or {}))
    made, other = {}, {}
    for part in plan.lines.values():
        for each, entry in part.partners.items():
            mine = f"{PROBE}.{each}" if each == name else f"{IDLE}.{each}"
            own = case.contracts[entry.contract].model_copy(update=flat | {"rates": (0.0,), "base_rate": 0.0})
            made[mine] = probe if each == name else own
            other[each] = mine
    asked = case.model_copy(update={"contracts": case.contracts | made})
    lines = {key: _signed(part, other) for key, part in plan.lines.items()}
    book = futures.months(asked, plan.model_copy(update={"lines": lines})).ledger
    out: Floats = book[ROW["commission"]] - book[ROW["quality_deduction"]]
    return out


def _signed(part: Any, contracts: dict[str, str]) -> Any:
    partners = {
        name: entry.model_copy(update={"contract": contracts.get(name, entry.contract)})
        for name, entry in part.partners.items()
    }
    return part.model_copy(update={"partners": partners})


def _contract_years(sold: Floats, start: int) -> Floats:
    """Return what was sold in each whole year from a partner's start, (year, scenario) units."""
    own = sold[start - 1 :]
    whole = len(own) // YEAR
    out: Floats = own[: whole * YEAR].reshape(whole, YEAR, -1).sum(axis=1)
    return out


def _mass(driver: Floats, edge: float, near: float) -> Estimate:
    """Return the chance that a yearly driver, (year, scenario), is near an edge, with its standard error."""
    if not len(driver):
        return Estimate(0.0, 0.0)
    return estimate((np.abs(driver / edge - 1) <= near).mean(axis=0))


def _mover(
    case: Case, plan: Plan, line: str, name: str, contract: Contract, field: str, index: int, values: list[float]
) -> Callable[[float], tuple[Case, Plan]]:
    """Return how to move one number of one partner's contract by a factor, the others' contracts left alone."""

    def move(factor: float) -> tuple[Case, Plan]:
        new = [value * factor if place == index else value for place, value in enumerate(values)]
        told = tuple(new) if field == "edges" else new[0]
        made = {PROBE: contract.model_copy(update={field: told})}
        lines = plan.lines | {line: _signed(plan.lines[line], {name: PROBE})}
        return case.model_copy(update={"contracts": case.contracts | made}), plan.model_copy(update={"lines": lines})

    return move


def _stake(moved: Callable[[float], Case], plan: Plan, futures: Futures, near: float) -> Estimate:
    return _stake_of(lambda factor: (moved(factor), plan), futures, near)


def _stake_of(moved: Callable[[float], tuple[Case, Plan]], futures: Futures, near: float) -> Estimate:
    return estimate(futures.npv(*moved(1 - near)) - futures.npv(*moved(1 + near)))


def _with(case: Case, section: str, **fields: Any) -> Case:
    return case.model_copy(update={section: getattr(case, section).model_copy(update=fields)})
