"""Futures of what can be done now, with what has happened set, and drawn around what was seen where that is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.reviewing.figures import Item, told
from experiments.reviewing.weights import Around
from model.draws import Draws
from model.inputs import Case
from model.ledger import Floats, Ints, present_value, result, revenue
from model.partners import LineChance, line_partners
from model.plans import Plan
from model.schema import ROW
from model.simulate import Block, PlanMonths, block_sizes, plan_months

LEAVING = ("severance", "exit_fee", "transition_loss", "double_staffing", "data_destruction")
"""Rows that a change of course costs once."""


@dataclass(frozen=True)
class Hidden:
    """A standard normal that the simulator draws by name: one row of several."""

    name: str
    rows: int
    row: int


def hidden_normals(case: Case, plan: Plan, months: int) -> list[Hidden]:
    """Return the normals that the first months tell about: levels, steps and noise of market, lines and partners."""
    every = case.clock.months
    out = [Hidden("market.level", 1, 0)]
    out += [Hidden("market.drift", case.years, year) for year in range(-(-months // 12))]
    out += [Hidden("market.noise", every, month) for month in range(months)]
    for line, part in plan.lines.items():
        begun = {name: entry.start for name, entry in part.partners.items() if entry.start <= months}
        out += [Hidden(f"line.{line}.level", 1, 0)] if begun else []
        for name in begun:
            out.append(Hidden(f"partner.{name}.level", 1, 0))
            out += [Hidden(f"partner.{name}.noise", every, month) for month in range(months)]
    return out


class MovedDraws(Draws):
    """The named draws of a block, some normals of which follow another law (R178)."""

    def __init__(
        self, seed: int, stage: str, block: int, scenarios: int, hidden: Sequence[Hidden], law: Around
    ) -> None:
        super().__init__(seed, stage, block, scenarios)
        moved = law.moved(standard(self, hidden))
        for name, rows in {(one.name, one.rows) for one in hidden}:
            self._kept[name, rows, "normal"] = self._kept[name, rows, "normal"].copy()
        for one, values in zip(hidden, moved, strict=True):
            self._kept[one.name, one.rows, "normal"][one.row] = values


class ChosenDraws(Draws):
    """The named draws of some scenarios of a block."""

    def __init__(self, whole: Draws, columns: Ints) -> None:
        super().__init__(whole.seed, whole.stage, whole.block, columns.size, certain=whole.certain)
        self._whole, self._columns = whole, columns

    def _make(self, name: str, rows: int, law: str) -> Floats:
        drawn = self._whole.normal(name, rows) if law == "normal" else self._whole.uniform(name, rows)
        return np.ascontiguousarray(drawn[:, self._columns])


def standard(draws: Draws, hidden: Sequence[Hidden]) -> Floats:
    """Return hidden normals as they are drawn, (normal, scenario)."""
    return np.array([draws.normal(one.name, one.rows)[one.row] for one in hidden])


@dataclass(frozen=True)
class Facts:
    """What is known of partners: the first month without those that are lost, the last month of those proven at work.

    Proven is who works after the longest trial there is: then its trial is passed.
    """

    lost: Mapping[str, int]
    proven: Mapping[str, int]


NOTHING = Facts({}, {})


class KnownBlock(Block):
    """A block in which partners have done what is known of them (R178)."""

    def __init__(self, case: Case, seed: int, stage: str, number: int, scenarios: int, facts: Facts) -> None:
        super().__init__(case, seed, stage, number, scenarios)
        self.facts, self._known = facts, dict[str, LineChance]()

    def chance(self, line: str) -> LineChance:
        """Return the line's chances, what has happened in them."""
        if line not in self._known:
            self._known[line] = happened(self.case, line, super().chance(line), self.facts)
        return self._known[line]


