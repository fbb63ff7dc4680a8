"""Folders that are complete or absent: bad places refused, every step may fail, every byte of the manifest counts."""

import errno
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from model import folders
from model.errors import DamagedError, InputError, MachineError
from model.folders import MANIFEST, add_file, check_folder, check_target, write_folder

OLD = {"PLAN.toml": "old", "plans/lean.toml": "old and lean", "page.html": "one"}
NEW = {"PLAN.toml": "new!", "data.bin": bytes(100_000)}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    place = tmp_path / "runs" / "one"
    place.parent.mkdir()
    write_folder(place, OLD)
    return place


def leftovers(parent: Path) -> list[str]:
    return [path.name for path in parent.iterdir() if ".headcast-" in path.name]


def flip(path: Path, position: int, bits: int) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        byte = file.read(1)[0]
        file.seek(position)
        file.write(bytes([byte ^ bits]))


@pytest.mark.parametrize("name", ["../out", "/abs", "MANIFEST.json", "", ".", "a\\b", "a\0b", "plans/../../out"])
def test_names_stay_inside_the_run(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="not a name for a file inside a run"):
        write_folder(tmp_path / "run", OLD | {name: "x"})
    assert list(tmp_path.iterdir()) == []


def spoil(kind: str, tmp_path: Path) -> Path:
    place = tmp_path / "run"
    if kind == "parent missing":
        return tmp_path / "no" / "run"
    if kind == "file":
        place.write_text("mine", encoding="utf-8")
    elif kind == "link":
        place.symlink_to(tmp_path / "elsewhere")
    elif kind == "loop":
        place.symlink_to(place)
    elif kind == "parent is a file":
        place.write_text("mine", encoding="utf-8")
        return place / "run"
    else:
        place.mkdir()
        (place / "thesis.docx").write_text("mine", encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("parent missing", "no such folder to write into.*make it first"),
        ("parent is a file", "no such folder to write into"),
        ("file", "run: is a file"),
        ("link", "run: is a link"),
        ("loop", "run: is a link"),
        ("other folder", "holds other things than a run.*is never replaced"),
    ],
)
@pytest.mark.parametrize("replace", [False, True])
def test_bad_places_are_refused_before_any_computing(tmp_path: Path, kind: str, said: str, replace: bool) -> None:
    place = spoil(kind, tmp_path)
    before = sorted(map(str, tmp_path.rglob("*")))
    with pytest.raises(InputError, match=said):
        check_target(place, replace)
    assert sorted(map(str, tmp_path.rglob("*"))) == before


def test_a_place_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(MachineError, match="run: cannot be written; found Permission denied"):
        check_target(tmp_path / "run")


def test_a_busy_place_is_named(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "WAIT", 0.05)
    with (
        folders._only_writer(written.parent),
        pytest.raises(MachineError, match="another run is being written here; found still busy"),
    ):
        write_folder(written, NEW, replace=True)


def test_other_hidden_folders_are_left_alone(written: Path) -> None:
    mine = written.with_name(".one.headcast-new-mine")
    mine.mkdir()
    dead = written.with_name(".gone.headcast-new-0123abcd")
    dead.mkdir()
    write_folder(written, OLD, replace=True)
    assert mine.exists()
    assert not dead.exists()


def test_every_byte_of_the_manifest_counts(written: Path) -> None:
    path, chance = written / "MANIFEST.json", random.Random(0)
    for position in range(path.stat().st_size):
        bits = chance.randrange(1, 256)
        flip(path, position, bits)
        with pytest.raises(
            (DamagedError, InputError), match=r"MANIFEST\.json: (the manifest was changed|written by a)"
        ):
            check_folder(written)
        flip(path, position, bits)
    check_folder(written)


def test_swapped_files_are_noticed(written: Path) -> None:
    (written / "PLAN.toml").rename(written / "aside")
    (written / "plans" / "lean.toml").rename(written / "PLAN.toml")
    (written / "aside").rename(written / "plans" / "lean.toml")
    with pytest.raises(DamagedError, match=r"PLAN\.toml: has another size(.|\n)*lean\.toml: has another size"):
        check_folder(written)


