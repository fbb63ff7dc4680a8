"""Bonuses of a line's team by period: milestones, rocket, scorecard, satisfaction, funds, wager (scope: line)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.ledger import Floats, Ints
from model.line_results import LineResults
from model.paycurves import both_ways, through
from model.payperiods import period_ends, period_parts, period_sums
from model.payrules import hinge, shares_earned, stages_open
from model.scheme_inputs import (
    GrowthFund,
    IncubationFund,
    Metrics,
    MilestonePay,
    RocketPay,
    SatisfactionPay,
    Scheme,
    ScorecardPay,
    WagerPay,
)
from model.scorecards import Metric, streaks, total

QUARTER, YEAR = 3, 12
LOWER_IS_BETTER = ("complaint", "use")


@dataclass(frozen=True)
class Season:
    """The calendar of a unit: calendar month by programme month, and the unit's last month."""

    calendar: Ints
    stop: int


def fen(amount: Floats) -> Floats:
    """Return amounts in whole fen, so that no sum decides whether a target is met."""
    out: Floats = np.rint(amount * 100) / 100
    return out


def share_of(part: Floats, whole: Floats) -> Floats:
    """Return part ÷ whole to 12 digits, 0 where there is nothing."""
    ratio: Floats = np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)
    return np.round(ratio, 12)


def _at_ends(by_period: Floats, months: int, length: int, stop: int) -> Floats:
    """Return amounts by period as months, booked where each period ends."""
    out = np.zeros((months, *by_period.shape[1:]))
    np.add.at(out, np.array(period_ends(months, length, stop)), by_period)
    return out


def _heads_at_ends(line: LineResults, length: int, stop: int) -> Floats:
    heads: Floats = line.heads[np.array(period_ends(len(line.heads), length, stop))]
    return heads


def _repurchase(line: LineResults, length: int) -> Floats:
    return share_of(period_sums(line.repurchase, length), period_sums(line.revenue, length))


def _complaint(line: LineResults, length: int) -> Floats:
    return share_of(
        period_sums(np.maximum(line.complaint, 0.0) * line.volume, length), period_sums(line.volume, length)
    )


def milestone(rule: MilestonePay, line: LineResults, season: Season) -> Floats:
    """Return a campaign's bonus at the end of each period, (month, option, scenario) CNY (R40).

    A short last period has its part of amount and targets; its pre-sale months are those it has.
    """
    months = len(line.volume)
    part = period_parts(months, rule.period)[:, None, None]
    early = np.arange(months) % rule.period < rule.presale_months
    presale_part = (period_sums(early.astype(float), rule.period) / min(rule.presale_months, rule.period))[
        :, None, None
    ]
    presale = period_sums(line.volume * early[:, None, None], rule.period)
    revenue, volume = fen(period_sums(line.revenue, rule.period)), period_sums(line.volume, rule.period)
    tests = [
        np.round(presale, 6) >= float(rule.presale_target) * presale_part,
        revenue >= float(rule.revenue_target) * part,
        (_complaint(line, rule.period) < float(rule.complaint_most)) & (volume > 0),
    ]
    earned = shares_earned(tests, [float(share) for share in rule.shares], rule.parts) * part * float(rule.amount)
    manned = _heads_at_ends(line, rule.period, season.stop) > 0
    return _at_ends(earned * manned, months, rule.period, season.stop)


def rocket(rule: RocketPay, margin: float, line: LineResults, season: Season) -> Floats:
    """Return the award of three stages at the end of each period, (month, option, scenario) CNY (R41)."""
    months, length = len(line.volume), rule.period
    part = period_parts(months, length)[:, None, None]
    revenue = fen(period_sums(line.revenue, length))
    tests = [
        (revenue >= float(rule.revenue_target) * part) & (revenue > 0),
        _repurchase(line, length) > float(rule.repurchase_limit),
        (revenue >= float(rule.top_revenue) * part) & (revenue > 0),
    ]
    heads = _heads_at_ends(line, length, season.stop)
    awards = [
        revenue * float(rule.commission),
        heads * (float(rule.loyalty_award) * part),
        revenue * (margin * float(rule.profit_share)),
    ]
    paid = np.zeros(revenue.shape)
    for flag, award in zip(stages_open(tests, rule.stages), awards, strict=True):
        paid += np.where(flag, award, 0.0)
    return _at_ends(paid * (heads > 0), months, length, season.stop)


def satisfaction(rule: SatisfactionPay, line: LineResults) -> Floats:
    """Return the monthly pool by NPS with its extras, (month, option, scenario) CNY (R43)."""
    sells = line.volume > 0
    scale = through([(float(rule.nps_from), 0.0), (float(rule.nps_full), 1.0)])
    pool = scale.pay(line.nps) * float(rule.per_head)
    pool += np.where(line.complaint <= 0, float(rule.no_complaint), 0.0)
    again = share_of(line.repurchase, line.revenue) > float(rule.repurchase_limit)
    pool += np.where(again, float(rule.repurchase_extra), 0.0)
    return pool * line.heads * sells


def scorecard(rule: ScorecardPay, line: LineResults, season: Season) -> Floats:
    """Return the bonus by weighted scorecard at the end of each period, (month, option, scenario) CNY (R42)."""
    months, length = len(line.volume), rule.period
    team = team_points(rule.metrics, line, length, _in_season(rule, season, months), float(rule.relax))
    share = float(rule.team_share)
    points = np.round(team * share + float(rule.individual) * (1.0 - share), 9)
    curve = through([(float(x), float(y)) for x, y in zip(rule.payout_at, rule.payout, strict=True)])
    sells = period_sums(line.volume, length) > 0
    bonus = period_sums(line.base_pay, length) * float(rule.rate) * curve.pay(points) * sells
    return _at_ends(bonus, months, length, season.stop)


