"""What a board asks beside the plan: what a stop costs, what blows leave, what outsourcing brings, when ROI is high."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.biggest_partner import biggest_partner
from experiments.asking.marks import Course, course, with_marks
from experiments.asking.reopen import open_finished
from experiments.asking.steps import FIRST
from experiments.reviewing.figures import unit_gates
from experiments.running.futures import Futures, changed, number_of
from experiments.running.main_job import check_draws, draws_of
from model import ledger, store, summary
from model.draws import Draws
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan, Policies
from model.schema import ROW
from model.simulate import VERDICT, Block, PlanMonths, block_sizes, plan_months

QUESTION = "board"
STOP, BLOW, OUTSIDE, SAME, UNSIGNED = "stop", "blow", "outside", "as_it_is", "unsigned"
"""Kinds of options."""
SETTLED = ("severance", "exit_fee")
LESS_DEMAND, LATER, RAISE = 0.3, 12.0, 0.15
"""Share of demand that does not come, months by which every partner is late, and a yearly raise of pay."""
TARGET, MOST, LOOKED_UP, STEPS = 1.5, 8.0, 256, 12
"""ROI that the documents name; most times today's demand that is tried; draws and halvings of the search."""
KINDS: Mapping[str, Callable[[Floats], Floats]] = {"full": summary.full_roi, "labour": summary.labour_roi}


@dataclass(frozen=True)
class Option:
    """A plan under a case; month : last one of a plan that is ended, 0 of others; size : of a blow, in its unit."""

    id: str
    title: str
    kind: str
    plan: Plan
    case: Case
    month: int = 0
    size: float = 0.0


def ask(name: str, asked: Asked) -> Answer:
    """Value what a board asks beside the recommended plan of a run, all on the same futures (R230, R214–R216).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant

    Raises
    ------
    InputError : no such run, or one that recommends doing nothing
    """
    run = open_finished(name)
    case, plan = run.cases[FIRST], run.plans[FIRST]
    check_draws(asked.scenarios, 0)
    if plan.is_idle:
        what = "the run recommends doing nothing, which needs no back-up"
        raise InputError(Finding("E-VALUE", "board", what, "", "a plan that does something"))
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    seed, draws, scenarios = int(run.info["seed"]), int(run.info["table_scenarios"]), draws_of(case, asked.scenarios)
    gone = biggest_partner(case, plan, seed, scenarios)
    options = options_of(case, plan, gone)
    asked.say(f"{len(options)} stops, blows and the like on {scenarios} draws")
    courses: list[Course] = []
    found = see(options, seed, scenarios, lambda months: courses.append(course(case, plan, months)))
    needed = {kind: demand_needed(case, plan, kind, seed, min(scenarios, LOOKED_UP)) for kind in KINDS}
    told = answers.attributes(case, QUESTION, {}, seed, scenarios, draws) | answers.of_run(run)
    data = dataset(options, found, needed, told | {"biggest": gone})
    data = with_marks(data, run, scenarios, courses)
    return answers.keep(folder, data, case, asked.replace, {"recommended": plan})


def standing(run: store.Run, found: Mapping[str, Answer], say: Callable[[str], None]) -> dict[str, Answer]:
    """Return answers beside a run with what a board asks: the one that stands, else asked now on the run's futures.

    One that was stored before all of it was told is asked again; a run that does nothing has none.
    """
    case, plan = run.cases[FIRST], run.plans[FIRST]
    if plan.is_idle:
        return dict(found)
    wanted = {option.id for option in unsigned(case, plan)}
    if QUESTION in found and _tells(found[QUESTION].dataset, wanted):
        return dict(found)
    futures = run.dataset.sizes["scenario"]
    return {**found, QUESTION: ask(str(run.path), Asked(futures, answers.free_place(run, QUESTION), False, say))}


def _tells(data: xr.Dataset, options: set[str]) -> bool:
    """Whether an answer tells all that one asked now would."""
    marks = "met" not in data or "missed_on" in data
    return marks and "phase_money" in data and options <= set(map(str, data["option"].values))


