"""The command line as a person meets it: help, messages, exit codes, JSON, 80 columns, nothing half written."""

import json
import shutil
import subprocess
import sys

import pytest
import typer

from experiments.console import cli, commands
from experiments.running import interrupt
from model import errors
from model.errors import Finding

COMMANDS = (
    "check",
    "run",
    "price",
    "compare",
    "report",
    "ledger",
    "break-even",
    "contract-readings",
    "match-history",
    "assumptions",
    "deck",
    "freeze",
    "versions",
    "changes",
    "ranges-from-data",
    "schema",
    "new",
    "new-plan",
)
HEAVY = ("numpy", "scipy", "pandas", "xarray", "pyomo", "matplotlib", "highspy")
LIGHT = f"""
import sys
from experiments.console.cli import main
sys.argv = ["headcast", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("loaded:", *sorted(set({HEAVY!r}) & set(sys.modules)))
"""


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """call("check", "paper") runs the command here, in an empty folder: its code, standard output and error."""
    monkeypatch.setattr(interrupt, "end_soon", lambda: None)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["headcast", *map(str, words)])
        with Ending() as ending:
            cli.main()
        out, err = capsys.readouterr()
        return ending.code, out, err

    return run


class Ending:
    """Catches how a command ended; a command that returns ended well."""

    code = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is SystemExit:
            self.code = value.code or 0
        return kind is SystemExit


def lean(folder="ecosystem", name="lean"):
    return cli.Path(__file__).resolve().parent.parent / "data" / "cases" / folder / "plans" / f"{name}.toml"


def test_help_names_every_command_and_fits_80_columns(call):
    code, out, _ = call("--help")
    assert code == 0
    assert all(f" {name} " in out for name in COMMANDS)
    for name in COMMANDS:
        code, out, _ = call(name, "--help")
        assert code == 0
        assert f"headcast {name}" in out
        assert max(map(len, out.splitlines())) <= 80


def test_the_version_is_told(call):
    assert call("--version") == (0, f"headcast {cli.version('headcast')}\n", "")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["check", "ecosystem"], ["check", "paper", "--json"]])
def test_help_and_check_load_no_numeric_library(words):
    home = str(lean().parents[4])
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, *words], cwd=home, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "loaded:"
    assert done.stderr == ""


WRONG = [
    (["chek", "ecosystem"], "No such command 'chek'. Did you mean 'check', 'schema'?"),
    (["check", "ecosystem", "--jsn"], "No such option: --jsn (Possible options: --json)"),
    (["check"], "Missing argument 'CASE|PLAN'"),
    (["run"], "Missing argument 'CASE'"),
    (["run", "ecosystem", "--out", "o", "--scenarios", "0"], "Invalid value for '--scenarios'"),
    (["run", "ecosystem", "--out", "o", "--scenarios", "many"], "Invalid value for '--scenarios'"),
    (["run", "ecosystem", "--out", "o", "--table-scenarios", "4097"], "Invalid value for '--table-scenarios'"),
    (["run", "ecosystem", "--out", "o", "--seed", "-1"], "Invalid value for '--seed'"),
    (["check", "ecosystm"], "E-FILE  ecosystm: no such case; allowed a case folder or channel"),
    (["check", "ecosystm"], "mend: did you mean ecosystem?"),
    (["run", "nowhere", "--out", "o"], "E-FILE  nowhere: no such case"),
    (["run", "paper", "--out", "none/o"], "no such folder to write into; mend: make it first"),
    (["run", "paper", "--out", "file"], "is a file; allowed a folder, or nothing yet"),
    (["run", "paper", "--out", "full"], "holds other things than a run"),
    (["run", "paper", "--out", "o", "--plan", "none.toml"], "E-FILE  none.toml: no such file"),
    (["run", "paper", "--out", "o", "--plan", "full"], "E-FILE  full: cannot be read"),
    (["run", "paper", "--out", "o", "--plan", "file"], "E-TOML  file: TOML syntax"),
    (["run", "paper", "--out", "o", "--plan", lean()], "plan belongs to another case; found ecosystem; allowed paper"),
    (["run", "paper", "--out", "o", "--scenarios", "10000001"], "E-RANGE  --scenarios: outside what is possible"),
    (["price", "paper", "--plan", "none.toml"], "E-FILE  none.toml: no such file"),
    (["price", "paper", "--plan", lean("paper", "plan"), "--scenarios", "99999999999"], "E-RANGE  --scenarios"),
    (["price", "ecosystem", "--plan", lean(), "--calibration", "typicl"], "mend: did you mean typical?"),
    (["compare", "none"], "E-FILE  none: no such run or plan"),
    (["compare", lean()], "plan files need their case; allowed --case CASE, or a run"),
    (["compare", "full"], "the folder holds no run; allowed a folder with MANIFEST.json"),
    (["report", "none"], "E-FILE  none: no such run"),
    (["ledger", "none", "--scenarios", "1"], "E-FILE  none: no such run"),
    (["ledger", "none", "--scenarios", "x"], "E-VALUE  --scenarios: needs scenario numbers; found x"),
    (["ledger", "none", "--scenarios", "1,,2"], "whole numbers from 0, like 17,42"),
    (["ledger", "none", "--scenarios", "²"], "E-VALUE  --scenarios"),
    (["ledger", "none", "--scenarios", "9" * 5000], "E-VALUE  --scenarios"),
    (["ledger", "none", "--scenarios", "-1"], "E-VALUE  --scenarios"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(map(str, words))[-60:] for words, _ in WRONG])
