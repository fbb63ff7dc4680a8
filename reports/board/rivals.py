"""The other plans beside the recommended one: the best that keeps all limits, what breaks them, one head more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import xarray as xr

from reports.board.phrases import counted, listed, phrase, sentences, word
from reports.cited import Cited, Says, Shelf
from reports.drawing import BOTH_OTHER, OTHER_CALIBRATION, OTHER_READING, RECOMMENDED
from reports.forms import LIMIT, NAME
from reports.words import clean, is_number

NOTHING = "do_nothing"
NEXT_HEAD = "next-hire"
"""Question whose answer tells what one more head is worth."""
BEST = "best"
"""Name of the best plan that was met while asking, where one was met."""
PEOPLE = ("role", "team")


def rivals(shelf: Shelf) -> list[str]:
    """Return the other plans that do something, under the run's own reading, best average first."""
    data = shelf.run.dataset
    own = {RECOMMENDED, NOTHING, OTHER_READING, OTHER_CALIBRATION, BOTH_OTHER}
    names = [str(plan) for plan in data["plan"].values if str(plan) not in own]
    means = {plan: float(data["npv"].sel(plan=plan).mean()) for plan in names}
    return sorted(names, key=lambda plan: -means[plan])


def plan_name(shelf: Shelf, plan: str) -> Cited | str:
    """Return what a plan is called: in the document's language where headcast named it, else as the case does."""
    if plan in (RECOMMENDED, NOTHING):
        return word(shelf, plan)
    return shelf.told(f"/comparison/{row_of(shelf, plan)}/title", NAME)


def row_of(shelf: Shelf, plan: str) -> int:
    """Return where a plan stands among the compared ones."""
    return next(place for place, row in enumerate(shelf.run.info["comparison"]) if row["plan"] == plan)


def keeps(shelf: Shelf, plan: str) -> bool:
    """Whether a compared plan keeps all limits and budgets."""
    told = shelf.run.info["comparison"][row_of(shelf, plan)]
    return not (told.get("broken") or told.get("overrun"))


def runner_up(shelf: Shelf) -> Says | None:
    """Return the next best plan that keeps all limits, the best one that breaks them where that says more.

    Where no other plan keeps them this is said, and the best of those that do not is told with what it breaks.
    """
    found = rivals(shelf)
    legal = [plan for plan in found if keeps(shelf, plan)]
    said: list[Says | None] = []
    if legal:
        said += [_beside(shelf, legal[0], "kept_best"), given_up(shelf, legal[0])]
    elif found:
        said.append(phrase(shelf, "only_nothing" if NOTHING in shelf.run.dataset["plan"].values else "none_keeps"))
    if found and found[0] not in legal and (not legal or lead(shelf, found[0]) < 0):
        said += [_beside(shelf, found[0], "runner_up"), given_up(shelf, found[0]), limits(shelf, found[0])]
        said.append(_same_heads(shelf, found[0]))
    return sentences(shelf, said) if said else None


def _same_heads(shelf: Shelf, plan: str) -> Says | None:
    """Return what the best plan within all limits and a compared plan's heads earns less, None where unknown (R224)."""
    title = str(shelf.run.info["comparison"][row_of(shelf, plan)]["title"])
    place, told = _bound(shelf, "same_heads")
    if not (is_number(told.get("cny")) and float(told["cny"]) > 0 and str(told.get("title", "")).endswith(f" {title}")):
        return None
    return phrase(shelf, "same_heads", less=shelf.told(f"/bounds/{place}/cny", "money"))


def unfound(shelf: Shelf) -> Says | None:
    """Return by how much a plan that was not found may still be better, None where the run does not tell it (R224)."""
    place, told = _bound(shelf, "gap")
    if not (is_number(told.get("high")) and float(told["high"]) > 0):
        return None
    return phrase(shelf, "unfound", most=shelf.told(f"/bounds/{place}/high", "money"))


def _bound(shelf: Shelf, key: str) -> tuple[int, Mapping[str, Any]]:
    """Return one measure of how good the plan is, and its place in what the run told."""
    rows = list(enumerate(shelf.run.info.get("bounds") or ()))
    return next(((place, row) for place, row in rows if row["key"] == key), (0, {}))


