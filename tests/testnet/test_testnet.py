"""One account's day on a venue (REQUIREMENTS N5): against the simulator in every run, against a testnet where asked to.

The same tests and assertions for both. For the testnet, set

- ``TRADEDESK_TESTNET=1``: without it no test of this house leaves this machine, whatever keys lie in the environment;
- ``BINANCE_TESTNET_API_KEY``, and either ``BINANCE_TESTNET_API_SECRET`` (an HMAC key) or ``BINANCE_TESTNET_KEY_FILE``
  (the private half of an RSA or Ed25519 key, PKCS#8 PEM) with ``BINANCE_TESTNET_KEY_KIND`` (``rsa`` or ``ed25519``);

and run ``pytest --noconftest -p no:xdist tests/testnet``: the guard that keeps tests on loopback stands in conftest.py.

It buys and sells BTCUSDT for little more than the smallest order the venue takes, and cleans up after itself: what it
bought is sold, what it placed is cancelled. Nothing else may use the account meanwhile. A testnet is wiped about once a
month (facts §1.1): the epoch is another one then, balances are the venue's present, and these tests do not mind.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
import uuid6

from connectors import registry
from connectors.clock import SystemClock
from connectors.errors import OrderNotFound
from connectors.model.book import BookState
from connectors.model.candle import Interval
from connectors.model.connection import Connection, KeyKind, LinkState
from connectors.model.fill import Fill
from connectors.model.ids import AccountId, ClientOrderId, Mode
from connectors.model.instrument import Instrument, InstrumentStatus
from connectors.model.order import OrderReport, OrderRequest, OrderStatus, OrderType, TimeInForce
from connectors.model.side import Side
from connectors.model.trade import Gap, Trade
from connectors.ports.credentials import Signer
from connectors.ports.venue import (
    Account,
    AccountEvent,
    AccountStreamUp,
    BalanceUpdate,
    Connector,
    LiveBook,
    Trading,
)
from support.heard import Heard
from support.simulator import running_simulator

pytestmark = pytest.mark.peers

SYMBOL = "BTCUSDT"
PATIENCE_S = 30
# Read when this file is loaded: the fixtures of the house hide the environment from tests.
ON_TESTNET = os.environ.get("TRADEDESK_TESTNET") == "1"
API_KEY = os.environ.get("BINANCE_TESTNET_API_KEY", "")
API_SECRET = os.environ.get("BINANCE_TESTNET_API_SECRET", "")
KEY_FILE = os.environ.get("BINANCE_TESTNET_KEY_FILE", "")
KEY_KIND = os.environ.get("BINANCE_TESTNET_KEY_KIND", KeyKind.ED25519.value)


@dataclass(frozen=True)
class Place:
    """Where the day is spent."""

    connection: Connection
    signer: Signer
    epoch: str
    """The venue's life where it is known beforehand; empty on a testnet."""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    if ON_TESTNET:
        yield _testnet()
        return
    with tempfile.TemporaryDirectory(prefix="td") as home, running_simulator(Path(home), "--seed", "7") as running:
        yield Place(running.connection(), running.signer(), running.instance)


def _testnet() -> Place:
    if not API_KEY or not (API_SECRET or KEY_FILE):
        pytest.skip("no key: set BINANCE_TESTNET_API_KEY with BINANCE_TESTNET_API_SECRET or BINANCE_TESTNET_KEY_FILE")
    kind = KeyKind(KEY_KIND) if KEY_FILE else KeyKind.HMAC
    secret = Path(KEY_FILE).read_bytes() if KEY_FILE else API_SECRET.encode()
    connection = Connection(AccountId(UUID(int=1)), "binance", "testnet", Mode.TESTNET, keyed=True)
    return Place(connection, registry.signer("binance", Mode.TESTNET, kind, API_KEY, secret), "")


@pytest.fixture
async def connector(place: Place) -> AsyncIterator[Connector]:
    made = registry.create(place.connection, place.signer, SystemClock())
    try:
        await made.connect()
        yield made
    finally:
        await made.close()


