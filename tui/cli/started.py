"""Processes started before there is an event loop, or anything that talks to them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ArchiveFailed, TradedeskError, WorkerGone
from storage.paths import FilesTooOpen, Home, HomeUnusable, private_file
from storage.settings import SettingsRefused
from tui.embedded import launch
from tui.spawn import Detached, Held, worker_environment

ANOTHER_SERVES = 3
"""`connectors.worker.main.EXIT_ANOTHER_SERVES`, repeated because importing that module loads the whole worker."""

_KINDS: dict[str, type[TradedeskError]] = {
    kind.__name__: kind for kind in (ArchiveFailed, FilesTooOpen, HomeUnusable, SettingsRefused)
}
"""What a worker that cannot start may say it is."""

_ERR_BYTES = 1 << 20
"""Size above which the file of the worker's last words is begun anew."""


class StartedWorker:
    """A worker process we started and that does not listen yet.

    Args:
        home: Its folders, prepared.
        archive_too: Whether it writes the archive.
    """

    def __init__(self, home: Home, *, archive_too: bool = True) -> None:
        private_file(home.worker_err)
        self._err = home.worker_err
        self._from = _begun_anew(self._err)
        words = ["-m", "tui", "worker", *([] if archive_too else ["--no-archive"])]
        self._process = Detached(words, worker_environment(os.environ), self._err)

    def lost_to_another(self) -> bool:
        """Whether it ended because another worker holds the archive.

        Raises:
            ArchiveFailed: It could not open the archive.
            WorkerGone: It ended otherwise.
        """
        code = self._process.exit_code
        if code is None:
            return False
        if code == ANOTHER_SERVES:
            return True
        raise told(self._err, self._from) or WorkerGone(
            f"The connector worker did not start (exit code {code}). {self._err} says why."
        )


@dataclass(frozen=True, slots=True)
class Started:
    """What was started ahead of whoever will use it."""

    worker: StartedWorker
    exchange: Held | None
    """None where none is wanted."""


def start_ahead(home: Home, *, exchange: bool, tape: Path | None, seed: int | None) -> Started | None:
    """Start the worker where none listens, and the embedded exchange beside it.

    Args:
        home: Their folders, prepared.
        exchange: Whether the embedded exchange is wanted.
        tape: A recording it shall replay; None: the seeded market.
        seed: Of the seeded market; None: the ledger's own.

    Returns:
        None where a worker listens, which may have an exchange, or where one left its socket behind.
    """
    if home.worker_socket.exists():
        return None
    worker = StartedWorker(home)
    return Started(worker, launch(home.sim, exchange_err(home), tape, seed) if exchange else None)


def exchange_err(home: Home) -> Path:
    """File for the embedded exchange's standard error, made here."""
    err = home.state / "exchange.err"
    private_file(err)
    return err


def _begun_anew(err: Path) -> int:
    """Length of the file, after it was emptied if it had grown."""
    length = err.stat().st_size
    if length <= _ERR_BYTES:
        return length
    os.truncate(err, 0)
    return 0


def told(err: Path, start: int) -> TradedeskError | None:
    """What a worker said of its end, if it said it.

    Args:
        err: File of its standard error.
        start: Where in it this worker's words begin.
    """
    for line in reversed(err.read_bytes()[start:].decode("utf-8", "replace").splitlines()):
        try:
            said = json.loads(line)
            sentence, code, text = str(said["sentence"]), str(said["code"]), str(said["text"])
        except (ValueError, TypeError, KeyError):
            continue
        return _KINDS.get(said["kind"], TradedeskError)(sentence, code=code, text=text)
    return None
