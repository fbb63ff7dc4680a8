"""Inputs about users before and after the first sale: the funnel, the life cycle and what joint selling costs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from model.fields import Counts, Factor, Inputs, MoneyMonth, Share, UnitRate, Volume, Whole, rule_broken
from model.quantities import Many, Quantity, Unit

PER_YEAR = Counts("readings.revenue_basis", "per_active_user_year")

Users = Annotated[Quantity, Unit("units", 0, 1e9)]


class Life(Inputs):
    """What a line's users bring after the first sale (R80–R83)."""

    retention: Share = Field(description="users still active after a year whom nobody from the team asked for half one")
    retention_contacted: Share = Field(description="users still active after a year who were contacted")
    contacts: Factor = Field(description="contacts with a user in a quarter")
    proactive: Share = Field(description="share of the contacts that are more than a service reminder")
    renewal_rate: Annotated[Share, PER_YEAR] = Field(description="share of contracts renewed at each anniversary")
    renewal_commission: Annotated[UnitRate, PER_YEAR] = Field(description="commission per renewed contract")
    repurchase_after: Whole = Field(ge=1, le=240, description="months after which a user may buy again")
    repurchase_chance: Share = Field(description="chance that a user who is still active then buys again")
    repurchase_profit: UnitRate = Field(description="profit on a unit bought again")
    referral_buyers: Factor = Field(description="buyers that an active user brings in a year")
    referral_profit: UnitRate = Field(description="profit on a unit bought by who was brought")
    subscribers: Share = Field(description="share of active users who pay for a subscription")
    subscription_fee: MoneyMonth = Field(description="fee per subscriber")

    @model_validator(mode="after")
    def _check(self) -> Life:
        if self.retention_contacted < self.retention:
            found = f"{self.retention_contacted:g} < {self.retention:g}"
            raise rule_broken("contacted users stay less than others", found, "retention_contacted >= retention")
        return self


class Response(Inputs):
    """How users answer to a way of working a line, beside demand and work (R80, R84)."""

    care: Factor = Field(description="factor on proactive contacts")
    retention: Share = Field(description="lift of yearly retention, in points or relative as the readings say")
    cold_service: Factor = Field(description="factor on the share of undecided visitors lost to cold service")
    repurchase: Factor = Field(description="factor on the chance to buy again")


class Funnel(Inputs):
    """How leads become units: with it a partner's mature volume counts leads, not units (R84)."""

    visit_rate: Share = Field(description="leads that visit")
    decided: Share = Field(description="visitors who decided before the visit")
    close_decided: Share = Field(description="decided visitors who buy")
    close_open: Share = Field(description="undecided visitors who buy when served warmly")
    cold_service: Share = Field(description="undecided visitors lost to cold service")
    signals: Volume = Field(description="people a year who browse often and look at financing")
    signal_enquiry: Share = Field(description="share of them who enquire, each a lead")
    notes: Volume = Field(description="notes published a year")
    leads_per_note: Factor = Field(description="leads that a note brings")
    followers: Users = Field(description="followers won by a round of content")
    follower_visits: Share = Field(description="followers who visit")
    rounds: Factor = Field(description="rounds of content a year")


class JointSales(Inputs):
    """What selling together with dealers and marketing costs (R85)."""

    adviser_share: Share = Field(description="share of units that sales advisers refer")
    adviser_commission: UnitRate = Field(description="commission to the adviser per referred unit")
    campaign: MoneyMonth = Field(description="joint campaigns of the line")
    campaign_share: Share = Field(description="our share of the campaigns")


class Orders(Inputs):
    """What goes wrong with orders, and how the year's months differ (R86, R87)."""

    value: UnitRate = Field(description="price of an order, what turnover (GMV) counts")
    returned: Share = Field(description="orders sent back")
    wrong: Share = Field(description="orders shipped wrongly")
    wrong_cost: UnitRate = Field(description="cost to put a wrong order right")
    season: Annotated[Many, Unit("factor", 0, 100, many=True)] = Field(
        description="demand by calendar month, 12 values"
    )

    @model_validator(mode="after")
    def _check(self) -> Orders:
        if len(self.season) != 12 or sum(self.season) <= 0:
            raise rule_broken("a season needs one weight per calendar month", len(self.season), "12, some above 0")
        return self
