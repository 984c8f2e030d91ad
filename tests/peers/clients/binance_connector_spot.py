"""The exchange's former client: blocking requests, a thread a socket, and microseconds when asked."""

from __future__ import annotations

import json
import queue
from functools import partial
from typing import Any

from binance.spot import Spot  # type: ignore[import-not-found]
from binance.websocket.spot.websocket_api import SpotWebsocketAPIClient  # type: ignore[import-not-found]
from binance.websocket.spot.websocket_stream import SpotWebsocketStreamClient  # type: ignore[import-not-found]

from peers.clients.steps import PATIENCE_S, plain_step, told

SYMBOL = "BTCUSDT"
AT = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}


class Heard:
    """What came over a socket, in order."""

    def __init__(self) -> None:
        self.frames: queue.Queue[Any] = queue.Queue()

    def __call__(self, _: Any, text: str) -> None:
        self.frames.put(json.loads(text))

    def answer(self, request_id: Any) -> Any:
        """The answer to one request; everything else is passed over."""
        while True:
            frame = self.frames.get(timeout=PATIENCE_S)
            if frame.get("id") == request_id:
                return frame

    def event(self, *names: str) -> Any:
        """The first frame of one of these kinds, by ``e`` or by the name of its stream."""
        while True:
            frame = self.frames.get(timeout=PATIENCE_S)
            kind = frame.get("stream") or frame.get("e")
            if kind in names:
                return frame


def call(client: Any) -> None:
    """REST."""
    low = f"{float(client.ticker_24hr(SYMBOL)['lastPrice']) * 0.95:.2f}"
    plain_step("exchange_info", lambda: len(client.exchange_info(symbols=[SYMBOL, "ETHUSDT"])["symbols"]))
    plain_step("depth", partial(client.depth, SYMBOL, limit=5))
    plain_step("rolling_window_ticker", partial(client.rolling_window_ticker, SYMBOL, windowSize="1h"))
    plain_step("book_tickers", partial(client.book_ticker, symbols=[SYMBOL, "ETHUSDT"]))
    plain_step("new_order", partial(client.new_order, **AT, price=low, newClientOrderId="connector-1"))
    plain_step("get_order", partial(client.get_order, SYMBOL, origClientOrderId="connector-1"))
    plain_step("cancel_order", partial(client.cancel_order, SYMBOL, origClientOrderId="connector-1"))
    plain_step("account", client.account)
    plain_step("api_key_permissions", client.api_key_permissions)
    plain_step("new_listen_key", client.new_listen_key)
    plain_step("one_too_many", partial(client.new_order, **AT, price=low, quoteOrderQty="1"))


def count_in_microseconds(where: dict[str, Any], client: Any) -> None:
    """The unit of time the client may choose."""
    fine = Spot(base_url=where["rest"], time_unit="MICROSECOND")
    plain_step("time_in_ms", client.time)
    plain_step("time_in_us", fine.time)
    plain_step("trades_in_us", partial(fine.trades, SYMBOL, limit=1))
    heard = Heard()
    socket = SpotWebsocketStreamClient(stream_url=where["stream"], on_message=heard, time_unit="MICROSECOND")
    plain_step("stream_in_us", lambda: (socket.mini_ticker(SYMBOL), heard.event("24hrMiniTicker"))[1])
    socket.stop()


def listen(where: dict[str, Any]) -> None:
    """Raw and combined streams, and what the client asks about them."""
    heard = Heard()
    raw = SpotWebsocketStreamClient(stream_url=where["stream"], on_message=heard)
    plain_step("raw_subscribe", lambda: (raw.diff_book_depth(SYMBOL, speed=100, id=1), heard.answer(1))[1])
    plain_step("raw_depth", partial(heard.event, "depthUpdate"))
    plain_step("raw_list", lambda: (raw.list_subscribe(id=2), heard.answer(2))[1])
    plain_step("raw_unsubscribe", lambda: (raw.unsubscribe("btcusdt@depth@100ms", id=3), heard.answer(3))[1])
    plain_step("raw_list_after", lambda: (raw.list_subscribe(id=4), heard.answer(4))[1])
    raw.stop()
    heard = Heard()
    combined = SpotWebsocketStreamClient(stream_url=where["stream"], on_message=heard, is_combined=True)
    names = ["btcusdt@depth5@100ms", "btcusdt@kline_1s", "btcusdt@ticker_1h", "!miniTicker@arr", "!bookTicker"]
    plain_step("combined_subscribe", lambda: (combined.subscribe(names, id="five"), heard.answer("five"))[1])
    for name in names[:4]:
        plain_step(f"combined {name}", partial(heard.event, name))
    combined.stop()


def order_over_socket(where: dict[str, Any], client: Any) -> None:
    """The WebSocket API."""
    low = f"{float(client.ticker_24hr(SYMBOL)['lastPrice']) * 0.95:.2f}"
    heard = Heard()
    keys = {"api_key": where["api_key"], "api_secret": where["api_secret"]}
    api = SpotWebsocketAPIClient(stream_url=where["ws_api"], on_message=heard, **keys)
    plain_step("ws_time", lambda: (api.server_time(id="t"), heard.answer("t"))[1])
    order = AT | {"price": low, "id": "o", "newClientOrderId": "connector-2"}
    plain_step("ws_new_order", lambda: (api.new_order(**order), heard.answer("o"))[1])
    gone = {"symbol": SYMBOL, "origClientOrderId": "connector-2", "id": "c"}
    plain_step("ws_cancel_order", lambda: (api.cancel_order(**gone), heard.answer("c"))[1])
    plain_step("ws_unknown_order", lambda: (api.cancel_order(**gone), heard.answer("c"))[1])
    api.stop()


def main() -> None:
    """All of it."""
    where = told()
    client = Spot(where["api_key"], where["api_secret"], base_url=where["rest"])
    call(client)
    count_in_microseconds(where, client)
    listen(where)
    order_over_socket(where, client)


main()
