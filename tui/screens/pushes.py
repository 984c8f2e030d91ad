"""What the market pushes, drawn into the panes of the market screen."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.model.book import BookState, BookView
from connectors.model.candle import Candle
from connectors.model.instrument import Instrument
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from tui.messages.teller import Tone
from tui.screens.layout import MarketLayout


class Pushes(MarketLayout):
    """Draws what `tui.market.Market` brings (`tui.market.Sinks`)."""

    _book_state = BookState.LOADING

    def opened(self, instrument: Instrument) -> None:
        """Another instrument is under the hand."""
        market = self._owner.market
        if market.account is not None:
            self._owner.trader.meet(market.account, market.mode)
        self.ladder.label = market.label
        self.ladder.set_instrument(instrument)
        self.ticker_row.set_instrument(instrument)
        self.chart.set_instrument(instrument, self._owner.market.interval)
        self.tape.set_instrument(instrument)
        self.depth.set_instrument(instrument)
        self.holdings.set_instrument(instrument)
        self._book_state = BookState.LOADING
        self.show_watched()
        self.take_facts()
        self._owner.rooms.settle()
        self._owner.status_changed()

    def show_watched(self) -> None:
        """Put the watchlist's instruments into it."""
        market, store = self._owner.market, self._owner.store
        account = market.account
        if account is None:
            return
        known = [each for symbol in market.watched if (each := store.instrument(account, symbol)) is not None]
        for watch in self.watches:
            watch.put_instruments(known)
            watch.set_open(market.instrument_id)

    def book(self, view: BookView) -> None:
        """A frame of the book; order keys settle when its state changed."""
        self.ladder.put_book(view)
        self.ticker_row.put_book(view)
        self.depth.put_book(view)
        if view.state is not self._book_state:
            self._book_state = view.state
            self._owner.rooms.settle()
            self._owner.status_changed()

    def doubt(self, as_of_ns: int | None) -> None:
        """Say of every pane that shows the market how old it is; the ladder says it by its book's state."""
        for pane in (self.ticker_row, self.chart, self.tape, self.depth, *self.watches):
            pane.doubt(as_of_ns)

    def ticker(self, ticker: Ticker) -> None:
        """Statistics of a watched instrument."""
        self.ticker_row.put_ticker(ticker)
        for watch in self.watches:
            watch.put_ticker(ticker)

    def candles(self, candles: Sequence[Candle]) -> None:
        """History of the chart."""
        self.chart.put_history(candles)
        self.ticker_row.put_atr(self.chart.atr)

    def candle(self, candle: Candle) -> None:
        """The candle in progress, or its close."""
        self.chart.put_candle(candle)
        if candle.closed:
            self.ticker_row.put_atr(self.chart.atr)

    def spark(self, symbol: str, candles: Sequence[Candle]) -> None:  # noqa: ARG002  # candles name their instrument
        """History for the watchlist."""
        for watch in self.watches:
            watch.put_candles(candles)

    def spark_candle(self, symbol: str, candle: Candle) -> None:  # noqa: ARG002
        """The newest candle for the watchlist."""
        for watch in self.watches:
            watch.put_candle(candle)

    def trades(self, trades: Sequence[Trade], skipped: int, *, replace: bool) -> None:
        """Public trades: to the tape, and to the ladder's volume and queue estimates."""
        self.tape.put_trades(trades, skipped, replace=replace)
        for trade in trades:
            self.ladder.put_trade(trade)
        if trades:
            self.ticker_row.put_last(trades[-1].price)

    def gap(self, gap: Gap) -> None:
        """A hole in a stream."""
        self.tape.put_gap(gap)
        self.chart.put_gap(gap)

    def failed(self, sentence: str) -> None:
        """A stream cannot be had now."""
        self._owner.say(sentence, Tone.WARN)
