"""Every ledger row and dataset variable: name, unit, meaning, sign, scope and rule, written once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Scope = Literal["seat", "line", "unit-linear", "unit-hinge", "unit-index", "unit-step"]
Kind = Literal["revenue", "team_pay", "cost", "timing", "memo"]
"""What a row counts as in an ROI: timing moves money between months, a memo never enters the unit's result."""
Party = Literal["unit", "employees", "partners", "customers", "after_sales", "dealers", "suppliers", "state", "company"]
PARTIES: tuple[str, ...] = get_args(Party)


@dataclass(frozen=True)
class Row:
    """A kind of money: positive amounts that go from `payer` to `payee`."""

    name: str
    payer: Party
    payee: Party
    scope: Scope
    kind: Kind
    rule: str
    meaning: str

    @property
    def sign(self) -> int:
        """+1 where the unit receives, −1 where it pays, 0 where the money passes it by."""
        return (self.payee == "unit") - (self.payer == "unit")


ROWS: tuple[Row, ...] = (
    Row("commission", "partners", "unit", "line", "revenue", "R17", "commission by the ladder, before deductions"),
    Row("quality_deduction", "unit", "partners", "line", "revenue", "R18", "commission lost to complaints and NPS"),
    Row("base_pay", "unit", "employees", "seat", "team_pay", "R2", "base pay of occupied seats"),
    Row("project_bonus", "unit", "employees", "seat", "team_pay", "R5", "project bonus, the third part of the package"),
    Row("on_cost", "unit", "state", "seat", "cost", "R3", "employer's statutory cost on pay and project bonus"),
    Row("hiring_fee", "unit", "suppliers", "seat", "cost", "R4", "fee per person who starts"),
    Row("severance", "unit", "employees", "seat", "cost", "R6", "pay for people whose seat is closed"),
    Row("transition_loss", "unit", "suppliers", "unit-index", "cost", "R10", "labour lost after a change of mode"),
    Row(
        "double_staffing",
        "unit",
        "employees",
        "unit-index",
        "cost",
        "R93",
        "moved posts staffed twice, bonus, handing over",
    ),
    Row("training", "unit", "suppliers", "seat", "cost", "R54", "training, courses and non-money incentives"),
    Row(
        "flexible_pay", "unit", "suppliers", "seat", "cost", "R56", "flexible labour, and interim cover of vacant seats"
    ),
    Row(
        "equity", "company", "employees", "seat", "memo", "R57", "shares of the company that vest, at the stated value"
    ),
    Row(
        "equity_charge", "unit", "company", "seat", "cost", "R57", "vested equity that the company charges to the unit"
    ),
    Row("renewal", "partners", "unit", "line", "revenue", "R81", "commission on renewed contracts"),
    Row("repurchase", "customers", "unit", "line", "revenue", "R82", "profit on units that users buy again"),
    Row("referral", "customers", "unit", "line", "revenue", "R83", "profit on units bought by who users bring"),
    Row("subscription", "customers", "unit", "line", "revenue", "R83", "fees of subscribers"),
    Row("integration", "unit", "suppliers", "line", "cost", "R19", "cash to connect partners"),
    Row("partner_upkeep", "unit", "suppliers", "line", "cost", "R19", "upkeep of connected partners"),
    Row("trial_cost", "unit", "suppliers", "line", "cost", "R19", "running cost of partners on trial"),
    Row("acquisition", "unit", "suppliers", "line", "cost", "R19", "cost to win users, per unit of volume"),
    Row("referral_commission", "unit", "dealers", "line", "cost", "R85", "commission to advisers who refer users"),
    Row("returns", "unit", "customers", "line", "revenue", "R87", "margin on orders sent back"),
    Row("wrong_orders", "unit", "suppliers", "line", "cost", "R87", "cost to put wrong orders right"),
    Row("campaign", "unit", "dealers", "line", "cost", "R85", "our share of joint campaigns"),
    Row("line_pay", "unit", "employees", "line", "team_pay", "R47", "commission and bonuses of a line's own team"),
    Row("line_pay_on_cost", "unit", "state", "line", "cost", "R47", "employer's statutory cost on line pay"),
    Row(
        "clawback", "employees", "unit", "line", "team_pay", "R37", "line pay taken back: cancelled sales, lost wagers"
    ),
    Row("commission_paid", "unit", "partners", "line", "cost", "R62", "commission where we pay the partners"),
    Row("new_products", "customers", "unit", "line", "revenue", "R73", "products that came out of workshops"),
    Row("leak_claims", "partners", "unit", "line", "revenue", "R70", "damages we receive for a partner's leak"),
    Row("sourcing", "unit", "suppliers", "line", "cost", "R68", "search for partners and due diligence"),
    Row("call_back", "unit", "customers", "line", "cost", "R63", "calls and amends after a month of complaints"),
    Row("partner_plans", "unit", "suppliers", "line", "cost", "R63", "plans for partners in a slump"),
    Row("data_destruction", "unit", "suppliers", "line", "cost", "R69", "data of ended contracts destroyed"),
    Row("leak_damages", "unit", "customers", "line", "cost", "R70", "damages for a leak of ours"),
    Row("workshops", "unit", "suppliers", "line", "cost", "R73", "workshops with partners"),
    Row("leak_damages_partner", "partners", "customers", "line", "memo", "R70", "damages a partner pays itself"),
    Row("partner_margin", "customers", "partners", "line", "memo", "R74", "what partners earn on what we bring"),
    Row("vat", "unit", "state", "line", "revenue", "R111", "value added tax inside what partners pay"),
    Row("exit_fee", "unit", "partners", "line", "cost", "R26", "fee for contracts we end early"),
    Row("levers", "unit", "suppliers", "line", "cost", "R91", "tools, training and rules that change how a line works"),
    Row("uncollected", "unit", "partners", "line", "timing", "R105", "revenue of the month, until it is paid"),
    Row("collected", "partners", "unit", "line", "timing", "R105", "revenue of earlier months, now paid"),
    Row("channel_spend", "unit", "suppliers", "line", "cost", "R94", "marketing spend of channels"),
    Row("channel_support", "unit", "suppliers", "line", "cost", "R99", "special teams for growing channels"),
    Row("price_premium", "customers", "unit", "line", "revenue", "R102", "what a price above the list brings"),
    Row("price_discount", "unit", "customers", "line", "revenue", "R102", "what a price below the list gives away"),
    Row(
        "channel_turnover", "customers", "dealers", "line", "memo", "R94", "what customers pay at the channels' prices"
    ),
    Row("tools", "unit", "suppliers", "unit-linear", "cost", "R25", "platform and tools"),
    Row("recharges", "unit", "suppliers", "unit-index", "cost", "R109", "IT and legal services of the company"),
    Row("market_entry", "unit", "suppliers", "unit-index", "cost", "R107", "cities opened and kept"),
    Row("after_sales_share", "unit", "after_sales", "unit-linear", "cost", "R22", "share of revenue for after-sales"),
    Row("agency", "unit", "suppliers", "unit-hinge", "cost", "R21", "shared work that must be bought"),
    Row("overage_pool", "unit", "employees", "unit-hinge", "team_pay", "R24", "pool above target"),
    Row("annual_bonus", "unit", "employees", "unit-step", "team_pay", "R23", "annual bonus by team coefficient"),
    Row("bonus_on_cost", "unit", "state", "unit-step", "cost", "R3", "employer's statutory cost on the annual bonus"),
)
ROW_NAMES: tuple[str, ...] = tuple(row.name for row in ROWS)
ROW: dict[str, int] = {row.name: index for index, row in enumerate(ROWS)}
SIGNS: tuple[int, ...] = tuple(row.sign for row in ROWS)

