"""What may be chosen: first paths, neighbours, bounds, and that plan files and options say the same."""

from itertools import product

import pytest

from model.people_inputs import Role
from model.plans import LinePlan, PartnerPlan
from solvers.options import (
    LineOption,
    allowed,
    closed,
    keeps_bounds,
    neighbours,
    option_of,
    role_steps,
    schedule,
    start_options,
)


def path(heads, *partners, way="normal"):
    return LineOption((("operations", heads),), way, partners)


CAR = ("used_car_1", 1, "used_car_deal")


def test_options_and_plan_files_say_the_same(tiny):
    part = LinePlan(
        team={"operations": (1, 2)},
        way="normal",
        partners={"used_car_1": PartnerPlan(start=4, contract="used_car_deal")},
    )
    option = option_of(part)
    assert option == path((1, 2), ("used_car_1", 4, "used_car_deal"))
    assert option.plan() == part
    assert option.heads("operations") == (1, 2)
    assert option.contracts == (("used_car_1", "used_car_deal"),)
    assert not option.is_closed


def test_first_options_are_allowed_different_and_hold_the_closed_line(tiny):
    found = start_options(tiny, "used_car", 2)
    assert len(set(found)) == len(found)
    assert closed(tiny) in found
    assert {option.heads("operations") for option in found} == {(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)}
    assert all(allowed(tiny, option) for option in found)


def test_steps_reach_every_allowed_path(tiny):
    """From the first options all paths of the line can be reached, so that the search may find any of them."""
    seen = set(start_options(tiny, "used_car", 1))
    front = list(seen)
    while front:
        front = [new for old in front for new in neighbours(tiny, "used_car", old) if new not in seen]
        seen |= set(front)
    teams = [(0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
    every = {path(team, ("used_car_1", month, "used_car_deal")) for team, month in product(teams, (1, 4))}
    assert seen == every | {closed(tiny)}


@pytest.mark.parametrize(
    ("option", "verdict"),
    [
        (path((0, 0)), True),
        (path((1, 1)), False),
        (path((0, 0), CAR), False),
        (path((1, 2), CAR), True),
        (path((2, 1), CAR), False),
        (path((1, 3), CAR), False),
    ],
)
def test_which_paths_are_allowed(tiny, option, verdict):
    assert allowed(tiny, option) is verdict


def test_minima_of_line_roles_hold_for_open_lines_only(tiny, changed):
    case = changed(tiny, {"roles.operations.heads_least": (1.0, 2.0)})
    assert {o.heads("operations") for o in start_options(case, "used_car", 5)} == {(0, 0), (1, 2), (2, 2)}
    assert allowed(case, closed(case))
    assert not allowed(case, path((1, 1), CAR))


def test_minimum_above_the_first_grid_still_gives_paths(tiny, changed):
    case = changed(tiny, {"roles.operations.heads_least": (7.0, 7.0), "roles.operations.heads_most": (9.0, 9.0)})
    assert {o.heads("operations") for o in start_options(case, "used_car", 5)} == {(0, 0), (7, 7)}


def test_line_that_serves_all_demand_needs_no_team(tiny, changed):
    case = changed(tiny, {"lines.used_car.service_slope": 0.0})
    assert path((0, 0), CAR) in start_options(case, "used_car", 2)
    assert path((0, 0), CAR) in neighbours(case, "used_car", path((0, 1), CAR))


def test_line_whose_every_path_is_refused_stays_closed(tiny, changed):
    case = changed(tiny, {"roles.operations.heads_most": (0.0, 0.0)})
    assert start_options(case, "used_car", 5) == [closed(case)]
    assert start_options(changed(tiny, {"choice.start_months": ()}), "used_car", 5) == [closed(tiny)]
    assert start_options(changed(tiny, {"partners": ()}), "used_car", 5) == [closed(tiny)]


def test_months_are_the_nearest_on_the_list_whatever_its_order(shipped, changed):
    case = changed(shipped("ecosystem"), {"choice.start_months": (9, 1, 4, 4)})
    found = schedule(case, "insurance", ["insurer_1", "insurer_2", "insurer_3"], 1, 4)
    assert [start for _, start, _ in found] == [1, 4, 9]
    option = path((1, 1, 1), ("insurer_1", 4, "insurer_ladder"))
    starts = {dict((n, s) for n, s, _ in o.partners).get("insurer_1") for o in neighbours(case, "insurance", option)}
    assert starts == {1, 4, 9}


def test_neighbours_are_one_step_away(shipped):
    case = shipped("ecosystem")
    option = LineOption(
        (("lead", (0, 1, 1)), ("operations", (1, 2, 2))), "normal", (("insurer_1", 4, "insurer_ladder"),)
    )
    found = neighbours(case, "insurance", option)
    assert option not in found
    for other in found:
        changes = [other.team != option.team, other.way != option.way, other.partners != option.partners]
        assert sum(changes) == 1
        assert allowed(case, other)
    assert {o.way for o in found} == {"low", "normal", "high"}
    assert {o.heads("lead") for o in found} == {(0, 1, 1), (1, 1, 1), (0, 0, 1), (0, 0, 0)}


@pytest.mark.parametrize(
    ("heads", "steps"),
    [((1, 1), {(1, 2), (2, 2)}), ((1, 2), {(1, 1), (2, 2)}), ((2, 2), {(1, 2), (1, 1)})],
)
def test_steps_of_a_shared_role_keep_its_bounds(tiny, heads, steps):
    assert role_steps(tiny, "bd", heads) == steps
    assert all(keeps_bounds(tiny, "bd", step) for step in steps)


def test_squads_come_whole(tiny, changed):
    case = changed(tiny, {"roles.operations.squad": 3, "roles.operations.heads_most": (9.0, 9.0)})
    assert [heads for heads in range(10) if keeps_bounds(case, "operations", (heads, heads))] == [0, 3, 6, 9]
    first = {option.heads("operations") for option in start_options(case, "used_car", 3)} - {(0, 0)}
    assert first == {(0, 3), (0, 6), (0, 9), (3, 3), (3, 6), (3, 9), (6, 6), (6, 9), (9, 9)}
    steps = {step.heads("operations") for step in neighbours(case, "used_car", path((3, 6), CAR))}
    assert steps == {(0, 3), (0, 6), (3, 3), (3, 6), (6, 6), (3, 9), (6, 9)}


def test_only_teams_come_in_squads(tiny):
    raw = tiny.roles["operations"].model_dump() | {"squad": 3}
    assert Role.model_validate(raw).squad == 3
    with pytest.raises(ValueError, match="only a line's team comes in squads"):
        Role.model_validate(raw | {"kind": "shared"})
