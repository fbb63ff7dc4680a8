"""When the contracts of a plan come up for renewal."""

from __future__ import annotations

from model.inputs import Case
from model.plans import Plan


def renewals(case: Case, plan: Plan) -> str:
    """Return the months in which contracts of a plan are renewed at the earliest, first trials passed (R67, R207).

    A renewal after the last month is not told; nothing where the case's contracts have no term.
    """
    life, titles = case.contract_life, {partner.id: partner.title for partner in case.partners}
    signed = [(entry.start, name) for part in plan.lines.values() for name, entry in part.partners.items()]
    months = sorted((start + round(float(life.term)), titles[name]) for start, name in signed) if life else []
    return ", ".join(f"{month} ({title})" for month, title in months if month <= case.clock.months)
