"""Streams and the WebSocket API over real sockets."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from simulator.rig import Running, now_ms


def hear(socket: ClientConnection) -> dict[str, Any]:
    found = json.loads(socket.recv(timeout=60))
    assert isinstance(found, dict)
    return found


def hear_until(socket: ClientConnection, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Everything up to the first message that is wanted."""
    found: list[dict[str, Any]] = []
    while not found or not wanted(found[-1]):
        found.append(hear(socket))
    return found


def open_stream(sim: Running, path: str) -> ClientConnection:
    return connect(sim.line["stream"] + path, proxy=None)


def call(socket: ClientConnection, method: str, params: dict[str, object] | None = None, call_id: object = 1) -> None:
    socket.send(json.dumps({"id": call_id, "method": method, "params": params or {}}))


def is_answer(message: dict[str, Any]) -> bool:
    return "status" in message


def subscribed(sim: Running, socket: ClientConnection) -> None:
    call(socket, "userDataStream.subscribe.signature", sim.ws_params(), "sub")
    answer = hear(socket)
    assert (answer["id"], answer["status"], answer["result"]) == ("sub", 200, {"subscriptionId": 0})


def test_a_raw_stream_speaks_bare_payloads(sim: Running) -> None:
    with open_stream(sim, "/ws/btcusdt@bookTicker") as socket:
        payload = hear(socket)
        assert set(payload) == {"u", "s", "b", "B", "a", "A"}
        assert Decimal(payload["b"]) < Decimal(payload["a"])


def test_combined_streams_are_wrapped_with_their_name(sim: Running) -> None:
    with open_stream(sim, "/stream?streams=btcusdt@trade/ethusdt@trade") as socket:
        seen = {hear(socket)["stream"]}
        while len(seen) == 1:
            seen.add(hear(socket)["stream"])
    assert seen == {"btcusdt@trade", "ethusdt@trade"}


FIELDS = {
    "btcusdt@trade": {"e", "E", "s", "t", "p", "q", "T", "m", "M"},
    "btcusdt@aggTrade": {"e", "E", "s", "a", "p", "q", "f", "l", "T", "m", "M"},
    "btcusdt@bookTicker": {"u", "s", "b", "B", "a", "A"},
    "btcusdt@depth@100ms": {"e", "E", "s", "U", "u", "b", "a"},
    "btcusdt@depth20@100ms": {"lastUpdateId", "bids", "asks"},
    "btcusdt@kline_1m": {"e", "E", "s", "k"},
    "btcusdt@ticker": {"e", "E", "s", *"pPwxcQbBaAohlvqOCFLn"},
}


