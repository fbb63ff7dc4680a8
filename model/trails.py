"""Pay on what users bring over the years: first sale, repurchase, referral, subscription, and who left since (R39)."""

from __future__ import annotations

import numpy as np

from model.ledger import Floats
from model.line_results import LineResults
from model.scheme_inputs import LtvPay

NOBODY = 1e-12


def still_there(stays: Floats, months: int) -> Floats:
    """Return the share of who was present `months` ago and still is, by month, (month, …); 0 before the first month.

    Parameters
    ----------
    stays : (month, …) share of who is present that is there a month later too

    Examples
    --------
    >>> still_there(np.array([1.0, 0.5, 0.8, 1.0]), 2).round(6).tolist()
    [0.0, 0.0, 0.5, 0.4]
    """
    out = np.zeros(stays.shape)
    if months >= len(stays):
        return out
    logs = np.cumsum(np.log(np.maximum(stays, NOBODY)), axis=0)
    before = np.concatenate([np.zeros((1, *stays.shape[1:])), logs[:-1]])
    out[months:] = np.exp(before[months:] - before[: len(stays) - months])
    out[out < NOBODY * 2] = 0.0
    return out


def claims(volume: Floats, stays: Floats, window: int) -> Floats:
    """Return units of earlier months, at most `window` old, whose seller is still there, (month, …).

    Parameters
    ----------
    volume : (month, …) units sold; stays : (month, …) as in `still_there`, ones for "as if nobody left"

    Examples
    --------
    >>> claims(np.array([4.0, 2.0, 0.0, 0.0]), np.ones(4), 2).tolist()
    [0.0, 4.0, 6.0, 2.0]
    """
    out = np.zeros(volume.shape)
    kept = still_there(stays, window + 1)
    for month in range(1, len(volume)):
        held = (out[month - 1] + volume[month - 1]) * stays[month - 1]
        if month > window:
            held = held - volume[month - 1 - window] * kept[month]
        out[month] = np.maximum(held, 0.0)
    return out


def _part(found: Floats, whole: Floats) -> Floats:
    return np.divide(found, whole, out=np.zeros(whole.shape), where=whole > 0)


def trail(rule: LtvPay, line: LineResults, margin: float, after: int) -> tuple[Floats, Floats]:
    """Return pay to who is present and pay to who has left, both (month, option, scenario) CNY (R39).

    Parameters
    ----------
    margin : profit in a yuan of first-sale revenue
    after : months between a sale and the unit bought again

    Examples
    --------
    See tests/test_trails.py: 10 % + 5 % + 3 % of a profit of 10,000 are 1,800.
    """
    first = line.revenue * (margin * float(rule.first_sale)) * line.manned
    shared = _later(rule, line, line.stays, after)
    if rule.leavers == "lost":
        return first + shared, np.zeros(first.shape)
    whole = _later(rule, line, np.ones(line.stays.shape), after)
    if rule.leavers == "successor":
        return first + whole, np.zeros(first.shape)
    return first + shared, whole - shared


def _later(rule: LtvPay, line: LineResults, stays: Floats, after: int) -> Floats:
    """Return the shares in what users bring later, by whom of the sellers `stays` says is there."""
    out = np.zeros(line.volume.shape)
    if after <= rule.window:
        out += float(rule.repurchase) * line.repurchase * still_there(stays, after)
    income = float(rule.referral) * line.referral + float(rule.subscription) * line.subscription
    if income.any():
        everyone = claims(line.volume, np.ones(line.volume.shape), len(line.volume))
        out += income * _part(claims(line.volume, stays, rule.window), everyone)
    return out
