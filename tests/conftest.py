"""Shipped cases, changed at one place, and their ledgers: what most tests start from."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from experiments.asking.reopen import Reopened
from model import results, store
from model.errors import InputError
from model.load import load_case, load_plan
from model.plans import LinePlan, PartnerPlan, Plan
from model.quantities import Quantity
from model.schema import ROW
from model.simulate import VERDICT, Block, plan_months, simulate
from solvers.change import choice_of
from solvers.exact import Exact, Tables
from solvers.options import closed, option_of
from solvers.pricing import Pricer

os.environ["HEADCAST_CACHE"] = "off"  # a test must not believe what another version of the code has kept

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"


def put(node, keys, value):
    """Copy a frozen input with one nested value replaced; tuples are searched by id."""
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(node, dict):
        return node | {key: put(node.get(key), rest, value)}
    if isinstance(node, tuple):
        return tuple(put(item, rest, value) if item.id == key else item for item in node)
    return node.model_copy(update={key: put(getattr(node, key), rest, value)})


@pytest.fixture(scope="session")
def changed():
    """changed(case, {"staffing.annual_raise": 0.04}) is the case with that value."""

    def change(node, values):
        for path, value in values.items():
            node = put(node, path.split("."), value)
        return node

    return change


def scaled(node, k):
    """The same inputs with every yuan worth 1/k: each number whose unit is money times k."""
    if isinstance(node, Quantity):
        return node * k if node.unit.startswith("CNY") else node
    if isinstance(node, BaseModel):
        parts = {name: scaled(getattr(node, name), k) for name in type(node).model_fields}
        return node.model_copy(update=parts)
    if isinstance(node, dict):
        return {name: scaled(part, k) for name, part in node.items()}
    return tuple(scaled(part, k) for part in node) if isinstance(node, tuple) else node


@pytest.fixture(scope="session")
def money_times():
    """money_times(case, k) is the case with every amount of money times k."""
    return scaled


@pytest.fixture(scope="session")
def shipped():
    """shipped("paper") is the shipped case of that name."""
    return cache(lambda name: load_case(CASES / name))


@pytest.fixture(scope="session")
def plan_of(shipped):
    """plan_of("paper") is the case's plan; plan_of("ecosystem", "lean") a named one."""
    return cache(lambda name, plan="plan": load_plan(CASES / name / "plans" / f"{plan}.toml", shipped(name)))


@pytest.fixture(scope="session")
def months_of():
    """months_of(case, plan) runs one block and returns everything by month."""

    def run(case, plan, scenarios=1, seed=7, block=0):
        return plan_months(case, plan, Block(case, seed, VERDICT, block, scenarios))

    return run


@pytest.fixture(scope="session")
def rows_of(months_of):
    """rows_of(case, plan) is one scenario's ledger by row name, each (month,) CNY."""

    def run(case, plan, seed=7):
        book = months_of(case, plan, 1, seed).ledger[:, :, 0]
        return {name: book[index] for name, index in ROW.items()}

    return run


@pytest.fixture
def case_folder(tmp_path):
    """A copy of the ecosystem case that a test may spoil."""
    return Path(shutil.copytree(CASES / "ecosystem", tmp_path / "mine"))


