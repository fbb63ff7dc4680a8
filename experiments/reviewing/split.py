"""Plan against actual, split so that the parts add up: volume, price, mix, heads, pay and other money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.ledger import Floats

NONE = 1e-6
"""Units and head-months that count as none."""
PARTS = ("volume", "price", "mix", "heads", "pay", "other")


@dataclass(frozen=True)
class Split:
    """Differences of R rows, actual − plan as they change the result, (row, part) CNY in the order of PARTS."""

    plan: Floats
    actual: Floats
    parts: Floats

    @property
    def difference(self) -> Floats:
        """What the result gains by each row, (row,) CNY: the sum of its parts."""
        out: Floats = np.add.reduce(self.parts, axis=1)
        return out


def lines(plan: Floats, plan_volume: Floats, actual: Floats, volume: Floats) -> Split:
    """Return revenue by line, split into volume, price and mix (R175).

    Parameters
    ----------
    plan, actual : (line,) CNY; plan_volume, volume : (line,) units

    Examples
    --------
    Planned 100 at 10 and 100 at 20, sold 110 at 10 and 130 at 19: total volume is 20 % up, worth 600 CNY, the dearer
    line grew more (+100), and was 1 CNY cheaper (−130).

    >>> found = lines(np.array([1000.0, 2000.0]), np.array([100.0, 100.0]),
    ...               np.array([1100.0, 2470.0]), np.array([110.0, 130.0]))
    >>> found.parts[:, :3].tolist()
    [[200.0, 0.0, -100.0], [400.0, -130.0, 200.0]]
    """
    price = np.divide(plan, plan_volume, out=_ratio(actual, volume), where=plan_volume > NONE)
    total = plan_volume.sum()
    as_mixed = plan_volume * (volume.sum() / total) if total > NONE else np.zeros(volume.shape)
    parts = np.zeros((len(plan), len(PARTS)))
    parts[:, 0] = price * (as_mixed - plan_volume)
    parts[:, 1] = (actual - price * volume) - (plan - price * plan_volume)
    parts[:, 2] = price * (volume - as_mixed)
    return Split(plan, actual, parts)


def roles(plan: Floats, plan_heads: Floats, actual: Floats, heads: Floats) -> Split:
    """Return pay by role, split into heads and pay for each; more pay lessens the result (R175).

    Parameters
    ----------
    plan, actual : (role,) CNY; plan_heads, heads : (role,) head-months

    Examples
    --------
    Planned 10 head-months at 30, there were 9 at 32: one head less saves 30, and each of nine cost 2 more.

    >>> roles(np.array([300.0]), np.array([10.0]), np.array([288.0]), np.array([9.0])).parts[0, 3:5].tolist()
    [30.0, -18.0]
    """
    rate = np.divide(plan, plan_heads, out=_ratio(actual, heads), where=plan_heads > NONE)
    parts = np.zeros((len(plan), len(PARTS)))
    parts[:, 3] = rate * (plan_heads - heads)
    parts[:, 4] = (plan - rate * plan_heads) - (actual - rate * heads)
    return Split(plan, actual, parts)


def others(plan: Floats, actual: Floats, sign: Floats) -> Split:
    """Return rows that are not split, (row,) CNY; `sign` is −1 where the unit pays (R175)."""
    parts = np.zeros((len(plan), len(PARTS)))
    parts[:, -1] = sign * (actual - plan)
    return Split(plan, actual, parts)


def together(parts: list[Split]) -> Split:
    """Return the rows of several splits below one another."""
    if not parts:
        return others(*np.zeros((3, 0)))
    joined = (np.concatenate([getattr(part, name) for part in parts]) for name in ("plan", "actual", "parts"))
    return Split(*joined)


def _ratio(money: Floats, count: Floats) -> Floats:
    """Return money by unit, 0 where there is none: what was not planned is priced as it came."""
    return np.divide(money, count, out=np.zeros(money.shape), where=count > NONE)
