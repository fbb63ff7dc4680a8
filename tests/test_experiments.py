"""Each experiment with few draws on one small run: its form, sentence and files; and the scripts' own rules."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import xarray as xr

from experiments import facts_to_buy, squads_and_rocket
from experiments.asking import experiment, registry
from experiments.asking.answers import Asked, open_answer
from experiments.asking.study import Study
from experiments.asking.verdict import BETTER, DEPENDS, NONE, UNSAID
from experiments.running import break_even
from model import store
from model.errors import InputError
from model.load import load_case
from reports.experiment_views import sentences

ROOT = Path(__file__).resolve().parent.parent
DRAWS = 8
SMALL = {"mature_heads"}
"""Experiments that choose again: asked of a case with one line."""


def said(told):
    return sentences(told.data.assign_attrs(decision="This.", decides="We."))


def narrowed(case, plan):
    """The plan with its insurance line alone, with the partners that the case has: quick to simulate."""
    part, known = plan.lines["insurance"], {partner.id for partner in case.partners}
    signed = {key: entry for key, entry in part.partners.items() if key in known}
    modes = plan.modes if case.id == "ecosystem" and case.gates else ("department", "department", "unit")
    lines = {"insurance": part.model_copy(update={"partners": signed})}
    return plan.model_copy(update={"lines": lines, "modes": modes})


@pytest.fixture(scope="session")
def run_of(shipped, plan_of, small_folder):
    """run_of("ecosystem", "lean") is a run in memory as if that plan had been chosen."""

    @cache
    def run(name, chosen, seed=7):
        case = load_case(small_folder) if name == "small" else shipped(name)
        home = "ecosystem" if name == "small" else name
        files = (ROOT / "data" / "cases" / home / "plans").glob("*.toml")
        plans = {file.stem: plan_of(home, file.stem) for file in files}
        if home == "ecosystem":
            plans = {key: narrowed(case, plan) if plan.lines else plan for key, plan in plans.items()}
        best = plans[chosen]
        plans = plans | {"recommended": best.model_copy(update={"name": "recommended", "title": "Recommended plan"})}
        info = {"seed": seed, "table_scenarios": 2}
        return store.Run(Path(name), xr.Dataset(), case, plans, dict.fromkeys(plans, case), info, "", "0")

    return run


@pytest.fixture(scope="session")
def study_of(run_of):
    """study_of("mature_heads") is the experiment's study on a small run."""

    def study(name, case="", chosen="", seed=7, draws=DRAWS):
        usual = registry.script(name).run()
        case = case or ("small" if name in SMALL else usual)
        chosen = chosen or {"ecosystem": "lean", "small": "lean", "ecommerce": "rocket"}.get(case, "today")
        return Study(name, run_of(case, chosen, seed), draws, lambda _: None)

    return study


@pytest.fixture(autouse=True)
def coarse(monkeypatch):
    """Thresholds are looked for in a few steps, facts at two points."""
    monkeypatch.setattr(break_even, "STEPS", 2)
    monkeypatch.setattr(break_even, "PRECISION", 0.05)
    monkeypatch.setattr(facts_to_buy, "POINTS", 2)


@pytest.fixture(scope="session")
def told_of(study_of):
    """told_of("month_6_marks") is what the experiment found on its small run; each is made once."""
    return cache(lambda name, **of: registry.script(name).ask()(study_of(name, **of)))


@pytest.mark.parametrize("name", registry.SCRIPTS)
def test_each_experiment_ends_in_a_finding(name, told_of):
    told = told_of(name)
    assert told.data.attrs["form"] in (BETTER, NONE, DEPENDS, UNSAID)
    assert told.data.sizes["plan"] > 1
    assert told.data.attrs["experiment"] == name
    assert (
        bool(told.data["bad"].isnull().all())
        == bool(told.data["worst"].isnull().all())
        == (told.data.sizes["scenario"] > 1)
    )
    assert len(said(told)) >= 2
    assert said(told)[0].endswith(".")


@pytest.mark.parametrize("name", registry.SCRIPTS)
def test_a_script_is_short_and_says_what_it_is_for(name):
    text = (registry.folder() / f"{name}.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    assert [line[: len(head)] for line, head in zip(text.splitlines(), registry.HEADS, strict=False)] == list(
        registry.HEADS
    )
    assert text.count("# %%") >= 2
    assert text.endswith('if __name__ == "__main__":\n    main(__file__)\n')


