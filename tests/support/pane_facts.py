"""Facts for panes, made up but adding up: one instrument, books, orders, trades and candles around 61,804."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from connectors.model.book import BookLevel, BookState, BookView
from connectors.model.candle import Candle, Interval
from connectors.model.ids import AccountId, ClientOrderId, Epoch, InstrumentId, OrderId, Product, TradeId
from connectors.model.instrument import Economic, Filters, Instrument
from connectors.model.order import Order, OrderStatus, OrderType
from connectors.model.position import Position
from connectors.model.side import Side
from connectors.model.trade import Trade
from tui.widgets.line import Line, text_of

NANOS = 1_000_000_000
T0 = 1_893_506_607 * NANOS
"""2030-01-01 14:03:27 UTC."""
ACCOUNT = AccountId(UUID(int=1))
BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")


def instrument(symbol: str = "BTCUSDT", tick: str = "0.01", step: str = "0.00001", decimals: int = 2) -> Instrument:
    """An instrument with a tick and a lot step."""
    identity = InstrumentId("binance", Product.SPOT, symbol)
    filters = Filters(tick_size=Decimal(tick), step_size=Decimal(step))
    return Instrument(identity, Economic(symbol.removesuffix("USDT"), "USDT", "USDT"), filters, price_decimals=decimals)


def book(
    bid: str = "61804.00",
    *,
    gap: str = "0.01",
    step: str = "1",
    levels: int = 40,
    seed: int = 7,
    state: BookState = BookState.LIVE,
    update_id: int = 1,
    checked_ns: int | None = T0 - 12 * NANOS,
    attempt: int = 0,
) -> BookView:
    """A book with ``levels`` a side, ``step`` apart, sizes of three decimals from a seed."""
    chance = random.Random(seed)
    top_bid, top_ask = Decimal(bid), Decimal(bid) + Decimal(gap)

    def size() -> Decimal:
        return Decimal(chance.randint(20, 3000)) / 1000

    bids = tuple(BookLevel(top_bid - number * Decimal(step), size()) for number in range(levels))
    first = top_ask.to_integral_value(rounding="ROUND_CEILING") if step == "1" else top_ask
    asks = (
        BookLevel(top_ask, size()),
        *(BookLevel(first + number * Decimal(step), size()) for number in range(1, levels)),
    )
    return BookView(BTC, update_id, state, bids, asks, T0, attempt, checked_ns)


def book_of_examples(bid: str = "61804.00") -> BookView:
    """The book of the contract's examples: 0.388 stand at the best bid, 0.412 at the best ask."""
    plain = book(bid, levels=60)
    bids = (BookLevel(plain.bids[0].price, Decimal("0.388")), *plain.bids[1:])
    asks = (BookLevel(plain.asks[0].price, Decimal("0.412")), *plain.asks[1:])
    return replace(plain, bids=bids, asks=asks)


def texts(lines: Sequence[Line]) -> list[str]:
    """Composed lines as a reader sees them."""
    return [text_of(line).rstrip() for line in lines]


def with_level(view: BookView, price: str, size: str) -> BookView:
    """The same book with one bid or ask of another size."""

    def changed(levels: Iterable[BookLevel]) -> tuple[BookLevel, ...]:
        return tuple(BookLevel(each.price, Decimal(size)) if each.price == Decimal(price) else each for each in levels)

    return BookView(
        view.instrument,
        view.update_id + 1,
        view.state,
        changed(view.bids),
        changed(view.asks),
        view.received_ns,
        view.attempt,
        view.checked_ns,
    )


def order(
    number: int = 3,
    side: Side = Side.BUY,
    quantity: str = "0.010",
    price: str | None = "61800.00",
    *,
    status: OrderStatus = OrderStatus.OPEN,
    kind: OrderType = OrderType.LIMIT,
    **more: object,
) -> Order:
    """An order of mine with handle ``k<number>``."""
    return Order(
        order_id=OrderId(UUID(int=number)),
        account=ACCOUNT,
        epoch=Epoch("e1"),
        instrument=BTC,
        handle=f"k{number}",
        client_order_ids=(ClientOrderId(f"{number:032x}"),),
        side=side,
        type=kind,
        status=status,
        created_ns=T0 - 10 * NANOS + number,
        updated_ns=T0,
        quantity=Decimal(quantity),
        price=None if price is None else Decimal(price),
        **more,  # type: ignore[arg-type]  # any other field of Order by name
    )


def stop() -> Order:
    """k5: a stop at 61,500 under 0.031 of what is held."""
    status, at = OrderStatus.PENDING_TRIGGER, Decimal(61500)
    return order(5, Side.SELL, "0.031", None, kind=OrderType.STOP_LOSS, status=status, trigger_price=at)


def trade(
    price: str = "61804.00", quantity: str = "0.02059", side: Side = Side.SELL, at_ns: int = T0, number: int = 1
) -> Trade:
    """A public trade."""
    return Trade(BTC, TradeId(str(number)), Decimal(price), Decimal(quantity), side, at_ns)


def position(quantity: str = "0.051", entry: str = "61702.10", realised: str = "12.40") -> Position:
    """A position with an average entry."""
    return Position(ACCOUNT, BTC, Decimal(quantity), Decimal(quantity) * Decimal(entry), Decimal(realised))


def candle(number: int, prices: str, volume: str = "3", *, closed: bool = True, start_ns: int = T0) -> Candle:
    """The ``number``-th minute's candle; ``prices`` is open, high, low, close, separated by spaces."""
    opened, high, low, closing = (Decimal(text) for text in prices.split())
    minute = 60 * NANOS
    open_ns = start_ns // minute * minute + number * minute
    size = Decimal(volume)
    return Candle(
        BTC,
        Interval.M1,
        open_ns,
        open_ns + minute - 1,
        opened,
        high,
        low,
        closing,
        size,
        size * closing,
        int(size > 0),
        closed,
    )


def walk(count: int, seed: int = 11, last: str = "61804.01", start_ns: int = T0) -> tuple[Candle, ...]:
    """``count`` candles of a seeded walk whose last one, still in progress, ends at ``start_ns`` and ``last``."""
    chance = random.Random(seed)
    cent = Decimal("0.01")
    close = Decimal(last)
    candles: list[Candle] = []
    for back in range(count):
        opened = close + Decimal(chance.randint(-1200, 1200)) * cent
        high = max(opened, close) + Decimal(chance.randint(0, 500)) * cent
        low = min(opened, close) - Decimal(chance.randint(0, 500)) * cent
        size = Decimal(chance.randint(0, 1540)) / 100
        candles.append(candle(-back, f"{opened} {high} {low} {close}", str(size), closed=back > 0, start_ns=start_ns))
        close = opened
    return tuple(reversed(candles))
