"""The nearest turn of the decision: against hand calculation, over every guess, and where nothing turns."""

from collections import Counter

import numpy as np
import pytest

from experiments.running import desk
from experiments.running.door import nothing
from experiments.running.flip import Flip, guesses, mean_at, mover_of, nearest_flip, placed
from experiments.running.futures import changed
from experiments.running.main_job import other_reading
from experiments.running.open_numbers import is_fact, matters
from model.errors import InputError
from model.load import case_to_dict
from model.quantities import Quantity

PACKAGE, BASE, REVENUE = 30.049275e6, -2.539125e6, 120.8e6
"""Paper P&L over five years, CNY: both readings of the pay table, and revenue."""


def guess_of(value, unit, low, high):
    return Quantity(value, unit=unit, origin="guess", low=low, high=high)


@pytest.fixture
def paper(shipped, changed):
    """paper(field=guess, …) is the paper case, which knows no chance, with some of its numbers only guessed."""
    return lambda **fields: changed(
        shipped("paper"), {name.replace("__", "."): value for name, value in fields.items()}
    )


@pytest.fixture
def plan(plan_of):
    return plan_of("paper")


SHARE = guess_of(0.15, "share", 0.0, 0.5)


def test_a_case_linear_in_one_guess_turns_where_hand_calculation_says(paper, plan):
    found = nearest_flip(paper(incentives__after_sales_share=SHARE), plan, 7, PACKAGE)
    assert found.guess.name == "incentives.after_sales_share"
    assert found.flips_at == pytest.approx(0.15 + PACKAGE / REVENUE, abs=1e-9)
    assert found.distance == pytest.approx(PACKAGE / REVENUE / 0.15, rel=1e-9)
    assert (found.limit, found.npv_at_limit) == (0.5, pytest.approx(PACKAGE - 0.35 * REVENUE, abs=1))


def test_without_chance_a_turn_has_no_sampling_error(paper, plan):
    found = nearest_flip(paper(incentives__after_sales_share=SHARE), plan, 7, PACKAGE)
    assert (found.error, found.distance_error) == (0.0, 0.0)


def test_the_error_of_a_turn_is_that_of_the_result_there_by_its_pull(shipped, plan_of):
    """Turns looked up on futures of other seeds lie apart by as much as the error says, each from the same gain."""
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    (demand,) = [each for each in guesses(case) if each.name == f"calibrations.{case.calibration}.demand"]
    wanted = Flip(demand, demand.low, -1.0, demand.low)
    found = [placed(mover_of(case, plan, seed, 3.6e6, 256), wanted, 3.6e6) for seed in range(20, 28)]
    places, told = np.array([flip.flips_at for flip in found]), np.mean([flip.error for flip in found])
    # Eight turns: their sd lies within 0.49 and 1.51 of the truth in 95 of 100 (chi square, 7 degrees of freedom).
    assert 0.49 < places.std(ddof=1) / told < 1.51
    assert found[0].distance_error == pytest.approx(found[0].error / demand.value)


def test_a_turn_that_many_draws_do_not_show_is_none(paper, plan):
    case = paper(incentives__after_sales_share=guess_of(0.15, "share", 0.1, 0.2))
    (share,) = [each for each in guesses(case) if each.name == "incentives.after_sales_share"]
    assert placed(mover_of(case, plan, 7, PACKAGE, 1), Flip(share, 0.2, -1.0, 0.2), PACKAGE) is None


def test_a_losing_plan_turns_the_other_way(paper, plan):
    case = other_reading(paper(incentives__after_sales_share=SHARE))
    found = nearest_flip(case, plan, 7, BASE)
    assert found.flips_at == pytest.approx(0.15 + BASE / REVENUE, abs=1e-9)


def test_a_guess_at_zero_is_moved_too_and_its_distance_is_a_share_of_its_range(paper, plan):
    found = nearest_flip(paper(costs__upkeep=guess_of(0.0, "CNY/year", 0.0, 1e7)), plan, 7, PACKAGE)
    assert found.flips_at == pytest.approx(PACKAGE / 5, rel=1e-9)  # one partner for five years
    assert found.distance == pytest.approx(PACKAGE / 5 / 1e7, rel=1e-9)


@pytest.mark.parametrize(
    ("upkeep", "nearest", "distance"),
    [(1e6, "incentives.after_sales_share", 25.049275 / 120.8 / 0.15), (5e6, "costs.upkeep", 5.049275 / 25)],
)
def test_the_nearest_of_several_turns_is_told(paper, plan, upkeep, nearest, distance):
    case = paper(incentives__after_sales_share=SHARE, costs__upkeep=guess_of(upkeep, "CNY/year", 0.0, 1e7))
    found = nearest_flip(case, plan, 7, PACKAGE - 5 * upkeep)
    assert (found.guess.name, found.distance) == (nearest, pytest.approx(distance, rel=1e-9))


def test_without_a_turn_inside_the_ranges_the_lowest_end_is_told(paper, plan):
    case = paper(incentives__after_sales_share=guess_of(0.15, "share", 0.1, 0.2))
    found = nearest_flip(case, plan, 7, PACKAGE)
    assert (found.flips_at, found.distance, found.limit) == (None, None, 0.2)
    assert found.npv_at_limit == pytest.approx(PACKAGE - 0.05 * REVENUE, abs=1)


def test_no_guess_or_no_plan_has_no_turn(paper, plan, shipped):
    assert nearest_flip(paper(), plan, 7, PACKAGE) is None
    case = paper(incentives__after_sales_share=SHARE)
    assert nearest_flip(case, nothing(case), 7, 0.0) is None


