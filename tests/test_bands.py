"""The bound with exact bonus bands: planes below pay × coefficient, and no plan above what they allow."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from model import incentives
from solvers.bands import Box, planes
from solvers.exact import Choice
from solvers.path_choice import choose_path
from solvers.upper import Upper

MODES = ("department", "unit")
DRAWS = 16


def boxes(case, generator, scenarios):
    """Random boxes around the targets, some thin, some on an edge."""
    target = incentives.targets(case)[:, None]
    shape = (len(target), scenarios)
    low = target * generator.uniform(0, 1.3, shape)
    high = low + target * generator.uniform(0, 1.0, shape) * (generator.random(shape) > 0.1)
    least = generator.uniform(0, 4e6, shape)
    return Box(low, high, least, least + generator.uniform(0, 5e6, shape) * (generator.random(shape) > 0.1))


def inside(box, generator):
    part = generator.random(box.pay_low.shape)
    return (
        box.revenue_low + generator.random(part.shape) * (box.revenue_high - box.revenue_low),
        box.pay_low + part * (box.pay_high - box.pay_low),
    )


@pytest.mark.parametrize("steps", [(0.5, 1.0, 1.5, 2.0), (1.5, 0.5, 1.0, 0.0), (1.0, 1.0, 1.0, 1.0)])
def test_no_plane_passes_pay_times_coefficient(tiny, changed, steps):
    case = changed(tiny, {"incentives.band_coefficients": steps})
    generator = np.random.default_rng(1)
    box = boxes(case, generator, 200)
    found = planes(case, box, *inside(box, generator))
    target = incentives.targets(case)[:, None]
    points = [inside(box, generator) for _ in range(40)]
    # A fen around each edge, and the edge itself, where rounding decides.
    for edge, off in product(case.incentives.band_edges, (-0.01, -0.004, 0.0, 0.004, 0.01)):
        points.append((np.clip(edge * target + off, box.revenue_low, box.revenue_high), points[0][1]))
    for revenue, pay in points:
        plane = found.constant + found.revenue * revenue + found.pay * pay
        paid = pay * incentives.team_coefficient(case, revenue)
        assert (plane <= paid + 1e-6).all()


def test_planes_touch_the_convex_hull(tiny):
    """A second road: the hull's height by a linear program over its corners."""
    generator = np.random.default_rng(2)
    box = boxes(tiny, generator, 20)
    revenue, pay = inside(box, generator)
    found = planes(tiny, box, revenue, pay)
    height = found.constant + found.revenue * revenue + found.pay * pay
    target, rules = incentives.targets(tiny), tiny.incentives
    for year, scenario in np.ndindex(*revenue.shape):
        low, high = box.revenue_low[year, scenario], box.revenue_high[year, scenario]
        ends = [low, high, *(e * target[year] for e in rules.band_edges if low < e * target[year] < high)]
        levels = [rules.band_coefficients[sum(end > e * target[year] for e in rules.band_edges)] for end in ends]
        sides = (box.pay_low[year, scenario], box.pay_high[year, scenario])
        corners = [(end, side, side * level) for end, level in zip(ends, levels, strict=True) for side in sides]
        matrix = np.array([[1.0] * len(corners), *np.array(corners).T[:2] / 1e6])
        right = [1.0, revenue[year, scenario] / 1e6, pay[year, scenario] / 1e6]
        lowest = linprog([top / 1e6 for *_, top in corners], A_eq=matrix, b_eq=right)
        assert lowest.status == 0
        # Edges stand a fen higher here than there.
        assert height[year, scenario] == pytest.approx(lowest.fun * 1e6, abs=5.0)


def best_of_tables(case, tables, exact):
    """The best of all plans made of the priced pieces, one by one."""
    paths = {}
    for role in tables.seats:
        limits = case.roles[role]
        each = [range(int(a), int(b) + 1) for a, b in zip(limits.heads_least, limits.heads_most, strict=True)]
        paths[role] = [heads for heads in product(*each) if list(heads) == sorted(heads)]
    best = -np.inf
    for seats in product(*paths.values()):
        for options in product(*tables.options.values()):
            lines = tuple(zip(tables.options, options, strict=True))
            total = tables.total(Choice(MODES, tuple(zip(paths, seats, strict=True)), lines))
            value = float(exact.npv(total).mean())
            if value > best and not exact.broken(total):
                best = value
    return best


