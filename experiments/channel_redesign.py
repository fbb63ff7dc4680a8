# Question: Seven groups into three: is it worth what is lost while the team changes?
# Decision: Whether the channel team is redesigned, and with what reserve for the change.
# Who decides: The head of marketing with HR; the CFO signs the reserve.
"""The redesign against today with the loss of the change as assumed, short and light, long and heavy."""

from __future__ import annotations

from dataclasses import replace

from experiments.asking.study import Option, Study, Told, detail_of
from experiments.console.experiment_command import main
from experiments.running.break_even import span
from experiments.running.futures import changed, number_of
from model.inputs import Case
from model.ledger import paid_out, result

RUN = "channel"
RATE, LASTS, MEETINGS = "staffing.transition_rate", "staffing.transition_months", "modes.redesigned.coordination"
CHANGE = ("transition_loss", "double_staffing")
ENDS = {"with the lightest change": 0, "with the heaviest change": 1}


# %% Options: today, and the redesign with the loss as assumed and at both ends of its range
def lost(case: Case, end: int) -> Case:
    """Return the case with rate and length of the transition loss at one end of their ranges."""
    for key in (RATE, LASTS):
        number = number_of(case, key)
        case = changed(case, number, span(number)[end])
    return case


def ask(study: Study) -> Told:
    """Value all on the same futures; the working time that meetings leave after the redesign turns the answer."""
    study.asks_for("redesigned" in study.case.modes, "modes.redesigned", "add a mode for the team after its redesign")
    today = study.option("today", "Today's groups", study.shipped("today"))
    three = study.option("redesign", "Redesign", study.shipped("redesign"))
    ends = [
        Option(f"redesign_{end}", f"Redesign {words}", three.plan, lost(study.case, end), "another loss", judged=False)
        for words, end in ENDS.items()
    ]
    options = [*(replace(one, world="loss as assumed") for one in (today, three)), *ends]
    # %% Values, the years in which the change pays back, and the least that the redesign must save
    found = study.see(options)
    net = [result(seen.years).mean(axis=-1) - result(found[0].years).mean(axis=-1) for seen in found]
    spent = [float(paid_out(seen.years, CHANGE).sum(axis=0).mean()) for seen in found]
    columns = {"cost of the change": "money"} | {
        f"year {number + 1} less today": "money" for number in range(len(net[0]))
    }
    rows = {option.title: (cost, *gain) for option, cost, gain in zip(options, spent, net, strict=True)}
    title = "the working time that meetings leave after the redesign"
    turn = study.threshold(MEETINGS, three, today, title, alone=True)
    return study.told(options, found, turn, detail_of("What the change costs and brings", rows, columns))


# %% Answer
if __name__ == "__main__":
    main(__file__)
