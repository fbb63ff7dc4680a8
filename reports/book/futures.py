"""Every future of the recommended plan, and the published figures computed from them by live formulas."""

from __future__ import annotations

from dataclasses import dataclass

from model.errors import Finding, InputError
from model.quoting import SAMPLE
from reports.book.sheet import HEAD_ROW, Book, Sheet
from reports.cells import cell_name
from reports.drawing import RECOMMENDED

VARIABLES = (("npv", "yuan"), ("result", "yuan"), ("full_roi", "percent"), ("peak_cash", "yuan"))
LOSS = "chance_below 0"
MONEY = ("npv", "result")
"""Variables of which a loss can be told."""
FIGURES = (
    ("average", "mean", "AVERAGE({0})"),
    ("error", "mean_se", "IF(COUNT({0})>1,STDEV({0})/SQRT(COUNT({0})),0)"),
    ("bad", "p05", "PERCENTILE({0},0.05)"),
    ("middle", "p50", "MEDIAN({0})"),
    ("good", "p95", "PERCENTILE({0},0.95)"),
    ("loss", LOSS, 'COUNTIF({0},"<0")/COUNT({0})'),
)
GRID = tuple(step / 20 for step in range(1, 20))
"""Shares of the quantile grid: each twentieth."""
CHECKS = {"yuan": "check", "percent": "check_share"}
"""How a difference looks, by the look of what differs."""
MOST = 1_000_000
"""Futures that a sheet holds."""


@dataclass(frozen=True)
class _Column:
    """One variable: its cells' look, its column, and where its futures stand, as a formula names them."""

    variable: str
    style: str
    number: int
    block: str


def write_futures(book: Book) -> None:
    """Write the sheet Futures: figures and quantile grid above, all futures below.

    Raises
    ------
    InputError : more futures than a sheet has rows
    """
    count = book.shelf.run.dataset.sizes[SAMPLE]
    if count > MOST:
        fix = "run with fewer --scenarios"
        raise InputError(
            Finding("E-RANGE", "workbook", "more futures than a sheet holds", f"{count:,}", f"{MOST:,}", fix)
        )
    sheet = Sheet(book, "futures", (28, *[17] * len(VARIABLES)))
    first = HEAD_ROW + 2 * len(FIGURES) + len(GRID) + 10
    columns = [
        _Column(name, style, place, f"{cell_name(first, place)}:{cell_name(first + count - 1, place)}")
        for place, (name, style) in enumerate(VARIABLES, 1)
    ]
    _figures(sheet, columns)
    _grid(sheet, HEAD_ROW + 2 * len(FIGURES) + 6, columns)
    _titles(sheet, first - 1, "future")
    sheet.down(first, 0, book.shelf.series(SAMPLE, SAMPLE), "month")
    for column in columns:
        found = book.shelf.series(column.variable, SAMPLE, plan=RECOMMENDED)
        sheet.down(first, column.number, found, column.style)
    sheet.sheet.freeze_panes(HEAD_ROW, 1)
    # Twenty thousand rows are for formulas, not for paper.
    sheet.sheet.print_area(0, 0, first - 3, len(VARIABLES) + 2)


def _titles(sheet: Sheet, row: int, first: str) -> None:
    sheet.heads(row, [sheet.book.word(first), *(sheet.book.word(name) for name, _ in VARIABLES)])
    sheet.sheet.set_row(row, 30)


def _figures(sheet: Sheet, columns: list[_Column]) -> None:
    """Write each figure as it is published, then computed from the futures, then the largest difference."""
    size, top = len(FIGURES), HEAD_ROW
    for block, title in enumerate(("stored", "computed")):
        _titles(sheet, top + block * (size + 2), title)
        sheet.labels(top + block * (size + 2) + 1, 0, [sheet.book.word(key) for key, _, _ in FIGURES])
    sheet.words(top + 2 * size + 3, 0, sheet.book.word("difference"))
    for column in columns:
        for place, (_, statistic, formula) in enumerate(FIGURES, 1):
            if statistic == LOSS and column.variable not in MONEY:
                continue
            found = sheet.book.shelf.number(column.variable, statistic, "count", plan=RECOMMENDED)
            style = "percent" if statistic == LOSS else column.style
            sheet.number(top + place, column.number, found, style)
            sheet.formula(top + size + 2 + place, column.number, f"={formula.format(column.block)}", found, style)
        published, computed = (
            [cell_name(top + start + place, column.number) for place in range(1, size + 1)] for start in (0, size + 2)
        )
        # N() counts a figure that the draws do not support, a dash in both blocks, as nothing.
        off = [f"ABS(N({one})-N({two}))" for one, two in zip(published, computed, strict=True)]
        sheet.computed(top + 2 * size + 3, column.number, f"=MAX({','.join(off)})", 0.0, CHECKS[column.style])


def _grid(sheet: Sheet, row: int, columns: list[_Column]) -> None:
    """Write the quantile grid as formulas over the futures; shares that the draws do not support stay a dash."""
    _titles(sheet, row, "quantiles")
    for place, share in enumerate(GRID, row + 1):
        sheet.words(place, 0, f"{share:.0%}", "month")
        for column in columns:
            found = sheet.book.shelf.number(column.variable, f"quantile {share:g}", "count", plan=RECOMMENDED)
            sheet.formula(place, column.number, f"=PERCENTILE({column.block},{share:g})", found, column.style)