class Day:
    """What one test does with the account, cleaned up at its end."""

    def __init__(self, connector: Connector, instrument: Instrument, last: Decimal) -> None:
        assert connector.trading is not None
        assert connector.account is not None
        self.trading: Trading = connector.trading
        self.account: Account = connector.account
        self.instrument = instrument
        self.last = last
        self.events: Heard[AccountEvent] = Heard()

    @property
    def size(self) -> Decimal:
        """Base units worth twice the smallest order at the far price, on the grid."""
        filters = self.instrument.filters
        worth = max(filters.min_notional, Decimal(5)) * 2 / (self.last * Decimal("0.8"))
        return max(worth.quantize(filters.step_size.normalize(), ROUND_UP), filters.min_quantity)

    def order(
        self, side: Side, kind: OrderType, price: Decimal | None = None, size: Decimal | None = None
    ) -> OrderRequest:
        return OrderRequest(
            self.instrument.id,
            ClientOrderId(uuid6.uuid7().hex),
            side,
            kind,
            size or self.size,
            price=price,
            time_in_force=TimeInForce.GTC if kind is OrderType.LIMIT else None,
        )

    def left_of(self, fills: list[Fill]) -> Decimal:
        """What purchases left after fees taken in base, on the grid."""
        fees = sum(fill.fee.amount for fill in fills if fill.fee and fill.fee.asset == self.instrument.base)
        step = self.instrument.filters.step_size
        return (sum((fill.quantity for fill in fills), Decimal(0)) - fees) // step * step

    @property
    def far_below(self) -> Decimal:
        tick = self.instrument.filters.tick_size
        return self.last * Decimal("0.8") // tick * tick

    async def told(self, client_order_id: ClientOrderId | None, *statuses: OrderStatus) -> OrderReport:
        """The first report of an order in one of these states on the user stream."""

        def is_it(event: AccountEvent) -> bool:
            mine = isinstance(event, OrderReport) and event.client_order_id == client_order_id
            return mine and isinstance(event, OrderReport) and event.status in statuses

        found = await self.events.until(is_it, seconds=PATIENCE_S)
        assert isinstance(found, OrderReport)
        return found

    async def total(self, asset: str) -> Decimal:
        return next((row.total for row in await self.account.balances() if row.asset == asset), Decimal(0))

    async def fills_of(self, report: OrderReport) -> list[Fill]:
        return list(await self.account.fills(self.instrument.id, venue_order_id=report.venue_order_id))


@pytest.fixture
async def day(connector: Connector) -> AsyncIterator[Day]:
    instrument = await connector.market.instrument(SYMBOL)
    made = Day(connector, instrument, (await connector.market.ticker(instrument.id)).last)
    watching = await made.account.watch_account(made.events)
    await made.events.until(lambda event: isinstance(event, AccountStreamUp), seconds=PATIENCE_S)
    try:
        yield made
    finally:
        await made.trading.cancel_all(instrument.id)
        await watching.close()


async def test_it_connects_and_says_how_it_stands(place: Place, connector: Connector) -> None:
    status = connector.status()
    assert status.state in {LinkState.LIVE, LinkState.SLOW}
    assert status.clock_offset_ms is not None
    assert {limit.name for limit in status.limits} >= {"REQUEST_WEIGHT 1M", "ORDERS 10S"}
    epoch = await connector.epoch()
    assert epoch
    assert place.epoch in {"", epoch}
    again = registry.create(place.connection, place.signer, SystemClock())
    await again.connect()
    assert await again.epoch() == epoch
    await again.close()
    assert status.rights is not None
    assert ON_TESTNET is (status.rights.withdraw is None)


async def test_market_data_fits_together(connector: Connector) -> None:
    market = connector.market
    instrument = await market.instrument(SYMBOL)
    assert instrument.status is InstrumentStatus.TRADING
    assert instrument.filters.tick_size > 0
    candles = await market.candles(instrument.id, Interval.M1, limit=30)
    assert all(one.open_ns < other.open_ns for one, other in pairwise(candles))
    ticker, touch = await market.ticker(instrument.id), await market.touch(instrument.id)
    assert ticker.low <= ticker.last <= ticker.high
    assert touch.bid is not None
    assert touch.ask is not None
    assert touch.bid.price < touch.ask.price
    average = await market.average_price(instrument.id)
    assert ticker.low / 2 < average < ticker.high * 2
    trades = await market.trades(instrument.id, 50)
    ids = [int(trade.trade_id) for trade in trades]
    assert ids == sorted(set(ids))


