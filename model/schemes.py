"""How a line's own team is paid by results: commission, trails and bonuses by the scheme of its way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.bonuses import Season, bonuses
from model.inputs import Case
from model.ledger import Floats
from model.line_results import LineResults
from model.paycurves import PayCurve, blocks
from model.payperiods import PayRule, draws_paid, held_back
from model.schema import LINE_ROWS
from model.scheme_inputs import Scheme
from model.trails import still_there, trail


def book(
    case: Case, name: str, ways: Sequence[str], line: LineResults, on_cost: float, stop: int, rows: Floats
) -> None:
    """Book line pay, its statutory cost and what is clawed back, in place (R34–R47).

    Parameters
    ----------
    name : the line; ways : by option
    on_cost : statutory cost on a yuan of pay that depends on results (R3)
    stop : last month of the unit
    rows : (row, month, option, scenario) CNY in the order of LINE_ROWS
    """
    life, chosen = case.lines[name].life, np.array(_names(case, ways))
    after = life.repurchase_after if life is not None else 1
    for scheme in sorted(set(chosen.tolist()) - {""}):
        options = np.flatnonzero(chosen == scheme)
        present, gone, taken = scheme_pay(case, case.schemes[scheme], line.of(options), after, stop)
        for row, amount in (("line_pay", present + gone), ("line_pay_on_cost", present * on_cost), ("clawback", taken)):
            rows[LINE_ROWS.index(row)][:, options] += amount


def scheme_pay(case: Case, scheme: Scheme, line: LineResults, after: int, stop: int) -> tuple[Floats, Floats, Floats]:
    """Return pay to who is present, pay to who has left, and clawback, each (month, option, scenario) CNY (R37, R47).

    Parameters
    ----------
    after : months between a sale and the unit bought again; stop : last month of the unit
    """
    earned = commission(scheme, line)
    gone = np.zeros(earned.shape)
    if scheme.ltv is not None:
        own, gone = trail(scheme.ltv, line, float(scheme.margin), after)
        earned = earned + own
    taken = np.zeros(earned.shape)
    if scheme.draw is not None:
        earned, _ = draws_paid(earned, line.heads * float(scheme.draw.per_head), scheme.draw.recoverable)
    if scheme.clawback is not None:
        earned, taken = _after_cancellations(scheme, line, earned)
    paid, lost = bonuses(scheme, line, Season(np.array(case.clock.calendar_months()), stop))
    return earned + paid, gone, taken + lost


def commission(scheme: Scheme, line: LineResults) -> Floats:
    """Return what first sales earn at once, (month, option, scenario) CNY, while somebody is present (R38)."""
    out = np.zeros(line.volume.shape)
    if scheme.flat is not None:
        out += PayCurve(0.0, float(scheme.flat.unit_rate)).pay(line.volume)
        out += PayCurve(0.0, float(scheme.flat.revenue_share)).pay(line.revenue)
    if scheme.tiers is not None:
        part = scheme.tiers
        curve = blocks(part.edges, part.rates, float(part.base_rate), part.reading)
        rule = PayRule(curve, "volume", "units", "CNY/unit", "unit", measure=part.period, payout=1)
        out += rule.pay(line.volume)
    return out * line.manned


def _after_cancellations(scheme: Scheme, line: LineResults, earned: Floats) -> tuple[Floats, Floats]:
    rule = scheme.clawback
    assert rule is not None
    lost = float(rule.cancelled) + float(rule.per_complaint) * np.maximum(line.complaint, 0.0)
    got_back = still_there(line.stays, rule.after) * float(rule.recovered)
    return held_back(earned, np.minimum(lost, 1.0), rule.hold, rule.after, got_back)


def demand_response(case: Case, ways: Sequence[str]) -> Floats:
    """Return the factor on demand by which teams answer to their schemes, (option,) (R47)."""
    return np.array([1.0 + float(case.schemes[n].response.demand) if n else 1.0 for n in _names(case, ways)])


def nps_response(case: Case, ways: Sequence[str]) -> Floats:
    """Return the NPS points by which teams answer to their schemes, (option,) (R47)."""
    return np.array([float(case.schemes[n].response.nps) if n else 0.0 for n in _names(case, ways)])


def _names(case: Case, ways: Sequence[str]) -> list[str]:
    return [case.ways[name].scheme for name in ways]
