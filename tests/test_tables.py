"""Priced pieces add up to what the simulator books for the whole plan, term by term, on the same draws."""

from dataclasses import fields

import numpy as np
import pytest

from model import ledger
from model.draws import BLOCK
from model.errors import InputError
from model.ledger import by_year, discount_factors
from model.schema import ROW
from model.simulate import TABLE, Block, plan_months
from solvers.exact import Choice, Exact, Tables
from solvers.options import LineOption, closed, neighbours, start_options
from solvers.pricing import Pricer
from solvers.tables import PIECE_ROWS, TURNED, Pieces, add, join

MODES = ("department", "unit", "unit")


@pytest.fixture(scope="module")
def eco(shipped):
    return shipped("ecosystem")


def tables_of(case, modes, seed=3, scenarios=12):
    tables = Tables(case, Pricer(case, modes, seed, scenarios))
    for line in case.lines:
        tables.add(line, [closed(case), *start_options(case, line, 2)[1::6]])
    return tables


@pytest.fixture(scope="module")
def priced(eco):
    return tables_of(eco, MODES)


def block_of(case, seed=3, scenarios=12):
    return Block(case, seed, TABLE, 0, scenarios)


def some_choices(tables, modes, count, seed):
    """Random plans of priced pieces, one of them with leads and a worked line."""
    rng = np.random.default_rng(seed)
    case = tables.case
    for _ in range(count):
        seats = []
        for role in tables.seats:
            bounds = case.roles[role]
            low, high = int(max(bounds.heads_least)), int(min(bounds.heads_most))
            seats.append((role, tuple(sorted(int(n) for n in rng.integers(low, high + 1, len(case.phases))))))
        lines = []
        for line, known in tables.options.items():
            option = list(known)[int(rng.integers(len(known)))]
            around = sorted(neighbours(case, line, option)) or [option]
            option = around[int(rng.integers(len(around)))]
            tables.add(line, [option])
            lines.append((line, option))
        yield Choice(tuple(modes), tuple(seats), tuple(lines))


def simulated(block, choice):
    return plan_months(block.case, choice.plan(block.case, "p", ""), block)


def worth(case, months):
    factors = discount_factors(float(case.clock.discount), case.clock.months)
    return (ledger.result(months.ledger) * factors[:, None]).sum(axis=0)


@pytest.mark.parametrize("seed", range(2))
def test_tables_and_simulator_agree_to_a_millionth_of_a_yuan(priced, eco, seed):
    exact, block = Exact(eco, MODES), block_of(eco)
    for choice in some_choices(priced, MODES, 3, seed):
        total = priced.total(choice)
        months = simulated(block, choice)
        assert np.abs(exact.npv(total) - worth(eco, months)).max() < 1e-6
        for index, row in enumerate(PIECE_ROWS):
            assert np.abs(total.terms[index] - by_year(months.ledger[ROW[row]], 0).mean(axis=1)).max() < 1e-6, row
        assert np.abs(total.revenue - by_year(ledger.revenue(months.ledger), 0)).max() < 1e-6
        assert np.abs(total.hours + exact.fixed_hours - months.work + months.supply).max() < 1e-6


@pytest.mark.parametrize(
    "change",
    [
        {"clock.months": 50, "readings.salary_is": "base", "staffing.on_cost_on_bonus": True},
        {"readings.revenue_before_signature": "trial_commission", "readings.tier_reading": "retroactive"},
        {"readings.transition_loss": "once", "staffing.annual_raise": 0.0, "uncertainty.mode": "none"},
    ],
)
def test_agreement_under_every_reading(eco, changed, change):
    case = changed(eco, change)
    tables, exact = tables_of(case, MODES, 5, 3), Exact(case, MODES)
    block = block_of(case, 5, 3)
    for choice in some_choices(tables, MODES, 2, 1):
        assert np.abs(exact.npv(tables.total(choice)) - worth(case, simulated(block, choice))).max() < 1e-6


def test_agreement_when_phases_cut_quarters_and_years(eco, changed):
    phases = tuple(p.model_copy(update={"first_month": m}) for p, m in zip(eco.phases, (1, 6, 20), strict=True))
    case = changed(eco, {"phases": phases})
    tables, exact = tables_of(case, MODES, 5, 4), Exact(case, MODES)
    block = block_of(case, 5, 4)
    for choice in some_choices(tables, MODES, 3, 2):
        assert np.abs(exact.npv(tables.total(choice)) - worth(case, simulated(block, choice))).max() < 1e-6


def test_agreement_with_one_phase_one_line_one_partner(tiny, changed):
    case = changed(tiny, {"phases": tiny.phases[:1], "lines": {"used_car": tiny.lines["used_car"]}})
    case = changed(case, {"partners": tiny.partners[:1]})
    one = {
        n: r.model_copy(update={"heads_least": r.heads_least[:1], "heads_most": r.heads_most[:1]})
        for n, r in case.roles.items()
    }
    case = changed(case, {"roles": one})
    tables, exact = tables_of(case, ("unit",), 2, 8), Exact(case, ("unit",))
    block = block_of(case, 2, 8)
    for line, option in [("used_car", o) for o in tables.options["used_car"]]:
        choice = Choice(("unit",), (("vp", (1,)), ("bd", (2,))), ((line, option),))
        assert np.abs(exact.npv(tables.total(choice)) - worth(case, simulated(block, choice))).max() < 1e-6


