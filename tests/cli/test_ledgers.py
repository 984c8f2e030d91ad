"""The flow market, a recording, and the flow market again in one home: each shows what is true of its own ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import uuid6

from connectors.model.book import BookView
from connectors.model.ids import AccountId, InstrumentId, OrderId, Product
from connectors.model.order import Order, OrderStatus, OrderType, Side
from connectors.model.position import Position
from connectors.worker import api
from connectors.worker.link import LinkClient
from storage.paths import Home
from support.shared import shared_path
from tui.wiring import Backstage

pytestmark = pytest.mark.peers

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
TAPE = ("tapes", "binance-spot-btcusdt-2024-08-08.gz")


class Demo:
    """The connection ``demo`` as one desk sees it."""

    def __init__(self, link: LinkClient, account: AccountId) -> None:
        self.link = link
        self.account = account

    async def picture(self) -> api.Picture:
        answer = await self.link.request(api.Attach())
        assert isinstance(answer, api.Picture)
        return answer

    async def picture_when(self, condition: Callable[[api.Picture], bool]) -> None:
        """Wait until it is as the condition says, looking again at every event."""
        async with asyncio.timeout(20):
            while not condition(await self.picture()):
                await anext(aiter(self.link.events()))

    async def positions(self) -> list[tuple[Decimal, Decimal | None, Decimal]]:
        """Quantity, average entry and what was realised, of each that is or was one."""
        said = [(one.quantity, one.average_entry, one.realised) for one in (await self.picture()).positions]
        return [one for one in said if one[0] or one[2]]

    async def trade(self, side: Side, quantity: str) -> None:
        order_id = OrderId(uuid6.uuid7())
        market = api.PlaceOrder(order_id, self.account, BTC, side, OrderType.MARKET, Decimal(quantity))
        answer = await self.link.request(market)
        assert isinstance(answer, api.OrderAccepted), answer
        await self.order_when(order_id, lambda order: order.status is OrderStatus.FILLED)

    async def rest(self) -> OrderId:
        """An order 5 % under the bid, once it is open."""
        view = await self.link.request(api.GetBook(self.account, "BTCUSDT", 1))
        assert isinstance(view, BookView), view
        price = (view.bids[0].price * Decimal("0.95")).quantize(Decimal("0.01"))
        order_id = OrderId(uuid6.uuid7())
        limit = api.PlaceOrder(order_id, self.account, BTC, Side.BUY, OrderType.LIMIT, Decimal("0.001"), price=price)
        answer = await self.link.request(limit)
        assert isinstance(answer, api.OrderAccepted), answer
        await self.order_when(order_id, lambda order: order.status is OrderStatus.OPEN)
        return order_id

    async def order_when(self, order_id: OrderId, condition: Callable[[Order], bool]) -> None:
        await self.picture_when(
            lambda picture: any(order.order_id == order_id and condition(order) for order in picture.orders)
        )


@asynccontextmanager
async def demo(folders: Home, tape: Path | None, *, end_worker: bool) -> AsyncIterator[Demo]:
    """A desk with the embedded exchange, until it quits; reconciled."""
    backstage = Backstage(folders, tape=tape)
    link = await backstage.connect()
    try:
        await backstage.start_exchange(link)
        listed = await link.request(api.ListConnections())
        assert isinstance(listed, api.ConnectionList)
        (connection,) = listed.connections
        desk = Demo(link, connection.account)
        await desk.picture_when(lambda picture: any(status.trading for status in picture.statuses))
        yield desk
        if end_worker:
            await link.request(api.Shutdown())
            await link.closed()
    finally:
        await link.close()
        await backstage.close()


def life_alerts(picture: api.Picture) -> list[str]:
    return [alert.sentence for alert in picture.alerts if " life at the venue" in alert.sentence]


@pytest.mark.parametrize("end_worker", [True, False], ids=["another-worker", "same-worker"])
async def test_a_position_is_of_the_ledger_it_was_made_in(home: Path, *, end_worker: bool) -> None:
    folders, tape = Home.below(home), shared_path(*TAPE)
    async with demo(folders, None, end_worker=end_worker) as desk:
        await desk.trade(Side.BUY, "0.002")
        await desk.trade(Side.SELL, "0.001")
        resting = await desk.rest()
        before = await desk.positions()
        assert len(before) == 1
    async with demo(folders, tape, end_worker=end_worker) as desk:
        assert await desk.positions() == []
        picture = await desk.picture()
        assert [order.status for order in picture.orders if order.order_id == resting] == [OrderStatus.EXPIRED]
        assert {balance.asset for balance in picture.balances} == {"USDT"}
        assert len(life_alerts(picture)) == 1
        await desk.trade(Side.BUY, "0.003")
        on_tape = await desk.positions()
    async with demo(folders, None, end_worker=end_worker) as desk:
        assert await desk.positions() == before
        await desk.order_when(resting, lambda order: order.status is OrderStatus.OPEN)
        assert len(life_alerts(await desk.picture())) == (1 if end_worker else 2)
        answer = await desk.link.request(api.CancelOrder(resting))
        assert not isinstance(answer, api.Failure), answer
        await desk.order_when(resting, lambda order: order.status is OrderStatus.CANCELED)
    async with demo(folders, tape, end_worker=end_worker) as desk:
        assert await desk.positions() == on_tape
        positions: tuple[Position, ...] = (await desk.picture()).positions
        assert {position.instrument for position in positions} == {BTC}
