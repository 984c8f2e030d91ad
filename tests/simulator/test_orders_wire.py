"""Order calls over raw HTTP and over the WebSocket API: framing, weights (§3.3), order counts, the user stream."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from simulator.rig import Running, now_ms, running, within
from simulator.test_sockets import call, hear_until, is_answer, subscribed

SYMBOL = "BTCUSDT"
WEIGHT, COUNT = "X-MBX-USED-WEIGHT-1M", "X-MBX-ORDER-COUNT-1D"


def away(sim: Running, offset: int) -> str:
    """A price this far from the best bid."""
    row = sim.public("ticker/bookTicker", symbol=SYMBOL).json()
    return f"{Decimal(row['bidPrice']) + offset:.2f}"


def limit(sim: Running, offset: int = -3000, **more: object) -> dict[str, object]:
    terms: dict[str, object] = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    return {**terms, "quantity": "0.001", "price": away(sim, offset), **more}


def pair(sim: Running) -> dict[str, object]:
    """A buying pair: LIMIT_MAKER far below the market, stop far above it."""
    return {
        "symbol": SYMBOL,
        "side": "BUY",
        "quantity": "0.001",
        "belowType": "LIMIT_MAKER",
        "belowPrice": away(sim, -3000),
        "aboveType": "STOP_LOSS",
        "aboveStopPrice": away(sim, 3000),
    }


def first_of(sim: Running) -> dict[str, object]:
    """The working order of a list, far below the market."""
    return {
        "symbol": SYMBOL,
        "workingType": "LIMIT",
        "workingSide": "BUY",
        "workingPrice": away(sim, -3000),
        "workingQuantity": "0.001",
        "workingTimeInForce": "GTC",
        "pendingSide": "SELL",
        "pendingQuantity": "0.001",
    }


def test_a_replacement_that_half_fails_is_http_409_with_its_data(sim: Running) -> None:
    """§4.5: the client must read data, because the old order may be gone."""
    old = sim.signed("POST", "order", **limit(sim)).json()
    terms = limit(sim, 3000, type="LIMIT_MAKER", cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=old["orderId"])
    del terms["timeInForce"]
    answer = sim.signed("POST", "order/cancelReplace", **terms)
    body = answer.json()
    assert (answer.status_code, body["code"], body["msg"]) == (409, -2021, "Order cancel-replace partially failed.")
    assert (body["data"]["cancelResult"], body["data"]["newOrderResult"]) == ("SUCCESS", "FAILURE")
    assert body["data"]["cancelResponse"]["orderId"] == old["orderId"]
    assert body["data"]["newOrderResponse"] == {"code": -2010, "msg": "Order would immediately match and take."}
    answer = sim.signed("POST", "order/cancelReplace", **terms)
    body = answer.json()
    assert (answer.status_code, body["code"], body["data"]["newOrderResponse"]) == (400, -2022, None)


def test_a_pair_goes_round_over_http(sim: Running) -> None:
    placed = sim.signed("POST", "orderList/oco", **pair(sim))
    assert placed.status_code == 200, placed.text
    number = placed.json()["orderListId"]
    assert [row["orderListId"] for row in sim.signed("GET", "openOrderList").json()] == [number]
    assert {row["orderListId"] for row in sim.signed("GET", "openOrders", symbol=SYMBOL).json()} == {number}
    gone = sim.signed("DELETE", "orderList", symbol=SYMBOL, orderListId=number).json()
    assert [row["status"] for row in gone["orderReports"]] == ["CANCELED", "CANCELED"]
    assert sim.signed("GET", "orderList", orderListId=number).json()["listOrderStatus"] == "ALL_DONE"
    assert number in [row["orderListId"] for row in sim.signed("GET", "allOrderList").json()]


def test_a_stop_acts_on_a_market_that_moves_by_itself(fresh: Running) -> None:
    """The flow market's own trades trigger it; both reports say NEW, the second with W (§1.4)."""
    with connect(fresh.line["ws_api"], proxy=None) as socket:
        subscribed(fresh, socket)
        price = away(fresh, 0)
        for side, kind in (("BUY", "TAKE_PROFIT"), ("BUY", "STOP_LOSS")):
            terms = {"symbol": SYMBOL, "side": side, "type": kind, "quantity": "0.001"}
            tick = -1 if kind == "TAKE_PROFIT" else 1
            for step in range(1, 200):
                stop = f"{Decimal(price) + tick * step * Decimal('0.5'):.2f}"
                if fresh.signed("POST", "order", **terms, stopPrice=stop).status_code == 200:
                    break
        heard = hear_until(socket, lambda one: one.get("event", {}).get("X") == "FILLED")
    reports = [one["event"] for one in heard if one["event"]["e"] == "executionReport"]
    acted = [one for one in reports if one["i"] == reports[-1]["i"]]
    first, second, *_, last = [(one["x"], one["w"], "W" in one) for one in acted]
    assert (first, second, last) == (("NEW", False, False), ("NEW", True, True), ("TRADE", False, True))


