"""The door from outside: another address, other limits, latency, the access log, and how late the exchange is."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from connectors.simulator.entry.door import Latency
from connectors.simulator.lag import Lag
from simulator.rig import Running, now_ms, refused, running


def limited(folder: Path, *rows: tuple[str, str, int, int]) -> Path:
    names = ("rateLimitType", "interval", "intervalNum", "limit")
    path = folder / "limits.json"
    path.write_text(json.dumps([dict(zip(names, row, strict=True)) for row in rows]))
    return path


def from_there(sim: Running) -> httpx.Client:
    """A client at another address of this machine."""
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    return httpx.Client(base_url=sim.line["rest"], transport=transport, trust_env=False)


def test_two_addresses_have_a_weight_each_and_one_account(tmp_path: Path) -> None:
    path = limited(tmp_path, ("REQUEST_WEIGHT", "DAY", 1, 100), ("ORDERS", "DAY", 1, 100))
    with running(tmp_path, "--seed", "3", "--limits", str(path)) as sim, from_there(sim) as there:
        for _ in range(5):
            sim.public("exchangeInfo")
        assert sim.public("exchangeInfo").status_code == 429
        answer = there.get("/api/v3/ping")
        assert (answer.status_code, answer.headers["X-MBX-USED-WEIGHT-1D"]) == (200, "1")


def test_connections_are_counted_and_a_banned_address_opens_none(tmp_path: Path) -> None:
    path = limited(tmp_path, ("CONNECTIONS", "DAY", 1, 3), ("REQUEST_WEIGHT", "DAY", 1, 100))
    with running(tmp_path, "--seed", "3", "--limits", str(path)) as sim:
        statuses = []
        for _ in range(16):
            try:
                with connect(sim.line["stream"] + "/ws", proxy=None):
                    statuses.append(101)
            except InvalidStatus as turned_away:
                statuses.append(turned_away.response.status_code)
                assert int(turned_away.response.headers["Retry-After"]) > 0
        assert statuses == [101] * 3 + [429] * 10 + [418] * 3
        assert sim.public("ping").status_code == 418
        with from_there(sim) as there:
            published = there.get("/api/v3/exchangeInfo").json()["rateLimits"]
        assert [limit["rateLimitType"] for limit in published] == ["REQUEST_WEIGHT"]


def test_a_limits_file_with_an_unknown_kind_is_one_sentence(tmp_path: Path) -> None:
    path = limited(tmp_path, ("PATIENCE", "DAY", 1, 3))
    assert "PATIENCE" in refused(tmp_path, "--limits", str(path))


def test_latency_lies_within_its_range_and_repeats_with_its_seed() -> None:
    assert Latency((100, 300), 7).draw() == Latency((100, 300), 7).draw() != Latency((100, 300), 8).draw()
    late = Latency((100, 300), 8)
    found = [late.draw() for _ in range(200)]
    assert min(found) >= 0.05
    assert max(found) <= 0.15
    assert max(found) - min(found) > 0.08
    assert Latency().draw() == 0


def test_answers_take_as_long_as_the_run_was_told(tmp_path: Path) -> None:
    with running(tmp_path, "--latency", "150:200") as sim:
        begun = time.perf_counter()
        sim.public("ping")
        assert time.perf_counter() - begun >= 0.15
        with connect(sim.line["ws_api"], proxy=None) as socket:
            begun = time.perf_counter()
            for number in range(5):
                socket.send(json.dumps({"id": number, "method": "time"}))
            assert [json.loads(socket.recv(timeout=60))["id"] for _ in range(5)] == [0, 1, 2, 3, 4]
            assert 0.15 <= time.perf_counter() - begun < 0.75


@pytest.mark.parametrize("words", [("--latency", "300:100"), ("--latency", "0:99999"), ("--socket-life", "0")])
def test_a_latency_or_life_that_makes_no_sense_is_one_sentence(tmp_path: Path, words: tuple[str, str]) -> None:
    assert words[0] in refused(tmp_path, *words)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_access_log_tells_each_request_and_its_answer_and_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "access.jsonl"
    with running(tmp_path, "--access-log", str(path)) as sim:
        sim.public("depth", symbol="BTCUSDT", limit=5)
        order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
        sim.signed("POST", "order", **order)
        sim.signed("GET", "order", symbol="BTCUSDT", orderId=999_999)
        with connect(sim.line["stream"] + "/ws/btcusdt@depth?timeUnit=MICROSECOND", proxy=None) as stream:
            stream.send('{"method":"LIST_SUBSCRIPTIONS","id":3}')
            while "result" not in json.loads(stream.recv(timeout=60)):
                pass
        with pytest.raises(InvalidStatus), connect(sim.line["ws_api"] + "?timeUnit=year", proxy=None):
            pass
        with connect(sim.line["ws_api"], proxy=None) as socket:
            socket.send(json.dumps({"id": "a", "method": "order.test", "params": sim.ws_params(**order)}))
            socket.recv(timeout=60)
        key, secret = sim.line["api_key"], sim.line["api_secret"]
    text = path.read_text()
    assert "signature" not in text
    assert key not in text
    assert secret not in text
    found = lines(path)
    asked = {line["n"]: line for line in found if line["kind"] == "request"}
    answered = {line["n"]: line for line in found if line["kind"] == "answer"}
    assert list(asked) == list(answered) == [1, 2, 3, 4, 5, 6]
    assert all(answered[number]["t"] >= asked[number]["t"] for number in asked)
    assert abs(asked[1]["t"] // 1_000_000 - now_ms()) < 60_000
    depth = (asked[1]["via"], asked[1]["method"], asked[1]["path"], asked[1]["query"])
    assert depth == ("rest", "GET", "/api/v3/depth", "symbol=BTCUSDT&limit=5")
    assert (answered[1]["status"], answered[1]["weight"]) == (200, {"1M": 5})
    assert asked[2]["key"] == key[-4:]
    assert answered[2]["orders"]["1D"] in {0, 1}
    assert (answered[3]["status"], answered[3]["code"]) == (400, -2013)
    assert (asked[4]["via"], asked[4]["method"], answered[4]["id"]) == ("stream", "LIST_SUBSCRIPTIONS", 3)
    assert (asked[6]["via"], asked[6]["method"], asked[6]["params"]["side"]) == ("ws-api", "order.test", "BUY")
    assert (answered[6]["id"], answered[6]["status"]) == ("a", 200)
    assert (asked[5]["method"], answered[5]["status"], answered[5]["code"]) == ("connect", 400, -1194)
    sockets = [(line["kind"], line["via"]) for line in found if line["kind"] in {"open", "close"}]
    assert sockets == [("open", "stream"), ("close", "stream"), ("open", "ws-api"), ("close", "ws-api")]
    assert asked[1]["conn"] == asked[3]["conn"] != asked[4]["conn"]


def test_an_access_log_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    assert "--access-log" in refused(tmp_path, "--access-log", str(tmp_path / "no" / "such" / "log"))


def test_lateness_is_told_by_its_percentiles() -> None:
    lag = Lag()
    for late_ms in range(100):
        lag.beat(late_ms * 1_000_000, 1 if late_ms == 50 else 0)
    told = {"beats": 100, "skipped": 1, "p50_ms": 50, "p99_ms": 99, "worst_ms": 99, "last_ms": 99}
    assert lag.describe() == told
    assert lag.forget() == told
    assert lag.describe() == {"beats": 0, "skipped": 0}


def test_lateness_is_asked_for_on_the_control_path(tmp_path: Path) -> None:
    with running(tmp_path, "--control") as sim:
        found = sim.http.get("/control/lag").json()
        while found["beats"] < 10:
            found = sim.http.get("/control/lag").json()
        assert found["p50_ms"] < 1000
        assert sim.http.delete("/control/lag").status_code == 200
