"""Variants of one partner's contract, valued for us and for the partner on the same futures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import open_finished
from experiments.asking.steps import FIRST
from experiments.running.main_job import check_draws, draws_of
from model import summary
from model.errors import Finding, InputError, nearest
from model.inputs import Case
from model.ledger import Flags, Floats
from model.partner_inputs import Contract, Partner
from model.paycurves import blocks
from model.plans import LinePlan, PartnerPlan, Plan
from model.quantities import Quantity
from model.simulate import VERDICT, outcomes_in_turn

QUESTION = "redesign-contract"
TODAY = "today"
RATES, EDGES = (0.8, 0.9, 1.0, 1.1, 1.2), (0.75, 1.0, 1.25)
"""Factors on all rates and on all edges of a ladder."""
FEES, TARGETS = (0.0, 1.0, 2.0), (0.5, 1.0)
"""Factors on the fee for ending early and on the base target."""
LOW = 0.10
LEAST_LADDER = 1e-9


@dataclass(frozen=True)
class Variant:
    """A contract with what was changed in it, in words."""

    id: str
    title: str
    contract: Contract


def ask(name: str, partner: str, asked: Asked) -> Answer:
    """Value variants of a partner's contract for both sides, the plan's people held (R159).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    partner : id of a partner in the plan; empty for the one with the largest volume
    """
    run = open_finished(name)
    case, plan = run.cases[FIRST], run.plans[FIRST]
    check_draws(asked.scenarios, 0)
    chosen = partner_of(case, plan, partner)
    found = list(variants(case, signed(plan, chosen.id)))
    margin = float(case.partner_margin[signed(plan, chosen.id).contract])
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    seed, scenarios = int(run.info["seed"]), draws_of(case, asked.scenarios)
    asked.say(f"{chosen.title}: {len(found)} contracts on {scenarios} draws")
    offered, plans = offers(case, plan, chosen, found)
    ours, theirs = both_sides(offered, plans, chosen.id, seed, scenarios)
    told = answers.attributes(
        case, QUESTION, {"--partner": chosen.id}, seed, scenarios, int(run.info["table_scenarios"])
    )
    told |= answers.of_run(run) | {"partner_title": chosen.title}
    data = dataset(case, chosen, found, margin, (ours, theirs), told)
    return answers.keep(folder, data, case, asked.replace)


def partner_of(case: Case, plan: Plan, wanted: str) -> Partner:
    """Return the partner asked about, by default the named one in the plan with the largest volume (R220).

    Raises
    ------
    InputError : the plan signs nobody, not this partner, or nobody tells what the partner earns
    """
    inside = [name for part in plan.lines.values() for name in part.partners]
    known = [partner for partner in case.partners if partner.id in inside]
    if not known:
        raise InputError(Finding("E-REF", "--partner", "the plan signs no partner", wanted))
    if wanted and wanted not in inside:
        allowed = ", ".join(inside)
        raise InputError(
            Finding("E-REF", "--partner", "no such partner in the plan", wanted, allowed, nearest(wanted, inside))
        )
    chosen = max(known, key=lambda p: (p.id == wanted, case.is_named(p.id), float(p.mature_volume)))
    contract = signed(plan, chosen.id).contract
    if contract not in case.partner_margin:
        what, fix = "nobody tells what the partner earns under this contract", f"add {contract} to [partner_margin]"
        raise InputError(Finding("E-MISSING", "partner_margin", what, contract, "", fix))
    return chosen


def signed(plan: Plan, partner: str) -> PartnerPlan:
    """Return how a plan signs a partner."""
    return next(part.partners[partner] for part in plan.lines.values() if partner in part.partners)


def variants(case: Case, entry: PartnerPlan) -> Iterator[Variant]:
    """Yield today's contract and its variants: rates, edges and a first block without cliff; fee and target alone."""
    today = case.contracts[entry.contract]
    yield Variant(TODAY, "Today's contract", today)
    smooth = (False, True) if today.edges else (False,)
    for rate, edge, flat in product(RATES, EDGES if today.edges else (1.0,), smooth):
        changed = _shaped(today, rate, edge, flat)
        if changed != today:
            yield Variant(_name(rate, edge, flat), _words(rate, edge, flat), changed)
    for key, word, factors in (("exit_fee", "fee for ending", FEES), ("base_target", "base target", TARGETS)):
        for factor in [each for each in factors if each != 1.0 and getattr(today, key)]:
            changed = today.model_copy(update={key: _times(getattr(today, key), factor)})
            yield Variant(f"{key}_{factor:g}", f"{word} × {factor:g}", changed)


