"""One exchange that lives on, one archive, and the workers on it that die."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos.await_hooks import Kill, read, written
from chaos.exchange import KeptExchange
from chaos.fork_server import ForkServer
from chaos.patience import PATIENCE_S, until, until_asked
from chaos.peers import Desk
from connectors.clock import SystemClock
from connectors.errors import WorkerGone
from connectors.worker import api
from connectors.worker.link import LinkClient, connect_socket
from support.simulator import Simulator
from worker.house import folders

_KILLED = -9


@dataclass(frozen=True, slots=True)
class Reached:
    """How often awaits began and were over, by name."""

    begun: dict[str, int]
    over: dict[str, int]


class Workers:
    """Exchange, archive, fork server, and the worker that lives now."""

    def __init__(self, home: Path, venue: Simulator, server: ForkServer) -> None:
        self.home = folders(home)
        self.exchange = KeptExchange(venue)
        self._server = server
        self._pid = 0
        self._desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        """The client of the worker that lives now."""
        assert self._desk is not None
        return self._desk

    async def leave(self) -> None:
        """Hang up."""
        if self._desk is not None:
            await self._desk.link.close()
        await self.exchange.close()

    async def start(self, kill: Kill | None = None, *, used: bool = True) -> None:
        """Start a worker and hand it the exchange.

        Args:
            kill: Where it dies.
            used: Connect and reconcile it, too.

        Raises:
            WorkerGone: It died on the way.
        """
        self._died.unlink(missing_ok=True)
        self._pid = await self._server.fork(self.home, kill)
        link = await self._joined()
        try:
            await link.request(api.Hello("test"))
            self._desk = await self.exchange.attach(link)
            if used:
                await self.back()
        except (WorkerGone, AssertionError):
            await link.close()
            if not self.alive:
                raise WorkerGone("it died while it came up", operation="link") from None
            raise

    async def begin(self, kill: Kill) -> None:
        """Let the first worker on an archive connect: at first it cannot write down which life the exchange is in."""
        await self.start(kill, used=False)
        with self.held_archive():
            await self.desk.link.request(api.Reconcile(self.desk.account))
        await self.back()

    async def _joined(self) -> LinkClient:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return await connect_socket(self.home / "run" / "worker.sock")
            except WorkerGone:
                if not self.alive or time.monotonic() > end:
                    raise
            await SystemClock().sleep(0.005)

    @property
    def alive(self) -> bool:
        """Whether the worker runs; a dead one waits to be asked for."""
        state = Path(f"/proc/{self._pid}/stat")
        return state.exists() and state.read_text().rpartition(")")[2].split()[0] not in "ZX"

    def signal(self, number: int) -> None:
        """Send the worker a signal."""
        os.kill(self._pid, number)

    async def arm(self, kill: Kill | None) -> None:
        """Let the worker count anew, and die there."""
        self._died.unlink(missing_ok=True)
        (self.home / "kill.json").write_text(written(kill))
        self.signal(signal.SIGUSR1)
        await self.desk.orders()

    async def reached(self) -> Reached:
        """What the worker has reached since it was armed."""
        if self.alive:
            self._counts.unlink(missing_ok=True)
            self.signal(signal.SIGUSR2)
        await until(self._counts.exists, "the worker did not tell what it reached")
        return Reached(**json.loads(self._counts.read_text()))

    @property
    def _counts(self) -> Path:
        return self.home / "counts.json"

    @property
    def _died(self) -> Path:
        return self.home / "died.json"

    async def died(self) -> Kill | None:
        """Wait until the worker is dead; where it died at its own hand, None where it is by ours."""
        await self.desk.link.close()
        if self.alive:
            self.signal(signal.SIGKILL)
        status = await self._server.wait(self._pid)
        return read(self._died.read_text()) if status == _KILLED and self._died.exists() else None

    async def gone(self) -> None:
        """Wait until the worker is dead, or has ended."""
        await until(lambda: not self.alive, "a worker that was asked to end lives on")

    async def ended(self) -> None:
        """Ask the worker to end, and wait for it."""
        await self.desk.link.request(api.Shutdown())
        await self.over()

    async def over(self) -> None:
        """Wait until the worker that was asked to end has done so."""
        await self.desk.link.closed()
        await self.desk.link.close()
        status = await self._server.wait(self._pid)
        assert status == 0, f"a worker that was asked to end did so with {status}"

    async def back(self) -> None:
        """Reconcile, as soon as the account can be asked."""

        async def so() -> bool:
            return await self.desk.link.request(api.Reconcile(self.desk.account)) == api.Done()

        await until_asked(so, "the account did not come back")

    @contextmanager
    def held_archive(self) -> Iterator[None]:
        """Nobody else can write the archive in this block."""
        with closing(sqlite3.connect(self.home / "data" / "tradedesk.db", isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")
