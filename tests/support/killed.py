"""A process of its own that ends, by SIGKILL, at the n-th thing it does to a file."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import warnings
from collections.abc import Callable
from typing import Any

EVERY = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
"""In a soak the process also ends before each statement that only reads."""
_READS = ("SELECT", "PRAGMA")
_TOUCHES = frozenset({"open", "os.rename", "os.remove", "os.link", "os.truncate", "os.chmod", "shutil.copyfile"})


def killed_at(act: Callable[[], object], at: int, *, only: str = "") -> bool:
    """Run ``act`` in a child that ends before its step number ``at``; whether it came so far.

    Steps are what Python tells its audit hooks of files, and every SQL statement that may write.

    Args:
        act: What to do.
        at: Number of the step, from 1; 0 lets it run to its end.
        only: Count the opening of paths that contain this, so that imports do not count.
    """
    return was_killed(lambda: _run(act, at, only))


def was_killed(run: Callable[[], object]) -> bool:
    """Whether a child that runs this ended by SIGKILL; otherwise it has to come to its end."""
    with warnings.catch_warnings():
        # From 3.12 on, Python warns where pytest's own threads run; the child touches none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            run()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def _run(act: Callable[[], object], at: int, only: str) -> None:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(text: str) -> None:
        if EVERY or not text.lstrip().startswith(_READS) or "journal_mode" in text:
            step()

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        if event in _TOUCHES and (not only or only in str(arguments[0])):
            step()

    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def traced(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **named)
        connection.set_trace_callback(statement)
        return connection

    # In the child alone, which ends here.
    for module in (sqlite3, sqlite3.dbapi2):
        module.connect = traced  # type: ignore[attr-defined]
    sys.addaudithook(heard)
    act()
    step()
