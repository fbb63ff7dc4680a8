# Question: Which insurer (partner of the first line) do we try first, and how long a trial?
# Decision: The partner that is tried from the first month on, the users of its trial, and its months.
# Who decides: The partner director; the CFO pays the trial.
"""Which insurer, and how long a trial: each alone in its line, then the best one under longer and larger trials."""

from __future__ import annotations

from experiments.asking.study import Option, Study, Told, tells
from experiments.console.experiment_command import main
from model.inputs import Case
from model.partner_inputs import Partner
from model.plans import PartnerPlan, Plan

MORE_USERS, MORE_MONTHS = 1000, 6


# %% Options: one partner of the line alone, all other lines as recommended
def alone(plan: Plan, partner: Partner) -> Plan:
    """Return the plan in which a partner has its line for itself from the first month on."""
    part = plan.lines[partner.line]
    only = {partner.id: PartnerPlan(start=1, contract=partner.contract)}
    return plan.model_copy(update={"lines": plan.lines | {partner.line: part.model_copy(update={"partners": only})}})


def longer(case: Case) -> Case:
    """Return the case whose trials take more months."""
    return case.model_copy(update={"costs": case.costs.model_copy(update={"trial_months": MORE_MONTHS})})


def ask(study: Study) -> Told:
    """Choose the best partner on few draws; value it under each trial, and the others, on fresh futures."""
    case, plan = study.case, study.plan
    study.asks_for(case.trial, "trial", "add [trial] to the case")
    line = next((line for line in case.lines if line in plan.lines), "")
    known = [partner for partner in case.partners if partner.line == line]
    study.asks_for(len(known) > 1, "partners", "a line of the plan with two candidates")
    best = max(known, key=lambda one: float(study.futures.npv(case, alone(plan, one)).mean()))
    users, months = round(float(case.trial.users)) if case.trial else 0, case.costs.trial_months
    today = f"{users:,} users, {months} months"
    options = [study.option(one.id, f"{one.title}: {today}", alone(plan, one)) for one in known]
    large = study.with_numbers({"trial.users": MORE_USERS})
    first = alone(plan, best)
    # %% Values: the best one also with a larger trial, a longer one, and both
    options += [
        Option("large", f"{best.title}: {MORE_USERS:,} users, {months} months", first, large),
        Option("long", f"{best.title}: {users:,} users, {MORE_MONTHS} months", first, longer(case)),
        Option("both", f"{best.title}: {MORE_USERS:,} users, {MORE_MONTHS} months", first, longer(large)),
    ]
    signs = " and ".join(one.title for one in known if one.id in plan.lines[line].partners)
    return study.told(options, study.see(options), None, tells("trial", trial=today, like=best.id, signs=signs))


# %% Answer
if __name__ == "__main__":
    main(__file__)
