"""Each kind of key with each client, by REST on a symbol whose name is not ASCII, and over the WebSocket API."""

from __future__ import annotations

import pytest

from peers.conftest import Play
from peers.expected import marks

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

KINDS = ("hmac", "rsa", "ed25519")
STEPS = {
    ("ccxt_keys", "ccxt"): (
        "fetch_balance", "user_stream", "create_order", "fetch_order", "cancel_order", "create_order_ws",
        "cancel_order_ws",
    ),
    ("python_binance_keys", "python-binance"): (
        "get_account", "order_limit_buy", "get_order", "cancel_order", "ws_order_limit_buy", "ws_cancel_order",
    ),
    ("binance_sdk_keys", "binance-sdk-spot"): (
        "get_account", "new_order", "delete_order", "user_data_stream", "order_place", "order_cancel",
    ),
    ("binance_connector_keys", "binance-connector"): ("account", "new_order", "cancel_order"),
}  # fmt: skip
STREAMS = {
    ("ccxt_keys", "ccxt"): "watch_orders",
    ("python_binance_keys", "python-binance"): "user_socket",
    ("binance_sdk_keys", "binance-sdk-spot"): "user_events",
}
LOGGED_ON = ("session_logon", "session_status", "session_logout", "session_status_after")


@pytest.mark.parametrize(
    ("script", "peer", "step"),
    [
        pytest.param(script, peer, f"{kind} {step}", marks=marks(script, f"{kind} {step}"), id=f"{peer} {kind} {step}")
        for (script, peer), steps in STEPS.items()
        for kind in KINDS
        for step in steps
    ],
)
def test_every_kind_of_key_signs_what_the_exchange_accepts(play: Play, script: str, peer: str, step: str) -> None:
    found = play(script, peer, own_keys=True)[step]
    assert found.kind == "", found.error
    if isinstance(found.result, dict) and "warned" in found.result:
        assert found.result["warned"] == []


@pytest.mark.parametrize(("script", "peer"), STREAMS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_user_stream_of_every_kind_of_key_tells_its_orders(play: Play, script: str, peer: str, kind: str) -> None:
    came = play(script, peer, own_keys=True)[f"{kind} {STREAMS[script, peer]}"].value
    text = str(came)
    assert "NEW" in text
    assert "CANCELED" in text


@pytest.mark.parametrize("step", LOGGED_ON)
def test_a_session_is_logged_on_and_off_by_an_ed25519_key(play: Play, step: str) -> None:
    found = play("binance_sdk_keys", "binance-sdk-spot", own_keys=True)[f"ed25519 {step}"].value
    # The exchange counts weight in every answer; the SDK's models of some answers leave that out.
    strange = [name for name in found["unknown"] if not name.endswith(".rateLimits")]
    assert (strange, found["warned"]) == ([], [])
    on = step in {"session_logon", "session_status"}
    assert ("apiKey" in found["data"], "authorizedSince" in found["data"]) == (on, on)


@pytest.mark.parametrize(("script", "peer"), STEPS)
def test_the_client_came_to_its_end(play: Play, script: str, peer: str) -> None:
    end = play(script, peer, own_keys=True)["the whole script"]
    assert end.kind == "", end.error
