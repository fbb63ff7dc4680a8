"""The dataset of a run: what it holds, that it holds it right, and that its hash is the same exactly when it is."""

import math

import numpy as np
import pytest
import xarray as xr

from model import results, summary
from model.draws import BLOCK
from model.errors import InputError
from model.inputs import Case
from model.load import find_case, load_case, load_plan
from model.plans import Plan
from model.results import Entry, build, dataset_hash
from model.schema import COORDINATES, ROW, SIGNS, VARIABLES
from model.simulate import Block, block_sizes, outcomes_in_turn, plan_months, simulate

SEED, STAGE = 7, "verdict"
FOLDER = find_case("ecosystem")


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(FOLDER)


def base_reading(case: Case) -> Case:
    return case.model_copy(update={"readings": case.readings.model_copy(update={"salary_is": "base"})})


def certain(case: Case) -> Case:
    return case.model_copy(update={"uncertainty": case.uncertainty.model_copy(update={"mode": "none"})})


def entries_of(case: Case) -> list[Entry]:
    plans = {name: load_plan(FOLDER / "plans" / f"{name}.toml", case) for name in ("documents", "do_nothing")}
    made = [Entry(name, plan.title, case, plan) for name, plan in plans.items()]
    return [*made, Entry("documents_base", "The same, pay table is base pay", base_reading(case), plans["documents"])]


def run(entries: list[Entry], scenarios: int, seed: int = SEED, threads: int = 2) -> xr.Dataset:
    cases, plans = [entry.case for entry in entries], [entry.plan for entry in entries]
    found = simulate(cases, plans, seed, STAGE, scenarios, threads)
    return build(cases[0], entries, found, seed=seed, scenarios=scenarios, stage=STAGE)


@pytest.fixture(scope="module")
def dataset(case: Case) -> xr.Dataset:
    return run(entries_of(case), 2000)


def months(entry: Entry, scenarios: int) -> np.ndarray:
    return plan_months(entry.case, entry.plan, Block(entry.case, SEED, STAGE, 0, scenarios)).ledger


def test_variables_and_coordinates_are_those_of_the_schema(dataset: xr.Dataset) -> None:
    assert set(dataset.data_vars) == {v.name for v in VARIABLES}
    assert set(dataset.coords) == {c.name for c in COORDINATES}
    for told in VARIABLES + COORDINATES:
        found = dataset[told.name]
        assert found.dims == told.dims
        assert found.attrs["long_name"] == told.meaning
        assert found.attrs.get("units", "") == told.unit
    whole = {"peak_month", "payback_month"}
    assert {str(n) for n, v in dataset.data_vars.items() if v.dtype != np.float64} == whole


def test_coordinates(dataset: xr.Dataset) -> None:
    assert dataset["plan"].values.tolist() == ["documents", "do_nothing", "documents_base"]
    assert dataset["salary_reading"].values.tolist() == ["package", "package", "base"]
    assert dataset["quantile"].values.tolist() == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert dataset["month_label"].sel(month=1).item() == "2027-01"
    assert dataset["month_label"].sel(month=60).item() == "2031-12"
    assert dataset["row_sign"].sel(row="commission").item() == 1
    assert dataset["row_rule"].sel(row="after_sales_share").item() == "R22"
    hashes = dataset["plan_hash"].values.tolist()
    assert hashes[0] == hashes[2] != hashes[1]


def test_attributes(dataset: xr.Dataset, case: Case) -> None:
    told = dataset.attrs
    assert (told["seed"], told["scenarios"], told["stage"], told["block"]) == (SEED, 2000, STAGE, 4096)
    assert (told["case"], told["calibration"], told["salary_reading"]) == ("ecosystem", "success_story", "package")
    assert told["Conventions"] == "CF-1.12"
    assert told["banner"] == case.banner
    assert len(told["input_hash"]) == 64
    assert all(name in told["versions"] for name in ("python 3", "numpy ", "scipy ", "xarray ", "pyomo ", "highspy "))
    extra = build(
        case,
        entries_of(case)[1:2],
        simulate([case], [entries_of(case)[1].plan], 1, STAGE, 3),
        seed=1,
        scenarios=3,
        stage=STAGE,
        extra_attrs={"created": "2027-01-01T00:00:00+00:00"},
    )
    assert extra.attrs["created"].startswith("2027")