def test_every_script_is_in_the_registry():
    assert {path.stem for path in registry.folder().glob("*.py")} - {"__init__"} == set(registry.SCRIPTS)


def test_an_unknown_experiment_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"no such experiment; found mature_head; .*mature_heads"):
        registry.script("mature_head")


def test_the_list_in_the_docs_is_the_registry():
    rows = re.findall(r"^\| (.*?) \| (.*?) \| (.*?) \| `headcast experiment (\w+).*?` \|$", doc(), flags=re.M)
    assert rows == [(s.question, s.decision, s.decides, s.name) for s in registry.scripts()]


def doc():
    return (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")


def test_another_case_or_seed_changes_the_sentence(told_of):
    name = "fund_stop_or_outsource"
    told = [told_of(name), told_of(name, case="small"), told_of(name, case="small", seed=8)]
    assert len({said(one)[0] for one in told}) == 3


def test_the_same_run_gives_the_same_dataset(told_of, study_of):
    name = "fund_stop_or_outsource"
    again = registry.script(name).ask()(study_of(name, case="small"))
    xr.testing.assert_identical(told_of(name, case="small").data, again.data)


@pytest.fixture
def on_memory(monkeypatch, told_of, study_of):
    """Experiments that open a run get the small one in memory, and what was found on it."""
    monkeypatch.setattr(experiment, "open_study", lambda name, run, *_: study_of(name))
    monkeypatch.setattr(registry.Script, "ask", lambda script: lambda study: told_of(script.name))


def test_an_experiment_is_stored_and_put_on_the_page(on_memory, tmp_path):
    name = "fund_stop_or_outsource"
    answer = experiment.ask(name, "", Asked(DRAWS, tmp_path, False, lambda _: None))
    assert answer.path == tmp_path / name
    assert open_answer(answer.path).dataset.attrs["asks"] == registry.script(name).question
    assert (answer.path / "figures" / f"{name}.svg").is_file()
    page = (tmp_path / "findings.html").read_text(encoding="utf-8")
    assert f'href="{name}/page.html"' in page
    assert registry.script(name).question in page
    assert registry.script(name).question in (answer.path / "page.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="already holds a run"):
        experiment.ask(name, "", Asked(DRAWS, tmp_path, False, lambda _: None))


def test_what_cannot_be_asked_of_a_case_is_told_and_the_others_are_run(monkeypatch, tmp_path):
    asked = Asked(DRAWS, tmp_path, False, lambda _: None)
    (refused,) = experiment.ask_all("", asked, 5e5, print, ["no_such_script"])
    assert "no such experiment" in str(refused)


def test_a_case_without_what_is_asked_about_is_refused(study_of):
    with pytest.raises(InputError, match="the case has nothing that experiment mature_heads could ask about"):
        study_of("mature_heads").asks_for({}, "gates", "add a gate")


def test_squads_that_cannot_be_more_are_no_further_option(study_of):
    """Two product groups with three squads of three each, and no room for more: four or six squads on each scheme."""
    study = study_of("squads_and_rocket")
    squads = study.case.roles["squad"].model_copy(update={"heads_most": (9, 9)})
    capped = study.case.model_copy(update={"roles": study.case.roles | {"squad": squads}})
    study = replace(study, run=replace(study.run, cases=dict.fromkeys(study.run.cases, capped)))
    options = squads_and_rocket.offers(study)
    assert [one.id for one in options] == [
        f"{scheme}_{count}" for scheme in ("commission", "milestone", "rocket") for count in (4, 6)
    ]
    assert options[-1].plan.lines == study.shipped("rocket").lines


def test_a_missing_run_says_how_to_make_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"no such run.*make it with: headcast run ecosystem"):
        experiment.ask("mature_heads", "ecosystem", Asked(DRAWS, tmp_path, False, lambda _: None))


def test_what_does_not_matter_must_be_money(tmp_path):
    with pytest.raises(InputError, match="must be money above 0"):
        experiment.ask("mature_heads", "", Asked(DRAWS, tmp_path, False, lambda _: None), 0.0)
