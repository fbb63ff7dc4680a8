"""The register of mechanisms is true: each line's figure, when moved, moves the money or the limit it names."""

import csv
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from model import incentives, summary
from model.feasibility import broken_limits
from model.load import load_case, load_plan
from model.plans import GateAnswer
from model.schema import ROW
from model.simulate import VERDICT, Block, plan_months

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "data" / "cases"
COLUMNS = [
    "id",
    "document",
    "section",
    "kind",
    "rule",
    "case",
    "plan",
    "given",
    "key",
    "change",
    "row",
    "test",
    "reason",
]
LEDGER = ("modelled", "parameter")
SCENARIOS = 16


def register():
    with (ROOT / "data" / "mechanisms.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LINES = register()
MOVED = [line for line in LINES if line["kind"] in LEDGER]
LIMITING = [line for line in LINES if line["kind"] == "constraint"]


def text_value(text):
    """A value as the register writes it: JSON, or a bare word."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def moved(old, change):
    """The value after `*1.01`, `+1`, `=value` or `off`; a tuple of numbers is scaled as a whole."""
    if change == "off":
        return None
    if change.startswith("="):
        value = text_value(change[1:])
        if not isinstance(value, list):
            return value
        return tuple(GateAnswer(**each) if isinstance(each, dict) else each for each in value)
    factor, step = (float(change[1:]), 0.0) if change[0] == "*" else (1.0, float(change))
    if isinstance(old, tuple):
        return tuple(each * factor + step for each in old)
    new = old * factor + step
    return int(new) if isinstance(old, int) and new == int(new) else new


def put(node, keys, change):
    """Copy a frozen input with one nested value changed; `off` drops an entry of a table."""
    key, rest = keys[0], keys[1:]
    if isinstance(node, dict):
        if not rest and change == "off":
            assert key in node, key
            return {name: value for name, value in node.items() if name != key}
        return node | {key: put(node[key], rest, change) if rest else moved(node.get(key), change)}
    if isinstance(node, tuple):
        place = int(key) if key.isdigit() else next(i for i, item in enumerate(node) if item.id == key)
        new = put(node[place], rest, change) if rest else moved(node[place], change)
        return (*node[:place], new, *node[place + 1 :])
    assert key in type(node).model_fields, f"{type(node).__name__} has no {key}"
    old = getattr(node, key)
    return node.model_copy(update={key: put(old, rest, change) if rest else moved(old, change)})


def apply(case, plan, key, change):
    first, *rest = key.split(".")
    if first == "plan":
        return case, put(plan, rest, change)
    return put(case, [first, *rest], change), plan


@cache
def base(case_name, plan_name, given):
    """Case and plan as a line of the register starts from them."""
    case = load_case(CASES / case_name)
    plan = load_plan(CASES / case_name / "plans" / f"{plan_name}.toml", case)
    for part in [text.strip() for text in given.split(";") if text.strip()]:
        key, value = part.split("=", 1)
        case, plan = apply(case, plan, key, "=" + value)
    return case, plan


def figures(case, plan):
    """Sum over months and scenarios of every ledger row, and the ratios of the result."""
    found = plan_months(case, plan, Block(case, 7, VERDICT, 0, SCENARIOS if case.uncertainty.mode == "random" else 1))
    out = {name: float(found.ledger[index].sum()) for name, index in ROW.items()}
    whole = found.ledger.sum(axis=1)
    for name, ratio in (("labour_roi", summary.labour_roi(whole)), ("full_roi", summary.full_roi(whole))):
        out[name] = float(np.nan_to_num(ratio).sum())
    pool = np.array([found.ledger[ROW["overage_pool"]].sum()])
    out |= {f"pool_{name}": part.item() for name, part in incentives.pool_split(case, pool).items()}
    return out


@cache
def base_figures(case_name, plan_name, given):
    return figures(*base(case_name, plan_name, given))


def test_register_has_its_columns_and_each_mechanism_once():
    assert list(LINES[0]) == COLUMNS
    names = [line["id"] for line in LINES]
    assert len(names) == len(set(names)) == 283


def test_documents_have_their_numbers_of_mechanisms():
    counts = {name: sum(line["document"] == name for line in LINES) for name in ("000", "001", "002", "003", "004")}
    assert counts == {"000": 63, "001": 33, "002": 39, "003": 91, "004": 57}


NAMED = """annual_bonus_formula after_sales_share low_performer_exit training_data ec_squad_structure
us_satisfaction_pool us_function_lifecycle ch_flexible_labour ch_communication_share ch_approval_levels
ch_fail_oversplit ch_transition_loss ch_double_staffing ch_wager ch_bonus_split pa_rate_cut pa_grade_actions"""
"""Mechanisms that the economics of the package is built on, none of which may be told only."""


def test_what_the_economics_is_built_on_moves_money_or_a_limit():
    counted = {line["id"] for line in [*MOVED, *LIMITING]}
    assert set(NAMED.split()) - counted == set()
    assert len(counted) >= 150


def test_what_is_told_only_says_why():
    kinds = {*LEDGER, "constraint", "report", "context"}
    assert [line["id"] for line in LINES if line["kind"] not in kinds] == []
    told = [line for line in LINES if line["kind"] in ("report", "context")]
    assert [line["id"] for line in told if len(line["reason"].split()) < 6] == []
    assert [line["id"] for line in told if line["key"] or line["row"] or line["change"]] == []


def test_each_named_rule_stands_in_the_rules():
    known = set(re.findall(r"^## (R\d+) ", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), re.M))
    assert {line["rule"] for line in LINES if line["rule"]} - known == set()


def test_each_named_test_stands_in_its_file():
    for line in LINES:
        if line["test"]:
            file, name = line["test"].split(":")
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), line["id"]


def test_what_moves_money_says_where():
    for line in [*MOVED, *LIMITING]:
        empty = [key for key in COLUMNS if key not in ("section", "given", "reason") and not line[key]]
        assert not empty, (line["id"], empty)


@pytest.mark.parametrize("line", MOVED, ids=[line["id"] for line in MOVED])
def test_moved_figure_moves_its_row(line):
    start = (line["case"], line["plan"], line["given"])
    found = figures(*apply(*base(*start), line["key"], line["change"]))[line["row"]]
    before = base_figures(*start)[line["row"]]
    assert abs(found - before) > 1e-9 * max(1.0, abs(before))


@cache
def base_broken(case_name, plan_name, given):
    return {limit.name for limit in broken_limits(*base(case_name, plan_name, given))}


@pytest.mark.parametrize("line", LIMITING, ids=[line["id"] for line in LIMITING])
def test_moved_limit_changes_what_the_plan_may_do(line):
    """The limit named is kept before and broken after, or the other way round."""
    start = (line["case"], line["plan"], line["given"])
    after = {limit.name for limit in broken_limits(*apply(*base(*start), line["key"], line["change"]))}
    assert (line["row"] in after) is not (line["row"] in base_broken(*start))