async def test_a_book_goes_live_and_trades_are_heard(connector: Connector) -> None:
    market = connector.market
    instrument = (await market.instrument(SYMBOL)).id
    states: Heard[BookState] = Heard()
    trades: Heard[Trade | Gap] = Heard()

    def listen(book: LiveBook) -> None:
        states(book.state)

    book = await market.watch_book(instrument, listen)
    tape = await market.watch_trades(instrument, trades)
    await states.until(lambda state: state is BookState.LIVE, seconds=PATIENCE_S)
    await trades.count(1, seconds=4 * PATIENCE_S)
    await book.close()
    await tape.close()


async def test_a_far_off_order_is_open_everywhere_until_it_is_cancelled(day: Day) -> None:
    request = day.order(Side.BUY, OrderType.LIMIT, day.far_below)
    placed = await day.trading.place(request)
    assert placed.status is OrderStatus.OPEN
    told = await day.told(request.client_order_id, OrderStatus.OPEN)
    assert (told.price, told.quantity) == (request.price, request.quantity)
    open_now = await day.trading.open_orders(day.instrument.id)
    assert request.client_order_id in {report.client_order_id for report in open_now}
    locked = {row.asset: row.locked for row in await day.account.balances()}
    assert locked[day.instrument.quote] >= day.size * day.far_below
    cancelled = await day.trading.cancel(day.instrument.id, venue_order_id=placed.venue_order_id)
    assert cancelled.status is OrderStatus.CANCELED
    await day.told(request.client_order_id, OrderStatus.CANCELED)
    looked_up = await day.trading.order(day.instrument.id, venue_order_id=placed.venue_order_id)
    assert (looked_up.status, looked_up.filled) == (OrderStatus.CANCELED, Decimal(0))
    with pytest.raises(OrderNotFound):
        await day.trading.cancel(day.instrument.id, venue_order_id=placed.venue_order_id)


async def test_a_market_order_is_filled_told_booked_and_reconciled(day: Day) -> None:
    base, quote = day.instrument.base, day.instrument.quote
    had_base, had_quote = await day.total(base), await day.total(quote)
    fills: list[Fill] = []
    for side in (Side.BUY, Side.SELL):
        request = day.order(side, OrderType.MARKET, size=day.left_of(fills) if fills else None)
        placed = await day.trading.place(request)
        told = await day.told(request.client_order_id, OrderStatus.FILLED)
        assert told.filled == request.quantity
        made = await day.fills_of(placed)
        assert sum(fill.quantity for fill in made) == request.quantity
        assert sum(fill.quote_quantity for fill in made) == told.cost
        streamed = {
            event.fill.trade_id
            for event in day.events.items
            if isinstance(event, OrderReport) and event.fill and event.venue_order_id == placed.venue_order_id
        }
        assert streamed == {fill.trade_id for fill in made}
        fills.extend(made)
    await day.events.until(lambda event: isinstance(event, BalanceUpdate), seconds=PATIENCE_S)
    fees = {asset: sum(f.fee.amount for f in fills if f.fee and f.fee.asset == asset) for asset in (base, quote)}
    moved_base = sum(fill.side.sign * fill.quantity for fill in fills)
    moved_quote = sum(-fill.side.sign * fill.quote_quantity for fill in fills)
    assert await day.total(base) == had_base + moved_base - fees[base]
    assert await day.total(quote) == had_quote + moved_quote - fees[quote]


async def test_nothing_is_left_open(day: Day) -> None:
    request = day.order(Side.BUY, OrderType.LIMIT, day.far_below)
    await day.trading.place(request)
    reports = await day.trading.cancel_all(day.instrument.id)
    assert request.client_order_id in {report.client_order_id for report in reports}
    assert list(await day.trading.open_orders(day.instrument.id)) == []
