"""A choice can end at any moment: the best plan so far, its bound and gap are always there, and live on the way."""

import json

import numpy as np
import pyomo.environ as pyo
import pytest
from typer.testing import CliRunner

from experiments.console import cli, commands
from experiments.running import main_job
from experiments.running.interrupted import where_it_stands
from experiments.running.run_info import Request
from model.errors import ProofError
from model.feasibility import broken_limits
from model.load import load_case, load_plan
from solvers.choose import choose
from solvers.exact import Exact
from solvers.highs import LIMIT, Solver
from solvers.progress import NEVER, OutOfTime, Progress

MODES = ("department", "unit")


class StopsWithPlan(Progress):
    """The time is up as soon as there are so many plans."""

    def __init__(self, plans):
        super().__init__()
        self.wanted, self.met = plans, 0

    def meets(self, *what):
        self.met += 1
        super().meets(*what)

    @property
    def is_over(self):
        return self.met >= self.wanted


def silent(text):
    """Say nothing."""


def test_only_a_better_plan_is_kept():
    progress = Progress()
    for name, worth in (("first", 5.0), ("worse", 4.0), ("equal", 5.0), ("better", 6.0)):
        progress.meets(name, worth, None, None)
        assert progress.best.choice == ("better" if name == "better" else "first")


def test_bounds_fall_within_a_program_and_are_replaced_by_the_next_program():
    shown = []
    progress = Progress(show=lambda *what: shown.append(what))
    assert progress.gap == NEVER
    progress.program_begins(-NEVER)
    progress.sees(-NEVER, 10.0)
    assert progress.gap == NEVER
    progress.sees(3.0, 12.0)
    progress.sees(2.0, 9.0)
    assert (progress.incumbent, progress.bound, progress.gap) == (3.0, 9.0, 6.0)
    progress.program_begins(4.0)
    assert (progress.incumbent, progress.bound) == (4.0, 9.0)
    progress.sees(5.0, 11.0)
    assert progress.gap == 6.0
    progress.sees(5.0, 4.5)
    assert shown == [(-NEVER, 10.0), (3.0, 10.0), (3.0, 9.0), (5.0, 11.0), (5.0, 5.0)], "no bound below the best plan"


def test_time_runs_out():
    with pytest.raises(OutOfTime, match=r"^$"):
        Progress(seconds=0.0).go_on()
    Progress().go_on()
    assert Progress(seconds=0.0).left == 0.1


def test_pricing_ends_with_the_time():
    seen = []
    Progress(tick=lambda *what: seen.append(what)).priced(3, 9)
    with pytest.raises(OutOfTime, match=r"^$"):
        Progress(seconds=0.0, tick=lambda *what: seen.append(what)).priced(4, 9)
    assert seen == [(3, 9)]


def test_highs_tells_each_better_plan_with_its_columns_and_a_bound_above_it():
    """A knapsack with three rows; what is heard is feasible, rises, and ends at the optimum."""
    rng = np.random.default_rng(2)
    values, weights = rng.integers(20, 99, 40), rng.integers(5, 60, (3, 40))
    m = pyo.ConcreteModel()
    m.x = pyo.Var(range(40), domain=pyo.Binary)
    m.money = pyo.Objective(expr=7 + sum(int(v) * m.x[i] for i, v in enumerate(values)), sense=pyo.maximize)
    m.rows = pyo.ConstraintList()
    for row in weights:
        m.rows.add(sum(int(w) * m.x[i] for i, w in enumerate(row)) <= 300)
    heard = []

    def listen(live):
        heard.append((live.incumbent, live.bound, None if live.at is None else live.at(list(m.x.values()))))

    best = Solver(20, listener=listen).solve(m, 0.0).objective
    plans = [(worth, point) for worth, _, point in heard if point is not None]
    assert plans
    for worth, point in plans:
        assert worth == pytest.approx(7 + values @ point)
        assert (weights @ point <= 300 + 1e-6).all()
    assert [worth for worth, _ in plans] == sorted(worth for worth, _ in plans)
    assert plans[-1][0] == pytest.approx(best)
    assert all(bound >= best - 1e-6 for _, bound, _ in heard)


def test_what_the_listener_raises_ends_the_solve():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(range(3), domain=pyo.Binary)
    m.money = pyo.Objective(expr=sum(m.x.values()), sense=pyo.maximize)

    def listen(live):
        raise OutOfTime("enough")

    with pytest.raises(OutOfTime, match="enough"):
        Solver(20, listener=listen).solve(m, 0.0)


