"""Plans held against each other on the same futures: how much better, how sure, for whom, and in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.comparing.dominance import preferred
from experiments.comparing.figures import FIGURES, figures, prices, reaching
from experiments.comparing.pairs import MATERIALITY, Intervals, beats, chances_together, pairs, together, verdicts
from experiments.comparing.ranking import Ranking, Source, Wanted, rank
from experiments.running import comparison, story
from experiments.running.main_job import check_draws, draws_of
from experiments.running.run_info import Entries
from model.draws import BLOCK
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats, present_value, result
from model.plans import Plan, heads_by_phase
from model.simulate import Block, plan_months

QUESTION, RANKING = "compare", "compare-rank"
STEP = 512
"""Futures drawn at a time while an order is looked for."""
STAGE = "ranking"
"""Stage of the futures that settle an order: neither those of the choice nor those of the published figures."""


@dataclass(frozen=True)
class Terms:
    """How plans are held against each other.

    hurdle, materiality : CNY; confidence : of all ranges of a figure together
    wanted : "order" or "best" where sampling goes on until it is sure, else ""
    """

    hurdle: float = 0.0
    materiality: float = MATERIALITY
    confidence: float = 0.95
    wanted: str = ""

    def check(self) -> None:
        """Refuse terms under which nothing can be said."""
        findings = [
            Finding("E-RANGE", where, "outside what is possible", f"{found:g}", allowed)
            for where, found, allowed, fits in (
                ("--hurdle", self.hurdle / 1e6, "a finite amount, M CNY", isfinite(self.hurdle)),
                ("--materiality", self.materiality / 1e6, "0 or more, M CNY", 0 <= self.materiality < np.inf),
                ("--confidence", self.confidence, "0.5 to 0.9999", 0.5 <= self.confidence <= 0.9999),
            )
            if not fits
        ]
        if self.wanted not in ("", "order", "best"):
            findings.append(Finding("E-VALUE", "--rank", "unknown wish", self.wanted, "order, best"))
        if findings:
            raise InputError(findings)


def ask(
    things: Sequence[Path], name: str | None, seed: int, terms: Terms, asked: Asked
) -> tuple[Answer, list[dict[str, Any]]]:
    """Hold plans against each other (R160–R163), or look for their order with the fewest futures (R164).

    Parameters
    ----------
    things : runs and plan files; a run alone brings all its plans; name : case of the plan files where no run tells it

    Returns
    -------
    the answer, and for a comparison a row of figures per plan, the first held against
    """
    check_draws(asked.scenarios, seed)
    terms.check()
    case, entries = comparison.of_things(things, name)
    scenarios = draws_of(case, asked.scenarios)
    _check_enough(case, entries, terms, scenarios)
    folder = answers.place(case, RANKING if terms.wanted else QUESTION, asked.out, asked.replace)
    plans = {key: plan.model_copy(update={"title": title}) for key, title, _, plan in entries}
    told: list[dict[str, Any]] = []
    if terms.wanted:
        data = ranked(case, plans, seed, terms, scenarios)
    else:
        found = comparison.simulated(case, entries, scenarios, seed)
        told = story.comparison(found, entries, entries[0][0])
        data = dataset(case, plans, found["npv"].to_numpy(), terms, seed)
    files = {_file_name(key, number): plan for number, (key, plan) in enumerate(plans.items(), 1)}
    return answers.keep(folder, data, case, asked.replace, files), told


def _check_enough(case: Case, entries: Entries, terms: Terms, scenarios: int) -> None:
    if len(entries) < 2:
        what = "doing nothing alone has nothing to be held against"
        raise InputError(Finding("E-MISSING", "compare", what, "", "a plan beside it"))
    if terms.wanted and scenarios < STEP and case.uncertainty.mode != "none":
        what = "an order is looked for in steps of this many futures"
        raise InputError(Finding("E-RANGE", "--scenarios", what, str(scenarios), f"at least {STEP} with --rank"))


def _file_name(label: str, number: int) -> str:
    """Return what a plan's file is called: its label, unless that is a path."""
    return label if re.fullmatch(r"[\w.-]+", label) else f"plan_{number}"


