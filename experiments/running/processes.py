"""Work that is mostly Python, shared among processes: threads would wait for each other."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
WORKERS, A_PART = 2, 4


def shared_out(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return the work's result for each item, in order; two fresh processes do it.

    Parameters
    ----------
    work : can be pickled, as each item can

    Examples
    --------
    >>> shared_out(abs, [-1, 2])
    [1, 2]
    """
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _end_with_parent) as pool:
        return list(pool.map(work, items, chunksize=A_PART))


def _end_with_parent() -> None:
    """Leave Ctrl-C to the parent, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
