"""What a plan's gates do, in words: which milestone is asked, and how often the plan goes on, stays or ends."""

from __future__ import annotations

from typing import Any

from model.gates import VERDICTS
from model.inputs import Case
from model.ledger import Ints
from model.plans import Plan
from reports.words import calendar, clean, percent

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
    shares = ", ".join(f"{percent(share)} {WORDS[name]}" for name, share in gate["chances"].items() if share)
    return f" After {month} {who} must {clean(gate['answer'])} ({clean(gate['title'])}): chance that it {shares}."
