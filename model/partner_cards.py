"""The partner's scorecard: six metrics, their curves and weights, the total, its grade and what follows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.contract_clock import YEAR, place_in
from model.inputs import Case
from model.ledger import Flags, Floats, Ints
from model.partner_inputs import Contract, Partner
from model.partner_terms import Metric, Scorecard

SEEN = ("volume", "nps", "complaint")
"""Metrics that are measured month by month; the others are the partner's true levels."""
METRICS = (*SEEN, "conversion", "failure", "quote")


def points(metric: Metric, level: Floats | float) -> Floats:
    """Return the whole points of a level: its ratio to the target on the metric's curve, flat beyond its ends (R64).

    Parameters
    ----------
    level : (…) in the metric's own unit
    """
    ratio = np.asarray(level) / float(metric.target)
    curve = np.interp(ratio, [float(x) for x in metric.ratios], [float(y) for y in metric.points])
    out: Floats = np.rint(curve)
    return out


def total(card: Scorecard, levels: Mapping[str, Floats | float]) -> Floats:
    """Return the weighted mean of the metrics' points, (…) (R64).

    Parameters
    ----------
    levels : by metric, (…) in its own unit

    Source: 004 L321-328; 116, 107, 106, 110, 115 and 120 give 112.33.
    """
    out = np.zeros(())
    for name, metric in card.metrics.items():
        out = out + float(metric.weight) * points(metric, levels[name])
    grade: Floats = out / sum(float(metric.weight) for metric in card.metrics.values())
    return grade


class Cards:
    """The running contract years of P partners on the scorecard under O options in S scenarios (R64, R65).

    raises, poor : who is graded so in this month; watched : who was graded so when his last contract year closed

    Parameters
    ----------
    shape : (partner, option, scenario)
    """

    def __init__(
        self, case: Case, card: Scorecard, partners: list[Partner], contracts: list[Contract], shape: tuple[int, ...]
    ) -> None:
        self.case, self.card, self.partners = case, card, partners
        self.so_far, self.at_start = np.zeros((len(SEEN), *shape)), np.zeros((len(SEEN), *shape))
        pairs = zip(partners, contracts, strict=True)
        self.targets = [float(c.base_target) * float(p.target_scale) / YEAR for p, c in pairs]
        self.raises, self.watched, self.poor = (np.zeros(shape, dtype=np.bool_) for _ in range(3))

    def month(self, volume: Floats, nps: Floats, complaint: Floats, clock: Ints, signed: Flags) -> None:
        """Take a month in and grade the contract years that close with it.

        Parameters
        ----------
        volume, nps, complaint, signed : (partner, option, scenario)
        clock : (partner, option, 1 or scenario) months since the contract began
        """
        for total_so_far, level in zip(self.so_far, (volume, nps, complaint), strict=True):
            total_so_far += level
        self.raises[:] = self.poor[:] = False
        last = place_in(clock, YEAR) == YEAR - 1
        if not last.any():
            return
        closes = np.broadcast_to(last, signed.shape)
        for index, partner in enumerate(self.partners):
            at = np.nonzero(closes[index] & signed[index] & (clock[index] >= 0))
            if at[0].size:
                self._grade(index, partner, at)
        self.at_start += (self.so_far - self.at_start) * last

    def forget(self, gone: Flags) -> None:
        """Begin anew with those who are gone, (partner, option, scenario)."""
        self.watched &= ~gone
        self.at_start += (self.so_far - self.at_start) * gone

    def _grade(self, index: int, partner: Partner, at: tuple[Ints, ...]) -> None:
        summed = (self.so_far[:, index] - self.at_start[:, index])[:, at[0], at[1]]
        volume, nps, complaint = summed / YEAR
        target = self.targets[index]
        levels: dict[str, Floats | float] = {
            "volume": volume / target if target else float(self.card.metrics["volume"].target),
            "nps": nps,
            "complaint": np.maximum(complaint, 0.0),
            "conversion": float(partner.conversion),
            "failure": float(partner.failure),
            "quote": float(self.card.quote_hours[partner.partner_class]),
        }
        grade, card = total(self.card, levels), self.card
        self.raises[index][at] = grade >= float(card.raise_from)
        self.watched[index][at] = (grade >= float(card.monitor_from)) & (grade < float(card.keep_from))
        self.poor[index][at] = grade < float(card.monitor_from)
