"""Inputs of a seat's optional mechanisms: absent from a case, the mechanism does not exist there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from model.fields import (
    CHOICE,
    Factor,
    Heads,
    Inputs,
    Money,
    MoneyMonth,
    MoneyYear,
    Months,
    Rate,
    Share,
    Shares,
    Whole,
    YesNo,
    rule_broken,
)
from model.quantities import Many, Unit

Factors = Annotated[Many, Unit("factor", 0, 1000, many=True)]
Ages = Annotated[Many, Unit("month", 0, 600, many=True)]
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
YEAR = 12


class Hiring(Inputs):
    """From requisition to start: notice, offers that fall through, ordering ahead and refilling (R48, R49)."""

    notice: Months = Field(description="months between an accepted offer and the start")
    offer_slip: Share = Field(description="chance that an accepted offer falls through; the search starts again")
    order_ahead: Whole = Field(ge=0, description="months before a seat opens that it is ordered")
    backfill: Literal["yes", "none"] = Field(description="is a seat that falls vacant ordered again?")
    backfill_after: Whole = Field(ge=0, description="months that a vacant seat waits before it is ordered again")


class Attrition(Inputs):
    """What moves the chance to leave: tenure, a change of mode, size of the mode and care (R50)."""

    tenure_from: Ages = Field(description="tenure at which each band begins, the first 0")
    tenure_factor: Factors = Field(description="factor on the chance to leave in each band")
    change_added: Share = Field(
        description="share of people who leave more after a change of mode, over all its months"
    )
    change_months: Months = Field(description="months over which that share is spread")
    care: Factor = Field(description="factor on the chance to leave by non-money incentives")
    care_cost: MoneyMonth = Field(description="cost of non-money incentives per head")
    by_mode: dict[str, Factor] = Field(description="factor by organisation mode (large ones dilute); 1 if not named")

    @model_validator(mode="after")
    def _check(self) -> Attrition:
        edges = [float(edge) for edge in self.tenure_from]
        if not edges or edges[0] != 0 or edges != sorted(set(edges)) or len(edges) != len(self.tenure_factor):
            raise rule_broken(
                "tenure bands must rise from 0, one factor each", edges, f"{len(self.tenure_factor)} edges"
            )
        return self


class ManagedExit(Inputs):
    """Low performers who are asked to leave (R51)."""

    share: Share = Field(description="share of people who leave at each of the months")
    months: tuple[Whole, ...] = Field(description="months at whose end they leave")
    tenure_least: Whole = Field(ge=0, description="completed months of service below which nobody is judged")
    backfilled: YesNo


class Ramp(Inputs):
    """The shape of the way to full speed, and speed by experience (R52)."""

    shape: Literal["linear", "logistic"] = Field(description="logistic reaches 95 % of full speed at the role's ramp")
    tier_from: Ages = Field(description="tenure at which each experience tier begins, the first 0")
    tier_speed: Factors = Field(description="factor on speed in each tier")

    @model_validator(mode="after")
    def _check(self) -> Ramp:
        edges = [float(edge) for edge in self.tier_from]
        whole = all(edge == int(edge) for edge in edges)
        if not edges or edges[0] != 0 or edges != sorted(set(edges)) or len(edges) != len(self.tier_speed) or not whole:
            raise rule_broken("tiers must rise from 0 in whole months, one speed each", edges, "such as [0, 6, 24]")
        return self


class Fund(Inputs):
    """A statutory fund in one city: rate on monthly pay between floor and cap, and when it is in force."""

    fund: str
    rate: Share
    floor: MoneyMonth
    cap: MoneyMonth
    valid_from: str = Field(pattern=MONTH)
    valid_to: str = Field(pattern=MONTH)

    @model_validator(mode="after")
    def _check(self) -> Fund:
        if self.floor > self.cap or self.valid_from > self.valid_to:
            found = f"{float(self.floor):g} > {float(self.cap):g} or {self.valid_from} > {self.valid_to}"
            raise rule_broken(f"fund {self.fund}: ends before it begins", found, "floor <= cap, valid_from <= valid_to")
        return self


class CityCost(Inputs):
    """Statutory on-cost of a city (R53); `funds` is filled from data/on_cost.csv where the case leaves it out."""

    city: str
    extended: YesNo = Field(description="do the nearest known rates also hold in months that no row covers?")
    funds: tuple[Fund, ...] = Field(description="the city's funds; left out, they come from the table on_cost.csv")


def calendar(start: str, months: int) -> list[str]:
    """Return the calendar months of a horizon.

    Examples
    --------
    >>> calendar("2027-12", 2)
    ['2027-12', '2028-01']
    """
    first = int(start[:4]) * 12 + int(start[5:]) - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, first + months)]


def uncovered(city: CityCost, start: str, months: int) -> list[str]:
    """Return the calendar months in which some fund of the city has no row in force (R53)."""
    names = {fund.fund for fund in city.funds}
    return [
        label
        for label in calendar(start, months)
        if names != {fund.fund for fund in city.funds if fund.valid_from <= label <= fund.valid_to}
    ]


class Channel(Inputs):
    """A way to find people (R54)."""

    share: Share = Field(description="share of starts that come this way")
    fee: Factor = Field(description="factor on the hiring fee")
    cash: Money = Field(description="cash per start besides")


class Training(Inputs):
    """Training of everybody and what it does to the ramp (R54)."""

    cost: MoneyYear = Field(description="training cost per head")
    completion: Share = Field(description="share of the training that is completed")
    ramp_cut: Share = Field(description="share of the ramp that complete training saves")


class Skill(Inputs):
    """A skill that a share of a role's people must have (R55)."""

    role: str
    skill: str
    required: Share = Field(description="share of the role's people who must have it")
    hired: Share = Field(description="share of starters who bring it along")
    trained: Share = Field(description="share of starters who take the course")
    course: Money = Field(description="cost of the course per person")

    @model_validator(mode="after")
    def _check(self) -> Skill:
        have = float(self.hired) + float(self.trained)
        if have > 1 + 1e-9:
            raise rule_broken(
                f"more people of {self.role} with {self.skill} than people", f"{have:g}", "hired + trained <= 1"
            )
        return self


