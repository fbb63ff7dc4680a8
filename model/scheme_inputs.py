"""Inputs about how a line's own team is paid by results: one section for each part of a scheme."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from model.fields import (
    Edges,
    Factor,
    Inputs,
    Money,
    MoneyMonth,
    Points,
    Share,
    Shares,
    UnitRate,
    UnitRates,
    Volume,
    Whole,
    YesNo,
    rule_broken,
)
from model.quantities import Many, Quantity, Unit

Edge = Annotated[Quantity, Unit("units", 0, 1e9)]
Factors = Annotated[Many, Unit("factor", 0, 1e6, many=True)]


class FlatPay(Inputs):
    """A commission on each sale (R38)."""

    unit_rate: UnitRate = Field(description="commission per unit of volume")
    revenue_share: Share = Field(description="share of first-sale revenue")


class TierPay(Inputs):
    """A tiered commission on the volume of a period, in the readings of R17 (R38)."""

    edges: Edges = Field(description="volumes of the period at which a new rate starts")
    rates: UnitRates = Field(description="rates: below the first edge, then one per edge")
    base_rate: UnitRate = Field(description="rate on the first block once the first edge is reached")
    reading: Literal[
        "marginal", "marginal_base_cliff", "retroactive", "marginal_low_first_block", "base_plus_excess_at_top_rate"
    ]
    period: Whole = Field(ge=1, le=60, description="months over which the volume is counted")

    @model_validator(mode="after")
    def _check(self) -> TierPay:
        if len(self.rates) != len(self.edges) + 1:
            raise rule_broken("a ladder needs one rate more than edges", len(self.rates), str(len(self.edges) + 1))
        if list(self.edges) != sorted(set(self.edges)):
            raise rule_broken("ladder edges must rise", [float(e) for e in self.edges], "each above the one before")
        return self


class LtvPay(Inputs):
    """Shares of what a user brings over the years to who won the user (R39)."""

    first_sale: Share = Field(description="share of the profit on the first sale")
    repurchase: Share = Field(description="share of the profit on a unit bought again")
    referral: Share = Field(description="share of the profit on a referred unit")
    subscription: Share = Field(description="share of subscription fees")
    window: Whole = Field(ge=1, le=240, description="months after the first sale in which the trail pays")
    leavers: Literal["kept", "lost", "successor"] = Field(
        description="what becomes of the trail of who leaves: kept by the leaver, lost, or passed to a successor"
    )


class MilestonePay(Inputs):
    """A campaign's bonus in parts, each with its test (R40)."""

    amount: Money = Field(description="bonus of the team for a full period")
    shares: Shares = Field(description="parts for pre-sale, revenue and after-sales; they sum to 1")
    period: Whole = Field(ge=1, le=60, description="months of a campaign")
    presale_months: Whole = Field(ge=1, le=60, description="first months of the period that count as pre-sale")
    presale_target: Edge = Field(description="units to be sold in the pre-sale months")
    revenue_target: Money = Field(description="revenue of a full period")
    complaint_most: Share = Field(description="after-sales part is paid below this complaint rate, the industry's mean")
    parts: Literal["independent", "nested"] = Field(description="does a missed part lose the later ones?")

    @model_validator(mode="after")
    def _check(self) -> MilestonePay:
        total = sum(self.shares)
        if len(self.shares) != 3 or abs(total - 1) > 1e-9:
            raise rule_broken(
                "milestone shares are three that add up to 1", [float(s) for s in self.shares], "3, sum 1"
            )
        return self


class RocketPay(Inputs):
    """Three stages of award: revenue, repurchase, a top product (R41)."""

    period: Whole = Field(ge=1, le=60, description="months over which the stages are measured")
    revenue_target: Money = Field(description="stage 1: revenue of a full period")
    commission: Share = Field(description="stage 1: share of first-sale revenue")
    repurchase_limit: Share = Field(description="stage 2 above this: repurchase income over first-sale revenue")
    loyalty_award: Money = Field(description="stage 2: award per head present at the period's end")
    top_revenue: Money = Field(description="stage 3: revenue of a full period that stands for a top-10 product")
    profit_share: Share = Field(description="stage 3: share of product profit")
    stages: Literal["nested", "independent"] = Field(description="does a stage need the ones before it?")


class Metric(Inputs):
    """A metric of a scorecard: its weights, and how its ratio to the target becomes points."""

    weight: Share
    season_weight: Share = Field(description="weight in the season's months")
    cap: Factor = Field(description="most points")
    ratios: Factors = Field(description="ratios to the target with given points; none for 100 × ratio")
    points: Factors = Field(description="points at these ratios")

    @model_validator(mode="after")
    def _check(self) -> Metric:
        if len(self.ratios) != len(self.points) or list(self.ratios) != sorted(set(self.ratios)):
            found = f"{len(self.ratios)} ratios, {len(self.points)} points"
            raise rule_broken("given points need rising ratios, one each", found, "as many points as rising ratios")
        return self


class MoneyMetric(Metric):
    """A metric whose target is money."""

    target: MoneyMonth


class VolumeMetric(Metric):
    """A metric whose target is a volume."""

    target: Volume


class PointsMetric(Metric):
    """A metric whose target is in points."""

    target: Points


class ShareMetric(Metric):
    """A metric whose target is a share."""

    target: Annotated[Quantity, Unit("share", 1e-6, 10)]


