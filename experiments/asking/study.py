"""A finished run as an experiment sees it: options valued on the same fresh futures, and the dataset they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.other_turn import OtherTurn, of_page
from experiments.asking.reopen import Reopened, open_finished, repriced
from experiments.asking.threshold import Threshold, threshold
from experiments.asking.verdict import decided
from experiments.comparing.pairs import MATERIALITY
from experiments.running.desk import Known, known_from
from experiments.running.futures import Futures, changed, number_of
from experiments.running.limit_words import limit_title
from experiments.running.main_job import check_draws, draws_of
from experiments.running.run_info import RECOMMENDED
from model import ledger, store, summary
from model.draws import Draws
from model.errors import Finding, InputError, nearest
from model.feasibility import broken_limits
from model.gates import as_planned
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.schema import COST_ROWS, REVENUE_ROWS, ROW_NAMES
from model.simulate import VERDICT, Block, PlanMonths, block_sizes, plan_months
from model.tails import worst_mean
from reports.status import status_of

QUESTION = "experiment"
DRAWS = 2000
"""Fresh draws that value the options, unless more or fewer are asked for."""
BROKEN = "limits of the run's case broken"
SEARCHED = 256
"""Draws on which a threshold is looked up, never more than value the options."""


@dataclass(frozen=True)
class Option:
    """One thing that could be done: a plan under a case, which may differ from the run's in its numbers.

    world : where several cases are looked at, which one this is; "" for all the same
    judged : does it take part in the verdict, or is it only shown?
    """

    id: str
    title: str
    plan: Plan
    case: Case
    world: str = ""
    judged: bool = True


@dataclass(frozen=True)
class Seen:
    """What is kept of an option: npv (scenario,), need, the largest cash need, (scenario,), and its yearly ledger (row,
    year, scenario), all CNY."""

    npv: Floats
    need: Floats
    years: Floats


@dataclass(frozen=True)
class Told:
    """What an experiment found: its dataset, and the plans of it that the run's case can price."""

    data: xr.Dataset
    plans: dict[str, Plan]


