"""What input fields are made of: the frozen base, and each kind of number with its unit and plausible band."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from model.quantities import Many, Quantity, Unit


class Standing(Enum):
    """What an input is if it is no fact that could be found out; marks a field in its annotation (R190)."""

    CHOICE = "ours to set: a limit on what may be chosen, or what the plan's owner decides"
    BESIDE = "told beside the result, which stays the same"


@dataclass(frozen=True)
class Counts:
    """Marks a field that counts only where another one, by its dotted path in the case, has a value (R190)."""

    where: str
    value: object


CHOICE, BESIDE = Standing.CHOICE, Standing.BESIDE
Whole = Annotated[int, Field(strict=True)]
YesNo = Annotated[bool, Field(strict=True)]
Share = Annotated[Quantity, Unit("share", 0, 1)]
Change = Annotated[Quantity, Unit("share", -1, 10)]
Shares = Annotated[Many, Unit("share", 0, 1, many=True)]
Rate = Annotated[Quantity, Unit("share/year", -0.5, 1)]
Hazard = Annotated[Quantity, Unit("share/month", 0, 1)]
Factor = Annotated[Quantity, Unit("factor", 0, 1000)]
Factors = Annotated[Many, Unit("factor", 0, 1000, many=True)]
Deviation = Annotated[Quantity, Unit("factor", 0, 3)]
Months = Annotated[Quantity, Unit("month", 0, 600)]
Money = Annotated[Quantity, Unit("CNY", 0, 1e10)]
MoneyYear = Annotated[Quantity, Unit("CNY/year", 0, 1e10)]
MoneyMonth = Annotated[Quantity, Unit("CNY/month", 0, 1e9)]
Pay = Annotated[Quantity, Unit("CNY/year", 50_000, 2e7)]
Hours = Annotated[Quantity, Unit("hours", 0, 1e6)]
HoursMonth = Annotated[Quantity, Unit("hours/month", 0, 1e6)]
HoursUnit = Annotated[Quantity, Unit("hours/unit", 0, 1e3)]
Partners = Annotated[Quantity, Unit("partners", 0, 1000)]
Heads = Annotated[Quantity, Unit("heads", 0, 1000)]
HeadsByPhase = Annotated[Many, Unit("heads", 0, 1000, many=True)]
Users = Annotated[Quantity, Unit("units", 1, 1e7)]
Volume = Annotated[Quantity, Unit("units/year", 0, 1e9)]
PerOwner = Annotated[Quantity, Unit("units/owner/year", 0, 1000)]
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