class Review(Inputs):
    """A market review of pay between the yearly raises (R56)."""

    every: Whole = Field(ge=1, description="months between reviews")
    raised: Rate = Field(description="raise at each review")


class Equity(Inputs):
    """Shares of the company that people are granted when they start (R57)."""

    valuation: Money = Field(description="stated value of the whole company")
    grant: dict[str, Share] = Field(description="share of the company granted per head, by role")
    years: Whole = Field(ge=1, le=10, description="years until all of a grant is vested")
    vesting: Literal["yearly", "monthly"] = Field(description="in which steps a grant vests")
    equity_is_cost: YesNo = Field(description="does the company charge vested equity to the unit?")


class MoveTerms(Inputs):
    """What a promotion or a transfer costs and asks (R130)."""

    cost: Money = Field(description="retraining of one person who moves")
    kept: Share = Field(description="share of full speed that a person brings along; the rest is ramped anew")
    trial: Months = Field(description="months on trial before the appointment, at the pay of the seat left")


class RotationTerms(Inputs):
    """What a rotation costs and how long it lasts (R130)."""

    cost: Money = Field(description="retraining of one person who rotates")
    kept: Share = Field(description="share of full speed that a person brings along; the rest is ramped anew")
    months: Months = Field(description="months in the other team before the person comes back")


class Moves(Inputs):
    """The terms of planned moves between seats, by kind (R130)."""

    promotion: MoveTerms
    transfer: MoveTerms
    rotation: RotationTerms


class Employment(Inputs):
    """Part-time and flexible labour of a role (R56)."""

    time: Annotated[Share, CHOICE] = Field(description="working time of a post as share of full time")
    flexible: Annotated[Share, CHOICE] = Field(
        description="share of the post that is flexible labour, paid only when called"
    )
    price: Factor = Field(description="price of a flexible hour over an own hour's pay")
    called: Factors = Field(description="share of the flexible part that is called, by calendar month from January")

    @model_validator(mode="after")
    def _check(self) -> Employment:
        if len(self.called) != YEAR:
            raise rule_broken("one value per calendar month", len(self.called), "12 values, January first")
        return self


class Friction(Inputs):
    """Working time lost in a mode besides its coordination (R59)."""

    by_phase: Shares = Field(description="share of working time left by phase")
    groups: Heads = Field(description="groups that work side by side")
    groups_free: Heads = Field(description="groups that cost nothing yet")
    group_loss: Share = Field(description="share of working time lost for each further group")
    levels: Heads = Field(description="approval levels")
    level_loss: Share = Field(description="share of working time lost for each approval level")