def options_of(case: Case, plan: Plan, gone: str) -> list[Option]:
    """Return the plan as it is, ended at each month where it may be, done outside, and under each blow.

    Parameters
    ----------
    gone : the plan's biggest partner (R220), "" where it has none
    """
    found = [Option(SAME, "The plan as it is", SAME, plan, case)]
    for name, month in stop_months(case).items():
        ended = plan.model_copy(update={"policies": Policies(stop_after=month)})
        found.append(Option(f"stop_{name}", f"Stopped at the end of month {month}", STOP, ended, case, month))
    bought = outsourced(case, plan)
    if bought != plan:
        found.append(Option("outsourced", "Shared work is bought outside", OUTSIDE, bought, case))
    return [*found, *unsigned(case, plan), *blows(case, plan, gone)]


def stop_months(case: Case) -> dict[str, int]:
    """Return the months at whose end the unit may be ended: those of its gates, else the last one of each phase."""
    found = {name: gate.month for name, gate in unit_gates(case).items()}
    if not found:
        ends = [first - 1 for first, _ in case.phase_bounds()[1:]]
        found = {phase.id: end for phase, end in zip(case.phases, ends, strict=False)}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def outsourced(case: Case, plan: Plan) -> Plan:
    """Return the plan without shared roles that several may hold; what nobody is there to do is bought (R22)."""
    alone = {role: heads for role, heads in plan.seats.items() if case.roles[role].heads_most[0] <= 1}
    return plan.model_copy(update={"seats": alone})


def unsigned(case: Case, plan: Plan) -> list[Option]:
    """Return the plan without partners that no document names: with their lines' own teams, and without (R230)."""
    empty = [name for name, part in plan.lines.items() if case.lines[name].remainder and part.partners]
    if not empty:
        return []
    there = {name: plan.lines[name].model_copy(update={"partners": {}}) for name in empty}
    staffed = plan.model_copy(update={"lines": dict(plan.lines) | there})
    found = [Option("unsigned_staffed", "Nobody comes who is only assumed", UNSIGNED, staffed, case)]
    rest = {name: part for name, part in plan.lines.items() if name not in empty}
    if rest and any(any(heads) for name in empty for heads in plan.lines[name].team.values()):
        bare = plan.model_copy(update={"lines": rest})
        title = "Nobody comes who is only assumed, nor is the line's own team hired"
        found.append(Option("unsigned_bare", title, UNSIGNED, bare, case))
    return found


def blows(case: Case, plan: Plan, gone: str) -> list[Option]:
    """Return the plan under blows, each alone; one that the case does not admit is left out.

    Parameters
    ----------
    gone : the plan's biggest partner (R220), "" where it has none
    """
    demand, delay = (number_of(case, f"calibrations.{case.calibration}.{key}") for key in ("demand", "delay"))
    wanted = (
        ("demand_less", "Demand is 30 % lower", demand.name, demand.value * (1 - LESS_DEMAND), LESS_DEMAND),
        ("late", "Every partner grows a year later", delay.name, delay.value + LATER, LATER),
        ("biggest_gone", "The biggest partner brings nothing", f"partners.{gone}.mature_volume", 0.0, 0.0),
        ("raises", "Pay rises by 15 % a year", "staffing.annual_raise", RAISE, RAISE),
    )
    found = []
    for name, title, key, value, size in wanted:
        there = _admitted(case, key, value)
        found += [Option(name, title, BLOW, plan, there, size=size)] if there else []
    return found


def _admitted(case: Case, key: str, value: float) -> Case | None:
    try:
        return changed(case, number_of(case, key), value)
    except InputError:
        return None


@dataclass(frozen=True)
class Seen:
    """What is kept of an option, (scenario,) CNY: result in today's money, deepest cash, and what its end costs."""

    npv: Floats
    need: Floats
    settled: Floats


def see(
    options: Sequence[Option], seed: int, scenarios: int, watch: Callable[[PlanMonths], object] | None = None
) -> list[Seen]:
    """Return what each option brings on fresh futures, the same for all; the first one is the plan as it is.

    Parameters
    ----------
    watch : is shown the months of the first option in each block, so that nobody simulates them again
    """
    blocks = [list(_block(options, seed, number, size, watch)) for number, size in enumerate(block_sizes(scenarios))]
    return [
        Seen(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("npv", "need", "settled")))
        for parts in zip(*blocks, strict=True)
    ]


