"""The exchange's own SDK with each kind of key: an Ed25519 key logs the session on, the others sign each request.

By REST it trades a symbol whose name is not ASCII. Over the socket it signs the percent-encoded name, where the
exchange wants the raw one: there it trades another symbol.
"""

from __future__ import annotations

import asyncio
from typing import Any

from binance_common.configuration import (  # type: ignore[import-not-found]
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
)
from binance_sdk_spot.spot import Spot  # type: ignore[import-not-found]

from peers.clients.binance_sdk_spot_all import judged, plain, say_to
from peers.clients.steps import Followed, keys_of, plain_step, step, told

SYMBOL = "币安人生USDT"
BID = {"side": "BUY", "type": "LIMIT", "time_in_force": "GTC"}
PLAIN = "BTCUSDT"


async def play(kind: str, client: Any) -> None:
    """One key: signed by REST and over the socket."""
    rest = client.rest_api
    plain_step(f"{kind} get_account", lambda: judged(rest.get_account(omit_zero_balances=True).data()))
    price = round(float(plain(rest.ticker_price(symbol=SYMBOL).data())["price"]) * 0.9, 4)
    order = BID | {"symbol": SYMBOL, "quantity": 100, "price": price}
    made = plain_step(f"{kind} new_order", lambda: judged(rest.new_order(**order).data()))
    number = made["data"]["orderId"] if made else 0
    plain_step(f"{kind} delete_order", lambda: judged(rest.delete_order(symbol=SYMBOL, order_id=number).data()))
    api = await client.websocket_api.create_connection()
    events: asyncio.Queue[Any] = asyncio.Queue()

    async def subscribed() -> None:
        logged_on = kind == "ed25519"
        call = api.user_data_stream_subscribe if logged_on else api.user_data_stream_subscribe_signature
        answer = await call()
        answer.stream.on("message", lambda event: events.put_nowait(judged(event)))

    if kind == "ed25519":
        await say_to(f"{kind} session_logon", api.session_logon)
        await say_to(f"{kind} session_status", api.session_status)
    await step(f"{kind} user_data_stream", subscribed)
    followed = Followed(f"{kind} user_events", events.get)
    made = await say_to(f"{kind} order_place", api.order_place, symbol=PLAIN, quantity=0.001, price=50_000.0, **BID)
    await say_to(f"{kind} order_cancel", api.order_cancel, symbol=PLAIN, order_id=made.get("orderId", 0))
    await followed.until(lambda came: len(came) > 3, 3)
    await followed.finish()
    if kind == "ed25519":
        await say_to(f"{kind} session_logout", api.session_logout)
        await say_to(f"{kind} session_status_after", api.session_status)
    await api.close_connection(close_session=True)


async def main() -> None:
    """All kinds, one after the other."""
    where = told()
    for kind, key in keys_of(where).items():
        keys = {"api_key": key["api_key"], "api_secret": key.get("secret"), "private_key": key.get("private_key")}
        client = Spot(
            config_rest_api=ConfigurationRestAPI(base_path=where["rest"], timeout=10_000, retries=0, **keys),
            config_ws_api=ConfigurationWebSocketAPI(stream_url=where["ws_api"], **keys),
        )
        await play(kind, client)


asyncio.run(main())
