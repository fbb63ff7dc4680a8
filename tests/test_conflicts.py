"""Rules that conflict are named in the words of the case before options are priced, with mends that were checked."""

import re
from math import ceil

import pytest

from model.errors import InfeasibleError, InputError
from model.feasibility import counted
from model.gate_inputs import Answer, Gate, Milestone
from model.gate_limits import branch_costs
from model.load import load_plan
from model.plans import GateAnswer, Plan, Policies
from model.seat_inputs import Skill
from solvers import conflicts
from solvers.choose import choose
from solvers.conflicts import by_path, explain, outline_plan
from solvers.exact import Exact, Tables
from solvers.options import start_options
from solvers.outline import Outline
from solvers.path_choice import choose_path
from solvers.pricing import Pricer
from solvers.program import Program

MODES = ("department", "unit")
RICH = {"phases.mvp.budget": 9e6, "phases.scale.budget": 2e7}
CHECKED = " (checked: then a plan keeps all other rules)"


def silent(text):
    """Say nothing."""


def found_in(case, modes=MODES):
    with pytest.raises(InfeasibleError, match="E-INFEASIBLE") as caught:
        outline_plan(case, modes)
    return caught.value.findings


def sql(hired, trained):
    share = {"unit": "share", "source": "for tests"}
    parts = {"required": 1.0, "hired": hired, "trained": trained}
    shares = {name: {"value": value, **share} for name, value in parts.items()}
    return Skill(role="bd", skill="sql", course={"value": 0, "unit": "CNY", "source": "for tests"}, **shares)


def fewest(case):
    """One VP and one partner manager, no line: what role minima alone cost, counted from the plan file."""
    plan = Plan(case=case.id, name="p", title="", modes=MODES, seats={"vp": (1, 1), "bd": (1, 1)}, lines={})
    return {each.name: each.found for each in counted(case, plan)}


