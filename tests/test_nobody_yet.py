"""Partners that a plan only assumes: what hangs on them is counted and told, worked on paper."""

from types import SimpleNamespace

import pytest
import xarray as xr

from reports.board import milestones, nobody_yet
from reports.cited import Shelf

MILESTONE = 6
"""Month of the case's first milestone, which asks for three partners."""
ROLES = [
    {"line": "", "title": "Strategy", "heads": [2, 2, 4]},
    {"line": "other", "title": "Services: operations", "heads": [0, 1, 2]},
    {"line": "insurance", "title": "Insurance: operations", "heads": [1, 2, 2]},
    {"line": "other", "title": "Services: lead", "heads": [0, 0, 0]},
]


def row(partner, start, named):
    return {"id": partner, "title": partner.title(), "start": start, "named": named}


@pytest.fixture
def shelf(shipped):
    def make(*partners, language="en", roles=ROLES, answers=None):
        phases = [{"first_month": month} for month in (1, 7, 19)]
        info = {"plan": {"partners": list(partners), "roles": roles, "phases": phases}}
        run = SimpleNamespace(
            path=SimpleNamespace(name="eco"), dataset=xr.Dataset(), hash="ab", info=info, case=shipped("ecosystem")
        )
        return Shelf(run, language, answers or {}, dict.fromkeys(answers or {}, "ef"))

    return make


ONE, TWO, LATE = row("insurer_1", 1, True), row("insurer_2", MILESTONE, True), row("used_car_1", MILESTONE + 1, True)
NOBODY = row("other_1", MILESTONE, False)


def test_a_mark_says_whom_it_counts_that_nobody_has_signed(shelf):
    """By month 6 two are named and one assumed: three marks need the one, two do not, four are out of reach anyway."""
    told = shelf(ONE, TWO, LATE, NOBODY)
    needed = ", counting one that nobody has signed: it cannot be met without"
    assert [str(nobody_yet.counting(told, MILESTONE, wanted)) for wanted in (2, 3, 4)] == [
        needed.split(":")[0],
        needed,
        needed.split(":")[0],
    ]
    # A month before it has not begun.
    assert nobody_yet.counting(told, MILESTONE - 1, 3) == ""
    assert nobody_yet.counting(shelf(ONE, TWO), MILESTONE, 3) == ""


@pytest.mark.parametrize(
    ("partners", "said"),
    [
        ((ONE, TWO, NOBODY), "(99 %, counting one that nobody has signed: it cannot be met without)"),
        ((ONE, NOBODY), "(cannot be met: the plan itself allows 2, counting one that nobody has signed)"),
        ((ONE, TWO, LATE), "(cannot be met: the plan itself allows 2)"),
    ],
)
def test_it_stands_behind_the_chance_of_the_mark(shelf, partners, said):
    marks = ["month_6.cities", "month_6.partners", "month_6.users", "month_6.conversion", "month_6.nps"]
    met = xr.DataArray([[1.0] * 100] * 5, dims=("mark", "scenario")).copy()
    met[1, 0] = 0.0
    planned = sum(each["start"] <= MILESTONE for each in partners)
    board = xr.Dataset(
        {
            "met": met,
            "met_all": (("gate", "scenario"), met[1:2].to_numpy()),
            "reached": met,
            "planned": ("mark", [3.0, float(planned), float("nan"), float("nan"), float("nan")]),
        },
        {"mark": marks, "gate": ["month_6"]},
    )
    told = shelf(*partners, answers={"board": board})
    assert f"3 partners on trial or signed {said}" in str(milestones.milestone(told, "month_6")).replace("\u00a0", " ")


def test_seats_that_wait_for_a_signature(shelf):
    """Only the line whose every partner is assumed waits, and only its roles that have heads."""
    assert str(nobody_yet.seats_on_condition(shelf(ONE, NOBODY))) == (
        "Seats for what is only assumed (Services: operations: 1 from Jul 2027 and 2 from Jul 2028) are asked for on "
        "condition: their money is released only when somebody signs; the result counts them from then"
    )
    assert str(nobody_yet.seats_on_condition(shelf(NOBODY, language="zh"))) == (
        "仅为其设的岗位（Services: operations: 2027年7月起1人、2028年7月起2人）附条件申请：有伙伴签约后方予拨款；"
        "各项结果已自上述月份计入"
    )


def test_no_seat_waits_where_somebody_may_sign(shelf):
    assert nobody_yet.seats_on_condition(shelf(ONE, TWO)) is None
    assert nobody_yet.seats_on_condition(shelf(row("insurer_1", 1, False), TWO)) is None
    assert nobody_yet.seats_on_condition(shelf(NOBODY, roles=ROLES[:1])) is None
