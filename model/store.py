"""Runs on disk: written complete or not at all, opened only when nothing is damaged, regenerated bit for bit."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from model import folders, ledger
from model.draws import BLOCK
from model.errors import DamagedError, Finding, InputError, nearest
from model.inputs import Case
from model.load import case_from_dict, case_to_dict, plan_from_dict
from model.plans import Plan
from model.results import Entry, dataset_hash
from model.schema import ROW_NAMES, VARIABLES
from model.simulate import months_of
from model.versions import Record, history, is_version, refuse_record

DATASET, CASE, INFO = "dataset.nc", "case.json", "run.json"
OWN = (DATASET, CASE, INFO)
TRIES = 5

check_target = folders.check_target


@dataclass(frozen=True)
class Run:
    """A run as it was stored.

    plans, cases : by plan id, each plan and the case it was run with; info : what the run told about itself
    frozen : the latest record of a frozen version, None where nobody froze the run (R197)
    """

    path: Path
    dataset: xr.Dataset
    case: Case
    plans: dict[str, Plan]
    cases: dict[str, Case]
    info: dict[str, Any]
    created: str
    hash: str
    frozen: Record | None = None


def bytes_wanted(case: Case, plans: int, scenarios: int) -> int:
    """Return how many bytes a run will take on disk, within a few per cent, for `check_target`."""
    sizes = {"plan": plans, "scenario": scenarios, "year": case.years, "row": len(ROW_NAMES)}
    wide = [v for v in VARIABLES if "scenario" in v.dims]
    return 1_000_000 + 8 * sum(int(np.prod([sizes[dim] for dim in v.dims])) for v in wide)


def run_files(
    case: Case, plans: Sequence[tuple[str, str, Case, Plan]], dataset: xr.Dataset, info: Mapping[str, Any]
) -> dict[str, str]:
    """Return the files that `write_run` needs beside the dataset: the case and what the run tells about itself.

    Parameters
    ----------
    plans : the (id, title, case used, plan) that the dataset was built from
    info : JSON values: how the plans were found, certificate, first screen and the like
    """
    base = case_to_dict(case)
    told = {
        "created": now(),
        "dataset_hash": dataset_hash(dataset),
        "plans": {entry.id: _entry(base, entry) for entry in map(Entry._make, plans)},
        "info": dict(info),
    }
    return {CASE: _json(base), INFO: _json(told)}


def write_run(directory: Path, dataset: xr.Dataset, files: Mapping[str, str | bytes], replace: bool = False) -> None:
    """Write a run under its name at once: staged, reopened, checked, synced to disk, renamed.

    Parameters
    ----------
    directory : the folder of the run; its parent exists
    dataset : of `results.build`
    files : those of `run_files`, and more by relative name, for example PLAN.toml and plans/lean.toml
    replace : may a run that is there be replaced?

    Raises
    ------
    InputError : the place is taken, or the files do not belong to this dataset
    MachineError : disk full, no permission, or the disk gave back something else than was written
    """
    missing = [name for name in (CASE, INFO) if name not in files]
    if missing:
        raise InputError(Finding("E-FILE", str(directory), "a run needs more files", "", ", ".join(missing)))
    wanted = dataset_hash(dataset)
    if json.loads(files[INFO])["dataset_hash"] != wanted:
        raise InputError(Finding("E-RULE", INFO, "belongs to another dataset"))
    folders.check_target(directory, replace, dataset.nbytes)
    write_dataset(directory, dataset, files, replace)


def write_dataset(directory: Path, dataset: xr.Dataset, files: Mapping[str, str | bytes], replace: bool) -> None:
    """Write a folder of a dataset and other files under its name at once, checked as `write_run` is."""
    # In memory first: the HDF5 library crashes the process when it meets a full disk.
    packed = packed_dataset(dataset)
    check = partial(check_written, wanted=dataset_hash(dataset))
    folders.write_folder(directory, {DATASET: packed, **files}, replace, check)


def packed_dataset(dataset: xr.Dataset) -> bytes:
    """Return a dataset as the bytes of its file, a checksum on each variable."""
    return bytes(dataset.to_netcdf(engine="h5netcdf", encoding=_encoding(dataset)))


def open_run(directory: Path) -> Run:
    """Open a run after comparing every file with the manifest; the dataset is read into memory.

    Raises
    ------
    InputError : there is no run, a newer headcast wrote it, or it is a later status of a frozen version
    DamagedError : a file is missing or was changed; names it and what differs
    """
    refuse_record(Path(directory))
    folders.recover(directory)
    for _ in range(TRIES):
        mark = _inode(directory)
        try:
            return _read(Path(directory))
        except (DamagedError, FileNotFoundError):
            # A run that was replaced while it was read is read again.
            if _inode(directory) == mark:
                raise
    return _read(Path(directory))


def add_file(run: Run, name: str, content: folders.Content) -> None:
    """Add or replace a report in a run; what the run itself consists of cannot be replaced."""
    if name in OWN:
        raise InputError(Finding("E-FILE", name, "belongs to the run itself", "", "another name"))
    folders.add_file(run.path, name, content)


def scenario_ledger(run: Run, plan_id: str, numbers: Sequence[int]) -> xr.DataArray:
    """Return monthly ledgers of single scenarios, (scenario, row, month) CNY, drawn again from the run's seed.

    Parameters
    ----------
    plan_id : coordinate `plan` of the run
    numbers : scenario numbers, from 0

    Raises
    ------
    InputError : unknown plan or scenario
    DamagedError : the years of a regenerated ledger are not bit for bit the stored ones
    """
    stored = _stored(run, plan_id, numbers)
    told = run.dataset.attrs
    book = np.empty((len(numbers), len(ROW_NAMES), run.dataset.sizes["month"]))
    for block in sorted({number // BLOCK for number in numbers}):
        places = [place for place, number in enumerate(numbers) if number // BLOCK == block]
        wanted = [numbers[place] for place in places]
        args = (int(told["seed"]), str(told["stage"]), int(told["scenarios"]))
        months = months_of(run.cases[plan_id], run.plans[plan_id], *args, wanted)
        book[places] = months.transpose(2, 0, 1)
    coordinates = {name: run.dataset[name] for name in ("row", "month", "row_sign", "month_label")}
    out = xr.DataArray(
        book, {**coordinates, "scenario": stored["scenario"]}, ("scenario", "row", "month"), "ledger", {"units": "CNY"}
    )
    _check_years(out, stored, str(told["versions"]))
    return out


def _stored(run: Run, plan_id: str, numbers: Sequence[int]) -> xr.DataArray:
    if plan_id not in run.plans:
        names = ", ".join(run.plans)
        raise InputError(
            Finding("E-REF", "plan", "no such plan in the run", plan_id, names, nearest(plan_id, run.plans))
        )
    last = run.dataset.sizes["scenario"] - 1
    wrong = [number for number in numbers if not 0 <= number <= last]
    if wrong or not numbers:
        found = ", ".join(map(str, wrong))
        raise InputError(Finding("E-RANGE", "scenario", "no such scenario in the run", found, f"0 to {last}"))
    return run.dataset["ledger"].sel(plan=plan_id, scenario=list(numbers))


def _check_years(book: xr.DataArray, stored: xr.DataArray, versions: str) -> None:
    years = xr.DataArray(
        ledger.by_year(book.to_numpy(), 2),
        {"scenario": book["scenario"], "row": book["row"], "year": stored["year"]},
        ("scenario", "row", "year"),
    )
    left, right = xr.align(years, stored.transpose(*years.dims), join="exact")
    differs = left.to_numpy().view(np.int64) != np.ascontiguousarray(right.to_numpy()).view(np.int64)
    if differs.any():
        scenario, row, year = (int(index[0]) for index in np.nonzero(differs))
        where = f"scenario {int(book['scenario'][scenario])}, {ROW_NAMES[row]}, year {year + 1}"
        found, allowed = f"{float(left[scenario, row, year])!r}", f"{float(right[scenario, row, year])!r}"
        fix = f"the run was made with {versions}"
        raise DamagedError(Finding("E-DAMAGED", where, "drawn again, it is not the stored one", found, allowed, fix))


def now() -> str:
    """Return the time of writing in UTC; SOURCE_DATE_EPOCH, seconds since 1970, overrules the clock."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _entry(base: dict[str, Any], entry: Entry) -> dict[str, Any]:
    used = case_to_dict(entry.case)
    changed = {key: value for key, value in used.items() if value != base[key]}
    return {"title": entry.title, "case": changed, "plan": entry.plan.model_dump(mode="json")}


