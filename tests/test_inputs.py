"""The schema: each field refuses what it does not allow and says what it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Edit = Callable[[str, str, str], None]
Said = Callable[[Path], list[str]]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("case.toml", "[clock]", "[clock", r"E-TOML  case\.toml: TOML syntax; found .*at line 8, column"),
        (
            "case.toml",
            "months = 60",
            "months = 60\nmonths = 61",
            r"E-TOML  case\.toml: .*Cannot overwrite a value \(at line 11",
        ),
        (
            "case.toml",
            "months = 60",
            "months = true",
            r"E-VALUE  case\.toml: clock\.months: .*valid integer; found True",
        ),
        (
            "case.toml",
            "months = 60",
            "months = 60.5",
            r"E-VALUE  case\.toml: clock\.months: .*valid integer; found 60\.5",
        ),
        (
            "case.toml",
            "months = 60",
            "months = 241",
            r"E-VALUE  case\.toml: clock\.months: .*less than or equal to 240",
        ),
        (
            "case.toml",
            '"2027-01"',
            '"2027-13"',
            r"clock\.start: .*; found 2027-13; allowed first calendar month, YYYY-MM",
        ),
        (
            "case.toml",
            'value = 10, unit = "%/year"',
            'value = 101, unit = "%/year"',
            r"E-RANGE .*discount: the number lies",
        ),
        (
            "case.toml",
            "guess = [8, 14]",
            "guess = [14, 8]",
            r"E-RANGE  case\.toml: clock\.discount: a guess needs its range",
        ),
        (
            "case.toml",
            "guess = [8, 14]",
            "guess = [8]",
            r"E-RANGE  case\.toml: clock\.discount: a guess needs its range",
        ),
        ("case.toml", "guess = [8, 14], ", "", r"E-ORIGIN  case\.toml: clock\.discount: needs exactly one origin"),
        (
            "case.toml",
            "guess = [8, 14]",
            'source = "x", guess = [8, 14]',
            r"E-ORIGIN .*discount: needs exactly one origin",
        ),
        ("case.toml", "guess = [8, 14], note", 'source = " ", note', r"E-ORIGIN .*discount: the origin is not told"),
        ("case.toml", "guess = [8, 14]", "gues = [8, 14]", r"E-KEY  case\.toml: clock\.discount: unknown key gues"),
        ("case.toml", "value = 10", "value = nan", r"E-VALUE  case\.toml: clock\.discount: must be a finite number"),
        ("case.toml", "value = 10", 'value = "10"', r"E-VALUE  case\.toml: clock\.discount: must be a finite number"),
        (
            "staffing.toml",
            "value = 100, unit",
            "value = 10000, unit",
            r"E-RANGE .*roles\.vp\.pay: outside the plausible band",
        ),
        (
            "staffing.toml",
            "heads_least = { value = [1, 1, 1]",
            "heads_least = { value = 1",
            r"E-VALUE .*heads_least: needs a list of numbers",
        ),
        (
            "staffing.toml",
            "on_cost_on_bonus = false",
            'on_cost_on_bonus = "no"',
            r"on_cost_on_bonus: .*valid boolean; found no",
        ),
        (
            "staffing.toml",
            "first_month = 7\n",
            "",
            r"E-MISSING  staffing\.toml: phases\[scale\]\.first_month: is missing",
        ),
        (
            "incentives.toml",
            "first_month = 7\n",
            "",
            r"E-MISSING  incentives\.toml: costs\.tools\[2\]\.first_month: is missing",
        ),
        (
            "incentives.toml",
            "0.125",
            "0.225",
            r"E-RULE .*: pool shares do not add up to 1; found 1\.1 \(off by \+0\.1\)",
        ),
        (
            "incentives.toml",
            "[true, true, false]",
            "[true, true]",
            r"E-RULE .*: each band edge needs its owner; found 2",
        ),
        (
            "incentives.toml",
            "[0.5, 1, 1.5, 2]",
            "[0.5, 1, 2]",
            r"E-RULE .*: bands need one coefficient more than edges",
        ),
        (
            "contracts.toml",
            "[200, 280, 320, 350]",
            "[200, 280]",
            r"E-RULE .*: a ladder needs one rate more than edges; found 2",
        ),
        (
            "staffing.toml",
            "base_share = { value = 60",
            "base_share = { value = 95",
            r"E-RULE .*: base and project share exceed",
        ),
    ],
)
def test_one_fault_gives_its_message(
    case_folder: Path, edit: Edit, said: Said, file: str, old: str, new: str, message: str
) -> None:
    edit(file, old, new)
    found = said(case_folder)
    assert any(re.search(message, line) for line in found), "\n".join(found)
