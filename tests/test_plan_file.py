"""A written plan is readable and reads back equal."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.inputs import Case
from model.load import load_case, load_plan
from model.plan_file import calendar_month, plan_text, save_plan
from model.plans import LinePlan, PartnerPlan, Plan, Policies

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(CASES / "ecosystem")


@pytest.mark.parametrize("path", sorted(CASES.glob("*/plans/*.toml")), ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_each_shipped_plan_reads_back_equal(path: Path, tmp_path: Path) -> None:
    case = load_case(path.parent.parent)
    plan = load_plan(path, case)
    save_plan(tmp_path / "again.toml", case, plan)
    assert load_plan(tmp_path / "again.toml", case) == plan


@pytest.mark.parametrize(
    ("start", "month", "expected"),
    [
        ("2027-01", 1, "2027-01"),
        ("2027-01", 12, "2027-12"),
        ("2027-01", 13, "2028-01"),
        ("2027-12", 1, "2027-12"),
        ("2027-12", 2, "2028-01"),
        ("2027-07", 60, "2032-06"),
    ],
)
def test_calendar_month(start: str, month: int, expected: str) -> None:
    assert calendar_month(start, month) == expected


def test_the_text_says_months_titles_and_heads(case: Case) -> None:
    lines = plan_text(case, load_plan(CASES / "ecosystem" / "plans" / "documents.toml", case)).splitlines()
    assert "#   scale, 2027-07 to 2028-06: 20" in lines
    assert (
        'modes = ["department", "unit", "unit"] # Department inside after-sales, then Independent business unit'
        in lines
    )
    assert "bd = [2, 4, 4] # Partner business development" in lines
    assert 'insurer_2 = {start = 3, contract = "insurer_ladder"} # 2027-03, Second insurer' in lines


def test_the_end_of_the_unit_is_written(case: Case) -> None:
    plan = load_plan(CASES / "ecosystem" / "plans" / "stop_after_6.toml", case)
    assert "stop_after = 6 # 2027-06" in plan_text(case, plan)


def test_odd_texts_survive(case: Case, tmp_path: Path) -> None:
    roles = case.roles | {"vp": case.roles["vp"].model_copy(update={"title": "two\nlines = 1"})}
    odd = case.model_copy(update={"roles": roles})
    plan = Plan(
        case="ecosystem",
        name='quote " and \\ and # and 中文',
        title="line\nbreak\ttab",
        modes=("unit", "unit", "unit"),
        seats={"vp": (1, 0, 0)},
        lines={"other": LinePlan(team={}, way="low", partners={})},
        policies=Policies(stop_after=59),
    )
    save_plan(tmp_path / "odd.toml", odd, plan)
    assert load_plan(tmp_path / "odd.toml", odd) == plan


def test_a_plan_without_seats_keeps_its_lines(case: Case, tmp_path: Path) -> None:
    entry = PartnerPlan(start=2, contract="other_200")
    line = LinePlan(team={"operations": (0, 1, 1)}, way="high", partners={"other_1": entry})
    plan = Plan(case="ecosystem", name="a", title="b", modes=("unit",) * 3, seats={}, lines={"other": line})
    save_plan(tmp_path / "plan.toml", case, plan)
    again = load_plan(tmp_path / "plan.toml", case)
    assert again == plan
    assert again.policies.stop_after is None
