"""What the public is told of a symbol, as JSON: rows of REST answers (§4.2) and payloads of streams (§5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.simulator.market import Change, Depth, Print, Top
from connectors.simulator.past.bars import Bar
from connectors.simulator.past.prints import Joined
from connectors.simulator.past.timeline import Kline
from connectors.simulator.specs import SymbolSpec

MINI = (
    "symbol",
    "openPrice",
    "highPrice",
    "lowPrice",
    "lastPrice",
    "volume",
    "quoteVolume",
    "openTime",
    "closeTime",
    "firstId",
    "lastId",
    "count",
)
"""Fields of a ticker of type MINI, in order."""

_NAMES = {
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
"""A ticker's field in streams and in REST."""
DAY_KEYS = "spPwxcQbBaAohlvqOCFLn"
MINI_KEYS = "scohlvq"
WINDOW_KEYS = "spPohlcwvqOCFLn"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a symbol's trading: what a ticker sums up. ``close_ms`` is what it says of its end."""

    start_ms: int
    close_ms: int
    bar: Bar
    last_id: int


def trade(spec: SymbolSpec, one: Print) -> dict[str, Any]:
    """A trade as GET trades tells it."""
    return {
        "id": one.trade_id,
        "price": spec.price_text(one.price),
        "qty": spec.lots_text(one.lots),
        "quoteQty": spec.units_text(one.price * one.lots),
        "time": one.time_ms,
        "isBuyerMaker": one.buyer_made,
        "isBestMatch": True,
    }


def trade_event(spec: SymbolSpec, one: Print) -> dict[str, Any]:
    """A trade as its stream tells it."""
    return {
        "e": "trade",
        "E": one.time_ms,
        "s": spec.symbol,
        "t": one.trade_id,
        "p": spec.price_text(one.price),
        "q": spec.lots_text(one.lots),
        "T": one.time_ms,
        "m": one.buyer_made,
        "M": True,
    }


def joined(spec: SymbolSpec, one: Joined) -> dict[str, Any]:
    """Joined trades as GET aggTrades tells them."""
    return {
        "a": one.joined_id,
        "p": spec.price_text(one.price),
        "q": spec.lots_text(one.lots),
        "f": one.first,
        "l": one.last,
        "T": one.time_ms,
        "m": one.buyer_made,
        "M": True,
    }


def joined_event(spec: SymbolSpec, one: Joined) -> dict[str, Any]:
    """Joined trades as their stream tells them."""
    return {"e": "aggTrade", "E": one.time_ms, "s": spec.symbol} | joined(spec, one)


def best(spec: SymbolSpec, top: Top) -> tuple[str, str, str, str]:
    """Best bid and its size, best ask and its size; zeros on an empty side."""
    return (*spec.level(top.bid or (0, 0)), *spec.level(top.ask or (0, 0)))


def book(spec: SymbolSpec, depth: Depth) -> dict[str, Any]:
    """A snapshot as GET depth and the partial depth streams tell it."""
    return {
        "lastUpdateId": depth.update_id,
        "bids": [spec.level(one) for one in depth.bids],
        "asks": [spec.level(one) for one in depth.asks],
    }


def change(spec: SymbolSpec, one: Change) -> dict[str, Any]:
    """A change of the book."""
    return {
        "e": "depthUpdate",
        "E": one.time_ms,
        "s": spec.symbol,
        "U": one.first,
        "u": one.last,
        "b": [spec.level(level) for level in one.bids],
        "a": [spec.level(level) for level in one.asks],
    }


def kline(spec: SymbolSpec, one: Kline) -> list[Any]:
    """A bar as GET klines tells it."""
    bar = one.bar
    return [
        one.start_ms,
        spec.price_text(bar.open),
        spec.price_text(bar.high),
        spec.price_text(bar.low),
        spec.price_text(bar.close),
        spec.lots_text(bar.lots),
        one.end_ms - 1,
        spec.units_text(bar.units),
        bar.trades,
        spec.lots_text(bar.buy_lots),
        spec.units_text(bar.buy_units),
        "0",
    ]


def average(spec: SymbolSpec, bar: Bar) -> str:
    """Quote volume over volume; the last price where nothing traded."""
    return spec.price_text(bar.units // bar.lots if bar.lots else bar.close)


def window(spec: SymbolSpec, span: Span) -> dict[str, Any]:
    """A ticker over a stretch, as GET ticker and ticker/tradingDay tell it."""
    bar = span.bar
    rise = bar.close - bar.open
    return {
        "symbol": spec.symbol,
        "priceChange": ("-" if rise < 0 else "") + spec.price_text(abs(rise)),
        "priceChangePercent": f"{rise * 100 / bar.open:.3f}",
        "weightedAvgPrice": average(spec, bar),
        "openPrice": spec.price_text(bar.open),
        "highPrice": spec.price_text(bar.high),
        "lowPrice": spec.price_text(bar.low),
        "lastPrice": spec.price_text(bar.close),
        "volume": spec.lots_text(bar.lots),
        "quoteVolume": spec.units_text(bar.units),
        "openTime": span.start_ms,
        "closeTime": span.close_ms,
        "firstId": max(0, span.last_id - bar.trades + 1) if bar.trades else -1,
        "lastId": span.last_id if bar.trades else -1,
        "count": bar.trades,
    }


def day(spec: SymbolSpec, span: Span, last: Print | None, top: Top) -> dict[str, Any]:
    """The ticker of 24 hours, as GET ticker/24hr tells it."""
    whole = window(spec, span)
    bid, bid_size, ask, ask_size = best(spec, top)
    more = {
        "prevClosePrice": whole["openPrice"],
        "lastQty": spec.lots_text(last.lots if last else 0),
        "bidPrice": bid,
        "bidQty": bid_size,
        "askPrice": ask,
        "askQty": ask_size,
    }
    return whole | more


def mini(ticker: dict[str, Any]) -> dict[str, Any]:
    """A ticker of type MINI."""
    return {name: ticker[name] for name in MINI}


def ticker_event(kind: str, keys: Sequence[str], ticker: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """A ticker as a stream tells it, with the fields that stream has."""
    return {"e": kind, "E": now_ms} | {key: ticker[_NAMES[key]] for key in keys}
