"""Draw every chart of a run and of the answers beside it into docs/gallery.md.

Usage: python docs/make_gallery.py RUN [ANSWER …]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from experiments.asking.answers import open_answer
from model import store
from reports.drawing import Chart, drawing_style
from reports.figures import charts

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "pictures" / "gallery"
HEAD = """# Gallery

Every chart that headcast draws, made by `python docs/make_gallery.py RUN [ANSWER …]` from a finished run and stored
answers. Colours are those of Okabe and Ito, which people who see fewer colours tell apart; lines differ by dashes too
and carry their names; texts stay texts, in the reader's fonts, Chinese ones included. On a page the numbers of a chart
stand in a table below it.
"""


def main(run: Path, answers: list[Path]) -> None:
    """Write the page and its pictures anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.svg"):
        old.unlink()
    told = [HEAD, *_section("run", "The page of a run", charts(store.open_run(run)))]
    for folder in answers:
        answer = open_answer(folder)
        with drawing_style():
            drawn = answer.view.charts(answer.dataset)
        question = str(answer.dataset.attrs["question"])
        told += _section(question, f"`{question}`", drawn)
    (DOCS / "gallery.md").write_text("\n".join(told), encoding="utf-8")


def _section(name: str, title: str, drawn: list[Chart]) -> Iterator[str]:
    if drawn:
        yield f"## {title}\n"
    for chart in drawn:
        path = PICTURES / f"{name}-{re.sub(r'[^a-z0-9_-]', '-', chart.name.lower())}.svg"
        svg = chart.svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif"', 1)
        path.write_text(svg + "\n", encoding="utf-8")
        yield f"**{chart.finding}** {chart.meaning}\n"
        yield f"![{chart.finding}](pictures/gallery/{path.name})\n"


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("give the folder of a finished run, and folders of answers")
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
