"""A ladder with four steps on a million volumes: the compiled pay curve against a hand-written loop of clips."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from model.ledger import Floats
from model.paycurves import blocks

EDGES, RATES, BASE = (5000.0, 8000.0, 12000.0, 16000.0), (200.0, 280.0, 320.0, 350.0, 380.0), 250.0
VOLUMES, REPEATS, REACH = 1_000_000, 15, 1.3


def by_clips(volume: Floats) -> Floats:
    """Return the ladder's pay as one would write it by hand: each block's units times its rate."""
    paid = np.clip(volume, 0.0, EDGES[0]) * BASE
    for low, high, rate in zip(EDGES, (*EDGES[1:], np.inf), RATES[1:], strict=True):
        paid += np.clip(volume - low, 0.0, high - low) * rate
    return paid


def by_clips_with_cliff(volume: Floats) -> Floats:
    """Return the same with the first rate on all units below the first edge, as the insurer's ladder has it."""
    return np.where(volume >= EDGES[0], by_clips(volume), volume * RATES[0])


def seconds(work: Callable[[Floats], Floats], volume: Floats) -> float:
    """Return the processor time of one call."""
    start = time.process_time()
    work(volume)
    return time.process_time() - start


def rows() -> list[dict[str, Any]]:
    """Return one row per reading: the median over interleaved repeats of compiled time over hand-written time."""
    volume = np.random.default_rng(1).normal(9000, 4000, VOLUMES).clip(0)
    out: list[dict[str, Any]] = []
    for reading, hand in (("marginal", by_clips), ("marginal_base_cliff", by_clips_with_cliff)):
        curve = blocks(EDGES, RATES, BASE, reading)
        if not np.allclose(curve.pay(volume), hand(volume), rtol=1e-12):
            raise SystemExit(f"bench/ladder.py: the two roads to {reading} differ")
        ratios = [seconds(curve.pay, volume) / seconds(hand, volume) for _ in range(REPEATS)]
        name = f"ladder of 4 steps on 1e6 volumes, {reading}: compiled ÷ loop of clips, processor time"
        value = round(statistics.median(ratios), 3)
        out.append({"name": name, "value": value, "unit": "ratio", "reach": REACH, "better": "lower"})
    return out