def test_the_input_hash_is_that_of_the_case(case: Case) -> None:
    def of(one: Case) -> str:
        return str(run([Entry("a", "A", one, entries_of(case)[1].plan)], 1).attrs["input_hash"])

    assert of(case) == of(load_case(FOLDER))
    assert of(case) != of(base_reading(case))


@pytest.mark.parametrize("index", [0, 2])
def test_figures_follow_from_the_monthly_ledger(dataset: xr.Dataset, case: Case, index: int) -> None:
    entry = entries_of(case)[index]
    plan = dataset.sel(plan=entry.id)
    book = months(entry, 2000)
    rate = float(case.clock.discount)
    for scenario in (0, 1, 1999):
        money = book[:, :, scenario]
        net = [math.fsum(sign * amount for sign, amount in zip(SIGNS, month, strict=True)) for month in money.T]
        one = plan.sel(scenario=scenario)
        assert one["result"].item() == pytest.approx(math.fsum(net), rel=1e-9)
        worth = math.fsum(m / (1 + rate) ** ((i + 1) / 12) for i, m in enumerate(net))
        assert one["npv"].item() == pytest.approx(worth, rel=1e-9)
        cash = [math.fsum(net[: i + 1]) for i in range(60)]
        assert one["peak_cash"].item() == pytest.approx(min(0.0, *cash), rel=1e-9)
        assert one["peak_month"].item() == (cash.index(min(cash)) + 1 if min(cash) < 0 else 0)
        below = [i + 1 for i, c in enumerate(cash) if c < 0]
        last = max(below, default=0)
        assert one["payback_month"].item() == (0 if last == 60 else last + 1)
        third = one["ledger"].sel(year=3, row="base_pay").item()
        assert third == pytest.approx(math.fsum(money[ROW["base_pay"], 24:36]), rel=1e-12)
        income = math.fsum(money[ROW["commission"]]) - math.fsum(money[ROW["quality_deduction"]])
        paid = math.fsum(money[[ROW[n] for n in ("base_pay", "project_bonus", "annual_bonus", "overage_pool")]].ravel())
        assert one["labour_roi"].item() == pytest.approx(income / paid - 1, rel=1e-9)
        share = math.fsum(money[ROW["after_sales_share"]])
        assert one["labour_roi_after_share"].item() == pytest.approx((income - share) / paid - 1, rel=1e-9)
        cost = income - math.fsum(net)
        assert one["full_roi"].item() == pytest.approx((income - cost) / cost, rel=1e-9)


def test_quantiles_by_month_interpolate_between_order_statistics(dataset: xr.Dataset, case: Case) -> None:
    book = months(entries_of(case)[0], 2000)
    revenue = book[ROW["commission"]] - book[ROW["quality_deduction"]] + book[ROW["new_products"]]
    ordered = np.sort(revenue[29])
    place = 0.05 * 1999
    low = ordered[int(place)] + (place % 1) * (ordered[int(place) + 1] - ordered[int(place)])
    found = dataset["revenue_quantile"].sel(plan="documents", month=30)
    assert found.sel(quantile=0.05).item() == pytest.approx(low, rel=1e-12)
    early = np.sort(revenue[:6].sum(axis=0))
    middle = dataset["month6_revenue_quantile"].sel(plan="documents", quantile=0.5).item()
    assert middle == pytest.approx((early[999] + early[1000]) / 2, rel=1e-12)


def test_heads_of_the_documents_plan(dataset: xr.Dataset) -> None:
    heads = dataset["heads_planned"].sel(plan="documents")
    assert heads.sum("role").values.tolist() == [10.0] * 6 + [20.0] * 12 + [30.0] * 42
    assert heads.sel(role="operations", month=60).item() == 7.0
    assert bool((dataset["heads_mean"].sel(plan="documents") <= heads + 1e-9).all())


def test_heads_go_when_the_unit_stops(case: Case) -> None:
    plan = load_plan(FOLDER / "plans" / "stop_after_6.toml", case)
    heads = results.planned_heads(case, plan)
    assert heads[:, :6].sum() > 0
    assert heads[:, 6:].sum() == 0


