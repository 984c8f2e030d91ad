"""The exchange's own SDK: its models are generated from the exchange's own description, and strict about types.

A result is ``{"model", "data", "unknown", "warned"}``: the model the answer became, its fields under the wire's names,
what the model did not know, and what the SDK warned of (an answer that does not fit its declared types).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from binance_common.configuration import (  # type: ignore[import-not-found]
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
    ConfigurationWebSocketStreams,
)
from binance_sdk_spot.spot import Spot  # type: ignore[import-not-found]

from peers.clients.steps import PATIENCE_S, Followed, plain_step, step, told

SYMBOL = "BTCUSDT"
AT = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "time_in_force": "GTC", "quantity": 0.001}


class Warned(logging.Handler):
    """Keeps what the SDK warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage()[:500])


WARNED = Warned()


def plain(found: Any) -> Any:
    """A model, or a tree of them, as JSON would hold it, the fields no model knows among them."""
    if isinstance(found, list):
        return [plain(one) for one in found]
    if getattr(found, "actual_instance", None) is not None:
        return plain(found.actual_instance)
    if not hasattr(type(found), "model_fields"):
        return found
    fields = type(found).model_fields.items()
    told = {field.alias or name: getattr(found, name) for name, field in fields if name != "additional_properties"}
    told |= getattr(found, "additional_properties", None) or {}
    return {name: plain(value) for name, value in told.items() if value is not None}


def strangers(found: Any) -> Iterator[str]:
    """Fields the models do not know, at any depth."""
    if isinstance(found, list):
        for one in found:
            yield from strangers(one)
    elif getattr(found, "actual_instance", None) is not None:
        yield from strangers(found.actual_instance)
    elif hasattr(type(found), "model_fields"):
        for name in getattr(found, "additional_properties", None) or {}:
            yield f"{type(found).__name__}.{name}"
        for name in type(found).model_fields:
            yield from strangers(getattr(found, name))


def judged(data: Any) -> dict[str, Any]:
    """What became of an answer."""
    warned, WARNED.lines = WARNED.lines, []
    return {
        "model": type(data).__name__,
        "data": plain(data),
        "unknown": sorted(set(strangers(data))),
        "warned": warned,
    }


def ask(name: str, call: Callable[..., Any], **params: Any) -> Any:
    """One REST call; returns the answer's data as JSON, or an empty object after a refusal."""
    done = plain_step(name, lambda: judged(call(**params).data()))
    return done["data"] if done else {}


def look(rest: Any) -> None:
    """Public calls."""
    ask("ping", rest.ping)
    ask("time", rest.time)
    ask("exchange_info", rest.exchange_info, symbol=SYMBOL)
    ask("depth", rest.depth, symbol=SYMBOL, limit=20)
    ask("get_trades", rest.get_trades, symbol=SYMBOL, limit=20)
    ask("historical_trades", rest.historical_trades, symbol=SYMBOL, limit=20)
    trades = ask("agg_trades", rest.agg_trades, symbol=SYMBOL, limit=5) or [{"a": 0}]
    ask("agg_trades_from", rest.agg_trades, symbol=SYMBOL, from_id=trades[0]["a"], limit=3)
    ask("klines", rest.klines, symbol=SYMBOL, interval="1m", limit=10)
    ask("ui_klines", rest.ui_klines, symbol=SYMBOL, interval="1m", limit=10)
    ask("avg_price", rest.avg_price, symbol=SYMBOL)
    ask("ticker24hr", rest.ticker24hr, symbol=SYMBOL)
    ask("ticker24hr_mini", rest.ticker24hr, symbol=SYMBOL, type="MINI")
    ask("ticker", rest.ticker, symbol=SYMBOL, window_size="1h")
    ask("ticker_price", rest.ticker_price, symbol=SYMBOL)
    ask("ticker_prices", rest.ticker_price)
    ask("ticker_book_ticker", rest.ticker_book_ticker, symbol=SYMBOL)


def price_of(rest: Any, share: float) -> float:
    """A price at a share of the last one, on the grid."""
    ticker = plain(rest.ticker24hr(symbol=SYMBOL).data())
    return round(float(ticker["lastPrice"]) * share, 2)


