"""What a fault does to a REST call, seen by a client that knows nothing of retries."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlencode

import httpx
import pytest

from connectors.simulator.faults.codes import TEXTS
from simulator.faulty import Faulty
from simulator.rig import now_ms

PATIENCE_S = 0.4


CALLS: dict[str, Callable[[Faulty], httpx.Response]] = {
    "public": lambda venue: venue.sim.public("time"),
    "query": lambda venue: venue.sim.signed("GET", "account"),
    "create": lambda venue: venue.place(),
    "cancel": lambda venue: venue.sim.signed("DELETE", "order", symbol="BTCUSDT", orderId=999_999),
    "cancel_all": lambda venue: venue.sim.signed("DELETE", "openOrders", symbol="BTCUSDT"),
}


@pytest.mark.parametrize("endpoint", CALLS)
def test_a_fault_meets_calls_of_its_class_and_no_others(venue: Faulty, endpoint: str) -> None:
    venue.arm("refuse", endpoint, code=-1104, times=99)
    refused = {name for name, call in CALLS.items() if name == endpoint or name not in {"create", "cancel"}}
    codes = {name: CALLS[name](venue) for name in refused}
    hit = {name for name, answer in codes.items() if answer.status_code == 400 and answer.json()["code"] == -1104}
    assert hit == {endpoint}


@pytest.mark.parametrize(
    ("method", "path", "endpoint"),
    [
        ("POST", "/api/v3/order/test", "query"),
        ("POST", "/api/v3/order/cancelReplace", "create"),
        ("PUT", "/api/v3/order/amend/keepPriority", "create"),
        ("POST", "/api/v3/orderList/oco", "create"),
        ("DELETE", "/api/v3/orderList", "cancel"),
        ("GET", "/api/v3/myTrades", "query"),
        ("GET", "/api/v3/exchangeInfo", "public"),
    ],
)
def test_every_call_has_its_class(venue: Faulty, method: str, path: str, endpoint: str) -> None:
    name = venue.arm("refuse", endpoint, code=-1104)
    venue.sim.http.request(method, path)
    (entry,) = venue.struck(name)
    assert (entry["endpoint"], entry["request"]) == (endpoint, f"{method} {path}")


def test_an_answer_is_dropped_after_the_order_was_accepted(venue: Faulty) -> None:
    name = venue.arm("drop_answer", "create")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        venue.place("dropped")
    assert venue.open_ids() == {"dropped"}
    (entry,) = venue.struck(name)
    assert (entry["client_id"], entry["accepted"], entry["answered"]) == ("dropped", True, False)


@pytest.mark.parametrize("accepted", [False, True])
def test_a_connection_is_reset_before_or_after_the_order_was_accepted(venue: Faulty, accepted: bool) -> None:
    name = venue.arm("reset", "create", accepted=accepted)
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        venue.place("reset")
    assert venue.open_ids() == ({"reset"} if accepted else set())
    assert venue.struck(name)[0]["accepted"] is accepted


@pytest.mark.parametrize("accepted", [False, True])
def test_a_5xx_says_nothing_of_whether_the_order_was_accepted(venue: Faulty, accepted: bool) -> None:
    venue.arm("error", "create", status=503, code=-1007, accepted=accepted)
    answer = venue.place("5xx")
    assert (answer.status_code, answer.json()["code"]) == (503, -1007)
    assert venue.open_ids() == ({"5xx"} if accepted else set())


@pytest.mark.parametrize("status", [200, 403, 502])
@pytest.mark.parametrize("accepted", [False, True])
def test_a_page_comes_where_json_is_expected(venue: Faulty, status: int, accepted: bool) -> None:
    venue.arm("html", "create", status=status, accepted=accepted)
    answer = venue.place("page")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")
    assert answer.text.startswith("<html>")
    assert venue.open_ids() == ({"page"} if accepted else set())


@pytest.mark.parametrize("status", [429, 418])
def test_a_throttled_order_is_not_accepted_and_is_told_when_to_come_back(venue: Faulty, status: int) -> None:
    venue.arm("throttle", "create", status=status, retry_after_s=7)
    answer = venue.place("throttled")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (status, -1003, "7")
    assert ("banned until" in answer.json()["msg"]) == (status == 418)
    assert venue.open_ids() == set()


@pytest.mark.parametrize("code", TEXTS)
def test_any_code_of_the_sheet_can_be_had_once(venue: Faulty, code: int) -> None:
    venue.arm("refuse", "create", code=code)
    answer = venue.place("refused")
    assert answer.json() == {"code": code, "msg": TEXTS[code]}
    assert 400 <= answer.status_code < 600
    assert venue.open_ids() == set()


def test_a_refusal_can_have_a_text_and_a_status_of_its_own(venue: Faulty) -> None:
    venue.arm("refuse", "query", code=-2015, text="Not from there.", status=403)
    answer = venue.sim.signed("GET", "account")
    assert (answer.status_code, answer.json()) == (403, {"code": -2015, "msg": "Not from there."})
    assert venue.sim.signed("GET", "account").status_code == 200


@pytest.mark.parametrize("after", [False, True])
def test_latency_comes_before_the_order_or_after_it(venue: Faulty, after: bool) -> None:
    name = venue.arm("latency", "create", low_ms=1_500, answer=after)
    with pytest.raises(httpx.ReadTimeout):
        impatient(venue, "late")
    assert venue.open_ids() == ({"late"} if after else set())
    assert venue.until_struck(name)["accepted"] is True
    assert venue.open_ids() == {"late"}


def test_latency_lies_in_its_range(venue: Faulty) -> None:
    venue.arm("latency", "public", low_ms=60, high_ms=90, times=3)
    spent = [venue.sim.public("time").elapsed.total_seconds() for _ in range(3)]
    assert all(0.06 <= one < 0.4 for one in spent), spent


@pytest.mark.parametrize("kind", ["stall", "half_open"])
@pytest.mark.parametrize("accepted", [False, True])
def test_an_answer_never_comes_and_the_socket_stays_open(venue: Faulty, kind: str, accepted: bool) -> None:
    name = venue.arm(kind, "create", accepted=accepted)
    with pytest.raises(httpx.ReadTimeout):
        impatient(venue, "silent")
    assert venue.open_ids() == ({"silent"} if accepted else set())
    assert venue.struck(name)[0]["answered"] is False


def test_a_peer_that_is_gone_hears_no_goodbye(venue: Faulty) -> None:
    """After our FIN a server that still reads ends its side too; one that is gone does not."""
    for kind, ends in (("none", True), ("half_open", False)):
        if not ends:
            venue.arm(kind, "public", of="/api/v3/ping")
        with socket.create_connection(("127.0.0.1", int(venue.sim.line["rest"].rsplit(":", 1)[1]))) as raw:
            raw.settimeout(10 if ends else PATIENCE_S)
            raw.sendall(b"GET /api/v3/ping HTTP/1.1\r\nHost: " + raw_host(venue) + b"\r\n\r\n")
            if ends:
                found = b""
                while not found.endswith(b"{}"):
                    found += raw.recv(9_999)
            raw.shutdown(socket.SHUT_WR)
            if ends:
                assert raw.recv(9_999) == b""
            else:
                with pytest.raises(TimeoutError):
                    raw.recv(1)


def test_a_silent_connection_is_cut_when_the_faults_are_taken_away(venue: Faulty) -> None:
    venue.arm("half_open", "public", of="/api/v3/ping")
    with socket.create_connection(("127.0.0.1", int(venue.sim.line["rest"].rsplit(":", 1)[1]))) as raw:
        raw.sendall(b"GET /api/v3/ping HTTP/1.1\r\nHost: " + raw_host(venue) + b"\r\n\r\n")
        raw.settimeout(PATIENCE_S)
        with pytest.raises(TimeoutError):
            raw.recv(1)
        venue.disarm()
        raw.settimeout(10)
        with pytest.raises(ConnectionResetError):
            raw.recv(1)


def test_an_unstruck_request_is_in_the_log_too(venue: Faulty) -> None:
    venue.place("plain")
    venue.sim.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="nobody")
    entries = {entry["endpoint"]: entry for entry in venue.log() if entry["what"] == "request"}
    assert entries["create"]["client_id"] == "plain"
    assert (entries["create"]["accepted"], entries["create"]["status"]) == (True, 200)
    assert (entries["cancel"]["accepted"], entries["cancel"]["code"]) == (False, -2011)
    assert not [entry for entry in entries.values() if entry.get("fault")]


def impatient(venue: Faulty, client_id: str) -> None:
    """Place an order on a connection of its own, and wait less than the fault takes."""
    price = float(venue.sim.public("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"]) - 3000
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}
    query = urlencode({**order, "price": f"{price:.2f}", "newClientOrderId": client_id, "timestamp": now_ms()})
    with httpx.Client(base_url=venue.sim.line["rest"], trust_env=False, timeout=PATIENCE_S) as client:
        address = f"/api/v3/order?{query}&signature={venue.sim.sign(query)}"
        client.post(address, headers={"X-MBX-APIKEY": venue.sim.line["api_key"]})


def raw_host(venue: Faulty) -> bytes:
    return venue.sim.line["rest"].removeprefix("http://").encode()
