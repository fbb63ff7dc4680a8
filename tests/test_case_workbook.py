"""A case as folder, workbook and text files is the same case: all shipped ones, and ones with changed numbers."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.case_files import CaseFiles
from model.case_toml import case_files_text
from model.case_workbook import case_workbook
from model.inputs import Case
from model.load import case_from_dict, case_to_dict, files_of_case, load_case, load_plan, plan_files
from model.plan_workbook import plan_workbook
from model.sheet_files import read_workbook
from model.tree_rows import rows_of

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
NAMES = sorted(path.name for path in CASES.iterdir())


def text_of(case):
    """The case as text: equal only if all values, units, origins, ranges, notes and their order are."""
    return json.dumps(case_to_dict(case), ensure_ascii=False)


def as_workbook(folder, files, title="T"):
    path = folder / "c.xlsx"
    path.write_bytes(case_workbook(files, title))
    return path


def as_folder(folder, files, title="T"):
    home = folder / "text"
    home.mkdir()
    for name, text in case_files_text(files, title).items():
        (home / name).write_text(text, encoding="utf-8")
    return home


@pytest.mark.parametrize("name", NAMES)
def test_folder_to_workbook_to_text_is_the_same_case(tmp_path, name):
    case, files = load_case(CASES / name), files_of_case(CASES / name)
    book = as_workbook(tmp_path, files, case.title)
    assert text_of(load_case(book)) == text_of(case)
    again = files_of_case(book)
    assert (again.data, again.unread, again.findings) == (files.data, [], [])
    assert text_of(load_case(as_folder(tmp_path, again, case.title))) == text_of(case)


@pytest.mark.parametrize("name", NAMES)
def test_plans_to_workbooks_and_back(tmp_path, name):
    case = load_case(CASES / name)
    for part in ("plans", "history"):
        for label, path in plan_files(CASES / name, part).items():
            plan = load_plan(path, case)
            book = tmp_path / f"{label}.xlsx"
            book.write_bytes(plan_workbook(case, plan))
            assert load_plan(book, case).model_dump_json() == plan.model_dump_json()


NUMBERS = st.floats(0.01, 0.99) | st.floats(1e-9, 1) | st.integers(0, 1).map(float)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp", "Cf"]), min_size=1, max_size=30
)


@settings(max_examples=25, deadline=None)
@given(value=NUMBERS, low=st.floats(0, 1), note=WORDS, names=st.lists(WORDS, min_size=1, max_size=4, unique=True))
def test_any_number_note_and_name_survives(tmp_path_factory, value, low, note, names):
    folder = tmp_path_factory.mktemp("round")
    data = copy.deepcopy(case_to_dict(load_case(CASES / "paper")))
    pair = sorted([min(low, value), value])
    data["clock"]["discount"] = {"value": value, "unit": "share/year", "guess": pair, "note": note}
    data["uncertainty"]["partner_memory"] = {"value": value, "unit": "share", "evidence": note, "range": pair}
    split = {name: {"value": 0, "unit": "share", "source": name} for name in names}
    split[names[0]]["value"] = 1
    data["incentives"]["pool_split"] = split
    data["title"] = note
    case = case_from_dict(data)
    files = CaseFiles(data=data)
    assert text_of(load_case(as_workbook(folder, files))) == text_of(case)
    assert text_of(load_case(as_folder(folder, files))) == text_of(case)


def test_each_row_stands_once_with_its_meaning(tmp_path):
    files = files_of_case(CASES / "ecosystem")
    grids = {grid.name: grid for grid in read_workbook(as_workbook(tmp_path, files))}
    assert list(grids) == [
        *("Read me", "Case", "Readings", "Organisation", "Roles", "Staffing", "Shared work", "Lines", "Partners"),
        *("Partner columns", "Partner care", "Contracts", "Pay", "Costs", "Uncertainty", "Choice", "Questions"),
    ]
    rows = [row[:4] for row in grids["Roles"].rows if row[0] == "roles.vp" and row[1] == "pay"]
    assert rows == [["roles.vp", "pay", "table pay per head", 100]]
    of_rows = [grid for name, grid in grids.items() if name not in ("Read me", "Partners")]
    rows = sum(row[1] is not None for grid in of_rows for row in grid.rows[3:])
    # Two lists are longer than six values and go on in a second and third row of four.
    assert rows == 4 + len(list(rows_of(Case, files.data)))
    heads = grids["Partners"].rows[2]
    assert heads[:6] == ["Id", "Title", "Line", "Class", "Contract", "Mature volume, units/year"]


def test_the_same_case_gives_the_same_bytes():
    files = files_of_case(CASES / "paper")
    assert case_workbook(files, "T") == case_workbook(files_of_case(CASES / "paper"), "T")


def test_hostile_names_stay_texts(tmp_path):
    data = copy.deepcopy(case_to_dict(load_case(CASES / "paper")))
    data["title"] = '=HYPERLINK("https://example.org")'
    data["banner"] = "@SUM(1)|cmd"
    case = load_case(as_workbook(tmp_path, CaseFiles(data=data)))
    assert (case.title, case.banner) == (data["title"], data["banner"])
