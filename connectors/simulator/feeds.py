"""One symbol as the public sees it: its market, bars and recent trades, and what its streams say (§5.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from connectors.matching.terms import Match
from connectors.model.candle import Interval
from connectors.simulator import calendar
from connectors.simulator.bars import Bar
from connectors.simulator.hub import Hub
from connectors.simulator.market import Change, Market, Print, Top
from connectors.simulator.timeline import Kline, Timeline

_RECENT = 1000
_PARTIAL_MS = {"@100ms": 100, "": 1000}
_KLINE_MS = 2000
_KLINE_SECOND_MS = 1000
"""§5.2: kline streams speak each 2 s, those of 1 s each second."""
_TICKER_MS = 1000

UserFill = Callable[[str, Match, int, int], None]
MinuteDone = Callable[[str, list[tuple[int, Bar]]], None]


class Feed:
    """Listens to a market, remembers what the public may ask for, and speaks on the symbol's streams."""

    def __init__(self, market: Market, timeline: Timeline, hub: Hub, filled: UserFill, minutes: MinuteDone) -> None:
        self.market = market
        self.spec = market.spec
        self.timeline = timeline
        self.recent: deque[Print] = deque(maxlen=_RECENT)
        self._hub = hub
        self._filled = filled
        self._minutes = minutes
        self._name = market.spec.symbol.lower()
        self._aggregate = 0
        self._spoken: dict[str, tuple[int, int]] = {}

    def begin(self, now_ms: int) -> None:
        """Open the market; aggregate ids begin at the clock, and so rise from session to session."""
        self._aggregate = now_ms
        self.market.open(self, now_ms)

    def printed(self, prints: Sequence[Print]) -> None:
        """Trades: kept, counted in the bars, told."""
        self.recent.extend(prints)
        for one in prints:
            done = self.timeline.trade(one.time_ms, one.price, one.lots, buyer_took=not one.buyer_made)
            if done:
                self._minutes(self.spec.symbol, done)
        if self._hub.wants(f"{self._name}@trade"):
            for one in prints:
                self._hub.publish(f"{self._name}@trade", self._trade(one))
        self._tell_aggregates(prints)

    def touched(self, top: Top) -> None:
        """New best prices: told on bookTicker."""
        stream = f"{self._name}@bookTicker"
        if self._hub.wants(stream) and top.bid and top.ask:
            bid, bid_size = self.spec.level(top.bid)
            ask, ask_size = self.spec.level(top.ask)
            self._hub.publish(
                stream,
                {"u": top.update_id, "s": self.spec.symbol, "b": bid, "B": bid_size, "a": ask, "A": ask_size},
            )

    def changed(self, change: Change) -> None:
        """A change of the book: told on depth@100ms."""
        stream = f"{self._name}@depth@100ms"
        if self._hub.wants(stream):
            level = self.spec.level
            self._hub.publish(
                stream,
                {
                    "e": "depthUpdate",
                    "E": change.time_ms,
                    "s": self.spec.symbol,
                    "U": change.first,
                    "u": change.last,
                    "b": [level(one) for one in change.bids],
                    "a": [level(one) for one in change.asks],
                },
            )

    def filled(self, match: Match, trade_id: int, time_ms: int) -> None:
        """A resting order of the user traded."""
        self._filled(self.spec.symbol, match, trade_id, time_ms)

    def advance(self, now_ms: int) -> None:
        """Let the market move, complete bars, and speak on the streams that go by the clock."""
        self.market.advance(now_ms)
        done = self.timeline.roll(now_ms)
        if done:
            self._minutes(self.spec.symbol, done)
        prefix = f"{self._name}@"
        for stream in self._hub.streams():
            if stream.startswith(prefix):
                self._speak(stream, stream[len(prefix) :], now_ms)

    def ticker(self, now_ms: int) -> dict[str, Any]:
        """§4.2: the last 24 hours, by the same bars that klines tell."""
        start, day = self.timeline.last_day()
        spec, top = self.spec, self.market.top()
        bid, bid_size = spec.level(top.bid or (0, 0))
        ask, ask_size = spec.level(top.ask or (0, 0))
        last = self.recent[-1] if self.recent else None
        rise = day.close - day.open
        sign = "-" if rise < 0 else ""
        percent = f"{rise * 100 / day.open:.3f}"
        average = day.units // day.lots if day.lots else day.close
        return {
            "symbol": spec.symbol,
            "priceChange": sign + spec.price_text(abs(rise)),
            "priceChangePercent": percent,
            "weightedAvgPrice": spec.price_text(average),
            "prevClosePrice": spec.price_text(day.open),
            "lastPrice": spec.price_text(day.close),
            "lastQty": spec.lots_text(last.lots if last else 0),
            "bidPrice": bid,
            "bidQty": bid_size,
            "askPrice": ask,
            "askQty": ask_size,
            "openPrice": spec.price_text(day.open),
            "highPrice": spec.price_text(day.high),
            "lowPrice": spec.price_text(day.low),
            "volume": spec.lots_text(day.lots),
            "quoteVolume": spec.units_text(day.units),
            "openTime": start,
            "closeTime": now_ms,
            "firstId": max(0, self.market.last_trade_id - day.trades + 1),
            "lastId": self.market.last_trade_id,
            "count": day.trades,
        }

    def kline_row(self, kline: Kline) -> list[Any]:
        """§4.2: a bar as GET klines tells it."""
        spec, bar = self.spec, kline.bar
        return [
            kline.start_ms,
            spec.price_text(bar.open),
            spec.price_text(bar.high),
            spec.price_text(bar.low),
            spec.price_text(bar.close),
            spec.lots_text(bar.lots),
            kline.end_ms - 1,
            spec.units_text(bar.units),
            bar.trades,
            spec.lots_text(bar.buy_lots),
            spec.units_text(bar.buy_units),
            "0",
        ]

    def trade_row(self, one: Print) -> dict[str, Any]:
        """§4.2: a trade as GET trades tells it."""
        return {
            "id": one.trade_id,
            "price": self.spec.price_text(one.price),
            "qty": self.spec.lots_text(one.lots),
            "quoteQty": self.spec.units_text(one.price * one.lots),
            "time": one.time_ms,
            "isBuyerMaker": one.buyer_made,
            "isBestMatch": True,
        }

    def _trade(self, one: Print) -> dict[str, Any]:
        return {
            "e": "trade",
            "E": one.time_ms,
            "s": self.spec.symbol,
            "t": one.trade_id,
            "p": self.spec.price_text(one.price),
            "q": self.spec.lots_text(one.lots),
            "T": one.time_ms,
            "m": one.buyer_made,
            "M": True,
        }

    def _tell_aggregates(self, prints: Sequence[Print]) -> None:
        """Trades of one taking order at one price count as one."""
        stream = f"{self._name}@aggTrade"
        group: list[Print] = []
        for one in (*prints, None):
            if group and (one is None or (one.price, one.buyer_made) != (group[0].price, group[0].buyer_made)):
                self._aggregate += 1
                if self._hub.wants(stream):
                    self._hub.publish(stream, self._joined(group))
                group = []
            if one is not None:
                group.append(one)

    def _joined(self, group: list[Print]) -> dict[str, Any]:
        return {
            "e": "aggTrade",
            "E": group[-1].time_ms,
            "s": self.spec.symbol,
            "a": self._aggregate,
            "p": self.spec.price_text(group[0].price),
            "q": self.spec.lots_text(sum(one.lots for one in group)),
            "f": group[0].trade_id,
            "l": group[-1].trade_id,
            "T": group[-1].time_ms,
            "m": group[0].buyer_made,
            "M": True,
        }

    def _speak(self, stream: str, kind: str, now_ms: int) -> None:
        if kind.startswith("kline_"):
            self._tell_kline(stream, kind.removeprefix("kline_"), now_ms)
        elif kind == "ticker":
            if self._due(stream, _TICKER_MS, now_ms):
                self._hub.publish(stream, _ticker_event(self.ticker(now_ms), now_ms))
        elif kind.startswith("depth"):
            count, at, speed = kind.removeprefix("depth").partition("@")
            every = _PARTIAL_MS.get(at + speed)
            if count in {"5", "10", "20"} and every is not None and self._due(stream, every, now_ms):
                depth = self.market.depth(int(count))
                self._hub.publish(
                    stream,
                    {
                        "lastUpdateId": depth.update_id,
                        "bids": [self.spec.level(one) for one in depth.bids],
                        "asks": [self.spec.level(one) for one in depth.asks],
                    },
                )

    def _due(self, stream: str, every_ms: int, now_ms: int) -> bool:
        slot = now_ms // every_ms
        if self._spoken.get(stream, (-1, 0))[0] == slot:
            return False
        self._spoken[stream] = (slot, 0)
        return True

    def _tell_kline(self, stream: str, word: str, now_ms: int) -> None:
        """The bar in progress each 2 s; a bar that has just ended once more, closed."""
        try:
            interval = Interval(word)
        except ValueError:
            return
        every = _KLINE_SECOND_MS if interval is Interval.S1 else _KLINE_MS
        start = calendar.floor(interval, now_ms)
        slot, told = self._spoken.get(stream, (-1, start))
        if told != start:
            self._say_kline(stream, interval, told, now_ms, closed=True)
        elif slot == now_ms // every:
            return
        self._spoken[stream] = (now_ms // every, start)
        self._say_kline(stream, interval, start, now_ms, closed=False)

    def _say_kline(self, stream: str, interval: Interval, start_ms: int, now_ms: int, *, closed: bool) -> None:
        kline = self.timeline.current(interval, start_ms)
        if kline is None:
            return
        row = self.kline_row(kline)
        last = self.market.last_trade_id
        if closed and (after := self.timeline.current(interval, kline.end_ms)) is not None:
            last -= after.bar.trades
        bar = {"t": row[0], "T": row[6], "s": self.spec.symbol, "i": interval.value}
        bar |= {"f": last - row[8] + 1 if row[8] else -1, "L": last if row[8] else -1}
        bar |= {"o": row[1], "c": row[4], "h": row[2], "l": row[3], "v": row[5], "n": row[8], "x": closed}
        bar |= {"q": row[7], "V": row[9], "Q": row[10], "B": row[11]}
        self._hub.publish(stream, {"e": "kline", "E": now_ms, "s": self.spec.symbol, "k": bar})


_TICKER_KEYS = {
    "s": "symbol",
    "p": "priceChange",
    "P": "priceChangePercent",
    "w": "weightedAvgPrice",
    "x": "prevClosePrice",
    "c": "lastPrice",
    "Q": "lastQty",
    "b": "bidPrice",
    "B": "bidQty",
    "a": "askPrice",
    "A": "askQty",
    "o": "openPrice",
    "h": "highPrice",
    "l": "lowPrice",
    "v": "volume",
    "q": "quoteVolume",
    "O": "openTime",
    "C": "closeTime",
    "F": "firstId",
    "L": "lastId",
    "n": "count",
}


def _ticker_event(ticker: dict[str, Any], now_ms: int) -> dict[str, Any]:
    return {"e": "24hrTicker", "E": now_ms} | {key: ticker[name] for key, name in _TICKER_KEYS.items()}
