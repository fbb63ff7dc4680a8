"""The monthly review of a run: actuals against its ranges, chances now, and whether to keep the plan or to switch."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import open_finished
from experiments.asking.steps import FIRST
from experiments.asking.valued import text
from experiments.comparing.pairs import MATERIALITY
from experiments.reviewing import beliefs, judging, ranges, sheet, told
from experiments.reviewing.anew import same_now
from experiments.reviewing.choices import KEEP, settled, ways
from experiments.reviewing.figures import Item, items
from experiments.reviewing.futures import hidden_normals, simulate
from experiments.reviewing.judging import Look
from experiments.reviewing.lights import assumptions, lights
from experiments.reviewing.looks import Looks, looks
from experiments.reviewing.split import PARTS
from experiments.reviewing.weights import average, quantiles
from experiments.running.main_job import check_draws, draws_of
from experiments.running.run_info import AGAIN
from model import store
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.results import month_labels
from model.simulate import VERDICT

QUESTION = "review"
TEMPLATE_DRAWS = 2000
MONTHS = 12
"""Months of an empty sheet, where none are asked for."""
LEVELS = (ranges.LOW, ranges.MIDDLE, ranges.HIGH)
MONEY = {"units": "CNY"}


def template(name: str, month: int, out: Path | None) -> Path:
    """Write the sheet that finance fills for the first months of a run, and return where it stands (R175).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    month : last month of the sheet, 0 for the first year
    out : .xlsx or .csv, None for CASE-actuals.xlsx
    """
    run = open_finished(name)
    case, plan = run.cases[FIRST], run.plans[FIRST]
    if not 0 <= month <= case.clock.months:
        found = Finding("E-RANGE", "--month", "outside the case's months", str(month), f"1 to {case.clock.months}")
        raise InputError(found)
    months, wanted = month or min(MONTHS, case.clock.months), items(case, plan)
    draws = int(run.info["seed"]), VERDICT, draws_of(case, TEMPLATE_DRAWS)
    figures = simulate(case, {KEEP: plan}, wanted, months, draws).figures
    used = [row for row, item in enumerate(wanted) if item.kind != "cost" or item.key in ALWAYS or figures[row].any()]
    path = out or Path(f"{case.id}-actuals.xlsx")
    sheet.write(path, case, [wanted[row] for row in used], judging.stated(figures[used])[1])
    return path


ALWAYS = ("cost.other", "cost.severance", "cost.hiring_fee")


def ask(name: str, path: Path, asked: Asked) -> Answer:
    """Review a run's recommended plan with the actuals of a sheet (R175–R179).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    path : the filled sheet

    Raises
    ------
    InputError : no such run, or faults of the sheet
    """
    run = open_finished(name)
    case, planned = run.cases[FIRST], run.plans[FIRST]
    check_draws(asked.scenarios, 0)
    wanted = items(case, planned)
    actual = sheet.read(path, case, wanted).values
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    seed, scenarios = int(run.info["seed"]), draws_of(case, asked.scenarios)
    keep = settled(case, planned, judging.verdicts_known(wanted, actual, case, planned))
    open_ways = ways(case, keep, alternatives(run), actual.shape[1])
    found = judging.look(case, planned, open_ways, wanted, actual, (seed, scenarios), asked.say)
    seen = sha256(np.ascontiguousarray(actual).tobytes()).hexdigest()[:12]
    arguments = {"actuals": path.name, "of": f"{actual.shape[1]} months", "content": seen}
    attrs = answers.attributes(case, QUESTION, arguments, seed, scenarios, int(run.info["table_scenarios"]))
    data = dataset(case, planned, open_ways, wanted, actual, found, attrs | answers.of_run(run))
    return answers.keep(folder, data, case, asked.replace, open_ways)


def alternatives(run: store.Run) -> dict[str, Plan]:
    """Return the plans of a run that may be switched to: those priced under the same case."""
    return {name: plan for name, plan in run.plans.items() if name not in (FIRST, *AGAIN)}


def dataset(
    case: Case,
    planned: Plan,
    open_ways: dict[str, Plan],
    wanted: list[Item],
    actual: Floats,
    found: Look,
    attrs: dict[str, Any],
) -> xr.Dataset:
    """Return all that a review tells, from the actuals and the futures before and after them."""
    choice = judging.choose(found.told.sample.npv, found.told.sample.leaving, found.told.weighed)
    chance = looks(assumptions(wanted, found.base.figures, actual), same_now(wanted, found.base, actual))
    parts = (
        _rows(wanted, found, actual),
        _lights(case, wanted, found, actual, chance),
        _milestones(case, planned, open_ways[KEEP], wanted, found, actual),
        _ways(open_ways, choice),
        _beliefs(case, planned, wanted, found, actual),
        _course(case, wanted, found, actual),
        _results(case, wanted, found, actual),
        _record(wanted, found, actual),
    )
    variables = {name: value for part in parts for name, value in part.items()}
    own = {
        "months": actual.shape[1],
        "verdict": choice.verdict,
        "best": list(open_ways)[choice.best],
        "times": choice.reach,
        "materiality": MATERIALITY,
        "how": found.told.how,
        "equally_good": found.told.weighed.ess,
        "equally_good_at_first": found.told.first,
        "power": found.told.weighed.power,
        "lights_expected": chance.expected,
        "lights_ever": chance.ever,
        "lights_red": chance.red,
    }
    data = xr.Dataset(variables, attrs=attrs | own)
    # An empty axis of words does not come back from a file as it was.
    return data.drop_dims([name for name, size in data.sizes.items() if not size])


def _rows(wanted: list[Item], found: Look, actual: Floats) -> dict[str, Any]:
    names, split = told.to_date(wanted, found.prior.figures, actual)
    return {
        "row": text(names),
        "part": text(PARTS),
        "plan_money": ("row", split.plan, MONEY | {"long_name": "plan to date, average, in months with an actual"}),
        "actual_money": ("row", split.actual, MONEY | {"long_name": "actual to date"}),
        "difference": (("row", "part"), split.parts, MONEY | {"long_name": "what the result gains"}),
    }


def _lights(case: Case, wanted: list[Item], found: Look, actual: Floats, chance: Looks) -> dict[str, Any]:
    every = lights(wanted, found.base.figures, actual)
    labels = month_labels(case.clock.start, case.clock.months)
    numbers = {"light_actual": "actual", "light_low": "low", "light_high": "high"}
    out: dict[str, Any] = {name: ("light", np.array([getattr(o, key) for o in every])) for name, key in numbers.items()}
    return out | {
        "light": text(one.key for one in every),
        "light_title": ("light", text(one.title for one in every)),
        "light_unit": ("light", text(one.unit for one in every)),
        "light_month": ("light", np.array([one.month for one in every], dtype=np.int64)),
        "light_label": ("light", text(labels[one.month - 1] for one in every)),
        "side": ("light", np.array([one.side for one in every], dtype=np.int64)),
        "red": ("light", np.array([chance.is_red(one) for one in every], dtype=np.int64)),
    }


def _milestones(
    case: Case, planned: Plan, keep: Plan, wanted: list[Item], found: Look, actual: Floats
) -> dict[str, Any]:
    marks, verdicts = told.milestones(case, planned, keep, wanted, found, actual)
    gates = [case.gates[one.gate] for one in marks]
    numbers = {"mark_least": "least", "mark_known": "known", "mark_planned": "planned", "mark_now": "now"}
    out: dict[str, Any] = {name: ("mark", np.array([getattr(o, key) for o in marks])) for name, key in numbers.items()}
    return out | {
        "mark": text(f"{one.gate}.{one.name}" for one in marks),
        "mark_gate": ("mark", text(gate.title for gate in gates)),
        "mark_month": ("mark", np.array([gate.month for gate in gates], dtype=np.int64)),
        "mark_name": ("mark", text(one.name for one in marks)),
        "option": text(f"{one.gate}:{one.answer}" for one in verdicts),
        "option_gate": ("option", text(case.gates[one.gate].title for one in verdicts)),
        "option_title": ("option", text(case.gates[one.gate].answers[one.answer].title for one in verdicts)),
        "option_asked": ("option", np.array([one.asked for one in verdicts], dtype=np.int64)),
        "verdict_name": text(("expand", "hold", "stop")),
        "option_planned": (("option", "verdict_name"), np.array([one.planned for one in verdicts]).reshape(-1, 3)),
        "option_now": (("option", "verdict_name"), np.array([one.now for one in verdicts]).reshape(-1, 3)),
    }


def _ways(open_ways: dict[str, Plan], choice: judging.Choice) -> dict[str, Any]:
    return {
        "way": text(open_ways),
        "way_title": ("way", text(plan.title for plan in open_ways.values())),
        "gain": ("way", choice.gain, MONEY | {"long_name": "same futures, this way minus keeping the plan"}),
        "gain_se": ("way", choice.error, MONEY | {"long_name": "its sampling error"}),
        "leaving": ("way", choice.leaving, MONEY | {"long_name": "paid once for the change, more than when kept"}),
    }


def _beliefs(case: Case, planned: Plan, wanted: list[Item], found: Look, actual: Floats) -> dict[str, Any]:
    hidden = hidden_normals(case, planned, actual.shape[1])
    by_demand = []
    if found.base.scenarios > 1:
        own = judging.seen_levels(wanted, found, actual)
        same = same_now(wanted, found.base, actual)
        by_demand = beliefs.demand(case, found.base, hidden, own, same)
    every = [*by_demand, *beliefs.conversions(case, wanted, actual), *beliefs.losses(case, wanted, actual)]
    out: dict[str, Any] = {
        "belief": text(one.title for one in every),
        "belief_unit": ("belief", text(one.unit for one in every)),
        "belief_data": ("belief", text(one.data for one in every)),
    }
    for when in ("before", "after"):
        for name in ("mean", "low", "high"):
            values = [getattr(getattr(one, when), name) for one in every]
            out[f"{when}_{name}"] = ("belief", np.array(values, dtype=np.float64))
    return out


def _course(case: Case, wanted: list[Item], found: Look, actual: Floats) -> dict[str, Any]:
    """Return monthly revenue: stated range, range now, and actuals where all lines are known."""
    rows = [index for index, item in enumerate(wanted) if item.kind == "revenue"]
    months = case.clock.months
    seen = np.full(months, np.nan)
    seen[: actual.shape[1]] = actual[rows].sum(axis=0)
    now = quantiles(found.told.sample.revenue, found.told.weighed.weights, LEVELS)
    return {
        "month": np.arange(1, months + 1, dtype=np.int64),
        "level": np.array(LEVELS),
        "revenue_stated": (("level", "month"), np.quantile(found.prior.revenue, LEVELS, axis=1), MONEY),
        "revenue_now": (("level", "month"), now, MONEY),
        "revenue_actual": ("month", seen, MONEY),
    }


def _results(case: Case, wanted: list[Item], found: Look, actual: Floats) -> dict[str, Any]:
    planned = found.prior.npv[0]
    now = found.told.sample.npv[0] + judging.known_money(case, wanted, found.told.sample, actual)
    weights = found.told.weighed.weights
    even = np.full(planned.size, 1.0 / planned.size)
    values = (("planned", planned, even), ("now", now, weights))
    out: dict[str, Any] = {}
    for name, sample, own in values:
        out[f"result_{name}"], out[f"result_{name}_se"] = (((), value, MONEY) for value in average(sample, own))
        out[f"p_loss_{name}"] = ((), float((sample < 0) @ own), {"units": "1"})
    return out


def _record(wanted: list[Item], found: Look, actual: Floats) -> dict[str, Any]:
    record = told.past_ranges(wanted, found, actual)
    return {
        "fifth": np.arange(1, ranges.FIFTHS + 1, dtype=np.int64),
        "fifths": ("fifth", np.array(record.fifths, dtype=np.int64)),
        "ranged": ((), record.count),
        "inside": ((), record.inside),
        "inside_low": ((), record.low),
        "inside_high": ((), record.high),
        "fifths_chance": ((), record.chance),
    }
