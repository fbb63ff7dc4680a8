"""What season, levers, channel and pay scheme make of a line: its months before they are stepped, its rows after."""

from __future__ import annotations

from model import channels, levers
from model.ledger import Floats
from model.partners import Changes
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
    used: levers.LineLevers | None,
    season: Floats | None,
    channel: channels.ChannelPath | None,
    month: int,
    nps_points: Floats | float = 0.0,
) -> Changes:
    """Return what season, levers, channel and pay scheme make of one month (R47, R86, R90, R92, R94–R102).

    Parameters
    ----------
    season : (month,) factor on demand, None where the line has no season
    nps_points : (option, 1) points by which the team answers to its pay scheme
    """
    if not used and not channel:
        return Changes(demand=1.0 if season is None else float(season[month - 1]), nps_points=nps_points)
    names = ("demand", "unit_hours", "partner_hours", "complaint", "nps")
    demand, unit_hours, partner_hours, complaint, nps = (used.factor(name, month) if used else 1.0 for name in names)
    demand = demand * (1.0 if season is None else float(season[month - 1]))
    leaves = None if not used or used.leaves is None else used.leaves == month
    if channel:
        demand = demand * channel.demand(month)
        leaves = channel.exits[None] if leaves is None else leaves | channel.exits
    return Changes(demand, unit_hours, partner_hours, complaint, nps, nps_points, leaves)