def _beside(shelf: Shelf, plan: str, key: str) -> Says:
    less = shelf.number("npv", "mean", "money_size", plan=RECOMMENDED, minus={"plan": plan})
    error = shelf.number("npv", "mean_se", "error", plan=RECOMMENDED, minus={"plan": plan})
    key = key if lead(shelf, plan) >= 0 else "better"
    return phrase(shelf, key, title=plan_name(shelf, plan), less=less, error=error)


def lead(shelf: Shelf, plan: str) -> float:
    """Return what the recommended plan earns more than another on average, CNY."""
    data = shelf.run.dataset["npv"]
    return float((data.sel(plan=RECOMMENDED) - data.sel(plan=plan)).mean())


def given_up(shelf: Shelf, plan: str) -> Says:
    """Return cash need and chance of loss of another plan beside the recommended one's."""
    theirs, ours = (shelf.number("peak_cash", "p50", "money_size", plan=each) for each in (plan, RECOMMENDED))
    losses = [shelf.number("npv", "chance_below 0", "percent", plan=each) for each in (plan, RECOMMENDED)]
    return phrase(shelf, "given_up", theirs=theirs, ours=ours, their_loss=losses[0], our_loss=losses[1])


def limits(shelf: Shelf, plan: str) -> Says | None:
    """Return how many limits and budgets a plan breaks and the worst of each, None where it keeps all of them."""
    row = row_of(shelf, plan)
    told = shelf.run.info["comparison"][row]
    found = [_broken(shelf, row, told.get("broken") or ()), _overrun(shelf, row, told.get("overrun") or ())]
    return sentences(shelf, found) if any(found) else None


def _broken(shelf: Shelf, row: int, broken: Any) -> Says | None:
    if not broken:
        return None
    worst = max(range(len(broken)), key=lambda place: _excess(broken[place]))
    parts = {
        part: shelf.told(f"/comparison/{row}/broken/{worst}/{part}", LIMIT) for part in ("limit", "found", "allowed")
    }
    if len(broken) == 1:
        return phrase(shelf, "breaks_one", **parts)
    return phrase(shelf, "breaks_many", count=counted(shelf, len(broken)), **parts)


def _excess(broken: Mapping[str, str]) -> float:
    """Return by which share a limit is broken, 0 where its words tell no number."""
    found, allowed = (re.search(r"\d[\d,]*\.?\d*", broken[part]) for part in ("found", "allowed"))
    if not found or not allowed:
        return 0.0
    value, limit = (float(each.group().replace(",", "")) for each in (found, allowed))
    return abs(value / limit - 1) if limit else value


def _overrun(shelf: Shelf, row: int, overrun: Any) -> Says | None:
    if not overrun:
        return None
    worst = max(range(len(overrun)), key=lambda place: float(overrun[place]["cny"]))
    place = f"/comparison/{row}/overrun/{worst}"
    money, month = shelf.told(f"{place}/cny", "money"), shelf.told(f"{place}/begins", "month")
    if len(overrun) == 1:
        return phrase(shelf, "over", money=money, month=month)
    return phrase(shelf, "over_many", count=counted(shelf, len(overrun)), money=money, month=month)


def second_path(shelf: Shelf) -> Says | None:
    """Return the best plan within all limits of another organisation that the run tried, None where it tried one."""
    paths = shelf.run.info.get("mode_paths") or []
    chosen = next((place for place, path in enumerate(paths) if path["chosen"]), None)
    others = [place for place, path in enumerate(paths) if not path["chosen"] and is_number(path["npv"])]
    if chosen is None or not others:
        return None
    best = max(others, key=lambda place: float(paths[place]["npv"]))
    theirs, ours = (shelf.told(f"/mode_paths/{place}/npv", "money_fine") for place in (best, chosen))
    path = mode_steps(shelf, f"/mode_paths/{best}/path", paths[best]["path"])
    draws = shelf.told("/table_scenarios", "count")
    most = paths[best].get("at_most")
    still = is_number(most) and float(most) > float(paths[chosen]["npv"])
    bound = f"/mode_paths/{best}/at_most"
    told = phrase(shelf, "path_open", most=shelf.told(bound, "money_fine")) if still else ""
    return phrase(shelf, "second_path", path=path, theirs=theirs, ours=ours, draws=draws, open=told)


