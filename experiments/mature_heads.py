# Question: 30, 20 or 12 heads once the unit is mature?
# Decision: The cap on posts in the last phase of the plan.
# Who decides: The head of strategy with HR; the CFO signs.
"""30, 20 or 12 mature heads: each the best plan with at most so many."""

from __future__ import annotations

from dataclasses import replace

from experiments.asking.steps import Step, take
from experiments.asking.study import Study, Told, tells
from experiments.console.experiment_command import main
from model.plans import heads_by_phase
from solvers.change import Change

CAPS = (30, 20, 12)


# %% The best plan under each cap, chosen again on the run's own priced tables (R155)
def steps(study: Study) -> list[Step]:
    """Return a step for each cap that the last phase admits."""
    last = len(study.case.phases) - 1
    row = next(row for row in study.reopened.exact.rows if row.name == f"heads in {study.case.phases[last].id}")
    caps = [cap for cap in CAPS if row.low <= cap <= row.high]
    study.asks_for(len(caps) > 1, "heads_most", f"a last phase that admits two of {CAPS}")
    return [
        Step(f"heads_{cap}", "cap", f"At most {cap} heads", last, 0.0, "", Change((replace(row, high=float(cap)),)))
        for cap in caps
    ]


def ask(study: Study) -> Told:
    """Value the best plan under each cap on the same futures; demand is moved between the largest and the smallest."""
    run = study.reopened
    options, caps = [], []
    for one in take(run, steps(study), study.say)[1:]:
        if one.found:
            plan = one.found.choice.plan(run.case, one.step.id, one.step.title)
            mature = heads_by_phase(run.case, plan)[-1]
            caps.append(f"{one.step.change.rows[0].high:g}")
            options.append(study.option(one.step.id, f"{one.step.title}: {mature}", plan))
    study.asks_for(len(options) > 1, "heads_most", "two caps under which there is a plan")
    # %% Values, and from which demand on the larger team pays
    found = study.see(options)
    turn = study.threshold(study.demand, options[0], options[-1], "demand")
    return study.told(options, found, turn, tells("caps", caps=",".join(caps)))


# %% Answer
if __name__ == "__main__":
    main(__file__)
