"""What was found about a result's causes, as variables of the stored answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.asking.valued import Variables, text
from experiments.running.break_even_words import what
from experiments.running.input_words import amount
from experiments.running.range_law import ends
from experiments.sensitivity.chance import EVENTS, MARKET, PEOPLE, ChanceSpread
from experiments.sensitivity.leaning import Leaning
from experiments.sensitivity.ranks import Pull
from experiments.sensitivity.regions import Regions
from experiments.sensitivity.spread import REST, NumberSpread
from experiments.sensitivity.stress import Reverse, Stressed
from experiments.sensitivity.tornado import Tornado
from experiments.sensitivity.variance_shares import Shares
from model.case_numbers import Number
from model.inputs import Case
from model.plans import Plan
from model.summary import Estimate
from reports.words import in_words, percent

STRONGEST = 10
"""Drawn names told of chance, those that the result follows most strictly."""
SMALLEST = 0.005
"""Share of its range below which a number's part in a joint move is not told."""
ABOUT = {
    "demand": "Other numbers of demand",
    "partners": "Other numbers of {partners} and contracts",
    "people": "Other numbers of people, work and pay",
    REST: "Costs, interest and all other numbers",
}
SOURCES = {MARKET: "The market as a whole", PEOPLE: "People who come late or leave", EVENTS: "Single events"}


@dataclass(frozen=True)
class Told:
    """What carries a result: numbers alone, numbers all at once, and chance (None where the case knows none)."""

    swings: Tornado
    numbers: NumberSpread
    chance: ChanceSpread | None


def variables(case: Case, found: Told) -> Variables:
    """Return the variables of numbers alone, numbers all at once and chance."""
    out = _swings(case, found.swings) | reach_variables(case, found.swings.reach) | _numbers(case, found.numbers)
    titles = [what(case, found.numbers.free[place]) for place in found.numbers.pulled]
    rows = _pull_rows(titles, "numbers", found.numbers.pull)
    if found.chance is not None:
        out |= _shares("source", [_source(case, cause) for cause in found.chance.causes], found.chance.shares)
        rows += _pull_rows([_drawn(case, name) for name in found.chance.names], "chance", found.chance.pull)
        out["chance_told"] = _share(found.chance.pull.told, "of the order of futures explained by what was drawn")
    return out | _pulls(rows)


def reach_variables(case: Case, found: Leaning) -> Variables:
    """Return the variables of which way the ranges reach."""
    count = {"units": "1", "long_name": "numbers that move the result alone"}
    added = {"units": "CNY", "long_name": "what the number anywhere in its range alone adds to the average"}
    return {
        "reach_moving": ((), found.moving, count),
        "reach_down": ((), found.down, {"units": "1", "long_name": "of them those that reach further down than up"}),
        "reach": text(number.name for number, _ in found.most),
        "reach_title": ("reach", text(what(case, number) for number, _ in found.most)),
        "reach_added": ("reach", np.array([value for _, value in found.most], dtype=np.float64), added),
    }


def value_words(number: Number, value: float) -> str:
    """Return a value as it stands at a bar: with its unit, or as a share of what is assumed."""
    return percent(value) if number.scaled else amount(value, number.unit)


def _fine(number: Number, value: float) -> str:
    """Return a value that may lie near today's: shares of what is assumed to a tenth of a percent."""
    return f"{100 * value:.1f}\u00a0%" if number.scaled else amount(value, number.unit)


def _swings(case: Case, found: Tornado) -> Variables:
    numbers = [row.number for row in found.rows]
    words = [[value_words(number, end) for end in ends(number)] for number in numbers]
    by_end = ("number", "end")
    out: Variables = {
        "number": text(number.name for number in numbers),
        "end": text(("low", "high")),
        "number_title": ("number", text(what(case, number) for number in numbers)),
        "value_text": ("number", text(value_words(number, number.value) for number in numbers)),
        "origin": ("number", text(number.origin for number in numbers)),
        "end_value": (by_end, np.array([ends(number) for number in numbers]), {"units": "1"}),
        "end_text": (by_end, np.array(words, dtype=object)),
    }
    for name, pairs in (("at_end", [row.npv for row in found.rows]), ("change", [row.change for row in found.rows])):
        figures = np.array([[_two(each) for each in pair] for pair in pairs])
        meaning = "average result" if name == "at_end" else "same futures, moved minus as it is"
        out[name] = (by_end, figures[..., 0], {"units": "CNY", "long_name": meaning})
        out[f"{name}_se"] = (by_end, figures[..., 1], {"units": "CNY", "long_name": "its sampling error"})
    asked = len(found.free) + len(found.fixed)
    return out | {"numbers_asked": ((), asked, {"units": "1", "long_name": "numbers with a range that the plan uses"})}


