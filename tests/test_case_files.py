"""Case folders: sections merged, cases on cases, and what is wrong with the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from model.case_files import read_case_files
from model.load import load_case

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
Edit = Callable[[str, str, str], None]
Said = Callable[[Path], list[str]]


def test_a_section_in_two_files_is_named(case_folder: Path, said: Said) -> None:
    (case_folder / "more.toml").write_text("[staffing]\nfill_sd = 1\n", encoding="utf-8")
    (case_folder / "people.toml").write_text("partners = []\n", encoding="utf-8")
    found = said(case_folder)
    assert (
        "E-TWICE  staffing.toml: staffing: section stands in two files; found more.toml; allowed each section once"
        in found
    )
    assert any(line.startswith("E-TWICE  partners.csv: partners: section stands in two files") for line in found)


def test_text_that_is_not_utf8_is_named(case_folder: Path, said: Said) -> None:
    (case_folder / "choice.toml").write_bytes("# 中文".encode("gb18030"))
    (case_folder / "partners.csv").write_bytes(b"id,\xff\xff")
    found = said(case_folder)
    assert any(line.startswith("E-ENCODING  choice.toml: not UTF-8 text; found byte") for line in found)
    assert any(line.startswith("E-ENCODING  partners.csv: not UTF-8, UTF-16 or GBK text") for line in found)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_tables_in_other_encodings_are_the_same_case(case_folder: Path, encoding: str) -> None:
    path = case_folder / "partners.csv"
    text = path.read_text(encoding="utf-8").replace("First insurer", "第一保险")
    path.write_bytes(text.encode(encoding))
    assert load_case(case_folder).partners[0].title == "第一保险"


def test_what_cannot_be_read_is_named(case_folder: Path, said: Said) -> None:
    (case_folder / "more.toml").mkdir()
    (case_folder / "volumes.csv").mkdir()
    (case_folder / "deep.toml").write_text("a = " + "[" * 5000, encoding="utf-8")
    found = said(case_folder)
    assert [line.partition(";")[0] for line in found] == [
        "E-TOML  deep.toml: TOML syntax",
        "E-FILE  more.toml: cannot be read",
        "E-FILE  volumes.csv: cannot be read",
    ]


def test_a_byte_order_mark_is_no_fault(case_folder: Path) -> None:
    for name in ("partners.csv", "choice.toml"):
        (case_folder / name).write_bytes(b"\xef\xbb\xbf" + (case_folder / name).read_bytes())
    assert load_case(case_folder) == load_case(CASES / "ecosystem")


def write_case(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder


def test_own_keys_win_over_the_base_case(case_folder: Path) -> None:
    mine = write_case(
        case_folder.parent / "yours",
        'extends = "../mine"\nid = "yours"\n'
        '[roles.vp]\npay = { value = 90, unit = "10k CNY/year", evidence = "offer" }\n',
    )
    base, case = load_case(case_folder), load_case(mine)
    assert (case.id, case.title) == ("yours", base.title)
    assert (case.roles["vp"].pay, case.roles["vp"].pay.origin) == (900_000, "evidence")
    assert case.roles["vp"].ramp == base.roles["vp"].ramp
    assert case.roles["bd"] == base.roles["bd"]
    assert case.partners == base.partners


def test_messages_name_the_file_of_the_base_case(case_folder: Path, edit: Edit, said: Said) -> None:
    edit("staffing.toml", "value = 130", "value = -130")
    mine = write_case(case_folder.parent / "yours", 'extends = "../mine"\n[staffing]\nfill_sd = 3\n')
    found = said(mine)
    assert any(line.startswith("E-RANGE  ../mine/staffing.toml: staffing.productive_hours: ") for line in found)
    assert any(line.startswith("E-FORM  case.toml: staffing.fill_sd: ") for line in found)


def test_a_base_case_can_be_read_without_some_sections(case_folder: Path) -> None:
    gone = ["lines", "roles.lead", "partners", "fit", "scenarios", "staffing.equity.grant.lead"]
    text = f'extends = "../mine"\ndrops = {gone}\npartners = []\n[lines]\n'
    case = load_case(write_case(case_folder.parent / "yours", text))
    assert (case.lines, case.partners, "lead" in case.roles) == ({}, (), False)


def test_an_unknown_drop_is_named(case_folder: Path, said: Said) -> None:
    mine = write_case(case_folder.parent / "yours", 'extends = "../mine"\ndrops = ["line", "roles.bran"]\n')
    assert said(mine) == [
        "E-KEY  case.toml: drops: the base case has no such key; found line; mend: did you mean lines?",
        "E-KEY  case.toml: drops: the base case has no such key; found roles.bran; mend: did you mean roles.brand?",
    ]


def test_drops_must_be_a_list_of_texts(case_folder: Path, said: Said) -> None:
    mine = write_case(case_folder.parent / "yours", 'extends = "../mine"\ndrops = 3\n')
    assert said(mine)[0].startswith("E-VALUE  case.toml: drops: needs a list of key paths; found 3")


def test_a_circle_of_cases_is_printed(tmp_path: Path, said: Said) -> None:
    first = write_case(tmp_path / "first", 'extends = "../second"\n')
    write_case(tmp_path / "second", 'extends = "../third"\n')
    write_case(tmp_path / "third", 'extends = "../first"\n')
    assert said(first)[0] == (
        "E-CYCLE  ../third/case.toml: extends: cases extend each other in a circle; "
        "found first → second → third → first; allowed a chain that ends"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('extends = "../nowhere"', "E-FILE  case.toml: extends: no case folder there; found ../nowhere"),
        ('drops = ["roles"]', "E-RULE  case.toml: drops: drops without extends; found ['roles']; allowed a base case"),
        ("extends = 3", "E-VALUE  case.toml: extends: needs the path of a case folder; found 3"),
        ("", "E-MISSING  case.toml: id: is missing"),
    ],
)
def test_faults_of_extends_are_named(tmp_path: Path, said: Said, text: str, message: str) -> None:
    assert said(write_case(tmp_path / "mine", text))[0].startswith(message)


def test_dropping_half_a_number_is_not_possible(case_folder: Path, said: Said) -> None:
    mine = write_case(
        case_folder.parent / "yours", 'extends = "../mine"\n[clock]\ndiscount = { value = 9, unit = "%/year" }\n'
    )
    assert said(mine)[0].startswith("E-ORIGIN  case.toml: clock.discount: needs exactly one origin")


def test_the_file_of_each_key_is_known() -> None:
    files = read_case_files(CASES / "ladder")
    assert files.file_of(("contracts", "ladder", "edges")) == "case.toml"
    assert files.file_of(("staffing", "base_share")) == "../mvp_team/case.toml"
    assert files.file_of(("staffing", "fill_sd")) == "../paper/staffing.toml"
    assert files.file_of(("partners",)) == "partners.csv"
