"""Frozen versions: sealed, listed, found when their run is gone, named when a byte moved."""

import json
import shutil
import sys

import pytest

from experiments.asking import freezing
from experiments.asking.reopen import open_finished
from experiments.console import cli
from experiments.running import interrupt
from experiments.running.door import nothing
from model import folders, store, versions
from model.errors import DamagedError, InputError
from reports import page
from reports.status import status_of

JUNE, JULY = "2026-06-01T08:00:00+00:00", "2026-07-01T08:00:00+00:00"


@pytest.fixture
def runs(tmp_path, monkeypatch, run):
    """The folder runs/ in an empty place, with the run runs/paper; pages have no pictures, which take long."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(page, "charts", lambda run: [])
    shutil.copytree(run, tmp_path / "runs" / "paper")
    return tmp_path / "runs"


@pytest.fixture(scope="module")
def run(tmp_path_factory, kept, shipped, plan_of):
    folder = tmp_path_factory.mktemp("runs") / "paper"
    return kept(folder, shipped("paper"), {"recommended": plan_of("paper")}, scenarios=1)


def freeze(name="june", run="paper", status="draft", by="Li", note="", when=JUNE):
    return freezing.freeze(name, run, status, by, note, when)


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_frozen_run_outlives_its_run(runs):
    run = open_finished("paper")
    folder, record = freeze(note="for the board")
    shutil.rmtree(runs / "paper")
    found = open_finished("june")
    assert found.path == folder.relative_to(".") == freezing.FROZEN / "june"
    assert (found.frozen, found.hash, found.created) == (record, run.hash, run.created)
    assert record.dataset_hash == run.hash
    assert found.dataset.identical(run.dataset)


def test_a_replaced_run_does_not_reach_its_frozen_version(runs, kept, shipped):
    old = open_finished("paper").dataset
    freeze()
    shutil.rmtree(runs / "paper")
    kept(runs / "paper", shipped("paper"), {"recommended": nothing(shipped("paper"))}, scenarios=1)
    assert open_finished("june").dataset.identical(old)
    assert not open_finished("paper").dataset.identical(old)


def test_any_altered_byte_is_named(runs):
    folder, _ = freeze()
    for path in [path for path in sorted(folder.rglob("*")) if path.is_file()]:
        good = path.read_bytes()
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        with pytest.raises(DamagedError, match=rf"E-DAMAGED  .*{path.name}"):
            open_finished("june")
        path.unlink()
        with pytest.raises((DamagedError, InputError), match=rf"{path.name}"):
            store.open_run(folder)
        path.write_bytes(good)
    assert open_finished("june").frozen.status == "draft"


def test_a_name_is_given_once(runs):
    freeze(by="Li", status="submitted")
    for name in ("june", "June"):
        with pytest.raises(
            InputError, match=f"{name} is frozen already; found submitted, by Li on 2026-06-01; allowed a"
        ):
            freeze(name=name, by="Wang", status="approved")
    assert open_finished("june").frozen.status == "submitted"


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", "a.2", "-x", "x" * 61, "a b"])
def test_what_is_no_name_is_refused(runs, name):
    with pytest.raises(InputError, match=r"E-VALUE  --name: is not a name for a version; .*allowed 1 to 60 letters"):
        freeze(name=name)
    assert not freezing.FROZEN.exists()


def test_each_status_is_a_record_of_its_own_and_the_latest_holds(runs):
    folder, _ = freeze()
    sealed = files(folder)
    for number, (status, by) in enumerate([("submitted", "Li"), ("approved", "Wang"), ("superseded", "Wang")], 2):
        place, record = freeze("", "june", status, by, f"why {number}", JULY)
        assert (place.name, record.number) == (f"june.{number}", number)
        assert status_of(open_finished("june")).word == status
        assert ("DRAFT" in (place / "page.html").read_text(encoding="utf-8")) == (status == "submitted")
    assert files(folder) == sealed
    assert [(one.status, one.by) for one in versions.history(folder)] == [
        ("draft", "Li"),
        ("submitted", "Li"),
        ("approved", "Wang"),
        ("superseded", "Wang"),
    ]


AFTER = {"draft": "submitted approved superseded", "submitted": "draft approved superseded", "approved": "superseded"}


@pytest.mark.parametrize("before", ["draft", "submitted", "approved"])
def test_only_what_follows_may_follow(runs, before):
    freeze(status=before)
    for status in versions.STATUSES:
        if status not in AFTER[before].split():
            with pytest.raises(
                InputError, match=f"{status} does not follow {before}; found {before} by Li on 2026-06-01"
            ):
                freeze("", "june", status)
    freeze("", "june", "superseded")
    with pytest.raises(InputError, match=r"draft does not follow superseded; .*allowed nothing any more"):
        freeze("", "june", "draft")


def test_nothing_begins_superseded_and_somebody_answers_for_each(runs):
    with pytest.raises(InputError, match="a new version cannot be superseded") as caught:
        freeze(status="superseded", by=" ")
    assert [finding.where for finding in caught.value.findings] == ["--status", "--by"]
    assert not (freezing.FROZEN / "june").exists()


def test_a_frozen_version_is_neither_replaced_nor_added_to_nor_frozen_again(runs):
    folder, _ = freeze()
    sealed = files(folder)
    with pytest.raises(InputError, match=r"E-FROZEN .*is a frozen version, which nothing changes"):
        folders.check_target(folder, replace=True)
    with pytest.raises(InputError, match=r"E-FROZEN .*is a frozen version"):
        store.add_file(open_finished("june"), "page.html", "new")
    with pytest.raises(InputError, match=r"E-FROZEN .*is a frozen version"):
        folders.write_file(folder / "mine.html", "new")
    with pytest.raises(InputError, match=r"is frozen already; found june; .*headcast freeze june --status"):
        freeze("july", "june")
    assert files(folder) == sealed


def test_the_records_are_a_chain(runs):
    freeze()
    freeze("", "june", "submitted")
    freeze("", "june", "approved", "Wang")
    second = freezing.FROZEN / "june.2"
    good = files(second)
    forged = json.loads(good[folders.Path(folders.SEAL)]) | {"status": "draft"}
    shutil.rmtree(second)
    with pytest.raises(DamagedError, match=r"june\.2: is missing; allowed record 2 of june"):
        open_finished("june")
    folders.write_folder(second, {folders.SEAL: json.dumps(forged), "page.html": "forged"})
    with pytest.raises(DamagedError, match=r"june\.3/freeze\.json: does not follow the record before it"):
        open_finished("june")


def test_a_copy_without_its_later_records_does_not_pass_for_the_version(runs):
    folder, _ = freeze(status="approved")
    shutil.copytree(folder, runs / "copy")
    with pytest.raises(DamagedError, match="is a copy of the frozen version june, without the records that came later"):
        store.open_run(runs / "copy")


def test_a_status_is_for_a_version_that_is_there(runs):
    freeze()
    with pytest.raises(InputError, match="E-REF  jun: no such frozen version; allowed june; mend: did you mean june"):
        freeze("", "jun")
    with pytest.raises(InputError, match=r"E-REF  paper: no such frozen version; .*give its new version a name"):
        freeze("", "paper")


def test_the_list_tells_the_latest_first_and_what_is_damaged(runs):
    freeze()
    folder, _ = freeze("july", when=JULY, status="approved", by="Wang", note="go")
    freeze("", "june", "superseded", when="2026-08-01T08:00:00+00:00")
    rows, broken = freezing.listed()
    assert broken == []
    assert [(row["name"], row["status"], row["date"][:10]) for row in rows] == [
        ("june", "superseded", "2026-08-01"),
        ("july", "approved", "2026-07-01"),
    ]
    assert rows[0]["history"][0] == {"status": "draft", "date": JUNE, "by": "Li", "note": ""}
    assert rows[1]["dataset_hash"] == open_finished("paper").hash
    (folder / "PLAN.txt").write_text("not of the version, so nobody minds", encoding="utf-8")
    (folder / "case.json").write_text("{}", encoding="utf-8")
    rows, broken = freezing.listed()
    assert [row["name"] for row in rows] == ["june"]
    assert "july/case.json: has another size" in str(broken[0])


def test_two_approved_versions_of_a_case_are_told(runs):
    _, record = freeze(status="approved")
    assert freezing.approved_beside(record) == []
    _, record = freeze("july", status="approved")
    assert freezing.approved_beside(record) == ["june"]


def test_answers_of_the_run_are_sealed_with_it(runs, shipped):
    run = open_finished("paper")
    for name, of in (("paper-why", run.hash), ("paper-else", "another run")):
        data = run.dataset[["npv"]].assign_attrs(run_dataset=of)
        store.write_dataset(runs / name, data, {"answer.json": "{}", "answer.txt": name}, replace=False)
    folder, _ = freeze()
    inside = folder / "answers"
    assert [path.name for path in inside.iterdir()] == ["paper-why"]
    assert files(inside / "paper-why") == files(runs / "paper-why")
    with pytest.raises(InputError, match="E-FROZEN"):
        folders.add_file(inside / "paper-why", "answer.txt", "new")


def test_a_run_that_is_replaced_while_it_is_frozen_is_refused(runs, monkeypatch):
    run = open_finished("paper")
    monkeypatch.setattr(freezing, "open_finished", lambda name: freezing.replace(run, created="earlier"))
    with pytest.raises(InputError, match=r"E-LOCK .*was replaced while it was frozen; mend: freeze it again"):
        freeze()
    assert list(freezing.FROZEN.iterdir()) == []


@pytest.fixture
def call(runs, monkeypatch, capsys):
    """call("versions") runs the command in this process: its exit code, standard output and error."""
    monkeypatch.setattr(interrupt, "end_soon", lambda: None)

    def command(*words):
        monkeypatch.setattr(sys, "argv", ["headcast", *map(str, words)])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return command


def test_the_commands_freeze_list_and_report_elsewhere(call, runs, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780300800")
    assert call("versions")[:2] == (0, "nothing is frozen yet; headcast freeze RUN --name NAME --by WHO\n")
    words = ("--name", "june", "--by", "Li", "--note", "for the board")
    code, out, _ = call("freeze", "paper", *words)
    assert (code, out.splitlines()[0]) == (0, "june is draft, by Li on 2026-06-01")
    code, out, _ = call("versions")
    assert out.splitlines()[0] == "june: draft 2026-06-01 by Li – for the board"
    assert "frozen from runs/paper, dataset" in out
    code, _, err = call("report", "runs/frozen/june")
    assert (code, err.split("  ")[0]) == (2, "E-FROZEN")
    assert call("report", "runs/frozen/june", "--out", "mine.html")[0] == 0
    assert (runs.parent / "mine.html").read_bytes() == (runs / "frozen" / "june" / "page.html").read_bytes()
    code, _, err = call("report", "runs/frozen/june", "--out", "mine.html")
    assert (code, "mine.html: is there already" in err) == (2, True)


def test_a_later_status_is_no_run(call, runs):
    freeze()
    freezing.freeze("", "june", "approved", "Wang", "", JUNE)
    for more in ((), ("--out", "mine.html")):
        code, out, err = call("report", "runs/frozen/june.2", *more)
        assert (code, out) == (2, "")
        assert err.startswith(
            "E-FROZEN  runs/frozen/june.2: is a later status of a frozen version, with no run of its own; "
            "found june.2; allowed june; mend: name the version: runs/frozen/june"
        )


def test_the_list_ends_with_what_is_damaged_and_exit_6(call, runs):
    freeze()
    freeze("july", status="approved", by="Wang")
    (runs / "frozen" / "june" / "page.html").write_text("x", encoding="utf-8")
    code, out, err = call("versions", "--json")
    assert code == 6
    told = json.loads(out)
    assert [row["name"] for row in told["versions"]] == ["july"]
    assert [finding["what"] for finding in told["damaged"]] == ["has another size"]
    assert "june/page.html: has another size" in err
