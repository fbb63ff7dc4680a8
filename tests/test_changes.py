"""What differs between two cases: numbers, clauses, columns, entries, texts; all changes made give the new case."""

import pytest

from experiments.explaining import changes as module
from experiments.explaining.changes import applied, changes, leaves
from model.errors import InputError
from model.quantities import Quantity


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


def bare(case):
    """The case without its questions, which move no money."""
    return case.model_copy(update={"break_even": {}, "fit": {}, "scenarios": {}})


def number(value, like):
    return Quantity(value, unit=like.unit, origin="source", source="for tests")


@pytest.fixture(scope="module")
def dearer(case, changed):
    """One number of a line and one reading changed."""
    demand = number(1.05, case.lines["insurance"].demand)
    return changed(case, {"lines.insurance.demand": demand, "readings.salary_is": "base"})


def test_nothing_changed(case):
    assert changes(case, case) == ([], 0)


def test_a_number_and_a_clause(case, dearer):
    found, texts = changes(case, dearer)
    assert texts == 0
    assert [(c.key, c.kind, c.is_number, c.old, c.new) for c in found] == [
        ("readings.salary_is", "contract", False, "package", "base"),
        ("lines.insurance.demand", "assumption", True, "1.13", "1.05"),
    ]
    assert found[1].what == "Insurance: factor on the mature volume of its partners"


def test_each_change_can_be_made_alone(case, dearer):
    reading, demand = changes(case, dearer)[0]
    half = applied(case, dearer, [demand])
    assert (half.readings.salary_is, float(half.lines["insurance"].demand)) == ("package", 1.05)
    assert applied(case, dearer, [reading, demand]) == bare(dearer)
    assert applied(case, dearer, []) == bare(case)


def test_another_source_or_range_moves_no_money(case, changed):
    old = case.lines["insurance"].demand
    other = Quantity(float(old), unit=old.unit, origin="source", source="measured")
    found = changes(case, changed(case, {"lines.insurance.demand": other, "title": "Another title"}))
    assert found == ([], 2)


@pytest.mark.parametrize(("factor", "is_change"), [(1 + 4e-16, False), (1 + 5e-13, False), (1 + 5e-12, True)])
def test_what_a_program_for_tables_rounds_off_is_no_change(case, changed, factor, is_change):
    demand = case.lines["insurance"].demand
    found, texts = changes(case, changed(case, {"lines.insurance.demand": number(float(demand) * factor, demand)}))
    assert (len(found), texts) == (int(is_change), int(not is_change))
    row = {"value": [5 / 9, 1.0], "unit": "factor"}
    (leaf,) = leaves({"ratios": row}, {"ratios": row | {"value": [5 / 9 * factor, 1.0]}})
    assert leaf.is_money is is_change
    (longer,) = leaves({"ratios": row}, {"ratios": row | {"value": [5 / 9, 1.0, 1.0]}})
    assert longer.is_money


def test_a_column_of_partners_is_one_change(case, changed):
    values = {f"partners.{p.id}.nps": number(float(p.nps) - 1, p.nps) for p in case.partners[:3]}
    new = changed(case, values)
    found, _ = changes(case, new)
    assert [(c.key, len(c.paths), c.new) for c in found] == [("partners.nps", 3, "3 values changed")]
    assert found[0].what.startswith("All partners: ")
    assert applied(case, new, found) == bare(new)
    one, _ = changes(case, changed(case, dict([next(iter(values.items()))])))
    assert one[0].what.startswith("First insurer: ")


def test_a_partner_who_is_new_or_gone(case):
    fewer = case.model_copy(update={"partners": case.partners[:-1]})
    gone, back = changes(case, fewer)[0], changes(fewer, case)[0]
    last = case.partners[-1]
    assert [(c.what, c.new, c.is_number) for c in gone] == [(last.title, "none", False)]
    assert [(c.what, c.old) for c in back] == [(last.title, "none")]
    assert applied(fewer, case, back) == bare(case)
    assert applied(case, fewer, gone) == bare(fewer)


def test_a_mix_that_is_no_case_is_refused(case, changed):
    """A contract that a partner still names cannot go alone."""
    other = case.contracts["other_200"]
    contracts = {name: part for name, part in case.contracts.items() if name != "other_200"} | {"other_x": other}
    margin = {name: part for name, part in case.partner_margin.items() if name != "other_200"}
    partners = tuple(
        p.model_copy(update={"contract": "other_x"}) if p.contract == "other_200" else p for p in case.partners
    )
    new = case.model_copy(update={"contracts": contracts, "partners": partners, "partner_margin": margin})
    gone = [c for c in changes(case, new)[0] if c.key == "contracts.other_200"]
    with pytest.raises(InputError, match=r"other_200"):
        applied(case, new, gone)


def test_very_many_changes_are_taken_by_section(case, changed, monkeypatch):
    monkeypatch.setattr(module, "MOST_CHANGES", 2)
    values = {f"lines.{line}.demand": number(2.0, part.demand) for line, part in case.lines.items()}
    new = changed(case, values | {"clock.discount": number(0.12, case.clock.discount)})
    found, _ = changes(case, new)
    assert [(c.key, len(c.paths)) for c in found] == [("clock", 1), ("lines", len(case.lines))]
    assert applied(case, new, found) == bare(new)


def test_lists_are_told_in_words_and_cut(case, changed):
    rates = tuple(rate * 2 for rate in case.contracts["insurer_ladder"].rates)
    new = changed(case, {"contracts.insurer_ladder.rates": rates})
    found, _ = changes(case, new)
    assert [(c.key, c.kind) for c in found] == [("contracts.insurer_ladder.rates", "contract")]
    assert len(found[0].old) <= module.SHORT
    assert applied(case, new, found).contracts["insurer_ladder"].rates == rates
