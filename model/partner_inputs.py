"""Inputs about candidate partners and their contracts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from model.fields import (
    CHOICE,
    Edges,
    Factor,
    Factors,
    HoursUnit,
    Inputs,
    Money,
    Months,
    Points,
    Share,
    UnitRate,
    UnitRates,
    Users,
    Volume,
    Whole,
    rule_broken,
)
from model.quantities import Quantity, Unit


class Partner(Inputs):
    """A candidate partner; the columns of partners.csv."""

    id: str
    title: str
    line: str
    partner_class: str
    contract: str
    mature_volume: Volume = Field(description="yearly volume at full maturity")
    unit_hours: HoursUnit = Field(description="team hours per unit of demand")
    target_scale: Factor = Field(description="factor on the contract's edges and base target")
    integration: Money = Field(description="cash to connect the partner")
    conversion: Share = Field(description="share of approached owners who buy")
    failure: Share = Field(description="share of orders that fail")
    complaint: Share = Field(description="complaint rate while the team keeps up with its work")
    nps: Points = Field(description="users' satisfaction (NPS) while the team keeps up with its work")


class Trial(Inputs):
    """The gate before a signature: so many users, four criteria measured on them, and what failing them means."""

    users: Annotated[Users, CHOICE] = Field(description="users of one trial in one city")
    conversion_least: Share = Field(description="lowest conversion that passes")
    nps_least: Points = Field(description="lowest NPS that passes")
    complaint_most: Share = Field(description="highest complaint rate that passes")
    failure_most: Share = Field(description="highest failure rate that passes")
    answer_spread: Annotated[Quantity, Unit("points", 0, 100)] = Field(description="sd of one user's NPS answer")
    retries: Whole = Field(ge=0, le=6, description="how often a trial may be repeated")


class Contract(Inputs):
    """What a partner pays us per unit: a ladder over the year's volume with quality deductions."""

    title: str
    edges: Edges = Field(description="yearly volumes at which a new rate starts")
    rates: UnitRates = Field(description="rates: below the first edge, then one per edge")
    base_rate: UnitRate = Field(description="rate on the first block once the first edge is reached")
    target_growth: Factors | None = Field(
        default=None, description="yearly target against that of year 1, by contract year; the last one holds on"
    )
    trial_rate: UnitRate = Field(description="rate during a trial under reading trial_commission")
    complaint_limit: Share = Field(description="complaint rate above which the first deduction is due")
    complaint_deduction: Share
    nps_limit: Points = Field(description="NPS below which the second deduction is due")
    nps_deduction: Share
    base_target: Volume = Field(description="yearly base target that the weak-quarter test looks at")
    weak_quarter: Share = Field(description="share of a quarter's base target that counts as weak")
    weak_quarters_to_exit: Whole = Field(ge=1, le=40, description="consecutive weak quarters that end the contract")
    grace: Months = Field(description="months after the start in which the weak-quarter test is not made")
    exit_fee: Share = Field(description="share of the year's commission we pay when we end the contract early")

    @model_validator(mode="after")
    def _check(self) -> Contract:
        if len(self.rates) != len(self.edges) + 1:
            raise rule_broken("a ladder needs one rate more than edges", len(self.rates), str(len(self.edges) + 1))
        if list(self.edges) != sorted(set(self.edges)):
            raise rule_broken(
                "ladder edges must rise", [float(e) for e in self.edges], "each edge above the one before"
            )
        return self
