"""Panes and watches of one client: opened on a connection's streams, kept over its reconnects and replacements."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from connectors.errors import TradedeskError
from connectors.model.ids import InstrumentId
from connectors.ports.clock import Clock
from connectors.ports.venue import LiveBook, MarketData, Subscription
from connectors.worker import api
from connectors.worker.failures import WILL_NOT_MEND
from connectors.worker.feeds import BookFeed, CandlesFeed, Feed, TickerFeed, TradesFeed
from connectors.worker.lanes import PaneLane, WatchItem, WatchLane
from connectors.worker.live import Live
from connectors.worker.log import logger
from connectors.worker.supervise import Supervisor

RETRIES_S = (0.25, 0.5, 1.0, 2.0, 5.0)
"""Waits before a stream that could not be had is tried again; the last one repeats."""

FindLive = Callable[[], Live]
"""Finds the connection that stands for an account now; raises what a client is told when there is none."""


class Pane:
    """One pane: its feed, its lane, and the task that keeps the feed running."""

    def __init__(
        self, command: api.OpenPane, find: FindLive, wake: Callable[[], None], supervisor: Supervisor, clock: Clock
    ) -> None:
        self._command = command
        self._find = find
        self.on_due: Callable[[PaneLane], None] = lambda _lane: wake()
        """Told when the pane has something to push and had nothing before; its session looks whether that is soon."""
        self._supervisor = supervisor
        self._clock = clock
        self._failed: api.PaneFailed | None = None
        self._live: Live | None = None
        self._feed = self._make_feed()
        self.lane = PaneLane(command.rate_hz, self._take)
        self._task = supervisor.spawn(f"pane-{command.pane}", self._follow(), self._fault)
        self._refilling: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Stop following."""
        self._task.cancel()
        if self._refilling is not None:
            self._refilling.cancel()

    def _make_feed(self) -> Feed:
        command = self._command
        match command.kind:
            case api.PaneKind.BOOK:
                return BookFeed(command, self._mark, self._lend)
            case api.PaneKind.TICKER:
                return TickerFeed(command, self._mark)
            case api.PaneKind.TRADES:
                return TradesFeed(command, self._mark)
            case api.PaneKind.CANDLES:
                return CandlesFeed(command, self._mark, self._refill)

    def _take(self) -> Sequence[api.PaneEvent]:
        if self._failed is not None:
            failed, self._failed = self._failed, None
            return [failed]
        return self._feed.take()

    def _mark(self) -> None:
        if self.lane.mark():
            self.on_due(self.lane)

    def _lend(self, book: LiveBook) -> None:
        if self._live is not None:
            self._live.lend_book(book)

    def _refill(self) -> None:
        """Bars are missing: history is read again, once at a time."""
        if self._refilling is None or self._refilling.done():
            self._refilling = self._supervisor.spawn(f"refill-{self._command.pane}", self._load_again())

    async def _load_again(self) -> None:
        try:
            if isinstance(self._feed, CandlesFeed):
                await self._feed.load()
        except TradedeskError as problem:
            logger().warning("candles_not_refilled", sentence=problem.sentence)
            self._mark()

    async def _follow(self) -> None:
        """Follow for as long as the pane is open, whatever happens to the connection."""
        tries = 0
        while True:
            try:
                live = self._find()
                if live.replaced.is_set():
                    return  # closed and nothing in its place: the worker is ending
                await self._follow_once(live)
                tries = 0
            except TradedeskError as problem:
                retrying = not isinstance(problem, WILL_NOT_MEND)
                self._fail(problem.sentence, retrying=retrying)
                if not retrying:
                    return
                await self._clock.sleep(RETRIES_S[min(tries, len(RETRIES_S) - 1)])
                tries += 1

    async def _follow_once(self, live: Live) -> None:
        """Until another `Live` takes this one's place."""
        self._live = live
        market = await live.market()
        instrument = (await market.instrument(self._command.symbol)).id
        subscription: Subscription | None = None
        live.use_book(instrument, 1)
        try:
            subscription = await self._feed.start(market, instrument)
            await live.replaced.wait()
        finally:
            live.use_book(instrument, -1)
            if subscription is not None:
                await subscription.close()

    def _fail(self, sentence: str, *, retrying: bool) -> None:
        self._failed = api.PaneFailed(self._command.pane, sentence, retrying)
        self._mark()

    def _fault(self, sentence: str) -> None:
        self._fail(sentence, retrying=False)


class Watcher:
    """One watch: every update into its bounded lane."""

    def __init__(
        self, command: api.Watch, find: FindLive, wake: Callable[[], None], supervisor: Supervisor, clock: Clock
    ) -> None:
        self._command = command
        self._find = find
        self._wake = wake
        self._clock = clock
        self.lane = WatchLane(command.watch)
        self._task = supervisor.spawn(f"watch-{command.watch}", self._follow())

    def close(self) -> None:
        """Stop following."""
        self._task.cancel()

    def _put(self, item: WatchItem) -> None:
        self.lane.put(item)
        self._wake()

    async def _follow(self) -> None:
        tries = 0
        while True:
            try:
                live = self._find()
                if live.replaced.is_set():
                    return  # closed and nothing in its place: the worker is ending
                market = await live.market()
                instrument = (await market.instrument(self._command.symbol)).id
                subscription = await self._start(market, instrument)
                tries = 0
                try:
                    await live.replaced.wait()
                finally:
                    await subscription.close()
            except TradedeskError as problem:
                logger().warning("watch_waits", symbol=self._command.symbol, sentence=problem.sentence)
                await self._clock.sleep(RETRIES_S[min(tries, len(RETRIES_S) - 1)])
                tries += 1

    async def _start(self, market: MarketData, instrument: InstrumentId) -> Subscription:
        match self._command.kind:
            case api.PaneKind.BOOK:
                return await market.watch_book(instrument, lambda book: self._put(book.top()))
            case api.PaneKind.TICKER:
                return await market.watch_ticker(instrument, self._put)
            case api.PaneKind.TRADES:
                return await market.watch_trades(instrument, self._put)
            case api.PaneKind.CANDLES:
                interval = self._command.interval
                if interval is None:
                    raise ValueError("a watch of candles has an interval")
                return await market.watch_candles(instrument, interval, self._put)
