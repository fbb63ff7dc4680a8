"""Inputs about gates: what must be reached by which month, and how a plan may answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from model.fields import Inputs, Money, Partners, Points, Share, Whole, YesNo, rule_broken
from model.quantities import Quantity, Unit

Cities = Annotated[Quantity, Unit("cities", 0, 1e4)]
Reached = Annotated[Quantity, Unit("units", 0, 1e10)]


class Milestone(Inputs):
    """The criteria of a gate: the least value of each, those left out are not looked at (R131)."""

    cities: Cities | None = Field(default=None, description="cities open in the gate's month")
    partners: Partners | None = Field(default=None, description="partners at work in the gate's month, on trial or not")
    users: Reached | None = Field(default=None, description="units of volume up to the gate")
    revenue: Money | None = Field(default=None, description="revenue up to the gate, deductions off")
    conversion: Share | None = Field(default=None, description="the partners' conversion, mean by units up to the gate")
    nps: Points | None = Field(default=None, description="NPS, mean by units up to the gate")

    @model_validator(mode="after")
    def _check(self) -> Milestone:
        if not self.criteria:
            raise rule_broken("a gate needs a criterion", "none", ", ".join(type(self).model_fields))
        return self

    @property
    def criteria(self) -> dict[str, float]:
        """The least value of each criterion that is looked at."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: float(value) for name, value in named.items() if value is not None}


class Answer(Inputs):
    """How the count of criteria that are met decides (R131)."""

    title: str
    expand: Whole = Field(ge=0, description="fewest criteria met to go on as planned")
    hold: Whole = Field(ge=0, description="fewest criteria met to stay as it is; with fewer it ends")

    @model_validator(mode="after")
    def _check(self) -> Answer:
        if self.hold > self.expand:
            raise rule_broken("holding asks for more than expanding", f"{self.hold} > {self.expand}", "hold <= expand")
        return self


class Gate(Inputs):
    """A month at whose end the unit, or one line, goes on as planned, stays as it is, or ends (R131)."""

    title: str
    line: str = Field(default="", description="line whose own milestone it is, empty for the unit's")
    month: Whole = Field(ge=1, description="last month that is looked at, and the last one of what ends")
    least: Milestone
    answers: dict[str, Answer] = Field(description="the answers that a plan may choose from")
    obligatory: YesNo | None = Field(default=None, description="must every plan answer it?")
    hold_budgets: dict[str, Money] = Field(default={}, description="budget by phase id if held; else the phase's own")
    stop_budget: Money | None = Field(default=None, description="severance and exit fees that an end may cost")

    @model_validator(mode="after")
    def _check(self) -> Gate:
        most = len(self.least.criteria)
        for name, answer in self.answers.items():
            if answer.expand > most:
                raise rule_broken(f"answer {name} asks for more criteria than there are", answer.expand, f"<= {most}")
        if not self.answers:
            raise rule_broken("a gate needs an answer", "none", "at least one")
        return self