def _encoding(dataset: xr.Dataset) -> dict[str, dict[str, Any]]:
    """Put a checksum on each variable; text as fixed-width bytes, because lengths that vary cannot carry one."""
    made: dict[str, dict[str, Any]] = {}
    for name, variable in dataset.variables.items():
        text = variable.dtype.kind in "OU"
        made[str(name)] = {"dtype": "S1"} if text else {"_FillValue": None}
        if variable.size:
            made[str(name)]["fletcher32"] = True
        if variable.size and "scenario" in variable.dims:
            made[str(name)]["chunksizes"] = _chunks(variable)
    return made


def _chunks(variable: xr.Variable) -> tuple[int, ...]:
    """Return chunks of one plan and at most a block of scenarios, all about equally long."""
    scenarios = variable.sizes["scenario"]
    most = {"plan": 1, "scenario": -(-scenarios // -(-scenarios // BLOCK))}
    return tuple(min(size, most.get(str(dim), size)) for dim, size in variable.sizes.items())


def check_written(stage: Path, wanted: str) -> None:
    """Raise OSError where the dataset in a folder is not the one that was written there."""
    with _open(stage / DATASET) as found:
        if dataset_hash(found) != wanted:
            raise OSError(f"the disk gave back another {DATASET} than was written")


def _open(path: Path) -> xr.Dataset:
    return xr.open_dataset(path, engine="h5netcdf", decode_times=False, decode_timedelta=False)


def read_dataset(folder: Path, name: str = DATASET) -> xr.Dataset:
    """Return the dataset of a checked folder, or another one that stands in it, read into memory."""
    with _open(folder / name) as dataset:
        return dataset.load()


def _inode(directory: Path) -> int:
    path = Path(directory)
    return path.stat().st_ino if path.exists() else 0


def _read(path: Path) -> Run:
    folders.check_folder(path)
    case_data = json.loads((path / CASE).read_text(encoding="utf-8"))
    told = json.loads((path / INFO).read_text(encoding="utf-8"))
    cases = {name: case_from_dict(case_data | entry["case"]) for name, entry in told["plans"].items()}
    plans = {name: plan_from_dict(entry["plan"], cases[name], name) for name, entry in told["plans"].items()}
    return Run(
        path,
        read_dataset(path),
        case_from_dict(case_data),
        plans,
        cases,
        told["info"],
        told["created"],
        told["dataset_hash"],
        history(path)[-1] if is_version(path) else None,
    )
