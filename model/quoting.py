"""What a document quotes: one number, or one row of numbers, of a stored dataset, by variable, selection, statistic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from model import summary
from model.errors import Finding, InputError, nearest
from model.ledger import Floats
from model.summary import Spread

Label = str | int | float
Chosen = Label | tuple[Label, ...]
Value = str | float | None

INFO, CASE = "run.json", "case.json"
"""Stand for the dataset's name where a number is quoted from what the run told about itself, or from its case."""
BOOKS = "books.nc"
"""A second dataset of a run: the books of its recommended plan, by month."""
SAMPLE = "scenario"

SPREADS: dict[str, Callable[[Spread], float]] = {
    "mean": lambda found: found.mean.value,
    "mean_se": lambda found: found.mean.se,
    "p05": lambda found: found.p5.value,
    "p05_se": lambda found: found.p5.se,
    "p50": lambda found: found.p50.value,
    "p50_se": lambda found: found.p50.se,
    "p95": lambda found: found.p95.value,
    "p95_se": lambda found: found.p95.se,
    "cvar05": lambda found: found.tail.value,
    "cvar05_se": lambda found: found.tail.se,
}
"""Statistics of a sample that is at least defined in part."""
CHANCES = ("chance_below", "chance_below_se", "chance_at_least", "chance_at_least_se")
"""Statistics of a sample against a limit, written as "chance_below 0"."""
QUANTILE = "quantile"
"""Any other quantile, written as "quantile 0.1"; not-a-number where the draws do not support it."""
BETWEEN = "share_between"
"""Share of a sample from one limit up to below another, written as "share_between 0 1000000"."""
LOWEST = "label_of_lowest"
"""Label at which a stored row of numbers is lowest, the first of equal ones, written as "label_of_lowest month"."""
WORDS = "text"
"""What a stored variable or coordinate says in words."""
VALUE, MEDIAN = "value", "lower_median"
"""What is stored as it stands; the lower median, always one of the sample's values (months)."""


