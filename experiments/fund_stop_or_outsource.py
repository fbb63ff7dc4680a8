# Question: Do we fund the unit, stop it after month 6, have the shared work done outside, or do nothing?
# Decision: The five-year budget is granted, granted for six months only, or not granted.
# Who decides: The board, on the CFO's figures.
"""Fund, stop at month 6, outsource or nothing."""

from __future__ import annotations

from experiments.asking.other_turn import of_threshold
from experiments.asking.study import Study, Told
from experiments.console.experiment_command import main
from experiments.running.door import nothing
from model.plans import Plan, Policies

FIRST_GATE = 6


# %% Options: the recommended plan, what is left of it after six months, and the same partners without an own centre
def outsourced(study: Study) -> Plan:
    """Return the plan without shared roles that several may hold; what nobody is there to do is bought (R22)."""
    seats = {role: tuple(min(count, 1) for count in heads) for role, heads in study.plan.seats.items()}
    alone = {role: heads for role, heads in seats.items() if study.case.roles[role].heads_most[0] <= 1}
    return study.plan.model_copy(update={"seats": alone})


def ask(study: Study) -> Told:
    """Value the four on the same futures; the number that turns the plan is looked up against doing nothing."""
    stopped = study.plan.model_copy(update={"policies": Policies(stop_after=FIRST_GATE)})
    fund = study.option("fund", "Fund the recommended plan")
    idle = study.option("nothing", "Do nothing", nothing(study.case))
    options = [
        fund,
        study.option("stop", f"Stop it after month {FIRST_GATE}", stopped),
        study.option("outsource", "Buy all shared work outside", outsourced(study)),
        idle,
    ]
    # %% Values, and where the budget stops being worth it
    found = study.see(options)
    turn = study.threshold(study.turning, fund, idle)
    if study.turning == study.demand:
        return study.told(options, found, turn)
    demand = study.threshold(study.demand, fund, idle)
    return study.told(options, found, turn, other=of_threshold(study.case, demand))


# %% Answer
if __name__ == "__main__":
    main(__file__)
