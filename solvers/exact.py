"""The exact value of a whole plan on the tables, bonus bands and hinges recomputed, and the rows it must keep."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from model import economics, incentives, on_cost
from model.errors import Finding, ProofError
from model.feasibility import TOLERANCE
from model.inputs import Case
from model.ledger import Floats, Ints, discount_factors
from model.plans import Career, Move, Plan, plan_careers
from solvers.branch import Branch
from solvers.flexible import shares_of
from solvers.goals import FEN, MEAN, REPAIR, Goal
from solvers.limits import Limit, limits, use
from solvers.options import Heads, LineOption
from solvers.pricing import Pricer
from solvers.tables import Pieces, Stack, of_scenarios, whole


@dataclass(frozen=True)
class Choice:
    """A whole plan in the optimizer's words; it never holds positions in a table."""

    modes: tuple[str, ...]
    seats: tuple[tuple[str, Heads], ...]
    lines: tuple[tuple[str, LineOption], ...]
    moves: tuple[Move, ...] = ()

    def with_line(self, line: str, option: LineOption) -> Choice:
        """Return the choice with another path of one line; planned moves of people end with their seats."""
        lines = tuple((name, option if name == line else old) for name, old in self.lines)
        return replace(self, lines=lines, moves=())

    def with_seats(self, role: str, heads: Heads) -> Choice:
        """Return the choice with other heads of one shared role; planned moves of people end with their seats."""
        seats = tuple((name, heads if name == role else old) for name, old in self.seats)
        return replace(self, seats=seats, moves=())

    def without_moves(self) -> Choice:
        """Return the choice in which nobody moves between seats."""
        return replace(self, moves=())

    def plan(self, case: Case, name: str, title: str) -> Plan:
        """Return the choice as a plan file says it."""
        lines = {line: option.plan() for line, option in self.lines if not option.is_closed}
        seats = {role: heads for role, heads in self.seats if any(heads)}
        return Plan(
            case=case.id,
            name=name,
            title=title,
            modes=self.modes,
            seats=seats,
            lines=lines,
            moves=self.moves,
            flexible=dict(shares_of(case)),
        )