def test_a_wrong_input_gets_one_clear_message_and_exit_2(call, tmp_path, words, said):
    (tmp_path / "file").write_text("not a plan", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split()) or said in err
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine.txt"]


def test_nothing_but_the_command_shows_the_help(call):
    code, out, err = call()
    assert code == 2
    assert "Usage: headcast" in out + err


def test_an_error_is_json_too_when_json_was_asked_for(call):
    code, out, err = call("check", "ecosystm", "--json")
    told = json.loads(out)
    assert (code, told["error"]) == (2, "InputError")
    assert told["findings"][0]["code"] == "E-FILE"
    assert set(told["findings"][0]) == {"code", "where", "what", "found", "allowed", "fix"}
    assert err.startswith("E-FILE  ecosystm")


ENDS = [
    (errors.InputError, 2),
    (errors.ProofError, 3),
    (errors.InfeasibleError, 4),
    (errors.MachineError, 5),
    (errors.DamagedError, 6),
]


@pytest.mark.parametrize(("kind", "code"), ENDS)
def test_each_kind_of_error_has_its_exit_code(call, monkeypatch, kind, code):
    def fail(*given):
        raise kind(Finding("E-TEST", "here", "went wrong", "this", "that", "so"))

    monkeypatch.setattr(commands, "report", fail)
    assert call("report", "x") == (code, "", "E-TEST  here: went wrong; found this; allowed that; mend: so\n")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MemoryError(), 5, "E-MEMORY  headcast: not enough memory; mend: ask for fewer --scenarios"),
        (KeyError("x"), 1, "E-BUG  headcast: a mistake in headcast itself, not in what you gave it"),
        (KeyboardInterrupt(), 130, "interrupted; no run was left half written"),
    ],
)
def test_what_nobody_expected_ends_without_traceback(call, monkeypatch, error, code, said):
    def fail(*given):
        raise error

    monkeypatch.setattr(commands, "report", fail)
    monkeypatch.setattr(interrupt._State, "told", False)
    ended, out, err = call("report", "x")
    assert (ended, out) == (code, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


def test_a_mistake_of_headcast_can_be_looked_into(call, monkeypatch):
    def fail(*given):
        raise KeyError("lost")

    monkeypatch.setattr(commands, "report", fail)
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(KeyError, match="lost"):
        call("report", "x")


def test_json_of_a_run_is_all_of_standard_output_and_progress_goes_to_standard_error(small_run):
    told = json.loads(small_run.said.stdout)
    assert told["decision"].startswith("Build a team of")
    lines = small_run.said.stderr.splitlines()
    assert "simulating 5 plans on 2000 fresh draws" in lines
    assert lines[-1] == "measuring how good the plan is"


def test_a_run_prints_the_six_lines_and_where_things_are_without_escape_codes(headcast, tmp_path):
    words = ("run", "paper", "--plan", lean("paper", "plan"), "--out", tmp_path / "r", "--scenarios", 1)
    done = headcast(*words, env={"FORCE_COLOR": "1"})
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    for label in ("Decision recommended", "Expected gain", "Chance of loss", "Largest cash need", "What would change"):
        assert f"\n{label}" in f"\n{done.stdout}"
    assert f"page     {tmp_path / 'r' / 'page.html'}" in done.stdout
    assert "interrupted" not in done.stderr


def test_signs_that_a_terminal_cannot_show_do_not_end_the_command(headcast):
    done = headcast("price", "paper", "--plan", lean("paper", "plan"), encoding="cp1252")
    assert (done.returncode, done.stderr) == (0, "")
    assert "(10 ? 20 ? 30 heads)" in done.stdout


def test_price_sets_a_plan_beside_doing_nothing(call):
    code, out, err = call("price", "ecosystem", "--plan", lean(), "--scenarios", 60)
    assert (code, err) == (0, "")
    assert "Do nothing (0 → 0 → 0 heads)" in out
    assert max(map(len, out.splitlines())) <= 80


def test_price_as_json_is_rows(call):
    code, out, _ = call("price", "ecosystem", "--plan", lean(), "--scenarios", 60, "--json")
    mine, idle = json.loads(out)
    assert (code, mine["plan"], idle["plan"]) == (0, "lean", "do_nothing")
    assert mine["npv"]["p05"] is None  # 60 draws say nothing about 1 in 20
    assert set(mine) >= {"title", "heads", "npv", "full_roi", "p_loss", "peak_cash_p50", "difference", "overrun"}


def test_limits_that_a_priced_plan_breaks_are_shown(call):
    _, out, _ = call("price", "ecosystem", "--plan", lean(name="bold"), "--scenarios", 20)
    assert "over the budget of phase mvp by" in out


def test_compare_takes_a_run_and_its_plan_file(call, small_run):
    code, out, err = call("compare", small_run.out, small_run.out / "PLAN.toml", "--scenarios", 50)
    assert (code, err) == (0, "")
    assert "small: Recommended plan" in out
    assert "PLAN: Recommended plan" in out


def test_compare_stores_its_answer_and_tells_all_of_it_as_json(call, tmp_path):
    terms = ("--hurdle", "5", "--materiality", "1")
    words = ("compare", lean(), "--case", "ecosystem", "--scenarios", 40, *terms, "--json")
    code, out, err = call(*words)
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert [row["plan"] for row in told["rows"]] == ["lean", "do_nothing"]
    assert told["attributes"]["arguments"] == "--materiality 1, --confidence 0.95, --hurdle 5"
    assert (tmp_path / "runs/ecosystem-compare/page.html").is_file()
    code, _, err = call(*words)
    assert (code, "--replace" in err) == (2, True)


def test_compare_refuses_a_wish_that_it_does_not_know(call):
    code, _, err = call("compare", lean(), "--case", "ecosystem", "--rank", "all")
    assert code == 2
    assert "E-VALUE  --rank: unknown wish; found all; allowed order, best" in err


def test_report_writes_the_same_page_again(call, small_run, tmp_path):
    copy = shutil.copytree(small_run.out, tmp_path / small_run.out.name)  # its page quotes the run by its name
    page = (copy / "page.html").read_bytes()
    assert call("report", copy) == (0, f"{copy / 'page.html'}\n", "")
    assert (copy / "page.html").read_bytes() == page


def test_ledger_shows_each_scenario_once_in_80_columns(call, small_run):
    code, out, err = call("ledger", small_run.out, "--scenarios", "3, 17,3")
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if "scenario" in line] == [
        "Recommended plan, scenario 3, CNY",
        "Recommended plan, scenario 17, CNY",
    ]
    assert max(map(len, out.splitlines())) <= 80
    assert out.count("\nResult ") == 24