REVENUE_ROWS = tuple(row.name for row in ROWS if row.kind == "revenue")
TEAM_PAY_ROWS = tuple(row.name for row in ROWS if row.kind == "team_pay")
TURNOVER_ROWS = tuple(row.name for row in ROWS if row.kind in ("revenue", "team_pay", "cost"))
"""What is received and paid: neither a memo nor money that only changes its month."""
COST_ROWS = tuple(row.name for row in ROWS if row.kind in ("team_pay", "cost"))
SEAT_ROWS = (
    "base_pay",
    "project_bonus",
    "on_cost",
    "hiring_fee",
    "severance",
    "transition_loss",
    "double_staffing",
    "training",
    "flexible_pay",
    "equity",
    "equity_charge",
)
LINE_ROWS = (
    "commission",
    "quality_deduction",
    "integration",
    "partner_upkeep",
    "trial_cost",
    "acquisition",
    "exit_fee",
    "levers",
    "renewal",
    "repurchase",
    "referral",
    "subscription",
    "referral_commission",
    "campaign",
    "returns",
    "wrong_orders",
    "uncollected",
    "collected",
    "line_pay",
    "line_pay_on_cost",
    "clawback",
    "channel_spend",
    "channel_support",
    "price_premium",
    "price_discount",
    "channel_turnover",
    "commission_paid",
    "new_products",
    "leak_claims",
    "sourcing",
    "call_back",
    "partner_plans",
    "data_destruction",
    "leak_damages",
    "workshops",
    "leak_damages_partner",
    "partner_margin",
    "vat",
)
LINE_COST_ROWS = tuple(name for name in LINE_ROWS if name in COST_ROWS)
STANDING_ROWS = ("tools", "recharges", "market_entry")
"""What the unit pays as long as it works, whoever is hired and whatever is open."""