def trade(rest: Any) -> None:
    """Orders by REST."""
    low, lower, high = (price_of(rest, share) for share in (0.95, 0.94, 1.05))
    ask("order_test", rest.order_test, **AT, price=low)
    ask("order_test_rates", rest.order_test, **AT, price=low, compute_commission_rates=True)
    ask("market", rest.new_order, symbol=SYMBOL, side="BUY", type="MARKET", quantity=0.05)
    made = ask("limit", rest.new_order, **AT, price=low)
    number = made.get("orderId", 0)
    ask("limit_ack", rest.new_order, **AT, price=low, new_order_resp_type="ACK")
    named = {"new_order_resp_type": "RESULT", "strategy_id": 7, "strategy_type": 1_000_001}
    ask("limit_result", rest.new_order, **AT, price=low, **named)
    ask("get_order", rest.get_order, symbol=SYMBOL, order_id=number)
    ask("get_open_orders", rest.get_open_orders, symbol=SYMBOL)
    ask("amend", rest.order_amend_keep_priority, symbol=SYMBOL, new_qty=0.0005, order_id=number)
    ask("order_amendments", rest.order_amendments, symbol=SYMBOL, order_id=number)
    replace = {"cancel_replace_mode": "STOP_ON_FAILURE", "cancel_order_id": number}
    ask("order_cancel_replace", rest.order_cancel_replace, **AT, price=lower, **replace)
    gone = {"cancel_replace_mode": "ALLOW_FAILURE", "cancel_order_id": 99_999_999}
    ask("order_cancel_replace_half", rest.order_cancel_replace, **AT, price=lower, **gone)
    again = ask("limit_again", rest.new_order, **AT, price=lower)
    ask("delete_order", rest.delete_order, symbol=SYMBOL, order_id=again.get("orderId", 0))
    sell = {"symbol": SYMBOL, "side": "SELL", "quantity": 0.001}
    stop = {"time_in_force": "GTC", "stop_price": low, "price": lower, "new_order_resp_type": "RESULT"}
    stopped = ask("stop_loss_limit", rest.new_order, **sell, type="STOP_LOSS_LIMIT", **stop)
    ask("get_stop", rest.get_order, symbol=SYMBOL, order_id=stopped.get("orderId", 0))
    ask("trailing", rest.new_order, **sell, type="STOP_LOSS", trailing_delta=100, new_order_resp_type="RESULT")
    legs = {"above_type": "LIMIT_MAKER", "above_price": high, "below_type": "STOP_LOSS", "below_stop_price": low}
    made_list = ask("order_list_oco", rest.order_list_oco, **sell, **legs)
    pair = made_list.get("orderListId", 0)
    working = {"working_type": "LIMIT", "working_side": "BUY", "working_price": low, "working_quantity": 0.001}
    then = {"pending_type": "LIMIT_MAKER", "pending_side": "SELL", "pending_price": high, "pending_quantity": 0.0009}
    ask("order_list_oto", rest.order_list_oto, symbol=SYMBOL, working_time_in_force="GTC", **working, **then)
    ask("get_order_list", rest.get_order_list, order_list_id=pair)
    ask("open_order_list", rest.open_order_list)
    ask("delete_order_list", rest.delete_order_list, symbol=SYMBOL, order_list_id=pair)
    ask("all_order_list", rest.all_order_list)
    ask("delete_open_orders", rest.delete_open_orders, symbol=SYMBOL)


def look_back(rest: Any) -> None:
    """What happened."""
    ask("all_orders", rest.all_orders, symbol=SYMBOL)
    ask("my_trades", rest.my_trades, symbol=SYMBOL)
    ask("get_account", rest.get_account, omit_zero_balances=True)
    ask("account_commission", rest.account_commission, symbol=SYMBOL)
    ask("rate_limit_order", rest.rate_limit_order)
    ask("my_prevented_matches", rest.my_prevented_matches, symbol=SYMBOL, order_id=1)
    ask("unknown_order", rest.get_order, symbol=SYMBOL, order_id=99_999_999)


async def say_to(name: str, call: Callable[..., Any], **params: Any) -> Any:
    """One call over the WebSocket API."""

    async def called() -> dict[str, Any]:
        found = (await call(**params)).data()
        result = judged(found)
        if isinstance(result["data"], dict) and "result" in result["data"]:
            result["data"] = result["data"]["result"]
        return result

    done = await step(name, called)
    return done["data"] if done else {}


