# Question: A share of what users bring over the years, or a flat commission on each sale?
# Decision: The pay scheme of the advisers from the next programme year on.
# Who decides: The head of sales with HR; the CFO signs.
"""The same team under both pay schemes, year by year, and the repeat purchases that the share must bring about."""

from __future__ import annotations

from dataclasses import replace

from experiments.asking.study import Study, Told, detail_of
from experiments.console.experiment_command import main
from experiments.running.break_even import span
from experiments.running.futures import changed, number_of
from model.inputs import Case
from model.ledger import paid_out

RUN = "user_success"
PAY = ("line_pay", "line_pay_on_cost", "clawback")
CARE, REPURCHASE = "ways.ltv_share.response.care", "ways.ltv_share.response.repurchase"


# %% Options: the plans of the case for both schemes, and the share as it would be if advisers kept in touch
def half_way(case: Case, key: str) -> Case:
    """Return the case with a number in the middle of its range."""
    number = number_of(case, key)
    return changed(case, number, sum(span(number)) / 2)


def ask(study: Study) -> Told:
    """Value both schemes on the same futures; nobody has measured that users buy again, so that number is moved."""
    study.asks_for("ltv_share" in study.case.ways, "ways.ltv_share", "add a way that pays by what users bring")
    flat = study.option("flat", "Flat commission", study.shipped("today"))
    ltv = study.option("share", "Share of what users bring", study.shipped("ltv"))
    shown = [
        study.option("share_care", "Share, if advisers keep in touch", ltv.plan, half_way(study.case, CARE)),
        study.option("share_again", "Share, if users buy again", ltv.plan, half_way(study.case, REPURCHASE)),
    ]
    options = [replace(option, world="nobody responds") for option in (flat, ltv)]
    options += [replace(option, world="users respond", judged=False) for option in shown]
    # %% Values, what the schemes pay by year, and how much more often users must buy again
    found = study.see(options)
    pay = [paid_out(seen.years, PAY).mean(axis=-1) for seen in found]
    years = {f"year {number + 1}": "money" for number in range(len(pay[0]))}
    told = detail_of(
        "What the schemes pay, with on-cost", dict(zip((o.title for o in options), pay, strict=True)), years
    )
    turn = study.threshold(REPURCHASE, ltv, flat, "the factor on repeat purchases", alone=True)
    return study.told(options, found, turn, told)


# %% Answer
if __name__ == "__main__":
    main(__file__)