def test_ledger_as_json_holds_all_months(call, small_run):
    code, out, _ = call("ledger", small_run.out, "--scenarios", "3", "--plan", "do_nothing", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["dims"] == ["scenario", "row", "month"]
    assert len(told["data"][0][0]) == 60


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scenarios", "2000"], "E-RANGE  scenario: no such scenario in the run; found 2000; allowed 0 to 1999"),
        (["--scenarios", "1", "--plan", "recomended"], "mend: did you mean recommended?"),
    ],
)
def test_ledger_names_what_the_run_does_not_hold(call, small_run, words, said):
    code, out, err = call("ledger", small_run.out, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_damaged_run_is_refused_with_exit_6(call, small_run, tmp_path):
    copy = shutil.copytree(small_run.out, tmp_path / "copy")
    with (copy / "dataset.nc").open("r+b") as file:
        file.seek(20_000)
        file.write(b"headcast")
    for words in (["report", copy], ["compare", copy], ["ledger", copy, "--scenarios", "1"]):
        code, out, err = call(*words)
        assert (code, out) == (6, "")
        assert err.startswith("E-DAMAGED")


def test_a_run_of_that_name_is_not_replaced_unasked(call, small_run, small_folder):
    code, _, err = call("run", small_folder, "--out", small_run.out)
    assert code == 2
    assert "mend: say --replace" in err


def test_without_a_folder_a_run_goes_to_runs_and_the_name_of_its_case(headcast, tmp_path):
    """mvp_team has no shared work and one path: the smallest case that is chosen, not given."""
    done = headcast("run", "mvp_team", "--scenarios", 200, "--table-scenarios", 4, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "runs" / "mvp_team" / "page.html").is_file()
    assert json.loads(done.stdout)["certificate"]["max_abs_cny"] <= 0.001


def test_a_case_without_any_move_to_try_is_chosen_too(headcast, tmp_path):
    """Given volumes, one path and no seats: the local search has nothing to exchange."""
    done = headcast("run", "line_pay", "--scenarios", 100, "--table-scenarios", 2, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["certificate"]["max_abs_cny"] <= 0.001


def asked_of_nowhere():
    """Each command with words that it takes, about a case or run that is not there."""
    for command in typer.main.get_command(cli.app).commands.values():
        words = ["nowhere" for part in command.params if part.param_type_name == "argument" and part.required]
        words += [
            word
            for part in command.params
            if part.param_type_name == "option" and part.required
            for word in (part.opts[0], "nowhere")
        ]
        yield pytest.param([command.name, *(words or ["nowhere"])], id=command.name)


@pytest.mark.parametrize("words", list(asked_of_nowhere()))
def test_every_command_reaches_its_work_and_names_what_is_not_there(call, words):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert "nowhere" in err or "give" in err
    assert "E-BUG" not in err
