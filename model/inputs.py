"""The frozen, validated inputs of a case, each field with its meaning, unit and plausible band."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from model.channel_inputs import Channels, Reorganisation
from model.cost_inputs import Costs, Market
from model.fields import BESIDE, CHOICE, Deviation, Factor, Inputs, Months, Rate, Share, UnitRate, Whole
from model.gate_inputs import Gate
from model.lever_inputs import Lever
from model.limit_inputs import Approval, ModeLimit, SignUps
from model.line_inputs import Line, Way
from model.partner_inputs import Contract, Partner, Trial
from model.partner_terms import ContractLife, Crisis, Interface, Scorecard, Shocks, Sourcing, Workshops
from model.pay_inputs import Incentives
from model.people_inputs import Mode, Phase, Role, SharedWork, Staffing
from model.quantities import Quantity, Unit
from model.question_inputs import BreakEven, Fit, World
from model.scheme_inputs import Scheme


class Clock(Inputs):
    """Months 1…T from the start month; programme years are blocks of twelve months."""

    start: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="first calendar month, YYYY-MM")
    months: Whole = Field(ge=1, le=240, description="horizon T, months")
    discount: Rate = Field(description="yearly discount rate, applied monthly")

    def calendar_months(self) -> list[int]:
        """Return the calendar month, 1–12, of each programme month."""
        first = int(self.start[5:]) - 1
        return [(first + month) % 12 + 1 for month in range(self.months)]


class Readings(Inputs):
    """The named reading of every clause that the documents leave open; none has a default."""

    salary_is: Literal["package", "base"] = Field(description="is the pay table the whole package or base pay?")
    tier_reading: Literal[
        "marginal", "marginal_base_cliff", "retroactive", "marginal_low_first_block", "base_plus_excess_at_top_rate"
    ] = Field(description="how a ladder's rates apply")
    tier_reset: Literal["contract_year", "calendar_year", "quarter", "month", "never"] = Field(
        description="when a ladder starts again from zero; periods shorter than a year have their part of its edges"
    )
    part_periods: Literal["pro_rated", "full"] = Field(description="edges of a period that is cut short")
    later_year_thresholds: Literal["same", "scaled"] = Field(
        description="do a ladder's edges stay, or grow with the contract's yearly target?"
    )
    commission_payer: Literal["income", "cost"] = Field(
        description="do partners pay the commission to us, or we to them?"
    )
    partial_vs_several: Literal["one_repeats", "two_repeat"] = Field(
        description="is a trial repeated when one of its criteria fails, or still when two do?"
    )
    quality_stacking: Literal["multiply", "add", "worst"] = Field(description="two quality deductions at once")
    quality_window: Literal["month", "quarter", "year"] = Field(
        description="over which part of the contract year so far complaints and NPS are averaged"
    )
    performance_60pct: Literal["below", "missed_by"] = Field(
        description="is a slump a month below that share of its target, or one that misses it by that share?"
    )
    exit_50pct: Literal["each", "cumulative"] = Field(description="is each weak quarter looked at, or their sum?")
    exit_fee_of: Literal["running_year", "last_year"] = Field(description="whose year's commission the exit fee takes")
    revenue_before_signature: Literal["launch_contracts", "trial_commission", "none"] = Field(
        description="what a partner pays during its trial"
    )
    bonus_attainment_of: Literal["unit"] = Field(description="whose revenue against target sets the bonus coefficient")
    budget_basis: Literal["approved"] = Field(description="what a phase budget limits")
    shared_shortfall: Literal["agency"] = Field(description="what happens to shared work nobody is there to do")
    transition_loss: Literal["per_month", "once"] = Field(description="is the loss share paid each month or once?")
    overage_period: Literal["programme_year"] = Field(description="period over which the pool is measured")
    revenue_basis: Literal["per_new_user", "per_active_user_year"] = Field(
        description="does a user pay once or at each renewal too?"
    )
    vat_in_rates: Literal["net", "gross"] = Field(description="is value added tax inside the contracts' rates?")
    retention_5pct: Literal["points", "relative"] = Field(description="is a lift of retention in points or relative?")
    after_sales_share_of: Literal["gross", "net"] = Field(
        description="revenue that the after-sales share is taken from"
    )


class Calibration(Inputs):
    """How much of the good case's demand the case believes in."""

    demand: Factor = Field(description="factor on all demand")
    delay: Months = Field(description="months by which every ramp-up comes later")


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

    budget_rows: tuple[
        Literal[
            "hiring_fee", "tools", "recharges", "market_entry", "agency", "integration", "trial_cost", "partner_upkeep"
        ],
        ...,
    ]
    mode_paths: tuple[tuple[str, ...], ...] = Field(
        description="mode by phase, the first tried first; empty for all that may be"
    )
    start_months: tuple[Whole, ...] = Field(description="months at which a partner may start")
    contract_variants: dict[str, tuple[str, ...]] = Field(
        default={}, description="contracts that a partner may be signed under besides its own, by partner"
    )
    flexible: dict[str, tuple[Annotated[float, Field(ge=0, le=1)], ...]] = Field(
        default={}, description="shares of flexible labour to choose from besides the case's own, by role"
    )
    moves: tuple[Literal["promotion", "transfer"], ...] = Field(
        default=(), description="kinds of moves between seats that the optimizer may plan"
    )
    required_partners: tuple[str, ...] = Field(default=(), description="partners that every plan signs")
    closed_lines: tuple[str, ...] = Field(default=(), description="lines that no plan opens")


