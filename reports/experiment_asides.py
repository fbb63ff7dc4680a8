"""What belongs to an experiment's finding beside its one sentence, told from its dataset: without it, it misleads."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite, nan

import xarray as xr

from model.summary import Z95
from reports.drawing import UNIT
from reports.experiment_rest import rest_of
from reports.experiment_words import LEAST, amount, broken, ends, title, unit_words
from reports.words import capital, clean, money, percent, plain

DEPENDS = "depends"
"""Form of a finding that tells where a number turns it."""
SELDOM = 0.01
"""Share of futures below which something practically never happens."""


def asides(data: xr.Dataset) -> list[str]:
    """Return what a reader of the finding must know too: limits broken, another turn, marks, an order (R222).

    What the finding leaves of its question comes last (R207).
    """
    return [*order_told(data), *_nearest(data), *_limits(data), *_other(data), *_marks(data), *rest_of(data)]


def _limits(data: xr.Dataset) -> Iterator[str]:
    told = data.attrs
    if "within" in told:
        behind = f"{money(told['within_behind'])} {UNIT} ({ends(data, 'within')})"
        most = f"Of what breaks no limit {title(data, 'within')} brings most"
        yield f"{most}, {behind} less than {title(data, 'leader')}."
    if broken(data, "leader") and "limits" in data:
        words = clean(data["limits"].sel(plan=str(told["leader"])).item())
        yield f"{title(data, 'leader')} breaks: {words}."


def _other(data: xr.Dataset) -> Iterator[str]:
    """Say which number was moved here, and where another one turns the same choice."""
    told = data.attrs
    if "other_at" not in told or not isfinite(told["turn_at"]):
        return
    own, away = _turned(data, "turn")
    at, further = _turned(data, "other")
    when = "too" if away is None or further is None else "sooner" if further < away else "later"
    own += _reach(data) if str(told["form"]) != DEPENDS else ""
    this, that = clean(told["turn_of"]), capital(clean(told["other_of"]))
    yield f"This asks about one number alone: {this} turns the choice {own}. {that} turns it {when}, {at}."


def _reach(data: xr.Dataset) -> str:
    """Return the 95 % interval of where a number turns the choice, where the finding itself does not tell it."""
    told = data.attrs
    low, high = float(told.get("turn_low", nan)), float(told.get("turn_high", nan))
    if not (isfinite(low) and isfinite(high) and low < high):
        return ""
    unit = str(told["turn_unit"])
    least, most = (amount(unit, end, abs(float(told["turn_today"]))) for end in (low, high))
    span = f"from {least} to {most}{unit_words(unit)}"
    return f", or anywhere {span}, as far as the futures tell on which it is looked up"


def _turned(data: xr.Dataset, kind: str) -> tuple[str, float | None]:
    """Return at which value a number turns the choice, and how far that is from today's, None from 0."""
    told = data.attrs
    unit, at, today = str(told[f"{kind}_unit"]), float(told[f"{kind}_at"]), float(told[f"{kind}_today"])
    away = abs(at / today - 1) if today else None
    far = f" ({percent(away)} from today's value)" if away is not None else ""
    return f"at {amount(unit, at, abs(today))}{unit_words(unit)}{far}", away


def _marks(data: xr.Dataset) -> Iterator[str]:
    """Say how often the plans meet the marks of the first milestone with today's numbers."""
    if "marks_all" not in data:
        return
    told = data.attrs
    marks = f"all {data.sizes['mark']} marks of month {int(told['marks_month'])}"
    for place, name in enumerate(data["tried"].values):
        one = data.isel(tried=place)
        each = ", ".join(
            f"{clean(mark)}: {percent(float(share))}"
            for mark, share in zip(data["mark"].values, one["marks_met"].values, strict=True)
        )
        share = f"{percent(float(one['marks_all']))} of {plain(int(told['marks_draws']))} futures"
        never = ", practically never" if float(one["marks_all"]) < SELDOM else ""
        yield f"With today's numbers “{clean(name)}” meets {marks} in {share}{never} ({each})."


def order_told(data: xr.Dataset) -> Iterator[str]:
    """Yield which study comes first, for what price, and which are worth nothing to this choice (R222)."""
    if "study_worth" not in data:
        return
    rows = [data.isel(study=place) for place in range(data.sizes["study"])]
    bought = [row for row in rows if _pays(row)]
    names = [clean(row["study"].item()) for row in rows]
    if not bought:
        yield f"No study pays beyond luck against not studying; by worth the order is: {'; '.join(names)}."
        return
    steps = "; ".join(f"{place}. {_step(row)}" for place, row in enumerate(bought, start=1))
    yield f"Order of studies, each as if it told its number exactly, against not studying: {steps}."
    rest = [name for name, row in zip(names, rows, strict=True) if not _pays(row)]
    if rest:
        yield f"Not to be bought for this choice, worth less than their price or nothing: {'; '.join(rest)}."


def _nearest(data: xr.Dataset) -> Iterator[str]:
    """Say why the number that turns the choice nearest to today's value is not worth a study (R208)."""
    told = data.attrs
    rows = {str(name): data.sel(study=name) for name in data["study"].values} if "nearest_study" in told else {}
    own = rows.get(str(told.get("nearest_study")))
    if own is None or _pays(own):
        return
    at, end = (amount(str(told["nearest_unit"]), float(told[f"nearest_{key}"]), 1.0) for key in ("at", "end"))
    chance, mean = float(told["nearest_chance"]), float(told["nearest_loss"])
    loss = mean + Z95 * float(told["nearest_loss_se"])
    name, unit = clean(own["study"].item()), unit_words(str(told["nearest_unit"]))
    most = f"{plain(_rounded_up(chance * max(loss, 0.0)))} CNY"
    yield (
        f"{name} is not bought although its number turns the choice soonest: the choice turns at {at}{unit} and the "
        f"range ends at {end}. Within the range values beyond the turn have a chance of {percent(chance)} together; at "
        f"its end doing nothing is ahead by {money(max(mean, 0.0))} {UNIT} on average (at most "
        f"{money(max(loss, 0.0))}), so that knowing it is worth at most {most}. The range is a guess: with a wider "
        "one it is worth more."
    )


def _rounded_up(cny: float) -> float:
    """Return an amount rounded up to two digits."""
    step = 10.0 ** max(len(str(int(cny))) - 2, 0)
    return float(-(-cny // step) * step)


def _pays(row: xr.Dataset) -> bool:
    price = float(row["study_price"])
    return float(row["study_low"]) > (price if isfinite(price) else LEAST)


def _step(row: xr.Dataset) -> str:
    worth, low, high, price = (float(row[f"study_{name}"]) for name in ("worth", "low", "high", "price"))
    known = f"price {money(price)} {UNIT}" if isfinite(price) else f"no price known, pay at most {money(low)} {UNIT}"
    return f"{clean(row['study'].item())}, worth {money(worth)} {UNIT} ({money(low)} to {money(high)}), {known}"
