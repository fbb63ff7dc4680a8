"""Each experiment with few draws: what it stores, and its sentence, recomputed by an own road from its dataset."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from experiments import facts_to_buy
from experiments.asking import experiment, registry
from experiments.asking.answers import Asked, open_answer
from experiments.asking.study import Study
from experiments.asking.verdict import decided
from experiments.running import break_even
from model import store
from model.errors import InputError
from model.load import load_case
from model.simulate import VERDICT, simulate
from reports.experiment_views import finding, sentences

ROOT = Path(__file__).resolve().parent.parent
DRAWS, PUBLISHED = 12, 48
SMALL = {"mature_heads"}
"""Experiments that choose again: asked of a case with one line."""
M = 1e6
N = r"[+−]?[\d,.]+"
V = rf"(?:{N}|[−\d.]+e[+−-]?\d+)"
BROKEN = r"(?: \(breaks (\d+) limits?\))?"
FORMS = {
    "better": rf"“(.+)” is better than “(.+)”{BROKEN} by ({N}) M CNY \(({N}) to ({N})\)\.",
    "beyond": rf"“(.+)” would bring ({N}) M CNY more than “(.+)”{BROKEN} \(({N}) to ({N})\), but breaks (\d+) "
    r"limits? and cannot be chosen as it is\.",
    "none": rf"No difference that matters between “(.+)”{BROKEN} and “(.+)”{BROKEN}: ({N}) M CNY \(({N}) to ({N})\), "
    rf"where ({N}) M CNY would matter\.",
    "unsaid": rf"It cannot be said with these data: “(.+)”{BROKEN} minus “(.+)”{BROKEN} is ({N}) M CNY "
    rf"\(({N}) to ({N})\); (?:about ({N}) futures would tell|more futures would not tell)\.",
    "depends": rf"It depends on .+?: “(.+)”{BROKEN} above ({V}).*?(?: \(({V}).* to ({V}).*\))?, "
    rf"below it “(.+)”{BROKEN}; today's value is ({V}).*\.",
}
SURE = ("unsaid", "none", "better")


def parsed(sentence):
    """Form of a sentence and what stands in its places."""
    for form, pattern in FORMS.items():
        found = re.fullmatch(pattern, sentence.replace("\u00a0", " "))
        if found and form == "better":
            return form, (found[1], None, *found.groups()[1:])
        if found and form == "beyond":
            return "better", tuple(found[place] for place in (1, 7, 3, 4, 2, 5, 6))
        if found:
            return form, found.groups()
    raise AssertionError(f"no form: {sentence}")


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def told(text, value):
    """Is a number written as it is, but for its last digit?"""
    return abs(number(text) - value) <= 0.5001 * 10.0 ** -len(text.partition(".")[2])


def by_hand(data):
    """Form, leader, rival and difference with its ends, M CNY, from results by future and the way to a threshold."""
    judged = np.flatnonzero(data["judged"].values)
    npv, matters = data["npv"].values[judged] / M, data.attrs["materiality"] / M
    lead = max(range(len(npv)), key=lambda place: mean_by_hand(npv[place], data)[0])
    pairs, draws = data.sizes["plan"] * (data.sizes["plan"] - 1) / 2, npv.shape[1]
    found = []
    for rival in set(range(len(npv))) - {lead}:
        mean, error = mean_by_hand(npv[lead] - npv[rival], data)
        half = error * (stats.t.isf(0.025 / pairs, draws - 1) if draws > 1 else 0.0)
        low, high = mean - half, mean + half
        form = "none" if max(-low, high) <= matters else "better" if low > 0 and mean >= matters else "unsaid"
        found.append((SURE.index(form), low, rival, mean, high))
    form, low, rival, mean, high = min(found)
    turns = turn_by_hand(data, str(data["plan"].values[judged[lead]]), matters)
    return SURE[form] if turns is None else "depends", judged[lead], judged[rival], (mean, low, high), turns


def mean_by_hand(gap, data):
    """Mean and error, M CNY, on the line through the run's plan on the same futures, at what was published of it."""
    if "held" not in data or gap.size < 2:
        return gap.mean(), np.sqrt(gap.var(ddof=1) / gap.size) if gap.size > 1 else 0.0
    line = stats.linregress(data["held"].values / M, gap)
    at, beside = data.attrs["held_mean"] / M, data.attrs["held_se"] / M
    rest = gap - line.intercept - line.slope * data["held"].values / M
    return line.intercept + line.slope * at, np.hypot(
        np.sqrt(rest @ rest / (gap.size - 2) / gap.size), line.slope * beside
    )


