"""The plans of a run in the named futures of its case, on the same draws, and in their weighted mixture."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import open_finished
from experiments.asking.steps import FIRST
from experiments.running.futures import changed, number_of
from experiments.running.main_job import check_draws, draws_of
from experiments.running.run_info import AGAIN
from model import store
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.question_inputs import World

QUESTION = "scenarios"
AS_IT_IS = "as_it_is"
BROKE = "weight of the worst future at which nothing is earned, the others as they are"
BROKE_ALONE = "the same with no other named future"


def ask(name: str, asked: Asked) -> Answer:
    """Value a run's plans in each named future and in all of them by weight (R158).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant

    Raises
    ------
    InputError : no such run, or its case names no future
    """
    run = open_finished(name)
    case = run.cases[FIRST]
    check_draws(asked.scenarios, 0)
    if not case.scenarios:
        fix = "add [scenarios.NAME] with title, weight and changes to the case, and run it again"
        raise InputError(Finding("E-MISSING", "scenarios", "the case names no future", "", "[scenarios.…]", fix))
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    seed, draws = int(run.info["seed"]), int(run.info["table_scenarios"])
    plans = compared_plans(run)
    scenarios = draws_of(case, asked.scenarios)
    npv = []
    for world, (title, there, _) in worlds(case).items():
        asked.say(f"{title or world}: {len(plans)} plans on {scenarios} draws")
        npv.append(valued.values(there, plans, seed, scenarios))
    told = answers.attributes(case, QUESTION, {}, seed, scenarios, draws) | answers.of_run(run) | published(run)
    return answers.keep(folder, dataset(case, plans, np.array(npv), told), case, asked.replace, plans)


def published(run: store.Run) -> dict[str, float]:
    """Return the average that the run itself told, CNY, and its futures; nothing where it told none."""
    mean = (run.info.get("npv") or {}).get("mean")
    return {} if mean is None else {"run_mean": float(mean), "run_draws": int(run.info["scenarios"])}


def compared_plans(run: store.Run) -> dict[str, Plan]:
    """Return the plans of a run under its own reading, the recommended one first."""
    return {name: plan for name, plan in run.plans.items() if name not in AGAIN}


def worlds(case: Case) -> dict[str, tuple[str, Case, float]]:
    """Return title, case and weight of each future by name; the case as it is comes first, with what is left of 1."""
    left = 1.0 - sum(float(world.weight) for world in case.scenarios.values())
    found = {AS_IT_IS: ("The case as it is", case, max(round(left, 12), 0.0))}
    return found | {
        name: (world.title, there(case, world), float(world.weight)) for name, world in case.scenarios.items()
    }


def there(case: Case, world: World) -> Case:
    """Return the case as it is in a named future."""
    for key, value in world.changes.items():
        case = changed(case, number_of(case, key), float(value))
    return case


def dataset(case: Case, plans: dict[str, Plan], npv: Floats, told: dict[str, Any]) -> xr.Dataset:
    """Return all plans in all futures, held against the first plan in each and by weight.

    Parameters
    ----------
    npv : (world, plan, scenario) CNY, the same draws in each world
    """
    names = worlds(case)
    weight = np.array([share for _, _, share in names.values()])
    # The worlds share their draws: the error of the mixture is that of each draw's weighted sum.
    mixed: Floats = np.einsum("w,wps->ps", weight, npv)
    coordinates = valued.labels(case, plans, npv.shape[2]) | {
        "world": valued.text(names),
        "world_title": ("world", valued.text(title for title, _, _ in names.values())),
    }
    own, gain = _each(npv), _each(npv - npv[:, :1])
    by_plan, by_world = "plan", ("world", "plan")
    variables: dict[str, Any] = {
        "weight": ("world", weight, {"units": "1", "long_name": "weight of the future"}),
        "npv": (("world", "plan", "scenario"), npv, _money("result in today's money")),
        "npv_mean": (by_world, own[..., 0], _money("average result in today's money")),
        "npv_se": (by_world, own[..., 1], _money("its sampling error")),
        "gain": (by_world, gain[..., 0], _money("same futures, this plan minus the first")),
        "gain_se": (by_world, gain[..., 1], _money("its sampling error")),
        "mixed_loss": (
            by_plan,
            weight @ (npv < 0).mean(axis=2),
            {"units": "1", "long_name": "chance of loss, weighted"},
        ),
        "loss": (by_world, (npv < 0).mean(axis=2), {"units": "1", "long_name": "chance of loss"}),
        **_weighing(case, weight, own[..., 0]),
        "price": (by_plan, _price(own[..., 0]), _money("most that another compared plan brings more in one future")),
    }
    for name, sample in (("mixed", mixed), ("mixed_gain", mixed - mixed[:1])):
        figures = np.array([valued.estimate(row) for row in sample])
        meaning = "weighted result" if name == "mixed" else "weighted result, this plan minus the first"
        variables[name] = (by_plan, figures[:, 0], _money(meaning))
        variables[f"{name}_se"] = (by_plan, figures[:, 1], _money("its sampling error"))
    heads = valued.compared(case, plans, npv[0])["heads"]
    return xr.Dataset(variables | {"heads": heads}, coordinates, told)


def _weighing(case: Case, weight: Floats, means: Floats) -> dict[str, Any]:
    """Return where weights come from, how the case as it is becomes the mixture, and what a heavier worst future does.

    A named future changes the mixture by its weight times what it changes against the case as it is (R221).

    Parameters
    ----------
    weight : (world,); means : (world, plan) CNY, the case as it is first
    """
    named = [one.weight for one in case.scenarios.values()]
    ends = np.array([(None, None), *((share.low, share.high) for share in named)], dtype=np.float64)
    changes = means - means[:1]
    worst = means[1:].argmin(axis=0) + 1
    fall = means[0] - means.min(axis=0)
    per = {"units": "1"}
    return {
        "weight_origin": ("world", valued.text(["rest", *(share.origin for share in named)])),
        "weight_low": ("world", ends[:, 0], per | {"long_name": "lower end of the weight's range"}),
        "weight_high": ("world", ends[:, 1], per | {"long_name": "upper end of the weight's range"}),
        "change": (("world", "plan"), changes, _money("what the future changes against the case as it is")),
        "part": (("world", "plan"), weight[:, None] * changes, _money("weight times change")),
        "worst": ("plan", worst, {"units": "place", "long_name": "the named future with the least average result"}),
        "worst_weight": ("plan", _broke(weight, means, worst, fall), per | {"long_name": BROKE}),
        "worst_alone": ("plan", _share(means[0], fall), per | {"long_name": BROKE_ALONE}),
    }


def _broke(weight: Floats, means: Floats, worst: Any, fall: Floats) -> Floats:
    """Return the worst future's weight at which nothing is earned, (plan,): taken from, or given back to, the case as
    it is; NaN where no weight between 0 and what both have together does it (R221)."""
    now, mixture = weight[worst], weight @ means
    at: Floats = now + _share(mixture, fall)
    return np.where((at >= 0) & (at <= now + weight[0]), at, np.nan)


def _share(value: Floats, fall: Floats) -> Floats:
    out: Floats = np.divide(value, fall, out=np.full(value.shape, np.nan), where=fall > 0)
    return np.where((out <= 1) & (out >= -1), out, np.nan)


def _each(sample: Floats) -> Floats:
    return np.array([[valued.estimate(row) for row in world] for world in sample])


def _price(means: Floats) -> Floats:
    """Return the price of having chosen wrongly: the largest gap to the best plan of a world, (plan,) CNY."""
    out: Floats = (means.max(axis=1, keepdims=True) - means).max(axis=0)
    return out


def _money(meaning: str) -> dict[str, str]:
    return {"units": "CNY", "long_name": meaning}