@dataclass(frozen=True)
class Quote:
    """Where a published number stands: everything that is needed to compute it again.

    run, dataset : name of the folder and fingerprint of the dataset in it
    variable : of the dataset; a JSON pointer where `part` is "run.json" or "case.json"
    at : what is selected by coordinate; several labels of one coordinate are summed
    over : further coordinates that are summed, before the statistic
    minus : what replaces `at` in the sample that is taken off, on the same futures
    axis : coordinate that stays, so that the quote is a row of numbers; "scenario" stays as it stands
    """

    run: str
    dataset: str
    variable: str
    statistic: str = VALUE
    at: Mapping[str, Chosen] = field(default_factory=dict)
    over: tuple[str, ...] = ()
    minus: Mapping[str, Chosen] = field(default_factory=dict)
    axis: str = ""
    part: str = ""
    signed: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the quote as plain JSON values, without what it does not use."""
        return {name: _plain(value) for name, value in asdict(self).items() if value not in ("", (), {})}

    def words(self) -> str:
        """Return the quote as one line that a person can follow."""
        chosen = [f"{name}={value}" for name, value in self.at.items()]
        less = [f"less {name}={value}" for name, value in self.minus.items()]
        summed = [f"summed over {name}" for name in self.over]
        along = [f"along {self.axis}"] if self.axis else []
        signs = [f"signs of {self.signed}"] if self.signed else []
        statistic = [] if self.statistic == VALUE else [self.statistic]
        where = f"{self.run}/{self.part or 'dataset.nc'}: {self.variable}"
        return ", ".join([where, *chosen, *less, *signs, *summed, *along, *statistic])


def from_json(data: Mapping[str, Any]) -> Quote:
    """Return the quote that `Quote.as_json` wrote.

    Examples
    --------
    >>> quote = Quote("eco", "ab12", "npv", "mean", {"plan": "lean"})
    >>> from_json(quote.as_json()) == quote
    True
    """
    known = {**data, "over": tuple(data.get("over", ()))}
    for name in ("at", "minus"):
        known[name] = {key: tuple(v) if isinstance(v, list) else v for key, v in data.get(name, {}).items()}
    return Quote(**known)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return list(value) if isinstance(value, tuple) else value


def number(dataset: xr.Dataset, quote: Quote) -> float:
    """Return the number that is quoted, in the variable's unit; NaN where the draws do not support it.

    Raises
    ------
    InputError : no such variable, label or statistic, or the quote is a row of numbers

    Examples
    --------
    >>> data = xr.Dataset({"npv": (("plan", "scenario"), [[1.0, 3.0]])}, {"plan": ["lean"]})
    >>> number(data, Quote("", "", "npv", "mean", {"plan": "lean"}))
    2.0
    """
    found = row(dataset, quote)
    if found.size != 1:
        raise _refused(quote, "is a row of numbers, not one", str(found.size))
    return float(found[0])


def quoted(dataset: xr.Dataset, quote: Quote) -> Value:
    """Return the number that is quoted, or what stands there in words where the quote's statistic is "text".

    Raises
    ------
    InputError : as `number`

    Examples
    --------
    >>> data = xr.Dataset(coords={"plan": ["a", "b"], "title": ("plan", ["Lean", "Bold"])})
    >>> quoted(data, Quote("", "", "title", WORDS, {"plan": "b"}))
    'Bold'
    """
    if quote.statistic != WORDS:
        return number(dataset, quote)
    chosen = _selected(dataset, quote, quote.at)
    if chosen.dims:
        raise _refused(quote, "leaves coordinates open", ", ".join(map(str, chosen.dims)), "at for each")
    return str(chosen.item())


def row(dataset: xr.Dataset, quote: Quote) -> Floats:
    """Return the row of numbers that is quoted, (axis,) in the variable's unit, one number where it has no axis.

    Parameters
    ----------
    dataset : variables by name; those with the coordinate `scenario` are samples

    Raises
    ------
    InputError : no such variable, label or statistic, or a coordinate is neither selected nor summed
    """
    chosen = _selected(dataset, quote, quote.at)
    if quote.minus:
        chosen = chosen - _selected(dataset, quote, {**quote.at, **quote.minus})
    if quote.statistic.startswith(f"{LOWEST} "):
        return _lowest(quote, chosen)
    left = [str(dim) for dim in chosen.dims if dim not in (SAMPLE, quote.axis)]
    if left:
        raise _refused(quote, "leaves coordinates open", ", ".join(left), "at or over for each")
    certain = dataset.attrs.get("uncertainty") == "none"
    if SAMPLE not in chosen.dims or quote.axis == SAMPLE:
        if quote.statistic != VALUE:
            raise _refused(quote, "asks a statistic of what is no sample", quote.statistic, VALUE)
        return np.atleast_1d(chosen.to_numpy().astype(np.float64))
    samples = chosen.transpose(..., SAMPLE).to_numpy().astype(np.float64)
    return np.array([_statistic(quote, sample, certain) for sample in np.atleast_2d(samples)])


def _lowest(quote: Quote, chosen: xr.DataArray) -> Floats:
    name = quote.statistic.partition(" ")[2]
    if chosen.dims != (name,):
        raise _refused(quote, "is not one row of numbers along it", name, ", ".join(map(str, chosen.dims)))
    values = chosen.to_numpy().astype(np.float64)
    if np.isnan(values).any():
        return np.array([np.nan])
    return np.atleast_1d(chosen[name].to_numpy()[int(values.argmin())].astype(np.float64))


def _selected(dataset: xr.Dataset, quote: Quote, at: Mapping[str, Chosen]) -> xr.DataArray:
    if quote.variable not in dataset:
        hint = nearest(quote.variable, [str(name) for name in dataset.data_vars])
        raise _refused(quote, "no such variable", quote.variable, "", hint)
    found = dataset[quote.variable]
    if quote.signed and not set(_signs(found, quote).dims) <= set(at):
        raise _refused(quote, "signs are for selected labels", quote.signed, ", ".join(at))
    for name, value in at.items():
        if name not in found.dims:
            raise _refused(quote, "the variable has no such coordinate", name, ", ".join(map(str, found.dims)))
        found = _at(quote, found, name, value)
    summed = [name for name in quote.over if name in found.dims]
    return found.sum(summed, skipna=False) if summed else found


def _signs(found: xr.DataArray, quote: Quote) -> xr.DataArray:
    if quote.signed not in found.coords:
        raise _refused(quote, "the variable has no such signs", quote.signed, ", ".join(map(str, found.coords)))
    return found[quote.signed]


def _at(quote: Quote, found: xr.DataArray, name: str, value: Chosen) -> xr.DataArray:
    several = list(value) if isinstance(value, tuple) else [value]
    try:
        part = found.sel({name: several})
    except KeyError:
        known = ", ".join(map(str, found[name].to_numpy()[:12]))
        raise _refused(quote, f"no such {name}", str(value), known) from None
    if quote.signed and _signs(found, quote).dims == (name,):
        part = part * part[quote.signed]
    return part.sum(name, skipna=False) if isinstance(value, tuple) else part.isel({name: 0}, drop=True)


def _statistic(quote: Quote, sample: Floats, certain: bool) -> float:
    name, _, limit = quote.statistic.partition(" ")
    if name in SPREADS:
        return SPREADS[name](summary.spread(sample, certain=certain))
    if name == MEDIAN:
        return float(np.quantile(sample, 0.5, method="inverted_cdf"))
    if name == QUANTILE and limit:
        return _quantile(sample, float(limit), certain)
    if name == BETWEEN and len(limit.split()) == 2:
        low, high = map(float, limit.split())
        return float(((sample >= low) & (sample < high)).mean())
    if name not in CHANCES or not limit:
        known = [*SPREADS, MEDIAN, f"{QUANTILE} X", *(f"{chance} X" for chance in CHANCES), f"{BETWEEN} X Y"]
        raise _refused(quote, "no such statistic of a sample", quote.statistic, ", ".join(known))
    known_part, _ = summary.defined(sample)
    happens = known_part < float(limit) if name.startswith("chance_below") else known_part >= float(limit)
    found = summary.chance(happens)
    if name.endswith("_se"):
        return 0.0 if certain else found.se
    return found.value


def _quantile(sample: Floats, share: float, certain: bool) -> float:
    part, _ = summary.defined(sample)
    if not part.size or not (certain or summary.supported(share, part.size)):
        return float("nan")
    return float(np.quantile(part, share))


def told(info: Mapping[str, Any], quote: Quote) -> Value:
    """Return what stands at the JSON pointer that the quote's variable is.

    Parameters
    ----------
    info : what the run told about itself, or its case as plain values where the quote's part is "case.json"

    Raises
    ------
    InputError : there is nothing at that place, or something that is neither number nor text

    Examples
    --------
    >>> told({"plans": [{"heads": 12}]}, Quote("", "", "/plans/0/heads", part=INFO))
    12
    """
    node: Any = info
    for step in quote.variable.split("/")[1:]:
        key: Any = int(step) if isinstance(node, Sequence) and step.isdigit() else step
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            raise _refused(quote, "there is nothing", step) from None
    if node is not None and (isinstance(node, bool) or not isinstance(node, (str, int, float))):
        raise _refused(quote, "is neither a number nor a text", type(node).__name__)
    return node


def _refused(quote: Quote, what: str, found: str, allowed: str = "", fix: str = "") -> InputError:
    return InputError(Finding("E-REF", quote.words(), what, found, allowed, fix))
