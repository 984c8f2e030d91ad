"""Order lists, prevented trades and amendments as JSON (§1.4, §4.5 to §4.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.simulator.account.records import Amendment, PreventedMatch, UserList, UserOrder
from connectors.simulator.protocol import shapes
from connectors.simulator.protocol.shapes import NO_GROUP
from connectors.simulator.specs import amount


def listed(found: UserList, orders: Mapping[int, UserOrder]) -> dict[str, Any]:
    """An order list as every answer tells it (§4.7)."""
    return {
        "orderListId": found.list_id,
        "contingencyType": found.kind.contingency,
        "listStatusType": "ALL_DONE" if found.done else "EXEC_STARTED",
        "listOrderStatus": "ALL_DONE" if found.done else "EXECUTING",
        "listClientOrderId": found.client_id,
        "transactionTime": found.time,
        "symbol": found.symbol,
        "orders": [
            {"symbol": found.symbol, "orderId": number, "clientOrderId": orders[number].client_id}
            for number in found.order_ids
        ],
    }


def canceled(
    found: UserList, gone: Sequence[UserOrder], orders: Mapping[int, UserOrder], cancel_id: str
) -> dict[str, Any]:
    """Answer to the cancel of a list (§4.7)."""
    return listed(found, orders) | {"orderReports": [shapes.canceled(order, cancel_id) for order in gone]}


def list_status(found: UserList, orders: Mapping[int, UserOrder], kind: str, now_ms: int) -> dict[str, Any]:
    """§1.4's listStatus; ``kind`` is EXEC_STARTED, UPDATED or ALL_DONE."""
    return {
        "e": "listStatus",
        "E": now_ms,
        "s": found.symbol,
        "g": found.list_id,
        "c": found.kind.contingency,
        "l": kind,
        "L": "ALL_DONE" if found.done else "EXECUTING",
        "r": "NONE",
        "C": found.client_id,
        "T": now_ms,
        "O": [{"s": found.symbol, "i": number, "c": orders[number].client_id} for number in found.order_ids],
    }


def amended(order: UserOrder, done: Amendment, of_list: Mapping[str, Any] | None) -> dict[str, Any]:
    """Answer to an amendment (§4.6); note ``cumulativeQuoteQty`` with one m."""
    told: dict[str, Any] = {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "origClientOrderId": done.old_client_id,
        "clientOrderId": order.client_id,
        "price": amount(order.price),
        "qty": amount(order.quantity),
        "executedQty": amount(order.filled),
        "preventedQty": amount(order.prevented),
        "quoteOrderQty": amount(order.quote_quantity),
        "cumulativeQuoteQty": amount(order.cost),
        "status": order.status.value,
        "timeInForce": order.time_in_force.value,
        "type": order.type.value,
        "side": order.side.value,
    }
    if order.working_time >= 0:
        told["workingTime"] = order.working_time
    told["selfTradePreventionMode"] = order.prevention.value
    answer: dict[str, Any] = {"transactTime": done.time, "executionId": done.execution_id, "amendedOrder": told}
    if of_list is not None:
        kept = ("orderListId", "contingencyType", "listOrderStatus", "listClientOrderId", "symbol", "orders")
        answer["listStatus"] = {name: of_list[name] for name in kept}
    return answer


def amendments(found: Sequence[Amendment]) -> list[dict[str, Any]]:
    """GET order/amendments."""
    return [
        {
            "symbol": one.symbol,
            "orderId": one.order_id,
            "executionId": one.execution_id,
            "origClientOrderId": one.old_client_id,
            "newClientOrderId": one.new_client_id,
            "origQty": amount(one.old_quantity),
            "newQty": amount(one.new_quantity),
            "time": one.time,
        }
        for one in found
    ]


def prevented(one: PreventedMatch) -> dict[str, Any]:
    """A row of GET myPreventedMatches: a side that kept its quantity is not named."""
    row: dict[str, Any] = {
        "symbol": one.symbol,
        "preventedMatchId": one.match_id,
        "takerOrderId": one.taker_id,
        "makerSymbol": one.symbol,
        "makerOrderId": one.maker_id,
        "tradeGroupId": NO_GROUP,
        "selfTradePreventionMode": one.mode.value,
        "price": amount(one.price),
    }
    if one.taker_quantity is not None:
        row["takerPreventedQuantity"] = amount(one.taker_quantity)
    if one.maker_quantity is not None:
        row["makerPreventedQuantity"] = amount(one.maker_quantity)
    return row | {"transactTime": one.time}
