"""Break-even conditions in a strategist's words and as JSON."""

from __future__ import annotations

from typing import Any

from experiments.running.break_even import Answer, ask, distance, interval, pay_schemes, response
from experiments.running.futures import Futures
from experiments.running.input_words import amount, meaning, subject
from model.case_numbers import Number
from model.inputs import Case
from model.plans import Plan
from model.summary import Estimate
from reports.words import capital, in_words, money, percent

RECOMMENDED = "recommended"


def findings(case: Case, plans: dict[str, Plan], name: str, futures: Futures) -> list[dict[str, Any]]:
    """Return the answers to a case's own questions, and the response that each pay scheme needs under a plan.

    Parameters
    ----------
    plans : all plans by name; `name` : the one that the pay schemes are looked at with
    """
    named = plans | {RECOMMENDED: plans[name]}
    answers = [ask(case, question, named, futures) for question in case.break_even.values()]
    if not plans[name].is_idle:
        schemes = pay_schemes(case, plans[name])
        answers += [response(scheme, name, plans[name], futures) for scheme in schemes]
    return [told(case, answer, named) for answer in answers]


def told(case: Case, answer: Answer, plans: dict[str, Plan]) -> dict[str, Any]:
    """Return an answer as plain values with its sentence; None where the plans are not equal inside the range."""
    turn, number = answer.turn, answer.number
    at = turn.at
    return {
        "title": answer.title,
        "key": number.name,
        "meaning": what(case, number),
        "unit": number.unit,
        "value": number.value,
        "range": [turn.lowest[0], turn.highest[0]],
        "plan": answer.plan,
        "against": answer.against,
        "gap_now": {"mean": turn.now.value, "se": turn.now.se, "low": turn.now.low, "high": turn.now.high},
        "gap_at_range": [turn.lowest[1], turn.highest[1]],
        "break_even": None if at is None else _as_keys(at),
        "distance": distance(answer),
        "revenue_lift": answer.lift,
        "calibration": case.calibration,
        "salary_reading": case.readings.salary_is,
        "sentence": response_sentence(case, answer) if answer.responds else sentence(case, answer, plans),
    }


def _as_keys(at: Estimate) -> dict[str, float]:
    low, high = interval(at)
    return {"value": at.value, "se": at.se, "low": low, "high": high}


def what(case: Case, number: Number) -> str:
    """Return what a number is about: whose it is and what it means."""
    alone = number.name.count(".") > 1 or not number.name.startswith("partners.")
    return f"{subject(case, number.places[0], alone)}: {meaning(number.places[0])}"


def sentence(case: Case, answer: Answer, plans: dict[str, Plan]) -> str:
    """Return a break-even condition in one sentence."""
    number, turn = answer.number, answer.turn
    mine, theirs = (_title(name, plans) for name in (answer.plan, answer.against))
    now = "100 % is assumed" if number.scaled else f"now {written(number, number.value)}"
    better = "better" if turn.now.value > 0 else "worse"
    gap = f"{money(abs(turn.now.value))} M CNY {better} than {theirs} today"
    if turn.at is None:
        low, high = (written(number, end[0]) for end in (turn.lowest, turn.highest))
        always = "better" if turn.now.value > 0 else "worse"
        return f"{mine} stays {always} than {theirs} for every value from {low} to {high} of {what(case, number)}."
    side = "below" if (turn.at.value > number.value) == (turn.now.value > 0) else "above"
    low, high = (_bare(number, end) for end in interval(turn.at))
    edge = written(number, turn.at.value)
    span_words = f", 95 % interval {low} to {high}" if turn.at.se else ""
    return f"{mine} pays if {what(case, number)} is {side} {edge} ({now}{span_words}); it is {gap}."


def _title(name: str, plans: dict[str, Plan]) -> str:
    return f"“{plans[name].title}”" if name in plans else in_words(name)


def response_sentence(case: Case, answer: Answer) -> str:
    """Return how strongly people must respond to something before it pays for itself."""
    turn, number, title = answer.turn, answer.number, capital(answer.title)
    if turn.now.value > 0:
        gain = money(turn.now.value, True)
        return f"{title} pays without any response ({gain} M CNY): look for the reason."
    cost = f"without a response it costs {money(-turn.now.value)} M CNY"
    whose = "demand" if number.name.startswith("calibrations.") else what(case, number)
    if turn.at is None:
        return f"{title} does not pay even with {whose} at {written(number, turn.highest[0])}; {cost}."
    low, high = interval(turn.at)
    lifts = f"{whose} from {_bare(number, number.value)} to {_bare(number, turn.at.value)}"
    if number.value:
        lifts = f"{whose} by {percent(turn.at.value / number.value - 1)}"
        low, high = low / number.value - 1, high / number.value - 1
    ends = [percent(end) if number.value else _bare(number, end) for end in (low, high)]
    span = f", 95 % interval {ends[0]} to {ends[1]}" if turn.at.se else ""
    if answer.lift is None:
        return f"{title} pays if it lifts {lifts}{span}; {cost}."
    return f"{title} pays if it lifts revenue by {percent(answer.lift)} ({lifts}{span}); {cost}."


def _bare(number: Number, value: float) -> str:
    return percent(value) if number.scaled else written(number, value)


def written(number: Number, value: float) -> str:
    """Return a value of a number with its unit; a factor on a column or list as a share of what is assumed."""
    return f"{percent(value)} of what is assumed" if number.scaled else amount(value, number.unit)