@dataclass(frozen=True)
class Study:
    """A run, and how it is asked.

    name : of the script; materiality : money below which a difference does not matter, CNY
    """

    name: str
    run: store.Run
    scenarios: int
    say: Callable[[str], None]
    materiality: float = MATERIALITY

    @property
    def case(self) -> Case:
        """The case that the run was made with."""
        return self.run.cases[RECOMMENDED]

    @property
    def plan(self) -> Plan:
        """The recommended plan."""
        return self.run.plans[RECOMMENDED]

    @property
    def seed(self) -> int:
        """Seed of the run."""
        return int(self.run.info["seed"])

    @property
    def draws(self) -> int:
        """Draws on which the run chose its plan."""
        return int(self.run.info["table_scenarios"])

    @property
    def demand(self) -> str:
        """Key of the factor on all demand."""
        return f"calibrations.{self.case.calibration}.demand"

    @property
    def turning(self) -> str:
        """Key of the number that turns the run's recommendation soonest, else of demand."""
        flip = self.run.info.get("flip_assumption") or {}
        return str(flip["name"]) if flip.get("flips_at") is not None else self.demand

    @cached_property
    def reopened(self) -> Reopened:
        """The run's priced tables, to choose again under other limits."""
        return repriced(self.run, self.say)

    @cached_property
    def futures(self) -> Futures:
        """Few draws on which numbers are moved to find a threshold."""
        return Futures(self.case, self.seed, min(self.scenarios, SEARCHED))

    @cached_property
    def published(self) -> Floats:
        """What the run published of its plan, (plan, draw) CNY."""
        return np.asarray(self.run.dataset["npv"].sel(plan=[RECOMMENDED]).values)

    @cached_property
    def known(self) -> Known | None:
        """The run's plan on the futures that value options, the first of those that it was published on (R165)."""
        scenarios = draws_of(self.case, self.scenarios)
        here = self.published[:, :scenarios]
        return known_from(here, self.published) if here.shape[1] == scenarios else None

    @cached_property
    def known_few(self) -> Known | None:
        """The run's plan on the few draws on which numbers are moved."""
        return known_from(self.futures.npv(self.case, self.plan)[None], self.published)

    def threshold(
        self,
        key: str,
        first: Option,
        second: Option,
        title: str = "",
        over: tuple[float, float] | None = None,
        alone: bool = False,
    ) -> Threshold:
        """Return where the first of two options stops being better than the second, parameters as `threshold`."""
        return threshold(self.futures, key, first, second, title, over, alone, self.known_few)

    def shipped(self, name: str) -> Plan:
        """Return a plan of the run by name; raise InputError where the run has none of this name."""
        if name not in self.run.plans:
            what = f"the run has no plan for experiment {self.name}"
            known = ", ".join(self.run.plans)
            raise InputError(Finding("E-REF", str(self.run.path), what, name, known, nearest(name, self.run.plans)))
        return self.run.plans[name]

    def option(self, name: str, title: str, plan: Plan | None = None, case: Case | None = None) -> Option:
        """Return an option: the recommended plan under the run's case but for what is given."""
        return Option(name, title, plan or self.plan, case or self.case)

    def with_numbers(self, values: Mapping[str, float]) -> Case:
        """Return the run's case with other numbers, by key in their base unit; raises as `number_of` and `changed`."""
        case = self.case
        for key, value in values.items():
            case = changed(case, number_of(case, key), value)
        return case

    def asks_for(self, given: object, key: str, fix: str) -> None:
        """Raise InputError where the case lacks what the experiment is about."""
        if not given:
            what = f"the case has nothing that experiment {self.name} could ask about"
            raise InputError(Finding("E-MISSING", key, what, "", key, fix))

    def see(self, options: Sequence[Option]) -> list[Seen]:
        """Return what each option brings on the run's fresh futures, the same for all."""
        scenarios = draws_of(self.case, self.scenarios)
        self.say(f"{self.name}: {len(options)} options on {scenarios} fresh draws")
        parts = [list(self._block(options, number, size)) for number, size in enumerate(block_sizes(scenarios))]
        return [
            Seen(*(np.concatenate([getattr(part, key) for part in found], axis=-1) for key in ("npv", "need", "years")))
            for found in zip(*parts, strict=True)
        ]

    def _block(self, options: Sequence[Option], number: int, size: int) -> Iterable[Seen]:
        blocks: dict[int, Block] = {}
        draws = Draws(self.seed, VERDICT, number, size, certain=self.case.uncertainty.mode == "none")
        for option in options:
            block = blocks.setdefault(id(option.case), Block(option.case, self.seed, VERDICT, number, size))
            # Draws belong to names: a changed number deals no other chances.
            block.draws = draws
            yield seen(option.case, plan_months(option.case, option.plan, block))

    def told(
        self,
        options: Sequence[Option],
        found: Sequence[Seen],
        threshold: Threshold | None = None,
        *beside: xr.Dataset,
        other: OtherTurn | None = None,
    ) -> Told:
        """Return an experiment's dataset with its verdict (R185), and its plans.

        Parameters
        ----------
        found : of `see`, one for each option
        beside : further figures of the script, see `detail_of` and `marks_of`
        other : another number that turns the same choice; by default the one that the run's page names
        """
        npv = np.array([one.npv for one in found])
        data = xr.Dataset(*_options(self.case, options, found, npv, self.known), self._attributes())
        if threshold:
            data = data.merge(threshold.points(), combine_attrs="override").assign_attrs(threshold.attributes())
            other = other or self._other(options, threshold)
            data = data.assign_attrs(other.attributes() if other else {})
        for further in (valued.held(self.known), *beside):
            data = data.merge(further, combine_attrs="no_conflicts")
        plans = {option.id: option.plan for option in options if option.case == self.case}
        return Told(decided(data), plans)

    def _other(self, options: Sequence[Option], threshold: Threshold) -> OtherTurn | None:
        """Return the turn that the run's page names, where another number is moved under the same two plans (R222)."""
        page = of_page(self.case, self.run.info)
        known = {option.id: option for option in options}
        pair = [known[name] for name in (threshold.first, threshold.second)]
        same = {option.plan.is_idle for option in pair} == {True, False} and any(o.plan == self.plan for o in pair)
        return page if same and page and page.key != threshold.number.name else None

    def _attributes(self) -> dict[str, Any]:
        scenarios = draws_of(self.case, self.scenarios)
        told = answers.attributes(self.case, QUESTION, {}, self.seed, scenarios, self.draws) | answers.of_run(self.run)
        made = {"run_made": self.run.created[:10], "run_status": status_of(self.run).word}
        return told | made | {"experiment": self.name, "materiality": self.materiality}


def open_study(
    name: str, run: str, scenarios: int, say: Callable[[str], None], materiality: float = MATERIALITY
) -> Study:
    """Open a finished run for an experiment.

    Parameters
    ----------
    run : a run's folder, or the case whose usual run is meant; a missing one says how it is made
    """
    check_draws(scenarios, 0)
    if not materiality > 0:
        raise InputError(Finding("E-RANGE", "--materiality", "must be money above 0", f"{materiality:g}", "M CNY"))
    return Study(name, open_finished(run), scenarios, say, materiality)


