"""Gates: the count of marks at its edges, branches by hand, futures put together, and nothing known too early."""

import numpy as np
import pytest

from model import gates
from model.budgets import approved_cost
from model.errors import InputError
from model.feasibility import broken_limits
from model.gate_inputs import Answer, Gate, Milestone
from model.load import load_case, load_plan, plan_from_dict
from model.plan_file import save_plan
from model.plans import GateAnswer, Policies, heads_by_phase
from model.schema import ROW, SEAT_ROWS
from model.simulate import VERDICT, simulate

STRICT = {"strict": Answer(title="", expand=2, hold=1)}


def gate(least, month=6, answers=STRICT, **more):
    return Gate(title="A gate", month=month, least=Milestone.model_validate(least), answers=answers, **more)


def figure(value, unit):
    return {"value": value, "unit": unit, "source": "for tests"}


def marks(partners, users, revenue=0.0, conversion=0.0, nps=0.0):
    return np.array([[partners], [users], [revenue], [conversion * users], [nps * users]])


@pytest.mark.parametrize(
    ("name", "unit", "edge", "reached"),
    [
        ("partners", "partners", 3, lambda x: marks(x, 1.0)),
        ("users", "units", 5000, lambda x: marks(0.0, x)),
        ("revenue", "CNY", 6e6, lambda x: marks(0.0, 1.0, revenue=x)),
        ("nps", "points", 70, lambda x: marks(0.0, 3.0, nps=x)),
    ],
)
@pytest.mark.parametrize(("step", "met"), [(-1, 0), (0, 1), (1, 1)])
def test_each_mark_at_its_edge(name, unit, edge, reached, step, met):
    one = gate({name: figure(edge, unit)}, answers={"a": Answer(title="", expand=1, hold=0)})
    assert gates.met_criteria(one, reached(float(edge + step)), 0.0).tolist() == [met]


@pytest.mark.parametrize(("cities", "met"), [(2, 0), (3, 1), (4, 1)])
def test_cities_at_their_edge(cities, met):
    assert gates.met_criteria(
        gate({"cities": figure(3, "cities")}, answers={"a": Answer(title="", expand=1, hold=1)}), marks(0, 0), cities
    ).tolist() == [met]


def test_a_share_of_conversion_is_met_to_the_bit_and_nobody_sold_meets_no_mean():
    one = gate({"conversion": figure(15, "%"), "nps": figure(-90, "points")})
    assert gates.met_criteria(one, marks(1, 7.0, conversion=0.15, nps=-90.0), 0.0).tolist() == [2]
    assert gates.met_criteria(one, marks(1, 0.0), 0.0).tolist() == [0]


@pytest.mark.parametrize(("users", "partners", "said"), [(5000, 3, 0), (4999, 3, 1), (5000, 2, 1), (4999, 2, 2)])
def test_both_marks_expand_one_holds_none_ends(users, partners, said):
    both = gate({"users": figure(5000, "units"), "partners": figure(3, "partners")})
    assert gates.verdict(both, both.answers["strict"], marks(partners, users), 0.0).tolist() == [said]


@pytest.fixture
def two_halves(shipped, plan_of, changed):
    """A payer of 500 units a month at one yuan; one VP at 1 M, two strategists at 0.4 M from month 7; one gate."""
    case = shipped("pool")
    year = case.phases[0]
    parts = tuple(year.model_copy(update={"id": name, "first_month": m}) for name, m in (("first", 1), ("second", 7)))
    two = {
        role: part.model_copy(update={"heads_least": (0.0,) * 2, "heads_most": (30.0,) * 2})
        for role, part in case.roles.items()
    }
    values = {
        "phases": parts,
        "volumes": {"payer": (500.0,) * 12},
        "roles": two,
        "staffing.severance": "n",
        "staffing.severance_cap": 1e6,
        "incentives.pool_rate": 0.0,
    }

    def make(users, hold=1, expand=2):
        least = {"users": figure(users, "units"), "partners": figure(1, "partners")}
        one = gate(least, answers={"a": Answer(title="", expand=expand, hold=hold)})
        seats = {"vp": (1, 1), "strategy": (0, 2)}
        asked = Policies(gates=(GateAnswer(gate="half", answer="a"),))
        plan = changed(plan_of("pool"), {"modes": ("unit", "unit"), "seats": seats, "policies": asked})
        return changed(case, values | {"gates": {"half": one}}), plan

    return make


