# Question: Flexible labour, automation or both: which takes the peaks and the routine?
# Decision: The share of support posts that is called in as needed, and the tools that are bought.
# Who decides: The head of marketing with HR and IT.
"""Shares of flexible labour with and without automation, and the chance that the reports are used."""

from __future__ import annotations

from experiments.asking.study import Option, Study, Told, detail_of
from experiments.console.experiment_command import main
from experiments.running.break_even import span
from experiments.running.futures import number_of
from model.ledger import paid_out

RUN = "channel"
ROLE, LEVER = "support", "reports"
TOOLS = {"redesign": "no new tools", "redesign_automation": "automation", "redesign_crm": "automation and CRM"}
ROWS = {"own pay and on-cost": ("base_pay", "on_cost"), "flexible pay": ("flexible_pay",), "tools": ("levers",)}


# %% Options: own people only, and both ends of the documents' share, each with every set of tools
def shares(study: Study) -> list[float]:
    """Return the shares of flexible labour that are tried: none, and the ends of the range."""
    terms = study.case.roles[ROLE].employment if ROLE in study.case.roles else None
    study.asks_for(terms, f"roles.{ROLE}.employment", "tell the terms of flexible labour")
    return [0.0, *span(number_of(study.case, f"roles.{ROLE}.employment.flexible"))]


def offers(study: Study) -> list[Option]:
    """Return each share with each set of tools."""
    return [
        study.option(
            f"{name}_{round(100 * share)}",
            f"{round(100 * share)} % flexible, {words}",
            study.shipped(name).model_copy(update={"flexible": {ROLE: share}}),
        )
        for name, words in TOOLS.items()
        for share in shares(study)
    ]


def ask(study: Study) -> Told:
    """Value all on the same futures; the chance that people use the reports turns automation on and off."""
    options = offers(study)
    # %% Values, what people and tools cost, and the chance of use from which automation pays
    found = study.see(options)
    rows = {
        option.title: tuple(float(paid_out(seen.years, names).sum(axis=0).mean()) for names in ROWS.values())
        for option, seen in zip(options, found, strict=True)
    }
    told = detail_of("What people and tools cost over the horizon", rows, dict.fromkeys(ROWS, "money"))
    plain, tools = options[0], options[len(options) // len(TOOLS)]
    title = "the chance that people use the automatic reports"
    turn = study.threshold(f"levers.{LEVER}.adoption", tools, plain, title, over=(0.0, 1.0), alone=True)
    return study.told(options, found, turn, told)


# %% Answer
if __name__ == "__main__":
    main(__file__)
