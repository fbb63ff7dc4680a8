"""What ranges-from-data prints: the laws and how well they fit, the proposed number, and what to beware of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import typer

from experiments.console.questions import console, show
from experiments.fitting import columns, metalog, proposal
from experiments.fitting.proposal import FEW, SHARES, Proposal, case_line, digits
from experiments.running.run_info import finite
from model.errors import Finding, InputError
from reports.words import percent

UNIT = "UNIT"
"""Stands for the unit where none was given; a case refuses it, so that nobody forgets it."""
PARAMETERS = {
    "loc": "average",
    "s": "sd of logs",
    "a": "shape",
    "c": "shape",
    "b": "second shape",
    "mu": "mean",
    "n": "size",
    "p": "chance",
}
Bounds = tuple[float | None, float | None]


def ask(
    path: Path | None, names: list[str], quantiles: str, bounds: Bounds, unit: str, seed: int, as_json: bool
) -> None:
    """Print the proposals for the columns of a file, or for three quantiles of an expert."""
    if (path is None) == (not quantiles):
        what, fix = (
            "needs either a file or an expert's quantiles",
            'history.xlsx, or --quantiles "P10=120,P50=180,P90=320"',
        )
        raise InputError(Finding("E-VALUE", "ranges-from-data", what, fix=fix))
    told = _of_quantiles(quantiles, bounds, unit) if path is None else _of_file(path, names, bounds, unit, seed)
    if as_json:
        typer.echo(json.dumps(finite(told), ensure_ascii=False, indent=1))
        return
    for part in told:
        for line in part["says"]:
            console().print(line, markup=False, soft_wrap=True)
        if part.get("laws"):
            _show(part["laws"])
        console().print(f"in the case:  {part['case']}\n", markup=False, soft_wrap=True)
    console().print(RANGE, markup=False)


def _of_file(path: Path, names: list[str], bounds: Bounds, unit: str, seed: int) -> list[dict[str, Any]]:
    if bounds != (None, None):
        what = "bounds belong to an expert's quantiles; a column's are those of its numbers"
        raise InputError(Finding("E-VALUE", "--least, --most", what, fix="leave them out"))
    chosen = columns.wanted(columns.read_columns(path), names)
    return [_of_column(column, proposal.proposed(column.values, column.place, seed), unit) for column in chosen]


def _of_column(column: columns.Column, found: Proposal, unit: str) -> dict[str, Any]:
    name = found.law.name if found.law else "observed shares, no law"
    origin = f"{column.place}, n = {found.size}: {name}, {_told(found.quantiles)}"
    return {
        "column": column.name,
        "place": column.place,
        "n": found.size,
        "empty": column.empty,
        "kind": found.kind,
        "law": found.law.name if found.law else None,
        "parameters": found.law.parameters if found.law else {},
        "p10_p50_p90": list(found.quantiles),
        "p10_p50_p90_se": list(found.errors),
        "range": list(found.ends),
        "laws": [
            {"law": law.name, "parameters": law.parameters, "aic": law.aic, "p": law.p, "rejected": law.is_rejected}
            for law in found.laws
        ],
        "says": [_head(column, found), *_beware(found)],
        "case": case_line(found.quantiles, found.ends, unit or UNIT, origin, False),
    }


def _told(quantiles: Sequence[float], errors: Sequence[float] = ()) -> str:
    """Return the three values in words, each with its error where it has one."""
    off = [f" ± {digits(float(f'{error:.2g}'))}" for error in errors] or [""] * len(quantiles)
    return ", ".join(f"{word} {digits(value)}{se}" for word, value, se in zip(WORDS, quantiles, off, strict=True))


def _head(column: columns.Column, found: Proposal) -> str:
    law = f"{found.law.name} fits best" if found.law else "no law in question fits; the observed shares stand instead"
    empty = f", {column.empty} empty" if column.empty else ""
    told = _told(found.quantiles, found.errors if found.law else ())
    return f"{column.place}: {found.size} numbers ({found.kind}{empty}); {law}: {told}"


def _beware(found: Proposal) -> list[str]:
    """Return what a reader must know beside the numbers."""
    rough = f"▲ fewer than {FEW} numbers: a law that is not refuted is not proved; the outer values are rough"
    return [rough] * found.is_rough + _cut(found.quantiles, found.ends, found.is_cut)


def _cut(quantiles: tuple[float, ...], ends: tuple[float, float], is_cut: bool) -> list[str]:
    """Return what the range says instead of one in ten where an end was cut."""
    if not is_cut:
        return []
    below, above = (percent(share) for share in proposal.beyond(quantiles, ends))
    what = "▲ the range ends at what is possible"
    return [f"{what}: in the case {below} lies below the 1-in-10 low and {above} above the 1-in-10 high"]


WORDS = ("1-in-10 low", "middle", "1-in-10 high")
RANGE = (
    "A case reads a range as a triangle from end to end with its peak at the value; the ends are such that 1 in 10 "
    "lies below the 1-in-10 low, and 1 in 10 above the 1-in-10 high, unless ▲ says otherwise."
)


def _show(laws: list[dict[str, Any]]) -> None:
    rows = [
        (
            law["law"],
            ", ".join(f"{PARAMETERS.get(key, key)} {digits(value)}" for key, value in law["parameters"].items()),
            f"{law['aic']:.1f}",
            f"{law['p']:.3f}",
            "no" if law["rejected"] else "yes",
        )
        for law in laws
    ]
    heads = (("Law", False), ("parameters", False), ("AIC", True), ("p of fit", True), ("p ≥ 0.05", False))
    show("Laws, the best first", heads, rows)


def _of_quantiles(text: str, bounds: Bounds, unit: str) -> list[dict[str, Any]]:
    least, most = -inf if bounds[0] is None else bounds[0], inf if bounds[1] is None else bounds[1]
    law = metalog.through(_quantiles(text), least, most)
    found = tuple(law.at(share) for share in SHARES)
    ends, is_cut = proposal.ends_of(found, least, most)
    mean, sd = law.mean(), law.sd()
    tails = [law.at(share) for share in (0.01, 0.99)]
    between = f", above {least:g}" * (least > -inf) + f", below {most:g}" * (most < inf)
    says = [
        f"metalog of three terms through {text.strip()}{between}: {_told(found)}",
        f"average {digits(mean)}, standard deviation {digits(sd)}, "
        f"1-in-100 low {digits(tails[0])}, 1-in-100 high {digits(tails[1])}",
        *_cut(found, ends, is_cut),
    ]
    told = {"terms": [law.middle + law.a1, law.a2, law.a3], "least": least, "most": most, "mean": mean, "sd": sd}
    told |= {"p1": tails[0], "p99": tails[1], "p10_p50_p90": list(found), "range": list(ends), "says": says}
    return [told | {"case": case_line(found, ends, unit or UNIT, f"expert: {text.strip()}", True)}]


def _quantiles(text: str) -> dict[float, float]:
    """Return value by share of "P10=120,P50=180,P90=320"."""
    found: dict[float, float] = {}
    for part in text.split(","):
        share, _, value = part.partition("=")
        try:
            key, number = float(share.strip().upper().removeprefix("P")) / 100, float(value)
        except ValueError:
            key = number = np.nan
        if not np.isfinite(key) or not np.isfinite(number) or key in found:
            allowed = "each percent once with its value, like P10=120,P50=180,P90=320"
            raise InputError(
                Finding("E-VALUE", "--quantiles", "is no quantile", part.strip()[:40] or "nothing", allowed)
            )
        found[key] = number
    return found