@pytest.mark.parametrize(
    ("users", "hold", "pay", "severance", "income"),
    [
        (2999, 1, 1_400_000, 0, 6000),
        (3000, 1, 1_400_000, 0, 6000),
        (3001, 1, 1_000_000, 0, 6000),
        (3001, 2, 500_000, 1_000_000 / 12, 3000),
    ],
)
def test_branches_by_hand(two_halves, rows_of, users, hold, pay, severance, income):
    """3,000 units in six months: one unit short the strategists are not hired, or the VP goes with a month of pay."""
    rows = rows_of(*two_halves(users, hold))
    assert rows["base_pay"].sum() == pytest.approx(pay)
    assert rows["severance"].sum() == pytest.approx(severance)
    assert rows["commission"].sum() == pytest.approx(income)


def test_a_held_line_keeps_its_partners_and_the_plan_its_heads(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    still = gates.held(case, plan, 6)
    assert heads_by_phase(case, plan) == [10, 20, 30]
    assert heads_by_phase(case, still) == [10, 10, 10]
    assert list(still.lines["insurance"].partners) == ["insurer_1", "insurer_2", "insurer_3"]
    assert still.lines["charging"].partners == {}
    assert still.modes == ("department",) * 3
    assert still.cities == (3, 3, 3)
    assert heads_by_phase(case, gates.held(case, plan, 18)) == [10, 20, 20]


def asked(plan, *pairs):
    answers = tuple(GateAnswer(gate=name, answer=answer) for name, answer in pairs)
    return plan.model_copy(update={"policies": Policies(gates=answers)})


def test_each_future_follows_its_own_verdict(shipped, plan_of, changed, months_of):
    """The edge lies between the users of two futures: one goes on as planned, the other as the stopped or held plan."""
    plan = plan_of("ecosystem", "documents")
    free = months_of(shipped("ecosystem"), plan, 2)
    users = free.marks[0, gates.USERS]
    low = int(users.argmin())
    for answer, other in (("stop", gates.stopped), ("hold", gates.held)):
        case = changed(shipped("ecosystem"), {"gates.month_6.least.users": float(users.mean())})
        found = months_of(case, asked(plan, ("month_6", answer)), 2)
        branch = months_of(case, other(case, plan, 6), 2)
        assert np.array_equal(found.ledger[:, :, 1 - low], free.ledger[:, :, 1 - low])
        assert np.array_equal(found.ledger[:, :, low], branch.ledger[:, :, low])
        assert found.ledger[:, :, low].sum() != free.ledger[:, :, low].sum()
        assert found.verdicts["month_6"][low] == (gates.STOP if answer == "stop" else gates.HOLD)
        assert np.array_equal(found.heads["vp"][:, low], branch.heads["vp"][:, low])
        assert np.array_equal(found.sides["insurance"].own[:, low], branch.sides["insurance"].own[:, low])


@pytest.mark.parametrize(("name", "month"), [("documents", 6), ("bold", 6), ("lean", 18)])
def test_nothing_is_known_before_the_gate(shipped, plan_of, months_of, name, month):
    """Up to the gate all branches are the same to the bit, but for what an end itself settles in its last month."""
    case, plan = shipped("ecosystem"), plan_of("ecosystem", name)
    free = months_of(case, plan, 8)
    people = [index for row, index in ROW.items() if row in SEAT_ROWS and row != "severance"]
    number = [index for index, each in enumerate(case.gates.values()) if each.month <= month]
    for branch, settled in ((gates.held(case, plan, month), 0), (gates.stopped(case, plan, month), 1)):
        found = months_of(case, branch, 8)
        assert np.array_equal(found.ledger[:, : month - settled], free.ledger[:, : month - settled])
        assert np.array_equal(found.ledger[people, month - 1], free.ledger[people, month - 1])
        for line in plan.lines:
            assert np.array_equal(found.volume[line][:month], free.volume[line][:month])
        told = [mark for mark in range(gates.MARKS) if not settled or mark != gates.REVENUE]
        assert np.array_equal(found.marks[number][:, told], free.marks[number][:, told])
        assert not np.array_equal(found.ledger, free.ledger)


def test_later_gates_ask_who_is_left(shipped, plan_of, changed, months_of):
    case = changed(shipped("ecosystem"), {"gates.month_6.least.users": 6000.0, "gates.month_18.least.users": 60_000.0})
    plan = asked(plan_of("ecosystem", "documents"), ("month_18", "hold"), ("month_6", "stop"))
    found = months_of(case, plan, 24).verdicts
    ended = found["month_6"] == gates.STOP
    assert 0 < ended.sum() < 24
    assert (found["month_18"][ended] == gates.NOT_ASKED).all()
    assert set(found["month_18"][~ended].tolist()) == {gates.EXPAND, gates.HOLD}


def test_a_lines_own_gate_ends_it_alone(shipped, plan_of, changed, months_of):
    """The line ends in futures below its mark; everybody else's seats and lines stay to the bit."""
    plan = plan_of("ecosystem", "documents")
    free = months_of(shipped("ecosystem"), plan, 16)
    sold = free.volume["used_car"][:12].sum(axis=0)
    own = gate(
        {"users": figure(float(np.median(sold)), "units")},
        12,
        {"a": Answer(title="", expand=1, hold=1)},
        line="used_car",
    )
    case = changed(shipped("ecosystem"), {"gates.car": own})
    gated = changed(plan, {"lines.used_car.gates": (GateAnswer(gate="car", answer="a"),)})
    found, stopped = months_of(case, gated, 16), months_of(case, changed(plan, {"lines.used_car.stop_after": 12}), 16)
    ended = sold < np.median(sold)
    assert ended.sum() == 8
    assert np.array_equal(found.verdicts["car"] == gates.STOP, ended)
    for each, same in ((free, ~ended), (stopped, ended)):
        assert np.array_equal(found.ledger[:, :, same], each.ledger[:, :, same])
    assert not found.volume["used_car"][12:, ended].any()
    assert np.array_equal(found.volume["insurance"], free.volume["insurance"])
    assert found.volume["used_car"][12:, ~ended].all()


def test_outcome_keeps_the_verdicts_and_blocks_change_nothing(shipped, plan_of):
    case, plan = shipped("ecosystem"), asked(plan_of("ecosystem", "documents"), ("month_6", "stop"))
    few, more = (simulate([case], [plan], 7, VERDICT, count)[0] for count in (6, 9))
    assert np.array_equal(few.years, more.years[:, :, :6])
    assert np.array_equal(few.verdicts, more.verdicts[:, :6])
    assert (few.verdicts[1] == gates.NOT_ASKED).all()
    assert set(few.verdicts[0].tolist()) <= {gates.EXPAND, gates.STOP}


def test_gates_of_a_plan_read_back_equal(shipped, plan_of, changed, tmp_path):
    own = gate({"users": figure(10, "units"), "partners": figure(1, "partners")}, 12, line="used_car")
    case = changed(shipped("ecosystem"), {"gates.car": own})
    plan = asked(plan_of("ecosystem", "documents"), ("month_6", "stop"), ("month_18", "hold"))
    line = {"lines.used_car.gates": (GateAnswer(gate="car", answer="strict"),), "lines.charging.stop_after": 30}
    save_plan(tmp_path / "p.toml", case, changed(plan, line))
    text = (tmp_path / "p.toml").read_text(encoding="utf-8")
    assert "2027-06 First milestone" in text
    assert load_plan(tmp_path / "p.toml", case) == changed(plan, line)


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        ("policies.gates", [{"gate": "month_7", "answer": "stop"}], r"gates\[1\].gate.* unknown gate here.*month_6"),
        ("policies.gates", [{"gate": "month_6", "answer": "often"}], "unknown answer.*often.*hold, three, stop"),
        ("policies.gates", [{"gate": "month_6", "answer": "stop"}] * 2, "asked twice.*each gate once"),
        ("policies", {"stop_after": 6, "gates": [{"gate": "month_6", "answer": "stop"}]}, "before the end.*before 6"),
        ("lines.used_car.gates", [{"gate": "month_6", "answer": "stop"}], "unknown gate here.*no gate"),
        ("lines.used_car.stop_after", 60, "a stop comes before the last month.*1…59"),
    ],
)
def test_faults_of_a_plans_gates_are_named(shipped, plan_of, keys, value, said):
    data = plan_of("ecosystem", "documents").model_dump(mode="json")
    *path, last = keys.split(".")
    node = data
    for key in path:
        node = node[key]
    node[last] = value
    with pytest.raises(InputError, match=said):
        plan_from_dict(data, shipped("ecosystem"))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("month = 6\n", "month = 60\n", r"gates.month_6.month.*before the last month"),
        ("month = 6\n", 'month = 6\nline = "cars"\n', r"unknown line.*cars"),
        ("expand = 5, hold = 3", "expand = 6, hold = 3", "three asks for more criteria than there are.*<= 5"),
        ("expand = 5, hold = 3", "expand = 2, hold = 3", r"holding asks for more than expanding.*3 > 2"),
        (
            "month = 6\n",
            'month = 6\nhold_budgets = { mvp = { value = 1, unit = "CNY", source = "x" } }\n',
            r"unknown phase after the gate.*mvp",
        ),
    ],
)
def test_faults_of_a_cases_gates_are_named(edit, case_folder, said, old, new, what):
    edit("gates.toml", old, new)
    with pytest.raises(InputError, match=what):
        load_case(case_folder)