def _attributes(case: Case, question: str, terms: Terms, seed: int, scenarios: int) -> dict[str, Any]:
    asked = {"--materiality": f"{terms.materiality / 1e6:g}", "--confidence": f"{terms.confidence:g}"}
    asked |= {"--rank": terms.wanted} if terms.wanted else {"--hurdle": f"{terms.hurdle / 1e6:g}"}
    own = {"hurdle": terms.hurdle, "materiality": terms.materiality, "confidence": terms.confidence}
    told = answers.attributes(case, question, asked, seed, scenarios, 0)
    return told | own | {"pricing_draws": "", "wanted": terms.wanted}


def dataset(case: Case, plans: Mapping[str, Plan], npv: Floats, terms: Terms, seed: int) -> xr.Dataset:
    """Return all plans and pairs with figures, differences, verdicts and for whom which one is better.

    Parameters
    ----------
    npv : (plan, scenario) CNY on the same futures
    """
    found = figures(npv)
    gaps = {name: together(found[name], terms.confidence) for name in FIGURES}
    reach = reaching(npv, terms.hurdle)
    price, price_se, price_bad = prices(npv)
    by_figure = ("figure", "plan")
    variables = valued.compared(case, plans, npv) | {
        "value": (by_figure, np.array([found[name].values for name in FIGURES]), _money("figure of the plan")),
        "reach": ("plan", reach.mean(axis=1), _share("chance of reaching the hurdle")),
        "price": ("plan", price, _money("what the best compared plan of each future brings more, on average")),
        "price_se": ("plan", price_se, _money("its sampling error")),
        "price_bad": ("plan", price_bad, _money("the same in the 1-in-20 bad case")),
        **_differences(gaps, terms),
        **_chances(npv, reach, terms.confidence),
        **_whom(npv, terms.confidence),
    }
    coordinates = valued.labels(case, plans, npv.shape[1]) | _pair_names(plans) | {"figure": valued.text(FIGURES)}
    return xr.Dataset(variables, coordinates, _attributes(case, QUESTION, terms, seed, npv.shape[1]))


def _pair_names(plans: Mapping[str, Plan]) -> dict[str, Any]:
    names = list(plans)
    first, second = pairs(len(names))
    return {
        "first": ("pair", valued.text(names[place] for place in first)),
        "second": ("pair", valued.text(names[place] for place in second)),
    }


def _differences(gaps: Mapping[str, Intervals], terms: Terms) -> dict[str, Any]:
    by = ("figure", "pair")
    told = np.array([verdicts(gap, terms.materiality) for gap in gaps.values()], dtype=object)
    return {
        "difference": (by, np.array([gap.value for gap in gaps.values()]), _money("same futures, first minus second")),
        "difference_se": (by, np.array([gap.se for gap in gaps.values()]), _money("its sampling error")),
        "low": (by, np.array([gap.low for gap in gaps.values()]), _money("lower end, all pairs of a figure together")),
        "high": (by, np.array([gap.high for gap in gaps.values()]), _money("upper end, all pairs together")),
        "verdict": (by, told.reshape(len(gaps), -1), {"long_name": "what may be said of the first"}),
    }


def _chances(npv: Floats, reach: Any, confidence: float) -> dict[str, Any]:
    found, chance = chances_together(reach, confidence), beats(npv, confidence)
    return {
        "reach_difference": ("pair", found.value, _share("chance of reaching the hurdle, first minus second")),
        "reach_low": ("pair", found.low, _share("lower end, all pairs together")),
        "reach_high": ("pair", found.high, _share("upper end, all pairs together")),
        "beats": ("pair", chance[0], _share("chance that the first is above the second")),
        "beats_low": ("pair", chance[1], _share("lower end, all pairs together")),
        "beats_high": ("pair", chance[2], _share("upper end, all pairs together")),
    }