@pytest.mark.parametrize(
    ("seed", "steps", "targets"),
    [
        (1, (0.5, 1.0, 1.5, 2.0), (5e6, 16e6)),
        (2, (0.5, 1.0, 1.5, 2.0), (3e6, 7e6)),
        (3, (0.0, 3.0, 6.0, 9.0), (2.5e6, 5e6)),
    ],
)
def test_no_plan_passes_the_bound_and_the_bound_beats_the_trivial_one(tiny, changed, seed, steps, targets):
    case = changed(tiny, {"incentives.band_coefficients": steps, "incentives.targets": targets})
    found = choose_path(case, MODES, seed, DRAWS, lambda text: None)
    best = best_of_tables(case, found.tables, found.exact)
    assert found.npv == pytest.approx(best, abs=0.01)
    bound = Upper(found.tables, found.exact, MODES).bound(found.npv)
    lowest = np.full(case.years, min(steps))
    trivial = Upper(found.tables, found.exact, MODES, lowest).bound(found.npv)
    assert best - 0.01 <= bound
    assert bound < trivial - 1.0
    worse = Upper(found.tables, found.exact, MODES).bound(found.npv - 4e5)
    assert worse >= best - 0.01


def test_the_bound_of_fixed_coefficients_is_that_of_a_linear_bonus(tiny):
    """With one coefficient in all bands both roads bound the same problem."""
    flat = tiny.model_copy(update={"incentives": tiny.incentives.model_copy(update={"band_coefficients": (1.0,) * 4})})
    found = choose_path(flat, MODES, 1, DRAWS, lambda text: None)
    banded = Upper(found.tables, found.exact, MODES).bound(found.npv)
    linear = Upper(found.tables, found.exact, MODES, np.ones(flat.years)).bound(found.npv)
    assert banded == pytest.approx(linear, abs=5.0)


def test_rows_priced_at_anything_bound_every_plan(tiny):
    """Whatever the row prices, no plan lies below the bounds they give."""
    found = choose_path(tiny, MODES, 1, DRAWS, lambda text: None)
    upper = Upper(found.tables, found.exact, MODES)
    point = upper.body.point(found.choice)
    generator = np.random.default_rng(3)
    costs = upper.bonus.revenue[:, 0]
    for size in (0.0, 1.0, 1e4):
        duals = generator.normal(0, size, len(upper.relaxed.rows))
        assert (upper.relaxed.least(costs, duals) <= point @ costs + 1e-6).all()


def test_hull_at_nine_tenths_of_the_target_by_hand(tiny):
    """R150's example: at most 0.75 of pay 4 M can be promised where 1 is paid."""
    target = incentives.targets(tiny)[:, None]
    box = Box(0.7 * target, 1.1 * target, np.full(target.shape, 4e6), np.full(target.shape, 4e6))
    found = planes(tiny, box, 0.9 * target, np.full(target.shape, 4e6))
    assert (found.constant + found.revenue * 0.9 * target + found.pay * 4e6).ravel() == pytest.approx(3e6, abs=2.0)


def test_closing_and_narrowing_lift_the_bound(tiny, changed):
    """What no better plan can use is closed, and the box of the others is narrower."""
    case = changed(tiny, {"incentives.band_coefficients": (0.0, 3.0, 6.0, 9.0), "incentives.targets": (2.5e6, 5e6)})
    found = choose_path(case, MODES, 1, DRAWS, lambda text: None)
    upper = Upper(found.tables, found.exact, MODES)
    box, first = upper.bonus.box, (-upper.settle().objective - upper.money.standing) * 1e4
    bound = upper.bound(found.npv)
    narrow = upper.bonus.box
    assert bound < first - 1e5
    assert (narrow.pay_high <= box.pay_high).all()
    assert (narrow.pay_high - narrow.pay_low).sum() < 0.8 * (box.pay_high - box.pay_low).sum()
    assert (upper.relaxed.high < upper.relaxed.first[1]).any()
