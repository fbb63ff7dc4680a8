"""The frozen, validated inputs of a case: every field with its meaning, unit and plausible band, written once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from model.quantities import Many, Quantity, Unit

Whole = Annotated[int, Field(strict=True)]
YesNo = Annotated[bool, Field(strict=True)]
Share = Annotated[Quantity, Unit("share", 0, 1)]
Shares = Annotated[Many, Unit("share", 0, 1, many=True)]
Rate = Annotated[Quantity, Unit("share/year", -0.5, 1)]
Hazard = Annotated[Quantity, Unit("share/month", 0, 1)]
Factor = Annotated[Quantity, Unit("factor", 0, 1000)]
Deviation = Annotated[Quantity, Unit("factor", 0, 3)]
Months = Annotated[Quantity, Unit("month", 0, 600)]
Money = Annotated[Quantity, Unit("CNY", 0, 1e10)]
MoneyYear = Annotated[Quantity, Unit("CNY/year", 0, 1e10)]
MoneyMonth = Annotated[Quantity, Unit("CNY/month", 0, 1e9)]
Pay = Annotated[Quantity, Unit("CNY/year", 50_000, 2e7)]
Hours = Annotated[Quantity, Unit("hours", 0, 1e6)]
HoursMonth = Annotated[Quantity, Unit("hours/month", 0, 1e6)]
HoursUnit = Annotated[Quantity, Unit("hours/unit", 0, 1e3)]
Heads = Annotated[Quantity, Unit("heads", 0, 1000)]
HeadsByPhase = Annotated[Many, Unit("heads", 0, 1000, many=True)]
Volume = Annotated[Quantity, Unit("units/year", 0, 1e9)]
Points = Annotated[Quantity, Unit("points", -100, 100)]
UnitRate = Annotated[Quantity, Unit("CNY/unit", 0, 1e6)]
UnitRates = Annotated[Many, Unit("CNY/unit", 0, 1e6, many=True)]
Edges = Annotated[Many, Unit("units", 0, 1e9, many=True)]


class Inputs(BaseModel):
    """Base of every input: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def rule_broken(what: str, found: object, allowed: str) -> PydanticCustomError:
    """Return the error that a rule across fields raises; `load` turns it into a finding."""
    return PydanticCustomError("rule", "{what}", {"what": what, "found": str(found), "allowed": allowed})


class Clock(Inputs):
    """Months 1…T from the start month; programme years are blocks of twelve months."""

    start: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="first calendar month, YYYY-MM")
    months: Whole = Field(ge=1, le=240, description="horizon T, months")
    discount: Rate = Field(description="yearly discount rate, applied monthly")


class Readings(Inputs):
    """The named reading of every clause that the documents leave open; none has a default."""

    salary_is: Literal["package", "base"] = Field(description="is the pay table the whole package or base pay?")
    tier_reading: Literal[
        "marginal", "marginal_base_cliff", "retroactive", "marginal_low_first_block", "base_plus_excess_at_top_rate"
    ] = Field(description="how a ladder's rates apply")
    tier_reset: Literal["contract_year", "never"] = Field(description="when a ladder starts again from zero")
    quality_stacking: Literal["multiply", "add", "worst"] = Field(description="two quality deductions at once")
    revenue_before_signature: Literal["launch_contracts", "trial_commission", "none"] = Field(
        description="what a partner pays during its trial"
    )
    bonus_attainment_of: Literal["unit"] = Field(description="whose revenue against target sets the bonus coefficient")
    budget_basis: Literal["approved"] = Field(description="what a phase budget limits")
    shared_shortfall: Literal["agency"] = Field(description="what happens to shared work nobody is there to do")
    transition_loss: Literal["per_month", "once"] = Field(description="is the loss share paid each month or once?")
    overage_period: Literal["programme_year"] = Field(description="period over which the pool is measured")
    after_sales_share_of: Literal["gross"] = Field(description="revenue that the after-sales share is taken from")


class Calibration(Inputs):
    """How much of the good case's demand the case believes in."""

    demand: Factor = Field(description="factor on all demand")
    delay: Months = Field(description="months by which every S-curve comes later")


class Phase(Inputs):
    """A half-open block of months with its budget and head bounds; phases tile the horizon."""

    id: str
    first_month: Whole = Field(ge=1)
    budget: Money = Field(description="limit on the budget rows of this phase")
    heads_least: Heads = Field(description="fewest approved heads")
    heads_most: Heads = Field(description="most approved heads")


