"""Tickers (§4.2): of 24 hours, of a rolling window, of the trading day; last, best and average prices."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from connectors.simulator.exchange import Exchange
from connectors.simulator.feeds import AVERAGE_MIN
from connectors.simulator.past import calendar
from connectors.simulator.protocol import rows
from connectors.simulator.protocol.errors import ApiError
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest import chosen

_DAY_STEPS = ((20, 2), (100, 40))
_DAY_ALL = 80
_WINDOW_EACH, _WINDOW_MOST = 4, 200
_WINDOW = re.compile(r"([1-9]|[1-5][0-9])m|([1-9]|1[0-9]|2[0-3])h|([1-7])d")
_ZONE = r"^[+-]?[0-9]{1,2}(:[0-9]{2})?$"
_EARLIEST_MIN, _LATEST_MIN = -12 * 60, 14 * 60


class Kind(StrEnum):
    """How much a ticker says."""

    FULL = "FULL"
    MINI = "MINI"


def day(exchange: Exchange, params: Parameters) -> Any:
    """The last 24 hours of one symbol, some, or all."""
    feeds = chosen.tickers(exchange, params)
    kind = _kind(params)
    params.finish()
    now = exchange.clock.now_ms()
    for feed in feeds:
        feed.timeline.roll(now)
    return _answer(params, [_sized(kind, feed.ticker(now)) for feed in feeds])


def window(exchange: Exchange, params: Parameters) -> Any:
    """A rolling window of one symbol or some: 1m to 59m, 1h to 23h or 1d to 7d, a day unless asked."""
    feeds = chosen.tickers(exchange, params, needed=True)
    kind = _kind(params)
    length = _length(params.text("windowSize") or "1d")
    params.finish()
    now = exchange.clock.now_ms()
    for feed in feeds:
        feed.timeline.roll(now)
    return _answer(params, [_sized(kind, feed.window(now, length)) for feed in feeds])


def trading_day(exchange: Exchange, params: Parameters) -> Any:
    """The day in progress of one symbol or some, in a time zone."""
    feeds = chosen.tickers(exchange, params, needed=True)
    kind, shift = _kind(params), zone_ms(params)
    params.finish()
    now = exchange.clock.now_ms()
    for feed in feeds:
        feed.timeline.roll(now)
    return _answer(params, [_sized(kind, feed.trading_day(now, shift)) for feed in feeds])


def price(exchange: Exchange, params: Parameters) -> Any:
    """Last prices of one symbol, some, or all."""
    feeds = chosen.tickers(exchange, params)
    params.finish()
    found = [
        {"symbol": feed.spec.symbol, "price": feed.spec.price_text(feed.timeline.progress[1].close)} for feed in feeds
    ]
    return _answer(params, found)


def book(exchange: Exchange, params: Parameters) -> Any:
    """Best prices of one symbol, some, or all."""
    feeds = chosen.tickers(exchange, params)
    params.finish()
    found = []
    for feed in feeds:
        bid, bid_size, ask, ask_size = rows.best(feed.spec, feed.market.top())
        row = {"symbol": feed.spec.symbol, "bidPrice": bid, "bidQty": bid_size, "askPrice": ask, "askQty": ask_size}
        found.append(row)
    return _answer(params, found)


def average(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """The average price of the last five minutes."""
    feed = chosen.one(exchange, params)
    params.finish()
    now = exchange.clock.now_ms()
    feed.timeline.roll(now)
    text, last_ms = feed.average(now)
    return {"mins": AVERAGE_MIN, "price": text, "closeTime": last_ms}


def day_weight(params: Parameters) -> int:
    """2 for one symbol or up to 20, 40 up to 100, 80 for all (§3.3)."""
    count = chosen.counted(params)
    if count is None:
        return _DAY_ALL
    return next((weight for most, weight in _DAY_STEPS if count <= most), _DAY_ALL)


def window_weight(params: Parameters) -> int:
    """4 for each symbol, at most 200 (§3.3)."""
    return min(_WINDOW_EACH * (chosen.counted(params) or 1), _WINDOW_MOST)


def one_weight(params: Parameters) -> int:
    """2 for one symbol, 4 for several or all (§3.3)."""
    return 2 if params.raw("symbol") is not None else 4


def zone_ms(params: Parameters) -> int:
    """``timeZone`` as an offset in ms; -1130 outside -12:00 to +14:00."""
    text = params.text("timeZone", _ZONE)
    if text is None:
        return 0
    hours, _, minutes = text.lstrip("+-").partition(":")
    offset = int(hours) * 60 + int(minutes or 0)
    offset = -offset if text.startswith("-") else offset
    if not _EARLIEST_MIN <= offset <= _LATEST_MIN or int(minutes or 0) >= 60:  # noqa: PLR2004 - an hour's minutes
        raise ApiError(-1130, "Data sent for parameter 'timeZone' is not valid.")
    return offset * calendar.MINUTE


def _kind(params: Parameters) -> Kind:
    return params.word("type", Kind, ApiError(-1139, "Invalid ticker type.")) or Kind.FULL


def _length(text: str) -> int:
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise ApiError(-1130, "Data sent for parameter 'windowSize' is not valid.")
    minutes, hours, days = (int(group or 0) for group in found.groups())
    return minutes * calendar.MINUTE + hours * calendar.HOUR + days * calendar.DAY


def _sized(kind: Kind, ticker: dict[str, Any]) -> dict[str, Any]:
    return ticker if kind is Kind.FULL else rows.mini(ticker)


def _answer(params: Parameters, found: list[dict[str, Any]]) -> Any:
    """A row for ``symbol``, else a list."""
    return found[0] if params.raw("symbol") is not None else found