async def over_socket(client: Any, prices: list[float]) -> None:
    """The WebSocket API, the user stream on the same connection."""
    low, lower, high = prices
    api = await client.websocket_api.create_connection()
    events: asyncio.Queue[Any] = asyncio.Queue()

    async def subscribed() -> None:
        answer = await api.user_data_stream_subscribe_signature()
        answer.stream.on("message", lambda event: events.put_nowait(judged(event)))

    await step("user_data_stream", subscribed)
    followed = Followed("user_events", events.get)
    await say_to("ws_ping", api.ping)
    await say_to("ws_time", api.time)
    await say_to("ws_depth", api.depth, symbol=SYMBOL, limit=20)
    await say_to("ws_klines", api.klines, symbol=SYMBOL, interval="1m", limit=10)
    await say_to("ws_ticker_book", api.ticker_book, symbol=SYMBOL)
    await say_to("ws_order_test", api.order_test, **AT, price=low)
    made = await say_to("ws_order_place", api.order_place, **AT, price=low)
    number = made.get("orderId", 0)
    await say_to("ws_order_status", api.order_status, symbol=SYMBOL, order_id=number)
    await say_to("ws_open_orders_status", api.open_orders_status, symbol=SYMBOL)
    replace = {"cancel_replace_mode": "STOP_ON_FAILURE", "cancel_order_id": number}
    await say_to("ws_order_cancel_replace", api.order_cancel_replace, **AT, price=lower, **replace)
    made = await say_to("ws_order_place_again", api.order_place, **AT, price=low)
    await say_to("ws_order_cancel", api.order_cancel, symbol=SYMBOL, order_id=made.get("orderId", 0))
    sell = {"symbol": SYMBOL, "side": "SELL", "quantity": 0.001}
    legs = {"above_type": "LIMIT_MAKER", "above_price": high, "below_type": "STOP_LOSS", "below_stop_price": low}
    await say_to("ws_order_list_place_oco", api.order_list_place_oco, **sell, **legs)
    await say_to("ws_market", api.order_place, **sell, type="MARKET")
    await say_to("ws_open_orders_cancel_all", api.open_orders_cancel_all, symbol=SYMBOL)
    await say_to("ws_account_status", api.account_status)
    await say_to("ws_my_trades", api.my_trades, symbol=SYMBOL)
    await followed.until(lambda came: len(came) > 6, PATIENCE_S / 3)
    await followed.finish()
    await api.close_connection(close_session=True)


async def listen(client: Any) -> None:
    """Market streams: the first message of each as its model."""
    streams = await client.websocket_streams.create_connection()
    wanted = {
        "stream_trade": partial(streams.trade, symbol="btcusdt"),
        "stream_agg_trade": partial(streams.agg_trade, symbol="btcusdt"),
        "stream_diff_book_depth": partial(streams.diff_book_depth, symbol="btcusdt"),
        "stream_partial_book_depth": partial(streams.partial_book_depth, symbol="btcusdt", levels="5"),
        "stream_book_ticker": partial(streams.book_ticker, symbol="btcusdt"),
        "stream_kline": partial(streams.kline, symbol="btcusdt", interval="1m"),
        "stream_mini_ticker": partial(streams.mini_ticker, symbol="btcusdt"),
        "stream_all_mini_ticker": streams.all_mini_ticker,
        "stream_ticker": partial(streams.ticker, symbol="btcusdt"),
        "stream_avg_price": partial(streams.avg_price, symbol="btcusdt"),
    }
    for name, subscribe in wanted.items():
        await step(name, partial(_first, subscribe))
    await streams.close_connection(close_session=True)


async def _first(subscribe: Callable[..., Any]) -> Any:
    came: asyncio.Queue[Any] = asyncio.Queue()
    stream = await subscribe()
    stream.on("message", lambda message: came.put_nowait(judged(message)))
    found = await came.get()
    await stream.unsubscribe()
    return found


async def main() -> None:
    """All of it."""
    logging.getLogger().addHandler(WARNED)
    where = told()
    keys = {"api_key": where["api_key"], "api_secret": where["api_secret"]}
    client = Spot(
        config_rest_api=ConfigurationRestAPI(base_path=where["rest"], timeout=10_000, retries=0, **keys),
        config_ws_api=ConfigurationWebSocketAPI(stream_url=where["ws_api"], **keys),
        config_ws_streams=ConfigurationWebSocketStreams(stream_url=where["stream"]),
    )
    rest = client.rest_api
    look(rest)
    trade(rest)
    prices = [price_of(rest, share) for share in (0.95, 0.94, 1.05)]
    await over_socket(client, prices)
    look_back(rest)
    await listen(client)


if __name__ == "__main__":
    asyncio.run(main())
