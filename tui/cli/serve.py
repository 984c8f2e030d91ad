"""The worker's way in: its lock first, and then all that takes time to load.

Whoever looks for a worker meanwhile sees by the lock that one is coming up, and starts no second one beside it.
"""

from __future__ import annotations

import os

from connectors.errors import TradedeskError
from connectors.worker.lock import OneWorker
from storage.paths import Home
from tui.cli import environment
from tui.cli.exits import exit_of
from tui.cli.output import complain_of
from tui.cli.started import ANOTHER_SERVES


def run(*, archive_too: bool = True) -> int:
    """Be the worker of this home, unless it has one; the body of the hidden command ``worker``.

    Args:
        archive_too: Whether the archive is written.

    Returns:
        The process's exit code.
    """
    try:
        environment.held()
        home = Home.find(os.environ)
        home.prepare()
        held = OneWorker(home.worker_lock)
        if not held.take():
            return ANOTHER_SERVES
        try:
            from tui.cli.worker_process import run_worker

            return run_worker(home, held, archive_too=archive_too)
        finally:
            held.release()
    except TradedeskError as problem:
        complain_of(problem)
        return exit_of(problem)
