"""The books of the recommended plan: its money by month, quarter and year, drawn again from the run's own seed."""

from __future__ import annotations

import numpy as np
import xarray as xr

from experiments.running.hires import hires
from model import ledger, summary
from model.draws import BLOCK
from model.errors import Finding, ProofError
from model.ledger import Floats
from model.quoting import BOOKS
from model.results import dataset_hash
from model.schema import REVENUE_ROWS, ROW_NAMES, ROWS, SIGNS, TEAM_PAY_ROWS, TURNOVER_ROWS
from model.store import Run, add_file, packed_dataset, read_dataset, scenario_ledger

PLAN = "recommended"
LEVELS = (0.1, 0.5, 0.9)
"""Shares of the futures at or below: 1-in-10 bad case, middle case, 1-in-10 good case."""
TIMING_ROWS = tuple(row.name for row in ROWS if row.kind == "timing")
PARTS: dict[str, tuple[str, ...]] = {
    "revenue": REVENUE_ROWS,
    "team_pay": TEAM_PAY_ROWS,
    "other_costs": tuple(row.name for row in ROWS if row.kind == "cost"),
    "result": TURNOVER_ROWS,
    "timing": TIMING_ROWS,
    "cash": (*TURNOVER_ROWS, *TIMING_ROWS),
}
"""What finance reads, by the ledger rows in it: receipts less payments, so that parts add up."""
SPANS = {"quarter": 3, "year": 12, "horizon": 0}
"""Months of each span; 0 is the whole horizon."""
DUST = 1e-6
"""CNY below which a sum over the futures is rounding."""
FEN = 0.005
"""CNY by which the months may differ from the stored years."""


def books(run: Run) -> xr.Dataset:
    """Return the books of the recommended plan, stored in the run's folder the first time (R210).

    A frozen version stays as it is: its books are drawn again each time.

    Raises
    ------
    DamagedError : a future that is drawn again is not the stored one
    ProofError : the months do not add up to the stored years
    """
    found = kept(run)
    if found is not None:
        return found
    made = drawn(run)
    if run.frozen is None:
        add_file(run, BOOKS, packed_dataset(made))
    return made


def kept(run: Run) -> xr.Dataset | None:
    """Return the books that stand in the run's folder, None where there are none of this dataset."""
    if not (run.path / BOOKS).is_file():
        return None
    found = read_dataset(run.path, BOOKS)
    return found if found.attrs["run_dataset"] == run.hash else None


def drawn(run: Run) -> xr.Dataset:
    """Return the books, each future drawn again and compared with the stored years."""
    scenarios, months = (run.dataset.sizes[name] for name in ("scenario", "month"))
    rows = np.zeros((len(ROW_NAMES), months))
    quarters = {part: np.zeros((-(-months // 3), scenarios)) for part in PARTS}
    for first in range(0, scenarios, BLOCK):
        numbers = range(first, min(first + BLOCK, scenarios))
        book = scenario_ledger(run, PLAN, list(numbers)).to_numpy().transpose(1, 2, 0)
        rows += book.sum(axis=2) * np.array(SIGNS)[:, None]
        for part, names in PARTS.items():
            quarters[part][:, first : numbers.stop] = ledger.fold(ledger.signed(book, ROW_NAMES, names), 3, 0)
    made = _dataset(run, rows / scenarios, quarters)
    _check(run, made)
    return made


def _dataset(run: Run, rows: Floats, quarters: dict[str, Floats]) -> xr.Dataset:
    """Return the books as a dataset: means by row and month, means and quantiles by part and span, the hires.

    Parameters
    ----------
    rows : (row, month) CNY, mean of receipts less payments
    quarters : by part, (quarter, scenario) CNY
    """
    certain = run.dataset.attrs["uncertainty"] == "none"
    names = {
        "row": list(ROW_NAMES),
        "month": run.dataset["month"].to_numpy(),
        "part": list(PARTS),
        "level": list(LEVELS),
    }
    found: dict[str, tuple[tuple[str, ...], Floats]] = {"month_mean": (("row", "month"), _settled(rows))}
    for span, length in SPANS.items():
        folded = [ledger.fold(book, length // 3 or len(book), 0) for book in quarters.values()]
        names[span] = np.arange(1, len(folded[0]) + 1)
        means, levels = [book.mean(axis=1) for book in folded], [_levels(book, certain) for book in folded]
        found[f"{span}_mean"] = (("part", span), _settled(np.array(means)))
        found[f"{span}_quantile"] = (("part", "level", span), _settled(np.array(levels)))
    attributes = {"run": run.path.name, "run_dataset": run.hash, "plan": PLAN, "uncertainty": "none"}
    made = xr.Dataset(found, names, attributes)
    return made.merge(hires(run.cases[PLAN], run.plans[PLAN]), combine_attrs="override")


def _levels(book: Floats, certain: bool) -> Floats:
    """Return quantiles over the futures, (level, span) CNY; not-a-number where the draws do not support them.

    Parameters
    ----------
    book : (span, scenario) CNY
    """
    enough = [certain or summary.supported(level, book.shape[1]) for level in LEVELS]
    found = np.quantile(book, LEVELS, axis=1)
    return np.where(np.array(enough)[:, None], found, np.nan)


def _settled(money: Floats) -> Floats:
    """Return money in which what only rounding of sums has left is nothing, in the shape given, CNY."""
    return np.where(np.abs(money) < DUST, 0.0, money)


def _check(run: Run, made: xr.Dataset) -> None:
    """Refuse books whose months are not the money of the stored years, to the fen."""
    years = run.dataset["ledger"].sel(plan=PLAN).mean("scenario", skipna=False).transpose("row", "year").to_numpy()
    off = np.abs(ledger.by_year(made["month_mean"].to_numpy(), 1) - years * np.array(SIGNS)[:, None])
    if not off.max(initial=0.0) < FEN:
        row, year = (int(index[0]) for index in np.nonzero(off == off.max()))
        where = f"{ROW_NAMES[row]}, year {year + 1}"
        raise ProofError(
            Finding("E-TIE", where, "months do not add up to the year", f"{off.max():.2f} CNY off", "0.00")
        )


def fingerprint(made: xr.Dataset) -> str:
    """Return what tells these books from others."""
    return dataset_hash(made)
