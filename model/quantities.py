"""Numbers that know their unit and where they come from; they compute as plain floats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

UNITS: dict[str, dict[str, tuple[float, float]]] = {
    "CNY": {"CNY": (1, 1), "10k CNY": (10_000, 1), "M CNY": (1_000_000, 1)},
    "CNY/year": {"CNY/year": (1, 1), "10k CNY/year": (10_000, 1), "M CNY/year": (1_000_000, 1), "CNY/month": (12, 1)},
    "CNY/month": {
        "CNY/month": (1, 1),
        "10k CNY/month": (10_000, 1),
        "CNY/year": (1, 12),
        "M CNY/year": (1_000_000, 12),
    },
    "CNY/hour": {"CNY/hour": (1, 1)},
    "CNY/unit": {"CNY/unit": (1, 1)},
    "share": {"share": (1, 1), "%": (1, 100)},
    "share/year": {"share/year": (1, 1), "%/year": (1, 100)},
    "share/month": {"share/month": (1, 1), "%/month": (1, 100)},
    "days": {"days": (1, 1)},
    "month": {"month": (1, 1), "year": (12, 1)},
    "hours": {"hours": (1, 1)},
    "hours/month": {"hours/month": (1, 1)},
    "hours/unit": {"hours/unit": (1, 1)},
    "heads": {"heads": (1, 1)},
    "partners": {"partners": (1, 1)},
    "units": {"units": (1, 1)},
    "units/year": {"units/year": (1, 1), "units/month": (12, 1)},
    "factor": {"factor": (1, 1)},
    "points": {"points": (1, 1)},
    "owners": {"owners": (1, 1)},
    "cities": {"cities": (1, 1)},
    "units/owner/year": {"units/owner/year": (1, 1)},
}
"""Base unit → the units a case may write, each as (multiply, divide) into the base unit."""

ORIGINS = ("source", "evidence", "guess")
CARE = ("owner", "review")
"""Keys that say who answers for a number and when it is looked at again."""
MOST = 1e300
NUMBER_MARK = "headcast-number"
"""Key in a JSON Schema that stands for the form of a number."""


class Quantity(float):
    """A number in its base unit, with its origin; arithmetic gives plain floats.

    Examples
    --------
    >>> pay = Quantity(350_000.0, unit="CNY/year", origin="source", source="000 L379-383")
    >>> pay / 12
    29166.666666666668
    """

    unit: str
    origin: str
    source: str
    low: float | None
    high: float | None
    owner: str
    review: str

    def __new__(
        cls,
        value: float,
        unit: str = "factor",
        origin: str = "source",
        source: str = "",
        low: float | None = None,
        high: float | None = None,
        owner: str = "",
        review: str = "",
    ) -> Quantity:
        """Make the number and hang its unit and origin on it; `review` is a date, YYYY-MM-DD."""
        self = super().__new__(cls, value)
        self.unit, self.origin, self.source, self.low, self.high = unit, origin, source, low, high
        self.owner, self.review = owner, review
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (float(self), self.unit, self.origin, self.source, self.low, self.high, self.owner, self.review)


def _refuse(kind: str, message: str, **context: Any) -> PydanticCustomError:
    return PydanticCustomError(kind, message, context)


@dataclass(frozen=True)
class Unit:
    """How a field reads its number: base unit and plausible band (in the base unit).

    Used as ``Annotated[Quantity, Unit("CNY/year", 1e4, 5e6)]``; the case writes
    ``{ value = 35, unit = "10k CNY/year", source = "000 L383" }`` or ``guess = [low, high]`` in place of source;
    ``owner`` and ``review`` (a date) may say who answers for it and until when.
    A list of values is read by ``Annotated[tuple[Quantity, ...], Unit(…, many=True)]``; the range of a guessed
    list is a pair of factors on all its values.
    """

    base: str
    least: float = float("-inf")
    most: float = float("inf")
    many: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(self.write)
        )

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: Any) -> dict[str, Any]:
        """Return each unit with its limits; `json_schema` puts the form of every number in place of the mark."""
        units = [self._form_in(unit, up, down) for unit, (up, down) in UNITS.get(self.base, {}).items()]
        return {NUMBER_MARK: "numbers" if self.many else "number"} | ({"anyOf": units} if units else {})

    def units(self) -> dict[str, tuple[float, float]]:
        """Return the units that may be written, each as (multiply, divide) into the base unit."""
        return UNITS.get(self.base, dict.fromkeys(UNITS, (1, 1)))

    def _form_in(self, unit: str, up: float, down: float) -> dict[str, Any]:
        limits = (("minimum", self.least), ("maximum", self.most))
        value = {name: limit * down / up for name, limit in limits if abs(limit) != float("inf")}
        return {"properties": {"unit": {"const": unit}, "value": {"items": value} if self.many else value}}

    def read(self, raw: Any) -> Quantity | tuple[Quantity, ...]:
        """Read what the case wrote and convert it to the base unit; raise with what is allowed."""
        if isinstance(raw, Quantity) or (self.many and isinstance(raw, tuple)):
            return raw
        fields = self._fields(raw)
        up, down = self._unit(fields)
        low, high = self._range(fields, up, down)
        origin = next(key for key in ORIGINS if key in fields)
        text = self._text(fields, origin)
        values = fields["value"] if self.many else [fields["value"]]
        if not isinstance(values, list):
            raise _refuse("quantity_value", "needs a list of numbers", allowed="value = [ … ], one number each")
        base, care = self._base(fields), self._care(fields)
        made = tuple(Quantity(self._number(value, up, down), base, origin, text, low, high, *care) for value in values)
        return made if self.many else made[0]

    def write(self, value: Any) -> dict[str, Any]:
        """Return the form that `read` takes, in the base unit."""
        first = value[0] if self.many and value else value
        plain = [float(v) for v in value] if self.many else float(value)
        out: dict[str, Any] = {"value": plain, "unit": self.base}
        if not isinstance(first, Quantity):
            return out | {"source": "no values"}
        out |= {"unit": first.unit} if not self.base else {}
        out |= {key: told for key in CARE if (told := getattr(first, key))}
        if first.origin == "guess":
            return out | {"guess": [first.low, first.high], "note": first.source}
        out[first.origin] = first.source
        return out | ({"range": [first.low, first.high]} if first.low is not None else {})

    def _fields(self, raw: Any) -> dict[str, Any]:
        form = f'{{ value = …, unit = "{self.base}", source = "…" | evidence = "…" | guess = [low, high] }}'
        if not isinstance(raw, dict):
            raise _refuse("quantity_form", "a number needs its unit and origin", allowed=form)
        unknown = sorted(set(raw) - {"value", "unit", "note", "range", *CARE, *ORIGINS})
        if unknown:
            raise _refuse("quantity_key", "unknown key {key}", key=unknown[0], allowed=form)
        missing = [key for key in ("value", "unit") if key not in raw]
        if missing:
            raise _refuse("quantity_missing", "{key} is missing", key=missing[0], allowed=form)
        if sum(key in raw for key in ORIGINS) != 1:
            raise _refuse(
                "quantity_origin", "needs exactly one origin", allowed="source, evidence or guess = [low, high]"
            )
        return raw

    def _text(self, fields: dict[str, Any], origin: str) -> str:
        """Return where the number comes from, with its note; a guess has only its note."""
        parts = [fields[key] for key in (origin, "note") if key in fields and not (key == origin == "guess")]
        if not all(isinstance(part, str) for part in parts) or (origin != "guess" and not parts[0].strip()):
            raise _refuse(
                "quantity_origin", "the origin is not told", allowed='source = "document and line", note = "…"'
            )
        return "; ".join(parts)

    def _care(self, fields: dict[str, Any]) -> tuple[str, str]:
        """Return owner and review date as text; a date may stand with or without quotes."""
        owner, review = fields.get("owner", ""), fields.get("review", "")
        if not isinstance(owner, str) or ("owner" in fields and not owner.strip()):
            raise _refuse("quantity_care", "owner names nobody", found=str(owner), allowed='owner = "finance"')
        text = review.isoformat() if type(review) is date else review
        if "review" in fields and not _is_date(text):
            raise _refuse("quantity_care", "review is no date", found=str(review), allowed='review = "2027-03-31"')
        return owner, text

    def _base(self, fields: dict[str, Any]) -> str:
        return self.base

    def _unit(self, fields: dict[str, Any]) -> tuple[float, float]:
        allowed = UNITS[self.base]
        if not isinstance(fields["unit"], str) or fields["unit"] not in allowed:
            raise _refuse("quantity_unit", "wrong unit {unit}", unit=str(fields["unit"]), allowed=", ".join(allowed))
        return allowed[fields["unit"]]

    def _range(self, fields: dict[str, Any], up: float, down: float) -> tuple[float | None, float | None]:
        pair = fields.get("guess", fields.get("range"))
        if pair is None:
            return None, None
        if not (isinstance(pair, list) and len(pair) == 2 and all(_is_number(v) for v in pair) and pair[0] <= pair[1]):
            raise _refuse(
                "quantity_range", "a guess needs its range", allowed="guess = [low, high] in the same unit, low <= high"
            )
        centre = 1 if self.many else fields["value"]
        if _is_number(centre) and not pair[0] <= centre <= pair[1]:
            what = "factors around 1" if self.many else "low <= value <= high"
            raise _refuse("quantity_range", "the number lies outside its own range", found=str(pair), allowed=what)
        if self.many:
            return float(pair[0]), float(pair[1])
        return pair[0] * up / down, pair[1] * up / down

    def _number(self, value: Any, up: float, down: float) -> float:
        if not _is_number(value):
            raise _refuse("quantity_value", "must be a finite number", allowed="a number without unit or separators")
        number = float(value) * up / down
        if not self.least <= number <= self.most:
            raise _refuse(
                "quantity_band", "outside the plausible band", allowed=f"{self.least:g} to {self.most:g} {self.base}"
            )
        return number


@dataclass(frozen=True)
class FreeUnit(Unit):
    """How a number is read whose base unit is told beside it, because it may speak of any input."""

    base: str = ""

    def _base(self, fields: dict[str, Any]) -> str:
        return str(fields["unit"])

    def _unit(self, fields: dict[str, Any]) -> tuple[float, float]:
        if fields["unit"] not in UNITS:
            raise _refuse("quantity_unit", "wrong unit {unit}", unit=str(fields["unit"]), allowed=", ".join(UNITS))
        return 1, 1


def _is_date(text: object) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -MOST < value < MOST


Many: TypeAlias = tuple[Quantity, ...]
