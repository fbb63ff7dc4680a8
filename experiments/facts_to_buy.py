# Question: Which facts do we buy first?
# Decision: The studies that are ordered before the budget is signed, and in which order.
# Who decides: The head of strategy; finance pays for the studies.
"""Facts that a study can tell, by what knowing them is worth for the choice among the run's plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from experiments.asking.knowing_sample import means, opened, worth
from experiments.asking.open_points import even
from experiments.asking.scenarios import compared_plans
from experiments.asking.study import Study, Told, detail_of, limits_broken
from experiments.asking.study_order import nearest_turn, study_order, trial_price
from experiments.console.experiment_command import main
from experiments.running.desk import Desk
from experiments.running.door import nothing
from model.case_numbers import Number, numbers
from model.load import case_to_dict

TEST = "Demand: a paid test in one city"
BOUGHT = {
    TEST: "calibrations.{calibration}.demand",
    "Months until partners start: their project plans": "calibrations.{calibration}.delay",
    "Satisfaction (NPS): a survey of the partners' users": "partners.nps",
    "Hours a unit: time sheets of one month": "partners.unit_hours",
    "Size of partners: their own figures of last year": "partners.mature_volume",
    "Renewal after the term: talks with their lawyers": "contract_life.renewal",
    "Raises: a pay survey": "staffing.annual_raise",
    "Chance of a leak: a security audit": "shocks.leak",
}
POINTS, BEST = 8, 2
COLUMNS = {"worth of knowing": "money", "at least": "money", "at most": "money", "of the spread": "percent"}


# %% Facts: each number at both ends of its range, on the same futures for all plans
def facts(study: Study) -> dict[str, Number]:
    """Return the numbers of the case that can be bought and have a range, by what tells them."""
    known = numbers(case_to_dict(study.case))
    keys = {title: key.format(calibration=study.case.calibration) for title, key in BOUGHT.items()}
    found = {title: known[key] for title, key in keys.items() if key in known and known[key].low != known[key].high}
    study.asks_for(found, "guess", "give ranges to the numbers that can be measured")
    return found


def ask(study: Study) -> Told:
    """Order the facts by what knowing is worth (R181); the first is moved under the two plans it decides between."""
    asked = facts(study)
    plans = {name: plan for name, plan in compared_plans(study.run).items() if not plan.is_idle}
    plans |= {"nothing": nothing(study.case).model_copy(update={"title": "Do nothing"})}
    found = study.see(options := [study.option(name, plan.title, plan) for name, plan in plans.items()])
    centre = np.array([seen.npv.mean() for seen in found])
    free = [place for place, one in enumerate(options) if not limits_broken(study.case, one.plan)]
    kept = sorted({0, *sorted(free, key=lambda place: -centre[place])[:BEST], len(options) - 1})
    rivals = {options[place].id: options[place] for place in kept}
    offers = {name: plans[name] for name in rivals}
    at = Desk(study.case, offers, study.seed, study.futures.scenarios, centre[kept][:, None])
    # %% Worth and spread, the first fact, and where it turns the choice
    points = {title: opened(at, [number], even(number, POINTS)[None]) for title, number in asked.items()}
    worths = {title: worth(at, part, study.seed, drawn=False) for title, part in points.items()}
    spread = {title: float(means(at, part)[0].var()) for title, part in points.items()}
    whole = sum(spread.values()) + float(found[0].npv.var())
    order = sorted(asked, key=lambda title: (round(worths[title].value), spread[title]), reverse=True)
    worths = {title: worths[title] for title in order}
    rows = {title: (one.value, one.low, one.high, spread[title] / whole) for title, one in worths.items()}
    low, high = (list(rivals.values())[place] for place in means(at, points[order[0]]).argmax(axis=0)[[0, -1]])
    other = low if low != high else next(one for one in rivals.values() if one != high)
    turn = study.threshold(asked[order[0]].name, high, other)
    told = detail_of(f"Facts that can be bought, each at {POINTS} points of its range; last: spread", rows, COLUMNS)
    options = [replace(one, judged=one.id in rivals) for one in options]
    buy = study_order(worths, {TEST: trial_price(study.case)})
    return study.told(options, found, turn, told, buy, nearest_turn(study, asked))


# %% Answer
if __name__ == "__main__":
    main(__file__)
