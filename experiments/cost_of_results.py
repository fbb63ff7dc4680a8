# Question: What do bonus, pool and after-sales share cost in a good year, and where do we set the targets?
# Decision: The revenue targets of the programme years.
# Who decides: The CFO with the unit's VP.
"""What results cost in a good year, and how much demand higher targets may cost before they do not pay."""

from __future__ import annotations

import numpy as np

from experiments.asking.study import Option, Seen, Study, Told, detail_of, tells
from experiments.console.experiment_command import main
from experiments.running.futures import number_of
from experiments.running.money_tables import INCENTIVE_ROWS
from model.ledger import Floats, revenue
from model.schema import ROW
from reports.words import row_title

FACTORS = (1.0, 0.8, 1.2, 1.4)
GOOD, LEAST = 0.9, 0.8
"""A good year is one of the best tenth by revenue; of today's demand this share is left at least."""


# %% Options: targets as they are, lower, and higher, with the same plan and the same demand
def good_year(found: Seen) -> Floats:
    """Return the mean of each ledger row in the best tenth of the year with the largest revenue, CNY."""
    earned = np.asarray(revenue(found.years))
    year = int(earned.mean(axis=1).argmax())
    good = earned[year] >= np.quantile(earned[year], GOOD)
    out: Floats = found.years[:, year, good].mean(axis=1)
    return out


def left(study: Study) -> tuple[float, float]:
    """Return the demand that is looked through: from the least that may be left up to all that is assumed."""
    assumed = number_of(study.case, study.demand).value
    return LEAST * assumed, assumed


def ask(study: Study) -> Told:
    """Value the plan under each target; higher ones are held against the demand that they may cost."""
    case = study.case
    study.asks_for(case.incentives.targets, "incentives.targets", "add targets to the case")
    titles = {factor: f"Targets × {factor:g}" if factor != 1 else "Targets of today" for factor in FACTORS}
    options = [
        Option(f"targets_{factor:g}", titles[factor], study.plan, study.with_numbers({"incentives.targets": factor}))
        for factor in FACTORS
    ]
    # %% Values, the good year by row, and the least demand that the highest targets must leave
    found = study.see(options)
    years = [good_year(one) for one in found]
    paid = [name for name in INCENTIVE_ROWS if any(year[ROW[name]] for year in years)]
    rows = {row_title(name): [float(year[ROW[name]]) for year in years] for name in paid}
    rows["Together"] = [float(sum(year[ROW[name]] for name in paid)) for year in years]
    rows["Revenue of the good year"] = [float(revenue(year[:, None, None])[0, 0]) for year in years]
    detail = detail_of("What results cost in a good year (best tenth)", rows, dict.fromkeys(titles.values(), "money"))
    title = f"the demand that stays when targets are {FACTORS[-1]:g} times as high"
    turn = study.threshold(study.demand, options[-1], options[0], title, left(study), alone=True)
    return study.told(options, found, turn, detail, tells("good_year", together=len(paid)))


# %% Answer
if __name__ == "__main__":
    main(__file__)
