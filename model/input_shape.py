"""What the inputs ask for at a key path: the kind of value, its unit, limits, choices and meaning, from the models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from model.key_paths import KeyPath
from model.quantities import Quantity, Unit

Kind: TypeAlias = Literal["number", "text", "choice", "yes_no", "whole", "fraction", "group", "rows", "unknown"]
SCALARS: dict[type, Kind] = {str: "text", bool: "yes_no", int: "whole", float: "fraction"}
REFERENCES = {
    "line": "lines",
    "lines": "lines",
    "to_line": "lines",
    "closed_lines": "lines",
    "role": "roles",
    "to_role": "roles",
    "contract": "contracts",
    "way": "ways",
    "scheme": "schemes",
    "levers": "levers",
    "modes": "modes",
    "mode_paths": "modes",
    "calibration": "calibrations",
    "required_partners": "partners",
    "gate": "gates",
}
"""Field → section whose ids it names."""


@dataclass(frozen=True)
class Shape:
    """What stands at a key path.

    many : a list of such values; unit : of a number; least, most : of a whole number or fraction
    meaning : of the field; names : section whose ids the value is one of; pattern : that a text follows
    """

    kind: Kind
    many: bool = False
    unit: Unit | None = None
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    meaning: str = ""
    names: str = ""
    pattern: str = ""

    def allowed(self, written: str = "") -> str:
        """Return the limits in words, those of a number in the unit that is written."""
        low, high = self.limits(written)
        if self.choices:
            return " | ".join(self.choices)
        if low is None and high is None:
            return "yes | no" if self.kind == "yes_no" else ""
        if high is None:
            return f"from {low:,.12g}"
        return f"{low:,.12g} to {high:,.12g}" if low is not None else f"up to {high:,.12g}"

    def limits(self, written: str = "") -> tuple[float | None, float | None]:
        """Return the lowest and highest value, those of a number in the unit that is written."""
        if self.unit is None:
            return self.least, self.most
        factors = self.unit.units().get(written or self.unit.base)
        if factors is None or abs(self.unit.least) == float("inf"):
            return None, None
        up, down = factors
        return self.unit.least * down / up, self.unit.most * down / up


@lru_cache(maxsize=4096)
def shape_at(kind: type[BaseModel], path: KeyPath) -> Shape:
    """Return what a file may say at a key path of a model; kind "unknown" where no such key is."""
    found: Any = kind
    marks, field = list[Any](), FieldInfo()
    spare, names = "", ""
    for key in path:
        if isinstance(found, type) and issubclass(found, BaseModel):
            if str(key) not in found.model_fields:
                return Shape("unknown")
            field, spare = found.model_fields[str(key)], str(key).replace("_", " ")
            names = REFERENCES.get(str(key), "")
            found, marks = _bare(field.annotation, field.metadata)
        elif get_origin(found) in (dict, tuple) and not any(isinstance(mark, Unit) for mark in marks):
            found, marks = _bare(get_args(found)[1 if get_origin(found) is dict else 0], [])
        else:
            return Shape("unknown")
    return replace(_shape(found, marks), meaning=field.description or spare, names=names)


def _bare(kind: Any, marks: Iterable[Any]) -> tuple[Any, list[Any]]:
    """Return a type without Optional and Annotated, and what those said about it."""
    marks = list(marks)
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            for mark in more:
                marks += mark.metadata if isinstance(mark, FieldInfo) else [mark]
        elif get_origin(kind) in (Union, UnionType):
            parts = [part for part in get_args(kind) if part is not NoneType]
            if len(parts) != 1:
                return kind, marks
            kind = parts[0]
        else:
            return kind, marks


def _shape(kind: Any, marks: list[Any]) -> Shape:
    unit = next((mark for mark in marks if isinstance(mark, Unit)), None)
    if unit is not None or kind is Quantity:
        return Shape("number", many=unit is not None and unit.many, unit=unit)
    if get_origin(kind) is Literal:
        return Shape("choice", choices=tuple(map(str, get_args(kind))))
    if kind in SCALARS:
        least = next((float(str(mark.ge)) for mark in marks if isinstance(mark, Ge)), None)
        most = next((float(str(mark.le)) for mark in marks if isinstance(mark, Le)), None)
        pattern = next((text for mark in marks if (text := getattr(mark, "pattern", None))), "")
        return Shape(SCALARS[kind], least=least, most=most, pattern=pattern)
    if get_origin(kind) is tuple:
        inner = _shape(*_bare(get_args(kind)[0], []))
        return Shape("rows") if inner.many or inner.kind in ("group", "rows", "number") else replace(inner, many=True)
    is_group = get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel))
    return Shape("group" if is_group else "unknown")
