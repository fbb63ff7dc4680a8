# Question: Which words of the contracts do we negotiate, and what is at stake when they are renewed?
# Decision: The order of our demands, and what we give up for them.
# Who decides: The partner director with legal.
"""Contract words one at a time against today's, and the chance of renewal at which nothing is left."""

from __future__ import annotations

from experiments.asking.renewals import renewals
from experiments.asking.study import Option, Study, Told, tells, with_case
from experiments.console.experiment_command import main
from experiments.running.door import nothing
from model.case_numbers import numbers
from model.load import case_to_dict

RENEWAL, WHOLE = "contract_life.renewal", "retroactive"
RENEWED = {RENEWAL, "contract_life.renewal_rate"}
LIFE = {
    "Renewal is certain": {RENEWAL: 1.0},
    "Renewal at today's rates": {"contract_life.renewal_rate": 1.0},
    "No cut of rates within the term": {"contract_life.cut": 0.0},
    "A merged partner keeps the contract": {"shocks.merger_ends": 0.0},
}
TERMS = {
    "No deduction for complaints": {"complaint_deduction": 0.0},
    "No deduction for a low NPS": {"nps_deduction": 0.0},
    "No fee for ending": {"exit_fee": 0.0},
    "Half the base target": {"base_target": 0.5},
}


# %% Options: one word changed, in every contract that the plan signs
def terms(study: Study) -> dict[str, dict[str, float]]:
    """Return each change as numbers of the case; a share of a target is taken of the target of today."""
    known = numbers(case_to_dict(study.case))
    signed = {entry.contract for part in study.plan.lines.values() for entry in part.partners.values()}
    found = dict(LIFE)
    for title, change in TERMS.items():
        keys = {f"contracts.{name}.{key}": value for name in sorted(signed) for key, value in change.items()}
        halved = {
            key: value * known[key].value if value == 0.5 else value for key, value in keys.items() if key in known
        }
        found[title] = {key: value for key, value in halved.items() if known[key].value != value}
    return {title: change for title, change in found.items() if change and change.keys() <= known.keys()}


def ask(study: Study) -> Told:
    """Value each word on the same futures; the plan is held against doing nothing along the chance of renewal."""
    words = terms(study)
    study.asks_for(len(words) > 1, "contract_life", "a plan with contracts, and terms to change in them")
    today = study.option("today", "Contracts of today")
    (idle,) = with_case([study.option("nothing", "Do nothing", nothing(study.case))], study.case, "", False)
    changed = [
        Option(f"word_{place}", title, study.plan, study.with_numbers(change))
        for place, (title, change) in enumerate(words.items(), start=1)
    ]
    if study.case.readings.tier_reading != WHOLE:
        readings = study.case.readings.model_copy(update={"tier_reading": WHOLE})
        whole = study.case.model_copy(update={"readings": readings})
        changed.append(study.option("whole", "The higher rate counts for the whole volume", case=whole))
    # %% Values, and the chance of renewal at which the plan is worth nothing
    options = [today, *changed, idle]
    turn = study.threshold(RENEWAL, today, idle, "the chance of renewal") if RENEWAL in known(study) else None
    about = [one.id for one, change in zip(changed, words.values(), strict=False) if RENEWED & change.keys()]
    told = tells("words", idle=idle.id, renewal=",".join(about), renewed_in=renewals(study.case, study.plan))
    return study.told(options, study.see(options), turn, told)


def known(study: Study) -> set[str]:
    """Return the keys of all numbers of the case."""
    return set(numbers(case_to_dict(study.case)))


# %% Answer
if __name__ == "__main__":
    main(__file__)
