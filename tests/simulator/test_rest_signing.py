"""Who may speak: keys, signatures and clocks, written by hand from the fact sheet."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from simulator.rig import Running, now_ms


def test_a_signature_covers_query_and_body_together_and_the_query_wins(sim: Running) -> None:
    query = urlencode({"symbol": "BTCUSDT", "side": "BUY", "timestamp": now_ms()})
    body = urlencode({"type": "MARKET", "quantity": "0.0002", "side": "SELL"})
    headers = {"X-MBX-APIKEY": sim.line["api_key"], "Content-Type": "application/x-www-form-urlencoded"}
    signature = sim.sign(query + body)
    mixed = sim.http.post(f"/api/v3/order?{query}", content=f"{body}&signature={signature}", headers=headers)
    assert (mixed.status_code, mixed.json()["side"]) == (200, "BUY")
    text = urlencode({"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.0002"})
    text += f"&timestamp={now_ms()}"
    in_body = sim.http.post("/api/v3/order", content=f"{text}&signature={sim.sign(text)}", headers=headers)
    assert in_body.json()["status"] == "FILLED"
    upper = sim.http.post(f"/api/v3/order?{text}&signature={sim.sign(text).upper()}", headers=headers)
    assert upper.json()["status"] == "FILLED"


@pytest.mark.parametrize(
    ("change", "status", "code", "text"),
    [
        ({"key": None}, 401, -2014, "API-key format invalid."),
        ({"key": "SIM" + "0" * 60}, 401, -2015, "Invalid API-key, IP, or permissions for action."),
        ({"signature": "00"}, 400, -1022, "Signature for this request is not valid."),
        ({"signature": None}, 400, -1102, None),
        ({"offset": -3_600_000}, 400, -1021, "Timestamp for this request is outside of the recvWindow."),
        (
            {"offset": 3_600_000},
            400,
            -1021,
            "Timestamp for this request was 1000ms ahead of the server's time.",
        ),
        ({"extra": {"recvWindow": 60001}}, 400, -1131, None),
        ({"extra": {"recvWindow": "soon"}}, 400, -1100, None),
    ],
)
def test_a_stranger_and_a_wrong_clock_are_told_apart(
    sim: Running, change: dict[str, object], status: int, code: int, text: str | None
) -> None:
    offset = change.get("offset", 0)
    assert isinstance(offset, int)
    extra = change.get("extra", {})
    assert isinstance(extra, dict)
    query = urlencode({**extra, "timestamp": now_ms() + offset})
    signature = change.get("signature", sim.sign(query))
    key = change.get("key", sim.line["api_key"])
    address = f"/api/v3/account?{query}" + (f"&signature={signature}" if signature else "")
    answer = sim.http.get(address, headers={"X-MBX-APIKEY": str(key)} if key else {})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert text is None or answer.json()["msg"] == text


def test_a_timestamp_in_microseconds_is_understood(sim: Running) -> None:
    assert sim.signed("GET", "openOrders", timestamp=now_ms() * 1000).status_code == 200
