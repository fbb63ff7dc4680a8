"""The set-up script: old Pythons can read it, and each way it can fail gives one line and exit code 5."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    """The script as a module of its own, in a copy of the files it needs."""
    for name in ("bootstrap.py", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    spec = importlib.util.spec_from_file_location("bootstrap_copy", tmp_path / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("headcast set-up: ")
    return lines[0]


def log(bootstrap: ModuleType, text: str) -> None:
    Path(bootstrap.VENV).mkdir(exist_ok=True)
    Path(bootstrap.LOG).write_text(text, encoding="utf-8")


def test_old_pythons_can_read_it() -> None:
    tree = ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match, ast.AsyncFunctionDef)
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, newer)]
    assert not [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and (n.returns or n.args.posonlyargs)]


def test_it_needs_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert names <= set(sys.stdlib_module_names)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_an_old_python_is_told_what_to_use(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 18, "final", 0))
    code = bootstrap.main(["setup"])
    monkeypatch.undo()
    line = one_line(capsys.readouterr().err)
    assert code == 5
    assert "Python 3.9 is too old, headcast needs 3.11 or newer" in line
    assert "python3.11 bootstrap.py setup" in line


@pytest.mark.parametrize("name", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    assert bootstrap.main(["test"]) == 5
    line = one_line(capsys.readouterr().err)
    assert f"came without the module {name}" in line
    assert "apt-get install python3-venv" in line


def test_an_unreachable_index_gives_one_line(bootstrap: ModuleType) -> None:
    env = {
        k: v for k, v in os.environ.items() if not k.upper().startswith(("PIP_", "UV_")) and "PROXY" not in k.upper()
    }
    env |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": NOWHERE, "PIP_RETRIES": "1", "PIP_NO_CACHE_DIR": "1"}
    script = Path(bootstrap.ROOT) / "bootstrap.py"
    done = subprocess.run([sys.executable, str(script), "setup"], env=env, capture_output=True, text=True, check=False)
    line = one_line(done.stderr)
    assert done.returncode == 5
    assert "the package index cannot be reached (getting uv failed)" in line
    assert "PIP_INDEX_URL or HTTPS_PROXY" in line
    assert not Path(bootstrap.STAMP).exists()


@pytest.mark.parametrize("fails", ["getting uv", "uv"])
def test_pip_alone_is_used_when_uv_cannot_be(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    calls: list[tuple[str, ...]] = []

    def logged(*command: str) -> bool:
        calls.append(command)
        gets_uv, is_uv = command[-1].endswith("uv.lock.txt"), command[0] == bootstrap.program("uv")
        return not (gets_uv if fails == "getting uv" else is_uv)

    log(bootstrap, "ERROR: No matching distribution found for uv\n")
    monkeypatch.setattr(bootstrap, "logged", logged)
    bootstrap.install_locked()
    assert calls[-1][-3:] == ("--require-hashes", "-r", bootstrap.LOCK)
    assert calls[-1][0] == bootstrap.program("python")


def test_pip_gets_the_uv_of_the_lock_with_its_hashes(bootstrap: ModuleType) -> None:
    Path(bootstrap.VENV).mkdir()
    lines = Path(bootstrap.locked_uv()).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("uv==")
    assert any("--hash=sha256:" in line for line in lines)
    assert not [line for line in lines[1:] if not line.startswith((" ", "#"))]


def test_another_failure_is_told_in_its_own_words(bootstrap: ModuleType) -> None:
    log(bootstrap, "Collecting numpy\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n")
    line = bootstrap.explain("installing the locked packages")
    assert "installing the locked packages failed (ERROR: THESE PACKAGES DO NOT MATCH THE HASHES)" in line
    assert ".venv/setup.log" in line


def test_a_finished_set_up_is_not_done_again(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "healthy", lambda: True)
    monkeypatch.setattr(bootstrap, "stamped", bootstrap.fingerprint)
    monkeypatch.setattr(bootstrap, "install_locked", lambda: pytest.fail("installed again"))
    assert bootstrap.main(["setup"]) == 0


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_file_asks_for_set_up(bootstrap: ModuleType, name: str) -> None:
    before = bootstrap.fingerprint()
    with (Path(bootstrap.ROOT) / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert bootstrap.fingerprint() != before


@pytest.mark.parametrize("state", ["missing", "unfinished", "broken", "moved"])
def test_a_broken_environment_is_made_anew(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: str
) -> None:
    python, headcast = Path(bootstrap.program("python")), Path(bootstrap.program("headcast"))
    if state != "missing":
        python.parent.mkdir(parents=True)
        headcast.touch()
    if state == "broken":
        python.symlink_to("no-such-python")
        Path(bootstrap.STAMP).write_text(bootstrap.fingerprint(), encoding="utf-8")
    if state == "moved":
        python.symlink_to(sys.executable)
        Path(bootstrap.STAMP).write_text(bootstrap.fingerprint().replace(tmp_path.name, "elsewhere"), encoding="utf-8")
    made: list[str] = []
    monkeypatch.setattr(bootstrap, "make_venv", lambda: made.append("venv"))
    monkeypatch.setattr(bootstrap, "install_locked", lambda: made.append("packages"))
    monkeypatch.setattr(bootstrap, "install_project", lambda: Path(bootstrap.VENV).mkdir(exist_ok=True))
    assert bootstrap.main(["setup"]) == 0
    assert made == ["venv", "packages"]
    assert bootstrap.stamped() == bootstrap.fingerprint()


def test_the_main_job_takes_more_arguments(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "set_up", lambda: None)
    monkeypatch.setattr(bootstrap, "call", lambda *command: calls.append(command))
    bootstrap.main(["run", "--", "--scenarios", "50"])
    job = "run data/cases/ecosystem --out runs/ecosystem --scenarios 20000 --seed 7 --replace --scenarios 50"
    assert calls == [(bootstrap.program("headcast"), *job.split())]


def test_check_runs_each_tool_and_keeps_the_failure(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def call(*command: str) -> int:
        calls.append(Path(command[0]).stem)
        return 1 if len(calls) == 2 else 0

    monkeypatch.setattr(bootstrap, "set_up", lambda: None)
    monkeypatch.setattr(bootstrap, "call", call)
    assert bootstrap.main(["check"]) == 1
    assert calls == ["ruff", "ruff", "mypy", "lint-imports"]


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["instal"], 2), (["--help"], 0)])
def test_an_unknown_task_shows_those_known(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert bootstrap.main(arguments) == code
    assert capsys.readouterr().out.startswith("usage: python bootstrap.py setup|run|test|deep|check")


def test_deep_asks_for_more_drawn_problems(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADCAST_DEEP", "")
    calls: list[tuple[str | None, tuple[str, ...]]] = []
    monkeypatch.setattr(bootstrap, "set_up", lambda: None)
    monkeypatch.setattr(bootstrap, "call", lambda *command: calls.append((os.environ["HEADCAST_DEEP"], command)))
    bootstrap.main(["deep", "--", "-x"])
    words = "-m pytest -n auto --dist load -m deep -x"
    assert calls == [("1", (bootstrap.program("python"), *words.split()))]
