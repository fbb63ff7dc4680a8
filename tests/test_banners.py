"""The banner of an illustrative case stands until the last input marked so is replaced."""

import re
from types import SimpleNamespace

import pytest

from experiments.console import commands
from model.banners import banner, illustrative
from model.load import case_from_dict, case_to_dict
from model.quantities import Quantity
from reports.words import row_title


def replaced(case, keep=0):
    """The case with all but `keep` illustrative guesses given a source, as a person would edit the files."""
    data, left = case_to_dict(case), [keep]

    def mend(node):
        if isinstance(node, list):
            return [mend(part) for part in node]
        if not isinstance(node, dict):
            return node
        if str(node.get("note", "")).startswith("illustrative") and "guess" in node:
            if left[0] > 0:
                left[0] -= 1
                return node
            return {"value": node["value"], "unit": node["unit"], "source": "books of the stores"}
        return {key: mend(part) for key, part in node.items()}

    return case_from_dict(mend(data))


@pytest.mark.parametrize("name", ["user_success", "ecommerce", "channel"])
def test_a_shipped_illustrative_case_says_so_and_names_an_input(shipped, name):
    case = shipped(name)
    assert "partners.mature_volume" in illustrative(case)
    assert banner(case).startswith("Illustrative: volumes to be replaced. Still so: ")
    assert re.search(r"and \d+ more\.$", banner(case))


@pytest.mark.parametrize("name", ["user_success", "ecommerce", "channel"])
def test_the_banner_goes_with_the_last_illustrative_input(shipped, name):
    case = shipped(name)
    assert banner(replaced(case)) == ""
    last = replaced(case, keep=1)
    assert len(illustrative(last)) == 1
    assert banner(last) == f"Illustrative: volumes to be replaced. Still so: {illustrative(last)[0]}."


def test_another_banner_stands_whatever_is_replaced(shipped):
    case = shipped("ecosystem")
    assert illustrative(case) == []
    assert banner(case) == case.banner != ""


def test_only_a_guess_marked_at_its_beginning_counts(shipped, changed):
    case = shipped("paper").model_copy(update={"banner": "Illustrative: volumes to be replaced."})
    assert banner(case) == ""
    where = "calibrations.as_written.demand"
    for note, counts in (("illustrative: no history", True), ("Illustrative", True), ("not illustrative", False)):
        marked = changed(case, {where: Quantity(1.0, "factor", "guess", note, 0.5, 2.0)})
        assert bool(banner(marked)) is counts
    assert banner(changed(case, {where: Quantity(1.0, "factor", "source", "illustrative: 002")})) == ""


def test_a_case_is_told_in_its_own_words(shipped):
    called = shipped("user_success").called
    assert (called.line, called.partner, called.partners, called.unit) == ("region", "store", "stores", "car")
    assert row_title("integration", called) == "Connecting stores"
    assert row_title("partner_upkeep", called) == "Store upkeep"
    assert row_title("base_pay", called) == "Base pay"
    plain = shipped("ecosystem").called
    assert (plain.line, plain.partner, plain.partners, plain.unit) == ("line", "partner", "partners", "unit")
    assert row_title("integration", plain) == row_title("integration") == "Connecting partners"


@pytest.mark.parametrize("told", ["Illustrative: volumes to be replaced.", ""])
def test_the_terminal_tells_the_banner_first(told, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(commands.store, "open_run", lambda _: SimpleNamespace(info={"banner": told}))
    line = SimpleNamespace(label="Decision recommended", says="Do nothing.", notes=())
    monkeypatch.setattr(commands, "first_screen", lambda _: [line])
    commands._show_first_screen(tmp_path)
    assert capsys.readouterr().out.splitlines() == [*([told] if told else []), "Decision recommended: Do nothing."]