def _two(found: Estimate | None) -> tuple[float, float]:
    return (float("nan"), float("nan")) if found is None else (found.value, found.se)


def _numbers(case: Case, found: NumberSpread) -> Variables:
    titles = [_cause(case, name, places, found.free) for name, places in found.causes.items()]
    members = np.array([len(places) for places in found.causes.values()], dtype=np.int64)
    money = {"units": "CNY", "long_name": "average result with all numbers anywhere in their ranges"}
    return _shares("cause", titles, found.shares) | {
        "members": ("cause", members, {"units": "1", "long_name": "numbers that the cause holds"}),
        "anywhere": ((), found.average.value, money),
        "anywhere_se": ((), found.average.se, {"units": "CNY", "long_name": "its sampling error"}),
        "anywhere_loses": _share(found.loses, "of the points lose money on average"),
        "numbers_share": _share(found.numbers, "of the variance of the result made by the numbers, the rest by chance"),
        "sd": ((), found.sd, {"units": "CNY", "long_name": "standard deviation of the result, numbers and chance"}),
        "numbers_told": _share(found.pull.told, "of the order of the points explained by the numbers told"),
        "numbers_moved": ((), len(found.free), {"units": "1", "long_name": "numbers moved all at once"}),
    }


def _share(value: float, meaning: str) -> Any:
    return (), value, {"units": "1", "long_name": f"share {meaning}"}


def _cause(case: Case, name: str, places: Sequence[int], free: Sequence[Number]) -> str:
    if name in ABOUT:
        return f"{ABOUT[name].format(partners=case.called.partners)} ({len(places)})"
    title = what(case, next(number for number in free if number.name == name))
    return title if len(places) == 1 else f"{title}, with {len(places) - 1} linked to it"


def _source(case: Case, cause: str) -> str:
    return SOURCES[cause] if cause in SOURCES else f"{case.lines[cause].title}: this {case.called.line} alone"


def _drawn(case: Case, name: str) -> str:
    """Return what a named draw is called: whose it is, and the rest of its name in words."""
    kind, _, rest = name.partition(".")
    own, _, tail = rest.partition(".")
    if kind == MARKET:
        return f"The market: {in_words(rest)}"
    if kind == "line":
        return f"{case.lines[own].title}: {in_words(tail)}"
    titles = {partner.id: partner.title for partner in case.partners}
    return f"{titles.get(own, own)}: {in_words(tail).replace('.', ', ').replace('nps', 'NPS')}"


def _shares(dim: str, titles: Sequence[str], found: Shares) -> Variables:
    out: Variables = {dim: text(titles)}
    named = {"alone": (found.alone, found.alone_ends), "whole": (found.whole, found.whole_ends)}
    meaning = {"alone": "share of the variance made alone", "whole": "share made alone and together with others"}
    for name, (share, interval) in named.items():
        about = {"units": "1", "long_name": meaning[name]}
        out[f"{dim}_{name}"] = (dim, share, about)
        out[f"{dim}_{name}_low"] = (dim, interval[:, 0], about | {"long_name": "lower end of the 95 % interval"})
        out[f"{dim}_{name}_high"] = (dim, interval[:, 1], about | {"long_name": "upper end of the 95 % interval"})
    return out


def _pull_rows(titles: Sequence[str], kind: str, found: Pull) -> list[tuple[str, str, float, float, float]]:
    rows = [
        (title, kind, float(value), float(low), float(high))
        for title, value, (low, high) in zip(titles, found.coefficient, found.ends, strict=True)
    ]
    return sorted(rows, key=lambda row: -abs(row[2]))[:STRONGEST]


def _pulls(rows: Sequence[tuple[str, str, float, float, float]]) -> Variables:
    figures = np.array([row[2:] for row in rows])
    about = {"units": "1", "long_name": "how strictly the result follows, ranks, −1 to 1"}
    ends_of = {"pull": 0, "pull_low": 1, "pull_high": 2}
    return {
        "pulled": np.arange(len(rows), dtype=np.int64),
        "pulled_title": ("pulled", text(row[0] for row in rows)),
        "pulled_kind": ("pulled", text(row[1] for row in rows)),
    } | {name: ("pulled", figures[:, column], about) for name, column in ends_of.items()}