def test_means_by_line_add_up_to_the_mean_revenue(dataset: xr.Dataset) -> None:
    plan = dataset.sel(plan="documents")
    book = plan["ledger"].mean("scenario")
    revenue = book.sel(row="commission") - book.sel(row="quality_deduction") + book.sel(row="new_products")
    np.testing.assert_allclose(plan["line_revenue"].sum("line").values, revenue.values, rtol=1e-9)


def test_doing_nothing_has_no_return_and_no_need(dataset: xr.Dataset) -> None:
    nothing = dataset.sel(plan="do_nothing")
    assert not nothing["ledger"].any()
    for roi in ("full_roi", "labour_roi", "labour_roi_after_share"):
        assert summary.defined(nothing[roi].values)[1] == 1.0
    assert not nothing["peak_month"].any()
    assert (nothing["payback_month"] == 1).all()


def test_base_reading_costs_more_on_the_same_futures(dataset: xr.Dataset) -> None:
    package, base = dataset.sel(plan="documents"), dataset.sel(plan="documents_base")
    assert bool((base["npv"] < package["npv"]).all())
    xr.testing.assert_equal(
        base["ledger"].sel(row="commission", drop=True).drop_vars(["plan", "plan_title", "salary_reading"]),
        package["ledger"].sel(row="commission", drop=True).drop_vars(["plan", "plan_title", "salary_reading"]),
    )


@pytest.mark.parametrize(
    ("scenarios", "kept"), [(199, []), (200, [0.5]), (400, [0.25, 0.5, 0.75]), (2000, [0.05, 0.25, 0.5, 0.75, 0.95])]
)
def test_quantiles_beyond_the_draws_are_withheld(case: Case, scenarios: int, kept: list[float]) -> None:
    found = run(entries_of(case)[:1], scenarios)
    for name in ("cash_quantile", "revenue_quantile", "month6_revenue_quantile"):
        known = found[name].notnull().all([d for d in found[name].dims if d != "quantile"])
        assert found["quantile"].values[known.values].tolist() == kept
    withheld = [level for level in summary.LEVELS if level not in kept]
    assert found.attrs["withheld_quantiles"] == ", ".join(map(str, withheld))


def test_a_certain_case_needs_one_scenario(case: Case) -> None:
    entry = entries_of(case)[0]._replace(case=certain(case))
    one, many = run([entry], 1), run([entry], 5)
    assert one.attrs["withheld_quantiles"] == ""
    assert bool(one["cash_quantile"].notnull().all())
    assert (many["npv"] == one["npv"].item()).all()
    worst = one["cash_quantile"].sel(quantile=0.05, month=60).item()
    assert worst == pytest.approx(one["result"].item(), rel=1e-9)


def test_the_hash_belongs_to_the_seed(case: Case, dataset: xr.Dataset) -> None:
    entries = entries_of(case)
    assert dataset_hash(run(entries, 2000)) == dataset_hash(dataset)
    assert dataset_hash(run(entries, 2000, seed=SEED + 1)) != dataset_hash(dataset)


def test_workers_change_nothing_and_more_scenarios_leave_the_first_alone(case: Case) -> None:
    entries = entries_of(case)[:1]
    short = run(entries, BLOCK + 1, threads=1)
    assert dataset_hash(short) == dataset_hash(run(entries, BLOCK + 1, threads=2))
    longer = run(entries, BLOCK + 9)
    for name in [v.name for v in VARIABLES if "scenario" in v.dims]:
        first = longer[name].isel(scenario=slice(BLOCK + 1)).values
        assert first.tobytes() == short[name].values.tobytes(), name


def test_taking_plans_in_turn_changes_nothing(case: Case, dataset: xr.Dataset) -> None:
    entries = entries_of(case)
    plans: list[Plan] = [entry.plan for entry in entries]
    in_turn = outcomes_in_turn([e.case for e in entries], plans, SEED, STAGE, 2000, most_bytes=1)
    found = build(case, entries, in_turn, seed=SEED, scenarios=2000, stage=STAGE)
    assert dataset_hash(found) == dataset_hash(dataset)


