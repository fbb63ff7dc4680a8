"""Plans: head counts become numbered seats, and what a case does not know is named."""

import pytest

from model.plans import Career, LinePlan, PartnerPlan, Plan, careers_of, heads_by_phase, plan_careers, plan_faults


@pytest.fixture(scope="module")
def eco(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def documents(plan_of):
    return plan_of("ecosystem", "documents")


def spans(careers):
    return [(career.seat, career.first_month, career.close) for career in careers]


# Phases of the case: months 1–6, 7–18, 19–60.
@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        ((0, 0, 0), []),
        ((1, 1, 1), [(1, 1, 61)]),
        ((0, 2, 1), [(1, 7, 61), (2, 7, 19)]),
        ((1, 0, 1), [(1, 1, 7), (1, 19, 61)]),
        ((2, 1, 2), [(1, 1, 61), (2, 1, 7), (2, 19, 61)]),
        ((0, 0, 1), [(1, 19, 61)]),
    ],
)
def test_heads_by_phase_become_careers(eco, heads, expected):
    assert spans(careers_of(eco, "bd", "", heads)) == expected


@pytest.mark.parametrize(
    ("stop", "expected"),
    [(5, [(1, 1, 6)]), (6, [(1, 1, 7)]), (7, [(1, 1, 8), (2, 7, 8)]), (61, [(1, 1, 61), (2, 7, 61)])],
)
def test_a_stop_closes_every_seat_and_opens_none_after(eco, stop, expected):
    assert spans(careers_of(eco, "bd", "", (1, 2, 2), stop)) == expected


def test_seat_keeps_its_name_whenever_it_is_open():
    assert Career("bd", "", 2, 1, 7).key == Career("bd", "", 2, 19, 61).key == "seat.bd..2"
    assert Career("operations", "insurance", 1, 1, 7).key == "seat.operations.insurance.1"


def test_head_months_add_up(eco, documents):
    """10, 20 and 30 heads for 6, 12 and 42 months."""
    assert heads_by_phase(eco, documents) == [10, 20, 30]
    careers = plan_careers(eco, documents)
    assert sum(career.close - career.first_month for career in careers) == 10 * 6 + 20 * 12 + 30 * 42
    assert len({(career.key, career.first_month) for career in careers}) == len(careers)


def idle(**more):
    return Plan(case="ecosystem", name="x", title="x", modes=("unit",) * 3, **({"seats": {}, "lines": {}} | more))


def test_idle_plan_hires_nobody_and_opens_nothing(documents):
    assert idle().is_idle
    assert idle(seats={"bd": (0, 0, 0)}).is_idle
    assert not idle(seats={"bd": (0, 0, 1)}).is_idle
    assert not documents.is_idle


def test_line_without_team_and_partners_is_not_opened():
    empty = LinePlan(team={"operations": (0, 0, 0)}, way="normal", partners={})
    assert idle(lines={"insurance": empty}).is_idle
    partner = LinePlan(team={}, way="normal", partners={"insurer_1": PartnerPlan(start=1, contract="insurer_ladder")})
    assert not idle(lines={"insurance": partner}).is_idle


def test_shipped_plans_have_no_fault(eco, plan_of):
    for name in ("documents", "lean", "bold", "do_nothing", "stop_after_6"):
        assert plan_faults(eco, plan_of("ecosystem", name)) == []


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("case", "paper", "case"),
        ("modes", ("unit", "unit"), "modes"),
        ("modes", ("unit", "unit", "guild"), "modes"),
        ("seats.chef", (1, 1, 1), "seats.chef"),
        ("seats.operations", (1, 1, 1), "seats.operations"),
        ("seats.bd", (1, 1), "seats.bd"),
        ("seats.bd", (1, -1, 1), "seats.bd"),
        ("lines.insurance.way", "harder", "lines.insurance.way"),
        ("lines.insurance.team.bd", (1, 1, 1), "lines.insurance.team.bd"),
        (
            "lines.insurance.partners.other_1",
            PartnerPlan(start=1, contract="other_200"),
            "lines.insurance.partners.other_1",
        ),
        ("lines.insurance.partners.insurer_1.contract", "handshake", "lines.insurance.partners.insurer_1.contract"),
        ("lines.insurance.partners.insurer_1.start", 61, "lines.insurance.partners.insurer_1.start"),
        ("policies.stop_after", 60, "policies.stop_after"),
        ("policies.stop_after", 61, "policies.stop_after"),
    ],
)
def test_fault_is_named_with_its_place(eco, documents, changed, path, value, where):
    faults = plan_faults(eco, changed(documents, {path: value}))
    assert [fault[0] for fault in faults] == [where]
    assert all(fault[1] and fault[3] for fault in faults)


def test_unknown_line_is_named(eco, documents, changed):
    plan = changed(documents, {"lines.space": documents.lines["other"]})
    assert [fault[0] for fault in plan_faults(eco, plan)] == ["lines.space"]


def test_stop_in_the_month_before_the_last_is_allowed(eco, documents, changed):
    assert plan_faults(eco, changed(documents, {"policies.stop_after": 59})) == []
