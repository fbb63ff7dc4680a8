"""What a board is told about a run: each finding as a sentence whose numbers carry their source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reports.board.phrases import calibrated, listed, phrase, sentences, word
from reports.cited import Cited, Says, Shelf
from reports.drawing import OTHER_CALIBRATION, OTHER_READING, RECOMMENDED
from reports.forms import NAME, PASSAGE, WIDE, cut
from reports.status import status_of
from reports.words import clean, is_number

NOTHING = "do_nothing"
NAME_WIDTH = WIDE[NAME]
PARTNERED = {"partners": ("sign", "assume"), "declined": ("decline", "do_without")}
"""What is done with whom a plan has and has not: with those who have a name, and where no document names anybody."""
COUNTED = ("cities", "partners", "users", "nps")
"""Marks of a gate that are counts; revenue is money, conversion a share."""
FEW = ("factor", "share", "1", "")
"""Units of an assumption that are told in percent of what is assumed."""

OF_A_PLAN = ("partners", "money", "gain", "loss", "cash", "readings", "roi")
"""Findings that say nothing where the run recommends to do nothing."""


def story(shelf: Shelf) -> dict[str, Says]:
    """Return the findings of a board paper by name, in the order in which a board asks; unknown ones are left out."""
    tellers: Mapping[str, Callable[[Shelf], Says | None]] = {
        "decision": decision,
        "partners": partners,
        "money": money_asked,
        "gain": gain,
        "loss": loss,
        "cash": cash,
        "flip": flip,
        "readings": readings,
        "runner_up": runner_up,
        "gates": gates,
        "roi": roi,
        "calibration": caveat,
        "status": status,
    }
    asked = [name for name in tellers if not (is_idle(shelf) and name in OF_A_PLAN)]
    return {name: found for name in asked if (found := tellers[name](shelf)) is not None}


def is_idle(shelf: Shelf) -> bool:
    """Whether the run recommends to do nothing."""
    return shelf.run.plans[RECOMMENDED].is_idle


def decision(shelf: Shelf) -> Says:
    """Return what the board is asked for: heads from month to month, and the money."""
    if is_idle(shelf):
        return phrase(shelf, "idle")
    return phrase(shelf, "build", heads=listed(shelf, steps(shelf)), money=shelf.told("/budget_total", "money"))


def steps(shelf: Shelf) -> list[Says]:
    """Return the heads of each phase that changes them, with its first month."""
    plan = shelf.run.info["plan"]
    counts = plan["heads"]
    new = [place for place, count in enumerate(counts) if not place or count != counts[place - 1]]
    return [
        phrase(
            shelf,
            "heads",
            count=shelf.told(f"/plan/heads/{place}", "count"),
            month=shelf.told(f"/plan/phases/{place}/first_month", "month"),
        )
        for place in new
    ]


def partners(shelf: Shelf) -> Says | None:
    """Return whom the plan signs and whom it declines, by the names of the case."""
    plan = shelf.run.info["plan"]
    names: dict[str, list[Cited]] = {key: [] for keys in PARTNERED.values() for key in keys}
    for part, (named, unnamed) in PARTNERED.items():
        for place, row in enumerate(plan.get(part, ())):
            key = named if row.get("named", True) else unnamed
            names[key].append(shelf.told(f"/plan/{part}/{place}/title", NAME))
    said = [phrase(shelf, key, names=listed(shelf, each)) for key, each in names.items() if each]
    return sentences(shelf, said) if said else None


def money_asked(shelf: Shelf) -> Says:
    """Return the money asked for by phase and in all."""
    parts = [
        phrase(
            shelf,
            "asked_part",
            money=shelf.told(f"/budget/{place}/used", "money"),
            month=shelf.told(f"/plan/phases/{place}/first_month", "month"),
        )
        for place in range(len(shelf.run.info["budget"]))
    ]
    return phrase(shelf, "asked", parts=listed(shelf, parts), total=shelf.told("/budget_total", "money"))


def gain(shelf: Shelf) -> Says:
    """Return the average result against doing nothing on the same futures, with its sampling error."""
    against: dict[str, Any] = {"plan": RECOMMENDED}
    if NOTHING in shelf.run.dataset["plan"].values:
        against["minus"] = {"plan": NOTHING}
    found = shelf.number("npv", "mean", "money_size", **against)
    error = shelf.number("npv", "mean_se", "error", **against)
    return phrase(shelf, "gain" if _value(found) >= 0 else "no_gain", gain=found, error=error)


def loss(shelf: Shelf) -> Says:
    """Return the chance of loss and what it costs when it goes badly."""
    return phrase(
        shelf,
        "loss",
        chance=shelf.number("npv", "chance_below 0", "percent", plan=RECOMMENDED),
        bad=shelf.number("npv", "p05", "money", plan=RECOMMENDED),
        worst=shelf.number("npv", "cvar05", "money", plan=RECOMMENDED),
    )


def cash(shelf: Shelf) -> Says:
    """Return the largest cash need, its month, and the need in the 1-in-20 bad case."""
    need = shelf.number("peak_cash", "p50", "money_size", plan=RECOMMENDED)
    bad = shelf.number("peak_cash", "p05", "money_size", plan=RECOMMENDED)
    month = shelf.number("peak_month", "lower_median", "month", plan=RECOMMENDED)
    return phrase(shelf, "cash", need=need, month=month, bad=bad) if need.value else phrase(shelf, "no_cash", bad=bad)


def flip(shelf: Shelf) -> Says | None:
    """Return the assumption whose change turns the decision soonest, and how far away that is."""
    told = shelf.run.info.get("flip_assumption") or {}
    if not told.get("meaning"):
        return None
    what = shelf.told("/flip_assumption/meaning", NAME)
    if not is_number(told.get("flips_at")):
        known = is_number(told.get("npv_at_limit"))
        left = shelf.told("/flip_assumption/npv_at_limit", "money_plus")
        return phrase(shelf, "flips_not", what=what, left=left) if known else None
    away = shelf.told("/flip_assumption/distance", "percent_size")
    if told.get("unit", "") in FEW and told.get("base") == 1:
        at = shelf.told("/flip_assumption/flips_at", "percent")
        return phrase(shelf, "flips_factor", what=what, at=at, away=away)
    there, now = (_amount(shelf, key) for key in ("flips_at", "base"))
    return phrase(shelf, "flips", what=what, at=there, now=now, away=away)


def _amount(shelf: Shelf, key: str) -> Says:
    """Return a value of the assumption that turns the decision, with its unit."""
    unit = str(shelf.run.info["flip_assumption"].get("unit") or "")
    if unit in FEW:
        return Says((shelf.told(f"/flip_assumption/{key}", "decimal" if unit == "factor" else "percent"),))
    return Says((shelf.told(f"/flip_assumption/{key}", "decimal"), " ", shelf.told("/flip_assumption/unit")))


def readings(shelf: Shelf) -> Says | None:
    """Return what each reading of the pay table gives: one word of the documents may decide the sign."""
    data = shelf.run.dataset
    if OTHER_READING not in data["plan"].values:
        return None
    plans = (RECOMMENDED, OTHER_READING)
    one, other = (_reading(shelf, str(data["salary_reading"].sel(plan=plan).item())) for plan in plans)
    first, second = (shelf.number("npv", "mean", "money_plus", plan=plan) for plan in plans)
    key = "signs_differ" if (_value(first) < 0) != (_value(second) < 0) else "signs_agree"
    return phrase(shelf, key, one=one, other=other, first=first, second=second)


def _reading(shelf: Shelf, reading: str) -> str:
    return word(shelf, reading)


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


def runner_up(shelf: Shelf) -> Says | None:
    """Return the next best plan, what it earns less on the same futures, and what choosing it would change."""
    found = rivals(shelf)
    if not found:
        return None
    plan = found[0]
    less = shelf.number("npv", "mean", "money_size", plan=RECOMMENDED, minus={"plan": plan})
    error = shelf.number("npv", "mean_se", "error", plan=RECOMMENDED, minus={"plan": plan})
    key = "runner_up" if lead(shelf, plan) >= 0 else "better"
    said = [phrase(shelf, key, title=plan_name(shelf, plan), less=less, error=error), given_up(shelf, plan)]
    return sentences(shelf, [*said, limits(shelf, plan)])


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
    """Return the first limit or budget that a plan breaks, None where it keeps all of them."""
    row = row_of(shelf, plan)
    told = shelf.run.info["comparison"][row]
    if told.get("broken"):
        parts = {part: shelf.told(f"/comparison/{row}/broken/0/{part}", NAME) for part in ("limit", "found", "allowed")}
        return phrase(shelf, "breaks", **parts)
    if not told.get("overrun"):
        return None
    place = f"/comparison/{row}/overrun/0"
    return phrase(
        shelf, "over", money=shelf.told(f"{place}/cny", "money"), month=shelf.told(f"{place}/begins", "month")
    )


def short(text: str, most: int = NAME_WIDTH) -> str:
    """Return a name of the case on one line, cut where it is too long for a cell."""
    return cut(" ".join(clean(text).split()), most)


def unit_gates(shelf: Shelf) -> dict[str, Mapping[str, Any]]:
    """Return the milestones of the whole unit by name, earliest first, as they stand in the case."""
    found = {name: gate for name, gate in shelf.case.get("gates", {}).items() if not gate.get("line")}
    return dict(sorted(found.items(), key=lambda item: int(item[1]["month"])))


def gates(shelf: Shelf) -> Says:
    """Return the milestones of the case, their months and marks, and whether the plan waits for them."""
    found = [gate(shelf, name) for name in unit_gates(shelf)]
    if not found:
        return phrase(shelf, "no_gates")
    return phrase(shelf, "gates" if waits(shelf) else "gates_free", marks=listed(shelf, found))


def waits(shelf: Shelf) -> bool:
    """Whether the recommended plan asks any milestone: else it goes on whatever was reached."""
    return bool(shelf.run.plans[RECOMMENDED].policies.gates)


def gate(shelf: Shelf, name: str) -> Says:
    """Return one milestone: its month and its marks."""
    return phrase(shelf, "gate", month=shelf.assumed(f"/gates/{name}/month", "month"), marks=marks(shelf, name))


def marks(shelf: Shelf, name: str) -> Says:
    """Return what a milestone asks for."""
    least = shelf.case["gates"][name]["least"]
    return listed(shelf, [_mark(shelf, name, mark) for mark, wanted in least.items() if wanted])


def _mark(shelf: Shelf, name: str, mark: str) -> Says:
    form = "count" if mark in COUNTED else "money" if mark == "revenue" else "percent"
    return phrase(shelf, mark, count=shelf.assumed(f"/gates/{name}/least/{mark}/value", form))


def roi(shelf: Shelf) -> Says:
    """Return the full and the labour ROI, each with its kind and the calibration, without which it says nothing."""
    mean, bad, good = (
        shelf.number("full_roi", name, "percent_plus", plan=RECOMMENDED) for name in ("mean", "p05", "p95")
    )
    labour = shelf.number("labour_roi", "mean", "percent_plus", plan=RECOMMENDED)
    called, months = calibrated(shelf), shelf.assumed("/clock/months", "count")
    full = phrase(shelf, "roi", months=months, mean=mean, bad=bad, good=good, calibration=called)
    return sentences(shelf, [full, phrase(shelf, "labour_roi", mean=labour, calibration=called)])


def caveat(shelf: Shelf) -> Says | None:
    """Return what the figures rest on, in the words of the case."""
    if not shelf.case.get("banner"):
        return None
    return phrase(shelf, "caveat", calibration=calibrated(shelf), banner=shelf.assumed("/banner", PASSAGE))


def status(shelf: Shelf) -> Says:
    """Return who decides, and whether somebody approved the run."""
    found = status_of(shelf.run)
    return phrase(shelf, found.word, by=found.by)


def _value(found: Cited) -> float:
    return float(found.value) if is_number(found.value) else float("nan")