def _in_season(rule: ScorecardPay, season: Season, months: int) -> Floats:
    """Return the share of each period's months that lie in the season, (period,)."""
    flags = np.isin(season.calendar, rule.season).astype(float)
    return period_sums(flags, rule.period) / (period_parts(months, rule.period) * rule.period)


def team_points(metrics: Metrics, line: LineResults, length: int, in_season: Floats, relax: float) -> Floats:
    """Return the team's points by period, (period, option, scenario) (R42).

    Parameters
    ----------
    length : months of a period; in_season : (period,) share of its months in the season; relax : easing there
    """
    inside = in_season[:, None, None]
    scores, weights = [], []
    for name, part in metrics:
        if part is None:
            continue
        points = tuple((float(x), float(y)) for x, y in zip(part.ratios, part.points, strict=True))
        metric = Metric(_monthly(name, float(part.target)), name in LOWER_IS_BETTER, float(part.cap), points)
        scores.append(metric.score(_FIGURES[name](line, length), relax * inside))
        weights.append(float(part.weight) + (float(part.season_weight) - float(part.weight)) * inside)
    return total(scores, weights)


def _monthly(name: str, target: float) -> float:
    return target / YEAR if name == "volume" else target


def _monthly_mean(values: Floats, length: int) -> Floats:
    parts = period_parts(len(values), length)[:, None, None]
    out: Floats = period_sums(values, length) / (parts * length)
    return out


_FIGURES: dict[str, Callable[[LineResults, int], Floats]] = {
    "revenue": lambda line, length: _monthly_mean(line.revenue, length),
    "volume": lambda line, length: _monthly_mean(line.volume, length),
    "nps": lambda line, length: share_of(period_sums(line.nps * line.volume, length), period_sums(line.volume, length)),
    "complaint": _complaint,
    "repurchase": _repurchase,
    "referral": lambda line, length: share_of(period_sums(line.referral, length), period_sums(line.revenue, length)),
    "use": lambda line, length: _monthly_mean(line.use, length),
}


def growth_fund(rule: GrowthFund, line: LineResults, season: Season) -> Floats:
    """Return the award for top grades in consecutive whole quarters, (month, option, scenario) CNY (R44)."""
    months = len(line.volume)
    target = float(rule.revenue_target) * QUARTER * float(rule.grade_at)
    whole = (period_parts(months, QUARTER) == 1.0)[:, None, None]
    reached = (fen(period_sums(line.revenue, QUARTER)) >= target) & whole
    done = streaks(reached.astype(float), rule.quarters)
    award = done * _heads_at_ends(line, QUARTER, season.stop) * float(rule.per_head)
    return _at_ends(award, months, QUARTER, season.stop)


def incubation(rule: IncubationFund, line: LineResults, season: Season) -> Floats:
    """Return the fund after each whole programme year that grew enough, (month, option, scenario) CNY (R45)."""
    months = len(line.volume)
    revenue, ends = fen(period_sums(line.revenue, YEAR)), np.array(period_ends(months, YEAR, season.stop))
    before = np.concatenate([np.zeros((1, *revenue.shape[1:])), revenue[:-1]])
    whole = ((period_parts(months, YEAR) == 1.0) & (ends + 1 >= rule.first_month))[:, None, None]
    grew = (before > 0) & (revenue >= fen(before * (1.0 + float(rule.growth)))) & whole
    manned = _heads_at_ends(line, YEAR, season.stop) > 0
    return _at_ends(np.where(grew & manned, float(rule.amount), 0.0), months, YEAR, season.stop)


def wager(rule: WagerPay, margin: float, line: LineResults, season: Season) -> tuple[Floats, Floats]:
    """Return what the team wins above the target and loses below it, both (month, option, scenario) CNY (R46)."""
    months, length = len(line.volume), rule.period
    part = period_parts(months, length)[:, None, None]
    target = float(rule.revenue_target) * length * part
    manned = period_sums(line.manned, length) > 0
    # The curve runs over revenue ÷ target, so that one curve serves short periods and stakes that differ by month.
    reached = np.round(fen(period_sums(line.revenue, length)) / target, 12)
    won = hinge(both_ways(1.0, 1.0, 0.0).pay(reached), margin * float(rule.share)) * target
    stake = period_sums(line.base_pay, length) * float(rule.cut)
    lost = hinge(-both_ways(1.0, 0.0, 1.0).pay(reached), 1.0) * stake
    won, lost = np.where(manned, won, 0.0), np.where(manned, lost, 0.0)
    return _at_ends(won, months, length, season.stop), _at_ends(lost, months, length, season.stop)


def bonuses(scheme: Scheme, line: LineResults, season: Season) -> tuple[Floats, Floats]:
    """Return all bonuses of a scheme and what a lost wager takes back, both (month, option, scenario) CNY."""
    paid, taken = np.zeros(line.volume.shape), np.zeros(line.volume.shape)
    margin = float(scheme.margin)
    if scheme.milestone is not None:
        paid += milestone(scheme.milestone, line, season)
    if scheme.rocket is not None:
        paid += rocket(scheme.rocket, margin, line, season)
    if scheme.scorecard is not None:
        paid += scorecard(scheme.scorecard, line, season)
    if scheme.satisfaction is not None:
        paid += satisfaction(scheme.satisfaction, line)
    if scheme.growth_fund is not None:
        paid += growth_fund(scheme.growth_fund, line, season)
    if scheme.incubation is not None:
        paid += incubation(scheme.incubation, line, season)
    if scheme.wager is not None:
        won, lost = wager(scheme.wager, margin, line, season)
        paid, taken = paid + won, taken + lost
    return paid, taken
