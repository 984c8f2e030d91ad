"""A worker with one desk at an exchange that was there before and will be there after, and what it was told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from chaos.peers import BTC, Desk
from connectors.clock import SystemClock
from connectors.model.book import BookView
from connectors.model.ids import OrderId
from connectors.model.order import Order
from connectors.worker import api
from support.simulator import running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.peer_exchange import Ears, PeerExchange

D = Decimal


@contextmanager
def a_moving_market(home: Path) -> Iterator[PeerExchange]:
    """An exchange of a market that moves and has room between bid and ask."""
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control", "--regime", "volatile") as made:
        yield PeerExchange(made)


async def swept(venue: PeerExchange) -> None:
    """No fault is armed and no order is open."""
    await venue.disarm()
    if await venue.signed("GET", "openOrders", symbol="BTCUSDT"):
        await venue.signed("DELETE", "openOrders", symbol="BTCUSDT")


class At:
    """A worker, one desk at it, and what it was told."""

    def __init__(self, house: WorkerHouse, desk: Desk, exchange: PeerExchange, ears: Ears) -> None:
        self.house, self.desk, self.exchange, self.ears = house, desk, exchange, ears

    def order(self, order_id: OrderId) -> Order:
        return self.house.worker.executor.state.orders[order_id]

    async def place(self, command: api.PlaceOrder) -> OrderId:
        answer = await self.desk.link.request(command)
        assert isinstance(answer, api.OrderAccepted), answer
        return command.order_id

    async def reaches(self, order_id: OrderId, condition: Callable[[Order], bool]) -> Order:
        await until(lambda: condition(self.order(order_id)))
        return self.order(order_id)

    async def settled(self, order_id: OrderId) -> Order:
        """The order once every fill it owes is booked."""
        state = self.house.worker.executor
        await until(lambda: order_id not in state.state.owed)
        return self.order(order_id)

    async def requests(self, request: str) -> int:
        return await self.exchange.asked(lambda entry: entry.get("request") == request and entry["what"] == "request")

    async def at_venue(self, order: Order) -> dict[str, Any]:
        """The venue's own record, by a request signed by hand."""
        rows = await self.exchange.signed("GET", "allOrders", symbol="BTCUSDT", limit=1000)
        (row,) = [row for row in rows if row["clientOrderId"] == order.client_order_ids[0]]
        found: dict[str, Any] = row
        return found

    async def trades_at_venue(self, order: Order) -> dict[str, Decimal]:
        rows = await self.exchange.signed("GET", "myTrades", symbol="BTCUSDT", orderId=order.venue_order_id)
        return {str(row["id"]): D(row["qty"]) for row in rows}

    async def booked(self, order: Order) -> dict[str, Decimal]:
        """Fills in the archive, each by its trade id."""
        await self.house.worker.keeper.flush()
        fills = await self.house.worker.keeper.ask(lambda archive: archive.fills.fills(limit=500))
        mine = [kept.fill for kept in fills if kept.order_id == order.order_id]
        assert len(mine) == len({fill.trade_id for fill in mine})
        return {str(fill.trade_id): fill.quantity for fill in mine}

    def position(self) -> Decimal:
        known = self.house.worker.executor.state.positions.get((self.desk.account, BTC))
        return known.quantity if known else D(0)


@asynccontextmanager
async def at_work(home: Path, exchange: PeerExchange, clock: SystemClock | None = None) -> AsyncIterator[At]:
    async with a_worker(home, clock) as house:
        link = await house.join("memory")
        desk = await exchange.attach(link)
        live = house.worker.roster.get(desk.account)
        await until(lambda: live.follower is not None and live.follower.ready)
        ears = Ears(link)
        await link.request(api.Attach())
        yield At(house, desk, exchange, ears)


async def best_bid(desk: Desk) -> Decimal:
    """One tick over the best bid: the first in the queue where there is room."""
    view = await desk.link.request(api.GetBook(desk.account, "BTCUSDT", 1))
    assert isinstance(view, BookView), view
    return view.bids[0].price + D("0.01")