def happened(case: Case, line: str, chance: LineChance, facts: Facts) -> LineChance:
    """Return a line's chances with what is known set: a lost partner ends as if decided from outside (R178).

    A case that knows no such ends is left as it is: then only weights tell what has happened.
    """
    ids = [partner.id for partner in line_partners(case, line)]
    events = chance.events
    if events is None or events.merger is None or events.leak is None:
        return chance
    passed, merger, leak = chance.trial_passed.copy(), events.merger.copy(), events.leak.copy()
    for index, name in enumerate(ids):
        known = facts.lost.get(name, facts.proven.get(name, 0) + 1) - 1
        if known:
            passed[index] = True
            merger[:known, index] = leak[:known, index] = False
        if name in facts.lost:
            merger[known - 1, index] = True
    return replace(chance, trial_passed=passed, events=replace(events, merger=merger, leak=leak))


@dataclass(frozen=True)
class Sample:
    """S futures of W ways to go on.

    figures : (item, month, scenario) of the first way in the months reviewed; revenue : its (month, scenario) CNY
    marks : (gate, mark, scenario) of the first way; npv, leaving : (way, scenario) CNY, what is paid once for a change
    hidden : (normal, scenario) as drawn
    """

    figures: Floats
    revenue: Floats
    marks: Floats
    npv: Floats
    leaving: Floats
    hidden: Floats

    @property
    def scenarios(self) -> int:
        """How many futures there are."""
        return int(self.hidden.shape[1])

    def of(self, columns: Ints) -> Sample:
        """Return some of the futures."""
        return Sample(**{name: getattr(self, name)[..., columns] for name in Sample.__dataclass_fields__})


def joined(parts: Sequence[Sample]) -> Sample:
    """Return the futures of several samples as one."""
    names = Sample.__dataclass_fields__
    return Sample(**{name: np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in names})


def simulate(
    case: Case,
    ways: Mapping[str, Plan],
    items: Sequence[Item],
    months: int,
    draws: tuple[int, str, int],
    facts: Facts = NOTHING,
    law: Around | None = None,
    columns: Ints | None = None,
) -> Sample:
    """Return futures of all ways on the same draws.

    Parameters
    ----------
    months : M months that are reviewed
    draws : seed, stage and number of scenarios
    facts : what is known of partners
    law : of the hidden normals, None as the case believes them
    columns : the scenarios that are wanted, rising, 0-based; None for all
    """
    seed, stage, scenarios = draws
    hidden, first, parts = hidden_normals(case, next(iter(ways.values())), months), 0, []
    for number, size in enumerate(block_sizes(scenarios)):
        block = KnownBlock(case, seed, stage, number, size, facts)
        if law is not None:
            block.draws = MovedDraws(seed, stage, number, size, hidden, law)
        if columns is not None:
            own = columns[(columns >= first) & (columns < first + size)] - first
            block.draws, block.scenarios = ChosenDraws(block.draws, own), own.size
        if block.scenarios:
            parts.append(_part(case, ways, items, months, block))
        first += size
    return joined(parts)


def _part(case: Case, ways: Mapping[str, Plan], items: Sequence[Item], months: int, block: Block) -> Sample:
    plans = list(ways.values())
    drawn = standard(block.draws, hidden_normals(case, plans[0], months))
    rate = float(case.clock.discount)
    found = plan_months(case, plans[0], block)
    npv, leaving = [present_value(result(found.ledger), rate)], [_leaving(found, months)]
    for plan in plans[1:]:
        other = plan_months(case, plan, block)
        npv.append(present_value(result(other.ledger), rate))
        leaving.append(_leaving(other, months))
    figures = told(found, case, plans[0], items, months)
    return Sample(figures, revenue(found.ledger), found.marks, np.array(npv), np.array(leaving), drawn)


def _leaving(found: PlanMonths, months: int) -> Floats:
    """Return what a change of course costs once after the months reviewed, (scenario,) CNY."""
    out: Floats = np.add.reduce([found.ledger[ROW[name], months:].sum(axis=0) for name in LEAVING], axis=0)
    return out
