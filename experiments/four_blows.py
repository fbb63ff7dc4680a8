# Question: The biggest partner leaves, rates halve, data leak, the VP leaves: is the unit still alive?
# Decision: Which blow we insure against or prepare for, and whether the budget stands in spite of the worst one.
# Who decides: The board; the head of strategy prepares it with legal and HR.
"""Four blows, each alone and all at once, and how hard the worst one may fall before doing nothing is better."""

from __future__ import annotations

from dataclasses import dataclass, replace

from experiments.asking.biggest_partner import biggest_partner
from experiments.asking.study import Option, Study, Told, spared, tells
from experiments.console.experiment_command import main
from experiments.running.door import nothing
from experiments.running.futures import number_of
from experiments.running.run_info import RECOMMENDED
from model.plans import Plan

HALVED, EMPTY, YEAR, CALM, HIT = "rates_halved", "leaderless", 12, "no blow", "after the blow"


@dataclass(frozen=True)
class Blow:
    """A plan and what changes in the case by key; the first change is the one that is varied."""

    id: str
    title: str
    plan: Plan
    changes: dict[str, float]


# %% The blows: no biggest partner, a future of the case, a leak of ours about once, a phase without a leader
def blows(study: Study) -> list[Blow]:
    """Return the four; nobody knows what a leader is worth: without one people meet as badly as their range says."""
    case, plan = study.case, study.plan
    leaders = [role for role, heads in plan.seats.items() if any(heads) and max(case.roles[role].heads_most) <= 1]
    lost = biggest_partner(case, plan, study.seed, study.scenarios)
    known = len(plan.modes) > 1 and leaders and case.shocks and HALVED in case.scenarios and lost
    study.asks_for(known, "scenarios", f"name {HALVED}, shocks, two phases, a leader and a partner with a name")
    titles, halved = {partner.id: partner.title for partner in case.partners}, case.scenarios[HALVED]
    gone = Blow("partner", f"{titles[lost]} brings nothing", plan, {f"partners.{lost}.mature_volume": 0.0})
    rates = Blow(HALVED, halved.title, plan, {key: float(value) for key, value in halved.changes.items()})
    once = YEAR / (case.clock.months * max(sum(len(part.partners) for part in plan.lines.values()), 1))
    meeting, heads = number_of(case, f"modes.{plan.modes[1]}.coordination"), plan.seats[leaders[0]]
    seats, modes = plan.seats | {leaders[0]: (heads[0], 0, *heads[2:])}, (plan.modes[0], EMPTY, *plan.modes[2:])
    alone = plan.model_copy(update={"seats": seats, "modes": modes})
    worst = {f"modes.{EMPTY}.coordination": meeting.value if meeting.low is None else meeting.low}
    leak = Blow("leak", "We leak data about once", plan, {"shocks.leak": once, "shocks.leak_ours": 1.0})
    return [gone, rates, leak, Blow("leader", f"No {case.roles[leaders[0]].title} for a phase", alone, worst)]


def opened(study: Study) -> Study:
    """Return the study with one more mode, of a phase without a leader, as the second phase's is today."""
    modes = {"modes": study.case.modes | {EMPTY: study.case.modes[study.plan.modes[1]]}}
    case = study.case.model_copy(update=modes)
    return replace(study, run=replace(study.run, cases=study.run.cases | {RECOMMENDED: case}))


def ask(study: Study) -> Told:
    """Value each blow; the worst one is held against doing nothing, and softened until the plan is worth nothing."""
    asked, study = blows(study), opened(study)
    hit = [Option(b.id, f"Go on: {b.title}", b.plan, study.with_numbers(b.changes)) for b in asked]
    every = study.with_numbers({key: value for blow in asked for key, value in blow.changes.items()})
    last = Option("all", "Go on: all four at once", asked[-1].plan, every)
    plan, idle = study.option("plan", "Go on as planned"), study.option("nothing", "Do nothing", nothing(study.case))
    # %% Values, and how hard the worst blow may fall
    found = study.see(options := [plan, *hit, last, idle])
    worst = min(range(len(hit)), key=lambda place: float(found[1 + place].npv.mean()))
    (key, value), *rest = asked[worst].changes.items()
    held = replace(plan, plan=hit[worst].plan, case=study.with_numbers(dict(rest)))
    low, high = sorted((value, number_of(study.case, key).value))
    turn = study.threshold(key, held, idle, over=(low, high))
    judged, calm = (hit[worst].id, idle.id), (plan, idle)
    seen = [replace(one, judged=one.id in judged, world=CALM if one in calm else HIT) for one in options]
    alone = {"unled": hit[-1].id} | spared(found[0], found[len(hit)])
    return study.told(seen, found, turn, tells("alive", calm=plan.id, idle=idle.id, **alone))


# %% Answer
if __name__ == "__main__":
    main(__file__)
