"""What chance does: names to causes, draws taken from another block, causes that cannot matter, lines apart."""

import numpy as np
import pytest

from experiments.sensitivity.chance import EVENTS, MARKET, PEOPLE, Swapped, cause_of, of_chance
from model.draws import Draws


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("market.drift", MARKET),
        ("line.used_car.level", "used_car"),
        ("partner.insurer_1.trial.nps", "insurance"),
        ("partner.other_1.leak.ours", "other"),
        ("seat.lead.insurance.1.leave", PEOPLE),
        ("product.battery_cover", EVENTS),
        ("lever.crm", EVENTS),
    ],
)
def test_each_draw_has_its_cause(shipped, name, cause):
    assert cause_of(shipped("ecosystem"), name) == cause


def test_swapped_draws_are_those_of_the_other_block_for_one_cause_only():
    own, other = Draws(7, "t", 0, 5), Draws(7, "t", 1, 5)
    both = Swapped(own, other, {"a": "first", "b": "second"}, "second")
    assert (both.normal("a", 2) == own.normal("a", 2)).all()
    assert (both.normal("b", 2) == other.normal("b", 2)).all()
    assert (both.uniform("b", 1) == other.uniform("b", 1)).all()
    assert not np.allclose(own.normal("b", 2), other.normal("b", 2))


@pytest.fixture(scope="module")
def opened(tiny, tiny_plans):
    """A plan of the tiny case with one line only, and no chance but that line's and its partner's level."""
    plans = (p for p in tiny_plans(tiny, ("department", "unit")) if list(p.lines) == ["charging"])
    plan = max(plans, key=lambda p: sum(map(sum, p.seats.values())))
    laws = {name: 0.0 for name in ("level", "drift", "market", "partner_noise", "complaint", "nps")}
    uncertainty = tiny.uncertainty.model_copy(update=laws)
    staffing = tiny.staffing.model_copy(update={"leave_first_year": 0.0, "leave_later": 0.0})
    return tiny.model_copy(update={"uncertainty": uncertainty, "staffing": staffing}), plan


def test_a_cause_without_spread_makes_nothing_and_the_line_makes_the_rest(opened):
    case, plan = opened
    found = of_chance(case, plan, 7, 64, lambda text: None)
    whole = dict(zip(found.causes, found.shares.whole, strict=True))
    assert whole[MARKET] == 0.0
    assert "used_car" not in whole  # the plan does not open it
    assert whole["charging"] > 0.5
    assert whole["charging"] > 3 * whole[PEOPLE]


def test_the_line_s_level_is_among_what_pulls_upwards(opened):
    found = of_chance(*opened, 7, 64, lambda text: None)
    pulls = dict(zip(found.names, found.pull.coefficient, strict=True))
    assert not any(name.startswith(("seat.", "line.used_car", "partner.used_car_1")) for name in pulls)
    assert pulls["line.charging.level"] > 0 or pulls["partner.charging_1.level"] > 0
