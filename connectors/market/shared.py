"""Streams shared by whoever listens: the tenth pane on one stream costs the venue nothing (REQUIREMENTS F2)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

from connectors.model.book import BookSnapshot, BookTop
from connectors.model.candle import Candle, Interval
from connectors.model.ids import InstrumentId
from connectors.model.instrument import Instrument
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.ports.candles import CandleSource
from connectors.ports.clock import Clock
from connectors.ports.venue import LiveBook, MarketData, Subscription
from connectors.sync.candles import base_of, first, folded, join

T = TypeVar("T")
Listener = Callable[[T], None]


@dataclass
class _Share(Generic[T]):
    """One stream of the venue and its listeners."""

    keeps_newest: bool
    """Whether a late listener is given the newest value at once: right for states, wrong for trades."""
    listeners: list[Listener[T]] = field(default_factory=list)
    newest: T | None = None
    subscription: Subscription | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def put(self, value: T) -> None:
        """Hand a value to every listener."""
        self.newest = value if self.keeps_newest else None
        for listener in tuple(self.listeners):
            listener(value)


class _Listening(Generic[T]):
    """One listener's part in a share."""

    def __init__(self, share: _Share[T], listener: Listener[T]) -> None:
        self._share = share
        self._listener = listener
        self._open = True

    async def close(self) -> None:
        """Stop listening; the last one out ends the venue's subscription."""
        if not self._open:
            return
        self._open = False
        share = self._share
        share.listeners.remove(self._listener)
        async with share.lock:
            if not share.listeners and share.subscription is not None:
                subscription, share.subscription, share.newest = share.subscription, None, None
                await subscription.close()


