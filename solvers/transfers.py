"""Plans who moves between seats: promotions and transfers on the best plan, each priced exactly (R148)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from model.inputs import Case
from model.plans import Career, Move, plan_careers, plan_faults
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import LEAST_GAIN


def plan_moves(tables: Tables, exact: Exact, choice: Choice) -> tuple[Choice, float, int]:
    """Add the move that helps most until none does; return plan, its worth (CNY) and moves tried (R148).

    Parameters
    ----------
    choice : a plan that keeps all rules; its own moves stay
    """
    worth, tried = exact.value(tables.total(choice)).height, 0
    while True:
        options = [replace(choice, moves=(*choice.moves, move)) for move in candidates(tables.case, choice)]
        tried += len(options)
        best, height = choice, worth + LEAST_GAIN
        for option in options:
            total = tables.total(option)
            value = exact.value(total).height
            if value > height and not exact.broken(total):
                best, height = option, value
        if best is choice:
            return choice, worth, tried
        choice, worth = best, height


def candidates(case: Case, choice: Choice) -> Iterator[Move]:
    """Yield every move that a plan allows besides its own: from an open seat to a team that opens one then.

    Examples
    --------
    One head in BD from month 1, a team that opens its first seat in month 7: BD's head may move there in month 7.
    """
    plan = choice.plan(case, "", "")
    careers = plan_careers(case, plan.model_copy(update={"moves": ()}))
    for to_role, to_line, month in sorted({(c.role, c.line, c.first_month) for c in careers if c.first_month > 1}):
        for career in careers:
            if career.is_open(month - 1) and not career.serves(to_role, to_line):
                for move in _moves(case, career, to_role, to_line, month):
                    if not plan_faults(case, plan.model_copy(update={"moves": (*plan.moves, move)})):
                        yield move


def _moves(case: Case, career: Career, to_role: str, to_line: str, month: int) -> Iterator[Move]:
    for kind in case.choice.moves:
        yield Move(
            role=career.role,
            line=career.line,
            seat=career.seat,
            to_role=to_role,
            to_line=to_line,
            month=month,
            kind=kind,
        )
