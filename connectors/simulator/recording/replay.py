"""A market that is a recording: what was recorded is told again, and the user's orders are matched beside it.

The streams are exactly the recorded ones, whatever the user does: what he takes is kept from him, not from the public
book, until the level's next update; an order he rests waits its turn behind what was recorded there. At the end the
recording begins again, with ids moved on and one depth event that turns the last book into the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.matching.followed import FollowedBook
from connectors.matching.terms import Match, Request
from connectors.model.side import Side
from connectors.simulator.market import Change, Depth, Executed, Print, Sink, Top, Watcher
from connectors.simulator.recording.tape import DepthLine, Line, Tape, TopLine, TradeLine

OWN_TRADES = 9_000_000_000_000
"""The user's fills are no recorded trades and have ids of their own, far above any recorded one."""
_MOST_LINES = 4000
"""Lines told at once; a tape asked to run faster than this machine can runs as fast as it can."""


class TapeMarket:
    """One recorded symbol; see `connectors.simulator.market.Market`.

    Args:
        tape: The recording.
        speed: How many times faster than recorded.
        own_trades: How many fills the user had in earlier sessions.
        looped: Told the number of the pass that begins, each time the recording starts over.
    """

    def __init__(self, tape: Tape, speed: float, own_trades: int, looped: Callable[[int], None]) -> None:
        self.spec = tape.spec
        self.last_price = tape.first_price
        self.last_trade_id = 0
        self._tape = tape
        self._speed = speed
        self._looped = looped
        self._own_id = OWN_TRADES + own_trades
        self._book = FollowedBook(tape.spec.grid.lots(tape.spec.step))
        self._put(tape.bids, tape.asks)
        self._told = tape.snapshot_id
        self._highest = tape.snapshot_id
        self._top: Top | None = None
        self._next = 0
        self._pass = 1
        self._shift = 0
        self._trade_shift = 0
        self._first_trade = next((line.trade_id for line in tape.lines if isinstance(line, TradeLine)), 1)
        self.last_trade_id = self._first_trade - 1
        self._started_ms = 0.0
        self._sink: Sink | None = None
        self._watcher: Watcher | None = None

    def open(self, sink: Sink, now_ms: int) -> None:
        """Start the recording."""
        self._sink = sink
        self._started_ms = now_ms

    def watch(self, watcher: Watcher) -> None:
        """Tell this one too what was traded on the recording, and when all of it has been told."""
        self._watcher = watcher

    def advance(self, now_ms: int) -> None:
        """Tell what was recorded until the moment that corresponds to now."""
        lines = self._tape.lines
        for _ in range(_MOST_LINES):
            if self._next == len(lines):
                self._begin_again(now_ms)
                return
            if self._due_ms(lines[self._next]) > now_ms:
                return
            self._tell(lines[self._next], now_ms)
        if self._next < len(lines):
            self._started_ms += now_ms - self._due_ms(lines[self._next])

    def submit(self, request: Request, now_ms: int) -> Executed:
        """Match an order of the user against the recorded levels; nothing of it is public."""
        outcome = self._book.submit(request)
        ids = [self._own() for _ in outcome.matches]
        for match, trade_id in zip(outcome.matches, ids, strict=True):
            if match.maker_id and self._sink is not None:
                self._sink.filled(match, trade_id, now_ms)
        return Executed(outcome, ids)

    def restore(self, request: Request, lots: int) -> None:
        """Put a resting order back, behind all that is recorded at its price."""
        self._book.rest(request, lots)

    def cancel(self, order_id: int) -> bool:
        """Take an order of the user out."""
        return self._book.cancel(order_id) is not None

    def reduce(self, order_id: int, lots: int) -> bool:
        """Lower what is left of an order of the user; it keeps its place."""
        return self._book.reduce(order_id, lots)

    def depth(self, limit: int) -> Depth:
        """The recorded book as of the last depth event told."""
        return Depth(self._told, self._book.bids.levels(limit), self._book.asks.levels(limit))

    def top(self) -> Top:
        """The last bookTicker told, unless the book has moved on since."""
        if self._top is not None and self._top.update_id > self._told:
            return self._top
        bids, asks = self._book.bids, self._book.asks
        bid, ask = bids.levels(1), asks.levels(1)
        return Top(self._told, bid[0] if bid else None, ask[0] if ask else None)

    def levels(self, side: Side) -> list[tuple[int, int]]:
        """What the user would find on a side: recorded levels less what he took, and his own orders."""
        return self._book.depth(side)

    def _due_ms(self, line: Line) -> float:
        return self._started_ms + (line.recv_ns - self._tape.recv_ns) / 1_000_000 / self._speed

    def _tell(self, line: Line, now_ms: int) -> None:
        if isinstance(line, TradeLine):
            self._tell_trades(now_ms)
            return
        self._next += 1
        if isinstance(line, TopLine):
            self._tell_top(line)
        else:
            self._tell_depth(line, now_ms)

    def _tell_trades(self, now_ms: int) -> None:
        """Recorded trades in a row at one price and side: parts of what one order took, so told together."""
        lines = self._tape.lines
        first = lines[self._next]
        group: list[TradeLine] = []
        while self._next < len(lines):
            line = lines[self._next]
            if not isinstance(line, TradeLine) or not isinstance(first, TradeLine):
                break
            if (line.price, line.buyer_made) != (first.price, first.buyer_made) or self._due_ms(line) > now_ms:
                break
            group.append(line)
            self._next += 1
        prints = [
            Print(line.trade_id + self._trade_shift, line.price, line.lots, now_ms, line.buyer_made) for line in group
        ]
        self.last_price = prints[-1].price
        self.last_trade_id = prints[-1].trade_id
        if self._sink is not None:
            self._sink.printed(prints)
        if self._watcher is not None:
            self._watcher.traded([one.price for one in prints], now_ms)
        matches: list[Match] = []
        for line in group:
            taker = Side.SELL if line.buyer_made else Side.BUY
            matches += self._book.trade(line.price, line.lots, taker)
        self._fill(matches, now_ms)

    def _tell_top(self, line: TopLine) -> None:
        update_id = line.update_id + self._shift
        if self._top is not None and update_id < self._top.update_id:
            return
        self._highest = max(self._highest, update_id)
        self._top = Top(update_id, line.bid, line.ask)
        if self._sink is not None:
            self._sink.touched(self._top)

    def _tell_depth(self, line: DepthLine, now_ms: int) -> None:
        """As recorded; on later passes the event that straddles the snapshot begins right after it."""
        last = line.last + self._shift
        if last <= self._told:
            return
        first = line.first + self._shift
        if self._pass > 1:
            first = max(first, self._told + 1)
        self._publish(Change(first, last, line.bids, line.asks, now_ms))

    def _begin_again(self, now_ms: int) -> None:
        """Start over: one event leads from the last book back to the snapshot, and all ids go on from there."""
        self._pass += 1
        self._looped(self._pass)
        self._shift = self._highest + 1 - self._tape.snapshot_id
        self._trade_shift = self.last_trade_id + 1 - self._first_trade
        bids = _difference(self._book.bids.levels(), self._tape.bids)
        asks = _difference(self._book.asks.levels(), self._tape.asks)
        start = Top(self._highest + 1, self._tape.bids[0], self._tape.asks[0])
        self._top = start
        if self._sink is not None:
            self._sink.touched(start)
        self._publish(Change(self._told + 1, start.update_id, bids, asks, now_ms))
        self._next = 0
        self._started_ms = now_ms

    def _publish(self, change: Change) -> None:
        self._told = change.last
        self._highest = max(self._highest, change.last)
        self._put(change.bids, change.asks)
        if self._sink is not None:
            self._sink.changed(change)
        self._fill(self._book.cross(), change.time_ms)

    def _put(self, bids: Sequence[tuple[int, int]], asks: Sequence[tuple[int, int]]) -> None:
        for price, lots in bids:
            self._book.put(Side.BUY, price, lots)
        for price, lots in asks:
            self._book.put(Side.SELL, price, lots)

    def _fill(self, matches: Sequence[Match], now_ms: int) -> None:
        for match in matches:
            if self._sink is not None:
                self._sink.filled(match, self._own(), now_ms)
        if self._watcher is not None:
            self._watcher.settled()

    def _own(self) -> int:
        self._own_id += 1
        return self._own_id


def _difference(now: list[tuple[int, int]], wanted: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Absolute levels that turn one side into another."""
    target = dict(wanted)
    present = dict(now)
    gone = [(price, 0) for price in present if price not in target]
    return gone + [(price, lots) for price, lots in wanted if present.get(price) != lots]
