"""What chance does to partners after their start: leaks, mergers, rate cuts and renewals, each by its own draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.draws import Draws
from model.inputs import Case
from model.ledger import Flags, Floats
from model.partner_inputs import Partner


@dataclass(frozen=True)
class Events:
    """The events of one line's partners; a part is None where the case has no such event.

    leak, merger, cut : (month, partner, scenario) whether it happens to whoever works then; merger only those that end
    damages : (partner, scenario) CNY of a leak; ours, renewed : (partner, scenario)
    products : (product, scenario) which come out of workshops
    """

    leak: Flags | None = None
    damages: Floats | None = None
    ours: Flags | None = None
    merger: Flags | None = None
    cut: Flags | None = None
    renewed: Flags | None = None
    products: Flags | None = None


def monthly(yearly: float) -> float:
    """Return the chance of a month of which twelve give the chance of a year (R70).

    Examples
    --------
    >>> round(monthly(0.12), 6), monthly(1.0)
    (0.010596, 1.0)
    """
    return float(1.0 - (1.0 - yearly) ** (1.0 / 12.0))


def partner_events(case: Case, partners: list[Partner], draws: Draws) -> Events:
    """Return the events of a line's partners (R67, R70, R71, R73).

    Parameters
    ----------
    partners : P candidates
    draws : S scenarios; names are keyed by partner, so that no event moves another
    """
    months, life, shocks = case.clock.months, case.contract_life, case.shocks

    def happens(name: str, chance: float) -> Flags:
        drawn = [draws.uniform(f"partner.{p.id}.{name}", months) < chance for p in partners]
        return np.array(drawn, dtype=np.bool_).reshape(len(partners), months, draws.scenarios).swapaxes(0, 1)

    def once(name: str) -> Floats:
        drawn = [draws.uniform(f"partner.{p.id}.{name}", 1)[0] for p in partners]
        return np.array(drawn, dtype=np.float64).reshape(len(partners), draws.scenarios)

    products = None
    if case.workshops is not None:
        shops = case.workshops.products.items()
        drawn = [draws.uniform(f"product.{name}", 1)[0] < float(product.chance) for name, product in shops]
        products = np.array(drawn, dtype=np.bool_).reshape(len(drawn), draws.scenarios)
    leak = damages = ours = merger = cut = renewed = None
    if shocks is not None:
        leak = happens("leak", monthly(float(shocks.leak)))
        low, high = float(shocks.leak_low), float(shocks.leak_high)
        damages = low * (high / low) ** once("leak.size") if low > 0 else np.zeros((len(partners), draws.scenarios))
        ours = once("leak.ours") < float(shocks.leak_ours)
        merger = happens("merger", monthly(float(shocks.merger))) & (once("merger.ends") < float(shocks.merger_ends))
    if life is not None:
        cut = happens("cut", monthly(float(life.cut)))
        renewed = once("renewal") >= 1.0 - float(life.renewal)
    return Events(leak, damages, ours, merger, cut, renewed, products)
