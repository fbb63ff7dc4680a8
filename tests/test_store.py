"""Runs on disk: complete or absent, damage noticed, scenarios drawn again bit for bit."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from model import folders, store
from model.draws import BLOCK
from model.errors import DamagedError, HeadcastError, InputError, MachineError
from model.inputs import Case
from model.load import find_case, load_case, load_plan
from model.results import Entry, build, dataset_hash
from model.schema import ROW_NAMES
from model.simulate import scenario_months, simulate
from model.store import add_file, check_target, open_run, run_files, scenario_ledger, write_run

FOLDER = find_case("ecosystem")
KILLS = 60
# Imports once, then makes a writer per line it reads: for ever writing the two runs into the named folder by turns.
# "write" is the whole of write_run, "copy" its last part, in which the disk is touched.
WRITERS = """
import os, sys, itertools
from pathlib import Path
from model import folders, store
a, b = (store.open_run(Path(p)) for p in sys.argv[1:3])
parts = [(r.dataset, {n: (r.path / n).read_text(encoding="utf-8") for n in ("case.json", "run.json")}) for r in (a, b)]
packed = [{n: (r.path / n).read_bytes() for n in ("dataset.nc", "case.json", "run.json")} for r in (a, b)]
for line in sys.stdin:
    what, target = line.split()
    child = os.fork()
    if child:
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)
        continue
    for turn in itertools.count(os.getpid()):
        if what == "copy":
            folders.write_folder(Path(target), packed[turn % 2], replace=True)
        elif what == "add":
            folders.add_file(Path(target), "page.html", "x" * (turn % 2 * 100_000 + 1))
        else:
            store.write_run(Path(target), *parts[turn % 2], replace=True)
