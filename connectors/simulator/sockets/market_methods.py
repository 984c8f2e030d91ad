"""Market data over the WebSocket API (§1.5): twins of the REST calls, at the same weight (§3.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest import public
from connectors.simulator.rest.market_routes import MARKET
from connectors.simulator.sockets.method import Method, framed

if TYPE_CHECKING:
    from connectors.simulator.sockets.ws_api import Session

_TWINS = {
    "ping": "ping",
    "time": "time",
    "executionRules": "executionRules",
    "depth": "depth",
    "trades.recent": "trades",
    "trades.historical": "historicalTrades",
    "trades.aggregate": "aggTrades",
    "blockTrades.historical": "historicalBlockTrades",
    "klines": "klines",
    "uiKlines": "uiKlines",
    "avgPrice": "avgPrice",
    "ticker": "ticker",
    "ticker.24hr": "ticker/24hr",
    "ticker.tradingDay": "ticker/tradingDay",
    "ticker.price": "ticker/price",
    "ticker.book": "ticker/bookTicker",
    "referencePrice": "referencePrice",
    "referencePrice.calculation": "referencePrice/calculation",
}


def _info(session: Session, params: Parameters) -> dict[str, Any]:
    """exchangeInfo, which here tells the limit of new connections too (§3.1)."""
    found = public.exchange_info(session.exchange, params)
    return found | {"rateLimits": [*found["rateLimits"], session.exchange.rate.connections.describe()]}


MARKET_METHODS: dict[str, Method] = {
    "exchangeInfo": replace(framed(MARKET["/api/v3/exchangeInfo"]["GET"]), answer=_info),
    **{name: framed(MARKET[f"/api/v3/{path}"]["GET"]) for name, path in _TWINS.items()},
}
