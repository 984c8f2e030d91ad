"""The streams of a symbol that go by the clock (§5.2): each speaks once a period, and only while somebody listens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.model.candle import Interval
from connectors.simulator.market import Change
from connectors.simulator.past import calendar
from connectors.simulator.past.timeline import Kline
from connectors.simulator.protocol import rows
from connectors.simulator.sockets.hub import Hub

if TYPE_CHECKING:
    from connectors.simulator.feeds import Feed

_SECOND_MS = 1000
_FAST_MS = 100
_KLINE_MS = 2000
"""§5.2: kline streams speak each 2 s, those of 1 s each second."""
WINDOWS = {"1h": calendar.HOUR, "4h": 4 * calendar.HOUR, "1d": calendar.DAY}
"""Rolling windows that have streams."""
_STAGGER_MS = 20
"""One symbol's seconds begin this much after another's: twenty symbols that speak at once would hold everything up."""
_PARTIAL = re.compile(r"depth(5|10|20)(@100ms|@1000ms)?")
_MOST_ENDED = 60
"""Bars told at once after a pause, such as a suspended machine's."""
_SLOW_DEPTH = ("depth", "depth@1000ms")
_KLINE = re.compile(r"kline_(\w+?)(?:@([+-])([01][0-9]):([0-5][0-9]))?")
_EARLIEST_MIN, _LATEST_MIN = -12 * 60, 14 * 60

Say = Callable[[int], list[Any]]


@dataclass(slots=True)
class _Beat:
    """One stream: how often it speaks, what it says, and when next."""

    stream: str
    every_ms: int
    say: Say
    next_ms: int = 0


