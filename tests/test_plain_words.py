"""Those who decide meet no term of art: texts in the code, words of templates, help of commands."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from experiments.console.questions import show

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "reports").rglob("*.py"), *(ROOT / "experiments").rglob("*.py")])
TEMPLATES = sorted((ROOT / "reports").rglob("*.j2"))
STORED = ("run.json: ", "dataset.nc: ", "bounds.nc: ")
"""Beginnings of texts that name a stored figure; a page shows them as code."""
SMALL = re.compile(r"[a-z_./\d]+|E-[A-Z]+")
"""A name or a pointer in a dataset or a file, or the code of an error, not a text."""


def texts(path):
    """Yield line and text of what a file may show: its constants but for docstrings, terms and names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {id(part) for node in ast.walk(tree) for part in told_elsewhere(node, path)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            text = node.value
            if not SMALL.fullmatch(text) and not text.startswith(STORED):
                yield node.lineno, text


def told_elsewhere(node, path):
    """Docstrings, but for those of commands, which are their help; and the term that a hover keeps."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Term":
        yield node.args[2]


class Shown(HTMLParser):
    """Collects what a template shows: neither style nor code nor what an attribute holds."""

    def __init__(self, text):
        super().__init__()
        self.open, self.words = [], []
        self.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL))

    def handle_starttag(self, tag, attrs):
        self.open += [tag] if tag in ("style", "code") else []

    def handle_endtag(self, tag):
        self.open = [name for name in self.open if name != tag]

    def handle_data(self, data):
        self.words += [] if self.open else [data]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_holds_a_term_of_art(path, terms_of_art):
    assert [(line, text) for line, text in texts(path) if terms_of_art(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_shows_a_term_of_art(path, terms_of_art):
    assert terms_of_art(" ".join(Shown(path.read_text(encoding="utf-8")).words)) == []


@pytest.mark.parametrize("path", [p for p in FILES if p.parent.name == "console"], ids=lambda path: path.name)
def test_no_command_explains_itself_with_a_term_of_art(path, terms_of_art):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and any("command" in ast.unparse(each) for each in node.decorator_list):
            assert terms_of_art(ast.get_docstring(node) or "") == []


def test_the_check_finds_what_it_should(tmp_path, terms_of_art):
    (tmp_path / "x.py").write_text(
        '"""About regret."""\nA = ("the regret", "P95", "CVaR 5 %", f"a {1} fan")\nB = "regret"\n'
    )
    found = [term for _, text in texts(tmp_path / "x.py") for term in terms_of_art(text)]
    assert found == ["regret", "P95", "CVaR", "fan"]
    assert terms_of_art("fancy, infant, MP3, 1-in-20, pitch") == []


def test_a_name_gives_the_terminal_no_instructions(capsys):
    name = "[red]Bold[/red] [link=x]plan"
    show(name, [(name, False), ("n", True)], [[name, "1"]])
    assert capsys.readouterr().out.replace("\n", "").count("[red]Bold[/red]") == 3