def test_a_newer_format_is_refused_with_its_number(written: Path) -> None:
    (written / "MANIFEST.json").write_text('{"format": 2, "other": []}', encoding="utf-8")
    said = "written by a newer headcast; found format 2; allowed format 1 or older; mend: update headcast"
    with pytest.raises(InputError, match=said):
        check_folder(written)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "1"}', '{"format": 1}', "nonsense", '{"format": 1, "files": 3}']
)
def test_a_broken_manifest_is_damage(written: Path, text: str) -> None:
    (written / "MANIFEST.json").write_text(text, encoding="utf-8")
    with pytest.raises(DamagedError, match="the manifest was changed after it was written"):
        check_folder(written)


STEPS = [
    (os, "fsync"),
    (os, "rename"),
    (os, "replace"),
    (Path, "mkdir"),
    (Path, "open"),
    (os, "open"),
    (shutil, "rmtree"),
]


def failing(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, number: int) -> Callable[[], int]:
    """Let call `number` of a function fail with a full disk; return how often it was called."""
    real, calls = getattr(owner, name), [0]

    def step(*args: object, **kwargs: object) -> object:
        calls[0] += 1
        if calls[0] == number and not kwargs.get("ignore_errors"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, step)
    return lambda: calls[0]


def state(folder: Path) -> dict[str, bytes]:
    """What a reader finds after checking it against the manifest."""
    return {name: (folder / name).read_bytes() for name in check_folder(folder)}


def encoded(files: dict[str, str] | dict[str, str | bytes]) -> dict[str, bytes]:
    return {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}


@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[f"{owner.__name__}.{name}" for owner, name in STEPS])
@pytest.mark.parametrize("task", ["replace", "add", "new"])
def test_every_step_may_fail(
    written: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, task: str
) -> None:
    todo: dict[str, tuple[Path, Callable[[], None], list[dict[str, bytes]]]] = {
        "replace": (written, lambda: write_folder(written, NEW, replace=True), [encoded(OLD), encoded(NEW)]),
        "add": (
            written,
            lambda: add_file(written, "page.html", "two"),
            [encoded(OLD), encoded(OLD | {"page.html": "two"})],
        ),
        "new": (written.with_name("two"), lambda: write_folder(written.with_name("two"), NEW), [encoded(NEW)]),
    }
    place, act, allowed = todo[task]
    failures = 0
    for number in range(1, 60):
        write_folder(written, OLD, replace=True)
        shutil.rmtree(written.with_name("two"), ignore_errors=True)
        with monkeypatch.context() as patch:
            calls = failing(patch, owner, name, number)
            try:
                act()
            except MachineError as error:
                failures += "No space left" in str(error)
            done = calls() < number
        assert (task == "new" and not place.exists()) or state(place) in allowed
        if done:
            break
    assert done
    assert state(place) == allowed[-1]
    assert failures <= number - 1
    write_folder(written, OLD, replace=True)
    assert leftovers(written.parent) == []


def test_a_wrong_content_is_never_published(written: Path) -> None:
    def refuse(stage: Path) -> None:
        assert (stage / "data.bin").stat().st_size == 100_000
        raise OSError("the disk gave back something else")

    with pytest.raises(MachineError, match="cannot be written; found the disk gave back something else"):
        write_folder(written, NEW, replace=True, check=refuse)
    assert state(written) == encoded(OLD)
    assert leftovers(written.parent) == []


def test_a_cut_off_replacing_of_a_file_leaves_a_whole_folder(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the file and the manifest, the folder allows both contents and the next one mends it."""
    marks = check_folder(written)
    both = marks | {"page.html": [*marks["page.html"], folders._mark_of(b"two")]}
    (written / MANIFEST).write_bytes(folders._manifest(both))
    assert state(written) == encoded(OLD)
    (written / "page.html").write_text("two", encoding="utf-8")
    assert state(written)["page.html"] == b"two"
    (written / "page.html").write_text("six", encoding="utf-8")
    with pytest.raises(DamagedError, match=r"page\.html: was changed"):
        check_folder(written)
    (written / "page.html").write_text("two", encoding="utf-8")
    (written / ".page.html.headcast-part").write_text("tw", encoding="utf-8")
    add_file(written, "page.html", "three")
    assert not (written / ".page.html.headcast-part").exists()
    assert [len(each) for each in check_folder(written).values()] == [1, 1, 1]
