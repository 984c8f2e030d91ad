"""Every stream message, account event and WebSocket API answer has the fields of the fact sheet (§1.3 to §1.5, §5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from peers.shape import misfits
from simulator.rig import Running, running

pytestmark = pytest.mark.peers

BTC: dict[str, Any] = {"symbol": "BTCUSDT"}
HEAD = "s=e,s i=E"
MINI = HEAD + " n=c,o,h,l,v,q"
WINDOW = HEAD + " n=p,P,o,h,l,c,w,v,q i=O,C,F,L,n"
STREAMS = {
    "btcusdt@trade": HEAD + " i=t,T n=p,q b=m,M",
    "btcusdt@aggTrade": HEAD + " i=a,f,l,T n=p,q b=m,M",
    "btcusdt@ticker": WINDOW + " n=x,Q,b,B,a,A",
    "btcusdt@miniTicker": MINI,
    "btcusdt@ticker_1h": WINDOW,
    "btcusdt@ticker_4h": WINDOW,
    "btcusdt@ticker_1d": WINDOW,
    "btcusdt@bookTicker": "s=s i=u n=b,B,a,A",
    "btcusdt@depth5": "i=lastUpdateId l=bids,asks",
    "btcusdt@depth20@100ms": "i=lastUpdateId l=bids,asks",
    "btcusdt@depth": HEAD + " i=U,u l=b,a",
    "btcusdt@depth@100ms": HEAD + " i=U,u l=b,a",
    "btcusdt@kline_1m": HEAD + " d=k",
    "btcusdt@kline_1m@+08:00": HEAD + " d=k",
    "btcusdt@avgPrice": HEAD + " s=i n=w i=T",
}
CANDLE = "i=t,T,f,L,n s=s,i n=o,c,h,l,v,q,V,Q,B b=x"
REPORT = "s=e,s,c,S,o,f,C,x,X,r,V i=E,g,i,T,t,I,O n=q,p,P,F,l,z,L,n,Z,Y,Q o=N b=w,m,M"
REPORTED_SOMETIMES = "i=W,d,D,j,J,v,u,U s=eR,Cs n=A,B,pl,pL,pY"
POSITION = "s=e i=E,u l=B"
LIST = "s=e,s,c,l,L,r,C i=E,g,T l=O"


@pytest.fixture(scope="module")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("shapes"), "--seed", "5") as found:
        yield found


def hear(socket: ClientConnection, wanted: Callable[[Any], bool]) -> Any:
    """The first message that is wanted."""
    while True:
        found = json.loads(socket.recv(timeout=60))
        if wanted(found):
            return found


@pytest.fixture(scope="module")
def streamed(sim: Running) -> dict[str, Any]:
    """The first message of each stream."""
    names = [*STREAMS, "!miniTicker@arr", "!bookTicker"]
    first: dict[str, Any] = {}
    with connect(sim.line["stream"] + "/stream", proxy=None) as socket:
        socket.send(json.dumps({"method": "SUBSCRIBE", "params": names, "id": 1}))
        while len(first) < len(names):
            frame = hear(socket, lambda frame: "stream" in frame)
            first.setdefault(frame["stream"], frame["data"])
    return first


@pytest.mark.parametrize("name", STREAMS)
def test_stream_messages_have_the_fields_of_the_sheet(streamed: dict[str, Any], name: str) -> None:
    assert misfits(streamed[name], STREAMS[name]) == []
    if "kline" in name:
        assert misfits(streamed[name]["k"], CANDLE) == []


def test_streams_of_all_symbols_speak_as_those_of_one(streamed: dict[str, Any]) -> None:
    assert [wrong for row in streamed["!miniTicker@arr"] for wrong in misfits(row, MINI)] == []
    assert misfits(streamed["!bookTicker"], STREAMS["btcusdt@bookTicker"]) == []


@pytest.mark.parametrize(
    ("frame", "needed"),
    [
        ({"method": "LIST_SUBSCRIPTIONS", "id": 3}, "l=result i=id"),
        ({"method": "GET_PROPERTY", "params": ["combined"], "id": "four"}, "b=result s=id"),
        ({"method": "SUBSCRIBE", "params": ["x@y"], "id": 5}, "o=result i=id"),
        ({"method": "GET_PROPERTY", "params": ["nothing"], "id": 6}, "i=code,id s=msg"),
        ({"method": "DANCE", "id": 7}, "i=code,id s=msg"),
    ],
    ids=lambda value: value["method"] if isinstance(value, dict) else None,
)
def test_control_frames_are_answered_as_the_sheet_says(sim: Running, frame: dict[str, Any], needed: str) -> None:
    with connect(sim.line["stream"] + "/stream", proxy=None) as socket:
        socket.send(json.dumps(frame))
        assert misfits(hear(socket, lambda found: "id" in found), needed) == []


class Api:
    """One connection to the WebSocket API, its account events kept."""

    def __init__(self, sim: Running, socket: ClientConnection) -> None:
        self.events: list[Any] = []
        self._sim = sim
        self._socket = socket

    def call(self, method: str, *, signed: bool = True, **params: object) -> Any:
        whole = self._sim.ws_params(**params) if signed else params
        self._socket.send(json.dumps({"id": method, "method": method, "params": whole}))
        return hear(self._socket, self._answer)

    def _answer(self, found: Any) -> bool:
        if "event" in found:
            self.events.append(found)
        return "status" in found

    def until(self, wanted: Callable[[Any], bool]) -> None:
        """Hear events until one is wanted."""
        while not any(wanted(found["event"]) for found in self.events):
            self.events.append(hear(self._socket, lambda found: "event" in found))


@pytest.fixture(scope="module")
def lived(sim: Running) -> list[Any]:
    """The account events of orders that are placed, filled, amended, expired, listed and cancelled."""
    bid = Decimal(sim.public("ticker/bookTicker", **BTC).json()["bidPrice"])
    low, high, higher = ((bid * percent / 100).quantize(Decimal("0.01")) for percent in (90, 110, 111))
    with connect(sim.line["ws_api"], proxy=None) as socket:
        api = Api(sim, socket)
        api.call("userDataStream.subscribe.signature")
        order = BTC | {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.002", "price": str(low)}
        api.call("order.place", **BTC, side="BUY", type="MARKET", quantity="0.01")
        made = api.call("order.place", **order, strategyId=3, strategyType=1_000_001)["result"]
        api.call("order.amend.keepPriority", **BTC, orderId=made["orderId"], newQty="0.001")
        api.call("order.cancel", **BTC, orderId=made["orderId"])
        api.call("order.place", **order | {"timeInForce": "IOC"})
        legs: dict[str, Any] = {"aboveType": "STOP_LOSS_LIMIT", "abovePrice": str(higher), "aboveStopPrice": str(high)}
        legs |= {"aboveTimeInForce": "GTC", "belowType": "LIMIT_MAKER", "belowPrice": str(low)}
        api.call("orderList.place.oco", **BTC, side="BUY", quantity="0.001", **legs)
        api.call("openOrders.cancelAll", **BTC)
        api.call("userDataStream.unsubscribe", signed=False)
        api.until(lambda event: event["e"] == "eventStreamTerminated")
    return api.events


def test_account_events_come_in_an_envelope_with_the_subscription(lived: list[Any]) -> None:
    assert [wrong for found in lived for wrong in misfits(found, "i=subscriptionId d=event")] == []
    assert {found["subscriptionId"] for found in lived} == {0}


def test_execution_reports_have_the_fields_of_the_sheet(lived: list[Any]) -> None:
    reports = [found["event"] for found in lived if found["event"]["e"] == "executionReport"]
    assert [wrong for report in reports for wrong in misfits(report, REPORT, REPORTED_SOMETIMES)] == []
    assert {report["x"] for report in reports} == {"NEW", "TRADE", "REPLACED", "CANCELED", "EXPIRED"}
    assert {(report["j"], report["J"]) for report in reports if "j" in report} == {(3, 1_000_001)}
    expired = [report for report in reports if report["x"] == "EXPIRED"]
    assert [report["eR"] for report in expired] == ["UNFILLED_IOC_QUANTITY_EXPIRED"]
    renamed = {"CANCELED", "REPLACED"}
    assert [report["x"] in renamed for report in reports] == [report["C"] != "" for report in reports]


def test_a_working_time_is_told_once_an_order_was_on_the_book_and_a_trade_has_its_own_fields(lived: list[Any]) -> None:
    reports = [found["event"] for found in lived if found["event"]["e"] == "executionReport"]
    assert all("W" in report for report in reports if report["o"] in {"LIMIT", "LIMIT_MAKER"})
    assert not any("W" in report for report in reports if report["o"] == "STOP_LOSS_LIMIT")
    trades = [report for report in reports if report["x"] == "TRADE"]
    assert all(report["t"] > 0 and report["N"] == "BTC" and Decimal(report["n"]) > 0 for report in trades)
    assert {report["t"] for report in reports if report["x"] != "TRADE"} == {-1}


def test_other_account_events_have_the_fields_of_the_sheet(lived: list[Any]) -> None:
    events = [found["event"] for found in lived]
    by_kind = {kind: [event for event in events if event["e"] == kind] for kind in {event["e"] for event in events}}
    assert set(by_kind) == {"executionReport", "outboundAccountPosition", "listStatus", "eventStreamTerminated"}
    assert [wrong for event in by_kind["outboundAccountPosition"] for wrong in misfits(event, POSITION)] == []
    balances = [row for event in by_kind["outboundAccountPosition"] for row in event["B"]]
    assert [wrong for row in balances for wrong in misfits(row, "s=a n=f,l")] == []
    assert [wrong for event in by_kind["listStatus"] for wrong in misfits(event, LIST)] == []
    rows = [row for event in by_kind["listStatus"] for row in event["O"]]
    assert [wrong for row in rows for wrong in misfits(row, "s=s,c i=i")] == []
    assert [(event["l"], event["L"]) for event in by_kind["listStatus"]] == [
        ("EXEC_STARTED", "EXECUTING"),
        ("ALL_DONE", "ALL_DONE"),
    ]
    assert [wrong for event in by_kind["eventStreamTerminated"] for wrong in misfits(event, "s=e i=E")] == []


def test_answers_of_the_socket_have_the_frame_of_the_sheet(sim: Running) -> None:
    with connect(sim.line["ws_api"], proxy=None) as socket:
        api = Api(sim, socket)
        good = api.call("time", signed=False)
        bad = api.call("order.cancel", **BTC, orderId=1)
        bare = api.call("time", signed=False, returnRateLimits=False)
        status = api.call("session.status", signed=False)["result"]
    assert misfits(good, "s=id i=status d=result l=rateLimits") == []
    assert misfits(bad, "s=id i=status d=error l=rateLimits") == []
    assert misfits(bad["error"], "i=code s=msg") == []
    assert misfits(bare, "s=id i=status d=result") == []
    limits = good["rateLimits"] + bad["rateLimits"]
    limit = "s=rateLimitType,interval i=intervalNum,limit,count"
    assert [wrong for row in limits for wrong in misfits(row, limit)] == []
    session = "o=apiKey i=connectedSince,serverTime b=returnRateLimits,userDataStream"
    assert misfits(status, session, "o=authorizedSince") == []
    assert (status["apiKey"], status["authorizedSince"]) == (None, None)
