"""Ctrl-C ends the program soon, also while a library computes and does not look at signals."""

from __future__ import annotations

import os
import signal
import socket
import sys
from threading import Event, Thread
from time import sleep

GRACE = 1.0
"""Seconds in which the program may end by itself and tidy up."""
INTERRUPTED = 130
_told = Event()


def end_soon() -> None:
    """Watch for Ctrl-C from now on: the program has a second to end by itself, then it is ended (exit 130).

    The solver takes Ctrl-C for a wish to stop the solve and returns as if nothing had happened, and threads that still
    compute keep the interpreter from ending. A run appears by one rename, so that it cannot be torn.
    """
    ours, signals = socket.socketpair()
    signals.setblocking(False)
    signal.set_wakeup_fd(signals.fileno(), warn_on_full_buffer=False)
    Thread(target=_watch, args=(ours, signals), daemon=True).start()


def tell() -> None:
    """Say once that the program was interrupted."""
    if not _told.is_set():
        _told.set()
        print("interrupted; no run was left half written", file=sys.stderr, flush=True)


def _watch(ours: socket.socket, signals: socket.socket) -> None:
    while signal.SIGINT not in ours.recv(1):
        pass
    sleep(GRACE)
    tell()
    signals.close()
    os._exit(INTERRUPTED)
