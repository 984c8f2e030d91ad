"""Binance's market data as facts of the house: pure, exact, no word of the venue's left in it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from connectors.errors import Malformed
from connectors.model.book import BookLevel, BookSnapshot, BookState, BookTop
from connectors.model.candle import Candle, Interval
from connectors.model.ids import InstrumentId, TradeId
from connectors.model.order import OrderType
from connectors.model.side import Side
from connectors.model.ticker import Ticker
from connectors.model.trade import Trade
from connectors.venues.binance import frames, schemas
from connectors.venues.binance.constants import VENUE
from connectors.venues.binance.symbols import instrument_id

T = TypeVar("T")

_MS = 1_000_000


def decode(decoder: msgspec.json.Decoder[T], body: bytes, operation: str) -> T:
    """Decode a body by its schema.

    Raises:
        Malformed: It does not fit; the decoder's words, which name a field and never a value, go into ``text``.
    """
    problem = ""
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation) as error:
        problem = str(error)
    raise Malformed(
        f"{VENUE} answered {operation} in a form this release does not know.",
        venue=VENUE,
        operation=operation,
        text=problem,
    )


def amount(text: str) -> Decimal:
    """A number of the venue's.

    Raises:
        Malformed: It is none, or not finite.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite():
        return number
    raise Malformed(f"{VENUE} sent {text[:40]!r} where a number belongs.", venue=VENUE)


def nanos(ms: int) -> int:
    """The venue's ms as ns."""
    return ms * _MS


def order_type(word: str) -> OrderType:
    """An order type; UNKNOWN for a word added after this release."""
    return OrderType(word) if word in OrderType.__members__ else OrderType.UNKNOWN


def snapshot(depth: schemas.DepthSnapshot) -> BookSnapshot:
    """One REST snapshot, prices and sizes in the venue's own text."""
    return BookSnapshot(depth.last_update_id, depth.bids, depth.asks)


def touch(quote: schemas.BestQuote) -> BookTop:
    """``GET /ticker/bookTicker``; a side without orders has size zero."""
    return BookTop(
        instrument_id(quote.symbol),
        0,
        BookLevel(quote.bid_price, quote.bid_qty) if quote.bid_qty else None,
        BookLevel(quote.ask_price, quote.ask_qty) if quote.ask_qty else None,
        BookState.LIVE,
    )


def streamed_touch(event: frames.QuoteEvent, instrument: InstrumentId) -> BookTop:
    """The touch of a bookTicker event."""
    return BookTop(
        instrument,
        event.u,
        BookLevel(event.b, event.B) if event.B else None,
        BookLevel(event.a, event.A) if event.A else None,
        BookState.LIVE,
    )


def candle(row: schemas.Kline, instrument: InstrumentId, interval: Interval, now_ms: int) -> Candle:
    """One row of ``GET /klines``; closed when the venue's clock has passed its end."""
    return Candle(
        instrument=instrument,
        interval=interval,
        open_ns=nanos(row[0]),
        close_ns=nanos(row[6] + 1) - 1,
        open=row[1],
        high=row[2],
        low=row[3],
        close=row[4],
        volume=row[5],
        quote_volume=row[7],
        trades=row[8],
        closed=row[6] < now_ms,
    )


def streamed_candle(event: frames.KlineEvent, instrument: InstrumentId, interval: Interval) -> Candle:
    """The candle of a kline event."""
    k = event.k
    return Candle(
        instrument=instrument,
        interval=interval,
        open_ns=nanos(k.t),
        close_ns=nanos(k.T + 1) - 1,
        open=k.o,
        high=k.h,
        low=k.l,
        close=k.c,
        volume=k.v,
        quote_volume=k.q,
        trades=k.n,
        closed=k.x,
    )


def ticker(day: schemas.DayTicker) -> Ticker:
    """``GET /ticker/24hr``."""
    return Ticker(
        instrument=instrument_id(day.symbol),
        last=day.last_price,
        open=day.open_price,
        high=day.high_price,
        low=day.low_price,
        volume=day.volume,
        quote_volume=day.quote_volume,
        change=day.price_change,
        change_percent=day.price_change_percent,
        bid=day.bid_price or None,
        ask=day.ask_price or None,
        time_ns=nanos(day.close_time),
    )


def streamed_ticker(event: frames.TickerEvent, instrument: InstrumentId) -> Ticker:
    """The ticker of a 24hrTicker event."""
    return Ticker(
        instrument=instrument,
        last=event.c,
        open=event.o,
        high=event.h,
        low=event.l,
        volume=event.v,
        quote_volume=event.q,
        change=event.p,
        change_percent=event.P,
        bid=event.b or None,
        ask=event.a or None,
        time_ns=nanos(event.E),
    )


def trade(row: schemas.PublicTrade, instrument: InstrumentId) -> Trade:
    """One entry of ``GET /trades``. A buyer who is the maker was hit by a seller."""
    return Trade(
        instrument=instrument,
        trade_id=TradeId(str(row.id)),
        price=row.price,
        quantity=row.qty,
        aggressor=Side.SELL if row.is_buyer_maker else Side.BUY,
        time_ns=nanos(row.time),
    )


def streamed_trade(event: frames.TradeEvent, instrument: InstrumentId) -> Trade:
    """The trade of a trade event.

    Raises:
        Malformed: Price or size is no number.
    """
    return Trade(
        instrument=instrument,
        trade_id=TradeId(str(event.t)),
        price=amount(event.p),
        quantity=amount(event.q),
        aggressor=Side.SELL if event.m else Side.BUY,
        time_ns=nanos(event.T),
    )
