"""Symbols and stream names. Binance's stream names are lower case; some symbols are not ASCII (facts §2.1, §5.1)."""

from __future__ import annotations

from connectors.model.candle import Interval
from connectors.model.ids import InstrumentId, Product
from connectors.venues.binance.constants import VENUE

STREAMED = frozenset(Interval)
"""Every interval of the house has a kline stream, spelled as `Interval` spells it (1m is a minute, 1M a month)."""


def instrument_id(symbol: str) -> InstrumentId:
    """The instrument of a Binance spot symbol, in the venue's own spelling."""
    return InstrumentId(VENUE, Product.SPOT, symbol)


def depth_stream(symbol: str) -> str:
    """Book deltas every 100 ms."""
    return f"{symbol.lower()}@depth@100ms"


def trade_stream(symbol: str) -> str:
    """Public trades as they happen."""
    return f"{symbol.lower()}@trade"


def kline_stream(symbol: str, interval: Interval) -> str:
    """The candle in progress, every one or two seconds."""
    return f"{symbol.lower()}@kline_{interval.value}"


def ticker_stream(symbol: str) -> str:
    """24-hour statistics, every second."""
    return f"{symbol.lower()}@ticker"


def quote_stream(symbol: str) -> str:
    """The touch, whenever it changes."""
    return f"{symbol.lower()}@bookTicker"