class Speakers:
    """The clock's streams of one symbol."""

    def __init__(self, feed: Feed, hub: Hub) -> None:
        self._feed = feed
        self._hub = hub
        self._name = feed.spec.symbol.lower()
        self._beats: dict[str, _Beat] = {}
        self._next_ms = 0
        self._slow: dict[str, _Gathered] = {}
        self._phase_ms = hub.own(self._name, self) * _STAGGER_MS

    def opened(self, stream: str) -> None:
        """Somebody listens to a stream nobody listened to."""
        every, say = self._program(stream.removeprefix(f"{self._name}@"))
        if say is not None:
            self._beats[stream] = _Beat(stream, every, say)
            self._next_ms = 0
            if isinstance(say, _Gathered):
                self._slow[stream] = say

    def closed(self, stream: str) -> None:
        """Nobody listens to a stream any more."""
        self._beats.pop(stream, None)
        self._slow.pop(stream, None)

    def gather(self, change: Change) -> None:
        """Keep a change of the book for the streams that tell them once a second."""
        for slow in self._slow.values():
            slow.add(change)

    def advance(self, now_ms: int) -> None:
        """Speak on every stream whose time has come."""
        self._hub.turn(now_ms)
        if now_ms < self._next_ms or not self._beats:
            return
        for beat in list(self._beats.values()):
            if now_ms >= beat.next_ms:
                phase = self._phase_ms % beat.every_ms
                beat.next_ms = ((now_ms - phase) // beat.every_ms + 1) * beat.every_ms + phase
                for payload in beat.say(now_ms):
                    self._hub.publish(beat.stream, payload)
        self._next_ms = min(beat.next_ms for beat in self._beats.values())

    def _program(self, kind: str) -> tuple[int, Say | None]:
        """How often a stream speaks and what it says; nothing for a name that is none of the clock's."""
        feed = self._feed
        say: Say | None = None
        every = _SECOND_MS
        if kind == "ticker":
            say = partial(_one, day_event, feed)
        elif kind == "miniTicker":
            say = partial(_one, mini_event, feed)
        elif (word := kind.removeprefix("ticker_")) in WINDOWS and word != kind:
            say = partial(_one, window_event, feed, word)
        elif kind == "avgPrice":
            say = self._average
        elif kind in _SLOW_DEPTH:
            say = _Gathered(feed)
        elif found := _PARTIAL.fullmatch(kind):
            every = _FAST_MS if found[2] == "@100ms" else _SECOND_MS
            say = partial(_one, _book, feed, int(found[1]))
        elif kline := _KLINE.fullmatch(kind):
            every, say = _bars(feed, kline)
        return every, say

    def _average(self, now_ms: int) -> list[Any]:
        price, last_ms = self._feed.average(now_ms)
        symbol = self._feed.spec.symbol
        return [{"e": "avgPrice", "E": now_ms, "s": symbol, "i": "5m", "w": price, "T": last_ms}]


def day_event(feed: Feed, now_ms: int) -> dict[str, Any]:
    """What ``<symbol>@ticker`` says."""
    return rows.ticker_event("24hrTicker", rows.DAY_KEYS, feed.ticker(now_ms), now_ms)


def mini_event(feed: Feed, now_ms: int) -> dict[str, Any]:
    """What ``<symbol>@miniTicker`` says."""
    return rows.ticker_event("24hrMiniTicker", rows.MINI_KEYS, feed.ticker(now_ms), now_ms)


def window_event(feed: Feed, word: str, now_ms: int) -> dict[str, Any]:
    """What ``<symbol>@ticker_1h`` and its like say."""
    return rows.ticker_event(f"{word}Ticker", rows.WINDOW_KEYS, feed.window(now_ms, WINDOWS[word]), now_ms)


def _one(event: Callable[..., Any], *words: Any) -> list[Any]:
    return [event(*words)]


def _book(feed: Feed, count: int, now_ms: int) -> dict[str, Any]:
    return feed.book(count, now_ms)


def _bars(feed: Feed, word: re.Match[str]) -> tuple[int, Say | None]:
    try:
        interval = Interval(word[1])
    except ValueError:
        return 0, None
    minutes = 0 if word[2] is None else int(f"{word[2]}1") * (int(word[3]) * 60 + int(word[4]))
    if not _EARLIEST_MIN <= minutes <= _LATEST_MIN:
        return 0, None
    every = _SECOND_MS if interval is Interval.S1 else _KLINE_MS
    return every, _Bars(feed, interval, minutes * 60_000)


class _Gathered:
    """The slow depth stream: changes of the book joined until it speaks; the last size of a level counts."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._change: Change | None = None

    def add(self, change: Change) -> None:
        """Join one more change."""
        before = self._change
        if before is not None:
            bids = list((dict(before.bids) | dict(change.bids)).items())
            asks = list((dict(before.asks) | dict(change.asks)).items())
            change = Change(before.first, change.last, bids, asks, change.time_ms)
        self._change = change

    def __call__(self, now_ms: int) -> list[Any]:
        """What the stream says now: nothing where nothing changed."""
        change, self._change = self._change, None
        return [] if change is None else [rows.change(self._feed.spec, change) | {"E": now_ms}]


class _Bars:
    """A kline stream: the bar in progress, and before it, closed, every bar that has ended since it last spoke."""

    def __init__(self, feed: Feed, interval: Interval, shift_ms: int) -> None:
        self._feed = feed
        self._interval = interval
        self._shift_ms = shift_ms
        self._start_ms: int | None = None

    def __call__(self, now_ms: int) -> list[Any]:
        """What the stream says now."""
        feed = self._feed
        start = calendar.floor(self._interval, now_ms, self._shift_ms)
        told, self._start_ms = self._start_ms, start
        starts = [start]
        while told is not None and told < starts[-1] and len(starts) <= _MOST_ENDED:
            starts.append(calendar.back(self._interval, starts[-1], 1, self._shift_ms))
        last = feed.market.last_trade_id
        events: list[Any] = []
        for at in starts:
            kline = feed.timeline.current(self._interval, at, self._shift_ms)
            if kline is not None:
                events.append(self._event(kline, now_ms, last, closed=at != start))
                last -= kline.bar.trades
        return events[::-1]

    def _event(self, kline: Kline, now_ms: int, last: int, *, closed: bool) -> dict[str, Any]:
        """A bar whose last trade, if it has any, is ``last``."""
        symbol = self._feed.spec.symbol
        row = rows.kline(self._feed.spec, kline)
        bar = {"t": row[0], "T": row[6], "s": symbol, "i": self._interval.value}
        bar |= {"f": last - row[8] + 1 if row[8] else -1, "L": last if row[8] else -1}
        bar |= {"o": row[1], "c": row[4], "h": row[2], "l": row[3], "v": row[5], "n": row[8], "x": closed}
        bar |= {"q": row[7], "V": row[9], "Q": row[10], "B": row[11]}
        return {"e": "kline", "E": now_ms, "s": symbol, "k": bar}
