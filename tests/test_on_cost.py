"""On-cost by city against the field notes' table of shares, at floors and caps, and in and out of validity (R53)."""

import numpy as np
import pytest

from model.city_rates import city_funds
from model.errors import InputError
from model.load import case_from_dict, case_to_dict
from model.on_cost import bonus_rate, city_cost, on_cost, told, without_on_cost
from model.seat_inputs import CityCost, calendar, uncovered

PAYS = (150e3, 250e3, 350e3, 450e3, 650e3, 1.0e6, 1.5e6)
SHARES = {
    "Beijing": (38.7, 38.7, 38.7, 36.4, 25.2, 16.4, 10.9),
    "Shanghai": (32.8, 32.8, 32.8, 32.3, 22.3, 14.5, 9.7),
    "Shenzhen": (26.5, 26.5, 24.5, 20.1, 14.6, 9.5, 6.3),
}


def city(name, extended=True):
    return CityCost.model_validate({"city": name, "extended": extended, "funds": city_funds(name)[0]})


@pytest.mark.parametrize("name", list(SHARES))
def test_shares_of_base_pay_are_those_of_the_field_notes(name):
    pay = np.array(PAYS) / 12
    found = [100 * float(city_cost(city(name), "2025-01", np.array([month]))[0]) / month for month in pay]
    assert found == pytest.approx(SHARES[name], abs=0.0501)


@pytest.mark.parametrize(
    ("pay", "paid_on"), [(1.0, 6_821), (6_821, 6_821), (6_822, 6_822), (35_283, 35_283), (35_284, 35_283), (0.0, 0)]
)
def test_pay_is_lifted_to_the_floor_and_cut_at_the_cap(pay, paid_on):
    assert city_cost(city("Beijing"), "2025-01", np.array([pay]))[0] == pytest.approx(0.387 * paid_on)


def test_each_fund_has_its_own_cap():
    """Shenzhen: 21.5 % to 26,421 and housing 5 % to 44,265."""
    found = city_cost(city("Shenzhen"), "2025-01", np.array([40_000.0, 50_000.0]))
    assert found == pytest.approx([0.215 * 26_421 + 0.05 * 40_000, 0.215 * 26_421 + 0.05 * 44_265])


def test_a_new_vintage_holds_from_its_first_month():
    rows = city_funds("Beijing")[0]
    new = [
        row | {"valid_from": "2025-07", "valid_to": "2026-06", "cap": row["cap"] | {"value": 40_000}} for row in rows
    ]
    both = CityCost.model_validate({"city": "Beijing", "extended": False, "funds": new + rows})
    found = city_cost(both, "2025-05", np.full(4, 50_000.0))
    assert found == pytest.approx([0.387 * 35_283] * 2 + [0.387 * 40_000] * 2)
    assert uncovered(both, "2025-05", 14) == []
    assert uncovered(both, "2025-05", 15) == ["2026-07"]
    assert uncovered(city("Beijing"), "2024-06", 2) == ["2024-06"]


def test_months_without_rates_are_refused_unless_extended(case_folder, edit, said):
    edit("staffing.toml", "extended = true # the table ends in 2025-06; the horizon begins in 2027", "extended = false")
    (line,) = said(case_folder)
    assert "staffing.on_cost_city.extended: months without rates in force; found 2027-01 … 2031-12" in line
    assert "or extended = true" in line


def test_an_unknown_city_is_named_with_the_known_ones(case_folder, edit, said):
    edit("staffing.toml", 'city = "Beijing"', 'city = "Beijin"')
    assert any(
        "no rates in on_cost.csv; found Beijin; expected Beijing, Shanghai, Shenzhen" in line
        or ("found Beijin" in line and "did you mean Beijing?" in line)
        for line in said(case_folder)
    )


@pytest.mark.parametrize(
    ("new", "found"),
    [
        ("", "nothing"),
        ('on_cost_rate = { value = 38, unit = "%", source = "x" }\n', "on_cost_rate, on_cost_city"),
        (
            'on_cost_rate = { value = 38, unit = "%", source = "x" }\n'
            'on_cost_cap = { value = 1, unit = "CNY/month", source = "x" }\n',
            "on_cost_rate, on_cost_cap, on_cost_city",
        ),
    ],
)
def test_on_cost_is_told_once(case_folder, edit, said, new, found):
    if new:
        edit("staffing.toml", "on_cost_on_bonus = false\n", "on_cost_on_bonus = false\n" + new)
    else:
        city = '[staffing.on_cost_city]\ncity = "Beijing"\nextended = true'
        edit("staffing.toml", city, "")
    assert any(f"on-cost is told once; found {found};" in line for line in said(case_folder))


@pytest.mark.parametrize(
    ("text", "told_"),
    [
        ("city,rate\nBeijing,1\n", r"line 2: wrong columns"),
        (
            "city,fund,rate,floor,cap,valid_from,valid_to,source\nB,p,x,1,2,2024-07,2025-06,s\n",
            r"line 2, column rate: needs a number",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_line(tmp_path, text, told_):
    table = tmp_path / "on_cost.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told_):
        raise InputError(city_funds("B", table)[1])


def test_a_missing_table_is_told(tmp_path):
    assert "cannot be read" in str(city_funds("B", tmp_path / "none.csv")[1][0])


def test_the_case_carries_its_funds_with_it(shipped):
    """A stored case needs no table: the replay of a certificate builds it from its own values."""
    eco = shipped("ecosystem")
    again = case_from_dict(case_to_dict(eco))
    assert [fund.fund for fund in again.staffing.on_cost_city.funds] == [
        "pension",
        "unemployment",
        "medical",
        "injury",
        "housing",
    ]
    assert np.array_equal(on_cost(again, "vp"), on_cost(eco, "vp"))


def test_on_cost_of_the_annual_bonus_and_none_at_all(shipped, changed):
    eco = shipped("ecosystem")
    assert bonus_rate(eco) == 0.0
    assert bonus_rate(changed(eco, {"staffing.on_cost_on_bonus": True})) == pytest.approx(0.387)
    assert bonus_rate(shipped("paper")) == 0.3
    for case in (eco, shipped("paper")):
        role = next(iter(case.roles))
        assert on_cost(case, role).any()
        assert not on_cost(without_on_cost(case), role).any()


def test_on_cost_in_words(shipped):
    assert told(shipped("ecosystem")) == "Beijing: 38.7% of monthly pay up to 35,283 CNY"
    assert told(shipped("paper")).startswith("30% of monthly pay")


def test_calendar_crosses_the_year():
    assert calendar("2027-11", 3) == ["2027-11", "2027-12", "2028-01"]
