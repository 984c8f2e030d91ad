"""Orders, trades and account events as JSON (§1.4, §4.4): dictionaries in the exchange's field names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.simulator.records import ZERO, Holding, UserOrder, UserTrade
from connectors.simulator.rules import Answer
from connectors.simulator.specs import amount

_NO_LIST = -1


@dataclass(frozen=True, slots=True)
class Report:
    """What an executionReport tells beside the order's own state."""

    execution: str
    execution_id: int
    trade: UserTrade | None = None
    cancel_id: str | None = None
    prevented_with: int | None = None
    last_prevented: str | None = None


def placed(order: UserOrder, answer: Answer, fills: Sequence[UserTrade]) -> dict[str, Any]:
    """Answer to a new order; FULL lists the fills it had at once."""
    found: dict[str, Any] = {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": _NO_LIST,
        "clientOrderId": order.client_id,
        "transactTime": order.update_time,
    }
    if answer is Answer.ACK:
        return found
    found |= _state(order)
    if answer is Answer.FULL:
        found["fills"] = [
            {
                "price": amount(fill.price),
                "qty": amount(fill.quantity),
                "commission": amount(fill.commission),
                "commissionAsset": fill.commission_asset,
                "tradeId": fill.trade_id,
            }
            for fill in fills
        ]
    return found


def canceled(order: UserOrder, cancel_id: str) -> dict[str, Any]:
    """Answer to a cancel: ``clientOrderId`` is the cancel's own id (§4.4)."""
    return {
        "symbol": order.symbol,
        "origClientOrderId": order.client_id,
        "orderId": order.order_id,
        "orderListId": _NO_LIST,
        "clientOrderId": cancel_id,
        "transactTime": order.update_time,
        **_state(order),
    }


def queried(order: UserOrder) -> dict[str, Any]:
    """An order as GET order, openOrders and allOrders tell it."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": _NO_LIST,
        "clientOrderId": order.client_id,
        **_state(order),
        "stopPrice": amount(ZERO),
        "icebergQty": amount(ZERO),
        "time": order.time,
        "updateTime": order.update_time,
        "isWorking": order.working_time >= 0,
    }


def trade(fill: UserTrade) -> dict[str, Any]:
    """A fill as myTrades tells it."""
    return {
        "symbol": fill.symbol,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "orderListId": _NO_LIST,
        "price": amount(fill.price),
        "qty": amount(fill.quantity),
        "quoteQty": amount(fill.quote),
        "commission": amount(fill.commission),
        "commissionAsset": fill.commission_asset,
        "time": fill.time,
        "isBuyer": fill.buyer,
        "isMaker": fill.maker,
        "isBestMatch": True,
    }


def balances(holdings: Mapping[str, Holding], *, omit_zero: bool) -> list[dict[str, str]]:
    """Balances as GET account tells them."""
    return [
        {"asset": asset, "free": amount(holding.free), "locked": amount(holding.locked)}
        for asset, holding in holdings.items()
        if not omit_zero or holding.free or holding.locked
    ]


def execution_report(order: UserOrder, report: Report, now_ms: int) -> dict[str, Any]:
    """§1.4. On a cancel ``c`` is the cancel's id and ``C`` the order's own."""
    fill = report.trade
    found: dict[str, Any] = {
        "e": "executionReport",
        "E": now_ms,
        "s": order.symbol,
        "c": report.cancel_id or order.client_id,
        "S": order.side.value,
        "o": order.type.value,
        "f": order.time_in_force.value,
        "q": amount(order.quantity),
        "p": amount(order.price),
        "P": amount(ZERO),
        "F": amount(ZERO),
        "g": _NO_LIST,
        "C": order.client_id if report.cancel_id else "",
        "x": report.execution,
        "X": order.status.value,
        "r": "NONE",
        "i": order.order_id,
        "l": amount(fill.quantity if fill else ZERO),
        "z": amount(order.filled),
        "L": amount(fill.price if fill else ZERO),
        "n": amount(fill.commission) if fill else "0",
        "N": fill.commission_asset if fill else None,
        "T": order.update_time,
        "t": fill.trade_id if fill else -1,
        "I": report.execution_id,
        "w": order.open,
        "m": fill.maker if fill else False,
        "M": fill is not None,
        "O": order.time,
        "Z": amount(order.cost),
        "Y": amount(fill.quote if fill else ZERO),
        "Q": amount(order.quote_quantity),
        "V": order.prevention.value,
    }
    if order.working_time >= 0:
        found["W"] = order.working_time
    if order.expiry_reason:
        found["eR"] = order.expiry_reason
    if report.prevented_with is not None:
        found |= {
            "v": order.prevented_match,
            "A": amount(order.prevented),
            "B": report.last_prevented,
            "U": report.prevented_with,
        }
    return found


def account_position(holdings: Mapping[str, Holding], updated_ms: int, now_ms: int) -> dict[str, Any]:
    """§1.4: absolute balances of the assets that may have changed."""
    return {
        "e": "outboundAccountPosition",
        "E": now_ms,
        "u": updated_ms,
        "B": [{"a": asset, "f": amount(one.free), "l": amount(one.locked)} for asset, one in holdings.items()],
    }


def _state(order: UserOrder) -> dict[str, Any]:
    found: dict[str, Any] = {
        "price": amount(order.price),
        "origQty": amount(order.quantity),
        "executedQty": amount(order.filled),
        "origQuoteOrderQty": amount(order.quote_quantity),
        "cummulativeQuoteQty": amount(order.cost),
        "status": order.status.value,
        "timeInForce": order.time_in_force.value,
        "type": order.type.value,
        "side": order.side.value,
        "workingTime": order.working_time,
        "selfTradePreventionMode": order.prevention.value,
    }
    if order.expiry_reason:
        found["expiryReason"] = order.expiry_reason
    if order.prevented:
        found |= {"preventedMatchId": order.prevented_match, "preventedQuantity": amount(order.prevented)}
    return found