class Mode(Inputs):
    """An organisation mode: what it allows and what it does to working time."""

    title: str
    coordination: Share = Field(description="share of working time left after coordination")
    heads_least: Heads = Field(description="fewest approved heads in this mode")
    heads_most: Heads = Field(description="most approved heads in this mode")


class Role(Inputs):
    """A role; `kind` says whether it serves all lines, one line's team, or leads one line."""

    title: str
    kind: Literal["shared", "team", "lead"]
    pay: Pay = Field(description="table pay per head")
    fill_median: Months = Field(description="median time from opening a seat to a person starting")
    ramp: Months = Field(description="months until a new person works at full speed, linear")
    heads_least: HeadsByPhase = Field(description="fewest heads by phase")
    heads_most: HeadsByPhase = Field(description="most heads by phase (per line for line roles)")


class Staffing(Inputs):
    """Rules that hold for every seat."""

    productive_hours: HoursMonth = Field(description="productive hours per head and month")
    fill_sd: Deviation = Field(description="log sd of the time to fill")
    leave_first_year: Hazard = Field(description="chance to leave in a month, first twelve months of tenure")
    leave_later: Hazard = Field(description="chance to leave in a month after twelve months of tenure")
    annual_raise: Rate = Field(description="raise at the start of each programme year")
    base_share: Share = Field(description="base pay as share of the package (reading package)")
    project_share: Share = Field(description="project bonus as share of the package (reading package)")
    on_cost_rate: Share = Field(description="employer's statutory cost as share of monthly pay")
    on_cost_cap: MoneyMonth = Field(description="monthly pay above which no on-cost is due")
    on_cost_on_bonus: YesNo = Field(description="does on-cost also fall on bonus and project bonus?")
    hiring_fee: Share = Field(description="fee per hire as share of the yearly base pay")
    severance: Literal["none", "n", "n_plus_1"] = Field(description="months of pay when a seat is closed")
    severance_cap: MoneyMonth = Field(description="monthly pay above which severance does not grow")
    transition_rate: Share = Field(description="loss at a change of mode as share of monthly labour cost")
    transition_months: Months = Field(description="months that the loss lasts")
    span_of_control: Heads = Field(description="most people led by one manager")

    @model_validator(mode="after")
    def _check(self) -> Staffing:
        if self.base_share + self.project_share > 1:
            raise rule_broken("base and project share exceed the package", self.base_share + self.project_share, "<= 1")
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
    push_scales_units: YesNo = Field(description="do the push variants scale the hours per unit?")
    agency_factor: Factor = Field(description="price of a bought hour over the loaded hourly pay")
    may_be_bought: Share = Field(description="agency hours that a plan may count on, as share of own hours")
    may_be_empty: YesNo = Field(description="may the role have no head, all its work bought?")


class Push(Inputs):
    """How hard a line's growth is pushed: demand against growth work."""

    demand: Factor
    work: Factor


class Line(Inputs):
    """A business line with its own team, lead and market."""

    title: str
    demand: Factor = Field(description="factor on the mature volume of its partners")
    curve_middle: Months = Field(description="months after the start at which half the mature volume is reached")
    curve_width: Months = Field(description="scale of the S-curve; 0 is a step")
    service_slope: Factor = Field(description="served share = 1 − exp(−slope × capacity ÷ work); 0 serves all demand")
    partner_hours: HoursMonth = Field(description="team hours per active partner and month")
    lead_lift: Share = Field(description="extra demand that a ramped line lead brings")
    complaint_overload: Factor = Field(description="rise of the complaint rate per unit of overload")
    nps_overload: Points = Field(description="fall of NPS per unit of overload")
    overload_most: Factor = Field(description="overload counts at most this much")


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
    trial_fail: Share = Field(description="chance that the trial ends the partnership")
    trial_retry: Share = Field(description="chance that the trial is repeated once")
    complaint: Share = Field(description="complaint rate without overload")
    nps: Points = Field(description="NPS without overload")


class Contract(Inputs):
    """What a partner pays us per unit: a ladder over the year's volume with quality deductions."""

    title: str
    edges: Edges = Field(description="yearly volumes at which a new rate starts")
    rates: UnitRates = Field(description="rates: below the first edge, then one per edge")
    base_rate: UnitRate = Field(description="rate on the first block once the first edge is reached")
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


