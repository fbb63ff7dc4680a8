"""Users of one line before and after the first sale: funnel, retention, renewal, repurchase, referral, fees (line)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.inputs import Case
from model.ledger import Floats
from model.life_inputs import Funnel, Life, Response
from model.schema import LINE_ROWS

YEAR = 12
HALF_YEAR_QUARTERS = 2


def retention(case: Case, life: Life, response: Response | None) -> float:
    """Return the share of users still active after a year under a way of working (R80).

    Contacts are told as Poisson: who got none beyond reminders in half a year counts as not contacted. With 1.2
    contacts a quarter of which 6.77 % are proactive that is 85 % of all users, as document 002 L28 and L44 tell.

    Examples
    --------
    See tests/test_lifecycle.py: 0.6 and 0.9 with 15 % contacted give 0.645.
    """
    care, lift = (float(response.care), float(response.retention)) if response else (1.0, 0.0)
    asked = 1.0 - np.exp(-HALF_YEAR_QUARTERS * float(life.contacts) * float(life.proactive) * care)
    kept = float(life.retention) + (float(life.retention_contacted) - float(life.retention)) * float(asked)
    return lifted(kept, lift, case.readings.retention_5pct)


def lifted(kept: float, lift: float, reading: str) -> float:
    """Return a yearly retention lifted in points or relative, at most 1 (R80, 003 §12).

    Examples
    --------
    >>> round(lifted(0.8, 0.05, "points"), 4), round(lifted(0.8, 0.05, "relative"), 4)
    (0.85, 0.84)
    """
    return min(1.0, kept + lift if reading == "points" else kept * (1.0 + lift))


def user_years(kept: float) -> float:
    """Return the years a user stays on average when the share `kept` of users stays each year (R80).

    Examples
    --------
    >>> round(user_years(0.85) / user_years(0.80) - 1, 4)
    0.3333
    """
    return 1.0 / (1.0 - kept)


def active_users(volume: Floats, kept: Floats) -> Floats:
    """Return the users of earlier months who are still active, (month, option, scenario) (R80).

    Parameters
    ----------
    volume : (month, option, scenario) new users
    kept : (option,) yearly retention
    """
    monthly = (kept ** (1.0 / YEAR))[:, None]
    out = np.zeros(volume.shape)
    for month in range(1, len(volume)):
        out[month] = (out[month - 1] + volume[month - 1]) * monthly
    return out


def renewals(volume: Floats, rate: float) -> Floats:
    """Return contracts renewed, (month, option, scenario), each at its anniversary as often as it lives (R81)."""
    out = np.zeros(volume.shape)
    for month in range(YEAR, len(volume)):
        out[month] = (volume[month - YEAR] + out[month - YEAR]) * rate
    return out


def renewal_money(life: Life, volume: Floats) -> Floats:
    """Return what partners pay for renewed contracts, (month, …) CNY, from the contracts sold (R81)."""
    return renewals(volume, float(life.renewal_rate)) * float(life.renewal_commission)


def repurchase_chance(life: Life, response: Response | None) -> float:
    """Return the chance that an active user buys again under a way of working, at most 1 (R82)."""
    return min(1.0, float(life.repurchase_chance) * (float(response.repurchase) if response else 1.0))


def funnel_factor(case: Case, line: str, response: Response | None) -> float:
    """Return units per lead of a line; 1 where the case has no funnel and volumes are units already (R84)."""
    funnel = case.lines[line].funnel
    if funnel is None:
        return 1.0
    leads = sum(float(p.mature_volume) for p in case.partners if p.line == line)
    if leads == 0:
        return 0.0
    return units_a_year(funnel, leads, float(response.cold_service) if response else 1.0) / leads


def units_a_year(funnel: Funnel, leads: float, cold: float) -> float:
    """Return the units a year that a year's leads and content become (R84).

    Parameters
    ----------
    leads : walk-in and digital leads a year, before those from signals and notes
    cold : factor on cold service
    """
    found = leads + float(funnel.signals) * float(funnel.signal_enquiry)
    found += float(funnel.notes) * float(funnel.leads_per_note)
    content = float(funnel.followers) * float(funnel.follower_visits) * float(funnel.rounds)
    visits = found * float(funnel.visit_rate) + content
    decided, lost = float(funnel.decided), min(1.0, float(funnel.cold_service) * cold)
    closed = decided * float(funnel.close_decided) + (1.0 - decided) * (1.0 - lost) * float(funnel.close_open)
    return visits * closed


def book(case: Case, line: str, ways: Sequence[str], volume: Floats, partners: Floats, stop: int, rows: Floats) -> None:
    """Book what users bring after the first sale and what joint selling costs, in place (R81–R85).

    Parameters
    ----------
    ways : by option
    volume, partners : (month, option, scenario) units and active partners
    stop : last month of the unit; nothing is booked after it
    rows : (row, month, option, scenario) CNY in the order of LINE_ROWS
    """
    part = case.lines[line]
    if part.life is None and part.joint is None:
        return
    if part.life is not None:
        _book_life(case, part.life, ways, volume, rows)
    if part.joint is not None:
        referred = float(part.joint.adviser_share) * float(part.joint.adviser_commission)
        _row(rows, "referral_commission")[:] = volume * referred
        monthly = float(part.joint.campaign) * float(part.joint.campaign_share)
        _row(rows, "campaign")[:] = (partners > 0) * monthly
    for name in ("renewal", "repurchase", "referral", "subscription"):
        _row(rows, name)[stop:] = 0.0


def _book_life(case: Case, life: Life, ways: Sequence[str], volume: Floats, rows: Floats) -> None:
    kept = np.array([retention(case, life, case.ways[name].response) for name in ways])
    users = active_users(volume, kept)
    if case.readings.revenue_basis == "per_active_user_year":
        _row(rows, "renewal")[:] = renewal_money(life, volume)
    after = life.repurchase_after
    again = np.array([repurchase_chance(life, case.ways[name].response) for name in ways])
    worth = again * kept ** (after / YEAR) * float(life.repurchase_profit)
    _row(rows, "repurchase")[after:] = volume[:-after] * worth[:, None]
    _row(rows, "referral")[:] = users * (float(life.referral_buyers) / YEAR * float(life.referral_profit))
    _row(rows, "subscription")[:] = users * (float(life.subscribers) * float(life.subscription_fee))


def _row(rows: Floats, name: str) -> Floats:
    out: Floats = rows[LINE_ROWS.index(name)]
    return out