def turn_by_hand(data, leader, matters):
    """Value at which the gap crosses nothing, its reach and the names above and below; None where nothing turns."""
    at = data.attrs
    if leader not in (at.get("turn_first"), at.get("turn_second")):
        return None
    values = data["turn_value"].values
    inside = (values >= at["turn_from"]) & (values <= at["turn_to"])
    values, gap, error = values[inside], data["turn_gap"].values[inside] / M, data["turn_gap_se"].values[inside] / M
    ends = sorted(((gap[0], error[0]), (gap[-1], error[-1])))
    if not (ends[0][0] <= -matters and ends[1][0] >= matters):
        return None
    if not (ends[0][0] + 1.96 * ends[0][1] < 0 < ends[1][0] - 1.96 * ends[1][1]):
        return None
    left = max(place for place in range(len(gap) - 1) if (gap[place] < 0) != (gap[place + 1] < 0))
    cross = np.interp(0.0, *zip(*sorted(zip(gap[left : left + 2], values[left : left + 2], strict=True)), strict=True))
    names = (at["turn_first"], at["turn_second"]) if gap[-1] > gap[0] else (at["turn_second"], at["turn_first"])
    near, step = np.argmin(np.abs(values - at["turn_at"])), break_even.SLOPE_STEP * (at["turn_to"] - at["turn_from"])
    beside = np.clip([at["turn_at"] - step, at["turn_at"] + step], at["turn_from"], at["turn_to"])
    low, high = (np.argmin(np.abs(values - value)) for value in beside)
    slope = (gap[high] - gap[low]) / (values[high] - values[low]) if high > low else 0.0
    return float(cross), names, (1.96 * error[near] / abs(slope) if slope else None)


def faults(data, sentence):
    """What a sentence says that its dataset does not."""
    form, parts = parsed(sentence)
    known, lead, rival, (mean, low, high), turns = by_hand(data)
    if form != known:
        return [f"{form} instead of {known}"]
    title = [str(name) for name in data["plan_title"].values]
    limits = [str(count) if count else None for count in data["broken"].values]
    if form == "depends":
        above, count, at, low, high, below, other, today = parts
        cross, names, half = turns
        places = [list(data["plan"].values).index(name) for name in names]
        wanted = [title[places[0]], limits[places[0]], title[places[1]], limits[places[1]]]
        scale = 100 if re.search(r"today's value is \S+\s%", sentence) else 1.0
        scale = 1 / M if data.attrs["turn_unit"].startswith("CNY") and abs(data.attrs["turn_to"]) >= M else scale
        near = (data.attrs["turn_to"] - data.attrs["turn_from"]) * break_even.PRECISION * scale
        out = [] if abs(number(at) - cross * scale) <= near + 0.006 * abs(cross * scale) else [f"{at}, {cross}"]
        out += [] if told(today, data.attrs["turn_today"] * scale) else [f"today {today}"]
        if low and half:
            wide, slack = 2 * half * scale, 0.02 * abs(cross * scale)
            out += [] if abs(number(high) - number(low) - wide) <= 0.05 * wide + slack else [f"{low} to {high}, {wide}"]
        return out + ([] if [above, count, below, other] == wanted else [f"{above}, {below} instead of {wanted}"])
    first, count, second, other, *figures = parts
    wanted = [title[lead], limits[lead], title[rival], limits[rival]]
    out = [] if [first, count, second, other] == wanted else [f"{first}, {second} instead of {wanted}"]
    out += [f"{a} is not {b}" for a, b in zip(figures, (mean, low, high), strict=False) if not told(a, b)]
    if form == "unsaid" and figures[3]:
        matters = data.attrs["materiality"] / M
        room = mean if mean >= matters else matters - mean
        needed = data.sizes["scenario"] * ((high - mean) / room) ** 2
        out += [] if needed <= number(figures[3]) <= 1.11 * needed + 1 else [f"{figures[3]} futures, not {needed}"]
    return out


# Experiments with few draws on small runs


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
        home = "ecosystem" if name in ("small", "typical") else name
        case = load_case(small_folder) if name == "small" else shipped(home)
        if name == "typical":
            case = case.model_copy(update={"calibration": name})
        files = (ROOT / "data" / "cases" / home / "plans").glob("*.toml")
        plans = {file.stem: plan_of(home, file.stem) for file in files}
        if home == "ecosystem":
            plans = {key: narrowed(case, plan) if plan.lines else plan for key, plan in plans.items()}
        best = plans[chosen]
        plans = plans | {"recommended": best.model_copy(update={"name": "recommended", "title": "Recommended plan"})}
        info = {"seed": seed, "table_scenarios": 2}
        published = xr.Dataset(
            {"npv": (("plan", "scenario"), simulate([case], [best], seed, VERDICT, PUBLISHED)[0].npv[None])},
            {"plan": ["recommended"]},
        )
        return store.Run(Path(name), published, case, plans, dict.fromkeys(plans, case), info, "", "0")

    return run


