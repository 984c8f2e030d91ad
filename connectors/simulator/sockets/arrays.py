"""Streams that tell of all symbols at once (§5.2): an array each second, of the symbols that have traded since."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from connectors.simulator.feeds import Feed
from connectors.simulator.sockets.hub import Hub
from connectors.simulator.sockets.speakers import WINDOWS, mini_event, window_event

_NAME = re.compile(r"!(miniTicker|ticker_(?:1h|4h|1d))@arr(?:@(1000|3000)ms)?")
"""Clients name a pace too (python-binance asks for ``!miniTicker@arr@1000ms``)."""
_SECOND_MS = 1000

Event = Callable[[Feed, int], dict[str, Any]]


@dataclass(slots=True)
class _Array:
    """One stream that is listened to: its pace, and the last trade of each symbol it has told of."""

    event: Event
    every_ms: int
    turn: int = -1
    told: dict[str, int] = field(default_factory=dict)


class Arrays:
    """``!miniTicker@arr`` and ``!ticker_1h@arr``, ``4h`` and ``1d``; ``!ticker@arr`` has retired and stays silent."""

    def __init__(self, hub: Hub, feeds: Mapping[str, Feed]) -> None:
        self._hub = hub
        self._feeds = feeds
        self._events: dict[str, Event] = {"miniTicker": mini_event}
        for word in WINDOWS:
            self._events[f"ticker_{word}"] = partial(_window, word)
        self._arrays: dict[str, _Array] = {}
        for name in self._events:
            hub.own(f"!{name}", self)
        hub.turns.append(self.advance)

    def opened(self, stream: str) -> None:
        """Somebody listens: the first array tells of every symbol."""
        found = _NAME.fullmatch(stream)
        if found is not None:
            self._arrays[stream] = _Array(self._events[found[1]], int(found[2] or _SECOND_MS))

    def closed(self, stream: str) -> None:
        """Nobody listens any more."""
        self._arrays.pop(stream, None)

    def advance(self, now_ms: int) -> None:
        """Speak where it is time to."""
        for stream, array in self._arrays.items():
            turn = now_ms // array.every_ms
            if turn == array.turn:
                continue
            array.turn = turn
            changed = [feed for name, feed in self._feeds.items() if array.told.get(name) != feed.market.last_trade_id]
            if changed:
                self._hub.publish(stream, [array.event(feed, now_ms) for feed in changed])
                array.told.update({feed.spec.symbol: feed.market.last_trade_id for feed in changed})


def _window(word: str, feed: Feed, now_ms: int) -> dict[str, Any]:
    return window_event(feed, word, now_ms)
