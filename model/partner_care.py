"""What finding, watching, losing partners and building with them costs and brings, by month (scope: line)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.inputs import Case
from model.ledger import Flags, Floats, Ints
from model.partner_sides import PartnerSides
from model.partners import LineChance, Month, line_partners
from model.schema import LINE_ROWS

QUARTER = 3
DAYS = 30.0


class LineCare:
    """The partner care of one line under O options in S scenarios, booked month by month.

    Rules R63, R65, R68, R69, R70, R73 and R74.

    Parameters
    ----------
    contracts : contract id by partner
    shape : O options and S scenarios
    sides : notes what each partner has and pays, for one option only
    """

    def __init__(
        self,
        case: Case,
        line: str,
        contracts: tuple[str, ...],
        chance: LineChance,
        shape: tuple[int, int],
        sides: PartnerSides | None = None,
    ) -> None:
        self.case, self.chance, self.line, self.sides = case, chance, line, sides
        partners = line_partners(case, line)
        classes = case.workshops.classes if case.workshops else ()
        self.asked = np.array([p.partner_class in classes for p in partners], dtype=np.bool_)
        margins = [float(case.partner_margin.get(name, 0.0)) for name in contracts]
        self.margin = np.array(margins)[:, None, None] if any(margins) else None
        self.first = np.zeros(shape, dtype=np.int64)

    def book(self, month: int, now: Month, rows: Floats, work: Floats) -> None:
        """Add one month's money and hours.

        Parameters
        ----------
        rows : (row, option, scenario) CNY of the month in the order of LINE_ROWS
        work : (role, quarter, option, scenario) hours of the shared roles
        """
        hours = work[:, (month - 1) // QUARTER]
        if self.case.sourcing is not None:
            self._source(now, rows, hours)
        if now.state is not None:
            self._states(month, now, rows, hours)
        if self.case.workshops is not None:
            self._workshops(month, now, rows, hours)
        if self.margin is not None:
            self._of_partners(month, "partner_margin", now.volume * self.margin, rows)

    def _of_partners(self, month: int, name: str, amount: Floats, rows: Floats) -> None:
        """Book a row whose money is told by partner, (partner, option, scenario) CNY (R112)."""
        rows[LINE_ROWS.index(name)] += np.add.reduce(amount, axis=0)
        if self.sides is not None:
            self.sides.note(month, name, amount)

    def _add_hours(self, hours: Floats, wanted: Mapping[str, float], amount: Floats) -> None:
        for index, role in enumerate(self.case.shared_work):
            if wanted.get(role, 0.0):
                hours[index] += float(wanted[role]) * amount

    def _source(self, now: Month, rows: Floats, hours: Floats) -> None:
        """Book the search in a partner's first month and the trial's cost while lawyers review (R68)."""
        sourcing = self.case.sourcing
        started = now.active & (now.age == 0)
        if sourcing is None:
            return
        if started.any():
            count = np.add.reduce(started, axis=0, dtype=np.float64)
            for stage in sourcing.stages:
                rows[LINE_ROWS.index("sourcing")] += count * (float(stage.candidates) * float(stage.cost))
                self._add_hours(hours, stage.hours, count * float(stage.candidates))
        if sourcing.legal_days:
            reviewed = now.active & (now.age == self.chance.trial_end[:, None, :])
            share = float(sourcing.legal_days) / DAYS * float(self.case.costs.trial)
            rows[LINE_ROWS.index("trial_cost")] += np.add.reduce(reviewed, axis=0, dtype=np.float64) * share

    def _states(self, month: int, now: Month, rows: Floats, hours: Floats) -> None:
        """Book call-backs, plans, watching, destroyed data and leaks (R63, R65, R69, R70)."""
        state, crisis, card = now.state, self.case.crisis, self.case.scorecard
        if state is None:
            return
        if crisis is not None and state.called is not None and state.planning is not None:
            rows[LINE_ROWS.index("call_back")] += np.add.reduce(state.called, axis=0) * float(crisis.call_back)
            plans = np.add.reduce(state.planning, axis=0, dtype=np.float64)
            rows[LINE_ROWS.index("partner_plans")] += plans * float(crisis.plan_cost)
            self._add_hours(hours, crisis.plan_hours, plans)
            if state.destroyed is not None and state.destroyed.any():
                gone = np.add.reduce(state.destroyed, axis=0, dtype=np.float64)
                rows[LINE_ROWS.index("data_destruction")] += gone * float(crisis.destruction)
        if card is not None and state.watched is not None and state.watched.any():
            self._add_hours(hours, card.monitor_hours, np.add.reduce(state.watched, axis=0, dtype=np.float64))
        if state.leaked is not None and state.leaked.any():
            self._leak(month, state.leaked, rows)

    def _leak(self, month: int, leaked: Flags, rows: Floats) -> None:
        """Book who pays for a leak: we for ours, the partner for its own and to us the share we claim (R70)."""
        events, shocks = self.chance.events, self.case.shocks
        if events is None or shocks is None or events.damages is None or events.ours is None:
            return
        damages = leaked * events.damages[:, None, :]
        ours = events.ours[:, None, :]
        rows[LINE_ROWS.index("leak_damages")] += np.add.reduce(damages * ours, axis=0)
        theirs = damages * ~ours
        self._of_partners(month, "leak_damages_partner", theirs, rows)
        self._of_partners(month, "leak_claims", theirs * float(shocks.claims), rows)

    def _workshops(self, month: int, now: Month, rows: Floats, hours: Floats) -> None:
        """Book workshops with the partners that are asked, and the revenue of what came out of them (R73)."""
        shops, events = self.case.workshops, self.chance.events
        if shops is None or not self.asked.any():
            return
        there = now.active[self.asked] & ~now.on_trial[self.asked]
        count = np.add.reduce(there, axis=0, dtype=np.float64)
        self.first = np.where((self.first == 0) & (count > 0), month, self.first)
        due = count * ((self.first > 0) & ((month - self.first) % shops.every == 0))
        rows[LINE_ROWS.index("workshops")] += due * float(shops.cost)
        self._add_hours(hours, shops.hours, due)
        for index, product in enumerate(shops.products.values()):
            if product.line == self.line and events is not None and events.products is not None:
                sells = (count > 0) & (month - self.first >= float(product.delay)) & events.products[index]
                rows[LINE_ROWS.index("new_products")] += sells * (float(product.revenue) / 12)


def interface_shares(case: Case, starts: Ints) -> Floats:
    """Return the share of its integration cash that each partner costs on a shared interface, (partner, option) (R72).

    Parameters
    ----------
    starts : (partner, option) first month, 0 where declined; of two in the same month the first in the file goes first

    Examples
    --------
    With a saving of 20 % and at least 50 %, five partners cost 1, 0.8, 0.64, 0.512 and 0.5 of their cash.
    """
    if case.interface is None:
        return np.ones(starts.shape)
    count = len(starts)
    earlier = np.tril(np.ones((count, count), dtype=np.bool_), -1)[:, :, None]
    ahead = (starts[None] < starts[:, None]) | ((starts[None] == starts[:, None]) & earlier)
    before = np.add.reduce(ahead & (starts > 0)[None], axis=1, dtype=np.float64)
    out: Floats = np.maximum((1.0 - float(case.interface.saving)) ** before, float(case.interface.least))
    return out
