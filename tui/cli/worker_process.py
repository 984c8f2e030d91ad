"""The worker's process put together: archive, vault and worker. Only the hidden command ``worker`` imports it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from connectors.clock import SystemClock
from connectors.errors import Refused, TradedeskError
from connectors.ports.archive import Archive
from connectors.ports.candles import CandleStore
from connectors.ports.vault import Vault, VaultSource
from connectors.wire import egress
from connectors.worker.lock import OneWorker
from storage.paths import Home
from storage.settings import Settings, SettingsRefused, load_settings
from storage.vault.suspend import suspend_watch
from tui.hardening import development

_CLOCK = SystemClock()


def run_worker(home: Home, held: OneWorker, *, archive_too: bool = True) -> int:
    """Be the worker: open the archive, serve until no client is left.

    A failure to start is also told as one JSON line on standard error, where `tui.wiring.connect_worker` reads it.

    Args:
        home: Its folders, prepared.
        held: Its lock, taken.
        archive_too: Whether the archive is written; else it is read from a copy, and what happens goes into the rescue
            log alone.

    Returns:
        The process's exit code.
    """
    for unused in ("rich", "pygments", "click", "sniffio"):
        # structlog and httpx load the first three, where they can, for output to a terminal, which this process has
        # none of: 9 MB. For the fourth, where it is missing, httpcore searches the whole path at each request: 1 ms.
        sys.modules.setdefault(unused, None)  # type: ignore[arg-type]  # the import system's own word for "absent"
    from connectors.worker import main as worker  # after those are known to be absent

    if not archive_too:
        return _without_archive(home, held)

    def open_archive() -> Archive:
        from storage import archive  # half a second of imports, in the archive's thread

        try:
            settings = load_settings(home.settings_file, os.environ)
            _leave_by(settings)
            limits = archive.Limits(settings.archive_busy_timeout_ms, settings.archive_max_pages)
            heads = settings.audit_anchor_file
            return archive.open_archive(
                home.database, limits, audit_heads=None if heads is None else Path(heads).expanduser()
            )
        except TradedeskError as problem:
            _last_words(problem)
            raise

    paths = worker.WorkerPaths(run=home.run, state=home.state, data=home.data)
    return worker.run_worker(paths, open_archive, held=held, vault=_vault(home), candles=_candles(home))


def _without_archive(home: Home, held: OneWorker) -> int:
    """Be a worker that writes no archive: the last resort, for a panic while the file cannot be written."""
    from connectors.worker import main as worker
    from storage import archive
    from storage.no_archive import Copied, WithoutArchive

    try:
        copied = Copied(home.database)
    except TradedeskError as problem:
        _last_words(problem)
        return worker.EXIT_FAILED

    def open_archive() -> Archive:
        try:
            _leave_by(load_settings(home.settings_file, os.environ))
            return WithoutArchive(archive.open_archive(copied.database))
        except TradedeskError as problem:
            _last_words(problem)
            raise

    paths = worker.WorkerPaths(run=home.run, state=home.state, data=home.data)
    try:
        return worker.run_worker(paths, open_archive, held=held, vault=_vault(home, copied.database))
    finally:
        copied.close()


def _leave_by(settings: Settings) -> None:
    failure: SettingsRefused
    try:
        egress.choose(egress.Egress(settings.proxy or "", settings.ca_file or ""))
    except Refused as problem:
        failure = SettingsRefused(problem.sentence)
    else:
        return
    raise failure


def _vault(home: Home, copy: Path | None = None) -> VaultSource:
    """The vault of this home, or of a copy of its archive, opened in the worker by a thread of its own."""

    def open_vault() -> Vault:
        from storage.vault import door  # after the archive, whose imports it shares

        settings = load_settings(home.settings_file, os.environ)
        limits = door.Limits(settings.archive_busy_timeout_ms, settings.archive_max_pages)
        return door.open_door(
            copy or home.database, home.vault_anchor, _CLOCK, limits=limits, readable=development(os.environ)
        )

    return VaultSource(open_vault, suspend_watch())


def _candles(home: Home) -> Callable[[], CandleStore]:
    """The candle file of this home; it may be deleted at any time."""

    def open_candles() -> CandleStore:
        from connectors.worker.log import logger  # as above
        from storage.candles.file import CandleFile

        return CandleFile(home.candles, lambda sentence: logger().warning("candles", sentence=sentence))

    return open_candles


def _last_words(problem: TradedeskError) -> None:
    line = {"kind": type(problem).__name__, "sentence": problem.sentence, "code": problem.code, "text": problem.text}
    os.write(2, json.dumps(line).encode() + b"\n")
