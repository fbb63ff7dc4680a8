"""Ctrl-C ends the program soon, also while a library computes and does not look at signals; a second one at once."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic

GRACE = 1.0
"""Seconds in which the program may end by itself and tidy up."""
INTERRUPTED = 130
NOTHING = "no run was left half written"


class _State:
    """Whether the interruption was told already, and what keeps what was found."""

    told = False
    keep: Callable[[], str] | None = None


_telling = Lock()


def end_soon() -> None:
    """Watch for Ctrl-C from now on: the program has a second to end by itself, then it is ended (exit 130).

    The solver takes Ctrl-C for a wish to stop the solve and returns as if nothing had happened, and threads that still
    compute keep the interpreter from ending. A run appears by one rename, so that it cannot be torn.
    """
    ours, signals = socket.socketpair()
    signals.setblocking(False)
    signal.set_wakeup_fd(signals.fileno(), warn_on_full_buffer=False)
    Thread(target=_watch, args=(ours, signals), daemon=True).start()


def on_interrupt(keep: Callable[[], str] | None) -> None:
    """Call `keep` when the program is interrupted; it keeps what was found and says so, or returns nothing."""
    _State.keep = keep


def tell() -> None:
    """Keep what was found and say once that the program was interrupted."""
    with _telling:
        if not _State.told:
            _State.told = True
            kept = _State.keep() if _State.keep else ""
            print(f"interrupted; {kept or NOTHING}", file=sys.stderr, flush=True)


def _watch(ours: socket.socket, signals: socket.socket) -> None:
    while signal.SIGINT not in ours.recv(1):
        pass
    if not _again(ours, GRACE):
        tell()
    signals.close()
    os._exit(INTERRUPTED)


def _again(ours: socket.socket, seconds: float) -> bool:
    """Return whether a second Ctrl-C comes in time."""
    ends = monotonic() + seconds
    while (left := ends - monotonic()) > 0:
        ours.settimeout(left)
        try:
            if signal.SIGINT in ours.recv(1):
                return True
        except TimeoutError:
            return False
    return False
