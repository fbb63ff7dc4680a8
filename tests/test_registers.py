"""The register travels in a file, survives an open and a save, and what stands there is found again."""

import json
import zipfile
from types import SimpleNamespace

import docx
import numpy as np
import pptx
import pytest
import xarray as xr
import xlsxwriter
from openxml_audit import OpenXmlValidator
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from model import quoting
from model.errors import InputError
from reports import deck_places, memo_places, registers
from reports.book_places import COLUMNS, source_rows
from reports.cited import Register, Shelf, says
from reports.page_places import as_template
from reports.tracing import Sources, trace, unsourced

DATA = xr.Dataset(
    {
        "npv": (("plan", "scenario"), [[1e6, 3e6] * 250]),
        "cash": (("plan", "month"), [[-2e6, -5e6, float("nan")]]),
    },
    {"plan": ["lean"], "month": [1, 2, 3]},
)
HOSTILE = "=1+1 <script>alert(1)</script> ]]> & 名"


@pytest.fixture
def shelf():
    case = SimpleNamespace(clock=SimpleNamespace(start="2027-01"))
    run = SimpleNamespace(path=SimpleNamespace(name="eco"), dataset=DATA, hash="ab12", info={}, case=case)
    return Shelf(run)


@pytest.fixture
def sentence(shelf):
    return says("It earns {gain} to {who}.", gain=shelf.number("npv", "mean", "money_plus", plan="lean"), who=HOSTILE)


@pytest.fixture
def sources():
    return Sources(lambda q: quoting.number(DATA, q), lambda q: quoting.row(DATA, q))


def cash(shelf):
    return shelf.series("cash", "month", scale=1e6, plan="lean")


@pytest.fixture
def deck(shelf, sentence, tmp_path):
    made = pptx.Presentation()
    register = Register(shelf, "deck")
    slide = made.slides.add_slide(made.slide_layouts[6])
    box = slide.shapes.add_textbox(0, 0, Cm(9), Cm(2))
    words = register.says(deck_places.paragraph(slide, box, 1), sentence)
    box.text_frame.text = words
    table = slide.shapes.add_table(1, 2, 0, Cm(3), Cm(9), Cm(1))
    gain = shelf.number("npv", "p50", "money", plan="lean")
    table.table.cell(0, 1).text = register.says(deck_places.cell(slide, table, 1, 2), gain)
    data = CategoryChartData()
    data.categories = ["a", "b", "c"]
    data.add_series("cash", [None if np.isnan(value) else value for value in cash(shelf).drawn])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, 0, Cm(5), Cm(9), Cm(5), data)
    register.draws(deck_places.series(slide, frame, 1), cash(shelf))
    slide.notes_slide.notes_text_frame.text = register.says(deck_places.note(slide, 1), gain)
    registers.into_deck(made, register.as_json())
    made.save(tmp_path / "deck.pptx")
    return tmp_path / "deck.pptx"


@pytest.fixture
def memo(shelf, sentence, tmp_path):
    made = docx.Document()
    register = Register(shelf, "memo")
    paragraph = made.add_paragraph()
    paragraph.add_run(register.says(memo_places.mark(paragraph, 1), sentence))
    cell = made.add_table(1, 1).cell(0, 0).paragraphs[0]
    cell.add_run(register.says(memo_places.mark(cell, 2), shelf.number("npv", "p50", "money", plan="lean")))
    registers.into_memo(made, register.as_json())
    made.save(tmp_path / "memo.docx")
    return tmp_path / "memo.docx"


@pytest.fixture
def page(shelf, sentence, tmp_path):
    register = Register(shelf, "page")
    words = register.says("gain", sentence)
    drawn = register.draws("cash", cash(shelf))
    body = as_template(register.as_json())
    said = words.replace("<", "&lt;")
    path = tmp_path / "page.html"
    text = f'<p data-place="gain">{said}<br></p><svg data-place="cash" data-values="{json.dumps(drawn)}"></svg>{body}'
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def book(shelf, sentence, tmp_path):
    register = Register(shelf, "workbook")
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet, listed = made.add_worksheet("Main"), made.add_worksheet("Sources")
        sheet.write_string(0, 0, register.says("Main!A1", sentence))
        for row, value in enumerate(register.draws("Main!B1:B3", cash(shelf))):
            sheet.write(row, 1, "–" if np.isnan(value) else value)
        sheet.write_column(0, 2, register.draws("Main!C1:C500", shelf.series("npv", "scenario", plan="lean")))
        for row, line in enumerate([COLUMNS, *source_rows(register.as_json())]):
            for column, text in enumerate(line):
                listed.write_string(row, column, text)
    return path


def states(path, sources):
    register, found = registers.read(path)
    return register, found, [one.state for one in trace(register, found, sources)]


@pytest.mark.parametrize(("kind", "numbers"), [("deck", 1 + 1 + 3 + 1), ("memo", 2), ("page", 1 + 3), ("book", 504)])
def test_a_file_as_written_is_confirmed(kind, numbers, request, sources):
    register, found, told = states(request.getfixturevalue(kind), sources)
    assert told == ["confirmed"] * numbers
    assert (register["run"], register["dataset"], unsourced(register, found)) == ("eco", "ab12", [])


def edit_deck(path):
    made = pptx.Presentation(path)
    for shape in made.slides[0].shapes:
        if shape.has_text_frame:
            shape.text_frame.paragraphs[0].runs[0].text = shape.text_frame.text.replace("2.0 M", "9.0 M")
            shape.text_frame.add_paragraph().text = "Or 17."
    made.save(path)


