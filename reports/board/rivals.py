"""The other plans beside the recommended one: the best that keeps all limits, what breaks them, one head more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reports.board.phrases import counted, listed, phrase, sentences, word
from reports.cited import Cited, Says, Shelf
from reports.drawing import OTHER_CALIBRATION, OTHER_READING, RECOMMENDED
from reports.forms import NAME
from reports.words import clean, is_number

NOTHING = "do_nothing"
NEXT_HEAD = "next-hire"
"""Question whose answer tells what one more head is worth."""
PEOPLE = ("role", "team")


def rivals(shelf: Shelf) -> list[str]:
    """Return the other plans that do something, under the run's own reading, best average first."""
    data = shelf.run.dataset
    own = {RECOMMENDED, NOTHING, OTHER_READING, OTHER_CALIBRATION}
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
    return sentences(shelf, said) if said else None


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
        part: shelf.told(f"/comparison/{row}/broken/{worst}/{part}", NAME) for part in ("limit", "found", "allowed")
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
    return phrase(shelf, "second_path", path=path, theirs=theirs, ours=ours, draws=draws)


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
    """Return what the best further head changes and asks, None where nobody asked this run for it."""
    if NEXT_HEAD not in shelf.answers:
        return None
    data = shelf.answers[NEXT_HEAD]
    rows = zip(data["plan"].values, data["by"].values, data["kind"].values, strict=True)
    more = [str(plan) for plan, heads, kind in rows if heads > 0 and str(kind) in PEOPLE]
    if not more:
        return None
    best = max(more, key=lambda plan: float(data["gain"].sel(plan=plan)))
    gain, error = (
        shelf.number(name, form=form, of=NEXT_HEAD, plan=best)
        for name, form in (("gain", "money_plus"), ("gain_se", "error"))
    )
    month = shelf.assumed(f"/phases/{int(data['when'].sel(plan=best))}/first_month", "month")
    what, asks = (clean(data[name].sel(plan=best).item()) if name in data.coords else "" for name in ("what", "asks"))
    # Heads were once priced with the rest chosen anew, and since the answer tells what they ask, alone.
    rest = word(shelf, "rest_stays" if "asks" in data.coords else "rest_anew")
    short = phrase(shelf, "head_asks", asks=asks) if asks else ""
    said = phrase(shelf, "next_head", what=what, month=month, gain=gain, error=error, rest=rest, asks=short)
    return sentences(shelf, [said, _better(shelf, str(data.attrs["against"]))])


def _better(shelf: Shelf, against: str) -> Says | None:
    """Return that heads were added to a better plan than the recommended one, where one was met."""
    if against == RECOMMENDED:
        return None
    more, error = (
        shelf.number("npv", statistic, form, of=NEXT_HEAD, plan=against, minus={"plan": RECOMMENDED})
        for statistic, form in (("mean", "money_plus"), ("mean_se", "error"))
    )
    return phrase(shelf, "head_better", more=more, error=error)
