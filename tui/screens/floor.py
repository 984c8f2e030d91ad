"""The market screen's hands: what the market pushes into its panes, and what the keys of its panes do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connectors.model.book import BookState, BookView
from connectors.model.candle import Candle
from connectors.model.instrument import Instrument
from connectors.model.order import Order, Side
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from tui.commands.command import Context
from tui.format import numbers
from tui.messages.teller import Tone
from tui.screens.layout import MarketLayout
from tui.ticket import prices
from tui.ticket.form import NotYet
from tui.ticket.ticket import Ticket
from tui.widgets.ladder.ladder import Ladder
from tui.widgets.ladder.marks import Ghost


class Pushes(MarketLayout):
    """Draws what `tui.market.Market` brings (`tui.market.Sinks`)."""

    _book_state = BookState.LOADING

    def opened(self, instrument: Instrument) -> None:
        """Another instrument is under the hand."""
        self.ladder.label = self._owner.market.label
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


class Floor(Pushes):
    """The market screen."""

    def focus_pane(self, context: Context) -> str:
        """Focus a pane; the ticket is opened for it. Why it cannot be focused, empty when it is."""
        if context is Context.TICKET:
            self.open_ticket()
            return ""
        return super().focus_pane(context)

    # --- ladder -----------------------------------------------------------------------------------------------------

    def on_ladder_recentred(self, message: Ladder.Recentred) -> None:
        """The window jumped of itself: order keys wait until the eye has followed."""
        message.stop()
        self._owner.rooms.settle()

    @property
    def page(self) -> int:
        """Rows of a page."""
        return max(self.ladder.size.height - 2, 1)

    @property
    def cursor_words(self) -> str:
        """The cursor's price in words."""
        price, instrument = self.ladder.cursor_price, self._owner.market.instrument
        if price is None or instrument is None:
            return "the cursor"
        return numbers.price(price, instrument.price_decimals)

    def note_key(self) -> None:
        """A key was pressed on the ladder: nothing moves under the hand for a second."""
        self.ladder.note_key(self._owner.clock.time_ns())

    def move_cursor(self, rows: int) -> None:
        """Move the cursor up (positive) or down."""
        self.ladder.move_cursor(rows)

    def put_cursor(self, price: Decimal) -> None:
        """Put the cursor on a price."""
        self.ladder.set_cursor(price)
        self._owner.say(f"Cursor {self.cursor_words}.")

    def cursor_to_touch(self, side: Side) -> None:
        """Put the cursor on the best bid (BUY) or ask (SELL)."""
        self.ladder.model.cursor_to_touch(side)
        self.ladder.touch_up()

    def cursor_to_own(self) -> None:
        """Put the cursor on my next order."""
        if self.ladder.model.cursor_to_next_own():
            self.ladder.touch_up()
        else:
            self._owner.say("No order of yours works here.")

    def centre(self) -> None:
        """Put the market in the middle."""
        self.ladder.centre()
        self._owner.rooms.settle()

    def regroup(self, steps: int) -> None:
        """Coarser or finer rows."""
        if self.ladder.regroup(steps):
            self._owner.rooms.settle()
        else:
            self._owner.say("The rows end here: no finer or coarser ones.")

    def go_to_price(self, text: str) -> str:
        """Put the cursor on a typed price; why that cannot be, empty when it can."""
        seen = self._owner.seen()
        if seen is None:
            return "There is no instrument yet."
        try:
            price = prices.read(text, seen, Side.BUY)
        except prices.NotAPrice as problem:
            return f"{problem}. The cursor stays."
        tick = seen.instrument.filters.tick_size
        if tick > 0 and price % tick:
            return f"{numbers.exact(price)} is between ticks ({tick.normalize():f}). The cursor stays."
        self.put_cursor(price)
        return ""

    def orders_at_cursor(self) -> tuple[Order, ...]:
        """My working orders in the cursor's row."""
        return self.ladder.model.orders_at_cursor()

    def use_slot(self, number: int) -> None:
        """Use a size slot from now on."""
        self._owner.trader.slots.use(number)

    def set_ghost(self, ticket: Ticket | None) -> None:
        """Show a staged order in its row, or stop showing it."""
        ghost = None
        if ticket is not None and ticket.price is not None and ticket.quantity is not None:
            ghost = Ghost(ticket.side, ticket.price, ticket.quantity)
        if ghost != self.ladder.model.ghost:
            self.ladder.set_ghost(ghost)

    # --- ticket -----------------------------------------------------------------------------------------------------

    def open_ticket(self) -> None:
        """Open the ticket, filled from slot and cursor."""
        self.fill_ticket()
        if not self.has_class("-wide"):
            self.add_class("-ticket")
        self.ticket.display = True
        self.call_after_refresh(self._focus_ticket)

    def _focus_ticket(self) -> None:
        self.ticket.focus()
        self._owner.rooms.settle()

    def close_ticket(self) -> None:
        """Close it; its values are kept."""
        self.remove_class("-ticket")
        self.ladder.focus()
        self._owner.rooms.settle()

    def send_ticket(self) -> None:
        """Send what the fields make; a broken field is named."""
        owner = self._owner
        seen = owner.seen()
        if seen is None:
            return
        form = self.ticket.form
        unsupported = form.unsupported(seen.instrument)
        try:
            ticket = form.ticket(seen)
        except NotYet as missing:
            owner.say(f"{missing.place}: {missing}. Nothing was sent.", Tone.WARN, sticky=True)
            return
        if unsupported:
            owner.say(f"{unsupported} Nothing was sent.", Tone.WARN, sticky=True)
            return
        owner.trader.enter(ticket, seen)

    # --- tape and watchlist -----------------------------------------------------------------------------------------

    def scroll_tape(self, rows: int) -> None:
        """Look further back (positive) or towards now."""
        self.tape.scroll_rows(rows)

    def follow_tape(self) -> None:
        """Follow the newest trade again."""
        self.tape.follow()

    def filter_tape(self, steps: int) -> None:
        """Raise or lower the size filter."""
        least = self.tape.step_filter(steps)
        self._owner.say(f"Tape shows trades of at least {numbers.exact(least)}." if least else "Tape shows all trades.")

    def zero_tape(self) -> None:
        """Count the delta from now."""
        self.tape.clear_delta()

    def move_watch(self, rows: int) -> None:
        """Move the watchlist's mark."""
        self.watchlist.move(rows)

    def open_watched(self) -> None:
        """Open the marked instrument."""
        chosen = self.watchlist.selected
        if chosen is not None:
            self._owner.rooms.show_symbol(chosen.symbol)

    def remove_watched(self) -> None:
        """Take the marked instrument off the list; the one under the hand stays."""
        chosen = self.watchlist.selected
        if chosen is None:
            return
        if chosen.symbol == self._owner.market.symbol:
            self._owner.say(f"{chosen.symbol} is on the screen and stays.")
            return
        self._owner.spawn(self._unwatch(chosen.symbol))

    async def _unwatch(self, symbol: str) -> None:
        await self._owner.market.unwatch(symbol)
        self.show_watched()
