"""The WebSocket API: market data, sessions, subscriptions, limits; by hand from §1.3, §1.5, §2.1 and §3."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from simulator import signers
from simulator.rig import Running, now_ms, running, within
from simulator.signers import Signer


@pytest.fixture(scope="module")
def ed() -> Signer:
    return signers.ed25519()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, ed: Signer) -> Iterator[Running]:
    """An exchange with three symbols and a client's Ed25519 key."""
    folder = tmp_path_factory.mktemp("api")
    (folder / "ed.pem").write_text(ed.pem)
    words = ("--symbols", "3", "--control", "--public-key", str(folder / "ed.pem"))
    with running(folder, "--seed", "5", *words) as found:
        yield found


def ed_key(sim: Running) -> str:
    rows: Any = sim.line["keys"]
    return str(rows[0]["api_key"])


def opened(sim: Running, query: str = "") -> ClientConnection:
    return connect(sim.line["ws_api"] + query, proxy=None)


def send(socket: ClientConnection, method: str, params: dict[str, Any] | None = None) -> None:
    socket.send(json.dumps({"id": method[:36], "method": method} | ({} if params is None else {"params": params})))


def answer(socket: ClientConnection) -> dict[str, Any]:
    """The next answer; events that come before it are passed over."""
    while True:
        found: dict[str, Any] = json.loads(socket.recv(timeout=60))
        if "status" in found:
            return found


