"""Value added tax inside the contracts' rates."""

import numpy as np
import pytest

from model import economics, ledger, vat
from model.schema import LINE_ROWS, PARTIES, ROW


@pytest.fixture
def read(shipped, changed):
    return lambda case, reading, rate=0.06, **more: changed(
        shipped(case), {"readings.vat_in_rates": reading, "costs.vat": rate} | more
    )


def test_5645000_with_6_percent_inside_leave_5325472(read):
    """field.md, VAT: 5.645 M gross is 5.325 M net; 18,500 policies in one contract year, known_answers.md."""
    case = read("ladder", "gross")
    rows = np.zeros((len(LINE_ROWS), 1, 1, 1))
    rows[LINE_ROWS.index("commission")] = 5_645_000.0
    vat.book(case, rows)
    assert economics.line_income(rows).item() == pytest.approx(5_325_472, abs=0.5)
    assert rows[LINE_ROWS.index("vat")].item() == pytest.approx(319_528, abs=0.5)


@pytest.mark.parametrize(("rate", "kept"), [(0.0, 1.0), (0.06, 1 / 1.06), (0.13, 1 / 1.13)])
def test_gross_rates_leave_revenue_divided_by_one_and_the_rate(read, plan_of, months_of, rate, kept):
    plan = plan_of("ladder", "plan")
    gross, net = (months_of(read("ladder", reading, rate), plan, 1).ledger for reading in ("gross", "net"))
    assert ledger.revenue(net).sum() == pytest.approx(999_800 + 1_250_000 + 2_090_000 + 3_370_000 + 5_645_000)
    assert ledger.revenue(gross).sum() == pytest.approx(kept * ledger.revenue(net).sum())
    assert gross[ROW["commission"]].sum() == pytest.approx(net[ROW["commission"]].sum())
    assert not net[ROW["vat"]].any()


def test_tax_is_taken_after_deductions_and_not_from_damages_or_products(read):
    rows = np.zeros((len(LINE_ROWS), 1))
    amounts = {"commission": 1_060.0, "quality_deduction": 530.0, "renewal": 106.0}
    untaxed = {"leak_claims": 1e6, "new_products": 1e6, "repurchase": 1e6}
    for name, amount in (amounts | untaxed).items():
        rows[LINE_ROWS.index(name)] = amount
    vat.book(read("ecosystem", "gross"), rows)
    assert rows[LINE_ROWS.index("vat")].item() == pytest.approx(0.06 * (1_000 - 500 + 100))


def test_the_state_receives_what_the_unit_loses_and_the_share_is_of_net_revenue(read, plan_of, months_of):
    plan = plan_of("ecosystem", "documents")
    gross, net = (months_of(read("ecosystem", reading), plan, 8).ledger for reading in ("gross", "net"))
    taxed = net[ROW["commission"]] - net[ROW["quality_deduction"]]
    assert gross[ROW["vat"]] == pytest.approx(taxed * 0.06 / 1.06)
    assert gross[ROW["after_sales_share"]] == pytest.approx(0.15 * ledger.revenue(gross))
    assert gross[ROW["uncollected"]] == pytest.approx(ledger.revenue(gross), abs=1e-6)
    assert "state" in PARTIES