NAMED = {
    "two role minima over a head bound": (
        {"roles.bd.heads_least": (2.0, 2.0), "phases.mvp.heads_most": 2.0},
        "heads in mvp",
        "R29, phase mvp) together with vp in mvp at least 1 head (R30); bd in mvp at least 2 heads (R30)",
        "3 heads needed",
        "at most 2 heads",
        "raise the most of heads in mvp (phase mvp) by 1 to 3 heads; or lower the least of vp in mvp by 1 to 0 heads; "
        "or lower the least of bd in mvp by 1 to 1 head",
    ),
    "virtual group with 10 heads": (
        RICH
        | {"phases.mvp.heads_least": 10.0, "phases.mvp.heads_most": 12.0, "roles.bd.heads_most": (9.0, 9.0)}
        # Nobody leaves with the next phase, so that ten people stay.
        | {"phases.scale.heads_most": 15.0, "phases.mvp.budget": 2e7, "phases.scale.budget": 4e7},
        "heads in mvp",
        "R29, phase mvp) together with heads in mvp at most 6 heads (R29, mode virtual_group)",
        "6 heads needed",
        "at least 10 heads",
        "lower the least of heads in mvp (phase mvp) by 4 to 6 heads; or raise the most of heads in mvp "
        "(mode virtual_group) by 4 to 10 heads",
    ),
    "span of control with one lead": (
        # The first partner manager leads two others; without a VP and a team that makes three heads.
        RICH
        | {"roles.vp.heads_least": (0.0, 0.0), "roles.vp.heads_most": (0.0, 1.0)}
        | {"roles.bd.heads_most": (4.0, 4.0), "roles.operations.heads_most": (0.0, 0.0)}
        | {"staffing.span_of_control": 2.0, "phases.mvp.heads_least": 4.0},
        "heads in mvp",
        "R29, phase mvp) together with vp in mvp at most 0 heads (R30); span of control in mvp at most 0 heads beyond "
        "what managers may lead (R31)",
        "3 heads needed",
        "at least 4 heads",
        "lower the least of heads in mvp (phase mvp) by 1 to 3 heads; or raise the most of vp in mvp by 1 to 1 head; "
        "or raise the span of control from 2 to 3",
    ),
    "load on BD": (
        # 6 months × 200 hours against one head's 6 × 130 × 1.3 × 0.97 = 983.58 hours.
        RICH | {"roles.bd.heads_most": (1.0, 2.0), "shared_work.bd.fixed": 200.0},
        "work of bd in mvp",
        "R32) together with bd in mvp at most 1 head (R30)",
        "217 hours beyond what its heads may carry needed",
        "at most 0 hours beyond what its heads may carry",
        "take 217 hours of work off bd in mvp, or let so many more be bought; or raise the most of bd in mvp by 1 to 2 "
        "heads",
    ),
    "skill coverage": (
        {"staffing.skills": (sql(0.6, 0.2),), "roles.bd.heads_least": (1.0, 0.0), "shared_work.bd.fixed": 0.0},
        "sql of bd in mvp",
        "R137, 80 % of the people have it, 100 % are asked) together with bd in mvp at least 1 head (R30)",
        "80 % of bd with sql",
        "at least 100 %",
        "hire or train 20 % more of bd with sql, or ask for 80 %",
    ),
    "required partner on a closed line": (
        {"choice.required_partners": ("charging_1",), "choice.closed_lines": ("charging",)},
        "charging_1 signed",
        "R138) together with partners of closed line charging at most 0 partners (R138)",
        "no plan that signs it",
        "signed by every plan",
        "do not require charging_1; or let line charging open",
    ),
    "lead time beyond the end of the phase": (
        # Ordered in month 1, half a month of notice: 9 + 0.5 months, rounded half to even, end in month 11.
        {"roles.vp.fill_median": 9.0},
        "vp there by the end of mvp",
        "R136, ordered as early as may be, the usual start is month 11; the phase ends with month 6)",
        "usual start in month 11",
        "month 6 at the latest",
        "lower the fewest vp in mvp to 0, or shorten its lead time from 10 to 5 months",
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_conflicts_of_rules_are_named(tiny, changed, name):
    change, where, what, found, allowed, fix = NAMED[name]
    modes = ("virtual_group", "unit") if "virtual" in name else MODES
    (finding,) = found_in(changed(tiny, change), modes)
    assert (finding.code, finding.where) == ("E-INFEASIBLE", where)
    assert finding.what == f"no plan keeps this rule ({what}"
    assert (finding.found, finding.allowed, finding.fix) == (found, allowed, fix + CHECKED)


def test_a_budget_below_role_minima(tiny, changed):
    """1.8 M CNY pay for the tools and some bought hours, not for a VP and a partner manager besides."""
    case = changed(tiny, {"phases.mvp.budget": 1.8e6})
    (finding,) = found_in(case)
    need = ceil(fewest(case)["budget of mvp"])
    assert (finding.where, finding.allowed) == ("budget of mvp", "at most 1,800,000 CNY")
    assert finding.found == f"{need:,} CNY needed"
    assert "together with vp in mvp at least 1 head (R30)" in finding.what
    assert f"raise budget of mvp by {need - 1_800_000:,} to {need:,} CNY" in finding.fix
    assert finding.fix.endswith(CHECKED)


def gated(case, **budgets):
    share = {"unit": "units", "source": "for tests"}
    least, answer = Milestone(users={"value": 1.0, **share}), Answer(title="", expand=1, hold=1)
    gate = Gate(title="", month=6, least=least, answers={"strict": answer}, obligatory=True, **budgets)
    return case.model_copy(update={"gates": {"first": gate}})


def branches(case, vp):
    """What the branches of the plan with so many VPs and one partner manager cost, told from the plan file."""
    asked = Policies(gates=(GateAnswer(gate="first", answer="strict"),))
    seats = {"vp": vp, "bd": (1, 1)}
    plan = Plan(case=case.id, name="p", title="", modes=MODES, seats=seats, lines={}, policies=asked)
    return {each.name: ceil(each.found) for each in branch_costs(case, plan)}


def test_a_gate_whose_held_branch_has_no_budget(tiny):
    """Held at the milestone, a VP and a partner manager cost more than the million that the branch has."""
    cny = {"unit": "CNY", "source": "for tests"}
    case = gated(tiny, hold_budgets={"scale": {"value": 1e6, **cny}})
    (finding,) = found_in(case)
    name = "budget of scale if held at first"
    need = branches(case, (1, 1))[name]
    assert need > 1_000_000
    assert (finding.where, finding.found, finding.allowed) == (name, f"{need:,} CNY needed", "at most 1,000,000 CNY")
    assert f"raise {name} by {need - 1_000_000:,} to {need:,} CNY" in finding.fix
    rich = gated(tiny, hold_budgets={"scale": {"value": need, **cny}})
    assert outline_plan(rich, MODES) is not None


def test_a_gate_whose_end_has_no_budget(tiny):
    """Severance of a VP and a partner manager after six months; a hundred yuan are too little."""
    cny = {"unit": "CNY", "source": "for tests"}
    case = gated(tiny, stop_budget={"value": 100.0, **cny})
    (finding,) = found_in(case)
    name = "cost of ending at first"
    need, alone = branches(case, (1, 1))[name], branches(case, (0, 0))[name]
    assert need > alone > 100
    assert (finding.where, finding.found, finding.allowed) == (name, f"{need:,} CNY needed", "at most 100 CNY")
    assert {"vp in mvp at least 1 head (R30)", "bd in mvp at least 1 head (R30)"} & {
        *re.split("; |together with ", finding.what)
    }


def test_a_transfer_from_an_empty_role_is_named_when_the_plan_is_read(shipped, tmp_path):
    folder = shipped("ecommerce")
    text = (
        'case = "ecommerce"\nname = "p"\ntitle = "p"\nmodes = [{modes}]\n[seats]\n[lines]\n'
        '[[moves]]\nrole = "{first}"\nline = ""\nseat = 1\nto_role = "{other}"\nto_line = ""\nmonth = 4\n'
        'kind = "transfer"\n'
    )
    shared = [name for name, role in folder.roles.items() if role.kind == "shared"]
    modes = ", ".join(f'"{mode}"' for mode in folder.choice.mode_paths[0])
    path = tmp_path / "p.toml"
    path.write_text(text.format(modes=modes, first=shared[0], other=shared[1]), encoding="utf-8")
    words = r"moves\[1\]\.seat: a move from a seat that is not open; found 1; allowed no seat"
    with pytest.raises(InputError, match=words):
        load_plan(path, folder)


def test_two_independent_conflicts_are_both_named(tiny, changed):
    """Too little money in the first phase, and in the second a head bound below the role minima."""
    change = {"phases.mvp.budget": 1e6, "roles.bd.heads_least": (1.0, 2.0), "phases.scale.heads_most": 2.0}
    case = changed(tiny, change)
    money, heads = found_in(case)
    assert [money.where, heads.where] == ["budget of mvp", "heads in scale"]
    assert money.found == f"{ceil(fewest(case)['budget of mvp']):,} CNY needed"
    assert (heads.found, heads.allowed) == ("3 heads needed", "at most 2 heads")


@pytest.mark.parametrize("mend", range(3))
def test_who_follows_one_piece_of_advice_has_a_plan(tiny, changed, mend):
    """Each mend of two role minima over a head bound, written into the case by hand."""
    change = {"roles.bd.heads_least": (2.0, 2.0), "phases.mvp.heads_most": 2.0}
    values = [
        {"phases.mvp.heads_most": 3.0},
        {"roles.vp.heads_least": (0.0, 1.0)},
        {"roles.bd.heads_least": (1.0, 2.0)},
    ][mend]
    case = changed(tiny, change | values)
    found = choose_path(case, MODES, 1, 4, silent)
    assert not Exact(case, MODES).broken(found.tables.total(found.choice))


def test_no_path_is_priced_before_a_conflict_is_named(tiny, changed, monkeypatch):
    real = Pricer.line

    def single(self, line, options):
        assert len(options) == 1
        return real(self, line, options)

    monkeypatch.setattr(Pricer, "line", single)
    case = changed(tiny, {"phases.mvp.budget": 1e6})
    with pytest.raises(InfeasibleError, match="budget of mvp"):
        choose(case, 1, 16, silent)


def test_where_rules_agree_the_outline_is_a_plan(tiny, shipped):
    for case, modes in ((tiny, MODES), (shipped("ecosystem"), ("department", "department", "unit"))):
        plan = outline_plan(case, modes)
        tables = Tables(case, Pricer(case, modes, 0, 1))
        for line, option in plan.lines:
            tables.add(line, [option])
        assert Exact(case, modes).broken(tables.total(plan), idle=False) == []


def test_outlines_count_no_more_than_priced_plans(tiny):
    """Seats and starts of a plan as an outline: each row's left side is at most the priced plan's, equal in heads."""
    outline, exact = Outline(tiny, MODES), Exact(tiny, MODES)
    tables = Tables(tiny, Pricer(tiny, MODES, 1, 1))
    for line in tiny.lines:
        tables.add(line, start_options(tiny, line, 2))
    for option in list(tables.options["used_car"])[1::7]:
        (name, month, _), team = option.partners[0], dict(option.team)["operations"]
        point = [0.0] * len(outline.binaries)
        place = {id(var): index for index, var in enumerate(outline.binaries)}
        for ladder, each in zip(outline.by_team, outline.teams, strict=True):
            for index, var in enumerate(ladder):
                number, phase = divmod(index, 2)
                point[place[id(var)]] = float(each.line == "used_car" and team[phase] > number)
        point[place[id(outline.m.start[outline.starts.index((name, month))])]] = 1.0
        priced = tables.line("used_car", option)
        whole = type(priced)(*(getattr(priced, field)[None] for field in priced.__dataclass_fields__))
        for row in exact.rows:
            mine, theirs = float(outline.of(row.measure) @ point), float(row.measure(whole)[0])
            assert mine <= theirs + 1e-6
            assert mine == pytest.approx(theirs) or row.unit not in ("heads", "partners")


def test_conflicts_of_single_paths_say_of_which():
    finding = conflicts.Finding("E-INFEASIBLE", "heads", "too few")
    other = conflicts.Finding("E-INFEASIBLE", "budget", "too low")
    both = by_path([(("a", "b"), [finding, other]), (("a", "a"), [finding])])
    assert [(each.where, each.what) for each in both] == [("heads", "too few"), ("budget", "too low, with a → b")]


def program_of(case):
    tables = Tables(case, Pricer(case, MODES, 1, 1))
    for line in case.lines:
        tables.add(line, start_options(case, line, 2))
    exact = Exact(case, MODES)
    return Program(case, MODES, tables, exact, [1.0, 1.0], [])


def test_a_priced_program_without_plan_is_explained_by_the_same_words(tiny, changed):
    case = changed(tiny, {"phases.mvp.budget": 1.8e6})
    error = explain(program_of(case), 10.0)
    assert isinstance(error, InfeasibleError)
    need = ceil(fewest(case)["budget of mvp"])
    assert [each.where for each in error.findings] == ["budget of mvp"]
    assert f"raise budget of mvp by {need - 1_800_000:,} to {need:,} CNY" in error.findings[0].fix


def test_fractions_of_people_would_keep_the_rules_but_whole_ones_do_not(tiny, changed):
    """Squads of two, exactly three heads, one of them the VP and one the partner manager: half a squad."""
    squad = tiny.roles["operations"].model_copy(update={"squad": 2})
    case = changed(tiny, RICH | {"roles.operations": squad, "roles.bd.heads_most": (1.0, 2.0)})
    case = changed(case, {"phases.mvp.heads_least": 3.0, "phases.mvp.heads_most": 3.0})
    (finding,) = found_in(case)
    assert finding.where == "heads in mvp"
    assert re.search(r"lower the least of heads in mvp \(phase mvp\) by 1 to 2 heads", finding.fix)
