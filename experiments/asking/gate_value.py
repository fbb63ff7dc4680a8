"""What a milestone with a stop or a hold is worth to a plan: with it against without it, on the same fresh futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import open_finished
from experiments.asking.steps import FIRST
from experiments.reviewing.figures import unit_gates
from experiments.running.main_job import check_draws, draws_of
from model import gates, store
from model.errors import Finding, InputError, nearest
from model.gates import VERDICTS
from model.inputs import Case
from model.ledger import Flags, Floats, Ints, present_value, result
from model.plans import Plan
from model.simulate import VERDICT, Block, block_sizes, plan_months

QUESTION = "gate-value"
DOCUMENTS = "documents"
"""Plan that is looked at beside the recommended one where a run has it."""


@dataclass(frozen=True)
class Valued:
    """One plan with and without each gate, S scenarios.

    free : (scenario,) CNY without any gate; npv, said : (option, scenario) CNY and verdict under a gate and an answer
    met : (mark, scenario) is a mark of a gate reached?
    """

    free: Floats
    npv: Floats
    said: Ints
    met: Floats


def ask(name: str, plans: Sequence[str], asked: Asked) -> Answer:
    """Value every gate of the unit and every answer for plans of a run (R135).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    plans : of the run; none takes the recommended one and the documents'

    Raises
    ------
    InputError : no such run or plan, or its case has no gate of the unit
    """
    run = open_finished(name)
    case = run.cases[FIRST]
    check_draws(asked.scenarios, 0)
    if not options(case):
        fix = "add [gates.NAME] to the case, and run it again"
        raise InputError(Finding("E-MISSING", "gates", "the case has no gate of the unit", "", "[gates.…]", fix))
    chosen = looked_at(run, plans)
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    seed, draws = int(run.info["seed"]), int(run.info["table_scenarios"])
    scenarios = draws_of(case, asked.scenarios)
    found = []
    for plan in chosen.values():
        asked.say(f"{plan.title}: {len(options(case))} gates and answers on {scenarios} draws")
        found.append(value(case, plan, seed, scenarios))
    told = answers.attributes(case, QUESTION, {"plans": " and ".join(chosen)}, seed, scenarios, draws)
    return answers.keep(folder, dataset(case, chosen, found, told | answers.of_run(run)), case, asked.replace, chosen)


def looked_at(run: store.Run, names: Sequence[str]) -> dict[str, Plan]:
    """Return the plans asked for, by name, without their own gates."""
    wanted = list(names) or [name for name in (FIRST, DOCUMENTS) if name in run.plans]
    for name in wanted:
        if name not in run.plans:
            mend = nearest(name, run.plans)
            raise InputError(Finding("E-REF", "--plan", "no such plan in the run", name, ", ".join(run.plans), mend))
    return {name: gates.as_planned(run.plans[name]) for name in wanted}


def options(case: Case) -> list[tuple[str, str]]:
    """Return every gate of the unit with every answer."""
    return [(name, answer) for name, gate in unit_gates(case).items() for answer in gate.answers]


def marks(case: Case) -> list[tuple[str, str, float]]:
    """Return every mark of every gate of the unit: gate, criterion and least value."""
    return [
        (name, mark, least) for name, gate in unit_gates(case).items() for mark, least in gate.least.criteria.items()
    ]


def value(case: Case, plan: Plan, seed: int, scenarios: int) -> Valued:
    """Return a plan's value with and without each gate on fresh draws; every branch is simulated once."""
    sizes = block_sizes(scenarios)
    parts = [_block(case, plan, Block(case, seed, VERDICT, number, size)) for number, size in enumerate(sizes)]
    joined = (np.concatenate([getattr(p, name) for p in parts], axis=-1) for name in ("free", "npv", "said", "met"))
    return Valued(*joined)


def _block(case: Case, plan: Plan, block: Block) -> Valued:
    found = plan_months(case, plan, block)
    free, cities = _npv(case, found.ledger), plan.cities
    npv, said = [], []
    met: list[Flags] = []
    for name, gate in unit_gates(case).items():
        reached = found.marks[list(case.gates).index(name)]
        met += gates.reached(gate, reached, gates.cities_at(case, cities, gate.month)).values()
        held, stopped = gates.held(case, plan, gate.month), gates.stopped(case, plan, gate.month)
        ends = [free, *(_npv(case, plan_months(case, other, block).ledger) for other in (held, stopped))]
        for answer in gate.answers.values():
            verdicts = gates.verdict(gate, answer, reached, gates.cities_at(case, cities, gate.month))
            said.append(verdicts)
            npv.append(gates.mixed(verdicts, ends))
    return Valued(free, np.array(npv), np.array(said), np.array(met, dtype=np.float64))


def _npv(case: Case, book: Floats) -> Floats:
    return present_value(result(book), float(case.clock.discount))


def dataset(case: Case, plans: dict[str, Plan], found: Sequence[Valued], told: dict[str, Any]) -> xr.Dataset:
    """Return plans under every gate and answer, held against themselves without a gate on the same futures."""
    free, npv = np.array([each.free for each in found]), np.array([each.npv for each in found])
    gain = np.array([[valued.estimate(row) for row in own] for own in npv - free[:, None]])
    own = np.array([valued.estimate(row) for row in free])
    chance = np.array([[(each.said == number).mean(axis=1) for number in range(len(VERDICTS))] for each in found])
    names, criteria = options(case), marks(case)
    coordinates = valued.labels(case, plans, free.shape[1]) | {
        "option": valued.text(f"{gate}:{answer}" for gate, answer in names),
        "gate": ("option", valued.text(gate for gate, _ in names)),
        "gate_title": ("option", valued.text(case.gates[gate].title for gate, _ in names)),
        "gate_month": ("option", np.array([case.gates[gate].month for gate, _ in names], dtype=np.int64)),
        "answer_title": ("option", valued.text(case.gates[gate].answers[answer].title for gate, answer in names)),
        "verdict": valued.text(VERDICTS),
        "mark": valued.text(f"{gate}:{mark}" for gate, mark, _ in criteria),
        "mark_gate": ("mark", valued.text(case.gates[gate].title for gate, _, _ in criteria)),
        "mark_name": ("mark", valued.text(mark for _, mark, _ in criteria)),
    }
    share = {"units": "1"}
    variables: dict[str, Any] = {
        "npv": (("plan", "option", "scenario"), npv, _money("result in today's money with the gate")),
        "free": (("plan", "scenario"), free, _money("result in today's money without a gate")),
        "free_mean": ("plan", own[:, 0], _money("its average")),
        "free_se": ("plan", own[:, 1], _money("its sampling error")),
        "gain": (("plan", "option"), gain[..., 0], _money("same futures, with the gate minus without")),
        "gain_se": (("plan", "option"), gain[..., 1], _money("its sampling error")),
        "chance": (("plan", "verdict", "option"), chance, share | {"long_name": "chance of the verdict"}),
        "p_loss": (("plan", "option"), (npv < 0).mean(axis=2), share | {"long_name": "chance of loss with the gate"}),
        "free_loss": ("plan", (free < 0).mean(axis=1), share | {"long_name": "chance of loss without a gate"}),
        "met": (("plan", "mark"), np.array([each.met.mean(axis=1) for each in found]), share),
        "least": ("mark", np.array([least for *_, least in criteria]), {"long_name": "least value of the mark"}),
    }
    variables["met"][2]["long_name"] = "chance of reaching the mark"
    return xr.Dataset(variables, coordinates, told)


def _money(meaning: str) -> dict[str, str]:
    return {"units": "CNY", "long_name": meaning}