class SharedMarket:
    """A `connectors.ports.venue.MarketData` that counts listeners before it asks the one inside.

    Args:
        market: A venue's market data.
        clock: Time; decides which folded candle is in progress.
        native: Intervals the venue has itself; others are folded from them. None: all of them.
        kept: Candles from earlier, asked before the venue is.
    """

    def __init__(
        self,
        market: MarketData,
        clock: Clock,
        native: frozenset[Interval] | None = None,
        kept: CandleSource | None = None,
    ) -> None:
        self._market = market
        self._kept = kept
        self._clock = clock
        self._native = frozenset(Interval) if native is None else native
        self._books: dict[Hashable, _Share[LiveBook]] = {}
        self._touches: dict[Hashable, _Share[BookTop]] = {}
        self._trades: dict[Hashable, _Share[Trade | Gap]] = {}
        self._candles: dict[Hashable, _Share[Candle]] = {}
        self._tickers: dict[Hashable, _Share[Ticker]] = {}

    async def instruments(self) -> Sequence[Instrument]:
        """See `MarketData.instruments`."""
        return await self._market.instruments()

    async def instrument(self, symbol: str) -> Instrument:
        """See `MarketData.instrument`."""
        return await self._market.instrument(symbol)

    async def ticker(self, instrument: InstrumentId) -> Ticker:
        """See `MarketData.ticker`."""
        return await self._market.ticker(instrument)

    async def book(self, instrument: InstrumentId, depth: int = 100) -> BookSnapshot:
        """See `MarketData.book`."""
        return await self._market.book(instrument, depth)

    async def touch(self, instrument: InstrumentId) -> BookTop:
        """See `MarketData.touch`."""
        return await self._market.touch(instrument)

    async def average_price(self, instrument: InstrumentId) -> Decimal:
        """See `MarketData.average_price`."""
        return await self._market.average_price(instrument)

    def on_instruments(self, listener: Listener[Sequence[Instrument]]) -> None:
        """See `MarketData.on_instruments`."""
        self._market.on_instruments(listener)

    async def trades(self, instrument: InstrumentId, limit: int = 100) -> Sequence[Trade]:
        """See `MarketData.trades`."""
        return await self._market.trades(instrument, limit)

    async def candles(
        self,
        instrument: InstrumentId,
        interval: Interval,
        *,
        start_ns: int | None = None,
        end_ns: int | None = None,
        limit: int = 500,
    ) -> Sequence[Candle]:
        """See `MarketData.candles`; an interval the venue does not have is folded from one it has."""
        base = None if interval in self._native else base_of(interval, self._native)
        if base is None:
            return await self._fetched(instrument, interval, start_ns, end_ns, limit)
        parts = (interval.length_ns or 1) // (base.length_ns or 1)
        # One bucket more, and the oldest dropped: without a start it may have lost its first parts to the limit.
        rows = await self._fetched(instrument, base, start_ns, end_ns, (limit + 1) * parts)
        whole = folded(rows, interval)
        return whole[:limit] if start_ns is not None else whole[-limit:]

    async def _fetched(
        self, instrument: InstrumentId, interval: Interval, start_ns: int | None, end_ns: int | None, limit: int
    ) -> Sequence[Candle]:
        async def fetch(start_ns: int | None, end_ns: int | None, limit: int) -> Sequence[Candle]:
            return await self._market.candles(instrument, interval, start_ns=start_ns, end_ns=end_ns, limit=limit)

        if self._kept is None:
            return await fetch(start_ns, end_ns, limit)
        return await self._kept.candles(instrument, interval, fetch, start_ns=start_ns, end_ns=end_ns, limit=limit)

    async def watch_book(self, instrument: InstrumentId, listener: Listener[LiveBook]) -> Subscription:
        """See `MarketData.watch_book`."""
        share = self._books.setdefault(instrument, _Share(keeps_newest=True))
        return await self._join(share, listener, lambda put: self._market.watch_book(instrument, put))

    async def watch_touch(self, instrument: InstrumentId, listener: Listener[BookTop]) -> Subscription:
        """See `MarketData.watch_touch`."""
        share = self._touches.setdefault(instrument, _Share(keeps_newest=True))
        return await self._join(share, listener, lambda put: self._market.watch_touch(instrument, put))

    async def watch_trades(self, instrument: InstrumentId, listener: Listener[Trade | Gap]) -> Subscription:
        """See `MarketData.watch_trades`."""
        share = self._trades.setdefault(instrument, _Share(keeps_newest=False))
        return await self._join(share, listener, lambda put: self._market.watch_trades(instrument, put))

    async def watch_ticker(self, instrument: InstrumentId, listener: Listener[Ticker]) -> Subscription:
        """See `MarketData.watch_ticker`."""
        share = self._tickers.setdefault(instrument, _Share(keeps_newest=True))
        return await self._join(share, listener, lambda put: self._market.watch_ticker(instrument, put))

    async def watch_candles(
        self, instrument: InstrumentId, interval: Interval, listener: Listener[Candle]
    ) -> Subscription:
        """See `MarketData.watch_candles`; a folded interval shares the stream of the one it is folded from."""
        base = None if interval in self._native else base_of(interval, self._native)
        share = self._candles.setdefault((instrument, interval), _Share(keeps_newest=True))
        if base is None:
            return await self._join(share, listener, lambda put: self._market.watch_candles(instrument, interval, put))
        return await self._join(share, listener, lambda put: self._fold(instrument, base, interval, put))

    async def _fold(
        self, instrument: InstrumentId, base: Interval, interval: Interval, put: Listener[Candle]
    ) -> Subscription:
        fold = _Fold(interval, put)
        recent = await self.candles(instrument, interval, limit=1)
        if recent:
            parts = await self._market.candles(instrument, base, start_ns=recent[-1].open_ns, limit=1000)
            for part in parts:
                fold.take(part)
        return await self.watch_candles(instrument, base, fold.take)

    @staticmethod
    async def _join(
        share: _Share[T], listener: Listener[T], subscribe: Callable[[Listener[T]], Awaitable[Subscription]]
    ) -> Subscription:
        share.listeners.append(listener)
        joined = False
        try:
            async with share.lock:
                if share.subscription is None:
                    share.subscription = await subscribe(share.put)
                elif share.newest is not None:
                    listener(share.newest)
            joined = True
        finally:
            if not joined:
                share.listeners.remove(listener)
        return _Listening(share, listener)


class _Fold:
    """Larger candles from a stream of smaller ones in progress."""

    def __init__(self, interval: Interval, put: Listener[Candle]) -> None:
        self._interval = interval
        self._put = put
        self._done: Candle | None = None
        """The bucket's finished parts."""
        self._last_ns = -1

    def take(self, part: Candle) -> None:
        """A part changed: show the whole as it stands."""
        if part.open_ns < self._last_ns:
            return
        done = self._done
        if done is not None and first(part, self._interval).open_ns != done.open_ns:
            done = self._done = None
        if part.open_ns == self._last_ns and part.closed:
            return
        whole = join(done, part) if done is not None else first(part, self._interval)
        if part.closed:
            self._done, self._last_ns = whole, part.open_ns
        self._put(whole)
