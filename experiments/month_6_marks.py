# Question: What must month 6 show for us to go on?
# Decision: The marks of the first milestone, and whether missing them ends the unit or holds it as it is.
# Who decides: The board, when it grants the first budget.
"""Marks of the first gate: tried over a small grid on the pricing draws, checked on fresh futures."""

from __future__ import annotations

from experiments.asking.first_marks import marks_of
from experiments.asking.gate_grid import HOLD, TRIED, Marks, asking, tried, with_marks
from experiments.asking.study import Option, Study, Told, detail_of
from experiments.console.experiment_command import main
from model.gates import as_planned

SHOWN = 8
"""Combinations of marks that the table shows."""


# %% Options: no gate, the documents' own answers to the gate, and the marks that were best on the pricing draws
def words(marks: Marks) -> str:
    """Return marks in words."""
    partners = f"{marks.partners} partner{'s' * (marks.partners > 1)}"
    asked = [f"{marks.users:,.0f} users"] * bool(marks.users) + [partners] * bool(marks.partners)
    otherwise = "stay as it is" if marks.otherwise == HOLD else "end"
    return f"{' and '.join(asked)}, else {otherwise}" if asked else "nothing: always go on"


def ask(study: Study) -> Told:
    """Choose marks on the draws that chose the plan, and value them beside the documents' own on fresh ones (R188)."""
    case, plan = study.case, as_planned(study.plan)
    first = [name for name, gate in case.gates.items() if not gate.line and "users" in gate.least.criteria]
    study.asks_for(first, "gates", "add [gates.NAME] with a mark of users to the case, and run it again")
    name = first[0]
    grid = tried(case, plan, name, study.seed, study.draws)
    best = next((one for one in grid if one.fails > 0), grid[0])
    options = [
        study.option("free", "No gate", plan),
        *(
            study.option(answer, f"Documents: {told.title}", asking(plan, name, answer))
            for answer, told in case.gates[name].answers.items()
        ),
        Option("best", f"Best marks: {words(best)}", asking(plan, name, TRIED), with_marks(case, name, best)),
    ]
    # %% Values on fresh futures, and the grid as it was seen on the pricing draws
    simplest = {(one.gain, one.fails): words(one) for one in reversed(grid) if one.fails > 0 or one is best}
    shown = {told: figures for figures, told in list(reversed(simplest.items()))[:SHOWN]}
    forms = {"gain against no gate": "money", "misses the marks": "percent"}
    detail = detail_of(f"Best marks on the {study.draws} draws that chose the plan", shown, forms)
    marks = marks_of(case, {"The plan without a gate": plan}, study.seed, study.scenarios)
    return study.told(options, study.see(options), None, detail, marks)


# %% Answer
if __name__ == "__main__":
    main(__file__)
