"""A line's path with gates on its own milestones: each future has the price of the path that its verdict leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from model import gates
from model.gates import Asked
from model.inputs import Case
from model.ledger import Floats, Ints
from solvers.branch import Branch
from solvers.options import LineOption
from solvers.tables import Pieces

Ended: TypeAlias = tuple[LineOption, int | None]
"""A path without gates, and the last month of the line, None to the end."""


@dataclass(frozen=True)
class LineFutures:
    """One path of a line by scenario.

    linear : (scenario,) discounted linear result; revenue, base_pay : (year, scenario) CNY
    hours : (role, quarter, scenario) shared work; years : (row, year, scenario) CNY as PIECE_ROWS
    marks : (gate, mark, scenario) what it reaches up to each gate
    """

    linear: Floats
    revenue: Floats
    base_pay: Floats
    hours: Floats
    years: Floats
    marks: Floats


def held_path(case: Case, option: LineOption, month: int) -> LineOption:
    """Return a line's path that stays as it is after a month: its team stays, no partner starts later (R132)."""
    phase = gates.phase_at(case, month)
    team = tuple((role, gates.frozen(heads, phase)) for role, heads in option.team)
    return replace(option, team=team, partners=tuple(entry for entry in option.partners if entry[1] <= month))


class Prices(Protocol):
    """What prices paths of lines without gates; see `pricing.Pricer`."""

    case: Case
    branch: Branch

    def ended(self, stop: int | None) -> Prices:
        """Return what prices paths of lines that end with a month, on the same draws."""

    def line(self, line: str, options: Sequence[LineOption]) -> Pieces:
        """Return paths as pieces."""

    def line_years(self, line: str, options: Sequence[LineOption]) -> Iterator[tuple[LineOption, Floats]]:
        """Yield paths with their terms by scenario, (row, year, scenario) CNY as PIECE_ROWS."""

    def marks(self, line: str, option: LineOption) -> Floats:
        """Return what a path reaches up to each gate, (gate, mark, scenario)."""


def gated_piece(pricer: Prices, line: str, option: LineOption) -> Pieces:
    """Return a path with gates as a piece: heads and approved cost are those of the path that goes on (R133, R134)."""
    bare, found = pricer.line(line, [replace(option, gates=())]), gated_futures(pricer, line, option)
    changes = {name: getattr(found, name)[None] for name in ("linear", "revenue", "base_pay", "hours")}
    return replace(bare, terms=found.years.mean(axis=2)[None], **changes)


def gated_futures(pricer: Prices, line: str, option: LineOption) -> LineFutures:
    """Return a path with gates by scenario."""

    def price(path: LineOption, stop: int | None) -> LineFutures:
        part = pricer.ended(stop)
        piece = part.line(line, [path]).take(0)
        _, years = next(iter(part.line_years(line, [path])))
        money = (piece.linear, piece.revenue, piece.base_pay, piece.hours)
        return LineFutures(*money, years, part.marks(line, path))

    return _followed(pricer.case, option, pricer.branch, price)


def _followed(
    case: Case,
    option: LineOption,
    branch: Branch,
    price: Callable[[LineOption, int | None], LineFutures],
) -> LineFutures:
    """Return a path with gates by scenario; later gates ask the futures that are left (R132).

    Parameters
    ----------
    branch : how far and with which cities the unit works
    price : prices a path without gates that ends with a month
    """
    end = branch.stop or case.clock.months + 1
    asked = [each for each in gates.in_turn(case, option.answers) if each.gate.month < end]

    def judge(found: LineFutures, part: Ended, each: Asked) -> Ints:
        return each.verdict(case, found.marks, branch.cities)

    def run(part: Ended) -> LineFutures:
        return price(*part)

    def branches(part: Ended, month: int) -> tuple[Ended, Ended]:
        return (held_path(case, part[0], month), part[1]), (part[0], month)

    def choose(name: str, said: Ints, parts: Sequence[LineFutures | None]) -> LineFutures:
        out: LineFutures = gates.mixed(said, parts)
        return out

    bare = (replace(option, gates=()), branch.stop)
    return gates.settle(run(bare), bare, asked, judge, run, branches, choose)
