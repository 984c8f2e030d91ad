"""A worker in the test's own loop, over the real archive, reached by either transport of the link."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from connectors import registry
from connectors.clock import SystemClock
from connectors.errors import WorkerGone
from connectors.market.shared import SharedMarket
from connectors.ports.clock import Clock
from connectors.ports.vault import VaultSource
from connectors.ports.venue import ConnectorFactory
from connectors.worker import api
from connectors.worker.link import LinkClient, connect_socket
from connectors.worker.server import SocketServer
from connectors.worker.wires import memory_pair
from connectors.worker.worker import Worker
from storage.archive import Archive, open_archive
from storage.vault.door import VaultDoor, open_door
from storage.vault.parameters import NewSlotCost
from storage.vault.slots_door import FoundKeyring, no_keyring
from storage.vault.suspend import suspend_watch
from support.vaults import cheap

TRANSPORTS = ("memory", "socket")
_EAGER_S = 0.01
_PATIENCE_S = 60
"""On a machine that has other things to do."""


def folders(home: Path) -> Path:
    """Make a home's folders, private."""
    for name in ("run", "state", "data", "sim"):
        (home / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    return home


def archive_at(home: Path) -> Callable[[], Archive]:
    return lambda: open_archive(home / "data" / "tradedesk.db")


def vault_at(home: Path, clock: Clock, keyring: FoundKeyring, cost: NewSlotCost) -> VaultSource:
    """A home's vault."""

    def opened() -> VaultDoor:
        database, anchor = home / "data" / "tradedesk.db", home / "state" / "vault.anchor"
        return open_door(database, anchor, clock, cost=cost, keyring=lambda: keyring)

    return VaultSource(opened, suspend_watch())


class WorkerHouse:
    """One worker and the ways to reach it."""

    def __init__(self, worker: Worker, socket: Path, server: asyncio.Task[None]) -> None:
        self.worker = worker
        self.socket = socket
        self.server = server
        self._links: list[LinkClient] = []

    async def join(self, transport: str, *, greet: bool = True) -> LinkClient:
        """A client over one of the two transports."""
        if transport == "memory":
            here, there = memory_pair()
            self.worker.supervisor.spawn("memory-client", self.worker.serve(there))
            link = LinkClient(here)
        else:
            link = await connect_socket(self.socket)
        self._links.append(link)
        if greet:
            welcome = await link.request(api.Hello("test"))
            assert isinstance(welcome, api.Welcome)
        return link

    async def leave(self) -> None:
        for link in self._links:
            await link.close()


@asynccontextmanager
async def a_worker(
    home: Path,
    clock: Clock | None = None,
    linger_s: float = 60.0,
    keyring: FoundKeyring | None = None,
    make_connector: ConnectorFactory = registry.create,
    cost: NewSlotCost | None = None,
) -> AsyncIterator[WorkerHouse]:
    """A worker with a vault that is cheap to open; it serves memory and socket until the test is over."""
    folders(home)
    clock = clock or SystemClock()
    vault = vault_at(home, clock, keyring or no_keyring(), cost or cheap())
    worker = Worker(clock, make_connector, SharedMarket, home / "data" / "rescue.log", vault=vault)
    await worker.start(archive_at(home))
    socket = home / "run" / "worker.sock"
    server = asyncio.create_task(SocketServer(socket, worker, clock, linger_s).run())
    await until(socket.exists)
    house = WorkerHouse(worker, socket, server)
    try:
        yield house
    finally:
        await house.leave()
        worker.ask_to_stop()
        await server
        await worker.stop()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is true; fails by name if it never is.

    At first the loop is given turn after turn, for what this process does by itself. What takes longer waits for
    another process, which must not be robbed of its core.
    """
    patient = time.monotonic() + _EAGER_S
    async with asyncio.timeout(_PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - the condition is whatever the test says
            await asyncio.sleep(0 if time.monotonic() < patient else _EAGER_S)


async def joined(path: Path, deadline_s: float = 60.0) -> LinkClient:
    """Join a worker process that is still starting."""
    async with asyncio.timeout(deadline_s):
        while True:
            try:
                return await connect_socket(path)
            except WorkerGone:
                await SystemClock().sleep(0.01)
