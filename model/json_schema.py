"""The JSON Schema of case and plan files, made from the inputs themselves, so that editors complete TOML."""

from __future__ import annotations

from typing import Any

from model.inputs import Case
from model.plans import Plan
from model.quantities import CARE, NUMBER_MARK, ORIGINS, UNITS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schema() -> dict[str, Any]:
    """Return the schema of any file of a case folder.

    A file holds some sections only, and those of a case that extends another one only what differs: what is missing
    is told by `headcast check`, not here.
    """
    made = Case.model_json_schema()
    for part in (made, *made["$defs"].values()):
        part.pop("required", None)
    made = _named(made, "a file of a headcast case")
    made["properties"] |= {
        "extends": {"type": "string", "description": "folder of the case that this one extends"},
        "drops": {"type": "array", "items": {"type": "string"}, "description": "keys of that case to leave out"},
        "tables": _tables(),
    }
    return made


def plan_schema() -> dict[str, Any]:
    """Return the schema of a plan file."""
    return _named(Plan.model_json_schema(), "a headcast plan")


def _named(made: dict[str, Any], title: str) -> dict[str, Any]:
    forms = {"number": _number(False), "numbers": _number(True)}
    told: dict[str, Any] = _marked(made)
    return {"$schema": DIALECT} | told | {"$defs": _marked(made["$defs"]) | forms, "title": title}


def _marked(part: Any) -> Any:
    """Return a part of the schema with the form of a number where it was only marked."""
    if isinstance(part, list):
        return [_marked(item) for item in part]
    if not isinstance(part, dict):
        return part
    found = {key: _marked(item) for key, item in part.items() if key != NUMBER_MARK}
    return found | ({"allOf": [{"$ref": f"#/$defs/{part[NUMBER_MARK]}"}]} if NUMBER_MARK in part else {})


def _number(many: bool) -> dict[str, Any]:
    """Return the form of a number with its unit and exactly one origin."""
    plain = {"type": "number"}
    pair = {"type": "array", "items": plain, "minItems": 2, "maxItems": 2}
    about = "factors around 1" if many else "low and high, in the same unit"
    value = {"type": "array", "items": plain} if many else plain
    properties: dict[str, Any] = {
        "value": value,
        "unit": {"enum": sorted({unit for units in UNITS.values() for unit in units})},
        "source": {"type": "string", "minLength": 1, "description": "document and line"},
        "evidence": {"type": "string", "minLength": 1, "description": "where it was measured, with its grade"},
        "guess": pair | {"description": f"range of a guess: {about}"},
        "range": pair | {"description": f"range of a number that is no guess: {about}"},
        "note": {"type": "string"},
    }
    properties |= {key: {"type": "string"} for key in CARE}
    return {
        "type": "object",
        "properties": properties,
        "required": ["value", "unit"],
        "oneOf": [{"required": [origin]} for origin in ORIGINS],
        "additionalProperties": False,
    }


def _tables() -> dict[str, Any]:
    """Return the form of the section that gives the number columns of partners.csv their units and origins."""
    form = _number(True)
    columns = form | {"properties": {k: v for k, v in form["properties"].items() if k != "value"}, "required": ["unit"]}
    inner = {"type": "object", "additionalProperties": columns}
    partners = {"type": "object", "properties": {"columns": inner}, "additionalProperties": False}
    return {"type": "object", "properties": {"partners": partners}, "additionalProperties": False}
