"""Orders, trades and account events as JSON (§1.4, §4.4): dictionaries in the exchange's field names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connectors.simulator.account.records import (
    CONDITIONAL,
    ZERO,
    Holding,
    PreventedMatch,
    UserOrder,
    UserTrade,
)
from connectors.simulator.orders.rules import Answer
from connectors.simulator.specs import amount

NO_GROUP = -1
"""The account belongs to no trade group."""


@dataclass(frozen=True, slots=True)
class Halted:
    """One prevented trade as one of its orders is told: the other order, what this one lost, what would have traded."""

    counter_id: int
    lost: Decimal
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Report:
    """What an executionReport tells beside the order's own state."""

    execution: str
    execution_id: int
    trade: UserTrade | None = None
    spoken_id: str | None = None
    """What stands where the order's own id stands else: the cancel's id."""
    own_id: str = ""
    """The order's id before a cancel or an amendment."""
    halted: Halted | None = None


def placed(
    order: UserOrder, answer: Answer, fills: Sequence[UserTrade] = (), halted: Sequence[PreventedMatch] = ()
) -> dict[str, Any]:
    """Answer to a new order; FULL lists the fills and prevented trades it had at once."""
    found: dict[str, Any] = {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        "transactTime": order.update_time,
    }
    if answer is Answer.ACK:
        return found
    found |= _state(order)
    if order.type in CONDITIONAL and order.stop_price:
        found["stopPrice"] = amount(order.stop_price)
    if order.iceberg:
        found["icebergQty"] = amount(order.iceberg)
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
        if halted:
            found["preventedMatches"] = [_halted(one) for one in halted]
    return found


def canceled(order: UserOrder, cancel_id: str) -> dict[str, Any]:
    """Answer to a cancel: ``clientOrderId`` is the cancel's own id, and nothing tells since when it worked (§4.4)."""
    state = _state(order)
    del state["workingTime"]
    return {
        "symbol": order.symbol,
        "origClientOrderId": order.client_id,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": cancel_id,
        "transactTime": order.update_time,
        **state,
        **({"stopPrice": amount(order.stop_price)} if order.stop_price else {}),
        **({"icebergQty": amount(order.iceberg)} if order.iceberg else {}),
    }


def queried(order: UserOrder) -> dict[str, Any]:
    """An order as GET order, openOrders and allOrders tell it."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        **_state(order),
        "stopPrice": amount(order.stop_price),
        "icebergQty": amount(order.iceberg),
        "time": order.time,
        "updateTime": order.update_time,
        "isWorking": order.working_time >= 0,
    }


def trade(fill: UserTrade, list_id: int) -> dict[str, Any]:
    """A fill as myTrades tells it."""
    return {
        "symbol": fill.symbol,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "orderListId": list_id,
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
    """§1.4. On a cancel ``c`` is the cancel's id and ``C`` the order's own; after an amendment ``C`` is the former."""
    fill = report.trade
    found: dict[str, Any] = {
        "e": "executionReport",
        "E": now_ms,
        "s": order.symbol,
        "c": report.spoken_id or order.client_id,
        "S": order.side.value,
        "o": order.type.value,
        "f": order.time_in_force.value,
        "q": amount(order.quantity),
        "p": amount(order.price),
        "P": amount(order.stop_price),
        "F": amount(order.iceberg),
        "g": order.list_id,
        "C": report.own_id,
        "x": report.execution,
        "X": order.status.value,
        "r": order.reject_reason,
        "i": order.order_id,
        "l": amount(fill.quantity if fill else ZERO),
        "z": amount(order.filled),
        "L": amount(fill.price if fill else ZERO),
        "n": amount(fill.commission) if fill else "0",
        "N": fill.commission_asset if fill else None,
        "T": order.update_time,
        "t": fill.trade_id if fill else -1,
        "I": report.execution_id,
        "w": order.working,
        "m": fill.maker if fill else False,
        "M": fill is not None,
        "O": order.time,
        "Z": amount(order.cost),
        "Y": amount(fill.quote if fill else ZERO),
        "Q": amount(order.quote_quantity),
        "V": order.prevention.value,
    }
    return found | _sometimes(order, report.halted)


def _sometimes(order: UserOrder, halted: Halted | None) -> dict[str, Any]:
    """§1.4's conditional keys."""
    found: dict[str, Any] = {}
    if order.working_time >= 0:
        found["W"] = order.working_time
    if order.trailing_delta:
        found |= {"d": order.trailing_delta, "D": order.trailing_time}
    if order.strategy_id is not None:
        found["j"] = order.strategy_id
    if order.strategy_type is not None:
        found["J"] = order.strategy_type
    if order.expiry_reason:
        found["eR"] = order.expiry_reason
    if halted is not None:
        found |= {
            "v": order.prevented_match,
            "A": amount(order.prevented),
            "B": amount(halted.lost),
            "u": NO_GROUP,
            "U": halted.counter_id,
            "Cs": order.symbol,
            "pl": amount(halted.quantity),
            "pL": amount(halted.price),
            "pY": amount(halted.quantity * halted.price),
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
    if order.trailing_delta:
        found |= {"trailingDelta": order.trailing_delta, "trailingTime": order.trailing_time}
    if order.strategy_id is not None:
        found["strategyId"] = order.strategy_id
    if order.strategy_type is not None:
        found["strategyType"] = order.strategy_type
    return found


def _halted(one: PreventedMatch) -> dict[str, Any]:
    """A prevented trade in a FULL answer."""
    return {"preventedMatchId": one.match_id, "makerSymbol": one.symbol, "makerOrderId": one.maker_id} | _lost(one)


def _lost(one: PreventedMatch) -> dict[str, Any]:
    found = {"price": amount(one.price)}
    if one.taker_quantity is not None:
        found["takerPreventedQuantity"] = amount(one.taker_quantity)
    if one.maker_quantity is not None:
        found["makerPreventedQuantity"] = amount(one.maker_quantity)
    return found
