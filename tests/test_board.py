"""What a board asks beside the plan: stops, blows, outsourcing and the demand that a high ROI needs."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.asking import board
from experiments.asking.answers import Asked
from experiments.asking.board import Option
from experiments.running.futures import changed, number_of
from model.errors import InputError
from model.schema import ROW, ROW_NAMES


def book(**rows):
    """A ledger of twelve months and one future: severance={6: 3.0} pays 3 in month 6."""
    made = np.zeros((len(ROW_NAMES), 12, 1))
    for name, months in rows.items():
        for month, cny in months.items():
            made[ROW[name], month - 1, 0] = cny
    return made


def test_what_an_end_costs(monkeypatch, shipped):
    case = shipped("ecosystem")
    books = {"going": book(severance={6: 3.0, 9: 2.0}), "ended": book(severance={6: 5.0}, exit_fee={6: 2.0})}
    monkeypatch.setattr(board, "plan_months", lambda case, plan, block: SimpleNamespace(ledger=books[plan]))
    going, ended = Option("as_it_is", "", "as_it_is", "going", case), Option("stop_a", "", "stop", "ended", case, 6)
    found = board.see([going, ended], 7, 1)
    assert [one.settled.tolist() for one in found] == [[0.0], [4.0]]
    assert [one.need.tolist() for one in found] == [[-5.0], [-7.0]]
    assert found[1].npv[0] == pytest.approx(-7.0 / 1.1**0.5)


@pytest.mark.parametrize(("revenue", "needed"), [(10.0, 0.5), (2.5, 2.0), (0.1, float("nan")), (1e3, float("nan"))])
def test_demand_that_a_high_roi_needs(monkeypatch, shipped, plan_of, revenue, needed):
    """Revenue r a time of demand over pay of 2: ROI is (rk − 2) ÷ 2, 150 % at k = 5 ÷ r, looked for in 1/8 to 8."""

    class Fake:
        def __init__(self, case, seed, scenarios):
            pass

        def months(self, case, plan):
            times = float(case.calibrations[case.calibration].demand)
            return SimpleNamespace(ledger=book(commission={1: revenue * times}, base_pay={1: 2.0}))

    monkeypatch.setattr(board, "Futures", Fake)
    for kind in ("full", "labour"):
        found = board.demand_needed(shipped("ecosystem"), plan_of("ecosystem", "lean"), kind, 7, 1)
        assert found == pytest.approx(needed, rel=2e-3, nan_ok=True)


def test_stops_blows_and_outsourcing_of_a_plan(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    found = {option.id: option for option in board.options_of(case, plan, "insurer_1")}
    stops, blows = ["stop_month_6", "stop_month_18"], ["demand_less", "late", "biggest_gone", "raises"]
    unsigned = ["unsigned_staffed", "unsigned_bare"]
    assert list(found) == ["as_it_is", *stops, "outsourced", *unsigned, *blows]
    assert [found[name].month for name in stops] == [6, 18]
    assert found["stop_month_6"].plan.policies.stop_after == 6
    assert list(found["outsourced"].plan.seats) == ["vp"]
    assert float(found["demand_less"].case.calibrations["success_story"].demand) == pytest.approx(0.7)
    assert float(found["late"].case.calibrations["success_story"].delay) == 12.0
    assert float(found["raises"].case.staffing.annual_raise) == 0.15


def test_the_plan_without_whom_it_only_assumes(shipped, plan_of):
    """Of the lean plan's lines "other" has no named partner: it goes with its team, or its team stays for nobody."""
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    staffed, bare = (option.plan for option in board.unsigned(case, plan))
    assert set(plan.lines) - set(bare.lines) == {"other"}
    assert all(bare.lines[name] == plan.lines[name] for name in bare.lines)
    assert (dict(staffed.lines["other"].partners), staffed.lines["other"].team) == ({}, plan.lines["other"].team)
    assert bare.seats == staffed.seats == plan.seats
    # Nothing is assumed where every line has named partners, and no line is left where none has.
    assert board.unsigned(case, bare) == []
    only = plan.model_copy(update={"lines": {"other": plan.lines["other"]}})
    assert [option.id for option in board.unsigned(case, only)] == ["unsigned_staffed"]


def test_what_is_left_when_nobody_comes(shipped, plan_of):
    """Against a partner who sells nothing no one is connected and tried; without the team its pay is saved as well."""
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    gone = changed(case, number_of(case, "partners.other_1.mature_volume"), 0.0)
    sells_nothing = Option("gone", "", "blow", plan, gone)
    first, staffed, bare = (one.npv for one in board.see([sells_nothing, *board.unsigned(case, plan)], 7, 32))
    assert (staffed > first).all()
    assert (bare > staffed).all()


def test_the_blow_takes_the_partner_it_is_given(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    there = {option.id: option for option in board.blows(case, plan, "used_car_1")}["biggest_gone"].case
    left = {partner.id: float(partner.mature_volume) for partner in there.partners}
    assert [name for name, volume in left.items() if volume == 0.0] == ["used_car_1"]
    assert "biggest_gone" not in {option.id for option in board.blows(case, plan, "")}


def test_without_milestones_a_plan_may_end_with_a_phase(shipped, changed):
    bare = changed(shipped("ecosystem"), {"gates": {}})
    assert list(board.stop_months(bare).values()) == [6, 18]


def test_the_answer_is_stored_and_told(monkeypatch, shipped, plan_of, kept, tmp_path):
    monkeypatch.setattr(board, "demand_needed", lambda *asked: float("nan"))
    folder = kept(tmp_path / "eco", shipped("ecosystem"), {"recommended": plan_of("ecosystem", "lean")}, 7, 64)
    answer = board.ask(str(folder), Asked(64, tmp_path / "board", False, lambda line: None))
    data = answer.dataset
    assert (data.attrs["question"], data.sizes["scenario"]) == ("board", 64)
    mean = data["npv"].mean("scenario")
    assert float(mean.sel(option="stop_month_6")) < 0 < float(-data["need"].max())
    # The recommended plan's futures are those of the run.
    assert (Path(answer.path) / "page.html").is_file()
    told = answer.view.sentences(data)
    assert told[0].startswith("The plan as it is: ")
    assert told[-1] == "No demand up to 8 times today's brings a labour ROI of 150\u00a0%."


def test_doing_nothing_is_refused(shipped, plan_of, kept, tmp_path):
    folder = kept(tmp_path / "idle", shipped("ecosystem"), {"recommended": plan_of("ecosystem", "do_nothing")}, 7, 8)
    with pytest.raises(InputError, match=r"(?s)recommends doing nothing.*a plan that does something"):
        board.ask(str(folder), Asked(8, tmp_path / "board", False, lambda line: None))
