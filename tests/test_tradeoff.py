"""The two curves hold against all plans told one by one; sentences, tables and pictures come from the dataset alone."""

import numpy as np
import pytest

from experiments.asking import answers, tradeoff
from experiments.asking.answers import Asked
from experiments.asking.reopen import Reopened
from model.errors import InputError
from reports.drawing import drawing_style
from reports.tradeoff_views import sentences
from reports.views import VIEWS
from solvers.change import choice_of
from solvers.exact import Exact, Tables
from solvers.frontier import Frontier
from solvers.options import closed, option_of
from solvers.pricing import Pricer

MODES, DRAWS = ("department", "unit"), 40


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def rich(tiny, changed):
    """The tiny case with demand that makes a plan worth its risk."""
    lines = {f"lines.{name}.demand": float(tiny.lines[name].demand) * 1.5 for name in tiny.lines}
    return changed(tiny, lines | {"phases.mvp.heads_least": 0.0, "phases.scale.heads_least": 0.0})


@pytest.fixture(scope="module")
def told(rich, tiny_plans):
    """Tables with every path, and every plan that keeps the rules with its mean, worst 5 % and heads at the end."""
    plans = list(tiny_plans(rich, MODES))
    tables = Tables(rich, Pricer(rich, MODES, 5, DRAWS))
    for line in rich.lines:
        parts = [plan.lines[line] for plan in plans if line in plan.lines]
        tables.add(line, [closed(rich), *sorted({option_of(part) for part in parts})])
    exact, found = Exact(rich, MODES), {}
    for choice in [choice_of(rich, plan) for plan in plans]:
        total = tables.total(choice)
        if not exact.broken(total):
            npv = np.sort(exact.npv(total))
            found[choice] = (npv.mean(), npv[:2].mean(), int(total.heads[-1]))
    return tables, exact, found


@pytest.fixture(scope="module")
def frontier(told):
    tables, exact, found = told
    return Frontier(tables, exact, next(iter(found)), silent)


def test_no_plan_lies_above_the_curve_of_risk(frontier, told):
    """Forty draws: the worst 5 % are the two worst futures. No plan is better in both, and each point is a best one."""
    _, _, found = told
    points = frontier.by_risk(12)
    assert len(points) > 2
    assert points[0].npv == pytest.approx(max(mean for mean, _, _ in found.values()), abs=0.01)
    assert points[-1].tail == pytest.approx(max(worst for _, worst, _ in found.values()), abs=0.01)
    for point in points:
        assert (point.npv, point.tail) == pytest.approx(found[point.choice][:2], abs=0.01)
        floor = point.tail if np.isnan(point.bound) else point.bound
        if not np.isnan(point.bound):
            assert point.npv == pytest.approx(max(m for m, w, _ in found.values() if w >= floor - 0.01), abs=0.01)
        assert not any(m > point.npv + 1 and w > point.tail + 1 for m, w, _ in found.values())


