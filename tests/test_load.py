"""Loading: every fault of a case or plan is named with its file, key path, mend and nearest name, all at once."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from model.case_numbers import QUESTIONS
from model.errors import InputError
from model.inputs import Case
from model.load import case_from_dict, case_to_dict, find_case, load_case, load_plan, plan_from_dict

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
SHIPPED = sorted(path.name for path in CASES.iterdir() if (path / "case.toml").is_file())
Edit = Callable[[str, str, str], None]
Said = Callable[[Path], list[str]]


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(CASES / "ecosystem")


@pytest.fixture(scope="module")
def plain(case: Case) -> dict[str, Any]:
    return case_to_dict(case)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_case_survives_json(name: str) -> None:
    case = load_case(CASES / name)
    stored = json.loads(json.dumps(case_to_dict(case)))
    again = case_from_dict(stored)
    assert again == case
    assert case_to_dict(again) == stored
    assert case.id == name


@pytest.mark.parametrize("path", sorted(CASES.glob("*/plans/*.toml")), ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_shipped_plan_loads(path: Path) -> None:
    plan = load_plan(path, load_case(path.parent.parent))
    assert plan.name == path.stem
    assert plan.is_idle == (path.stem == "do_nothing")


def test_units_and_origins_arrive(case: Case) -> None:
    bd = case.roles["bd"]
    assert (bd.pay, bd.pay.unit, bd.pay.origin, bd.pay.source) == (450_000, "CNY/year", "source", "000 L382")
    assert case.phases[2].budget == 42_000_000
    assert case.clock.discount == 0.10
    assert (case.clock.discount.low, case.clock.discount.high) == (0.08, 0.14)
    ramp = bd.ramp
    assert (ramp.origin, ramp.low, ramp.high) == ("evidence", 3, 9)


def test_a_column_gives_each_cell_its_unit_and_its_range(case: Case) -> None:
    first = case.partners[0]
    assert (first.integration, first.integration.unit) == (500_000, "CNY")
    assert (first.integration.low, first.integration.high) == (250_000, 1_250_000)
    assert first.nps.source.startswith("first three from 004")


def test_loading_needs_no_array_library() -> None:
    code = (
        "import sys; from pathlib import Path; from model.load import load_case; load_case(Path(sys.argv[1])); "
        "print(sorted({'numpy', 'scipy', 'pandas', 'xarray'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(CASES / "ecosystem")],
        capture_output=True,
        text=True,
        check=True,
        cwd=CASES.parent.parent,
    )
    assert done.stdout.strip() == "[]"


def key_paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, part in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if isinstance(key, str):
            yield (*path, key)
        if not (isinstance(part, dict) and "value" in part):
            yield from key_paths(part, (*path, key))


def section_at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


FREE = {
    "calibrations",
    "pool_split",
    "ways",
    "modes",
    "mode_limits",
    "roles",
    "by_class",
    "lines",
    "contracts",
    "shared_work",
    "volumes",
    "by_mode",
    "channels",
    "grant",
    "hours",
    "plan_hours",
    "monitor_hours",
    "metrics",
    "products",
    "quote_hours",
    "partner_margin",
    "gates",
    "answers",
    "hold_budgets",
    "least",
}
ONE_OF = [("staffing", "on_cost_city")]
"""Keys that another key may stand for; tests/test_on_cost.py tells what is said without any."""


def one_of_each_kind(data: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Keys of all sections but, where entries are alike, of the first entry only."""
    kept: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for path in key_paths(data):
        kind = tuple("*" if isinstance(k, int) or (i and path[i - 1] in FREE) else k for i, k in enumerate(path))
        kept.setdefault(kind, path)
    return list(kept.values())


PLAIN = {key: part for key, part in case_to_dict(load_case(CASES / "ecosystem")).items() if key not in QUESTIONS}
KEYS = [path for path in one_of_each_kind(PLAIN) if path not in ONE_OF and (len(path) == 1 or path[-2] not in FREE)]


def is_required(path: tuple[Any, ...]) -> bool:
    """Must a case hold this key? Told by the case: without it, it loads or not."""
    data = copy.deepcopy(PLAIN)
    del section_at(data, path[:-1])[path[-1]]
    try:
        case_from_dict(data)
    except InputError:
        return True
    return False


REQUIRED = [path for path in KEYS if is_required(path)]
OPTIONAL = [path for path in KEYS if path not in REQUIRED]


@pytest.mark.parametrize("path", OPTIONAL, ids=lambda path: ".".join(map(str, path)))
def test_what_is_left_out_is_a_mechanism_the_case_does_not_have(path: tuple[Any, ...]) -> None:
    """No number is ever filled in: an absent key leaves nothing behind."""
    data = copy.deepcopy(PLAIN)
    del section_at(data, path[:-1])[path[-1]]
    left = section_at(case_to_dict(case_from_dict(data)), path[:-1])
    assert left.get(path[-1]) in (None, "", [], {})