@dataclass(frozen=True)
class Variable:
    """A variable of the stored dataset."""

    name: str
    dims: tuple[str, ...]
    unit: str
    meaning: str


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "ledger", ("plan", "scenario", "year", "row"), "CNY", "money by programme year and ledger row, positive amounts"
    ),
    Variable("npv", ("plan", "scenario"), "CNY", "discounted result over the horizon"),
    Variable("result", ("plan", "scenario"), "CNY", "undiscounted result over the horizon"),
    Variable(
        "full_roi",
        ("plan", "scenario"),
        "1",
        "(revenue − all costs) / all costs over the horizon; NaN where nothing is spent",
    ),
    Variable(
        "labour_roi",
        ("plan", "scenario"),
        "1",
        "(revenue − team pay) / team pay over the horizon; NaN where nobody is paid",
    ),
    Variable(
        "labour_roi_after_share",
        ("plan", "scenario"),
        "1",
        "labour ROI on the revenue left after the after-sales share; NaN where nobody is paid",
    ),
    Variable("peak_cash", ("plan", "scenario"), "CNY", "deepest cumulative cash, zero or negative"),
    Variable("peak_month", ("plan", "scenario"), "month", "month of the deepest cumulative cash, 0 if never negative"),
    Variable(
        "payback_month",
        ("plan", "scenario"),
        "month",
        "first month from which cumulative cash stays at or above zero; 0 if never",
    ),
    Variable("cash_quantile", ("plan", "quantile", "month"), "CNY", "quantiles over scenarios of cumulative cash"),
    Variable("revenue_quantile", ("plan", "quantile", "month"), "CNY", "quantiles over scenarios of monthly revenue"),
    Variable("heads_planned", ("plan", "role", "month"), "heads", "approved heads by role"),
    Variable("heads_mean", ("plan", "role", "month"), "heads", "mean heads present by role"),
    Variable("line_revenue", ("plan", "line", "year"), "CNY", "mean revenue by line and programme year"),
    Variable(
        "party_mean", ("plan", "party"), "CNY", "mean of what a party receives less what it pays, over the horizon"
    ),
    Variable("party_quantile", ("plan", "quantile", "party"), "CNY", "quantiles over scenarios of the same"),
    Variable(
        "partner_side",
        ("plan", "partner"),
        "CNY",
        "mean of what a partner receives less what it pays, over the horizon",
    ),
    Variable("partner_side_quantile", ("plan", "quantile", "partner"), "CNY", "quantiles over scenarios of the same"),
    Variable("partner_side_p10", ("plan", "partner"), "CNY", "the same in the 1-in-10 bad case"),
    Variable(
        "largest_partner",
        ("plan", "year"),
        "1",
        "mean share of the largest partner in the year's revenue; NaN where there is none",
    ),
    Variable("volume_mean", ("plan", "line", "month"), "units", "mean monthly volume by line"),
    Variable("month6_revenue_quantile", ("plan", "quantile"), "CNY", "quantiles of revenue in months 1 to 6"),
    Variable("shared_work", ("plan", "role", "quarter"), "hours", "mean shared work asked of a role in a quarter"),
    Variable("shared_supply", ("plan", "role", "quarter"), "hours", "mean hours that a shared role has in a quarter"),
    Variable("take_home", ("plan", "role"), "CNY/year", "mean pay per occupied head-year, bonus and pool included"),
    Variable("take_home_quantile", ("plan", "role", "quantile"), "CNY/year", "quantiles of the same over scenarios"),
    Variable("take_home_p10", ("plan", "role"), "CNY/year", "the same in the 1-in-10 bad case"),
    Variable("team_use", ("plan", "line", "year"), "1", "mean of a line's team work over its team's hours, at most 99"),
)

COORDINATES: tuple[Variable, ...] = (
    Variable("plan", ("plan",), "", "id of the plan"),
    Variable("plan_title", ("plan",), "", "title of the plan"),
    Variable("plan_hash", ("plan",), "", "sha256 of the plan as canonical JSON"),
    Variable("salary_reading", ("plan",), "", "is the pay table the whole package or base pay?"),
    Variable("scenario", ("scenario",), "1", "number of the scenario, from 0"),
    Variable("year", ("year",), "1", "programme year, from 1"),
    Variable("quarter", ("quarter",), "1", "programme quarter, from 1"),
    Variable("month", ("month",), "1", "programme month, from 1"),
    Variable("month_label", ("month",), "", "calendar month, YYYY-MM"),
    Variable("quantile", ("quantile",), "1", "share of scenarios at or below"),
    Variable("row", ("row",), "", "ledger row"),
    Variable("row_sign", ("row",), "1", "+1 where the unit receives, −1 where it pays"),
    Variable("row_scope", ("row",), "", "where the row is booked"),
    Variable("row_rule", ("row",), "", "number of the rule behind the row"),
    Variable("row_meaning", ("row",), "", "meaning of the row"),
    Variable("party", ("party",), "", "who pays or receives"),
    Variable("partner", ("partner",), "", "id of the partner"),
    Variable("partner_title", ("partner",), "", "title of the partner"),
    Variable("role", ("role",), "", "id of the role"),
    Variable("role_title", ("role",), "", "title of the role"),
    Variable("line", ("line",), "", "id of the line"),
    Variable("line_title", ("line",), "", "title of the line"),
)
"""What labels the variables; a unit of "" is text."""
