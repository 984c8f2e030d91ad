"""What a pane follows: one feed per kind, holding what is new since the last push."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from connectors.model.candle import Candle, Interval
from connectors.model.ids import InstrumentId
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.ports.venue import LiveBook, MarketData, Subscription
from connectors.worker import api

TRADES_HELD = 1_000
"""Trades kept for a pane between two pushes; older ones are counted as skipped."""

CANDLES_HELD = 500


class Feed(Protocol):
    """Follows one stream for one pane."""

    async def start(self, market: MarketData, instrument: InstrumentId) -> Subscription:
        """Follow, first pushing what a new pane must have.

        Raises:
            TradedeskError: It cannot be followed now.
        """
        ...

    def take(self) -> Sequence[api.PaneEvent]:
        """What is new since the last call, oldest first."""
        ...


class BookFeed:
    """The book as it is when looked at."""

    def __init__(self, command: api.OpenPane, mark: Callable[[], None], lend: Callable[[LiveBook], None]) -> None:
        self._pane = command.pane
        self._levels = command.levels
        self._mark = mark
        self._lend = lend
        self._book: LiveBook | None = None

    async def start(self, market: MarketData, instrument: InstrumentId) -> Subscription:
        """See `Feed.start`."""
        return await market.watch_book(instrument, self._changed)

    def _changed(self, book: LiveBook) -> None:
        if self._book is not book:
            self._book = book
            self._lend(book)
        self._mark()

    def take(self) -> Sequence[api.PaneEvent]:
        """See `Feed.take`."""
        return [] if self._book is None else [api.BookPushed(self._pane, self._book.view(self._levels))]


class TickerFeed:
    """The newest statistics."""

    def __init__(self, command: api.OpenPane, mark: Callable[[], None]) -> None:
        self._pane = command.pane
        self._mark = mark
        self._newest: Ticker | None = None

    async def start(self, market: MarketData, instrument: InstrumentId) -> Subscription:
        """See `Feed.start`."""
        subscription = await market.watch_ticker(instrument, self._changed)
        if self._newest is None:
            first = await market.ticker(instrument)
            # The stream may have been faster, and is newer then.
            if self._newest is None:
                self._changed(first)
        return subscription

    def _changed(self, ticker: Ticker) -> None:
        self._newest = ticker
        self._mark()

    def take(self) -> Sequence[api.PaneEvent]:
        """See `Feed.take`."""
        newest, self._newest = self._newest, None
        return [] if newest is None else [api.TickerPushed(self._pane, newest)]


class TradesFeed:
    """History, then every trade, as far as a pane can hold them."""

    def __init__(self, command: api.OpenPane, mark: Callable[[], None]) -> None:
        self._pane = command.pane
        self._history = command.history
        self._mark = mark
        self._trades: deque[Trade] = deque(maxlen=TRADES_HELD)
        self._gaps: list[Gap] = []
        self._skipped = 0
        self._replace = False
        self._started = False

    async def start(self, market: MarketData, instrument: InstrumentId) -> Subscription:
        """See `Feed.start`."""
        self._started = False
        self._trades.clear()
        subscription = await market.watch_trades(instrument, self._heard)
        history = await market.trades(instrument, self._history)
        known = {trade.trade_id for trade in history}
        fresh = [trade for trade in self._trades if trade.trade_id not in known]
        self._trades = deque((*history, *fresh), maxlen=TRADES_HELD)
        self._skipped, self._replace, self._started = 0, True, True
        self._mark()
        return subscription

    def _heard(self, item: Trade | Gap) -> None:
        if isinstance(item, Gap):
            self._gaps.append(item)
        else:
            if len(self._trades) == TRADES_HELD:
                self._skipped += 1
            self._trades.append(item)
        if self._started:
            self._mark()

    def take(self) -> Sequence[api.PaneEvent]:
        """See `Feed.take`."""
        gaps: list[api.PaneEvent] = [api.GapPushed(self._pane, gap) for gap in self._gaps]
        self._gaps.clear()
        if not self._started or not (self._trades or self._replace):
            return gaps
        push = api.TradesPushed(self._pane, tuple(self._trades), self._skipped, self._replace)
        self._trades.clear()
        self._skipped, self._replace = 0, False
        return [*gaps, push]


class CandlesFeed:
    """History, then each bar's newest state; a hole in the bars is filled from history before anything is shown."""

    def __init__(self, command: api.OpenPane, mark: Callable[[], None], refill: Callable[[], None]) -> None:
        self._pane = command.pane
        self._interval = command.interval or Interval.M1
        self._limit = command.history
        self._mark = mark
        self._refill = refill
        self._bars: dict[int, Candle] = {}
        self._history: tuple[Candle, ...] | None = None
        self._last_open_ns = 0
        self._loaded = False
        """Whether history was read: nothing is pushed before it."""
        self._market: MarketData | None = None
        self._instrument: InstrumentId | None = None

    async def start(self, market: MarketData, instrument: InstrumentId) -> Subscription:
        """See `Feed.start`."""
        self._market, self._instrument = market, instrument
        self._bars.clear()
        self._last_open_ns, self._loaded = 0, False
        subscription = await market.watch_candles(instrument, self._interval, self._changed)
        await self.load()
        return subscription

    async def load(self) -> None:
        """Read history again and push it whole.

        Raises:
            TradedeskError: It cannot be read now.
        """
        if self._market is None or self._instrument is None:
            return
        history = await self._market.candles(self._instrument, self._interval, limit=self._limit)
        bars = {candle.open_ns: candle for candle in history}
        # What the stream said meanwhile is newer than the answer.
        bars.update({open_ns: bar for open_ns, bar in self._bars.items() if open_ns >= max(bars, default=0)})
        self._bars.clear()
        self._history = tuple(bars[open_ns] for open_ns in sorted(bars))
        self._last_open_ns, self._loaded = max(bars, default=0), True
        self._mark()

    def _changed(self, candle: Candle) -> None:
        length_ns = self._interval.length_ns
        hole = length_ns is not None and self._last_open_ns and candle.open_ns > self._last_open_ns + length_ns
        self._bars[candle.open_ns] = candle
        if len(self._bars) > CANDLES_HELD:
            del self._bars[min(self._bars)]
        self._last_open_ns = max(self._last_open_ns, candle.open_ns)
        if hole:
            self._refill()
        elif self._loaded:
            self._mark()

    def take(self) -> Sequence[api.PaneEvent]:
        """See `Feed.take`."""
        if not self._loaded:
            return []
        pushes: list[api.PaneEvent] = []
        if self._history is not None:
            pushes.append(api.CandlesPushed(self._pane, self._history))
            self._history = None
        pushes.extend(api.CandlePushed(self._pane, self._bars[open_ns]) for open_ns in sorted(self._bars))
        self._bars.clear()
        return pushes
