"""Break-even conditions: at which value of a number a plan stops being better than another, on the same futures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from experiments.running.futures import Futures, changed, number_of
from model.case_numbers import Number
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats, revenue
from model.line_inputs import Way
from model.plans import Plan
from model.question_inputs import BreakEven
from model.summary import Z95, Estimate, mean

SCENARIOS = 512
"""Draws on which a break-even is looked up; both plans and all values share them."""
STEPS = 8
"""Parts of the range in which a change of sign is looked for."""
PRECISION = 1e-4
"""Share of the range within which a break-even is found."""
MOST_LIFT = 2.0
"""A response is looked for up to this factor on demand."""
SLOPE_STEP = 0.01
"""Share of the range on each side over which the slope at the break-even is taken: over less of it a single future in
which a trial is just passed or failed makes it."""


@dataclass(frozen=True)
class Turn:
    """Where the gap between two plans changes sign; `at` is None where it does not inside the range.

    now : gap at the case's own value, CNY; lowest, highest : ends of the range with the gap there
    """

    at: Estimate | None
    now: Estimate
    lowest: tuple[float, float]
    highest: tuple[float, float]


@dataclass(frozen=True)
class Answer:
    """A break-even condition: what is varied, which plans, and where they are equal.

    responds : the number is varied for the first plan alone, as a response of its people
    lift : revenue at the break-even over revenue without response, less 1; None where it is not asked or not found
    """

    title: str
    number: Number
    plan: str
    against: str
    turn: Turn
    responds: bool
    lift: float | None


@dataclass(frozen=True)
class PayScheme:
    """A pay scheme of a case: the case with it but without any response to it, and the case without it."""

    title: str
    paid: Case
    without: Case


def turn(
    gap: Callable[[float], Floats],
    value: float,
    low: float,
    high: float,
    told: Callable[[Floats], Estimate] | None = None,
) -> Turn:
    """Return where the mean of a gap changes sign, with the standard error that its draws give (se ÷ slope).

    Parameters
    ----------
    gap : (scenario,) CNY at a value of the number
    value : the case's own value; of several changes of sign the nearest to it is told
    low, high : range that is looked through
    told : mean of a sample with its standard error; by default the plain one

    Examples
    --------
    >>> turn(lambda x: np.array([x - 2.0, x - 2.0]), 1.0, 0.0, 4.0).at.value
    2.0
    """
    told, seen = told or estimate, dict[float, float]()

    def height(at: float) -> float:
        if at not in seen:
            seen[at] = told(gap(at)).value
        return seen[at]

    grid = [float(point) for point in np.linspace(low, high, STEPS + 1)]
    pairs = [pair for pair in pairwise(grid) if (height(pair[0]) < 0) != (height(pair[1]) < 0)]
    here = told(gap(value))
    ends = ((low, height(low)), (high, height(high)))
    if not pairs:
        return Turn(None, here, *ends)
    left, right = min(pairs, key=lambda pair: abs(sum(pair) / 2 - value))
    root = float(brentq(height, left, right, xtol=PRECISION * (high - low)))
    step = SLOPE_STEP * (high - low)
    ahead, behind = min(root + step, high), max(root - step, low)
    slope = (height(ahead) - height(behind)) / (ahead - behind)
    error = told(gap(root)).se / abs(slope) if slope else float("inf")
    return Turn(Estimate(root, error), here, *ends)


def estimate(sample: Floats) -> Estimate:
    """Return a mean with its standard error; a single draw is all there is where chance is off."""
    return mean(sample) if sample.size > 1 else Estimate(float(sample[0]), 0.0)


def span(number: Number) -> tuple[float, float]:
    """Return the range that is looked through: the number's own, else from 0 to twice its value."""
    if number.low is not None and number.high is not None and number.low < number.high:
        return number.low, number.high
    if number.value:
        low, high = sorted((0.0, 2 * number.value))
        return low, high
    found = "value 0 without range"
    raise InputError(
        Finding("E-RANGE", number.name, "has no range to look through", found, "a number with guess = [low, high]")
    )