class Incentives(Inputs):
    """What the team and other departments are paid for results."""

    targets: Annotated[Many, Unit("CNY/year", 1, 1e10, many=True)] = Field(
        description="revenue target by programme year"
    )
    bonus_rate: Share = Field(description="annual bonus as share of base pay at coefficient 1")
    band_edges: Annotated[Many, Unit("factor", 0, 10, many=True)] = Field(description="attainment edges of the bands")
    band_upper_owns_edge: tuple[YesNo, ...] = Field(description="does the band above own its lower edge?")
    band_coefficients: Annotated[Many, Unit("factor", 0, 10, many=True)] = Field(description="team coefficient by band")
    individual: Factor = Field(description="mean individual coefficient over the grades S/A/B/C")
    pool_rate: Share = Field(description="overage pool as share of revenue above target")
    pool_split: dict[str, Share] = Field(description="recipients of the pool; sums to 1")
    after_sales_share: Share = Field(description="share of revenue that goes to after-sales")

    @model_validator(mode="after")
    def _check(self) -> Incentives:
        if len(self.band_coefficients) != len(self.band_edges) + 1:
            raise rule_broken(
                "bands need one coefficient more than edges", len(self.band_coefficients), str(len(self.band_edges) + 1)
            )
        if len(self.band_upper_owns_edge) != len(self.band_edges):
            raise rule_broken(
                "each band edge needs its owner", len(self.band_upper_owns_edge), str(len(self.band_edges))
            )
        total = sum(self.pool_split.values())
        if abs(total - 1) > 1e-9:
            raise rule_broken("pool shares do not add up to 1", f"{total:.6g} (off by {total - 1:+.6g})", "1")
        return self


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


class Uncertainty(Inputs):
    """Standard deviations (log unless said) of the named factors; `mode = "none"` switches all chance off."""

    mode: Literal["random", "none"]
    level: Deviation = Field(description="market level, one draw per scenario")
    drift: Deviation = Field(description="yearly step of the market's random walk")
    market: Deviation = Field(description="monthly market noise")
    line: Deviation = Field(description="level of a line")
    partner: Deviation = Field(description="level of a partner")
    partner_noise: Deviation = Field(description="stationary sd of a partner's monthly AR(1)")
    partner_memory: Share = Field(description="monthly autocorrelation of that noise")
    complaint: Deviation = Field(description="monthly sd of a complaint rate (absolute)")
    nps: Annotated[Quantity, Unit("points", 0, 100)] = Field(description="monthly sd of an NPS")


class Choice(Inputs):
    """What the optimizer may choose from, and which rows the budget limits."""

    budget_rows: tuple[Literal["hiring_fee", "tools", "agency", "integration", "trial_cost", "partner_upkeep"], ...]
    mode_paths: tuple[tuple[str, ...], ...] = Field(description="mode by phase; the first is tried first")
    start_months: tuple[Whole, ...] = Field(description="months at which a partner may start")


class Case(Inputs):
    """A whole case: what is known, what is guessed, how clauses are read, what may be chosen."""

    id: str
    title: str
    banner: str = Field(description="warning shown on every output; empty for none")
    calibration: str = Field(description="which of the calibrations is in force")
    clock: Clock
    readings: Readings
    calibrations: dict[str, Calibration]
    phases: tuple[Phase, ...]
    modes: dict[str, Mode]
    roles: dict[str, Role]
    staffing: Staffing
    shared_work: dict[str, SharedWork]
    lines: dict[str, Line]
    pushes: dict[str, Push]
    partners: tuple[Partner, ...] = Field(description="the candidates, in partners.csv")
    contracts: dict[str, Contract]
    incentives: Incentives
    costs: Costs
    uncertainty: Uncertainty
    choice: Choice
    volumes: dict[str, tuple[float, ...]] = Field(description="given monthly volume by partner, instead of demand")

    @property
    def years(self) -> int:
        """Programme years in the horizon (the last may be short)."""
        return -(-self.clock.months // 12)

    def phase_bounds(self) -> list[tuple[int, int]]:
        """First month and month after the last of each phase."""
        firsts = [phase.first_month for phase in self.phases]
        return list(zip(firsts, [*firsts[1:], self.clock.months + 1], strict=True))
