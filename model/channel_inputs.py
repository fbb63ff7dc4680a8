"""Inputs about marketing channels: what a line spends to sell, how the market answers, and when it shrinks or grows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from model.fields import (
    Change,
    Deviation,
    Factor,
    Inputs,
    Money,
    MoneyMonth,
    Rate,
    Share,
    UnitRate,
    Whole,
    rule_broken,
)


class Approvals(Inputs):
    """How campaigns are approved under an organisation mode."""

    levels: Whole = Field(ge=0, le=20, description="approval levels")
    reported: Share = Field(description="share of campaigns that headquarters approve")


class Channel(Inputs):
    """A line that sells through dealers or to customers; its demand is what it sells today, as it works today."""

    price: UnitRate = Field(description="list price that the customer pays")
    price_elasticity: Factor = Field(description="percent of volume lost per percent of price")
    spend: MoneyMonth = Field(description="marketing spend today")
    response: Share = Field(description="percent of volume won per percent of effective spend")
    wasted: Share = Field(description="share of spend that misses because client data come late, today")
    vip: Share = Field(description="share of spend on VIP contacts")
    duplicate: Share = Field(description="share of VIP contacts that are made twice, today")
    timed: Share = Field(description="share of volume that depends on campaigns in a window of time")
    today: Approvals = Field(description="how its campaigns are approved today")
    trend: Rate = Field(description="yearly growth of demand at unchanged spend")
    trend_sd: Deviation = Field(description="sd of that growth, log per year")
    trend_months: Whole = Field(ge=0, le=240, description="months that the trend lasts")
    coverage: Share = Field(description="least share of its candidate partners that an open line works with")
    pareto: Factor = Field(description="Pareto index of partner sizes, largest first; 0 keeps the sizes as given")

    @model_validator(mode="after")
    def _check(self) -> Channel:
        if self.wasted >= 1 or self.vip * self.duplicate >= 1:
            raise rule_broken("all spend is wasted", "100 %", "wasted and vip × duplicate below 100 %")
        if 0 < self.pareto <= 1:
            raise rule_broken("a Pareto index at or below 1 has no mean", float(self.pareto), "0 or above 1")
        return self


class Channels(Inputs):
    """The rules that hold for every channel of a case."""

    cost_cap: Share = Field(description="most spend as share of the turnover of the last twelve months")
    cap_from: Whole = Field(ge=1, le=240, description="months after opening from which the cap holds")
    roi_floor: Factor = Field(description="return on spend below which a channel is watched and gets no extra spend")
    roi_1_to_3: Literal["revenue", "net"] = Field(description="is the return turnover, or turnover less spend?")
    drop: Share = Field(description="fall of a quarter's volume that counts")
    channel_drop_15pct: Literal["each", "cumulative", "yoy"] = Field(
        description="each of two quarters, both together, or each against a year ago"
    )
    shrink_to: Share = Field(description="share of the channel that is left after such falls; 0 is an exit")
    incubate_above: Share = Field(description="yearly growth above which a channel is supported")
    growth_measure: Literal["half_year", "year"] = Field(description="period over which that growth is measured")
    support: MoneyMonth = Field(description="cost of the special team")
    support_months: Whole = Field(ge=0, le=60)
    support_lift: Share = Field(description="extra demand while it is supported")
    move_drop: Share = Field(description="fall of the monthly return on spend that counts")
    realloc_trigger: Literal["each", "total"] = Field(description="each of two months, or both together")
    move_share: Share = Field(description="share of the spend that is taken away after such falls")
    price_authority: Share = Field(description="most that a way may change the price, either direction")
    approval_levels: Whole = Field(ge=1, le=20, description="levels at which the missed share was seen")
    missed: Share = Field(description="share of windows missed at that many levels")


class WayChannel(Inputs):
    """How a way of working sells, against today's spend and price."""

    spend: Factor = Field(description="factor on today's spend")
    price: Change = Field(description="change of the list price")


class Reorganisation(Inputs):
    """What a change of organisation mode costs beside lost labour."""

    double_months: Whole = Field(ge=0, le=24, description="months in which moved posts are staffed twice")
    moved: Share = Field(description="share of posts that move")
    bonus: Share = Field(description="transition bonus as share of monthly pay, for the same months")
    transfer: Money = Field(description="training and fees to hand over knowledge, per moved post")
