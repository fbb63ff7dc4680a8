"""Priced pieces kept on disk: bit for bit what was priced, found by content only, and never believed when damaged."""

import json
import os
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from solvers import table_store
from solvers.options import start_options
from solvers.pricing import Pricer
from solvers.table_store import MOST_BYTES, TableStore, cache_folder, pricing_key, usual_store
from solvers.tables import Pieces, as_rows, from_rows

MODES = ("department", "unit")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A cache folder of its own."""
    monkeypatch.setenv("HEADCAST_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "tables"


def same(left, right):
    return all(
        getattr(left, f.name).shape == getattr(right, f.name).shape
        and np.ascontiguousarray(getattr(left, f.name)).tobytes() == getattr(right, f.name).tobytes()
        for f in fields(Pieces)
    )


def shards(place):
    return sorted(place.glob("*/*.rows"))


@pytest.fixture
def options(tiny):
    return start_options(tiny, "charging", 2)


@pytest.fixture
def fresh(tiny, options):
    """Prices without any cache, and the seats of the partner managers."""
    pricer = Pricer(tiny, MODES, 5, 6)
    assert pricer.store is None
    return pricer.line("charging", options), pricer.seats("bd")


def test_kept_prices_are_the_priced_ones_bit_for_bit(tiny, options, fresh, place):
    for reused in (0, len(options)):
        pricer = Pricer(tiny, MODES, 5, 6)
        assert same(pricer.line("charging", options), fresh[0])
        assert same(pricer.seats("bd"), fresh[1])
        assert pricer.reused == reused


def test_what_is_read_is_not_priced(tiny, options, place, monkeypatch):
    Pricer(tiny, MODES, 5, 6).line("charging", options)
    monkeypatch.setattr("solvers.pricing.economics.line_terms", None)
    again = Pricer(tiny, MODES, 5, 6)
    assert len(again.line("charging", options[::-1])) == len(options)


def test_some_kept_and_some_fresh_come_in_the_order_asked(tiny, options, fresh, place):
    Pricer(tiny, MODES, 5, 6).line("charging", options[1::3])
    pricer = Pricer(tiny, MODES, 5, 6)
    assert same(pricer.line("charging", options), fresh[0])
    assert pricer.reused == len(options[1::3])
    last = Pricer(tiny, MODES, 5, 6).line("charging", options[-1:])
    assert np.array_equal(last.linear[0], fresh[0].linear[-1])


@pytest.mark.parametrize("at", [3, 1000, -9])
def test_a_changed_byte_is_noticed_and_priced_anew(tiny, options, fresh, place, at):
    Pricer(tiny, MODES, 5, 6).line("charging", options)
    for path in shards(place):
        raw = bytearray(path.read_bytes())
        raw[at] ^= 1
        path.write_bytes(bytes(raw))
    pricer = Pricer(tiny, MODES, 5, 6)
    assert same(pricer.line("charging", options), fresh[0])
    assert pricer.store.damaged == len(shards(place)) == 2
    assert pricer.reused < len(options)
    assert same(Pricer(tiny, MODES, 5, 6).line("charging", options), fresh[0])


@pytest.mark.parametrize("left", ["", "{}", '{"group": 1, "names": 2, "digests": 3}', "[]", None])
def test_a_damaged_list_of_contents_is_dropped(tiny, options, fresh, place, left):
    Pricer(tiny, MODES, 5, 6).line("charging", options)
    for path in place.glob("*/*.json"):
        path.write_text("\0" if left is None else left, encoding="utf-8")
    pricer = Pricer(tiny, MODES, 5, 6)
    assert same(pricer.line("charging", options), fresh[0])
    assert (pricer.store.damaged, pricer.reused) == (2, 0)


def test_names_put_to_other_rows_are_noticed(tiny, options, fresh, place):
    Pricer(tiny, MODES, 5, 6).line("charging", options)
    for path in place.glob("*/*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(told | {"names": told["names"][::-1]}), encoding="utf-8")
    pricer = Pricer(tiny, MODES, 5, 6)
    assert same(pricer.line("charging", options), fresh[0])
    assert pricer.store.damaged == 1, "the closed path stands alone and keeps its place"


def test_a_file_cut_short_or_gone_is_priced_anew(tiny, options, fresh, place):
    Pricer(tiny, MODES, 5, 6).line("charging", options)
    path = shards(place)[0]
    path.write_bytes(path.read_bytes()[:300])
    assert same(Pricer(tiny, MODES, 5, 6).line("charging", options), fresh[0])
    shards(place)[0].unlink()
    assert same(Pricer(tiny, MODES, 5, 6).line("charging", options), fresh[0])


def test_each_thing_a_price_hangs_on_has_its_own_place(tiny, changed, monkeypatch):
    keys = {pricing_key(tiny, MODES, 5, 6)}
    keys.add(pricing_key(tiny, ("unit", "unit"), 5, 6))
    keys.add(pricing_key(tiny, MODES, 6, 6))
    keys.add(pricing_key(tiny, MODES, 5, 7))
    keys.add(pricing_key(changed(tiny, {"staffing.annual_raise": 0.0401}), MODES, 5, 6))
    keys.add(pricing_key(changed(tiny, {"readings.salary_is": "base"}), MODES, 5, 6))
    monkeypatch.setattr(table_store, "kernel", lambda: "another kernel")
    keys.add(pricing_key(tiny, MODES, 5, 6))
    assert len(keys) == 7
    assert pricing_key(tiny, MODES, 5, 6) in keys


def test_the_kernel_is_all_code_that_prices(monkeypatch, tmp_path):
    before = table_store.kernel()
    seen = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: seen.append(path.name) or read(path) + b" ")
    table_store.kernel.cache_clear()
    assert table_store.kernel() != before
    table_store.kernel.cache_clear()
    monkeypatch.undo()
    assert {"partners.py", "economics.py", "seats.py", "pricing.py", "options.py", "tables.py"} <= set(seen)
    assert table_store.kernel() == before


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no"])
def test_the_switch_turns_it_off(tiny, monkeypatch, word):
    monkeypatch.setenv("HEADCAST_CACHE", word)
    assert usual_store(tiny, MODES, 5, 6) is None


def test_the_folder_of_each_system():
    home = Path("/home/me")
    assert cache_folder("linux", {}, home) == home / ".cache" / "headcast"
    assert cache_folder("darwin", {}, home) == home / "Library" / "Caches" / "headcast"
    assert cache_folder("win32", {}, home) == home / "AppData" / "Local" / "headcast" / "Cache"
    assert cache_folder("win32", {"LOCALAPPDATA": "/local"}, home) == Path("/local/headcast/Cache")
    assert cache_folder("linux", {"XDG_CACHE_HOME": "/fast"}, home) == Path("/fast/headcast")


def rows(count, width=125):
    return np.arange(count * width, dtype=float).reshape(count, width)


def test_room_is_limited_and_the_oldest_pricing_goes_first(tmp_path):
    for number, name in enumerate(("old", "middle", "young")):
        store = TableStore(tmp_path / name, 40_000)
        store.keep("line a", ["one", "two"], rows(2) + number)
        for path in (tmp_path / name, *(tmp_path / name).iterdir()):
            os.utime(path, (1_000_000 + number,) * 2)
    TableStore(tmp_path / "new", 10_000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["middle", "new", "young"]


def test_one_pricing_fills_at_most_half_of_the_room(tmp_path):
    store = TableStore(tmp_path / "one", 10_000)
    store.keep("line a", ["one"], rows(1))
    store.keep("line a", list("abcdef"), rows(6))
    again = TableStore(tmp_path / "one", 10_000)
    assert list(again.read("line a", ["one", "a"], 125)) == ["one"]
    assert again.read("line b", ["one"], 125) == {}
    assert again.read("line a", ["one"], 124) == {}
    assert again.damaged == 1
    assert MOST_BYTES == 4e9


def test_a_place_that_cannot_be_written_is_no_reason_to_stop(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    store = TableStore(tmp_path / "file" / "one")
    store.keep("line a", ["one"], rows(1))
    assert store.read("line a", ["one"], 125) == {}


def test_nothing_half_written_is_left(tmp_path, monkeypatch):
    store = TableStore(tmp_path / "one")
    monkeypatch.setattr(table_store.os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    store.keep("line a", ["one"], rows(1))
    assert list((tmp_path / "one").iterdir()) == []


def test_rows_give_the_pieces_back(tiny, options):
    pieces = Pricer(tiny, MODES, 5, 6).line("charging", options)
    assert same(from_rows(list(as_rows(pieces)), pieces), pieces)