class Words(Inputs):
    """What a case calls its lines, its partners and a unit of volume, where these words do not fit."""

    line: str = Field(min_length=1)
    partner: str = Field(min_length=1)
    partners: str = Field(min_length=1, description="several of them")
    unit: str = Field(min_length=1)


PLAIN_WORDS = Words(line="line", partner="partner", partners="partners", unit="unit")


class Case(Inputs):
    """A whole case: what is known, what is guessed, how clauses are read, what may be chosen."""

    id: str
    title: str
    banner: str = Field(description="warning shown on every output; empty for none")
    calibration: str = Field(description="which of the calibrations is in force")
    words: Words | None = Field(default=None, description="what it calls its lines and partners")
    clock: Clock
    readings: Readings
    calibrations: dict[str, Calibration]
    phases: tuple[Phase, ...]
    modes: dict[str, Mode]
    roles: dict[str, Role]
    staffing: Staffing
    shared_work: dict[str, SharedWork]
    lines: dict[str, Line]
    ways: dict[str, Way]
    reorganisation: Reorganisation | None = Field(default=None, description="handing over at a change of mode")
    channels: Channels | None = Field(default=None, description="rules for lines that are channels")
    levers: dict[str, Lever] = Field(default={}, description="changes of how a line works, used by its ways")
    partners: tuple[Partner, ...] = Field(description="the candidates, in partners.csv")
    contracts: dict[str, Contract]
    trial: Trial | None = Field(default=None, description="the gate before a signature; without it all are signed")
    sourcing: Sourcing | None = Field(default=None, description="how partners are found")
    crisis: Crisis | None = Field(default=None, description="what happens to a partner that disappoints")
    scorecard: Scorecard | None = Field(default=None, description="the yearly grade of a partner")
    contract_life: ContractLife | None = Field(default=None, description="term, renewal and the rate's course")
    shocks: Shocks | None = Field(default=None, description="rare events that end a partner")
    interface: Interface | None = Field(default=None, description="what a shared interface saves")
    workshops: Workshops | None = Field(default=None, description="joint work on new products")
    partner_margin: Annotated[dict[str, UnitRate], BESIDE] = Field(
        default={}, description="what a partner earns itself, by contract"
    )
    incentives: Incentives
    schemes: dict[str, Scheme] = Field(default={}, description="pay schemes of a line's own team, named by ways")
    costs: Costs
    market: Market | None = Field(default=None, description="owners and cities; a case without it has no such limit")
    uncertainty: Uncertainty
    choice: Choice
    sign_ups: Annotated[SignUps | None, CHOICE] = Field(default=None, description="limit on new partners in a quarter")
    approval: Annotated[Approval | None, CHOICE] = Field(
        default=None, description="limit on what may be spent without one"
    )
    gates: dict[str, Gate] = Field(default={}, description="milestones at which a plan may stay as it is or end")
    mode_limits: Annotated[dict[str, ModeLimit], CHOICE] = Field(
        default={}, description="what an organisation mode is meant for"
    )
    volumes: dict[str, tuple[float, ...]] = Field(description="given monthly volume by partner, instead of demand")
    break_even: dict[str, BreakEven] = Field(default={}, description="questions that the run answers")
    fit: dict[str, Fit] = Field(default={}, description="what match-history fits, by calibration")
    scenarios: dict[str, World] = Field(default={}, description="named futures, weighed beside the case as it is")

    @property
    def years(self) -> int:
        """Programme years in the horizon (the last may be short)."""
        return -(-self.clock.months // 12)

    @property
    def called(self) -> Words:
        """What the case calls its lines, partners and units."""
        return self.words or PLAIN_WORDS

    def is_named(self, partner: str) -> bool:
        """Return whether a partner is one that somebody could sign: its line has named contracts (R220).

        Parameters
        ----------
        partner : id of a candidate
        """
        line = next(one.line for one in self.partners if one.id == partner)
        return not self.lines[line].remainder

    def phase_bounds(self) -> list[tuple[int, int]]:
        """First month and month after the last of each phase (R1)."""
        firsts = [phase.first_month for phase in self.phases]
        return list(zip(firsts, [*firsts[1:], self.clock.months + 1], strict=True))
