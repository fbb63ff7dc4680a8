"""Why the bad case is what it is: the futures around it against the middle ones, by ledger row, year and chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import CLOSE, open_finished
from experiments.explaining.money_rows import NAMES
from experiments.explaining.standing_out import Told, contrast, distance_error, limit, middle, near, strength, told
from model import store
from model.errors import DamagedError, Finding, InputError, nearest
from model.ledger import Floats

QUESTION = "bad-case"
CNY = {"units": "CNY"}


def ask(name: str, plan: str, level: float, asked: Asked) -> Answer:
    """Tell what marks the futures around a share of a plan's results, drawn again as the run drew them (R172).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    plan : plan id in the run; level : share of futures that are worse, 0.05 for the 1-in-20 bad case

    Raises
    ------
    InputError : no such run or plan, too few futures, or a share that is not apart from the middle
    DamagedError : drawn again, the futures are not the stored ones: another headcast made the run
    """
    run = open_finished(name)
    if plan not in run.plans:
        names = ", ".join(run.plans)
        raise InputError(Finding("E-REF", "--plan", "no such plan in the run", plan, names, nearest(plan, run.plans)))
    npv = np.asarray(run.dataset["npv"].sel(plan=plan))
    near(npv, level)
    case, seed = run.cases[plan], int(run.info["seed"])
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    asked.say(f"{npv.size} futures of “{run.plans[plan].title}” drawn again")
    found = told(case, run.plans[plan], seed, str(run.dataset.attrs["stage"]), npv.size)
    _check(run, npv, found)
    arguments = {"plan": plan, "at": level}
    attributes = answers.attributes(case, QUESTION, arguments, seed, npv.size, 0) | answers.of_run(run)
    attributes |= {"pricing_draws": "", "plan": plan, "plan_title": run.plans[plan].title, "level": level}
    return answers.keep(folder, dataset(npv, level, found).assign_attrs(attributes), case, asked.replace)


def _check(run: store.Run, npv: Floats, found: Told) -> None:
    apart = np.abs(found.npv - npv)
    if apart.max() > CLOSE:
        worst = int(apart.argmax())
        where, what = f"{run.path}: scenario {worst}", "drawn again, it is not the stored one"
        fix = f"the run was made with {run.dataset.attrs['versions']}; run it again"
        pair = f"{found.npv[worst]:,.2f} CNY", f"{npv[worst]:,.2f} CNY"
        raise DamagedError(Finding("E-DAMAGED", where, what, *pair, fix))


def dataset(npv: Floats, level: float, found: Told) -> xr.Dataset:
    """Return the bad futures against the middle ones by ledger row and year, and the signs, strongest first (R172).

    Parameters
    ----------
    npv : (scenario,) CNY; level : share of futures that are worse
    """
    bad, usual = near(npv, level), middle(npv)
    by_year, by_row = contrast(found.money, bad, usual), contrast(found.money.sum(axis=1), bad, usual)
    whole = (*contrast(npv, bad, usual)[:3], distance_error(npv, level))
    figures = {sign.name: [float(each) for each in contrast(sign.values, bad, usual)] for sign in found.signs}
    force = {sign.name: strength(sign.values, figures[sign.name][2]) for sign in found.signs}
    signs = sorted(found.signs, key=lambda sign: -abs(force[sign.name]))
    variables: dict[str, Any] = {
        "scenario": ("scenario", bad),
        "result": (("scenario",), npv[bad], CNY | {"long_name": "result of each future around the bad case"}),
        "sign_strength": ("sign", np.array([force[sign.name] for sign in signs]), {"units": "1"}),
    }
    for place, name in enumerate(("bad", "usual", "gap", "gap_se")):
        variables[name] = (("row", "year"), by_year[place], CNY)
        variables[f"row_{name}"] = ("row", by_row[place], CNY)
        variables[f"whole_{name}"] = ((), float(whole[place]), CNY)
        variables[f"sign_{name}"] = ("sign", np.array([figures[sign.name][place] for sign in signs]), {"units": "1"})
    coordinates = {
        "row": valued.text(NAMES),
        "year": np.arange(1, found.money.shape[1] + 1, dtype=np.int64),
        "sign": valued.text(sign.name for sign in signs),
        "sign_title": ("sign", valued.text(sign.title for sign in signs)),
        "sign_form": ("sign", valued.text(sign.form for sign in signs)),
    }
    told = {"limit": limit(len(signs)), "usual_futures": int(usual.size)}
    return xr.Dataset(variables, coordinates, told)
