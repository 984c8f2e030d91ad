"""The instrument under the hand: which connection, which symbol, what the worker pushes of it, and what was painted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from connectors.model.book import BookView
from connectors.model.candle import Interval
from connectors.model.connection import Connection
from connectors.model.ids import AccountId, InstrumentId, Mode
from connectors.model.instrument import Instrument
from connectors.ports.clock import Clock
from connectors.worker import api
from tui.messages.failure import sentence_of
from tui.messages.sinks import Sinks
from tui.session import Phase, Session
from tui.store import Store
from tui.views import Views
from tui.widgets.ladder.ladder import PaintedFrame

DEMO = "demo"
"""Label of the embedded exchange's connection."""
PREFERRED = ("BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT", "DOGEUSDT", "LTCUSDT", "LINKUSDT")
"""What a watchlist holds at first, where the venue has it."""
WATCHED = 8
RETRY_S = 1.0
LEVELS = 250
"""Levels a side: enough rows for a tall window of coarse rows."""
CANDLES = 500
TRADES = 200
SPARK = 30
"""Candles of a watchlist's sparkline."""


class Market:
    """Chooses and follows.

    Args:
        session: The link.
        store: Facts.
        clock: Time.
        wanted: Label of the connection to open; None for the embedded exchange, else the first there is.

    Attributes:
        sinks: Where pushed facts go; set once the market screen stands.
        on_news: Called after each push that is drawn.
        trouble: Why there is no market, as a sentence; empty when there is one.
    """

    def __init__(self, session: Session, store: Store, clock: Clock, *, wanted: str | None = None) -> None:
        self.sinks: Sinks | None = None
        self.on_news: Callable[[], None] = lambda: None
        self.trouble = ""
        self.interval = Interval.M1
        self.account: AccountId | None = None
        self.label = wanted or DEMO
        self.mode = Mode.SIM
        self.symbol = ""
        self.before = ""
        """The symbol shown before this one."""
        self.watched: list[str] = []
        self.row_step = Decimal(1)
        self._session = session
        self._store = store
        self._clock = clock
        self._wanted = wanted
        self._panes: list[int] = []
        self._chart: int | None = None
        self._watch_panes: list[int] = []
        self._views = Views()

    # --- what is so -------------------------------------------------------------------------------------------------

    @property
    def instrument(self) -> Instrument | None:
        """The instrument as the venue describes it now."""
        return None if self.account is None else self._store.instrument(self.account, self.symbol)

    @property
    def instrument_id(self) -> InstrumentId | None:
        """Its id."""
        instrument = self.instrument
        return None if instrument is None else instrument.id

    @property
    def connection(self) -> Connection | None:
        """The connection it is traded on."""
        return None if self.account is None else self._store.connections.get(self.account)

    @property
    def newest(self) -> BookView | None:
        """The newest pushed book of it; STALE while the worker does not answer for it."""
        return self._views.newest

    def painted(self, frame: PaintedFrame | None) -> BookView | None:
        """The whole book behind a painted frame, in the state it was painted in."""
        return self._views.painted(frame)

    def behind_ns(self, frame: PaintedFrame | None) -> int:
        """For how long a newer book than the painted one has been waiting."""
        return self._views.behind_ns(frame, self._clock.monotonic_ns())

    def symbols(self) -> list[str]:
        """Every symbol of the connection, in the venue's order."""
        return [symbol for account, symbol in self._store.instruments if account == self.account]

    # --- finding ----------------------------------------------------------------------------------------------------

    async def find(self) -> None:
        """Find the connection, fetch its instruments and open one; goes on until there is one."""
        while True:
            connection = self._choose()
            if connection is not None:
                self.account, self.label, self.mode = connection.account, connection.label, connection.mode
                self.trouble = await self._fetch(connection.account)
                if not self.trouble:
                    break
            await self._clock.sleep(RETRY_S)
        if self.symbol not in self.symbols():
            self.watched = self._first_watched()
            await self.show(self.watched[0])
            await self._watch()

    def _choose(self) -> Connection | None:
        found = self._store.labelled(self._wanted or DEMO)
        if found is None and self._wanted is None:
            found = next((one for one in self._store.connections.values() if one.active), None)
        if found is None:
            self.trouble = (
                f"No connection is called {self._wanted}. tradedesk venues list shows them." if self._wanted else ""
            )
        return found

    def amended(self, account: AccountId, instrument: Instrument) -> None:
        """An instrument has other steps or another status, and the store has it so: draw it where it is looked at."""
        if self.sinks is None or account != self.account:
            return
        if instrument.symbol == self.symbol:
            self.sinks.opened(instrument)
        elif instrument.symbol in self.watched:
            self.sinks.show_watched()

    async def _fetch(self, account: AccountId) -> str:
        result = await self._session.ask(api.GetInstruments(account))
        if isinstance(result, api.Instruments):
            for instrument in result.instruments:
                before = self._store.instruments.get((account, instrument.symbol))
                self._store.instruments[account, instrument.symbol] = instrument
                if before is not None and before != instrument:
                    self.amended(account, instrument)
            return "" if result.instruments else f"{self.label} lists no instrument."
        return sentence_of(result)

    def _first_watched(self) -> list[str]:
        there = self.symbols()
        liked = [symbol for symbol in PREFERRED if symbol in there]
        return (liked or there)[:WATCHED]

    # --- following --------------------------------------------------------------------------------------------------

    async def show(self, symbol: str) -> bool:
        """Put another instrument under the hand.

        Returns:
            Whether the connection has it.
        """
        account, before = self.account, self.symbol
        if account is None or self._store.instrument(account, symbol) is None:
            return False
        old, self._panes, self._chart = self._panes, [], None
        self.symbol = symbol
        if before and before != symbol:
            self.before = before
        self._views.clear()
        instrument = self.instrument
        if self.sinks is not None and instrument is not None:
            self.sinks.opened(instrument)
        for number in old:
            await self._session.close_pane(number)
        await self._open(api.OpenPane(0, account, symbol, api.PaneKind.BOOK, levels=LEVELS), self._take)
        await self._open(api.OpenPane(0, account, symbol, api.PaneKind.TRADES, history=TRADES, rate_hz=20), self._take)
        await self._open_chart(account)
        if symbol not in self.watched:
            self.watched.append(symbol)
            await self._watch()
        return True

    async def show_interval(self, interval: Interval) -> None:
        """Put candles of another length on the chart."""
        account, old = self.account, self._chart
        if account is None or interval is self.interval:
            return
        self.interval = interval
        if old is not None:
            self._panes.remove(old)
            await self._session.close_pane(old)
        await self._open_chart(account)

    async def unwatch(self, symbol: str) -> None:
        """Take an instrument off the watchlist; the one under the hand stays."""
        if symbol in self.watched and symbol != self.symbol:
            self.watched.remove(symbol)
            await self._watch()

    async def _open_chart(self, account: AccountId) -> None:
        command = api.OpenPane(
            0, account, self.symbol, api.PaneKind.CANDLES, interval=self.interval, history=CANDLES, rate_hz=5
        )
        self._chart = await self._open(command, self._take)

    async def _open(self, command: api.OpenPane, sink: Callable[[api.PaneEvent], None]) -> int:
        number = self._session.plan_pane(command, sink)
        self._panes.append(number)
        trouble = sentence_of(await self._session.open_planned(number))
        if trouble and self.sinks is not None:
            self.sinks.failed(trouble)
        return number

    async def _watch(self) -> None:
        """Follow a ticker and a short line of closes of everything on the watchlist."""
        account = self.account
        if account is None:
            return
        old, self._watch_panes = self._watch_panes, []
        for number in old:
            await self._session.close_pane(number)
        for symbol in self.watched:
            ticker = api.OpenPane(0, account, symbol, api.PaneKind.TICKER, rate_hz=4)
            spark = api.OpenPane(
                0, account, symbol, api.PaneKind.CANDLES, interval=Interval.M1, history=SPARK, rate_hz=1
            )
            for command, sink in ((ticker, self._take), (spark, partial(self._take_spark, symbol))):
                number = self._session.plan_pane(command, sink)
                self._watch_panes.append(number)
                await self._session.open_planned(number)

    # --- what comes -------------------------------------------------------------------------------------------------

    def _take(self, event: api.PaneEvent) -> None:
        sinks = self.sinks
        match event:
            case api.BookPushed(view=view):
                self._views.add(view, self._clock.monotonic_ns())
                self._put_newest()
            case api.TickerPushed(ticker=ticker):
                self._store.tickers[ticker.instrument] = ticker
                if sinks is not None:
                    sinks.ticker(ticker)
            case _ if sinks is not None:
                self._draw(event, sinks)
            case _:
                return
        self.on_news()

    def believe(self, phase: Phase) -> None:
        """Show all that was pushed as old while no worker answers for it; what it pushes meanwhile too."""
        if phase is Phase.STARTING:
            return
        self._views.vouched = phase is Phase.JOINED
        self._put_newest()
        newest = self._views.newest
        if self.sinks is not None:
            self.sinks.doubt(None if self._views.vouched or newest is None else newest.received_ns)
        self.on_news()

    def _put_newest(self) -> None:
        view = self._views.newest
        if view is None:
            return
        self._store.books[view.instrument] = view
        if self.sinks is not None:
            self.sinks.book(view)

    def _draw(self, event: api.PaneEvent, sinks: Sinks) -> None:
        match event:
            case api.CandlesPushed(candles=candles):
                sinks.candles(candles)
            case api.CandlePushed(candle=candle):
                sinks.candle(candle)
            case api.TradesPushed(trades=trades, skipped=skipped, replace=anew):
                sinks.trades(trades, skipped, replace=anew)
            case api.GapPushed(gap=gap):
                sinks.gap(gap)
            case api.PaneFailed(sentence=sentence):
                sinks.failed(sentence)
            case _:
                return

    def _take_spark(self, symbol: str, event: api.PaneEvent) -> None:
        if self.sinks is None:
            return
        if isinstance(event, api.CandlesPushed):
            self.sinks.spark(symbol, event.candles)
        elif isinstance(event, api.CandlePushed):
            self.sinks.spark_candle(symbol, event.candle)
