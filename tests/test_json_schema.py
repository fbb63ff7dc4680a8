"""The JSON Schema against the shipped files, told by a small validator of its own, and against planted mistakes."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from experiments.console.schemas import text
from model.json_schema import case_schema, plan_schema

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
KINDS = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}
CASE, PLAN = case_schema(), plan_schema()
PAY = {"value": 35, "unit": "10k CNY/year", "source": "000 L383"}


def faults(value, form, whole, where=""):
    """Yield where a value breaks a schema, of the keywords that ours uses."""
    kind = form.get("type")
    if kind == "null" or (
        kind and (not isinstance(value, KINDS[kind]) or (isinstance(value, bool) != (kind == "boolean")))
    ):
        yield f"{where}: no {kind}"
        return
    if "$ref" in form:
        yield from faults(value, whole["$defs"][form["$ref"].rpartition("/")[2]], whole, where)
    for part in form.get("allOf", []):
        yield from faults(value, part, whole, where)
    for key in ("anyOf", "oneOf"):
        fits = sum(not list(faults(value, part, whole)) for part in form.get(key, []))
        if key in form and (fits == 0 or (key == "oneOf" and fits != 1)):
            yield f"{where}: {fits} of {key}"
    yield from plain_faults(value, form, where)
    if isinstance(value, dict):
        yield from object_faults(value, form, whole, where)
    if isinstance(value, list):
        for index, item in enumerate(value):
            parts = form.get("prefixItems", [])
            yield from faults(
                item, parts[index] if index < len(parts) else form.get("items", {}), whole, f"{where}[{index}]"
            )


def plain_faults(value, form, where):
    if "const" in form and value != form["const"]:
        yield f"{where}: not {form['const']}"
    if "enum" in form and value not in form["enum"]:
        yield f"{where}: not in enum"
    if isinstance(value, (int, float)) and not form.get("minimum", value) <= value <= form.get("maximum", value):
        yield f"{where}: limits"
    if isinstance(value, str) and not re.search(form.get("pattern", ""), value):
        yield f"{where}: pattern"
    if isinstance(value, (str, list)):
        low, high = form.get("minLength", form.get("minItems", 0)), form.get("maxItems", len(value))
        if not low <= len(value) <= high:
            yield f"{where}: length"


def object_faults(value, form, whole, where):
    known, other = form.get("properties", {}), form.get("additionalProperties", True)
    yield from (f"{where}: {key} is missing" for key in form.get("required", []) if key not in value)
    for key, item in value.items():
        if key in known or isinstance(other, dict):
            yield from faults(item, known.get(key, other), whole, f"{where}.{key}")
        elif not other:
            yield f"{where}: unknown {key}"


def told(path):
    # A date without quotes is text to an editor.
    return json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*.toml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_shipped_case_file_keeps_the_schema(path):
    assert list(faults(told(path), CASE, CASE)) == []


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*/*.toml")), ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_each_shipped_plan_keeps_the_schema(path):
    assert list(faults(told(path), PLAN, PLAN)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": 3.5}, [".pay: 0 of anyOf"]),
        ({"value": 4.999}, [".pay: 0 of anyOf"]),
        ({"value": 5}, []),
        ({"value": 2000}, []),
        ({"value": 2000.1}, [".pay: 0 of anyOf"]),
        ({"unit": "CNY/month", "value": 5000}, []),
        ({"unit": "CNY/month", "value": 4000}, [".pay: 0 of anyOf"]),
        ({"unit": "CNY"}, [".pay: 0 of anyOf"]),
        ({"value": "35"}, [".pay.value: no number"]),
        ({"guess": [1, 2]}, [".pay: 2 of oneOf"]),
        ({"soruce": "x"}, [".pay: unknown soruce"]),
        ({"range": [1]}, [".pay.range: length"]),
    ],
)
def test_a_number_has_the_limits_of_its_unit_and_one_origin(change, said):
    pay = CASE["$defs"]["Role"]["properties"]["pay"]
    form = {"properties": {"pay": pay}}
    assert list(faults({"pay": PAY | change}, form, CASE)) == said


def test_meanings_and_what_the_loader_fills_are_told():
    clock = CASE["$defs"]["Clock"]
    assert clock["properties"]["months"]["description"] == "horizon T, months"
    assert clock["additionalProperties"] is False
    assert "required" not in CASE
    assert "required" not in CASE["$defs"]["CityCost"]
    assert PLAN["required"] == ["case", "name", "title", "modes", "seats", "lines"]
    assert {"extends", "drops", "tables"} <= set(CASE["properties"])


def test_the_command_prints_what_json_reads():
    assert json.loads(text("case")) == CASE
    assert json.loads(text("plan")) == PLAN
    assert "headcast-number" not in text("case") + text("plan")
