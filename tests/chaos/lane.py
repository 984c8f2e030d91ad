"""One exchange that lives on, one archive, and workers on it that die: where a run of kills happens."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from chaos.await_hooks import Kill, written
from chaos.fork_server import ForkServer
from chaos.patience import PATIENCE_S, until, until_asked
from chaos.peers import BTC, Desk
from connectors.clock import SystemClock
from connectors.errors import WorkerGone
from connectors.model.ids import OrderId
from connectors.model.order import Order, OrderStatus
from connectors.worker import api
from connectors.worker.link import LinkClient, connect_socket
from support.simulator import Simulator
from worker.house import folders
from worker.peer_exchange import PeerExchange

_UNSETTLED = frozenset({OrderStatus.UNKNOWN, OrderStatus.SUBMITTING})
_KILLED = -9


@dataclass(frozen=True, slots=True)
class Reached:
    """How often awaits began and were over, by name."""

    begun: dict[str, int]
    over: dict[str, int]


class NotTaken(Exception):
    """A scenario could not go on: an order was declined, as it may be after a kill of the exchange's connections."""


class Lane:
    """Everything of one run: exchange, fork server, the worker that lives now, and what was asked of it."""

    def __init__(self, home: Path, venue: Simulator, server: ForkServer, rng: random.Random) -> None:
        self.home = folders(home)
        self.exchange = PeerExchange(venue)
        self.rng = rng
        self.tickets: set[str] = set()
        self.accepted: set[str] = set()
        self.external: set[str] = set()
        self._server = server
        self._pid = 0
        self._desk: Desk | None = None
        self.since_ms = time.time_ns() // 1_000_000 - 1_000

    @property
    def desk(self) -> Desk:
        """The client of the worker that lives now."""
        assert self._desk is not None
        return self._desk

    async def leave(self) -> None:
        """Hang up."""
        if self._desk is not None:
            await self._desk.link.close()

    # --- workers

    async def start(self, kill: Kill | None = None) -> None:
        """Start a worker and hand it the exchange.

        Raises:
            WorkerGone: It died on the way.
        """
        self._pid = await self._server.fork(self.home, kill)
        link = await self._joined()
        try:
            await link.request(api.Hello("test"))
            self._desk = await self.exchange.attach(link)
            await self.back()
        except (WorkerGone, AssertionError):
            await link.close()
            if not self.alive:
                raise WorkerGone("it died while it came up", operation="link") from None
            raise

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

    async def died(self) -> bool:
        """Wait until the worker is dead; whether it died at its own hand, rather than now by ours."""
        await self.desk.link.close()
        if self.alive:
            self.signal(signal.SIGKILL)
            await self._server.wait(self._pid)
            return False
        return await self._server.wait(self._pid) == _KILLED

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

    # --- what is asked

    async def low_price(self) -> Decimal:
        """A price that rests: 5 % under the last."""
        row = await self.exchange.public("ticker/price", symbol=BTC.symbol)
        return (Decimal(row["price"]) * Decimal("0.95")).quantize(Decimal("0.01"))

    async def place(self, command: api.PlaceOrder, *, surely: bool = True) -> None:
        """Place an order, and remember its ticket; one that is surely taken is asked for until the account is up.

        Raises:
            NotTaken: The worker declined it, which it surely should not.
        """
        self.tickets.add(command.order_id.hex)
        answer = await (self._once_up(command) if surely else self.desk.link.request(command))
        if isinstance(answer, api.OrderAccepted):
            self.accepted.add(command.order_id.hex)
        elif surely:
            raise NotTaken(str(answer))

    async def _once_up(self, command: api.Command) -> api.Result:
        """The answer once the account is up: a reconciliation may be over before its stream is there."""
        end = time.monotonic() + PATIENCE_S
        while True:
            answer = await self.desk.link.request(command)
            down = isinstance(answer, api.Failure) and answer.kind is api.FailureKind.UNAVAILABLE
            if not down or time.monotonic() > end:
                return answer
            await SystemClock().sleep(0.01)

    async def ask(self, command: api.Command, *tickets: OrderId) -> api.Result:
        """Ask for something that may make or rename orders, and remember their tickets."""
        self.tickets |= {ticket.hex for ticket in tickets}
        answer = await self.desk.link.request(command)
        if isinstance(answer, api.OrderAccepted | api.ListAccepted):
            self.accepted |= {ticket.hex for ticket in tickets} & self._own(answer)
        return answer

    @staticmethod
    def _own(answer: api.OrderAccepted | api.ListAccepted) -> set[str]:
        orders = answer.orders if isinstance(answer, api.ListAccepted) else (answer.order,)
        return {order.order_id.hex for order in orders}

    async def order_when(self, order_id: OrderId, condition: Callable[[Order], bool]) -> Order:
        """The order once it is as the condition says."""
        found: list[Order] = []

        async def so() -> bool:
            answer = await self.desk.link.request(api.GetOrders(handle=str(order_id)))
            assert isinstance(answer, api.Orders), answer
            found[:] = [order for order in answer.orders if condition(order)]
            return bool(found)

        await until_asked(so, f"{order_id} never was as awaited")
        return found[0]

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

    async def settled(self) -> None:
        """Wait until nothing is UNKNOWN, on its way, or waiting for a cancel or a change."""
        left: list[Order] = []

        async def so() -> bool:
            left[:] = [order for order in await self.desk.orders() if _waits(order)]
            return not left

        try:
            await until_asked(so, "")
        except AssertionError:
            raise AssertionError(f"not settled: {left}") from None

    async def tidy(self) -> None:
        """Take every fault away and leave no order open."""
        await self.exchange.disarm()
        await self.back()
        await self.settled()
        await self.desk.link.request(api.SetTrading(api.TradingState.ACTIVE))
        await self.desk.link.request(api.CancelOrders(external=True))

        async def none_open() -> bool:
            return not any(order.working for order in await self.desk.orders())

        await until_asked(none_open, "orders stay open after a cancel of all")


def _waits(order: Order) -> bool:
    return order.status in _UNSETTLED or (order.working and (order.canceling or order.amending is not None))


@asynccontextmanager
async def a_lane(home: Path, venue: Simulator, seed: int) -> AsyncIterator[Lane]:
    """A lane with a worker that is up."""
    server = ForkServer.start(folders(home))
    await server.ready()
    lane = Lane(home, venue, server, random.Random(seed))
    try:
        await lane.start()
        yield lane
    finally:
        await lane.leave()
        await server.stop()
