"""Faults that change the exchange: its clock, a symbol, its filters, all of it, its whole memory."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from simulator.faulty import Faulty, faulty
from simulator.rig import now_ms, running
from support.until import until


@pytest.fixture(scope="module")
def module_venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    with faulty(tmp_path_factory.mktemp("sim")) as venue:
        yield venue


@pytest.fixture
def venue(module_venue: Faulty) -> Iterator[Faulty]:
    module_venue.reset()
    yield module_venue
    module_venue.reset()


def described(venue: Faulty, symbol: str = "BTCUSDT") -> dict[str, Any]:
    row: dict[str, Any] = venue.sim.public("exchangeInfo", symbol=symbol).json()["symbols"][0]
    return row


def book(venue: Faulty) -> dict[str, Any]:
    found: dict[str, Any] = venue.sim.public("depth", symbol="BTCUSDT", limit=5).json()
    return found


def moves(venue: Faulty) -> bool:
    """Whether the market still moves: within a second it always does."""
    seen, end = book(venue), time.monotonic() + 1
    while time.monotonic() < end:
        if book(venue)["lastUpdateId"] != seen["lastUpdateId"]:
            return True
    return False


@pytest.mark.parametrize(
    ("shift_ms", "says"),
    [(60_000, "outside of the recvWindow"), (-60_000, "1000ms ahead of the server's time")],
)
def test_a_wrong_clock_refuses_what_is_signed_by_the_right_one(venue: Faulty, shift_ms: int, says: str) -> None:
    name = venue.arm("clock", shift_ms=shift_ms)
    assert abs(venue.sim.public("time").json()["serverTime"] - now_ms() - shift_ms) < 5_000
    refused = venue.place("late")
    assert (refused.status_code, refused.json()["code"]) == (400, -1021)
    assert says in refused.json()["msg"]
    assert venue.place("in-time", timestamp=now_ms() + shift_ms).status_code == 200
    assert moves(venue)
    assert [entry["code"] for entry in venue.struck(name) if entry["what"] == "request"] == [-1021]
    venue.disarm()
    assert abs(venue.sim.public("time").json()["serverTime"] - now_ms()) < 5_000
    assert venue.place("again").status_code == 200


def test_a_wrong_clock_is_right_again_after_its_time(venue: Faulty) -> None:
    venue.arm("clock", shift_ms=60_000, for_ms=200)
    until(lambda: abs(venue.sim.public("time").json()["serverTime"] - now_ms()) < 5_000, "the clock is right")
    assert venue.sim.http.get("/control/faults").json()["faults"] == []


@pytest.mark.parametrize(("status", "cancels"), [("CANCEL_ONLY", True), ("HALT", False), ("BREAK", False)])
def test_a_closed_symbol_takes_no_orders_and_stands_still(venue: Faulty, status: str, cancels: bool) -> None:
    venue.place("resting")
    venue.arm("status", symbol="BTCUSDT", status=status)
    assert described(venue)["status"] == status
    assert described(venue, "ETHUSDT")["status"] == "TRADING"
    refused = venue.place("refused")
    assert (refused.status_code, refused.json()) == (400, {"code": -1013, "msg": "Market is closed."})
    assert not moves(venue)
    gone = venue.sim.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="resting")
    if cancels:
        assert gone.json()["status"] == "CANCELED"
    else:
        assert gone.json() == {"code": -2011, "msg": "Market is closed."}
    assert venue.open_ids() == (set() if cancels else {"resting"})
    venue.disarm()
    assert described(venue)["status"] == "TRADING"
    assert moves(venue)
    assert venue.place("taken").status_code == 200


def test_a_closed_symbol_takes_no_orders_over_a_socket_either(venue: Faulty) -> None:
    venue.arm("status", symbol="BTCUSDT", status="HALT")
    with connect(venue.sim.line["ws_api"], proxy=None) as socket:
        for number, method in enumerate(("order.place", "order.cancel", "openOrders.cancelAll")):
            params = venue.sim.ws_params(symbol="BTCUSDT")
            socket.send(json.dumps({"id": number, "method": method, "params": params}))
            answer = json.loads(socket.recv(timeout=60))
            assert answer["error"]["msg"] == "Market is closed."


def filter_of(venue: Faulty, name: str) -> dict[str, Any]:
    return next(one for one in described(venue)["filters"] if one["filterType"] == name)


def test_a_tick_size_changes_while_orders_are_open(venue: Faulty) -> None:
    price = Decimal(book(venue)["bids"][0][0]) // 1 - 3000
    assert venue.place("old", price=f"{price}.03").status_code == 200
    venue.arm("filters", symbol="BTCUSDT", tick="0.10")
    assert Decimal(filter_of(venue, "PRICE_FILTER")["tickSize"]) == Decimal("0.10")
    assert Decimal(filter_of(venue, "LOT_SIZE")["stepSize"]) == Decimal("0.00001")
    refused = venue.place("off", price=f"{price}.03")
    assert refused.json() == {"code": -1013, "msg": "Filter failure: PRICE_FILTER"}
    assert venue.place("on", price=f"{price}.10").status_code == 200
    assert venue.open_ids() == {"old", "on"}
    assert moves(venue)
    gone = venue.sim.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="old")
    assert Decimal(gone.json()["price"]) == price + Decimal("0.03")
    venue.disarm()
    assert Decimal(filter_of(venue, "PRICE_FILTER")["tickSize"]) == Decimal("0.01")
    assert venue.place("off", price=f"{price}.03").status_code == 200


def test_a_lot_size_changes(venue: Faulty) -> None:
    venue.arm("filters", symbol="BTCUSDT", step="0.001")
    assert Decimal(filter_of(venue, "LOT_SIZE")["minQty"]) == Decimal("0.001")
    assert venue.place("off", quantity="0.0015").json()["msg"] == "Filter failure: LOT_SIZE"
    assert venue.place("on", quantity="0.002").status_code == 200


def test_in_maintenance_everything_is_refused_and_every_socket_cut(venue: Faulty) -> None:
    with connect(venue.sim.line["stream"] + "/ws/btcusdt@trade", proxy=None) as socket:
        socket.recv(timeout=60)
        venue.arm("maintenance")
        with pytest.raises(ConnectionClosed):
            while True:
                socket.recv(timeout=60)
    for answer in (venue.sim.public("time"), venue.sim.signed("GET", "account"), venue.sim.public("exchangeInfo")):
        assert (answer.status_code, answer.json()["code"]) == (400, -1016)
    for address in (venue.sim.line["stream"] + "/ws/btcusdt@trade", venue.sim.line["ws_api"]):
        with pytest.raises(InvalidStatus), connect(address, proxy=None):
            pytest.fail("it was let in")
    venue.disarm()
    assert venue.sim.public("time").status_code == 200


def test_a_wipe_begins_a_new_life_on_the_same_port_with_the_same_key(tmp_path: Path) -> None:
    with faulty(tmp_path) as venue:
        first = venue.place("one").json()["orderId"]
        second = venue.place("two").json()["orderId"]
        venue.sim.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.001")
        assert second == first + 1
        with connect(venue.sim.line["stream"] + "/ws/btcusdt@trade", proxy=None) as socket:
            socket.recv(timeout=60)
            venue.arm("restart")
            with pytest.raises(ConnectionClosed):
                while True:
                    socket.recv(timeout=60)
        assert venue.sim.process.stdout is not None
        line = json.loads(venue.sim.process.stdout.readline())
        changed = {name for name in line if line[name] != venue.sim.line[name]}
        assert changed == {"instance"}
        assert venue.sim.http.get("/control/faults").json()["instance"] == line["instance"]
        assert venue.open_ids() == set()
        assert venue.sim.signed("GET", "order", symbol="BTCUSDT", orderId=first).json()["code"] == -2013
        assert venue.sim.signed("GET", "myTrades", symbol="BTCUSDT").json() == []
        assert Decimal(venue.sim.balance("USDT")["free"]) == Decimal(100_000)
        assert venue.place("one").json()["orderId"] == first
        with connect(venue.sim.line["stream"] + "/ws/btcusdt@trade", proxy=None) as socket:
            socket.recv(timeout=60)
    with running(tmp_path, "--seed", "5") as again:
        assert again.line["instance"] == line["instance"]
        assert len(again.signed("GET", "openOrders").json()) == 1


def test_what_was_armed_before_a_wipe_holds_after_it(tmp_path: Path) -> None:
    with faulty(tmp_path) as venue:
        venue.arm("status", symbol="BTCUSDT", status="HALT")
        venue.arm("restart")
        assert described(venue)["status"] == "HALT"
        assert venue.place("refused").json()["msg"] == "Market is closed."
        venue.disarm()
        assert described(venue)["status"] == "TRADING"
