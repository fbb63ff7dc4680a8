# Question: Department, own unit, or a department first: at which cost of meetings does the answer turn?
# Decision: The form in which the team is set up, and when it becomes a unit of its own.
# Who decides: The board; HR prepares it with the head of strategy.
"""The same people under each path of organisation modes that the case admits, and the break-even of coordination."""

from __future__ import annotations

from experiments.asking.study import Option, Seen, Study, Told, detail_of, tells
from experiments.console.experiment_command import main
from model.inputs import Case
from model.plans import Plan, heads_by_phase
from model.schema import ROW
from reports.words import calendar


# %% Options: one for each path of modes, by the names of the modes
def paths(study: Study) -> list[Option]:
    """Return the recommended plan under each path of the case; a path that the plan has comes first."""
    case = study.case
    known = sorted(case.choice.mode_paths, key=lambda path: path != study.plan.modes)
    study.asks_for(len(known) > 1, "choice.mode_paths", "name a second path of organisation modes")
    plans = [study.plan.model_copy(update={"modes": tuple(path)}) for path in known]
    return [study.option("_".join(plan.modes), titled(case, plan), plan) for plan in plans]


def titled(case: Case, plan: Plan) -> str:
    """Return which mode follows the first one and from when, and how many heads the modes do not allow."""
    path, more = plan.modes, over(case, plan)
    later = [
        f"{case.modes[mode].title} from {calendar(case.clock.start, phase.first_month)}"
        for before, mode, phase in zip(path, path[1:], case.phases[1:], strict=False)
        if mode != before
    ]
    words = later or [f"{case.modes[path[0]].title} throughout"]
    return ", ".join([*words, f"{more} head{'s' * (more > 1)} too many"] if more else words)


def over(case: Case, plan: Plan) -> int:
    """Return how many heads a plan has above what its modes allow, in the phase in which they are most."""
    most = [float(case.modes[mode].heads_most) for mode in plan.modes]
    return max(0, *(int(heads - room) for heads, room in zip(heads_by_phase(case, plan), most, strict=True)))


def row(case: Case, option: Option, seen: Seen) -> tuple[float, ...]:
    """Return working time left in the last phase, labour lost to changes, and heads above the modes' bounds."""
    lost = float(seen.years[ROW["transition_loss"]].sum(axis=0).mean())
    return float(case.modes[option.plan.modes[-1]].coordination), lost, over(case, option.plan)


def chosen_again(study: Study) -> dict[str, str]:
    """Return what the run's page tells of its paths of modes, each with a plan chosen within the limits, CNY."""
    paths = study.run.info.get("mode_paths") or []
    told = {" → ".join(path["path"]): path["npv"] for path in paths if path["npv"] is not None}
    return {"paths": "\n".join(told), "paths_cny": "\n".join(map(str, told.values()))}


def ask(study: Study) -> Told:
    """Value the same people under each path; the last mode is moved against the path that uses it least."""
    case, options = study.case, paths(study)
    own, *others = options
    mode = own.plan.modes[-1]
    rival = min(others, key=lambda option: option.plan.modes.count(mode))
    # %% Values, what the forms allow, and the working time that must be left for the plan's own form
    found = study.see(options)
    columns = {"time left after meetings": "percent", "lost to changes": "money", "heads above the bound": "heads"}
    rows = {option.title: row(case, option, seen) for option, seen in zip(options, found, strict=True)}
    title = f"the time left after meetings in “{case.modes[mode].title}”"
    turn = study.threshold(f"modes.{mode}.coordination", own, rival, title, alone=mode not in rival.plan.modes)
    detail = detail_of("What each form does and allows", rows, columns)
    return study.told(options, found, turn, detail, tells("forms", **chosen_again(study)))


# %% Answer
if __name__ == "__main__":
    main(__file__)
