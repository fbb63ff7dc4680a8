"""What experiments beside a run found that needs no further head, and which facts pay to buy before signing."""

from __future__ import annotations

import xarray as xr

from model.summary import Z95
from reports.board.phrases import listed, phrase
from reports.cited import Says, Shelf
from reports.forms import NAME
from reports.words import clean, is_number

WORDS_OF_CONTRACTS, TRIAL, FACTS = "contract_words", "which_insurer_and_trial", "facts_to_buy"
EXPERIMENTS = (WORDS_OF_CONTRACTS, TRIAL, FACTS)
"""Experiments whose stored answers a memo quotes."""
TODAY, IDLE, TRIALS = "today", "nothing", ("large", "long", "both")
FEW_CNY = 5_000.0
"""Worth above which a study without a known price is told (R222)."""
MOST = 2


def without_heads(shelf: Shelf) -> Says | None:
    """Return the best contract word and the best trial, each alone against today's; None where nobody asked."""
    found = [part for part in (_word(shelf), _trial(shelf)) if part is not None]
    return phrase(shelf, "no_head", gains=listed(shelf, found)) if found else None


def _word(shelf: Shelf) -> Says | None:
    data = shelf.answers.get(WORDS_OF_CONTRACTS)
    if data is None or TODAY not in data["plan"].values:
        return None
    changed = [str(plan) for plan in data["plan"].values if str(plan) not in (TODAY, IDLE)]
    return _gain(shelf, WORDS_OF_CONTRACTS, changed, TODAY, "gain_word")


def _trial(shelf: Shelf) -> Says | None:
    """Return the best trial of the partner that is tried first, against today's trial of the very same partner."""
    data = shelf.answers.get(TRIAL)
    if data is None:
        return None
    other = [plan for plan in map(str, data["plan"].values) if plan in TRIALS]
    tried = {_partner(data, plan) for plan in other}
    today = [plan for plan in map(str, data["plan"].values) if plan not in TRIALS and _partner(data, plan) in tried]
    return _gain(shelf, TRIAL, other, today[0], "gain_trial") if len(today) == 1 else None


def _partner(data: xr.Dataset, plan: str) -> str:
    return str(data["plan_title"].sel(plan=plan).item()).rsplit(":", 1)[0]


def _gain(shelf: Shelf, of: str, plans: list[str], against: str, key: str) -> Says | None:
    """Return the best of several options if it is better than today's beyond its error by what matters."""
    if not plans:
        return None
    data = shelf.answers[of]
    best = max(plans, key=lambda plan: float(data["npv"].sel(plan=plan).mean()))
    more, error = (
        shelf.number("npv", statistic, form, of=of, plan=best, minus={"plan": against})
        for statistic, form in (("mean", "money_plus"), ("mean_se", "error"))
    )
    if not (is_number(more.value) and is_number(error.value)):
        return None
    if more.value - Z95 * error.value <= 0 or more.value < float(data.attrs.get("materiality", 0.0)):
        return None
    name, old = (shelf.text("plan_title", NAME, of=of, plan=plan) for plan in (best, against))
    slots = {"old": old} if key == "gain_trial" else {}
    return phrase(shelf, key, name=name, more=more, error=error, **slots)


def facts(shelf: Shelf) -> Says | None:
    """Return the studies that are worth more than their price, the first ones in their order; None where unknown."""
    data = shelf.answers.get(FACTS)
    if data is None or "study_worth" not in data:
        return None
    paying = [study for study in map(str, data["study"].values) if _pays(data, study)][:MOST]
    return (
        phrase(shelf, "facts_first", studies=listed(shelf, [_study(shelf, each) for each in paying]))
        if paying
        else None
    )


def _pays(data: xr.Dataset, study: str) -> bool:
    """Whether even the lower end of a study's worth is above its price (R222)."""
    low, price = (float(data[name].sel(study=study)) for name in ("study_low", "study_price"))
    return low > (price if is_number(price) else FEW_CNY)


def _study(shelf: Shelf, study: str) -> Says:
    worth, price = (
        shelf.number(name, form="money_size", of=FACTS, study=study) for name in ("study_worth", "study_price")
    )
    if is_number(price.value):
        return phrase(shelf, "fact_priced", what=clean(study), worth=worth, price=price)
    return phrase(shelf, "fact", what=clean(study), worth=worth)