@pytest.mark.parametrize("name", [told.name for told in VARIABLES + COORDINATES])
def test_the_hash_sees_each_variable(dataset: xr.Dataset, name: str) -> None:
    values = dataset[name].values.copy()
    last = (-1,) * values.ndim
    if values.dtype == object:
        values[last] = values[last] + " "
    else:
        bits = values.view(np.uint8)
        bits.reshape(-1)[-8] ^= 1
    changed = dataset.assign_coords({name: (dataset[name].dims, values)}) if name in dataset.coords else None
    changed = dataset.assign({name: (dataset[name].dims, values)}) if changed is None else changed
    assert dataset_hash(changed) != dataset_hash(dataset)
    assert dataset_hash(dataset.assign_attrs(created="later")) == dataset_hash(dataset)


def test_the_hash_sees_names_dimensions_and_types() -> None:
    plain = xr.Dataset({"a": ("x", np.zeros(4))})
    others = [
        xr.Dataset({"b": ("x", np.zeros(4))}),
        xr.Dataset({"a": ("y", np.zeros(4))}),
        xr.Dataset({"a": (("x", "y"), np.zeros((2, 2)))}),
        xr.Dataset({"a": ("x", np.zeros(4, np.int64))}),
        xr.Dataset({"a": ("x", np.zeros(4)), "b": ("x", np.zeros(4))}),
    ]
    assert len({dataset_hash(each) for each in [plain, *others]}) == 6
    assert dataset_hash(xr.Dataset({"a": ("x", np.zeros(4, ">f8"))})) == dataset_hash(plain)


def test_what_does_not_fit_is_refused(case: Case) -> None:
    entries = entries_of(case)[1:2]
    found = simulate([case], [entries[0].plan], SEED, STAGE, 5)

    def attempt(plans: list[Entry], outcomes: list, scenarios: int = 5) -> None:
        build(case, plans, outcomes, seed=SEED, scenarios=scenarios, stage=STAGE)

    with pytest.raises(InputError, match="each plan needs its own id; found do_nothing"):
        attempt(entries * 2, found * 2)
    with pytest.raises(InputError, match="each plan needs its own id"):
        attempt([], [])
    with pytest.raises(InputError, match="number of outcomes differs; found 0; allowed 1"):
        attempt(entries, [])
    with pytest.raises(InputError, match="number of outcomes differs; found 2; allowed 1"):
        attempt(entries, found * 2)
    with pytest.raises(InputError, match="number of scenarios differs; found 5; allowed 6"):
        attempt(entries, found, 6)


@pytest.mark.parametrize("part", ["years", "cash", "npv"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_money_that_is_no_number_stops_the_run(case: Case, part: str, bad: float) -> None:
    entry = entries_of(case)[1]
    found = simulate([case], [entry.plan], SEED, STAGE, 5)
    getattr(found[0], part)[..., 3] = bad
    with pytest.raises(InputError, match="plan do_nothing: the simulation gave money that is no finite number"):
        build(case, [entry], found, seed=SEED, scenarios=5, stage=STAGE)


def test_blocks_tile_the_scenarios() -> None:
    assert block_sizes(1) == [1]
    assert block_sizes(BLOCK) == [BLOCK]
    assert block_sizes(2 * BLOCK + 1) == [BLOCK, BLOCK, 1]


def test_take_home_adds_up_to_what_the_unit_pays(case: Case) -> None:
    """Pay per head-year × head-years over all roles is base, project bonus, annual bonus and pool of the ledger."""
    sure = certain(case)
    entry = entries_of(sure)[0]
    found = run([entry], 1)
    heads = found.heads_mean.sel(plan="documents").sum("month") / 12
    pay = found.take_home.sel(plan="documents")
    book = found.ledger.sel(plan="documents").sum(["scenario", "year"])
    rows = ["base_pay", "project_bonus", "annual_bonus", "overage_pool"]
    assert float((heads * pay).sum()) == pytest.approx(float(book.sel(row=rows).sum()))
    vp = sure.roles["vp"]
    raised = [1.04**year for year in range(5)]
    assert float(pay.sel(role="vp")) > 0.7 * vp.pay * np.mean(raised[:4])
    assert math.isnan(float(found.take_home.sel(plan="documents", role="lead"))) == (float(heads.sel(role="lead")) == 0)
    assert found.take_home_p10.sel(plan="documents", role="vp") == pay.sel(role="vp")