def weighed(sim: Running, verb: str, path: str, **params: object) -> int:
    """What one successful call weighs."""

    def difference() -> int:
        before = int(sim.public("ping").headers[WEIGHT])
        answer: httpx.Response = sim.signed(verb, path, **params)
        assert answer.status_code == 200, answer.text
        return int(answer.headers[WEIGHT]) - before

    return within(60_000, difference)


def test_every_call_weighs_what_the_sheet_says(sim: Running) -> None:
    """§3.3, and §3.1 for what weighs nothing when it succeeds."""
    order = sim.signed("POST", "order", **limit(sim)).json()
    number = order["orderId"]
    asked = {
        "account/commission": (20, {"symbol": SYMBOL}),
        "rateLimit/order": (40, {}),
        "order/amendments": (4, {"symbol": SYMBOL, "orderId": number}),
        "openOrderList": (6, {}),
        "allOrderList": (20, {}),
    }
    for path, (weight, params) in asked.items():
        assert weighed(sim, "GET", path, **params) == weight, path
    assert weighed(sim, "GET", "myPreventedMatches", symbol=SYMBOL, orderId=number) == 20
    assert weighed(sim, "GET", "myPreventedMatches", symbol=SYMBOL, preventedMatchId=1) == 2
    assert weighed(sim, "POST", "order/test", **limit(sim)) == 1
    assert weighed(sim, "POST", "order/test", **limit(sim), computeCommissionRates="true") == 20
    amended = {"symbol": SYMBOL, "orderId": number, "newQty": "0.0009"}
    assert weighed(sim, "PUT", "order/amend/keepPriority", **amended) == 4
    replaced = limit(sim, cancelReplaceMode="ALLOW_FAILURE", cancelOrderId=number)
    assert weighed(sim, "POST", "order/cancelReplace", **replaced) == 0
    assert weighed(sim, "POST", "orderList/oco", **pair(sim)) == 0
    listed = sim.signed("GET", "openOrderList").json()[0]["orderListId"]
    assert weighed(sim, "GET", "orderList", orderListId=listed) == 4
    assert weighed(sim, "DELETE", "orderList", symbol=SYMBOL, orderListId=listed) == 0
    assert weighed(sim, "DELETE", "openOrders", symbol=SYMBOL) == 0


def test_lists_count_their_orders(sim: Running) -> None:
    """§3.3's last line: order 1, cancelReplace 1 even when nothing was placed, OCO and OTO 2, OTOCO 3, amend 0."""

    def counts() -> list[int]:
        found = [int(sim.signed("POST", "order", **limit(sim)).headers[COUNT])]
        one = {"pendingType": "LIMIT_MAKER", "pendingPrice": away(sim, 4000)}
        two = {
            "pendingAboveType": "LIMIT_MAKER",
            "pendingAbovePrice": away(sim, 4000),
            "pendingBelowType": "STOP_LOSS",
            "pendingBelowStopPrice": away(sim, -4000),
        }
        calls: list[tuple[str, dict[str, object]]] = [
            ("order/cancelReplace", limit(sim, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=10**9)),
            ("orderList/oco", pair(sim)),
            ("orderList/oto", {**first_of(sim), **one}),
            ("orderList/otoco", {**first_of(sim), **two}),
        ]
        found += [int(sim.signed("POST", path, **params).headers[COUNT]) for path, params in calls]
        sim.signed("DELETE", "openOrders", symbol=SYMBOL)
        return found

    found = within(60_000, counts)
    assert [after - before for before, after in pairwise(found)] == [1, 2, 2, 3]


TWINS: list[tuple[str, str, dict[str, object]]] = [
    ("order.status", "order", {"symbol": SYMBOL, "origClientOrderId": "twin"}),
    ("openOrders.status", "openOrders", {"symbol": SYMBOL}),
    ("allOrders", "allOrders", {"symbol": SYMBOL}),
    ("myTrades", "myTrades", {"symbol": SYMBOL}),
    ("account.status", "account", {"omitZeroBalances": "true"}),
    ("account.commission", "account/commission", {"symbol": SYMBOL}),
    ("openOrderLists.status", "openOrderList", {}),
    ("allOrderLists", "allOrderList", {}),
    ("myPreventedMatches", "myPreventedMatches", {"symbol": SYMBOL, "preventedMatchId": 1}),
]


def asked(sim: Running, socket: ClientConnection, method: str, params: dict[str, object]) -> dict[str, Any]:
    call(socket, method, sim.ws_params(**params))
    return hear_until(socket, is_answer)[-1]


