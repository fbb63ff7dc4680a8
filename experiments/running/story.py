"""What a run tells about itself: first screen, plan in words, comparison rows; every number from the dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from experiments.running.flip import Flip, Guess
from experiments.running.input_words import amount, list_of, meaning, month_of, phase_label, subject
from experiments.running.limit_words import limit_title
from model import summary
from model.budgets import approved_cost, overruns_by_month
from model.feasibility import broken_limits
from model.inputs import Case
from model.plan_file import calendar_month
from model.plans import Plan, heads_by_phase
from model.schema import ROW_NAMES
from model.summary import Estimate, Spread
from reports.words import calendar, capital, in_words, money, percent, plain, reading_title

SHORT = {"mean": "mean", "p05": "p5", "p50": "p50", "p95": "p95", "cvar05": "tail"}


def spread_keys(found: Spread) -> dict[str, float | None]:
    """Return a spread as JSON keys mean, se, p05, p50, p95, cvar05; None where the draws support no figure."""
    out: dict[str, float | None] = {key: _number(getattr(found, name).value) for key, name in SHORT.items()}
    return out | {"se": _number(found.mean.se)}


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _estimate(found: Estimate) -> dict[str, float | None]:
    return {"value": _number(found.value), "se": _number(found.se)}


def sample(dataset: xr.Dataset, name: str, plan: str) -> Any:
    """Return a variable of one plan by scenario, (scenario,)."""
    return dataset[name].sel(plan=plan).to_numpy()


def roi(dataset: xr.Dataset, case: Case, plan: str) -> dict[str, Any]:
    """Return the full ROI of one plan with its kind, errors and undefined share."""
    found = summary.spread(sample(dataset, "full_roi", plan), certain=case.uncertainty.mode == "none")
    kind = f"full ROI, {case.clock.months} months, cumulative"
    return {"kind": kind, "calibration": case.calibration, **spread_keys(found), "undefined_share": found.undefined}


def roi_of_means(dataset: xr.Dataset, plan: str) -> float | None:
    """Return average result over average costs, which is not the average of each future's own ROI (R27)."""
    book = dataset["ledger"].sel(plan=plan, row=list(ROW_NAMES)).sum("year").mean("scenario").to_numpy()
    return _number(float(summary.full_roi(book[:, None])[0]))


def figures(dataset: xr.Dataset, case: Case, plan: str) -> dict[str, Any]:
    """Return NPV, full ROI, chance of loss and cash need of one plan."""
    certain = case.uncertainty.mode == "none"
    npv = sample(dataset, "npv", plan)
    loss = summary.chance(npv < 0)
    cash = summary.spread(sample(dataset, "peak_cash", plan), certain=certain)
    return {
        "npv": spread_keys(summary.spread(npv, certain=certain)),
        "full_roi": roi(dataset, case, plan),
        "p_loss": {"value": loss.value, "se": 0.0 if certain else loss.se},
        "peak_cash": {
            "p50": _number(cash.p50.value),
            "p05": _number(cash.p5.value),
            "month_p50": round(float(np.median(sample(dataset, "peak_month", plan)))),
        },
    }


def difference(dataset: xr.Dataset, plan: str, against: str) -> dict[str, float | None]:
    """Return plan minus another on the same futures, with its 95 % interval (CNY of NPV)."""
    a, b = sample(dataset, "npv", plan), sample(dataset, "npv", against)
    if a.size < 2:
        only = float(a[0] - b[0])
        # One draw of a case with chance says nothing about the others.
        ends = (0.0, only, only) if dataset.attrs.get("uncertainty") == "none" else (None, None, None)
        return {"mean": only, **dict(zip(("se", "low", "high"), ends, strict=True))}
    found = summary.paired_difference(a, b).mean
    return {"mean": found.value, "se": found.se, "low": found.low, "high": found.high}


def comparison(
    dataset: xr.Dataset, entries: Sequence[tuple[str, str, Case, Plan]], against: str
) -> list[dict[str, Any]]:
    """Return a row per plan: its figures and its difference to the recommended plan on the same futures."""
    rows = []
    for name, title, case, plan in entries:
        found = figures(dataset, case, name)
        cash = found.pop("peak_cash")
        rows.append(
            {
                "plan": name,
                "title": title,
                "heads": heads_by_phase(case, plan),
                **found,
                "peak_cash_p50": cash["p50"],
                "peak_cash_p05": cash["p05"],
                "difference": None if name == against else difference(dataset, name, against),
                "overrun": _overrun_rows(case, plan),
                "broken": other_limits(case, plan),
            }
        )
    return rows