def test_agreement_without_shared_work_and_without_shared_roles(tiny, changed):
    for roles in (tiny.roles, {"operations": tiny.roles["operations"]}):
        case = changed(tiny, {"shared_work": {}, "roles": roles})
        modes = ("department", "unit")
        tables, exact = tables_of(case, modes, 2, 8), Exact(case, modes)
        block = block_of(case, 2, 8)
        for choice in some_choices(tables, modes, 3, 0):
            found = exact.npv(tables.total(choice))
            assert np.abs(found - worth(case, simulated(block, choice))).max() < 1e-6


def test_role_that_may_have_nobody_has_no_seats(tiny, changed):
    case = changed(tiny, {"roles.bd.heads_least": (0.0, 0.0), "roles.bd.heads_most": (0.0, 0.0)})
    tables = tables_of(case, ("department", "unit"), 2, 4)
    assert len(tables.seats["bd"]) == 0
    nobody = tables.role("bd", (0, 0))
    assert not any(getattr(nobody, f.name).any() for f in fields(Pieces))


def test_one_draw_is_not_taken_for_the_certain_world(eco):
    """With one scenario the random lives and the certain ones once shared a place."""
    one, many = Pricer(eco, MODES, 9, 1), Pricer(eco, MODES, 9, 4)
    option = start_options(eco, "insurance", 2)[-1]
    for left, right in (
        (one.line("insurance", [option]), many.line("insurance", [option])),
        (one.seats("bd"), many.seats("bd")),
    ):
        assert left.linear[:, 0] == pytest.approx(right.linear[:, 0])
        assert np.array_equal(left.planned, right.planned)


@pytest.mark.parametrize("scenarios", [0, -1, BLOCK + 1])
def test_more_draws_than_a_block_has_are_refused(tiny, scenarios):
    with pytest.raises(InputError, match=rf"E-SCENARIOS  tables: too few or many draws; found {scenarios}; allowed 1…"):
        Pricer(tiny, ("department", "unit"), 1, scenarios)


def test_each_seat_column_opens_one_seat_with_one_phase(priced, eco):
    pieces = priced.seats["bd"]
    alone = Pricer(eco, MODES, 3, 12)
    rows = {(0, 0, 1): 2, (0, 1, 1): 1, (1, 1, 1): 0, (1, 2, 2): None}
    for heads, row in rows.items():
        total = priced.role("bd", heads)
        assert total.seats[list(priced.seats).index("bd")].tolist() == list(heads)
        if row is not None:
            assert np.array_equal(total.linear, pieces.linear[row])
    both = alone.seats("bd")
    assert np.allclose(priced.role("bd", (1, 2, 2)).linear, both.linear[0] + both.linear[3 + 1])


def test_order_and_company_do_not_change_a_price(eco):
    options = start_options(eco, "insurance", 2)[::5]
    pricer = Pricer(eco, MODES, 3, 12)
    together, backwards = pricer.line("insurance", options), pricer.line("insurance", options[::-1])
    alone = [Pricer(eco, MODES, 3, 12).line("insurance", [option]) for option in options[:3]]
    for f in fields(Pieces):
        assert np.array_equal(getattr(together, f.name), getattr(backwards, f.name)[::-1]), f.name
        for index, one in enumerate(alone):
            assert np.array_equal(getattr(together, f.name)[index], getattr(one, f.name)[0]), f.name


def test_batches_do_not_change_a_price(eco, monkeypatch):
    options = start_options(eco, "used_car", 2)[::4]
    whole = Pricer(eco, MODES, 3, 12).line("used_car", options)
    monkeypatch.setattr("solvers.pricing.CHUNK", 24)
    parts = Pricer(eco, MODES, 3, 12).line("used_car", options)
    for f in fields(Pieces):
        assert np.array_equal(getattr(whole, f.name), getattr(parts, f.name)), f.name


def test_closed_line_is_nothing(priced, eco):
    piece = priced.line("other", closed(eco))
    assert not any(getattr(piece, f.name).any() for f in fields(Pieces))


def test_line_pieces_book_no_shared_heads(priced, eco):
    option = LineOption((("lead", (0, 1, 1)), ("operations", (1, 2, 3))), "normal", (("other_1", 1, "other_200"),))
    priced.add("other", [option])
    piece = priced.line("other", option)
    assert piece.heads.tolist() == [1, 3, 4]
    assert piece.managers.tolist() == [0, 1, 1]
    assert not piece.seats.any()


def test_join_and_add(priced):
    left, right = priced.seats["vp"], priced.seats["bd"]
    both = join([left, right])
    assert len(both) == len(left) + len(right)
    assert np.array_equal(both.take(len(left)).cost, right.take(0).cost)
    changed = add(left.take(0), right.take(0), -1.0)
    assert np.array_equal(changed.linear, left.linear[0] - right.linear[0])
    assert np.array_equal(changed.terms, left.terms[0] - right.terms[0])


def test_turnover_is_what_is_received_and_paid_not_what_passes_by_or_waits():
    counted = {PIECE_ROWS[index] for index in TURNED}
    assert {"commission", "quality_deduction", "base_pay", "integration"} <= counted
    assert not counted & {"uncollected", "collected", "partner_margin", "equity"}