class Metrics(Inputs):
    """What a scorecard looks at; complaint and use are better the lower they are."""

    revenue: MoneyMetric | None = None
    volume: VolumeMetric | None = None
    nps: PointsMetric | None = None
    complaint: ShareMetric | None = None
    repurchase: ShareMetric | None = Field(default=None, description="repurchase income over first-sale revenue")
    referral: ShareMetric | None = Field(default=None, description="referral income over first-sale revenue")
    use: ShareMetric | None = Field(default=None, description="team work over team hours: stands for response times")

    @model_validator(mode="after")
    def _check(self) -> Metrics:
        for field in ("weight", "season_weight"):
            total = sum(float(getattr(part, field)) for _, part in self if part is not None)
            if abs(total - 1) > 1e-9:
                raise rule_broken(f"each {field} of the metrics together must be 1", f"{total:.6g}", "1")
        return self


class ScorecardPay(Inputs):
    """A bonus on base pay by a weighted scorecard (R42)."""

    rate: Share = Field(description="bonus as share of base pay at payout factor 1")
    period: Whole = Field(ge=1, le=60, description="months of a cycle")
    team_share: Share = Field(description="part of the score that is the team's; the rest is individual")
    individual: Factor = Field(description="mean individual points")
    season: tuple[Annotated[Whole, Field(ge=1, le=12)], ...] = Field(description="calendar months with season weights")
    relax: Share = Field(description="share by which targets are eased in the season's months")
    payout_at: Factors = Field(description="points of the payout curve")
    payout: Factors = Field(description="payout factor at these points, straight lines between")
    metrics: Metrics

    @model_validator(mode="after")
    def _check(self) -> ScorecardPay:
        rising = list(self.payout_at) == sorted(set(self.payout_at)) and len(self.payout_at) > 0
        if len(self.payout) != len(self.payout_at) or not rising:
            found = f"{len(self.payout_at)} points, {len(self.payout)} factors"
            raise rule_broken("a payout curve needs rising points, one factor each", found, "as many factors as points")
        return self


class SatisfactionPay(Inputs):
    """A monthly pool by NPS, with extras (R43)."""

    per_head: MoneyMonth = Field(description="pool per head at full NPS")
    nps_from: Points = Field(description="NPS from which the pool pays")
    nps_full: Points = Field(description="NPS at which it pays in full")
    no_complaint: MoneyMonth = Field(description="extra per head in a month without complaint")
    repurchase_limit: Share = Field(description="extra above this: repurchase income over first-sale revenue")
    repurchase_extra: MoneyMonth = Field(description="that extra per head")

    @model_validator(mode="after")
    def _check(self) -> SatisfactionPay:
        if self.nps_full <= self.nps_from:
            raise rule_broken("full NPS must lie above the first", f"{self.nps_full:g}", f"> {self.nps_from:g}")
        return self


class GrowthFund(Inputs):
    """An award for top grades in consecutive quarters (R44)."""

    quarters: Whole = Field(ge=1, le=20, description="consecutive quarters at the top grade")
    grade_at: Factor = Field(description="revenue over target from which a quarter has the top grade")
    revenue_target: MoneyMonth
    per_head: Money = Field(description="award per head present at the end of the last quarter")


class IncubationFund(Inputs):
    """A fund for an own venture after a year of growth (R45)."""

    first_month: Whole = Field(ge=1, description="month from which the fund exists")
    growth: Share = Field(description="growth of yearly revenue that opens it")
    amount: Money = Field(description="fund of the team")


class WagerPay(Inputs):
    """A wager on a target: a share above it, a cut of base pay below it (R46)."""

    period: Whole = Field(ge=1, le=60)
    revenue_target: MoneyMonth
    share: Share = Field(description="share of the profit above the target")
    cut: Share = Field(description="share of base pay at stake: lost in proportion to what is missing")


class DrawPay(Inputs):
    """A guaranteed commission (R36)."""

    per_head: MoneyMonth = Field(description="guaranteed commission per head present")
    recoverable: YesNo = Field(description="is the part not earned set off against later commission?")


class Clawback(Inputs):
    """What happens to commission on sales that are cancelled or returned (R37)."""

    cancelled: Share = Field(description="share of sales cancelled or returned")
    per_complaint: Factor = Field(description="rise of that share per unit of complaint rate")
    after: Whole = Field(ge=0, le=60, description="months after the sale in which it shows")
    hold: Whole = Field(ge=0, le=60, description="months that commission is held before it is paid")
    recovered: Share = Field(description="share got back from people who are still there")


class TeamResponse(Inputs):
    """How a team answers to its scheme; zero in every shipped case: nothing is assumed that nobody measured (R47)."""

    demand: Annotated[Quantity, Unit("share", -0.9, 3)] = Field(description="lift of demand")
    nps: Points = Field(description="lift of NPS")


class Scheme(Inputs):
    """How a line's own team is paid by results: the parts that apply, each a section of its own (R34–R47)."""

    title: str
    margin: Share = Field(description="profit in a yuan of first-sale revenue")
    response: TeamResponse
    flat: FlatPay | None = None
    tiers: TierPay | None = None
    ltv: LtvPay | None = None
    draw: DrawPay | None = None
    clawback: Clawback | None = None
    milestone: MilestonePay | None = None
    rocket: RocketPay | None = None
    scorecard: ScorecardPay | None = None
    satisfaction: SatisfactionPay | None = None
    growth_fund: GrowthFund | None = None
    incubation: IncubationFund | None = None
    wager: WagerPay | None = None
