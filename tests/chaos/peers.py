"""Real processes for the chaos tests: the simulator, the worker, and a client of it in the test's own loop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import uuid6

from connectors import registry
from connectors.clock import SystemClock
from connectors.model.book import BookView
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, InstrumentId, Mode, OrderId, Product
from connectors.model.order import Order, OrderReport, OrderType, Side
from connectors.wire.signers import HmacSigner
from connectors.worker import api
from connectors.worker.link import LinkClient
from worker.house import archive_at, folders, joined

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
CHECKOUT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("peer_worker.py")


class Peers:
    """One simulator that outlives any number of workers on one archive."""

    def __init__(self, home: Path) -> None:
        self.home = folders(home)
        self._environment = {"PATH": os.environ["PATH"], "TRADEDESK_HOME": str(home)}
        self._sim: subprocess.Popen[bytes] | None = None
        self.announced: dict[str, str] = {}
        self.worker: subprocess.Popen[bytes] | None = None

    def _spawn(self, words: Sequence[str], pipe: int | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(words, cwd=CHECKOUT, env=self._environment, stdin=pipe, stdout=pipe)

    async def start_exchange(self) -> None:
        words = [sys.executable, "-m", "connectors.simulator", "--with-parent", "--seed", "7"]
        self._sim = self._spawn(words, subprocess.PIPE)
        assert self._sim.stdout is not None
        line = await asyncio.to_thread(self._sim.stdout.readline)
        self.announced = json.loads(line)

    def connection(self) -> Connection:
        said = self.announced
        return Connection(
            account=AccountId(uuid6.uuid7()),
            venue="binance",
            label="demo",
            mode=Mode.SIM,
            hosts=Hosts((said["rest"],), said["stream"], said["ws_api"]),
            keyed=True,
            embedded=True,
        )

    async def start_worker(self, point: str = "") -> Desk:
        words = [sys.executable, str(WORKER), str(self.home), *([point] if point else [])]
        self.worker = self._spawn(words)
        link = await joined(self.home / "run" / "worker.sock")
        await link.request(api.Hello("test"))
        return await self.attach(link)

    async def attach(self, link: LinkClient) -> Desk:
        """Hand the exchange to a worker and learn under which account it keeps it."""
        said = self.announced
        answer = await link.attach_embedded(self.connection(), said["api_key"], said["api_secret"])
        assert answer == api.Done(), answer
        listed = await link.request(api.ListConnections())
        assert isinstance(listed, api.ConnectionList)
        (connection,) = listed.connections
        return Desk(link, connection.account)

    def kill_worker(self) -> None:
        assert self.worker is not None
        self.worker.send_signal(signal.SIGKILL)
        assert self.worker.wait(10) == -signal.SIGKILL

    async def worker_ended(self) -> int:
        assert self.worker is not None
        return await asyncio.wait_for(asyncio.to_thread(self.worker.wait), 60)

    def journal_entries(self) -> int:
        """Read behind the worker's back, while none runs."""
        archive = archive_at(self.home)()
        try:
            return archive.journal.last_number()
        finally:
            archive.close()

    async def venue_orders(self, order_id: OrderId) -> list[OrderReport]:
        """What the exchange itself has under an order's client id, asked by a connector of our own."""
        signer = HmacSigner(self.announced["api_key"], self.announced["api_secret"].encode())
        connector = registry.create(self.connection(), signer, SystemClock())
        await connector.connect()
        try:
            assert connector.trading is not None
            history = await connector.trading.order_history(BTC)
        finally:
            await connector.close()
        return [report for report in history if report.client_order_id == order_id.hex]

    async def stop(self) -> None:
        if self.worker is not None and self.worker.poll() is None:
            self.worker.kill()
            self.worker.wait(10)
        await self.stop_exchange()

    async def stop_exchange(self) -> None:
        if self._sim is not None:
            assert self._sim.stdin is not None and self._sim.stdout is not None
            self._sim.stdin.close()
            await asyncio.to_thread(self._sim.wait, 10)
            self._sim.stdout.close()
            self._sim = None


class Desk:
    """A client of the worker, for one account."""

    def __init__(self, link: LinkClient, account: AccountId) -> None:
        self.link = link
        self.account = account

    def resting(self, price: Decimal) -> api.PlaceOrder:
        return api.PlaceOrder(
            OrderId(uuid6.uuid7()), self.account, BTC, Side.BUY, OrderType.LIMIT, Decimal("0.001"), price=price
        )

    def market(self) -> api.PlaceOrder:
        return api.PlaceOrder(OrderId(uuid6.uuid7()), self.account, BTC, Side.BUY, OrderType.MARKET, Decimal("0.001"))

    async def low_price(self) -> Decimal:
        """A price that rests: 5 % under the bid."""
        view = await self.link.request(api.GetBook(self.account, "BTCUSDT", 1))
        assert isinstance(view, BookView), view
        return (view.bids[0].price * Decimal("0.95")).quantize(Decimal("0.01"))

    async def orders(self) -> tuple[Order, ...]:
        answer = await self.link.request(api.GetOrders())
        assert isinstance(answer, api.Orders)
        return answer.orders

    async def reconcile(self) -> None:
        answer = await self.link.request(api.Reconcile(self.account))
        assert answer == api.Done(), answer

    async def order_when(self, order_id: OrderId, condition: Callable[[Order], bool]) -> Order:
        """The order once it is as the condition says, told by the never-drop lane."""
        async with asyncio.timeout(30):
            picture = await self.link.request(api.Attach())
            assert isinstance(picture, api.Picture)
            for order in picture.orders:
                if order.order_id == order_id and condition(order):
                    return order
            async for push in self.link.events():
                if isinstance(push, api.Numbered) and isinstance(push.event, api.OrderChanged):
                    order = push.event.order
                    if order.order_id == order_id and condition(order):
                        return order
        raise AssertionError("the worker went away first")


@asynccontextmanager
async def peers_at(home: Path) -> AsyncIterator[Peers]:
    peers = Peers(home)
    try:
        await peers.start_exchange()
        yield peers
    finally:
        await peers.stop()
