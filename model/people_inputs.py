"""Inputs about people: phases, organisation modes, roles, the rules of every seat and shared work."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from model.channel_inputs import Approvals
from model.fields import (
    CHOICE,
    Counts,
    Deviation,
    Factor,
    Hazard,
    Heads,
    HeadsByPhase,
    HoursMonth,
    HoursUnit,
    Inputs,
    Money,
    MoneyMonth,
    Months,
    Pay,
    Rate,
    Share,
    Whole,
    YesNo,
    rule_broken,
)
from model.seat_inputs import (
    Attrition,
    Channel,
    CityCost,
    Employment,
    Equity,
    Friction,
    Hiring,
    ManagedExit,
    Moves,
    Ramp,
    Review,
    Skill,
    Training,
)


class Phase(Inputs):
    """A half-open block of months with its budget and head bounds; phases tile the horizon."""

    id: str
    first_month: Whole = Field(ge=1)
    budget: Money = Field(description="limit on the budget rows of this phase")
    heads_least: Annotated[Heads, CHOICE] = Field(description="fewest approved heads")
    heads_most: Annotated[Heads, CHOICE] = Field(description="most approved heads")


class Mode(Inputs):
    """An organisation mode: what it allows and what it does to working time."""

    title: str
    coordination: Share = Field(description="share of working time left after coordination")
    friction: Friction | None = None
    heads_least: Annotated[Heads, CHOICE] = Field(description="fewest approved heads in this mode")
    heads_most: Annotated[Heads, CHOICE] = Field(description="most approved heads in this mode")
    approvals: Approvals | None = Field(default=None, description="how campaigns of channels are approved")


class Role(Inputs):
    """A role; `kind` says whether it serves all lines, one line's team, or leads one line."""

    title: str
    kind: Literal["shared", "team", "lead"]
    pay: Pay = Field(description="table pay per head")
    fill_median: Months = Field(
        description="median time from ordering a seat to an accepted offer; to the start where no notice is told"
    )
    ramp: Months = Field(description="months until a new person works at full speed, linear")
    squad: Whole | None = Field(default=None, ge=2, description="people of a squad: heads are its multiples")
    heads_least: Annotated[HeadsByPhase, CHOICE] = Field(description="fewest heads by phase")
    heads_most: Annotated[HeadsByPhase, CHOICE] = Field(description="most heads by phase (per line for line roles)")
    annual_raise: Rate | None = Field(default=None, description="raise of this role instead of everybody's")
    cover: Share | None = Field(default=None, description="price of interim cover of a vacant seat over its base pay")
    employment: Employment | None = None

    @model_validator(mode="after")
    def _squads_are_teams(self) -> Role:
        if self.squad and self.kind != "team":
            raise rule_broken("only a line's team comes in squads", self.kind, "kind = team")
        return self


class Staffing(Inputs):
    """Rules that hold for every seat."""

    productive_hours: HoursMonth = Field(description="productive hours per head and month")
    fill_sd: Deviation = Field(description="log sd of the time to fill")
    leave_first_year: Hazard = Field(description="chance to leave in a month, first twelve months of tenure")
    leave_later: Hazard = Field(description="chance to leave in a month after twelve months of tenure")
    annual_raise: Rate = Field(description="raise at the start of each programme year")
    base_share: Share = Field(description="base pay as share of the package (reading package)")
    project_share: Share = Field(description="project bonus as share of the package (reading package)")
    on_cost_rate: Share | None = Field(default=None, description="employer's statutory cost as share of monthly pay")
    on_cost_cap: MoneyMonth | None = Field(default=None, description="monthly pay above which no on-cost is due")
    on_cost_city: CityCost | None = Field(default=None, description="funds of a city instead of one rate and cap")
    on_cost_on_bonus: YesNo = Field(description="does on-cost also fall on bonus and project bonus?")
    hiring_fee: Share = Field(description="fee per hire as share of the yearly base pay")
    severance: Literal["none", "n", "n_plus_1", "two_n"] = Field(description="months of pay when a seat is closed")
    severance_cap: MoneyMonth = Field(description="monthly pay above which severance does not grow")
    transition_rate: Share = Field(description="loss at a change of mode as share of monthly labour cost")
    transition_months: Months = Field(description="months that the loss lasts")
    span_of_control: Heads = Field(description="most people led by one manager")
    hiring: Hiring | None = None
    attrition: Attrition | None = None
    managed_exit: ManagedExit | None = None
    ramp: Ramp | None = None
    channels: dict[str, Channel] = Field(default={}, description="ways to find people, by id")
    training: Training | None = None
    skills: tuple[Skill, ...] = ()
    market_review: Review | None = None
    equity: Annotated[Equity | None, Counts("staffing.equity.equity_is_cost", True)] = None
    moves: Moves | None = None

    @model_validator(mode="after")
    def _check(self) -> Staffing:
        if self.base_share + self.project_share > 1:
            raise rule_broken("base and project share exceed the package", self.base_share + self.project_share, "<= 1")
        plain = (self.on_cost_rate is not None, self.on_cost_cap is not None)
        if plain not in ((True, True), (False, False)) or all(plain) == (self.on_cost_city is not None):
            given = [key for key in ("on_cost_rate", "on_cost_cap", "on_cost_city") if getattr(self, key) is not None]
            allowed = "on_cost_rate with on_cost_cap, or on_cost_city"
            raise rule_broken("on-cost is told once", ", ".join(given) or "nothing", allowed)
        mix = sum(float(channel.share) for channel in self.channels.values())
        if self.channels and abs(mix - 1) > 1e-9:
            raise rule_broken("shares of the hiring channels do not add up", f"{mix:g}", "1")
        return self


class SharedWork(Inputs):
    """What gives a shared role work, and what an hour costs when it must be bought."""

    fixed: HoursMonth = Field(description="hours a month as long as the unit works")
    line: HoursMonth = Field(description="hours a month per open line")
    line_mature: HoursMonth = Field(description="hours a month per open line in the last phase")
    partner: HoursMonth = Field(description="hours a month per partner under contract or trial")
    unit: HoursUnit = Field(description="hours per unit of volume")
    integration: HoursMonth = Field(description="hours a month for each partner in its first months")
    trial: HoursMonth = Field(description="hours a month for each partner on trial")
    by_class: dict[str, HoursMonth] = Field(description="hours a month per partner by its class")
    way_scales_units: YesNo = Field(description="do the way variants scale the hours per unit?")
    agency_factor: Factor = Field(description="price of a bought hour over the loaded hourly pay")
    may_be_bought: Annotated[Share, CHOICE] = Field(
        description="agency hours that a plan may count on, as share of own hours"
    )
    may_be_empty: YesNo = Field(description="may the role have no head, all its work bought?")
