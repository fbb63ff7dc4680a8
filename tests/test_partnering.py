"""With whom a plan works: tried before signed, counted, with contract, month, chance; what is left if nobody comes."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from model.plans import Policies
from reports.board import partnering
from reports.cited import Shelf

MILLION, SEEN = 1e6, 1000
FIRST = {"id": "insurer_1", "title": "First insurer", "start": 4, "contract": "Ladder", "named": True}
SERVICES = {"id": "other_1", "title": "Services", "start": 6, "contract": "One rate", "named": False}
THIRD = {"id": "insurer_3", "title": "Third insurer", "named": True}


def board(partners=("insurer_1", "other_1"), options=("as_it_is", "unsigned_staffed", "unsigned_bare")):
    """841 and 962 of 1,000 trials are passed; the plan brings 8, 1 and 3 M CNY with 200, 450 and 370 losses."""
    passed = (np.arange(SEEN) < np.array([[841], [962]])[: len(partners)])[:, None]
    known = {"as_it_is": (8, 200), "unsigned_staffed": (1, 450), "unsigned_bare": (3, 370)}
    rows = []
    for mean, losses in (known[option] for option in options):
        lost = np.arange(SEEN) < losses
        rows.append(np.where(lost, -1.0, (mean * SEEN + losses) / (SEEN - losses)) * MILLION)
    return xr.Dataset(
        {
            "trial_passed": (("partner", "when", "scenario"), passed.astype(float)),
            "npv": (("option", "scenario"), np.array(rows)),
            "futures": ((), float(SEEN)),
        },
        {"partner": list(partners), "when": ["now"], "option": list(options)},
    )


@pytest.fixture
def shelf(shipped, changed):
    def make(
        answer=None, partners=(FIRST, SERVICES), declined=(THIRD,), trial=True, language="en", retries=1, reading=None
    ):
        case = shipped("ecosystem")
        if reading:
            case = changed(case, {"readings.revenue_before_signature": reading})
        case = changed(case, {"trial.retries": retries}) if trial else case.model_copy(update={"trial": None})
        run = SimpleNamespace(
            path=SimpleNamespace(name="eco"),
            dataset=xr.Dataset(),
            hash="ab12",
            info={"plan": {"partners": list(partners), "declined": list(declined)}},
            case=case,
            plans={"recommended": SimpleNamespace(is_idle=False, policies=Policies())},
        )
        return Shelf(run, language, {} if answer is None else {"board": answer}, {"board": "ef56"})

    return make


def test_who_is_tried_assumed_and_declined_is_counted(shelf):
    assert str(partnering.partners(shelf())) == (
        "Three partners were considered. Try one, signed only if the trial is passed: First insurer. Assume one "
        "that nobody has signed: Services. Decline one: Third insurer."
    )
    assert str(partnering.partners(shelf(), below=True)).startswith(
        "Three partners were considered. Try the one named in the table, signed only if the trial is passed. "
        "Assume one that nobody has signed: Services."
    )
    assert str(partnering.partners(shelf(trial=False, partners=[FIRST], declined=()))) == (
        "One partner was considered. Sign one: First insurer."
    )
    assert partnering.partners(shelf(partners=(), declined=())) is None


def test_each_has_a_contract_a_month_and_a_chance(shelf):
    rows = [[str(cell).replace("\u00a0", " ") for cell in row] for row in partnering.terms(shelf(board()))]
    assert rows == [
        ["Partner", "Contract", "Trial from", "Trial passed"],
        ["First insurer", "Ladder", "Apr 2027", "84.1 %"],
    ]


def test_who_is_only_assumed_has_no_row(shelf):
    """Nobody is there whose trial could be passed; one behind them in the plan keeps its own month and contract."""
    rows = partnering.terms(shelf(board(("insurer_1",)), partners=[SERVICES, FIRST]))
    assert [str(cell).replace("\u00a0", " ") for cell in rows[1]] == ["First insurer", "Ladder", "Apr 2027", "84.1 %"]
    assert len(rows) == 2
    assert partnering.terms(shelf(board(), partners=[SERVICES])) == ()


def test_what_is_not_known_is_left_out(shelf):
    heads = [[str(cell) for cell in partnering.terms(one)[0]] for one in (shelf(), shelf(board(("other_1",))))]
    assert heads == [["Partner", "Contract", "Trial from"]] * 2
    assert [str(cell) for cell in partnering.terms(shelf(trial=False))[0]][-1] == "From"
    assert partnering.terms(shelf(partners=[{"title": "First insurer"}])) == ()
    assert partnering.terms(shelf(partners=())) == ()


@pytest.mark.parametrize(("retries", "again"), [(1, " (repetitions at most: 1)"), (0, "")])
def test_the_trial_that_is_assumed(shelf, retries, again):
    assert str(partnering.trial(shelf(retries=retries))) == (
        f"The month is the trial's first: it takes 3 months and 300 users{again}; the contract counts from it and "
        "ends if it fails"
    )
    assert partnering.trial(shelf(trial=False)) is None


def test_a_contract_may_begin_with_the_signature(shelf):
    said = str(partnering.trial(shelf(reading="trial_commission")))
    assert said.endswith("; the contract begins when it is passed")


def test_what_is_left_if_nobody_comes(shelf):
    said = str(partnering.unsigned(shelf(board()))).replace("\u00a0", " ")
    assert said == (
        "Nobody has signed Services: if nobody does, the plan brings +1.0 M CNY and loses money in 45 % of futures "
        "with all its heads, +3.0 M CNY and 37 % without the heads of that line; with somebody it brings +8.0 M CNY on "
        "the same 1,000 futures"
    )
    staffed = board(options=("as_it_is", "unsigned_staffed"))
    assert "with all its heads; with somebody" in str(partnering.unsigned(shelf(staffed)))


def test_where_all_have_a_name_or_nobody_asked_nothing_is_said(shelf):
    assert partnering.unsigned(shelf()) is None
    assert partnering.unsigned(shelf(board(options=("as_it_is",)))) is None
    assert partnering.unsigned(shelf(board(), partners=[FIRST])) is None


def test_a_slide_holds_the_table(shelf):
    slide = partnering.partner_slide(shelf(board()))
    assert str(slide.title) == "Each partner is tried first and signs only when its trial is passed"
    assert (len(slide.table.rows), str(slide.table.rows[0][3])) == (1, "84.1\u00a0%")
    assert [str(part)[:30] for part in slide.body] == [
        "Three partners were considered",
        "The month is the trial's first",
    ]
    assert partnering.partner_slide(shelf(partners=())) is None
