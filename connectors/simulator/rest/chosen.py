"""Which symbols a public request is about (§4.2): one, a list, or all, where wanted of one status."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from connectors.simulator.exchange import Exchange
from connectors.simulator.feeds import Feed
from connectors.simulator.protocol.errors import ApiError, invalid_symbol
from connectors.simulator.protocol.parameters import SYMBOL, Parameters, required


class SymbolStatus(StrEnum):
    """What ``symbolStatus`` may be; symbols have other statuses too, which cannot be asked for."""

    TRADING = "TRADING"
    HALT = "HALT"
    BREAK = "BREAK"


def symbol(exchange: Exchange, params: Parameters) -> str:
    """The mandatory ``symbol``: -1102 absent, -1121 unknown."""
    name = required(params.text("symbol", SYMBOL), "symbol")
    return exchange.feed(name).spec.symbol


def one(exchange: Exchange, params: Parameters) -> Feed:
    """The feed of the mandatory ``symbol``."""
    return exchange.feed(symbol(exchange, params))


def one_of_status(exchange: Exchange, params: Parameters) -> Feed:
    """The same; -1220 where it has not the ``symbolStatus`` that was asked for."""
    feed = one(exchange, params)
    _require(feed, wanted_status(params))
    return feed


def named(exchange: Exchange, params: Parameters) -> list[Feed] | None:
    """Feeds named by ``symbol`` or ``symbols`` (a JSON array); None when neither was sent."""
    single = params.text("symbol", SYMBOL)
    several = params.raw("symbols")
    if single is not None and several is not None:
        raise ApiError(-1128, "Combination of optional parameters invalid.")
    if single is not None:
        return [exchange.feed(single)]
    if several is None:
        return None
    try:
        names = msgspec.json.decode(several, type=list[str])
    except msgspec.MsgspecError as wrong:
        raise ApiError(-1100, "Illegal characters found in parameter 'symbols'.") from wrong
    if len(set(names)) != len(names):
        raise ApiError(-1151, "Symbol is present multiple times in the list.")
    if not names:
        raise invalid_symbol()
    return [exchange.feed(name) for name in names]


def tickers(exchange: Exchange, params: Parameters, *, needed: bool = False) -> list[Feed]:
    """Feeds a ticker request is about; -1102 where one must be named and none is.

    Of one symbol another status is an error (-1220), of several those of another status are left out.
    """
    feeds = named(exchange, params)
    status = wanted_status(params)
    if feeds is None:
        if needed:
            raise ApiError(-1102, "Param 'symbol' or 'symbols' must be sent, but both were empty/null!")
        feeds = list(exchange.feeds.values())
    if params.raw("symbol") is not None:
        _require(feeds[0], status)
    return [feed for feed in feeds if status is None or feed.status == status]


def wanted_status(params: Parameters) -> SymbolStatus | None:
    """``symbolStatus``; -1122 for a word it cannot be."""
    return params.word("symbolStatus", SymbolStatus, ApiError(-1122, "Invalid symbolStatus."))


def counted(params: Parameters) -> int | None:
    """How many symbols a request names, for its weight; None for all."""
    if params.raw("symbol") is not None:
        return 1
    several = params.raw("symbols")
    return several.count(",") + 1 if several else None


def _require(feed: Feed, status: SymbolStatus | None) -> None:
    if status is not None and feed.status != status:
        raise ApiError(-1220, "The symbol's status does not match the requested symbolStatus.")
