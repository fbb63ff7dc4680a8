"""What is kept of a choice that ends early: the best plan so far with its bound and gap."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from experiments.running.run_info import RECOMMENDED
from model.inputs import Case
from model.plan_file import plan_text
from reports.words import money
from solvers.progress import NEVER, Progress


def keep_best(case: Case, out: Path, progress: Progress) -> str:
    """Write the best plan so far next to the run's folder and say so; return nothing where there is no plan yet.

    Parameters
    ----------
    out : folder that the run would have got; the plan goes to the same name with `.interrupted.toml`
    """
    best = progress.best
    if best is None:
        return ""
    file = out.with_name(f"{out.name}.interrupted.toml")
    said = where_it_stands(progress)
    plan = best.choice.plan(best.tables.case, RECOMMENDED, "Best plan when the choice was interrupted")
    # By one rename, so that an end at this moment leaves no half of a plan.
    half = out.with_name(f".{file.name}.{os.getpid()}")
    half.write_text(f"# Interrupted: {said}\n{plan_text(case, plan)}", encoding="utf-8", newline="\n")
    half.replace(file)
    return f"the best plan so far stands in {file}: {said}"


def where_it_stands(progress: Progress) -> str:
    """Say what the best plan is worth on the pricing draws, and bound and gap of the program that was being solved."""
    best = progress.best
    assert best is not None
    now = f"{money(best.worth, True)} M CNY on the pricing draws"
    if progress.gap == NEVER:
        return f"{now}; no bound yet"
    solved, bound, gap = money(progress.incumbent, True), money(progress.bound, True), money(progress.gap)
    return f"{now}; with the bonus kept linear the solver has {solved}, bound {bound}, gap {gap} M CNY"


def stopped(progress: Progress, seconds: float, paths: int) -> dict[str, Any]:
    """Return what a run tells about a choice that its time limit ended.

    Parameters
    ----------
    seconds : the limit; paths : number of organisation paths that the case has
    """
    assert progress.best is not None
    says = f"Time limit of {seconds:g} s reached: {where_it_stands(progress)}"
    if paths > progress.paths_done + 1:
        left = paths - progress.paths_done - 1
        says += f"; {left} of {paths} paths of organisation modes not looked at"
    return {
        "time_limit": seconds,
        "worth": progress.best.worth,
        "incumbent": progress.incumbent,
        "bound": progress.bound,
        "gap_cny": progress.gap,
        "paths_finished": progress.paths_done,
        "paths": paths,
        "says": f"{says}. ",
    }
