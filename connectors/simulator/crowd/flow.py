"""A market made by seeded agents: makers, takers and those who change their minds, around a wandering fair value.

The agents know nothing of each other; what looks like a market comes out of the price-time queue their orders go
through, the same in which the user's orders stand. Everything happens at steps of an event clock, so the same seed,
the same steps and the same user orders give the same market. `docs/simulator.md` shows how near it comes to the tape.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from connectors.matching.queue import QueueBook, Resting
from connectors.matching.terms import Match, Request
from connectors.model.side import Side
from connectors.simulator.crowd.agents import Agents
from connectors.simulator.crowd.regimes import Regime, Weather
from connectors.simulator.crowd.temper import STEP_MS
from connectors.simulator.market import Change, Depth, Executed, Print, Sink, Top, Watcher
from connectors.simulator.specs import SymbolSpec

_STEPS_A_DEPTH = 5
"""Depth events go out every 100 ms (§5.2)."""
_MOST_STEPS = 250
"""After a pause (a suspended machine) the market goes on from now instead of racing through what it missed."""
_WARM_MS = 20_000
"""How long before the market opened the first trades were, unless the minute was younger: bars begin with it."""
_MINUTE_MS = 60_000
_IDS_A_MS = 10
"""Update ids begin at the clock, so that they rise from session to session without being kept."""
_IDS_BETWEEN_SESSIONS = 10_000
"""Trade ids printed after the last mark on disk are not given out again."""


class FlowMarket:
    """One symbol moved by agents; see `connectors.simulator.market.Market`."""

    def __init__(
        self, spec: SymbolSpec, seed: str, price: int, trade_id: int, now_ms: int, regime: str = Regime.NORMAL
    ) -> None:
        self.spec = spec
        self.last_price = price
        self.last_trade_id = trade_id + _IDS_BETWEEN_SESSIONS
        self._book = QueueBook()
        self._weather = Weather(regime, seed.removesuffix(spec.symbol), STEP_MS / 1000)
        self._agents = Agents(spec, self._book, Random(seed), price, self._weather.mood)
        self._base_id = now_ms * _IDS_A_MS
        self._told = self._base_id
        self._step_ms = now_ms // STEP_MS * STEP_MS
        self._steps = 0
        self._said_ms = 0
        self._top: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None)
        self._sink: Sink | None = None
        self._watcher: Watcher | None = None

    @property
    def regime(self) -> Regime:
        """How its crowd behaves now; symbols whose seeds differ by their names alone go through panics together."""
        return self._weather.regime

    def open(self, sink: Sink, now_ms: int) -> None:
        """Begin with a full book and some trades already printed."""
        self._sink = sink
        self._agents.furnish()
        start = max(now_ms - _WARM_MS, now_ms // _MINUTE_MS * _MINUTE_MS)
        warm = list(self._agents.warm_up())
        for number, matches in enumerate(warm):
            self._announce(matches, start + (now_ms - start) * number // len(warm))
        self._book.drain()
        self._told = self._update_id
        self.advance(now_ms)

    def watch(self, watcher: Watcher) -> None:
        """Tell this one too what traded, and when all of it has been told."""
        self._watcher = watcher

    def advance(self, now_ms: int) -> None:
        """Step the event clock up to a moment."""
        if now_ms - self._step_ms > _MOST_STEPS * STEP_MS:
            self._step_ms = now_ms // STEP_MS * STEP_MS - STEP_MS
        while self._step_ms + STEP_MS <= now_ms:
            self._step_ms += STEP_MS
            self._steps += 1
            if self._weather.step():
                self._agents.mood = self._weather.mood
            for matches in self._agents.step():
                self._announce(matches, self._step_ms)
                if self._watcher is not None:
                    self._watcher.settled()
            self._announce((), self._step_ms)
            if self._steps % _STEPS_A_DEPTH == 0:
                self._tell_depth()

    def submit(self, request: Request, now_ms: int) -> Executed:
        """Match an order of the user in the same queue as everyone's."""
        outcome = self._book.submit(request)
        self._agents.dropped(outcome.matches)
        return Executed(outcome, self._announce(outcome.matches, now_ms))

    def restore(self, request: Request, lots: int) -> None:
        """Put a resting order back; agents price themselves around it."""
        self._book.rest(Resting.of(request, lots))

    def cancel(self, order_id: int) -> bool:
        """Take an order of the user out."""
        found = self._book.cancel(order_id) is not None
        if found:
            self._announce((), self._step_ms)
        return found

    def reduce(self, order_id: int, lots: int) -> bool:
        """Lower what is left of an order of the user; it keeps its place."""
        done = self._book.reduce(order_id, lots)
        if done:
            self._announce((), self._step_ms)
        return done

    def depth(self, limit: int) -> Depth:
        """The book as it stands now, between two depth events."""
        return Depth(self._update_id, self._book.bids.levels(limit), self._book.asks.levels(limit))

    def top(self) -> Top:
        """Best bid and ask now."""
        bids, asks = self._book.bids, self._book.asks
        bid, ask = bids.best(), asks.best()
        return Top(
            self._update_id,
            None if bid is None else (bid, bids.lots(bid)),
            None if ask is None else (ask, asks.lots(ask)),
        )

    def levels(self, side: Side) -> list[tuple[int, int]]:
        """All levels of a side."""
        return self._book.side(side).levels()

    @property
    def _update_id(self) -> int:
        return self._base_id + self._book.revision

    def _announce(self, matches: Sequence[Match], now_ms: int) -> list[int]:
        """Print the trades of one taking order, tell the user's own fills, then the new best prices."""
        sink = self._sink
        if sink is None:
            return []
        # A user's order is matched at once, a step of the market may come late: times never fall as ids rise (§4.1).
        now_ms = self._said_ms = max(now_ms, self._said_ms)
        ids: list[int] = []
        prints: list[Print] = []
        for match in matches:
            self.last_trade_id += 1
            self.last_price = match.price
            ids.append(self.last_trade_id)
            made = match.taker_side is Side.SELL
            prints.append(Print(self.last_trade_id, match.price, match.lots, now_ms, made))
        if prints:
            sink.printed(prints)
            if self._watcher is not None:
                self._watcher.traded([one.price for one in prints], now_ms)
        for match, trade_id in zip(matches, ids, strict=True):
            if match.maker_id > 0:
                sink.filled(match, trade_id, now_ms)
        top = self.top()
        if (top.bid, top.ask) != self._top:
            self._top = (top.bid, top.ask)
            sink.touched(top)
        return ids

    def _tell_depth(self) -> None:
        last = self._update_id
        if last == self._told or self._sink is None:
            return
        changes = self._book.drain()
        bids = [(price, lots) for side, price, lots in changes if side is Side.BUY]
        asks = [(price, lots) for side, price, lots in changes if side is Side.SELL]
        first, self._told = self._told + 1, last
        self._sink.changed(Change(first, last, bids, asks, self._step_ms))