def _shaped(today: Contract, rate: float, edge: float, flat: bool) -> Contract:
    base = float(today.rates[0] if flat else today.base_rate) * rate
    values = {
        "rates": tuple(_times(value, rate) for value in today.rates),
        "edges": tuple(_times(value, edge) for value in today.edges),
        "base_rate": _like(today.base_rate, base),
        "trial_rate": _times(today.trial_rate, rate),
    }
    same = rate == 1.0 and edge == 1.0 and base == float(today.base_rate)
    return today if same else today.model_copy(update=values)


def _times(value: Quantity, factor: float) -> Quantity:
    return _like(value, float(value) * factor)


def _like(value: Quantity, number: float) -> Quantity:
    return Quantity(number, unit=value.unit, origin="source", source="a variant of today's contract")


def _name(rate: float, edge: float, flat: bool) -> str:
    return f"rates_{rate:g}_edges_{edge:g}{'_no_cliff' if flat else ''}"


def _words(rate: float, edge: float, flat: bool) -> str:
    parts = [f"rates × {rate:g}"] if rate != 1.0 else []
    parts += [f"edges × {edge:g}"] if edge != 1.0 else []
    parts += ["no cliff"] if flat else []
    return ", ".join(parts)


@dataclass(frozen=True)
class Steps:
    """What one unit more costs a partner: least and most over all volumes, and the lowest volume where it is most."""

    least: float
    most: float
    at: float


def unit_steps(case: Case, partner: Partner, contract: Contract) -> Steps:
    """Return what one more unit of a year costs the partner under a ladder, CNY: at each edge and between them."""
    edges = [float(edge) * float(partner.target_scale) for edge in contract.edges]
    rates = [float(rate) for rate in contract.rates]
    curve = blocks(edges, rates, float(contract.base_rate), case.readings.tier_reading)
    volumes = np.array([1.0, *(edge + more for edge in edges for more in (0.0, 1.0))])
    steps = curve.pay(volumes) - curve.pay(volumes - 1.0)
    return Steps(float(steps.min()), float(steps.max()), float(volumes[int(steps.argmax())]))


def is_compatible(case: Case, partner: Partner, variant: Variant, margin: float) -> bool:
    """Return whether rates never fall with volume and no unit more costs the partner more than it earns (R159)."""
    rates = [float(rate) for rate in variant.contract.rates]
    found = unit_steps(case, partner, variant.contract) if rates[1:] else Steps(rates[0], rates[0], 1.0)
    pays = case.readings.commission_payer != "cost"
    return rates == sorted(rates) and found.least >= 0 and (found.most <= margin + LEAST_LADDER or not pays)


def offers(case: Case, plan: Plan, partner: Partner, found: Sequence[Variant]) -> tuple[Case, dict[str, Plan]]:
    """Return the case with every variant among its contracts, and the plan under each of them."""
    own = signed(plan, partner.id).contract
    names = {variant.id: f"{own}_{variant.id}" for variant in found}
    margin = case.partner_margin[own]
    update = {
        "contracts": case.contracts | {names[v.id]: v.contract for v in found},
        "partner_margin": case.partner_margin | dict.fromkeys(names.values(), margin),
    }
    return case.model_copy(update=update), {v.id: _under(plan, partner.id, names[v.id]) for v in found}


def _under(plan: Plan, partner: str, contract: str) -> Plan:
    lines: dict[str, LinePlan] = {}
    for line, part in plan.lines.items():
        signs = part.partners
        if partner in signs:
            signs = signs | {partner: signs[partner].model_copy(update={"contract": contract})}
        lines[line] = part.model_copy(update={"partners": signs})
    return plan.model_copy(update={"lines": lines})


