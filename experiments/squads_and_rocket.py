# Question: How many squads, and do they get the three-stage award or a high commission?
# Decision: Squads for each product group and the pay scheme of the second year.
# Who decides: The founder with the heads of the product groups.
"""Squads fewer, as planned and more under each pay scheme, and the repeat purchases that the award must bring about."""

from __future__ import annotations

from experiments.asking.study import Option, Study, Told, detail_of
from experiments.console.experiment_command import main
from model.ledger import paid_out
from model.plans import Plan

RUN = "ecommerce"
SCHEMES = {"commission": "a high commission", "milestone": "campaign bonuses", "rocket": "the three-stage award"}
PAY = ("line_pay", "line_pay_on_cost", "clawback")
ROLE, REPURCHASE = "squad", "ways.rocket.response.repurchase"


# %% Options: each pay scheme with one squad a product group fewer, as planned and one more
def squads(study: Study, plan: Plan, more: int) -> Plan:
    """Return a plan with so many squads more in each product group, never beyond the role's most."""
    role = study.case.roles[ROLE]
    size, lines = role.squad or 1, {}
    for line, part in plan.lines.items():
        heads = zip(part.team[ROLE], role.heads_most, strict=True)
        team = {ROLE: tuple(min(max(count + more * size, size), int(most)) for count, most in heads)}
        lines[line] = part.model_copy(update={"team": part.team | team})
    return plan.model_copy(update={"lines": lines})


def offers(study: Study) -> list[Option]:
    """Return each pay scheme with each number of squads that there can be; the run's plans differ in the scheme."""
    study.asks_for(ROLE in study.case.roles, f"roles.{ROLE}", "add a role that works in squads")
    size = study.case.roles[ROLE].squad or 1
    found = []
    for name, words in SCHEMES.items():
        plans = {more: squads(study, study.shipped(name), more) for more in (-1, 1, 0)}
        # Where the role's bounds leave no other number of squads, the plan itself stands for it.
        counts = {sum(max(part.team[ROLE]) for part in plan.lines.values()) // size: plan for plan in plans.values()}
        for count, changed in sorted(counts.items()):
            found.append(study.option(f"{name}_{count}", f"{count} squads on {words}", changed))
    return found


def ask(study: Study) -> Told:
    """Value all on the same futures; as many squads as planned on the award are held against the commission."""
    options = offers(study)
    # %% Values, what the schemes pay by year, and how much more often buyers must come back for the award
    found = study.see(options)
    pay = [paid_out(seen.years, PAY).mean(axis=-1) for seen in found]
    years = {f"year {number + 1}": "money" for number in range(len(pay[0]))}
    told = detail_of(
        "What the schemes pay, with on-cost", dict(zip((o.title for o in options), pay, strict=True)), years
    )
    rocket, commission = (
        next(o for o in options if o.plan.lines == study.shipped(n).lines) for n in ("rocket", "commission")
    )
    title = "the factor on repeat purchases"
    return study.told(options, found, study.threshold(REPURCHASE, rocket, commission, title, alone=True), told)


# %% Answer
if __name__ == "__main__":
    main(__file__)
