"""Seeded bars for the time nobody traded: everything before the first session, and the nights between sessions.

A span is covered by a few aligned bars (days, then shorter ones at its ends) whose closes walk to the price the
session starts from; each bar is divided on demand, level by level, by a generator seeded with its place. So any range
costs its own length, two intervals never disagree, and the same ledger always shows the same past.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from random import Random

import msgspec

from connectors.simulator.past.bars import Bar, split
from connectors.simulator.past.calendar import DAY, LEVELS, MINUTE, cover
from connectors.simulator.specs import SymbolSpec

LISTED_DAYS = 3 * 365
"""How long before its first session a symbol was listed: the oldest bar there is."""

_DAILY_RANGE = 0.022
"""Standard deviation of a day's return; a minute's is 1/38 of it, what the tape shows."""
_QUOTE_A_MINUTE = {
    "BTC": 2_600_000,
    "ETH": 1_200_000,
    "SOL": 1_100_000,
    "BNB": 1_000_000,
    "XRP": 600_000,
    "DOGE": 900_000,
}
_QUOTE_OTHERS = 330_000
"""About what the flow trades, so that a chart does not show where the made-up past ends."""
_QUOTE_A_TRADE = 1300
_CACHE = 20_000


class Span(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of made-up past, in whole minutes; ``open`` is None for the one that begins at listing."""

    start_ms: int
    end_ms: int
    open: int | None
    close: int


class Past:
    """Bars of one symbol's spans."""

    def __init__(self, spec: SymbolSpec, seed: int) -> None:
        self._spec = spec
        self._seed = f"{seed}:{spec.symbol}"
        self._spans: dict[int, list[tuple[int, int, Bar]]] = {}
        self._divided: dict[tuple[int, int], list[Bar]] = {}

    def bars(self, span: Span, start_ms: int, end_ms: int, resolution: int) -> Iterator[tuple[int, Bar]]:
        """(start, bar) of the bars within a range, as long as ``resolution`` or, where they must be, shorter."""
        for at, size, bar in self._tops(span):
            if at < end_ms and at + size > start_ms:
                yield from self.divide(at, size, bar, (start_ms, end_ms), resolution)

    def divide(
        self, at: int, size: int, bar: Bar, within: tuple[int, int], resolution: int
    ) -> Iterator[tuple[int, Bar]]:
        """A bar's parts within a range: itself when short enough and inside, else those of its children."""
        start_ms, end_ms = within
        if size <= resolution and start_ms <= at and at + size <= end_ms:
            yield at, bar
            return
        level = LEVELS.index(size)
        if level + 1 == len(LEVELS):
            return
        part = LEVELS[level + 1]
        for index, child in enumerate(self._children(at, size, bar)):
            begin = at + index * part
            if begin < end_ms and begin + part > start_ms:
                yield from self.divide(begin, part, child, within, resolution)

    def _children(self, at: int, size: int, bar: Bar) -> list[Bar]:
        found = self._divided.get((at, size))
        if found is None:
            if len(self._divided) > _CACHE:
                self._divided.clear()
            part = LEVELS[LEVELS.index(size) + 1]
            found = split(bar, size // part, Random(f"{self._seed}:{at}:{size}"))
            self._divided[(at, size)] = found
        return found

    def _tops(self, span: Span) -> list[tuple[int, int, Bar]]:
        found = self._spans.get(span.start_ms)
        if found is None:
            places = cover(span.start_ms, span.end_ms)
            rng = Random(f"{self._seed}:span:{span.start_ms}")
            closes = self._closes(span, places, rng)
            opens = [closes[0] if span.open is None else span.open, *closes[:-1]]
            rows = zip(places, opens, closes, strict=True)
            found = [(at, size, self._make(size, begin, end, rng)) for (at, size), begin, end in rows]
            self._spans[span.start_ms] = found
        return found

    def _closes(self, span: Span, places: list[tuple[int, int]], rng: Random) -> list[int]:
        """Closes that walk back from the span's last price, bent to meet its first one where it has one."""
        level = 0.0
        levels = []
        for _, size in reversed(places):
            levels.append(level)
            level -= rng.gauss(0, _DAILY_RANGE) * (size / DAY) ** 0.5
        levels.reverse()
        if span.open is None:
            return [max(100, round(span.close * exp(log))) for log in levels]
        total = span.end_ms - span.start_ms
        bent = []
        for (at, size), log in zip(places, levels, strict=True):
            done = (at + size - span.start_ms) / total
            straight = span.open + (span.close - span.open) * done
            bent.append(max(100, round(straight * exp(log - level * (1 - done)))))
        return bent

    def _make(self, size: int, begin: int, end: int, rng: Random) -> Bar:
        reach = _DAILY_RANGE * (size / DAY) ** 0.5 * 0.45
        high = max(begin, end) + int(max(begin, end) * reach * rng.expovariate(1))
        low = max(1, min(begin, end) - int(min(begin, end) * reach * min(3.0, rng.expovariate(1))))
        quote = _QUOTE_A_MINUTE.get(self._spec.base, _QUOTE_OTHERS) * (size / MINUTE) * exp(rng.gauss(0, 0.35))
        average = (begin + high + low + end) // 4
        lots = max(2, int(quote / (average * float(self._spec.grid.unit))))
        bought = int(lots * rng.uniform(0.44, 0.56))
        trades = max(2, int(quote / _QUOTE_A_TRADE))
        return Bar(begin, high, low, end, bought, lots - bought, bought * average, (lots - bought) * average, trades)
