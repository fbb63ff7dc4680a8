"""Inputs about a business line and the ways it may be worked."""

from __future__ import annotations

from pydantic import Field

from model.channel_inputs import Channel, WayChannel
from model.fields import Factor, HoursMonth, Inputs, Months, PerOwner, Points, Share
from model.life_inputs import Funnel, JointSales, Life, Orders, Response


class Way(Inputs):
    """A way of working a line that a plan may choose: how hard growth is pushed, at the price of growth work."""

    title: str
    demand: Factor = Field(description="factor on demand")
    work: Factor = Field(description="factor on the growth work per unit")
    levers: tuple[str, ...] = Field(default=(), description="ids of the levers it uses")
    response: Response | None = Field(default=None, description="how users answer, beside demand")
    scheme: str = Field(default="", description="how the line's own team is paid by results; empty for none")
    channel: WayChannel | None = Field(default=None, description="how it sells; absent: as today")


class Line(Inputs):
    """A business line with its own team, lead and market."""

    title: str
    demand: Factor = Field(description="factor on the mature volume of its partners")
    curve_middle: Months = Field(description="months after the start at which half the mature volume is reached")
    curve_width: Months = Field(description="scale of the ramp-up; 0 is a step")
    service_slope: Factor = Field(description="served share = 1 − exp(−slope × capacity ÷ work); 0 serves all demand")
    partner_hours: HoursMonth = Field(description="team hours per active partner and month")
    lead_lift: Share = Field(description="extra demand that a ramped line lead brings")
    complaint_overload: Factor = Field(description="rise of the complaint rate per unit of overload")
    nps_overload: Points = Field(description="fall of NPS per unit of overload")
    overload_most: Factor = Field(description="overload counts at most this much")
    take_up: PerOwner | None = Field(default=None, description="most units per owner within reach")
    life: Life | None = Field(default=None, description="what users bring after the first sale")
    funnel: Funnel | None = Field(default=None, description="how leads become units; volumes then count leads")
    orders: Orders | None = Field(default=None, description="returns, wrong orders and season of an online shop")
    remainder: str = Field(
        default="", description="why no named contract explains this revenue: nobody is there to sign; empty: one does"
    )
    joint: JointSales | None = Field(default=None, description="what selling with dealers and marketing costs")
    channel: Channel | None = Field(default=None, description="what it spends to sell; absent: the line has no spend")