def ask(case: Case, question: BreakEven, plans: dict[str, Plan], futures: Futures) -> Answer:
    """Answer a question of a case.

    Parameters
    ----------
    plans : by the names that the question uses
    """
    number = number_of(case, question.vary)
    plan, against = (_plan(name, plans) for name in (question.plan, question.against))
    lone = question.vary_for == "plan"
    fixed = futures.npv(_without(case, question.without), against) if lone else None

    def gap(value: float) -> Floats:
        mine = changed(case, number, value)
        theirs = futures.npv(_without(mine, question.without), against) if fixed is None else fixed
        return futures.npv(mine, plan) - theirs

    found = turn(gap, number.value, *span(number))
    lift = _lift(case, number, plan, found.at, futures) if lone else None
    return Answer(question.title, number, question.plan, question.against, found, lone, lift)


def response(scheme: PayScheme, name: str, plan: Plan, futures: Futures) -> Answer:
    """Return by how much a plan's demand must respond to a pay scheme before the scheme pays for itself.

    The same plan stands on both sides, once with the scheme and a lift of demand, once without scheme and lift.

    Parameters
    ----------
    name : of the plan
    """
    case = scheme.paid
    number = number_of(case, f"calibrations.{case.calibration}.demand")
    off = futures.npv(scheme.without, plan)

    def gap(value: float) -> Floats:
        return futures.npv(changed(case, number, value), plan) - off

    found = turn(gap, number.value, number.value, MOST_LIFT * number.value)
    lift = _lift(case, number, plan, found.at, futures)
    return Answer(f"The {scheme.title}", number, name, name, found, True, lift)


def pay_schemes(case: Case, plan: Plan | None = None) -> list[PayScheme]:
    """Return the pay schemes of a case that cost anything, with a plan only those that its lines are paid by."""
    ways = set(case.ways) if plan is None else {part.way for part in plan.lines.values()}
    rates = {"annual bonus": "bonus_rate", "overage pool": "pool_rate"}
    paid = {title: f"incentives.{name}" for title, name in rates.items() if getattr(case.incentives, name) > 0}
    found = [PayScheme(title, case, _without(case, (key,))) for title, key in paid.items()]
    for name, scheme in case.schemes.items():
        unpaid = {way: told.model_copy(update={"scheme": ""}) for way, told in case.ways.items() if told.scheme == name}
        if ways & set(unpaid):
            found.append(PayScheme(f"pay scheme {scheme.title}", _idle(case, name), _unsigned(case, unpaid)))
    return found


def _idle(case: Case, name: str) -> Case:
    """Return the case whose team does not answer to one of its pay schemes."""
    scheme = case.schemes[name]
    response = scheme.response.model_copy(update={"demand": 0.0, "nps": 0.0})
    return case.model_copy(update={"schemes": case.schemes | {name: scheme.model_copy(update={"response": response})}})


def _unsigned(case: Case, ways: dict[str, Way]) -> Case:
    return case.model_copy(update={"ways": case.ways | ways})


def gain_without_response(scheme: PayScheme, plan: Plan, futures: Futures) -> Estimate:
    """Return what a pay scheme adds to a plan's NPV when nobody responds to it, CNY."""
    return estimate(futures.npv(scheme.paid, plan) - futures.npv(scheme.without, plan))


def distance(answer: Answer) -> float | None:
    """Return how far the break-even is from the case's value, as a share of it (of its range where it is 0)."""
    at, number = answer.turn.at, answer.number
    if at is None:
        return None
    low, high = span(number)
    return at.value / number.value - 1 if number.value else at.value / (high - low)


def interval(at: Estimate) -> tuple[float, float]:
    """Return the 95 % interval of a break-even."""
    return at.value - Z95 * at.se, at.value + Z95 * at.se


def _without(case: Case, keys: Sequence[str]) -> Case:
    for key in keys:
        case = changed(case, number_of(case, key), 0.0)
    return case


def _lift(case: Case, number: Number, plan: Plan, at: Estimate | None, futures: Futures) -> float | None:
    """Return what a number at its break-even adds to a plan's revenue, as a share of it."""
    if at is None:
        return None
    books = [futures.months(changed(case, number, value), plan).ledger for value in (number.value, at.value)]
    before, after = (float(revenue(book).sum(axis=0).mean()) for book in books)
    return after / before - 1 if before else None


def _plan(name: str, plans: dict[str, Plan]) -> Plan:
    if name not in plans:
        raise InputError(Finding("E-REF", "break_even", "unknown plan", name, ", ".join(plans)))
    return plans[name]
