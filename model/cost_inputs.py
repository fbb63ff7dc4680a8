"""Inputs about cash that is neither pay nor share, and about the market that a unit can reach."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from model.fields import (
    BESIDE,
    Counts,
    Inputs,
    Money,
    MoneyMonth,
    MoneyYear,
    Months,
    Rate,
    Share,
    Shares,
    UnitRate,
    Volume,
    Whole,
    rule_broken,
)
from model.quantities import Many, Quantity, Unit

Cities = Annotated[Many, Unit("cities", 0, 1000, many=True)]


class Step(Inputs):
    """A monthly cost from a month on, until the next step."""

    first_month: Whole = Field(ge=1)
    cost: MoneyMonth


class Costs(Inputs):
    """Cash that is neither pay nor share."""

    tools: tuple[Step, ...] = Field(description="platform and tools by month")
    upkeep: MoneyYear = Field(description="yearly upkeep per connected partner")
    trial: MoneyMonth = Field(description="monthly cost of a partner on trial")
    trial_months: Whole = Field(ge=1, le=24)
    integration_months: Whole = Field(ge=0, le=24, description="months of integration work in shared roles")
    acquisition: UnitRate = Field(description="cost per unit of volume to win the user")
    recharges: tuple[Step, ...] = Field(default=(), description="IT and legal services of the company, by month")
    vat: Annotated[Share, Counts("readings.vat_in_rates", "gross")] = Field(
        description="value added tax on services; counts where rates are gross"
    )
    income_tax: Annotated[Share, BESIDE] = Field(description="rate of income tax, of a figure that is reported only")
    collection: Months | None = Field(default=None, description="months from earning to having money; none: at once")


class Market(Inputs):
    """Owners that may be won: a fleet that grows and is scrapped, reached city by city."""

    owners: Annotated[Quantity, Unit("owners", 0, 1e9)] = Field(description="owners at the start")
    new_owners: Volume = Field(description="cars sold a year")
    scrapped: Rate = Field(description="share of the fleet scrapped or sold on in a year")
    cities: Cities = Field(description="open cities by phase, unless the plan says otherwise")
    reach_cities: Cities = Field(description="numbers of open cities at which the reach is known, from 0")
    reach: Shares = Field(description="share of owners reached with that many cities")
    opening: Money = Field(description="cost to open a city")
    upkeep: MoneyMonth = Field(description="cost of an open city")

    @model_validator(mode="after")
    def _check(self) -> Market:
        if len(self.reach) != len(self.reach_cities):
            raise rule_broken("each number of cities needs its reach", len(self.reach), str(len(self.reach_cities)))
        if list(self.reach_cities) != sorted(set(self.reach_cities)) or list(self.reach) != sorted(self.reach):
            raise rule_broken("reach must rise with the cities", [float(r) for r in self.reach], "rising numbers")
        return self
