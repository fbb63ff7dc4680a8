"""Hostile workbooks at the gate: bombs, far cells, entities and broken archives are refused, odd cells are marked."""

import io
import os
import zipfile
import zlib
from time import perf_counter

import pytest
import xlsxwriter

from model import package_gate
from model.errors import InputError
from model.sheet_files import read_workbook
from model.workbook_gate import pass_gate

SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = "declares entities or a document type"
HEAD = '<?xml version="1.0"?>'
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def plain_book():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("S").write(0, 0, "a")
    return made.getvalue()


def with_part(name, content, raw=None):
    """Return a workbook in which one part is another one, or is added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw or plain_book())) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return made.getvalue()


def sheet_of(rows):
    return f"{HEAD}<worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>"


def entity_bomb():
    names = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    return f'{HEAD}<!DOCTYPE x [<!ENTITY a0 "ha">{names}]><worksheet {SPACE}><sheetData/>&a9;</worksheet>'


def foreign_entity(encoding=""):
    head = HEAD.replace("?>", f"{encoding}?>")
    return f'{head}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst {SPACE}><si><t>&f;</t></si></sst>'


def lying_archive():
    """A part whose told size is smaller than what it expands to."""
    raw = bytearray(with_part("xl/big.xml", "<a>" + "x" * 100_000 + "</a>"))
    size = (100_007).to_bytes(4, "little")
    place = raw.rfind(size)
    raw[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(raw)


HOSTILE = {
    "zip bomb": (lambda: with_part("xl/media/x.bin", b"\0" * 60_000_000), "expands too much; found 1,0"),
    "many rows": (
        lambda: with_part(SHEET, sheet_of("<row/>" * 5 + '<row r="100001"><c><v>1</v></c></row>')),
        "reaches too far",
    ),
    "far cell": (
        lambda: with_part(SHEET, sheet_of('<row><c r="XFD1048576"><v>1</v></c></row>')),
        "reaches too far; found 1,048,576 × 16,384",
    ),
    "far corner": (
        lambda: with_part(SHEET, sheet_of('<row><c r="SF90000"><v>1</v></c></row>')),
        "reaches too far; found 90,000 × 500",
    ),
    "entity bomb": (lambda: with_part(SHEET, entity_bomb()), ENTITIES),
    "foreign entity": (lambda: with_part("xl/sharedStrings.xml", foreign_entity()), ENTITIES),
    "utf-16 entity": (
        lambda: with_part("xl/styles.xml", foreign_entity(' encoding="utf-16"').encode("utf-16")),
        ENTITIES,
    ),
    "no zip": (lambda: b"PK\3\4 not a workbook", "cannot be read as a workbook"),
    "empty": (lambda: b"", "cannot be read as a workbook"),
    "old kind": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
        "is a workbook of the old kind or with a password",
    ),
    "broken xml": (lambda: with_part("xl/workbook.xml", "<workbook"), "cannot be read as a workbook"),
    "other zip": (lambda: with_part("x", "y", _zip_of({"a.txt": "b"})), "cannot be read as a workbook; found KeyError"),
    "lying size": (lying_archive, "cannot be read as a workbook"),
}


def _zip_of(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_at_once(tmp_path, kind):
    make, said = HOSTILE[kind]
    path = tmp_path / "h.xlsx"
    path.write_bytes(make())
    began = perf_counter()
    with pytest.raises(InputError, match=r"E-WORKBOOK  h\.xlsx") as caught:
        read_workbook(path)
    assert said in str(caught.value)
    assert perf_counter() - began < 3


def test_limits_of_size_hold_at_the_edge(tmp_path, monkeypatch):
    path = tmp_path / "h.xlsx"
    path.write_bytes(plain_book())
    size = os.path.getsize(path)
    monkeypatch.setattr(package_gate, "MOST_BYTES", size)
    pass_gate(path, "h.xlsx")
    monkeypatch.setattr(package_gate, "MOST_BYTES", size - 1)
    with pytest.raises(InputError, match="is too large"):
        pass_gate(path, "h.xlsx")
    monkeypatch.undo()
    with zipfile.ZipFile(path) as parts:
        total = sum(part.file_size for part in parts.infolist())
    monkeypatch.setattr(package_gate, "MOST_EXPANDED", total)
    pass_gate(path, "h.xlsx")
    monkeypatch.setattr(package_gate, "MOST_EXPANDED", total - 1)
    with pytest.raises(InputError, match="expands to too much"):
        pass_gate(path, "h.xlsx")
    with pytest.raises(InputError, match="no such file"):
        pass_gate(tmp_path / "none.xlsx", "none.xlsx")
    with pytest.raises(InputError, match="cannot be read"):
        pass_gate(tmp_path, "folder.xlsx")


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml"])
def test_many_small_elements_are_refused_before_they_fill_the_memory(tmp_path, monkeypatch, part):
    path = tmp_path / "h.xlsx"
    path.write_bytes(with_part(part, f"{HEAD}<x>{'<a/>' * 200}</x>"))
    monkeypatch.setattr(package_gate, "MOST_ELEMENTS", 201)
    pass_gate(path, "h.xlsx")
    monkeypatch.setattr(package_gate, "MOST_ELEMENTS", 199)
    with pytest.raises(InputError, match="holds too many elements; found over 199"):
        pass_gate(path, "h.xlsx")


def test_a_part_told_twice_is_refused(tmp_path):
    path = tmp_path / "h.xlsx"
    path.write_bytes(plain_book())
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, "<x/>")
    with pytest.raises(InputError, match="holds too many parts, or one twice"):
        pass_gate(path, "h.xlsx")


def test_the_largest_cell_that_is_taken(tmp_path):
    path = tmp_path / "h.xlsx"
    path.write_bytes(with_part(SHEET, sheet_of('<row r="10000"><c r="SF10000"><v>1</v></c></row>')))
    _, marks = pass_gate(path, "h.xlsx")
    assert (marks["S"].rows, marks["S"].columns) == (10_000, 500)


def test_odd_cells_are_marked(tmp_path):
    path = tmp_path / "h.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        sheet.write_formula(0, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 1, "=1+1", None, "")
        sheet.write_formula(2, 2, "=1+1", None, 2)
        sheet.write_number(3, 3, 0.15, book.add_format({"num_format": "0.0%"}))
        sheet.write_number(4, 3, 15, book.add_format({"num_format": '0.0"%"'}))
        sheet.write_number(5, 3, 0.15, book.add_format({"num_format": 9}))
        sheet.write_formula(6, 4, '=""', None, "")
    _, marks = pass_gate(path, "h.xlsx")
    assert marks["S"].errors == {(0, 0): "#DIV/0!"}
    assert marks["S"].percents == {(3, 3), (5, 3)}
    assert (1, 1) in marks["S"].uncomputed
    assert (2, 2) not in marks["S"].uncomputed


def test_the_bombs_are_small_files():
    # Otherwise the limit of 20 MB would refuse them and the others would not be tried.
    assert all(len(make()) < 100_000 for make, _ in HOSTILE.values())
    assert len(zlib.compress(b"\0" * 60_000_000)) < 60_000
