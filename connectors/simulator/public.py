"""REST answers that need no key (§4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from connectors.model.candle import Interval
from connectors.simulator.errors import ApiError, invalid_symbol, missing
from connectors.simulator.exchange import Exchange
from connectors.simulator.feeds import Feed
from connectors.simulator.parameters import SYMBOL, Parameters, required

_DEPTH_STEPS = ((100, 5), (500, 25), (1000, 50), (5000, 250))
_TICKER_STEPS = ((20, 2), (100, 40))
_TICKER_ALL = 80
_MINI = (
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
_ZONE = r"^[+-]?\d{1,2}(:\d{2})?$"
_EARLIEST_MIN, _LATEST_MIN = -12 * 60, 14 * 60

Answer = Callable[[Exchange, Parameters], Any]


def ping(_: Exchange, params: Parameters) -> dict[str, Any]:
    """Nothing."""
    params.finish()
    return {}


def server_time(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """The exchange's clock."""
    params.finish()
    return {"serverTime": exchange.clock.now_ms()}


def exchange_info(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Symbols, filters and limits."""
    feeds = _chosen(exchange, params) or list(exchange.feeds.values())
    for name in ("permissions", "showPermissionSets", "symbolStatus"):
        params.raw(name)
    params.finish()
    return {
        "timezone": "UTC",
        "serverTime": exchange.clock.now_ms(),
        "rateLimits": [limit.describe() for limit in exchange.rate.limits],
        "exchangeFilters": [],
        "symbols": [feed.spec.describe() for feed in feeds],
    }


def depth(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """The book and the update it stands at."""
    feed = _feed(exchange, params)
    limit = params.limit(100, 5000)
    params.finish()
    found = feed.market.depth(limit)
    return {
        "lastUpdateId": found.update_id,
        "bids": [feed.spec.level(level) for level in found.bids],
        "asks": [feed.spec.level(level) for level in found.asks],
    }


def trades(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """The last public trades, oldest first."""
    feed = _feed(exchange, params)
    limit = params.limit(500, 1000)
    params.finish()
    return [feed.trade_row(one) for one in list(feed.recent)[-limit:]]


def klines(exchange: Exchange, params: Parameters) -> Iterator[list[Any]]:
    """Bars, oldest first, made as they are taken."""
    feed = _feed(exchange, params)
    interval = params.word("interval", Interval, ApiError(-1120, "Invalid interval."))
    if interval is None:
        raise missing("interval")
    start, end = params.integer("startTime"), params.integer("endTime")
    limit = params.limit(500, 1000)
    shift = _shift(params)
    params.finish()
    feed.timeline.roll(exchange.clock.now_ms())
    return map(feed.kline_row, feed.timeline.klines(interval, start, end, limit, shift))


def ticker_day(exchange: Exchange, params: Parameters) -> Any:
    """The last 24 hours of one symbol, some, or all."""
    chosen = _chosen(exchange, params)
    single = params.raw("symbol") is not None
    kind = params.text("type", "^(FULL|MINI)$") or "FULL"
    params.raw("symbolStatus")
    params.finish()
    now = exchange.clock.now_ms()
    found = []
    for feed in chosen or exchange.feeds.values():
        feed.timeline.roll(now)
        whole = feed.ticker(now)
        found.append(whole if kind == "FULL" else {name: whole[name] for name in _MINI})
    return found[0] if single else found


def ticker_book(exchange: Exchange, params: Parameters) -> Any:
    """Best prices of one symbol, some, or all."""
    chosen = _chosen(exchange, params)
    single = params.raw("symbol") is not None
    params.raw("symbolStatus")
    params.finish()
    found = []
    for feed in chosen or exchange.feeds.values():
        top = feed.market.top()
        bid, bid_size = feed.spec.level(top.bid or (0, 0))
        ask, ask_size = feed.spec.level(top.ask or (0, 0))
        row = {"symbol": feed.spec.symbol, "bidPrice": bid, "bidQty": bid_size, "askPrice": ask, "askQty": ask_size}
        found.append(row)
    return found[0] if single else found


def depth_weight(params: Parameters) -> int:
    """5 to 250 by limit (§3.3)."""
    text = params.raw("limit") or ""
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 100  # noqa: PLR2004 - no bignum
    return next((weight for most, weight in _DEPTH_STEPS if limit <= most), _DEPTH_STEPS[-1][1])


def day_weight(params: Parameters) -> int:
    """2 for one symbol or up to 20, 40 up to 100, 80 for all (§3.3)."""
    if params.raw("symbol") is not None:
        return _TICKER_STEPS[0][1]
    some = params.raw("symbols")
    count = some.count(",") + 1 if some else None
    if count is None:
        return _TICKER_ALL
    return next((weight for most, weight in _TICKER_STEPS if count <= most), _TICKER_ALL)


def book_weight(params: Parameters) -> int:
    """2 for one symbol, 4 for several or all (§3.3)."""
    return 2 if params.raw("symbol") is not None else 4


def symbol(exchange: Exchange, params: Parameters) -> str:
    """The mandatory ``symbol``: -1102 absent, -1121 unknown."""
    name = required(params.text("symbol", SYMBOL), "symbol")
    return exchange.feed(name).spec.symbol


def _feed(exchange: Exchange, params: Parameters) -> Feed:
    return exchange.feed(symbol(exchange, params))


def _chosen(exchange: Exchange, params: Parameters) -> Sequence[Feed]:
    """Feeds named by ``symbol`` or ``symbols`` (a JSON array); none when neither was sent."""
    one = params.text("symbol", SYMBOL)
    some = params.raw("symbols")
    if one is not None and some is not None:
        raise ApiError(-1128, "Combination of optional parameters invalid.")
    if one is not None:
        return [exchange.feed(one)]
    if some is None:
        return []
    try:
        names = msgspec.json.decode(some, type=list[str])
    except msgspec.MsgspecError as wrong:
        raise ApiError(-1100, "Illegal characters found in parameter 'symbols'.") from wrong
    if len(set(names)) != len(names):
        raise ApiError(-1151, "Symbol is present multiple times in the list.")
    if not names:
        raise invalid_symbol()
    return [exchange.feed(name) for name in names]


def _shift(params: Parameters) -> int:
    """``timeZone`` as an offset in ms; -1130 outside -12:00 to +14:00."""
    text = params.text("timeZone", _ZONE)
    if text is None:
        return 0
    hours, _, minutes = text.lstrip("+-").partition(":")
    offset = int(hours) * 60 + int(minutes or 0)
    offset = -offset if text.startswith("-") else offset
    if not _EARLIEST_MIN <= offset <= _LATEST_MIN:
        raise ApiError(-1130, "Data sent for parameter 'timeZone' is not valid.")
    return offset * 60_000
