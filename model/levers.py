"""Levers of a line: what a tool or rule changes, what it costs, and that people may not use it (scope: line)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.inputs import Case
from model.ledger import Flags, Floats, Ints
from model.lever_inputs import Lever

NEVER = 10**6


@dataclass(frozen=True)
class LineLevers:
    """What the levers of O options do to one line; a target nobody changes is not in `factors`.

    factors : by target, (month, option, scenario) factor
    once, monthly : (month, option, scenario) CNY, monthly only due while the line has a partner
    leaves : (partner, option, scenario) month in which a partner leaves over a lever that does not fit
    """

    factors: dict[str, Floats]
    once: Floats
    monthly: Floats
    leaves: Ints | None

    def factor(self, target: str, month: int) -> Floats | float:
        """Return the factor on a target in month 1…T, (option, scenario), 1 where no lever changes it (R90)."""
        return self.factors[target][month - 1] if target in self.factors else 1.0

    def cost(self, partners: Floats) -> Floats:
        """Return what the levers cost, (month, option, scenario) CNY (R91).

        Parameters
        ----------
        partners : (month, option, scenario) partners on trial or under contract
        """
        return self.once + self.monthly * (partners > 0)


def line_levers(
    case: Case,
    line: str,
    ways: Sequence[str],
    starts: Ints,
    use: Mapping[str, Floats],
    leave: Mapping[str, Floats],
    stop: int,
) -> LineLevers | None:
    """Return the levers of a line under O options, None where no option uses one (scope: line, R90–R92).

    Parameters
    ----------
    ways : way by option
    starts : (partner, option) first month, 0 where the partner is declined
    use : by lever, (scenario,) uniforms that decide whether it is used
    leave : by lever, (partner, scenario) uniforms that decide who leaves over it
    stop : last month of the unit; a lever that would begin later never does

    Examples
    --------
    See tests/test_levers.py: a saving of 100,000 a month pays 0.6–1.2 M back in 6–12 months.
    """
    chosen = sorted({name for way in set(ways) for name in case.ways[way].levers})
    if not chosen:
        return None
    opens = np.where(starts > 0, starts, NEVER).min(axis=0, initial=NEVER)
    months, size = case.clock.months, use[chosen[0]].size
    shape = (months, len(ways), size)
    factors: dict[str, Floats] = {}
    once, monthly = np.zeros(shape), np.zeros(shape)
    leaves: Ints | None = None
    for name in chosen:
        lever = case.levers[name]
        with_it = np.array([name in case.ways[way].levers for way in ways])
        begin = np.maximum(opens, lever.first_month)
        begin = np.where(with_it & (begin <= stop), begin, NEVER)
        age = np.arange(1, months + 1)[:, None] - begin[None, :]
        used = use[name] < float(lever.adoption)
        on = (age >= 0)[:, :, None] & (used | (age < lever.give_up)[:, :, None])
        effect = ramp(lever, age)[:, :, None] * np.where(used, 1.0, float(lever.unused)) * on
        for target, change in lever.effects.items():
            factors[target] = factors.get(target, 1.0) * (1.0 + float(change) * effect)
        share = float(lever.paid_by.get(line, 1.0))
        once += (share * float(lever.cost_once)) * (age == 0)[:, :, None]
        monthly += (share * float(lever.cost_month)) * on
        if lever.partner_loss > 0:
            left = _leaves(lever, begin, used, leave[name])
            leaves = left if leaves is None else np.minimum(leaves, left)
    return LineLevers(factors, once, monthly, leaves)


def ramp(lever: Lever, age: Ints) -> Floats:
    """Return the share of the full effect by months since the begin, same shape as age (R90).

    Each stage adds its part of the line, and what it adds is learnt in equal steps.

    Examples
    --------
    20 % at once, all after 3 months, learnt in 2: 0.1, 0.2, 0.2, 0.6, 1 (tests/test_levers.py).
    """
    learn = max(float(lever.learn), 1e-9)
    out = np.zeros(age.shape)
    before = 0.0
    for stage in lever.stages:
        known = np.clip((age - stage.after + 1) / learn, 0.0, 1.0)
        out += (float(stage.reach) - before) * known
        before = float(stage.reach)
    return out


def _leaves(lever: Lever, begin: Ints, used: Flags, draw: Floats) -> Ints:
    """Return the last month of each partner, (partner, option, scenario), NEVER for those that stay (R92)."""
    loss = float(lever.partner_loss)
    delay = np.floor(draw / loss * lever.loss_months).astype(np.int64)
    goes = (draw < loss) & ~used
    month = begin[None, :, None] + delay[:, None, :]
    out: Ints = np.where(goes[:, None, :] & (month < NEVER), month, NEVER)
    return out
