"""Numbers with their source, and the list of them that a document carries and that is followed back."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from model import quoting
from model.errors import Finding, InputError
from reports import tracing
from reports.cited import Points, Register, Shelf, joined, points, says
from reports.forms import FORMS, written
from reports.tracing import Sources, trace, unsourced

DATA = xr.Dataset(
    {"npv": (("plan", "scenario"), [[1e6, 3e6], [0.0, 0.0]]), "cash": (("plan", "month"), [[-2e6, -5e6], [0.0, 0.0]])},
    {"plan": ["lean", "nothing"], "month": [1, 2]},
)


@pytest.fixture
def shelf():
    clock = SimpleNamespace(start="2027-01")
    run = SimpleNamespace(
        path=SimpleNamespace(name="eco"),
        dataset=DATA,
        hash="ab12",
        info={"decision": "Hire 10"},
        case=SimpleNamespace(clock=clock),
    )
    return Shelf(run)


def sources(data, info):
    return Sources(
        lambda q: quoting.told(info, q) if q.part else quoting.number(data, q),
        lambda q: quoting.row(data, q),
    )


@pytest.fixture
def document(shelf):
    """A register of a sentence and a series, and what stands in the document."""
    register = Register(shelf, "deck")
    gain = shelf.number("npv", "mean", "money_plus", plan="lean")
    error = shelf.number("npv", "mean_se", "error", plan="lean")
    text = register.says(
        "slide 1", says("{what}: it earns {gain} {error}.", what=shelf.told("/decision"), gain=gain, error=error)
    )
    drawn = register.draws("chart 1", shelf.series("cash", "month", scale=1e6, plan="lean"))
    return register.as_json(), {"slide 1": text, "chart 1": drawn}


def states(found):
    return [one.state for one in found]


def test_a_sentence_is_read_as_it_was_put_together(document):
    _, found = document
    assert found == {"slide 1": "Hire 10: it earns +2.0 M CNY ± 1.0 M CNY.", "chart 1": [-2.0, -5.0]}


def test_a_document_as_written_is_confirmed(document, shelf):
    register, found = document
    traced = trace(register, found, sources(DATA, shelf.run.info))
    assert states(traced) == ["confirmed"] * 5
    assert traced[1].quote == "eco/dataset.nc: npv, plan=lean, mean"
    assert traced[0].quote == "eco/run.json: /decision"
    assert [one.place for one in traced[3:]] == ["chart 1, 1", "chart 1, 2"]


def test_points_of_a_series_have_a_source_each(shelf):
    register = Register(shelf, "deck")
    one, other = (shelf.number("npv", "mean", plan=plan) for plan in ("lean", "nothing"))
    drawn = register.draws("chart", Points((one, None, other), (-1e6, 1.0, 1e6)))
    assert drawn == [-2.0, 0.0, 0.0]
    known = sources(DATA, shelf.run.info)
    assert states(trace(register.as_json(), {"chart": drawn}, known)) == ["confirmed", "confirmed"]
    edited = trace(register.as_json(), {"chart": [-2.5, 0.0, 0.0]}, known)
    assert (states(edited), edited[0].place, edited[0].stored) == (["edited", "confirmed"], "chart, 1", "-2")
    drifted = trace(register.as_json(), {"chart": drawn}, sources(DATA * 2, {}))
    assert states(drifted) == ["drifted", "confirmed"]
    assert states(trace(register.as_json(), {}, known)) == ["gone", "gone"]
    assert points([one], 1e3).drawn == [2000.0]


def test_one_digit_edited_is_named(document, shelf):
    register, found = document
    wrong = {**found, "slide 1": "Hire 10: it earns +3.0 M CNY ± 1.0 M CNY.", "chart 1": [-2.0, -5.000001]}
    traced = trace(register, wrong, sources(DATA, shelf.run.info))
    assert states(traced) == ["confirmed", "edited", "confirmed", "confirmed", "edited"]
    assert (traced[1].shows, traced[1].wrote, traced[1].stored) == ("+3.0 M CNY", "+2.0 M CNY", "+2.0 M CNY")
    assert (traced[4].shows, traced[4].stored) == ("-5.000001", "-5")


def test_words_may_change_around_numbers(document, shelf):
    register, found = document
    new = {**found, "slide 1": "We should hire 10. Hire 10 brings 12.0 M CNY ± 1.0 M CNY."}
    assert states(trace(register, new, sources(DATA, shelf.run.info)))[:3] == ["confirmed", "gone", "confirmed"]


def test_a_dataset_that_moved_is_named(document, shelf):
    register, found = document
    traced = trace(register, found, sources(DATA * 2, shelf.run.info))
    assert states(traced) == ["confirmed", "drifted", "drifted", "drifted", "drifted"]
    assert traced[1].stored == "+4.0 M CNY"


def test_what_is_gone_and_what_has_no_source(document, shelf):
    register, found = document
    left = {"slide 1": found["slide 1"], "slide 9": "About 7 M", "slide 10": "No number"}
    assert states(trace(register, left, sources(DATA, shelf.run.info)))[3:] == ["gone", "gone"]
    assert unsourced(register, left) == ["slide 9"]


def test_a_run_that_is_not_there(document):
    def missing(quote):
        raise InputError(Finding("E-REF", quote.run, "is not there"))

    register, found = document
    assert set(states(trace(register, found, Sources(missing, missing)))) == {"not found"}


@pytest.mark.parametrize(
    ("value", "form", "english", "chinese"),
    [
        (8_740_000.0, "money_plus", "+8.7 M CNY", "+874万元"),
        (-8_740_000.0, "money", "−8.7 M CNY", "−874万元"),
        (123_456_789.0, "money", "123.5 M CNY", "1.23亿元"),
        (99_999_999.0, "money_bare", "100.0", "10,000"),
        (80_000.0, "error", "± 0.08 M CNY", "±8.0万元"),
        (4_000.0, "error", "± <0.01 M CNY", "±<1万元"),
        (0.224, "percent", "22\u00a0%", "22%"),
        (-0.224, "percent_size", "22\u00a0%", "22%"),
        (-8_740_000.0, "money_size", "8.7 M CNY", "874万元"),
        (23.0, "count", "23", "23"),
        (12_345.6, "count", "12,346", "12,346"),
        (13.0, "month", "Jan 2028", "2028年1月"),
        (0, "month", "–", "–"),
        (float("nan"), "money", "–", "–"),
        ("Hire", "text", "Hire", "Hire"),
    ],
)
def test_numbers_in_both_languages(value, form, english, chinese):
    assert written(value, form, "en", "2027-01") == english
    assert written(value, form, "zh", "2027-01") == chinese


def test_every_form_writes_a_dash_for_nothing():
    assert {written(None, form, "en", "2027-01") for form in FORMS} == {"–"}


def test_parts_of_sentences_keep_their_sources(shelf):
    gain = shelf.number("npv", "mean", "money", plan="lean")
    whole = joined([says("Gain {gain}.", gain=gain), "Sure."])
    assert (str(whole), whole.cited) == ("Gain 2.0 M CNY. Sure.", (gain,))
    assert tracing.DIGITS.search(str(gain))


def test_what_the_case_assumes_is_quoted_from_it(shelf, shipped):
    shelf.run.case = shipped("ecosystem")
    found = shelf.assumed("/gates/month_18/least/users/value", "count")
    assert (found.text, found.quote.words()) == ("50,000", "eco/case.json: /gates/month_18/least/users/value")
    with pytest.raises(InputError, match="there is nothing"):
        shelf.assumed("/gates/month_7")


def test_an_answer_is_quoted_under_its_own_name(shelf):
    other = Shelf(shelf.run, "zh", {"eco-scenarios": DATA}, {"eco-scenarios": "cd34"})
    found = other.number("npv", "mean", of="eco-scenarios", plan="lean")
    assert (found.quote.run, found.quote.dataset, found.text) == ("eco-scenarios", "cd34", "200万元")
    assert np.array_equal(other.series("cash", "month", of="eco-scenarios", plan="lean").values, [-2e6, -5e6])


def test_what_fills_a_place_without_a_source_is_not_counted(shelf):
    """Of a series of three with one gap two count, as for `trace`; a row of two and a sentence's number too."""
    register = Register(shelf, "deck")
    number = shelf.number("npv", "mean", plan="lean")
    register.draws("chart", points([number, None, number], 1e6))
    register.draws("row", shelf.series("cash", "month", plan="lean"))
    register.says("text", says("It earns {much}.", much=number))
    assert register.count == 2 + 2 + 1
    shown = {"chart": [2.0, 0.0, 2.0], "row": [-2e6, -5e6], "text": "It earns 2.0 M CNY."}
    traced = trace(register.as_json(), shown, sources(DATA, {}))
    assert [one.state for one in traced] == ["confirmed"] * register.count