def test_an_end_that_the_case_does_not_admit_is_left_out(paper, plan):
    share = guess_of(0.6, "share", 0.55, 0.95)  # with 10 % project pay, 95 % base pay is no case
    case = paper(staffing__base_share=share)
    guess = guesses(case)[0]
    mover = mover_of(case, plan, 7, PACKAGE)
    assert mover.all_at([[(guess, 0.95)]]) == [None]
    with pytest.raises(InputError, match="base and project share exceed the package"):
        mean_at(mover, guess, 0.95)
    assert nearest_flip(case, plan, 7, PACKAGE).limit == 0.55


def test_when_no_end_is_admitted_nothing_is_told(paper, plan):
    case = paper(staffing__base_share=guess_of(0.9, "share", 0.9, 0.95))
    assert nearest_flip(case, plan, 7, PACKAGE) is None


def test_where_values_in_between_are_not_admitted_the_straight_line_stays(paper, plan, monkeypatch):
    case = paper(incentives__after_sales_share=SHARE)
    real = desk.changed_together

    def refuse(case, values):
        ((guess, value),) = values
        if value not in (guess.low, guess.high, guess.value):
            raise InputError(())
        return real(case, values)

    monkeypatch.setattr(desk, "changed_together", refuse)
    assert nearest_flip(case, plan, 7, PACKAGE).flips_at == pytest.approx(0.15 + PACKAGE / REVENUE)


def test_moves_are_measured_from_the_published_gain(shipped, plan_of):
    case, published = shipped("ecosystem"), 12.3e6
    mover = mover_of(case, plan_of("ecosystem", "lean"), 7, published)
    guess = next(g for g in guesses(case) if g.name == "costs.upkeep")
    assert mean_at(mover, guess, guess.value) == pytest.approx(published, abs=1e-6)
    assert mean_at(mover, guess, guess.high) < published < mean_at(mover, guess, guess.low)


def nodes(data):
    """Every guessed number of a case as JSON values."""
    if isinstance(data, dict):
        inner = [node for value in data.values() for node in nodes(value)]
        return [data, *inner] if "guess" in data else inner
    return [node for value in data for node in nodes(value)] if isinstance(data, list) else []


def test_each_guess_is_found_once_and_a_column_of_partners_as_one(shipped):
    case = shipped("ecosystem")
    found = guesses(case)
    assert max(Counter(guess.name for guess in found).values()) == 1
    places = [place for guess in found for place in guess.places]
    assert len(set(places)) == len(places)
    columns = {guess.name: len(guess.places) for guess in found if guess.name.startswith("partners.")}
    assert columns["partners.mature_volume"] == 10
    assert columns["partners.failure"] == 10
    inputs = {key: part for key, part in case_to_dict(case).items() if key not in ("fit", "break_even", "scenarios")}
    wide = [node for node in nodes(inputs) if None not in node["guess"] and len(set(node["guess"])) == 2]
    assert len(places) == len(wide)


def test_every_range_holds_its_value(shipped):
    for guess in guesses(shipped("ecosystem")):
        assert guess.low <= guess.value <= guess.high, guess.name
        assert guess.low < guess.high


def test_a_changed_case_differs_in_the_guess_only(shipped):
    case = shipped("ecosystem")
    by_name = {guess.name: guess for guess in guesses(case)}
    column = changed(case, by_name["partners.mature_volume"], 0.5)
    assert [p.mature_volume for p in column.partners] == [p.mature_volume / 2 for p in case.partners]
    assert column.model_copy(update={"partners": case.partners}) == case
    targets = changed(case, by_name["incentives.targets"], 0.7).incentives.targets
    assert targets == pytest.approx([0.7 * float(t) for t in case.incentives.targets])
    one = changed(case, by_name["costs.tools.1.cost"], 30_000.0)
    assert [float(step.cost) for step in one.costs.tools] == [200_000, 30_000, 45_000]
    assert float(case.costs.tools[1].cost) == 60_000


def test_what_is_called_untouched_does_not_move_the_plan(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    facts = [guess for guess in guesses(case) if is_fact(case, guess.places[0])]
    idle = [guess for guess in facts if not matters(case, plan, guess)]
    kinds = {(guess.places[0][0], guess.places[0][-1]): guess for guess in idle}
    assert {kind for kind, _ in kinds} >= {"calibrations", "modes", "roles", "lines", "ways", "contracts"}
    mover = mover_of(case, plan, 7, 1e6)
    for guess in list(kinds.values())[:12]:
        assert mean_at(mover, guess, guess.high if guess.high != guess.value else guess.low) == 1e6, guess.name


def test_what_moves_the_plan_is_not_left_out(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    asked = {guess.name for guess in guesses(case) if matters(case, plan, guess)}
    wanted = {"calibrations.success_story.demand", "calibrations.success_story.delay", "lines.insurance.demand"}
    wanted |= {"partners.unit_hours", "roles.data.ramp", "contracts.used_car_deal.grace", "clock.discount"}
    assert wanted <= asked


def test_two_processes_find_the_turn_of_hand_calculation_too(paper, plan, monkeypatch):
    monkeypatch.setattr(desk, "WORTH_PROCESSES", -1.0)
    found = nearest_flip(paper(incentives__after_sales_share=SHARE), plan, 7, PACKAGE)
    assert found.flips_at == pytest.approx(0.15 + PACKAGE / REVENUE, abs=1e-9)
    assert found.npv_at_limit == pytest.approx(PACKAGE - 0.35 * REVENUE, abs=1)
