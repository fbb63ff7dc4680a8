"""Runs and plans in a notebook: the stored numbers, and no name that is anything but text."""

from types import SimpleNamespace

from reports.notebook import show_plan, show_run

BAD = "<script>alert(1)</script> & {0} \x1b[31m"
SAFE = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {0} [31m"


def run(case, **info):
    return SimpleNamespace(info=info, case=case, created="2026-11-22T10:00:00", frozen=None)


def test_a_run_shows_its_lines_and_plans(shipped):
    row = {
        "title": "Lean", "heads": [8, 11], "npv": {"mean": 3.6e6, "se": 70e3},
        "p_loss": {"value": 0.37}, "difference": {"mean": -5.1e6},
    }  # fmt: skip
    told = show_run(run(shipped("ecosystem"), title="Unit", decision="Hire 8", comparison=[row]))._repr_html_()
    assert "<caption>Unit</caption><tbody><tr><td>Decision recommended</td><td>Hire 8</td></tr>" in told
    assert "<tr><td>Lean</td><td>8 → 11</td><td>+3.6 ± 0.07</td><td>37\u00a0%</td><td>−5.1</td></tr>" in told


def test_a_run_without_comparison_shows_its_lines_alone(shipped):
    assert show_run(run(shipped("ecosystem"), title="Unit"))._repr_html_().count("<table>") == 1


def test_a_plan_shows_heads_and_partners(shipped, plan_of):
    told = show_plan(shipped("ecosystem"), plan_of("ecosystem", "lean"))._repr_html_()
    assert "<th>Role</th><th>from Jan 2027</th><th>from Jul 2027</th><th>from Jul 2028</th>" in told
    assert "<tr><td>Strategy planning</td><td>2</td><td>2</td><td>2</td></tr>" in told
    assert "<tr><td>Second insurer</td><td>Jun 2027</td></tr>" in told


def test_names_stay_text(shipped, plan_of, changed):
    case = shipped("ecosystem").model_copy(update={"title": BAD})
    plan = plan_of("ecosystem", "lean").model_copy(update={"title": BAD})
    row = {"title": BAD, "heads": [], "npv": {"mean": 1.0, "se": 0.0}, "p_loss": {"value": 0.0}}
    for shown in (show_plan(case, plan), show_run(run(case, comparison=[row]))):
        html = shown._repr_html_()
        assert SAFE in html
        assert "<script" not in html
        assert "\x1b" not in html
