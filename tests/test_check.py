"""What `check` says of a case and its plans, and that it says everything that is wrong at once."""

import json
import shutil

import pytest

from experiments.console.check import check
from model.errors import InputError


def test_check_tells_what_a_case_holds_as_json(capsys):
    check("ecosystem", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["case"], told["months"], told["partners"], told["roles"]) == ("ecosystem", 60, 10, 8)
    assert told["phases"] == ["mvp", "scale", "mature"]
    assert told["lines"] == ["insurance", "used_car", "charging", "other"]
    assert told["plans"]["documents"] == [10, 20, 30]
    assert told["plans"]["do_nothing"] == [0, 0, 0]
    assert told["readings"]["salary_is"] == "package"
    assert told["calibration"] == "success_story"


def test_check_says_in_words_that_nothing_is_wrong(capsys):
    check("paper", as_json=False)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "case: paper"
    assert "  plan: 10, 20, 30" in said
    assert "  salary_is: package" in said
    assert said[-1] == "nothing is wrong"


def test_check_takes_a_folder(case_folder, capsys):
    check(str(case_folder), as_json=False)
    assert "Ecosystem business unit" in capsys.readouterr().out


def test_faults_of_all_plans_come_together(case_folder, capsys):
    for name, old, new in (("lean", "insurer_1", "insurer_9"), ("bold", 'way = "high"', 'way = "hihg"')):
        file = case_folder / "plans" / f"{name}.toml"
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)bold\.toml.*unknown way; found hihg.*lean\.toml.*insurer_9") as caught:
        check(str(case_folder), as_json=True)
    assert len(caught.value.findings) >= 2
    assert capsys.readouterr().out == ""


def test_a_fault_of_the_case_comes_with_file_key_and_mend(case_folder, edit):
    edit("staffing.toml", "severance_cap", "severence_cap")
    with pytest.raises(InputError, match=r"staffing\.toml: staffing\.severance_cap.*is it severence_cap"):
        check(str(case_folder), as_json=False)


def test_a_case_without_plans_is_checked_too(case_folder, capsys):
    shutil.rmtree(case_folder / "plans")
    check(str(case_folder), as_json=True)
    assert json.loads(capsys.readouterr().out)["plans"] == {}


@pytest.mark.parametrize(("name", "said"), [("ecosystm", "did you mean ecosystem"), ("nowhere/at/all", "no such case")])
def test_an_unknown_case_is_named_with_the_nearest(name, said):
    with pytest.raises(InputError, match=said):
        check(name, as_json=False)
