"""ccxt with each kind of key, on a symbol whose name is not ASCII."""

from __future__ import annotations

import asyncio
from typing import Any

from peers.clients.ccxt_spot import client
from peers.clients.steps import Followed, keys_of, step, told

SYMBOL = "币安人生/USDT"


async def play(kind: str, venue: Any) -> None:
    """One key: signed by REST and over the socket."""
    await step(f"{kind} fetch_balance", venue.fetch_balance)
    price = float(venue.price_to_precision(SYMBOL, (await venue.fetch_ticker(SYMBOL))["last"] * 0.9))
    await step(f"{kind} user_stream", lambda: venue.ensure_user_data_stream_ws_subscribe_signature("spot"))
    orders = Followed(f"{kind} watch_orders", lambda: venue.watch_orders(SYMBOL))
    made = await step(f"{kind} create_order", lambda: venue.create_order(SYMBOL, "limit", "buy", 100, price)) or {}
    await step(f"{kind} fetch_order", lambda: venue.fetch_order(made["id"], SYMBOL))
    await step(f"{kind} cancel_order", lambda: venue.cancel_order(made["id"], SYMBOL))
    again = await step(f"{kind} create_order_ws", lambda: venue.create_order_ws(SYMBOL, "limit", "buy", 100, price))
    await step(f"{kind} cancel_order_ws", lambda: venue.cancel_order_ws((again or {})["id"], SYMBOL))
    await orders.until(lambda came: len(came) > 3, 3)
    await orders.finish()
    await venue.close()


async def main() -> None:
    """All kinds, one after the other."""
    where = told()
    for kind, key in keys_of(where).items():
        secret = key.get("private_key") or key["secret"]
        await play(kind, client(where | {"api_key": key["api_key"], "api_secret": secret}))


asyncio.run(main())
