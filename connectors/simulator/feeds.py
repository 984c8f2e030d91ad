"""One symbol as the public sees it: its market, bars and recent trades, and what its streams say at once (§5.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from connectors.matching.terms import Match
from connectors.simulator.market import Change, Market, Print, Top
from connectors.simulator.past import calendar
from connectors.simulator.past.bars import Bar
from connectors.simulator.past.prints import Prints
from connectors.simulator.past.timeline import Timeline
from connectors.simulator.protocol import rows
from connectors.simulator.protocol.rows import Span
from connectors.simulator.sockets.hub import Hub
from connectors.simulator.sockets.speakers import Speakers

AVERAGE_MIN = 5
"""Minutes of the average price (§4.2 avgPrice)."""
_PARTIAL = 20
"""Levels of the deepest partial depth stream."""
_ALL_BOOKS = "!bookTicker"

UserFill = Callable[[str, Match, int, int], None]
MinuteDone = Callable[[str, list[tuple[int, Bar]]], None]


class Feed:
    """Listens to a market, remembers what the public may ask for, and speaks on the symbol's streams.

    Attributes:
        status: What exchangeInfo says of the symbol (§4.2): TRADING, HALT, BREAK, CANCEL_ONLY, …
        prints: The trades one may ask about.
    """

    def __init__(self, market: Market, timeline: Timeline, hub: Hub, filled: UserFill, minutes: MinuteDone) -> None:
        self.market = market
        self.spec = market.spec
        self.timeline = timeline
        self.status = "TRADING"
        self.prints = Prints()
        self._hub = hub
        self._filled = filled
        self._minutes = minutes
        name = market.spec.symbol.lower()
        self._trade_stream = f"{name}@trade"
        self._joined_stream = f"{name}@aggTrade"
        self._book_stream = f"{name}@bookTicker"
        self._depth_stream = f"{name}@depth@100ms"
        self._best: tuple[int, dict[str, Any]] = (-1, {})
        self._speakers = Speakers(self, hub)

    def begin(self, now_ms: int) -> None:
        """Open the market."""
        self.prints.begin(now_ms)
        self.market.open(self, now_ms)

    def printed(self, prints: Sequence[Print]) -> None:
        """Trades: kept, counted in the bars, told."""
        for one in prints:
            done = self.timeline.trade(one.time_ms, one.price, one.lots, buyer_took=not one.buyer_made)
            if done:
                self._minutes(self.spec.symbol, done)
        if self._hub.wants(self._trade_stream):
            for one in prints:
                self._hub.publish(self._trade_stream, rows.trade_event(self.spec, one))
        joined = self.prints.add(prints)
        if self._hub.wants(self._joined_stream):
            for group in joined:
                self._hub.publish(self._joined_stream, rows.joined_event(self.spec, group))

    def touched(self, top: Top) -> None:
        """New best prices: told on bookTicker, of the symbol and of all."""
        streams = [stream for stream in (self._book_stream, _ALL_BOOKS) if self._hub.wants(stream)]
        if streams and top.bid and top.ask:
            bid, bid_size, ask, ask_size = rows.best(self.spec, top)
            payload = {"u": top.update_id, "s": self.spec.symbol, "b": bid, "B": bid_size, "a": ask, "A": ask_size}
            for stream in streams:
                self._hub.publish(stream, payload)

    def changed(self, change: Change) -> None:
        """A change of the book: told on depth@100ms, gathered for the stream of each second."""
        self._speakers.gather(change)
        if self._hub.wants(self._depth_stream):
            self._hub.publish(self._depth_stream, rows.change(self.spec, change))

    def book(self, count: int, now_ms: int) -> dict[str, Any]:
        """The best levels, as the partial depth streams tell them.

        Six streams of a symbol tell the same book ten times a second: it is written down once.
        """
        if self._best[0] != now_ms:
            self._best = (now_ms, rows.book(self.spec, self.market.depth(_PARTIAL)))
        best = self._best[1]
        return best | {"bids": best["bids"][:count], "asks": best["asks"][:count]}

    def filled(self, match: Match, trade_id: int, time_ms: int) -> None:
        """A resting order of the user traded."""
        self._filled(self.spec.symbol, match, trade_id, time_ms)

    def advance(self, now_ms: int) -> None:
        """Let the market move, complete bars, and speak on the streams that go by the clock."""
        self.market.advance(now_ms)
        done = self.timeline.roll(now_ms)
        if done:
            self._minutes(self.spec.symbol, done)
        self._speakers.advance(now_ms)

    def ticker(self, now_ms: int) -> dict[str, Any]:
        """§4.2: the last 24 hours, by the same bars that klines tell."""
        start, bar = self.timeline.last_day()
        span = Span(start, now_ms, bar, self.market.last_trade_id)
        return rows.day(self.spec, span, self.prints.latest, self.market.top())

    def window(self, now_ms: int, length_ms: int) -> dict[str, Any]:
        """A rolling window: it begins on a minute, so it is up to 59,999 ms wider than asked, and ends now."""
        start = (now_ms - length_ms) // calendar.MINUTE * calendar.MINUTE
        return rows.window(self.spec, Span(start, now_ms, self.timeline.since(start), self.market.last_trade_id))

    def trading_day(self, now_ms: int, shift_ms: int) -> dict[str, Any]:
        """The day in progress of a time zone."""
        start = (now_ms + shift_ms) // calendar.DAY * calendar.DAY - shift_ms
        bar = self.timeline.since(start)
        span = Span(start, start + calendar.DAY - 1, bar, self.market.last_trade_id)
        return rows.window(self.spec, span)

    def average(self, now_ms: int) -> tuple[str, int]:
        """The average price of the last minutes, and when the last trade was, in ms."""
        start = (now_ms // calendar.MINUTE - AVERAGE_MIN + 1) * calendar.MINUTE
        last = self.prints.latest
        return rows.average(self.spec, self.timeline.since(start)), last.time_ms if last else now_ms
