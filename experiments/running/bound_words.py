"""The table "How good is this plan?": each row of the bounds' dataset with its name and meaning in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from model.inputs import Case
from reports.words import money, percent

ALONE = "No single exchange (one role's heads or one line's team, partners or way, all else as it is)"
FURTHER = "It says nothing of plans several exchanges away: for those the rows above hold."


@dataclass(frozen=True)
class _Row:
    """A row of the dataset as numbers; `told` are the dataset's attributes."""

    cny: float
    low: float
    high: float
    turnover: float
    about: str
    note: str
    told: dict[str, Any]

    @property
    def amount(self) -> str:
        """The figure in M CNY."""
        return f"{money(self.cny)} M CNY"

    @property
    def most(self) -> str:
        """The upper end in M CNY and as share of turnover."""
        return f"{money(self.high)} M CNY"


def rows(dataset: xr.Dataset, case: Case) -> list[dict[str, Any]]:
    """Return the rows of the table: key, title, CNY, ends of the interval, share of turnover, and what it means.

    Parameters
    ----------
    dataset : of `bounds.measured`
    """
    turnover = float(dataset["turnover"])
    out = []
    for place, key in enumerate(dataset["measure"].to_numpy()):
        at = dataset.isel(measure=place)
        cny, low, high = (float(at[name]) for name in ("cny", "low", "high"))
        row = _Row(cny, low, high, turnover, str(at["about"].item()), str(at["note"].item()), dataset.attrs)
        title, says = WORDS[str(key).split("_")[0] if str(key).startswith("against_") else str(key)]
        out.append(
            {
                "key": str(key),
                "title": title(row, case),
                "cny": cny + 0.0,
                "low": low,
                "high": high,
                "share": cny / turnover,
                "says": says(row, case),
            }
        )
    return out


Words = Callable[[_Row, Case], str]


def _plain(text: str) -> Words:
    return lambda row, case: text


def _search(row: _Row, case: Case) -> str:
    among = f"made of the {row.told['pieces']:,} priced paths"
    gate = (
        " This row and the following up to planning for uncertainty are about the plan without its gate."
        if row.told["gated"]
        else ""
    )
    if row.cny < 1.0:
        return f"Proved: on the draws that chose it, no plan {among} is better. Bonus bands are counted exactly.{gate}"
    more = f"On the draws that chose it, no plan {among} is better by more than this."
    return f"{more} Bonus bands are counted exactly.{gate}"


def _luck(row: _Row, case: Case) -> str:
    if row.told["uncertainty"] == "none":
        return "Without chance the promise is the verdict."
    promise = f"{row.told['pricing_draws']} draws that chose the plan"
    fresh = f"{row.told['fresh_draws']:,} fresh ones"
    way = "above" if row.cny > 0 else "below"
    inside = row.low <= 0 <= row.high
    verdict = "no more than luck explains" if inside else "more than luck explains"
    return f"The average promised on the {promise} lies {way} that of the {fresh}, {verdict}."


def _gap(row: _Row, case: Case) -> str:
    if row.told["uncertainty"] == "none":
        return "Without chance the best plan is better by no more than a better search could find."
    share = percent(row.high / row.turnover)
    return (
        f"On fresh futures the best plan is better by at most {row.most}, {share} of turnover, with "
        "95\u00a0% confidence; the estimate errs upwards."
    )


def _exchange(row: _Row, case: Case) -> str:
    better, draws = row.told["exchanges_better"], row.told["exchange_draws"]
    where = f"in “{_group(row.about, case)}”"
    if better:
        return (
            f"{better} exchanges are better beyond luck on {draws} fresh draws, the surest {where}: "
            f"gain at least {money(row.low)} M CNY. The plan can be improved by hand there."
        )
    if row.told["uncertainty"] == "none":
        return f"{ALONE} is better; the next best is {where}. {FURTHER}"
    gain = f"{money(row.cny, True)} M CNY ({money(row.low, True)} to {money(row.high, True)})"
    best = f"on {draws} futures that neither chose nor judged the plan the best one, {where}, brings {gain}"
    if row.high <= 0:
        return f"{ALONE} is better: {best}, surely a loss. {FURTHER}"
    return f"{ALONE} is significantly better: {best}, which may be luck. {FURTHER}"


def _group(name: str, case: Case) -> str:
    known = case.roles.get(name) or case.lines.get(name)
    return known.title if known else name


def _knowing(row: _Row, case: Case) -> str:
    if row.told["uncertainty"] == "none":
        return "Nothing is uncertain, so there is nothing to know beforehand."
    return (
        f"If every future were known before hiring, the result would be better by {money(row.low)} to {row.most}: "
        "no study of markets and partners can be worth more."
    )


def _planning(row: _Row, case: Case) -> str:
    if row.cny == 0:
        return "A plan made as if nothing were uncertain would be the same plan."
    plan = f"A plan made as if nothing were uncertain ({row.about})"
    if row.low > 0:
        return f"{plan} earns so much less on the same fresh futures."
    if row.high < 0:
        return f"{plan} earns more on the same fresh futures: run again with more draws that price."
    return f"{plan} earns about the same on the same fresh futures."


def _against(row: _Row, case: Case) -> str:
    limits = f" That plan breaks limits – {row.note} – which this one keeps." if row.note else ""
    luck = "" if row.told["uncertainty"] == "none" else ", beyond luck"
    if row.low > 0:
        return f"Better on the same futures{luck}.{limits}"
    if row.high < 0:
        return f"Worse on the same futures{luck}.{limits or ' That plan keeps all limits too.'}"
    return f"No clear difference on the same futures.{limits}"


def _same_heads(row: _Row, case: Case) -> str:
    if np.isnan(row.cny):
        return f"No plan made of the priced paths has these heads and keeps the limits: {row.note}."
    return f"{_against(row, case)} It has the same heads, chosen anew inside all limits."


WORDS: dict[str, tuple[Words, Words]] = {
    "search": (_plain("What a better search could still find"), _search),
    "search_without_bands": (
        _plain("The same, bonus at its coefficients instead of bands"),
        _plain("What the solver left open when it stopped."),
    ),
    "luck": (_plain("Luck of the futures that chose the plan"), _luck),
    "gap": (_plain("Distance from the best plan, fresh futures"), _gap),
    "gap_without_bands": (_plain("The same, bonus at its coefficients instead of bands"), _gap),
    "exchange": (_plain("Best single exchange, fresh futures"), _exchange),
    "knowing": (_plain("Worth of knowing everything beforehand"), _knowing),
    "uncertainty": (_plain("Gain from planning for uncertainty"), _planning),
    "against": (lambda row, case: f"This plan less: {row.about}", _against),
    "same_heads": (lambda row, case: f"This plan less: the best inside all limits with the {row.about}", _same_heads),
}
"""Title and meaning of each row by its key."""
