"""Inputs about what the team and other departments are paid for results."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from model.fields import CHOICE, Factor, Inputs, Share, YesNo, rule_broken
from model.quantities import Many, Unit


class Incentives(Inputs):
    """What the team and other departments are paid for results."""

    targets: Annotated[Many, Unit("CNY/year", 1, 1e10, many=True), CHOICE] = Field(
        description="revenue target by programme year"
    )
    bonus_rate: Annotated[Share, CHOICE] = Field(description="annual bonus as share of base pay at coefficient 1")
    band_edges: Annotated[Many, Unit("factor", 0, 10, many=True)] = Field(description="attainment edges of the bands")
    band_upper_owns_edge: tuple[YesNo, ...] = Field(description="does the band above own its lower edge?")
    band_coefficients: Annotated[Many, Unit("factor", 0, 10, many=True)] = Field(description="team coefficient by band")
    individual: Factor = Field(description="mean individual coefficient over the grades S/A/B/C")
    pool_rate: Annotated[Share, CHOICE] = Field(description="overage pool as share of revenue above target")
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