def ask(socket: ClientConnection, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    send(socket, method, params)
    return answer(socket)


def signed(key: str, sign: Any, **params: Any) -> dict[str, Any]:
    whole = {"apiKey": key, "timestamp": now_ms(), **params}
    return {**whole, "signature": sign("&".join(f"{name}={whole[name]}" for name in sorted(whole)))}


MARKET: list[tuple[str, dict[str, Any], int, str]] = [
    ("ping", {}, 1, ""),
    ("time", {}, 1, "serverTime"),
    ("exchangeInfo", {"symbols": ["BTCUSDT", "币安人生USDT"]}, 20, "symbols"),
    ("executionRules", {"symbol": "BTCUSDT"}, 2, "symbolRules"),
    ("depth", {"symbol": "BTCUSDT", "limit": 5}, 5, "lastUpdateId"),
    ("trades.recent", {"symbol": "BTCUSDT", "limit": 1}, 25, "isBuyerMaker"),
    ("trades.historical", {"symbol": "BTCUSDT", "limit": 1}, 25, "isBestMatch"),
    ("trades.aggregate", {"symbol": "BTCUSDT", "limit": 1}, 4, "a"),
    ("klines", {"symbol": "BTCUSDT", "interval": "1m", "limit": 3}, 2, ""),
    ("uiKlines", {"symbol": "BTCUSDT", "interval": "1h", "limit": 3}, 2, ""),
    ("avgPrice", {"symbol": "BTCUSDT"}, 2, "mins"),
    ("ticker.24hr", {"symbols": ["BTCUSDT"]}, 2, "bidPrice"),
    ("ticker.24hr", {}, 80, "bidPrice"),
    ("ticker.tradingDay", {"symbol": "BTCUSDT"}, 4, "closeTime"),
    ("ticker", {"symbols": ["BTCUSDT", "ETHUSDT"], "windowSize": "4h"}, 8, "openTime"),
    ("ticker.price", {"symbol": "币安人生USDT"}, 2, "price"),
    ("ticker.price", {}, 4, "price"),
    ("ticker.book", {"symbol": "BTCUSDT"}, 2, "bidQty"),
    ("session.status", {}, 2, "connectedSince"),
    ("session.subscriptions", {}, 2, ""),
]


def test_market_data_answers_as_over_rest_at_the_same_weight(desk: Running) -> None:
    def round_trip() -> tuple[list[Any], list[int]]:
        results, counts = [], []
        with opened(desk) as socket:
            ask(socket, "ping")
            for method, params, _, _ in MARKET:
                found = ask(socket, method, params)
                assert found["status"] == 200, found
                results.append(found["result"])
                counts.append(found["rateLimits"][0]["count"])
        return results, counts

    results, counts = within(60_000, round_trip)
    weights = [after - before for before, after in pairwise(counts)]
    assert weights == [weight for _, _, weight, _ in MARKET[1:]]
    for (method, _, _, field), result in zip(MARKET, results, strict=True):
        row = result[0] if isinstance(result, list) and result else result
        assert not field or field in row, method
    assert [row["symbol"] for row in results[2]["symbols"]] == ["BTCUSDT", "币安人生USDT"]
    assert len(results[8]) == 3
    assert all(len(bar) == 12 for bar in results[8])


def test_the_api_publishes_the_limit_of_connections_too(desk: Running) -> None:
    wanted = {"rateLimitType": "CONNECTIONS", "interval": "MINUTE", "intervalNum": 5, "limit": 300}
    with opened(desk) as socket:
        assert wanted in ask(socket, "exchangeInfo", {"symbol": "BTCUSDT"})["result"]["rateLimits"]
    assert wanted not in desk.public("exchangeInfo").json()["rateLimits"]


def test_opening_a_connection_weighs_two(desk: Running) -> None:
    def counts() -> list[int]:
        before = int(desk.public("ping").headers["X-MBX-USED-WEIGHT-1M"])
        with opened(desk) as socket:
            return [before, ask(socket, "ping")["rateLimits"][0]["count"]]

    before, after = within(60_000, counts)
    assert after - before == 3


def test_rate_limits_are_told_unless_declined_by_address_or_request(desk: Running) -> None:
    with opened(desk) as socket:
        assert ask(socket, "ping")["rateLimits"][0]["limit"] == 6000
        assert "rateLimits" not in ask(socket, "ping", {"returnRateLimits": False})
    with opened(desk, "?returnRateLimits=false") as socket:
        assert "rateLimits" not in ask(socket, "time")
        assert "rateLimits" in ask(socket, "time", {"returnRateLimits": True})
        assert ask(socket, "session.status")["result"]["returnRateLimits"] is False
        signed_too = ask(socket, "account.status", desk.ws_params(returnRateLimits="true"))
        assert signed_too["rateLimits"]
        after = {**desk.ws_params(), "returnRateLimits": "true"}
        assert ask(socket, "account.status", after)["error"]["code"] == -1022


def test_only_an_ed25519_key_logs_on(desk: Running) -> None:
    with opened(desk) as socket:
        turned_away = ask(socket, "session.logon", desk.ws_params())
        assert turned_away["status"] == 400
        assert "HMAC_SHA256" in turned_away["error"]["msg"]
        assert ask(socket, "session.status")["result"]["apiKey"] is None


def test_after_a_logon_requests_need_neither_key_nor_signature(desk: Running, ed: Signer) -> None:
    key = ed_key(desk)
    with opened(desk) as socket:
        early = ask(socket, "account.status", {"timestamp": now_ms()})
        assert (early["status"], early["error"]["code"]) == (401, -2014)
        logon = ask(socket, "session.logon", signed(key, ed.sign))["result"]
        assert set(logon) == {
            "apiKey",
            "authorizedSince",
            "connectedSince",
            "returnRateLimits",
            "serverTime",
            "userDataStream",
        }
        assert logon["apiKey"] == key
        assert logon["connectedSince"] <= logon["authorizedSince"] <= logon["serverTime"]
        assert ask(socket, "account.status", {"timestamp": now_ms()})["status"] == 200
        params = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001", "timestamp": now_ms()}
        assert ask(socket, "order.place", params)["result"]["status"] == "FILLED"
        assert ask(socket, "account.status", {})["error"]["code"] == -1102
        late = ask(socket, "account.status", {"timestamp": now_ms() - 10_000})
        assert late["error"]["code"] == -1021
        for wrong in (desk.ws_params(), signed(key, ed.sign)):
            assert ask(socket, "account.status", {**wrong, "signature": "00"})["error"]["code"] == -1022
        assert ask(socket, "account.status", desk.ws_params())["status"] == 200
        out = ask(socket, "session.logout")["result"]
        assert (out["apiKey"], out["authorizedSince"]) == (None, None)
        assert ask(socket, "account.status", {"timestamp": now_ms()})["status"] == 401


def test_account_events_of_a_session_end_with_it_and_signed_ones_do_not(desk: Running, ed: Signer) -> None:
    with opened(desk) as socket:
        assert ask(socket, "userDataStream.subscribe")["status"] == 401
        ask(socket, "session.logon", signed(ed_key(desk), ed.sign))
        assert ask(socket, "userDataStream.subscribe")["result"] == {"subscriptionId": 0}
        assert ask(socket, "session.status")["result"]["userDataStream"] is True
        assert ask(socket, "userDataStream.subscribe")["error"]["code"] == -2035
        assert ask(socket, "userDataStream.subscribe.signature", desk.ws_params())["error"]["code"] == -2035
        send(socket, "session.logout")
        ended = json.loads(socket.recv(timeout=60))
        assert (ended["subscriptionId"], ended["event"]["e"]) == (0, "eventStreamTerminated")
        assert answer(socket)["result"]["userDataStream"] is False
        again = ask(socket, "userDataStream.subscribe.signature", desk.ws_params())
        assert again["result"] == {"subscriptionId": 1}
        ask(socket, "session.logout")
        assert ask(socket, "session.subscriptions")["result"] == [{"subscriptionId": 1}]
        assert ask(socket, "userDataStream.unsubscribe", {"subscriptionId": 0})["error"]["code"] == -2036
        assert ask(socket, "userDataStream.unsubscribe", {"subscriptionId": 1})["result"] == {}
        assert ask(socket, "userDataStream.unsubscribe")["error"]["code"] == -2036


def test_who_logged_on_with_a_key_that_is_revoked_is_told(desk: Running) -> None:
    pair = signers.ed25519()
    key = desk.http.post("/control/keys", json={"publicKey": pair.pem}).json()["apiKey"]
    with opened(desk) as socket:
        assert ask(socket, "session.logon", signed(key, pair.sign))["status"] == 200
        desk.http.delete("/control/keys", params={"apiKey": key})
        told = json.loads(socket.recv(timeout=60))
        assert (told["id"], told["status"], told["error"]["code"]) == (None, 401, -2015)
        assert ask(socket, "session.status")["result"]["apiKey"] is None


def test_a_key_that_only_reads_places_no_order(desk: Running) -> None:
    pair = signers.ed25519()
    wish = {"publicKey": pair.pem, "rights": {"enableSpotAndMarginTrading": False}}
    key = desk.http.post("/control/keys", json=wish).json()["apiKey"]
    with opened(desk) as socket:
        ask(socket, "session.logon", signed(key, pair.sign))
        order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
        for method, params in (("order.place", order), ("openOrders.cancelAll", {"symbol": "BTCUSDT"})):
            refused = ask(socket, method, {**params, "timestamp": now_ms()})
            assert (refused["status"], refused["error"]["code"]) == (401, -2015)
        assert ask(socket, "openOrders.status", {"timestamp": now_ms()})["status"] == 200


def test_rsa_and_hmac_keys_sign_each_request(desk: Running) -> None:
    pair = signers.rsa()
    key = desk.http.post("/control/keys", json={"publicKey": pair.pem}).json()["apiKey"]
    made = desk.http.post("/control/keys", json={}).json()

    def by_hmac(text: str) -> str:
        return hmac.new(made["apiSecret"].encode(), text.encode(), hashlib.sha256).hexdigest().upper()

    with opened(desk) as socket:
        assert ask(socket, "account.status", signed(key, pair.sign))["status"] == 200
        assert ask(socket, "account.status", signed(made["apiKey"], by_hmac))["status"] == 200
        crossed = ask(socket, "account.status", signed(made["apiKey"], pair.sign))
        assert crossed["error"]["code"] == -1022


def test_a_symbol_that_is_not_ascii_is_signed_as_it_is(desk: Running, ed: Signer) -> None:
    """§2.1: raw UTF-8 here, percent-encoded on REST."""
    order = {"symbol": "币安人生USDT", "side": "BUY", "type": "MARKET", "quantity": "100"}
    with opened(desk) as socket:
        assert ask(socket, "order.place", signed(ed_key(desk), ed.sign, **order))["result"]["status"] == "FILLED"


def test_times_come_in_microseconds_where_asked(desk: Running) -> None:
    with opened(desk, "?timeUnit=MICROSECOND") as socket:
        assert abs(ask(socket, "time")["result"]["serverTime"] - now_ms() * 1000) < 10_000_000
        bar = ask(socket, "klines", {"symbol": "BTCUSDT", "interval": "1m", "limit": 1})["result"][0]
        assert bar[6] - bar[0] == 59_999_999
        ask(socket, "userDataStream.subscribe.signature", desk.ws_params())
        order = {"symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.0005"}
        send(socket, "order.place", desk.ws_params(**order))
        event = json.loads(socket.recv(timeout=60))["event"]
        assert event["e"] == "executionReport"
        assert abs(event["T"] - now_ms() * 1000) < 10_000_000
        assert event["O"] > 10**15
        assert event["i"] < 10**9
        assert abs(answer(socket)["result"]["transactTime"] - now_ms() * 1000) < 10_000_000


def test_rest_tells_microseconds_to_who_asks_by_header(desk: Running) -> None:
    asked = {"X-MBX-TIME-UNIT": "MICROSECOND"}
    found = desk.http.get("/api/v3/aggTrades?symbol=BTCUSDT&limit=1", headers=asked).json()[0]
    assert abs(found["T"] - now_ms() * 1000) < 60_000_000
    bars = desk.http.get("/api/v3/klines?symbol=BTCUSDT&interval=1h&limit=2", headers=asked).json()
    assert bars[1][0] - bars[0][0] == 3_600_000_000
    assert bars[0][6] == bars[1][0] - 1
    wrong = desk.http.get("/api/v3/time", headers={"X-MBX-TIME-UNIT": "DAY"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, -1194)


@pytest.mark.parametrize(
    ("frame", "status", "code"),
    [
        ("nonsense", 400, -1135),
        ('{"id":1,"method":"dance"}', 400, -1020),
        ('{"id":1.5,"method":"ping"}', 400, -1100),
        ('{"id":"' + "x" * 37 + '","method":"ping"}', 400, -1100),
        ('{"id":1,"method":"ping","params":[]}', 400, -1130),
        ('{"id":1,"method":"ping","params":{"colour":"red"}}', 400, -1104),
        ('{"id":1,"method":"klines","params":{"symbol":"BTCUSDT","interval":"7m"}}', 400, -1120),
        ('{"id":1,"method":"depth","params":{}}', 400, -1102),
    ],
)
def test_a_request_that_makes_no_sense_gets_its_code(desk: Running, frame: str, status: int, code: int) -> None:
    with opened(desk) as socket:
        socket.send(frame)
        found = answer(socket)
        assert (found["status"], found["error"]["code"]) == (status, code)
