"""REST answers that need no key (§4.2): the exchange itself, books, trades, bars. Tickers have a room of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from connectors.model.candle import Interval
from connectors.simulator.exchange import Exchange
from connectors.simulator.protocol import rows
from connectors.simulator.protocol.errors import ApiError, missing
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest import chosen
from connectors.simulator.rest.tickers import zone_ms

_DEPTH_STEPS = ((100, 5), (500, 25), (1000, 50), (5000, 250))
_RULES_EACH, _RULES_MOST = 2, 40
_PERMISSIONS = frozenset({"SPOT", "MARGIN", "LEVERAGED"})
_GROUP = "TRD_GRP_"
_COMBINATION = "Combination of optional parameters invalid."

symbol = chosen.symbol


def ping(_: Exchange, params: Parameters) -> dict[str, Any]:
    """Nothing."""
    params.finish()
    return {}


def server_time(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """The exchange's clock."""
    params.finish()
    return {"serverTime": exchange.clock.now_ms()}


def exchange_info(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Symbols, filters and limits: of some symbols, or of all with a permission and a status."""
    feeds = chosen.named(exchange, params)
    status = chosen.wanted_status(params)
    permissions = _permissions(params)
    sets = params.raw("showPermissionSets") is None or params.flag("showPermissionSets")
    params.finish()
    if feeds is not None and (status is not None or permissions is not None):
        raise ApiError(-1128, _COMBINATION)
    described = []
    for feed in exchange.feeds.values() if feeds is None else feeds:
        row = feed.spec.describe() | {"status": feed.status}
        wanted = permissions if permissions is not None else _PERMISSIONS
        allowed = feeds is not None or any(not wanted.isdisjoint(group) for group in row["permissionSets"])
        if allowed and (status is None or feed.status == status):
            described.append(row if sets else row | {"permissionSets": []})
    return {
        "timezone": "UTC",
        "serverTime": exchange.clock.now_ms(),
        "rateLimits": [limit.describe() for limit in exchange.rate.limits],
        "exchangeFilters": [],
        "symbols": described,
    }


def execution_rules(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Rules by which orders are carried out: none here, said of each symbol that was asked about."""
    feeds = chosen.named(exchange, params)
    status = chosen.wanted_status(params)
    params.finish()
    if feeds is not None and status is not None:
        raise ApiError(-1128, _COMBINATION)
    listed = exchange.feeds.values() if feeds is None else feeds
    symbols = [feed.spec.symbol for feed in listed if status is None or feed.status == status]
    return {"symbolRules": [{"symbol": name, "rules": []} for name in symbols]}


def reference_price(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """No symbol here ever had one: -2043."""
    chosen.one_of_status(exchange, params)
    params.finish()
    raise ApiError(-2043, "This symbol doesn't have a reference price.")


def depth(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """The book and the update it stands at."""
    feed = chosen.one_of_status(exchange, params)
    limit = params.limit(100, 5000)
    params.finish()
    return rows.book(feed.spec, feed.market.depth(limit))


def trades(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """The last public trades, oldest first."""
    feed = chosen.one(exchange, params)
    limit = params.limit(500, 1000)
    params.finish()
    return [rows.trade(feed.spec, one) for one in feed.prints.trades(limit)]


def historical_trades(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """Trades from an id on, as far back as they are kept; without one the newest."""
    feed = chosen.one(exchange, params)
    limit, from_id = params.limit(500, 1000), params.integer("fromId")
    params.finish()
    return [rows.trade(feed.spec, one) for one in feed.prints.trades(limit, from_id)]


def block_trades(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """Nobody here trades in blocks."""
    chosen.one(exchange, params)
    params.need("fromId")
    params.integer("fromId")
    params.limit(500, 1000)
    params.finish()
    return []


def joined_trades(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """Trades of one taking order at one price as one: from an id, within a span, or the newest."""
    feed = chosen.one(exchange, params)
    from_id, limit = params.integer("fromId"), params.limit(500, 1000)
    start, end = params.integer("startTime"), params.integer("endTime")
    params.finish()
    if (from_id is not None and (start, end) != (None, None)) or (start and end and end < start):
        raise ApiError(-1128, _COMBINATION)
    return [rows.joined(feed.spec, one) for one in feed.prints.joined(limit, from_id, start, end)]


def klines(exchange: Exchange, params: Parameters) -> Iterator[list[Any]]:
    """Bars, oldest first, made as they are taken."""
    feed = chosen.one(exchange, params)
    interval = params.word("interval", Interval, ApiError(-1120, "Invalid interval."))
    if interval is None:
        raise missing("interval")
    start, end = params.integer("startTime"), params.integer("endTime")
    limit = params.limit(500, 1000)
    shift = zone_ms(params)
    params.finish()
    feed.timeline.roll(exchange.clock.now_ms())
    return (rows.kline(feed.spec, one) for one in feed.timeline.klines(interval, start, end, limit, shift))


def depth_weight(params: Parameters) -> int:
    """5 to 250 by limit (§3.3)."""
    text = params.raw("limit") or ""
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 100  # noqa: PLR2004 - no bignum
    return next((weight for most, weight in _DEPTH_STEPS if limit <= most), _DEPTH_STEPS[-1][1])


def rules_weight(params: Parameters) -> int:
    """2 for each symbol, at most 40; 40 for all (§3.3)."""
    count = chosen.counted(params)
    return _RULES_MOST if count is None else min(_RULES_EACH * count, _RULES_MOST)


def _permissions(params: Parameters) -> frozenset[str] | None:
    """``permissions``: a word or a JSON array of them; -1130 for a word that is none."""
    text = params.text("permissions")
    if text is None:
        return None
    try:
        words = msgspec.json.decode(text, type=list[str]) if text.startswith("[") else [text]
    except msgspec.MsgspecError as wrong:
        raise ApiError(-1100, "Illegal characters found in parameter 'permissions'.") from wrong
    if not all(word in _PERMISSIONS or word.startswith(_GROUP) for word in words):
        raise ApiError(-1130, "Data sent for parameter 'permissions' is not valid.")
    return frozenset(words)
