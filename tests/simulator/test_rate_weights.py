"""What calls that must be signed weigh, succeeding or failing: the table of §3.3, row by row."""

from __future__ import annotations

from itertools import pairwise

import pytest

from connectors.simulator.protocol.errors import ApiError
from connectors.simulator.sockets.sessions import Subscriptions
from simulator.rig import Hands, Running, within

BTC: dict[str, object] = {"symbol": "BTCUSDT"}
ORDER: dict[str, object] = {
    **BTC,
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.001",
    "price": "20000",
}
UNKNOWN: dict[str, object] = {**BTC, "orderId": 999_999}

FREE_UNLESS_IT_FAILS: list[tuple[str, str, dict[str, object]]] = [
    ("POST", "order", BTC),
    ("DELETE", "order", UNKNOWN),
    ("DELETE", "openOrders", BTC),
    ("POST", "order/cancelReplace", BTC),
    ("POST", "orderList/oco", BTC),
    ("POST", "orderList/oto", BTC),
    ("POST", "orderList/otoco", BTC),
    ("POST", "orderList/opo", BTC),
    ("POST", "orderList/opoco", BTC),
    ("DELETE", "orderList", {**BTC, "orderListId": 999_999}),
]

FIRST: list[tuple[str, str, dict[str, object]]] = [("GET", "account", {})]
WEIGHED: list[tuple[str, str, dict[str, object], int]] = [
    *((method, path, params, 1) for method, path, params in FREE_UNLESS_IT_FAILS),
    ("POST", "order/test", ORDER, 1),
    ("POST", "order/test", {**ORDER, "computeCommissionRates": "true"}, 20),
    ("PUT", "order/amend/keepPriority", {**UNKNOWN, "newQty": "0.0005"}, 4),
    ("GET", "order", UNKNOWN, 4),
    ("GET", "orderList", {"orderListId": 999_999}, 4),
    ("GET", "order/amendments", UNKNOWN, 4),
    ("GET", "openOrders", BTC, 6),
    ("GET", "openOrders", {}, 80),
    ("GET", "openOrderList", {}, 6),
    ("GET", "allOrders", BTC, 20),
    ("GET", "allOrderList", {}, 20),
    ("GET", "account", {}, 20),
    ("GET", "account/commission", BTC, 20),
    ("GET", "myTrades", BTC, 20),
    ("GET", "myTrades", {**BTC, "orderId": 1}, 5),
    ("GET", "rateLimit/order", {}, 40),
    ("GET", "myPreventedMatches", {**BTC, "preventedMatchId": 1}, 2),
    ("GET", "myPreventedMatches", {**BTC, "orderId": 1}, 20),
    ("POST", "order", ORDER, 0),
    ("DELETE", "openOrders", BTC, 0),
]


def test_each_signed_call_weighs_what_the_table_says(fresh: Running) -> None:
    def counts() -> list[int]:
        asked = [*FIRST, *((method, path, params) for method, path, params, _ in WEIGHED)]
        answers = [fresh.signed(method, path, **params) for method, path, params in asked]
        return [int(answer.headers["X-MBX-USED-WEIGHT-1M"]) for answer in answers]

    found = within(60_000, counts)
    weights = [after - before for before, after in pairwise(found)]
    assert weights == [weight for *_, weight in WEIGHED]


def test_a_connection_uses_up_its_subscription_ids() -> None:
    """§1.3: 65,535 over its life, then -2042."""
    told: list[int] = []
    found = Subscriptions(Hands(), lambda number, _: told.append(number))
    for number in range(65_535):
        assert found.begin(of_session=False) == number
        found.end()
    with pytest.raises(ApiError) as refused:
        found.begin(of_session=False)
    assert refused.value.code == -2042
    assert told == list(range(65_535))