"""


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(FOLDER)


def made(case: Case, seed: int, scenarios: int = 40) -> tuple[xr.Dataset, dict[str, str]]:
    plan = load_plan(FOLDER / "plans" / "documents.toml", case)
    nothing = load_plan(FOLDER / "plans" / "do_nothing.toml", case)
    base = case.model_copy(update={"readings": case.readings.model_copy(update={"salary_is": "base"})})
    entries = [
        Entry("documents", plan.title, case, plan),
        Entry("documents_base", plan.title, base, plan),
        Entry("do_nothing", nothing.title, case, nothing),
    ]
    found = simulate([e.case for e in entries], [e.plan for e in entries], seed, "verdict", scenarios)
    dataset = build(case, entries, found, seed=seed, scenarios=scenarios, stage="verdict")
    return dataset, run_files(case, entries, dataset, {"decision": "documents"})


@pytest.fixture(scope="module")
def first(case: Case) -> tuple[xr.Dataset, dict[str, str]]:
    return made(case, 1)


@pytest.fixture(scope="module")
def second(case: Case) -> tuple[xr.Dataset, dict[str, str]]:
    return made(case, 2)


@pytest.fixture
def written(first: tuple[xr.Dataset, dict[str, str]], tmp_path: Path) -> Path:
    place = tmp_path / "runs" / "one"
    place.parent.mkdir()
    write_run(place, first[0], first[1] | {"PLAN.toml": "name = '文件'\n", "plans/lean.toml": "name = 'lean'\n"})
    return place


def leftovers(parent: Path) -> list[str]:
    return [path.name for path in parent.iterdir() if ".headcast-" in path.name]


# ---- written and opened


def test_a_run_comes_back_as_it_was(written: Path, first: tuple[xr.Dataset, dict[str, str]], case: Case) -> None:
    run = open_run(written)
    assert dataset_hash(run.dataset) == dataset_hash(first[0]) == run.hash
    xr.testing.assert_identical(run.dataset, first[0])
    assert run.case == case
    assert list(run.plans) == ["documents", "documents_base", "do_nothing"]
    assert [one.readings.salary_is for one in run.cases.values()] == ["package", "base", "package"]
    assert run.plans["documents"] == load_plan(FOLDER / "plans" / "documents.toml", case)
    assert run.info == {"decision": "documents"}
    assert (written / "PLAN.toml").read_text(encoding="utf-8") == "name = '文件'\n"
    assert sorted(p.name for p in written.iterdir()) == [
        "MANIFEST.json",
        "PLAN.toml",
        "case.json",
        "dataset.nc",
        "plans",
        "run.json",
    ]
    assert leftovers(written.parent) == []


def test_anyone_can_open_the_dataset(written: Path, first: tuple[xr.Dataset, dict[str, str]]) -> None:
    with xr.open_dataset(written / "dataset.nc") as found:
        assert found["ledger"].attrs["units"] == "CNY"
        assert found["plan"].values.tolist() == first[0]["plan"].values.tolist()
        assert found["npv"].dtype == np.float64
        assert all(v.encoding["fletcher32"] for v in found.variables.values())


def test_the_same_run_gives_the_same_file(
    written: Path, first: tuple[xr.Dataset, dict[str, str]], tmp_path: Path
) -> None:
    write_run(tmp_path / "again", *first)
    assert (tmp_path / "again" / "dataset.nc").read_bytes() == (written / "dataset.nc").read_bytes()


def test_the_time_of_writing_can_be_set(
    case: Case, first: tuple[xr.Dataset, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798761600")
    entry = Entry("documents", "", case, load_plan(FOLDER / "plans" / "documents.toml", case))
    told = json.loads(run_files(case, [entry], first[0], {})["run.json"])
    assert told["created"] == "2027-01-01T00:00:00+00:00"


@pytest.mark.parametrize("scenarios", [1, BLOCK - 1, BLOCK, BLOCK + 1, 100_000])
def test_the_size_on_disk_is_foreseen(case: Case, scenarios: int) -> None:
    per_scenario = 3 * 8 * (len(ROW_NAMES) * 5 + 8)
    wanted = store.bytes_wanted(case, 3, scenarios)
    assert per_scenario * scenarios < wanted < per_scenario * scenarios + 2_000_000


def test_the_size_foreseen_is_the_size_found(case: Case, tmp_path: Path) -> None:
    write_run(tmp_path / "run", *made(case, 3, BLOCK + 1))
    size = sum(path.stat().st_size for path in (tmp_path / "run").iterdir())
    assert size == pytest.approx(store.bytes_wanted(case, 3, BLOCK + 1), rel=0.1)


def test_files_must_belong_to_the_dataset(
    first: tuple[xr.Dataset, dict[str, str]], second: tuple[xr.Dataset, dict[str, str]], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="belongs to another dataset"):
        write_run(tmp_path / "run", first[0], second[1])
    with pytest.raises(InputError, match=r"needs more files; allowed run\.json"):
        write_run(tmp_path / "run", first[0], {"case.json": first[1]["case.json"]})
    assert list(tmp_path.iterdir()) == []


# ---- places


def test_an_existing_run_is_replaced_only_when_asked(
    written: Path, first: tuple[xr.Dataset, dict[str, str]], second: tuple[xr.Dataset, dict[str, str]]
) -> None:
    with pytest.raises(InputError, match=r"already holds a run.*say --replace") as caught:
        check_target(written)
    assert caught.value.exit_code == 2
    with pytest.raises(InputError, match=r"already holds a run.*say --replace"):
        write_run(written, *second)
    assert open_run(written).hash == dataset_hash(first[0])
    check_target(written, replace=True)
    write_run(written, *second, replace=True)
    assert open_run(written).hash == dataset_hash(second[0])
    assert not (written / "PLAN.toml").exists()
    assert leftovers(written.parent) == []


def test_an_empty_folder_is_a_good_place(first: tuple[xr.Dataset, dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    check_target(tmp_path / "run")
    write_run(tmp_path / "run", *first)
    assert open_run(tmp_path / "run").hash == dataset_hash(first[0])


def test_a_relative_place_will_do(
    first: tuple[xr.Dataset, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_run(Path("run"), *first)
    assert open_run(Path("run")).hash == dataset_hash(first[0])


def test_too_little_disk_is_foreseen(
    first: tuple[xr.Dataset, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = folders.SPARE + 10_000
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(free, 0, free))
    check_target(tmp_path / "run", need=10_000)
    said = r"run: too little free disk; found 4\.0 MB; allowed 54\.0 MB; mend: make room"
    with pytest.raises(MachineError, match=said) as caught:
        check_target(tmp_path / "run", need=50_000_000)
    assert caught.value.exit_code == 5
    with pytest.raises(MachineError, match="too little free disk"):
        write_run(tmp_path / "run", *first)
    assert list(tmp_path.iterdir()) == []


def test_a_limit_on_file_size_leaves_the_old_run(
    written: Path, first: tuple[xr.Dataset, dict[str, str]], second: tuple[xr.Dataset, dict[str, str]]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(MachineError, match="cannot be written; found File too large"):
            write_run(written, *second, replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert open_run(written).hash == dataset_hash(first[0])
    assert leftovers(written.parent) == []


# ---- failing and dying


class Writers:
    """A process that makes writers and lets them be killed."""

    def __init__(self, first: Path, second: Path) -> None:
        command = [sys.executable, "-c", WRITERS, str(first), str(second)]
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def kill_one(self, what: str, target: Path, seconds: float) -> None:
        assert self.server.stdin
        assert self.server.stdout
        self.server.stdin.write(f"{what} {target}\n")
        self.server.stdin.flush()
        writer = int(self.server.stdout.readline())
        time.sleep(seconds)
        os.kill(writer, signal.SIGKILL)
        assert self.server.stdout.readline() == "gone\n"

    def close(self) -> None:
        self.server.communicate(timeout=20)


@pytest.fixture
def writers(
    written: Path, second: tuple[xr.Dataset, dict[str, str]], tmp_path: Path
) -> Iterator[tuple[Writers, set[str]]]:
    write_run(tmp_path / "other", *second)
    made_writers = Writers(written, tmp_path / "other")
    yield made_writers, {open_run(written).hash, open_run(tmp_path / "other").hash}
    made_writers.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_killed_writers_leave_no_torn_run(
    writers: tuple[Writers, set[str]], written: Path, first: tuple[xr.Dataset, dict[str, str]]
) -> None:
    process, whole = writers
    chance, seen, swept = random.Random(4), set(), 0
    for number in range(KILLS):
        what = ("write", "add", "copy", "copy")[number % 4]
        place = written.with_name(f"new_{number}") if what == "write" else written
        process.kill_one(what, place, chance.uniform(0.2, 0.6) if what == "write" else chance.uniform(0.0, 0.1))
        swept += len(leftovers(written.parent))
        try:
            seen.add(open_run(place).hash)
        except InputError as error:
            assert "no such run" in str(error)  # noqa: PT017
            assert place != written
    assert seen == whole
    assert swept > 0, "no kill met a writer at work"
    write_run(written, *first, replace=True)
    assert leftovers(written.parent) == []


def test_a_run_set_aside_by_a_dead_writer_is_put_back(written: Path, tmp_path: Path) -> None:
    kept = written.rename(written.with_name(f".{written.name}.headcast-old-0123abcd"))
    assert open_run(written).path == written
    assert not kept.exists()


def test_readers_never_see_a_torn_run(
    written: Path, first: tuple[xr.Dataset, dict[str, str]], second: tuple[xr.Dataset, dict[str, str]]
) -> None:
    done = threading.Event()

    def rewrite() -> None:
        for turn in range(8):
            write_run(written, *(first, second)[turn % 2], replace=True)
        done.set()

    writer = threading.Thread(target=rewrite)
    writer.start()
    whole, reads = {dataset_hash(first[0]), dataset_hash(second[0])}, 0
    while not done.is_set():
        assert open_run(written).hash in whole
        reads += 1
    writer.join()
    assert reads > 1


def test_of_two_writers_one_wins(first: tuple[xr.Dataset, dict[str, str]], tmp_path: Path) -> None:
    said: list[str] = []

    def attempt() -> None:
        try:
            write_run(tmp_path / "run", *first)
            said.append("written")
        except HeadcastError as error:
            said.append(str(error))

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("written") == 1
    assert sum("already holds a run" in text for text in said) == 3


# ---- damage


def flip(path: Path, position: int, bits: int) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        byte = file.read(1)[0]
        file.seek(position)
        file.write(bytes([byte ^ bits]))


@pytest.mark.parametrize("name", ["dataset.nc", "case.json", "run.json", "PLAN.toml", "plans/lean.toml"])
def test_one_changed_byte_is_noticed(written: Path, name: str) -> None:
    path, chance = written / name, random.Random(name)
    size = path.stat().st_size
    for position in [0, size - 1, *(chance.randrange(size) for _ in range(40))]:
        bits = chance.randrange(1, 256)
        flip(path, position, bits)
        with pytest.raises(DamagedError, match=f"{name}: was changed; found sha256"):
            folders.check_folder(written)
        flip(path, position, bits)
    flip(path, size // 2, 4)
    with pytest.raises(DamagedError, match=f"{name}: was changed") as caught:
        open_run(written)
    assert caught.value.exit_code == 6


@pytest.mark.parametrize("name", ["dataset.nc", "case.json", "run.json", "PLAN.toml"])
def test_missing_and_cut_files_are_noticed(written: Path, name: str) -> None:
    content = (written / name).read_bytes()
    (written / name).write_bytes(content[:-1])
    said = f"{name}: has another size; found {len(content) - 1} bytes; allowed {len(content)} bytes"
    with pytest.raises(DamagedError, match=said):
        open_run(written)
    (written / name).unlink()
    with pytest.raises(DamagedError, match=f"{name}: is missing"):
        open_run(written)


def test_the_dataset_carries_its_own_checksums(written: Path, first: tuple[xr.Dataset, dict[str, str]]) -> None:
    raw = (written / "dataset.nc").read_bytes()
    place = raw.index(first[0]["npv"].sel(plan="documents").values.tobytes())
    flip(written / "dataset.nc", place + 5, 1)
    with xr.open_dataset(written / "dataset.nc") as found, pytest.raises(OSError, match="filter returned failure"):
        found["npv"].load()


@pytest.mark.parametrize(("make", "said"), [(False, "no such run"), (True, "the folder holds no run")])
def test_what_is_no_run_is_said(tmp_path: Path, make: bool, said: str) -> None:
    if make:
        (tmp_path / "run").mkdir()
    with pytest.raises(InputError, match=f"run: {said}"):
        open_run(tmp_path / "run")
    with pytest.raises(InputError, match="no such run"):
        open_run(tmp_path / "not" / "here")


# ---- reports added later


def test_a_report_is_added_and_replaced(written: Path) -> None:
    run = open_run(written)
    add_file(run, "page.html", "one")
    add_file(run, "page.html", b"two")
    add_file(run, "charts/cash.svg", "<svg/>")
    assert (written / "page.html").read_text(encoding="utf-8") == "two"
    marks = folders.check_folder(written)
    assert {name: len(each) for name, each in marks.items() if name in ("page.html", "charts/cash.svg")} == {
        "page.html": 1,
        "charts/cash.svg": 1,
    }
    assert open_run(written).hash == run.hash


@pytest.mark.parametrize("name", ["dataset.nc", "case.json", "run.json", "MANIFEST.json"])
def test_the_run_itself_cannot_be_replaced_by_a_report(written: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"belongs to the run itself|not a name for a file inside a run"):
        add_file(open_run(written), name, "x")


def test_nothing_is_added_to_a_damaged_run(written: Path) -> None:
    run = open_run(written)
    (written / "PLAN.toml").write_text("changed", encoding="utf-8")
    with pytest.raises(DamagedError, match=r"PLAN\.toml: has another size"):
        add_file(run, "page.html", "one")
    assert not (written / "page.html").exists()


# ---- scenarios drawn again


def test_ledgers_are_drawn_again_bit_for_bit(case: Case, tmp_path: Path) -> None:
    write_run(tmp_path / "run", *made(case, 5, BLOCK + 3))
    run = open_run(tmp_path / "run")
    numbers = [BLOCK + 2, 0, BLOCK, BLOCK - 1, 0]
    for name in run.plans:
        book = scenario_ledger(run, name, numbers)
        assert book.dims == ("scenario", "row", "month")
        assert book["scenario"].values.tolist() == numbers
        years = [book.sel(month=slice(12 * y + 1, 12 * y + 12)).sum("month").values for y in range(5)]
        stored = run.dataset["ledger"].sel(plan=name, scenario=numbers).transpose("year", "scenario", "row").values
        np.testing.assert_allclose(np.stack(years), stored, rtol=1e-12)
        one = scenario_months(run.cases[name], run.plans[name], 5, "verdict", BLOCK + 3, BLOCK + 2)
        assert one.tobytes() == book.values[0].tobytes()


def test_a_run_whose_last_block_is_one_scenario(case: Case, tmp_path: Path) -> None:
    write_run(tmp_path / "run", *made(case, 5, BLOCK + 1))
    book = scenario_ledger(open_run(tmp_path / "run"), "documents", [BLOCK])
    assert book.shape == (1, len(ROW_NAMES), 60)
    assert book.attrs["units"] == "CNY"
    assert book["month_label"].values[0] == "2027-01"


def test_a_ledger_that_is_not_the_stored_one_is_refused(written: Path) -> None:
    run = open_run(written)
    changed = run.dataset.copy(deep=True)
    place = {"plan": 0, "scenario": 7, "year": 2, "row": 0}
    old = changed["ledger"].isel(place).item()
    changed["ledger"][place] = np.nextafter(old, np.inf)
    spoiled = store.Run(**{**run.__dict__, "dataset": changed})
    assert scenario_ledger(spoiled, "documents", [6, 8]).shape == (2, len(ROW_NAMES), 60)
    with pytest.raises(DamagedError, match="scenario 7, commission, year 3: drawn again, it is not the stored one"):
        scenario_ledger(spoiled, "documents", [6, 7, 8])


@pytest.mark.parametrize("numbers", [[-1], [40], [3, 41], []])
def test_scenarios_outside_the_run_are_refused(written: Path, numbers: list[int]) -> None:
    with pytest.raises(InputError, match=r"no such scenario in the run.*allowed 0 to 39"):
        scenario_ledger(open_run(written), "documents", numbers)


def test_a_plan_outside_the_run_is_refused(written: Path) -> None:
    with pytest.raises(InputError, match=r"no such plan in the run; found document;.*did you mean documents"):
        scenario_ledger(open_run(written), "document", [1])
