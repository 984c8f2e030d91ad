"""The worker process: one per archive, held by a kernel lock; what ``tradedesk worker`` runs."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connectors import registry
from connectors.clock import SystemClock
from connectors.errors import TradedeskError
from connectors.market.shared import SharedMarket
from connectors.ports.archive import Archive
from connectors.ports.candles import CandleStore
from connectors.ports.clock import Clock
from connectors.ports.vault import VaultSource
from connectors.ports.venue import ConnectorFactory
from connectors.worker.lock import OneWorker
from connectors.worker.log import log_to, logger
from connectors.worker.order_loop import OrderFirstLoop
from connectors.worker.server import SocketServer
from connectors.worker.worker import Worker

LINGER_S = 3.0
"""How long a worker without clients waits for the next one."""

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that end the worker in order; a second one hurries it."""

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_ANOTHER_SERVES = 3
"""Another worker holds this archive's lock: connect to that one."""


@dataclass(frozen=True, slots=True)
class WorkerPaths:
    """Folders of one home, each 0700 and made by the caller."""

    run: Path
    """Holds ``worker.sock`` and ``worker.lock``."""
    state: Path
    """Holds ``worker.log``."""
    data: Path
    """Holds the archive and, when the archive cannot be written, ``rescue.log``."""

    @property
    def socket(self) -> Path:
        """Where the worker listens."""
        return self.run / "worker.sock"

    @property
    def lock(self) -> Path:
        """What the kernel locks while a worker lives."""
        return self.run / "worker.lock"

    @property
    def log(self) -> Path:
        """One JSON object a line."""
        return self.state / "worker.log"

    @property
    def rescue(self) -> Path:
        """What could not be written to the archive."""
        return self.data / "rescue.log"


def run_worker(
    paths: WorkerPaths,
    open_archive: Callable[[], Archive],
    *,
    clock: Clock | None = None,
    make_connector: ConnectorFactory | None = None,
    linger_s: float = LINGER_S,
    vault: VaultSource | None = None,
    candles: Callable[[], CandleStore] | None = None,
    held: OneWorker | None = None,
) -> int:
    """Serve until no client is left, a signal comes or a client asks for the end. For the hidden command line entry.

    Args:
        paths: Where socket, lock and log stand.
        open_archive: Opens (and migrates) the archive; called once, under the lock, in the archive's own thread.
        clock: Source of time; the system's by default.
        make_connector: Makes connectors; `connectors.registry.create` by default.
        linger_s: Seconds without a client before the worker ends by itself.
        vault: Where the keys at rest come from; None: none are kept.
        candles: Opens the candle file, in a thread of its own; None: candles are always fetched.
        held: The lock, where the caller has taken it already, as whoever loads this module late does.

    Returns:
        `EXIT_DONE`, `EXIT_FAILED` (the log says why) or `EXIT_ANOTHER_SERVES`.
    """
    log_to(paths.log)
    lock = held or OneWorker(paths.lock)
    if held is None and not lock.take():
        logger().info("another_worker_serves")
        return EXIT_ANOTHER_SERVES
    try:
        with asyncio.Runner(loop_factory=OrderFirstLoop) as runner:
            return runner.run(
                serve(
                    paths,
                    open_archive,
                    clock or SystemClock(),
                    make_connector or registry.create,
                    linger_s,
                    vault,
                    candles,
                )
            )
    finally:
        lock.release()


async def serve(
    paths: WorkerPaths,
    open_archive: Callable[[], Archive],
    clock: Clock,
    make_connector: ConnectorFactory = registry.create,
    linger_s: float = LINGER_S,
    vault: VaultSource | None = None,
    candles: Callable[[], CandleStore] | None = None,
) -> int:
    """Serve on the running loop; the caller holds the lock. See `run_worker`."""
    worker = Worker(clock, make_connector, SharedMarket, paths.rescue, vault=vault, candles=candles)
    try:
        await worker.start(open_archive)
    except TradedeskError as problem:
        logger().error("worker_not_started", sentence=problem.sentence)
        await worker.stop()
        return EXIT_FAILED
    loop = asyncio.get_running_loop()
    for name in ENDS:
        loop.add_signal_handler(name, worker.ask_to_stop)
    # What was loaded to come up stays for good: the collector need not walk it again in the middle of an order.
    gc.freeze()
    gc.enable()
    server = SocketServer(paths.socket, worker, clock, linger_s)
    worker.supervisor.spawn("rooms", _load_rooms(worker))
    try:
        await server.run()
    finally:
        for name in ENDS:
            loop.remove_signal_handler(name)
        await worker.stop()
    return EXIT_DONE


async def _load_rooms(worker: Worker) -> None:
    """Load what connections will need, while whoever started this worker is still busy with itself."""
    known = set(registry.venues())
    used = {live.connection.venue for live in worker.roster.all()} & known
    # With none registered, the first will be of one of those there are.
    for venue in sorted(used or known):
        await asyncio.to_thread(registry.load, venue)
    gc.freeze()