def _block(
    options: Sequence[Option], seed: int, number: int, size: int, watch: Callable[[PlanMonths], object] | None
) -> Iterable[Seen]:
    first = options[0]
    draws = Draws(seed, VERDICT, number, size, certain=first.case.uncertainty.mode == "none")
    going: Floats = np.zeros((0, 0))
    for option in options:
        block = Block(option.case, seed, VERDICT, number, size)
        # Draws belong to names: a changed number deals no other chances.
        block.draws = draws
        months = plan_months(option.case, option.plan, block)
        book = months.ledger
        paid = sum(book[ROW[name]] for name in SETTLED)
        if option is first:
            going = np.asarray(paid)
            if watch:
                watch(months)
        net = ledger.result(book)
        settled = np.asarray(paid).sum(axis=0) - going[: option.month].sum(axis=0) if option.month else 0.0 * net[0]
        need = np.minimum(np.cumsum(net, axis=0).min(axis=0), 0.0)
        yield Seen(ledger.present_value(net, float(option.case.clock.discount)), need, settled)


def demand_needed(case: Case, plan: Plan, kind: str, seed: int, scenarios: int) -> float:
    """Return how many times today's demand brings the middle case to the documents' ROI with the same team (R230).

    NaN where even the most that is tried, or that the case admits, does not; halved in logarithms.
    """
    futures, number = Futures(case, seed, scenarios), number_of(case, f"calibrations.{case.calibration}.demand")

    def middle(times: float) -> float:
        there = changed(case, number, number.value * times)
        return float(np.median(KINDS[kind](summary.horizon(ledger.by_year(futures.months(there, plan).ledger, 1)))))

    low, high = 1.0 / MOST, MOST
    try:
        if middle(high) < TARGET or middle(low) >= TARGET:
            return float("nan")
        for _ in range(STEPS):
            between = float(np.sqrt(low * high))
            low, high = (between, high) if middle(between) < TARGET else (low, between)
    except InputError:
        return float("nan")
    return high


def dataset(
    options: Sequence[Option], found: Sequence[Seen], needed: Mapping[str, float], told: Mapping[str, Any]
) -> xr.Dataset:
    """Return all options on the same futures, and the demand that each ROI needs."""
    by, money = ("option", "scenario"), {"units": "CNY"}
    npv = np.array([one.npv for one in found])
    variables: dict[str, Any] = {
        "npv": (by, npv, money | {"long_name": "result in today's money"}),
        "need": (by, np.array([one.need for one in found]), money | {"long_name": "deepest cumulative cash"}),
        "settled": (by, np.array([one.settled for one in found]), money | {"long_name": "what ending contracts costs"}),
        "month": ("option", np.array([float(option.month) for option in options]), {"units": "month"}),
        "size": ("option", np.array([option.size for option in options]), {"units": "1"}),
        "demand_needed": (
            "roi",
            np.array(list(needed.values())),
            {"units": "1", "long_name": "times today's demand that brings the middle case to the target"},
        ),
        "target": ((), TARGET, {"units": "1", "long_name": "ROI that the documents name"}),
        "futures": ((), float(npv.shape[1]), {"units": "1", "long_name": "futures, the same for all options"}),
        "most": ((), MOST, {"units": "1", "long_name": "most times today's demand that is tried"}),
    }
    coordinates = {
        "option": valued.text(option.id for option in options),
        "option_title": ("option", valued.text(option.title for option in options)),
        "option_kind": ("option", valued.text(option.kind for option in options)),
        "scenario": np.arange(npv.shape[1], dtype=np.int64),
        "roi": valued.text(needed),
    }
    return xr.Dataset(variables, coordinates, dict(told))


def stop_name(run: store.Run) -> str:
    """Return the id of the option that ends the plan at the first month where it may be ended."""
    return f"stop_{next(iter(stop_months(run.case)))}"
