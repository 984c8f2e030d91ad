"""What nobody expected: one sentence for the user, the frames for a private file, the values for nobody.

The hooks of the interpreter, of threads and of what cannot be raised; and what libraries say, which would otherwise
go to standard error with the values they speak of (the loop's own handler ends there).
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path
from types import TracebackType

import tui
from connectors.errors import TradedeskError
from storage.paths import Home, private_directory, private_file
from tui.cli.exits import Exit
from tui.cli.output import complain
from tui.faults import frames_of

_KEPT = 20
"""Crash files that stay; older ones make room."""
_CLIENTS_LOG = "clients.log"


def install() -> None:
    """Take every hook by which a fault leaves this process."""
    sys.excepthook = tell_unexpected
    threading.excepthook = _tell_thread
    sys.unraisablehook = _tell_unraisable
    logging.getLogger().handlers[:] = [_LateLog()]


def tell_unexpected(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
    """Take the place of ``sys.excepthook``: the process ends after it."""
    if issubclass(kind, KeyboardInterrupt):
        os._exit(Exit.INTERRUPTED)
    _tell(kind, problem.with_traceback(trace))


def _tell_thread(what: threading.ExceptHookArgs) -> None:
    if not issubclass(what.exc_type, SystemExit):
        _tell(what.exc_type, what.exc_value)


def _tell_unraisable(what: sys.UnraisableHookArgs) -> None:
    _tell(what.exc_type, what.exc_value)


def _tell(kind: type[BaseException], problem: BaseException | None) -> None:
    path = _keep(frames_of(problem) if problem is not None else f"{kind.__name__}\n")
    where = f"{path} has the details, without secrets." if path else "The details could not be written."
    complain(f"Something in tradedesk failed ({kind.__name__}). Orders at the venues are untouched. {where}")


def _keep(frames: str) -> Path | None:
    import platform

    try:
        folder = Home.find(os.environ).log
        private_directory(folder)
        path = folder / f"crash-{os.getpid()}.txt"
        private_file(path)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"tradedesk {tui.__version__}, Python {platform.python_version()}, {sys.platform}\n{frames}\n")
        _make_room(folder)
    except (OSError, TradedeskError):
        return None
    return path


def _make_room(folder: Path) -> None:
    oldest_first = sorted(folder.glob("crash-*.txt"), key=lambda path: path.stat().st_mtime_ns)
    for path in oldest_first[:-_KEPT]:
        path.unlink(missing_ok=True)


class _LateLog(logging.Handler):
    """Opens the log when somebody has something to say: most commands end without a word, and it takes a while."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING:
            return
        try:
            folder = Home.find(os.environ).log
            private_directory(folder)
            private_file(folder / _CLIENTS_LOG)
        except (OSError, TradedeskError):
            complain(f"A part of tradedesk ({record.name}) said something that could not be written down.")
            return
        from connectors.worker.log import log_to

        log_to(folder / _CLIENTS_LOG)
        logging.getLogger().handle(record)
        if record.levelno >= logging.ERROR:
            complain(f"Something in tradedesk failed in the background. {folder / _CLIENTS_LOG} has the details.")
