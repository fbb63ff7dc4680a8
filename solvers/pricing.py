"""Prices pieces of a plan by the simulator itself: the seats of shared roles and whole paths of the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields

import numpy as np

from model import economics, market, staffing
from model.budgets import certain
from model.draws import BLOCK
from model.errors import Finding, InputError
from model.feasibility import carried, manages, quarter_parts
from model.incentives import after_sales_share
from model.inputs import Case
from model.ledger import Floats, by_year, discount_factors, fold
from model.line_results import LineTeam, team_of
from model.organisation import organisation
from model.plans import Career, careers_of
from model.schema import LINE_ROWS, SEAT_ROWS
from model.simulate import TABLE, Block
from solvers.branch import Branch
from solvers.career_prices import CareerPrices, discounted
from solvers.line_gates import gated_futures, gated_piece
from solvers.options import Heads, LineOption
from solvers.table_store import usual_store
from solvers.tables import PIECE_ROWS, Pieces, as_rows, from_rows, join, piece_shapes, whole

CHUNK = 16_384
"""Options × scenarios priced at once: large enough to hide call overhead, small enough for the cache."""


class Pricer:
    """Prices pieces for one path of organisation modes on the first block of the table draws.

    Parameters
    ----------
    modes : organisation mode by phase
    scenarios : S draws that price the options
    stage : whose draws these are; only those of the tables are kept on disk
    branch : how far and with which cities the unit works; by default to the end, as the case says
    """

    def __init__(
        self,
        case: Case,
        modes: Sequence[str],
        seed: int,
        scenarios: int,
        stage: str = TABLE,
        branch: Branch | None = None,
    ) -> None:
        if not 1 <= scenarios <= BLOCK:
            raise InputError(Finding("E-SCENARIOS", "tables", "too few or many draws", f"{scenarios}", f"1…{BLOCK}"))
        self.case, self.modes, self.seed = case, tuple(modes), seed
        self.org = organisation(case, modes)
        self.branch = branch or Branch()
        self.stop = self.branch.stop
        self.reach = market.reachable(case, self.branch.cities)
        self.block = Block(case, seed, stage, 0, scenarios)
        self.sure = Block(certain(case), seed, TABLE, 0, 1)
        self.discount = discount_factors(float(case.clock.discount), case.clock.months)
        self.shared = [name for name, role in case.roles.items() if role.kind == "shared"]
        self.parts = quarter_parts(case)
        self._careers = CareerPrices(case, self.org, self.discount)
        self._own: dict[tuple[str, LineOption], list[Career]] = {}
        self.store = usual_store(case, modes, seed, scenarios) if stage == TABLE and not branch else None
        self._ended: dict[int | None, Pricer] = {}
        self.reused = 0
        self.tell: Callable[[int], None] | None = None

    def under(self, modes: Sequence[str], branch: Branch) -> Pricer:
        """Return what prices a branch of a gate on the same draws."""
        other = Pricer(self.case, modes, self.seed, self.block.scenarios, branch=branch)
        other.block, other.sure = self.block, self.sure
        return other

    def ended(self, stop: int | None) -> Pricer:
        """Return what prices paths of lines that end with a month, on the same draws."""
        if stop == self.stop:
            return self
        if stop not in self._ended:
            self._ended[stop] = self.under(self.modes, Branch(stop, self.branch.cities))
        return self._ended[stop]

    def seats(self, role: str) -> Pieces:
        """Return the seats of a shared role; piece j × phases + p is seat j + 1 opened with phase p for good."""
        count = int(max(self.case.roles[role].heads_most)) * len(self.case.phases)
        names = [f"{index}" for index in range(count)]
        kept = self._kept(f"role {role}", names)
        if count and len(kept) == count:
            return from_rows([kept[name] for name in names], self._blank(0))
        made = self._price_seats(role)
        self._keep(f"role {role}", names, made)
        return made

    def _price_seats(self, role: str) -> Pieces:
        phases = len(self.case.phases)
        most = int(max(self.case.roles[role].heads_most))
        careers = [
            careers_of(self.case, role, "", opened(seat, phase, phases))[-1]
            for seat in range(most)
            for phase in range(phases)
        ]
        return self.seat_pieces(careers)

    def seat_pieces(self, careers: Sequence[Career]) -> Pieces:
        """Return seats of one shared role, a piece for each career."""
        self._learn_careers(careers)
        return join([self._seat_piece(career) for career in careers]) if careers else self._blank(0)

    def line(self, line: str, options: Sequence[LineOption]) -> Pieces:
        """Return paths of one line, in the order given: those kept from earlier are read, the others priced."""
        names = [repr(option) for option in options]
        kept = self._kept(f"line {line}", names)
        self.reused += len(kept)
        if kept and self.tell:
            self.tell(len(kept))
        fresh = [option for option, name in zip(options, names, strict=True) if name not in kept]
        if not fresh:
            return from_rows([kept[name] for name in names], self._blank(0))
        made = self._price_line(line, fresh)
        if not kept:
            return made
        both = join([made, from_rows(list(kept.values()), self._blank(0))])
        place = {repr(option): index for index, option in enumerate(fresh)}
        place |= {name: len(fresh) + index for index, name in enumerate(kept)}
        return _in_order(both, [place[name] for name in names])

    def _price_line(self, line: str, options: Sequence[LineOption]) -> Pieces:
        """Price paths of one line; those that share contracts are priced together, those with gates one by one."""
        self._learn(line, options)
        out = self._blank(len(options))
        for index in (place for place, option in enumerate(options) if option.gates):
            made = gated_piece(self, line, options[index])
            self._keep(f"line {line}", [repr(options[index])], made)
            for f in fields(Pieces):
                getattr(out, f.name)[index] = getattr(made, f.name)[0]
        for indices in self._batches(options):
            batch = [options[i] for i in indices]
            made = self._line_batch(line, batch)
            self._keep(f"line {line}", [repr(option) for option in batch], made)
            for f in fields(Pieces):
                getattr(out, f.name)[indices] = getattr(made, f.name)
            if self.tell:
                self.tell(len(batch))
        return out

    def careers(self, careers: Sequence[Career]) -> Pieces:
        """Price some careers of shared seats together, as one piece."""
        return whole([self._seat_piece(career).take(0) for career in careers])

    def line_of(self, line: str, option: LineOption, careers: Sequence[Career]) -> Pieces:
        """Price a path of a line whose people have careers of their own, as one piece (R148)."""
        with self._with_team(line, option, careers):
            self._learn(line, [option])
            return self._line_batch(line, [option]).take(0)

    def career_years(self, careers: Sequence[Career]) -> Floats:
        """Return the terms of careers by scenario, (row, year, scenario) CNY as SEAT_ROWS."""
        out = np.zeros((len(SEAT_ROWS), self.case.years, self.block.scenarios))
        for career in careers:
            out += self._careers.of(career, self.block).years
        return out

    def years_of(self, line: str, option: LineOption, careers: Sequence[Career]) -> Floats:
        """Return the terms of a path whose people have careers of their own, (row, year, scenario) CNY (R148)."""
        with self._with_team(line, option, careers):
            return next(self.line_years(line, [option]))[1]

    @contextmanager
    def _with_team(self, line: str, option: LineOption, careers: Sequence[Career]) -> Iterator[None]:
        self._own[line, option] = list(careers)
        try:
            yield
        finally:
            del self._own[line, option]

    def seat_years(self, role: str, heads: Heads) -> Floats:
        """Return the terms of the seats of a shared role by scenario, (row, year, scenario) CNY as SEAT_ROWS."""
        return self.career_years(careers_of(self.case, role, "", heads, self.stop))

    def seat_path(self, role: str, heads: Heads) -> Pieces:
        """Return the seats of a shared role under heads by phase as pieces, one for each career."""
        careers = careers_of(self.case, role, "", heads, self.stop)
        return join([self._seat_piece(career) for career in careers]) if careers else self._blank(0)

    def marks(self, line: str, option: LineOption) -> Floats:
        """Return what a path reaches up to each gate of the case, (gate, mark, scenario) (R131)."""
        if option.gates:
            return gated_futures(self, line, option).marks
        self._learn(line, [option])
        return self._simulate(line, [option], self.block).marks[:, :, 0]

    def line_years(self, line: str, options: Sequence[LineOption]) -> Iterator[tuple[LineOption, Floats]]:
        """Yield paths of a line priced anew with their terms by scenario, (row, year, scenario) CNY as PIECE_ROWS."""
        self._learn(line, options)
        for gated in (option for option in options if option.gates):
            yield gated, gated_futures(self, line, gated).years
        for indices in self._batches(options):
            batch = [options[i] for i in indices]
            years = by_year(self._simulate(line, batch, self.block).rows, 1)
            for place, option in enumerate(batch):
                out = np.zeros((len(PIECE_ROWS), *years.shape[1:2], years.shape[3]))
                out[: len(LINE_ROWS)] = years[:, :, place]
                for career in self._team(line, option):
                    out[len(LINE_ROWS) :] += self._careers.of(career, self.block).years
                yield option, out

    def _batches(self, options: Sequence[LineOption]) -> Iterator[list[int]]:
        """Yield the places of paths without gates that share their contracts, as many as are priced at once."""
        groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for index, option in ((place, option) for place, option in enumerate(options) if not option.gates):
            groups.setdefault(option.contracts, []).append(index)
        size = max(1, CHUNK // self.block.scenarios)
        for group in groups.values():
            for start in range(0, len(group), size):
                yield group[start : start + size]

    def people(self, careers: Sequence[Career]) -> Pieces:
        """Return approved cost, heads and managers of open seats, a piece each, without chance (R28, R29, R31)."""
        out = self._blank(len(careers))
        for index, career in enumerate(careers):
            self._add_heads(out, index, [career])
        return out

    def starts(self, signed: Sequence[tuple[str, int]]) -> Pieces:
        """Return what partners that start in a month count, a piece each, without chance (R116, R119).

        Parameters
        ----------
        signed : partner and month
        """
        out, ids = self._blank(len(signed)), [partner.id for partner in self.case.partners]
        for index, (name, month) in enumerate(signed):
            place, quarter = ids.index(name), (month - 1) // economics.QUARTER
            out.starting[index, quarter] = out.signed[index, place] = 1.0
            out.connecting[index, quarter] = float(self.case.partners[place].integration)
        return out

    def _kept(self, group: str, names: Sequence[str]) -> dict[str, Floats]:
        if self.store is None:
            return {}
        return self.store.read(group, names, as_rows(self._blank(1)).shape[1])

    def _keep(self, group: str, names: Sequence[str], made: Pieces) -> None:
        if self.store is not None:
            self.store.keep(group, names, as_rows(made))

    def _learn(self, line: str, options: Sequence[LineOption]) -> None:
        """Price all team careers of some options at once: lives are cheap side by side."""
        self._learn_careers([career for option in options for career in self._team(line, option)])

    def _learn_careers(self, careers: Sequence[Career]) -> None:
        self._careers.learn(careers, self.block)
        self._careers.learn(careers, self.sure, hours_only=True)

    def _team(self, line: str, option: LineOption) -> list[Career]:
        if (line, option) in self._own:
            return self._own[line, option]
        return [career for role, heads in option.team for career in careers_of(self.case, role, line, heads, self.stop)]

    def _seat_piece(self, career: Career) -> Pieces:
        price, sure = self._careers.of(career, self.block), self._careers.of(career, self.sure, hours_only=True)
        out = self._blank(1)
        out.linear[0], out.base_pay[0] = price.worth, price.years[0]
        out.terms[0, len(LINE_ROWS) :] = price.years.mean(axis=2)
        if career.role in self.case.shared_work:
            index = list(self.case.shared_work).index(career.role)
            out.hours[0, index] = -fold(price.hours, economics.QUARTER, 0)
            out.planned[0, index] = -fold(sure.hours, economics.QUARTER, 0)[:, 0]
            out.load[0, index] = -self._may_carry(career)
        self._add_heads(out, 0, [career])
        out.seats[0, self.shared.index(career.role)] = out.heads[0]
        return out

    def _may_carry(self, career: Career) -> Floats:
        """Return the hours that one nominal head may be planned to carry, bought hours included, (phase,) (R32)."""
        is_open = np.array([is_in for _, _, is_in in self._phases(career)])
        return np.where(is_open, carried(self.case, career.role, self.org), 0.0)

    def _phases(self, career: Career) -> list[tuple[int, int, bool]]:
        return [(first, end, career.first_month <= first < career.close) for first, end in self.case.phase_bounds()]

    def _add_heads(self, out: Pieces, index: int, careers: Sequence[Career]) -> None:
        """Add approved cost, heads and managers of open seats to one piece (R28, R29, R31)."""
        for career in careers:
            cost = staffing.approved(self.case, career)
            keep = [
                i
                for i, row in enumerate(SEAT_ROWS)
                if row != "hiring_fee" or "hiring_fee" in self.case.choice.budget_rows
            ]
            out.cost[index] += self._by_phase(np.add.reduce(cost[keep], axis=0))
            is_open = np.array([is_in for _, _, is_in in self._phases(career)], dtype=float)
            out.heads[index] += is_open
            out.managers[index] += is_open * manages(self.case, career)

    def _by_phase(self, monthly: Floats) -> Floats:
        return np.array([monthly[first - 1 : end - 1].sum(axis=0) for first, end in self.case.phase_bounds()])

    def _blank(self, count: int) -> Pieces:
        shapes = piece_shapes(self.case, self.block.scenarios)
        return Pieces(*(np.zeros((count, *shape)) for shape in shapes))

    def _line_batch(self, line: str, options: list[LineOption]) -> Pieces:
        if len(options) == 1:
            # NumPy adds the months of a single path in another order: its price would hang on its company.
            return _in_order(self._line_batch(line, options * 2), [0])
        out = self._blank(len(options))
        self._fill_money(line, options, out)
        self._fill_planned(line, options, out)
        cash = {partner.id: float(partner.integration) for partner in self.case.partners}
        place = {partner.id: index for index, partner in enumerate(self.case.partners)}
        for index, option in enumerate(options):
            for name, start, _ in option.partners:
                out.starting[index, (start - 1) // economics.QUARTER] += 1
                out.connecting[index, (start - 1) // economics.QUARTER] += cash[name]
                out.signed[index, place[name]] = 1.0
            team = self._team(line, option)
            self._add_heads(out, index, team)
            for career in team:
                price = self._careers.of(career, self.block)
                out.linear[index] += price.worth
                out.base_pay[index] += price.years[0]
                out.terms[index, len(LINE_ROWS) :] += price.years.mean(axis=2)
        return out

    def _simulate(self, line: str, options: list[LineOption], block: Block) -> economics.LineTerms:
        shape = (self.case.clock.months, len(options), block.scenarios)
        capacity, lead = np.zeros(shape), np.zeros(shape)
        for index, option in enumerate(options):
            for career in self._team(line, option):
                hours = self._careers.of(career, block).hours
                capacity[:, index] += hours
                if self.case.roles[career.role].kind == "lead":
                    lead[:, index] += economics.lead_presence(self.case, hours, self.org)
        team = self._line_team(line, options, block) if self.case.schemes else None
        arrays = economics.options_of(self.case, line, [option.plan() for option in options])
        never = self.stop or self.case.clock.months + 1
        chance, leads = block.chance(line), np.minimum(lead, 1.0)
        lost = self.org.lost
        return economics.line_terms(self.case, line, arrays, chance, capacity, leads, never, self.reach, team, lost)

    def _line_team(self, line: str, options: list[LineOption], block: Block) -> LineTeam:
        people = np.zeros((3, self.case.clock.months, len(options), block.scenarios))
        for index, option in enumerate(options):
            for career in self._team(line, option):
                people[:, :, index] += self._careers.of(career, block).people
        return team_of(*people)

    def _fill_money(self, line: str, options: list[LineOption], out: Pieces) -> None:
        found = self._simulate(line, options, self.block)
        income = economics.line_income(found.rows)
        share = after_sales_share(self.case, found.rows, LINE_ROWS)
        out.linear[:] = discounted(found.rows, LINE_ROWS, self.discount) - np.add.reduce(
            share * self.discount[:, None, None], axis=0
        )
        out.revenue[:] = by_year(income, 0).transpose(1, 0, 2)
        out.hours[:] = found.work.transpose(2, 0, 1, 3)
        out.terms[:, : len(LINE_ROWS)] = by_year(found.rows.mean(axis=3), 1).transpose(2, 0, 1)

    def _fill_planned(self, line: str, options: list[LineOption], out: Pieces) -> None:
        """Fill what the path promises at zero uncertainty: shared work, and its rows under the budget (R28, R32)."""
        found = self._simulate(line, options, self.sure)
        out.planned[:] = found.work[..., 0].transpose(2, 0, 1)
        out.load[:] = out.planned @ self.parts
        for index, row in enumerate(LINE_ROWS):
            if row in self.case.choice.budget_rows:
                out.cost += self._by_phase(found.rows[index, :, :, 0]).T


def _in_order(pieces: Pieces, places: Sequence[int]) -> Pieces:
    return Pieces(*(getattr(pieces, f.name)[list(places)] for f in fields(Pieces)))


def opened(seat: int, phase: int, phases: int) -> Heads:
    """Return heads by phase that open a seat, numbered from 0, with a phase for good."""
    return tuple(seat + 1 if index >= phase else 0 for index in range(phases))