def edit_memo(path):
    made = docx.Document(path)
    made.paragraphs[0].runs[0].text = made.paragraphs[0].text.replace("2.0 M", "9.0 M")
    made.paragraphs[0].insert_paragraph_before("Or 17.")
    made.save(path)


def edit_page(path):
    text = path.read_text(encoding="utf-8").replace("earns +2.0 M", "earns +9.0 M", 1)
    path.write_text(f'<p data-place="new">Or 17.</p>{text}', encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "edit", "place", "new"),
    [
        ("deck", edit_deck, "slide 256/shape 2/paragraph 1", "slide 256/shape 2/paragraph 2"),
        ("memo", edit_memo, "_hc0001", "paragraph 1"),
        ("page", edit_page, "gain", "new"),
    ],
)
def test_one_digit_edited_is_named_and_so_is_a_number_without_source(kind, edit, place, new, request, sources):
    path = request.getfixturevalue(kind)
    edit(path)
    register, found = registers.read(path)
    wrong = [one for one in trace(register, found, sources) if one.state != "confirmed"]
    assert [(one.place, one.state, one.shows, one.wrote, one.stored) for one in wrong] == [
        (place, "edited", "+9.0 M CNY", "+2.0 M CNY", "+2.0 M CNY")
    ]
    assert unsourced(register, found) == [new]


def test_a_digit_of_a_long_column_is_named(book, sources):
    register, found = registers.read(book)
    assert "values" not in register["places"]["Main!C1:C500"]
    found["Main!C1:C500"][7] = 3_000_000.1
    found["Main!B1:B3"][1] = -5.1
    found["Main!D9"] = "17"
    wrong = [(one.place, one.shows, one.wrote) for one in trace(register, found, sources) if one.state == "edited"]
    assert wrong == [("Main!B2", "-5.1", "-5"), ("Main!C8", "3000000.1", "3000000")]
    assert unsourced(register, found) == ["Main!D9"]


def test_a_long_column_of_a_dataset_that_moved(book):
    register, found = registers.read(book)
    moved = Sources(lambda q: quoting.number(DATA * 2, q), lambda q: quoting.row(DATA * 2, q))
    told = [one for one in trace(register, found, moved) if one.place.startswith("Main!C")]
    assert ({one.state for one in told}, len(told), told[0].stored) == ({"drifted"}, 500, "2000000")
    found["Main!C1:C500"][0] = 7.0
    last = trace(register, found, moved)[-1]
    assert (last.place, last.state) == ("Main!C1:C500", "edited")


def faults(path):
    """The empty memo of the library has faults of its own."""
    return {error.description for error in OpenXmlValidator().validate(path).errors}


@pytest.mark.parametrize("kind", ["deck", "memo"])
def test_the_office_formats_stay_valid_and_keep_the_register_when_saved(kind, request, tmp_path, sources):
    path = request.getfixturevalue(kind)
    empty = tmp_path / f"empty{path.suffix}"
    (pptx.Presentation() if kind == "deck" else docx.Document()).save(empty)
    assert faults(path) <= faults(empty)
    again = tmp_path / f"again{path.suffix}"
    (pptx.Presentation(path) if kind == "deck" else docx.Document(path)).save(again)
    assert registers.read(again)[0] == registers.read(path)[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("deck.pptx", b"PK no zip", "cannot be read as a deck"),
        ("memo.docx", b"", "cannot be read as a document"),
        ("book.xlsx", b"PK no zip", "cannot be read as a workbook"),
        ("memo.docx", b"\xd0\xcf\x11\xe0 old", "is a document of the old kind or with a password; allowed .docx"),
        ("page.html", b"\xff\xfe\xff", "cannot be read as .html"),
        ("page.html", b"<p>17</p>", "holds no list of sources; mend: trace what headcast wrote"),
        ("page.pdf", b"%PDF", "carries no register of numbers; found .pdf; allowed .pptx, .docx, .xlsx, .html"),
    ],
)
def test_what_cannot_be_read_is_refused(name, content, message, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        registers.read(tmp_path / name)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize("name", ["deck.pptx", "memo.docx", "book.xlsx"])
@pytest.mark.parametrize(
    ("content", "message"),
    [(ENTITIES, "declares entities or a document type"), (b" " * 50_000_000, r"the part item\.xml expands too much")],
)
def test_a_hostile_file_is_refused_before_any_program_opens_it(name, content, message, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("item.xml", content)
    for kind in (".pptx", ".docx", ".xlsx"):
        monkeypatch.setitem(registers.READERS, kind, lambda raw: pytest.fail("opened"))
    with pytest.raises(InputError, match=message):
        registers.read(tmp_path / name)


def test_any_text_survives_in_the_register(shelf, tmp_path):
    register = Register(shelf, "memo")
    register.says("_hc0001", "bell \x07, half \ud800, ]]> & <b> 名")
    made = docx.Document()
    registers.into_memo(made, register.as_json())
    made.save(tmp_path / "memo.docx")
    assert registers.read(tmp_path / "memo.docx")[0] == register.as_json()


def test_documents_without_register_are_refused(tmp_path):
    pptx.Presentation().save(tmp_path / "deck.pptx")
    docx.Document().save(tmp_path / "memo.docx")
    xlsxwriter.Workbook(tmp_path / "book.xlsx").close()
    for name in ("deck.pptx", "memo.docx", "book.xlsx"):
        with pytest.raises(InputError, match="holds no list of sources"):
            registers.read(tmp_path / name)
    with pytest.raises(InputError, match="there is no such file"):
        registers.read(tmp_path / "gone.xlsx")
