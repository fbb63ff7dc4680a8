"""What single careers cost and give, priced side by side: seats of shared roles and of the lines' teams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from model import ramp, seats, staffing
from model.inputs import Case
from model.ledger import Floats, by_year, signed
from model.organisation import Organisation
from model.plans import Career
from model.schema import SEAT_ROWS
from model.seats import Tenure
from model.simulate import Block


@dataclass(frozen=True)
class CareerPrice:
    """One career: years (row, year, scenario), worth (scenario,), hours (month, scenario) after coordination;
    people (3, month, scenario) heads, base pay and stayers where the case has pay schemes."""

    years: Floats
    worth: Floats
    hours: Floats
    people: Floats


class CareerPrices:
    """Prices careers under one path of organisation modes, each once for a block of draws.

    Parameters
    ----------
    discount : (month,) factors
    """

    def __init__(self, case: Case, org: Organisation, discount: Floats) -> None:
        self.case, self.org, self.discount = case, org, discount
        self._kept: dict[tuple[Career, Block], CareerPrice] = {}

    def of(self, career: Career, block: Block, hours_only: bool = False) -> CareerPrice:
        """Return the price of a career in a block, priced now if it is not yet known; see `learn`."""
        if (career, block) not in self._kept:
            self.learn([career], block, hours_only)
        return self._kept[career, block]

    def learn(self, careers: Iterable[Career], block: Block, hours_only: bool = False) -> None:
        """Price the careers that are not yet known, those of a role together: lives are cheap side by side.

        Parameters
        ----------
        hours_only : is nothing but their working time asked for? Pay schemes ask for their people too
        """
        fresh = sorted(career for career in set(careers) if (career, block) not in self._kept)
        for role in sorted({career.role for career in fresh}):
            self._price([career for career in fresh if career.role == role], block, hours_only)

    def _price(self, careers: Sequence[Career], block: Block, hours_only: bool) -> None:
        tenure = seats.lives(self.case, careers, block.draws, self.org.unrest)
        worked = ramp.hours(self.case, careers[0].role, tenure, careers) * self.org.coordination[:, None, None]
        dismissed = seats.dismissals(self.case, careers, tenure, block.draws)
        for index, career in enumerate(careers):
            hours = np.ascontiguousarray(worked[:, index])
            if hours_only and not self.case.schemes:
                self._kept[career, block] = CareerPrice(np.zeros(0), np.zeros(0), hours, np.zeros(0))
                continue
            own = tenure[:, index : index + 1]
            out = None if dismissed is None else dismissed[:, index : index + 1]
            org = self.org
            rows = staffing.money(self.case, career.role, [career], own, org.transition, out, org.handover)
            people = self._people(rows, own, career) if self.case.schemes else rows[:0]
            worth = discounted(rows, SEAT_ROWS, self.discount)
            self._kept[career, block] = CareerPrice(by_year(rows, 1), worth, hours, people)

    def _people(self, rows: Floats, tenure: Tenure, career: Career) -> Floats:
        """Return heads, base pay and stayers of one career, (3, month, scenario), for the pay schemes of lines."""
        present = (tenure[:, 0] >= 0).astype(float)
        return np.stack([present, rows[SEAT_ROWS.index("base_pay")], seats.stayers(tenure, [career])])


def discounted(rows: Floats, names: tuple[str, ...], discount: Floats) -> Floats:
    """Return the discounted signed sum of rows (row, month, …), month axis folded away, CNY.

    Parameters
    ----------
    names : of the rows; discount : (month,) factors
    """
    total = signed(rows, names, names)
    out: Floats = np.add.reduce(total * discount.reshape(-1, *[1] * (total.ndim - 1)), axis=0)
    return out
