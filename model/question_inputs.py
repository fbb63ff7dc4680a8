"""Inputs about questions put to a case: break-even conditions, and what its free parameters are fitted to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from model.fields import Inputs, Money, Share, Whole, rule_broken
from model.quantities import FreeUnit, Quantity, Unit

Users = Annotated[Quantity, Unit("units", 0, 1e10)]
Return = Annotated[Quantity, Unit("factor", -1, 1000)]
Free = Annotated[Quantity, FreeUnit()]


class BreakEven(Inputs):
    """A question: at which value of one number does a plan stop being better than another?

    The number is varied inside the range that stands beside it in the case. `vary_for = "plan"` varies it for the
    first plan alone, as a response of its people; the other plan keeps the case's value.
    """

    title: str = Field(description="what is in question, for example the 8 % pool")
    vary: str = Field(description="key of the number that is varied, for example lines.insurance.demand")
    vary_for: Literal["both", "plan"] = Field(description="is the number varied for both plans or for the first alone?")
    plan: str = Field(description="name of a file in plans/, or recommended")
    against: str = Field(description="name of a file in plans/, recommended or do_nothing; may be the same plan")
    without: tuple[str, ...] = Field(default=(), description="keys of numbers that are 0 for the plan held against")


class Measured(Inputs):
    """What a plan brought from one month to another, both included: users, revenue, or return on all costs."""

    plan: str = Field(description="name of a file in plans/")
    first_month: Whole = Field(ge=1, description="first month counted")
    last_month: Whole = Field(ge=1, le=240, description="last month counted")
    users: Users | None = Field(default=None, description="units of volume")
    revenue: Money | None = Field(default=None, description="revenue after deductions")
    full_roi: Return | None = Field(default=None, description="(revenue − all costs) ÷ all costs")

    @model_validator(mode="after")
    def _check(self) -> Measured:
        told = [name for name in ("users", "revenue", "full_roi") if getattr(self, name) is not None]
        if len(told) != 1:
            raise rule_broken("needs exactly one figure", ", ".join(told) or "none", "users, revenue or full_roi")
        if self.last_month < self.first_month:
            raise rule_broken("months run backwards", f"{self.first_month} to {self.last_month}", "first <= last")
        return self

    @property
    def figure(self) -> tuple[str, Quantity]:
        """Which figure is told, and its value."""
        pairs = {"users": self.users, "revenue": self.revenue, "full_roi": self.full_roi}
        return next((name, value) for name, value in pairs.items() if value is not None)


class Target(Measured):
    """A figure that the fit must meet."""

    quantile: Share | None = Field(default=None, description="quantile that meets the figure; absent for the mean")
    tolerance: Annotated[Quantity, Unit("share", 1e-6, 10)] = Field(description="relative deviation that is one sd")

    @model_validator(mode="after")
    def _positive(self) -> Target:
        name, value = self.figure
        if name == "full_roi" or value <= 0:
            raise rule_broken("a target needs a positive figure", f"{name} {value:g}", "users or revenue above 0")
        return self


class Reference(Measured):
    """A known outcome that is not fitted: which percentile of its plan's futures does it reach?"""

    title: str
    changes: dict[str, Free] = Field(default={}, description="numbers that were different then, by key")
    between: tuple[Share, Share] = Field(description="percentiles between which it is expected")


class World(Inputs):
    """A named future that is weighed beside the case as it is: what is different in it (R158)."""

    title: str = Field(description="what has happened, as a sentence without its full stop")
    weight: Share = Field(description="its weight; what the weights leave to 1 belongs to the case as it is")
    changes: dict[str, Free] = Field(description="numbers that are different then, by key")

    @model_validator(mode="after")
    def _check(self) -> World:
        if not self.changes:
            raise rule_broken("a named future needs a change", "none", "a key of the case with its value")
        return self


class FreeParameter(Inputs):
    """A number that the fit may move: its prior middle, with its bounds as range (four prior sd wide)."""

    key: str = Field(description="key of the number, for example calibrations.typical.demand")
    prior: Free = Field(description="prior middle; its guess = [low, high] are the bounds")

    @model_validator(mode="after")
    def _check(self) -> FreeParameter:
        low, high = self.prior.low, self.prior.high
        if low is None or high is None or not low < high:
            raise rule_broken("a free parameter needs bounds", f"{self.prior:g}", "guess = [low, high], low < high")
        return self


class Fit(Inputs):
    """How one calibration is fitted: what may move, what it is held to, and what is looked up afterwards."""

    parameters: tuple[FreeParameter, ...]
    targets: dict[str, Target]
    references: dict[str, Reference] = Field(default={}, description="known outcomes to look up in the futures")