@pytest.mark.parametrize("plans", [1, 3])
def test_a_choice_out_of_time_returns_its_best_plan(tiny, plans):
    progress = StopsWithPlan(plans)
    (found,) = choose(tiny, 1, 16, silent, progress=progress)
    assert progress.stopped
    assert found.solved.status == LIMIT
    assert found.choice == progress.best.choice
    total = found.tables.total(found.choice)
    assert Exact(tiny, MODES).broken(total) == []
    assert found.npv == pytest.approx(float(found.exact.npv(total).mean()))
    assert found.npv_by_scenario.mean() == pytest.approx(found.npv)


def test_an_unhurried_choice_is_the_same_with_somebody_listening(tiny):
    quiet = choose(tiny, 1, 16, silent)
    progress = Progress(seconds=1e6, show=lambda incumbent, bound: None)
    heard = choose(tiny, 1, 16, silent, progress=progress)
    assert heard[0].choice == quiet[0].choice == progress.best.choice
    assert not progress.stopped
    assert progress.best.worth == pytest.approx(heard[0].npv)


def test_out_of_time_at_once_there_is_a_plan_of_few_people(tiny):
    (found,) = choose(tiny, 1, 16, silent, progress=Progress(seconds=0.0))
    assert found.solved.status == LIMIT
    assert Exact(tiny, MODES).broken(found.tables.total(found.choice)) == []


def test_without_any_plan_in_time_it_says_so(tiny, monkeypatch):
    monkeypatch.setattr("solvers.path_choice.look_ahead", lambda case, modes: (None, None))
    with pytest.raises(ProofError, match="E-NO-PLAN  choice: no plan was found in time; mend: allow more with"):
        choose(tiny, 1, 16, silent, progress=Progress(seconds=0.0))


def test_where_it_stands_in_words():
    progress = Progress()
    progress.meets("plan", 3.24e6, None, None)
    assert where_it_stands(progress) == "+3.2 M CNY on the pricing draws; no bound yet"
    progress.program_begins(3.1e6)
    progress.sees(3.1e6, 4.6e6)
    assert where_it_stands(progress) == (
        "+3.2 M CNY on the pricing draws; with the bonus kept linear the solver has +3.1, bound +4.6, gap 1.5 M CNY"
    )


def test_live_lines_elsewhere_than_on_a_terminal_are_rare(capsys, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(commands, "monotonic", lambda: clock[0])
    teller = commands.Teller()
    for clock[0], incumbent in ((1.0, -NEVER), (11.0, 3.2e6), (12.0, 3.3e6), (30.0, 3.3e6), (50.0, 3.3e6)):
        teller.show(incumbent, 4.3e6)
    assert capsys.readouterr().err.splitlines() == [
        "choosing: best so far +3.2, priced options allow at most +4.3, gap 1.1 M CNY",
        "choosing: best so far +3.3, priced options allow at most +4.3, gap 1.0 M CNY",
    ]


def test_a_run_out_of_time_is_stored_whole_and_ends_with_exit_code_3(small_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(main_job, "Progress", lambda *what, **more: StopsWithPlan(2))
    out = tmp_path / "run"
    words = ["run", str(small_folder), "--out", str(out), "--scenarios", "200", "--table-scenarios", "16"]
    ended = CliRunner().invoke(cli.app, [*words, "--time-limit", "60"])
    assert ended.exit_code == 3
    info = json.loads((out / "run.json").read_text(encoding="utf-8"))["info"]
    assert info["stopped"]["time_limit"] == 60
    assert info["decision"].startswith("Time limit of 60 s reached: ")
    assert "Time limit of 60 s reached: " in ended.output
    assert "Time limit of 60 s reached: " in (out / "page.html").read_text(encoding="utf-8")
    case = load_case(small_folder)
    plan = load_plan(out / "PLAN.toml", case)
    # Doing nothing is recommended where the best plan so far is worth less.
    assert plan.is_idle is (info["stopped"]["worth"] <= 1)
    assert plan.is_idle or broken_limits(case, plan) == []


def test_time_limit_of_the_command_ends_with_exit_code_3(small_folder, headcast, tmp_path):
    """One second is not enough to end; whether a plan is there by then depends on the machine."""
    words = ("--scenarios", 200, "--table-scenarios", 256, "--time-limit", 1)
    ended = headcast("run", small_folder, "--out", tmp_path / "run", *words)
    assert ended.returncode == 3
    assert ("no plan was found in time" in ended.stderr) == (not (tmp_path / "run").exists())


def test_request_has_no_limit_unless_told(tmp_path):
    assert Request("tiny", tmp_path).time_limit == NEVER