def seen(case: Case, found: PlanMonths) -> Seen:
    """Return what is kept of a plan's months."""
    net = ledger.result(found.ledger)
    npv = ledger.present_value(net, float(case.clock.discount))
    need = np.minimum(np.cumsum(net, axis=0).min(axis=0), 0.0)
    return Seen(npv, need, ledger.by_year(found.ledger, 1))


def chosen(name: str, options: Iterable[Option]) -> Option:
    """Return an option by its name."""
    return {option.id: option for option in options}[name]


def detail_of(what: str, rows: Mapping[str, Sequence[float]], columns: Mapping[str, str]) -> xr.Dataset:
    """Return further figures of a script as a table of its dataset.

    Parameters
    ----------
    what : title of the table
    rows : figures by the title of their row, CNY, shares or counts as their column says
    columns : form of each column by its title: money, percent, heads, text
    """
    values = np.array(list(rows.values()), dtype=np.float64)
    told = {"long_name": what, "forms": ",".join(columns.values())}
    labels = {"line": valued.text(rows), "column": valued.text(columns)}
    return xr.Dataset({"detail": (("line", "column"), values, told)}, labels)


def tells(answers_with: str, **figures: Any) -> xr.Dataset:
    """Return what a script answers beside its finding, by the name of the sentences, with figures they need (R222)."""
    return xr.Dataset(attrs={"tells": answers_with} | figures)


def spared(calm: Seen, hit: Seen) -> dict[str, float]:
    """Return what a blow spares in costs and takes in revenue, CNY on average of all futures."""
    gone = (calm.years - hit.years).sum(axis=1).mean(axis=1)
    costs, revenue = (float(ledger.signed(gone, ROW_NAMES, rows)) for rows in (COST_ROWS, REVENUE_ROWS))
    return {"spared": -costs, "missing": revenue}


def _options(
    case: Case, options: Sequence[Option], found: Sequence[Seen], npv: Floats, known: Known | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    plans = {option.id: option.plan.model_copy(update={"title": option.title}) for option in options}
    money = {"units": "CNY"}
    # Too few futures say nothing of a bad case; a single one without chance is all there is.
    told = npv.shape[1] == 1 or summary.supported(summary.TAIL, npv.shape[1])
    tails = [[np.quantile(row, summary.TAIL), worst_mean(row, summary.TAIL)] for row in npv]
    bad = np.array(tails) if told else np.full((len(npv), 2), np.nan)
    need = np.array([np.median(one.need) for one in found])
    broken = _broken(case, options)
    variables = valued.compared(case, plans, npv, known=known) | {
        "bad": ("plan", bad[:, 0], money | {"long_name": "1-in-20 bad case"}),
        "worst": ("plan", bad[:, 1], money | {"long_name": "average of the worst 5 %"}),
        "need": ("plan", need, money | {"long_name": "largest cash need, middle case"}),
        "broken": ("plan", np.array([len(each) for each in broken]), {"units": "limits", "long_name": BROKEN}),
        "limits": ("plan", valued.text("; ".join(each) for each in broken), {"long_name": BROKEN}),
        "judged": ("plan", np.array([option.judged for option in options], dtype=np.int64)),
    }
    coordinates = valued.labels(case, plans, npv.shape[1])
    return variables, coordinates | {"world": ("plan", valued.text(option.world for option in options))}


def _broken(case: Case, options: Sequence[Option]) -> list[list[str]]:
    """Return all limits of the run's case that each plan breaks, in words; it is priced all the same."""
    different = {id(option.plan): option.plan for option in options}
    words = {key: limits_broken(case, plan) for key, plan in different.items()}
    return [words[id(option.plan)] for option in options]


def limits_broken(case: Case, plan: Plan) -> list[str]:
    """Return the limits that a plan breaks, each with what is found and allowed; doing nothing is held to none."""
    broken = [] if plan.is_idle else broken_limits(case, as_planned(plan))
    return [f"{limit_title(case, each.name)} ({each.found:,.0f}, {each.allowed})" for each in broken]


def with_case(options: Iterable[Option], case: Case, world: str, judged: bool) -> list[Option]:
    """Return the same options under another case, as another world."""
    tail = f"_{world.replace(' ', '_')}" if world else ""
    return [replace(option, id=f"{option.id}{tail}", case=case, world=world, judged=judged) for option in options]