def test_what_the_solver_leaves_open_above_a_floor_holds_every_plan(frontier, told):
    """From a poor start too: the plan found and its gap together are no less than the best plan above the floor."""
    _, _, found = told
    poor = min(found, key=lambda choice: found[choice][0])
    for floor in sorted(worst for _, worst, _ in found.values())[:: max(1, len(found) // 6)]:
        best = max(mean for mean, worst, _ in found.values() if worst >= floor - 0.01)
        point = frontier._above(floor, poor)
        assert point.tail >= floor - 0.01
        assert point.npv - 0.01 <= best <= point.npv + point.gap + 1.0


def test_a_floor_that_no_plan_reaches_gives_no_point(frontier, told):
    _, _, found = told
    most = max(worst for _, worst, _ in found.values())
    assert frontier._above(most + 1e6, next(iter(found))) is None


def test_each_point_of_heads_is_the_best_under_its_cap(frontier, told):
    _, _, found = told
    points = frontier.by_heads(4)
    caps = [point.bound for point in points[1:]]
    assert caps == sorted(caps, reverse=True)
    assert len(caps) > 1
    for point in points[1:]:
        assert found[point.choice][2] <= point.bound
        assert point.npv == pytest.approx(max(m for m, _, heads in found.values() if heads <= point.bound), abs=0.01)


@pytest.fixture(scope="module")
def run(told, rich, frontier):
    tables, exact, found = told
    choice = frontier.best.choice
    plan = choice.plan(rich, "p", "Recommended plan")
    return Reopened(None, rich, plan, tables, exact, choice, found[choice][0], 5, DRAWS)


@pytest.fixture(scope="module")
def data(run, frontier, told, rich):
    weak = min(told[2], key=lambda choice: told[2][choice][0])
    own = {"recommended": run.plan, "lean": weak.plan(rich, "lean", "Lean plan")}
    entries = tradeoff.entries_of(run, frontier.by_risk(4), frontier.by_heads(2), own)
    attributes = answers.attributes(rich, "tradeoff", {"--points": 4}, 5, 2000, DRAWS)
    return tradeoff.dataset(run, entries, 2000, attributes)


def test_worst_futures_and_their_errors_are_told_by_hand(data):
    """Of 2,000 futures the worst 5 % are a hundred; the error of a difference is that of the paired influences."""
    first = str(data.attrs["against"])
    base = data["npv"].sel(plan=first).values
    for plan in data["plan"].values:
        npv = data["npv"].sel(plan=plan).values
        assert float(data["worst"].sel(plan=plan)) == pytest.approx(np.sort(npv)[:100].mean(), abs=1e-3)
        pair = []
        for values in (npv, base):
            edge = np.sort(values)[99]
            pair.append(edge - np.clip(edge - values, 0, None) * 20)
        gap = pair[0] - pair[1]
        assert float(data["safer"].sel(plan=plan)) == pytest.approx(gap.mean(), abs=1e-3)
        assert float(data["safer_se"].sel(plan=plan)) == pytest.approx(gap.std(ddof=1) / np.sqrt(2000), abs=1e-3)


def test_sentences_follow_the_dataset(data):
    safe = [str(p) for p, kind in zip(data["plan"].values, data["kind"].values, strict=True) if kind == "risk"][1]
    changed = data.copy(deep=True)
    for name, value in (("safer", 2e6), ("safer_se", 1e5), ("gain", -5e5), ("gain_se", 2e4)):
        changed[name].loc[{"plan": safe}] = value
    text = " ".join(sentences(changed))
    assert "2.0 ± 0.10 M CNY better than that of the best average" in text.replace("2.00", "2.0")
    assert "0.25 for each yuan" in text
    assert text != " ".join(sentences(data))
    assert "Lean plan lies behind the curve" in text


def test_the_largest_gap_above_a_floor_is_told(data):
    bounded = [str(p) for p in data["plan"].values if str(p).startswith("risk") and data["bound"].sel(plan=p) < 1e99]
    wide = data.copy(deep=True)
    wide["gap"].loc[{"plan": bounded}] = 1.0
    wide["gap"].loc[{"plan": bounded[-1]}] = 1.75e6
    assert "a better plan above one of them could bring at most 1.8 M CNY more" in " ".join(sentences(wide))
    wide["bound"].loc[{"plan": bounded}] = np.nan
    assert "a better plan above" not in " ".join(sentences(wide))


def test_pictures_mark_todays_plan_and_doing_nothing(data):
    with drawing_style():
        charts = VIEWS["tradeoff"].charts(data)
    assert [chart.name for chart in charts] == ["return-and-risk", "return-and-heads"]
    for chart in charts:
        assert {"Lean plan", "Do nothing", "Recommended plan"} <= {row[0] for row in chart.rows}
        assert "Lean plan" in chart.svg
        assert len(chart.rows) == data.sizes["plan"]


def test_the_table_holds_every_plan(data):
    (sheet,) = VIEWS["tradeoff"].sheets(data)
    told = [row[2] for row in sheet.rows]
    again = data["npv_mean"].sel(plan="heads_0").item()  # the best average, told as risk_0 already
    assert sorted([*told, again]) == sorted(data["npv_mean"].values.tolist())


def test_floors_missed_on_fresh_futures_are_counted(data):
    bounded = [str(p) for p in data["plan"].values if str(p).startswith("risk") and data["bound"].sel(plan=p) < 1e99]
    assert bounded
    kept, missed = data.copy(deep=True), data.copy(deep=True)
    for plan in bounded:
        kept["bound"].loc[{"plan": plan}] = float(data["worst"].sel(plan=plan)) - 1.0
        missed["bound"].loc[{"plan": plan}] = float(data["worst"].sel(plan=plan)) + 1e7
    words = f"{len(bounded)} of {len(bounded)} floors of the average of the worst 5 % are missed on fresh futures"
    assert words in " ".join(sentences(missed))
    assert "missed on fresh" not in " ".join(sentences(kept))


@pytest.mark.parametrize(
    ("points", "draws", "said"), [(0, 4000, "--points"), (99, 4000, "--points"), (3, 1999, "too few")]
)
def test_what_says_nothing_is_refused(rich, points, draws, said):
    with pytest.raises(InputError, match=said):
        tradeoff.check(rich, points, draws)


def test_without_chance_one_draw_is_enough(rich, changed):
    assert tradeoff.check(changed(rich, {"uncertainty.mode": "none"}), 3, 100) is None


def test_asking_stores_the_answer(small_run, tmp_path):
    """From the run's folder to the stored answer, one bound for each curve."""
    answer = tradeoff.ask(str(small_run.out), 1, Asked(2000, tmp_path / "a", False, silent))
    kinds = set(answer.dataset["kind"].values)
    assert {"recommended", "risk", "nothing"} <= kinds
    assert (answer.path / "page.html").is_file()
    plans = sorted(path.stem for path in (answer.path / "plans").iterdir())
    assert plans == sorted(map(str, answer.dataset["plan"].values))