def limits_of(case, plan):
    return {row.name: row for row in broken_limits(case, plan) if row.rule == "R133"}


@pytest.mark.parametrize(("room", "broken"), [(-1, True), (0, False), (1, False)])
def test_a_held_unit_keeps_its_own_budget(two_halves, changed, room, broken):
    """Held, the second half costs the VP's half million."""
    case, plan = two_halves(3001)
    case = changed(case, {"gates.half.hold_budgets": {"second": 500_000.0 + room}})
    assert list(limits_of(case, plan)) == (["budget of second if held at half"] if broken else [])


@pytest.mark.parametrize(("room", "broken"), [(-1, True), (0, False), (1, False)])
def test_an_end_keeps_its_budget(two_halves, changed, room, broken):
    """Ended after half a year the VP has one month of a million a year."""
    case, plan = two_halves(3001)
    case = changed(case, {"gates.half.stop_budget": 1_000_000 / 12 + room})
    assert list(limits_of(case, plan)) == (["cost of ending at half"] if broken else [])


def test_without_budgets_of_its_own_a_gate_has_the_phases(two_halves, changed):
    case, plan = two_halves(3001)
    phases = (case.phases[0], case.phases[1].model_copy(update={"budget": 450_000.0}))
    row = limits_of(changed(case, {"phases": phases}), plan)["budget of second if held at half"]
    assert (row.found, row.high) == pytest.approx((500_000, 450_000))


def test_an_obligatory_gate_must_be_asked(two_halves, changed):
    case, plan = two_halves(3001)
    case = changed(case, {"gates.half.obligatory": True})
    assert not limits_of(case, plan)
    silent = limits_of(case, changed(plan, {"policies": Policies()}))
    assert silent["answer to half"].allowed == "at least 1 gates"
    assert not limits_of(case, changed(plan, {"policies": Policies(), "seats": {}, "lines": {}}))


def test_the_approved_plan_is_the_one_that_goes_on(two_halves, changed):
    """1.4 M whether the gate is asked or not, and whatever its verdict would be without chance."""
    for users in (2999, 3001):
        case, plan = two_halves(users)
        assert approved_cost(case, plan).tolist() == pytest.approx([500_000, 900_000])
