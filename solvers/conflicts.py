"""Why no plan keeps all rules: which rules conflict, and what each would have to give way for a plan, checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from math import ceil

import pyomo.environ as pyo

from model.bound import TOLERANCE
from model.errors import Finding, HeadcastError, InfeasibleError, ProofError
from model.inputs import Case
from solvers.conflict_words import finding
from solvers.elastic import WORTH, Conflict, Elastic, Mend, Side
from solvers.exact import Choice, Exact
from solvers.gate_rows import branch_uses, gate_rows
from solvers.limits import Limit
from solvers.outline import Outline
from solvers.program import Program
from solvers.tables import Pieces

SECONDS = 20.0
MOST_CONFLICTS = 8
"""Conflicts that are looked into; a case with more is mended step by step."""


LEFT_OUT = (("work", "sign_ups", "integration"), ("budget",), ("span",))
"""Kinds of rules that a conflict is told without where it can be, so that it is told by head counts first."""


def outline_plan(case: Case, modes: Sequence[str]) -> Choice | None:
    """Return a plan of few people that keeps all rules, before any path of a line is priced; None if none is met.

    Raises
    ------
    InfeasibleError : no plan keeps all rules, and why (R139)
    """
    outline, exact = Outline(case, modes), Exact(case, modes)
    outline.buy(exact)
    elastic = Elastic(outline, [*exact.rows, *gate_rows(case, exact)], outline.choice, SECONDS)
    search = _Search(case, elastic, exact, outline.total)
    found = search.conflicts()
    if found:
        raise InfeasibleError(search.findings(found))
    choice = elastic.plan()
    return None if exact.broken(outline.total(choice), idle=False) else choice


def look_ahead(case: Case, modes: Sequence[str]) -> tuple[Choice | None, InfeasibleError | None]:
    """Return a first plan of few people, or why there is none, before anything is priced on many draws (R139)."""
    try:
        return outline_plan(case, modes), None
    except InfeasibleError as error:
        return None, error


def explain(program: Program, seconds: float) -> HeadcastError:
    """Return the error for a program without plan: the conflicts among its rows, on its priced pieces (R139).

    Parameters
    ----------
    program : proved infeasible; it is changed and of no use afterwards
    """
    m = program.m
    for component in (m.money, *program.rows.values(), m.cuts, m.refused):
        component.deactivate()
    for var in program.binaries:
        var.unfix()
        var.domain = pyo.Binary
    for var in m.seat.values():
        var.setlb(0)
        var.setub(1)
    elastic = Elastic(program.body, program.exact.rows, program.body.choice, seconds)
    search = _Search(program.exact.case, elastic, program.exact, program.tables.total)
    try:
        found = search.conflicts()
    except InfeasibleError as error:
        return error
    if not found and not (found := search.missed()):
        what = "one solve says that no plan keeps all rules, another one found such a plan"
        return ProofError(Finding("E-DISAGREE", "choice", what, fix="keep the case and report it"))
    return InfeasibleError(search.findings(found))


def by_path(found: Sequence[tuple[Sequence[str], Sequence[Finding]]]) -> list[Finding]:
    """Return the findings of all mode paths, each once; those of some paths only say of which.

    Parameters
    ----------
    found : mode path and its findings
    """
    paths: dict[Finding, list[str]] = {}
    for modes, findings in found:
        for each in findings:
            paths.setdefault(each, []).append(" → ".join(modes))
    return [
        each if len(mine) == len(found) else replace(each, what=f"{each.what}, with {' or '.join(mine)}")
        for each, mine in paths.items()
    ]


class _Search:
    """Looks for the conflicts of one elastic program; each mend is a plan whose rows are counted on priced pieces."""

    def __init__(self, case: Case, elastic: Elastic, exact: Exact, total: Callable[[Choice], Pieces]) -> None:
        self.case, self.elastic, self.exact, self.total = case, elastic, exact, total
        self.sides = elastic.sides
        self.place = {(id(side.row), side.is_low): i for i, side in enumerate(self.sides)}

    def conflicts(self) -> list[Conflict]:
        """Return conflicts that share no rule, each with what mends it once the others are mended."""
        found: list[list[int]] = []
        while len(found) < MOST_CONFLICTS and not self.elastic.keeps(self._moved(found)):
            found.append(self.elastic.conflict(self._plainest(self._moved(found))))
            if not found[-1]:
                raise InfeasibleError(Finding("E-INFEASIBLE", "choice", "no path of the lines and seats fits together"))
        found.sort(key=min)
        return [self._conflict(mine, self._moved([other for other in found if other is not mine])) for mine in found]

    def _uses(self, choice: Choice, total: Pieces) -> list[tuple[Limit, float]]:
        """Return every row with its left side for a priced plan; branches of gates are told from the plan."""
        told = branch_uses(self.case, choice)
        rows = {id(side.row): side.row for side in self.sides if side.row.name in told}
        return [*self.exact.uses(total, idle=False), *((row, told[row.name]) for row in rows.values())]

    def missed(self) -> list[Conflict]:
        """Return the rows that the last plan breaks by less than HiGHS notices, such as one fen; or none."""
        total = self.total(self.elastic.plan())
        broken = [
            (side, side.over(value))
            for row, value in self.exact.broken(total, idle=False)
            for side in (Side(row, True), Side(row, False))
            if side.over(value) > TOLERANCE[row.unit]
        ]
        mends = tuple(Mend(side, float(ceil(round(over, 4))), total) for side, over in broken)
        return [Conflict(tuple(side for side, _ in broken), mends if len(mends) == 1 else ())] if broken else []

    def _moved(self, found: Iterable[Iterable[int]]) -> set[int]:
        """Return the sides that the numbers of the case behind some conflicts move."""
        knobs = {self.sides[place].knob for members in found for place in members}
        return {place for place, side in enumerate(self.sides) if side.knob in knobs}

    def findings(self, found: Sequence[Conflict]) -> list[Finding]:
        """Return each conflict in words, and what mends all together where one has no mend of its own."""
        told = [finding(self.case, conflict) for conflict in found]
        return told if all(conflict.mends for conflict in found) else [*told, *self._together()]

    def _together(self) -> list[Finding]:
        if self.elastic.least(range(len(self.sides))) is None:
            return []
        broken = self.exact.broken(self.total(self.elastic.plan()), idle=False)
        moves = [f"{row.name} {value:,.0f} {row.unit}" for row, value in broken]
        fix = "all of it together gives a plan, checked"
        return [Finding("E-INFEASIBLE", "choice", "what has to give way together", "; ".join(moves), "", fix)]

    def _plainest(self, free: set[int]) -> set[int]:
        """Return the free sides with whole kinds of rules that a conflict can be told without."""
        for kinds in LEFT_OUT:
            wider = free | {place for place, side in enumerate(self.sides) if side.row.kind in kinds}
            free = free if self.elastic.keeps(wider) else wider
        return free

    def _conflict(self, mine: Sequence[int], others: Collection[int]) -> Conflict:
        mends = [mend for place in mine if (mend := self._mend(place, others))]
        mends.sort(key=lambda mend: mend.amount / WORTH[mend.side.row.unit] / self.elastic.scale(mend.side))
        return Conflict(tuple(self.sides[place] for place in mine), tuple(mends))

    def _mend(self, place: int, others: Collection[int]) -> Mend | None:
        """Return by how much one side alone must give way, if the plan found then keeps every other rule."""
        mine = self._moved([[place]])
        least = self.elastic.least(mine | {*others})
        if least is None:
            return None
        choice = self.elastic.plan()
        total = self.total(choice)
        need = max(least.get(each, 0.0) for each in mine)
        for row, value in self._uses(choice, total):
            for side in (Side(row, True), Side(row, False)):
                over, at = side.over(value), self.place.get((id(row), side.is_low))
                if at in mine:
                    need = max(need, over)
                elif over > TOLERANCE[row.unit] and at not in others:
                    return None
        return Mend(self.sides[place], float(ceil(round(need, 4))), total)