def stress_variables(
    case: Case,
    plans: Mapping[str, Plan],
    named: Sequence[Stressed],
    turns: Sequence[Reverse],
    fresh: Sequence[tuple[float, float]],
) -> Variables:
    """Return the variables of named moves together and of the smallest joint moves.

    Parameters
    ----------
    fresh : lead and its error at each turn on fresh futures, CNY
    """
    return (_named(case, named) if named else {}) | _turns(case, plans, turns, fresh)


def _named(case: Case, named: Sequence[Stressed]) -> Variables:
    money = {"units": "CNY"}
    out: Variables = {
        "move": text(each.name for each in named),
        "move_title": ("move", text(case.scenarios[each.name].title for each in named)),
    }
    columns = {
        "alone": [each.alone[0] for each in named],
        "joined": [each.joined[0] for each in named],
        "joined_rival": [each.joined[1] for each in named],
        "joined_lead": [each.lead for each in named],
    }
    for name, found in columns.items():
        out[f"move_{name}"] = ("move", np.array([each.value for each in found]), money)
        out[f"move_{name}_se"] = ("move", np.array([each.se for each in found]), money)
    return out


def _turns(
    case: Case, plans: Mapping[str, Plan], turns: Sequence[Reverse], fresh: Sequence[tuple[float, float]]
) -> Variables:
    distance, error = np.array([_distance(turn) for turn in turns]).T
    out: Variables = {
        "rival": text(turn.rival for turn in turns),
        "rival_title": ("rival", text(plans[turn.rival].title for turn in turns)),
        "distance": ("rival", distance, {"units": "1", "long_name": "length of the joint move, in ranges"}),
        "distance_se": ("rival", error, {"units": "1", "long_name": "its error"}),
        "lead": ("rival", np.array([turn.lead.value for turn in turns]), {"units": "CNY"}),
        "lead_fresh": ("rival", np.array([lead for lead, _ in fresh]), {"units": "CNY"}),
        "lead_fresh_se": ("rival", np.array([se for _, se in fresh]), {"units": "CNY"}),
    }
    rows = [
        (turn.rival, what(case, number), value_words(number, number.value), _fine(number, value), share)
        for turn in turns
        if turn.turn is not None
        for (number, value), share in zip(turn.values, turn.turn.move.tolist(), strict=True)
        if abs(share) >= SMALLEST
    ]
    rows.sort(key=lambda row: ([turn.rival for turn in turns].index(row[0]), -abs(row[4])))
    names = ("step_rival", "step_title", "step_value", "step_to")
    return (
        out
        | {"step": np.arange(len(rows), dtype=np.int64)}
        | {name: ("step", text(row[place] for row in rows)) for place, name in enumerate(names)}
        | {"step_share": ("step", np.array([row[4] for row in rows]), {"units": "1"})}
    )


def _distance(found: Reverse) -> tuple[float, float]:
    """Return how far a turn is, and its error: that of the lead there over what it loses for each range."""
    if found.turn is None:
        return float("nan"), float("nan")
    slope = abs(found.turn.slope)
    return found.turn.distance, found.lead.se / slope if slope else float("inf")


def map_variables(case: Case, pair: Sequence[Number], found: Regions) -> Variables:
    """Return the variables of the map of two numbers."""
    out: Variables = {}
    for name, number, values in zip(("first", "second"), pair, (found.first, found.second), strict=True):
        out[name] = values
        out[f"{name}_text"] = (name, text(value_words(number, float(value)) for value in values))
        out[f"{name}_title"] = ((), what(case, number))
        out[f"{name}_now"] = ((), number.value)
        out[f"{name}_now_text"] = ((), value_words(number, number.value))
    grid, every = ("first", "second"), ("plan", "first", "second")
    money = {"units": "CNY"}
    return out | {
        "map_npv": (every, found.npv, money | {"long_name": "average result"}),
        "map_behind": (every, found.behind, money | {"long_name": "best plan there minus this one, same futures"}),
        "map_behind_se": (every, found.behind_se, money | {"long_name": "its sampling error"}),
        "map_best": (grid, found.best, {"units": "1", "long_name": "plan with the highest average, by place"}),
        "map_equal": (every, found.equal, {"units": "1", "long_name": "1 where no worse than the best that matters"}),
    }