@pytest.mark.parametrize("path", KEYS, ids=lambda path: ".".join(map(str, path)))
def test_a_misspelt_key_is_named_with_its_mend(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(PLAIN)
    section = section_at(data, path[:-1])
    section[f"{path[-1]}x"] = section.pop(path[-1])
    with pytest.raises(InputError, match=re.escape(f"{path[-1]}x")) as caught:
        case_from_dict(data)
    codes = {finding.code: str(finding) for finding in caught.value.findings}
    assert f"did you mean {path[-1]}?" in codes["E-KEY"]
    if path in REQUIRED:
        assert f"is it {path[-1]}x that you wrote?" in codes["E-MISSING"]
    assert len(caught.value.findings) == 1 + (path in REQUIRED)


@pytest.mark.parametrize("path", REQUIRED, ids=lambda path: ".".join(map(str, path)))
def test_a_missing_key_is_named(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(PLAIN)
    del section_at(data, path[:-1])[path[-1]]
    with pytest.raises(InputError, match=rf"E-MISSING  case.toml: .*{re.escape(str(path[-1]))}: is missing") as caught:
        case_from_dict(data)
    assert len(caught.value.findings) == 1


NUMBERS = [path for path in KEYS if isinstance(section_at(PLAIN, path), dict) and "value" in section_at(PLAIN, path)]


@pytest.mark.parametrize("path", NUMBERS, ids=lambda path: ".".join(map(str, path)))
def test_a_number_in_a_wrong_unit_is_named(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(PLAIN)
    section_at(data, path)["unit"] = "bushel"
    with pytest.raises(
        InputError, match=rf"E-UNIT  case.toml: .*{path[-1]}: wrong unit bushel; found bushel; allowed "
    ):
        case_from_dict(data)


@pytest.mark.parametrize("path", NUMBERS, ids=lambda path: ".".join(map(str, path)))
def test_a_bare_number_is_refused(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(PLAIN)
    section_at(data, path[:-1])[path[-1]] = 7
    with pytest.raises(InputError, match=rf"E-FORM  case.toml: .*{path[-1]}: a number needs its unit and origin"):
        case_from_dict(data)


def test_all_findings_come_at_once(case_folder: Path, edit: Edit, said: Said) -> None:
    edit("case.toml", "months = 60", "month = 60")
    edit("staffing.toml", 'value = 45, unit = "10k CNY/year"', 'value = 45, unit = "10k CNY/yaer"')
    edit("staffing.toml", 'severance = "n_plus_1"', 'severance = "n_plus_2"')
    edit(
        "partners.csv",
        "insurer_3,Third insurer,insurance,A,insurer_ladder,7000",
        "insurer_3,Third insurer,insurance,A,insurer_ladder,7k",
    )
    edit("contracts.toml", "value = [5000, 8000, 12000]", "value = [5000, 8000, 8000]")
    assert said(case_folder) == [
        "E-CSV  partners.csv: line 4, column mature_volume: not a number; found 7k; "
        "allowed a number without unit or separators; mend: write 7000 as a number: 7k → 7,000",
        "E-MISSING  case.toml: clock.months: is missing; allowed horizon T, months; mend: is it month that you wrote?",
        "E-KEY  case.toml: clock.month: unknown key; found month; "
        "allowed start, months, discount; mend: did you mean months?",
        "E-UNIT  staffing.toml: roles.bd.pay: wrong unit 10k CNY/yaer; found 10k CNY/yaer; "
        "allowed CNY/year, 10k CNY/year, M CNY/year, CNY/month; mend: did you mean 10k CNY/year?",
        "E-CHOICE  staffing.toml: staffing.severance: not one of the choices; found n_plus_2; "
        "allowed 'none', 'n', 'n_plus_1' or 'two_n'; mend: did you mean n_plus_1?",
        "E-RULE  contracts.toml: contracts.insurer_ladder: ladder edges must rise; found [5000.0, 8000.0, 8000.0]; "
        "allowed each edge above the one before",
    ]


def test_a_case_is_found_by_id_and_by_path(case_folder: Path) -> None:
    assert find_case("ecosystem") == CASES / "ecosystem"
    assert find_case(case_folder) == case_folder
    assert find_case(str(case_folder)) == case_folder


def test_an_unknown_case_gets_its_nearest_name() -> None:
    with pytest.raises(InputError, match=r"E-FILE  ecosystm: no such case; .*mend: did you mean ecosystem\?"):
        find_case("ecosystm")


def test_a_folder_without_case_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the folder holds no case"):
        load_case(tmp_path)
    with pytest.raises(InputError, match="no such case folder"):
        load_case(tmp_path / "nowhere")


PLAN = """case = "ecosystem"
name = "mine"
title = "Mine"
modes = ["department", "unit", "unit"]
[seats]
vp = [1, 1, 1]
[lines.insurance]
way = "normal"
team = { operations = [1, 1, 1] }
partners = { insurer_1 = { start = 1, contract = "insurer_ladder" } }
[policies]
stop_after = 30
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'case = "ecosystem"',
            'case = "paper"',
            r"E-RULE  mine\.toml: case: plan belongs to another case; found paper",
        ),
        (
            '"department", ',
            "",
            r"E-RULE  mine\.toml: modes: one mode per phase; found \['unit', 'unit'\]; allowed 3 modes",
        ),
        (
            '"department"',
            '"departement"',
            r"E-REF .*modes: unknown mode; found departement; .*did you mean department\?",
        ),
        ("vp = ", "vpp = ", r"E-REF  mine\.toml: seats\.vpp: unknown role here; found vpp; .*did you mean vp\?"),
        ("vp = ", "operations = ", r"E-REF  mine\.toml: seats\.operations: unknown role here"),
        (
            "vp = [1, 1, 1]",
            "vp = [1, 1]",
            r"E-RULE  mine\.toml: seats\.vp: heads by phase; found \[1, 1\]; allowed 3 counts >= 0",
        ),
        ("vp = [1, 1, 1]", "vp = [1, 1, -1]", r"E-RULE  mine\.toml: seats\.vp: heads by phase; found \[1, 1, -1\]"),
        ("vp = [1, 1, 1]", "vp = [1, 1, 1.5]", r"E-VALUE  mine\.toml: seats\.vp\[3\]: .*valid integer; found 1\.5"),
        ("lines.insurance", "lines.insurence", r"E-REF .*lines\.insurence: unknown line; .*did you mean insurance\?"),
        ('way = "normal"', 'way = "norml"', r"E-REF .*lines\.insurance\.way: unknown way; .*did you mean normal\?"),
        ('way = "normal"', 'pull = "normal"', r"E-KEY  mine\.toml: lines\.insurance\.pull: unknown key; found pull"),
        ('way = "normal"\n', "", r"E-MISSING  mine\.toml: lines\.insurance\.way: is missing"),
        (
            "operations = ",
            "vp = ",
            r"E-REF .*lines\.insurance\.team\.vp: unknown role here; found vp; allowed operations, lead",
        ),
        (
            "insurer_1",
            "used_car_1",
            r"E-REF .*partners\.used_car_1: no candidate partner of this line; found used_car_1",
        ),
        (
            "insurer_ladder",
            "insurer_lader",
            r"E-REF .*insurer_1\.contract: unknown contract; .*did you mean insurer_ladder\?",
        ),
        ("start = 1", "start = 61", r"E-RULE .*insurer_1\.start: starts after the horizon; found 61; allowed 1…60"),
        ("start = 1", "start = 0", r"E-VALUE .*insurer_1\.start: .*greater than or equal to 1; found 0"),
        (
            "stop_after = 30",
            "stop_after = 61",
            r"E-RULE .*policies\.stop_after: a stop comes before the last month; found 61",
        ),
        (
            "[policies]",
            "[polices]",
            r"E-KEY  mine\.toml: polices: unknown key; found polices; .*did you mean policies\?",
        ),
        ("[policies]", "[policies", r"E-TOML  mine\.toml: TOML syntax; found .*line 11"),
    ],
)
def test_one_fault_of_a_plan_gives_its_message(tmp_path: Path, case: Case, old: str, new: str, message: str) -> None:
    assert old in PLAN
    path = tmp_path / "mine.toml"
    path.write_text(PLAN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_plan(path, case)


def test_all_faults_of_a_plan_come_at_once(case: Case) -> None:
    data: dict[str, Any] = {
        "case": "paper",
        "name": "",
        "title": "",
        "modes": ["unit"],
        "seats": {"boss": [1]},
        "lines": {"none": {"team": {}, "way": "normal", "partners": {}}},
    }
    with pytest.raises(InputError, match="another case") as caught:
        plan_from_dict(data, case)
    assert [finding.where for finding in caught.value.findings] == [
        "plan: case",
        "plan: modes",
        "plan: seats.boss",
        "plan: seats.boss",
        "plan: lines.none",
    ]


def test_a_missing_plan_file_is_named(tmp_path: Path, case: Case) -> None:
    with pytest.raises(InputError, match=r"E-FILE  none\.toml: no such file"):
        load_plan(tmp_path / "none.toml", case)
