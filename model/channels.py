"""Marketing channels: spend and response, cost cap, watch list, exit, support, approvals and price (scope: line)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.channel_inputs import Approvals, Channel, Channels, WayChannel
from model.inputs import Case
from model.ledger import Flags, Floats, Ints, fold
from model.quantities import Quantity

QUARTER, YEAR = 3, 12


def pareto_sizes(count: int, index: float) -> Floats:
    """Return partner sizes over their mean, largest first, (partner,): the Pareto law with this index (R104).

    Examples
    --------
    >>> pareto_sizes(5, np.log(5) / np.log(4)).round(3).tolist()[:2]
    [4.0, 0.404]
    """
    if index == 0:
        return np.ones(count)
    top = (np.arange(count + 1) / max(count, 1)) ** (1.0 - 1.0 / index)
    out: Floats = np.diff(top) * count
    return out


def sizes(case: Case, line: str, count: int) -> Floats:
    """Return the sizes of a line's partners over what partners.csv says, (partner,) (R104)."""
    channel = case.lines[line].channel
    return pareto_sizes(count, float(channel.pareto)) if channel else np.ones(count)


def missed_windows(rules: Channels, levels: int) -> float:
    """Return the share of time windows missed at so many approval levels: each level passes the same share (R101).

    Examples
    --------
    63 % at 5 levels is 1 − 0.37^(levels ÷ 5): 32.8 % at 2.
    """
    return 1.0 - float(np.power(1.0 - float(rules.missed), levels / rules.approval_levels))


def lost_windows(rules: Channels, approvals: Approvals | None) -> float:
    """Return the share of timed campaigns that miss their window under these approvals (R101)."""
    return float(approvals.reported) * missed_windows(rules, approvals.levels) if approvals else 0.0


def today() -> WayChannel:
    """Return how a channel sells today: what a way without a section of its own means."""
    return WayChannel(spend=Quantity(1.0), price=Quantity(0.0))


