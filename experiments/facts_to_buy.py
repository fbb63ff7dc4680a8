# Question: Which facts do we buy first?
# Decision: The studies that are ordered before the budget is signed, and in which order.
# Who decides: The head of strategy; finance pays for the studies.
"""Facts that a study can tell, by what knowing them is worth for the choice among the run's plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from experiments.asking.scenarios import compared_plans
from experiments.asking.study import Option, Study, Told, detail_of
from experiments.asking.threshold import threshold
from experiments.console.experiment_command import main
from experiments.running.break_even import span
from experiments.running.door import nothing
from model.case_numbers import Number, numbers
from model.ledger import Floats
from model.load import case_to_dict

BOUGHT = {
    "Demand: a paid test in one city": "calibrations.{calibration}.demand",
    "Months until partners start: their project plans": "calibrations.{calibration}.delay",
    "Satisfaction (NPS): a survey of the partners' users": "partners.nps",
    "Hours a unit: time sheets of one month": "partners.unit_hours",
    "Size of partners: their own figures of last year": "partners.mature_volume",
    "Renewal after the term: talks with their lawyers": "contract_life.renewal",
    "Raises: a pay survey": "staffing.annual_raise",
    "Chance of a leak: a security audit": "shocks.leak",
}
"""What can be ordered, and the number that it tells; one without range is left out."""
POINTS, RIVALS, UNIFORM = 201, 2, 12.0


# %% Facts: each number at both ends of its range, on the same futures for all plans
def facts(study: Study) -> dict[str, Number]:
    """Return the numbers of the case that can be bought and have a range, by what tells them."""
    known = numbers(case_to_dict(study.case))
    keys = {title: key.format(calibration=study.case.calibration) for title, key in BOUGHT.items()}
    study.asks_for(set(keys.values()) & set(known), "guess", "give ranges to the numbers that can be measured")
    return {title: known[key] for title, key in keys.items() if key in known and known[key].low != known[key].high}


def at_ends(study: Study, options: Sequence[Option], number: Number) -> Floats:
    """Return each option's average at both ends of a number's range, (option, 2) CNY."""
    there = [study.with_numbers({number.name: end}) for end in span(number)]
    return np.array([[study.futures.npv(case, option.plan).mean() for case in there] for option in options])


def worth(ends: Floats) -> float:
    """Return what it brings to choose after a number is known, (option, 2) CNY at the ends of its range (R189)."""
    line = np.linspace(ends[:, 0], ends[:, 1], POINTS, axis=1)
    return max(float(line.max(axis=0).mean() - line.mean(axis=1).max()), 0.0)


def ask(study: Study) -> Told:
    """Order the facts by what knowing is worth; the first is moved under the two plans between which it decides."""
    asked = facts(study)
    plans = [(name, plan) for name, plan in compared_plans(study.run).items() if not plan.is_idle]
    options = [study.option(name, plan.title, plan) for name, plan in plans]
    options.append(study.option("nothing", "Do nothing", nothing(study.case)))
    found = study.see(options)
    order = sorted(range(len(options)), key=lambda place: -found[place].npv.mean())[:RIVALS]
    rivals = [options[place] for place in sorted({0, *order, len(options) - 1})]
    ends = {title: at_ends(study, rivals, number) for title, number in asked.items()}
    # %% Worth and spread, the first fact, and where it turns the choice
    # A number anywhere in its range has a variance of its range squared over 12.
    spread = {title: float((pair[0, 1] - pair[0, 0]) ** 2 / UNIFORM) for title, pair in ends.items()}
    whole = sum(spread.values()) + float(found[0].npv.var())
    rows = {title: (worth(pair), spread[title] / whole) for title, pair in ends.items()}
    ranked = dict(sorted(rows.items(), key=lambda row: (-row[1][0], -row[1][1])))
    first = next(iter(ranked))
    low, high = (rivals[place] for place in ends[first].argmax(axis=0))
    other = low if low != high else next(one for one in rivals if one != high)
    turn = threshold(study.futures, asked[first].name, high, other)
    judged = [replace(option, judged=option in rivals) for option in options]
    told = detail_of("Facts that can be bought", ranked, {"worth of knowing": "money", "share of the spread": "percent"})
    return study.told(judged, found, turn, told)


# %% Answer
if __name__ == "__main__":
    main(__file__)
