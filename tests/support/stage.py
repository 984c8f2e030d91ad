"""A keyed connection to a venue for tests of orders, with prices and sizes that its filters take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import uuid6

from connectors.errors import OrderNotFound
from connectors.model.ids import ClientListId, ClientOrderId
from connectors.model.instrument import Instrument
from connectors.model.order import OrderReport, OrderRequest, OrderType, Side, TimeInForce
from connectors.model.order_list import ListKind, OrderListRequest
from connectors.ports.venue import Account, Connector, MarketData, Trading

SYMBOL = "BTCUSDT"
TRIGGERED = {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}
LIMITED = {OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT}
ABOVE = {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT}
"""Purchases that wait above the market."""


def fresh_id() -> ClientOrderId:
    return ClientOrderId(uuid6.uuid7().hex)


@dataclass(frozen=True)
class Stage:
    """A venue, and what the market stood at when it was set.

    Attributes:
        last: Last price, quote a base unit.
        size: Base units worth about 25 of the quote.
    """

    connector: Connector
    market: MarketData
    trading: Trading
    account: Account
    instrument: Instrument
    last: Decimal
    size: Decimal

    def at(self, factor: str) -> Decimal:
        """A price on the grid, as a factor of the last one."""
        tick = self.instrument.filters.tick_size
        return self.last * Decimal(factor) // tick * tick

    def whole(self, quantity: Decimal) -> Decimal:
        """A quantity on the grid."""
        step = self.instrument.filters.step_size
        return quantity // step * step

    def order(self, kind: OrderType = OrderType.LIMIT, side: Side = Side.BUY, **changed: Any) -> OrderRequest:
        """An order that rests or waits, far from the market; a market order is small."""
        far = "1.1" if (kind in ABOVE) == (side is Side.BUY) else "0.9"
        if kind in {OrderType.LIMIT, OrderType.LIMIT_MAKER}:
            far = "0.9" if side is Side.BUY else "1.1"
        request = OrderRequest(
            self.instrument.id,
            fresh_id(),
            side,
            kind,
            self.size,
            price=self.at(far) if kind in LIMITED else None,
            trigger_price=self.at(far) if kind in TRIGGERED else None,
            time_in_force=TimeInForce.GTC if kind in LIMITED - {OrderType.LIMIT_MAKER} else None,
            trailing_delta=500 if kind is OrderType.TRAILING else None,
        )
        return replace(request, **changed)

    def list_of(self, kind: ListKind) -> OrderListRequest:
        """A list that rests: a purchase far below, and a sale around the market for its coins."""
        target = self.order(OrderType.LIMIT_MAKER, Side.SELL)
        stop = self.order(OrderType.STOP_LOSS_LIMIT, Side.SELL)
        entry = None if kind is ListKind.OCO else self.order()
        if kind is ListKind.OTO:
            return OrderListRequest(kind, ClientListId(fresh_id()), entry=entry, exit=target)
        return OrderListRequest(kind, ClientListId(fresh_id()), entry=entry, take_profit=target, stop_loss=stop)

    async def ends(self, report: OrderReport) -> OrderReport:
        """Cancel an order."""
        return await self.trading.cancel(self.instrument.id, venue_order_id=report.venue_order_id)


@asynccontextmanager
async def staged(connector: Connector) -> AsyncIterator[Stage]:
    """Connect, take the market's price, and leave nothing open behind."""
    await connector.connect()
    trading, account = connector.trading, connector.account
    assert trading is not None
    assert account is not None
    instrument = await connector.market.instrument(SYMBOL)
    last = (await connector.market.ticker(instrument.id)).last
    step = instrument.filters.step_size
    size = Decimal(25) / last // step * step
    stage = Stage(connector, connector.market, trading, account, instrument, last, size)
    try:
        held = {balance.asset: balance.free for balance in await account.balances()}
        if held.get(instrument.base, Decimal(0)) < 8 * size:
            await trading.place(stage.order(OrderType.MARKET, quantity=16 * size))
        yield stage
        try:
            await trading.cancel_all(instrument.id)
        except OrderNotFound:
            return
    finally:
        await connector.close()
