"""Public data of Binance spot: REST answers, and streams handed to whoever follows them."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

import msgspec

from connectors.errors import UnknownInstrument
from connectors.model.book import BookSnapshot, BookTop
from connectors.model.candle import Candle, Interval
from connectors.model.ids import InstrumentId
from connectors.model.instrument import Instrument
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.ports.clock import Clock
from connectors.ports.venue import LiveBook, Subscription
from connectors.sync.book import BookMachine
from connectors.sync.candles import paged
from connectors.sync.check import BookCheck
from connectors.sync.gap import Spans
from connectors.venues.binance import endpoints, frames, listing, parse, schemas, symbols
from connectors.venues.binance.auth import Params
from connectors.venues.binance.constants import (
    BOOK_DEPTH,
    CHECK_DEPTH,
    MAX_DEPTH,
    MAX_KLINES,
    MAX_TRADES,
    VENUE,
    depth_weight,
)
from connectors.venues.binance.feed import Feed, Following
from connectors.venues.binance.followers import Ending, Newest, NewestId, Tape
from connectors.venues.binance.gate import Gate
from connectors.wire.book import FollowedBook
from connectors.wire.limiter import Limiter

_MS = 1_000_000

_info = msgspec.json.Decoder(schemas.ExchangeInfo)
_depth = msgspec.json.Decoder(schemas.DepthSnapshot)
_klines = msgspec.json.Decoder(list[schemas.Kline])
_ticker = msgspec.json.Decoder(schemas.DayTicker)
_quote = msgspec.json.Decoder(schemas.BestQuote)
_average = msgspec.json.Decoder(schemas.AveragePrice)
_trades = msgspec.json.Decoder(list[schemas.PublicTrade])


class BinanceMarket:
    """`connectors.ports.venue.MarketData` of one connection."""

    def __init__(self, gate: Gate, feed: Feed, limiter: Limiter, clock: Clock, rng: random.Random) -> None:
        self._gate = gate
        self._feed = feed
        self._limiter = limiter
        self._clock = clock
        self._rng = rng
        self._instruments: tuple[Instrument, ...] = ()
        self._by_symbol: dict[str, Instrument] = {}
        self._on_instruments: list[Callable[[Sequence[Instrument]], None]] = []
        self._books: dict[InstrumentId, tuple[FollowedBook, Following]] = {}
        feed.on_open.append(self._opened)
        feed.on_close.append(self._closed)

    async def refresh(self) -> None:
        """Read exchangeInfo: instruments, and the venue's rate limits.

        Raises:
            TradedeskError: It cannot be read; what was known stays.
        """
        body = await self._gate.ask(endpoints.EXCHANGE_INFO, {"showPermissionSets": "false"})
        info = parse.decode(_info, body, endpoints.EXCHANGE_INFO.operation)
        limits = listing.limits(info)
        if limits:
            self._limiter.configure(limits)
        known, self._instruments = frozenset(self._instruments), listing.instruments(info)
        self._by_symbol = {instrument.symbol.upper(): instrument for instrument in self._instruments}
        changed = [instrument for instrument in self._instruments if instrument not in known] if known else []
        for listener in tuple(self._on_instruments) if changed else ():
            listener(changed)

    def on_instruments(self, listener: Callable[[Sequence[Instrument]], None]) -> None:
        """Be told of instruments that are new or whose ticks, filters or status changed."""
        self._on_instruments.append(listener)

    @property
    def symbols(self) -> Collection[str]:
        """The symbols known now, in upper case."""
        return self._by_symbol.keys()

    async def instruments(self) -> Sequence[Instrument]:
        """All spot instruments, cached; the connector refreshes them."""
        if not self._instruments:
            await self.refresh()
        return self._instruments

    async def instrument(self, symbol: str) -> Instrument:
        """One instrument by its symbol, any case."""
        await self.instruments()
        found = self._by_symbol.get(symbol.upper())
        if found is None:
            raise UnknownInstrument(
                f"Binance has no spot instrument {symbol[:32]!r}. `tradedesk instruments` lists them.", venue=VENUE
            )
        return found

    async def candles(
        self,
        instrument: InstrumentId,
        interval: Interval,
        *,
        start_ns: int | None = None,
        end_ns: int | None = None,
        limit: int = 500,
    ) -> Sequence[Candle]:
        """Candles, oldest first; a limit above 1000 is fetched in pages."""
        params = {"symbol": instrument.symbol, "interval": interval.value}

        async def page(low_ns: int | None, high_ns: int | None, size: int) -> Sequence[Candle]:
            # -(-x // y) rounds up: a start inside a millisecond must not fetch the candle before it.
            bounds = {} if low_ns is None else {"startTime": -(-low_ns // _MS)}
            bounds |= {} if high_ns is None else {"endTime": high_ns // _MS}
            body = await self._gate.ask(endpoints.KLINES, {**params, **bounds, "limit": size})
            now_ms = self._gate.venue_ns() // _MS
            rows = parse.decode(_klines, body, endpoints.KLINES.operation)
            return [parse.candle(row, instrument, interval, now_ms) for row in rows]

        return await paged(page, start_ns=start_ns, end_ns=end_ns, limit=limit, page_size=MAX_KLINES)

    async def ticker(self, instrument: InstrumentId) -> Ticker:
        """24-hour statistics."""
        body = await self._gate.ask(endpoints.DAY_TICKER, {"symbol": instrument.symbol})
        return parse.ticker(parse.decode(_ticker, body, endpoints.DAY_TICKER.operation))

    async def book(self, instrument: InstrumentId, depth: int = 100) -> BookSnapshot:
        """One snapshot by REST; the venue gives at most 5000 levels a side."""
        limit = min(depth, MAX_DEPTH)
        params: Params = {"symbol": instrument.symbol, "limit": limit}
        body = await self._gate.ask(endpoints.DEPTH, params, weight=depth_weight(limit))
        return parse.snapshot(parse.decode(_depth, body, endpoints.DEPTH.operation))

    async def touch(self, instrument: InstrumentId) -> BookTop:
        """The touch now; this venue gives no update id with it."""
        body = await self._gate.ask(endpoints.BEST_QUOTE, {"symbol": instrument.symbol})
        return parse.touch(parse.decode(_quote, body, endpoints.BEST_QUOTE.operation))

    async def average_price(self, instrument: InstrumentId) -> Decimal:
        """The average of the last minutes, which percent-price and notional filters are held against (facts §4.3)."""
        body = await self._gate.ask(endpoints.AVERAGE, {"symbol": instrument.symbol})
        return parse.decode(_average, body, endpoints.AVERAGE.operation).price

    async def trades(self, instrument: InstrumentId, limit: int = 100) -> Sequence[Trade]:
        """Newest public trades, oldest first; a limit above 1000 is fetched in pages, newest page first."""
        params: dict[str, str | int] = {"symbol": instrument.symbol}
        found: list[Trade] = []
        while len(found) < limit:
            size = min(limit - len(found), MAX_TRADES)
            call = endpoints.OLD_TRADES if found else endpoints.TRADES
            start = {"fromId": max(0, int(found[0].trade_id) - size)} if found else {}
            body = await self._gate.ask(call, {**params, **start, "limit": size})
            rows = [parse.trade(row, instrument) for row in parse.decode(_trades, body, call.operation)]
            older = [row for row in rows if not found or int(row.trade_id) < int(found[0].trade_id)]
            found = [*older, *found]
            if len(rows) < size or not older:
                break
        return found

    async def watch_touch(self, instrument: InstrumentId, listener: Callable[[BookTop], None]) -> Subscription:
        """Follow the touch; an update older than the newest is not told."""
        newest = NewestId(self._feed)

        def take(event: frames.MarketEvent, _received_ns: int) -> None:
            if isinstance(event, frames.QuoteEvent) and newest.moves_on(event.u):
                listener(parse.streamed_touch(event, instrument))

        return Ending(self._feed.follow(symbols.quote_stream(instrument.symbol), take), newest.leave)

    async def watch_book(self, instrument: InstrumentId, listener: Callable[[LiveBook], None]) -> Subscription:
        """Follow the full book; all listeners of one instrument share it."""
        if instrument not in self._books:
            machine = BookMachine(Spans())
            book = FollowedBook(
                instrument,
                machine,
                lambda: BookCheck(machine),
                lambda *, check: self.book(instrument, CHECK_DEPTH if check else BOOK_DEPTH),
                lambda: self._feed.socket.quiet_ns,
                self._clock,
                self._rng,
            )

            def take(event: frames.MarketEvent, received_ns: int) -> None:
                if isinstance(event, frames.DepthEvent):
                    book.delta(event.U, event.u, event.b, event.a, received_ns)

            if self._feed.socket.health.up:
                book.opened()
            self._books[instrument] = (book, self._feed.follow(symbols.depth_stream(instrument.symbol), take))
            book.start()
        book, _ = self._books[instrument]
        book.listen(listener)
        return _BookListening(self, book, listener)

    async def watch_trades(self, instrument: InstrumentId, listener: Callable[[Trade | Gap], None]) -> Subscription:
        """Follow public trades; the first trade after a reconnect comes behind a Gap."""
        tape = Tape(instrument, listener, self._feed, self._clock)
        return Ending(self._feed.follow(symbols.trade_stream(instrument.symbol), tape.take), tape.leave)

    async def watch_candles(
        self, instrument: InstrumentId, interval: Interval, listener: Callable[[Candle], None]
    ) -> Subscription:
        """Follow the candle in progress and its close."""
        newest = Newest(self._feed)

        def take(event: frames.MarketEvent, _received_ns: int) -> None:
            if isinstance(event, frames.KlineEvent) and newest.moves_on(event):
                listener(parse.streamed_candle(event, instrument, interval))

        return Ending(self._feed.follow(symbols.kline_stream(instrument.symbol, interval), take), newest.leave)

    async def watch_ticker(self, instrument: InstrumentId, listener: Callable[[Ticker], None]) -> Subscription:
        """Follow the 24-hour statistics."""
        newest = Newest(self._feed)

        def take(event: frames.MarketEvent, _received_ns: int) -> None:
            if isinstance(event, frames.TickerEvent) and newest.moves_on(event):
                listener(parse.streamed_ticker(event, instrument))

        return Ending(self._feed.follow(symbols.ticker_stream(instrument.symbol), take), newest.leave)

    async def leave_book(self, book: FollowedBook, listener: Callable[[LiveBook], None]) -> None:
        """One listener of a book less; the last one closes it."""
        if book.unlisten(listener) == 0:
            _, following = self._books.pop(book.instrument)
            await following.close()
            await book.close()

    async def close(self) -> None:
        """Close every book."""
        books, self._books = list(self._books.values()), {}
        for book, following in books:
            await following.close()
            await book.close()

    def _opened(self) -> None:
        for book, _ in self._books.values():
            book.opened()

    def _closed(self) -> None:
        for book, _ in self._books.values():
            book.closed()


class _BookListening:
    """One listener's part in a book."""

    def __init__(self, market: BinanceMarket, book: FollowedBook, listener: Callable[[LiveBook], None]) -> None:
        self._market = market
        self._book = book
        self._listener = listener
        self._open = True

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        if self._open:
            self._open = False
            await self._market.leave_book(self._book, self._listener)
