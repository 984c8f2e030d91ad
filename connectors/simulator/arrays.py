"""Streams that tell of all symbols at once (§5.2): an array each second, of the symbols that have traded since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from connectors.simulator.feeds import Feed
from connectors.simulator.hub import Hub
from connectors.simulator.speakers import WINDOWS, mini_event, window_event

_SECOND_MS = 1000

Event = Callable[[Feed, int], dict[str, Any]]


class Arrays:
    """``!miniTicker@arr`` and ``!ticker_1h@arr``, ``4h`` and ``1d``; ``!ticker@arr`` has retired and stays silent."""

    def __init__(self, hub: Hub, feeds: Mapping[str, Feed]) -> None:
        self._hub = hub
        self._feeds = feeds
        self._events: dict[str, Event] = {"!miniTicker@arr": mini_event}
        for word in WINDOWS:
            self._events[f"!ticker_{word}@arr"] = partial(_window, word)
        self._told: dict[str, dict[str, int]] = {}
        self._second = 0
        for stream in self._events:
            hub.own(stream.partition("@")[0], self)
        hub.turns.append(self.advance)

    def opened(self, stream: str) -> None:
        """Somebody listens: the first array tells of every symbol."""
        if stream in self._events:
            self._told[stream] = {}

    def closed(self, stream: str) -> None:
        """Nobody listens any more."""
        self._told.pop(stream, None)

    def advance(self, now_ms: int) -> None:
        """Speak once a second."""
        second = now_ms // _SECOND_MS
        if second == self._second or not self._told:
            return
        self._second = second
        for stream, told in self._told.items():
            changed = [feed for name, feed in self._feeds.items() if told.get(name) != feed.market.last_trade_id]
            if changed:
                self._hub.publish(stream, [self._events[stream](feed, now_ms) for feed in changed])
                told.update({feed.spec.symbol: feed.market.last_trade_id for feed in changed})


def _window(word: str, feed: Feed, now_ms: int) -> dict[str, Any]:
    return window_event(feed, word, now_ms)
