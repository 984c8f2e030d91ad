"""REST answers about what the account pays and may do (§3.3, §4.4), and orders that are only tried out."""

from __future__ import annotations

from typing import Any

from connectors.simulator.exchange import Exchange
from connectors.simulator.orders import rules
from connectors.simulator.protocol import list_shapes
from connectors.simulator.protocol.errors import ApiError
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest.public import symbol
from connectors.simulator.specs import amount

_NOTHING = "0.00000000"
_TRY_WEIGHT = 1
_RATES_WEIGHT = 20
_BY_MATCH_WEIGHT = 2
_BY_ORDER_WEIGHT = 20


def try_order(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Parameters, filters and nothing else: balances and the book are not asked (§4.4)."""
    rates = params.flag("computeCommissionRates")
    new = rules.read(params, exchange.feed(symbol(exchange, params)).spec)
    exchange.trading.check([new])
    if not rates:
        return {}
    fees = exchange.account.fees
    return {
        "standardCommissionForOrder": {"maker": amount(fees.maker), "taker": amount(fees.taker)},
        "specialCommissionForOrder": {"maker": _NOTHING, "taker": _NOTHING},
        "taxCommissionForOrder": {"maker": _NOTHING, "taker": _NOTHING},
        "discount": _discount(),
    }


def commission(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Rates as they are charged: fees are taken from what is received, no matter which side buys."""
    name = symbol(exchange, params)
    params.finish()
    fees = exchange.account.fees
    none = {"maker": _NOTHING, "taker": _NOTHING, "buyer": _NOTHING, "seller": _NOTHING}
    return {
        "symbol": name,
        "standardCommission": none | {"maker": amount(fees.maker), "taker": amount(fees.taker)},
        "specialCommission": none,
        "taxCommission": none,
        "discount": _discount(),
    }


def order_counts(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """The unfilled order count of each interval (§3.1)."""
    params.finish()
    exchange.rate.turn(exchange.clock.now_ms())
    return [window.describe() for window in exchange.rate.orders]


def prevented_matches(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """Prevented trades, by their own id or by an order's; either is needed."""
    name = symbol(exchange, params)
    match_id, order_id = params.integer("preventedMatchId"), params.integer("orderId")
    since = params.integer("fromPreventedMatchId")
    limit = params.limit(500, 1000)
    params.finish()
    if (match_id is None) == (order_id is None) or (match_id is not None and since is not None):
        raise ApiError(-1128, "Combination of optional parameters invalid.")
    found = [
        one
        for one in exchange.prevented(name)
        if match_id in {None, one.match_id}
        and (order_id is None or order_id in {one.taker_id, one.maker_id})
        and (since is None or one.match_id >= since)
    ]
    return [list_shapes.prevented(one) for one in found[:limit]]


def try_weight(params: Parameters) -> int:
    """1, or 20 with commission rates (§3.3)."""
    return _RATES_WEIGHT if params.raw("computeCommissionRates") == "true" else _TRY_WEIGHT


def prevented_weight(params: Parameters) -> int:
    """2 by the match's id, 20 by an order's (§3.3)."""
    return _BY_ORDER_WEIGHT if params.raw("orderId") is not None else _BY_MATCH_WEIGHT


def _discount() -> dict[str, Any]:
    """Commission is never paid in another asset here."""
    return {
        "enabledForAccount": False,
        "enabledForSymbol": False,
        "discountAsset": "BNB",
        "discount": _NOTHING,
    }