def both_sides(case: Case, plans: dict[str, Plan], partner: str, seed: int, scenarios: int) -> tuple[Floats, Floats]:
    """Return our result in today's money and the partner's own side (R112), both (variant, scenario) CNY."""
    place = [each.id for each in case.partners].index(partner)
    ours, theirs = [], []
    for outcome in outcomes_in_turn([case] * len(plans), list(plans.values()), seed, VERDICT, scenarios):
        ours.append(outcome.npv)
        theirs.append(outcome.own[place])
    return np.array(ours), np.array(theirs)


def dataset(
    case: Case,
    partner: Partner,
    found: Sequence[Variant],
    margin: float,
    sides: tuple[Floats, Floats],
    told: dict[str, Any],
) -> xr.Dataset:
    """Return both sides of each variant, held against today's contract, which is the first one.

    Parameters
    ----------
    margin : what the partner earns itself on a unit, CNY
    sides : ours and theirs, each (variant, scenario) CNY
    """
    ours, theirs = sides
    mean = np.array([valued.estimate(row) for row in ours])
    gain = np.array([valued.estimate(row - ours[0]) for row in ours])
    low = np.array([_low(row, theirs[0]) for row in theirs])
    fits = np.array([is_compatible(case, partner, variant, margin) for variant in found])
    steps = [unit_steps(case, partner, variant.contract) for variant in found]
    columns: dict[str, tuple[Any, str, str]] = {
        "npv_mean": (mean[:, 0], "CNY", "our average result"),
        "npv_se": (mean[:, 1], "CNY", "its sampling error"),
        "gain": (gain[:, 0], "CNY", "same futures, our result minus today's contract"),
        "gain_se": (gain[:, 1], "CNY", "its sampling error"),
        "partner_p10": (low[:, 0], "CNY", "the partner's 1-in-10 bad case"),
        "partner_gain": (low[:, 1], "CNY", "same futures, its 1-in-10 bad case minus that of today's contract"),
        "partner_gain_se": (low[:, 2], "CNY", "its sampling error"),
        "compatible": (fits.astype(np.int8), "1", "rates never fall, and no unit more costs more than it earns"),
        "front": (_front(mean[:, 0], low[:, 0], fits), "1", "no compatible one is better for both"),
        "dearest_unit": (np.array([step.most for step in steps]), "CNY", "most that one unit more costs the partner"),
        "dearest_at": (np.array([step.at for step in steps]), "units/year", "at this volume"),
    }
    variables: dict[str, Any] = {
        name: ("variant", array, {"units": unit, "long_name": meaning})
        for name, (array, unit, meaning) in columns.items()
    }
    theirs_told = "what the partner receives less what it pays, undiscounted"
    for name, side, meaning in (("npv", ours, "our result in today's money"), ("partner_side", theirs, theirs_told)):
        variables[name] = (("variant", "scenario"), side, {"units": "CNY", "long_name": meaning})
    coordinates = {
        "variant": valued.text(variant.id for variant in found),
        "variant_title": ("variant", valued.text(variant.title for variant in found)),
        "scenario": np.arange(ours.shape[1], dtype=np.int64),
    }
    return xr.Dataset(variables, coordinates, told | {"partner_margin": margin})


def _low(sample: Floats, today: Floats) -> tuple[float, float, float]:
    """Return a partner's 1-in-10 bad case, its gain on today's, and the error, NaN where draws are too few."""
    if summary.supported(LOW, sample.size):
        found = summary.paired_quantile(sample, today, LOW)
        return summary.quantile(sample, LOW).value, found.value, found.se
    own, before = (float(np.quantile(side, LOW)) for side in (sample, today))
    return own, own - before, 0.0 if sample.size < 2 else float("nan")


def _front(ours: Floats, theirs: Floats, fits: Flags) -> Any:
    """Return which compatible variants no other compatible one beats for one side without loss for the other."""
    out = np.zeros(ours.size, dtype=np.int8)
    for place in np.flatnonzero(fits):
        no_worse = fits & (ours >= ours[place]) & (theirs >= theirs[place])
        out[place] = not (no_worse & ((ours > ours[place]) | (theirs > theirs[place]))).any()
    return out
