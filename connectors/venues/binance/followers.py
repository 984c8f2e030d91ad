"""What a follower of a stream remembers: so that nothing is told twice, nothing goes back, and a hole shows."""

from __future__ import annotations

from collections.abc import Callable

from connectors.errors import Malformed
from connectors.model.ids import InstrumentId
from connectors.model.trade import Gap, Trade
from connectors.ports.clock import Clock
from connectors.venues.binance import frames, parse
from connectors.venues.binance.feed import Feed, Following
from connectors.venues.binance.symbols import trade_stream

_CLOCK_SET_BACK_MS = 10_000
"""An event older by more than two sockets can differ is no repetition: the venue's clock was set back."""


class Tape:
    """One listener's trades: in order, none twice, with a Gap where the socket was away."""

    def __init__(
        self, instrument: InstrumentId, listener: Callable[[Trade | Gap], None], feed: Feed, clock: Clock
    ) -> None:
        self._instrument = instrument
        self._listener = listener
        self._feed = feed
        self._clock = clock
        self._heard_ns = clock.time_ns()
        self._newest = -1
        self._broken = False
        self._stream = trade_stream(instrument.symbol)
        feed.on_close.append(self._break)
        feed.on_malformed.append(self._miss)

    def take(self, event: frames.MarketEvent, received_ns: int) -> None:
        """One trade arrived."""
        if not isinstance(event, frames.TradeEvent):
            return
        trade = parse.streamed_trade(event, self._instrument)
        if self._broken:
            self._broken = False
            self._listener(Gap(self._instrument, self._heard_ns, received_ns))
        elif event.t <= self._newest:
            return
        self._heard_ns, self._newest = received_ns, event.t
        self._listener(trade)

    def leave(self) -> None:
        """No longer be told of the socket."""
        self._feed.on_close.remove(self._break)
        self._feed.on_malformed.remove(self._miss)

    def _miss(self, problem: Malformed) -> None:
        if problem.operation == self._stream:
            self._break()

    def _break(self) -> None:
        self._broken = self._newest >= 0


class Newest:
    """The time of the newest event of a stream of states: when a socket takes over, both tell some of them."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._newest = 0
        self._last: frames.MarketEvent | None = None
        feed.on_close.append(self._forget)

    def moves_on(self, event: frames.KlineEvent | frames.TickerEvent) -> bool:
        """Whether an event is newer than those before it on this socket and the one it took over from."""
        behind_ms = self._newest - event.E
        if event == self._last or 0 < behind_ms < _CLOCK_SET_BACK_MS:
            return False
        self._newest, self._last = event.E, event
        return True

    def leave(self) -> None:
        """No longer be told of the socket."""
        self._feed.on_close.remove(self._forget)

    def _forget(self) -> None:
        self._newest, self._last = 0, None


class NewestId:
    """The id of the newest event of a stream that numbers its events."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._newest = -1
        feed.on_close.append(self._forget)

    def moves_on(self, number: int) -> bool:
        """Whether an event is newer than those before it."""
        if number <= self._newest:
            return False
        self._newest = number
        return True

    def leave(self) -> None:
        """No longer be told of the socket."""
        self._feed.on_close.remove(self._forget)

    def _forget(self) -> None:
        self._newest = -1


class Ending:
    """A following that has something to undo when it is closed."""

    def __init__(self, following: Following, undo: Callable[[], None]) -> None:
        self._following = following
        self._undo = undo
        self._open = True

    async def close(self) -> None:
        """Stop; may be called twice."""
        if self._open:
            self._open = False
            self._undo()
            await self._following.close()
