"""Goals that need the case: a return turned into money, and today's plan as what is not to be fallen behind."""

from __future__ import annotations

from model.inputs import Case
from model.ledger import present_value, result
from model.plans import Plan
from model.simulate import TABLE, Block, plan_months
from solvers.goals import Goal, Hurdle


def hurdle_of_return(case: Case, share: float, chance: float) -> Hurdle:
    """Return the hurdle of a return on the money granted: share × sum of the phases' budgets, CNY (R141).

    Parameters
    ----------
    share : 0.2 asks for 20 % of what is granted, after discounting
    chance : least chance of reaching it
    """
    return Hurdle(share * sum(float(phase.budget) for phase in case.phases), chance)


def not_worse_than(case: Case, plan: Plan, seed: int, scenarios: int) -> Goal:
    """Return the goal of the best mean among plans that no cautious board likes less than this one (R142).

    Parameters
    ----------
    plan : today's plan; it is priced on the draws that price the options
    seed, scenarios : as the options are priced
    """
    book = plan_months(case, plan, Block(case, seed, TABLE, 0, scenarios)).ledger
    npv = present_value(result(book), float(case.clock.discount))
    return Goal(benchmark=tuple(float(value) for value in npv), today=plan)