@dataclass
class Tables:
    """All priced pieces of one mode path; new paths of a line are priced when first asked for."""

    case: Case
    pricer: Pricer
    options: dict[str, dict[LineOption, int]] = field(default_factory=dict)
    lines: dict[str, Pieces] = field(default_factory=dict)
    seats: dict[str, Pieces] = field(default_factory=dict)
    _paths: dict[tuple[str, Heads], Pieces] = field(default_factory=dict)
    _stacks: dict[str, Stack] = field(default_factory=dict)
    _moved: dict[tuple[str, LineOption | None, tuple[Career, ...]], Pieces] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shared = [name for name, role in self.case.roles.items() if role.kind == "shared"]
        self.seats = {role: self.pricer.seats(role) for role in shared}

    def add(self, line: str, wanted: Sequence[LineOption]) -> int:
        """Price the paths of a line that are not yet in its table; return how many were new."""
        known = self.options.setdefault(line, {})
        fresh = [option for option in dict.fromkeys(wanted) if option not in known]
        if fresh:
            made = self.pricer.line(line, fresh)
            if line in self._stacks:
                self._stacks[line].put(made)
            else:
                self._stacks[line] = Stack(made)
            self.lines[line] = self._stacks[line].pieces
            known.update({option: len(known) + index for index, option in enumerate(fresh)})
        return len(fresh)

    @property
    def priced(self) -> int:
        """Paths priced so far, all lines together."""
        return sum(len(known) for known in self.options.values())

    def release(self) -> None:
        """Give the memory of the priced pieces back; the plan they gave stands in its choice."""
        for held in (self.options, self.lines, self._stacks, self.seats, self._paths, self._moved):
            held.clear()

    def line(self, line: str, option: LineOption) -> Pieces:
        """Return one path of a line as a piece."""
        return self.lines[line].take(self.options[line][option])

    def role(self, role: str, heads: Heads) -> Pieces:
        """Return the seats of a shared role as one piece; heads never fall from phase to phase."""
        key = (role, heads)
        if key not in self._paths:
            phases = len(heads)
            if list(heads) != sorted(heads):
                found = " → ".join(map(str, heads))
                raise ProofError(Finding("E-FALLING", role, "priced seats stay open, heads may not fall", found))
            first = [next(p for p in range(phases) if heads[p] > seat) for seat in range(heads[-1])]
            rows = [seat * phases + phase for seat, phase in enumerate(first)]
            pieces = self.seats[role]
            self._paths[key] = Pieces(*(np.add.reduce(getattr(pieces, f.name)[rows], axis=0) for f in fields(Pieces)))
        return self._paths[key]

    def some(self, options: Mapping[str, Sequence[LineOption]], scenarios: Ints) -> Tables:
        """Return the tables of some paths of every line in some scenarios; no path can be priced into them.

        Parameters
        ----------
        scenarios : numbers of those that are kept
        """
        few = copy.copy(self)
        few.options = {line: {option: i for i, option in enumerate(kept)} for line, kept in options.items()}
        few.lines = {
            line: of_scenarios(self.lines[line], [self.options[line][option] for option in kept], scenarios)
            for line, kept in options.items()
        }
        few.seats = {role: of_scenarios(seats, range(len(seats)), scenarios) for role, seats in self.seats.items()}
        few._paths, few._stacks, few._moved = {}, {}, {}
        return few

    def pieces(self, choice: Choice) -> Iterator[Pieces]:
        """Yield the pieces of a plan, seats first; a group that people move from or to is priced anew (R148)."""
        moved = self.moved(choice)
        for role, heads in choice.seats:
            yield self._anew(role, None, moved[role, ""]) if (role, "") in moved else self.role(role, heads)
        for line, option in choice.lines:
            yield self._anew(line, option, moved["", line]) if ("", line) in moved else self.line(line, option)

    def moved(self, choice: Choice) -> dict[tuple[str, str], tuple[Career, ...]]:
        """Return the careers of each group that moves change, by (role, "") or ("", line) (R148)."""
        if not choice.moves:
            return {}
        careers = plan_careers(self.case, choice.plan(self.case, "", ""))
        groups = [(("", career.line) if career.line else (career.role, ""), career) for career in careers]
        touched = {group for group, career in groups if career.source or career.sends}
        return {group: tuple(career for mine, career in groups if mine == group) for group in touched}

    def _anew(self, group: str, option: LineOption | None, careers: tuple[Career, ...]) -> Pieces:
        key = (group, option, careers)
        if key not in self._moved:
            made = self.pricer.careers(careers) if option is None else self.pricer.line_of(group, option, careers)
            self._moved[key] = made
        return self._moved[key]

    def total(self, choice: Choice) -> Pieces:
        """Return the plan as the sum of its pieces."""
        return whole(list(self.pieces(choice)))


def is_idle(total: Pieces) -> bool:
    """Return whether a plan hires nobody and opens nothing; such a unit does not exist and costs nothing (R29)."""
    return not total.heads.any() and not total.linear.any() and not total.hours.any()


@dataclass(frozen=True)
class Value:
    """What a plan is worth to the goal, and how much money it misses of the goal's conditions (CNY; R140–R142)."""

    worth: float
    missing: float = 0.0

    @property
    def keeps(self) -> bool:
        """True where the goal's conditions hold."""
        return self.missing <= FEN

    @property
    def height(self) -> float:
        """What a search climbs: the worth, or first of all the way to the conditions."""
        return self.worth - REPAIR * self.missing if self.missing > FEN else self.worth

    def allows(self, other: Value) -> bool:
        """Return whether a search at this value may move to the other: it keeps the conditions or comes nearer."""
        return other.missing <= FEN or other.missing < self.missing


