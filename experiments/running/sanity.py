"""The sanity panel: a light and a reason for each result that a careful reader would question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan, heads_by_phase
from model.simulate import Outcome
from model.summary import Estimate, full_roi, horizon, payback_month, peak_cash
from reports.words import money, percent

MILLION = 1e6
MOST_HEADS = 30
LADDER = ((19, 30), (7, 20), (1, 10))
"""The documents' heads by first month, latest first; their phases begin in these months."""


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
    """What the panel looks at: the recommended plan under the case's reading, and without on-cost.

    schemes : what each pay scheme adds to the plan's NPV when nobody responds to it, by title, CNY
    """

    case: Case
    plan: Plan
    outcome: Outcome
    npv_without_on_cost: float | None
    schemes: dict[str, Estimate]


def panel(evidence: Evidence) -> list[Light]:
    """Return all lights; an amber light is not an error, it says which argument must go with the number."""
    if evidence.plan.is_idle:
        return [Light("green", "whatever the panel asks of a plan", "nothing is spent or earned", "", "do nothing")]
    begin = tuple(phase.first_month for phase in reversed(evidence.case.phases))
    asked = CHECKS if begin == tuple(first for first, _ in LADDER) else [c for c in CHECKS if c not in OF_DOCUMENTS]
    return [check(evidence) for check in asked]


def _light(good: bool, what: str, found: str, expected: str, why: str) -> Light:
    return Light("green" if good else "amber", what, found, expected, why)


def _roi(evidence: Evidence, years: int | None = None) -> Floats:
    roi = full_roi(horizon(evidence.outcome.years[:, :years]))
    return roi[np.isfinite(roi)]


def _median(values: Floats) -> float:
    return float(np.median(values)) if values.size else float("nan")


def _share(value: float) -> str:
    return percent(value, plus=True) or "not defined: nothing is spent"


def _high_roi(evidence: Evidence) -> Light:
    roi = _roi(evidence)
    share = float((roi > 1.5).mean()) if roi.size else 0.0
    why = "the documents' 150 % is labour only; full ROI above it needs an argument"
    return _light(share <= 0.01, "chance that full ROI exceeds 150 %", percent(share), "at most 1 %", why)


def _five_year_roi(evidence: Evidence) -> Light:
    value = _median(_roi(evidence))
    why = "the paper P&L gives −2 % to +33 %"
    return _light(-0.4 <= value <= 0.6, "median full ROI over the horizon", _share(value), "−40 % to +60 %", why)


def _two_year_roi(evidence: Evidence) -> Light:
    value = _median(_roi(evidence, 2))
    why = "the first two years build up; a quick return must be explained"
    return _light(not value > 0.2, "median full ROI after 24 months", _share(value), "at most +20 %", why)


def _cash(evidence: Evidence) -> Light:
    deepest = -peak_cash(evidence.outcome.cash)[0] / MILLION
    middle, bad = float(np.median(deepest)), float(np.quantile(deepest, 0.95))
    why = f"the first phase alone approves {money(float(evidence.case.phases[0].budget))} M"
    return _light(
        4 <= middle <= 16 and bad <= 28,
        "deepest cash need, median and 1-in-20 bad case",
        f"{middle:.1f} and {bad:.1f} M CNY",
        "4 to 16 M, bad case at most 28 M",
        why,
    )


def _payback(evidence: Evidence) -> Light:
    """Look at the median over all scenarios; those that never pay back count as later than any month."""
    month = payback_month(evidence.outcome.cash)
    value = float(np.quantile(np.where(month == 0, np.inf, month), 0.5, method="inverted_cdf"))
    found = f"month {value:.0f}" if np.isfinite(value) else "never in most scenarios"
    why = "month 18 is the documents' own break-even, which their figures contradict"
    return _light(value >= 18, "median payback month", found, "not before month 18", why)


def _size(evidence: Evidence) -> Light:
    case, plan = evidence.case, evidence.plan
    heads = heads_by_phase(case, plan)
    capped = case.readings.salary_is == "base" and _at_a_cap(case, plan, heads)
    found = " → ".join(map(str, heads)) + (", at a cap though the pay table is read as base pay" if capped else "")
    why = f"above {MOST_HEADS} heads, or at a cap under base, the plan rests on its guesses of work hours"
    good = max(heads, default=0) <= MOST_HEADS and not capped
    return _light(good, "planned heads by phase", found, f"at most {MOST_HEADS}, under base at no cap", why)


def _at_a_cap(case: Case, plan: Plan, heads: list[int]) -> bool:
    """Say whether some phase has as many heads as the phase, the organisation mode or the documents allow."""
    caps = [
        min(float(phase.heads_most), float(case.modes[mode].heads_most), MOST_HEADS)
        for phase, mode in zip(case.phases, plan.modes, strict=True)
    ]
    return any(count >= cap for count, cap in zip(heads, caps, strict=True))


def _pace(evidence: Evidence) -> Light:
    """Hold each phase against the documents' ladder by its first month, so that other phases can be judged too."""
    heads = heads_by_phase(evidence.case, evidence.plan)
    allowed = [next(most for first, most in LADDER if phase.first_month >= first) for phase in evidence.case.phases]
    early = any(mine > theirs for mine, theirs in zip(heads, allowed, strict=True))
    why = "on paper the best plan is leaner and later than the documents'; a phase above theirs needs its reason"
    return _light(
        not early, "hiring no earlier than 10 → 20 → 30", " → ".join(map(str, heads)), "10 → 20 → 30 or later", why
    )


def _on_cost(evidence: Evidence) -> Light:
    free, now = evidence.npv_without_on_cost, float(evidence.outcome.npv.mean())
    good = free is not None and free > now
    text = "not priced" if free is None else f"{money(now - free, plus=True)} M CNY"
    why = "on-cost is a cost: a result that it does not worsen leaves it out or is mistaken"
    return _light(good, "what switching on-cost on does to the result", text, "worse", why)


def _response(evidence: Evidence) -> Light:
    """Ask that no pay scheme earns its money when nobody responds to it."""
    gains = {title: gain.value for title, gain in evidence.schemes.items()}
    winners = [title for title, gain in gains.items() if gain > 0]
    text = ", ".join(f"{title} {money(gain, plus=True)} M CNY" for title, gain in gains.items())
    why = "pay for results is a cost unless people respond; a scheme that wins without response is mistaken"
    what = "pay schemes at behavioural response 0"
    return _light(not winners, what, text or "no scheme is paid", "no scheme wins", why)


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
OF_DOCUMENTS = (_cash, _payback, _size, _pace)
"""Held against what the documents say of their own three phases: asked of no case with other phases."""