@pytest.fixture(scope="session")
def study_of(run_of):
    """study_of("mature_heads") is the experiment's study on a small run."""

    def study(name, case="", chosen="", seed=7, draws=DRAWS):
        usual = registry.script(name).run()
        case = case or ("small" if name in SMALL else usual)
        chosen = chosen or {"ecommerce": "rocket", "channel": "today", "user_success": "today"}.get(case, "lean")
        return Study(name, run_of(case, chosen, seed), draws, lambda _: None)

    return study


@pytest.fixture(autouse=True)
def coarse(monkeypatch):
    """Thresholds are looked for in a few steps, facts at two points."""
    monkeypatch.setattr(break_even, "STEPS", 2)
    monkeypatch.setattr(break_even, "PRECISION", 0.001)
    monkeypatch.setattr(facts_to_buy, "POINTS", 2)


@pytest.fixture(scope="session")
def told_of(study_of):
    """told_of("month_6_marks") is what the experiment found on its small run; each is made once."""
    ask = cache(lambda name, case, seed: registry.script(name).ask()(study_of(name, case, seed=seed)))
    return lambda name, case="", seed=7: ask(name, case, seed)


@pytest.fixture(scope="session")
def stored(told_of):
    """stored(name, seed=8) is an experiment's dataset on its small run, as its page is made of it."""
    return lambda name, **of: told_of(name, **of).data.assign_attrs(decision="This.", decides="We.")


@pytest.mark.parametrize("name", registry.SCRIPTS)
def test_each_experiment_is_stored_with_what_its_page_needs(name, stored):
    data = stored(name)
    assert data.sizes["plan"] > 1
    assert data.attrs["experiment"] == name
    assert bool(data["bad"].isnull().all()) == bool(data["worst"].isnull().all()) == (data.sizes["scenario"] > 1)
    assert len(sentences(data)) >= 2


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
    assert open_answer(answer.path).dataset.attrs["asks"] == registry.script(name).question
    assert (tmp_path / name / "figures" / f"{name}.svg").is_file()
    asked, page = registry.script(name).question, (tmp_path / "findings.html").read_text(encoding="utf-8")
    assert [text in page for text in (f'href="{name}/page.html"', asked)] == [True, True]
    assert asked in (answer.path / "page.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="already holds a run"):
        experiment.ask(name, "", Asked(DRAWS, tmp_path, False, lambda _: None))


# The sentence follows its dataset


def with_gap(data, gap, error=0.0):
    """The dataset with another way to its threshold, CNY by value; as it is where none was looked up."""
    if "turn_gap" not in data:
        return data
    at, values = data.attrs, data["turn_value"].values
    gap, error = np.broadcast_to(gap, values.shape), np.broadcast_to(error, values.shape)
    inside = np.flatnonzero((values >= at["turn_from"]) & (values <= at["turn_to"]))
    ends = {
        f"turn_gap_{end}{tail}": float(row[inside[place]])
        for end, place in (("from", 0), ("to", -1))
        for tail, row in (("", gap), ("_se", error))
    }
    return data.assign(turn_gap=("turn_value", gap), turn_gap_se=("turn_value", error)).assign_attrs(ends)


def mirrored(data):
    """The dataset with the way to its threshold on the other side of nothing."""
    return with_gap(data, -data["turn_gap"], data["turn_gap_se"]) if "turn_gap" in data else data


def places(data):
    """Leader and rival by place."""
    names = list(data["plan"].values)
    return names.index(data.attrs["leader"]), names.index(data.attrs["rival"])


def raised(data):
    """The leader 1 M CNY better, and the gap along the threshold's number as it was."""
    npv = data["npv"].values.copy()
    npv[places(data)[0]] += M
    return data.assign(npv=(("plan", "scenario"), npv))


def swapped(data):
    """Leader and rival with each other's results, the way to the threshold on the other side of nothing."""
    order = np.arange(data.sizes["plan"])
    first, second = places(data)
    order[[first, second]] = order[[second, first]]
    return mirrored(data).assign(npv=(("plan", "scenario"), data["npv"].values[order]))


def shrunk(data):
    """Every difference a millionth of what it was."""
    first = data["npv"].values[0]
    npv = first + (data["npv"].values - first) / M
    return with_gap(data, 0.0).assign(npv=(("plan", "scenario"), npv))


def widened(data):
    """The leader now 50 M CNY above, now as much below where it was."""
    npv = data["npv"].values.copy()
    npv[places(data)[0]] += 50e6 * np.where(np.arange(npv.shape[1]) % 2, 1.0, -1.0)
    npv[places(data)[0]] += npv.mean(axis=1).max() - npv[places(data)[0]].mean()
    return with_gap(data, 0.0, 9e6).assign(npv=(("plan", "scenario"), npv))


def sure(data):
    """Averages in place of chance, and the rival 9 M CNY above all."""
    npv = np.broadcast_to(data["npv"].values.mean(axis=1)[:, None], data["npv"].shape).copy()
    npv[places(data)[1]] = npv.max() + 9e6
    return with_gap(data, 1.0).assign(npv=(("plan", "scenario"), npv))


def turning(data):
    """A gap from −5 to +5 M CNY along the range."""
    at, values = data.attrs, data["turn_value"].values
    middle, half = (at["turn_from"] + at["turn_to"]) / 2, (at["turn_to"] - at["turn_from"]) / 2
    first = list(data["plan"].values).index(at["turn_first"])
    npv = data["npv"].values.copy()
    npv[first] += npv.max() - npv[first].min() + M
    found = with_gap(data, 5e6 * (values - middle) / half).assign(npv=(("plan", "scenario"), npv))
    return found.assign_attrs(turn_at=middle, turn_low=middle, turn_high=middle)


@pytest.mark.parametrize("name", registry.SCRIPTS)
@pytest.mark.parametrize("seed", [7, 8])
def test_the_numbers_told_are_those_of_the_dataset(name, seed, stored):
    data = stored(name, seed=seed)
    assert faults(data, sentences(data)[0]) == []


@pytest.mark.parametrize("name", registry.SCRIPTS)
def test_another_seed_has_another_sentence(name, stored):
    first, second = (stored(name, seed=seed) for seed in (7, 8))
    if first.sizes["scenario"] > 1:
        assert finding(first) != finding(second)


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("fund_stop_or_outsource", "typical"),
        ("fund_stop_or_outsource", "small"),
        ("typical_or_success", "typical"),
        ("hire_before_or_after_revenue", "typical"),
    ],
)
def test_another_case_or_calibration_has_another_sentence(name, case, stored):
    first, second = stored(name), stored(name, case=case)
    assert faults(second, finding(second)) == []
    assert faults(second, finding(first)) != []


