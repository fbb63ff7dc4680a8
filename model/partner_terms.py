"""Inputs about how partners are found, watched, renewed and lost, and what they and we build together."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from model.fields import (
    Factor,
    Hours,
    HoursMonth,
    Inputs,
    Money,
    MoneyMonth,
    MoneyYear,
    Months,
    Rate,
    Share,
    UnitRate,
    Users,
    Whole,
)
from model.quantities import Many, Quantity, Unit

YearlyChance = Annotated[Quantity, Unit("share/year", 0, 1)]
Score = Annotated[Quantity, Unit("points", 0, 1000)]


class Stage(Inputs):
    """One stage of the search for a partner."""

    title: str
    candidates: Users = Field(description="candidates looked at in this stage for one partner that is tried")
    cost: Money = Field(description="cash per candidate")
    hours: dict[str, Hours] = Field(description="hours of shared roles per candidate")


class Sourcing(Inputs):
    """How a partner is found before its trial, and the contract's way through the lawyers."""

    stages: tuple[Stage, ...]
    legal_days: Annotated[Quantity, Unit("days", 0, 365)] = Field(description="review between trial and signature")


class Crisis(Inputs):
    """What happens to a partner that disappoints: paused, put on a plan, given notice, ended and replaced."""

    pause_complaint: Share = Field(description="complaint rate of a month above which new users stop")
    call_back: UnitRate = Field(description="cost per unit sold in such a month to call back and make good")
    slump: Share = Field(description="share of the monthly target that counts as a slump")
    slump_months: Whole = Field(ge=1, le=24, description="months of slump in a row that start a plan")
    plan_months: Whole = Field(ge=1, le=24)
    plan_cost: MoneyMonth = Field(description="cost of a plan")
    plan_hours: dict[str, HoursMonth] = Field(description="hours of shared roles for a plan")
    notice_months: Whole = Field(ge=0, le=24, description="months from a plan that failed to the end")
    destruction: Money = Field(description="cost to have the data of an ended contract destroyed")
    replaces: bool = Field(strict=True, description="is an ended partner replaced by another one of its class?")
    replacement_months: Whole = Field(ge=0, le=60, description="months without partner until then")


class Metric(Inputs):
    """One metric of the scorecard: its target, its weight and the points of each level."""

    target: Factor = Field(description="level that is worth 100 points, in the metric's own unit")
    weight: Factor
    ratios: Annotated[Many, Unit("factor", 0, 1000, many=True)] = Field(description="level ÷ target, rising")
    points: Annotated[Many, Unit("points", 0, 1000, many=True)] = Field(description="points at each ratio")


class Scorecard(Inputs):
    """The yearly grade of a partner and what follows from it."""

    metrics: dict[str, Metric] = Field(description="volume | conversion | nps | complaint | quote | failure")
    quote_hours: dict[str, Hours] = Field(description="hours to a quote, by partner class")
    raise_from: Score = Field(description="total from which the commission is raised")
    keep_from: Score
    monitor_from: Score
    commission_raise: Share = Field(description="raise of the commission for the contract years that follow")
    monitor_hours: dict[str, HoursMonth] = Field(description="hours of shared roles for a watched partner")


class ContractLife(Inputs):
    """How a contract's rate and term move after its signature."""

    term: Months = Field(description="months of a contract")
    renewal: Share = Field(description="chance that it is renewed at the end of its term")
    renewal_rate: Factor = Field(description="new rate against the old one")
    adjustment: Rate = Field(description="yearly change of the rate")
    cut: YearlyChance = Field(description="chance a year that the partner cuts the rate after signing")
    cut_rate: Factor = Field(description="new rate against the old one")


class Shocks(Inputs):
    """Rare events that end a partner."""

    leak: YearlyChance = Field(description="chance a year that data leak at a partner")
    leak_low: Money
    leak_high: Money
    leak_ours: Share = Field(description="chance that the leak is ours; who leaks pays")
    claims: Share = Field(description="share of a partner's damages that we receive")
    merger: YearlyChance = Field(description="chance a year that a partner merges")
    merger_ends: Share = Field(description="chance that it then leaves within 30 days")


class Product(Inputs):
    """A product that may come out of a line's workshops."""

    title: str
    line: str
    revenue: MoneyYear
    chance: Share
    delay: Months = Field(description="months from the line's first workshop to the first revenue")


class Workshops(Inputs):
    """Joint workshops with the partners of the classes that are asked."""

    classes: tuple[str, ...]
    every: Whole = Field(ge=1, le=60, description="months between two workshops")
    cost: Money = Field(description="cash per workshop and partner")
    hours: dict[str, Hours] = Field(description="hours of shared roles per workshop and partner")
    products: dict[str, Product]


class Interface(Inputs):
    """What a shared interface saves when a line connects its next partner."""

    saving: Share = Field(description="integration cash saved per partner that the line connected before")
    least: Share = Field(description="share of the integration cash that always remains")
