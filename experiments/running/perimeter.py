"""What is and is not in the money: the assumptions a CFO asks for, each with its figure or a plain "not modelled"."""

from __future__ import annotations

from experiments.running.input_words import list_of
from model import on_cost, staffing
from model.budgets import budget_accounts
from model.incentives import attainment, bonus_scale
from model.inputs import Case
from model.ledger import Floats, after_tax, result, signed
from model.plans import Career
from model.schema import COST_ROWS, REVENUE_ROWS, ROW, ROW_NAMES
from reports.words import row_title

MILLION = 1e6
MOST = 6
"""Costs outside the budget that are named; the others are counted."""


def perimeter(case: Case, years: Floats) -> list[dict[str, str]]:
    """Return lines (what, says) about the recommended plan's money.

    Parameters
    ----------
    years : (row, year, scenario) CNY of the plan
    """
    sums = {name: float(years[index].sum(axis=0).mean()) / MILLION for name, index in ROW.items()}
    makers = (_budget, _share, _pay, _on_cost, _leavers, _bought, _partners, _vat, _time_value)
    told = [maker(case, sums) for maker in makers]
    if sums["annual_bonus"]:
        told.insert(makers.index(_pay) + 1, ("Annual bonus", _bonus(case, years)))
    told.append(_income_tax(case, result(years.sum(axis=1))))
    return [{"what": what, "says": says} for what, says in told]


def _budget(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    """Return which rows of the ledger a phase budget counts, and which it does not (R28)."""
    accounts = budget_accounts(case)
    counts, rest = (
        [row_title(name, case.called).lower() for name in COST_ROWS if (name in accounts) == inside and sums[name]]
        for inside in (True, False)
    )
    says = f"it counts {list_of(counts, len(counts))} of all planned seats from their first month, as if always filled"
    return "The budget", f"{says}; not {list_of(rest, MOST)}" if rest else says


def _share(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    rate = float(case.incentives.after_sales_share)
    if not rate:
        return "Share of after-sales", "the case has none: no part of the revenue goes to another department"
    paid = f"the unit pays {rate:.0%} of its revenue, {sums['after_sales_share']:.1f} M CNY, to after-sales"
    return (
        "Share of after-sales",
        f"{paid}; this is the unit’s result: inside the company the share is a transfer that finance may add back",
    )


def _pay(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    raised = f"pay rises by {float(case.staffing.annual_raise):.1%} each programme year"
    return "Pay and bonus", f"{raised}; base pay {sums['base_pay']:.1f}, annual bonus {sums['annual_bonus']:.1f} M CNY"


def _bonus(case: Case, years: Floats) -> str:
    """Return the rule of the annual bonus, and how often revenue reaches its target (R23)."""
    rules = case.incentives
    reached = attainment(case, signed(years, ROW_NAMES, REVENUE_ROWS))
    below = int((reached.mean(axis=1) < 1).sum())
    edges = zip(rules.band_edges, rules.band_upper_owns_edge, rules.band_coefficients[1:], strict=True)
    steps = [f"{float(share):g} {'from' if owns else 'above'} {float(edge):.0%}" for edge, owns, share in edges]
    bands = f"{float(rules.band_coefficients[0]):g} below {float(rules.band_edges[0]):.0%}, {', '.join(steps)}"
    always = ", so that some is due at any revenue" if float(rules.band_coefficients[0]) > 0 else ""
    return (
        f"{bonus_scale(case):.0%} of base pay times a coefficient by each year’s revenue ÷ target in each future: "
        f"{bands}{always}; revenue is below target on average in {below} of {case.years} years and reaches it in "
        f"{float((reached >= 1).mean()):.0%} of all years and futures"
    )


def _on_cost(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    return "Employer's on-cost", f"{on_cost.told(case)}, {sums['on_cost']:.1f} M CNY before discounting"


def _leavers(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    first, later = float(case.staffing.leave_first_year), float(case.staffing.leave_later)
    says = f"{1 - (1 - first) ** 12:.0%} leave in their first year, {1 - (1 - later) ** 12:.0%} a year after"
    return "Leavers", f"{says}; seats are filled again at once, hiring fees {sums['hiring_fee']:.1f} M CNY"


def _bought(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    says = "shared work that nobody is there to do, above all before the first people arrive, is bought in"
    return "Bought-in work", f"{says} for {sums['agency']:.1f} M CNY; work hours are guesses"


def _partners(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    cash = [float(partner.integration) / MILLION for partner in case.partners]
    ends = " to ".join(dict.fromkeys((f"{min(cash):.2f}", f"{max(cash):.2f}"))) if cash else ""
    span = f"{ends} M CNY each" if cash else f"no {case.called.partner}"
    return (
        f"Connecting {case.called.partners}",
        f"{span}, {sums['integration']:.1f} in all, upkeep {sums['partner_upkeep']:.1f} M CNY",
    )


def _vat(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    rate = f"{float(case.costs.vat):.0%}"
    if case.readings.vat_in_rates == "gross":
        return "VAT", f"the contracts’ rates contain {rate}, {sums['vat']:.1f} M CNY that the state receives"
    return "VAT", f"the contracts’ rates are read as net of {rate}; contract-readings prices them with the tax inside"


def _time_value(case: Case, sums: dict[str, float]) -> tuple[str, str]:
    says = f"discounted at {float(case.clock.discount):.0%} a year"
    if case.costs.collection:
        return "Time", f"{says}; {case.called.partners} pay {float(case.costs.collection):.1f} months after they owe"
    return "Time", f"{says}; {case.called.partners} are taken to pay in the month they owe"


def _income_tax(case: Case, total: Floats) -> tuple[str, str]:
    """Return what is left out, with the result that tax would leave (R114)."""
    rate, before = float(case.costs.income_tax), float(total.mean()) / MILLION
    after = float(after_tax(total, rate).mean()) / MILLION
    says = f"income tax; at {rate:.0%} the average result before discounting, {before:.1f}, would be {after:.1f} M CNY"
    plain = (1 - rate) * before
    why = (
        f": each future is taxed on what it earns in all and one that loses money gets nothing back, hence less than "
        f"{1 - rate:.0%} of the average, {plain:.1f}"
    )
    return "Not modelled", says + (why if f"{plain:.1f}" != f"{after:.1f}" else "")


def cheapest_head(case: Case, phase: int) -> float:
    """Return the approved cost of the cheapest further seat over one phase, CNY (R28)."""
    first, end = case.phase_bounds()[phase]
    careers = [Career(role, "", 1, first, end) for role in case.roles]
    return min(float(staffing.approved(case, career).sum()) for career in careers)
