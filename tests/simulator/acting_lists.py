"""Order lists as the tests place them."""

from __future__ import annotations

from typing import Any

from simulator.acting import Acting

OCO = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "0.5",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "101",
    "belowType": "STOP_LOSS_LIMIT",
    "belowStopPrice": "99",
    "belowPrice": "98",
    "belowTimeInForce": "GTC",
}
OTO = {
    "symbol": "BTCUSDT",
    "workingType": "LIMIT",
    "workingSide": "BUY",
    "workingPrice": "99",
    "workingQuantity": "0.5",
    "workingTimeInForce": "GTC",
    "pendingType": "LIMIT_MAKER",
    "pendingSide": "SELL",
    "pendingQuantity": "0.4",
    "pendingPrice": "103",
}


def oco(on: Acting, **change: object) -> dict[str, Any]:
    found: dict[str, Any] = on.call("POST", "orderList/oco", **{**OCO, **change})
    return found


def oto(on: Acting, **change: object) -> dict[str, Any]:
    whole = {name: value for name, value in {**OTO, **change}.items() if value is not None}
    found: dict[str, Any] = on.call("POST", "orderList/oto", **whole)
    return found


def ids(placed: dict[str, Any]) -> list[int]:
    return [row["orderId"] for row in placed["orders"]]


def states(on: Acting, placed: dict[str, Any]) -> list[tuple[str, str | None]]:
    rows = [on.query(order_id) for order_id in ids(placed)]
    return [(row["status"], row.get("expiryReason")) for row in rows]
