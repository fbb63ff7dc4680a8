"""What a run tells about itself: first screen, plan in words, comparison rows; every number from the dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from experiments.flip import Flip
from model import summary
from model.budgets import approved_cost, overruns
from model.inputs import Case
from model.plan_file import calendar_month
from model.plans import Plan, heads_by_phase
from model.summary import Estimate, Spread

MILLION = 1e6
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
    return {"kind": kind, **spread_keys(found), "undefined_share": found.undefined}


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
        return {"mean": only, "se": 0.0, "low": only, "high": only}
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
                "overrun": [{"phase": phase, "cny": excess} for phase, excess in overruns(case, plan)],
            }
        )
    return rows


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
            }
            for line, name, entry in sorted(signed, key=lambda item: (item[2].start, item[1]))
        ],
        "declined": [{"id": p.id, "title": p.title} for p in case.partners if p.id not in taken],
        "calendar": _calendar(case, plan),
    }


def phase_label(case: Case, index: int) -> str:
    """Return a phase as its calendar months."""
    first, end = case.phase_bounds()[index]
    return f"{calendar_month(case.clock.start, first)} – {calendar_month(case.clock.start, end - 1)}"


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


def decision(case: Case, plan: Plan, gain: dict[str, float | None]) -> str:
    """Return the recommendation as one sentence."""
    if plan.is_idle:
        return "Do nothing: no plan inside the budget is expected to earn more than it costs."
    heads = " → ".join(str(count) for count in heads_by_phase(case, plan))
    words = plan_words(case, plan)
    first = [partner["title"] for partner in words["partners"]][:2]
    declined = ", ".join(partner["title"] for partner in words["declined"])
    money = (gain["mean"] or 0.0) / MILLION
    text = f"Hire {heads} people by phase, start with {' and '.join(first).lower()}"
    text += f", decline {declined.lower()}" if declined else ""
    return f"{text}; expected gain over doing nothing {money:+.1f} M CNY."


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


def flip_words(flip: Flip | None, idle: bool) -> dict[str, Any]:
    """Return the assumption that turns the decision, as numbers and a sentence."""
    if flip is None:
        return {"sentence": "no guessed input was moved" if not idle else "doing nothing rests on no assumption"}
    guess = flip.guess
    name = guess.name.replace(".", " · ").replace("_", " ")
    out: dict[str, Any] = {"name": guess.name, "meaning": name, "base": guess.value, "unit": guess.unit}
    if flip.flips_at is None:
        text = (
            f"no single guess turns the decision inside its range; {name} at {flip.limit:g} {guess.unit} comes nearest"
        )
        text += f" and leaves {flip.npv_at_limit / MILLION:+.1f} M CNY"
        return out | {"flips_at": None, "distance": None, "sentence": text}
    text = f"{name} at {flips_label(flip)} instead of {guess.value:g} {guess.unit} turns the decision"
    return out | {"flips_at": flip.flips_at, "distance": flip.distance, "sentence": text}


def flips_label(flip: Flip) -> str:
    """Return the turning value with its unit, three digits."""
    return f"{flip.flips_at:.3g} {flip.guess.unit}"
