"""Every row and variable is described once, and every rule cited in code stands in docs/rules.md."""

import ast
import re
from pathlib import Path

import pytest

from model import schema

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "rules.md"
CITED = re.compile(r"\bR([1-9]\d{0,2})(?:–R([1-9]\d{0,2}))?\b")
HEADING = re.compile(r"^## R(\d+)\b", re.MULTILINE)


def cited_in(text):
    """Rule numbers a text cites; R11–R16 stands for all six."""
    found = set()
    for first, last in CITED.findall(text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def names_of(path):
    """Functions of a file: name or Class.method."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{item.name}" for item in node.body if isinstance(item, ast.FunctionDef)}
    return found


def sections():
    text = RULES.read_text(encoding="utf-8")
    parts = HEADING.split(text)[1:]
    return {int(number): body for number, body in zip(parts[::2], parts[1::2], strict=True)}


def test_rows_have_distinct_names_and_known_signs():
    assert len(set(schema.ROW_NAMES)) == len(schema.ROWS)
    assert {row.sign for row in schema.ROWS} == {1, 0, -1}
    assert {row.name for row in schema.ROWS if row.sign == 0} == {row.name for row in schema.ROWS if row.kind == "memo"}
    assert all(row.meaning and row.rule for row in schema.ROWS)


@pytest.mark.parametrize("group", [schema.REVENUE_ROWS, schema.TEAM_PAY_ROWS, schema.SEAT_ROWS, schema.LINE_ROWS])
def test_groups_name_rows(group):
    assert set(group) <= set(schema.ROW_NAMES)
    assert len(set(group)) == len(group)


def test_seat_and_line_rows_are_the_rows_of_their_scope():
    scopes = {row.name: row.scope for row in schema.ROWS}
    assert {name for name, scope in scopes.items() if scope == "line"} == set(schema.LINE_ROWS)
    assert {name for name, scope in scopes.items() if scope == "seat"} <= set(schema.SEAT_ROWS)


def test_variables_are_described():
    names = [variable.name for variable in schema.VARIABLES]
    assert len(set(names)) == len(names)
    assert all(variable.unit and variable.meaning and variable.dims for variable in schema.VARIABLES)


def test_every_cited_rule_is_written():
    cited = set()
    for room in ("model", "solvers", "experiments", "reports"):
        for path in sorted((ROOT / room).rglob("*.py")):
            cited |= cited_in(path.read_text(encoding="utf-8"))
    assert sorted(cited - set(sections())) == []
    assert set(range(1, 29)) <= set(sections())


def test_rules_stand_in_order_and_none_twice():
    numbers = [int(number) for number in HEADING.findall(RULES.read_text(encoding="utf-8"))]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("part", ["Scope", "Rule", "Source", "Unit", "Edges", "Example", "Where", "Proof"])
def test_every_rule_says_each_thing(part):
    missing = [number for number, body in sections().items() if f"**{part}**" not in body]
    assert missing == []


def docstring(file, name):
    """Docstring of a function or class, with its class's where it is a method."""
    nodes, said = ast.parse((ROOT / file).read_text(encoding="utf-8")).body, ""
    for part in name.split("."):
        node = next(item for item in nodes if isinstance(item, ast.FunctionDef | ast.ClassDef) and item.name == part)
        nodes, said = node.body, f"{said} {ast.get_docstring(node) or ''}"
    return said


def test_each_place_of_a_rule_cites_its_number():
    silent = []
    for number, body in sections().items():
        places = re.findall(r"`((?:model|solvers)/[\w/]+\.py):([\w.]+)`", body)
        silent += [
            f"R{number}: {file}:{name}" for file, name in places if number not in cited_in(docstring(file, name))
        ]
    assert silent == []


def test_every_place_and_proof_exists():
    known = {}
    broken = []
    for file, name in re.findall(
        r"`((?:model|solvers|experiments|tests)/[\w/]+\.py):([\w.]+)`", RULES.read_text(encoding="utf-8")
    ):
        path = ROOT / file
        known.setdefault(file, names_of(path) if path.is_file() else set())
        if name not in known[file]:
            broken.append(f"{file}:{name}")
    assert broken == []
    assert known


def test_every_written_rule_names_its_code_and_its_test():
    lacking = []
    for number, body in sections().items():
        if "(placeholder)" in body:
            continue
        if not re.search("`(model|solvers|experiments)/", body) or "`tests/" not in body:
            lacking.append(number)
    assert lacking == []