UNTURNED = {"month_6_marks", "which_insurer_and_trial"}
"""Experiments that look up no threshold."""
CHANGES = {"none": shrunk, "unsaid": widened, "better": sure, "depends": turning}


@pytest.mark.parametrize(
    ("name", "form"), [(n, f) for n in registry.SCRIPTS for f in CHANGES if f != "depends" or n not in UNTURNED]
)
def test_the_form_follows_the_dataset(name, form, stored):
    data = stored(name)
    changed = decided(CHANGES[form](data))
    assert parsed(finding(changed))[0] == form
    assert faults(changed, finding(changed)) == []
    assert faults(changed, finding(data)) != []


@pytest.mark.parametrize("name", registry.SCRIPTS)
def test_results_exchanged_exchange_the_names(name, stored):
    data = decided(raised(stored(name)))
    changed = decided(swapped(data))
    assert (changed.attrs["leader"], changed.attrs["rival"]) == (data.attrs["rival"], data.attrs["leader"])
    assert faults(changed, finding(changed)) == []
    assert faults(changed, finding(data)) != []


@pytest.mark.parametrize("name", registry.SCRIPTS)
def test_losses_for_gains_turn_the_order(name, stored):
    data = stored(name)
    npv, judged = -data["npv"], data["judged"].values > 0
    changed = decided(mirrored(data).assign(npv=npv))
    worst = data["plan"].values[judged][data["npv"].values[judged].mean(axis=1).argmin()]
    assert changed.attrs["leader"] == worst
    assert faults(changed, finding(changed)) == []


def test_the_own_road_finds_a_wrong_figure():
    data = decided(
        xr.Dataset(
            {"npv": (("plan", "scenario"), [[4.0e6, 3e6, 3.5e6], [1e6, 1e6, 1e6]]), "judged": ("plan", [1, 1]),
             "broken": ("plan", [0, 2])},
            {"plan": ["a", "b"], "plan_title": ("plan", ["Ant", "Bee"])},
            {"materiality": 0.5e6},
        )
    )  # fmt: skip
    said = finding(data)
    assert said == "“Ant” is better than “Bee” (breaks 2 limits) by 2.5 M CNY (+1.3 to +3.7)."
    assert faults(data, said) == []
    for old, new in (("2.5", "2.6"), ("+1.3", "+1.2"), ("+3.7", "+3.8"), ("2 limits", "3 limits"), ("Ant", "Bee")):
        assert faults(data, said.replace(old, new)) != []
    assert faults(data, "No difference that matters between “Ant” and “Bee”: 2.5 M CNY (0 to 0), "
                        "where 0.50 M CNY would matter.") == ["none instead of better"]  # fmt: skip