def test_subscriptions_are_made_listed_and_ended_by_frames(sim: Running) -> None:
    names = [*FIELDS, "btcusdt@nonsense"]
    with open_stream(sim, "/stream") as socket:
        socket.send(json.dumps({"method": "SUBSCRIBE", "params": names, "id": 4}))
        assert hear(socket) == {"result": None, "id": 4}
        first: dict[str, dict[str, Any]] = {}
        while set(first) != set(FIELDS):
            message = hear(socket)
            first.setdefault(message["stream"], message["data"])
        assert {name: set(data) for name, data in first.items()} == FIELDS
        assert len(first["btcusdt@depth20@100ms"]["bids"]) == 20
        assert set(first["btcusdt@kline_1m"]["k"]) == set("tTsifLochlvnxqVQB")
        socket.send(json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": "list"}))
        listed = hear_until(socket, lambda message: "stream" not in message)[-1]
        assert listed == {"result": names, "id": "list"}
        socket.send(json.dumps({"method": "UNSUBSCRIBE", "params": names[1:], "id": None}))
        hear_until(socket, lambda message: message == {"result": None, "id": None})
        assert {hear(socket)["stream"] for _ in range(10)} == {"btcusdt@trade"}


def test_bad_control_frames_are_answered_with_their_code(sim: Running) -> None:
    frames = {
        "this is not JSON": 3,
        '{"method":"DANCE","id":1}': 2,
        '{"method":"SUBSCRIBE","params":"btcusdt@trade","id":1}': 2,
        '{"method":"GET_PROPERTY","params":["speed"],"id":1}': 0,
    }
    with open_stream(sim, "/ws") as socket:
        for frame in frames:
            socket.send(frame)
        assert [hear(socket)["code"] for _ in frames] == list(frames.values())


def test_a_client_that_talks_too_fast_is_cut_off(sim: Running) -> None:
    with open_stream(sim, "/ws") as socket:
        for number in range(6):
            socket.send(json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": number}))
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                hear(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_a_foreign_page_cannot_open_a_socket(sim: Running) -> None:
    for path in ("/ws", "/stream", "/ws-api/v3"):
        with pytest.raises(InvalidStatus) as refused:
            connect(sim.line["stream"] + path, origin=Origin("https://evil.example"), proxy=None)
        assert refused.value.response.status_code == 403


def test_a_snapshot_fits_between_the_events_that_surround_it(sim: Running) -> None:
    """§5.3, steps 1 to 6; that the book itself is right is shown in test_feeds, where nothing moves meanwhile."""
    with open_stream(sim, "/ws/ethusdt@depth@100ms") as socket:
        events = [hear(socket)]
        at = sim.public("depth", symbol="ETHUSDT", limit=5000).json()["lastUpdateId"]
        events += [hear(socket) for _ in range(10)]
    assert at >= events[0]["U"]
    assert all(after["U"] == before["u"] + 1 for before, after in pairwise(events))
    later = [event for event in events if event["u"] > at]
    assert later[0]["U"] <= at + 1 <= later[0]["u"]


def test_a_users_order_stands_in_the_public_book(sim: Running) -> None:
    bid = Decimal(sim.public("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"])
    price = f"{bid - 2500:.2f}"
    with open_stream(sim, "/ws/btcusdt@depth@100ms") as socket:
        hear(socket)
        params = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.00123"}
        sim.signed("POST", "order", **params, price=price)
        wanted = [f"{Decimal(price):.8f}", "0.00123000"]
        hear_until(socket, lambda event: wanted in event["b"])
        sim.signed("DELETE", "openOrders", symbol="BTCUSDT")
        hear_until(socket, lambda event: [wanted[0], "0.00000000"] in event["b"])


def test_a_bar_that_ends_is_told_once_more_as_closed(sim: Running) -> None:
    with open_stream(sim, "/ws/btcusdt@kline_1s") as socket:
        heard = hear_until(socket, lambda event: event["k"]["x"])
        closed = heard[-1]["k"]
        following = hear(socket)["k"]
    # On a machine that stood still for a second the next bar may be over too before anything is said of it.
    assert following["t"] > closed["T"]
    assert (following["t"] - closed["t"]) % 1_000 == 0
    assert closed["L"] - closed["f"] + 1 == closed["n"] or closed["n"] == 0
    row = sim.public("klines", symbol="BTCUSDT", interval="1s", startTime=closed["t"], limit=1).json()[0]
    assert [row[1], row[2], row[3], row[4], row[5]] == [closed[key] for key in "ohlcv"]


def test_the_socket_api_pings_and_counts_weight(sim: Running) -> None:
    with connect(sim.line["ws_api"], proxy=None) as socket:
        call(socket, "ping", call_id="p")
        answer = hear(socket)
        assert (answer["id"], answer["status"], answer["result"]) == ("p", 200, {})
        assert answer["rateLimits"][0]["rateLimitType"] == "REQUEST_WEIGHT"
        call(socket, "v3/time", call_id=None)
        assert abs(hear(socket)["result"]["serverTime"] - now_ms()) < 2000
    with connect(sim.line["ws_api"] + "?returnRateLimits=false", proxy=None) as socket:
        call(socket, "ping")
        assert "rateLimits" not in hear(socket)


def test_an_order_placed_over_the_socket_is_told_as_events_and_answered(sim: Running) -> None:
    with connect(sim.line["ws_api"], proxy=None) as socket:
        subscribed(sim, socket)
        params = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.002", "newClientOrderId": "ws"}
        call(socket, "order.place", sim.ws_params(**params), 7)
        heard = hear_until(socket, is_answer)
        answer, events = heard[-1], [message["event"] for message in heard[:-1]]
        assert (answer["id"], answer["status"], answer["result"]["status"]) == (7, 200, "FILLED")
        assert {limit["rateLimitType"] for limit in answer["rateLimits"]} == {"ORDERS", "REQUEST_WEIGHT"}
        assert all(message["subscriptionId"] == 0 for message in heard[:-1])
        reports = [event for event in events if event["e"] == "executionReport"]
        assert [report["x"] for report in reports] == ["NEW", *["TRADE"] * (len(reports) - 1)]
        last = reports[-1]
        assert (last["X"], last["c"], last["C"], last["z"], last["m"]) == ("FILLED", "ws", "", "0.00200000", False)
        fills = answer["result"]["fills"]
        assert [(report["L"], report["l"], report["n"], report["N"], report["t"]) for report in reports[1:]] == [
            (fill["price"], fill["qty"], fill["commission"], fill["commissionAsset"], fill["tradeId"]) for fill in fills
        ]
        position = {row["a"]: row["f"] for row in events[-1]["B"]}
        assert events[-1]["e"] == "outboundAccountPosition"
        assert position["BTC"] == sim.balance("BTC")["free"]


def test_an_order_placed_by_rest_is_told_on_the_socket_and_cancelled_over_it(sim: Running) -> None:
    bid = Decimal(sim.public("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"])
    with connect(sim.line["ws_api"], proxy=None) as socket:
        subscribed(sim, socket)
        params = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}
        placed = sim.signed("POST", "order", **params, price=bid - 2000, newClientOrderId="resting").json()
        told = hear(socket)["event"]
        assert (told["x"], told["X"], told["i"], told["w"]) == ("NEW", "NEW", placed["orderId"], True)
        assert hear(socket)["event"]["e"] == "outboundAccountPosition"
        cancel = sim.ws_params(symbol="BTCUSDT", origClientOrderId="resting", newClientOrderId="away")
        call(socket, "order.cancel", cancel, 8)
        heard = hear_until(socket, is_answer)
        gone = heard[0]["event"]
        assert (gone["x"], gone["X"], gone["c"], gone["C"]) == ("CANCELED", "CANCELED", "away", "resting")
        assert heard[-1]["result"]["status"] == "CANCELED"


@pytest.mark.parametrize(
    ("method", "change", "status", "code"),
    [
        ("order.place", {"signature": "0" * 64}, 400, -1022),
        ("order.place", {"apiKey": "SIM" + "1" * 60}, 401, -2015),
        ("order.place", {"apiKey": None}, 401, -2014),
        ("order.place", {"timestamp": 1_500_000_000_000}, 400, -1021),
        ("dance", {}, 400, -1020),
    ],
)
def test_bad_socket_requests_carry_status_and_code(
    sim: Running, method: str, change: dict[str, object], status: int, code: int
) -> None:
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
    params = {name: value for name, value in (sim.ws_params(**order) | change).items() if value is not None}
    with connect(sim.line["ws_api"], proxy=None) as socket:
        call(socket, method, params)
        answer = hear(socket)
        assert (answer["status"], answer["error"]["code"]) == (status, code)


def test_a_socket_request_that_is_no_request_is_answered_without_an_id(sim: Running) -> None:
    with connect(sim.line["ws_api"], proxy=None) as socket:
        socket.send("[1,2")
        answer = hear(socket)
        assert (answer["id"], answer["status"], answer["error"]["code"]) == (None, 400, -1135)


def test_a_second_subscription_is_refused_and_an_ended_one_says_goodbye(sim: Running) -> None:
    with connect(sim.line["ws_api"], proxy=None) as socket:
        subscribed(sim, socket)
        call(socket, "userDataStream.subscribe.signature", sim.ws_params())
        assert hear(socket)["error"]["code"] == -2035
        call(socket, "userDataStream.unsubscribe", {"subscriptionId": 0})
        assert hear(socket)["event"]["e"] == "eventStreamTerminated"
        assert hear(socket)["result"] == {}
        call(socket, "userDataStream.unsubscribe")
        assert hear(socket)["error"]["code"] == -2036