def _whom(npv: Floats, confidence: float) -> dict[str, Any]:
    places = pairs(len(npv)).T
    # Three things may be claimed of a pair: either plan for all, or that it depends.
    told = [preferred(npv[i], npv[j], (1 - confidence) / 3 / len(places)) for i, j in places]
    sides = np.array([side for _, side in told], dtype=np.int8)
    return {
        "whom": ("pair", valued.text(order for order, _ in told), {"long_name": "for whom one of them is better"}),
        "whom_side": ("pair", sides, _share("1 the first, −1 the second")),
    }


def ranked(case: Case, plans: Mapping[str, Plan], seed: int, terms: Terms, limit: int) -> xr.Dataset:
    """Return the order of plans, sampled until it is sure or a limit of futures is reached (R164).

    Parameters
    ----------
    limit : most futures of a plan
    """
    wanted: Wanted = "best" if terms.wanted == "best" else "order"
    size = min(STEP, limit)
    source = futures(case, list(plans.values()), seed, size)
    found = rank(source, len(plans), wanted, terms.materiality, terms.confidence, size, limit)
    told = _attributes(case, RANKING, terms, seed, int(found.draws.max()))
    return ordered(case, plans, found, told | {"stage": STAGE, "limit": limit, "step": size})


def ordered(case: Case, plans: Mapping[str, Plan], found: Ranking, told: dict[str, Any]) -> xr.Dataset:
    """Return an order of plans as a dataset.

    Parameters
    ----------
    told : attributes, with the limit and the step of sampling
    """
    coordinates = valued.labels(case, plans, 0) | _pair_names(plans)
    del coordinates["scenario"]
    heads = np.array([heads_by_phase(case, plan) for plan in plans.values()], dtype=np.int64)
    variables = _ranking(found) | {"heads": (("plan", "phase"), heads, {"units": "heads", "long_name": "heads"})}
    return xr.Dataset(variables, coordinates, told)


def futures(case: Case, plans: Sequence[Plan], seed: int, size: int) -> Source:
    """Return the source of a case's plans: blocks of `size` futures of their own stage, the same for all plans."""
    rate = float(case.clock.discount)

    def draw(number: int, active: Sequence[int]) -> Floats:
        block = Block(case, seed, STAGE, number, min(size, BLOCK))
        months = (plan_months(case, plans[place], block).ledger for place in active)
        return np.array([present_value(result(book), rate) for book in months])

    return draw


def _ranking(found: Ranking) -> dict[str, Any]:
    places = np.empty(len(found.order), dtype=np.int64)
    places[list(found.order)] = np.arange(1, len(found.order) + 1)
    return {
        "place": ("plan", places, _share("place in the order, 1 is best")),
        "npv_mean": ("plan", found.means, _money("average result in today's money on the plan's own futures")),
        "npv_se": ("plan", found.errors, _money("its sampling error")),
        "draws": ("plan", found.draws, _share("futures drawn for the plan")),
        "difference": ("pair", found.value, _money("same futures, first minus second")),
        "difference_se": ("pair", found.se, _money("its sampling error")),
        "low": ("pair", found.low, _money("lower end, all pairs and all numbers of futures together")),
        "high": ("pair", found.high, _money("upper end, all pairs and all numbers of futures together")),
        "seen": ("pair", found.seen, _share("futures on which the pair was looked at")),
        "more": ("pair", found.more, _share("further futures that would settle the pair, as it looks now")),
        "verdict": ("pair", valued.text(found.told), {"long_name": "what may be said of the first"}),
        "tied": ("pair", found.asked.astype(np.int8), _share("is the pair not settled though it was asked?")),
    }


def _money(meaning: str) -> dict[str, str]:
    return {"units": "CNY", "long_name": meaning}


def _share(meaning: str) -> dict[str, str]:
    return {"units": "1", "long_name": meaning}
