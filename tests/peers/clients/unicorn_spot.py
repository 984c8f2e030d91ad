"""unicorn-binance-websocket-api: streams, WebSocket API and user data, each socket in a thread of the client's own."""

from __future__ import annotations

import queue
from collections.abc import Callable
from functools import partial
from typing import Any

from unicorn_binance_websocket_api.manager import (  # type: ignore[import-not-found]
    BinanceWebSocketApiManager,
)

from peers.clients.steps import PATIENCE_S, plain_step, told


class Heard:
    """What one stream of the client handed over."""

    def __init__(self) -> None:
        self.frames: queue.Queue[Any] = queue.Queue()

    def __call__(self, data: Any, **_: Any) -> None:
        self.frames.put(data)

    def first(self, wanted: Callable[[Any], Any]) -> Any:
        """The first frame that is wanted."""
        while True:
            found = self.frames.get(timeout=PATIENCE_S)
            if wanted(found):
                return found


def _is_of(stream: str, frame: Any) -> bool:
    return bool(frame.get("stream") == stream)


def main() -> None:
    """All of it."""
    where = told()
    manager = BinanceWebSocketApiManager(
        exchange="binance.com",
        websocket_base_uri=f"{where['stream']}/",
        websocket_api_base_uri=where["ws_api"],
        restful_base_uri=where["rest"],
        output_default="dict",
        warn_on_update=False,
        disable_colorama=True,
    )
    keys = {"api_key": where["api_key"], "api_secret": where["api_secret"]}
    public, user, api = Heard(), Heard(), Heard()
    channels = ["trade", "depth@100ms", "kline_1m", "bookTicker"]
    manager.create_stream(channels, ["btcusdt", "ethusdt"], process_stream_data=public)
    account = manager.create_stream("arr", "!userData", process_stream_data=user, **keys)
    calls = manager.create_stream(api=True, process_stream_data=api, **keys)
    for channel in channels:
        plain_step(f"stream {channel}", partial(public.first, partial(_is_of, f"btcusdt@{channel}")))
    plain_step("user up", lambda: manager.wait_till_stream_has_started(account))
    plain_step("api up", lambda: manager.wait_till_stream_has_started(calls))
    spot = manager.api.spot

    def answered(send: Callable[..., Any], **params: Any) -> Any:
        send(stream_id=calls, request_id="asked", **params)
        return api.first(lambda frame: frame.get("id") == "asked")

    order = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "time_in_force": "GTC", "price": 50_000.0}
    plain_step("get_server_time", lambda: answered(spot.get_server_time))
    plain_step("get_order_book", lambda: answered(spot.get_order_book, symbol="BTCUSDT", limit=5))
    named = {"symbol": "BTCUSDT", "orig_client_order_id": "unicorn-1"}
    made = order | {"quantity": 0.001, "new_client_order_id": "unicorn-1"}
    plain_step("create_order", lambda: answered(spot.create_order, **made))
    plain_step("get_order", lambda: answered(spot.get_order, **named))
    plain_step("get_open_orders", lambda: answered(spot.get_open_orders, symbol="BTCUSDT"))
    plain_step("cancel_order", lambda: answered(spot.cancel_order, **named))
    plain_step("get_account_status", lambda: answered(spot.get_account_status))
    plain_step("user order", lambda: user.first(lambda frame: frame.get("event", {}).get("X") == "CANCELED"))
    plain_step("user balance", lambda: user.first(lambda frame: frame["event"]["e"] == "outboundAccountPosition"))
    manager.stop_manager()


main()