class Exact:
    """Values plans on the tables exactly as the simulator does: hinges and bands recomputed from the totals.

    fixed : (role, quarter) hours of fixed work at zero uncertainty
    fixed_hours : (role, quarter, scenario or 1) hours of fixed work in each scenario
    standing : (scenario or 1,) discounted standing cost, CNY; standing_rows : (row, month) as STANDING_ROWS
    branch : how far and with which cities the unit works; by default to the end, as the case says
    """

    def __init__(self, case: Case, modes: Sequence[str], goal: Goal = MEAN, branch: Branch | None = None) -> None:
        self.case, self.goal = case, goal
        self.rows: list[Limit] = limits(case, modes)
        months = case.clock.months
        stop, cities = (branch.stop or months + 1, branch.cities) if branch else (months + 1, None)
        self.discount = discount_factors(float(case.clock.discount), months)
        self.fixed = economics.fixed_work(case, stop)
        self.fixed_hours = self.fixed[:, :, None]
        self.standing_rows = economics.standing(case, cities, stop)
        self.standing: Floats = np.array([(self.standing_rows * self.discount).sum()])
        paid = np.minimum(economics.quarter_ends(case), stop - 1)
        self.agency = economics.agency_rate(case) * self.discount[paid][None, :]
        self.year_end = self.discount[np.minimum(economics.year_ends(case), stop - 1)]
        self.bonus_cost = 1.0 + on_cost.bonus_rate(case)

    def hinges(self, total: Pieces) -> Floats:
        """Return discounted agency and pool cost, (scenario,) CNY."""
        missing = np.maximum(total.hours + self.fixed_hours, 0.0)
        bought: Floats = np.einsum("rqs,rq->s", missing, self.agency)
        pool: Floats = np.einsum("ys,y->s", incentives.overage_pool(self.case, total.revenue), self.year_end)
        return bought + pool

    def bonus(self, total: Pieces) -> Floats:
        """Return the discounted annual bonus with its on-cost, exact bands, (scenario,) CNY."""
        paid = incentives.annual_bonus(self.case, total.revenue, total.base_pay)
        out: Floats = np.einsum("ys,y->s", paid, self.year_end) * self.bonus_cost
        return out

    def npv(self, total: Pieces) -> Floats:
        """Return the plan's net present value, (scenario,) CNY; who does nothing has no standing cost."""
        if is_idle(total):
            return np.zeros(total.linear.shape)
        out: Floats = total.linear - self.standing - self.hinges(total) - self.bonus(total)
        return out

    def value(self, total: Pieces) -> Value:
        """Return what a plan is worth to the goal, and the money it misses of the goal's conditions."""
        npv = self.npv(total)
        return Value(self.goal.worth(npv), max(self.goal.missing(npv), 0.0))

    def aiming(self, goal: Goal) -> Exact:
        """Return the same arithmetic under another goal."""
        other = copy.copy(self)
        other.goal = goal
        return other

    def coefficient(self, total: Pieces) -> Floats:
        """Return the mean team coefficient weighted by base pay, (year,), for the linear bonus of the program.

        For a goal that sees single futures it is the coefficient of each, (year, scenario).
        """
        level = incentives.team_coefficient(self.case, total.revenue)
        if self.goal.sees_futures:
            return level
        pay = total.base_pay.mean(axis=1)
        weighted = (level * total.base_pay).mean(axis=1)
        out: Floats = np.where(pay > 0, weighted / np.maximum(pay, 1e-9), level.mean(axis=1))
        return out

    def uses(self, total: Pieces, idle: bool = True) -> list[tuple[Limit, float]]:
        """Return each row with its left side for the sum of a plan's pieces.

        Parameters
        ----------
        idle : may the unit not exist? Then a plan without people has to keep head counts only
        """
        one = Pieces(*(getattr(total, f.name)[None] for f in fields(Pieces)))
        kept = idle and is_idle(total)
        rows = [row for row in self.rows if row.unit == "heads" or row.kind == "required"] if kept else self.rows
        return [(row, use(self.case, row, one, self.fixed)) for row in rows]

    def broken(self, total: Pieces, idle: bool = True) -> list[tuple[Limit, float]]:
        """Return the rows that a plan breaks; see `uses`."""
        return [
            (row, value)
            for row, value in self.uses(total, idle)
            if value > row.high + TOLERANCE[row.unit] or value < row.low - TOLERANCE[row.unit]
        ]