def _overrun_rows(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """Return overrun budgets with the month in which each is used up, and what every month costs past it."""
    return [
        {
            "phase": over.phase,
            "cny": over.cny,
            "begins": over.begins,
            "calendar": calendar(case.clock.start, over.begins),
            "by_month": [{"month": month, "cny": cny} for month, cny in over.months],
        }
        for over in overruns_by_month(case, plan)
    ]


def other_limits(case: Case, plan: Plan) -> list[dict[str, str]]:
    """Return the limits beside budgets that a plan breaks, in words; doing nothing is held to none."""
    broken = [] if plan.is_idle else broken_limits(case, plan)
    return [
        {"limit": limit_title(case, b.name), "rule": b.rule, "found": f"{b.found:,.0f} {b.unit}", "allowed": b.allowed}
        for b in broken
        if b.rule != "R28"
    ]


def plan_words(case: Case, plan: Plan) -> dict[str, Any]:
    """Return the plan as a reader wants it: heads, seats, partners, who is declined, and the hiring calendar."""
    titles = {partner.id: partner.title for partner in case.partners}
    signed = [(line, name, entry) for line, part in plan.lines.items() for name, entry in part.partners.items()]
    taken = {name for _, name, _ in signed}
    return {
        "heads": heads_by_phase(case, plan),
        "phases": [
            {"id": phase.id, "first_month": phase.first_month, "label": phase_label(case, index)}
            for index, phase in enumerate(case.phases)
        ],
        "modes": [case.modes[mode].title for mode in plan.modes],
        "roles": _role_rows(case, plan),
        "partners": [
            {
                "id": name,
                "title": titles[name],
                "line": case.lines[line].title,
                "start": entry.start,
                "calendar": calendar_month(case.clock.start, entry.start),
                "contract": case.contracts[entry.contract].title,
                "named": case.is_named(name),
            }
            for line, name, entry in sorted(signed, key=lambda item: (item[2].start, item[1]))
        ],
        "declined": [
            {"id": p.id, "title": p.title, "named": case.is_named(p.id)} for p in case.partners if p.id not in taken
        ],
        "calendar": _calendar(case, plan),
    }


def _role_rows(case: Case, plan: Plan) -> list[dict[str, Any]]:
    rows = [
        {"role": role, "line": "", "title": case.roles[role].title, "heads": list(heads)}
        for role, heads in plan.seats.items()
    ]
    for line, part in plan.lines.items():
        rows += [
            {
                "role": role,
                "line": line,
                "title": f"{case.lines[line].title}: {case.roles[role].title}",
                "heads": list(heads),
            }
            for role, heads in part.team.items()
            if any(heads)
        ]
    return rows


def _calendar(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """Return the requisition list: which seats open or close with which phase."""
    rows = []
    for row in _role_rows(case, plan):
        before = 0
        for phase, heads in zip(case.phases, row["heads"], strict=True):
            if heads != before:
                cost = (heads - before) * float(case.roles[row["role"]].pay)
                when = calendar_month(case.clock.start, phase.first_month)
                rows.append(
                    {
                        "month": phase.first_month,
                        "calendar": when,
                        "role": row["title"],
                        "line": row["line"],
                        "seats": heads - before,
                        "annual_cost": cost,
                    }
                )
            before = heads
    return sorted(rows, key=lambda row: row["month"])


def decision(case: Case, plan: Plan, found: dict[str, Any], gain: float, asked: Sequence[dict[str, Any]]) -> str:
    """Return the recommendation in a few sentences: the team, the partners, the money asked for, gain and risk.

    Parameters
    ----------
    found : `figures` of the plan
    gain : over doing nothing, CNY
    asked : `budget_rows` of the plan
    """
    if plan.is_idle:
        return "Do nothing: no plan inside the budget is expected to earn more than it costs."
    risk = _risk(case, found["p_loss"]["value"])
    if gain <= 0:
        return f"Do nothing rather than “{plan.title}”: it is expected to lose {money(-gain)} M CNY, {risk}."
    costs = [row["used"] for row in asked]
    parts = f" ({', '.join(map(money, costs))} by phase)" if len(costs) > 1 else ""
    ask = f"Ask for {money(sum(costs))} M CNY{parts}"
    return f"{_team(case, plan)}. {_partners(case, plan)}{ask}; expected gain {money(gain, True)} M CNY, {risk}."


def _team(case: Case, plan: Plan) -> str:
    heads = heads_by_phase(case, plan)
    changes = [phase for phase, count in enumerate(heads) if phase == 0 or count != heads[phase - 1]]
    counts = [f"{heads[phase]} from {month_of(case, phase)}" for phase in changes]
    stop = plan.policies.stop_after
    end = f", and end after {calendar(case.clock.start, stop)}" if stop else ""
    return f"Build a team of {list_of(counts)}{end}"


def _partners(case: Case, plan: Plan) -> str:
    """Say who is tried or signed and who declined; what no named contract explains is nobody's signature (R220)."""
    words, verb = plan_words(case, plan), verb_of(case)
    verbs = {
        ("partners", True): verb,
        ("partners", False): "assume",
        ("declined", True): "decline",
        ("declined", False): "do without",
    }
    names = {key: list_of([row["title"] for row in words[key[0]] if row["named"] == key[1]]) for key in verbs}
    if verb == "try" and names["partners", True]:
        names["partners", True] += ", and sign who passes"
    if names["partners", False] and _waiting(case, plan):
        names["partners", False] += ", seats opened only once signed"
    parts = [f"{done} {names[key]}" for key, done in verbs.items() if names[key]]
    return f"{capital('; '.join(parts))}. " if parts else ""


def _waiting(case: Case, plan: Plan) -> bool:
    """Return whether a line whose every partner is only assumed has seats of its own (R226)."""
    lines = (part for part in plan.lines.values() if part.partners and not any(map(case.is_named, part.partners)))
    return any(any(heads) for part in lines for heads in part.team.values())


def verb_of(case: Case) -> str:
    """Return what is done with a partner: opened where the case calls it otherwise, signed, or tried before that."""
    return "open" if case.words else "try" if case.trial else "sign"


def _risk(case: Case, share: float) -> str:
    return "without chance" if case.uncertainty.mode == "none" else f"chance of loss {percent(share)}"


def budget_rows(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """Return approved cost against budget by phase (R28)."""
    used = approved_cost(case, plan)
    return [
        {
            "phase": phase.id,
            "limit": float(phase.budget),
            "used": float(cost),
            "share": float(cost) / float(phase.budget),
        }
        for phase, cost in zip(case.phases, used, strict=True)
    ]


def flip_words(case: Case, flip: Flip | None, gain: float, readings: dict[str, Any]) -> dict[str, Any]:
    """Return the assumption that turns the decision, as numbers and in words, and what the other reading does.

    Parameters
    ----------
    gain : of the plan over doing nothing, CNY; exactly zero for doing nothing itself
    readings : `npv_mean` by reading of the pay table, the case's own first
    """
    if not gain:
        return {"sentence": "Doing nothing earns zero, whatever is assumed."}
    other = _other_reading(readings)
    if flip is None:
        return {"sentence": f"The case holds no guess that this plan rests on. {other}".strip()}
    guess = flip.guess
    whose = subject(case, guess.places[0], len(guess.places) == 1)
    told = {
        "name": guess.name,
        "meaning": f"{whose}: {meaning(guess.places[0])}",
        "base": guess.value,
        "unit": guess.unit,
        "flips_at": flip.flips_at,
        "distance": flip.distance,
        "distance_error": flip.distance_error,
        "limit": flip.limit,
        "npv_at_limit": flip.npv_at_limit,
    }
    return told | {"sentence": f"{_turn(case, flip, whose, gain > 0)} {other}".strip()}


def _turn(case: Case, flip: Flip, whose: str, pays: bool) -> str:
    guess, now = flip.guess, _written(flip.guess, flip.guess.value)
    what = f"{whose} – {meaning(guess.places[0])}"
    if flip.flips_at is None:
        nearest = f"{what}: at {_written(guess, flip.limit)} (now {now}) the plan still"
        earns = f"{'earns' if pays else 'loses'} {money(abs(flip.npv_at_limit))} M CNY"
        return f"No single guess turns the decision inside its range. Nearest: {nearest} {earns}."
    at, away = _written(guess, flip.flips_at), _away(flip)
    better = "doing nothing is better than this plan" if pays else "the plan beats doing nothing"
    if guess.places[0] == ("calibrations", case.calibration, "demand"):
        full = f"the {in_words(case.calibration)}’s demand" if guess.value == 1 else "the full demand"
        at, now = percent(flip.flips_at), percent(guess.value)
        only = "only " if flip.flips_at < guess.value else ""
        return f"Demand: if {only}{at} of {full} comes (now {now}, {away}), {better}."
    moves = "falls" if flip.flips_at < guess.value else "rises"
    return f"{what}: if it {moves} to {at} (now {now}, {away}), {better}."


def _away(flip: Flip) -> str:
    share = percent(abs(flip.distance or 0.0))
    return f"{share} away" if flip.guess.value else f"{share} of its range away"


def _written(guess: Guess, value: float) -> str:
    if not guess.scaled:
        return amount(value, guess.unit)
    # Near 100 % a whole percent would not agree with how far away the turn is.
    told = f"{plain(round(100 * value, 1))}\u00a0%"
    return told if value == guess.value else f"{told} of what is assumed"


def _other_reading(readings: dict[str, Any]) -> str:
    """Say what the other reading of the pay table makes of the gain, and whether that word alone decides."""
    means = [found["npv_mean"] for found in readings.values()]
    if len(means) < 2 or None in means:
        return ""
    own, other = means
    turns = (own > 0) != (other > 0)
    verdict = "that word alone turns the decision" if turns else "the decision stands"
    gain = f"the gain is {money(other, True)} instead of {money(own, True)} M CNY"
    return f"With the {reading_title(list(readings)[1])}, {gain}: {verdict}."
