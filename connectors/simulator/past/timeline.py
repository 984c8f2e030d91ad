"""All bars of one symbol: the made-up past, the minutes that were traded, and the minute in progress."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.model.candle import Interval
from connectors.simulator.past import calendar
from connectors.simulator.past.bars import Bar, flat, merge
from connectors.simulator.past.calendar import DAY, MINUTE, SECOND
from connectors.simulator.past.history import LISTED_DAYS, Past, Span

_SECONDS_KEPT = 3600
_HEADS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Kline:
    """A bar and where it stands; ``end_ms`` is the first ms after it."""

    start_ms: int
    end_ms: int
    bar: Bar


class Timeline:
    """Bars of any interval, consistent with each other, with the last price and with the 24 h ticker.

    Args:
        past: Divides made-up bars.
        spans: Made-up stretches, in order.
        minutes: Traded minutes of earlier sessions by their start.
        now_ms: When this session starts.
        price: The price it starts from, in ticks.
    """

    def __init__(self, past: Past, spans: list[Span], minutes: dict[int, Bar], now_ms: int, price: int) -> None:
        self._past = past
        self._spans = list(spans)
        self._minutes = dict(sorted(minutes.items()))
        self._seconds: dict[int, Bar] = {}
        self._minute = now_ms // MINUTE * MINUTE
        self.new_spans: list[Span] = []
        known = self._minutes.pop(self._minute, None)
        self._fill_before(price)
        self._bar = known or flat(self._close_before(price))
        self._starts = list(self._minutes)
        self._span_starts = [span.start_ms for span in self._spans]
        self._heads: dict[int, tuple[int, Bar | None]] = {}

    @property
    def begins_ms(self) -> int:
        """Start of the oldest bar."""
        return self._spans[0].start_ms

    @property
    def progress(self) -> tuple[int, Bar]:
        """Start and bar of the minute in progress."""
        return self._minute, self._bar

    def trade(self, time_ms: int, price: int, lots: int, *, buyer_took: bool) -> list[tuple[int, Bar]]:
        """Count a trade; returns the minutes it completed."""
        done = self.roll(time_ms)
        self._bar = self._bar.traded(price, lots, buyer_took=buyer_took)
        second = time_ms // SECOND * SECOND
        before = self._seconds.get(second)
        if before is None:
            self._seconds[second] = before = flat(price)
            if len(self._seconds) > _SECONDS_KEPT:
                del self._seconds[next(iter(self._seconds))]
        self._seconds[second] = before.traded(price, lots, buyer_took=buyer_took)
        return done

    def roll(self, now_ms: int) -> list[tuple[int, Bar]]:
        """Complete the minutes before a moment; returns them."""
        done: list[tuple[int, Bar]] = []
        while self._minute + MINUTE <= now_ms:
            self._minutes[self._minute] = self._bar
            self._starts.append(self._minute)
            done.append((self._minute, self._bar))
            self._minute += MINUTE
            self._bar = flat(self._bar.close)
        return done

    def klines(
        self, interval: Interval, start_ms: int | None, end_ms: int | None, limit: int, shift_ms: int = 0
    ) -> Iterator[Kline]:
        """Bars whose start lies between the two moments (§4.1: with a start the oldest, else the newest), one by one.

        Making up an unseen past takes time; who serves it can let others have a turn between bars.
        """
        last = self._minute + MINUTE - 1 if end_ms is None else min(end_ms, self._minute + MINUTE - 1)
        if interval is Interval.S1:
            last = min(last, max(self._minute, max(self._seconds, default=self._minute)))
        final = calendar.floor(interval, last, shift_ms)
        if start_ms is None:
            first = calendar.back(interval, final, limit - 1, shift_ms)
        else:
            first = calendar.floor(interval, start_ms, shift_ms)
            if first < start_ms:
                first = calendar.after(interval, first, shift_ms)
        first = max(first, calendar.floor(interval, self.begins_ms, shift_ms))
        edges = [first]
        while len(edges) <= limit and edges[-1] <= final:
            edges.append(calendar.after(interval, edges[-1], shift_ms))
        return self._join(edges, calendar.resolution(interval, shift_ms))

    def current(self, interval: Interval, start_ms: int, shift_ms: int = 0) -> Kline | None:
        """One bar by its start."""
        end_ms = calendar.after(interval, start_ms, shift_ms)
        if interval is not Interval.S1 and start_ms <= self._minute < end_ms:
            return Kline(start_ms, end_ms, self.since(start_ms))
        return next(self.klines(interval, start_ms, start_ms, 1, shift_ms), None)

    def last_day(self) -> tuple[int, Bar]:
        """Start and bar of the 1,440 minutes that end with the one in progress: the 24 h ticker's window."""
        start = self._minute + MINUTE - DAY
        return start, self.since(start)

    def since(self, start_ms: int) -> Bar:
        """One bar from a whole minute until now.

        What had been completed when it was last asked for is kept: a bar that has been growing for a month costs no
        more than the minutes since then.
        """
        upto, head = self._heads.get(start_ms, (start_ms, None))
        if upto < self._minute:
            pieces = [bar for _, bar in self._pieces(upto, self._minute, DAY)]
            head = merge([head, *pieces] if head is not None else pieces)
            self._heads.pop(start_ms, None)
            self._heads[start_ms] = (self._minute, head)
            if len(self._heads) > _HEADS_KEPT:
                del self._heads[next(iter(self._heads))]
        return self._bar if head is None else merge((head, self._bar)) or self._bar

    def _join(self, edges: list[int], resolution: int) -> Iterator[Kline]:
        if len(edges) <= 1:
            return
        index = 0
        parts: list[Bar] = []
        for at, bar in self._pieces(edges[0], edges[-1], resolution):
            while at >= edges[index + 1]:
                yield from _kline(edges, index, parts)
                parts = []
                index += 1
            parts.append(bar)
        yield from _kline(edges, index, parts)

    def _pieces(self, start_ms: int, end_ms: int, resolution: int) -> Iterator[tuple[int, Bar]]:
        """(start, bar) in order of time over a range: spans divided as needed, traded minutes, the one in progress."""
        at = start_ms
        while at < min(end_ms, self._minute):
            span = self._span_at(at)
            if span is not None:
                stop = min(end_ms, span.end_ms)
                yield from self._past.bars(span, at, stop, resolution)
                at = max(stop, at + 1)
            else:
                minute = at // MINUTE * MINUTE
                bar = self._minutes.get(minute)
                if bar is not None:
                    yield from self._minute_parts(minute, bar, (at, end_ms), resolution)
                at = minute + MINUTE
        if start_ms < self._minute + MINUTE and end_ms > self._minute:
            yield from self._minute_parts(self._minute, self._bar, (start_ms, end_ms), resolution)

    def _minute_parts(
        self, minute: int, bar: Bar, within: tuple[int, int], resolution: int
    ) -> Iterator[tuple[int, Bar]]:
        """A traded minute, or its seconds: as they were traded while we remember them, else divided like the past."""
        if resolution >= MINUTE:
            yield minute, bar
            return
        remembered = next(iter(self._seconds), None)
        if remembered is None or remembered >= minute + MINUTE:
            yield from self._past.divide(minute, MINUTE, bar, within, resolution)
            return
        price = bar.open
        for second in range(minute, minute + MINUTE, SECOND):
            known = self._seconds.get(second)
            price = known.close if known else price
            if within[0] <= second < within[1]:
                yield second, known or flat(price)

    def _span_at(self, time_ms: int) -> Span | None:
        index = bisect_right(self._span_starts, time_ms) - 1
        if index < 0:
            return self._spans[0] if self._spans and time_ms < self._spans[0].start_ms else None
        span = self._spans[index]
        return span if time_ms < span.end_ms else None

    def _close_before(self, price: int) -> int:
        last_minute = max(self._minutes, default=None)
        last_span = self._spans[-1]
        if last_minute is not None and last_minute >= last_span.end_ms:
            return self._minutes[last_minute].close
        return last_span.close if last_span.end_ms == self._minute else price

    def _fill_before(self, price: int) -> None:
        """Make up what lies between the last thing known and this session's first minute."""
        last_minute = max(self._minutes, default=None)
        if not self._spans:
            day = self._minute // DAY * DAY
            self.new_spans.append(Span(day - LISTED_DAYS * DAY, self._minute, None, price))
        else:
            span = self._spans[-1]
            known_to, close = span.end_ms, span.close
            if last_minute is not None and last_minute + MINUTE > known_to:
                known_to, close = last_minute + MINUTE, self._minutes[last_minute].close
            if known_to < self._minute:
                self.new_spans.append(Span(known_to, self._minute, close, price))
        self._spans.extend(self.new_spans)


def _kline(edges: list[int], index: int, parts: list[Bar]) -> list[Kline]:
    whole = merge(parts)
    return [] if whole is None else [Kline(edges[index], edges[index + 1], whole)]