def test_a_method_answers_as_its_rest_twin(sim: Running) -> None:
    """§1.5: weights and answers are those of the REST calls."""
    sim.signed("POST", "order", symbol=SYMBOL, side="BUY", type="MARKET", quantity="0.001")
    sim.signed("POST", "order", **limit(sim, newClientOrderId="twin"))
    sim.signed("POST", "orderList/oco", **pair(sim))
    with connect(sim.line["ws_api"], proxy=None) as socket:
        for method, path, params in TWINS:
            answer = asked(sim, socket, method, params)
            assert answer["status"] == 200, (method, answer)
            assert answer["result"] == sim.signed("GET", path, **params).json(), method
        counts = asked(sim, socket, "account.rateLimits.orders", {})["result"]
        assert [(row["interval"], row["intervalNum"]) for row in counts] == [("SECOND", 10), ("DAY", 1)]
        gone = asked(sim, socket, "openOrders.cancelAll", {"symbol": SYMBOL})["result"]
        assert [row.get("origClientOrderId") for row in gone] == ["twin", None]
        assert len(gone[1]["orderReports"]) == 2


def test_orders_and_lists_are_placed_changed_and_cancelled_over_the_socket(sim: Running) -> None:
    with connect(sim.line["ws_api"], proxy=None) as socket:
        subscribed(sim, socket)
        assert asked(sim, socket, "order.test", limit(sim))["result"] == {}
        placed = asked(sim, socket, "order.place", limit(sim, newClientOrderId="ws-1"))["result"]
        call(
            socket, "order.amend.keepPriority", sim.ws_params(symbol=SYMBOL, orderId=placed["orderId"], newQty="0.0009")
        )
        heard = hear_until(socket, is_answer)
        amended = next(one["event"] for one in heard if one.get("event", {}).get("x") == "REPLACED")
        told = heard[-1]["result"]["amendedOrder"]
        assert (amended["c"], amended["C"], amended["q"]) == (told["clientOrderId"], "ws-1", "0.00090000")
        replaced = asked(
            sim,
            socket,
            "order.cancelReplace",
            limit(sim, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=placed["orderId"]),
        )
        assert replaced["result"]["newOrderResult"] == "SUCCESS"
        refused = asked(
            sim,
            socket,
            "order.cancelReplace",
            limit(sim, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=placed["orderId"]),
        )
        assert (refused["status"], refused["error"]["code"]) == (400, -2022)
        assert refused["error"]["data"]["newOrderResult"] == "NOT_ATTEMPTED"
        call(socket, "orderList.place.oco", sim.ws_params(**pair(sim)))
        heard = hear_until(socket, is_answer)
        events = [one["event"]["e"] for one in heard[:-1]]
        assert events[0] == "listStatus"
        assert events.count("executionReport") == 2
        number = heard[-1]["result"]["orderListId"]
        call(socket, "orderList.cancel", sim.ws_params(symbol=SYMBOL, orderListId=number))
        heard = hear_until(socket, is_answer)
        assert (heard[-2]["event"]["e"], heard[-2]["event"]["L"]) == ("listStatus", "ALL_DONE")
        assert {limit["rateLimitType"] for limit in asked(sim, socket, "order.place", limit(sim))["rateLimits"]} == {
            "ORDERS",
            "REQUEST_WEIGHT",
        }
        asked(sim, socket, "openOrders.cancelAll", {"symbol": SYMBOL})


def test_waiting_orders_and_lists_survive_a_kill(tmp_path: Path) -> None:
    with running(tmp_path, "--seed", "5") as sim:
        stop = sim.signed(
            "POST", "order", symbol=SYMBOL, side="BUY", type="STOP_LOSS", quantity="0.001", stopPrice=away(sim, 5000)
        ).json()
        placed = sim.signed("POST", "orderList/oco", **pair(sim)).json()
        balances = sim.signed("GET", "account").json()["balances"]
        sim.process.kill()
        sim.process.wait(10)
    with running(tmp_path) as sim:
        assert sim.signed("GET", "account").json()["balances"] == balances
        found = sim.signed("GET", "openOrders").json()
        assert [row["orderId"] for row in found] == [stop["orderId"], *(row["orderId"] for row in placed["orders"])]
        assert [row["isWorking"] for row in found] == [False, True, False]
        gone = sim.signed("DELETE", "order", symbol=SYMBOL, orderId=placed["orders"][0]["orderId"]).json()
        assert gone["status"] == "CANCELED"
        assert sim.signed("GET", "openOrderList").json() == []


@pytest.mark.parametrize(("verb", "path"), [("POST", "orderList/oco"), ("PUT", "order/amend/keepPriority")])
def test_an_order_call_must_be_signed(sim: Running, verb: str, path: str) -> None:
    answer = sim.http.request(verb, f"/api/v3/{path}?symbol={SYMBOL}&timestamp={now_ms()}")
    assert answer.status_code == 401
    assert answer.json()["code"] == -2014
