"""What a board is told about a run: each finding as a sentence whose numbers carry their source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reports.board.milestones import BOARD, gates, milestones
from reports.board.money_sides import after_sales, bridge, cash, error_only, first_phase, typical
from reports.board.partnering import partners, unsigned
from reports.board.phrases import calibrated, listed, phrase, sentences, word
from reports.board.rivals import NOTHING, next_head, runner_up, second_path, unfound
from reports.board.weighed import weighed
from reports.cited import Cited, Says, Shelf
from reports.drawing import BOTH_OTHER, OTHER_READING, RECOMMENDED
from reports.forms import NAME, PASSAGE, WIDE, cut
from reports.status import status_of
from reports.words import clean, in_words, is_number

NAME_WIDTH = WIDE[NAME]
FEW = ("factor", "share", "1", "")
"""Units of an assumption that are told in percent of what is assumed."""

NPS = "partners.nps"
"""The assumption of how users rate the partners, told in words of its own."""

OF_A_PLAN = (
    "partners",
    "unsigned",
    "money",
    "gain",
    "typical",
    "loss",
    "weighed",
    "cash",
    "error",
    "readings",
    "after_sales",
    "bridge",
    "first_phase",
    "turn",
    "second_path",
    "unfound",
    "next_head",
    "milestones",
    "roi",
)
"""Findings that say nothing where the run recommends to do nothing."""


def story(shelf: Shelf) -> dict[str, Says]:
    """Return the findings of a board paper by name, in the order in which a board asks; unknown ones are left out."""
    tellers: Mapping[str, Callable[[Shelf], Says | None]] = {
        "decision": decision,
        "partners": partners,
        "unsigned": unsigned,
        "money": money_asked,
        "gain": gain,
        "typical": typical,
        "loss": loss,
        "weighed": weighed,
        "cash": cash,
        "error": error_only,
        "after_sales": after_sales,
        "bridge": bridge,
        "first_phase": first_phase,
        "flip": flip,
        "turn": turn,
        "readings": readings,
        "runner_up": runner_up,
        "second_path": second_path,
        "unfound": unfound,
        "next_head": next_head,
        "gates": gates,
        "milestones": milestones,
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


def flip(shelf: Shelf) -> Says | None:
    """Return the assumption whose change turns the decision soonest, and how far away that is."""
    told = shelf.run.info.get("flip_assumption") or {}
    if not told.get("meaning"):
        return None
    what = _what(shelf)
    if not is_number(told.get("flips_at")):
        known = is_number(told.get("npv_at_limit"))
        left = shelf.told("/flip_assumption/npv_at_limit", "money_plus")
        return phrase(shelf, "flips_not", what=what, left=left) if known else None
    away = shelf.told("/flip_assumption/distance", "percent_size")
    if told.get("unit", "") in FEW and told.get("base") == 1:
        at = shelf.told("/flip_assumption/flips_at", "percent_fine")
        return phrase(shelf, "flips_factor", what=what, at=at, away=away, error=_off(shelf))
    there, now = (_amount(shelf, key) for key in ("flips_at", "base"))
    return phrase(shelf, "flips", what=what, at=there, now=now, away=away, error=_off(shelf))


def _off(shelf: Shelf) -> Says | str:
    """Return the sampling error of the turn's distance in brackets, nothing where the run did not measure it."""
    known = is_number(shelf.run.info["flip_assumption"].get("distance_error"))
    return phrase(shelf, "off", error=shelf.told("/flip_assumption/distance_error", "percent_error")) if known else ""


def _what(shelf: Shelf) -> Cited | str:
    """Return the assumption that turns the decision, as a reader knows it."""
    if shelf.run.info["flip_assumption"].get("name") == NPS:
        return word(shelf, "rated")
    return shelf.told("/flip_assumption/meaning", NAME)


def turn(shelf: Shelf) -> Says | None:
    """Return how the partners' NPS turns the decision, and whether that lies inside its range; None for others."""
    told = shelf.run.info.get("flip_assumption") or {}
    if told.get("name") != NPS or not is_number(told.get("flips_at")):
        return None
    parts = [part for part in (_trial(shelf), _inside(shelf)) if part is not None]
    return sentences(shelf, parts) if parts else None


def _inside(shelf: Shelf) -> Says | None:
    """Return that the turn lies inside the assumption's own range, and what its end brings."""
    told = shelf.run.info["flip_assumption"]
    if not (is_number(told.get("limit")) and is_number(told.get("npv_at_limit"))):
        return None
    limit = shelf.told("/flip_assumption/limit", "percent_fine")
    return phrase(shelf, "inside_range", limit=limit, left=shelf.told("/flip_assumption/npv_at_limit", "money_plus"))


def _trial(shelf: Shelf) -> Says | None:
    """Return a partner that the turn takes below the mark of its trial, the first of the plan; None where none is."""
    if BOARD not in shelf.answers or "trial_nps" not in shelf.answers[BOARD] or not shelf.case.get("trial"):
        return None
    nps = shelf.answers[BOARD]["trial_nps"]
    if "turn" not in nps["when"].values:
        return None
    mark = float(shelf.case["trial"]["nps_least"]["value"])
    crosses = (nps.sel(when="now") >= mark) & (nps.sel(when="turn") < mark)
    fallen = [str(partner) for partner in nps["partner"].values[crosses.values]]
    if not fallen:
        return None
    place = next(n for n, partner in enumerate(shelf.case["partners"]) if partner["id"] == fallen[0])

    def told(variable: str, statistic: str, form: str, when: str) -> Cited:
        return shelf.number(variable, statistic, form, of=BOARD, partner=fallen[0], when=when)

    return phrase(
        shelf,
        "why_trial",
        mark=shelf.assumed("/trial/nps_least/value", "count"),
        partner=shelf.assumed(f"/partners/{place}/title", NAME),
        there=told("trial_nps", "value", "decimal", "turn"),
        now=told("trial_nps", "value", "decimal", "now"),
        low=told("trial_passed", "mean", "percent", "turn"),
        high=told("trial_passed", "mean", "percent", "now"),
    )


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
    return phrase(shelf, key, one=one, other=other, first=first, second=second, both=_both(shelf))


def _both(shelf: Shelf) -> Says | str:
    """Return what the other reading and the other calibration bring at once, nothing where the run lacks it."""
    if BOTH_OTHER not in shelf.run.dataset["plan"].values:
        return ""
    theirs = in_words(shelf.run.cases[BOTH_OTHER].calibration)
    both = shelf.number("npv", "mean", "money_plus", plan=BOTH_OTHER)
    loss = shelf.number("npv", "chance_below 0", "percent", plan=BOTH_OTHER)
    return phrase(shelf, "both_at_once", theirs=theirs, both=both, loss=loss)


def _reading(shelf: Shelf, reading: str) -> str:
    return word(shelf, reading)


def short(text: str, most: int = NAME_WIDTH) -> str:
    """Return a name of the case on one line, cut where it is too long for a cell."""
    return cut(" ".join(clean(text).split()), most)


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
