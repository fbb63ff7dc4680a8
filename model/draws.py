"""Random numbers by name: each input of a block has its own stream, so that adding one leaves the others alone."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from model.ledger import Floats

BLOCK = 4096
"""Scenarios per block; part of a result's identity, because every stream belongs to (name, block)."""


def stream(seed: int, stage: str, name: str, block: int) -> np.random.Generator:
    """Return the generator of one named input in one block (SFC64, keyed by stable hashes).

    Parameters
    ----------
    seed : the run's seed
    stage : "table" for the draws that price options, "verdict" for the draws that are published
    name : stable id of the input, for example ``partner.insurer_1.noise``
    block : number of the block, 0-based
    """
    key = (_key(stage), _key(name), block)
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def _key(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "little")


class Draws:
    """The named draws of one block, made when first asked for and kept.

    Parameters
    ----------
    seed, stage, block : see `stream`
    scenarios : how many of the block's scenarios are wanted; the full block is drawn and cut
    certain : no chance at all: normals are 0 and uniforms just below 1, so that an event (uniform < probability)
        happens only where it is sure
    """

    def __init__(self, seed: int, stage: str, block: int = 0, scenarios: int = BLOCK, *, certain: bool = False) -> None:
        self.seed, self.stage, self.block = seed, stage, block
        self.scenarios, self.certain = scenarios, certain
        self._kept: dict[tuple[str, int, str], Floats] = {}

    def normal(self, name: str, rows: int) -> Floats:
        """Return standard normals, (row, scenario)."""
        return self._draw(name, rows, "normal")

    def uniform(self, name: str, rows: int) -> Floats:
        """Return uniforms in [0, 1), (row, scenario)."""
        return self._draw(name, rows, "uniform")

    @property
    def made(self) -> dict[str, Floats]:
        """What was drawn so far by name, each (row, scenario)."""
        return {name: drawn for (name, _, _), drawn in self._kept.items()}

    def _draw(self, name: str, rows: int, law: str) -> Floats:
        key = (name, rows, law)
        if key not in self._kept:
            self._kept[key] = self._make(name, rows, law)
        return self._kept[key]

    def _make(self, name: str, rows: int, law: str) -> Floats:
        if self.certain:
            return np.full((rows, self.scenarios), 0.0 if law == "normal" else np.nextafter(1.0, 0.0))
        generator = stream(self.seed, self.stage, name, self.block)
        shape = (rows, BLOCK)
        full = generator.standard_normal(shape) if law == "normal" else generator.random(shape)
        return full if self.scenarios == BLOCK else np.ascontiguousarray(full[:, : self.scenarios])
