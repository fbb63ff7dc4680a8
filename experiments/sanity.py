"""The sanity panel: a light and a reason for each result that a careful reader would question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan, heads_by_phase
from model.simulate import Outcome
from model.summary import full_roi, horizon, payback_month, peak_cash

MILLION = 1e6


@dataclass(frozen=True)
class Light:
    """One line of the panel."""

    light: str
    what: str
    found: str
    expected: str
    why: str


@dataclass(frozen=True)
class Evidence:
    """What the panel looks at: the recommended plan under the case's reading, and without on-cost."""

    case: Case
    plan: Plan
    outcome: Outcome
    npv_without_on_cost: float | None


def panel(evidence: Evidence) -> list[Light]:
    """Return all lights; an amber light is not an error, it says which argument must go with the number."""
    return [check(evidence) for check in CHECKS]


def _light(good: bool, what: str, found: str, expected: str, why: str) -> Light:
    return Light("green" if good else "amber", what, found, expected, why)


def _roi(evidence: Evidence, years: int | None = None) -> Floats:
    roi = full_roi(horizon(evidence.outcome.years[:, :years]))
    return roi[np.isfinite(roi)]


def _median(values: Floats) -> float:
    return float(np.median(values)) if values.size else float("nan")


def _high_roi(evidence: Evidence) -> Light:
    roi = _roi(evidence)
    share = float((roi > 1.5).mean()) if roi.size else 0.0
    why = "the documents' 150 % is labour only; full ROI above it needs an argument"
    return _light(share <= 0.01, "chance that full ROI exceeds 150 %", f"{share:.1%}", "at most 1 %", why)


def _five_year_roi(evidence: Evidence) -> Light:
    value = _median(_roi(evidence))
    why = "the paper P&L gives −2 % to +33 %"
    return _light(-0.4 <= value <= 0.6, "median full ROI over the horizon", f"{value:+.0%}", "−40 % to +60 %", why)


def _two_year_roi(evidence: Evidence) -> Light:
    value = _median(_roi(evidence, 2))
    why = "the first two years build up; a quick return must be explained"
    return _light(not value > 0.2, "median full ROI after 24 months", f"{value:+.0%}", "at most +20 %", why)


def _cash(evidence: Evidence) -> Light:
    deepest = -peak_cash(evidence.outcome.cash)[0] / MILLION
    middle, bad = float(np.median(deepest)), float(np.quantile(deepest, 0.95))
    why = "the first phase alone approves 5 M"
    return _light(
        4 <= middle <= 16 and bad <= 28,
        "deepest cash need, median and 1-in-20 case",
        f"{middle:.1f} and {bad:.1f} M CNY",
        "4 to 16 M, bad case at most 28 M",
        why,
    )


def _payback(evidence: Evidence) -> Light:
    month = payback_month(evidence.outcome.cash)
    value = _median(month[month > 0].astype(float))
    why = "month 18 is the documents' own break-even, which their figures contradict"
    return _light(
        not value < 18, "median payback month, where it pays back", f"{value:.0f}", "not before month 18", why
    )


def _size(evidence: Evidence) -> Light:
    heads = heads_by_phase(evidence.case, evidence.plan)
    under_base = evidence.case.readings.salary_is == "base"
    limit = 30
    capped = max(heads, default=0) >= limit
    why = "above the documents' 30 heads, or at the limit under base, the plan rests on its guesses of work hours"
    good = max(heads, default=0) <= limit and not (under_base and capped)
    return _light(good, "approved heads by phase", " → ".join(map(str, heads)), f"at most {limit}", why)


def _pace(evidence: Evidence) -> Light:
    heads = heads_by_phase(evidence.case, evidence.plan)
    ladder = (10, 20, 30)
    early = any(mine > theirs for mine, theirs in zip(heads, ladder, strict=False))
    why = "on paper the best plan is leaner and later than the documents'"
    return _light(
        not early, "hiring no earlier than 10 → 20 → 30", " → ".join(map(str, heads)), "10 → 20 → 30 or later", why
    )


def _on_cost(evidence: Evidence) -> Light:
    found = evidence.npv_without_on_cost
    now = float(evidence.outcome.npv.mean())
    good = evidence.plan.is_idle or (found is not None and found > now)
    text = "not priced" if found is None else f"{(now - found) / MILLION:+.1f} M CNY"
    return _light(good, "what switching on-cost on does to the result", text, "worse", "a cost that helps is a mistake")


def _response(evidence: Evidence) -> Light:
    why = "no pay scheme is compared here, and nobody is assumed to work harder for a bonus"
    return _light(True, "behavioural response to pay", "0", "0 unless stated", why)


CHECKS: tuple[Callable[[Evidence], Light], ...] = (
    _high_roi,
    _five_year_roi,
    _two_year_roi,
    _cash,
    _payback,
    _size,
    _pace,
    _on_cost,
    _response,
)
