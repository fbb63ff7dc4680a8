"""Cases and plans to begin with, as text and as workbooks, and what is refused."""

import json
from pathlib import Path

import pytest

from experiments.console import new_files
from experiments.console.check import check
from model.errors import InputError
from model.load import case_to_dict, find_case, load_case, load_plan, plan_files

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("target", "excel", "made"),
    [
        ("mine", False, "mine"),
        ("mine", True, "mine/case.xlsx"),
        ("mine.xlsx", False, "mine.xlsx"),
        ("mine.xlsx", True, "mine.xlsx"),
    ],
)
def test_a_new_case_is_the_case_it_came_from_with_its_plans(target, excel, made):
    path = new_files.case(Path(target), "paper", excel)
    assert path == Path(made)
    home = find_case(made)
    case = load_case(home)
    assert json.dumps(case_to_dict(case)) == json.dumps(case_to_dict(load_case(CASES / "paper")))
    ends = {file.suffix for file in plan_files(home).values()}
    assert ends == ({".toml"} if made == "mine" else {".xlsx"})
    for name, file in plan_files(CASES / "paper").items():
        assert load_plan(plan_files(home)[name], case) == load_plan(file, case)


def test_text_files_tell_meanings_and_their_schema():
    new_files.case(Path("mine"), "ecosystem", False)
    text = Path("mine/people.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema case.schema.json\n")
    assert "# table pay per head; 5 to 2,000 10k CNY/year\npay = { value = 100," in text
    assert json.loads(Path("mine/case.schema.json").read_text(encoding="utf-8"))["title"] == "a file of a headcast case"
    assert Path("mine/plans/lean.toml").read_text(encoding="utf-8").startswith("#:schema ../plan.schema.json\n")
    assert sorted(path.name for path in Path("mine/history").iterdir()) == ["part_time.toml", "used_car_pilot.toml"]


def test_a_folder_with_a_workbook_is_a_case(capsys):
    new_files.case(Path("mine"), "paper", True)
    check("mine", as_json=True)
    assert json.loads(capsys.readouterr().out)["plans"] == {"plan": [10, 20, 30]}
    check("mine/case.xlsx", as_json=False)
    assert capsys.readouterr().out.endswith("nothing is wrong\n")
    (Path("mine") / "case.toml").touch()
    with pytest.raises(InputError, match=r"the folder holds a case twice; found case\.toml, case\.xlsx"):
        find_case("mine")


@pytest.mark.parametrize(("source", "target", "end"), [("lean", None, "my_plan.toml"), ("lean", "p.xlsx", "p.xlsx")])
def test_a_new_plan_is_the_plan_it_came_from(source, target, end, capsys):
    made = new_files.plan(target and Path(target), source, "", "ecosystem", False)
    assert made == Path(end)
    case = load_case(CASES / "ecosystem")
    assert load_plan(made, case) == load_plan(CASES / "ecosystem" / "plans" / "lean.toml", case)
    check(end, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["plan"], told["case"], told["heads"]) == ("lean", "ecosystem", [8, 11, 16])


def test_a_plan_may_come_from_a_file_and_an_excel_plan_has_its_usual_name():
    new_files.plan(Path("a.toml"), "lean", "", "ecosystem", False)
    assert new_files.plan(None, "a.toml", "", "ecosystem", True) == Path("my_plan.xlsx")


def refused(call, said):
    with pytest.raises(InputError, match=said):
        call()


def test_nothing_is_replaced_and_wrong_names_are_mended():
    Path("full").mkdir()
    Path("full/mine.txt").touch()
    Path("p.toml").touch()
    Path("plans").mkdir()
    Path("plans/x.toml").touch()
    refused(lambda: new_files.case(Path("full"), "paper", False), "E-EXISTS  full: is there already")
    refused(lambda: new_files.case(Path("x.xlsx"), "paper", False), "E-EXISTS  plans: is there already")
    refused(lambda: new_files.case(Path("no/x"), "paper", False), "E-FILE  no: no such folder to write into")
    refused(lambda: new_files.case(Path("x"), "papr", False), "did you mean paper?")
    refused(lambda: new_files.plan(Path("p.toml"), "lean", "", "ecosystem", False), "is there already")
    refused(lambda: new_files.plan(Path("p.xls"), "lean", "", "ecosystem", False), r"no kind of plan file; found \.xls")
    refused(lambda: new_files.plan(None, "leen", "", "ecosystem", False), "did you mean lean?")
    refused(lambda: new_files.plan(None, "lean", "none", "", False), "E-FILE  none: no such run")
    assert sorted(path.name for path in Path().iterdir()) == ["full", "p.toml", "plans"]


def test_check_of_a_plan_needs_its_case(capsys):
    new_files.plan(Path("p.toml"), "lean", "", "ecosystem", False)
    text = Path("p.toml").read_text(encoding="utf-8")
    Path("p.toml").write_text(text.replace('case = "ecosystem"', 'case = "mine"'), encoding="utf-8")
    refused(
        lambda: check("p.toml", as_json=False),
        "E-FILE  p.toml: case: no such case; found mine; .* mend: say --case CASE",
    )
    refused(lambda: check("p.toml", as_json=False, case="ecosystem"), "plan belongs to another case; found mine")


def test_two_plans_of_one_name_are_refused():
    new_files.case(Path("mine"), "paper", True)
    Path("mine/plans/plan.toml").touch()
    Path("mine/plans/~$plan.xlsx").touch()
    kept = sorted(path.name for path in Path("mine/plans").iterdir())
    with pytest.raises(InputError, match=r"two plans of one name; found plan\.toml"):
        check("mine", as_json=False)
    assert sorted(path.name for path in Path("mine/plans").iterdir()) == kept
