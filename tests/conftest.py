"""Shipped cases, changed at one place, and their ledgers: what most tests start from."""

import shutil
from functools import cache
from pathlib import Path

import pytest

from model.errors import InputError
from model.load import load_case, load_plan
from model.schema import ROW
from model.simulate import VERDICT, Block, plan_months

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


@pytest.fixture
def said():
    """said(folder) loads a case that must fail and returns its findings as lines."""

    def findings(folder):
        with pytest.raises(InputError, match=r"^E-[A-Z]+  ") as caught:
            load_case(folder)
        return [str(finding) for finding in caught.value.findings]

    return findings
