# Question: Which facts do we buy first?
# Decision: The studies that are ordered before the budget is signed, and in which order.
# Who decides: The head of strategy; finance pays for the studies.
"""Facts that a study can tell, by what knowing them is worth for the choice among the run's plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from experiments.asking.scenarios import compared_plans
from experiments.asking.study import Study, Told, detail_of
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
POINTS, UNIFORM = 201, 12.0


# %% Facts: each number at both ends of its range, on the same futures for all plans
def facts(study: Study) -> dict[str, Number]:
    """Return the numbers of the case that can be bought and have a range, by what tells them."""
    known = numbers(case_to_dict(study.case))
    keys = {title: key.format(calibration=study.case.calibration) for title, key in BOUGHT.items()}
    found = {title: known[key] for title, key in keys.items() if key in known and known[key].low != known[key].high}
    study.asks_for(found, "guess", "give ranges to the numbers that can be measured")
    return found


def worth(ends: Floats) -> float:
    """Return what it brings to choose after a number is known, (option, 2) CNY at the ends of its range (R189)."""
    line = np.linspace(ends[:, 0], ends[:, 1], POINTS, axis=1)
    return max(float(line.max(axis=0).mean() - line.mean(axis=1).max()), 0.0)


def ask(study: Study) -> Told:
    """Order the facts by what knowing is worth; the first is moved under the two plans between which it decides."""
    asked = facts(study)
    plans = compared_plans(study.run).items()
    options = [study.option(name, plan.title, plan) for name, plan in plans if not plan.is_idle]
    options.append(study.option("nothing", "Do nothing", nothing(study.case)))
    found = study.see(options)
    order = sorted(range(len(options)), key=lambda place: -found[place].npv.mean())[:2]
    rivals, ends = [options[place] for place in sorted({0, *order, len(options) - 1})], {}
    for title, number in asked.items():
        there = [study.with_numbers({number.name: end}) for end in span(number)]
        ends[title] = np.array([[study.futures.npv(case, one.plan).mean() for case in there] for one in rivals])
    # %% Worth and spread, the first fact, and where it turns the choice
    spread = {title: float((pair[0, 1] - pair[0, 0]) ** 2 / UNIFORM) for title, pair in ends.items()}
    whole = sum(spread.values()) + float(found[0].npv.var())
    rows = {title: (worth(pair), spread[title] / whole) for title, pair in ends.items()}
    ranked = {title: rows[title] for title in sorted(rows, key=lambda title: rows[title], reverse=True)}
    low, high = (rivals[place] for place in ends[next(iter(ranked))].argmax(axis=0))
    other = low if low != high else next(one for one in rivals if one != high)
    turn = threshold(study.futures, asked[next(iter(ranked))].name, high, other)
    judged = [replace(option, judged=option in rivals) for option in options]
    told = detail_of(
        "Facts that can be bought", ranked, {"worth of knowing": "money", "share of the spread": "percent"}
    )
    return study.told(judged, found, turn, told)


# %% Answer
if __name__ == "__main__":
    main(__file__)
