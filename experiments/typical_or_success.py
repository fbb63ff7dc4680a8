# Question: Are we a typical unit, or one more success story?
# Decision: The calibration on which the budget and the targets are argued.
# Who decides: The CFO, after the head of strategy has shown both.
"""Typical unit or success story: the recommended plan and doing nothing under each calibration."""

from __future__ import annotations

from experiments.asking.study import Study, Told, with_case
from experiments.console.experiment_command import main
from experiments.running.door import nothing
from reports.words import in_words, plain


# %% Options: both plans under the case's own calibration, which is judged, and under every other one, which is shown
def ask(study: Study) -> Told:
    """Value both under each calibration; the demand that turns them is looked up beside that of the others."""
    case = study.case
    study.asks_for(len(case.calibrations) > 1, "calibrations", "add a second calibration to the case")
    fund = study.option("fund", "Recommended plan")
    idle = study.option("nothing", "Do nothing", nothing(case))
    others = [name for name in case.calibrations if name != case.calibration]
    options = with_case([fund, idle], case, in_words(case.calibration), True)
    for name in others:
        other = case.model_copy(update={"calibration": name})
        options += with_case([fund, idle], other, in_words(name), False)
    # %% Values, and how little demand the plan needs, told beside the demand of the other calibrations
    demands = [f"{in_words(name)} {plain(float(case.calibrations[name].demand))}" for name in others]
    title = f"demand as a factor on {in_words(case.calibration)} ({', '.join(demands)})"
    turn = study.threshold(study.demand, options[0], options[1], title)
    return study.told(options, study.see(options), turn)


# %% Answer
if __name__ == "__main__":
    main(__file__)
