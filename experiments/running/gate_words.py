"""What a plan's gates do, in words: which milestone is asked, and how often the plan goes on, stays or ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.running.input_words import list_of
from model.gates import VERDICTS
from model.inputs import Case
from model.ledger import Ints
from model.plans import Plan
from reports.words import calendar, clean

WORDS = dict(zip(VERDICTS, ("goes on", "stays as it is", "ends"), strict=True))


def asked(case: Case, plan: Plan, said: Ints) -> list[dict[str, Any]]:
    """Return the gates that a plan asks, those of the unit first, with the chance of each verdict.

    Parameters
    ----------
    said : (gate, scenario) verdicts of the plan, gates in the order of the case
    """
    found = []
    for line, answers in [("", plan.policies.gates), *((line, part.gates) for line, part in plan.lines.items())]:
        for each in answers:
            gate, own = case.gates[each.gate], said[list(case.gates).index(each.gate)]
            chances = {name: float((own == number).mean()) for number, name in enumerate(VERDICTS)}
            told = {"gate": each.gate, "title": gate.title, "answer": gate.answers[each.answer].title}
            found.append({**told, "line": line, "month": gate.month, "chances": chances})
    return found


def sentence(case: Case, gate: dict[str, Any]) -> str:
    """Return one gate as a sentence, led by a space."""
    who = clean(case.lines[gate["line"]].title) if gate["line"] else "the unit"
    month = calendar(case.clock.start, gate["month"])
    shares = {name: share for name, share in gate["chances"].items() if share}
    first, *rest = [(WORDS[name], said) for name, said in zip(shares, in_hundred(list(shares.values())), strict=True)]
    told = list_of([f"{first[0]} in {first[1]} of futures", *(f"{word} in {said}" for word, said in rest)])
    return f" After {month} {who} must {clean(gate['answer'])} ({clean(gate['title'])}): it {told}."


def in_hundred(shares: Sequence[float]) -> list[str]:
    """Return shares of a whole in percent, as fine as the smallest needs and rounded so that they add up to 100.

    Examples
    --------
    >>> [said.replace("\\u00a0", " ") for said in in_hundred([0.9851, 0.0149])]
    ['98.5 %', '1.5 %']
    """
    smallest = min(shares) * 100
    decimals = 0 if smallest >= 9.95 else 1 if smallest >= 0.995 else 2
    steps = np.array(shares) * 10 ** (decimals + 2)
    whole = np.floor(steps + 1e-9)
    left = round(float(steps.sum() - whole.sum()))
    whole[np.argsort(whole - steps, kind="stable")[:left]] += 1
    return [f"{count / 10**decimals:.{decimals}f}\u00a0%" for count in whole]
