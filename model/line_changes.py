"""What season, levers and channel together make of a line: its months before they are stepped, its rows after."""

from __future__ import annotations

from model import channels, levers
from model.ledger import Floats
from model.partners import UNCHANGED, Changes
from model.schema import LINE_ROWS


def book(used: levers.LineLevers | None, channel: channels.ChannelPath | None, partners: Floats, rows: Floats) -> None:
    """Book what the line's channel spends and its levers cost and save (R91, R94–R102).

    Parameters
    ----------
    partners : (month, option, scenario) partners on trial or under contract
    rows : (row, month, option, scenario) CNY in the order of LINE_ROWS, changed in place
    """
    for name, amount in channel.rows().items() if channel else ():
        rows[LINE_ROWS.index(name)] = amount
    if used:
        rows[LINE_ROWS.index("levers")] = used.cost(partners)
        rows[LINE_ROWS.index("acquisition")] *= used.factors.get("acquisition", 1.0)


def changes(
    used: levers.LineLevers | None, season: Floats | None, channel: channels.ChannelPath | None, month: int
) -> Changes:
    """Return what the season, the line's levers and its channel make of one month (R86, R90, R92, R94–R102).

    Parameters
    ----------
    season : (month,) factor on demand, None where the line has no season
    """
    if not used and not channel:
        return UNCHANGED if season is None else Changes(demand=float(season[month - 1]))
    names = ("demand", "unit_hours", "partner_hours", "complaint", "nps")
    demand, unit_hours, partner_hours, complaint, nps = (used.factor(name, month) if used else 1.0 for name in names)
    demand = demand * (1.0 if season is None else float(season[month - 1]))
    leaves = None if not used or used.leaves is None else used.leaves == month
    if channel:
        demand = demand * channel.demand(month)
        leaves = channel.exits[None] if leaves is None else leaves | channel.exits
    return Changes(demand, unit_hours, partner_hours, complaint, nps, leaves)