@pytest.fixture
def edit(case_folder):
    """edit("case.toml", "old", "new") replaces the first such text in a file of the copy."""

    def replace(file, old, new):
        text = (case_folder / file).read_text(encoding="utf-8")
        assert old in text
        (case_folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


BANNED = re.compile(
    r"\b(P(?:0?5|[1-9]\d)(?!=)|CVaR|ECDF|EVPI|EVPPI|EVSI|PIT|CRPS|VSS|fans?|paired differences?"
    r"|common random numbers|certificates?|gap ledgers?|dominan(t|ce)|dominated|Shapley|regrets?)\b",
    re.IGNORECASE,
)
"""Terms of art that stay in hovers and docs; "P10=120" is what an expert types, and the only way to type it."""


@pytest.fixture(scope="session")
def terms_of_art():
    """terms_of_art(text) is the list of words in it that those who decide need not know."""
    return lambda text: [match.group() for match in BANNED.finditer(text)]


@pytest.fixture
def browsed(tmp_path):
    """browsed(html) is the page as a browser holds it after running whatever it would run."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not here: it is NOT tested that names stay names in a browser")

    def browse(html):
        (tmp_path / "browsed.html").write_text(html, encoding="utf-8")
        own = [f"--user-data-dir={tmp_path / 'chromium'}", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        command = [chromium, *own, (tmp_path / "browsed.html").as_uri()]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout

    return browse


@pytest.fixture
def said():
    """said(folder) loads a case that must fail and returns its findings as lines."""

    def findings(folder):
        with pytest.raises(InputError, match=r"^E-[A-Z]+  ") as caught:
            load_case(folder)
        return [str(finding) for finding in caught.value.findings]

    return findings


@pytest.fixture(scope="session")
def tiny(shipped):
    """Two lines with one partner each, a VP, one or two partner managers, teams of at most two, 18 months, two phases.

    Small enough that all its plans can be told one by one; `tiny_plans` does it.
    """
    eco = shipped("ecosystem")
    phases = [
        eco.phases[0].model_copy(update={"heads_least": 2.0, "heads_most": 5.0, "budget": 2.6e6}),
        eco.phases[1].model_copy(update={"heads_least": 2.0, "heads_most": 7.0, "budget": 3.3e6}),
    ]
    most = {"vp": (1.0, 1.0), "bd": (2.0, 2.0), "operations": (2.0, 2.0)}
    least = {"vp": (1.0, 1.0), "bd": (1.0, 1.0), "operations": (0.0, 0.0)}
    modes = {name: mode.model_copy(update={"heads_least": 0.0}) for name, mode in eco.modes.items()}
    return eco.model_copy(
        update={
            "fit": {},
            "scenarios": {},
            "gates": {},
            "clock": eco.clock.model_copy(update={"months": 18}),
            "phases": tuple(phases),
            "modes": modes,
            "roles": {
                name: eco.roles[name].model_copy(update={"heads_least": least[name], "heads_most": heads})
                for name, heads in most.items()
            },
            "staffing": eco.staffing.model_copy(update={"skills": (), "equity": None}),
            "shared_work": {"bd": eco.shared_work["bd"].model_copy(update={"fixed": 20.0})},
            "lines": {n: eco.lines[n].model_copy(update={"demand": 2.5}) for n in ("used_car", "charging")},
            "ways": {"normal": eco.ways["normal"]},
            "market": None,
            "sign_ups": None,
            "approval": None,
            "mode_limits": {},
            "partners": tuple(p for p in eco.partners if p.id in ("used_car_1", "charging_1")),
            "incentives": eco.incentives.model_copy(update={"targets": (5e6, 16e6)}),
            "choice": eco.choice.model_copy(update={"mode_paths": (("department", "unit"),), "start_months": (1, 4)}),
        }
    )


@pytest.fixture(scope="session")
def tiny_plans():
    """tiny_plans(case) is every plan of a case whose teams and seats never shrink, as plan files would say them."""

    def paths(least, most):
        each = [range(int(low), int(high) + 1) for low, high in zip(least, most, strict=True)]
        return [heads for heads in product(*each) if list(heads) == sorted(heads)]

    def line_plans(case, line):
        partners = [p for p in case.partners if p.line == line]
        teams = {n: paths(r.heads_least, r.heads_most) for n, r in case.roles.items() if r.kind != "shared"}
        starts = [(0, *case.choice.start_months) for _ in partners]
        found = [None]
        for team in product(*teams.values()):
            for months in product(*starts):
                for way in case.ways:
                    signed = {
                        p.id: PartnerPlan(start=month, contract=p.contract)
                        for p, month in zip(partners, months, strict=True)
                        if month
                    }
                    if signed and any(any(heads) for heads in team):
                        found.append(LinePlan(team=dict(zip(teams, team, strict=True)), way=way, partners=signed))
        return found

    def every(case, modes):
        shared = {n: paths(r.heads_least, r.heads_most) for n, r in case.roles.items() if r.kind == "shared"}
        for seats in product(*shared.values()):
            for parts in product(*(line_plans(case, line) for line in case.lines)):
                lines = {line: part for line, part in zip(case.lines, parts, strict=True) if part}
                heads = {role: path for role, path in zip(shared, seats, strict=True) if any(path)}
                yield Plan(case=case.id, name="p", title="", modes=modes, seats=heads, lines=lines)

    return every


@pytest.fixture(scope="session")
def tiny_asked(tiny, tiny_plans):
    """The tiny case with all its paths priced: .run as reopened, .every plan as a choice, .best_of(exact, keeps)."""
    modes = ("department", "unit")
    tables, exact = Tables(tiny, Pricer(tiny, modes, 1, 16)), Exact(tiny, modes)
    plans = list(tiny_plans(tiny, modes))
    for line in tiny.lines:
        tables.add(line, [closed(tiny), *sorted({option_of(plan.lines[line]) for plan in plans if line in plan.lines})])
    every = [choice_of(tiny, plan) for plan in plans]

    def best_of(exact, keeps=lambda choice: True):
        good = [choice for choice in every if keeps(choice) and not exact.broken(tables.total(choice))]
        worth = {choice: float(exact.npv(tables.total(choice)).mean()) for choice in good}
        return max(worth.items(), key=lambda item: item[1]) if worth else (None, float("-inf"))

    choice, npv = best_of(exact)
    plan = choice.plan(tiny, "p", "Recommended plan")
    run = Reopened(None, tiny, plan, tables, exact, choice, npv, 1, 16)
    return SimpleNamespace(run=run, every=every, best_of=best_of)


@pytest.fixture(scope="session")
def kept():
    """kept(folder, case, {"recommended": plan}, seed, scenarios) stores a run of plans that nothing chose."""

    def keep(folder, case, plans, seed=7, scenarios=2000):
        entries = [(name, plan.title, case, plan) for name, plan in plans.items()]
        outcomes = simulate([case] * len(plans), list(plans.values()), seed, VERDICT, scenarios)
        dataset = results.build(case, entries, outcomes, seed=seed, scenarios=scenarios, stage=VERDICT)
        files = store.run_files(case, entries, dataset, {"seed": seed, "table_scenarios": 16})
        store.write_run(folder, dataset, files)
        return folder

    return keep


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory):
    """A case folder on which a whole run takes seconds: one line, two insurers, few guesses, one organisation path."""
    folder = Path(shutil.copytree(CASES / "ecosystem", tmp_path_factory.mktemp("cases") / "small"))
    for unused in [*(folder / "plans").glob("*.toml"), folder / "fit.toml", folder / "gates.toml"]:
        unused.unlink()
    for file in set(folder.glob("*.toml")) - {folder / "case.toml"}:
        text = re.sub(r"guess = \[[^]]*\]", 'source = "for tests"', file.read_text(encoding="utf-8"))
        text = re.sub(r"\[lines\.(used_car|charging|other)(\.[^]]*)?\]\n.*?\n\n", "", text, flags=re.S)
        text = re.sub(r"(?s)mode_paths = \[.*?\n\]", 'mode_paths = [["department", "department", "unit"]]', text)
        text = re.sub(r"start_months = .*", "start_months = [1, 6]", text)
        text = re.sub(r"(?s)# [^\n]*\n\[market\].*?(?=\n\[|\Z)|\[\[costs\.recharges\]\]\n.*?\n\n", "", text)
        text = text.replace("demand = { value = 1.13,", "demand = { value = 1.9,")  # so that it is worth opening
        file.write_text(text, encoding="utf-8")
    partners = (folder / "partners.csv").read_text(encoding="utf-8").splitlines()
    (folder / "partners.csv").write_text("\n".join(partners[:3]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def headcast():
    """headcast("check", "paper") is the command in its own process: code, standard output and error, 80 columns."""

    def call(*words, **more):
        command = [sys.executable, "-m", "experiments.console.cli", *map(str, words)]
        surroundings = os.environ | {"COLUMNS": "80", "PYTHONPATH": str(CASES.parent.parent)}
        surroundings |= {"PYTHONIOENCODING": more.get("encoding", "utf-8"), **more.pop("env", {})}
        options = {"capture_output": True, "encoding": "utf-8", "check": False, **more}
        return subprocess.run(command, env=surroundings, **options)

    return call


@pytest.fixture(scope="session")
def small_run(small_folder, headcast, tmp_path_factory):
    """The small case run by the command with --json; its folder is out/small beside `said`, what the command said."""
    out = tmp_path_factory.mktemp("runs") / "small"
    said = headcast("run", small_folder, "--out", out, "--scenarios", 2000, "--table-scenarios", 16, "--json")
    assert said.returncode == 0, said.stderr
    return SimpleNamespace(out=out, said=said)


WAN = 10_000.0


class Runs:
    """Small cases without chance, changed and run; money in 10,000 CNY."""

    def __init__(self, shipped, plan_of, changed, months_of):
        self.shipped, self.plan_of, self.changed, self.months_of = shipped, plan_of, changed, months_of

    def rows(self, case, plan):
        """Sum over the months of each ledger row, 10,000 CNY."""
        book = self.months_of(case, plan).ledger[:, :, 0].sum(axis=1)
        return {name: book[index] / WAN for name, index in ROW.items()}

    def earning(self, revenue, name="pool", heads=None, **values):
        """Rows of a year with this revenue (10,000 CNY), an own target and team."""
        case = self.changed(self.shipped(name), {"volumes": {"payer": (revenue * WAN / 12,) * 12}} | values)
        plan = self.plan_of(name)
        return self.rows(case, plan if heads is None else self.changed(plan, {"seats": heads}))

    def heads(self, name, month):
        return sum(self.months_of(self.shipped(name), self.plan_of(name)).heads.values())[month - 1, 0]

    def ladder(self, units, reading, months=12, reset="contract_year"):
        """Commission (CNY) on units that come evenly, under one reading of the insurer's ladder."""
        values = {"clock.months": months, "readings.tier_reading": reading, "readings.tier_reset": reset}
        values |= {"incentives.targets": (6e6,) * -(-months // 12), "volumes": {"n_18500": (units / months,) * months}}
        return self.rows(self.changed(self.shipped("ladder"), values), self.alone("n_18500"))["commission"] * WAN

    def alone(self, partner):
        plan = self.plan_of("ladder")
        return self.changed(plan, {"lines.revenue.partners": {partner: plan.lines["revenue"].partners[partner]}})

    def selling(self, units, rate, months):
        """Months of a partner that pays one rate for units that come evenly."""
        values = {"clock.months": months, "volumes": {"payer": (units / months,) * months}}
        case = self.changed(self.shipped("pool"), values | {"contracts.yuan.rates": (float(rate),)})
        return self.months_of(case, self.plan_of("pool"))


@pytest.fixture(scope="session")
def runs(shipped, plan_of, changed, months_of):
    return Runs(shipped, plan_of, changed, months_of)
