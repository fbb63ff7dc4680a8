"""Inputs about limits that a plan must keep beside head bounds and budgets."""

from __future__ import annotations

from pydantic import Field

from model.fields import Inputs, Money, Months, Partners


class SignUps(Inputs):
    """How many new partners the heads of one shared role may bring in during a quarter."""

    role: str = Field(description="shared role that wins partners")
    per_head: Partners = Field(description="new partners per head and quarter")


class Approval(Inputs):
    """What a plan may promise without asking finance again."""

    integration_most: Money = Field(description="cash to connect partners that start in one quarter")


class ModeLimit(Inputs):
    """What an organisation mode is meant for."""

    months_most: Months = Field(description="most months at a stretch")
    investment_least: Money = Field(description="least budget granted up to and with the phase")
    investment_most: Money = Field(description="most budget granted up to and with the phase")