def mode_steps(shelf: Shelf, pointer: str, modes: Any) -> Says:
    """Return the organisation by month: each form with the month from which it stands.

    Parameters
    ----------
    pointer, modes : where their titles by phase stand in run.json, and the titles
    """
    new = [place for place, mode in enumerate(modes) if not place or mode != modes[place - 1]]
    return listed(
        shelf,
        [
            phrase(
                shelf,
                "mode_part",
                mode=shelf.told(f"{pointer}/{place}", NAME),
                month=shelf.told(f"/plan/phases/{place}/first_month", "month"),
            )
            for place in new
        ],
    )


def next_head(shelf: Shelf) -> Says | None:
    """Return what the best further head changes and asks, in all and in the last phase (R202); None where unknown."""
    data = shelf.answers.get(NEXT_HEAD)
    more = _further(data) if data is not None else []
    if data is None or not more:
        return None
    best = max(more, key=lambda plan: float(data["gain"].sel(plan=plan)))
    # Heads were once priced with the rest chosen anew, and since the answer tells what they ask, alone.
    rest = word(shelf, "rest_stays" if "asks" in data.coords else "rest_anew")
    month = shelf.assumed(f"/phases/{_phase(data, best)}/first_month", "month")
    said = phrase(shelf, "next_head", month=month, rest=rest, **_head(shelf, data, best))
    return sentences(shelf, [said, _last(shelf, data, more), _better(shelf, data)])


def _further(data: xr.Dataset) -> list[str]:
    """Return the steps of an answer that are one head more."""
    rows = zip(data["plan"].values, data["by"].values, data["kind"].values, strict=True)
    return [str(plan) for plan, heads, kind in rows if heads > 0 and str(kind) in PEOPLE]


def _phase(data: xr.Dataset, plan: str) -> int:
    return int(data["when"].sel(plan=plan))


def _head(shelf: Shelf, data: xr.Dataset, plan: str) -> dict[str, Cited | Says | str]:
    """Return what a further head is called, changes and asks for."""
    gain, error = (
        shelf.number(name, form=form, of=NEXT_HEAD, plan=plan)
        for name, form in (("gain", "money_plus"), ("gain_se", "error"))
    )
    what, asks = (clean(data[name].sel(plan=plan).item()) if name in data.coords else "" for name in ("what", "asks"))
    short = phrase(shelf, "head_asks", asks=asks) if asks else ""
    return {"what": what, "gain": gain, "error": error, "asks": short}


def _last(shelf: Shelf, data: xr.Dataset, more: list[str]) -> Says | None:
    """Return why the last phase has no more heads though more are allowed, None where its limit is reached (R202)."""
    heads, phases = list(shelf.run.info["plan"].get("heads") or []), list(shelf.case.get("phases") or [])
    there = [plan for plan in more if _phase(data, plan) == len(phases) - 1]
    if not there or len(heads) != len(phases) or heads[-1] >= float(phases[-1]["heads_most"]["value"]):
        return None
    place = len(phases) - 1
    best = max(there, key=lambda plan: float(data["gain"].sel(plan=plan)))
    return phrase(
        shelf,
        "last_head",
        count=shelf.told(f"/plan/heads/{place}", "count"),
        month=shelf.assumed(f"/phases/{place}/first_month", "month"),
        most=shelf.assumed(f"/phases/{place}/heads_most/value", "count"),
        **_head(shelf, data, best),
    )


def _better(shelf: Shelf, data: xr.Dataset) -> Says | None:
    """Return that a better plan than the recommended one was met, and whether heads were added to that one."""
    own = str(data.attrs["against"]) == RECOMMENDED
    plan = BEST if own else str(data.attrs["against"])
    if plan not in data["plan"].values:
        return None
    more, error = (
        shelf.number("npv", statistic, form, of=NEXT_HEAD, plan=plan, minus={"plan": RECOMMENDED})
        for statistic, form in (("mean", "money_size"), ("mean_se", "error"))
    )
    if own and not (is_number(more.value) and more.value > 0):
        return None
    added = "" if own else word(shelf, "head_added")
    return phrase(shelf, "head_better", more=more, error=error, added=added, matters=_matters(shelf, more))


def _matters(shelf: Shelf, more: Cited) -> str:
    """Return whether a difference is below what matters, nothing where no answer tells what does."""
    told = [data.attrs["materiality"] for data in shelf.answers.values() if is_number(data.attrs.get("materiality"))]
    if not told or not is_number(more.value):
        return ""
    return word(shelf, "matters_not" if abs(float(more.value)) < float(told[0]) else "matters")
