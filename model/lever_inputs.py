"""Inputs about levers: changes of how a line works, with their cost, when they take hold and if they are used."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from model.fields import Change, Inputs, Money, MoneyMonth, Months, Share, Whole, rule_broken

Target = Literal[
    "demand",
    "capacity",
    "unit_hours",
    "partner_hours",
    "shared_hours",
    "complaint",
    "nps",
    "acquisition",
    "waste",
]
"""What a lever may change, all inside one line: demand; hours its team has; team hours per unit and per partner; hours
it asks of shared roles; complaint rate and NPS without overload; cost to win users; wasted spend of a channel."""


class Stage(Inputs):
    """From so many months after its begin a lever reaches this share of the line (pilot, gray release, roll-out)."""

    after: Whole = Field(ge=0, le=240)
    reach: Share


class Lever(Inputs):
    """A tool, training or rule that changes how a line works; a way names the levers it uses."""

    title: str
    first_month: Whole = Field(ge=1, le=240, description="earliest month; never before the line opens")
    cost_once: Money = Field(description="cash in the first month")
    cost_month: MoneyMonth = Field(description="running cost while it is on and the line has a partner")
    paid_by: dict[str, Share] = Field(description="share of the cost by line; a line not named pays all of its own")
    stages: tuple[Stage, ...] = Field(description="share of the line that works with it, by months after its begin")
    learn: Months = Field(description="months until a newly reached part works with full effect, linear")
    adoption: Share = Field(description="chance that people use it at all")
    unused: Share = Field(description="share of the effect that is left where people do not use it")
    give_up: Whole = Field(ge=1, le=240, description="months after which an unused lever is switched off")
    partner_loss: Share = Field(description="share of partners that leave over a lever that does not fit")
    loss_months: Whole = Field(ge=1, le=60, description="months over which they leave")
    effects: dict[Target, Change] = Field(description="relative change of each target at full effect")

    @model_validator(mode="after")
    def _check(self) -> Lever:
        months = [stage.after for stage in self.stages]
        if not months or months != sorted(set(months)):
            raise rule_broken("stages must rise in their month", months, "at least one, each later than the one before")
        reach = [float(stage.reach) for stage in self.stages]
        if reach != sorted(reach):
            raise rule_broken("stages must not fall in their reach", reach, "each at least the one before")
        return self
