"""CSV tables: each fault with its line and column, units and origins once per column."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from model.load import load_case

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
Edit = Callable[[str, str, str], None]
Said = Callable[[Path], list[str]]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "partners.csv",
            ",nps\n",
            ",npz\n",
            r"E-CSV  partners\.csv: line 1: unknown column; found npz; .*did you mean nps\?",
        ),
        ("partners.csv", ",nps\n", ",npz\n", r"E-CSV  partners\.csv: line 1: missing column; found nps"),
        (
            "partners.csv",
            ",nps\n",
            ",complaint\n",
            r"E-CSV  partners\.csv: line 1: column stands twice; found complaint",
        ),
        (
            "partners.csv",
            "0.028,76",
            "0.03",
            r"E-CSV  partners\.csv: line 2: ragged row; found 12 cells; allowed 13 cells",
        ),
        ("partners.csv", "0.028,76", "0.03,", r"E-CSV  partners\.csv: line 2, column nps: not a number; found nothing"),
        ("partners.csv", "0.028,76", "0.03,inf", r"E-CSV  partners\.csv: line 2, column nps: not a number; found inf"),
        (
            "partners.csv",
            "0.028,76",
            "0.028,760",
            r"E-RANGE  partners\.csv: line 2, column nps: outside the plausible band",
        ),
        (
            "partners.csv",
            "First insurer",
            '"First insurer',
            r"E-CSV  partners\.csv: not a CSV table; found unexpected end",
        ),
        (
            "lines.toml",
            'nps = { unit = "points"',
            'nps = { unit = "point"',
            r"E-UNIT  lines\.toml: tables\.partners\.columns\.nps",
        ),
        (
            "lines.toml",
            "nps = { unit",
            "npz = { unit",
            r"E-KEY  lines\.toml: tables\.partners\.columns\.npz: no number column",
        ),
        (
            "lines.toml",
            "nps = { unit",
            "npz = { unit",
            r"E-MISSING  lines\.toml: tables\.partners\.columns\.nps: the column has",
        ),
        (
            "lines.toml",
            "[0.95, 1.05]",
            "[1.05, 1.1]",
            r"E-RANGE  lines\.toml: tables\.partners\.columns\.nps: a guess needs",
        ),
        (
            "lines.toml",
            '"points", guess = [0.95, 1.05]',
            '"points", gess = [0.95, 1.05]',
            r"E-ORIGIN .*columns\.nps: needs exactly",
        ),
        (
            "lines.toml",
            "[tables.partners.columns]",
            "[tables.partner.columns]",
            r"E-KEY .*: tables\.partner: unknown key",
        ),
    ],
)
def test_one_fault_gives_its_message(
    case_folder: Path, edit: Edit, said: Said, file: str, old: str, new: str, message: str
) -> None:
    edit(file, old, new)
    found = said(case_folder)
    assert any(re.search(message, line) for line in found), "\n".join(found)


@pytest.mark.parametrize("new", ["point", "poimts"])
def test_a_fault_of_a_column_is_told_once(case_folder: Path, edit: Edit, said: Said, new: str) -> None:
    edit("lines.toml", 'nps = { unit = "points"', f'nps = {{ unit = "{new}"')
    assert len(said(case_folder)) == 1


def test_a_missing_column_is_told_once(case_folder: Path, said: Said) -> None:
    table = (case_folder / "partners.csv").read_text(encoding="utf-8").splitlines()
    (case_folder / "partners.csv").write_text("\n".join(row.rpartition(",")[0] for row in table), encoding="utf-8")
    assert len(said(case_folder)) == 1


def test_a_table_nobody_reads_is_named(case_folder: Path, said: Said) -> None:
    (case_folder / "partner.csv").write_text("id\n", encoding="utf-8")
    assert said(case_folder) == [
        "E-FILE  partner.csv: unknown table; found partner.csv; "
        "allowed partners.csv, volumes.csv; mend: did you mean partners.csv?"
    ]


def test_an_empty_table_is_named(case_folder: Path, said: Said) -> None:
    (case_folder / "partners.csv").write_text("", encoding="utf-8")
    assert "E-CSV  partners.csv: is empty; allowed a header line and rows" in said(case_folder)


def test_faults_of_given_volumes_are_named(case_folder: Path, said: Said) -> None:
    (case_folder / "volumes.csv").write_text("month,insurer_9,insurer_1\n1,5,-1\n3,x,2\n", encoding="utf-8")
    assert said(case_folder) == [
        "E-RANGE  volumes.csv: line 2, column insurer_1: volume below zero; found -1; allowed >= 0",
        "E-CSV  volumes.csv: line 3, column month: months must count up from 1; found 3; allowed 2",
        "E-CSV  volumes.csv: line 3, column insurer_9: not a number; found x; "
        "allowed a number without unit or separators",
        "E-REF  volumes.csv: volumes.insurer_9: unknown partner; found insurer_9; allowed "
        + ", ".join(p.id for p in load_case(CASES / "ecosystem").partners)
        + "; mend: did you mean insurer_4?",
        "E-RULE  volumes.csv: volumes.insurer_9: months of given volume; found 2; allowed 60",
        "E-RULE  volumes.csv: volumes.insurer_1: months of given volume; found 2; allowed 60",
    ]


def test_volumes_need_their_month_column(case_folder: Path, said: Said) -> None:
    (case_folder / "volumes.csv").write_text("months,insurer_1\n", encoding="utf-8")
    assert "E-CSV  volumes.csv: line 1: first column; found months; allowed month, then one column per partner" in said(
        case_folder
    )