class ChannelPath:
    """One channel under O options at once, stepped month by month (R94–R102).

    Parameters
    ----------
    ways : way by option
    trend : (scenario,) standard normals that move the channel's growth
    waste : (month, option, scenario) factor on wasted spend, or 1
    lost : (month,) share of timed campaigns that miss their window, None as today
    """

    def __init__(
        self,
        case: Case,
        channel: Channel,
        ways: Sequence[str],
        trend: Floats,
        waste: Floats | float,
        lost: Floats | None,
    ) -> None:
        assert case.channels is not None
        self.channel, self.rules = channel, case.channels
        sells = [case.ways[way].channel or today() for way in ways]
        months, shape = case.clock.months, (len(ways), trend.size)
        self.push = np.array([float(way.spend) for way in sells])[:, None]
        self.price = np.array([float(way.price) for way in sells])[:, None]
        self.answer = (1.0 + self.price) ** -float(channel.price_elasticity)
        self.windows = self._windows(lost, months)
        self.effective = np.broadcast_to(_effective(channel, waste) / _effective(channel, 1.0), (months, *shape))
        self.trend = _trend(channel, trend, months)
        self.spend, self.support, self.turnover = (np.zeros((months, *shape)) for _ in range(3))
        self.quarters = np.zeros((-(-months // QUARTER), *shape))
        self.market = fold(self.trend, QUARTER, 0)
        self.age = np.zeros(shape, dtype=np.int64)
        self.keep, self.moved = np.ones(shape), np.ones(shape)
        self.supported = np.full(shape, -1, dtype=np.int64)
        self.exits = np.zeros(shape, dtype=np.bool_)

    def _windows(self, lost: Floats | None, months: int) -> Floats:
        """Return volume over today's by missed windows, (month,) (R101)."""
        if lost is None:
            return np.ones(months)
        now = lost_windows(self.rules, self.channel.today)
        timed = float(self.channel.timed)
        out: Floats = (1.0 - timed * lost) / (1.0 - timed * now)
        return out

    def demand(self, month: int) -> Floats:
        """Return the factor on demand in month 1…T and keep what is spent, (option, scenario) (R94–R101)."""
        spend = self._spend(month)
        self.spend[month - 1] = spend * self.keep
        on = (self.supported >= 0) & (self.supported < self.rules.support_months)
        self.support[month - 1] = float(self.rules.support) * on
        self.supported += self.supported >= 0
        answer = np.ones(spend.shape)
        if self.channel.spend > 0:
            answer = (spend * self.effective[month - 1] / float(self.channel.spend)) ** float(self.channel.response)
        lift = 1.0 + float(self.rules.support_lift) * on
        out: Floats = self.answer * self.windows[month - 1] * self.trend[month - 1] * answer * lift * self.keep
        return out

    def _spend(self, month: int) -> Floats:
        """Return the spend of a channel that has not shrunk: watched, moved, capped, (option, scenario) (R96–R100)."""
        push = np.where(self._watched(month), np.minimum(self.push, 1.0), self.push)
        wanted = float(self.channel.spend) * push * self.moved
        months = np.minimum(np.maximum(self.age, 1), YEAR)
        past = np.add.reduce(self.turnover[max(0, month - 1 - YEAR) : month - 1], axis=0) / months
        most = float(self.rules.cost_cap) * past / np.maximum(self.keep, 1e-9)
        return np.where(self.age >= self.rules.cap_from, np.minimum(wanted, most), wanted)

    def _watched(self, month: int) -> Flags:
        """Return whether the last quarter's return on spend lay below the floor, (option, scenario) (R97)."""
        last = slice(max(0, month - 1 - QUARTER), month - 1)
        spend, turnover = np.add.reduce(self.spend[last], axis=0), np.add.reduce(self.turnover[last], axis=0)
        return below_floor(self.rules, spend, turnover) & (self.age >= QUARTER)

    def note(self, month: int, volume: Floats, partners: Floats) -> None:
        """Take the month's volume and decide what changes from the next month on (R98–R100).

        Parameters
        ----------
        volume, partners : (option, scenario) units and partners
        """
        is_open = partners > 0
        self.spend[month - 1] *= is_open
        self.support[month - 1] *= is_open
        self.turnover[month - 1] = volume * float(self.channel.price) * (1.0 + self.price)
        self.age = np.where(is_open, self.age + 1, 0)
        self.quarters[(month - 1) // QUARTER] += volume
        if month % QUARTER == 0:
            self._end_quarter(month // QUARTER - 1)
        if month >= 3:
            falls = returns_fall(self.rules, self.spend[month - 3 : month], self.turnover[month - 3 : month])
            self.moved = np.where(falls & (self.age >= 3), 1.0 - float(self.rules.move_share), self.moved)

    def _end_quarter(self, quarter: int) -> None:
        past = self.quarters[: quarter + 1]
        full = self.age // QUARTER
        falls = volume_falls(self.rules, past, full)
        self.keep = np.where(falls, np.minimum(self.keep, float(self.rules.shrink_to)), self.keep)
        self.exits = self.keep == 0
        grows = market_grows(self.rules, self.market[: quarter + 1]) & (full > 0)
        self.supported = np.where(grows & (self.supported < 0), 0, self.supported)

    def rows(self) -> dict[str, Floats]:
        """Return what the channel costs and what its price change moves, each (month, option, scenario) CNY."""
        change = self.turnover * (self.price / (1.0 + self.price))
        return {
            "channel_spend": self.spend,
            "channel_support": self.support,
            "price_premium": np.maximum(change, 0.0),
            "price_discount": np.maximum(-change, 0.0),
            "channel_turnover": self.turnover,
        }


def channel_path(
    case: Case, line: str, ways: Sequence[str], trend: Floats | None, waste: Floats | float, lost: Floats | None
) -> ChannelPath | None:
    """Return the channel of a line under O options, None where the line is none."""
    channel = case.lines[line].channel
    return None if channel is None or trend is None else ChannelPath(case, channel, ways, trend, waste, lost)


def _effective(channel: Channel, waste: Floats | float) -> Floats | float:
    """Return the share of spend that reaches somebody new, same shape as waste (R95)."""
    twice = float(channel.vip) * float(channel.duplicate)
    return (1.0 - float(channel.wasted) * waste) * (1.0 - twice * waste)


def _trend(channel: Channel, normal: Floats, months: int) -> Floats:
    """Return demand over today's by month, (month, 1, scenario) (R94)."""
    years = np.minimum(np.arange(months), channel.trend_months) / YEAR
    yearly = np.log1p(float(channel.trend)) + float(channel.trend_sd) * normal
    out: Floats = np.exp(years[:, None] * yearly[None, :])[:, None, :]
    return out


def below_floor(rules: Channels, spend: Floats, turnover: Floats) -> Flags:
    """Return whether the return on spend lies below the floor, same shape as spend (R97).

    Examples
    --------
    A floor of 3: spend 100 and turnover 299 are watched, 300 are not; net of spend 400 would be needed.
    """
    gain = turnover - spend if rules.roi_1_to_3 == "net" else turnover
    out: Flags = np.round(gain - float(rules.roi_floor) * spend, 6) < 0
    return out


def volume_falls(rules: Channels, quarters: Floats, full: Ints) -> Flags:
    """Return whether the last two quarters fell as the exit rule asks (R98).

    Parameters
    ----------
    quarters : (quarter, …) volume up to the last full quarter
    full : (…) full quarters since the channel opened
    """
    kept, reading = 1.0 - float(rules.drop), rules.channel_drop_15pct
    back = 4 if reading == "yoy" else 1
    need = back + 2
    if len(quarters) < need:
        return np.zeros(quarters.shape[1:], dtype=np.bool_)
    enough = full >= need
    if reading == "cumulative":
        return enough & _at_most(quarters[-1], kept * quarters[-3])
    now, before = quarters[-2:], quarters[-2 - back : len(quarters) - back]
    out: Flags = enough & np.all(_at_most(now, kept * before), axis=0)
    return out


def _at_most(value: Floats, limit: Floats) -> Flags:
    """Compare to nine digits, so that a fall of exactly the limit counts; nothing falls from nothing."""
    out: Flags = (limit > 0) & (value <= limit * (1.0 + 1e-9))
    return out


def market_grows(rules: Channels, quarters: Floats) -> Flags:
    """Return whether the channel's market grows faster than the yearly rate above which it is supported, (…) (R99).

    Parameters
    ----------
    quarters : (quarter, …) market over today's, up to the last full quarter; our own ramp-up is no growth
    """
    half = 2 if rules.growth_measure == "half_year" else 4
    if len(quarters) < 2 * half:
        return np.zeros(quarters.shape[1:], dtype=np.bool_)
    now, before = quarters[-half:].sum(axis=0), quarters[-2 * half : -half].sum(axis=0)
    out: Flags = now > (1.0 + float(rules.incubate_above)) ** (half / 4) * before * (1.0 + 1e-9)
    return out


def returns_fall(rules: Channels, spend: Floats, turnover: Floats) -> Flags:
    """Return whether the return on spend fell in the last two of three months as the rule asks (R100).

    Parameters
    ----------
    spend, turnover : (3, …) CNY
    """
    value = np.divide(turnover, spend, out=np.zeros(spend.shape), where=spend > 0)
    kept = 1.0 - float(rules.move_drop)
    if rules.realloc_trigger == "total":
        return _at_most(value[2], kept * value[0])
    return _at_most(value[1], kept * value[0]) & _at_most(value[2], kept * value[1])


def covers(channel: Channel, signed: int, candidates: int) -> bool:
    """Return whether an open channel works with enough of its candidate partners (R103).

    Examples
    --------
    Nine of ten are 90 %.
    """
    return round(signed - float(channel.coverage) * candidates, 9) >= 0
